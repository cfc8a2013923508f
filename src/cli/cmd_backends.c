/* dossier backends list, check, ping. */
#include "cli.h"

#include <libintl.h>

#include <dossier/base/mem.h>
#include <dossier/base/text.h>

static const char *backend_state(const struct house_backend *b)
{
	if (b->off)
		return "off";
	return b->plan && b->err.code == ERR_NONE ? "ready" : "broken";
}

static void put_types(const struct fields *f, const char *name, unsigned types)
{
	f->begin_list(f->arg, name);
	for (int t = 0; t < ID_TYPE_COUNT; t++)
		if (types & (1u << t))
			f->text(f->arg, NULL, str_of(identity_type_word((enum id_type)t)));
	f->end_list(f->arg);
}

static void put_backend(struct out *out, const struct house_backend *b)
{
	const struct fields *f = out_fields(out);

	out_open(out);
	f->text(f->arg, "id", str_of(b->id));
	f->text(f->arg, "connector", str_of(b->connector));
	f->text(f->arg, "state", str_of(backend_state(b)));
	f->text(f->arg, "title", str_of(b->plan ? b->plan->title : NULL));
	f->text(f->arg, "file", str_of(b->connector_file));
	put_types(f, "finds", b->plan ? plan_find_types(b->plan) : 0);
	f->text(f->arg, "error", str_of(b->err.code != ERR_NONE ? b->err.text : NULL));
	out_close(out);
}

static void put_text(struct out *out, const struct house_backend *b)
{
	struct buf safe;

	buf_init(&safe, 4096);
	text_safe(&safe, str_of(b->plan && b->plan->title ? b->plan->title : ""), 0);
	out_printf(out, "%-12s %-12s %-7s ", b->id, b->connector ? b->connector : "", backend_state(b));
	out_str(out, buf_str(&safe));
	if (b->plan) {
		unsigned types = plan_find_types(b->plan);
		const char *before = "  finds by ";

		for (int t = 0; t < ID_TYPE_COUNT; t++)
			if (types & (1u << t)) {
				out_text(out, before);
				out_text(out, identity_type_word((enum id_type)t));
				before = ", ";
			}
	}
	out_text(out, "\n");
	if (b->err.code != ERR_NONE) {
		buf_reset(&safe);
		text_safe(&safe, str_of(b->err.text), 0);
		out_text(out, "             ");
		out_str(out, buf_str(&safe));
		out_text(out, "\n");
	}
	buf_release(&safe);
}

int cmd_backends_list(struct cli *cli, const void *options, int argc, char **argv)
{
	static const char *const columns[] = { "id", "connector", "state", "title", "finds", "file", "error", NULL };
	int status = cli_house(cli);

	(void)options;
	(void)argc;
	(void)argv;
	if (status != CLI_DONE)
		return status;
	if (cli->format == OUT_CSV || cli->format == OUT_TSV)
		out_table(cli->out, columns);
	for (size_t i = 0; i < cli->house->n_backends; i++) {
		if (cli->format == OUT_TEXT)
			put_text(cli->out, cli->house->backends[i]);
		else
			put_backend(cli->out, cli->house->backends[i]);
	}
	if (cli->house->n_backends == 0)
		cli_say("%s names no backends; \"man dossier-config\" shows how", cli->house->file);
	return status;
}

int cmd_backends_check(struct cli *cli, const void *options, int argc, char **argv)
{
	size_t errors = 0;

	(void)options;
	for (int i = 0; i < argc; i++) {
		struct diags diags = { 0 };
		struct plan *plan = plan_load(argv[i], &diags);

		cli_say_diags(&diags);
		errors += diags.errors;
		if (plan) {
			out_printf(cli->out, "%s: well; ", argv[i]);
			out_printf(cli->out, ngettext("%zu way to find, ", "%zu ways to find, ", plan->finds.n), plan->finds.n);
			out_printf(cli->out, ngettext("%zu pull, ", "%zu pulls, ", plan->pulls.n), plan->pulls.n);
			out_printf(cli->out, ngettext("%zu action\n", "%zu actions\n", plan->actions.n), plan->actions.n);
		}
		plan_free(plan);
		diags_release(&diags);
	}
	return errors ? CLI_CONFIG : CLI_DONE;
}

struct ping {
	struct cli *cli;
	const char *id;
	size_t *left;
	bool *done;
	bool ok;
};

static void ping_result(struct cli *cli, const char *id, bool ok, struct str who, const char *error, int64_t ms)
{
	struct buf safe;

	if (cli->format != OUT_TEXT) {
		const struct fields *f = out_fields(cli->out);

		out_open(cli->out);
		f->text(f->arg, "id", str_of(id));
		f->boolean(f->arg, "ok", ok);
		f->text(f->arg, "who", who);
		f->text(f->arg, "error", str_of(error));
		f->integer(f->arg, "ms", ms);
		out_close(cli->out);
		return;
	}
	buf_init(&safe, 4096);
	text_safe(&safe, ok ? who : str_of(error), 0);
	out_printf(cli->out, "%-12s ", id);
	if (ok)
		out_printf(cli->out, "well, %lld ms%s", (long long)ms, safe.len ? ", as " : "");
	out_str(cli->out, buf_str(&safe));
	out_text(cli->out, "\n");
	buf_release(&safe);
}

static void ping_done(void *arg, const struct backend_end *end)
{
	struct ping *ping = arg;

	ping->ok = end->ok;
	ping_result(ping->cli, ping->id, end->ok, end->who, cli_without_id(ping->id, end->err.text), end->ms);
	if (--*ping->left == 0)
		*ping->done = true;
}

static bool is_named(const char *id, int argc, char **argv)
{
	for (int i = 0; i < argc; i++)
		if (strcmp(argv[i], id) == 0)
			return true;
	return argc == 0;
}

static bool all_known(struct desk *desk, int argc, char **argv)
{
	bool fine = true;

	for (int i = 0; i < argc; i++)
		fine = cli_asks(desk->house, argv[i]) && fine;
	return fine;
}

int cmd_backends_ping(struct cli *cli, const void *options, int argc, char **argv)
{
	static const char *const columns[] = { "id", "ok", "who", "error", "ms", NULL };
	int status;
	struct desk *desk = cli_desk(cli, NULL, &status);
	struct ping *pings;
	size_t left = 0, good = 0, asked = 0;
	bool done = false;

	(void)options;
	if (!desk)
		return status;
	if (!all_known(desk, argc, argv)) {
		cli_desk_end(cli, desk);
		return CLI_USAGE;
	}
	if (cli->format == OUT_CSV || cli->format == OUT_TSV)
		out_table(cli->out, columns);
	pings = mem_array(desk->n_backends, sizeof(*pings));
	for (size_t i = 0; i < desk->n_backends; i++) {
		struct desk_backend *b = &desk->backends[i];
		struct backend_sink sink = { .done = ping_done, .arg = &pings[i] };
		struct backend_options how = { .trace = cli->trace, .since = WHEN_NONE };

		if (!is_named(b->id, argc, argv))
			continue;
		asked++;
		if (!b->backend) {
			ping_result(cli, b->id, false, (struct str){ 0 }, b->err.text, 0);
			continue;
		}
		pings[i] = (struct ping){ cli, b->id, &left, &done, false };
		left++;
		backend_ping(b->backend, &how, &sink);
	}
	if (left)
		loop_until(desk->loop, &done);
	for (size_t i = 0; i < desk->n_backends; i++)
		good += pings[i].ok;
	free(pings);
	cli_desk_end(cli, desk);
	if (good == asked)
		return CLI_DONE;
	return good ? CLI_PARTIAL : CLI_NOTHING;
}
