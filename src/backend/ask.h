/* What finding, pulling and asking have in common. */
#ifndef DOSSIER_SRC_BACKEND_ASK_H
#define DOSSIER_SRC_BACKEND_ASK_H

#include "fetch.h"

uint64_t row_hash(struct str row, struct str id);
/* The interactions an element gives, into batch. */
bool rows_map(struct run *run, struct batch *batch, const struct plan_elements *elements, struct keep *keep,
	      const struct record *record, bool shared, uint64_t *key);
void batch_emit(struct backend_call *call, struct batch *batch);        /* takes batch */
/* The identity as a backend may have stored it; form NULL: normalised. False when it has no such form. */
bool identity_form(const struct identity *id, const char *form, const char *country, struct buf *out);

/* A small reply read whole: a ping's, an action's. */
struct whole {
	struct backend_call *call;
	struct buf body;
	struct exchange *ex;
	void (*done)(struct whole *whole, const struct exchange_end *end, struct json_object *root);
	void *arg;
};
bool whole_start(struct whole *whole, struct backend_call *call, const struct plan_request *plan, struct wire *wire,
		 const char *why);
void whole_release(struct whole *whole);

#endif
