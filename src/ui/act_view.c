/*
 * What the backends offer to do for the customer, each by the number that it
 * always has; the first of the chosen row is chosen.
 */
#include <libintl.h>
#include <stdlib.h>

#include <dossier/base/mem.h>

#include "act.h"

#define NAME_AT 15

struct act_view {
	struct view view;
	struct customer_view *of;       /* below, as long as this is there */
	struct list list;
	struct act_offer offers[OFFERS_MOST];
};

/* "supervisor, admin" */
static void put_roles(const struct plan_action *action, struct buf *out)
{
	for (size_t i = 0; i < action->roles.n; i++)
		buf_printf(out, "%s%s", i ? ", " : "", action->roles.items[i]);
}

/* Where there is little room its title says what the name would. */
static int title_at(int cols)
{
	return cols < 100 ? NAME_AT : NAME_AT + 11;
}

/* What another role may do is named with that role: whom to ask. */
static void paint_closed(struct screen *screen, int row, const struct act_offer *offer, int on)
{
	int cols = screen_cols(screen), title = title_at(cols);
	struct buf text;

	buf_init(&text, 4096);
	buf_adds(&text, offer->action->title ? offer->action->title : offer->action->name);
	buf_adds(&text, gettext(": only for "));
	put_roles(offer->action, &text);
	screen_cell(screen, row, 4, 10, EL_ABSENT | on, str_of(offer->backend->id));
	if (title > NAME_AT)
		screen_cell(screen, row, NAME_AT, 10, EL_ABSENT | on, str_of(offer->action->name));
	screen_cell(screen, row, title, cols - title - 1, EL_ABSENT | on, buf_str(&text));
	buf_release(&text);
}

static void paint_row(void *arg, struct screen *screen, int row, size_t at, bool chosen)
{
	struct act_view *av = arg;
	const struct act_offer *offer = &av->offers[at];
	int cols = screen_cols(screen), on = chosen ? EL_ON_SELECTED : 0, reader = cols < 100 ? 16 : 20;
	bool outward = offer->action->reader == READER_CUSTOMER;
	const char *title = offer->action->title ? offer->action->title : offer->action->name;

	screen_fill(screen, row, 0, cols, EL_TEXT | on);
	screen_put(screen, row, 0, 1, EL_TEXT | on, chosen ? STR("▸") : STR(" "));
	if (offer->closed) {
		paint_closed(screen, row, offer, on);
		return;
	}
	if (at < 9)
		screen_printf(screen, row, 2, 1, EL_KEY | on, "%zu", at + 1);
	screen_cell(screen, row, 4, 10, (offer->of_row ? EL_STRONG : EL_SOURCE) | on, str_of(offer->backend->id));
	if (title_at(cols) > NAME_AT)
		screen_cell(screen, row, NAME_AT, 10, EL_LABEL | on, str_of(offer->action->name));
	screen_cell(screen, row, title_at(cols), cols - title_at(cols) - 1 - reader, EL_TITLE | on, str_of(title));
	screen_cell(screen, row, cols - reader, reader - 1, (outward ? EL_OUTWARD : EL_DIM) | on, str_of(outward ? gettext("TO THE CUSTOMER") : gettext("staff only")));
}

static void paint(struct view *view, struct screen *screen, struct area area, bool all)
{
	struct act_view *av = (struct act_view *)view;

	screen_fill(screen, area.row, 0, area.cols, EL_STRONG);
	screen_printf(screen, area.row, 1, area.cols - 2, EL_STRONG, gettext("to be done for %s; it is read once more before it is sent"), av->of->name);
	screen_rule(screen, area.row + 1, 0, area.cols, EL_RULE);
	area.row += 2;
	area.rows -= 2;
	list_paint(&av->list, screen, area, all, paint_row, av);
}

/* Leaves first: it goes on in the view of the customer. */
static void begin(struct act_view *av, size_t at)
{
	struct customer_view *of = av->of;
	struct act_offer offer;
	struct err err = { 0 };

	if (at >= av->list.n)
		return;
	offer = av->offers[at];
	if (!act_allowed(ui_desk(av->view.ui)->house, offer.action, &err) || !backend_act_ready(offer.backend->backend, offer.action, &err)) {
		ui_refuse(av->view.ui, EL_WARN, "%s", err.text);
		return;
	}
	ui_pop(av->view.ui);
	act_start(of, &offer);
}

static bool operate(struct view *view, enum ui_op op, struct str arg)
{
	struct act_view *av = (struct act_view *)view;

	(void)arg;
	if (op == UI_OPEN)
		begin(av, av->list.chosen);
	else if (list_operate(&av->list, op))
		ui_stale(view->ui, view);
	else
		return false;
	return true;
}

/* Digits choose here; other keys are what they are elsewhere. */
static void typed(struct view *view, struct str text)
{
	enum ui_op op = text.n == 1 ? keymap_op(ui_keymap(view->ui), VIEW_ACT, (uint32_t)text.p[0]) : UI_NONE;

	if (text.n == 1 && text.p[0] >= '1' && text.p[0] <= '9')
		begin((struct act_view *)view, (size_t)(text.p[0] - '1'));
	else if (op != UI_NONE)
		ui_operate(view->ui, op, (struct str){ 0 });
}

static void release(struct view *view)
{
	free(view);
}

static bool takes(enum ui_op op)
{
	return list_takes(op) || op == UI_OPEN;
}

static const enum ui_op keyline[] = { UI_OPEN, UI_DOWN, UI_UP, UI_BACK, UI_NONE };
const struct view_ops act_view_ops = {
	.id = VIEW_ACT, .keyline = keyline, .paint = paint, .takes = takes, .operate = operate, .typed = typed, .free = release,
};

struct view *act_view_new(struct customer_view *of)
{
	struct act_view *av = mem_zalloc(sizeof(*av));

	av->view = (struct view){ .ops = &act_view_ops, .ui = of->view.ui };
	av->of = of;
	list_count(&av->list, act_offers(ui_desk(of->view.ui), of->customer, customer_rows_at(of, of->list.chosen), av->offers, OFFERS_MOST));
	for (size_t i = av->list.n; i-- > 0;)
		if (av->offers[i].of_row && !av->offers[i].closed)
			list_choose(&av->list, i);
	if (av->list.n)
		return &av->view;
	free(av);
	return NULL;
}
