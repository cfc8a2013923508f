#include "rows.h"

#include <libintl.h>
#include <stdlib.h>

#include <dossier/base/mem.h>
#include <dossier/base/text.h>

#include "filtered.h"

#define SPLIT_COLS 100          /* from there on the page stands beside the list */
#define WORDS_MOST (64 * 1024)

void rows_init(struct rows *rows, const struct rows_ops *ops, void *arg)
{
	*rows = (struct rows){ .ops = ops, .arg = arg };
}

void rows_release(struct rows *rows)
{
	free(rows->kept);
	free(rows->filter);
	free(rows->held);
}

void rows_forget(struct rows *rows)
{
	const struct rows_ops *ops = rows->ops;
	void *arg = rows->arg;

	rows_release(rows);
	rows_init(rows, ops, arg);
}

/* All of the words, in any order. */
static bool holds(const struct rows *rows, size_t at, struct str words)
{
	struct buf text, folded;
	bool all = true;

	buf_init(&text, WORDS_MOST);
	buf_init(&folded, WORDS_MOST);
	rows->ops->words(rows->arg, at, &text);
	text_fold(&folded, words);
	for (size_t i = 0; i < folded.len && all;) {
		const char *space = memchr(folded.data + i, ' ', folded.len - i);
		size_t n = space ? (size_t)(space - folded.data) - i : folded.len - i;

		all = !n || text_contains_fold(buf_str(&text), str_make(folded.data + i, n));
		i += n + 1;
	}
	buf_release(&text);
	buf_release(&folded);
	return all;
}

static char *key_of(const struct rows *rows, size_t at)
{
	struct buf key;

	buf_init(&key, WORDS_MOST);
	rows->ops->key(rows->arg, at, &key);
	return buf_take(&key);
}

static void hold(struct rows *rows)
{
	size_t at;

	free(rows->held);
	rows->held = rows_chosen(rows, &at) ? key_of(rows, at) : NULL;
}

/* The chosen row stays where it stands on the screen, as long as it can. */
static void choose_held(struct rows *rows)
{
	struct list *list = &rows->list;
	size_t offset = list->chosen >= list->top ? list->chosen - list->top : 0;

	if (!list->touched && !rows->open) {
		list->chosen = list->top = 0;
		return;
	}
	for (size_t i = 0; i < list->n && rows->held; i++) {
		char *key = key_of(rows, rows->kept[i]);
		bool same = key && strcmp(key, rows->held) == 0;

		free(key);
		if (!same)
			continue;
		list->chosen = i;
		list->top = i > offset ? i - offset : 0;
		return;
	}
}

void rows_set(struct rows *rows, size_t n)
{
	size_t kept = 0;

	free(rows->kept);
	rows->kept = mem_array(n + 1, sizeof(*rows->kept));
	rows->of = n;
	for (size_t i = 0; i < n; i++)
		if (!rows->filter || !*rows->filter || holds(rows, i, str_of(rows->filter)))
			rows->kept[kept++] = i;
	rows->list.n = kept;
	choose_held(rows);
	list_count(&rows->list, kept);
	rows->open = rows->open && kept > 0;
	hold(rows);
}

bool rows_chosen(const struct rows *rows, size_t *at)
{
	if (rows->list.chosen >= rows->list.n)
		return false;
	*at = rows->kept[rows->list.chosen];
	return true;
}

static void paint_row(void *arg, struct screen *screen, int row, size_t at, bool chosen)
{
	struct rows *rows = arg;
	int on = chosen ? EL_ON_SELECTED : 0;

	screen_fill(screen, row, 0, rows->cols, EL_TEXT | on);
	screen_put(screen, row, 0, 1, EL_TEXT | on, chosen ? STR("▸") : STR(" "));
	rows->ops->row(rows->arg, screen, row, rows->cols, rows->kept[at], on);
}

struct none_lines { struct screen *screen; struct area area; };

static void put_none(void *arg, size_t n, struct str safe)
{
	struct none_lines *lines = arg;

	if ((int)n < lines->area.rows)
		screen_put(lines->screen, lines->area.row + (int)n, 2, lines->area.cols - 3, EL_ABSENT, safe);
}

static void paint_none(struct rows *rows, struct screen *screen, struct area area)
{
	struct none_lines lines = { screen, area };
	struct buf text;

	buf_init(&text, WORDS_MOST);
	for (int i = 0; i < area.rows; i++)
		screen_fill(screen, area.row + i, 0, area.cols, EL_TEXT);
	if (rows->of)
		buf_adds(&text, gettext("nothing here fits the filter; f and Esc take it back"));
	else
		rows->ops->none(rows->arg, &text);
	screen_wrap(screen, buf_str(&text), area.cols - 4, (size_t)(area.rows > 0 ? area.rows : 0), put_none, &lines);
	buf_release(&text);
}

static void paint_page(struct rows *rows, struct view *view, struct screen *screen, struct area area)
{
	struct page page = page_begin(screen, area, &rows->scroll);
	size_t at;

	if (rows_chosen(rows, &at))
		rows->ops->page(rows->arg, &page, at);
	if (page_end(&page, &rows->scroll))
		ui_stale(view->ui, view);
}

static void paint_beside(struct rows *rows, struct view *view, struct screen *screen, struct area area)
{
	struct area page = { area.row, rows->cols + 2, area.rows, area.cols - rows->cols - 3 };

	screen_wall(screen, area.row, rows->cols, area.rows, EL_RULE);
	for (int i = 0; i < area.rows; i++) {
		screen_fill(screen, area.row + i, rows->cols + 1, 1, EL_TEXT);
		screen_fill(screen, area.row + i, area.cols - 1, 1, EL_TEXT);
	}
	paint_page(rows, view, screen, page);
}

/* Beside the page: three fifths, or what it wants between a half and two thirds. */
static int list_cols(const struct rows *rows, int cols)
{
	int wants = rows->ops->wants ? rows->ops->wants(rows->arg) : cols * 3 / 5;
	int least = cols / 2, most = cols * 2 / 3;

	return wants < least ? least : wants > most ? most : wants;
}

void rows_paint(struct rows *rows, struct view *view, struct screen *screen, struct area area, bool all)
{
	bool split = area.cols >= SPLIT_COLS && rows->list.n > 0;
	struct area list = area;

	rows->cols = list.cols = split ? list_cols(rows, area.cols) : area.cols;
	if (!rows->list.n) {
		paint_none(rows, screen, area);
	} else if (split || !rows->open) {
		list_paint(&rows->list, screen, list, all, paint_row, rows);
	}
	if (split) {
		paint_beside(rows, view, screen, area);
	} else if (rows->open) {
		for (int i = 0; i < area.rows; i++)
			screen_fill(screen, area.row + i, 0, 1, EL_TEXT);
		paint_page(rows, view, screen, (struct area){ area.row, 1, area.rows, area.cols - 1 });
	}
}

static bool set_open(struct rows *rows, struct view *view, bool open)
{
	rows->open = open;
	rows->scroll = (struct page_scroll){ 0 };
	ui_stale_all(view->ui);
	return true;
}

const enum ui_op rows_reading[] = { UI_BACK, UI_DOWN, UI_UP, UI_COPY, UI_BROWSER, UI_DISCREPANCY, UI_REFRESH, UI_NONE };

bool rows_takes(enum ui_op op)
{
	return list_takes(op) || op == UI_OPEN || op == UI_BACK;
}

bool rows_operate(struct rows *rows, struct view *view, enum ui_op op)
{
	if (op == UI_OPEN)
		return set_open(rows, view, rows->list.n && !rows->open);
	if (op == UI_BACK)
		return rows->open && set_open(rows, view, false);
	if (rows->open ? !page_operate(&rows->scroll, op) : !list_operate(&rows->list, op))
		return false;
	if (!rows->open)
		rows->scroll = (struct page_scroll){ 0 };
	hold(rows);
	ui_stale(view->ui, view);
	return true;
}

void rows_filter_paint(const struct rows *rows, struct screen *screen, int row, int from)
{
	const struct filtered filtered = { .words = str_of(rows->filter), .n = rows->list.n, .of = rows->of };

	filtered_paint(screen, row, from, screen_cols(screen) - 1, &filtered);
}

void rows_filter(struct rows *rows, struct view *view, struct str text)
{
	free(rows->filter);
	rows->filter = str_dup(text);
	rows_set(rows, rows->of);
	ui_stale_all(view->ui);
}
