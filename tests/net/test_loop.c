#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include <dossier/net/loop.h>

struct rig {
	struct clock_fake fake;
	struct loop *loop;
	char order[256];
};

static int open_rig(void **state)
{
	static struct rig rig;
	struct err err = { 0 };

	memset(&rig, 0, sizeof(rig));
	clock_fake_init(&rig.fake, 1000000, 7);
	rig.loop = loop_new(&rig.fake.clock, &err);
	assert_non_null(rig.loop);
	*state = &rig;
	return 0;
}

static int close_rig(void **state)
{
	loop_free(((struct rig *)*state)->loop);
	return 0;
}

struct mark {
	struct rig *rig;
	char letter;
	struct timer **victim;
	int again;
};

static void note(void *arg)
{
	struct mark *mark = arg;
	size_t n = strlen(mark->rig->order);

	mark->rig->order[n] = mark->letter;
	if (mark->victim != NULL) {
		loop_timer_cancel(mark->rig->loop, *mark->victim);
		*mark->victim = NULL;
	}
	if (mark->again-- > 0)
		loop_timer(mark->rig->loop, 0, note, mark);
}

static void test_timers_in_order(void **state)
{
	struct rig *rig = *state;
	struct mark marks[6];
	static const int delays[] = { 50, 10, 30, 10, 0, 50 };

	for (int i = 0; i < 6; i++) {
		marks[i] = (struct mark){ .rig = rig, .letter = (char)('a' + i) };
		loop_timer(rig->loop, delays[i], note, &marks[i]);
	}
	loop_turn(rig->loop, 0);
	assert_string_equal(rig->order, "e");
	rig->fake.steady_ms += 10;
	loop_turn(rig->loop, 0);
	assert_string_equal(rig->order, "ebd");
	rig->fake.steady_ms += 1000;
	loop_turn(rig->loop, 0);
	assert_string_equal(rig->order, "ebdcaf");
}

static void test_timer_cancelled_by_another(void **state)
{
	struct rig *rig = *state;
	struct timer *second;
	struct mark b = { .rig = rig, .letter = 'b' }, a = { .rig = rig, .letter = 'a', .victim = &second };

	loop_timer(rig->loop, 5, note, &a);
	second = loop_timer(rig->loop, 5, note, &b);
	rig->fake.steady_ms += 5;
	loop_turn(rig->loop, 0);
	loop_turn(rig->loop, 0);
	assert_string_equal(rig->order, "a");
}

static void test_zero_delay_is_next_turn(void **state)
{
	struct rig *rig = *state;
	struct mark a = { .rig = rig, .letter = 'a', .again = 3 };

	loop_timer(rig->loop, 0, note, &a);
	for (size_t i = 1; i <= 4; i++) {
		loop_turn(rig->loop, 0);
		assert_int_equal(strlen(rig->order), i);
	}
	loop_turn(rig->loop, 0);
	assert_string_equal(rig->order, "aaaa");
}

static void test_many_timers(void **state)
{
	struct rig *rig = *state;
	struct timer *timers[500];
	struct mark marks[500];
	uint64_t x = 1;

	for (int i = 0; i < 500; i++) {
		x = x * UINT64_C(6364136223846793005) + 1442695040888963407;
		marks[i] = (struct mark){ .rig = rig, .letter = 'x' };
		timers[i] = loop_timer(rig->loop, (int64_t)(x >> 33) % 100, note, &marks[i]);
	}
	for (int i = 0; i < 500; i++)
		if (i % 5 != 0)
			loop_timer_cancel(rig->loop, timers[i]);
	for (int ms = 0; ms < 100; ms++) {
		loop_turn(rig->loop, 0);
		rig->fake.steady_ms++;
	}
	assert_int_equal(strlen(rig->order), 100);
}

static void forget_b(void *arg)
{
	struct mark *b = arg;

	loop_defer_cancel(b->rig->loop, note, b);
	loop_defer(b->rig->loop, note, b);
}

static void test_defer(void **state)
{
	struct rig *rig = *state;
	struct mark a = { .rig = rig, .letter = 'a' }, b = { .rig = rig, .letter = 'b' };

	assert_false(loop_has_deferred(rig->loop));
	loop_defer(rig->loop, note, &a);
	assert_true(loop_has_deferred(rig->loop));
	assert_string_equal(rig->order, "");
	loop_turn(rig->loop, -1);
	assert_string_equal(rig->order, "a");
	assert_false(loop_has_deferred(rig->loop));
	loop_defer(rig->loop, note, &b);
	loop_defer_cancel(rig->loop, note, &b);
	assert_false(loop_has_deferred(rig->loop));
	/* cancelled while the turn's deferred calls run, and asked for again: the next turn */
	loop_defer(rig->loop, forget_b, &b);
	loop_defer(rig->loop, note, &b);
	loop_turn(rig->loop, -1);
	assert_string_equal(rig->order, "a");
	loop_turn(rig->loop, -1);
	assert_string_equal(rig->order, "ab");
}

struct ends {
	struct loop *loop;
	struct watch *self, *other;
	unsigned seen;
	int calls;
};

static void on_fd(void *arg, int fd, unsigned events)
{
	struct ends *ends = arg;
	char c;

	ends->calls++;
	ends->seen = events;
	if (events & LOOP_READ && read(fd, &c, 1) < 0)
		fail();
	if (ends->other != NULL)
		loop_watch_end(ends->loop, ends->other);
	ends->other = NULL;
}

static void test_watch(void **state)
{
	struct rig *rig = *state;
	struct ends ends = { .loop = rig->loop };
	int p[2];

	assert_int_equal(pipe2(p, O_CLOEXEC), 0);
	ends.self = loop_watch(rig->loop, p[0], LOOP_READ, on_fd, &ends);
	loop_turn(rig->loop, 0);
	assert_int_equal(ends.calls, 0);
	assert_int_equal(write(p[1], "x", 1), 1);
	loop_turn(rig->loop, -1);
	assert_int_equal(ends.calls, 1);
	assert_int_equal(ends.seen, LOOP_READ);
	loop_watch_events(ends.self, 0);
	assert_int_equal(write(p[1], "x", 1), 1);
	loop_turn(rig->loop, 0);
	assert_int_equal(ends.calls, 1);
	close(p[1]);
	loop_turn(rig->loop, 0);
	assert_int_equal(ends.seen, LOOP_HANGUP);
	loop_watch_end(rig->loop, ends.self);
	close(p[0]);
	loop_turn(rig->loop, 0);
	assert_int_equal(ends.calls, 2);
}

static void test_watch_ended_by_another(void **state)
{
	struct rig *rig = *state;
	struct ends a = { .loop = rig->loop }, b = { .loop = rig->loop };
	int p[2], q[2];

	assert_int_equal(pipe2(p, O_CLOEXEC), 0);
	assert_int_equal(pipe2(q, O_CLOEXEC), 0);
	a.self = loop_watch(rig->loop, p[0], LOOP_READ, on_fd, &a);
	b.self = loop_watch(rig->loop, q[0], LOOP_READ, on_fd, &b);
	a.other = b.self;
	b.other = a.self;
	assert_int_equal(write(p[1], "x", 1), 1);
	assert_int_equal(write(q[1], "x", 1), 1);
	loop_turn(rig->loop, -1);
	assert_int_equal(a.calls + b.calls, 1);
	loop_turn(rig->loop, 0);
	assert_int_equal(a.calls + b.calls, 1);
	close(p[0]);
	close(p[1]);
	close(q[0]);
	close(q[1]);
}

static void on_sig(void *arg, int signo)
{
	*(int *)arg += signo == SIGUSR1 ? 1 : 100;
}

static void test_signals(void **state)
{
	struct rig *rig = *state;
	struct err err = { 0 };
	struct loop *other;
	struct sigaction now;
	int seen = 0;

	assert_true(loop_signal(rig->loop, SIGUSR1, on_sig, &seen, &err));
	raise(SIGUSR1);
	assert_int_equal(seen, 0);
	loop_turn(rig->loop, -1);
	assert_int_equal(seen, 1);
	other = loop_new(&rig->fake.clock, &err);
	assert_false(loop_signal(other, SIGUSR2, on_sig, &seen, &err));
	assert_non_null(strstr(err.text, "another loop"));
	loop_free(other);
	assert_false(loop_signal(rig->loop, 0, on_sig, &seen, &err));
	loop_free(rig->loop);
	assert_int_equal(sigaction(SIGUSR1, NULL, &now), 0);
	assert_true(now.sa_handler == SIG_DFL);
	rig->loop = loop_new(&rig->fake.clock, &err);
	assert_true(loop_signal(rig->loop, SIGUSR1, on_sig, &seen, &err));
}

static void stop(void *arg)
{
	loop_stop(arg);
}

static void set_true(void *arg)
{
	*(bool *)arg = true;
}

static void test_until(void **state)
{
	struct rig *rig = *state;
	bool done = false;

	loop_defer(rig->loop, set_true, &done);
	assert_true(loop_until(rig->loop, &done));
	done = false;
	loop_defer(rig->loop, stop, rig->loop);
	assert_false(loop_until(rig->loop, &done));
	assert_true(loop_stopped(rig->loop));
}

int main(void)
{
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, open_rig, close_rig)
	const struct CMUnitTest tests[] = {
		TEST(test_timers_in_order), TEST(test_timer_cancelled_by_another), TEST(test_zero_delay_is_next_turn),
		TEST(test_many_timers), TEST(test_defer), TEST(test_watch), TEST(test_watch_ended_by_another),
		TEST(test_signals), TEST(test_until),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
