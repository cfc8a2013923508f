/* dossier show and dossier timeline. */
#include <libintl.h>

#include "filter.h"
#include "text.h"

static void put_json(struct people *people, struct out *out, const char *who, const struct filter *filter, bool whole)
{
	const struct fields *f = out_fields(out);
	size_t n_sources;
	const struct source *sources = customer_sources(people->customer, &n_sources);

	out_open(out);
	f->text(f->arg, "who", str_of(who));
	f->text(f->arg, "status", str_of(people_word(1, sources, n_sources)));
	if (whole)
		people_put_customer(people, f);
	people_put_brief(people, f);
	people_put_timeline(people, &filter->rows, f);
	people_put_end(people, f);
	out_close(out);
}

static void put_lines(struct people *people, struct out *out, const struct filter *filter, bool whole)
{
	static const char *const columns[] = {
		"at", "until", "kind", "step", "channel", "direction", "backend", "row", "id", "agent", "reader", "place.name",
		"status", "done", "outcome", "amount", "amount.currency", "refs.order", "refs.receipt", "refs.ticket",
		"refs.tracking", "refs.call", "web", "title", "text", NULL,
	};
	struct timeline *timeline = customer_timeline(people->customer);
	const struct fields *f = out_fields(out);
	size_t n = people_rows_end(people, &filter->rows, NULL);

	if (out_format(out) != OUT_NDJSON) {
		out_table(out, columns);
	} else if (whole) {
		out_open(out);
		f->text(f->arg, "type", STR("customer"));
		people_put_customer(people, f);
		people_put_brief(people, f);
		out_close(out);
	}
	for (size_t i = 0; i < n; i++) {
		const struct timeline_row *row = timeline_row(timeline, i);

		if (!present_keeps(&people->present, row, &filter->rows))
			continue;
		out_open(out);
		f->text(f->arg, "type", STR("interaction"));
		present_row(&people->present, row, f);
		out_close(out);
	}
}

/* In a text before the rows; a table has no line for it. */
static void tell_ages(struct people *people, struct cli *cli)
{
	size_t n;
	const struct source *sources = customer_sources(people->customer, &n);
	struct buf when;

	buf_init(&when, 100);
	for (size_t i = 0; i < n; i++) {
		if (!people_as_of(people->desk, &sources[i], &when))
			continue;
		if (cli->format == OUT_TEXT)
			out_printf(cli->out, "%s failed: its rows are as of %s\n", sources[i].backend, when.data);
		else if (cli->format != OUT_JSON)
			cli_say("%s: its rows are as of %s", sources[i].backend, when.data);
	}
	buf_release(&when);
}

static void put(struct people *people, struct cli *cli, const char *who, const struct filter *filter, bool whole)
{
	switch (cli->format) {
	case OUT_JSON:
		put_json(people, cli->out, who, filter, whole);
		return;
	case OUT_TEXT:
		if (whole) {
			text_profile(cli->out, people);
			out_text(cli->out, "\n");
		} else {
			text_heading(cli->out, people);
		}
		tell_ages(people, cli);
		if (text_timeline(cli->out, people, &filter->rows, !whole) == 0)
			out_text(cli->out, "nothing in the timeline\n");
		return;
	default:
		put_lines(people, cli->out, filter, whole);
	}
}

static int show_one(struct people *people, struct cli *cli, const char *who, const struct filter *filter, bool whole)
{
	const struct source *sources;
	size_t n, more;

	put(people, cli, who, filter, whole);
	out_flush(cli->out);
	people_rows_end(people, &filter->rows, &more);
	if (more)
		cli_say(ngettext("%zu older row is not shown", "%zu older rows are not shown", more), more);
	sources = customer_sources(people->customer, &n);
	people_say_sources(sources, n);
	if (cli->format != OUT_TEXT)
		tell_ages(people, cli);
	return people_status(1, sources, n);
}

/* Nobody has a record, but a system without customers has rows for this very number or address. */
static bool knows_stranger(struct people *people)
{
	return lookup_result(people->lookup)->n == 0 && people->customer &&
	       timeline_count(customer_timeline(people->customer)) > 0;
}

static int run(struct cli *cli, const struct timeline_options *options, int argc, char **argv, bool whole)
{
	struct people people = { .eager = true };
	struct filter filter;
	char *who = cli_join(argc, argv);
	int status = cli_house(cli);

	if (status != CLI_DONE || !filter_read(cli, options, &filter)) {
		free(who);
		return status != CLI_DONE ? status : CLI_USAGE;
	}
	cli->with_store = true;
	people.how = whole ? "show" : "timeline";
	people.since = filter.rows.since;
	people.all = options->all;
	people.newest = filter.newest;
	status = people_find(&people, cli, who);
	if (status == CLI_DONE) {
		size_t n = people_found(&people);

		if (people.customer)
			people.present.mask = customer_mask(people.customer);
		if (n == 1 || knows_stranger(&people)) {
			status = show_one(&people, cli, who, &filter, whole);
		} else if (n > 1) {
			status = people_several(&people, cli, who);
		} else {
			status = people_nobody(&people, cli, who);
		}
	}
	people_release(&people);
	filter_release(&filter);
	free(who);
	return status;
}

int cmd_show(struct cli *cli, const void *options, int argc, char **argv)
{
	return run(cli, options, argc, argv, true);
}

int cmd_timeline(struct cli *cli, const void *options, int argc, char **argv)
{
	return run(cli, options, argc, argv, false);
}
