/*
 * Running a look-up, and the pulls of a customer, until done: what find, show
 * and timeline share.
 */
#ifndef CLI_PEOPLE_H
#define CLI_PEOPLE_H

#include <dossier/desk/customer.h>

#include "cli.h"

struct people {
	struct desk *desk;              /* set before people_find: borrowed; else one of its own */
	bool own_desk;
	struct lookup *lookup;
	struct customer *customer;      /* with eager, when exactly one was found, or somebody unknown: pulled whole */
	struct present present;
	const char *only;               /* one backend's id; NULL: all */
	const char *how;                /* for the entry that says who was looked at; NULL: none is written */
	bool eager;                     /* set before people_find: open the customer, too */
	bool quick;                     /* set before: who it is and what the store knows is enough, rows of backends are not waited for */
	bool all;                       /* details of the older rows too */
	size_t newest;                  /* rows of the timeline to tell; 0: all */
	int64_t since;                  /* how far back to pull; WHEN_NONE */
	int64_t patience;               /* ms: with somebody open and the store settled, backends are not waited for longer; 0: they are */
	bool keep;                      /* set before: whom it opened stays open, whoever else is found */
	bool borrowed;                  /* the session's look-up and customer */
	bool ended;                     /* the look-up has said its last */
	bool done;
};

/* Looks up; CLI_DONE when it ran to its end, else the exit status after a message. */
int people_find(struct people *people, struct cli *cli, const char *who);
void people_release(struct people *people);
/* How many people it is: 0, 1 or more. One that is open in a session is one, whoever else came later. */
size_t people_found(const struct people *people);

/* Several people: they are named, and why nothing else is done; CLI_SEVERAL. */
int people_several(struct people *people, struct cli *cli, const char *who);
/* Nobody: told in every format; the exit status by how the backends did. */
int people_nobody(struct people *people, struct cli *cli, const char *who);

/* How the backends did, and "masked": the end of every document. */
void people_put_end(struct people *people, const struct fields *f);

/* Where the rows to tell end: behind the newest that the filter keeps. *more (may be NULL): how many it keeps after them. */
size_t people_rows_end(struct people *people, const struct timeline_filter *filter, size_t *more);

/* Of a backend that failed and whose earlier rows stand in: of when they are. False: there are none, or they are new. */
bool people_as_of(const struct desk *desk, const struct source *source, struct buf *when);
/* Names every backend that failed or is partial on standard error. */
void people_say_sources(const struct source *sources, size_t n);
/*
 * The exit status by what was found (groups), and how the backends did:
 * nothing found is 7 when all failed, 3 when some did, 1 when none did.
 */
int people_status(size_t found, const struct source *sources, size_t n);

/* Members of a map, for machine formats: of the customer where there is one, else of the look-up. */
void people_put_sources(struct people *people, const struct fields *f);
void people_put_candidates(struct people *people, const struct fields *f);
void people_put_rows(struct people *people, const struct fields *f);
void people_put_notes(struct people *people, const struct fields *f);
void people_put_customer(struct people *people, const struct fields *f);
/* "brief", "cases", "verified": what the case store and the rows come to. */
void people_put_brief(struct people *people, const struct fields *f);
void people_put_timeline(struct people *people, const struct timeline_filter *filter, const struct fields *f);

/* That nobody was found, or nobody could be asked, on standard error. */
void people_say_nobody(struct people *people, const char *who, int status);

/* "found", "none", "several", "partial" or "failed" for "status" in machine formats. */
const char *people_word(size_t found, const struct source *sources, size_t n);

#endif
