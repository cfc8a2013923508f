#include <libintl.h>
#include <stdlib.h>

#include <dossier/base/mem.h>

#include "line.h"
#include "lock.h"
#include "ui_inner.h"

#define HELD_MOST 4096          /* more than anybody types ahead: a cat on the keys */
#define HOLD_MS 2000            /* for a private file that does not answer */
#define BREATH_MS 700           /* who has seen what is on the screen pauses so long */

void hand_init(struct ui *ui)
{
	ui->hand = (struct hand){ .breaths = 1 };
}

void hand_release(struct ui *ui)
{
	for (size_t i = ui->hand.first; i < ui->hand.n; i++)
		free(ui->hand.items[i].paste);
	free(ui->hand.items);
	loop_timer_cancel(ui->desk->loop, ui->hand.pause);
}

static void push(struct ui *ui, struct event event)
{
	struct hand *hand = &ui->hand;

	if (hand->first == hand->n)
		hand->first = hand->n = 0;
	if (hand->n - hand->first >= HELD_MOST) {
		free(event.paste);
		ui_say(ui, EL_WARN, "too many keys are waiting; the last is dropped");
		return;
	}
	MEM_ROOM(hand->items, hand->n, hand->cap);
	hand->items[hand->n++] = event;
	if (hand->waiting || hand->held)
		ui->stale_message = true;
}

/* What holds the keys is over. */
static void release_keys(struct ui *ui)
{
	ui->hand.held = ui->hand.refused = ui->hand.overdue = false;
	ui->stale_message = ui->stale_keys = true;
}

static void drop_all(struct ui *ui)
{
	struct hand *hand = &ui->hand;

	while (hand->first < hand->n)
		free(hand->items[hand->first++].paste);
	release_keys(ui);
	hand->joining = hand->chained = false;
}

/* What was held was typed for an empty field: where a text stands by now it begins behind it, and is read before its Enter. */
static void join_held(struct ui *ui)
{
	const struct event *next = &ui->hand.items[ui->hand.first];
	size_t cursor;
	struct str text = line_text(&cursor);

	if (!ui->ask.on || ui->ask.ask.fixed || !text.n || ui->hand.first == ui->hand.n || next->scan || (!next->paste && !key_is_text(next->key)))
		return;
	ui->hand.joining = true;
	line_point(text.n);
	if (text.p[text.n - 1] != '\n' && text.p[text.n - 1] != ' ')
		line_insert(ui->ask.heading ? STR("\n") : STR(" "));
}

/* Text that was begun before the draft was seen goes in behind it; false: another key, which would change that unseen, is held. */
static bool joins_draft(struct ui *ui)
{
	struct hand *hand = &ui->hand;
	const struct event *next = &hand->items[hand->first];

	if (!hand->chained)
		return true;
	hand->chained = ui->ask.on && next->at - hand->chain < BREATH_MS && (next->paste || next->key != K_ESC);
	hand->joining &= hand->chained;
	hand->chain = next->at;
	if (!hand->chained || hand->joining)
		return true;
	if (next->paste || key_is_text(next->key)) {
		join_held(ui);
		return true;
	}
	hand->chained = false;
	ui_hold_keys(ui);
	return false;
}

/* Of a joined text the first Enter is held anew. */
static bool holds_enter(struct ui *ui)
{
	struct hand *hand = &ui->hand;
	const struct event *next = &hand->items[hand->first];

	if (!hand->joining || (ui->ask.on && (next->paste || next->key != K_ENTER)))
		return false;
	hand->joining = hand->chained = false;
	if (!ui->ask.on)
		return false;
	ui_hold_keys(ui);
	ui_say(ui, EL_MESSAGE, "%s", gettext("it stands behind what was there: read it, then Enter"));
	return true;
}

/* The next key moves among rows or opens one, and the first row has not come. */
bool hand_lacks_rows(const struct ui *ui)
{
	const struct event *next = &ui->hand.items[ui->hand.first];

	if (ui->hand.first >= ui->hand.n || next->paste || ui->ask.on || !ui->top->ops->empty || !ui->top->ops->empty(ui->top))
		return false;
	switch (keymap_op(ui->keymap, ui->top->ops->id, next->key)) {
	case UI_OPEN: case UI_DOWN: case UI_UP: case UI_PAGE_DOWN: case UI_PAGE_UP: case UI_TOP: case UI_BOTTOM:
	case UI_NEXT_MATCH: case UI_COPY:
		return true;
	default:
		return false;
	}
}

/* A script's hand pauses where the script says so, however slow the machine is. */
static int64_t hand_time(const struct ui *ui)
{
	return ui->script ? ui->hand.breaths * BREATH_MS : clock_steady(ui->desk->clock);
}

/* Typed without a look at the screen: it belongs to what was typed before it. */
static bool in_one_breath(const struct ui *ui)
{
	return hand_time(ui) - ui->hand.last < BREATH_MS;
}

void hand_hurry(struct ui *ui)
{
	ui->hand.last = hand_time(ui);
}

void hand_breathe(struct ui *ui)
{
	ui->hand.breaths++;
}

static void heard(struct ui *ui)
{
	struct hand *hand = &ui->hand;

	if (hand->refused && in_one_breath(ui))
		hand->held = true;
	else
		hand->refused = false;
	hand->last = hand_time(ui);
}

/* Nothing that was typed before what is only read was seen does anything there. */
static void drop_unread(struct ui *ui)
{
	struct hand *hand = &ui->hand;
	bool any = hand->first < hand->n;

	for (size_t i = hand->first; i < hand->n; i++)
		ui->ask.dropped |= hand->items[i].paste || key_is_text(hand->items[i].key);
	drop_all(ui);
	hand->dropping = true;
	hand_hurry(ui);
	if (any)
		ask_refuse_typing(ui);
}

/* Keys that scroll it or lead away from it are not. */
static bool is_dropped(struct ui *ui, uint32_t key, bool breath)
{
	ui->hand.dropping &= breath && ask_is_review(ui);
	if (!ui->hand.dropping || (key != K_ENTER && !key_is_text(key)))
		return false;
	ui->ask.dropped |= key_is_text(key);
	ask_refuse_typing(ui);
	return true;
}

/* Answers to "14 keys held" are meant now, whatever waits; an Enter that ends what is being typed is none. */
static bool answer_held(struct ui *ui, uint32_t key, bool breath)
{
	if (!ui->hand.held || (key != K_ESC && (key != K_ENTER || breath)))
		return false;
	if (key == K_ESC && ui->hand.first < ui->hand.n) {
		size_t keys = ui->hand.n - ui->hand.first;

		ui_say(ui, EL_MESSAGE, ngettext("%zu key dropped", "%zu keys dropped", keys), keys);
		drop_all(ui);
	} else if (key == K_ENTER) {
		join_held(ui);
	}
	release_keys(ui);
	return true;
}

static bool give_up(struct ui *ui, uint32_t key)
{
	if (key != K_CONTROL('c') || (!ui->hand.waiting && !hand_lacks_rows(ui)))
		return false;
	drop_all(ui);
	if (!ui->hand.waiting)
		return true;
	ui->hand.waiting = false;
	ui_operate(ui, UI_BACK, (struct str){ 0 });
	ui_say(ui, EL_MESSAGE, "given up");
	return true;
}

void hand_key(void *arg, uint32_t key)
{
	struct ui *ui = arg;
	bool breath = in_one_breath(ui);

	heard(ui);
	if (ui->lock && lock_key(ui->lock, key))
		return;
	if (!is_dropped(ui, key, breath) && !answer_held(ui, key, breath) && !give_up(ui, key))
		push(ui, (struct event){ .key = key, .at = ui->hand.last });
}

void hand_paste(void *arg, struct str safe)
{
	struct ui *ui = arg;

	heard(ui);
	if (!ui->lock || !lock_paste(ui->lock, safe))
		push(ui, (struct event){ .paste = str_dup(safe), .at = ui->hand.last });
}

void hand_scan(void *arg, struct str safe)
{
	struct ui *ui = arg;

	heard(ui);
	if (!ui->lock || !lock_paste(ui->lock, safe))
		push(ui, (struct event){ .paste = str_dup(safe), .scan = true, .at = ui->hand.last });
}

void hand_find(struct ui *ui, struct str initial)
{
	char *text = str_dup(initial);

	ui_operate(ui, UI_FIND, STR(""));
	if (ui->ask.on && text)
		ask_paste(ui, str_of(text));
	free(text);
}

/* A paste never runs as keys: outside a field it is somebody to be found. */
static void run_paste(struct ui *ui, struct str text)
{
	const char *stop = memchr(text.p, '\n', text.n);

	if (ui->ask.on) {
		ask_paste(ui, text);
	} else if (ui->top->ops->typed) {
		ui->top->ops->typed(ui->top, text);
	} else {
		/* one line of it: an address out of an e-mail, not the e-mail */
		hand_find(ui, str_trim(str_make(text.p, stop ? (size_t)(stop - text.p) : text.n)));
	}
}

/* Into a field without its Enter; everywhere else it leads to what it is of. */
static void run_scan(struct ui *ui, struct str text)
{
	/* a marked scan is no text being typed, wherever it comes */
	if (lock_badge(ui->lock, str_trim(text)))
		return;
	if (ui->ask.on) {
		ask_paste(ui, text);
		return;
	}
	free(ui->message);
	ui->message = NULL;
	ui->stale_message = true;
	scan_take(ui, text, SCAN_MARKED);
}

static bool opens_find(const struct ui *ui, uint32_t key)
{
	return ((key >= '0' && key <= '9' && !ui->top->ops->digit) || key == '+') && !ui->top->ops->typed;
}

static void run_key(struct ui *ui, uint32_t key)
{
	char digit = (char)key;
	struct buf name;
	enum ui_op op;

	if (ui->ask.on && ask_key(ui, key))
		return;
	free(ui->message);
	ui->message = NULL;
	ui->stale_message = true;
	if (opens_find(ui, key)) {
		ui->hand.digits = ui->hand.now;
		hand_find(ui, str_make(&digit, 1));
		return;
	}
	if (key >= '0' && key <= '9' && ui->top->ops->digit) {
		ui->top->ops->digit(ui->top, (int)key - '0');
		return;
	}
	op = keymap_op(ui->keymap, ui->top->ops->id, key);
	if (ui->top->ops->typed && (key_is_text(key) || key == K_BACKSPACE)) {
		buf_init(&name, 16);
		key_bytes(key, &name);
		ui->top->ops->typed(ui->top, buf_str(&name));
		buf_release(&name);
	} else if (op != UI_NONE) {
		ui_operate(ui, op, (struct str){ 0 });
	} else {
		buf_init(&name, 64);
		key_print(key, &name);
		ui_say(ui, EL_MESSAGE, "%s does nothing here; ? shows the keys of this view", name.data);
		buf_release(&name);
	}
}

/* Typed right after what locked the screen: the lock's, and nobody's who unlocks it. */
static void give_to_lock(struct ui *ui)
{
	struct hand *hand = &ui->hand;

	while (lock_on(ui->lock) && hand->first < hand->n) {
		struct event event = hand->items[hand->first++];

		if (event.paste)
			lock_paste(ui->lock, str_of(event.paste));
		else
			lock_key(ui->lock, event.key);
		free(event.paste);
	}
}

void hand_drain(struct ui *ui)
{
	struct hand *hand = &ui->hand;
	bool locked = lock_on(ui->lock);

	while (hand->first < hand->n && !lock_on(ui->lock) && !hand->waiting && !hand->held && !hand->paused && !ui->stop && !hand_lacks_rows(ui)) {
		struct event event = hand->items[hand->first];

		if (!joins_draft(ui) || holds_enter(ui))
			break;
		hand->first++;
		ui->hand.now = event.at;
		if (event.scan)
			run_scan(ui, str_of(event.paste));
		else if (event.paste)
			run_paste(ui, str_of(event.paste));
		else
			run_key(ui, event.key);
		free(event.paste);
	}
	if (!locked)
		give_to_lock(ui);
	if (hand->first == hand->n && !hand->chained)
		hand->joining = false;
	if (hand_lacks_rows(ui))
		ui->stale_message = true;
}

void ui_await(struct ui *ui, enum view_id expected)
{
	ui->hand.waiting = true;
	ui->hand.expected = expected;
	ui->stale_message = true;
}

void ui_arrived(struct ui *ui, enum view_id came)
{
	struct hand *hand = &ui->hand;

	if (hand->waiting) {
		hand->waiting = false;
		ui->stale_message = true;
		if (came != hand->expected)
			ui_hold_keys(ui);
	}
	resume_arrived(ui, came);
}

static void on_pause(void *arg)
{
	struct ui *ui = arg;

	ui->hand.pause = NULL;
	ui->hand.late = ui->hand.paused;
	ui->hand.paused = 0;
	ui->hand.pauses++;
	ui_hold_keys(ui);
	ui->hand.overdue = ui->hand.held;
}

unsigned ui_hold(struct ui *ui)
{
	if (!ui->hand.pause)
		ui->hand.pause = loop_timer(ui->desk->loop, HOLD_MS, on_pause, ui);
	ui->hand.paused++;
	return ui->hand.pauses;
}

void ui_hold_end(struct ui *ui, unsigned token)
{
	struct hand *hand = &ui->hand;

	if (token + 1 == hand->pauses && hand->late && --hand->late == 0 && hand->overdue)
		release_keys(ui);       /* whoever answers with another prompt holds them anew */
	if (token != hand->pauses || !hand->paused || --hand->paused)
		return;
	loop_timer_cancel(ui->desk->loop, hand->pause);
	hand->pause = NULL;
}

void ui_hold_keys(struct ui *ui)
{
	struct hand *hand = &ui->hand;

	if (ask_is_review(ui)) {
		drop_unread(ui);
		return;
	}
	hand->held = hand->first < hand->n;
	hand->refused = true;
	hand->overdue = false;
	ui->stale_message = ui->stale_keys = true;
}

void ui_join_keys(struct ui *ui)
{
	size_t cursor;

	if (!ui->ask.on || ui->ask.ask.fixed || ui->ask.n_choices || !line_text(&cursor).n) {
		ui_hold_keys(ui);
		return;
	}
	ui->hand.chained = true;
	ui->hand.chain = ui->hand.last;
}

void ui_refuse(struct ui *ui, int element, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	ui_say(ui, element, "%s", text);
	ui_hold_keys(ui);
}

void hand_forget(struct ui *ui)
{
	drop_all(ui);
	ui->hand.waiting = false;
}
