/*
 * dossier backends capture and replay. A capture folder holds the exchanges of
 * each backend (net/http keeps them) and dossier.yaml, a configuration with
 * the same backends, their addresses and secrets replaced.
 */
#include "cli.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <dossier/base/json.h>
#include <dossier/base/mem.h>
#include <dossier/base/yaml.h>

#include "people.h"

#define CAPTURE_FILE "dossier.yaml"

static struct json_object *member(struct json_object *map, const char *name)
{
	struct json_object *value;

	if (!json_object_object_get_ex(map, name, &value)) {
		value = json_object_new_object();
		json_object_object_add(map, name, value);
	}
	return value;
}

static void add_text(struct json_object *map, const char *name, const char *text)
{
	if (text)
		json_object_object_add(map, name, json_object_new_string(text));
}

/* The backend as a configuration: settings that are not secret as they are, the address replaced. */
static struct json_object *describe(const struct house_backend *b)
{
	struct json_object *map = json_object_new_object(), *settings = member(map, "settings");

	add_text(map, "connector", b->connector);
	add_text(map, "country", b->country);
	add_text(map, "currency", b->currency);
	add_text(map, "zone", b->zone);
	for (size_t i = 0; i < b->plan->settings.n; i++) {
		const struct plan_setting *s = &b->plan->settings.items[i];
		struct json_object *value;

		if (!json_object_object_get_ex(b->settings, s->name, &value))
			continue;
		if (strcmp(s->name, "url") == 0)
			add_text(settings, s->name, "http://127.0.0.1:1");
		else if (s->secret)
			add_text(settings, s->name, "not kept");
		else
			json_object_object_add(settings, s->name, json_object_get(value));
	}
	return map;
}

static bool write_file(const char *path, struct str text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	bool fine = fd >= 0;
	size_t at = 0;

	while (fine && at < text.n) {
		ssize_t n = write(fd, text.p + at, text.n - at);

		fine = n > 0 || (n < 0 && errno == EINTR);
		at += n > 0 ? (size_t)n : 0;
	}
	if (fd >= 0 && close(fd) != 0)
		fine = false;
	if (!fine)
		cli_say("%s: %s", path, strerror(errno));
	return fine;
}

/* Adds the backend to the folder's configuration, keeping those of earlier captures. */
static bool write_config(const char *dir, const struct house *house, const struct house_backend *b)
{
	char *path = mem_printf("%s/" CAPTURE_FILE, dir);
	struct diags diags = { 0 };
	struct json_object *root = access(path, R_OK) == 0 ? yaml_load(path, &diags) : NULL, *named;
	struct buf text;
	bool fine;

	if (!root || !json_object_is_type(root, json_type_object)) {
		json_object_put(root);
		root = json_object_new_object();
	}
	named = member(root, "house");
	add_text(named, "name", house->name);
	add_text(named, "country", house->country);
	add_text(named, "currency", house->currency);
	add_text(named, "zone", house->zone_name);
	json_object_object_add(member(root, "backends"), b->id, describe(b));
	buf_init(&text, 1024 * 1024);
	json_write(&text, root);
	buf_addc(&text, '\n');
	fine = write_file(path, buf_str(&text));
	buf_release(&text);
	json_object_put(root);
	diags_release(&diags);
	free(path);
	return fine;
}

int cmd_backends_capture(struct cli *cli, const void *options, int argc, char **argv)
{
	/* a second round's questions go to the others, so a whole look-up needs all of them */
	bool all = strcmp(argv[0], "all") == 0;
	struct people people = { .eager = true, .since = WHEN_NONE, .only = all ? NULL : argv[0] };
	char *who = cli_join(argc - 2, argv + 2);
	int status;

	(void)options;
	cli->capture_dir = argv[1];
	if (mkdir(argv[1], 0700) != 0 && errno != EEXIST) {
		cli_say("%s: %s", argv[1], strerror(errno));
		free(who);
		return CLI_USAGE;
	}
	status = people_find(&people, cli, who);
	if (status == CLI_DONE) {
		size_t n;
		const struct source *sources = lookup_sources(people.lookup, &n);
		size_t found = lookup_result(people.lookup)->n;

		people_say_sources(sources, n);
		status = people_status(found, sources, n);
		bool kept = true;
		for (size_t i = 0; i < people.desk->n_backends; i++)
			kept = kept && write_config(argv[1], people.desk->house, people.desk->backends[i].house);
		if (!kept)
			status = CLI_USAGE;
		else
			out_printf(cli->out, "%zu people; replies kept in %s, for \"dossier backends replay %s show WHO\"\n",
				   found, argv[1], argv[1]);
	}
	people_release(&people);
	free(who);
	return status;
}

int cmd_backends_replay(struct cli *cli, const void *options, int argc, char **argv)
{
	char *config = mem_printf("%s/" CAPTURE_FILE, argv[0]);
	int status;

	(void)options;
	if (access(config, R_OK) != 0) {
		cli_say("%s: %s; \"dossier backends capture\" makes such a folder", config, strerror(errno));
		free(config);
		return CLI_USAGE;
	}
	cli->globals.config = config;
	cli->globals.replay = argv[0];
	status = cli_run(cli, argc - 1, argv + 1);
	free(config);
	return status;
}
