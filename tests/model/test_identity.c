#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dossier/model/identity.h>

static struct identity parsed(struct arena *arena, const char *text)
{
	struct identity id;
	struct err err = { 0 };

	if (!identity_parse(arena, str_of(text), "DE", &id, &err))
		fail_msg("\"%s\": %s", text, err.text);
	return id;
}

static void check(const char *text, const char *expected)
{
	struct arena *arena = arena_new();
	struct identity id = parsed(arena, text), again;
	struct buf out;

	buf_init(&out, 2000);
	identity_print(&id, &out);
	assert_string_equal(out.data, expected);
	again = parsed(arena, out.data);
	assert_true(identity_same(&id, &again));
	assert_true(str_eq(id.value, again.value));
	buf_release(&out);
	arena_free(arena);
}

static void test_typed_form(void **state)
{
	(void)state;
	check("email:Jane.Moss@EXAMPLE.com", "email:jane.moss@example.com");
	check("EMAIL: Jane Moss <jane@example.com>", "email:jane@example.com");
	check("email:mailto:jane@example.com", "email:jane@example.com");
	check("email:J\xC3\x9CRGEN@B\xC3\xBC" "cher.example", "email:j\xC3\xBCrgen@xn--bcher-kva.example");
	check("email:a@a--b.example.com", "email:a@a--b.example.com");
	check("email:a@stra\xC3\x9F" "e.example", "email:a@xn--strae-oqa.example");
	check("tel:0160/9876543", "tel:+491609876543");
	check("tel:4711", "tel:4711");
	check("name:  Jane   Moss ", "name:Jane Moss");
	check("name:Kru\xCC\x88ger", "name:Kr\xC3\xBCger");
	check("x:JaneMoss", "x:@janemoss");
	check("x:https://x.example.com/JaneMoss/", "x:@janemoss");
	check("mastodon:@Jane@Example.Social", "mastodon:@jane@example.social");
	check("handle:@jane.moss", "handle:@jane.moss");
	check("loyalty:1234 5678", "loyalty:12345678");
	check("postcode:ls1 4dy", "postcode:LS14DY");
	check("postcode:1200-123", "postcode:1200123");
	check("card4:4242", "card4:4242");
	check("order:#1001", "order:1001");
	check("receipt: # R 17 ", "receipt:R 17");
	check("order:\001#1001", "order:1001");
	check("ticket:\xC2\xA0# #17", "ticket:17");
	check("item:4006381 333931", "item:4006381333931");
	check("item:Ray 17", "item:Ray 17");
	check("rec:shop/cus_01", "rec:shop/cus_01");
	check("rec:shop/order/17", "rec:shop/order/17");
	check("account:shop/Ab", "account:shop/Ab");
	check("contact:0192", "contact:0192");
}

static void test_refused(void **state)
{
	static const char *const texts[] = {
		"", "jane", "http://example.com", "jane:moss", "email:", "email:jane", "email:@example.com", "email:a b@example.com",
		"email:a@", "email:a@b c", "email:a@.example.com", "email:a@b..c", "email:a@-b", "tel:Maria", "tel:12",
		"card4:123", "card4:12a4", "rec:shop", "rec:/1", "rec:shop/", "account:17", "x:@", "x:a b", "mastodon:@jane",
		"name:  ", "mastodon:@jane@", "x:https://", "x:http:////", "mastodon:https://@jane@example.social",
	};
	struct arena *arena = arena_new();
	struct identity id;
	struct err err;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		err = (struct err){ 0 };
		if (identity_parse(arena, str_of(texts[i]), "DE", &id, &err))
			fail_msg("\"%s\" was taken", texts[i]);
		assert_int_equal(err.code, ERR_SYNTAX);
		assert_true(err.text[0] != '\0');
	}
	assert_false(identity_make(arena, ID_TYPE_EMAIL, (struct str){ NULL, 0 }, STR("a@b\0.example.com"), NULL, &id, NULL));
	arena_free(arena);
}

static void test_long_value(void **state)
{
	struct arena *arena = arena_new();
	struct err err = { 0 };
	struct identity id;
	char text[5000];

	(void)state;
	memset(text, 'a', sizeof(text));
	assert_false(identity_make(arena, ID_TYPE_NAME, (struct str){ NULL, 0 }, str_make(text, sizeof(text)), NULL, &id, &err));
	assert_int_equal(err.code, ERR_LIMIT);
	assert_false(identity_make(arena, ID_TYPE_ORDER, (struct str){ NULL, 0 }, str_make(text, sizeof(text)), NULL, &id, &err));
	arena_free(arena);
}

static bool same(const char *a, const char *b)
{
	struct arena *arena = arena_new();
	struct identity ia = parsed(arena, a), ib = parsed(arena, b);
	bool result = identity_same(&ia, &ib);

	assert_int_equal(result, identity_same(&ib, &ia));
	arena_free(arena);
	return result;
}

static void test_same(void **state)
{
	(void)state;
	assert_true(same("email:JANE@example.com", "email:jane@EXAMPLE.com"));
	assert_true(same("tel:+49 160 9876543", "tel:9876543"));
	assert_true(same("name:Jos\xC3\xA9 Moss", "name:jose moss"));
	assert_true(same("order:a-1", "order:A-1"));
	assert_true(same("item:00012345678905", "item:012345678905"));
	assert_false(same("item:017", "item:17"));
	assert_false(same("name:J Moss", "name:Jane Moss"));
	assert_false(same("rec:shop/a", "rec:shop/A"));
	assert_false(same("rec:shop/a", "rec:desk/a"));
	assert_false(same("x:jane", "handle:jane"));
	assert_false(same("name:\xF0\x9F\x8C\xB8", "name:\xF0\x9F\x8D\x80"));
}

static bool matches(const char *asked, const char *stored)
{
	struct arena *arena = arena_new();
	struct identity id = parsed(arena, asked);
	bool result = identity_matches(&id, str_of(stored), "DE");

	arena_free(arena);
	return result;
}

static void test_matches(void **state)
{
	(void)state;
	assert_true(matches("email:jane@example.com", " Jane Moss <JANE@Example.com>"));
	assert_true(matches("tel:+49 160 9876543", "0160/9876543"));
	assert_true(matches("tel:+49 160 9876543", "0160 9876543 (evenings)"));
	assert_true(matches("tel:+49 160 9876543", "mobile: 0160-98 76 543"));
	assert_true(matches("name:moss", "Jane Moss"));
	assert_true(matches("x:janemoss", "https://x.example.com/JaneMoss"));
	assert_true(matches("postcode:ls1", "LS1 4DY"));
	assert_true(matches("postcode:ls1", "ls14dy"));
	assert_true(matches("postcode:ls14dy", "LS1 4DY"));
	assert_true(matches("postcode:1200", "1200-123"));
	assert_true(matches("order:1001", "#1001"));
	assert_true(matches("rec:shop/17", "17"));
	assert_false(matches("postcode:ls1", "LS14 5AB"));
	assert_false(matches("postcode:120", "1200-123"));
	assert_false(matches("email:jane@example.com", "jane@example.org"));
	assert_false(matches("email:jane@example.com", ""));
	assert_false(matches("tel:+49 160 9876543", "see notes"));
	assert_false(matches("tel:+49 160 9876543", "0170/9876543"));
	assert_false(matches("name:moss", ""));
	assert_false(matches("name:moss", "Jane Miller"));
	assert_false(matches("name:%", "Jane Moss"));
	assert_false(matches("name:Mr", "Jane Moss"));
	assert_false(matches("name:moss", "---"));
	assert_false(matches("rec:shop/17", "0017"));
}

static void test_words(void **state)
{
	enum id_type type, back;

	(void)state;
	for (type = 0; type < ID_TYPE_COUNT; type++) {
		assert_true(identity_type_parse(str_of(identity_type_word(type)), &back));
		assert_int_equal(type, back);
	}
	assert_int_equal(identity_class(ID_TYPE_TEL), ID_SHARED);
	assert_int_equal(identity_class(ID_TYPE_EMAIL), ID_PERSONAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_typed_form),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_long_value),
		cmocka_unit_test(test_same),
		cmocka_unit_test(test_matches),
		cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
