/*
 * Where what does nothing in the view on top would do something, and the key
 * that leads there.
 */
#include <libintl.h>
#include <stdlib.h>

#include <dossier/base/mem.h>

#include "customer_view.h"
#include "ui_inner.h"

#define NAMED_MOST 2            /* views; more would only be read by nobody */

/* way: the operation that leads there; does: what its key does. */
static const struct place { enum view_id view; enum ui_op way; const char *name, *does; } places[] = {
	{ VIEW_CUSTOMER, UI_FIND, "in a customer's view", "finds one" }, { VIEW_DESK, UI_DESK, "on the desk", "leads there" },
	{ VIEW_STOCK, UI_STOCK, "on stock", "leads there" }, { VIEW_KNOWLEDGE, UI_KNOWLEDGE, "among articles", "leads there" },
	{ VIEW_DRAFTS, UI_DRAFTS, "among drafts", "leads there" }, { VIEW_PARKED, UI_PARKED, "among who is parked", "leads there" },
	{ VIEW_NOTICES, UI_NOTICES, "among notices", "leads there" }, { VIEW_BACKENDS, UI_BACKENDS, "among backends", "leads there" },
};

static const struct view_ops *view_of(enum view_id id)
{
	for (size_t i = 0; ui_views[i]; i++)
		if (ui_views[i]->id == id)
			return ui_views[i];
	return NULL;
}

/* "in a customer's view: / finds one" */
static void put_place(struct ui *ui, const struct place *place, struct buf *out)
{
	uint32_t key;

	buf_printf(out, "%s: ", gettext(place->name));
	if (keymap_key(ui->keymap, ui->top->ops->id, place->way, &key))
		key_print(key, out);
	else
		buf_printf(out, ":%s", ui_op_row(place->way)->id);
	buf_printf(out, " %s", gettext(place->does));
}

bool where_op(struct ui *ui, enum ui_op op, struct buf *out)
{
	size_t n = 0;

	for (size_t i = 0; i < sizeof(places) / sizeof(*places) && n < NAMED_MOST; i++) {
		const struct view_ops *ops = view_of(places[i].view);

		if (!ops || ops == ui->top->ops || !ops->takes(op))
			continue;
		buf_adds(out, n++ ? gettext(", or ") : "");
		put_place(ui, &places[i], out);
	}
	return n > 0;
}

/* Sentences of a command that is one of desk/operation's, and not offered here. */
static void tell_operation(struct ui *ui, const struct operation *operation)
{
	struct err err = { 0 };
	struct buf place;

	buf_init(&place, 400);
	if (!operation_allowed(operation, ui->desk, &err)) {
		ui_say(ui, EL_WARN, "%s", err.text);
	} else if ((customer_offers(operation) || customer_key_of(operation) != UI_NONE) && ui->top->ops->id != VIEW_CUSTOMER) {
		put_place(ui, &places[0], &place);
		ui_say(ui, EL_WARN, gettext("%s works %s"), operation->id, place.data);
	} else if (operation->command) {
		ui_say(ui, EL_WARN, gettext("%s is no command of this screen; in a shell: dossier %s"), operation->id, operation->command);
	} else {
		ui_say(ui, EL_WARN, gettext("%s is done by the program itself; :: lists commands"), operation->id);
	}
	buf_release(&place);
}

void where_command(struct ui *ui, struct str id)
{
	const struct operation *operation = operation_find(id);
	const char *words[UI_COUNT] = { NULL }, *near;
	char *typed;

	if (operation) {
		tell_operation(ui, operation);
		return;
	}
	for (int i = 1; i < UI_COUNT; i++)
		words[i - 1] = ui_op_row((enum ui_op)i)->id;
	typed = str_dup(id);
	near = option_nearest(typed, words);
	if (near)
		ui_say(ui, EL_WARN, gettext("there is no command \"%s\"; did you mean %s? :: lists them"), typed, near);
	else
		ui_say(ui, EL_WARN, gettext("there is no command \"%s\"; :: lists them"), typed);
	free(typed);
}
