#include "rig.h"

#include <string.h>

#include "../../src/backend/page.h"

#define HEAD "connector: shop\ntitle: A shop\nsettings:\n  url: {required: true}\n" \
	"find:\n  - {by: email, get: /find, query: {q: \"<value>\"}, each: \"\", match: [/email]}\n" \
	"record: {id: /id, email: /email, keep: {login: /login, nothing: /nothing}}\n"
#define PULL(request) HEAD "pull:\n  orders:\n    per: record\n" request \
	"    row: {kind: order, id: /id, at: /at, title: /t}\n"
#define ELEMENT(id) "{\"id\":" id ",\"t\":\"t" id "\",\"at\":\"2026-01-0" id "T00:00:00Z\"}"

static struct rig rig;

static int close_rig(void **state)
{
	(void)state;
	rig_close(&rig);
	return 0;
}

static void assert_rows(const char *rows)
{
	if (!rig.end.ok)
		print_message("%s\n", rig.end.err.text);
	assert_true(rig.end.ok);
	assert_string_equal(rig.rows.data, rows);
}

static void test_number_short_page(void **state)
{
	static const struct server_reply replies[] = {
		{ "GET /orders?customer=c1&page=1&per=2", 0, NULL, "[" ELEMENT("1") "," ELEMENT("2") "]" },
		{ "GET /orders?customer=c1&page=2&per=2", 0, NULL, "[" ELEMENT("3") "]" },
	};

	(void)state;
	RIG(PULL("    get: /orders\n    query: {customer: \"<record>\"}\n    page: {number: page, size: per, of: 2}\n    each: \"\"\n"), replies);
	rig_pull(&rig, "c1");
	assert_rows("orders:1 t1|orders:2 t2|orders:3 t3|");
	assert_int_equal(rig.batches, 2);
	assert_int_equal(rig.end.requests, 2);
	assert_int_equal(rig.end.rows, 3);
}

static void test_number_total_and_204(void **state)
{
	static const struct server_reply replies[] = {
		{ "GET /a?page=1", 0, NULL, "{\"items\":[" ELEMENT("1") "],\"total\":2}" },
		{ "GET /a?page=2", 0, NULL, "{\"items\":[" ELEMENT("2") "],\"total\":2}" },
		{ "GET /b?page=1", 0, NULL, "[" ELEMENT("5") "]" },
		{ "GET /b?page=2", 204, "", "" },
	};

	(void)state;
	RIG(HEAD "pull:\n"
	    "  a:\n    per: once\n    get: /a\n    page: {number: page, total: /total}\n    each: /items\n    row: {kind: order, id: /id, title: /t}\n"
	    "  b:\n    per: once\n    get: /b\n    page: {number: page}\n    each: \"\"\n    row: {kind: order, id: /id, title: /t}\n", replies);
	rig_pull(&rig, "c1");
	assert_true(rig.end.ok);
	assert_int_equal(rig.end.requests, 4);
	assert_int_equal(rig.end.rows, 3);
}

static void test_offset(void **state)
{
	static const struct server_reply replies[] = {
		{ "GET /o?offset=0&limit=2", 0, NULL, "{\"count\":3,\"orders\":[" ELEMENT("1") "," ELEMENT("2") "]}" },
		{ "GET /o?offset=2&limit=2", 0, NULL, "{\"orders\":[" ELEMENT("3") "],\"count\":3}" },
	};

	(void)state;
	RIG(PULL("    get: /o\n    page: {offset: offset, limit: limit, of: 2, total: /count}\n    each: /orders\n"), replies);
	rig_pull(&rig, "c1");
	assert_rows("orders:1 t1|orders:2 t2|orders:3 t3|");
	assert_int_equal(rig.end.requests, 2);
}

static void test_next_address_is_rebased(void **state)
{
	static const struct server_reply replies[] = {
		{ "GET /o?start=1", 0, NULL, "{\"next\":\"/o?start=2\",\"d\":[" ELEMENT("1") "]}" },
		{ "GET /o?start=2", 0, NULL, "{\"d\":[" ELEMENT("2") "],\"next\":\"https://elsewhere.example.com/o?start=3\"}" },
		{ "GET /o?start=3", 0, NULL, "{\"d\":[" ELEMENT("3") "],\"next\":null}" },
	};

	(void)state;
	RIG(PULL("    get: /o\n    query: {start: 1}\n    page: {next: /next}\n    each: /d\n"), replies);
	rig_pull(&rig, "c1");
	assert_rows("orders:1 t1|orders:2 t2|orders:3 t3|");
}

static void test_next_address_that_cannot_be(void **state)
{
	static const struct server_reply replies[] = {
		{ "GET /o", 0, NULL, "{\"next\":\"javascript:alert(1)\",\"d\":[" ELEMENT("1") "]}" },
	};

	(void)state;
	RIG(PULL("    get: /o\n    page: {next: /next}\n    each: /d\n"), replies);
	rig_pull(&rig, "c1");
	assert_false(rig.end.ok);
	assert_true(rig.end.partial);
	assert_string_equal(rig.rows.data, "orders:1 t1|");
	assert_int_equal(rig.end.requests, 1);
}

static void test_next_loop(void **state)
{
	static const struct server_reply replies[] = {
		{ "GET /o?p=2", 0, NULL, "{\"next\":\"/o?p=1\",\"d\":[" ELEMENT("2") "]}" },
		{ "GET /o?p=1", 0, NULL, "{\"next\":\"/o?p=2\",\"d\":[" ELEMENT("1") "]}" },
	};

	(void)state;
	RIG(PULL("    get: /o\n    query: {p: 1}\n    page: {next: /next}\n    each: /d\n"), replies);
	rig_pull(&rig, "c1");
	assert_string_equal(rig.rows.data, "orders:1 t1|orders:2 t2|");
	assert_true(rig.end.partial);
	assert_int_equal(rig.end.err.code, ERR_SHAPE);
	assert_int_equal(rig.end.requests, 2);
}

static void test_cursor_in_query(void **state)
{
	static const struct server_reply replies[] = {
		{ "GET /o?q=1&after=b%2F2", 0, NULL, "{\"d\":[" ELEMENT("2") "],\"meta\":{\"cursor\":\"\",\"more\":true}}" },
		{ "GET /o?q=1", 0, NULL, "{\"d\":[" ELEMENT("1") "],\"meta\":{\"cursor\":\"b/2\",\"more\":true}}" },
	};

	(void)state;
	RIG(PULL("    get: /o\n    query: {q: 1}\n    page: {cursor: /meta/cursor, to: after, more: /meta/more}\n    each: /d\n"), replies);
	rig_pull(&rig, "c1");
	assert_rows("orders:1 t1|orders:2 t2|");
}

static void test_cursor_in_body_repeated(void **state)
{
	static const struct server_reply replies[] = {
		{ "POST /search", 0, NULL, "{\"d\":[" ELEMENT("1") "],\"cursor\":\"same\"}" },
	};

	(void)state;
	RIG(PULL("    post: /search\n    json: {filter: {who: \"<record>\", none: \"<record.nothing>\"}}\n"
		 "    page: {cursor: /cursor, to: /page/after}\n    each: /d\n"), replies);
	rig_pull(&rig, "c1");
	assert_non_null(strstr(server_last(rig.server), "{\"filter\":{\"who\":\"c1\"},\"page\":{\"after\":\"same\"}}"));
	assert_string_equal(rig.rows.data, "orders:1 t1|");
	assert_int_equal(rig.end.requests, 2);
	assert_true(rig.end.partial);
}

static void test_link_header(void **state)
{
	static const struct server_reply replies[] = {
		{ "GET /o?p=2", 0, NULL, "[" ELEMENT("2") "]" },
		{ "GET /o", 0, "Content-Type: application/json\r\nLink: </o?p=0>; rel=\"prev\", </o?p=2>; rel=\"next\"\r\n", "[" ELEMENT("1") "]" },
	};

	(void)state;
	RIG(PULL("    get: /o\n    page: {link: next}\n    each: \"\"\n"), replies);
	rig_pull(&rig, "c1");
	assert_rows("orders:1 t1|orders:2 t2|");
}

static void links(const char *header, const char *relation, const char *wanted)
{
	struct str out;

	if (!link_find(header, relation, &out))
		out = (struct str){ NULL, 0 };
	if (!(wanted ? str_is(out, wanted) : !out.p))
		fail_msg("%s: %s is \"%.*s\"", header, relation, STR_ARG(out));
}

static void test_link_relations(void **state)
{
	(void)state;
	links("<a>; rel=next", "next", "a");
	links("<a>; rel=prev, <b>; rel=next;x=y", "next", "b");
	links("<a>; rel=\"last next\"", "next", "a");
	links("<a>; title=\"x, y\"; rel=NEXT", "next", "a");
	links("<a>; rel=\"nextish\"", "next", NULL);
	links("<a,b>; rel=\"prev\", <c>", "next", NULL);
	links("<a; rel=next", "next", NULL);
	links(NULL, "next", NULL);
	/* a comma inside the quotes once never ended */
	links("<a>; rel=\"x,next\", <b>; rel=\"next\"", "next", "b");
	links("<a>; rel=\"x,", "next", NULL);
	links("<a>; rel=\",\"", "", NULL);
}

static void test_last_element(void **state)
{
	static const struct server_reply replies[] = {
		{ "GET /o?before=2", 0, NULL, "{\"d\":[" ELEMENT("3") "],\"more\":false}" },
		{ "GET /o", 0, NULL, "{\"d\":[" ELEMENT("1") "," ELEMENT("2") "],\"more\":true}" },
	};

	(void)state;
	RIG(PULL("    get: /o\n    page: {last: /id, to: before, more: /more}\n    each: /d\n"), replies);
	rig_pull(&rig, "c1");
	assert_rows("orders:1 t1|orders:2 t2|orders:3 t3|");
}

static void test_ignored_page_number(void **state)
{
	static const struct server_reply replies[] = {
		{ "GET /o", 0, NULL, "[" ELEMENT("1") "," ELEMENT("2") "]" },
	};

	(void)state;
	RIG(PULL("    get: /o\n    page: {number: page, size: per, of: 2}\n    each: \"\"\n"), replies);
	rig_pull(&rig, "c1");
	assert_string_equal(rig.rows.data, "orders:1 t1|orders:2 t2|");
	assert_int_equal(rig.end.requests, 2);
	assert_false(rig.end.ok);
	assert_true(rig.end.partial);
}

static void test_page_cap(void **state)
{
	static const struct server_reply replies[] = {
		{ "GET /o?page=1", 0, NULL, "[" ELEMENT("1") "]" }, { "GET /o?page=2", 0, NULL, "[" ELEMENT("2") "]" },
		{ "GET /o?page=3", 0, NULL, "[" ELEMENT("3") "]" }, { "GET /o?page=4", 0, NULL, "[" ELEMENT("4") "]" },
	};

	(void)state;
	rig_open_with(&rig, PULL("    get: /o\n    page: {number: page}\n    each: \"\"\n"), replies, 4,
		      (struct backend_config){ .max_pages = 3 }, NULL);
	rig_pull(&rig, "c1");
	assert_int_equal(rig.end.requests, 3);
	assert_int_equal(rig.end.rows, 3);
	assert_true(rig.end.partial);
	assert_int_equal(rig.end.err.code, ERR_LIMIT);
}

static void test_stop_at_a_date(void **state)
{
	static const struct server_reply replies[] = {
		{ "GET /o?page=1", 0, NULL, "[" ELEMENT("9") "," ELEMENT("8") "]" },
		{ "GET /o?page=2", 0, NULL, "[" ELEMENT("7") "," ELEMENT("2") "]" },
		{ "GET /o?page=3", 0, NULL, "[" ELEMENT("1") "]" },
	};
	int64_t since;

	(void)state;
	RIG(PULL("    get: /o\n    page: {number: page, stop: /at}\n    each: \"\"\n"), replies);
	assert_true(when_parse(STR("2026-01-05T00:00:00Z"), WHEN_ISO, NULL, &since, NULL));
	rig_pull_since(&rig, "c1", since);
	assert_rows("orders:9 t9|orders:8 t8|orders:7 t7|");
	assert_int_equal(rig.end.requests, 2);
}

static void test_since_in_the_question(void **state)
{
	static const char connector[] = PULL("    get: /o\n    query: {from: \"<since|date:%Y-%m-%d>\"}\n    each: \"\"\n");
	static const struct server_reply replies[] = {
		{ "GET /o?from=2026-01-02", 0, NULL, "[" ELEMENT("3") "," ELEMENT("1") "]" },
		{ "GET /o", 0, NULL, "[" ELEMENT("3") "," ELEMENT("1") "]" },
	};
	int64_t since;

	(void)state;
	RIG(connector, replies);
	assert_true(when_parse(STR("2026-01-02T00:00:00Z"), WHEN_ISO, NULL, &since, NULL));
	rig_pull_since(&rig, "c1", since);
	assert_rows("orders:3 t3|");
	rig_pull(&rig, "c1");
	assert_rows("orders:3 t3|orders:1 t1|");
}

static void test_cut_page_keeps_the_earlier(void **state)
{
	static const struct server_reply replies[] = {
		{ "GET /o?page=1", 0, NULL, "[" ELEMENT("1") "]" },
		{ "GET /o?page=2", 0, NULL, "[" ELEMENT("2") "," ELEMENT("3") ",{\"id\":4" },
	};

	(void)state;
	RIG(PULL("    get: /o\n    page: {number: page}\n    each: \"\"\n"), replies);
	rig_pull(&rig, "c1");
	assert_string_equal(rig.rows.data, "orders:1 t1|");
	assert_true(rig.end.partial);
	assert_int_equal(rig.end.err.code, ERR_SHAPE);
	assert_non_null(strstr(rig.end.err.text, "shop: "));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_number_short_page, close_rig),
		cmocka_unit_test_teardown(test_number_total_and_204, close_rig),
		cmocka_unit_test_teardown(test_offset, close_rig),
		cmocka_unit_test_teardown(test_next_address_is_rebased, close_rig),
		cmocka_unit_test_teardown(test_next_address_that_cannot_be, close_rig),
		cmocka_unit_test_teardown(test_next_loop, close_rig),
		cmocka_unit_test_teardown(test_cursor_in_query, close_rig),
		cmocka_unit_test_teardown(test_cursor_in_body_repeated, close_rig),
		cmocka_unit_test_teardown(test_link_header, close_rig),
		cmocka_unit_test(test_link_relations),
		cmocka_unit_test_teardown(test_last_element, close_rig),
		cmocka_unit_test_teardown(test_ignored_page_number, close_rig),
		cmocka_unit_test_teardown(test_page_cap, close_rig),
		cmocka_unit_test_teardown(test_stop_at_a_date, close_rig),
		cmocka_unit_test_teardown(test_since_in_the_question, close_rig),
		cmocka_unit_test_teardown(test_cut_page_keeps_the_earlier, close_rig),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
