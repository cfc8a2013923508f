/*
 * What the store knows of a customer: a watch that goes on, folds made when
 * somebody asks and thrown away when an entry came, and the group as the store
 * sees it.
 */
#include <dossier/base/mem.h>

#include "customer_parts.h"
#include "group.h"

#define FOLLOWED_MOST 200       /* identities of one customer that the store is asked by */

int64_t known_now(const struct customer *customer)
{
	int64_t now = clock_wall(customer->desk->clock);

	return customer->desk->store ? now + store_state(customer->desk->store)->offset : now;
}

static void forget_brief(struct known *known)
{
	if (known->brief.arena)
		brief_release(&known->brief);
	known->brief = (struct brief){ 0 };
}

void known_group_changed(struct customer *customer)
{
	struct known *known = &customer->known;

	forget_brief(known);
	cases_free(known->cases);
	known->cases = NULL;
}

void known_rows_changed(struct customer *customer)
{
	forget_brief(&customer->known);
}

/* Entries came: a fold of the past must not be touched again. */
static void entries_changed(void *arg)
{
	struct customer *customer = arg;

	known_group_changed(customer);
	persons_free(customer->known.persons);
	customer->known.persons = NULL;
	customer->known.changed = true;
	customer_tell(customer);
}

static void entries_settled(void *arg)
{
	customer_check(arg);
}

void known_start(struct customer *customer)
{
	struct known *known = &customer->known;
	struct store_watch_sink sink = { entries_changed, entries_settled, customer };
	struct store_ask nothing = { 0 };

	if (customer->desk->store)
		known->watch = store_watch(customer->desk->store, &nothing, &sink);
	known->entries = known->watch ? store_watch_entries(known->watch) : entries_new();
}

void known_free(struct customer *customer)
{
	struct known *known = &customer->known;

	known_group_changed(customer);
	persons_free(known->persons);
	if (known->watch)
		store_watch_free(known->watch);
	else
		entries_free(known->entries);
	free(known->asked);
	free(known->persons_asked);
	free(known->minted);
}

bool known_settled(const struct customer *customer)
{
	return !customer->known.watch || store_watch_settled(customer->known.watch);
}

static struct persons *persons_of(struct customer *customer)
{
	struct known *known = &customer->known;

	if (!known->persons)
		known->persons = persons_fold(known->entries);
	return known->persons;
}

/* What is new of one question to the store. */
struct asking {
	struct customer *customer;
	struct arena *arena;
	struct identity ids[FOLLOWED_MOST];
	struct str persons[FOLLOWED_MOST], entries[FOLLOWED_MOST];
	struct store_ask ask;
};

static void ask_identity(struct asking *asking, const struct identity *id)
{
	struct known *known = &asking->customer->known;

	for (size_t i = 0; i < known->n_asked; i++) {
		if (identity_same(&known->asked[i], id))
			return;
	}
	if (known->n_asked == FOLLOWED_MOST)
		return;
	MEM_ROOM(known->asked, known->n_asked, known->cap_asked);
	known->asked[known->n_asked++] = identity_copy(asking->arena, id);
	if (id->type == ID_TYPE_CONTACT || id->type == ID_TYPE_CASE)
		asking->entries[asking->ask.n_ids++] = id->value;
	else
		asking->ids[asking->ask.n_identities++] = *id;
}

static void ask_person(struct asking *asking, struct str person)
{
	struct known *known = &asking->customer->known;

	for (size_t i = 0; i < known->n_persons_asked; i++) {
		if (str_eq(known->persons_asked[i], person))
			return;
	}
	if (known->n_persons_asked == FOLLOWED_MOST)
		return;
	MEM_ROOM(known->persons_asked, known->n_persons_asked, known->cap_persons_asked);
	known->persons_asked[known->n_persons_asked++] = arena_str(asking->arena, person);
	asking->persons[asking->ask.n_persons++] = person;
}

static void ask_group(struct asking *asking, const struct group *group)
{
	for (size_t i = 0; i < group->n_persons; i++)
		ask_person(asking, group->persons[i]);
	for (size_t i = 0; i < group->n_typed; i++)
		ask_identity(asking, &group->typed[i]);
	for (size_t i = 0; i < group->n_records; i++) {
		const struct record *record = group->records[i];
		struct identity own;

		record_identity(record, &own);
		ask_identity(asking, &own);
		for (size_t k = 0; k < record->n_ids; k++) {
			if (identity_class(record->ids[k].id.type) == ID_PERSONAL)
				ask_identity(asking, &record->ids[k].id);
		}
		/* a caller who was not verified at once has a contact under the number alone */
		for (size_t k = 0; group->shared_only && k < record->n_matches; k++) {
			const struct identity *id = &record->matches[k].asked;

			if (identity_class(id->type) == ID_SHARED && id->type != ID_TYPE_NAME && id->type != ID_TYPE_POSTCODE)
				ask_identity(asking, id);
		}
	}
}

void known_ask(struct customer *customer)
{
	struct known *known = &customer->known;
	struct asking *asking;

	if (!known->watch)
		return;
	asking = mem_zalloc(sizeof(*asking));
	asking->customer = customer;
	asking->arena = customer->arena;
	asking->ask = (struct store_ask){ .identities = asking->ids, .persons = asking->persons, .ids = asking->entries };
	ask_group(asking, customer->given);
	ask_group(asking, customer->group);
	for (size_t i = 0; i < known->n_minted; i++)
		ask_person(asking, known->minted[i]);
	if (asking->ask.n_identities || asking->ask.n_persons || asking->ask.n_ids)
		store_watch_more(known->watch, &asking->ask);
	free(asking);
}

void customer_minted(struct customer *customer, struct str person)
{
	struct known *known = &customer->known;

	for (size_t i = 0; i < known->n_minted; i++) {
		if (str_eq(known->minted[i], person))
			return;
	}
	MEM_ROOM(known->minted, known->n_minted, known->cap_minted);
	known->minted[known->n_minted++] = arena_str(customer->arena, person);
	known->changed = true;
	customer_tell(customer);
}

/* Links and partings have something to say of the person. */
static bool is_linked(const struct persons *persons, struct str person)
{
	const struct person_hold *holds;
	const struct person_pair *pairs;
	size_t n;

	holds = persons_holds(persons, &n);
	for (size_t i = 0; i < n; i++) {
		if (str_eq(holds[i].person, person))
			return true;
	}
	pairs = persons_pairs(persons, &n);
	for (size_t i = 0; i < n; i++) {
		if (str_eq(pairs[i].a, person) || str_eq(pairs[i].b, person))
			return true;
	}
	return false;
}

/* Who the customer was said to be, as readings: its persons and records, else what was typed. */
static void read_group(const struct group *group, struct str person, struct who *who)
{
	if (person.p)
		who->items[who->n++].id = (struct identity){ .type = ID_TYPE_PERSON, .value = person };
	for (size_t i = 0; i < group->n_records && who->n < WHO_READINGS; i++)
		record_identity(group->records[i], &who->items[who->n++].id);
	for (size_t i = 0; !who->n && i < group->n_typed && i < WHO_READINGS; i++)
		who->items[who->n++].id = group->typed[i];
}

static bool group_has(const struct group *group, const struct record *record, struct str person)
{
	for (size_t i = 0; record && i < group->n_records; i++) {
		if (str_eq(group->records[i]->id, record->id) && str_eq(group->records[i]->backend, record->backend))
			return true;
	}
	for (size_t i = 0; !record && i < group->n_persons; i++) {
		if (str_eq(group->persons[i], person))
			return true;
	}
	return false;
}

/* The group of the first record, else of the first person; where only an identity was typed, the only one there is. */
static const struct group *choose(const struct resolve_result *result, const struct group *given, struct str person)
{
	const struct record *record = given->n_records ? given->records[0] : NULL;

	if (!record && !person.p)
		return result->n == 1 ? &result->groups[0] : NULL;
	for (size_t i = 0; i < result->n; i++) {
		if (group_has(&result->groups[i], record, person))
			return &result->groups[i];
	}
	return NULL;
}

static void tell_given(struct customer *customer, struct resolve *resolve, struct str person)
{
	const struct group *given = customer->given;
	struct identity self = { .type = ID_TYPE_PERSON, .value = person };
	struct resolve_question question;

	for (size_t i = 0; i < customer->desk->n_backends; i++)
		resolve_backend(resolve, str_of(customer->desk->backends[i].id), 1U << ID_TYPE_REC);
	for (size_t i = 0; i < given->n_records; i++)
		resolve_record(resolve, given->records[i]);
	persons_tell(persons_of(customer), resolve);
	for (size_t i = 0; person.p && i < given->n_persons; i++)
		resolve_person(resolve, given->persons[i], &self);
	for (size_t i = 0; person.p && i < customer->known.n_minted; i++)
		resolve_person(resolve, customer->known.minted[i], &self);
	/* The look-up asked for every linked record: what it did not bring is not there. */
	while (resolve_next(resolve, &question))
		resolve_answered(resolve, question.backend, &question.id, RESOLVE_ANSWERED);
}

static bool are_parted(const struct persons *persons, const struct group *a, const struct group *b)
{
	for (size_t i = 0; i < a->n_persons; i++) {
		for (size_t k = 0; k < b->n_persons; k++) {
			const struct person_pair *pair = persons_pair(persons, a->persons[i], b->persons[k]);

			if (pair && !pair->linked)
				return true;
		}
	}
	return false;
}

static void add_record(struct arena *arena, struct group *group, const struct record *record, const struct group *with)
{
	size_t n = with ? with->n_persons : 0;
	const struct record **records = arena_alloc(arena, (group->n_records + 2) * sizeof(*records));
	struct str *persons = arena_alloc(arena, (group->n_persons + n + 1) * sizeof(*persons));

	for (size_t i = 0; i < group->n_records; i++)
		records[i] = group->records[i];
	records[group->n_records++] = record_copy(arena, record);
	group->records = records;
	for (size_t i = 0; i < group->n_persons; i++)
		persons[i] = group->persons[i];
	for (size_t i = 0; i < n; i++)
		persons[group->n_persons++] = arena_str(arena, with->persons[i]);
	group->persons = persons;
}

/* What was one without the store's say stays so, unless the store says otherwise. */
static void keep_joined(struct customer *customer, struct arena *arena, struct group *group, const struct resolve_result *result)
{
	const struct group *given = customer->given;

	for (size_t i = 0; !given->n_persons && i < given->n_records; i++) {
		const struct group *with = NULL;

		if (group_has(group, given->records[i], (struct str){ 0 }))
			continue;
		for (size_t k = 0; k < result->n && !with; k++) {
			if (group_has(&result->groups[k], given->records[i], (struct str){ 0 }))
				with = &result->groups[k];
		}
		if (!with || !are_parted(persons_of(customer), group, with))
			add_record(arena, group, given->records[i], with);
	}
}

/* Those whom nothing links: only the look-up, or whoever minted them, says that they belong here. */
static void add_unlinked(struct customer *customer, struct arena *arena, struct group *group, const struct str *persons, size_t n)
{
	struct str *all = arena_alloc(arena, (group->n_persons + n + 1) * sizeof(*all));

	if (group->n_persons)
		memcpy(all, group->persons, group->n_persons * sizeof(*all));
	group->persons = all;
	for (size_t i = 0; i < n; i++) {
		bool known = is_linked(persons_of(customer), persons[i]) || persons_erased(persons_of(customer), persons[i]);

		if (!known && !group_has(group, NULL, persons[i]))
			all[group->n_persons++] = persons[i];
	}
}

const struct group *known_group(struct customer *customer, struct arena *arena)
{
	const struct group *given = customer->given, *found;
	struct known *known = &customer->known;
	struct str person = given->n_persons ? given->persons[0] : known->n_minted ? known->minted[0] : (struct str){ 0 };
	struct who who = { 0 };
	struct resolve *resolve;
	struct group *group;

	/* Nothing is known that the look-up did not know: in a list, of every customer. */
	if (!known->watch && !person.p) {
		group = (struct group *)(uintptr_t)group_copy(arena, given);
		group->asked = true;
		return group;
	}
	read_group(given, person, &who);
	resolve = resolve_new(&who, customer->desk->house->country);
	tell_given(customer, resolve, person);
	found = choose(resolve_result(resolve), given, person);
	group = (struct group *)(uintptr_t)group_copy(arena, found ? found : given);
	group->typed = given->typed;
	group->n_typed = given->n_typed;
	group->shared_only = given->shared_only;
	group->asked = true;
	if (!group->name.p)
		group->name = given->name;
	if (!found)
		group->n_persons = 0;
	keep_joined(customer, arena, group, resolve_result(resolve));
	add_unlinked(customer, arena, group, given->persons, given->n_persons);
	add_unlinked(customer, arena, group, known->minted, known->n_minted);
	resolve_free(resolve);
	return group;
}

const struct record *known_record(struct customer *customer, struct arena *arena, struct str person)
{
	struct record *record = record_new(arena, STR(CASES_BACKEND), person);
	const struct person_hold *holds;
	size_t n;

	holds = persons_holds(persons_of(customer), &n);
	for (size_t i = 0; i < n; i++) {
		const struct identity *id = &holds[i].id;

		if (!holds[i].now || !str_eq(holds[i].person, person) || id->type == ID_TYPE_REC)
			continue;
		if (id->type == ID_TYPE_NAME)
			record_add_name(arena, record, arena_str(arena, id->value));
		else
			record_add_id(arena, record, id, STR("link"), id->value);
	}
	return record->n_names || record->n_ids ? record : NULL;
}

/*
 * A partner reads the texts of the own team's notes only. They are taken out
 * before anything can look for words in them.
 */
static void close_notes(const struct customer *customer, struct batch *rows)
{
	if (!desk_is_partner(customer->desk))
		return;
	for (size_t i = 0; i < rows->n; i++) {
		struct interaction *it = rows->items[i];
		const struct entry *entry = entries_find(customer->known.entries, it->id);

		if (entry && desk_may_read(customer->desk, entry))
			continue;
		it->text = (struct str){ 0 };
		it->title = it->kind == KIND_OTHER || it->done.n ? it->title : (struct str){ 0 };
		it->closed = true;
	}
}

void known_fold(struct customer *customer)
{
	struct known *known = &customer->known;
	struct cases_in in = { .entries = known->entries, .persons = persons_of(customer),
			       .group = customer->group->persons, .n_group = customer->group->n_persons };
	struct batch *rows;

	if (known->cases)
		return;
	known->cases = cases_fold(&in);
	rows = cases_rows(known->cases);
	close_notes(customer, rows);
	timeline_drop(customer->timeline, STR(CASES_BACKEND));
	timeline_take(customer->timeline, rows);
	timeline_fold_again(customer->timeline);
	for (size_t i = 0; i < known->cases->n_alone; i++) {
		const struct row_key *key = &known->cases->alone[i];

		timeline_unfold(customer->timeline, &(struct interaction){ .backend = key->backend, .row = key->row, .id = key->id });
	}
}

const struct store_watch *customer_watch(const struct customer *customer)
{
	return customer->known.watch;
}

struct entries *customer_entries(struct customer *customer)
{
	return customer->known.entries;
}

const struct persons *customer_persons(struct customer *customer)
{
	return persons_of(customer);
}

const struct cases *customer_cases(struct customer *customer)
{
	known_fold(customer);
	return customer->known.cases;
}

struct timeline *customer_timeline(struct customer *customer)
{
	known_fold(customer);
	return customer->timeline;
}
