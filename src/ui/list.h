/*
 * A list that is painted by rows: what is chosen, what is in sight, and which
 * rows must be painted anew when only the choice moved.
 */
#ifndef UI_LIST_H
#define UI_LIST_H

#include "ui_private.h"

struct list {
	size_t n, chosen, top;
	bool touched;           /* the agent has moved: the choice is held to its row */
	size_t rows;            /* in sight when painted last */
	int height;             /* screen rows of one; 0 is 1 */
	size_t painted_top, painted_chosen;
	bool painted;
};
typedef void list_row_fn(void *arg, struct screen *screen, int row, size_t at, bool chosen);

bool list_takes(enum ui_op op);
/* True for a movement, which was made. */
bool list_operate(struct list *list, enum ui_op op);
void list_choose(struct list *list, size_t at);
/* There are n now. */
void list_count(struct list *list, size_t n);
/* Rows past the end are blank. */
void list_paint(struct list *list, struct screen *screen, struct area area, bool all, list_row_fn *row, void *arg);

#endif
