/*
 * Joined tables: id -> value, read from a side-loaded list of the reply or
 * from a request of their own. Filled by the engine before elements are
 * mapped; read by {table: NAME, key: E}.
 */
#ifndef DOSSIER_BACKEND_TABLES_H
#define DOSSIER_BACKEND_TABLES_H

#include <stdbool.h>

#include <json-c/json.h>

#include <dossier/base/str.h>

struct tables;

/* The value under key, compared as text; false where there is no such table or key. Borrowed. */
bool tables_get(const struct tables *tables, const char *name, struct str key, struct json_object **out);

#endif
