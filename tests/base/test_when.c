#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dossier/base/when.h>

static void reads(const char *text, enum when_format format, const struct zone *zone, const char *iso)
{
	struct err err = { 0 };
	char out[32];
	int64_t at;

	if (!when_parse(str_of(text), format, zone, &at, &err))
		fail_msg("\"%s\": %s", text, err.text);
	when_iso(at, out);
	assert_string_equal(out, iso);
}

static void test_iso(void **state)
{
	(void)state;
	reads("2026-11-20T12:38:00.123Z", WHEN_ISO, NULL, "2026-11-20T12:38:00.123Z");
	reads("2026-11-20T12:38:00.123456789Z", WHEN_ISO, NULL, "2026-11-20T12:38:00.123Z");
	reads("2026-11-20T12:38:00,9Z", WHEN_ISO, NULL, "2026-11-20T12:38:00.900Z");
	reads("2026-11-20T12:38:00+0100", WHEN_ISO, NULL, "2026-11-20T11:38:00.000Z");
	reads("2026-11-20T12:38:00+01:00", WHEN_ISO, NULL, "2026-11-20T11:38:00.000Z");
	reads("2026-11-20T12:38:00-03:30", WHEN_ISO, NULL, "2026-11-20T16:08:00.000Z");
	reads("2026-11-20T12:38:00+01", WHEN_ISO, NULL, "2026-11-20T11:38:00.000Z");
	reads("2026-11-20 12:38:00", WHEN_ISO, NULL, "2026-11-20T12:38:00.000Z");
	reads("2026-11-20 12:38:00 UTC", WHEN_ISO, NULL, "2026-11-20T12:38:00.000Z");
	reads("2026-11-20 12:38:00 +0100", WHEN_ISO, NULL, "2026-11-20T11:38:00.000Z");
	reads("2026-11-20t12:38z", WHEN_ISO, NULL, "2026-11-20T12:38:00.000Z");
	reads("2026-11-20", WHEN_ISO, NULL, "2026-11-20T00:00:00.000Z");
	reads("20261120T123800Z", WHEN_AUTO, NULL, "2026-11-20T12:38:00.000Z");
	reads("20261120", WHEN_ISO, NULL, "2026-11-20T00:00:00.000Z");
	reads("2024-02-29T23:59:60Z", WHEN_ISO, NULL, "2024-02-29T23:59:59.000Z");
	reads("2026-12-31T24:00:00Z", WHEN_ISO, NULL, "2027-01-01T00:00:00.000Z");
	reads("0001-01-01T00:00:00Z", WHEN_ISO, NULL, "0001-01-01T00:00:00.000Z");
	reads("9999-12-31T23:59:59.999Z", WHEN_ISO, NULL, "9999-12-31T23:59:59.999Z");
	reads("2000-02-29", WHEN_ISO, NULL, "2000-02-29T00:00:00.000Z");
	reads("1969-12-31T23:59:59.999Z", WHEN_AUTO, NULL, "1969-12-31T23:59:59.999Z");
	reads("  2026-11-20T12:38:00Z\n", WHEN_AUTO, NULL, "2026-11-20T12:38:00.000Z");
}

/* What is read in one go is read, and refused, as the same time is with an offset in the place of its Z. */
static void test_usual(void **state)
{
	static const char *const texts[] = {
		"2026-11-20T12:38:00Z", "2026-11-20T12:38:00.123Z", "2026-11-20T12:38:00.120Z", "2026-11-20T12:38:00.1x3Z", "2026-11-20T12:38:00.12xZ",
		"2024-02-29T00:00:00Z", "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-10T00:00:00Z", "2026-01-00T00:00:00Z",
		"2026-11-20T24:00:00Z", "2026-11-20T24:00:01Z", "2026-11-20T25:00:00Z", "2026-11-20T23:60:00Z", "2026-11-20T23:59:60Z",
		"2026-11-20T23:59:61Z", "0000-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z", "20x6-11-20T12:38:00Z",
		"2026-1x-20T12:38:00Z", "2026-11-20T1:038:00Z", "2026-11-20T12:38:0/Z", "2026-11-20T12:38:0:Z", "2026-11-20T-1:38:00Z",
		"2026-11-20T12:38:00,123Z", "2026/11/20T12:38:00Z", "2026-11-20 12:38:00Z", "2026-11-20T12:38:00.1234Z", "1969-12-31T23:59:59.999Z",
		"2026-11-20T12.38.00Z", "99-9-11-20T12:38:00Z",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		int64_t at = 1, other = 1;
		char longer[40];
		bool read = when_parse(str_of(texts[i]), WHEN_ISO, NULL, &at, NULL);

		snprintf(longer, sizeof(longer), "%.*s+00:00", (int)strlen(texts[i]) - 1, texts[i]);
		if (read != when_parse(str_of(longer), WHEN_ISO, NULL, &other, NULL) || (read && at != other))
			fail_msg("%s and %s differ", texts[i], longer);
	}
}

static void test_epoch(void **state)
{
	(void)state;
	reads("1795178280", WHEN_AUTO, NULL, "2026-11-20T12:38:00.000Z");
	reads("1795178280.5", WHEN_EPOCH, NULL, "2026-11-20T12:38:00.500Z");
	reads("1795178280.123999", WHEN_AUTO, NULL, "2026-11-20T12:38:00.123Z");
	reads("1.79517828e9", WHEN_EPOCH, NULL, "2026-11-20T12:38:00.000Z");
	reads("1795178280123", WHEN_EPOCH_MS, NULL, "2026-11-20T12:38:00.123Z");
	reads("-1", WHEN_EPOCH, NULL, "1969-12-31T23:59:59.000Z");
	reads("-0.5", WHEN_EPOCH, NULL, "1969-12-31T23:59:59.500Z");
	reads("-0.0001", WHEN_EPOCH, NULL, "1969-12-31T23:59:59.999Z");
	reads("0", WHEN_AUTO, NULL, "1970-01-01T00:00:00.000Z");
}

static void test_mail(void **state)
{
	(void)state;
	reads("Fri, 20 Nov 2026 12:38:00 +0000", WHEN_AUTO, NULL, "2026-11-20T12:38:00.000Z");
	reads("Fri, 20 Nov 2026 12:38:00 +0100", WHEN_RFC2822, NULL, "2026-11-20T11:38:00.000Z");
	reads("20 Nov 2026 12:38 EST", WHEN_AUTO, NULL, "2026-11-20T17:38:00.000Z");
	reads("Fri, 20 Nov 2026 12:38:00 GMT", WHEN_AUTO, NULL, "2026-11-20T12:38:00.000Z");
	reads("Fri, 20 Nov 2026 12:38:00 +0100 (CET (winter))", WHEN_AUTO, NULL, "2026-11-20T11:38:00.000Z");
	reads("Fri, 1 nov 26 2:38:00 PDT", WHEN_AUTO, NULL, "2026-11-01T09:38:00.000Z");
	reads("Friday, 20-Nov-26 12:38:00 GMT", WHEN_AUTO, NULL, "2026-11-20T12:38:00.000Z");
	reads("Sun, 06 Nov 94 08:49:37 A", WHEN_RFC2822, NULL, "1994-11-06T08:49:37.000Z");
	reads("6 November 1994 08:49:37", WHEN_RFC2822, NULL, "1994-11-06T08:49:37.000Z");
}

/* As people write them; only the connector knows which of the two comes first. */
static void test_written(void **state)
{
	static const char *const wrong[] = { "31/02/2026", "20/11", "20/11-2026", "20/13/2026", "20/11/2026 25:00", "20/11/2026 13:00 pm", "20/11/2026 1:0", "2026-11-20", "20/11/2026 12:38 CET", "/11/2026" };
	struct err err;
	int64_t at;

	(void)state;
	reads("20/11/2026", WHEN_DMY, NULL, "2026-11-20T00:00:00.000Z");
	reads("20.11.26 9:05", WHEN_DMY, NULL, "2026-11-20T09:05:00.000Z");
	reads("1-2-2026, 14.05", WHEN_DMY, NULL, "2026-02-01T14:05:00.000Z");
	reads("11/20/2026 2:05:09 PM", WHEN_MDY, NULL, "2026-11-20T14:05:09.000Z");
	reads("11/20/2026 12:05am", WHEN_MDY, NULL, "2026-11-20T00:05:00.000Z");
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		if (when_parse(str_of(wrong[i]), WHEN_DMY, NULL, &at, &err))
			fail_msg("\"%s\" was taken", wrong[i]);
	assert_false(when_parse(STR("20/11/2026"), WHEN_MDY, NULL, &at, &err));
	assert_non_null(strstr(err.text, "the month first"));
}

static void test_refused(void **state)
{
	static const char *const texts[] = {
		"", " ", "never", "2026", "2026-13-01", "2026-00-01", "2026-02-29", "2100-02-29", "2026-04-31", "2026-11-20T",
		"2026-11-20T25:00:00Z", "2026-11-20T24:00:01Z", "2026-11-20T12:60:00Z", "2026-11-20T12:38:61Z",
		"2026-11-20T12:38:00.Z", "2026-11-20T12:38:00+1", "2026-11-20T12:38:00+24:00", "2026-11-20T12:38:00+01:60",
		"2026-11-20T12:38:00 CET", "2026-11-20T12:38:00Zjunk", "0000-00-00 00:00:00", "0000-01-01", "2026-1-1",
		"2026-11-20T12:38:00Z2026", "26-11-20", "12026-11-20",
	};
	static const char *const mails[] = {
		"Fri, 20 Nov", "Fri, 20 Nov 2026", "Fri, 32 Nov 2026 12:38:00 +0000", "Fri, 20 Xov 2026 12:38:00 +0000",
		"Fri, 20 Nov 2026 12:38:00 AB", "Fri, 20 Nov 2026 12 +0000",
		"Fri, 20 Nov 2026 12:38:00 +0000 x", "29 Feb 2026 12:00:00 GMT",
	};
	static const char *const epochs[] = { "99999999999999999999", "253402300800", "-62135596801", "1e30", "12a", "." };
	struct err err;
	int64_t at;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (when_parse(str_of(texts[i]), WHEN_ISO, NULL, &at, &err))
			fail_msg("\"%s\" was taken", texts[i]);
	for (i = 0; i < sizeof(mails) / sizeof(mails[0]); i++)
		if (when_parse(str_of(mails[i]), WHEN_RFC2822, NULL, &at, &err))
			fail_msg("\"%s\" was taken", mails[i]);
	for (i = 0; i < sizeof(epochs) / sizeof(epochs[0]); i++)
		if (when_parse(str_of(epochs[i]), WHEN_EPOCH, NULL, &at, &err))
			fail_msg("\"%s\" was taken", epochs[i]);
	assert_false(when_parse(STR("soon \x01"), WHEN_AUTO, NULL, &at, &err));
	assert_non_null(strstr(err.text, "\"soon"));
	assert_false(when_parse((struct str){ NULL, 0 }, WHEN_AUTO, NULL, &at, &err));
}

static struct zone *loaded(const char *name)
{
	struct err err = { 0 };
	struct zone *zone = zone_new(name, &err);

	if (!zone && err.code == ERR_IO)
		skip();
	if (!zone)
		fail_msg("%s: %s", name, err.text);
	return zone;
}

static void test_naive_in_zone(void **state)
{
	struct zone *berlin = loaded("Europe/Berlin"), *fixed = zone_new("-03:30", NULL), *utc = zone_new("UTC", NULL);

	(void)state;
	reads("2026-11-20T12:38:00", WHEN_ISO, berlin, "2026-11-20T11:38:00.000Z");
	reads("2026-07-20T12:38:00", WHEN_ISO, berlin, "2026-07-20T10:38:00.000Z");
	reads("2026-07-20T12:38:00Z", WHEN_ISO, berlin, "2026-07-20T12:38:00.000Z");
	reads("2026-07-20", WHEN_ISO, berlin, "2026-07-19T22:00:00.000Z");
	reads("20 Jul 2026 12:38:00", WHEN_AUTO, berlin, "2026-07-20T10:38:00.000Z");
	reads("1784543880", WHEN_AUTO, berlin, "2026-07-20T10:38:00.000Z");
	/* in the gap of spring, twice in the fold of autumn */
	reads("2026-03-29T01:59:59", WHEN_ISO, berlin, "2026-03-29T00:59:59.000Z");
	reads("2026-03-29T02:30:00", WHEN_ISO, berlin, "2026-03-29T01:30:00.000Z");
	reads("2026-03-29T03:00:00", WHEN_ISO, berlin, "2026-03-29T01:00:00.000Z");
	reads("2026-10-25T01:59:59", WHEN_ISO, berlin, "2026-10-24T23:59:59.000Z");
	reads("2026-10-25T02:30:00", WHEN_ISO, berlin, "2026-10-25T00:30:00.000Z");
	reads("2026-10-25T03:00:00", WHEN_ISO, berlin, "2026-10-25T02:00:00.000Z");
	/* far beyond the file's table */
	reads("2150-07-20T12:00:00", WHEN_ISO, berlin, "2150-07-20T10:00:00.000Z");
	reads("2026-11-20T12:38:00", WHEN_ISO, fixed, "2026-11-20T16:08:00.000Z");
	reads("2026-11-20T12:38:00", WHEN_ISO, utc, "2026-11-20T12:38:00.000Z");
	zone_free(berlin);
	zone_free(fixed);
	zone_free(utc);
}

static void test_zone_round_trip(void **state)
{
	static const char *const names[] = {
		"Europe/London", "America/New_York", "America/Sao_Paulo", "Australia/Lord_Howe", "Asia/Kathmandu",
		"Africa/Casablanca", "America/Godthab", "Pacific/Apia", "Asia/Tehran", "Antarctica/Troll",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct zone *zone = loaded(names[i]);
		int64_t at, back, step = INT64_C(7) * 3600 * 1000;

		/* 1990 to 2060: only the second pass through a fold comes back as the first */
		for (at = INT64_C(631152000000); at < INT64_C(2840140800000); at += step) {
			back = zone_to_utc(zone, zone_to_local(zone, at));
			if (back != at)
				assert_int_equal(zone_to_local(zone, back), zone_to_local(zone, at));
			assert_true(back == at || (back < at && at - back <= INT64_C(86400000)));
		}
		assert_int_equal(zone_to_local(zone, WHEN_NONE), WHEN_NONE);
		assert_int_equal(zone_to_utc(zone, INT64_MAX), INT64_MAX);
		zone_free(zone);
	}
}

static void test_zone_southern_summer(void **state)
{
	struct zone *sydney = loaded("Australia/Sydney");

	(void)state;
	reads("2100-01-15T12:00:00", WHEN_ISO, sydney, "2100-01-15T01:00:00.000Z");
	reads("2100-07-15T12:00:00", WHEN_ISO, sydney, "2100-07-15T02:00:00.000Z");
	zone_free(sydney);
}

static void test_zone_refused(void **state)
{
	static const char *const names[] = {
		"", "../../etc/passwd", "/etc/passwd", "Europe/Nowhere", "Europe", "zone.tab", "+25:00", "+1", "+01:60", "+01:0x",
		"Europe/Berlin/..", "+-1:00", "tzdata.zi",
	};
	struct err err;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		err = (struct err){ 0 };
		assert_null(zone_new(names[i], &err));
		assert_true(err.text[0] != '\0');
	}
}

static void human(const char *text, const struct zone *zone, const char *iso)
{
	int64_t now, at;
	char out[32];

	assert_true(when_parse(STR("2026-11-20T23:30:00Z"), WHEN_ISO, NULL, &now, NULL));
	assert_true(when_parse_human(str_of(text), now, zone, &at, NULL));
	when_iso(at, out);
	assert_string_equal(out, iso);
}

static void test_human(void **state)
{
	struct zone *plus = zone_new("+01:00", NULL);
	struct err err;
	int64_t at;

	(void)state;
	human("now", NULL, "2026-11-20T23:30:00.000Z");
	human("today", NULL, "2026-11-20T00:00:00.000Z");
	human("Yesterday", NULL, "2026-11-19T00:00:00.000Z");
	human("today", plus, "2026-11-20T23:00:00.000Z");
	human("-7d", NULL, "2026-11-13T23:30:00.000Z");
	human("-12h", NULL, "2026-11-20T11:30:00.000Z");
	human("2w", NULL, "2026-11-06T23:30:00.000Z");
	human("2026-11-01", plus, "2026-10-31T23:00:00.000Z");
	human("2026-11-01T12:00", plus, "2026-11-01T11:00:00.000Z");
	assert_false(when_parse_human(STR("soon"), 0, NULL, &at, &err));
	assert_int_equal(err.code, ERR_USAGE);
	assert_false(when_parse_human(STR("7"), 0, NULL, &at, &err));
	assert_false(when_parse_human(STR("9999999d"), 0, NULL, &at, &err));
	assert_false(when_parse_human(STR(""), 0, NULL, &at, &err));
	zone_free(plus);
}

static void test_writing(void **state)
{
	int64_t at = INT64_C(1795178280123), now = at + 1000;
	struct zone *plus = zone_new("+0530", NULL), *minus = zone_new("-03", NULL);
	struct buf buf;
	char out[40];

	(void)state;
	when_iso(WHEN_NONE, out);
	assert_string_equal(out, "");
	when_http_date(at, out);
	assert_string_equal(out, "Fri, 20 Nov 2026 12:38:00 GMT");
	when_short(at, now, NULL, out);
	assert_string_equal(out, "20 Nov 12:38");
	when_short(at, now, plus, out);
	assert_string_equal(out, "20 Nov 18:08");
	when_short(at - INT64_C(365) * 86400000, now, NULL, out);
	assert_string_equal(out, "20 Nov 2025 12:38");
	buf_init(&buf, 1000);
	assert_true(when_strftime(at, minus, STR("%Y-%m-%dT%H:%M:%S.%L%z %s%%"), &buf));
	assert_string_equal(buf.data, "2026-11-20T09:38:00.123-0300 1795178280%");
	buf_reset(&buf);
	assert_true(when_strftime(at, plus, STR("%z"), &buf));
	assert_string_equal(buf.data, "+0530");
	assert_false(when_strftime(at, NULL, STR("%q"), &buf));
	assert_false(when_strftime(at, NULL, STR("%"), &buf));
	assert_false(when_strftime(WHEN_NONE, NULL, STR("%Y"), &buf));
	buf_release(&buf);
	zone_free(plus);
	zone_free(minus);
}

/* Every day of some centuries, counted one by one. */
static void test_calendar(void **state)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int64_t at = INT64_C(-11676096000000), back;     /* 1600-01-01 */
	int year, month, day, last;
	char out[32], expected[64];

	(void)state;
	for (year = 1600; year < 2110; year++)
		for (month = 1; month <= 12; month++) {
			last = days[month - 1] + (month == 2 && ((year % 4 == 0 && year % 100 != 0) || year % 400 == 0));
			for (day = 1; day <= last; day++, at += 86400000) {
				snprintf(expected, sizeof(expected), "%04d-%02d-%02dT00:00:00.000Z", year, month, day);
				when_iso(at, out);
				assert_string_equal(out, expected);
				assert_true(when_parse(str_of(expected), WHEN_ISO, NULL, &back, NULL));
				assert_true(back == at);
			}
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_iso),
		cmocka_unit_test(test_usual),
		cmocka_unit_test(test_epoch),
		cmocka_unit_test(test_mail),
		cmocka_unit_test(test_written),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_naive_in_zone),
		cmocka_unit_test(test_zone_round_trip),
		cmocka_unit_test(test_zone_southern_summer),
		cmocka_unit_test(test_zone_refused),
		cmocka_unit_test(test_human),
		cmocka_unit_test(test_writing),
		cmocka_unit_test(test_calendar),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
