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
#include <unistd.h>

#include <dossier/base/mem.h>

#include "measure.h"
#include "open.h"
#include "serve.h"

enum { BACKENDS = 6, CUSTOMERS = 2000, ITEMS = 10, ITEM_SIZE = 270, RUNS = 3, FORKED = 60, FEW = 1000, MANY = 100000 };

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

static int rates(struct bench *b)
{
	struct series batch = { 0 }, curl = { 0 }, forked = { 0 }, raw = { 0 };
	double mine, serial, each, floor;
	int kept = 0;

	write_list(b, "list", CUSTOMERS);
	write_urls(b, "urls", CUSTOMERS, true);
	write_urls(b, "few", FORKED, false);
	for (int run = 0; run < RUNS; run++) {
		struct run_cost cost = shell(mem_printf("%s --config %s batch show --output /dev/null %s/list 2>/dev/null", program(), b->house, b->dir));
		double find, list;

		series_add(&batch, CUSTOMERS / cost.wall * 1000);
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
	printf("  dossier batch show %.0f; serial curl --config and jq %.0f; xargs -P32 of curl and jq %.1f\n", mine, serial, each);
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

static pid_t start_batch(struct bench *b, int *in, int *out)
{
	char *const argv[] = { mem_strdup(program()), (char[]){ "--config" }, b->house, (char[]){ "batch" }, (char[]){ "show" }, NULL };
	int to[2], from[2];
	pid_t pid;

	if (pipe2(to, O_CLOEXEC) < 0 || pipe2(from, O_CLOEXEC) < 0 || (pid = fork()) < 0)
		bench_die("dossier batch cannot be started");
	if (pid == 0) {
		if (dup2(to[0], 0) < 0 || dup2(from[1], 1) < 0 || dup2(open("/dev/null", O_WRONLY | O_CLOEXEC), 2) < 0)
			_exit(1);
		execv(argv[0], argv);
		_exit(1);
	}
	close(to[0]);
	close(from[1]);
	free(argv[0]);
	*in = to[1];
	*out = from[0];
	return pid;
}

/* Feeds customers while results are read; returns when so many have come. */
static void feed(int in, int out, int n)
{
	static const char who[] = SERVE_EMAIL "\n";
	char bytes[65536];
	int sent = 0, got = 0;

	while (got < n) {
		ssize_t some;

		/* No more than the pipe holds ahead of the results: neither side ever waits for the other. */
		while (sent < n && sent - got < 1000) {
			if (write(in, who, sizeof(who) - 1) != (ssize_t)sizeof(who) - 1)
				bench_die("dossier batch has ended");
			sent++;
		}
		some = read(out, bytes, sizeof(bytes));
		if (some <= 0)
			bench_die("dossier batch has ended");
		for (ssize_t i = 0; i < some; i++)
			got += bytes[i] == '\n';
	}
}

static int memory(struct bench *b)
{
	int in, out, status;
	pid_t pid = start_batch(b, &in, &out);
	long few, many;

	feed(in, out, FEW);
	few = pss_kb(pid);
	feed(in, out, MANY - FEW);
	many = pss_kb(pid);
	close(in);
	while (read(out, &status, sizeof(status)) > 0)
		;
	close(out);
	waitpid(pid, &status, 0);
	printf("  PSS %.1f MiB after %d customers, %.1f MiB after %d\n", (double)few / 1024, FEW, (double)many / 1024, MANY);
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

int main(void)
{
	struct bench b = { .dir = "/tmp/dossier-bench-XXXXXX" };
	int kept = 0;

	signal(SIGPIPE, SIG_IGN);
	if (!mkdtemp(b.dir))
		bench_die("no folder can be made in /tmp");
	serve(&b, BACKENDS);
	kept += rates(&b);
	serve_stop(&b.serve);
	serve(&b, 1);
	kept += memory(&b);
	serve_stop(&b.serve);
	shell(mem_printf("rm -rf %s", b.dir));
	free(b.house);
	return verdicts_told(kept, 4);
}
