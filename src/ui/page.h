/*
 * A page: one thing whole, in lines that wrap, as much of it in sight as
 * there is room for. Painted from its first line each time; what is scrolled
 * away is only counted.
 */
#ifndef UI_PAGE_H
#define UI_PAGE_H

#include <dossier/base/money.h>

#include "ui_private.h"

#define PAGE_LABEL 9            /* columns of a fact's name */

struct page_scroll { size_t top, lines, rows; };        /* lines, rows: as painted last */

struct page {
	struct screen *screen;
	struct area area;
	size_t top, n;
	int indent, element;
	const char *label;      /* of the first line of the next value */
};
struct page page_begin(struct screen *screen, struct area area, const struct page_scroll *scroll);
/* label stands before the first line, in so many columns as indent says. */
void page_text(struct page *page, int indent, int element, const char *label, struct str text);
void page_fact(struct page *page, const char *label, struct str text);          /* absent or empty: nothing */
void page_money(struct page *page, const char *label, struct money money);      /* no currency: nothing */
void page_blank(struct page *page);
/* Fills what is left. True when it was scrolled too far: it is not now, and has to be painted again. */
bool page_end(struct page *page, struct page_scroll *scroll);
/* True for a movement, which was made. */
bool page_operate(struct page_scroll *scroll, enum ui_op op);

#endif
