#include "lock.h"

#include <libintl.h>
#include <stdlib.h>

#include <dossier/base/mem.h>
#include <dossier/desk/switch.h>

#include "act.h"
#include "pop.h"
#include "ui_inner.h"

#define TYPED_MOST 64

struct lock {
	struct ui *ui;
	bool on, asks;
	struct timer *idle;
	int64_t touched;                /* steady */
	char typed[TYPED_MOST * 4 + 1];
	size_t n;
	const struct house_agent *of;   /* whose PIN is asked for, when it is another's */
	char said[160];
};

static void on_idle(void *arg);

static bool is_over(const struct lock *lock)
{
	const struct desk *desk = ui_desk(lock->ui);

	return desk->house->session.lock && clock_steady(desk->clock) - lock->touched >= desk->house->session.lock;
}

static void schedule(struct lock *lock)
{
	struct desk *desk = ui_desk(lock->ui);
	int64_t left = desk->house->session.lock - (clock_steady(desk->clock) - lock->touched);

	loop_timer_cancel(desk->loop, lock->idle);
	lock->idle = desk->house->session.lock ? loop_timer(desk->loop, left > 0 ? left : 0, on_idle, lock) : NULL;
}

/* Keys only note the time: the timer looks how long ago that was. */
static void on_idle(void *arg)
{
	struct lock *lock = arg;

	lock->idle = NULL;
	if (is_over(lock) && (!lock->on || lock->asks))
		lock_begin(lock, false);
	else if (!lock->on)
		schedule(lock);
}

/* False: the time is over already, though the timer has not said so: what stopped the program stopped it, too. */
static bool touch(struct lock *lock)
{
	if (is_over(lock)) {
		lock_begin(lock, false);
		return false;
	}
	lock->touched = clock_steady(ui_desk(lock->ui)->clock);
	if (!lock->idle)
		schedule(lock);
	return true;
}

struct lock *lock_new(struct ui *ui)
{
	struct lock *lock = mem_zalloc(sizeof(*lock));

	lock->ui = ui;
	lock->touched = clock_steady(ui_desk(ui)->clock);
	schedule(lock);
	return lock;
}

void lock_free(struct lock *lock)
{
	if (!lock)
		return;
	loop_timer_cancel(ui_desk(lock->ui)->loop, lock->idle);
	mem_wipe(lock->typed, sizeof(lock->typed));
	free(lock);
}

bool lock_on(const struct lock *lock)
{
	return lock && lock->on;
}

/* Of a character, whatever bytes follow. */
static bool is_start(char byte)
{
	return ((unsigned char)byte & 0xC0) != 0x80;
}

static void put_stars(const struct lock *lock, char *stars, size_t most)
{
	size_t n = 0;

	for (size_t i = 0; i < lock->n && n < most; i++)
		if (is_start(lock->typed[i]))
			stars[n++] = '*';
	stars[n] = '\0';
}

static void clear(struct lock *lock)
{
	mem_wipe(lock->typed, sizeof(lock->typed));
	lock->n = 0;
}

void lock_begin(struct lock *lock, bool asks)
{
	lock->on = true;
	lock->asks = asks;
	lock->of = NULL;
	lock->said[0] = '\0';
	clear(lock);
	screen_redraw(lock->ui->screen);
	lock->ui->paint_all = true;
}

static void end(struct lock *lock)
{
	lock->on = false;
	clear(lock);
	lock->touched = clock_steady(ui_desk(lock->ui)->clock);
	schedule(lock);
	screen_redraw(lock->ui->screen);
	lock->ui->paint_all = true;
}

static void say(struct lock *lock, const char *text)
{
	snprintf(lock->said, sizeof(lock->said), "%.*s", (int)sizeof(lock->said) - 1, text);
	lock->ui->paint_all = true;
}

static const struct house_agent *present_agent(const struct lock *lock)
{
	return ui_desk(lock->ui)->house->agent;
}

/* The agent is known now: unlocks for who was here, else hands the session over. */
static void take(struct lock *lock, const struct house_agent *agent)
{
	struct err err = { 0 };

	if (agent == present_agent(lock)) {
		end(lock);
	} else if (acts_sent(lock->ui)) {
		lock->of = NULL;
		say(lock, gettext("an action is under way in a backend: its answer first"));
	} else if (!switch_allowed(ui_desk(lock->ui)->house, false, &err)) {
		lock->of = NULL;
		say(lock, err.text);
	} else {
		end(lock);
		session_switch(lock->ui, agent);
	}
}

/* The same words whatever there is none of: what was typed cannot be seen. */
static void wrong(struct lock *lock, const char *id, unsigned count)
{
	int64_t next = switch_next(count);
	char text[160];

	log_line(ui_desk(lock->ui)->log, "session", "wrong PIN for %s: %u in a row", id, count);
	if (next)
		snprintf(text, sizeof(text), gettext("wrong: %u tries; the next in %lld s"), count, (long long)next / 1000);
	else
		snprintf(text, sizeof(text), "%s", lock->of ? gettext("wrong: neither the PIN nor a badge; Esc leads back") : gettext("wrong: neither a badge, nor the short name of who takes over, nor the PIN"));
	say(lock, text);
}

/* Badges can be guessed as PINs can: a guess counts before it is looked at, and none is looked at before its time. */
static bool may_guess(struct lock *lock, const char *id, unsigned *count)
{
	int64_t wait = switch_try(NULL, ui_desk(lock->ui)->clock, id, count);
	struct err err = { 0 };

	if (!wait)
		return true;
	switch_say_wait(wait, &err);
	say(lock, err.text);
	return false;
}

static void guess(struct lock *lock, const struct house_agent *agent, struct str typed)
{
	const struct house_agent *other = switch_badge(ui_desk(lock->ui)->house, typed);
	const char *id = agent ? agent->id : "nobody";
	unsigned count;

	if (!may_guess(lock, id, &count))
		return;
	if (other) {
		switch_no_try(NULL, id);
		take(lock, other);
	} else if (agent && agent->pin && switch_pin_right(str_of(agent->pin), typed)) {
		switch_right(NULL, id);
		take(lock, agent);
	} else {
		wrong(lock, id, count);
	}
}

/* Nobody but the log-in's own agent is let in by Enter alone, and only where no PIN was given. */
static bool needs_none(const struct lock *lock)
{
	const struct house *house = ui_desk(lock->ui)->house;

	return house->agent == house->own && (!house->agent || !house->agent->pin);
}

bool lock_guards(const struct lock *lock)
{
	return lock && ui_desk(lock->ui)->house->session.lock && !needs_none(lock);
}

static void name_another(struct lock *lock, const struct house_agent *other)
{
	if (other->pin) {
		lock->of = other;
		lock->said[0] = '\0';
		lock->ui->paint_all = true;
	} else {
		say(lock, gettext("a badge is needed"));
	}
}

static void enter(struct lock *lock)
{
	const struct house *house = ui_desk(lock->ui)->house;
	const struct house_agent *agent = lock->of ? lock->of : present_agent(lock), *other;
	struct str typed = str_make(lock->typed, lock->n);

	if (!lock->of && (other = switch_agent(house, typed)))
		name_another(lock, other);
	else if (typed.n)
		guess(lock, agent, typed);
	else if (needs_none(lock) && !lock->of)
		end(lock);
	else
		say(lock, agent && agent->pin ? gettext("the PIN, then Enter") : gettext("a badge is needed"));
	clear(lock);
}

bool lock_key(struct lock *lock, uint32_t key)
{
	struct buf bytes;

	if (!lock_on(lock))
		return !touch(lock);
	if (key == K_ENTER) {
		enter(lock);
	} else if (key == K_ESC && lock->of) {
		lock->of = NULL;
		clear(lock);
	} else if (key == K_ESC && lock->asks) {
		end(lock);
	} else if (key == K_ESC || key == K_CONTROL('u')) {
		clear(lock);
	} else if (key == K_BACKSPACE) {
		while (lock->n > 0 && !is_start(lock->typed[--lock->n]))
			;
		lock->typed[lock->n] = '\0';
	} else if (key_is_text(key) && lock->n < TYPED_MOST) {
		buf_init(&bytes, 16);
		key_bytes(key, &bytes);
		memcpy(lock->typed + lock->n, bytes.data, bytes.len);
		lock->n += bytes.len;
		buf_release(&bytes);
	}
	lock->ui->paint_all = true;
	return true;
}

bool lock_paste(struct lock *lock, struct str text)
{
	if (!lock_on(lock))
		return !touch(lock);
	/* a scanner that pastes: what it read, with the Enter that it adds or without */
	text = str_trim(text);
	if (text.n && text.n <= TYPED_MOST) {
		memcpy(lock->typed, text.p, text.n);
		lock->n = text.n;
		enter(lock);
	}
	lock->ui->paint_all = true;
	return true;
}

bool lock_badge(struct lock *lock, struct str text)
{
	const struct house_agent *agent = switch_badge(ui_desk(lock->ui)->house, text);
	struct err err = { 0 };

	if (!agent)
		return false;
	if (agent == present_agent(lock))
		ui_say(lock->ui, EL_MESSAGE, gettext("%s is here already"), agent->name);
	else if (acts_sent(lock->ui))
		ui_say(lock->ui, EL_WARN, "%s", gettext("an action is under way in a backend: its answer first, then the badge"));
	else if (!switch_allowed(ui_desk(lock->ui)->house, false, &err))
		ui_say(lock->ui, EL_WARN, "%s", err.text);
	else
		session_switch(lock->ui, agent);
	return true;
}

void lock_paint(struct lock *lock, struct screen *screen)
{
	const struct house_agent *agent = present_agent(lock);
	int rows = screen_rows(screen), cols = screen_cols(screen), row = rows / 2 - 3, at;
	const char *login = ui_desk(lock->ui)->house->login;
	char stars[TYPED_MOST + 1];
	int64_t local = zone_to_local(ui_zone(lock->ui), ui_now(lock->ui)) / 60000;
	struct buf pop;

	for (int i = 0; i < rows; i++)
		screen_fill(screen, i, 0, cols, EL_TEXT);
	screen_printf(screen, row, 4, cols - 8, EL_STRONG, lock->asks ? gettext("%s works here") : gettext("locked: %s"),
		      agent ? agent->name : login ? login : "");
	screen_printf(screen, row, cols - 10, 6, EL_DIM, "%02d:%02d", (int)((local / 60 % 24 + 24) % 24), (int)((local % 60 + 60) % 60));
	put_stars(lock, stars, TYPED_MOST);
	if (lock->of)
		at = 4 + screen_put(screen, row + 2, 4, cols / 2, EL_PROMPT, str_of(gettext("PIN of "))) ;
	else if (lock->asks)
		at = 4 + screen_put(screen, row + 2, 4, cols - 20, EL_PROMPT, str_of(gettext("who takes over? a badge, or a name and Enter:")));
	else
		at = 4 + screen_put(screen, row + 2, 4, cols - 20, EL_PROMPT, str_of(needs_none(lock) ? gettext("Enter goes on; a badge, or a name, takes over:") : gettext("PIN or badge; a name takes over:")));
	if (lock->of)
		at += screen_put(screen, row + 2, at, cols / 3, EL_PROMPT, str_of(lock->of->name));
	at++;
	at += screen_put(screen, row + 2, at, cols - at - 1, EL_FIELD, str_of(stars));
	screen_put(screen, row + 4, 4, cols - 8, EL_WARN, str_of(lock->said));
	if (lock->asks)
		screen_put(screen, rows - 1, 1, cols - 2, EL_KEYLINE, str_of(gettext("Enter takes it   Esc leaves")));
	buf_init(&pop, 512);
	if (pops_text(lock->ui->pops, true, &pop))
		screen_put(screen, row + 6, 4, cols - 8, EL_STATUS_CALL, buf_str(&pop));
	buf_release(&pop);
	screen_cursor(screen, row + 2, at < cols ? at : cols - 1);
}
