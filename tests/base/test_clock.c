#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dossier/base/clock.h>

static void fake_repeats_itself(void **state)
{
	struct clock_fake a, b, c;

	(void)state;
	clock_fake_init(&a, 1000, 42);
	clock_fake_init(&b, 1000, 42);
	clock_fake_init(&c, 1000, 43);
	assert_int_equal(clock_wall(&a.clock), 1000);
	assert_int_equal(clock_steady(&a.clock), 0);
	a.wall_ms = 5;
	a.steady_ms += 250;
	assert_int_equal(clock_wall(&a.clock), 5);
	assert_int_equal(clock_steady(&a.clock), 250);
	for (int i = 0; i < 100; i++) {
		uint64_t word = clock_random(&a.clock);
		assert_true(word == clock_random(&b.clock));
		assert_true(word != clock_random(&c.clock));
	}
}

static void assert_uuid(const char *text, char version)
{
	assert_int_equal(strlen(text), 36);
	for (int i = 0; i < 36; i++) {
		if (i == 8 || i == 13 || i == 18 || i == 23)
			assert_int_equal(text[i], '-');
		else
			assert_non_null(strchr("0123456789abcdef", text[i]));
	}
	assert_int_equal(text[14], version);
	assert_non_null(strchr("89ab", text[19]));
}

static void uuids_have_their_form(void **state)
{
	struct clock_fake fake;
	char one[37], two[37];

	(void)state;
	clock_fake_init(&fake, 0x017F22E279B0, 7);
	for (int i = 0; i < 200; i++) {
		clock_uuid4(&fake.clock, one);
		clock_uuid4(&fake.clock, two);
		assert_uuid(one, '4');
		assert_string_not_equal(one, two);
		clock_uuid7(&fake.clock, one);
		assert_uuid(one, '7');
	}
	/* the time of the example in RFC 9562, appendix A.6 */
	assert_memory_equal(one, "017f22e2-79b0-7", 15);
	fake.wall_ms++;
	clock_uuid7(&fake.clock, two);
	assert_true(strcmp(one, two) < 0);
}

static void system_moves_forward(void **state)
{
	const struct clock *clock = clock_system();
	int64_t before = clock_steady(clock);

	(void)state;
	assert_true(clock_wall(clock) > 1600000000000);
	assert_true(clock_steady(clock) >= before);
	assert_true(clock_random(clock) != clock_random(clock));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fake_repeats_itself),
		cmocka_unit_test(uuids_have_their_form),
		cmocka_unit_test(system_moves_forward),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
