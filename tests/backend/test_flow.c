#include "rig.h"

#include <string.h>

#include "../../src/backend/engine.h"

#define HEAD "connector: shop\ntitle: A shop\nsettings:\n  url: {required: true}\n" \
	"find:\n  - {by: email, get: /find, query: {q: \"<value>\"}, each: \"\", match: [/email]}\n" \
	"record: {id: /id, email: /email, keep: {login: /login, nothing: /nothing}}\n"

static struct rig rig;

static int close_rig(void **state)
{
	(void)state;
	rig_close(&rig);
	return 0;
}

static void assert_ok(void)
{
	if (!rig.end.ok)
		print_message("%s\n", rig.end.err.text);
	assert_true(rig.end.ok);
}

/* Hashes made so that a plain fold of their halves is always the same; quadratic, this would take minutes. */
static void test_seen_hashes_that_crowd(void **state)
{
	struct seen seen = { 0 };

	(void)state;
	for (uint64_t i = 1; i <= 300000; i++)
		assert_true(seen_add(&seen, i << 32 | i));
	for (uint64_t i = 1; i <= 300000; i++)
		assert_false(seen_add(&seen, i << 32 | i));
	assert_true(seen_add(&seen, 0));
	assert_false(seen_add(&seen, 0));
	seen_release(&seen);
}

static void test_too_many_that_match(void **state)
{
	static char body[200000];
	static struct server_reply replies[] = { { "GET /find", 0, NULL, body } };
	struct buf text;

	(void)state;
	buf_init(&text, sizeof(body) - 1);
	buf_addc(&text, '[');
	for (int i = 0; i < 3000; i++)
		buf_printf(&text, "%s{\"id\":%d,\"email\":\"jane@example.com\"}", i ? "," : "", i);
	buf_addc(&text, ']');
	assert_false(text.full);
	memcpy(body, text.data, text.len + 1);
	buf_release(&text);
	RIG(HEAD, replies);
	rig_find(&rig, "email:jane@example.com");
	assert_int_equal(rig.end.rows, 2000);
	assert_true(rig.end.partial);
	assert_int_equal(rig.end.err.code, ERR_LIMIT);
	assert_non_null(strstr(rig.end.err.text, "more than 2000 records match"));
}

static void test_for_each_newest_first(void **state)
{
	static const struct server_reply replies[] = {
		{ "GET /tickets", 0, NULL, "[{\"id\":1,\"at\":\"2026-01-01\"},{\"id\":2,\"at\":\"2026-03-01\"},{\"id\":3,\"at\":\"2026-02-01\"}]" },
		{ "GET /t/2/a", 0, NULL, "[{\"id\":21,\"s\":\"system\"},{\"id\":22,\"s\":\"jane\"}]" },
		{ "GET /t/3/a", 0, NULL, "[{\"id\":31,\"s\":\"joe\"}]" },
	};

	(void)state;
	RIG(HEAD "pull:\n  tickets:\n    per: record\n    get: /tickets\n    each: \"\"\n    row: {kind: ticket, id: /id, at: /at}\n"
	    "    for_each:\n      newest: 2\n      order: /at\n      get: \"/t/</id>/a\"\n      each: \"\"\n"
	    "      when: {/s: {not: system}}\n      row: {kind: note, id: /id, agent: /s, part_of: ../id, title: \"of <../at>\"}\n", replies);
	rig_pull(&rig, "c1");
	assert_ok();
	assert_int_equal(rig.end.requests, 3);
	assert_int_equal(rig_count(&rig.rows, "tickets:"), 3);
	assert_non_null(strstr(rig.rows.data, "22 of 2026-03-01 of 2 by jane|"));
	assert_non_null(strstr(rig.rows.data, "31 of 2026-02-01 of 3 by joe|"));
	assert_null(strstr(rig.rows.data, "21 "));
	assert_null(strstr(rig.requests.data, "/t/1/a"));
	assert_int_equal(rig.end.left, 1);
}

static void test_for_each_rest_on_demand(void **state)
{
	static const struct server_reply replies[] = {
		{ "GET /tickets", 0, NULL, "[{\"id\":1},{\"id\":2}]" },
		{ "GET /t/1/a", 0, NULL, "[{\"id\":11}]" },
		{ "GET /t/2/a", 0, NULL, "[{\"id\":21}]" },
	};

	(void)state;
	RIG(HEAD "pull:\n  tickets:\n    per: record\n    get: /tickets\n    each: \"\"\n    row: {kind: ticket, id: /id}\n"
	    "    for_each:\n      newest: 1\n      get: \"/t/</id>/a\"\n      each: \"\"\n      row: {kind: note, id: /id}\n", replies);
	rig_pull(&rig, "c1");
	assert_ok();
	assert_int_equal(rig.end.left, 1);
	assert_null(strstr(rig.requests.data, "/t/2/a"));
	rig.all = true;
	rig_pull(&rig, "c1");
	assert_ok();
	assert_int_equal(rig.end.left, 0);
	assert_non_null(strstr(rig.requests.data, "/t/2/a"));
}

static void test_for_each_failure_is_partial(void **state)
{
	static const struct server_reply replies[] = {
		{ "GET /tickets", 0, NULL, "[{\"id\":1},{\"id\":2}]" },
		{ "GET /t/1/a", 0, NULL, "[{\"id\":11}]" },
		{ "GET /t/2/a", 500, NULL, "{\"error\":\"out of paper\"}" },
	};

	(void)state;
	RIG(HEAD "error: [/error]\npull:\n  tickets:\n    per: record\n    get: /tickets\n    each: \"\"\n    row: {kind: ticket, id: /id}\n"
	    "    for_each:\n      get: \"/t/</id>/a\"\n      each: \"\"\n      row: {kind: note, id: /id, part_of: ../id}\n", replies);
	rig_pull(&rig, "c1");
	assert_false(rig.end.ok);
	assert_true(rig.end.partial);
	assert_non_null(strstr(rig.end.err.text, "out of paper"));
	assert_int_equal(rig.end.status, 500);
	assert_int_equal(rig.end.rows, 3);
}

static void test_for_all_in_chunks(void **state)
{
	static const struct server_reply replies[] = {
		{ "GET /list", 0, NULL, "[{\"id\":1},{\"id\":2},{\"id\":3},{\"id\":2}]" },
		{ "GET /many?ids=1%2C2", 0, NULL, "[{\"id\":1,\"t\":\"one\"},{\"id\":2,\"t\":\"two\"}]" },
		{ "GET /many?ids=3", 0, NULL, "[{\"id\":3,\"t\":\"three\"}]" },
	};

	(void)state;
	RIG(HEAD "pull:\n  calls:\n    per: record\n    get: /list\n    each: \"\"\n"
	    "    for_all:\n      id: /id\n      chunk: 2\n      join: \",\"\n      get: /many\n      query: {ids: \"<ids>\"}\n"
	    "      each: \"\"\n      row: {kind: call, id: /id, title: /t}\n", replies);
	rig_pull(&rig, "c1");
	assert_ok();
	assert_int_equal(rig.end.requests, 3);
	assert_int_equal(rig.end.rows, 3);
	assert_non_null(strstr(rig.rows.data, "3 three|"));
}

static void test_nested_lists(void **state)
{
	static const struct server_reply replies[] = {
		{ "GET /orders", 0, NULL, "{\"orders\":[{\"id\":\"o1\",\"refunds\":[{\"id\":\"r1\"},{\"id\":\"r2\"}],\"ship\":{\"id\":\"s1\"}},"
				"{\"id\":\"o2\",\"refunds\":[],\"ship\":null},{\"id\":\"o3\",\"refunds\":\"no list\"}]}" },
	};

	(void)state;
	RIG(HEAD "pull:\n  orders:\n    per: record\n    get: /orders\n    each: /orders\n    row: {kind: order, id: /id}\n"
	    "    also:\n      - {name: refunds, each: /refunds, row: {kind: payment, id: /id, part_of: ../id}}\n"
	    "      - {name: ships, each: /ship, row: {kind: delivery, id: /id, part_of: ../id}}\n", replies);
	rig_pull(&rig, "c1");
	assert_ok();
	assert_string_equal(rig.rows.data, "orders:o1 |orders.refunds:r1  of o1|orders.refunds:r2  of o1|orders.ships:s1  of o1|orders:o2 |orders:o3 |");
	assert_int_equal(rig.end.dropped, 1);
}

static void test_merged_requests(void **state)
{
	static const struct server_reply replies[] = {
		{ "GET /calls?from=%2B351912345678", 0, NULL, "[{\"id\":1,\"n\":\"+351 912 345 678\"},{\"id\":2,\"n\":\"912345678\"}]" },
		{ "GET /calls?to=%2B351912345678", 0, NULL, "[{\"id\":2,\"n\":\"912345678\"},{\"id\":3,\"n\":\"912345678\"},{\"id\":4,\"n\":\"911111111\"}]" },
		{ "GET /note/1", 0, NULL, "[{\"id\":\"n1\"}]" }, { "GET /note/2", 0, NULL, "[{\"id\":\"n2\"}]" },
		{ "GET /note/3", 0, NULL, "[{\"id\":\"n3\"}]" },
	};

	(void)state;
	RIG(HEAD "pull:\n  calls:\n    per: tel\n    match: [/n]\n    requests:\n      - {get: /calls, query: {from: \"<value>\"}}\n"
	    "      - {get: /calls, query: {to: \"<value>\"}}\n    each: \"\"\n    row: {kind: call, id: /id}\n"
	    "    for_each: {get: \"/note/</id>\", each: \"\", row: {kind: note, id: /id}}\n", replies);
	rig_pull_id(&rig, "tel:+351912345678");
	assert_ok();
	assert_int_equal(rig_count(&rig.rows, "calls:"), 3);
	assert_int_equal(rig.end.rows, 6);
	assert_int_equal(rig.end.requests, 5);
	assert_int_equal(rig.shared, 6);
}

static void test_steps(void **state)
{
	static const struct server_reply replies[] = {
		{ "GET /who?login=jane", 0, NULL, "{\"person\":{\"key\":\"k/1\"}}" },
		{ "GET /things/k%2F1", 0, NULL, "[{\"id\":1}]" },
	};

	(void)state;
	RIG(HEAD "pull:\n  things:\n    per: record\n    steps:\n      - {get: /who, query: {login: \"<record.login>\"}, save: {key: /person/key}}\n"
	    "    get: \"/things/<key>\"\n    each: \"\"\n    row: {kind: order, id: /id}\n", replies);
	rig_pull(&rig, "c1");
	assert_ok();
	assert_string_equal(rig.rows.data, "things:1 |");
}

static void test_step_finds_nobody(void **state)
{
	static const struct server_reply replies[] = { { "GET /who", 404, NULL, "{}" } };

	(void)state;
	RIG(HEAD "pull:\n  things:\n    per: record\n    steps:\n      - {get: /who, none: [404], save: {key: /person/key}}\n"
	    "    get: \"/things/<key>\"\n    each: \"\"\n    row: {kind: order, id: /id}\n", replies);
	rig_pull(&rig, "c1");
	assert_ok();
	assert_int_equal(rig.end.requests, 1);
	assert_int_equal(rig.end.rows, 0);
}

static void test_tables(void **state)
{
	static const struct server_reply replies[] = {
		{ "GET /agents", 0, NULL, "{\"agents\":[{\"id\":7,\"name\":\"Ana\"},{\"id\":8,\"name\":\"Rui\"}]}" },
		{ "GET /t", 0, NULL, "{\"t\":[{\"id\":1,\"who\":7,\"q\":5},{\"id\":2,\"who\":9,\"q\":6}],\"queues\":[{\"id\":5,\"n\":\"Sales\"},{\"id\":6,\"n\":\"Help\"}]}" },
	};

	(void)state;
	RIG(HEAD "tables:\n  agents: {get: /agents, each: /agents, key: /id, value: /name}\n"
	    "pull:\n  t:\n    per: record\n    get: /t\n    each: /t\n    tables:\n      queues: {each: /queues, key: /id, value: /n}\n"
	    "    row: {kind: ticket, id: /id, agent: {table: agents, key: /who, else: nobody}, title: {table: queues, key: /q}}\n", replies);
	rig_pull(&rig, "c1");
	assert_ok();
	assert_string_equal(rig.rows.data, "t:1 Sales by Ana|t:2 Help by nobody|");
	assert_int_equal(server_requests(rig.server), 2);
	rig_pull(&rig, "c1");
	assert_string_equal(rig.rows.data, "t:1 Sales by Ana|t:2 Help by nobody|");
	assert_int_equal(server_requests(rig.server), 3);
}

static void test_table_that_fails(void **state)
{
	static const struct server_reply replies[] = {
		{ "GET /agents", 500, NULL, "{}" }, { "GET /t", 0, NULL, "[{\"id\":1,\"who\":7}]" },
	};

	(void)state;
	RIG(HEAD "tables:\n  agents: {get: /agents, each: /agents, key: /id, value: /name}\n"
	    "pull:\n  t:\n    per: record\n    get: /t\n    each: \"\"\n"
	    "    row: {kind: ticket, id: /id, agent: {table: agents, key: /who, else: /who}}\n", replies);
	rig_pull(&rig, "c1");
	assert_string_equal(rig.rows.data, "t:1  by 7|");
	assert_true(rig.end.partial);
	assert_int_equal(rig.end.status, 500);
}

#define LIST HEAD "pull:\n  t:\n    per: record\n    get: /t\n    each: /d\n    row: {kind: ticket, id: /id, title: /t}\n"

static void test_wrong_shapes_cost_the_row(void **state)
{
	static const struct server_reply replies[] = {
		{ "GET /t", 0, NULL, "{\"d\":[1,\"x\",null,[],{\"id\":1,\"t\":{\"a\":1}},{\"t\":\"no id\"},{\"id\":\"2\",\"t\":\"a\\u0000b\"},{\"id\":3,\"t\":4}]}" },
	};

	(void)state;
	RIG(LIST, replies);
	rig_pull(&rig, "c1");
	assert_ok();
	assert_int_equal(rig.end.rows, 3);
	assert_int_equal(rig.end.dropped, 4);
	assert_int_equal(rig_count(&rig.rows, "t:"), 3);
	assert_int_equal(rig_count(&rig.rows, "t:3 4|"), 1);
	assert_true(rig.dropped.len > 0);
	assert_int_equal(rig_count(&rig.elements, "|"), 1);
}

static void test_object_where_a_list_was_meant(void **state)
{
	static const struct server_reply replies[] = { { "GET /t", 0, NULL, "{\"d\":{\"id\":9,\"t\":\"alone\"}}" } };

	(void)state;
	RIG(LIST, replies);
	rig_pull(&rig, "c1");
	assert_ok();
	assert_string_equal(rig.rows.data, "t:9 alone|");
}

static void test_false_and_null_are_empty_lists(void **state)
{
	static const struct server_reply replies[] = { { "GET /t", 0, NULL, "{\"d\":false}" } };

	(void)state;
	RIG(LIST, replies);
	rig_pull(&rig, "c1");
	assert_ok();
	assert_int_equal(rig.end.rows + rig.end.dropped, 0);
}

static void test_no_list_at_all(void **state)
{
	static const struct server_reply replies[] = { { "GET /t", 0, NULL, "{\"maintenance\":true}" } };

	(void)state;
	RIG(LIST, replies);
	rig_pull(&rig, "c1");
	assert_false(rig.end.ok);
	assert_false(rig.end.partial);
	assert_int_equal(rig.end.err.code, ERR_SHAPE);
	assert_non_null(strstr(rig.end.err.text, "/d"));
}

static void test_html_instead_of_json(void **state)
{
	static const struct server_reply replies[] = { { "GET /t", 200, "Content-Type: text/html; charset=utf-8\r\n", "<html>hello</html>" } };

	(void)state;
	RIG(LIST, replies);
	rig_pull(&rig, "c1");
	assert_false(rig.end.ok);
	assert_int_equal(rig.end.err.code, ERR_SHAPE);
	assert_non_null(strstr(rig.end.err.text, "sent text/html where JSON was expected"));
}

static void test_error_inside_a_good_status(void **state)
{
	static const struct server_reply replies[] = { { "GET /t", 0, NULL, "{\"errors\":[{\"message\":\"too costly\"}],\"d\":[{\"id\":1}]}" } };

	(void)state;
	RIG(HEAD "pull:\n  t:\n    per: record\n    get: /t\n    error: [/errors/0/message]\n    each: /d\n    row: {kind: ticket, id: /id}\n", replies);
	rig_pull(&rig, "c1");
	assert_false(rig.end.ok);
	assert_int_equal(rig.end.err.code, ERR_HTTP);
	assert_non_null(strstr(rig.end.err.text, "too costly"));
	assert_int_equal(rig.end.rows, 0);
}

static void deep(char *out, size_t n)
{
	size_t at = (size_t)snprintf(out, n, "{\"d\":[{\"id\":1,\"t\":");

	memset(out + at, '[', n - at - 1);
	out[n - 1] = '\0';
}

static void test_deep_json(void **state)
{
	static char body[100001];
	static struct server_reply replies[] = { { "GET /t", 0, NULL, body } };

	(void)state;
	deep(body, sizeof(body));
	RIG(LIST, replies);
	rig_pull(&rig, "c1");
	assert_false(rig.end.ok);
	assert_int_equal(rig.end.rows, 0);
	assert_true(rig.end.err.code == ERR_SHAPE || rig.end.err.code == ERR_LIMIT);
}

static void test_endless_reply(void **state)
{
	(void)state;
	rig_open_with(&rig, HEAD "pull:\n  t:\n    per: record\n    get: /endless\n    each: \"\"\n    row: {kind: ticket, id: /id}\n", NULL, 0,
		      (struct backend_config){ .peer.body_max = 1 << 20, .peer.deadline_ms = 3000 }, NULL);
	rig_pull(&rig, "c1");
	assert_false(rig.end.ok);
	assert_int_equal(rig.end.rows, 0);
}

static void test_reply_larger_than_allowed(void **state)
{
	static struct server_reply replies[] = { { "GET /t", 0, NULL, NULL } };
	struct buf body;

	(void)state;
	buf_init(&body, 8 << 20);
	buf_adds(&body, "{\"d\":[{\"id\":0}");
	for (int i = 1; i < 200000; i++)
		buf_printf(&body, ",{\"id\":%d}", i);
	buf_adds(&body, "]}");
	replies[0].body = body.data;
	rig_open_with(&rig, LIST, replies, 1, (struct backend_config){ .peer.body_max = 1 << 20 }, NULL);
	rig_pull(&rig, "c1");
	assert_false(rig.end.ok);
	assert_int_equal(rig.end.err.code, ERR_LIMIT);
	assert_int_equal(rig.end.rows, 0);
	rig_close(&rig);
	rig_open(&rig, LIST, replies, 1);
	rig_pull(&rig, "c1");
	assert_ok();
	assert_int_equal(rig.end.rows, 200000);
	buf_release(&body);
}

/* Elements that read the root wait for the last byte, and are then mapped a few milliseconds at a time. */
static void test_whole_replies_go_by_slices(void **state)
{
	static struct server_reply replies[] = { { "GET /t", 0, NULL, NULL } };
	struct buf body;

	(void)state;
	buf_init(&body, 8 << 20);
	buf_adds(&body, "{\"d\":[{\"id\":0}");
	for (int i = 1; i < 20000; i++)
		buf_printf(&body, ",{\"id\":%d}", i);
	buf_adds(&body, "],\"shop\":\"Berlin\"}");
	replies[0].body = body.data;
	RIG(HEAD "pull:\n  t:\n    per: record\n    get: /t\n    each: /d\n    row: {kind: ticket, id: /id, title: ^/shop}\n", replies);
	rig_pull(&rig, "c1");
	assert_ok();
	assert_int_equal(rig.end.rows, 20000);
	assert_int_equal(rig_count(&rig.rows, " Berlin|"), 20000);
	assert_int_equal(rig.batches, 1);
	buf_release(&body);
}

static void test_members_of_an_object(void **state)
{
	static const struct server_reply replies[] = { { "GET /t", 0, NULL, "{\"d\":{\"a\":{\"t\":\"one\"},\"b\":{\"t\":\"two\"}}}" } };

	(void)state;
	RIG(HEAD "pull:\n  t:\n    per: record\n    get: /t\n    members: /d\n    row: {kind: ticket, id: \"<key>\", title: /t}\n", replies);
	rig_pull(&rig, "c1");
	assert_ok();
	assert_string_equal(rig.rows.data, "t:a one|t:b two|");
}

static void test_several_values_of_one_name(void **state)
{
	static const struct server_reply replies[] = { { "GET /t?fields%5Ba%5D=1&id=x%26y&id=z", 0, NULL, "[{\"id\":1}]" } };

	(void)state;
	RIG(HEAD "pull:\n  t:\n    per: record\n    get: /t\n    query: {\"fields[a]\": 1, gone: \"<record.nothing>\", id: {all: [{const: \"x&y\"}, {const: z}]}}\n"
	    "    each: \"\"\n    row: {kind: ticket, id: /id}\n", replies);
	rig_pull(&rig, "c1");
	assert_ok();
	assert_int_equal(rig.end.rows, 1);
}

static void test_retry_after_is_told(void **state)
{
	static const struct server_reply replies[] = { { "GET /t", 429, "Content-Type: application/json\r\nRetry-After: 600\r\n", "{}" } };

	(void)state;
	RIG(LIST, replies);
	rig_pull(&rig, "c1");
	assert_false(rig.end.ok);
	assert_int_equal(rig.end.err.code, ERR_RATE);
	assert_true(rig.end.retry_at > clock_wall(clock_system()) + 500000);
	assert_true(rig.end.ms < 5000);
}

static void test_one_pull_fails_the_other_answers(void **state)
{
	static const struct server_reply replies[] = { { "GET /a", 500, NULL, "{}" }, { "GET /b", 0, NULL, "[]" } };

	(void)state;
	RIG(HEAD "pull:\n  a: {per: record, get: /a, each: \"\", row: {kind: order, id: /id}}\n"
	    "  b: {per: record, get: /b, each: \"\", row: {kind: order, id: /id}}\n", replies);
	rig_pull(&rig, "c1");
	assert_true(rig.end.partial);
	assert_false(rig.end.ok);
}

static void test_dead_line_is_absolute(void **state)
{
	static const struct server_reply replies[] = { { "GET /t", 0, NULL, "[{\"id\":1},{\"id\":2},{\"id\":3},{\"id\":4}]" } };

	(void)state;
	rig_open_with(&rig, HEAD "pull:\n  t:\n    per: record\n    get: /t\n    each: \"\"\n    row: {kind: ticket, id: /id}\n"
		      "    for_each: {get: \"/delay/400?</id>\", each: \"\", row: {kind: note, id: /id}}\n", replies, 1,
		      (struct backend_config){ .peer.concurrency = 1, .peer.deadline_ms = 700 }, NULL);
	rig_pull(&rig, "c1");
	assert_true(rig.end.partial);
	assert_int_equal(rig.end.err.code, ERR_TIMEOUT);
	assert_int_equal(rig.end.rows, 4);
	assert_true(rig.end.ms < 1200);
}

static void stop_at_batch(void *arg, struct batch *batch)
{
	struct backend_call **call = arg;

	batch_free(batch);
	backend_cancel(*call);
	*call = NULL;
}

static void test_cancel_from_inside(void **state)
{
	static const struct server_reply replies[] = { { "GET /t", 0, NULL, "[{\"id\":1},{\"id\":2}]" } };
	struct backend_call *call;
	struct record *record;
	const struct record *records[1];
	const struct backend_sink sink = { .batch = stop_at_batch, .arg = &call };

	(void)state;
	RIG(HEAD "pull:\n  t:\n    per: record\n    get: /t\n    page: {number: page}\n    each: \"\"\n    row: {kind: ticket, id: /id}\n"
	    "    for_each: {get: \"/hang/</id>\", each: \"\", row: {kind: note, id: /id}}\n", replies);
	record = record_new(rig.arena, STR("shop"), STR("c1"));
	records[0] = record;
	call = backend_pull(rig.backend, &(struct backend_subject){ .records = records, .n_records = 1 }, &rig_options, &sink);
	for (int i = 0; i < 100 && call; i++)
		loop_turn(rig.loop, 200);
	assert_null(call);
	loop_turn(rig.loop, 0);
}

static void test_ask_by_two_requests_gives_each_once(void **state)
{
	static const struct server_reply replies[] = {
		{ "GET /titles?q=tea", 0, NULL, "[{\"id\":1,\"t\":\"Tea\"},{\"id\":2,\"t\":\"Teapots\"}]" },
		{ "GET /texts?q=tea", 0, NULL, "[{\"id\":2,\"t\":\"Teapots\"},{\"id\":3,\"t\":\"Cups\"}]" },
	};

	(void)state;
	RIG(HEAD "knowledge:\n  requests: [{get: /titles, query: {q: \"<value>\"}}, {get: /texts, query: {q: \"<value>\"}}]\n"
	    "  each: \"\"\n  row: {id: /id, title: /t}\n", replies);
	rig_ask(&rig, ROW_ARTICLE, "tea");
	assert_ok();
	assert_int_equal(rig.end.rows, 3);
	assert_int_equal(rig.end.requests, 2);
}

static void test_ask_stock(void **state)
{
	static const struct server_reply replies[] = {
		{ "GET /items?sku=FJ-1", 0, NULL, "{\"items\":[{\"sku\":\"FJ-1\",\"levels\":[{\"s\":\"Berlin\",\"n\":0},{\"s\":\"Online\",\"n\":25}]}]}" },
	};

	(void)state;
	RIG(HEAD "stock:\n  - get: /items\n    query: {sku: \"<value>\"}\n    each: /items\n    also: [{each: /levels, row: {item: ../sku, site: /s, quantity: /n}}]\n", replies);
	rig_ask(&rig, ROW_STOCK, "FJ-1");
	assert_ok();
	assert_string_equal(rig.others.data, "FJ-1 Berlin 0|FJ-1 Online 25|");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_seen_hashes_that_crowd),
		cmocka_unit_test_teardown(test_too_many_that_match, close_rig),
		cmocka_unit_test_teardown(test_for_each_newest_first, close_rig),
		cmocka_unit_test_teardown(test_for_each_rest_on_demand, close_rig),
		cmocka_unit_test_teardown(test_for_each_failure_is_partial, close_rig),
		cmocka_unit_test_teardown(test_for_all_in_chunks, close_rig),
		cmocka_unit_test_teardown(test_nested_lists, close_rig),
		cmocka_unit_test_teardown(test_merged_requests, close_rig),
		cmocka_unit_test_teardown(test_steps, close_rig),
		cmocka_unit_test_teardown(test_step_finds_nobody, close_rig),
		cmocka_unit_test_teardown(test_tables, close_rig),
		cmocka_unit_test_teardown(test_table_that_fails, close_rig),
		cmocka_unit_test_teardown(test_wrong_shapes_cost_the_row, close_rig),
		cmocka_unit_test_teardown(test_object_where_a_list_was_meant, close_rig),
		cmocka_unit_test_teardown(test_false_and_null_are_empty_lists, close_rig),
		cmocka_unit_test_teardown(test_no_list_at_all, close_rig),
		cmocka_unit_test_teardown(test_html_instead_of_json, close_rig),
		cmocka_unit_test_teardown(test_error_inside_a_good_status, close_rig),
		cmocka_unit_test_teardown(test_deep_json, close_rig),
		cmocka_unit_test_teardown(test_endless_reply, close_rig),
		cmocka_unit_test_teardown(test_reply_larger_than_allowed, close_rig),
		cmocka_unit_test_teardown(test_whole_replies_go_by_slices, close_rig),
		cmocka_unit_test_teardown(test_members_of_an_object, close_rig),
		cmocka_unit_test_teardown(test_several_values_of_one_name, close_rig),
		cmocka_unit_test_teardown(test_retry_after_is_told, close_rig),
		cmocka_unit_test_teardown(test_one_pull_fails_the_other_answers, close_rig),
		cmocka_unit_test_teardown(test_dead_line_is_absolute, close_rig),
		cmocka_unit_test_teardown(test_cancel_from_inside, close_rig),
		cmocka_unit_test_teardown(test_ask_by_two_requests_gives_each_once, close_rig),
		cmocka_unit_test_teardown(test_ask_stock, close_rig),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
