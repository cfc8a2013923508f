/* The pure parts: addresses, when to come back, the breaker, the shared budget. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <dossier/base/when.h>
#include <dossier/net/http.h>

#include "../../src/net/breaker.h"
#include "../../src/net/pace.h"
#include "../../src/net/retry.h"

static void test_same_origin(void **state)
{
	static const struct { const char *origin, *url; bool same; } cases[] = {
		{ "https://a.example.com", "https://a.example.com/x", true },
		{ "https://a.example.com", "https://A.EXAMPLE.com:443/x?y#z", true },
		{ "https://a.example.com/", "https://a.example.com", true },
		{ "https://a.example.com", "http://a.example.com/x", false },
		{ "https://a.example.com", "https://a.example.com:444/x", false },
		{ "https://a.example.com", "https://a.example.com.evil.example/x", false },
		{ "https://a.example.com", "https://a.example.com@evil.example/x", false },
		{ "https://a.example.com", "https://user:pw@a.example.com/x", false },
		{ "https://a.example.com", "https://evil.example\\@a.example.com/x", false },
		{ "https://a.example.com", "//a.example.com/x", false },
		{ "https://a.example.com", "ftp://a.example.com/x", false },
		{ "https://a.example.com/rt", "https://a.example.com/rt/x", true },
		{ "https://a.example.com/rt/", "https://a.example.com/rt", true },
		{ "https://a.example.com/rt", "https://a.example.com/rtx", false },
		{ "https://a.example.com/rt", "https://a.example.com/rt/../x", false },
		{ "https://a.example.com/rt", "https://a.example.com/rt/%2e%2E/x", false },
		{ "https://a.example.com/rt", "https://a.example.com/rt/.%2e/x", false },
		{ "https://a.example.com/rt", "https://a.example.com/rt/..%5cx", true },
		{ "http://[::1]:8080", "http://[::1]:8080/x", true },
		{ "", "https://a.example.com", false },
		{ "https://a.example.com", "", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (http_same_origin(cases[i].origin, cases[i].url) != cases[i].same)
			fail_msg("%s %s", cases[i].origin, cases[i].url);
}

static void test_rebase(void **state)
{
	static const struct { const char *origin, *base, *address, *out; } cases[] = {
		{ "https://a.example.com", "https://a.example.com/x/y?z", "?page=2", "https://a.example.com/x/y?page=2" },
		{ "https://a.example.com", "https://a.example.com/x/y", "w", "https://a.example.com/x/w" },
		{ "https://a.example.com", "https://a.example.com/x/y", "/w#f", "https://a.example.com/w" },
		{ "https://a.example.com", "https://a.example.com/x/y", "http://inside:8080/w?a=b", "https://a.example.com/w?a=b" },
		{ "https://a.example.com", "https://a.example.com/x", "//evil.example/w", "https://a.example.com/w" },
		{ "https://a.example.com/rt/", "https://a.example.com/rt/x", "https://inside/rt/w", "https://a.example.com/rt/w" },
		{ "https://a.example.com/rt", "https://a.example.com/rt/x", "/w", "https://a.example.com/rt/w" },
		{ "https://a.example.com/rt", "https://a.example.com/rt/x", "../../../w", "https://a.example.com/rt/w" },
		{ "https://a.example.com", "https://a.example.com/", " /a b?c=\xc3\xa9 ", "https://a.example.com/a%20b?c=%C3%A9" },
		{ "https://a.example.com", "https://a.example.com/", "javascript:alert(1)", NULL },
		{ "https://a.example.com", "https://a.example.com/", "mailto:x@example.com", NULL },
		{ "https://a.example.com", "https://a.example.com/", "ftp://a.example.com/x", NULL },
		{ "https://a.example.com", "https://a.example.com/", "/a\r\nX: y", NULL },
		{ "https://a.example.com", "https://a.example.com/", "", NULL },
		{ "https://a.example.com", "https://a.example.com/", "https://u:p@a.example.com/", NULL },
		{ "https://a.example.com", "https://a.example.com/", "/x/%2e%2e/y", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct err err = { 0 };
		char *out;
		bool ok = http_rebase(cases[i].origin, cases[i].base, str_of(cases[i].address), &out, &err);

		if (ok != (cases[i].out != NULL) || (ok && strcmp(out, cases[i].out) != 0))
			fail_msg("%s: %s", cases[i].address, ok ? out : err.text);
		assert_true(ok || (out == NULL && err.code != ERR_NONE));
		free(out);
	}
}

static void test_cleartext(void **state)
{
	(void)state;
	assert_true(http_is_cleartext("http://desk.example.com/"));
	assert_true(http_is_cleartext("http://127.0.0.1.example.com/"));
	assert_true(http_is_cleartext("http://128.0.0.1/"));
	assert_true(http_is_cleartext("nonsense"));
	assert_false(http_is_cleartext("https://desk.example.com/"));
	assert_false(http_is_cleartext("http://127.0.0.1:8080/"));
	assert_false(http_is_cleartext("http://127.9.9.9/"));
	assert_false(http_is_cleartext("http://[::1]/"));
	assert_false(http_is_cleartext("http://localhost:9000/x"));
	assert_false(http_is_cleartext("http://shop.localhost/"));
}

static void test_retry_after(void **state)
{
	const int64_t now = INT64_C(1795132800000);     /* Fri, 20 Nov 2026 00:00:00 UTC */
	const int64_t day = INT64_C(24) * 3600 * 1000;
	static const char *const refused[] = { "", "soon", "-5", "5 s", "1e3", "99999999999999999999999" };
	int64_t at;

	(void)state;
	assert_true(retry_after(STR("120"), now, &at) && at == now + 120000);
	assert_true(retry_after(STR(" 0 "), now, &at) && at == now);
	assert_true(retry_after(STR("1.5"), now, &at) && at == now + 1500);
	assert_true(retry_after(STR("99999999"), now, &at) && at == now + day);
	assert_true(retry_after(STR("Fri, 20 Nov 2026 00:00:30 GMT"), now, &at) && at == now + 30000);
	assert_true(retry_after(STR("Fri, 20 Nov 2020 00:00:30 GMT"), now, &at) && at == now);
	assert_true(retry_after(STR("Fri, 20 Nov 2099 00:00:30 GMT"), now, &at) && at == now + day);
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		if (retry_after(str_of(refused[i]), now, &at))
			fail_msg("%s", refused[i]);
}

static void test_reset(void **state)
{
	const int64_t now = INT64_C(1795132800000);
	struct http_reset names = { "X-Left", "X-Reset", HTTP_RESET_SECONDS };
	int64_t at;

	(void)state;
	assert_true(retry_reset(&names, STR("0"), STR("30"), now, &at) && at == now + 30000);
	assert_false(retry_reset(&names, STR("1"), STR("30"), now, &at));
	assert_false(retry_reset(&names, (struct str){ 0 }, STR("30"), now, &at));
	assert_false(retry_reset(&names, STR("0"), STR("x"), now, &at));
	names.unit = HTTP_RESET_EPOCH;
	assert_true(retry_reset(&names, STR("0"), STR("1795132860"), now, &at) && at == now + 60000);
	names.unit = HTTP_RESET_EPOCH_MS;
	assert_true(retry_reset(&names, STR("0"), STR("1795132860000"), now, &at) && at == now + 60000);
	names.unit = HTTP_RESET_ISO;
	assert_true(retry_reset(&names, STR("0"), STR("2026-11-20T00:01:00Z"), now, &at) && at == now + 60000);
}

static void test_retry_wait(void **state)
{
	(void)state;
	for (int tries = 1; tries < 40; tries++) {
		int64_t full = tries > 5 ? 5000 : INT64_C(200) << (tries - 1);

		assert_int_equal(retry_wait(tries, 0), full / 2);
		for (uint64_t r = 1; r < 2000; r += 37)
			assert_in_range(retry_wait(tries, r * UINT64_C(0x9e3779b97f4a7c15)), full / 2, full);
	}
	assert_true(retry_status(500, 1));
	assert_false(retry_status(500, 2));
	assert_true(retry_status(503, 9));
	assert_false(retry_status(404, 1));
}

static void test_breaker(void **state)
{
	struct err why = { .code = ERR_NET, .text = "rt: cut" };
	struct breaker breaker = { 0 };
	int64_t first;

	(void)state;
	for (int i = 0; i < 4; i++) {
		breaker_failed(&breaker, 0, 0, &why);
		assert_int_equal(breaker_ask(&breaker, 0), BREAKER_GO);
	}
	breaker_worked(&breaker);
	for (int i = 0; i < 5; i++)
		breaker_failed(&breaker, 1000, 0, &why);
	first = breaker.until;
	assert_in_range(first, 1000 + 3750, 1000 + 6250);
	assert_int_equal(breaker_ask(&breaker, first - 1), BREAKER_REFUSE);
	/* failures of calls that were still running do not prolong it */
	breaker_failed(&breaker, 2000, 0, &why);
	assert_int_equal(breaker.until, first);
	assert_int_equal(breaker_ask(&breaker, first), BREAKER_PROBE);
	assert_int_equal(breaker_ask(&breaker, first), BREAKER_WAIT);
	breaker_forget_probe(&breaker);
	assert_int_equal(breaker_ask(&breaker, first), BREAKER_PROBE);
	breaker_failed(&breaker, first, 0, &why);
	assert_true(breaker.until - first >= 7500);
	for (int i = 0; i < 20; i++) {
		assert_int_equal(breaker_ask(&breaker, breaker.until), BREAKER_PROBE);
		breaker_failed(&breaker, 0, UINT64_MAX, &why);
		assert_true(breaker.until <= 75000);
	}
	assert_int_equal(breaker_ask(&breaker, breaker.until), BREAKER_PROBE);
	breaker_worked(&breaker);
	assert_int_equal(breaker_ask(&breaker, 0), BREAKER_GO);
}

struct two {
	struct clock_fake fake;
	char dir[64];
	struct pace a, b;       /* as in two processes */
};

static struct two two;

static int open_two(void **state)
{
	(void)state;
	clock_fake_init(&two.fake, 1000000, 1);
	snprintf(two.dir, sizeof(two.dir), "/tmp/dossier-pace-XXXXXX");
	assert_non_null(mkdtemp(two.dir));
	pace_init(&two.a, &two.fake.clock, two.dir, "rt", 10, 4, 1);
	pace_init(&two.b, &two.fake.clock, two.dir, "rt", 10, 4, 1);
	return 0;
}

static int close_two(void **state)
{
	char path[128];

	(void)state;
	pace_release(&two.a);
	pace_release(&two.b);
	snprintf(path, sizeof(path), "%s/pace-rt", two.dir);
	unlink(path);
	rmdir(two.dir);
	return 0;
}

static void pass(int64_t ms)
{
	two.fake.wall_ms += ms;
	two.fake.steady_ms += ms;
}

static void test_pace_is_shared(void **state)
{
	int64_t ms;

	(void)state;
	for (int i = 0; i < 4; i++) {
		assert_int_equal(pace_take(i % 2 ? &two.a : &two.b, HTTP_PERSON, 1000, &ms), PACE_GO);
		assert_int_equal(ms, 0);
	}
	/* debts are paid in turn: a tenth of a second each */
	assert_int_equal(pace_take(&two.a, HTTP_PERSON, 1000, &ms), PACE_GO);
	assert_in_range(ms, 100, 101);
	assert_int_equal(pace_take(&two.b, HTTP_PERSON, 1000, &ms), PACE_GO);
	assert_in_range(ms, 200, 201);
	/* too late for its dead-line: nothing is taken */
	assert_int_equal(pace_take(&two.b, HTTP_PERSON, 200, &ms), PACE_LATER);
	assert_in_range(ms, 300, 301);
	pass(1000);
	assert_int_equal(pace_take(&two.b, HTTP_PERSON, 0, &ms), PACE_GO);
	assert_false(two.a.alone || two.b.alone);
}

static void test_batch_stands_behind(void **state)
{
	int64_t ms;

	(void)state;
	for (int i = 0; i < 3; i++)
		assert_int_equal(pace_take(&two.a, HTTP_BATCH, 1000, &ms), PACE_GO);
	/* one token is left, for people */
	assert_int_equal(pace_take(&two.a, HTTP_BATCH, 1000, &ms), PACE_LATER);
	assert_in_range(ms, 100, 101);
	assert_int_equal(pace_take(&two.b, HTTP_PERSON, 1000, &ms), PACE_GO);
	assert_int_equal(ms, 0);
	assert_int_equal(pace_take(&two.b, HTTP_PERSON, 1000, &ms), PACE_GO);
	/* a person waits: what flows in is theirs */
	pass(101);
	assert_int_equal(pace_take(&two.a, HTTP_BATCH, 1000, &ms), PACE_LATER);
	pass(300);
	assert_int_equal(pace_take(&two.a, HTTP_BATCH, 1000, &ms), PACE_GO);
}

static void test_pace_file_damaged(void **state)
{
	static const char *const texts[] = { "", "x", "99999999999999999999999 1", "1000000 999999999999999\n", "-999999999999 1000000\n" };
	char path[128];
	int64_t ms;

	(void)state;
	snprintf(path, sizeof(path), "%s/pace-rt", two.dir);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

		assert_int_equal(write(fd, texts[i], strlen(texts[i])), (ssize_t)strlen(texts[i]));
		close(fd);
		assert_int_equal(pace_take(&two.a, HTTP_PERSON, 0, &ms), PACE_GO);
		assert_int_equal(ms, 0);
	}
	assert_int_equal(unlink(path), 0);
	for (int i = 0; i < 4; i++)
		assert_int_equal(pace_take(i % 2 ? &two.a : &two.b, HTTP_PERSON, 0, &ms), PACE_GO);
	assert_int_equal(pace_take(&two.a, HTTP_PERSON, 0, &ms), PACE_LATER);
	/* a clock set back gives nothing and takes nothing */
	two.fake.wall_ms -= 50000;
	assert_int_equal(pace_take(&two.b, HTTP_PERSON, 0, &ms), PACE_LATER);
	assert_in_range(ms, 100, 101);
	assert_false(two.a.alone);
}

static void test_pace_lock_held(void **state)
{
	char path[128];
	int64_t ms;
	int fd;

	(void)state;
	assert_int_equal(pace_take(&two.a, HTTP_PERSON, 0, &ms), PACE_GO);
	snprintf(path, sizeof(path), "%s/pace-rt", two.dir);
	fd = open(path, O_RDWR);
	assert_int_equal(flock(fd, LOCK_EX), 0);
	assert_int_equal(pace_take(&two.a, HTTP_PERSON, 1000, &ms), PACE_LATER);
	assert_true(ms < 10);
	pass(300);
	assert_int_equal(pace_take(&two.a, HTTP_PERSON, 1000, &ms), PACE_GO);
	assert_true(two.a.alone);
	assert_non_null(strstr(two.a.why, "lock"));
	close(fd);
}

static void test_pace_unwritable(void **state)
{
	struct pace pace;
	int64_t ms;
	int went = 0;

	(void)state;
	pace_init(&pace, &two.fake.clock, "/nonexistent/folder", "rt", 10, 4, 1);
	while (pace_take(&pace, HTTP_PERSON, 0, &ms) == PACE_GO)
		went++;
	assert_int_equal(went, 4);
	assert_true(pace.alone);
	assert_non_null(strstr(pace.why, "cannot be written"));
	assert_in_range(ms, 400, 401);      /* a quarter of the rate */
	pace_release(&pace);
}

static void test_pace_folder(void **state)
{
	char path[128];
	struct stat st;
	char *made;

	(void)state;
	snprintf(path, sizeof(path), "%s/given", two.dir);
	made = pace_folder(path, NULL);
	assert_string_equal(made, path);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	free(made);
	rmdir(path);
	setenv("XDG_RUNTIME_DIR", two.dir, 1);
	made = pace_folder(NULL, NULL);
	snprintf(path, sizeof(path), "%s/dossier", two.dir);
	assert_string_equal(made, path);
	free(made);
	/* one that others may write to is not trusted */
	assert_int_equal(chmod(path, 0777), 0);
	made = pace_folder(NULL, NULL);
	assert_true(made == NULL || strcmp(made, path) != 0);
	free(made);
	rmdir(path);
}

int main(void)
{
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, open_two, close_two)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same_origin), cmocka_unit_test(test_rebase), cmocka_unit_test(test_cleartext),
		cmocka_unit_test(test_retry_after), cmocka_unit_test(test_reset), cmocka_unit_test(test_retry_wait),
		cmocka_unit_test(test_breaker), TEST(test_pace_is_shared), TEST(test_batch_stands_behind),
		TEST(test_pace_file_damaged), TEST(test_pace_lock_held), TEST(test_pace_unwritable), TEST(test_pace_folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
