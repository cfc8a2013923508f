/*
 * The closure is a walk: persons bring all that mentions them, links bring
 * persons, entries bring what is said about them.
 */
#include "reach.h"

#include <stdlib.h>

#include <dossier/model/cases.h>

/* A household of this size is a mistake of somebody's links: what it joins is not looked for further. */
#define PERSONS_MOST 500

struct reach {
	const struct reach_source *source;
	const struct store_ask *ask;
	struct arena *arena;
	struct intern ids;              /* its numbers are places in entries */
	struct entry *entries;
	bool *asked;                    /* what is about it is here */
	size_t n, cap, cap_asked;
	struct intern *persons;
	struct intern walked;           /* buckets */
	enum { TAKE_ALL, TAKE_NAMED, TAKE_HOLDERS } take;
	const struct identity *holder;  /* TAKE_HOLDERS: who holds it */
};

static void want_person(struct reach *reach, struct str person)
{
	bool made;

	if (person.p && reach->persons->n < PERSONS_MOST)
		intern_id(reach->persons, person, &made);
}

static void keep(struct reach *reach, const struct entry *entry)
{
	bool made;
	uint32_t at = intern_id(&reach->ids, entry->id, &made);

	if (made) {
		MEM_ROOM(reach->entries, reach->n, reach->cap);
		MEM_ROOM(reach->asked, reach->n, reach->cap_asked);
		reach->asked[reach->n] = false;
		reach->entries[reach->n++] = reach_entry_copy(reach->arena, entry);
		return;
	}
	if (reach->entries[at].got == WHEN_NONE && entry->got != WHEN_NONE)
		reach->entries[at] = reach_entry_copy(reach->arena, entry);
}

static bool named(const struct store_ask *ask, const struct entry *entry)
{
	for (size_t i = 0; i < ask->n_ids; i++) {
		if (reach_named(ask->ids[i], entry))
			return true;
	}
	return false;
}

void reach_found(struct reach *reach, const struct entry *entry)
{
	struct person_fact fact;

	if (reach->take == TAKE_NAMED && !named(reach->ask, entry))
		return;
	if (reach->take != TAKE_HOLDERS) {
		keep(reach, entry);
		return;
	}
	if (person_fact(reach->arena, entry, &fact) && !fact.assign && fact.identity.value.n && identity_same(&fact.identity, reach->holder))
		want_person(reach, fact.person);
}

/* Everybody who holds or held it. */
static bool take_holders(struct reach *reach, const struct identity *id, struct err *err)
{
	struct str bucket = reach_bucket(reach->arena, id);
	bool good;

	reach->take = TAKE_HOLDERS;
	reach->holder = id;
	good = reach->source->by_key(reach->source->arg, bucket, reach, err);
	reach->take = TAKE_ALL;
	return good;
}

static bool take_seeds(struct reach *reach, struct err *err)
{
	const struct store_ask *ask = reach->ask;
	const struct reach_source *source = reach->source;

	for (size_t i = 0; i < ask->n_identities; i++) {
		if (!take_holders(reach, &ask->identities[i], err))
			return false;
	}
	for (size_t i = 0; i < ask->n_persons; i++)
		want_person(reach, ask->persons[i]);
	for (size_t i = 0; i < ask->n_ids; i++) {
		if (!source->by_id(source->arg, ask->ids[i], reach, err) ||
		    !source->by_key(source->arg, reach_uuid_key(reach->arena, ask->ids[i]), reach, err))
			return false;
	}
	if (ask->n_ids && !reach->n) {
		reach->take = TAKE_NAMED;
		if (!source->by_types(source->arg, UINT64_C(1) << ENTRY_CASE_OPEN, reach, err))
			return false;
		reach->take = TAKE_ALL;
	}
	for (size_t i = 0; i < reach->n; i++) {
		if (named(ask, &reach->entries[i]))
			want_person(reach, reach->entries[i].person);
	}
	return true;
}

/* What a link or an assignment leads to. */
static bool follow_fact(struct reach *reach, const struct entry *entry, struct err *err)
{
	struct person_fact fact;
	enum id_class class;
	bool made;

	if (!person_fact(reach->arena, entry, &fact))
		return true;
	if (fact.assign)
		return reach->source->by_id(reach->source->arg, fact.entry, reach, err);
	if (intern_find(reach->persons, fact.person) == UINT32_MAX && (!fact.other.p || intern_find(reach->persons, fact.other) == UINT32_MAX))
		return true;
	want_person(reach, fact.person);
	want_person(reach, fact.other);
	class = identity_class(fact.identity.type);
	if (!fact.identity.value.n || (class != ID_RECORD && class != ID_PERSONAL))
		return true;
	intern_id(&reach->walked, reach_bucket(reach->arena, &fact.identity), &made);
	return !made || take_holders(reach, &fact.identity, err);
}

static bool take_person(struct reach *reach, struct str key, struct err *err)
{
	const struct reach_source *source = reach->source;
	size_t from = reach->n, to;

	if (!source->by_key(source->arg, key, reach, err))
		return false;
	if (!source->about)
		return true;
	to = reach->n;
	if (!source->about(source->arg, key, reach, err))
		return false;
	for (; from < to; from++)
		reach->asked[from] = true;
	return true;
}

static bool walk(struct reach *reach, struct err *err)
{
	const struct reach_source *source = reach->source;
	size_t person = 0, at = 0;

	while (person < reach->persons->n || at < reach->n) {
		struct entry entry;

		if (person < reach->persons->n) {
			if (!take_person(reach, reach_uuid_key(reach->arena, reach->persons->texts[person++]), err))
				return false;
			continue;
		}
		entry = reach->entries[at++];
		if (!follow_fact(reach, &entry, err) ||
		    (!reach->asked[at - 1] && !source->by_key(source->arg, reach_uuid_key(reach->arena, entry.id), reach, err)))
			return false;
	}
	return true;
}

static uint64_t open_types(void)
{
	uint64_t types = 0;

	for (int i = 0; i < ENTRY_TYPE_COUNT; i++)
		types |= reach_open_type((enum entry_type)i) ? UINT64_C(1) << i : 0;
	return types;
}

static bool walk_open(struct reach *reach, struct err *err)
{
	const struct reach_source *source = reach->source;
	size_t at = reach->n;

	if (!source->by_types(source->arg, open_types(), reach, err))
		return false;
	for (; at < reach->n; at++) {
		if (!source->by_key(source->arg, reach_uuid_key(reach->arena, reach->entries[at].id), reach, err))
			return false;
	}
	return true;
}

bool reach_all(const struct reach_source *source, const struct store_ask *ask, struct store_rows *rows, struct intern *persons,
	       struct err *err)
{
	struct reach reach = { .source = source, .ask = ask, .arena = arena_new(), .persons = persons };
	bool good;

	*rows = (struct store_rows){ 0 };
	intern_init(&reach.ids, 1);
	intern_init(&reach.walked, 2);
	intern_init(persons, 3);
	good = take_seeds(&reach, err) && walk(&reach, err);
	if (good && ask->open_items)
		good = walk_open(&reach, err);
	intern_release(&reach.ids);
	intern_release(&reach.walked);
	free(reach.asked);
	*rows = (struct store_rows){ .arena = reach.arena, .entries = reach.entries, .n = reach.n };
	if (!good)
		store_rows_free(rows);
	return good;
}
