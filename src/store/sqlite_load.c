/* What an ask brings (struct store_ask), read in one moment of the file. */
#include "sqlite_load.h"

#include <stdlib.h>

#include <dossier/model/cases.h>

#define CASES_MOST 20           /* that a beginning of a code may mean */

static size_t seq_slot(const int64_t *seqs, size_t n_slots, int64_t seq)
{
	size_t at = (size_t)((uint64_t)seq * 0x9e3779b97f4a7c15u >> 20) & (n_slots - 1);

	while (seqs[at] && seqs[at] != seq)
		at = (at + 1) & (n_slots - 1);
	return at;
}

/* True when the row was not there yet. */
static bool seq_add(struct load *load, int64_t seq)
{
	size_t at;

	if (2 * load->n_seqs >= load->n_slots) {
		size_t n_slots = load->n_slots ? 2 * load->n_slots : 1024;
		int64_t *seqs = mem_array(n_slots, sizeof(*seqs));

		for (size_t i = 0; i < load->n_slots; i++) {
			if (load->seqs[i])
				seqs[seq_slot(seqs, n_slots, load->seqs[i])] = load->seqs[i];
		}
		free(load->seqs);
		load->seqs = seqs;
		load->n_slots = n_slots;
	}
	at = seq_slot(load->seqs, load->n_slots, seq);
	if (load->seqs[at])
		return false;
	load->seqs[at] = seq;
	load->n_seqs++;
	return true;
}

static void follow_later(struct load *load, struct db_query *query, bool near, int64_t since)
{
	struct str id = db_blob(query, COLUMN_ID), case_ = db_blob(query, COLUMN_CASE);
	struct follow follow = {
		.seq = db_int(query, COLUMN_SEQ), .since = since, .near = near, .has_case = case_.n == 16,
		.opens = str_is(db_str(query, COLUMN_TYPE), entry_type_word(ENTRY_CASE_OPEN)),
	};

	if (id.n != 16)
		return;
	memcpy(follow.id.b, id.p, 16);
	if (follow.has_case)
		memcpy(follow.case_.b, case_.p, 16);
	MEM_ROOM(load->follows, load->n_follows, load->cap_follows);
	load->follows[load->n_follows++] = follow;
}

bool load_rows(struct load *load, struct db_query *query, bool near, int64_t since)
{
	enum db_step step;

	while ((step = db_step(query, load->err)) == DB_ROW) {
		bool far = db_int(query, COLUMN_FLAGS) & FLAG_FAR, wanted = db_int(query, COLUMN_SEQ) > since;

		if (load->list.rows->n >= LOAD_MOST) {
			load->list.rows->more = true;
			step = DB_DONE;
			break;
		}
		if (!seq_add(load, db_int(query, COLUMN_SEQ)))
			continue;
		if (far || near)
			follow_later(load, query, near && !far, since && !wanted ? since : 0);
		if (wanted)
			vault_row(&load->list, query);
	}
	db_reset(query);
	return step == DB_DONE;
}

static bool follow_one(struct load *load, const struct follow *follow)
{
	struct db *db = load->vault->db;
	struct db_query *query = db_query(db, "SELECT " ENTRY_COLUMNS " FROM refs AS r JOIN entries AS e ON e.seq=r.seq"
					  " WHERE r.ref=? AND e.seq>?", load->err);

	uid_bind(query, 1, &follow->id);
	db_bind_int(query, 2, follow->since);
	if (!load_rows(load, query, follow->near, 0))
		return false;
	if (follow->near)
		return true;
	if (!follow->since) {
		query = db_query(db, "SELECT " ENTRY_COLUMNS " FROM refs AS r JOIN entries AS e ON e.id=r.ref WHERE r.seq=?", load->err);
		db_bind_int(query, 1, follow->seq);
		if (!load_rows(load, query, false, 0))
			return false;
	}
	if (!follow->has_case)
		return true;
	if (follow->opens)
		query = db_query(db, "SELECT " ENTRY_COLUMNS " FROM entries AS e WHERE e.\"case\"=? AND e.seq>?", load->err);
	else
		query = db_query(db, "SELECT " ENTRY_COLUMNS " FROM entries AS e WHERE e.\"case\"=? AND e.seq>? AND e.type='case.open'", load->err);
	uid_bind(query, 1, &follow->case_);
	db_bind_int(query, 2, follow->since);
	return load_rows(load, query, false, 0);
}

bool load_follow(struct load *load)
{
	/* following may find more to follow; every row is followed once */
	for (size_t i = 0; i < load->n_follows; i++) {
		struct follow follow = load->follows[i];

		if (!follow_one(load, &follow))
			return false;
	}
	return true;
}

/* Persons that a query's first column names. */
static bool persons_of(struct load *load, const char *sql, const struct uid *uid)
{
	struct db_query *query = db_query(load->vault->db, sql, load->err);
	enum db_step step;

	uid_bind(query, 1, uid);
	while ((step = db_step(query, load->err)) == DB_ROW)
		load_person(load, db_blob(query, 0));
	db_reset(query);
	return step == DB_DONE;
}

static bool by_code(struct load *load, struct str typed)
{
	char code[CASE_CODE + 1], after[CASE_CODE + 2];
	struct db_query *query;
	size_t n;

	if (!case_code_read(typed, code))
		return true;
	n = strlen(code);
	memcpy(after, code, n);
	memcpy(after + n, "~", 2);
	query = db_query(load->vault->db, "SELECT " ENTRY_COLUMNS " FROM entries AS e WHERE e.code>=? AND e.code<? LIMIT ?", load->err);
	db_bind_str(query, 1, str_of(code));
	db_bind_str(query, 2, str_of(after));
	db_bind_int(query, 3, CASES_MOST);
	enum db_step step;
	while ((step = db_step(query, load->err)) == DB_ROW)
		load_person(load, db_blob(query, COLUMN_PERSON));
	db_reset(query);
	return step == DB_DONE;
}

/* Any entry, by its whole code; few have the same. */
static bool by_tail(struct load *load, struct str typed, bool rows)
{
	char uuid[] = "00000000-0000-4000-8000-000000000000";
	struct db_query *query;
	struct uid uid;
	enum db_step step;

	if (!case_code_digits(typed, uuid + 36 - CASE_CODE_DIGITS) || !uid_read(str_of(uuid), &uid))
		return true;
	query = db_query(load->vault->db, "SELECT " ENTRY_COLUMNS " FROM entries AS e WHERE substr(e.id, 12)=substr(?, 12)", load->err);
	uid_bind(query, 1, &uid);
	if (rows)
		return load_rows(load, query, true, load->since);
	while ((step = db_step(query, load->err)) == DB_ROW) {
		if (db_blob(query, COLUMN_PERSON).n == 16)
			load_person(load, db_blob(query, COLUMN_PERSON));
	}
	db_reset(query);
	return step == DB_DONE;
}

static bool by_id(struct load *load, struct str id, bool rows)
{
	struct db_query *query;
	struct uid uid;

	if (!uid_read(id, &uid))
		return (rows || by_code(load, id)) && by_tail(load, id, rows);
	if (rows) {
		query = db_query(load->vault->db, "SELECT " ENTRY_COLUMNS " FROM entries AS e WHERE e.id=?", load->err);
		uid_bind(query, 1, &uid);
		return load_rows(load, query, true, load->since);
	}
	return persons_of(load, "SELECT person FROM entries WHERE id=?", &uid) &&
	       persons_of(load, "SELECT DISTINCT person FROM entries WHERE \"case\"=?", &uid) &&
	       persons_of(load, "SELECT e.person FROM refs AS r JOIN entries AS e ON e.seq=r.seq WHERE r.ref=?", &uid);
}

static bool ids_all(struct load *load, bool rows)
{
	for (size_t i = 0; i < load->ask->n_ids; i++) {
		if (!by_id(load, load->ask->ids[i], rows))
			return false;
	}
	for (size_t i = 0; i < load->ask->n_identities; i++) {
		const struct identity *id = &load->ask->identities[i];

		if (id->type == ID_TYPE_CONTACT && !by_id(load, id->value, rows))
			return false;
	}
	return true;
}

/* Persons as of since first: whoever is joined with them only now comes with all that they ever had. */
static bool find_persons(struct load *load)
{
	for (size_t i = 0; i < load->ask->n_persons; i++) {
		struct uid uid;

		if (uid_read(load->ask->persons[i], &uid))
			load_person(load, str_make((const char *)uid.b, 16));
	}
	if (!ids_all(load, false))
		return false;
	if (load->since && (!load_identities(load, load->since) || !load_persons(load, load->since)))
		return false;
	load->n_old = load->since ? load->persons.n : 0;
	return load_identities(load, INT64_MAX) && load_persons(load, INT64_MAX);
}

static bool load_one_person(struct load *load, size_t i)
{
	struct db *db = load->vault->db;
	int64_t since = i < load->n_old ? load->since : 0;
	struct db_query *query;
	struct uid uid;

	memcpy(uid.b, load->persons.texts[i].p, 16);
	query = db_query(db, "SELECT " ENTRY_COLUMNS " FROM entries AS e WHERE e.person=? AND e.seq>? ORDER BY e.seq DESC", load->err);
	uid_bind(query, 1, &uid);
	db_bind_int(query, 2, since);
	if (!load_rows(load, query, false, 0))
		return false;
	if (since) {
		/* old ones of which something new may have been said elsewhere */
		query = db_query(db, "SELECT " ENTRY_COLUMNS " FROM entries AS e WHERE e.person=? AND e.flags & 1", load->err);
		uid_bind(query, 1, &uid);
		if (!load_rows(load, query, false, since))
			return false;
	}
	query = db_query(db, "SELECT " ENTRY_COLUMNS " FROM erased AS x JOIN entries AS e ON e.seq=x.seq WHERE x.person=? AND e.seq>?", load->err);
	uid_bind(query, 1, &uid);
	db_bind_int(query, 2, since);
	return load_rows(load, query, false, 0);
}

/* After since: whatever is open or may end something that is. */
static bool load_open(struct load *load)
{
	struct db_query *query;

	if (load->since) {
		query = db_query(load->vault->db, "SELECT " ENTRY_COLUMNS " FROM entries AS e WHERE e.seq>? AND (e.item IS NOT NULL OR"
				 " EXISTS (SELECT 1 FROM refs AS r WHERE r.seq=e.seq)) ORDER BY e.seq DESC", load->err);
		db_bind_int(query, 1, load->since);
	} else {
		query = db_query(load->vault->db, "SELECT " ENTRY_COLUMNS " FROM entries AS e WHERE e.item>? ORDER BY e.item DESC, e.seq DESC"
				 " LIMIT ?", load->err);
		db_bind_int(query, 1, clock_wall(load->vault->clock));
		db_bind_int(query, 2, OPEN_MOST);
	}
	return load_rows(load, query, true, 0);
}

static bool load_all(struct load *load)
{
	if (!find_persons(load))
		return false;
	for (size_t i = 0; i < load->persons.n; i++) {
		if (!load_one_person(load, i))
			return false;
	}
	return ids_all(load, true) && (!load->ask->open_items || load_open(load)) && load_follow(load);
}

bool vault_load(struct vault *vault, const struct store_ask *ask, struct str since, struct store_rows *rows, struct err *err)
{
	struct load load = { .vault = vault, .ask = ask, .list = { rows, 0 }, .err = err };
	bool good;

	if (!vault_look(vault, err))
		return false;
	intern_init(&load.persons, (uintptr_t)vault * 0x9e3779b97f4a7c15u);
	good = vault_last(vault, &load.end, err);
	/* with a cursor of another file, or of one that was put back: all of it anew */
	load.since = since.p ? vault_place(vault, since, load.end) : 0;
	good = good && load_all(&load);
	vault_looked(vault);
	if (good)
		rows->cursor = vault_cursor(vault, rows->arena, load.end);
	intern_release(&load.persons);
	free(load.seqs);
	free(load.follows);
	return good;
}
