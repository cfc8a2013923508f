/*
 * One operation whose fields are being asked for, and its draft.
 */
#ifndef CLI_SHELL_ASK_H
#define CLI_SHELL_ASK_H

#include <dossier/store/draft.h>

#include "shell.h"

#define ASKED_MOST 24

struct asking {
	struct shell *sh;
	const struct operation *op;
	struct op_values *values;
	bool on_open;                   /* about the customer who is open */
	bool spoken;                    /* something was given with the command: nothing is asked that need not be */
	bool skipped[ASKED_MOST];       /* by the field's place: left empty on purpose */
	const char *asked;              /* the field that is being typed */
	const char *item, *given;       /* of an operation on an entry; an id that was named; may be NULL */
	struct buf whole;               /* of a long text: the lines so far */
	struct draft *draft;
	struct arena *arena;
};

/* shell_draft.c */
void asking_begin(struct asking *a);
/* What was typed so far, with the line that is being typed. */
void asking_keep(struct asking *a, struct str line);
/* whole: it goes to the store, under the id that is returned (of the shell; NULL: any). Else the draft stays and is told. */
const char *asking_end(struct asking *a, bool whole);
/* Sets what a draft kept; the text of the command's own words is given back, the caller's. */
char *asking_fill(struct asking *a, struct str text, struct str fields);
/* The field that the command's own words fill; NULL: none. */
const struct op_field *asking_words(const struct operation *op);
/* shell_ask.c: the text of a draft, to go on with; false when it was left. */
bool asking_again(struct asking *a, struct str text);

#endif
