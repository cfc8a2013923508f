#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dossier/base/buf.h>
#include <dossier/base/mem.h>

static void takes_all_or_nothing(void **state)
{
	struct buf buf;

	(void)state;
	buf_init(&buf, 5);
	assert_string_equal(buf_str(&buf).p, "");
	assert_true(buf_adds(&buf, "abc"));
	assert_false(buf_adds(&buf, "def"));
	assert_true(buf.full);
	assert_string_equal(buf.data, "abc");
	assert_true(buf_adds(&buf, "de"));
	assert_true(buf.full);
	assert_false(buf_addc(&buf, 'x'));
	assert_string_equal(buf.data, "abcde");
	assert_int_equal(buf.len, 5);
	buf_reset(&buf);
	assert_false(buf.full);
	assert_string_equal(buf.data, "");
	assert_false(buf_printf(&buf, "%s", "123456"));
	assert_true(buf.full);
	assert_int_equal(buf.len, 0);
	assert_true(buf_printf(&buf, "%d", 12345));
	assert_string_equal(buf.data, "12345");
	buf_release(&buf);
	assert_null(buf.data);
	assert_int_equal(buf.max, 5);
}

static void grows_byte_by_byte(void **state)
{
	struct buf buf;

	(void)state;
	buf_init(&buf, 100000);
	for (int i = 0; i < 100000; i++) {
		assert_true(buf_addc(&buf, (char)('a' + i % 26)));
		assert_int_equal(buf.data[buf.len], 0);
	}
	assert_false(buf_addc(&buf, '!'));
	for (int i = 0; i < 100000; i++)
		assert_int_equal(buf.data[i], 'a' + i % 26);
	buf_release(&buf);
}

static void holds_nul_and_drops_from_the_front(void **state)
{
	struct buf buf;

	(void)state;
	buf_init(&buf, 100);
	buf_drop(&buf, 3);
	assert_true(buf_add(&buf, "a\0bc", 4));
	assert_true(buf_add(&buf, NULL, 0));
	assert_true(buf_addstr(&buf, (struct str){ NULL, 0 }));
	assert_int_equal(buf_str(&buf).n, 4);
	buf_drop(&buf, 2);
	assert_string_equal(buf.data, "bc");
	buf_drop(&buf, 99);
	assert_int_equal(buf.len, 0);
	assert_string_equal(buf.data, "");
	buf_release(&buf);
}

static void take_is_never_null(void **state)
{
	struct buf buf;

	(void)state;
	buf_init(&buf, SIZE_MAX);
	char *text = buf_take(&buf);
	assert_string_equal(text, "");
	free(text);
	buf_adds(&buf, "kept");
	text = buf_take(&buf);
	assert_string_equal(text, "kept");
	assert_int_equal(buf.len, 0);
	assert_null(buf.data);
	free(text);
	buf_release(&buf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_all_or_nothing),
		cmocka_unit_test(grows_byte_by_byte),
		cmocka_unit_test(holds_nul_and_drops_from_the_front),
		cmocka_unit_test(take_is_never_null),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
