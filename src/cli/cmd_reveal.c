/* dossier reveal WHO FIELD --reason R: a closed field, and an entry that says who looked and why. */
#include <dossier/base/mem.h>
#include <dossier/base/text.h>

#include "write_out.h"

const struct cli_option reveal_options[] = {
	{ "reason", 0, "TEXT", "why; it is kept with your name", CLI_TEXT, offsetof(struct reveal_options, reason) },
	{ "dry-run", 'n', NULL, "show exactly what would be written, and show and write nothing", CLI_FLAG, offsetof(struct reveal_options, dry) },
	{ "id", 0, "UUID", "the id of the entry: a repeat with the same one does nothing", CLI_TEXT, offsetof(struct reveal_options, id) },
	{ 0 },
};

/* Walks a presented map and keeps what stands at the field, or below it. */
struct picking { struct buf path, out; const char *field; size_t depth, before[16]; size_t n; };

static bool is_there(const struct picking *p)
{
	size_t n = strlen(p->field);
	struct str path = buf_str(&p->path);

	return path.n >= n && memcmp(path.p, p->field, n) == 0 && (path.n == n || path.p[n] == '.');
}

static size_t enter(struct picking *p, const char *name)
{
	size_t before = p->path.len;

	if (name)
		buf_printf(&p->path, "%s%s", before ? "." : "", name);
	return before;
}

static void leave(struct picking *p, size_t before)
{
	p->path.len = before;
	if (p->path.data)
		p->path.data[before] = '\0';
}

static void begin_part(void *arg, const char *name)
{
	struct picking *p = arg;
	size_t before = enter(p, name);

	if (p->depth < sizeof(p->before) / sizeof(*p->before))
		p->before[p->depth] = before;
	p->depth++;
}

static void end_part(void *arg)
{
	struct picking *p = arg;

	if (p->depth > 0 && --p->depth < sizeof(p->before) / sizeof(*p->before))
		leave(p, p->before[p->depth]);
}

static void pick_text(void *arg, const char *name, struct str value)
{
	struct picking *p = arg;
	size_t before = enter(p, name);

	if (is_there(p) && value.n && !(name && strcmp(name, "masked") == 0)) {
		if (p->n++)
			buf_addc(&p->out, '\n');
		buf_addstr(&p->out, value);
	}
	leave(p, before);
}

static void pick_integer(void *arg, const char *name, int64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%lld", (long long)value);
	pick_text(arg, name, str_of(text));
}

static void pick_boolean(void *arg, const char *name, bool value)
{
	pick_text(arg, name, value ? STR("yes") : STR("no"));
}

static void pick_time(void *arg, const char *name, int64_t at)
{
	char iso[32];

	if (at == WHEN_NONE)
		return;
	when_iso(at, iso);
	pick_text(arg, name, str_of(iso));
}

static void pick_money(void *arg, const char *name, struct money money)
{
	char text[40];

	if (!money.currency[0])
		return;
	money_print(money, text);
	pick_text(arg, name, str_of(text));
}

static void pick(struct picking *p, const struct present *present, struct customer *customer)
{
	struct fields f = { begin_part, end_part, begin_part, end_part, pick_text, pick_integer, pick_boolean, pick_time, pick_money, p };
	const struct group *group = customer_group(customer);
	struct timeline *timeline = customer_timeline(customer);

	begin_part(p, "profile");
	present_profile(present, customer_profile(customer), &f);
	end_part(p);
	begin_part(p, "group");
	present_group(present, group, &f);
	end_part(p);
	begin_part(p, "record");
	for (size_t i = 0; i < group->n_records; i++)
		present_record(present, group->records[i], &f);
	end_part(p);
	begin_part(p, "row");
	for (size_t i = 0; i < timeline_count(timeline); i++)
		present_row(present, timeline_row(timeline, i), &f);
	end_part(p);
	begin_part(p, "identity");
	for (size_t i = 0; i < group->n_records; i++)
		for (size_t k = 0; k < group->records[i]->n_ids; k++) {
			struct buf text;

			buf_init(&text, 4096);
			identity_print(&group->records[i]->ids[k].id, &text);
			pick_text(p, identity_type_word(group->records[i]->ids[k].id.type), buf_str(&text));
			buf_release(&text);
		}
	end_part(p);
}

static void show(struct writing *w, const char *field)
{
	struct mask *mask = customer_mask(w->people.customer);
	struct present present = { .desk = w->desk, .mask = mask };
	struct picking p = { .field = field };
	struct cli *cli = w->cli;
	struct buf safe;

	buf_init(&p.path, 1024);
	buf_init(&p.out, 1024 * 1024);
	if (mask)
		mask_reveal(mask, field);
	pick(&p, &present, w->people.customer);
	if (cli->format == OUT_TEXT) {
		buf_init(&safe, SIZE_MAX / 4);
		text_safe(&safe, buf_str(&p.out), TEXT_LINES);
		out_str(cli->out, buf_str(&safe));
		out_text(cli->out, p.n ? "\n" : "(nothing there)\n");
		buf_release(&safe);
	} else {
		static const char *const columns[] = { "field", "value", NULL };
		const struct fields *f = out_fields(cli->out);

		if (cli->format == OUT_CSV || cli->format == OUT_TSV)
			out_table(cli->out, columns);
		out_open(cli->out);
		f->text(f->arg, "field", str_of(field));
		f->text(f->arg, "value", p.n ? buf_str(&p.out) : (struct str){ 0 });
		f->text(f->arg, "entry", writing_id(w));
		out_close(cli->out);
	}
	buf_release(&p.path);
	buf_release(&p.out);
}

static bool set(struct op_values *values, const char *name, const char *text)
{
	struct err err = { 0 };

	if (!text || op_values_set(values, str_of(name), str_of(text), &err))
		return true;
	cli_say("%s", err.text);
	return false;
}

int cmd_reveal(struct cli *cli, const void *options, int argc, char **argv)
{
	const struct reveal_options *o = options;
	const struct operation *op = operation_find(STR("reveal"));
	struct writing w;
	int status;
	struct desk *desk = cli_desk_store(cli, &status);

	(void)argc;
	if (!desk)
		return status;
	writing_init(&w, cli, desk, op);
	w.own_values = w.values = op_values_new(op, desk);
	w.target = argv[0];
	w.id = o->id;
	w.dry = o->dry;
	w.wait_rows = true;
	if (!set(w.values, "field", argv[1]) || !set(w.values, "reason", o->reason)) {
		status = CLI_USAGE;
	} else {
		writing_run(&w);
		status = w.status;
		if (w.status == CLI_DONE && (w.end == WRITING_SAID || w.end == WRITING_BEFORE))
			show(&w, argv[1]);
		else
			status = write_out(cli, &w);
	}
	out_flush(cli->out);
	writing_release(&w);
	cli_desk_end(cli, desk);
	return status;
}
