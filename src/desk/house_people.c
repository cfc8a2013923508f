#include <dossier/base/mem.h>

#include <dossier/desk/switch.h>

#include "house_parts.h"

static bool is_country(const char *text)
{
	return strlen(text) == 2 && phone_country_known(text);
}

void house_check_place(struct house_load *load, struct json_object *map, const char *what,
		       const char *country, const char *currency, const char *zone)
{
	struct err err = { 0 };
	struct zone *loaded;

	if (country && !is_country(country))
		house_error(load, yaml_mark_value(map, "country"),
			    "%s: country %s is not known: two letters of ISO 3166 such as DE are meant", what, country);
	if (currency && money_exponent(str_of(currency)) < 0)
		house_error(load, yaml_mark_value(map, "currency"),
			    "%s: currency %s is not known: three letters of ISO 4217 such as EUR are meant", what, currency);
	if (!zone)
		return;
	loaded = zone_new(zone, &err);
	if (!loaded)
		house_error(load, yaml_mark_value(map, "zone"), "%s: zone: %s", what, err.text);
	zone_free(loaded);
}

/* What was reported must not go on to the backends, which have done nothing wrong. */
static void drop_bad_place(struct house *house)
{
	if (house->country && !is_country(house->country)) {
		free(house->country);
		house->country = NULL;
	}
	if (house->currency && money_exponent(str_of(house->currency)) < 0) {
		free(house->currency);
		house->currency = NULL;
	}
	house->zone = house->zone_name ? zone_new(house->zone_name, NULL) : NULL;
	if (house->zone_name && !house->zone) {
		free(house->zone_name);
		house->zone_name = NULL;
	}
}

void house_read_head(struct house_load *load, struct json_object *map)
{
	struct house *house = load->house;

	option_read(map, house_head_keys, house, "house", load->diags);
	house_check_place(load, map, "house", house->country, house->currency, house->zone_name);
	drop_bad_place(house);
}

static const char *const roles[] = { "agent", "counter", "partner", "supervisor", "service", "admin", NULL };

static bool in_words(const char *text, const char *const *words)
{
	for (; *words; words++) {
		if (!strcmp(*words, text))
			return true;
	}
	return false;
}

/* The house's own name for whoever goes by that name elsewhere; one alias cannot mean two people. */
static const struct house_agent *by_alias(const struct house *house, const char *alias)
{
	for (size_t i = 0; i < house->n_agents; i++) {
		const struct house_agent *agent = house->agents[i];

		for (size_t k = 0; k < agent->aliases.n; k++) {
			if (!strcmp(agent->aliases.items[k], alias))
				return agent;
		}
	}
	return NULL;
}

static const struct house_agent *by_login(const struct house *house, const char *login)
{
	for (size_t i = 0; i < house->n_agents; i++) {
		if (!strcmp(house->agents[i]->login, login))
			return house->agents[i];
	}
	return NULL;
}

static bool is_dialled(const struct house *house, const char *text)
{
	struct phone phone;

	return strncmp(text, "sip:", 4) == 0 || (phone_parse(str_of(text), house->country, &phone) && phone.e164[0]);
}

static void check_agent(struct house_load *load, const struct house_agent *agent, struct json_object *map,
			struct yaml_mark mark)
{
	const struct house_agent *other;

	if (!house_is_id(agent->id))
		house_error(load, mark, "agent %s: a name here starts with a letter and has letters, digits, - and _, 32 at most", agent->id);
	if (agent->role && !in_words(agent->role, roles)) {
		const char *near = option_nearest(agent->role, roles);

		house_error(load, yaml_mark_value(map, "role"), "agent %s: unknown role %s: %s%s%s", agent->id, agent->role,
			    near ? "did you mean " : "agent, counter, partner, supervisor, service and admin are known",
			    near ? near : "", near ? "?" : "");
	}
	if (agent->phone && !is_dialled(load->house, agent->phone))
		house_error(load, yaml_mark_value(map, "phone"), "agent %s: phone %s is no telephone number: such as +44 1632 960101, or a sip: address",
			    agent->id, agent->phone);
	if (agent->pin && !switch_is_hash(str_of(agent->pin)))
		house_error(load, yaml_mark_value(map, "pin"), "agent %s: pin is no hash: \"dossier switch --hash\" makes one", agent->id);
	for (size_t i = 0; agent->badge && i < load->house->n_agents; i++)
		if (load->house->agents[i]->badge && strcmp(load->house->agents[i]->badge, agent->badge) == 0)
			house_error(load, yaml_mark_value(map, "badge"), "agent %s: this badge belongs to agent %s already", agent->id, load->house->agents[i]->id);
	other = by_login(load->house, agent->login);
	if (other)
		house_error(load, mark, "agent %s: log-in %s belongs to agent %s already", agent->id, agent->login, other->id);
	for (size_t i = 0; i < agent->aliases.n; i++) {
		other = by_alias(load->house, agent->aliases.items[i]);
		if (other)
			house_error(load, yaml_mark_value(map, "aliases"), "agent %s: alias %s belongs to agent %s already",
				    agent->id, agent->aliases.items[i], other->id);
	}
}

static void add_names(struct house *house, const struct house_agent *agent)
{
	const char *own[] = { agent->id, agent->login, agent->email };

	for (size_t i = 0; agent->name && i < sizeof(own) / sizeof(*own); i++) {
		if (own[i] && strcmp(own[i], agent->name))
			timeline_agents_add(house->aliases, agent->name, own[i]);
	}
	for (size_t i = 0; agent->name && i < agent->aliases.n; i++)
		timeline_agents_add(house->aliases, agent->name, agent->aliases.items[i]);
}

void house_read_agents(struct house_load *load, struct json_object *map)
{
	struct house *house = load->house;
	size_t cap = 0;

	json_object_object_foreach(map, key, value) {
		struct yaml_mark mark = yaml_mark_key(map, key);
		struct house_agent *agent;
		char *what = mem_printf("agent %s", key);

		if (house_is_map(load, value, mark, what)) {
			agent = mem_zalloc(sizeof(*agent));
			agent->id = mem_strdup(key);
			option_read(value, house_agent_keys, agent, what, load->diags);
			if (!agent->login)
				agent->login = mem_strdup(key);
			check_agent(load, agent, value, mark);
			add_names(house, agent);
			MEM_ROOM(house->agents, house->n_agents, cap);
			house->agents[house->n_agents++] = agent;
		}
		free(what);
	}
}

static void read_pattern(struct house_load *load, struct json_object *map, struct who_pattern **out)
{
	struct identity_keys keys = { 0 };
	struct err err = { 0 };
	enum id_type type = ID_TYPE_NAME;
	bool good = option_read(map, house_identity_keys, &keys, "identities", load->diags);

	*out = NULL;
	if (keys.type && !identity_type_parse(str_of(keys.type), &type)) {
		house_error(load, yaml_mark_value(map, "type"),
			    "identities: unknown type %s: such as loyalty, receipt, order, ticket or reservation is meant", keys.type);
		good = false;
	} else if (keys.type && (type == ID_TYPE_REC || type == ID_TYPE_ACCOUNT || type == ID_TYPE_CONTACT ||
				 type == ID_TYPE_CASE || type == ID_TYPE_PERSON)) {
		house_error(load, yaml_mark_value(map, "type"), "identities: a pattern cannot give a %s, which needs more than its text", keys.type);
		good = false;
	}
	if (good) {
		*out = who_pattern_new(type, keys.pattern, keys.value, &err);
		if (!*out)
			house_error(load, yaml_mark_value(map, "pattern"), "identities: %s", err.text);
	}
	free(keys.type);
	free(keys.pattern);
	free(keys.value);
}

void house_read_identities(struct house_load *load, struct json_object *list)
{
	struct who_rules *rules = &load->house->who;
	size_t cap = 0;

	for (size_t i = 0; i < json_object_array_length(list); i++) {
		struct json_object *item = json_object_array_get_idx(list, i);
		struct who_pattern *pattern;

		if (!house_is_map(load, item, yaml_mark_item(list, i), "an item of identities"))
			continue;
		read_pattern(load, item, &pattern);
		if (!pattern)
			continue;
		MEM_ROOM(rules->patterns, rules->n_patterns, cap);
		rules->patterns[rules->n_patterns++] = pattern;
	}
}
