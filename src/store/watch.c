/*
 * Watches: which entries belong to what was asked. Links decide: they bring
 * persons in, and whoever is brought in is fetched whole.
 */
#include "watch.h"

#include <stdlib.h>

static bool knows(const struct intern *set, struct str text)
{
	return text.p && intern_find(set, text) != UINT32_MAX;
}

static bool learn(struct intern *set, struct str text)
{
	bool made;

	intern_id(set, text, &made);
	return made;
}

static void miss(struct store_watch *watch, struct str person)
{
	for (size_t i = 0; i < watch->n_missing; i++) {
		if (str_eq(watch->missing[i], person))
			return;
	}
	MEM_ROOM(watch->missing, watch->n_missing, watch->cap_missing);
	watch->missing[watch->n_missing++] = arena_str(watch->arena, person);
}

static void follow(struct store_watch *watch, struct str person, bool whole)
{
	if (person.p && learn(&watch->persons, person) && !whole)
		miss(watch, person);
}

/* Asked for by the face, or held by somebody followed where that joins persons. */
static bool leads_here(const struct store_watch *watch, struct arena *arena, const struct identity *id)
{
	if (!id->value.n)
		return false;
	for (size_t i = 0; i < watch->n_asks; i++) {
		for (size_t k = 0; k < watch->asks[i]->n_identities; k++) {
			if (identity_same(&watch->asks[i]->identities[k], id))
				return true;
		}
	}
	return knows(&watch->keys, reach_bucket(arena, id));
}

/* True when it led to somebody new. */
static bool follow_fact(struct store_watch *watch, struct arena *arena, const struct person_fact *fact, bool whole)
{
	size_t before = watch->persons.n;
	enum id_class class = identity_class(fact->identity.type);

	if (!knows(&watch->persons, fact->person) && !knows(&watch->persons, fact->other) && !leads_here(watch, arena, &fact->identity))
		return false;
	follow(watch, fact->person, whole);
	follow(watch, fact->other, whole);
	if (fact->identity.value.n && (class == ID_RECORD || class == ID_PERSONAL) && learn(&watch->keys, reach_bucket(arena, &fact->identity)))
		return true;
	return watch->persons.n > before;
}

/* Links may stand in any order: until nothing new comes of them. */
static void follow_links(struct store_watch *watch, const struct store_rows *rows, bool whole)
{
	struct arena *arena = arena_new();
	struct person_fact *facts = NULL;
	size_t n = 0, cap = 0;
	bool more = true;

	for (size_t i = 0; i < rows->n; i++) {
		const struct entry *entry = &rows->entries[i];

		if (entry->type != ENTRY_LINK && entry->type != ENTRY_UNLINK)
			continue;
		MEM_ROOM(facts, n, cap);
		if (person_fact(arena, entry, &facts[n]))
			n++;
	}
	while (more) {
		more = false;
		for (size_t i = 0; i < n; i++)
			more |= follow_fact(watch, arena, &facts[i], whole);
	}
	free(facts);
	arena_free(arena);
}

static bool asked_by_id(const struct store_watch *watch, const struct entry *entry)
{
	for (size_t i = 0; i < watch->n_asks; i++) {
		for (size_t k = 0; k < watch->asks[i]->n_ids; k++) {
			if (reach_named(watch->asks[i]->ids[k], entry))
				return true;
		}
	}
	return false;
}

static bool belongs(struct store_watch *watch, struct arena *arena, const struct entry *entry)
{
	if (knows(&watch->persons, entry->person) || knows(&watch->keys, reach_uuid_key(arena, entry->id)) ||
	    (watch->open_items && (reach_open_type(entry->type) || entry->type == ENTRY_ERASE)))
		return true;
	reach_keys(&watch->of, arena, entry);
	for (size_t i = 0; i < watch->of.n; i++) {
		struct str key = watch->of.keys[i];

		if (knows(&watch->keys, key) || (str_starts(key, "u:") && knows(&watch->persons, str_make(key.p + 2, key.n - 2))))
			return true;
	}
	return false;
}

/* What was assigned here may have been another's so far, or may come later. */
static void learn_entry(struct store_watch *watch, struct arena *arena, const struct entry *entry, bool whole)
{
	struct person_fact fact;

	learn(&watch->keys, reach_uuid_key(arena, entry->id));
	if (entry->type != ENTRY_ASSIGN || !person_fact(arena, entry, &fact) || !fact.assign)
		return;
	learn(&watch->keys, reach_uuid_key(arena, fact.entry));
	if (!whole && !entries_find(watch->entries, fact.entry) && knows(&watch->persons, fact.person))
		miss(watch, fact.person);
}

static void hold(struct store_watch *watch, struct held *held)
{
	if (watch->n_held && watch->held[watch->n_held - 1] == held)
		return;
	MEM_ROOM(watch->held, watch->n_held, watch->cap_held);
	watch->held[watch->n_held++] = held_ref(held);
}

static void redact_here(struct store_watch *watch, const struct entry *entry)
{
	struct json_parser *parser = json_parser_new();
	struct json_object *data = entry_data(parser, entry);
	struct str id = entry_text(data, "entry");
	const struct entry *meant = id.p ? entries_find(watch->entries, id) : NULL;

	if (meant && !entry_stripped(meant)) {
		struct entry *stripped = arena_alloc(watch->arena, sizeof(*stripped));
		struct entry copy = reach_entry_copy(watch->arena, meant);

		if (entry_strip(watch->arena, &copy, stripped))
			entries_add(watch->entries, stripped);
	}
	json_object_put(data);
	json_parser_free(parser);
}

/* held NULL: a few out of many, which are copied, so that the many can go. */
static void add(struct store_watch *watch, struct held *held, const struct entry *entry)
{
	const struct entry *before = entries_find(watch->entries, entry->id);

	if (before && before->got == entry->got && before->ord == entry->ord && before->epoch == entry->epoch && entry_same(before, entry))
		return;
	if (held) {
		hold(watch, held);
	} else {
		struct entry *copy = arena_alloc(watch->arena, sizeof(*copy));

		*copy = reach_entry_copy(watch->arena, entry);
		entry = copy;
	}
	if (entries_add(watch->entries, entry) != ENTRIES_KNOWN)
		watch->changed = true;
	if (entry->type == ENTRY_REDACT && entry->got != WHEN_NONE)
		redact_here(watch, entry);
}

void watch_take(struct store_watch *watch, struct held *held, bool whole)
{
	struct store_rows *rows = held->rows;
	struct arena *arena = arena_new();

	follow_links(watch, rows, whole);
	for (size_t i = 0; i < rows->n; i++) {
		if (watch->n_asks && asked_by_id(watch, &rows->entries[i]))
			follow(watch, rows->entries[i].person, whole);
		learn_entry(watch, arena, &rows->entries[i], whole);
		add(watch, held, &rows->entries[i]);
	}
	arena_free(arena);
	if (watch->changed)
		store_tell(watch->store);
}

void watch_offer(struct store_watch *watch, struct held *held, bool *taken)
{
	struct store_rows *rows = held->rows;
	struct arena *arena = arena_new();

	follow_links(watch, rows, false);
	for (size_t i = 0; i < rows->n; i++) {
		if (asked_by_id(watch, &rows->entries[i]))
			follow(watch, rows->entries[i].person, false);
		if (!belongs(watch, arena, &rows->entries[i]))
			continue;
		if (taken)
			taken[i] = true;
		learn_entry(watch, arena, &rows->entries[i], false);
		add(watch, NULL, &rows->entries[i]);
	}
	arena_free(arena);
	if (watch->changed)
		store_tell(watch->store);
}

bool watch_missing(struct store_watch *watch, struct store_ask *ask)
{
	*ask = (struct store_ask){ .persons = watch->missing, .n_persons = watch->n_missing };
	watch->n_missing = 0;
	return ask->n_persons > 0;
}

struct store_watch *store_watch(struct store *store, const struct store_ask *ask, const struct store_watch_sink *sink)
{
	struct store_watch *watch = mem_zalloc(sizeof(*watch));

	watch->store = store;
	watch->sink = *sink;
	watch->arena = arena_new();
	watch->entries = entries_new();
	watch->heard = clock_wall(store->clock);
	intern_init(&watch->persons, (uintptr_t)watch);
	intern_init(&watch->keys, (uintptr_t)watch);
	watch->next = store->watches;
	store->watches = watch;
	store_watch_more(watch, ask);
	return watch;
}

void store_watch_more(struct store_watch *watch, const struct store_ask *ask)
{
	struct store_ask *copy = reach_ask_copy(watch->arena, ask);

	MEM_ROOM(watch->asks, watch->n_asks, watch->cap_asks);
	watch->asks[watch->n_asks++] = copy;
	watch->open_items = watch->open_items || ask->open_items;
	for (size_t i = 0; i < ask->n_persons; i++)
		learn(&watch->persons, ask->persons[i]);
	for (size_t i = 0; i < ask->n_ids; i++)
		learn(&watch->keys, reach_uuid_key(watch->arena, ask->ids[i]));
	fetch_start(watch, copy, false);
	poll_wake(watch->store);
}

struct entries *store_watch_entries(struct store_watch *watch)
{
	return watch->entries;
}

int64_t store_watch_age(const struct store_watch *watch)
{
	const struct store *store = watch->store;
	int64_t heard = watch->stale ? watch->heard : store->state.synced, now = clock_wall(store->clock);

	if (!store->away)
		return WHEN_NONE;
	if (heard == WHEN_NONE)
		return INT64_MAX;
	return now > heard ? now - heard : 0;
}

bool store_watch_settled(const struct store_watch *watch)
{
	return watch->settled;
}

void watch_rooted(struct store_watch *watch, struct str cursor)
{
	if (!watch->rooted.p)
		watch->rooted = arena_str(watch->arena, cursor);
	else if (!str_eq(watch->rooted, cursor))
		watch->rooted = STR("");
}

static void unlink_watch(struct store_watch *watch)
{
	struct store_watch **at = &watch->store->watches;

	while (*at != watch)
		at = &(*at)->next;
	*at = watch->next;
}

/* Everything up to the last poll is in the private file: the next opening asks for what comes after it. */
static void leave(struct store_watch *watch)
{
	const struct store *store = watch->store;

	if (watch->stale || watch->fetching || !store->caught_up || store->closing || str_eq(watch->rooted, store->cursor))
		return;
	for (size_t i = 0; i < watch->n_asks; i++)
		roots_down(watch->store, watch->asks[i], store->cursor);
}

void store_watch_free(struct store_watch *watch)
{
	if (!watch)
		return;
	leave(watch);
	fetch_drop(watch);
	unlink_watch(watch);
	entries_free(watch->entries);
	for (size_t i = 0; i < watch->n_held; i++)
		held_unref(watch->held[i]);
	free(watch->held);
	free(watch->asks);
	free(watch->missing);
	intern_release(&watch->persons);
	intern_release(&watch->keys);
	reach_keys_release(&watch->of);
	arena_free(watch->arena);
	free(watch);
}
