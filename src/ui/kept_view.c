/*
 * What is kept for this agent alone, listed: texts that were not finished, and
 * customers put aside. What is thrown away here comes back by undo.
 */
#include <libintl.h>
#include <stdlib.h>

#include <dossier/base/json.h>
#include <dossier/base/mem.h>
#include <dossier/model/entry.h>

#include "filtered.h"
#include "kept_view.h"
#include "list.h"
#include "words.h"

#define ROWS_MOST 500

struct row { struct arena *arena; struct kept kept; struct draft_kept draft; struct str label; };
struct sort {
	enum kept_kind kind;
	const char *heading, *none, *thrown;
	void (*paint)(struct view *view, struct screen *screen, int row, const struct row *item, int on);
	void (*open)(struct ui *ui, const struct row *item);
};
struct kept_view {
	struct view view;
	const struct sort *sort;
	struct list list;
	struct row *rows, *thrown;      /* thrown: by this view, the newest last */
	size_t n, cap, n_thrown, cap_thrown;
	size_t *shown;                  /* those that the filter leaves */
	char *filter;
	struct kept_ask *asked;
};
/* The view may be gone when the list comes. */
struct kept_ask { struct kept_view *of; struct ui *ui; };

static void refilter(struct kept_view *kv)
{
	size_t n = 0;

	free(kv->shown);
	kv->shown = mem_array(kv->n + 1, sizeof(*kv->shown));
	for (size_t i = 0; i < kv->n; i++)
		if (!kv->filter || strcasestr(kv->rows[i].label.p, kv->filter) || (kv->rows[i].draft.text.p && strcasestr(kv->rows[i].draft.text.p, kv->filter)))
			kv->shown[n++] = i;
	list_count(&kv->list, n);
	ui_stale(kv->view.ui, &kv->view);
}

static const struct row *chosen(const struct kept_view *kv)
{
	return kv->list.chosen < kv->list.n ? &kv->rows[kv->shown[kv->list.chosen]] : NULL;
}

static struct str label_of(struct arena *arena, struct str data)
{
	struct json_object *whole = json_parse_whole(data, NULL, NULL);
	struct str label = json_object_is_type(whole, json_type_object) ? arena_str(arena, entry_text(whole, "label")) : data;

	json_object_put(whole);
	return label.p ? label : STR("");
}

static void add_row(struct kept_view *kv, const struct kept *kept)
{
	struct row row = { .arena = arena_new(), .kept = *kept };
	struct str *who = arena_alloc(row.arena, kept->n_who * sizeof(*who) + 1);

	row.kept.key = arena_str(row.arena, kept->key);
	row.kept.person = arena_str(row.arena, kept->person);
	row.kept.case_ = arena_str(row.arena, kept->case_);
	row.kept.data = arena_str(row.arena, kept->data);
	for (size_t i = 0; i < kept->n_who; i++)
		who[i] = arena_str(row.arena, kept->who[i]);
	row.kept.who = who;
	if (kept->kind == KEPT_DRAFT && !draft_read(row.arena, &row.kept, &row.draft)) {
		arena_free(row.arena);
		return;
	}
	row.label = kept->kind == KEPT_DRAFT ? row.draft.of.label : label_of(row.arena, row.kept.data);
	if (!row.label.p)
		row.label = STR("");
	MEM_ROOM(kv->rows, kv->n, kv->cap);
	kv->rows[kv->n++] = row;
}

static void paint_mark(struct kept_view *kv, struct screen *screen, int row, size_t at, int on)
{
	char digit[4] = " ";

	screen_fill(screen, row, 0, screen_cols(screen), EL_TEXT | on);
	screen_put(screen, row, 0, 1, EL_TEXT | on, on ? STR("▸") : STR(" "));
	if (kv->sort->kind == KEPT_PARKED && at < 9)
		snprintf(digit, sizeof(digit), "%d", (int)at + 1);
	screen_cell(screen, row, 1, 2, EL_KEY | on, str_of(digit));
}

static void paint_row(void *arg, struct screen *screen, int row, size_t at, bool is_chosen)
{
	struct kept_view *kv = arg;

	paint_mark(kv, screen, row, at, is_chosen ? EL_ON_SELECTED : 0);
	kv->sort->paint(&kv->view, screen, row, &kv->rows[kv->shown[at]], is_chosen ? EL_ON_SELECTED : 0);
}

static void paint_draft(struct view *view, struct screen *screen, int row, const struct row *item, int on)
{
	int cols = screen_cols(screen), what = cols < 80 ? 13 : 15, label = cols < 80 ? 12 : 20;
	struct buf text;

	buf_init(&text, 512);
	words_when(view->ui, item->kept.at, &text);
	screen_cell(screen, row, 1, 12, EL_TIME | on, buf_str(&text));
	screen_cell(screen, row, 14, what, EL_LABEL | on, item->draft.of.what);
	screen_cell(screen, row, 15 + what, label, EL_CUSTOMER | on, item->label);
	screen_cell(screen, row, 16 + what + label, cols - 17 - what - label, EL_TITLE | on, item->draft.text);
	buf_release(&text);
}

static void paint_parked(struct view *view, struct screen *screen, int row, const struct row *item, int on)
{
	int cols = screen_cols(screen), half = cols / 2;
	struct buf text;

	buf_init(&text, 512);
	words_when(view->ui, item->kept.at, &text);
	screen_cell(screen, row, 3, half - 4, EL_CUSTOMER | on, item->label);
	screen_cell(screen, row, half, cols - half - 14, EL_DIM | on, item->kept.key);
	screen_cell(screen, row, cols - 13, 12, EL_TIME | on, buf_str(&text));
	buf_release(&text);
}

static void open_draft(struct ui *ui, const struct row *item)
{
	ui_resume(ui, &item->draft);
}

static void open_parked(struct ui *ui, const struct row *item)
{
	ui_recall(ui, item->kept.key, item->kept.data);
}

static const struct sort drafts = {
	KEPT_DRAFT, "drafts: Enter goes on with one where it was left", "no draft waits", "thrown away; u brings it back", paint_draft, open_draft,
};
static const struct sort parked = {
	KEPT_PARKED, "parked: a digit or Enter recalls, f filters", "nobody is parked; z parks a customer", "no longer parked; u brings it back", paint_parked, open_parked,
};

static void paint(struct view *view, struct screen *screen, struct area area, bool all)
{
	struct kept_view *kv = (struct kept_view *)view;
	const struct filtered filtered = { .words = str_of(kv->filter), .n = kv->list.n, .of = kv->n };

	screen_fill(screen, area.row, 0, area.cols, EL_STRONG);
	screen_put(screen, area.row, 1, area.cols - 2, EL_STRONG, str_of(gettext(kv->sort->heading)));
	screen_rule(screen, area.row + 1, 0, area.cols, EL_RULE);
	filtered_paint(screen, area.row + 1, 1, area.cols - 1, &filtered);
	area.row += 2;
	area.rows -= 2;
	list_paint(&kv->list, screen, area, all, paint_row, kv);
	if (!kv->list.n && area.rows > 0)
		screen_cell(screen, area.row, 2, area.cols - 2, EL_ABSENT, str_of(kv->asked ? "…" : kv->filter ? gettext("none holds these words") : gettext(kv->sort->none)));
}

static void changed(void *arg, const struct err *err)
{
	struct ui *ui = arg;

	ui_sending(ui, -1);
	if (err->code != ERR_NONE)
		ui_say(ui, EL_ERROR, "%s", err->text);
}

static void discard(struct kept_view *kv)
{
	const struct row *row = chosen(kv);
	size_t at;

	if (!row)
		return;
	at = (size_t)(row - kv->rows);
	ui_sending(kv->view.ui, 1);
	kept_drop(ui_desk(kv->view.ui)->store, kv->sort->kind, row->kept.key, changed, kv->view.ui);
	MEM_ROOM(kv->thrown, kv->n_thrown, kv->cap_thrown);
	kv->thrown[kv->n_thrown++] = *row;
	memmove(&kv->rows[at], &kv->rows[at + 1], (--kv->n - at) * sizeof(*row));
	refilter(kv);
	ui_say(kv->view.ui, EL_MESSAGE, "%s", gettext(kv->sort->thrown));
}

static void undo(struct kept_view *kv)
{
	struct row row;

	if (!kv->n_thrown) {
		ui_say(kv->view.ui, EL_MESSAGE, "%s", gettext("nothing was thrown away here"));
		return;
	}
	row = kv->thrown[--kv->n_thrown];
	ui_sending(kv->view.ui, 1);
	kept_put(ui_desk(kv->view.ui)->store, &row.kept, changed, kv->view.ui);
	MEM_ROOM(kv->rows, kv->n, kv->cap);
	memmove(&kv->rows[1], kv->rows, kv->n++ * sizeof(row));
	kv->rows[0] = row;
	refilter(kv);
	list_choose(&kv->list, 0);
	ui_say(kv->view.ui, EL_MESSAGE, "%s", gettext("it is back"));
}

/* The row goes with its view while it is opened. */
static void open_chosen(struct kept_view *kv)
{
	const struct row *row = chosen(kv);
	struct row own;

	if (!row)
		return;
	own = *row;
	memmove(&kv->rows[row - kv->rows], row + 1, (size_t)(kv->rows + --kv->n - row) * sizeof(own));
	refilter(kv);
	kv->sort->open(kv->view.ui, &own);
	arena_free(own.arena);
}

static bool operate(struct view *view, enum ui_op op, struct str arg)
{
	struct kept_view *kv = (struct kept_view *)view;

	(void)arg;
	if (list_operate(&kv->list, op))
		ui_stale(view->ui, view);
	else if (op == UI_OPEN)
		open_chosen(kv);
	else if (op == UI_DISCARD)
		discard(kv);
	else if (op == UI_UNDO)
		undo(kv);
	else
		return false;
	return true;
}

static void digit(struct view *view, int n)
{
	struct kept_view *kv = (struct kept_view *)view;

	if (n < 1 || (size_t)n > kv->list.n) {
		ui_refuse(view->ui, EL_MESSAGE, gettext("there is no %d"), n);
		return;
	}
	list_choose(&kv->list, (size_t)n - 1);
	open_chosen(kv);
}

static bool filter(struct view *view, struct str text)
{
	struct kept_view *kv = (struct kept_view *)view;

	free(kv->filter);
	kv->filter = text.n ? str_dup(text) : NULL;
	refilter(kv);
	return true;
}

static void release(struct view *view)
{
	struct kept_view *kv = (struct kept_view *)view;

	if (kv->asked)
		kv->asked->of = NULL;
	for (size_t i = 0; i < kv->n; i++)
		arena_free(kv->rows[i].arena);
	for (size_t i = 0; i < kv->n_thrown; i++)
		arena_free(kv->thrown[i].arena);
	free(kv->rows);
	free(kv->thrown);
	free(kv->shown);
	free(kv->filter);
	free(kv);
}

static bool busy(const struct view *view)
{
	return ((const struct kept_view *)view)->asked != NULL;
}

static bool empty(const struct view *view)
{
	return busy(view);
}

static void on_list(void *arg, const struct kept *kept, size_t n, const struct err *err)
{
	struct kept_ask *asked = arg;
	struct kept_view *kv = asked->of;

	if (kv) {
		kv->asked = NULL;
		for (size_t i = 0; i < n && kv->n < ROWS_MOST; i++)
			add_row(kv, &kept[i]);
		refilter(kv);
		if (err->code != ERR_NONE)
			ui_say(kv->view.ui, EL_WARN, "%s", err->text);
	}
	ui_sending(asked->ui, -1);
	free(asked);
}

static bool takes(enum ui_op op)
{
	return list_takes(op) || op == UI_OPEN || op == UI_DISCARD || op == UI_UNDO;
}

static const enum ui_op keyline[] = { UI_OPEN, UI_DISCARD, UI_UNDO, UI_DOWN, UI_UP, UI_BACK, UI_NONE };
const struct view_ops drafts_view_ops = {
	.id = VIEW_DRAFTS, .keyline = keyline, .paint = paint, .takes = takes, .operate = operate, .filter = filter, .busy = busy, .empty = empty, .free = release,
};
const struct view_ops parked_view_ops = {
	.id = VIEW_PARKED, .keyline = keyline, .paint = paint, .takes = takes, .operate = operate, .filter = filter, .digit = digit, .free = release,
};

static struct kept_view *new_view(struct ui *ui, const struct view_ops *ops, const struct sort *sort)
{
	struct kept_view *kv = mem_zalloc(sizeof(*kv));

	kv->view = (struct view){ .ops = ops, .ui = ui };
	kv->sort = sort;
	refilter(kv);
	return kv;
}

struct view *drafts_view_new(struct ui *ui)
{
	struct kept_view *kv = new_view(ui, &drafts_view_ops, &drafts);
	struct str any = { 0 };

	if (ui_desk(ui)->store) {
		kv->asked = mem_zalloc(sizeof(*kv->asked));
		*kv->asked = (struct kept_ask){ kv, ui };
		ui_sending(ui, 1);
		kept_list(ui_desk(ui)->store, KEPT_DRAFT, any, any, any, on_list, kv->asked);
	}
	return &kv->view;
}

struct view *parked_view_new(struct ui *ui, const struct kept *kept, size_t n)
{
	struct kept_view *kv = new_view(ui, &parked_view_ops, &parked);

	for (size_t i = 0; i < n && i < ROWS_MOST; i++)
		add_row(kv, &kept[i]);
	refilter(kv);
	return &kv->view;
}
