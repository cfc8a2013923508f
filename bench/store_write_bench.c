/*
 * Durable notes a second into one shared SQLite file, from one process and
 * from twenty, and the longest that anybody waited; against twenty plain
 * writers with a busy time-out on a table of the same columns.
 */
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <dossier/store/shared.h>

#include "measure.h"

enum { WRITERS = 20, SECONDS = 4 };

struct tally { int notes; double longest; };
struct outcome { int notes, least; double longest; };

typedef void writer_fn(const char *path, int from, struct tally *tally);

static struct str uuid_new(struct arena *arena)
{
	char id[37];

	clock_uuid7(clock_system(), id);
	return arena_str(arena, str_of(id));
}

static void note_make(struct arena *arena, struct json_object *data, struct str person, struct entry *out)
{
	struct entry_draft draft = {
		.type = ENTRY_NOTE, .id = uuid_new(arena), .person = person, .author = STR("ana"), .team = STR("billing"),
		.channel = STR("phone"), .at = clock_wall(clock_system()), .data = data,
	};
	struct err err = { ERR_NONE, "" };

	draft.ord = (uint64_t)draft.at << 16;
	if (!entry_make(arena, &draft, out, &err))
		bench_die(err.text);
}

static void stored(void *arg, struct shared_append_reply *reply)
{
	if (reply->result != SHARED_STORED)
		bench_die(reply->err.text);
	*(bool *)arg = true;
}

static void asked(void *arg, const struct shared_status *status)
{
	if (status->health != SHARED_WELL)
		bench_die(status->err.text);
	*(bool *)arg = true;
}

static const char text[] = "Called about the invoice of May, which was billed twice; told her that it is put right by Friday, and that she gets a letter.";

/* Opened before the start is given, so that only writing is measured. */
static void write_ours(const char *path, int from, struct tally *tally)
{
	struct err err = { ERR_NONE, "" };
	struct loop *loop = loop_new(clock_system(), &err);
	struct work *work = work_new(loop, &err);
	struct shared *shared = shared_sqlite_new(work, clock_system(), path);
	struct json_object *data = json_object_new_object();
	struct arena *arena = arena_new();
	struct str person = uuid_new(arena);
	bool done = false;
	char byte;

	json_object_object_add(data, "text", json_object_new_string(text));
	shared->ops->status(shared, asked, &done);
	loop_until(loop, &done);
	if (read(from, &byte, 1) != 0)
		bench_die("no start");
	for (double start = wall_ms(); wall_ms() - start < SECONDS * 1e3;) {
		struct arena *one = arena_new();
		struct entry entry;
		double before;

		note_make(one, data, person, &entry);
		done = false;
		before = wall_ms();
		shared->ops->append(shared, &entry, 1, stored, &done);
		loop_until(loop, &done);
		if (wall_ms() - before > tally->longest)
			tally->longest = wall_ms() - before;
		tally->notes++;
		arena_free(one);
	}
	shared->ops->free(shared);
	work_free(work);
	loop_free(loop);
	json_object_put(data);
	arena_free(arena);
}

static void plain_do(sqlite3 *db, const char *sql)
{
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		bench_die(sqlite3_errmsg(db));
}

static sqlite3 *plain_open(const char *path)
{
	sqlite3 *db;

	if (sqlite3_open(path, &db) != SQLITE_OK)
		bench_die("no plain file");
	sqlite3_busy_timeout(db, 60000);
	plain_do(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL");
	return db;
}

static void write_plain(const char *path, int from, struct tally *tally)
{
	sqlite3 *db = plain_open(path);
	sqlite3_stmt *put;
	struct arena *arena = arena_new();
	struct str person = uuid_new(arena);
	char byte;

	if (sqlite3_prepare_v2(db, "INSERT INTO entries(id, type, person, at, ord, got, author, team, channel, data)"
			       " VALUES(?, 'note', ?, ?, ?, ?, 'ana', 'billing', 'phone', ?)", -1, &put, NULL) != SQLITE_OK)
		bench_die(sqlite3_errmsg(db));
	if (read(from, &byte, 1) != 0)
		bench_die("no start");
	for (double start = wall_ms(); wall_ms() - start < SECONDS * 1e3;) {
		char id[37];
		double before;

		clock_uuid7(clock_system(), id);
		sqlite3_bind_text(put, 1, id, 36, SQLITE_STATIC);
		sqlite3_bind_text(put, 2, person.p, 36, SQLITE_STATIC);
		for (int i = 3; i < 6; i++)
			sqlite3_bind_int64(put, i, clock_wall(clock_system()));
		sqlite3_bind_text(put, 6, text, -1, SQLITE_STATIC);
		before = wall_ms();
		if (sqlite3_step(put) != SQLITE_DONE)
			bench_die(sqlite3_errmsg(db));
		sqlite3_reset(put);
		if (wall_ms() - before > tally->longest)
			tally->longest = wall_ms() - before;
		tally->notes++;
	}
	sqlite3_finalize(put);
	sqlite3_close(db);
	arena_free(arena);
}

static struct outcome run(const char *folder, const char *name, int n, writer_fn *writer)
{
	struct outcome out = { 0, 1 << 30, 0 };
	char path[200];
	int start[2], back[2];

	snprintf(path, sizeof(path), "%s/%s.db", folder, name);
	if (writer == write_plain) {
		sqlite3 *db = plain_open(path);

		plain_do(db, "CREATE TABLE entries(seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE, type TEXT, person TEXT, at INTEGER,"
			 " ord INTEGER, got INTEGER, author TEXT, team TEXT, channel TEXT, data TEXT); CREATE INDEX p ON entries(person)");
		sqlite3_close(db);
	}
	if (pipe2(start, O_CLOEXEC) < 0 || pipe2(back, O_CLOEXEC) < 0)
		bench_die("no pipes");
	for (int i = 0; i < n; i++) {
		if (fork() == 0) {
			struct tally tally = { 0, 0 };

			close(start[1]);
			writer(path, start[0], &tally);
			_exit(write(back[1], &tally, sizeof(tally)) == sizeof(tally) ? 0 : 1);
		}
	}
	close(back[1]);
	close(start[0]);
	sleep(1);
	close(start[1]);
	for (int i = 0; i < n; i++) {
		struct tally tally;
		int status;

		if (read(back[0], &tally, sizeof(tally)) != sizeof(tally) || wait(&status) < 0 || status)
			bench_die("a writer died");
		out.notes += tally.notes;
		out.least = tally.notes < out.least ? tally.notes : out.least;
		out.longest = tally.longest > out.longest ? tally.longest : out.longest;
	}
	close(back[0]);
	printf("%-28s %6.0f notes a second, longest wait %6.0f ms, fewest of one writer %d\n", name, (double)out.notes / SECONDS, out.longest,
	       out.least);
	fflush(stdout);
	return out;
}

int main(void)
{
	char folder[] = "/tmp/dossier-bench-XXXXXX";
	struct outcome one, twenty, plain;
	int kept = 0;

	if (!mkdtemp(folder))
		bench_die("no folder");
	puts("One shared SQLite file, a note a commit, flushed:");
	fflush(stdout);
	one = run(folder, "one writer", 1, write_ours);
	twenty = run(folder, "twenty writers", WRITERS, write_ours);
	plain = run(folder, "twenty plain writers", WRITERS, write_plain);
	kept += verdict("one writer's rate over twenty's", (double)one.notes / twenty.notes, "x", 1.25, "at least 80% of it");
	kept += verdict("longest wait over the plain writers'", twenty.longest / plain.longest, "x", 0.2, "at most a fifth");
	kept += verdict("share of the average that the least got", (double)twenty.notes / WRITERS / (twenty.least ? twenty.least : 0.1), "x", 4,
			"nobody starved: at least a quarter of it");
	char *argv[] = { (char[]){ "rm" }, (char[]){ "-rf" }, folder, NULL };
	run_program(argv, 0);
	return verdicts_told(kept, 3);
}
