/* dossier report views: who looked at whom, and whether there was a contact. */
#include <libintl.h>

#include <dossier/base/mem.h>
#include <dossier/base/text.h>
#include <dossier/desk/present_case.h>

#include "entry_tell.h"
#include "filter.h"
#include "held.h"

#define MONTH (30 * 24 * 60 * 60 * INT64_C(1000))

const struct cli_option report_options[] = {
	{ "of", 0, "WHO", "views of this customer", CLI_TEXT, offsetof(struct report_options, of) },
	{ "by", 0, "AGENT", "views by this agent", CLI_TEXT, offsetof(struct report_options, by) },
	{ "since", 0, "T", "from then on; the last 30 days unless said", CLI_TEXT, offsetof(struct report_options, since) },
	{ 0 },
};

static bool names_record(struct json_object *data, const struct group *group)
{
	struct json_object *records = json_object_object_get(data, "records");
	bool found = false;

	for (size_t i = 0; !found && json_object_is_type(records, json_type_array) && i < json_object_array_length(records); i++) {
		struct str typed = str_of(json_object_get_string(json_object_array_get_idx(records, i)));

		for (size_t r = 0; r < group->n_records && !found; r++) {
			struct identity self;
			struct buf text;

			buf_init(&text, 4096);
			record_identity(group->records[r], &self);
			identity_print(&self, &text);
			found = str_eq(buf_str(&text), typed) || str_eq(str_make(text.data + 4, text.len - 4), typed);
			buf_release(&text);
		}
	}
	return found;
}

static bool is_of(const struct entry *view, struct json_object *data, const struct group *group, const char *who)
{
	for (size_t i = 0; i < group->n_persons; i++)
		if (view->person.n && str_eq(view->person, group->persons[i]))
			return true;
	return names_record(data, group) || str_eq(entry_text(data, "who"), str_of(who));
}

struct views { struct cli *cli; const struct report_options *o; const struct group *group; const struct held *held; size_t told, alone; };

static void put_view(struct views *v, const struct entry *view, struct json_object *data)
{
	bool alone = !entry_text(data, "contact").n;
	struct out *out = v->cli->out;
	const struct fields *f = out_fields(out);

	v->told++;
	v->alone += alone;
	if (v->cli->format == OUT_TEXT) {
		out_style(out, alone ? OUT_WARN : OUT_PLAIN);
		out_printf(out, "%-11s ", alone ? gettext("no contact") : "");
		out_style(out, OUT_PLAIN);
		text_entry(out, &v->held->tell, view);
		return;
	}
	out_open(out);
	f->boolean(f->arg, "without_contact", alone);
	present_entry(&v->held->present, view, f);
	out_close(out);
}

static void report(struct views *v)
{
	static const char *const columns[] = {
		"without_contact", "at", "author", "team", "person", "data.who", "data.records", "data.list", "data.how", "data.field", "data.reason", NULL,
	};
	struct json_parser *parser = json_parser_new();
	size_t n;
	const struct entry *const *sorted = entries_sorted(v->held->entries, &n);

	if (v->cli->format == OUT_CSV || v->cli->format == OUT_TSV)
		out_table(v->cli->out, columns);
	for (size_t i = 0; i < n; i++) {
		struct json_object *data = sorted[i]->type == ENTRY_VIEW ? entry_data(parser, sorted[i]) : NULL;

		if (data && (!v->o->by || str_eq(sorted[i]->author, str_of(v->o->by))) &&
		    (!v->group || is_of(sorted[i], data, v->group, v->o->of)))
			put_view(v, sorted[i], data);
		json_object_put(data);
	}
	json_parser_free(parser);
	out_flush(v->cli->out);
	if (v->told == 0)
		cli_say("no views");
	else
		cli_say("%zu views, %zu of them without a contact", v->told, v->alone);
}

static bool may(const struct held *held, const struct report_options *o)
{
	bool own = o->by && !o->of && str_eq(held->desk->agent, str_of(o->by));

	if (own || !held->desk->house->n_agents || held->desk->roles & BY_LEADS)
		return true;
	cli_say("only the roles supervisor and admin may see whom others looked at");
	return false;
}

int cmd_report_views(struct cli *cli, const void *options, int argc, char **argv)
{
	const struct report_options *o = options;
	struct held of, walk = { 0 };
	struct views v = { .cli = cli, .o = o, .held = &walk };
	int64_t since;
	int status;
	struct err err = { 0 };

	(void)argc;
	(void)argv;
	if (!o->of && !o->by) {
		cli_say("report views wants --of WHO or --by AGENT");
		return CLI_USAGE;
	}
	status = o->of ? held_open(&of, cli, o->of) : held_begin(&of, cli);
	since = clock_wall(cli->clock) - MONTH;
	if (status == CLI_DONE && o->since && !when_parse_human(str_of(o->since), clock_wall(cli->clock), of.desk->house->zone, &since, &err)) {
		cli_say("--since: %s", err.text);
		status = CLI_USAGE;
	}
	if (status == CLI_DONE && !may(&of, o))
		status = CLI_REFUSED;
	if (status == CLI_DONE)
		status = held_walk_on(&walk, &of, TYPE_BIT(VIEW), since, false);
	if (status == CLI_DONE) {
		v.group = o->of ? customer_group(of.people.customer) : NULL;
		report(&v);
		status = held_end(&of, v.told ? CLI_DONE : CLI_NONE);
	}
	held_release(&walk);
	held_release(&of);
	return status;
}
