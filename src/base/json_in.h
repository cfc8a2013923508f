/* What the files of JSON share among themselves. */
#ifndef SRC_BASE_JSON_IN_H
#define SRC_BASE_JSON_IN_H

#include <dossier/base/json.h>

#define POINTER_NO_INDEX SIZE_MAX

struct pointer_step {
	struct str key;         /* the member's name, or of a pick the member looked at; NUL after it */
	struct str value;       /* of a pick the text it must have; absent for a plain step */
	size_t index;           /* the same step into a list, or POINTER_NO_INDEX */
	unsigned long hash;     /* of key, as json-c's objects have it */
};

struct pointer {
	char *text;
	struct arena *arena;
	struct pointer_step *steps;
	size_t n, cap;
};

/*
 * Appends the text that raw (the inside of a JSON string) stands for; a lone
 * surrogate becomes U+FFFD, in a key a NUL too, because json-c would end the
 * key there. False for an escape that is none.
 */
enum json_place { JSON_VALUE, JSON_KEY };
bool json_unescape(struct buf *out, struct str raw, enum json_place place);

#endif
