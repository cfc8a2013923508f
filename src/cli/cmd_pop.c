/*
 * Somebody is there for an agent: told to the workstations of this user on
 * this host, else left in the case store, which every host's look into.
 */
#include <libintl.h>

#include <dossier/base/mem.h>
#include <dossier/desk/pop_list.h>

#include "write_out.h"
#include "writing.h"

const struct cli_option pop_options[] = {
	{ "call", 0, "ID", "the id that the exchange or chat gave it", CLI_TEXT, offsetof(struct pop_options, call) },
	{ "number", 0, "NUMBER", "the number or handle, where WHO is something else", CLI_TEXT, offsetof(struct pop_options, number) },
	{ "agent", 0, "AGENT", "for whom; absent: for whoever works at this log-in's workstations", CLI_TEXT, offsetof(struct pop_options, agent) },
	{ "channel", 0, "CHANNEL", "how they come; phone, when absent", CLI_TEXT, offsetof(struct pop_options, channel) },
	{ "offer", 0, "HANDOFF", "the hand-off that it is about", CLI_TEXT, offsetof(struct pop_options, offer) },
	{ "hangup", 0, NULL, "the caller of --call is gone: take it back, or end the contact", CLI_FLAG, offsetof(struct pop_options, hangup) },
	{ "dry-run", 'n', NULL, "show exactly what would be written, and write nothing", CLI_FLAG, offsetof(struct pop_options, dry) },
	{ "id", 0, "UUID", "the id of the entry: a repeat with the same one does nothing", CLI_TEXT, offsetof(struct pop_options, id) },
	{ 0 },
};

/* What came of it, in every format. */
struct reached { const char *status; size_t workstations; struct str agent, id; };

static void put(struct cli *cli, const struct reached *reached)
{
	static const char *const columns[] = { "status", "workstations", "agent", "id", NULL };
	const struct fields *f = out_fields(cli->out);

	if (cli->format != OUT_JSON && cli->format != OUT_NDJSON)
		out_table(cli->out, columns);
	out_open(cli->out);
	f->text(f->arg, "status", str_of(reached->status));
	f->integer(f->arg, "workstations", (int64_t)reached->workstations);
	f->text(f->arg, "agent", reached->agent);
	f->text(f->arg, "id", reached->id);
	out_close(cli->out);
}

static int tell(struct cli *cli, const struct reached *reached, const char *sentence)
{
	if (cli->format == OUT_TEXT)
		out_printf(cli->out, "%s\n", sentence);
	else
		put(cli, reached);
	return CLI_DONE;
}

static const struct house_agent *find_agent(const struct house *house, const char *id)
{
	for (size_t i = 0; i < house->n_agents; i++)
		if (strcmp(house->agents[i]->id, id) == 0)
			return house->agents[i];
	return NULL;
}

static bool check(const struct house *house, const struct pop_options *o, const char *channel)
{
	enum channel known;

	if (o->agent && house->n_agents && !find_agent(house, o->agent))
		cli_say("no agent of this house is called \"%s\"", o->agent);
	else if (!channel_parse(str_of(channel), &known) || !house_allows(&house->channels, str_of(channel)))
		cli_say("--channel %s is not one of the house's channels", channel);
	else if (o->hangup && !o->call)
		cli_say("--hangup wants --call: which caller is gone?");
	else
		return true;
	return false;
}

/* The entry that any workstation of that agent finds, on any host. */
static int leave(struct cli *cli, const struct pop_options *o, const char *who, const char *channel, const struct pop_reach *reach)
{
	const char *const given[][2] = {
		{ "who", who }, { "call", o->call }, { "number", o->number }, { "agent", o->agent }, { "channel", channel }, { "offer", o->offer },
	};
	const struct operation *op = operation_find(STR("pop"));
	struct err err = { 0 };
	struct writing w;
	char *sentence;
	bool fine = true;
	int status;
	struct desk *desk = cli_desk_store(cli, &status);

	if (!desk)
		return status;
	writing_init(&w, cli, desk, op);
	w.own_values = op_values_new(op, desk);
	w.values = w.own_values;
	w.id = o->id;
	w.dry = o->dry;
	for (size_t i = 0; fine && i < sizeof(given) / sizeof(*given); i++)
		if (given[i][1])
			fine = op_values_set(w.values, str_of(given[i][0]), str_of(given[i][1]), &err);
	if (fine)
		writing_run(&w);
	else
		cli_say("%s", err.text);
	if (!fine) {
		status = CLI_USAGE;
	} else if (w.end == WRITING_DRY || w.status != CLI_DONE) {
		status = write_out(cli, &w);
	} else {
		struct reached reached = { "left", 0, o->agent ? str_of(o->agent) : desk->agent, writing_id(&w) };

		sentence = mem_printf(w.said == STORE_SHARED ? gettext("left in the case store for %.*s") : gettext("saved here for %.*s: the shared store is away"), STR_ARG(reached.agent));
		status = tell(cli, &reached, sentence);
		if (reach->full)
			cli_say("%d wait at the workstation already, and no more are shown: this one comes when they are fewer", POPS_WAITING);
		if (reach->others && !o->agent)
			cli_say("%zu workstation%s here, of %s", reach->others, reach->others == 1 ? " is" : "s are", reach->other);
		free(sentence);
	}
	writing_release(&w);
	cli_desk_end(cli, desk);
	return status;
}

static int announce(struct cli *cli, const struct pop_options *o, const char *who, const char *channel)
{
	char id[37], *sentence;
	struct pop pop = {
		.who = str_of(who), .call = str_of(o->call), .number = str_of(o->number), .channel = str_of(channel), .agent = str_of(o->agent),
		.offer = str_of(o->offer), .at = clock_wall(cli->clock),
	};
	struct reached reached = { "announced", 0, str_of(o->agent), { 0 } };
	struct pop_reach reach = { 0 };
	struct err err = { 0 };

	clock_uuid7(cli->clock, id);
	pop.id = o->id ? str_of(o->id) : str_of(id);
	if (strlen(who) > POP_WHO_MOST) {
		cli_say("WHO is longer than %d bytes", POP_WHO_MOST);
		return CLI_USAGE;
	}
	if (o->dry || !pop_announce(NULL, &pop, &reach, &err) || !reach.took)
		return leave(cli, o, who, channel, &reach);
	reached.workstations = reach.took;
	reached.id = pop.id;
	sentence = mem_printf(ngettext("announced on %zu workstation", "announced on %zu workstations", reach.took), reach.took);
	tell(cli, &reached, sentence);
	free(sentence);
	return CLI_DONE;
}

static void said(void *arg, enum store_said said, bool final, const struct entry *rows, size_t n, const struct err *err)
{
	(void)said;
	(void)rows;
	(void)n;
	(void)err;
	*(bool *)arg |= final;
}

#define POPS_MOST 64

/* One that was left in the store, and not opened yet. */
static bool take_back(struct desk *desk, struct entries *entries, const struct pop_options *o)
{
	struct str agent = o->agent ? str_of(o->agent) : desk->agent;
	struct arena *arena = arena_new();
	struct pop pops[POPS_MOST];
	size_t n = pops_waiting(arena, entries, agent, clock_wall(desk->clock), 0, pops, POPS_MOST);
	bool done = false, found = false;
	struct store_append_sink sink = { said, &done };
	struct err err = { 0 };

	for (size_t i = 0; i < n && !found; i++) {
		if (!pops[i].call.p || !str_is(pops[i].call, o->call))
			continue;
		found = pop_take_back(desk, &pops[i], &sink, &err);
		if (found)
			loop_until(desk->loop, &done);
	}
	arena_free(arena);
	return found;
}

static void nothing(void *arg)
{
	(void)arg;
}

/* Its contact, live and of this agent; the caller's, NULL for none. */
static char *live_of(struct desk *desk, struct entries *entries, const struct pop_options *o)
{
	struct cases_in in = { .entries = entries };
	const struct cases *cases = cases_fold(&in);
	struct str agent = o->agent ? str_of(o->agent) : desk->agent;
	char *id = NULL;

	for (size_t i = 0; i < cases->n_contacts && !id; i++) {
		const struct contact *c = &cases->contacts[i];

		if (c->until == WHEN_NONE && c->call.p && str_is(c->call, o->call) && str_eq(c->start->author, agent))
			id = str_dup(c->start->id);
	}
	cases_free(cases);
	return id;
}

static int end_contact(struct cli *cli, struct desk *desk, const char *id)
{
	struct writing w;
	int status;

	writing_init(&w, cli, desk, operation_find(STR("contact.hangup")));
	w.own_values = op_values_new(w.op, desk);
	w.values = w.own_values;
	w.target = id;
	writing_run(&w);
	status = w.status == CLI_DONE ? CLI_DONE : write_out(cli, &w);
	writing_release(&w);
	return status;
}

static int hang_up(struct cli *cli, const struct pop_options *o)
{
	struct reached reached = { "withdrawn", 0, { 0 }, { 0 } };
	struct pop_reach reach = { 0 };
	struct store_ask ask = { .open_items = true };
	struct store_watch_sink sink = { nothing, nothing, NULL };
	struct err err = { 0 };
	struct store_watch *watch;
	struct desk *desk;
	char *live = NULL;
	int status;

	pop_hang_up(NULL, (struct str){ 0 }, str_of(o->call), &reach, &err);
	reached.workstations = reach.took;
	if (reach.took)
		return tell(cli, &reached, gettext("taken back: it had not been opened"));
	desk = cli_desk_store(cli, &status);
	if (!desk)
		return status;
	watch = store_watch(desk->store, &ask, &sink);
	watch_settle(desk, watch);
	if (take_back(desk, store_watch_entries(watch), o)) {
		status = tell(cli, &reached, gettext("taken back: it had not been opened"));
	} else if ((live = live_of(desk, store_watch_entries(watch), o))) {
		status = end_contact(cli, desk, live);
		reached.status = "ended";
		if (status == CLI_DONE)
			tell(cli, &reached, gettext("the contact is ended; its wrap-up may follow"));
	} else {
		cli_say("no pop and no live contact has the call %s", o->call);
		status = CLI_NONE;
	}
	free(live);
	store_watch_free(watch);
	cli_desk_end(cli, desk);
	return status;
}

int cmd_pop(struct cli *cli, const void *options, int argc, char **argv)
{
	const struct pop_options *o = options;
	const char *channel = o->channel ? o->channel : "phone";
	char *who = cli_join(argc, argv);
	int status = cli_house(cli);

	if (status != CLI_DONE) {
		free(who);
		return status;
	}
	if (!check(cli->house, o, channel)) {
		status = CLI_USAGE;
	} else if (!o->hangup && !argc) {
		cli_say("usage: dossier pop WHO");
		status = CLI_USAGE;
	} else {
		status = o->hangup ? hang_up(cli, o) : announce(cli, o, who, channel);
	}
	free(who);
	return status;
}
