/*
 * SQLite is loaded by the first who opens a file, in a helper thread: before
 * the first frame and before the first request nobody waits for it, and
 * commands without a store never do. These have its names and types, so
 * sqlite.c includes its header and sees no difference.
 */
#include <dlfcn.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include <dossier/base/mem.h>

#define LIBRARY "libsqlite3.so.0"
#define MISSING SQLITE_NOTFOUND  /* no call that is used here says that */

/* What they give, where there is no library too; name, parameters, arguments. */
#define CALLS(X) \
	X(int, SQLITE_ERROR, sqlite3_bind_blob64, (sqlite3_stmt *s, int i, const void *p, sqlite3_uint64 n, void (*f)(void *)), (s, i, p, n, f)) \
	X(int, SQLITE_ERROR, sqlite3_bind_int64, (sqlite3_stmt *s, int i, sqlite3_int64 value), (s, i, value)) \
	X(int, SQLITE_ERROR, sqlite3_bind_text, (sqlite3_stmt *s, int i, const char *p, int n, void (*f)(void *)), (s, i, p, n, f)) \
	X(int, SQLITE_ERROR, sqlite3_busy_timeout, (sqlite3 *db, int ms), (db, ms)) \
	X(sqlite3_int64, 0, sqlite3_changes64, (sqlite3 *db), (db)) \
	X(int, SQLITE_ERROR, sqlite3_clear_bindings, (sqlite3_stmt *s), (s)) \
	X(int, SQLITE_OK, sqlite3_close, (sqlite3 *db), (db)) \
	X(const void *, NULL, sqlite3_column_blob, (sqlite3_stmt *s, int i), (s, i)) \
	X(int, 0, sqlite3_column_bytes, (sqlite3_stmt *s, int i), (s, i)) \
	X(sqlite3_int64, 0, sqlite3_column_int64, (sqlite3_stmt *s, int i), (s, i)) \
	X(const unsigned char *, NULL, sqlite3_column_text, (sqlite3_stmt *s, int i), (s, i)) \
	X(int, SQLITE_NULL, sqlite3_column_type, (sqlite3_stmt *s, int i), (s, i)) \
	X(int, -1, sqlite3_db_readonly, (sqlite3 *db, const char *name), (db, name)) \
	X(int, MISSING, sqlite3_errcode, (sqlite3 *db), (db)) \
	X(const char *, library->why, sqlite3_errmsg, (sqlite3 *db), (db)) \
	X(int, SQLITE_ERROR, sqlite3_exec, \
	  (sqlite3 *db, const char *sql, int (*row)(void *, int, char **, char **), void *arg, char **why), (db, sql, row, arg, why)) \
	X(int, SQLITE_OK, sqlite3_finalize, (sqlite3_stmt *s), (s)) \
	X(int, 1, sqlite3_get_autocommit, (sqlite3 *db), (db)) \
	X(sqlite3_int64, 0, sqlite3_last_insert_rowid, (sqlite3 *db), (db)) \
	X(int, MISSING, sqlite3_open_v2, (const char *path, sqlite3 **db, int flags, const char *vfs), (path, db, flags, vfs)) \
	X(int, SQLITE_ERROR, sqlite3_prepare_v3, \
	  (sqlite3 *db, const char *sql, int n, unsigned flags, sqlite3_stmt **s, const char **rest), (db, sql, n, flags, s, rest)) \
	X(int, SQLITE_ERROR, sqlite3_reset, (sqlite3_stmt *s), (s)) \
	X(int, SQLITE_ERROR, sqlite3_step, (sqlite3_stmt *s), (s)) \
	X(sqlite3_int64, 0, sqlite3_total_changes64, (sqlite3 *db), (db))

struct library {
#define FIELD(type, none, name, parameters, ...) type (*name) parameters;
	CALLS(FIELD)
	int (*sqlite3_db_config)(sqlite3 *db, int option, ...);
	bool here;
	char why[160];          /* it is not */
};

static bool take(struct library *library, void *handle, const char *name, void *place)
{
	void *symbol = dlsym(handle, name);

	memcpy(place, &symbol, sizeof(symbol));
	if (!symbol)
		snprintf(library->why, sizeof(library->why), LIBRARY " is older than 3.37 and has no %s", name);
	return symbol != NULL;
}

static struct library *load(void)
{
	struct library *library = mem_zalloc(sizeof(*library));
	void *handle = dlopen(LIBRARY, RTLD_LAZY | RTLD_LOCAL);

	if (!handle)
		snprintf(library->why, sizeof(library->why), "%s", dlerror());
#define TAKE(type, none, name, ...) && take(library, handle, #name, &library->name)
	library->here = handle && take(library, handle, "sqlite3_db_config", &library->sqlite3_db_config) CALLS(TAKE);
	return library;
}

/* A process has it once. Threads that ask at the same time may all load it, which is harmless; the first to be ready is believed. */
static const struct library *have(void)
{
	static _Atomic(struct library *) loaded;
	struct library *first = atomic_load(&loaded), *mine;

	if (first)
		return first;
	mine = load();
	if (atomic_compare_exchange_strong(&loaded, &first, mine))
		return mine;
	free(mine);
	return first;
}

#define DEFINE(type, none, name, parameters, arguments) \
	type (name) parameters \
	{ \
		const struct library *library = have(); \
		return library->here ? library->name arguments : (type)(none); \
	}
CALLS(DEFINE)

/* All options that are used here switch something on or off. */
int (sqlite3_db_config)(sqlite3 *db, int option, ...)
{
	const struct library *library = have();
	va_list ap;
	int on, *was;

	va_start(ap, option);
	on = va_arg(ap, int);
	was = va_arg(ap, int *);
	va_end(ap);
	return library->here ? library->sqlite3_db_config(db, option, on, was) : SQLITE_ERROR;
}
