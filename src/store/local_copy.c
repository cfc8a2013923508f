/* The working copy: what the shared store said of customers that were opened here, and how far each is up to date. */
#include "local.h"

#include <inttypes.h>
#include <stdlib.h>

#include <dossier/base/text.h>
#include <dossier/model/cases.h>

/* A use is written down no more often than this. */
#define USED_MS (24 * 60 * 60 * INT64_C(1000))

/* Copies of the shared store's, and own ones that wait; not what was refused, not another log-in's. */
static bool found(struct local *local, struct db_query *query, struct reach *reach, struct err *err)
{
	enum db_step step;

	(void)local;
	while ((step = db_step(query, err)) == DB_ROW) {
		struct entry entry;

		if (local_entry(query, &entry))
			reach_found(reach, &entry);
	}
	db_reset(query);
	return step == DB_DONE;
}

static void bind_common(struct local *local, struct db_query *query)
{
	db_bind_int(query, 1, local->store_no);
	db_bind_int(query, 2, local->owner_no);
}

/* CROSS: the planner must not begin with the entries of the whole store. */
static bool by_key(void *arg, struct str key, struct reach *reach, struct err *err)
{
	struct local *local = arg;
	struct db_query *query = db_query(local->db,
		"SELECT " LOCAL_COLUMNS " FROM keys k CROSS JOIN entries e ON e.store = k.store AND e.id = k.id"
		" WHERE k.store = ?1 AND k.key = ?3 AND e.mine IN (0, ?2)", err);

	bind_common(local, query);
	db_bind_str(query, 3, key);
	return found(local, query, reach, err);
}

static bool about(void *arg, struct str key, struct reach *reach, struct err *err)
{
	struct local *local = arg;
	struct db_query *query = db_query(local->db,
		"SELECT " LOCAL_COLUMNS " FROM keys p CROSS JOIN keys k ON k.store = p.store AND k.key = 'u:' || p.id"
		" CROSS JOIN entries e ON e.store = k.store AND e.id = k.id WHERE p.store = ?1 AND p.key = ?3 AND e.mine IN (0, ?2)", err);

	bind_common(local, query);
	db_bind_str(query, 3, key);
	return found(local, query, reach, err);
}

static bool by_id(void *arg, struct str id, struct reach *reach, struct err *err)
{
	struct local *local = arg;
	char digits[CASE_CODE_DIGITS + 1];
	bool is_code = case_code_digits(id, digits);
	struct db_query *query = db_query(local->db, is_code ?
		"SELECT " LOCAL_COLUMNS " FROM entries e WHERE e.store = ?1 AND substr(e.id, 27) = ?3 AND e.mine IN (0, ?2)" :
		"SELECT " LOCAL_COLUMNS " FROM entries e WHERE e.store = ?1 AND e.id = ?3 AND e.mine IN (0, ?2)", err);

	bind_common(local, query);
	db_bind_str(query, 3, is_code ? str_of(digits) : id);
	return found(local, query, reach, err);
}

static bool by_types(void *arg, uint64_t types, struct reach *reach, struct err *err)
{
	struct local *local = arg;
	bool good = true;

	for (int i = 0; good && i < ENTRY_TYPE_COUNT; i++) {
		struct db_query *query;

		if (!(types >> i & 1))
			continue;
		query = db_query(local->db, "SELECT " LOCAL_COLUMNS " FROM entries e WHERE e.store = ?1 AND e.word = ?3 AND e.mine IN (0, ?2)", err);
		bind_common(local, query);
		db_bind_str(query, 3, str_of(entry_type_word((enum entry_type)i)));
		good = found(local, query, reach, err);
	}
	return good;
}

/* The roots of an ask, one after the other; false ends the walk. */
typedef bool root_fn(struct local *local, struct str key, void *arg, struct err *err);
static bool roots(struct local *local, const struct store_ask *ask, root_fn *fn, void *arg, struct err *err)
{
	struct arena *arena = arena_new();
	struct buf key;
	bool good = true;

	buf_init(&key, 8192);
	for (size_t i = 0; good && i < ask->n_identities; i++) {
		buf_reset(&key);
		buf_adds(&key, "i:");
		identity_print(&ask->identities[i], &key);
		good = fn(local, buf_str(&key), arg, err);
	}
	for (size_t i = 0; good && i < ask->n_persons; i++)
		good = fn(local, reach_uuid_key(arena, ask->persons[i]), arg, err);
	for (size_t i = 0; good && i < ask->n_ids; i++)
		good = fn(local, reach_uuid_key(arena, ask->ids[i]), arg, err);
	if (good && ask->open_items)
		good = fn(local, STR("open"), arg, err);
	buf_release(&key);
	arena_free(arena);
	return good;
}

struct knowing { struct local_known *known; struct arena *arena; bool unlike; size_t n; };

static bool root_known(struct local *local, struct str key, void *arg, struct err *err)
{
	struct knowing *knowing = arg;
	struct local_known *known = knowing->known;
	struct db_query *query = db_query(local->db, "SELECT cursor, heard FROM roots WHERE store = ?1 AND key = ?2", err);
	enum db_step step;

	db_bind_int(query, 1, local->store_no);
	db_bind_str(query, 2, key);
	step = db_step(query, err);
	if (step == DB_ROW) {
		struct str cursor = db_str(query, 0);
		int64_t heard = db_int(query, 1);

		if (knowing->n && (!known->since.p || !str_eq(known->since, cursor)))
			knowing->unlike = true;
		known->since = arena_str(knowing->arena, cursor);
		if (!knowing->n || (known->heard != WHEN_NONE && heard < known->heard))
			known->heard = heard;
	} else {
		knowing->unlike = true;
		known->heard = WHEN_NONE;
	}
	knowing->n++;
	db_reset(query);
	return step != DB_FAILED;
}

static bool root_use(struct local *local, struct str key, void *arg, struct err *err)
{
	struct db_query *query = db_query(local->db, "UPDATE roots SET used = ?3 WHERE store = ?1 AND key = ?2", err);

	db_bind_int(query, 1, local->store_no);
	db_bind_str(query, 2, key);
	db_bind_int(query, 3, *(int64_t *)arg);
	return db_run(query, err);
}

/* Who was looked at stays longer; written seldom, and not worth a failure. */
static void use(struct local *local, const struct store_ask *ask, const struct intern *persons, int64_t at)
{
	struct err err;
	struct db_query *query;
	int64_t stale = 0;
	bool good;

	for (size_t i = 0; i < persons->n && !stale; i++) {
		query = db_query(local->db, "SELECT count(*) FROM persons WHERE store = ?1 AND person = ?2 AND used > ?3", &err);
		db_bind_int(query, 1, local->store_no);
		db_bind_str(query, 2, persons->texts[i]);
		db_bind_int(query, 3, at - USED_MS);
		if (!db_one_int(query, &stale, &err))
			return;
		stale = !stale;
	}
	if (!stale || !db_begin_light(local->db, &err))
		return;
	good = roots(local, ask, root_use, &at, &err);
	for (size_t i = 0; good && i < persons->n; i++) {
		query = db_query(local->db, "INSERT OR REPLACE INTO persons (store, person, used) VALUES (?1, ?2, ?3)", &err);
		db_bind_int(query, 1, local->store_no);
		db_bind_str(query, 2, persons->texts[i]);
		db_bind_int(query, 3, at);
		good = db_run(query, &err);
	}
	if (!good || !db_commit(local->db, &err))
		db_rollback(local->db);
}

bool local_load(struct local *local, const struct store_ask *ask, int64_t at, struct store_rows *rows, struct local_known *known,
		struct err *err)
{
	const struct reach_source source = { by_key, by_id, by_types, about, local };
	struct knowing knowing = { .known = known };
	struct intern persons;
	bool good;

	*known = (struct local_known){ .heard = WHEN_NONE };
	*rows = (struct store_rows){ 0 };
	if (!db_begin_read(local->db, err))
		return local_fail(local);
	good = reach_all(&source, ask, rows, &persons, err);
	if (good) {
		knowing.arena = rows->arena;
		good = roots(local, ask, root_known, &knowing, err);
	}
	if (!knowing.n || knowing.unlike)
		known->since = (struct str){ 0 };
	db_rollback(local->db);
	if (good) {
		use(local, ask, &persons, at);
	} else {
		store_rows_free(rows);
		local_fail(local);
	}
	intern_release(&persons);
	return good;
}

static bool copy_one(struct local *local, const struct entry *entry, int64_t at, struct err *err)
{
	struct db_query *query;
	bool erased;

	if (!local_is_erased(local, entry->person, &erased, err))
		return false;
	if (erased)
		return true;
	if (entry->person.p) {
		query = db_query(local->db, "INSERT OR IGNORE INTO persons (store, person, used) VALUES (?1, ?2, ?3)", err);
		db_bind_int(query, 1, local->store_no);
		db_bind_str(query, 2, entry->person);
		db_bind_int(query, 3, at);
		if (!db_run(query, err))
			return false;
	}
	return local_entry_put(local, entry, 0, err) && local_kept_drop(local, KEPT_DRAFT, entry->id, err);
}

bool local_copy(struct local *local, const struct entry *const *entries, size_t n, int64_t at, struct err *err)
{
	bool good = db_begin_light(local->db, err);

	for (size_t i = 0; good && i < n; i++)
		good = copy_one(local, entries[i], at, err);
	return (good && db_commit(local->db, err)) || local_fail(local);
}

struct rooting { struct str cursor; int64_t at; };

static bool root_put(struct local *local, struct str key, void *arg, struct err *err)
{
	const struct rooting *rooting = arg;
	struct db_query *query = db_query(local->db,
		"INSERT OR REPLACE INTO roots (store, key, cursor, heard, used) VALUES (?1, ?2, ?3, ?4, ?4)", err);

	db_bind_int(query, 1, local->store_no);
	db_bind_str(query, 2, key);
	db_bind_str(query, 3, rooting->cursor);
	db_bind_int(query, 4, rooting->at);
	return db_run(query, err);
}

bool local_roots(struct local *local, const struct store_ask *ask, struct str cursor, int64_t at, struct err *err)
{
	struct rooting rooting = { cursor, at };

	if (!cursor.p || local->gap)
		return true;
	return (db_begin_light(local->db, err) && roots(local, ask, root_put, &rooting, err) && db_commit(local->db, err)) || local_fail(local);
}

static bool run_for_store(struct local *local, const char *const *statements, size_t n, int64_t value, struct err *err)
{
	for (size_t i = 0; i < n; i++) {
		struct db_query *query = db_query(local->db, statements[i], err);

		db_bind_int(query, 1, local->store_no);
		if (value != WHEN_NONE)
			db_bind_int(query, 2, value);
		if (!db_run(query, err))
			return false;
	}
	return true;
}

bool local_forget(struct local *local, struct err *err)
{
	static const char *const statements[] = {
		"DELETE FROM roots WHERE store = ?1", "DELETE FROM persons WHERE store = ?1", "DELETE FROM erased WHERE store = ?1",
		"DELETE FROM entries WHERE store = ?1 AND mine = 0",
		"DELETE FROM keys WHERE store = ?1 AND NOT EXISTS (SELECT 1 FROM entries e WHERE e.store = ?1 AND e.id = keys.id)",
		"UPDATE stores SET cursor = NULL, heard = NULL WHERE no = ?1",
	};

	return (db_begin(local->db, err) &&
		run_for_store(local, statements, sizeof(statements) / sizeof(*statements), WHEN_NONE, err) &&
		db_commit(local->db, err)) || local_fail(local);
}

static bool identity_put(struct local *local, struct str identity, struct err *err)
{
	struct db_query *query = db_query(local->db, "UPDATE stores SET identity = ?2 WHERE no = ?1", err);

	db_bind_int(query, 1, local->store_no);
	db_bind_str(query, 2, identity);
	return db_run(query, err) || local_fail(local);
}

bool local_identify(struct local *local, struct str identity, bool *other, struct err *err)
{
	struct db_query *query = db_query(local->db, "SELECT identity FROM stores WHERE no = ?1", err);
	enum db_step step;
	bool known, same;

	db_bind_int(query, 1, local->store_no);
	step = db_step(query, err);
	known = step == DB_ROW && db_str(query, 0).p;
	same = known && str_eq(db_str(query, 0), identity);
	db_reset(query);
	*other = known && !same;
	if (step == DB_FAILED)
		return local_fail(local);
	return same || ((!*other || local_forget(local, err)) && identity_put(local, identity, err));
}

bool local_purge(struct local *local, int64_t before, struct err *err)
{
	static const char *const statements[] = {
		"DELETE FROM roots WHERE store = ?1 AND used < ?2",
		"DELETE FROM entries WHERE store = ?1 AND mine = 0 AND person IN (SELECT person FROM persons WHERE store = ?1 AND used < ?2)",
		"DELETE FROM entries WHERE store = ?1 AND mine = 0 AND person IS NULL AND at < ?2",
		"DELETE FROM keys WHERE store = ?1 AND NOT EXISTS (SELECT 1 FROM entries e WHERE e.store = ?1 AND e.id = keys.id)",
		"DELETE FROM persons WHERE store = ?1 AND used < ?2",
		"DELETE FROM kept WHERE ?1 = ?1 AND kind = 2 AND at < ?2",
		"DELETE FROM kept_who WHERE ?1 = ?1 AND no NOT IN (SELECT no FROM kept)",
	};
	struct db_query *query = db_query(local->db,
		"SELECT EXISTS (SELECT 1 FROM persons WHERE used < ?1) OR EXISTS (SELECT 1 FROM kept WHERE kind = 2 AND at < ?1)", err);
	int64_t any = 0;

	db_bind_int(query, 1, before);
	if (!db_one_int(query, &any, err))
		return local_fail(local);
	if (!any)
		return true;
	return (db_begin(local->db, err) &&
		run_for_store(local, statements, sizeof(statements) / sizeof(*statements), before, err) &&
		db_commit(local->db, err)) || local_fail(local);
}

bool local_mark_get(struct local *local, struct arena *arena, struct local_mark *mark, struct err *err)
{
	struct db_query *query = db_query(local->db,
		"SELECT cursor, heard, coalesce((SELECT max(ord) FROM entries WHERE store = ?1), 0) FROM stores WHERE no = ?1", err);
	enum db_step step;

	*mark = (struct local_mark){ .heard = WHEN_NONE };
	db_bind_int(query, 1, local->store_no);
	step = db_step(query, err);
	if (step == DB_ROW) {
		mark->cursor = arena_str(arena, db_str(query, 0));
		if (db_str(query, 1).p)
			mark->heard = db_int(query, 1);
		mark->ord = (uint64_t)db_int(query, 2);
	}
	db_reset(query);
	return step == DB_ROW || local_fail(local);
}

bool local_mark_put(struct local *local, struct str cursor, int64_t heard, struct err *err)
{
	struct db_query *query = db_query(local->db, "UPDATE stores SET cursor = coalesce(?2, cursor), heard = ?3 WHERE no = ?1", err);

	db_bind_int(query, 1, local->store_no);
	db_bind_str(query, 2, cursor);
	db_bind_int(query, 3, heard);
	return db_run(query, err) || local_fail(local);
}

/* Every word as search in the shared store takes it: somewhere in the entry, without case. */
static bool has_words(const struct entry *entry, struct str *words, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!text_contains_fold(entry->data, words[i]))
			return false;
	}
	return true;
}

static size_t split(struct arena *arena, struct str text, struct str *words, size_t most)
{
	size_t n = 0, from = 0;
	struct buf folded;

	buf_init(&folded, 4096);
	text_fold(&folded, text);
	text = arena_str(arena, buf_str(&folded));
	buf_release(&folded);
	for (size_t i = 0; text.p && i <= text.n && n < most; i++) {
		if (i < text.n && text.p[i] != ' ')
			continue;
		if (i > from)
			words[n++] = str_make(text.p + from, i - from);
		from = i + 1;
	}
	return n;
}

bool local_search(struct local *local, struct str words, size_t limit, struct store_rows *rows, struct err *err)
{
	struct db_query *query = db_query(local->db,
		"SELECT " LOCAL_COLUMNS " FROM entries e WHERE e.store = ?1 AND e.mine IN (0, ?2) ORDER BY e.ord DESC", err);
	struct str parts[20];
	size_t n, cap = 0;
	enum db_step step = DB_DONE;

	*rows = (struct store_rows){ .arena = arena_new() };
	n = split(rows->arena, words, parts, sizeof(parts) / sizeof(*parts));
	bind_common(local, query);
	while (n && rows->n < limit && (step = db_step(query, err)) == DB_ROW) {
		struct entry entry;

		if (!local_entry(query, &entry) || entry.type == ENTRY_UNKNOWN || !(entry_type_info(entry.type)->needs & HAS_WORDS) ||
		    !has_words(&entry, parts, n))
			continue;
		MEM_ROOM(rows->entries, rows->n, cap);
		rows->entries[rows->n++] = reach_entry_copy(rows->arena, &entry);
	}
	db_reset(query);
	if (step != DB_FAILED)
		return true;
	store_rows_free(rows);
	return local_fail(local);
}
