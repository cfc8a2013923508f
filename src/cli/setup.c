#include "sandbox.h"

#include <pwd.h>

#include <dossier/base/mem.h>
#include <dossier/desk/session.h>
#include <dossier/desk/switch.h>

/* The directory of users is asked last: it may be far away. */
const char *cli_login(void)
{
	const char *name = getenv("LOGNAME");
	const struct passwd *user;

	if (name && *name)
		return name;
	user = getpwuid(geteuid());
	return user ? user->pw_name : NULL;
}

/* Who took over in this terminal session, where the house still lets them. */
static void take_agent(struct house *house)
{
	const struct house_agent *agent;
	struct session session;
	struct err err = { 0 };

	session_read(NULL, &session);
	agent = session.agent && switch_allowed(house, true, &err) ? switch_agent(house, str_of(session.agent)) : NULL;
	if (agent)
		house->agent = agent;
	session_release(&session);
}

int cli_house(struct cli *cli)
{
	struct house_options options = { .file = cli->globals.config, .later = cli->later, .origins = cli->origins };
	struct sandbox sandbox = { 0 };
	bool started;

	if (cli->house)
		return CLI_DONE;
	options.login = cli_login();
	if (cli->globals.sandbox && !cli->globals.config) {
		if (!sandbox_use(&sandbox, &started)) {
			sandbox_release(&sandbox);
			return CLI_CONFIG;
		}
		options.file = sandbox.config;
		options.login = sandbox_login();
	}
	cli->house = house_load(&options, &cli->diags);
	take_agent(cli->house);
	sandbox_release(&sandbox);
	if (!cli->house->file) {
		const char *dir = getenv("DOSSIER_SYSCONFDIR");

		cli_say_diags(&cli->diags);
		cli_say("there is no configuration: write %s/dossier.yaml, or ~/.config/dossier/dossier.yaml to try it alone "
			"(\"man dossier-config\" shows a whole one)", dir && *dir ? dir : DOSSIER_SYSCONF);
		return CLI_CONFIG;
	}
	return CLI_DONE;
}

bool cli_asks(const struct house *house, const char *id)
{
	const struct house_backend *backend = house_find_backend(house, id);

	if (!backend)
		cli_say("no backend is called \"%s\"; \"dossier backends list\" names them", id);
	else if (backend->off)
		cli_say("the backend %s is switched off at %s:%d", id, backend->file, backend->line);
	return backend && !backend->off;
}

/*
 * Mistakes of single backends are told by those backends. When none of them
 * has any, what is wrong concerns all, such as the house's zone or country.
 */
static void say_mistakes(const struct cli *cli, const struct desk *desk, bool none)
{
	bool told = false;

	for (size_t i = 0; i < desk->n_backends; i++)
		told |= desk->backends[i].house->err.code != ERR_NONE;
	for (size_t i = 0; i < cli->diags.n && !told; i++) {
		const struct diag *d = &cli->diags.items[i];

		if (d->level != DIAG_ERROR)
			continue;
		if (d->line > 0)
			cli_say("%s:%d: %s%s", d->file, d->line, d->text, cli->diags.errors > 1 ? " (and more: dossier config check)" : "");
		else
			cli_say("%s: %s", d->file, d->text);
		told = true;
	}
	if (!told && none && desk->house->n_backends == 0)
		cli_say("%s names no backends; \"man dossier-config\" shows how", desk->house->file);
	else if (!told && none && desk->n_backends == 0)
		cli_say("every backend of %s is switched off", desk->house->file);
}

static size_t usable(const struct desk *desk)
{
	size_t n = 0;

	for (size_t i = 0; i < desk->n_backends; i++)
		n += desk->backends[i].backend != NULL;
	return n;
}

void cli_say_rest(const struct cli *cli, const struct desk *desk)
{
	say_mistakes(cli, desk, usable(desk) == 0);
	if (usable(desk) > 0)
		return;
	for (size_t i = 0; i < desk->n_backends; i++)
		cli_say("%s", desk->backends[i].err.text);
	cli_say("no backend can be used; \"dossier config check\" lists what is wrong");
}

bool cli_desk_rest(struct cli *cli, struct desk *desk)
{
	desk_read_rest(desk, &cli->diags);
	return usable(desk) > 0;
}

/* The session's, for whatever was asked for but captured replies. */
static struct desk *session_desk(struct cli *cli, const char *only, int *status)
{
	struct desk *desk = cli->session->desk;
	struct desk_backend *backend = only && cli_asks(desk->house, only) ? desk_backend(desk, only) : NULL;

	*status = only && !backend ? CLI_USAGE : backend && !backend->backend ? CLI_CONFIG : CLI_DONE;
	if (*status == CLI_CONFIG)
		cli_say("%s", backend->err.text);
	return *status == CLI_DONE ? desk : NULL;
}

/* What was said once holds for every command of this terminal session. */
static void take_session(struct desk *desk)
{
	struct session session;

	session_read(NULL, &session);
	if (session.channel && house_allows(&desk->house->channels, str_of(session.channel)))
		desk->signed_on = mem_strdup(session.channel);
	session_release(&session);
}

/* store: the case store is wanted; alone: it will do without any backend. */
static struct desk *open_desk(struct cli *cli, const char *only, bool store, bool alone, int *status)
{
	struct desk_options options = {
		.clock = cli->clock, .log = cli->log, .capture_dir = cli->capture_dir,
		.replay_dir = cli->globals.replay, .only = only, .rank = cli->rank, .store = store,
		.parts = cli->parts,
	};
	struct err err = { 0 };
	struct desk *desk;

	if (cli->session)
		return session_desk(cli, only, status);
	*status = cli_house(cli);
	if (*status != CLI_DONE)
		return NULL;
	*status = CLI_CONFIG;
	if (only && !cli_asks(cli->house, only)) {
		*status = CLI_USAGE;
		return NULL;
	}
	desk = desk_new(cli->house, &options, &err);
	cli->house = NULL;
	if (!desk) {
		cli_say("%s", err.text);
		return NULL;
	}
	if (!desk->house->rest && !alone)
		cli_say_rest(cli, desk);
	else if (usable(desk) > 0)
		say_mistakes(cli, desk, false);
	if (usable(desk) == 0 && !alone && !desk->house->rest) {
		desk_free(desk);
		return NULL;
	}
	desk->trace = cli->trace;
	take_session(desk);
	*status = CLI_DONE;
	return desk;
}

/* Captured replies are of another day: what the case store knows now is not among them. */
struct desk *cli_desk(struct cli *cli, const char *only, int *status)
{
	return open_desk(cli, only, cli->with_store && !cli->globals.replay, false, status);
}

struct desk *cli_desk_store(struct cli *cli, int *status)
{
	return open_desk(cli, NULL, true, true, status);
}

void cli_desk_end(const struct cli *cli, struct desk *desk)
{
	if (!cli->session)
		desk_free(desk);
}
