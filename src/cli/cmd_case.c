/* dossier case show and case history: one case, by its code, or a customer's chosen one. */
#include <libintl.h>

#include <dossier/base/mem.h>
#include <dossier/base/text.h>
#include <dossier/desk/present_case.h>

#include "entry_tell.h"
#include "held.h"
#include "listed.h"
#include "text.h"
#include "writing.h"

static void line(struct out *out, const char *label, struct buf *text)
{
	struct buf safe;

	if (text->len == 0)
		return;
	buf_init(&safe, SIZE_MAX / 4);
	text_safe(&safe, buf_str(text), 0);
	out_style(out, OUT_DIM);
	out_printf(out, "  %-10s", label);
	out_style(out, OUT_PLAIN);
	text_wrap(out, buf_str(&safe), 12, 12);
	buf_release(&safe);
	buf_reset(text);
}

static void also_set(struct out *out, const struct case_state *state)
{
	struct buf text;

	buf_init(&text, SIZE_MAX / 4);
	for (size_t i = 0; i < state->n_registers; i++) {
		const struct case_register *r = &state->registers[i];

		for (size_t k = 0; k < r->n_also; k++) {
			buf_printf(&text, gettext("%.*s is %.*s, also set to %.*s by %.*s"), STR_ARG(r->name), STR_ARG(r->value),
				   STR_ARG(r->also[k].value), STR_ARG(r->also[k].by->author));
			line(out, "careful", &text);
		}
	}
	buf_release(&text);
}

static void text_case(const struct held *held, const struct case_state *state, struct out *out)
{
	bool closed = held->tell.mask && mask_hides(held->tell.mask, "row.text");
	struct buf text;
	char code[CASE_CODE + 1];

	buf_init(&text, SIZE_MAX / 4);
	text_safe(&text, closed ? str_of(gettext("closed until verified")) : state->title.n ? state->title : STR("(no title)"), 0);
	out_style(out, OUT_BOLD);
	out_str(out, buf_str(&text));
	out_style(out, OUT_PLAIN);
	out_text(out, "\n");
	buf_reset(&text);
	case_code(state->id, code);
	buf_adds(&text, code);
	line(out, "case", &text);
	buf_adds(&text, case_status_word(state->status));
	line(out, "status", &text);
	if (state->opened)
		held_who(held, state->opened->person, &text);
	line(out, "customer", &text);
	buf_addstr(&text, state->owner);
	line(out, "owner", &text);
	buf_addstr(&text, state->holder);
	line(out, "holder", &text);
	buf_addstr(&text, state->team);
	line(out, "team", &text);
	if (state->opened) {
		tell_due(&held->tell, entry_time(state->opened), &text);
		buf_printf(&text, ", %.*s", STR_ARG(state->opened->author));
	}
	line(out, "opened", &text);
	for (size_t i = 0; i < held->cases->n_promises; i++) {
		if (!str_eq(held->cases->promises[i].made->case_, state->id))
			continue;
		listed_find(STR("promise"))->tell(held, i, &text);
		line(out, "promised", &text);
	}
	for (size_t i = 0; i < held->cases->n_handoffs; i++) {
		if (!str_eq(held->cases->handoffs[i].offer->case_, state->id))
			continue;
		listed_find(STR("handoff"))->tell(held, i, &text);
		line(out, "hand-off", &text);
	}
	also_set(out, state);
	buf_release(&text);
}

static void put_entries(const struct held *held, const struct case_state *state, const struct fields *f)
{
	f->begin_list(f->arg, "history");
	for (size_t i = 0; i < state->n_entries; i++) {
		f->begin_map(f->arg, NULL);
		present_entry(&held->present, state->entries[i], f);
		f->end_map(f->arg);
	}
	f->end_list(f->arg);
}

static void put(const struct held *held, const struct case_state *state, struct cli *cli, bool history)
{
	static const char *const columns[] = { "id", "type", "at", "author", "team", "channel", "data.text", "data.title", "data.field", "data.value", NULL };
	const struct fields *f = out_fields(cli->out);

	if (cli->format == OUT_JSON || (cli->format == OUT_NDJSON && !history)) {
		out_open(cli->out);
		present_case(&held->present, state, f);
		if (history)
			put_entries(held, state, f);
		out_close(cli->out);
		return;
	}
	if (cli->format != OUT_NDJSON)
		out_table(cli->out, history ? columns : listed_find(STR("case"))->columns);
	for (size_t i = 0; i < (history ? state->n_entries : 1); i++) {
		out_open(cli->out);
		if (history)
			present_entry(&held->present, state->entries[i], f);
		else
			present_case(&held->present, state, f);
		out_close(cli->out);
	}
}

static int show(struct cli *cli, char *word, bool history)
{
	struct held held;
	const struct case_state *state = NULL;
	int status = held_case(&held, cli, word, &state);

	if (status == CLI_DONE) {
		if (cli->format != OUT_TEXT)
			put(&held, state, cli, history);
		else
			text_case(&held, state, cli->out);
		if (cli->format == OUT_TEXT && history) {
			out_text(cli->out, "\n");
			for (size_t i = 0; i < state->n_entries; i++)
				text_entry(cli->out, &held.tell, state->entries[i]);
		}
		out_flush(cli->out);
		status = held_end(&held, CLI_DONE);
	}
	held_release(&held);
	free(word);
	return status;
}

int cmd_case_show(struct cli *cli, const void *options, int argc, char **argv)
{
	(void)options;
	return show(cli, cli_join(argc, argv), false);
}

int cmd_case_history(struct cli *cli, const void *options, int argc, char **argv)
{
	(void)options;
	return show(cli, cli_join(argc, argv), true);
}
