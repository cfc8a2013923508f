/*
 * What does not fit, by rule from cases and the folded timeline: said to the
 * agent, never acted upon. Pure.
 */
#ifndef DOSSIER_MODEL_MISFIT_H
#define DOSSIER_MODEL_MISFIT_H

#include <dossier/model/cases.h>
#include <dossier/model/timeline.h>

/* X(NAME, word) */
#define MISFITS(X) \
	X(CHANGED, "changed")           /* an appointment, delivery or pick-up to come, and its order was cancelled, sent back or exchanged */ \
	X(UNPICKED, "unpicked")         /* paid, and for longer than "pick" nobody has acknowledged, packed or sent it */ \
	X(BOUGHT, "bought")             /* a promise is open, and the customer has bought something since */
enum misfit_kind {
#define X(name, word) MISFIT_##name,
	MISFITS(X)
#undef X
	MISFIT_COUNT
};
const char *misfit_word(enum misfit_kind kind);

struct misfit {
	enum misfit_kind kind;
	const struct interaction *row;          /* what does not fit; BOUGHT: what was bought */
	const struct interaction *since;        /* CHANGED: what happened to the order; else NULL */
	const struct promise *promise;          /* BOUGHT; else NULL */
};

#define MISFIT_OLD (30 * 24 * 60 * 60 * INT64_C(1000))  /* what was paid longer ago is nobody's to pick */
struct misfit_in {
	const struct cases *cases;      /* may be NULL: no promises */
	struct timeline *timeline;
	int64_t now;
	int64_t pick;                   /* ms from payment until somebody should have begun; 0: not told of, for not every shop's system says it */
};
struct misfits { struct misfit *items; size_t n; };     /* the most urgent kind first, then newest first; rows are the timeline's */
void misfits_init(struct misfits *misfits, const struct misfit_in *in);
void misfits_release(struct misfits *misfits);

#endif
