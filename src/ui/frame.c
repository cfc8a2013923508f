#include <libintl.h>
#include <stdlib.h>

#include <dossier/base/mem.h>

#include "lock.h"
#include "pop.h"
#include "ui_inner.h"

#define SAID_MOST 4             /* rows of one message */
#define SAID_BYTES (16 * 1024)
#define BODY_KEPT 7             /* rows of the body that stay whatever is asked and said: who it is, the brief, the tabs */
#define SLOW_MS 1000            /* a backend that has not answered for so long is told */

struct pieces { struct screen *screen; int row, left, right; };

/* Parts of the first line from the left, two columns apart. */
static void put_left(struct pieces *p, int element, const char *text)
{
	if (*text && p->left < p->right)
		p->left += screen_put(p->screen, p->row, p->left, p->right - p->left, element, str_of(text)) + 2;
}

static void put_right(struct pieces *p, int element, const char *text)
{
	if (*text && p->left < p->right)
		p->right = screen_right(p->screen, p->row, p->left, p->right - p->left, element, str_of(text)) - 2;
}

static void clock_text(const struct ui *ui, int64_t at, char out[8])
{
	int64_t local = zone_to_local(ui->desk->house->zone, at) / 60000;

	snprintf(out, 8, "%02d:%02d", (int)((local / 60 % 24 + 24) % 24), (int)((local % 60 + 60) % 60));
}

static bool is_bad(const struct source *source)
{
	return source->state == SOURCE_FAILED || source->state == SOURCE_PARTIAL;
}

/* From the last to the first, so that the house's order is kept. */
static void put_sources(struct ui *ui, struct pieces *p)
{
	int64_t waited = clock_steady(ui->desk->clock) - ui->asked_at;
	int cols = screen_cols(ui->screen);
	char text[80], at[8];

	for (size_t i = ui->n_sources; i-- > 0;) {
		const struct source *s = &ui->sources[i];

		if (s->state == SOURCE_WAITING && waited >= SLOW_MS) {
			snprintf(text, sizeof(text), "%.30s◐%llds", s->backend, (long long)(waited / 1000));
			put_right(p, EL_STATUS_WARN, text);
		} else if (is_bad(s)) {
			clock_text(ui, s->since == WHEN_NONE ? ui_now(ui) : s->since, at);
			snprintf(text, sizeof(text), s->since == WHEN_NONE || cols < 100 ? "%.30s✕" : "%.30s✕%s", s->backend, at);
			put_right(p, EL_STATUS_WARN, text);
		}
	}
}

static void who_text(const struct ui *ui, char *out, size_t n)
{
	const struct house_agent *agent = ui->desk->house->agent;
	const char *login = getenv("LOGNAME");

	if (agent)
		snprintf(out, n, "%.40s%s%.40s", agent->id, agent->team ? "·" : "", agent->team ? agent->team : "");
	else
		snprintf(out, n, "%.40s", login ? login : "dossier");
}

static void put_signed_on(struct ui *ui, struct pieces *p)
{
	char text[64];

	if (!ui->desk->signed_on)
		return;
	snprintf(text, sizeof(text), gettext("signed on: %.40s"), ui->desk->signed_on);
	put_left(p, EL_STATUS, text);
}

/* "ON CALL 3:12  +447700900123" */
static void put_live(struct ui *ui, struct pieces *p)
{
	enum channel channel = ui->live.channel;
	const char *number = ui->live.number;
	int64_t from = ui->live.from, seconds;
	char text[64];

	if (!ui->live.of && !pops_live(ui, &channel, &from, &number)) {
		put_signed_on(ui, p);
		return;
	}
	seconds = ui_now(ui) > from ? (ui_now(ui) - from) / 1000 : 0;
	if (channel == CHANNEL_PHONE)
		snprintf(text, sizeof(text), gettext("ON CALL %lld:%02d"), (long long)(seconds / 60), (int)(seconds % 60));
	else
		snprintf(text, sizeof(text), gettext("CONTACT %s %lld:%02d"), channel_word(channel), (long long)(seconds / 60), (int)(seconds % 60));
	put_left(p, EL_STATUS_CALL, text);
	if (!ui->live.of && ui->live.elsewhere)
		put_left(p, EL_STATUS_WARN, gettext("with somebody else"));
	put_left(p, EL_STATUS, number);
	if (ui->desk->signed_on && strcmp(channel_word(channel), ui->desk->signed_on) != 0)
		put_signed_on(ui, p);
}

static void put_announced(struct ui *ui, struct pieces *p)
{
	char text[64] = "";
	struct buf pop;

	buf_init(&pop, 4096);
	if (pops_text(ui->pops, false, &pop))
		put_left(p, EL_STATUS_CALL, pop.data);
	else if (ui->live_for_me)
		put_left(p, EL_STATUS_WARN, gettext("ON THE LINE FOR YOU: !"));
	buf_release(&pop);
	if (ui->late) {
		snprintf(text, sizeof(text), gettext("%zu late"), ui->late);
		put_left(p, EL_STATUS_WARN, text);
	}
	if (ui->to_accept) {
		snprintf(text, sizeof(text), gettext("%zu to accept"), ui->to_accept);
		put_left(p, EL_STATUS_CALL, text);
	}
	if (ui->answers) {
		snprintf(text, sizeof(text), ngettext("%zu question", "%zu questions", ui->answers), ui->answers);
		put_left(p, EL_STATUS_CALL, text);
	}
}

static const char *store_text(const struct ui *ui, char out[80])
{
	const struct store_state *state = ui->desk->store ? store_state(ui->desk->store) : NULL;

	if (!state || state->health == STORE_WELL || state->health == STORE_OPENING)
		return "";
	snprintf(out, 80, state->health == STORE_BROKEN ? gettext("NOTHING IS SAVED") : state->waiting ? gettext("store✕ %zu wait") : gettext("store✕"),
		 state->waiting);
	return out;
}

static void paint_status(struct ui *ui)
{
	int cols = screen_cols(ui->screen);
	struct pieces p = { ui->screen, 0, 1, cols - 1 };
	char who[128], at[8], store[80];

	screen_fill(ui->screen, 0, 0, cols, EL_STATUS);
	clock_text(ui, ui_now(ui), at);
	put_right(&p, EL_STATUS_CLOCK, at);
	who_text(ui, who, sizeof(who));
	put_left(&p, EL_STATUS, who);
	put_live(ui, &p);
	put_announced(ui, &p);
	put_right(&p, EL_STATUS_WARN, store_text(ui, store));
	put_sources(ui, &p);
}

/* What stands on the message line, or grows from it; true where nothing else needs the key line. */
static bool message_text(const struct ui *ui, struct buf *out, int *element)
{
	size_t keys = ui->hand.n - ui->hand.first;

	*element = EL_PROMPT;
	if (hand_lacks_rows(ui)) {
		buf_printf(out, gettext("waiting for the first rows … %zu keys typed ahead (Ctrl-C drops them)"), keys);
	} else if (ui->hand.held) {
		*element = EL_WARN;
		held_words(ui, out);
	} else if (ui->hand.waiting && keys) {
		buf_printf(out, gettext("looking up … %zu keys typed ahead (Ctrl-C gives up)"), keys);
	} else if (ui->hand.waiting) {
		buf_adds(out, gettext("looking up … (Ctrl-C gives up)"));
	} else if (ui->ask.on && ui->ask.heading) {
		buf_adds(out, ui->ask.label);
	} else if (ui->message && !ui->ask.on) {
		*element = ui->message_element;
		buf_adds(out, ui->message);
		return true;
	} else if (ui->standing.text && ui->standing.view == ui->top && !ui->ask.on) {
		*element = EL_MESSAGE;
		buf_adds(out, ui->standing.text);
	} else {
		*element = EL_MESSAGE;
	}
	return false;
}

struct said { struct screen *screen; int row, rows, element; };

static void put_said(void *arg, size_t n, struct str safe)
{
	const struct said *said = arg;

	if (!said->screen || (int)n >= said->rows)
		return;
	screen_fill(said->screen, said->row + (int)n, 0, 1, said->element);
	screen_cell(said->screen, said->row + (int)n, 1, screen_cols(said->screen) - 1, said->element, safe);
}

/* Broken at spaces, so that its end, where the next step stands, is not cut; screen NULL: only how many rows. */
static int say_lines(struct ui *ui, struct screen *screen, int row, int rows, int element, struct str text)
{
	int cols = screen_cols(ui->screen);
	struct said said = { screen, row, rows, element };

	if (screen_width(ui->screen, text) < (size_t)cols || (screen && rows < 2)) {
		if (screen)
			screen_fill(screen, row, 0, 1, element);
		if (screen)
			screen_cell(screen, row, 1, cols - 1, element, text);
		return 1;
	}
	return (int)screen_wrap(ui->screen, text, cols - 1, SAID_MOST, put_said, &said);
}

static bool says_below(const struct ui *ui)
{
	return ui->message && (ui->hand.held || ui->ask.on);
}

/* How the last rows are shared by what is said and by the keys. */
struct foot { int said, keys; };

static struct foot foot_of(struct ui *ui)
{
	struct foot foot = { 1, 1 };
	int element;
	struct buf text;

	buf_init(&text, SAID_BYTES);
	if (message_text(ui, &text, &element) && (foot.said = say_lines(ui, NULL, 0, 0, 0, buf_str(&text))) > 1)
		foot.keys = 0;
	else
		foot.said = say_lines(ui, NULL, 0, 0, 0, buf_str(&text));
	if (says_below(ui))
		foot.keys = say_lines(ui, NULL, 0, 0, 0, str_of(ui->message));
	buf_release(&text);
	return foot;
}

static void paint_message(struct ui *ui, int row, int rows)
{
	int element;
	struct buf text;

	buf_init(&text, SAID_BYTES);
	message_text(ui, &text, &element);
	if (!text.len && ui->ask.on)
		ask_paint(ui, row);
	else
		say_lines(ui, ui->screen, row, rows, element, buf_str(&text).p ? buf_str(&text) : STR(""));
	buf_release(&text);
}

/* "j k", for a pair that moves. */
static bool print_keys(struct ui *ui, enum ui_op op, enum ui_op other, struct buf *out)
{
	uint32_t bound;

	if (!keymap_key(ui->keymap, ui->top->ops->id, op, &bound))
		return false;
	key_print(bound, out);
	if (other != UI_NONE && keymap_key(ui->keymap, ui->top->ops->id, other, &bound)) {
		buf_addc(out, ' ');
		key_print(bound, out);
	}
	return true;
}

/* The key and its name, "n note", two columns apart; false when there is no room left. */
static bool put_key(struct ui *ui, int row, int *at, int end, enum ui_op op, enum ui_op other)
{
	const struct view_ops *ops = ui->top->ops;
	bool scrolls = ops->reading && ops->reading(ui->top) != NULL;
	const char *label = other == UI_NONE ? gettext(ui_op_label(ops->id, op)) : scrolls ? gettext("scroll") : gettext("move");
	struct buf key;
	int need;

	buf_init(&key, 64);
	if (!ui_takes(ops, op) || !print_keys(ui, op, other, &key)) {
		buf_release(&key);
		return true;
	}
	need = (int)(screen_width(ui->screen, buf_str(&key)) + screen_width(ui->screen, str_of(label))) + 1;
	if (*at + need <= end) {
		*at += screen_put(ui->screen, row, *at, end - *at, EL_KEY, buf_str(&key)) + 1;
		*at += screen_put(ui->screen, row, *at, end - *at, EL_KEYLINE, str_of(label)) + 2;
	}
	buf_release(&key);
	return *at < end;
}

static const enum ui_op *view_keys(struct view *view)
{
	const enum ui_op *reading = view->ops->reading ? view->ops->reading(view) : NULL;

	if (reading)
		return reading;
	return view->ops->keys_now ? view->ops->keys_now(view) : view->ops->keyline;
}

static void paint_words(struct ui *ui, int row)
{
	int cols = screen_cols(ui->screen), at = 1;
	const struct buf *words = &ui->ask.words;

	for (size_t i = 0; i < words->len && at < cols;) {
		const char *stop = memchr(words->data + i, '\n', words->len - i);
		size_t n = stop ? (size_t)(stop - words->data) - i : words->len - i;

		at += screen_put(ui->screen, row, at, cols - at, EL_KEYLINE, str_make(words->data + i, n)) + 2;
		i += n + 1;
	}
}

static void paint_ask_keys(struct ui *ui, int row)
{
	const struct ask *ask = &ui->ask.ask;
	int cols = screen_cols(ui->screen), at = 1;
	const char *const keys[] = {
		ask->fixed || ui->ask.marked ? gettext("Enter goes on") : ask->outward ? gettext("Enter reads it once more") : ask->heading ? gettext("Enter saves") : gettext("Enter takes it"),
		ask->heading && !ask->fixed ? gettext("Alt-Enter new line") : "",
		ask->keeps || (ask->heading && !ask->fixed) ? gettext("Esc keeps a draft") : ask->fixed ? gettext("Esc goes back") : gettext("Esc leaves"),
		ask->back ? gettext("S-Tab back") : "",
		ask->fill && ui->desk->house->n_templates ? gettext("C-t templates") : "",
		!ask->heading && !ask->fixed && (ask->complete || ui->ask.n_choices) ? gettext("Tab lists") : "",
		ask->takes ? ask->takes : "",
	};

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		if (*keys[i] && at < cols)
			at += screen_put(ui->screen, row, at, cols - at, EL_KEYLINE, str_of(keys[i])) + (cols < 70 ? 2 : 3);
}

static void paint_keys(struct ui *ui, int row, int rows)
{
	static const enum ui_op always[] = { UI_FIND, UI_COMMAND, UI_HELP };
	int cols = screen_cols(ui->screen), at = 1, room = cols - 1;

	screen_fill(ui->screen, row, 0, cols, EL_KEYLINE);
	/* the message line is the prompt's, or of the keys that are held: what is wrong, and why, is said here */
	if (says_below(ui)) {
		say_lines(ui, ui->screen, row, rows, ui->message_element, str_of(ui->message));
		return;
	}
	if (ui->ask.on && ui->ask.words.len) {
		paint_words(ui, row);
		return;
	}
	if (ui->ask.on) {
		paint_ask_keys(ui, row);
		return;
	}
	room -= cols < 60 ? 0 : cols >= 80 && cols < 100 ? 21 : 23;
	for (const enum ui_op *op = view_keys(ui->top); *op != UI_NONE; op++) {
		enum ui_op other = op[0] == UI_DOWN && op[1] == UI_UP ? UI_UP : UI_NONE;

		if (!put_key(ui, row, &at, room, *op, other))
			break;
		op += other != UI_NONE;
	}
	at = at > room ? at : room + 1;
	for (size_t i = 0; i < sizeof(always) / sizeof(*always); i++) {
		int before = at;

		put_key(ui, row, &at, cols, always[i], UI_NONE);
		if (at == before && at-- > room)        /* a column closer, so that one more fits on the left */
			put_key(ui, row, &at, cols, always[i], UI_NONE);
	}
}

static bool too_small(struct ui *ui)
{
	int rows = screen_rows(ui->screen), cols = screen_cols(ui->screen);
	char text[120];

	if (rows >= TERM_ROWS_LEAST && cols >= TERM_COLS_LEAST)
		return false;
	for (int row = 0; row < rows; row++)
		screen_fill(ui->screen, row, 0, cols, EL_TEXT);
	snprintf(text, sizeof(text), "needs %dx%d, this is %dx%d", TERM_COLS_LEAST, TERM_ROWS_LEAST, cols, rows);
	screen_put(ui->screen, 0, 0, cols, EL_WARN, str_of(text));
	screen_hide_cursor(ui->screen);
	return true;
}

/* What is asked gives rows to what is said, until only its first are left. */
static int asked_rows(struct ui *ui, int low)
{
	int asked = ask_rows(ui), most = screen_rows(ui->screen) - 1 - low - BODY_KEPT;

	return asked < most ? asked : most > 0 ? most : 0;
}

void frame_paint(struct ui *ui)
{
	int rows = screen_rows(ui->screen), cols = screen_cols(ui->screen);
	int asked, low, top;
	struct foot foot;
	struct area body;

	if (ui->editor || !(ui->stale_body || ui->stale_status || ui->stale_message || ui->stale_keys || ui->paint_all))
		return;
	foot = foot_of(ui);
	low = foot.said + foot.keys;
	asked = asked_rows(ui, low);
	ui->paint_all |= ui->foot != foot.said * 16 + foot.keys;
	ui->foot = foot.said * 16 + foot.keys;
	top = ask_on_top(ui) ? 1 : rows - low - asked;
	body = (struct area){ ask_on_top(ui) ? 1 + asked : 1, 0, rows - 1 - low - asked, cols };
	if (lock_on(ui->lock)) {
		lock_paint(ui->lock, ui->screen);
	} else if (!too_small(ui)) {
		if (ui->stale_body || ui->paint_all)
			ui->top->ops->paint(ui->top, ui->screen, body, ui->paint_all);
		if (ui->stale_status || ui->paint_all)
			paint_status(ui);
		/* what works here may be other keys by what came: a contact that is to be wrapped up, a page that is open */
		if (foot.keys && (ui->stale_keys || ui->stale_body || ui->paint_all))
			paint_keys(ui, rows - foot.keys, foot.keys);
		if (!ui->ask.on)
			screen_hide_cursor(ui->screen);
		if (ui->stale_message || ui->paint_all)
			paint_message(ui, rows - low, foot.said);
		if (asked > 0 && ui->ask.title)
			panel_paint(ui, top, asked);
		else if (asked > 0)
			box_paint(ui, top, asked);
	}
	screen_flush(ui->screen);
	ui->stale_body = ui->stale_status = ui->stale_message = ui->stale_keys = ui->paint_all = false;
}

/* Each second while a backend is slow, else each minute, for the clock. */
void frame_schedule(struct ui *ui)
{
	int64_t next = 60000 - ui_now(ui) % 60000;

	if (ui->live.of || ui_is_live(ui))
		next = 1000 - ui_now(ui) % 1000;
	for (size_t i = 0; i < ui->n_sources; i++)
		if (ui->sources[i].state == SOURCE_WAITING)
			next = 1000 - (clock_steady(ui->desk->clock) - ui->asked_at) % 1000;
	loop_timer_cancel(ui->desk->loop, ui->tick);
	ui->tick = loop_timer(ui->desk->loop, next > 0 ? next : 1000, frame_tick, ui);
}

void frame_tick(void *arg)
{
	struct ui *ui = arg;

	ui->tick = NULL;
	ui->stale_status = true;
	frame_schedule(ui);
}
