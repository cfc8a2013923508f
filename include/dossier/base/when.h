/*
 * Times: always UTC milliseconds since 1970 inside; read and written here,
 * independent of locale and of TZ. Zones come from the system's zone files.
 */
#ifndef DOSSIER_BASE_WHEN_H
#define DOSSIER_BASE_WHEN_H

#include <stdbool.h>
#include <stdint.h>

#include <dossier/base/buf.h>
#include <dossier/base/err.h>
#include <dossier/base/str.h>

#define WHEN_NONE INT64_MIN      /* no time; what a sentinel for "unset" becomes */

enum when_format {
	WHEN_AUTO,      /* ISO 8601 or RFC 2822, told apart by their look; digits alone are epoch seconds */
	WHEN_ISO,       /* 2026-11-20T12:38:00.123Z, +0100, +01:00, a space for T, a date alone, fractions of any length */
	WHEN_EPOCH,     /* seconds, also fractional */
	WHEN_EPOCH_MS,
	WHEN_RFC2822,   /* Fri, 20 Nov 2026 12:38:00 +0000; obsolete zone names too (RFC 5322 section 4.3) */
	WHEN_DMY,       /* as people write them: 20/11/2026 12:38, 20.11.26, 20-11-2026 2:05 PM */
	WHEN_MDY,       /* the same, the month first */
};
bool when_format_parse(struct str name, enum when_format *format);   /* auto iso epoch epoch_ms rfc2822 dmy mdy */

struct zone;                                  /* a loaded zone; "UTC" and fixed offsets too */
struct zone *zone_new(const char *name, struct err *err);   /* "Europe/Berlin", "UTC", "+01:00" */
void zone_free(struct zone *zone);
/* Local civil time to UTC; in a gap the time after it, in a fold the first. */
int64_t zone_to_utc(const struct zone *zone, int64_t local_ms);
int64_t zone_to_local(const struct zone *zone, int64_t utc_ms);      /* NULL zone is UTC in both */

/*
 * Reads text as a time. A text without an offset is in "naive" (NULL: UTC).
 * Years 1 to 9999; leap second 60 counts as 59. Fills *at; false with a
 * sentence that quotes the text otherwise.
 */
bool when_parse(struct str text, enum when_format format, const struct zone *naive, int64_t *at, struct err *err);

/* What people type at --since and --until: any ISO form, "today", "yesterday", "-7d", "-12h", "2w" ago. */
bool when_parse_human(struct str text, int64_t now, const struct zone *zone, int64_t *at, struct err *err);
/*
 * What people type for a time to come: +2h, 15m, 14:00 or 2pm (today, else
 * tomorrow), tomorrow 9:00, fri 10, 24 nov, any ISO form. A day alone is
 * until its last minute.
 */
bool when_parse_ahead(struct str text, int64_t now, const struct zone *zone, int64_t *at, struct err *err);

void when_iso(int64_t at, char out[32]);                             /* 2026-11-20T12:38:00.123Z */
void when_http_date(int64_t at, char out[40]);                       /* RFC 9110 IMF-fixdate */
/* "20 Nov 12:38" in this year of now, "20 Nov 2025 12:38" otherwise; local to zone. */
void when_short(int64_t at, int64_t now, const struct zone *zone, char out[40]);
/* strftime-like for templates: %Y %m %d %H %M %S %L(ms) %z %s; no locale. */
bool when_strftime(int64_t at, const struct zone *zone, struct str fmt, struct buf *out);

#endif
