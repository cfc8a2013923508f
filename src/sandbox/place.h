/*
 * The state file: where a running sandbox writes down how to reach it, and the
 * lock that lets only one use the same file.
 */
#ifndef SANDBOX_PLACE_H
#define SANDBOX_PLACE_H

#include <stdbool.h>

#include <json-c/json.h>

#include <dossier/base/err.h>

struct place {
	char path[512];
	int lock;               /* -1: not held */
	bool written;
};

/* path NULL: sandbox.json in $XDG_RUNTIME_DIR/dossier, else in /tmp/dossier-UID, which is made where it is missing. */
bool place_claim(struct place *place, const char *path, struct err *err);
/* Replaces the file in one step, readable by its owner alone; owns value. */
bool place_write(struct place *place, struct json_object *value, struct err *err);
/* Removes the file and lets go of the lock. */
void place_leave(struct place *place);

#endif
