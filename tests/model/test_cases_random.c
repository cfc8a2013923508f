/*
 * Random histories of all types, with wrong clocks, missing parents, doubled
 * and in any order, with and without what the store gives: always one state.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dossier/model/brief.h>

#include "entry_facts.h"

#define HISTORIES 2000
#define ORDERS 3
#define MOST 60
#define PICK(list) (list)[next_random(seed) % (sizeof(list) / sizeof(*(list)))]

static const char *const authors[] = { "ana", "raj", "mia", "rule" };
static const char *const channels[] = { "phone", "chat", "counter", "" };
static const char *const cases_[] = { "k1", "k2", "k3" };

struct history {
	struct facts facts;
	struct entry *entries[MOST], *before[MOST];     /* before: as it was before the store took it */
	size_t n;
};

/* A value that the field takes; ids are mostly those of entries of this history. */
static void random_value(const struct history *history, const struct entry_field *field, struct buf *json, uint64_t *seed)
{
	static const char *const words[] = { "phone", "wrapup", "hangup", "done", "begun", "status", "title", "holder", "ana" };
	static const char *const values[] = { "'solved'", "'open'", "'ana'", "'x'", "null" };
	int id = (int)(next_random(seed) % MOST);

	switch (field->kind) {
	case FIELD_UUID: buf_printf(json, "'<e%d>'", id); break;
	case FIELD_UUIDS: buf_printf(json, "['<p%d>']", id % 9); break;
	case FIELD_WHEN: buf_printf(json, "%lld", (long long)(T0 + (int64_t)(next_random(seed) % DAY))); break;
	case FIELD_COUNT: buf_printf(json, "%d", id); break;
	case FIELD_BOOL: buf_adds(json, id % 2 ? "true" : "false"); break;
	case FIELD_MONEY: buf_printf(json, "{'minor': %d, 'currency': 'GBP'}", id); break;
	case FIELD_IDENTITY: buf_adds(json, "'email:a@example.com'"); break;
	case FIELD_IDENTITIES: buf_adds(json, "['email:a@example.com']"); break;
	case FIELD_WORDS: buf_printf(json, "['%s']", PICK(words)); break;
	case FIELD_KEYS: buf_printf(json, "[{'backend': 'phone', 'row': 'calls', 'id': '%d'}]", id % 4); break;
	case FIELD_VALUE: buf_adds(json, PICK(values)); break;
	case FIELD_MAP: buf_adds(json, "{'a': 'b'}"); break;
	case FIELD_TEXT: buf_printf(json, "'text %d'", id); break;
	case FIELD_WORD: buf_printf(json, "'%s'", PICK(words)); break;
	}
	(void)history;
}

static struct entry *random_entry(struct history *history, uint64_t *seed)
{
	enum entry_type type = (enum entry_type)(next_random(seed) % ENTRY_TYPE_COUNT);
	struct entry *entry;
	struct buf json;
	char id[32];
	bool any = false;

	if (next_random(seed) % 4 == 0)
		type = next_random(seed) % 2 ? ENTRY_CASE_OPEN : ENTRY_CASE_SET;
	if (type == ENTRY_ERASE && next_random(seed) % 8)
		type = ENTRY_NOTE;
	buf_init(&json, 20000);
	buf_adds(&json, "{");
	for (const struct entry_field *field = entry_type_info(type)->fields; field->name; field++) {
		if (field->need == FIELD_MAY && next_random(seed) % 2)
			continue;
		buf_printf(&json, "%s'%s': ", any ? ", " : "", field->name);
		random_value(history, field, &json, seed);
		any = true;
	}
	buf_adds(&json, "}");
	snprintf(id, sizeof(id), "e%zu", history->n);
	history->facts.author = str_of(PICK(authors));
	history->facts.channel = str_of(PICK(channels));
	history->facts.epoch = (uint32_t)(next_random(seed) % 4);
	history->facts.at += (int64_t)(next_random(seed) % (2 * HOUR)) - HOUR / 2;
	entry = fact_entry(&history->facts, id, type, next_random(seed) % 3 ? "p0" : "p1", PICK(cases_), json.data);
	buf_release(&json);
	return entry;
}

static void history_make(struct history *history, uint64_t run)
{
	uint64_t state = run * 0x9e3779b97f4a7c15u + 1, *seed = &state;
	size_t n = 4 + next_random(seed) % (MOST - 4);

	facts_init(&history->facts);
	for (history->n = 0; history->n < n; history->n++) {
		struct entry *entry = random_entry(history, seed), *before = arena_alloc(history->facts.arena, sizeof(*before));

		*before = *entry;
		before->got = WHEN_NONE;
		before->epoch = 0;
		if (next_random(seed) % 8 == 0)         /* never arrived */
			*entry = *before;
		history->entries[history->n] = entry;
		history->before[history->n] = before;
	}
}

static void say_entry(struct buf *text, const char *what, const struct entry *entry)
{
	buf_printf(text, " %s=%.8s", what, entry ? entry->id.p : "-");
}

static void say_case(struct buf *text, const struct case_state *k)
{
	buf_printf(text, "\ncase %.8s %s owner=%.*s holder=%.*s %lld %u", k->id.p, case_status_word(k->status), STR_ARG(k->owner),
		   STR_ARG(k->holder), (long long)k->solved_at, k->epoch);
	say_entry(text, "opened", k->opened);
	say_entry(text, "next", k->next);
	for (size_t i = 0; i < k->n_registers; i++) {
		buf_printf(text, " %.*s=%.*s/%.8s", STR_ARG(k->registers[i].name), STR_ARG(k->registers[i].value), k->registers[i].by->id.p);
		for (size_t m = 0; m < k->registers[i].n_also; m++)
			buf_printf(text, "(%.*s)", STR_ARG(k->registers[i].also[m].value));
	}
	for (size_t i = 0; i < k->n_entries; i++)
		buf_printf(text, " %.8s:%u", k->entries[i]->id.p, k->entries[i]->data.n);
}

static void say_brief(struct buf *text, const struct cases *cases, struct str case_)
{
	struct timeline *timeline = timeline_new(NULL, NULL);
	struct brief_in in = { .cases = cases, .timeline = timeline, .case_ = case_, .now = T0 + 2 * DAY, .hour = { 3000, "GBP" } };
	struct brief brief;

	timeline_take(timeline, cases_rows(cases));
	brief_init(&brief, &in);
	buf_printf(text, "\nbrief %d %.*s %zu %zu %zu %zu %lld %lld %.*s", brief.wants, STR_ARG(brief.wants_text), brief.contacts, brief.channels,
		   brief.transfers, brief.repeats, (long long)brief.days, (long long)brief.handling, STR_ARG(brief.next_text));
	for (size_t i = 0; i < brief.n_tried; i++)
		buf_printf(text, " %.*s*%zu/%zu", STR_ARG(brief.tried[i].code), brief.tried[i].n, brief.tried[i].back);
	for (size_t i = 0; i < brief.n_cost; i++)
		buf_printf(text, " %lld", (long long)brief.cost[i].minor);
	brief_release(&brief);
	timeline_free(timeline);
}

static char *state_text(const struct cases *cases)
{
	struct buf text;

	buf_init(&text, 1 << 22);
	for (size_t i = 0; i < cases->n_cases; i++) {
		say_case(&text, &cases->cases[i]);
		say_brief(&text, cases, cases->cases[i].id);
	}
	say_brief(&text, cases, (struct str){ 0 });
	for (size_t i = 0; i < cases->n_handoffs; i++) {
		buf_printf(&text, "\nhandoff %d %zu", cases->handoffs[i].state, cases->handoffs[i].n_declines);
		say_entry(&text, "closed", cases->handoffs[i].closed);
	}
	for (size_t i = 0; i < cases->n_promises; i++) {
		const struct promise *promise = &cases->promises[i];

		buf_printf(&text, "\npromise %d %.*s %.*s %.*s", promise->state, STR_ARG(promise->owner), STR_ARG(promise->team), STR_ARG(promise->free_slot));
		say_entry(&text, "ended", promise->ended);
	}
	for (size_t i = 0; i < cases->n_questions; i++) {
		buf_printf(&text, "\nquestion %d", cases->questions[i].yes);
		say_entry(&text, "answer", cases->questions[i].answer);
		say_entry(&text, "used", cases->questions[i].used);
	}
	for (size_t i = 0; i < cases->n_contacts; i++) {
		const struct contact *contact = &cases->contacts[i];

		buf_printf(&text, "\ncontact %.8s %lld %lld %d %d %.*s %.*s %lld %d", contact->start->id.p, (long long)contact->from, (long long)contact->until,
			   contact->ended, contact->wrapped, STR_ARG(contact->outcome), STR_ARG(contact->case_), (long long)contact->handling, contact->loose);
	}
	for (size_t i = 0; i < cases->n_loose; i++)
		say_entry(&text, "loose", cases->loose[i]);
	buf_printf(&text, "\n%zu %zu %zu %zu", cases->n_notices, cases->n_discrepancies, cases->n_alone, cases->unread);
	for (size_t i = 0; i < cases->n_discrepancies; i++)
		say_entry(&text, "closed", cases->discrepancies[i].closed);
	return buf_take(&text);
}

static void arrive(const struct history *history, struct entries *entries, uint64_t *seed)
{
	const struct entry *order[2 * MOST];
	size_t n = 0;

	for (size_t i = 0; i < history->n; i++) {
		order[n++] = history->entries[i];
		if (next_random(seed) % 2)      /* seen at its author's before the store had it */
			order[n++] = history->before[i];
	}
	for (size_t i = n; i > 1; i--) {
		size_t k = next_random(seed) % i;
		const struct entry *swap = order[i - 1];

		order[i - 1] = order[k];
		order[k] = swap;
	}
	for (size_t i = 0; i < n; i++) {
		entries_add(entries, order[i]);
		if (next_random(seed) % 3 == 0)
			entries_add(entries, order[next_random(seed) % (i + 1)]);
	}
}

static void any_order_gives_the_same_state(void **state)
{
	(void)state;
	size_t opened = 0, also = 0, accepted = 0, promised = 0;

	for (uint64_t run = 0; run < HISTORIES; run++) {
		struct history history;
		uint64_t at = run + 77, *seed = &at;
		char *first = NULL;

		history_make(&history, run);
		for (int order = 0; order < ORDERS; order++) {
			struct entries *entries = entries_new();
			struct persons *persons;
			const struct cases *cases;
			struct str group = uuid(&history.facts, "p0");
			char *text;

			arrive(&history, entries, seed);
			persons = persons_fold(entries);
			cases = cases_fold(&(struct cases_in){ .entries = entries, .persons = run % 2 ? persons : NULL, .group = &group, .n_group = 1 });
			text = state_text(cases);
			if (!first)
				first = text;
			else
				assert_string_equal(text, first);
			for (size_t i = 0; run % 2 && i < cases->n_entries; i++)
				assert_true(str_eq(persons_home(persons, entries_find(entries, cases->entries[i]->id)), group));
			opened += cases->n_cases;
			promised += cases->n_promises;
			for (size_t i = 0; i < cases->n_handoffs; i++)
				accepted += cases->handoffs[i].state == HANDOFF_ACCEPTED;
			for (size_t i = 0; i < cases->n_cases; i++) {
				for (size_t k = 0; k < cases->cases[i].n_registers; k++)
					also += cases->cases[i].registers[k].n_also;
			}
			if (text != first)
				free(text);
			cases_free(cases);
			persons_free(persons);
			entries_free(entries);
		}
		free(first);
		facts_release(&history.facts);
	}
	assert_true(opened > 1000);
	assert_true(promised > 1000);
	assert_true(accepted > 20);
	assert_true(also > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_order_gives_the_same_state),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
