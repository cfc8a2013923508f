#include "local.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <dossier/base/home.h>
#include <dossier/base/mem.h>

#define FILE_NAME "private.db"
#define APPLICATION 0x64736C70  /* "dslp" */

static const char *const steps[] = {
	"CREATE TABLE stores (no INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, cursor TEXT, heard INTEGER) STRICT;"
	"CREATE TABLE owners (no INTEGER PRIMARY KEY, store INTEGER NOT NULL REFERENCES stores, login TEXT NOT NULL, UNIQUE (store, login)) STRICT;"
	/* mine: 0 what the shared store has; else the owner whose words these are, less than 0 when they were refused */
	"CREATE TABLE entries (store INTEGER NOT NULL, id TEXT NOT NULL, mine INTEGER NOT NULL, v INTEGER NOT NULL, word TEXT NOT NULL,"
	" person TEXT, case_ TEXT, at INTEGER NOT NULL, ord INTEGER NOT NULL, got INTEGER, epoch INTEGER NOT NULL, author TEXT, team TEXT,"
	" channel TEXT, data TEXT NOT NULL, more TEXT, PRIMARY KEY (store, id, mine)) STRICT;"
	"CREATE INDEX entries_ord ON entries (store, ord);"
	"CREATE INDEX entries_word ON entries (store, word);"
	"CREATE TABLE keys (store INTEGER NOT NULL, key TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (store, key, id)) STRICT, WITHOUT ROWID;"
	"CREATE INDEX keys_id ON keys (store, id);"
	"CREATE TABLE outbox (seq INTEGER PRIMARY KEY AUTOINCREMENT, owner INTEGER NOT NULL REFERENCES owners, batch INTEGER NOT NULL,"
	" id TEXT NOT NULL, at INTEGER NOT NULL, why TEXT, UNIQUE (owner, id)) STRICT;"
	"CREATE TABLE roots (store INTEGER NOT NULL, key TEXT NOT NULL, cursor TEXT NOT NULL, heard INTEGER NOT NULL, used INTEGER NOT NULL,"
	" PRIMARY KEY (store, key)) STRICT, WITHOUT ROWID;"
	"CREATE TABLE persons (store INTEGER NOT NULL, person TEXT NOT NULL, used INTEGER NOT NULL, PRIMARY KEY (store, person)) STRICT, WITHOUT ROWID;"
	"CREATE TABLE erased (store INTEGER NOT NULL, person TEXT NOT NULL, PRIMARY KEY (store, person)) STRICT, WITHOUT ROWID;"
	"CREATE TABLE kept (no INTEGER PRIMARY KEY, owner INTEGER NOT NULL REFERENCES owners, kind INTEGER NOT NULL, key TEXT NOT NULL,"
	" person TEXT, case_ TEXT, data TEXT NOT NULL, at INTEGER NOT NULL, UNIQUE (owner, kind, key)) STRICT;"
	"CREATE INDEX kept_at ON kept (kind, at);"
	"CREATE TABLE kept_who (no INTEGER NOT NULL, who TEXT NOT NULL, PRIMARY KEY (no, who)) STRICT, WITHOUT ROWID;"
	"CREATE INDEX kept_who_who ON kept_who (who);",
	"ALTER TABLE stores ADD COLUMN identity TEXT",
};
static const struct db_schema schema = { APPLICATION, steps, sizeof(steps) / sizeof(*steps) };

void local_init(struct local *local, const char *folder, const char *store, const char *login)
{
	*local = (struct local){
		.folder = mem_strdup(folder), .path = mem_printf("%s/" FILE_NAME, folder), .store = mem_strdup(store),
		.login = mem_strdup(login),
	};
}

static void file_close(struct local *local)
{
	db_close(local->db);
	local->db = NULL;
}

void local_release(struct local *local)
{
	file_close(local);
	reach_keys_release(&local->keys);
	free(local->folder);
	free(local->path);
	free(local->store);
	free(local->login);
	free(local->keeper);
}

/* Each part of the folder's path that is missing is made, for its owner alone. */
static bool folder_make(const char *folder, struct err *err)
{
	char *path = mem_strdup(folder);
	struct stat st;
	bool good = home_folders(path);

	free(path);
	good = good && (mkdir(folder, 0700) == 0 || errno == EEXIST);
	if (!good || stat(folder, &st) < 0 || !S_ISDIR(st.st_mode)) {
		return err_set(err, ERR_IO, "the folder %s cannot be made: %s; make it, or name another in XDG_STATE_HOME; what is typed is not saved until then",
			       folder, strerror(good ? ENOTDIR : errno));
	}
	if ((st.st_mode & 077) && st.st_uid == geteuid())
		chmod(folder, st.st_mode & 0700);
	return true;
}

struct number { const char *make, *find; };

static bool find_number(struct local *local, const char *sql, int64_t of, const char *name, int64_t *no, struct err *err)
{
	struct db_query *query = db_query(local->db, sql, err);

	db_bind_int(query, 1, of);
	db_bind_str(query, 2, str_of(name));
	return db_one_int(query, no, err);
}

/* The row of a name, made where there is none. */
static bool number_of(struct local *local, const struct number *number, int64_t of, const char *name, int64_t *no, struct err *err)
{
	struct db_query *query;

	if (find_number(local, number->find, of, name, no, err))
		return true;
	if (err->code != ERR_NONE)
		return false;
	query = db_query(local->db, number->make, err);
	db_bind_int(query, 1, of);
	db_bind_str(query, 2, str_of(name));
	return db_run(query, err) && find_number(local, number->find, of, name, no, err);
}

static bool numbers(struct local *local, struct err *err)
{
	static const struct number store = {
		"INSERT OR IGNORE INTO stores (name) SELECT ?2 WHERE ?1 = 0", "SELECT no FROM stores WHERE ?1 = 0 AND name = ?2",
	};
	static const struct number owner = {
		"INSERT OR IGNORE INTO owners (store, login) VALUES (?1, ?2)", "SELECT no FROM owners WHERE store = ?1 AND login = ?2",
	};

	char *keeper;
	bool good;

	if (!number_of(local, &store, 0, local->store, &local->store_no, err) ||
	    !number_of(local, &owner, local->store_no, local->login, &local->owner_no, err))
		return false;
	local->kept_no = local->owner_no;
	if (!local->keeper)
		return true;
	/* no log-in has a new line in it */
	keeper = mem_printf("%s\n%s", local->login, local->keeper);
	good = number_of(local, &owner, local->store_no, keeper, &local->kept_no, err);
	free(keeper);
	return good;
}

bool local_keeper(struct local *local, struct str agent, struct err *err)
{
	free(local->keeper);
	local->keeper = agent.n ? str_dup(agent) : NULL;
	return !local->db || numbers(local, err) || local_fail(local);
}

/* Somebody was killed, or is at work: what they erased may still stand in the log. */
static bool log_left(const struct local *local)
{
	char *log = mem_printf("%s-wal", local->path);
	struct stat st;
	bool left = stat(log, &st) == 0 && st.st_size > 0;

	free(log);
	return left;
}

static bool file_open(struct local *local, struct err *err)
{
	const struct db_options options = {
		.path = local->path, .name = "the private file", .mode = 0600, .busy = LOCAL_BUSY_MS, .local_only = true,
		.application = APPLICATION,
	};
	enum db_health health;
	struct stat st;

	if (!folder_make(local->folder, err))
		return false;
	local->db = db_open(&options, &health, err);
	if (!local->db)
		return false;
	if (stat(local->path, &st) == 0) {
		local->device = (uint64_t)st.st_dev;
		local->inode = (uint64_t)st.st_ino;
	}
	err_clear(err);
	local->unclean = log_left(local);
	/* a customer of years is read again in one go */
	if (db_exec(local->db, "PRAGMA cache_size=-16000", err) && db_migrate(local->db, &schema, err) && numbers(local, err) && local_outbox_count(local, err))
		return true;
	file_close(local);
	return false;
}

/* A file that was moved away or replaced takes what is written with it. */
static bool still_there(const struct local *local)
{
	struct stat st;

	return stat(local->path, &st) == 0 && (uint64_t)st.st_dev == local->device && (uint64_t)st.st_ino == local->inode;
}

bool local_ready(struct local *local, struct err *err)
{
	err_clear(err);
	if (local->db && !still_there(local))
		file_close(local);
	return local->db || file_open(local, err);
}

bool local_fail(struct local *local)
{
	if (!local->db)
		return false;
	db_rollback(local->db);
	if (db_health(local->db) == DB_REFUSES)
		file_close(local);
	return false;
}


bool local_entry(const struct db_query *query, struct entry *out)
{
	struct str got = db_str(query, 7);
	struct err err;

	*out = (struct entry){
		.id = db_str(query, 0), .v = (uint32_t)db_int(query, 1), .word = db_str(query, 2), .person = db_str(query, 3),
		.case_ = db_str(query, 4), .at = db_int(query, 5), .ord = (uint64_t)db_int(query, 6),
		.got = got.p ? db_int(query, 7) : WHEN_NONE, .epoch = (uint32_t)db_int(query, 8), .author = db_str(query, 9),
		.team = db_str(query, 10), .channel = db_str(query, 11), .data = db_str(query, 12), .more = db_str(query, 13),
	};
	return entry_adopt(out, &err);
}

static bool keys_put(struct local *local, const struct entry *entry, struct err *err)
{
	struct arena *arena = arena_new();
	bool good = true;

	reach_keys(&local->keys, arena, entry);
	for (size_t i = 0; good && i < local->keys.n; i++) {
		struct db_query *query = db_query(local->db, "INSERT OR IGNORE INTO keys (store, key, id) VALUES (?1, ?2, ?3)", err);

		db_bind_int(query, 1, local->store_no);
		db_bind_str(query, 2, local->keys.keys[i]);
		db_bind_str(query, 3, entry->id);
		good = db_run(query, err);
	}
	arena_free(arena);
	return good;
}

bool local_entry_put(struct local *local, const struct entry *entry, int64_t mine, struct err *err)
{
	struct db_query *query = db_query(local->db,
		"INSERT OR REPLACE INTO entries (store, id, mine, v, word, person, case_, at, ord, got, epoch, author, team, channel, data, more)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)", err);

	db_bind_int(query, 1, local->store_no);
	db_bind_str(query, 2, entry->id);
	db_bind_int(query, 3, mine);
	db_bind_int(query, 4, entry->v);
	db_bind_str(query, 5, entry->word);
	db_bind_str(query, 6, entry->person);
	db_bind_str(query, 7, entry->case_);
	db_bind_int(query, 8, entry->at);
	db_bind_int(query, 9, (int64_t)entry->ord);
	if (entry->got != WHEN_NONE)
		db_bind_int(query, 10, entry->got);
	db_bind_int(query, 11, entry->epoch);
	db_bind_str(query, 12, entry->author);
	db_bind_str(query, 13, entry->team);
	db_bind_str(query, 14, entry->channel);
	db_bind_str(query, 15, entry->data);
	db_bind_str(query, 16, entry->more);
	return db_run(query, err) && keys_put(local, entry, err);
}

bool local_entry_drop(struct local *local, struct str id, int64_t mine, struct err *err)
{
	struct db_query *query = db_query(local->db, "DELETE FROM entries WHERE store = ?1 AND id = ?2 AND mine = ?3", err);

	db_bind_int(query, 1, local->store_no);
	db_bind_str(query, 2, id);
	db_bind_int(query, 3, mine);
	if (!db_run(query, err))
		return false;
	query = db_query(local->db, "DELETE FROM keys WHERE store = ?1 AND id = ?2 AND NOT EXISTS"
			 " (SELECT 1 FROM entries e WHERE e.store = ?1 AND e.id = ?2)", err);
	db_bind_int(query, 1, local->store_no);
	db_bind_str(query, 2, id);
	return db_run(query, err);
}

bool local_is_erased(struct local *local, struct str person, bool *erased, struct err *err)
{
	struct db_query *query;
	int64_t count = 0;

	*erased = false;
	if (!person.p)
		return true;
	query = db_query(local->db, "SELECT count(*) FROM erased WHERE store = ?1 AND person = ?2", err);
	db_bind_int(query, 1, local->store_no);
	db_bind_str(query, 2, person);
	if (!db_one_int(query, &count, err))
		return false;
	*erased = count > 0;
	return true;
}
