/*
 * The first view: what to do when nobody is on the line yet.
 */
#include <libintl.h>
#include <stdlib.h>

#include <dossier/base/mem.h>

#include "ui_private.h"

static const struct { const char *keys, *words; } hints[] = {
	{ "0-9 +", "a telephone number: its digits, then Enter" },
	{ "/", "e-mail, name and postcode, order, receipt, ticket, loyalty number" },
	{ "", "a paste or a scan is looked up too" },
	{ ":", "a command by its name; :: lists them all" },
	{ "?", "the keys of this view" },
	{ ":quit", "ends dossier; what was typed is kept" },
};

static void paint(struct view *view, struct screen *screen, struct area area, bool all)
{
	int row = area.row + 1;

	(void)view;
	(void)all;
	for (int i = 0; i < area.rows; i++)
		screen_fill(screen, area.row + i, 0, area.cols, EL_TEXT);
	screen_put(screen, row++, 2, area.cols - 4, EL_STRONG, str_of(gettext("Who is on the line?")));
	row++;
	for (size_t i = 0; i < sizeof(hints) / sizeof(*hints); i++, row++) {
		screen_put(screen, row, 4, 8, EL_KEY, str_of(hints[i].keys));
		screen_put(screen, row, 12, area.cols - 14, EL_TEXT, str_of(gettext(hints[i].words)));
	}
}

static void release(struct view *view)
{
	free(view);
}

static const enum ui_op keyline[] = { UI_FIND_AGAIN, UI_BACKENDS, UI_NONE };
static const struct view_ops ops = { .id = VIEW_DESK, .keyline = keyline, .paint = paint, .free = release };

struct view *home_view_new(struct ui *ui)
{
	struct view *view = mem_zalloc(sizeof(*view));

	*view = (struct view){ .ops = &ops, .ui = ui };
	return view;
}
