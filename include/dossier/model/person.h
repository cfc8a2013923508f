/*
 * Persons: who somebody is, folded from link, unlink, assign and erase
 * entries. Pure, and the same for any order of arrival. What it finds are
 * facts for model/resolve, which decides who is one customer.
 *
 * A link of two persons stands if and only if it names ("sees") every unlink
 * of that pair. A link of an identity stands until an unlink that comes after
 * it by (ord, id). No clock is asked what is valid now: an interval is open or
 * it is closed, so clients whose clocks differ show the same.
 */
#ifndef DOSSIER_MODEL_PERSON_H
#define DOSSIER_MODEL_PERSON_H

#include <dossier/model/entry.h>
#include <dossier/model/resolve.h>

struct persons;
/*
 * Folds all entries of the set. They must hold every link, unlink, assign and
 * erase of the persons meant, also those written under the other person's name
 * (person_fact names both). The set is borrowed: it must outlive the fold, and
 * after an add to it the fold is of the past: fold again.
 */
struct persons *persons_fold(struct entries *entries);
void persons_free(struct persons *persons);

/* Tells the resolver all that stands: identities, links, pairs that must never be one. */
void persons_tell(const struct persons *persons, struct resolve *resolve);

/* An identity that a person held or holds. */
struct person_hold {
	struct str person;
	struct identity id;
	int64_t since, until;           /* WHEN_NONE: not stated; until WHEN_NONE and now: holds it still */
	bool now;
	struct str evidence;
	const struct entry *by, *ended; /* the link; the unlink that closed it, or NULL */
};
/* Past and present, in a fixed order; what a mistake joined is not among them. */
const struct person_hold *persons_holds(const struct persons *persons, size_t *n);

struct person_pair {
	struct str a, b;                /* a before b */
	bool linked;                    /* else kept apart */
	struct identity *shared;        /* when kept apart: what both hold and must not join them */
	size_t n_shared;
	const struct entry *link;       /* the newest that stands, or NULL */
	const struct entry *const *unlinks;     /* all of the pair: what a new link must name in sees */
	size_t n_unlinks;
};
const struct person_pair *persons_pairs(const struct persons *persons, size_t *n);
const struct person_pair *persons_pair(const struct persons *persons, struct str a, struct str b);

/* Whom an entry belongs to now: as written, unless assigned to another. Absent when it has none or that person was erased. */
struct str persons_home(const struct persons *persons, const struct entry *entry);
bool persons_erased(const struct persons *persons, struct str person);
/* True when the entry shows on the customer made of these persons. */
bool persons_shows(const struct persons *persons, const struct entry *entry, const struct str *group, size_t n);

/*
 * What was written to either of a pair while they were one customer, for
 * whoever parted them to assign: everything with a home after the two were
 * joined (by their links; where they met by an identity or record, after the
 * later of them was first known) and before the last unlink. Newest first; the
 * array is heap and the caller's.
 */
const struct entry **persons_joint_entries(const struct persons *persons, struct str a, struct str b, size_t *n);

/*
 * What a link, unlink or assign says, for a store's own tables. False for
 * other types and broken data. identity has an empty value when it is about two
 * persons. Strings live in arena.
 */
struct person_fact {
	bool link;                      /* else unlink; neither for assign */
	bool assign;
	struct str person, other;       /* other: the second person; of an assign, whom it was taken from (may be absent) */
	struct identity identity;
	struct str entry;               /* of an assign */
};
bool person_fact(struct arena *arena, const struct entry *entry, struct person_fact *out);

#endif
