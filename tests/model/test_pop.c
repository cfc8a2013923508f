#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dossier/model/cases.h>
#include <dossier/model/pop.h>

#include "entry_facts.h"

static struct facts facts;
static struct entries *entries;

static int begin(void **state)
{
	(void)state;
	facts_init(&facts);
	facts.channel = STR("phone");
	entries = entries_new();
	return 0;
}

static int end(void **state)
{
	(void)state;
	entries_free(entries);
	facts_release(&facts);
	return 0;
}

static void add(const char *id, enum entry_type type, const char *json)
{
	entries_add(entries, fact_entry(&facts, id, type, NULL, NULL, json));
}

/* "who who", the oldest first. */
static const char *waiting(const char *agent, int64_t now, int64_t window)
{
	static char text[200];
	struct pop pops[4];
	size_t n = pops_waiting(facts.arena, entries, str_of(agent), now, window, pops, 4), at = 0;

	text[0] = '\0';
	for (size_t i = 0; i < n; i++)
		at += (size_t)snprintf(text + at, sizeof(text) - at, "%s%.*s", i ? " " : "", STR_ARG(pops[i].who));
	return text;
}

static void test_whose(void **state)
{
	(void)state;
	add("a", ENTRY_POP, "{'who':'jane','agent':'raj','call':'C1'}");
	add("b", ENTRY_POP, "{'who':'tom','agent':'ana'}");
	add("c", ENTRY_POP, "{'who':'owen'}");
	assert_string_equal(waiting("ana", T0 + MINUTE, 0), "tom owen");
	assert_string_equal(waiting("raj", T0 + MINUTE, 0), "jane");
	assert_string_equal(waiting("mia", T0 + MINUTE, 0), "");
}

static void test_over(void **state)
{
	(void)state;
	add("a", ENTRY_POP, "{'who':'jane','call':'C1'}");
	facts.at += 5 * MINUTE;
	add("b", ENTRY_POP, "{'who':'tom'}");
	assert_string_equal(waiting("ana", T0 + 6 * MINUTE, 10 * MINUTE), "jane tom");
	assert_string_equal(waiting("ana", T0 + 11 * MINUTE, 10 * MINUTE), "tom");
	assert_string_equal(waiting("ana", T0 + DAY, 10 * MINUTE), "");
	/* a clock that is behind makes nothing old */
	assert_string_equal(waiting("ana", T0 - DAY, 10 * MINUTE), "jane tom");
}

static void test_answered(void **state)
{
	(void)state;
	add("a", ENTRY_POP, "{'who':'jane','call':'C1'}");
	add("b", ENTRY_POP, "{'who':'tom'}");
	add("c", ENTRY_POP, "{'who':'owen','call':'C3'}");
	add("d", ENTRY_POP, "{'who':'mo','call':'C4'}");
	/* by the same call, by its id, taken back; another's contact says nothing */
	add("e", ENTRY_CONTACT_START, "{'call':'C1'}");
	facts.author = STR("raj");
	add("f", ENTRY_CONTACT_START, "{'call':'C3'}");
	facts.author = STR("ana");
	assert_string_equal(waiting("ana", T0 + MINUTE, 0), "tom owen mo");
	add("g", ENTRY_POP, "{'who':'owen','ends':'<c>'}");
	assert_string_equal(waiting("ana", T0 + MINUTE, 0), "tom mo");
	char *via = mem_printf("{'via':'pop:%.*s'}", STR_ARG(uuid(&facts, "b")));

	add("h", ENTRY_CONTACT_START, via);
	free(via);
	assert_string_equal(waiting("ana", T0 + MINUTE, 0), "mo");
	/* the same call once more */
	add("i", ENTRY_POP, "{'who':'mo again','call':'C4'}");
	assert_string_equal(waiting("ana", T0 + MINUTE, 0), "mo again");
}

static void test_most(void **state)
{
	(void)state;
	add("a", ENTRY_POP, "{'who':'1'}");
	add("b", ENTRY_POP, "{'who':'2'}");
	add("c", ENTRY_POP, "{'who':'3'}");
	add("d", ENTRY_POP, "{'who':'4'}");
	add("e", ENTRY_POP, "{'who':'5'}");
	assert_string_equal(waiting("ana", T0 + MINUTE, 0), "1 2 3 4");
}

/* A pop ends what is live on its channel; one that takes another back does not. */
static void test_ends(void **state)
{
	struct cases_in in = { .entries = entries };
	const struct cases *cases;

	(void)state;
	add("a", ENTRY_CONTACT_START, "{'call':'C1'}");
	add("b", ENTRY_POP, "{'who':'tom','ends':'<x>'}");
	cases = cases_fold(&in);
	assert_true(cases->contacts[0].until == WHEN_NONE);
	cases_free(cases);
	add("c", ENTRY_POP, "{'who':'tom'}");
	cases = cases_fold(&in);
	assert_int_equal(cases->contacts[0].ended, CONTACT_END_POP);
	cases_free(cases);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_whose, begin, end), cmocka_unit_test_setup_teardown(test_over, begin, end),
		cmocka_unit_test_setup_teardown(test_answered, begin, end), cmocka_unit_test_setup_teardown(test_most, begin, end),
		cmocka_unit_test_setup_teardown(test_ends, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
