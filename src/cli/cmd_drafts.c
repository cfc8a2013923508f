/* dossier drafts, drafts show, drafts discard: what was typed and not sent. */
#include <libintl.h>

#include <dossier/base/mem.h>
#include <dossier/base/text.h>
#include <dossier/store/draft.h>

#include "held.h"
#include "text.h"

struct drafts {
	struct cli *cli;
	struct tell tell;
	struct str key;
	bool whole;                     /* with the text */
	struct err err;
	size_t n;
	bool done;
};

static void put_label(struct buf *text, const struct draft_kept *draft)
{
	buf_printf(text, "%.*s", STR_ARG(draft->of.what));
	if (draft->of.label.n)
		buf_printf(text, gettext(" for %.*s"), STR_ARG(draft->of.label));
	else if (draft->of.n_who)
		buf_printf(text, gettext(" for %.*s"), STR_ARG(draft->of.who[0]));
}

static void text_draft(struct drafts *d, const struct draft_kept *draft, int64_t at)
{
	struct out *out = d->cli->out;
	struct buf text, safe;

	buf_init(&text, SIZE_MAX / 4);
	buf_init(&safe, SIZE_MAX / 4);
	tell_time(&d->tell, at, &text);
	out_printf(out, "%.*s  %-17s ", STR_ARG(draft->of.id), text.data);
	buf_reset(&text);
	put_label(&text, draft);
	text_safe(&safe, buf_str(&text), 0);
	out_str(out, buf_str(&safe));
	out_text(out, "\n");
	buf_reset(&safe);
	text_safe(&safe, draft->text, 0);
	if (d->whole) {
		text_paragraphs(out, draft->text, 2);
	} else {
		buf_reset(&text);
		buf_adds(&text, "  ");
		text_cell(&text, buf_str(&safe), 76, false);
		out_str(out, buf_str(&text));
		out_text(out, "\n");
	}
	buf_release(&text);
	buf_release(&safe);
}

static void put_draft(struct drafts *d, const struct draft_kept *draft, int64_t at)
{
	struct out *out = d->cli->out;
	const struct fields *f = out_fields(out);

	out_open(out);
	f->text(f->arg, "id", draft->of.id);
	f->text(f->arg, "what", draft->of.what);
	f->text(f->arg, "person", draft->of.person);
	f->text(f->arg, "case", draft->of.case_);
	f->text(f->arg, "label", draft->of.label);
	f->time(f->arg, "at", at);
	f->begin_list(f->arg, "who");
	for (size_t i = 0; i < draft->of.n_who; i++)
		f->text(f->arg, NULL, draft->of.who[i]);
	f->end_list(f->arg);
	f->text(f->arg, "text", draft->text);
	f->text(f->arg, "fields", draft->fields);
	out_close(out);
}

static void listed(void *arg, const struct kept *kept, size_t n, const struct err *err)
{
	struct drafts *d = arg;
	struct arena *arena = arena_new();

	if (err && err->code)
		d->err = *err;
	for (size_t i = 0; i < n; i++) {
		struct draft_kept draft;

		if (!draft_read(arena, &kept[i], &draft))
			continue;
		d->n++;
		if (d->cli->format == OUT_TEXT)
			text_draft(d, &draft, kept[i].at);
		else
			put_draft(d, &draft, kept[i].at);
	}
	arena_free(arena);
	d->done = true;
}

static int list(struct cli *cli, const char *id)
{
	static const char *const columns[] = { "id", "what", "person", "case", "label", "at", "who", "text", NULL };
	struct drafts d = { .cli = cli, .key = str_of(id), .whole = id != NULL };
	struct str none = { 0 };
	struct held held;
	int status = held_begin(&held, cli);

	if (status == CLI_DONE) {
		d.tell = held.tell;
		if (cli->format == OUT_CSV || cli->format == OUT_TSV)
			out_table(cli->out, columns);
		kept_list(held.desk->store, KEPT_DRAFT, d.key, none, none, listed, &d);
		loop_until(held.desk->loop, &d.done);
		out_flush(cli->out);
		if (d.err.code)
			cli_say("%s", d.err.text);
		else if (d.n == 0)
			cli_say(id ? "no draft has the id %s" : "no drafts%s", id ? id : "");
		status = d.err.code ? CLI_STORE : id && d.n == 0 ? CLI_NONE : CLI_DONE;
	}
	held_release(&held);
	return status;
}

int cmd_drafts(struct cli *cli, const void *options, int argc, char **argv)
{
	(void)options;
	(void)argc;
	(void)argv;
	return list(cli, NULL);
}

int cmd_drafts_show(struct cli *cli, const void *options, int argc, char **argv)
{
	(void)options;
	(void)argc;
	return list(cli, argv[0]);
}

struct discarding { struct err err; size_t found; bool done; };

static void found(void *arg, const struct kept *kept, size_t n, const struct err *err)
{
	struct discarding *d = arg;

	(void)kept;
	d->found = n;
	if (err)
		d->err = *err;
	d->done = true;
}

static void discarded(void *arg, const struct err *err)
{
	struct discarding *d = arg;

	if (err)
		d->err = *err;
	d->done = true;
}

int cmd_drafts_discard(struct cli *cli, const void *options, int argc, char **argv)
{
	struct discarding d = { .done = false };
	struct str id = str_of(argv[0]), none = { 0 };
	struct held held;
	int status = held_begin(&held, cli);

	(void)options;
	(void)argc;
	if (status == CLI_DONE) {
		kept_list(held.desk->store, KEPT_DRAFT, id, none, none, found, &d);
		loop_until(held.desk->loop, &d.done);
		if (d.found) {
			d.done = false;
			kept_drop(held.desk->store, KEPT_DRAFT, id, discarded, &d);
			loop_until(held.desk->loop, &d.done);
		} else if (!d.err.code) {
			err_set(&d.err, ERR_NOTFOUND, "no draft has the id %s; \"dossier drafts\" lists them", argv[0]);
		}
		if (d.err.code)
			cli_say("%s", d.err.text);
		status = !d.err.code ? CLI_DONE : d.err.code == ERR_NOTFOUND ? CLI_NONE : CLI_STORE;
	}
	held_release(&held);
	return status;
}
