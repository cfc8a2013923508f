#include "reach.h"

#include <stdlib.h>

#include <dossier/base/text.h>
#include <dossier/model/cases.h>

static void put(struct reach_keys *keys, struct str key)
{
	for (size_t i = 0; i < keys->n; i++) {
		if (str_eq(keys->keys[i], key))
			return;
	}
	MEM_ROOM(keys->keys, keys->n, keys->cap);
	keys->keys[keys->n++] = key;
}

struct str reach_uuid_key(struct arena *arena, struct str uuid)
{
	char *key = arena_alloc(arena, (size_t)uuid.n + 3);

	key[0] = 'u';
	key[1] = ':';
	if (uuid.n)
		memcpy(key + 2, uuid.p, uuid.n);
	return str_make(key, (size_t)uuid.n + 2);
}

/* The last seven digits: what two spellings of one telephone have in common. */
static void put_digits(struct buf *out, struct str text)
{
	char digits[7];
	size_t n = 0;

	for (uint32_t i = text.n; i > 0 && n < sizeof(digits); i--) {
		if (text.p[i - 1] >= '0' && text.p[i - 1] <= '9')
			digits[n++] = text.p[i - 1];
	}
	while (n > 0)
		buf_addc(out, digits[--n]);
}

struct str reach_bucket(struct arena *arena, const struct identity *id)
{
	struct buf key;
	struct str bucket;

	buf_init(&key, 4096);
	if (id->type == ID_TYPE_TEL) {
		buf_adds(&key, "t:");
		put_digits(&key, id->value);
	} else if (id->type == ID_TYPE_NAME) {
		buf_adds(&key, "n:");
		text_fold_plain(&key, id->value);
	} else {
		buf_adds(&key, "i:");
		identity_print(id, &key);
	}
	bucket = arena_str(arena, buf_str(&key));
	buf_release(&key);
	return bucket;
}

static void put_uuid(struct reach_keys *keys, struct arena *arena, struct json_object *value)
{
	if (json_object_is_type(value, json_type_string) && json_object_get_string_len(value) == 36)
		put(keys, reach_uuid_key(arena, str_make(json_object_get_string(value), 36)));
}

static void put_field(struct reach_keys *keys, struct arena *arena, const struct entry_field *field, struct json_object *data)
{
	struct json_object *value = NULL;
	struct identity id;

	if (!json_object_object_get_ex(data, field->name, &value))
		return;
	if (field->kind == FIELD_UUID)
		put_uuid(keys, arena, value);
	for (size_t i = 0; field->kind == FIELD_UUIDS && json_object_is_type(value, json_type_array) && i < json_object_array_length(value); i++)
		put_uuid(keys, arena, json_object_array_get_idx(value, i));
	if (field->kind == FIELD_IDENTITY && identity_parse(arena, entry_text(data, field->name), NULL, &id, NULL))
		put(keys, reach_bucket(arena, &id));
}

static bool names_others(enum entry_type type)
{
	for (const struct entry_field *field = entry_type_info(type)->fields; field->name; field++) {
		if (field->kind == FIELD_UUID || field->kind == FIELD_UUIDS || field->kind == FIELD_IDENTITY)
			return true;
	}
	return false;
}

void reach_keys(struct reach_keys *keys, struct arena *arena, const struct entry *entry)
{
	struct json_object *data;

	keys->n = 0;
	if (entry->person.p)
		put(keys, reach_uuid_key(arena, entry->person));
	if (entry->case_.p)
		put(keys, reach_uuid_key(arena, entry->case_));
	if (!entry_known(entry) || !names_others(entry->type))
		return;
	if (!keys->parser)
		keys->parser = json_parser_new();
	data = entry_data(keys->parser, entry);
	for (const struct entry_field *field = entry_type_info(entry->type)->fields; data && field->name; field++)
		put_field(keys, arena, field, data);
	json_object_put(data);
}

void reach_keys_release(struct reach_keys *keys)
{
	free(keys->keys);
	json_parser_free(keys->parser);
	*keys = (struct reach_keys){ 0 };
}

bool reach_open_type(enum entry_type type)
{
	static const enum entry_type types[] = {
		ENTRY_HANDOFF_OFFER, ENTRY_PROMISE_MAKE, ENTRY_ASK, ENTRY_CONTACT_START, ENTRY_NOTICE, ENTRY_DISCREPANCY, ENTRY_POP,
	};

	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		if (types[i] == type)
			return true;
	}
	return false;
}

bool reach_named(struct str id, const struct entry *entry)
{
	char typed[CASE_CODE + 1], code[CASE_CODE + 1];

	if (str_eq(id, entry->id) || (entry->case_.p && str_eq(id, entry->case_)))
		return true;
	if (id.n > CASE_CODE || !case_code_read(id, typed))
		return false;
	case_code(entry->id, code);
	if (!strcmp(code, typed))
		return true;
	if (!entry->case_.p)
		return false;
	case_code(entry->case_, code);
	return !strncmp(code, typed, strlen(typed));
}

static struct str *copy_texts(struct arena *arena, const struct str *texts, size_t n)
{
	struct str *copies = arena_alloc(arena, n * sizeof(*copies) + 1);

	for (size_t i = 0; i < n; i++)
		copies[i] = arena_str(arena, texts[i]);
	return copies;
}

struct store_ask *reach_ask_copy(struct arena *arena, const struct store_ask *ask)
{
	struct store_ask *copy = arena_alloc(arena, sizeof(*copy));
	struct identity *identities = arena_alloc(arena, ask->n_identities * sizeof(*identities) + 1);

	for (size_t i = 0; i < ask->n_identities; i++)
		identities[i] = identity_copy(arena, &ask->identities[i]);
	*copy = *ask;
	copy->identities = identities;
	copy->persons = copy_texts(arena, ask->persons, ask->n_persons);
	copy->ids = copy_texts(arena, ask->ids, ask->n_ids);
	return copy;
}

struct entry reach_entry_copy(struct arena *arena, const struct entry *entry)
{
	struct entry copy = *entry;
	struct str *texts[] = { &copy.word, &copy.id, &copy.person, &copy.case_, &copy.author, &copy.team, &copy.channel, &copy.data, &copy.more };

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		if (texts[i]->p)
			*texts[i] = arena_str(arena, *texts[i]);
	}
	return copy;
}
