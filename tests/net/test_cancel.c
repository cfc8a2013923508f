/* Calls, peers and the engine end at any time; a sink is told once or never. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "calls.h"

static struct rig rig;

static int start(void **state)
{
	(void)state;
	rig.server = server_start(NULL, 0);
	rig_open(&rig, (struct http_peer_options){ .rate = -1, .concurrency = 2 }, (struct http_options){ 0 });
	return 0;
}

static int stop(void **state)
{
	(void)state;
	rig_close(&rig);
	server_stop(rig.server);
	return 0;
}

enum where { IN_BEGIN, IN_DATA, IN_DONE };

struct plotter {
	enum where where;
	bool free_peer, free_engine, hit;
	struct http_call *victims[4];
	int dones;
};

static void strike(struct plotter *plotter, enum where where)
{
	if (plotter->where != where || plotter->hit)
		return;
	plotter->hit = true;
	if (plotter->free_peer) {
		http_peer_free(rig.peer);
		rig.peer = NULL;
	} else if (plotter->free_engine) {
		http_free(rig.http);
		rig.http = NULL;
	} else {
		for (int i = 0; i < 4; i++)
			if (plotter->victims[i] != NULL)
				http_cancel(plotter->victims[i]);
	}
}

static void plot_begin(void *arg, const struct http_reply *reply)
{
	(void)reply;
	strike(arg, IN_BEGIN);
}

static bool plot_data(void *arg, const char *data, size_t n, struct err *err)
{
	(void)data;
	(void)n;
	(void)err;
	strike(arg, IN_DATA);
	return true;
}

static void plot_done(void *arg, const struct http_result *result)
{
	(void)result;
	((struct plotter *)arg)->dones++;
	strike(arg, IN_DONE);
}

static struct http_call *plot(struct plotter *plotter, const char *path)
{
	char url[256];
	struct http_sink sink = { plot_begin, plot_data, plot_done, plotter };
	struct http_request request = { .url = url, .read = true };

	snprintf(url, sizeof(url), "%s%s", server_origin(rig.server), path);
	return http_send(rig.peer, &request, &sink);
}

static void turns(const bool *until)
{
	for (int i = 0; i < 2000 && !*until; i++)
		loop_turn(rig.loop, 10);
	assert_true(*until);
	for (int i = 0; i < 5; i++)
		loop_turn(rig.loop, 1);
}

static void still_works(void)
{
	struct got got;

	call_get(&rig, "/ok", &got);
	assert_true(got.result.ok);
	got_release(&got);
}

static void test_before_anything(void **state)
{
	struct plotter plotter = { .where = IN_DONE };

	(void)state;
	http_cancel(plot(&plotter, "/ok"));
	http_cancel(plot(&plotter, "http:bad"));
	loop_turn(rig.loop, 0);
	loop_turn(rig.loop, 0);
	still_works();
	assert_int_equal(plotter.dones, 0);
}

static void test_while_running(void **state)
{
	struct plotter plotter = { .where = IN_DONE };
	struct http_call *calls[4];

	(void)state;
	for (int i = 0; i < 4; i++)
		calls[i] = plot(&plotter, "/hang");
	for (int i = 0; i < 1000 && server_requests(rig.server) < 2; i++)
		loop_turn(rig.loop, 10);
	assert_int_equal(server_requests(rig.server), 2);
	for (int i = 0; i < 4; i++)
		http_cancel(calls[i]);
	still_works();
	assert_int_equal(plotter.dones, 0);
}

static void test_while_resting(void **state)
{
	struct plotter plotter = { .where = IN_DONE };
	struct http_call *call = plot(&plotter, "/seq/rest/503,200");

	(void)state;
	for (int i = 0; i < 1000 && server_requests(rig.server) < 1; i++)
		loop_turn(rig.loop, 10);
	for (int i = 0; i < 5; i++)
		loop_turn(rig.loop, 1);
	http_cancel(call);
	still_works();
	assert_int_equal(plotter.dones, 0);
}

static void inside(enum where where, const char *path)
{
	struct plotter plotter = { .where = where };

	plotter.victims[0] = plot(&plotter, path);
	plotter.victims[1] = plot(&plotter, "/hang");
	plotter.victims[2] = plot(&plotter, "/hang");
	turns(&plotter.hit);
	assert_int_equal(plotter.dones, where == IN_DONE ? 1 : 0);
	still_works();
}

static void test_inside_callbacks(void **state)
{
	(void)state;
	inside(IN_BEGIN, "/ok/300000");
	inside(IN_DATA, "/ok/300000");
	inside(IN_DONE, "/ok/300000");
	inside(IN_BEGIN, "/status/204?X-A=b");
	inside(IN_DATA, "/endless");
	inside(IN_DONE, "/status/404?X-A=b");
}

static void free_inside(enum where where, bool engine)
{
	struct plotter plotter = { .where = where, .free_peer = !engine, .free_engine = engine };

	plot(&plotter, "/ok/300000");
	plot(&plotter, "/hang");
	plot(&plotter, "/ok");
	turns(&plotter.hit);
	assert_int_equal(plotter.dones, where == IN_DONE ? 1 : 0);
}

static void test_peer_freed_in_begin(void **state)
{
	(void)state;
	free_inside(IN_BEGIN, false);
}

static void test_peer_freed_in_data(void **state)
{
	(void)state;
	free_inside(IN_DATA, false);
}

static void test_peer_freed_in_done(void **state)
{
	(void)state;
	free_inside(IN_DONE, false);
}

static void test_engine_freed_in_done(void **state)
{
	(void)state;
	free_inside(IN_DONE, true);
}

static bool refuse(void *arg, const char *data, size_t n, struct err *err)
{
	(void)arg;
	(void)data;
	return err_set(err, ERR_SHAPE, "not what was expected in %zu bytes", n > 0 ? (size_t)1 : n);
}

static void finish(void *arg, const struct http_result *result)
{
	*(struct http_result *)arg = *result;
}

static void test_sink_refuses(void **state)
{
	struct http_result result = { .attempts = -1 };
	struct http_sink sink = { NULL, refuse, finish, &result };
	char url[128];
	struct http_request request = { .url = url, .read = true };

	(void)state;
	snprintf(url, sizeof(url), "%s/endless", server_origin(rig.server));
	http_send(rig.peer, &request, &sink);
	for (int i = 0; i < 2000 && result.attempts < 0; i++)
		loop_turn(rig.loop, 10);
	assert_int_equal(result.attempts, 1);
	assert_false(result.ok);
	assert_int_equal(result.status, 200);
	assert_int_equal(result.err.code, ERR_SHAPE);
	assert_string_equal(result.err.text, "not what was expected in 1 bytes");
	still_works();
}

int main(void)
{
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, start, stop)
	const struct CMUnitTest tests[] = {
		TEST(test_before_anything), TEST(test_while_running), TEST(test_while_resting), TEST(test_inside_callbacks),
		TEST(test_peer_freed_in_begin), TEST(test_peer_freed_in_data), TEST(test_peer_freed_in_done),
		TEST(test_engine_freed_in_done), TEST(test_sink_refuses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
