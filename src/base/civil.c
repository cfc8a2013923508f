#include "civil.h"

const char civil_months[12][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
const char civil_weekdays[7][4] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };

/* Days of a year that begins in March, before each of its months: leap days then stand at its end. */
static const int march_days[12] = { 0, 31, 61, 92, 122, 153, 184, 214, 245, 275, 306, 337 };

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

bool civil_leap(int64_t year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int civil_month_days(int64_t year, int month)
{
	static const int days[12] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return days[month - 1] + (month == 2 && civil_leap(year));
}

/* Days from 0000-03-01 to the 1st of March of that year. */
static int64_t days_to_march(int64_t year)
{
	return year * 365 + floor_div(year, 4) - floor_div(year, 100) + floor_div(year, 400);
}

int64_t civil_days(int64_t year, int month, int day)
{
	int64_t begin = month > 2 ? year : year - 1;

	return days_to_march(begin) + march_days[(month + 9) % 12] + day - 1 - 719468;
}

int64_t civil_join(const struct civil *c)
{
	int64_t seconds = civil_days(c->year, c->month, c->day) * 86400 + c->hour * 3600 + c->minute * 60 + c->second;

	return seconds * CIVIL_SECOND + c->ms;
}

void civil_split(int64_t ms, struct civil *out)
{
	int64_t day = floor_div(ms, CIVIL_DAY), rest = ms - day * CIVIL_DAY, since, year;
	int month = 11;

	out->weekday = (int)(((day + 4) % 7 + 7) % 7);
	since = day + 719468;
	/* The average year finds the right one or its neighbour. */
	year = floor_div(since * 400, 146097);
	while (days_to_march(year + 1) <= since)
		year++;
	while (days_to_march(year) > since)
		year--;
	since -= days_to_march(year);
	while (march_days[month] > since)
		month--;
	out->day = (int)(since - march_days[month]) + 1;
	out->month = (month + 2) % 12 + 1;
	out->year = year + (out->month <= 2);
	out->ms = (int)(rest % 1000);
	rest /= 1000;
	out->hour = (int)(rest / 3600);
	out->minute = (int)(rest / 60 % 60);
	out->second = (int)(rest % 60);
}
