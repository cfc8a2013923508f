/*
 * Times to come, as people say them. A text is a length of time, or a day, a
 * clock, or both.
 */
#include <ctype.h>

#include <dossier/base/when.h>

#include "civil.h"

#define TIME_MOST (INT64_C(3660) * CIVIL_DAY)   /* ten years ahead: beyond is a slip */
#define MINUTE_MS (60 * CIVIL_SECOND)

struct ahead { const char *p, *end; };

static void skip_space(struct ahead *scan)
{
	while (scan->p < scan->end && (*scan->p == ' ' || *scan->p == '\t'))
		scan->p++;
}

static bool take_char(struct ahead *scan, char c)
{
	if (scan->p == scan->end || *scan->p != c)
		return false;
	scan->p++;
	return true;
}

static bool take_digits(struct ahead *scan, int most, int *n)
{
	const char *from = scan->p;

	for (*n = 0; scan->p < scan->end && isdigit((unsigned char)*scan->p) && scan->p - from < most; scan->p++)
		*n = *n * 10 + (*scan->p - '0');
	return scan->p > from && !(scan->p < scan->end && isdigit((unsigned char)*scan->p));
}

/* Letters as they stand next, in small letters. */
static size_t take_letters(struct ahead *scan, char *out, size_t size)
{
	size_t n = 0;

	for (; scan->p < scan->end && isalpha((unsigned char)*scan->p) && n + 1 < size; scan->p++)
		out[n++] = (char)tolower((unsigned char)*scan->p);
	out[n] = '\0';
	return n;
}

/* At least three letters of a longer word. */
static bool is_short_of(const char *typed, const char *word)
{
	size_t n = strlen(typed);

	return n >= 3 && n <= strlen(word) && !memcmp(typed, word, n);
}

/* +2h, 15m, 1h30m, 3d */
static bool take_span(struct ahead *scan, int64_t *ms)
{
	static const struct { const char *word; int64_t ms; } units[] = {
		{ "m", MINUTE_MS }, { "min", MINUTE_MS }, { "minutes", MINUTE_MS }, { "h", 60 * MINUTE_MS }, { "hours", 60 * MINUTE_MS },
		{ "hour", 60 * MINUTE_MS }, { "d", CIVIL_DAY }, { "day", CIVIL_DAY }, { "days", CIVIL_DAY }, { "w", 7 * CIVIL_DAY },
		{ "weeks", 7 * CIVIL_DAY }, { "week", 7 * CIVIL_DAY },
	};
	bool plus = take_char(scan, '+');

	*ms = 0;
	do {
		char word[12];
		size_t i = 0;
		int n;

		skip_space(scan);
		if (!take_digits(scan, 5, &n))
			return false;
		skip_space(scan);
		if (!take_letters(scan, word, sizeof(word))) {
			/* the minutes of 1h30 */
			if (!*ms && !plus)
				return false;
			memcpy(word, "m", 2);
		}
		while (i < sizeof(units) / sizeof(*units) && strcmp(units[i].word, word) != 0)
			i++;
		if (i == sizeof(units) / sizeof(*units))
			return false;
		*ms += n * units[i].ms;
		skip_space(scan);
	} while (scan->p < scan->end);
	return *ms <= TIME_MOST;
}

/* 14:00, 9.30, 2pm, noon; an hour alone only where a day stands before it. */
static bool take_clock(struct ahead *scan, bool bare, int64_t *ms)
{
	struct ahead start = *scan;
	char word[8];
	int hour, minute = 0;
	bool good;

	if (!take_digits(scan, 2, &hour)) {
		*scan = start;
		if (take_letters(scan, word, sizeof(word)) && !strcmp(word, "noon")) {
			*ms = 12 * 60 * MINUTE_MS;
			return true;
		}
		*scan = start;
		return false;
	}
	good = bare;
	if (take_char(scan, ':') || take_char(scan, '.')) {
		if (!take_digits(scan, 2, &minute) || scan->p[-2] == ':' || scan->p[-2] == '.')
			return false;
		good = true;
	}
	skip_space(scan);
	if (take_letters(scan, word, sizeof(word))) {
		bool pm = !strcmp(word, "pm");

		if ((!pm && strcmp(word, "am") != 0) || hour < 1 || hour > 12)
			return false;
		hour = hour % 12 + (pm ? 12 : 0);
		good = true;
	}
	*ms = (hour * 60 + minute) * MINUTE_MS;
	return good && hour < 24 && minute < 60;
}

static bool take_month(struct ahead *scan, int *month)
{
	static const char *const months[] = {
		"january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
	};
	char word[12];

	take_letters(scan, word, sizeof(word));
	for (*month = 1; *month <= 12; ++*month) {
		if (is_short_of(word, months[*month - 1]))
			return true;
	}
	return false;
}

/* 2026-11-24, or 24 nov, which is the next one */
static bool take_date(struct ahead *scan, int64_t today, int64_t *day)
{
	struct civil now, c = { 0 };
	int n, month, date;

	civil_split(today, &now);
	if (!take_digits(scan, 4, &n))
		return false;
	if (take_char(scan, '-')) {
		c.year = n;
		if (!take_digits(scan, 2, &month) || !take_char(scan, '-') || !take_digits(scan, 2, &date) || c.year < 1)
			return false;
	} else {
		date = n;
		skip_space(scan);
		if (!take_month(scan, &month))
			return false;
		c.year = now.year + (month < now.month || (month == now.month && date < now.day));
	}
	if (month < 1 || month > 12 || date < 1 || date > civil_month_days(c.year, month))
		return false;
	c.month = month;
	c.day = date;
	*day = civil_join(&c);
	return true;
}

/* *named: by its weekday, so that it may be today and a week from now. */
static bool take_day(struct ahead *scan, int64_t today, int64_t *day, bool *named)
{
	static const char *const days[] = { "sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday" };
	struct civil now;
	char word[12];

	*named = false;
	if (scan->p < scan->end && isdigit((unsigned char)*scan->p))
		return take_date(scan, today, day);
	civil_split(today, &now);
	take_letters(scan, word, sizeof(word));
	*day = today + (strcmp(word, "tomorrow") == 0 || strcmp(word, "tom") == 0 ? CIVIL_DAY : 0);
	if (*day != today || !strcmp(word, "today"))
		return true;
	*named = true;
	for (int i = 0; i < 7; i++) {
		if (!is_short_of(word, days[i]))
			continue;
		*day = today + (i - now.weekday + 7) % 7 * CIVIL_DAY;
		return true;
	}
	return false;
}

static bool take_day_and_clock(struct ahead scan, int64_t now, int64_t today, int64_t *local)
{
	int64_t day, clock = CIVIL_DAY - MINUTE_MS;
	bool named;

	if (!take_day(&scan, today, &day, &named))
		return false;
	skip_space(&scan);
	take_char(&scan, ',');
	skip_space(&scan);
	if (scan.p < scan.end && !take_clock(&scan, true, &clock))
		return false;
	*local = day + clock;
	if (named && *local <= now)
		*local += 7 * CIVIL_DAY;
	return scan.p == scan.end;
}

static bool parse_local(struct str text, int64_t now, int64_t *local)
{
	int64_t today = now - ((now % CIVIL_DAY) + CIVIL_DAY) % CIVIL_DAY, clock;
	struct ahead scan = { text.p, text.p + text.n };

	if (take_clock(&scan, false, &clock) && scan.p == scan.end) {
		*local = today + clock + (today + clock <= now ? CIVIL_DAY : 0);
		return true;
	}
	return take_day_and_clock((struct ahead){ text.p, text.p + text.n }, now, today, local);
}

bool when_parse_ahead(struct str text, int64_t now, const struct zone *zone, int64_t *at, struct err *err)
{
	struct ahead scan;
	int64_t span, local;

	text = str_trim(text);
	if (text.n > 60)
		text.n = 0;
	scan = (struct ahead){ text.p, text.p + text.n };
	if (text.n && take_span(&scan, &span) && !__builtin_add_overflow(now, span, at))
		return true;
	if (text.n && parse_local(text, zone_to_local(zone, now), &local)) {
		*at = zone_to_utc(zone, local);
		return true;
	}
	if (text.n && when_parse(text, WHEN_ISO, zone, at, NULL))
		return true;
	return err_set(err, ERR_USAGE, "\"%.*s\" is not a time to come: write 14:00, +2h, tomorrow 9:00, fri 10, 24 nov or 2026-11-24T12:38",
		       STR_ARG(text));
}
