#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dossier/base/hash.h>

/* The hash of four zero bytes, which is what one empty part is. */
static void known_value(void **state)
{
	(void)state;
	static const unsigned char known[] = { 0xdf, 0x3f, 0x61, 0x98, 0x04, 0xa9, 0x2f, 0xdb, 0x40, 0x57, 0x19, 0x2d, 0xc4, 0x3d, 0xd7, 0x48 };
	struct str empty = STR("");
	unsigned char hash[32];
	char id[37];

	hash_sha256(&empty, 1, hash);
	assert_memory_equal(hash, known, sizeof(known));
	hash_uuid8(&empty, 1, id);
	assert_string_equal(id, "df3f6198-04a9-8fdb-8057-192dc43dd748");
}

static void parts_do_not_run_together(void **state)
{
	(void)state;
	struct str one[] = { STR("ab"), STR("c") }, two[] = { STR("a"), STR("bc") }, three[] = { STR("abc") };
	char a[37], b[37], c[37];

	hash_uuid8(one, 2, a);
	hash_uuid8(two, 2, b);
	hash_uuid8(three, 1, c);
	assert_string_not_equal(a, b);
	assert_string_not_equal(a, c);
	hash_uuid8(one, 2, b);
	assert_string_equal(a, b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_value),
		cmocka_unit_test(parts_do_not_run_together),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
