#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dossier/model/identity.h>

static bool agrees(const char *a, const char *b)
{
	bool result = name_agrees(str_of(a), str_of(b));

	assert_int_equal(result, name_agrees(str_of(b), str_of(a)));
	return result;
}

static void test_agree(void **state)
{
	static const char *const pairs[][2] = {
		{ "Jane Moss", "jane MOSS" }, { "Jane Moss", "J. Moss" }, { "Jane A. Moss", "Jane Moss" },
		{ "Dr. Jane Moss", "Jane Moss" }, { "Frau Dr. Anna Kr\xC3\xBCger", "Anna Kruger" },
		{ "Kr\xC3\xBCger, Anna", "Anna Kr\xC3\xBCger" }, { "Kr\xC3\xBCger, Dr. Anna", "Prof. Anna Kru\xCC\x88ger" },
		{ "Moss", "Jane Moss" }, { "", "Jane Moss" }, { "Mrs", "Jane Moss" }, { "O'Brien", "Pat O\xE2\x80\x99" "Brien" },
		{ "Pat OBrien", "Pat O'Brien" }, { "Anna-Lena Moss", "Anna Lena Moss" }, { "A. L. Moss", "Anna-Lena Moss" },
		{ "Lena Anna Moss", "Anna Lena Moss" }, { "J Jane Moss", "J James Jane Moss" }, { "J Jane Moss", "J James Moss" },
		{ "John Moss, Jr.", "John Moss" }, { "STRASSE", "stra\xC3\x9F" "e" },
		{ "\xE5\xB1\xB1\xE7\x94\xB0 \xE5\xA4\xAA\xE9\x83\x8E", "\xE5\xB1\xB1\xE7\x94\xB0\xE5\xA4\xAA\xE9\x83\x8E" },
		{ "\xF0\x9F\x8C\xB8 Jane Moss", "Jane Moss" }, { "  Jane   Moss ", "Jane\tMoss" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		if (!agrees(pairs[i][0], pairs[i][1]))
			fail_msg("\"%s\" and \"%s\" should agree", pairs[i][0], pairs[i][1]);
	assert_true(name_agrees((struct str){ NULL, 0 }, STR("Jane")));
}

static void test_disagree(void **state)
{
	static const char *const pairs[][2] = {
		{ "Jane Moss", "John Moss" }, { "Jane Moss", "Jane Miller" }, { "Jane", "Jane Moss" },
		{ "K. Moss", "Jane Moss" }, { "Jane Kate Moss", "Jane Lea Moss" }, { "M\xC3\xBCller", "Mueller" },
		{ "John Moss Jr", "John Moss Sr" }, { "J J Moss", "Jane Moss Adams" }, { "Moss, Jane", "Jane, Moss" },
		{ "Anna Anna Moss", "Anna Lena Moss" }, { "\xC3\xA9" "a Moss", "i Moss" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		if (agrees(pairs[i][0], pairs[i][1]))
			fail_msg("\"%s\" and \"%s\" should not agree", pairs[i][0], pairs[i][1]);
}

static void test_conflict(void **state)
{
	struct str maria[] = { STR("Maria Santos"), STR("Maria Costa") };
	struct str costa[] = { STR("Maria Costa") }, joao[] = { STR("Jo\xC3\xA3o Costa") };

	(void)state;
	assert_false(names_conflict(maria, 2, costa, 1));
	assert_true(names_conflict(maria, 1, costa, 1));
	assert_true(names_conflict(maria, 2, joao, 1));
	assert_false(names_conflict(maria, 2, NULL, 0));
}

static void test_many_words(void **state)
{
	char words[4001];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(words) - 1; i++)
		words[i] = i % 2 ? ' ' : 'a';
	words[sizeof(words) - 1] = '\0';
	assert_true(agrees(words, words));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_agree),
		cmocka_unit_test(test_disagree),
		cmocka_unit_test(test_conflict),
		cmocka_unit_test(test_many_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
