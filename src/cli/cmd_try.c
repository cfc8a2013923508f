/* dossier backends try: one backend asked by one identity, told step by step. */
#include "cli.h"

#include <libintl.h>

#include <dossier/base/mem.h>

struct try {
	struct desk *desk;
	struct backend *backend;
	struct arena *arena;
	const struct record **records;
	size_t n, cap, rows;
	struct identity id;
	bool done, failed;
};

static void on_record(void *arg, const struct record *record)
{
	struct try *try = arg;

	MEM_ROOM(try->records, try->n, try->cap);
	try->records[try->n++] = record_copy(try->arena, record);
}

static void on_batch(void *arg, struct batch *batch)
{
	((struct try *)arg)->rows += batch->n;
	batch_free(batch);
}

static void on_done(void *arg, const struct backend_end *end)
{
	struct try *try = arg;
	struct buf counts;

	try->failed |= !end->ok;
	if (!end->ok)
		cli_say("%s", end->err.text);
	buf_init(&counts, 200);
	buf_printf(&counts, ngettext("%u request, ", "%u requests, ", end->requests), end->requests);
	buf_printf(&counts, ngettext("%u row, ", "%u rows, ", end->rows), end->rows);
	buf_printf(&counts, "%u dropped, ", end->dropped);
	buf_printf(&counts, ngettext("%zu byte, ", "%zu bytes, ", end->bytes), end->bytes);
	buf_printf(&counts, "%lld ms", (long long)end->ms);
	cli_say("%s", counts.data);
	buf_release(&counts);
	try->done = true;
}

static void run(struct try *try, struct trace *trace)
{
	struct backend_options how = { .trace = trace, .since = WHEN_NONE };
	struct backend_sink sink = { .record = on_record, .batch = on_batch, .done = on_done, .arg = try };
	struct backend_subject subject = { .ids = &try->id, .n_ids = 1 };

	cli_say("finding by %s", identity_type_word(try->id.type));
	backend_find(try->backend, &try->id, &how, &sink);
	loop_until(try->desk->loop, &try->done);
	subject.records = try->records;
	subject.n_records = try->n;
	try->done = false;
	cli_say(ngettext("pulling for %zu record", "pulling for %zu records", try->n), try->n);
	backend_pull(try->backend, &subject, &how, &sink);
	loop_until(try->desk->loop, &try->done);
}

int cmd_backends_try(struct cli *cli, const void *options, int argc, char **argv)
{
	struct try try = { 0 };
	struct trace *trace = cli_trace_new(true);
	struct err err = { 0 };
	int status;
	char *typed = cli_join(argc - 1, argv + 1);

	(void)options;
	try.desk = cli_desk(cli, argv[0], &status);
	if (!try.desk)
		goto out;
	try.backend = desk_backend(try.desk, argv[0])->backend;
	try.arena = arena_new();
	if (!identity_parse(try.arena, str_of(typed), try.desk->house->country, &try.id, &err)) {
		struct who who;

		if (!who_parse(try.arena, str_of(typed), &try.desk->house->who, &who, &err)) {
			cli_say("%s", err.text);
			status = CLI_USAGE;
			goto out;
		}
		try.id = who.items[0].id;
	}
	run(&try, trace);
	out_printf(cli->out, ngettext("%zu record, ", "%zu records, ", try.n), try.n);
	out_printf(cli->out, ngettext("%zu row\n", "%zu rows\n", try.rows), try.rows);
	status = try.failed ? (try.n || try.rows ? CLI_PARTIAL : CLI_NOTHING) : try.n || try.rows ? CLI_DONE : CLI_NONE;
out:
	cli_desk_end(cli, try.desk);
	arena_free(try.arena);
	free(try.records);
	cli_trace_free(trace);
	free(typed);
	return status;
}
