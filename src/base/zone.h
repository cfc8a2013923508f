/*
 * A zone as it is held: dated changes of the offset, and a rule for the time
 * after the last of them.
 */
#ifndef DOSSIER_BASE_ZONE_H
#define DOSSIER_BASE_ZONE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <dossier/base/str.h>

/* Seconds everywhere; offsets are east of Greenwich. */
struct zone_day {
	enum { ZONE_WEEKDAY, ZONE_JULIAN, ZONE_YEARDAY } how;
	int month, week, day;           /* of ZONE_WEEKDAY; day alone for the others */
	int32_t time;                   /* after local midnight */
};

struct zone_rule {
	bool set, summer;               /* summer: begin and end hold */
	int32_t standard, saving;
	struct zone_day begin, end;
};

struct zone_change {
	int64_t at;                     /* UTC */
	int32_t offset;
};

struct zone {
	int32_t first;                  /* before the first change */
	struct zone_change *changes;
	size_t n;
	struct zone_rule rule;
};

/* The rule of a zone file's last line, such as CET-1CEST,M3.5.0,M10.5.0/3. */
bool zone_rule_parse(struct str text, struct zone_rule *rule);
int32_t zone_rule_offset(const struct zone_rule *rule, int64_t utc);

/* A whole zone file (RFC 8536) of any version. */
bool zone_file_parse(struct str file, struct zone *zone);

#endif
