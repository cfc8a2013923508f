/*
 * Lines from the terminal, by readline. The loop turns while somebody types,
 * and nothing but what is typed is written: the terminal is called dumb, so
 * that readline moves no cursor and repaints nothing.
 */
#include "shell.h"

#include <errno.h>
#include <signal.h>
#include <sys/stat.h>

#include <readline/readline.h>
#include <readline/history.h>

#include <dossier/base/home.h>
#include <dossier/base/mem.h>

#define HISTORY_MOST 200
#define WIDE 30000      /* the terminal breaks its lines itself */
#define PASTE_ON "\033[?2004h"
#define PASTE_OFF "\033[?2004l"

/* readline's hooks take no argument, so its one line is known here. */
static struct {
	struct loop *loop;
	struct watch *watch;
	const struct shell_prompt *prompt;
	char *text, *history;
	char **offers;
	size_t n_offers;
	bool *interrupted;
	enum shell_end end;
	bool done, readable, pastes;
} line;

static void on_line(char *text)
{
	line.done = true;
	line.end = text ? SHELL_TYPED : SHELL_OVER;
	line.text = text;
	rl_callback_handler_remove();
}

static void on_input(void *arg, int fd, unsigned events)
{
	(void)arg;
	(void)fd;
	(void)events;
	line.readable = true;
}

static void on_interrupt(void *arg, int signo)
{
	(void)arg;
	(void)signo;
	/* what is waited for is not waited for; whoever insists ends all */
	if (!line.prompt && *line.interrupted)
		loop_stop(line.loop);
	if (!line.prompt)
		*line.interrupted = true;
	if (!line.prompt || line.done)
		return;
	line.done = true;
	line.end = SHELL_LEFT;
}

static void on_end(void *arg, int signo)
{
	(void)arg;
	(void)signo;
	line.end = SHELL_OVER;
	line.done = true;
	loop_stop(line.loop);
}

static void forget_offers(void)
{
	for (size_t i = 0; line.offers && line.offers[i]; i++)
		free(line.offers[i]);
	free(line.offers);
	line.offers = NULL;
}

static char *next_offer(const char *text, int state)
{
	if (!state) {
		forget_offers();
		line.n_offers = 0;
		if (line.prompt && line.prompt->choices)
			line.offers = line.prompt->choices(line.prompt->arg, text);
	}
	while (line.offers && line.offers[line.n_offers]) {
		const char *offer = line.offers[line.n_offers++];

		if (strncmp(offer, text, strlen(text)) == 0)
			return strdup(offer);
	}
	return NULL;
}

/* Choices have blanks in them: what is completed is the whole line. Never the names of files. */
static char **complete(const char *text, int from, int to)
{
	(void)from;
	(void)to;
	rl_attempted_completion_over = 1;
	return rl_completion_matches(text, next_offer);
}

static char *history_file(void)
{
	return home_file("XDG_STATE_HOME", ".local/state", "dossier/shell_history");
}

static void quiet(void)
{
	static const char *const off[] = { "enable-bracketed-paste", "enable-keypad", "page-completions", "echo-control-characters",
					   "mark-modified-lines", "blink-matching-paren", "show-mode-in-prompt", "colored-stats",
					   "colored-completion-prefix", "horizontal-scroll-mode" };

	for (size_t i = 0; i < sizeof(off) / sizeof(*off); i++)
		rl_variable_bind(off[i], "off");
	rl_variable_bind("bell-style", "none");
}

static void prepare(void)
{
	static char no_breaks[] = "";
	const char *term = getenv("TERM");

	line.pastes = term && *term && strcmp(term, "dumb") != 0;
	rl_catch_signals = 0;
	rl_catch_sigwinch = 0;
	rl_change_environment = 0;
	rl_terminal_name = "dumb";
	rl_readline_name = "dossier";
	rl_completion_query_items = -1;
	rl_attempted_completion_function = complete;
	rl_completer_word_break_characters = no_breaks;
	rl_completer_quote_characters = "";
	quiet();
	rl_initialize();
	quiet();        /* a personal inputrc may have said otherwise */
	rl_bind_keyseq("\033[200~", rl_bracketed_paste_begin);
	rl_set_screen_size(24, WIDE);
	using_history();
	stifle_history(HISTORY_MOST);
}

bool shell_line_open(struct loop *loop, bool restricted, bool *interrupted, struct err *err)
{
	line.loop = loop;
	line.interrupted = interrupted;
	if (!loop_signal(loop, SIGINT, on_interrupt, NULL, err) || !loop_signal(loop, SIGHUP, on_end, NULL, err) ||
	    !loop_signal(loop, SIGTERM, on_end, NULL, err))
		return false;
	if (restricted)
		signal(SIGTSTP, SIG_IGN);
	prepare();
	line.history = restricted ? NULL : history_file();
	if (line.history)
		read_history(line.history);
	return true;
}

void shell_line_close(void)
{
	if (line.history && history_length > 0 && write_history(line.history) != 0 && errno != ENOENT)
		cli_say("%s: %s", line.history, strerror(errno));
	if (line.history)
		chmod(line.history, 0600);
	clear_history();
	forget_offers();
	free(line.history);
	line.history = NULL;
	line.loop = NULL;
}

/* readline prepares the terminal only when it is to read. */
static void begin(const struct shell_prompt *prompt)
{
	line.prompt = prompt;
	*line.interrupted = false;
	line.done = false;
	line.text = NULL;
	if (line.pastes)
		fputs(PASTE_ON, stdout);
	rl_callback_handler_install(prompt->text, on_line);
	if (prompt->initial.n) {
		char *copy = str_dup(prompt->initial);

		rl_insert_text(copy);
		rl_free_undo_list();
		rl_redisplay();
		free(copy);
	}
}

static char *leave(void)
{
	char *typed = mem_strdup(rl_line_buffer ? rl_line_buffer : "");

	rl_callback_sigcleanup();
	rl_free_line_state();
	rl_callback_handler_remove();
	fputs("\n", stdout);
	return typed;
}

static void turn(void)
{
	line.readable = false;
	loop_turn(line.loop, -1);
	if (line.done || !line.readable)
		return;
	rl_callback_read_char();
	if (!line.done && line.prompt->typed)
		line.prompt->typed(line.prompt->arg, str_make(rl_line_buffer, (size_t)rl_end));
}

enum shell_end shell_line_read(const struct shell_prompt *prompt, char **out)
{
	if (loop_stopped(line.loop)) {
		*out = mem_strdup("");
		return SHELL_OVER;
	}
	line.watch = loop_watch(line.loop, STDIN_FILENO, LOOP_READ, on_input, NULL);
	begin(prompt);
	while (!line.done && !loop_stopped(line.loop))
		turn();
	loop_watch_end(line.loop, line.watch);
	if (line.text) {
		*out = mem_strdup(line.text);
		free(line.text);
	} else if (line.end == SHELL_OVER && !loop_stopped(line.loop)) {
		*out = mem_strdup("");
		fputs("\n", stdout);
	} else {
		*out = leave();
	}
	if (line.pastes)
		fputs(PASTE_OFF, stdout);
	fflush(stdout);
	line.prompt = NULL;
	line.text = NULL;
	return line.end;
}

void shell_line_remember(const char *text)
{
	const HIST_ENTRY *last = history_length > 0 ? history_get(history_base + history_length - 1) : NULL;

	if (*text && !(last && strcmp(last->line, text) == 0))
		add_history(text);
}
