#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dossier/base/base64.h>

static void there_and_back(void **state)
{
	/* the vectors of RFC 4648, and bytes that are no text */
	static const struct { struct str bytes; const char *text; } cases[] = {
		{ STR(""), "" }, { STR("f"), "Zg==" }, { STR("fo"), "Zm8=" }, { STR("foo"), "Zm9v" }, { STR("foob"), "Zm9vYg==" },
		{ STR("fooba"), "Zm9vYmE=" }, { STR("foobar"), "Zm9vYmFy" }, { STR("\0\377\376\0"), "AP/+AA==" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buf text, bytes;

		buf_init(&text, 100);
		buf_init(&bytes, 100);
		base64_put(&text, cases[i].bytes, 0);
		assert_string_equal(buf_str(&text).p, cases[i].text);
		assert_true(base64_get(buf_str(&text), &bytes));
		assert_int_equal(bytes.len, cases[i].bytes.n);
		assert_memory_equal(buf_str(&bytes).p, cases[i].bytes.p, bytes.len);
		buf_release(&text);
		buf_release(&bytes);
	}
}

static void lines_end_where_they_are_told(void **state)
{
	struct buf text, bytes;

	(void)state;
	buf_init(&text, 100);
	buf_init(&bytes, 100);
	base64_put(&text, STR("foobarfo"), 4);
	assert_string_equal(buf_str(&text).p, "Zm9v\nYmFy\nZm8=\n");
	assert_true(base64_get(buf_str(&text), &bytes));
	assert_string_equal(buf_str(&bytes).p, "foobarfo");
	buf_release(&text);
	buf_release(&bytes);
}

static void other_characters_are_refused(void **state)
{
	static const struct str bad[] = { STR("Zm9v!"), STR("Zm\0v"), STR("Zm9\303") };
	struct buf bytes;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		buf_init(&bytes, 100);
		assert_false(base64_get(bad[i], &bytes));
		buf_release(&bytes);
	}
	buf_init(&bytes, 2);
	assert_false(base64_get(STR("Zm9v"), &bytes));
	buf_release(&bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(there_and_back),
		cmocka_unit_test(lines_end_where_they_are_told),
		cmocka_unit_test(other_characters_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
