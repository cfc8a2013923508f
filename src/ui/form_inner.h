/*
 * A form's inside, for form.c (asking) and form_draft.c (keeping).
 */
#ifndef UI_FORM_INNER_H
#define UI_FORM_INNER_H

#include "form.h"

/* passed: asked for, and left empty; pending: what stood in its field when another was gone back to */
struct form_slot { char *text, *pending; bool known, passed; };
struct recall;

struct form {
	struct ui *ui;
	struct form_spec spec;
	struct arena *arena;
	struct form_slot *slots;        /* one for each field */
	struct draft_of about;
	const struct form_field *asked; /* NULL: none yet, or all are there */
	char *now;                      /* what stands in its field */
	bool reviewed, pointed;         /* pointed: a place-holder that nothing fills was named once */
	struct draft *draft;
	struct recall *recall;
};

/* form.c: the field that is next, or what comes after the last. */
void form_next(struct form *form);
/* That field with what stood in it; NULL: whichever is next. */
void form_ask_at(struct form *form, const struct form_field *field, struct str text, const char *say);
struct form_slot *form_slot(const struct form *form, const struct form_field *field);
const struct form_field *form_field(const struct form *form, const char *name);
/* False with a sentence; then it is as it was. An empty text takes the value away. */
bool form_take(struct form *form, const struct form_field *field, struct str text, struct err *err);

/* form_marks.c: the field whose values are marked beside this one; NULL: none. */
const struct form_field *form_marked_field(const struct form *form, const struct form_field *field);
/* Where it is typed: what is marked is never asked for itself. */
const struct form_field *form_asked_for(const struct form *form, const struct form_field *field);
/* What stands in the field that is asked for. */
void form_set_now(struct form *form, struct str text);
/* Asks for a field of ticks; text: those that are left; absent: all. */
void form_ask_ticks(struct form *form, const struct form_field *field, struct ask *ask, struct str text);
/* Of a struct form: its marks changed. */
void form_marked(void *arg, struct str marks);
/* Choices that were typed by name are marks, too; false: it is another text. */
bool form_take_named(struct form *form, const struct form_field *field, struct str text);

/* form_draft.c: what stands in it now goes to the disk within a second. */
void form_keep(struct form *form);
bool form_is_empty(const struct form *form);
/* Looks for the draft that was left; keys wait until it is known. */
void form_recall(struct form *form);
void form_recall_end(struct form *form);
void form_restore(struct form *form, const struct draft_kept *kept);

#endif
