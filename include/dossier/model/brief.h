/*
 * The brief: WANTS, TRIED, PROMISED, NEXT and EFFORT, by rule from cases and
 * the folded timeline (the store's own rows, cases_rows, among them). The same
 * input gives the same brief; a face forms the sentences. Pure.
 *
 * Free text of agents is never counted. An inbound row belongs to the case
 * chosen for it, else to the only one open at its start or end, else it is loose.
 * Without a chosen case the brief is of the loose contacts, back from the
 * newest as long as no gap is longer than "loose"; one that is live begins no gap.
 * TRIED counts what was done, EFFORT what the customer had to do: a contact that
 * goes on is a coming back and one more contact, but nothing that was tried yet,
 * unless codes say so. One that nobody ended within a day went on no longer.
 * Words of a solved case are not what is wanted, nor are words from more than
 * "loose" before it was opened; what a hand-off asked for that was taken before
 * its case was solved is not what is next.
 */
#ifndef DOSSIER_MODEL_BRIEF_H
#define DOSSIER_MODEL_BRIEF_H

#include <dossier/model/cases.h>
#include <dossier/model/timeline.h>

#define BRIEF_WINDOW (7 * 24 * 60 * 60 * INT64_C(1000))
#define BRIEF_LOOSE (14 * 24 * 60 * 60 * INT64_C(1000))

struct brief_in {
	const struct cases *cases;
	struct timeline *timeline;
	struct str case_;               /* chosen; absent: none */
	int64_t now;
	int64_t window, loose;          /* ms of the house; 0: BRIEF_WINDOW, BRIEF_LOOSE */
	struct money hour;              /* what an hour of handling costs; no currency: not known */
	const struct money *lifetime;   /* of the profile, passed through beside the cost */
	size_t n_lifetime;
};

enum brief_wants { WANTS_NOT_STATED, WANTS_CASE, WANTS_WORDS };         /* words: the customer's own, to be quoted */
enum brief_verdict {
	VERDICT_NONE,
	VERDICT_BACK_EACH,      /* an inbound contact within the window after each */
	VERDICT_BACK,           /* after some: "back" says how many */
	VERDICT_HELPED,         /* last before the case was solved, and it stayed so for the window */
};
enum brief_tried { TRIED_CODE, TRIED_OUTCOME, TRIED_VISIT, TRIED_NOT_STATED };  /* outcome: no code was given, only how it ended */

struct brief_item {
	enum brief_tried kind;
	struct str code;                /* of a visit: the place's name or id, of the last; may be absent */
	size_t n, back;
	int64_t first, last;
	enum brief_verdict verdict;
};

#define BRIEF_CURRENCIES 4
struct brief {
	struct arena *arena;
	const struct case_state *of;    /* the chosen case, or NULL */
	enum brief_wants wants;
	struct str wants_text;
	const struct interaction *wants_row;    /* of words */
	const struct brief_item *tried; /* codes, most used first; then visits; then what was not stated */
	size_t n_tried;
	const struct promise *promised; /* earliest open one of all of the customer's, or NULL */
	size_t more_promised;
	const struct entry *next;       /* a next, or a hand-off whose next it is; NULL: not stated */
	struct str next_text;
	/* effort */
	size_t contacts, channels, transfers, repeats;
	int64_t days;                   /* whole ones from the first contact to the solution, or to now */
	int64_t handling;               /* ms */
	struct money cost[BRIEF_CURRENCIES];    /* handling at the house's rate, refunds, discounts, goodwill */
	size_t n_cost;
	const struct money *lifetime;
	size_t n_lifetime;
	const struct timeline_row *const *rows; /* the contacts that were counted, newest first; valid as the timeline's rows are */
	size_t n_rows;
};
void brief_init(struct brief *brief, const struct brief_in *in);
void brief_release(struct brief *brief);

/* True for a contact that the customer began: what counts as coming back. */
bool brief_inbound(const struct timeline_row *row);

/* The case to show first: of those not solved the one last touched; absent: none. */
struct str brief_choose(const struct cases *cases);
/*
 * Loose contacts of the last "loose" before at, newest first: what opening a
 * case offers, all ticked. Heap, the caller's.
 */
const struct timeline_row **brief_loose(const struct brief_in *in, int64_t at, size_t *n);

#endif
