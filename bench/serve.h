/*
 * Practice backends of the benchmarks, in a process of their own: each has a
 * port on the loopback, answers /find at once with one record, and /list with
 * its interactions after its delay. Replies are made before the first request.
 */
#ifndef BENCH_SERVE_H
#define BENCH_SERVE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { SERVE_MAX = 8 };

struct serve_backend {
	int items;
	int item_size;          /* bytes of JSON each */
	int delay_ms;
	bool all_late;          /* the delay holds for /find too */
};

struct serve {
	pid_t pid;
	int n;
	int ports[SERVE_MAX];
	struct serve_backend backends[SERVE_MAX];
};

#define SERVE_EMAIL "jane@example.com"

/* Ends the program with a sentence when it cannot be had. */
void serve_start(struct serve *serve, const struct serve_backend *backends, int n);
void serve_stop(struct serve *serve);

#endif
