/* When it is not one customer: several, or nobody. */
#include "text.h"

int people_several(struct people *people, struct cli *cli, const char *who)
{
	const struct resolve_result *result = lookup_result(people->lookup);
	const struct fields *f = out_fields(cli->out);
	size_t n;
	const struct source *sources = lookup_sources(people->lookup, &n);
	static const char *const columns[] = { "name", "records.identities", "records.id", NULL };

	people->present.mask = desk_mask(people->desk);
	if (cli->format == OUT_TEXT) {
		text_candidates(cli->out, people, who);
	} else if (cli->format == OUT_JSON) {
		out_open(cli->out);
		f->text(f->arg, "who", str_of(who));
		f->text(f->arg, "status", STR("several"));
		people_put_candidates(people, f);
		people_put_end(people, f);
		out_close(cli->out);
	} else {
		if (cli->format != OUT_NDJSON)
			out_table(cli->out, columns);
		for (size_t i = 0; i < result->n; i++) {
			out_open(cli->out);
			f->text(f->arg, "type", STR("candidate"));
			present_group(&people->present, &result->groups[i], f);
			out_close(cli->out);
		}
	}
	out_flush(cli->out);
	cli_say("\"%s\" is %zu people; name one of them by an identity that is theirs alone, such as an e-mail or rec:", who, result->n);
	people_say_sources(sources, n);
	return CLI_SEVERAL;
}

int people_nobody(struct people *people, struct cli *cli, const char *who)
{
	size_t n;
	const struct source *sources = people->customer ? customer_sources(people->customer, &n)
							: lookup_sources(people->lookup, &n);
	const struct fields *f = out_fields(cli->out);
	int status = people_status(0, sources, n);

	if (cli->format == OUT_JSON) {
		out_open(cli->out);
		f->text(f->arg, "who", str_of(who));
		f->text(f->arg, "status", str_of(people_word(0, sources, n)));
		people_put_end(people, f);
		out_close(cli->out);
		out_flush(cli->out);
	}
	people_say_sources(sources, n);
	people_say_nobody(people, who, status);
	return status;
}
