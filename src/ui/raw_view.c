/*
 * A row as its backend sent it, or as the store has it: pretty JSON, a line a
 * row, to be scrolled and filtered.
 */
#include <libintl.h>
#include <stdlib.h>

#include <dossier/base/mem.h>
#include <dossier/base/text.h>
#include <dossier/desk/raw.h>

#include "customer_view.h"
#include "rows.h"
#include "words.h"

struct raw_view {
	struct view view;
	struct rows rows;
	struct raw *raw;                /* NULL: it came */
	char *title, *json, *why;
	struct str *lines;
	size_t n;
};

static void words(void *arg, size_t at, struct buf *out)
{
	text_fold(out, ((struct raw_view *)arg)->lines[at]);
}

static void key(void *arg, size_t at, struct buf *out)
{
	(void)arg;
	buf_printf(out, "%zu", at);
}

static void paint_row(void *arg, struct screen *screen, int row, int cols, size_t at, int on)
{
	struct raw_view *rv = arg;

	screen_cell(screen, row, 1, cols - 1, EL_TEXT | on, rv->lines[at]);
}

static void page(void *arg, struct page *page, size_t at)
{
	page_text(page, 0, EL_TEXT, "", str_trim(((struct raw_view *)arg)->lines[at]));
}

static void none(void *arg, struct buf *out)
{
	struct raw_view *rv = arg;

	buf_adds(out, rv->why ? rv->why : gettext("asking …"));
}

static const struct rows_ops rows_ops = { .words = words, .key = key, .row = paint_row, .page = page, .none = none };

static void split(struct raw_view *rv)
{
	size_t cap = 0;

	for (const char *at = rv->json; *at;) {
		size_t n = strcspn(at, "\n");

		MEM_ROOM(rv->lines, rv->n, cap);
		rv->lines[rv->n++] = str_make(at, n);
		at += n + (at[n] == '\n');
	}
}

static void came(void *arg, struct str json, int64_t at, const struct err *err)
{
	struct raw_view *rv = arg;
	struct buf when;

	rv->raw = NULL;
	buf_init(&when, 100);
	words_when(rv->view.ui, at, &when);
	if (err->code != ERR_NONE) {
		rv->why = mem_strdup(err->text);
	} else {
		char *title = mem_printf(gettext("%s, as it came %.*s"), rv->title, STR_ARG(buf_str(&when)));

		free(rv->title);
		rv->title = title;
		rv->json = str_dup(json);
		split(rv);
	}
	buf_release(&when);
	rows_set(&rv->rows, rv->n);
	rv->rows.list.painted = false;
	ui_stale(rv->view.ui, &rv->view);
}

static void paint(struct view *view, struct screen *screen, struct area area, bool all)
{
	struct raw_view *rv = (struct raw_view *)view;

	screen_fill(screen, area.row, 0, area.cols, EL_STRONG);
	screen_put(screen, area.row, 1, area.cols - 2, EL_STRONG, str_of(rv->title));
	screen_rule(screen, area.row + 1, 0, area.cols, EL_RULE);
	rows_filter_paint(&rv->rows, screen, area.row + 1, 1);
	area.row += 2;
	area.rows -= 2;
	rows_paint(&rv->rows, view, screen, area, all);
}

static bool operate(struct view *view, enum ui_op op, struct str arg)
{
	struct raw_view *rv = (struct raw_view *)view;
	size_t at;

	(void)arg;
	if (op != UI_COPY)
		return rows_operate(&rv->rows, view, op);
	ui_copy(view->ui, rows_chosen(&rv->rows, &at) ? str_trim(rv->lines[at]) : (struct str){ 0 });
	return true;
}

static bool takes(enum ui_op op)
{
	return op == UI_COPY || rows_takes(op);
}

static const enum ui_op *reading(const struct view *view)
{
	return ((const struct raw_view *)view)->rows.open ? rows_reading : NULL;
}

static bool filter(struct view *view, struct str text)
{
	rows_filter(&((struct raw_view *)view)->rows, view, text);
	return true;
}

static bool busy(const struct view *view)
{
	return ((const struct raw_view *)view)->raw != NULL;
}

static void release(struct view *view)
{
	struct raw_view *rv = (struct raw_view *)view;

	raw_cancel(rv->raw);
	rows_release(&rv->rows);
	free(rv->title);
	free(rv->json);
	free(rv->why);
	free(rv->lines);
	free(rv);
}

static const enum ui_op keyline[] = { UI_FILTER, UI_COPY, UI_OPEN, UI_DOWN, UI_UP, UI_BACK, UI_NONE };
const struct view_ops raw_view_ops = {
	.id = VIEW_RAW, .keyline = keyline, .paint = paint, .takes = takes, .reading = reading, .operate = operate, .filter = filter, .busy = busy, .free = release,
};

struct view *raw_view_new(struct customer_view *of)
{
	const struct timeline_row *row = customer_rows_at(of, of->list.chosen);
	struct raw_view *rv;

	if (!row)
		return NULL;
	rv = mem_zalloc(sizeof(*rv));
	rv->view = (struct view){ .ops = &raw_view_ops, .ui = of->view.ui };
	rows_init(&rv->rows, &rows_ops, rv);
	rv->title = mem_printf("%.*s %.*s %.*s", STR_ARG(row->head->backend), STR_ARG(row->head->row), STR_ARG(row->head->id));
	rv->raw = raw_fetch(of->customer, customer_view_present(of), row->head, came, rv);
	return &rv->view;
}
