/*
 * An operation of desk/operation on the screen: its fields are asked for one
 * after another, what is known already is filled in, and what came of it is
 * said on the message line. What was typed is a draft until it is written.
 */
#ifndef UI_FLOW_H
#define UI_FLOW_H

#include <dossier/desk/casework.h>
#include <dossier/store/draft.h>

#include "ui_private.h"

struct flow;
struct flow_on {
	struct customer *customer;      /* NULL: nobody's, or an item's of another customer */
	struct entries *entries;        /* without a customer: folds of a watch, valid now */
	const struct persons *persons;
	const struct cases *cases;
	struct str item;                /* OP_ON_ITEM */
	const struct group *other;      /* link.other */
	const char *label;              /* the customer's name */
	bool settled;                   /* compared (=) */
};
/*
 * The flows of a view: they end with it, or go on by themselves where all was
 * handed over already. on is asked for at each step, since folds do not last;
 * changed is told when something was written.
 */
struct flows {
	struct ui *ui;
	struct flow *first;
	char *left;                     /* the draft that was left last, and nothing begun since */
	void (*on)(void *arg, struct flow_on *on);
	void (*wrote)(void *arg);
	void *arg;
};
/* preset: "status", "solved", ... ended by NULL. */
void flow_start(struct flows *flows, const char *operation, struct str item, const char *const *preset);
/* Begun by what came, not by a key: nothing is asked. Where it cannot be, that is said, and keys typed elsewhere are not held. */
void flow_start_unasked(struct flows *flows, const char *operation, const char *const *preset);
/* Goes on with a draft, at the field where it was left. False where it is not one of an operation. */
bool flow_resume(struct flows *flows, const struct draft_kept *kept);
/* Undoes what this agent wrote last about the customer. */
void flow_undo(struct flows *flows);
void flows_release(struct flows *flows);

#endif
