/*
 * Random histories of facts, each told in several orders.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "resolve_facts.h"

#define HISTORIES 3000
#define ORDERS 4
#define FACTS_MOST 24

enum fact_kind { FACT_RECORD, FACT_PERSON, FACT_LINK, FACT_FORBID };
struct fact {
	enum fact_kind kind;
	struct record *record;
	struct str a, b;
	struct identity id;
};

struct history {
	struct arena *arena;
	struct who who;
	struct fact facts[FACTS_MOST];
	size_t n;
};

static uint64_t next_random(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

static const char *pick(uint64_t *seed, const char *const *list, size_t n)
{
	return list[next_random(seed) % n];
}
#define PICK(list) pick(seed, (list), sizeof(list) / sizeof(*(list)))

static const char *const backends[] = { "shop", "desk", "till" };
static const char *const ids[] = { "1", "2", "3" };
static const char *const names[] = { "Jane Moss", "J. Moss", "Peter Moss", "", "Jane Smith", "Jane Anna Moss" };
static const char *const joining[] = { "email:a@example.com", "email:b@example.com", "email:c@example.com", "loyalty:881" };
static const char *const shared[] = { "tel:+447700900123", "x:@jane", "postcode:LS14AB" };
static const char *const persons[] = { "p1", "p2", "p3", "p4" };
static const char *const typed[] = { "email:a@example.com", "tel:+447700900123", "name:jane moss", "rec:shop/1", "loyalty:881" };

static struct record *random_record(struct arena *arena, uint64_t *seed)
{
	struct record *record = fact_record(arena, PICK(backends), PICK(ids), PICK(names), PICK(joining));

	if (next_random(seed) % 3 == 0)
		record_add_name(arena, record, str_of(PICK(names)));
	for (int i = 0; i < 2; i++) {
		struct identity id = fact_id(arena, next_random(seed) % 3 ? PICK(shared) : PICK(joining));

		record_add_id(arena, record, &id, STR("/f"), id.value);
	}
	record->guest = next_random(seed) % 4 == 0;
	record->since = (int64_t)(next_random(seed) % 3);
	record->tier = str_of(next_random(seed) % 2 ? "gold" : "silver");
	return record;
}

static void history_make(struct history *history, uint64_t run)
{
	uint64_t state = run * 0x9e3779b97f4a7c15u + 1, *seed = &state;

	history->arena = arena_new();
	history->n = 4 + next_random(seed) % (FACTS_MOST - 4);
	history->who = fact_who(history->arena, PICK(typed));
	for (size_t i = 0; i < history->n; i++) {
		struct fact *fact = &history->facts[i];
		unsigned kind = next_random(seed) % 20;

		*fact = (struct fact){ .a = str_of(PICK(persons)), .b = str_of(PICK(persons)) };
		fact->kind = kind < 10 ? FACT_RECORD : kind < 15 ? FACT_PERSON : kind < 18 ? FACT_LINK : FACT_FORBID;
		if (fact->kind == FACT_RECORD) {
			fact->record = random_record(history->arena, seed);
		} else if (fact->kind == FACT_PERSON) {
			char rec[32];

			snprintf(rec, sizeof(rec), "rec:%s/%s", PICK(backends), PICK(ids));
			fact->id = fact_id(history->arena, next_random(seed) % 2 ? rec :
					   next_random(seed) % 3 ? PICK(joining) : PICK(shared));
		} else {
			fact->id = fact_id(history->arena, PICK(joining));
		}
	}
}

static void fact_tell(struct resolve *resolve, const struct fact *fact)
{
	switch (fact->kind) {
	case FACT_RECORD: resolve_record(resolve, fact->record); break;
	case FACT_PERSON: resolve_person(resolve, fact->a, &fact->id); break;
	case FACT_LINK: resolve_linked(resolve, fact->a, fact->b); break;
	case FACT_FORBID: resolve_forbidden(resolve, fact->a, fact->b, &fact->id, 1); break;
	}
}

/* All of a result that a face may see. */
static char *result_text(struct resolve *resolve)
{
	const struct resolve_result *result = resolve_result(resolve);
	char *shown = shown_text(resolve);
	struct buf text;

	buf_init(&text, 1 << 20);
	buf_adds(&text, shown);
	free(shown);
	for (size_t i = 0; i < result->n; i++) {
		const struct group *group = &result->groups[i];

		buf_printf(&text, "\n%d", group->shared_only);
		for (size_t k = 0; k < group->n_reasons; k++)
			buf_printf(&text, ";%.*s", STR_ARG(group->reasons[k].text));
		for (size_t k = 0; k < group->n_records; k++) {
			const struct record *record = group->records[k];

			buf_printf(&text, "\n%.*s %d %d", STR_ARG(record->tier), (int)record->since, record->guest);
			for (size_t m = 0; m < record->n_names; m++)
				buf_printf(&text, " %.*s", STR_ARG(record->names[m]));
			for (size_t m = 0; m < record->n_ids; m++)
				buf_printf(&text, " %.*s", STR_ARG(record->ids[m].id.value));
		}
	}
	for (size_t i = 0; i < result->n_notes; i++)
		buf_printf(&text, "\n%.*s", STR_ARG(result->notes[i]));
	return buf_take(&text);
}

static bool group_has_person(const struct group *group, struct str person)
{
	for (size_t i = 0; i < group->n_persons; i++) {
		if (str_eq(group->persons[i], person))
			return true;
	}
	return false;
}

static void check_no_forbidden_pair(const struct history *history, const struct resolve_result *result)
{
	for (size_t i = 0; i < history->n; i++) {
		const struct fact *fact = &history->facts[i];

		for (size_t k = 0; fact->kind == FACT_FORBID && !str_eq(fact->a, fact->b) && k < result->n; k++)
			assert_false(group_has_person(&result->groups[k], fact->a) &&
				     group_has_person(&result->groups[k], fact->b));
	}
}

/* Records without anything personal in common, and without persons, stand alone. */
static void check_joined_by_something(const struct group *group)
{
	for (size_t i = 0; !group->n_persons && group->n_records > 1 && i < group->n_records; i++) {
		bool common = false;

		for (size_t k = 0; k < group->n_records; k++) {
			for (size_t a = 0; k != i && a < group->records[i]->n_ids; a++) {
				for (size_t b = 0; b < group->records[k]->n_ids; b++) {
					const struct identity *x = &group->records[i]->ids[a].id;

					common |= identity_class(x->type) == ID_PERSONAL &&
						  identity_same(x, &group->records[k]->ids[b].id);
				}
			}
		}
		assert_true(common);
		assert_true(group->n_reasons > 0);
	}
}

/* No two records meet by identities alone whose names nobody knows to be one person's. */
static void check_names(const struct group *group)
{
	for (size_t i = 0; !group->n_persons && i < group->n_records; i++) {
		for (size_t k = 0; k < i; k++) {
			const struct record *a = group->records[i], *b = group->records[k];
			bool known = !names_conflict(a->names, a->n_names, b->names, b->n_names);

			for (size_t m = 0; m < group->n_records; m++)
				known |= group->records[m]->n_names > 1;
			assert_true(known);
		}
	}
}

static void shuffle(struct fact *facts, size_t n, uint64_t *seed)
{
	for (size_t i = n; i > 1; i--) {
		size_t k = next_random(seed) % i;
		struct fact swap = facts[i - 1];

		facts[i - 1] = facts[k];
		facts[k] = swap;
	}
}

static void any_order_gives_the_same(void **state)
{
	(void)state;
	for (uint64_t run = 0; run < HISTORIES; run++) {
		struct history history;
		uint64_t seed = run + 77;
		char *first = NULL;

		history_make(&history, run);
		for (int order = 0; order < ORDERS; order++) {
			struct resolve *resolve = resolve_new(&history.who, "GB");
			char *text;

			for (size_t i = 0; i < history.n; i++) {
				fact_tell(resolve, &history.facts[i]);
				if (next_random(&seed) % 4 == 0)
					resolve_result(resolve);
				if (next_random(&seed) % 8 == 0)        /* told again: nothing new */
					fact_tell(resolve, &history.facts[next_random(&seed) % (i + 1)]);
			}
			text = result_text(resolve);
			if (!first)
				first = text;
			else
				assert_string_equal(text, first);
			check_no_forbidden_pair(&history, resolve_result(resolve));
			for (size_t i = 0; i < resolve_result(resolve)->n; i++) {
				check_joined_by_something(&resolve_result(resolve)->groups[i]);
				check_names(&resolve_result(resolve)->groups[i]);
			}
			if (text != first)
				free(text);
			resolve_free(resolve);
			shuffle(history.facts, history.n, &seed);
		}
		free(first);
		arena_free(history.arena);
	}
}

/* A small world of backends that answer what they are asked, in any order. */
struct asked { struct str backend; struct identity id; };

static void answer(struct resolve *resolve, const struct history *world, const struct asked *asked, bool fails)
{
	for (size_t i = 0; !fails && i < world->n; i++) {
		const struct fact *fact = &world->facts[i];
		struct identity own;

		if (fact->kind != FACT_RECORD || !str_eq(fact->record->backend, asked->backend))
			continue;
		record_identity(fact->record, &own);
		bool holds = identity_same(&own, &asked->id);
		for (size_t k = 0; k < fact->record->n_ids; k++)
			holds |= identity_same(&fact->record->ids[k].id, &asked->id);
		for (size_t k = 0; asked->id.type == ID_TYPE_NAME && k < fact->record->n_names; k++)
			holds |= name_agrees(asked->id.value, fact->record->names[k]);
		if (holds) {
			struct record *copy = record_copy(world->arena, fact->record);

			record_add_match(world->arena, copy, &asked->id, STR("/f"), (struct str){ 0 });
			resolve_record(resolve, copy);
		}
	}
	resolve_answered(resolve, asked->backend, &asked->id, fails ? RESOLVE_FAILED : RESOLVE_ANSWERED);
}

/* What is worked out only when it can matter is what is worked out at once, after each fact. */
static bool next_of_both(struct resolve *resolve, struct resolve *eager, struct resolve_question *question)
{
	struct resolve_question other;
	bool any = resolve_next(resolve, question);

	resolve_result(eager);
	assert_int_equal(resolve_next(eager, &other), any);
	if (any) {
		assert_true(str_eq(question->backend, other.backend));
		assert_true(identity_same(&question->id, &other.id));
		assert_int_equal(question->round, other.round);
	}
	return any;
}

static void no_question_is_asked_twice(void **state)
{
	(void)state;
	for (uint64_t run = 0; run < HISTORIES; run++) {
		struct history world;
		uint64_t seed = run + 5;
		struct resolve *resolve, *eager;
		struct asked asked[200], open[200];
		size_t n = 0, n_open = 0;
		struct resolve_question question;

		history_make(&world, run);
		resolve = resolve_new(&world.who, "GB");
		eager = resolve_new(&world.who, "GB");
		for (size_t i = 0; i < sizeof(backends) / sizeof(*backends); i++) {
			unsigned types = (unsigned)next_random(&seed);

			resolve_backend(resolve, str_of(backends[i]), types);
			resolve_backend(eager, str_of(backends[i]), types);
		}
		for (size_t i = 0; i < world.n; i++) {
			if (world.facts[i].kind == FACT_RECORD)
				continue;
			fact_tell(resolve, &world.facts[i]);
			fact_tell(eager, &world.facts[i]);
		}
		for (;;) {
			struct asked one;
			bool fails;
			size_t at;

			while (next_of_both(resolve, eager, &question)) {
				for (size_t i = 0; i < n; i++)
					assert_false(str_eq(asked[i].backend, question.backend) &&
						     identity_same(&asked[i].id, &question.id));
				assert_in_range(question.round, 0, RESOLVE_ROUNDS);
				if (question.round > 0)
					assert_true(identity_class(question.id.type) <= ID_PERSONAL);
				assert_true(n < 200);
				asked[n] = (struct asked){ question.backend, question.id };
				open[n_open++] = asked[n++];
			}
			assert_int_equal(resolve_waiting(resolve), n_open > 0);
			if (!n_open)
				break;
			at = next_random(&seed) % n_open;
			one = open[at];
			open[at] = open[--n_open];
			fails = next_random(&seed) % 10 == 0;
			answer(resolve, &world, &one, fails);
			answer(eager, &world, &one, fails);
		}
		assert_false(resolve_next(resolve, &question));
		check_no_forbidden_pair(&world, resolve_result(resolve));
		resolve_free(resolve);
		resolve_free(eager);
		arena_free(world.arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_order_gives_the_same),
		cmocka_unit_test(no_question_is_asked_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
