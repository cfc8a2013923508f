/* Options anywhere, values in both forms, and words that only look like options. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "../../src/cli/cli.h"

struct given { const char *text; bool flag; };
static const struct cli_option table[] = {
	{ "text", 't', "T", "", CLI_TEXT, offsetof(struct given, text) },
	{ "flag", 'x', NULL, "", CLI_FLAG, offsetof(struct given, flag) },
	{ 0 },
};

static bool parse(struct given *given, struct cli_globals *globals, int *argc, const char **words)
{
	*given = (struct given){ 0 };
	*globals = (struct cli_globals){ 0 };
	for (*argc = 0; words[*argc]; (*argc)++)
		;
	return cli_parse(cli_global_options, globals, table, given, argc, (char **)(uintptr_t)words);
}

static void test_both_forms_anywhere(void **state)
{
	const char *words[] = { "maria", "--text=a=b", "santos", "-x", "--format", "json", NULL };
	struct given given;
	struct cli_globals globals;
	int argc;

	(void)state;
	assert_true(parse(&given, &globals, &argc, words));
	assert_int_equal(argc, 2);
	assert_string_equal(words[0], "maria");
	assert_string_equal(words[1], "santos");
	assert_string_equal(given.text, "a=b");
	assert_true(given.flag);
	assert_string_equal(globals.format, "json");
}

static void test_values_that_look_like_options(void **state)
{
	const char *words[] = { "-t", "-7d", "-", "-5", "--", "--text", "-x", NULL };
	struct given given;
	struct cli_globals globals;
	int argc;

	(void)state;
	assert_true(parse(&given, &globals, &argc, words));
	assert_string_equal(given.text, "-7d");
	assert_false(given.flag);
	assert_int_equal(argc, 4);
	assert_string_equal(words[0], "-");
	assert_string_equal(words[3], "-x");
}

static void test_mistakes_are_refused(void **state)
{
	const char *unknown[] = { "--nonsense", NULL }, *missing[] = { "--text", NULL }, *much[] = { "--flag=1", NULL };
	const char *part[] = { "--tex", "a", NULL };
	struct given given;
	struct cli_globals globals;
	int argc;

	(void)state;
	assert_false(parse(&given, &globals, &argc, unknown));
	assert_false(parse(&given, &globals, &argc, missing));
	assert_false(parse(&given, &globals, &argc, much));
	assert_false(parse(&given, &globals, &argc, part));
}

static void test_join(void **state)
{
	char a[] = "maria", b[] = "santos", *words[] = { a, b };
	char *joined = cli_join(2, words);

	(void)state;
	assert_string_equal(joined, "maria santos");
	free(joined);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_both_forms_anywhere),
		cmocka_unit_test(test_values_that_look_like_options),
		cmocka_unit_test(test_mistakes_are_refused),
		cmocka_unit_test(test_join),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
