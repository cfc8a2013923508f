#include "text.h"

#include <dossier/base/text.h>

#define INDENT 18
#define AGENT_WIDTH 14
#define BACKEND_WIDTH 10
#define WHAT_WIDTH 19

static void safe_into(struct buf *out, struct str text, unsigned flags)
{
	buf_init(out, SIZE_MAX / 4);
	text_safe(out, text, flags);
}

/* A cell of fixed width, cut with an ellipsis, and a space after it. */
static void put_cell(struct out *out, struct str text, size_t width)
{
	struct buf safe, cell;

	safe_into(&safe, text, 0);
	buf_init(&cell, 4096);
	text_cell(&cell, buf_str(&safe), width, true);
	buf_addc(&cell, ' ');
	out_str(out, buf_str(&cell));
	buf_release(&safe);
	buf_release(&cell);
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

static void put_what(struct out *out, const struct interaction *it)
{
	char what[48];

	snprintf(what, sizeof(what), "%s%s%s", kind_word(it->kind), it->step ? " " : "", step_word(it->step));
	put_cell(out, str_of(what), WHAT_WIDTH);
	put_cell(out, str_of(direction_word(it->direction)), 3);
}

static void put_amount(struct out *out, const struct interaction *it)
{
	char money[40] = "";

	if (!it->amount.currency[0])
		return;
	money_print(it->amount, money);
	out_style(out, OUT_BOLD);
	out_text(out, money);
	out_style(out, OUT_PLAIN);
	out_text(out, "  ");
}

/* What an order was about, for the one-line form. */
static void put_goods(struct out *out, const struct interaction *it)
{
	if (it->n_lines == 0 || it->lines[0].title.n == 0)
		return;
	out_text(out, ": ");
	put_rest(out, it->lines[0].title);
	if (it->n_lines > 1)
		out_printf(out, " and %u more", it->n_lines - 1);
}

/* A call without words: who was on the other side, and for how long. */
static void put_wordless(struct out *out, const struct interaction *it)
{
	if (it->number.n)
		put_rest(out, it->number);
	if (it->until == WHEN_NONE || it->at == WHEN_NONE || it->until <= it->at)
		return;
	if (it->until - it->at < 60 * 1000)
		out_printf(out, "%s%d s", it->number.n ? ", " : "", (int)((it->until - it->at) / 1000));
	else
		out_printf(out, "%s%lld min", it->number.n ? ", " : "", (long long)((it->until - it->at + 30 * 1000) / (60 * 1000)));
}

static void put_row(struct out *out, const struct timeline_row *row, const struct zone *zone, bool full)
{
	const struct interaction *it = row->head;
	struct buf backends;

	buf_init(&backends, 256);
	for (size_t i = 0; i < row->n_sources; i++) {
		if (i)
			buf_addc(&backends, '+');
		buf_addstr(&backends, row->sources[i]->backend);
	}
	put_when(out, it->at, zone);
	put_what(out, it);
	put_cell(out, buf_str(&backends), BACKEND_WIDTH);
	put_cell(out, it->agent.p ? it->agent : STR("-"), AGENT_WIDTH);
	put_amount(out, it);
	if (it->reader == READER_STAFF)
		out_text(out, "[internal] ");
	if (it->title.n || it->text.n)
		put_rest(out, it->title.n ? it->title : it->text);
	else
		put_wordless(out, it);
	if (!full)
		put_goods(out, it);
	out_text(out, "\n");
	buf_release(&backends);
}

/* One line of text, wrapped at spaces to the columns left of the indent. */
static void put_wrapped(struct out *out, struct str line, size_t indent)
{
	size_t columns = out_columns(out) - indent;

	do {
		size_t width, n = text_fit(line, columns, &width), cut = n;

		if (n < line.n) {
			while (cut > 0 && line.p[cut] != ' ')
				cut--;
			if (cut == 0)
				cut = n > 0 ? n : line.n;
		}
		if (cut > 0)
			out_printf(out, "%*s", (int)indent, "");
		out_str(out, str_make(line.p, cut));
		out_text(out, "\n");
		while (cut < line.n && line.p[cut] == ' ')
			cut++;
		line = str_make(line.p + cut, line.n - cut);
	} while (line.n > 0);
}

void text_paragraphs(struct out *out, struct str text, size_t indent)
{
	struct buf safe;
	size_t at = 0;

	safe_into(&safe, str_trim(text), TEXT_LINES);
	while (at < safe.len) {
		const char *start = safe.data + at, *end = memchr(start, '\n', safe.len - at);
		size_t n = end ? (size_t)(end - start) : safe.len - at;

		put_wrapped(out, str_make(start, n), indent);
		at += n + 1;
	}
	buf_release(&safe);
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

static void put_details(struct out *out, const struct interaction *it)
{
	if (it->title.n && it->text.n && !str_eq(it->title, it->text))
		text_paragraphs(out, it->text, INDENT);
	put_lines(out, it);
	put_pair(out, "status", it->status);
	put_pair(out, "place", it->place_name);
	if (it->refs) {
		put_pair(out, "order", it->refs->order);
		put_pair(out, "receipt", it->refs->receipt);
		put_pair(out, "ticket", it->refs->ticket);
		put_pair(out, "tracking", it->refs->tracking);
	}
	for (uint32_t i = 0; i < it->n_attachments; i++)
		put_pair(out, "attached", it->attachments[i].name);
	put_pair(out, "web", it->web);
}

void text_found(struct out *out, struct people *people)
{
	const struct batch *rows = lookup_rows(people->lookup);

	for (size_t i = 0; i < rows->n; i++) {
		const struct interaction *it = rows->items[i];

		if (!i)
			out_text(out, "\n");
		put_row(out, &(struct timeline_row){ it, &it, 1 }, people->desk->house->zone, false);
	}
}

size_t text_timeline(struct out *out, struct people *people, const struct timeline_filter *filter, bool full)
{
	struct timeline *timeline = customer_timeline(people->customer);
	size_t n = timeline_count(timeline), shown = 0;

	for (size_t i = 0; i < n; i++) {
		const struct timeline_row *row = timeline_row(timeline, i);

		if (!timeline_keeps(row, filter))
			continue;
		put_row(out, row, people->desk->house->zone, full);
		if (full)
			put_details(out, row->head);
		shown++;
	}
	return shown;
}
