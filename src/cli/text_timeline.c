#include "text.h"

#include <libintl.h>

#include <dossier/base/mem.h>
#include <dossier/base/text.h>

#define INDENT 18
#define AGENT_WIDTH 24
#define BACKEND_WIDTH 10
#define WHAT_WIDTH 19
#define WHEN_WIDTH 18
#define NARROW 100
#define MEASURED_MOST 2000

/* Columns of a row's cells, as wide as what stands in them; 0: left out. gap: between two. */
struct layout {
	size_t what, way, backend, agent, gap;
};

static void safe_into(struct buf *out, struct str text, unsigned flags)
{
	buf_init(out, SIZE_MAX / 4);
	text_safe(out, text, flags);
}

/* A cell of fixed width, cut with an ellipsis, and a gap after it; without a width none. Returns its columns. */
static size_t put_cell(struct out *out, struct str text, size_t width, size_t gap)
{
	struct buf safe, cell;

	if (!width)
		return 0;
	safe_into(&safe, text, 0);
	buf_init(&cell, 4096);
	text_cell(&cell, buf_str(&safe), width, true);
	buf_printf(&cell, "%*s", (int)gap, "");
	out_str(out, buf_str(&cell));
	buf_release(&safe);
	buf_release(&cell);
	return width + gap;
}

static void put_rest(struct out *out, struct str text)
{
	struct buf safe;

	safe_into(&safe, text, 0);
	out_str(out, buf_str(&safe));
	buf_release(&safe);
}

static void put_when(struct out *out, int64_t at, const struct zone *zone)
{
	struct buf text;

	buf_init(&text, 64);
	if (at == WHEN_NONE || !when_strftime(at, zone, STR("%Y-%m-%d %H:%M"), &text)) {
		buf_reset(&text);
		buf_printf(&text, "%-16s", "no time");
	}
	out_style(out, OUT_DIM);
	out_str(out, buf_str(&text));
	out_style(out, OUT_PLAIN);
	out_text(out, "  ");
	buf_release(&text);
}

static struct str what_of(const struct interaction *it, char what[48])
{
	snprintf(what, 48, "%s%s%s", kind_word(it->kind), it->step ? " " : "", step_word(it->step));
	return str_of(what);
}

static void backends_of(const struct timeline_row *row, struct buf *out)
{
	for (size_t i = 0; i < row->n_sources; i++) {
		if (i)
			buf_addc(out, '+');
		buf_addstr(out, row->sources[i]->backend);
	}
}

static void widen(size_t *width, struct str text, size_t most)
{
	struct buf safe;
	size_t n;

	safe_into(&safe, text, 0);
	n = text_width(buf_str(&safe));
	if (n > *width)
		*width = n < most ? n : most;
	buf_release(&safe);
}

static void measure(struct layout *layout, const struct timeline_row *row)
{
	const struct interaction *it = row->head;
	struct buf backends;
	char what[48];

	buf_init(&backends, 256);
	backends_of(row, &backends);
	widen(&layout->what, what_of(it, what), WHAT_WIDTH);
	widen(&layout->way, str_of(direction_word(it->direction)), 3);
	widen(&layout->backend, buf_str(&backends), BACKEND_WIDTH);
	widen(&layout->agent, it->agent, AGENT_WIDTH);
	buf_release(&backends);
}

/* On a narrow terminal what happened needs the room; who of the staff it was stands below or in a wider one. */
static bool is_narrow(const struct out *out)
{
	return out_width(out) && out_width(out) < NARROW;
}

/* Returns the column it ends at. */
static size_t put_cells(struct out *out, const struct timeline_row *row, const struct zone *zone, const struct layout *layout)
{
	const struct interaction *it = row->head;
	size_t at = WHEN_WIDTH, gap = layout->gap;
	struct buf backends;
	char what[48], money[40] = "";

	buf_init(&backends, 256);
	backends_of(row, &backends);
	put_when(out, it->at, zone);
	at += put_cell(out, what_of(it, what), layout->what, gap);
	at += put_cell(out, str_of(direction_word(it->direction)), layout->way, gap);
	at += put_cell(out, buf_str(&backends), layout->backend, gap);
	at += put_cell(out, it->agent.p ? it->agent : STR("-"), layout->agent, gap);
	if (it->amount.currency[0]) {
		money_print(it->amount, money);
		out_style(out, OUT_BOLD);
		out_text(out, money);
		out_style(out, OUT_PLAIN);
		out_text(out, "  ");
		at += strlen(money) + 2;
	}
	buf_release(&backends);
	return at;
}

/* A call without words: who was on the other side, and for how long. */
static void wordless(const struct interaction *it, struct buf *out)
{
	int64_t ms = it->until == WHEN_NONE || it->at == WHEN_NONE ? 0 : it->until - it->at;

	text_safe(out, it->number, 0);
	if (ms <= 0)
		return;
	if (it->number.n)
		buf_adds(out, ", ");
	if (ms < 60 * 1000)
		buf_printf(out, gettext("%d s"), (int)(ms / 1000));
	else
		buf_printf(out, gettext("%lld min"), (long long)((ms + 30 * 1000) / (60 * 1000)));
}

/* The title, and in the one-line form what an order was about. */
static void title_of(const struct interaction *it, bool full, struct buf *out)
{
	if (it->reader == READER_STAFF)
		buf_adds(out, "[internal] ");
	if (it->title.n || it->text.n)
		text_safe(out, it->title.n ? it->title : it->text, 0);
	else
		wordless(it, out);
	if (full || it->n_lines == 0 || it->lines[0].title.n == 0)
		return;
	buf_adds(out, ": ");
	text_safe(out, it->lines[0].title, 0);
	if (it->n_lines > 1)
		buf_printf(out, gettext(" and %u more"), it->n_lines - 1);
}

static void put_row(struct out *out, const struct timeline_row *row, const struct zone *zone, const struct layout *layout, bool full)
{
	size_t at = put_cells(out, row, zone, layout), width = out_width(out);
	struct buf title, cell;

	buf_init(&title, SIZE_MAX / 4);
	title_of(row->head, full, &title);
	if (full || !width) {
		text_wrap(out, buf_str(&title), at, INDENT);
	} else {
		buf_init(&cell, SIZE_MAX / 4);
		text_cell(&cell, buf_str(&title), width > at ? width - at : 0, false);
		out_str(out, buf_str(&cell));
		out_text(out, "\n");
		buf_release(&cell);
	}
	buf_release(&title);
}

/* One line of text, wrapped at spaces; at tells where a line that has begun goes on, 0 that none has. */
static void put_wrapped(struct out *out, struct str line, size_t at, size_t indent)
{
	size_t columns = out_columns(out), room = columns > at ? columns - at : 0;
	bool begun = at > 0;

	if (!begun)
		room = columns - indent;
	do {
		size_t width, n = text_fit(line, room, &width), cut = n;

		if (n < line.n) {
			while (cut > 0 && line.p[cut] != ' ')
				cut--;
			if (cut == 0 && !begun)
				cut = n > 0 ? n : line.n;
		}
		if (cut > 0 && !begun)
			out_printf(out, "%*s", (int)indent, "");
		out_str(out, str_make(line.p, cut));
		out_text(out, "\n");
		while (cut < line.n && line.p[cut] == ' ')
			cut++;
		line = str_make(line.p + cut, line.n - cut);
		begun = false;
		room = columns - indent;
	} while (line.n > 0);
}

void text_wrap(struct out *out, struct str safe, size_t at, size_t indent)
{
	if (out_width(out)) {
		put_wrapped(out, safe, at, indent);
	} else {
		out_str(out, safe);
		out_text(out, "\n");
	}
}

void text_paragraphs(struct out *out, struct str text, size_t indent)
{
	struct buf safe;
	size_t at = 0;

	safe_into(&safe, str_trim(text), TEXT_LINES);
	while (at < safe.len) {
		const char *start = safe.data + at, *end = memchr(start, '\n', safe.len - at);
		size_t n = end ? (size_t)(end - start) : safe.len - at;

		put_wrapped(out, str_make(start, n), 0, indent);
		at += n + 1;
	}
	buf_release(&safe);
}

static void add_pair(struct buf *out, const char *label, struct str value)
{
	if (value.n == 0)
		return;
	buf_printf(out, "%s%s: ", out->len ? "  " : "", gettext(label));
	text_safe(out, value, 0);
}

static void put_pairs(struct out *out, const struct interaction *it)
{
	struct buf pairs;

	buf_init(&pairs, SIZE_MAX / 4);
	add_pair(&pairs, "status", it->status);
	add_pair(&pairs, "done", it->done);
	add_pair(&pairs, "outcome", it->outcome);
	if (it->refs) {
		add_pair(&pairs, "order", it->refs->order);
		add_pair(&pairs, "receipt", it->refs->receipt);
		add_pair(&pairs, "ticket", it->refs->ticket);
		add_pair(&pairs, "tracking", it->refs->tracking);
	}
	if (it->title.n || it->text.n)
		add_pair(&pairs, "number", it->number);
	add_pair(&pairs, "place", it->place_name);
	if (is_narrow(out))
		add_pair(&pairs, "agent", it->agent);
	if (pairs.len) {
		out_printf(out, "%*s", INDENT, "");
		text_wrap(out, buf_str(&pairs), INDENT, INDENT);
	}
	buf_release(&pairs);
}

static void put_pair(struct out *out, const char *label, struct str value)
{
	if (value.n == 0)
		return;
	out_style(out, OUT_DIM);
	out_printf(out, "%*s%s: ", INDENT, "", label);
	out_style(out, OUT_PLAIN);
	put_rest(out, value);
	out_text(out, "\n");
}

static void put_lines(struct out *out, const struct interaction *it)
{
	for (uint32_t i = 0; i < it->n_lines; i++) {
		const struct line *line = &it->lines[i];
		char money[40] = "";

		if (line->amount.currency[0])
			money_print(line->amount, money);
		out_printf(out, "%*s", INDENT, "");
		put_rest(out, line->quantity.n ? line->quantity : STR("1"));
		out_text(out, " x ");
		if (line->amount.currency[0])
			out_printf(out, "%s  ", money);
		if (line->sku.n) {
			put_rest(out, line->sku);
			out_text(out, "  ");
		}
		put_rest(out, line->title);
		out_text(out, "\n");
	}
}

/* A title that is the first line of the text is not told again. */
static struct str after_title(const struct interaction *it)
{
	struct str text = str_trim(it->text), title = str_trim(it->title);
	bool begins = title.n > 0 && text.n >= title.n && memcmp(text.p, title.p, title.n) == 0;

	if (begins && (text.n == title.n || text.p[title.n] == '\n' || text.p[title.n] == '\r'))
		return str_make(text.p + title.n, text.n - title.n);
	return text;
}

static void put_details(struct out *out, const struct interaction *it)
{
	if (it->title.n && it->text.n)
		text_paragraphs(out, after_title(it), INDENT);
	put_lines(out, it);
	put_pairs(out, it);
	for (uint32_t i = 0; i < it->n_attachments; i++)
		put_pair(out, "attached", it->attachments[i].name);
	put_pair(out, "web", it->web);
}

static void layout_fit(struct layout *layout, const struct out *out)
{
	layout->gap = is_narrow(out) ? 1 : 2;
	if (is_narrow(out))
		layout->agent = 0;
}

/* A row as it may be seen. */
static struct timeline_row seen(const struct people *people, const struct timeline_row *row, struct arena *arena)
{
	return (struct timeline_row){ present_seen_row(&people->present, row->head, arena), row->sources, row->n_sources };
}

void text_found(struct out *out, struct people *people)
{
	const struct batch *rows = lookup_rows(people->lookup);
	struct arena *arena = arena_new();
	struct layout layout = { 0 };

	for (size_t i = 0; i < rows->n; i++) {
		const struct interaction *it = present_seen_row(&people->present, rows->items[i], arena);

		measure(&layout, &(struct timeline_row){ it, &it, 1 });
	}
	layout_fit(&layout, out);
	for (size_t i = 0; i < rows->n; i++) {
		const struct interaction *it = present_seen_row(&people->present, rows->items[i], arena);

		if (!i)
			out_text(out, "\n");
		put_row(out, &(struct timeline_row){ it, &it, 1 }, people->desk->house->zone, &layout, false);
		put_pairs(out, it);
		put_pair(out, "web", it->web);
	}
	arena_free(arena);
}

size_t text_timeline(struct out *out, struct people *people, const struct timeline_filter *filter, bool full)
{
	struct timeline *timeline = customer_timeline(people->customer);
	size_t n = people_rows_end(people, filter, NULL), shown = 0;
	struct arena *arena = arena_new();
	struct layout layout = { 0 };

	for (size_t i = 0; i < n && i < MEASURED_MOST; i++) {
		struct timeline_row row = seen(people, timeline_row(timeline, i), arena);

		if (present_keeps(&people->present, timeline_row(timeline, i), filter))
			measure(&layout, &row);
	}
	layout_fit(&layout, out);
	for (size_t i = 0; i < n; i++) {
		const struct timeline_row *whole = timeline_row(timeline, i);
		struct timeline_row row = seen(people, whole, arena);

		if (!present_keeps(&people->present, whole, filter))
			continue;
		put_row(out, &row, people->desk->house->zone, &layout, full);
		if (full)
			put_details(out, row.head);
		shown++;
	}
	arena_free(arena);
	return shown;
}

void text_row(struct out *out, struct people *people, const struct timeline_row *whole)
{
	struct arena *arena = arena_new();
	struct timeline_row row = seen(people, whole, arena);
	struct layout layout = { 0 };

	measure(&layout, &row);
	layout_fit(&layout, out);
	put_row(out, &row, people->desk->house->zone, &layout, true);
	put_details(out, row.head);
	arena_free(arena);
}
