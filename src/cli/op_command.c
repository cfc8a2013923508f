#include "op_command.h"

#include <unistd.h>

#include <dossier/base/mem.h>

#define INPUT_MOST (1024 * 1024)

static const struct op_field *words_field(const struct operation *op)
{
	for (const struct op_field *f = op->fields; f && f->name; f++)
		if (f->words)
			return f;
	return NULL;
}

static bool has_field(const struct operation *op, const char *name)
{
	return operation_field(op, str_of(name)) != NULL;
}

static bool takes_input(const struct op_field *field)
{
	return field->kind == OP_TEXT || field->kind == OP_LONG;
}

/* "to_team" as "to-team", or as "TO_TEAM". */
static const char *spelled(struct arena *arena, const char *name, bool loud)
{
	char *word = arena_strndup(arena, name, strlen(name));

	for (char *c = word; *c; c++)
		*c = (char)(loud ? toupper((unsigned char)*c) : *c == '_' ? '-' : *c);
	return word;
}

static const char *item_word(enum entry_type item)
{
	switch (item) {
	case ENTRY_HANDOFF_OFFER:
		return "HANDOFF";
	case ENTRY_PROMISE_MAKE:
		return "PROMISE";
	case ENTRY_ASK:
		return "QUESTION";
	case ENTRY_CONTACT_START:
		return "CONTACT";
	case ENTRY_NOTICE:
		return "NOTICE";
	case ENTRY_DISCREPANCY:
		return "DISCREPANCY";
	default:
		return "ENTRY";
	}
}

static const char *usage(const struct operation *op, struct arena *arena)
{
	const struct op_field *words = words_field(op);
	const char *target = op->on == OP_ON_NOBODY ? "" : op->on == OP_ON_ITEM ? item_word(op->item) : "WHO";
	struct buf text;
	const char *made;

	buf_init(&text, 400);
	buf_adds(&text, target);
	if (words) {
		bool may = words->need == OP_MAY;

		buf_printf(&text, "%s%s%s%s%s", *target ? " " : "", may ? "[" : "", spelled(arena, words->name, true),
			   takes_input(words) ? "|-" : "", may ? "]" : "");
	}
	made = arena_strndup(arena, buf_str(&text).p ? text.data : "", text.len);
	buf_release(&text);
	return made;
}

static const char *value_word(enum op_kind kind)
{
	static const struct { enum op_kind kind; const char *word; } words[] = {
		{ OP_WHEN, "T" }, { OP_PAST, "T" }, { OP_SPAN, "SPAN" }, { OP_MONEY, "AMOUNT" }, { OP_COUNT, "N" }, { OP_YES, "yes|no" },
		{ OP_IDENTITY, "IDENTITY" }, { OP_AGENT, "AGENT" }, { OP_TEAM, "TEAM" }, { OP_ROLE, "ROLE" }, { OP_SITE, "SITE" },
		{ OP_CHANNEL, "CHANNEL" }, { OP_WAY, "HOW" }, { OP_DONE, "CODE,.." }, { OP_OUTCOME, "OUTCOME" }, { OP_REASON, "REASON" },
		{ OP_STATUS, "STATUS" }, { OP_CASE, "CASE" }, { OP_ENTRY, "ENTRY" }, { OP_CONTACT, "CONTACT" }, { OP_ROWS, "ROW,.." },
		{ OP_FIELD, "FIELD" }, { OP_WHO, "WHO" }, { OP_WORD, "WORD" }, { OP_WORDS, "WORD,.." },
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (words[i].kind == kind)
			return words[i].word;
	return "TEXT";
}

static const char *choice_word(const struct op_field *field, struct arena *arena)
{
	struct buf text;
	const char *made;

	if (field->kind != OP_CHOICE || !field->choices)
		return value_word(field->kind);
	buf_init(&text, 400);
	for (const char *const *word = field->choices; *word; word++)
		buf_printf(&text, "%s%s", text.len ? "|" : "", *word);
	made = arena_strndup(arena, text.data, text.len);
	buf_release(&text);
	return made;
}

static const struct cli_option common[] = {
	{ "other", 0, "WHO", "somebody else who is the same: the two are linked, or parted", CLI_TEXT, offsetof(struct op_given, other) },
	{ "channel", 0, "CHANNEL", "how the contact came, where nothing says it", CLI_TEXT, offsetof(struct op_given, channel) },
	{ "compared", 0, NULL, "it was made sure who this is, though others share what was typed", CLI_FLAG, offsetof(struct op_given, compared) },
	{ "dry-run", 'n', NULL, "show exactly what would be written, and write nothing", CLI_FLAG, offsetof(struct op_given, dry) },
	{ "id", 0, "UUID", "the id of the entry: a repeat with the same one does nothing", CLI_TEXT, offsetof(struct op_given, id) },
};

/* Whether the option of struct op_given makes sense there. */
static bool takes(const struct operation *op, size_t offset)
{
	bool customer = op->on == OP_ON_CUSTOMER || op->on == OP_ON_CASE;

	switch (offset) {
	case offsetof(struct op_given, other):
		return strcmp(op->id, "link") == 0 || strcmp(op->id, "unlink") == 0;
	case offsetof(struct op_given, channel):
		return customer && !has_field(op, "channel");
	case offsetof(struct op_given, compared):
		return customer && op->settled;
	default:
		return true;
	}
}

static const struct cli_option *options_of(const struct operation *op, struct arena *arena)
{
	size_t n = 0, at = 0;
	struct cli_option *options;

	while (op->fields && op->fields[n].name)
		n++;
	options = arena_alloc(arena, (n + sizeof(common) / sizeof(*common) + 1) * sizeof(*options));
	for (size_t i = 0; i < n && i < OP_FIELDS_MOST; i++) {
		const struct op_field *f = &op->fields[i];

		options[at++] = (struct cli_option){ spelled(arena, f->name, false), 0, choice_word(f, arena), f->help, CLI_TEXT,
						     offsetof(struct op_given, fields) + i * sizeof(const char *) };
	}
	for (size_t i = 0; i < sizeof(common) / sizeof(*common); i++)
		if (takes(op, common[i].offset))
			options[at++] = common[i];
	return options;
}

void op_command(const struct operation *op, struct arena *arena, struct command *row)
{
	*row = (struct command){
		.name = op->command, .args = usage(op, arena), .summary = op->help, .options = options_of(op, arena),
		.options_size = sizeof(struct op_given), .min_args = op->on == OP_ON_NOBODY ? 0 : 1,
		.max_args = -1, .run = cmd_write, .op = op,
	};
}

char *op_command_target(const struct operation *op, int *argc, char ***argv)
{
	char *target;
	int n = words_field(op) ? 1 : *argc;

	if (op->on == OP_ON_NOBODY)
		return NULL;
	target = cli_join(n, *argv);
	*argc -= n;
	*argv += n;
	return target;
}

static char *read_input(void)
{
	struct buf text;
	char piece[4096];
	size_t n;
	bool fits = true;

	buf_init(&text, INPUT_MOST);
	/* a terminal would be asked once more after its end */
	while (fits && !feof(stdin) && (n = fread(piece, 1, sizeof(piece), stdin)) > 0)
		fits = buf_add(&text, piece, n);
	if (!fits || ferror(stdin)) {
		cli_say(fits ? "standard input: cannot be read" : "standard input: longer than any entry may be");
		buf_release(&text);
		return NULL;
	}
	while (text.len && (text.data[text.len - 1] == '\n' || text.data[text.len - 1] == '\r'))
		text.data[--text.len] = '\0';
	return buf_take(&text);
}

static bool set(struct op_values *values, const struct op_field *field, const char *given)
{
	char *read = takes_input(field) && strcmp(given, "-") == 0 ? read_input() : mem_strdup(given);
	struct err err = { 0 };
	bool fine = read && op_values_set(values, str_of(field->name), str_of(read), &err);

	if (err.code)
		cli_say("%s", err.text);
	free(read);
	return fine;
}

bool op_command_ask(const struct operation *op, struct op_values *values)
{
	const struct op_field *words = words_field(op);

	if (!words || words->need == OP_MAY || !takes_input(words) || op_has(values, words->name) || !isatty(STDIN_FILENO))
		return true;
	cli_say("%s: %s; Ctrl-D on a line of its own ends it", words->name, words->help);
	return set(values, words, "-");
}

bool op_command_values(const struct operation *op, const struct op_given *given, int argc, char **argv, struct op_values *values)
{
	const struct op_field *words = words_field(op);
	bool fine = true;

	for (size_t i = 0; fine && op->fields && op->fields[i].name && i < OP_FIELDS_MOST; i++) {
		if (!given->fields[i])
			continue;
		if (argc > 0 && words == &op->fields[i]) {
			cli_say("\"%s\" is given twice: after --%s, and by itself", words->name, words->name);
			return false;
		}
		fine = set(values, &op->fields[i], given->fields[i]);
	}
	if (fine && argc > 0 && words) {
		char *joined = cli_join(argc, argv);

		fine = set(values, words, joined);
		free(joined);
	} else if (fine && argc > 0) {
		cli_say("\"%s\" is one word too many; \"dossier %s --help\" shows how it is called", argv[0], op->command);
		fine = false;
	}
	return fine;
}
