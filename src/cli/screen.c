/* "dossier" without a command: what the workstation needs before it opens. */
#include "cli.h"

#include <stdlib.h>

#include <dossier/base/mem.h>

#include "fixed_clock.h"

static bool read_size(const char *text, struct command_screen *how)
{
	char *end;

	if (!text)
		return true;
	how->cols = (int)strtol(text, &end, 10);
	how->rows = *end == 'x' ? (int)strtol(end + 1, &end, 10) : 0;
	if (!*end && how->cols >= 20 && how->cols <= 500 && how->rows >= 5 && how->rows <= 200)
		return true;
	cli_say("--size %s is not COLUMNSxROWS, such as 80x24", text);
	return false;
}

/* A first start has no configuration: the practice backends are a way to see what this is. */
static bool offer_sandbox(struct cli *cli)
{
	char line[16] = "";

	if (cli->globals.keys || cli->globals.sandbox || cli->globals.config || !cli->house || cli->house->file)
		return false;
	fputs("Enter opens practice backends on this host instead (any other word leaves): ", stderr);
	if (!fgets(line, sizeof(line), stdin) || line[0] != '\n')
		return false;
	house_free(cli->house);
	cli->house = NULL;
	cli->globals.sandbox = true;
	return true;
}

struct rest { struct cli *cli; struct desk *desk; bool read, none; };

static bool read_rest(void *arg)
{
	struct rest *rest = arg;

	rest->read = rest->desk->house->rest != NULL;
	rest->none = rest->read && !cli_desk_rest(rest->cli, rest->desk);
	return !rest->none;
}

int cli_screen(struct cli *cli, command_screen_fn *screen)
{
	const struct cli_globals *g = &cli->globals;
	struct command_screen how = { .theme = g->theme, .keys = g->keys, .restricted = g->restricted, .mono = g->color && strcmp(g->color, "never") == 0 };
	struct rest rest = { .cli = cli };
	struct err err = { 0 };
	struct desk *desk;
	int status;

	if (!read_size(g->size, &how))
		return CLI_USAGE;
	if (cli->fixed) {
		how.pass = fixed_clock_pass;
		how.pass_arg = cli->fixed;
	}
	cli->later = !g->keys && !g->replay;
	status = cli_house(cli);
	if (status != CLI_DONE && offer_sandbox(cli))
		status = cli_house(cli);
	if (status != CLI_DONE)
		return status;
	cli->with_store = true;
	desk = cli_desk(cli, NULL, &status);
	if (!desk)
		return status;
	cli->later = false;
	rest.desk = desk;
	how.ready = read_rest;
	how.ready_arg = &rest;
	status = screen(desk, &how, &err) ? CLI_DONE : CLI_USAGE;
	if (rest.read)
		cli_say_rest(cli, desk);
	if (rest.none)
		status = CLI_CONFIG;
	desk_free(desk);
	if (status == CLI_DONE || rest.none)
		return status;
	cli_say("%s", err.text);
	if (err.code != ERR_SHAPE || g->keys)
		return status;
	cli_say("line by line instead; \"help\" lists the commands");
	return cli_shell(cli, NULL);
}
