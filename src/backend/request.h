/*
 * A plan's request and a scope become bytes: address, headers, body, and how
 * it may be shown and remembered without its secrets.
 */
#ifndef DOSSIER_SRC_BACKEND_REQUEST_H
#define DOSSIER_SRC_BACKEND_REQUEST_H

#include "engine.h"

/* A value may hold a NUL, and n tells its length; the values of headers hold none. */
struct wire_pair { char *name, *value; size_t n; };
struct wire_pairs { struct wire_pair *items; size_t n, cap; };
void pairs_add(struct wire_pairs *pairs, const char *name, const char *value, size_t n);
void pairs_set(struct wire_pairs *pairs, const char *name, const char *value, size_t n);  /* the one of that name */
const char *pairs_get(const struct wire_pairs *pairs, const char *name);
void pairs_release(struct wire_pairs *pairs);

struct wire {
	const char *method;
	char *url;
	char *target;                   /* path and query for people, masked */
	char *replay_key;               /* NULL: the transport makes its own */
	struct wire_pairs headers;
	struct buf body;
	bool has_body, foreign, write;
};
void wire_release(struct wire *wire);

/* What paging adds: a whole address, or parameters of the query; a name with / stands in the body. */
struct wire_page {
	const char *url;
	struct wire_member { const char *name; struct json_object *value; } members[2];
	size_t n;
};

enum wire_made { WIRE_MADE, WIRE_MISSING, WIRE_FAILED };        /* missing: a value of its path is not there */
enum wire_made wire_make(struct backend *backend, const struct plan_request *plan, const struct scope *scope,
			 const struct wire_page *page, bool foreign_ok, struct wire *wire, struct err *err);

void url_escape(struct buf *out, const char *text, size_t n);
/* The first text that stands at one of the pointers; compact JSON for lists and objects. */
bool error_text(struct json_object *root, struct pointer *const *pointers, size_t n, struct buf *out);

#endif
