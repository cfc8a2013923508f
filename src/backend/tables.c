#include "fetch.h"

#include <dossier/base/mem.h>

#define KEEP_MS (10 * 60 * 1000)

/* A fetched table of a backend: kept for a while, asked for by one call at a time. */
struct table_entry {
	const struct plan_table *plan;
	struct backend *backend;
	struct json_object *map;        /* NULL: not there yet */
	int64_t good_until;
	struct backend_call *loading;
	struct keep *base;
	struct run **told;              /* those who are being told; NULL: one that ended meanwhile */
	size_t n_told;
	struct run **waiters;
	size_t n, cap;
	struct table_entry *next;
};

static void table_row(const struct plan_table *plan, struct json_object *map, const struct scope *scope,
		      const struct map_notes *notes)
{
	struct json_object *key, *value;
	struct buf tmp;
	struct str text;

	if (!cond_holds(plan->when, scope))
		return;
	key = expr_value(plan->key, scope, notes);
	value = expr_value(plan->value, scope, notes);
	buf_init(&tmp, 64);
	if (value && json_text(key, &tmp, &text) && text.n) {
		char *name = str_dup(text);
		struct json_object *there = NULL;
		bool known = json_object_object_get_ex(map, name, &there);

		if (plan->many && !known)
			json_object_object_add(map, name, there = json_object_new_array());
		if (plan->many)
			json_object_array_add(there, json_object_get(value));
		else if (!known)
			json_object_object_add(map, name, json_object_get(value));
		free(name);
	}
	buf_release(&tmp);
	json_object_put(key);
	json_object_put(value);
}

static void side_row(const struct plan_table *plan, struct json_object *map, struct keep *base, struct json_object *root,
		     struct json_object *element, const char *name, const struct map_notes *notes)
{
	struct keep *keep = keep_element(base, element, root, NULL);

	if (name)
		keep_set(keep, "key", json_object_new_string(name));
	table_row(plan, map, &keep->scope, notes);
	keep_unref(keep);
}

static void table_fill(const struct plan_table *plan, struct json_object *map, struct json_object *root, struct keep *base,
		       const struct map_notes *notes)
{
	struct json_object *list = root;

	if (plan->each && !pointer_get(plan->each, root, &list))
		list = NULL;
	if (json_object_is_type(list, json_type_array)) {
		for (size_t i = 0; i < json_object_array_length(list); i++)
			side_row(plan, map, base, root, json_object_array_get_idx(list, i), NULL, notes);
	} else if (plan->each_is_map && json_object_is_type(list, json_type_object)) {
		json_object_object_foreach(list, name, value)
			side_row(plan, map, base, root, value, name, notes);
	} else if (list) {
		side_row(plan, map, base, root, list, NULL, notes);
	}
}

static void side_table(struct run *run, struct tables *tables, const struct plan_table *plan, struct json_object *root,
		       struct keep *base)
{
	struct map_notes notes = call_notes(run->call);
	struct json_object *map = json_object_new_object();

	table_fill(plan, map, root, base, &notes);
	tables_put(tables, plan->name, map);
	json_object_put(map);
}

void tables_side(struct run *run, struct page *page, struct keep *base)
{
	const struct plan_fetch *fetch = run->fetch;

	for (size_t i = 0; i < fetch->tables.n; i++) {
		if (fetch->tables.items[i]->fetch)
			continue;
		if (!page->tables)
			page->tables = tables_new(run->tables ? run->tables : keep_tables(base));
		side_table(run, page->tables, fetch->tables.items[i], page->root, base);
	}
}

/* Each reply to a table's request adds to the map. */
static void fetched_root(struct run *run, struct json_object *root)
{
	struct map_notes notes = call_notes(run->call);

	if (root)
		table_fill(run->table, run->map, root, run->base, &notes);
}

static const struct run_ops table_ops = { .root = fetched_root };

static void table_start(struct backend_call *call)
{
	struct table_entry *entry = call->state;
	struct run *run = run_start(call, entry->plan->fetch, entry->base, &table_ops, entry, "table");

	run->table = entry->plan;
	run->map = json_object_get(entry->map);
}

static void give(struct table_entry *entry, struct run *run)
{
	if (!run->tables)
		run->tables = tables_new(keep_tables(run->base));
	if (entry->map)
		tables_put(run->tables, entry->plan->name, entry->map);
}

/* Whoever waits goes on, with an empty table when it could not be had. */
static void table_done(void *arg, const struct backend_end *end)
{
	struct table_entry *entry = arg;
	int64_t now = clock_steady(entry->backend->house.clock);

	entry->loading = NULL;
	entry->told = entry->waiters;
	entry->n_told = entry->n;
	entry->waiters = NULL;
	entry->n = entry->cap = 0;
	entry->good_until = end->ok ? now + (entry->plan->keep_ms > 0 ? entry->plan->keep_ms : KEEP_MS) : now;
	for (size_t i = 0; i < entry->n_told; i++) {
		struct run *run = entry->told[i];
		struct backend_call *call = run ? run->call : NULL;

		if (!call || !call_alive(call))
			continue;
		call_enter(call);
		call->end.requests += i ? 0 : end->requests;
		if (!end->ok)
			call_fail(call, &end->err, end->status, end->retry_at);
		give(entry, run);
		run_tables_ready(run);
		call_leave(call);
	}
	free(entry->told);
	entry->told = NULL;
	entry->n_told = 0;
	keep_unref(entry->base);
	entry->base = NULL;
}

static struct table_entry *entry_of(struct backend *backend, const struct plan_table *plan)
{
	struct table_entry *entry = backend->tables;

	while (entry && entry->plan != plan)
		entry = entry->next;
	if (entry)
		return entry;
	entry = mem_zalloc(sizeof(*entry));
	entry->plan = plan;
	entry->backend = backend;
	entry->next = backend->tables;
	backend->tables = entry;
	return entry;
}

static void table_want(struct run *run, const struct plan_table *plan)
{
	struct backend *backend = run->call->backend;
	struct table_entry *entry = entry_of(backend, plan);
	const struct backend_sink sink = { .done = table_done, .arg = entry };
	struct backend_options options = run->call->options;

	if (!entry->loading && entry->map && clock_steady(backend->house.clock) < entry->good_until) {
		give(entry, run);
		return;
	}
	MEM_ROOM(entry->waiters, entry->n, entry->cap);
	entry->waiters[entry->n++] = run;
	run->tables_pending++;
	run->pending++;
	if (entry->loading)
		return;
	json_object_put(entry->map);
	entry->map = json_object_new_object();
	options.since = WHEN_NONE;
	options.deadline = run->call->deadline;
	entry->base = keep_top(&backend->house, NULL, NULL);
	entry->loading = call_new(backend, &options, &sink, table_start);
	entry->loading->state = entry;
}

/* The connector's tables are kept for all; those of a fetch may depend on whom it is for. */
static bool is_the_plans(const struct plan *plan, const struct plan_table *table)
{
	for (size_t i = 0; i < plan->tables.n; i++)
		if (plan->tables.items[i] == table)
			return true;
	return false;
}

static bool is_own(const struct plan_fetch *fetch, const struct plan_table *table)
{
	for (size_t i = 0; i < fetch->tables.n; i++)
		if (fetch->tables.items[i] == table)
			return true;
	return false;
}

void tables_ensure(struct run *run)
{
	const struct plan_fetch *fetch = run->fetch;

	for (size_t i = 0; i < fetch->joins.n; i++) {
		const struct plan_table *table = fetch->joins.items[i];

		if (table->fetch && is_the_plans(run->call->backend->plan, table))
			table_want(run, table);
		else if (table->fetch && is_own(fetch, table))
			run_table(run, table, &table_ops);
	}
}

void tables_forget(struct run *run)
{
	for (struct table_entry *entry = run->call->backend->tables; entry; entry = entry->next) {
		for (size_t i = 0; i < entry->n_told; i++)
			if (entry->told[i] == run)
				entry->told[i] = NULL;
		for (size_t i = 0; i < entry->n; i++)
			if (entry->waiters[i] == run) {
				memmove(&entry->waiters[i], &entry->waiters[i + 1], (entry->n - i - 1) * sizeof(*entry->waiters));
				entry->n--;
				i--;
			}
	}
}

/* A call is gone, and with it the trace that a table's request may still report to. */
void tables_forget_trace(struct backend *backend, const struct trace *trace)
{
	for (struct table_entry *entry = backend->tables; trace && entry; entry = entry->next)
		if (entry->loading && entry->loading->options.trace == trace)
			entry->loading->options.trace = NULL;
}

void tables_stop(struct backend *backend)
{
	for (struct table_entry *entry = backend->tables; entry; entry = entry->next) {
		struct backend_call *loading = entry->loading;

		entry->loading = NULL;
		backend_cancel(loading);
	}
}

void tables_release(struct backend *backend)
{
	struct table_entry *list = backend->tables;

	backend->tables = NULL;
	for (struct table_entry *entry = list, *next; entry; entry = next) {
		next = entry->next;
		backend_cancel(entry->loading);
		json_object_put(entry->map);
		keep_unref(entry->base);
		free(entry->waiters);
		free(entry);
	}
}
