/*
 * Look-up: who is this? Carries model/resolve's questions to the backends and
 * their answers back, all at once, until none is left or every dead-line has
 * passed. Each backend has one absolute dead-line for the whole look-up.
 */
#ifndef DOSSIER_DESK_LOOKUP_H
#define DOSSIER_DESK_LOOKUP_H

#include <dossier/desk/desk.h>
#include <dossier/model/resolve.h>

struct lookup;
struct lookup_sink {
	void (*changed)(void *arg);     /* lookup_result may have changed; any number of times */
	void (*done)(void *arg);        /* once, last */
	void *arg;
};
/* False with *err for text that cannot be read (ERR_USAGE); nothing is called then. */
struct lookup *lookup_start(struct desk *desk, struct str who, const struct lookup_sink *sink, struct err *err);
void lookup_free(struct lookup *lookup);        /* cancels what still runs */
bool lookup_done(const struct lookup *lookup);
const struct who *lookup_who(const struct lookup *lookup);
const struct resolve_result *lookup_result(struct lookup *lookup);
/* One a backend that is on, in the desk's order. */
const struct source *lookup_sources(const struct lookup *lookup, size_t *n);
/* What the found elements themselves were (an order found by its number): borrowed, may be empty. */
struct batch *lookup_rows(struct lookup *lookup);

#endif
