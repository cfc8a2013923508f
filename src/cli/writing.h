/*
 * One write: from whom it is about, through desk's casework, to what the case
 * store said. Commands and "apply" share it; nothing is printed here.
 */
#ifndef CLI_WRITING_H
#define CLI_WRITING_H

#include <dossier/desk/casework.h>

#include "people.h"

enum writing_end {
	WRITING_REFUSED,        /* err says why; nothing was written */
	WRITING_SEVERAL,        /* several people: people has them */
	WRITING_NOBODY,
	WRITING_DRY,            /* work.out is what would be sent */
	WRITING_BEFORE,         /* an entry of this id was there already: rows has it */
	WRITING_SAID,           /* what the store said */
};

struct writing {
	/* given; borrowed */
	struct cli *cli;
	struct desk *desk;
	const struct operation *op;     /* of writing_undo: NULL, found by what is undone */
	struct op_values *values;
	const char *target;             /* WHO, or the beginning of an entry's id; NULL: nobody */
	const char *second;             /* who that is too: of link.other */
	const char *channel, *id;
	bool dry, compared;
	bool wait_rows;                 /* for all backends' rows too, whatever the operation needs */
	/* come to */
	enum writing_end end;
	enum store_said said;
	struct err err;
	int status;
	struct buf sentence;            /* what was done, in words */
	struct entry *rows;             /* as stored, or the winners of a claim */
	size_t n_rows;
	struct people people;
	struct casework work;
	/* private */
	struct arena *arena;
	struct store_watch *watch;
	struct persons *persons;
	const struct cases *cases;
	struct op_values *own_values;   /* of undo */
	struct store_watch *others;     /* of link.other */
	struct persons *other_persons;
	struct people other;            /* link.other, or behind */
	struct str live;                /* the contact that a new one ends */
	bool behind;                    /* other: whoever is behind the handle that is linked */
	bool has_work, done;
};
void writing_init(struct writing *writing, struct cli *cli, struct desk *desk, const struct operation *op);
void writing_run(struct writing *writing);
/* After a dry run: sends what it built. */
void writing_send(struct writing *writing);
/* Undoes the entry of target; or, of a WHO, the newest of the agent's own that can be. */
void writing_undo(struct writing *writing);
void writing_release(struct writing *writing);
/* "shared", "saved", "lost", "refused", "not saved", "dry-run", "several", "nobody", "already there". */
const char *writing_word(const struct writing *writing);
/* The id of what was asked for; absent where nothing was made. */
struct str writing_id(const struct writing *writing);

/* A case of these by its id, or by its code or the beginning of either; NULL after *err. */
const struct case_state *case_by_word(const struct cases *cases, struct str word, struct err *err);
/* By id, its beginning, its code, or "last" of what waits for this agent: the only one of the operation's type. NULL, err set where several are. */
const struct entry *writing_item(struct writing *writing, struct str word);
/* Runs the loop until the watch has what was asked; false when the loop was stopped. */
bool watch_settle(struct desk *desk, struct store_watch *watch);

#endif
