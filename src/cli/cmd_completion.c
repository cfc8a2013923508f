/*
 * dossier completion SHELL prints what the shell is to load; it calls
 * "dossier completion --list -- WORDS" for what may stand at the last of WORDS.
 * That call is quiet whatever is wrong: a shell waits for it at each Tab.
 */
#include "cli.h"

#include <dossier/base/mem.h>
#include <dossier/backend/plan.h>
#include <dossier/desk/act.h>

#include "sandbox.h"

const struct cli_option completion_options[] = {
	{ "list", 0, NULL, "one word a line that may stand at the last of the words after --", CLI_FLAG, offsetof(struct completion_options, list) },
	{ 0 },
};

static const char bash_script[] =
	"# bash completion for dossier\n"
	"_dossier() {\n"
	"\tlocal IFS=$'\\n' cur=\"${COMP_WORDS[COMP_CWORD]}\" word\n"
	"\tCOMPREPLY=()\n"
	"\tfor word in $(\"${COMP_WORDS[0]}\" completion --list -- \"${COMP_WORDS[@]:1:COMP_CWORD}\" 2>/dev/null); do\n"
	"\t\tif [ \"$word\" = \"<file>\" ]; then\n"
	"\t\t\tCOMPREPLY+=($(compgen -f -- \"$cur\"))\n"
	"\t\telif [[ \"$word\" == \"$cur\"* ]]; then\n"
	"\t\t\tCOMPREPLY+=(\"$word\")\n"
	"\t\tfi\n"
	"\tdone\n"
	"}\n"
	"complete -o filenames -o nosort -F _dossier dossier 2>/dev/null || complete -o filenames -F _dossier dossier\n";

static const char zsh_script[] =
	"#compdef dossier\n"
	"_dossier() {\n"
	"\tlocal -a found\n"
	"\tfound=(\"${(@f)$(\"${words[1]}\" completion --list -- \"${(@)words[2,CURRENT]}\" 2>/dev/null)}\")\n"
	"\tif (( ${found[(I)<file>]} )); then\n"
	"\t\t_files\n"
	"\t\tfound=(\"${(@)found:#<file>}\")\n"
	"\tfi\n"
	"\tcompadd -- \"${(@)found:#}\"\n"
	"}\n"
	"if [ \"$funcstack[1]\" = \"_dossier\" ]; then\n"
	"\t_dossier \"$@\"\n"
	"else\n"
	"\tcompdef _dossier dossier\n"
	"fi\n";

static const char fish_script[] =
	"# fish completion for dossier\n"
	"function __dossier_complete\n"
	"\tset -l words (commandline -opc) (commandline -ct)\n"
	"\tfor word in (command $words[1] completion --list -- $words[2..-1] 2>/dev/null)\n"
	"\t\tif test \"$word\" = \"<file>\"\n"
	"\t\t\t__fish_complete_path (commandline -ct)\n"
	"\t\telse\n"
	"\t\t\techo $word\n"
	"\t\tend\n"
	"\tend\n"
	"end\n"
	"complete -c dossier -f -a '(__dossier_complete)'\n";

/* What is being completed. */
struct completing {
	struct cli *cli;
	int argc;
	char **argv;                    /* the words; the last is the one being typed */
	const struct command *command;  /* NULL: not whole yet */
	char *before;                   /* the words of the command so far, "backends" */
	const char *args[8];            /* its arguments before the last word */
	size_t n_args;
	const struct cli_option *wants; /* the option whose value is typed */
	bool sandbox;                   /* --sandbox was among them */
};

static void offer(struct completing *c, const char *word)
{
	out_text(c->cli->out, word);
	out_text(c->cli->out, "\n");
}

static const struct cli_option *option_of(const struct cli_option *table, const char *word)
{
	for (; table && table->name; table++) {
		if (word[1] == '-' ? strcmp(word + 2, table->name) == 0 : table->letter && word[1] == table->letter && !word[2])
			return table;
	}
	return NULL;
}

static const struct command *command_of(const struct completing *c, const char *name)
{
	for (const struct command *row = c->cli->commands; row->name; row++)
		if (strcmp(row->name, name) == 0)
			return row;
	return NULL;
}

static bool is_group(const struct completing *c, const char *name)
{
	size_t n = strlen(name);

	for (const struct command *row = c->cli->commands; row->name; row++)
		if (strncmp(row->name, name, n) == 0 && row->name[n] == ' ')
			return true;
	return false;
}

static void take_word(struct completing *c, const char *word)
{
	char *name = c->before ? mem_printf("%s %s", c->before, word) : mem_strdup(word);
	const struct command *command = command_of(c, name);

	/* "notice" is a command, and "notice list" another */
	if (c->command && (!command || c->n_args)) {
		if (c->n_args < sizeof(c->args) / sizeof(c->args[0]))
			c->args[c->n_args++] = word;
		free(name);
		return;
	}
	c->command = command;
	free(c->before);
	c->before = name;
}

/* Reads all words but the last: which command, which of its arguments, and whether an option wants a value now. */
static void read_words(struct completing *c)
{
	for (int i = 0; i + 1 < c->argc; i++) {
		const char *word = c->argv[i];
		const struct cli_option *option;

		if (word[0] != '-' || !word[1]) {
			take_word(c, word);
			continue;
		}
		option = c->command ? option_of(c->command->options, word) : NULL;
		if (!option)
			option = option_of(cli_global_options, word);
		if (!option && !c->before)
			option = option_of(cli_screen_options, word);
		if (option && strcmp(option->name, "sandbox") == 0)
			c->sandbox = true;
		if (!option || option->type == CLI_FLAG)
			continue;
		if (i + 2 >= c->argc)
			c->wants = option;
		else if (strcmp(option->name, "config") == 0)
			c->cli->globals.config = c->argv[++i];
		else
			i++;
	}
}

/* The next word of a command that begins like what was typed, n bytes of it; NULL for others. */
static const char *rest_of(const struct completing *c, const struct command *row, size_t *n)
{
	size_t before = c->before ? strlen(c->before) : 0;

	if (before && (strncmp(row->name, c->before, before) != 0 || row->name[before] != ' '))
		return NULL;
	*n = strcspn(row->name + before + !!before, " ");
	return row->name + before + !!before;
}

/* The table is not in the order of words: "case open" and "case list" stand apart. */
static bool came_before(const struct completing *c, const struct command *row, const char *word, size_t n)
{
	for (const struct command *earlier = c->cli->commands; earlier < row; earlier++) {
		size_t length;
		const char *other = rest_of(c, earlier, &length);

		if (other && length == n && strncmp(other, word, n) == 0)
			return true;
	}
	return false;
}

static void offer_commands(struct completing *c)
{
	for (const struct command *row = c->cli->commands; row->name; row++) {
		size_t n;
		const char *rest = rest_of(c, row, &n);
		char word[64];

		if (!rest || came_before(c, row, rest, n))
			continue;
		snprintf(word, sizeof(word), "%.*s", (int)n, rest);
		offer(c, word);
	}
}

static void offer_options(struct completing *c, const struct cli_option *table)
{
	char word[64];

	for (; table && table->name; table++) {
		snprintf(word, sizeof(word), "--%s", table->name);
		offer(c, word);
	}
}

static bool quiet_house(struct completing *c)
{
	char *practice = c->sandbox ? sandbox_config() : NULL;
	struct house_options options = { .file = practice ? practice : c->cli->globals.config, .login = cli_login() };

	if (!c->cli->house)
		c->cli->house = house_load(&options, &c->cli->diags);
	free(practice);
	return c->cli->house->file != NULL;
}

static void offer_backends(struct completing *c)
{
	for (size_t i = 0; quiet_house(c) && i < c->cli->house->n_backends; i++)
		offer(c, c->cli->house->backends[i]->id);
}

static void offer_actions(struct completing *c)
{
	const struct house_backend *b = quiet_house(c) ? house_find_backend(c->cli->house, c->args[0]) : NULL;
	const struct plan_action *action = b && b->plan && c->n_args > 1 ? act_find(b->plan, c->args[1]) : NULL;
	char word[80];

	for (size_t i = 0; b && b->plan && c->n_args == 1 && i < b->plan->actions.n; i++)
		offer(c, b->plan->actions.items[i]->name);
	for (size_t i = 0; action && i < action->ask.n; i++) {
		snprintf(word, sizeof(word), "%s=", action->ask.items[i].name);
		offer(c, word);
	}
}

/* Kinds may be several, "call,or": those before the last comma stay. */
static void offer_kinds(struct completing *c)
{
	const char *typed = c->argv[c->argc - 1], *comma = strrchr(typed, ',');
	char word[256];

	for (int kind = 0; kind < KIND_COUNT; kind++) {
		snprintf(word, sizeof(word), "%.*s%s", comma ? (int)(comma + 1 - typed) : 0, typed, kind_word((enum kind)kind));
		offer(c, word);
	}
}

static void offer_words(struct completing *c, const char *const *words)
{
	for (; *words; words++)
		offer(c, *words);
}

/* What the house has for a field of an operation: agents, teams, codes. */
static bool offer_choices(struct completing *c, const struct op_field *field)
{
	struct desk desk = { .clock = c->cli->clock };
	struct str *choices;
	size_t n = 0;

	if (!field || !quiet_house(c))
		return false;
	desk.house = c->cli->house;
	choices = op_choices(&desk, field, &n);
	for (size_t i = 0; i < n; i++) {
		char *word = str_dup(choices[i]);

		offer(c, word);
		free(word);
	}
	free(choices);
	return n > 0;
}

static const struct op_field *field_of(const struct operation *op, const char *option)
{
	for (const struct op_field *f = op ? op->fields : NULL; f && f->name; f++) {
		size_t i = 0;

		while (f->name[i] && (f->name[i] == option[i] || (f->name[i] == '_' && option[i] == '-')))
			i++;
		if (!f->name[i] && !option[i])
			return f;
	}
	return NULL;
}

static const struct op_field *words_of(const struct operation *op)
{
	for (const struct op_field *f = op ? op->fields : NULL; f && f->name; f++)
		if (f->words)
			return f;
	return NULL;
}

static void offer_value(struct completing *c)
{
	static const char *const formats[] = { "text", "json", "ndjson", "csv", "tsv", NULL }, *const colors[] = { "auto", "always", "never", NULL };
	const char *name = c->wants->name;

	if (strcmp(name, "format") == 0)
		offer_words(c, formats);
	else if (strcmp(name, "color") == 0)
		offer_words(c, colors);
	else if (strcmp(name, "kind") == 0)
		offer_kinds(c);
	else if (strcmp(name, "backend") == 0)
		offer_backends(c);
	else if (c->command && offer_choices(c, field_of(c->command->op, name)))
		return;
	else if (strcmp(c->wants->arg, "FILE") == 0 || strcmp(c->wants->arg, "DIR") == 0)
		offer(c, "<file>");
}

/* Of the sandbox that runs; none is started for a Tab. A name is one word: its blanks become "-". */
static void offer_stories(struct completing *c)
{
	struct sandbox sandbox;
	struct json_object *stories = sandbox_find(&sandbox) ? json_object_object_get(sandbox.state, "stories") : NULL;

	for (size_t i = 0; json_object_is_type(stories, json_type_array) && i < json_object_array_length(stories); i++) {
		const char *name = json_object_get_string(json_object_object_get(json_object_array_get_idx(stories, i), "name"));
		char word[80];

		snprintf(word, sizeof(word), "%s", name ? name : "");
		for (char *at = word; *at; at++)
			if (*at == ' ')
				*at = '-';
		if (*word)
			offer(c, word);
	}
	sandbox_release(&sandbox);
}

/* By what its row of the table calls the argument at this place; the last name goes on. */
static void offer_argument(struct completing *c)
{
	static const char *const shells[] = { "bash", "zsh", "fish", NULL };
	const char *name = c->command->args;
	size_t n;

	if (c->n_args == 0 && is_group(c, c->command->name))
		offer_commands(c);
	if (c->command->op && c->n_args == 1 && offer_choices(c, words_of(c->command->op)))
		return;
	for (size_t i = 0; i < c->n_args && strchr(name, ' '); i++)
		name = strchr(name, ' ') + 1;
	name += strspn(name, "[");
	n = strcspn(name, " .|]");
	if (strcmp(c->command->name, "act") == 0 && c->n_args > 0)
		offer_actions(c);
	else if ((n == 4 && strncmp(name, "NAME", n) == 0) || (n == 7 && strncmp(name, "BACKEND", n) == 0))
		offer_backends(c);
	else if ((n == 4 && strncmp(name, "FILE", n) == 0) || (n == 3 && strncmp(name, "DIR", n) == 0))
		offer(c, "<file>");
	else if (n == 5 && strncmp(name, "STORY", n) == 0)
		offer_stories(c);
	else if (n == 4 && strncmp(name, "bash", n) == 0)
		offer_words(c, shells);
}

static void list(struct completing *c)
{
	const char *typed = c->argc > 0 ? c->argv[c->argc - 1] : "";

	read_words(c);
	if (c->wants) {
		offer_value(c);
	} else if (typed[0] == '-') {
		offer_options(c, c->command ? c->command->options : c->before ? NULL : cli_screen_options);
		offer_options(c, cli_global_options);
	} else if (c->command) {
		offer_argument(c);
	} else if (!c->before || is_group(c, c->before)) {
		offer_commands(c);
	}
	free(c->before);
}

int cmd_completion(struct cli *cli, const void *options, int argc, char **argv)
{
	static const struct { const char *name, *script; } shells[] = { { "bash", bash_script }, { "zsh", zsh_script }, { "fish", fish_script } };
	const struct completion_options *o = options;
	struct completing c = { .cli = cli, .argc = argc, .argv = argv };

	if (o->list) {
		list(&c);
		return CLI_DONE;
	}
	for (size_t i = 0; argc == 1 && i < sizeof(shells) / sizeof(shells[0]); i++) {
		if (strcmp(argv[0], shells[i].name) == 0) {
			out_text(cli->out, shells[i].script);
			return CLI_DONE;
		}
	}
	cli_say("usage: dossier completion bash|zsh|fish");
	return CLI_USAGE;
}
