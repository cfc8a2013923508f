/* dossier backends try: one backend asked by one identity, told step by step. */
#include "cli.h"

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

	try->failed |= !end->ok;
	if (!end->ok)
		cli_say("%s", end->err.text);
	cli_say("%u requests, %u rows, %u dropped, %zu bytes, %lld ms", end->requests, end->rows, end->dropped,
		end->bytes, (long long)end->ms);
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
	cli_say("pulling for %zu records", try->n);
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
	try.backend = try.desk->backends[0].backend;
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
	out_printf(cli->out, "%zu records, %zu rows\n", try.n, try.rows);
	status = try.failed ? (try.n || try.rows ? CLI_PARTIAL : CLI_NOTHING) : try.n || try.rows ? CLI_DONE : CLI_NONE;
out:
	desk_free(try.desk);
	arena_free(try.arena);
	free(try.records);
	cli_trace_free(trace);
	free(typed);
	return status;
}
