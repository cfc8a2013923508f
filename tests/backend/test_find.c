#include "rig.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#define HEAD "connector: shop\ntitle: A shop\nsettings:\n  url: {required: true}\n  token: {secret: true}\n  key: {secret: true}\n"
#define RECORD "record: {id: /id, name: /name, email: /email, tel: /phone}\n"
#define SOME RECORD "find: [{by: email, get: /find, query: {q: \"<value>\"}, each: \"\", match: [/email]}]\n"
#define FINDS HEAD RECORD "find:\n" \
	"  - {by: email, get: /exact, query: {email: \"<value>\"}, none: [404], each: /c, match: [/email]}\n" \
	"  - {by: email, get: /search, query: {q: \"<value>\"}, each: /c, match: [/email, /other]}\n" \
	"  - {by: tel, forms: [e164, \"last:4\"], get: /search, query: {q: \"<value>\"}, each: /c, match: [/phone]}\n"

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

static void test_next_way_only_for_nobody(void **state)
{
	static const struct server_reply replies[] = {
		{ "GET /exact?email=jane%40example.com", 0, NULL, "{\"c\":[{\"id\":1,\"name\":\"Jane\",\"email\":\"Jane@Example.com\"}]}" },
		{ "GET /exact", 404, NULL, "{}" },
		{ "GET /search?q=joe%40example.com", 0, NULL, "{\"c\":[{\"id\":2,\"name\":\"Joe\",\"other\":\"joe@example.com\"}]}" },
	};

	(void)state;
	RIG(FINDS, replies);
	rig_find(&rig, "email:jane@example.com");
	assert_ok();
	assert_string_equal(rig.records.data, "1 Jane [/email]|");
	assert_int_equal(rig.end.requests, 1);
	rig_find(&rig, "email:joe@example.com");
	assert_ok();
	assert_string_equal(rig.records.data, "2 Joe [/other]|");
	assert_int_equal(rig.end.requests, 2);
}

static void test_everybody_is_dropped(void **state)
{
	static const struct server_reply replies[] = {
		{ "GET /exact", 404, NULL, "{}" },
		{ "GET /search", 0, NULL, "{\"c\":[{\"id\":1,\"email\":\"a@example.com\"},{\"id\":2,\"email\":\"b@example.com\"},{\"id\":3}]}" },
	};

	(void)state;
	RIG(FINDS, replies);
	rig_find(&rig, "email:jane@example.com");
	assert_ok();
	assert_string_equal(rig.records.data, "");
	assert_int_equal(rig.end.dropped, 3);
	assert_int_equal(rig_count(&rig.dropped, "does not hold the email"), 3);
}

static void test_forms_are_asked_once_each(void **state)
{
	static const struct server_reply replies[] = {
		{ "GET /search?q=%2B351912345678", 0, NULL, "{\"c\":[]}" },
		{ "GET /search?q=5678", 0, NULL, "{\"c\":[{\"id\":7,\"name\":\"Ana\",\"phone\":\"912 345 678\"},{\"id\":8,\"phone\":\"911 115 678\"}]}" },
	};

	(void)state;
	RIG(FINDS, replies);
	rig_find(&rig, "tel:+351912345678");
	assert_ok();
	assert_string_equal(rig.records.data, "7 Ana [/phone]|");
	assert_int_equal(rig.end.requests, 2);
	assert_int_equal(rig.end.dropped, 1);
	assert_non_null(strstr(rig.requests.data, "find by tel, form last:4"));
}

static void test_another_type_asks_nothing(void **state)
{
	(void)state;
	rig_open(&rig, FINDS, NULL, 0);
	rig_find(&rig, "order:4");
	assert_ok();
	assert_int_equal(rig.end.requests, 0);
}

static void test_then_reads_the_whole_record(void **state)
{
	static const struct server_reply replies[] = {
		{ "GET /search", 0, NULL, "[{\"id\":\"o4\",\"number\":4,\"customer\":\"c9\"},{\"id\":\"o44\",\"number\":44,\"customer\":\"c8\"}]" },
		{ "GET /customers/c9", 0, NULL, "{\"id\":\"c9\",\"name\":\"Clara\",\"email\":\"clara@example.org\"}" },
	};

	(void)state;
	RIG(HEAD RECORD "find:\n  - by: order\n    get: /search\n    query: {q: \"<value>\"}\n    each: \"\"\n    match: [/number]\n"
	    "    record: {id: /customer}\n    row: {kind: order, id: /id, title: \"order </number>\"}\n"
	    "    then: {get: \"/customers/<record>\"}\n", replies);
	rig_find(&rig, "order:4");
	assert_ok();
	assert_string_equal(rig.records.data, "c9 Clara [/number]|");
	assert_int_equal(rig_count(&rig.rows, "order 4|"), 1);
	assert_int_equal(rig.end.dropped, 1);
}

#define ASKS "ping: {get: /me, who: /name}\n"

static void test_ping_and_fixed_auth(void **state)
{
	static const struct server_reply replies[] = { { "GET /me", 0, NULL, "{\"name\":\"bot\"}" } };
	static const char *const settings[] = { "token", "s3cret-token", "key", "user", NULL };

	(void)state;
	rig_open_with(&rig, HEAD ASKS SOME "auth: {bearer: \"<settings.token>\"}\n", replies, 1, (struct backend_config){ 0 }, settings);
	rig_ping(&rig);
	assert_ok();
	assert_string_equal(rig.who, "bot");
	assert_non_null(strstr(server_last(rig.server), "Authorization: Bearer s3cret-token\r\n"));
	rig_close(&rig);
	rig_open_with(&rig, HEAD ASKS SOME "auth: {basic: {user: \"<settings.key>\", password: \"<settings.token>\"}}\n", replies, 1,
		      (struct backend_config){ 0 }, settings);
	rig_ping(&rig);
	assert_ok();
	assert_non_null(strstr(server_last(rig.server), "Authorization: Basic dXNlcjpzM2NyZXQtdG9rZW4=\r\n"));
	rig_close(&rig);
	rig_open_with(&rig, HEAD ASKS SOME "auth: {header: X-Key, value: \"k <settings.token>\"}\n", replies, 1, (struct backend_config){ 0 },
		      settings);
	rig_ping(&rig);
	assert_ok();
	assert_non_null(strstr(server_last(rig.server), "X-Key: k s3cret-token\r\n"));
}

static void test_not_let_in(void **state)
{
	static const struct server_reply replies[] = { { "GET /me", 401, NULL, "{\"message\":\"Unauthorized\"}" } };

	(void)state;
	RIG(HEAD ASKS SOME "error: [/message]\nauth: {bearer: \"<settings.token>\"}\n", replies);
	rig_ping(&rig);
	assert_false(rig.end.ok);
	assert_int_equal(rig.end.err.code, ERR_AUTH);
	assert_int_equal(rig.end.status, 401);
	assert_non_null(strstr(rig.end.err.text, "shop: not let in (401 Unauthorized)"));
	assert_non_null(strstr(rig.end.err.text, "check settings.token"));
	assert_int_equal(server_requests(rig.server), 1);
}

/* Any of what a log-in says may be what is wrong: the user's name, too. */
static void test_not_let_in_names_the_login(void **state)
{
	static const struct server_reply replies[] = { { "POST /login", 401, NULL, "{}" } };
	static const char *const settings[] = { "user", "me@example.com", "token", "s3cret-token", NULL };

	(void)state;
	rig_open_with(&rig, HEAD "  user: {required: true}\n  spare: {}\n" ASKS SOME
		      "auth: {login: {post: /login, json: {email: <settings.user>, password: <settings.token>}, token: /token}}\n",
		      replies, 1, (struct backend_config){ 0 }, settings);
	rig_ping(&rig);
	assert_false(rig.end.ok);
	assert_int_equal(rig.end.err.code, ERR_AUTH);
	assert_non_null(strstr(rig.end.err.text, "check settings.token, settings.key and settings.user of the backend shop"));
}

#define OAUTH HEAD "ping: {get: \"/seq/me/401,200\"}\n" SOME \
	"auth: {oauth2: {post: /token, form: {grant_type: client_credentials, client_secret: \"<settings.token>\"}}}\n"

static void test_oauth2_retries_once(void **state)
{
	static const struct server_reply replies[] = { { "POST /token", 0, NULL, "{\"access_token\":\"tok1\",\"expires_in\":3600}" } };
	static const char *const settings[] = { "token", "s3cret-token", NULL };

	(void)state;
	rig_open_with(&rig, OAUTH, replies, 1, (struct backend_config){ 0 }, settings);
	rig_ping(&rig);
	assert_ok();
	assert_int_equal(server_requests(rig.server), 4);
	assert_non_null(strstr(server_last(rig.server), "Authorization: Bearer tok1\r\n"));
	assert_null(strstr(rig.requests.data, "s3cret"));
	rig_ping(&rig);
	assert_ok();
	assert_int_equal(server_requests(rig.server), 5);
}

static void test_oauth2_gives_up(void **state)
{
	static const struct server_reply replies[] = {
		{ "POST /token", 0, NULL, "{\"access_token\":\"tok1\",\"expires_in\":1}" }, { "GET /me", 401, NULL, "{}" },
	};

	(void)state;
	RIG(HEAD ASKS SOME "auth: {oauth2: {post: /token, form: {grant_type: client_credentials}}}\n", replies);
	rig_ping(&rig);
	assert_int_equal(rig.end.err.code, ERR_AUTH);
	assert_int_equal(server_requests(rig.server), 4);
}

static void test_log_in_refused(void **state)
{
	static const struct server_reply replies[] = { { "POST /token", 400, NULL, "{\"message\":\"bad client\"}" } };

	(void)state;
	RIG(HEAD ASKS SOME "error: [/message]\nauth: {oauth2: {post: /token, form: {grant_type: client_credentials}}}\n", replies);
	rig_ping(&rig);
	assert_int_equal(rig.end.err.code, ERR_AUTH);
	assert_non_null(strstr(rig.end.err.text, "bad client"));
	assert_int_equal(server_requests(rig.server), 1);
}

static void test_bare_string_token_shared_by_forms(void **state)
{
	static const struct server_reply replies[] = {
		{ "POST /login", 0, NULL, "\"bare-token\"" },
		{ "GET /search", 0, NULL, "{\"c\":[{\"id\":7,\"name\":\"Ana\",\"phone\":\"912 345 678\"}]}" },
	};

	(void)state;
	RIG(FINDS "auth: {login: {post: /login, json: {user: bot}, token: \"\"}}\n", replies);
	rig_find(&rig, "tel:+351912345678");
	assert_ok();
	assert_string_equal(rig.records.data, "7 Ana [/phone]|");
	assert_int_equal(server_writes(rig.server), 1);
	assert_non_null(strstr(server_last(rig.server), "Authorization: Bearer bare-token\r\n"));
}

static void test_refusal_says_no_secret_back(void **state)
{
	static const struct server_reply replies[] = { { "GET /me", 400, NULL, "{\"message\":\"the key s3cret-token is old\"}" } };
	static const char *const settings[] = { "token", "s3cret-token", NULL };

	(void)state;
	rig_open_with(&rig, HEAD ASKS SOME "error: [/message]\nauth: {bearer: \"<settings.token>\"}\n", replies, 1,
		      (struct backend_config){ 0 }, settings);
	rig_ping(&rig);
	assert_false(rig.end.ok);
	assert_non_null(strstr(rig.end.err.text, "is old"));
	assert_null(strstr(rig.end.err.text, "s3cret"));
}

/* True when text stands in a file of the folder. */
static bool stands_in(const char *folder, const char *text)
{
	struct dirent *entry;
	DIR *dir = opendir(folder);
	bool found = false;

	assert_non_null(dir);
	while ((entry = readdir(dir)) && !found) {
		char name[512], content[4096];
		FILE *file;

		snprintf(name, sizeof(name), "%s/%s", folder, entry->d_name);
		file = entry->d_name[0] == '.' ? NULL : fopen(name, "r");
		if (!file)
			continue;
		content[fread(content, 1, sizeof(content) - 1, file)] = '\0';
		found = strstr(content, text) != NULL;
		fclose(file);
	}
	closedir(dir);
	return found;
}

static void test_captured_log_in_holds_no_token(void **state)
{
	static const struct server_reply replies[] = {
		{ "POST /token", 0, NULL, "{\"access_token\":\"acc\\/ess-12345\",\"token_type\":\"Bearer\",\"more\":{\"refresh_token\":\"renew-123456\"},\"scope\":\"read-customers\"}" },
		{ "GET /me", 0, NULL, "{\"name\":\"bot\"}" },
	};
	char dir[] = "/tmp/dossier-capture-XXXXXX", folder[64];

	(void)state;
	assert_non_null(mkdtemp(dir));
	rig.capture = dir;
	RIG(HEAD ASKS SOME "auth: {oauth2: {post: /token, form: {grant_type: client_credentials}}}\n", replies);
	rig_ping(&rig);
	assert_ok();
	assert_non_null(strstr(server_last(rig.server), "Bearer acc/ess-12345\r\n"));
	snprintf(folder, sizeof(folder), "%s/%s", dir, backend_id(rig.backend));
	assert_true(stands_in(folder, "refresh_token"));
	assert_true(stands_in(folder, "read-customers"));
	assert_true(stands_in(folder, "\"Bearer\""));
	assert_false(stands_in(folder, "ess-12345"));
	assert_false(stands_in(folder, "renew-123456"));
	rig.capture = NULL;
	rig_remove(dir);
}

static void test_cookie_token(void **state)
{
	static const struct server_reply replies[] = {
		{ "POST /login", 0, "Content-Type: text/html\r\nSet-Cookie: sid=abc123; Path=/; HttpOnly\r\n", "<p>welcome" },
		{ "GET /me", 0, NULL, "{\"name\":\"bot\"}" },
	};

	(void)state;
	RIG(HEAD ASKS SOME "auth: {login: {post: /login, form: {u: bot}, cookie: sid}}\n", replies);
	rig_ping(&rig);
	assert_ok();
	assert_non_null(strstr(server_last(rig.server), "Cookie: sid=abc123\r\n"));
}

/* What changes from day to day and what is secret is no part of what a captured reply is known by. */
static void test_replay_knows_volatile_requests_again(void **state)
{
	static const struct server_reply replies[] = {
		{ "POST /login", 0, NULL, "{\"token\":\"tok-12345678\"}" }, { "POST /me", 0, NULL, "{\"name\":\"bot\"}" },
	};
	static const char connector[] = HEAD SOME "ping: {post: /me, query: {z: 1, at: \"<now>\"}, json: {id: \"<uuid>\", key: \"<settings.key>\"}, who: /name}\n"
		"auth: {login: {post: /login, json: {secret: \"<settings.token>\"}, token: /token}}\n";
	static const char *const first[] = { "token", "first-secret", "key", "first-key", NULL };
	static const char *const second[] = { "token", "second-secret", "key", "second-key", NULL };
	char dir[] = "/tmp/dossier-capture-XXXXXX";

	(void)state;
	assert_non_null(mkdtemp(dir));
	rig.capture = dir;
	rig_open_with(&rig, connector, replies, 2, (struct backend_config){ 0 }, first);
	rig_ping(&rig);
	assert_ok();
	rig_close(&rig);
	rig.capture = NULL;
	rig.replay = dir;
	rig_open_with(&rig, connector, replies, 2, (struct backend_config){ 0 }, second);
	rig_ping(&rig);
	assert_ok();
	assert_string_equal(rig.who, "bot");
	assert_int_equal(server_requests(rig.server), 0);
	rig.replay = NULL;
	rig_remove(dir);
}

static void test_settings_are_checked(void **state)
{
	struct backend_config config = { .id = "b" };
	struct err err = { 0 };

	(void)state;
	RIG(HEAD SOME, ((const struct server_reply[]){ { "GET /", 0, NULL, "" } }));
	config.plan = rig.plan;
	assert_null(backend_new(rig.http, &config, rig.log, &err));
	assert_int_equal(err.code, ERR_CONFIG);
	assert_non_null(strstr(err.text, "b: settings.url"));
	config.settings = json_tokener_parse("{\"url\":\"http://desk.example.com\",\"token\":\"abcdefgh\"}");
	assert_null(backend_new(rig.http, &config, rig.log, &err));
	assert_non_null(strstr(err.text, "settings.token would travel unencrypted"));
	json_object_put(config.settings);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_next_way_only_for_nobody, close_rig),
		cmocka_unit_test_teardown(test_everybody_is_dropped, close_rig),
		cmocka_unit_test_teardown(test_forms_are_asked_once_each, close_rig),
		cmocka_unit_test_teardown(test_another_type_asks_nothing, close_rig),
		cmocka_unit_test_teardown(test_then_reads_the_whole_record, close_rig),
		cmocka_unit_test_teardown(test_ping_and_fixed_auth, close_rig),
		cmocka_unit_test_teardown(test_not_let_in, close_rig),
		cmocka_unit_test_teardown(test_not_let_in_names_the_login, close_rig),
		cmocka_unit_test_teardown(test_oauth2_retries_once, close_rig),
		cmocka_unit_test_teardown(test_oauth2_gives_up, close_rig),
		cmocka_unit_test_teardown(test_log_in_refused, close_rig),
		cmocka_unit_test_teardown(test_bare_string_token_shared_by_forms, close_rig),
		cmocka_unit_test_teardown(test_cookie_token, close_rig),
		cmocka_unit_test_teardown(test_refusal_says_no_secret_back, close_rig),
		cmocka_unit_test_teardown(test_captured_log_in_holds_no_token, close_rig),
		cmocka_unit_test_teardown(test_replay_knows_volatile_requests_again, close_rig),
		cmocka_unit_test_teardown(test_settings_are_checked, close_rig),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
