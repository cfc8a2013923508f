#include "entry_inner.h"
#include "person_inner.h"

#define KEY_MOST 1024

static void erased_fold(struct persons *persons, struct json_object *data)
{
	struct json_object *list = NULL;
	bool made;

	if (!json_object_object_get_ex(data, "persons", &list) || !json_object_is_type(list, json_type_array))
		return;
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		struct json_object *one = json_object_array_get_idx(list, i);

		if (json_object_is_type(one, json_type_string))
			intern_id(&persons->erased, str_make(json_object_get_string(one), (size_t)json_object_get_string_len(one)), &made);
	}
}

bool persons_erased(const struct persons *persons, struct str person)
{
	return !str_empty(person) && intern_find(&persons->erased, person) != UINT32_MAX;
}

/* Where the newest hold of this person and identity is remembered. */
static size_t *hold_place(struct persons *persons, struct str person, const struct identity *id)
{
	struct buf key;
	uint32_t at;
	bool made;

	buf_init(&key, KEY_MOST);
	buf_addstr(&key, person);
	identity_print(id, &key);
	at = intern_id(&persons->hold_keys, buf_str(&key), &made);
	buf_release(&key);
	if (made) {
		MEM_ROOM(persons->last_hold, persons->n_last, persons->cap_last);
		persons->last_hold[persons->n_last++] = 0;
	}
	return &persons->last_hold[at];
}

static void hold_link(struct persons *persons, const struct person_fact *fact, struct json_object *data, const struct entry *entry)
{
	size_t *place = hold_place(persons, fact->person, &fact->identity);
	struct person_hold *hold = *place ? &persons->holds[*place - 1] : NULL;
	int64_t since = entry_when(data, "since");
	struct str evidence = entry_text(data, "evidence");

	if (hold && hold->now) {
		if (since != WHEN_NONE && (hold->since == WHEN_NONE || since < hold->since))
			hold->since = since;
		return;
	}
	MEM_ROOM(persons->holds, persons->n_holds, persons->cap_holds);
	persons->holds[persons->n_holds++] = (struct person_hold){
		.person = fact->person, .id = fact->identity, .since = since, .until = WHEN_NONE, .now = true,
		.evidence = evidence.p ? arena_str(persons->arena, evidence) : evidence, .by = entry,
	};
	*place = persons->n_holds;
}

/* What was a mistake is taken away; what changed is kept as having been. */
static void hold_unlink(struct persons *persons, const struct person_fact *fact, struct json_object *data, const struct entry *entry)
{
	size_t *place = hold_place(persons, fact->person, &fact->identity);
	struct person_hold *hold = *place ? &persons->holds[*place - 1] : NULL;

	if (!hold)
		return;
	if (str_is(entry_text(data, "why"), "mistake")) {
		hold->by = NULL;
		hold->now = false;
		*place = 0;
	} else if (hold->now) {
		hold->now = false;
		hold->ended = entry;
		hold->until = entry_when(data, "until");
		if (hold->until == WHEN_NONE)
			hold->until = entry_time(entry);
	}
}

static void assign_fold(struct persons *persons, const struct person_fact *fact)
{
	bool made;
	uint32_t at = intern_id(&persons->assigned, fact->entry, &made);

	if (made) {
		MEM_ROOM(persons->homes, persons->n_homes, persons->cap_homes);
		persons->n_homes++;
	}
	/* Entries come in their order, so the last one wins. */
	persons->homes[at] = fact->person;
}

static void pair_fold_add(struct persons *persons, const struct person_fact *fact, const struct entry *entry)
{
	struct pair_fold *fold = persons_fold_of(persons, fact->person, fact->other, true);

	if (fact->link) {
		MEM_ROOM(fold->links, fold->n_links, fold->cap_links);
		fold->links[fold->n_links++] = entry;
	} else {
		MEM_ROOM(fold->unlinks, fold->n_unlinks, fold->cap_unlinks);
		fold->unlinks[fold->n_unlinks++] = entry;
	}
}

static void fact_fold(struct persons *persons, const struct entry *entry)
{
	struct json_object *data = entry_data(persons->parser, entry);
	struct person_fact fact;

	if (data && person_fact_of(persons->arena, data, entry, &fact) && !persons_erased(persons, fact.person)) {
		if (fact.assign)
			assign_fold(persons, &fact);
		else if (fact.other.p && !persons_erased(persons, fact.other))
			pair_fold_add(persons, &fact, entry);
		else if (!fact.other.p && fact.link)
			hold_link(persons, &fact, data, entry);
		else if (!fact.other.p)
			hold_unlink(persons, &fact, data, entry);
	}
	json_object_put(data);
}

static void opened_fold(struct persons *persons, const struct entry *entry)
{
	bool made;

	intern_id(&persons->opened, entry->case_, &made);
	if (!made)
		return;
	MEM_ROOM(persons->opens, persons->n_opens, persons->cap_opens);
	persons->opens[persons->n_opens++] = entry;
}

static int hold_compare(const void *a, const void *b)
{
	const struct person_hold *x = a, *y = b;
	int by = str_cmp(x->person, y->person);

	return by ? by : entry_compare(x->by, y->by);
}

static void holds_settle(struct persons *persons)
{
	size_t n = 0;

	for (size_t i = 0; i < persons->n_holds; i++) {
		if (persons->holds[i].by)
			persons->holds[n++] = persons->holds[i];
	}
	persons->n_holds = n;
	if (n)
		qsort(persons->holds, n, sizeof(*persons->holds), hold_compare);
}

struct persons *persons_fold(struct entries *entries)
{
	struct persons *persons = mem_zalloc(sizeof(*persons));
	uint64_t seed = (uintptr_t)persons * 0x9e3779b97f4a7c15u;
	const struct entry *const *sorted;
	size_t n;

	persons->arena = arena_new();
	persons->parser = json_parser_new();
	persons->entries = entries;
	intern_init(&persons->erased, seed);
	intern_init(&persons->hold_keys, seed);
	intern_init(&persons->pair_keys, seed);
	intern_init(&persons->assigned, seed);
	intern_init(&persons->opened, seed);
	sorted = entries_sorted(entries, &n);
	for (size_t i = 0; i < n; i++) {
		struct json_object *data;

		if (sorted[i]->type != ENTRY_ERASE || !entry_known(sorted[i]))
			continue;
		data = entry_data(persons->parser, sorted[i]);
		if (data)
			erased_fold(persons, data);
		json_object_put(data);
	}
	for (size_t i = 0; i < n; i++) {
		enum entry_type type = entry_known(sorted[i]) ? sorted[i]->type : ENTRY_UNKNOWN;

		if (type == ENTRY_LINK || type == ENTRY_UNLINK || type == ENTRY_ASSIGN)
			fact_fold(persons, sorted[i]);
		else if (type == ENTRY_CASE_OPEN)
			opened_fold(persons, sorted[i]);
	}
	holds_settle(persons);
	persons_pairs_settle(persons);
	return persons;
}

void persons_free(struct persons *persons)
{
	if (!persons)
		return;
	for (size_t i = 0; i < persons->n_folds; i++) {
		free(persons->folds[i].links);
		free(persons->folds[i].unlinks);
	}
	free(persons->folds);
	free(persons->pairs);
	free(persons->holds);
	free(persons->last_hold);
	free(persons->homes);
	free(persons->opens);
	intern_release(&persons->erased);
	intern_release(&persons->hold_keys);
	intern_release(&persons->pair_keys);
	intern_release(&persons->assigned);
	intern_release(&persons->opened);
	json_parser_free(persons->parser);
	arena_free(persons->arena);
	free(persons);
}

const struct person_hold *persons_holds(const struct persons *persons, size_t *n)
{
	*n = persons->n_holds;
	return persons->holds;
}

/* The entry that another one goes with: what is said of a promise stays with the promise. NULL: it stands by itself. */
static const struct entry *entry_parent(const struct persons *persons, const struct entry *entry)
{
	const struct entry_type_info *info = entry_type_info(entry->type);
	struct json_object *data;
	const struct entry *parent;
	const char *name;
	struct str id;

	if (info->needs & HAS_HOME)
		return NULL;
	if (info->needs & NEED_CASE) {
		uint32_t at = intern_find(&persons->opened, entry->case_);

		return at == UINT32_MAX ? NULL : persons->opens[at];
	}
	if (info->fields[0].kind != FIELD_UUID)
		return NULL;
	name = entry->type == ENTRY_PROMISE_TAKE ? "promise" : info->fields[0].name;
	if (entry_uuid(entry, name, &id)) {
		parent = entries_find(persons->entries, id);
	} else {
		data = entry_data(persons->parser, entry);
		parent = entries_find(persons->entries, entry_text(data, name));
		json_object_put(data);
	}
	return parent && entry_known(parent) && (entry_type_info(parent->type)->needs & HAS_HOME) ? parent : NULL;
}

struct str persons_home(const struct persons *persons, const struct entry *entry)
{
	const struct entry *parent = entry_known(entry) ? entry_parent(persons, entry) : NULL;
	struct str home;
	uint32_t at;

	if (persons_erased(persons, entry->person))
		return (struct str){ 0 };
	if (parent)
		entry = parent;
	home = entry->person;
	if (entry_known(entry) && (entry_type_info(entry->type)->needs & HAS_HOME)) {
		at = intern_find(&persons->assigned, entry->id);
		if (at != UINT32_MAX)
			home = persons->homes[at];
	}
	return persons_erased(persons, entry->person) || persons_erased(persons, home) ? (struct str){ 0 } : home;
}

bool persons_shows(const struct persons *persons, const struct entry *entry, const struct str *group, size_t n)
{
	struct str home = persons_home(persons, entry);

	for (size_t i = 0; home.p && i < n; i++) {
		if (str_eq(group[i], home))
			return true;
	}
	return false;
}
