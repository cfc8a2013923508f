/*
 * What may be in an entry: the envelope by its type's needs, data by its
 * type's table.
 */
#include <dossier/base/text.h>
#include <dossier/model/identity.h>

#include "entry_inner.h"

#define NUMBER_MOST (INT64_C(1) << 53)

bool uuid_text(struct str text)
{
	if (text.n != 36)
		return false;
	for (uint32_t i = 0; i < 36; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;
		char c = text.p[i];

		if (dash ? c != '-' : !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')))
			return false;
	}
	return true;
}

char uuid_version(struct str uuid)
{
	return uuid.p[14];
}

static bool plain_text(struct str text, size_t most)
{
	return text.n <= most && !(text.n && memchr(text.p, '\0', text.n)) && text_is_utf8(text);
}

bool entry_check_envelope(const struct entry *entry, struct err *err)
{
	const struct entry_type_info *info;
	static const char *const names[] = { "author", "team", "channel" };
	const struct str words[] = { entry->author, entry->team, entry->channel };

	if (entry->v < 1 || str_empty(entry->word) || !plain_text(entry->word, ENTRY_WORD_MOST))
		return err_set(err, ERR_SHAPE, "an entry needs a version from 1 up and a type");
	if (!uuid_text(entry->id))
		return err_set(err, ERR_SHAPE, "an entry's id must be a UUID in small letters, not \"%.60s\"", entry->id.p ? entry->id.p : "");
	if ((entry->person.p && !uuid_text(entry->person)) || (entry->case_.p && !uuid_text(entry->case_)))
		return err_set(err, ERR_SHAPE, "entry %.36s: person and case must be UUIDs in small letters", entry->id.p);
	for (size_t i = 0; i < 3; i++) {
		if (!plain_text(words[i], ENTRY_WORD_MOST))
			return err_set(err, ERR_SHAPE, "entry %.36s: %s must be a text of at most %d bytes", entry->id.p, names[i], ENTRY_WORD_MOST);
	}
	/* Times are added and subtracted everywhere: what no calendar has stays outside. */
	if (entry->at < -NUMBER_MOST || entry->at > NUMBER_MOST || (entry->got != WHEN_NONE && (entry->got < -NUMBER_MOST || entry->got > NUMBER_MOST)))
		return err_set(err, ERR_SHAPE, "entry %.36s: at and got must be milliseconds since 1970", entry->id.p);
	if (entry->ord > INT64_MAX)
		return err_set(err, ERR_SHAPE, "entry %.36s: ord is beyond 63 bits", entry->id.p);
	if (entry->data.n > ENTRY_DATA_MOST || str_empty(entry->data))
		return err_set(err, ERR_LIMIT, "entry %.36s: data must be an object of at most %zu bytes", entry->id.p, ENTRY_DATA_MOST);
	if (!entry_known(entry))
		return true;
	info = entry_type_info(entry->type);
	if ((info->needs & (NEED_PERSON | NEED_CASE)) && !entry->person.p)
		return err_set(err, ERR_SHAPE, "a %s needs the person that it is about", info->word);
	if ((info->needs & NEED_CASE) && !entry->case_.p)
		return err_set(err, ERR_SHAPE, "a %s needs its case", info->word);
	if ((info->needs & NEED_RULE) && (uuid_version(entry->id) != '8' || !str_is(entry->author, RULE_AUTHOR)))
		return err_set(err, ERR_SHAPE, "a %s is made by rule only, with a UUID of version 8", info->word);
	return true;
}

static bool check_text(struct json_object *value, size_t most)
{
	return json_object_is_type(value, json_type_string) && json_object_get_string_len(value) > 0 &&
	       plain_text(str_make(json_object_get_string(value), (size_t)json_object_get_string_len(value)), most);
}

static bool check_word(struct json_object *value)
{
	return check_text(value, ENTRY_WORD_MOST);
}

static bool check_long(struct json_object *value)
{
	return check_text(value, ENTRY_TEXT_MOST);
}

static bool check_uuid(struct json_object *value)
{
	return json_object_is_type(value, json_type_string) &&
	       uuid_text(str_make(json_object_get_string(value), (size_t)json_object_get_string_len(value)));
}

static bool check_when(struct json_object *value)
{
	return json_object_is_type(value, json_type_int) && json_object_get_int64(value) > -NUMBER_MOST &&
	       json_object_get_int64(value) < NUMBER_MOST;
}

static bool check_count(struct json_object *value)
{
	return check_when(value) && json_object_get_int64(value) >= 0;
}

static bool check_bool(struct json_object *value)
{
	return json_object_is_type(value, json_type_boolean);
}

static bool check_money(struct json_object *value)
{
	struct json_object *minor = NULL;

	return json_object_is_type(value, json_type_object) && json_object_object_length(value) == 2 &&
	       json_object_object_get_ex(value, "minor", &minor) && check_when(minor) &&
	       money_exponent(entry_text(value, "currency")) >= 0;
}

/* In its normal form, so that the same identity is the same text in every entry. */
static bool check_identity(struct json_object *value)
{
	struct arena *arena = arena_new();
	struct identity id;
	struct buf normal;
	bool good = check_word(value);

	if (good) {
		struct str text = str_make(json_object_get_string(value), (size_t)json_object_get_string_len(value));

		buf_init(&normal, 4096);
		good = identity_parse(arena, text, NULL, &id, NULL) && identity_class(id.type) != ID_REFERENCE;
		if (good) {
			identity_print(&id, &normal);
			good = str_eq(buf_str(&normal), text);
		}
		buf_release(&normal);
	}
	arena_free(arena);
	return good;
}

static bool check_value(struct json_object *value)
{
	return !value || (json_object_is_type(value, json_type_string) &&
			  (!json_object_get_string_len(value) || check_long(value)));
}

static bool check_key(struct json_object *value)
{
	static const char *const names[] = { "backend", "row", "id" };

	if (!json_object_is_type(value, json_type_object) || json_object_object_length(value) != 3)
		return false;
	for (size_t i = 0; i < 3; i++) {
		struct json_object *part = NULL;

		if (!json_object_object_get_ex(value, names[i], &part) || !check_word(part))
			return false;
	}
	return true;
}

static bool check_map(struct json_object *value)
{
	if (!json_object_is_type(value, json_type_object) || json_object_object_length(value) > ENTRY_LIST_MOST)
		return false;
	json_object_object_foreach(value, name, part) {
		if (!plain_text(str_of(name), ENTRY_WORD_MOST) || !check_value(part))
			return false;
	}
	return true;
}

static const struct {
	bool (*check)(struct json_object *value);
	bool list;
	const char *what;
} kinds[] = {
	[FIELD_TEXT] = { check_long, false, "a text" },
	[FIELD_WORD] = { check_word, false, "a text of at most 200 bytes" },
	[FIELD_UUID] = { check_uuid, false, "a UUID in small letters" },
	[FIELD_UUIDS] = { check_uuid, true, "a list of UUIDs" },
	[FIELD_WHEN] = { check_when, false, "a time in milliseconds since 1970" },
	[FIELD_COUNT] = { check_count, false, "a number from 0 up" },
	[FIELD_BOOL] = { check_bool, false, "true or false" },
	[FIELD_MONEY] = { check_money, false, "an amount: {\"minor\": 4210, \"currency\": \"GBP\"}" },
	[FIELD_IDENTITY] = { check_identity, false, "an identity in its normal form, such as email:jane@example.com" },
	[FIELD_IDENTITIES] = { check_identity, true, "a list of identities" },
	[FIELD_WORDS] = { check_word, true, "a list of texts" },
	[FIELD_KEYS] = { check_key, true, "a list of rows, each with backend, row and id" },
	[FIELD_VALUE] = { check_value, false, "a text or null" },
	[FIELD_MAP] = { check_map, false, "a map of texts" },
};

static bool check_field(const struct entry_field *field, struct json_object *value)
{
	if (!kinds[field->kind].list)
		return kinds[field->kind].check(value);
	if (!json_object_is_type(value, json_type_array) || json_object_array_length(value) > ENTRY_LIST_MOST)
		return false;
	for (size_t i = 0; i < json_object_array_length(value); i++) {
		if (!kinds[field->kind].check(json_object_array_get_idx(value, i)))
			return false;
	}
	return true;
}

static bool check_one_of(enum entry_type type, struct json_object *data, struct err *err)
{
	bool asked = false;
	struct buf names;

	buf_init(&names, 300);
	for (const struct entry_field *field = entry_type_info(type)->fields; field->name; field++) {
		if (field->need != FIELD_ONE)
			continue;
		if (json_object_object_get_ex(data, field->name, NULL)) {
			buf_release(&names);
			return true;
		}
		buf_printf(&names, "%s%s", asked ? ", " : "", field->name);
		asked = true;
	}
	if (asked)
		err_set(err, ERR_SHAPE, "a %s needs one of: %s", entry_type_word(type), names.data);
	buf_release(&names);
	return !asked;
}

bool entry_check_data(enum entry_type type, struct json_object *data, bool strict, struct err *err)
{
	if (!json_object_is_type(data, json_type_object))
		return err_set(err, ERR_SHAPE, "the data of a %s must be an object", entry_type_word(type));
	for (const struct entry_field *field = entry_type_info(type)->fields; field->name; field++) {
		struct json_object *value = NULL;

		if (!json_object_object_get_ex(data, field->name, &value)) {
			if (field->need == FIELD_MUST)
				return err_set(err, ERR_SHAPE, "a %s needs %s: %s", entry_type_word(type), field->name, kinds[field->kind].what);
			continue;
		}
		if (!check_field(field, value))
			return err_set(err, ERR_SHAPE, "%s of a %s must be %s", field->name, entry_type_word(type), kinds[field->kind].what);
	}
	json_object_object_foreach(data, name, value) {
		(void)value;
		if (strict && !entry_field_find(type, name))
			return err_set(err, ERR_SHAPE, "a %s has no %.60s", entry_type_word(type), name);
	}
	return check_one_of(type, data, err);
}

bool entry_check(const struct entry *entry, struct err *err)
{
	const struct json_scan_limits limits = { ENTRY_DATA_MOST, ENTRY_DATA_MOST, ENTRY_DATA_MOST, ENTRY_LIST_MOST, ENTRY_DEPTH };
	struct json_object *data;
	bool good;

	if (!entry_check_envelope(entry, err))
		return false;
	if (!entry_known(entry))
		return err_set(err, ERR_SHAPE, "entry %.36s is from a newer version of dossier", entry->id.p);
	err_clear(err);
	data = json_parse_whole(entry->data, &limits, err);
	if (!data && err && err->code != ERR_NONE)
		return err_prefix(err, "data of entry %.36s", entry->id.p);
	good = entry_stripped(entry) || entry_check_data(entry->type, data, true, err);
	json_object_put(data);
	return good;
}
