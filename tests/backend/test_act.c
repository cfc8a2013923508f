#include "rig.h"

#include <string.h>

#define HEAD "connector: shop\ntitle: A shop\nsettings:\n  url: {required: true}\nerror: [/message]\n"
#define NOTE(request, rest) HEAD "actions:\n  note:\n    title: Add a note\n    reader: staff\n    roles: [agent]\n" \
	"    ask: {ticket: {}, text: {long: true}, minutes: {type: number, optional: true}}\n" \
	"    " request "\n    json: {body: \"<text>\", minutes: \"<minutes>\", internal: true}\n" rest
#define UUID "0192a1b2-c3d4-4e5f-8a9b-0c1d2e3f4a5b"
#define FIELDS "{\"ticket\":\"7\",\"text\":\"said \\\"hello\\\"\",\"minutes\":5}"

static struct rig rig;

static int close_rig(void **state)
{
	(void)state;
	rig_close(&rig);
	return 0;
}

static void test_done(void **state)
{
	static const struct server_reply replies[] = { { "POST /t/7/note", 201, NULL, "{\"id\":12}" } };

	(void)state;
	RIG(NOTE("post: \"/t/<ticket>/note\"", "    ok: {status: 201, has: /id}\n"), replies);
	rig_act(&rig, "note", FIELDS);
	if (!rig.end.ok)
		print_message("%s\n", rig.end.err.text);
	assert_true(rig.end.ok);
	assert_int_equal(rig.end.outcome, ACT_DONE);
	assert_non_null(strstr(server_last(rig.server), "{\"body\":\"said \\\"hello\\\"\",\"minutes\":5,\"internal\":true}"));
	rig_act(&rig, "note", "{\"ticket\":\"7\",\"text\":\"x\"}");
	assert_non_null(strstr(server_last(rig.server), "{\"body\":\"x\",\"internal\":true}"));
	assert_int_equal(server_writes(rig.server), 2);
}

static void test_fields_are_checked(void **state)
{
	(void)state;
	rig_open(&rig, NOTE("post: \"/t/<ticket>/note\"", ""), NULL, 0);
	rig_act(&rig, "note", "{\"ticket\":\"7\"}");
	assert_int_equal(rig.end.err.code, ERR_USAGE);
	assert_int_equal(rig.end.outcome, ACT_NOT_SENT);
	rig_act(&rig, "note", "{\"ticket\":\"7\",\"text\":\"x\",\"minutes\":\"many\"}");
	assert_int_equal(rig.end.err.code, ERR_USAGE);
	rig_act(&rig, "refund", "{}");
	assert_int_equal(rig.end.err.code, ERR_USAGE);
	assert_int_equal(server_requests(rig.server), 0);
}

static void test_refused(void **state)
{
	static const struct server_reply replies[] = {
		{ "POST /t/7/note", 422, NULL, "{\"message\":\"no such ticket\"}" },
		{ "POST /t/8/note", 200, NULL, "{\"result\":\"Permission denied\"}" },
	};

	(void)state;
	RIG(NOTE("post: \"/t/<ticket>/note\"", "    ok: {has: /id}\n    refused: /result\n"), replies);
	rig_act(&rig, "note", FIELDS);
	assert_int_equal(rig.end.outcome, ACT_NOT_SENT);
	assert_int_equal(rig.end.status, 422);
	assert_non_null(strstr(rig.end.err.text, "no such ticket"));
	assert_false(rig.end.partial);
	rig_act(&rig, "note", "{\"ticket\":\"8\",\"text\":\"x\"}");
	assert_int_equal(rig.end.outcome, ACT_NOT_SENT);
	assert_non_null(strstr(rig.end.err.text, "Permission denied"));
}

static void test_lost_reply_is_unknown_and_never_repeated(void **state)
{
	(void)state;
	rig_open_with(&rig, NOTE("post: \"/drop\"", ""), NULL, 0, (struct backend_config){ .peer.retries = 3 }, NULL);
	rig_act(&rig, "note", FIELDS);
	assert_false(rig.end.ok);
	assert_int_equal(rig.end.outcome, ACT_UNKNOWN);
	assert_non_null(strstr(rig.end.err.text, "nobody knows"));
	assert_int_equal(server_writes(rig.server), 1);
}

static void test_late_reply_is_unknown(void **state)
{
	(void)state;
	rig_open_with(&rig, NOTE("post: \"/hang\"", ""), NULL, 0, (struct backend_config){ .peer.deadline_ms = 400 }, NULL);
	rig_act(&rig, "note", FIELDS);
	assert_int_equal(rig.end.outcome, ACT_UNKNOWN);
	assert_int_equal(rig.end.err.code, ERR_TIMEOUT);
	assert_int_equal(server_writes(rig.server), 1);
}

static void test_lost_reply_is_read_back(void **state)
{
	static const struct server_reply replies[] = {
		{ "GET /t/7", 0, NULL, "{\"note\":\"hello\"}" }, { "GET /t/8", 0, NULL, "{\"note\":\"other\"}" }, { "GET /t/9", 500, NULL, "{}" },
	};

	(void)state;
	RIG(NOTE("post: \"/drop\"", "    read_back: {get: \"/t/<ticket>\", done: {/note: hello}}\n"), replies);
	rig_act(&rig, "note", "{\"ticket\":\"7\",\"text\":\"hello\"}");
	assert_true(rig.end.ok);
	assert_int_equal(rig.end.outcome, ACT_DONE);
	rig_act(&rig, "note", "{\"ticket\":\"8\",\"text\":\"hello\"}");
	assert_false(rig.end.ok);
	assert_int_equal(rig.end.outcome, ACT_NOT_SENT);
	rig_act(&rig, "note", "{\"ticket\":\"9\",\"text\":\"hello\"}");
	assert_int_equal(rig.end.outcome, ACT_UNKNOWN);
	assert_int_equal(server_writes(rig.server), 3);
}

/* done: is of each element; and <uuid> is one wherever it stands. */
static void test_read_back_looks_at_elements(void **state)
{
	static const struct server_reply replies[] = {
		{ "GET /t/7/notes", 0, NULL, "{\"notes\":[{\"text\":\"other\"},{\"text\":\"hello [" UUID "]\"}]}" },
		{ "GET /t/8/notes", 0, NULL, "{\"notes\":[{\"text\":\"hello\"},{\"text\":\"hello [x]\"}],\"text\":\"hello [" UUID "]\"}" },
	};

	(void)state;
	RIG(NOTE("post: \"/drop\"", "    read_back: {get: \"/t/<ticket>/notes\", each: /notes, done: {/text: {same: \"<text> [<uuid>]\"}}}\n"), replies);
	rig.id = UUID;
	rig_act(&rig, "note", "{\"ticket\":\"7\",\"text\":\"hello\"}");
	assert_int_equal(rig.end.outcome, ACT_DONE);
	rig_act(&rig, "note", "{\"ticket\":\"8\",\"text\":\"hello\"}");
	assert_int_equal(rig.end.outcome, ACT_NOT_SENT);
	assert_int_equal(server_writes(rig.server), 2);
}

static void test_dry_sends_nothing(void **state)
{
	(void)state;
	rig_open(&rig, NOTE("post: \"/t/<ticket>/note\"", ""), NULL, 0);
	rig.dry = true;
	rig_act(&rig, "note", FIELDS);
	assert_true(rig.end.ok);
	assert_int_equal(rig.end.outcome, ACT_NOT_SENT);
	assert_int_equal(server_requests(rig.server), 0);
}

static void test_idempotent_is_repeated(void **state)
{
	(void)state;
	rig_open_with(&rig, NOTE("post: \"/seq/note/503,200\"", "    idempotency: {header: Idempotency-Key, value: \"<uuid>\"}\n"), NULL, 0,
		      (struct backend_config){ .peer.retries = 2 }, NULL);
	rig_act(&rig, "note", FIELDS);
	if (!rig.end.ok)
		print_message("%s\n", rig.end.err.text);
	assert_int_equal(rig.end.outcome, ACT_DONE);
	assert_int_equal(server_writes(rig.server), 2);
	assert_non_null(strstr(server_last(rig.server), "\r\nIdempotency-Key: "));
}

/* The key may stand in the body: the same at every repeat, and money as the number of its smallest unit. */
static void test_key_in_the_body(void **state)
{
	static const struct server_reply replies[] = { { "GET /orders/7", 0, NULL, "{\"currency\":\"KWD\"}" } };
	struct backend_config config = { .peer.retries = 2 };

	(void)state;
	rig_open_with(&rig, HEAD "actions:\n  refund:\n    title: Refund\n    reader: customer\n    ask: {amount: {type: money}}\n"
		      "    before: {get: /orders/7, save: {currency: /currency}}\n    idempotency: body\n"
		      "    post: \"/seq/refund/503,200\"\n    json: {money: {amount: \"<amount|minor:currency>\"}, key: <uuid>}\n",
		      replies, 1, config, NULL);
	rig.id = UUID;
	rig_act(&rig, "refund", "{\"amount\":\"12.5\"}");
	assert_int_equal(rig.end.outcome, ACT_DONE);
	assert_int_equal(server_writes(rig.server), 2);
	assert_non_null(strstr(server_last(rig.server), "{\"money\":{\"amount\":12500},\"key\":\"" UUID "\"}"));
	rig_act(&rig, "refund", "{\"amount\":\"12.5555\"}");
	assert_int_equal(rig.end.outcome, ACT_NOT_SENT);
	assert_non_null(strstr(rig.end.err.text, "more digits"));
	assert_int_equal(server_writes(rig.server), 2);
}

static void test_reads_before(void **state)
{
	static const struct server_reply replies[] = {
		{ "GET /orders/7", 0, NULL, "{\"payment\":{\"id\":\"pay_9\"},\"version\":3}" },
		{ "POST /payments/pay_9/refund", 0, NULL, "{\"id\":1}" },
	};

	(void)state;
	RIG(HEAD "actions:\n  refund:\n    title: Refund\n    reader: customer\n    ask: {order: {}, amount: {type: money}}\n"
	    "    before:\n      - {get: \"/orders/<order>\", save: {payment: /payment/id, version: /version}}\n"
	    "    post: \"/payments/<payment>/refund\"\n    json: {amount: \"<amount>\", version: \"<version>\"}\n", replies);
	rig_act(&rig, "refund", "{\"order\":\"7\",\"amount\":\"12.50\"}");
	if (!rig.end.ok)
		print_message("%s\n", rig.end.err.text);
	assert_int_equal(rig.end.outcome, ACT_DONE);
	assert_non_null(strstr(server_last(rig.server), "{\"amount\":\"12.50\",\"version\":3}"));
	rig_act(&rig, "refund", "{\"order\":\"8\",\"amount\":\"12.50\"}");
	assert_int_equal(rig.end.outcome, ACT_NOT_SENT);
	assert_false(rig.end.partial);
	assert_int_equal(server_writes(rig.server), 1);
}

/* A NUL inside a value is data, not its end: what stands behind it is sent, or the whole is refused. */
static void test_nul_ends_nothing(void **state)
{
	static const struct server_reply replies[] = { { "POST /n", 0, NULL, "{}" } };

	(void)state;
	rig_open(&rig, HEAD "actions:\n  form:\n    title: A\n    reader: staff\n    ask: {text: {}, queue: {choices: [Open], optional: true}}\n"
		 "    post: /n\n    query: {q: <text>}\n    form: {t: <text>, u: \"x<text>\"}\n"
		 "  header:\n    title: B\n    reader: staff\n    ask: {text: {}}\n    post: /n\n    headers: {X-Text: <text>}\n"
		 "  key:\n    title: C\n    reader: staff\n    ask: {text: {}}\n    post: /n\n    idempotency: {header: Key, value: <text>}\n",
		 replies, 1);
	rig_act(&rig, "form", "{\"text\":\"a\\u0000b\"}");
	assert_int_equal(server_writes(rig.server), 1);
	assert_non_null(strstr(server_last(rig.server), "/n?q=a%00b"));
	assert_non_null(strstr(server_last(rig.server), "t=a%00b&u=xa%00b"));
	rig_act(&rig, "form", "{\"text\":\"a\",\"queue\":\"Open\\u0000x\"}");
	assert_int_equal(rig.end.err.code, ERR_USAGE);
	rig_act(&rig, "header", "{\"text\":\"a\\u0000b\"}");
	assert_non_null(strstr(rig.end.err.text, "NUL"));
	rig_act(&rig, "key", "{\"text\":\"a\\u0000b\"}");
	assert_non_null(strstr(rig.end.err.text, "NUL"));
	assert_int_equal(server_writes(rig.server), 1);
}

static void test_agent_is_named(void **state)
{
	static const struct server_reply replies[] = { { "POST /note", 0, NULL, "{}" } };
	struct backend_config config = { .agent = json_tokener_parse("{\"email\":\"ana@example.com\"}") };

	(void)state;
	rig_open_with(&rig, NOTE("post: /note", "as: {header: From, value: \"<agent.email>\"}\n"), replies, 1, config, NULL);
	rig_act(&rig, "note", FIELDS);
	assert_int_equal(rig.end.outcome, ACT_DONE);
	assert_non_null(strstr(server_last(rig.server), "\r\nFrom: ana@example.com\r\n"));
	json_object_put(config.agent);
	rig_close(&rig);
	rig_open_with(&rig, NOTE("post: /note", "as: {header: From, value: \"<agent.email>\"}\n"), replies, 1, (struct backend_config){ 0 }, NULL);
	rig_act(&rig, "note", FIELDS);
	assert_int_equal(rig.end.outcome, ACT_NOT_SENT);
	assert_int_equal(server_writes(rig.server), 0);
}

/* What the house has not said is missing before anything is sent, and says whose it is to say. */
static void test_needs_come_first(void **state)
{
	static const struct server_reply replies[] = { { "POST /note", 0, NULL, "{}" } };
	struct backend_config config = { .agent = json_tokener_parse("{\"phone\":\"+441632960101\"}") };
	const char *connector = NOTE("post: /note", "    needs: [\"<agent.phone>\"]\n");
	struct err err = { 0 };

	(void)state;
	rig_open_with(&rig, connector, replies, 1, config, NULL);
	assert_true(backend_act_ready(rig.backend, backend_plan(rig.backend)->actions.items[0], &err));
	rig_act(&rig, "note", FIELDS);
	assert_int_equal(rig.end.outcome, ACT_DONE);
	json_object_put(config.agent);
	rig_close(&rig);
	rig_open_with(&rig, connector, replies, 1, (struct backend_config){ 0 }, NULL);
	assert_false(backend_act_ready(rig.backend, backend_plan(rig.backend)->actions.items[0], &err));
	assert_string_equal(err.text, "the action note needs your own phone, and the house's agents: does not have it");
	rig_act(&rig, "note", FIELDS);
	assert_int_equal(rig.end.outcome, ACT_NOT_SENT);
	assert_int_equal(server_requests(rig.server), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_done, close_rig),
		cmocka_unit_test_teardown(test_fields_are_checked, close_rig),
		cmocka_unit_test_teardown(test_refused, close_rig),
		cmocka_unit_test_teardown(test_lost_reply_is_unknown_and_never_repeated, close_rig),
		cmocka_unit_test_teardown(test_late_reply_is_unknown, close_rig),
		cmocka_unit_test_teardown(test_lost_reply_is_read_back, close_rig),
		cmocka_unit_test_teardown(test_read_back_looks_at_elements, close_rig),
		cmocka_unit_test_teardown(test_needs_come_first, close_rig),
		cmocka_unit_test_teardown(test_dry_sends_nothing, close_rig),
		cmocka_unit_test_teardown(test_idempotent_is_repeated, close_rig),
		cmocka_unit_test_teardown(test_key_in_the_body, close_rig),
		cmocka_unit_test_teardown(test_reads_before, close_rig),
		cmocka_unit_test_teardown(test_nul_ends_nothing, close_rig),
		cmocka_unit_test_teardown(test_agent_is_named, close_rig),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
