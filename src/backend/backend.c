#include "fetch.h"

#include <dossier/base/mem.h>

#define DEADLINE_MS 10000
#define RATE 10
#define MAX_PAGES 20
#define PARALLEL 4
#define PARALLEL_MAX 64

static const char *setting(const struct backend *backend, const char *name)
{
	struct json_object *value;

	if (!json_object_object_get_ex(backend->settings, name, &value) || !value)
		return NULL;
	return json_object_get_string(value);
}

/* The house's settings, with the connector's own values where the house says nothing. */
static bool settings_fill(struct backend *backend, struct json_object *given, struct err *err)
{
	const struct plan *plan = backend->plan;

	backend->settings = json_object_new_object();
	if (given) {
		json_object_object_foreach(given, key, value)
			json_object_object_add(backend->settings, key, json_object_get(value));
	}
	for (size_t i = 0; i < plan->settings.n; i++) {
		const struct plan_setting *s = &plan->settings.items[i];
		const char *value = setting(backend, s->name);

		if (value && *value) {
			if (s->secret)
				log_secret(backend->log, str_of(value));
			continue;
		}
		if (s->fallback)
			json_object_object_add(backend->settings, s->name, json_object_new_string(s->fallback));
		else if (s->required)
			return err_set(err, ERR_CONFIG, "%s: settings.%s is missing%s%s", backend->id, s->name,
				       s->help ? ": " : "", s->help ? s->help : "");
	}
	return true;
}

static bool base_make(struct backend *backend, struct err *err)
{
	struct scope scope = { .house = &backend->house };
	const char *url = setting(backend, "url");
	struct buf out;
	bool ok = true;

	buf_init(&out, 4096);
	if (backend->plan->base)
		ok = template_eval(backend->plan->base, &scope, &out, NULL, err);
	else if (url)
		buf_adds(&out, url);
	if (ok && !out.len)
		ok = err_set(err, ERR_CONFIG, "%s: settings.url is missing: the base address, such as https://desk.example.com", backend->id);
	if (!ok) {
		buf_release(&out);
		return false;
	}
	backend->base = buf_take(&out);
	for (size_t n = strlen(backend->base); n && backend->base[n - 1] == '/'; n--)
		backend->base[n - 1] = '\0';
	backend->house.origin = backend->base;
	return true;
}

static bool cleartext_check(const struct backend *backend, struct err *err)
{
	if (!http_is_cleartext(backend->base))
		return true;
	for (size_t i = 0; i < backend->plan->settings.n; i++) {
		const struct plan_setting *s = &backend->plan->settings.items[i];
		const char *value = setting(backend, s->name);

		if (s->secret && value && *value)
			return err_set(err, ERR_CONFIG, "%s: settings.%s would travel unencrypted to %s: use an https:// address",
				       backend->id, s->name, backend->base);
	}
	return true;
}

static bool zones_make(struct backend *backend, const struct backend_config *config, struct err *err)
{
	const char *zone = config->zone ? config->zone : backend->plan->zone;

	if (zone && !(backend->zone = zone_new(zone, err)))
		return err_prefix(err, "%s: zone", backend->id);
	if (config->local_zone && !(backend->local = zone_new(config->local_zone, err)))
		return err_prefix(err, "%s: local zone", backend->id);
	backend->house.zone = backend->zone;
	backend->house.local = backend->local;
	return true;
}

static bool peer_make(struct backend *backend, struct http *http, const struct backend_config *config, struct err *err)
{
	struct http_peer_options options = config->peer;
	const struct plan *plan = backend->plan;

	options.id = backend->id;
	options.origin = backend->base;
	if (!options.rate)
		options.rate = plan->rate ? plan->rate : RATE;
	if (!options.concurrency && plan->concurrency)
		options.concurrency = (int)plan->concurrency;
	if (!options.reset.reset && plan->reset_at) {
		options.reset.remaining = plan->reset_remaining;
		options.reset.reset = plan->reset_at;
		options.reset.unit = plan->reset_unit;
	}
	backend->deadline_ms = options.deadline_ms ? options.deadline_ms : DEADLINE_MS;
	backend->rate = http_replaying(http) ? -1 : options.rate;
	backend->parallel = options.concurrency > 0 ? (unsigned)options.concurrency : PARALLEL;
	if (backend->parallel > PARALLEL_MAX)
		backend->parallel = PARALLEL_MAX;
	backend->limits = json_scan_defaults;
	backend->limits.count = ROWS_MOST;
	if (options.body_max > 0)
		backend->limits.bytes = (size_t)options.body_max;
	backend->max_pages = config->max_pages ? config->max_pages : plan->max_pages ? plan->max_pages : MAX_PAGES;
	backend->peer = http_peer_new(http, &options, err);
	return backend->peer != NULL;
}

struct backend *backend_new(struct http *http, const struct backend_config *config, struct log *log, struct err *err)
{
	struct backend *backend = mem_zalloc(sizeof(*backend));
	const char *country = config->country ? config->country : config->plan->country;
	const char *currency = config->currency ? config->currency : config->plan->currency;

	backend->id = mem_strdup(config->id);
	backend->plan = config->plan;
	backend->loop = http_loop(http);
	backend->log = log;
	backend->agent = json_object_get(config->agent);
	backend->country = mem_strdup(country);
	backend->currency = mem_strdup(currency);
	backend->parser = json_parser_new();
	json_parser_lend_keys(backend->parser);
	buf_init(&backend->auth.reply, 0);
	backend->house = (struct scope_house){
		.agent = backend->agent, .country = backend->country, .currency = backend->currency,
		.clock = loop_clock(backend->loop), .backend = backend->id,
	};
	if (settings_fill(backend, config->settings, err)) {
		backend->house.settings = backend->settings;
		if (config->plan->feed && zones_make(backend, config, err)) {
			backend->feed = config->feed;
			backend->deadline_ms = config->peer.deadline_ms ? config->peer.deadline_ms : DEADLINE_MS;
			backend->rate = -1;
			return backend;
		}
		if (!config->plan->feed && base_make(backend, err) && cleartext_check(backend, err) && zones_make(backend, config, err) &&
		    peer_make(backend, http, config, err))
			return backend;
	}
	backend_free(backend);
	return NULL;
}

static void bury(void *arg)
{
	struct backend *backend = arg;

	tables_release(backend);
	json_parser_free(backend->parser);
	zone_free(backend->zone);
	zone_free(backend->local);
	json_object_put(backend->settings);
	json_object_put(backend->agent);
	free(backend->country);
	free(backend->currency);
	free(backend->base);
	free(backend->id);
	free(backend);
}

void backend_free(struct backend *backend)
{
	struct backend_call *call;

	if (!backend || backend->freed)
		return;
	tables_stop(backend);
	do {
		for (call = backend->calls; call && !call_alive(call); call = call->next)
			;
		backend_cancel(call);
	} while (call);
	auth_release(backend);
	if (backend->peer)
		http_peer_free(backend->peer);
	backend->peer = NULL;
	backend->freed = backend->calls != NULL;
	if (!backend->freed)
		bury(backend);
}

/* The sinks on the stack still look at the backend that one of them freed. */
void backend_left(struct backend *backend)
{
	if (backend->freed && !backend->calls)
		loop_defer(backend->loop, bury, backend);
}

const char *backend_id(const struct backend *backend)
{
	return backend->id;
}

const struct scope_house *backend_scope(const struct backend *backend)
{
	return &backend->house;
}

const struct plan *backend_plan(const struct backend *backend)
{
	return backend->plan;
}

unsigned backend_find_types(const struct backend *backend)
{
	return plan_find_types(backend->plan);
}

int64_t backend_deadline_ms(const struct backend *backend)
{
	return backend->deadline_ms;
}

double backend_rate(const struct backend *backend)
{
	return backend->rate;
}
