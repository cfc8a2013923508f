#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dossier/model/identity.h>

static void check(const char *typed, const char *country, const char *e164, const char *digits)
{
	struct phone phone;

	if (!phone_parse(str_of(typed), country, &phone))
		fail_msg("\"%s\" was refused", typed);
	assert_string_equal(phone.e164, e164);
	assert_string_equal(phone.digits, digits);
}

static void test_e164(void **state)
{
	(void)state;
	check("0160/9876543", "DE", "+491609876543", "01609876543");
	check("0160/9876543", "de", "+491609876543", "01609876543");
	check("00351912345678", "DE", "+351912345678", "00351912345678");
	check("00351912345678", NULL, "+351912345678", "00351912345678");
	check("00351 912 345 678", "PT", "+351912345678", "00351912345678");
	check("+351 912-345-678", "DE", "+351912345678", "351912345678");
	check("912 345 678", "PT", "+351912345678", "912345678");
	check("+49 (0)40 / 555-0199", "DE", "+49405550199", "490405550199");
	check("+49 (0)40 / 555-0199", NULL, "+49405550199", "490405550199");
	check("+49 (0)(0) 40 555-0199", NULL, "+49405550199", "4900405550199");
	check("+44 (0) 020 7946 0018", NULL, "+442079460018", "44002079460018");
	check("+44 0 20 7946 0018", NULL, "+442079460018", "4402079460018");
	check("020 7946 0018", "GB", "+442079460018", "02079460018");
	check("(650) 253-0000", "US", "+16502530000", "6502530000");
	check("1-650-253-0000", "US", "+16502530000", "16502530000");
	check("011 49 40 5550199", "US", "+49405550199", "01149405550199");
	check("011 49 40 5550199", "CA", "+49405550199", "01149405550199");
	check("0011 49 40 5550199", "AU", "+49405550199", "00114940" "5550199");
	check("810 49 40 5550199", "RU", "+49405550199", "81049405550199");
	check("8 (912) 345-67-89", "RU", "+79123456789", "89123456789");
	check("912 345 67 89", "RU", "+79123456789", "9123456789");
	check("06 1 234 5678", "HU", "+3612345678", "0612345678");
	check("+36 06 1 234 5678", NULL, "+3612345678", "360612345678");
	check("06 1234 5678", "IT", "+390612345678", "0612345678");
	check("+39 06 1234 5678", "DE", "+390612345678", "390612345678");
	check("+39 (0)6 1234 5678", "DE", "+390612345678", "390612345678");
	check("22 12 34 56", "NO", "+4722123456", "22123456");
	check("+1 604 555 0123", "CA", "+16045550123", "16045550123");
	check("tel:+1-650-253-0000;ext=12", NULL, "+16502530000", "16502530000");
	check("+49 40 5550199 ext. 12", NULL, "+49405550199", "49405550199");
	check("+49 40 5550199 x12", NULL, "+49405550199", "49405550199");
	check("+49 40 5550199#12", NULL, "+49405550199", "49405550199");
	check("+49\xC2\xA0" "40\xE2\x80\x91" "5550199", NULL, "+49405550199", "49405550199");
	check("+\xD9\xA4\xD9\xA9 40 5550199", NULL, "+49405550199", "49405550199");
	check("+7 812 345 67 89", NULL, "+78123456789", "78123456789");
	check("+351 (0)912 345 678", NULL, "+351912345678", "3510912345678");
	check("+881 6 12345678", NULL, "+881612345678", "881612345678");
}

static void check_country(const char *typed, const char *home, const char *country)
{
	struct phone phone;

	assert_true(phone_parse(str_of(typed), home, &phone));
	assert_string_equal(phone.country, country);
}

static void test_country(void **state)
{
	(void)state;
	check_country("+1 604 555 0123", "CA", "CA");
	check_country("+1 604 555 0123", "DE", "US");
	check_country("+7 912 345 67 89", "KZ", "KZ");
	check_country("+44 7700 900123", NULL, "GB");
	check_country("912345678", "PT", "PT");
	check_country("4711", "DE", "");
}

static void test_unsure_keeps_digits(void **state)
{
	(void)state;
	check("(650) 253-0000", "PT", "", "6502530000");
	check("(650) 253-0000", NULL, "", "6502530000");
	check("5550199", "DE", "", "5550199");
	check("0160/9876543", NULL, "", "01609876543");
	check("4711", "DE", "", "4711");
	check("+999 1234567", "DE", "", "9991234567");
	check("+210 1234567", NULL, "", "2101234567");
	check("+1 650 253", NULL, "", "1650253");
	check("+1 150 253 0000", NULL, "", "11502530000");
	check("150 253 0000", "US", "", "1502530000");
	check("912 345 678", "ZZ", "", "912345678");
}

static void test_refused(void **state)
{
	static const char *const texts[] = {
		"", " ", "12", "+1", "2026-11-20", "20.11.2026", "11/20/2026", "Maria 7", "7 Maria", "smith ls1",
		"0160 9876543 (evenings)", "1234567890123456", "+12345678901234567890", "12345678901234567890123456789",
		"12+34567", "++4940555", "R-1001", "jane@example.com", "x12", "040 555 x", "040 555 0199 x1a", "*#06#",
		"\xFF\xFE 0405550199", "0405550199\x01",
	};
	struct phone phone;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (phone_parse(str_of(texts[i]), "DE", &phone))
			fail_msg("\"%s\" was taken for a telephone", texts[i]);
	assert_false(phone_parse(STR("040\0" "5550199"), "DE", &phone));
}

static bool same(const char *a, const char *ca, const char *b, const char *cb)
{
	struct phone pa, pb;

	assert_true(phone_parse(str_of(a), ca, &pa));
	assert_true(phone_parse(str_of(b), cb, &pb));
	assert_int_equal(phone_same(&pa, &pb), phone_same(&pb, &pa));
	return phone_same(&pa, &pb);
}

static void test_same(void **state)
{
	(void)state;
	assert_true(same("+49 40 5550199", NULL, "0049405550199", NULL));
	assert_true(same("+49 40 5550199", NULL, "040 5550199", NULL));
	assert_true(same("+49 40 5550199", NULL, "5550199", NULL));
	assert_true(same("+7 912 345 67 89", NULL, "8 912 345 67 89", NULL));
	assert_true(same("+1 650 253 0000", NULL, "6502530000", NULL));
	assert_true(same("040 5550199", NULL, "5550199", NULL));
	assert_true(same("4711", NULL, "4711", NULL));
	assert_true(same("+351 912 345 678", NULL, "912345678", NULL));
	assert_false(same("+49 40 5550199", NULL, "+43 40 5550199", NULL));
	assert_false(same("+49 40 5550199", NULL, "041 5550199", NULL));
	assert_false(same("+49 40 5550199", NULL, "550199", NULL));
	assert_false(same("+49 40 5550199", NULL, "0550199", NULL));
	assert_false(same("0114711", NULL, "4711", NULL));
	assert_false(same("040 5550199", NULL, "+49 30 5550199", NULL));
}

static void check_form(const char *typed, const char *country, const char *form, const char *expected)
{
	struct phone phone;
	struct buf out;

	assert_true(phone_parse(str_of(typed), country, &phone));
	buf_init(&out, 200);
	assert_true(phone_form(&phone, str_of(form), &out));
	assert_string_equal(out.data ? out.data : "", expected);
	buf_release(&out);
}

static void test_forms(void **state)
{
	static const char *const wrong[] = { "", "E164", "last:", "last:0", "last:x", "last:-7", "last:700", "spread:", "none" };
	struct phone phone;
	struct buf out;
	size_t i;

	(void)state;
	check_form("+49 160 9876543", NULL, "e164", "+491609876543");
	check_form("+49 160 9876543", NULL, "national", "01609876543");
	check_form("+351 912345678", NULL, "national", "912345678");
	check_form("+7 912 3456789", NULL, "national", "89123456789");
	check_form("+36 1 2345678", NULL, "national", "0612345678");
	check_form("+49 160 9876543", NULL, "digits", "491609876543");
	check_form("+49 160 9876543", NULL, "last:7", "9876543");
	check_form("4711", NULL, "last:7", "4711");
	check_form("+351 912345678", NULL, "spread:%", "9%1%2%3%4%5%6%7%8");
	check_form("912345678", NULL, "e164", "");
	check_form("912345678", NULL, "national", "912345678");
	buf_init(&out, 200);
	assert_true(phone_parse(STR("+351 912345678"), NULL, &phone));
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_false(phone_form(&phone, str_of(wrong[i]), &out));
	assert_int_equal(out.len, 0);
	buf_release(&out);
	assert_true(phone_country_known("DE"));
	assert_true(phone_country_known("pt"));
	assert_false(phone_country_known("ZZ"));
	assert_false(phone_country_known(""));
	assert_false(phone_country_known(NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_e164),
		cmocka_unit_test(test_country),
		cmocka_unit_test(test_unsure_keeps_digits),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_same),
		cmocka_unit_test(test_forms),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
