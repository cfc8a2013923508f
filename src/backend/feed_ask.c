#include "ask.h"
#include "feed_ask.h"

#include <dossier/base/mem.h>

/*
 * Finding and pulling in a feed: its rows lie with whoever keeps them, and are
 * mapped as they come. An answer may come after its call has ended.
 */
#define LIMIT 2000

struct feed_wait { struct backend_call *call; struct feed_wait *next; };    /* call NULL: nobody waits any more */

struct feed_state {
	bool finds;
	struct identity id;             /* find */
	struct str *records;            /* pull: ids */
	size_t n_records;
	struct feed_wait *waits;
	struct record **found;
	size_t n, cap;
	bool asked;
};

static struct record *found_of(struct feed_state *state, struct str id)
{
	for (size_t i = 0; i < state->n; i++)
		if (str_eq(state->found[i]->id, id))
			return state->found[i];
	return NULL;
}

/* Rows of several sales tell of one customer: what one of them leaves out another may hold. */
static void found_merge(struct backend_call *call, const struct record *record)
{
	struct feed_state *state = call->state;
	struct record *known = found_of(state, record->id);

	if (!known) {
		MEM_ROOM(state->found, state->n, state->cap);
		state->found[state->n++] = record_copy(call->arena, record);
		return;
	}
	for (size_t i = 0; i < record->n_names; i++)
		record_add_name(call->arena, known, arena_str(call->arena, record->names[i]));
	for (size_t i = 0; i < record->n_ids; i++) {
		struct identity id = identity_copy(call->arena, &record->ids[i].id);

		record_add_id(call->arena, known, &id, arena_str(call->arena, record->ids[i].field), arena_str(call->arena, record->ids[i].stored));
	}
}

/* Takes the batch. */
static void take_found(struct backend_call *call, struct record *record, struct batch *batch)
{
	struct feed_state *state = call->state;

	if (!feed_holds(record, batch, &state->id, call->backend->country)) {
		batch_free(batch);
		return;
	}
	if (record)
		found_merge(call, record);
	/* whoever asks for an order is told of it, whoever asks for a person of the person */
	if (identity_class(state->id.type) == ID_REFERENCE)
		batch_emit(call, batch);
	else
		batch_free(batch);
}

static bool is_ours(const struct feed_state *state, const struct record *record)
{
	for (size_t i = 0; record && i < state->n_records; i++)
		if (str_eq(state->records[i], record->id))
			return true;
	return false;
}

static void take_row(struct backend_call *call, const struct feed_held *row)
{
	struct feed_state *state = call->state;
	struct map_notes notes = call_notes(call);
	struct record *record;
	struct batch *batch = feed_map(call->backend->plan, &call->backend->house, row->data, &record, &notes);

	if (!batch) {
		call_dropped(call, "feed", "the kept row %.*s is none of this connector any more", STR_ARG(row->id));
		return;
	}
	if (call->end.as_of == WHEN_NONE || row->loaded > call->end.as_of)
		call->end.as_of = row->loaded;
	if (state->finds)
		take_found(call, record, batch);
	else if (is_ours(state, record))
		batch_emit(call, batch);
	else
		batch_free(batch);
}

static void answer(void *arg, const struct feed_held *rows, size_t n, const struct err *err)
{
	struct feed_wait *wait = arg;
	struct backend_call *call = wait->call;
	struct err few = { 0 };

	if (!call) {
		free(wait);
		return;
	}
	call_enter(call);
	call->pending--;
	for (size_t i = 0; i < n && call_alive(call); i++)
		take_row(call, &rows[i]);
	if (err && err->code)
		call_fail(call, err, 0, WHEN_NONE);
	else if (n == LIMIT)
		call_fail(call, (err_set(&few, ERR_LIMIT, "more than %d rows are kept under this; the others are left out", LIMIT), &few), 0, WHEN_NONE);
	else
		call->answered++;
	wait->call = NULL;
	call_leave(call);
}

static void feed_query(struct backend_call *call, const struct identity *id)
{
	const struct feed_source *source = &call->backend->feed;
	struct feed_state *state = call->state;
	struct feed_wait *wait;
	struct err err = { 0 };
	struct buf key;

	buf_init(&key, 4096);
	if (!source->find) {
		err_set(&err, ERR_CONFIG, "its rows are kept in the case store, which is not open here");
		call_fail(call, &err, 0, WHEN_NONE);
	} else if (feed_key(id, &key)) {
		wait = mem_zalloc(sizeof(*wait));
		wait->call = call;
		wait->next = state->waits;
		state->waits = wait;
		call->pending++;
		call->end.requests++;
		source->find(source->keeper, call->backend->id, buf_str(&key), LIMIT, answer, wait);
	}
	buf_release(&key);
}

static void feed_start(struct backend_call *call)
{
	struct feed_state *state = call->state;

	state->asked = true;
	if (state->finds) {
		bool ours = !state->id.backend.n || str_is(state->id.backend, call->backend->id);

		if (ours && (backend_find_types(call->backend) & 1u << state->id.type))
			feed_query(call, &state->id);
	}
	for (size_t i = 0; i < state->n_records; i++)
		feed_query(call, &(struct identity){ ID_TYPE_REC, str_of(call->backend->id), state->records[i] });
}

static void feed_idle(struct backend_call *call)
{
	struct feed_state *state = call->state;

	if (!state->asked)
		return;
	for (size_t i = 0; i < state->n && call_alive(call); i++) {
		call->end.rows++;
		if (call->sink.record)
			call->sink.record(call->sink.arg, state->found[i]);
	}
	if (call_alive(call))
		call_finish(call);
}

/* Those that were answered have no call any more and are ours; the others free themselves when they are. */
static void feed_release(struct backend_call *call)
{
	struct feed_state *state = call->state;

	for (struct feed_wait *wait = state->waits, *next; wait; wait = next) {
		next = wait->next;
		if (!wait->call)
			free(wait);
		else
			wait->call = NULL;
	}
	free(state->found);
	free(state);
}

static struct backend_call *feed_call(struct backend *backend, const struct backend_options *options, const struct backend_sink *sink)
{
	struct backend_call *call = call_new(backend, options, sink, feed_start);

	call->state = mem_zalloc(sizeof(struct feed_state));
	call->idle = feed_idle;
	call->release = feed_release;
	return call;
}

struct backend_call *feed_find(struct backend *backend, const struct identity *id, const struct backend_options *options,
			       const struct backend_sink *sink)
{
	struct backend_call *call = feed_call(backend, options, sink);
	struct feed_state *state = call->state;

	state->finds = true;
	state->id = identity_copy(call->arena, id);
	call->options.since = WHEN_NONE;
	return call;
}

struct backend_call *feed_pull(struct backend *backend, const struct backend_subject *subject, const struct backend_options *options,
			       const struct backend_sink *sink)
{
	struct backend_call *call = feed_call(backend, options, sink);
	struct feed_state *state = call->state;

	state->records = arena_alloc(call->arena, (subject->n_records + 1) * sizeof(*state->records));
	for (size_t i = 0; i < subject->n_records; i++)
		if (str_is(subject->records[i]->backend, backend->id))
			state->records[state->n_records++] = arena_str(call->arena, subject->records[i]->id);
	return call;
}
