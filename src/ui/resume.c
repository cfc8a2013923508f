/*
 * What waits for its customer to be found: a draft that is gone on with, or
 * somebody who was parked, with what was on the screen and the draft that was
 * left last. Of whoever was left with a filter that alone.
 */
#include <libintl.h>
#include <stdlib.h>

#include <dossier/base/json.h>
#include <dossier/base/mem.h>
#include <dossier/model/entry.h>

#include "pop.h"
#include "ui_inner.h"

#define READY_MS 1500           /* a store that says nothing is not waited for longer */

void resume_forget(struct ui *ui)
{
	arena_free(ui->resume.arena);
	ui->resume.arena = NULL;
	ui->resume.view = NULL;
	loop_timer_cancel(ui->desk->loop, ui->resume.timer);
	ui->resume.timer = NULL;
}

static void remember(struct ui *ui, const struct draft_kept *kept)
{
	struct arena *arena = arena_new();
	struct draft_kept *own = &ui->resume.kept;

	ui->resume.arena = arena;
	ui->resume.parked = false;
	*own = *kept;
	own->of = (struct draft_of){
		.id = arena_str(arena, kept->of.id), .what = arena_str(arena, kept->of.what), .person = arena_str(arena, kept->of.person),
		.case_ = arena_str(arena, kept->of.case_), .contact = arena_str(arena, kept->of.contact), .item = arena_str(arena, kept->of.item),
		.label = arena_str(arena, kept->of.label),
	};
	own->text = arena_str(arena, kept->text);
	own->fields = arena_str(arena, kept->fields);
}

static void resume_draft(struct ui *ui, const struct draft_kept *kept)
{
	if (!ui->top->ops->resume || !ui->top->ops->resume(ui->top, kept))
		ui_refuse(ui, EL_WARN, gettext("what this draft is of cannot be done here: %.*s"), STR_ARG(kept->of.what));
}

static void dropped(void *arg, const struct err *err)
{
	(void)err;
	ui_sending(arg, -1);
}

/* The view may be gone, or covered, when its draft comes. */
struct left { struct ui *ui; unsigned view, hold; };

static void on_draft(void *arg, const struct kept *kept, size_t n, const struct err *err)
{
	struct left *left = arg;
	struct arena *arena = arena_new();
	struct draft_kept draft;

	ui_sending(left->ui, -1);
	ui_hold_end(left->ui, left->hold);
	if (err->code == ERR_NONE && n && ui_top_no(left->ui) == left->view && !left->ui->ask.on && draft_read(arena, kept, &draft)) {
		ui_hold_keys(left->ui);
		resume_draft(left->ui, &draft);
	}
	arena_free(arena);
	free(left);
}

static void ask_draft(struct ui *ui, struct str id)
{
	struct str any = { 0 };
	struct left *left;

	if (!id.n)
		return;
	left = mem_zalloc(sizeof(*left));
	*left = (struct left){ ui, ui_top_no(ui), ui_hold(ui) };
	ui_sending(ui, 1);
	kept_list(ui->desk->store, KEPT_DRAFT, id, any, any, on_draft, left);
}

/* Parked no longer, once the view says that it is whom was parked. */
static void recall(struct ui *ui, struct str key, struct str data)
{
	struct json_object *whole = json_parse_whole(data, NULL, NULL), *state = NULL;

	json_object_object_get_ex(whole, "state", &state);
	if (!ui->top->ops->recall || ui->top->ops->recall(ui->top, state)) {
		ui_sending(ui, 1);
		kept_drop(ui->desk->store, KEPT_PARKED, key, dropped, ui);
		ask_draft(ui, entry_text(whole, "draft"));
	} else {
		ui_say(ui, EL_WARN, "%s", gettext("nobody answers to what was parked: it stays parked"));
	}
	json_object_put(whole);
}

static void arrived(struct ui *ui)
{
	struct arena *arena = ui->resume.arena;

	ui->resume.arena = NULL;
	resume_forget(ui);
	if (ui->resume.parked)
		recall(ui, ui->resume.kept.of.id, ui->resume.kept.text);
	else
		resume_draft(ui, &ui->resume.kept);
	arena_free(arena);
}

static void on_late(void *arg)
{
	((struct ui *)arg)->resume.timer = NULL;
}

void resume_arrived(struct ui *ui, enum view_id came)
{
	if (!ui->resume.arena || came != VIEW_CUSTOMER)
		return;
	ui->resume.view = ui->top;
	if (!ui->resume.timer)
		ui->resume.timer = loop_timer(ui->desk->loop, READY_MS, on_late, ui);
	ui->resume.hold = ui_hold(ui);
}

void resume_turn(struct ui *ui)
{
	const struct view *view = ui->resume.view;

	if (!view || (ui->resume.timer && (ui->top != view || (view->ops->ready && !view->ops->ready(view)))))
		return;
	ui_hold_end(ui, ui->resume.hold);
	/* whoever went on meanwhile is not called back: a draft and who is parked stay where they are */
	if (ui->top == view)
		arrived(ui);
	else
		resume_forget(ui);
}

void resume_left(struct ui *ui, const struct view *view)
{
	if (ui->resume.view != view)
		return;
	ui_hold_end(ui, ui->resume.hold);
	resume_forget(ui);
}

/* What names a customer best comes first in a draft. */
void ui_resume(struct ui *ui, const struct draft_kept *kept)
{
	struct str who = kept->of.n_who ? kept->of.who[0] : (struct str){ 0 };

	if (!who.n) {
		remember(ui, kept);
		ui_home(ui);
		arrived(ui);
		return;
	}
	pops_left(ui->pops);
	ui_look(ui, who);       /* which forgets what waited before */
	remember(ui, kept);
}

void ui_recall(struct ui *ui, struct str who, struct str data)
{
	pops_left(ui->pops);
	ui_look(ui, who);
	remember(ui, &(struct draft_kept){ .of = { .id = who }, .text = data });
	ui->resume.parked = true;
}

/* Any line of the one is a line of the other. */
static bool share_line(struct str a, struct str b)
{
	for (size_t at = 0; at < a.n;) {
		const char *end = memchr(a.p + at, '\n', a.n - at);
		size_t n = end ? (size_t)(end - a.p) + 1 - at : a.n - at;
		struct str line = str_make(a.p + at, n);

		for (const char *found = b.n ? memmem(b.p, b.n, line.p, line.n) : NULL; found;
		     found = memmem(found + 1, b.n - (size_t)(found + 1 - b.p), line.p, line.n))
			if (found == b.p || found[-1] == '\n')
				return true;
		at += n;
	}
	return false;
}

void ui_forget_left(struct ui *ui)
{
	free(ui->left.who);
	free(ui->left.filter);
	ui->left.who = ui->left.filter = NULL;
}

void ui_leave_filter(struct ui *ui, struct str who, struct str filter, int tab)
{
	if (filter.n || (ui->left.who && share_line(who, str_of(ui->left.who))))
		ui_forget_left(ui);
	if (!filter.n)
		return;
	ui->left.who = str_dup(who);
	ui->left.filter = str_dup(filter);
	ui->left.tab = tab;
}

void ui_coming_back(struct ui *ui)
{
	ui->left.coming = true;
}

const char *ui_left_filter(struct ui *ui, struct str who, int *tab)
{
	bool back = ui->left.coming && ui->left.who && share_line(who, str_of(ui->left.who));

	ui->left.coming = false;
	*tab = ui->left.tab;
	if (!back)
		return NULL;
	free(ui->last_filter);
	ui->last_filter = mem_strdup(ui->left.filter);
	ui->filtered = ui_top_no(ui);
	return ui->left.filter;
}
