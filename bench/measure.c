#include "measure.h"

#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

void bench_die(const char *why)
{
	fprintf(stderr, "bench: %s\n", why);
	exit(1);
}

double wall_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

double cpu_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

void series_add(struct series *series, double value)
{
	if (series->n < RUNS_MAX)
		series->all[series->n++] = value;
}

static int double_compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double series_median(const struct series *series)
{
	double sorted[RUNS_MAX];

	memcpy(sorted, series->all, sizeof(sorted));
	qsort(sorted, (size_t)series->n, sizeof(*sorted), double_compare);
	return series->n ? sorted[series->n / 2] : 0;
}

double series_least(const struct series *series)
{
	double least = series->n ? series->all[0] : 0;

	for (int i = 1; i < series->n; i++)
		least = series->all[i] < least ? series->all[i] : least;
	return least;
}

static double ms_of(struct timeval tv)
{
	return (double)tv.tv_sec * 1e3 + (double)tv.tv_usec / 1e3;
}

struct run_cost run_program(char *const argv[], int most)
{
	posix_spawn_file_actions_t files;
	struct run_cost cost;
	struct rusage usage;
	double start = wall_ms();
	pid_t pid;
	int status;

	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	if (posix_spawnp(&pid, argv[0], &files, NULL, argv, environ) != 0 || wait4(pid, &status, 0, &usage) != pid)
		bench_die(argv[0]);
	cost.wall = wall_ms() - start;
	posix_spawn_file_actions_destroy(&files);
	if (!WIFEXITED(status) || WEXITSTATUS(status) > most) {
		fprintf(stderr, "bench: %s ended with status %d\n", argv[0], WEXITSTATUS(status));
		exit(1);
	}
	cost.cpu = ms_of(usage.ru_utime) + ms_of(usage.ru_stime);
	cost.peak_mb = (double)usage.ru_maxrss / 1024;
	return cost;
}

bool verdict(const char *what, double seen, const char *unit, double most, const char *promise)
{
	bool kept = seen <= most;

	printf("  %-5s %s: %.3g%s; promised: %s\n", kept ? "PASS" : "short", what, seen, unit, promise);
	return kept;
}

int verdicts_told(int kept, int all)
{
	printf("  %d of %d promises kept\n", kept, all);
	return 0;
}
