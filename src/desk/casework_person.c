/*
 * Who is written to: a person known to the store, or one minted with links to
 * everything that is known of the customer.
 */
#include "operation_build.h"

#define LINKS_MOST 200  /* of one person at its minting: the rest is found through these */

/* In its normal form, so that the same identity is the same text everywhere. False for what no entry can hold. */
static bool identity_text(const struct identity *id, struct buf *out)
{
	struct arena *arena = arena_new();
	struct identity again;
	struct buf check;
	bool good;

	buf_init(&check, ENTRY_WORD_MOST);
	buf_reset(out);
	identity_print(id, out);
	good = identity_class(id->type) != ID_REFERENCE && !out->full && out->len && out->len <= ENTRY_WORD_MOST &&
	       identity_parse(arena, buf_str(out), NULL, &again, NULL);
	if (good) {
		identity_print(&again, &check);
		good = str_eq(buf_str(&check), buf_str(out));
	}
	buf_release(&check);
	arena_free(arena);
	return good;
}

/* Was it linked in this batch already? */
static bool is_linked(struct casework *work, size_t from, struct str person, struct str text)
{
	for (size_t i = from; i < work->n_out; i++) {
		struct json_object *data;
		bool same;

		if (work->out[i].type != ENTRY_LINK || !str_eq(work->out[i].person, person))
			continue;
		data = casework_data(work, &work->out[i]);
		same = str_eq(entry_text(data, "identity"), text);
		json_object_put(data);
		if (same)
			return true;
	}
	return false;
}

static bool link_one(struct casework *work, size_t from, struct str person, const struct identity *id, const char *evidence, struct err *err)
{
	struct json_object *data;
	struct buf text;
	bool good = true;

	buf_init(&text, ENTRY_WORD_MOST + 1);
	if (work->n_out - from < LINKS_MOST && identity_text(id, &text) && !is_linked(work, from, person, buf_str(&text))) {
		data = json_object_new_object();
		data_text(data, "identity", buf_str(&text));
		data_text(data, "evidence", str_of(evidence));
		good = casework_add(work, ENTRY_LINK, person, (struct str){ 0 }, data, err);
	}
	buf_release(&text);
	return good;
}

/* Records first: they are what a customer is. */
bool casework_link_group(struct casework *work, const struct group *group, struct str person, struct err *err)
{
	size_t from = work->n_out;
	bool good = true, joins = false, known = !group->shared_only || (group == work->group && work->settled);

	for (size_t i = 0; good && i < group->n_records; i++) {
		struct identity self;

		record_identity(group->records[i], &self);
		good = link_one(work, from, person, &self, "record", err);
		joins = true;
	}
	for (size_t i = 0; good && i < group->n_records; i++) {
		const struct record *record = group->records[i];

		for (size_t k = 0; good && k < record->n_ids; k++) {
			if (identity_class(record->ids[k].id.type) == ID_PERSONAL)
				good = link_one(work, from, person, &record->ids[k].id, "on record", err);
		}
	}
	/* so that they have a name also while no backend answers; it joins nobody */
	for (size_t i = 0; good && i < group->n_records && known; i++) {
		const struct record *record = group->records[i];
		struct identity name;

		if (record->n_names && identity_make(work->arena, ID_TYPE_NAME, (struct str){ 0 }, record->names[0], NULL, &name, NULL))
			good = link_one(work, from, person, &name, "on record", err);
	}
	for (size_t i = 0; good && i < group->n_typed; i++) {
		enum id_class class = identity_class(group->typed[i].type);

		/* of somebody whom no record knows, the shared identity is all there is */
		if (class == ID_PERSONAL || class == ID_RECORD || (class == ID_SHARED && !joins))
			good = link_one(work, from, person, &group->typed[i], "as typed", err);
	}
	return good;
}

static bool is_in(const struct group *group, struct str person)
{
	for (size_t i = 0; group && i < group->n_persons; i++) {
		if (str_eq(group->persons[i], person))
			return true;
	}
	return false;
}

static bool holds(const struct person_hold *hold, const struct identity *id)
{
	return hold->now && identity_same(&hold->id, id);
}

/*
 * Of several persons of one customer the one that holds most of the records,
 * so that what is written stays with the customer when a caller is parted from it.
 */
static struct str best_person(const struct group *group, const struct persons *persons)
{
	struct str best = group->persons[0];
	size_t most = 0, n;
	const struct person_hold *all = persons ? persons_holds(persons, &n) : NULL;

	for (size_t p = 0; all && p < group->n_persons; p++) {
		size_t count = 0;

		for (size_t i = 0; i < n; i++)
			count += all[i].now && identity_class(all[i].id.type) <= ID_PERSONAL && str_eq(all[i].person, group->persons[p]);
		if (count > most || (count == most && str_cmp(group->persons[p], best) < 0)) {
			best = group->persons[p];
			most = count;
		}
	}
	return best;
}

/* Somebody who came to be known to the store after the group was found. */
static struct str person_since(const struct group *group, const struct persons *persons)
{
	size_t n;
	const struct person_hold *all = persons ? persons_holds(persons, &n) : NULL;

	for (size_t r = 0; all && r < group->n_records; r++) {
		struct identity self;

		record_identity(group->records[r], &self);
		for (size_t i = 0; i < n; i++) {
			if (holds(&all[i], &self))
				return all[i].person;
		}
	}
	return (struct str){ 0 };
}

/* Minted before, by what was then not saved: nobody's links lead to it. */
static bool is_lost(const struct casework *work, struct str person)
{
	const struct entry *const *sorted;
	size_t n;

	if (!work->customer || !work->entries)
		return false;
	sorted = entries_sorted(work->entries, &n);
	for (size_t i = 0; i < n; i++) {
		if (str_eq(sorted[i]->person, person))
			return false;
	}
	return true;
}

bool casework_group_person(struct casework *work, const struct group *group, const struct persons *persons, struct str *person, struct err *err)
{
	if (group->n_persons) {
		*person = casework_copy(work, best_person(group, persons));
		return group != work->group || !is_lost(work, *person) || casework_link_group(work, group, *person, err);
	}
	*person = casework_copy(work, person_since(group, persons));
	if (person->p)
		return true;
	*person = casework_uuid(work);
	return casework_link_group(work, group, *person, err);
}

bool casework_person(struct casework *work, struct str *person, struct err *err)
{
	const struct case_state *state = work->cases ? cases_find(work->cases, work->case_) : NULL;

	if (!work->person.p && state && is_in(work->group, state->opened->person))
		work->person = casework_copy(work, state->opened->person);
	if (!work->person.p && !work->group)
		return err_set(err, ERR_USAGE, "this needs a customer: say who");
	if (!work->person.p && !casework_group_person(work, work->group, work->persons, &work->person, err))
		return false;
	*person = work->person;
	return true;
}
