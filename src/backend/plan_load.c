#include <dossier/base/yaml.h>

#include <dossier/backend/feed.h>

#include "load.h"

static void read_verified(struct load *l, struct node node, void *to)
{
	if (node_expect(l, node, json_type_object, "verified"))
		*(struct json_object **)to = json_object_get(node.value);
}

const struct word setting_words[] = {
	{ "required", read_bool, offsetof(struct plan_setting, required), "whether a house must give it" },
	{ "secret", read_bool, offsetof(struct plan_setting, secret), "whether it is masked everywhere" },
	{ "default", read_text, offsetof(struct plan_setting, fallback), "its value where a house gives none" },
	{ "help", read_text, offsetof(struct plan_setting, help), "a line for who sets it" },
	{ NULL }
};

void read_settings(struct load *l, struct node node, void *to)
{
	struct plan *plan = to;

	if (!node_expect(l, node, json_type_object, "settings"))
		return;
	json_object_object_foreach(node.value, key, value) {
		struct plan_setting setting = { .name = mem_strdup(key) };
		struct part part = { setting_words, &setting, NULL };

		if (value)
			block_read(l, node_member(node, key), &part, 1, NULL, "a setting");
		if (!name_is_good(key))
			load_error(l, node.line, "setting \"%s\": letters, digits, - and _ are meant, starting with a letter", key);
		if (setting.secret && setting.fallback)
			load_error(l, node_member(node, key).line, "setting \"%s\": a secret has no default", key);
		PLAN_ADD(plan->settings, setting);
	}
	l->used_settings = mem_array(plan->settings.n + 1, sizeof(bool));
}

static void read_reset_unit(struct load *l, struct node node, void *to)
{
	static const char *const units[] = { "seconds", "epoch", "epoch_ms", "iso", NULL };
	const char *text = node_text(node);

	for (int i = 0; text && units[i]; i++) {
		if (strcmp(units[i], text))
			continue;
		*(int *)to = i;
		return;
	}
	unknown_word(l, node.line, text ? text : "", units, "unit");
}

const struct word reset_words[] = {
	{ "remaining", read_text, offsetof(struct plan, reset_remaining), "the header that says how many are left" },
	{ "at", read_text, offsetof(struct plan, reset_at), "the header that says when there are more" },
	{ "unit", read_reset_unit, offsetof(struct plan, reset_unit), "its unit: seconds, epoch, epoch_ms or iso" },
	{ NULL }
};

static void read_reset(struct load *l, struct node node, void *to)
{
	struct part part = { reset_words, to, NULL };

	block_read(l, node, &part, 1, NULL, "reset");
}

static void read_rate(struct load *l, struct node node, void *to)
{
	double rate = json_object_get_double(node.value);

	if ((node_is(node, json_type_int) || node_is(node, json_type_double)) && rate > 0 && rate <= 10000)
		((struct plan *)to)->rate = rate;
	else
		load_error(l, node.line, "rate: requests a second, more than 0");
}

const struct word limit_words[] = {
	{ "rate", read_rate, 0, "requests a second" },
	{ "concurrency", read_count, offsetof(struct plan, concurrency), "requests at once" },
	{ "pages", read_count, offsetof(struct plan, max_pages), "pages of one list at most" },
	{ "reset", read_reset, 0, "headers that tell when there are more" },
	{ NULL }
};

void read_limits(struct load *l, struct node node, void *to)
{
	struct part part = { limit_words, to, NULL };

	block_read(l, node, &part, 1, NULL, "limits");
}

static void read_zone(struct load *l, struct node node, void *to)
{
	struct err err = { 0 };

	read_text(l, node, to);
	if (!*(char **)to)
		return;
	struct zone *zone = zone_new(*(char **)to, &err);
	if (!zone)
		load_error(l, node.line, "zone: %s", err.text);
	else
		zone_free(zone);
}

static void read_country(struct load *l, struct node node, void *to)
{
	read_text(l, node, to);
	if (*(char **)to && !phone_country_known(*(char **)to))
		load_error(l, node.line, "country: \"%s\" is none: two letters of ISO 3166 are meant, such as GB", *(char **)to);
}

static void read_currency(struct load *l, struct node node, void *to)
{
	read_text(l, node, to);
	if (*(char **)to && money_exponent(str_of(*(char **)to)) < 0)
		load_error(l, node.line, "currency: \"%s\" is none: three letters of ISO 4217 are meant, such as EUR", *(char **)to);
}

static void read_the_record(struct load *l, struct node node, void *to)
{
	struct load_fetch reads = { &l->record_reads, NULL };

	l->fetch = &reads;
	read_record(l, node, to);
	l->fetch = NULL;
}

/* In the order of reading: what is named comes before what names it. */
const struct word plan_words[] = {
	{ "connector", read_text, offsetof(struct plan, name), "its short name" },
	{ "title", read_text, offsetof(struct plan, title), "the product, for people" },
	{ "verified", read_verified, offsetof(struct plan, verified), "against what it was tried, and when" },
	{ "rights", read_text, offsetof(struct plan, rights), "what its credentials must be allowed" },
	{ "settings", read_settings, 0, "what a house sets" },
	{ "zone", read_zone, offsetof(struct plan, zone), "zone of times without one" },
	{ "country", read_country, offsetof(struct plan, country), "country of telephone numbers without one" },
	{ "currency", read_currency, offsetof(struct plan, currency), "currency of amounts without one" },
	{ "base", read_path, offsetof(struct plan, base), "base address, where it is not just <settings.url>" },
	{ "limits", read_limits, 0, "how much may be asked" },
	{ "headers", read_headers, offsetof(struct plan, headers), "headers of every request" },
	{ "auth", read_auth, offsetof(struct plan, auth), "credentials" },
	{ "as", read_as, offsetof(struct plan, as), "the header that names the agent in writes" },
	{ "error", read_errors, 0, "where the text of an error stands" },
	{ "ping", read_ping, 0, "is it there, am I let in, as whom" },
	{ "tables", read_tables, offsetof(struct plan, tables), "lists to look names up in" },
	{ "record", read_the_record, offsetof(struct plan, record), "how a found customer reads" },
	{ "find", read_find, 0, "ways to find a customer" },
	{ "pull", read_pull, 0, "what happened with a customer" },
	{ "stock", read_stock, 0, "how many of an item lie where" },
	{ "products", read_products, 0, "what is sold" },
	{ "knowledge", read_knowledge, 0, "articles" },
	{ "day", read_day, 0, "what is due at a site today" },
	{ "actions", read_actions, 0, "what can be written" },
	{ "feed", read_feed, offsetof(struct plan, feed), "rows of exported files, of a backend without an interface" },
	{ NULL }
};

static void check_setting(struct load *l, int line, struct str name)
{
	const char *names[66];
	size_t n = 0;

	for (size_t i = 0; i < l->plan->settings.n; i++) {
		if (str_is(name, l->plan->settings.items[i].name)) {
			l->used_settings[i] = true;
			l->plan->settings.items[i].login |= l->login;
			return;
		}
		if (n < 64)
			names[n++] = l->plan->settings.items[i].name;
	}
	names[n] = NULL;
	char *copy = str_dup(name);
	const char *near = option_nearest(copy, names);
	if (near)
		load_error(l, line, "settings: has no \"%s\", did you mean \"%s\"?", copy, near);
	else
		load_error(l, line, "settings: has no \"%s\": add it there, such as %s: {required: true}", copy, copy);
	free(copy);
}

static void check_var(struct load *l, int line, struct str name)
{
	struct buf known;

	for (size_t i = 0; i < l->n_names; i++)
		if (str_is(name, l->names[i]))
			return;
	size_t n = l->n_names;
	if (l->record)
		l->names[n++] = "record";
	l->names[n] = NULL;
	char *copy = str_dup(name);
	const char *near = option_nearest(copy, l->names);
	buf_init(&known, 300);
	for (size_t i = 0; i < n; i++)
		buf_printf(&known, "%s<%s>", i ? ", " : "", l->names[i]);
	if (l->record)
		buf_adds(&known, ", <record.x>");
	if (near)
		load_error(l, line, "nothing is called <%s> here, did you mean <%s>?", copy, near);
	else
		load_error(l, line, "nothing is called <%s> here; known are: %s%s<settings.x>, <agent.x>, <now>, <uuid>, and << is a < of the text",
			   copy, known.data ? known.data : "", known.len ? ", " : "");
	buf_release(&known);
	free(copy);
}

static void check_extra(struct load *l, int line, struct str name)
{
	enum id_type type;

	if (!l->record) {
		load_error(l, line, "<record.%.*s>: no record is known here", STR_ARG(name));
		return;
	}
	if (str_is(name, "id") || str_is(name, "name") || identity_type_parse(name, &type))
		return;
	for (size_t i = 0; l->plan->record && i < l->plan->record->keep.n; i++)
		if (str_is(name, l->plan->record->keep.items[i].name))
			return;
	for (size_t i = 0; i < l->plan->finds.n; i++) {
		const struct plan_record *record = l->plan->finds.items[i]->record;

		for (size_t j = 0; record && j < record->keep.n; j++)
			if (str_is(name, record->keep.items[j].name))
				return;
	}
	load_error(l, line, "<record.%.*s> is not kept: record: keep: {%.*s: /pointer} would", STR_ARG(name), STR_ARG(name));
}

struct name_check {
	struct load *l;
	int line;
};

static void check_name(void *arg, enum template_source source, struct str name)
{
	const struct name_check *check = arg;

	switch (source) {
	case TEMPLATE_VAR:
		check_var(check->l, check->line, name);
		break;
	case TEMPLATE_SETTING:
		check_setting(check->l, check->line, name);
		break;
	case TEMPLATE_AGENT:
		if (!str_is(name, "name") && !str_is(name, "email") && !str_is(name, "id") && !str_is(name, "phone"))
			load_error(check->l, check->line, "<agent.%.*s>: an agent has name, email, phone and id", STR_ARG(name));
		break;
	case TEMPLATE_RECORD:
		if (!check->l->record)
			load_error(check->l, check->line, "<record>: no record is known here: only in pulls with per: record, in then: and in actions");
		break;
	case TEMPLATE_EXTRA:
		check_extra(check->l, check->line, name);
		break;
	}
}

void names_check(struct load *l, const struct template *t, int line)
{
	struct name_check check = { l, line };

	/* room for <record> and the list's end, which the suggestions need */
	name_add(l, "");
	name_add(l, "");
	l->n_names -= 2;
	template_names(t, check_name, &check);
}

/* Nobody can be asked over the network where there are files alone. */
static void feed_check(struct load *l, struct node root)
{
	static const char *const asking[] = {
		"base", "limits", "headers", "auth", "as", "error", "ping", "tables", "find", "pull", "stock", "products", "knowledge", "day", "actions",
	};

	for (size_t i = 0; l->plan->feed && i < sizeof(asking) / sizeof(*asking); i++)
		if (node_has(root, asking[i]))
			load_error(l, node_member(root, asking[i]).line, "%s: is for a backend with an interface, and feed: says that this one has none", asking[i]);
}

static void plan_check(struct load *l, struct node root)
{
	struct plan *plan = l->plan;

	if (!plan->name)
		load_error(l, 1, "connector: is missing, its short name");
	else if (!name_is_good(plan->name))
		load_error(l, node_member(root, "connector").line, "connector: letters, digits, - and _ are meant, starting with a letter");
	if (!plan->title)
		load_error(l, 1, "title: is missing, the product for people");
	feed_check(l, root);
	bool url = plan->feed != NULL;
	for (size_t i = 0; i < plan->settings.n; i++) {
		bool is_url = !strcmp(plan->settings.items[i].name, "url");

		url |= is_url;
		if (!l->used_settings[i] && (!is_url || plan->base))
			load_warning(l, node_member(node_member(root, "settings"), plan->settings.items[i].name).line,
				     "setting \"%s\" is used nowhere", plan->settings.items[i].name);
	}
	if (!url && !plan->base)
		load_error(l, node_member(root, "settings").line, "settings: needs url:, the base address of every request (or give base:)");
	if (!plan->finds.n && !plan->pulls.n && !plan->asks.n && !plan->actions.n && !plan->feed)
		load_error(l, 1, "nothing can be asked: find:, pull:, stock:, products:, knowledge:, day: and actions: are all missing");
	for (size_t i = 0; i < plan->pulls.n; i++)
		if (plan->pulls.items[i]->per == PER_RECORD && !plan->finds.n)
			load_error(l, plan->pulls.items[i]->line, "pull \"%s\" goes by records, and no find: gives any", plan->pulls.items[i]->name);
}

/* People read a file from its top. */
static void sort_findings(struct diags *diags, size_t first)
{
	for (size_t i = first + 1; i < diags->n; i++)
		for (size_t j = i; j > first && diags->items[j].line && diags->items[j - 1].line > diags->items[j].line; j--) {
			struct diag later = diags->items[j - 1];

			diags->items[j - 1] = diags->items[j];
			diags->items[j] = later;
		}
}

static struct plan *plan_read(struct json_object *yaml, const char *file, struct diags *diags, size_t errors)
{
	struct load l = { .file = file, .diags = diags, .plan = mem_zalloc(sizeof(*l.plan)) };
	struct node root = { yaml, 1 };
	size_t found = diags->n;
	struct part part = { plan_words, l.plan, NULL };

	l.plan->file = mem_strdup(file);
	l.used_settings = mem_array(1, sizeof(bool));
	bool *first = l.used_settings;
	block_read(&l, root, &part, 1, NULL, "a connector");
	if (json_object_is_type(yaml, json_type_object))
		plan_check(&l, root);
	sort_findings(diags, found);
	if (l.used_settings != first)
		free(first);
	free(l.used_settings);
	free(l.names);
	free(l.record_reads.joins.items);
	if (diags->errors == errors)
		return l.plan;
	plan_free(l.plan);
	return NULL;
}

struct plan *plan_load(const char *path, struct diags *diags)
{
	size_t errors = diags->errors;
	struct json_object *yaml = yaml_load(path, diags);

	if (!yaml) {
		if (diags->errors == errors)
			diags_add(diags, DIAG_ERROR, path, 1, "the file is empty: a connector starts with connector: NAME");
		return NULL;
	}
	struct plan *plan = plan_read(yaml, path, diags, errors);
	json_object_put(yaml);
	return plan;
}

struct plan *plan_parse(struct str text, const char *name, struct diags *diags)
{
	size_t errors = diags->errors;
	struct json_object *yaml = yaml_parse(text, name, diags);

	if (!yaml) {
		if (diags->errors == errors)
			diags_add(diags, DIAG_ERROR, name, 1, "the file is empty: a connector starts with connector: NAME");
		return NULL;
	}
	struct plan *plan = plan_read(yaml, name, diags, errors);
	json_object_put(yaml);
	return plan;
}

unsigned plan_find_types(const struct plan *plan)
{
	unsigned types = plan->feed ? feed_find_types(plan) : 0;

	for (size_t i = 0; i < plan->finds.n; i++)
		types |= 1u << plan->finds.items[i]->by;
	return types;
}
