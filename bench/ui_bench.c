/*
 * The workstation on a terminal of its own, as an agent has it: how soon it
 * stands, what a key costs with 100,000 interactions, what it holds in
 * memory, and what it does when nothing happens. Beside it in the same run:
 * a bare ncurses list, tig, fzf, lnav, curl with jq.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <dossier/base/mem.h>

#include "measure.h"
#include "open.h"
#include "plain.h"
#include "pty.h"

enum { BACKENDS = 6, ITEM = 380, MANY = 100000, STARTS = 15, STEPS = 12, ROUNDS = 10, BURSTS = 5, BURST = 200, TAKES = 5, PAUSE = 100 };

#define FIND "/" SERVE_EMAIL "\r"
#define WORD "delivered"

struct bench { char *dir, *dossier, *list, *lines; };

static void serve_customer(struct serve *serve, int items, int delay_ms)
{
	struct serve_backend six[BACKENDS];

	for (int i = 0; i < BACKENDS; i++)
		six[i] = (struct serve_backend){ (items + BACKENDS - 1) / BACKENDS, ITEM, delay_ms };
	serve_start(serve, six, BACKENDS);
}

static void start_screen(const struct bench *bench, const char *house, struct pty *pty)
{
	char *argv[] = { bench->dossier, (char[]){ "--config" }, (char *)(uintptr_t)house, NULL };

	if (!pty_start(pty, argv) || !pty_until(pty, "keys", 10000))
		bench_die("the workstation does not open");
	pty_rest(pty, 150);
}

/* The customer with all rows, which the tab's count says; CPU until they stood there. */
static double open_on_screen(struct pty *pty, const struct serve *serve)
{
	char count[32];
	double before = pty_cpu(pty), cpu;
	int tries = 5;

	snprintf(count, sizeof(count), "timeline %d", serve->backends[0].items * BACKENDS);
	pty_keys(pty, FIND);
	do {
		pty_rest(pty, 400);
		cpu = pty_cpu(pty) - before;
	} while (!pty_repaint(pty, count) && --tries);
	if (!tries)
		bench_die("the customer's rows are not all there");
	pty_rest(pty, 150);
	return cpu;
}

static bool start_tig(struct pty *pty)
{
	char *argv[] = { (char[]){ "tig" }, NULL };

	if (pty_start(pty, argv))
		return true;
	printf("  tig is missing: apt-get install tig\n");
	return false;
}

/* Wall ms from the start of the program to its first byte and to the text, which ends its first frame. */
struct starts { struct series byte, frame, cpu; };

static void time_start(struct pty *pty, const char *text, struct starts *s)
{
	if (!pty_until(pty, text ? text : "", 10000))
		bench_die("a program paints nothing");
	while (!pty->bytes)
		pty_until(pty, "\033", 100);
	series_add(&s->byte, pty->first - pty->born);
	series_add(&s->frame, pty->last - pty->born);
	series_add(&s->cpu, pty_cpu(pty));
	pty_stop(pty);
	/* what it had started itself, as tig does, shall end before the next is timed */
	poll(NULL, 0, PAUSE);
}

static int first_frame(const struct bench *bench)
{
	struct starts own = { 0 }, bare = { 0 }, tig = { 0 };
	char *list_argv[] = { bench->list, (char[]){ "1000" }, NULL }, *own_argv[] = { bench->dossier, (char[]){ "--config" }, NULL, NULL };
	struct serve serve;
	struct pty pty;
	bool have_tig = true;
	int kept = 0;

	serve_customer(&serve, 6, 800);
	own_argv[2] = open_house(&serve, bench->dir);
	for (int run = 0; run < STARTS; run++) {
		if (!pty_start(&pty, own_argv))
			bench_die("there is no dossier; run this by make bench");
		time_start(&pty, "keys", &own);
		if (!pty_start(&pty, list_argv))
			bench_die("there is no bench/bare_list; run this by make bench");
		time_start(&pty, "keys", &bare);
		have_tig = have_tig && start_tig(&pty);
		if (have_tig)
			time_start(&pty, NULL, &tig);
	}
	serve_stop(&serve);
	free(own_argv[2]);
	printf("first frame, 6 backends that answer after 800 ms; medians of %d starts, ms (least)\n", STARTS);
	printf("  dossier: first byte %.1f (%.1f), whole frame %.1f (%.1f), CPU %.1f; bare ncurses: frame %.1f (%.1f), CPU %.1f\n",
	       series_median(&own.byte), series_least(&own.byte), series_median(&own.frame), series_least(&own.frame), series_least(&own.cpu),
	       series_median(&bare.frame), series_least(&bare.frame), series_least(&bare.cpu));
	kept += verdict("whole frame", series_median(&own.frame), " ms", 20, "20 ms");
	if (!have_tig)
		return kept;
	printf("  tig: first byte %.1f (%.1f), CPU until then %.1f\n", series_median(&tig.byte), series_least(&tig.byte), series_least(&tig.cpu));
	return kept + verdict("whole frame against tig's first byte", series_median(&own.frame) / series_median(&tig.byte), "", 1.0 / 3, "a third");
}

struct keys { struct series wall, cpu, bytes; };

/* Down and up again within what is in sight: two rows change with each key. */
static void time_keys(struct pty *pty, struct keys *k)
{
	for (int round = 0; round < ROUNDS; round++) {
		double cpu = pty_cpu(pty), wall = 0, bytes = 0;

		for (int i = 0; i < 2 * STEPS; i++) {
			double from;

			pty_mark(pty);
			from = wall_ms();
			pty_keys(pty, i < STEPS ? "j" : "k");
			if (!pty_until(pty, "\033", 2000))
				bench_die("a key paints nothing");
			pty_settle(pty, 2);
			wall += pty->last - from;
			bytes += (double)pty->bytes;
		}
		series_add(&k->wall, wall / (2 * STEPS));
		series_add(&k->bytes, bytes / (2 * STEPS));
		series_add(&k->cpu, (pty_cpu(pty) - cpu) / (2 * STEPS));
	}
}

static void tell_keys(const char *what, const struct keys *k)
{
	printf("  %-34s %6.0f us to the paint (least %.0f), %6.0f us of CPU, %4.0f bytes\n", what, 1e3 * series_median(&k->wall),
	       1e3 * series_least(&k->wall), 1e3 * series_least(&k->cpu), series_median(&k->bytes));
}

/* 200 keys at once: CPU until they are painted. */
static double time_burst(struct pty *pty)
{
	struct series cpu = { 0 };
	char keys[BURST + 1] = "";

	for (int run = 0; run < 2 * BURSTS; run++) {
		double before = pty_cpu(pty);

		memset(keys, run % 2 ? 'k' : 'j', BURST);
		pty_keys(pty, keys);
		pty_rest(pty, 60);
		series_add(&cpu, pty_cpu(pty) - before);
	}
	return series_least(&cpu);
}

static void keys_of_customer(const struct bench *bench, int items, struct keys *k, double *burst)
{
	struct serve serve;
	struct pty pty;
	char *house;

	serve_customer(&serve, items, 0);
	house = open_house(&serve, bench->dir);
	start_screen(bench, house, &pty);
	open_on_screen(&pty, &serve);
	time_keys(&pty, k);
	*burst = time_burst(&pty);
	pty_stop(&pty);
	serve_stop(&serve);
	free(house);
}

static int keys(const struct bench *bench)
{
	struct keys many = { 0 }, few = { 0 }, bare = { 0 }, tig = { 0 };
	char *list_argv[] = { bench->list, NULL };
	double burst, burst_few, burst_bare, burst_tig = 0;
	struct pty pty;
	bool have_tig;
	int kept = 0;

	keys_of_customer(bench, MANY, &many, &burst);
	keys_of_customer(bench, 1000, &few, &burst_few);
	if (!pty_start(&pty, list_argv) || !pty_until(&pty, "keys", 10000))
		bench_die("there is no bench/bare_list; run this by make bench");
	time_keys(&pty, &bare);
	burst_bare = time_burst(&pty);
	pty_stop(&pty);
	have_tig = start_tig(&pty);
	if (have_tig) {
		pty_rest(&pty, 300);
		time_keys(&pty, &tig);
		burst_tig = time_burst(&pty);
		pty_stop(&pty);
	}
	printf("key to paint, 80x24, one row down or up; medians of %d rounds of %d keys, least CPU\n", ROUNDS, 2 * STEPS);
	tell_keys("dossier, 100,000 interactions", &many);
	tell_keys("dossier, 1,000 interactions", &few);
	tell_keys("bare ncurses list, 100,000 rows", &bare);
	if (have_tig)
		tell_keys("tig", &tig);
	kept += verdict("key to paint against the bare list", series_median(&many.wall) / series_median(&bare.wall), "", 1.2, "1.2");
	kept += verdict("CPU a key, 100,000 rows against 1,000", series_least(&many.cpu) / series_least(&few.cpu), "", 1.25, "nothing proportional to the length");
	printf("  a burst of %d keys, CPU: dossier %.1f ms, with 1,000 rows %.1f, bare list %.1f", BURST, burst, burst_few, burst_bare);
	printf(have_tig ? ", tig %.1f\n" : "\n", burst_tig);
	return kept + verdict("CPU of the burst", burst, " ms", 5, "5 ms");
}

/* CPU a letter until nothing more is done for it, and wall ms until something was painted. */
struct letters { struct series cpu, most, first; };

static void time_letters(struct pty *pty, struct letters *l)
{
	double all = 0, most = 0, first = 0;

	for (const char *c = WORD; *c; c++) {
		double cpu = pty_cpu(pty), from, took;

		pty_mark(pty);
		from = wall_ms();
		pty_keys(pty, (char[]){ *c, '\0' });
		pty_rest(pty, 60);
		took = pty_cpu(pty) - cpu;
		all += took;
		most = took > most ? took : most;
		first = pty->bytes && pty->first - from > first ? pty->first - from : first;
	}
	series_add(&l->cpu, all / (sizeof(WORD) - 1));
	series_add(&l->most, most);
	series_add(&l->first, first);
}

static void tell_letters(const char *what, const struct letters *l)
{
	printf("  %-34s %6.1f ms of CPU a letter, %6.1f for the dearest; something painted after %.1f ms at the most\n", what,
	       series_least(&l->cpu), series_least(&l->most), series_median(&l->first));
}

/* The same words as lines, for programs that filter files; fzf looks for the word whole, as we do. */
static void write_lines(const struct bench *bench)
{
	char *argv[] = { (char[]){ "sh" }, (char[]){ "-c" }, NULL, NULL };
	struct serve serve;

	serve_customer(&serve, MANY, 0);
	argv[2] = mem_printf("for p in %d %d %d %d %d %d; do curl -s http://127.0.0.1:$p/list; done |"
			     " jq -r '.items[] | \"\\(.created_at) \\(.type) \\(.agent) \\(.subject) \\(.text)\"' > %s",
			     serve.ports[0], serve.ports[1], serve.ports[2], serve.ports[3], serve.ports[4], serve.ports[5], bench->lines);
	run_program(argv, 0);
	free(argv[2]);
	serve_stop(&serve);
}

static void filter_with(const char *name, const char *command, const char *begin, const char *clear)
{
	char *argv[] = { (char[]){ "sh" }, (char[]){ "-c" }, (char *)(uintptr_t)command, NULL };
	struct letters l = { 0 };
	struct pty pty;

	if (!pty_has(name)) {
		printf("  %s is missing: apt-get install %s\n", name, name);
		return;
	}
	pty_start(&pty, argv);
	pty_rest(&pty, 1000);
	for (int take = 0; take < TAKES; take++) {
		pty_keys(&pty, begin);
		pty_rest(&pty, 200);
		time_letters(&pty, &l);
		pty_keys(&pty, clear);
		pty_rest(&pty, 300);
	}
	tell_letters(name, &l);
	pty_stop(&pty);
}

static int filter(const struct bench *bench)
{
	struct letters own = { 0 };
	struct serve serve;
	struct pty pty;
	char *house, *fzf = mem_printf("exec fzf -e < %s", bench->lines), *lnav = mem_printf("exec lnav %s", bench->lines);

	serve_customer(&serve, MANY, 0);
	house = open_house(&serve, bench->dir);
	start_screen(bench, house, &pty);
	open_on_screen(&pty, &serve);
	for (int take = 0; take < TAKES; take++) {
		pty_keys(&pty, "f");
		pty_rest(&pty, 200);
		time_letters(&pty, &own);
		pty_keys(&pty, "\033");
		pty_rest(&pty, 300);
	}
	pty_stop(&pty);
	serve_stop(&serve);
	write_lines(bench);
	printf("filter as you type, \"" WORD "\", 100,000 interactions; least of %d times\n", TAKES);
	tell_letters("dossier", &own);
	filter_with("fzf", fzf, "", "\025");
	filter_with("lnav", lnav, "/", "\035");
	free(fzf);
	free(lnav);
	free(house);
	return verdict("CPU a letter", series_least(&own.cpu), " ms", 5, "5 ms");
}

static int memory(const struct bench *bench)
{
	struct serve serve;
	struct pty pty;
	double pss, empty, tig = 0;
	long wakes;
	char *house;
	int kept;

	serve_customer(&serve, 5000, 0);
	house = open_house(&serve, bench->dir);
	start_screen(bench, house, &pty);
	empty = pty_pss_mb(&pty);
	open_on_screen(&pty, &serve);
	pty_settle(&pty, 4000);
	pss = pty_pss_mb(&pty);
	wakes = pty_wakes(&pty);
	pty_settle(&pty, 10000);
	wakes = pty_wakes(&pty) - wakes;
	pty_stop(&pty);
	serve_stop(&serve);
	if (start_tig(&pty)) {
		pty_rest(&pty, 500);
		tig = pty_pss_mb(&pty);
		pty_stop(&pty);
	}
	printf("memory and rest, 5,000 interactions open (a part of libraries that others use too is counted)\n");
	printf("  PSS %.1f MiB, the desk alone %.1f", pss, empty);
	printf(tig > 0 ? ", tig %.1f\n" : "\n", tig);
	kept = verdict("PSS", pss, " MiB", 12, "12 MiB");
	printf("  woken %ld times in 10 s in which nothing happened\n", wakes);
	free(house);
	return kept;
}

static int merge(const struct bench *bench)
{
	struct series own = { 0 }, shell = { 0 };
	struct serve serve;
	double least;
	char *house;

	serve_customer(&serve, MANY, 0);
	house = open_house(&serve, bench->dir);
	for (int run = 0; run < TAKES; run++) {
		struct pty pty;

		start_screen(bench, house, &pty);
		series_add(&own, open_on_screen(&pty, &serve));
		pty_stop(&pty);
		if (run < 2)
			series_add(&shell, shell_open(&serve, bench->dir, true).cpu);
	}
	serve_stop(&serve);
	free(house);
	least = series_least(&own);
	printf("merge: 100,000 interactions in one customer, from Enter to the last row painted; least CPU of %d runs\n", TAKES);
	printf("  dossier %.0f ms, curl and jq -s %.0f ms\n", least, series_least(&shell));
	return verdict("CPU against jq -s, paint included", least / series_least(&shell), "", 100.0 / 2220, "100 ms where jq -s takes 2,220 (0.045)");
}

/* Everything the programs keep stays in the folder of this run. */
static void live_in(const char *dir)
{
	static const char *const names[] = { "HOME", "XDG_RUNTIME_DIR", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		setenv(names[i], dir, 1);
	setenv("DOSSIER_DATADIR", getenv("DOSSIER_SRC") ? getenv("DOSSIER_SRC") : ".", 0);
}

int main(int argc, char **argv)
{
	static const struct { const char *name; int promises; int (*run)(const struct bench *bench); } parts[] = {
		{ "start", 2, first_frame }, { "keys", 3, keys }, { "filter", 1, filter }, { "memory", 1, memory }, { "merge", 1, merge },
	};
	char dir[] = "/tmp/dossier-bench-XXXXXX", *rm[] = { (char[]){ "rm" }, (char[]){ "-rf" }, dir, NULL };
	const char *binary = getenv("DOSSIER_BIN");
	char *self = realpath("/proc/self/exe", NULL), *slash = self ? strrchr(self, '/') : NULL;
	struct bench bench = { .dir = dir };
	int kept = 0, all = 0;

	if (!mkdtemp(dir))
		bench_die("no folder can be made in /tmp");
	setvbuf(stdout, NULL, _IOLBF, 0);
	live_in(dir);
	bench.dossier = mem_strdup(binary ? binary : "./dossier");
	bench.list = mem_printf("%.*sbare_list", slash ? (int)(slash + 1 - self) : 0, self);
	bench.lines = mem_printf("%s/lines.txt", dir);
	if (getenv("DOSSIER_SRC") && chdir(getenv("DOSSIER_SRC")) < 0)
		bench_die("the sources are not there");
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (argc > 1 && strcmp(argv[1], parts[i].name) != 0)
			continue;
		kept += parts[i].run(&bench);
		all += parts[i].promises;
	}
	free(self);
	free(bench.dossier);
	free(bench.list);
	free(bench.lines);
	run_program(rm, 0);
	return verdicts_told(kept, all);
}
