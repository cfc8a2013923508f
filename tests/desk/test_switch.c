#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <dossier/base/hash.h>
#include <dossier/desk/switch.h>

#include "place.h"

#define T0 INT64_C(1795000000000)

/* RFC 7914, section 11. */
static void test_pbkdf2(void **state)
{
	static const unsigned char begins[] = { 0x55, 0xac, 0x04, 0x6e, 0x56, 0xe3, 0x08, 0x9f, 0xec, 0x16, 0x91, 0xc2, 0x25, 0x44, 0xb6, 0x05 };
	unsigned char hash[32];

	(void)state;
	hash_pbkdf2(STR("passwd"), STR("salt"), 1, hash);
	assert_memory_equal(hash, begins, sizeof(begins));
}

static void test_hash(void **state)
{
	struct clock_fake clock;
	char one[SWITCH_HASH], two[SWITCH_HASH];

	(void)state;
	clock_fake_init(&clock, T0, 7);
	switch_hash(&clock.clock, STR("4711"), one);
	switch_hash(&clock.clock, STR("4711"), two);
	assert_string_not_equal(one, two);
	assert_true(switch_is_hash(str_of(one)));
	assert_true(switch_pin_right(str_of(one), STR("4711")));
	assert_true(switch_pin_right(str_of(two), STR("4711")));
	assert_false(switch_pin_right(str_of(one), STR("4712")));
	assert_false(switch_pin_right(str_of(one), STR("471")));
	assert_false(switch_pin_right(str_of(one), STR("")));
	one[strlen(one) - 1] ^= 1;
	assert_false(switch_pin_right(str_of(one), STR("4711")));
}

static void test_no_hash(void **state)
{
	static const char *const broken[] = {
		"", "4711", "pbkdf2-sha256$", "pbkdf2-sha256$60000$", "pbkdf2-sha256$60000$00112233445566778899aabbccddeeff$",
		"pbkdf2-sha256$1$00112233445566778899aabbccddeeff$00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
		"pbkdf2-sha256$99999999$00112233445566778899aabbccddeeff$00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
		"pbkdf2-sha256$60000$00112233445566778899aabbccddeeff$00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff0",
		"pbkdf2-sha256$60000$0011223344556677889zaabbccddeeff$00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(broken) / sizeof(*broken); i++) {
		assert_false(switch_is_hash(str_of(broken[i])));
		assert_false(switch_pin_right(str_of(broken[i]), STR("4711")));
	}
}

/* How many it makes in a row; 0: it may not be made yet. */
static unsigned try_one(const char *folder, const struct clock *clock, const char *agent)
{
	unsigned count;
	int64_t wait;

	do
		wait = switch_try(folder, clock, agent, &count);
	while (wait == SWITCH_BUSY);
	return wait ? 0 : count;
}

/* Two for nothing, then twice as long each time, up to a minute; another agent's are their own. */
static void test_tries(void **state)
{
	struct clock_fake clock;
	struct place place;

	(void)state;
	clock_fake_init(&clock, T0, 7);
	place_make(&place);
	assert_int_equal(switch_wait(place.dir, &clock.clock, "raj"), 0);
	assert_int_equal(try_one(place.dir, &clock.clock, "raj"), 1);
	assert_int_equal(try_one(place.dir, &clock.clock, "raj"), 2);
	assert_int_equal(switch_wait(place.dir, &clock.clock, "raj"), 0);
	assert_int_equal(try_one(place.dir, &clock.clock, "raj"), 3);
	assert_int_equal(switch_wait(place.dir, &clock.clock, "raj"), 1000);
	assert_int_equal(try_one(place.dir, &clock.clock, "raj"), 0);
	clock.wall_ms += 1000;
	/* what was none counts as none */
	assert_int_equal(try_one(place.dir, &clock.clock, "raj"), 4);
	switch_no_try(place.dir, "raj");
	clock.wall_ms += 1000;
	assert_int_equal(try_one(place.dir, &clock.clock, "raj"), 4);
	assert_int_equal(switch_wait(place.dir, &clock.clock, "raj"), switch_next(4));
	assert_int_equal(switch_next(4), 2000);
	assert_int_equal(switch_wait(place.dir, &clock.clock, "ana"), 0);
	clock.wall_ms += 1500;
	assert_int_equal(switch_wait(place.dir, &clock.clock, "raj"), 500);
	for (unsigned i = 5; i < 20; i++) {
		clock.wall_ms += 60000;
		assert_int_equal(try_one(place.dir, &clock.clock, "raj"), i);
	}
	assert_int_equal(switch_wait(place.dir, &clock.clock, "raj"), 60000);
	/* a clock that was set back keeps nobody out for longer */
	clock.wall_ms -= 1000000;
	assert_int_equal(switch_wait(place.dir, &clock.clock, "raj"), 60000);
	clock.wall_ms += 1000000;
	switch_right(place.dir, "raj");
	switch_no_try(place.dir, "raj");
	assert_int_equal(switch_wait(place.dir, &clock.clock, "raj"), 0);
	assert_int_equal(try_one(place.dir, &clock.clock, "raj"), 1);
	clock.wall_ms += 3 * 3600 * 1000;
	assert_int_equal(try_one(place.dir, &clock.clock, "raj"), 1);
	place_remove(&place);
}

/* Whoever holds the count stops no screen: nothing is tried, in a moment. */
static void test_held(void **state)
{
	struct clock_fake clock;
	struct place place;
	struct err err = { 0 };
	unsigned count;
	int64_t from;
	char *path;
	int fd;

	(void)state;
	clock_fake_init(&clock, T0, 7);
	place_make(&place);
	assert_int_equal(try_one(place.dir, &clock.clock, "raj"), 1);
	assert_int_equal(try_one(place.dir, &clock.clock, "raj"), 2);
	path = place_path(&place, "tries-raj");
	fd = open(path, O_RDWR);
	assert_true(fd >= 0);
	assert_int_equal(flock(fd, LOCK_EX), 0);
	alarm(20);      /* instead of for ever */
	from = clock_steady(clock_system());
	assert_true(switch_try(place.dir, &clock.clock, "raj", &count) == SWITCH_BUSY);
	assert_true(clock_steady(clock_system()) - from < 5000);
	/* nor is anything forgotten while another counts, and that is no reason to wait for ever */
	from = clock_steady(clock_system());
	switch_right(place.dir, "raj");
	assert_true(clock_steady(clock_system()) - from < 5000);
	alarm(0);
	switch_say_wait(SWITCH_BUSY, &err);
	assert_non_null(strstr(err.text, "try again"));
	close(fd);
	assert_int_equal(try_one(place.dir, &clock.clock, "raj"), 3);
	switch_right(place.dir, "raj");
	assert_int_equal(try_one(place.dir, &clock.clock, "raj"), 1);
	free(path);
	place_remove(&place);
}

/* Without a runtime folder the state folder counts; without either nobody guesses. */
static void test_no_folder(void **state)
{
	struct clock_fake clock;
	struct place place;
	char *file, *none, *counted, *old = getenv("XDG_STATE_HOME") ? strdup(getenv("XDG_STATE_HOME")) : NULL;
	struct err err = { 0 };
	struct stat st;

	(void)state;
	clock_fake_init(&clock, T0, 7);
	place_make(&place);
	place_write(&place, "file", 0600, "");
	file = place_path(&place, "file");
	none = place_path(&place, "file/below");
	setenv("XDG_STATE_HOME", place.dir, 1);
	assert_int_equal(switch_wait(none, &clock.clock, "raj"), 0);
	for (unsigned i = 1; i <= 3; i++)
		assert_int_equal(try_one(none, &clock.clock, "raj"), i);
	assert_int_equal(switch_wait(none, &clock.clock, "raj"), 1000);
	counted = place_path(&place, "dossier/tries-raj");
	assert_int_equal(lstat(counted, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	switch_right(none, "raj");
	assert_int_equal(switch_wait(none, &clock.clock, "raj"), 0);
	setenv("XDG_STATE_HOME", file, 1);
	assert_true(switch_wait(none, &clock.clock, "raj") == SWITCH_NEVER);
	switch_say_wait(SWITCH_NEVER, &err);
	assert_non_null(strstr(err.text, "cannot be counted"));
	if (old)
		setenv("XDG_STATE_HOME", old, 1);
	else
		unsetenv("XDG_STATE_HOME");
	free(old);
	free(file);
	free(none);
	free(counted);
	place_remove(&place);
}

/* A name that leads elsewhere, or is no file, is nothing to count in. */
static void test_no_file(void **state)
{
	struct clock_fake clock;
	struct place place;
	char *path, *state_folder;

	(void)state;
	clock_fake_init(&clock, T0, 7);
	place_make(&place);
	setenv("XDG_STATE_HOME", place.dir, 1);
	state_folder = place_path(&place, "dossier");
	path = place_path(&place, "tries-raj");
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(switch_wait(place.dir, &clock.clock, "raj"), 0);
	assert_int_equal(access(state_folder, F_OK), 0);
	unlink(path);
	assert_int_equal(symlink("/etc/passwd", path), 0);
	assert_int_equal(switch_wait(place.dir, &clock.clock, "raj"), 0);
	unsetenv("XDG_STATE_HOME");
	free(path);
	free(state_folder);
	place_remove(&place);
}

/* Those who try at once have no more tries than those who try one after the other. */
static void test_together(void **state)
{
	struct clock_fake clock;
	struct place place;
	pid_t pids[8];
	int made = 0;

	(void)state;
	clock_fake_init(&clock, T0, 7);
	place_make(&place);
	for (int i = 0; i < 8; i++) {
		pids[i] = fork();
		if (pids[i] == 0)
			_exit(try_one(place.dir, &clock.clock, "raj") ? 1 : 0);
	}
	for (int i = 0; i < 8; i++) {
		int status;

		assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
		assert_true(WIFEXITED(status));
		made += WEXITSTATUS(status);
	}
	assert_int_equal(made, 3);
	assert_int_equal(switch_wait(place.dir, &clock.clock, "raj"), 1000);
	place_remove(&place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pbkdf2), cmocka_unit_test(test_hash), cmocka_unit_test(test_no_hash), cmocka_unit_test(test_tries),
		cmocka_unit_test(test_no_folder), cmocka_unit_test(test_no_file), cmocka_unit_test(test_together),
		cmocka_unit_test(test_held),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
