#include "keep.h"

#include <dossier/base/mem.h>

static struct keep *keep_new(void)
{
	struct keep *keep = mem_zalloc(sizeof(*keep));

	keep->refs = 1;
	return keep;
}

struct keep *keep_top(const struct scope_house *house, const struct record *record, const struct vars *vars)
{
	struct keep *keep = keep_new();

	keep->scope.house = house;
	keep->scope.record = record;
	if (vars)
		vars_copy(&keep->vars, vars);
	keep->scope.vars = &keep->vars;
	return keep;
}

struct keep *keep_ref(struct keep *keep)
{
	if (keep)
		keep->refs++;
	return keep;
}

void keep_unref(struct keep *keep)
{
	while (keep && --keep->refs == 0) {
		struct keep *parent = keep->parent;

		json_object_put(keep->element);
		json_object_put(keep->lazy.value);
		json_object_put(keep->root);
		tables_unref(keep->tables);
		vars_release(&keep->vars);
		free(keep);
		keep = parent;
	}
}

struct keep *keep_vars(struct keep *of)
{
	struct keep *keep = keep_new();

	keep->parent = keep_ref(of);
	keep->scope = of->scope;
	if (of->scope.vars)
		vars_copy(&keep->vars, of->scope.vars);
	keep->scope.vars = &keep->vars;
	return keep;
}

struct keep *keep_element(struct keep *parent, struct json_object *element, struct json_object *root,
			  struct tables *tables)
{
	struct keep *keep = keep_new();

	keep->parent = keep_ref(parent);
	keep->element = json_object_get(element);
	keep->root = json_object_get(root);
	keep->tables = tables_ref(tables);
	keep->scope = parent->scope;
	keep->scope.element = keep->element;
	keep->scope.root = keep->root;
	keep->scope.lazy = NULL;
	keep->scope.parent = parent->scope.element || parent->scope.lazy ? &parent->scope : NULL;
	if (tables)
		keep->scope.tables = tables;
	return keep;
}

struct keep *keep_text(struct keep *parent, struct json_parser *parser, struct str text, struct json_spans *spans,
		       struct json_object *root, struct tables *tables)
{
	struct keep *keep = keep_element(parent, NULL, root, tables);

	keep->lazy = (struct lazy){ .parser = parser, .spans = spans, .text = text };
	keep->scope.lazy = &keep->lazy;
	return keep;
}

void keep_settle(struct keep *keep)
{
	if (keep->refs > 1)
		lazy_value(&keep->lazy);
	keep->lazy.spans = NULL;
}

struct tables *keep_tables(const struct keep *keep)
{
	while (keep && !keep->tables)
		keep = keep->parent;
	return keep ? keep->tables : NULL;
}

void keep_set(struct keep *keep, const char *name, struct json_object *value)
{
	if (keep->scope.vars != &keep->vars) {
		if (keep->scope.vars)
			vars_copy(&keep->vars, keep->scope.vars);
		keep->scope.vars = &keep->vars;
	}
	vars_set(&keep->vars, name, value);
}

struct tables {
	unsigned refs;
	struct tables *parent;
	struct table_map { const char *name; struct json_object *map; } *items;
	size_t n, cap;
};

struct tables *tables_new(struct tables *parent)
{
	struct tables *tables = mem_zalloc(sizeof(*tables));

	tables->refs = 1;
	tables->parent = tables_ref(parent);
	return tables;
}

struct tables *tables_ref(struct tables *tables)
{
	if (tables)
		tables->refs++;
	return tables;
}

void tables_unref(struct tables *tables)
{
	while (tables && --tables->refs == 0) {
		struct tables *parent = tables->parent;

		for (size_t i = 0; i < tables->n; i++)
			json_object_put(tables->items[i].map);
		free(tables->items);
		free(tables);
		tables = parent;
	}
}

void tables_put(struct tables *tables, const char *name, struct json_object *map)
{
	MEM_ROOM(tables->items, tables->n, tables->cap);
	tables->items[tables->n++] = (struct table_map){ name, json_object_get(map) };
}

bool tables_get(const struct tables *tables, const char *name, struct str key, struct json_object **out)
{
	for (; tables; tables = tables->parent)
		for (size_t i = tables->n; i-- > 0; ) {
			char *text;
			bool found;

			if (strcmp(tables->items[i].name, name))
				continue;
			text = mem_strndup(key.p ? key.p : "", key.n);
			found = json_object_object_get_ex(tables->items[i].map, text, out);
			free(text);
			return found;
		}
	return false;
}
