/* What came since, and what happened between two times. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "sqlite_vault.h"

#define SCAN_MOST 20000         /* rows looked at in one call, so that it stays short */

static bool version_now(struct vault *vault, int64_t *version, struct err *err)
{
	return db_one_int(db_query(vault->db, "PRAGMA data_version", err), version, err);
}

/* Erasures and redactions alone are few and have an index of their own: every client asks for them from long ago. */
static struct db_query *poll_query(struct vault *vault, uint64_t types, struct err *err)
{
	const uint64_t rules = UINT64_C(1) << ENTRY_ERASE | UINT64_C(1) << ENTRY_REDACT;

	if (types && !(types & ~rules))
		return db_query(vault->db, "SELECT " ENTRY_COLUMNS " FROM entries AS e WHERE e.seq>?1 AND e.type IN ('erase', 'redact')"
				" ORDER BY e.seq LIMIT ?2", err);
	return db_query(vault->db, "SELECT " ENTRY_COLUMNS " FROM entries AS e WHERE e.seq>?1 ORDER BY e.seq LIMIT ?2", err);
}

static bool poll_rows(struct vault *vault, int64_t from, uint64_t types, size_t limit, struct store_rows *rows, struct err *err)
{
	struct row_list list = { rows, 0 };
	struct db_query *query = poll_query(vault, types, err);
	int64_t scanned = 0, last = from;
	enum db_step step;

	db_bind_int(query, 1, from);
	db_bind_int(query, 2, SCAN_MOST);
	while ((step = db_step(query, err)) == DB_ROW) {
		if (rows->n >= limit) {
			rows->more = true;
			break;
		}
		scanned++;
		last = db_int(query, COLUMN_SEQ);
		if (vault_row_wanted(query, types))
			vault_row(&list, query);
	}
	db_reset(query);
	if (step == DB_FAILED)
		return false;
	if (scanned == SCAN_MOST)
		rows->more = true;
	if (!rows->more)
		last = vault->seen_end;
	rows->cursor = vault_cursor(vault, rows->arena, last);
	return true;
}

bool vault_poll(struct vault *vault, struct str cursor, uint64_t types, size_t limit, struct store_rows *rows, struct err *err)
{
	int64_t version, from;
	bool good;

	if (!vault_ready(vault, err) || !version_now(vault, &version, err))
		return false;
	if (cursor.p && vault->seen_version && version == vault->seen_version &&
	    vault_place(vault, cursor, INT64_MAX) == vault->seen_end)
		return true;
	if (!db_begin_read(vault->db, err))
		return false;
	/* the end of this very moment; what is told of the version may be older, which only costs a second look */
	good = vault_last(vault, &vault->seen_end, err);
	vault->seen_version = good ? version : 0;
	from = vault_place(vault, cursor, vault->seen_end);
	if (good && !cursor.p)
		rows->cursor = vault_cursor(vault, rows->arena, vault->seen_end);
	else if (good && (from < vault->seen_end || !from))
		good = poll_rows(vault, from, types, limit ? limit : SCAN_MOST, rows, err);
	vault_looked(vault);
	return good;
}

/* A cursor of a walk: the time reached, and the place among those of the same time. */
static void walk_from(struct str cursor, int64_t *time, int64_t *seq)
{
	char text[64];

	snprintf(text, sizeof(text), "%.*s", STR_ARG(cursor));
	if (sscanf(text, "%" SCNd64 ".%" SCNd64, time, seq) != 2)
		*time = *seq = INT64_MIN;
}

static struct str walk_cursor(struct arena *arena, int64_t time, int64_t seq)
{
	char text[64];
	int n = snprintf(text, sizeof(text), "%" PRId64 ".%" PRId64, time, seq);

	return arena_str(arena, str_make(text, (size_t)n));
}

bool vault_walk(struct vault *vault, uint64_t types, int64_t since, int64_t until, struct str cursor, size_t limit,
		struct store_rows *rows, struct err *err)
{
	struct row_list list = { rows, 0 };
	int64_t time = INT64_MIN, seq = INT64_MIN, scanned = 0;
	struct db_query *query;
	enum db_step step;

	if (!vault_look(vault, err))
		return false;
	if (cursor.p)
		walk_from(cursor, &time, &seq);
	query = db_query(vault->db, "SELECT " ENTRY_COLUMNS " FROM entries AS e WHERE min(e.at, e.got)>=?1 AND min(e.at, e.got)<?2"
			 " AND (min(e.at, e.got)>?3 OR e.seq>?4) ORDER BY min(e.at, e.got), e.seq LIMIT ?5", err);
	db_bind_int(query, 1, time > since ? time : since);
	db_bind_int(query, 2, until);
	db_bind_int(query, 3, time);
	db_bind_int(query, 4, seq);
	db_bind_int(query, 5, SCAN_MOST);
	while ((step = db_step(query, err)) == DB_ROW) {
		if (limit && rows->n >= limit) {
			rows->more = true;
			break;
		}
		scanned++;
		time = db_int(query, 7) < db_int(query, 9) ? db_int(query, 7) : db_int(query, 9);
		seq = db_int(query, COLUMN_SEQ);
		if (vault_row_wanted(query, types))
			vault_row(&list, query);
	}
	db_reset(query);
	vault_looked(vault);
	if (scanned == SCAN_MOST)
		rows->more = true;
	if (rows->more)
		rows->cursor = walk_cursor(rows->arena, time, seq);
	return step != DB_FAILED;
}
