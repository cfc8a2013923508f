/* Commands of the command line, run on whoever is open, their words read as they were typed. */
#include "shell.h"

#include <dossier/base/mem.h>

/* Those that read or write files, or take the terminal; not where the program is restricted. */
static const char *const of_files[] = { "apply", "feed load", "backends check", "sandbox start", "sandbox stop", "sandbox reset", "completion", "config show" };
/* Those that need the program to themselves. */
static const char *const of_others[] = { "batch find", "batch show", "batch brief", "batch timeline", "backends capture", "backends replay", "shell" };

static bool is_among(const char *const *names, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

static bool may_run(const struct shell *sh, const struct command *c)
{
	if (is_among(of_others, sizeof(of_others) / sizeof(*of_others), c->name)) {
		cli_say("%s runs by itself, outside of this shell", c->name);
		return false;
	}
	if (sh->restricted && is_among(of_files, sizeof(of_files) / sizeof(*of_files), c->name)) {
		cli_say("%s is not for a restricted session", c->name);
		return false;
	}
	return true;
}

static bool takes_who(const struct command *c)
{
	return strncmp(c->args, "WHO", 3) == 0 || strstr(c->args, "|WHO") || strcmp(c->args, "[WHO]") == 0;
}

static bool takes_text(const struct command *c)
{
	for (const struct op_field *f = c->op ? c->op->fields : NULL; f && f->name; f++)
		if (f->words)
			return true;
	return false;
}

static bool is_identity(const struct shell *sh, const char *text, size_t n)
{
	struct arena *arena = arena_new();
	struct err err = { 0 };
	struct who who;
	bool is = (memchr(text, '@', n) || memchr(text, ':', n) || strspn(text, "+0123456789/-") == n) && n > 5 &&
		  who_parse(arena, str_make(text, n), &sh->desk->house->who, &who, &err) && who.n && who.items[0].id.type != ID_TYPE_NAME;

	arena_free(arena);
	return is;
}

/* Words that begin with an identity which is not a name would go to whoever is open: no. */
static bool names_other(const struct shell *sh, const char *text)
{
	size_t n = strcspn(text, " ");

	if (n == 0 || !text[n] || strncmp(text, sh->session.who, n) == 0 || !is_identity(sh, text, n))
		return false;
	cli_say("\"%.*s\" names somebody, and %s is open: find them first, or put the whole text in quotes", (int)n, text,
		sh->label ? sh->label : sh->session.who);
	return true;
}

struct given { const char *items[512]; size_t n; };

static void give(struct given *g, const char *word)
{
	if (g->n + 1 < sizeof(g->items) / sizeof(*g->items))
		g->items[g->n++] = word;
}

static bool give_who(struct shell *sh, const struct command *c, bool spoken, struct given *g)
{
	if (!takes_who(c) || (spoken && !takes_text(c) && strcmp(c->name, "reveal") != 0))
		return true;
	if (sh->session.open)
		give(g, sh->session.who);
	/* the first word of a text is not whom it is about, whatever it looks like */
	else if (takes_text(c) || (!spoken && c->min_args > 0))
		return shell_has_customer(sh);
	return true;
}

/* BACKEND/ROW/ID for the numbers of rows: "3", "3,4". */
static const char *rows_for(const struct shell *sh, const struct command *c, const char *word, struct arena *arena)
{
	enum entry_type writes = c->op ? c->op->writes : ENTRY_UNKNOWN;
	struct buf text;
	const char *made;

	if ((writes != ENTRY_ATTACH && writes != ENTRY_UNFOLD && writes != ENTRY_FOLD) || !*word || word[strspn(word, "0123456789, ")])
		return word;
	buf_init(&text, 64 * 1024);
	for (const char *at = word + strspn(word, ", "); *at; at += strspn(at, ", ")) {
		size_t n = strcspn(at, ", ");
		char *number = mem_strndup(at, n);
		const struct shell_item *item = shell_item(sh, number);

		buf_printf(&text, "%s%s", text.len ? "," : "", item && item->kind == SHELL_ROW ? item->id : number);
		free(number);
		at += n;
	}
	made = arena_strndup(arena, text.data, text.len);
	buf_release(&text);
	return made;
}

static void give_words(const struct shell *sh, const struct command *c, char **split, size_t n, struct arena *arena, struct given *g)
{
	for (size_t i = 0; i < n; i++)
		give(g, rows_for(sh, c, split[i], arena));
}

/* The entry comes first: by its number, its code or id; else what there is only one of. */
static bool give_item(struct shell *sh, const struct command *c, const char **text, struct arena *arena, struct given *g)
{
	size_t n = strcspn(*text, " \t");
	char *first = **text == '-' ? NULL : mem_strndup(*text, n);
	const struct shell_item *item = first ? shell_item(sh, first) : NULL;
	bool own = first && *first && ((item && item->kind == SHELL_ENTRY && item->type == c->op->item) || strcmp(first, "last") == 0 || !takes_text(c));
	char *target;

	if (!own && first && n == CASE_CODE && strspn(first, "0123456789ABCDEFGHJKMNPQRSTVWXYZ") == n)
		own = true;
	if (!own && first && n == 36)
		own = true;
	target = shell_target(sh, c->op, own ? first : NULL);
	free(first);
	if (!target)
		return false;
	give(g, arena_strndup(arena, target, strlen(target)));
	free(target);
	if (own)
		*text += n + strspn(*text + n, " \t");
	return true;
}

static int run_given(struct shell *sh, const struct command *c, struct arena *arena, const struct given *g)
{
	char *argv[600];
	int argc = 0;

	for (const char *at = c->name; *at && argc < 4; at += strspn(at, " ")) {
		size_t n = strcspn(at, " ");

		argv[argc++] = arena_strndup(arena, at, n);
		at += n;
	}
	for (size_t i = 0; i < g->n; i++)
		argv[argc++] = arena_strndup(arena, g->items[i], strlen(g->items[i]));
	argv[argc] = NULL;
	return cli_session_run(sh->cli, argc, argv);
}

/* "-" is a text that follows, to a line with nothing but a dot. */
static char *read_text(struct shell *sh, char *text, struct arena *arena)
{
	struct buf all;
	char *line = NULL;
	size_t cap = 0;
	char *whole;

	if (sh->terminal || strcmp(text, "-") != 0)
		return text;
	buf_init(&all, 1024 * 1024);
	while (getline(&line, &cap, stdin) >= 0) {
		sh->line_no++;
		if (strcmp(line, ".\n") == 0 || strcmp(line, ".") == 0)
			break;
		buf_adds(&all, line);
	}
	free(line);
	whole = arena_strndup(arena, all.data ? all.data : "", all.len);
	buf_release(&all);
	return whole;
}

int shell_run_command(struct shell *sh, const struct command *c, const char *text)
{
	bool customer = c->op && (c->op->on == OP_ON_CUSTOMER || c->op->on == OP_ON_CASE);
	struct arena *arena = arena_new();
	struct given g = { .n = 0 };
	char **split;
	size_t n;
	bool fine = may_run(sh, c);
	int status;

	if (fine && c->op)
		fine = shell_has_contact(sh, c->op, text);
	if (fine && c->op && c->op->on == OP_ON_ITEM)
		fine = give_item(sh, c, &text, arena, &g);
	if (fine && customer && sh->session.open && takes_text(c))
		fine = !names_other(sh, text);
	if (fine && c->op && takes_text(c) && (!customer || sh->session.open)) {
		split = shell_split_text(arena, c, text, &n);
		fine = give_who(sh, c, true, &g);
		if (n && strcmp(split[n - 1], "-") == 0)
			split[n - 1] = read_text(sh, split[n - 1], arena);
	} else {
		split = shell_split(arena, text, &n);
		if (fine)
			fine = give_who(sh, c, n > 0 && split[0][0] != '-', &g);
	}
	give_words(sh, c, split, n, arena, &g);
	free(sh->draft);
	sh->draft = NULL;
	status = fine ? run_given(sh, c, arena, &g) : CLI_USAGE;
	if (status != CLI_DONE && sh->draft)
		shell_say(sh, "what was typed is kept; \"drafts 1\" goes on with it");
	arena_free(arena);
	return status;
}

const struct command *shell_command(const struct shell *sh, const char *name)
{
	for (const struct command *c = sh->cli->commands; c->name; c++)
		if (strcmp(c->name, name) == 0)
			return c;
	return NULL;
}

int shell_run(struct shell *sh, const char *name, const char *const *more, size_t n)
{
	const struct command *c = shell_command(sh, name);
	struct arena *arena = arena_new();
	struct given g = { .n = 0 };
	int status;

	if (takes_who(c) && sh->session.open)
		give(&g, sh->session.who);
	for (size_t i = 0; i < n; i++)
		give(&g, more[i]);
	status = run_given(sh, c, arena, &g);
	arena_free(arena);
	return status;
}

int shell_run_text(struct shell *sh, const char *name, const char *text)
{
	return shell_run_command(sh, shell_command(sh, name), text);
}

/* The command line's own command of two words at the beginning of the line; *rest what follows. */
const struct command *shell_command_at(const struct shell *sh, const char *line, const char **rest)
{
	const struct command *found = NULL;

	for (const struct command *c = sh->cli->commands; c->name; c++) {
		size_t n = strlen(c->name);

		if (strncmp(line, c->name, n) != 0 || (line[n] && !strchr(" \t", line[n])))
			continue;
		if (found && strlen(found->name) > n)
			continue;
		found = c;
		*rest = line + n + strspn(line + n, " \t");
	}
	return found;
}
