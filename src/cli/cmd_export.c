/* dossier export WHO: all that is held on a person, here and in the backends, as one JSON document. */
#include <dossier/base/mem.h>
#include <dossier/desk/present_case.h>
#include <dossier/store/draft.h>

#include "held.h"

struct exporting { struct cli *cli; struct people *people; struct err err; bool done; };

static void put_entries(struct exporting *e, const struct fields *f)
{
	struct entries *entries = customer_entries(e->people->customer);
	size_t n = 0;
	const struct entry *const *sorted = entries ? entries_sorted(entries, &n) : NULL;

	f->begin_list(f->arg, "entries");
	for (size_t i = 0; i < n; i++) {
		f->begin_map(f->arg, NULL);
		present_entry(&e->people->present, sorted[i], f);
		f->end_map(f->arg);
	}
	f->end_list(f->arg);
}

/* Of this person, or of nobody yet but one of the identities. */
static bool is_theirs(const struct draft_kept *draft, const struct group *group)
{
	for (size_t i = 0; i < group->n_persons; i++)
		if (draft->of.person.n && str_eq(draft->of.person, group->persons[i]))
			return true;
	for (size_t i = 0; i < draft->of.n_who; i++)
		for (size_t r = 0; r < group->n_records; r++)
			for (size_t k = 0; k < group->records[r]->n_ids; k++) {
				struct buf text;
				bool same;

				buf_init(&text, 4096);
				identity_print(&group->records[r]->ids[k].id, &text);
				same = identity_class(group->records[r]->ids[k].id.type) != ID_SHARED && str_eq(buf_str(&text), draft->of.who[i]);
				buf_release(&text);
				if (same)
					return true;
			}
	return false;
}

static void drafts_listed(void *arg, const struct kept *kept, size_t n, const struct err *err)
{
	struct exporting *e = arg;
	const struct fields *f = out_fields(e->cli->out);
	struct arena *arena = arena_new();

	if (err && err->code)
		e->err = *err;
	for (size_t i = 0; i < n; i++) {
		struct draft_kept draft;

		if (!draft_read(arena, &kept[i], &draft) || !is_theirs(&draft, customer_group(e->people->customer)))
			continue;
		f->begin_map(f->arg, NULL);
		f->text(f->arg, "id", draft.of.id);
		f->text(f->arg, "what", draft.of.what);
		f->time(f->arg, "at", kept[i].at);
		f->text(f->arg, "text", draft.text);
		f->text(f->arg, "fields", draft.fields);
		f->end_map(f->arg);
	}
	arena_free(arena);
	e->done = true;
}

static void put(struct exporting *e, struct desk *desk, const char *who)
{
	struct people *people = e->people;
	const struct fields *f = out_fields(e->cli->out);
	struct timeline_filter all = { .since = WHEN_NONE, .until = WHEN_NONE };
	struct str none = { 0 };
	size_t n;
	const struct source *sources = customer_sources(people->customer, &n);

	out_open(e->cli->out);
	f->text(f->arg, "who", str_of(who));
	f->text(f->arg, "status", str_of(people_word(1, sources, n)));
	f->time(f->arg, "at", clock_wall(e->cli->clock));
	people_put_customer(people, f);
	people_put_timeline(people, &all, f);
	put_entries(e, f);
	f->begin_list(f->arg, "drafts");
	kept_list(desk->store, KEPT_DRAFT, none, none, none, drafts_listed, e);
	loop_until(desk->loop, &e->done);
	f->end_list(f->arg);
	people_put_end(people, f);
	out_close(e->cli->out);
}

int cmd_export(struct cli *cli, const void *options, int argc, char **argv)
{
	char *who = cli_join(argc, argv);
	struct people people = { .eager = true, .all = true, .since = WHEN_NONE, .how = "export" };
	struct exporting e = { .cli = cli, .people = &people };
	struct held held;
	int status;

	(void)options;
	if (cli->format == OUT_CSV || cli->format == OUT_TSV || cli->globals.format == NULL) {
		if (cli->globals.format) {
			cli_say("an export is one JSON document: --format json");
			free(who);
			return CLI_USAGE;
		}
		out_free(cli->out);
		cli->format = OUT_JSON;
		cli->out = out_new(STDOUT_FILENO, OUT_JSON, NULL);
	}
	status = held_begin(&held, cli);
	people.desk = people.present.desk = held.desk;
	if (status == CLI_DONE)
		status = people_find(&people, cli, who);
	if (status == CLI_DONE && lookup_result(people.lookup)->n > 1) {
		status = people_several(&people, cli, who);
	} else if (status == CLI_DONE && !people.customer) {
		status = people_nobody(&people, cli, who);
	} else if (status == CLI_DONE) {
		size_t n;
		const struct source *sources;

		people.present.mask = customer_mask(people.customer);
		put(&e, held.desk, who);
		out_flush(cli->out);
		sources = customer_sources(people.customer, &n);
		people_say_sources(sources, n);
		if (e.err.code)
			cli_say("drafts: %s", e.err.text);
		status = held_end(&held, people_status(1, sources, n));
	}
	people_release(&people);
	held_release(&held);
	free(who);
	return status;
}
