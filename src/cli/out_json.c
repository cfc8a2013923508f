#include <dossier/base/text.h>

#include "out_inner.h"

/*
 * What stands before a value; a customer's object has thousands. Room for
 * "more" bytes and a NUL is behind it. NULL: nothing was written.
 */
static inline char *member(struct out *out, const char *name, size_t more)
{
	struct level *level = out->depth ? &out->levels[out->depth - 1] : NULL;
	size_t n = level && name ? strlen(name) : 0;
	char *start = buf_space(&out->text, n + more + 4), *to = start;

	if (!start || text_json_plain(name, n) < n)
		return NULL;
	if (level && !level->first)
		*to++ = ',';
	if (level && name) {
		*to++ = '"';
		memcpy(to, name, n);
		to += n;
		*to++ = '"';
		*to++ = ':';
	}
	*to = '\0';
	if (level)
		level->first = false;
	out->text.len += (size_t)(to - start);
	return to;
}

static void json_before(struct out *out, const char *name)
{
	struct level *level = out->depth ? &out->levels[out->depth - 1] : NULL;

	if (member(out, name, 0) || !level)
		return;
	if (!level->first)
		buf_addc(&out->text, ',');
	level->first = false;
	if (name) {
		text_json(&out->text, str_of(name));
		buf_addc(&out->text, ':');
	}
}

static void put_integer(struct buf *out, int64_t value)
{
	char text[24], *to = text + sizeof(text);
	uint64_t left = value < 0 ? -(uint64_t)value : (uint64_t)value;

	do
		*--to = (char)('0' + left % 10);
	while ((left /= 10) > 0);
	if (value < 0)
		*--to = '-';
	buf_add(out, to, (size_t)(text + sizeof(text) - to));
}

static void json_begin(struct out *out, const char *name, char start, char end)
{
	json_before(out, name);
	buf_addc(&out->text, start);
	out_push(out, end);
}

static void json_begin_map(void *arg, const char *name)
{
	json_begin(arg, name, '{', '}');
}

static void json_begin_list(void *arg, const char *name)
{
	json_begin(arg, name, '[', ']');
}

static void json_end(void *arg)
{
	struct out *out = arg;

	if (out->depth > 0)
		buf_addc(&out->text, out->levels[--out->depth].end);
	out_room(out);
}

static void json_put_text(void *arg, const char *name, struct str value)
{
	struct out *out = arg;
	char *to = member(out, name, value.p ? (size_t)value.n + 2 : 4);

	if (!to)
		json_before(out, name);
	if (to && !value.p) {
		memcpy(to, "null", 5);
		out->text.len += 4;
	} else if (to && text_json_plain(value.p, value.n) == value.n) {
		*to++ = '"';
		memcpy(to, value.p, value.n);
		memcpy(to + value.n, "\"", 2);
		out->text.len += (size_t)value.n + 2;
	} else if (value.p) {
		text_json(&out->text, value);
	} else {
		buf_adds(&out->text, "null");
	}
}

static void json_integer(void *arg, const char *name, int64_t value)
{
	struct out *out = arg;

	json_before(out, name);
	put_integer(&out->text, value);
}

static void json_boolean(void *arg, const char *name, bool value)
{
	struct out *out = arg;

	json_before(out, name);
	buf_adds(&out->text, value ? "true" : "false");
}

static void json_time(void *arg, const char *name, int64_t at)
{
	char iso[32];

	if (at == WHEN_NONE) {
		json_put_text(arg, name, (struct str){ 0 });
		return;
	}
	when_iso(at, iso);
	json_put_text(arg, name, str_of(iso));
}

static void json_money(void *arg, const char *name, struct money money)
{
	if (!money.currency[0]) {
		json_put_text(arg, name, (struct str){ 0 });
		return;
	}
	json_begin_map(arg, name);
	json_integer(arg, "minor", money.minor);
	json_put_text(arg, "currency", str_of(money.currency));
	json_end(arg);
}

static void json_members(void *arg, struct str json)
{
	json_before(arg, NULL);
	buf_addstr(&((struct out *)arg)->text, json);
}

const struct fields out_json_fields = {
	json_begin_map, json_end, json_begin_list, json_end, json_put_text,
	json_integer, json_boolean, json_time, json_money, NULL, json_members,
};
