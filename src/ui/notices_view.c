/*
 * Notices: what agents told sites and teams, for as long as it holds; those
 * for my site or team first, the newest first, and one whole.
 */
#include <libintl.h>
#include <stdlib.h>

#include <dossier/base/mem.h>
#include <dossier/base/text.h>

#include "flow.h"
#include "rows.h"
#include "words.h"

struct notices_view {
	struct view view;
	struct store_watch *watch;
	struct persons *persons;
	const struct cases *cases;
	const struct notice **notices;
	size_t n, mine;
	bool settled;
	struct rows rows;
	struct flows flows;
};

static bool is_mine(const struct notices_view *nv, const struct notice *notice)
{
	const struct desk *desk = ui_desk(nv->view.ui);

	return (notice->team.n && str_eq(notice->team, desk->team)) || (notice->site.n && str_eq(notice->site, desk->site));
}

static void put_reader(const struct notice *notice, struct buf *out)
{
	buf_addstr(out, notice->team);
	buf_adds(out, notice->team.n && notice->site.n ? ", " : "");
	buf_addstr(out, notice->site);
}

/* What agents wrote is closed here as it is with a customer; a redacted one has lost its words for good. */
static struct str text_of(const struct notices_view *nv, const struct notice *notice)
{
	if (mask_hides(ui_present(nv->view.ui)->mask, "row.text"))
		return str_of(gettext("closed until verified"));
	return notice->text.p ? notice->text : str_of(gettext("(its words were taken away)"));
}

static void words(void *arg, size_t at, struct buf *out)
{
	struct notices_view *nv = arg;
	const struct notice *notice = nv->notices[at];

	text_fold(out, text_of(nv, notice));
	buf_addc(out, ' ');
	text_fold(out, notice->team);
	buf_addc(out, ' ');
	text_fold(out, notice->site);
	buf_addc(out, ' ');
	text_fold(out, notice->entry->author);
}

static void key(void *arg, size_t at, struct buf *out)
{
	buf_addstr(out, ((struct notices_view *)arg)->notices[at]->entry->id);
}

static void paint_row(void *arg, struct screen *screen, int row, int cols, size_t at, int on)
{
	struct notices_view *nv = arg;
	const struct notice *notice = nv->notices[at];
	struct buf text;

	buf_init(&text, 1024);
	words_when(nv->view.ui, entry_time(notice->entry), &text);
	screen_cell(screen, row, 1, 12, EL_TIME | on, buf_str(&text));
	buf_reset(&text);
	put_reader(notice, &text);
	screen_cell(screen, row, 14, 14, (at < nv->mine ? EL_STRONG : EL_DIM) | on, buf_str(&text));
	screen_cell(screen, row, 29, cols - 29 - 10, EL_TITLE | on, text_of(nv, notice));
	screen_cell(screen, row, cols - 9, 8, EL_AGENT | on, notice->entry->author);
	buf_release(&text);
}

static void page(void *arg, struct page *page, size_t at)
{
	struct notices_view *nv = arg;
	const struct notice *notice = nv->notices[at];
	struct buf text;

	buf_init(&text, 1024);
	put_reader(notice, &text);
	page_fact(page, gettext("for"), buf_str(&text));
	page_fact(page, gettext("from"), notice->entry->author);
	buf_reset(&text);
	words_when(nv->view.ui, entry_time(notice->entry), &text);
	page_fact(page, gettext("told"), buf_str(&text));
	buf_reset(&text);
	words_when(nv->view.ui, notice->until, &text);
	page_fact(page, gettext("until"), buf_str(&text));
	page_blank(page);
	page_text(page, 0, EL_TEXT, "", text_of(nv, notice));
	buf_release(&text);
}

static void none(void *arg, struct buf *out)
{
	struct notices_view *nv = arg;

	if (!nv->watch)
		buf_adds(out, gettext("there is no case store in this session, and so no notices"));
	else
		buf_adds(out, nv->settled ? gettext("no notice holds now; :notice writes one, for a site or a team") : gettext("asking …"));
}

static const struct rows_ops rows_ops = { .words = words, .key = key, .row = paint_row, .page = page, .none = none };

static void drop_folds(struct notices_view *nv)
{
	cases_free(nv->cases);
	persons_free(nv->persons);
	free(nv->notices);
	nv->cases = NULL;
	nv->persons = NULL;
	nv->notices = NULL;
}

/* Mine, then everybody else's; the fold has the oldest first. */
static void list_all(struct notices_view *nv)
{
	struct cases_in in = { .entries = store_watch_entries(nv->watch) };

	drop_folds(nv);
	nv->persons = persons_fold(in.entries);
	nv->cases = cases_fold(&in);
	nv->notices = mem_array(nv->cases->n_notices + 1, sizeof(*nv->notices));
	nv->n = nv->mine = 0;
	for (int others = 0; others < 2; others++)
		for (size_t i = nv->cases->n_notices; i-- > 0;) {
			const struct notice *notice = &nv->cases->notices[i];

			if (notice->until <= ui_now(nv->view.ui) || is_mine(nv, notice) == others)
				continue;
			nv->notices[nv->n++] = notice;
			nv->mine += !others;
		}
	rows_set(&nv->rows, nv->n);
	ui_stale(nv->view.ui, &nv->view);
	nv->rows.list.painted = false;
}

static void on_changed(void *arg)
{
	list_all(arg);
}

static void on_settled(void *arg)
{
	((struct notices_view *)arg)->settled = true;
	list_all(arg);
}

static void on_flow(void *arg, struct flow_on *on)
{
	struct notices_view *nv = arg;

	*on = (struct flow_on){ .entries = nv->watch ? store_watch_entries(nv->watch) : NULL, .persons = nv->persons, .cases = nv->cases };
}

static bool start(struct view *view, const struct operation *operation, bool begin)
{
	if (operation->on != OP_ON_NOBODY)
		return false;
	if (begin)
		flow_start(&((struct notices_view *)view)->flows, operation->id, (struct str){ 0 }, NULL);
	return true;
}

static void paint(struct view *view, struct screen *screen, struct area area, bool all)
{
	struct notices_view *nv = (struct notices_view *)view;

	screen_fill(screen, area.row, 0, area.cols, EL_STRONG);
	screen_put(screen, area.row, 1, area.cols - 2, EL_STRONG, str_of(gettext("notices; :notice writes one")));
	screen_rule(screen, area.row + 1, 0, area.cols, EL_RULE);
	rows_filter_paint(&nv->rows, screen, area.row + 1, 1);
	area.row += 2;
	area.rows -= 2;
	rows_paint(&nv->rows, view, screen, area, all);
}

static bool operate(struct view *view, enum ui_op op, struct str arg)
{
	struct notices_view *nv = (struct notices_view *)view;
	size_t at;

	(void)arg;
	if (op != UI_COPY)
		return rows_operate(&nv->rows, view, op);
	ui_copy(view->ui, rows_chosen(&nv->rows, &at) ? text_of(nv, nv->notices[at]) : (struct str){ 0 });
	return true;
}

static bool filter(struct view *view, struct str text)
{
	rows_filter(&((struct notices_view *)view)->rows, view, text);
	return true;
}

static bool busy(const struct view *view)
{
	const struct notices_view *nv = (const struct notices_view *)view;

	return nv->watch && !nv->settled;
}

static bool empty(const struct view *view)
{
	return !((const struct notices_view *)view)->rows.of && busy(view);
}

static void release(struct view *view)
{
	struct notices_view *nv = (struct notices_view *)view;

	flows_release(&nv->flows);
	rows_release(&nv->rows);
	drop_folds(nv);
	if (nv->watch)
		store_watch_free(nv->watch);
	free(nv);
}

static const enum ui_op *reading(const struct view *view)
{
	return ((const struct notices_view *)view)->rows.open ? rows_reading : NULL;
}

static bool takes(enum ui_op op)
{
	return rows_takes(op) || op == UI_COPY;
}

static const enum ui_op keyline[] = { UI_OPEN, UI_DOWN, UI_UP, UI_FILTER, UI_COPY, UI_BACK, UI_NONE };
const struct view_ops notices_view_ops = {
	.id = VIEW_NOTICES, .keyline = keyline, .paint = paint, .takes = takes, .reading = reading, .operate = operate, .start = start, .filter = filter,
	.busy = busy, .empty = empty, .free = release,
};

struct view *notices_view_new(struct ui *ui)
{
	struct notices_view *nv = mem_zalloc(sizeof(*nv));
	struct store_ask ask = { .open_items = true };
	struct store_watch_sink sink = { .changed = on_changed, .settled = on_settled, .arg = nv };

	nv->view = (struct view){ .ops = &notices_view_ops, .ui = ui };
	nv->flows = (struct flows){ .ui = ui, .on = on_flow, .arg = nv };
	rows_init(&nv->rows, &rows_ops, nv);
	if (ui_desk(ui)->store)
		nv->watch = store_watch(ui_desk(ui)->store, &ask, &sink);
	return &nv->view;
}
