/*
 * dossier act: what a backend's connector offers to do there. Asks for what
 * is missing, tells what will be sent, sends it once, and says what became
 * of it.
 */
#include "cli.h"

#include <errno.h>

#include <dossier/base/json.h>
#include <dossier/base/mem.h>
#include <dossier/base/text.h>
#include <dossier/desk/act.h>

#define LINE_MOST (64 * 1024)
#define LONG_MOST (1024 * 1024)

const struct cli_option act_options[] = {
	{ "field", 'F', "NAME=VALUE", "one field, as the argument NAME=VALUE; may be given several times", CLI_LIST, offsetof(struct act_options, fields) },
	{ "dry-run", 'n', NULL, "show exactly what would be sent, secrets masked, and send nothing", CLI_FLAG, offsetof(struct act_options, dry) },
	{ "yes", 'y', NULL, "do not ask before sending", CLI_FLAG, offsetof(struct act_options, yes) },
	{ "id", 0, "UUID", "the id of this action: a repeat with the same one does nothing", CLI_TEXT, offsetof(struct act_options, id) },
	{ 0 },
};

struct acting {
	struct cli *cli;
	const struct act_options *options;
	struct desk *desk;
	struct act_job job;
	struct backend_end end;
	struct json_object *would;
	bool done;
};

/* The list of actions. */

static void put_field(const struct plan_ask_field *field, const struct fields *f)
{
	struct buf kind;

	buf_init(&kind, 1000);
	act_field_kind(field, &kind);
	f->begin_map(f->arg, NULL);
	f->text(f->arg, "name", str_of(field->name));
	f->text(f->arg, "kind", buf_str(&kind));
	f->boolean(f->arg, "optional", field->optional || field->fallback);
	f->text(f->arg, "default", str_of(field->fallback));
	f->text(f->arg, "help", str_of(field->help));
	f->end_map(f->arg);
	buf_release(&kind);
}

static void put_action(struct out *out, const struct house_backend *b, const struct plan_action *action, bool allowed)
{
	const struct fields *f = out_fields(out);

	out_open(out);
	f->text(f->arg, "backend", str_of(b->id));
	f->text(f->arg, "action", str_of(action->name));
	f->text(f->arg, "title", str_of(action->title));
	f->text(f->arg, "reader", action->reader == READER_STAFF ? STR("staff") : STR("customer"));
	f->begin_list(f->arg, "roles");
	for (size_t i = 0; i < action->roles.n; i++)
		f->text(f->arg, NULL, str_of(action->roles.items[i]));
	f->end_list(f->arg);
	f->boolean(f->arg, "allowed", allowed);
	f->text(f->arg, "confirm", str_of(action->confirm));
	f->begin_list(f->arg, "fields");
	for (size_t i = 0; i < action->ask.n; i++)
		put_field(&action->ask.items[i], f);
	f->end_list(f->arg);
	out_close(out);
}

static void put_safe(struct out *out, const char *text)
{
	struct buf safe;

	buf_init(&safe, LINE_MOST);
	text_safe(&safe, str_of(text), 0);
	out_str(out, buf_str(&safe));
	buf_release(&safe);
}

static void text_action(struct out *out, const struct house_backend *b, const struct plan_action *action, bool allowed)
{
	struct buf kind;

	out_style(out, OUT_BOLD);
	out_printf(out, "%s %s", b->id, action->name);
	out_style(out, OUT_PLAIN);
	out_text(out, "  ");
	put_safe(out, action->title);
	out_printf(out, "%s%s\n", action->reader == READER_CUSTOMER ? " (the customer reads it)" : "", allowed ? "" : " (not for your role)");
	buf_init(&kind, LINE_MOST);
	for (size_t i = 0; i < action->ask.n; i++) {
		const struct plan_ask_field *field = &action->ask.items[i];

		buf_reset(&kind);
		act_field_kind(field, &kind);
		if (field->fallback)
			buf_printf(&kind, "; %s unless said", field->fallback);
		else if (field->optional)
			buf_adds(&kind, "; may be left out");
		if (field->help)
			buf_printf(&kind, ": %s", field->help);
		out_printf(out, "    %-14s ", field->name);
		put_safe(out, buf_str(&kind).p);
		out_text(out, "\n");
	}
	buf_release(&kind);
}

static int list_actions(struct cli *cli, const char *only)
{
	static const char *const columns[] = { "backend", "action", "title", "reader", "roles", "allowed", "confirm", "fields.name", NULL };
	int status = cli_house(cli);
	size_t n = 0;

	if (status != CLI_DONE)
		return status;
	if (only && !house_find_backend(cli->house, only)) {
		cli_say("no backend is called \"%s\"; \"dossier backends list\" names them", only);
		return CLI_USAGE;
	}
	if (cli->format == OUT_CSV || cli->format == OUT_TSV)
		out_table(cli->out, columns);
	for (size_t i = 0; i < cli->house->n_backends; i++) {
		const struct house_backend *b = cli->house->backends[i];

		for (size_t k = 0; b->plan && !b->off && k < b->plan->actions.n && (!only || !strcmp(only, b->id)); k++, n++) {
			struct err err = { 0 };
			bool allowed = act_allowed(cli->house, b->plan->actions.items[k], &err);

			if (cli->format == OUT_TEXT)
				text_action(cli->out, b, b->plan->actions.items[k], allowed);
			else
				put_action(cli->out, b, b->plan->actions.items[k], allowed);
		}
	}
	if (n == 0)
		cli_say("no connector here has actions");
	return CLI_DONE;
}

/* Fields. */

static char *read_all(FILE *from)
{
	struct buf text;
	char piece[4096];
	size_t n;

	buf_init(&text, LONG_MOST);
	while (!feof(from) && (n = fread(piece, 1, sizeof(piece), from)) > 0 && buf_add(&text, piece, n))
		;
	while (text.len && (text.data[text.len - 1] == '\n' || text.data[text.len - 1] == '\r'))
		text.data[--text.len] = '\0';
	return buf_take(&text);
}

static bool set_field(struct acting *a, const struct plan_ask_field *field, struct str text)
{
	struct err err = { 0 };

	if (act_set(a->desk, &a->job, field, text, &err))
		return true;
	cli_say("%s", err.text);
	return false;
}

static bool take_field(struct acting *a, const char *word)
{
	const char *equals = strchr(word, '=');
	const struct plan_ask_field *field = equals ? act_field(a->job.action, str_make(word, (size_t)(equals - word))) : NULL;
	char *read = NULL;
	bool fine;

	if (!equals) {
		cli_say("\"%s\" is no field: they are given as NAME=VALUE", word);
		return false;
	}
	if (!field) {
		cli_say("%s has no field \"%.*s\"; \"dossier act %s\" lists them", a->job.action->name, (int)(equals - word), word, a->job.backend->id);
		return false;
	}
	if (field->type == ASK_LONG && strcmp(equals + 1, "-") == 0)
		read = read_all(stdin);
	fine = set_field(a, field, str_of(read ? read : equals + 1));
	free(read);
	return fine;
}

static bool on_terminal(void)
{
	return isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
}

static bool ask_field(struct acting *a, const struct plan_ask_field *field)
{
	struct buf question;
	char *line = NULL;
	size_t cap = 0;
	bool fine = false;

	buf_init(&question, LINE_MOST);
	buf_printf(&question, "%s (", field->name);
	act_field_kind(field, &question);
	buf_printf(&question, ")%s%s: ", field->help ? " " : "", field->help ? field->help : "");
	while (!fine) {
		ssize_t n;
		struct str text;

		fputs(buf_str(&question).p, stderr);
		n = getline(&line, &cap, stdin);
		if (n <= 0)
			break;
		text = str_trim(str_make(line, (size_t)n));
		fine = text.n > 0 && set_field(a, field, text);
	}
	free(line);
	buf_release(&question);
	return fine;
}

static bool fill_fields(struct acting *a)
{
	bool fine = true;
	struct buf kind;

	buf_init(&kind, LINE_MOST);
	for (size_t i = 0; i < a->job.action->ask.n && (fine || !on_terminal()); i++) {
		const struct plan_ask_field *field = &a->job.action->ask.items[i];

		if (!act_lacks(&a->job, field))
			continue;
		if (on_terminal()) {
			fine = ask_field(a, field);
			continue;
		}
		buf_reset(&kind);
		act_field_kind(field, &kind);
		cli_say("%s needs %s=VALUE: %s%s%s", a->job.action->name, field->name, buf_str(&kind).p, field->help ? "; " : "", field->help ? field->help : "");
		fine = false;
	}
	buf_release(&kind);
	return fine;
}

/* Before. */

static bool confirmed(const struct acting *a)
{
	char *line = NULL;
	size_t cap = 0;
	bool yes;

	if (!a->job.action->confirm || a->options->yes || a->options->dry)
		return true;
	if (!on_terminal()) {
		cli_say("%s asks first: \"%s\" Say --yes where nobody can answer", a->job.action->name, a->job.action->confirm);
		return false;
	}
	cli_say("%s, in %s%s", a->job.action->title, a->job.backend->id, a->job.action->reader == READER_CUSTOMER ? "; the customer will read it" : "");
	json_object_object_foreach(a->job.fields, name, value)
		cli_say("  %s: %s", name, json_object_get_string(value));
	cli_say("%s Type yes to go on:", a->job.action->confirm);
	yes = getline(&line, &cap, stdin) > 0 && str_is(str_trim(str_of(line)), "yes");
	free(line);
	if (!yes)
		cli_say("nothing was sent");
	return yes;
}

/* True: go on. Else *status is the answer. */
static bool take_id(struct acting *a, int *status)
{
	static const int statuses[] = { [ACT_ONCE_DONE] = CLI_DONE, [ACT_ONCE_OPEN] = CLI_PARTIAL };
	struct err err = { 0 };
	int64_t since;
	char at[32];
	enum act_once once;

	if (!a->options->id || a->options->dry)
		return true;
	if (!act_take(a->desk, &a->job, &once, &since, &err)) {
		cli_say("%s", err.text);
		*status = once != ACT_ONCE_REFUSED ? statuses[once] : err.code == ERR_USAGE ? CLI_USAGE : CLI_STORE;
		return false;
	}
	if (since != WHEN_NONE) {
		when_iso(since, at);
		cli_say("%s was begun with this id, %s, and is sent once more: %s does it once for one id", a->job.action->name, at, a->job.backend->id);
	}
	return true;
}

/* Doing it. */

static void act_done(void *arg, const struct backend_end *end)
{
	struct acting *a = arg;

	a->end = *end;
	a->end.reply = NULL;
	a->would = json_object_get(end->would);
	a->done = true;
}

static void run_it(struct acting *a)
{
	struct act_how how = { .dry = a->options->dry, .taken = a->options->id != NULL, .trace = a->cli->trace };

	act_send(a->desk, &a->job, &how, act_done, a);
	loop_until(a->desk->loop, &a->done);
}

static void text_would(struct acting *a)
{
	struct out *out = a->cli->out;
	struct json_object *headers = json_object_object_get(a->would, "headers"), *body = json_object_object_get(a->would, "body");

	put_safe(out, json_object_get_string(json_object_object_get(a->would, "method")));
	out_text(out, " ");
	put_safe(out, json_object_get_string(json_object_object_get(a->would, "url")));
	out_text(out, "\n");
	json_object_object_foreach(headers, name, value) {
		put_safe(out, name);
		out_text(out, ": ");
		put_safe(out, json_object_get_string(value));
		out_text(out, "\n");
	}
	if (body) {
		out_text(out, "\n");
		put_safe(out, json_object_get_string(body));
		out_text(out, "\n");
	}
}

static const char *outcome_word(const struct acting *a)
{
	if (a->options->dry && a->end.ok)
		return "dry_run";
	return a->end.outcome == ACT_DONE ? "done" : a->end.outcome == ACT_UNKNOWN ? "unknown" : "not_done";
}

static void put_would(struct json_object *would, const struct fields *f)
{
	if (!would)
		return;
	f->begin_map(f->arg, "request");
	json_object_object_foreach(would, name, value) {
		if (!json_object_is_type(value, json_type_object)) {
			f->text(f->arg, name, str_of(json_object_get_string(value)));
			continue;
		}
		f->begin_map(f->arg, name);
		json_object_object_foreach(value, header, text)
			f->text(f->arg, header, str_of(json_object_get_string(text)));
		f->end_map(f->arg);
	}
	f->end_map(f->arg);
}

static void put_outcome(struct acting *a)
{
	static const char *const columns[] = { "backend", "action", "id", "outcome", "status", "error", NULL };
	struct out *out = a->cli->out;
	const struct fields *f = out_fields(out);

	if (a->cli->format == OUT_TEXT) {
		if (a->would)
			text_would(a);
		else if (a->end.outcome == ACT_DONE)
			out_printf(out, "done: %s in %s\n", a->job.action->name, a->job.backend->id);
		return;
	}
	if (a->cli->format == OUT_CSV || a->cli->format == OUT_TSV)
		out_table(out, columns);
	out_open(out);
	f->text(f->arg, "backend", str_of(a->job.backend->id));
	f->text(f->arg, "action", str_of(a->job.action->name));
	f->text(f->arg, "id", str_of(a->job.id));
	f->text(f->arg, "outcome", str_of(outcome_word(a)));
	f->integer(f->arg, "status", a->end.status);
	f->text(f->arg, "error", str_of(a->end.ok ? NULL : a->end.err.text));
	put_would(a->would, f);
	out_close(out);
}

static int status_of(const struct acting *a)
{
	if (a->end.ok)
		return CLI_DONE;
	if (a->end.outcome == ACT_UNKNOWN)
		return CLI_PARTIAL;
	switch (a->end.err.code) {
	case ERR_USAGE:
		return CLI_USAGE;
	case ERR_CONFIG:
		return CLI_CONFIG;
	case ERR_NOTFOUND:
		return CLI_NONE;
	default:
		return CLI_NOTHING;
	}
}

static int do_it(struct acting *a)
{
	int status;

	if (!confirmed(a))
		return CLI_REFUSED;
	if (!take_id(a, &status))
		return status;
	run_it(a);
	put_outcome(a);
	if (!a->end.ok)
		cli_say("%s", a->end.err.text);
	return status_of(a);
}

static int prepare(struct acting *a, int argc, char **argv)
{
	struct err err = { 0 };
	bool fine = true;

	a->job.backend = desk_backend(a->desk, argv[0]);
	if (!a->job.backend->backend) {
		cli_say("%s", a->job.backend->err.text);
		return CLI_CONFIG;
	}
	a->job.action = act_find(backend_plan(a->job.backend->backend), argv[1]);
	if (!a->job.action) {
		cli_say("%s has no action \"%s\"; \"dossier act %s\" lists them", a->job.backend->id, argv[1], a->job.backend->id);
		return CLI_USAGE;
	}
	if (!act_allowed(a->desk->house, a->job.action, &err)) {
		cli_say("%s", err.text);
		return CLI_REFUSED;
	}
	a->job.fields = json_object_new_object();
	for (size_t i = 0; fine && i < a->options->fields.n; i++)
		fine = take_field(a, a->options->fields.items[i]);
	for (int i = 2; fine && i < argc; i++)
		fine = take_field(a, argv[i]);
	if (!fine || !fill_fields(a))
		return CLI_USAGE;
	if (a->options->id && strlen(a->options->id) == 36)
		memcpy(a->job.id, a->options->id, 37);
	else
		clock_uuid4(a->desk->clock, a->job.id);
	return CLI_DONE;
}

int cmd_act(struct cli *cli, const void *options, int argc, char **argv)
{
	struct acting a = { .cli = cli, .options = options };
	int status;

	if (argc < 2)
		return list_actions(cli, argc > 0 ? argv[0] : NULL);
	a.desk = cli_desk(cli, argv[0], &status);
	if (!a.desk)
		return status;
	status = prepare(&a, argc, argv);
	if (status == CLI_DONE)
		status = do_it(&a);
	json_object_put(a.job.fields);
	json_object_put(a.would);
	cli_desk_end(cli, a.desk);
	return status;
}
