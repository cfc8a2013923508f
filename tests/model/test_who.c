#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dossier/base/clock.h>
#include <dossier/model/who.h>

static void print(const struct who *who, struct buf *out)
{
	size_t i, j;

	for (i = 0; i < who->n; i++) {
		if (i)
			buf_adds(out, " | ");
		identity_print(&who->items[i].id, out);
		for (j = 0; j < who->items[i].n_narrow; j++) {
			buf_adds(out, " + ");
			identity_print(&who->items[i].narrow[j], out);
		}
	}
}

static void check_rules(const char *text, const struct who_rules *rules, const char *expected)
{
	struct arena *arena = arena_new();
	struct err err = { 0 };
	struct buf out;
	struct who who;

	if (!who_parse(arena, str_of(text), rules, &who, &err))
		fail_msg("\"%s\": %s", text, err.text);
	buf_init(&out, 10000);
	print(&who, &out);
	assert_string_equal(out.data, expected);
	buf_release(&out);
	arena_free(arena);
}

static void check(const char *text, const char *expected)
{
	const struct who_rules rules = { .country = "PT" };

	check_rules(text, &rules, expected);
}

static void test_readings(void **state)
{
	(void)state;
	check("email:Jane@Example.com", "email:jane@example.com");
	check("rec:shop/cus_01", "rec:shop/cus_01");
	check("contact:0192f", "contact:0192f");
	check(" jane@Example.com ", "email:jane@example.com");
	check("Jane Moss <jane@example.com>", "email:jane@example.com");
	check("@JaneMoss", "handle:@janemoss | x:@janemoss");
	check("@jane@example.social", "mastodon:@jane@example.social");
	check("+351 912 345 678", "tel:+351912345678");
	check("912 345 678", "tel:+351912345678");
	check("912345678", "tel:+351912345678 | order:912345678 | ticket:912345678");
	check("4711", "order:4711 | ticket:4711 | tel:4711");
	check("17", "order:17 | ticket:17");
	check("#1001", "order:1001 | ticket:1001 | receipt:1001");
	check("4006381333931", "item:4006381333931 | tel:4006381333931 | order:4006381333931 | ticket:4006381333931");
	check("4006381333932", "tel:4006381333932 | order:4006381333932 | ticket:4006381333932");
	check("96385074", "item:96385074 | tel:96385074 | order:96385074 | ticket:96385074");
	check("036000291452", "item:036000291452 | tel:036000291452 | order:036000291452 | ticket:036000291452");
	check("12345678901234567890", "order:12345678901234567890 | ticket:12345678901234567890");
	check("Jane Moss", "name:Jane Moss");
	check("2026-11-20", "name:2026-11-20");
	check("R-1001", "order:R-1001 | receipt:R-1001 | name:R-1001");
	check("LDS01-954727", "order:LDS01-954727 | receipt:LDS01-954727 | name:LDS01-954727");
	check("A-12", "name:A-12");
	check("A-1001x", "name:A-1001x");
	check("A/B-1001", "name:A/B-1001");
	check("0192f0c1-2a3b-7c4d-8e5f-001122334455", "name:0192f0c1-2a3b-7c4d-8e5f-001122334455");
	check("unknown:17", "name:unknown:17");
	check("jane@home", "name:jane@home");
	check("\xE5\xB1\xB1\xE7\x94\xB0", "name:\xE5\xB1\xB1\xE7\x94\xB0");
}

static void test_narrowing(void **state)
{
	(void)state;
	check("smith ls1", "name:smith + postcode:LS1");
	check("jane smith LS1 4DY", "name:jane smith + postcode:LS14DY");
	check("Santos 1200-123", "name:Santos + postcode:1200123");
	check("smith card4:1234", "name:smith + card4:1234");
	check("smith card4:1234 receipt:R17", "name:smith + receipt:R17 + card4:1234");
	check("smith ls1 card4:1234", "name:smith + card4:1234 + postcode:LS1");
	check("receipt:R17 card4:1234", "receipt:R17 + card4:1234");
	check("name:Jane Moss postcode:ls1", "name:Jane Moss + postcode:LS1");
	check("ls1 4dy", "postcode:LS14DY");
	check("Maria 7", "name:Maria + postcode:7");
}

static void test_patterns(void **state)
{
	struct err err = { 0 };
	struct who_pattern *patterns[] = {
		who_pattern_new(ID_TYPE_LOYALTY, "L([0-9]{4})-?([0-9]{4})", "\\1\\2", &err),
		who_pattern_new(ID_TYPE_RECEIPT, "R-[0-9]+", NULL, &err),
		who_pattern_new(ID_TYPE_ORDER, "https://shop\\.example\\.com/o/([0-9]+)", "\\1", &err),
		who_pattern_new(ID_TYPE_TICKET, "9[0-9]{8}|x", NULL, &err),
		who_pattern_new(ID_TYPE_CARD4, "bad.*", NULL, &err),
	};
	const struct who_rules rules = { .country = "PT", .patterns = patterns, .n_patterns = 5 };
	size_t i;

	(void)state;
	check_rules("L1234-5678", &rules, "loyalty:12345678");
	check_rules("R-1001", &rules, "receipt:R-1001");
	check_rules("R-1001x", &rules, "name:R-1001x");
	check_rules("https://shop.example.com/o/17", &rules, "order:17");
	check_rules("912345678", &rules, "ticket:912345678 | tel:+351912345678 | order:912345678");
	check_rules("badly", &rules, "name:badly");
	for (i = 0; i < 5; i++)
		who_pattern_free(patterns[i]);
	assert_null(who_pattern_new(ID_TYPE_ORDER, "a(", NULL, &err));
	assert_int_equal(err.code, ERR_CONFIG);
	assert_null(who_pattern_new(ID_TYPE_ORDER, "a(b)", "\\2", &err));
	assert_null(who_pattern_new(ID_TYPE_ORDER, "a(b)", "\\", &err));
	who_pattern_free(NULL);
}

static void test_refused(void **state)
{
	static const char *const texts[] = { "", "  ", "email:jane", "order:", "tel:Maria", "rec:17" };
	struct arena *arena = arena_new();
	struct err err;
	struct who who;
	char large[600];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		err = (struct err){ 0 };
		assert_false(who_parse(arena, str_of(texts[i]), NULL, &who, &err));
		assert_true(err.text[0] != '\0');
		assert_int_equal(who.n, 0);
	}
	memset(large, 'a', sizeof(large));
	assert_false(who_parse(arena, str_make(large, sizeof(large)), NULL, &who, &err));
	assert_int_equal(err.code, ERR_LIMIT);
	assert_false(who_parse(arena, ((struct str){ "a\0b", 3 }), NULL, &who, &err));
	arena_free(arena);
}

/* Every reading can be printed and read again as itself. */
static void test_random(void **state)
{
	static const char pieces[] = "aB1290 @#:-+.,()/'\xC3\xBC\xFF\x1B~<>";
	struct clock_fake fake;
	struct who who, again;
	struct buf in, out;
	int round;
	size_t i, n;

	(void)state;
	clock_fake_init(&fake, 0, 31);
	buf_init(&in, 1000);
	buf_init(&out, 10000);
	for (round = 0; round < 5000; round++) {
		struct arena *arena = arena_new();

		buf_reset(&in);
		n = clock_random(&fake.clock) % 14 + 1;
		for (i = 0; i < n; i++)
			buf_addc(&in, pieces[clock_random(&fake.clock) % (sizeof(pieces) - 1)]);
		if (who_parse(arena, buf_str(&in), NULL, &who, NULL)) {
			assert_in_range(who.n, 1, WHO_READINGS);
			for (i = 0; i < who.n; i++) {
				if (who.items[i].n_narrow)
					continue;
				buf_reset(&out);
				identity_print(&who.items[i].id, &out);
				assert_true(who_parse(arena, buf_str(&out), NULL, &again, NULL));
				assert_int_equal(again.items[0].id.type, who.items[i].id.type);
				if (!identity_same(&again.items[0].id, &who.items[i].id))
					fail_msg("\"%s\" gives \"%s\"", in.data, out.data);
			}
		}
		arena_free(arena);
	}
	buf_release(&in);
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_readings),
		cmocka_unit_test(test_narrowing),
		cmocka_unit_test(test_patterns),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
