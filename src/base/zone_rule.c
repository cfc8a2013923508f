#include "zone.h"

#include <ctype.h>

#include "civil.h"

#define HOUR 3600

struct scan {
	const char *p, *end;
};

static bool take(struct scan *scan, char c)
{
	if (scan->p == scan->end || *scan->p != c)
		return false;
	scan->p++;
	return true;
}

static bool take_number(struct scan *scan, int max, int *out)
{
	const char *from = scan->p;

	for (*out = 0; scan->p < scan->end && isdigit((unsigned char)*scan->p) && scan->p - from < 4; scan->p++)
		*out = *out * 10 + (*scan->p - '0');
	return scan->p > from && *out <= max;
}

/* "CEST" or "<+03>"; the name itself is of no use here. */
static bool take_name(struct scan *scan)
{
	const char *from = scan->p;

	if (take(scan, '<')) {
		while (scan->p < scan->end && *scan->p != '>')
			scan->p++;
		return take(scan, '>');
	}
	while (scan->p < scan->end && isalpha((unsigned char)*scan->p))
		scan->p++;
	return scan->p - from >= 3;
}

/* [+-]hh[:mm[:ss]] */
static bool take_clock(struct scan *scan, int32_t *seconds)
{
	bool negative = take(scan, '-');
	int hours, minutes = 0, rest = 0;

	if (!negative)
		take(scan, '+');
	if (!take_number(scan, 167, &hours))
		return false;
	if (take(scan, ':') && !take_number(scan, 59, &minutes))
		return false;
	if (take(scan, ':') && !take_number(scan, 59, &rest))
		return false;
	*seconds = (hours * HOUR + minutes * 60 + rest) * (negative ? -1 : 1);
	return true;
}

static bool take_day(struct scan *scan, struct zone_day *day)
{
	day->time = 2 * HOUR;
	if (take(scan, 'M')) {
		day->how = ZONE_WEEKDAY;
		if (!take_number(scan, 12, &day->month) || !take(scan, '.') || !take_number(scan, 5, &day->week) ||
		    !take(scan, '.') || !take_number(scan, 6, &day->day) || !day->month || !day->week)
			return false;
	} else if (take(scan, 'J')) {
		day->how = ZONE_JULIAN;
		if (!take_number(scan, 365, &day->day) || !day->day)
			return false;
	} else {
		day->how = ZONE_YEARDAY;
		if (!take_number(scan, 365, &day->day))
			return false;
	}
	return !take(scan, '/') || take_clock(scan, &day->time);
}

bool zone_rule_parse(struct str text, struct zone_rule *rule)
{
	struct scan scan = { text.p, text.p + text.n };
	int32_t west;

	*rule = (struct zone_rule){ .set = true };
	if (!take_name(&scan) || !take_clock(&scan, &west))
		return false;
	rule->standard = -west;
	if (scan.p == scan.end)
		return true;
	rule->summer = true;
	if (!take_name(&scan))
		return false;
	rule->saving = rule->standard + HOUR;
	if (scan.p < scan.end && *scan.p != ',') {
		if (!take_clock(&scan, &west))
			return false;
		rule->saving = -west;
	}
	return take(&scan, ',') && take_day(&scan, &rule->begin) && take(&scan, ',') && take_day(&scan, &rule->end) &&
	       scan.p == scan.end;
}

/* Local seconds since 1970 at which that day's change comes in that year. */
static int64_t day_seconds(const struct zone_day *day, int64_t year)
{
	int64_t days;
	int weekday;

	switch (day->how) {
	case ZONE_JULIAN:
		days = civil_days(year, 1, 1) + day->day - 1 + (civil_leap(year) && day->day >= 60);
		break;
	case ZONE_YEARDAY:
		days = civil_days(year, 1, 1) + day->day;
		break;
	default:
		days = civil_days(year, day->month, 1);
		weekday = (int)(((days + 4) % 7 + 7) % 7);
		days += (day->day - weekday + 7) % 7 + 7 * (day->week - 1);
		if (days >= civil_days(year, day->month, 1) + civil_month_days(year, day->month))
			days -= 7;
	}
	return days * 86400 + day->time;
}

int32_t zone_rule_offset(const struct zone_rule *rule, int64_t utc)
{
	struct civil local;
	int64_t begin, end;
	bool summer;

	if (!rule->summer)
		return rule->standard;
	civil_split((utc + rule->standard) * CIVIL_SECOND, &local);
	begin = day_seconds(&rule->begin, local.year) - rule->standard;
	end = day_seconds(&rule->end, local.year) - rule->saving;
	/* South of the equator summer spans the new year. */
	if (begin < end)
		summer = utc >= begin && utc < end;
	else
		summer = utc >= begin || utc < end;
	return summer ? rule->saving : rule->standard;
}
