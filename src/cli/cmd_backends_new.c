/*
 * dossier backends new FILE: asks what a vendor's reference tells, question by
 * question, and writes a connector that "backends check" finds well. Answers
 * come a line each, from a terminal or from a file. On a terminal they are kept
 * until the connector is written: Ctrl-C, or a line that goes, loses none.
 */
#include "cli.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <libintl.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/stat.h>

#include <dossier/base/mem.h>

#include "answers.h"
#include "connector_draft.h"

#define LINE_MOST 4096

enum answer { ANSWER_TEXT, ANSWER_NAME, ANSWER_PATH, ANSWER_POINTER };

struct new_question {
	const char *text;
	enum answer answer;
	const char *preset;             /* what an empty line means; NULL: there must be an answer */
	const char *holds;              /* the placeholder that a path must have; NULL: none */
};

struct interview {
	struct cli *cli;
	bool terminal, unwritten;
	struct answers *answers;        /* NULL: they come from a file already */
	int signals;                    /* those that end the program, while questions are asked on a terminal; -1 */
	struct connector_draft draft;
};

static const char *const auth_words[DRAFT_AUTH_COUNT] = {
	[DRAFT_BEARER] = "bearer", [DRAFT_BASIC] = "basic", [DRAFT_HEADER] = "header", [DRAFT_OPEN] = "open",
};

static bool is_name(struct str text)
{
	for (uint32_t i = 0; i < text.n; i++)
		if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_", text.p[i]))
			return false;
	return text.n > 0;
}

/* An address as references print it loses its host: the house's url has that. */
static struct str path_of(struct str text)
{
	const char *host = *text.p == '/' ? NULL : memmem(text.p, text.n, "://", 3), *path;

	if (!host)
		return text;
	path = memchr(host + 3, '/', text.n - (size_t)(host + 3 - text.p));
	return path ? str_make(path, text.n - (size_t)(path - text.p)) : STR("/");
}

/* Why that is no answer; NULL when it is one, *answer the caller's. */
static const char *take(const struct new_question *q, struct str typed, char **answer)
{
	if (q->answer == ANSWER_PATH)
		typed = path_of(typed);
	if (q->answer == ANSWER_NAME && !is_name(typed))
		return gettext("letters, digits, - and _ are what a name is made of");
	if (q->answer == ANSWER_PATH && *typed.p != '/')
		return gettext("a path begins with /");
	if (q->holds && !memmem(typed.p, typed.n, q->holds, strlen(q->holds)))
		return gettext("the placeholder named in the question must stand where the value goes");
	*answer = mem_printf("%s%.*s", q->answer == ANSWER_POINTER && *typed.p != '/' ? "/" : "", STR_ARG(typed));
	return NULL;
}

/* False: the program is to end; whole lines are what a terminal has. */
static bool wait_line(const struct interview *talk)
{
	struct pollfd polled[2] = { { .fd = STDIN_FILENO, .events = POLLIN }, { .fd = talk->signals, .events = POLLIN } };

	while (talk->signals >= 0 && !polled[0].revents && !polled[1].revents)
		if (poll(polled, 2, -1) < 0 && errno != EINTR)
			break;
	return !polled[1].revents;
}

/* False at the end of what is typed. *line without its end; NULL when it was too long. */
static bool read_line(const struct interview *talk, char room[LINE_MOST], struct str *line)
{
	size_t n;
	int c;

	if (!wait_line(talk) || !fgets(room, LINE_MOST, stdin))
		return false;
	n = strlen(room);
	*line = str_trim(str_make(room, n));
	if (n == LINE_MOST - 1 && room[n - 1] != '\n') {
		while ((c = getc(stdin)) != '\n' && c != EOF)
			;
		*line = (struct str){ 0 };
	}
	return true;
}

/* From the terminal, or as it was given before; false when none comes. */
static bool next_line(const struct interview *talk, const struct new_question *q, char room[LINE_MOST], struct str *line)
{
	const char *given = talk->answers ? answers_next(talk->answers, q->text) : NULL;

	if (talk->terminal)
		fprintf(stderr, q->preset && *q->preset ? "%s [%s]: " : "%s: ", gettext(q->text), q->preset);
	if (!given)
		return read_line(talk, room, line);
	fprintf(stderr, "%s\n", given);
	*line = str_of(given);
	return true;
}

static void keep(const struct interview *talk, const char *question, const char *answer)
{
	if (talk->answers)
		answers_keep(talk->answers, question, answer);
}

static void say_left(const struct interview *talk, const struct new_question *q)
{
	if (talk->terminal)
		fputc('\n', stderr);
	cli_say(gettext("\"%s\" was not answered: nothing is written"), gettext(q->text));
	if (talk->answers && answers_count(talk->answers))
		cli_say(gettext("the answers before it stand in %s: the same command goes on with them"), answers_path(talk->answers));
}

/* The answer, the caller's; NULL after a message when none comes. */
static char *ask(struct interview *talk, const struct new_question *q)
{
	char room[LINE_MOST], *answer = NULL;

	for (;;) {
		const char *wrong;
		struct str line;

		if (!next_line(talk, q, room, &line)) {
			say_left(talk, q);
			return NULL;
		}
		if (!line.p)
			wrong = gettext("that is longer than any answer");
		else if (str_empty(line))
			wrong = q->preset ? NULL : gettext("this must be answered");
		else
			wrong = take(q, line, &answer);
		if (!wrong)
			return answer ? answer : mem_strdup(q->preset);
		cli_say("\"%s\": %s", gettext(q->text), wrong);
		if (!talk->terminal)
			return NULL;
	}
}

static bool ask_into(struct interview *talk, char **answer, struct new_question q)
{
	*answer = ask(talk, &q);
	if (*answer)
		keep(talk, q.text, *answer);
	return *answer != NULL;
}

/* Asks until the answer is one of words. -1: none came. */
static int ask_word(struct interview *talk, struct new_question q, int (*find)(struct str word))
{
	for (;;) {
		char *answer = ask(talk, &q);
		int found = answer ? find(str_of(answer)) : -1;

		if (answer && found < 0)
			cli_say(gettext("\"%s\" is none of them"), answer);
		else if (answer)
			keep(talk, q.text, answer);
		free(answer);
		if (!answer || found >= 0 || !talk->terminal)
			return found;
	}
}

static int find_auth(struct str word)
{
	for (int i = 0; i < DRAFT_AUTH_COUNT; i++)
		if (str_is(word, auth_words[i]))
			return i;
	return -1;
}

static int find_kind(struct str word)
{
	enum kind kind;

	return kind_parse(word, &kind) ? (int)kind : -1;
}

static bool ask_head(struct interview *talk, const char *name)
{
	struct connector_draft *draft = &talk->draft;
	int auth;

	if (!ask_into(talk, &draft->name, (struct new_question){ "Short name", ANSWER_NAME, name, NULL }) ||
	    !ask_into(talk, &draft->title, (struct new_question){ "The product's name, for people", ANSWER_TEXT, draft->name, NULL }))
		return false;
	auth = ask_word(talk, (struct new_question){ "How programs are let in: bearer (a token), basic (user and password), header (a key in a header of its own), open",
						 ANSWER_TEXT, auth_words[DRAFT_BEARER], NULL }, find_auth);
	if (auth < 0)
		return false;
	draft->auth = (enum draft_auth)auth;
	if (draft->auth == DRAFT_HEADER && !ask_into(talk, &draft->header, (struct new_question){ "That header's name", ANSWER_NAME, "X-Api-Key", NULL }))
		return false;
	if (!ask_into(talk, &draft->ping, (struct new_question){ "A cheap request that shows whether we are let in, such as /api/me (empty: none)", ANSWER_PATH, "", NULL }))
		return false;
	return !*draft->ping ||
	       ask_into(talk, &draft->who, (struct new_question){ "Where its reply says as whom, such as /login (empty: nowhere)", ANSWER_POINTER, "", NULL });
}

/* The types in a line of words; false after a message. */
static bool take_finds(struct connector_draft *draft, char *words)
{
	char *save = NULL;

	for (char *word = strtok_r(words, " ,", &save); word; word = strtok_r(NULL, " ,", &save)) {
		enum id_type type;
		bool again = false;

		if (strcmp(word, "none") == 0)
			continue;
		if (!identity_type_parse(str_of(word), &type) || type == ID_TYPE_REC) {
			cli_say(gettext("\"%s\" is nothing that customers are found by"), word);
			draft->n_finds = 0;
			return false;
		}
		for (size_t i = 0; i < draft->n_finds; i++)
			again |= draft->finds[i].by == type;
		if (!again)
			draft->finds[draft->n_finds++].by = type;
	}
	return true;
}

static bool ask_find(struct interview *talk, struct draft_find *find)
{
	const char *by = identity_type_word(find->by);
	char *path = mem_printf(gettext("The request that finds a customer by %s, such as /customers?%s=<value>"), by, by);
	char *match = mem_printf(gettext("Where the %s stands in a customer"), by), *pointer = mem_printf("/%s", by);
	bool fine = ask_into(talk, &find->path, (struct new_question){ path, ANSWER_PATH, NULL, "<value>" }) &&
		    ask_into(talk, &find->match, (struct new_question){ match, ANSWER_POINTER, pointer, NULL });

	free(path);
	free(match);
	free(pointer);
	return fine;
}

static bool ask_finds(struct interview *talk)
{
	struct connector_draft *draft = &talk->draft;
	const struct new_question q = { "What customers are found by: email, tel, loyalty, name, order ..., or none where the system knows telephone numbers alone",
					ANSWER_TEXT, "email", NULL };
	bool taken = false;

	while (!taken) {
		char *words = ask(talk, &q), *copy = words ? mem_strdup(words) : NULL;

		taken = words && take_finds(draft, copy);
		if (taken)
			keep(talk, q.text, words);
		free(words);
		free(copy);
		if (!taken && (!copy || !talk->terminal))
			return false;
	}
	for (size_t i = 0; i < draft->n_finds; i++)
		if (!ask_find(talk, &draft->finds[i]))
			return false;
	return draft->n_finds == 0 ||
	       (ask_into(talk, &draft->each, (struct new_question){ "Where the list of customers stands in that reply, such as /data (empty: the reply is the list)", ANSWER_POINTER, "", NULL }) &&
		ask_into(talk, &draft->id, (struct new_question){ "Where a customer's id stands in one of them", ANSWER_POINTER, "/id", NULL }) &&
		ask_into(talk, &draft->person, (struct new_question){ "Where the name stands", ANSWER_POINTER, "/name", NULL }));
}

/* "orders" are orders; NULL where the name tells nothing. */
static const char *likely_kind(const char *name)
{
	struct str word = str_of(name);
	enum kind kind;

	if (word.n > 1 && word.p[word.n - 1] == 's')
		word.n--;
	return kind_parse(word, &kind) ? kind_word(kind) : NULL;
}

static bool is_taken(const struct connector_draft *draft, const char *name)
{
	for (size_t i = 0; i < draft->n_pulls; i++)
		if (strcmp(draft->pulls[i].name, name) == 0)
			return true;
	return false;
}

static bool ask_pull(struct interview *talk, struct draft_pull *pull)
{
	bool known = talk->draft.n_finds > 0;
	int kind = ask_word(talk, (struct new_question){ "What one of them is: call, visit, chat, email, message, order, return, delivery, pickup, appointment, payment, ticket, note, other",
						     ANSWER_TEXT, likely_kind(pull->name), NULL }, find_kind);

	if (kind < 0)
		return false;
	pull->kind = (enum kind)kind;
	return ask_into(talk, &pull->path, known
			? (struct new_question){ "The request for them, with <record> where the customer's id goes", ANSWER_PATH, NULL, "<record>" }
			: (struct new_question){ "The request for them, with <value> where the telephone number goes", ANSWER_PATH, NULL, "<value>" }) &&
	       ask_into(talk, &pull->each, (struct new_question){ "Where the list stands in the reply (empty: the reply is the list)", ANSWER_POINTER, "", NULL }) &&
	       (known || ask_into(talk, &pull->match, (struct new_question){ "Where the number stands in one of them", ANSWER_POINTER, "/from", NULL })) &&
	       ask_into(talk, &pull->id, (struct new_question){ "Where the id stands in one of them", ANSWER_POINTER, "/id", NULL }) &&
	       ask_into(talk, &pull->at, (struct new_question){ "Where its time stands", ANSWER_POINTER, "/created_at", NULL }) &&
	       ask_into(talk, &pull->title, (struct new_question){ "Where a title or subject stands (empty: nowhere)", ANSWER_POINTER, "", NULL });
}

static bool ask_pulls(struct interview *talk)
{
	const struct new_question q = { "A list of what happened, by a name such as orders (empty: no more)", ANSWER_NAME, "", NULL };
	struct connector_draft *draft = &talk->draft;

	while (draft->n_pulls < DRAFT_PULLS_MOST) {
		struct draft_pull *pull = &draft->pulls[draft->n_pulls];
		char *name = ask(talk, &q);

		if (name && !is_taken(draft, name))
			keep(talk, q.text, name);
		if (!name || !*name) {
			free(name);
			return name != NULL;
		}
		if (is_taken(draft, name)) {
			cli_say(gettext("\"%s\" is there already"), name);
			free(name);
			if (!talk->terminal)
				return false;
			continue;
		}
		pull->name = name;
		draft->n_pulls++;
		if (!ask_pull(talk, pull))
			return false;
	}
	return true;
}

static bool write_new(const char *path, const struct connector_draft *draft)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "w");
	struct buf text;
	bool fine;

	buf_init(&text, 1024 * 1024);
	connector_draft_write(draft, &text);
	fine = file && fwrite(text.data, 1, text.len, file) == text.len;
	if (file)
		fine = fclose(file) == 0 && fine;
	else if (fd >= 0)
		close(fd);
	if (!fine) {
		cli_say("%s: %s", path, strerror(errno));
		if (fd >= 0)
			unlink(path);
	}
	buf_release(&text);
	return fine;
}

/* What is to be done with it. */
static int say_next(struct cli *cli, const char *path, const char *file, const struct connector_draft *draft)
{
	struct diags diags = { 0 };
	struct plan *plan = plan_load(path, &diags);
	bool well = plan != NULL;

	cli_say_diags(&diags);
	diags_release(&diags);
	if (well) {
		out_printf(cli->out, gettext("%s is written, and well. What comes next:\n"), path);
		out_printf(cli->out, gettext("  it belongs into connectors/ beside dossier.yaml, and there, with secrets as dossier-config(5) says,\n"));
		out_printf(cli->out, "    backends: {%s: {connector: %s, settings: {", draft->name, file);
		for (size_t i = 0; i < plan->settings.n; i++)
			out_printf(cli->out, "%s%s: ...", i ? ", " : "", plan->settings.items[i].name);
		out_printf(cli->out, gettext("}}}\n  connector: is the name of the file without .yaml; the name before it is the house's own\n"));
		out_printf(cli->out, "  dossier backends ping %s\n", draft->name);
		out_printf(cli->out, gettext("  dossier backends try %s IDENTITY      each request, and what becomes of its reply\n"), draft->name);
	}
	plan_free(plan);
	return well ? CLI_DONE : CLI_CONFIG;
}

/* Where it cannot be written nothing is asked. */
static bool may_write(const char *path)
{
	char *copy = mem_strdup(path);
	const char *folder = dirname(copy);
	struct stat st;
	bool there = lstat(path, &st) == 0, may = !there && access(folder, W_OK) == 0;

	if (there)
		cli_say(gettext("%s is there already; another name, or \"dossier backends check %s\""), path, path);
	else if (!may)
		cli_say("%s: %s", folder, strerror(errno));
	free(copy);
	return may;
}

static void begin_terminal(struct interview *talk, const char *path, sigset_t *before)
{
	static const int ends[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
	char *kept = mem_printf("%s.answers", path);
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++)
		sigaddset(&set, ends[i]);
	sigprocmask(SIG_BLOCK, &set, before);
	talk->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (talk->signals < 0)
		sigprocmask(SIG_SETMASK, before, NULL);
	/* a line that is there is seen by poll only while nothing reads ahead */
	setvbuf(stdin, NULL, _IONBF, 0);
	talk->answers = answers_open(kept);
	free(kept);
}

/* A signal that came is delivered now, to whoever it finds. */
static void end_terminal(struct interview *talk, const sigset_t *before)
{
	answers_free(talk->answers);
	if (talk->signals >= 0)
		close(talk->signals);
	sigprocmask(SIG_SETMASK, before, NULL);
}

static bool ask_all(struct interview *talk, const char *path, const char *name)
{
	sigset_t before;
	bool whole;

	if (talk->terminal)
		begin_terminal(talk, path, &before);
	whole = ask_head(talk, is_name(str_of(name)) ? name : NULL) && ask_finds(talk) && ask_pulls(talk);
	if (whole)
		talk->unwritten = !write_new(path, &talk->draft);
	if (whole && !talk->unwritten && talk->answers)
		answers_done(talk->answers);
	if (talk->terminal)
		end_terminal(talk, &before);
	return whole && !talk->unwritten;
}

int cmd_backends_new(struct cli *cli, const void *options, int argc, char **argv)
{
	struct interview talk = { .cli = cli, .terminal = isatty(STDIN_FILENO) && isatty(STDERR_FILENO), .signals = -1 };
	char *copy = mem_strdup(argv[0]), *name = basename(copy), *end = strrchr(name, '.');
	int status = CLI_USAGE;

	(void)options;
	(void)argc;
	if (end)
		*end = '\0';
	if (may_write(argv[0]) && ask_all(&talk, argv[0], name))
		status = say_next(cli, argv[0], name, &talk.draft);
	else if (talk.unwritten)
		status = CLI_CONFIG;
	connector_draft_release(&talk.draft);
	free(copy);
	return status;
}
