#include "pty.h"

#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <dossier/base/mem.h>

#include "measure.h"

enum { ROWS = 24, COLS = 80, REST_MOST = 10000 };

bool pty_has(const char *name)
{
	const char *path = getenv("PATH");
	bool found = strchr(name, '/') && access(name, X_OK) == 0;

	for (const char *at = path ? path : ""; *at && !found; at += strcspn(at, ":"), at += *at == ':') {
		char *whole = mem_printf("%.*s/%s", (int)strcspn(at, ":"), at, name);

		found = access(whole, X_OK) == 0;
		free(whole);
	}
	return found;
}

bool pty_start(struct pty *pty, char *const argv[])
{
	struct winsize size = { .ws_row = ROWS, .ws_col = COLS };

	*pty = (struct pty){ .fd = -1 };
	if (!pty_has(argv[0]))
		return false;
	pty->seen = mem_alloc(PTY_SEEN + 1);
	pty_mark(pty);
	pty->born = wall_ms();
	pty->pid = forkpty(&pty->fd, NULL, NULL, &size);
	if (pty->pid < 0)
		bench_die("no terminal can be made");
	if (pty->pid == 0) {
		setenv("TERM", "xterm-256color", 1);
		setenv("LC_ALL", "C.UTF-8", 1);
		execvp(argv[0], argv);
		_exit(127);
	}
	return true;
}

void pty_stop(struct pty *pty)
{
	if (pty->fd < 0)
		return;
	kill(pty->pid, SIGKILL);
	waitpid(pty->pid, NULL, 0);
	close(pty->fd);
	free(pty->seen);
	pty->fd = -1;
}

void pty_mark(struct pty *pty)
{
	pty->first = pty->last = 0;
	pty->bytes = pty->n_seen = 0;
	pty->seen[0] = '\0';
}

void pty_keys(struct pty *pty, const char *keys)
{
	size_t n = strlen(keys);

	if (write(pty->fd, keys, n) != (ssize_t)n)
		bench_die("the keys are not taken");
}

/* What is there now; false when nothing came for so long. */
static bool take(struct pty *pty, double ms)
{
	struct pollfd poll_fd = { .fd = pty->fd, .events = POLLIN };
	struct timespec wait = { .tv_sec = (time_t)(ms / 1e3), .tv_nsec = (long)((ms - (double)(time_t)(ms / 1e3) * 1e3) * 1e6) };
	char bytes[65536];
	ssize_t n;

	if (ppoll(&poll_fd, 1, &wait, NULL) <= 0)
		return false;
	pty->last = wall_ms();
	n = read(pty->fd, bytes, sizeof(bytes));
	if (n <= 0)
		bench_die("a program ended before it was asked to");
	if (!pty->bytes)
		pty->first = pty->last;
	pty->bytes += (size_t)n;
	if (pty->n_seen + (size_t)n > PTY_SEEN)
		pty->n_seen = 0;
	for (ssize_t i = 0; i < n; i++)
		if (bytes[i])
			pty->seen[pty->n_seen++] = bytes[i];
	pty->seen[pty->n_seen] = '\0';
	return true;
}

bool pty_until(struct pty *pty, const char *text, double ms)
{
	double end = wall_ms() + ms;

	while (!strstr(pty->seen, text)) {
		double left = end - wall_ms();

		if (left <= 0 || !take(pty, left))
			return false;
	}
	return true;
}

void pty_settle(struct pty *pty, double quiet_ms)
{
	while (take(pty, quiet_ms))
		continue;
}

void pty_rest(struct pty *pty, double quiet_ms)
{
	double end = wall_ms() + REST_MOST, cpu;

	/* some runtimes never stop altogether */
	do {
		cpu = pty_cpu(pty);
		pty_settle(pty, quiet_ms);
	} while (pty_cpu(pty) - cpu > quiet_ms / 50 && wall_ms() < end);
}

static void resize(struct pty *pty, int rows)
{
	struct winsize size = { .ws_row = (unsigned short)rows, .ws_col = COLS };

	if (ioctl(pty->fd, TIOCSWINSZ, &size) < 0)
		bench_die("a terminal cannot be resized");
	pty_mark(pty);
	pty_rest(pty, 100);
}

bool pty_repaint(struct pty *pty, const char *text)
{
	resize(pty, ROWS + 1);
	resize(pty, ROWS);
	return strstr(pty->seen, text) != NULL;
}

double pty_cpu(const struct pty *pty)
{
	struct timespec used;
	clockid_t clock;

	if (clock_getcpuclockid(pty->pid, &clock) != 0 || clock_gettime(clock, &used) < 0)
		bench_die("a program's processor time cannot be read");
	return (double)used.tv_sec * 1e3 + (double)used.tv_nsec / 1e6;
}

/* The number behind name in a file of /proc; -1 where there is none. */
static long number_in(const char *path, const char *name)
{
	FILE *file = fopen(path, "r");
	size_t n = strlen(name);
	char line[256];
	long number = -1;

	while (file && number < 0 && fgets(line, sizeof(line), file))
		if (strncmp(line, name, n) == 0)
			number = strtol(line + n, NULL, 10);
	if (file)
		fclose(file);
	return number;
}

double pty_pss_mb(const struct pty *pty)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/smaps_rollup", (int)pty->pid);
	return (double)number_in(path, "Pss:") / 1024;
}

long pty_wakes(const struct pty *pty)
{
	char path[300];
	struct dirent *entry;
	long all = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/task", (int)pty->pid);
	dir = opendir(path);
	while (dir && (entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "/proc/%d/task/%.200s/status", (int)pty->pid, entry->d_name);
		all += number_in(path, "voluntary_ctxt_switches:");
	}
	if (dir)
		closedir(dir);
	return all;
}
