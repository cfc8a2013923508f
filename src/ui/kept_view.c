/*
 * What is kept for this agent alone: customers put aside, recalled by a digit,
 * and texts that were not finished.
 */
#include <libintl.h>
#include <stdlib.h>

#include <dossier/base/mem.h>
#include <dossier/store/draft.h>

#include "list.h"
#include "words.h"

#define DRAFTS_MOST 500

struct draft_row { char *who, *label, *what, *text; int64_t at; };
struct drafts_view { struct view view; struct list list; struct draft_row *rows; size_t n; struct kept_ask *asked; };
/* The view may be gone when the list comes. */
struct kept_ask { struct drafts_view *of; struct ui *ui; };

static void paint_row(void *arg, struct screen *screen, int row, size_t at, bool chosen)
{
	struct drafts_view *dv = arg;
	const struct draft_row *draft = &dv->rows[at];
	int cols = screen_cols(screen), on = chosen ? EL_ON_SELECTED : 0;
	struct buf text;

	buf_init(&text, 512);
	words_when(dv->view.ui, draft->at, &text);
	screen_fill(screen, row, 0, cols, EL_TEXT | on);
	screen_put(screen, row, 0, 1, EL_TEXT | on, chosen ? STR("▸") : STR(" "));
	screen_cell(screen, row, 1, 12, EL_TIME | on, buf_str(&text));
	screen_cell(screen, row, 14, 13, EL_LABEL | on, str_of(draft->what));
	screen_cell(screen, row, 28, 20, EL_CUSTOMER | on, str_of(draft->label));
	screen_cell(screen, row, 49, cols - 50, EL_TITLE | on, str_of(draft->text));
	buf_release(&text);
}

static void paint(struct view *view, struct screen *screen, struct area area, bool all)
{
	struct drafts_view *dv = (struct drafts_view *)view;

	screen_fill(screen, area.row, 0, area.cols, EL_STRONG);
	screen_put(screen, area.row, 1, area.cols - 2, EL_STRONG, str_of(gettext("drafts: Enter opens the customer, the same key goes on with the text")));
	screen_rule(screen, area.row + 1, 0, area.cols, EL_RULE);
	area.row += 2;
	area.rows -= 2;
	list_paint(&dv->list, screen, area, all, paint_row, dv);
	if (!dv->n && area.rows > 0)
		screen_cell(screen, area.row, 2, area.cols - 2, EL_ABSENT, str_of(dv->asked ? "…" : gettext("no draft waits")));
}

static bool operate(struct view *view, enum ui_op op, struct str arg)
{
	struct drafts_view *dv = (struct drafts_view *)view;
	char *who;

	(void)arg;
	if (list_operate(&dv->list, op)) {
		ui_stale(view->ui, view);
		return true;
	}
	if (op != UI_OPEN)
		return false;
	who = dv->list.chosen < dv->n ? mem_strdup(dv->rows[dv->list.chosen].who) : NULL;
	if (who)
		ui_find(view->ui, str_of(who));
	free(who);
	return true;
}

static void release(struct view *view)
{
	struct drafts_view *dv = (struct drafts_view *)view;

	if (dv->asked)
		dv->asked->of = NULL;
	for (size_t i = 0; i < dv->n; i++) {
		free(dv->rows[i].who);
		free(dv->rows[i].label);
		free(dv->rows[i].what);
		free(dv->rows[i].text);
	}
	free(dv->rows);
	free(dv);
}

static bool busy(const struct view *view)
{
	return ((const struct drafts_view *)view)->asked != NULL;
}

static void take_drafts(struct drafts_view *dv, const struct kept *kept, size_t n)
{
	struct arena *arena = arena_new();
	struct draft_kept one;

	dv->rows = mem_array(n ? n : 1, sizeof(*dv->rows));
	for (size_t i = 0; i < n && dv->n < DRAFTS_MOST; i++) {
		if (!draft_read(arena, &kept[i], &one))
			continue;
		dv->rows[dv->n++] = (struct draft_row){
			.who = one.of.n_who ? str_dup(one.of.who[0]) : NULL, .label = str_dup(one.of.label), .what = str_dup(one.of.what),
			.text = str_dup(one.text), .at = kept[i].at,
		};
	}
	arena_free(arena);
	list_count(&dv->list, dv->n);
}

static void on_drafts(void *arg, const struct kept *kept, size_t n, const struct err *err)
{
	struct kept_ask *asked = arg;

	if (asked->of) {
		asked->of->asked = NULL;
		if (err->code == ERR_NONE)
			take_drafts(asked->of, kept, n);
		else
			ui_say(asked->of->view.ui, EL_WARN, "%s", err->text);
		ui_stale(asked->of->view.ui, &asked->of->view);
	}
	ui_sending(asked->ui, -1);
	free(asked);
}

static bool takes(enum ui_op op)
{
	return list_takes(op) || op == UI_OPEN;
}

static const enum ui_op keyline[] = { UI_OPEN, UI_DOWN, UI_UP, UI_BACK, UI_NONE };
const struct view_ops drafts_view_ops = {
	.id = VIEW_DRAFTS, .keyline = keyline, .paint = paint, .takes = takes, .operate = operate, .busy = busy, .free = release,
};

struct view *drafts_view_new(struct ui *ui)
{
	struct drafts_view *dv = mem_zalloc(sizeof(*dv));
	struct str any = { 0 };

	dv->view = (struct view){ .ops = &drafts_view_ops, .ui = ui };
	if (ui_desk(ui)->store) {
		dv->asked = mem_zalloc(sizeof(*dv->asked));
		dv->asked->of = dv;
		dv->asked->ui = ui;
		ui_sending(ui, 1);
		kept_list(ui_desk(ui)->store, KEPT_DRAFT, any, any, any, on_drafts, dv->asked);
	}
	return &dv->view;
}

/* Parked customers, as they are offered by number. */
struct parked { struct ui *ui; size_t n; char *who[ASK_CHOICES], *label[ASK_CHOICES]; };

static void parked_free(struct parked *parked)
{
	ui_sending(parked->ui, -1);
	for (size_t i = 0; i < parked->n; i++) {
		free(parked->who[i]);
		free(parked->label[i]);
	}
	free(parked);
}

static void dropped(void *arg, const struct err *err)
{
	(void)err;
	ui_sending(arg, -1);
}

static void on_recall(void *arg, struct str text)
{
	struct parked *parked = arg;
	struct ui *ui = parked->ui;

	for (size_t i = 0; i < parked->n && text.n; i++)
		if (str_is(text, parked->label[i])) {
			ui_sending(ui, 1);
			kept_drop(ui_desk(ui)->store, KEPT_PARKED, str_of(parked->who[i]), dropped, ui);
			ui_find(ui, str_of(parked->who[i]));
			break;
		}
	parked_free(parked);
}

/* Two of one name are told apart by what they are found by. */
static char *label_of(const struct parked *parked, const struct kept *kept)
{
	for (size_t i = 0; i < parked->n; i++)
		if (str_is(kept->data, parked->label[i]))
			return mem_printf("%.*s (%.*s)", STR_ARG(kept->data), STR_ARG(kept->key));
	return str_dup(kept->data);
}

static void on_parked(void *arg, const struct kept *kept, size_t n, const struct err *err)
{
	struct parked *parked = arg;
	struct str choices[ASK_CHOICES];
	struct ask ask = { .label = gettext("recall whom?"), .choices = choices, .done = on_recall, .arg = parked };

	for (size_t i = 0; i < n && parked->n < ASK_CHOICES && err->code == ERR_NONE; i++) {
		parked->who[parked->n] = str_dup(kept[i].key);
		parked->label[parked->n] = label_of(parked, &kept[i]);
		choices[parked->n] = str_of(parked->label[parked->n]);
		parked->n++;
	}
	ask.n_choices = parked->n;
	if (parked->n) {
		ui_ask(parked->ui, &ask);
		return;
	}
	ui_say(parked->ui, EL_MESSAGE, "%s", err->code == ERR_NONE ? gettext("nobody is parked; z parks a customer") : err->text);
	parked_free(parked);
}

void kept_recall(struct ui *ui)
{
	struct parked *parked;
	struct str any = { 0 };

	if (!ui_desk(ui)->store) {
		ui_say(ui, EL_WARN, "%s", gettext("there is no case store in this session"));
		return;
	}
	parked = mem_zalloc(sizeof(*parked));
	parked->ui = ui;
	ui_sending(ui, 1);      /* the program does not end under it */
	kept_list(ui_desk(ui)->store, KEPT_PARKED, any, any, any, on_parked, parked);
}

static void on_put(void *arg, const struct err *err)
{
	struct ui *ui = arg;

	ui_sending(ui, -1);
	if (err->code == ERR_NONE)
		ui_say(ui, EL_MESSAGE, "%s", gettext("parked; Z recalls"));
	else
		ui_say(ui, EL_ERROR, gettext("not parked: %s"), err->text);
}

bool kept_park(struct ui *ui, struct str who, struct str label)
{
	struct kept kept = { .kind = KEPT_PARKED, .key = who, .who = &who, .n_who = 1, .data = label };

	if (!ui_desk(ui)->store) {
		ui_say(ui, EL_WARN, "%s", gettext("there is no case store in this session"));
		return false;
	}
	ui_sending(ui, 1);
	kept_put(ui_desk(ui)->store, &kept, on_put, ui);
	return true;
}
