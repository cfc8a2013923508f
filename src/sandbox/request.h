/*
 * One request and its reply, as the backends see them; and what a backend is.
 * Nothing here knows which HTTP library serves it.
 */
#ifndef SANDBOX_REQUEST_H
#define SANDBOX_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <json-c/json.h>

#include <dossier/base/buf.h>
#include <dossier/base/str.h>

#include "box.h"

#define REQUEST_ARGS 128
#define REQUEST_HEADERS 4
#define REQUEST_SEGMENTS 4
#define REQUEST_BODY (1 << 20)

struct pair { const char *name, *value; };

struct request {
	struct box *box;
	const struct backend *backend;
	const char *method, *path;          /* the path decoded, without its query */
	struct pair args[REQUEST_ARGS];     /* of the query, decoded, in their order */
	size_t nargs;
	const char *authorization, *host, *idempotency;     /* headers, or NULL */
	struct buf body;
	struct json_object *doc;            /* the body as JSON, or NULL */
	bool broken;                        /* there was a body that is not JSON */
	char segment[REQUEST_SEGMENTS][128];/* what stood where the route has a * */

	int status;
	const char *type;
	struct buf out;
	struct { const char *name; char value[1024]; } headers[REQUEST_HEADERS];
	size_t nheaders;
};

struct route {
	const char *method, *pattern;       /* "/admin/orders/ * /cancel" without the blanks */
	void (*answer)(struct request *request);
	bool open;                          /* for anybody, without credentials */
};

struct backend {
	const char *name, *connector;
	const struct route *routes;         /* ended by a NULL method */
	bool (*admits)(struct request *request);        /* false after it has replied with the refusal */
	void (*unknown)(struct request *request);       /* no such route */
	/* What a configuration needs to talk to it; origin is http://127.0.0.1:PORT. */
	struct json_object *(*settings)(const char *origin);
};

extern const struct backend backend_shop, backend_till, backend_phone, backend_chat, backend_social;
extern const struct backend *const backends[BOX_BACKENDS];
int backend_index(const char *name);        /* -1: there is none */

void request_init(struct request *request, struct box *box, const struct backend *backend);
void request_release(struct request *request);
/* Reads the body, finds the route, asks for credentials and answers. */
void request_answer(struct request *request);

const char *request_arg(const struct request *request, const char *name);      /* the first, or NULL */
/* Where the client believes us to be, for addresses in replies. */
const char *request_host(const struct request *request);
bool request_flag(const struct request *request, const char *name);            /* given as true or 1 */
/* A number within bounds; fallback where it is missing, -1 where it is not a number. */
int64_t request_number(const struct request *request, const char *name, int64_t fallback, int64_t most);

/* The text at a member of an object, or NULL; doc may be NULL. */
const char *member_text(struct json_object *object, const char *name);
struct json_object *member(struct json_object *object, const char *name);

void reply_json(struct request *request, int status, struct json_object *value);       /* owns value */
void reply_text(struct request *request, int status, const char *type, const char *text);
void reply_header(struct request *request, const char *name, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* "Basic ..." or "Bearer ..." with exactly these credentials. */
bool request_basic(const struct request *request, const char *user, const char *password);
bool request_bearer(const struct request *request, const char *token);

#endif
