/*
 * Opening a customer whom six backends know: small with warm connections and
 * in a new process, large, and 100,000 interactions. The look-up's own
 * question is answered at once; the lists come after the backends' delays.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <dossier/base/mem.h>
#include <dossier/desk/desk.h>

#include "measure.h"
#include "open.h"
#include "plain.h"

enum { BACKENDS = 6, SMALL_RUNS = 25, LARGE_RUNS = 7, SMALL_ITEM = 270, LARGE_ITEM = 380 };

/* Where houses and run-time files of this run live. */
static char *work_dir(void)
{
	char *dir = mem_strdup("/tmp/dossier-bench-XXXXXX");

	if (!mkdtemp(dir))
		bench_die("no folder can be made in /tmp");
	return dir;
}

static void remove_dir(char *dir)
{
	char *argv[] = { (char[]){ "rm" }, (char[]){ "-rf" }, dir, NULL };

	run_program(argv, 0);
	free(dir);
}

static void serve_six(struct serve *serve, int items, int item_size, bool slow)
{
	struct serve_backend six[BACKENDS];

	for (int i = 0; i < BACKENDS; i++)
		six[i] = (struct serve_backend){ items, item_size, slow ? 20 + i * 60 / (BACKENDS - 1) : 0 };
	serve_start(serve, six, BACKENDS);
}

static double slowest_alone(const struct serve *serve, int slowest, int *fd)
{
	int own = -1;
	size_t bytes;
	double took = plain_list(serve, slowest, fd ? fd : &own, &bytes);

	if (!fd)
		close(own);
	return took;
}

struct small { struct series slow_new, slow_warm, shell, process, process_cpu, shell_cpu, warm, warm_cpu; };

static void small_runs(struct serve *serve, const char *dir, struct small *s)
{
	const char *binary = getenv("DOSSIER_BIN");
	char *house = open_house(serve, dir);
	char *argv[] = { mem_strdup(binary ? binary : "./dossier"), (char[]){ "--config" }, house, (char[]){ "show" },
			 (char[]){ SERVE_EMAIL }, (char[]){ "--format" }, (char[]){ "json" }, NULL };
	struct desk *desk = open_desk(house, dir);
	int slowest = plain_slowest(serve), fd = -1;

	open_customer(desk, (size_t)serve->backends[0].items * BACKENDS);
	slowest_alone(serve, slowest, &fd);
	for (int run = 0; run < SMALL_RUNS; run++) {
		struct run_cost cost;
		struct open_cost warm;

		series_add(&s->slow_new, slowest_alone(serve, slowest, NULL));
		cost = run_program(argv, 0);
		series_add(&s->process, cost.wall);
		series_add(&s->process_cpu, cost.cpu);
		cost = shell_open(serve, dir, false);
		series_add(&s->shell, cost.wall);
		series_add(&s->shell_cpu, cost.cpu);
		series_add(&s->slow_warm, slowest_alone(serve, slowest, &fd));
		warm = open_customer(desk, (size_t)serve->backends[0].items * BACKENDS);
		series_add(&s->warm, warm.wall);
		series_add(&s->warm_cpu, warm.cpu);
	}
	close(fd);
	desk_free(desk);
	free(argv[0]);
	free(house);
}

static int small_open(const char *dir)
{
	struct serve serve;
	struct small s = { 0 };
	double shell, process, warm;
	int kept = 0;

	serve_six(&serve, 50, SMALL_ITEM, true);
	small_runs(&serve, dir, &s);
	serve_stop(&serve);
	shell = series_median(&s.shell) - series_median(&s.slow_new);
	process = series_median(&s.process) - series_median(&s.slow_new);
	warm = series_median(&s.warm) - series_median(&s.slow_warm);
	printf("open, small: 6 backends of 50 interactions, answering after 20 to 80 ms; medians of %d runs\n", SMALL_RUNS);
	printf("  slowest backend alone %.1f ms (warm %.1f); curl and jq %.1f ms (+%.1f, CPU %.1f)\n", series_median(&s.slow_new),
	       series_median(&s.slow_warm), series_median(&s.shell), shell, series_least(&s.shell_cpu));
	printf("  dossier show --format json %.1f ms (+%.1f, CPU %.1f); connections warm %.1f ms (+%.2f, CPU %.2f)\n",
	       series_median(&s.process), process, series_least(&s.process_cpu), series_median(&s.warm), warm,
	       series_least(&s.warm_cpu));
	kept += verdict("warm, surplus against curl and jq's", warm / shell, "", 1.0 / 15, "a fifteenth (0.067)");
	kept += verdict("new process, surplus against curl and jq's", process / shell, "", 0.5, "half");
	return kept;
}

/* What a process of its own found when it opened the customer. */
struct alone { double wall, cpu, open_cpu; long peak_kb; };

static long status_kb(const char *name)
{
	FILE *file = fopen("/proc/self/status", "r");
	size_t n = strlen(name);
	char line[256];
	long kb = 0;

	while (file && fgets(line, sizeof(line), file))
		if (strncmp(line, name, n) == 0)
			kb = strtol(line + n, NULL, 10);
	if (file)
		fclose(file);
	return kb;
}

static void forget_peak(void)
{
	int fd = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, "5", 1) != 1)
		bench_die("the peak of memory cannot be reset");
	close(fd);
}

static struct alone open_alone(const char *house, const char *dir, size_t rows)
{
	struct alone alone = { 0 };
	int channel[2];
	pid_t pid;

	if (pipe2(channel, O_CLOEXEC) < 0 || (pid = fork()) < 0)
		bench_die("no process can be made");
	if (pid == 0) {
		double cpu = cpu_ms();
		struct desk *desk;
		struct open_cost cost;
		long before;

		prctl(PR_SET_NAME, "opener");   /* so that a profile tells it from the server */
		alone.wall = wall_ms();
		desk = open_desk(house, dir);
		before = status_kb("VmRSS:");
		forget_peak();
		cost = open_customer(desk, rows);
		alone.open_cpu = cost.cpu;
		alone.wall = wall_ms() - alone.wall;
		alone.cpu = cpu_ms() - cpu;
		alone.peak_kb = status_kb("VmHWM:") - before;
		_exit(write(channel[1], &alone, sizeof(alone)) != sizeof(alone));
	}
	close(channel[1]);
	if (read(channel[0], &alone, sizeof(alone)) != sizeof(alone))
		bench_die("the customer was not opened");
	close(channel[0]);
	waitpid(pid, NULL, 0);
	return alone;
}

struct large { struct series slow, shell, shell_cpu, wall, cpu, show, show_cpu; double peak_mb, shell_mb, received_mb; };

static void large_runs(struct serve *serve, const char *dir, bool show, int runs, struct large *l)
{
	const char *binary = getenv("DOSSIER_BIN");
	char *house = open_house(serve, dir);
	char *argv[] = { mem_strdup(binary ? binary : "./dossier"), (char[]){ "--config" }, house, (char[]){ "show" },
			 (char[]){ SERVE_EMAIL }, (char[]){ "--format" }, (char[]){ "json" }, NULL };
	int slowest = plain_slowest(serve);
	size_t rows = (size_t)serve->backends[0].items * BACKENDS, bytes;

	for (int i = 0; i < BACKENDS; i++) {
		int fd = -1;

		plain_list(serve, i, &fd, &bytes);
		close(fd);
		l->received_mb += (double)bytes / 1e6;
	}
	for (int run = 0; run < runs; run++) {
		struct alone alone;
		struct run_cost cost;

		series_add(&l->slow, slowest_alone(serve, slowest, NULL));
		alone = open_alone(house, dir, rows);
		series_add(&l->wall, alone.wall);
		series_add(&l->cpu, alone.cpu);
		if ((double)alone.peak_kb * 1024 / 1e6 > l->peak_mb)
			l->peak_mb = (double)alone.peak_kb * 1024 / 1e6;
		if (show) {
			cost = run_program(argv, 0);
			series_add(&l->show, cost.wall);
			series_add(&l->show_cpu, cost.cpu);
		}
		if (run >= 3)
			continue;       /* the shell's way takes seconds, and is steady */
		cost = shell_open(serve, dir, true);
		series_add(&l->shell, cost.wall);
		series_add(&l->shell_cpu, cost.cpu);
		l->shell_mb = cost.peak_mb;
	}
	free(argv[0]);
	free(house);
}

static int large_open(const char *dir)
{
	struct serve serve;
	struct large l = { 0 };
	double surplus;
	int kept = 0;

	serve_six(&serve, 5000, LARGE_ITEM, true);
	large_runs(&serve, dir, true, LARGE_RUNS, &l);
	serve_stop(&serve);
	surplus = series_median(&l.wall) - series_median(&l.slow);
	printf("open, large: 6 x 5,000 interactions, %.1f MB, after 20 to 80 ms; medians of %d runs, least CPU\n", l.received_mb, LARGE_RUNS);
	printf("  slowest backend alone %.1f ms; curl and jq %.0f ms, CPU %.0f ms, %.0f MB at the peak\n", series_median(&l.slow),
	       series_median(&l.shell), series_least(&l.shell_cpu), l.shell_mb);
	printf("  opened %.1f ms (+%.1f), CPU %.1f ms, %.1f MB at the peak; dossier show --format json, all rows written: %.0f ms, CPU %.0f ms\n",
	       series_median(&l.wall), surplus, series_least(&l.cpu), l.peak_mb, series_median(&l.show), series_least(&l.show_cpu));
	kept += verdict("surplus against curl and jq's", surplus / (series_median(&l.shell) - series_median(&l.slow)), "", 1.0 / 15,
			"a fifteenth (0.067)");
	kept += verdict("CPU against curl and jq's", series_least(&l.cpu) / series_least(&l.shell_cpu), "", 0.1, "a tenth");
	kept += verdict("peak memory against the bytes received", l.peak_mb / l.received_mb, "", 2, "2");
	return kept;
}

static int merge(const char *dir)
{
	struct serve serve;
	struct large l = { 0 };
	double least;
	int kept = 0;

	serve_six(&serve, 100000 / BACKENDS + 1, LARGE_ITEM, false);
	large_runs(&serve, dir, false, LARGE_RUNS, &l);
	serve_stop(&serve);
	least = series_least(&l.cpu);
	printf("merge: 100,000 interactions in one customer, %.1f MB; least CPU of %d runs\n", l.received_mb, LARGE_RUNS);
	printf("  fetched, parsed, mapped, merged %.0f ms of CPU (%.0f MB/s), %.0f MB at the peak; curl and jq -s %.0f ms, %.0f MB\n", least,
	       l.received_mb / least * 1e3, l.peak_mb, series_least(&l.shell_cpu), l.shell_mb);
	kept += verdict("CPU against jq -s, before painting", least / series_least(&l.shell_cpu), "", 100.0 / 2220,
			"100 ms where jq -s takes 2,220, paint included (0.045)");
	return kept;
}

int main(int argc, char **argv)
{
	static const struct { const char *name; int promises; int (*run)(const char *dir); } parts[] = {
		{ "small", 2, small_open }, { "large", 3, large_open }, { "merge", 1, merge },
	};
	char *dir = work_dir();
	int kept = 0, all = 0;

	setvbuf(stdout, NULL, _IOLBF, 0);
	setenv("XDG_RUNTIME_DIR", dir, 1);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (argc > 1 && strcmp(argv[1], parts[i].name) != 0)
			continue;
		kept += parts[i].run(dir);
		all += parts[i].promises;
	}
	remove_dir(dir);
	return verdicts_told(kept, all);
}
