#include "yaml_in.h"

#include <dossier/base/mem.h>

struct entry {
	char *key;
	struct yaml_place key_at, value_at;
	bool plain;
};

struct marks {
	struct yaml_source *source;
	struct yaml_place at;
	struct entry *items;
	size_t n, cap;
};

struct yaml_source *yaml_source_new(const char *name)
{
	size_t n = strlen(name) + 1;
	struct yaml_source *source = mem_alloc(sizeof(*source) + n);

	source->users = 1;
	memcpy(source->name, name, n);
	return source;
}

void yaml_source_drop(struct yaml_source *source)
{
	if (--source->users == 0)
		free(source);
}

static void marks_free(struct json_object *container, void *arg)
{
	struct marks *marks = arg;

	(void)container;
	for (size_t i = 0; i < marks->n; i++)
		free(marks->items[i].key);
	free(marks->items);
	yaml_source_drop(marks->source);
	free(marks);
}

void yaml_marks_start(struct json_object *container, struct yaml_source *source, struct yaml_place at)
{
	struct marks *marks = mem_zalloc(sizeof(*marks));

	source->users++;
	marks->source = source;
	marks->at = at;
	json_object_set_userdata(container, marks, marks_free);
}

/* Strings and numbers use the same slot for other things, and containers of others have nothing in it. */
static struct marks *marks_of(struct json_object *container)
{
	if (!json_object_is_type(container, json_type_object) && !json_object_is_type(container, json_type_array))
		return NULL;
	return json_object_get_userdata(container);
}

void yaml_marks_add(struct json_object *container, const char *key, struct yaml_place key_at,
		    struct yaml_place value_at, bool plain)
{
	struct marks *marks = marks_of(container);

	MEM_ROOM(marks->items, marks->n, marks->cap);
	marks->items[marks->n++] = (struct entry){ mem_strdup(key), key_at, value_at, plain };
}

static const struct entry *entry_of(const struct marks *marks, const char *key)
{
	for (size_t i = 0; marks && i < marks->n; i++)
		if (marks->items[i].key && strcmp(marks->items[i].key, key) == 0)
			return &marks->items[i];
	return NULL;
}

static struct yaml_mark mark_at(const struct marks *marks, const struct yaml_place *place)
{
	if (!marks)
		return (struct yaml_mark){ NULL, 0, 0 };
	if (!place)
		place = &marks->at;
	return (struct yaml_mark){ marks->source->name, place->line, place->column };
}

struct yaml_mark yaml_mark(struct json_object *container)
{
	return mark_at(marks_of(container), NULL);
}

struct yaml_mark yaml_mark_key(struct json_object *map, const char *key)
{
	const struct marks *marks = marks_of(map);
	const struct entry *entry = entry_of(marks, key);

	return mark_at(marks, entry ? &entry->key_at : NULL);
}

struct yaml_mark yaml_mark_value(struct json_object *map, const char *key)
{
	const struct marks *marks = marks_of(map);
	const struct entry *entry = entry_of(marks, key);

	return mark_at(marks, entry ? &entry->value_at : NULL);
}

struct yaml_mark yaml_mark_item(struct json_object *list, size_t index)
{
	const struct marks *marks = marks_of(list);

	return mark_at(marks, marks && index < marks->n ? &marks->items[index].value_at : NULL);
}

bool yaml_was_plain(struct json_object *map, const char *key)
{
	const struct entry *entry = entry_of(marks_of(map), key);

	return entry && entry->plain;
}
