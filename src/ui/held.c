/*
 * Keys that are held, in words: what was typed, and what it would do where the
 * agent now is.
 */
#include <libintl.h>

#include "ui_inner.h"

#define SHOWN_MOST 28           /* characters of what is held */
#define RUN_MOST 3              /* operations that are named */

static void put_typed(const struct event *event, struct buf *out)
{
	if (event->paste) {
		buf_adds(out, event->scan ? gettext("<scan>") : gettext("<paste>"));
	} else if (key_is_text(event->key)) {
		key_bytes(event->key, out);
	} else {
		buf_addc(out, '<');
		key_print(event->key, out);
		buf_addc(out, '>');
	}
}

static void put_excerpt(const struct ui *ui, struct buf *out)
{
	size_t n = ui->hand.n - ui->hand.first, i = 0;

	buf_addc(out, '"');
	for (; i < n && i < SHOWN_MOST; i++)
		put_typed(&ui->hand.items[ui->hand.first + i], out);
	buf_adds(out, i < n ? "…\"" : "\"");
}

/* After these, keys are an answer, or run in a view that is not this one. */
static bool leads_on(enum ui_op op)
{
	return (ui_op_row(op)->flags & (UI_ASKS | UI_ARG)) || ui_op_row(op)->leads != VIEW_NONE || op == UI_COMMAND || op == UI_BACK || op == UI_OPEN;
}

/* "u undo, c case, then what follows there"; false: none of them does anything. */
static bool put_runs(const struct ui *ui, struct buf *out)
{
	size_t named = 0;

	for (size_t i = ui->hand.first; i < ui->hand.n; i++) {
		const struct event *event = &ui->hand.items[i];
		bool digit = !event->paste && ((event->key >= '0' && event->key <= '9') || event->key == '+');
		enum ui_op op = event->paste || digit ? UI_FIND : keymap_op(ui->keymap, ui->top->ops->id, event->key);

		if (op == UI_NONE || ((ui_op_row(op)->flags & UI_HIDDEN) && op != UI_OPEN && op != UI_COMMAND))
			continue;
		if (named++ == RUN_MOST) {
			buf_adds(out, " …");
			return true;
		}
		buf_adds(out, named > 1 ? ", " : "");
		if (!event->paste && !digit) {
			key_print(event->key, out);
			buf_addc(out, ' ');
		}
		buf_adds(out, gettext(ui_op_row(op)->label));
		if (!leads_on(op))
			continue;
		if (i + 1 < ui->hand.n)
			buf_adds(out, gettext(" and the rest there"));
		return true;
	}
	return named > 0;
}

void held_words(const struct ui *ui, struct buf *out)
{
	size_t keys = ui->hand.n - ui->hand.first;

	buf_printf(out, ngettext("%zu key held: Enter uses it here, Esc drops it: ", "%zu keys held: Enter uses them here, Esc drops them: ", keys), keys);
	put_excerpt(ui, out);
	if (ui->ask.on) {
		buf_adds(out, ui->ask.ask.fixed ? gettext(" answers this") : gettext(" goes in here"));
		return;
	}
	buf_adds(out, gettext(" runs "));
	if (!put_runs(ui, out))
		buf_adds(out, gettext("nothing"));
}
