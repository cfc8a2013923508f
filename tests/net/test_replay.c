/* What was captured from a server is given again without one. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <dossier/base/mem.h>

#include "calls.h"

#define SECRET "s3cr3t-t0ken"

static struct rig rig;
static char dir[64];

static int start(void **state)
{
	(void)state;
	snprintf(dir, sizeof(dir), "/tmp/dossier-replay-XXXXXX");
	assert_non_null(mkdtemp(dir));
	return 0;
}

static int stop(void **state)
{
	char path[512];
	DIR *folder;
	struct dirent *entry;

	(void)state;
	snprintf(path, sizeof(path), "%s/rt", dir);
	folder = opendir(path);
	while (folder != NULL && (entry = readdir(folder)) != NULL) {
		snprintf(path, sizeof(path), "%s/rt/%s", dir, entry->d_name);
		if (entry->d_name[0] != '.')
			unlink(path);
	}
	if (folder != NULL)
		closedir(folder);
	snprintf(path, sizeof(path), "%s/rt", dir);
	rmdir(path);
	rmdir(dir);
	return 0;
}

static void write_exchange(const char *name, const char *text)
{
	char path[256];
	FILE *file;

	snprintf(path, sizeof(path), "%s/rt", dir);
	mkdir(path, 0700);
	snprintf(path, sizeof(path), "%s/rt/%s", dir, name);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

/* Everything that was written below the folder, in one text. */
static char *all_files(int *n)
{
	struct buf out;
	struct dirent **entries;
	char path[512];

	buf_init(&out, 1 << 20);
	snprintf(path, sizeof(path), "%s/rt", dir);
	*n = scandir(path, &entries, NULL, alphasort);
	for (int i = 0; i < *n; i++) {
		FILE *file;
		int c;

		snprintf(path, sizeof(path), "%s/rt/%s", dir, entries[i]->d_name);
		file = entries[i]->d_name[0] != '.' ? fopen(path, "r") : NULL;
		while (file != NULL && (c = fgetc(file)) != EOF)
			buf_addc(&out, (char)c);
		if (file != NULL)
			fclose(file);
		free(entries[i]);
	}
	free(entries);
	*n -= 2;
	return buf_take(&out);
}

static void replay(const char *origin)
{
	rig_open(&rig, (struct http_peer_options){ .origin = origin }, (struct http_options){ .replay_dir = dir });
	assert_true(http_replaying(rig.http));
}

static void test_round_trip(void **state)
{
	static const struct server_reply replies[] = {
		{ "GET /rt/list?b=2&a=1", 0, "Content-Type: application/json\r\nSet-Cookie: id=" SECRET "; Path=/\r\nX-Noise: y\r\n",
		  "{\"next\":\"http:\\/\\/127.0.0.1\\/\",\"token\":\"" SECRET "\"}" },
		{ "POST /rt/search", 404, NULL, "\xff\xfe binary" },
	};
	const struct http_header headers[] = { { "Authorization", "Bearer " SECRET } };
	struct log *log = log_new(clock_system());
	struct got got;
	char *origin, *text;
	int n;

	(void)state;
	log_secret(log, STR(SECRET));
	rig.server = server_start(replies, 2);
	origin = mem_printf("%s/rt/", server_origin(rig.server));
	rig_open(&rig, (struct http_peer_options){ .origin = origin }, (struct http_options){ .capture_dir = dir, .log = log });
	free(origin);
	origin = mem_printf("%s/rt/list?b=2&a=1", server_origin(rig.server));
	call_run(&rig, (struct http_request){ .read = true, .headers = headers, .n_headers = 1 }, origin, &got);
	assert_true(got.result.ok);
	assert_non_null(strstr(got.body.data, SECRET));
	got_release(&got);
	free(origin);
	origin = mem_printf("%s/rt/search", server_origin(rig.server));
	call_run(&rig, (struct http_request){ .method = "POST", .body = "{\"k\":\"" SECRET "\"}\n", .body_n = 21 }, origin, &got);
	got_release(&got);
	free(origin);
	rig_close(&rig);
	server_stop(rig.server);

	text = all_files(&n);
	assert_int_equal(n, 2);
	assert_null(strstr(text, SECRET));
	assert_null(strstr(text, "noise"));
	assert_non_null(strstr(text, "request: GET /list?a=1&b=2\nstatus: 200\ncontent-type: application/json\nset-cookie: id=masked\n\n"));
	assert_non_null(strstr(text, "body: base64"));
	free(text);

	/* another house's address, the query in another order */
	rig_open(&rig, (struct http_peer_options){ .origin = "https://desk.example.com" },
		 (struct http_options){ .replay_dir = dir, .log = log });
	call_run(&rig, (struct http_request){ .read = true }, "/list?a=1&b=2", &got);
	assert_true(got.result.ok);
	assert_int_equal(got.status, 200);
	assert_string_equal(got.type, "application/json");
	assert_non_null(strstr(got.body.data, "\"token\""));
	got_release(&got);
	call_run(&rig, (struct http_request){ .method = "POST", .body = "{\"k\":\"" SECRET "\"}\n", .body_n = 21 }, "/search", &got);
	assert_true(got.result.ok);
	assert_int_equal(got.status, 404);
	assert_int_equal(got.result.err.code, ERR_NOTFOUND);
	assert_string_equal(got.body.data, "\xff\xfe binary");
	got_release(&got);
	rig_close(&rig);
	log_free(log);
}

static void test_unknown_request(void **state)
{
	struct got got;

	(void)state;
	replay("https://desk.example.com");
	call_run(&rig, (struct http_request){ .read = true }, "/nowhere?q=1", &got);
	assert_false(got.result.ok);
	assert_int_equal(got.result.err.code, ERR_NOTFOUND);
	assert_non_null(strstr(got.result.err.text, "rt: no captured reply in "));
	assert_non_null(strstr(got.result.err.text, "to GET /nowhere?q=1"));
	got_release(&got);
	call_run(&rig, (struct http_request){ .read = true, .replay_key = "GET /<now>" }, "/nowhere?q=1", &got);
	assert_non_null(strstr(got.result.err.text, "to GET /<now>"));
	got_release(&got);
	rig_close(&rig);
}

static void test_sequence(void **state)
{
	static const char *const want[] = { "one", "two", "two" };

	(void)state;
	write_exchange("a.txt", "request: GET /x\nstatus: 200\n\none");
	write_exchange("b.txt", "request: GET /x\nstatus: 200\n\ntwo");
	write_exchange("c.txt", "request: GET /y\nstatus: 200\nlink: <<origin>/z>\n\n{\"u\":\"<origin>/a\",\"v\":\"<origin\\/>\\/b\"}");
	replay("https://desk.example.com/p/");
	for (size_t i = 0; i < 3; i++) {
		struct got got;

		call_run(&rig, (struct http_request){ .read = true }, "https://desk.example.com/p/x", &got);
		assert_string_equal(got.body.data, want[i]);
		got_release(&got);
	}
	{
		struct got got;

		call_run(&rig, (struct http_request){ .read = true }, "https://desk.example.com/p/y", &got);
		assert_string_equal(got.body.data,
				    "{\"u\":\"https://desk.example.com/p/a\",\"v\":\"https:\\/\\/desk.example.com\\/p\\/b\"}");
		assert_string_equal(got.link, "<https://desk.example.com/p/z>");
		got_release(&got);
	}
	rig_close(&rig);
}

static void test_broken_file(void **state)
{
	struct http_options options = { .replay_dir = dir };
	struct http_peer_options peer = { .id = "rt", .origin = "https://desk.example.com" };
	struct err err = { 0 };
	struct loop *loop = loop_new(clock_system(), &err);
	struct http *http = http_new(loop, &options, &err);

	(void)state;
	write_exchange("a.txt", "request: GET /x\nthis is not a header\n\none");
	assert_null(http_peer_new(http, &peer, &err));
	assert_non_null(strstr(err.text, "/rt/a.txt:2: "));
	write_exchange("a.txt", "request: GET /x\n\none");
	assert_null(http_peer_new(http, &peer, &err));
	assert_non_null(strstr(err.text, "status"));
	http_free(http);
	loop_free(loop);
}

static void test_cancel_and_caps(void **state)
{
	struct got got;

	(void)state;
	write_exchange("a.txt", "request: GET /x\nstatus: 200\n\n0123456789");
	rig_open(&rig, (struct http_peer_options){ .origin = "https://desk.example.com", .body_max = 9 },
		 (struct http_options){ .replay_dir = dir });
	call_send(&rig, (struct http_request){ .read = true }, "/x", &got);
	loop_turn(rig.loop, 0);
	http_cancel(got.call);
	loop_turn(rig.loop, 0);
	loop_turn(rig.loop, 0);
	assert_false(got.done);
	got_release(&got);
	call_run(&rig, (struct http_request){ .read = true }, "/x", &got);
	assert_int_equal(got.result.err.code, ERR_LIMIT);
	got_release(&got);
	rig_close(&rig);
}

int main(void)
{
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, start, stop)
	const struct CMUnitTest tests[] = {
		TEST(test_round_trip), TEST(test_unknown_request), TEST(test_sequence), TEST(test_broken_file),
		TEST(test_cancel_and_caps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
