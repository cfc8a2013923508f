#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dossier/base/money.h>

static void major(const char *text, const char *currency, int64_t minor, const char *printed)
{
	struct money money;
	struct err err = { 0 };
	char out[40];

	if (!money_parse_major(str_of(text), str_of(currency), &money, &err))
		fail_msg("%s %s: %s", text, currency, err.text);
	assert_int_equal(money.minor, minor);
	money_print(money, out);
	assert_string_equal(out, printed);
}

static void test_major(void **state)
{
	(void)state;
	major("4210", "GBP", 421000, "4210.00 GBP");
	major("-1234.5", "eur", -123450, "-1234.50 EUR");
	major(" 329.00 ", "EUR", 32900, "329.00 EUR");
	major("0.29", "EUR", 29, "0.29 EUR");
	major("0.1", "EUR", 10, "0.10 EUR");
	major("1.2345e3", "EUR", 123450, "1234.50 EUR");
	major("12345E-3", "EUR", 1235, "12.35 EUR");
	major("1e-400", "EUR", 0, "0.00 EUR");
	major("0e9999", "EUR", 0, "0.00 EUR");
	major("1.005", "EUR", 101, "1.01 EUR");
	major("1.0049999999999999999999", "EUR", 100, "1.00 EUR");
	major("-1.005", "EUR", -101, "-1.01 EUR");
	major("0.005", "EUR", 1, "0.01 EUR");
	major("0.0050", "EUR", 1, "0.01 EUR");
	major("0.00499", "EUR", 0, "0.00 EUR");
	major("-0.05", "EUR", -5, "-0.05 EUR");
	major("1234", "JPY", 1234, "1234 JPY");
	major("1234.5", "JPY", 1235, "1235 JPY");
	major("1.2345", "KWD", 1235, "1.235 KWD");
	major("1.5", "CLF", 15000, "1.5000 CLF");
	major(".5", "EUR", 50, "0.50 EUR");
	major("+5.", "EUR", 500, "5.00 EUR");
	major("92233720368547758.07", "EUR", INT64_MAX, "92233720368547758.07 EUR");
	major("00000000000000000000000000000000000001", "EUR", 100, "1.00 EUR");
}

static void test_refused(void **state)
{
	static const char *const texts[] = {
		"", "-", ".", "abc", "1,50", "1.2.3", "0x10", "1e", "1e+", "e5", "NaN", "inf", "1 2", "--1", "12EUR",
	};
	static const char *const large[] = { "92233720368547758.08", "1e18", "1e9999", "1e99999999999999999999", "99999999999999999999" };
	static const char *const currencies[] = { "", "EU", "EURO", "XXQ", "E\xC3\x84", "123", " " };
	struct money money;
	struct err err;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		assert_false(money_parse_major(str_of(texts[i]), STR("EUR"), &money, &err));
		assert_int_equal(err.code, ERR_SHAPE);
	}
	for (i = 0; i < sizeof(large) / sizeof(large[0]); i++) {
		assert_false(money_parse_major(str_of(large[i]), STR("EUR"), &money, &err));
		assert_int_equal(err.code, ERR_LIMIT);
	}
	for (i = 0; i < sizeof(currencies) / sizeof(currencies[0]); i++)
		assert_false(money_parse_major(STR("1"), str_of(currencies[i]), &money, &err));
	assert_false(money_parse_major((struct str){ NULL, 0 }, (struct str){ NULL, 0 }, &money, &err));
	assert_false(money_parse_major(STR("1\0" "2"), STR("EUR"), &money, &err));
}

static void test_minor(void **state)
{
	struct money money;
	char out[32];

	(void)state;
	assert_true(money_parse_minor(STR("4210"), STR("GBP"), &money, NULL));
	assert_int_equal(money.minor, 4210);
	assert_true(money_parse_minor(STR("-7"), STR("JPY"), &money, NULL));
	money_decimal(money, out);
	assert_string_equal(out, "-7");
	money = (struct money){ .minor = INT64_MIN, .currency = "EUR" };
	money_decimal(money, out);
	assert_string_equal(out, "-92233720368547758.08");
	money_decimal((struct money){ 0 }, out);
	assert_string_equal(out, "");
}

static void test_exponent(void **state)
{
	(void)state;
	assert_int_equal(money_exponent(STR("EUR")), 2);
	assert_int_equal(money_exponent(STR("jpy")), 0);
	assert_int_equal(money_exponent(STR("KWD")), 3);
	assert_int_equal(money_exponent(STR("UYW")), 4);
	assert_int_equal(money_exponent(STR("ED ")), -1);
	assert_int_equal(money_exponent(STR("UR ")), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_major),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_minor),
		cmocka_unit_test(test_exponent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
