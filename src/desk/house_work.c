/*
 * Settings of the work itself: where it is kept, what may be chosen, how long
 * is soon, what it costs, how long it stays.
 */
#include <dossier/base/mem.h>
#include <dossier/model/cases.h>

#include "house_parts.h"

#define RETENTION_LEAST (24 * 60 * 60 * INT64_C(1000))
#define LIST_MOST 200

const struct house_outcome *house_find_outcome(const struct house *house, struct str name)
{
	for (size_t i = 0; i < house->n_outcomes; i++) {
		if (str_is(name, house->outcomes[i].name))
			return &house->outcomes[i];
	}
	return NULL;
}

bool house_allows(const struct option_texts *list, struct str text)
{
	for (size_t i = 0; i < list->n; i++) {
		if (str_is(text, list->items[i]))
			return true;
	}
	return list->n == 0;
}

static void make_absolute(const struct house_load *load, char **path)
{
	char *whole;

	if (!*path)
		return;
	whole = house_path(load, *path);
	free(*path);
	*path = whole;
}

void house_read_store(struct house_load *load, struct json_object *map)
{
	struct house_store *store = &load->house->store;

	option_read(map, house_store_keys, store, "store", load->diags);
	make_absolute(load, &store->path);
	make_absolute(load, &store->local);
}

/* Codes are counted by what they are, so each stands once, and none is a sentence. */
static void check_codes(struct house_load *load, struct json_object *map, const char *key, const char *what, const struct option_texts *list)
{
	if (list->n > LIST_MOST)
		house_error(load, yaml_mark_value(map, key), "%s: more than %d %s are not read by anybody", what, LIST_MOST, key);
	for (size_t i = 0; i < list->n; i++) {
		const char *code = list->items[i];

		if (!*code || strlen(code) > ENTRY_WORD_MOST || strpbrk(code, ",\n\t"))
			house_error(load, yaml_mark_value(map, key), "%s: \"%s\" of %s is no code: a word or two without commas", what, code, key);
		for (size_t k = 0; k < i; k++) {
			if (!strcmp(list->items[k], code))
				house_error(load, yaml_mark_value(map, key), "%s: %s stands twice in %s", what, code, key);
		}
	}
}

static void check_channels(struct house_load *load, struct json_object *map, const struct option_texts *list)
{
#define X(name, word) word,
	static const char *const words[] = { CHANNELS(X) NULL };
#undef X
	enum channel channel;

	for (size_t i = 0; i < list->n; i++) {
		const char *near;

		if (channel_parse(str_of(list->items[i]), &channel) && channel != CHANNEL_NONE)
			continue;
		near = option_nearest(list->items[i], words + 1);
		house_error(load, yaml_mark_value(map, "channels"), "contacts: unknown channel %s: %s%s%s", list->items[i],
			    near ? "did you mean " : "phone, chat, counter, mail, social and web are known", near ? near : "", near ? "?" : "");
	}
}

static void check_outcome(struct house_load *load, struct json_object *map, const char *what, struct house_outcome *outcome)
{
	enum case_status status;

	check_codes(load, map, "reasons", what, &outcome->reasons);
	if (!outcome->status || (case_status_parse(str_of(outcome->status), &status) && status != CASE_REOPENED))
		return;
	house_error(load, yaml_mark_value(map, "status"), "%s: a case becomes open, waiting or solved by it, not %s", what, outcome->status);
	free(outcome->status);
	outcome->status = NULL;
}

static void read_outcomes(struct house_load *load, struct json_object *map)
{
	struct house *house = load->house;

	house->outcomes = mem_array((size_t)json_object_object_length(map) + 1, sizeof(*house->outcomes));
	json_object_object_foreach(map, key, value) {
		struct house_outcome *outcome = &house->outcomes[house->n_outcomes++];
		char *what = mem_printf("outcome %s", key);

		/* nothing but the name is said of it */
		if (!value || house_is_map(load, value, yaml_mark_value(map, key), what)) {
			option_read(value, house_outcome_keys, outcome, what, load->diags);
			check_outcome(load, value, what, outcome);
		}
		outcome->name = mem_strdup(key);
		free(what);
	}
}

void house_read_contacts(struct house_load *load, struct json_object *map)
{
	struct contact_keys keys = { 0 };

	if (!map)
		return;
	option_read(map, house_contact_keys, &keys, "contacts", load->diags);
	load->house->channels = keys.channels;
	load->house->done = keys.done;
	check_channels(load, map, &keys.channels);
	check_codes(load, map, "done", "contacts", &keys.done);
	if (keys.outcomes && house_is_map(load, keys.outcomes, yaml_mark_value(map, "outcomes"), "contacts: outcomes"))
		read_outcomes(load, keys.outcomes);
}

void house_read_handoffs(struct house_load *load, struct json_object *map)
{
	if (!map)
		return;
	option_read(map, house_handoff_keys, load->house, "handoffs", load->diags);
	check_codes(load, map, "reasons", "handoffs", &load->house->reasons);
}

void house_read_templates(struct house_load *load, struct json_object *map)
{
	struct house *house = load->house;

	if (!map)
		return;
	house->templates = mem_array((size_t)json_object_object_length(map) + 1, sizeof(*house->templates));
	json_object_object_foreach(map, name, text) {
		if (!json_object_is_type(text, json_type_string) || !json_object_get_string_len(text)) {
			house_error(load, yaml_mark_value(map, name), "templates: %s must be a text", name);
			continue;
		}
		house->templates[house->n_templates++] = (struct house_template){ mem_strdup(name), mem_strdup(json_object_get_string(text)) };
	}
}

void house_read_windows(struct house_load *load, struct json_object *map)
{
	option_read(map, house_window_keys, &load->house->windows, "windows", load->diags);
}

void house_read_session(struct house_load *load, struct json_object *map)
{
	static const char *const words[] = { "anywhere", "workstation", "nowhere" };
	struct house_session *session = &load->house->session;

	free(session->takes_over);
	session->takes_over = NULL;
	option_read(map, house_session_keys, session, "session", load->diags);
	for (size_t i = 0; session->takes_over && i < sizeof(words) / sizeof(*words); i++)
		if (strcmp(session->takes_over, words[i]) == 0)
			return;
	house_error(load, yaml_mark_value(map, "switch"), "session: switch is one of anywhere, workstation, nowhere");
	free(session->takes_over);
	session->takes_over = mem_strdup("nowhere");
}

void house_read_scanner(struct house_load *load, struct json_object *map)
{
	if (map)
		option_read(map, house_scanner_keys, &load->house->scanner, "scanner", load->diags);
}

/* "45.00 EUR", or "45.00" in the house's currency. */
void house_read_costs(struct house_load *load, struct json_object *map)
{
	struct cost_keys keys = { 0 };
	struct err err = { 0 };
	struct str text, currency;
	const char *space;

	if (!map)
		return;
	option_read(map, house_cost_keys, &keys, "costs", load->diags);
	if (!keys.hour)
		return;
	text = str_trim(str_of(keys.hour));
	space = text.n ? memchr(text.p, ' ', text.n) : NULL;
	currency = space ? str_trim(str_make(space, (size_t)(text.p + text.n - space))) : str_of(load->house->currency);
	if (space)
		text.n = (uint32_t)(space - text.p);
	if (str_empty(currency))
		house_error(load, yaml_mark_value(map, "hour"), "costs: hour is an amount such as 45.00 EUR; the house names no currency");
	else if (!money_parse_major(text, currency, &load->house->hour, &err) || load->house->hour.minor < 0) {
		house_error(load, yaml_mark_value(map, "hour"), "costs: hour is an amount such as 45.00 EUR, not %s", keys.hour);
		load->house->hour = (struct money){ 0 };
	}
	free(keys.hour);
}

/* Others would say something else without them: a link undone would stand again. */
static bool is_kept_for_good(enum entry_type type)
{
	return type == ENTRY_LINK || type == ENTRY_UNLINK || type == ENTRY_ASSIGN || type == ENTRY_REDACT || type == ENTRY_ERASE;
}

static void report_type(struct house_load *load, struct json_object *map, const char *key)
{
#define X(name, word, needs, roles, fields) word,
	static const char *const words[] = { ENTRY_TYPES(X) NULL };
#undef X
	const char *near = option_nearest(key, words);

	house_error(load, yaml_mark_key(map, key), "retention: unknown type of entry %s%s%s%s", key,
		    near ? ": did you mean " : ", such as note, view or contact.start is meant", near ? near : "", near ? "?" : "");
}

void house_read_retention(struct house_load *load, struct json_object *map)
{
	struct house *house = load->house;

	if (!map)
		return;
	house->retention = mem_array((size_t)json_object_object_length(map) + 1, sizeof(*house->retention));
	json_object_object_foreach(map, key, value) {
		struct house_keep keep;
		const char *text = value ? json_object_get_string(value) : "";

		if (!entry_type_parse(str_of(key), &keep.type))
			report_type(load, map, key);
		else if (is_kept_for_good(keep.type))
			house_error(load, yaml_mark_key(map, key), "retention: %s is kept for good, because other entries mean something else without it", key);
		else if (!option_duration(text, &keep.ms) || keep.ms < RETENTION_LEAST)
			house_error(load, yaml_mark_value(map, key), "retention: %s is kept for a duration of a day or more, such as 400d", key);
		else
			house->retention[house->n_retention++] = keep;
	}
}

static bool is_uuid(const char *text)
{
	static const char form[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
	size_t i = 0;

	for (; form[i] && text[i]; i++) {
		if (form[i] == '-' ? text[i] != '-' : !strchr("0123456789abcdef", text[i]))
			return false;
	}
	return !form[i] && !text[i];
}

static const struct option hold_keys[] = {
	{ "legal_hold", OPTION_TEXTS, offsetof(struct house, legal_hold) },
	{ 0 },
};

/* Of a list that cannot be read whole nothing is known: then all are held. */
void house_read_legal_hold(struct house_load *load, struct json_object *root)
{
	struct json_object *value = NULL, *alone;
	struct option_texts *list = &load->house->legal_hold;
	size_t mistakes;

	if (!json_object_object_get_ex(root, "legal_hold", &value) || !value)
		return;
	if (!json_object_is_type(value, json_type_array) && !json_object_is_type(value, json_type_string)) {
		house_error(load, yaml_mark_value(root, "legal_hold"), "legal_hold must be a list of persons, or all");
		load->house->hold_all = true;
		return;
	}
	mistakes = load->diags->errors;
	alone = json_object_new_object();
	json_object_object_add(alone, "legal_hold", json_object_get(value));
	option_read(alone, hold_keys, load->house, "the file", load->diags);
	json_object_put(alone);
	load->house->hold_all = load->diags->errors > mistakes;
	for (size_t i = 0; i < list->n; i++) {
		if (is_uuid(list->items[i]))
			continue;
		load->house->hold_all = true;
		if (strcmp(list->items[i], "all") != 0)
			house_error(load, yaml_mark_value(root, "legal_hold"),
				    "legal_hold: %s is no person: the id that show prints as a person's is meant, or all", list->items[i]);
	}
}

void house_release_work(struct house *house)
{
	free(house->store.path);
	free(house->store.local);
	option_texts_release(&house->channels);
	option_texts_release(&house->done);
	option_texts_release(&house->reasons);
	for (size_t i = 0; i < house->n_outcomes; i++) {
		free(house->outcomes[i].name);
		free(house->outcomes[i].status);
		free(house->outcomes[i].next);
		option_texts_release(&house->outcomes[i].reasons);
	}
	free(house->outcomes);
	for (size_t i = 0; i < house->n_templates; i++) {
		free(house->templates[i].name);
		free(house->templates[i].text);
	}
	free(house->templates);
	option_texts_release(&house->compare);
	for (size_t i = 0; i < house->n_masks; i++)
		free(house->masks[i].field);
	free(house->masks);
	free(house->retention);
	option_texts_release(&house->legal_hold);
	option_texts_release(&house->browser);
	free(house->scanner.prefix);
	free(house->scanner.suffix);
}
