/* A watch, as its files see it: what it holds, whom it follows, what is still asked for. */
#ifndef DOSSIER_STORE_WATCH_H
#define DOSSIER_STORE_WATCH_H

#include "store_inner.h"

struct fetch;
struct store_watch {
	struct store_watch *next;
	struct store *store;
	struct store_watch_sink sink;
	struct arena *arena;
	struct entries *entries;
	struct held **held;
	size_t n_held, cap_held;
	struct store_ask **asks;
	size_t n_asks, cap_asks;
	struct intern persons;          /* followed: whatever is about them belongs here */
	struct intern keys;             /* "u:" of entries held and ids asked for, buckets of identities that lead to persons */
	struct str *missing;            /* followed, but not fetched yet */
	size_t n_missing, cap_missing;
	struct reach_keys of;           /* of the entry just looked at */
	struct fetch *fetches;
	size_t fetching;
	bool open_items;
	bool settled, stale;            /* stale: the shared store could not be asked */
	bool changed, tell_settled;
	struct str rooted;              /* the cursor that was written down for all that was asked; empty: not the same for all */
	int64_t heard;                  /* how old what the private file gave is; WHEN_NONE: it knew nothing */
};

/* Entries that came for this watch: all are taken. whole: they bring everything of the persons they lead to. */
void watch_take(struct store_watch *watch, struct held *held, bool whole);
/* Entries of anybody: takes those that belong here, and marks them in taken (may be NULL). */
void watch_offer(struct store_watch *watch, struct held *held, bool *taken);
/* What is followed and was never fetched becomes an ask; false when there is none. */
bool watch_missing(struct store_watch *watch, struct store_ask *ask);

/* What was asked is whole in the private file up to there. */
void watch_rooted(struct store_watch *watch, struct str cursor);

void fetch_start(struct store_watch *watch, const struct store_ask *ask, bool whole);
void fetch_drop(struct store_watch *watch);     /* the watch goes: what still comes is for nobody */
/* Writes entries of held down into the working copy; which NULL: all. */
void copy_down(struct store *store, struct held *held, const bool *which);
void roots_down(struct store *store, const struct store_ask *ask, struct str cursor);

#endif
