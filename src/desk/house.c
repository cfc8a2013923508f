#include <errno.h>
#include <sys/stat.h>

#include <dossier/base/mem.h>

#include "house_parts.h"

#define HOUSE_FILE "dossier.yaml"

static void __attribute__((format(printf, 4, 0)))
report(struct house_load *load, enum diag_level level, struct yaml_mark mark, const char *fmt, va_list args)
{
	char text[1024];

	vsnprintf(text, sizeof(text), fmt, args);
	diags_add(load->diags, level, mark.file ? mark.file : load->house->file, mark.line, "%s", text);
}

void house_error(struct house_load *load, struct yaml_mark mark, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	report(load, DIAG_ERROR, mark, fmt, args);
	va_end(args);
}

void house_warning(struct house_load *load, struct yaml_mark mark, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	report(load, DIAG_WARNING, mark, fmt, args);
	va_end(args);
}

bool house_is_map(struct house_load *load, struct json_object *value, struct yaml_mark mark, const char *what)
{
	if (json_object_is_type(value, json_type_object))
		return true;
	house_error(load, mark, "%s must be a map of keys and values", what);
	return false;
}

bool house_is_id(const char *text)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
	size_t n = strlen(text);

	return n && n <= 32 && strchr(letters, *text) && strspn(text, "0123456789_-"
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") == n;
}

char *house_path(const struct house_load *load, const char *path)
{
	return *path == '/' ? mem_strdup(path) : mem_printf("%s/%s", load->dir, path);
}

static const char *environment(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

static char *sysconf_file(const struct house_options *options)
{
	const char *dir = options->sysconf ? options->sysconf : environment("DOSSIER_SYSCONFDIR");

	return mem_printf("%s/%s", dir ? dir : DOSSIER_SYSCONF, HOUSE_FILE);
}

/* NULL where the agent has no home. */
static char *personal_file(const struct house_options *options)
{
	const char *xdg = environment("XDG_CONFIG_HOME"), *home = environment("HOME");

	if (options->home_config)
		return mem_printf("%s/%s", options->home_config, HOUSE_FILE);
	if (xdg && *xdg == '/')
		return mem_printf("%s/dossier/%s", xdg, HOUSE_FILE);
	return home ? mem_printf("%s/.config/dossier/%s", home, HOUSE_FILE) : NULL;
}

/* One that cannot be looked at counts as there: it must not give way to a personal file. */
static bool is_there(const char *path)
{
	struct stat st;

	return !stat(path, &st) || (errno != ENOENT && errno != ENOTDIR);
}

static bool is_same_file(const char *a, const char *b)
{
	struct stat one, two;

	return !stat(a, &one) && !stat(b, &two) && one.st_dev == two.st_dev && one.st_ino == two.st_ino;
}

static const char *known_key(const struct option *keys, const char *name)
{
	for (; keys->name; keys++) {
		if (!strcmp(keys->name, name))
			return keys->name;
	}
	return NULL;
}

static bool is_personal(const char *key)
{
	return !strcmp(key, "looks") || !strcmp(key, "keys") || !strcmp(key, "preferences");
}

static void check_personal_values(struct house_load *load, struct json_object *root)
{
	json_object_object_foreach(root, key, value) {
		if (is_personal(key) && value)
			house_is_map(load, value, yaml_mark_value(root, key), key);
	}
}

/* The personal file beside a house's own: whoever may write it must not change whom the house asks, or as whom. */
static void read_personal(struct house_load *load, const char *path)
{
	static const char *const words[] = { "looks", "keys", "preferences", NULL };
	struct json_object *root = is_there(path) ? yaml_load(path, load->diags) : NULL;

	if (!root)
		return;
	if (!house_is_map(load, root, yaml_mark(root), "the personal file")) {
		json_object_put(root);
		return;
	}
	json_object_object_foreach(root, key, value) {
		(void)value;
		if (is_personal(key))
			continue;
		if (known_key(house_file_keys, key))
			house_error(load, yaml_mark_key(root, key),
				    "%s is a setting of the house: because %s exists, this file may hold only looks, keys and preferences",
				    key, load->house->file);
		else if (option_nearest(key, words))
			house_error(load, yaml_mark_key(root, key), "unknown key %s: did you mean %s?", key, option_nearest(key, words));
		else
			house_error(load, yaml_mark_key(root, key), "unknown key %s: a personal file holds looks, keys and preferences", key);
	}
	check_personal_values(load, root);
	json_object_put(root);
}

static char *folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return mem_strdup(".");
	return slash == path ? mem_strdup("/") : mem_strndup(path, (size_t)(slash - path));
}

static void note_mode(struct house_load *load)
{
	struct yaml_mark whole = { .file = load->house->file };
	struct stat st;

	if (stat(load->house->file, &st))
		return;
	load->mode = st.st_mode & 07777;
	if (load->mode & S_IWOTH)
		house_warning(load, whole, "everybody on this host may write this file: chmod o-w %s", load->house->file);
}

/* The value of a section when it is of its type; else NULL, reported unless the key is absent or empty. */
static struct json_object *section(struct house_load *load, struct json_object *root, const char *key,
				   enum json_type type, const char *should)
{
	struct json_object *value = NULL;

	if (!json_object_object_get_ex(root, key, &value) || !value)
		return NULL;
	if (json_object_is_type(value, type))
		return value;
	house_error(load, yaml_mark_value(root, key), "%s must be %s", key, should);
	return NULL;
}

static void read_work(struct house_load *load, struct json_object *root)
{
	house_read_store(load, section(load, root, "store", json_type_object, "a map such as {path: /var/lib/dossier/store.db}"));
	house_read_contacts(load, section(load, root, "contacts", json_type_object, "a map such as {done: [refund, callback]}"));
	house_read_handoffs(load, section(load, root, "handoffs", json_type_object, "a map such as {reasons: [billing, language]}"));
	house_read_templates(load, section(load, root, "templates", json_type_object, "a map such as {greeting: \"Dear {customer.name},\"}"));
	house_read_windows(load, section(load, root, "windows", json_type_object, "a map such as {comes_back: 7d}"));
	house_read_session(load, section(load, root, "session", json_type_object, "a map such as {lock: 5m}"));
	house_read_costs(load, section(load, root, "costs", json_type_object, "a map such as {hour: 45.00 EUR}"));
	house_read_scanner(load, section(load, root, "scanner", json_type_object, "a map such as {prefix: \"\\x02\", suffix: \"\\x03\"}"));
	house_read_retention(load, section(load, root, "retention", json_type_object, "a map such as {view: 400d}"));
	house_read_legal_hold(load, root);
	house_read_verification(load, section(load, root, "verification", json_type_object, "a map such as {compare: 2, code: 3}"));
	house_read_masks(load, root);
}

static void read_backends(struct house_load *load, struct json_object *root)
{
	struct json_object *map = section(load, root, "backends", json_type_object, "a map from a name to the settings of a backend");

	if (map)
		house_read_backends(load, map);
}

static void read_sections(struct house_load *load, struct json_object *root)
{
	struct house_file file = { 0 };
	struct json_object *value;

	option_read(root, house_file_keys, &file, "the file", load->diags);
	load->house->browser = file.browser;
	value = section(load, root, "house", json_type_object, "a map such as {name: Nordlicht, country: DE}");
	if (value)
		house_read_head(load, value);
	value = section(load, root, "agents", json_type_object, "a map from a short name to what is known of the agent");
	if (value)
		house_read_agents(load, value);
	value = section(load, root, "identities", json_type_array, "a list of {type: .., pattern: .., value: ..}");
	if (value)
		house_read_identities(load, value);
	if (!load->later)
		read_backends(load, root);
	read_work(load, root);
	check_personal_values(load, root);
}

/* So that a house without a file, or with a broken one, has its windows and levels too. */
static void read_defaults(struct house_load *load)
{
	house_read_windows(load, NULL);
	house_read_session(load, NULL);
	house_read_verification(load, NULL);
}

static void note_torn(struct house_load *load)
{
	for (size_t i = 0; i < load->diags->n; i++) {
		const struct diag *d = &load->diags->items[i];

		if (d->level != DIAG_ERROR || load->house->torn.code)
			continue;
		err_set(&load->house->torn, ERR_CONFIG, "%s:%d: %s; until this is mended nothing is asked by this file", d->file, d->line, d->text);
	}
}

static bool is_command(struct json_object *value)
{
	return json_object_is_type(value, json_type_object) && json_object_object_get_ex(value, "command", NULL);
}

/* There are backends, and none of them asks a command for a secret. */
static bool can_wait(struct json_object *root)
{
	struct json_object *backends = NULL, *settings = NULL, *password = NULL;

	if (!json_object_is_type(root, json_type_object) || !json_object_object_get_ex(root, "backends", &backends) ||
	    !json_object_is_type(backends, json_type_object) || json_object_object_length(backends) == 0)
		return false;
	json_object_object_foreach(backends, id, backend) {
		(void)id;
		if (!json_object_is_type(backend, json_type_object))
			continue;
		if (json_object_object_get_ex(backend, "key_password", &password) && is_command(password))
			return false;
		if (!json_object_object_get_ex(backend, "settings", &settings) || !json_object_is_type(settings, json_type_object))
			continue;
		json_object_object_foreach(settings, name, value) {
			(void)name;
			if (is_command(value))
				return false;
		}
	}
	return true;
}

struct house_rest { struct json_object *root; char *data, *dir; unsigned mode; };

static void rest_free(struct house_rest *rest)
{
	if (!rest)
		return;
	json_object_put(rest->root);
	free(rest->data);
	free(rest->dir);
	free(rest);
}

static void leave_rest(struct house_load *load, struct json_object *root)
{
	struct house_rest *rest = mem_zalloc(sizeof(*rest));

	*rest = (struct house_rest){ json_object_get(root), mem_strdup(load->data), mem_strdup(load->dir), load->mode };
	load->house->rest = rest;
}

void house_read_rest(struct house *house, struct diags *diags)
{
	struct house_rest *rest = house->rest;
	struct house_load load = { .house = house, .diags = diags };

	if (!rest)
		return;
	load.data = rest->data;
	load.dir = rest->dir;
	load.mode = rest->mode;
	read_backends(&load, rest->root);
	rest_free(rest);
	house->rest = NULL;
}

static void read_house(struct house_load *load)
{
	size_t mistakes = load->diags->errors;
	struct json_object *root = yaml_load(load->house->file, load->diags);

	if (load->diags->errors > mistakes)
		note_torn(load);
	if (!root) {
		if (!load->house->torn.code)
			diags_add(load->diags, DIAG_ERROR, load->house->file, 1, "the file is empty: it should hold house: and backends:");
		return;
	}
	load->dir = folder_of(load->house->file);
	note_mode(load);
	load->later = load->later && !load->house->torn.code && can_wait(root);
	if (house_is_map(load, root, yaml_mark(root), "the file")) {
		read_sections(load, root);
		if (load->later)
			leave_rest(load, root);
		if (load->origins)
			house_read_origins(load->house, root);
	}
	json_object_put(root);
	free(load->dir);
	load->dir = NULL;
}

static void choose_agent(struct house *house, const char *login)
{
	for (size_t i = 0; login && i < house->n_agents; i++) {
		if (!strcmp(house->agents[i]->login, login)) {
			house->agent = house->own = house->agents[i];
			return;
		}
	}
}

struct house *house_load(const struct house_options *options, struct diags *diags)
{
	struct house *house = mem_zalloc(sizeof(*house));
	struct house_load load = { .house = house, .diags = diags, .data = options->data, .later = options->later, .origins = options->origins };
	char *common = sysconf_file(options), *personal = personal_file(options);

	house->aliases = timeline_agents_new();
	if (options->file)
		house->file = mem_strdup(options->file);
	else if (is_there(common))
		house->file = mem_strdup(common);
	else if (personal && is_there(personal))
		house->file = mem_strdup(personal);
	read_defaults(&load);
	if (house->file)
		read_house(&load);
	if (!options->file && house->file && !strcmp(house->file, common) && personal && !is_same_file(common, personal))
		read_personal(&load, personal);
	if (!house->zone_name)
		house->zone_name = mem_strdup("UTC");
	if (!house->zone)
		house->zone = zone_new("UTC", NULL);
	house->who.country = house->country;
	house->login = mem_strdup(options->login);
	choose_agent(house, options->login);
	free(common);
	free(personal);
	return house;
}

const struct house_backend *house_find_backend(const struct house *house, const char *id)
{
	for (size_t i = 0; i < house->n_backends; i++) {
		if (!strcmp(house->backends[i]->id, id))
			return house->backends[i];
	}
	return NULL;
}

static void agent_free(struct house_agent *agent)
{
	free(agent->id);
	free(agent->name);
	free(agent->email);
	free(agent->login);
	free(agent->role);
	free(agent->team);
	free(agent->site);
	free(agent->badge);
	free(agent->pin);
	free(agent->phone);
	option_texts_release(&agent->aliases);
	free(agent);
}

static void free_secret_text(const char *text)
{
	char *own = (char *)(uintptr_t)text;

	if (own)
		mem_wipe(own, strlen(own));
	free(own);
}

static void backend_release(struct house_backend *backend)
{
	free(backend->id);
	free(backend->file);
	free(backend->connector);
	free(backend->connector_file);
	plan_free(backend->plan);
	json_object_put(backend->settings);
	free((char *)(uintptr_t)backend->peer.ca_file);
	free((char *)(uintptr_t)backend->peer.cert_file);
	free((char *)(uintptr_t)backend->peer.key_file);
	free_secret_text(backend->peer.key_password);
	free(backend->country);
	free(backend->currency);
	free(backend->zone);
	for (size_t i = 0; i < backend->n_secrets; i++)
		secret_release(&backend->secrets[i]);
	free(backend->secrets);
	free(backend);
}

void house_free(struct house *house)
{
	if (!house)
		return;
	for (size_t i = 0; i < house->n_backends; i++)
		backend_release(house->backends[i]);
	free(house->backends);
	for (size_t i = 0; i < house->n_agents; i++)
		agent_free(house->agents[i]);
	free(house->agents);
	for (size_t i = 0; i < house->who.n_patterns; i++)
		who_pattern_free(house->who.patterns[i]);
	free(house->who.patterns);
	timeline_agents_free(house->aliases);
	for (size_t i = 0; i < house->n_origins; i++) {
		free(house->origins[i].name);
		if (house->origins[i].secret)
			free_secret_text(house->origins[i].value);
		else
			free(house->origins[i].value);
		free(house->origins[i].file);
	}
	free(house->origins);
	rest_free(house->rest);
	house_release_work(house);
	zone_free(house->zone);
	free(house->zone_name);
	free(house->login);
	free(house->session.takes_over);
	free(house->file);
	free(house->name);
	free(house->country);
	free(house->currency);
	free(house);
}
