#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dossier/base/text.h>

static void check(void (*fold)(struct buf *, struct str), struct str text, const char *expected)
{
	struct buf out;

	buf_init(&out, 1000);
	fold(&out, text);
	assert_string_equal(out.data ? out.data : "", expected);
	buf_release(&out);
}

static void test_fold(void **state)
{
	(void)state;
	check(text_nfc, STR("e\xCC\x81"), "\xC3\xA9");
	check(text_nfc, STR("A\xFF"), "A\xEF\xBF\xBD");
	check(text_fold, STR("ABC \xC3\x89"), "abc \xC3\xA9");
	check(text_fold, STR("E\xCC\x81"), "\xC3\xA9");
	check(text_fold, STR("STRA\xC3\x9F" "E"), "strasse");
	check(text_fold, STR("\xCE\xA3\xCF\x82"), "\xCF\x83\xCF\x83");
	check(text_fold, STR(""), "");
	check(text_fold, (struct str){ NULL, 0 }, "");
	check(text_fold, STR("\xC3("), "\xEF\xBF\xBD(");
}

static void test_fold_plain(void **state)
{
	(void)state;
	check(text_fold_plain, STR("  M\xC3\xBCller--L\xC3\xBC" "denscheid,  Dr. "), "muller ludenscheid dr");
	check(text_fold_plain, STR("\xC3\x85se"), "ase");
	check(text_fold_plain, STR("\xEA\xB0\x80\xEB\x82\x98"), "\xEA\xB0\x80\xEB\x82\x98");
	check(text_fold_plain, STR("a\xE2\x80\x8D" "b\xE2\x80\x99" "c"), "ab c");
	check(text_fold_plain, STR("...!"), "");
	check(text_fold_plain, (struct str){ NULL, 0 }, "");
}

static void test_contains(void **state)
{
	(void)state;
	assert_true(text_contains_fold(STR("Die STRASSE"), STR("stras")));
	assert_true(text_contains_fold(STR("Cafe\xCC\x81"), STR("caf\xC3\xA9")));
	assert_true(text_contains_fold(STR("x"), STR("")));
	assert_false(text_contains_fold(STR(""), STR("a")));
	assert_false(text_contains_fold(STR("abc"), STR("abcd")));
	assert_true(text_contains_fold(((struct str){ "a\0B", 3 }), ((struct str){ "\0b", 2 })));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fold),
		cmocka_unit_test(test_fold_plain),
		cmocka_unit_test(test_contains),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
