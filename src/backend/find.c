#include "ask.h"
#include "feed_ask.h"

#include <dossier/base/mem.h>

#define THEN_MAX 20     /* whole records read for one look-up */
#define FOUND_MOST 2000 /* records that match: nobody looks through more, and each is compared with all */

struct found { struct record *record; struct keep *keep; const struct plan_find *find; };

struct find {
	struct identity id;
	size_t next;                    /* of the plan's finds */
	bool asked_then;
	const struct plan_find *now;
	struct found *items;
	size_t n, cap;
	char **whys;
	size_t n_whys, cap_whys;
};

/* One page: records and rows that count when it is whole. */
struct find_hold { struct arena *arena; struct batch *batch; struct found *items; size_t n, cap; };

static void *find_open(struct run *run)
{
	struct find_hold *hold = mem_zalloc(sizeof(*hold));

	(void)run;
	hold->arena = arena_new();
	hold->batch = batch_new();
	return hold;
}

static bool find_element(struct run *run, void *arg, const struct plan_elements *elements, struct keep *keep, uint64_t *key)
{
	struct find_hold *hold = arg;
	struct backend_call *call = run->call;
	struct find *find = call->state;
	const struct plan_find *plan = run->arg;
	struct map_notes notes = call_notes(call);
	struct record *record = NULL;

	if (!run->parent && elements == run->fetch->elements) {
		record = map_record(plan->record ? plan->record : call->backend->plan->record, &keep->scope, hold->arena, &notes);
		if (!record) {
			run_show(run, elements, keep, NULL, NULL);
			call->end.dropped++;
			return false;
		}
		if (!plan->match.n)
			record_add_match(hold->arena, record, &find->id, STR(""), find->id.value);
		else if (!map_match(plan->match.items, plan->match.n, &find->id, &keep->scope, hold->arena, record)) {
			run_show(run, elements, keep, NULL, NULL);
			call_dropped(call, elements->name ? elements->name : "find", "record %.*s does not hold the %s that was asked for",
				     STR_ARG(record->id), identity_type_word(find->id.type));
			return false;
		}
		run_show(run, elements, keep, record, NULL);
		MEM_ROOM(hold->items, hold->n, hold->cap);
		hold->items[hold->n++] = (struct found){ record, keep_ref(keep), plan };
	}
	return rows_map(run, hold->batch, elements, keep, record, false, key);
}

static bool has_match(const struct record *record, const struct record_match *match)
{
	for (size_t i = 0; i < record->n_matches; i++)
		if (str_eq(record->matches[i].field, match->field) && str_eq(record->matches[i].stored, match->stored))
			return true;
	return false;
}

static void matches_merge(struct backend_call *call, struct record *to, const struct record *from)
{
	for (size_t i = 0; i < from->n_matches; i++)
		if (!has_match(to, &from->matches[i]))
			record_add_match(call->arena, to, &from->matches[i].asked, from->matches[i].field, from->matches[i].stored);
}

static void too_many(struct backend_call *call)
{
	struct err err = { 0 };

	err_set(&err, ERR_LIMIT, "more than %d records match: the others are left out", FOUND_MOST);
	call_fail(call, &err, 0, WHEN_NONE);
}

/* The same record by another form of the identity is one record. */
static void found_add(struct backend_call *call, const struct found *found)
{
	struct find *find = call->state;

	if (find->n == FOUND_MOST) {
		if (!call->failed)
			too_many(call);
		return;
	}
	for (size_t i = 0; i < find->n; i++)
		if (str_eq(find->items[i].record->id, found->record->id)) {
			matches_merge(call, find->items[i].record, found->record);
			return;
		}
	MEM_ROOM(find->items, find->n, find->cap);
	find->items[find->n++] = (struct found){ record_copy(call->arena, found->record), keep_ref(found->keep), found->find };
}

static void find_close(struct run *run, void *arg, bool keep)
{
	struct find_hold *hold = arg;

	for (size_t i = 0; i < hold->n; i++) {
		if (keep)
			found_add(run->call, &hold->items[i]);
		keep_unref(hold->items[i].keep);
	}
	if (keep && call_alive(run->call))
		batch_emit(run->call, hold->batch);
	else
		batch_free(hold->batch);
	arena_free(hold->arena);
	free(hold->items);
	free(hold);
}

static const struct run_ops find_ops = { .open = find_open, .element = find_element, .close = find_close };

/* The whole record takes the place of what the search told of it, with why it was found. */
static bool then_element(struct run *run, void *hold, const struct plan_elements *elements, struct keep *keep, uint64_t *key)
{
	struct backend_call *call = run->call;
	struct find *find = call->state;
	struct found *found = &find->items[(uintptr_t)run->arg];
	const struct plan_record *plan = found->find->then_record ? found->find->then_record : call->backend->plan->record;
	struct map_notes notes = call_notes(call);
	struct record *record;

	(void)hold;
	(void)key;
	if (run->parent || elements != run->fetch->elements)
		return true;
	record = map_record(plan, &keep->scope, call->arena, &notes);
	run_show(run, elements, keep, record, NULL);
	if (!record) {
		call->end.dropped++;
		return false;
	}
	matches_merge(call, record, found->record);
	found->record = record;
	return false;
}

static const struct run_ops then_ops = { .element = then_element };

static const char *find_why(struct find *find, const struct plan_find *plan, const char *form)
{
	MEM_ROOM(find->whys, find->n_whys, find->cap_whys);
	find->whys[find->n_whys] = mem_concat("find by ", identity_type_word(plan->by), form ? ", form " : "", form ? form : "", NULL);
	return find->whys[find->n_whys++];
}

/* One way to find, asked once for each form in which the identity may be stored. */
static void find_ask(struct backend_call *call, const struct plan_find *plan)
{
	struct find *find = call->state;
	struct seen values = { 0 };
	struct buf text;

	buf_init(&text, 4096);
	for (size_t i = 0; i < plan->forms.n || i == 0; i++) {
		const char *form = plan->forms.n ? plan->forms.items[i] : NULL;
		struct keep *base;

		if (!identity_form(&find->id, form, call->backend->country, &text) ||
		    !seen_add(&values, hash_bytes(HASH_START, text.data, text.len)))
			continue;
		base = keep_top(&call->backend->house, NULL, NULL);
		keep_set(base, "value", json_object_new_string_len(text.data, (int)text.len));
		keep_set(base, "identity", json_object_new_string_len(find->id.value.p, (int)find->id.value.n));
		run_start(call, plan->fetch, base, &find_ops, (void *)(uintptr_t)plan, find_why(find, plan, form));
		keep_unref(base);
	}
	buf_release(&text);
	seen_release(&values);
}

static void then_ask(struct backend_call *call)
{
	struct find *find = call->state;

	for (size_t i = 0; i < find->n && i < THEN_MAX; i++) {
		const struct found *found = &find->items[i];
		struct keep *base;

		if (!found->find->then)
			continue;
		base = keep_vars(found->keep);
		base->scope.record = found->record;
		keep_set(base, "record", json_object_new_string_len(found->record->id.p, (int)found->record->id.n));
		run_start(call, found->find->then, base, &then_ops, (void *)(uintptr_t)i, "whole record");
		keep_unref(base);
	}
}

static void find_report(struct backend_call *call)
{
	struct find *find = call->state;

	call->end.rows += (unsigned)find->n;
	for (size_t i = 0; i < find->n && call_alive(call); i++)
		if (call->sink.record)
			call->sink.record(call->sink.arg, find->items[i].record);
	if (call_alive(call))
		call_finish(call);
}

/* A way that failed in a manner the next way would fail in too. */
static bool is_hopeless(const struct backend_call *call)
{
	switch (call->end.err.code) {
	case ERR_AUTH:
	case ERR_RATE:
	case ERR_TIMEOUT:
	case ERR_NET:
	case ERR_TLS:
		return call->failed;
	default:
		return false;
	}
}

/* The next way runs only when the one before found nobody. */
static void find_idle(struct backend_call *call)
{
	struct find *find = call->state;
	const struct plan *plan = call->backend->plan;

	while (!find->n && !is_hopeless(call) && find->next < plan->finds.n && !call->pending) {
		const struct plan_find *next = plan->finds.items[find->next++];

		if (next->by == find->id.type)
			find_ask(call, next);
	}
	if (!call->pending && find->n && !find->asked_then) {
		find->asked_then = true;
		then_ask(call);
	}
	if (!call->pending)
		find_report(call);
}

static void find_start(struct backend_call *call)
{
	struct find *find = call->state;

	if (find->id.backend.p && find->id.backend.n && !str_is(find->id.backend, call->backend->id))
		find->next = call->backend->plan->finds.n;      /* another backend's own number */
}

static void find_release(struct backend_call *call)
{
	struct find *find = call->state;

	for (size_t i = 0; i < find->n; i++)
		keep_unref(find->items[i].keep);
	for (size_t i = 0; i < find->n_whys; i++)
		free(find->whys[i]);
	free(find->items);
	free(find->whys);
	free(find);
}

struct backend_call *backend_find(struct backend *backend, const struct identity *id,
				  const struct backend_options *options, const struct backend_sink *sink)
{
	struct backend_call *call;
	struct find *find;

	if (backend->plan->feed)
		return feed_find(backend, id, options, sink);
	call = call_new(backend, options, sink, find_start);
	find = mem_zalloc(sizeof(*find));
	find->id = identity_copy(call->arena, id);
	call->options.since = WHEN_NONE;
	call->state = find;
	call->idle = find_idle;
	call->release = find_release;
	return call;
}
