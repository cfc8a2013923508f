/*
 * The shared store: what every agent of the house reads and appends to. A
 * table of functions that SQLite fills in (shared_sqlite_new) and PostgreSQL
 * can. Everything is asked from the loop's thread and answered from the loop,
 * never from inside the call, each call exactly once; an implementation may
 * answer several calls in any order, but appends in the order they were made.
 *
 * Positions in the order of arrival are opaque texts (cursors), because not
 * every store can number what it receives.
 */
#ifndef DOSSIER_STORE_SHARED_H
#define DOSSIER_STORE_SHARED_H

#include <dossier/model/entry.h>
#include <dossier/model/identity.h>
#include <dossier/net/work.h>

/* Entries on their way between threads and stores: all strings stand in the arena. */
struct store_rows {
	struct arena *arena;
	struct entry *entries;          /* heap */
	size_t n;
	struct str cursor;              /* where to go on; absent: nothing new to go on from */
	bool more;                      /* the limit was met: ask again from cursor */
};
/* Empty, with its arena, in which it stands itself: so that one call frees it, and one that is a member of something else. */
struct store_rows *store_rows_new(void);
void store_rows_free(struct store_rows *rows);  /* NULL is fine */

/*
 * What is wanted; the parts are joined by "or". Whoever is named brings all
 * that is needed to fold them: every person that holds or held one of the
 * identities, those linked with them or parted from them, those who hold a
 * common record or personal identity, all their entries, and every entry that
 * is about one of these (redact, assign, answer, contact.end, verify ...), also
 * when it is written under somebody else's name or nobody's. Of very many
 * entries (200,000) only some come, each person's newest first, with more set.
 */
struct store_ask {
	const struct identity *identities;
	size_t n_identities;
	const struct str *persons;
	size_t n_persons;
	const struct str *ids;          /* of entries, cases or contacts; or a code (case_code): of a case, also its beginning; of any entry, whole */
	size_t n_ids;
	/*
	 * What is open for anybody: hand-offs offered, promises, questions,
	 * contacts not wrapped up, notices, discrepancies, pops, each with all
	 * entries about it. Without the rest of their persons. A pop is open
	 * for an hour, a contact for 30 days, a notice until its end.
	 */
	bool open_items;
};

enum shared_health {
	SHARED_WELL,
	SHARED_AWAY,            /* cannot be reached now: a disk, a host, a lock; it is tried again */
	SHARED_REFUSES,         /* will not work as it is: corrupt, of a newer version, read-only, a network file system */
};

struct shared_status {
	enum shared_health health;
	struct err err;                 /* when not well: a sentence with the next step */
	int64_t offset;                 /* of its clock to ours, ms */
	int64_t entries, unindexed;     /* what it holds; what the text index has not reached; -1: not known */
	int version;                    /* of its schema; 0: not known */
	char id[40];                    /* given when it was made; empty: not known. Another one: what was copied from the former is worth nothing */
};

/* One entry of an append, as it was stored: ord clamped, got and epoch given. */
enum shared_result {
	SHARED_STORED,          /* now, or the same was there before */
	SHARED_LOST,            /* a claim whose slot was taken: entry is the winner */
	SHARED_REFUSED,         /* err says why: the same id with other bytes, an erased person, a right */
	SHARED_FAILED,          /* nothing of the batch was stored, it may be sent again: err says why */
};
struct shared_append_reply {
	enum shared_result result;      /* of the batch: the worst of its entries; a batch is stored whole or not at all */
	struct store_rows rows;         /* as stored, in the order given; for SHARED_LOST the winners */
	struct err err;
};
typedef void shared_append_fn(void *arg, struct shared_append_reply *reply);     /* rows are freed after it returns */
typedef void shared_rows_fn(void *arg, struct store_rows *rows, const struct err *err);  /* rows move to the receiver, NULL on an error */
typedef void shared_status_fn(void *arg, const struct shared_status *status);
typedef void shared_text_fn(void *arg, const struct str *values, size_t n, const struct err *err);

/* A row of a feed, as JSON that backend wrote and reads again; keys are typed identities it is found by. */
struct feed_row { struct str id, data; const struct str *keys; size_t n_keys; int64_t loaded; };
struct feed_count { size_t stored, same; };
typedef void shared_feed_fn(void *arg, const struct feed_row *rows, size_t n, const struct feed_count *count, const struct err *err);

struct shared;
struct shared_ops {
	void (*status)(struct shared *shared, shared_status_fn *fn, void *arg);
	void (*append)(struct shared *shared, const struct entry *entries, size_t n, shared_append_fn *fn, void *arg);
	/* since: only what arrived after that cursor (but persons are found among all). */
	void (*load)(struct shared *shared, const struct store_ask *ask, struct str since, shared_rows_fn *fn, void *arg);
	/*
	 * What arrived after the cursor, in order of arrival, at most limit; an
	 * absent cursor: nothing but the present end; an empty one: from the
	 * beginning. types: a bit an entry_type, 0 for all. Cheap when nothing came: asked each second.
	 */
	void (*poll)(struct shared *shared, struct str cursor, uint64_t types, size_t limit, shared_rows_fn *fn, void *arg);
	/*
	 * Every word must stand in an entry's texts, the last as a beginning of
	 * two letters or more (a single letter there is left out, a space after
	 * it makes it whole); newest first.
	 */
	void (*search)(struct shared *shared, struct str words, size_t limit, shared_rows_fn *fn, void *arg);
	/* Entries of these types that happened in [since, until), oldest first, for reports; cursor goes on. */
	void (*walk)(struct shared *shared, uint64_t types, int64_t since, int64_t until, struct str cursor, size_t limit,
		     shared_rows_fn *fn, void *arg);
	/* House settings that the store holds: a value, or absent. */
	void (*setting_get)(struct shared *shared, struct str name, shared_text_fn *fn, void *arg);
	void (*setting_put)(struct shared *shared, struct str name, struct str value, shared_text_fn *fn, void *arg);
	void (*feed_put)(struct shared *shared, struct str feed, const struct feed_row *rows, size_t n, shared_feed_fn *fn, void *arg);
	void (*feed_find)(struct shared *shared, struct str feed, struct str key, size_t limit, shared_feed_fn *fn, void *arg);
	/*
	 * Deletes entries of a type that happened before; persons in keep
	 * (a legal hold) are spared. values[0] is the count.
	 */
	void (*retain)(struct shared *shared, enum entry_type type, int64_t before, const struct str *keep, size_t n_keep,
		       shared_text_fn *fn, void *arg);
	/* Upkeep in small pieces when nobody waits: text index, checkpoint. */
	void (*tend)(struct shared *shared);
	/* What was asked is answered at once, with an error where need be, and nothing after it; before work_free. */
	void (*free)(struct shared *shared);
};
struct shared { const struct shared_ops *ops; };

/*
 * A SQLite file that all agents of one host may share. Returns at once; it is
 * opened, and made where there is none, in the helper thread. path is absolute.
 */
struct shared *shared_sqlite_new(struct work *work, const struct clock *clock, const char *path);

#endif
