#include <math.h>

#include <dossier/base/json.h>
#include <dossier/base/text.h>

enum { WRITE_DEPTH = 256 };

/* The text a decimal number came with, which json-c keeps beside it; NULL for one that was computed. */
static const char *decimal_text(struct json_object *value)
{
	return json_object_get_userdata(value);
}

static bool integer_text(struct json_object *value, struct buf *out)
{
	int64_t number = json_object_get_int64(value);
	/* the getter for signed numbers clamps what needs all 64 bits */
	uint64_t left = number < 0 ? -(uint64_t)number : json_object_get_uint64(value);
	char text[24], *p = text + sizeof(text);

	do
		*--p = (char)('0' + left % 10);
	while ((left /= 10) > 0);
	if (number < 0)
		*--p = '-';
	return buf_add(out, p, (size_t)(text + sizeof(text) - p));
}

static bool number_text(struct json_object *value, struct buf *out)
{
	if (json_object_is_type(value, json_type_int))
		return integer_text(value, out);
	double number = json_object_get_double(value);
	if (decimal_text(value))
		return buf_adds(out, decimal_text(value));
	if (!isfinite(number))
		return false;
	/* json-c writes a point whatever the locale is */
	return buf_adds(out, json_object_to_json_string_ext(value, JSON_C_TO_STRING_PLAIN));
}

bool json_text(struct json_object *value, struct buf *tmp, struct str *out)
{
	switch (json_object_get_type(value)) {
	case json_type_string:
		*out = str_make(json_object_get_string(value), (size_t)json_object_get_string_len(value));
		return true;
	case json_type_boolean:
		*out = json_object_get_boolean(value) ? STR("true") : STR("false");
		return true;
	case json_type_int:
	case json_type_double:
		buf_reset(tmp);
		if (!number_text(value, tmp))
			return false;
		*out = buf_str(tmp);
		return true;
	default:
		return false;
	}
}

static void write_value(struct buf *out, struct json_object *value, unsigned depth);

static void write_list(struct buf *out, struct json_object *list, unsigned depth)
{
	size_t n = json_object_array_length(list);

	buf_addc(out, '[');
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			buf_addc(out, ',');
		write_value(out, json_object_array_get_idx(list, i), depth);
	}
	buf_addc(out, ']');
}

static void write_object(struct buf *out, struct json_object *object, unsigned depth)
{
	struct json_object_iterator at = json_object_iter_begin(object), end = json_object_iter_end(object);

	buf_addc(out, '{');
	for (bool first = true; !json_object_iter_equal(&at, &end); first = false) {
		if (!first)
			buf_addc(out, ',');
		text_json(out, str_of(json_object_iter_peek_name(&at)));
		buf_addc(out, ':');
		write_value(out, json_object_iter_peek_value(&at), depth);
		json_object_iter_next(&at);
	}
	buf_addc(out, '}');
}

static void write_value(struct buf *out, struct json_object *value, unsigned depth)
{
	switch (depth == WRITE_DEPTH ? json_type_null : json_object_get_type(value)) {
	case json_type_object:
		write_object(out, value, depth + 1);
		return;
	case json_type_array:
		write_list(out, value, depth + 1);
		return;
	case json_type_string:
		text_json(out, str_make(json_object_get_string(value), (size_t)json_object_get_string_len(value)));
		return;
	case json_type_boolean:
		buf_adds(out, json_object_get_boolean(value) ? "true" : "false");
		return;
	case json_type_int:
	case json_type_double:
		if (json_object_is_type(value, json_type_int) || decimal_text(value) ||
		    isfinite(json_object_get_double(value)))
			number_text(value, out);
		else
			buf_adds(out, "null");
		return;
	default:
		buf_adds(out, "null");
	}
}

void json_write(struct buf *out, struct json_object *value)
{
	write_value(out, value, 0);
}
