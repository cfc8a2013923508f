/*
 * What the house's rules make of what is known: a case opens again because its
 * customer came back, a hand-off that nobody accepted in time ends. Whoever sees
 * it appends it; made by rule, it is the same entry whoever that is.
 */
#ifndef DOSSIER_DESK_RULES_H
#define DOSSIER_DESK_RULES_H

#include <dossier/desk/desk.h>
#include <dossier/model/cases.h>
#include <dossier/model/timeline.h>

struct rules_in {
	struct desk *desk;
	struct entries *entries;        /* what is there already is not made again */
	const struct cases *cases;
	struct timeline *timeline;      /* with the store's rows; NULL: nothing reopens */
	int64_t now;                    /* by the shared store's clock */
};
/* Entries to append, each alone, for a lost claim must not take others along: *out in arena. */
size_t rules_due(const struct rules_in *in, struct arena *arena, struct entry **out);

#endif
