/*
 * One ask on its way: the private file first, then the shared store, which is
 * asked only for what is new where the private copy is whole up to a cursor.
 */
#include "watch.h"

#include <stdlib.h>

/* Written down at a time, so that others' commits need not wait long. */
#define COPY_MOST 500

struct fetch {
	struct task task;
	struct fetch *next;
	struct store_watch *watch;      /* NULL: gone, and what comes is for nobody */
	struct store *store;
	struct arena *arena;
	struct store_ask *ask;
	struct str since;
	bool whole;                     /* everything, whatever is known */
	size_t polled;                  /* store->polled_rows when it was sent */
	struct store_rows local;
	struct local_known known;
};

static void fetch_end(struct fetch *fetch)
{
	struct store_watch *watch = fetch->watch;

	if (watch) {
		struct fetch **at = &watch->fetches;

		while (*at != fetch)
			at = &(*at)->next;
		*at = fetch->next;
		if (--watch->fetching == 0) {
			watch->settled = watch->tell_settled = true;
			store_tell(watch->store);
		}
	}
	arena_free(fetch->arena);
	free(fetch);
}

static void ask_shared(struct fetch *fetch);

/* A link brought somebody in whose past the private file does not have. */
static bool ask_again(struct fetch *fetch, const struct store_rows *rows)
{
	struct store_watch *watch = fetch->watch;
	struct store_ask more;

	if (watch_missing(watch, &more))
		fetch_start(watch, &more, true);
	if (rows->cursor.p && (rows->more || fetch->polled != fetch->store->polled_rows)) {
		fetch->since = arena_str(fetch->arena, rows->cursor);
		ask_shared(fetch);
		return true;
	}
	return false;
}

static void loaded(void *arg, struct store_rows *rows, const struct err *err)
{
	struct fetch *fetch = arg;
	struct store *store = fetch->store;
	struct store_watch *watch = fetch->watch;
	struct str cursor;
	struct held *held;

	if (store->closing) {
		store_rows_free(rows);
		fetch_end(fetch);
		return;
	}
	if (!rows) {
		if (watch)
			watch->stale = true;
		store_heard(store, err);
		fetch_end(fetch);
		return;
	}
	store_see(store, rows);
	held = held_new(rows);
	cursor = rows->cursor.p ? rows->cursor : fetch->since;
	if (rows->n)
		copy_down(store, held, NULL);
	if (watch) {
		watch_take(watch, held, !fetch->since.p);
		if (!watch->n_missing) {
			roots_down(store, fetch->ask, cursor);
			watch_rooted(watch, cursor);
		}
		if (ask_again(fetch, rows)) {
			held_unref(held);
			return;
		}
	}
	store_heard(store, NULL);
	held_unref(held);
	fetch_end(fetch);
}

static void ask_shared(struct fetch *fetch)
{
	struct store *store = fetch->store;

	fetch->polled = store->polled_rows;
	store->shared->ops->load(store->shared, fetch->ask, fetch->since, loaded, fetch);
}

static void local_run(struct task *task, struct local *local)
{
	struct fetch *fetch = (struct fetch *)task;

	local_load(local, fetch->ask, task->at, &fetch->local, &fetch->known, &task->err);
}

static void local_done(struct task *task)
{
	struct fetch *fetch = (struct fetch *)task;
	struct store *store = fetch->store;
	struct store_watch *watch = fetch->watch;

	if (task->err.code != ERR_NONE)
		fetch->known = (struct local_known){ .heard = WHEN_NONE };
	if (watch && !fetch->whole)
		watch->heard = fetch->known.heard == WHEN_NONE || fetch->known.heard < watch->heard ? fetch->known.heard : watch->heard;
	if (!fetch->whole)
		fetch->since = fetch->known.since.p ? arena_str(fetch->arena, fetch->known.since) : fetch->known.since;
	if (watch && fetch->local.arena) {
		struct store_rows *rows = arena_alloc(fetch->local.arena, sizeof(*rows));
		struct held *held;

		*rows = fetch->local;
		fetch->local = (struct store_rows){ 0 };
		held = held_new(rows);
		watch_take(watch, held, true);
		held_unref(held);
	}
	store_rows_free(&fetch->local);
	if (!watch || store->closing || store->away) {
		if (watch)
			watch->stale = true;
		fetch_end(fetch);
		return;
	}
	ask_shared(fetch);
}

void fetch_start(struct store_watch *watch, const struct store_ask *ask, bool whole)
{
	struct fetch *fetch = mem_zalloc(sizeof(*fetch));

	fetch->task = (struct task){ .run = local_run, .done = local_done };
	fetch->watch = watch;
	fetch->store = watch->store;
	fetch->arena = arena_new();
	fetch->ask = reach_ask_copy(fetch->arena, ask);
	fetch->whole = whole;
	fetch->next = watch->fetches;
	watch->fetches = fetch;
	watch->fetching++;
	watch->settled = false;
	store_task(watch->store, &fetch->task);
}

void fetch_drop(struct store_watch *watch)
{
	for (struct fetch *fetch = watch->fetches; fetch; fetch = fetch->next)
		fetch->watch = NULL;
	watch->fetches = NULL;
}

struct copying { struct task task; struct held *held; const struct entry **entries; size_t n; };

static void copy_run(struct task *task, struct local *local)
{
	struct copying *copying = (struct copying *)task;

	local_copy(local, copying->entries, copying->n, task->at, &task->err);
}

static void copy_done(struct task *task)
{
	struct copying *copying = (struct copying *)task;

	held_unref(copying->held);
	free(copying->entries);
	free(copying);
}

static void copy_some(struct store *store, struct held *held, const struct entry **entries, size_t n)
{
	struct copying *copying = mem_zalloc(sizeof(*copying));

	copying->task = (struct task){ .run = copy_run, .done = copy_done, .writes = true };
	copying->held = held_ref(held);
	copying->entries = entries;
	copying->n = n;
	store_task(store, &copying->task);
}

void copy_down(struct store *store, struct held *held, const bool *which)
{
	const struct entry **entries = NULL;
	size_t n = 0, cap = 0;

	for (size_t i = 0; i < held->rows->n; i++) {
		if (which && !which[i])
			continue;
		MEM_ROOM(entries, n, cap);
		entries[n++] = &held->rows->entries[i];
		if (n < COPY_MOST)
			continue;
		copy_some(store, held, entries, n);
		entries = NULL;
		n = cap = 0;
	}
	if (n)
		copy_some(store, held, entries, n);
}

struct rooting { struct task task; struct arena *arena; struct store_ask *ask; struct str cursor; };

static void root_run(struct task *task, struct local *local)
{
	struct rooting *rooting = (struct rooting *)task;

	local_roots(local, rooting->ask, rooting->cursor, task->at, &task->err);
}

static void root_done(struct task *task)
{
	struct rooting *rooting = (struct rooting *)task;

	arena_free(rooting->arena);
	free(rooting);
}

void roots_down(struct store *store, const struct store_ask *ask, struct str cursor)
{
	struct rooting *rooting;

	if (!cursor.p)
		return;
	rooting = mem_zalloc(sizeof(*rooting));
	rooting->task = (struct task){ .run = root_run, .done = root_done, .writes = true };
	rooting->arena = arena_new();
	rooting->ask = reach_ask_copy(rooting->arena, ask);
	rooting->cursor = arena_str(rooting->arena, cursor);
	store_task(store, &rooting->task);
}
