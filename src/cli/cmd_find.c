/* dossier find WHO: candidates, each with what matched and where. */
#include "people.h"

#include "text.h"

static void put_document(struct people *people, struct out *out, const char *who)
{
	const struct fields *f = out_fields(out);
	size_t n;
	const struct source *sources = lookup_sources(people->lookup, &n);

	out_open(out);
	f->text(f->arg, "who", str_of(who));
	f->text(f->arg, "status", str_of(people_word(lookup_result(people->lookup)->n, sources, n)));
	people_put_candidates(people, f);
	people_put_rows(people, f);
	people_put_notes(people, f);
	people_put_end(people, f);
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
	int status;

	(void)options;
	cli->with_store = true;
	status = people_find(&people, cli, who);
	if (status == CLI_DONE) {
		const struct resolve_result *result = lookup_result(people.lookup);
		size_t n;
		const struct source *sources = lookup_sources(people.lookup, &n);

		people.present.mask = desk_mask(people.desk);
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
		if (result->n == 0)
			people_say_nobody(&people, who, status);
	}
	people_release(&people);
	free(who);
	return status;
}
