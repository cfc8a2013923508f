#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <dossier/base/mem.h>
#include <dossier/net/child.h>

struct end {
	bool done;
	char *output;
	struct err err;
	struct child *self;
};

static void on_done(void *arg, struct str output, const struct err *err)
{
	struct end *end = arg;

	assert_false(end->done);
	end->done = true;
	end->output = mem_strndup(output.p != NULL ? output.p : "", output.n);
	end->err = *err;
	child_cancel(end->self);    /* too late: does nothing */
}

static void run(const char *script, int64_t deadline_ms, size_t max, struct end *end)
{
	char *shell[] = { mem_strdup("/bin/sh"), mem_strdup("-c"), mem_strdup(script), NULL };
	struct err err = { 0 };
	struct loop *loop = loop_new(clock_system(), &err);

	*end = (struct end){ 0 };
	end->self = child_start(loop, shell, deadline_ms, max, on_done, end);
	assert_false(end->done);
	assert_true(loop_until(loop, &end->done));
	loop_free(loop);
	for (int i = 0; i < 3; i++)
		free(shell[i]);
}

static void test_output(void **state)
{
	struct end end;

	(void)state;
	run("printf 'geheim\\n'", 10000, 100, &end);
	assert_int_equal(end.err.code, ERR_NONE);
	assert_string_equal(end.output, "geheim\n");
	free(end.output);
	/* standard input gives its end at once */
	run("cat; echo after", 10000, 100, &end);
	assert_int_equal(end.err.code, ERR_NONE);
	assert_string_equal(end.output, "after\n");
	free(end.output);
	run("i=0; while [ $i -lt 2000 ]; do echo 0123456789012345678901234567890123456789; i=$((i+1)); done", 10000, 1 << 20, &end);
	assert_int_equal(end.err.code, ERR_NONE);
	assert_int_equal(strlen(end.output), 2000 * 41);
	free(end.output);
}

static void test_failures(void **state)
{
	struct end end;

	(void)state;
	run("echo 'no such entry' >&2; echo more >&2; exit 3", 10000, 100, &end);
	assert_int_equal(end.err.code, ERR_IO);
	assert_string_equal(end.err.text, "/bin/sh: ended with status 3: no such entry");
	free(end.output);
	run("kill -TERM $$", 10000, 100, &end);
	assert_non_null(strstr(end.err.text, "signal 15"));
	free(end.output);
	run("yes", 10000, 1000, &end);
	assert_int_equal(end.err.code, ERR_LIMIT);
	assert_non_null(strstr(end.err.text, "1000 bytes"));
	free(end.output);
	run("exec sleep 100", 50, 1000, &end);
	assert_int_equal(end.err.code, ERR_TIMEOUT);
	assert_non_null(strstr(end.err.text, "50 ms"));
	free(end.output);
}

static void test_grandchild_is_not_waited_for(void **state)
{
	struct end end;

	(void)state;
	run("sleep 5 & echo here", 4000, 1000, &end);
	assert_int_equal(end.err.code, ERR_NONE);
	assert_string_equal(end.output, "here\n");
	free(end.output);
}

static void test_missing_program(void **state)
{
	char name[] = "/nonexistent/program", *argv[] = { name, NULL };
	struct err err = { 0 };
	struct loop *loop = loop_new(clock_system(), &err);
	struct end end = { 0 };

	(void)state;
	end.self = child_start(loop, argv, 1000, 10, on_done, &end);
	assert_false(end.done);
	assert_true(loop_until(loop, &end.done));
	assert_int_equal(end.err.code, ERR_IO);
	assert_non_null(strstr(end.err.text, "/nonexistent/program: "));
	free(end.output);
	loop_free(loop);
}

static void test_cancel(void **state)
{
	char name[] = "sleep", seconds[] = "100", *argv[] = { name, seconds, NULL };
	struct err err = { 0 };
	struct loop *loop = loop_new(clock_system(), &err);
	struct end end = { 0 };

	(void)state;
	child_cancel(child_start(loop, argv, 100000, 10, on_done, &end));
	loop_turn(loop, 0);
	loop_turn(loop, 0);
	assert_false(end.done);
	loop_free(loop);
}

/* What was let go lives on, in a session of its own; a pipe to it tells when it ends. */
static void test_launched_goes_on(void **state)
{
	char file[] = "/tmp/dossier-launched-XXXXXX", *script;
	int fd = mkstemp(file);
	struct err err = { 0 };
	struct loop *loop = loop_new(clock_system(), &err);
	struct end end = { 0 };
	char line[64] = "";

	(void)state;
	assert_true(fd >= 0);
	script = mem_printf("while [ -s %s ]; do sleep 0.01; done; read -r line </proc/$$/stat; set -- ${line##*) }; echo $4 $$ >%s.new; mv %s.new %s", file, file, file, file);
	assert_int_equal(write(fd, "wait", 4), 4);
	child_let_go(child_launch(loop, (char *[]){ (char[]){ "/bin/sh" }, (char[]){ "-c" }, script, NULL }, on_done, &end));
	loop_free(loop);
	assert_int_equal(ftruncate(fd, 0), 0);
	for (int tries = 0; tries < 1000 && !line[0]; tries++) {
		int now = open(file, O_RDONLY | O_CLOEXEC);

		nanosleep(&(struct timespec){ .tv_nsec = 10000000 }, NULL);
		if (now >= 0 && read(now, line, sizeof(line) - 1) < 0)
			line[0] = '\0';
		if (now >= 0)
			close(now);
	}
	assert_false(end.done);
	assert_true(line[0] != '\0');
	assert_int_equal(strtol(line, NULL, 10), strtol(line + strcspn(line, " "), NULL, 10));
	unlink(file);
	close(fd);
	free(script);
}

static void test_launched_tells_its_end(void **state)
{
	char *good[] = { (char[]){ "true" }, NULL }, *bad[] = { (char[]){ "false" }, NULL }, *none[] = { (char[]){ "/nonexistent/browser" }, NULL };
	char **all[] = { good, bad, none };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct err err = { 0 };
		struct loop *loop = loop_new(clock_system(), &err);
		struct end end = { 0 };

		end.self = child_launch(loop, all[i], on_done, &end);
		assert_false(end.done);
		assert_true(loop_until(loop, &end.done));
		assert_int_equal(end.err.code == ERR_NONE, i == 0);
		free(end.output);
		loop_free(loop);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_output), cmocka_unit_test(test_failures),
		cmocka_unit_test(test_grandchild_is_not_waited_for), cmocka_unit_test(test_missing_program),
		cmocka_unit_test(test_cancel), cmocka_unit_test(test_launched_goes_on), cmocka_unit_test(test_launched_tells_its_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
