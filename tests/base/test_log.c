#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <sys/stat.h>

#include <dossier/base/buf.h>
#include <dossier/base/log.h>
#include <dossier/base/mem.h>

#define DOTS "\342\200\242\342\200\242\342\200\242"

struct place { char folder[40], path[60], old[60]; struct clock_fake clock; struct log *log; };

static int set_up(void **state)
{
	struct place *place = mem_zalloc(sizeof(*place));

	snprintf(place->folder, sizeof(place->folder), "/tmp/dossier-log-XXXXXX");
	assert_non_null(mkdtemp(place->folder));
	snprintf(place->path, sizeof(place->path), "%s/log", place->folder);
	snprintf(place->old, sizeof(place->old), "%s/log.1", place->folder);
	clock_fake_init(&place->clock, 1795306000123, 1);
	place->log = log_new(&place->clock.clock);
	*state = place;
	return 0;
}

static int tear_down(void **state)
{
	struct place *place = *state;

	log_free(place->log);
	unlink(place->path);
	unlink(place->old);
	rmdir(place->folder);
	free(place);
	return 0;
}

static char *content(const char *path)
{
	static char text[4096];
	FILE *file = fopen(path, "r");

	assert_non_null(file);
	text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
	fclose(file);
	return text;
}

static void off_is_silent(void **state)
{
	struct place *place = *state;

	assert_false(log_on(NULL));
	assert_false(log_on(place->log));
	log_line(NULL, "net", "nobody hears");
	log_line(place->log, "net", "nobody hears");
	log_secret(NULL, STR("hunter2"));
	log_free(NULL);
}

static void lines_are_private_dated_and_single(void **state)
{
	struct place *place = *state;
	struct err err;
	struct stat st;

	assert_true(log_open(place->log, place->path, &err));
	assert_true(log_on(place->log));
	log_line(place->log, "net", "got %d", 200);
	place->clock.wall_ms++;
	log_line(place->log, "net", "%s", "a\nb\033[31m");
	assert_string_equal(content(place->path),
			    "2026-11-22T00:06:40.123Z net: got 200\n"
			    "2026-11-22T00:06:40.124Z net: a b\357\277\275[31m\n");
	assert_int_equal(stat(place->path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

static void open_files_of_others_are_closed_to_them(void **state)
{
	struct place *place = *state;
	struct err err;
	struct stat st;

	FILE *file = fopen(place->path, "w");
	assert_non_null(file);
	fputs("before\n", file);
	fclose(file);
	chmod(place->path, 0644);
	assert_true(log_open(place->log, place->path, &err));
	assert_int_equal(stat(place->path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	log_line(place->log, "t", "after");
	assert_memory_equal(content(place->path), "before\n2026-", 12);
}

static void only_plain_files_are_taken(void **state)
{
	struct place *place = *state;
	struct err err;

	assert_false(log_open(place->log, place->folder, &err));
	assert_int_equal(err.code, ERR_IO);
	assert_non_null(strstr(err.text, place->folder));
	assert_int_equal(symlink("/dev/null", place->path), 0);
	assert_false(log_open(place->log, place->path, &err));
	assert_false(log_on(place->log));
}

static void rotates_once_at_its_size(void **state)
{
	struct place *place = *state;
	struct err err;
	struct stat st;
	char text[8001];

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	assert_true(log_open(place->log, place->path, &err));
	for (int i = 0; i < 2 * 1048; i++)
		log_line(place->log, "t", "%s", text);
	assert_int_equal(stat(place->old, &st), 0);
	assert_true(st.st_size <= 8 << 20 && st.st_size > (8 << 20) - 9000);
	assert_int_equal(stat(place->path, &st), 0);
	assert_true(st.st_size <= 8 << 20);
	assert_int_equal(st.st_mode & 0777, 0600);
}

static void assert_cleaned(struct log *log, struct str text, const char *want)
{
	struct buf out;

	buf_init(&out, 1000);
	log_clean(log, text, &out);
	assert_string_equal(buf_str(&out).p, want);
	buf_release(&out);
}

static void secrets_are_masked_in_every_form(void **state)
{
	struct place *place = *state;
	struct err err;

	log_secret(place->log, STR("abcd"));
	log_secret(place->log, STR("abcdefgh"));
	log_secret(place->log, STR("p\"w d/+"));
	log_secret(place->log, STR("xyz"));
	assert_cleaned(place->log, STR("abcd"), DOTS);
	assert_cleaned(place->log, STR("a abcdefgh z"), "a " DOTS " z");
	assert_cleaned(place->log, STR("abcdabcdefghabc"), DOTS DOTS "abc");
	assert_cleaned(place->log, STR("abc xyz"), "abc xyz");
	assert_cleaned(place->log, STR(""), "");
	assert_cleaned(place->log, STR("k=p\"w d/+"), "k=" DOTS);
	assert_cleaned(place->log, STR("k=p%22w%20d%2F%2B&"), "k=" DOTS "&");
	assert_cleaned(place->log, STR("{\"k\":\"p\\\"w d/+\"}"), "{\"k\":\"" DOTS "\"}");
	log_secret(place->log, STR("a/b+c\\d=="));
	assert_cleaned(place->log, STR("{\"k\":\"a\\/b+c\\\\d==\"}"), "{\"k\":\"" DOTS "\"}");
	assert_cleaned(place->log, STR("{\"k\":\"a/b\\u002Bc\\\\d==\"}"), "{\"k\":\"" DOTS "\"}");
	assert_cleaned(NULL, STR("abcd"), "abcd");
	assert_true(log_open(place->log, place->path, &err));
	log_line(place->log, "net", "token %s", "abcdefgh");
	assert_null(strstr(content(place->path), "abcd"));
	assert_non_null(strstr(content(place->path), "token " DOTS "\n"));
}

static void customers_are_hidden(void **state)
{
	static const struct { struct str text; const char *hidden; } cases[] = {
		{ STR("maria.santos@example.com"), "m" DOTS "@e" DOTS },
		{ STR("no \"maria@example.com\", sorry"), "no \"m" DOTS "@e" DOTS "\", sorry" },
		{ STR("/user/maria%40example.com/x"), "/user/m" DOTS "@e" DOTS "/x" },
		{ STR("/people/Maria%20Santos?x"), "/people/" DOTS "?x" },
		{ STR("/people/42/notes"), "/people/42/notes" },
		{ STR("GET /c?email=a%40b.example&limit=20 (find)"), "GET /c?email=" DOTS "&limit=" DOTS " (find)" },
		{ STR("/c?q=it's+(me),here;now: 5"), "/c?q=" DOTS " 5" },
		{ STR("/c?q=Maria"), "/c?q=" DOTS },
		{ STR("/c?=&&a&b="), "/c?=" DOTS "&&a&b=" DOTS },
		{ STR("is it?maria@example.com=1&b%40c"), "is it?m" DOTS "@e" DOTS "=" DOTS "&b" DOTS "@c" DOTS },
		{ STR("a@@b"), "a" DOTS "@" DOTS },
		{ STR("really? yes"), "really? yes" },
		{ STR("is +351912345678 there"), "is +35" DOTS "678 there" },
		{ STR("of (030) 2312-5417."), "of (03" DOTS "417." },
		{ STR("https://127.0.0.1:8401/x 503, 1018 bytes, 12 ms"), "https://127.0.0.1:8401/x 503, 1018 bytes, 12 ms" },
		{ STR("no way to 192.168.100.200"), "no way to 192.168.100.200" },
		{ STR("again at 2026-11-20 10:15"), "again at 2026-11-20 10:15" },
		{ STR("record cus_01234567890123"), "record cus_01234567890123" },
		{ STR("4 9 16 25 36 1e5x 123456789z"), "4 9 16 25 36 1e5x 123456789z" },
		{ STR("\303\211lodie@\303\251.example"), "\303\211" DOTS "@\303\251" DOTS },
		{ STR("@"), DOTS "@" DOTS },
		{ STR("\377@x"), DOTS "@x" DOTS },
		{ STR("123456789\0" "a@b"), "123" DOTS "789\0a" DOTS "@b" DOTS },
		{ STR(""), "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buf out;

		buf_init(&out, 1000);
		log_hide(cases[i].text, &out);
		assert_string_equal(buf_str(&out).p, cases[i].hidden);
		buf_release(&out);
	}
}

static void every_line_hides_customers(void **state)
{
	struct place *place = *state;
	struct err err;

	assert_true(log_open(place->log, place->path, &err));
	log_line(place->log, "shop", "GET /c?email=%s (%s)", "maria%40example.com", "of +351912345678");
	assert_non_null(strstr(content(place->path), "shop: GET /c?email=" DOTS " (of +35" DOTS "678)\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(off_is_silent, set_up, tear_down),
		cmocka_unit_test_setup_teardown(lines_are_private_dated_and_single, set_up, tear_down),
		cmocka_unit_test_setup_teardown(open_files_of_others_are_closed_to_them, set_up, tear_down),
		cmocka_unit_test_setup_teardown(only_plain_files_are_taken, set_up, tear_down),
		cmocka_unit_test_setup_teardown(rotates_once_at_its_size, set_up, tear_down),
		cmocka_unit_test_setup_teardown(secrets_are_masked_in_every_form, set_up, tear_down),
		cmocka_unit_test(customers_are_hidden),
		cmocka_unit_test_setup_teardown(every_line_hides_customers, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
