#include "shelves.h"

#include "people.h"

static void nothing(void *arg)
{
	(void)arg;
}

static void is_done(void *arg)
{
	((struct shelves *)arg)->done = true;
}

int shelves_ask(struct shelves *shelves, struct cli *cli, enum row_type type, const char *words)
{
	const struct shelf_sink sink = { nothing, is_done, shelves };
	const struct source *sources;
	size_t n, asked = 0;
	int status;

	shelves->cli = cli;
	shelves->desk = cli_desk(cli, NULL, &status);
	if (!shelves->desk)
		return status;
	shelves->present.desk = shelves->desk;
	shelves->shelf = shelf_start(shelves->desk, type, str_of(words), &sink);
	sources = shelf_sources(shelves->shelf, &n);
	for (size_t i = 0; i < n; i++)
		asked += sources[i].state != SOURCE_UNASKED;
	if (!asked) {
		if (type == ROW_STOCK)
			cli_say("no backend of the configuration counts stock: one whose connector has stock: is needed, such as medusa");
		else
			cli_say("no backend of the configuration has articles: one whose connector has knowledge: is needed, such as mediawiki");
		return CLI_CONFIG;
	}
	loop_until(shelves->desk->loop, &shelves->done);
	return CLI_DONE;
}

void shelves_release(struct shelves *shelves)
{
	shelf_free(shelves->shelf);
	cli_desk_end(shelves->cli, shelves->desk);
}

static void put_document(const struct shelves *shelves, struct out *out, const struct shelves_rows *rows)
{
	const struct fields *f = out_fields(out);
	size_t n;
	const struct source *sources = shelf_sources(shelves->shelf, &n);

	out_open(out);
	f->text(f->arg, rows->asked, str_of(rows->words));
	f->text(f->arg, "status", str_of(people_word(rows->n ? 1 : 0, sources, n)));
	f->begin_list(f->arg, rows->list);
	for (size_t i = 0; i < rows->n; i++) {
		f->begin_map(f->arg, NULL);
		rows->put(&shelves->present, rows->items[i], f);
		f->end_map(f->arg);
	}
	f->end_list(f->arg);
	f->begin_list(f->arg, "sources");
	for (size_t i = 0; i < n; i++) {
		f->begin_map(f->arg, NULL);
		present_source(&shelves->present, &sources[i], f);
		f->end_map(f->arg);
	}
	f->end_list(f->arg);
	out_close(out);
}

void shelves_put(const struct shelves *shelves, struct out *out, const struct shelves_rows *rows)
{
	if (out_format(out) == OUT_JSON) {
		put_document(shelves, out, rows);
		return;
	}
	if (out_format(out) != OUT_NDJSON)
		out_table(out, rows->columns);
	for (size_t i = 0; i < rows->n; i++) {
		out_open(out);
		rows->put(&shelves->present, rows->items[i], out_fields(out));
		out_close(out);
	}
}

int shelves_end(const struct shelves *shelves, size_t found)
{
	size_t n;
	const struct source *sources = shelf_sources(shelves->shelf, &n);

	people_say_sources(sources, n);
	return people_status(found, sources, n);
}
