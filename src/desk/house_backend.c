#include <math.h>
#include <sys/stat.h>

#include <dossier/base/home.h>
#include <dossier/base/json.h>
#include <dossier/base/mem.h>
#include <dossier/model/cases.h>

#include "house_parts.h"

/* One backend being read. */
struct reading {
	struct house_load *load;
	struct house_backend *backend;
	struct json_object *map;
	struct yaml_mark mark;          /* of its id */
	struct backend_keys keys;
	char *what;                     /* "backend shop" */
};

static bool is_readable(const char *path)
{
	return !access(path, R_OK);
}

/* The house's own folder wins over what came with dossier. */
static char *find_connector(const struct reading *r, const char *name)
{
	char *data = r->load->data ? mem_strdup(r->load->data) : home_data(), *path = NULL;
	const char *folders[] = { r->load->dir, data, DOSSIER_DATA };

	if (*name == '/')
		path = is_readable(name) ? mem_strdup(name) : NULL;
	for (size_t i = 0; *name != '/' && !path && i < sizeof(folders) / sizeof(*folders); i++) {
		if (!folders[i])
			continue;
		path = mem_printf("%s/connectors/%s.yaml", folders[i], name);
		if (!is_readable(path)) {
			free(path);
			path = NULL;
		}
	}
	free(data);
	return path;
}

/* What another backend made of the same connector; NULL when none uses it. */
static const struct house_backend *used_before(const struct house *house, const char *file)
{
	for (size_t i = 0; i < house->n_backends; i++) {
		const struct house_backend *other = house->backends[i];

		if (other->connector_file && !strcmp(other->connector_file, file))
			return other;
	}
	return NULL;
}

/* One that is used twice is read and reported on once. */
static void load_plan(const struct reading *r)
{
	struct house_backend *backend = r->backend;
	const struct house_backend *before = used_before(r->load->house, backend->connector_file);

	if (before && !before->plan)
		house_error(r->load, yaml_mark_value(r->map, "connector"), "%s: connector %s is broken, see its own mistakes",
			    r->what, backend->connector);
	else
		backend->plan = before ? plan_share(before->plan) : plan_load(backend->connector_file, r->load->diags);
}

static void load_connector(struct reading *r)
{
	struct house_backend *backend = r->backend;
	struct yaml_mark mark = yaml_mark_value(r->map, "connector");
	struct stat st;

	if (!backend->connector)
		return;
	if (*backend->connector != '/' && !house_is_id(backend->connector)) {
		house_error(r->load, mark, "%s: connector %s is neither the name of one nor an absolute path", r->what, backend->connector);
		return;
	}
	backend->connector_file = find_connector(r, backend->connector);
	if (!backend->connector_file) {
		if (*backend->connector == '/')
			house_error(r->load, mark, "%s: connector %s cannot be read", r->what, backend->connector);
		else
			house_error(r->load, mark, "%s: no connector %s: %s.yaml is neither in %s/connectors nor among the installed ones",
				    r->what, backend->connector, backend->connector, r->load->dir);
		return;
	}
	if (!stat(backend->connector_file, &st) && (st.st_mode & S_IWOTH))
		house_warning(r->load, mark, "%s: everybody on this host may write %s, which holds the power of its secrets: chmod o-w",
			      r->what, backend->connector_file);
	load_plan(r);
}

static const struct plan_setting *plan_setting(const struct plan *plan, const char *name)
{
	for (size_t i = 0; plan && i < plan->settings.n; i++) {
		if (!strcmp(plan->settings.items[i].name, name))
			return &plan->settings.items[i];
	}
	return NULL;
}

static void report_unknown_setting(const struct reading *r, struct json_object *map, const char *name)
{
	const struct plan *plan = r->backend->plan;
	const char **words = mem_array(plan->settings.n + 1, sizeof(*words));
	const char *near;

	for (size_t i = 0; i < plan->settings.n; i++)
		words[i] = plan->settings.items[i].name;
	near = option_nearest(name, words);
	house_error(r->load, yaml_mark_key(map, name), "%s: connector %s has no setting %s%s%s%s", r->what, plan->name, name,
		    near ? ": did you mean " : "", near ? near : "", near ? "?" : "");
	free(words);
}

static void read_text_setting(const struct reading *r, struct json_object *map, const char *name, struct json_object *value)
{
	const struct plan_setting *setting = plan_setting(r->backend->plan, name);
	struct yaml_mark mark = yaml_mark_value(map, name);
	struct buf tmp;
	struct str text;

	buf_init(&tmp, 64);
	if (setting && setting->secret && !json_object_is_type(value, json_type_string))
		house_error(r->load, mark, "%s: setting %s must stand in quotes, so that it stays as written", r->what, name);
	else if (!json_text(value, &tmp, &text) || str_empty(text))
		house_error(r->load, mark, "%s: setting %s must be a text, or {file: ..}, {env: ..} or {command: [..]}", r->what, name);
	else
		json_object_object_add(r->backend->settings, name, json_object_new_string_len(text.p, (int)text.n));
	if (setting && setting->secret && (r->load->mode & (S_IRGRP | S_IROTH)))
		house_warning(r->load, mark, "%s: secret %s stands in a file that others may read: chmod 600 it, or give {file: ..}, {env: ..} or {command: [..]}",
			      r->what, name);
	buf_release(&tmp);
}

static bool has_secret(const struct house_backend *backend, const char *name)
{
	for (size_t i = 0; i < backend->n_secrets; i++) {
		if (backend->secrets[i].name && !strcmp(backend->secrets[i].name, name))
			return true;
	}
	return false;
}

/* Given, or to come from where secrets come from. */
static bool has_setting(const struct house_backend *backend, const char *name)
{
	return json_object_object_get_ex(backend->settings, name, NULL) || has_secret(backend, name);
}

/* One that was given wrongly was reported already. */
static void check_required(const struct reading *r, struct json_object *map, struct yaml_mark mark)
{
	const struct plan *plan = r->backend->plan;

	for (size_t i = 0; plan && i < plan->settings.n; i++) {
		const struct plan_setting *setting = &plan->settings.items[i];

		if (has_setting(r->backend, setting->name) || (map && json_object_object_get_ex(map, setting->name, NULL)))
			continue;
		if (setting->fallback)
			json_object_object_add(r->backend->settings, setting->name, json_object_new_string(setting->fallback));
		else if (setting->required)
			house_error(r->load, mark, "%s: setting %s is missing%s%s", r->what, setting->name,
				    setting->help ? ": " : "", setting->help ? setting->help : "");
	}
}

static bool is_web_address(const char *url)
{
	const char *host = !strncasecmp(url, "https://", 8) ? url + 8 : !strncasecmp(url, "http://", 7) ? url + 7 : NULL;

	return host && *host && *host != '/' && !strpbrk(url, " \t\r\n");
}

static void check_url(const struct reading *r, struct json_object *map)
{
	const struct plan *plan = r->backend->plan;
	struct json_object *value;
	const char *url;

	if (!json_object_object_get_ex(r->backend->settings, "url", &value))
		return;
	url = json_object_get_string(value);
	if (!is_web_address(url)) {
		house_error(r->load, yaml_mark_value(map, "url"), "%s: url %s is not an address such as https://desk.example.com", r->what, url);
		return;
	}
	for (size_t i = 0; plan && http_is_cleartext(url) && i < plan->settings.n; i++) {
		if (!plan->settings.items[i].secret || !has_setting(r->backend, plan->settings.items[i].name))
			continue;
		house_error(r->load, yaml_mark_value(map, "url"),
			    "%s: secret %s must not travel over plain http: use https, or an address of this host", r->what, plan->settings.items[i].name);
		return;
	}
}

static void read_settings(const struct reading *r)
{
	struct json_object *map = r->keys.settings;
	struct yaml_mark mark = map ? yaml_mark_key(r->map, "settings") : r->mark;

	if (map && !json_object_is_type(map, json_type_object)) {
		house_error(r->load, yaml_mark_value(r->map, "settings"), "%s: settings must be a map of keys and values", r->what);
		return;
	}
	if (map) {
		json_object_object_foreach(map, name, value) {
			if (r->backend->plan && !plan_setting(r->backend->plan, name))
				report_unknown_setting(r, map, name);
			else if (json_object_is_type(value, json_type_object))
				secret_read(r->load, r->backend, name, value, yaml_mark_value(map, name));
			else
				read_text_setting(r, map, name, value);
		}
	}
	check_required(r, map, mark);
	if (map)
		check_url(r, map);
}

static void read_rate(const struct reading *r)
{
	struct json_object *value = r->keys.rate;
	double rate = 0;

	if (!value) {
		r->backend->peer.rate = r->backend->plan ? r->backend->plan->rate : 0;
		return;
	}
	if (json_object_is_type(value, json_type_int) || json_object_is_type(value, json_type_double))
		rate = json_object_get_double(value);
	else if (json_object_is_type(value, json_type_string) && !strcmp(json_object_get_string(value), "unlimited"))
		rate = -1;
	if (rate == -1 || (isfinite(rate) && rate >= 0.001 && rate <= 100000))
		r->backend->peer.rate = rate;
	else
		house_error(r->load, yaml_mark_value(r->map, "rate"), "%s: rate must be requests a second, such as 10 or 0.5, or unlimited", r->what);
}

/* Names of files become whole paths that can be read. Takes path. */
static char *read_path(const struct reading *r, const char *key, char *path)
{
	char *whole = path ? house_path(r->load, path) : NULL;

	if (whole && !is_readable(whole))
		house_error(r->load, yaml_mark_value(r->map, key), "%s: %s %s cannot be read", r->what, key, whole);
	free(path);
	return whole;
}

static void read_key_password(const struct reading *r)
{
	struct json_object *value = r->keys.key_password;
	struct yaml_mark mark;

	if (!value)
		return;
	mark = yaml_mark_value(r->map, "key_password");
	if (json_object_is_type(value, json_type_object)) {
		secret_read(r->load, r->backend, NULL, value, mark);
	} else if (json_object_is_type(value, json_type_string)) {
		r->backend->peer.key_password = mem_strdup(json_object_get_string(value));
		if (r->load->mode & (S_IRGRP | S_IROTH))
			house_warning(r->load, mark, "%s: secret key_password stands in a file that others may read: chmod 600 it, or give {file: ..}, {env: ..} or {command: [..]}",
				      r->what);
	} else {
		house_error(r->load, mark, "%s: key_password must be a text in quotes, or {file: ..}, {env: ..} or {command: [..]}", r->what);
	}
}

static void read_limits(struct reading *r)
{
	struct house_backend *backend = r->backend;
	const struct plan *plan = backend->plan;
	struct backend_keys *keys = &r->keys;

	backend->peer.id = backend->id;
	backend->peer.connect_ms = keys->connect;
	backend->peer.deadline_ms = keys->deadline;
	backend->peer.body_max = keys->body;
	backend->peer.header_max = keys->headers;
	backend->peer.burst = (int)keys->burst;
	backend->peer.retries = keys->retries ? (int)keys->retries : -1;
	backend->peer.concurrency = (int)(keys->concurrency ? keys->concurrency : plan ? plan->concurrency : 0);
	backend->max_pages = keys->pages ? keys->pages : plan ? plan->max_pages : 0;
	read_rate(r);
	backend->peer.ca_file = read_path(r, "ca_file", keys->ca_file);
	backend->peer.cert_file = read_path(r, "cert_file", keys->cert_file);
	backend->peer.key_file = read_path(r, "key_file", keys->key_file);
	if (backend->peer.key_file && !backend->peer.cert_file)
		house_error(r->load, yaml_mark_key(r->map, "key_file"), "%s: key_file needs a cert_file", r->what);
	read_key_password(r);
}

/* The first mistake stands for all of them where only one line is shown. */
static void mark_broken(struct reading *r, size_t first)
{
	const struct diags *diags = r->load->diags;
	const struct diag *found = NULL;
	size_t n = 0;

	for (size_t i = first; i < diags->n; i++) {
		if (diags->items[i].level != DIAG_ERROR)
			continue;
		if (!found)
			found = &diags->items[i];
		n++;
	}
	if (n)
		err_set(&r->backend->err, ERR_CONFIG, "%s:%d: %s%s", found->file ? found->file : "", found->line, found->text,
			n > 1 ? " (and more: dossier config check)" : "");
}

static struct house_backend *read_backend(struct house_load *load, const char *id, struct json_object *map, struct yaml_mark mark)
{
	struct house_backend *backend = mem_zalloc(sizeof(*backend));
	struct reading r = { .load = load, .backend = backend, .map = map, .mark = mark };
	size_t first = load->diags->n;

	backend->id = mem_strdup(id);
	backend->file = mem_strdup(load->house->file);
	backend->line = mark.line;
	backend->settings = json_object_new_object();
	r.what = mem_printf("backend %s", id);
	if (!strcmp(id, CASES_BACKEND))
		house_error(load, mark, "%s: that is what rows of the case store are called by: choose another name", r.what);
	if (!house_is_id(id))
		house_error(load, mark, "%s: a name here starts with a letter and has letters, digits, - and _, 32 at most", r.what);
	if (house_is_map(load, map, mark, r.what)) {
		option_read(map, house_backend_keys, &r.keys, r.what, load->diags);
		backend->connector = r.keys.connector;
		backend->country = r.keys.country;
		backend->currency = r.keys.currency;
		backend->zone = r.keys.zone;
		backend->off = r.keys.off;
		load_connector(&r);
		house_check_place(load, map, r.what, backend->country, backend->currency, backend->zone);
		read_settings(&r);
		read_limits(&r);
	}
	mark_broken(&r, first);
	free(r.what);
	return backend;
}

void house_read_backends(struct house_load *load, struct json_object *map)
{
	struct house *house = load->house;
	size_t cap = 0;

	json_object_object_foreach(map, id, value) {
		struct house_backend *backend = read_backend(load, id, value, yaml_mark_key(map, id));

		MEM_ROOM(house->backends, house->n_backends, cap);
		house->backends[house->n_backends++] = backend;
	}
}
