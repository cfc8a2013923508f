/*
 * How the case store is: for "store status" and "doctor".
 */
#ifndef CLI_STORE_LOOK_H
#define CLI_STORE_LOOK_H

#include <dossier/desk/desk.h>

struct store_look {
	const char *where;              /* as configured, or by default */
	struct shared_status status;
	struct store_state state;
	struct err err;                 /* when not well */
	bool well;
};
void store_look(struct desk *desk, struct store_look *look);
/* Deletes what the house keeps no longer. */
void shared_retain(struct desk *desk, const struct house_keep *keep, shared_text_fn *fn, void *arg);

#endif
