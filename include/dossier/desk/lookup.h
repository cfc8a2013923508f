/*
 * Look-up: who is this? Carries model/resolve's questions to the backends and
 * their answers back, all at once, until none is left or every dead-line has
 * passed. Each backend has one dead-line for the whole look-up and the pull
 * after it; the time in which it is not being asked does not count, so a slow
 * system never eats the time of a quick one. One that failed is not asked
 * again.
 */
#ifndef DOSSIER_DESK_LOOKUP_H
#define DOSSIER_DESK_LOOKUP_H

#include <dossier/desk/desk.h>
#include <dossier/model/resolve.h>

struct lookup;
/* Called from the loop; either may free the look-up. */
struct lookup_sink {
	void (*changed)(void *arg);     /* lookup_result may have changed; any number of times */
	void (*done)(void *arg);        /* once, last; the result may have changed too */
	void *arg;
};
/* False with *err for text that cannot be read (ERR_USAGE); nothing is called then. */
struct lookup *lookup_start(struct desk *desk, struct str who, const struct lookup_sink *sink, struct err *err);
void lookup_free(struct lookup *lookup);        /* cancels what still runs */
bool lookup_done(const struct lookup *lookup);
const struct who *lookup_who(const struct lookup *lookup);
const struct resolve_result *lookup_result(struct lookup *lookup);
/*
 * When nobody was found: somebody unknown, who may still have called. A group
 * without records, to be opened by what was typed at backends that know no
 * customers. NULL when no reading is such an identity.
 */
const struct group *lookup_stranger(struct lookup *lookup);
/* One a backend that is on, in the desk's order. */
const struct source *lookup_sources(const struct lookup *lookup, size_t *n);
/* Some backend, or the case store, is asked for such an identity. False: a search for it cannot find anybody. */
bool lookup_finds(const struct lookup *lookup, const struct identity *id);
/* What is left of the backend's dead-line in ms, never below 0. */
int64_t lookup_left(const struct lookup *lookup, const struct desk_backend *backend);
/* What the found elements themselves were (an order found by its number): borrowed, may be empty, each once. */
struct batch *lookup_rows(struct lookup *lookup);

#endif
