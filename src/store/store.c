#include <sys/stat.h>

#include "store_inner.h"

#include <stdlib.h>

#include <dossier/base/home.h>
#include <dossier/base/mem.h>

#define POLL_MS 500
#define KEEP_MS (30 * 24 * 60 * 60 * INT64_C(1000))
#define MEND_MS 2000

struct held *held_new(struct store_rows *rows)
{
	struct held *held = mem_zalloc(sizeof(*held));

	*held = (struct held){ 1, rows };
	return held;
}

struct held *held_ref(struct held *held)
{
	held->refs++;
	return held;
}

void held_unref(struct held *held)
{
	if (!held || --held->refs)
		return;
	store_rows_free(held->rows);
	free(held);
}

static void task_run(void *job)
{
	struct task *task = job;
	struct local *local = &task->store->local;

	if (local_ready(local, &task->err))
		task->run(task, local);
	if (local->unclean)
		local_scrub(local);
	local->gap = local->gap || task->err.code != ERR_NONE;
	task->waiting = local->waiting;
	task->refused = local->refused;
}

static void mend(void *arg);

static void note_file(struct store *store, const struct task *task)
{
	bool broken = task->err.code != ERR_NONE;

	store->state.waiting = task->waiting;
	store->state.refused = task->refused;
	if (broken && !store->broken)
		log_line(store->log, "store", "%s", task->err.text);
	if (broken)
		store->broken_err = task->err;
	if (broken || task->writes)
		store->broken = broken;
	if (store->broken && !store->mend && !store->closing)
		store->mend = loop_timer(store->loop, MEND_MS, mend, store);
	store_state_update(store);
}

static void task_done(void *job)
{
	struct task *task = job;

	note_file(task->store, task);
	task->done(task);
}

void store_task(struct store *store, struct task *task)
{
	task->store = store;
	task->at = clock_wall(store->clock);
	work_do(store->work, task_run, task_done, task);
}

static void free_task(struct task *task)
{
	free(task);
}

static void mend_run(struct task *task, struct local *local)
{
	local_mark_put(local, (struct str){ 0 }, task->store->state.synced, &task->err);
}

static void mend(void *arg)
{
	struct store *store = arg;
	struct task *task;

	store->mend = NULL;
	if (!store->broken)
		return;
	task = mem_zalloc(sizeof(*task));
	*task = (struct task){ .run = mend_run, .done = free_task, .writes = true };
	store_task(store, task);
}

void store_state_update(struct store *store)
{
	struct store_state *state = &store->state;
	enum store_health health = STORE_WELL;
	const struct err *err = NULL;

	if (store->broken) {
		health = STORE_BROKEN;
		err = &store->broken_err;
	} else if (store->away) {
		health = STORE_AWAY;
		err = &store->away_err;
	} else if (!store->opened || !store->heard) {
		health = STORE_OPENING;
	}
	state->health = health;
	err_clear(&state->err);
	if (err)
		state->err = *err;
	store->state_changed = true;
	store_tell(store);
}

static void told_status(void *arg, const struct shared_status *status);

void store_heard(struct store *store, const struct err *err)
{
	bool away = err && err->code != ERR_NONE, returned = store->away && !away;

	if (away && !store->away)
		log_line(store->log, "store", "%s", err->text);
	if (away)
		store->away_err = *err;
	store->failures = away ? store->failures + 1 : 0;
	if (!away)
		store->state.synced = clock_wall(store->clock);
	if (store->heard && store->away == away)
		return;
	store->heard = true;
	store->away = away;
	store_state_update(store);
	if (store->closing)
		return;
	if (returned) {
		store->shared->ops->status(store->shared, told_status, store);
		watches_returned(store);
	}
	if (!away)
		outbox_flush(store);
	poll_wake(store);
}

static void tell(void *arg)
{
	struct store *store = arg;

	store->telling = false;
	if (store->state_changed) {
		store->state_changed = false;
		if (store->state_sink.changed)
			store->state_sink.changed(store->state_sink.arg);
	}
	watches_tell(store);
}

void store_tell(struct store *store)
{
	if (store->telling || store->closing)
		return;
	store->telling = true;
	loop_defer(store->loop, tell, store);
}

void store_see(struct store *store, const struct store_rows *rows)
{
	int64_t wall = clock_wall(store->clock);

	for (size_t i = 0; i < rows->n; i++)
		ord_seen(&store->ord, rows->entries[i].ord, rows->entries[i].got, wall);
}

/* A path that cannot be made is told when it is opened. */
static char *own_file(const char *variable, const char *usual, const char *rest)
{
	char *path = home_file(variable, usual, rest);

	return path ? path : mem_printf("/nonexistent/%s/%s", usual, rest);
}

static char *name_of(const struct store_options *options, char **path)
{
	*path = NULL;
	if (options->with)
		return mem_strdup("with");
	*path = options->shared ? mem_strdup(options->shared) : own_file("XDG_DATA_HOME", ".local/share", "dossier/store.db");
	/* the agent's own store needs no set-up; one that a house names is the house's to make */
	if (!options->shared)
		home_folders(*path);
	return mem_printf("sqlite:%s", *path);
}

struct opening { struct task task; struct arena *arena; struct local_mark mark; struct local_batch *batches; int64_t before; };

static void open_run(struct task *task, struct local *local)
{
	struct opening *opening = (struct opening *)task;
	struct err purge;

	if (!local_mark_get(local, opening->arena, &opening->mark, &task->err) || !local_waiting(local, &opening->batches, &task->err))
		return;
	local_purge(local, opening->before, &purge);
}

static void open_done(struct task *task)
{
	struct opening *opening = (struct opening *)task;
	struct store *store = task->store;

	store->opened = true;
	if (task->err.code == ERR_NONE) {
		ord_seen(&store->ord, opening->mark.ord, WHEN_NONE, clock_wall(store->clock));
		store->state.synced = opening->mark.heard;
		store->marked = opening->mark.heard;
	}
	if (!store->closing) {
		poll_start(store, opening->mark.cursor);
		outbox_opened(store, opening->batches);
	} else {
		local_batches_free(opening->batches);
	}
	arena_free(opening->arena);
	free(opening);
	store_state_update(store);
}

static void told_status(void *arg, const struct shared_status *status)
{
	struct store *store = arg;

	if (status->health == SHARED_WELL) {
		store->ord.offset = store->state.offset = status->offset;
		store_heard(store, NULL);
		if (status->id[0] && !store->closing)
			poll_identify(store, status->id);
	} else {
		store_heard(store, &status->err);
	}
}

static void begin(struct store *store)
{
	struct opening *opening = mem_zalloc(sizeof(*opening));

	opening->task = (struct task){ .run = open_run, .done = open_done };
	opening->arena = arena_new();
	opening->mark.heard = WHEN_NONE;
	opening->before = clock_wall(store->clock) - store->keep;
	store_task(store, &opening->task);
	store->shared->ops->status(store->shared, told_status, store);
}

struct store *store_new(const struct store_options *options, struct err *err)
{
	struct store *store = mem_zalloc(sizeof(*store));
	char *folder, *name, *path;

	store->loop = options->loop;
	store->clock = options->clock;
	store->log = options->log;
	store->work = work_new(options->loop, err);
	store->shared_work = store->work && !options->with ? work_new(options->loop, err) : NULL;
	if (!store->work || (!store->shared_work && !options->with)) {
		work_free(store->work);
		free(store);
		return NULL;
	}
	store->poll_ms = options->poll > 0 ? options->poll : POLL_MS;
	store->keep = options->keep > 0 ? options->keep : KEEP_MS;
	store->state.synced = store->marked = WHEN_NONE;
	store->queue_last = &store->queue;
	folder = options->local ? mem_strdup(options->local) : own_file("XDG_STATE_HOME", ".local/state", "dossier");
	name = name_of(options, &path);
	local_init(&store->local, folder, name, options->login ? options->login : "");
	store->shared = options->with ? options->with : shared_sqlite_new(store->shared_work, store->clock, path);
	store->path = path;
	free(folder);
	free(name);
	begin(store);
	return store;
}

/* The order: what watches know is written down, what was asked is answered, then the helper thread ends. */
void store_free(struct store *store)
{
	if (!store)
		return;
	poll_mark(store);
	if (store->sent_total && !store->away)
		store->shared->ops->tend(store->shared);
	store->closing = true;
	loop_defer_cancel(store->loop, tell, store);
	loop_timer_cancel(store->loop, store->mend);
	poll_release(store);
	store->shared->ops->free(store->shared);
	work_free(store->shared_work);
	work_free(store->work);
	outbox_release(store);
	local_release(&store->local);
	free((char *)(uintptr_t)store->cursor.p);
	free(store->path);
	free(store);
}

const struct store_state *store_state(const struct store *store)
{
	return &store->state;
}

void store_on_state(struct store *store, const struct store_state_sink *sink)
{
	store->state_sink = *sink;
}

uint64_t store_ord(struct store *store)
{
	return ord_next(&store->ord, clock_wall(store->clock));
}

struct shared *store_shared(struct store *store)
{
	return store->shared;
}

void store_walk(struct store *store, uint64_t types, int64_t since, int64_t until, struct str cursor, size_t limit,
		shared_rows_fn *fn, void *arg)
{
	store->shared->ops->walk(store->shared, types, since, until, cursor, limit, fn, arg);
}
