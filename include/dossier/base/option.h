/*
 * Reading maps of a configuration by a table: one row a key, with its type,
 * range and default. Unknown keys, wrong types and values out of range are
 * all reported at their line, naming the nearest known key.
 */
#ifndef DOSSIER_BASE_OPTION_H
#define DOSSIER_BASE_OPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <json-c/json.h>

#include <dossier/base/diag.h>

enum option_type {
	OPTION_TEXT,        /* char *: heap, owned by the struct filled; a number gives its text as written */
	OPTION_INT,         /* int64_t */
	OPTION_BOOL,        /* bool */
	OPTION_DURATION,    /* int64_t ms from 500ms, 10s, 5m, 2h, 7d, or a bare number of seconds */
	OPTION_SIZE,        /* int64_t bytes from 64k, 32M, or a bare number */
	OPTION_WORD,        /* int: index into words */
	OPTION_TEXTS,       /* struct option_texts: one text or a list of them */
	OPTION_ANY,         /* struct json_object *: borrowed from the map */
};

struct option_texts { char **items; size_t n; };
void option_texts_release(struct option_texts *texts);

struct option {
	const char *name;
	enum option_type type;
	size_t offset;              /* into the struct to fill */
	const char *fallback;       /* as it would be written in YAML; NULL: zero value */
	int64_t min, max;           /* for numbers; both 0: no range */
	const char *const *words;   /* for OPTION_WORD, NULL-ended */
	bool required;
	const char *help;
};

/*
 * Fills out from map (NULL: an empty one) by the table, which a NULL name
 * ends. A key that is missing, null or wrong gives its fallback, so that out
 * is whole in any case. False when anything was reported as an error.
 */
bool option_read(struct json_object *map, const struct option *table, void *out, const char *what, struct diags *diags);
bool option_duration(const char *text, int64_t *ms);
bool option_size(const char *text, int64_t *bytes);
/* The word of a NULL-ended list that is nearest to text, or NULL when none is near. */
const char *option_nearest(const char *text, const char *const *words);

#endif
