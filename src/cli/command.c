#include <dossier/cli/command.h>

#include <errno.h>
#include <fcntl.h>
#include <libintl.h>
#include <locale.h>
#include <signal.h>

#include <dossier/base/mem.h>
#include <dossier/base/option.h>

#include "cli.h"
#include "fixed_clock.h"

#define COMMANDS_MOST 128
#define HELP_MOST (64 * 1024)  /* written at once, so that the end tells whether it was; stdout keeps its buffer to the last */

const struct cli_option cli_global_options[] = {
	{ "config", 0, "FILE", "read this configuration instead of all others", CLI_TEXT, offsetof(struct cli_globals, config) },
	{ "sandbox", 0, NULL, "use the practice backends of dossier-sandbox, started when none run", CLI_FLAG, offsetof(struct cli_globals, sandbox) },
	{ "format", 'f', "F", "text, json, ndjson, csv or tsv", CLI_TEXT, offsetof(struct cli_globals, format) },
	{ "color", 0, "WHEN", "auto, always or never", CLI_TEXT, offsetof(struct cli_globals, color) },
	{ "plain", 0, NULL, "no colour, no progress line; alone, or before a WHO: \"dossier shell\"", CLI_FLAG, offsetof(struct cli_globals, plain) },
	{ "verbose", 'v', NULL, "say on standard error what is asked and what is dropped", CLI_FLAG, offsetof(struct cli_globals, verbose) },
	{ "log", 0, "FILE", "write diagnostics there, identities and secrets masked", CLI_TEXT, offsetof(struct cli_globals, log_file) },
	{ "replay", 0, "DIR", "answer from captured replies in DIR, opening no connection", CLI_TEXT, offsetof(struct cli_globals, replay) },
	{ "help", 'h', NULL, "help on the program, or on the command before it", CLI_FLAG, offsetof(struct cli_globals, help) },
	{ "version", 'V', NULL, "the version", CLI_FLAG, offsetof(struct cli_globals, version) },
	{ 0 },
};

const struct cli_option cli_screen_options[] = {
	{ "theme", 0, "NAME", "looks of the workstation: a name of those installed, or a file", CLI_TEXT, offsetof(struct cli_globals, theme) },
	{ "restricted", 0, NULL, "a workstation without programs, files, suspension and clipboard", CLI_FLAG, offsetof(struct cli_globals, restricted) },
	{ "keys", 0, "FILE", "drive the workstation by a script, without a terminal", CLI_TEXT, offsetof(struct cli_globals, keys) },
	{ "size", 0, "CxR", "columns and rows of the screen that --keys drives", CLI_TEXT, offsetof(struct cli_globals, size) },
	{ "now", 0, "TIME", "the time that it is, for scripts of keys and rehearsals", CLI_TEXT, offsetof(struct cli_globals, now) },
	{ 0 },
};

static void print_options(const struct cli_option *options)
{
	for (; options && options->name; options++) {
		char left[64];

		snprintf(left, sizeof(left), "--%s%s%s", options->name, options->arg ? " " : "", options->arg ? options->arg : "");
		if (options->letter)
			printf("  -%c, %-18s %s\n", options->letter, left, gettext(options->help));
		else
			printf("      %-18s %s\n", left, gettext(options->help));
	}
}

static void print_help(const struct cli *cli)
{
	printf("usage: dossier [options]                       the workstation, on a terminal\n"
	       "       dossier COMMAND [options] [arguments]\n\n"
	       "Who a customer is, and everything that happened with them, from the backends you already have.\n\n");
	for (const struct command *c = cli->commands; c->name; c++) {
		char left[48];

		snprintf(left, sizeof(left), "%s %s", c->name, c->args);
		printf("  %-30s %s\n", left, gettext(c->summary));
	}
	printf("\nOptions of the workstation:\n");
	print_options(cli_screen_options);
	printf("\nOptions everywhere:\n");
	print_options(cli_global_options);
	printf("\nWHO is a telephone number in any punctuation, an e-mail address, a name, or typed:\n"
	       "order:10442, ticket:551, rec:shop/cus_01. \"man dossier\" has examples and the exit statuses.\n");
}

/* brief: of a session, whose own options are known. */
static void print_command_help(const struct command *c, bool brief)
{
	printf("usage: dossier %s%s%s\n\n%s.\n", c->name, *c->args ? " " : "", c->args, gettext(c->summary));
	if (c->options) {
		printf("\n");
		print_options(c->options);
	}
	if (brief)
		return;
	printf("\nOptions everywhere:\n");
	print_options(cli_global_options);
}

const struct command *cli_find_command(const struct cli *cli, int argc, char **argv, int *used)
{
	const struct command *found = NULL;

	for (const struct command *c = cli->commands; c->name; c++) {
		const char *space = strchr(c->name, ' ');
		size_t n = space ? (size_t)(space - c->name) : strlen(c->name);

		if (argc < 1 || strlen(argv[0]) != n || strncmp(argv[0], c->name, n) != 0)
			continue;
		if (space && (argc < 2 || strcmp(argv[1], space + 1) != 0))
			continue;
		if (found && !space)
			continue;
		*used = space ? 2 : 1;
		found = c;
	}
	return found;
}

static bool is_of_group(const struct command *c, const char *group)
{
	size_t n = strlen(group);

	return strncmp(c->name, group, n) == 0 && c->name[n] == ' ';
}

static void print_group(const struct cli *cli, FILE *to, const char *group)
{
	for (const struct command *c = cli->commands; c->name; c++)
		if (is_of_group(c, group))
			fprintf(to, "  dossier %s%s%s\n", c->name, *c->args ? " " : "", c->args);
}

/* The word of the command table, first or second, that a mistyped one is nearest to; NULL for none, or too far. */
static const char *nearest_word(const struct cli *cli, const char *typed, const char *group, char word[32])
{
	const char *words[COMMANDS_MOST + 1];
	char all[COMMANDS_MOST][32];
	size_t n = 0;

	for (const struct command *c = cli->commands; c->name && n < COMMANDS_MOST; c++) {
		const char *name = c->name;

		if (group && !is_of_group(c, group))
			continue;
		if (group)
			name += strlen(group) + 1;
		snprintf(all[n], sizeof(all[n]), "%.*s", (int)strcspn(name, " "), name);
		words[n] = all[n];
		n++;
	}
	words[n] = NULL;
	const char *near = option_nearest(typed, words);

	snprintf(word, 32, "%s", near ? near : "");
	return near ? word : NULL;
}

const char *cli_nearest(const struct cli *cli, const char *typed, char word[32])
{
	return nearest_word(cli, typed, NULL, word);
}

static bool wants_help(const struct cli *cli, int argc, char **argv)
{
	return cli->globals.help || (argc > 1 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0));
}

static bool has_group(const struct cli *cli, const char *name)
{
	for (const struct command *c = cli->commands; c->name; c++)
		if (is_of_group(c, name))
			return true;
	return false;
}

static int unknown_command(const struct cli *cli, int argc, char **argv)
{
	const char *second = argc > 1 && argv[1][0] != '-' ? argv[1] : NULL, *near;
	char word[32];

	if (!has_group(cli, argv[0])) {
		near = nearest_word(cli, argv[0], NULL, word);
		cli_say(near ? "unknown command \"%s\": did you mean %s?" : "unknown command \"%s\"; \"dossier --help\" lists them%s", argv[0],
			near ? near : "");
		return CLI_USAGE;
	}
	if (!second && wants_help(cli, argc, argv)) {
		printf("usage:\n");
		print_group(cli, stdout, argv[0]);
		return CLI_DONE;
	}
	near = second ? nearest_word(cli, second, argv[0], word) : NULL;
	if (near)
		cli_say("\"%s\" has no \"%s\": did you mean %s? It has:", argv[0], second, near);
	else if (second)
		cli_say("\"%s\" has no \"%s\"; it has:", argv[0], second);
	else
		cli_say("\"%s\" wants one of these after it:", argv[0]);
	print_group(cli, stderr, argv[0]);
	return CLI_USAGE;
}

int cli_run(struct cli *cli, int argc, char **argv)
{
	int used = 0, left, status;
	const struct command *c = cli_find_command(cli, argc, argv, &used);
	void *options = NULL;

	if (!c)
		return unknown_command(cli, argc, argv);
	left = argc - used;
	if (c->options_size)
		options = mem_zalloc(c->options_size);
	if (!cli_parse(cli_global_options, &cli->globals, c->options, options, &left, argv + used)) {
		status = CLI_USAGE;
	} else if (cli->globals.help) {
		print_command_help(c, cli->session != NULL);
		status = CLI_DONE;
	} else if (left < c->min_args || (c->max_args >= 0 && left > c->max_args)) {
		cli_say("usage: dossier %s%s%s", c->name, *c->args ? " " : "", c->args);
		status = CLI_USAGE;
	} else {
		cli->command = c;
		status = c->run(cli, options, left, argv + used);
	}
	free(options);
	return status;
}

static bool takes_value(const struct cli_option *table, const char *word)
{
	for (const struct cli_option *o = table; o->name; o++)
		if (o->type != CLI_FLAG && ((word[1] == '-' && strcmp(word + 2, o->name) == 0) ||
					    (o->letter && word[1] == o->letter && !word[2])))
			return true;
	return false;
}

/* Options of the program may stand before the command too, or alone: they are taken off first, up to its name. */
static bool leading_options(struct cli *cli, int *argc, char ***argv)
{
	while (*argc > 0 && (*argv)[0][0] == '-' && (*argv)[0][1]) {
		const char *word = (*argv)[0];
		int one = *argc > 1 && (takes_value(cli_global_options, word) || takes_value(cli_screen_options, word)) ? 2 : 1;
		int left = one;

		if (!cli_parse(cli_global_options, &cli->globals, cli_screen_options, &cli->globals, &left, *argv))
			return false;
		*argc -= one;
		*argv += one;
	}
	return true;
}

static bool read_looks(struct cli *cli)
{
	const struct cli_globals *g = &cli->globals;

	if (g->format && !out_format_parse(g->format, &cli->format)) {
		cli_say("--format %s is not one of text, json, ndjson, csv, tsv", g->format);
		return false;
	}
	if (g->color && strcmp(g->color, "auto") != 0 && strcmp(g->color, "always") != 0 && strcmp(g->color, "never") != 0) {
		cli_say("--color %s is not one of auto, always, never", g->color);
		return false;
	}
	return true;
}

static int open_outputs(struct cli *cli)
{
	const struct cli_globals *g = &cli->globals;
	struct err err = { 0 };

	if (!read_looks(cli))
		return CLI_USAGE;
	if (g->replay && access(g->replay, R_OK | X_OK) != 0) {
		cli_say("--replay %s: %s", g->replay, strerror(errno));
		return CLI_USAGE;
	}
	cli->log = log_new(cli->clock);
	if (g->log_file && !log_open(cli->log, g->log_file, &err)) {
		cli_say("%s", err.text);
		return CLI_USAGE;
	}
	cli->out = out_new(STDOUT_FILENO, cli->format, g->plain ? "never" : g->color);
	if (g->verbose)
		cli->trace = cli_trace_new(false);
	return CLI_DONE;
}

static void release(struct cli *cli)
{
	out_free(cli->out);
	house_free(cli->house);
	cli_trace_free(cli->trace);
	log_free(cli->log);
	diags_release(&cli->diags);
	arena_free(cli->arena);
}

/*
 * A script may start us with a standard descriptor closed; nothing we open may
 * take its number. What is then written to standard output fails, and is told.
 */
static void hold_standard_descriptors(void)
{
	static const int modes[] = { O_WRONLY, O_RDONLY, O_RDWR };

	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", modes[fd]) != fd)
			return;
}

/* Options are needed before outputs are opened, and stand anywhere: a first pass over a copy collects them. */
static bool collect_globals(struct cli *cli, int argc, char **argv)
{
	int used = 0;
	const struct command *c = cli_find_command(cli, argc, argv, &used);
	char **copy;
	void *scratch;
	int left = argc - used;
	bool fine;

	if (!c)
		return true;
	copy = mem_array((size_t)left + 1, sizeof(*copy));
	memcpy(copy, argv + used, (size_t)left * sizeof(*copy));
	scratch = mem_zalloc(c->options_size + 1);
	fine = cli_parse(cli_global_options, &cli->globals, c->options, scratch, &left, copy);
	free(scratch);
	free(copy);
	return fine;
}

/* A result that could not be written is not done, whatever was found. A reader that went away wanted no more. */
static int end_output(struct out *out, int status)
{
	int error = 0;

	if (out && !out_flush(out))
		error = out_error(out);
	if (fflush(stdout) != 0 && errno != EPIPE)
		error = errno;
	if (!error)
		return status;
	cli_say("standard output: %s", strerror(error));
	return status == CLI_DONE || status == CLI_NONE || status == CLI_SEVERAL ? CLI_PARTIAL : status;
}

static bool same(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static bool is_of_session(const struct cli_globals *now, const struct cli_globals *before)
{
	if (same(now->config, before->config) && same(now->replay, before->replay) && same(now->log_file, before->log_file) &&
	    now->sandbox == before->sandbox)
		return true;
	cli_say("--config, --sandbox, --replay and --log belong to the beginning of a session");
	return false;
}

int cli_session_run(struct cli *cli, int argc, char **argv)
{
	struct cli_globals before = cli->globals;
	enum out_format format = cli->format;
	struct out *out = cli->out;
	struct trace *trace = cli->trace;
	int status = CLI_USAGE;

	out_flush(out);
	if (collect_globals(cli, argc, argv) && is_of_session(&cli->globals, &before) && read_looks(cli)) {
		cli->out = out_new(STDOUT_FILENO, cli->format, cli->globals.plain ? "never" : cli->globals.color);
		cli->session->desk->trace = cli->trace = cli->globals.verbose ? cli_trace_new(false) : NULL;
		status = cli_run(cli, argc, argv);
		cli->session->gone |= !out_flush(cli->out) || fflush(stdout) != 0;
		out_free(cli->out);
		if (cli->trace)
			cli_trace_free(cli->trace);
	}
	cli->globals = before;
	cli->format = format;
	cli->out = out;
	cli->session->desk->trace = cli->trace = trace;
	return status;
}

/* Whoever logs in to this and nothing else chooses no files to read or write, and no other command. */
bool cli_closes(const struct cli *cli, const char *command)
{
	const struct cli_globals *g = &cli->globals;
	const char *what = g->config ? "--config" : g->log_file ? "--log" : g->replay ? "--replay" : command && strcmp(command, "shell") != 0 ? command : NULL;

	if (!g->restricted || g->help || g->keys || !what)      /* a script is nobody's log-in */
		return false;
	cli_say("%s: not with --restricted; the workstation and \"shell\" are all there is", what);
	return true;
}

/* --plain opens the shell, on whoever is named where a command would stand. */
static bool is_plain(const struct cli *cli, int argc, char **argv)
{
	int used;
	char word[32];

	if (!cli->globals.plain || cli->globals.keys || cli->globals.help)
		return false;
	return argc < 1 || (!cli_find_command(cli, argc, argv, &used) && !has_group(cli, argv[0]) && !cli_nearest(cli, argv[0], word));
}

/* The workstation moves a cursor about: not on every terminal it can. */
static bool cannot_paint(const struct cli *cli)
{
	const char *term = getenv("TERM");

	if (cli->globals.keys || (term && *term && strcmp(term, "dumb") != 0))
		return false;
	cli_say("this terminal cannot show the workstation: line by line instead; \"help\" lists the commands");
	return true;
}

static int run_plain(struct cli *cli, int argc, char **argv)
{
	char *who = argc > 0 ? cli_join(argc, argv) : NULL;
	int status = cli_shell(cli, who);

	free(who);
	return status;
}

static bool stop_the_clock(struct cli *cli)
{
	struct err err = { ERR_NONE, "" };

	cli->fixed = arena_alloc(cli->arena, sizeof(*cli->fixed));
	if (!fixed_clock_init(cli->fixed, cli->globals.now, &err)) {
		cli_say("--now: %s", err.text);
		return false;
	}
	cli->clock = &cli->fixed->clock;
	return true;
}

static int run_main(struct cli *cli, int argc, char **argv, command_screen_fn *screen)
{
	int status;

	hold_standard_descriptors();
	signal(SIGPIPE, SIG_IGN);
	setvbuf(stdout, mem_alloc(HELP_MOST), _IOFBF, HELP_MOST);
	setlocale(LC_CTYPE, "");
	setlocale(LC_MESSAGES, "");
	textdomain("dossier");
	argc--;
	argv++;
	if (!leading_options(cli, &argc, &argv))
		return CLI_USAGE;
	if (argc > 0 && strcmp(argv[0], "help") == 0) {
		cli->globals.help = true;
		argc--;
		argv++;
	}
	if (!collect_globals(cli, argc, argv))
		return CLI_USAGE;
	if (cli->globals.version) {
		printf("dossier %s\n", PACKAGE_VERSION);
		return end_output(NULL, CLI_DONE);
	}
	if (cli->globals.now && !stop_the_clock(cli))
		return CLI_USAGE;
	if (cli_closes(cli, argc > 0 ? argv[0] : NULL))
		return end_output(NULL, CLI_REFUSED);
	if (is_plain(cli, argc, argv)) {
		status = open_outputs(cli);
		return end_output(cli->out, status == CLI_DONE ? run_plain(cli, argc, argv) : status);
	}
	if (argc < 1 && (cli->globals.help || (!cli->globals.keys && !(isatty(STDIN_FILENO) && isatty(STDOUT_FILENO))))) {
		print_help(cli);
		return end_output(NULL, cli->globals.help ? CLI_DONE : CLI_USAGE);
	}
	status = open_outputs(cli);
	if (status == CLI_DONE)
		status = argc > 0 ? cli_run(cli, argc, argv) : cannot_paint(cli) ? cli_shell(cli, NULL) : cli_screen(cli, screen);
	return end_output(cli->out, status);
}

int command_main(int argc, char **argv, command_screen_fn *screen)
{
	struct cli cli = { .clock = clock_system() };
	int status;

	cli.arena = arena_new();
	cli.commands = commands_new(cli.arena);
	status = run_main(&cli, argc, argv, screen);
	release(&cli);
	return status;
}
