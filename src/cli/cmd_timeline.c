/* dossier show and dossier timeline. */
#include "people.h"

#include <dossier/base/text.h>

#include "text.h"

const struct cli_option timeline_options[] = {
	{ "kind", 'k', "K,..", "only these kinds: call, email, order, payment ...", CLI_TEXT, offsetof(struct timeline_options, kind) },
	{ "backend", 'b', "NAME", "only this backend", CLI_TEXT, offsetof(struct timeline_options, backend) },
	{ "all", 'a', NULL, "details of older rows too, which a connector asks for the newest only", CLI_FLAG, offsetof(struct timeline_options, all) },
	{ "since", 0, "T", "not before: a date, a time, yesterday, -7d", CLI_TEXT, offsetof(struct timeline_options, since) },
	{ "until", 0, "T", "before", CLI_TEXT, offsetof(struct timeline_options, until) },
	{ "grep", 'g', "TEXT", "only rows that contain TEXT, whatever its case", CLI_TEXT, offsetof(struct timeline_options, grep) },
	{ 0 },
};

struct filter {
	struct timeline_filter rows;
	struct buf grep;
};

static bool read_kinds(const char *text, unsigned *kinds)
{
	while (*text) {
		size_t n = strcspn(text, ",");
		enum kind kind;

		if (!kind_parse(str_make(text, n), &kind)) {
			cli_say("--kind: \"%.*s\" is no kind; kinds are call, visit, social, chat, email, message, web, selfservice, "
				"order, return, delivery, pickup, appointment, payment, ticket, survey, note, contact, other", (int)n, text);
			return false;
		}
		*kinds |= 1u << kind;
		text += n + (text[n] == ',');
	}
	return true;
}

static bool read_time(const struct cli *cli, const char *name, const char *text, int64_t *at)
{
	struct err err = { 0 };

	*at = WHEN_NONE;
	if (!text || when_parse_human(str_of(text), clock_wall(cli->clock), cli->house->zone, at, &err))
		return true;
	cli_say("--%s: %s", name, err.text);
	return false;
}

static bool read_filter(const struct cli *cli, const struct timeline_options *o, struct filter *filter)
{
	*filter = (struct filter){ 0 };
	buf_init(&filter->grep, 64 * 1024);
	if (o->kind && !read_kinds(o->kind, &filter->rows.kinds))
		return false;
	if (!read_time(cli, "since", o->since, &filter->rows.since) || !read_time(cli, "until", o->until, &filter->rows.until))
		return false;
	filter->rows.backend = str_of(o->backend);
	if (o->grep && *o->grep) {
		text_fold(&filter->grep, str_of(o->grep));
		filter->rows.grep = buf_str(&filter->grep);
	}
	return true;
}

static void put_sources(struct people *people, const struct fields *f)
{
	size_t n;
	const struct source *sources = customer_sources(people->customer, &n);

	f->begin_list(f->arg, "sources");
	for (size_t i = 0; i < n; i++) {
		f->begin_map(f->arg, NULL);
		present_source(&people->present, &sources[i], f);
		f->end_map(f->arg);
	}
	f->end_list(f->arg);
}

static void put_customer(struct people *people, const struct fields *f)
{
	f->begin_map(f->arg, "customer");
	present_group(&people->present, customer_group(people->customer), f);
	f->begin_map(f->arg, "profile");
	present_profile(&people->present, customer_profile(people->customer), f);
	f->end_map(f->arg);
	f->end_map(f->arg);
}

static void put_json(struct people *people, struct out *out, const char *who, const struct filter *filter, bool whole)
{
	struct timeline *timeline = customer_timeline(people->customer);
	const struct fields *f = out_fields(out);
	size_t n_sources, n = timeline_count(timeline);
	const struct source *sources = customer_sources(people->customer, &n_sources);

	out_open(out);
	f->text(f->arg, "who", str_of(who));
	f->text(f->arg, "status", str_of(people_word(1, sources, n_sources)));
	if (whole)
		put_customer(people, f);
	f->begin_list(f->arg, "timeline");
	for (size_t i = 0; i < n; i++) {
		const struct timeline_row *row = timeline_row(timeline, i);

		if (!timeline_keeps(row, &filter->rows))
			continue;
		f->begin_map(f->arg, NULL);
		present_row(&people->present, row, f);
		f->end_map(f->arg);
	}
	f->end_list(f->arg);
	put_sources(people, f);
	f->begin_list(f->arg, "masked");
	f->end_list(f->arg);
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
	size_t n = timeline_count(timeline);

	if (out_format(out) != OUT_NDJSON) {
		out_table(out, columns);
	} else if (whole) {
		out_open(out);
		f->text(f->arg, "type", STR("customer"));
		put_customer(people, f);
		out_close(out);
	}
	for (size_t i = 0; i < n; i++) {
		const struct timeline_row *row = timeline_row(timeline, i);

		if (!timeline_keeps(row, &filter->rows))
			continue;
		out_open(out);
		f->text(f->arg, "type", STR("interaction"));
		present_row(&people->present, row, f);
		out_close(out);
	}
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
		}
		if (text_timeline(cli->out, people, &filter->rows, !whole) == 0)
			out_text(cli->out, "nothing in the timeline\n");
		return;
	default:
		put_lines(people, cli->out, filter, whole);
	}
}

/* Several people: they are named and nothing else is done. */
static int several(struct people *people, struct cli *cli, const char *who)
{
	const struct resolve_result *result = lookup_result(people->lookup);
	const struct fields *f = out_fields(cli->out);
	static const char *const columns[] = { "name", "records.identities", "records.id", NULL };

	if (cli->format == OUT_TEXT) {
		text_candidates(cli->out, people, who);
	} else if (cli->format == OUT_JSON) {
		out_open(cli->out);
		f->text(f->arg, "who", str_of(who));
		f->text(f->arg, "status", STR("several"));
		f->begin_list(f->arg, "candidates");
		for (size_t i = 0; i < result->n; i++) {
			f->begin_map(f->arg, NULL);
			present_group(&people->present, &result->groups[i], f);
			f->end_map(f->arg);
		}
		f->end_list(f->arg);
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
	return CLI_SEVERAL;
}

static int show_one(struct people *people, struct cli *cli, const char *who, const struct filter *filter, bool whole)
{
	const struct source *sources;
	size_t n;

	put(people, cli, who, filter, whole);
	out_flush(cli->out);
	sources = customer_sources(people->customer, &n);
	people_say_sources(sources, n);
	return people_status(1, sources, n);
}

static int nobody(struct cli *cli, const char *who, const struct source *sources, size_t n)
{
	const struct fields *f = out_fields(cli->out);
	int status = people_status(0, sources, n);

	if (cli->format == OUT_JSON) {
		out_open(cli->out);
		f->text(f->arg, "who", str_of(who));
		f->text(f->arg, "status", str_of(people_word(0, sources, n)));
		out_close(cli->out);
		out_flush(cli->out);
	}
	people_say_sources(sources, n);
	if (status == CLI_NONE)
		cli_say("nobody found for \"%s\"", who);
	return status;
}

static int run(struct cli *cli, const struct timeline_options *options, int argc, char **argv, bool whole)
{
	struct people people = { .eager = true };
	struct filter filter;
	char *who = cli_join(argc, argv);
	int status = cli_house(cli);

	if (status != CLI_DONE || !read_filter(cli, options, &filter)) {
		free(who);
		return status != CLI_DONE ? status : CLI_USAGE;
	}
	people.since = filter.rows.since;
	people.all = options->all;
	status = people_find(&people, cli, who);
	if (status == CLI_DONE) {
		const struct resolve_result *result = lookup_result(people.lookup);
		size_t n;
		const struct source *sources = lookup_sources(people.lookup, &n);

		if (result->n == 1) {
			status = show_one(&people, cli, who, &filter, whole);
		} else if (result->n > 1) {
			status = several(&people, cli, who);
			people_say_sources(sources, n);
		} else {
			status = nobody(cli, who, sources, n);
		}
	}
	people_release(&people);
	buf_release(&filter.grep);
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
