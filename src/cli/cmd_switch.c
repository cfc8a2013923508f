/*
 * Who writes in this terminal session. A PIN or badge is read without echo,
 * or from standard input; it never stands on a command line.
 */
#include <libintl.h>

#include <dossier/base/mem.h>
#include <dossier/desk/session.h>
#include <dossier/desk/switch.h>

#include "cli.h"

#define LINE_MOST 256

const struct cli_option switch_options[] = {
	{ "off", 0, NULL, "the log-in's own agent writes again", CLI_FLAG, offsetof(struct switch_options, off) },
	{ "hash", 0, NULL, "read a PIN, and print what the house's file holds of it", CLI_FLAG, offsetof(struct switch_options, hash) },
	{ 0 },
};

static int print_hash(struct cli *cli)
{
	char pin[LINE_MOST], hash[SWITCH_HASH];
	bool good = cli_secret(gettext("PIN: "), pin, sizeof(pin));

	if (good && strlen(pin) > SWITCH_PIN_MOST) {
		cli_say("a PIN has at most %d characters", SWITCH_PIN_MOST);
		good = false;
	}
	if (good) {
		switch_hash(cli->clock, str_of(pin), hash);
		out_printf(cli->out, "%s\n", hash);
	}
	mem_wipe(pin, sizeof(pin));
	return good ? CLI_DONE : CLI_USAGE;
}

static int tell(struct cli *cli, const char *agent)
{
	static const char *const columns[] = { "agent", NULL };
	const struct fields *f = out_fields(cli->out);

	if (cli->format == OUT_TEXT) {
		out_printf(cli->out, gettext("%s writes in this session\n"), agent ? agent : cli_login());
		return CLI_DONE;
	}
	if (cli->format != OUT_JSON && cli->format != OUT_NDJSON)
		out_table(cli->out, columns);
	out_open(cli->out);
	f->text(f->arg, "agent", str_of(agent));
	out_close(cli->out);
	return CLI_DONE;
}

static bool refuse_wait(int64_t wait)
{
	struct err err = { 0 };

	switch_say_wait(wait, &err);
	cli_say("%s", err.text);
	return false;
}

static bool has_control(const char *typed)
{
	for (; *typed; typed++)
		if ((unsigned char)*typed < ' ' || *typed == 127)
			return true;
	return false;
}

/* The same words whether it is the PIN, the badge, or both that there is none of. */
static bool refuse(const struct house_agent *agent, unsigned count)
{
	int64_t next = switch_next(count);

	cli_say(next ? "wrong: nothing that lets %s take over; upper and lower case count, and so does every blank. %u wrong in a row; the next try in %lld s"
		     : "wrong: nothing that lets %s take over; upper and lower case count, and so does every blank. %u wrong in a row",
		agent->name, count, (long long)next / 1000);
	return false;
}

/* By the PIN, or the badge; wrong ones are counted and slowed. */
static bool is_them(struct cli *cli, const struct house_agent *agent)
{
	char prompt[120], typed[LINE_MOST];
	int64_t wait = switch_wait(NULL, cli->clock, agent->id);
	unsigned count;
	bool right;

	if (wait)
		return refuse_wait(wait);
	snprintf(prompt, sizeof(prompt), agent->pin ? gettext("PIN or badge of %.60s: ") : gettext("badge of %.60s: "), agent->name);
	if (!cli_secret(prompt, typed, sizeof(typed)))
		return false;
	if (has_control(typed)) {
		mem_wipe(typed, sizeof(typed));
		cli_say("a control key was among what was typed (Ctrl-A, an arrow): nothing was tried; type it again");
		return false;
	}
	/* meanwhile others may have tried */
	wait = switch_try(NULL, cli->clock, agent->id, &count);
	right = !wait && (switch_badge(cli->house, str_of(typed)) == agent || (agent->pin && switch_pin_right(str_of(agent->pin), str_of(typed))));
	mem_wipe(typed, sizeof(typed));
	if (wait)
		return refuse_wait(wait);
	if (!right)
		return refuse(agent, count);
	switch_right(NULL, agent->id);
	return true;
}

static int take_over(struct cli *cli, const char *id)
{
	const struct house_agent *agent = switch_agent(cli->house, str_of(id));
	struct session session;
	struct err err = { 0 };
	int status = CLI_REFUSED;

	if (!switch_allowed(cli->house, true, &err)) {
		cli_say("%s", err.text);
		return CLI_REFUSED;
	}
	if (!agent) {
		cli_say("no agent \"%s\" has a badge or a PIN in the house's settings", id);
		return CLI_NONE;
	}
	if (!is_them(cli, agent))
		return CLI_REFUSED;
	session_read(NULL, &session);
	free(session.agent);
	session.agent = mem_strdup(agent->id);
	if (session_write(NULL, &session, &err))
		status = tell(cli, agent->id);
	else
		cli_say("%s", err.text);
	session_release(&session);
	return status;
}

static int give_back(struct cli *cli)
{
	struct session session;
	struct err err = { 0 };
	bool good;

	session_read(NULL, &session);
	free(session.agent);
	session.agent = NULL;
	good = session_write(NULL, &session, &err);
	session_release(&session);
	if (good)
		return tell(cli, cli->house->own ? cli->house->own->id : NULL);
	cli_say("%s", err.text);
	return CLI_STORE;
}

int cmd_switch(struct cli *cli, const void *options, int argc, char **argv)
{
	const struct switch_options *o = options;
	int status;

	if (o->off + o->hash + argc > 1) {
		cli_say("either an agent, --off or --hash");
		return CLI_USAGE;
	}
	if (o->hash)
		return print_hash(cli);
	status = cli_house(cli);
	if (status != CLI_DONE)
		return status;
	if (cli->session && (argc || o->off)) {
		cli_say("a shell keeps its agent: switch before it begins");
		return CLI_REFUSED;
	}
	if (argc)
		return take_over(cli, argv[0]);
	if (o->off)
		return give_back(cli);
	return tell(cli, cli->house->agent ? cli->house->agent->id : NULL);
}
