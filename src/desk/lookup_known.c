/*
 * What the store knows of whoever is looked for: persons and their links are
 * facts for the resolver, as records are. Folded anew whenever entries come,
 * and told anew, for what was said before may no longer hold.
 */
#include <dossier/base/mem.h>
#include <dossier/model/cases.h>

#include "lookup_parts.h"

#define FOLLOWED_MOST 200       /* identities that the store is asked by in one look-up */
#define BIT(type) (1U << ID_TYPE_##type)

static bool is_uuid(struct str text)
{
	if (text.n != 36)
		return false;
	for (uint32_t i = 0; i < text.n; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;

		if (dash ? text.p[i] != '-' : !memchr("0123456789abcdef", text.p[i], 16))
			return false;
	}
	return true;
}

/* A single word may be the code of a case, or the id of anything: read so besides, which nothing else is told by. */
static void read_besides(struct lookup *lookup)
{
	struct who *who = &lookup->known.who;
	const struct who_reading *first = &lookup->who.items[0];
	struct str text = first->id.value;
	struct who_reading *more;
	char code[CASE_CODE + 1];

	*who = lookup->who;
	more = &who->items[who->n];
	if (!lookup->desk->store || who->n == WHO_READINGS || first->n_narrow)
		return;
	if (is_uuid(text) && first->id.type == ID_TYPE_NAME)
		*more = (struct who_reading){ .id = { .type = ID_TYPE_PERSON, .value = text } };
	else if (text.n >= CASE_CODE_SHOWN && first->id.type != ID_TYPE_CASE && case_code_read(text, code))
		*more = (struct who_reading){ .id = { .type = ID_TYPE_CASE, .value = arena_str(lookup->arena, str_of(code)) } };
	else
		return;
	who->n++;
}

/* True when the entry is what the reading names: a person's id names entries too, for whoever pastes one. */
static bool is_named(const struct entry *entry, const struct identity *id)
{
	char code[CASE_CODE + 1], typed[CASE_CODE + 1];

	switch (id->type) {
	case ID_TYPE_PERSON:
		return str_eq(entry->id, id->value) || str_eq(entry->person, id->value) || str_eq(entry->case_, id->value);
	case ID_TYPE_CONTACT:
		return entry->type == ENTRY_CONTACT_START && str_eq(entry->id, id->value);
	case ID_TYPE_CASE:
		if (entry->type != ENTRY_CASE_OPEN)
			return false;
		if (str_eq(entry->case_, id->value))
			return true;
		case_code(entry->case_, code);
		return case_code_read(id->value, typed) && str_starts(str_of(code), typed);
	default:
		return false;
	}
}

/* Whom a contact, a case or an id leads to holds what was typed, as far as this look-up goes. */
static void tell_named(struct lookup *lookup, struct entries *entries, const struct persons *persons)
{
	const struct who *who = &lookup->known.who;
	const struct entry *const *sorted;
	size_t n;

	sorted = entries_sorted(entries, &n);
	lookup->known.contact = false;
	for (size_t i = 0; i < who->n; i++) {
		const struct identity *id = &who->items[i].id;

		if (id->type != ID_TYPE_PERSON && id->type != ID_TYPE_CONTACT && id->type != ID_TYPE_CASE)
			continue;
		for (size_t k = 0; k < n; k++) {
			struct str home;

			if (!is_named(sorted[k], id))
				continue;
			home = persons_home(persons, sorted[k]);
			if (home.p)
				resolve_person(lookup->resolve, home, id);
			else if (id->type == ID_TYPE_CONTACT && !sorted[k]->person.p)
				lookup->known.contact = true;
		}
	}
}

static void changed(void *arg)
{
	struct lookup *lookup = arg;
	struct entries *entries = store_watch_entries(lookup->known.watch);
	struct persons *persons = persons_fold(entries);

	resolve_forget_persons(lookup->resolve);
	persons_tell(persons, lookup->resolve);
	tell_named(lookup, entries, persons);
	persons_free(persons);
	lookup_ask_on(lookup);
	lookup_tell(lookup);
}

static void settled(void *arg)
{
	lookup_ask_on(arg);
	lookup_tell(arg);
}

struct wanted {
	struct identity ids[FOLLOWED_MOST];
	struct str names[FOLLOWED_MOST], persons[FOLLOWED_MOST];
	struct store_ask ask;
};

static void ask(struct lookup *lookup, struct wanted *wanted, const struct identity *id)
{
	struct lookup_known *known = &lookup->known;

	if (str_empty(id->value))
		return;
	for (size_t i = 0; i < known->n_asked; i++) {
		if (identity_same(&known->asked[i], id))
			return;
	}
	if (known->n_asked == FOLLOWED_MOST)
		return;
	MEM_ROOM(known->asked, known->n_asked, known->cap_asked);
	known->asked[known->n_asked++] = identity_copy(lookup->arena, id);
	if (id->type == ID_TYPE_PERSON)
		wanted->persons[wanted->ask.n_persons++] = id->value;
	if (id->type == ID_TYPE_PERSON || id->type == ID_TYPE_CONTACT || id->type == ID_TYPE_CASE)
		wanted->names[wanted->ask.n_ids++] = id->value;
	else if (identity_class(id->type) != ID_REFERENCE)
		wanted->ids[wanted->ask.n_identities++] = *id;
}

static struct wanted *wanted_new(void)
{
	struct wanted *wanted = mem_zalloc(sizeof(*wanted));

	wanted->ask = (struct store_ask){ .identities = wanted->ids, .persons = wanted->persons, .ids = wanted->names };
	return wanted;
}

void lookup_known_start(struct lookup *lookup)
{
	struct store_watch_sink sink = { changed, settled, lookup };
	struct wanted *wanted;

	read_besides(lookup);
	if (!lookup->desk->store)
		return;
	wanted = wanted_new();
	for (size_t i = 0; i < lookup->known.who.n; i++)
		ask(lookup, wanted, &lookup->known.who.items[i].id);
	lookup->known.watch = store_watch(lookup->desk->store, &wanted->ask, &sink);
	free(wanted);
}

/* Of those who hold what was typed only: others are none of ours. */
void lookup_known_ask(struct lookup *lookup)
{
	const struct resolve_result *result;
	struct wanted *wanted;

	if (!lookup->known.watch)
		return;
	wanted = wanted_new();
	result = resolve_result(lookup->resolve);
	for (size_t i = 0; i < result->n; i++) {
		for (size_t k = 0; k < result->groups[i].n_records; k++) {
			const struct record *record = result->groups[i].records[k];
			struct identity own;

			record_identity(record, &own);
			ask(lookup, wanted, &own);
			for (size_t m = 0; m < record->n_ids; m++) {
				if (identity_class(record->ids[m].id.type) == ID_PERSONAL)
					ask(lookup, wanted, &record->ids[m].id);
			}
		}
	}
	if (wanted->ask.n_identities)
		store_watch_more(lookup->known.watch, &wanted->ask);
	free(wanted);
}

bool lookup_known_settled(const struct lookup *lookup)
{
	return !lookup->known.watch || store_watch_settled(lookup->known.watch);
}

void lookup_known_end(struct lookup *lookup)
{
	if (lookup->known.watch)
		store_watch_free(lookup->known.watch);
	lookup->known.watch = NULL;
	free(lookup->known.asked);
	lookup->known.asked = NULL;
	lookup->known.n_asked = lookup->known.cap_asked = 0;
}

unsigned lookup_known_types(const struct lookup *lookup)
{
	if (!lookup->desk->store)
		return 0;
	return BIT(EMAIL) | BIT(LOYALTY) | BIT(TEL) | BIT(X) | BIT(MASTODON) | BIT(HANDLE) | (lookup->known.contact ? BIT(CONTACT) : 0);
}
