/*
 * A full-screen program on a terminal of its own: keys in, what it writes
 * taken and timed, the processor time it used.
 */
#ifndef BENCH_PTY_H
#define BENCH_PTY_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { PTY_SEEN = 1 << 20 };

struct pty {
	pid_t pid;
	int fd;
	double born;            /* wall ms */
	double first, last;     /* wall ms of the first and of the newest bytes, since pty_mark; 0: none yet */
	size_t bytes;           /* since pty_mark */
	char *seen;             /* the newest PTY_SEEN of them, and a NUL; NULs are left out */
	size_t n_seen;
};

bool pty_has(const char *program);
/* 80x24, xterm-256color, UTF-8. False where there is no such program. */
bool pty_start(struct pty *pty, char *const argv[]);
void pty_stop(struct pty *pty);
void pty_mark(struct pty *pty);
void pty_keys(struct pty *pty, const char *keys);
/* Takes what is written until it holds text; false when that did not come within so long. */
bool pty_until(struct pty *pty, const char *text, double ms);
/* Takes until nothing was written for so long; what the program wrote then stands in pty. */
void pty_settle(struct pty *pty, double quiet_ms);
/* Until it has used no processor time for so long, and writes nothing. */
void pty_rest(struct pty *pty, double quiet_ms);
/* By two changes of size; true when the whole screen then shows text. */
bool pty_repaint(struct pty *pty, const char *text);
double pty_cpu(const struct pty *pty);          /* ms so far, all threads */
double pty_pss_mb(const struct pty *pty);
/* How often it was woken so far, all threads. */
long pty_wakes(const struct pty *pty);

#endif
