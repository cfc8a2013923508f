/*
 * One error: a code for programs and a sentence for people. The lowest layer
 * that knows the cause writes it, naming the thing, the place and what would
 * be right; only a face prints it.
 */
#ifndef DOSSIER_BASE_ERR_H
#define DOSSIER_BASE_ERR_H

#include <stdarg.h>
#include <stdbool.h>

enum err_code {
	ERR_NONE,
	ERR_USAGE,     /* the call's words are off */
	ERR_CONFIG,    /* configuration or connector */
	ERR_SYNTAX,    /* a text could not be read as what it should be */
	ERR_SHAPE,     /* well-formed, but not what was expected there */
	ERR_LIMIT,     /* larger, deeper or more than is allowed */
	ERR_IO,        /* file or descriptor */
	ERR_NET,       /* no connection, cut off, protocol */
	ERR_TIMEOUT,   /* dead-line passed */
	ERR_TLS,
	ERR_AUTH,      /* 401, 403 */
	ERR_RATE,      /* 429, or a budget of ours */
	ERR_HTTP,      /* any other refusal by status or in the reply */
	ERR_NOTFOUND,
	ERR_REFUSED,   /* by dossier: role, policy */
	ERR_CANCELLED,
};

struct err {
	enum err_code code;
	char text[480];     /* UTF-8, safe for a terminal only through text_safe */
};

/* Fills err (may be NULL) and returns false, so "return err_set(...)" reads well. Overlong text is cut. */
bool err_set(struct err *err, enum err_code code, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* Puts "fmt: " before the text that is there; keeps the code; returns false. */
bool err_prefix(struct err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

void err_clear(struct err *err);

/* Stable lower-case word for a code, such as "timeout", for JSON and logs. */
const char *err_code_name(enum err_code code);

#endif
