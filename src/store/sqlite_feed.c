/* House settings and the rows of feeds, and upkeep. */
#include <stdlib.h>

#include "sqlite_vault.h"

#define TEND_MOST 2             /* batches of the text index in one go */

bool vault_setting_get(struct vault *vault, struct arena *arena, struct str name, struct str *value, struct err *err)
{
	struct db_query *query;
	enum db_step step;

	*value = (struct str){ 0 };
	if (!vault_ready(vault, err))
		return false;
	query = db_query(vault->db, "SELECT value FROM settings WHERE name=?", err);
	db_bind_str(query, 1, name);
	step = db_step(query, err);
	if (step == DB_ROW)
		*value = arena_str(arena, db_str(query, 0));
	db_reset(query);
	return step != DB_FAILED;
}

bool vault_setting_put(struct vault *vault, struct str name, struct str value, struct err *err)
{
	struct db_query *query;

	if (!vault_begin(vault, err))
		return false;
	if (value.p)
		query = db_query(vault->db, "INSERT INTO settings(name, value) VALUES(?, ?) ON CONFLICT DO UPDATE SET value=excluded.value", err);
	else
		query = db_query(vault->db, "DELETE FROM settings WHERE name=?", err);
	db_bind_str(query, 1, name);
	if (value.p)
		db_bind_str(query, 2, value);
	return vault_end(vault, db_run(query, err), err);
}

static bool feed_keys(struct vault *vault, struct str feed, const struct feed_row *row, int64_t at, struct err *err)
{
	struct db_query *query = db_query(vault->db, "DELETE FROM feed_keys WHERE row=?", err);

	db_bind_int(query, 1, at);
	if (!db_run(query, err))
		return false;
	for (size_t i = 0; i < row->n_keys; i++) {
		query = db_query(vault->db, "INSERT INTO feed_keys(feed, key, row) VALUES(?, ?, ?) ON CONFLICT DO NOTHING", err);
		db_bind_str(query, 1, feed);
		db_bind_str(query, 2, row->keys[i]);
		db_bind_int(query, 3, at);
		if (!db_run(query, err))
			return false;
	}
	return true;
}

/* The same data again only gets its age; its keys come from data, so they are the same too. */
static bool feed_put_one(struct vault *vault, struct str feed, const struct feed_row *row, struct feed_count *count, struct err *err)
{
	struct db_query *query = db_query(vault->db, "SELECT row, data IS ?3 FROM feeds WHERE feed=?1 AND id=?2", err);
	enum db_step step;
	int64_t at = 0;
	bool same;

	db_bind_str(query, 1, feed);
	db_bind_str(query, 2, row->id);
	db_bind_str(query, 3, row->data);
	step = db_step(query, err);
	if (step == DB_ROW)
		at = db_int(query, 0);
	same = step == DB_ROW && db_int(query, 1);
	db_reset(query);
	if (step == DB_FAILED)
		return false;
	count->same += same;
	count->stored += !same;
	query = db_query(vault->db, "INSERT INTO feeds(feed, id, loaded, data) VALUES(?, ?, ?, ?)"
			 " ON CONFLICT(feed, id) DO UPDATE SET loaded=excluded.loaded, data=excluded.data", err);
	db_bind_str(query, 1, feed);
	db_bind_str(query, 2, row->id);
	db_bind_int(query, 3, row->loaded);
	db_bind_str(query, 4, row->data);
	if (!db_run(query, err))
		return false;
	return same || feed_keys(vault, feed, row, at ? at : db_last_row(vault->db), err);
}

bool vault_feed_put(struct vault *vault, struct str feed, const struct feed_row *rows, size_t n, struct feed_count *count, struct err *err)
{
	bool good = true;

	*count = (struct feed_count){ 0, 0 };
	if (!vault_begin(vault, err))
		return false;
	for (size_t i = 0; good && i < n; i++)
		good = feed_put_one(vault, feed, &rows[i], count, err);
	return vault_end(vault, good, err);
}

static struct str *keys_read(struct vault *vault, struct arena *arena, int64_t row, size_t *n, struct err *err)
{
	struct db_query *query = db_query(vault->db, "SELECT key FROM feed_keys WHERE row=?", err);
	struct str *keys = NULL, *out;
	size_t cap = 0;

	*n = 0;
	db_bind_int(query, 1, row);
	while (db_step(query, err) == DB_ROW) {
		MEM_ROOM(keys, *n, cap);
		keys[(*n)++] = arena_str(arena, db_str(query, 0));
	}
	db_reset(query);
	out = arena_alloc(arena, (*n + 1) * sizeof(*out));
	if (*n)
		memcpy(out, keys, *n * sizeof(*out));
	free(keys);
	return out;
}

bool vault_feed_find(struct vault *vault, struct arena *arena, struct str feed, struct str key, size_t limit, struct feed_row **rows,
		     size_t *n, struct err *err)
{
	struct db_query *query;
	enum db_step step;
	size_t cap = 0;

	*rows = NULL;
	*n = 0;
	if (!vault_look(vault, err))
		return false;
	query = db_query(vault->db, "SELECT f.row, f.id, f.data, f.loaded FROM feed_keys AS k JOIN feeds AS f ON f.row=k.row"
			 " WHERE k.feed=? AND k.key=? ORDER BY f.row DESC LIMIT ?", err);
	db_bind_str(query, 1, feed);
	db_bind_str(query, 2, key);
	db_bind_int(query, 3, limit ? (int64_t)limit : -1);
	while ((step = db_step(query, err)) == DB_ROW) {
		struct feed_row row = {
			.id = arena_str(arena, db_str(query, 1)), .data = arena_str(arena, db_str(query, 2)), .loaded = db_int(query, 3),
		};

		row.keys = keys_read(vault, arena, db_int(query, 0), &row.n_keys, err);
		MEM_ROOM(*rows, *n, cap);
		(*rows)[(*n)++] = row;
	}
	db_reset(query);
	vault_looked(vault);
	return step == DB_DONE;
}

bool vault_tend(struct vault *vault)
{
	struct err err = { ERR_NONE, "" };
	int64_t left = 0;

	vault->due = false;
	if (!vault_scrub(vault, &err))
		return false;
	for (int i = 0; i < TEND_MOST; i++) {
		if (!vault_index(vault, &left, &err) || !left)
			return false;
	}
	return true;
}
