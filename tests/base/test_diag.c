#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dossier/base/diag.h>

static void keeps_order_and_counts_errors(void **state)
{
	struct diags diags = { 0 };
	char file[] = "a.yaml";

	(void)state;
	diags_add(&diags, DIAG_ERROR, file, 3, "unknown key \"%s\"", "colour");
	file[0] = 'z';
	diags_add(&diags, DIAG_WARNING, NULL, 0, "odd");
	assert_int_equal(diags.n, 2);
	assert_int_equal(diags.errors, 1);
	assert_string_equal(diags.items[0].file, "a.yaml");
	assert_int_equal(diags.items[0].line, 3);
	assert_string_equal(diags.items[0].text, "unknown key \"colour\"");
	assert_null(diags.items[1].file);
	diags_release(&diags);
	assert_int_equal(diags.n, 0);
	diags_release(&diags);
}

/* an error that was left out still makes the whole fail */
static void says_once_that_more_were_left_out(void **state)
{
	struct diags diags = { 0 };

	(void)state;
	for (int i = 0; i < 1000; i++)
		diags_add(&diags, DIAG_NOTE, "f", i + 1, "n%d", i);
	assert_int_equal(diags.n, 1000);
	for (int i = 0; i < 500; i++)
		diags_add(&diags, DIAG_ERROR, "f", 1, "e%d", i);
	assert_int_equal(diags.n, 1001);
	assert_string_equal(diags.items[999].text, "n999");
	assert_non_null(strstr(diags.items[1000].text, "left out"));
	assert_int_equal(diags.errors, 500);
	diags_release(&diags);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_order_and_counts_errors),
		cmocka_unit_test(says_once_that_more_were_left_out),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
