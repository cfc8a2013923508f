/* "dossier" without a command: what the workstation needs before it opens. */
#include "cli.h"

#include <stdlib.h>

#include <dossier/base/mem.h>
#include <dossier/base/when.h>

/* Set by --now; goes on only when a script says so. The helper thread looks at it too. */
struct scripted { int64_t now; _Atomic int64_t passed; };

static int64_t fixed_wall(void *arg)
{
	struct scripted *time = arg;

	return time->now + time->passed;
}

static int64_t real_steady(void *arg)
{
	struct scripted *time = arg;

	return clock_steady(clock_system()) + time->passed;
}

static void pass(void *arg, int64_t ms)
{
	((struct scripted *)arg)->passed += ms;
}

static void real_random(void *arg, void *out, size_t n)
{
	(void)arg;
	clock_system()->random(clock_system()->arg, out, n);
}

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
	struct scripted time = { .now = 0 };
	struct clock fixed = { fixed_wall, real_steady, real_random, &time };
	struct rest rest = { .cli = cli };
	struct err err = { 0 };
	struct desk *desk;
	int status;

	if (!read_size(g->size, &how))
		return CLI_USAGE;
	if (g->now && !when_parse(str_of(g->now), WHEN_ISO, NULL, &time.now, &err)) {
		cli_say("--now: %s", err.text);
		return CLI_USAGE;
	}
	if (g->now) {
		cli->clock = &fixed;
		how.pass = pass;
		how.pass_arg = &time;
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
