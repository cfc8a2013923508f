#include <dossier/backend/template.h>
#include <dossier/base/mem.h>

void vars_set(struct vars *vars, const char *name, struct json_object *value)
{
	for (size_t i = 0; i < vars->n; i++) {
		if (strcmp(vars->items[i].name, name))
			continue;
		json_object_put(vars->items[i].value);
		vars->items[i].value = value;
		return;
	}
	MEM_ROOM(vars->items, vars->n, vars->cap);
	vars->items[vars->n++] = (struct var){ mem_strdup(name), value, false };
}

void vars_set_text(struct vars *vars, const char *name, struct str text)
{
	vars_set(vars, name, text.p ? json_object_new_string_len(text.p, (int)text.n) : NULL);
}

bool vars_get(const struct vars *vars, struct str name, struct json_object **out)
{
	for (size_t i = 0; vars && i < vars->n; i++) {
		if (!str_is(name, vars->items[i].name))
			continue;
		*out = vars->items[i].value;
		return true;
	}
	return false;
}

void vars_copy(struct vars *to, const struct vars *from)
{
	for (size_t i = 0; i < from->n; i++) {
		vars_set(to, from->items[i].name, json_object_get(from->items[i].value));
		for (size_t j = 0; j < to->n; j++)
			if (!strcmp(to->items[j].name, from->items[i].name))
				to->items[j].is_secret = from->items[i].is_secret;
	}
}

void vars_release(struct vars *vars)
{
	for (size_t i = 0; i < vars->n; i++) {
		json_object_put(vars->items[i].value);
		free(vars->items[i].name);
	}
	free(vars->items);
	memset(vars, 0, sizeof(*vars));
}
