#include "page.h"

#include "words.h"

#define LINES_MOST 5000

struct page page_begin(struct screen *screen, struct area area, const struct page_scroll *scroll)
{
	return (struct page){ .screen = screen, .area = area, .top = scroll->top };
}

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

void page_text(struct page *page, int indent, int element, const char *label, struct str text)
{
	page->indent = indent;
	page->element = element;
	page->label = label;
	screen_wrap(page->screen, text, page->area.cols - indent, LINES_MOST, put_line, page);
}

void page_fact(struct page *page, const char *label, struct str text)
{
	if (text.n)
		page_text(page, PAGE_LABEL, EL_TEXT, label, text);
}

void page_money(struct page *page, const char *label, struct money money)
{
	struct buf text;

	if (!money.currency[0])
		return;
	buf_init(&text, 256);
	words_money(money, &text);
	page_fact(page, label, buf_str(&text));
	buf_release(&text);
}

void page_blank(struct page *page)
{
	page->indent = 0;
	put_line(page, 0, STR(""));
}

bool page_end(struct page *page, struct page_scroll *scroll)
{
	size_t rows = page->area.rows > 0 ? (size_t)page->area.rows : 0, most = page->n > rows ? page->n - rows : 0;

	for (size_t at = page->n > page->top ? page->n - page->top : 0; at < rows; at++)
		screen_fill(page->screen, page->area.row + (int)at, page->area.col, page->area.cols, EL_TEXT);
	scroll->lines = page->n;
	scroll->rows = rows;
	if (scroll->top <= most)
		return false;
	scroll->top = most;
	return true;
}

bool page_operate(struct page_scroll *scroll, enum ui_op op)
{
	size_t page = scroll->rows > 2 ? scroll->rows - 2 : 1, most = scroll->lines > scroll->rows ? scroll->lines - scroll->rows : 0;

	if (op == UI_DOWN)
		scroll->top++;
	else if (op == UI_UP)
		scroll->top -= scroll->top > 0;
	else if (op == UI_PAGE_DOWN)
		scroll->top += page;
	else if (op == UI_PAGE_UP)
		scroll->top -= scroll->top > page ? page : scroll->top;
	else if (op == UI_TOP)
		scroll->top = 0;
	else if (op == UI_BOTTOM)
		scroll->top = scroll->lines ? most : LINES_MOST;
	else
		return false;
	/* typed ahead of the first painting: that one knows */
	if (scroll->lines && scroll->top > most)
		scroll->top = most;
	return true;
}
