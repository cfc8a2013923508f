#include <libintl.h>
#include <stdlib.h>

#include <dossier/base/mem.h>
#include <dossier/base/text.h>

#include "line.h"
#include "ui_inner.h"

#define ASK_MOST (64 * 1024)

void ask_free(struct ui *ui)
{
	if (!ui->ask.on)
		return;
	ui->ask.on = false;
	free(ui->ask.label);
	free(ui->ask.heading);
	free(ui->ask.title);
	for (size_t i = 0; i < ui->ask.n_choices; i++)
		free(ui->ask.choices[i]);
	free(ui->ask.choices);
	free(ui->ask.marked);
	for (size_t i = 0; ui->ask.labels && i < ui->ask.n_choices; i++)
		free(ui->ask.labels[i]);
	free(ui->ask.labels);
	ui->ask.labels = NULL;
	ui->ask.choices = NULL;
	ui->ask.marked = NULL;
	ui->ask.n_choices = 0;
	buf_release(&ui->ask.before);
	buf_release(&ui->ask.words);
}

static void leave(struct ui *ui)
{
	if (ask_rows(ui))
		ui->paint_all = true;
	ui->prefix = false;
	ask_free(ui);
	line_end();
	screen_hide_cursor(ui->screen);
	ui->stale_message = ui->stale_keys = true;
}

/* The text is copied before the prompt goes: done may ask again at once. */
static void finish_with(struct ui *ui, const char *value)
{
	struct ask ask = ui->ask.ask;
	char *text = mem_strdup(value);

	leave(ui);
	ask.done(ask.arg, str_of(text));
	free(text);
}

/* What an agent may have typed of a customer: an address, or digits enough for a number. */
static bool names_somebody(struct str text)
{
	size_t digits = 0;

	for (size_t i = 0; i < text.n; i++)
		digits += text.p[i] >= '0' && text.p[i] <= '9';
	return digits > 4 || memchr(text.p, '@', text.n) != NULL;
}

static void remember(struct ui *ui, enum ask_history history, struct str text)
{
	char **items = ui->histories[history].items;
	size_t *n = &ui->histories[history].n;

	if (history == HISTORY_NONE || !text.n || names_somebody(text) || (*n && str_is(text, items[*n - 1])))
		return;
	if (*n == HISTORY_MOST) {
		free(items[0]);
		memmove(items, items + 1, --*n * sizeof(*items));
	}
	items[(*n)++] = str_dup(text);
}

void ask_forget_histories(struct ui *ui)
{
	for (size_t h = 0; h < HISTORY_COUNT; h++)
		while (ui->histories[h].n)
			free(ui->histories[h].items[--ui->histories[h].n]);
}

static void finish(struct ui *ui, bool accepted)
{
	struct ask ask = ui->ask.ask;
	size_t cursor;
	char *text = str_dup(line_text(&cursor));

	if (accepted)
		remember(ui, ask.history, str_of(text));
	leave(ui);
	if (!accepted && ask.left)
		ask.left(ask.arg, str_of(text));
	else
		ask.done(ask.arg, accepted ? str_of(text) : (struct str){ 0 });
	free(text);
}

static void accepted(void *arg)
{
	finish(arg, true);
}

static bool needs_panel(const struct ui *ui, const struct ask *ask)
{
	return !ask->heading && (ask->title || ask->n_choices || screen_width(ui->screen, str_of(ask->label)) > (size_t)screen_cols(ui->screen) / 3);
}

static void begin_line(struct ui *ui, const struct ask *ask)
{
	line_forget();
	for (size_t i = 0; i < ui->histories[ask->history].n; i++)
		line_remember(str_of(ui->histories[ask->history].items[i]));
	line_begin(str_of(ask->initial ? ask->initial : ""), accepted, ui);
}

static void begin_marks(struct ui *ui, const struct ask *ask)
{
	struct str rest = str_of(ask->marks);

	if (!ask->marks)
		return;
	ui->ask.marked = mem_array(ask->n_choices + 1, sizeof(*ui->ask.marked));
	for (size_t i = 0; i <= ask->n_choices; i++)
		ui->ask.marked[i] = false;
	while (rest.n) {
		const char *comma = memchr(rest.p, ',', rest.n);
		size_t n = comma ? (size_t)(comma - rest.p) : rest.n;

		for (size_t i = 0; i < ask->n_choices; i++)
			ui->ask.marked[i] |= str_eq(ask->choices[i], str_trim(str_make(rest.p, n)));
		rest = comma ? str_make(rest.p + n + 1, rest.n - n - 1) : (struct str){ 0 };
	}
}

void ui_ask(struct ui *ui, const struct ask *ask)
{
	/* Esc may lead back to another question of the same form */
	while (ui->ask.on)
		finish(ui, false);
	ui->ask.ask = *ask;
	ui->ask.label = mem_strdup(ask->label);
	ui->ask.heading = mem_strdup(ask->heading);
	ui->ask.title = needs_panel(ui, ask) ? mem_strdup(ask->title ? ask->title : "") : NULL;
	ui->ask.choices = mem_array(ask->n_choices + 1, sizeof(*ui->ask.choices));
	for (size_t i = 0; i < ask->n_choices; i++)
		ui->ask.choices[ui->ask.n_choices++] = str_dup(ask->choices[i]);
	begin_marks(ui, ask);
	ui->ask.top = 0;
	ui->ask.labels = ask->labels ? mem_array(ask->n_choices + 1, sizeof(*ui->ask.labels)) : NULL;
	for (size_t i = 0; ask->labels && i < ask->n_choices; i++)
		ui->ask.labels[i] = str_dup(ask->labels[i]);
	ui->ask.on = true;
	ui->ask.choosing = ui->ask.dropped = false;
	buf_init(&ui->ask.before, ASK_MOST);
	buf_init(&ui->ask.words, ASK_MOST);
	buf_adds(&ui->ask.before, ask->initial ? ask->initial : "");
	begin_line(ui, ask);
	panel_measure(ui);
	ui->stale_message = ui->stale_keys = true;
	ui->paint_all |= ask_rows(ui) > 0;
}

void ask_cancel(struct ui *ui)
{
	while (ui->ask.on)
		finish(ui, false);
}

void ui_ask_end(struct ui *ui, const void *arg)
{
	if (ui->ask.on && ui->ask.ask.arg == arg)
		leave(ui);
}

bool ui_ask_fill(struct ui *ui, const void *arg, struct str text)
{
	size_t cursor;

	if (!ui->ask.on || ui->ask.ask.arg != arg || line_text(&cursor).n)
		return false;
	line_insert(text);
	ui->stale_message = true;
	return true;
}

bool ask_on_top(const struct ui *ui)
{
	return ui->ask.on && ui->ask.heading && ui->ask.ask.outward;
}

bool ui_asks(const struct ui *ui)
{
	return ui->ask.on;
}

int ask_rows(struct ui *ui)
{
	int rows = screen_rows(ui->screen);

	if (!ui->ask.on)
		return 0;
	return !ui->ask.heading ? panel_rows(ui) : rows < 20 ? 5 : rows < 30 ? 8 : 12;
}

static void tell_change(struct ui *ui)
{
	size_t cursor;
	struct str text = line_text(&cursor);

	if (!ui->ask.on || str_eq(text, str_make(ui->ask.before.data ? ui->ask.before.data : "", ui->ask.before.len)))
		return;
	buf_reset(&ui->ask.before);
	buf_addstr(&ui->ask.before, text);
	if (ui->ask.ask.changed)
		ui->ask.ask.changed(ui->ask.ask.arg, buf_str(&ui->ask.before));
}

/* How far all words, each ended by a new line, agree. */
static struct str common_start(struct str words)
{
	const char *end = memchr(words.p, '\n', words.n);
	size_t n = end ? (size_t)(end - words.p) : words.n;
	struct str first = str_make(words.p, n);

	for (const char *at = end ? end + 1 : words.p + words.n; at < words.p + words.n;) {
		const char *stop = memchr(at, '\n', (size_t)(words.p + words.n - at));
		size_t len = stop ? (size_t)(stop - at) : (size_t)(words.p + words.n - at), same = 0;

		while (same < len && same < first.n && at[same] == first.p[same])
			same++;
		first.n = (uint32_t)same;
		at += len + 1;
	}
	return first;
}

static void complete_choice(struct ui *ui, struct str before, size_t *from)
{
	for (*from = ui->ask.ask.several ? before.n : 0; *from > 0 && before.p[*from - 1] != ',';)
		--*from;
	while (*from < before.n && before.p[*from] == ' ')
		++*from;
	before = str_make(before.p + *from, before.n - *from);
	for (size_t i = 0; i < ui->ask.n_choices; i++)
		if (strncmp(ui->ask.choices[i], before.p, before.n) == 0) {
			buf_adds(&ui->ask.words, ui->ask.choices[i]);
			buf_addc(&ui->ask.words, '\n');
		}
}

static void complete(struct ui *ui)
{
	size_t cursor, from = 0;
	struct str text = line_text(&cursor), before = str_make(text.p, cursor), start;
	struct buf *words = &ui->ask.words;
	bool only;

	buf_reset(words);
	ui->stale_keys = true;
	if (ui->ask.ask.complete)
		ui->ask.ask.complete(ui->ask.ask.arg, before, words, &from);
	else
		complete_choice(ui, before, &from);
	if (!words->len)
		return;
	start = common_start(buf_str(words));
	only = memchr(words->data, '\n', words->len - 1) == NULL;
	if (start.n > cursor - from || only)
		line_replace(from, cursor, start);
	if (only)
		buf_reset(words);
}

static void tell_marks(struct ui *ui)
{
	struct buf marks;
	size_t room = 0;

	for (size_t i = 0; i < ui->ask.n_choices; i++)
		room += strlen(ui->ask.choices[i]) + 1;
	buf_init(&marks, room);
	for (size_t i = 0; i < ui->ask.n_choices; i++)
		if (ui->ask.marked[i])
			buf_printf(&marks, "%s%s", marks.len ? "," : "", ui->ask.choices[i]);
	ui->ask.ask.marked(ui->ask.ask.arg, buf_str(&marks).p ? buf_str(&marks) : STR(""));
	buf_release(&marks);
}

static void toggle_mark(struct ui *ui, size_t at)
{
	ui->ask.marked[at] = !ui->ask.marked[at];
	tell_marks(ui);
}

static void toggle_all(struct ui *ui)
{
	bool all = true;

	for (size_t i = 0; i < ui->ask.n_choices; i++)
		all &= ui->ask.marked[i];
	for (size_t i = 0; i < ui->ask.n_choices; i++)
		ui->ask.marked[i] = !all;
	tell_marks(ui);
}

/* Rows of labels: a digit is of those that are shown, and after the last come the first. */
static bool take_label(struct ui *ui, uint32_t key)
{
	size_t page = panel_page(ui), at = ui->ask.top + (key - '1');

	if (key == K_PGDN || key == K_DOWN) {
		ui->ask.top = ui->ask.top + page < ui->ask.n_choices ? ui->ask.top + page : 0;
	} else if (key == K_PGUP || key == K_UP) {
		ui->ask.top = ui->ask.top > page ? ui->ask.top - page : 0;
	} else if (key == '0') {
		toggle_all(ui);
	} else if (key >= '1' && key <= '9') {
		if (key - '1' < page && at < ui->ask.n_choices)
			toggle_mark(ui, at);
	} else {
		return false;
	}
	return true;
}

/* One key is enough where the answer is one of few. */
static bool take_choice(struct ui *ui, uint32_t key)
{
	size_t cursor;

	if (line_text(&cursor).n)
		return false;
	if (ui->ask.labels)
		return take_label(ui, key);
	if (key >= '1' && key <= '9' && (size_t)(key - '1') < ui->ask.n_choices) {
		if (ui->ask.marked)
			toggle_mark(ui, key - '1');
		else
			finish_with(ui, ui->ask.choices[key - '1']);
		return true;
	}
	if (ui->ask.ask.hot && key == (uint32_t)ui->ask.ask.hot) {
		finish_with(ui, ui->ask.ask.hot_value);
		return true;
	}
	return false;
}

void ask_changed(struct ui *ui)
{
	ui->stale_message = true;
	tell_change(ui);
}

/* C-x C-e, as in a shell; C-x and anything else is the line's. */
static bool take_prefix(struct ui *ui, uint32_t key)
{
	if (!ui->ask.heading || ui->ask.ask.fixed)
		return false;
	if (!ui->prefix && key == K_CONTROL('x')) {
		ui->prefix = true;
		return true;
	}
	if (!ui->prefix)
		return false;
	ui->prefix = false;
	if (key == K_CONTROL('e')) {
		editor_open(ui);
		return true;
	}
	line_key(K_CONTROL('x'));
	return false;
}

static void go_back(struct ui *ui)
{
	struct ask ask = ui->ask.ask;
	size_t cursor;
	char *text = str_dup(line_text(&cursor));

	leave(ui);
	ask.back(ask.arg, str_of(text));
	free(text);
}

bool ask_is_review(const struct ui *ui)
{
	return ui->ask.on && ui->ask.ask.fixed && ui->ask.ask.back && !ui->ask.labels;
}

void ask_refuse_typing(struct ui *ui)
{
	if (ui->ask.labels)
		ui_say(ui, EL_WARN, "%s", gettext("a number takes a tick away or puts it back; Enter goes on"));
	else
		ui_say(ui, EL_WARN, "%s", ui->ask.ask.back ? gettext("this is only read: what is typed is dropped; S-Tab goes back to change it") : gettext("this is only read; nothing is typed here"));
}

/* Who types into what is only read takes it for a field: the Enter that ends that sends nothing. */
static bool drop_typed(struct ui *ui, uint32_t key)
{
	if (!ask_is_review(ui) || !(key_is_text(key) || (key == K_ENTER && ui->ask.dropped)))
		return false;
	ui->ask.dropped = key != K_ENTER;
	ui_hold_keys(ui);
	if (key == K_ENTER)
		ui_say(ui, EL_WARN, "%s", gettext("nothing was sent, and what was typed here is dropped; Enter once more sends it as it stands"));
	else
		ask_refuse_typing(ui);
	return true;
}

bool ask_key(struct ui *ui, uint32_t key)
{
	size_t cursor;

	free(ui->message);
	ui->message = NULL;
	ui->stale_keys = true;
	if (template_key(ui, key))
		return true;
	/* a printable key is text, whatever it is bound to */
	if (!key_is_text(key) && keymap_op(ui->keymap, ui->top->ops->id, key) == UI_SUSPEND) {
		ui_operate(ui, UI_SUSPEND, (struct str){ 0 });
		return true;
	}
	if (key == K_ESC || key == K_CONTROL('c') || key == K_F12) {
		finish(ui, false);
		return true;
	}
	if (key == K_CONTROL('d') && line_text(&cursor).n == 0)
		return true;
	ui->stale_message = true;
	if (take_prefix(ui, key) || take_choice(ui, key))
		return true;
	if (key == (K_TAB | K_SHIFT) && ui->ask.ask.back) {
		go_back(ui);
		return true;
	}
	if (drop_typed(ui, key))
		return true;
	if (ui->ask.heading && (key == K_UP || key == K_DOWN)) {
		box_move(ui, key == K_UP ? -1 : 1);
	} else if (ui->ask.ask.fixed && key != K_ENTER) {
		ask_refuse_typing(ui);
		if (key_is_text(key))
			ui_hold_keys(ui);
		return true;
	} else if (ui->ask.heading && key == (K_ENTER | K_ALT)) {
		line_insert(STR("\n"));
	} else if (key == K_TAB || key == K_F4) {
		complete(ui);
	} else {
		if (ui->ask.words.len) {
			buf_reset(&ui->ask.words);
			ui->stale_keys = true;
		}
		line_key(key);
	}
	tell_change(ui);
	return true;
}

/* In one line its ends become spaces; nothing in it is an Enter. */
void ask_paste(struct ui *ui, struct str text)
{
	struct buf one;
	size_t cursor, before = line_text(&cursor).n;

	if (ui->ask.ask.fixed) {
		ui->ask.dropped = true;
		if (ask_is_review(ui))
			ui_hold_keys(ui);
		ask_refuse_typing(ui);
		return;
	}
	buf_init(&one, ASK_MOST);
	text_safe(&one, str_trim(text), ui->ask.heading ? TEXT_LINES : 0);
	line_insert(buf_str(&one));
	if ((one.full || one.len) && line_text(&cursor).n == before)
		ui_say(ui, EL_WARN, "%s", gettext("the paste is longer than what still fits: nothing of it was taken"));
	else if (one.full)
		ui_say(ui, EL_WARN, "%s", gettext("the paste is longer than what fits: its end is missing"));
	buf_release(&one);
	ui->stale_message = true;
	tell_change(ui);
}

/* The part of the text around the cursor that fits, with marks where it goes on. */
void ask_paint(struct ui *ui, int row)
{
	struct screen *screen = ui->screen;
	int cols = screen_cols(screen), at, room;
	size_t cursor, from = 0, width;
	struct str text = line_text(&cursor), left;

	screen_fill(screen, row, 0, cols, EL_FIELD);
	at = 2 + screen_put(screen, row, 1, cols / 2, EL_PROMPT, str_of(ui->ask.title ? "▸" : ui->ask.label));
	room = cols - at - 2;
	left = str_make(text.p, cursor);
	while (room > 0 && (width = screen_width(screen, str_make(left.p + from, left.n - from))) > (size_t)room) {
		size_t len;
		bool ok;

		text_next(left, from, &len, &ok);
		from += len;
	}
	screen_put(screen, row, at, room + 1, EL_FIELD, str_make(text.p + from, text.n - from));
	screen_cursor(screen, row, at + (int)screen_width(screen, str_make(left.p + from, left.n - from)));
}
