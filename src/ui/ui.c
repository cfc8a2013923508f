#include <libintl.h>
#include <stdlib.h>

#include <dossier/base/mem.h>

#include "act.h"
#include "browse.h"
#include "line.h"
#include "lock.h"
#include "pop.h"
#include "ui_inner.h"

#define STORE_MS 3000
#define ACT_MS 15000            /* what became of an action is worth waiting for */
#define READY_MS 20
#define TRIM_MS 2000            /* after the last rows came */

bool ui_patient(const struct ui *ui) { return ui->patient; }
struct desk *ui_desk(struct ui *ui) { return ui->desk; }
const struct present *ui_present(struct ui *ui) { return &ui->present; }
const struct ui_options *ui_options(const struct ui *ui) { return &ui->options; }
const struct keymap *ui_keymap(const struct ui *ui) { return ui->keymap; }
struct screen *ui_screen(struct ui *ui) { return ui->screen; }
struct term *ui_term(struct ui *ui) { return ui->term; }
int64_t ui_now(const struct ui *ui) { return clock_wall(ui->desk->clock); }
const struct zone *ui_zone(const struct ui *ui) { return ui->desk->house->zone; }

void ui_stale_all(struct ui *ui)
{
	ui->paint_all = true;
}

void ui_stale_status(struct ui *ui)
{
	ui->stale_status = true;
}

void ui_stale(struct ui *ui, const struct view *view)
{
	if (view == ui->top)
		ui->stale_body = true;
}

/* At the end there is none, and the store still speaks. */
unsigned ui_top_no(const struct ui *ui)
{
	return ui->top ? ui->top->no : 0;
}

bool ui_is_top(const struct ui *ui, const struct view *view)
{
	return view == ui->top;
}

enum view_id ui_below_id(const struct ui *ui, const struct view *view)
{
	(void)ui;
	return view->below ? view->below->ops->id : VIEW_NONE;
}

void ui_say(struct ui *ui, int element, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	free(ui->message);
	ui->message = mem_strdup(text);
	ui->message_element = element;
	ui->stale_message = ui->stale_keys = true;
}

void ui_standing(struct ui *ui, const struct view *view, const char *text)
{
	if (ui->standing.view != view && !text)
		return;
	free(ui->standing.text);
	ui->standing = (struct standing){ view, mem_strdup(text) };
	ui->stale_message = true;
}

void ui_sources(struct ui *ui, const struct view *view, const struct source *sources, size_t n)
{
	bool waited = false;

	for (size_t i = 0; i < ui->n_sources && ui->sources_of == view; i++)
		waited |= ui->sources[i].state == SOURCE_WAITING;
	free(ui->sources);
	ui->sources = n ? mem_array(n, sizeof(*sources)) : NULL;
	if (n)
		memcpy(ui->sources, sources, n * sizeof(*sources));
	ui->n_sources = n;
	ui->sources_of = view;
	if (!waited)
		ui->asked_at = clock_steady(ui->desk->clock);
	ui->stale_status = true;
	frame_schedule(ui);
}

static void on_top(struct ui *ui)
{
	ui->paint_all = true;
	if (ui->top && ui->top->ops->shown)
		ui->top->ops->shown(ui->top);
}

static void forget(struct ui *ui, struct view *view)
{
	if (ui->resume.view == view)
		ui->resume.view = NULL;
	ui_standing(ui, view, NULL);
	resume_left(ui, view);
	if (ui->live.of == view)
		ui_live(ui, view, NULL, false);
	if (ui->live.elsewhere == view)
		ui_elsewhere(ui, view, false);
	if (ui->sources_of == view)
		ui_sources(ui, NULL, NULL, 0);
	view->ops->free(view);
}

void ui_push(struct ui *ui, struct view *view)
{
	view->ui = ui;
	view->no = ++ui->views;
	view->below = ui->top;
	ui->top = view;
	on_top(ui);
}

void ui_pop(struct ui *ui)
{
	struct view *view = ui->top;

	do {
		if (!view->below)
			break;
		ui->top = view->below;
		forget(ui, view);
		view = ui->top;
	} while (view->passing);
	on_top(ui);
}

void ui_replace(struct ui *ui, struct view *old, struct view *view)
{
	struct view **link = &ui->top;

	while (*link && *link != old)
		link = &(*link)->below;
	view->ui = ui;
	view->no = ++ui->views;
	view->below = old->below;
	*link = view;
	forget(ui, old);
	if (ui->top == view)
		on_top(ui);
}

void ui_home(struct ui *ui)
{
	while (ui->top->below)
		ui_pop(ui);
}

/* A new search leaves the candidates and customer of the one before: Esc leads to the desk, not through all of them. */
void ui_find(struct ui *ui, struct str who)
{
	struct err err = { 0 };
	struct view *view = find_view_new(ui, who, &err);
	char *text = str_dup(who);

	if (!view) {
		ui_say(ui, EL_WARN, "%s", err.text);
		free(text);
		return;
	}
	free(ui->last_find);
	ui->last_find = text;
	resume_forget(ui);
	ui->left.coming = false;
	if (!ui->top->below)
		pops_left(ui->pops);
	ui_home(ui);
	ui_push(ui, view);
	pops_look(ui->pops, false);
	ui_await(ui, VIEW_CUSTOMER);
}

void ui_look(struct ui *ui, struct str who)
{
	ui_find(ui, who);
	pops_look(ui->pops, true);
}

static struct theme *load_theme(const char *name, struct diags *diags)
{
	char *folder = theme_folder(), *path = strchr(name, '/') ? mem_strdup(name) : mem_printf("%s/%s.yaml", folder, name);
	struct theme *theme = theme_load(path, diags);

	free(path);
	free(folder);
	return theme;
}

/* Those that there are; a file that is there and cannot be read is told by its mistake. */
static void refuse_theme(struct ui *ui, const char *name, const struct diags *diags)
{
	char *folder = theme_folder(), **names = theme_names(folder);
	bool there = strchr(name, '/') != NULL;
	struct buf list;

	buf_init(&list, 400);
	for (size_t i = 0; names[i]; i++) {
		there |= strcmp(names[i], name) == 0;
		buf_printf(&list, "%s%s", i ? ", " : "", names[i]);
		free(names[i]);
	}
	if (there && diags->n)
		ui_say(ui, EL_WARN, "%s: %s", name, diags->items[0].text);
	else
		ui_say(ui, EL_WARN, gettext("there is no theme \"%.40s\"; there are %s"), name, list.data ? list.data : "none");
	buf_release(&list);
	free(names);
	free(folder);
}

void ui_theme(struct ui *ui, struct str name, bool preview)
{
	struct diags diags = { 0 };
	char *text = str_dup(name);
	struct theme *theme = name.n && (!strchr(text, '/') || !ui->options.restricted) ? load_theme(text, &diags) : NULL;

	if (!theme && name.n && !preview)
		refuse_theme(ui, text, &diags);
	else if (diags.n && !preview)
		ui_say(ui, EL_WARN, "%s:%d: %s", diags.items[0].file ? diags.items[0].file : text, diags.items[0].line, diags.items[0].text);
	if (theme || !preview) {
		screen_theme(ui->screen, theme ? theme : ui->theme);
		theme_free(ui->shown);
		ui->shown = NULL;
		if (theme && preview) {
			ui->shown = theme;
		} else if (theme) {
			theme_free(ui->theme);
			ui->theme = theme;
		}
		screen_redraw(ui->screen);
		ui->paint_all = true;
	}
	diags_release(&diags);
	free(text);
}

static void on_resized(void *arg)
{
	struct ui *ui = arg;

	screen_redraw(ui->screen);
	ui->paint_all = true;
}

static void on_hangup(void *arg)
{
	((struct ui *)arg)->stop = true;
}

static void first_theme(struct ui *ui, const char *personal)
{
	const char *name = ui->options.theme ? ui->options.theme : personal ? personal : "dark";

	if (term_colors(ui->term) || ui->options.theme)
		ui_theme(ui, str_of(name), false);
}

static bool open_screen(struct ui *ui, struct err *err)
{
	const struct ui_options *o = &ui->options;
	struct term_options options = { .loop = ui->desk->loop, .color = !o->mono && !getenv("NO_COLOR"), .stays = o->restricted };
	struct term_sink sink = { .keys = { hand_key, hand_paste, ui, hand_scan }, .resized = on_resized, .hangup = on_hangup, .arg = ui };

	if (o->keys) {
		options.rows = o->rows ? o->rows : 24;
		options.cols = o->cols ? o->cols : 80;
	}
	ui->theme = theme_mono();
	ui->term = term_open(&options, &sink, err);
	if (!ui->term)
		return false;
	ui->screen = screen_new(ui->term, ui->theme);
	return true;
}

static void on_trim(void *arg)
{
	((struct ui *)arg)->trim = NULL;
	mem_give_back();
}

void ui_trim(struct ui *ui)
{
	loop_timer_cancel(ui->desk->loop, ui->trim);
	ui->trim = loop_timer(ui->desk->loop, TRIM_MS, on_trim, ui);
}

/* What the first look-up would wait for is done behind the first frame. */
static void get_ready(void *arg)
{
	http_ready(arg);
}

/* The second of the two frames shows what the first one could not know. */
static void make_ready(struct ui *ui)
{
	if (ui->options.ready && !ui->script && !ui->options.find)
		frame_paint(ui);
	ui->pops = pops_new(ui);
	if (!ui->options.ready)
		return;
	ui->stop = !ui->options.ready(ui->options.ready_arg);
	ui->paint_all = true;
}

static void run(struct ui *ui)
{
	if (!ui->script)
		loop_timer(ui->desk->loop, READY_MS, get_ready, ui->desk->http);
	while (!ui->stop && !loop_stopped(ui->desk->loop)) {
		resume_turn(ui);
		hand_drain(ui);
		if (ui->stop)
			break;
		frame_paint(ui);
		loop_turn(ui->desk->loop, ui->script && script_step(ui->script) ? 0 : -1);
	}
}

void ui_sending(struct ui *ui, int by)
{
	ui->sending += by;
}

void ui_live(struct ui *ui, const struct view *view, const struct contact *contact, bool numbered)
{
	bool was = ui->live.of != NULL;

	ui->live.of = contact ? view : NULL;
	if (contact) {
		ui->live.channel = contact->channel;
		ui->live.from = contact->from;
		snprintf(ui->live.number, sizeof(ui->live.number), "%.*s", numbered ? (int)contact->number.n : 0, contact->number.n ? contact->number.p : "");
	}
	if (was || contact) {
		ui->stale_status = ui->stale_keys = true;
		frame_schedule(ui);
	}
}

void ui_elsewhere(struct ui *ui, const struct view *view, bool elsewhere)
{
	if (elsewhere == (ui->live.elsewhere == view))
		return;
	ui->live.elsewhere = elsewhere ? view : NULL;
	ui->stale_status = true;
}

void ui_announce(struct ui *ui, size_t late, size_t accept, size_t answers, size_t live)
{
	ui->late = late;
	ui->to_accept = accept;
	ui->answers = answers;
	ui->live_for_me = live;
	ui->stale_status = true;
}

/* The case store went away or came back. */
static void on_store_state(void *arg)
{
	ui_stale_status(arg);
}

static void on_late(void *arg)
{
	*(bool *)arg = true;
}

static void on_synced(void *arg, const struct store_sync *result)
{
	(void)result;
	ui_sending(arg, -1);
}

/* What was written is on its way to the disk: it gets there before the program ends. */
static void wait_for_store(struct ui *ui)
{
	struct timer *timer;
	bool late = false;

	if (ui->desk->store) {
		ui_sending(ui, 1);
		store_sync(ui->desk->store, on_synced, ui);
	}
	if (!ui->sending)
		return;
	timer = loop_timer(ui->desk->loop, acts_sent(ui) ? ACT_MS : STORE_MS, on_late, &late);
	while (ui->sending > 0 && !late)
		loop_turn(ui->desk->loop, -1);
	if (!late)
		loop_timer_cancel(ui->desk->loop, timer);
}

void ui_leave_all(struct ui *ui)
{
	editor_forget(ui);
	if (ui->screen)
		ask_cancel(ui);
	line_end();
	while (ui->top) {
		struct view *view = ui->top;

		ui->top = view->below;
		forget(ui, view);
	}
}

static void release(struct ui *ui)
{
	if (ui->desk->store)
		store_on_state(ui->desk->store, &(struct store_state_sink){ NULL, NULL });
	ui_leave_all(ui);
	lock_free(ui->lock);
	ui->lock = NULL;
	pops_free(ui->pops);
	ui->pops = NULL;
	wait_for_store(ui);
	acts_release(ui);
	browse_release(ui);
	loop_timer_cancel(ui->desk->loop, ui->tick);
	loop_timer_cancel(ui->desk->loop, ui->trim);
	script_free(ui->script);
	screen_free(ui->screen);
	term_close(ui->term);
	theme_free(ui->theme);
	theme_free(ui->shown);
	keymap_free(ui->keymap);
	hand_release(ui);
	resume_forget(ui);
	ask_free(ui);
	ask_forget_histories(ui);
	free(ui->sources);
	free(ui->message);
	free(ui->standing.text);
	free(ui->last_find);
	free(ui->scanner.prefix);
	free(ui->scanner.suffix);
	free(ui->last_filter);
	ui_forget_left(ui);
}

bool ui_run(struct desk *desk, const struct ui_options *options, struct err *err)
{
	struct ui ui = { .desk = desk, .options = *options, .present = { .desk = desk, .mask = desk_mask(desk) } };
	char *theme = NULL;
	bool fine;

	hand_init(&ui);
	ui.keymap = keymap_new();
	fine = open_screen(&ui, err);
	if (fine) {
		personal_read(&ui, &theme);
		scan_marks(&ui);
		first_theme(&ui, theme);
		free(theme);
	}
	if (fine && options->keys) {
		ui.script = script_load(options->keys, &ui, err);
		fine = ui.script != NULL;
	}
	if (fine) {
		if (desk->store)
			store_on_state(desk->store, &(struct store_state_sink){ on_store_state, &ui });
		ui.lock = lock_new(&ui);
		ui_push(&ui, home_view_new(&ui));
		frame_schedule(&ui);
		make_ready(&ui);
		if (options->find && !ui.stop)
			ui_find(&ui, str_of(options->find));
		run(&ui);
		fine = !ui.failed;
		if (!fine)
			*err = ui.err;
	}
	release(&ui);
	return fine;
}
