/* dossier doctor: what is installed, reachable and permitted, and the next step. */
#include "cli.h"

#include <langinfo.h>

#include "store_look.h"

#include <dossier/base/mem.h>
#include <dossier/base/text.h>

#define CLOCK_OFF 2000          /* ms by which this clock may differ from the store's unsaid */

struct doctor {
	struct cli *cli;
	size_t bad, waiting;
	bool done;
};

static void say(struct doctor *doctor, bool ok, const char *topic, char *text)
{
	struct out *out = doctor->cli->out;
	struct buf safe;

	doctor->bad += !ok;
	if (doctor->cli->format != OUT_TEXT) {
		const struct fields *f = out_fields(out);

		out_open(out);
		f->text(f->arg, "topic", str_of(topic));
		f->boolean(f->arg, "ok", ok);
		f->text(f->arg, "text", str_of(text));
		out_close(out);
		free(text);
		return;
	}
	buf_init(&safe, 8192);
	text_safe(&safe, str_of(text), 0);
	out_style(out, ok ? OUT_PLAIN : OUT_WARN);
	out_printf(out, "%-5s %-16s ", ok ? "well" : "BAD", topic);
	out_style(out, OUT_PLAIN);
	out_str(out, buf_str(&safe));
	out_text(out, "\n");
	buf_release(&safe);
	free(text);
}

static void check_locale(struct doctor *doctor)
{
	const char *codeset = nl_langinfo(CODESET);
	bool utf8 = strcmp(codeset, "UTF-8") == 0;

	say(doctor, utf8, "locale", utf8 ? mem_strdup("UTF-8") :
	    mem_printf("%s: names outside it are misaligned; set LANG to a UTF-8 locale such as C.UTF-8", codeset));
}

static void check_zone(struct doctor *doctor, const struct house *house)
{
	bool there = access("/usr/share/zoneinfo/Etc/UTC", R_OK) == 0;

	say(doctor, there, "time zones", there ? mem_printf("the house's zone is %s", house->zone_name ? house->zone_name : "UTC")
					       : mem_strdup("no zone files: install the tzdata package"));
}

static void check_config(struct doctor *doctor)
{
	struct cli *cli = doctor->cli;

	if (cli->diags.errors)
		say(doctor, false, "configuration", mem_printf("%s: mistakes: %zu; \"dossier config check\" lists them",
							       cli->house->file, cli->diags.errors));
	else
		say(doctor, true, "configuration", mem_strdup(cli->house->file));
	if (cli->house->n_agents && !cli->house->agent)
		say(doctor, false, "agent", mem_strdup("your log-in is none of the house's agents; add it under agents: (login:)"));
	else if (cli->house->agent)
		say(doctor, true, "agent", mem_printf("%s, role %s", cli->house->agent->id,
						      cli->house->agent->role ? cli->house->agent->role : "agent"));
}

struct probe { struct doctor *doctor; const char *id; };

static void probe_done(void *arg, const struct backend_end *end)
{
	struct probe *probe = arg;
	struct doctor *doctor = probe->doctor;

	if (end->ok && end->who.n)
		say(doctor, true, probe->id, mem_printf("answers in %lld ms, lets us in as %.*s", (long long)end->ms, STR_ARG(end->who)));
	else if (end->ok)
		say(doctor, true, probe->id, mem_printf("answers in %lld ms, lets us in", (long long)end->ms));
	else
		say(doctor, false, probe->id, mem_strdup(cli_without_id(probe->id, end->err.text)));
	if (--doctor->waiting == 0)
		doctor->done = true;
}

static void check_backends(struct doctor *doctor, struct desk *desk)
{
	struct probe *probes = mem_array(desk->n_backends, sizeof(*probes));

	for (size_t i = 0; i < desk->n_backends; i++) {
		struct desk_backend *b = &desk->backends[i];
		struct backend_options how = { .trace = doctor->cli->trace, .since = WHEN_NONE };
		struct backend_sink sink = { .done = probe_done, .arg = &probes[i] };

		probes[i] = (struct probe){ doctor, b->id };
		if (!b->backend) {
			say(doctor, false, b->id, mem_strdup(b->err.text));
			continue;
		}
		doctor->waiting++;
		backend_ping(b->backend, &how, &sink);
	}
	for (size_t i = 0; i < desk->house->n_backends; i++)
		if (desk->house->backends[i]->off)
			say(doctor, true, desk->house->backends[i]->id, mem_strdup("switched off, asked nothing"));
	if (doctor->waiting)
		loop_until(desk->loop, &doctor->done);
	free(probes);
}

static void check_store(struct doctor *doctor, struct desk *desk)
{
	struct store_look look;
	const char *where;

	if (!desk->store) {
		say(doctor, false, "case store", mem_strdup("cannot be opened"));
		return;
	}
	store_look(desk, &look);
	where = look.where;
	if (!look.well) {
		say(doctor, false, "case store", mem_printf("%s: %s", where, look.err.text));
	} else {
		say(doctor, true, "case store", mem_printf("%s: version %d, %lld entries", where, look.status.version, (long long)look.status.entries));
		if (look.status.offset > CLOCK_OFF || look.status.offset < -CLOCK_OFF)
			say(doctor, false, "clock", mem_printf("%lld ms apart from the case store's; set this host's clock by NTP",
							       (long long)look.status.offset));
	}
	if (look.state.waiting)
		say(doctor, look.well, "outbox", mem_printf("entries that wait to be sent: %zu; \"dossier sync\" sends them", look.state.waiting));
	if (look.state.refused)
		say(doctor, false, "outbox", mem_printf("entries that were refused: %zu; \"dossier outbox list\" says why", look.state.refused));
}

int cmd_doctor(struct cli *cli, const void *options, int argc, char **argv)
{
	static const char *const columns[] = { "topic", "ok", "text", NULL };
	struct doctor doctor = { .cli = cli };
	int status = cli_house(cli);
	struct desk *desk;

	(void)options;
	(void)argc;
	(void)argv;
	if (cli->format == OUT_CSV || cli->format == OUT_TSV)
		out_table(cli->out, columns);
	say(&doctor, true, "dossier", mem_strdup(PACKAGE_VERSION));
	check_locale(&doctor);
	if (status != CLI_DONE)
		return status;
	check_zone(&doctor, cli->house);
	check_config(&doctor);
	cli->with_store = true;
	desk = cli_desk(cli, NULL, &status);
	if (!desk)
		return status;
	check_store(&doctor, desk);
	check_backends(&doctor, desk);
	cli_desk_end(cli, desk);
	return doctor.bad == 0 ? CLI_DONE : CLI_PARTIAL;
}
