/*
 * Who is one and who is two.
 */
#include <dossier/base/mem.h>

#include "operation_build.h"

static bool in_group(const struct group *group, struct str person)
{
	for (size_t i = 0; group && i < group->n_persons; i++) {
		if (str_eq(group->persons[i], person))
			return true;
	}
	return false;
}

bool casework_link_persons(struct casework *work, struct str a, struct str b, const struct persons *persons, struct str evidence, struct err *err)
{
	const struct person_pair *pair = persons ? persons_pair(persons, a, b) : NULL;
	struct json_object *data;

	if (pair && pair->linked)
		return true;
	data = json_object_new_object();
	data_text(data, "other", b);
	for (size_t i = 0; pair && i < pair->n_unlinks; i++)
		data_push(data, "sees", pair->unlinks[i]->id);
	data_text(data, "evidence", evidence);
	return casework_main(work, ENTRY_LINK, a, (struct str){ 0 }, data, err);
}

static bool identity_of(struct casework *work, const struct op_values *values, struct identity *out, struct err *err)
{
	return identity_parse(work->arena, op_text(values, "identity"), work->desk->house->country, out, NULL) ||
	       err_set(err, ERR_USAGE, "identity: this is none that can be linked");
}

/* Somebody else who holds it, and was parted from this customer on purpose. */
static const struct person_pair *parted_from(const struct casework *work, struct str person, const struct identity *id)
{
	size_t n = 0;
	const struct person_hold *all = work->persons ? persons_holds(work->persons, &n) : NULL;

	for (size_t i = 0; i < n; i++) {
		const struct person_pair *pair;

		if (!all[i].now || identity_class(id->type) == ID_SHARED || !identity_same(&all[i].id, id) || str_eq(all[i].person, person))
			continue;
		pair = persons_pair(work->persons, person, all[i].person);
		if (pair && !pair->linked && pair->n_unlinks)
			return pair;
	}
	return NULL;
}

bool casework_links_behind(const struct operation *op, const struct op_values *values, struct str *who)
{
	static const enum id_type handles[] = { ID_TYPE_X, ID_TYPE_MASTODON, ID_TYPE_HANDLE };
	struct arena *arena;
	struct identity id;
	bool is = false;

	if (op->build != op_link)
		return false;
	arena = arena_new();
	*who = op_text(values, "identity");
	if (identity_parse(arena, *who, NULL, &id, NULL))
		for (size_t i = 0; i < sizeof(handles) / sizeof(*handles); i++)
			is |= id.type == handles[i];
	arena_free(arena);
	return is;
}

/* Whoever is behind the handle now is this customer too. */
static bool link_behind(struct casework *work, struct str person, struct str evidence, struct err *err)
{
	const struct persons *both = work->other_persons ? work->other_persons : work->persons;
	struct str other;

	if (!work->other || !work->other->n_records || (work->group && group_meets(work->group, work->other)))
		return true;
	if (!casework_group_person(work, work->other, both, &other, err))
		return false;
	return str_eq(person, other) || casework_link_persons(work, person, other, both, evidence, err);
}

bool op_link(struct casework *work, const struct op_values *values, struct err *err)
{
	const struct person_pair *parted;
	struct identity id;
	struct json_object *data;
	struct str person;

	if (!identity_of(work, values, &id, err) || !casework_person(work, &person, err))
		return false;
	parted = parted_from(work, person, &id);
	if (parted)
		return err_set(err, ERR_REFUSED, "%.*s belongs to somebody whom %.*s parted from this customer: compare the two (=) to join them again",
			       STR_ARG(op_text(values, "identity")), STR_ARG(parted->unlinks[parted->n_unlinks - 1]->author));
	data = json_object_new_object();
	data_identity(data, "identity", &id);
	data_from(data, values, "since", NULL);
	data_from(data, values, "evidence", NULL);
	return casework_main(work, ENTRY_LINK, person, (struct str){ 0 }, data, err) && link_behind(work, person, op_text(values, "evidence"), err);
}

bool op_link_other(struct casework *work, const struct op_values *values, struct err *err)
{
	const struct persons *both = work->other_persons ? work->other_persons : work->persons;
	struct str person, other;
	const struct person_pair *pair;

	if (!work->other)
		return err_set(err, ERR_USAGE, "say who this customer is, too: choose one of the candidates");
	if (!casework_person(work, &person, err) || !casework_group_person(work, work->other, both, &other, err))
		return false;
	pair = both ? persons_pair(both, person, other) : NULL;
	if (str_eq(person, other) || (pair && pair->linked))
		return err_set(err, ERR_REFUSED, "these are one customer already");
	work->settled = true;
	return casework_link_persons(work, person, other, both, op_text(values, "evidence"), err);
}

/* The identities of one side: what its person holds, and what the records say that it holds. */
struct side { const struct casework *work; struct str person; const struct record *const *records; size_t n_records; };

static bool record_held(const struct side *side, const struct record *record)
{
	struct identity self;
	size_t n = 0;
	const struct person_hold *all = side->work->persons ? persons_holds(side->work->persons, &n) : NULL;

	for (size_t i = 0; i < side->n_records; i++) {
		if (side->records[i] == record)
			return true;
	}
	record_identity(record, &self);
	for (size_t i = 0; i < n && !side->n_records; i++) {
		if (all[i].now && str_eq(all[i].person, side->person) && identity_same(&all[i].id, &self))
			return true;
	}
	return false;
}

static bool side_has(const struct side *side, const struct identity *id)
{
	const struct group *group = side->work->group;
	size_t n = 0;
	const struct person_hold *all = side->work->persons ? persons_holds(side->work->persons, &n) : NULL;

	for (size_t i = 0; i < n; i++) {
		if (all[i].now && str_eq(all[i].person, side->person) && identity_same(&all[i].id, id))
			return true;
	}
	for (size_t i = 0; i < group->n_records; i++) {
		if (!record_held(side, group->records[i]))
			continue;
		for (size_t k = 0; k < group->records[i]->n_ids; k++) {
			if (identity_same(&group->records[i]->ids[k].id, id))
				return true;
		}
	}
	return false;
}

static void push_shared(struct json_object *data, const struct side *a, const struct side *b, const struct identity *id)
{
	struct json_object *list = NULL;
	struct buf text;
	bool there = false;

	if (identity_class(id->type) != ID_PERSONAL || !side_has(a, id) || !side_has(b, id))
		return;
	buf_init(&text, ENTRY_WORD_MOST);
	identity_print(id, &text);
	json_object_object_get_ex(data, "shared", &list);
	for (size_t i = 0; list && i < json_object_array_length(list); i++)
		there |= !strcmp(json_object_get_string(json_object_array_get_idx(list, i)), text.data);
	if (!there && !text.full && (!list || json_object_array_length(list) < ENTRY_LIST_MOST))
		data_push(data, "shared", buf_str(&text));
	buf_release(&text);
}

/* What both hold is theirs in common from now on, and joins them no more. */
static bool part(struct casework *work, const struct side *a, const struct side *b, struct str why, struct err *err)
{
	const struct group *group = work->group;
	struct json_object *data = json_object_new_object();
	size_t n = 0;
	const struct person_hold *all = work->persons ? persons_holds(work->persons, &n) : NULL;

	data_text(data, "other", b->person);
	data_text(data, "why", why.p ? why : STR("mistake"));
	for (size_t i = 0; i < group->n_records; i++) {
		for (size_t k = 0; k < group->records[i]->n_ids; k++)
			push_shared(data, a, b, &group->records[i]->ids[k].id);
	}
	for (size_t i = 0; i < n; i++) {
		if (all[i].now)
			push_shared(data, a, b, &all[i].id);
	}
	return casework_main(work, ENTRY_UNLINK, a->person, (struct str){ 0 }, data, err);
}

static bool unlink_hold(struct casework *work, struct str person, const struct identity *id, const struct op_values *values, struct err *err)
{
	struct json_object *data = json_object_new_object();

	data_identity(data, "identity", id);
	data_text(data, "why", op_has(values, "why") ? op_text(values, "why") : STR("mistake"));
	data_from(data, values, "until", NULL);
	return casework_main(work, ENTRY_UNLINK, person, (struct str){ 0 }, data, err);
}

/* The person who holds this record and no other of the group's; absent: none. */
static struct str sole_holder(const struct casework *work, const struct identity *id)
{
	size_t n = 0;
	const struct person_hold *all = work->persons ? persons_holds(work->persons, &n) : NULL;

	for (size_t i = 0; i < n; i++) {
		bool other = false;

		if (!all[i].now || !identity_same(&all[i].id, id) || !in_group(work->group, all[i].person))
			continue;
		for (size_t k = 0; k < n; k++)
			other |= all[k].now && all[k].id.type == ID_TYPE_REC && str_eq(all[k].person, all[i].person) && !identity_same(&all[k].id, id);
		if (!other)
			return all[i].person;
	}
	return (struct str){ 0 };
}

/* A record that belongs to somebody else: a person of its own, parted from the rest. */
static bool part_record(struct casework *work, const struct record *record, const struct identity *id, const struct op_values *values, struct err *err)
{
	struct side theirs = { .work = work, .records = &record, .n_records = 1 }, ours = { .work = work };
	struct group rest = *work->group;
	const struct record **records = arena_alloc(work->arena, (rest.n_records + 1) * sizeof(*records));
	struct group alone = { .records = &record, .n_records = 1 };
	size_t n = 0;
	const struct person_hold *all = work->persons ? persons_holds(work->persons, &n) : NULL;

	rest.records = records;
	rest.n_records = 0;
	for (size_t i = 0; i < work->group->n_records; i++) {
		if (work->group->records[i] != record)
			records[rest.n_records++] = work->group->records[i];
	}
	ours.records = records;
	ours.n_records = rest.n_records;
	theirs.person = casework_copy(work, sole_holder(work, id));
	for (size_t i = 0; i < rest.n_persons && !ours.person.p; i++) {
		if (!theirs.person.p || !str_eq(rest.persons[i], theirs.person))
			ours.person = rest.persons[i];
	}
	/* whoever holds it beside other records lets go of it */
	for (size_t i = 0; i < n; i++) {
		if (all[i].now && identity_same(&all[i].id, id) && in_group(work->group, all[i].person) &&
		    !(theirs.person.p && str_eq(all[i].person, theirs.person)) && !unlink_hold(work, all[i].person, id, values, err))
			return false;
	}
	if (!theirs.person.p) {
		theirs.person = casework_uuid(work);
		if (!casework_link_group(work, &alone, theirs.person, err))
			return false;
	}
	if (!ours.person.p) {
		ours.person = casework_uuid(work);
		if (!casework_link_group(work, &rest, ours.person, err))
			return false;
	}
	return part(work, &ours, &theirs, op_text(values, "why"), err);
}

static const struct record *record_of(const struct group *group, const struct identity *id)
{
	for (size_t i = 0; i < group->n_records; i++) {
		struct identity self;

		record_identity(group->records[i], &self);
		if (identity_same(&self, id))
			return group->records[i];
	}
	return NULL;
}

static bool not_linked(const struct casework *work, const struct identity *id, struct str typed, struct err *err)
{
	const struct group *group = work->group;

	for (size_t i = 0; i < group->n_records; i++) {
		for (size_t k = 0; k < group->records[i]->n_ids; k++) {
			if (identity_same(&group->records[i]->ids[k].id, id))
				return err_set(err, ERR_REFUSED, "%.*s stands in the record of %.*s and is changed there; a record that is somebody else's is "
					       "taken off as rec:BACKEND/ID", STR_ARG(typed), STR_ARG(group->records[i]->backend));
		}
	}
	return err_set(err, ERR_NOTFOUND, "%.*s is not linked to this customer", STR_ARG(typed));
}

bool op_unlink(struct casework *work, const struct op_values *values, struct err *err)
{
	const struct record *record;
	struct identity id;
	size_t n = 0, unlinked = 0;
	const struct person_hold *all = work->persons ? persons_holds(work->persons, &n) : NULL;

	if (!work->group)
		return err_set(err, ERR_USAGE, "this needs a customer: say who");
	if (!identity_of(work, values, &id, err))
		return false;
	record = record_of(work->group, &id);
	if (record && work->group->n_records + work->group->n_persons > 1 && work->group->n_records > 1)
		return part_record(work, record, &id, values, err);
	for (size_t i = 0; i < n; i++) {
		if (!all[i].now || !identity_same(&all[i].id, &id) || !in_group(work->group, all[i].person))
			continue;
		if (!unlink_hold(work, all[i].person, &all[i].id, values, err))
			return false;
		unlinked++;
	}
	return unlinked || not_linked(work, &id, op_text(values, "identity"), err);
}

/* One of the customer's persons: by the beginning of its id, or by an identity that it alone of them holds. */
static bool person_of(struct casework *work, struct str typed, struct str *person, struct err *err)
{
	const struct group *group = work->group;
	struct identity id;
	bool is_identity = identity_parse(work->arena, typed, work->desk->house->country, &id, NULL);
	size_t n = 0, hits = 0;
	const struct person_hold *all = work->persons ? persons_holds(work->persons, &n) : NULL;

	for (size_t i = 0; group && i < group->n_persons; i++) {
		struct str one = group->persons[i];
		bool hit = typed.n >= 8 && typed.n <= one.n && memcmp(typed.p, one.p, typed.n) == 0;

		for (size_t k = 0; k < n && is_identity; k++)
			hit |= all[k].now && str_eq(all[k].person, one) && identity_same(&all[k].id, &id);
		if (hit)
			*person = one;
		hits += hit;
	}
	if (hits == 1)
		return true;
	return err_set(err, ERR_NOTFOUND, "person: %.*s is %s of this customer: name one by an identity that it alone holds, or by the id "
		       "that show -f json prints in persons", STR_ARG(typed), hits ? "several persons" : "no person");
}

/* A person who is somebody else: parted from each of the others, and from the records that both hold. */
bool op_unlink_other(struct casework *work, const struct op_values *values, struct err *err)
{
	struct str person = { 0 };
	const struct group *group = work->group;
	size_t n = 0;
	const struct person_hold *all = work->persons ? persons_holds(work->persons, &n) : NULL;

	if (!person_of(work, op_text(values, "person"), &person, err))
		return false;
	if (group->n_persons < 2)
		return err_set(err, ERR_REFUSED, "this customer is one person only: take a record off it instead, as rec:BACKEND/ID");
	for (size_t i = 0; i < group->n_persons; i++) {
		struct side ours = { .work = work, .person = group->persons[i] }, theirs = { .work = work, .person = person };

		if (!str_eq(ours.person, person) && !part(work, &ours, &theirs, op_text(values, "why"), err))
			return false;
	}
	for (size_t i = 0; i < n; i++) {
		bool both = false;

		if (!all[i].now || all[i].id.type != ID_TYPE_REC || !str_eq(all[i].person, person))
			continue;
		for (size_t k = 0; k < n; k++)
			both |= all[k].now && !str_eq(all[k].person, person) && in_group(group, all[k].person) && identity_same(&all[k].id, &all[i].id);
		if (both && !unlink_hold(work, person, &all[i].id, values, err))
			return false;
	}
	return true;
}

bool op_assign(struct casework *work, const struct op_values *values, struct err *err)
{
	const struct entry *entry = casework_find(work, op_text(values, "entry"), ENTRY_UNKNOWN, err);
	struct json_object *data;
	struct str person, home;

	if (!entry)
		return false;
	if (!entry_known(entry) || !(entry_type_info(entry->type)->needs & HAS_HOME))
		return err_set(err, ERR_REFUSED, "a %.*s stays with what it is about: assign that instead", STR_ARG(entry->word));
	if (!casework_person(work, &person, err))
		return false;
	home = casework_home(work, entry);
	if (home.p && str_eq(home, person))
		return err_set(err, ERR_REFUSED, "this %.*s is this customer's already", STR_ARG(entry->word));
	data = json_object_new_object();
	data_text(data, "entry", entry->id);
	data_text(data, "from", home);
	return casework_main(work, ENTRY_ASSIGN, person, (struct str){ 0 }, data, err);
}
