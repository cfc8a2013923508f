/*
 * Taking away: erased persons, words that were redacted, what is past its
 * time. Each begins by putting "unlocked" into meta, which the triggers look
 * for, and ends by taking it away, in one transaction. What SQLite keeps of
 * deleted words, in the text index and in its log, goes with vault_scrub, by
 * whoever comes to it first should this process die before.
 */
#include <stdlib.h>

#include "sqlite_says.h"

#define RETAIN_BATCH 500        /* entries a transaction, so that others get their turn */
#define MERGE_PAGES 500         /* of the text index, the same */

static bool exec_all(struct vault *vault, const char *const *sqls, size_t n, struct err *err)
{
	for (size_t i = 0; i < n; i++) {
		if (!db_run(db_query(vault->db, sqls[i], err), err))
			return false;
	}
	return true;
}

static bool unlock(struct vault *vault, struct err *err)
{
	return vault_meta_set(vault, "unlocked", 1, err) &&
	       db_exec(vault->db, "CREATE TABLE IF NOT EXISTS temp.doomed(seq INTEGER PRIMARY KEY);"
		       "CREATE TABLE IF NOT EXISTS temp.doomed_persons(person BLOB PRIMARY KEY);"
		       "DELETE FROM temp.doomed; DELETE FROM temp.doomed_persons", err);
}

static bool lock(struct vault *vault, struct err *err)
{
	return db_exec(vault->db, "DELETE FROM meta WHERE name='unlocked'", err) && vault_meta_set(vault, "scrub", 1, err);
}

/* Takes the doomed rows out of the text index. */
static bool doomed_unindex(struct vault *vault, struct err *err)
{
	struct db_query *query;
	enum db_step step;
	int64_t indexed;

	if (!vault_meta(vault, "indexed", &indexed, err))
		return false;
	query = db_query(vault->db, "SELECT e.seq, e.data FROM temp.doomed AS d CROSS JOIN entries AS e ON e.seq=d.seq WHERE e.flags & 2", err);
	while ((step = db_step(query, err)) == DB_ROW) {
		if (!vault_unindex(vault, db_int(query, 0), db_str(query, 1), indexed, err)) {
			step = DB_FAILED;
			break;
		}
	}
	db_reset(query);
	vault->tail_from = -1;
	return step == DB_DONE;
}

static bool doomed_delete(struct vault *vault, int64_t *count, struct err *err)
{
	static const char *const sqls[] = {
		"DELETE FROM refs WHERE seq IN (SELECT seq FROM temp.doomed)",
		"DELETE FROM names WHERE seq IN (SELECT seq FROM temp.doomed)",
		"DELETE FROM entries WHERE seq IN (SELECT seq FROM temp.doomed)",
	};
	int64_t gone;

	if (!doomed_unindex(vault, err) || !exec_all(vault, sqls, sizeof(sqls) / sizeof(*sqls), err))
		return false;
	*count = db_changes(vault->db);
	return vault_meta(vault, "gone", &gone, err) && vault_meta_set(vault, "gone", gone + *count, err);
}

/*
 * Whose identity it is alone. Those that a household may share are theirs
 * alone too when nobody else was ever given them.
 */
#define THEIRS \
	"SELECT h.key FROM holds AS h WHERE h.person IN (SELECT person FROM temp.doomed_persons)" \
	" AND NOT EXISTS (SELECT 1 FROM holds AS o WHERE o.key=h.key AND o.person NOT IN (SELECT person FROM temp.doomed_persons))"

/* All that is written under them, assigned to them, or said of either, to its end. */
static bool doomed_find(struct vault *vault, struct err *err)
{
	static const char *const firsts[] = {
		"INSERT OR IGNORE INTO temp.doomed SELECT seq FROM entries WHERE type<>'erase' AND"
		" person IN (SELECT person FROM temp.doomed_persons)",
		"INSERT OR IGNORE INTO temp.doomed SELECT e.seq FROM entries AS a JOIN refs AS r ON r.seq=a.seq JOIN entries AS e ON e.id=r.ref"
		" WHERE a.type='assign' AND e.flags & 4 AND a.person IN (SELECT person FROM temp.doomed_persons) AND a.seq="
		"(SELECT b.seq FROM refs AS q JOIN entries AS b ON b.seq=q.seq WHERE q.ref=r.ref AND b.type='assign' ORDER BY b.ord DESC, b.id DESC"
		" LIMIT 1)",
		"INSERT OR IGNORE INTO temp.doomed SELECT e.seq FROM temp.doomed_persons AS d JOIN pairs AS p ON p.a=d.person"
		" JOIN entries AS e ON e.person=p.b WHERE e.type IN ('link', 'unlink') AND instr(e.data, lower(substr(hex(d.person), 1, 8) || '-' ||"
		" substr(hex(d.person), 9, 4) || '-' || substr(hex(d.person), 13, 4) || '-' || substr(hex(d.person), 17, 4) || '-' ||"
		" substr(hex(d.person), 21)))",
		"INSERT OR IGNORE INTO temp.doomed SELECT seq FROM names WHERE key IN (" THEIRS ")",
	};
	static const char *const more =
		"INSERT OR IGNORE INTO temp.doomed SELECT e.seq FROM temp.doomed AS d CROSS JOIN entries AS t ON t.seq=d.seq"
		" CROSS JOIN refs AS r ON r.ref=t.id CROSS JOIN entries AS e ON e.seq=r.seq WHERE e.type<>'erase' UNION"
		" SELECT e.seq FROM temp.doomed AS d CROSS JOIN entries AS t ON t.seq=d.seq CROSS JOIN entries AS e ON e.\"case\"=t.\"case\""
		" WHERE t.type='case.open' AND NOT e.flags & 4 AND e.type<>'erase'";

	if (!exec_all(vault, firsts, sizeof(firsts) / sizeof(*firsts), err))
		return false;
	do {
		if (!exec_all(vault, &more, 1, err))
			return false;
	} while (db_changes(vault->db) > 0);
	return true;
}

/* Rows of feeds are the house's copy of a backend; what is theirs alone goes too. */
static bool feeds_erase(struct vault *vault, struct err *err)
{
	static const char *const sqls[] = {
		"DELETE FROM temp.doomed",
		"INSERT OR IGNORE INTO temp.doomed SELECT k.row FROM feed_keys AS k WHERE k.key IN (SELECT h.identity FROM holds AS h"
		" WHERE h.person IN (SELECT person FROM temp.doomed_persons) AND h.key IN (" THEIRS "))",
		"DELETE FROM feed_keys WHERE row IN (SELECT seq FROM temp.doomed)",
		"DELETE FROM feeds WHERE row IN (SELECT seq FROM temp.doomed)",
	};

	return exec_all(vault, sqls, sizeof(sqls) / sizeof(*sqls), err);
}

static bool persons_mark(struct vault *vault, const struct uid *persons, size_t n, int64_t seq, struct err *err)
{
	static const char *const sqls[] = {
		"INSERT INTO temp.doomed_persons VALUES(?1) ON CONFLICT DO NOTHING",
		"INSERT INTO erased(person, seq) VALUES(?1, ?2) ON CONFLICT DO NOTHING",
	};

	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < 2; k++) {
			struct db_query *query = db_query(vault->db, sqls[k], err);

			uid_bind(query, 1, &persons[i]);
			if (k)
				db_bind_int(query, 2, seq);
			if (!db_run(query, err))
				return false;
		}
	}
	return true;
}

bool vault_erase(struct vault *vault, const struct uid *persons, size_t n, int64_t seq, struct err *err)
{
	static const char *const befores[] = {
		"INSERT OR IGNORE INTO gone SELECT e.id FROM temp.doomed AS d JOIN entries AS e ON e.seq=d.seq",
		"DELETE FROM claims WHERE seq IN (SELECT seq FROM temp.doomed)",
		"DELETE FROM claims WHERE scope IN (SELECT person FROM temp.doomed_persons)",
	};
	static const char *const afters[] = {
		"DELETE FROM pairs WHERE a IN (SELECT person FROM temp.doomed_persons) OR b IN (SELECT person FROM temp.doomed_persons)",
		"DELETE FROM holds WHERE person IN (SELECT person FROM temp.doomed_persons)",
	};
	int64_t count;

	return unlock(vault, err) && persons_mark(vault, persons, n, seq, err) && doomed_find(vault, err) &&
	       exec_all(vault, befores, sizeof(befores) / sizeof(*befores), err) && doomed_delete(vault, &count, err) &&
	       feeds_erase(vault, err) && exec_all(vault, afters, sizeof(afters) / sizeof(*afters), err) && lock(vault, err);
}

/* The row without its words, in the same place. */
static bool strip_row(struct vault *vault, struct row_list *list, int64_t seq, bool words, struct err *err)
{
	const struct entry *entry = &list->rows->entries[0];
	struct db_query *query;
	struct entry stripped;
	int64_t indexed;

	if (entry_stripped(entry) || !entry_strip(list->rows->arena, entry, &stripped))
		return true;
	if (!vault_meta(vault, "indexed", &indexed, err) || !unlock(vault, err))
		return false;
	if (words && seq <= indexed && (!vault_unindex(vault, seq, entry->data, indexed, err) || !vault_index_one(vault, seq, stripped.data, err)))
		return false;
	vault->tail_from = -1;
	query = db_query(vault->db, "UPDATE entries SET data=? WHERE seq=?", err);
	db_bind_str(query, 1, stripped.data);
	db_bind_int(query, 2, seq);
	return db_run(query, err) && lock(vault, err);
}

bool vault_redact(struct vault *vault, const struct uid *id, struct err *err)
{
	struct store_rows *rows = store_rows_new();
	struct row_list list = { rows, 0 };
	struct db_query *query = db_query(vault->db, "SELECT " ENTRY_COLUMNS " FROM entries AS e WHERE e.id=?", err);
	int64_t seq = 0;
	bool words = false, good;
	enum db_step step;

	uid_bind(query, 1, id);
	step = db_step(query, err);
	if (step == DB_ROW && vault_row(&list, query)) {
		seq = db_int(query, COLUMN_SEQ);
		words = db_int(query, COLUMN_FLAGS) & FLAG_WORDS;
	}
	db_reset(query);
	/* what is not here yet is stripped when it comes */
	good = step != DB_FAILED && (!seq || strip_row(vault, &list, seq, words, err));
	store_rows_free(rows);
	return good;
}

/*
 * The whole text index made into one piece, in which deleted words are no
 * more: a step at a time, so that others get their turn. The first step, of a
 * negative number, says that all of it is meant.
 */
static bool index_merge(struct vault *vault, struct err *err)
{
	int64_t pages = -MERGE_PAGES, changed;

	do {
		struct db_query *query;

		if (!vault_begin(vault, err))
			return false;
		changed = db_total_changes(vault->db);
		query = db_query(vault->db, "INSERT INTO words(words, rank) VALUES('merge', ?)", err);
		db_bind_int(query, 1, pages);
		if (!vault_end(vault, db_run(query, err), err))
			return false;
		changed = db_total_changes(vault->db) - changed;
		pages = MERGE_PAGES;
	} while (changed > 1);
	return true;
}

bool vault_scrub(struct vault *vault, struct err *err)
{
	int64_t due = 0;

	if (!vault_ready(vault, err) || !vault_meta(vault, "scrub", &due, err))
		return false;
	if (!due)
		return true;
	if (!index_merge(vault, err))
		return false;
	/* done when the log is cut off; while somebody reads an old moment, it is tried again by the next who tends */
	if (!db_checkpoint(vault->db, err))
		return false;
	if (!vault_begin(vault, err) || !vault_end(vault, vault_meta_set(vault, "scrub", 0, err), err))
		return false;
	return db_checkpoint(vault->db, err);
}

static bool retain_find(struct vault *vault, enum entry_type type, int64_t before, const struct str *keep, size_t n_keep, struct err *err)
{
	struct db_query *query;

	for (size_t i = 0; i < n_keep; i++) {
		struct uid uid;

		query = db_query(vault->db, "INSERT INTO temp.doomed_persons VALUES(?) ON CONFLICT DO NOTHING", err);
		if (!uid_read(keep[i], &uid))
			return err_set(err, ERR_USAGE, "\"%.60s\" is no person", keep[i].p ? keep[i].p : "");
		uid_bind(query, 1, &uid);
		if (!db_run(query, err))
			return false;
	}
	query = db_query(vault->db, "INSERT INTO temp.doomed SELECT seq FROM entries INDEXED BY entries_time WHERE min(at, got)<? AND type=?"
			 " AND (person IS NULL OR person NOT IN (SELECT person FROM temp.doomed_persons)) LIMIT ?", err);
	db_bind_int(query, 1, before);
	db_bind_str(query, 2, str_of(entry_type_word(type)));
	db_bind_int(query, 3, RETAIN_BATCH);
	return db_run(query, err);
}

bool vault_retain(struct vault *vault, enum entry_type type, int64_t before, const struct str *keep, size_t n_keep, int64_t *count,
		  struct err *err)
{
	static const char *const links = "DELETE FROM holds WHERE seq IN (SELECT seq FROM temp.doomed)";
	static const char *const pairs = "DELETE FROM pairs WHERE seq IN (SELECT seq FROM temp.doomed)";
	int64_t some;
	bool good;

	*count = 0;
	if ((unsigned)type >= ENTRY_TYPE_COUNT || type == ENTRY_ERASE)
		return err_set(err, ERR_USAGE, "entries of that type are kept");
	do {
		some = 0;
		if (!vault_begin(vault, err))
			return false;
		good = unlock(vault, err) && retain_find(vault, type, before, keep, n_keep, err) && exec_all(vault, &links, 1, err) &&
		       exec_all(vault, &pairs, 1, err) && doomed_delete(vault, &some, err) && lock(vault, err);
		if (!vault_end(vault, good, err))
			return false;
		*count += some;
	} while (some == RETAIN_BATCH);
	if (*count)
		vault_scrub(vault, err);
	return true;
}
