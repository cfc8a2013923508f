#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dossier/base/err.h>

static void sets_and_returns_false(void **state)
{
	struct err err;

	(void)state;
	assert_false(err_set(&err, ERR_TIMEOUT, "desk: no reply in %d s", 10));
	assert_int_equal(err.code, ERR_TIMEOUT);
	assert_string_equal(err.text, "desk: no reply in 10 s");
	assert_false(err_set(NULL, ERR_IO, "nobody listens"));
	assert_false(err_prefix(NULL, "nobody listens"));
	err_clear(NULL);
	err_clear(&err);
	assert_int_equal(err.code, ERR_NONE);
	assert_string_equal(err.text, "");
}

static void prefix_keeps_code_and_order(void **state)
{
	struct err err;

	(void)state;
	err_set(&err, ERR_SYNTAX, "byte 3: a comma is missing");
	assert_false(err_prefix(&err, "%s", "orders"));
	assert_false(err_prefix(&err, "shop"));
	assert_int_equal(err.code, ERR_SYNTAX);
	assert_string_equal(err.text, "shop: orders: byte 3: a comma is missing");
}

static void text_may_come_from_itself(void **state)
{
	struct err err;

	(void)state;
	err_set(&err, ERR_IO, "inner");
	err_set(&err, ERR_NET, "outer (%s)", err.text);
	assert_string_equal(err.text, "outer (inner)");
	err_prefix(&err, "%s", err.text);
	assert_string_equal(err.text, "outer (inner): outer (inner)");
}

/* whatever the offset, a cut text ends in a whole character */
static void cut_between_characters(void **state)
{
	static const char *const marks[] = { "\303\251", "\342\202\254", "\360\237\230\200" };
	struct err err;
	char text[700];

	(void)state;
	for (size_t k = 0; k < 3; k++) {
		size_t step = strlen(marks[k]);
		for (size_t lead = 0; lead < 4; lead++) {
			memset(text, 'a', lead);
			size_t n = lead;
			while (n + step < sizeof(text)) {
				memcpy(text + n, marks[k], step);
				n += step;
			}
			text[n] = '\0';
			err_set(&err, ERR_IO, "%s", text);
			size_t kept = strlen(err.text);
			assert_true(kept > sizeof(err.text) - 1 - 4);
			assert_int_equal((kept - lead) % step, 0);
			assert_memory_equal(err.text, text, kept);
		}
	}
}

static void every_code_has_its_word(void **state)
{
	(void)state;
	for (int a = ERR_NONE; a <= ERR_CANCELLED; a++) {
		assert_non_null(err_code_name((enum err_code)a));
		for (int b = ERR_NONE; b < a; b++)
			assert_string_not_equal(err_code_name((enum err_code)a), err_code_name((enum err_code)b));
	}
	assert_string_equal(err_code_name(ERR_TIMEOUT), "timeout");
	assert_string_equal(err_code_name((enum err_code)99), "unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sets_and_returns_false),
		cmocka_unit_test(prefix_keeps_code_and_order),
		cmocka_unit_test(text_may_come_from_itself),
		cmocka_unit_test(cut_between_characters),
		cmocka_unit_test(every_code_has_its_word),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
