/*
 * What is kept for one agent alone, in the private file: drafts, parked
 * customers, cached pulls. Each is a text under a key of its kind, with whom
 * it is about, so that an erasure finds it.
 */
#ifndef DOSSIER_STORE_KEPT_H
#define DOSSIER_STORE_KEPT_H

#include <dossier/store/store.h>

enum kept_kind {
	KEPT_DRAFT,             /* key: the id of the entry it becomes */
	KEPT_PARKED,
	KEPT_PULL,              /* a backend's rows of a customer: key "BACKEND IDENTITY"; goes by age */
	KEPT_KIND_COUNT
};
struct kept {
	enum kept_kind kind;
	struct str key;
	struct str person, case_;       /* may be absent */
	const struct str *who;          /* typed identities it is about */
	size_t n_who;
	struct str data;
	int64_t at;                     /* when it was kept; given by the store */
};
typedef void kept_done_fn(void *arg, const struct err *err);     /* err: code 0 when it is on disk */
typedef void kept_list_fn(void *arg, const struct kept *kept, size_t n, const struct err *err);

/*
 * For whom from now on: who signs on at another's log-in has things of their
 * own. Absent: the log-in's own. In turn with what was handed over before.
 */
void kept_for(struct store *store, struct str agent);

/* fn is called once, unless the store is freed first. */
void kept_put(struct store *store, const struct kept *kept, kept_done_fn *fn, void *arg);
void kept_drop(struct store *store, enum kept_kind kind, struct str key, kept_done_fn *fn, void *arg);
/* One by its key, or with an absent key all of the kind; of a person or identity when those are given. Newest first. */
void kept_list(struct store *store, enum kept_kind kind, struct str key, struct str person, struct str who,
	       kept_list_fn *fn, void *arg);

#endif
