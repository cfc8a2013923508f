/*
 * A script drives a headless screen, a step a line:
 *
 *	keys n Enter C-l        named keys
 *	quick n Enter           the same, without a pause after the keys before, also behind breathe
 *	type 07700 900123       the rest of the line as typed
 *	paste TEXT              as a terminal pastes; \n is a line end
 *	scan CODE               as the house's scanner sends it
 *	wait TEXT               until it stands on the screen
 *	gone TEXT               until it does not
 *	settle                  until nothing more is to come
 *	patient                 from here on a find opens nobody before every backend has answered
 *	breathe                 the hand rests, until a draft that is looked for is there, too: the next key is not of what was typed before
 *	save FILE               the screen as text, FILE.svg as a picture
 *	resize 100x30
 *	pass 300                so many seconds of the clock that --now set
 *
 * What does not come within WAIT_MS fails, with the screen as it was.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <dossier/base/mem.h>

#include "ui_inner.h"

#define WAIT_MS 20000
#define SCRIPT_MOST (256 * 1024)
#define SCREEN_MOST (4 * 1024 * 1024)

enum said { SAID_DONE, SAID_WAITS, SAID_FAILED };
struct script {
	struct ui *ui;
	char *path, *text, *at;         /* at: the next step */
	int line;
	int64_t until;                  /* dead-line of the step that waits, steady; 0: none waits */
	struct timer *timer;
};

static char *read_whole(const char *path, struct err *err)
{
	FILE *file = fopen(path, "re");
	char *text;
	size_t n;

	if (!file) {
		err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
		return NULL;
	}
	text = mem_zalloc(SCRIPT_MOST + 1);
	n = fread(text, 1, SCRIPT_MOST, file);
	text[n] = '\0';
	fclose(file);
	return text;
}

struct script *script_load(const char *path, struct ui *ui, struct err *err)
{
	struct script *script;
	char *text = read_whole(path, err);

	if (!text)
		return NULL;
	script = mem_zalloc(sizeof(*script));
	*script = (struct script){ .ui = ui, .path = mem_strdup(path), .text = text, .at = text };
	return script;
}

void script_free(struct script *script)
{
	if (!script)
		return;
	loop_timer_cancel(script->ui->desk->loop, script->timer);
	free(script->path);
	free(script->text);
	free(script);
}

static enum said fail(struct script *script, const char *what, const char *about)
{
	struct ui *ui = script->ui;
	struct buf shot;

	err_set(&ui->err, ERR_NOTFOUND, "%s:%d: %s%s", script->path, script->line, what, about);
	ui->failed = ui->stop = true;
	buf_init(&shot, SCREEN_MOST);
	screen_text(ui->screen, &shot);
	fwrite(shot.data, 1, shot.len, stderr);
	buf_release(&shot);
	return SAID_FAILED;
}

static enum said do_keys(struct script *script, char *words)
{
	struct buf bytes;
	uint32_t key;
	char *save = NULL;

	buf_init(&bytes, 64 * 1024);
	for (char *word = strtok_r(words, " ", &save); word; word = strtok_r(NULL, " ", &save)) {
		if (!key_parse(str_of(word), &key)) {
			buf_release(&bytes);
			return fail(script, "no such key: ", word);
		}
		if (key == K_ESC) {
			/* a lone Esc is one by the time that passes after it */
			term_feed(script->ui->term, buf_str(&bytes));
			buf_reset(&bytes);
			hand_key(script->ui, K_ESC);
			continue;
		}
		key_bytes(key, &bytes);
	}
	term_feed(script->ui->term, buf_str(&bytes));
	buf_release(&bytes);
	return SAID_DONE;
}

static enum said do_quick(struct script *script, char *words)
{
	hand_hurry(script->ui);
	return do_keys(script, words);
}

static enum said do_type(struct script *script, char *words)
{
	term_feed(script->ui->term, str_of(words));
	return SAID_DONE;
}

static enum said do_paste(struct script *script, char *words)
{
	struct buf bytes;

	buf_init(&bytes, 64 * 1024);
	buf_adds(&bytes, "\033[200~");
	for (char *p = words; *p; p++) {
		bool end = p[0] == '\\' && p[1] == 'n';

		buf_addc(&bytes, end ? '\n' : *p);
		p += end;
	}
	buf_adds(&bytes, "\033[201~");
	term_feed(script->ui->term, buf_str(&bytes));
	buf_release(&bytes);
	return SAID_DONE;
}

/* As the house's scanner would send it. */
static enum said do_scan(struct script *script, char *words)
{
	const struct house_scanner *marks = &script->ui->desk->house->scanner;
	char *bytes = mem_printf("%s%s%s\r", marks->prefix ? marks->prefix : "", words, marks->suffix ? marks->suffix : "");

	term_feed(script->ui->term, str_of(bytes));
	free(bytes);
	return SAID_DONE;
}

static bool stands(struct script *script, const char *words)
{
	struct buf shot;
	bool found;

	buf_init(&shot, SCREEN_MOST);
	screen_text(script->ui->screen, &shot);
	found = shot.data && strstr(shot.data, words);
	buf_release(&shot);
	return found;
}

static enum said do_wait(struct script *script, char *words)
{
	return stands(script, words) ? SAID_DONE : SAID_WAITS;
}

static enum said do_gone(struct script *script, char *words)
{
	return stands(script, words) ? SAID_WAITS : SAID_DONE;
}

/* A prompt may be about to be another: a draft that is looked for. */
static bool awaits_prompt(const struct ui *ui)
{
	return ui->hand.paused || ui->hand.late || ui->resume.view;
}

static enum said do_settle(struct script *script, char *words)
{
	const struct ui *ui = script->ui;

	(void)words;
	/* a backend may have answered whose view has not heard of it, and asks on when it has; what was written is told of */
	if (loop_has_deferred(ui->desk->loop) || ui->sending || ui->editor || ui->hand.waiting || awaits_prompt(ui) || (!ui->hand.held && ui->hand.first < ui->hand.n))
		return SAID_WAITS;
	for (const struct view *view = ui->top; view; view = view->below)
		if (view->ops->busy && view->ops->busy(view))
			return SAID_WAITS;
	return SAID_DONE;
}

static enum said do_patient(struct script *script, char *words)
{
	(void)words;
	script->ui->patient = true;
	return SAID_DONE;
}

static enum said do_breathe(struct script *script, char *words)
{
	(void)words;
	if (awaits_prompt(script->ui))
		return SAID_WAITS;
	hand_breathe(script->ui);
	return SAID_DONE;
}

static bool write_file(const char *path, const struct buf *text)
{
	FILE *file = fopen(path, "we");
	bool fine = file && fwrite(text->data, 1, text->len, file) == text->len;

	return file && fclose(file) == 0 && fine;
}

static enum said do_save(struct script *script, char *words)
{
	char *svg = mem_printf("%s.svg", words);
	struct buf shot;
	bool fine;

	buf_init(&shot, SCREEN_MOST);
	screen_text(script->ui->screen, &shot);
	fine = write_file(words, &shot);
	buf_reset(&shot);
	screen_svg(script->ui->screen, &shot);
	fine = fine && write_file(svg, &shot);
	buf_release(&shot);
	free(svg);
	return fine ? SAID_DONE : fail(script, "cannot be written: ", words);
}

static enum said do_resize(struct script *script, char *words)
{
	char *x;
	long cols = strtol(words, &x, 10), rows = *x == 'x' ? strtol(x + 1, &x, 10) : 0;

	if (*x || cols < 1 || rows < 1)
		return fail(script, "resize wants COLUMNSxROWS: ", words);
	term_resize(script->ui->term, (int)rows, (int)cols);
	return SAID_DONE;
}

static enum said do_pass(struct script *script, char *words)
{
	const struct ui_options *options = &script->ui->options;
	long seconds = strtol(words, NULL, 10);

	if (!options->pass || seconds <= 0)
		return fail(script, "pass wants seconds, and --now: ", words);
	options->pass(options->pass_arg, seconds * 1000);
	return SAID_DONE;
}

static const struct { const char *word; enum said (*run)(struct script *script, char *words); } steps[] = {
	{ "keys", do_keys }, { "quick", do_quick }, { "type", do_type }, { "paste", do_paste }, { "scan", do_scan }, { "wait", do_wait }, { "gone", do_gone },
	{ "settle", do_settle }, { "patient", do_patient }, { "breathe", do_breathe }, { "save", do_save }, { "resize", do_resize }, { "pass", do_pass },
};

static enum said run(struct script *script, const char *step)
{
	char *line = mem_strdup(step);
	size_t n = strcspn(line, " ");
	char *words = line + n + (line[n] == ' ');
	enum said said = SAID_FAILED;
	bool known = false;

	line[n] = '\0';
	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps) && !known; i++)
		if (strcmp(steps[i].word, line) == 0) {
			known = true;
			said = steps[i].run(script, words);
		}
	if (!known)
		fail(script, "no such step: ", line);
	free(line);
	return said;
}

static void on_time(void *arg)
{
	((struct script *)arg)->timer = NULL;
}

static bool waits(struct script *script, const char *step)
{
	const struct clock *clock = script->ui->desk->clock;

	if (!script->until)
		script->until = clock_steady(clock) + WAIT_MS;
	if (clock_steady(clock) >= script->until)
		fail(script, "did not come: ", step);
	else if (!script->timer)        /* so that the dead-line is looked at though nothing else happens */
		script->timer = loop_timer(script->ui->desk->loop, 100, on_time, script);
	return false;
}

bool script_step(struct script *script)
{
	for (;;) {
		size_t n = strcspn(script->at, "\n");
		char *step;
		enum said said = SAID_DONE;

		if (!*script->at) {
			script->ui->stop = true;
			return true;
		}
		step = mem_strndup(script->at, n);
		script->line += script->until == 0;
		if (*step && *step != '#')
			said = run(script, step);
		if (said == SAID_WAITS)
			waits(script, step);
		free(step);
		if (said != SAID_DONE)
			return false;
		script->until = 0;
		script->at += n + (script->at[n] == '\n');
		if (n)
			return true;
	}
}
