#include "list.h"

bool list_takes(enum ui_op op)
{
	return op == UI_DOWN || op == UI_UP || op == UI_PAGE_DOWN || op == UI_PAGE_UP || op == UI_TOP || op == UI_BOTTOM;
}

bool list_operate(struct list *list, enum ui_op op)
{
	size_t page = list->rows > 1 ? list->rows - 1 : 1, last = list->n ? list->n - 1 : 0, at = list->chosen;

	switch (op) {
	case UI_DOWN:
		at += at < last;
		break;
	case UI_UP:
		at -= at > 0;
		break;
	case UI_PAGE_DOWN:
		at = last - at > page ? at + page : last;
		break;
	case UI_PAGE_UP:
		at = at > page ? at - page : 0;
		break;
	case UI_TOP:
		at = 0;
		break;
	case UI_BOTTOM:
		at = last;
		break;
	default:
		return false;
	}
	list->touched = true;
	list->chosen = at;
	return true;
}

void list_choose(struct list *list, size_t at)
{
	list->chosen = at < list->n ? at : list->n ? list->n - 1 : 0;
}

void list_count(struct list *list, size_t n)
{
	list->n = n;
	list->painted = false;
	list_choose(list, list->chosen);
}

static void scroll_into_sight(struct list *list, size_t rows)
{
	if (list->chosen < list->top)
		list->top = list->chosen;
	if (rows && list->chosen >= list->top + rows)
		list->top = list->chosen - rows + 1;
	if (list->top + rows > list->n)
		list->top = list->n > rows ? list->n - rows : 0;
}

void list_paint(struct list *list, struct screen *screen, struct area area, bool all, list_row_fn *row, void *arg)
{
	int height = list->height > 0 ? list->height : 1, used;
	size_t rows = area.rows > 0 ? (size_t)(area.rows / height) : 0;

	scroll_into_sight(list, rows);
	if (rows != list->rows || list->top != list->painted_top || !list->painted)
		all = true;
	for (size_t i = 0; i < rows; i++) {
		size_t at = list->top + i;

		if (!all && at != list->chosen && at != list->painted_chosen)
			continue;
		if (at < list->n)
			row(arg, screen, area.row + (int)i * height, at, at == list->chosen);
		else
			for (int k = 0; k < height; k++)
				screen_fill(screen, area.row + (int)i * height + k, area.col, area.cols, EL_TEXT);
	}
	used = (int)rows * height;
	for (int i = used; all && i < area.rows; i++)
		screen_fill(screen, area.row + i, area.col, area.cols, EL_TEXT);
	list->rows = rows;
	list->painted_top = list->top;
	list->painted_chosen = list->chosen;
	list->painted = true;
}
