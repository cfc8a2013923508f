/* Bar codes: what they lead to, from any view. */
#include <libintl.h>
#include <stdlib.h>

#include <dossier/base/mem.h>
#include <dossier/desk/shelf.h>

#include "ui_inner.h"

#define FAST_MS 35              /* nobody types a key so soon after the one before, many times running */
#define FAST_LEAST 6            /* keys */
#define EAN 13

/* Both readings are kept until one is chosen. */
struct scan_offer { struct ui *ui; char *item, *who, *labels[2]; };

static void open_item(struct ui *ui, struct str item)
{
	ui_operate(ui, UI_STOCK, item);
}

static void offer_free(struct scan_offer *offer)
{
	free(offer->item);
	free(offer->who);
	free(offer->labels[0]);
	free(offer->labels[1]);
	free(offer);
}

static void chosen(void *arg, struct str text)
{
	struct scan_offer *offer = arg;

	for (int i = 0; i < 2; i++)
		if (text.n && str_is(text, offer->labels[i])) {
			if (str_starts(text, gettext("stock of")))
				open_item(offer->ui, str_of(offer->item));
			else
				ui_find(offer->ui, str_of(offer->who));
			break;
		}
	offer_free(offer);
}

static void offer_both(struct ui *ui, const struct scan *scan)
{
	struct scan_offer *offer = mem_zalloc(sizeof(*offer));
	struct str choices[2];
	struct ask ask = { .label = gettext("scanned:"), .choices = choices, .n_choices = 2, .done = chosen, .arg = offer };
	int item = scan->who_first ? 1 : 0;

	offer->ui = ui;
	offer->item = str_dup(scan->item);
	offer->who = str_dup(scan->who);
	offer->labels[item] = mem_printf("%s %s", gettext("stock of"), offer->item);
	offer->labels[!item] = mem_printf("%s %s", gettext("find"), offer->who);
	choices[0] = str_of(offer->labels[0]);
	choices[1] = str_of(offer->labels[1]);
	ui_ask(ui, &ask);
}

static bool counts_stock(struct ui *ui)
{
	return shelf_can(ui_desk(ui), ROW_STOCK);
}

/* Over a list of commands it would lead nowhere. */
static void leave_lists(struct ui *ui)
{
	while (ui->top->below && ui->top->ops->typed)
		ui_pop(ui);
}

void scan_take(struct ui *ui, struct str text, enum scan_how how)
{
	struct arena *arena = arena_new();
	struct scan scan;

	scan_read(arena, text, &ui_desk(ui)->house->who, how, &scan);
	leave_lists(ui);
	if (scan.item.p && scan.who.p && counts_stock(ui))
		offer_both(ui, &scan);
	else if (scan.item.p && counts_stock(ui))
		open_item(ui, scan.item);
	else if (scan.who.p || scan.item.p)
		ui_find(ui, scan.who.p ? scan.who : scan.item);
	else
		ui_say(ui, EL_WARN, "%s", gettext("nothing was in what the scanner sent"));
	arena_free(arena);
}

static bool is_digits(struct str text)
{
	for (uint32_t i = 0; i < text.n; i++)
		if (text.p[i] < '0' || text.p[i] > '9')
			return false;
	return text.n > 0;
}

bool scan_typed(struct ui *ui, struct str text)
{
	int64_t since = ui->hand.now - ui->hand.digits;
	bool fast = ui->hand.digits && text.n >= FAST_LEAST && since >= 0 && since <= FAST_MS * (int64_t)text.n;
	struct arena *arena;
	struct scan scan;
	bool item;

	ui->hand.digits = 0;
	if (!is_digits(text) || (!fast && text.n != EAN) || !counts_stock(ui))
		return false;
	arena = arena_new();
	scan_read(arena, text, &ui_desk(ui)->house->who, fast ? SCAN_FAST : SCAN_TYPED, &scan);
	item = scan.item.p != NULL;
	arena_free(arena);
	if (item)
		scan_take(ui, text, fast ? SCAN_FAST : SCAN_TYPED);
	return item;
}

void scan_marks(struct ui *ui)
{
	const struct house_scanner *house = &ui_desk(ui)->house->scanner, *own = &ui->scanner;
	const struct house_scanner *marks = own->prefix ? own : house;

	if (marks->prefix && !term_scanner(ui->term, str_of(marks->prefix), str_of(marks->suffix)))
		ui_say(ui, EL_WARN, "%s", gettext("scanner: the prefix is a key that people type, or a mark is longer than 16 bytes; see dossier-config(5)"));
}
