#include <dossier/base/when.h>

#include "civil.h"

#define TOO_FAR (INT64_MAX / 500)       /* the calendar's own sums stay in range below it */

static bool is_far(int64_t at)
{
	return at > TOO_FAR || at < -TOO_FAR;
}

static char *put_digits(char *at, int value, int n)
{
	for (int i = n; i-- > 0; value /= 10)
		at[i] = (char)('0' + value % 10);
	return at + n;
}

void when_iso(int64_t at, char out[32])
{
	struct civil c;
	char *to = out;

	out[0] = '\0';
	if (is_far(at))
		return;
	civil_split(at, &c);
	if (c.year >= 0 && c.year <= 9999)
		to = put_digits(to, (int)c.year, 4);
	else
		to += snprintf(to, 12, "%04lld", (long long)c.year);
	*to++ = '-';
	to = put_digits(to, c.month, 2);
	*to++ = '-';
	to = put_digits(to, c.day, 2);
	*to++ = 'T';
	to = put_digits(to, c.hour, 2);
	*to++ = ':';
	to = put_digits(to, c.minute, 2);
	*to++ = ':';
	to = put_digits(to, c.second, 2);
	*to++ = '.';
	to = put_digits(to, c.ms, 3);
	*to++ = 'Z';
	*to = '\0';
}

void when_http_date(int64_t at, char out[40])
{
	struct civil c;

	out[0] = '\0';
	if (is_far(at))
		return;
	civil_split(at, &c);
	snprintf(out, 40, "%s, %02d %s %04lld %02d:%02d:%02d GMT", civil_weekdays[c.weekday], c.day,
		 civil_months[c.month - 1], (long long)c.year, c.hour, c.minute, c.second);
}

void when_short(int64_t at, int64_t now, const struct zone *zone, char out[40])
{
	struct civil c, today;

	out[0] = '\0';
	if (is_far(at) || is_far(now))
		return;
	civil_split(zone_to_local(zone, at), &c);
	civil_split(zone_to_local(zone, now), &today);
	if (c.year == today.year)
		snprintf(out, 40, "%d %s %02d:%02d", c.day, civil_months[c.month - 1], c.hour, c.minute);
	else
		snprintf(out, 40, "%d %s %lld %02d:%02d", c.day, civil_months[c.month - 1], (long long)c.year, c.hour,
			 c.minute);
}

static bool add_field(struct buf *out, char field, int64_t at, int64_t offset, const struct civil *c)
{
	int minutes = (int)(offset / (60 * CIVIL_SECOND)), size = minutes < 0 ? -minutes : minutes;

	switch (field) {
	case 'Y':
		return buf_printf(out, "%04lld", (long long)c->year);
	case 'm':
		return buf_printf(out, "%02d", c->month);
	case 'd':
		return buf_printf(out, "%02d", c->day);
	case 'H':
		return buf_printf(out, "%02d", c->hour);
	case 'M':
		return buf_printf(out, "%02d", c->minute);
	case 'S':
		return buf_printf(out, "%02d", c->second);
	case 'L':
		return buf_printf(out, "%03d", c->ms);
	case 'z':
		return buf_printf(out, "%c%02d%02d", minutes < 0 ? '-' : '+', size / 60, size % 60);
	case 's':
		return buf_printf(out, "%lld", (long long)(at / 1000 - (at % 1000 < 0)));
	case '%':
		return buf_addc(out, '%');
	default:
		return false;
	}
}

bool when_strftime(int64_t at, const struct zone *zone, struct str fmt, struct buf *out)
{
	struct civil c;
	int64_t local;
	uint32_t i;

	if (is_far(at))
		return false;
	local = zone_to_local(zone, at);
	civil_split(local, &c);
	for (i = 0; i < fmt.n; i++) {
		if (fmt.p[i] != '%') {
			buf_addc(out, fmt.p[i]);
			continue;
		}
		if (++i == fmt.n || !add_field(out, fmt.p[i], at, local - at, &c))
			return false;
	}
	return !out->full;
}
