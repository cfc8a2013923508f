#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_output), cmocka_unit_test(test_failures),
		cmocka_unit_test(test_grandchild_is_not_waited_for), cmocka_unit_test(test_missing_program),
		cmocka_unit_test(test_cancel),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
