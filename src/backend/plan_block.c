#include <stdarg.h>

#include <dossier/base/yaml.h>

#include "load.h"

enum { DEPTH_MOST = 40 };

static void __attribute__((format(printf, 4, 0))) report(struct load *l, enum diag_level level, int line, const char *fmt, va_list ap)
{
	char text[600];

	vsnprintf(text, sizeof(text), fmt, ap);
	diags_add(l->diags, level, l->file, line, "%s", text);
}

void load_error(struct load *l, int line, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	report(l, DIAG_ERROR, line, fmt, ap);
	va_end(ap);
}

void load_warning(struct load *l, int line, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	report(l, DIAG_WARNING, line, fmt, ap);
	va_end(ap);
}

bool load_enter(struct load *l, int line)
{
	if (l->depth >= DEPTH_MOST) {
		load_error(l, line, "more than %d levels inside each other", DEPTH_MOST);
		return false;
	}
	l->depth++;
	return true;
}

void load_leave(struct load *l)
{
	l->depth--;
}

bool node_is(struct node node, enum json_type type)
{
	return json_object_is_type(node.value, type);
}

bool node_has(struct node map, const char *key)
{
	return node_is(map, json_type_object) && json_object_object_get_ex(map.value, key, NULL);
}

struct node node_member(struct node map, const char *key)
{
	struct node node = { NULL, map.line };

	if (node_is(map, json_type_object) && json_object_object_get_ex(map.value, key, &node.value)) {
		int line = yaml_mark_value(map.value, key).line;

		node.line = line ? line : map.line;
	}
	return node;
}

struct node node_item(struct node list, size_t i)
{
	int line = yaml_mark_item(list.value, i).line;

	return (struct node){ json_object_array_get_idx(list.value, i), line ? line : list.line };
}

size_t node_count(struct node node)
{
	return !node.value ? 0 : node_is(node, json_type_array) ? json_object_array_length(node.value) : 1;
}

struct node node_at(struct node node, size_t i)
{
	return node_is(node, json_type_array) ? node_item(node, i) : node;
}

const char *node_text(struct node node)
{
	return node_is(node, json_type_string) ? json_object_get_string(node.value) : NULL;
}

static const char *type_name(enum json_type type)
{
	static const char *const names[] = {
		[json_type_null] = "nothing", [json_type_boolean] = "true or false", [json_type_double] = "a number",
		[json_type_int] = "a number", [json_type_object] = "a map", [json_type_array] = "a list", [json_type_string] = "a text",
	};

	return names[type];
}

/* {record} without quotes is a map in YAML. */
static const char *braces(struct node node)
{
	if (!node_is(node, json_type_object) || json_object_object_length(node.value) != 1)
		return NULL;
	json_object_object_foreach(node.value, key, value)
		return value ? NULL : key;
	return NULL;
}

bool node_expect(struct load *l, struct node node, enum json_type type, const char *what)
{
	const char *name = braces(node);

	if (node_is(node, type))
		return true;
	if (name && type != json_type_object && type != json_type_array)
		load_error(l, node.line, "%s: {%s} is a map here. Text that starts with { must be quoted; a placeholder is written \"<%s>\"", what, name, name);
	else
		load_error(l, node.line, "%s: %s is meant, and %s stands there", what, type_name(type), type_name(json_object_get_type(node.value)));
	return false;
}

void unknown_word(struct load *l, int line, const char *key, const char *const *words, const char *what)
{
	const char *near = option_nearest(key, words);

	if (near) {
		load_error(l, line, "%s has no word \"%s\", did you mean \"%s\"?", what, key, near);
		return;
	}
	struct buf all;
	buf_init(&all, 300);
	for (size_t i = 0; words[i]; i++)
		buf_printf(&all, "%s%s", i ? ", " : "", words[i]);
	load_error(l, line, "%s has no word \"%s\"; there are: %s%s", what, key, all.data ? all.data : "none", all.full ? " ..." : "");
	buf_release(&all);
}

static size_t add_words(const char **all, size_t n, size_t most, const struct word *words)
{
	for (size_t i = 0; words[i].name && n < most; i++)
		all[n++] = words[i].name;
	return n;
}

static void check_keys(struct load *l, struct node node, const char *const *all, const char *what)
{
	json_object_object_foreach(node.value, key, value) {
		size_t i = 0;

		(void)value;
		while (all[i] && strcmp(all[i], key))
			i++;
		if (!all[i])
			unknown_word(l, yaml_mark_key(node.value, key).line, key, all, what);
	}
}

void block_read(struct load *l, struct node node, const struct part *parts, size_t n, const char *const *also, const char *what)
{
	enum { WORDS_MOST = 120 };
	const char *all[WORDS_MOST + 1];
	size_t n_all = 0;
	struct load_fetch *fetch = l->fetch;

	if (!node_expect(l, node, json_type_object, what) || !load_enter(l, node.line))
		return;
	for (size_t i = 0; also && also[i] && n_all < WORDS_MOST; i++)
		all[n_all++] = also[i];
	for (size_t i = 0; i < n; i++)
		n_all = add_words(all, n_all, WORDS_MOST, parts[i].words);
	all[n_all] = NULL;
	check_keys(l, node, all, what);
	for (size_t i = 0; i < n; i++) {
		l->fetch = parts[i].fetch;
		for (const struct word *word = parts[i].words; word->name; word++) {
			if (!node_has(node, word->name))
				continue;
			struct node value = node_member(node, word->name);
			if (value.value)
				word->read(l, value, (char *)parts[i].to + word->offset);
			else
				load_error(l, value.line, "%s: has no value", word->name);
		}
	}
	l->fetch = fetch;
	load_leave(l);
}

void name_add(struct load *l, const char *name)
{
	MEM_ROOM(l->names, l->n_names, l->cap_names);
	l->names[l->n_names++] = name;
}

bool name_is_good(const char *name)
{
	if (!*name || (*name >= '0' && *name <= '9'))
		return false;
	for (; *name; name++)
		if (!((*name >= 'a' && *name <= 'z') || (*name >= 'A' && *name <= 'Z') || (*name >= '0' && *name <= '9') || *name == '_' || *name == '-'))
			return false;
	return true;
}

void read_nothing(struct load *l, struct node node, void *to)
{
	(void)l, (void)node, (void)to;
}

void read_text(struct load *l, struct node node, void *to)
{
	char **text = to;

	if (node_is(node, json_type_object) || node_is(node, json_type_array)) {
		node_expect(l, node, json_type_string, "this");
		return;
	}
	free(*text);
	*text = mem_strdup(json_object_get_string(node.value));
}

void read_bool(struct load *l, struct node node, void *to)
{
	if (node_expect(l, node, json_type_boolean, "this"))
		*(bool *)to = json_object_get_boolean(node.value);
}

static void read_number(struct load *l, struct node node, int64_t *to, int64_t least)
{
	if (!node_expect(l, node, json_type_int, "this"))
		return;
	int64_t n = json_object_get_int64(node.value);
	if (n < least || n > 1000000)
		load_error(l, node.line, "%lld is out of range: %lld to 1000000", (long long)n, (long long)least);
	else
		*to = n;
}

void read_count(struct load *l, struct node node, void *to)
{
	read_number(l, node, to, 1);
}

void read_whole(struct load *l, struct node node, void *to)
{
	read_number(l, node, to, 0);
}

void read_span(struct load *l, struct node node, void *to)
{
	const char *text = json_object_get_string(node.value);

	if (!option_duration(text, to))
		load_error(l, node.line, "\"%s\" is no span of time, such as 30s, 5m, 2h or 7d", text);
}

void read_pointer(struct load *l, struct node node, void *to)
{
	struct err err = { 0 };

	if (!node_expect(l, node, json_type_string, "a pointer"))
		return;
	struct str text = str_make(json_object_get_string(node.value), (size_t)json_object_get_string_len(node.value));
	if (text.n && text.p[0] != '/') {
		load_error(l, node.line, "\"%s\" is no pointer: it starts with /, or is \"\" for the whole", text.p);
		return;
	}
	struct pointer *pointer = pointer_new(text, &err);
	if (!pointer)
		load_error(l, node.line, "%s", err.text);
	else if (*(struct pointer **)to)
		pointer_free(*(struct pointer **)to);
	if (pointer)
		*(struct pointer **)to = pointer;
}

/* Every PLAN_LIST is a pointer and a count; their types differ, so bytes are copied. */
void list_add(void *list, const void *value, size_t size)
{
	struct { char *items; size_t n; } any;

	memcpy(&any, list, sizeof(any));
	any.items = mem_realloc(any.items, any.n + 1, size);
	memcpy(any.items + any.n * size, value, size);
	any.n++;
	memcpy(list, &any, sizeof(any));
}

void read_texts(struct load *l, struct node node, void *to)
{
	for (size_t i = 0; i < node_count(node); i++) {
		char *text = NULL;

		read_text(l, node_at(node, i), &text);
		if (text)
			list_add(to, &text, sizeof(text));
	}
}

void read_pointers(struct load *l, struct node node, void *to)
{
	for (size_t i = 0; i < node_count(node); i++) {
		struct pointer *pointer = NULL;

		read_pointer(l, node_at(node, i), &pointer);
		if (pointer)
			list_add(to, &pointer, sizeof(pointer));
	}
}

void read_exprs(struct load *l, struct node node, void *to)
{
	for (size_t i = 0; i < node_count(node); i++) {
		struct expr *expr = expr_read(l, node_at(node, i));

		if (expr)
			list_add(to, &expr, sizeof(expr));
	}
}

void read_statuses(struct load *l, struct node node, void *to)
{
	for (size_t i = 0; i < node_count(node); i++) {
		struct node item = node_at(node, i);
		int status = (int)json_object_get_int(item.value);

		if (node_is(item, json_type_int) && status >= 200 && status <= 599)
			list_add(to, &status, sizeof(status));
		else
			load_error(l, item.line, "a status of HTTP is meant, 200 to 599");
	}
}
