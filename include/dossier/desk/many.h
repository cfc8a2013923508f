/*
 * Many customers, a bounded number of them under way at a time, over the
 * connections of one desk. How many is found out while it runs: never more
 * than asked for, and never so many that a backend's own budget of requests
 * would make the last of them miss its dead-line.
 */
#ifndef DOSSIER_DESK_MANY_H
#define DOSSIER_DESK_MANY_H

#include <dossier/desk/customer.h>

struct many_options {
	int jobs;                       /* most customers under way at a time */
	int parts;                      /* processes that do this list together, each with its share of the budgets; 0: one */
	bool customers;                 /* pull the customer, too, where exactly one was found */
	int64_t since;                  /* how far back to pull; WHEN_NONE */
	bool all;                       /* details of the older rows too */
};

struct many_item {
	void *data;                     /* the caller's */
	struct lookup *lookup;          /* ended; NULL: the text could not be read, and err says why */
	struct customer *customer;      /* ended; NULL: not asked for, or not exactly one */
	struct err err;
};

/* Called from the loop. */
struct many_sink {
	/* The next one: its text (borrowed until next is called again) and the caller's data. False: none can be had now. */
	bool (*next)(void *arg, struct str *who, void **data);
	/* One has ended, in no order; its look-up and customer are freed afterwards. */
	void (*done)(void *arg, const struct many_item *item);
	void *arg;
};

struct many;
struct many *many_new(struct desk *desk, const struct many_options *options, const struct many_sink *sink);
/* next may have something again. */
void many_more(struct many *many);
size_t many_running(const struct many *many);
void many_free(struct many *many);      /* cancels what runs; done is not called for it */

#endif
