/*
 * dossier apply FILE: many operations, one JSON object a line, in order. Each
 * line has its id, so a run that was cut short is simply run again.
 */
#include <errno.h>

#include <dossier/base/json.h>
#include <dossier/base/mem.h>
#include <dossier/base/text.h>

#include "write_out.h"

#define LINE_MOST (256 * 1024)

const struct cli_option apply_options[] = {
	{ "dry-run", 'n', NULL, "show exactly what would be written, and write nothing", CLI_FLAG, offsetof(struct apply_options, dry) },
	{ 0 },
};

struct applying {
	struct cli *cli;
	const struct apply_options *o;
	struct desk *desk;
	size_t line, done, before, bad;
	int status;
	struct present present;
};

/* A member that is none of the operation's fields. */
static bool is_envelope(const char *name)
{
	static const char *const names[] = { "op", "who", "item", "id", "channel", "compared", "v" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

/* Lists are given as lists too. */
static void as_typed(struct json_object *value, struct buf *out)
{
	struct buf tmp;
	struct str text;

	buf_init(&tmp, 4096);
	if (json_object_is_type(value, json_type_array)) {
		for (size_t i = 0; i < json_object_array_length(value); i++) {
			if (i)
				buf_addc(out, ',');
			if (json_text(json_object_array_get_idx(value, i), &tmp, &text))
				buf_addstr(out, text);
		}
	} else if (json_object_is_type(value, json_type_boolean)) {
		buf_adds(out, json_object_get_boolean(value) ? "yes" : "no");
	} else if (json_text(value, &tmp, &text)) {
		buf_addstr(out, text);
	}
	buf_release(&tmp);
}

static bool set_fields(struct json_object *map, struct op_values *values, struct err *err)
{
	json_object_object_foreach(map, name, value) {
		struct buf text;
		bool fine;

		if (is_envelope(name) || !value)
			continue;
		buf_init(&text, LINE_MOST);
		as_typed(value, &text);
		fine = op_values_set(values, str_of(name), buf_str(&text), err);
		buf_release(&text);
		if (!fine)
			return false;
	}
	return true;
}

static const char *text_of(struct json_object *map, const char *name)
{
	struct json_object *value = json_object_object_get(map, name);

	return json_object_is_type(value, json_type_string) ? json_object_get_string(value) : NULL;
}

/* "handoff.offer", or as the command: "handoff offer". */
static const struct operation *operation_of(const char *word)
{
	const struct operation *op = word ? operation_find(str_of(word)) : NULL;

	for (const struct operation *o = operations; word && !op && o->id; o++)
		if (o->command && strcmp(o->command, word) == 0)
			op = o;
	return op;
}

static void tell(struct applying *a, const struct writing *w, const struct err *err)
{
	struct out *out = a->cli->out;
	const struct fields *f = out_fields(out);
	const char *word = w ? writing_word(w) : "refused";
	struct buf safe;

	if (a->cli->format != OUT_TEXT) {
		out_open(out);
		f->integer(f->arg, "line", (int64_t)a->line);
		if (w) {
			write_put(&a->present, w, f);
		} else {
			f->text(f->arg, "status", str_of(word));
			f->text(f->arg, "error", str_of(err->text));
		}
		out_close(out);
		return;
	}
	buf_init(&safe, 8192);
	text_safe(&safe, err && err->code ? str_of(err->text) : w ? buf_str(&w->sentence) : STR(""), 0);
	out_printf(out, "%zu: %s%s%.*s\n", a->line, word, safe.len ? ": " : "", STR_ARG(buf_str(&safe)));
	buf_release(&safe);
}

static void count(struct applying *a, const struct writing *w, int status)
{
	if (status == CLI_DONE && w && w->end == WRITING_BEFORE)
		a->before++;
	else if (status == CLI_DONE)
		a->done++;
	else
		a->bad++;
	if (status == CLI_STORE || (status != CLI_DONE && a->status != CLI_STORE))
		a->status = status == CLI_STORE ? CLI_STORE : CLI_PARTIAL;
}

static void refuse(struct applying *a, const struct err *err)
{
	tell(a, NULL, err);
	count(a, NULL, CLI_USAGE);
}

static void apply_map(struct applying *a, struct json_object *map)
{
	const struct operation *op = operation_of(text_of(map, "op"));
	struct err err = { 0 };
	struct writing w;

	if (!op) {
		err_set(&err, ERR_USAGE, "\"op\" is none of the operations: such as note, case.open, promise.make");
		refuse(a, &err);
		return;
	}
	writing_init(&w, a->cli, a->desk, op);
	w.own_values = w.values = op_values_new(op, a->desk);
	w.target = text_of(map, op->on == OP_ON_ITEM ? "item" : "who");
	w.id = text_of(map, "id");
	w.channel = text_of(map, "channel");
	w.compared = json_object_get_boolean(json_object_object_get(map, "compared"));
	w.dry = a->o->dry;
	if (!w.target && op->on != OP_ON_NOBODY)
		err_set(&err, ERR_USAGE, "\"%s\" must say %s", op->on == OP_ON_ITEM ? "item" : "who", op->on == OP_ON_ITEM ? "which entry" : "whom it is about");
	else if (!w.id)
		err_set(&err, ERR_USAGE, "\"id\" must be a UUID, so that a repeat does nothing");
	if (err.code || !set_fields(map, w.values, &err)) {
		refuse(a, &err);
	} else {
		writing_run(&w);
		tell(a, &w, w.status == CLI_DONE ? NULL : &w.err);
		count(a, &w, w.status);
	}
	writing_release(&w);
}

static void apply_line(struct applying *a, struct str line)
{
	struct err err = { 0 };
	struct json_object *map = json_parse_whole(line, NULL, &err);

	if (map && !json_object_is_type(map, json_type_object))
		err_set(&err, ERR_SHAPE, "a line is one JSON object");
	else if (!map && !err.code)
		err_set(&err, ERR_SHAPE, "a line is one JSON object");
	if (err.code)
		refuse(a, &err);
	else
		apply_map(a, map);
	json_object_put(map);
}

static int apply(struct applying *a, FILE *from)
{
	char *line = NULL;
	size_t cap = 0;
	ssize_t n;

	while ((n = getline(&line, &cap, from)) >= 0 && a->status != CLI_STORE) {
		struct str text = str_trim(str_make(line, (size_t)n));

		a->line++;
		if (text.n == 0)
			continue;
		apply_line(a, text);
		if (!out_flush(a->cli->out))
			break;
	}
	free(line);
	if (ferror(from)) {
		cli_say("line %zu: %s", a->line + 1, strerror(errno));
		a->status = a->done || a->before ? CLI_PARTIAL : CLI_USAGE;
	}
	cli_say("%zu done, %zu already there, %zu not done", a->done, a->before, a->bad);
	return a->status;
}

int cmd_apply(struct cli *cli, const void *options, int argc, char **argv)
{
	static const char *const columns[] = { "line", "status", "id", "said", "error", NULL };
	struct applying a = { .cli = cli, .o = options };
	bool input = argc == 0 || strcmp(argv[0], "-") == 0;
	FILE *from = input ? stdin : fopen(argv[0], "re");
	int status = CLI_USAGE;

	if (!from) {
		cli_say("%s: %s", argv[0], strerror(errno));
		return CLI_USAGE;
	}
	a.desk = cli_desk_store(cli, &status);
	if (a.desk) {
		a.present.desk = a.desk;
		if (cli->format == OUT_CSV || cli->format == OUT_TSV)
			out_table(cli->out, columns);
		status = apply(&a, from);
		cli_desk_end(cli, a.desk);
	}
	if (!input)
		fclose(from);
	return status;
}
