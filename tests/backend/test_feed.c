/* Feeds: files cut into rows, their keys, what is wrong at which line, and finding in rows that somebody keeps. */
#include "rig.h"

#include <dossier/base/mem.h>
#include <dossier/net/loop.h>

#include "scope.h"

#define HEAD "connector: till\ntitle: Till exports\n"
#define RECORD "record: {id: /loyalty, name: \"</first> </last>\", email: /mail, tel: /phone, loyalty: /loyalty}\n"
#define ROW "  row: {kind: order, id: /receipt, at: /when, title: \"Receipt </receipt>\", amount: {money: /total, currency: GBP}, refs: {receipt: /receipt}}\n"
#define FEED "feed:\n  id: \"</shop>-</receipt>\"\n  when: {/state: {not: void}}\n" ROW
#define NDJSON "feed:\n  format: ndjson\n  id: /receipt\n" ROW

struct read {
	struct world world;
	struct plan *plan;
	struct diags diags;
	struct feed_counts counts;
	struct buf rows;                /* "line id [key,key]|" */
	char *data[20];
	char *ids[20];
	size_t n, most;
	bool whole;
};

static bool on_row(void *arg, const struct feed_item *item)
{
	struct read *r = arg;

	buf_printf(&r->rows, "%d %.*s [", item->line, STR_ARG(item->id));
	for (size_t i = 0; i < item->n_keys; i++)
		buf_printf(&r->rows, "%s%.*s", i ? "," : "", STR_ARG(item->keys[i]));
	buf_adds(&r->rows, "]|");
	r->ids[r->n] = str_dup(item->id);
	r->data[r->n++] = str_dup(item->data);
	return r->n < r->most;
}

static struct plan *plan_from(const char *text)
{
	struct diags diags = { 0 };
	struct plan *plan = plan_parse(str_of(text), "till.yaml", &diags);

	for (size_t i = 0; i < diags.n; i++)
		print_error("%d: %s\n", diags.items[i].line, diags.items[i].text);
	assert_non_null(plan);
	diags_release(&diags);
	return plan;
}

static void read_file(struct read *r, const char *connector, struct str bytes)
{
	memset(r, 0, sizeof(*r));
	world_init(&r->world);
	r->world.house.backend = "till";
	r->most = 20;
	r->plan = plan_from(connector);
	buf_init(&r->rows, 1 << 20);
	r->whole = feed_read(r->plan, &r->world.house, bytes, "day.csv", on_row, r, &r->diags, &r->counts);
}

static void read_end(struct read *r)
{
	for (size_t i = 0; i < r->n; i++) {
		free(r->data[i]);
		free(r->ids[i]);
	}
	buf_release(&r->rows);
	diags_release(&r->diags);
	plan_free(r->plan);
	world_release(&r->world);
}

static bool says(const struct read *r, int line, const char *words)
{
	for (size_t i = 0; i < r->diags.n; i++)
		if (r->diags.items[i].line == line && strstr(r->diags.items[i].text, words))
			return true;
	for (size_t i = 0; i < r->diags.n; i++)
		print_error("%s:%d: %s\n", r->diags.items[i].file, r->diags.items[i].line, r->diags.items[i].text);
	return false;
}

static const char sales[] = "\xef\xbb\xbfshop;receipt;when;first;last;mail;phone;loyalty;total;state\r\n"
	"LDS;1;2026-01-02T10:00:00Z;Jane;Moss;Jane@Example.com;020 7946 0018;L-7;12.50;paid\r\n"
	"\r\n"
	"LDS;2;2026-01-03T10:00:00Z;\"Jane; \"\"J\"\"\";\"Mo\nss\";jane@example.com;;L-7;1.00;paid\r\n"
	"LDS;3;2026-01-03T11:00:00Z;;;;;;5.00;paid\r\n"
	"LDS;4;2026-01-03T12:00:00Z;x;y;;;L-8;1.00;void\r\n";

static void test_a_table(void **state)
{
	struct read r;

	(void)state;
	read_file(&r, HEAD RECORD FEED, str_of(sales));
	assert_true(r.whole);
	assert_string_equal(r.rows.data,
		"2 LDS-1 [rec:till/L-7,email:jane@example.com,tel:+442079460018,~tel:9460018,loyalty:L-7,~name:moss,receipt:1]|"
		"4 LDS-2 [rec:till/L-7,email:jane@example.com,loyalty:L-7,~name:ss,receipt:2]|"
		"6 LDS-3 [receipt:3]|");
	assert_int_equal(r.counts.rows, 3);
	assert_int_equal(r.counts.passed, 1);
	assert_int_equal(r.counts.dropped, 0);
	assert_int_equal(r.diags.n, 0);
	read_end(&r);
}

static void test_what_is_wrong_is_said_at_its_line(void **state)
{
	struct read r;

	(void)state;
	read_file(&r, HEAD RECORD FEED,
		  STR("shop,receipt,when,first,last,mail,phone,loyalty,total,state\n"
		      "LDS,1,2026-01-02T10:00:00Z,Jane,Moss,,,L-7,12.50,paid\n"
		      "LDS,2,yesterday,Jane,Moss,,,L-7,much,paid\n"
		      "too,few\n"
		      "LDS,4,2026-01-02T10:00:00Z,a,b,,,L-7,1,paid,more\n"
		      "LDS,,2026-01-02T10:00:00Z,a,b,,,,1,paid\n"
		      "LDS,6,2026-01-02T10:00:00Z,a,b,,,L-7,1,paid\n"
		      "LDS,7,\"never closed\nLDS,8,,,,,,L-7,1,paid\n"));
	assert_false(r.whole);
	assert_true(says(&r, 3, "is no amount of GBP"));
	assert_true(says(&r, 4, "fewer cells"));
	assert_true(says(&r, 5, "more cells"));
	assert_true(says(&r, 6, "names nobody"));
	assert_true(says(&r, 8, "never closed"));
	assert_int_equal(r.counts.rows, 3);
	assert_int_equal(r.counts.dropped, 3);
	read_end(&r);
}

static void test_lines_of_json(void **state)
{
	struct read r;

	(void)state;
	read_file(&r, HEAD RECORD NDJSON,
		  STR("{\"receipt\":1,\"when\":\"2026-01-02T10:00:00Z\",\"loyalty\":\"L-7\",\"mail\":\"a@example.com\",\"total\":1.5}\n\n"
		      "[1]\n{\"receipt\":2\n"
		      "{\"receipt\":\"3\\u0000x\",\"when\":\"2026-01-02T10:00:00Z\",\"loyalty\":\"L\\u0000-7\"}"));
	assert_true(r.whole);
	assert_int_equal(r.counts.rows, 2);
	assert_int_equal(r.counts.dropped, 2);
	assert_true(says(&r, 3, "an object is meant"));
	assert_true(says(&r, 4, "the row is left out"));
	assert_int_equal(strncmp(r.rows.data, "1 1 [rec:till/L-7,email:a@example.com,loyalty:L-7,receipt:1]|5 3", 64), 0);
	read_end(&r);
}

/* A file in another encoding: keys are those of the row as it is kept, so that it is found again. */
static void test_no_utf8(void **state)
{
	struct read r;

	(void)state;
	read_file(&r, HEAD RECORD FEED, STR("shop,receipt,when,loyalty,state\nLDS,1,2026-01-02T10:00:00Z,L\xfc-7,paid\n"));
	assert_string_equal(r.rows.data, "2 LDS-1 [rec:till/L\xef\xbf\xbd-7,loyalty:L\xef\xbf\xbd-7,receipt:1]|");
	assert_non_null(strstr(r.data[0], "L\xef\xbf\xbd-7"));
	read_end(&r);
}

/* What a till on another machine writes: its own letters, dates and amounts. */
static void test_written_elsewhere(void **state)
{
	struct read r;
	struct str bytes = STR("shop;receipt;when;first;last;mail;phone;loyalty;total;Stra\xdf" "e\n"
			       "LDS;1;20.11.2026 9:05;J\xf6rg;M\xfcller;;;L-7;1.234,50;\x80 5\n"
			       "LDS;2;20.11.2026;J;M;;;L-7;-1 000,5;\n");

	(void)state;
	read_file(&r, HEAD RECORD "feed:\n  encoding: windows-1252\n  id: \"</shop>-</receipt>\"\n"
		  "  row: {kind: order, id: /receipt, at: {time: /when, format: dmy}, title: \"</Straße>\", amount: {money: /total, currency: EUR, decimal: \",\"}}\n", bytes);
	assert_true(r.whole);
	assert_int_equal(r.counts.rows, 2);
	assert_int_equal(r.diags.n, 0);
	assert_non_null(strstr(r.data[0], "Jörg"));
	assert_non_null(strstr(r.data[0], "€ 5"));
	read_end(&r);
	/* nobody said so: letters are lost, and the words that help are said, once */
	read_file(&r, HEAD RECORD FEED, STR("shop,receipt,when,first,last,mail,phone,loyalty,total,state\n"
					    "LDS,1,2026-01-02T10:00:00Z,J\xf6rg,M,,,L-7,1,paid\n"
					    "LDS,2,2026-01-02T10:00:00Z,J\xf6rg,M,,,L-7,1,paid\n"));
	assert_true(says(&r, 2, "encoding: windows-1252"));
	assert_int_equal(r.diags.n, 1);
	assert_int_equal(r.counts.rows, 2);
	read_end(&r);
}

static void test_a_reader_that_has_enough(void **state)
{
	struct read r;

	(void)state;
	read_file(&r, HEAD RECORD FEED, STR(""));
	assert_true(r.whole);
	assert_int_equal(r.counts.rows, 0);
	r.most = 1;
	assert_false(feed_read(r.plan, &r.world.house, str_of(sales), "day.csv", on_row, &r, &r.diags, &r.counts));
	assert_int_equal(r.n, 1);
	read_end(&r);
}

static void test_connectors_that_are_wrong(void **state)
{
	static const struct { const char *text, *says; } bad[] = {
		{ HEAD RECORD "feed: {row: {kind: order, id: /a, at: /b}}\n", "feed: id: is missing" },
		{ HEAD RECORD "feed: {id: /a}\n", "feed: row: is missing" },
		{ HEAD RECORD "feed: {id: /a, format: xml, row: {kind: order, id: /a, at: /b}}\n", "csv or ndjson" },
		{ HEAD RECORD "feed: {id: /a, row: {kind: order, id: /a, at: /b}}\nping: {get: /x}\n", "ping: is for a backend with an interface" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct diags diags = { 0 };
		bool said = false;

		assert_null(plan_parse(str_of(bad[i].text), "till.yaml", &diags));
		for (size_t k = 0; k < diags.n; k++)
			said |= strstr(diags.items[k].text, bad[i].says) != NULL;
		if (!said)
			fail_msg("%s is not said of %s", bad[i].says, bad[i].text);
		diags_release(&diags);
	}
}

/* Somebody who keeps rows: gives all, whatever the key, at the loop's next turn. */
struct keeper {
	struct loop *loop;
	struct read *read;
	struct asked { struct keeper *keeper; feed_answer_fn *fn; void *arg; } asked[4];
	size_t n;
	char key[80];
	bool fails;
};

static void keeper_answer(void *arg)
{
	struct asked *asked = arg;
	struct read *r = asked->keeper->read;
	struct feed_held held[20];
	struct err err = { 0 };

	for (size_t i = 0; i < r->n; i++)
		held[i] = (struct feed_held){ str_of(r->ids[i]), str_of(r->data[i]), 1790000000000 + (int64_t)i };
	if (asked->keeper->fails)
		err_set(&err, ERR_IO, "the store is away");
	asked->fn(asked->arg, held, asked->keeper->fails ? 0 : r->n, &err);
}

static void keeper_find(void *arg, const char *feed, struct str key, size_t limit, feed_answer_fn *fn, void *fn_arg)
{
	struct keeper *keeper = arg;
	struct asked *asked = &keeper->asked[keeper->n++];

	assert_string_equal(feed, "till");
	assert_true(limit > 0);
	snprintf(keeper->key, sizeof(keeper->key), "%.*s", STR_ARG(key));
	*asked = (struct asked){ keeper, fn, fn_arg };
	loop_defer(keeper->loop, keeper_answer, asked);
}

struct got { char records[400]; size_t rows; struct backend_end end; bool done; };

static void got_record(void *arg, const struct record *record)
{
	struct got *got = arg;
	size_t n = strlen(got->records);

	snprintf(got->records + n, sizeof(got->records) - n, "%.*s %.*s %zu ids matched %.*s|", STR_ARG(record->id),
		 STR_ARG(record->names[0]), record->n_ids, STR_ARG(record->matches[0].field));
}

static void got_batch(void *arg, struct batch *batch)
{
	((struct got *)arg)->rows += batch->n;
	batch_free(batch);
}

static void got_done(void *arg, const struct backend_end *end)
{
	struct got *got = arg;

	got->end = *end;
	got->done = true;
}

struct live { struct read read; struct loop *loop; struct http *http; struct log *log; struct backend *backend; struct keeper keeper; };

static void live_open(struct live *live, bool kept)
{
	struct http_options options = { .user_agent = "test" };
	struct backend_config config = { .id = "till", .country = "GB" };
	struct err err = { 0 };

	read_file(&live->read, HEAD RECORD FEED, str_of(sales));
	live->log = log_new(clock_system());
	options.log = live->log;
	live->loop = loop_new(clock_system(), &err);
	live->http = http_new(live->loop, &options, &err);
	live->keeper = (struct keeper){ .loop = live->loop, .read = &live->read };
	config.plan = live->read.plan;
	if (kept)
		config.feed = (struct feed_source){ keeper_find, &live->keeper };
	live->backend = backend_new(live->http, &config, live->log, &err);
	assert_non_null(live->backend);
}

static void live_close(struct live *live)
{
	backend_free(live->backend);
	for (int i = 0; i < 3; i++)
		loop_turn(live->loop, 0);
	http_free(live->http);
	loop_free(live->loop);
	log_free(live->log);
	read_end(&live->read);
}

static struct got find(struct live *live, const char *typed)
{
	struct got got = { .records = "" };
	const struct backend_sink sink = { .record = got_record, .batch = got_batch, .done = got_done, .arg = &got };
	struct arena *arena = arena_new();
	struct identity id;

	assert_true(identity_parse(arena, str_of(typed), "GB", &id, NULL));
	live->keeper.n = 0;
	live->keeper.key[0] = '\0';
	backend_find(live->backend, &id, &rig_options, &sink);
	assert_false(got.done);
	loop_until(live->loop, &got.done);
	arena_free(arena);
	return got;
}

static void test_finding(void **state)
{
	struct live live;
	struct got got;

	(void)state;
	live_open(&live, true);
	got = find(&live, "email:jane@example.com");
	assert_string_equal(live.keeper.key, "email:jane@example.com");
	assert_string_equal(got.records, "L-7 Jane Moss 3 ids matched /mail|");
	assert_true(got.end.ok);
	assert_int_equal(got.end.as_of, 1790000000002);
	assert_string_equal(find(&live, "tel:+44 20 7946 0018").records, "L-7 Jane Moss 3 ids matched /phone|");
	assert_string_equal(live.keeper.key, "~tel:9460018");
	assert_string_equal(find(&live, "name:jane moss").records, "L-7 Jane Moss 3 ids matched name|");
	assert_string_equal(find(&live, "rec:till/L-7").records, "L-7 Jane Moss 3 ids matched id|");
	assert_string_equal(find(&live, "email:other@example.com").records, "");
	got = find(&live, "receipt:3");
	assert_string_equal(got.records, "");
	assert_int_equal(got.rows, 1);
	assert_string_equal(find(&live, "ticket:3").records, "");
	assert_string_equal(live.keeper.key, "");
	assert_string_equal(find(&live, "rec:other/L-7").records, "");
	assert_string_equal(live.keeper.key, "");
	live.keeper.fails = true;
	got = find(&live, "email:jane@example.com");
	assert_false(got.end.ok);
	assert_non_null(strstr(got.end.err.text, "the store is away"));
	live_close(&live);
	live_open(&live, false);
	assert_non_null(strstr(find(&live, "email:jane@example.com").end.err.text, "kept in the case store"));
	live_close(&live);
}

static struct backend_call *pull(struct live *live, struct got *got, const char *id)
{
	const struct backend_sink sink = { .record = got_record, .batch = got_batch, .done = got_done, .arg = got };
	struct record *record = record_new(live->read.world.arena, STR("till"), str_of(id));
	const struct record *records[] = { record };
	const struct backend_subject subject = { .records = records, .n_records = 1 };

	live->keeper.n = 0;
	return backend_pull(live->backend, &subject, &rig_options, &sink);
}

static void test_pulling(void **state)
{
	struct live live;
	struct got got = { .records = "" };
	struct backend_call *call;

	(void)state;
	live_open(&live, true);
	pull(&live, &got, "L-7");
	loop_until(live.loop, &got.done);
	assert_string_equal(live.keeper.key, "rec:till/L-7");
	assert_int_equal(got.rows, 2);
	/* an answer that comes after its call has ended finds nobody waiting */
	got = (struct got){ .records = "" };
	call = pull(&live, &got, "L-7");
	while (!live.keeper.n)
		loop_turn(live.loop, 1);
	backend_cancel(call);
	for (int i = 0; i < 5; i++)
		loop_turn(live.loop, 0);
	assert_int_equal(got.rows, 0);
	assert_false(got.done);
	live_close(&live);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_table),
		cmocka_unit_test(test_what_is_wrong_is_said_at_its_line),
		cmocka_unit_test(test_lines_of_json),
		cmocka_unit_test(test_no_utf8),
		cmocka_unit_test(test_written_elsewhere),
		cmocka_unit_test(test_a_reader_that_has_enough),
		cmocka_unit_test(test_connectors_that_are_wrong),
		cmocka_unit_test(test_finding),
		cmocka_unit_test(test_pulling),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
