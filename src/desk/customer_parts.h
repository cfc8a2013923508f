/*
 * What the files of a customer share: customer.c keeps the pulls,
 * customer_known.c what the store knows, customer_shown.c what follows for
 * whoever looks, customer_wrote.c what is written by itself, customer_kept.c
 * copies for when a backend fails.
 */
#ifndef DOSSIER_SRC_DESK_CUSTOMER_PARTS_H
#define DOSSIER_SRC_DESK_CUSTOMER_PARTS_H

#include <dossier/desk/customer.h>

#include "group.h"

struct pull;
struct copying;

/* What one backend answers, while it does, for the copy that is kept. */
struct keeping {
	struct buf rows;
	size_t n;
	int64_t shown_at;               /* when the copy was kept that stands in; 0: none does */
	bool asked;                     /* for a copy, since it failed */
};

/* What the store knows. Folds are NULL while nobody asked for them. */
struct known {
	struct store_watch *watch;      /* NULL: no store */
	struct entries *entries;        /* the watch's, or an empty set of our own */
	struct persons *persons;
	const struct cases *cases;
	struct brief brief;             /* with an arena when it is there */
	int64_t brief_at;
	bool changed;                   /* the group may be another */
	struct identity *asked;
	size_t n_asked, cap_asked;
	struct str *persons_asked;
	size_t n_persons_asked, cap_persons_asked;
	struct str *minted;
	size_t n_minted, cap_minted;
	struct str chosen;              /* absent: by rule */
};

/* An append under way, which may outlive the customer. */
struct writing {
	struct customer *customer;
	struct writing *next;           /* of the same customer */
	struct writing *all, **link;    /* of the same desk */
};

/* What opening leaves behind. */
struct wrote {
	char *how, *reason;
	bool viewed;
	char *taken;                    /* the live transfer whose acceptance was sent; NULL: none */
	size_t ruled;                   /* entries when the rules were last looked at, and one */
	struct writing *writing;        /* those that are waited for */
};

struct customer {
	struct desk *desk;
	struct customer_sink sink;
	const struct lookup *lookup;
	int64_t since;
	bool all;
	struct arena *arena;            /* of every group so far: a pull under way borrows from its own */
	const struct group *given;      /* as the look-up says */
	const struct group *group;      /* as the store says besides */
	const struct group *group_of;   /* the given one that it was made of */
	const struct group *whole;      /* the group, with what the store knows of its persons as records of CASES_BACKEND */
	struct profile profile;
	struct timeline *timeline;
	struct pull *pulls;             /* one a desk backend */
	struct source *sources;
	unsigned running;
	bool finished, told, deferred;
	struct known known;
	struct wrote wrote;
	struct copying *copying;        /* copies that are being fetched */
	struct mask *mask;
	char *mask_contact;             /* whose level the mask has; NULL: none */
	int64_t mask_level;
	bool mask_made;
};

/* "changed", or "done" when there is nothing more to wait for. */
void customer_tell(struct customer *customer);
void customer_check(struct customer *customer);

void known_start(struct customer *customer);
void known_free(struct customer *customer);
/* True when the store has nothing more to say for now. */
bool known_settled(const struct customer *customer);
/* Asks the store for whatever the group names and it was not asked for yet. */
void known_ask(struct customer *customer);
/* The given group as the store sees it, in arena. */
const struct group *known_group(struct customer *customer, struct arena *arena);
/* What the store knows of a person as a record of CASES_BACKEND, in arena; NULL when it is nothing to show. */
const struct record *known_record(struct customer *customer, struct arena *arena, struct str person);
/* Who it is, or the backends' rows, changed: what follows from that goes. */
void known_group_changed(struct customer *customer);
void known_rows_changed(struct customer *customer);
/* As shown, with the store's rows in the timeline. */
void known_fold(struct customer *customer);
/* Now by the shared store's clock. */
int64_t known_now(const struct customer *customer);

void shown_release(struct customer *customer);

/* When all is known: the view, and the rules. True when nothing is waited for. */
bool wrote_finish(struct customer *customer);
void wrote_release(struct customer *customer);

void kept_begin(struct keeping *keeping);
void kept_end(struct keeping *keeping);
void kept_add(struct keeping *keeping, const struct batch *batch);
/* The answer was whole: the copy is put in the place of the one before. */
void kept_keep(struct customer *customer, const char *backend, const struct subject *subject, struct keeping *keeping);
/* The backend failed: its copy is looked for, and customer_stand_in called with it. */
void kept_look(struct customer *customer, size_t at);
void kept_release(struct customer *customer);
void customer_stand_in(struct customer *customer, size_t at, struct batch *batch, int64_t when);

#endif
