/*
 * Data of entries, made from typed values.
 */
#include "operation_build.h"

static struct json_object *json_str(struct str text)
{
	return json_object_new_string_len(text.p, (int)text.n);
}

void data_text(struct json_object *data, const char *name, struct str text)
{
	if (text.n)
		json_object_object_add(data, name, json_str(text));
}

void data_when(struct json_object *data, const char *name, int64_t at)
{
	if (at != WHEN_NONE)
		json_object_object_add(data, name, json_object_new_int64(at));
}

void data_count(struct json_object *data, const char *name, int64_t n)
{
	if (n >= 0)
		json_object_object_add(data, name, json_object_new_int64(n));
}

void data_bool(struct json_object *data, const char *name, bool is)
{
	json_object_object_add(data, name, json_object_new_boolean(is));
}

void data_money(struct json_object *data, const char *name, struct money money)
{
	struct json_object *value;

	if (!money.currency[0])
		return;
	value = json_object_new_object();
	json_object_object_add(value, "minor", json_object_new_int64(money.minor));
	json_object_object_add(value, "currency", json_object_new_string(money.currency));
	json_object_object_add(data, name, value);
}

void data_identity(struct json_object *data, const char *name, const struct identity *id)
{
	struct buf text;

	buf_init(&text, 4096);
	identity_print(id, &text);
	data_text(data, name, buf_str(&text));
	buf_release(&text);
}

static struct json_object *list_of(struct json_object *data, const char *name)
{
	struct json_object *list = NULL;

	if (!json_object_object_get_ex(data, name, &list)) {
		list = json_object_new_array();
		json_object_object_add(data, name, list);
	}
	return list;
}

void data_push(struct json_object *data, const char *name, struct str text)
{
	if (text.p)
		json_object_array_add(list_of(data, name), json_str(text));
}

void data_push_row(struct json_object *data, const char *name, struct str backend, struct str row, struct str id)
{
	struct json_object *key = json_object_new_object();

	json_object_object_add(key, "backend", json_str(backend));
	json_object_object_add(key, "row", json_str(row));
	json_object_object_add(key, "id", json_str(id));
	json_object_array_add(list_of(data, name), key);
}

void data_from(struct json_object *data, const struct op_values *values, const char *name, const char *as)
{
	const struct op_field *field = operation_field(op_values_of(values), str_of(name));

	if (!field || !op_has(values, name))
		return;
	if (!as)
		as = name;
	switch (field->kind) {
	case OP_WHEN: case OP_PAST:
		data_when(data, as, op_when(values, name));
		break;
	case OP_SPAN: case OP_COUNT:
		data_count(data, as, op_count(values, name));
		break;
	case OP_MONEY:
		data_money(data, as, op_money(values, name));
		break;
	case OP_YES:
		data_bool(data, as, op_yes(values, name));
		break;
	case OP_WORDS: case OP_DONE:
		for (size_t i = 0; op_item(values, name, i).p; i++)
			data_push(data, as, op_item(values, name, i));
		break;
	case OP_ROWS:
		for (size_t i = 0; op_item(values, name, i).p; i++) {
			struct str row = op_item(values, name, i);
			const char *first = memchr(row.p, '/', row.n);
			const char *second = first ? memchr(first + 1, '/', row.n - (size_t)(first + 1 - row.p)) : NULL;

			if (second)
				data_push_row(data, as, str_make(row.p, (size_t)(first - row.p)), str_make(first + 1, (size_t)(second - first - 1)),
					      str_make(second + 1, (size_t)(row.p + row.n - second - 1)));
		}
		break;
	default:
		data_text(data, as, op_text(values, name));
	}
}
