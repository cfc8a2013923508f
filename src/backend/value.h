/*
 * Places and values: where a pointer with its climbing points, and what JSON
 * values mean to a connector.
 */
#ifndef DOSSIER_BACKEND_VALUE_H
#define DOSSIER_BACKEND_VALUE_H

#include <dossier/backend/template.h>

/* "/a/b", "../a", "../../a", "^/a", ".", "..", "^". */
struct place {
	int up;                         /* how many elements to climb; -1: the reply's root */
	struct pointer *pointer;        /* NULL: the whole */
};
bool place_looks(struct str text);                          /* starts as a place does */
bool place_init(struct place *place, struct str text, struct err *err);
void place_release(struct place *place);
struct json_object *place_get(const struct place *place, const struct scope *scope);    /* borrowed; NULL: nothing */
unsigned place_uses(const struct place *place);

bool value_is_missing(struct json_object *value);           /* null, "", false, [] and {} */
const char *value_type_name(struct json_object *value);     /* "a list", "an object" */
struct json_object *value_number(struct str text, struct err *err);     /* keeps a decimal's own text */

#endif
