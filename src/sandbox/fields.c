#include "fields.h"

#include <stdbool.h>

#define PATH_MAX_ 160

enum keep { KEEP_NOT, KEEP_PART, KEEP_ALL };

/* What one name of the list says of a path: nothing, to look inside, or to keep it whole. */
static enum keep says(const char *name, size_t n, const char *path)
{
	size_t len = strlen(path);

	if (n > 0 && (*name == '*' || *name == '+')) {
		name++;
		n--;
	}
	if (n == len && strncmp(name, path, len) == 0)
		return KEEP_ALL;
	return n > len && strncmp(name, path, len) == 0 && name[len] == '.' ? KEEP_PART : KEEP_NOT;
}

static enum keep wanted(const char *fields, const char *path)
{
	enum keep best = KEEP_NOT;

	for (const char *at = fields; *at;) {
		size_t n = strcspn(at, ",");
		enum keep one = says(at, n, path);

		if (one > best)
			best = one;
		at += n + (at[n] == ',');
	}
	return best;
}

static void prune(struct json_object *value, const char *fields, const char *prefix, int depth);

static void prune_object(struct json_object *object, const char *fields, const char *prefix, int depth)
{
	const char *gone[64];
	size_t n = 0;

	json_object_object_foreach(object, key, value) {
		char path[PATH_MAX_];
		enum keep keep;

		snprintf(path, sizeof(path), "%s%s%s", prefix, *prefix ? "." : "", key);
		keep = wanted(fields, path);
		if (keep == KEEP_PART)
			prune(value, fields, path, depth + 1);
		else if (keep == KEEP_NOT && strcmp(key, "id") != 0 && n < 64)
			gone[n++] = key;
	}
	while (n > 0)
		json_object_object_del(object, gone[--n]);
}

static void prune(struct json_object *value, const char *fields, const char *prefix, int depth)
{
	if (depth > 8)
		return;
	if (json_object_is_type(value, json_type_array))
		for (size_t i = 0; i < json_object_array_length(value); i++)
			prune(json_object_array_get_idx(value, i), fields, prefix, depth + 1);
	else if (json_object_is_type(value, json_type_object))
		prune_object(value, fields, prefix, depth);
}

static bool replaces(const char *fields)
{
	for (const char *at = fields; *at;) {
		size_t n = strcspn(at, ",");

		if (n > 0 && *at != '*' && *at != '+')
			return true;
		at += n + (at[n] == ',');
	}
	return false;
}

void fields_apply(struct json_object *value, const char *fields)
{
	if (fields && replaces(fields))
		prune(value, fields, "", 0);
}
