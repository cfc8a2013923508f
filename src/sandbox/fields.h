/*
 * Medusa's "fields": bare names choose what is there and nothing else, names
 * with * or + add to what is there by itself.
 */
#ifndef SANDBOX_FIELDS_H
#define SANDBOX_FIELDS_H

#include <json-c/json.h>

/* Takes out of an object, or of each in a list, what was not asked for; fields may be NULL. */
void fields_apply(struct json_object *value, const char *fields);

#endif
