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

/* An element of which most fields are read from its text; parsed when something else is wanted. */
struct lazy {
	struct json_parser *parser;
	struct json_spans *spans; /* of text; NULL once the text is gone */
	struct str text;
	struct json_object *value;      /* owned; NULL: not parsed */
};
struct json_object *lazy_value(struct lazy *lazy);          /* borrowed */
struct json_object *scope_element(const struct scope *scope);       /* borrowed; NULL: JSON null or none */
/* The scalar's text at a pointer into the element, as json_spans_text; OTHER also where nothing is lazy. */
enum json_found scope_text(const struct scope *scope, int up, const struct pointer *pointer, struct str *text);

bool value_is_missing(struct json_object *value);           /* null, "", false, [] and {} */
const char *value_type_name(struct json_object *value);     /* "a list", "an object" */
struct json_object *value_number(struct str text, struct err *err);     /* keeps a decimal's own text */

#endif
