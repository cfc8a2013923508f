/*
 * What is shown to whom: levels of verification, fields that are closed.
 */
#include <dossier/base/mem.h>
#include <dossier/desk/present.h>

#include "house_parts.h"

/* A field that is misspelt would stay open without a word. */
static bool check_field(struct house_load *load, struct yaml_mark mark, const char *what, const char *field)
{
	const char *near;

	if (present_knows(field))
		return true;
	near = option_nearest(field, present_names);
	house_error(load, mark, "%s: there is no field %s%s%s%s", what, field,
		    near ? ": did you mean " : ", such as profile.addresses, row.text or identity.tel is meant", near ? near : "", near ? "?" : "");
	return false;
}

void house_read_verification(struct house_load *load, struct json_object *map)
{
	struct house *house = load->house;
	struct verify_policy *policy = &house->verify;
	struct verify_keys keys;

	option_read(map, house_verify_keys, &keys, "verification", load->diags);
	*policy = (struct verify_policy){
		.level = { [VERIFY_STATED] = keys.stated, [VERIFY_COMPARE] = keys.compare, [VERIFY_CODE] = keys.code,
			   [VERIFY_SEEN] = keys.seen, [VERIFY_CARRIED] = keys.carried },
		.lasts = keys.lasts, .carries = keys.carries, .tries = (size_t)keys.tries,
		.tries_person = (size_t)keys.tries_person, .tries_time = keys.tries_time,
	};
	option_texts_release(&house->compare);
	house->compare = keys.fields;
	for (size_t i = 0; i < keys.fields.n; i++)
		check_field(load, yaml_mark_value(map, "fields"), "verification", keys.fields.items[i]);
}

static bool read_roles(struct house_load *load, struct json_object *map, const struct option_texts *words, unsigned *roles)
{
#define X(name, word) word,
	static const char *const known[] = { ROLES(X) NULL };
#undef X

	for (size_t i = 0; i < words->n; i++) {
		const char *near = option_nearest(words->items[i], known);
		enum role role;

		if (!role_parse(str_of(words->items[i]), &role)) {
			house_error(load, yaml_mark_value(map, "roles"), "masks: unknown role %s: %s%s%s", words->items[i],
				    near ? "did you mean " : "agent, counter, partner, supervisor, service and admin are known",
				    near ? near : "", near ? "?" : "");
			return false;
		}
		*roles |= 1U << role;
	}
	return true;
}

/* A number, or "never"; the same when absent. */
static bool read_level(struct house_load *load, struct json_object *map, struct json_object *value, int64_t *level)
{
	*level = INT64_MAX;
	if (!value || (json_object_is_type(value, json_type_string) && !strcmp(json_object_get_string(value), "never")))
		return true;
	*level = json_object_get_int64(value);
	if (json_object_is_type(value, json_type_int) && *level >= 1 && *level <= 9)
		return true;
	house_error(load, yaml_mark_value(map, "level"), "masks: level is 1 to 9, as verification gives them, or never");
	return false;
}

/* False when nobody can tell which field was meant. */
static bool read_mask(struct house_load *load, struct json_object *map)
{
	struct house *house = load->house;
	struct mask_keys keys = { 0 };
	struct house_mask mask = { 0 };
	bool good = option_read(map, house_mask_keys, &keys, "masks", load->diags), known;

	good = read_level(load, map, keys.level, &mask.level) && good;
	good = read_roles(load, map, &keys.roles, &mask.roles) && good;
	known = keys.field && check_field(load, yaml_mark_value(map, "field"), "masks", keys.field);
	/* with a mistake in it the field is closed to all: rather too much than too little */
	if (!good)
		mask = (struct house_mask){ .level = INT64_MAX };
	mask.field = keys.field;
	option_texts_release(&keys.roles);
	if (mask.field)
		house->masks[house->n_masks++] = mask;
	return known;
}

/* Nobody can tell what was meant to be closed. */
#define MASKS_OF_ALL 12
static void close_all(struct house *house)
{
	static const char *const fields[MASKS_OF_ALL] = {
		"record", "profile", "row", "identity", "group.reasons", "brief", "case", "contact", "handoff", "promise", "question", "entry",
	};

	for (size_t i = 0; i < MASKS_OF_ALL; i++)
		house->masks[house->n_masks++] = (struct house_mask){ mem_strdup(fields[i]), INT64_MAX, 0 };
}

/* What cannot be read whole, or has a section called nearly so, may have held masks. */
static bool may_hide_masks(const struct house_load *load, struct json_object *root)
{
	static const char *const word[] = { "masks", NULL };

	if (load->house->torn.code)
		return true;
	json_object_object_foreach(root, key, value) {
		(void)value;
		if (strcmp(key, "masks") != 0 && option_nearest(key, word))
			return true;
	}
	return false;
}

void house_read_masks(struct house_load *load, struct json_object *root)
{
	struct json_object *list = NULL;
	struct house *house = load->house;
	bool good = !may_hide_masks(load, root), is_list;
	size_t n;

	json_object_object_get_ex(root, "masks", &list);
	is_list = json_object_is_type(list, json_type_array);
	if (list && !is_list) {
		house_error(load, yaml_mark_value(root, "masks"), "masks must be a list of {field: .., level: .., roles: ..}");
		good = false;
	}
	n = is_list ? json_object_array_length(list) : 0;
	house->masks = mem_array(n + MASKS_OF_ALL, sizeof(*house->masks));
	for (size_t i = 0; i < n; i++) {
		struct json_object *item = json_object_array_get_idx(list, i);

		if (house_is_map(load, item, yaml_mark_item(list, i), "an item of masks"))
			good = read_mask(load, item) && good;
		else
			good = false;
	}
	if (!good)
		close_all(house);
}
