/*
 * One customer, open: a group of records, its profile, and the timeline that
 * fills as backends answer. Pulls and (later) the case store meet here.
 */
#ifndef DOSSIER_DESK_CUSTOMER_H
#define DOSSIER_DESK_CUSTOMER_H

#include <dossier/desk/lookup.h>
#include <dossier/model/profile.h>
#include <dossier/model/timeline.h>

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
const struct source *customer_sources(const struct customer *customer, size_t *n);

#endif
