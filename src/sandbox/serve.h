/*
 * The servers: one port a backend and one for control, all on 127.0.0.1, all
 * in one thread, which waits in serve_turn.
 */
#ifndef SANDBOX_SERVE_H
#define SANDBOX_SERVE_H

#include <stdbool.h>
#include <signal.h>
#include <stdint.h>

#include <dossier/base/err.h>

#include "request.h"

struct serve;

/* port: of the first backend, the others follow; 0: ports that are free. */
struct serve *serve_new(struct box *box, uint16_t port, struct err *err);
void serve_free(struct serve *serve);

/* Port of a backend, or of control at BOX_BACKENDS. */
uint16_t serve_port(const struct serve *serve, int index);

/* Serves what has come, waiting for it with the signal mask given. False once control asked for the end. */
bool serve_turn(struct serve *serve, const sigset_t *mask);

#endif
