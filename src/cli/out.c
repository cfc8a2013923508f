#include "out_inner.h"

#include <errno.h>
#include <libintl.h>
#include <sys/ioctl.h>

#include <dossier/base/mem.h>
#include <dossier/base/text.h>

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

void out_room(struct out *out)
{
	if (out->text.len >= OUT_CHUNK)
		out_flush(out);
}

void out_push(struct out *out, char end)
{
	if (out->depth < OUT_DEPTH)
		out->levels[out->depth++] = (struct level){ end, true, out->path.len };
}

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

	out_push(out, ' ');
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
	table_integer, table_boolean, table_time, table_money, NULL, NULL,
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
	out->fields.begin_map(out, NULL);
	out->fields.integer(out, "v", 1);
}

void out_close(struct out *out)
{
	if (is_table(out)) {
		for (size_t i = 0; i < out->n_lead + out->n_names; i++)
			out_cell(out, i, buf_str(&out->cells[i]));
		out_end_row(out);
		return;
	}
	out->fields.end_map(out);
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
	out->fields = is_table(out) ? table_fields : out_json_fields;
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
