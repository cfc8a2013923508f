/*
 * Stock of an item: what the web shop says beside what the sites say, and
 * other articles that are called nearly so. stock_ask.c asks,
 * stock_view.c takes operations, stock_paint.c shows it.
 */
#ifndef UI_STOCK_VIEW_H
#define UI_STOCK_VIEW_H

#include <dossier/desk/shelf.h>

#include "flow.h"
#include "rows.h"
#include "ui_private.h"

#define STOCK_LIKES 3           /* shorter and shorter beginnings of the name are tried so often */

struct stock_needs { int site, condition; bool differ; };       /* columns, as painted last */

struct stock_view {
	struct view view;
	char *item;                     /* what was asked for */
	struct shelf *stock, *products, *like;
	struct shelf *again;            /* by the number that one backend knows it by, where others know no bar codes */
	char *like_words;
	unsigned likes;
	struct arena *arena;            /* of rows with what is closed taken out */
	struct stock_lines lines;
	const struct product_row **also;
	size_t n_also;
	enum stock_side *sides;         /* one a backend of the desk */
	struct stock_needs needs;
	struct rows rows;               /* lines, then also */
	struct flows flows;
	char *about;                    /* of what a report is that begins: item and site; NULL: another operation */
};

/* stock_ask.c */
void stock_begin(struct stock_view *sv, struct str item);
void stock_stop(struct stock_view *sv);
void stock_tell_sources(struct stock_view *sv);
bool stock_busy(const struct stock_view *sv);
/* The first that is known of the item itself; NULL: nothing yet. */
const struct stock_row *stock_item(const struct stock_view *sv);

/* stock_paint.c */
extern const struct rows_ops stock_rows_ops;
void stock_paint(struct view *view, struct screen *screen, struct area area, bool all);
#endif
