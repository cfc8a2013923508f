/*
 * One line that nobody sees: from a terminal without echo, else from standard
 * input as it is. Signals wait while echo is off, so that none ends the
 * program, or stops it, with the terminal left so.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include <dossier/base/mem.h>

#include "cli.h"

/* A byte at a time: what stands behind the line is somebody else's, and no buffer keeps a copy. */
static bool take_byte(char *line, size_t size, size_t *n, bool *over)
{
	char c;
	ssize_t got = read(STDIN_FILENO, &c, 1);

	if (got < 0 && errno == EINTR)
		return true;
	if (got <= 0 || c == '\n')
		return false;
	if (*n + 1 < size)
		line[(*n)++] = c;
	else
		*over = true;
	mem_wipe(&c, 1);
	return true;
}

/* False: a signal came first, and is delivered to whoever it finds once they are let in again. */
static bool read_unseen(int signals, char *line, size_t size, size_t *n, bool *over)
{
	struct pollfd polled[2] = { { .fd = STDIN_FILENO, .events = POLLIN }, { .fd = signals, .events = POLLIN } };

	for (;;) {
		if (poll(polled, 2, -1) < 0 && errno != EINTR)
			return true;
		if (polled[1].revents)
			return false;
		if (polled[0].revents && !take_byte(line, size, n, over))
			return true;
	}
}

static void block(sigset_t *before)
{
	static const int ends[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP };
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++)
		sigaddset(&set, ends[i]);
	sigprocmask(SIG_BLOCK, &set, before);
}

static bool is_whole(const char *prompt, char *line, size_t size, size_t *n, bool *over)
{
	struct termios before, quiet;
	sigset_t mask, blocked;
	int signals;
	bool whole;

	block(&mask);
	sigprocmask(SIG_BLOCK, NULL, &blocked);
	signals = signalfd(-1, &blocked, SFD_CLOEXEC | SFD_NONBLOCK);
	tcgetattr(STDIN_FILENO, &before);
	quiet = before;
	quiet.c_lflag &= ~(tcflag_t)ECHO;
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
	fprintf(stderr, "%s", prompt);
	whole = read_unseen(signals, line, size, n, over);
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
	fputc('\n', stderr);
	if (signals >= 0)
		close(signals);
	if (!whole)
		mem_wipe(line, size);
	sigprocmask(SIG_SETMASK, &mask, NULL);
	return whole;
}

bool cli_secret(const char *prompt, char *line, size_t size)
{
	bool over = false;
	size_t n = 0;

	if (isatty(STDIN_FILENO)) {
		/* stopped, and gone on with: asked anew */
		while (!is_whole(prompt, line, size, &n, &over)) {
			n = 0;
			over = false;
		}
	} else {
		while (take_byte(line, size, &n, &over))
			;
	}
	n -= n && line[n - 1] == '\r';
	line[n] = '\0';
	if (n && !over)
		return true;
	mem_wipe(line, size);
	if (over)
		cli_say("what was given is longer than %zu bytes", size - 1);
	else
		cli_say("nothing was given");
	return false;
}
