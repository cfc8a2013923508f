#include "exchange.h"
#include "fetch.h"

#include <dossier/base/mem.h>

#define GRACE_MS 20     /* the transport's own sentence about a dead-line is the better one */

uint64_t hash_bytes(uint64_t hash, const void *data, size_t n)
{
	const unsigned char *p = data;

	for (size_t i = 0; i < n; i++)
		hash = (hash ^ p[i]) * UINT64_C(0x100000001b3);
	return hash;
}

static void seen_grow(struct seen *seen, size_t cap)
{
	struct seen old = *seen;

	seen->cap = cap;
	seen->slots = mem_array(seen->cap, sizeof(*seen->slots));
	seen->n = 0;
	for (size_t i = 0; i < old.cap; i++)
		if (old.slots[i])
			seen_add(seen, old.slots[i]);
	free(old.slots);
}

void seen_room(struct seen *seen, size_t more)
{
	size_t cap = seen->cap ? seen->cap : 64;

	while (cap / 2 <= seen->n + more)
		cap *= 2;
	if (cap > seen->cap)
		seen_grow(seen, cap);
}

bool seen_add(struct seen *seen, uint64_t hash)
{
	uint64_t mix;
	size_t at;

	if (!hash)
		hash = 1;
	if (seen->n * 2 >= seen->cap)
		seen_grow(seen, seen->cap ? seen->cap * 2 : 64);
	/* Where the slots lie is nothing that a backend knows: it cannot send ids that all fall into one place. */
	mix = (uint64_t)(uintptr_t)seen->slots * UINT64_C(0x9e3779b97f4a7c15) | 1;
	for (at = (hash ^ hash >> 29) * mix >> (64 - __builtin_ctzll(seen->cap)); seen->slots[at]; at = (at + 1) & (seen->cap - 1))
		if (seen->slots[at] == hash)
			return false;
	seen->slots[at] = hash;
	seen->n++;
	return true;
}

void seen_release(struct seen *seen)
{
	free(seen->slots);
	*seen = (struct seen){ 0 };
}

bool call_alive(const struct backend_call *call)
{
	return !call->dead;
}

static void call_stop(struct backend_call *call);

static void call_free(struct backend_call *call)
{
	struct backend *backend = call->backend;

	*call->link = call->next;
	if (call->next)
		call->next->link = call->link;
	tables_forget_trace(call->backend, call->options.trace);
	runs_free(call);
	if (call->release)
		call->release(call);
	seen_release(&call->rows);
	seen_release(&call->expanded);
	arena_free(call->arena);
	free(call);
	backend_left(backend);
}

void call_enter(struct backend_call *call)
{
	call->busy++;
}

void call_leave(struct backend_call *call)
{
	if (call->busy == 1 && !call->dead && !call->pending)
		call->idle(call);
	if (--call->busy == 0 && call->dead)
		call_free(call);
}

static void call_begin(void *arg)
{
	struct backend_call *call = arg;

	call_enter(call);
	call->start(call);
	call_leave(call);
}

/* The transport ends each request at the dead-line; this is for everything that is no request. */
static void call_late(void *arg)
{
	struct backend_call *call = arg;
	struct err err = { 0 };

	call->timer = NULL;
	call_enter(call);
	err_set(&err, ERR_TIMEOUT, "%s: no answer within %.1f s", call->backend->id,
		(double)(call->deadline - call->started) / 1000.0);
	call_fail(call, &err, 0, WHEN_NONE);
	if (call->late)
		call->late(call);
	call_finish(call);
	call_leave(call);
}

struct backend_call *call_new(struct backend *backend, const struct backend_options *options,
			      const struct backend_sink *sink, void (*start)(struct backend_call *))
{
	struct backend_call *call = mem_zalloc(sizeof(*call));
	int64_t now = clock_steady(backend->house.clock);

	call->backend = backend;
	if (options)
		call->options = *options;
	else
		call->options.since = WHEN_NONE;
	call->sink = *sink;
	call->started = now;
	call->deadline = call->options.deadline ? call->options.deadline : now + backend->deadline_ms;
	call->end.retry_at = call->end.as_of = WHEN_NONE;
	call->start = start;
	call->idle = call_finish;
	call->arena = arena_new();
	call->next = backend->calls;
	call->link = &backend->calls;
	if (call->next)
		call->next->link = &call->next;
	backend->calls = call;
	loop_defer(backend->loop, call_begin, call);
	call->timer = loop_timer(backend->loop, (call->deadline > now ? call->deadline - now : 0) + GRACE_MS, call_late, call);
	return call;
}

static void call_stop(struct backend_call *call)
{
	call->dead = true;
	loop_defer_cancel(call->backend->loop, call_begin, call);
	if (call->timer)
		loop_timer_cancel(call->backend->loop, call->timer);
	call->timer = NULL;
	runs_stop(call);
	for (struct exchange *ex = call->exchanges, *next; ex; ex = next) {
		next = ex->next;
		if (!ex->in_done)
			exchange_cancel(ex);
	}
}

/* The first cause is told; a later Retry-After still counts. */
void call_fail(struct backend_call *call, const struct err *err, int status, int64_t retry_at)
{
	size_t n = strlen(call->backend->id);
	bool named = !strncmp(err->text, call->backend->id, n) && err->text[n] == ':';

	if (retry_at != WHEN_NONE && (call->end.retry_at == WHEN_NONE || retry_at > call->end.retry_at))
		call->end.retry_at = retry_at;
	log_line(call->backend->log, call->backend->id, "%s", named ? err->text + n + 1 + (err->text[n + 1] == ' ') : err->text);
	if (call->failed)
		return;
	call->failed = true;
	call->end.err = *err;
	if (!named)
		err_prefix(&call->end.err, "%s", call->backend->id);
	err_clean(call->backend->log, &call->end.err);
	call->end.status = status;
}

void call_finish(struct backend_call *call)
{
	struct backend_sink sink = call->sink;

	if (call->finished || call->dead)
		return;
	call_enter(call);
	call->finished = true;
	call_stop(call);
	call->end.ok = !call->failed;
	call->end.partial = call->failed && (call->end.rows || call->answered);
	call->end.ms = clock_steady(call->backend->house.clock) - call->started;
	if (sink.done)
		sink.done(sink.arg, &call->end);
	call_leave(call);
}

void backend_cancel(struct backend_call *call)
{
	if (!call || call->dead)
		return;
	call_enter(call);
	call_stop(call);
	call_leave(call);
}

static void tell_dropped(struct backend_call *call, const char *where, const char *text)
{
	const struct trace *trace = call->options.trace;

	if (trace && trace->dropped)
		trace->dropped(trace->arg, call->backend->id, where, text);
	if (log_on(call->backend->log))
		log_line(call->backend->log, call->backend->id, "dropped at %s: %s", where, text);
}

void call_dropped(struct backend_call *call, const char *where, const char *fmt, ...)
{
	struct buf text;
	char line[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	call->end.dropped++;
	buf_init(&text, 1024);
	log_clean(call->backend->log, str_of(line), &text);
	tell_dropped(call, where, text.len ? text.data : "");
	buf_release(&text);
}

void call_note(struct backend_call *call, int line, const char *text)
{
	const char *file = call->backend->plan->file;
	char where[300];
	struct buf clean;

	snprintf(where, sizeof(where), "%s:%d", file ? file : call->backend->plan->name, line);
	buf_init(&clean, 4096);
	log_clean(call->backend->log, str_of(text), &clean);
	tell_dropped(call, where, clean.len ? clean.data : text);
	buf_release(&clean);
}

static void note_fn(void *arg, int line, const char *text)
{
	call_note(arg, line, text);
}

struct map_notes call_notes(struct backend_call *call)
{
	return (struct map_notes){ note_fn, call };
}
