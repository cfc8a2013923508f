#include <libintl.h>

#include <dossier/base/mem.h>
#include <dossier/desk/session.h>
#include <dossier/model/interaction.h>

#include "cli.h"

const struct cli_option signon_options[] = {
	{ "off", 0, NULL, "sign off", CLI_FLAG, offsetof(struct signon_options, off) },
	{ 0 },
};

static bool is_channel(const struct house *house, const char *word)
{
	enum channel channel;
	struct buf all;

	if (channel_parse(str_of(word), &channel) && channel != CHANNEL_NONE && house_allows(&house->channels, str_of(word)))
		return true;
	buf_init(&all, 1000);
	for (size_t i = 0; i < house->channels.n; i++)
		buf_printf(&all, "%s%s", i ? ", " : "", house->channels.items[i]);
	for (int i = CHANNEL_NONE + 1; !house->channels.n && i < CHANNEL_COUNT; i++)
		buf_printf(&all, "%s%s", all.len ? ", " : "", channel_word((enum channel)i));
	cli_say("\"%s\" is no channel of this house: there are %s", word, all.data);
	buf_release(&all);
	return false;
}

static int tell(struct cli *cli, const struct session *session)
{
	static const char *const columns[] = { "channel", NULL };
	const struct fields *f = out_fields(cli->out);

	if (cli->format == OUT_TEXT) {
		if (session->channel)
			out_printf(cli->out, gettext("signed on to %s\n"), session->channel);
		else
			out_printf(cli->out, gettext("signed on to no channel\n"));
		return CLI_DONE;
	}
	if (cli->format != OUT_JSON && cli->format != OUT_NDJSON)
		out_table(cli->out, columns);
	out_open(cli->out);
	f->text(f->arg, "channel", str_of(session->channel));
	out_close(cli->out);
	return CLI_DONE;
}

int cmd_signon(struct cli *cli, const void *options, int argc, char **argv)
{
	const struct signon_options *o = options;
	struct session session;
	struct err err = { 0 };
	int status = cli_house(cli);

	if (status != CLI_DONE)
		return status;
	if ((o->off && argc) || (argc && !is_channel(cli->house, argv[0]))) {
		if (o->off)
			cli_say("either a channel or --off, not both");
		return CLI_USAGE;
	}
	session_read(NULL, &session);
	if (o->off || argc) {
		free(session.channel);
		session.channel = argc ? mem_strdup(argv[0]) : NULL;
		if (!session_write(NULL, &session, &err)) {
			cli_say("%s", err.text);
			session_release(&session);
			return CLI_STORE;
		}
	}
	if (cli->session) {
		struct desk *desk = cli->session->desk;

		free(desk->signed_on);
		desk->signed_on = mem_strdup(session.channel);
	}
	status = tell(cli, &session);
	session_release(&session);
	return status;
}
