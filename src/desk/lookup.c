#include <dossier/base/mem.h>
#include <dossier/desk/lookup.h>

#include "lookup_parts.h"

/* More than any customer needs: a backend that keeps answering with new names must not keep us asking. */
#define QUESTIONS_MOST 500
#define ROWS_MOST 1000

/* One question under way. */
struct asking {
	struct lookup *lookup;
	size_t at;                      /* of its backend */
	struct identity id;
	struct backend_call *call;      /* NULL: answered */
};

static void tell(void *arg)
{
	struct lookup *lookup = arg;

	lookup->deferred = false;
	if (lookup->finished)
		lookup_known_end(lookup);
	if (!lookup->finished) {
		lookup->sink.changed(lookup->sink.arg);
	} else if (!lookup->told) {
		lookup->told = true;
		lookup->sink.done(lookup->sink.arg);
	}
}

void lookup_tell(struct lookup *lookup)
{
	if (!lookup->deferred)
		loop_defer(lookup->desk->loop, tell, lookup);
	lookup->deferred = true;
}

static int64_t steady(const struct lookup *lookup)
{
	return clock_steady(lookup->desk->clock);
}

static int64_t left_of(const struct lookup *lookup, size_t at)
{
	const struct progress *progress = &lookup->progress[at];
	int64_t left = backend_deadline_ms(lookup->desk->backends[at].backend) - progress->spent;

	if (progress->running)
		left -= steady(lookup) - progress->busy_since;
	return left > 0 ? left : 0;
}

int64_t lookup_left(const struct lookup *lookup, const struct desk_backend *backend)
{
	return backend->backend ? left_of(lookup, (size_t)(backend - lookup->desk->backends)) : 0;
}

bool lookup_asks(const struct lookup *lookup, size_t at)
{
	return lookup->progress[at].running > 0;
}

bool lookup_failed(const struct lookup *lookup, size_t at)
{
	return lookup->progress[at].failed;
}

/* Ends in a failure without a request: the dead-line is used up, or too much was asked. */
static void fail_source(struct lookup *lookup, size_t at, enum err_code code, const char *why)
{
	struct source failed = { .state = SOURCE_FAILED, .retry_at = WHEN_NONE, .since = WHEN_NONE };

	err_set(&failed.err, code, "backend %s: %s", lookup->desk->backends[at].id, why);
	source_merge(&lookup->sources[at], &failed);
	lookup->progress[at].failed = true;
}

static void on_record(void *arg, const struct record *record)
{
	struct asking *asking = arg;

	resolve_record(asking->lookup->resolve, record);
	lookup_tell(asking->lookup);
}

static bool has_row(const struct batch *rows, const struct interaction *it)
{
	for (size_t i = 0; i < rows->n; i++) {
		const struct interaction *other = rows->items[i];

		if (str_eq(other->id, it->id) && str_eq(other->row, it->row) && str_eq(other->backend, it->backend))
			return true;
	}
	return false;
}

static void on_batch(void *arg, struct batch *batch)
{
	struct lookup *lookup = ((struct asking *)arg)->lookup;
	struct batch *rows = lookup->rows;

	MEM_ROOM(lookup->batches, lookup->n_batches, lookup->cap_batches);
	lookup->batches[lookup->n_batches++] = batch;
	for (size_t i = 0; i < batch->n && rows->n < ROWS_MOST; i++) {
		if (has_row(rows, batch->items[i]))
			continue;
		MEM_ROOM(rows->items, rows->n, rows->cap);
		rows->items[rows->n++] = batch->items[i];
	}
	lookup_tell(lookup);
}

static void on_done(void *arg, const struct backend_end *end)
{
	struct asking *asking = arg;
	struct lookup *lookup = asking->lookup;
	struct progress *progress = &lookup->progress[asking->at];
	struct source *source = &lookup->sources[asking->at];
	bool answered = end->ok || end->partial;

	asking->call = NULL;
	source_end(source, end, clock_wall(lookup->desk->clock));
	if (!--progress->running)
		progress->spent += steady(lookup) - progress->busy_since;
	source->ms = progress->spent + (progress->running ? steady(lookup) - progress->busy_since : 0);
	progress->failed |= !answered;
	lookup->running--;
	resolve_answered(lookup->resolve, str_of(lookup->desk->backends[asking->at].id), &asking->id,
			 answered ? RESOLVE_ANSWERED : RESOLVE_FAILED);
	lookup_ask_on(lookup);
	lookup_tell(lookup);
}

static void start(struct lookup *lookup, size_t at, const struct identity *id)
{
	static const struct backend_sink sink = { .record = on_record, .batch = on_batch, .done = on_done };
	struct backend_sink own = sink;
	struct progress *progress = &lookup->progress[at];
	struct asking *asking = mem_zalloc(sizeof(*asking));
	struct backend_options options = { .rank = lookup->desk->rank, .since = WHEN_NONE, .trace = lookup->desk->trace };

	if (!progress->running)
		progress->busy_since = steady(lookup);
	options.deadline = steady(lookup) + left_of(lookup, at);
	progress->running++;
	lookup->running++;
	if (lookup->sources[at].state == SOURCE_UNASKED)
		lookup->sources[at].state = SOURCE_WAITING;
	*asking = (struct asking){ .lookup = lookup, .at = at, .id = identity_copy(lookup->arena, id) };
	MEM_ROOM(lookup->askings, lookup->n_askings, lookup->cap_askings);
	lookup->askings[lookup->n_askings++] = asking;
	own.arg = asking;
	asking->call = backend_find(lookup->desk->backends[at].backend, &asking->id, &options, &own);
}

static size_t find_backend(const struct lookup *lookup, struct str id)
{
	size_t i = 0;

	while (i < lookup->desk->n_backends && !str_is(id, lookup->desk->backends[i].id))
		i++;
	return i;
}

/* Without a question and with nothing under way the look-up ends. */
void lookup_ask_on(struct lookup *lookup)
{
	struct resolve_question question;

	while (resolve_next(lookup->resolve, &question)) {
		size_t at = find_backend(lookup, question.backend);
		bool known = at < lookup->desk->n_backends && lookup->desk->backends[at].backend;

		if (known && !lookup->progress[at].failed && !left_of(lookup, at))
			fail_source(lookup, at, ERR_TIMEOUT, "its dead-line passed before all could be asked");
		if (known && !lookup->progress[at].failed && lookup->n_askings >= QUESTIONS_MOST)
			fail_source(lookup, at, ERR_LIMIT, "too many names to ask for came back");
		if (known && !lookup->progress[at].failed)
			start(lookup, at, &question.id);
		else
			resolve_answered(lookup->resolve, question.backend, &question.id, RESOLVE_FAILED);
	}
	lookup_known_ask(lookup);
	if (!lookup->running && lookup_known_settled(lookup))
		lookup->finished = true;
}

static void say_backends(struct lookup *lookup)
{
	struct desk *desk = lookup->desk;

	lookup->sources = mem_array(desk->n_backends + 1, sizeof(*lookup->sources));
	lookup->progress = mem_array(desk->n_backends + 1, sizeof(*lookup->progress));
	for (size_t i = 0; i < desk->n_backends; i++) {
		struct desk_backend *backend = &desk->backends[i];

		lookup->sources[i] = (struct source){ .backend = backend->id, .retry_at = WHEN_NONE, .since = WHEN_NONE };
		if (backend->backend) {
			resolve_backend(lookup->resolve, str_of(backend->id), backend_find_types(backend->backend));
		} else {
			lookup->sources[i].state = SOURCE_FAILED;
			lookup->sources[i].err = backend->err;
			lookup->progress[i].failed = true;
		}
	}
}

struct lookup *lookup_start(struct desk *desk, struct str who, const struct lookup_sink *sink, struct err *err)
{
	struct arena *arena = arena_new();
	struct who read = { 0 };
	struct lookup *lookup;

	if (!who_parse(arena, arena_str(arena, who), &desk->house->who, &read, err)) {
		arena_free(arena);
		return NULL;
	}
	lookup = mem_zalloc(sizeof(*lookup));
	lookup->desk = desk;
	lookup->sink = *sink;
	lookup->arena = arena;
	lookup->who = read;
	lookup->rows = batch_new();
	lookup_known_start(lookup);
	lookup->resolve = resolve_new(&lookup->known.who, desk->house->country);
	say_backends(lookup);
	lookup_ask_on(lookup);
	if (lookup->finished)
		lookup_tell(lookup);
	return lookup;
}

void lookup_free(struct lookup *lookup)
{
	if (!lookup)
		return;
	loop_defer_cancel(lookup->desk->loop, tell, lookup);
	lookup_known_end(lookup);
	for (size_t i = 0; i < lookup->n_askings; i++) {
		if (lookup->askings[i]->call)
			backend_cancel(lookup->askings[i]->call);
		free(lookup->askings[i]);
	}
	free(lookup->askings);
	resolve_free(lookup->resolve);
	batch_free(lookup->rows);
	for (size_t i = 0; i < lookup->n_batches; i++)
		batch_free(lookup->batches[i]);
	free(lookup->batches);
	free(lookup->sources);
	free(lookup->progress);
	arena_free(lookup->arena);
	free(lookup);
}

bool lookup_done(const struct lookup *lookup)
{
	return lookup->finished;
}

const struct who *lookup_who(const struct lookup *lookup)
{
	return &lookup->who;
}

const struct resolve_result *lookup_result(struct lookup *lookup)
{
	return resolve_result(lookup->resolve);
}

const struct source *lookup_sources(const struct lookup *lookup, size_t *n)
{
	*n = lookup->desk->n_backends;
	return lookup->sources;
}

bool lookup_finds(const struct lookup *lookup, const struct identity *id)
{
	const struct desk *desk = lookup->desk;

	for (size_t i = 0; i < desk->n_backends; i++)
		if (desk->backends[i].backend && (!id->backend.n || str_is(id->backend, desk->backends[i].id)) &&
		    backend_find_types(desk->backends[i].backend) >> id->type & 1)
			return true;
	return lookup_known_types(lookup) >> id->type & 1;
}

/* The types by which some backend's rows can be had without a record. */
static unsigned pull_types(const struct desk *desk)
{
	unsigned types = 0;

	for (size_t i = 0; i < desk->n_backends; i++) {
		const struct plan *plan = desk->backends[i].backend ? backend_plan(desk->backends[i].backend) : NULL;

		for (size_t k = 0; plan && k < plan->pulls.n; k++)
			if (plan->pulls.items[k]->per == PER_IDENTITY)
				types |= plan->pulls.items[k]->per_types;
	}
	return types;
}

const struct group *lookup_stranger(struct lookup *lookup)
{
	unsigned types = pull_types(lookup->desk) | lookup_known_types(lookup);
	struct identity *typed = arena_alloc(lookup->arena, (lookup->who.n + 1) * sizeof(*typed));
	struct group *group = arena_alloc(lookup->arena, sizeof(*group));

	for (size_t i = 0; i < lookup->who.n; i++) {
		const struct identity *id = &lookup->who.items[i].id;

		if (types & 1U << id->type && (identity_class(id->type) != ID_REFERENCE || id->type == ID_TYPE_CONTACT) &&
		    !lookup->who.items[i].n_narrow)
			typed[group->n_typed++] = *id;
	}
	group->typed = typed;
	group->shared_only = true;
	group->asked = true;
	return lookup_result(lookup)->n == 0 && group->n_typed ? group : NULL;
}

struct batch *lookup_rows(struct lookup *lookup)
{
	return lookup->rows;
}
