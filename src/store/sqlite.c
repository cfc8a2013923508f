#include "sqlite.h"

#include <libintl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

#include <dossier/base/buf.h>
#include <dossier/base/mem.h>

#include "sqlite_file.h"

struct db_query {
	struct db *db;
	const char *sql;
	sqlite3_stmt *stmt;
};

struct db {
	sqlite3 *handle;
	char *path, *name;
	enum db_health health;
	int version;
	bool light;             /* this transaction is not flushed by itself */
	struct db_query **queries;
	size_t n_queries, cap_queries;
};

/* What to tell, and what it means; the first %s is what failed, the second the library's own words. */
static const struct trouble {
	int code;
	enum err_code err;
	enum db_health health;
	const char *says;
} troubles[] = {
	{ SQLITE_BUSY, ERR_TIMEOUT, DB_AWAY, "%s is held by another program; it is tried again" },
	{ SQLITE_LOCKED, ERR_TIMEOUT, DB_AWAY, "%s is held by another program; it is tried again" },
	{ SQLITE_FULL, ERR_IO, DB_AWAY, "%s cannot grow: the disk is full; make room there, and it goes on by itself" },
	{ SQLITE_IOERR, ERR_IO, DB_AWAY, "%s cannot be read or written: %s; look after its disk (df, dmesg)" },
	{ SQLITE_CANTOPEN, ERR_IO, DB_AWAY, "%s cannot be opened: %s; is its folder there, and may you write in it?" },
	{ SQLITE_PERM, ERR_IO, DB_REFUSES, "%s may not be opened: ask for the rights of its group" },
	{ SQLITE_READONLY, ERR_IO, DB_REFUSES, "%s may be read but not written; ask for write rights to it and to its folder (chmod g+w, or the group)" },
	{ SQLITE_CORRUPT, ERR_IO, DB_REFUSES, "%s is damaged: %s; put a copy aside, then bring back a backup or save what is left with: sqlite3 OLD .recover" },
	{ SQLITE_NOTFOUND, ERR_CONFIG, DB_REFUSES, "%s needs the library SQLite, which cannot be loaded (%s); install it (libsqlite3-0, or sqlite-libs), then start dossier again" },
	{ SQLITE_NOTADB, ERR_IO, DB_REFUSES, "%s is no store of dossier: %s; move that file away, or name another in the configuration" },
};

/* What failed stands for the first %s, the library's words for the second. */
static char *put_words(const char *says, const char *thing, const char *why)
{
	struct buf text;

	buf_init(&text, 4096);
	for (const char *at = strstr(says, "%s"); at; at = strstr(says, "%s")) {
		buf_add(&text, says, (size_t)(at - says));
		buf_adds(&text, thing);
		thing = why;
		says = at + 2;
	}
	buf_adds(&text, says);
	return buf_take(&text);
}

static bool fail_as(struct db *db, int code, struct err *err)
{
	char thing[300];

	snprintf(thing, sizeof(thing), "%s %s", db->name, db->path);
	for (size_t i = 0; i < sizeof(troubles) / sizeof(*troubles); i++) {
		const struct trouble *trouble = &troubles[i];
		char *says;

		if (trouble->code != code)
			continue;
		db->health = trouble->health;
		says = put_words(gettext(trouble->says), thing, sqlite3_errmsg(db->handle));
		err_set(err, trouble->err, "%s", says);
		free(says);
		return false;
	}
	db->health = DB_WELL;
	return err_set(err, ERR_SHAPE, "%s: %s", thing, sqlite3_errmsg(db->handle));
}

static bool fail(struct db *db, struct err *err)
{
	return fail_as(db, sqlite3_errcode(db->handle) & 0xFF, err);
}

static bool version_read(struct db *db, int64_t *version, struct err *err)
{
	return db_one_int(db_query(db, "PRAGMA user_version", err), version, err);
}

/* Ours, or nobody's yet. */
static bool is_ours(struct db *db, int32_t wanted, struct err *err)
{
	int64_t application = 0, version = 0, tables = 0;

	if (!db_one_int(db_query(db, "PRAGMA application_id", err), &application, err))
		return false;
	if (application == wanted)
		return true;
	if (!version_read(db, &version, err) || !db_one_int(db_query(db, "SELECT count(*) FROM sqlite_schema", err), &tables, err))
		return false;
	if (!application && !version && !tables)
		return true;
	db->health = DB_REFUSES;
	return err_set(err, ERR_CONFIG, "%s %s is a file of another program; name another in the configuration", db->name, db->path);
}

/* Whose it is comes first: a log beside it changes the file for whoever has it. */
static bool pragmas(struct db *db, const struct db_options *options, struct err *err)
{
	struct db_query *query;
	bool wal;

	sqlite3_busy_timeout(db->handle, options->busy);
	sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(db->handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	if (options->application && !is_ours(db, options->application, err))
		return false;
	query = db_query(db, "PRAGMA journal_mode=WAL", err);
	wal = db_step(query, err) == DB_ROW && str_is(db_str(query, 0), "wal");
	db_reset(query);
	if (!wal) {
		if (err && err->code == ERR_NONE) {
			db->health = DB_REFUSES;
			err_set(err, ERR_IO, "%s %s cannot keep a log beside it, which its disk must allow", db->name, db->path);
		}
		return false;
	}
	return db_exec(db, "PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-4000; PRAGMA journal_size_limit=8388608",
		       err);
}

struct db *db_open(const struct db_options *options, enum db_health *health, struct err *err)
{
	const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
	struct db *db;
	bool good;

	*health = DB_WELL;
	err_clear(err);
	if (options->local_only && !sqlite_file_local(options->path, options->name, err)) {
		*health = DB_REFUSES;
		return NULL;
	}
	if (!sqlite_file_make(options->path, options->name, options->mode, err)) {
		*health = DB_AWAY;
		return NULL;
	}
	db = mem_zalloc(sizeof(*db));
	db->path = mem_strdup(options->path);
	db->name = mem_strdup(options->name);
	good = sqlite3_open_v2(db->path, &db->handle, flags, NULL) == SQLITE_OK || fail(db, err);
	if (!good || !pragmas(db, options, err)) {
		*health = db->health == DB_WELL ? DB_AWAY : db->health;
		db_close(db);
		return NULL;
	}
	return db;
}

void db_close(struct db *db)
{
	if (!db)
		return;
	for (size_t i = 0; i < db->n_queries; i++) {
		sqlite3_finalize(db->queries[i]->stmt);
		free(db->queries[i]);
	}
	free(db->queries);
	sqlite3_close(db->handle);
	free(db->path);
	free(db->name);
	free(db);
}

enum db_health db_health(const struct db *db)
{
	return db->health;
}

bool db_writable(struct db *db, struct err *err)
{
	return sqlite3_db_readonly(db->handle, "main") != 1 || fail_as(db, SQLITE_READONLY, err);
}

void db_busy(struct db *db, int ms)
{
	sqlite3_busy_timeout(db->handle, ms);
}

bool db_exec(struct db *db, const char *sql, struct err *err)
{
	return sqlite3_exec(db->handle, sql, NULL, NULL, NULL) == SQLITE_OK || fail(db, err);
}

struct db_query *db_query(struct db *db, const char *sql, struct err *err)
{
	struct db_query *query;
	sqlite3_stmt *stmt = NULL;

	for (size_t i = 0; i < db->n_queries; i++) {
		if (db->queries[i]->sql == sql) {
			db_reset(db->queries[i]);
			return db->queries[i];
		}
	}
	if (sqlite3_prepare_v3(db->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt, NULL) != SQLITE_OK) {
		fail(db, err);
		return NULL;
	}
	query = mem_zalloc(sizeof(*query));
	*query = (struct db_query){ db, sql, stmt };
	MEM_ROOM(db->queries, db->n_queries, db->cap_queries);
	return db->queries[db->n_queries++] = query;
}

void db_bind_int(struct db_query *query, int place, int64_t value)
{
	if (query)
		sqlite3_bind_int64(query->stmt, place, value);
}

void db_bind_str(struct db_query *query, int place, struct str value)
{
	if (query && value.p)
		sqlite3_bind_text(query->stmt, place, value.p, (int)value.n, SQLITE_STATIC);
}

void db_bind_blob(struct db_query *query, int place, const void *data, size_t n)
{
	if (query && data)
		sqlite3_bind_blob64(query->stmt, place, data, n, SQLITE_STATIC);
}

enum db_step db_step(struct db_query *query, struct err *err)
{
	int code;

	if (!query)
		return DB_FAILED;
	code = sqlite3_step(query->stmt);
	if (code == SQLITE_ROW)
		return DB_ROW;
	if (code == SQLITE_DONE)
		return DB_DONE;
	fail(query->db, err);
	return DB_FAILED;
}

void db_reset(struct db_query *query)
{
	if (!query)
		return;
	sqlite3_reset(query->stmt);
	sqlite3_clear_bindings(query->stmt);
}

bool db_run(struct db_query *query, struct err *err)
{
	enum db_step step;

	do
		step = db_step(query, err);
	while (step == DB_ROW);
	db_reset(query);
	return step == DB_DONE;
}

bool db_one_int(struct db_query *query, int64_t *value, struct err *err)
{
	enum db_step step = db_step(query, err);

	if (step == DB_ROW)
		*value = db_int(query, 0);
	else if (step == DB_DONE)
		err_clear(err);
	db_reset(query);
	return step == DB_ROW;
}

int64_t db_int(const struct db_query *query, int column)
{
	return sqlite3_column_int64(query->stmt, column);
}

struct str db_str(const struct db_query *query, int column)
{
	const char *text = (const char *)sqlite3_column_text(query->stmt, column);

	return str_make(text, (size_t)sqlite3_column_bytes(query->stmt, column));
}

struct str db_blob(const struct db_query *query, int column)
{
	const char *data = sqlite3_column_blob(query->stmt, column);
	size_t n = (size_t)sqlite3_column_bytes(query->stmt, column);

	if (!data && sqlite3_column_type(query->stmt, column) != SQLITE_NULL)
		data = "";
	return str_make(data, n);
}

/* Whatever is written next is flushed again. Returns false. */
static bool heavy_again(struct db *db)
{
	if (db->light)
		db_exec(db, "PRAGMA synchronous=FULL", NULL);
	db->light = false;
	return false;
}

bool db_begin(struct db *db, struct err *err)
{
	db->health = DB_WELL;
	return db_run(db_query(db, "BEGIN IMMEDIATE", err), err);
}

bool db_begin_light(struct db *db, struct err *err)
{
	if (!db_exec(db, "PRAGMA synchronous=NORMAL", err))
		return false;
	db->light = true;
	return db_begin(db, err) || heavy_again(db);
}

bool db_begin_read(struct db *db, struct err *err)
{
	db->health = DB_WELL;
	return db_run(db_query(db, "BEGIN DEFERRED", err), err);
}

bool db_commit(struct db *db, struct err *err)
{
	if (!db_run(db_query(db, "COMMIT", err), err)) {
		db_rollback(db);
		return false;
	}
	heavy_again(db);
	return true;
}

void db_rollback(struct db *db)
{
	enum db_health health = db->health;

	if (!sqlite3_get_autocommit(db->handle))
		db_run(db_query(db, "ROLLBACK", NULL), NULL);
	heavy_again(db);
	db->health = health;
}

int64_t db_changes(const struct db *db)
{
	return sqlite3_changes64(db->handle);
}

int64_t db_total_changes(const struct db *db)
{
	return sqlite3_total_changes64(db->handle);
}

int64_t db_last_row(const struct db *db)
{
	return sqlite3_last_insert_rowid(db->handle);
}

/* What is in the way of using the file, before anything is changed in it. */
static bool kind_fits(struct db *db, const struct db_schema *schema, int64_t version, struct err *err)
{
	if (!is_ours(db, schema->application, err))
		return false;
	if (version > (int64_t)schema->n) {
		db->health = DB_REFUSES;
		return err_set(err, ERR_CONFIG, "%s %s is of version %d and this program knows no later than %zu; update dossier on this host",
			       db->name, db->path, (int)version, schema->n);
	}
	return true;
}

/* Another program may have come first: what is left to do is read again inside the transaction. */
static bool migrate_one(struct db *db, const struct db_schema *schema, int64_t *version, struct err *err)
{
	char mark[120];
	bool good;

	if (!db_begin(db, err))
		return false;
	good = version_read(db, version, err) && kind_fits(db, schema, *version, err);
	if (good && *version < (int64_t)schema->n) {
		snprintf(mark, sizeof(mark), "PRAGMA application_id=%d; PRAGMA user_version=%d", (int)schema->application,
				 (int)*version + 1);
		good = db_exec(db, schema->steps[*version], err) && db_exec(db, mark, err);
	}
	if (good && db_commit(db, err)) {
		if (*version < (int64_t)schema->n)
			++*version;
		return true;
	}
	db_rollback(db);
	return false;
}

bool db_migrate(struct db *db, const struct db_schema *schema, struct err *err)
{
	int64_t version = 0;

	if (!version_read(db, &version, err) || !kind_fits(db, schema, version, err))
		return false;
	while (version < (int64_t)schema->n) {
		if (!migrate_one(db, schema, &version, err))
			return false;
	}
	db->version = (int)version;
	return true;
}

int db_version(const struct db *db)
{
	return db->version;
}

bool db_checkpoint(struct db *db, struct err *err)
{
	struct db_query *query = db_query(db, "PRAGMA wal_checkpoint(TRUNCATE)", err);
	bool good = db_step(query, err) == DB_ROW && db_int(query, 0) == 0;

	db_reset(query);
	return good;
}
