/*
 * What the benchmarks share: clocks, runs of other programs, medians, and
 * the line that sets a figure beside its yardstick and its promise.
 */
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include <stdbool.h>
#include <stddef.h>

enum { RUNS_MAX = 64 };

/* What was seen in several runs of one thing. */
struct series {
	double all[RUNS_MAX];
	int n;
};

void bench_die(const char *why) __attribute__((noreturn));
double wall_ms(void);
double cpu_ms(void);            /* of this process, user and system */
void series_add(struct series *series, double value);
double series_median(const struct series *series);
double series_least(const struct series *series);

struct run_cost { double wall, cpu, peak_mb; };     /* peak_mb: the largest process of the run */
/* Runs argv with its output thrown away; a status above most ends the program. */
struct run_cost run_program(char *const argv[], int most);

/* False, and a line that says "short", when seen > most. The figures themselves were printed by the caller. */
bool verdict(const char *what, double seen, const char *unit, double most, const char *promise);
/* A status for main: make must go on, so a short promise is told and is no failure. */
int verdicts_told(int kept, int all);

#endif
