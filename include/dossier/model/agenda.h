/*
 * The agenda: what waits for one agent, from a fold of what is open in the
 * store, the most urgent first and each with its reason. Pure.
 */
#ifndef DOSSIER_MODEL_AGENDA_H
#define DOSSIER_MODEL_AGENDA_H

#include <dossier/model/cases.h>

/* X(NAME, word): in the order of urgency where nothing else decides. */
#define AGENDA_KINDS(X) \
	X(QUESTION, "question")         /* asked of me, my team or my role: somebody's customer waits */ \
	X(ANSWER, "answer")             /* to a question of mine, not used yet: my customer waits */ \
	X(TRANSFER, "transfer")         /* a live customer is handed to me */ \
	X(LATE, "late")                 /* a promise of mine that has passed */ \
	X(DUE, "due")                   /* a promise of mine that is due soon */ \
	X(FREE, "free")                 /* a promise of my team's that nobody keeps, or whose owner is away and it is due */ \
	X(ACCEPT, "accept")             /* a hand-off to accept */ \
	X(OVERDUE, "overdue")           /* for supervisors: a hand-off nobody took, a question nobody answered */ \
	X(PROMISE, "promise")           /* a promise of mine for later */ \
	X(UNWRAPPED, "unwrapped")       /* a contact of mine that ended without a wrap-up */ \
	X(CASE, "case")                 /* a case that I hold, or answer for */ \
	X(DISCREPANCY, "discrepancy")   /* open at my site, or mine and closed since */ \
	X(NOTICE, "notice")             /* for my site or team */
enum agenda_kind {
#define X(name, word) AGENDA_##name,
	AGENDA_KINDS(X)
#undef X
	AGENDA_KIND_COUNT
};
const char *agenda_kind_word(enum agenda_kind kind);
bool agenda_kind_parse(struct str word, enum agenda_kind *kind);

/* Whose desk it is. */
struct agenda_in {
	const struct cases *cases;      /* of everybody: store_ask.open_items, and cases where they are wanted */
	struct str agent, team, site;   /* team and site may be absent */
	unsigned roles;                 /* bits of enum role */
	int64_t now;
	int64_t soon;                   /* ms: house windows: promise; 0: AGENDA_SOON */
	int64_t handoff, question;      /* ms: when one without a due time is overdue; 0: never */
	/* The house's agents, for promises of somebody who is away; none: nobody is known to be. */
	const struct agenda_agent { struct str id, team; bool on; } *agents;
	size_t n_agents;
};
#define AGENDA_SOON (15 * 60 * INT64_C(1000))
#define AGENDA_ANSWERS (24 * 60 * 60 * INT64_C(1000))   /* how long answers and closed discrepancies stay */

struct agenda_item {
	enum agenda_kind kind;
	const struct entry *entry;      /* the promise, hand-off, question ... that it is about */
	struct str person, case_;       /* may be absent */
	struct str text;                /* what it says: as written by people */
	struct str who;                 /* whose, or from whom; may be absent */
	int64_t at;                     /* when it is due, else since when it waits */
	bool late;
	const struct promise *promise;  /* that of the kind; the others NULL */
	const struct handoff *handoff;
	const struct question *question;
	const struct contact *contact;
	const struct case_state *state;
	const struct notice *notice;
	const struct discrepancy *discrepancy;
};
struct agenda {
	struct agenda_item *items;      /* the most urgent first */
	size_t n;
	size_t count[AGENDA_KIND_COUNT], late;  /* for line 1: "1 late 2 to accept" */
};
/* Strings are borrowed from cases. */
void agenda_init(struct agenda *agenda, const struct agenda_in *in);
void agenda_release(struct agenda *agenda);
/*
 * The next thing to do, NULL when nothing presses: notices and discrepancies
 * never do. skip: entries that were passed over. Its reason in words, made of
 * the kind and how late it is: "promise late by 3 h".
 */
const struct agenda_item *agenda_next(const struct agenda *agenda, const struct str *skip, size_t n_skip);
void agenda_reason(const struct agenda_item *item, int64_t now, struct buf *out);
/* The same for a narrow column, never more than AGENDA_BRIEF: "promise late 3 h". */
#define AGENDA_BRIEF 22
void agenda_brief(const struct agenda_item *item, int64_t now, struct buf *out);

#endif
