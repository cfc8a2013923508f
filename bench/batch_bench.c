/*
 * A night's list: look-ups a second of dossier batch, against what a shell
 * does with curl and jq, and against wrk, which only reads the same replies
 * and parses nothing; and memory after many customers beside that after few.
 */
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <dossier/base/mem.h>

#include "bare.h"
#include "measure.h"
#include "open.h"
#include "serve.h"

enum { BACKENDS = 6, CUSTOMERS = 2000, ITEMS = 10, ITEM_SIZE = 270, RUNS = 3, FORKED = 60, FEW = 1000, MANY = 100000,
       CONCURRENCY = 4 };    /* of a backend: dossier's own default */

struct bench {
	char dir[64];
	struct serve serve;
	char *house;
};

static char *in_dir(const struct bench *b, const char *name)
{
	return mem_printf("%s/%s", b->dir, name);
}

static void write_list(const struct bench *b, const char *name, int customers)
{
	char *path = in_dir(b, name);
	FILE *file = fopen(path, "w");

	if (!file)
		bench_die("the list cannot be written");
	for (int i = 0; i < customers; i++)
		fputs(SERVE_EMAIL "\n", file);
	fclose(file);
	free(path);
}

/* The same requests as dossier makes for the customers, for curl --config. */
static void write_urls(const struct bench *b, const char *name, int customers, bool config)
{
	char *path = in_dir(b, name);
	FILE *file = fopen(path, "w");

	if (!file)
		bench_die("the addresses cannot be written");
	for (int i = 0; i < customers; i++)
		for (int k = 0; k < BACKENDS; k++)
			for (int list = 0; list < 2; list++)
				fprintf(file, config ? "url = \"http://127.0.0.1:%d/%s\"\n" : "http://127.0.0.1:%d/%s\n",
					b->serve.ports[k], list ? "list?customer=1" : "find?email=" SERVE_EMAIL);
	fclose(file);
	free(path);
}

static struct run_cost shell(char *command)
{
	char *argv[] = { (char[]){ "sh" }, (char[]){ "-c" }, command, NULL };
	struct run_cost cost = run_program(argv, 0);

	free(command);
	return cost;
}

static const char *program(void)
{
	const char *binary = getenv("DOSSIER_BIN");

	return binary ? binary : "./dossier";
}

/* Requests a second that wrk gets of one address. */
static double wrk(const struct bench *b, const char *what)
{
	char *path = in_dir(b, "wrk"), line[256];
	FILE *file;
	double rate = 0;

	shell(mem_printf("wrk -t1 -c32 -d2s 'http://127.0.0.1:%d/%s' > %s 2>&1 || :", b->serve.ports[0], what, path));
	file = fopen(path, "r");
	while (file && fgets(line, sizeof(line), file))
		if (strncmp(line, "Requests/sec:", 13) == 0)
			rate = strtod(line + 13, NULL);
	if (file)
		fclose(file);
	free(path);
	return rate;
}

/* Customers a second. */
static double batch_rate(const struct bench *b, const char *options)
{
	return CUSTOMERS / shell(mem_printf("%s --config %s batch show %s --output /dev/null %s/list 2>/dev/null", program(), b->house, options, b->dir)).wall * 1000;
}

static int rates(struct bench *b)
{
	struct series batch = { 0 }, one = { 0 }, curl = { 0 }, forked = { 0 }, raw = { 0 }, bare = { 0 }, bare_one = { 0 }, bare_parsed = { 0 };
	int kept = 0, processes = (int)sysconf(_SC_NPROCESSORS_ONLN);
	double mine, serial, each, floor;

	write_list(b, "list", CUSTOMERS);
	write_urls(b, "urls", CUSTOMERS, true);
	write_urls(b, "few", FORKED, false);
	for (int run = 0; run < RUNS; run++) {
		struct run_cost cost;
		double find, list;

		series_add(&one, batch_rate(b, "--workers 1"));
		series_add(&batch, batch_rate(b, ""));
		series_add(&bare_one, CUSTOMERS / bare_run(&b->serve, CUSTOMERS, 1, CONCURRENCY, false) * 1000);
		series_add(&bare, CUSTOMERS / bare_run(&b->serve, CUSTOMERS, processes, CONCURRENCY, false) * 1000);
		series_add(&bare_parsed, CUSTOMERS / bare_run(&b->serve, CUSTOMERS, processes, CONCURRENCY, true) * 1000);
		cost = shell(mem_printf("curl -s --config %s/urls | jq -c . > /dev/null", b->dir));
		series_add(&curl, CUSTOMERS / cost.wall * 1000);
		cost = shell(mem_printf("xargs -P32 -n1 sh -c 'curl -s \"$0\" | jq -c .' < %s/few > /dev/null", b->dir));
		series_add(&forked, FORKED / cost.wall * 1000);
		find = wrk(b, "find?email=" SERVE_EMAIL);
		list = wrk(b, "list?customer=1");
		if (find > 0 && list > 0)
			series_add(&raw, 1 / (BACKENDS / find + BACKENDS / list));
	}
	mine = series_median(&batch);
	serial = series_median(&curl);
	each = series_median(&forked);
	printf("batch: %d customers of %d backends, 2 requests and %d interactions each; customers a second, medians of %d runs\n",
	       CUSTOMERS, BACKENDS, ITEMS, RUNS);
	printf("  dossier batch show %.0f (by one process %.0f); serial curl --config and jq %.0f; xargs -P32 of curl and jq %.1f\n",
	       mine, series_median(&one), serial, each);
	printf("  the most that libcurl allows beside this server, parsing nothing: %d bare loops %.0f, one %.0f; batch is %.0f%% of that\n",
	       processes, series_median(&bare), series_median(&bare_one), 100 * mine / series_median(&bare));
	printf("  the same loops with a tree of json-c made of each reply and nothing else %.0f: %.1f times serial curl and jq\n",
	       series_median(&bare_parsed), series_median(&bare_parsed) / serial);
	kept += verdict("serial curl and jq against batch", serial / mine, "", 1.0 / 8, "an eighth (0.125)");
	kept += verdict("xargs -P32 against batch", each / mine, "", 1.0 / 50, "a fiftieth (0.02)");
	if (raw.n == 0) {
		printf("  wrk is not installed: its yardstick is missing\n");
		return kept;
	}
	floor = series_median(&raw);
	printf("  wrk -t1 -c32, parsing nothing, %.0f\n", floor);
	kept += verdict("wrk against batch", floor / mine, " times", 1 / 0.3, "3.3 times (30% of wrk)");
	return kept;
}

static long pss_kb(pid_t pid)
{
	char *path = mem_printf("/proc/%d/smaps_rollup", (int)pid), line[256];
	FILE *file = fopen(path, "r");
	long kb = 0;

	while (file && fgets(line, sizeof(line), file))
		if (strncmp(line, "Pss:", 4) == 0)
			kb = strtol(line + 4, NULL, 10);
	if (file)
		fclose(file);
	free(path);
	return kb;
}

/* Of the run and all its helpers, working or not. */
static long pss_all_kb(pid_t pid)
{
	char *path = mem_printf("/proc/%d/task/%d/children", (int)pid, (int)pid);
	FILE *file = fopen(path, "r");
	long kb;
	int helper;

	/* What is on its way comes and goes with the moment: what stays is asked for. */
	nanosleep(&(struct timespec){ 1, 500000000 }, NULL);
	kb = pss_kb(pid);

	while (file && fscanf(file, "%d", &helper) == 1)
		kb += pss_kb(helper);
	if (file)
		fclose(file);
	free(path);
	return kb;
}

/* A run that should still be there is not: how it ended and what it said, before we end. */
static void tell_end(const struct bench *b, pid_t pid) __attribute__((noreturn));
static void tell_end(const struct bench *b, pid_t pid)
{
	char *path = in_dir(b, "said"), line[512];
	FILE *file = fopen(path, "r");
	int status = 0;

	kill(pid, SIGTERM);
	waitpid(pid, &status, 0);
	fprintf(stderr, "bench: dossier batch ended too early, with %s %d; it said:\n", WIFSIGNALED(status) ? "signal" : "status",
		WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
	while (file && fgets(line, sizeof(line), file))
		fputs(line, stderr);
	exit(1);
}

static pid_t start_batch(struct bench *b, int *in, int *out)
{
	char *said = in_dir(b, "said"), *const argv[] = { mem_strdup(program()), (char[]){ "--config" }, b->house, (char[]){ "batch" }, (char[]){ "show" }, NULL };
	int to[2], from[2];
	pid_t pid;

	if (pipe2(to, O_CLOEXEC) < 0 || pipe2(from, O_CLOEXEC) < 0 || (pid = fork()) < 0)
		bench_die("dossier batch cannot be started");
	if (pid == 0) {
		if (dup2(to[0], 0) < 0 || dup2(from[1], 1) < 0 || dup2(open(said, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600), 2) < 0)
			_exit(1);
		execv(argv[0], argv);
		_exit(1);
	}
	close(to[0]);
	close(from[1]);
	free(argv[0]);
	free(said);
	*in = to[1];
	*out = from[0];
	return pid;
}

/* Feeds customers while results are read; returns when so many have come. */
static void feed(const struct bench *b, pid_t pid, int in, int out, int n)
{
	static const char who[] = SERVE_EMAIL "\n";
	char bytes[65536];
	int sent = 0, got = 0;

	while (got < n) {
		ssize_t some;

		/* No more than the pipe holds ahead of the results: neither side ever waits for the other. */
		while (sent < n && sent - got < 1000) {
			if (write(in, who, sizeof(who) - 1) != (ssize_t)sizeof(who) - 1)
				tell_end(b, pid);
			sent++;
		}
		some = read(out, bytes, sizeof(bytes));
		if (some <= 0)
			tell_end(b, pid);
		for (ssize_t i = 0; i < some; i++)
			got += bytes[i] == '\n';
	}
}

static int memory(struct bench *b)
{
	int in, out, status;
	pid_t pid = start_batch(b, &in, &out);
	long few, many;

	feed(b, pid, in, out, FEW);
	few = pss_all_kb(pid);
	feed(b, pid, in, out, MANY - FEW);
	many = pss_all_kb(pid);
	close(in);
	while (read(out, &status, sizeof(status)) > 0)
		;
	close(out);
	waitpid(pid, &status, 0);
	printf("  PSS of all its processes %.1f MiB after %d customers, %.1f MiB after %d\n", (double)few / 1024, FEW, (double)many / 1024, MANY);
	return verdict("memory after many against few", (double)many / (double)few, "", 1.1, "1.1");
}

/* Without a budget: it is the program that is measured. */
static void no_budget(struct bench *b)
{
	shell(mem_printf("sed -i 's/rate: 1000/rate: unlimited/' %s", b->house));
}

static void serve(struct bench *b, int backends)
{
	struct serve_backend all[BACKENDS];

	for (int i = 0; i < backends; i++)
		all[i] = (struct serve_backend){ ITEMS, ITEM_SIZE, 0 };
	serve_start(&b->serve, all, backends);
	free(b->house);
	b->house = open_house(&b->serve, b->dir);
	no_budget(b);
}

/* "batch_bench rates" and "batch_bench memory" run a half. */
int main(int argc, char **argv)
{
	const char *half = argc > 1 ? argv[1] : "";
	struct bench b = { .dir = "/tmp/dossier-bench-XXXXXX" };
	int kept = 0;

	signal(SIGPIPE, SIG_IGN);
	if (!mkdtemp(b.dir))
		bench_die("no folder can be made in /tmp");
	if (strcmp(half, "memory") != 0) {
		serve(&b, BACKENDS);
		kept += rates(&b);
		serve_stop(&b.serve);
	}
	if (strcmp(half, "rates") != 0) {
		serve(&b, 1);
		kept += memory(&b);
		serve_stop(&b.serve);
	}
	shell(mem_printf("rm -rf %s", b.dir));
	free(b.house);
	return verdicts_told(kept, !*half ? 4 : strcmp(half, "memory") == 0 ? 1 : 3);
}
