/* What a backend can do wrong, and what the call then says. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <dossier/base/mem.h>
#include <dossier/base/when.h>

#include "calls.h"

static struct rig rig;

static void open_with(struct http_peer_options options)
{
	if (options.rate == 0)
		options.rate = -1;
	rig_open(&rig, options, (struct http_options){ 0 });
}

static int start(void **state)
{
	(void)state;
	rig.server = server_start(NULL, 0);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	rig_close(&rig);
	server_stop(rig.server);
	return 0;
}

static void expect(const char *path, enum err_code code, const char *text)
{
	struct got got;

	call_get(&rig, path, &got);
	if (got.result.ok || got.result.err.code != code || strcmp(got.result.err.text, text) != 0)
		fail_msg("%s: %d %s", path, got.result.err.code, got.result.err.text);
	got_release(&got);
}

static void test_cut(void **state)
{
	struct got got;

	(void)state;
	open_with((struct http_peer_options){ .retries = -1 });
	expect("/cut/1234", ERR_NET, "rt: the reply was cut off after 1,234 bytes");
	expect("/cutchunk", ERR_NET, "rt: the reply was cut off after 5 bytes");
	expect("/drop", ERR_NET, "rt: the connection was cut before an answer came");
	expect("/garbage", ERR_NET, "rt: what 127.0.0.1 answers is not HTTP: check the address and its port");
	call_get(&rig, "/ok", &got);
	assert_true(got.result.ok);
	got_release(&got);
	expect("/badgzip", ERR_NET, "rt: the reply's compression is damaged");
}

static void test_late(void **state)
{
	(void)state;
	open_with((struct http_peer_options){ .deadline_ms = 100 });
	expect("/hang", ERR_TIMEOUT, "rt: no answer within 100 ms");
	expect("/stall", ERR_TIMEOUT, "rt: the reply was not whole within 100 ms: 10 bytes came");
}

static void test_waiting_counts(void **state)
{
	struct got first, second;

	(void)state;
	open_with((struct http_peer_options){ .deadline_ms = 150, .concurrency = 1 });
	call_send(&rig, (struct http_request){ .read = true, .deadline = clock_steady(clock_system()) + 600 }, "/hang", &first);
	call_send(&rig, (struct http_request){ .read = true }, "/ok", &second);
	rig_turns(&rig, &second.done);
	assert_false(first.done);
	assert_int_equal(second.result.err.code, ERR_TIMEOUT);
	assert_string_equal(second.result.err.text, "rt: not sent within 150 ms: 1 request was still running");
	assert_int_equal(second.result.attempts, 0);
	rig_turns(&rig, &first.done);
	got_release(&first);
	got_release(&second);
}

static void test_caps(void **state)
{
	(void)state;
	open_with((struct http_peer_options){ .body_max = 4999, .header_max = 8192 });
	expect("/endless", ERR_LIMIT, "rt: the reply is larger than 4,999 bytes");
	/* 41 bytes on the wire */
	expect("/gzip", ERR_LIMIT, "rt: the reply is larger than 4,999 bytes");
	expect("/headers/20000", ERR_LIMIT, "rt: the reply's headers are larger than 8,192 bytes");
}

static void test_refused_connection(void **state)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	char origin[64], text[96];
	struct got got;

	(void)state;
	/* bound and not listening: nobody else gets the port, and connecting is refused */
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &len), 0);
	snprintf(origin, sizeof(origin), "http://127.0.0.1:%d", ntohs(address.sin_port));
	open_with((struct http_peer_options){ .origin = origin });
	call_get(&rig, "/ok", &got);
	assert_false(got.result.ok);
	assert_int_equal(got.result.attempts, 3);
	snprintf(text, sizeof(text), "rt: 127.0.0.1:%d refused the connection: is it running?", ntohs(address.sin_port));
	assert_string_equal(got.result.err.text, text);
	got_release(&got);
	call_run(&rig, (struct http_request){ .method = "POST" }, "/ok", &got);
	assert_int_equal(got.result.attempts, 1);
	got_release(&got);
	close(fd);
}

static void test_statuses(void **state)
{
	static const struct { int status; enum err_code code; const char *text; } cases[] = {
		{ 400, ERR_HTTP, "rt: HTTP 400 (it did not understand the request)" },
		{ 401, ERR_AUTH, "rt: HTTP 401 (not let in: check the token)" },
		{ 403, ERR_AUTH, "rt: HTTP 403 (not permitted: check the token's rights)" },
		{ 404, ERR_NOTFOUND, "rt: HTTP 404 (nothing there)" },
		{ 418, ERR_HTTP, "rt: HTTP 418" },
	};
	int before;

	(void)state;
	open_with((struct http_peer_options){ 0 });
	before = server_requests(rig.server);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct got got;
		char path[64];

		snprintf(path, sizeof(path), "/status/%d?X-A=b", cases[i].status);
		call_get(&rig, path, &got);
		/* a whole reply, handed out for its message */
		assert_true(got.result.ok);
		assert_int_equal(got.begins, 1);
		assert_int_equal(got.status, cases[i].status);
		assert_int_equal(got.result.err.code, cases[i].code);
		assert_string_equal(got.result.err.text, cases[i].text);
		assert_string_equal(got.body.data, "{\"error\":\"as asked\"}");
		got_release(&got);
	}
	assert_int_equal(server_requests(rig.server) - before, 5);
}

static void test_tried_again(void **state)
{
	struct got got;

	(void)state;
	open_with((struct http_peer_options){ 0 });
	call_get(&rig, "/seq/a/503,502,200", &got);
	assert_true(got.result.ok);
	assert_int_equal(got.result.status, 200);
	assert_int_equal(got.result.err.code, ERR_NONE);
	assert_int_equal(got.result.attempts, 3);
	assert_int_equal(got.begins, 1);
	assert_int_equal(got.attempt, 3);
	got_release(&got);
	call_get(&rig, "/seq/b/503,504,502,200", &got);
	assert_true(got.result.ok);
	assert_int_equal(got.result.status, 502);
	assert_int_equal(got.result.err.code, ERR_HTTP);
	assert_int_equal(got.result.attempts, 3);
	got_release(&got);
	call_get(&rig, "/seq/c/500,500,200", &got);
	assert_int_equal(got.result.status, 500);
	assert_int_equal(got.result.attempts, 2);
	got_release(&got);
}

static void test_cut_and_tried_again(void **state)
{
	struct got got;

	(void)state;
	open_with((struct http_peer_options){ 0 });
	call_get(&rig, "/seq/cut/1,0,200", &got);
	assert_true(got.result.ok);
	assert_int_equal(got.result.attempts, 3);
	/* the first try's reply was begun and is void */
	assert_int_equal(got.begins, 2);
	assert_string_equal(got.body.data, "{\"ok\":true}");
	assert_int_equal(got.result.bytes, 11);
	got_release(&got);
}

static void test_writes_once(void **state)
{
	static const char *const paths[] = { "/seq/w1/503,200", "/seq/w2/429,200?Retry-After=0", "/seq/w3/0,200", "/seq/w4/1,200",
					     "/seq/w5/500,200" };
	int writes;

	(void)state;
	open_with((struct http_peer_options){ 0 });
	writes = server_writes(rig.server);
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		struct got got;

		call_run(&rig, (struct http_request){ .method = "POST", .body = "x", .body_n = 1 }, paths[i], &got);
		assert_int_equal(got.result.attempts, 1);
		got_release(&got);
	}
	assert_int_equal(server_writes(rig.server) - writes, 5);
}

/* A kept connection that closes instead of answering: curl would repeat it by itself. */
static void test_write_on_a_kept_connection(void **state)
{
	int writes;
	struct got got;

	(void)state;
	open_with((struct http_peer_options){ .retries = -1 });
	call_get(&rig, "/dropsecond", &got);
	assert_true(got.result.ok);
	got_release(&got);
	writes = server_writes(rig.server);
	call_run(&rig, (struct http_request){ .method = "POST", .body = "x", .body_n = 1 }, "/drop", &got);
	assert_false(got.result.ok);
	got_release(&got);
	assert_int_equal(server_writes(rig.server) - writes, 1);
}

static void test_search_by_post_is_a_read(void **state)
{
	struct got got;

	(void)state;
	open_with((struct http_peer_options){ 0 });
	call_run(&rig, (struct http_request){ .method = "POST", .body = "{}", .body_n = 2, .read = true }, "/seq/s/503,200", &got);
	assert_int_equal(got.result.status, 200);
	assert_int_equal(got.result.attempts, 2);
	got_release(&got);
}

static void test_retry_after_within(void **state)
{
	struct got got;

	(void)state;
	open_with((struct http_peer_options){ 0 });
	call_get(&rig, "/seq/ra/429,200?Retry-After=1", &got);
	assert_true(got.result.ok);
	assert_int_equal(got.result.status, 200);
	assert_true(got.result.ms >= 1000);
	got_release(&got);
}

static void test_retry_after_beyond(void **state)
{
	int64_t now = clock_wall(clock_system());
	struct got got, other;
	char date[40], path[128];
	int requests;

	(void)state;
	open_with((struct http_peer_options){ 0 });
	call_get(&rig, "/status/429?Retry-After=120", &got);
	assert_false(got.result.ok);
	assert_int_equal(got.result.status, 429);
	assert_int_equal(got.result.err.code, ERR_RATE);
	assert_string_equal(got.result.err.text, "rt: HTTP 429: it asks not to be called for another 120 s");
	assert_true(got.result.retry_at >= now + 119000 && got.result.retry_at <= now + 130000);
	assert_true(got.result.ms < 5000);
	got_release(&got);
	/* and the others of this peer are held back, without asking again */
	requests = server_requests(rig.server);
	call_get(&rig, "/ok", &other);
	assert_int_equal(other.result.err.code, ERR_RATE);
	assert_true(other.result.retry_at >= now + 119000);
	assert_true(other.result.ms < 5000);
	assert_int_equal(other.result.attempts, 0);
	assert_int_equal(server_requests(rig.server), requests);
	got_release(&other);
	rig_close(&rig);
	/* the other form; a date in the past means now */
	open_with((struct http_peer_options){ .retries = -1 });
	when_http_date(now + 3600000, date);
	for (char *p = date; *p != '\0'; p++)
		if (*p == ' ')
			*p = '+';
	snprintf(path, sizeof(path), "/status/503?Retry-After=%.3s%%2C%%20%.2s%%20%.3s%%20%.4s%%20%.8s%%20GMT", date, date + 5, date + 8,
		 date + 12, date + 17);
	call_get(&rig, path, &got);
	assert_int_equal(got.result.err.code, ERR_RATE);
	assert_true(got.result.retry_at >= now + 3598000 && got.result.retry_at <= now + 3600000);
	got_release(&got);
}

static void test_reset_header(void **state)
{
	struct got got;

	(void)state;
	open_with((struct http_peer_options){ .reset = { "X-Left", "X-Reset", HTTP_RESET_SECONDS } });
	call_get(&rig, "/status/200?X-Left=3&X-Reset=60", &got);
	assert_true(got.result.ok);
	got_release(&got);
	call_get(&rig, "/status/200?X-Left=0&X-Reset=60", &got);
	assert_true(got.result.ok);
	assert_true(got.result.retry_at == WHEN_NONE);
	got_release(&got);
	call_get(&rig, "/ok", &got);
	assert_false(got.result.ok);
	assert_string_equal(got.result.err.text, "rt: its allowance is used up for another 60 s");
	got_release(&got);
}

static void test_redirects(void **state)
{
	struct server *other = server_start(NULL, 0);
	struct got got;
	char *path;

	(void)state;
	open_with((struct http_peer_options){ 0 });
	call_get(&rig, "/redirect/302?to=/echo%3Fa=b", &got);
	assert_true(got.result.ok);
	assert_int_equal(got.begins, 1);
	assert_non_null(strstr(got.body.data, "GET /echo?a=b HTTP/1.1"));
	got_release(&got);
	call_get(&rig, "/redirect/308?to=../ok", &got);
	assert_int_equal(got.result.status, 200);
	got_release(&got);
	path = mem_printf("/redirect/302?to=%s/echo", server_origin(other));
	call_get(&rig, path, &got);
	assert_false(got.result.ok);
	assert_int_equal(got.result.err.code, ERR_REFUSED);
	assert_string_equal(got.result.err.text,
			    "rt: it redirects to http://127.0.0.1, which is not the configured address; nothing was sent there");
	assert_int_equal(server_connections(other), 0);
	got_release(&got);
	/* a write's redirect is its answer */
	call_run(&rig, (struct http_request){ .method = "POST" }, path, &got);
	assert_true(got.result.ok);
	assert_int_equal(got.result.status, 302);
	assert_int_equal(server_connections(other), 0);
	got_release(&got);
	free(path);
	call_get(&rig, "/redirect/302?to=javascript:alert(1)", &got);
	assert_int_equal(got.result.err.code, ERR_REFUSED);
	got_release(&got);
	server_stop(other);
}

static void test_redirect_loop(void **state)
{
	const struct server_reply replies[] = { { "GET /a", 302, "Location: /b\r\n", "" }, { "GET /b", 302, "Location: /a\r\n", "" } };
	struct got got;

	(void)state;
	server_stop(rig.server);
	rig.server = server_start(replies, 2);
	open_with((struct http_peer_options){ 0 });
	call_get(&rig, "/a", &got);
	assert_false(got.result.ok);
	assert_string_equal(got.result.err.text, "rt: it redirected more than 5 times");
	assert_int_equal(server_requests(rig.server), 6);
	got_release(&got);
}

static void test_breaker(void **state)
{
	struct got got;
	int64_t until;
	int requests;

	(void)state;
	open_with((struct http_peer_options){ .retries = -1 });
	for (int i = 0; i < 5; i++) {
		assert_int_equal(http_peer_health(rig.peer, &until), HTTP_WELL);
		call_get(&rig, "/drop", &got);
		got_release(&got);
	}
	assert_int_equal(http_peer_health(rig.peer, &until), HTTP_BROKEN);
	assert_true(until > clock_wall(clock_system()));
	requests = server_requests(rig.server);
	call_get(&rig, "/ok", &got);
	assert_false(got.result.ok);
	assert_int_equal(got.result.err.code, ERR_NET);
	assert_non_null(strstr(got.result.err.text, "after 5 failures in a row, the last: the connection was cut before an answer came"));
	assert_int_equal(server_requests(rig.server), requests);
	got_release(&got);
}

static void test_concurrency(void **state)
{
	struct got got[12];

	(void)state;
	open_with((struct http_peer_options){ .concurrency = 3 });
	for (int i = 0; i < 12; i++)
		call_send(&rig, (struct http_request){ .read = true }, "/delay/20", &got[i]);
	for (int i = 0; i < 12; i++) {
		rig_turns(&rig, &got[i].done);
		assert_true(got[i].result.ok);
		got_release(&got[i]);
	}
	assert_int_equal(server_most_at_once(rig.server), 3);
}

static void test_people_before_batch(void **state)
{
	struct got batch[3], person;

	(void)state;
	open_with((struct http_peer_options){ .concurrency = 1 });
	for (int i = 0; i < 3; i++)
		call_send(&rig, (struct http_request){ .read = true, .rank = HTTP_BATCH }, "/delay/20", &batch[i]);
	call_send(&rig, (struct http_request){ .read = true }, "/ok", &person);
	rig_turns(&rig, &person.done);
	assert_false(batch[1].done);
	for (int i = 0; i < 3; i++) {
		rig_turns(&rig, &batch[i].done);
		got_release(&batch[i]);
	}
	got_release(&person);
}

static void test_budget(void **state)
{
	struct got got[6];
	const struct clock *clock = clock_system();
	int64_t began;

	(void)state;
	open_with((struct http_peer_options){ .rate = 20, .burst = 2 });
	began = clock_steady(clock);
	for (int i = 0; i < 6; i++)
		call_send(&rig, (struct http_request){ .read = true }, "/ok", &got[i]);
	for (int i = 0; i < 6; i++) {
		rig_turns(&rig, &got[i].done);
		assert_true(got[i].result.ok);
		got_release(&got[i]);
	}
	/* two at once, four more at 20 a second */
	assert_true(clock_steady(clock) - began >= 195);
}

static void test_budget_used_up(void **state)
{
	struct got got;

	(void)state;
	open_with((struct http_peer_options){ .rate = 0.01, .burst = 1 });
	call_get(&rig, "/ok", &got);
	assert_true(got.result.ok);
	got_release(&got);
	call_get(&rig, "/ok", &got);
	assert_int_equal(got.result.err.code, ERR_RATE);
	assert_non_null(strstr(got.result.err.text, "rt: the budget of 0.01 requests a second is used up for another "));
	assert_true(got.result.ms < 1000);
	got_release(&got);
}

int main(void)
{
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, start, stop)
	const struct CMUnitTest tests[] = {
		TEST(test_cut), TEST(test_late), TEST(test_waiting_counts), TEST(test_caps), TEST(test_refused_connection),
		TEST(test_statuses), TEST(test_tried_again), TEST(test_cut_and_tried_again), TEST(test_writes_once),
		TEST(test_write_on_a_kept_connection), TEST(test_search_by_post_is_a_read), TEST(test_retry_after_within),
		TEST(test_retry_after_beyond), TEST(test_reset_header), TEST(test_redirects), TEST(test_redirect_loop),
		TEST(test_breaker), TEST(test_concurrency), TEST(test_people_before_batch), TEST(test_budget),
		TEST(test_budget_used_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
