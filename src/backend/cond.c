#include <dossier/backend/map.h>

#include "map_inner.h"
#include "value.h"

static bool text_starts(struct str text, const char *value)
{
	return str_starts(text, value);
}

static bool text_has(struct str text, const char *value)
{
	size_t n = strlen(value);

	return !n || (text.n >= n && memmem(text.p, text.n, value, n));
}

/* Any of the values, for any of the members when the element has a list there. */
static bool any_value(const struct cond *cond, struct json_object *left, bool (*same)(struct str text, const char *value))
{
	struct buf tmp;
	struct str text;
	bool found = false;

	if (json_object_is_type(left, json_type_array)) {
		for (size_t i = 0; i < json_object_array_length(left) && !found; i++) {
			struct json_object *item = json_object_array_get_idx(left, i);

			found = !json_object_is_type(item, json_type_array) && any_value(cond, item, same);
		}
		return found;
	}
	buf_init(&tmp, 4096);
	if (json_text(left, &tmp, &text))
		for (size_t i = 0; i < cond->values.n && !found; i++)
			found = same(text, cond->values.items[i]);
	buf_release(&tmp);
	return found;
}

static bool number_of(struct json_object *value, double *out)
{
	struct buf tmp;
	struct str text;
	bool ok = false;

	buf_init(&tmp, 4096);
	if (json_text(value, &tmp, &text) && text.n && text.n < 64) {
		char copy[64], *end;

		memcpy(copy, text.p, text.n);
		copy[text.n] = '\0';
		*out = strtod(copy, &end);
		ok = end != copy && !*end;
	}
	buf_release(&tmp);
	return ok;
}

static bool same_text(struct json_object *a, struct json_object *b)
{
	struct buf ta, tb;
	struct str sa, sb;

	buf_init(&ta, 4096);
	buf_init(&tb, 4096);
	bool same = json_text(a, &ta, &sa) && json_text(b, &tb, &sb) && str_eq(sa, sb);
	buf_release(&ta);
	buf_release(&tb);
	return same;
}

/* As many as a list of the language looks at. */
static size_t members(const struct scope *scope, struct json_object *value)
{
	size_t n = json_object_is_type(value, json_type_array) ? json_object_array_length(value) : 1, most = list_most(scope);

	return n < most ? n : most;
}

static struct json_object *member(struct json_object *value, size_t i)
{
	return json_object_is_type(value, json_type_array) ? json_object_array_get_idx(value, i) : value;
}

/* Any member of the one is any member of the other, where they are lists. */
static bool is_same(const struct cond *cond, struct json_object *left, const struct scope *scope)
{
	struct json_object *right = expr_raw(cond->right, scope, NULL);
	bool same = false;

	for (size_t i = 0; i < members(scope, left) && !same; i++)
		for (size_t j = 0; j < members(scope, right) && !same; j++)
			same = same_text(member(left, i), member(right, j));
	json_object_put(right);
	return same;
}

static bool test_value(const struct cond *cond, const struct scope *scope)
{
	struct json_object *left = expr_raw(cond->left, scope, NULL);
	double number;
	bool holds = false;

	switch (cond->op) {
	case COND_IN:
		holds = any_value(cond, left, str_is);
		break;
	case COND_STARTS:
		holds = any_value(cond, left, text_starts);
		break;
	case COND_CONTAINS:
		holds = any_value(cond, left, text_has);
		break;
	case COND_GT:
		holds = number_of(left, &number) && number > cond->number;
		break;
	case COND_LT:
		holds = number_of(left, &number) && number < cond->number;
		break;
	case COND_HAS:
		holds = !value_is_missing(left) == cond->has;
		break;
	case COND_SAME:
		holds = is_same(cond, left, scope);
		break;
	case COND_ALL:
	case COND_ANY:
	case COND_NOT:
	case COND_ALWAYS:
	case COND_NEVER:
		break;
	}
	json_object_put(left);
	return holds;
}

/* True: *holds is known from an element that is not parsed. */
static bool test_text(const struct cond *cond, const struct scope *scope, bool *holds)
{
	bool (*same)(struct str text, const char *value) = cond->op == COND_IN ? str_is : cond->op == COND_STARTS ? text_starts : text_has;
	struct str text = { 0 };
	enum json_found found;

	if (cond->op != COND_IN && cond->op != COND_STARTS && cond->op != COND_CONTAINS && cond->op != COND_HAS)
		return false;
	found = expr_found(cond->left, scope, &text);
	*holds = cond->op == COND_HAS && (found == JSON_FOUND_TEXT && text.n) == cond->has;
	if (cond->op != COND_HAS && found != JSON_FOUND_NOTHING)
		for (size_t i = 0; i < cond->values.n && !*holds; i++)
			*holds = same(text, cond->values.items[i]);
	return found != JSON_FOUND_OTHER;
}

static bool test_holds(const struct cond *cond, const struct scope *scope)
{
	bool holds;

	return test_text(cond, scope, &holds) ? holds : test_value(cond, scope);
}

bool cond_holds(const struct cond *cond, const struct scope *scope)
{
	if (!cond || cond->op == COND_ALWAYS)
		return true;
	if (cond->op == COND_NEVER)
		return false;
	if (cond->op == COND_NOT)
		return !cond_holds(cond->subs.items[0], scope);
	if (cond->op != COND_ALL && cond->op != COND_ANY)
		return test_holds(cond, scope);
	for (size_t i = 0; i < cond->subs.n; i++)
		if (cond_holds(cond->subs.items[i], scope) == (cond->op == COND_ANY))
			return cond->op == COND_ANY;
	return cond->op == COND_ALL;
}
