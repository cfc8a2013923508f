#include "out.h"

#include <errno.h>
#include <libintl.h>
#include <sys/ioctl.h>

#include <dossier/base/mem.h>
#include <dossier/base/text.h>

#define OUT_DEPTH 16
#define OUT_COLUMNS OUT_COLUMNS_MOST
#define OUT_CHUNK (64 * 1024)

struct level {
	char end;               /* '}' or ']' */
	bool first;
	size_t path;            /* length of the path before this level */
};

struct out {
	int fd;
	enum out_format format;
	bool broken, color;
	int error;              /* why broken */
	size_t columns, width;
	struct buf text;
	struct fields fields;
	struct level levels[OUT_DEPTH];
	size_t depth;
	/* tables */
	const char *const *names;
	size_t n_names;
	const char *const *lead;        /* columns before them, filled by place */
	size_t n_lead;
	struct buf cells[OUT_COLUMNS];
	struct buf path;
};

bool out_format_parse(const char *word, enum out_format *format)
{
	static const char *const words[] = { "text", "json", "ndjson", "csv", "tsv" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(word, words[i]) == 0) {
			*format = (enum out_format)i;
			return true;
		}
	}
	return false;
}

bool out_flush(struct out *out)
{
	size_t at = 0;

	if (out->fd < 0)
		return true;
	while (at < out->text.len && !out->broken) {
		ssize_t n = write(out->fd, out->text.data + at, out->text.len - at);

		if (n > 0)
			at += (size_t)n;
		else if (n < 0 && errno != EINTR) {
			out->broken = true;
			out->error = errno;
		}
	}
	buf_reset(&out->text);
	return !out->broken;
}

int out_error(const struct out *out)
{
	return out->error == EPIPE ? 0 : out->error;
}

static void out_room(struct out *out)
{
	if (out->text.len >= OUT_CHUNK)
		out_flush(out);
}

/* JSON */

/* What a member's name is made of nearly always: letters below, digits and - . / _ */
static bool name_byte(unsigned char c)
{
	return (c >= '_' && c <= 'z') || (c >= '-' && c <= '9');
}

#define NAME_MOST 40

/*
 * What stands before a value; a customer's object has thousands. Room for
 * "more" bytes and a NUL is behind it. NULL: nothing was written.
 */
static inline char *member(struct out *out, const char *name, size_t more)
{
	struct level *level = out->depth ? &out->levels[out->depth - 1] : NULL;
	char *start = buf_space(&out->text, more + NAME_MOST + 4), *to = start, *end;

	if (!start)
		return NULL;
	if (level && !level->first)
		*to++ = ',';
	if (level && name) {
		*to++ = '"';
		for (end = to + NAME_MOST; to < end && name_byte((unsigned char)*name); )
			*to++ = *name++;
		if (*name) {
			*start = '\0';
			return NULL;
		}
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

static void json_null(struct out *out, const char *name)
{
	char *to = member(out, name, 4);

	if (to) {
		memcpy(to, "null", 5);
		out->text.len += 4;
		return;
	}
	json_before(out, name);
	buf_add(&out->text, "null", 4);
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

static void push(struct out *out, char end)
{
	if (out->depth < OUT_DEPTH)
		out->levels[out->depth++] = (struct level){ end, true, out->path.len };
}

static void json_begin(struct out *out, const char *name, char start, char end)
{
	json_before(out, name);
	buf_addc(&out->text, start);
	push(out, end);
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

	if (!value.p) {
		json_null(out, name);
		return;
	}
	json_before(out, name);
	text_json(&out->text, value);
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

static const struct fields json_fields = {
	json_begin_map, json_end, json_begin_list, json_end, json_put_text,
	json_integer, json_boolean, json_time, json_money, NULL,
};

/* Tables: the path of names down to a value picks its column. */

static size_t path_push(struct out *out, const char *name)
{
	size_t before = out->path.len;

	if (name) {
		if (before)
			buf_addc(&out->path, '.');
		buf_adds(&out->path, name);
	}
	return before;
}

static void path_pop(struct out *out, size_t before)
{
	out->path.len = before;
	if (out->path.data)
		out->path.data[before] = '\0';
}

static void table_begin(void *arg, const char *name)
{
	struct out *out = arg;
	size_t before = path_push(out, name);

	push(out, ' ');
	if (out->depth > 0)
		out->levels[out->depth - 1].path = before;
}

static void table_end(void *arg)
{
	struct out *out = arg;

	if (out->depth > 0)
		path_pop(out, out->levels[--out->depth].path);
}

/* Whether a list's cell names this value already: an e-mail that two records hold is told once. */
static bool cell_has(const struct buf *cell, struct str value)
{
	struct str rest = buf_str(cell);

	while (rest.n >= value.n) {
		const char *end = memmem(rest.p, rest.n, "; ", 2);
		size_t n = end ? (size_t)(end - rest.p) : rest.n;

		if (str_eq(str_make(rest.p, n), value))
			return true;
		if (!end)
			return false;
		rest = str_make(end + 2, rest.n - n - 2);
	}
	return false;
}

static void table_text(void *arg, const char *name, struct str value)
{
	struct out *out = arg;
	size_t before = path_push(out, name);

	for (size_t i = 0; value.p && i < out->n_names; i++) {
		struct buf *cell = &out->cells[out->n_lead + i];

		if (strcmp(out->names[i], out->path.data ? out->path.data : "") != 0)
			continue;
		if (cell->len && cell_has(cell, value))
			continue;
		if (cell->len)
			buf_adds(cell, "; ");
		buf_addstr(cell, value);
	}
	path_pop(out, before);
}

static void table_integer(void *arg, const char *name, int64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%lld", (long long)value);
	table_text(arg, name, str_of(text));
}

static void table_boolean(void *arg, const char *name, bool value)
{
	table_text(arg, name, value ? STR("true") : STR("false"));
}

static void table_time(void *arg, const char *name, int64_t at)
{
	char iso[32];

	if (at == WHEN_NONE)
		return;
	when_iso(at, iso);
	table_text(arg, name, str_of(iso));
}

static void table_money(void *arg, const char *name, struct money money)
{
	char decimal[32];
	size_t before;

	if (!money.currency[0])
		return;
	money_decimal(money, decimal);
	table_text(arg, name, str_of(decimal));
	before = path_push(arg, name);
	table_text(arg, "currency", str_of(money.currency));
	path_pop(arg, before);
}

static const struct fields table_fields = {
	table_begin, table_end, table_begin, table_end, table_text,
	table_integer, table_boolean, table_time, table_money, NULL,
};

static bool is_table(const struct out *out)
{
	return out->format == OUT_CSV || out->format == OUT_TSV;
}

/* A plain decimal, which a spreadsheet should read as the number it is: "-12.50". */
static bool is_decimal(struct str value)
{
	uint32_t at = value.n > 0 && value.p[0] == '-', points = 0, digits = 0;

	for (; at < value.n; at++) {
		points += value.p[at] == '.';
		digits += isdigit((unsigned char)value.p[at]) != 0;
	}
	return digits > 0 && points <= 1 && digits + points + (value.p[0] == '-') == value.n;
}

static void out_cell(struct out *out, size_t i, struct str value)
{
	struct buf safe;

	if (i > 0)
		buf_addc(&out->text, out->format == OUT_CSV ? ',' : '\t');
	if (is_decimal(value)) {
		buf_addstr(&out->text, value);
		return;
	}
	buf_init(&safe, SIZE_MAX / 4);
	text_safe(&safe, value, out->format == OUT_CSV ? TEXT_LINES : 0);
	if (out->format == OUT_CSV)
		text_csv(&out->text, buf_str(&safe));
	else
		text_tsv(&out->text, buf_str(&safe));
	buf_release(&safe);
}

static void out_end_row(struct out *out)
{
	buf_adds(&out->text, out->format == OUT_CSV ? "\r\n" : "\n");
	out_room(out);
}

void out_table(struct out *out, const char *const *columns)
{
	out->names = columns;
	for (size_t i = 0; i < out->n_lead; i++)
		out_cell(out, i, str_of(out->lead[i]));
	for (out->n_names = 0; columns[out->n_names] && out->n_lead + out->n_names < OUT_COLUMNS; out->n_names++)
		out_cell(out, out->n_lead + out->n_names, str_of(columns[out->n_names]));
	out_end_row(out);
}

void out_table_lead(struct out *out, const char *const *names, size_t n)
{
	out->lead = names;
	out->n_lead = n < OUT_COLUMNS ? n : OUT_COLUMNS;
}

void out_lead(struct out *out, size_t i, struct str value)
{
	if (i < out->n_lead)
		buf_addstr(&out->cells[i], value);
}

void out_open(struct out *out)
{
	if (is_table(out)) {
		for (size_t i = 0; i < out->n_lead + out->n_names; i++)
			buf_reset(&out->cells[i]);
		path_pop(out, 0);
		return;
	}
	json_begin_map(out, NULL);
	json_integer(out, "v", 1);
}

void out_close(struct out *out)
{
	if (is_table(out)) {
		for (size_t i = 0; i < out->n_lead + out->n_names; i++)
			out_cell(out, i, buf_str(&out->cells[i]));
		out_end_row(out);
		return;
	}
	json_end(out);
	buf_addc(&out->text, '\n');
	out_room(out);
}

const struct fields *out_fields(struct out *out)
{
	return &out->fields;
}

/* Text */

void out_str(struct out *out, struct str safe)
{
	buf_addstr(&out->text, safe);
	out_room(out);
}

void out_text(struct out *out, const char *safe)
{
	out_str(out, str_of(safe));
}

void out_printf(struct out *out, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), gettext(fmt), ap);
	va_end(ap);
	out_text(out, text);
}

void out_style(struct out *out, enum out_style style)
{
	static const char *const codes[] = { "\033[0m", "\033[1m", "\033[2m", "\033[33m" };

	if (out->color)
		out_text(out, codes[style]);
}

enum out_format out_format(const struct out *out)
{
	return out->format;
}

size_t out_columns(const struct out *out)
{
	return out->columns;
}

size_t out_width(const struct out *out)
{
	return out->width;
}

static bool wants_color(int fd, const char *color)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	if (color && strcmp(color, "always") == 0)
		return true;
	if (color && strcmp(color, "never") == 0)
		return false;
	return fd >= 0 && isatty(fd) && !(no && *no) && term && strcmp(term, "dumb") != 0;
}

struct out *out_new(int fd, enum out_format format, const char *color)
{
	struct out *out = mem_zalloc(sizeof(*out));
	struct winsize size;

	out->fd = fd;
	out->format = format;
	out->color = format == OUT_TEXT && wants_color(fd, color);
	out->columns = 100;
	if (fd >= 0 && isatty(fd) && ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col >= 40)
		out->columns = out->width = size.ws_col;
	buf_init(&out->text, SIZE_MAX / 4);
	buf_init(&out->path, 1024);
	for (size_t i = 0; i < OUT_COLUMNS; i++)
		buf_init(&out->cells[i], SIZE_MAX / 4);
	out->fields = is_table(out) ? table_fields : json_fields;
	out->fields.arg = out;
	return out;
}

struct str out_kept(const struct out *out)
{
	return buf_str(&out->text);
}

void out_forget(struct out *out)
{
	if (out->text.cap > 16 * OUT_CHUNK)
		buf_release(&out->text);
	buf_reset(&out->text);
}

void out_free(struct out *out)
{
	if (!out)
		return;
	for (size_t i = 0; i < OUT_COLUMNS; i++)
		buf_release(&out->cells[i]);
	buf_release(&out->path);
	buf_release(&out->text);
	free(out);
}
