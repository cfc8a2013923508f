/* dossier search WORDS: entries of the case store that hold them, newest first. */
#include <libintl.h>

#include <dossier/base/mem.h>
#include <dossier/desk/present_case.h>

#include "entry_tell.h"
#include "held.h"

#define LIMIT 50
#define LIMIT_MOST 1000

const struct cli_option search_options[] = {
	{ "newest", 'n', "N", "only the newest N, 50 unless said", CLI_TEXT, offsetof(struct search_options, newest) },
	{ 0 },
};

struct searching { struct store_rows *rows; struct err err; bool done; };

static void searched(void *arg, struct store_rows *rows, const struct err *err)
{
	struct searching *s = arg;

	s->rows = rows;
	if (err)
		s->err = *err;
	s->done = true;
}

static void put(struct cli *cli, const struct held *held, const struct searching *s, const char *words)
{
	static const char *const columns[] = { "id", "type", "person", "case", "at", "author", "channel", "data.text", "data.title", "data.line", "data.wants", "data.next", NULL };
	const struct fields *f = out_fields(cli->out);
	bool whole = cli->format == OUT_JSON;
	size_t n = s->rows ? s->rows->n : 0;

	if (whole) {
		out_open(cli->out);
		f->text(f->arg, "words", str_of(words));
		f->begin_list(f->arg, "entries");
	} else if (cli->format != OUT_NDJSON) {
		out_table(cli->out, columns);
	}
	for (size_t i = 0; i < n; i++) {
		if (whole)
			f->begin_map(f->arg, NULL);
		else
			out_open(cli->out);
		present_entry(&held->present, &s->rows->entries[i], f);
		if (whole)
			f->end_map(f->arg);
		else
			out_close(cli->out);
	}
	if (whole) {
		f->end_list(f->arg);
		out_close(cli->out);
	}
}

static bool read_limit(const char *text, size_t *limit)
{
	size_t digits = text ? strspn(text, "0123456789") : 0;

	*limit = LIMIT;
	if (!text)
		return true;
	*limit = digits && !text[digits] && digits < 6 ? (size_t)strtoul(text, NULL, 10) : 0;
	if (*limit == 0 || *limit > LIMIT_MOST)
		cli_say("--newest: \"%s\" is no number from 1 to %d", text, LIMIT_MOST);
	return *limit > 0 && *limit <= LIMIT_MOST;
}

int cmd_search(struct cli *cli, const void *options, int argc, char **argv)
{
	const struct search_options *o = options;
	struct searching s = { .done = false };
	char *words = cli_join(argc, argv);
	struct held held;
	size_t limit;
	int status;

	if (!read_limit(o->newest, &limit)) {
		free(words);
		return CLI_USAGE;
	}
	status = held_begin(&held, cli);
	if (status == CLI_DONE) {
		store_search(held.desk->store, str_of(words), limit, searched, &s);
		loop_until(held.desk->loop, &s.done);
		for (size_t i = 0; cli->format == OUT_TEXT && s.rows && i < s.rows->n; i++)
			text_entry(cli->out, &held.tell, &s.rows->entries[i]);
		if (cli->format != OUT_TEXT)
			put(cli, &held, &s, words);
		out_flush(cli->out);
		if (s.err.code)
			cli_say("%s", s.err.text);
		else if (!s.rows || s.rows->n == 0)
			cli_say("nothing in the case store has \"%s\"", words);
		status = s.err.code ? CLI_STORE : s.rows && s.rows->n ? CLI_DONE : CLI_NONE;
		store_rows_free(s.rows);
	}
	held_release(&held);
	free(words);
	return status;
}
