/* Erasures and redactions, applied to all that is private, so that the words are in no byte of the file. */
#include "local.h"

#include <stdlib.h>

#define ERASED_MOST 200
#define SCRUB_BUSY_MS 100

static bool run(struct local *local, const char *sql, struct str text, int64_t *changed, struct err *err)
{
	struct db_query *query = db_query(local->db, sql, err);

	db_bind_int(query, 1, local->store_no);
	db_bind_str(query, 2, text);
	if (!db_run(query, err))
		return false;
	if (changed)
		*changed += db_changes(local->db);
	return true;
}

#define OURS "owner IN (SELECT no FROM owners WHERE store = ?1)"
#define HERS "SELECT p.id FROM keys p WHERE p.store = ?1 AND p.key = 'u:' || ?2"

/*
 * The order matters: by the links of the person, which go last, things are
 * found that were kept under an identity. What two may share takes a draft
 * only when nothing else names the customer; copies can be fetched again. What
 * nobody's entry says of the person's (an answer, how a contact ended) goes
 * with it.
 */
static const char *const erase_steps[] = {
	"INSERT OR IGNORE INTO erased (store, person) VALUES (?1, ?2)",
	"DELETE FROM kept WHERE " OURS " AND person = ?2",
	"DELETE FROM kept WHERE " OURS " AND kind = 2 AND person IS NULL",
	("DELETE FROM kept WHERE " OURS " AND person IS NULL AND EXISTS (SELECT 1 FROM kept_who w"
	 " JOIN keys k ON k.store = ?1 AND k.key = 'i:' || w.who WHERE w.no = kept.no AND k.id IN (" HERS "))"),
	("DELETE FROM kept WHERE " OURS " AND person IS NULL AND EXISTS (SELECT 1 FROM kept_who w WHERE w.no = kept.no)"
	 " AND NOT EXISTS (SELECT 1 FROM kept_who w WHERE w.no = kept.no AND NOT EXISTS (SELECT 1 FROM entries e WHERE e.store = ?1"
	 " AND e.person = ?2 AND e.word IN ('link', 'unlink') AND json_extract(e.data, '$.identity') = w.who))"),
	"DELETE FROM kept_who WHERE ?1 = ?1 AND ?2 = ?2 AND no NOT IN (SELECT no FROM kept)",
	("DELETE FROM outbox WHERE " OURS " AND id IN (SELECT id FROM entries WHERE store = ?1 AND person = ?2 AND mine <> 0)"),
	/* an identity that was asked for is a word too, and nobody else may know whose it was */
	"DELETE FROM roots WHERE store = ?1 AND (key = 'u:' || ?2 OR key LIKE 'i:%')",
	("DELETE FROM entries WHERE store = ?1 AND person IS NULL AND word <> 'erase' AND id IN (SELECT k.id FROM entries e"
	 " JOIN keys k ON k.store = ?1 AND k.key = 'u:' || e.id WHERE e.store = ?1 AND e.person = ?2)"),
	/* others' links to the person say nothing more, but lead to it */
	"DELETE FROM entries WHERE store = ?1 AND word IN ('link', 'unlink') AND id IN (" HERS ")",
	"DELETE FROM persons WHERE store = ?1 AND person = ?2",
};

static bool erase(struct local *local, struct str person, size_t *erased, struct err *err)
{
	static const char words[] = "DELETE FROM entries WHERE store = ?1 AND person = ?2";
	static const char keys[] =
		"DELETE FROM keys WHERE store = ?1 AND ?2 = ?2 AND NOT EXISTS (SELECT 1 FROM entries e WHERE e.store = ?1 AND e.id = keys.id)";
	int64_t changed = 0;

	for (size_t i = 0; i < sizeof(erase_steps) / sizeof(*erase_steps); i++) {
		if (!run(local, erase_steps[i], person, NULL, err))
			return false;
	}
	if (!run(local, words, person, &changed, err) || !run(local, keys, person, NULL, err))
		return false;
	*erased += (size_t)changed;
	return true;
}

static bool erase_all(struct local *local, struct json_object *data, size_t *erased, struct err *err)
{
	struct json_object *persons = NULL;

	if (!json_object_object_get_ex(data, "persons", &persons) || !json_object_is_type(persons, json_type_array))
		return true;
	for (size_t i = 0; i < json_object_array_length(persons) && i < ERASED_MOST; i++) {
		struct json_object *person = json_object_array_get_idx(persons, i);

		if (json_object_is_type(person, json_type_string) &&
		    !erase(local, str_make(json_object_get_string(person), (size_t)json_object_get_string_len(person)), erased, err))
			return false;
	}
	return true;
}

/* The rows of one id, stripped; a loop of its own, because rows are read out before any is written. */
static bool redact(struct local *local, struct str id, size_t *redacted, struct err *err)
{
	struct db_query *query = db_query(local->db, "SELECT " LOCAL_COLUMNS ", e.mine FROM entries e WHERE e.store = ?1 AND e.id = ?2", err);
	struct { struct entry entry; int64_t mine; } rows[8];
	struct arena *arena = arena_new();
	size_t n = 0;
	enum db_step step;
	bool good;

	db_bind_int(query, 1, local->store_no);
	db_bind_str(query, 2, id);
	while ((step = db_step(query, err)) == DB_ROW && n < sizeof(rows) / sizeof(*rows)) {
		struct entry entry, stripped;

		if (local_entry(query, &entry) && !entry_stripped(&entry) && entry_strip(arena, &entry, &stripped)) {
			rows[n].entry = reach_entry_copy(arena, &stripped);
			rows[n++].mine = db_int(query, 14);
		}
	}
	db_reset(query);
	good = step != DB_FAILED;
	for (size_t i = 0; good && i < n; i++)
		good = local_entry_put(local, &rows[i].entry, rows[i].mine, err);
	*redacted += n;
	arena_free(arena);
	return good && run(local, "DELETE FROM kept WHERE owner IN (SELECT no FROM owners WHERE store = ?1) AND kind = 0 AND key = ?2", id, NULL, err);
}

static bool clean_one(struct local *local, struct json_parser *parser, const struct entry *entry, struct local_cleaned *cleaned, struct err *err)
{
	struct json_object *data;
	bool good = true;

	if (!entry_known(entry) || (entry->type != ENTRY_ERASE && entry->type != ENTRY_REDACT))
		return true;
	data = entry_data(parser, entry);
	if (entry->type == ENTRY_ERASE)
		good = erase_all(local, data, &cleaned->erased, err);
	else if (entry_text(data, "entry").p)
		good = redact(local, entry_text(data, "entry"), &cleaned->redacted, err);
	json_object_put(data);
	return good;
}

bool local_clean(struct local *local, const struct entry *const *entries, size_t n, struct local_cleaned *cleaned, struct err *err)
{
	struct json_parser *parser = json_parser_new();
	bool good = db_begin(local->db, err);

	*cleaned = (struct local_cleaned){ 0 };
	for (size_t i = 0; good && i < n; i++)
		good = clean_one(local, parser, entries[i], cleaned, err);
	good = good && local_outbox_count(local, err) && db_commit(local->db, err);
	json_parser_free(parser);
	if (!good)
		return local_fail(local);
	local->unclean = true;
	local_scrub(local);
	return true;
}

/* secure_delete has emptied the pages; the log beside the file still holds what they were. */
void local_scrub(struct local *local)
{
	struct err err;

	if (!local->db || !local->unclean)
		return;
	db_busy(local->db, SCRUB_BUSY_MS);
	local->unclean = !db_checkpoint(local->db, &err);
	db_busy(local->db, LOCAL_BUSY_MS);
}
