/* Whole runs of dossier batch against a small server: order, tables, interruptions of every kind. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <dossier/base/json.h>
#include <dossier/base/mem.h>

#include "../net/server.h"
#include "run.h"

#define PEOPLE 240
#define WORDS(...) ((const char *const[]){ __VA_ARGS__, NULL })
#define BATCH(...) WORDS("batch", __VA_ARGS__, "--workers", f->workers)

static const char connector[] =
	"connector: small\n"
	"title: Small\n"
	"settings: {url: {required: true}}\n"
	"find:\n"
	"  - {by: email, get: \"/people/<value>\", each: /items, match: [/email], none: [404]}\n"
	"record: {id: /id, name: /name, email: /email}\n"
	"pull:\n"
	"  events:\n"
	"    per: record\n"
	"    get: \"/events/<record>\"\n"
	"    each: /items\n"
	"    row: {kind: note, id: /id, at: /at, title: /title}\n"
	"  slow: {per: record, get: /delay/3, each: \"\", when: {/never: {has: true}}, row: {kind: note, id: /id, at: /at}}\n";

struct fixture {
	struct place_dir dir;
	struct server *server;
	struct server_reply replies[2 * PEOPLE];
	char *list;
	const char *workers;            /* how many processes batch is told to use */
};

static void make(void **state, const char *workers)
{
	struct fixture *f = mem_zalloc(sizeof(*f));
	char *config;
	struct buf list;

	*state = f;
	f->workers = workers;
	dir_make(&f->dir);
	buf_init(&list, 1 << 20);
	for (int i = 0; i < PEOPLE; i++) {
		buf_printf(&list, "u%d@example.com\n", i);
		f->replies[2 * i].request = mem_printf("GET /people/u%d%%40example.com", i);
		f->replies[2 * i].body = mem_printf("{\"items\":[{\"id\":%d,\"name\":\"User =%d\",\"email\":\"u%d@example.com\"}]}", i, i, i);
		f->replies[2 * i + 1].request = mem_printf("GET /events/%d", i);
		f->replies[2 * i + 1].body = mem_printf("{\"items\":[{\"id\":\"e%d\",\"at\":\"2026-05-0%dT10:00:00Z\",\"title\":\"%0500d\"}]}",
							i, i % 9 + 1, i);
	}
	f->list = buf_take(&list);
	f->server = server_start(f->replies, 2 * PEOPLE);
	dir_write(&f->dir, "list", f->list);
	dir_write(&f->dir, "small.yaml", connector);
	config = mem_printf("house: {country: GB, currency: GBP, zone: Europe/London}\n"
			    "backends:\n"
			    "  small: {connector: %s, rate: unlimited, settings: {url: \"%s\"}}\n",
			    dir_file(&f->dir, "small.yaml"), server_origin(f->server));
	dir_write(&f->dir, "dossier.yaml", config);
	free(config);
}

static int set_up_one(void **state)
{
	make(state, "1");
	return 0;
}

static int set_up_three(void **state)
{
	make(state, "3");
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	server_stop(f->server);
	for (size_t i = 0; i < 2 * PEOPLE; i++) {
		free((void *)(uintptr_t)f->replies[i].request);
		free((void *)(uintptr_t)f->replies[i].body);
	}
	dir_remove(&f->dir);
	free(f->list);
	free(f);
	return 0;
}

static int64_t number_of(struct json_object *line, const char *name)
{
	return json_object_get_int64(json_object_object_get(line, name));
}

/* Every line of the list once, each whole and found; in order when asked. Fails with the first that is not. */
static void assert_complete(struct fixture *f, const char *name, bool ordered, size_t rows_each)
{
	char *text = dir_read(&f->dir, name, NULL), *at = text;
	bool seen[PEOPLE + 1] = { false };
	int n = 0;

	for (char *end; (end = strchr(at, '\n')); at = end + 1, n++) {
		struct err err = { 0 };
		struct json_object *line = json_parse_whole(str_make(at, (size_t)(end - at)), &json_scan_defaults, &err), *rows;
		char who[40];
		int64_t number;

		assert_non_null(line);
		number = number_of(line, "line");
		assert_in_range(number, 1, PEOPLE);
		assert_false(seen[number]);
		seen[number] = true;
		if (ordered)
			assert_int_equal(number, n + 1);
		snprintf(who, sizeof(who), "u%d@example.com", (int)number - 1);
		assert_string_equal(json_object_get_string(json_object_object_get(line, "who")), who);
		assert_string_equal(json_object_get_string(json_object_object_get(line, "status")), "found");
		rows = json_object_object_get(line, "timeline");
		assert_int_equal(rows ? json_object_array_length(rows) : 0, rows_each);
		json_object_put(line);
	}
	assert_string_equal(at, "");
	assert_int_equal(n, PEOPLE);
	free(text);
}

static void assert_says(struct fixture *f, const char *name, const char *words)
{
	char *text = dir_read(&f->dir, name, NULL);

	if (!strstr(text, words))
		print_error("%s", text);
	assert_non_null(strstr(text, words));
	free(text);
}

static void test_in_order_with_counts(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(run_words(&f->dir, &(struct run_to){ .in = "list", .out = "out", .err = "err" }, BATCH("show")), 0);
	assert_complete(f, "out", true, 1);
	assert_says(f, "err", "240 done: 240 found, 0 none, 0 several, 0 partial, 0 failed; 240 in this run");
	assert_in_range(server_connections(f->server), 1, 8);
}

static void test_unordered_has_each_once(void **state)
{
	struct fixture *f = *state;
	const char *list = dir_file(&f->dir, "list");

	assert_int_equal(run_words(&f->dir, &(struct run_to){ .out = "out", .err = "err" },
				   BATCH("timeline", list, "--unordered", "-j", "7")), 0);
	assert_complete(f, "out", false, 1);
}

static void test_every_line_has_its_status(void **state)
{
	struct fixture *f = *state;
	char *text;

	dir_write(&f->dir, "mixed", "\xef\xbb\xbfu3@example.com\r\n\r\nnobody@example.com\n  u4@example.com  \nloyalty:\n");
	assert_int_equal(run_words(&f->dir, &(struct run_to){ .in = "mixed", .out = "out", .err = "err" }, BATCH("find", "-")), 3);
	text = dir_read(&f->dir, "out", NULL);
	assert_non_null(strstr(text, "{\"v\":1,\"line\":1,\"who\":\"u3@example.com\",\"status\":\"found\""));
	assert_non_null(strstr(text, "{\"v\":1,\"line\":3,\"who\":\"nobody@example.com\",\"status\":\"none\""));
	assert_non_null(strstr(text, "{\"v\":1,\"line\":4,\"who\":\"u4@example.com\",\"status\":\"found\""));
	assert_non_null(strstr(text, "{\"v\":1,\"line\":5,\"who\":\"loyalty:\",\"status\":\"failed\""));
	free(text);
	assert_says(f, "err", "4 done: 2 found, 1 none, 0 several, 0 partial, 1 failed");
}

static void nap(void)
{
	nanosleep(&(struct timespec){ 0, 1000000 }, NULL);
}

static off_t size_of(struct fixture *f, const char *name)
{
	struct stat st;

	return stat(dir_file(&f->dir, name), &st) == 0 ? st.st_size : 0;
}

static void test_one_document(void **state)
{
	struct fixture *f = *state;
	struct json_object *doc, *results, *one;
	char *text;

	dir_write(&f->dir, "two", "u3@example.com\nnobody@example.com\nu4@example.com\n");
	assert_int_equal(run_words(&f->dir, &(struct run_to){ .in = "two", .out = "out", .err = "err" },
				   BATCH("timeline", "-f", "json", "-n", "1")), 0);
	text = dir_read(&f->dir, "out", NULL);
	doc = json_tokener_parse(text);
	free(text);
	results = json_object_object_get(doc, "results");
	assert_int_equal(json_object_array_length(results), 3);
	one = json_object_array_get_idx(results, 2);
	assert_string_equal(json_object_get_string(json_object_object_get(one, "who")), "u4@example.com");
	assert_int_equal(json_object_array_length(json_object_object_get(one, "timeline")), 1);
	assert_int_equal(json_object_get_int(json_object_object_get(json_object_object_get(doc, "counts"), "found")), 2);
	assert_false(json_object_get_boolean(json_object_object_get(doc, "interrupted")));
	json_object_put(doc);
	dir_write(&f->dir, "two", "");
	assert_int_equal(run_words(&f->dir, &(struct run_to){ .in = "two", .out = "out", .err = "err" }, BATCH("find", "-f", "json")), 0);
	text = dir_read(&f->dir, "out", NULL);
	doc = json_tokener_parse(text);
	assert_int_equal(json_object_array_length(json_object_object_get(doc, "results")), 0);
	json_object_put(doc);
	free(text);
	assert_int_equal(run_words(&f->dir, &(struct run_to){ .in = "two", .out = "out", .err = "err" },
				   BATCH("find", "-f", "json", "--resume", "mark")), 2);
	assert_says(f, "err", "ndjson can be resumed");
}

/* One interrupted is whole all the same, and says so. */
static void test_a_document_is_closed(void **state)
{
	struct fixture *f = *state;
	const char *list = dir_file(&f->dir, "list");
	struct json_object *doc;
	char *text;
	pid_t pid;

	pid = run_start(&f->dir, &(struct run_to){ .out = "out", .err = "err" }, BATCH("show", list, "-f", "json", "-j", "1"));
	while (size_of(f, "out") < 2000 && kill(pid, 0) == 0)
		nap();
	kill(pid, SIGTERM);
	run_wait(pid);
	text = dir_read(&f->dir, "out", NULL);
	doc = json_tokener_parse(text);
	assert_non_null(doc);
	assert_true(json_object_array_length(json_object_object_get(doc, "results")) > 0);
	json_object_put(doc);
	free(text);
}

static void test_text_for_people(void **state)
{
	struct fixture *f = *state;

	dir_write(&f->dir, "mixed", "u3@example.com\n\nnobody@example.com\nloyalty:\x1b[2J\n");
	assert_int_equal(run_words(&f->dir, &(struct run_to){ .in = "mixed", .out = "out", .err = "err" }, BATCH("show", "-f", "text")), 0);
	assert_says(f, "out", "     1  u3@example.com                      found     User =3, 1 row, the newest of 2026-");
	assert_says(f, "out", "     3  nobody@example.com                  none\n");
	assert_says(f, "out", "     4  loyalty:\xef\xbf\xbd[2J");
	assert_int_equal(run_words(&f->dir, &(struct run_to){ .in = "mixed", .out = "out", .err = "err" }, BATCH("find", "-f", "text")), 0);
	assert_says(f, "out", "found     User =3\n");
}

static void test_a_table_keeps_its_columns(void **state)
{
	struct fixture *f = *state;
	char *text;

	dir_write(&f->dir, "table", "nr;mail;remark\r\n1;u1@example.com;\"two\nlines; \"\"quoted\"\"\"\r\n2;;none\r\n3;u2@example.com;=1+1");
	assert_int_equal(run_words(&f->dir, &(struct run_to){ .in = "table", .out = "out", .err = "err" },
				   BATCH("find", "--column", "mail", "-f", "csv")), 0);
	text = dir_read(&f->dir, "out", NULL);
	assert_int_equal(strncmp(text, "nr,mail,remark,line,who,status,candidates.name,", 47), 0);
	assert_non_null(strstr(text, "\r\n1,u1@example.com,\"two\nlines; \"\"quoted\"\"\",2,u1@example.com,found,User =1,"));
	assert_non_null(strstr(text, "\r\n2,,none,4,,none,,"));
	assert_non_null(strstr(text, "\r\n3,u2@example.com,\"'=1+1\",5,u2@example.com,found,User =2,"));
	free(text);
	assert_int_equal(run_words(&f->dir, &(struct run_to){ .in = "table", .out = "out", .err = "err" },
				   BATCH("find", "-c", "mail")), 0);
	assert_says(f, "out", "\"row\":{\"nr\":\"2\",\"mail\":\"\",\"remark\":\"none\"}");
	assert_int_equal(run_words(&f->dir, &(struct run_to){ .in = "table", .out = "out", .err = "err" },
				   BATCH("find", "-c", "Mail")), 2);
	assert_says(f, "err", "the list has no column \"Mail\"; it has nr, mail, remark");
}

static void test_broken_lists_are_named(void **state)
{
	struct fixture *f = *state;

	dir_write(&f->dir, "open", "mail\nu1@example.com\n\"u2@exam\n");
	assert_int_equal(run_words(&f->dir, &(struct run_to){ .in = "open", .out = "out", .err = "err" },
				   BATCH("find", "-c", "mail")), 2);
	assert_says(f, "err", "line 3 of the list: a quoted cell that never ends");
	assert_says(f, "out", "\"line\":2");
	dir_write(&f->dir, "open", "");
	assert_int_equal(run_words(&f->dir, &(struct run_to){ .in = "open", .out = "out", .err = "err" }, BATCH("find")), 0);
	assert_says(f, "err", "0 done");
}

/* Runs until the output has grown by so much, then sends the signal. True when the run ended by itself. */
static bool run_until_grown(struct fixture *f, const char *const *words, bool append, off_t by, int signo)
{
	struct run_to to = { .in = "list", .out = append ? "out" : NULL, .err = "err", .append = true };
	off_t before = size_of(f, "out");
	pid_t pid;
	int status;

	unlink(dir_file(&f->dir, "err"));
	pid = run_start(&f->dir, &to, words);
	while (size_of(f, "out") < before + by && kill(pid, 0) == 0 && size_of(f, "err") == 0)
		nap();
	kill(pid, signo);
	status = run_wait(pid);
	assert_true(status == 0 || status == -signo);
	return status == 0;
}

static void kill_and_resume(struct fixture *f, const char *const *words, bool append, bool ordered)
{
	int rounds = 0;

	while (!run_until_grown(f, words, append, 1 + (rounds * 7919) % 9000, rounds % 3 ? SIGKILL : SIGINT))
		assert_in_range(++rounds, 1, 200);
	assert_in_range(rounds, 3, 200);
	assert_complete(f, "out", ordered, 1);
	assert_says(f, "err", "240 done: 240 found");
	unlink(dir_file(&f->dir, "out"));
	unlink(dir_file(&f->dir, "mark"));
}

static void test_killed_and_resumed(void **state)
{
	struct fixture *f = *state;
	char *mark = mem_strdup(dir_file(&f->dir, "mark")), *out = mem_strdup(dir_file(&f->dir, "out"));

	kill_and_resume(f, BATCH("show", "--resume", mark, "-j", "4"), true, true);
	kill_and_resume(f, BATCH("show", "--resume", mark, "-j", "4", "--output", out), false, true);
	kill_and_resume(f, BATCH("show", "--resume", mark, "-j", "4", "--unordered"), true, false);
	free(mark);
	free(out);
}

/* The output as it was before a piece, and n bytes of that piece behind it; the kill may have come before any of it. */
static void tear(const char *path, size_t length, const char *piece, size_t n)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, (off_t)length), 0);
	assert_int_equal(pwrite(fd, piece, n, (off_t)length), n);
	assert_int_equal(close(fd), 0);
}

/* A run that died while writing: the output holds any part of the piece that the mark holds. */
static void test_a_torn_line_is_completed(void **state)
{
	struct fixture *f = *state;
	char *mark = mem_strdup(dir_file(&f->dir, "mark")), *text, *chunk;
	const char *const *words = BATCH("show", "--resume", mark, "-j", "4");
	size_t n, piece, length;

	assert_false(run_until_grown(f, words, true, 3000, SIGKILL));
	text = dir_read(&f->dir, "mark", &n);
	assert_int_equal(sscanf(strstr(text, "\nlength "), "\nlength %zu\nchunk %zu", &length, &piece), 2);
	assert_in_range(piece, 1, n);
	chunk = text + n - piece;
	assert_int_equal(chunk[piece - 1], '\n');
	tear(dir_file(&f->dir, "out"), length, chunk, piece / 3);
	assert_int_equal(run_words(&f->dir, &(struct run_to){ .in = "list", .out = "out", .err = "err", .append = true }, words), 0);
	assert_complete(f, "out", true, 1);
	free(text);
	free(mark);
}

static void test_what_does_not_fit_is_refused(void **state)
{
	struct fixture *f = *state;
	char *mark = mem_strdup(dir_file(&f->dir, "mark")), *text;
	const char *const *words = BATCH("show", "--resume", mark, "-j", "4");
	struct run_to to = { .in = "list", .out = "out", .err = "err", .append = true };
	FILE *file;

	assert_false(run_until_grown(f, words, true, 3000, SIGINT));
	text = dir_read(&f->dir, "out", NULL);
	assert_int_equal(run_words(&f->dir, &to, BATCH("find", "--resume", mark)), 2);
	assert_says(f, "err", "belongs to another run (batch show --format ndjson)");
	dir_write(&f->dir, "other", "x@example.com\n");
	assert_int_equal(run_words(&f->dir, &(struct run_to){ .in = "other", .out = "out", .err = "err", .append = true }, words), 2);
	assert_says(f, "err", "the list ");
	file = fopen(dir_file(&f->dir, "out"), "a");
	assert_true(file && fputs("mine\n", file) > 0 && fclose(file) == 0);
	assert_int_equal(run_words(&f->dir, &to, words), 2);
	assert_says(f, "err", "was changed by something else");
	assert_int_equal(truncate(dir_file(&f->dir, "out"), 10), 0);
	assert_int_equal(run_words(&f->dir, &to, words), 2);
	assert_says(f, "err", "is shorter than when the run was interrupted");
	dir_write(&f->dir, "out", text);
	assert_int_equal(run_words(&f->dir, &to, words), 0);
	assert_complete(f, "out", true, 1);
	free(text);
	free(mark);
}

static void test_a_list_that_grew_goes_on(void **state)
{
	struct fixture *f = *state;
	char *mark = mem_strdup(dir_file(&f->dir, "mark")), *half = mem_strdup(f->list);
	const char *const *words = BATCH("show", "--resume", mark);

	*strstr(half, "u120@") = '\0';
	dir_write(&f->dir, "half", half);
	assert_int_equal(run_words(&f->dir, &(struct run_to){ .in = "half", .out = "out", .err = "err", .append = true }, words), 0);
	assert_says(f, "err", "120 done");
	assert_int_equal(run_words(&f->dir, &(struct run_to){ .in = "half", .out = "out", .err = "err", .append = true }, words), 0);
	assert_says(f, "err", "120 done: 120 found, 0 none, 0 several, 0 partial, 0 failed; 0 in this run");
	assert_int_equal(run_words(&f->dir, &(struct run_to){ .in = "list", .out = "out", .err = "err", .append = true }, words), 0);
	assert_complete(f, "out", true, 1);
	free(half);
	free(mark);
}

/* How many runs are noted, and for how many of the list; the last one's hash. */
static int views(struct fixture *f, int64_t entries[4], char hash[4][20])
{
	struct run_to to = { .out = "views", .err = "said" };
	char *text, *at;
	int n = 0;

	assert_in_range(run_words(&f->dir, &to, WORDS("report", "views", "--by", "u", "--format", "ndjson")), 0, 1);
	at = text = dir_read(&f->dir, "views", NULL);
	for (char *end; n < 4 && (end = strchr(at, '\n')); at = end + 1, n++) {
		struct json_object *line = json_parse_whole(str_make(at, (size_t)(end - at)), &json_scan_defaults, &(struct err){ 0 }), *data;

		data = json_object_object_get(line, "data");
		assert_null(json_object_object_get(line, "person"));
		entries[n] = number_of(data, "entries");
		snprintf(hash[n], 20, "%s", json_object_get_string(json_object_object_get(data, "list")));
		assert_string_equal(json_object_get_string(json_object_object_get(data, "how")), "batch show");
		json_object_put(line);
	}
	free(text);
	return n;
}

static void test_one_view_for_a_run(void **state)
{
	struct fixture *f = *state;
	char *mark = mem_strdup(dir_file(&f->dir, "mark")), *half = mem_strdup(f->list), hash[4][20];
	const char *const *words = BATCH("show", "--resume", mark, "-j", "4");
	struct run_to to = { .in = "list", .out = "out", .err = "err", .append = true };
	int64_t entries[4];

	setenv("LOGNAME", "u", 1);
	dir_write(&f->dir, "nobody", "\n\n");
	assert_int_equal(run_words(&f->dir, &(struct run_to){ .in = "nobody", .out = "none", .err = "err" }, BATCH("show")), 0);
	assert_int_equal(views(f, entries, hash), 0);
	assert_false(run_until_grown(f, words, true, 3000, SIGINT));
	assert_int_equal(views(f, entries, hash), 1);
	assert_in_range(entries[0], 1, PEOPLE - 1);
	/* it goes on, and is the same run; and over again with nothing left to do */
	assert_int_equal(run_words(&f->dir, &to, words), 0);
	assert_int_equal(run_words(&f->dir, &to, words), 0);
	assert_complete(f, "out", true, 1);
	assert_int_equal(views(f, entries, hash), 1);
	/* without a mark it is another run of the same list; and half of it is another list */
	assert_int_equal(run_words(&f->dir, &(struct run_to){ .in = "list", .out = "again", .err = "err" }, BATCH("show")), 0);
	assert_int_equal(views(f, entries, hash), 2);
	assert_string_equal(hash[0], hash[1]);
	assert_int_equal(strlen(hash[0]), 16);
	*strstr(half, "u120@") = '\0';
	dir_write(&f->dir, "list", half);
	assert_int_equal(run_words(&f->dir, &(struct run_to){ .in = "list", .out = "again", .err = "err" }, BATCH("show")), 0);
	assert_int_equal(views(f, entries, hash), 3);
	assert_true(entries[0] == 120 || entries[2] == 120);
	assert_string_not_equal(hash[0], hash[2]);
	free(half);
	free(mark);
}

/* Killed without a word: the run that goes on leaves the entry. */
static void test_a_killed_run_is_noted_when_it_goes_on(void **state)
{
	struct fixture *f = *state;
	char *mark = mem_strdup(dir_file(&f->dir, "mark")), hash[4][20];
	const char *const *words = BATCH("show", "--resume", mark, "-j", "4");
	int64_t entries[4];

	setenv("LOGNAME", "u", 1);
	assert_false(run_until_grown(f, words, true, 3000, SIGKILL));
	assert_int_equal(views(f, entries, hash), 0);
	assert_int_equal(run_words(&f->dir, &(struct run_to){ .in = "list", .out = "out", .err = "err", .append = true }, words), 0);
	assert_int_equal(views(f, entries, hash), 1);
	assert_int_equal(entries[0], PEOPLE);
	free(mark);
}

static void test_no_store_is_said_once(void **state)
{
	struct fixture *f = *state;
	char *text, *said;

	dir_write(&f->dir, "state", "in the way of the private file's folder\n");
	assert_int_equal(run_words(&f->dir, &(struct run_to){ .in = "list", .out = "out", .err = "err" }, BATCH("show")), 0);
	assert_complete(f, "out", true, 1);
	text = dir_read(&f->dir, "err", NULL);
	said = strstr(text, "this run is not noted in the case store: ");
	assert_non_null(said);
	assert_null(strstr(said + 1, "this run is not noted"));
	free(text);
}

static void test_a_reader_that_leaves(void **state)
{
	struct fixture *f = *state;
	int pipes[2];
	pid_t pid;
	char bytes[100];

	assert_int_equal(pipe2(pipes, O_CLOEXEC), 0);
	pid = run_start(&f->dir, &(struct run_to){ .in = "list", .err = "err", .out_fd = pipes[1] }, BATCH("show"));
	close(pipes[1]);
	assert_true(read(pipes[0], bytes, sizeof(bytes)) > 0);
	close(pipes[0]);
	assert_int_equal(run_wait(pid), -SIGPIPE);
	assert_int_equal(size_of(f, "err"), 0);
}

/* Nobody reads: so nobody is asked for any more. */
static void test_a_reader_that_waits(void **state)
{
	struct fixture *f = *state;
	int pipes[2], before, now = server_requests(f->server);
	pid_t pid;
	char bytes[65536];
	ssize_t n, all = 0;

	assert_int_equal(pipe2(pipes, O_CLOEXEC), 0);
	pid = run_start(&f->dir, &(struct run_to){ .in = "list", .err = "err", .out_fd = pipes[1] }, BATCH("show", "-j", "2"));
	close(pipes[1]);
	do {
		before = now;
		for (int i = 0; i < 200; i++)
			nap();
		now = server_requests(f->server);
	} while ((now == 0 || now != before) && kill(pid, 0) == 0 && size_of(f, "err") == 0);
	assert_in_range(now, 10, 3 * PEOPLE - 30);
	while ((n = read(pipes[0], bytes, sizeof(bytes))) > 0)
		all += n;
	close(pipes[0]);
	assert_int_equal(run_wait(pid), 0);
	assert_true(all > PEOPLE * 500);
	assert_says(f, "err", "240 done: 240 found");
}

/* The processes that a run has forked and that are not dead; at most n of them. */
static size_t helpers_of(pid_t pid, pid_t *helpers, size_t n)
{
	char *path = mem_printf("/proc/%d/task/%d/children", (int)pid, (int)pid);
	FILE *file = fopen(path, "r");
	size_t found = 0;
	int one;

	free(path);
	while (file && found < n && fscanf(file, "%d", &one) == 1)
		helpers[found++] = one;
	if (file)
		fclose(file);
	return found;
}

static bool is_gone(pid_t pid)
{
	char *path = mem_printf("/proc/%d/stat", (int)pid), state = 'Z';
	FILE *file = fopen(path, "r");

	free(path);
	if (file && fscanf(file, "%*d (%*[^)]) %c", &state) != 1)
		state = 'Z';
	if (file)
		fclose(file);
	return state == 'Z';
}

static pid_t start_three(struct fixture *f, const char *list)
{
	unlink(dir_file(&f->dir, "err"));
	return run_start(&f->dir, &(struct run_to){ .in = list, .out = "out", .err = "err" }, BATCH("show", "-j", "9"));
}

static void await_growth(struct fixture *f, off_t by)
{
	off_t before = size_of(f, "out");

	while (size_of(f, "out") < before + by && size_of(f, "err") == 0)
		nap();
}

static void test_a_killed_helper_costs_no_line(void **state)
{
	struct fixture *f = *state;
	pid_t pid = start_three(f, "list"), helpers[8];

	await_growth(f, 1000);
	assert_int_equal(helpers_of(pid, helpers, 8), 4);
	assert_int_equal(kill(helpers[0], SIGKILL), 0);
	assert_int_equal(run_wait(pid), 0);
	assert_complete(f, "out", true, 1);
	assert_says(f, "err", "240 done: 240 found, 0 none, 0 several, 0 partial, 0 failed; 240 in this run");
}

/* Those that work and those in reserve, all at once: the run goes on alone. */
static void test_without_helpers_it_goes_on(void **state)
{
	struct fixture *f = *state;
	pid_t pid = start_three(f, "list"), helpers[8];

	await_growth(f, 1000);
	kill(pid, SIGSTOP);
	for (size_t k = helpers_of(pid, helpers, 8); k-- > 0; )
		kill(helpers[k], SIGKILL);
	kill(pid, SIGCONT);
	assert_int_equal(run_wait(pid), 0);
	assert_complete(f, "out", true, 1);
	assert_says(f, "err", "240 done: 240 found, 0 none, 0 several, 0 partial, 0 failed; 240 in this run");
}

/* Every line once, whole; those that were lost say why. */
static void test_crashed_helpers_are_told(void **state)
{
	struct fixture *f = *state;
	pid_t pid = start_three(f, "list"), helpers[8];
	char *text, *at;
	int n = 0, failed = 0;

	await_growth(f, 1000);
	for (size_t k = helpers_of(pid, helpers, 8); k-- > 0; )
		kill(helpers[k], SIGABRT);
	assert_in_range(run_wait(pid), 0, 3);
	at = text = dir_read(&f->dir, "out", NULL);
	for (char *end; (end = strchr(at, '\n')); at = end + 1, n++) {
		struct json_object *line = json_parse_whole(str_make(at, (size_t)(end - at)), &json_scan_defaults, &(struct err){ 0 });

		assert_int_equal(number_of(line, "line"), n + 1);
		if (strcmp(json_object_get_string(json_object_object_get(line, "status")), "failed") == 0) {
			assert_non_null(strstr(json_object_get_string(json_object_object_get(line, "error")), "ended by signal 6"));
			failed++;
		}
		json_object_put(line);
	}
	assert_int_equal(n, PEOPLE);
	assert_in_range(failed, 0, 18);
	free(text);
}

static void await_requests(struct fixture *f, int n)
{
	while (server_requests(f->server) < n && size_of(f, "err") == 0)
		nap();
}

/*
 * Nobody is answered, so each process soon waits for as many as it may ask at
 * once: two, one and one. The first helper dies; one in reserve is given its
 * first record, alone, and dies too.
 */
static void test_what_kills_two_is_given_up(void **state)
{
	struct fixture *f = *state;
	char *hanging = mem_strdup(connector), *text;
	pid_t pid, helpers[8];

	memcpy(strstr(hanging, "\"/people/<value>\""), "\"/hang?<value>\"   ", 17);
	dir_write(&f->dir, "small.yaml", hanging);
	pid = run_start(&f->dir, &(struct run_to){ .in = "list", .out = "out", .err = "err" }, BATCH("show", "-j", "9", "--unordered"));
	await_requests(f, 4);
	assert_int_equal(helpers_of(pid, helpers, 8), 4);
	kill(helpers[0], SIGABRT);
	await_requests(f, 5);
	assert_int_equal(helpers_of(pid, helpers, 8), 3);
	kill(helpers[1], SIGABRT);
	while (size_of(f, "out") == 0 && size_of(f, "err") == 0)
		nap();
	kill(pid, SIGINT);
	run_wait(pid);
	text = dir_read(&f->dir, "out", NULL);
	assert_non_null(strstr(text, "\"status\":\"failed\",\"error\":\"two processes that looked it up ended by signal 6"));
	free(text);
	free(hanging);
}

/* Killed without a word, or interrupted: nobody stays behind. */
static void test_helpers_leave_with_the_run(void **state)
{
	static const int signals[] = { SIGKILL, SIGINT, SIGTERM };
	struct fixture *f = *state;

	for (size_t k = 0; k < sizeof(signals) / sizeof(signals[0]); k++) {
		pid_t pid = start_three(f, "list"), helpers[8];
		size_t n;

		await_growth(f, 1000);
		n = helpers_of(pid, helpers, 8);
		assert_int_equal(n, 4);
		kill(pid, signals[k]);
		assert_int_equal(run_wait(pid), -signals[k]);
		for (size_t i = 0; i < n; i++)
			while (!is_gone(helpers[i]))
				nap();
		unlink(dir_file(&f->dir, "out"));
	}
}

/* All of them together hold to what the backend allows. */
static void test_helpers_share_the_connections(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(run_words(&f->dir, &(struct run_to){ .in = "list", .out = "out", .err = "err" }, BATCH("find")), 0);
	assert_in_range(server_connections(f->server), 2, 4);
}

/* A house with more said of its one backend. */
static void configure(struct fixture *f, const char *more, const char *settings)
{
	char *config = mem_printf("house: {country: GB, currency: GBP, zone: Europe/London}\n"
				  "backends:\n"
				  "  small: {connector: %s, %s, settings: {url: \"%s\"%s}}\n",
				  dir_file(&f->dir, "small.yaml"), more, server_origin(f->server), settings);

	dir_write(&f->dir, "dossier.yaml", config);
	free(config);
}

/* 240 requests at 100 a second, of which a bucket of 100 is there at once: whoever sends them, it cannot be faster. */
static void test_helpers_share_the_budget(void **state)
{
	struct fixture *f = *state;
	struct timespec began, now;

	configure(f, "rate: 100", "");
	clock_gettime(CLOCK_MONOTONIC, &began);
	assert_int_equal(run_words(&f->dir, &(struct run_to){ .in = "list", .out = "out", .err = "err" }, BATCH("find")), 0);
	clock_gettime(CLOCK_MONOTONIC, &now);
	assert_says(f, "err", "240 done: 240 found");
	assert_true((double)(now.tv_sec - began.tv_sec) + (double)(now.tv_nsec - began.tv_nsec) / 1e9 > 1.35);
}

/* The command that gives a secret may ask somebody for a password: it runs once. */
static void test_helpers_are_told_secrets(void **state)
{
	struct fixture *f = *state;
	char *with = mem_printf("%sauth: {bearer: <settings.token>}\n", connector), *script, *settings, *at, *asked;

	at = strstr(with, "settings: {url: {required: true}}");
	script = mem_printf("%.*ssettings: {url: {required: true}, token: {required: true, secret: true}}%s", (int)(at - with), with,
			    at + strlen("settings: {url: {required: true}}"));
	dir_write(&f->dir, "small.yaml", script);
	free(script);
	script = mem_printf("echo asked >> %s\necho a-secret-of-the-house\n", dir_file(&f->dir, "asked"));
	dir_write(&f->dir, "secret.sh", script);
	settings = mem_printf(", token: {command: [sh, %s]}", dir_file(&f->dir, "secret.sh"));
	configure(f, "rate: unlimited", settings);
	assert_int_equal(run_words(&f->dir, &(struct run_to){ .in = "list", .out = "out", .err = "err" }, BATCH("show")), 0);
	assert_complete(f, "out", true, 1);
	/* two of this process, one of each helper: they did work */
	assert_in_range(server_connections(f->server), 3, 4);
	asked = dir_read(&f->dir, "asked", NULL);
	assert_string_equal(asked, "asked\n");
	free(asked);
	free(settings);
	free(script);
	free(with);
}

static void test_workers_are_a_number(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(run_words(&f->dir, &(struct run_to){ .in = "list", .out = "out", .err = "err" }, WORDS("batch", "find", "--workers", "9")), 2);
	assert_says(f, "err", "--workers 9 is no number from 1 to 8");
	assert_int_equal(run_words(&f->dir, &(struct run_to){ .in = "list", .out = "out", .err = "err" }, WORDS("batch", "find", "--workers", "")), 2);
}

/* A reader that is slow to ask finds all the same answers, whoever gave them. */
static void test_a_list_that_trickles(void **state)
{
	struct fixture *f = *state;
	int in[2], out[2];
	char bytes[4096];
	pid_t pid;

	assert_int_equal(pipe2(in, O_CLOEXEC), 0);
	assert_int_equal(pipe2(out, O_CLOEXEC), 0);
	pid = run_start(&f->dir, &(struct run_to){ .in_fd = in[0], .err = "err", .out_fd = out[1] }, BATCH("find"));
	close(in[0]);
	close(out[1]);
	for (int i = 0; i < 5; i++) {
		char *line = mem_printf("u%d@example.com\n", i), *want = mem_printf("\"line\":%d,", i + 1);
		ssize_t n;

		assert_int_equal(write(in[1], line, strlen(line)), strlen(line));
		n = read(out[0], bytes, sizeof(bytes) - 1);
		assert_true(n > 0);
		bytes[n] = '\0';
		assert_non_null(strstr(bytes, want));
		free(line);
		free(want);
	}
	close(in[1]);
	assert_int_equal(read(out[0], bytes, sizeof(bytes)), 0);
	close(out[0]);
	assert_int_equal(run_wait(pid), 0);
}

#define ONE(test) cmocka_unit_test_setup_teardown(test, set_up_one, tear_down)
#define THREE(test) { #test " by three", test, set_up_three, tear_down, NULL }
#define RUN(test) ONE(test), THREE(test)

int main(void)
{
	const struct CMUnitTest tests[] = {
		RUN(test_in_order_with_counts),
		RUN(test_unordered_has_each_once),
		RUN(test_every_line_has_its_status),
		RUN(test_one_document), RUN(test_a_document_is_closed), RUN(test_text_for_people),
		RUN(test_a_table_keeps_its_columns),
		RUN(test_broken_lists_are_named),
		RUN(test_killed_and_resumed),
		RUN(test_a_torn_line_is_completed),
		RUN(test_what_does_not_fit_is_refused),
		RUN(test_a_list_that_grew_goes_on),
		RUN(test_one_view_for_a_run),
		RUN(test_a_killed_run_is_noted_when_it_goes_on),
		RUN(test_no_store_is_said_once),
		RUN(test_a_reader_that_leaves),
		RUN(test_a_reader_that_waits),
		RUN(test_a_list_that_trickles),
		THREE(test_a_killed_helper_costs_no_line), THREE(test_without_helpers_it_goes_on), THREE(test_crashed_helpers_are_told), THREE(test_what_kills_two_is_given_up),
		THREE(test_helpers_leave_with_the_run), THREE(test_helpers_share_the_connections), RUN(test_helpers_share_the_budget),
		THREE(test_helpers_are_told_secrets), ONE(test_workers_are_a_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
