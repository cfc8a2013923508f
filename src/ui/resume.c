/*
 * A draft gone on with from the list of drafts: its customer is found first,
 * by any of what the draft is about.
 */
#include <libintl.h>

#include "ui_inner.h"

void resume_forget(struct ui *ui)
{
	arena_free(ui->resume.arena);
	ui->resume.arena = NULL;
}

static void remember(struct ui *ui, const struct draft_kept *kept)
{
	struct arena *arena = arena_new();
	struct draft_kept *own = &ui->resume.kept;

	ui->resume.arena = arena;
	*own = *kept;
	own->of = (struct draft_of){
		.id = arena_str(arena, kept->of.id), .what = arena_str(arena, kept->of.what), .person = arena_str(arena, kept->of.person),
		.case_ = arena_str(arena, kept->of.case_), .contact = arena_str(arena, kept->of.contact), .item = arena_str(arena, kept->of.item),
		.label = arena_str(arena, kept->of.label),
	};
	own->text = arena_str(arena, kept->text);
	own->fields = arena_str(arena, kept->fields);
}

static void resume(struct ui *ui)
{
	struct arena *arena = ui->resume.arena;

	ui->resume.arena = NULL;
	if (!ui->top->ops->resume || !ui->top->ops->resume(ui->top, &ui->resume.kept))
		ui_say(ui, EL_WARN, gettext("what this draft is of cannot be done here: %.*s"), STR_ARG(ui->resume.kept.of.what));
	arena_free(arena);
}

void resume_arrived(struct ui *ui, enum view_id came)
{
	if (ui->resume.arena && came == VIEW_CUSTOMER)
		resume(ui);
}

/* What names a customer best comes first in a draft. */
void ui_resume(struct ui *ui, const struct draft_kept *kept)
{
	struct str who = kept->of.n_who ? kept->of.who[0] : (struct str){ 0 };

	resume_forget(ui);
	if (!who.n) {
		remember(ui, kept);
		ui_home(ui);
		resume(ui);
		return;
	}
	ui_find(ui, who);       /* which forgets what waited before */
	remember(ui, kept);
}
