/*
 * One row whole: its facts by name, then its text; and everything that the
 * backends say of the customer.
 */
#include <libintl.h>
#include <stdlib.h>

#include <dossier/base/mem.h>
#include <dossier/base/text.h>

#include "customer_view.h"
#include "words.h"

#define DETAIL_MOST (256 * 1024)
#define LINES_MOST 5000
#define LABEL 9

/* Lines of the whole, of which those in sight are painted. */
struct page {
	struct screen *screen;
	struct area area;
	size_t top, n;
	int indent, element;
	const char *label;      /* of the first line of the next value */
};

static void put_line(void *arg, size_t n, struct str safe)
{
	struct page *page = arg;
	size_t at = page->n++;
	int row = page->area.row + (int)(at - page->top);

	if (at < page->top || at - page->top >= (size_t)page->area.rows)
		return;
	if (page->indent)
		screen_cell(page->screen, row, page->area.col, page->indent, EL_LABEL, n == 0 ? str_of(page->label) : STR(""));
	screen_cell(page->screen, row, page->area.col + page->indent, page->area.cols - page->indent, page->element, safe);
}

static void put_text(struct page *page, int indent, int element, const char *label, struct str text)
{
	page->indent = indent;
	page->element = element;
	page->label = label;
	screen_wrap(page->screen, text, page->area.cols - indent, LINES_MOST, put_line, page);
}

static void put_fact(struct page *page, const char *label, struct str text)
{
	if (text.n)
		put_text(page, LABEL, EL_TEXT, label, text);
}

static void put_blank(struct page *page)
{
	page->indent = 0;
	put_line(page, 0, STR(""));
}

static void add_part(struct buf *out, struct str part)
{
	if (!part.n)
		return;
	buf_adds(out, out->len ? ", " : "");
	buf_addstr(out, part);
}

/* "call, in, 14 min, phone" */
static void put_headline(struct page *page, const struct timeline_row *row, const struct interaction *it)
{
	struct buf text, one;

	buf_init(&text, 4096);
	buf_init(&one, 4096);
	buf_adds(&text, kind_word(it->kind));
	add_part(&text, str_of(step_word(it->step)));
	add_part(&text, str_of(direction_word(it->direction)));
	if (it->until != WHEN_NONE && it->at != WHEN_NONE && it->until > it->at) {
		words_span(it->until - it->at, &one);
		add_part(&text, buf_str(&one));
	}
	for (size_t i = 0; i < row->n_sources; i++) {
		buf_reset(&one);
		words_source(row->sources[i]->backend, &one);
		add_part(&text, buf_str(&one));
	}
	if (it->reader == READER_STAFF)
		add_part(&text, str_of(gettext("INTERNAL")));
	else if (it->reader == READER_CUSTOMER && it->direction == DIRECTION_OUT)
		add_part(&text, str_of(gettext("to the customer")));
	put_text(page, 0, words_kind_element(it->kind), "", buf_str(&text));
	buf_release(&text);
	buf_release(&one);
}

static void put_refs(struct page *page, const struct refs *refs)
{
	if (!refs)
		return;
	put_fact(page, "order", refs->order);
	put_fact(page, "receipt", refs->receipt);
	put_fact(page, "ticket", refs->ticket);
	put_fact(page, "tracking", refs->tracking);
	put_fact(page, "call", refs->call);
	put_fact(page, "case", refs->case_);
}

static void put_order_lines(struct page *page, const struct interaction *it)
{
	struct buf text;

	buf_init(&text, 4096);
	for (size_t i = 0; i < it->n_lines; i++) {
		buf_reset(&text);
		buf_addstr(&text, it->lines[i].quantity);
		buf_adds(&text, it->lines[i].quantity.n ? " × " : "");
		buf_addstr(&text, it->lines[i].title);
		if (it->lines[i].sku.n)
			buf_printf(&text, " (%.*s)", STR_ARG(it->lines[i].sku));
		if (it->lines[i].amount.currency[0]) {
			buf_adds(&text, "  ");
			words_money(it->lines[i].amount, &text);
		}
		put_text(page, LABEL, EL_TEXT, i ? "" : "lines", buf_str(&text));
	}
	buf_release(&text);
}

static void put_facts(struct customer_view *cv, struct page *page, const struct interaction *it)
{
	struct buf text;

	buf_init(&text, 4096);
	when_strftime(it->at, ui_zone(cv->view.ui), STR("%Y-%m-%d %H:%M"), &text);
	put_fact(page, "at", it->at == WHEN_NONE ? STR("no time") : buf_str(&text));
	put_fact(page, "agent", it->agent);
	put_fact(page, "number", it->number);
	put_fact(page, "place", it->place_name.n ? it->place_name : it->place_id);
	put_fact(page, "status", it->status);
	put_fact(page, "did", it->done);
	put_fact(page, "outcome", it->outcome);
	if (it->amount.currency[0]) {
		buf_reset(&text);
		words_money(it->amount, &text);
		put_fact(page, "amount", buf_str(&text));
	}
	put_order_lines(page, it);
	put_refs(page, it->refs);
	put_fact(page, "web", it->web);
	for (size_t i = 0; i < it->n_attachments; i++) {
		buf_reset(&text);
		buf_addstr(&text, it->attachments[i].name);
		if (it->attachments[i].size >= 0)
			buf_printf(&text, " (%lld bytes)", (long long)it->attachments[i].size);
		put_fact(page, i ? "" : "attached", buf_str(&text));
	}
	if (it->shared_only)
		put_fact(page, "careful", str_of(gettext("known by this number only")));
	buf_release(&text);
}

static void finish_page(struct customer_view *cv, struct page *page)
{
	size_t most;

	for (size_t at = page->n > page->top ? page->n - page->top : 0; at < (size_t)page->area.rows; at++)
		screen_fill(page->screen, page->area.row + (int)at, page->area.col, page->area.cols, EL_TEXT);
	cv->detail_lines = page->n;
	most = page->n > (size_t)page->area.rows ? page->n - (size_t)page->area.rows : 0;
	if (cv->detail_top > most) {
		cv->detail_top = most;
		ui_stale(cv->view.ui, &cv->view);
	}
}

void customer_detail_paint(struct customer_view *cv, struct screen *screen, struct area area)
{
	const struct timeline_row *row = customer_rows_at(cv, cv->list.chosen);
	struct page page = { screen, area, cv->detail_top, 0 };
	struct arena *arena = arena_new();

	if (row) {
		const struct interaction *it = present_seen_row(customer_view_present(cv), row->head, arena);

		put_headline(&page, row, it);
		if (!str_eq(it->title, it->text))
			put_text(&page, 0, EL_STRONG, "", it->title);
		put_facts(cv, &page, it);
		put_blank(&page);
		put_text(&page, 0, EL_TEXT, "", it->text);
	}
	finish_page(cv, &page);
	arena_free(arena);
}

static void put_values(struct page *page, const char *label, const struct profile_list *list)
{
	struct buf text;

	buf_init(&text, 8192);
	for (size_t i = 0; i < list->n; i++) {
		buf_reset(&text);
		buf_addstr(&text, list->items[i].text);
		for (size_t s = 0; s < list->items[i].n_sources; s++)
			buf_printf(&text, s ? ", %.*s" : "  (%.*s", STR_ARG(list->items[i].sources[s]));
		buf_adds(&text, list->items[i].n_sources ? ")" : "");
		put_text(page, LABEL + 3, EL_TEXT, i ? "" : label, buf_str(&text));
	}
	buf_release(&text);
}

void customer_profile_paint(struct customer_view *cv, struct screen *screen, struct area area)
{
	struct page page = { screen, area, cv->detail_top, 0 };
	struct arena *arena = arena_new();
	const struct group *group = present_seen_group(customer_view_present(cv), customer_group(cv->customer), arena);
	const struct profile *p = present_seen_profile(customer_view_present(cv), customer_profile(cv->customer), arena);

	put_values(&page, "names", &p->names);
	put_values(&page, "identities", &p->identities);
	put_values(&page, "address", &p->addresses);
	put_values(&page, "tier", &p->tiers);
	put_values(&page, "language", &p->languages);
	put_values(&page, "prefers", &p->channels);
	put_values(&page, "consent", &p->consents);
	put_values(&page, "note", &p->notes);
	if (group->n_reasons)
		put_blank(&page);
	for (size_t i = 0; i < group->n_reasons; i++)
		put_text(&page, LABEL + 3, EL_TEXT, i ? "" : "one because", group->reasons[i].text);
	finish_page(cv, &page);
	arena_free(arena);
}
