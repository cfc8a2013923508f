/* Shared by the files of the facade; all of it belongs to the loop's thread but "local", which is the helper's. */
#ifndef DOSSIER_STORE_STORE_INNER_H
#define DOSSIER_STORE_STORE_INNER_H

#include <dossier/store/store.h>

#include "bell.h"
#include "local.h"

/* Rows that several hold: watches, what is being written down. */
struct held { size_t refs; struct store_rows *rows; };
struct held *held_new(struct store_rows *rows);        /* takes them */
struct held *held_ref(struct held *held);
void held_unref(struct held *held);

/*
 * Something to do with the private file: run in the helper thread when the
 * file is open, done from the loop, which frees the task. With err set done
 * finds nothing that run was to make.
 */
struct task {
	struct store *store;
	void (*run)(struct task *task, struct local *local);
	void (*done)(struct task *task);
	bool writes;
	int64_t at;                     /* when it was handed over */
	struct err err;
	size_t waiting, refused;
};
void store_task(struct store *store, struct task *task);

/* A batch on its way to the shared store. */
struct send {
	struct send *next;
	struct store *store;
	struct held *held;
	struct store_append_sink sink;          /* fn NULL: of an earlier run */
	bool claim;
};

struct syncing { struct syncing *next; store_sync_fn *fn; void *arg; size_t sent, refused, erased, redacted; bool flushed, polled; };

struct store {
	struct loop *loop;
	const struct clock *clock;
	struct log *log;
	struct work *work;                      /* of the private file */
	struct work *shared_work;               /* its own, so that what is typed never waits behind others' commits; NULL with a store given */
	struct local local;
	struct shared *shared;
	int64_t poll_ms, keep;
	struct ord_clock ord;

	struct store_state state;
	struct store_state_sink state_sink;
	bool opened, heard, away, broken, closing;
	bool telling;                           /* store_tell is deferred */
	bool state_changed;
	struct err away_err, broken_err;
	struct timer *mend;                     /* while broken: tries again */

	struct send *queue, **queue_last;
	struct send *sending;
	size_t sent_total, refused_total;

	struct store_watch *watches;
	struct str cursor;                      /* heap; absent before the first answer */
	bool caught_up;                         /* erasures since the last run were read */
	bool polling, poll_again;
	size_t unsettled;                       /* tasks that a sync waits for */
	struct timer *poll_timer;
	int64_t polled_at;                      /* steady */
	char *path;                             /* of the shared file; NULL: a store was given */
	struct bell *bell;                      /* NULL: none yet, or none to be had */
	bool wants_bell;                        /* looks go on, so whoever writes should be heard */
	size_t polled_rows;                     /* in all */
	size_t polls, failures;
	int64_t marked;                         /* when the cursor was last written down */
	size_t erased_total, redacted_total;
	struct syncing *syncs;
};

/* What an answer of the shared store says of it; err NULL or with code 0: well. */
void store_heard(struct store *store, const struct err *err);
void store_state_update(struct store *store);
/* What was noted for watches and the state's sink is told in the next turn. */
void store_tell(struct store *store);
void store_see(struct store *store, const struct store_rows *rows);

/* outbox.c */
void outbox_opened(struct store *store, struct local_batch *batches);  /* takes them */
void outbox_flush(struct store *store);
void outbox_reload(struct store *store);        /* what other runs left */
void outbox_release(struct store *store);

/* watch.c and fetch.c */
void watches_offer(struct store *store, struct held *held, bool copy);  /* entries of anybody, or own ones; copy: those that matter are written down */
void watches_returned(struct store *store);     /* the shared store is back */
void watches_reload(struct store *store);       /* all anew: nothing that was copied holds any more */
void watches_forget(struct store *store, const struct str *ids, size_t n);      /* refused, or of an erased person */
void watches_erase(struct store *store, const struct store_rows *rows);
void watches_tell(struct store *store);

/* poll.c */
void poll_start(struct store *store, struct str cursor);
void poll_soon(struct store *store, int64_t delay);
void poll_wake(struct store *store);
/* Which store was found; empty: one that does not know our cursor. */
void poll_identify(struct store *store, const char *id);
void sync_look(struct store *store);
/* Writes down how far erasures were read, when that was long ago. */
void poll_mark(struct store *store);
void poll_release(struct store *store);

#endif
