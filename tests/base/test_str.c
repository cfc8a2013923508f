#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dossier/base/mem.h>
#include <dossier/base/str.h>

static const struct str absent = { NULL, 0 };

static void absent_is_not_empty(void **state)
{
	(void)state;
	assert_true(str_eq(absent, absent));
	assert_false(str_eq(absent, STR("")));
	assert_true(str_eq(STR(""), str_of("")));
	assert_true(str_eq(str_of(NULL), absent));
	assert_true(str_cmp(absent, STR("")) < 0);
	assert_true(str_cmp(STR(""), absent) > 0);
	assert_int_equal(str_cmp(absent, absent), 0);
	assert_false(str_starts(absent, ""));
	assert_true(str_starts(STR(""), ""));
	assert_int_equal(str_make(NULL, 5).n, 0);
}

static void compares_bytes(void **state)
{
	(void)state;
	assert_true(str_cmp(STR("a"), STR("ab")) < 0);
	assert_true(str_cmp(STR("b"), STR("ab")) > 0);
	assert_true(str_cmp(STR("\303\251"), STR("z")) > 0);
	assert_true(str_eq(STR("a\0b"), str_make("a\0b", 3)));
	assert_false(str_eq(STR("a\0b"), STR("a\0c")));
	assert_false(str_is(STR("a\0b"), "a"));
	assert_true(str_is(STR("abc"), "abc"));
	assert_true(str_caseis(STR("Content-TYPE"), "content-type"));
	assert_false(str_caseis(STR("a["), "a{"));
	assert_false(str_caseis(STR("ab"), "abc"));
	assert_true(str_starts(STR("https://"), "http"));
	assert_false(str_starts(STR("ht"), "http"));
}

static void trims_ascii_space(void **state)
{
	(void)state;
	assert_true(str_is(str_trim(STR(" \t\r\n a b \v\f")), "a b"));
	assert_true(str_is(str_trim(STR("   ")), ""));
	assert_null(str_trim(absent).p);
	assert_int_equal(str_trim(STR("\0 ")).n, 1);
	assert_true(str_is(str_trim(STR("\302\240x")), "\302\240x"));
}

static void copies_are_followed_by_nul(void **state)
{
	struct arena *arena = arena_new();
	char bytes[] = { 'a', '\0', 'b', 'X' };

	(void)state;
	struct str copy = arena_str(arena, str_make(bytes, 3));
	assert_int_equal(copy.n, 3);
	assert_memory_equal(copy.p, "a\0b", 4);
	assert_null(arena_str(arena, absent).p);
	char *heap = str_dup(str_make(bytes, 3));
	assert_memory_equal(heap, "a\0b", 4);
	free(heap);
	heap = str_dup(absent);
	assert_string_equal(heap, "");
	free(heap);
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(absent_is_not_empty),
		cmocka_unit_test(compares_bytes),
		cmocka_unit_test(trims_ascii_space),
		cmocka_unit_test(copies_are_followed_by_nul),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
