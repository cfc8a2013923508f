#include "lines.h"

static void name(struct buf *out, const char *field)
{
	if (out->len && !strchr("{[", out->data[out->len - 1]))
		buf_addc(out, ' ');
	if (field)
		buf_printf(out, "%s=", field);
}

static void begin_map(void *arg, const char *field)
{
	name(arg, field);
	buf_addc(arg, '{');
}

static void end_map(void *arg)
{
	buf_addc(arg, '}');
}

static void begin_list(void *arg, const char *field)
{
	name(arg, field);
	buf_addc(arg, '[');
}

static void end_list(void *arg)
{
	buf_addc(arg, ']');
}

static void text(void *arg, const char *field, struct str value)
{
	name(arg, field);
	if (value.p)
		buf_printf(arg, "\"%.*s\"", STR_ARG(value));
	else
		buf_adds(arg, "null");
}

static void integer(void *arg, const char *field, int64_t value)
{
	name(arg, field);
	buf_printf(arg, "%lld", (long long)value);
}

static void boolean(void *arg, const char *field, bool value)
{
	name(arg, field);
	buf_adds(arg, value ? "true" : "false");
}

static void when(void *arg, const char *field, int64_t at)
{
	char iso[32];

	name(arg, field);
	if (at == WHEN_NONE) {
		buf_adds(arg, "null");
		return;
	}
	when_iso(at, iso);
	buf_adds(arg, iso);
}

static void money(void *arg, const char *field, struct money value)
{
	name(arg, field);
	if (*value.currency)
		buf_printf(arg, "%lld%s", (long long)value.minor, value.currency);
	else
		buf_adds(arg, "null");
}

struct fields lines_into(struct buf *out)
{
	return (struct fields){
		.begin_map = begin_map, .end_map = end_map, .begin_list = begin_list, .end_list = end_list,
		.text = text, .integer = integer, .boolean = boolean, .time = when, .money = money, .arg = out,
	};
}
