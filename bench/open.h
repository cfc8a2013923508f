/*
 * A customer opened through the library, as every face does it: a house of
 * the practice backends, a look-up, and the pulls that follow.
 */
#ifndef BENCH_OPEN_H
#define BENCH_OPEN_H

#include <stddef.h>

#include "serve.h"

struct desk;

/* A house's file that names the backends, in dir; the caller frees the path. */
char *open_house(const struct serve *serve, const char *dir);
struct desk *open_desk(const char *house_file, const char *runtime_dir);

struct open_cost { double wall, cpu; size_t rows; };
/* Look-up, pulls, and the timeline in order; anything missing ends the program. */
struct open_cost open_customer(struct desk *desk, size_t rows_wanted);

#endif
