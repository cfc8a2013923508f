/* Shared by the files that fold persons. */
#ifndef DOSSIER_MODEL_PERSON_INNER_H
#define DOSSIER_MODEL_PERSON_INNER_H

#include <dossier/model/person.h>

#include <dossier/model/intern.h>

struct pair_fold {
	struct person_pair pair;
	const struct entry **links, **unlinks;  /* heap, in (ord, id) order */
	size_t n_links, cap_links, n_unlinks, cap_unlinks;
};

struct persons {
	struct arena *arena;
	struct json_parser *parser;
	struct entries *entries;
	struct intern erased;
	struct intern hold_keys;        /* its numbers are places in last_hold */
	size_t *last_hold;              /* place + 1 in holds of the newest of this key; 0: none */
	size_t n_last, cap_last;
	struct person_hold *holds;
	size_t n_holds, cap_holds;
	struct intern pair_keys;        /* its numbers are places in folds */
	struct pair_fold *folds;
	size_t n_folds, cap_folds;
	struct person_pair *pairs;
	struct intern assigned;         /* entry ids; its numbers are places in homes */
	struct str *homes;
	size_t n_homes, cap_homes;
	struct intern opened;           /* case ids; its numbers are places in opens */
	const struct entry **opens;
	size_t n_opens, cap_opens;
};

bool person_fact_of(struct arena *arena, struct json_object *data, const struct entry *entry, struct person_fact *out);
struct pair_fold *persons_fold_of(struct persons *persons, struct str a, struct str b, bool make);
void persons_pairs_settle(struct persons *persons);

#endif
