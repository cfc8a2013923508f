/*
 * A child process: argv, no shell, standard input closed. Run for its output
 * (a command that prints a secret), which is capped, with a dead-line; or
 * started for itself (a browser).
 */
#ifndef DOSSIER_NET_CHILD_H
#define DOSSIER_NET_CHILD_H

#include <stddef.h>
#include <stdint.h>

#include <dossier/base/err.h>
#include <dossier/base/str.h>
#include <dossier/net/loop.h>

struct child;
/* done: output and err->code ERR_NONE on status 0, else a sentence naming argv[0] and how it ended. Called once from the loop. */
typedef void child_fn(void *arg, struct str output, const struct err *err);
struct child *child_start(struct loop *loop, char *const argv[], int64_t deadline_ms, size_t max_output,
			  child_fn *done, void *arg);
void child_cancel(struct child *child);

/*
 * A program started for itself, in a session of its own: no terminal, input
 * and output nowhere, no dead-line, and it goes on when we end. done is told
 * how it ended, without output, unless it was let go before.
 */
struct child *child_launch(struct loop *loop, char *const argv[], child_fn *done, void *arg);
void child_let_go(struct child *child);

#endif
