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

/* What values take in json-c, some bytes more or less: "{}," is three bytes on the way and 800 in memory. */
enum { JSON_WEIGHT_OBJECT = 800, JSON_WEIGHT_LIST = 150, JSON_WEIGHT_SCALAR = 64, JSON_WEIGHT_MEMBER = 100 };

/*
 * Checks the object that starts at p as strictly as the scanner does, in one
 * go: gives its end and what it weighs. NULL: it is wrong, not whole before
 * "end", or opens more than "most" containers, and the scanner has to look.
 * Its members are left in spans, none when json_spans_init would refuse it;
 * those of the object before must still stand where they stood.
 */
const char *json_element(const char *p, const char *end, unsigned most, struct json_spans *spans, size_t *weight);

#endif
