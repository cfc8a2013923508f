#include "feed_table.h"

#include <dossier/backend/feed.h>
#include <dossier/base/mem.h>
#include <dossier/base/text.h>

#define NAMES_MOST 1000

static bool broken_at(struct feed_table *table, int line, const char *text)
{
	diags_add(table->diags, DIAG_ERROR, table->file, line, "%s", text);
	return false;
}

static void drop(struct feed_table *table, int line, const char *text)
{
	table->dropped++;
	diags_add(table->diags, DIAG_WARNING, table->file, line, "%s; the row is left out", text);
}

/* Commas, unless the heading has more semicolons or tabs outside quotation marks. */
static char delimiter_of(struct str text)
{
	size_t counts[3] = { 0 };
	static const char marks[] = { ',', ';', '\t' };
	bool quoted = false;
	int best = 0;

	for (uint32_t i = 0; i < text.n && (quoted || text.p[i] != '\n'); i++) {
		if (text.p[i] == '"')
			quoted = !quoted;
		for (int k = 0; k < 3 && !quoted; k++)
			counts[k] += text.p[i] == marks[k];
	}
	for (int k = 1; k < 3; k++)
		if (counts[k] > counts[best])
			best = k;
	return marks[best];
}

void feed_table_init(struct feed_table *table, const struct plan_feed *feed, struct str bytes, const char *file, struct diags *diags)
{
	if (str_starts(bytes, "\xef\xbb\xbf"))
		bytes = str_make(bytes.p + 3, bytes.n - 3);
	*table = (struct feed_table){ .bytes = bytes, .file = file, .diags = diags, .format = feed->format, .windows = feed->windows, .line = 1 };
	table->delimiter = feed->format == FEED_CSV ? delimiter_of(bytes) : '\0';
}

void feed_table_release(struct feed_table *table)
{
	for (size_t i = 0; i < table->n_names; i++)
		free(table->names[i]);
	free(table->names);
}

/* One cell; *last when its row ends with it. False when a quotation never ends. */
static bool cell(struct feed_table *table, struct buf *out, bool *last)
{
	struct str text = table->bytes;
	bool quoted = table->at < text.n && text.p[table->at] == '"';
	int begun = table->line;

	if (quoted)
		table->at++;
	for (; table->at < text.n; table->at++) {
		char c = text.p[table->at];

		if (quoted && c == '"' && table->at + 1 < text.n && text.p[table->at + 1] == '"') {
			table->at++;
		} else if (quoted && c == '"') {
			quoted = false;
			continue;
		} else if (!quoted && (c == table->delimiter || c == '\n')) {
			break;
		}
		table->line += c == '\n';
		buf_addc(out, c);
	}
	if (quoted)
		return broken_at(table, begun, "a quotation mark opens a cell that is never closed; nothing after it was read");
	*last = table->at >= text.n || text.p[table->at] == '\n';
	if (*last && out->len && out->data[out->len - 1] == '\r')
		out->data[--out->len] = '\0';
	table->line += table->at < text.n && *last;
	table->at++;
	return true;
}

/* What the cell says, in *own where it had to be made. Bytes that are no UTF-8 are told once, and read as replacements. */
static struct str cell_text(struct feed_table *table, const struct buf *raw, int line, struct buf *own)
{
	struct str text = raw->len ? buf_str(raw) : STR("");

	if (table->windows) {
		buf_reset(own);
		text_from_windows(text, own);
		return own->len ? buf_str(own) : STR("");
	}
	if (!table->foreign && !text_is_utf8(text)) {
		table->foreign = true;
		diags_add(table->diags, DIAG_WARNING, table->file, line,
			  "this is not UTF-8, and letters are lost: encoding: windows-1252 in the connector's feed: reads files of Windows and of Latin-1");
	}
	return text;
}

static bool heading(struct feed_table *table)
{
	size_t cap = 0;
	bool last = false, fine = true;
	struct buf text, own;

	table->headed = true;
	buf_init(&text, FEED_ROW_MOST);
	buf_init(&own, 3 * FEED_ROW_MOST);
	while (fine && !last) {
		buf_reset(&text);
		fine = cell(table, &text, &last);
		if (fine && table->n_names == NAMES_MOST)
			fine = broken_at(table, 1, "the heading has more columns than any table has");
		if (!fine)
			break;
		struct str name = str_trim(cell_text(table, &text, 1, &own));
		MEM_ROOM(table->names, table->n_names, cap);
		table->names[table->n_names++] = mem_strndup(name.n ? name.p : "", name.n);
	}
	buf_release(&text);
	buf_release(&own);
	for (size_t i = 0; fine && i < table->n_names; i++)
		for (size_t k = 0; k < i; k++)
			if (*table->names[i] && !strcmp(table->names[i], table->names[k]))
				diags_add(table->diags, DIAG_WARNING, table->file, 1, "two columns are called \"%.100s\"; the last counts", table->names[i]);
	return fine;
}

static bool is_blank(const struct feed_table *table)
{
	char c = table->bytes.p[table->at];

	return c == '\n' || (c == '\r' && table->at + 1 < table->bytes.n && table->bytes.p[table->at + 1] == '\n');
}

static struct json_object *csv_row(struct feed_table *table, bool *broken)
{
	struct json_object *row = json_object_new_object();
	int line = table->line;
	bool last = false, full = false;
	size_t n = 0;
	struct buf text, own;

	buf_init(&text, FEED_ROW_MOST);
	buf_init(&own, 3 * FEED_ROW_MOST);
	while (!last && !*broken) {
		struct str said;

		buf_reset(&text);
		*broken = !cell(table, &text, &last);
		full |= text.full;
		said = cell_text(table, &text, line, &own);
		if (!*broken && n < table->n_names && *table->names[n])
			json_object_object_add(row, table->names[n], json_object_new_string_len(said.p, (int)said.n));
		n++;
	}
	buf_release(&text);
	buf_release(&own);
	if (!*broken && !full && n == table->n_names)
		return row;
	if (full)
		drop(table, line, "a cell is larger than a mebibyte");
	else if (!*broken)
		drop(table, line, n > table->n_names ? "there are more cells than the heading has" : "there are fewer cells than the heading has");
	json_object_put(row);
	return NULL;
}

static struct json_object *json_row(struct feed_table *table)
{
	const char *start = table->bytes.p + table->at, *end = memchr(start, '\n', table->bytes.n - table->at);
	struct str text = str_trim(str_make(start, end ? (size_t)(end - start) : table->bytes.n - table->at));
	struct json_object *row = NULL;
	struct err err = { 0 };
	int line = table->line;
	char said[600];

	table->at = end ? (uint32_t)(end + 1 - table->bytes.p) : table->bytes.n;
	table->line++;
	if (text.n > FEED_ROW_MOST) {
		drop(table, line, "the line is longer than a mebibyte");
		return NULL;
	}
	row = json_parse_whole(text, NULL, &err);
	if (json_object_is_type(row, json_type_object))
		return row;
	json_object_put(row);
	snprintf(said, sizeof(said), "%s", err.code ? err.text : "an object is meant, such as {\"id\": 1}");
	drop(table, line, said);
	return NULL;
}

struct json_object *feed_table_next(struct feed_table *table, int *line, bool *broken)
{
	*broken = false;
	if (table->format == FEED_CSV && !table->headed)
		*broken = !heading(table);
	while (!*broken && table->at < table->bytes.n) {
		struct json_object *row;

		if (is_blank(table)) {
			table->at += table->bytes.p[table->at] == '\r' ? 2 : 1;
			table->line++;
			continue;
		}
		*line = table->line;
		row = table->format == FEED_CSV ? csv_row(table, broken) : json_row(table);
		if (row)
			return row;
	}
	return NULL;
}
