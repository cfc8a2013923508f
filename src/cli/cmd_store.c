/*
 * The case store itself: dossier store init, status, upgrade, retain; sync;
 * outbox.
 */
#include <libintl.h>

#include <dossier/base/mem.h>
#include <dossier/base/text.h>
#include <dossier/desk/present_case.h>

#include "entry_tell.h"
#include "held.h"
#include "store_look.h"

static void put_line(struct out *out, const char *label, const char *text)
{
	struct buf safe;

	buf_init(&safe, 8192);
	text_safe(&safe, str_of(text), 0);
	out_style(out, OUT_DIM);
	out_printf(out, "%-10s ", label);
	out_style(out, OUT_PLAIN);
	out_str(out, buf_str(&safe));
	out_text(out, "\n");
	buf_release(&safe);
}

static void text_status(struct out *out, const struct store_look *look)
{
	char text[200];

	put_line(out, "store", look->where);
	put_line(out, "health", look->well ? gettext("well") : look->err.text);
	if (look->status.version) {
		snprintf(text, sizeof(text), "%d", look->status.version);
		put_line(out, "version", text);
	}
	if (look->status.entries >= 0) {
		snprintf(text, sizeof(text), gettext("%lld, not in the text index yet: %lld"), (long long)look->status.entries,
			 (long long)look->status.unindexed);
		put_line(out, "entries", text);
	}
	snprintf(text, sizeof(text), gettext("%lld ms ahead of this host's clock"), (long long)look->status.offset);
	put_line(out, "clock", text);
	snprintf(text, sizeof(text), gettext("%zu to be sent, %zu refused"), look->state.waiting, look->state.refused);
	put_line(out, "outbox", text);
}

static void put_status(struct cli *cli, const struct store_look *look)
{
	static const char *const columns[] = { "store", "health", "error", "version", "entries", "unindexed", "offset", "waiting", "refused", "synced", NULL };
	static const char *const words[] = { "well", "away", "refuses" };
	const struct fields *f = out_fields(cli->out);

	if (cli->format == OUT_CSV || cli->format == OUT_TSV)
		out_table(cli->out, columns);
	out_open(cli->out);
	f->text(f->arg, "store", str_of(look->where));
	f->text(f->arg, "health", str_of(look->state.health == STORE_BROKEN ? "broken" : words[look->status.health]));
	f->text(f->arg, "error", look->well ? (struct str){ 0 } : str_of(look->err.text));
	f->integer(f->arg, "version", look->status.version);
	f->integer(f->arg, "entries", look->status.entries);
	f->integer(f->arg, "unindexed", look->status.unindexed);
	f->integer(f->arg, "offset", look->status.offset);
	f->integer(f->arg, "waiting", (int64_t)look->state.waiting);
	f->integer(f->arg, "refused", (int64_t)look->state.refused);
	f->time(f->arg, "synced", look->state.synced);
	out_close(cli->out);
}

static int status_of(struct cli *cli)
{
	struct held held;
	struct store_look look;
	int status = held_begin(&held, cli);

	if (status == CLI_DONE) {
		store_look(held.desk, &look);
		if (cli->format == OUT_TEXT)
			text_status(cli->out, &look);
		else
			put_status(cli, &look);
		out_flush(cli->out);
		status = look.well ? CLI_DONE : CLI_STORE;
		if (!look.well)
			cli_say("%s", look.err.text);
	}
	held_release(&held);
	return status;
}

/* The store makes itself when it is opened first, and an older file is brought up to date by its first writer. */
int cmd_store_status(struct cli *cli, const void *options, int argc, char **argv)
{
	(void)options;
	(void)argc;
	(void)argv;
	return status_of(cli);
}

struct syncing { struct store_sync result; bool done; };

static void synced(void *arg, const struct store_sync *result)
{
	struct syncing *s = arg;

	s->result = *result;
	s->done = true;
}

int cmd_sync(struct cli *cli, const void *options, int argc, char **argv)
{
	struct syncing s = { .done = false };
	struct held held;
	int status = held_begin(&held, cli);

	(void)options;
	(void)argc;
	(void)argv;
	if (status == CLI_DONE) {
		const struct fields *f = out_fields(cli->out);
		static const char *const columns[] = { "sent", "waiting", "refused", "erased", "redacted", NULL };

		store_sync(held.desk->store, synced, &s);
		loop_until(held.desk->loop, &s.done);
		if (cli->format == OUT_TEXT) {
			out_printf(cli->out, "sent %zu, waiting %zu, refused %zu; erased %zu, redacted %zu\n", s.result.sent, s.result.waiting,
				   s.result.refused, s.result.erased, s.result.redacted);
		} else {
			if (cli->format == OUT_CSV || cli->format == OUT_TSV)
				out_table(cli->out, columns);
			out_open(cli->out);
			f->integer(f->arg, "sent", (int64_t)s.result.sent);
			f->integer(f->arg, "waiting", (int64_t)s.result.waiting);
			f->integer(f->arg, "refused", (int64_t)s.result.refused);
			f->integer(f->arg, "erased", (int64_t)s.result.erased);
			f->integer(f->arg, "redacted", (int64_t)s.result.redacted);
			out_close(cli->out);
		}
		out_flush(cli->out);
		if (s.result.err.code)
			cli_say("%s", s.result.err.text);
		if (s.result.refused)
			cli_say("\"dossier outbox list\" says why entries were refused");
		status = s.result.err.code ? CLI_STORE : s.result.refused ? CLI_REFUSED : CLI_DONE;
	}
	held_release(&held);
	return status;
}

/* The outbox. */

struct outbox { struct cli *cli; const struct tell *tell; struct present present; struct err err; size_t n; bool done; };

static void put_waiting(struct outbox *o, const struct entry *entry, struct str state, struct str why)
{
	struct out *out = o->cli->out;
	const struct fields *f = out_fields(out);
	struct buf safe;

	if (o->cli->format != OUT_TEXT) {
		out_open(out);
		f->text(f->arg, "state", state);
		f->text(f->arg, "why", why);
		present_entry(&o->present, entry, f);
		out_close(out);
		return;
	}
	text_entry(out, o->tell, entry);
	buf_init(&safe, 8192);
	text_safe(&safe, state, 0);
	if (why.n) {
		buf_adds(&safe, ": ");
		text_safe(&safe, why, 0);
	}
	out_printf(out, "%19s%.*s  %.*s\n", "", STR_ARG(buf_str(&safe)), STR_ARG(entry->id));
	buf_release(&safe);
}

static void outbox_listed(void *arg, struct store_rows *rows, const struct str *states, const struct str *whys, const struct err *err)
{
	struct outbox *o = arg;

	if (err && err->code)
		o->err = *err;
	for (size_t i = 0; rows && i < rows->n; i++)
		put_waiting(o, &rows->entries[i], states[i], whys[i]);
	o->n = rows ? rows->n : 0;
	store_rows_free(rows);
	o->done = true;
}

int cmd_outbox_list(struct cli *cli, const void *options, int argc, char **argv)
{
	static const char *const columns[] = { "state", "why", "id", "type", "person", "case", "at", "data.text", NULL };
	struct outbox o = { .cli = cli };
	struct held held;
	int status = held_begin(&held, cli);

	(void)options;
	(void)argc;
	(void)argv;
	if (status == CLI_DONE) {
		o.tell = &held.tell;
		o.present = held.present;
		if (cli->format == OUT_CSV || cli->format == OUT_TSV)
			out_table(cli->out, columns);
		store_outbox(held.desk->store, outbox_listed, &o);
		loop_until(held.desk->loop, &o.done);
		if (o.err.code)
			cli_say("%s", o.err.text);
		else if (o.n == 0 && cli->format == OUT_TEXT)
			cli_say("nothing waits");
		out_flush(cli->out);
		status = o.err.code ? CLI_STORE : CLI_DONE;
	}
	held_release(&held);
	return status;
}

struct dropping { struct err err; bool done; };

static void dropped(void *arg, const struct str *values, size_t n, const struct err *err)
{
	struct dropping *d = arg;

	(void)values;
	(void)n;
	if (err)
		d->err = *err;
	d->done = true;
}

int cmd_outbox_drop(struct cli *cli, const void *options, int argc, char **argv)
{
	struct dropping d = { .done = false };
	struct held held;
	int status = held_begin(&held, cli);

	(void)options;
	(void)argc;
	if (status == CLI_DONE) {
		store_outbox_drop(held.desk->store, str_of(argv[0]), dropped, &d);
		loop_until(held.desk->loop, &d.done);
		if (d.err.code)
			cli_say("%s", d.err.text);
		status = !d.err.code ? CLI_DONE : d.err.code == ERR_NOTFOUND ? CLI_NONE : CLI_STORE;
	}
	held_release(&held);
	return status;
}

/* Retention: what the house keeps for so long and no longer. */

struct retaining { struct err err; int64_t n; bool done; };

static void retained(void *arg, const struct str *values, size_t n, const struct err *err)
{
	struct retaining *r = arg;

	if (err)
		r->err = *err;
	if (n) {
		char *text = str_dup(values[0]);

		r->n = strtoll(text, NULL, 10);
		free(text);
	}
	r->done = true;
}

static int retain(struct cli *cli, struct desk *desk)
{
	const struct house *house = desk->house;
	const struct fields *f = out_fields(cli->out);
	static const char *const columns[] = { "type", "deleted", NULL };

	if (house->hold_all) {
		cli_say("nothing is deleted: legal_hold in %s holds all", house->file);
		return CLI_REFUSED;
	}
	if (cli->format == OUT_CSV || cli->format == OUT_TSV)
		out_table(cli->out, columns);
	for (size_t i = 0; i < house->n_retention; i++) {
		struct retaining r = { .done = false };
		const char *type = entry_type_word(house->retention[i].type);

		shared_retain(desk, &house->retention[i], retained, &r);
		loop_until(desk->loop, &r.done);
		if (r.err.code) {
			cli_say("%s: %s", type, r.err.text);
			return CLI_STORE;
		}
		if (cli->format == OUT_TEXT) {
			out_printf(cli->out, "%-20s %lld\n", type, (long long)r.n);
			continue;
		}
		out_open(cli->out);
		f->text(f->arg, "type", str_of(type));
		f->integer(f->arg, "deleted", r.n);
		out_close(cli->out);
	}
	if (house->n_retention == 0)
		cli_say("the house sets no retention; see retention: in dossier-config(5)");
	return CLI_DONE;
}

int cmd_store_retain(struct cli *cli, const void *options, int argc, char **argv)
{
	struct held held;
	int status = held_begin(&held, cli);

	(void)options;
	(void)argc;
	(void)argv;
	if (status == CLI_DONE && !(held.desk->roles & ROLE_BIT(ADMIN)) && held.desk->house->n_agents) {
		cli_say("only the role admin may do this");
		status = CLI_REFUSED;
	}
	if (status == CLI_DONE)
		status = retain(cli, held.desk);
	out_flush(cli->out);
	held_release(&held);
	return status;
}
