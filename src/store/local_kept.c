/* Drafts, parked customers and cached pulls, and what an erasure takes from all that is private. */
#include "local.h"

#include <stdlib.h>

#include <dossier/base/json.h>

static bool run_str(struct local *local, const char *sql, int64_t no, struct str text, struct err *err)
{
	struct db_query *query = db_query(local->db, sql, err);

	db_bind_int(query, 1, no);
	db_bind_str(query, 2, text);
	return db_run(query, err);
}

/* What was written stays written: a draft that comes late is not begun anew. */
static bool may_keep(struct local *local, const struct kept *kept, bool *may, bool *erased, struct err *err)
{
	static const char written[] = "SELECT count(*) FROM entries WHERE store = ?1 AND id = ?2";
	struct db_query *query;
	int64_t count = 0;

	if (!local_is_erased(local, kept->person, erased, err))
		return false;
	*may = !*erased;
	if (*erased || kept->kind != KEPT_DRAFT)
		return true;
	query = db_query(local->db, written, err);
	db_bind_int(query, 1, local->store_no);
	db_bind_str(query, 2, kept->key);
	if (!db_one_int(query, &count, err))
		return false;
	*may = count == 0;
	return true;
}

static bool kept_no(struct local *local, enum kept_kind kind, struct str key, int64_t *no, struct err *err)
{
	struct db_query *query = db_query(local->db, "SELECT no FROM kept WHERE owner = ?1 AND kind = ?3 AND key = ?2", err);

	*no = 0;
	db_bind_int(query, 1, local->kept_no);
	db_bind_str(query, 2, key);
	db_bind_int(query, 3, kind);
	return db_one_int(query, no, err) || err->code == ERR_NONE;
}

static bool remove_no(struct local *local, int64_t no, struct err *err)
{
	return run_str(local, "DELETE FROM kept_who WHERE no = ?1 AND ?2 IS NULL", no, (struct str){ 0 }, err) &&
	       run_str(local, "DELETE FROM kept WHERE no = ?1 AND ?2 IS NULL", no, (struct str){ 0 }, err);
}

bool local_kept_drop(struct local *local, enum kept_kind kind, struct str key, struct err *err)
{
	int64_t no;

	return kept_no(local, kind, key, &no, err) && (!no || remove_no(local, no, err));
}

static bool put(struct local *local, const struct kept *kept, int64_t at, bool *erased, struct err *err)
{
	struct db_query *query;
	int64_t no;
	bool may;

	if (!may_keep(local, kept, &may, erased, err))
		return false;
	if (!may)
		return local_kept_drop(local, kept->kind, kept->key, err);
	query = db_query(local->db,
		"INSERT INTO kept (owner, kind, key, person, case_, data, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
		" ON CONFLICT (owner, kind, key) DO UPDATE SET person = ?4, case_ = ?5, data = ?6, at = ?7", err);
	db_bind_int(query, 1, local->kept_no);
	db_bind_int(query, 2, kept->kind);
	db_bind_str(query, 3, kept->key);
	db_bind_str(query, 4, kept->person);
	db_bind_str(query, 5, kept->case_);
	db_bind_str(query, 6, kept->data.p ? kept->data : STR(""));
	db_bind_int(query, 7, at);
	if (!db_run(query, err) || !kept_no(local, kept->kind, kept->key, &no, err) ||
	    !run_str(local, "DELETE FROM kept_who WHERE no = ?1 AND ?2 IS NULL", no, (struct str){ 0 }, err))
		return false;
	for (size_t i = 0; i < kept->n_who; i++) {
		if (!run_str(local, "INSERT OR IGNORE INTO kept_who (no, who) VALUES (?1, ?2)", no, kept->who[i], err))
			return false;
	}
	return true;
}

bool local_kept_put(struct local *local, const struct kept *kept, int64_t at, bool *erased, struct err *err)
{
	/* what a backend said can be asked for again, what was typed cannot */
	bool begun = kept->kind == KEPT_PULL ? db_begin_light(local->db, err) : db_begin(local->db, err);

	return (begun && put(local, kept, at, erased, err) && db_commit(local->db, err)) || local_fail(local);
}

static bool read_who(struct local *local, struct arena *arena, struct kept *kept, int64_t no, struct err *err)
{
	struct db_query *query = db_query(local->db, "SELECT who FROM kept_who WHERE no = ?1", err);
	struct str *who = NULL;
	size_t n = 0, cap = 0;
	enum db_step step;

	db_bind_int(query, 1, no);
	while ((step = db_step(query, err)) == DB_ROW) {
		MEM_ROOM(who, n, cap);
		who[n++] = arena_str(arena, db_str(query, 0));
	}
	db_reset(query);
	if (n) {
		struct str *copy = arena_alloc(arena, n * sizeof(*copy));

		memcpy(copy, who, n * sizeof(*copy));
		kept->who = copy;
		kept->n_who = n;
	}
	free(who);
	return step == DB_DONE;
}

bool local_kept_list(struct local *local, enum kept_kind kind, struct str key, struct str person, struct str who, struct arena *arena,
		     struct kept **items, size_t *n, struct err *err)
{
	struct db_query *query = db_query(local->db,
		"SELECT no, key, person, case_, data, at FROM kept WHERE owner = ?1 AND kind = ?2 AND (?3 IS NULL OR key = ?3)"
		" AND ((?4 IS NULL AND ?5 IS NULL) OR person = ?4 OR EXISTS (SELECT 1 FROM kept_who w WHERE w.no = kept.no AND w.who = ?5))"
		" ORDER BY at DESC, no DESC", err);
	size_t cap = 0, cap_numbers = 0;
	int64_t *numbers = NULL;
	enum db_step step;
	bool good;

	*items = NULL;
	*n = 0;
	db_bind_int(query, 1, local->kept_no);
	db_bind_int(query, 2, kind);
	db_bind_str(query, 3, key);
	db_bind_str(query, 4, person);
	db_bind_str(query, 5, who);
	while ((step = db_step(query, err)) == DB_ROW) {
		MEM_ROOM(*items, *n, cap);
		MEM_ROOM(numbers, *n, cap_numbers);
		numbers[*n] = db_int(query, 0);
		(*items)[(*n)++] = (struct kept){
			.kind = kind, .key = arena_str(arena, db_str(query, 1)), .person = arena_str(arena, db_str(query, 2)),
			.case_ = arena_str(arena, db_str(query, 3)), .data = arena_str(arena, db_str(query, 4)), .at = db_int(query, 5),
		};
	}
	db_reset(query);
	good = step == DB_DONE;
	for (size_t i = 0; good && i < *n; i++)
		good = read_who(local, arena, &(*items)[i], numbers[i], err);
	free(numbers);
	if (good)
		return true;
	free(*items);
	*items = NULL;
	*n = 0;
	return local_fail(local);
}
