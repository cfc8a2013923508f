/*
 * drive COMMAND...: runs it on a terminal of its own, driven by the steps on
 * standard input; all that it wrote there goes to standard output, and its exit
 * status is ours (128 + the signal that ended it). A step is a line:
 *
 *	wait TEXT       until TEXT has been written since what was waited for last
 *	send TEXT       types it; \r, \t, \e, \n and \xNN stand for single bytes
 *	signal NUMBER   to the program
 *	run COMMAND     beside it, by the shell, until it has ended
 *	until COMMAND   the same again and again, until it succeeds
 *	hold, release   the terminal takes nothing of what is written, as after Ctrl-S; it does again
 *	again TEXT      types it now, and again while what is waited for next does not come
 *
 * Waiting ends after 20 seconds with status 99 and what was not seen.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include <dossier/base/buf.h>
#include <dossier/base/mem.h>

#define WAIT_MS 20000
#define AGAIN_MS 300

struct drive { int fd; pid_t pid; struct buf seen; size_t from; bool over; char *again; };

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* False when nothing came in time, or nothing will. */
static bool read_more(struct drive *d, int ms)
{
	struct pollfd p = { .fd = d->fd, .events = POLLIN };
	char bytes[4096];
	ssize_t n;

	if (d->over || poll(&p, 1, ms) <= 0)
		return false;
	n = read(d->fd, bytes, sizeof(bytes));
	d->over = n <= 0;
	return n > 0 && buf_add(&d->seen, bytes, (size_t)n);
}

static bool send_text(struct drive *d, const char *text);

static bool wait_for(struct drive *d, const char *text)
{
	int64_t end = now_ms() + WAIT_MS, next = now_ms() + AGAIN_MS;

	for (;;) {
		const char *at = d->seen.len > d->from ? memmem(d->seen.data + d->from, d->seen.len - d->from, text, strlen(text)) : NULL;

		if (at) {
			d->from = (size_t)(at - d->seen.data) + strlen(text);
			return true;
		}
		if (d->over || now_ms() > end)
			return false;
		read_more(d, AGAIN_MS / 2);
		if (d->again && now_ms() >= next) {
			send_text(d, d->again);
			next = now_ms() + AGAIN_MS;
		}
	}
}

static char byte_of(const char **at)
{
	static const struct { char name, byte; } named[] = { { 'r', '\r' }, { 't', '\t' }, { 'n', '\n' }, { 'e', 27 }, { '\\', '\\' } };
	char digits[3] = "";

	if ((*at)[1] == 'x' && (*at)[2] && (*at)[3]) {
		memcpy(digits, *at + 2, 2);
		*at += 3;
		return (char)strtol(digits, NULL, 16);
	}
	for (size_t i = 0; i < sizeof(named) / sizeof(*named); i++)
		if ((*at)[1] == named[i].name) {
			++*at;
			return named[i].byte;
		}
	return **at;
}

static bool send_text(struct drive *d, const char *text)
{
	for (const char *at = text; *at; at++) {
		char c = *at == '\\' ? byte_of(&at) : *at;

		if (write(d->fd, &c, 1) != 1)
			return false;
	}
	return true;
}

static bool run_beside(const char *command)
{
	pid_t pid = fork();
	int status = 0;

	if (pid == 0) {
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		_exit(127);
	}
	return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0;
}

/* What the program writes meanwhile is taken from it, so that it never waits for us. */
static bool run_until(struct drive *d, const char *command)
{
	int64_t end = now_ms() + WAIT_MS;

	while (!run_beside(command)) {
		if (now_ms() > end)
			return false;
		read_more(d, 50);
	}
	return true;
}

static bool again(struct drive *d, const char *text)
{
	free(d->again);
	d->again = mem_strdup(text);
	return send_text(d, text);
}

/* On the program's own end: ours has a flow of its own. */
static bool flow(const struct drive *d, int action)
{
	const char *path = ptsname(d->fd);
	int fd = path ? open(path, O_RDWR | O_NOCTTY) : -1;
	bool fine = fd >= 0 && tcflow(fd, action) == 0;

	if (fd >= 0)
		close(fd);
	return fine;
}

static bool wait_step(struct drive *d, const char *text)
{
	bool found = wait_for(d, text);

	free(d->again);
	d->again = NULL;
	return found;
}

static bool step(struct drive *d, char *line)
{
	char *rest = strchr(line, ' ');

	line[strcspn(line, "\n")] = '\0';
	rest = rest ? rest + 1 : line + strlen(line);
	if (strncmp(line, "wait ", 5) == 0)
		return wait_step(d, rest);
	if (strncmp(line, "send ", 5) == 0)
		return send_text(d, rest);
	if (strncmp(line, "signal ", 7) == 0)
		return kill(d->pid, (int)strtol(rest, NULL, 10)) == 0;
	if (strncmp(line, "run ", 4) == 0)
		return run_beside(rest);
	if (strncmp(line, "until ", 6) == 0)
		return run_until(d, rest);
	if (strncmp(line, "again ", 6) == 0)
		return again(d, rest);
	if (strcmp(line, "hold") == 0 || strcmp(line, "release") == 0)
		return flow(d, *line == 'h' ? TCOOFF : TCOON);
	return !*line || *line == '#';
}

static int end_of(struct drive *d)
{
	int64_t end = now_ms() + WAIT_MS;
	int status = 0;

	while (!d->over && now_ms() < end)
		read_more(d, 200);
	if (!d->over)
		kill(d->pid, SIGKILL);
	if (waitpid(d->pid, &status, 0) != d->pid)
		return 99;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/* Behind nohup or an "&" some are ignored, and would be there; on a terminal of its own a program hears them all. */
static void heed_signals(void)
{
	static const int heard[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGTTIN, SIGTTOU, SIGPIPE };

	for (size_t i = 0; i < sizeof(heard) / sizeof(*heard); i++)
		signal(heard[i], SIG_DFL);
}

int main(int argc, char **argv)
{
	struct winsize size = { .ws_row = 24, .ws_col = 80 };
	struct drive d = { .fd = -1 };
	char *line = NULL;
	size_t cap = 0;
	bool fine = argc > 1;
	int status;

	buf_init(&d.seen, (size_t)16 << 20);
	d.pid = fine ? forkpty(&d.fd, NULL, NULL, &size) : -1;
	if (d.pid == 0) {
		heed_signals();
		execvp(argv[1], argv + 1);
		_exit(127);
	}
	if (d.pid < 0)
		return 99;
	while (fine && getline(&line, &cap, stdin) >= 0) {
		fine = step(&d, line);
		if (!fine)
			fprintf(stderr, "drive: not done: %s\n", line);
	}
	if (!fine)
		kill(d.pid, SIGKILL);
	status = end_of(&d);
	fwrite(d.seen.data ? d.seen.data : "", 1, d.seen.len, stdout);
	buf_release(&d.seen);
	free(d.again);
	free(line);
	close(d.fd);
	return fine ? status : 99;
}
