/*
 * The shared file as the helper thread sees it: opened when first needed and
 * again after trouble, read in one moment, written in turn. Nothing here knows
 * of the loop.
 */
#ifndef DOSSIER_STORE_SQLITE_VAULT_H
#define DOSSIER_STORE_SQLITE_VAULT_H

#include <sys/types.h>

#include <dossier/base/clock.h>
#include <dossier/store/shared.h>

#include "sqlite.h"
#include "sqlite_queue.h"

#define FLAG_FAR 1      /* something of another person, or of nobody, says of this entry or is said of by it */
#define FLAG_WORDS 2    /* belongs in the text index */
#define FLAG_HOME 4     /* its type has a home of its own (HAS_HOME) */

extern const struct db_schema vault_schema;

struct vault {
	const struct clock *clock;
	char *path;
	struct db *db;                  /* NULL: not open */
	struct queue *queue;
	struct json_parser *parser;
	enum db_health health;          /* of the last thing that was tried */
	struct err err;
	dev_t dev;
	ino_t ino;
	char store[33];                 /* what cursors of this file begin with */
	int64_t seen_version, seen_end; /* of poll: unchanged while the former is */
	int64_t tail_from, tail_to;     /* what the temporary index of the tail holds */
	int64_t indexed_hint;           /* a place in the order of arrival at which this process indexes */
	bool due;                       /* upkeep is wanted */
};

struct vault *vault_new(const struct clock *clock, const char *path);
void vault_free(struct vault *vault);
/* Opens it where it is not open, or another file stands there now. */
bool vault_ready(struct vault *vault, struct err *err);
/* In turn, ready, and in a write transaction; ended with its success, which may turn to failure. */
bool vault_begin(struct vault *vault, struct err *err);
bool vault_end(struct vault *vault, bool good, struct err *err);
/* Ready and in one moment for reading. */
bool vault_look(struct vault *vault, struct err *err);
void vault_looked(struct vault *vault);
void vault_status(struct vault *vault, struct shared_status *status);
bool vault_meta(struct vault *vault, const char *name, int64_t *value, struct err *err);
bool vault_meta_set(struct vault *vault, const char *name, int64_t value, struct err *err);
/* The greatest place in the order of arrival that was ever given; 0: none. */
bool vault_last(struct vault *vault, int64_t *seq, struct err *err);

/* 16 bytes of a UUID in small letters; false and zeros for anything else. */
struct uid { unsigned char b[16]; };
bool uid_read(struct str text, struct uid *out);
struct str uid_text(struct arena *arena, const void *bytes);
void uid_bind(struct db_query *query, int place, const struct uid *uid);        /* NULL is NULL */

/* A place in the order of arrival as text, and read again: 0 when it is of another file, or beyond the end. */
struct str vault_cursor(const struct vault *vault, struct arena *arena, int64_t seq);
int64_t vault_place(const struct vault *vault, struct str cursor, int64_t end);

/* Rows of entries out of a statement that selects ENTRY_COLUMNS of entries AS e. */
#define ENTRY_COLUMNS \
	"e.seq, e.flags, e.type, e.id, e.person, e.\"case\", e.v, e.at, e.ord, e.got, e.epoch, e.author, e.team, e.channel, e.data, e.more"
#define COLUMN_SEQ 0
#define COLUMN_FLAGS 1
#define COLUMN_TYPE 2
#define COLUMN_ID 3
#define COLUMN_PERSON 4
#define COLUMN_CASE 5
#define COLUMN_DATA 14
struct row_list { struct store_rows *rows; size_t cap; };
/* The last entry read shares its names with the one before. An entry that cannot be read is passed over: NULL. */
const struct entry *vault_row(struct row_list *list, struct db_query *query);
/* True when a row's type is among the bits. */
bool vault_row_wanted(struct db_query *query, uint64_t types);

/* sqlite_append.c: fills *reply, whose arena is there. */
void vault_append(struct vault *vault, const struct entry *entries, size_t n, struct shared_append_reply *reply);
/* sqlite_load.c, sqlite_poll.c, sqlite_words.c */
bool vault_load(struct vault *vault, const struct store_ask *ask, struct str since, struct store_rows *rows, struct err *err);
bool vault_poll(struct vault *vault, struct str cursor, uint64_t types, size_t limit, struct store_rows *rows, struct err *err);
bool vault_walk(struct vault *vault, uint64_t types, int64_t since, int64_t until, struct str cursor, size_t limit,
		struct store_rows *rows, struct err *err);
bool vault_search(struct vault *vault, struct str words, size_t limit, struct store_rows *rows, struct err *err);

/* sqlite_words.c: one batch of entries into the text index; *left: how many the index has not reached. */
bool vault_index(struct vault *vault, int64_t *left, struct err *err);
/* The texts of an entry's data, a line each. */
void vault_text(struct vault *vault, struct str data, struct buf *out);
/* Takes a row out of the text index, where it is in it; inside a write transaction. */
bool vault_unindex(struct vault *vault, int64_t seq, struct str data, int64_t indexed, struct err *err);
bool vault_index_one(struct vault *vault, int64_t seq, struct str data, struct err *err);

/* sqlite_erase.c: inside a write transaction. What is left of the words goes with vault_scrub. */
bool vault_erase(struct vault *vault, const struct uid *persons, size_t n, int64_t seq, struct err *err);
bool vault_redact(struct vault *vault, const struct uid *id, struct err *err);
/* Outside: the index made anew and the log cut off, so that erased words are in no byte of the files. */
bool vault_scrub(struct vault *vault, struct err *err);
bool vault_retain(struct vault *vault, enum entry_type type, int64_t before, const struct str *keep, size_t n_keep, int64_t *count,
		  struct err *err);

/* sqlite_feed.c */
bool vault_setting_get(struct vault *vault, struct arena *arena, struct str name, struct str *value, struct err *err);
bool vault_setting_put(struct vault *vault, struct str name, struct str value, struct err *err);
bool vault_feed_put(struct vault *vault, struct str feed, const struct feed_row *rows, size_t n, struct feed_count *count, struct err *err);
bool vault_feed_find(struct vault *vault, struct arena *arena, struct str feed, struct str key, size_t limit, struct feed_row **rows,
		     size_t *n, struct err *err);
/* Upkeep in one small piece; false when nothing is left to do. */
bool vault_tend(struct vault *vault);

#endif
