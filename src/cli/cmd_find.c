/* dossier find WHO: candidates, each with what matched and where. */
#include "people.h"

#include "text.h"

static void put_document(struct people *people, struct out *out, const char *who)
{
	const struct resolve_result *result = lookup_result(people->lookup);
	const struct fields *f = out_fields(out);
	size_t n;
	const struct source *sources = lookup_sources(people->lookup, &n);
	const struct batch *rows = lookup_rows(people->lookup);

	out_open(out);
	f->text(f->arg, "who", str_of(who));
	f->text(f->arg, "status", str_of(people_word(result->n, sources, n)));
	f->begin_list(f->arg, "candidates");
	for (size_t i = 0; i < result->n; i++) {
		f->begin_map(f->arg, NULL);
		present_group(&people->present, &result->groups[i], f);
		f->end_map(f->arg);
	}
	f->end_list(f->arg);
	f->begin_list(f->arg, "rows");
	for (size_t i = 0; i < rows->n; i++) {
		const struct interaction *it = rows->items[i];

		f->begin_map(f->arg, NULL);
		present_row(&people->present, &(struct timeline_row){ it, &it, 1 }, f);
		f->end_map(f->arg);
	}
	f->end_list(f->arg);
	f->begin_list(f->arg, "notes");
	for (size_t i = 0; i < result->n_notes; i++)
		f->text(f->arg, NULL, result->notes[i]);
	f->end_list(f->arg);
	f->begin_list(f->arg, "sources");
	for (size_t i = 0; i < n; i++) {
		f->begin_map(f->arg, NULL);
		present_source(&people->present, &sources[i], f);
		f->end_map(f->arg);
	}
	f->end_list(f->arg);
	out_close(out);
}

static void put_rows(struct people *people, struct out *out)
{
	static const char *const columns[] = {
		"name", "records.identities", "records.id", "matched.backend", "matched.field", "matched.stored",
		"reasons.text", "shared_only", NULL,
	};
	const struct resolve_result *result = lookup_result(people->lookup);

	if (out_format(out) != OUT_NDJSON)
		out_table(out, columns);
	for (size_t i = 0; i < result->n; i++) {
		out_open(out);
		present_group(&people->present, &result->groups[i], out_fields(out));
		out_close(out);
	}
}

int cmd_find(struct cli *cli, const void *options, int argc, char **argv)
{
	struct people people = { 0 };
	char *who = cli_join(argc, argv);
	int status = people_find(&people, cli, who);

	(void)options;
	if (status == CLI_DONE) {
		const struct resolve_result *result = lookup_result(people.lookup);
		size_t n;
		const struct source *sources = lookup_sources(people.lookup, &n);

		if (cli->format == OUT_TEXT) {
			text_candidates(cli->out, &people, who);
			text_found(cli->out, &people);
		} else if (cli->format == OUT_JSON) {
			put_document(&people, cli->out, who);
		} else {
			put_rows(&people, cli->out);
		}
		out_flush(cli->out);
		people_say_sources(sources, n);
		status = people_status(result->n, sources, n);
		if (status == CLI_NONE)
			cli_say("nobody found for \"%s\"", who);
	}
	people_release(&people);
	free(who);
	return status;
}
