#include <stdlib.h>
#include <unistd.h>

#include <dossier/base/home.h>
#include <dossier/base/mem.h>
#include <dossier/base/option.h>
#include <dossier/base/yaml.h>

#include "ui_inner.h"

struct looks { char *theme; };
static const struct option looks_keys[] = {
	{ "theme", OPTION_TEXT, offsetof(struct looks, theme), .help = "of the workstation" },
	{ 0 },
};
static const struct option preference_keys[] = {
	{ "browser", OPTION_TEXTS, offsetof(struct ui, browser), .help = "what opens addresses: a program and its arguments" },
	{ 0 },
};

static void read_keys(struct ui *ui, struct json_object *map, struct diags *diags)
{
	if (!json_object_is_type(map, json_type_object))
		return;
	json_object_object_foreach(map, key, value) {
		struct yaml_mark mark = yaml_mark_key(map, key);

		keymap_bind(ui->keymap, str_of(key), str_of(json_object_is_type(value, json_type_string) ? json_object_get_string(value) : ""),
			    mark.file, mark.line, diags);
	}
}

void personal_read(struct ui *ui, char **theme)
{
	char *path = home_file("XDG_CONFIG_HOME", ".config", "dossier/dossier.yaml");
	struct diags diags = { 0 };
	struct looks looks = { 0 };
	struct json_object *root, *map = NULL;

	*theme = NULL;
	if (!path || access(path, R_OK) != 0) {
		free(path);
		return;
	}
	root = yaml_load(path, &diags);
	if (json_object_is_type(root, json_type_object)) {
		if (json_object_object_get_ex(root, "looks", &map) && json_object_is_type(map, json_type_object))
			option_read(map, looks_keys, &looks, "looks", &diags);
		if (json_object_object_get_ex(root, "preferences", &map) && json_object_is_type(map, json_type_object))
			option_read(map, preference_keys, ui, "preferences", &diags);
		if (json_object_object_get_ex(root, "scanner", &map) && json_object_is_type(map, json_type_object))
			option_read(map, house_scanner_keys, &ui->scanner, "scanner", &diags);
		if (json_object_object_get_ex(root, "keys", &map))
			read_keys(ui, map, &diags);
	}
	*theme = looks.theme;
	if (diags.n)
		ui_say(ui, EL_WARN, "%s:%d: %s", strrchr(path, '/') + 1, diags.items[0].line, diags.items[0].text);
	json_object_put(root);
	diags_release(&diags);
	free(path);
}
