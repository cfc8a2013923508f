/*
 * Rows of a view that has nothing else: a list with its filter, whose chosen
 * row opens as a page, over the list or beside it where there is room. What
 * comes later never moves the choice.
 */
#ifndef UI_ROWS_H
#define UI_ROWS_H

#include "list.h"
#include "page.h"

struct rows_ops {
	/* What a filter looks for its words in, and what tells the row from every other however many come. */
	void (*words)(void *arg, size_t at, struct buf *out);
	void (*key)(void *arg, size_t at, struct buf *out);
	/* From column 1 on, in so many; the mark of the chosen one stands before it. on: EL_ON_SELECTED or 0. */
	void (*row)(void *arg, struct screen *screen, int row, int cols, size_t at, int on);
	void (*page)(void *arg, struct page *page, size_t at);
	/* The sentence that stands where no row is. */
	void (*none)(void *arg, struct buf *out);
	/* NULL: as wide as it happens to be. With how many columns a row is whole, where the page stands beside the list. */
	int (*wants)(void *arg);
};
struct rows {
	const struct rows_ops *ops;
	void *arg;
	struct list list;               /* of those that the filter leaves */
	size_t *kept, of;               /* which of all rows; how many there are */
	char *filter, *held;
	struct page_scroll scroll;
	bool open;                      /* the page has the keys */
	int cols;                       /* of a row, as painted last */
};
void rows_init(struct rows *rows, const struct rows_ops *ops, void *arg);
void rows_release(struct rows *rows);
/* There are so many now, and none need be the one it was. */
void rows_set(struct rows *rows, size_t n);
/* Other rows: nothing is held, no page is open, no filter. */
void rows_forget(struct rows *rows);
/* False when none is chosen. */
bool rows_chosen(const struct rows *rows, size_t *at);
void rows_paint(struct rows *rows, struct view *view, struct screen *screen, struct area area, bool all);
/* Movements, opening the page, going back to the list; false for what these are not. */
bool rows_takes(enum ui_op op);
/* Keys while the page is open, for the key line: what the view does not take is left out. */
extern const enum ui_op rows_reading[];
bool rows_operate(struct rows *rows, struct view *view, enum ui_op op);
/* What they are filtered by, at the right end of a rule from this column on. */
void rows_filter_paint(const struct rows *rows, struct screen *screen, int row, int from);
void rows_filter(struct rows *rows, struct view *view, struct str text);

#endif
