/*
 * What a call did, told step by step: for "backends try" and --verbose.
 * Secrets are masked before anything comes here.
 */
#ifndef DOSSIER_BACKEND_TRACE_H
#define DOSSIER_BACKEND_TRACE_H

#include <stdbool.h>
#include <stdint.h>

#include <dossier/base/str.h>

struct interaction;
struct record;

struct trace {
	/* "GET /admin/customers?q=4567", why: "find by tel, form last:4" */
	void (*request)(void *arg, const char *backend, const char *method, const char *target, const char *why);
	void (*reply)(void *arg, const char *backend, int status, int64_t ms, size_t bytes, const char *error);
	/* the first element of a reply as JSON, and what it became (one of the two, or neither when dropped) */
	void (*element)(void *arg, const char *backend, const char *fetch, struct str json,
			const struct record *record, const struct interaction *interaction);
	/* a row or field that was dropped, with the connector's file:line where one is to blame */
	void (*dropped)(void *arg, const char *backend, const char *where, const char *why);
	void *arg;
	/* NULL: element is told the first of each reply; else those that became what it wants */
	bool (*wants)(void *arg, const struct interaction *interaction);
	/* before the reply of a request that was sent several times, as reads are after a 429 or a cut; may be NULL */
	void (*repeated)(void *arg, const char *backend, int tries);
};

#endif
