#include "fetch.h"

#include <dossier/base/mem.h>

#define SHOW_MAX (1024 * 1024)

static void run_begin(void *arg);

static struct run *run_new(struct backend_call *call, const struct plan_fetch *fetch, struct keep *base,
			   const struct run_ops *ops, void *arg, const char *why)
{
	struct run *run = mem_zalloc(sizeof(*run));

	run->call = call;
	run->fetch = fetch;
	run->base = keep_vars(base);
	run->ops = ops;
	run->arg = arg;
	run->why = why;
	run->next = call->runs;
	call->runs = run;
	loop_defer(call->backend->loop, run_begin, run);
	return run;
}

struct run *run_start(struct backend_call *call, const struct plan_fetch *fetch, struct keep *base,
		      const struct run_ops *ops, void *arg, const char *why)
{
	call->pending++;
	return run_new(call, fetch, base, ops, arg, why);
}

struct run *run_child(struct run *parent, const struct plan_fetch *fetch, struct keep *base, struct expand *of)
{
	static const struct run_ops no_ops = { 0 };
	struct run *run = run_new(parent->call, fetch, base, of ? parent->ops : &no_ops, parent->arg, parent->why);

	run->parent = parent;
	run->of = of;
	run->step = !of;
	parent->pending++;
	return run;
}

struct run *run_table(struct run *parent, const struct plan_table *table, const struct run_ops *ops)
{
	struct run *run = run_new(parent->call, table->fetch, parent->base, ops, NULL, "table");

	run->parent = parent;
	run->table = table;
	run->map = json_object_new_object();
	parent->pending++;
	parent->tables_pending++;
	return run;
}

void run_fail(struct run *run, const struct err *err, int status, int64_t retry_at)
{
	run->failed = true;
	call_fail(run->call, err, status, retry_at);
}

void run_save(struct run *run, struct json_object *root)
{
	const struct plan_fetch *fetch = run->fetch;
	struct map_notes notes = call_notes(run->call);
	struct keep *keep;

	if (!fetch->save.n || !root)
		return;
	keep = keep_element(run->base, root, root, run->tables);
	for (size_t i = 0; i < fetch->save.n; i++) {
		struct json_object *value = expr_value(fetch->save.items[i].value, &keep->scope, &notes);

		if (value)
			keep_set(run->base, fetch->save.items[i].name, value);
	}
	keep_unref(keep);
}

static void run_drop(struct run *run)
{
	pagers_free(run);
	expands_free(run);
	keep_unref(run->base);
	tables_unref(run->tables);
	json_object_put(run->map);
	run->map = NULL;
	run->base = NULL;
	run->tables = NULL;
}

/* A step hands what it learnt to the run that needs it. */
static void step_end(struct run *run)
{
	struct run *parent = run->parent;

	for (size_t i = 0; i < run->fetch->save.n; i++) {
		const char *name = run->fetch->save.items[i].name;
		struct json_object *value;

		if (run->base->scope.vars && vars_get(run->base->scope.vars, str_of(name), &value))
			keep_set(parent->base, name, json_object_get(value));
	}
	parent->failed = parent->failed || run->failed;
	parent->none = parent->none || run->none;
	run_drop(run);
	run_check(parent);
}

static void run_end(struct run *run)
{
	if (run->done)
		return;
	run->done = true;
	if (run->step) {
		step_end(run);
	} else if (run->table && run->parent) {
		struct run *parent = run->parent;

		if (!parent->tables)
			parent->tables = tables_new(keep_tables(parent->base));
		tables_put(parent->tables, run->table->name, run->map);
		run_drop(run);
		run_tables_ready(parent);
	} else if (run->parent) {
		struct run *parent = run->parent;
		struct expand *of = run->of;

		run_drop(run);
		of->active--;
		expand_next(parent, of);
		run_check(parent);
	} else {
		if (run->ops->done)
			run->ops->done(run);
		run_drop(run);
		run->call->pending--;
	}
}

static void run_advance(struct run *run)
{
	const struct plan_fetch *fetch = run->fetch;

	if (run->failed || (run->none && run->n_steps)) {
		run_end(run);
		return;
	}
	if (run->n_steps < fetch->steps.n) {
		run_child(run, fetch->steps.items[run->n_steps++], run->base, NULL);
		return;
	}
	run->started = true;
	run->none = false;
	run->pending++;         /* so that nothing ends while it begins */
	tables_ensure(run);
	pagers_start(run);
	run_check(run);
}

void run_check(struct run *run)
{
	if (--run->pending || run->done || !call_alive(run->call))
		return;
	if (!run->started) {
		run_advance(run);
		return;
	}
	if (!run->paged) {
		run->paged = true;
		run->pending++;
		expands_finish(run);
		run_check(run);
		return;
	}
	run_end(run);
}

void run_tables_ready(struct run *run)
{
	run->tables_pending--;
	if (!run->tables_pending)
		pagers_tables_ready(run);
	run_check(run);
}

void run_show(struct run *run, const struct plan_elements *elements, struct keep *keep, const struct record *record,
	      const struct interaction *it)
{
	struct backend *backend = run->call->backend;
	const struct trace *trace = run->call->options.trace;
	struct buf json, clean;

	if (!trace || !trace->element || (trace->wants ? !it || !trace->wants(trace->arg, it) : run->shown))
		return;
	run->shown = true;
	buf_init(&json, SHOW_MAX);
	buf_init(&clean, 2 * SHOW_MAX);
	json_write(&json, scope_element(&keep->scope));
	log_clean(backend->log, buf_str(&json), &clean);
	trace->element(trace->arg, backend->id, elements->name ? elements->name : run->fetch->name ? run->fetch->name : "",
		       buf_str(&clean), record, it);
	buf_release(&json);
	buf_release(&clean);
}

static void run_begin(void *arg)
{
	struct run *run = arg;
	struct backend_call *call = run->call;

	call_enter(call);
	/* what hangs on elements was judged over each of them: a chunk of many has none */
	if (!run->of && !cond_holds(run->fetch->when, &run->base->scope)) {
		run->none = true;
		run_end(run);
	} else {
		run_advance(run);
	}
	call_leave(call);
}

void runs_stop(struct backend_call *call)
{
	for (struct run *run = call->runs; run; run = run->next) {
		loop_defer_cancel(call->backend->loop, run_begin, run);
		pagers_stop(run);
		tables_forget(run);
	}
}

void runs_free(struct backend_call *call)
{
	for (struct run *run = call->runs, *next; run; run = next) {
		next = run->next;
		run_drop(run);
		free(run);
	}
	call->runs = NULL;
}
