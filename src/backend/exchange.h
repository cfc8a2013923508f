/*
 * One request and its reply: authenticated, sent, its status judged, what it
 * says of an error read. What the reply holds is the taker's business.
 */
#ifndef DOSSIER_SRC_BACKEND_EXCHANGE_H
#define DOSSIER_SRC_BACKEND_EXCHANGE_H

#include "request.h"

struct exchange_end {
	enum { EXCHANGE_OK, EXCHANGE_NONE, EXCHANGE_FAILED } how;
	struct err err;
	int status;
	bool maybe_done;                /* a write that failed, and nobody knows whether it happened */
	int64_t retry_at;
	size_t bytes;
	int64_t ms;
	int tries;                      /* 0: it was never sent */
};

/* begin again means that what came before is void. data is given for good statuses only. */
struct exchange_sink {
	void (*begin)(void *arg);
	bool (*data)(void *arg, const char *data, size_t n, struct err *err);
	void (*done)(void *arg, const struct exchange_end *end);
	void *arg;
};

struct exchange {
	struct backend *backend;
	struct backend_call *call;      /* NULL: the backend's own log-in */
	const struct plan_request *plan;
	struct wire wire;
	char *why;
	struct exchange_sink sink;
	struct http_call *http;
	int status;
	bool accepted, checked, in_done, waiting, fresh, again, loose;
	struct buf refused;             /* start of a refusal's body */
	unsigned generation;            /* of the token it carries */
	struct exchange *next, **link;  /* of the call */
	struct exchange *wait_next;
};

/* Takes wire. loose: the reply need not be JSON. Never reports from inside. */
struct exchange *exchange_start(struct backend *backend, struct backend_call *call, const struct plan_request *plan,
				struct wire *wire, const char *why, bool loose, const struct exchange_sink *sink);
void exchange_go(struct exchange *ex);          /* auth: the token is there */
void exchange_refuse(struct exchange *ex, const struct err *err);       /* auth: there is none */
void exchange_cancel(struct exchange *ex);
const char *exchange_header(const struct exchange *ex, const char *name);       /* during done */

void err_clean(const struct log *log, struct err *err);         /* without secrets in its text */

/* Adds what lets a request in; false: it waits for the token, and exchange_go or exchange_refuse follows. */
enum auth_made { AUTH_MADE, AUTH_WAITS, AUTH_FAILED };
enum auth_made auth_apply(struct exchange *ex, struct wire_pairs *headers, struct err *err);
bool auth_has_token(const struct backend *backend);             /* a kind whose token may be stale */
void auth_drop(struct backend *backend, unsigned generation);   /* a 401 for that token */
void auth_leave(struct exchange *ex);                           /* waits no longer */
void auth_release(struct backend *backend);
/* What to look at when a backend lets nobody in. */
void auth_advice(const struct backend *backend, struct buf *out);

#endif
