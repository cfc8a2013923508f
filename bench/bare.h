/*
 * What libcurl costs by itself: the same requests, waited for as dossier
 * waits, from bare loops. Nothing built on it can be faster.
 */
#ifndef BENCH_BARE_H
#define BENCH_BARE_H

#include "serve.h"

/* Wall ms of so many customers, two requests to each backend, by processes with so many requests a backend under way together. parsed: json-c makes a tree of each reply, which nobody reads. */
double bare_run(const struct serve *serve, int customers, int processes, int concurrency, bool parsed);

#endif
