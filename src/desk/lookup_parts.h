/*
 * What a customer that is opened on a running look-up asks of it, and what the
 * look-up's files share: lookup.c asks the backends, lookup_known.c the store.
 * Backends by their place on the desk.
 */
#ifndef DOSSIER_SRC_DESK_LOOKUP_PARTS_H
#define DOSSIER_SRC_DESK_LOOKUP_PARTS_H

#include <dossier/desk/lookup.h>
#include <dossier/model/person.h>

/* One backend's part. */
struct progress {
	bool failed;
	unsigned running;
	int64_t spent, busy_since;      /* ms of its dead-line used up; steady time since which it is asked */
};

/* The store's part: it is asked what the backends are, and what they said. */
struct lookup_known {
	struct who who;                 /* as read, with what may name something in the store alone */
	struct store_watch *watch;      /* NULL: no store, or the look-up ended */
	bool contact;                   /* the contact that was typed is known, and nobody's yet */
	struct identity *asked;
	size_t n_asked, cap_asked;
};

struct asking;
struct lookup {
	struct desk *desk;
	struct lookup_sink sink;
	struct arena *arena;
	struct who who;
	struct resolve *resolve;
	struct source *sources;         /* one a desk backend */
	struct progress *progress;
	struct asking **askings;
	size_t n_askings, cap_askings;
	unsigned running;
	struct batch **batches;         /* what the backends handed over */
	size_t n_batches, cap_batches;
	struct batch *rows;             /* their items, each once */
	struct lookup_known known;
	bool finished, told, deferred;
};

bool lookup_asks(const struct lookup *lookup, size_t at);
bool lookup_failed(const struct lookup *lookup, size_t at);

void lookup_tell(struct lookup *lookup);
/* Hands out every question there is now, and ends the look-up when there is nothing to wait for. */
void lookup_ask_on(struct lookup *lookup);

/* Fills known.who and asks the store, where there is one. */
void lookup_known_start(struct lookup *lookup);
void lookup_known_end(struct lookup *lookup);
/* What the records name and the store was not asked for yet. */
void lookup_known_ask(struct lookup *lookup);
bool lookup_known_settled(const struct lookup *lookup);
/* Types of identities by which somebody unknown may be kept in the store. */
unsigned lookup_known_types(const struct lookup *lookup);

#endif
