#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "shared_rig.h"
#include "../../src/store/sqlite.h"

static struct entry *note(struct rig *rig, const char *id, const char *text)
{
	struct buf json;
	struct entry *entry;

	buf_init(&json, 30000);
	buf_printf(&json, "{'text': '%s'}", text);
	entry = fact_entry(&rig->facts, id, ENTRY_NOTE, "jane", NULL, json.data);
	buf_release(&json);
	return entry;
}

static struct said put(struct rig *rig, const char *id)
{
	return client_append(&rig->one, &rig->facts, note(rig, id, "hello"), 1);
}

static void says(struct rig *rig, enum shared_health health, const char *what, const char *next)
{
	struct shared_status status = client_status(&rig->one);
	struct said said = put(rig, "late");

	assert_int_equal(status.health, health);
	if (!strstr(status.err.text, what) || !strstr(status.err.text, next))
		fail_msg("status: %s", status.err.text);
	assert_int_equal(said.result, SHARED_FAILED);
	if (!strstr(said.err.text, what) || !strstr(said.err.text, next))
		fail_msg("append: %s", said.err.text);
}

static void a_newer_file_is_refused(void **state)
{
	struct rig *rig = *state;
	const struct db_options options = { rig->path, "x", 0660, 100, false };
	enum db_health health;
	struct err err;
	struct db *db;

	assert_int_equal(put(rig, "n").result, SHARED_STORED);
	client_close(&rig->one);
	db = db_open(&options, &health, &err);
	assert_true(db_exec(db, "PRAGMA user_version=99", &err));
	db_close(db);
	client_open(&rig->one, rig->path, T0);
	says(rig, SHARED_REFUSES, "version 99", "update dossier");
}

static size_t read_whole(const char *path, char *out, size_t most)
{
	int fd = open(path, O_RDONLY);
	ssize_t n = read(fd, out, most);

	close(fd);
	return n > 0 ? (size_t)n : 0;
}

/* Neither changed, nor with anything beside it. */
static void refused_as_it_is(struct rig *rig, const char *what)
{
	static const char *const beside[] = { "-wal", "-shm", "-journal", ".lock" };
	static char before[65536], after[65536];
	size_t n = read_whole(rig->path, before, sizeof(before));

	client_open(&rig->one, rig->path, T0);
	says(rig, SHARED_REFUSES, what, "name another");
	client_close(&rig->one);
	assert_int_equal(read_whole(rig->path, after, sizeof(after)), n);
	assert_memory_equal(before, after, n);
	for (size_t i = 0; i < sizeof(beside) / sizeof(*beside); i++) {
		char path[128];

		snprintf(path, sizeof(path), "%s%s", rig->path, beside[i]);
		if (access(path, F_OK) == 0)
			fail_msg("%s is there", path);
	}
}

static void another_program_s_file_stays_as_it_is(void **state)
{
	struct rig *rig = *state;
	const struct db_options options = { .path = rig->path, .name = "x", .mode = 0660, .busy = 100 };
	enum db_health health;
	struct err err;
	struct db *db;
	int fd;

	client_close(&rig->one);
	db = db_open(&options, &health, &err);
	assert_true(db_exec(db, "PRAGMA journal_mode=DELETE; PRAGMA application_id=77; CREATE TABLE theirs(a)", &err));
	db_close(db);
	refused_as_it_is(rig, "another program");
	fd = open(rig->path, O_WRONLY | O_TRUNC);
	for (int i = 0; i < 100; i++)
		assert_int_equal(write(fd, "a letter to the bank, and no store of anybody at all\n", 53), 53);
	close(fd);
	refused_as_it_is(rig, "no store of dossier");
	client_open(&rig->one, rig->path, T0);
}

static void a_damaged_file_is_told(void **state)
{
	struct rig *rig = *state;
	static char noise[8192];
	int fd;

	for (int i = 0; i < 200; i++) {
		char id[16];

		snprintf(id, sizeof(id), "n%d", i);
		assert_int_equal(put(rig, id).result, SHARED_STORED);
	}
	client_close(&rig->one);
	memset(noise, 0x5a, sizeof(noise));
	fd = open(rig->path, O_WRONLY);
	for (off_t at = 4096; at < 200000; at += 8192)
		assert_true(pwrite(fd, noise, 4096, at) == 4096);
	close(fd);
	client_open(&rig->one, rig->path, T0);
	struct said said = put(rig, "after");
	assert_int_equal(said.result, SHARED_FAILED);
	assert_non_null(strstr(said.err.text, "damaged"));
	assert_non_null(strstr(said.err.text, "backup"));
	assert_int_equal(client_status(&rig->one).health, SHARED_REFUSES);
}

static void a_missing_folder_is_waited_for(void **state)
{
	struct rig *rig = *state, gone = *rig;
	char folder[90];

	client_close(&rig->one);
	snprintf(folder, sizeof(folder), "%s/disk", rig->folder);
	snprintf(gone.path, sizeof(gone.path), "%.80s/s.db", folder);
	client_open(&gone.one, gone.path, T0);
	says(&gone, SHARED_AWAY, "s.db", "folder must be there");
	assert_int_equal(mkdir(folder, 0700), 0);
	assert_int_equal(put(&gone, "n").result, SHARED_STORED);
	assert_int_equal(client_status(&gone.one).health, SHARED_WELL);
	client_close(&gone.one);
	folder_remove(folder);
}

/* With the file closed here, for SQLite must not be carried over into a child. */
static int in_child(struct rig *rig, int (*what)(struct rig *rig))
{
	int status = -1;
	pid_t pid;

	client_close(&rig->one);
	pid = fork();
	if (!pid)
		_exit(what(rig));
	waitpid(pid, &status, 0);
	client_open(&rig->one, rig->path, T0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + status;
}

static int first_start(struct rig *rig)
{
	struct client client;
	struct stat st;
	char path[200], folder[200];
	bool stored;

	snprintf(folder, sizeof(folder), "%s/.local/share/dossier", rig->folder);
	snprintf(path, sizeof(path), "%.160s/store.db", folder);
	setenv("HOME", rig->folder, 1);
	unsetenv("XDG_DATA_HOME");
	client_open(&client, path, T0);
	stored = client_append(&client, &rig->facts, note(rig, "n", "x"), 1).result == SHARED_STORED;
	client_close(&client);
	if (!stored || stat(folder, &st) < 0 || (st.st_mode & 0777) != 0700)
		return 1;
	folder_remove(folder);
	snprintf(folder, sizeof(folder), "%s/.local/share", rig->folder);
	rmdir(folder);
	snprintf(folder, sizeof(folder), "%s/.local", rig->folder);
	return rmdir(folder) == 0 ? 0 : 2;
}

static void a_path_at_home_needs_no_setting_up(void **state)
{
	assert_int_equal(in_child(*state, first_start), 0);
}

/* The file is put aside and a backup in its place, while it is open. */
static void another_file_in_its_place_is_seen(void **state)
{
	struct rig *rig = *state;
	char aside[200];
	static const char *const ends[] = { "", "-wal", "-shm" };

	assert_int_equal(put(rig, "n1").result, SHARED_STORED);
	for (size_t i = 0; i < 3; i++) {
		char from[128];

		snprintf(from, sizeof(from), "%s%s", rig->path, ends[i]);
		snprintf(aside, sizeof(aside), "%s/old%s", rig->folder, ends[i]);
		rename(from, aside);
	}
	assert_int_equal(put(rig, "n2").result, SHARED_STORED);
	assert_int_equal(client_status(&rig->one).entries, 1);
}

/* As somebody who is not root, for root may write anything. */
static int read_only_client(struct rig *rig)
{
	struct client client;
	struct shared_status status;
	struct said said;
	struct str id = uuid(&rig->facts, "jane");
	struct store_ask ask = { .persons = &id, .n_persons = 1 };
	struct found found;

	if (geteuid() == 0 && (setgid(65534) < 0 || setuid(65534) < 0))
		return 1;
	client_open(&client, rig->path, T0);
	status = client_status(&client);
	if (status.health != SHARED_REFUSES || !strstr(status.err.text, "not written"))
		return 2;
	said = client_append(&client, &rig->facts, note(rig, "late", "x"), 1);
	if (said.result != SHARED_FAILED || !strstr(said.err.text, "chmod g+w"))
		return 3;
	found = client_load(&client, &ask, (struct str){ 0 });
	if (!found.rows || found.rows->n != 1)
		return 4;
	store_rows_free(found.rows);
	client_close(&client);
	return 0;
}

static void a_read_only_file_can_be_read(void **state)
{
	struct rig *rig = *state;
	assert_int_equal(put(rig, "n").result, SHARED_STORED);
	assert_int_equal(chmod(rig->folder, 0777), 0);
	assert_int_equal(chmod(rig->path, 0444), 0);
	assert_int_equal(in_child(rig, read_only_client), 0);
}

/* All files are of the group, whoever made them and whatever their umask is. */
static int make_as_other(struct rig *rig)
{
	static const char *const ends[] = { "", "-wal", "-shm", ".lock" };
	struct client client;
	int wrong = 0;

	umask(0077);
	client_open(&client, rig->path, T0);
	wrong = client_append(&client, &rig->facts, note(rig, "n", "x"), 1).result != SHARED_STORED;
	for (size_t i = 0; i < 4; i++) {
		struct stat st;
		char path[128];

		snprintf(path, sizeof(path), "%s%s", rig->path, ends[i]);
		wrong |= stat(path, &st) < 0 || (st.st_mode & 0777) != 0660 ? 2 << i : 0;
	}
	client_close(&client);
	return wrong;
}

static void files_belong_to_the_group(void **state)
{
	assert_int_equal(in_child(*state, make_as_other), 0);
}

/* A file that may not grow past a limit stands for a full disk where none can be mounted. */
static int full_by_limit(struct rig *rig)
{
	struct rlimit limit = { 400 * 1024, 400 * 1024 };
	static char text[9000];
	struct client client;
	struct said said = { .result = SHARED_STORED };
	int stored = 0;

	signal(SIGXFSZ, SIG_IGN);
	memset(text, 'x', sizeof(text) - 1);
	client_open(&client, rig->path, T0);
	if (client_append(&client, &rig->facts, note(rig, "first", "x"), 1).result != SHARED_STORED)
		return 1;
	setrlimit(RLIMIT_FSIZE, &limit);
	for (; stored < 500 && said.result == SHARED_STORED; stored++) {
		char id[16];

		snprintf(id, sizeof(id), "big%d", stored);
		said = client_append(&client, &rig->facts, note(rig, id, text), 1);
	}
	if (said.result != SHARED_FAILED || stored < 2)
		return 2;
	if (!strstr(said.err.text, "disk"))
		return 3;
	client_close(&client);
	return 0;
}

static void a_file_that_cannot_grow_is_told(void **state)
{
	struct rig *rig = *state;

	assert_int_equal(in_child(rig, full_by_limit), 0);
	/* what was confirmed is there */
	struct str id = uuid(&rig->facts, "first");
	struct store_ask ask = { .ids = &id, .n_ids = 1 };
	struct found found = client_load(&rig->one, &ask, (struct str){ 0 });
	assert_true(has(found.rows, id));
	store_rows_free(found.rows);
	assert_int_equal(client_status(&rig->one).health, SHARED_WELL);
}

static void a_full_disk_is_told_and_goes_on(void **state)
{
	struct rig *rig = *state, full = *rig;
	char folder[90], ballast[128];
	struct said said = { .result = SHARED_STORED };
	static char text[9000];
	int fd;

	snprintf(folder, sizeof(folder), "%s/disk", rig->folder);
	snprintf(full.path, sizeof(full.path), "%.80s/s.db", folder);
	mkdir(folder, 0700);
	if (mount("tmpfs", folder, "tmpfs", 0, "size=2m") < 0) {
		rmdir(folder);
		skip();
	}
	memset(text, 'x', sizeof(text) - 1);
	client_open(&full.one, full.path, T0);
	assert_int_equal(put(&full, "n").result, SHARED_STORED);
	snprintf(ballast, sizeof(ballast), "%s/ballast", folder);
	fd = open(ballast, O_WRONLY | O_CREAT, 0600);
	while (write(fd, text, sizeof(text)) > 0)
		continue;
	for (int i = 0; i < 200 && said.result == SHARED_STORED; i++) {
		char id[16];

		snprintf(id, sizeof(id), "big%d", i);
		said = client_append(&full.one, &full.facts, note(&full, id, text), 1);
	}
	says(&full, SHARED_AWAY, "disk is full", "make room");
	close(fd);
	unlink(ballast);
	assert_int_equal(put(&full, "after").result, SHARED_STORED);
	assert_int_equal(client_status(&full.one).health, SHARED_WELL);
	client_close(&full.one);
	assert_int_equal(umount(folder), 0);
	rmdir(folder);
}

/* Somebody stopped while holding the queue: it is gone round after a while. */
static void a_stopped_queue_stops_nobody(void **state)
{
	struct rig *rig = *state;
	char path[128];
	int64_t from;
	int fd;

	assert_int_equal(put(rig, "n").result, SHARED_STORED);
	snprintf(path, sizeof(path), "%s.lock", rig->path);
	fd = open(path, O_RDWR);
	assert_int_equal(flock(fd, LOCK_EX), 0);
	from = clock_steady(clock_system());
	assert_int_equal(put(rig, "m").result, SHARED_STORED);
	assert_true(clock_steady(clock_system()) - from >= 240);
	close(fd);
}

static void entries_are_guarded_against_mistakes(void **state)
{
	struct rig *rig = *state;
	const struct db_options options = { rig->path, "x", 0660, 100, false };
	enum db_health health;
	struct err err;
	struct db *db;

	assert_int_equal(put(rig, "n").result, SHARED_STORED);
	db = db_open(&options, &health, &err);
	assert_false(db_exec(db, "DELETE FROM entries", &err));
	assert_non_null(strstr(err.text, "never deleted"));
	assert_false(db_exec(db, "UPDATE entries SET data='{}'", &err));
	assert_false(db_exec(db, "UPDATE entries SET person=NULL", &err));
	assert_non_null(strstr(err.text, "never changed"));
	db_close(db);
	assert_int_equal(client_status(&rig->one).entries, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_newer_file_is_refused, rig_setup, rig_teardown),
		cmocka_unit_test_setup_teardown(another_program_s_file_stays_as_it_is, rig_setup, rig_teardown),
		cmocka_unit_test_setup_teardown(a_damaged_file_is_told, rig_setup, rig_teardown),
		cmocka_unit_test_setup_teardown(a_missing_folder_is_waited_for, rig_setup, rig_teardown),
		cmocka_unit_test_setup_teardown(a_path_at_home_needs_no_setting_up, rig_setup, rig_teardown),
		cmocka_unit_test_setup_teardown(another_file_in_its_place_is_seen, rig_setup, rig_teardown),
		cmocka_unit_test_setup_teardown(a_read_only_file_can_be_read, rig_setup, rig_teardown),
		cmocka_unit_test_setup_teardown(files_belong_to_the_group, rig_setup, rig_teardown),
		cmocka_unit_test_setup_teardown(a_file_that_cannot_grow_is_told, rig_setup, rig_teardown),
		cmocka_unit_test_setup_teardown(a_full_disk_is_told_and_goes_on, rig_setup, rig_teardown),
		cmocka_unit_test_setup_teardown(a_stopped_queue_stops_nobody, rig_setup, rig_teardown),
		cmocka_unit_test_setup_teardown(entries_are_guarded_against_mistakes, rig_setup, rig_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
