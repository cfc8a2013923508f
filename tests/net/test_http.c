#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <dossier/base/when.h>

#include "calls.h"

static int open_rig(void **state)
{
	static struct rig rig;

	rig.server = server_start(NULL, 0);
	rig_open(&rig, (struct http_peer_options){ .rate = -1 }, (struct http_options){ .user_agent = "dossier-test/1" });
	*state = &rig;
	return 0;
}

static int close_rig(void **state)
{
	struct rig *rig = *state;

	rig_close(rig);
	server_stop(rig->server);
	return 0;
}

static void test_get(void **state)
{
	struct rig *rig = *state;
	struct got got;

	call_get(rig, "/ok?q=1", &got);
	assert_true(got.result.ok);
	assert_int_equal(got.result.err.code, ERR_NONE);
	assert_int_equal(got.result.status, 200);
	assert_int_equal(got.status, 200);
	assert_int_equal(got.begins, 1);
	assert_int_equal(got.attempt, 1);
	assert_string_equal(got.type, "application/json");
	assert_string_equal(got.body.data, "{\"ok\":true}");
	assert_int_equal(got.result.bytes, 11);
	assert_true(got.result.retry_at == WHEN_NONE);
	got_release(&got);
}

static void test_request_as_asked(void **state)
{
	struct rig *rig = *state;
	struct http_header headers[] = { { "Authorization", "Bearer abcdef" }, { "X-Empty", "" }, { "Content-Type", "application/json" } };
	struct got got;

	call_run(rig, (struct http_request){ .method = "PATCH", .headers = headers, .n_headers = 3, .body = "{\"a\":1}", .body_n = 7 },
		 "/echo", &got);
	assert_non_null(strstr(got.body.data, "PATCH /echo HTTP/1.1\r\n"));
	assert_non_null(strstr(got.body.data, "\r\nAuthorization: Bearer abcdef\r\n"));
	assert_non_null(strstr(got.body.data, "\r\nX-Empty:\r\n"));
	assert_non_null(strstr(got.body.data, "\r\nContent-Type: application/json\r\n"));
	assert_non_null(strstr(got.body.data, "\r\nUser-Agent: dossier-test/1\r\n"));
	assert_non_null(strstr(got.body.data, "gzip"));
	assert_null(strstr(got.body.data, "urlencoded"));
	assert_null(strstr(got.body.data, "100-continue"));
	assert_non_null(strstr(got.body.data, "\r\n\r\n{\"a\":1}"));
	got_release(&got);
}

static void test_methods(void **state)
{
	static const char *const methods[] = { "POST", "PUT", "DELETE", "OPTIONS" };
	struct rig *rig = *state;
	struct got got;

	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
		char line[64];

		call_run(rig, (struct http_request){ .method = methods[i] }, "/echo", &got);
		snprintf(line, sizeof(line), "%s /echo HTTP/1.1\r\n", methods[i]);
		assert_non_null(strstr(got.body.data, line));
		assert_null(strcasestr(got.body.data, "content-type"));
		got_release(&got);
	}
	call_run(rig, (struct http_request){ .method = "HEAD", .read = true }, "/ok", &got);
	assert_true(got.result.ok);
	assert_int_equal(got.result.bytes, 0);
	got_release(&got);
	/* a search that is a GET with a body */
	call_run(rig, (struct http_request){ .method = "GET", .body = "{}", .body_n = 2, .read = true }, "/echo", &got);
	assert_non_null(strstr(got.body.data, "GET /echo HTTP/1.1\r\n"));
	assert_non_null(strstr(got.body.data, "\r\n\r\n{}"));
	got_release(&got);
}

static void test_connection_is_kept(void **state)
{
	struct rig *rig = *state;
	int before = server_connections(rig->server), requests = server_requests(rig->server);
	struct got got;

	for (int i = 0; i < 10; i++) {
		call_get(rig, "/ok", &got);
		assert_true(got.result.ok);
		got_release(&got);
	}
	assert_int_equal(server_requests(rig->server) - requests, 10);
	assert_true(server_connections(rig->server) - before <= 1);
}

static void test_bodies(void **state)
{
	struct rig *rig = *state;
	struct got got;

	call_get(rig, "/chunked", &got);
	assert_true(got.result.ok);
	assert_string_equal(got.body.data, "one two three");
	got_release(&got);
	call_get(rig, "/gzip", &got);
	assert_true(got.result.ok);
	assert_int_equal(got.body.len, 5000);
	assert_int_equal(got.result.bytes, 5000);
	got_release(&got);
	call_get(rig, "/ok/3000000", &got);
	assert_true(got.result.ok);
	assert_int_equal(got.body.len, 3000000);
	got_release(&got);
}

static void test_refusals_before_sending(void **state)
{
	static const struct http_header split_value = { "X-A", "a\r\nX-B: c" }, split_name = { "X-A\r\nX-B", "c" },
					framing = { "Content-Length", "5" };
	static const struct { struct http_request request; const char *path, *text; } cases[] = {
		{ { .method = "GET" }, "http://elsewhere.example.com/x", "nothing was sent" },
		{ { .method = "GET /x HTTP/1.1\r\nX:" }, "/ok", "method" },
		{ { .method = "GET" }, "ftp://127.0.0.1/x", "not one of http or https" },
		{ { .method = "GET" }, "/a/../../%2e%2e/x", "not one of http or https" },
		{ { .method = "POST", .foreign = true }, "http://tokens.example.com/x", "https" },
		{ { .headers = &split_value, .n_headers = 1 }, "/ok", "X-A" },
		{ { .headers = &split_name, .n_headers = 1 }, "/ok", "name" },
		{ { .headers = &framing, .n_headers = 1 }, "/ok", "Content-Length" },
	};
	struct rig *rig = *state;
	int before = server_requests(rig->server);

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct got got;

		call_run(rig, cases[i].request, cases[i].path, &got);
		assert_false(got.result.ok);
		assert_int_equal(got.begins, 0);
		assert_int_equal(got.result.attempts, 0);
		if (strstr(got.result.err.text, cases[i].text) == NULL || strncmp(got.result.err.text, "rt: ", 4) != 0)
			fail_msg("case %zu: %s", i, got.result.err.text);
		got_release(&got);
	}
	assert_int_equal(server_requests(rig->server), before);
}

/* The usual variables name a proxy; loopback is reached without it, other hosts through it. */
static void test_proxy(void **state)
{
	struct rig *rig = *state, named = { .server = rig->server };
	struct server *proxy = server_start(NULL, 0);
	struct got got;

	setenv("http_proxy", server_origin(proxy), 1);
	call_get(rig, "/ok", &got);
	assert_true(got.result.ok);
	assert_int_equal(server_connections(proxy), 0);
	got_release(&got);
	rig_open(&named, (struct http_peer_options){ .origin = "http://desk.example.com" }, (struct http_options){ 0 });
	call_get(&named, "/ok", &got);
	assert_true(server_connections(proxy) > 0);
	assert_non_null(strstr(server_last(proxy), "GET http://desk.example.com/ok HTTP/1.1"));
	got_release(&got);
	rig_close(&named);
	unsetenv("http_proxy");
	server_stop(proxy);
}

/* A handle that is used again carries nothing of the call before. */
static void test_again(void **state)
{
	static const struct http_header own = { "X-Own", "first" };
	struct rig *rig = *state;
	struct got got;

	call_run(rig, (struct http_request){ .headers = &own, .n_headers = 1 }, "/ok?n=1", &got);
	assert_true(got.result.ok);
	assert_non_null(strstr(server_last(rig->server), "GET /ok?n=1 HTTP/1.1\r\n"));
	assert_non_null(strstr(server_last(rig->server), "X-Own: first\r\n"));
	got_release(&got);
	call_run(rig, (struct http_request){ .method = "POST", .body = "a=1", .body_n = 3 }, "/ok?n=2", &got);
	assert_non_null(strstr(server_last(rig->server), "POST /ok?n=2 HTTP/1.1\r\n"));
	got_release(&got);
	call_get(rig, "/ok", &got);
	assert_true(got.result.ok);
	assert_non_null(strstr(server_last(rig->server), "GET /ok HTTP/1.1\r\n"));
	assert_null(strstr(server_last(rig->server), "X-Own"));
	assert_null(strstr(server_last(rig->server), "Content-"));
	got_release(&got);
	/* one that is no plain path of the origin goes by the whole address, and may not lead elsewhere */
	call_get(rig, "/./ok", &got);
	assert_true(got.result.ok);
	assert_non_null(strstr(server_last(rig->server), "GET /ok HTTP/1.1\r\n"));
	got_release(&got);
	call_get(rig, "/ok", &got);
	assert_true(got.result.ok);
	got_release(&got);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_get),
		cmocka_unit_test(test_again),
		cmocka_unit_test(test_request_as_asked),
		cmocka_unit_test(test_methods),
		cmocka_unit_test(test_connection_is_kept),
		cmocka_unit_test(test_bodies),
		cmocka_unit_test(test_refusals_before_sending),
		cmocka_unit_test(test_proxy),
	};

	return cmocka_run_group_tests(tests, open_rig, close_rig);
}
