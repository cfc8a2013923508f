/*
 * Finding words. The index is filled in batches behind a mark, for filling it
 * in the commit of each entry costs a third of the rate; what the mark has not
 * reached is indexed here for the search alone. Newest first by row, never by
 * rank: ranking a common word reads all of its entries.
 */
#include <stdlib.h>

#include <dossier/base/text.h>

#include "sqlite_vault.h"

#define INDEX_BATCH 256         /* entries; the queue stands still for so long */
#define WORDS_MOST 8
#define WORD_LEAST 2            /* letters of a beginning: one letter means too much */
#define PREFIX_MOST 3           /* letters of a beginning that the index keeps */
#define LOOK_REST 150           /* entries looked into, of those that have the other words */
#define LOOK_WIDER 1500         /* the same, of those that have words which begin alike: with too few hits the beginning is rare */
#define LOOK_STEP 50            /* after each so many it is seen whether it can come to enough */
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

/*
 * What is looked for. A beginning of more letters than the index keeps costs
 * all entries that have it, however few are wanted, and a common one beside
 * other words nearly as much. So first those that have the other words, then
 * those that have a word with its first letters, are looked into, newest
 * first; where hits are too rare among them, the beginning costs little.
 */
struct wanted {
	struct buf match, wider, rest;
	struct str last;                /* the beginning; absent: it cannot be looked for by us */
};

static void word_add(struct buf *out, struct str word, bool beginning)
{
	buf_adds(out, out->len ? " \"" : "\"");
	for (uint32_t i = 0; i < word.n; i++) {
		if (word.p[i] == '"')
			buf_addc(out, '"');
		if (word.p[i])
			buf_addc(out, word.p[i]);
	}
	buf_adds(out, beginning ? "\"*" : "\"");
}

static bool plain(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool all_plain(struct str word)
{
	for (uint32_t i = 0; i < word.n; i++) {
		if (!plain(word.p[i]))
			return false;
	}
	return true;
}

/* Each word quoted, so that nothing in it is an operator; the last as a beginning. False when nothing is left to look for. */
static bool wanted_make(struct str words, struct wanted *out, struct err *err)
{
	size_t n = 0, at = 0;

	while (n < WORDS_MOST) {
		size_t from, letters = 0;
		struct str word;
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
		word = str_make(words.p + from, at - from);
		word_add(&out->match, word, last);
		if (!last)
			word_add(&out->rest, word, false);
		if (last && all_plain(word)) {
			out->last = word;
			word.n = word.n > PREFIX_MOST ? PREFIX_MOST : word.n;
		}
		word_add(&out->wider, word, last);
		n++;
	}
	if (!n || out->match.full)
		return err_set(err, ERR_USAGE, "to look for words, give at least two letters and at most eight words");
	return true;
}

/* As the index sees it: what is neither letter nor digit stands between words. */
static bool has_beginning(struct str text, struct str beginning)
{
	for (uint32_t i = 0; i + beginning.n <= text.n; i++) {
		uint32_t k = 0;

		if (i && (plain(text.p[i - 1]) || text.p[i - 1] & 0x80))
			continue;
		while (k < beginning.n && (text.p[i + k] | 0x20) == (beginning.p[k] | 0x20))
			k++;
		if (k == beginning.n)
			return true;
	}
	return false;
}

/* For most entries the bytes as they stand tell that it cannot be, and nothing is parsed. */
static bool may_have(struct str data, struct str beginning)
{
	for (uint32_t i = 0; i < data.n; i++) {
		uint32_t k = 0;

		if (data.p[i] & 0x80 || (data.p[i] == '\\' && i + 1 < data.n && data.p[i + 1] == 'u'))
			return true;
		while (k < beginning.n && i + k < data.n && (data.p[i + k] | 0x20) == (beginning.p[k] | 0x20))
			k++;
		if (k == beginning.n)
			return true;
	}
	return false;
}

static bool row_has(struct vault *vault, struct str data, struct str beginning)
{
	struct buf text, folded;
	bool other = false, found;

	buf_init(&text, TEXT_MOST);
	buf_init(&folded, 4 * TEXT_MOST);
	vault_text(vault, data, &text);
	for (size_t i = 0; !other && i < text.len; i++)
		other = text.data[i] & 0x80;
	if (other)
		text_fold_plain(&folded, buf_str(&text));
	found = has_beginning(buf_str(other ? &folded : &text), beginning);
	buf_release(&text);
	buf_release(&folded);
	return found;
}

static enum db_step hits(struct vault *vault, const char *sql, struct str match, size_t limit, struct row_list *list, struct err *err)
{
	struct db_query *query = db_query(vault->db, sql, err);
	enum db_step step = DB_DONE;

	db_bind_str(query, 1, match);
	while (list->rows->n < limit && (step = db_step(query, err)) == DB_ROW)
		vault_row(list, query);
	db_reset(query);
	return step;
}

#define INDEX_HITS \
	"SELECT " ENTRY_COLUMNS " FROM words AS w CROSS JOIN entries AS e ON e.seq=w.rowid WHERE words MATCH ?1 ORDER BY w.rowid DESC"

/* True in *all when nothing is missing: else too few of those looked into have the beginning, and nothing was taken. */
static bool hits_looked(struct vault *vault, const struct buf *match, struct str last, size_t most, size_t limit, struct row_list *list,
			bool *all, struct err *err)
{
	struct db_query *query = db_query(vault->db, INDEX_HITS, err);
	size_t before = list->rows->n;
	enum db_step step = DB_DONE;

	db_bind_str(query, 1, buf_str(match));
	for (size_t looked = 1; list->rows->n < limit && looked <= most && (step = db_step(query, err)) == DB_ROW; looked++) {
		struct str data = db_str(query, COLUMN_DATA);

		if (may_have(data, last) && row_has(vault, data, last))
			vault_row(list, query);
		if (looked % LOOK_STEP == 0 && 2 * (list->rows->n - before) * most < (limit - before) * looked)
			break;
	}
	db_reset(query);
	*all = list->rows->n >= limit || step == DB_DONE;
	if (!*all)
		list->rows->n = before;
	return step != DB_FAILED;
}

static bool search_all(struct vault *vault, const struct wanted *wanted, size_t limit, struct store_rows *rows, struct err *err)
{
	struct row_list list = { rows, 0 };
	int64_t indexed, last;
	bool all = false;

	if (!vault_meta(vault, "indexed", &indexed, err) || !vault_last(vault, &last, err))
		return false;
	if (indexed < last && (!tail_fill(vault, indexed, last, err) ||
			       hits(vault, "SELECT " ENTRY_COLUMNS " FROM temp.tail AS w CROSS JOIN entries AS e ON e.seq=w.rowid"
				    " WHERE tail MATCH ?1 ORDER BY w.rowid DESC", buf_str(&wanted->match), limit, &list, err) == DB_FAILED))
		return false;
	if (wanted->last.p && wanted->rest.len &&
	    !hits_looked(vault, &wanted->rest, wanted->last, LOOK_REST, limit, &list, &all, err))
		return false;
	if (!all && wanted->last.n > PREFIX_MOST &&
	    !hits_looked(vault, &wanted->wider, wanted->last, LOOK_WIDER, limit, &list, &all, err))
		return false;
	return all || hits(vault, INDEX_HITS, buf_str(&wanted->match), limit, &list, err) != DB_FAILED;
}

bool vault_search(struct vault *vault, struct str words, size_t limit, struct store_rows *rows, struct err *err)
{
	struct wanted wanted = { .last = { 0 } };
	bool good;

	buf_init(&wanted.match, QUERY_MOST);
	buf_init(&wanted.wider, QUERY_MOST);
	buf_init(&wanted.rest, QUERY_MOST);
	good = wanted_make(words, &wanted, err) && vault_look(vault, err);
	if (good) {
		good = search_all(vault, &wanted, limit, rows, err);
		vault_looked(vault);
	}
	buf_release(&wanted.match);
	buf_release(&wanted.wider);
	buf_release(&wanted.rest);
	return good;
}
