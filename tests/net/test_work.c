#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include <dossier/net/work.h>

#define JOBS 200

struct rig {
	struct loop *loop;
	struct work *work;
	pthread_t mine;
	size_t ran, done;
	bool all, elsewhere, late;
};
struct job { struct rig *rig; size_t n; bool again; atomic_bool *hold; };

static int setup(void **state)
{
	struct rig *rig = calloc(1, sizeof(*rig));
	struct err err = { 0 };

	rig->loop = loop_new(clock_system(), &err);
	rig->work = work_new(rig->loop, &err);
	rig->mine = pthread_self();
	*state = rig;
	return rig->work ? 0 : -1;
}

static int teardown(void **state)
{
	struct rig *rig = *state;

	work_free(rig->work);
	loop_free(rig->loop);
	free(rig);
	return 0;
}

static void run(void *arg)
{
	struct job *job = arg;

	while (job->hold && !atomic_load(job->hold))
		continue;
	job->rig->elsewhere |= !pthread_equal(job->rig->mine, pthread_self());
	assert_int_equal(job->n, job->rig->ran);
	job->rig->ran++;
}

static void done(void *arg)
{
	struct job *job = arg;
	struct rig *rig = job->rig;

	assert_true(pthread_equal(rig->mine, pthread_self()));
	assert_int_equal(job->n, rig->done);
	rig->done++;
	rig->all = rig->done == JOBS;
	if (job->again) {
		job->again = false;
		job->n = rig->done;
		work_do(rig->work, run, done, job);
		return;
	}
	free(job);
}

static struct job *job(struct rig *rig, size_t n)
{
	struct job *made = calloc(1, sizeof(*made));

	made->rig = rig;
	made->n = n;
	return made;
}

static void test_order_and_threads(void **state)
{
	struct rig *rig = *state;

	for (size_t i = 0; i < JOBS; i++)
		work_do(rig->work, run, done, job(rig, i));
	assert_int_equal(work_waiting(rig->work), JOBS);
	assert_int_equal(rig->done, 0);
	assert_true(loop_until(rig->loop, &rig->all));
	assert_true(rig->elsewhere);
	assert_int_equal(work_waiting(rig->work), 0);
}

static void test_the_end_waits_for_all(void **state)
{
	struct rig *rig = *state;
	atomic_bool go = false;
	struct err err = { 0 };

	for (size_t i = 0; i < 3; i++) {
		struct job *j = job(rig, i);

		j->hold = i == 0 ? &go : NULL;
		j->again = i == 2;
		work_do(rig->work, run, done, j);
	}
	atomic_store(&go, true);
	work_free(rig->work);
	assert_int_equal(rig->ran, 4);
	assert_int_equal(rig->done, 4);
	rig->work = work_new(rig->loop, &err);
	assert_non_null(rig->work);
}

/* No thread can be had: the jobs are done all the same, and their ends are told by the loop. */
static void test_without_a_thread(void **state)
{
	struct rig *rig = *state;
	pthread_attr_t attr, before;

	pthread_getattr_default_np(&before);
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, (size_t)1 << 46);
	assert_int_equal(pthread_setattr_default_np(&attr), 0);
	for (size_t i = 0; i < JOBS; i++)
		work_do(rig->work, run, done, job(rig, i));
	assert_int_equal(rig->ran, 0);
	assert_true(loop_until(rig->loop, &rig->all));
	assert_false(rig->elsewhere);
	work_do(rig->work, run, done, job(rig, JOBS));
	assert_int_equal(rig->done, JOBS);
	pthread_setattr_default_np(&before);
	pthread_attr_destroy(&attr);
}

/* Nothing runs before the loop's first turn, and what was handed over without any turn runs at the end. */
static void test_no_turn(void **state)
{
	struct rig *rig = *state;
	struct err err = { 0 };

	work_do(rig->work, run, done, job(rig, 0));
	work_free(rig->work);
	assert_int_equal(rig->done, 1);
	rig->work = work_new(rig->loop, &err);
	assert_non_null(rig->work);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_order_and_threads, setup, teardown),
		cmocka_unit_test_setup_teardown(test_without_a_thread, setup, teardown),
		cmocka_unit_test_setup_teardown(test_no_turn, setup, teardown),
		cmocka_unit_test_setup_teardown(test_the_end_waits_for_all, setup, teardown),
	};

	return cmocka_run_group_tests_name("work", tests, NULL, NULL);
}
