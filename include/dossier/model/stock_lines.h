/*
 * Stock as one reads it: a line for each site, condition and item, with what
 * the web shop says of it beside what the site's own system says. Pure.
 */
#ifndef DOSSIER_MODEL_STOCK_LINES_H
#define DOSSIER_MODEL_STOCK_LINES_H

#include <dossier/model/stock.h>

enum stock_side { STOCK_WEB, STOCK_SHOP, STOCK_SIDES };
struct stock_told { const struct stock_row *row; enum stock_side side; };
struct stock_line {
	const struct stock_row *says[STOCK_SIDES];      /* one of them at least */
	bool own;                       /* at the agent's own site */
	bool differ;                    /* both say a quantity, and not the same */
};
struct stock_lines { struct stock_line *items; size_t n; };

/*
 * own: the agent's site, by its code, its name or a word of its name; absent:
 * none. Own lines first, then sites by name; what can be sold before what
 * cannot. The order in which rows came does not matter. Rows are borrowed.
 */
void stock_lines_init(struct stock_lines *lines, const struct stock_told *told, size_t n, struct str own);
void stock_lines_release(struct stock_lines *lines);
/* What stands on the line, whoever says it. */
const struct stock_row *stock_line_row(const struct stock_line *line);

#endif
