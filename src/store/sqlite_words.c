/*
 * Finding words. The index is filled in batches behind a mark, for filling it
 * in the commit of each entry costs a third of the rate; what the mark has not
 * reached is indexed here for the search alone. Newest first by row, never by
 * rank: ranking a common word reads all of its entries.
 */
#include <stdlib.h>

#include "sqlite_vault.h"

#define INDEX_BATCH 256         /* entries; the queue stands still for so long */
#define WORDS_MOST 8
#define WORD_LEAST 2            /* letters of a beginning: one letter means too much */
#define QUERY_MOST 2000
#define TEXT_MOST (2 * ENTRY_DATA_MOST)
#define TEXT_DEPTH 8

static bool is_uid(struct str text)
{
	struct uid uid;

	return uid_read(text, &uid);
}

static void text_add(struct json_object *value, struct buf *out, int depth)
{
	if (json_object_is_type(value, json_type_string)) {
		struct str text = str_make(json_object_get_string(value), (size_t)json_object_get_string_len(value));

		if (text.n && !is_uid(text)) {
			buf_addstr(out, text);
			buf_addc(out, '\n');
		}
	} else if (depth < TEXT_DEPTH && json_object_is_type(value, json_type_array)) {
		for (size_t i = 0; i < json_object_array_length(value); i++)
			text_add(json_object_array_get_idx(value, i), out, depth + 1);
	} else if (depth < TEXT_DEPTH && json_object_is_type(value, json_type_object)) {
		json_object_object_foreach(value, name, member) {
			(void)name;
			text_add(member, out, depth + 1);
		}
	}
}

/*
 * Taking an entry out of the index takes the very text that was put in: it
 * must depend on data alone, not on what this program knows of types.
 */
void vault_text(struct vault *vault, struct str data, struct buf *out)
{
	struct err err = { ERR_NONE, "" };
	struct json_object *value = json_parse(vault->parser, data, &err);

	text_add(value, out, 0);
	json_object_put(value);
}

static bool words_put(struct vault *vault, const char *sql, int64_t seq, struct str data, struct err *err)
{
	struct db_query *query = db_query(vault->db, sql, err);
	struct buf text;
	bool good;

	buf_init(&text, TEXT_MOST);
	vault_text(vault, data, &text);
	db_bind_int(query, 1, seq);
	db_bind_str(query, 2, text.len ? buf_str(&text) : STR(""));
	good = db_run(query, err);
	buf_release(&text);
	return good;
}

bool vault_unindex(struct vault *vault, int64_t seq, struct str data, int64_t indexed, struct err *err)
{
	return seq > indexed || words_put(vault, "INSERT INTO words(words, rowid, text) VALUES('delete', ?, ?)", seq, data, err);
}

bool vault_index_one(struct vault *vault, int64_t seq, struct str data, struct err *err)
{
	return words_put(vault, "INSERT INTO words(rowid, text) VALUES(?, ?)", seq, data, err);
}

/* Rows from one place to another, each into the index that sql names. */
static bool index_rows(struct vault *vault, const char *sql, int64_t from, int64_t to, struct err *err)
{
	struct db_query *query = db_query(vault->db, "SELECT seq, data FROM entries WHERE seq>? AND seq<=? AND flags & 2", err);
	enum db_step step;

	db_bind_int(query, 1, from);
	db_bind_int(query, 2, to);
	while ((step = db_step(query, err)) == DB_ROW) {
		if (!words_put(vault, sql, db_int(query, 0), db_str(query, 1), err)) {
			step = DB_FAILED;
			break;
		}
	}
	db_reset(query);
	return step == DB_DONE;
}

static bool index_batch(struct vault *vault, int64_t *left, struct err *err)
{
	int64_t indexed, last, to;

	if (!vault_meta(vault, "indexed", &indexed, err) || !vault_last(vault, &last, err))
		return false;
	to = last - indexed > INDEX_BATCH ? indexed + INDEX_BATCH : last;
	*left = last - to;
	return to == indexed || (index_rows(vault, "INSERT INTO words(rowid, text) VALUES(?, ?)", indexed, to, err) &&
				 vault_meta_set(vault, "indexed", to, err));
}

bool vault_index(struct vault *vault, int64_t *left, struct err *err)
{
	int64_t indexed, last;

	*left = 0;
	if (!vault_ready(vault, err) || !vault_meta(vault, "indexed", &indexed, err) || !vault_last(vault, &last, err))
		return false;
	if (indexed >= last)
		return true;
	return vault_begin(vault, err) && vault_end(vault, index_batch(vault, left, err), err);
}

/* A small index in memory of what the mark has not reached, kept between searches. */
static bool tail_fill(struct vault *vault, int64_t indexed, int64_t last, struct err *err)
{
	if (!vault->tail_to && !db_exec(vault->db, "CREATE VIRTUAL TABLE IF NOT EXISTS temp.tail USING fts5(text, content='', columnsize=0,"
					" tokenize='unicode61 remove_diacritics 2')", err))
		return false;
	if (vault->tail_from != indexed || vault->tail_to < indexed) {
		if (!db_exec(vault->db, "INSERT INTO temp.tail(tail) VALUES('delete-all')", err))
			return false;
		vault->tail_from = vault->tail_to = indexed;
	}
	if (!index_rows(vault, "INSERT INTO temp.tail(rowid, text) VALUES(?, ?)", vault->tail_to, last, err)) {
		vault->tail_from = -1;
		return false;
	}
	vault->tail_to = last;
	return true;
}

/* Each word quoted, so that nothing in it is an operator; the last as a beginning. False when nothing is left to look for. */
static bool query_make(struct str words, struct buf *out, struct err *err)
{
	size_t n = 0, at = 0;

	while (n < WORDS_MOST) {
		size_t from, letters = 0;
		bool last;

		while (at < words.n && strchr(" \t\r\n", words.p[at]))
			at++;
		if (at == words.n)
			break;
		for (from = at; at < words.n && !strchr(" \t\r\n", words.p[at]); at++)
			letters += ((unsigned char)words.p[at] & 0xC0) != 0x80;
		last = at == words.n;
		if (last && letters < WORD_LEAST)
			break;
		buf_adds(out, n ? " \"" : "\"");
		for (size_t i = from; i < at; i++) {
			if (words.p[i] == '"')
				buf_addc(out, '"');
			if (words.p[i])
				buf_addc(out, words.p[i]);
		}
		buf_adds(out, last ? "\"*" : "\"");
		n++;
	}
	if (!n || out->full)
		return err_set(err, ERR_USAGE, "to look for words, give at least two letters and at most eight words");
	return true;
}

static bool hits(struct vault *vault, const char *sql, struct str match, size_t limit, struct row_list *list, struct err *err)
{
	struct db_query *query = db_query(vault->db, sql, err);
	enum db_step step = DB_DONE;

	db_bind_str(query, 1, match);
	while (list->rows->n < limit && (step = db_step(query, err)) == DB_ROW)
		vault_row(list, query);
	db_reset(query);
	return step != DB_FAILED;
}

static bool search_all(struct vault *vault, struct str match, size_t limit, struct store_rows *rows, struct err *err)
{
	struct row_list list = { rows, 0 };
	int64_t indexed, last;

	if (!vault_meta(vault, "indexed", &indexed, err) || !vault_last(vault, &last, err))
		return false;
	if (indexed < last && (!tail_fill(vault, indexed, last, err) ||
			       !hits(vault, "SELECT " ENTRY_COLUMNS " FROM temp.tail AS w CROSS JOIN entries AS e ON e.seq=w.rowid"
				     " WHERE tail MATCH ?1 ORDER BY w.rowid DESC", match, limit, &list, err)))
		return false;
	return hits(vault, "SELECT " ENTRY_COLUMNS " FROM words AS w CROSS JOIN entries AS e ON e.seq=w.rowid"
		    " WHERE words MATCH ?1 ORDER BY w.rowid DESC", match, limit, &list, err);
}

bool vault_search(struct vault *vault, struct str words, size_t limit, struct store_rows *rows, struct err *err)
{
	struct buf match;
	bool good;

	buf_init(&match, QUERY_MOST);
	good = query_make(words, &match, err) && vault_look(vault, err);
	if (good) {
		good = search_all(vault, buf_str(&match), limit, rows, err);
		vault_looked(vault);
	}
	buf_release(&match);
	return good;
}
