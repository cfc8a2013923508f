/*
 * The contacts that a case is opened with: which are offered, what attaches
 * those that were taken, and what takes them out again with the case.
 */
#include <stdlib.h>
#include <string.h>

#include <dossier/base/mem.h>
#include <dossier/base/text.h>
#include <dossier/model/brief.h>

#include "operation_build.h"

#define OFFERED_MOST (ENTRY_LIST_MOST / 2)
#define AROUND 40               /* bytes of an entry around a row's name */

static bool attach_entry(struct casework *work, struct str person, struct str case_, struct str entry, struct err *err)
{
	struct json_object *data = json_object_new_object();

	data_text(data, "entry", entry);
	return casework_add(work, ENTRY_ATTACH, person, case_, data, err);
}

/* Contacts of ours go by their entry, rows of backends by their keys, all in one entry. */
static bool attach_row(struct casework *work, struct json_object *data, struct str person, struct str case_, struct str backend,
		       struct str row, struct str id, struct err *err)
{
	if (str_is(backend, CASES_BACKEND))
		return attach_entry(work, person, case_, id, err);
	data_push_row(data, "rows", backend, row, id);
	return true;
}

/* A row is one event: whatever else tells of it goes along. */
static bool attach_whole(struct casework *work, struct json_object *data, struct str person, struct str case_, const struct timeline_row *row, struct err *err)
{
	bool good = true;

	for (size_t i = 0; good && i < row->n_sources; i++) {
		const struct interaction *it = row->sources[i];

		good = attach_row(work, data, person, case_, it->backend, it->row, it->id, err);
	}
	return good;
}

static bool is_word(struct str text)
{
	return text.n && text.n <= ENTRY_WORD_MOST && !memchr(text.p, '\0', text.n) && text_is_utf8(text);
}

/* What a backend calls its rows is outside text: a name that no entry takes would keep all others out. */
static bool has_names(const struct timeline_row *row)
{
	bool good = true;

	for (size_t i = 0; good && i < row->n_sources; i++)
		good = is_word(row->sources[i]->backend) && is_word(row->sources[i]->row) && is_word(row->sources[i]->id);
	return good;
}

static const struct timeline_row **loose_rows(const struct casework *work, size_t *n)
{
	const struct brief_in in = {
		.cases = work->cases, .timeline = work->timeline, .now = casework_now(work), .loose = work->desk->house->windows.loose,
	};
	const struct timeline_row **rows = NULL;
	size_t all = 0;

	*n = 0;
	if (work->timeline && work->cases)
		rows = brief_loose(&in, in.now, &all);
	for (size_t i = 0; i < all; i++)
		if (has_names(rows[i]))
			rows[(*n)++] = rows[i];
	return rows;
}

/* Quotes and the like are written as two bytes. */
static size_t bytes_of(const struct timeline_row *row)
{
	size_t bytes = 0;

	for (size_t i = 0; i < row->n_sources; i++)
		bytes += AROUND + 2 * ((size_t)row->sources[i]->backend.n + row->sources[i]->row.n + row->sources[i]->id.n);
	return bytes;
}

/* How many of the newest one entry can name with all that tell of them. */
static size_t fitting(const struct timeline_row **rows, size_t n)
{
	size_t i, sources = 0, bytes = AROUND;

	for (i = 0; i < n && i < OFFERED_MOST; i++)
		if ((sources += rows[i]->n_sources) > ENTRY_LIST_MOST || (bytes += bytes_of(rows[i])) > ENTRY_DATA_MOST)
			break;
	return i;
}

bool case_rows_loose(struct casework *work, struct json_object *data, struct str person, struct str case_, struct err *err)
{
	size_t n;
	const struct timeline_row **rows = loose_rows(work, &n);
	bool good = true;

	n = fitting(rows, n);
	work->loose = n;
	for (size_t i = 0; good && i < n; i++)
		good = attach_whole(work, data, person, case_, rows[i], err);
	free(rows);
	return good;
}

const struct timeline_row **casework_offered(const struct casework *work, size_t *n)
{
	size_t all, kept = 0, bytes = 0;
	const struct timeline_row **rows = loose_rows(work, &all);

	/* several are named in one text, with commas between them */
	all = fitting(rows, all);
	for (size_t i = 0; i < all; i++) {
		const struct interaction *it = rows[i]->head;
		size_t key = (size_t)it->backend.n + it->row.n + it->id.n + 2;

		if (memchr(it->id.p, ',', it->id.n) || key > ENTRY_WORD_MOST)
			continue;
		if ((bytes += key + 1) > ENTRY_TEXT_MOST)
			break;
		rows[kept++] = rows[i];
	}
	*n = kept;
	return rows;
}

char *casework_offered_key(const struct timeline_row *row)
{
	return mem_printf("%.*s/%.*s/%.*s", STR_ARG(row->head->backend), STR_ARG(row->head->row), STR_ARG(row->head->id));
}

static const struct timeline_row *find_loose(const struct timeline_row **rows, size_t n, struct str typed)
{
	const struct timeline_row *found = NULL;

	for (size_t i = 0; i < n && !found; i++) {
		char *key = casework_offered_key(rows[i]);

		found = str_is(typed, key) ? rows[i] : NULL;
		free(key);
	}
	return found;
}

/* The case that it was put into, by hand; absent: none. */
static struct str put_into(const struct casework *work, const struct row_key *key)
{
	const struct contact *contact = str_is(key->backend, CASES_BACKEND) ? cases_contact(work->cases, key->id) : NULL;
	bool off;
	struct str case_ = contact ? contact->case_ : cases_row_case(work->cases, key, &off);

	return case_.p && cases_find(work->cases, case_) ? case_ : (struct str){ 0 };
}

static const struct timeline_row *row_of(struct timeline *timeline, const struct row_key *key)
{
	for (size_t i = 0; timeline && i < timeline_count(timeline); i++) {
		const struct timeline_row *row = timeline_row(timeline, i);

		for (size_t k = 0; k < row->n_sources; k++) {
			const struct interaction *it = row->sources[k];

			if (str_eq(it->id, key->id) && str_eq(it->row, key->row) && str_eq(it->backend, key->backend))
				return row;
		}
	}
	return NULL;
}

/* It was loose when it was offered: whoever put it, or what else tells of it, into another case since had looked at it. */
static bool stays(struct casework *work, const struct row_key *key)
{
	struct str case_ = work->cases ? put_into(work, key) : (struct str){ 0 };
	const struct timeline_row *row = work->cases && !case_.p ? row_of(work->timeline, key) : NULL;

	for (size_t i = 0; row && !case_.p && i < row->n_sources; i++)
		case_ = put_into(work, &(struct row_key){ row->sources[i]->backend, row->sources[i]->row, row->sources[i]->id });
	if (!case_.p)
		return false;
	if (!work->stayed++)
		work->stays_in = casework_copy(work, case_);
	return true;
}

bool case_rows_typed(struct casework *work, const struct op_values *values, struct json_object *data, struct str person, struct str case_, struct err *err)
{
	struct json_object *typed = json_object_new_object(), *list = NULL;
	bool opens = op_values_of(values)->writes == ENTRY_CASE_OPEN, good = true;
	size_t n = 0;
	const struct timeline_row **rows = opens ? loose_rows(work, &n) : NULL;

	data_from(typed, values, "rows", NULL);
	json_object_object_get_ex(typed, "rows", &list);
	for (size_t i = 0; good && i < (list ? json_object_array_length(list) : 0); i++) {
		struct json_object *named = json_object_array_get_idx(list, i);
		const struct row_key key = { entry_text(named, "backend"), entry_text(named, "row"), entry_text(named, "id") };
		const struct timeline_row *row = find_loose(rows, n, op_item(values, "rows", i));

		if (row)
			good = attach_whole(work, data, person, case_, row, err);
		else if (!opens || !op_values_offered(values) || !stays(work, &key))
			good = attach_row(work, data, person, case_, key.backend, key.row, key.id, err);
		work->loose += row != NULL;
	}
	free(rows);
	json_object_put(typed);
	return good;
}

/* What has been put elsewhere since stays there. */
static bool take_out(struct casework *work, const struct case_state *state, const struct entry *attach, struct err *err)
{
	struct json_object *data = casework_data(work, attach), *out = json_object_new_object(), *list = NULL;
	struct str entry = entry_text(data, "entry");
	const struct contact *contact = entry.p ? cases_contact(work->cases, entry) : NULL;
	bool off;

	if (contact && str_eq(contact->case_, state->id))
		data_text(out, "entry", entry);
	json_object_object_get_ex(data, "rows", &list);
	for (size_t i = 0; list && i < json_object_array_length(list); i++) {
		struct json_object *one = json_object_array_get_idx(list, i);
		const struct row_key key = { entry_text(one, "backend"), entry_text(one, "row"), entry_text(one, "id") };

		if (str_eq(cases_row_case(work->cases, &key, &off), state->id))
			data_push_row(out, "rows", key.backend, key.row, key.id);
	}
	json_object_put(data);
	if (!json_object_object_length(out)) {
		json_object_put(out);
		return true;
	}
	data_bool(out, "off", true);
	return casework_add(work, ENTRY_ATTACH, attach->person, state->id, out, err);
}

bool case_rows_back(struct casework *work, const struct case_state *state, struct err *err)
{
	bool good = true;

	if (!work->undoes.p || !str_eq(work->undoes, state->opened->id))
		return true;
	for (size_t i = 0; good && i < state->n_entries; i++) {
		const struct entry *entry = state->entries[i];

		if (entry->type == ENTRY_ATTACH && entry->at == state->opened->at && str_eq(entry->author, state->opened->author))
			good = take_out(work, state, entry, err);
	}
	return good;
}
