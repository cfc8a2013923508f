/*
 * The knowledge bases: articles that hold some words, the best of each first,
 * and one of them whole.
 */
#include <libintl.h>
#include <stdlib.h>

#include <dossier/base/mem.h>
#include <dossier/base/text.h>
#include <dossier/desk/shelf.h>

#include "badges.h"
#include "browse.h"
#include "rows.h"
#include "ui_private.h"
#include "words.h"

struct knowledge_view {
	struct view view;
	char *words;
	struct shelf *shelf;
	struct arena *arena;            /* of articles with what is closed taken out */
	const struct article_row **articles;
	struct rows rows;
};

static struct str title_of(const struct article_row *row)
{
	return row->title.n ? row->title : row->id;
}

static void words(void *arg, size_t at, struct buf *out)
{
	const struct article_row *row = ((struct knowledge_view *)arg)->articles[at];

	text_fold(out, title_of(row));
	buf_addc(out, ' ');
	text_fold(out, row->backend);
	buf_addc(out, ' ');
	text_fold(out, row->text);
}

static void key(void *arg, size_t at, struct buf *out)
{
	const struct article_row *row = ((struct knowledge_view *)arg)->articles[at];

	buf_printf(out, "%.*s/%.*s", STR_ARG(row->backend), STR_ARG(row->id));
}

static void paint_row(void *arg, struct screen *screen, int row, int cols, size_t at, int on)
{
	struct knowledge_view *kv = arg;
	const struct article_row *article = kv->articles[at];
	int source = cols - 9, day = source - 13, half = day > 100 ? day / 2 : day;
	struct buf text;

	buf_init(&text, 256);
	if (article->at != WHEN_NONE)
		words_when(kv->view.ui, article->at, &text);
	screen_cell(screen, row, 1, half - 2, EL_TITLE | on, title_of(article));
	if (half < day)
		screen_cell(screen, row, half, day - half - 1, EL_DIM | on, article->text);
	screen_cell(screen, row, day, 12, EL_TIME | on, buf_str(&text));
	screen_cell(screen, row, source, 8, EL_SOURCE | on, article->backend);
	buf_release(&text);
}

static void page(void *arg, struct page *page, size_t at)
{
	struct knowledge_view *kv = arg;
	const struct article_row *article = kv->articles[at];
	struct buf text;

	buf_init(&text, 256);
	page_text(page, 0, EL_STRONG, "", title_of(article));
	page_fact(page, gettext("from"), article->backend);
	if (article->at != WHEN_NONE) {
		when_strftime(article->at, ui_zone(kv->view.ui), STR("%Y-%m-%d"), &text);
		page_fact(page, gettext("changed"), buf_str(&text));
	}
	page_fact(page, gettext("web"), article->web);
	page_blank(page);
	page_text(page, 0, EL_TEXT, "", article->text);
	buf_release(&text);
}

static void none(void *arg, struct buf *out)
{
	struct knowledge_view *kv = arg;
	size_t n;
	const struct source *sources = shelf_sources(kv->shelf, &n);

	if (badges_waiting(sources, n))
		buf_adds(out, gettext("asking …"));
	else if (!badges_asked(sources, n))
		buf_adds(out, gettext("no backend has articles here; :backends shows which there are"));
	else
		buf_printf(out, gettext("no article holds \"%s\"; b asks again: fewer words find more"), kv->words);
}

static const struct rows_ops rows_ops = { .words = words, .key = key, .row = paint_row, .page = page, .none = none };

static void tell_sources(struct knowledge_view *kv)
{
	size_t n;
	const struct source *sources = shelf_sources(kv->shelf, &n);

	ui_sources(kv->view.ui, &kv->view, sources, n);
}

static void list_all(struct knowledge_view *kv)
{
	size_t n;
	const void *const *rows = shelf_rows(kv->shelf, &n);

	arena_free(kv->arena);
	kv->arena = arena_new();
	free(kv->articles);
	kv->articles = mem_array(n + 1, sizeof(*kv->articles));
	for (size_t i = 0; i < n; i++)
		kv->articles[i] = present_seen_article(ui_present(kv->view.ui), rows[i], kv->arena);
	rows_set(&kv->rows, n);
	tell_sources(kv);
	ui_stale_all(kv->view.ui);
}

static void on_changed(void *arg)
{
	list_all(arg);
}

static void begin(struct knowledge_view *kv, struct str text)
{
	struct shelf_sink sink = { on_changed, on_changed, kv };
	char *asked = str_dup(text);

	shelf_free(kv->shelf);
	free(kv->words);
	kv->words = asked;
	kv->shelf = shelf_start(ui_desk(kv->view.ui), ROW_ARTICLE, str_of(asked), &sink);
	list_all(kv);
}

void knowledge_view_ask(struct view *view, struct str text)
{
	struct knowledge_view *kv = (struct knowledge_view *)view;

	rows_forget(&kv->rows);
	begin(kv, text);
}

static void paint(struct view *view, struct screen *screen, struct area area, bool all)
{
	struct knowledge_view *kv = (struct knowledge_view *)view;
	size_t n;
	const struct source *sources = shelf_sources(kv->shelf, &n);
	struct buf text;
	int end, missing;

	buf_init(&text, 4096);
	buf_printf(&text, gettext("articles on \"%s\""), kv->words);
	screen_fill(screen, area.row, 0, area.cols, EL_TEXT);
	end = badges_paint(view->ui, screen, area, sources, n) - 2;
	screen_cell(screen, area.row, 1, end - 1, EL_STRONG, buf_str(&text));
	missing = badges_missing(screen, (struct area){ area.row + 1, 0, area.rows - 2, area.cols }, sources, n);
	screen_rule(screen, area.row + 1 + missing, 0, area.cols, EL_RULE);
	rows_filter_paint(&kv->rows, screen, area.row + 1 + missing, 1);
	area.row += 2 + missing;
	area.rows -= 2 + missing;
	rows_paint(&kv->rows, view, screen, area, all);
	buf_release(&text);
}

static bool operate(struct view *view, enum ui_op op, struct str arg)
{
	struct knowledge_view *kv = (struct knowledge_view *)view;
	size_t at;

	(void)arg;
	if (op == UI_REFRESH) {
		begin(kv, str_of(kv->words));
		return true;
	}
	if (op == UI_BROWSER) {
		browse_open(view->ui, rows_chosen(&kv->rows, &at) ? kv->articles[at]->web : (struct str){ 0 });
		return true;
	}
	if (op != UI_COPY)
		return rows_operate(&kv->rows, view, op);
	if (rows_chosen(&kv->rows, &at))
		ui_copy(view->ui, kv->articles[at]->web.n ? kv->articles[at]->web : title_of(kv->articles[at]));
	else
		ui_say(view->ui, EL_MESSAGE, "%s", gettext("there is no row to copy from"));
	return true;
}

static bool filter(struct view *view, struct str text)
{
	rows_filter(&((struct knowledge_view *)view)->rows, view, text);
	return true;
}

static bool busy(const struct view *view)
{
	return !shelf_done(((const struct knowledge_view *)view)->shelf);
}

static bool empty(const struct view *view)
{
	return !((const struct knowledge_view *)view)->rows.of && busy(view);
}

static void shown(struct view *view)
{
	tell_sources((struct knowledge_view *)view);
}

static void hint(struct view *view, enum ui_op op, struct buf *out)
{
	if (op == UI_KNOWLEDGE)
		buf_adds(out, ((const struct knowledge_view *)view)->words);
}

static void release(struct view *view)
{
	struct knowledge_view *kv = (struct knowledge_view *)view;

	shelf_free(kv->shelf);
	rows_release(&kv->rows);
	arena_free(kv->arena);
	free(kv->articles);
	free(kv->words);
	free(kv);
}

static const enum ui_op *reading(const struct view *view)
{
	return ((const struct knowledge_view *)view)->rows.open ? rows_reading : NULL;
}

static bool takes(enum ui_op op)
{
	return rows_takes(op) || op == UI_COPY || op == UI_BROWSER || op == UI_REFRESH;
}

static const enum ui_op keyline[] = { UI_OPEN, UI_KNOWLEDGE, UI_BROWSER, UI_COPY, UI_FILTER, UI_REFRESH, UI_BACK, UI_NONE };
const struct view_ops knowledge_view_ops = {
	.id = VIEW_KNOWLEDGE, .keyline = keyline, .paint = paint, .takes = takes, .reading = reading, .operate = operate, .filter = filter,
	.busy = busy, .empty = empty, .shown = shown, .hint = hint, .free = release,
};

struct view *knowledge_view_new(struct ui *ui, struct str text)
{
	struct knowledge_view *kv = mem_zalloc(sizeof(*kv));

	kv->view = (struct view){ .ops = &knowledge_view_ops, .ui = ui };
	rows_init(&kv->rows, &rows_ops, kv);
	begin(kv, text);
	return &kv->view;
}
