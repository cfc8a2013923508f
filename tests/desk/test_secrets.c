#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <sys/stat.h>

#include <dossier/base/mem.h>
#include <dossier/desk/house.h>

#include "place.h"

struct secrets_test {
	struct place place;
	char *etc;
	struct loop *loop;
	struct log *log;
	struct house *house;
	struct diags diags;
};

static const char stub[] =
	"connector: stub\n"
	"title: A stub\n"
	"settings:\n"
	"  url: {required: true}\n"
	"  token: {required: true, secret: true}\n"
	"headers: {Authorization: \"Bearer <settings.token>\"}\n"
	"find:\n"
	"  - {by: email, get: /people, query: {email: <value>}, each: \"\", match: [/email]}\n"
	"record: {id: /id, name: /name, email: /email}\n";

static int setup(void **state)
{
	struct secrets_test *t = mem_zalloc(sizeof(*t));

	place_make(&t->place);
	t->etc = place_path(&t->place, "etc");
	t->loop = loop_new(clock_system(), NULL);
	t->log = log_new(clock_system());
	place_write(&t->place, "etc/connectors/stub.yaml", 0644, stub);
	*state = t;
	return 0;
}

static int teardown(void **state)
{
	struct secrets_test *t = *state;

	house_free(t->house);
	diags_release(&t->diags);
	loop_free(t->loop);
	log_free(t->log);
	place_remove(&t->place);
	free(t->etc);
	free(t);
	return 0;
}

/* Each a backend whose token is this, on a line of its own from line 2. */
static void load(struct secrets_test *t, const char *const *tokens)
{
	struct house_options options = { .sysconf = t->etc, .home_config = t->etc };
	struct buf text;

	buf_init(&text, 65536);
	buf_adds(&text, "backends:\n");
	for (int i = 0; tokens[i]; i++)
		buf_printf(&text, "  b%d: {connector: stub, settings: {url: 'https://a.example.com', token: %s}}\n", i, tokens[i]);
	place_write(&t->place, "etc/dossier.yaml", 0600, text.data);
	buf_release(&text);
	t->house = house_load(&options, &t->diags);
	for (size_t i = 0; i < t->diags.n; i++)
		fprintf(stderr, "%s:%d: %s\n", t->diags.items[i].file, t->diags.items[i].line, t->diags.items[i].text);
	assert_int_equal(t->diags.errors, 0);
}

static const char *token(const struct secrets_test *t, size_t at)
{
	struct json_object *value = NULL;

	json_object_object_get_ex(t->house->backends[at]->settings, "token", &value);
	return value ? json_object_get_string(value) : NULL;
}

static bool is_masked(const struct secrets_test *t, const char *secret)
{
	struct buf out;
	bool masked;

	buf_init(&out, 1024);
	log_clean(t->log, str_of(secret), &out);
	masked = !out.data || !strstr(out.data, secret);
	buf_release(&out);
	return masked;
}

static void secrets_come_from_three_places(void **state)
{
	struct secrets_test *t = *state;
	const char *const tokens[] = {
		"'plain-one'", "{file: sec/token}", "{env: DOSSIER_TEST_TOKEN}", "{command: [printf, 'from-command\\nrest\\n']}",
		"{command: [sh, -c, 'echo $0', 'as $HOME is']}", NULL,
	};

	place_write(&t->place, "etc/sec/token", 0600, "from-file\r\nuser: x\n");
	setenv("DOSSIER_TEST_TOKEN", "from-env", 1);
	load(t, tokens);
	assert_null(token(t, 1));
	house_secrets(t->house, t->loop, t->log, NULL);
	for (size_t i = 0; i < 5; i++)
		assert_int_equal(t->house->backends[i]->err.code, ERR_NONE);
	assert_string_equal(token(t, 0), "plain-one");
	assert_string_equal(token(t, 1), "from-file");
	assert_string_equal(token(t, 2), "from-env");
	assert_string_equal(token(t, 3), "from-command");
	assert_string_equal(token(t, 4), "as $HOME is");
	assert_true(is_masked(t, "plain-one"));
	assert_true(is_masked(t, "from-file"));
	assert_true(is_masked(t, "from-env"));
	assert_true(is_masked(t, "from-command"));
	assert_false(is_masked(t, "harmless"));
	unsetenv("DOSSIER_TEST_TOKEN");
}

static void a_secret_that_cannot_be_had_costs_its_backend(void **state)
{
	struct secrets_test *t = *state;
	static const struct { const char *token, *says; } wrong[] = {
		{ "'fine-as-it-is'", NULL },
		{ "{file: nothere}", "etc/nothere: No such file or directory" },
		{ "{file: connectors}", "is not a plain file" },
		{ "{file: empty}", "its first line is empty" },
		{ "{env: DOSSIER_TEST_UNSET}", "the environment has no DOSSIER_TEST_UNSET" },
		{ "{command: [sh, -c, 'exit 3']}", "3" },
		{ "{command: [/nowhere/at/all]}", "/nowhere/at/all" },
		{ "{command: ['true']}", "its first line is empty" },
		{ "{command: [printf, 'a\\0b\\n']}", "NUL" },
		{ "{command: [printf, 'good-one']}", NULL },
	};
	const char *tokens[sizeof(wrong) / sizeof(*wrong) + 1] = { NULL };

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		tokens[i] = wrong[i].token;
	place_write(&t->place, "etc/empty", 0600, "\nsecond\n");
	load(t, tokens);
	house_secrets(t->house, t->loop, t->log, NULL);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		const struct house_backend *backend = t->house->backends[i];
		char *place = mem_printf("dossier.yaml:%zu: secret token: ", i + 2);

		assert_non_null(backend->plan);
		if (wrong[i].says) {
			assert_int_not_equal(backend->err.code, ERR_NONE);
			if (!strstr(backend->err.text, place) || !strstr(backend->err.text, wrong[i].says))
				fail_msg("%s does not say %s%s", backend->err.text, place, wrong[i].says);
			assert_null(token(t, i));
		} else {
			assert_int_equal(backend->err.code, ERR_NONE);
			assert_non_null(token(t, i));
		}
		free(place);
	}
}

static void only_what_is_wanted_is_read(void **state)
{
	struct secrets_test *t = *state;
	const char *const tokens[] = { "{env: DOSSIER_TEST_TOKEN}", "{env: DOSSIER_TEST_TOKEN}", "{env: DOSSIER_TEST_TOKEN}", NULL };

	setenv("DOSSIER_TEST_TOKEN", "from-env", 1);
	load(t, tokens);
	house_secrets(t->house, t->loop, NULL, "b1");
	assert_null(token(t, 0));
	assert_string_equal(token(t, 1), "from-env");
	t->house->backends[2]->off = true;
	house_secrets(t->house, t->loop, NULL, NULL);
	assert_string_equal(token(t, 0), "from-env");
	assert_null(token(t, 2));
	unsetenv("DOSSIER_TEST_TOKEN");
}

static void a_keys_password_is_a_secret_too(void **state)
{
	struct secrets_test *t = *state;
	struct house_options options = { .sysconf = t->etc, .home_config = t->etc };

	place_write(&t->place, "etc/cert.pem", 0600, "x");
	place_write(&t->place, "etc/dossier.yaml", 0600,
		    "backends:\n"
		    "  a: {connector: stub, settings: {url: 'https://a.example.com', token: 'abcd'}, cert_file: cert.pem, key_password: {command: [echo, key-secret]}}\n"
		    "  b: {connector: stub, settings: {url: 'https://b.example.com', token: 'abcd'}, key_password: 'in-plain'}\n"
		    "  c: {connector: stub, settings: {url: 'https://c.example.com', token: 'abcd'}, key_password: {env: DOSSIER_TEST_UNSET}}\n");
	t->house = house_load(&options, &t->diags);
	assert_int_equal(t->diags.errors, 0);
	house_secrets(t->house, t->loop, t->log, NULL);
	assert_non_null(strstr(t->house->backends[0]->peer.cert_file, "/etc/cert.pem"));
	assert_string_equal(t->house->backends[0]->peer.key_password, "key-secret");
	assert_string_equal(t->house->backends[1]->peer.key_password, "in-plain");
	assert_true(is_masked(t, "key-secret"));
	assert_true(is_masked(t, "in-plain"));
	assert_non_null(strstr(t->house->backends[2]->err.text, "secret key_password: the environment has no"));
}

static void stop(void *arg)
{
	loop_stop(arg);
}

static void an_interrupt_ends_the_wait(void **state)
{
	struct secrets_test *t = *state;
	const char *const tokens[] = { "{command: [sleep, '30']}", NULL };

	load(t, tokens);
	loop_defer(t->loop, stop, t->loop);
	house_secrets(t->house, t->loop, t->log, NULL);
	assert_int_equal(t->house->backends[0]->err.code, ERR_CANCELLED);
}

int main(void)
{
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(secrets_come_from_three_places),
		TEST(a_secret_that_cannot_be_had_costs_its_backend),
		TEST(only_what_is_wanted_is_read),
		TEST(a_keys_password_is_a_secret_too),
		TEST(an_interrupt_ends_the_wait),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
