/*
 * The yardsticks of fetching: one request by bare sockets, and the shell's
 * way with curl and jq.
 */
#ifndef BENCH_PLAIN_H
#define BENCH_PLAIN_H

#include "measure.h"
#include "serve.h"

/* The list of one backend over *fd, which is opened first when it is -1; wall ms until its last byte. */
double plain_list(const struct serve *serve, int backend, int *fd, size_t *bytes);
/* The backend that is the last to have answered, alone, over a new connection. */
int plain_slowest(const struct serve *serve);
/*
 * All lists at once by curl, into one list in order by jq. In a pipe curl
 * mixes replies larger than its buffer, so large ones go through files in dir.
 */
struct run_cost shell_open(const struct serve *serve, const char *dir, bool large);

#endif
