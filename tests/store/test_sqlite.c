#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <dossier/base/mem.h>

#include "../../src/store/sqlite.h"

struct rig { char folder[64], path[96]; };

static const char *const steps[] = {
	"CREATE TABLE one(id INTEGER PRIMARY KEY, word TEXT) STRICT",
	"CREATE TABLE two(id INTEGER PRIMARY KEY) STRICT; INSERT INTO two VALUES(7)",
	"CREATE TABLE three(id INTEGER PRIMARY KEY) STRICT; INSERT INTO nowhere VALUES(1)",
};

static int setup(void **state)
{
	struct rig *rig = calloc(1, sizeof(*rig));

	snprintf(rig->folder, sizeof(rig->folder), "/tmp/dossier-sqlite-XXXXXX");
	assert_non_null(mkdtemp(rig->folder));
	snprintf(rig->path, sizeof(rig->path), "%s/a.db", rig->folder);
	*state = rig;
	return 0;
}

static int teardown(void **state)
{
	struct rig *rig = *state;
	static const char *const ends[] = { "", "-wal", "-shm" };

	for (size_t i = 0; i < 3; i++) {
		char path[128];

		snprintf(path, sizeof(path), "%s%s", rig->path, ends[i]);
		unlink(path);
	}
	assert_int_equal(rmdir(rig->folder), 0);
	free(rig);
	return 0;
}

static struct db *open_it(struct rig *rig, enum db_health *health, struct err *err)
{
	const struct db_options options = { rig->path, "the test file", 0660, 50, true };

	return db_open(&options, health, err);
}

static bool migrate(struct db *db, size_t n, struct err *err)
{
	return db_migrate(db, &(const struct db_schema){ 0x1234, steps, n }, err);
}

static unsigned mode_of(const char *path, const char *end)
{
	struct stat st;
	char name[128];

	snprintf(name, sizeof(name), "%s%s", path, end);
	assert_int_equal(stat(name, &st), 0);
	return st.st_mode & 0777;
}

static void mode_whatever_the_umask(void **state)
{
	struct rig *rig = *state;
	enum db_health health;
	struct err err = { 0 };
	mode_t before = umask(0077);
	struct db *db = open_it(rig, &health, &err);

	assert_non_null(db);
	assert_true(migrate(db, 1, &err));
	umask(before);
	assert_int_equal(mode_of(rig->path, ""), 0660);
	assert_int_equal(mode_of(rig->path, "-wal"), 0660);
	assert_int_equal(mode_of(rig->path, "-shm"), 0660);
	db_close(db);
}

static void migrations_run_once_and_whole(void **state)
{
	struct rig *rig = *state;
	enum db_health health;
	struct err err = { 0 };
	struct db *db = open_it(rig, &health, &err);
	int64_t n = 0;

	assert_true(migrate(db, 1, &err));
	assert_int_equal(db_version(db), 1);
	assert_true(migrate(db, 2, &err));
	assert_true(migrate(db, 2, &err));
	assert_true(db_one_int(db_query(db, "SELECT id FROM two", &err), &n, &err));
	assert_int_equal(n, 7);
	/* the third step breaks half-way: nothing of it stays */
	assert_false(migrate(db, 3, &err));
	assert_true(db_one_int(db_query(db, "SELECT count(*) FROM sqlite_schema WHERE name='three'", &err), &n, &err));
	assert_int_equal(n, 0);
	assert_true(migrate(db, 2, &err));
	db_close(db);
}

static void newer_and_foreign_are_refused(void **state)
{
	struct rig *rig = *state;
	enum db_health health;
	struct err err = { 0 };
	struct db *db = open_it(rig, &health, &err);

	assert_true(migrate(db, 2, &err));
	assert_false(migrate(db, 1, &err));
	assert_non_null(strstr(err.text, "version 2"));
	assert_non_null(strstr(err.text, "update dossier"));
	assert_int_equal(db_health(db), DB_REFUSES);
	assert_false(db_migrate(db, &(const struct db_schema){ 0x99, steps, 2 }, &err));
	assert_non_null(strstr(err.text, "another program"));
	db_close(db);
}

static void damage_is_told(void **state)
{
	struct rig *rig = *state;
	enum db_health health;
	struct err err = { 0 };
	int fd = open(rig->path, O_WRONLY | O_CREAT, 0600);

	assert_int_equal(write(fd, "this is no database, but it is long enough to be one: ..............................................", 100), 100);
	close(fd);
	assert_null(open_it(rig, &health, &err));
	assert_int_equal(health, DB_REFUSES);
	assert_non_null(strstr(err.text, rig->path));
	assert_non_null(strstr(err.text, "no store of dossier"));
}

static void missing_folder_is_told(void **state)
{
	struct rig *rig = *state, gone = *rig;
	enum db_health health;
	struct err err = { 0 };

	snprintf(gone.path, sizeof(gone.path), "%s/no/a.db", rig->folder);
	assert_null(open_it(&gone, &health, &err));
	assert_int_equal(health, DB_AWAY);
	assert_non_null(strstr(err.text, "folder"));
}

/* As somebody who is not root, for root may write anything. */
static int write_as_other(struct rig *rig)
{
	enum db_health health;
	struct err err = { 0 };
	struct db *db;

	if (geteuid() == 0 && (setgid(65534) < 0 || setuid(65534) < 0))
		return 1;
	db = open_it(rig, &health, &err);
	if (db && db_exec(db, "INSERT INTO two VALUES(8)", &err))
		return 2;
	if (db)
		health = db_health(db);
	db_close(db);
	return health == DB_REFUSES && strstr(err.text, "not written") ? 0 : 3;
}

static void read_only_is_told(void **state)
{
	struct rig *rig = *state;
	enum db_health health;
	struct err err = { 0 };
	struct db *db = open_it(rig, &health, &err);
	int status = -1;
	pid_t pid;

	assert_true(migrate(db, 2, &err));
	db_close(db);
	assert_int_equal(chmod(rig->path, 0444), 0);
	assert_int_equal(chmod(rig->folder, 0755), 0);
	pid = fork();
	if (!pid)
		_exit(write_as_other(rig));
	waitpid(pid, &status, 0);
	assert_int_equal(status, 0);
}

static void transactions(void **state)
{
	struct rig *rig = *state;
	enum db_health health;
	struct err err = { 0 };
	struct db *db = open_it(rig, &health, &err), *other;
	struct db_query *query;
	struct str word;

	assert_true(migrate(db, 1, &err));
	other = open_it(rig, &health, &err);
	assert_true(db_begin(db, &err));
	query = db_query(db, "INSERT INTO one VALUES(?, ?)", &err);
	db_bind_int(query, 1, 1);
	db_bind_str(query, 2, str_make("a\0b", 3));
	assert_true(db_run(query, &err));
	assert_false(db_begin(other, &err));
	assert_int_equal(db_health(other), DB_AWAY);
	assert_non_null(strstr(err.text, "held by another"));
	assert_true(db_commit(db, &err));
	assert_true(db_begin(other, &err));
	assert_true(db_exec(other, "DELETE FROM one", &err));
	db_rollback(other);
	db_rollback(other);
	query = db_query(other, "SELECT word, NULL FROM one", &err);
	assert_int_equal(db_step(query, &err), DB_ROW);
	word = db_str(query, 0);
	assert_int_equal(word.n, 3);
	assert_memory_equal(word.p, "a\0b", 3);
	assert_null(db_str(query, 1).p);
	db_reset(query);
	assert_ptr_equal(db_query(db, "SELECT nothing FROM one", &err), NULL);
	assert_int_equal(db_health(db), DB_WELL);
	db_close(other);
	assert_true(db_checkpoint(db, &err));
	db_close(db);
}

static int64_t flushing(struct db *db)
{
	struct err err = { 0 };
	int64_t level = -1;

	assert_true(db_one_int(db_query(db, "PRAGMA synchronous", &err), &level, &err));
	return level;
}

/* Only the light transaction itself is not flushed, however it ends. */
static void light_transactions(void **state)
{
	struct rig *rig = *state;
	enum db_health health;
	struct err err = { 0 };
	struct db *db = open_it(rig, &health, &err), *other;

	assert_true(migrate(db, 1, &err));
	other = open_it(rig, &health, &err);
	assert_int_equal(flushing(db), 2);
	assert_true(db_begin_light(db, &err));
	assert_int_equal(flushing(db), 1);
	assert_false(db_begin_light(other, &err));
	assert_int_equal(flushing(other), 2);
	assert_true(db_exec(db, "INSERT INTO one VALUES(1, 'x')", &err));
	assert_true(db_commit(db, &err));
	assert_int_equal(flushing(db), 2);
	assert_true(db_begin_light(other, &err));
	db_rollback(other);
	assert_int_equal(flushing(other), 2);
	db_close(other);
	db_close(db);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(mode_whatever_the_umask, setup, teardown),
		cmocka_unit_test_setup_teardown(migrations_run_once_and_whole, setup, teardown),
		cmocka_unit_test_setup_teardown(newer_and_foreign_are_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(damage_is_told, setup, teardown),
		cmocka_unit_test_setup_teardown(missing_folder_is_told, setup, teardown),
		cmocka_unit_test_setup_teardown(read_only_is_told, setup, teardown),
		cmocka_unit_test_setup_teardown(transactions, setup, teardown),
		cmocka_unit_test_setup_teardown(light_transactions, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
