#include "ask.h"

#include <dossier/base/mem.h>

#define WHOLE_MAX (4 * 1024 * 1024)

struct ask {
	enum row_type type;
	bool typed;
	enum id_type by;
	struct str value;
	struct keep *base;
};

struct ask_hold { struct arena *arena; void **rows; size_t n, cap; };

static void *ask_open(struct run *run)
{
	struct ask_hold *hold = mem_zalloc(sizeof(*hold));

	(void)run;
	hold->arena = arena_new();
	return hold;
}

static bool ask_element(struct run *run, void *arg, const struct plan_elements *elements, struct keep *keep, uint64_t *key)
{
	struct ask_hold *hold = arg;
	const struct ask *ask = run->call->state;
	struct map_notes notes = call_notes(run->call);

	(void)key;
	run_show(run, elements, keep, NULL, NULL);
	for (size_t i = 0; i < elements->rows.n; i++) {
		const struct plan_row *plan = elements->rows.items[i];
		void *row;

		if (plan->type != ask->type || !cond_holds(plan->when, &keep->scope))
			continue;
		row = map_row(plan, &keep->scope, hold->arena, &notes);
		if (!row) {
			run->call->end.dropped++;
			continue;
		}
		MEM_ROOM(hold->rows, hold->n, hold->cap);
		hold->rows[hold->n++] = row;
	}
	return true;
}

/* What two rows of one backend share only when they are the same one: several requests may find it. */
static uint64_t ask_hash(enum row_type type, const void *row)
{
	const struct stock_row *stock = row;
	const struct str parts[] = { stock->item, stock->sku, stock->site_id, stock->site_name };
	uint64_t hash;

	switch (type) {
	case ROW_PRODUCT:
		return row_hash(STR("product"), ((const struct product_row *)row)->id);
	case ROW_ARTICLE:
		return row_hash(STR("article"), ((const struct article_row *)row)->id);
	case ROW_DAY:
		return row_hash(STR("day"), ((const struct day_row *)row)->id);
	default:
		break;
	}
	hash = row_hash(STR("stock"), str_of(condition_word(stock->condition)));
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		hash = hash_bytes(hash_bytes(hash, "", 1), parts[i].p, parts[i].n);
	return hash;
}

static void ask_close(struct run *run, void *arg, bool keep)
{
	struct ask_hold *hold = arg;
	struct backend_call *call = run->call;
	const struct ask *ask = call->state;

	for (size_t i = 0; keep && i < hold->n && call_alive(call); i++) {
		if (!seen_add(&call->rows, ask_hash(ask->type, hold->rows[i])))
			continue;
		call->end.rows++;
		if (call->sink.row)
			call->sink.row(call->sink.arg, ask->type, hold->rows[i]);
	}
	arena_free(hold->arena);
	free(hold->rows);
	free(hold);
}

static const struct run_ops ask_ops = { .open = ask_open, .element = ask_element, .close = ask_close };

static bool answers(const struct plan_ask *plan, const struct ask *ask)
{
	if (plan->type != ask->type)
		return false;
	for (size_t i = 0; i < plan->by.n; i++)
		if (ask->typed && plan->by.items[i] == ask->by)
			return true;
	return !plan->by.n || !ask->typed;
}

static void ask_start(struct backend_call *call)
{
	struct ask *ask = call->state;
	const struct plan *plan = call->backend->plan;

	ask->base = keep_top(&call->backend->house, NULL, NULL);
	if (ask->value.p)
		keep_set(ask->base, "value", json_object_new_string_len(ask->value.p, (int)ask->value.n));
	for (size_t i = 0; i < plan->asks.n; i++)
		if (answers(plan->asks.items[i], ask))
			run_start(call, plan->asks.items[i]->fetch, ask->base, &ask_ops, NULL, row_type_word(ask->type));
}

static void ask_release(struct backend_call *call)
{
	struct ask *ask = call->state;

	keep_unref(ask->base);
	free(ask);
}

struct backend_call *backend_ask(struct backend *backend, enum row_type type, const struct identity *by, struct str value,
				 const struct backend_options *options, const struct backend_sink *sink)
{
	struct backend_call *call = call_new(backend, options, sink, ask_start);
	struct ask *ask = mem_zalloc(sizeof(*ask));

	ask->type = type;
	ask->typed = by != NULL;
	ask->by = by ? by->type : ID_TYPE_COUNT;
	if (by && !value.p)
		value = by->value;
	ask->value = value.p ? arena_str(call->arena, value) : value;
	call->options.since = WHEN_NONE;
	call->state = ask;
	call->release = ask_release;
	return call;
}

static void whole_begin(void *arg)
{
	struct whole *whole = arg;

	buf_reset(&whole->body);
}

static bool whole_data(void *arg, const char *data, size_t n, struct err *err)
{
	struct whole *whole = arg;

	return buf_add(&whole->body, data, n) || err_set(err, ERR_LIMIT, "the reply is larger than %d bytes", WHOLE_MAX);
}

static void whole_done(void *arg, const struct exchange_end *end)
{
	struct whole *whole = arg;
	struct json_object *root = NULL;
	struct exchange_end told = *end;
	struct err err = { 0 };

	whole->call->pending--;
	if (end->how == EXCHANGE_OK && whole->body.len) {
		root = json_parse_whole(buf_str(&whole->body), NULL, &err);
		if (!root && err.code != ERR_NONE) {
			told.how = EXCHANGE_FAILED;
			err_set(&told.err, ERR_SHAPE, "%s: %s", whole->call->backend->id, err.text);
			told.maybe_done = true;
		}
	}
	whole->done(whole, &told, root);
	json_object_put(root);
}

bool whole_start(struct whole *whole, struct backend_call *call, const struct plan_request *plan, struct wire *wire,
		 const char *why)
{
	const struct exchange_sink sink = { whole_begin, whole_data, whole_done, whole };

	whole->call = call;
	buf_release(&whole->body);
	buf_init(&whole->body, WHOLE_MAX);
	call->pending++;
	whole->ex = exchange_start(call->backend, call, plan, wire, why, false, &sink);
	return true;
}

void whole_release(struct whole *whole)
{
	buf_release(&whole->body);
}

static void ping_done(struct whole *whole, const struct exchange_end *end, struct json_object *root)
{
	struct backend_call *call = whole->call;
	const struct plan *plan = call->backend->plan;
	struct map_notes notes = call_notes(call);
	const struct scope scope = { .element = root, .root = root, .house = &call->backend->house };
	struct buf words;

	if (end->how == EXCHANGE_FAILED) {
		call_fail(call, &end->err, end->status, end->retry_at);
		return;
	}
	buf_init(&words, 300);
	if (root && (error_text(root, plan->ping->errors.items, plan->ping->errors.n, &words) ||
		     (plan->errors_always && error_text(root, plan->errors.items, plan->errors.n, &words)))) {
		struct err err;

		err_set(&err, ERR_HTTP, "%.*s", STR_ARG(buf_str(&words)));
		call_fail(call, &err, end->status, WHEN_NONE);
	} else if (root && plan->ping_who) {
		call->end.who = expr_text(plan->ping_who, &scope, call->arena, &notes);
	}
	buf_release(&words);
}

static void ping_start(struct backend_call *call)
{
	const struct scope scope = { .house = &call->backend->house };
	const struct plan_request *plan = call->backend->plan->ping;
	struct err err = { 0 };
	struct wire wire = { 0 };

	if (call->backend->plan->feed)
		return;
	if (!plan) {
		err_set(&err, ERR_CONFIG, "the connector %s has no ping: say which request shows that it is there",
			call->backend->plan->name);
		call_fail(call, &err, 0, WHEN_NONE);
		return;
	}
	if (wire_make(call->backend, plan, &scope, NULL, false, &wire, &err) == WIRE_MADE) {
		whole_start(call->state, call, plan, &wire, "ping");
		return;
	}
	wire_release(&wire);
	if (err.code == ERR_NONE)
		err_set(&err, ERR_CONFIG, "a value for the address of the ping is missing");
	call_fail(call, &err, 0, WHEN_NONE);
}

static void ping_release(struct backend_call *call)
{
	whole_release(call->state);
	free(call->state);
}

struct backend_call *backend_ping(struct backend *backend, const struct backend_options *options, const struct backend_sink *sink)
{
	struct backend_call *call = call_new(backend, options, sink, ping_start);
	struct whole *whole = mem_zalloc(sizeof(*whole));

	whole->call = call;
	whole->done = ping_done;
	call->state = whole;
	call->release = ping_release;
	return call;
}
