/*
 * One operation under way, for the files that ask for its fields.
 */
#ifndef UI_FLOW_INNER_H
#define UI_FLOW_INNER_H

#include <dossier/store/draft.h>

#include "flow.h"

struct flow {
	struct flow *next;
	struct flows *flows;            /* NULL: its view is gone, only the store has still to speak */
	struct ui *ui;
	const struct operation *op;
	struct op_values *values;
	struct casework work;           /* while it is sent */
	bool sent, handed;              /* work holds something; the store has it */
	bool confirmed, optional_done;
	const char *asked;              /* a name of op's */
	char *item, *label, *channel;
	struct str case_;               /* that was chosen when it began: entries of others choose another */
	struct draft *draft;
	struct arena *arena;
};

/* flow.c: the field that was asked for has this; absent: it was left */
void flow_typed(void *arg, struct str text);
/* It may be written: who the customer is does not wait for = or v. */
bool flow_settled(struct flow *flow);
/* Says why; the flow is gone. */
void flow_give_up(struct flow *flow, const char *why);

/* flow_text.c */
void flow_ask_text(struct flow *flow);
/* The view is gone before the list of drafts came. */
void flows_forget_recalls(struct flows *flows);

#endif
