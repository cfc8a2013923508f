#include "shell.h"

#include <errno.h>
#include <libintl.h>

#include <dossier/base/mem.h>
#include <dossier/base/text.h>

#define LINE_MOST (64 * 1024)

void shell_say(struct shell *sh, const char *fmt, ...)
{
	struct buf text, safe;
	char *words;
	va_list ap;

	buf_init(&text, SIZE_MAX / 4);
	buf_init(&safe, SIZE_MAX / 4);
	va_start(ap, fmt);
	if (vasprintf(&words, gettext(fmt), ap) >= 0) {
		buf_adds(&text, words);
		free(words);
	}
	va_end(ap);
	text_safe(&safe, buf_str(&text), 0);
	buf_addc(&safe, '\n');
	out_str(sh->cli->out, buf_str(&safe));
	if (sh->terminal)       /* messages on standard error come in their turn */
		out_flush(sh->cli->out);
	buf_release(&text);
	buf_release(&safe);
}

static void flush(struct shell *sh)
{
	sh->session.gone |= !out_flush(sh->cli->out) || fflush(stdout) != 0;
	fflush(stderr);
}

/* What was heard meanwhile is known to the next command. */
static void catch_up(struct shell *sh)
{
	for (int i = 0; i < 4; i++)
		loop_turn(sh->desk->loop, 0);
}

static void did(struct shell *sh, int status)
{
	if (status > sh->status)
		sh->status = status;
	flush(sh);
	if (status != CLI_DONE && !sh->terminal && !sh->session.gone)
		cli_say("line %zu: exit status %d", sh->line_no, status);
}

/* A paste of several lines is text, never commands. */
static bool is_paste(const char *line)
{
	const char *end = strchr(line, '\n');

	return end && end[strspn(end, " \t\r\n")];
}

/* Only what names nobody: commands of which no word comes from a customer, without an address or a long number. */
static void remember(struct shell *sh, const char *line)
{
	size_t digits = 0;
	bool named = strchr(line, '@') != NULL || !shell_names_nobody(sh, line);

	for (const char *at = line; *at && !named; at++) {
		digits = isdigit((unsigned char)*at) ? digits + 1 : 0;
		named = digits > 3;
	}
	if (!named)
		shell_line_remember(line);
}

static void type_one(struct shell *sh)
{
	char *prompt = mem_printf("%s> ", sh->session.open && sh->label ? sh->label : "dossier");
	struct shell_prompt how = { .text = prompt, .choices = shell_offers, .arg = sh };
	char *line;

	shell_tell_news(sh);
	flush(sh);
	switch (shell_line_read(&how, &line)) {
	case SHELL_OVER:
		sh->ended = true;
		break;
	case SHELL_LEFT:
		break;
	case SHELL_TYPED:
		if (is_paste(line))
			cli_say("several lines were pasted: they are no command; \"note\" takes them as its text");
		else
			remember(sh, line);
		if (!is_paste(line))
			did(sh, shell_line(sh, line));
	}
	free(line);
	free(prompt);
}

/* Never more of it than a line may have, however long it is; its length, LINE_MOST for what is no text, -1 at the end. */
static ssize_t take_line(char line[LINE_MOST + 1])
{
	size_t n = 0;
	bool text = true;
	int c;

	while ((c = getc(stdin)) != EOF && c != '\n') {
		text = text && c != '\0' && n < LINE_MOST - 1;
		if (text)
			line[n++] = (char)c;
	}
	line[n] = '\0';
	if (c == EOF && !n && text)
		return -1;
	return text ? (ssize_t)n : LINE_MOST;
}

/* False at the end. */
static bool read_one(struct shell *sh)
{
	char *line = mem_zalloc(LINE_MOST + 1);
	ssize_t n = take_line(line);

	if (n >= 0) {
		sh->line_no++;
		catch_up(sh);
		if (n == LINE_MOST) {
			cli_say("a line of a script is text of at most %d bytes", LINE_MOST - 1);
			did(sh, CLI_USAGE);
		} else if (line[strspn(line, " \t")] != '#') {
			did(sh, shell_line(sh, line));
		}
	}
	if (n < 0 && ferror(stdin)) {
		cli_say("standard input: %s", strerror(errno));
		sh->status = sh->status > CLI_USAGE ? sh->status : CLI_USAGE;
	}
	free(line);
	return n >= 0;
}

static void greet(struct shell *sh)
{
	if (sh->terminal)
		shell_say(sh, sh->session.who ? "%.*s; \"help\" lists the commands" :
			  "%.*s; type a number, an e-mail address or a name to open a customer; \"help\" lists the commands",
			  STR_ARG(sh->desk->agent));
}

static bool begin(struct shell *sh)
{
	struct err err = { 0 };

	if (sh->terminal)
		shell_pops_open(sh);
	if (!sh->terminal || shell_line_open(sh->desk->loop, sh->restricted, &sh->session.interrupted, &err))
		return true;
	cli_say("%s", err.text);
	return false;
}

static void run(struct shell *sh, const char *who)
{
	greet(sh);
	if (who)
		did(sh, shell_find(sh, who));
	while (!sh->ended && !sh->session.gone && !loop_stopped(sh->desk->loop)) {
		if (sh->terminal)
			type_one(sh);
		else if (!read_one(sh))
			break;
	}
	if (sh->terminal)
		shell_line_close();
}

static void release(struct shell *sh)
{
	shell_close(sh);
	shell_news_free(sh);
	shell_pops_free(sh);
	shell_list_begin(sh);
	free(sh->items);
	for (size_t i = 0; i < sh->n_back; i++)
		free(sh->back[i]);
	for (size_t i = 0; i < sh->n_passed; i++)
		free(sh->passed[i]);
	free(sh->passed);
	free(sh->draft);
}

int cli_shell(struct cli *cli, const char *who)
{
	struct shell sh = { .cli = cli, .terminal = isatty(STDIN_FILENO), .restricted = cli->globals.restricted };
	struct house *house;
	int status;

	cli->with_store = true;
	sh.desk = cli_desk_store(cli, &status);
	if (!sh.desk)
		return status;
	house = sh.desk->house;
	cli->globals.plain = true;
	out_free(cli->out);
	cli->out = out_new(STDOUT_FILENO, cli->format, "never");
	sh.session = (struct cli_session){ .desk = sh.desk, .ask = sh.terminal ? shell_ask : NULL, .arg = &sh };
	cli->session = &sh.session;
	cli->house = house;
	if (begin(&sh))
		run(&sh, who);
	else
		sh.status = CLI_CONFIG;
	release(&sh);
	cli->session = NULL;
	cli->house = NULL;
	desk_free(sh.desk);
	return sh.terminal && sh.status != CLI_CONFIG ? CLI_DONE : sh.status;
}

int cmd_shell(struct cli *cli, const void *options, int argc, char **argv)
{
	const struct shell_options *o = options;
	char *who;
	int status;

	cli->globals.restricted |= o->restricted;
	if (cli_closes(cli, NULL))
		return CLI_REFUSED;
	who = argc > 0 ? cli_join(argc, argv) : NULL;
	status = cli->session ? CLI_USAGE : cli_shell(cli, who);
	if (cli->session)
		cli_say("this is a shell already");
	free(who);
	return status;
}

const struct cli_option shell_options[] = {
	{ "restricted", 0, NULL, "without programs, files and suspension", CLI_FLAG, offsetof(struct shell_options, restricted) },
	{ 0 },
};
