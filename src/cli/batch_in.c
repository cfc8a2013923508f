#include "batch.h"

#include <errno.h>
#include <sys/stat.h>

#include <dossier/base/mem.h>

#define READ_SIZE (64 * 1024)
#define LINE_MOST (1024 * 1024)
#define COLUMNS_MOST 200
#define HASH_START UINT64_C(0xcbf29ce484222325)
#define HASH_PRIME UINT64_C(0x100000001b3)

struct batch_in {
	int fd;
	const char *column;
	struct buf text;                /* read and not yet handed out, from "at" on */
	size_t at;
	bool ended;
	struct err broken;
	size_t line;                    /* of text[at] */
	uint64_t hash;
	char separator;                 /* of a table; '\0' until the heading was read */
	size_t place;                   /* of the column */
	char **names;
	size_t n_names, cap_names;
	int64_t size, taken;            /* bytes of the file, -1: not known; bytes handed out */
};

struct str batch_record_cell(const struct batch_record *record, size_t i)
{
	size_t from = i > 0 && i < record->n ? record->ends[i - 1] : 0;

	if (i >= record->n)
		return (struct str){ 0 };
	return str_make(record->text.data ? record->text.data + from : "", record->ends[i] - from);
}

void batch_record_free(struct batch_record *record)
{
	if (!record)
		return;
	buf_release(&record->text);
	free(record->ends);
	free(record);
}

struct batch_in *batch_in_new(int fd, const char *column)
{
	struct batch_in *in = mem_zalloc(sizeof(*in));
	struct stat st;

	in->fd = fd;
	in->column = column;
	in->line = 1;
	in->hash = HASH_START;
	in->size = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) ? st.st_size - lseek(fd, 0, SEEK_CUR) : -1;
	buf_init(&in->text, SIZE_MAX / 4);
	return in;
}

void batch_in_free(struct batch_in *in)
{
	if (!in)
		return;
	for (size_t i = 0; i < in->n_names; i++)
		free(in->names[i]);
	free(in->names);
	buf_release(&in->text);
	free(in);
}

size_t batch_in_column(const struct batch_in *in)
{
	return in->place;
}

const char *const *batch_in_names(const struct batch_in *in, size_t *n)
{
	*n = in->n_names;
	return (const char *const *)in->names;
}

double batch_in_share(const struct batch_in *in)
{
	return in->size > 0 ? (double)in->taken / (double)in->size : -1;
}

static void break_off(struct batch_in *in, enum err_code code, const char *why)
{
	err_set(&in->broken, code, "line %zu of the list: %s", in->line, why);
}

void batch_in_read(struct batch_in *in)
{
	char bytes[READ_SIZE];
	ssize_t n;

	if (in->ended)
		return;
	do
		n = read(in->fd, bytes, sizeof(bytes));
	while (n < 0 && errno == EINTR);
	if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
		return;
	if (n < 0)
		err_set(&in->broken, ERR_IO, "the list cannot be read: %s", strerror(errno));
	in->ended = n <= 0;
	buf_drop(&in->text, in->at);
	in->at = 0;
	if (n <= 0)
		return;
	if (in->taken == 0 && in->text.len == 0 && n >= 2 && (!memcmp(bytes, "\xff\xfe", 2) || !memcmp(bytes, "\xfe\xff", 2)))
		break_off(in, ERR_SYNTAX, "it is UTF-16; save it as UTF-8");
	buf_add(&in->text, bytes, (size_t)n);
}

/* Bytes of the next record with its line end; 0 when it is not whole yet. In a table quoted cells may hold line ends. */
static size_t record_length(const struct batch_in *in, bool table, bool *open)
{
	const char *start = in->text.data + in->at, *end = in->text.data + in->text.len, *p = start;
	bool quoted = false;

	if (!table) {
		p = in->at < in->text.len ? memchr(start, '\n', (size_t)(end - start)) : NULL;
		return p ? (size_t)(p + 1 - start) : 0;
	}
	for (; p < end; p++) {
		if (*p == '"')
			quoted = !quoted;
		else if (*p == '\n' && !quoted)
			return (size_t)(p + 1 - start);
	}
	*open = quoted;
	return 0;
}

static char guess_separator(struct str heading)
{
	static const char separators[] = { ',', ';', '\t' };
	size_t counts[sizeof(separators)] = { 0 }, best = 0;
	bool quoted = false;

	for (uint32_t i = 0; i < heading.n; i++) {
		quoted ^= heading.p[i] == '"';
		for (size_t s = 0; s < sizeof(separators) && !quoted; s++)
			counts[s] += heading.p[i] == separators[s];
	}
	for (size_t s = 1; s < sizeof(separators); s++)
		if (counts[s] > counts[best])
			best = s;
	return separators[best];
}

static void end_cell(struct batch_record *record, size_t *cap)
{
	MEM_ROOM(record->ends, record->n, *cap);
	record->ends[record->n++] = record->text.len;
}

/* RFC 4180: a quoted cell may hold the separator and line ends, and a quote twice. */
static void split(struct batch_record *record, struct str text, char separator)
{
	bool quoted = false;
	size_t cap = 0;

	for (uint32_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		if (c == '"' && quoted && i + 1 < text.n && text.p[i + 1] == '"') {
			buf_addc(&record->text, '"');
			i++;
		} else if (c == '"') {
			quoted = !quoted;
		} else if (c == separator && !quoted) {
			end_cell(record, &cap);
		} else {
			buf_addc(&record->text, c);
		}
	}
	end_cell(record, &cap);
}

static struct batch_record *record_of(const struct batch_in *in, struct str text, char separator)
{
	struct batch_record *record = mem_zalloc(sizeof(*record));
	size_t cap = 0;

	record->line = in->line;
	buf_init(&record->text, LINE_MOST);
	if (separator) {
		split(record, text, separator);
	} else {
		buf_addstr(&record->text, text);
		end_cell(record, &cap);
	}
	return record;
}

static bool is_name(const struct batch_in *in, const char *name)
{
	for (size_t i = 0; i < in->n_names; i++)
		if (strcmp(in->names[i], name) == 0)
			return true;
	return false;
}

/* Names are made whole and different, so that each value keeps a place of its own. */
static void add_name(struct batch_in *in, struct str name)
{
	char *text = name.n ? mem_strndup(name.p, name.n) : mem_printf("column%zu", in->n_names + 1);

	for (int i = 2; is_name(in, text); i++) {
		free(text);
		text = mem_printf("%.*s.%d", STR_ARG(name), i);
	}
	MEM_ROOM(in->names, in->n_names, in->cap_names);
	in->names[in->n_names++] = text;
}

static void read_heading(struct batch_in *in, struct str text)
{
	struct batch_record *record;
	struct buf known;

	in->separator = guess_separator(text);
	record = record_of(in, text, in->separator);
	for (size_t i = 0; i < record->n && i < COLUMNS_MOST; i++)
		add_name(in, str_trim(batch_record_cell(record, i)));
	if (record->n > COLUMNS_MOST)
		break_off(in, ERR_LIMIT, "it has more than 200 columns");
	batch_record_free(record);
	for (in->place = 0; in->place < in->n_names; in->place++)
		if (strcmp(in->names[in->place], in->column) == 0)
			return;
	buf_init(&known, 300);
	for (size_t i = 0; i < in->n_names && buf_printf(&known, "%s%s", i ? ", " : "", in->names[i]); i++)
		;
	err_set(&in->broken, ERR_USAGE, "the list has no column \"%s\"; it has %s%s", in->column, buf_str(&known).p, known.full ? " ..." : "");
	buf_release(&known);
}

static struct str without_line_end(const char *p, size_t n)
{
	if (n > 0 && p[n - 1] == '\n')
		n--;
	if (n > 0 && p[n - 1] == '\r')
		n--;
	return str_make(p, n);
}

/* Takes n bytes off: the hash and the line go on behind them. */
static void take(struct batch_in *in, size_t n)
{
	const char *p = in->text.data + in->at;

	for (size_t i = 0; i < n; i++) {
		in->hash = (in->hash ^ (unsigned char)p[i]) * HASH_PRIME;
		in->line += p[i] == '\n';
	}
	in->at += n;
	in->taken += (int64_t)n;
}

/* NULL for a heading or a line without anything. */
static struct batch_record *make_record(struct batch_in *in, size_t n)
{
	struct batch_record *record = NULL;
	struct str text;

	if (in->taken == 0 && n >= 3 && !memcmp(in->text.data + in->at, "\xef\xbb\xbf", 3)) {
		take(in, 3);
		n -= 3;
	}
	text = without_line_end(in->text.data + in->at, n);
	if (str_trim(text).n > 0) {
		if (in->column && !in->separator)
			read_heading(in, text);
		else
			record = record_of(in, in->column ? text : str_trim(text), in->separator);
	}
	take(in, n);
	if (record) {
		record->hash = in->hash;
		record->ragged = in->column && record->n > in->n_names;
	}
	return record;
}

enum batch_in_state batch_in_next(struct batch_in *in, struct batch_record **record, struct err *err)
{
	while (in->broken.code == ERR_NONE) {
		bool open = false;
		size_t n = in->text.len > in->at ? record_length(in, in->column != NULL, &open) : 0;

		if (n == 0 && in->text.len - in->at > LINE_MOST)
			break_off(in, ERR_LIMIT, open ? "a quoted cell that never ends" : "it is longer than 1 MiB");
		else if (n == 0 && !in->ended)
			return IN_WAITS;
		else if (n == 0 && open)
			break_off(in, ERR_SYNTAX, "a quoted cell that never ends");
		if (in->broken.code != ERR_NONE)
			break;
		if (n == 0)
			n = in->text.len - in->at;
		if (n == 0) {
			if (!in->column || in->separator)
				return IN_ENDED;
			err_set(&in->broken, ERR_USAGE, "the list is empty: --column wants a heading in its first line");
			break;
		}
		*record = make_record(in, n);
		if (*record)
			return IN_RECORD;
	}
	*err = in->broken;
	return IN_BROKEN;
}
