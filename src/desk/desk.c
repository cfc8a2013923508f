#include <dossier/base/mem.h>
#include <dossier/desk/desk.h>
#include <dossier/desk/feed.h>
#include <dossier/desk/switch.h>
#include <dossier/store/kept.h>

/* Replayed answers need no secret, and a replay should run where there is none. */
static void add_stand_ins(struct house_backend *backend)
{
	for (size_t i = 0; backend->plan && i < backend->plan->settings.n; i++) {
		const struct plan_setting *setting = &backend->plan->settings.items[i];
		bool url = !strcmp(setting->name, "url");

		if (!json_object_object_get_ex(backend->settings, setting->name, NULL) && (setting->required || setting->secret))
			json_object_object_add(backend->settings, setting->name,
					       json_object_new_string(url ? "https://localhost" : "replayed"));
	}
}

static struct json_object *agent_values(const struct house_agent *agent)
{
	struct json_object *values;

	if (!agent)
		return NULL;
	values = json_object_new_object();
	json_object_object_add(values, "id", json_object_new_string(agent->id));
	if (agent->name)
		json_object_object_add(values, "name", json_object_new_string(agent->name));
	if (agent->email)
		json_object_object_add(values, "email", json_object_new_string(agent->email));
	if (agent->phone)
		json_object_object_add(values, "phone", json_object_new_string(agent->phone));
	return values;
}

/* The backend's own word, else its connector's, else the house's. */
static const char *first_of(const char *own, const char *plan, const char *house)
{
	return own ? own : plan ? plan : house;
}

static void start_backend(struct desk *desk, struct desk_backend *slot)
{
	const struct house_backend *from = slot->house;
	const struct house *house = desk->house;
	struct backend_config config = { .id = from->id, .plan = from->plan, .settings = from->settings, .peer = from->peer };

	if (from->err.code || !from->plan) {
		slot->err = from->err;
		if (!slot->err.code)
			err_set(&slot->err, ERR_CONFIG, "backend %s: its connector cannot be used", from->id);
		return;
	}
	config.max_pages = from->max_pages;
	config.country = first_of(from->country, from->plan->country, house->country);
	config.currency = first_of(from->currency, from->plan->currency, house->currency);
	config.zone = first_of(from->zone, from->plan->zone, house->zone_name);
	config.local_zone = house->zone_name;
	config.agent = agent_values(house->agent);
	config.feed = desk_feed_source(desk);
	slot->backend = backend_new(desk->http, &config, desk->log, &slot->err);
	json_object_put(config.agent);
}

static bool is_wanted(const struct house_backend *backend, const char *only)
{
	return !backend->off && (!only || !strcmp(only, backend->id));
}

static void start_backends(struct desk *desk, const struct desk_options *options)
{
	struct house *house = desk->house;

	desk->backends = mem_array(house->n_backends + 1, sizeof(*desk->backends));
	for (size_t i = 0; i < house->n_backends; i++) {
		struct desk_backend *slot = &desk->backends[desk->n_backends];

		if (!is_wanted(house->backends[i], options->only))
			continue;
		slot->id = house->backends[i]->id;
		slot->house = house->backends[i];
		if (options->replay_dir)
			add_stand_ins(house->backends[i]);
		start_backend(desk, slot);
		desk->n_backends++;
	}
}

static bool check_only(const struct house *house, const char *only, struct err *err)
{
	const struct house_backend *backend = only ? house_find_backend(house, only) : NULL;
	const char **ids, *near;

	if (!only || (backend && !backend->off))
		return true;
	if (backend)
		return err_set(err, ERR_USAGE, "backend %s is switched off at %s:%d", only, backend->file, backend->line);
	ids = mem_array(house->n_backends + 1, sizeof(*ids));
	for (size_t i = 0; i < house->n_backends; i++)
		ids[i] = house->backends[i]->id;
	near = option_nearest(only, ids);
	err_set(err, ERR_USAGE, "there is no backend %s%s%s%s", only, near ? ": did you mean " : "", near ? near : "", near ? "?" : "");
	free(ids);
	return false;
}

/* Who writes, and what they may: a house that lists nobody lets everybody do everything, else who is not in the list may nothing. */
static void choose_agent(struct desk *desk)
{
	const struct house_agent *agent = desk->house->agent;
	enum role role;

	if (agent) {
		desk->agent = str_of(agent->id);
		desk->team = str_of(agent->team);
		desk->site = str_of(agent->site);
		if (agent->role && role_parse(str_of(agent->role), &role))
			desk->roles = 1U << role;
		return;
	}
	desk->agent = str_of(desk->house->login);
	if (!desk->house->n_agents)
		desk->roles = (1U << ROLE_COUNT) - 1;
}

static void restart_backends(struct desk *desk)
{
	for (size_t i = 0; i < desk->n_backends; i++) {
		struct desk_backend *slot = &desk->backends[i];

		backend_free(slot->backend);
		slot->backend = NULL;
		err_clear(&slot->err);
		start_backend(desk, slot);
	}
}

/* What is kept for whoever sits at another's log-in is theirs. */
static void keep_for(struct desk *desk)
{
	const struct house *house = desk->house;

	if (desk->store)
		kept_for(desk->store, house->agent && house->agent != house->own ? str_of(house->agent->id) : (struct str){ 0 });
}

void desk_switch(struct desk *desk, const struct house_agent *agent)
{
	desk->house->agent = agent;
	desk->agent = desk->team = desk->site = (struct str){ 0 };
	desk->roles = 0;
	choose_agent(desk);
	mask_free(desk->mask);
	desk->mask = NULL;
	desk->mask_made = false;
	keep_for(desk);
	restart_backends(desk);
}

static bool make_store(struct desk *desk, struct shared *with, struct err *err)
{
	const struct house_store *house = &desk->house->store;
	struct store_options store = {
		.loop = desk->loop, .clock = desk->clock, .log = desk->log, .local = house->local, .shared = house->path,
		.login = desk->house->login, .with = with, .keep = house->keep,
	};

	desk->store = store_new(&store, err);
	if (desk->house->agent != desk->house->own)
		keep_for(desk);
	return desk->store != NULL;
}

bool desk_open_store(struct desk *desk, struct err *err)
{
	return desk->store || make_store(desk, NULL, err);
}

static bool open_store(struct desk *desk, const struct desk_options *options, struct err *err)
{
	bool wanted = options->store;

	/* the rows of feeds are kept there; a replay is of another day */
	for (size_t i = 0; !options->replay_dir && i < desk->house->n_backends; i++)
		wanted |= is_wanted(desk->house->backends[i], options->only) && desk->house->backends[i]->plan && desk->house->backends[i]->plan->feed;
	return !wanted || make_store(desk, options->shared, err);
}

struct desk *desk_new(struct house *house, const struct desk_options *options, struct err *err)
{
	struct desk *desk = mem_zalloc(sizeof(*desk));
	struct http_options http = {
		.runtime_dir = options->runtime_dir, .user_agent = "dossier/" PACKAGE_VERSION, .log = options->log,
		.capture_dir = options->capture_dir, .replay_dir = options->replay_dir,
		.parts = options->parts, .part = options->part,
	};

	desk->house = house;
	desk->clock = options->clock ? options->clock : clock_system();
	desk->log = options->log;
	desk->rank = options->rank;
	if (house->torn.code)
		err_set(err, ERR_CONFIG, "%s", house->torn.text);
	else if (check_only(house, options->only, err))
		desk->loop = loop_new(desk->clock, err);
	if (desk->loop)
		desk->http = http_new(desk->loop, &http, err);
	if (!desk->http) {
		desk_free(desk);
		return NULL;
	}
	choose_agent(desk);
	if (!open_store(desk, options, err)) {
		desk_free(desk);
		return NULL;
	}
	if (!options->replay_dir && !options->told)
		house_secrets(house, desk->loop, desk->log, options->only);
	start_backends(desk, options);
	return desk;
}

void desk_read_rest(struct desk *desk, struct diags *diags)
{
	const struct desk_options all = { .store = true };

	if (!desk->house->rest)
		return;
	house_read_rest(desk->house, diags);
	house_secrets(desk->house, desk->loop, desk->log, NULL);
	free(desk->backends);
	start_backends(desk, &all);
}

void desk_free(struct desk *desk)
{
	if (!desk)
		return;
	for (size_t i = 0; i < desk->n_backends; i++)
		backend_free(desk->backends[i].backend);
	free(desk->backends);
	store_free(desk->store);
	desk_forget_writing(desk);
	desk_forget_copying(desk);
	mask_free(desk->mask);
	http_free(desk->http);
	loop_free(desk->loop);
	house_free(desk->house);
	free(desk->signed_on);
	free(desk);
}

struct desk_backend *desk_backend(struct desk *desk, const char *id)
{
	for (size_t i = 0; i < desk->n_backends; i++) {
		if (!strcmp(desk->backends[i].id, id))
			return &desk->backends[i];
	}
	return NULL;
}
