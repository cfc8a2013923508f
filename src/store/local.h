/*
 * The private file of one user: what waits to be sent, the working copy of
 * what the shared store said, drafts and other kept things. Everything here
 * runs in the helper thread and may wait for the disk; the facade calls it
 * through tasks.
 *
 * It is opened when something is first wanted of it, and again after a failure
 * that a person can mend (a full disk, a damaged file moved away).
 */
#ifndef DOSSIER_STORE_LOCAL_H
#define DOSSIER_STORE_LOCAL_H

#include <dossier/base/clock.h>
#include <dossier/store/kept.h>

#include "reach.h"
#include "sqlite.h"

#define LOCAL_BUSY_MS 5000     /* another program of the same user may be writing */

struct local {
	struct db *db;
	char *folder, *path;
	char *store, *login;            /* whose outbox, copy and kept things are meant */
	char *keeper;                   /* whose kept things are meant, when not the login's own; NULL */
	int64_t store_no, owner_no;     /* rows of stores and owners */
	int64_t kept_no;                /* the owner of kept things */
	uint64_t device, inode;         /* of the open file: another one may come to stand in its place */
	size_t waiting, refused;        /* of the owner, after every change of the outbox */
	bool gap;                       /* something could not be written: cursors no longer say what is whole */
	bool unclean;                   /* the log may hold words that were erased: another reads it just now */
	struct reach_keys keys;
};
/* folder is made, 0700, when the file is opened; store names the shared store. */
void local_init(struct local *local, const char *folder, const char *store, const char *login);
void local_release(struct local *local);
/* Open and sound; else a sentence with the next step. Call first in every task. */
bool local_ready(struct local *local, struct err *err);
/* A transaction failed: rolled back, and the file given up where it is no longer the right one. Returns false. */
bool local_fail(struct local *local);

/* Rows of the table entries: those of the shared store, and own ones (waiting, or refused). */
#define LOCAL_COLUMNS "e.id, e.v, e.word, e.person, e.case_, e.at, e.ord, e.got, e.epoch, e.author, e.team, e.channel, e.data, e.more"
/* The row a query stands on; strings are borrowed until its next step. False when it is no sound entry. */
bool local_entry(const struct db_query *query, struct entry *out);
/* mine: 0 a copy of the shared store's, else the owner's number, less than 0 when refused. */
bool local_entry_put(struct local *local, const struct entry *entry, int64_t mine, struct err *err);
bool local_entry_drop(struct local *local, struct str id, int64_t mine, struct err *err);
bool local_is_erased(struct local *local, struct str person, bool *erased, struct err *err);

/* The outbox. */
struct local_batch {
	struct local_batch *next;
	int64_t no;
	struct store_rows *rows;
};
/* *erased: a person among them was erased; nothing is kept then. *no is the batch's number. */
bool local_append(struct local *local, const struct entry *entries, size_t n, int64_t at, int64_t *no, bool *erased, struct err *err);
/* All that waits, in order. */
bool local_waiting(struct local *local, struct local_batch **batches, struct err *err);
void local_batches_free(struct local_batch *batches);
/* The shared store has it: out of the outbox, into the working copy; a draft of it goes. */
bool local_sent(struct local *local, const struct entry *entries, size_t n, struct err *err);
/* Kept, with the reason, also when it was not in the outbox before. */
bool local_refused(struct local *local, const struct entry *entries, size_t n, int64_t at, const char *why, struct err *err);
struct local_outbox { struct store_rows *rows; struct str *states, *whys; };
bool local_outbox(struct local *local, struct local_outbox *out, struct err *err);
bool local_outbox_drop(struct local *local, struct str id, bool *there, struct err *err);
bool local_outbox_count(struct local *local, struct err *err);

/* The working copy. What an ask names are its roots: how far each is up to date is remembered by the store's cursor. */
struct local_known {
	struct str since;               /* all roots are whole up to here; absent: not all are, or not alike */
	int64_t heard;                  /* when the oldest of them was; WHEN_NONE: some were never asked for */
};
/* known's text stands in the rows' arena. */
bool local_load(struct local *local, const struct store_ask *ask, int64_t at, struct store_rows *rows, struct local_known *known,
		struct err *err);
/* Entries as the shared store has them; those of erased persons are left out. */
bool local_copy(struct local *local, const struct entry *const *entries, size_t n, int64_t at, struct err *err);
/* From now on the roots are whole up to cursor. */
bool local_roots(struct local *local, const struct store_ask *ask, struct str cursor, int64_t at, struct err *err);
/* All cursors and copies go: they are of a store that is no longer that one. */
bool local_forget(struct local *local, struct err *err);
/* Which store it is; *other: another than the one that was copied from, which is forgotten now. */
bool local_identify(struct local *local, struct str identity, bool *other, struct err *err);
bool local_search(struct local *local, struct str words, size_t limit, struct store_rows *rows, struct err *err);

/* Where erasures and redactions were read up to, when the store was last heard, the greatest ord held. */
struct local_mark { struct str cursor; int64_t heard; uint64_t ord; };
bool local_mark_get(struct local *local, struct arena *arena, struct local_mark *mark, struct err *err);
bool local_mark_put(struct local *local, struct str cursor, int64_t heard, struct err *err);
/* Applies erase and redact entries to everything here, so that the words are in no byte of the file. */
struct local_cleaned { size_t erased, redacted; };
bool local_clean(struct local *local, const struct entry *const *entries, size_t n, struct local_cleaned *cleaned, struct err *err);

/* Tries again to empty the log where that was not possible. */
void local_scrub(struct local *local);

/* From now on for this agent; absent: the login's own. */
bool local_keeper(struct local *local, struct str agent, struct err *err);
/* Kept things. A draft whose entry was written, or whose person was erased, is not kept again. */
bool local_kept_put(struct local *local, const struct kept *kept, int64_t at, bool *erased, struct err *err);
bool local_kept_drop(struct local *local, enum kept_kind kind, struct str key, struct err *err);
/* Items and texts in arena. */
bool local_kept_list(struct local *local, enum kept_kind kind, struct str key, struct str person, struct str who, struct arena *arena,
		     struct kept **items, size_t *n, struct err *err);
/* What was not used since goes: copies of customers, pulls. */
bool local_purge(struct local *local, int64_t before, struct err *err);

#endif
