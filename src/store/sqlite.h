/*
 * One connection to one SQLite file: opening with the settings that keep what
 * was committed, statements prepared once, transactions, ordered migrations,
 * and every failure as a sentence with the next step. Only files of this
 * folder named sqlite* see the library itself.
 *
 * A connection belongs to one thread at a time. A statement left between step
 * and reset holds the file's past back: read rows out and reset in one go.
 */
#ifndef DOSSIER_STORE_SQLITE_H
#define DOSSIER_STORE_SQLITE_H

#include <dossier/base/err.h>
#include <dossier/base/str.h>

struct db;
struct db_query;

/* What a failure means for whoever would use the file again. */
enum db_health {
	DB_WELL,        /* about the statement, not about the file */
	DB_AWAY,        /* a lock, a full disk, a folder that is not there: may work later */
	DB_REFUSES,     /* will not work as it is: damaged, newer, read-only, on a network, no library to read it */
};

struct db_options {
	const char *path;       /* absolute */
	const char *name;       /* in sentences: "the case store" */
	unsigned mode;          /* of a new file, whatever the umask is */
	int busy;               /* ms to wait for another's commit */
	bool local_only;        /* refuse a network file system */
	int32_t application;    /* whose file it must be, or nobody's: another program's stays as it is, and nothing comes to stand beside it; 0: not looked at */
};
/* NULL with a sentence. Makes the file where there is none; its folder must be there. */
struct db *db_open(const struct db_options *options, enum db_health *health, struct err *err);
void db_close(struct db *db);
/* What the last failure since the last transaction began means. */
enum db_health db_health(const struct db *db);
/* False with a sentence when the file could be opened for reading only: a transaction without a write would not tell. */
bool db_writable(struct db *db, struct err *err);
/* ms to wait for another's commit from now on. */
void db_busy(struct db *db, int ms);

/* Several statements, no rows wanted. */
bool db_exec(struct db *db, const char *sql, struct err *err);

/*
 * A statement, prepared at its first use and kept with the connection. sql
 * must be a constant: it is known again by its address. NULL with a sentence.
 * It comes reset, with nothing bound.
 */
struct db_query *db_query(struct db *db, const char *sql, struct err *err);
/* Places count from 1. What is bound must live until the reset; an absent str is NULL. NULL as query is fine. */
void db_bind_int(struct db_query *query, int place, int64_t value);
void db_bind_str(struct db_query *query, int place, struct str value);
void db_bind_blob(struct db_query *query, int place, const void *data, size_t n);

enum db_step { DB_ROW, DB_DONE, DB_FAILED };
enum db_step db_step(struct db_query *query, struct err *err);  /* a query of NULL has failed already: err is left */
void db_reset(struct db_query *query);
/* Runs a statement whose rows are not wanted, and resets it. */
bool db_run(struct db_query *query, struct err *err);
/* The first row's first column, then reset. False: no row (err->code is 0) or a failure. */
bool db_one_int(struct db_query *query, int64_t *value, struct err *err);
/* Columns count from 0; valid until the next step. NULL is 0 and absent. */
int64_t db_int(const struct db_query *query, int column);
struct str db_str(const struct db_query *query, int column);
struct str db_blob(const struct db_query *query, int column);

/* A write transaction: waits for its turn at once, not at the first write. */
bool db_begin(struct db *db, struct err *err);
/* The same for what can be had again: after a power cut the newest of it may be gone, whole transactions and in order. */
bool db_begin_light(struct db *db, struct err *err);
bool db_commit(struct db *db, struct err *err);         /* rolls back when it fails */
void db_rollback(struct db *db);                        /* nothing when there is none */
/* One moment for several reads. */
bool db_begin_read(struct db *db, struct err *err);
int64_t db_changes(const struct db *db);                /* rows that the last statement changed */
int64_t db_total_changes(const struct db *db);          /* rows that this connection changed, those of the text index too */
int64_t db_last_row(const struct db *db);

/*
 * Steps of a schema, each run once, in order and in a transaction of its own;
 * the file remembers how many were. A file with more steps than are known, or
 * that is of another kind, is refused.
 */
struct db_schema {
	int32_t application;            /* marks the file's kind */
	const char *const *steps;
	size_t n;
};
bool db_migrate(struct db *db, const struct db_schema *schema, struct err *err);
int db_version(const struct db *db);    /* steps that the file has, as of db_migrate */

/* All of the log into the file, and the log cut to nothing. False when others read it just now. */
bool db_checkpoint(struct db *db, struct err *err);

#endif
