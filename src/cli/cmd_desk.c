/* dossier desk: what waits for this agent, the most urgent first. */
#include <libintl.h>

#include <dossier/base/mem.h>
#include <dossier/base/text.h>
#include <dossier/model/agenda.h>
#include <dossier/store/kept.h>

#include "held.h"
#include "text.h"

struct counting { size_t n; bool done; };

static void counted(void *arg, const struct kept *kept, size_t n, const struct err *err)
{
	struct counting *c = arg;

	(void)kept;
	(void)err;
	c->n = n;
	c->done = true;
}

static size_t count_kept(struct desk *desk, enum kept_kind kind)
{
	struct counting c = { .done = false };
	struct str none = { 0 };

	kept_list(desk->store, kind, none, none, none, counted, &c);
	loop_until(desk->loop, &c.done);
	return c.n;
}

static bool closed(const struct held *held)
{
	return held->tell.mask && mask_hides(held->tell.mask, "row.text");
}

static void text_item(const struct held *held, const struct agenda_item *item, struct out *out)
{
	struct buf text, safe;
	char code[CASE_CODE + 1];

	buf_init(&text, SIZE_MAX / 4);
	buf_init(&safe, SIZE_MAX / 4);
	case_code(item->entry->id, code);
	agenda_reason(item, held->tell.now, &text);
	text_safe(&safe, buf_str(&text), 0);
	out_style(out, OUT_BOLD);
	out_printf(out, "%-8s  ", code);
	out_style(out, item->late ? OUT_WARN : OUT_PLAIN);
	out_str(out, buf_str(&safe));
	out_style(out, OUT_PLAIN);
	out_text(out, "\n");
	buf_reset(&text);
	buf_reset(&safe);
	held_who(held, item->person, &text);
	buf_adds(&text, text.len ? "  " : "");
	if (closed(held))
		buf_adds(&text, gettext("closed until verified"));
	else
		buf_addstr(&text, item->text);
	if (item->who.n)
		buf_printf(&text, " (%.*s)", STR_ARG(item->who));
	text_safe(&safe, buf_str(&text), 0);
	out_printf(out, "%10s", "");
	text_wrap(out, buf_str(&safe), 10, 10);
	buf_release(&text);
	buf_release(&safe);
}

static void put_item(const struct held *held, const struct agenda_item *item, const struct fields *f)
{
	struct buf text;

	buf_init(&text, 8192);
	f->text(f->arg, "kind", str_of(agenda_kind_word(item->kind)));
	f->boolean(f->arg, "late", item->late);
	f->time(f->arg, "at", item->at);
	agenda_reason(item, held->tell.now, &text);
	f->text(f->arg, "reason", buf_str(&text));
	f->text(f->arg, "id", item->entry->id);
	f->text(f->arg, "person", item->person);
	buf_reset(&text);
	held_who(held, item->person, &text);
	f->text(f->arg, "who", text.len ? buf_str(&text) : (struct str){ 0 });
	f->text(f->arg, "case", item->case_);
	f->text(f->arg, "by", item->who);
	f->text(f->arg, "text", closed(held) ? (struct str){ 0 } : item->text);
	buf_release(&text);
}

static void put(struct cli *cli, const struct held *held, const struct agenda *agenda, size_t drafts, size_t parked)
{
	static const char *const columns[] = { "kind", "late", "at", "reason", "id", "person", "who", "case", "by", "text", NULL };
	const struct fields *f = out_fields(cli->out);
	bool whole = cli->format == OUT_JSON;

	if (whole) {
		out_open(cli->out);
		f->integer(f->arg, "drafts", (int64_t)drafts);
		f->integer(f->arg, "parked", (int64_t)parked);
		f->begin_list(f->arg, "waiting");
	} else if (cli->format != OUT_NDJSON) {
		out_table(cli->out, columns);
	}
	for (size_t i = 0; i < agenda->n; i++) {
		if (whole)
			f->begin_map(f->arg, NULL);
		else
			out_open(cli->out);
		put_item(held, &agenda->items[i], f);
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

static void text_agenda(struct cli *cli, const struct held *held, const struct agenda *agenda, size_t drafts, size_t parked)
{
	for (size_t i = 0; i < agenda->n; i++)
		text_item(held, &agenda->items[i], cli->out);
	if (drafts)
		out_printf(cli->out, ngettext("%zu draft: \"dossier drafts\"\n", "%zu drafts: \"dossier drafts\"\n", drafts), drafts);
	if (parked)
		out_printf(cli->out, ngettext("%zu customer is parked\n", "%zu customers are parked\n", parked), parked);
	if (!agenda->n && !drafts && !parked)
		out_printf(cli->out, "nothing waits for you\n");
}

int cmd_desk(struct cli *cli, const void *options, int argc, char **argv)
{
	struct held open, all = { 0 };
	struct agenda agenda;
	int status;

	(void)options;
	(void)argc;
	(void)argv;
	status = held_open(&open, cli, NULL);
	if (status == CLI_DONE)
		status = held_walk_on(&all, &open, HELD_CASE_TYPES, 0, true);
	if (status == CLI_DONE) {
		const struct desk *desk = open.desk;
		struct agenda_in in = {
			.cases = all.cases, .agent = desk->agent, .team = desk->team, .site = desk->site, .roles = desk->roles,
			.now = open.tell.now, .soon = desk->house->windows.promise, .handoff = desk->house->windows.handoff,
			.question = desk->house->windows.question,
		};
		size_t drafts = count_kept(open.desk, KEPT_DRAFT), parked = count_kept(open.desk, KEPT_PARKED);

		agenda_init(&agenda, &in);
		if (cli->format == OUT_TEXT)
			text_agenda(cli, &all, &agenda, drafts, parked);
		else
			put(cli, &all, &agenda, drafts, parked);
		agenda_release(&agenda);
		out_flush(cli->out);
		status = held_end(&open, CLI_DONE);
	}
	held_release(&all);
	held_release(&open);
	return status;
}
