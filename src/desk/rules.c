#include <dossier/base/mem.h>
#include <dossier/desk/rules.h>
#include <dossier/model/brief.h>

struct due {
	const struct rules_in *in;
	struct arena *arena;
	struct entry *items;
	size_t n, cap;
};

static void add(struct due *due, struct entry_draft *draft, struct str cause)
{
	struct desk *desk = due->in->desk;
	struct entry entry;

	draft->ord = desk->store ? store_ord(desk->store) : 0;
	if (!entry_make_by_rule(due->arena, draft, cause, &entry, NULL) || entries_find(due->in->entries, entry.id))
		return;
	MEM_ROOM(due->items, due->n, due->cap);
	due->items[due->n++] = entry;
}

static void set_text(struct json_object *data, const char *name, struct str text)
{
	json_object_object_add(data, name, json_object_new_string_len(text.p ? text.p : "", (int)text.n));
}

/* Of a row with several sources the contact, if there is one: every client has that. */
static struct inbound inbound_of(const struct cases *cases, const struct timeline_row *row, struct buf *id)
{
	struct inbound inbound = { .at = row->head->at };
	const struct interaction *it = row->head;
	const struct contact *contact = NULL;

	for (size_t i = 0; !contact && i < row->n_sources; i++) {
		contact = str_is(row->sources[i]->backend, CASES_BACKEND) ? cases_contact(cases, row->sources[i]->id) : NULL;
		if (contact)
			it = row->sources[i];
	}
	for (size_t i = 0; !contact && i < row->n_sources && !inbound.case_.p && !inbound.loose; i++) {
		const struct interaction *source = row->sources[i];

		inbound.case_ = cases_row_case(cases, &(struct row_key){ source->backend, source->row, source->id }, &inbound.loose);
	}
	buf_reset(id);
	if (contact) {
		inbound.case_ = contact->case_;
		inbound.loose = contact->loose;
		inbound.at = contact->from;
		buf_addstr(id, it->id);
	} else {
		buf_printf(id, "%.*s/%.*s/%.*s", STR_ARG(it->backend), STR_ARG(it->row), STR_ARG(it->id));
	}
	inbound.id = buf_str(id);
	return inbound;
}

static int64_t first_solved(const struct cases *cases)
{
	int64_t first = WHEN_NONE;

	for (size_t i = 0; i < cases->n_cases; i++) {
		const struct case_state *state = &cases->cases[i];

		if (state->status == CASE_SOLVED && state->solved_at != WHEN_NONE && (first == WHEN_NONE || state->solved_at < first))
			first = state->solved_at;
	}
	return first;
}

/* By the earliest contact that does it, so that all clients name the same cause. */
static void reopen_due(struct due *due)
{
	const struct rules_in *in = due->in;
	int64_t window = in->desk->house->windows.reopen, since = first_solved(in->cases);
	struct entry_draft draft, best = { 0 };
	struct str cause, best_cause = { 0 };
	struct buf id;

	if (!window || !in->timeline || since == WHEN_NONE)
		return;
	buf_init(&id, 4096);
	for (size_t i = 0; i < timeline_count(in->timeline); i++) {
		const struct timeline_row *row = timeline_row(in->timeline, i);
		struct inbound inbound;

		if (row->head->at == WHEN_NONE || row->head->at < since)
			break;
		if (!brief_inbound(row))
			continue;
		inbound = inbound_of(in->cases, row, &id);
		if (!cases_reopen(in->cases, &inbound, window, &draft, &cause))
			continue;
		json_object_put(best.data);
		best = draft;
		best_cause = arena_str(due->arena, cause);
	}
	if (best.data)
		add(due, &best, best_cause);
	json_object_put(best.data);
	buf_release(&id);
}

/* True when nobody can accept the offer any more; *at is when that was. */
static bool is_overdue(const struct rules_in *in, const struct handoff *handoff, int64_t *at)
{
	int64_t most = in->desk->house->windows.handoff;

	*at = handoff->due;
	if (*at == WHEN_NONE && (!most || __builtin_add_overflow(entry_time(handoff->offer), most, at)))
		return false;
	return handoff->state == HANDOFF_OFFERED && *at < in->now && handoff->offer->got != WHEN_NONE;
}

static void expire_due(struct due *due)
{
	const struct cases *cases = due->in->cases;

	for (size_t i = 0; i < cases->n_handoffs; i++) {
		const struct handoff *handoff = &cases->handoffs[i];
		const struct case_state *state = cases_find(cases, handoff->offer->case_);
		struct entry_draft draft = { .type = ENTRY_EXPIRE };

		if (!is_overdue(due->in, handoff, &draft.at))
			continue;
		draft.person = handoff->offer->person;
		draft.case_ = handoff->offer->case_;
		draft.epoch = state ? state->epoch : handoff->offer->epoch;
		draft.data = json_object_new_object();
		set_text(draft.data, "offer", handoff->offer->id);
		set_text(draft.data, "cause", STR("overdue"));
		add(due, &draft, handoff->offer->id);
		json_object_put(draft.data);
	}
}

size_t rules_due(const struct rules_in *in, struct arena *arena, struct entry **out)
{
	struct due due = { .in = in, .arena = arena };

	reopen_due(&due);
	expire_due(&due);
	*out = arena_alloc(arena, (due.n + 1) * sizeof(**out));
	if (due.n)
		memcpy(*out, due.items, due.n * sizeof(**out));
	free(due.items);
	return due.n;
}
