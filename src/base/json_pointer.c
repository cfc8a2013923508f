#include "json_in.h"

#include <dossier/base/mem.h>

enum { STEPS_MOST = 64 };

/* A list's index has no sign and no leading zero. */
static size_t index_of(struct str key)
{
	size_t index = 0;

	if (key.n == 0 || key.n > 9 || (key.p[0] == '0' && key.n > 1))
		return POINTER_NO_INDEX;
	for (uint32_t i = 0; i < key.n; i++) {
		if (key.p[i] < '0' || key.p[i] > '9')
			return POINTER_NO_INDEX;
		index = index * 10 + (size_t)(key.p[i] - '0');
	}
	return index;
}

/* ~1 is a slash and ~0 a tilde. */
static bool unescape(struct pointer *pointer, struct str raw, struct str *out, struct err *err)
{
	char *copy = arena_alloc(pointer->arena, (size_t)raw.n + 1);
	uint32_t n = 0;

	for (uint32_t i = 0; i < raw.n; i++) {
		char c = raw.p[i];
		if (c == '~') {
			char next = i + 1 < raw.n ? raw.p[i + 1] : '\0';
			if (next != '0' && next != '1')
				return err_set(err, ERR_SYNTAX, "pointer \"%s\": after ~ stands 0 (for ~) or 1 (for /)",
					       pointer->text);
			c = next == '0' ? '~' : '/';
			i++;
		}
		copy[n++] = c;
	}
	*out = (struct str){ copy, n };
	return true;
}

static bool step_add(struct pointer *pointer, struct pointer_step step, struct err *err)
{
	if (pointer->n == STEPS_MOST)
		return err_set(err, ERR_LIMIT, "pointer \"%s\": more than %d steps", pointer->text, STEPS_MOST);
	MEM_ROOM(pointer->steps, pointer->n, pointer->cap);
	pointer->steps[pointer->n++] = step;
	return true;
}

/* The length of "[key=value]" at the start of rest when it is one and a step ends there, else 0. */
static size_t pick_length(struct str rest, size_t *equals)
{
	if (rest.n < 4 || rest.p[0] != '[')
		return 0;
	const char *close = memchr(rest.p, ']', rest.n);
	if (!close)
		return 0;
	size_t n = (size_t)(close - rest.p) + 1;
	const char *sign = memchr(rest.p, '=', n);
	if (!sign || sign == rest.p + 1 || (n < rest.n && rest.p[n] != '/' && rest.p[n] != '['))
		return 0;
	*equals = (size_t)(sign - rest.p);
	return n;
}

static struct str part(struct str s, size_t from, size_t to)
{
	return (struct str){ s.p + from, (uint32_t)(to - from) };
}

static bool compile(struct pointer *pointer, struct str text, struct err *err)
{
	size_t at = 0, equals = 0;

	while (at < text.n) {
		struct pointer_step step = { .index = POINTER_NO_INDEX };
		size_t from = at + 1, n = pick_length(part(text, at, text.n), &equals);
		if (n > 0) {
			at += n;
			if (!unescape(pointer, part(text, from, from + equals - 1), &step.key, err) ||
			    !unescape(pointer, part(text, from + equals, at - 1), &step.value, err) ||
			    !step_add(pointer, step, err))
				return false;
			continue;
		}
		if (text.p[at] != '/')
			return err_set(err, ERR_SYNTAX, "pointer \"%s\" must be empty or start with /, as /data/items",
				       pointer->text);
		for (at = from; at < text.n && text.p[at] != '/'; at++)
			if (pick_length(part(text, at, text.n), &equals) > 0)
				break;
		/* "/[id=1]" is the same as "[id=1]" */
		if (at == from && at < text.n && text.p[at] == '[')
			continue;
		if (!unescape(pointer, part(text, from, at), &step.key, err))
			return false;
		step.index = index_of(step.key);
		if (!step_add(pointer, step, err))
			return false;
	}
	return true;
}

static struct pointer *with_hashes(struct pointer *pointer)
{
	struct json_object *any = json_object_new_object();

	for (size_t i = 0; i < pointer->n; i++)
		pointer->steps[i].hash = lh_get_hash(json_object_get_object(any), pointer->steps[i].key.p);
	json_object_put(any);
	return pointer;
}

struct pointer *pointer_new(struct str text, struct err *err)
{
	struct pointer *pointer = mem_zalloc(sizeof(*pointer));

	pointer->text = str_dup(text);
	pointer->arena = arena_new();
	if (text.n && memchr(text.p, '\0', text.n))
		err_set(err, ERR_SYNTAX, "pointer \"%s\": a NUL cannot stand in it", pointer->text);
	else if (compile(pointer, text, err))
		return with_hashes(pointer);
	pointer_free(pointer);
	return NULL;
}

void pointer_free(struct pointer *pointer)
{
	if (!pointer)
		return;
	arena_free(pointer->arena);
	free(pointer->steps);
	free(pointer->text);
	free(pointer);
}

const char *pointer_text(const struct pointer *pointer)
{
	return pointer->text;
}

static bool has_text(struct json_object *value, struct str want)
{
	struct buf tmp;
	struct str text;

	buf_init(&tmp, 4096);
	bool same = json_text(value, &tmp, &text) && str_eq(text, want);
	buf_release(&tmp);
	return same;
}

static bool pick(const struct pointer_step *step, struct json_object *list, struct json_object **out)
{
	size_t n = json_object_array_length(list);

	for (size_t i = 0; i < n; i++) {
		struct json_object *item = json_object_array_get_idx(list, i), *member;
		if (json_object_is_type(item, json_type_object) &&
		    json_object_object_get_ex(item, step->key.p, &member) && has_text(member, step->value)) {
			*out = item;
			return true;
		}
	}
	return false;
}

/* json_object_object_get_ex would hash the key anew for each element. */
static bool member(const struct pointer_step *step, struct json_object *object, struct json_object **out)
{
	struct lh_entry *entry;

	if (!json_object_is_type(object, json_type_object))
		return false;
	entry = lh_table_lookup_entry_w_hash(json_object_get_object(object), step->key.p, step->hash);
	if (!entry)
		return false;
	*out = lh_entry_v(entry);
	return true;
}

bool pointer_get(const struct pointer *pointer, struct json_object *root, struct json_object **out)
{
	struct json_object *at = root;

	for (size_t i = 0; i < pointer->n; i++) {
		const struct pointer_step *step = &pointer->steps[i];
		bool list = json_object_is_type(at, json_type_array);
		if (step->value.p) {
			if (!list || !pick(step, at, &at))
				return false;
		} else if (list) {
			if (step->index >= json_object_array_length(at))
				return false;
			at = json_object_array_get_idx(at, step->index);
		} else if (!member(step, at, &at)) {
			return false;
		}
	}
	*out = at;
	return true;
}
