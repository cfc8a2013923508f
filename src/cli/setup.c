#include "sandbox.h"

#include <dossier/base/mem.h>

int cli_house(struct cli *cli)
{
	struct house_options options = { .file = cli->globals.config, .login = getenv("LOGNAME") };
	struct sandbox sandbox = { 0 };
	bool started;

	if (cli->house)
		return CLI_DONE;
	if (cli->globals.sandbox && !cli->globals.config) {
		if (!sandbox_use(&sandbox, &started)) {
			sandbox_release(&sandbox);
			return CLI_CONFIG;
		}
		options.file = sandbox.config;
	}
	cli->house = house_load(&options, &cli->diags);
	sandbox_release(&sandbox);
	if (!cli->house->file) {
		cli_say_diags(&cli->diags);
		cli_say("there is no configuration: write /etc/dossier/dossier.yaml, or ~/.config/dossier/dossier.yaml to try it alone "
			"(\"man dossier-config\" shows a whole one)");
		return CLI_CONFIG;
	}
	return CLI_DONE;
}

static size_t usable(const struct desk *desk)
{
	size_t n = 0;

	for (size_t i = 0; i < desk->n_backends; i++)
		n += desk->backends[i].backend != NULL;
	return n;
}

struct desk *cli_desk(struct cli *cli, const char *only, int *status)
{
	struct desk_options options = {
		.clock = cli->clock, .log = cli->log, .capture_dir = cli->capture_dir,
		.replay_dir = cli->globals.replay, .only = only, .rank = cli->rank,
	};
	struct err err = { 0 };
	struct desk *desk;

	*status = cli_house(cli);
	if (*status != CLI_DONE)
		return NULL;
	*status = CLI_CONFIG;
	if (only && !house_find_backend(cli->house, only)) {
		cli_say("%s has no backend \"%s\"; \"dossier backends list\" names them", cli->house->file, only);
		return NULL;
	}
	desk = desk_new(cli->house, &options, &err);
	cli->house = NULL;
	if (!desk) {
		cli_say("%s", err.text);
		return NULL;
	}
	if (usable(desk) == 0) {
		for (size_t i = 0; i < desk->n_backends; i++)
			cli_say("%s", desk->backends[i].err.text);
		cli_say("no backend can be used; \"dossier config check\" lists what is wrong");
		desk_free(desk);
		return NULL;
	}
	desk->trace = cli->trace;
	*status = CLI_DONE;
	return desk;
}
