#include <dossier/desk/raw.h>

#include <stdlib.h>

#include <dossier/base/json.h>
#include <dossier/base/mem.h>
#include <dossier/model/cases.h>

#include "customer_parts.h"
#include "group.h"

#define JSON_MOST (2 * 1024 * 1024)
#define DEPTH_MOST 100
#define BEFORE_MS (24 * 60 * 60 * INT64_C(1000))        /* some backends filter by another time than the row's */
#define MASKED "(masked)"

struct raw {
	struct desk *desk;
	struct arena *arena;
	const struct mask *mask;
	struct str *open;
	size_t n_open;
	struct str backend, row, id;
	struct trace trace;
	struct subject subject;
	struct backend_call *call;
	struct buf json;
	bool found;
	struct err err;
	raw_fn *done;
	void *arg;
};

static void finish(void *arg);

#define OPEN_MOST 200

static void add_open(struct raw *raw, struct str text)
{
	if (text.n && raw->n_open < OPEN_MOST)
		raw->open[raw->n_open++] = arena_str(raw->arena, text);
}

/* The texts that the row shows anyway; copied, since rows do not last. */
static void open_texts(struct raw *raw, const struct interaction *it)
{
	const struct refs none = { { 0 } }, *refs = it->refs ? it->refs : &none;
	const struct str texts[] = {
		it->id, it->title, it->text, it->agent, it->place_id, it->place_name, it->status, it->done, it->outcome, it->number, it->web,
		it->part_of, refs->order, refs->receipt, refs->ticket, refs->tracking, refs->call, refs->case_,
	};

	raw->open = arena_alloc(raw->arena, OPEN_MOST * sizeof(*raw->open));
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		add_open(raw, texts[i]);
	for (uint32_t i = 0; i < it->n_lines; i++) {
		add_open(raw, it->lines[i].title);
		add_open(raw, it->lines[i].sku);
	}
}

static bool is_open(const struct raw *raw, struct str text)
{
	for (size_t i = 0; i < raw->n_open; i++)
		if (str_eq(raw->open[i], text))
			return true;
	return false;
}

/* A copy in which nothing can be read that the row does not show; a number may be a telephone's, too. */
static struct json_object *closed_copy(const struct raw *raw, struct json_object *value, int depth)
{
	struct json_object *copy;

	switch (json_object_get_type(value)) {
	case json_type_object:
		copy = json_object_new_object();
		if (depth < DEPTH_MOST) {
			json_object_object_foreach(value, name, member)
				json_object_object_add(copy, name, closed_copy(raw, member, depth + 1));
		}
		return copy;
	case json_type_array:
		copy = json_object_new_array();
		for (size_t i = 0; i < json_object_array_length(value) && depth < DEPTH_MOST; i++)
			json_object_array_add(copy, closed_copy(raw, json_object_array_get_idx(value, i), depth + 1));
		return copy;
	case json_type_null: case json_type_boolean:
		return json_object_get(value);
	case json_type_string:
		return is_open(raw, str_make(json_object_get_string(value), (size_t)json_object_get_string_len(value))) ? json_object_get(value) : json_object_new_string(MASKED);
	default:
		return is_open(raw, str_of(json_object_get_string(value))) ? json_object_get(value) : json_object_new_string(MASKED);
	}
}

/* Names of members may be data as well: of a map by customer, say; so none is left of what is no plain word. */
static bool has_plain_names(struct json_object *value, int depth)
{
	bool plain = depth < DEPTH_MOST;

	if (json_object_is_type(value, json_type_object)) {
		json_object_object_foreach(value, name, member)
			plain = plain && strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_$@-:.") == strlen(name) && strlen(name) < 60 && !strchr(name + 1, '@') &&
				has_plain_names(member, depth + 1);
	} else if (json_object_is_type(value, json_type_array)) {
		for (size_t i = 0; i < json_object_array_length(value) && plain; i++)
			plain = has_plain_names(json_object_array_get_idx(value, i), depth + 1);
	}
	return plain;
}

static void take(struct raw *raw, struct str text)
{
	struct json_object *value = json_parse_whole(text, &json_scan_defaults, &raw->err), *open = value;

	if (!value && raw->err.code != ERR_NONE)
		return;
	if (raw->mask && !has_plain_names(value, 0))
		err_set(&raw->err, ERR_REFUSED, "fields are closed here, and what the backend sent cannot be shown without them");
	else if (raw->mask)
		open = closed_copy(raw, value, 0);
	if (raw->err.code == ERR_NONE)
		buf_adds(&raw->json, json_object_to_json_string_ext(open, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_NOSLASHESCAPE));
	if (open != value)
		json_object_put(open);
	json_object_put(value);
	raw->found = raw->err.code == ERR_NONE;
}

static bool wants(void *arg, const struct interaction *it)
{
	struct raw *raw = arg;

	return !raw->found && raw->err.code == ERR_NONE && str_eq(it->id, raw->id) && str_eq(it->row, raw->row);
}

static void element(void *arg, const char *backend, const char *fetch, struct str json, const struct record *record, const struct interaction *it)
{
	struct raw *raw = arg;

	(void)backend;
	(void)fetch;
	(void)record;
	if (!it || !wants(raw, it))
		return;
	take(raw, json);
	loop_defer(raw->desk->loop, finish, raw);
}

static void batch(void *arg, struct batch *batch)
{
	(void)arg;
	batch_free(batch);
}

static void pulled(void *arg, const struct backend_end *end)
{
	struct raw *raw = arg;

	raw->call = NULL;
	loop_defer_cancel(raw->desk->loop, finish, raw);
	if (!raw->found && raw->err.code == ERR_NONE && end->err.code != ERR_NONE)
		raw->err = end->err;
	finish(raw);
}

static void finish(void *arg)
{
	struct raw *raw = arg;

	if (!raw->found && raw->err.code == ERR_NONE)
		err_set(&raw->err, ERR_NOTFOUND, "%.*s did not send this row again", STR_ARG(raw->backend));
	raw->done(raw->arg, buf_str(&raw->json), clock_wall(raw->desk->clock), &raw->err);
	raw_cancel(raw);
}

static void pull(struct raw *raw, struct customer *customer, int64_t at)
{
	const struct desk_backend *backend = NULL;
	struct backend_options options = { .rank = raw->desk->rank, .since = at == WHEN_NONE ? at : at - BEFORE_MS, .all = true, .trace = &raw->trace };
	struct backend_sink sink = { .batch = batch, .done = pulled, .arg = raw };
	struct backend_subject whom;

	for (size_t i = 0; i < raw->desk->n_backends && !backend; i++)
		if (str_is(raw->backend, raw->desk->backends[i].id))
			backend = &raw->desk->backends[i];
	if (!backend || !backend->backend)
		err_set(&raw->err, ERR_CONFIG, "%.*s cannot be asked", STR_ARG(raw->backend));
	else if (backend_plan(backend->backend)->feed)
		err_set(&raw->err, ERR_USAGE, "%.*s is read from files: there is no reply to show", STR_ARG(raw->backend));
	else if (!subject_of(raw->arena, customer->whole, backend->id, backend_plan(backend->backend), &raw->subject))
		err_set(&raw->err, ERR_NOTFOUND, "%.*s cannot be asked about this customer", STR_ARG(raw->backend));
	if (raw->err.code != ERR_NONE) {
		loop_defer(raw->desk->loop, finish, raw);
		return;
	}
	raw->trace = (struct trace){ .element = element, .wants = wants, .arg = raw };
	whom = (struct backend_subject){ .records = raw->subject.records, .n_records = raw->subject.n_records, .ids = raw->subject.ids, .n_ids = raw->subject.n_ids };
	raw->call = backend_pull(backend->backend, &whom, &options, &sink);
}

static void read_entry(struct raw *raw, struct customer *customer)
{
	const struct entry *entry = entries_find(customer_entries(customer), raw->id);
	struct buf text;

	buf_init(&text, JSON_MOST);
	if (!entry)
		err_set(&raw->err, ERR_NOTFOUND, "the entry is not here any more");
	else if (desk_closes(raw->desk, entry) || mask_hides(raw->mask, "row.text"))
		err_set(&raw->err, ERR_REFUSED, "its words are closed here");
	else
		entry_write(entry, &text);
	if (entry && raw->err.code == ERR_NONE)
		take(raw, buf_str(&text));
	buf_release(&text);
	loop_defer(raw->desk->loop, finish, raw);
}

static bool closes_any(const struct mask *mask)
{
	bool any = false;

	for (size_t i = 0; mask && present_names[i] && !any; i++)
		any = mask_hides(mask, present_names[i]);
	return any;
}

struct raw *raw_fetch(struct customer *customer, const struct present *present, const struct interaction *row, raw_fn *done, void *arg)
{
	struct raw *raw = mem_zalloc(sizeof(*raw));

	*raw = (struct raw){ .desk = customer->desk, .arena = arena_new(), .mask = closes_any(present->mask) ? present->mask : NULL, .done = done, .arg = arg };
	buf_init(&raw->json, JSON_MOST);
	open_texts(raw, present_seen_row(present, row, raw->arena));
	raw->backend = arena_str(raw->arena, row->backend);
	raw->row = arena_str(raw->arena, row->row);
	raw->id = arena_str(raw->arena, row->id);
	if (str_is(row->backend, CASES_BACKEND))
		read_entry(raw, customer);
	else
		pull(raw, customer, row->at);
	return raw;
}

void raw_cancel(struct raw *raw)
{
	if (!raw)
		return;
	loop_defer_cancel(raw->desk->loop, finish, raw);
	if (raw->call)
		backend_cancel(raw->call);
	buf_release(&raw->json);
	arena_free(raw->arena);
	free(raw);
}
