/*
 * dossier case list, handoff list, promise list ...: what the case store holds,
 * of one customer or of all, one line each.
 */
#include <dossier/base/mem.h>

#include "listed.h"

const struct cli_option list_options[] = {
	{ "mine", 'm', NULL, "only what concerns you or your team", CLI_FLAG, offsetof(struct list_options, mine) },
	{ "all", 'a', NULL, "what is over, too", CLI_FLAG, offsetof(struct list_options, all) },
	{ 0 },
};

static bool keeps(const struct held *held, const struct listed *what, const struct list_options *o, size_t i)
{
	return (o->all || what->open(held, i)) && (!o->mine || what->mine(held, i));
}

static void put(const struct held *held, const struct listed *what, const struct list_options *o, struct cli *cli)
{
	size_t n = what->count(held->cases);
	const struct fields *f = out_fields(cli->out);
	bool whole = cli->format == OUT_JSON;

	if (whole) {
		out_open(cli->out);
		f->begin_list(f->arg, what->name);
	} else if (cli->format != OUT_NDJSON) {
		out_table(cli->out, what->columns);
	}
	for (size_t i = 0; i < n; i++) {
		if (!keeps(held, what, o, i))
			continue;
		if (whole)
			f->begin_map(f->arg, NULL);
		else
			out_open(cli->out);
		what->put(held, i, f);
		if (whole)
			f->end_map(f->arg);
		else
			out_close(cli->out);
	}
	if (whole) {
		f->end_list(f->arg);
		out_close(cli->out);
	}
}

static size_t put_text(const struct held *held, const struct listed *what, const struct list_options *o, struct cli *cli)
{
	size_t n = what->count(held->cases), told = 0;

	for (size_t i = 0; i < n; i++) {
		if (!keeps(held, what, o, i))
			continue;
		listed_line(held, what, i, held->people.customer == NULL, cli->out);
		told++;
	}
	return told;
}

static int open_list(struct held *held, struct cli *cli, const struct listed *what, const char *who)
{
	if (!who && strcmp(what->word, "case") == 0)
		return held_walk(held, cli, HELD_CASE_TYPES, 0);
	return held_open(held, cli, who);
}

int cmd_list(struct cli *cli, const void *options, int argc, char **argv)
{
	const char *name = cli->command->name;
	const struct listed *what = listed_find(str_make(name, strcspn(name, " ")));
	char *who = argc > 0 ? cli_join(argc, argv) : NULL;
	struct held held;
	int status = open_list(&held, cli, what, who);

	if (status == CLI_DONE) {
		if (cli->format != OUT_TEXT)
			put(&held, what, options, cli);
		else if (put_text(&held, what, options, cli) == 0)
			cli_say("none; --all shows those that are over, too");
		out_flush(cli->out);
		status = held_end(&held, CLI_DONE);
	}
	held_release(&held);
	free(who);
	return status;
}
