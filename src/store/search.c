/* Words in entries, and lists of the outbox. */
#include "store_inner.h"

#include <stdlib.h>

struct searching {
	struct task task;
	struct store *store;
	struct arena *arena;
	struct str words;
	size_t limit;
	shared_rows_fn *fn;
	void *arg;
	struct err away;
	struct store_rows *rows;
};

static void search_free(struct searching *searching)
{
	store_rows_free(searching->rows);
	arena_free(searching->arena);
	free(searching);
}

static void local_run(struct task *task, struct local *local)
{
	struct searching *searching = (struct searching *)task;
	struct store_rows found;

	if (!local_search(local, searching->words, searching->limit, &found, &task->err))
		return;
	searching->rows = arena_alloc(found.arena, sizeof(*searching->rows));
	*searching->rows = found;
}

static void local_done(struct task *task)
{
	struct searching *searching = (struct searching *)task;
	struct store_rows *rows = searching->rows;

	searching->rows = NULL;
	if (!task->store->closing)
		searching->fn(searching->arg, rows, rows ? &searching->away : &task->err);
	else
		store_rows_free(rows);
	search_free(searching);
}

static void search_local(struct searching *searching)
{
	searching->task = (struct task){ .run = local_run, .done = local_done };
	store_task(searching->store, &searching->task);
}

static void searched(void *arg, struct store_rows *rows, const struct err *err)
{
	struct searching *searching = arg;
	struct store *store = searching->store;

	if (store->closing) {
		store_rows_free(rows);
		search_free(searching);
		return;
	}
	if (!rows && err->code != ERR_USAGE) {
		searching->away = *err;
		search_local(searching);
		return;
	}
	searching->fn(searching->arg, rows, err);
	search_free(searching);
}

void store_search(struct store *store, struct str words, size_t limit, shared_rows_fn *fn, void *arg)
{
	struct searching *searching = mem_zalloc(sizeof(*searching));

	searching->store = store;
	searching->arena = arena_new();
	searching->words = arena_str(searching->arena, words);
	searching->limit = limit;
	searching->fn = fn;
	searching->arg = arg;
	if (store->away) {
		searching->away = store->away_err;
		search_local(searching);
		return;
	}
	store->shared->ops->search(store->shared, words, limit, searched, searching);
}

struct listing { struct task task; struct local_outbox out; store_outbox_fn *fn; void *arg; };

static void list_run(struct task *task, struct local *local)
{
	local_outbox(local, &((struct listing *)task)->out, &task->err);
}

static void list_done(struct task *task)
{
	struct listing *listing = (struct listing *)task;
	struct local_outbox *out = &listing->out;

	if (!task->store->closing) {
		listing->fn(listing->arg, out->rows, out->states, out->whys, &task->err);
		out->rows = NULL;
	}
	store_rows_free(out->rows);
	free(out->states);
	free(out->whys);
	free(listing);
}

void store_outbox(struct store *store, store_outbox_fn *fn, void *arg)
{
	struct listing *listing = mem_zalloc(sizeof(*listing));

	listing->task = (struct task){ .run = list_run, .done = list_done };
	listing->fn = fn;
	listing->arg = arg;
	store_task(store, &listing->task);
}

struct dropping { struct task task; char *id; bool there; struct err err; shared_text_fn *fn; void *arg; };

static void drop_run(struct task *task, struct local *local)
{
	struct dropping *dropping = (struct dropping *)task;

	/* not finding it says nothing of the file */
	if (local_outbox_drop(local, str_of(dropping->id), &dropping->there, &task->err) && !dropping->there)
		err_set(&dropping->err, ERR_NOTFOUND, "no entry %.36s was refused; what still waits cannot be given up", dropping->id);
}

static void drop_done(struct task *task)
{
	struct dropping *dropping = (struct dropping *)task;

	if (dropping->fn && !task->store->closing)
		dropping->fn(dropping->arg, NULL, 0, task->err.code != ERR_NONE ? &task->err : &dropping->err);
	free(dropping->id);
	free(dropping);
}

void store_outbox_drop(struct store *store, struct str id, shared_text_fn *fn, void *arg)
{
	struct dropping *dropping = mem_zalloc(sizeof(*dropping));

	dropping->task = (struct task){ .run = drop_run, .done = drop_done, .writes = true };
	dropping->id = str_dup(id);
	dropping->fn = fn;
	dropping->arg = arg;
	store_task(store, &dropping->task);
}
