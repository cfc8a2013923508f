/*
 * Appending: a batch is stored whole or not at all. What an entry says is read
 * before the queue is entered; inside, only indexes are asked.
 */
#include <stdlib.h>

#include "sqlite_says.h"

#define INDEX_EVERY 512         /* whoever's entry comes at a multiple of this indexes a batch */

struct intake {
	struct vault *vault;
	struct arena *arena;            /* of the reply */
	const struct entry *entries;
	struct entry *stored;           /* as they stand in the store */
	struct says *says;
	size_t n;
	int64_t got;
	uint64_t before, before_said;   /* ord of the entry before in the batch, as stored and as its author wrote it */
	enum shared_result result;
	struct entry winner;
	bool scrub;
};

static struct db_query *query_of(struct intake *batch, const char *sql, struct err *err)
{
	return db_query(batch->vault->db, sql, err);
}

/* The stored entry of an id. 1 there, 0 not, -1 failed. */
static int stored_read(struct intake *batch, const char *sql, const struct uid *uid, struct entry *out, struct err *err)
{
	struct store_rows rows = { .arena = batch->arena };
	struct row_list list = { &rows, 0 };
	struct db_query *query = query_of(batch, sql, err);
	enum db_step step;
	int found = 0;

	uid_bind(query, 1, uid);
	step = db_step(query, err);
	if (step == DB_ROW) {
		found = vault_row(&list, query) ? 1 : -1;
		if (found == 1)
			*out = rows.entries[0];
		else
			err_set(err, ERR_SHAPE, "an entry of the case store cannot be read");
	}
	db_reset(query);
	free(rows.entries);
	return step == DB_FAILED ? -1 : found;
}

/* Once more the same, or its words were taken away since. */
static bool same_as(const struct entry *held, const struct entry *entry)
{
	struct entry other = *entry;

	if (entry_stripped(held))
		other.data = held->data;
	return entry_same(held, &other);
}

static bool is_there(struct intake *batch, const char *sql, const struct uid *uid, bool *there, struct err *err)
{
	struct db_query *query = query_of(batch, sql, err);
	int64_t value;

	uid_bind(query, 1, uid);
	*there = db_one_int(query, &value, err);
	return query && err->code == ERR_NONE;
}

static bool refuse(struct intake *batch, struct err *err, const char *why, const struct entry *entry)
{
	batch->result = SHARED_REFUSED;
	return err_set(err, ERR_REFUSED, "%s %.36s: %s", entry->word.p, entry->id.p, why);
}

/* An erased person gets nothing any more, be it under another's name or nobody's. */
static bool check_erased(struct intake *batch, size_t i, struct err *err)
{
	const struct says *says = &batch->says[i];
	const char *const erased = "SELECT 1 FROM erased WHERE person=?", *const gone = "SELECT 1 FROM gone WHERE id=?";
	bool hit = false;

	if (says->n_erases)
		return true;
	if (says->has_person && !is_there(batch, erased, &says->person, &hit, err))
		return false;
	if (!hit && says->fact && !says->identity.p && !is_there(batch, erased, &says->other, &hit, err))
		return false;
	if (hit)
		return refuse(batch, err, "that person was erased, nothing more is stored about them", &batch->entries[i]);
	if (!is_there(batch, gone, &says->id, &hit, err))
		return false;
	for (size_t k = 0; !hit && k < says->n_refs; k++) {
		if (!is_there(batch, gone, &says->refs[k], &hit, err))
			return false;
	}
	return !hit || refuse(batch, err, "what it is about was erased", &batch->entries[i]);
}

static bool scope_epoch(struct intake *batch, const struct says *says, int64_t *epoch, struct err *err)
{
	struct db_query *query = query_of(batch, "SELECT epoch FROM claims WHERE scope=? ORDER BY epoch DESC LIMIT 1", err);

	*epoch = 0;
	uid_bind(query, 1, says->has_case ? &says->case_ : says->has_person ? &says->person : &says->slot);
	return db_one_int(query, epoch, err) || (query && err->code == ERR_NONE);
}

/* ord, got and epoch. */
static bool give(struct intake *batch, size_t i, struct err *err)
{
	struct entry *entry = &batch->stored[i];
	const struct says *says = &batch->says[i];
	uint64_t said = entry->ord, above = 0;
	int64_t epoch = 0;

	for (size_t k = 0; k < says->n_above; k++) {
		struct db_query *query = query_of(batch, "SELECT ord FROM entries WHERE id=?", err);
		int64_t ord = 0;

		uid_bind(query, 1, &says->above[k]);
		if (!db_one_int(query, &ord, err) && (!query || err->code != ERR_NONE))
			return false;
		if ((uint64_t)ord > above)
			above = (uint64_t)ord;
	}
	/* what its author wrote one after the other stays so, though all of it lies ahead of our clock */
	if (i && said > batch->before_said && batch->before > above)
		above = batch->before;
	entry->got = batch->got;
	entry->ord = ord_clamp(said, batch->got, above);
	batch->before = entry->ord;
	batch->before_said = said;
	if ((says->claim || entry->epoch) && !scope_epoch(batch, says, &epoch, err))
		return false;
	if (says->claim)
		entry->epoch = (uint32_t)epoch + 1;
	else if (entry->epoch > epoch)
		entry->epoch = (uint32_t)epoch;
	return true;
}

/* The slot's unique key decides: its entry is the only one that counts. */
static bool claim(struct intake *batch, size_t i, int64_t seq, struct err *err)
{
	const struct says *says = &batch->says[i];
	struct db_query *query = query_of(batch, "INSERT INTO claims(slot, scope, epoch, seq) VALUES(?, ?, ?, ?) ON CONFLICT DO NOTHING", err);

	uid_bind(query, 1, &says->slot);
	uid_bind(query, 2, says->has_case ? &says->case_ : says->has_person ? &says->person : &says->slot);
	db_bind_int(query, 3, batch->stored[i].epoch);
	db_bind_int(query, 4, seq);
	return db_run(query, err);
}

/* True when the slot is free; else the winner is what the batch comes to. */
static bool claim_free(struct intake *batch, size_t i, struct err *err)
{
	int found = stored_read(batch, "SELECT " ENTRY_COLUMNS " FROM claims AS c JOIN entries AS e ON e.seq=c.seq WHERE c.slot=?",
				&batch->says[i].slot, &batch->winner, err);
	bool taken;

	if (found < 0)
		return false;
	if (found) {
		batch->result = SHARED_LOST;
		return err_set(err, ERR_REFUSED, "%.*s came first", STR_ARG(batch->winner.author));
	}
	/* the winner may have gone by its age */
	return is_there(batch, "SELECT 1 FROM claims WHERE slot=?", &batch->says[i].slot, &taken, err) &&
	       (!taken || refuse(batch, err, "somebody else came first", &batch->entries[i]));
}

static bool insert(struct intake *batch, size_t i, unsigned flags, int64_t *seq, struct err *err)
{
	const struct entry *entry = &batch->stored[i];
	const struct says *says = &batch->says[i];
	struct db_query *query = query_of(batch,
		"INSERT INTO entries(id, v, type, person, \"case\", at, ord, got, epoch, flags, item, code, author, team, channel, data, more)"
		" VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", err);

	uid_bind(query, 1, &says->id);
	db_bind_int(query, 2, entry->v);
	db_bind_str(query, 3, entry->word);
	uid_bind(query, 4, says->has_person ? &says->person : NULL);
	uid_bind(query, 5, says->has_case ? &says->case_ : NULL);
	db_bind_int(query, 6, entry->at);
	db_bind_int(query, 7, (int64_t)entry->ord);
	db_bind_int(query, 8, entry->got);
	db_bind_int(query, 9, entry->epoch);
	db_bind_int(query, 10, flags);
	if (says->open_until)
		db_bind_int(query, 11, says->open_until);
	if (says->code[0])
		db_bind_str(query, 12, str_of(says->code));
	db_bind_str(query, 13, entry->author);
	db_bind_str(query, 14, entry->team);
	db_bind_str(query, 15, entry->channel);
	db_bind_str(query, 16, entry->data);
	db_bind_str(query, 17, entry->more);
	if (!db_run(query, err))
		return false;
	*seq = db_last_row(batch->vault->db);
	return true;
}

static bool run_uid_seq(struct intake *batch, const char *sql, const struct uid *uid, int64_t a, int64_t b, struct err *err)
{
	struct db_query *query = query_of(batch, sql, err);

	uid_bind(query, 1, uid);
	db_bind_int(query, 2, a);
	db_bind_int(query, 3, b);
	return db_run(query, err);
}

static bool facts_store(struct intake *batch, const struct says *says, int64_t seq, struct err *err)
{
	struct db_query *query;

	if (!says->fact)
		return true;
	if (says->identity.p) {
		query = query_of(batch, "INSERT INTO holds(key, person, identity, seq) VALUES(?, ?, ?, ?) ON CONFLICT DO NOTHING", err);
		db_bind_str(query, 1, says->key);
		uid_bind(query, 2, &says->person);
		db_bind_str(query, 3, says->identity);
		db_bind_int(query, 4, seq);
		return db_run(query, err);
	}
	for (int side = 0; side < 2; side++) {
		query = query_of(batch, "INSERT INTO pairs(a, b, seq) VALUES(?, ?, ?) ON CONFLICT DO NOTHING", err);
		uid_bind(query, 1, side ? &says->other : &says->person);
		uid_bind(query, 2, side ? &says->person : &says->other);
		db_bind_int(query, 3, seq);
		if (!db_run(query, err))
			return false;
	}
	return true;
}

static bool names_store(struct intake *batch, const struct says *says, int64_t seq, struct err *err)
{
	for (size_t i = 0; i < says->n_names; i++) {
		struct db_query *query = query_of(batch, "INSERT INTO names(key, seq) VALUES(?, ?) ON CONFLICT DO NOTHING", err);

		db_bind_str(query, 1, says->names[i]);
		db_bind_int(query, 2, seq);
		if (!db_run(query, err))
			return false;
	}
	return true;
}

/* What it says of others: kept, and those that lie elsewhere marked, so that a load of either finds the other. */
static bool refs_store(struct intake *batch, size_t i, int64_t seq, struct err *err)
{
	const struct says *says = &batch->says[i];

	for (size_t k = 0; k < says->n_refs; k++) {
		bool closes = says->closing && says->closes == k;

		if (!run_uid_seq(batch, "INSERT INTO refs(ref, seq, closes) VALUES(?, ?, ?) ON CONFLICT DO NOTHING", &says->refs[k], seq,
				 closes, err))
			return false;
		if (closes && !run_uid_seq(batch, "UPDATE entries SET item=NULL WHERE id=?1 AND item IS NOT NULL", &says->refs[k], 0, 0, err))
			return false;
	}
	return true;
}

/* Whether entries elsewhere go with this one. marks: they are told so too. */
static bool far_find(struct intake *batch, size_t i, unsigned *flags, struct err *err)
{
	const struct says *says = &batch->says[i];
	const struct uid *person = says->has_person ? &says->person : NULL;
	static const char *const near = "SELECT 1 FROM entries WHERE id=?1 AND person IS ?2";
	static const char *const near_case = "SELECT 1 FROM entries WHERE \"case\"=?1 AND type='case.open' AND person IS ?2";
	bool opens = batch->stored[i].type == ENTRY_CASE_OPEN;

	for (size_t k = 0; k < says->n_refs + (says->has_case && !opens ? 1 : 0); k++) {
		bool of_case = k == says->n_refs;
		const struct uid *uid = of_case ? &says->case_ : &says->refs[k];
		struct db_query *query = query_of(batch, of_case ? near_case : near, err);
		int64_t one;

		uid_bind(query, 1, uid);
		uid_bind(query, 2, person);
		if (db_one_int(query, &one, err))
			continue;
		if (!query || err->code != ERR_NONE)
			return false;
		*flags |= FLAG_FAR;
		if (!run_uid_seq(batch, of_case ? "UPDATE entries SET flags=flags|1 WHERE \"case\"=?1 AND type='case.open' AND NOT flags&1"
					: "UPDATE entries SET flags=flags|1 WHERE id=?1 AND NOT flags&1", uid, 0, 0, err))
			return false;
	}
	return true;
}

/* What came before this entry though it says something of it. */
static bool early_find(struct intake *batch, size_t i, unsigned *flags, struct err *err)
{
	struct says *says = &batch->says[i];
	struct db_query *query = query_of(batch, "SELECT e.person IS NOT ?2, r.closes, e.type='redact' FROM refs AS r"
					  " JOIN entries AS e ON e.seq=r.seq WHERE r.ref=?1", err);
	enum db_step step;

	uid_bind(query, 1, &says->id);
	uid_bind(query, 2, says->has_person ? &says->person : NULL);
	while ((step = db_step(query, err)) == DB_ROW) {
		if (db_int(query, 0))
			*flags |= FLAG_FAR;
		if (db_int(query, 1))
			says->open_until = 0;
		if (db_int(query, 2))
			entry_strip(batch->arena, &batch->stored[i], &batch->stored[i]);
	}
	db_reset(query);
	if (step == DB_FAILED || batch->stored[i].type != ENTRY_CASE_OPEN)
		return step != DB_FAILED;
	query = query_of(batch, "SELECT 1 FROM entries WHERE \"case\"=?1 AND person IS NOT ?2 LIMIT 1", err);
	uid_bind(query, 1, &says->case_);
	uid_bind(query, 2, &says->person);
	if (db_step(query, err) == DB_ROW)
		*flags |= FLAG_FAR;
	db_reset(query);
	return true;
}

static bool rules_apply(struct intake *batch, size_t i, int64_t seq, struct err *err)
{
	const struct says *says = &batch->says[i];

	if (batch->stored[i].type == ENTRY_REDACT && says->n_refs) {
		batch->scrub = true;
		return vault_redact(batch->vault, &says->refs[0], err);
	}
	if (!says->n_erases)
		return true;
	batch->scrub = true;
	return vault_erase(batch->vault, says->erases, says->n_erases, seq, err);
}

static bool store_one(struct intake *batch, size_t i, struct err *err)
{
	unsigned flags = batch->says[i].flags;
	int64_t seq = 0;
	int found = stored_read(batch, "SELECT " ENTRY_COLUMNS " FROM entries AS e WHERE e.id=?", &batch->says[i].id, &batch->stored[i], err);

	if (found < 0)
		return false;
	if (found)
		return same_as(&batch->stored[i], &batch->entries[i]) ||
		       refuse(batch, err, "another entry has that id already", &batch->entries[i]);
	if (!check_erased(batch, i, err) || (batch->says[i].claim && !claim_free(batch, i, err)) || !give(batch, i, err) ||
	    !far_find(batch, i, &flags, err) || !early_find(batch, i, &flags, err) || !insert(batch, i, flags, &seq, err))
		return false;
	if (batch->says[i].claim && !claim(batch, i, seq, err))
		return false;
	if (seq % INDEX_EVERY == 0)
		batch->vault->due = true;
	return refs_store(batch, i, seq, err) && facts_store(batch, &batch->says[i], seq, err) &&
	       names_store(batch, &batch->says[i], seq, err) && rules_apply(batch, i, seq, err);
}

static bool batch_read(struct intake *batch, struct err *err)
{
	batch->stored = mem_array(batch->n + 1, sizeof(*batch->stored));
	batch->says = arena_alloc(batch->arena, (batch->n + 1) * sizeof(*batch->says));
	batch->got = clock_wall(batch->vault->clock);
	for (size_t i = 0; i < batch->n; i++) {
		struct entry *entry = &batch->stored[i];

		*entry = batch->entries[i];
		entry->got = batch->got;
		if (!says_read(batch->arena, batch->vault->parser, entry, &batch->says[i], err)) {
			batch->result = SHARED_REFUSED;
			return false;
		}
	}
	return true;
}

static void reply_with(struct intake *batch, struct shared_append_reply *reply)
{
	reply->result = batch->result;
	if (batch->result == SHARED_STORED) {
		reply->rows.entries = batch->stored;
		reply->rows.n = batch->n;
		return;
	}
	if (batch->result == SHARED_LOST) {
		batch->stored[0] = batch->winner;
		reply->rows.entries = batch->stored;
		reply->rows.n = 1;
		return;
	}
	free(batch->stored);
}

void vault_append(struct vault *vault, const struct entry *entries, size_t n, struct shared_append_reply *reply)
{
	struct intake batch = { .vault = vault, .arena = reply->rows.arena, .entries = entries, .n = n, .result = SHARED_STORED };
	bool good;

	err_clear(&reply->err);
	good = batch_read(&batch, &reply->err);
	if (good) {
		good = vault_begin(vault, &reply->err);
		for (size_t i = 0; good && i < n; i++)
			good = store_one(&batch, i, &reply->err);
		if (vault->db)
			good = vault_end(vault, good, &reply->err);
	}
	if (!good && batch.result == SHARED_STORED)
		batch.result = SHARED_FAILED;
	if (good)
		err_clear(&reply->err);
	if (good && batch.scrub) {
		struct err err;

		vault_scrub(vault, &err);
	}
	reply_with(&batch, reply);
}
