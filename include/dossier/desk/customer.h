/*
 * One customer, open: a group of records, its profile, and the timeline that
 * fills as backends answer. Pulls and (later) the case store meet here.
 */
#ifndef DOSSIER_DESK_CUSTOMER_H
#define DOSSIER_DESK_CUSTOMER_H

#include <dossier/desk/lookup.h>
#include <dossier/model/profile.h>
#include <dossier/model/brief.h>
#include <dossier/model/timeline.h>
#include <dossier/model/verify.h>

struct customer;
struct customer_options {
	int64_t since;                  /* WHEN_NONE: as far as page caps allow */
	bool all;                       /* also the details that a connector asks for the newest rows only */
	/*
	 * Sources that failed there are not pulled again, and dead-lines run
	 * on. May still be running: then only those backends are pulled that
	 * it is not asking. Must outlive the customer. May be NULL.
	 */
	const struct lookup *lookup;
};
/* Called from the loop; either may free the customer. */
struct customer_sink {
	void (*changed)(void *arg);
	void (*done)(void *arg);        /* every backend answered or failed and no look-up runs; again after an update */
	void *arg;
};
/* The group's records are copied. */
struct customer *customer_open(struct desk *desk, const struct group *group,
			       const struct customer_options *options, const struct customer_sink *sink);
/*
 * The look-up went on: the group as it is now. A backend whose records or
 * identities in it are others than before is pulled anew. So a face may open
 * the likely customer at once, and say at the end who it really was.
 */
void customer_update(struct customer *customer, const struct group *group);
void customer_free(struct customer *customer);
bool customer_done(const struct customer *customer);
const struct group *customer_group(const struct customer *customer);
const struct profile *customer_profile(const struct customer *customer);
struct timeline *customer_timeline(struct customer *customer);

/*
 * What the store knows of this customer, folded from all that came so far;
 * valid until the next change or turn of the loop. NULL without a store.
 */
const struct store_watch *customer_watch(const struct customer *customer);
struct entries *customer_entries(struct customer *customer);
const struct persons *customer_persons(struct customer *customer);
const struct cases *customer_cases(struct customer *customer);
/* Of the chosen case, or of the one to show first. Never NULL; right with no store and no rows too. */
const struct brief *customer_brief(struct customer *customer);
/* A case's id; absent: by rule again. */
void customer_choose(struct customer *customer, struct str case_);
/* The agent's own live contact with this customer, or NULL. */
const struct contact *customer_contact(struct customer *customer);
/* As of now; of the live contact. */
void customer_verified(struct customer *customer, struct verified *out);
/* Which fields are closed, by the house, the role and what was verified; owned by the customer. */
struct mask *customer_mask(struct customer *customer);
const struct source *customer_sources(const struct customer *customer, size_t *n);

#endif
