#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dossier/model/case_code.h>

static void made_of_the_last_five_bytes(void **state)
{
	(void)state;
	char code[CASE_CODE_LETTERS + 1];

	assert_true(case_code(STR("0190163d-8694-7396-8000-000000000000"), code));
	assert_string_equal(code, "00000000");
	assert_true(case_code(STR("0190163d-8694-7396-8000-00ffffffffff"), code));
	assert_string_equal(code, "ZZZZZZZZ");
	assert_true(case_code(STR("0190163d-8694-7396-8000-ff0000000021"), code));
	assert_string_equal(code, "00000011");
	assert_true(case_code(STR("ffffffff-ffff-ffff-ffff-ff8000000000"), code));
	assert_string_equal(code, "G0000000");
	assert_false(case_code(STR("0190163D-8694-7396-8000-000000000000"), code));
	assert_string_equal(code, "");
	assert_false(case_code((struct str){ 0 }, code));
}

static void read_as_typed(void **state)
{
	(void)state;
	static const struct { const char *typed, *code; } rows[] = {
		{ "7k2m", "7K2M" }, { "7K2M-9QAZ", "7K2M9QAZ" }, { "oIl0", "0110" }, { "a", "A" }, { "", "" }, { "-", "" },
		{ "7K2U", "" }, { "7K2M9QAZ1", "" }, { "7K 2", "" }, { "k\xc3\xa4", "" },
	};
	char code[CASE_CODE_LETTERS + 1];

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		assert_int_equal(case_code_read(str_of(rows[i].typed), code), *rows[i].code != '\0');
		assert_string_equal(code, rows[i].code);
	}
	assert_false(case_code_read(str_make("7K\0M", 4), code));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(made_of_the_last_five_bytes),
		cmocka_unit_test(read_as_typed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
