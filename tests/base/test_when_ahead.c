#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dossier/base/when.h>

/* Friday, 20 November 2026, 12:41 in London */
static const char now_text[] = "2026-11-20T12:41:00Z";

static void reads_in(const char *zone_name, const char *text, const char *iso)
{
	struct zone *zone = zone_new(zone_name, NULL);
	struct err err = { 0 };
	char out[32];
	int64_t now, at;

	assert_non_null(zone);
	assert_true(when_parse(str_of(now_text), WHEN_ISO, NULL, &now, NULL));
	if (!when_parse_ahead(str_of(text), now, zone, &at, &err))
		fail_msg("\"%s\": %s", text, err.text);
	when_iso(at, out);
	out[16] = '\0';
	if (strcmp(out, iso) != 0)
		fail_msg("\"%s\" is %s, not %s", text, out, iso);
	zone_free(zone);
}

static void reads(const char *text, const char *iso)
{
	reads_in("Europe/London", text, iso);
}

static void test_clocks(void **state)
{
	(void)state;
	reads("14:00", "2026-11-20T14:00");
	reads(" 14.05 ", "2026-11-20T14:05");
	reads("12:41", "2026-11-21T12:41");
	reads("9:00", "2026-11-21T09:00");
	reads("2pm", "2026-11-20T14:00");
	reads("2 PM", "2026-11-20T14:00");
	reads("12am", "2026-11-21T00:00");
	reads("noon", "2026-11-21T12:00");
	reads_in("Asia/Tokyo", "9:00", "2026-11-21T00:00");
}

static void test_days(void **state)
{
	(void)state;
	reads("tomorrow 9:00", "2026-11-21T09:00");
	reads("Tomorrow, 9", "2026-11-21T09:00");
	reads("fri 10", "2026-11-27T10:00");
	reads("fri 15", "2026-11-20T15:00");
	reads("Monday 8.30", "2026-11-23T08:30");
	reads("thurs noon", "2026-11-26T12:00");
	reads("tomorrow", "2026-11-21T23:59");
	reads("sat", "2026-11-21T23:59");
	reads("24 nov 9:00", "2026-11-24T09:00");
	reads("3 feb", "2027-02-03T23:59");
	reads("20 november", "2026-11-20T23:59");
	reads("2026-12-01", "2026-12-01T23:59");
	reads("2026-12-01 10:15", "2026-12-01T10:15");
	reads("2026-12-01T10:15+01:00", "2026-12-01T09:15");
}

static void test_lengths(void **state)
{
	(void)state;
	reads("+2h", "2026-11-20T14:41");
	reads("15m", "2026-11-20T12:56");
	reads("+15", "2026-11-20T12:56");
	reads("20 min", "2026-11-20T13:01");
	reads("1h30m", "2026-11-20T14:11");
	reads("+1h30", "2026-11-20T14:11");
	reads("3d", "2026-11-23T12:41");
	reads("2 weeks", "2026-12-04T12:41");
}

/* An hour that the clocks skip, and a day that is an hour longer. */
static void test_clocks_changing(void **state)
{
	(void)state;
	struct zone *zone = zone_new("Europe/London", NULL);
	int64_t now, at;
	char out[32];

	assert_true(when_parse(STR("2026-03-28T20:00:00Z"), WHEN_ISO, NULL, &now, NULL));
	assert_true(when_parse_ahead(STR("tomorrow 9:00"), now, zone, &at, NULL));
	when_iso(at, out);
	assert_string_equal(out, "2026-03-29T08:00:00.000Z");
	assert_true(when_parse_ahead(STR("sun 1:30"), now, zone, &at, NULL));
	when_iso(at, out);
	assert_string_equal(out, "2026-03-29T01:30:00.000Z");
	zone_free(zone);
}

static void test_refused(void **state)
{
	(void)state;
	static const char *const texts[] = {
		"", " ", "14", "25:00", "12:60", "13pm", "0am", "fr 10", "fri 24", "fri 10 x", "tomorrow 9:0", "9:0", "31 feb", "30 xyz",
		"2026-13-01", "2026-02-30", "+", "+h", "h", "2x", "99999w", "yesterday", "at nine", "now and then", "1:2:3",
		"1w1w1w1w1w1w1w1w1w1w1w1w1w1w1w1w1w1w1w1w1w1w1w1w1w1w1w1w1w1w1w1w1w1w1w",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		struct err err = { 0 };
		int64_t at;

		if (when_parse_ahead(str_of(texts[i]), 0, NULL, &at, &err))
			fail_msg("\"%s\" was read", texts[i]);
		assert_int_equal(err.code, ERR_USAGE);
		assert_non_null(strstr(err.text, "tomorrow 9:00"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_clocks),
		cmocka_unit_test(test_days),
		cmocka_unit_test(test_lengths),
		cmocka_unit_test(test_clocks_changing),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
