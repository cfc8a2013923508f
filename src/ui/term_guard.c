#include "term_guard.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <curses.h>

/* The second thing besides the signal pipe that cannot be handed down: how to put the terminal back when all else is lost. */
static struct guard {
	volatile sig_atomic_t on;
	int fd;
	struct termios before;
	char words[128];
	size_t n;
	struct sigaction acts[NSIG];
} guard;

static const int fatal[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT };
#define N_FATAL (sizeof(fatal) / sizeof(*fatal))

static void guard_restore(void)
{
	if (!guard.on)
		return;
	guard.on = 0;
	if (write(guard.fd, guard.words, guard.n) < 0)
		errno = 0;
	tcsetattr(guard.fd, TCSANOW, &guard.before);
}

/* Puts the terminal back, then lets happen what would have happened: a fault comes again by itself, what was sent does not. */
static void on_fatal(int signo, siginfo_t *info, void *context)
{
	(void)context;
	guard_restore();
	sigaction(signo, &guard.acts[signo], NULL);
	if (signo == SIGABRT || info->si_code <= 0)
		raise(signo);
}

static void guard_add(const char *words)
{
	size_t n = words && words != (const char *)-1 ? strlen(words) : 0;

	if (guard.n + n < sizeof(guard.words)) {
		memcpy(guard.words + guard.n, words ? words : "", n);
		guard.n += n;
	}
}

void term_guard_begin(int tty, const struct termios *before, bool can_paste)
{
	struct sigaction act = { .sa_sigaction = on_fatal, .sa_flags = SA_SIGINFO };
	static bool registered;

	guard.fd = tty;
	guard.before = *before;
	guard.n = 0;
	if (can_paste)
		guard_add(TERM_PASTE_OFF);
	guard_add(tigetstr("sgr0"));
	guard_add(tigetstr("cnorm"));
	guard_add(tigetstr("rmkx"));
	guard_add(tigetstr("rmcup"));
	sigemptyset(&act.sa_mask);
	for (size_t i = 0; i < N_FATAL; i++)
		sigaction(fatal[i], &act, &guard.acts[fatal[i]]);
	if (!registered)
		atexit(guard_restore);
	registered = true;
	guard.on = 1;
}

void term_guard_end(void)
{
	if (!guard.on)
		return;
	guard.on = 0;
	for (size_t i = 0; i < N_FATAL; i++)
		sigaction(fatal[i], &guard.acts[fatal[i]], NULL);
}
