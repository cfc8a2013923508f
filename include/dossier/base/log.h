/*
 * Diagnostics that are not results: --log FILE (0600, rotated once at 8 MiB to
 * FILE.1). Values that were registered as secrets, and what may name a
 * customer, are masked in every line.
 */
#ifndef DOSSIER_BASE_LOG_H
#define DOSSIER_BASE_LOG_H

#include <stdbool.h>

#include <dossier/base/clock.h>
#include <dossier/base/err.h>
#include <dossier/base/str.h>

struct log;
struct log *log_new(const struct clock *clock);
void log_free(struct log *log);
bool log_open(struct log *log, const char *path, struct err *err);
/* Masked from now on, also percent-encoded and as JSON writers escape it; less than 4 bytes are ignored. NULL log is fine. */
void log_secret(struct log *log, struct str secret);
bool log_on(const struct log *log);                         /* NULL is off */
void log_line(struct log *log, const char *topic, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* Appends text with every registered secret replaced by "•••"; for traces and captures. NULL log knows none. */
struct buf;
void log_clean(const struct log *log, struct str text, struct buf *out);
/*
 * Appends text with e-mail addresses as "m•••@e•••", telephone numbers as
 * "+35•••678", values of queries and escaped segments of paths as "•••".
 */
void log_hide(struct str text, struct buf *out);

#endif
