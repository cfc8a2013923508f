#include <string.h>

#include "row_json.h"

/* More of one list than any reply brings is broken. */
#define LIST_MOST 10000

static struct json_object *member(struct json_object *value, const char *name, enum json_type type)
{
	struct json_object *found = NULL;

	if (!json_object_is_type(value, json_type_object) || !json_object_object_get_ex(value, name, &found) ||
	    !json_object_is_type(found, type))
		return NULL;
	return found;
}

/* A member that another file of this folder reads too, for entries, is borrowed; rows copy it. */
static struct str text(struct json_object *value, const char *name)
{
	struct json_object *found = member(value, name, json_type_string);

	return found ? str_make(json_object_get_string(found), (size_t)json_object_get_string_len(found)) : (struct str){ 0 };
}

static void texts(struct arena *arena, struct json_object *value, const struct text_member *members, void *thing)
{
	for (; members->name; members++)
		*text_at(thing, members) = arena_str(arena, text(value, members->name));
}

static int64_t number(struct json_object *value, const char *name, int64_t absent)
{
	struct json_object *found = member(value, name, json_type_int);

	return found ? json_object_get_int64(found) : absent;
}

static bool flag(struct json_object *value, const char *name)
{
	struct json_object *found = member(value, name, json_type_boolean);

	return found && json_object_get_boolean(found);
}

static struct money money(struct json_object *value, const char *name)
{
	struct json_object *found = member(value, name, json_type_object);
	struct str currency = text(found, "currency");
	struct money amount = { 0, "" };

	if (currency.n != 3)
		return amount;
	amount.minor = number(found, "minor", 0);
	memcpy(amount.currency, currency.p, 3);
	return amount;
}

static size_t list(struct json_object *value, const char *name, struct json_object **items)
{
	size_t n;

	*items = member(value, name, json_type_array);
	n = *items ? json_object_array_length(*items) : 0;
	return n < LIST_MOST ? n : LIST_MOST;
}

static void read_words(struct json_object *value, struct interaction *it)
{
	struct str word;

	if ((word = text(value, "kind")).n)
		kind_parse(word, &it->kind);
	if ((word = text(value, "step")).n)
		step_parse(word, &it->step);
	if ((word = text(value, "channel")).n)
		channel_parse(word, &it->channel);
	if ((word = text(value, "direction")).n)
		direction_parse(word, &it->direction);
	if ((word = text(value, "reader")).n)
		reader_parse(word, &it->reader);
}

static void read_lists(struct arena *arena, struct json_object *value, struct interaction *it)
{
	struct json_object *items;
	size_t n = list(value, "lines", &items);

	if (n) {
		it->lines = arena_alloc(arena, n * sizeof(*it->lines));
		it->n_lines = (uint32_t)n;
	}
	for (size_t i = 0; i < n; i++) {
		texts(arena, json_object_array_get_idx(items, i), line_texts, &it->lines[i]);
		it->lines[i].amount = money(json_object_array_get_idx(items, i), "amount");
	}
	n = list(value, "attachments", &items);
	if (n) {
		it->attachments = arena_alloc(arena, n * sizeof(*it->attachments));
		it->n_attachments = (uint32_t)n;
	}
	for (size_t i = 0; i < n; i++) {
		texts(arena, json_object_array_get_idx(items, i), attachment_texts, &it->attachments[i]);
		it->attachments[i].size = number(json_object_array_get_idx(items, i), "size", -1);
	}
}

bool row_json_read_interaction(struct json_object *value, struct batch *batch, struct err *err)
{
	struct interaction *it;

	if (str_empty(text(value, "id")) || str_empty(text(value, "backend")) || !text(value, "row").p)
		return err_set(err, ERR_SHAPE, "a kept row needs an id, a backend and the row it came from");
	it = batch_add(batch);
	texts(batch->arena, value, interaction_texts, it);
	read_words(value, it);
	it->at = number(value, "at", WHEN_NONE);
	it->until = number(value, "until", WHEN_NONE);
	it->minutes = number(value, "minutes", 0);
	it->amount = money(value, "amount");
	it->shared_only = flag(value, "shared_only");
	if (member(value, "refs", json_type_object))
		texts(batch->arena, member(value, "refs", json_type_object), refs_texts, interaction_refs(batch->arena, it));
	read_lists(batch->arena, value, it);
	return true;
}

static bool read_identity(struct json_object *value, struct identity *id)
{
	if (!identity_type_parse(text(value, "type"), &id->type))
		return false;
	id->backend = text(value, "of");
	id->value = text(value, "value");
	return id->value.n > 0;
}

static void read_identities(struct arena *arena, struct json_object *value, struct record *record)
{
	struct json_object *items;
	size_t n = list(value, "ids", &items);
	struct identity id;

	for (size_t i = 0; i < n; i++) {
		struct json_object *item = json_object_array_get_idx(items, i);

		if (read_identity(item, &id))
			record_add_id(arena, record, &id, text(item, "field"), text(item, "stored"));
	}
	n = list(value, "matches", &items);
	for (size_t i = 0; i < n; i++) {
		struct json_object *item = json_object_array_get_idx(items, i);

		if (read_identity(item, &id))
			record_add_match(arena, record, &id, text(item, "field"), text(item, "stored"));
	}
}

static void read_record_lists(struct arena *arena, struct json_object *value, struct record *record)
{
	struct json_object *items;
	size_t n = list(value, "names", &items);

	for (size_t i = 0; i < n; i++) {
		struct json_object *name = json_object_array_get_idx(items, i);

		if (json_object_is_type(name, json_type_string))
			record_add_name(arena, record, str_make(json_object_get_string(name), (size_t)json_object_get_string_len(name)));
	}
	n = list(value, "addresses", &items);
	for (size_t i = 0; i < n; i++) {
		struct address address = { 0 };

		texts(arena, json_object_array_get_idx(items, i), address_texts, &address);
		record_add_address(arena, record, &address);
	}
	n = list(value, "extras", &items);
	for (size_t i = 0; i < n; i++) {
		struct json_object *item = json_object_array_get_idx(items, i);

		if (text(item, "name").p)
			record_add_extra(arena, record, text(item, "name"), text(item, "value"));
	}
}

struct record *row_json_read_record(struct json_object *value, struct arena *arena, struct err *err)
{
	struct record *record;

	if (str_empty(text(value, "backend")) || str_empty(text(value, "id"))) {
		err_set(err, ERR_SHAPE, "a kept record needs a backend and an id");
		return NULL;
	}
	record = record_new(arena, text(value, "backend"), text(value, "id"));
	texts(arena, value, record_texts, record);
	record->guest = flag(value, "guest");
	record->reference_only = flag(value, "reference_only");
	record->do_not_contact = flag(value, "do_not_contact");
	record->since = number(value, "since", WHEN_NONE);
	record->lifetime = money(value, "lifetime");
	read_identities(arena, value, record);
	read_record_lists(arena, value, record);
	return record;
}

static bool read_all(struct json_object *value, struct batch *batch, struct record ***records, size_t *n, struct err *err)
{
	struct json_object *rows = member(value, "rows", json_type_array), *people = member(value, "records", json_type_array);
	size_t n_rows = rows ? json_object_array_length(rows) : 0, n_people = people ? json_object_array_length(people) : 0;

	if (!rows || !people)
		return err_set(err, ERR_SHAPE, "a kept pull needs its rows and its records");
	for (size_t i = 0; i < n_rows; i++) {
		if (!row_json_read_interaction(json_object_array_get_idx(rows, i), batch, err))
			return false;
	}
	*records = mem_realloc(*records, *n + n_people + 1, sizeof(**records));
	for (size_t i = 0; i < n_people; i++) {
		struct record *record = row_json_read_record(json_object_array_get_idx(people, i), batch->arena, err);

		if (!record)
			return false;
		(*records)[(*n)++] = record;
	}
	return true;
}

bool row_json_read(struct str json, struct batch *batch, struct record ***records, size_t *n, struct err *err)
{
	struct json_object *value;
	struct err own = { 0 };
	bool good;

	err = err ? err : &own;
	err_clear(err);
	value = json_parse_whole(json, NULL, err);
	if (!value && err->code != ERR_NONE)
		return false;
	good = read_all(value, batch, records, n, err);
	json_object_put(value);
	return good;
}
