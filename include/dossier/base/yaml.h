/*
 * YAML into json-c values that remember where they stood. Only what a
 * configuration needs: one document, core schema scalars, anchors; no tags,
 * merge keys, complex keys, NULs. Every mistake is reported, and what could
 * be read is returned.
 */
#ifndef DOSSIER_BASE_YAML_H
#define DOSSIER_BASE_YAML_H

#include <stdbool.h>
#include <stddef.h>

#include <json-c/json.h>

#include <dossier/base/diag.h>
#include <dossier/base/str.h>

/* NULL only when nothing could be read (diags has the reason). The caller puts it with json_object_put. */
struct json_object *yaml_load(const char *path, struct diags *diags);
struct json_object *yaml_parse(struct str text, const char *name, struct diags *diags);

struct yaml_mark {
	const char *file;       /* lives as long as the container */
	int line, column;       /* from 1 */
};
/* Where the value under key (of a map) or at index (of a list) stands; the container's own start for others. */
struct yaml_mark yaml_mark(struct json_object *container);
struct yaml_mark yaml_mark_key(struct json_object *map, const char *key);      /* of the key itself */
struct yaml_mark yaml_mark_value(struct json_object *map, const char *key);
struct yaml_mark yaml_mark_item(struct json_object *list, size_t index);
/* True when the scalar was written plain, without quotes: {record} written where text was meant. */
bool yaml_was_plain(struct json_object *map, const char *key);

#endif
