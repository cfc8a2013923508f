#include <dossier/base/when.h>

#include <string.h>

#include "civil.h"
#include "decimal.h"

#define OFFSET_NONE INT64_MIN

struct scan {
	const char *p, *end;
};

static bool at_end(const struct scan *scan)
{
	return scan->p == scan->end;
}

static bool next_is(const struct scan *scan, char c)
{
	return !at_end(scan) && *scan->p == c;
}

static bool take(struct scan *scan, char c)
{
	if (!next_is(scan, c))
		return false;
	scan->p++;
	return true;
}

static bool next_is_digit(const struct scan *scan)
{
	return !at_end(scan) && isdigit((unsigned char)*scan->p);
}

/* Between min and max digits. */
static bool take_number(struct scan *scan, int min, int max, int *out)
{
	int n = 0;

	*out = 0;
	for (; n < max && next_is_digit(scan); n++)
		*out = *out * 10 + (*scan->p++ - '0');
	return n >= min;
}

static void skip_spaces(struct scan *scan)
{
	while (!at_end(scan) && (*scan->p == ' ' || *scan->p == '\t' || *scan->p == '\r' || *scan->p == '\n'))
		scan->p++;
}

static size_t letters(const struct scan *scan)
{
	const char *p = scan->p;

	while (p < scan->end && isalpha((unsigned char)*p))
		p++;
	return (size_t)(p - scan->p);
}

/* Milliseconds; digits beyond are cut. */
static bool take_fraction(struct scan *scan, int *ms)
{
	int weight = 100;

	if (!next_is_digit(scan))
		return false;
	for (*ms = 0; next_is_digit(scan); scan->p++, weight /= 10)
		*ms += (*scan->p - '0') * weight;
	return true;
}

/* After the sign: 01, 0100, 01:00. */
static bool take_offset(struct scan *scan, int64_t *offset)
{
	bool west = next_is(scan, '-');
	int hours, minutes = 0;

	scan->p++;
	if (!take_number(scan, 2, 2, &hours))
		return false;
	if (take(scan, ':') || next_is_digit(scan))
		if (!take_number(scan, 2, 2, &minutes))
			return false;
	if (hours > 23 || minutes > 59)
		return false;
	*offset = (hours * 60 + minutes) * 60 * CIVIL_SECOND * (west ? -1 : 1);
	return true;
}

/* Z, UTC, GMT and the names of RFC 5322, section 4.3; unknown letters there mean "no zone told", which is UTC. */
static bool take_zone_name(struct scan *scan, bool letters_too, int64_t *offset)
{
	static const struct { char name[4]; int hours; } names[] = {
		{ "Z", 0 }, { "UT", 0 }, { "UTC", 0 }, { "GMT", 0 }, { "EST", -5 }, { "EDT", -4 }, { "CST", -6 },
		{ "CDT", -5 }, { "MST", -7 }, { "MDT", -6 }, { "PST", -8 }, { "PDT", -7 },
	};
	struct str word = str_make(scan->p, letters(scan));
	size_t i, known = letters_too ? sizeof(names) / sizeof(names[0]) : 4;

	if (!word.n)
		return false;
	scan->p += word.n;
	for (i = 0; i < known; i++)
		if (str_caseis(word, names[i].name)) {
			*offset = names[i].hours * 3600 * CIVIL_SECOND;
			return true;
		}
	*offset = 0;
	return letters_too && (word.n == 1 || word.n >= 3) && word.n <= 5;
}

static bool in_calendar(const struct civil *c)
{
	return c->year >= 1 && c->year <= 9999 && c->month >= 1 && c->month <= 12 && c->day >= 1 &&
	       c->day <= civil_month_days(c->year, c->month);
}

/* Puts the pieces together; false when a piece is out of its range. */
static bool settle(struct civil *c, int64_t offset, const struct zone *naive, int64_t *at)
{
	int64_t local;

	if (c->second == 60)
		c->second = 59;
	if (!in_calendar(c) || c->minute > 59 || c->second > 59 || c->hour > 24)
		return false;
	if (c->hour == 24 && (c->minute || c->second || c->ms))
		return false;
	local = civil_join(c);
	*at = offset == OFFSET_NONE ? zone_to_utc(naive, local) : local - offset;
	return true;
}

static bool take_iso_date(struct scan *scan, struct civil *c, bool *compact)
{
	int year;

	if (!take_number(scan, 4, 4, &year))
		return false;
	c->year = year;
	*compact = !take(scan, '-');
	return take_number(scan, 2, 2, &c->month) && (*compact || take(scan, '-')) && take_number(scan, 2, 2, &c->day);
}

static bool take_iso_time(struct scan *scan, struct civil *c)
{
	bool compact;

	if (!take_number(scan, 2, 2, &c->hour))
		return false;
	compact = next_is_digit(scan);
	if (compact || take(scan, ':')) {
		if (!take_number(scan, 2, 2, &c->minute))
			return false;
		if (compact ? next_is_digit(scan) : take(scan, ':')) {
			if (!take_number(scan, 2, 2, &c->second))
				return false;
			if (take(scan, '.') || take(scan, ','))
				return take_fraction(scan, &c->ms);
		}
	}
	return true;
}

static bool parse_iso(struct str text, const struct zone *naive, int64_t *at)
{
	struct scan scan = { text.p, text.p + text.n };
	int64_t offset = OFFSET_NONE;
	struct civil c = { 0 };
	bool compact;

	if (!take_iso_date(&scan, &c, &compact))
		return false;
	if (take(&scan, 'T') || take(&scan, 't') || take(&scan, ' ')) {
		if (!take_iso_time(&scan, &c))
			return false;
		skip_spaces(&scan);
		if (next_is(&scan, '+') || next_is(&scan, '-')) {
			if (!take_offset(&scan, &offset))
				return false;
		} else if (letters(&scan) && !take_zone_name(&scan, false, &offset)) {
			return false;
		}
	}
	return at_end(&scan) && settle(&c, offset, naive, at);
}

/* Negative for what are no two digits, also in a sum with others. */
static int two_digits(const char *p)
{
	unsigned tens = (unsigned char)p[0] - '0', ones = (unsigned char)p[1] - '0';

	return tens < 10 && ones < 10 ? (int)(tens * 10 + ones) : -100000;
}

/* 2026-11-20T12:38:00Z or 2026-11-20T12:38:00.000Z, as nearly all backends write it, a tenth of the work. */
static bool parse_usual(struct str text, int64_t *at)
{
	const char *p = text.p;
	struct civil c = { 0 };
	int century, year;

	if ((text.n != 20 && text.n != 24) || p[4] != '-' || p[7] != '-' || p[10] != 'T' || p[13] != ':' || p[16] != ':' || p[text.n - 1] != 'Z')
		return false;
	if (text.n == 24) {
		int tens = two_digits(p + 20), ones = two_digits(p + 21);

		if (p[19] != '.' || tens < 0 || ones < 0)
			return false;
		c.ms = tens * 10 + ones % 10;
	}
	century = two_digits(p);
	year = two_digits(p + 2);
	c.month = two_digits(p + 5);
	c.day = two_digits(p + 8);
	c.hour = two_digits(p + 11);
	c.minute = two_digits(p + 14);
	c.second = two_digits(p + 17);
	if (century + year + c.month + c.day + c.hour + c.minute + c.second < 0)
		return false;
	c.year = century * 100 + year;
	return settle(&c, 0, NULL, at);
}

/* White space and comments of RFC 5322; brackets nest. */
static void skip_comments(struct scan *scan)
{
	int depth = 0;

	for (skip_spaces(scan); depth || next_is(scan, '('); skip_spaces(scan)) {
		if (at_end(scan))
			return;
		depth += (*scan->p == '(') - (*scan->p == ')');
		scan->p++;
	}
}

static bool take_month(struct scan *scan, int *month)
{
	size_t n = letters(scan);

	if (n < 3)
		return false;
	for (*month = 1; *month <= 12; (*month)++)
		if (strncasecmp(scan->p, civil_months[*month - 1], 3) == 0) {
			scan->p += n;
			return true;
		}
	return false;
}

static bool take_mail_year(struct scan *scan, struct civil *c)
{
	const char *from = scan->p;
	int year;

	if (!take_number(scan, 2, 4, &year))
		return false;
	if (scan->p - from == 2)
		year += year < 50 ? 2000 : 1900;
	else if (scan->p - from == 3)
		year += 1900;
	c->year = year;
	return true;
}

/* Also the dashes that RFC 850 puts into its dates. */
static bool take_mail_date(struct scan *scan, struct civil *c)
{
	skip_comments(scan);
	if (letters(scan)) {
		scan->p += letters(scan);
		skip_comments(scan);
		take(scan, ',');
		skip_comments(scan);
	}
	if (!take_number(scan, 1, 2, &c->day))
		return false;
	if (!take(scan, '-'))
		skip_comments(scan);
	if (!take_month(scan, &c->month))
		return false;
	if (!take(scan, '-'))
		skip_comments(scan);
	return take_mail_year(scan, c);
}

static bool take_mail_time(struct scan *scan, struct civil *c)
{
	skip_comments(scan);
	if (!take_number(scan, 1, 2, &c->hour))
		return false;
	skip_comments(scan);
	if (!take(scan, ':'))
		return false;
	skip_comments(scan);
	if (!take_number(scan, 2, 2, &c->minute))
		return false;
	skip_comments(scan);
	if (!take(scan, ':'))
		return true;
	skip_comments(scan);
	return take_number(scan, 2, 2, &c->second);
}

static bool parse_mail(struct str text, const struct zone *naive, int64_t *at)
{
	struct scan scan = { text.p, text.p + text.n };
	int64_t offset = OFFSET_NONE;
	struct civil c = { 0 };

	if (!take_mail_date(&scan, &c) || !take_mail_time(&scan, &c))
		return false;
	skip_comments(&scan);
	if (next_is(&scan, '+') || next_is(&scan, '-')) {
		if (!take_offset(&scan, &offset))
			return false;
	} else if (letters(&scan) && !take_zone_name(&scan, true, &offset)) {
		return false;
	}
	skip_comments(&scan);
	return at_end(&scan) && settle(&c, offset, naive, at);
}

/* 12:38, 12:38:05, 2:05 pm */
static bool take_clock(struct scan *scan, struct civil *c)
{
	bool pm;

	if (!take_number(scan, 1, 2, &c->hour) || !(take(scan, ':') || take(scan, '.')) || !take_number(scan, 2, 2, &c->minute))
		return false;
	if ((take(scan, ':') || take(scan, '.')) && !take_number(scan, 2, 2, &c->second))
		return false;
	skip_spaces(scan);
	if (!letters(scan))
		return true;
	pm = next_is(scan, 'P') || next_is(scan, 'p');
	if ((!pm && !next_is(scan, 'A') && !next_is(scan, 'a')) || letters(scan) != 2 || (scan->p[1] != 'M' && scan->p[1] != 'm'))
		return false;
	scan->p += 2;
	if (c->hour < 1 || c->hour > 12)
		return false;
	c->hour = c->hour % 12 + (pm ? 12 : 0);
	return true;
}

/* As people write dates, which is why the connector has to say what comes first. */
static bool parse_written(struct str text, bool month_first, const struct zone *naive, int64_t *at)
{
	struct scan scan = { text.p, text.p + text.n };
	struct civil c = { 0 };
	char mark;

	if (!take_number(&scan, 1, 2, month_first ? &c.month : &c.day) || at_end(&scan) || !strchr("/.-", *scan.p))
		return false;
	mark = *scan.p++;
	if (!take_number(&scan, 1, 2, month_first ? &c.day : &c.month) || !take(&scan, mark) || !take_mail_year(&scan, &c))
		return false;
	take(&scan, ',');
	if (take(&scan, 'T') || next_is(&scan, ' ')) {
		skip_spaces(&scan);
		if (!take_clock(&scan, &c))
			return false;
	}
	return at_end(&scan) && settle(&c, OFFSET_NONE, naive, at);
}

static bool parse_epoch(struct str text, int places, int64_t *at)
{
	return decimal_scaled(text, places, true, at) == DECIMAL_OK && *at >= civil_days(1, 1, 1) * CIVIL_DAY &&
	       *at < civil_days(10000, 1, 1) * CIVIL_DAY;
}

static bool is_number(struct str text)
{
	uint32_t i = text.n && (text.p[0] == '-' || text.p[0] == '+'), point = 0;

	if (i == text.n)
		return false;
	for (; i < text.n; i++)
		if (!isdigit((unsigned char)text.p[i]) && !(text.p[i] == '.' && !point++))
			return false;
	return true;
}

static enum when_format looks_like(struct str text)
{
	if (is_number(text))
		return WHEN_EPOCH;
	if (text.n >= 8 && (text.p[4] == '-' || text.p[8 < text.n ? 8 : 0] == 'T'))
		return WHEN_ISO;
	return WHEN_RFC2822;
}

bool when_format_parse(struct str name, enum when_format *format)
{
	static const char *const names[] = { "auto", "iso", "epoch", "epoch_ms", "rfc2822", "dmy", "mdy" };
	int i;

	for (i = 0; i < 7; i++)
		if (str_is(name, names[i])) {
			*format = (enum when_format)i;
			return true;
		}
	return false;
}

bool when_parse(struct str text, enum when_format format, const struct zone *naive, int64_t *at, struct err *err)
{
	static const char *const right[] = {
		"a time of ISO 8601 or RFC 2822",
		"a time of ISO 8601, such as 2026-11-20T12:38:00Z",
		"seconds since 1970 (or lies outside the years 1 to 9999)",
		"milliseconds since 1970 (or lies outside the years 1 to 9999)",
		"a time of RFC 2822, such as Fri, 20 Nov 2026 12:38:00 +0000",
		"a time with the day first, such as 20/11/2026 12:38",
		"a time with the month first, such as 11/20/2026 12:38",
	};
	bool any = format == WHEN_AUTO, ok = false;

	if ((any || format == WHEN_ISO) && parse_usual(text, at))
		return true;
	text = str_trim(text);
	if (any && text.n)
		format = looks_like(text);
	if (text.n && format == WHEN_ISO)
		ok = parse_iso(text, naive, at);
	else if (text.n && format == WHEN_RFC2822)
		ok = parse_mail(text, naive, at);
	else if (text.n && (format == WHEN_DMY || format == WHEN_MDY))
		ok = parse_written(text, format == WHEN_MDY, naive, at);
	else if (text.n)
		ok = parse_epoch(text, format == WHEN_EPOCH ? 3 : 0, at);
	if (ok)
		return true;
	return err_set(err, ERR_SHAPE, "\"%.*s\" is not %s", (int)(text.n < 60 ? text.n : 60), text.p ? text.p : "",
		       right[any && format == WHEN_RFC2822 ? WHEN_AUTO : format]);
}

static bool ago(struct str text, int64_t now, int64_t *at)
{
	static const struct { char unit; int64_t seconds; } units[] = {
		{ 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 }, { 'w', 7 * 86400 },
	};
	struct scan scan = { text.p, text.p + text.n };
	size_t i;
	int n;

	take(&scan, '-');
	if (!take_number(&scan, 1, 6, &n) || scan.end - scan.p != 1)
		return false;
	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (tolower((unsigned char)*scan.p) == units[i].unit) {
			*at = now - n * units[i].seconds * CIVIL_SECOND;
			return true;
		}
	return false;
}

bool when_parse_human(struct str text, int64_t now, const struct zone *zone, int64_t *at, struct err *err)
{
	int64_t local = zone_to_local(zone, now), day = local - ((local % CIVIL_DAY) + CIVIL_DAY) % CIVIL_DAY;

	text = str_trim(text);
	if (str_caseis(text, "now")) {
		*at = now;
		return true;
	}
	if (str_caseis(text, "today") || str_caseis(text, "yesterday")) {
		*at = zone_to_utc(zone, str_caseis(text, "today") ? day : day - CIVIL_DAY);
		return true;
	}
	if (text.n && (ago(text, now, at) || parse_iso(text, zone, at)))
		return true;
	return err_set(err, ERR_USAGE, "\"%.*s\" is not a time: write 2026-11-20, 2026-11-20T12:38, today, yesterday, 7d or 12h",
		       (int)(text.n < 60 ? text.n : 60), text.p ? text.p : "");
}
