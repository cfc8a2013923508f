/*
 * What a line begins with: the shell's own words, the keys of the workstation,
 * or a command of the command line. What is none of them names a customer.
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
static int do_backends(struct shell *sh, const char *rest) { (void)rest; return sh->session.open ? shell_backends(sh) : shell_run_text(sh, "backends ping", ""); }

static int do_announced(struct shell *sh, const char *rest)
{
	int status;

	(void)rest;
	return shell_pop_open(sh, &status) ? status : shell_news(sh);
}

static int do_park(struct shell *sh, const char *rest) { (void)rest; return shell_park(sh); }

/* A caller whom only a number named was this customer: the contact is theirs from then on. */
static int adopt(struct shell *sh)
{
	const struct entry *start = customer_contact(sh->open.customer) ? NULL : shell_contact(sh);
	char *id = start ? str_dup(start->id) : NULL;
	int status = id ? shell_run(sh, "assign", (const char *const[]){ id }, 1) : CLI_DONE;

	free(id);
	return status;
}

static int do_compare(struct shell *sh, const char *rest)
{
	int status = shell_compare(sh);

	if (status != CLI_DONE || strcmp(rest, "yes") != 0)
		return status;
	sh->session.compared = true;
	shell_say(sh, "it was made sure that this is %s", sh->label);
	return adopt(sh);
}

static bool is_verdict(const char *text)
{
	size_t n = strcspn(text, " ,;.");

	return (n == 3 && strncmp(text, "yes", 3) == 0) || (n == 2 && strncmp(text, "no", 2) == 0);
}

/* "answer 2 yes, up to 50" is a yes, and what goes with it. */
static int do_answer(struct shell *sh, const char *rest)
{
	size_t n = strcspn(rest, " ");
	const char *text = is_verdict(rest) ? rest : rest + n + strspn(rest + n, " ");
	size_t word = strcspn(text, " ,;.");
	char *said;
	int status;

	if (!is_verdict(text))
		return shell_run_text(sh, "answer", rest);
	said = mem_printf("%.*s --yes %.*s %s", (int)(text - rest), rest, (int)word, text, text + word + strspn(text + word, " ,;."));
	status = shell_run_text(sh, "answer", said + strspn(said, " "));
	free(said);
	return status;
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
	return status == CLI_DONE && sh->session.open ? shell_again(sh) : status;
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
	{ "answer", NULL, "[N] [yes|no] [TEXT]", "answer a question: yes or no, and in words", do_answer, "answer" },
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
	{ "news", NULL, "", "what came in meanwhile", do_news, NULL },
	{ "announced", "!", "", "open the caller who was announced, and begin the contact; else the news", do_announced, NULL },
	{ "park", "z", "", "put this customer aside", do_park, NULL },
	{ "parked", "Z", "[N]", "customers put aside; with a number: recall one", do_parked, NULL },
	{ "recall", NULL, "N", "recall a parked customer", do_parked, NULL },
	{ "drafts", NULL, "[N]", "texts that were not finished; with a number: go on with one", shell_drafts, "drafts" },
	{ "search", NULL, "WORDS", "what was written with these words", NULL, "search" },
	{ "stock", "s", "ITEM", "how many of an item lie where", NULL, "stock" },
	{ "kb", "b", "WORDS", "articles of the knowledge base", NULL, "kb" },
	{ "backends", NULL, "", "how every backend did for this customer; with nobody open, whether it is there", do_backends, "backends ping" },
	{ "help", "?", "[COMMAND]", "this list, or one command", do_help, NULL },
	{ "quit", NULL, "", "end; what was typed is kept", do_quit, NULL },
	{ 0 },
};

static const struct word *word_find(const char *name, size_t n)
{
	for (const struct word *w = words; w->name; w++)
		if ((strlen(w->name) == n && memcmp(w->name, name, n) == 0) ||
		    (w->key && strlen(w->key) == n && memcmp(w->key, name, n) == 0))
			return w;
	return NULL;
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

/* A row's number that no row has: too short for a telephone, and none of the house's own numbers. */
static bool is_stray(const struct shell *sh, const char *line)
{
	size_t digits = strspn(line, "0123456789");
	struct arena *arena;
	struct err err = { 0 };
	struct who who;
	bool own;

	if (!digits || digits > SHELL_ITEM_DIGITS || line[digits])
		return false;
	arena = arena_new();
	own = who_parse(arena, str_of(line), &sh->desk->house->who, &who, &err) && who.n && who.items[0].house;
	arena_free(arena);
	return !own;
}

/* Whoever is open stays so: one key too many is nobody's name. */
static int refuse_stray(const struct shell *sh, const char *line)
{
	if (sh->n_items)
		cli_say("the last listing has no %s, it ends with %zu; \"find %s\" looks for somebody by it", line, sh->n_items, line);
	else
		cli_say("nothing is listed that %s could be; \"find %s\" looks for somebody by it", line, line);
	return CLI_NONE;
}

/* A draft is thrown away by its number in the last listing, as by its id. */
static int run_command(struct shell *sh, const struct command *c, const char *after)
{
	const struct shell_item *item = strcmp(c->name, "drafts discard") == 0 ? shell_item(sh, after) : NULL;
	char *id = item && item->kind == SHELL_DRAFT ? mem_strdup(item->id) : NULL;
	int status = shell_run_command(sh, c, id ? id : after);

	free(id);
	return status;
}

static int run_line(struct shell *sh, const char *line)
{
	size_t n = strcspn(line, " \t");
	const char *rest = line + n + strspn(line + n, " \t"), *after = NULL;
	const struct command *c = shell_command_at(sh, line, &after);
	const struct word *w = word_find(line, n);
	const struct shell_item *item = shell_item(sh, line);

	if (item)
		return shell_pick(sh, item);
	if (c && (!w || strchr(c->name, ' ')))
		return run_command(sh, c, after);
	if (w)
		return run_word(sh, w, rest);
	return is_stray(sh, line) ? refuse_stray(sh, line) : shell_find(sh, line);
}

int shell_line(struct shell *sh, const char *typed)
{
	struct str trimmed = str_trim(str_of(typed));
	char *line = str_dup(trimmed);
	int status = *line ? run_line(sh, line) : CLI_DONE;

	free(line);
	return status;
}

/* Alone, or with options and numbers only; of the command line's own, alone. */
bool shell_names_nobody(const struct shell *sh, const char *line)
{
	size_t n = strcspn(line, " \t");
	const char *rest = line + n + strspn(line + n, " \t"), *after;
	const struct word *w = word_find(line, n);
	const struct command *c = shell_command_at(sh, line, &after);

	if (w && rest[strspn(rest, "0123456789 ")] == '\0')
		return true;
	if (w && w->own == do_help)
		return word_find(rest, strlen(rest)) != NULL;
	if (w && w->own == shell_timeline)
		return *rest == '-' && !strstr(rest, "-g") && (!strchr(rest, ' ') || strchr(rest, ' ') == strrchr(rest, ' '));
	return c && strchr(c->name, ' ') && !*after;
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
	const struct command *c = *rest ? shell_command_at(sh, rest, &after) : NULL;

	if (w && !(c && strchr(c->name, ' ')))
		return help_word(sh, w);
	if (c)
		return shell_run_command(sh, c, "--help");
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
	const struct command *c = w && w->command ? shell_command(sh, w->command) : NULL, *two = shell_command_at(sh, typed, &after);
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
