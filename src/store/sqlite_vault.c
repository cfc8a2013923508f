#include "sqlite_vault.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sqlite_file.h"

#define MAKING_MS 3000  /* a new store is there by then */
#define BUSY_MS 3000    /* after the queue there is hardly anybody to wait for */

struct vault *vault_new(const struct clock *clock, const char *path)
{
	struct vault *vault = mem_zalloc(sizeof(*vault));

	vault->clock = clock;
	vault->path = mem_strdup(path);
	vault->parser = json_parser_new();
	return vault;
}

static void close_it(struct vault *vault)
{
	db_close(vault->db);
	queue_free(vault->queue);
	vault->db = NULL;
	vault->queue = NULL;
	vault->seen_version = vault->tail_from = vault->tail_to = 0;
}

void vault_free(struct vault *vault)
{
	if (!vault)
		return;
	close_it(vault);
	json_parser_free(vault->parser);
	free(vault->path);
	free(vault);
}

static bool store_read(struct vault *vault, struct err *err)
{
	struct db_query *query = db_query(vault->db, "SELECT value FROM meta WHERE name='store'", err);
	bool good = db_step(query, err) == DB_ROW;

	if (good)
		snprintf(vault->store, sizeof(vault->store), "%.*s", STR_ARG(db_str(query, 0)));
	db_reset(query);
	return good;
}

static bool open_once(struct vault *vault, struct err *err)
{
	const struct db_options options = { vault->path, "the case store", 0660, BUSY_MS, true, vault_schema.application };
	struct stat st;

	vault->db = db_open(&options, &vault->health, err);
	if (!vault->db)
		return false;
	if (!db_migrate(vault->db, &vault_schema, err) || !store_read(vault, err) || stat(vault->path, &st) < 0) {
		vault->health = db_health(vault->db) == DB_WELL ? DB_AWAY : db_health(vault->db);
		db_close(vault->db);
		vault->db = NULL;
		return false;
	}
	vault->dev = st.st_dev;
	vault->ino = st.st_ino;
	vault->due = true;
	return true;
}

/*
 * A new store is made by one while the others wait: SQLite refuses who comes
 * while the log is being set up, and half a store looks like another
 * program's. What fails is tried once more after whoever makes it.
 */
static bool open_it(struct vault *vault, struct err *err)
{
	struct stat st;
	bool made, good;

	sqlite_file_home(vault->path);
	made = stat(vault->path, &st) == 0 && st.st_size > 0;
	/* beside what may be another program's nothing is made; whoever makes a store has made its queue before */
	vault->queue = made ? queue_find(vault->path) : queue_new(vault->path, 0660);
	if (!made)
		queue_enter(vault->queue, MAKING_MS);
	good = open_once(vault, err);
	if (!good && made && queue_enter(vault->queue, MAKING_MS)) {
		err_clear(err);
		good = open_once(vault, err);
	}
	queue_leave(vault->queue);
	if (!good) {
		close_it(vault);
	} else if (!queue_works(vault->queue)) {
		queue_free(vault->queue);
		vault->queue = queue_new(vault->path, 0660);
	}
	return good;
}

/* A backup was put in its place, or it is gone: what is open belongs to nobody any more. */
static bool replaced(const struct vault *vault)
{
	struct stat st;

	return stat(vault->path, &st) < 0 || st.st_dev != vault->dev || st.st_ino != vault->ino;
}

static bool ready(struct vault *vault, struct err *err)
{
	if (vault->db && (db_health(vault->db) == DB_REFUSES || replaced(vault)))
		close_it(vault);
	return vault->db || open_it(vault, err);
}

bool vault_ready(struct vault *vault, struct err *err)
{
	err_clear(err);
	if (ready(vault, err))
		return true;
	vault->err = *err;
	return false;
}

bool vault_begin(struct vault *vault, struct err *err)
{
	if (!vault_ready(vault, err))
		return false;
	queue_enter(vault->queue, QUEUE_PATIENCE);
	return (db_begin(vault->db, err) && db_writable(vault->db, err)) || vault_end(vault, false, err);
}

bool vault_end(struct vault *vault, bool good, struct err *err)
{
	if (good)
		good = db_commit(vault->db, err);
	else
		db_rollback(vault->db);
	queue_leave(vault->queue);
	vault->seen_version = 0;
	if (good) {
		vault->health = DB_WELL;
	} else if (db_health(vault->db) != DB_WELL) {
		vault->health = db_health(vault->db);
		vault->err = *err;
	}
	return good;
}

bool vault_look(struct vault *vault, struct err *err)
{
	return vault_ready(vault, err) && db_begin_read(vault->db, err);
}

void vault_looked(struct vault *vault)
{
	struct err err;

	/* what was made in memory meanwhile, the index of the tail, stays */
	if (!db_commit(vault->db, &err))
		vault->tail_from = vault->tail_to = 0;
}

bool vault_meta(struct vault *vault, const char *name, int64_t *value, struct err *err)
{
	struct db_query *query = db_query(vault->db, "SELECT value FROM meta WHERE name=?", err);

	*value = 0;
	db_bind_str(query, 1, str_of(name));
	return db_one_int(query, value, err) || (query && err->code == ERR_NONE);
}

bool vault_meta_set(struct vault *vault, const char *name, int64_t value, struct err *err)
{
	struct db_query *query = db_query(vault->db, "INSERT INTO meta VALUES(?, ?) ON CONFLICT DO UPDATE SET value=excluded.value", err);

	db_bind_str(query, 1, str_of(name));
	db_bind_int(query, 2, value);
	return db_run(query, err);
}

bool vault_last(struct vault *vault, int64_t *seq, struct err *err)
{
	struct db_query *query = db_query(vault->db, "SELECT seq FROM sqlite_sequence WHERE name='entries'", err);

	*seq = 0;
	return db_one_int(query, seq, err) || (query && err->code == ERR_NONE);
}

static void counts(struct vault *vault, struct shared_status *status)
{
	int64_t last, gone, indexed;
	struct err err = { ERR_NONE, "" };

	if (!vault_last(vault, &last, &err) || !vault_meta(vault, "gone", &gone, &err) || !vault_meta(vault, "indexed", &indexed, &err))
		return;
	status->entries = last - gone;
	status->unindexed = last - indexed;
}

void vault_status(struct vault *vault, struct shared_status *status)
{
	static const enum shared_health healths[] = { [DB_WELL] = SHARED_WELL, [DB_AWAY] = SHARED_AWAY, [DB_REFUSES] = SHARED_REFUSES };
	struct err err = { ERR_NONE, "" };

	*status = (struct shared_status){ .entries = -1, .unindexed = -1 };
	/* a turn at writing tells of rights and locks what a look cannot; whether there is room again, only a write does */
	if (vault_begin(vault, &err)) {
		bool was_well = vault->health == DB_WELL;

		if (was_well)
			vault_end(vault, false, &err);
		else
			vault_end(vault, vault_meta_set(vault, "probe", clock_wall(vault->clock), &err), &err);
	}
	if (vault->db) {
		counts(vault, status);
		status->version = db_version(vault->db);
		memcpy(status->id, vault->store, sizeof(vault->store));
	}
	status->health = healths[err.code == ERR_NONE ? DB_WELL : vault->health];
	status->err = err;
}

static int hex_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool uid_read(struct str text, struct uid *out)
{
	size_t n = 0;

	memset(out, 0, sizeof(*out));
	if (text.n != 36)
		return false;
	for (size_t i = 0; i < 36; i += 2) {
		int high, low;

		if (i == 8 || i == 13 || i == 18 || i == 23) {
			if (text.p[i] != '-')
				return false;
			i++;
		}
		high = hex_of(text.p[i]);
		low = hex_of(text.p[i + 1]);
		if (high < 0 || low < 0)
			return false;
		out->b[n++] = (unsigned char)(high << 4 | low);
	}
	return true;
}

struct str uid_text(struct arena *arena, const void *bytes)
{
	static const char hex[] = "0123456789abcdef";
	const unsigned char *b = bytes;
	char out[36], *at = out;

	for (int i = 0; i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			*at++ = '-';
		*at++ = hex[b[i] >> 4];
		*at++ = hex[b[i] & 15];
	}
	return arena_str(arena, str_make(out, 36));
}

void uid_bind(struct db_query *query, int place, const struct uid *uid)
{
	db_bind_blob(query, place, uid ? uid->b : NULL, 16);
}

struct str vault_cursor(const struct vault *vault, struct arena *arena, int64_t seq)
{
	char text[64];
	int n = snprintf(text, sizeof(text), "%s.%lld", vault->store, (long long)seq);

	return arena_str(arena, str_make(text, (size_t)n));
}

int64_t vault_place(const struct vault *vault, struct str cursor, int64_t end)
{
	size_t n = strlen(vault->store);
	int64_t seq = 0;

	if (cursor.n < n + 2 || cursor.n > n + 20 || memcmp(cursor.p, vault->store, n) != 0 || cursor.p[n] != '.')
		return 0;
	for (size_t i = n + 1; i < cursor.n; i++) {
		if (cursor.p[i] < '0' || cursor.p[i] > '9' || __builtin_mul_overflow(seq, 10, &seq) ||
		    __builtin_add_overflow(seq, cursor.p[i] - '0', &seq))
			return 0;
	}
	return seq <= end ? seq : 0;
}
