/* The outbox: what was written here and is not known to be in the shared store. */
#include "local.h"

#include <inttypes.h>
#include <stdlib.h>

bool local_outbox_count(struct local *local, struct err *err)
{
	struct db_query *query = db_query(local->db, "SELECT count(*) FILTER (WHERE why IS NULL), count(why) FROM outbox WHERE owner = ?1", err);
	enum db_step step;

	db_bind_int(query, 1, local->owner_no);
	step = db_step(query, err);
	if (step == DB_ROW) {
		local->waiting = (size_t)db_int(query, 0);
		local->refused = (size_t)db_int(query, 1);
	}
	db_reset(query);
	return step == DB_ROW;
}

static bool outbox_put(struct local *local, struct str id, int64_t batch, int64_t at, struct str why, struct err *err)
{
	struct db_query *query = db_query(local->db,
		"INSERT OR REPLACE INTO outbox (owner, batch, id, at, why) VALUES (?1, ?2, ?3, ?4, ?5)", err);

	db_bind_int(query, 1, local->owner_no);
	db_bind_int(query, 2, batch);
	db_bind_str(query, 3, id);
	db_bind_int(query, 4, at);
	db_bind_str(query, 5, why);
	return db_run(query, err);
}

static bool outbox_remove(struct local *local, struct str id, struct err *err)
{
	struct db_query *query = db_query(local->db, "DELETE FROM outbox WHERE owner = ?1 AND id = ?2", err);

	db_bind_int(query, 1, local->owner_no);
	db_bind_str(query, 2, id);
	return db_run(query, err) && local_entry_drop(local, id, local->owner_no, err) && local_entry_drop(local, id, -local->owner_no, err);
}

static bool drafts_drop(struct local *local, struct str id, struct err *err)
{
	return local_kept_drop(local, KEPT_DRAFT, id, err);
}

static bool any_erased(struct local *local, const struct entry *entries, size_t n, bool *erased, struct err *err)
{
	*erased = false;
	for (size_t i = 0; i < n && !*erased; i++) {
		if (!local_is_erased(local, entries[i].person, erased, err))
			return false;
	}
	return true;
}

static bool append(struct local *local, const struct entry *entries, size_t n, int64_t at, int64_t *no, struct err *err)
{
	if (!db_one_int(db_query(local->db, "SELECT coalesce(max(batch), 0) + 1 FROM outbox", err), no, err))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!outbox_remove(local, entries[i].id, err) || !outbox_put(local, entries[i].id, *no, at, (struct str){ 0 }, err) ||
		    !local_entry_put(local, &entries[i], local->owner_no, err) || !drafts_drop(local, entries[i].id, err))
			return false;
	}
	return local_outbox_count(local, err);
}

bool local_append(struct local *local, const struct entry *entries, size_t n, int64_t at, int64_t *no, bool *erased, struct err *err)
{
	if (!db_begin(local->db, err))
		return local_fail(local);
	if (!any_erased(local, entries, n, erased, err))
		return local_fail(local);
	if (*erased) {
		db_rollback(local->db);
		return true;
	}
	return (append(local, entries, n, at, no, err) && db_commit(local->db, err)) || local_fail(local);
}

static void batch_add(struct store_rows *rows, size_t *cap, const struct entry *entry)
{
	MEM_ROOM(rows->entries, rows->n, *cap);
	rows->entries[rows->n++] = reach_entry_copy(rows->arena, entry);
}

bool local_waiting(struct local *local, struct local_batch **batches, struct err *err)
{
	struct db_query *query = db_query(local->db,
		"SELECT " LOCAL_COLUMNS ", o.batch FROM outbox o CROSS JOIN entries e ON e.store = ?1 AND e.id = o.id AND e.mine = ?2"
		" WHERE o.owner = ?2 AND o.why IS NULL ORDER BY o.seq", err);
	struct local_batch **last = batches, *batch = NULL;
	size_t cap = 0;
	enum db_step step;

	*batches = NULL;
	db_bind_int(query, 1, local->store_no);
	db_bind_int(query, 2, local->owner_no);
	while ((step = db_step(query, err)) == DB_ROW) {
		struct entry entry;

		if (!local_entry(query, &entry))
			continue;
		if (!batch || batch->no != db_int(query, 14)) {
			batch = mem_zalloc(sizeof(*batch));
			batch->no = db_int(query, 14);
			batch->rows = store_rows_new();
			cap = 0;
			*last = batch;
			last = &batch->next;
		}
		batch_add(batch->rows, &cap, &entry);
	}
	db_reset(query);
	return step == DB_DONE || local_fail(local);
}

void local_batches_free(struct local_batch *batches)
{
	while (batches) {
		struct local_batch *next = batches->next;

		store_rows_free(batches->rows);
		free(batches);
		batches = next;
	}
}

static bool sent(struct local *local, const struct entry *entries, size_t n, struct err *err)
{
	for (size_t i = 0; i < n; i++) {
		bool erased;

		if (!outbox_remove(local, entries[i].id, err) || !drafts_drop(local, entries[i].id, err) ||
		    !local_is_erased(local, entries[i].person, &erased, err))
			return false;
		if (!erased && !local_entry_put(local, &entries[i], 0, err))
			return false;
	}
	return local_outbox_count(local, err);
}

bool local_sent(struct local *local, const struct entry *entries, size_t n, struct err *err)
{
	if (!db_begin(local->db, err))
		return local_fail(local);
	return (sent(local, entries, n, err) && db_commit(local->db, err)) || local_fail(local);
}

static bool refused(struct local *local, const struct entry *entries, size_t n, int64_t at, const char *why, struct err *err)
{
	int64_t no;

	if (!db_one_int(db_query(local->db, "SELECT coalesce(max(batch), 0) + 1 FROM outbox", err), &no, err))
		return false;
	for (size_t i = 0; i < n; i++) {
		bool erased;

		if (!outbox_remove(local, entries[i].id, err) || !drafts_drop(local, entries[i].id, err) ||
		    !local_is_erased(local, entries[i].person, &erased, err))
			return false;
		if (!erased && (!outbox_put(local, entries[i].id, no, at, str_of(why), err) ||
				!local_entry_put(local, &entries[i], -local->owner_no, err)))
			return false;
	}
	return local_outbox_count(local, err);
}

bool local_refused(struct local *local, const struct entry *entries, size_t n, int64_t at, const char *why, struct err *err)
{
	if (!db_begin(local->db, err))
		return local_fail(local);
	return (refused(local, entries, n, at, why, err) && db_commit(local->db, err)) || local_fail(local);
}

bool local_outbox(struct local *local, struct local_outbox *out, struct err *err)
{
	struct db_query *query = db_query(local->db,
		"SELECT " LOCAL_COLUMNS ", o.why FROM outbox o CROSS JOIN entries e ON e.store = ?1 AND e.id = o.id AND e.mine IN (?2, -?2)"
		" WHERE o.owner = ?2 ORDER BY o.seq", err);
	size_t cap = 0, cap_states = 0, cap_whys = 0;
	enum db_step step;

	*out = (struct local_outbox){ .rows = store_rows_new() };
	db_bind_int(query, 1, local->store_no);
	db_bind_int(query, 2, local->owner_no);
	while ((step = db_step(query, err)) == DB_ROW) {
		size_t n = out->rows->n;
		struct entry entry;

		if (!local_entry(query, &entry))
			continue;
		MEM_ROOM(out->states, n, cap_states);
		MEM_ROOM(out->whys, n, cap_whys);
		out->whys[n] = arena_str(out->rows->arena, db_str(query, 14));
		out->states[n] = out->whys[n].p ? STR("refused") : STR("waiting");
		batch_add(out->rows, &cap, &entry);
	}
	db_reset(query);
	if (step == DB_DONE)
		return true;
	store_rows_free(out->rows);
	free(out->states);
	free(out->whys);
	*out = (struct local_outbox){ 0 };
	return local_fail(local);
}

static bool is_refused(struct local *local, struct str id, bool *there, struct err *err)
{
	struct db_query *query = db_query(local->db, "SELECT count(*) FROM outbox WHERE owner = ?1 AND id = ?2 AND why IS NOT NULL", err);
	int64_t count = 0;

	db_bind_int(query, 1, local->owner_no);
	db_bind_str(query, 2, id);
	if (!db_one_int(query, &count, err))
		return false;
	*there = count > 0;
	return true;
}

bool local_outbox_drop(struct local *local, struct str id, bool *there, struct err *err)
{
	*there = false;
	if (!db_begin(local->db, err))
		return local_fail(local);
	return (is_refused(local, id, there, err) && (!*there || outbox_remove(local, id, err)) && local_outbox_count(local, err) &&
		db_commit(local->db, err)) || local_fail(local);
}
