#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include <dossier/base/hash.h>
#include <dossier/desk/switch.h>

#include "place.h"

#define T0 INT64_C(1795000000000)

/* RFC 7914, section 11. */
static void test_pbkdf2(void **state)
{
	static const unsigned char begins[] = { 0x55, 0xac, 0x04, 0x6e, 0x56, 0xe3, 0x08, 0x9f, 0xec, 0x16, 0x91, 0xc2, 0x25, 0x44, 0xb6, 0x05 };
	unsigned char hash[32];

	(void)state;
	hash_pbkdf2(STR("passwd"), STR("salt"), 1, hash);
	assert_memory_equal(hash, begins, sizeof(begins));
}

static void test_hash(void **state)
{
	struct clock_fake clock;
	char one[SWITCH_HASH], two[SWITCH_HASH];

	(void)state;
	clock_fake_init(&clock, T0, 7);
	switch_hash(&clock.clock, STR("4711"), one);
	switch_hash(&clock.clock, STR("4711"), two);
	assert_string_not_equal(one, two);
	assert_true(switch_is_hash(str_of(one)));
	assert_true(switch_pin_right(str_of(one), STR("4711")));
	assert_true(switch_pin_right(str_of(two), STR("4711")));
	assert_false(switch_pin_right(str_of(one), STR("4712")));
	assert_false(switch_pin_right(str_of(one), STR("471")));
	assert_false(switch_pin_right(str_of(one), STR("")));
	one[strlen(one) - 1] ^= 1;
	assert_false(switch_pin_right(str_of(one), STR("4711")));
}

static void test_no_hash(void **state)
{
	static const char *const broken[] = {
		"", "4711", "pbkdf2-sha256$", "pbkdf2-sha256$60000$", "pbkdf2-sha256$60000$00112233445566778899aabbccddeeff$",
		"pbkdf2-sha256$1$00112233445566778899aabbccddeeff$00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
		"pbkdf2-sha256$99999999$00112233445566778899aabbccddeeff$00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
		"pbkdf2-sha256$60000$00112233445566778899aabbccddeeff$00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff0",
		"pbkdf2-sha256$60000$0011223344556677889zaabbccddeeff$00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(broken) / sizeof(*broken); i++) {
		assert_false(switch_is_hash(str_of(broken[i])));
		assert_false(switch_pin_right(str_of(broken[i]), STR("4711")));
	}
}

/* Two for nothing, then twice as long each time, up to a minute; another agent's are their own. */
static void test_tries(void **state)
{
	struct clock_fake clock;
	struct place place;

	(void)state;
	clock_fake_init(&clock, T0, 7);
	place_make(&place);
	assert_int_equal(switch_wait(place.dir, &clock.clock, "raj"), 0);
	assert_int_equal(switch_wrong(place.dir, &clock.clock, "raj"), 1);
	assert_int_equal(switch_wrong(place.dir, &clock.clock, "raj"), 2);
	assert_int_equal(switch_wait(place.dir, &clock.clock, "raj"), 0);
	assert_int_equal(switch_wrong(place.dir, &clock.clock, "raj"), 3);
	assert_int_equal(switch_wait(place.dir, &clock.clock, "raj"), 1000);
	assert_int_equal(switch_wrong(place.dir, &clock.clock, "raj"), 4);
	assert_int_equal(switch_wait(place.dir, &clock.clock, "raj"), 2000);
	assert_int_equal(switch_wait(place.dir, &clock.clock, "ana"), 0);
	clock.wall_ms += 1500;
	assert_int_equal(switch_wait(place.dir, &clock.clock, "raj"), 500);
	for (int i = 0; i < 20; i++)
		switch_wrong(place.dir, &clock.clock, "raj");
	assert_int_equal(switch_wait(place.dir, &clock.clock, "raj"), 60000);
	/* a clock that was set back keeps nobody out for longer */
	clock.wall_ms -= 1000000;
	assert_int_equal(switch_wait(place.dir, &clock.clock, "raj"), 60000);
	clock.wall_ms += 1000000;
	switch_right(place.dir, "raj");
	assert_int_equal(switch_wait(place.dir, &clock.clock, "raj"), 0);
	assert_int_equal(switch_wrong(place.dir, &clock.clock, "raj"), 1);
	clock.wall_ms += 3 * 3600 * 1000;
	assert_int_equal(switch_wrong(place.dir, &clock.clock, "raj"), 1);
	place_remove(&place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pbkdf2), cmocka_unit_test(test_hash), cmocka_unit_test(test_no_hash), cmocka_unit_test(test_tries),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
