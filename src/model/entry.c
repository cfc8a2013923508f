#include "entry_inner.h"
#include "words.h"

WORDS_DEFINE(role, role, ROLE_COUNT, ROLES(WORDS_ITEM))

#define F(field, type, need) { #field, FIELD_##type, FIELD_##need },
#define X(name, word, needs, roles, list) static const struct entry_field fields_##name[] = { list { NULL, FIELD_TEXT, FIELD_MAY } };
ENTRY_TYPES(X)
#undef X
#undef F

static const struct entry_type_info types[] = {
#define X(name, word, needs, roles, list) { word, needs, roles, fields_##name },
	ENTRY_TYPES(X)
#undef X
};

const struct entry_type_info *entry_type_info(enum entry_type type)
{
	return &types[type];
}

const char *entry_type_word(enum entry_type type)
{
	return (unsigned)type < ENTRY_TYPE_COUNT ? types[type].word : "";
}

bool entry_type_parse(struct str word, enum entry_type *type)
{
	for (int i = 0; i < ENTRY_TYPE_COUNT; i++) {
		if (str_is(word, types[i].word)) {
			*type = (enum entry_type)i;
			return true;
		}
	}
	return false;
}

const struct entry_field *entry_field_find(enum entry_type type, const char *name)
{
	for (const struct entry_field *field = types[type].fields; field->name; field++) {
		if (!strcmp(field->name, name))
			return field;
	}
	return NULL;
}

bool entry_known(const struct entry *entry)
{
	return entry->v <= ENTRY_VERSION && entry->type != ENTRY_UNKNOWN;
}

struct json_object *entry_data(struct json_parser *parser, const struct entry *entry)
{
	struct err err = { ERR_NONE, "" };
	struct json_object *data = json_parse(parser, entry->data, &err);

	if (json_object_is_type(data, json_type_object))
		return data;
	json_object_put(data);
	return NULL;
}

static struct json_object *member(struct json_object *data, const char *name, enum json_type type)
{
	struct json_object *value = NULL;

	if (!data || !json_object_object_get_ex(data, name, &value) || !json_object_is_type(value, type))
		return NULL;
	return value;
}

struct str entry_text(struct json_object *data, const char *name)
{
	struct json_object *value = member(data, name, json_type_string);

	if (!value)
		return (struct str){ 0 };
	return str_make(json_object_get_string(value), (size_t)json_object_get_string_len(value));
}

int64_t entry_when(struct json_object *data, const char *name)
{
	struct json_object *value = member(data, name, json_type_int);

	return value ? json_object_get_int64(value) : WHEN_NONE;
}

int64_t entry_count(struct json_object *data, const char *name)
{
	struct json_object *value = member(data, name, json_type_int);

	return value && json_object_get_int64(value) > 0 ? json_object_get_int64(value) : 0;
}

bool entry_flag(struct json_object *data, const char *name)
{
	struct json_object *value = member(data, name, json_type_boolean);

	return value && json_object_get_boolean(value);
}

bool entry_uuid(const struct entry *entry, const char *name, struct str *out)
{
	static const char *const starts[] = { "{\"", STRIPPED ",\"" };
	size_t n = strlen(name);

	for (size_t i = 0; i < 2; i++) {
		size_t before = strlen(starts[i]), at = before + n;

		if (entry->data.n < at + 3 + 36 + 1 || memcmp(entry->data.p, starts[i], before) != 0 ||
		    memcmp(entry->data.p + before, name, n) != 0 || memcmp(entry->data.p + at, "\":\"", 3) != 0)
			continue;
		*out = str_make(entry->data.p + at + 3, 36);
		/* what stands twice is for the parser to decide, and so is what an escape makes */
		return uuid_text(*out) && out->p[36] == '"' && !memmem(out->p + 36, entry->data.n - (at + 3 + 36), name, n) &&
		       !memchr(out->p + 36, '\\', entry->data.n - (at + 3 + 36));
	}
	return false;
}

struct money entry_money(struct json_object *data, const char *name)
{
	struct json_object *value = member(data, name, json_type_object);
	struct str currency = entry_text(value, "currency");
	struct money money = { 0, "" };

	if (!member(value, "minor", json_type_int) || money_exponent(currency) < 0)
		return money;
	money.minor = json_object_get_int64(member(value, "minor", json_type_int));
	memcpy(money.currency, currency.p, 3);
	return money;
}

int64_t entry_time(const struct entry *entry)
{
	return entry->got != WHEN_NONE && entry->at > entry->got ? entry->got : entry->at;
}

struct str entry_slot(struct arena *arena, const struct entry *entry)
{
	struct json_parser *parser;
	struct json_object *data;
	struct str slot = { 0 };
	bool claim;

	if (!entry_known(entry))
		return slot;
	claim = types[entry->type].needs & NEED_CLAIM;
	if (!claim && entry->type != ENTRY_ACTION)
		return slot;
	parser = json_parser_new();
	data = entry_data(parser, entry);
	slot = entry_text(data, claim ? types[entry->type].fields[0].name : "answer");
	if (slot.p)
		slot = arena_str(arena, slot);
	json_object_put(data);
	json_parser_free(parser);
	return slot;
}

int entry_compare(const struct entry *a, const struct entry *b)
{
	return a->ord != b->ord ? (a->ord < b->ord ? -1 : 1) : str_cmp(a->id, b->id);
}

int entry_compare_epoch(const struct entry *a, const struct entry *b)
{
	return a->epoch != b->epoch ? (a->epoch < b->epoch ? -1 : 1) : entry_compare(a, b);
}

bool entry_stripped(const struct entry *entry)
{
	return str_starts(entry->data, STRIPPED);
}

bool entry_same(const struct entry *a, const struct entry *b)
{
	return a->v == b->v && a->at == b->at && str_eq(a->id, b->id) && str_eq(a->word, b->word) &&
	       str_eq(a->person, b->person) && str_eq(a->case_, b->case_) && str_eq(a->author, b->author) &&
	       str_eq(a->team, b->team) && str_eq(a->channel, b->channel) && str_eq(a->data, b->data) &&
	       str_eq(a->more, b->more);
}
