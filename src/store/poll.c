/*
 * What others write: asked for again and again from where the last answer
 * ended. Erasures and redactions since the last run come first, alone (in the
 * first run all there are, so that nothing is kept of those who were erased);
 * after them everything. An answer, or none, is also how the shared store is known
 * to be there or away.
 */
#include "store_inner.h"

#include <stdio.h>
#include <stdlib.h>

#define PAGE 500
#define AWAY_MOST_MS 5000
#define MARK_MS 60000
/* So many looks apart: the outbox for what other runs left, and upkeep. */
#define SELDOM 20
/* One that hears when somebody writes looks so many times less often. */
#define HEARING 4
#define RUNG_MS 500
#define ERASING (UINT64_C(1) << ENTRY_ERASE | UINT64_C(1) << ENTRY_REDACT)

static void poll(struct store *store);

static void cursor_set(struct store *store, struct str cursor)
{
	if (!cursor.p)
		return;
	free((char *)(uintptr_t)store->cursor.p);
	store->cursor = str_make(str_dup(cursor), cursor.n);
}

static bool wanted(const struct store *store)
{
	return store->watches || store->queue || store->sending || store->syncs || store->state.waiting || !store->caught_up;
}

static void tick(void *arg)
{
	struct store *store = arg;

	store->poll_timer = NULL;
	poll(store);
}

void poll_soon(struct store *store, int64_t delay)
{
	if (store->closing || store->polling)
		return;
	loop_timer_cancel(store->loop, store->poll_timer);
	store->poll_timer = loop_timer(store->loop, delay, tick, store);
}

void poll_wake(struct store *store)
{
	if (store->opened && !store->poll_timer && !store->polling && !store->closing && wanted(store))
		poll_soon(store, store->poll_ms);
}

static int64_t pause_of(const struct store *store)
{
	int64_t pause = store->poll_ms;

	for (size_t i = 1; i < store->failures && pause < AWAY_MOST_MS; i++)
		pause *= 2;
	return pause < AWAY_MOST_MS ? pause : AWAY_MOST_MS;
}

static void on_bell(void *arg)
{
	struct store *store = arg;
	int64_t gap = store->poll_ms < RUNG_MS ? store->poll_ms : RUNG_MS;
	int64_t since = clock_steady(store->clock) - store->polled_at;

	if (wanted(store))
		poll_soon(store, since < gap ? gap - since : 0);
}

/* Nothing is on its way from here, and others are heard when they write. */
static bool can_rest(struct store *store)
{
	if (!store->caught_up || store->queue || store->sending || store->syncs || store->state.waiting)
		return false;
	if (bell_listen(store->bell))
		return true;
	bell_free(store->bell);
	store->bell = NULL;
	return false;
}

/* When to look again. After the first look soon: the second is what hanging up a bell waits for. */
static int64_t look_pause(struct store *store)
{
	bool first = store->path && !store->wants_bell;

	store->wants_bell = store->path != NULL;
	if (can_rest(store))
		return HEARING * store->poll_ms;
	return first && store->poll_ms > RUNG_MS ? RUNG_MS : store->poll_ms;
}

/* Erasures of one page: applied in the private file, and only then is the place in the order remembered. */
struct cleaning { struct task task; struct held *held; struct str cursor; const struct entry **entries; size_t n; struct local_cleaned cleaned; };

static void clean_run(struct task *task, struct local *local)
{
	struct cleaning *cleaning = (struct cleaning *)task;

	if (cleaning->n && !local_clean(local, cleaning->entries, cleaning->n, &cleaning->cleaned, &task->err))
		return;
	local_mark_put(local, cleaning->cursor, task->at, &task->err);
}

static void clean_done(struct task *task)
{
	struct cleaning *cleaning = (struct cleaning *)task;
	struct store *store = task->store;

	store->unsettled--;
	store->erased_total += cleaning->cleaned.erased;
	store->redacted_total += cleaning->cleaned.redacted;
	if (task->err.code == ERR_NONE)
		store->marked = task->at;
	held_unref(cleaning->held);
	free(cleaning->entries);
	free((char *)(uintptr_t)cleaning->cursor.p);
	free(cleaning);
	if (!store->closing)
		sync_look(store);
}

static void clean(struct store *store, struct held *held)
{
	struct cleaning *cleaning = mem_zalloc(sizeof(*cleaning));
	size_t cap = 0;

	cleaning->task = (struct task){ .run = clean_run, .done = clean_done, .writes = true };
	for (size_t i = 0; held && i < held->rows->n; i++) {
		const struct entry *entry = &held->rows->entries[i];

		if (entry->type != ENTRY_ERASE && entry->type != ENTRY_REDACT)
			continue;
		MEM_ROOM(cleaning->entries, cleaning->n, cap);
		cleaning->entries[cleaning->n++] = entry;
	}
	if (!cleaning->n && held) {
		free(cleaning);
		return;
	}
	cleaning->held = held ? held_ref(held) : NULL;
	if (store->cursor.p)
		cleaning->cursor = str_make(str_dup(store->cursor), store->cursor.n);
	store->unsettled++;
	store_task(store, &cleaning->task);
}

void poll_mark(struct store *store)
{
	int64_t now = clock_wall(store->clock);

	if (!store->caught_up || store->broken || (store->marked != WHEN_NONE && now - store->marked < MARK_MS && now >= store->marked))
		return;
	store->marked = now;
	clean(store, NULL);
}

/* The store is not the one that was copied from: whatever is held of it is worth nothing. */
struct forgetting { struct task task; char id[40]; bool other; };

static void forget_run(struct task *task, struct local *local)
{
	struct forgetting *forgetting = (struct forgetting *)task;

	if (forgetting->id[0])
		local_identify(local, str_of(forgetting->id), &forgetting->other, &task->err);
	else
		forgetting->other = local_forget(local, &task->err);
}

static void forget_done(struct task *task)
{
	struct store *store = task->store;
	bool other = ((struct forgetting *)task)->other;

	free(task);
	if (!other || store->closing)
		return;
	log_line(store->log, "store", "another store stands in the place of the one that was known; copies of it are dropped");
	free((char *)(uintptr_t)store->cursor.p);
	store->cursor = (struct str){ 0 };
	store->caught_up = false;
	watches_reload(store);
	poll_soon(store, 0);
}

void poll_identify(struct store *store, const char *id)
{
	struct forgetting *forgetting = mem_zalloc(sizeof(*forgetting));

	forgetting->task = (struct task){ .run = forget_run, .done = forget_done, .writes = true };
	snprintf(forgetting->id, sizeof(forgetting->id), "%s", id);
	store_task(store, &forgetting->task);
}

static void take_page(struct store *store, struct store_rows *rows)
{
	struct held *held = held_new(rows);

	store_see(store, rows);
	store->polled_rows += rows->n;
	cursor_set(store, rows->cursor);
	if (rows->n) {
		watches_offer(store, held, true);
		watches_erase(store, rows);
		clean(store, held);
	}
	held_unref(held);
}

static void polled(void *arg, struct store_rows *rows, const struct err *err)
{
	struct store *store = arg;
	bool more;

	store->polling = false;
	if (store->closing) {
		store_rows_free(rows);
		return;
	}
	if (!rows) {
		if (err->code == ERR_NOTFOUND && store->cursor.p)
			poll_identify(store, "");
		store_heard(store, err);
		sync_look(store);
		if (wanted(store))
			poll_soon(store, pause_of(store));
		return;
	}
	more = rows->more;
	take_page(store, rows);
	if (!more && !store->caught_up) {
		store->caught_up = true;
		more = store->watches != NULL;
	}
	if (!more) {
		for (struct syncing *sync = store->syncs; sync; sync = sync->next)
			sync->polled = true;
		poll_mark(store);
	}
	store_heard(store, NULL);
	sync_look(store);
	if (wanted(store))
		poll_soon(store, more ? 0 : look_pause(store));
}

static void seldom(struct store *store)
{
	if (++store->polls % SELDOM)
		return;
	if (!store->queue && !store->sending)
		outbox_reload(store);
	if (!store->away && (!store->shared_work || !work_waiting(store->shared_work)))
		store->shared->ops->tend(store->shared);
}

static void poll(struct store *store)
{
	if (store->polling || store->closing || !wanted(store))
		return;
	seldom(store);
	store->polling = true;
	store->polled_at = clock_steady(store->clock);
	/*
	 * There before the look: what is written during it rings. Not before the first: who is done by then
	 * has no use for it, and would wait for the kernel, which takes 10 ms and more to end one.
	 */
	if (!store->bell && store->wants_bell)
		store->bell = bell_new(store->loop, store->path, on_bell, store);
	bell_clear(store->bell);
	if (!store->cursor.p)
		cursor_set(store, STR(""));
	store->shared->ops->poll(store->shared, store->cursor, store->caught_up ? 0 : ERASING, PAGE, polled, store);
}

void poll_start(struct store *store, struct str cursor)
{
	cursor_set(store, cursor);
	poll(store);
}

void store_sync(struct store *store, store_sync_fn *fn, void *arg)
{
	struct syncing *sync = mem_zalloc(sizeof(*sync));

	*sync = (struct syncing){
		.fn = fn, .arg = arg, .sent = store->sent_total, .refused = store->refused_total, .erased = store->erased_total,
		.redacted = store->redacted_total, .next = store->syncs,
	};
	store->syncs = sync;
	outbox_reload(store);
	if (store->opened)
		poll_soon(store, 0);
}

static bool sync_over(const struct store *store, const struct syncing *sync)
{
	if (!sync->flushed || store->unsettled)
		return false;
	if (store->away)
		return true;
	return sync->polled && !store->queue && !store->sending;
}

void sync_look(struct store *store)
{
	struct syncing **at = &store->syncs;

	while (*at) {
		struct syncing *sync = *at;
		struct store_sync result;

		if (!sync_over(store, sync)) {
			at = &sync->next;
			continue;
		}
		*at = sync->next;
		result = (struct store_sync){
			.sent = store->sent_total - sync->sent, .refused = store->refused_total - sync->refused, .waiting = store->state.waiting,
			.erased = store->erased_total - sync->erased, .redacted = store->redacted_total - sync->redacted,
		};
		if (store->broken)
			result.err = store->broken_err;
		else if (store->away)
			result.err = store->away_err;
		sync->fn(sync->arg, &result);
		free(sync);
		at = &store->syncs;
	}
}

void poll_release(struct store *store)
{
	loop_timer_cancel(store->loop, store->poll_timer);
	store->poll_timer = NULL;
	bell_free(store->bell);
	store->bell = NULL;
	while (store->syncs) {
		struct syncing *sync = store->syncs;

		store->syncs = sync->next;
		free(sync);
	}
}
