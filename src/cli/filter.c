#include "filter.h"

#include <dossier/base/text.h>

const struct cli_option timeline_options[] = {
	{ "kind", 'k', "K,..", "only these kinds: call, email, order, payment ...", CLI_TEXT, offsetof(struct timeline_options, kind) },
	{ "backend", 'b', "NAME", "only this backend", CLI_TEXT, offsetof(struct timeline_options, backend) },
	{ "all", 'a', NULL, "details of older rows too, which a connector asks for the newest only", CLI_FLAG, offsetof(struct timeline_options, all) },
	{ "since", 0, "T", "not before: a date, a time, yesterday, -7d", CLI_TEXT, offsetof(struct timeline_options, since) },
	{ "until", 0, "T", "before", CLI_TEXT, offsetof(struct timeline_options, until) },
	{ "grep", 'g', "TEXT", "only rows that contain TEXT, whatever its case", CLI_TEXT, offsetof(struct timeline_options, grep) },
	{ "newest", 'n', "N", "only the newest N rows", CLI_TEXT, offsetof(struct timeline_options, newest) },
	{ 0 },
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

static bool read_newest(const char *text, size_t *newest)
{
	size_t digits = strspn(text, "0123456789");
	unsigned long n = digits > 0 && digits < 10 && !text[digits] ? strtoul(text, NULL, 10) : 0;

	if (n == 0)
		cli_say("--newest: \"%s\" is no number of rows, such as 20", text);
	*newest = n;
	return n > 0;
}

bool filter_read(const struct cli *cli, const struct timeline_options *o, struct filter *filter)
{
	*filter = (struct filter){ 0 };
	buf_init(&filter->grep, 64 * 1024);
	if (o->kind && !read_kinds(o->kind, &filter->rows.kinds))
		return false;
	if (!read_time(cli, "since", o->since, &filter->rows.since) || !read_time(cli, "until", o->until, &filter->rows.until))
		return false;
	if (o->newest && !read_newest(o->newest, &filter->newest))
		return false;
	if (o->backend && !cli_asks(cli->house, o->backend))
		return false;
	filter->rows.backend = str_of(o->backend);
	if (o->grep && *o->grep) {
		text_fold(&filter->grep, str_of(o->grep));
		filter->rows.grep = buf_str(&filter->grep);
	}
	return true;
}

void filter_release(struct filter *filter)
{
	buf_release(&filter->grep);
}
