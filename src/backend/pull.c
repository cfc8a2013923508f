#include "ask.h"
#include "feed_ask.h"

#include <dossier/base/mem.h>

/* One plan_pull for one record or one form of one identity. */
struct pull_item {
	const struct plan_pull *plan;
	const struct record *record;
	struct identity id;             /* type ID_TYPE_COUNT: none */
	struct keep *base;
	char *why;
};

struct pull {
	struct record **records;
	size_t n_records;
	struct identity *ids;
	size_t n_ids;
	struct pull_item *items;
	size_t n, cap;
};

static void *pull_open(struct run *run)
{
	(void)run;
	return batch_new();
}

uint64_t row_hash(struct str row, struct str id)
{
	return hash_bytes(hash_bytes(hash_bytes(HASH_START, row.p, row.n), "", 1), id.p, id.n);
}

bool rows_map(struct run *run, struct batch *batch, const struct plan_elements *elements, struct keep *keep,
	      const struct record *record, bool shared, uint64_t *key)
{
	struct map_notes notes = call_notes(run->call);

	for (size_t i = 0; i < elements->rows.n; i++) {
		const struct plan_row *row = elements->rows.items[i];
		struct interaction *it;

		if (row->type != ROW_INTERACTION || !cond_holds(row->when, &keep->scope))
			continue;
		it = map_interaction(row, elements->name, &keep->scope, batch, &notes);
		run_show(run, elements, keep, record, it);
		if (!it) {
			run->call->end.dropped++;
			continue;
		}
		it->shared_only = it->shared_only || shared;
		/* by which its further requests are made once */
		if (!*key && (elements->for_each.n || elements->for_all.n))
			*key = row_hash(it->row, it->id);
	}
	return true;
}

static bool pull_element(struct run *run, void *hold, const struct plan_elements *elements, struct keep *keep, uint64_t *key)
{
	const struct pull_item *item = run->arg;
	const struct plan_pull *plan = item->plan;
	bool about_us = item->id.type == ID_TYPE_COUNT || !plan->match.n || run->parent || elements != run->fetch->elements;
	struct batch *batch = hold;

	if (!about_us && !map_match(plan->match.items, plan->match.n, &item->id, &keep->scope, batch->arena, NULL)) {
		run_show(run, elements, keep, NULL, NULL);
		call_dropped(run->call, elements->name ? elements->name : plan->name, "it does not hold the %s that was asked for",
			     identity_type_word(item->id.type));
		return false;
	}
	return rows_map(run, batch, elements, keep, NULL, plan->shared, key);
}

/* A page is handed out without what came before and what is older than wanted. */
void batch_emit(struct backend_call *call, struct batch *batch)
{
	size_t n = 0;

	seen_room(&call->rows, batch->n);
	for (size_t i = 0; i < batch->n; i++) {
		struct interaction *it = batch->items[i];

		if (call->options.since != WHEN_NONE && it->at != WHEN_NONE && it->at < call->options.since)
			continue;
		if (seen_add(&call->rows, row_hash(it->row, it->id)))
			batch->items[n++] = it;
	}
	batch->n = n;
	call->end.rows += (unsigned)n;
	if (n && call->sink.batch)
		call->sink.batch(call->sink.arg, batch);
	else
		batch_free(batch);
}

static void pull_close(struct run *run, void *hold, bool keep)
{
	if (keep && call_alive(run->call))
		batch_emit(run->call, hold);
	else
		batch_free(hold);
}

static const struct run_ops pull_ops = { .open = pull_open, .element = pull_element, .close = pull_close };

bool identity_form(const struct identity *id, const char *form, const char *country, struct buf *out)
{
	struct phone phone;

	buf_reset(out);
	if (!form || id->type != ID_TYPE_TEL || !phone_parse(id->value, country, &phone))
		return buf_addstr(out, id->value) && out->len;
	return phone_form(&phone, str_of(form), out) && out->len;
}

/* Known as <since>; missing when all of time is wanted, which leaves its query out. */
static void set_since(struct keep *base, int64_t since)
{
	char text[32];

	if (since == WHEN_NONE)
		return;
	when_iso(since, text);
	keep_set(base, "since", json_object_new_string(text));
}

static struct pull_item *item_add(struct pull *pull, const struct plan_pull *plan, struct keep *base, const char *why)
{
	struct pull_item *item;

	MEM_ROOM(pull->items, pull->n, pull->cap);
	item = &pull->items[pull->n++];
	*item = (struct pull_item){ .plan = plan, .base = base, .why = mem_concat(plan->name, " ", why, NULL) };
	item->id.type = ID_TYPE_COUNT;
	return item;
}

static void add_records(struct backend_call *call, struct pull *pull, const struct plan_pull *plan)
{
	for (size_t i = 0; i < pull->n_records; i++) {
		struct record *record = pull->records[i];
		struct pull_item *item;
		char why[128];

		if (!str_is(record->backend, call->backend->id))
			continue;
		snprintf(why, sizeof(why), "of record %.*s", STR_ARG(record->id));
		item = item_add(pull, plan, keep_top(&call->backend->house, record, NULL), why);
		item->record = record;
		keep_set(item->base, "record", json_object_new_string_len(record->id.p, (int)record->id.n));
	}
}

static void add_identity(struct backend_call *call, struct pull *pull, const struct plan_pull *plan, const struct identity *id)
{
	struct seen values = { 0 };
	struct buf text;

	buf_init(&text, 4096);
	for (size_t i = 0; i < plan->forms.n || i == 0; i++) {
		const char *form = plan->forms.n ? plan->forms.items[i] : NULL;
		struct pull_item *item;
		char why[128];

		if (!identity_form(id, form, call->backend->country, &text) ||
		    !seen_add(&values, hash_bytes(HASH_START, text.data, text.len)))
			continue;
		snprintf(why, sizeof(why), "by %s%s%s", identity_type_word(id->type), form ? ", form " : "", form ? form : "");
		item = item_add(pull, plan, keep_top(&call->backend->house, NULL, NULL), why);
		item->id = *id;
		keep_set(item->base, "value", json_object_new_string_len(text.data, (int)text.len));
		keep_set(item->base, "identity", json_object_new_string_len(id->value.p, (int)id->value.n));
	}
	buf_release(&text);
	seen_release(&values);
}

static void pull_start(struct backend_call *call)
{
	struct pull *pull = call->state;
	const struct plan *plan = call->backend->plan;

	for (size_t i = 0; i < plan->pulls.n; i++) {
		const struct plan_pull *one = plan->pulls.items[i];

		if (one->per == PER_RECORD)
			add_records(call, pull, one);
		else if (one->per == PER_ONCE)
			item_add(pull, one, keep_top(&call->backend->house, NULL, NULL), "once");
		for (size_t k = 0; one->per == PER_IDENTITY && k < pull->n_ids; k++)
			if (one->per_types >> pull->ids[k].type & 1)
				add_identity(call, pull, one, &pull->ids[k]);
	}
	for (size_t i = 0; i < pull->n; i++)
		set_since(pull->items[i].base, call->options.since);
	for (size_t i = 0; i < pull->n; i++)
		run_start(call, pull->items[i].plan->fetch, pull->items[i].base, &pull_ops, &pull->items[i], pull->items[i].why);
}

static void pull_release(struct backend_call *call)
{
	struct pull *pull = call->state;

	for (size_t i = 0; i < pull->n; i++) {
		keep_unref(pull->items[i].base);
		free(pull->items[i].why);
	}
	free(pull->items);
	free(pull->records);
	free(pull->ids);
	free(pull);
}

struct backend_call *backend_pull(struct backend *backend, const struct backend_subject *subject,
				  const struct backend_options *options, const struct backend_sink *sink)
{
	struct backend_call *call;
	struct pull *pull;

	if (backend->plan->feed)
		return feed_pull(backend, subject, options, sink);
	call = call_new(backend, options, sink, pull_start);
	pull = mem_zalloc(sizeof(*pull));
	pull->records = mem_array(subject->n_records + 1, sizeof(*pull->records));
	pull->ids = mem_array(subject->n_ids + 1, sizeof(*pull->ids));
	for (size_t i = 0; i < subject->n_records; i++)
		pull->records[pull->n_records++] = record_copy(call->arena, subject->records[i]);
	for (size_t i = 0; i < subject->n_ids; i++)
		pull->ids[pull->n_ids++] = identity_copy(call->arena, &subject->ids[i]);
	call->state = pull;
	call->release = pull_release;
	return call;
}
