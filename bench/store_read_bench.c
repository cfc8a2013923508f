/*
 * A shared SQLite file of 1,000,000 notes (DOSSIER_BENCH_NOTES for another
 * number): the newest 50 hits of one to three words against a LIKE scan, and
 * opening a customer with 10,000 entries against the bare SQL. Everything is
 * warm and in one process, so CPU time tells what a loaded machine hides.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <dossier/store/shared.h>

#include "measure.h"

enum { BATCH = 500, VOCABULARY = 20000, PERSONS = 20000, SEARCHES = 400, RUNS = 9, HITS = 50, COMMON = 50 };

struct rig {
	struct loop *loop;
	struct work *work;
	struct shared *shared;
	struct arena *arena;
	uint64_t seed;
	struct str persons[PERSONS];
	char words[VOCABULARY][16];
};

static uint64_t chance(struct rig *rig)
{
	rig->seed ^= rig->seed << 13;
	rig->seed ^= rig->seed >> 7;
	rig->seed ^= rig->seed << 17;
	return rig->seed;
}

/* Few words are common and most are rare: the rank falls as a power of chance. */
static const char *word(struct rig *rig)
{
	double at = (double)(chance(rig) >> 11) / 9007199254740992.0;

	return rig->words[(int)(at * at * at * at * VOCABULARY) % VOCABULARY];
}

static void add(char *to, size_t size, const char *one, const char *other)
{
	size_t n = strlen(to);

	snprintf(to + n, size - n, "%s%s", one, other);
}

static void words_make(struct rig *rig)
{
	static const char *const parts[] = { "ba", "ke", "lo", "mi", "nu", "ra", "se", "to", "vi", "du", "fen", "gor", "hal", "pid", "sta", "tre" };

	for (int i = 0; i < VOCABULARY; i++) {
		rig->words[i][0] = '\0';
		for (int left = i + 16; left; left /= 16)
			add(rig->words[i], sizeof(rig->words[i]), parts[left % 16], "");
	}
}

static void stored(void *arg, struct shared_append_reply *reply)
{
	if (reply->result != SHARED_STORED)
		bench_die(reply->err.text);
	*(bool *)arg = true;
}

static void note_make(struct rig *rig, struct arena *arena, int n, struct entry *out)
{
	struct json_object *data = json_object_new_object();
	struct entry_draft draft = {
		.type = ENTRY_NOTE, .author = STR("ana"), .team = STR("billing"), .channel = STR("phone"),
		.person = rig->persons[n % 100 ? 1 + chance(rig) % (PERSONS - 1) : 0], .data = data,
	};
	struct err err = { ERR_NONE, "" };
	char id[37], text[400] = "";

	for (int i = 0; i < 16; i++) {
		add(text, sizeof(text), word(rig), " ");
	}
	clock_uuid7(clock_system(), id);
	draft.id = str_of(id);
	draft.at = clock_wall(clock_system());
	draft.ord = (uint64_t)draft.at << 16 | (uint64_t)(n & 0xFFFF);
	json_object_object_add(data, "text", json_object_new_string(text));
	if (!entry_make(arena, &draft, out, &err))
		bench_die(err.text);
	json_object_put(data);
}

static void fill(struct rig *rig, int notes)
{
	double start = wall_ms();
	bool done;

	for (int n = 0; n < notes; n += BATCH) {
		struct arena *arena = arena_new();
		static struct entry batch[BATCH];

		for (int i = 0; i < BATCH; i++)
			note_make(rig, arena, n + i, &batch[i]);
		done = false;
		rig->shared->ops->append(rig->shared, batch, BATCH, stored, &done);
		loop_until(rig->loop, &done);
		arena_free(arena);
	}
	printf("%d notes stored in %.0f s", notes, (wall_ms() - start) / 1e3);
	fflush(stdout);
}

struct asked { int64_t unindexed; bool done; };
static void asked(void *arg, const struct shared_status *status)
{
	struct asked *out = arg;

	if (status->health != SHARED_WELL)
		bench_die(status->err.text);
	out->unindexed = status->unindexed;
	out->done = true;
}

static void tend(struct rig *rig)
{
	double start = wall_ms();
	struct asked out;

	do {
		out.done = false;
		rig->shared->ops->tend(rig->shared);
		rig->shared->ops->status(rig->shared, asked, &out);
		loop_until(rig->loop, &out.done);
	} while (out.unindexed > 0);
	printf(", the rest of their words indexed in %.0f s\n", (wall_ms() - start) / 1e3);
	fflush(stdout);
}

struct found { size_t n; bool done; };
static void found(void *arg, struct store_rows *rows, const struct err *err)
{
	struct found *out = arg;

	if (!rows)
		bench_die(err->text);
	out->n = rows->n;
	out->done = true;
	store_rows_free(rows);
}

static int double_compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* A word as somebody may look for it: the commonest are the "the" and "and" of these texts. */
static const char *asked_word(struct rig *rig)
{
	const char *one;

	do
		one = word(rig);
	while (one < rig->words[COMMON]);
	return one;
}

/* One to three words out of the same chance as the notes', the last cut to a beginning now and then. */
static void words_ask(struct rig *rig, char *out, size_t size)
{
	int n = 1 + (int)(chance(rig) % 3);

	out[0] = '\0';
	for (int i = 0; i < n; i++)
		snprintf(out + strlen(out), size - strlen(out), "%s%s", i ? " " : "", asked_word(rig));
	if (chance(rig) % 2)
		out[strlen(out) - 1 - chance(rig) % 2] = '\0';
}

static double scan_ms(sqlite3 *db)
{
	struct series series = { .n = 0 };
	sqlite3_stmt *scan;

	sqlite3_prepare_v2(db, "SELECT seq, data FROM entries WHERE data LIKE '%okapi%' ORDER BY seq DESC LIMIT 50", -1, &scan, NULL);
	for (int i = 0; i < 3; i++) {
		double start = cpu_ms();

		while (sqlite3_step(scan) == SQLITE_ROW)
			continue;
		sqlite3_reset(scan);
		series_add(&series, cpu_ms() - start);
	}
	sqlite3_finalize(scan);
	return series_median(&series);
}

static int search_bench(struct rig *rig, sqlite3 *db)
{
	static double all[SEARCHES];
	double scan = scan_ms(db), slowest = 0;
	char slow[200] = "";

	for (int i = -SEARCHES / 4; i < SEARCHES; i++) {
		struct found out = { 0, false };
		char words[200];
		double start, took;

		words_ask(rig, words, sizeof(words));
		start = cpu_ms();
		rig->shared->ops->search(rig->shared, str_of(words), HITS, found, &out);
		loop_until(rig->loop, &out.done);
		took = cpu_ms() - start;
		if (i >= 0)
			all[i] = took;
		if (i >= 0 && took > slowest) {
			slowest = took;
			snprintf(slow, sizeof(slow), "%s", words);
		}
	}
	qsort(all, SEARCHES, sizeof(*all), double_compare);
	printf("newest %d hits: median %.2f ms, 95%% within %.2f ms, worst %.1f ms (%s); LIKE scan %.0f ms\n", HITS, all[SEARCHES / 2],
	       all[SEARCHES * 95 / 100], slowest, slow, scan);
	return verdict("95% of searches over the LIKE scan", all[SEARCHES * 95 / 100] / scan, "x", 0.01, "at most a hundredth") +
	       verdict("worst search", slowest, "ms", 100, "within 100 ms, off the loop");
}

static double raw_ms(sqlite3 *db, struct str person, size_t *n)
{
	sqlite3_stmt *stmt;
	unsigned char bytes[16];
	double start;

	for (int i = 0, k = 0; i < 36; i++) {
		unsigned byte;

		if (person.p[i] == '-')
			continue;
		sscanf(person.p + i, "%2x", &byte);
		bytes[k++] = (unsigned char)byte;
		i++;
	}
	sqlite3_prepare_v2(db, "SELECT id, v, type, person, \"case\", at, ord, got, epoch, author, team, channel, data, more FROM entries"
			   " WHERE person=? ORDER BY ord", -1, &stmt, NULL);
	sqlite3_bind_blob(stmt, 1, bytes, 16, SQLITE_STATIC);
	*n = 0;
	start = cpu_ms();
	while (sqlite3_step(stmt) == SQLITE_ROW) {
		for (int i = 0; i < 14; i++)
			*n += sqlite3_column_bytes(stmt, i) < 0;
		++*n;
	}
	start = cpu_ms() - start;
	sqlite3_finalize(stmt);
	return start;
}

static int open_bench(struct rig *rig, sqlite3 *db)
{
	struct series ours = { .n = 0 }, raw = { .n = 0 };
	const struct store_ask ask = { .persons = &rig->persons[0], .n_persons = 1 };
	struct found out = { 0, false };
	size_t n = 0;

	for (int i = 0; i < RUNS; i++) {
		double start = cpu_ms();

		out.done = false;
		rig->shared->ops->load(rig->shared, &ask, (struct str){ 0 }, found, &out);
		loop_until(rig->loop, &out.done);
		if (i)
			series_add(&ours, cpu_ms() - start);
		start = raw_ms(db, rig->persons[0], &n);
		if (i)
			series_add(&raw, start);
	}
	if (out.n != n)
		bench_die("the customer's entries are not all there");
	printf("a customer with %zu entries: %.1f ms, bare SQL %.1f ms\n", n, series_median(&ours), series_median(&raw));
	return verdict("opening it over the bare SQL", series_median(&ours) / series_median(&raw), "x", 2, "at most twice");
}

int main(void)
{
	static struct rig rig;
	const char *wanted = getenv("DOSSIER_BENCH_NOTES");
	char folder[] = "/tmp/dossier-bench-XXXXXX", path[100];
	struct err err = { ERR_NONE, "" };
	sqlite3 *db;
	int kept, notes = wanted ? (int)strtol(wanted, NULL, 10) : 1000000;

	if (!mkdtemp(folder))
		bench_die("no folder");
	snprintf(path, sizeof(path), "%s/store.db", folder);
	rig = (struct rig){ .loop = loop_new(clock_system(), &err), .arena = arena_new(), .seed = 88172645463325252u };
	rig.work = work_new(rig.loop, &err);
	rig.shared = shared_sqlite_new(rig.work, clock_system(), path);
	words_make(&rig);
	for (int i = 0; i < PERSONS; i++) {
		char id[37];

		clock_uuid7(clock_system(), id);
		rig.persons[i] = arena_str(rig.arena, str_of(id));
	}
	fill(&rig, notes);
	tend(&rig);
	if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK)
		bench_die("the file cannot be opened");
	kept = search_bench(&rig, db) + open_bench(&rig, db);
	sqlite3_close(db);
	rig.shared->ops->free(rig.shared);
	work_free(rig.work);
	loop_free(rig.loop);
	arena_free(rig.arena);
	char *argv[] = { (char[]){ "rm" }, (char[]){ "-rf" }, folder, NULL };
	run_program(argv, 0);
	return verdicts_told(kept, 3);
}
