/*
 * Which actions an agent is offered about a customer, and which rows their
 * fields pick from.
 */
#include <dossier/desk/act.h>

#define PICKS_MOST 200

/* A row of the pull, or of one of its lists: "sales", "sales.orders", but nothing deeper. */
static bool is_row_of(const struct interaction *it, const char *backend, const char *pick)
{
	size_t n = strlen(pick);

	return str_is(it->backend, backend) && it->row.n >= n && memcmp(it->row.p, pick, n) == 0 &&
	       (it->row.n == n || (it->row.p[n] == '.' && !memchr(it->row.p + n + 1, '.', it->row.n - n - 1)));
}

static bool begins_with(const struct interaction *it, const char *backend, const char *pick)
{
	size_t n = strlen(pick);

	return str_is(it->backend, backend) && it->row.n > n && memcmp(it->row.p, pick, n) == 0 && it->row.p[n] == '.';
}

/* What hangs on another stands for that: an article for its ticket, a refund for its order. */
static struct str picks(struct customer *customer, const struct interaction *it, const char *backend, const struct plan_ask_field *field)
{
	const struct interaction *rows[PICKS_MOST];
	size_t n;

	if (is_row_of(it, backend, field->pick))
		return it->part_of.n ? it->part_of : it->id;
	n = it->part_of.n && begins_with(it, backend, field->pick) ? act_picks(customer, backend, field, rows, PICKS_MOST) : 0;
	for (size_t i = 0; i < n; i++)
		if (str_eq(rows[i]->id, it->part_of))
			return it->part_of;
	return (struct str){ 0 };
}

struct str act_pick(struct customer *customer, const struct timeline_row *row, const char *backend, const struct plan_ask_field *field)
{
	for (size_t i = 0; row && field->pick && i < row->n_sources; i++) {
		struct str id = picks(customer, row->sources[i], backend, field);

		if (id.n)
			return id;
	}
	return (struct str){ 0 };
}

size_t act_picks(struct customer *customer, const char *backend, const struct plan_ask_field *field, const struct interaction **out, size_t most)
{
	struct timeline *timeline = customer_timeline(customer);
	size_t n = timeline_count(timeline), found = 0;

	for (size_t i = 0; field->pick && i < n && found < most; i++) {
		const struct timeline_row *row = timeline_row(timeline, i);

		for (size_t k = 0; k < row->n_sources && found < most; k++)
			if (is_row_of(row->sources[k], backend, field->pick) && !row->sources[k]->part_of.n)
				out[found++] = row->sources[k];
	}
	return found;
}

const struct record *act_record(const struct customer *customer, const char *backend)
{
	const struct group *group = customer_group(customer);

	for (size_t i = 0; i < group->n_records; i++)
		if (str_is(group->records[i]->backend, backend))
			return group->records[i];
	return NULL;
}

static bool can_pick(struct customer *customer, const struct timeline_row *row, const char *backend, const struct plan_action *action)
{
	const struct interaction *any;

	for (size_t i = 0; i < action->ask.n; i++) {
		const struct plan_ask_field *field = &action->ask.items[i];

		if (field->pick && !field->optional && !act_pick(customer, row, backend, field).n && !act_picks(customer, backend, field, &any, 1))
			return false;
	}
	return true;
}

static bool is_of(const struct timeline_row *row, const char *backend)
{
	for (size_t i = 0; row && i < row->n_sources; i++)
		if (str_is(row->sources[i]->backend, backend))
			return true;
	return false;
}

struct offering { struct desk *desk; struct customer *customer; const struct timeline_row *row; struct act_offer *out; size_t most, n; };

static void offer_of(struct offering *o, struct desk_backend *backend, bool of_row, bool closed)
{
	const struct plan *plan = backend->backend ? backend_plan(backend->backend) : NULL;

	for (size_t k = 0; plan && k < plan->actions.n && o->n < o->most; k++) {
		struct err err = { 0 };

		if (act_allowed(o->desk->house, plan->actions.items[k], &err) != closed && can_pick(o->customer, o->row, backend->id, plan->actions.items[k]))
			o->out[o->n++] = (struct act_offer){ backend, plan->actions.items[k], of_row, closed };
	}
}

size_t act_offers(struct desk *desk, struct customer *customer, const struct timeline_row *row, struct act_offer *out, size_t most)
{
	struct offering o = { desk, customer, row, out, most, 0 };

	for (int closed = 0; closed < 2; closed++)
		for (size_t b = 0; b < desk->n_backends; b++)
			offer_of(&o, &desk->backends[b], is_of(row, desk->backends[b].id), closed);
	return o.n;
}
