/*
 * A child process run for its output (a command that prints a secret): argv,
 * no shell, standard input closed, output capped, a dead-line.
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

#endif
