/*
 * New entries: what an operation knows becomes an entry that any other client
 * reads the same way.
 */
#include <dossier/base/hash.h>

#include "entry_inner.h"

static struct json_object *masked_text(struct json_object *value)
{
	struct buf text;
	struct json_object *masked;

	if (!json_object_is_type(value, json_type_string))
		return json_object_get(value);
	buf_init(&text, ENTRY_DATA_MOST);
	entry_mask_cards(&text, str_make(json_object_get_string(value), (size_t)json_object_get_string_len(value)));
	masked = json_object_new_string_len(text.data ? text.data : "", (int)text.len);
	buf_release(&text);
	return masked;
}

static struct json_object *masked_map(struct json_object *map)
{
	struct json_object *copy = json_object_new_object();

	json_object_object_foreach(map, name, value)
		json_object_object_add(copy, name, masked_text(value));
	return copy;
}

/* Members in the order of the type's table, so that the same content has the same bytes. */
static void data_write(enum entry_type type, struct json_object *data, struct buf *out)
{
	struct json_object *copy = json_object_new_object();

	for (const struct entry_field *field = entry_type_info(type)->fields; field->name; field++) {
		struct json_object *value = NULL;

		if (!json_object_object_get_ex(data, field->name, &value))
			continue;
		if (field->kind == FIELD_TEXT || field->kind == FIELD_VALUE)
			value = masked_text(value);
		else if (field->kind == FIELD_MAP)
			value = masked_map(value);
		else
			value = json_object_get(value);
		json_object_object_add(copy, field->name, value);
	}
	json_write(out, copy);
	json_object_put(copy);
}

static struct str kept(struct arena *arena, struct str text)
{
	return str_empty(text) ? (struct str){ 0 } : arena_str(arena, text);
}

bool entry_make(struct arena *arena, const struct entry_draft *draft, struct entry *out, struct err *err)
{
	struct buf data;
	bool good;

	memset(out, 0, sizeof(*out));
	if ((unsigned)draft->type >= ENTRY_TYPE_COUNT)
		return err_set(err, ERR_USAGE, "only entries of a known type can be made");
	if (!entry_check_data(draft->type, draft->data, true, err))
		return false;
	*out = (struct entry){
		.v = ENTRY_VERSION, .type = draft->type, .word = str_of(entry_type_word(draft->type)),
		.id = kept(arena, draft->id), .person = kept(arena, draft->person), .case_ = kept(arena, draft->case_),
		.at = draft->at, .ord = draft->ord, .got = WHEN_NONE, .epoch = draft->epoch,
		.author = kept(arena, draft->author), .team = kept(arena, draft->team), .channel = kept(arena, draft->channel),
	};
	buf_init(&data, ENTRY_DATA_MOST);
	data_write(draft->type, draft->data, &data);
	good = !data.full;
	if (good)
		out->data = arena_str(arena, buf_str(&data));
	buf_release(&data);
	if (!good)
		return err_set(err, ERR_LIMIT, "a %s may hold at most %zu bytes", entry_type_word(draft->type), ENTRY_DATA_MOST);
	return entry_check_envelope(out, err);
}

bool entry_make_by_rule(struct arena *arena, const struct entry_draft *draft, struct str cause, struct entry *out, struct err *err)
{
	struct entry_draft ruled = *draft;
	char id[37];
	struct str parts[] = { str_of(entry_type_word(draft->type)), draft->case_, cause };

	hash_uuid8(parts, 3, id);
	ruled.id = str_of(id);
	ruled.author = STR(RULE_AUTHOR);
	ruled.team = ruled.channel = (struct str){ 0 };
	return entry_make(arena, &ruled, out, err);
}

static bool is_words(enum entry_field_kind kind)
{
	return kind == FIELD_TEXT || kind == FIELD_VALUE || kind == FIELD_MAP;
}

bool entry_strip(struct arena *arena, const struct entry *entry, struct entry *out)
{
	struct json_parser *parser;
	struct json_object *data, *left;
	struct buf text;

	*out = *entry;
	if (!entry_known(entry) || !(entry_type_info(entry->type)->needs & HAS_WORDS))
		return false;
	if (entry_stripped(entry))
		return true;
	parser = json_parser_new();
	data = entry_data(parser, entry);
	left = json_object_new_object();
	json_object_object_add(left, "redacted", json_object_new_boolean(1));
	for (const struct entry_field *field = entry_type_info(entry->type)->fields; field->name; field++) {
		struct json_object *value = NULL;

		if (!is_words(field->kind) && json_object_object_get_ex(data, field->name, &value))
			json_object_object_add(left, field->name, json_object_get(value));
	}
	buf_init(&text, 2 * ENTRY_DATA_MOST);
	json_write(&text, left);
	out->data = arena_str(arena, buf_str(&text));
	buf_release(&text);
	json_object_put(left);
	json_object_put(data);
	json_parser_free(parser);
	return true;
}
