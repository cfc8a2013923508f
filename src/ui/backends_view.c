/*
 * How every backend is: of the customer that was open, and whether it is there
 * at all (pinged when the view opens, and on r).
 */
#include <libintl.h>
#include <stdlib.h>

#include <dossier/base/mem.h>

#include "list.h"
#include "words.h"

struct backends_view { struct view view; struct list list; struct ping *pings; size_t n; };
struct ping { struct backends_view *of; struct backend_call *call; struct backend_end end; bool done; };

static const char *state_of(const struct desk_backend *b, const struct ping *ping, int *element)
{
	*element = EL_ERROR;
	if (!b->backend)
		return gettext("cannot be used");
	*element = EL_DIM;
	if (!ping->done)
		return gettext("asking …");
	*element = ping->end.err.code == ERR_NONE ? EL_VERIFIED : EL_LATE;
	return ping->end.err.code == ERR_NONE ? gettext("well") : gettext("failed");
}

static void paint_row(void *arg, struct screen *screen, int row, size_t at, bool chosen)
{
	struct backends_view *bv = arg;
	const struct desk_backend *b = &ui_desk(bv->view.ui)->backends[at];
	const struct ping *ping = &bv->pings[at];
	int cols = screen_cols(screen), on = chosen ? EL_ON_SELECTED : 0, element;
	const char *state = state_of(b, ping, &element), *why = !b->backend ? b->err.text : ping->end.err.text;

	screen_fill(screen, row, 0, cols, EL_TEXT | on);
	screen_put(screen, row, 0, 1, EL_TEXT | on, chosen ? STR("▸") : STR(" "));
	screen_cell(screen, row, 2, 14, EL_STRONG | on, str_of(b->id));
	screen_cell(screen, row, 17, 14, element | on, str_of(state));
	screen_cell(screen, row, 32, cols - 33, EL_TEXT | on, str_of(*why ? why : b->house->peer.origin));
}

static void paint(struct view *view, struct screen *screen, struct area area, bool all)
{
	struct backends_view *bv = (struct backends_view *)view;

	screen_fill(screen, area.row, 0, area.cols, EL_STRONG);
	screen_put(screen, area.row, 1, area.cols - 2, EL_STRONG, str_of(gettext("backends; r asks them anew")));
	screen_rule(screen, area.row + 1, 0, area.cols, EL_RULE);
	area.row += 2;
	area.rows -= 2;
	list_paint(&bv->list, screen, area, all, paint_row, bv);
}

static void on_ping(void *arg, const struct backend_end *end)
{
	struct ping *ping = arg;

	ping->call = NULL;
	ping->end = *end;
	ping->done = true;
	ping->of->list.painted = false;
	ui_stale(ping->of->view.ui, &ping->of->view);
}

static void cancel_all(struct backends_view *bv)
{
	for (size_t i = 0; i < bv->n; i++) {
		if (bv->pings[i].call)
			backend_cancel(bv->pings[i].call);
		bv->pings[i].call = NULL;
	}
}

static void ping_all(struct backends_view *bv)
{
	struct desk *desk = ui_desk(bv->view.ui);

	cancel_all(bv);
	for (size_t i = 0; i < bv->n; i++) {
		struct backend_options options = { .rank = desk->rank, .since = WHEN_NONE };
		struct backend_sink sink = { .done = on_ping, .arg = &bv->pings[i] };

		bv->pings[i] = (struct ping){ .of = bv };
		if (desk->backends[i].backend)
			bv->pings[i].call = backend_ping(desk->backends[i].backend, &options, &sink);
		else
			bv->pings[i].done = true;
	}
	bv->list.painted = false;
	ui_stale(bv->view.ui, &bv->view);
}

static bool operate(struct view *view, enum ui_op op, struct str arg)
{
	struct backends_view *bv = (struct backends_view *)view;

	(void)arg;
	if (op == UI_REFRESH)
		ping_all(bv);
	else if (!list_operate(&bv->list, op))
		return false;
	ui_stale(view->ui, view);
	return true;
}

static bool busy(const struct view *view)
{
	const struct backends_view *bv = (const struct backends_view *)view;

	for (size_t i = 0; i < bv->n; i++)
		if (!bv->pings[i].done)
			return true;
	return false;
}

static void release(struct view *view)
{
	struct backends_view *bv = (struct backends_view *)view;

	cancel_all(bv);
	free(bv->pings);
	free(bv);
}

static bool takes(enum ui_op op)
{
	return list_takes(op) || op == UI_REFRESH;
}

static const enum ui_op keyline[] = { UI_REFRESH, UI_DOWN, UI_UP, UI_BACK, UI_NONE };
const struct view_ops backends_view_ops = {
	.id = VIEW_BACKENDS, .keyline = keyline, .paint = paint, .takes = takes, .operate = operate, .busy = busy, .free = release,
};

struct view *backends_view_new(struct ui *ui)
{
	struct backends_view *bv = mem_zalloc(sizeof(*bv));

	bv->view = (struct view){ .ops = &backends_view_ops, .ui = ui };
	bv->n = ui_desk(ui)->n_backends;
	bv->pings = mem_array(bv->n ? bv->n : 1, sizeof(*bv->pings));
	list_count(&bv->list, bv->n);
	ping_all(bv);
	return &bv->view;
}
