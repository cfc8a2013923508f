#include "write_out.h"

#include <libintl.h>

#include <dossier/base/mem.h>
#include <dossier/base/text.h>
#include <dossier/desk/present_case.h>

static void put_safe(struct out *out, struct str text)
{
	struct buf safe;

	buf_init(&safe, SIZE_MAX / 4);
	text_safe(&safe, text, 0);
	out_str(out, buf_str(&safe));
	buf_release(&safe);
}

/* What would be sent, or was stored. */
static const struct entry *entries_of(const struct writing *w, size_t *n)
{
	*n = 0;
	switch (w->end) {
	case WRITING_DRY:
		*n = w->work.n_out;
		return w->work.out;
	case WRITING_SAID:
	case WRITING_BEFORE:
		*n = w->n_rows;
		return w->rows;
	default:
		return NULL;
	}
}

void write_put(const struct present *present, const struct writing *w, const struct fields *f)
{
	size_t n;
	const struct entry *entries = entries_of(w, &n);
	char code[CASE_CODE + 1];

	f->text(f->arg, "status", str_of(writing_word(w)));
	f->text(f->arg, "id", writing_id(w));
	case_code(writing_id(w), code);
	f->text(f->arg, "code", *code ? str_of(code) : (struct str){ 0 });
	f->text(f->arg, "said", w->sentence.len ? buf_str(&w->sentence) : (struct str){ 0 });
	f->text(f->arg, "error", w->err.code ? str_of(w->err.text) : (struct str){ 0 });
	f->begin_list(f->arg, "entries");
	for (size_t i = 0; i < n; i++) {
		f->begin_map(f->arg, NULL);
		present_entry(present, &entries[i], f);
		f->end_map(f->arg);
	}
	f->end_list(f->arg);
}

static void put_lines(struct cli *cli, const struct writing *w)
{
	static const char *const columns[] = {
		"status", "id", "type", "person", "case", "at", "got", "author", "team", "channel", "data.text", NULL,
	};
	const struct fields *f = out_fields(cli->out);
	size_t n;
	const struct entry *entries = entries_of(w, &n);

	if (cli->format != OUT_NDJSON)
		out_table(cli->out, columns);
	for (size_t i = 0; i < n; i++) {
		out_open(cli->out);
		f->text(f->arg, "status", str_of(writing_word(w)));
		present_entry(&w->people.present, &entries[i], f);
		out_close(cli->out);
	}
}

/* The exact bytes, so that nobody has to guess what a field became. */
static void text_dry(struct out *out, const struct writing *w)
{
	struct buf text;

	buf_init(&text, SIZE_MAX / 4);
	out_printf(out, "would write:\n");
	for (size_t i = 0; i < w->work.n_out; i++) {
		buf_reset(&text);
		entry_write(&w->work.out[i], &text);
		out_text(out, "  ");
		put_safe(out, buf_str(&text));
		out_text(out, "\n");
	}
	buf_release(&text);
}

static void text_said(struct out *out, const struct writing *w)
{
	struct str id = writing_id(w);
	char code[CASE_CODE + 1];

	if (w->end == WRITING_BEFORE)
		out_printf(out, "already there: nothing was written\n");
	put_safe(out, buf_str(&w->sentence));
	if (w->sentence.len)
		out_text(out, "\n");
	case_code(id, code);
	if (!*code)
		return;
	if (w->cli->session) {
		out_printf(out, "  %s\n", code);
		return;
	}
	out_style(out, OUT_DIM);
	out_printf(out, "  %s  %.*s\n", code, STR_ARG(id));
	out_style(out, OUT_PLAIN);
}

static void put_document(struct cli *cli, const struct writing *w)
{
	out_open(cli->out);
	write_put(&w->people.present, w, out_fields(cli->out));
	out_close(cli->out);
}

int write_out(struct cli *cli, struct writing *w)
{
	if (w->end == WRITING_SEVERAL)
		return people_several(w->other.lookup && lookup_result(w->other.lookup)->n > 1 ? &w->other : &w->people, cli,
				      w->other.lookup ? w->second : w->target);
	if (w->end == WRITING_NOBODY)
		return people_nobody(w->other.lookup ? &w->other : &w->people, cli, w->other.lookup ? w->second : w->target);
	switch (cli->format) {
	case OUT_TEXT:
		if (w->end == WRITING_DRY)
			text_dry(cli->out, w);
		else if (w->status == CLI_DONE)
			text_said(cli->out, w);
		if (w->end == WRITING_SAID && w->status == CLI_DONE)
			text_joint(cli->out, w);
		break;
	case OUT_JSON:
		put_document(cli, w);
		break;
	default:
		put_lines(cli, w);
	}
	out_flush(cli->out);
	if (w->end == WRITING_SAID && w->said == STORE_DURABLE && store_state(w->desk->store)->err.code)
		cli_say("%s; \"dossier sync\" sends what waits", store_state(w->desk->store)->err.text);
	if (w->status != CLI_DONE && w->end == WRITING_SAID && w->sentence.len)
		cli_say("%.*s", STR_ARG(buf_str(&w->sentence)));
	else if (w->status != CLI_DONE && w->err.code)
		cli_say("%s", w->err.text);
	return w->status;
}
