/*
 * Random histories of links, unlinks, assignments and notes, each arriving in
 * several orders, doubled, and at clients whose clocks are wrong.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dossier/model/person.h>

#include "entry_facts.h"
#include "resolve_facts.h"

#define HISTORIES 2000
#define ORDERS 4
#define MOST 40

static const char *const people[] = { "jane", "tom", "ann", "bob", "zoe" };
static const char *const identities[] = {
	"email:a@example.com", "email:b@example.com", "loyalty:881", "rec:shop/1", "rec:shop/2", "rec:desk/1",
	"tel:+447700900123", "name:Jane Moss", "name:Tom Moss",
};
static const char *const typed[] = { "email:a@example.com", "tel:+447700900123", "rec:shop/1", "loyalty:881", "name:moss" };
#define PICK(list) (list)[next_random(seed) % (sizeof(list) / sizeof(*(list)))]

struct history {
	struct facts facts;
	const struct entry *entries[MOST];
	size_t n;
};

/* The unlinks so far, some of them: an author may not have seen all. */
static void add_sees(struct history *history, struct buf *json, uint64_t *seed)
{
	bool any = false;

	buf_adds(json, ", 'sees': [");
	for (size_t i = 0; i < history->n; i++) {
		if (history->entries[i]->type != ENTRY_UNLINK || next_random(seed) % 4 == 0)
			continue;
		buf_printf(json, "%s'%.*s'", any ? ", " : "", STR_ARG(history->entries[i]->id));
		any = true;
	}
	buf_adds(json, "]");
}

static const struct entry *random_entry(struct history *history, uint64_t *seed)
{
	static const enum entry_type types[] = {
		ENTRY_LINK, ENTRY_LINK, ENTRY_LINK, ENTRY_LINK, ENTRY_UNLINK, ENTRY_UNLINK, ENTRY_NOTE, ENTRY_NOTE, ENTRY_ASSIGN, ENTRY_ERASE,
	};
	enum entry_type type = PICK(types);
	const struct entry *entry;
	struct buf json;
	char id[32];

	if (type == ENTRY_ERASE && next_random(seed) % 6)
		type = ENTRY_LINK;
	snprintf(id, sizeof(id), "e%zu", history->n);
	buf_init(&json, 20000);
	if (type == ENTRY_NOTE) {
		buf_adds(&json, "{'text': 'x'}");
	} else if (type == ENTRY_ASSIGN) {
		buf_printf(&json, "{'entry': '<e%d>'}", (int)(next_random(seed) % MOST));
	} else if (type == ENTRY_ERASE) {
		buf_printf(&json, "{'persons': ['<%s>'], 'entries': 1}", PICK(people));
	} else if (next_random(seed) % 2) {
		buf_printf(&json, "{'identity': '%s'%s}", PICK(identities),
			   type == ENTRY_LINK ? "" : next_random(seed) % 2 ? ", 'why': 'changed'" : ", 'why': 'mistake'");
	} else {
		buf_printf(&json, "{'other': '<%s>'", PICK(people));
		if (type == ENTRY_LINK && next_random(seed) % 2)
			add_sees(history, &json, seed);
		buf_adds(&json, "}");
	}
	/* clocks are wrong by up to an hour either way */
	history->facts.at += (int64_t)(next_random(seed) % (2 * HOUR)) - HOUR;
	entry = fact_entry(&history->facts, id, type, PICK(people), NULL, json.data);
	buf_release(&json);
	return entry;
}

static void history_make(struct history *history, uint64_t run)
{
	uint64_t state = run * 0x9e3779b97f4a7c15u + 1, *seed = &state;

	facts_init(&history->facts);
	history->n = 0;
	for (size_t n = 4 + next_random(seed) % (MOST - 4); history->n < n; history->n++)
		history->entries[history->n] = random_entry(history, seed);
}

/* All that can be seen of persons, and of one look-up with them. */
static char *state_text(struct history *history, const struct persons *persons, struct resolve *resolve)
{
	const struct resolve_result *result = resolve_result(resolve);
	const struct person_hold *holds;
	const struct person_pair *pairs;
	struct buf text;
	char *shown = shown_text(resolve);
	size_t n;

	buf_init(&text, 1 << 20);
	buf_adds(&text, shown);
	free(shown);
	holds = persons_holds(persons, &n);
	for (size_t i = 0; i < n; i++) {
		buf_printf(&text, "\n%.*s %d %lld %lld ", STR_ARG(holds[i].person), holds[i].now, (long long)holds[i].since, (long long)holds[i].until);
		identity_print(&holds[i].id, &text);
	}
	pairs = persons_pairs(persons, &n);
	for (size_t i = 0; i < n; i++)
		buf_printf(&text, "\n%.*s %.*s %d %zu", STR_ARG(pairs[i].a), STR_ARG(pairs[i].b), pairs[i].linked, pairs[i].n_unlinks);
	for (size_t i = 0; i < history->n; i++) {
		struct str home = persons_home(persons, history->entries[i]);

		buf_printf(&text, "\n%.*s", STR_ARG(home));
		for (size_t g = 0; g < result->n; g++)
			buf_printf(&text, " %d", persons_shows(persons, history->entries[i], result->groups[g].persons, result->groups[g].n_persons));
	}
	return buf_take(&text);
}

static bool group_has(const struct group *group, struct str person)
{
	for (size_t i = 0; i < group->n_persons; i++) {
		if (str_eq(group->persons[i], person))
			return true;
	}
	return false;
}

static void check_safe(struct history *history, const struct persons *persons, const struct resolve_result *result)
{
	const struct person_pair *pairs;
	size_t n;

	pairs = persons_pairs(persons, &n);
	for (size_t g = 0; g < result->n; g++) {
		for (size_t i = 0; i < n; i++)
			assert_false(!pairs[i].linked && group_has(&result->groups[g], pairs[i].a) && group_has(&result->groups[g], pairs[i].b));
		/* whoever has one thing in common at most, and that a telephone or a name, is not one */
		for (size_t i = 0; i < result->groups[g].n_persons; i++)
			assert_false(persons_erased(persons, result->groups[g].persons[i]));
		if (result->groups[g].n_persons > 1)
			assert_true(result->groups[g].n_reasons > 0);
	}
	for (size_t i = 0; i < history->n; i++) {
		unsigned on = 0;

		for (size_t g = 0; g < result->n; g++)
			on += persons_shows(persons, history->entries[i], result->groups[g].persons, result->groups[g].n_persons);
		assert_true(on <= 1);
	}
}

static void arrive(struct history *history, struct entries *entries, uint64_t *seed)
{
	size_t order[MOST];

	for (size_t i = 0; i < history->n; i++)
		order[i] = i;
	for (size_t i = history->n; i > 1; i--) {
		size_t k = next_random(seed) % i, swap = order[i - 1];

		order[i - 1] = order[k];
		order[k] = swap;
	}
	for (size_t i = 0; i < history->n; i++) {
		entries_add(entries, history->entries[order[i]]);
		if (next_random(seed) % 3 == 0)
			entries_add(entries, history->entries[order[next_random(seed) % (i + 1)]]);
		if (next_random(seed) % 8 == 0)
			persons_free(persons_fold(entries));
	}
}

static void any_order_gives_the_same_persons(void **state)
{
	(void)state;
	size_t several = 0, apart = 0;

	for (uint64_t run = 0; run < HISTORIES; run++) {
		struct history history;
		uint64_t at = run + 77, *seed = &at;
		char *first = NULL;
		const char *asked = typed[run % (sizeof(typed) / sizeof(*typed))];

		history_make(&history, run);
		for (int order = 0; order < ORDERS; order++) {
			struct who who = fact_who(history.facts.arena, asked);
			struct entries *entries = entries_new();
			struct resolve *resolve = resolve_new(&who, "GB");
			struct persons *persons;
			char *text;
			size_t n;

			arrive(&history, entries, seed);
			persons = persons_fold(entries);
			persons_tell(persons, resolve);
			text = state_text(&history, persons, resolve);
			if (!first)
				first = text;
			else
				assert_string_equal(text, first);
			check_safe(&history, persons, resolve_result(resolve));
			for (size_t i = 0; i < resolve_result(resolve)->n; i++)
				several += resolve_result(resolve)->groups[i].n_persons > 1;
			for (size_t i = 0; i < (persons_pairs(persons, &n), n); i++)
				apart += !persons_pairs(persons, &n)[i].linked;
			if (text != first)
				free(text);
			resolve_free(resolve);
			persons_free(persons);
			entries_free(entries);
		}
		free(first);
		facts_release(&history.facts);
	}
	/* the histories are worth something */
	assert_true(several > 1000);
	assert_true(apart > 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_order_gives_the_same_persons),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
