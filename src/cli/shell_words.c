/*
 * What a line begins with: the shell's own words, the keys of the workstation,
 * and every command of the command line. What is none of them names a customer.
 */
#include "shell.h"

#include <libintl.h>

#include <dossier/base/mem.h>

static int do_find(struct shell *sh, const char *rest);
static int do_help(struct shell *sh, const char *rest);

static int do_brief(struct shell *sh, const char *rest) { (void)rest; return shell_brief(sh); }
static int do_more(struct shell *sh, const char *rest) { (void)rest; return shell_more(sh); }
static int do_back(struct shell *sh, const char *rest) { (void)rest; return shell_back(sh); }
static int do_refresh(struct shell *sh, const char *rest) { (void)rest; return shell_refresh(sh); }
static int do_orders(struct shell *sh, const char *rest) { (void)rest; return shell_orders(sh); }
static int do_cases(struct shell *sh, const char *rest) { (void)rest; return shell_cases(sh); }
static int do_next_case(struct shell *sh, const char *rest) { (void)rest; return shell_step_case(sh, 1); }
static int do_last_case(struct shell *sh, const char *rest) { (void)rest; return shell_step_case(sh, -1); }
static int do_desk(struct shell *sh, const char *rest) { (void)rest; return shell_desk(sh); }
static int do_urgent(struct shell *sh, const char *rest) { (void)rest; return shell_urgent(sh); }
static int do_news(struct shell *sh, const char *rest) { (void)rest; return shell_news(sh); }
static int do_park(struct shell *sh, const char *rest) { (void)rest; return shell_park(sh); }

static int do_compare(struct shell *sh, const char *rest)
{
	int status = shell_compare(sh);

	if (status != CLI_DONE || strcmp(rest, "yes") != 0)
		return status;
	sh->session.compared = true;
	shell_say(sh, "it was made sure that this is %s", sh->label);
	return CLI_DONE;
}

/* A number of "compare" is somebody who is the same. */
static int do_link(struct shell *sh, const char *rest)
{
	const struct shell_item *item = shell_item(sh, rest);
	char *other;
	int status;

	if (!item || item->kind != SHELL_WHO)
		return shell_run_text(sh, "link", rest);
	other = mem_printf("--other %s", item->id);
	status = shell_run_text(sh, "link", other);
	free(other);
	return status;
}

static int do_parked(struct shell *sh, const char *rest)
{
	int status = shell_parked(sh);
	const struct shell_item *item = status == CLI_DONE && *rest ? shell_item(sh, rest) : NULL;

	if (item)
		return shell_pick(sh, item);
	if (*rest && status == CLI_DONE)
		cli_say("nobody is parked under the number %s", rest);
	return *rest && status == CLI_DONE ? CLI_NONE : status;
}

static int do_quit(struct shell *sh, const char *rest)
{
	(void)rest;
	sh->ended = true;
	return CLI_DONE;
}

static int do_verify(struct shell *sh, const char *rest)
{
	if (strcmp(rest, "v") == 0)
		rest = "--how carried";
	return shell_run_text(sh, "verify", rest);
}

/* own: in words of the shell; command: as the command line has it. What has both is the command where a format is asked for. */
static const struct word {
	const char *name, *key, *args, *help;
	int (*own)(struct shell *sh, const char *rest);
	const char *command;
} words[] = {
	{ "find", "/", "WHO", "open a customer; a number or a name alone does it too", do_find, "find" },
	{ "brief", NULL, "", "who is open, what they want, what was tried, promised, and is next", do_brief, NULL },
	{ "timeline", "f", "[filters]", "everything that happened, newest first, numbered", shell_timeline, "timeline" },
	{ "more", ";", "", "what came since, and who is still asked", do_more, NULL },
	{ "row", NULL, "N", "a row of the timeline whole", shell_row, NULL },
	{ "orders", NULL, "", "orders, deliveries, returns and payments", do_orders, NULL },
	{ "cases", NULL, "", "cases of this customer, numbered", do_cases, NULL },
	{ "case", "c", "[N|TITLE|solved|waiting|open]", "cases; choose one; open one; say what the chosen one is", shell_case, NULL },
	{ "previous-case", "[", "", "the case before", do_last_case, NULL },
	{ "next-case", "]", "", "the case after", do_next_case, NULL },
	{ "note", "n", "[TEXT]", "a note for staff", NULL, "note" },
	{ "contact", NULL, "", "begin a contact with this customer", NULL, "contact start" },
	{ "hangup", NULL, "", "end the contact; the wrap-up may follow", NULL, "contact hangup" },
	{ "wrap", "w", "[LINE]", "wrap up the contact: what was done, how it ended", NULL, "contact end" },
	{ "next", "e", "[TEXT]", "what is to be done next", NULL, "next" },
	{ "promise", "p", "[TEXT] --due T", "what the customer was told, and by when", NULL, "promise make" },
	{ "handoff", "h", "[NEXT]", "hand the case to a team or an agent", NULL, "handoff offer" },
	{ "accept", "A", "[N]", "accept a hand-off that is offered", NULL, "handoff accept" },
	{ "verify", "v", "[v]", "verify who this is; v v carries on what was verified before", do_verify, "verify" },
	{ "ask", "Q", "[TEXT]", "ask a colleague, a team or a supervisor", NULL, "ask" },
	{ "answer", NULL, "[N] [TEXT]", "answer a question", NULL, "answer" },
	{ "link", "i", "IDENTITY|N", "link an identity to this customer, or who of \"compare\" is the same", do_link, "link" },
	{ "unlink", NULL, "IDENTITY", "take an identity from this customer", NULL, "unlink" },
	{ "compare", "=", "", "who else it may be, and how sure it is who this is", do_compare, NULL },
	{ "attach", "m", "N", "put a row into the case", NULL, "attach" },
	{ "reveal", "R", "FIELD --reason TEXT", "open a masked field, with a reason that is kept", NULL, "reveal" },
	{ "discrepancy", "d", "[TEXT]", "report stock, a display or a text that is wrong", NULL, "discrepancy" },
	{ "act", "a", "[BACKEND ACTION]", "do something in a backend, once; alone: what can be done", NULL, "act" },
	{ "undo", "u", "", "take back what you wrote last about this customer", NULL, "undo" },
	{ "refresh", "r", "", "ask the backends anew", do_refresh, NULL },
	{ "back", "q", "", "the customer before, or nobody", do_back, NULL },
	{ "desk", "D", "", "what waits for you, numbered", do_desk, "desk" },
	{ "urgent", "x", "", "the most urgent of it, with its reason", do_urgent, NULL },
	{ "news", "!", "", "what came in meanwhile", do_news, NULL },
	{ "park", "z", "", "put this customer aside", do_park, NULL },
	{ "parked", "Z", "[N]", "customers put aside; with a number: recall one", do_parked, NULL },
	{ "recall", NULL, "N", "recall a parked customer", do_parked, NULL },
	{ "drafts", NULL, "[N]", "texts that were not finished; with a number: go on with one", shell_drafts, "drafts" },
	{ "search", NULL, "WORDS", "what was written with these words", NULL, "search" },
	{ "stock", "s", "ITEM", "how many of an item lie where", NULL, "stock" },
	{ "kb", "b", "WORDS", "articles of the knowledge base", NULL, "kb" },
	{ "backends", NULL, "", "how every backend is", NULL, "backends ping" },
	{ "help", "?", "[COMMAND]", "this list, or one command", do_help, NULL },
	{ "quit", NULL, "", "end; what was typed is kept", do_quit, NULL },
	{ 0 },
};

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

static const struct word *word_find(const char *name, size_t n)
{
	for (const struct word *w = words; w->name; w++)
		if ((strlen(w->name) == n && memcmp(w->name, name, n) == 0) ||
		    (w->key && strlen(w->key) == n && memcmp(w->key, name, n) == 0))
			return w;
	return NULL;
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
	else if (!spoken && c->min_args > 0)
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

static int run_command(struct shell *sh, const struct command *c, const char *text)
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

static const struct command *command_of(const struct shell *sh, const char *name)
{
	for (const struct command *c = sh->cli->commands; c->name; c++)
		if (strcmp(c->name, name) == 0)
			return c;
	return NULL;
}

int shell_run_text(struct shell *sh, const char *name, const char *text)
{
	return run_command(sh, command_of(sh, name), text);
}

/* The command line's own command of two words at the beginning of the line; *rest what follows. */
static const struct command *command_at(const struct shell *sh, const char *line, const char **rest)
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

static bool has_format(const struct shell *sh, const char *rest)
{
	return sh->cli->format != OUT_TEXT || strstr(rest, "--format") || strncmp(rest, "-f ", 3) == 0 || strstr(rest, " -f ") ||
	       strstr(rest, "--help");
}

static int run_word(struct shell *sh, const struct word *w, const char *rest)
{
	if (w->own && !(w->command && has_format(sh, rest)))
		return w->own(sh, rest);
	if (!w->command && has_format(sh, rest))
		return w->own(sh, "");
	return shell_run_text(sh, w->command, rest);
}

static int run_line(struct shell *sh, const char *line)
{
	size_t n = strcspn(line, " \t");
	const char *rest = line + n + strspn(line + n, " \t"), *after = NULL;
	const struct command *c = command_at(sh, line, &after);
	const struct word *w = word_find(line, n);
	const struct shell_item *item = shell_item(sh, line);

	if (item)
		return shell_pick(sh, item);
	if (c && (!w || strchr(c->name, ' ')))
		return run_command(sh, c, after);
	if (w)
		return run_word(sh, w, rest);
	return shell_find(sh, line);
}

int shell_line(struct shell *sh, const char *typed)
{
	struct str trimmed = str_trim(str_of(typed));
	char *line = str_dup(trimmed);
	int status = *line ? run_line(sh, line) : CLI_DONE;

	free(line);
	return status;
}

/* Alone, or with options and numbers only; of the command line's own, those that take nothing. */
bool shell_names_nobody(const struct shell *sh, const char *line)
{
	size_t n = strcspn(line, " \t");
	const char *rest = line + n + strspn(line + n, " \t"), *after;
	const struct word *w = word_find(line, n);
	const struct command *c = command_at(sh, line, &after);

	if (w && rest[strspn(rest, "0123456789 ")] == '\0')
		return true;
	if (w && (w->own == shell_timeline || w->own == do_help))
		return !strstr(rest, "grep") && !strstr(rest, "-g") && (*rest == '-' || w->own == do_help);
	return c && strchr(c->name, ' ') && (!*c->args || !*after);
}

static int do_find(struct shell *sh, const char *rest)
{
	if (*rest)
		return shell_find(sh, rest);
	cli_say("find wants a number, an e-mail address or a name after it");
	return CLI_USAGE;
}

static int help_word(struct shell *sh, const struct word *w)
{
	char *argv[6];
	int argc = 0;
	struct arena *arena = arena_new();

	shell_say(sh, "%s %s: %s", w->name, w->args, gettext(w->help));
	if (w->key)
		shell_say(sh, "its key is %s", w->key);
	out_flush(sh->cli->out);
	for (const char *at = w->command; at && *at && argc < 3; at += strspn(at, " ")) {
		size_t n = strcspn(at, " ");

		argv[argc++] = arena_strndup(arena, at, n);
		at += n;
	}
	if (argc) {
		argv[argc++] = arena_strndup(arena, "--help", 6);
		cli_session_run(sh->cli, argc, argv);
	}
	arena_free(arena);
	return CLI_DONE;
}

static int do_help(struct shell *sh, const char *rest)
{
	const struct word *w = *rest ? word_find(rest, strlen(rest)) : NULL;
	const char *after;
	const struct command *c = *rest ? command_at(sh, rest, &after) : NULL;

	if (w && !(c && strchr(c->name, ' ')))
		return help_word(sh, w);
	if (c)
		return run_command(sh, c, "--help");
	if (*rest) {
		cli_say("no command is called \"%s\"; \"help\" lists them", rest);
		return CLI_NONE;
	}
	for (w = words; w->name; w++)
		shell_say(sh, "%s%s%s%s%s: %s", w->name, w->key ? ", " : "", w->key ? w->key : "", *w->args ? " " : "", w->args, gettext(w->help));
	shell_say(sh, "A number names a row of the last listing. Every command of dossier(1) works too, on whoever is open.");
	return CLI_DONE;
}

static void offer(char ***list, size_t *n, size_t *cap, char *text)
{
	MEM_ROOM(*list, *n, *cap);
	(*list)[(*n)++] = text;
}

/* The options of the command, behind what is typed so far. */
static void offer_options(const struct cli_option *options, const char *typed, size_t stem, char ***list, size_t *n, size_t *cap)
{
	for (; options && options->name; options++)
		offer(list, n, cap, mem_printf("%.*s--%s%s", (int)stem, typed, options->name, options->arg ? " " : ""));
}

char **shell_offers(void *arg, const char *typed)
{
	const struct shell *sh = arg;
	const char *last = strrchr(typed, ' '), *after;
	const struct word *w = word_find(typed, strcspn(typed, " "));
	const struct command *c = w && w->command ? command_of(sh, w->command) : NULL, *two = command_at(sh, typed, &after);
	char **list = NULL;
	size_t n = 0, cap = 0;

	if (last && last[1] == '-') {
		c = two && (!w || strchr(two->name, ' ')) ? two : c;
		if (c)
			offer_options(c->options, typed, (size_t)(last + 1 - typed), &list, &n, &cap);
	}
	for (w = words; w->name; w++)
		offer(&list, &n, &cap, mem_strdup(w->name));
	for (c = sh->cli->commands; c->name; c++)
		if (strchr(c->name, ' '))
			offer(&list, &n, &cap, mem_strdup(c->name));
	offer(&list, &n, &cap, NULL);
	return list;
}
