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
	const struct lookup *lookup;    /* sources that failed there are not pulled again, and dead-lines run on; may be NULL */
};
struct customer_sink {
	void (*changed)(void *arg);
	void (*done)(void *arg);        /* every backend answered or failed; once */
	void *arg;
};
/* The group's records are copied. */
struct customer *customer_open(struct desk *desk, const struct group *group,
			       const struct customer_options *options, const struct customer_sink *sink);
void customer_free(struct customer *customer);
bool customer_done(const struct customer *customer);
const struct group *customer_group(const struct customer *customer);
const struct profile *customer_profile(const struct customer *customer);
struct timeline *customer_timeline(struct customer *customer);
const struct source *customer_sources(const struct customer *customer, size_t *n);

#endif
