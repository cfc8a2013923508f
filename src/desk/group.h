/*
 * A group copied to outlive the look-up that found it, and what of it one
 * backend is asked for.
 */
#ifndef DOSSIER_SRC_DESK_GROUP_H
#define DOSSIER_SRC_DESK_GROUP_H

#include <dossier/backend/plan.h>
#include <dossier/model/resolve.h>

const struct group *group_copy(struct arena *arena, const struct group *group);

/* Of two made of the same facts: the same records, persons and reasons. */
bool group_same(const struct group *a, const struct group *b);

struct subject {
	const struct record **records;
	size_t n_records;
	struct identity *ids;
	size_t n_ids;
};
/* In arena, borrowing from group. False when no pull of the plan has anything to ask by. */
bool subject_of(struct arena *arena, const struct group *group, const char *backend, const struct plan *plan, struct subject *out);
/* The same records and identities, in whatever order. */
bool subject_same(const struct subject *a, const struct subject *b);

#endif
