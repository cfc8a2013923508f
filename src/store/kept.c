#include "store_inner.h"

#include <stdlib.h>

struct keeping {
	struct task task;
	struct arena *arena;
	struct kept kept;
	struct str who;
	kept_done_fn *done;
	kept_list_fn *list;
	void *arg;
	struct kept *items;
	size_t n;
	bool erased;
};

static struct keeping *keeping_new(void (*run)(struct task *task, struct local *local), void (*done)(struct task *task), bool writes, void *arg)
{
	struct keeping *keeping = mem_zalloc(sizeof(*keeping));

	keeping->task = (struct task){ .run = run, .done = done, .writes = writes };
	keeping->arena = arena_new();
	keeping->arg = arg;
	return keeping;
}

static void keeping_free(struct keeping *keeping)
{
	free(keeping->items);
	arena_free(keeping->arena);
	free(keeping);
}

static void written(struct task *task)
{
	struct keeping *keeping = (struct keeping *)task;

	if (keeping->erased)
		err_set(&task->err, ERR_REFUSED, "what was known of this person was erased, and nothing more may be kept");
	if (keeping->done && !task->store->closing)
		keeping->done(keeping->arg, &task->err);
	keeping_free(keeping);
}

static void put_run(struct task *task, struct local *local)
{
	struct keeping *keeping = (struct keeping *)task;

	local_kept_put(local, &keeping->kept, task->at, &keeping->erased, &task->err);
}

void kept_put(struct store *store, const struct kept *kept, kept_done_fn *fn, void *arg)
{
	struct keeping *keeping = keeping_new(put_run, written, true, arg);
	struct str *who = arena_alloc(keeping->arena, kept->n_who * sizeof(*who) + 1);

	keeping->done = fn;
	keeping->kept = (struct kept){
		.kind = kept->kind, .key = arena_str(keeping->arena, kept->key), .person = arena_str(keeping->arena, kept->person),
		.case_ = arena_str(keeping->arena, kept->case_), .who = who, .n_who = kept->n_who, .data = arena_str(keeping->arena, kept->data),
	};
	for (size_t i = 0; i < kept->n_who; i++)
		who[i] = arena_str(keeping->arena, kept->who[i]);
	store_task(store, &keeping->task);
}

static void keeper_run(struct task *task, struct local *local)
{
	local_keeper(local, ((struct keeping *)task)->kept.key, &task->err);
}

void kept_for(struct store *store, struct str agent)
{
	struct keeping *keeping = keeping_new(keeper_run, written, true, NULL);

	keeping->kept.key = arena_str(keeping->arena, agent);
	store_task(store, &keeping->task);
}

static void drop_run(struct task *task, struct local *local)
{
	const struct kept *kept = &((struct keeping *)task)->kept;

	if (!local_kept_drop(local, kept->kind, kept->key, &task->err))
		local_fail(local);
}

void kept_drop(struct store *store, enum kept_kind kind, struct str key, kept_done_fn *fn, void *arg)
{
	struct keeping *keeping = keeping_new(drop_run, written, true, arg);

	keeping->done = fn;
	keeping->kept = (struct kept){ .kind = kind, .key = arena_str(keeping->arena, key) };
	store_task(store, &keeping->task);
}

static void list_run(struct task *task, struct local *local)
{
	struct keeping *keeping = (struct keeping *)task;
	const struct kept *kept = &keeping->kept;

	local_kept_list(local, kept->kind, kept->key, kept->person, keeping->who, keeping->arena, &keeping->items, &keeping->n, &task->err);
}

static void listed(struct task *task)
{
	struct keeping *keeping = (struct keeping *)task;

	if (!task->store->closing)
		keeping->list(keeping->arg, keeping->items, keeping->n, &task->err);
	keeping_free(keeping);
}

void kept_list(struct store *store, enum kept_kind kind, struct str key, struct str person, struct str who, kept_list_fn *fn, void *arg)
{
	struct keeping *keeping = keeping_new(list_run, listed, false, arg);

	keeping->list = fn;
	keeping->kept = (struct kept){ .kind = kind, .key = arena_str(keeping->arena, key), .person = arena_str(keeping->arena, person) };
	keeping->who = arena_str(keeping->arena, who);
	store_task(store, &keeping->task);
}
