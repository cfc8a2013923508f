#include <dossier/base/json.h>
#include <dossier/base/mem.h>

#include "house_parts.h"

#define DEPTH_MOST 16

struct listing {
	struct house *house;
	size_t cap;
};

static void add(struct listing *listing, const char *name, struct str value, const char *file, int line, bool secret)
{
	struct house *house = listing->house;

	MEM_ROOM(house->origins, house->n_origins, listing->cap);
	house->origins[house->n_origins++] = (struct house_origin){
		.name = mem_strdup(name), .value = str_dup(value), .file = mem_strdup(file), .line = line, .secret = secret,
	};
}

static const struct house_backend *backend_of(const struct house *house, const char *name, const char **rest)
{
	for (size_t i = 0; i < house->n_backends; i++) {
		const char *id = house->backends[i]->id;
		size_t n = strlen(id);

		if (!strncmp(name, "backends.", 9) && !strncmp(name + 9, id, n) && name[9 + n] == '.') {
			*rest = name + 10 + n;
			return house->backends[i];
		}
	}
	return NULL;
}

/* An agent's PIN and badge are; of a backend what the connector calls secret, and where that is not known, all but the address. */
static bool is_secret(const struct house *house, const char *name)
{
	const char *last = strrchr(name, '.'), *rest = NULL;
	const struct house_backend *backend = backend_of(house, name, &rest);

	if (strncmp(name, "agents.", 7) == 0)
		return last && (!strcmp(last, ".pin") || !strcmp(last, ".badge"));
	if (!backend)
		return false;
	if (!strcmp(rest, "key_password"))
		return true;
	if (strncmp(rest, "settings.", 9) || strchr(rest + 9, '.'))
		return false;
	for (size_t i = 0; backend->plan && i < backend->plan->settings.n; i++) {
		if (!strcmp(backend->plan->settings.items[i].name, rest + 9))
			return backend->plan->settings.items[i].secret;
	}
	return strcmp(rest, "settings.url") != 0;
}

static void list(struct listing *listing, const char *name, struct json_object *value, struct yaml_mark mark, int depth)
{
	struct buf tmp;
	struct str text;

	if (depth > DEPTH_MOST || !value)
		return;
	if (json_object_is_type(value, json_type_object)) {
		json_object_object_foreach(value, key, member) {
			char *inner = *name ? mem_printf("%s.%s", name, key) : mem_strdup(key);

			list(listing, inner, member, yaml_mark_value(value, key), depth + 1);
			free(inner);
		}
		return;
	}
	buf_init(&tmp, 65536);
	if (json_object_is_type(value, json_type_array)) {
		json_write(&tmp, value);
		add(listing, name, buf_str(&tmp), mark.file, mark.line, false);
	} else if (json_text(value, &tmp, &text)) {
		add(listing, name, text, mark.file, mark.line, is_secret(listing->house, name));
	}
	buf_release(&tmp);
}

static bool is_listed(const struct house *house, const char *name)
{
	for (size_t i = 0; i < house->n_origins; i++) {
		if (!strcmp(house->origins[i].name, name))
			return true;
	}
	return false;
}

static void add_default(struct listing *listing, const char *section, const char *key, const char *value, const char *file)
{
	char *name = mem_printf("%s.%s", section, key);

	if (value && !is_listed(listing->house, name))
		add(listing, name, str_of(value), file, 0, false);
	free(name);
}

static void add_number(struct listing *listing, const char *section, const char *key, double value, const char *file)
{
	char *text = value > 0 ? mem_printf("%.15g", value) : NULL;

	add_default(listing, section, key, text, file);
	free(text);
}

/* What the connector says for the house, then what is built in. */
static void add_backend_defaults(struct listing *listing, const struct house_backend *backend)
{
	char *section = mem_printf("backends.%s", backend->id);
	const struct plan *plan = backend->plan;

	if (plan) {
		char *settings = mem_printf("%s.settings", section);

		add_number(listing, section, "rate", plan->rate, backend->connector_file);
		add_number(listing, section, "concurrency", (double)plan->concurrency, backend->connector_file);
		add_number(listing, section, "pages", (double)plan->max_pages, backend->connector_file);
		add_default(listing, section, "country", plan->country, backend->connector_file);
		add_default(listing, section, "currency", plan->currency, backend->connector_file);
		add_default(listing, section, "zone", plan->zone, backend->connector_file);
		for (size_t i = 0; i < plan->settings.n; i++) {
			const struct plan_setting *setting = &plan->settings.items[i];
			bool given = false;

			for (size_t k = 0; k < backend->n_secrets; k++)
				given |= backend->secrets[k].name && !strcmp(backend->secrets[k].name, setting->name);
			if (!given)
				add_default(listing, settings, setting->name, setting->fallback, backend->connector_file);
		}
		free(settings);
	}
	for (const struct option *option = house_backend_keys; option->name; option++)
		add_default(listing, section, option->name, option->fallback, NULL);
	add_default(listing, section, "rate", "10", NULL);
	add_default(listing, section, "concurrency", "4", NULL);
	add_default(listing, section, "pages", "20", NULL);
	free(section);
}

static void add_section_defaults(struct listing *listing, const char *section, const struct option *keys)
{
	for (; keys->name; keys++)
		add_default(listing, section, keys->name, keys->fallback, NULL);
}

void house_read_origins(struct house *house, struct json_object *root)
{
	struct listing listing = { .house = house };

	list(&listing, "", root, yaml_mark(root), 0);
	add_section_defaults(&listing, "house", house_head_keys);
	for (size_t i = 0; i < house->n_agents; i++) {
		char *section = mem_printf("agents.%s", house->agents[i]->id);

		add_default(&listing, section, "login", house->agents[i]->login, NULL);
		add_default(&listing, section, "role", house->agents[i]->role, NULL);
		free(section);
	}
	for (size_t i = 0; i < house->n_backends; i++)
		add_backend_defaults(&listing, house->backends[i]);
	add_section_defaults(&listing, "store", house_store_keys);
	add_section_defaults(&listing, "verification", house_verify_keys);
	add_section_defaults(&listing, "windows", house_window_keys);
}
