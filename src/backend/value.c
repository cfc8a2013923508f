#include <errno.h>

#include "value.h"

enum { CLIMB_MOST = 16 };

bool place_looks(struct str text)
{
	return str_starts(text, "/") || str_starts(text, "^/") || str_starts(text, "../") || str_is(text, ".") ||
	       str_is(text, "..") || str_is(text, "^");
}

bool place_init(struct place *place, struct str text, struct err *err)
{
	*place = (struct place){ 0 };
	if (str_starts(text, "^")) {
		place->up = -1;
		text = str_make(text.p + 1, text.n - 1);
	} else if (str_is(text, ".")) {
		text = STR("");
	}
	while (str_starts(text, "..")) {
		if (++place->up > CLIMB_MOST)
			return err_set(err, ERR_CONFIG, "no element stands %d levels up", place->up);
		text = str_make(text.p + 2, text.n - 2);
		if (str_starts(text, "/.."))
			text = str_make(text.p + 1, text.n - 1);
	}
	if (!text.n)
		return true;
	place->pointer = pointer_new(text, err);
	return place->pointer != NULL;
}

void place_release(struct place *place)
{
	if (place->pointer)
		pointer_free(place->pointer);
	*place = (struct place){ 0 };
}

struct json_object *lazy_value(struct lazy *lazy)
{
	struct err err = { 0 };

	if (!lazy->value && lazy->spans)
		lazy->value = json_parse(lazy->parser, lazy->text, &err);
	return lazy->value;
}

struct json_object *scope_element(const struct scope *scope)
{
	return scope->lazy ? lazy_value(scope->lazy) : scope->element;
}

enum json_found scope_text(const struct scope *scope, int up, const struct pointer *pointer, struct str *text)
{
	const struct lazy *lazy = scope->lazy;

	if (up || !pointer || !lazy || !lazy->spans || lazy->value)
		return JSON_FOUND_OTHER;
	return json_spans_text(lazy->spans, pointer, text);
}

struct json_object *place_get(const struct place *place, const struct scope *scope)
{
	struct json_object *from, *out = NULL;

	for (int i = 0; i < place->up && scope; i++)
		scope = scope->parent;
	if (!scope)
		return NULL;
	from = place->up < 0 ? scope->root : scope_element(scope);
	if (!place->pointer)
		return from;
	return from && pointer_get(place->pointer, from, &out) ? out : NULL;
}

unsigned place_uses(const struct place *place)
{
	return place->up < 0 ? TEMPLATE_USES_ROOT : place->up > 0 ? TEMPLATE_USES_PARENT : TEMPLATE_USES_ELEMENT;
}

bool value_is_missing(struct json_object *value)
{
	switch (json_object_get_type(value)) {
	case json_type_null:
		return true;
	case json_type_boolean:
		return !json_object_get_boolean(value);
	case json_type_string:
		return json_object_get_string_len(value) == 0;
	case json_type_array:
		return json_object_array_length(value) == 0;
	case json_type_object:
		return json_object_object_length(value) == 0;
	case json_type_int:
	case json_type_double:
		break;
	}
	return false;
}

const char *value_type_name(struct json_object *value)
{
	switch (json_object_get_type(value)) {
	case json_type_null:
		return "nothing";
	case json_type_boolean:
		return "true or false";
	case json_type_string:
		return "a text";
	case json_type_array:
		return "a list";
	case json_type_object:
		return "an object";
	case json_type_int:
	case json_type_double:
		break;
	}
	return "a number";
}

static bool is_decimal(struct str text)
{
	uint32_t i = 0, digits = 0;

	if (text.n && text.p[0] == '-')
		i++;
	uint32_t first = i;
	for (; i < text.n && text.p[i] >= '0' && text.p[i] <= '9'; i++)
		digits++;
	if (!digits || (digits > 1 && text.p[first] == '0'))
		return false;
	if (i == text.n)
		return true;
	if (text.p[i++] != '.')
		return false;
	for (digits = 0; i < text.n && text.p[i] >= '0' && text.p[i] <= '9'; i++)
		digits++;
	return digits && i == text.n;
}

struct json_object *value_number(struct str text, struct err *err)
{
	struct json_object *number = NULL;

	text = str_trim(text);
	if (!is_decimal(text) || text.n > 40) {
		err_set(err, ERR_SHAPE, "\"%.*s\" is no number", text.n > 60 ? 60 : (int)text.n, text.p);
		return NULL;
	}
	char *copy = str_dup(text);
	errno = 0;
	long long whole = strtoll(copy, NULL, 10);
	if (!memchr(text.p, '.', text.n) && !errno)
		number = json_object_new_int64(whole);
	else
		number = json_object_new_double_s(strtod(copy, NULL), copy);
	free(copy);
	return number;
}
