/*
 * A form: fields asked for one after another on the message line or in a box,
 * and one draft that holds all that was typed so far. Esc at any field keeps
 * the draft; the same form about the same thing begins with it, at the field
 * where it was left. A form knows nothing of what its values are for.
 *
 *	form = form_new(ui, &spec);
 *	form_set(form, "ref", text);            what is known and not asked for
 *	form_begin(form, NULL);                 asks; ops.done or ops.left says how it ended
 *	...
 *	form_free(form);                        the owner's; from inside done and left too
 */
#ifndef UI_FORM_H
#define UI_FORM_H

#include <dossier/store/draft.h>

#include "ui_private.h"

enum form_need {
	FORM_MAY,               /* not asked for */
	FORM_ASKED,             /* asked for, and may be left empty */
	FORM_MUST,
};
struct form_field {
	const char *name;
	const char *label;      /* what is asked for, in words */
	const char *hint;       /* NULL, or what may be typed there: "a time to come, such as 14:00" */
	enum form_need need;
	const char *empty;      /* NULL, or what an answer left empty stands for */
	bool lines;             /* several */
	bool several;           /* of choices, joined by commas */
	const char *marks;      /* NULL, or a field that is not asked for itself: its values, the choices here, are marked by number beside what is typed */
	/* a list that is there when it is asked for (ops.offers): all are ticked, numbers take ticks away; "none", or those left by commas, which fit into ENTRY_TEXT_MOST */
	bool ticks;
	bool one;               /* one of several that are asked for is needed */
	bool secret;            /* in no draft and no history */
	const struct str *choices;
	size_t n_choices;
	char hot;               /* a letter that stands for hot_value where nothing is typed; 0: none */
	const char *hot_value;
};

struct form;
struct form_ops {
	/* NULL: as the field says. Asked anew after each value. */
	enum form_need (*need)(void *arg, const struct form *form, const struct form_field *field);
	/* NULL: as the field says; else what is added to its label from what was typed so far. */
	void (*hint)(void *arg, const struct form *form, const struct form_field *field, struct buf *out);
	/* NULL: anything goes. False with a sentence: the field is asked for again. kept: NULL's place for what stands for the text, also tomorrow ("+2h" is then a time). */
	bool (*check)(void *arg, const struct form *form, const struct form_field *field, struct str text, char **kept, struct err *err);
	/* Of a field of ticks: its choices and what is shown of each go into arena. NULL where there is no such field. */
	size_t (*offers)(void *arg, const struct form *form, const struct form_field *field, struct arena *arena, struct str **choices, struct str **labels);
	/* NULL, or: values changed, whatever follows from them is to be worked out again. */
	void (*filled)(void *arg, struct form *form);
	/* NULL: as it stands. A text of the house with what is known in its place-holders. */
	void (*fill)(void *arg, const struct form *form, struct str text, struct buf *out);
	/* NULL, or before it is done: true with what is read once more, heading and text the form's to free. */
	bool (*review)(void *arg, struct form *form, char **heading, char **text);
	/* All is there. The draft stays until form_forget, or until the entry that has its id is written. */
	void (*done)(void *arg, struct form *form);
	/* Esc, or the prompt was taken away; the draft is kept already, and it was said. */
	void (*left)(void *arg, struct form *form);
};
struct form_spec {
	const char *heading;            /* what this is and whom it is about */
	const char *reader;             /* not NULL: it goes TO THE CUSTOMER, who reads it at this address */
	const char *label;              /* NULL, or what stands beside a box in place of what Enter does */
	const struct form_field *fields;        /* copied, with all they point to */
	size_t n_fields;
	struct draft_of about;          /* copied. what: absent for a form that has no draft */
	bool back;                      /* Esc at the review goes back to what was typed last, and only Esc there leaves */
	const struct form_ops *ops;     /* borrowed */
	void *arg;
};
struct form *form_new(struct ui *ui, const struct form_spec *spec);
/* Known before it begins; what differs here is another form to a draft. */
void form_set(struct form *form, const char *name, struct str text);
/* kept: NULL, or the draft to go on with; else the one that was left is looked for. */
void form_begin(struct form *form, const struct draft_kept *kept);
/* Absent: not typed. Valid until the next value. */
struct str form_value(const struct form *form, const char *name);
/* What it is about: case_ is the draft's where it had one. */
const struct draft_of *form_about(const struct form *form);
/* Absent when it has no draft. */
struct str form_draft_id(const struct form *form);
/* Its id is that of another entry by now: what was typed is a draft of its own from here on. */
void form_renew(struct form *form);
/* Nothing came of it: the last field is asked for again, with what was typed. False where another prompt is open. */
bool form_again(struct form *form, const char *why);
/* As Esc does, from outside of its prompt; left is called. */
void form_leave(struct form *form);
/* The draft is thrown away: what was typed has gone where it should, or was not meant. */
void form_forget(struct form *form);
/* Keeps the draft. NULL is fine. */
void form_free(struct form *form);

/* Whom a draft is about, so that it is offered again and an erasure finds it: strings go into arena. */
void form_about_customer(struct arena *arena, const struct customer *customer, struct draft_of *about);

#endif
