#include <stdlib.h>

#include <dossier/base/mem.h>
#include <dossier/base/text.h>

#include "line.h"
#include "ui_inner.h"

#define ASK_MOST (64 * 1024)

static void leave(struct ui *ui)
{
	ui->ask.on = false;
	line_end();
	free(ui->ask.label);
	ui->ask.label = NULL;
	buf_release(&ui->ask.before);
	buf_release(&ui->ask.words);
	screen_hide_cursor(ui->screen);
	ui->stale_message = ui->stale_keys = true;
}

/* The text is copied before the prompt goes: done may ask again at once. */
static void finish(struct ui *ui, bool accepted)
{
	struct ask ask = ui->ask.ask;
	size_t cursor;
	char *text = accepted ? str_dup(line_text(&cursor)) : NULL;

	leave(ui);
	ask.done(ask.arg, text ? str_of(text) : (struct str){ 0 });
	free(text);
}

static void accepted(void *arg)
{
	finish(arg, true);
}

void ui_ask(struct ui *ui, const struct ask *ask)
{
	if (ui->ask.on)
		finish(ui, false);
	ui->ask.ask = *ask;
	ui->ask.label = mem_strdup(ask->label);
	ui->ask.on = true;
	buf_init(&ui->ask.before, ASK_MOST);
	buf_init(&ui->ask.words, ASK_MOST);
	buf_adds(&ui->ask.before, ask->initial ? ask->initial : "");
	line_begin(str_of(ask->initial ? ask->initial : ""), accepted, ui);
	ui->stale_message = ui->stale_keys = true;
}

void ui_ask_end(struct ui *ui, const void *arg)
{
	if (ui->ask.on && ui->ask.ask.arg == arg)
		leave(ui);
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

static void complete(struct ui *ui)
{
	size_t cursor, from = 0;
	struct str text = line_text(&cursor), start;
	struct buf *words = &ui->ask.words;

	buf_reset(words);
	ui->stale_keys = true;
	if (!ui->ask.ask.complete)
		return;
	ui->ask.ask.complete(ui->ask.ask.arg, str_make(text.p, cursor), words, &from);
	if (!words->len)
		return;
	start = common_start(buf_str(words));
	if (start.n > cursor - from || memchr(words->data, '\n', words->len - 1) == NULL) {
		bool only = memchr(words->data, '\n', words->len - 1) == NULL;

		line_replace(from, cursor, start);
		if (only)
			buf_reset(words);
	}
}

bool ask_key(struct ui *ui, uint32_t key)
{
	size_t cursor;

	if (key == K_ESC || key == K_CONTROL('c') || key == K_F12) {
		finish(ui, false);
		return true;
	}
	if (key == K_CONTROL('d') && line_text(&cursor).n == 0)
		return true;
	ui->stale_message = true;
	if (key == K_TAB || key == K_F4) {
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

/* One line: its ends become spaces, so that nothing in it is an Enter. */
void ask_paste(struct ui *ui, struct str text)
{
	struct buf one;

	buf_init(&one, ASK_MOST);
	text_safe(&one, str_trim(text), 0);
	line_insert(buf_str(&one));
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
	at = 1 + screen_put(screen, row, 1, cols / 2, EL_PROMPT, str_of(ui->ask.label));
	at++;
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
