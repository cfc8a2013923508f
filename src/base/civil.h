/*
 * The calendar: days and clock times of the proleptic Gregorian calendar as
 * milliseconds since 1970, without zones.
 */
#ifndef DOSSIER_BASE_CIVIL_H
#define DOSSIER_BASE_CIVIL_H

#include <stdbool.h>
#include <stdint.h>

#define CIVIL_SECOND INT64_C(1000)
#define CIVIL_DAY (86400 * CIVIL_SECOND)

struct civil {
	int64_t year;
	int month, day;                 /* from 1 */
	int hour, minute, second, ms;
	int weekday;                    /* 0 is Sunday; set by civil_split only */
};

int64_t civil_days(int64_t year, int month, int day);   /* since 1970-01-01 */
int civil_month_days(int64_t year, int month);
bool civil_leap(int64_t year);
int64_t civil_join(const struct civil *civil);
void civil_split(int64_t ms, struct civil *out);

extern const char civil_months[12][4], civil_weekdays[7][4];

#endif
