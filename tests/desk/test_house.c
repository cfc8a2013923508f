#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <sys/stat.h>

#include <dossier/base/mem.h>
#include <dossier/desk/house.h>

#include "place.h"

/* A place with folders etc, home and data; diags as one text with the place's path taken off. */
struct house_test {
	struct place place;
	char *etc, *home, *data;
	struct house_options options;
	struct diags diags;
	struct house *house;
	struct buf said;
};

static const char stub[] =
	"connector: stub\n"
	"title: A stub\n"
	"settings:\n"
	"  url: {required: true, help: \"Base address\"}\n"
	"  token: {required: true, secret: true}\n"
	"  size: {default: \"50\"}\n"
	"headers: {Authorization: \"Bearer <settings.token>\"}\n"
	"find:\n"
	"  - by: email\n"
	"    get: /people\n"
	"    query: {email: <value>, limit: <settings.size>}\n"
	"    each: \"\"\n"
	"    match: [/email]\n"
	"record: {id: /id, name: /name, email: /email}\n";

static int setup(void **state)
{
	struct house_test *t = mem_zalloc(sizeof(*t));

	place_make(&t->place);
	t->etc = place_path(&t->place, "etc");
	t->home = place_path(&t->place, "home");
	t->data = place_path(&t->place, "data");
	t->options = (struct house_options){ .sysconf = t->etc, .home_config = t->home, .data = t->data };
	place_write(&t->place, "data/connectors/stub.yaml", 0644, stub);
	buf_init(&t->said, 65536);
	*state = t;
	return 0;
}

static void forget(struct house_test *t)
{
	house_free(t->house);
	t->house = NULL;
	diags_release(&t->diags);
	t->diags = (struct diags){ 0 };
	buf_reset(&t->said);
}

static int teardown(void **state)
{
	struct house_test *t = *state;

	forget(t);
	buf_release(&t->said);
	place_remove(&t->place);
	free(t->etc);
	free(t->home);
	free(t->data);
	free(t);
	return 0;
}

/* Appends text without the place's path, which differs from run to run. */
static void add_without_place(struct house_test *t, const char *text)
{
	size_t n = strlen(t->place.dir);
	const char *at;

	while ((at = strstr(text, t->place.dir))) {
		buf_add(&t->said, text, (size_t)(at - text));
		text = at + n + (at[n] == '/');
	}
	buf_adds(&t->said, text);
}

static const char *load(struct house_test *t)
{
	static const char *const levels[] = { "note: ", "warning: ", "" };

	forget(t);
	t->options.origins = true;
	t->house = house_load(&t->options, &t->diags);
	for (size_t i = 0; i < t->diags.n; i++) {
		const struct diag *diag = &t->diags.items[i];

		add_without_place(t, diag->file ? diag->file : "-");
		buf_printf(&t->said, ":%d: %s", diag->line, levels[diag->level]);
		add_without_place(t, diag->text);
		buf_addc(&t->said, '\n');
	}
	return t->said.data ? t->said.data : "";
}

static const char whole[] =
	"house: {name: Nordlicht, country: DE, currency: EUR, zone: Europe/Berlin}\n"
	"agents:\n"
	"  ana: {name: Ana Lopes, email: ana@example.com, team: support, site: berlin}\n"
	"  ben: {name: Ben Roth, login: broth, role: supervisor, aliases: [ben.roth, 'Roth, Ben']}\n"
	"identities:\n"
	"  - {type: loyalty, pattern: 'NL-([0-9]+)', value: '\\1'}\n"
	"backends:\n"
	"  shop:\n"
	"    connector: stub\n"
	"    settings: {url: 'https://shop.example.com', token: 'abc123'}\n"
	"    deadline: 2s\n"
	"    connect: 500ms\n"
	"    rate: 0.5\n"
	"    burst: 7\n"
	"    concurrency: 3\n"
	"    retries: 0\n"
	"    pages: 5\n"
	"    body: 1M\n"
	"    headers: 8k\n"
	"    country: PT\n"
	"  quiet:\n"
	"    connector: stub\n"
	"    settings: {url: 'https://quiet.example.com', token: 'xyz789'}\n"
	"    rate: unlimited\n"
	"    off: true\n";

static const struct house_origin *origin(const struct house *house, const char *name)
{
	for (size_t i = 0; i < house->n_origins; i++) {
		if (!strcmp(house->origins[i].name, name))
			return &house->origins[i];
	}
	return NULL;
}

static void a_whole_house_is_read(void **state)
{
	struct house_test *t = *state;
	const struct house_backend *shop;
	struct arena *arena = arena_new();
	struct who who = { 0 };
	struct err err = { 0 };

	place_write(&t->place, "etc/dossier.yaml", 0600, whole);
	t->options.login = "broth";
	assert_string_equal(load(t), "");
	assert_string_equal(t->house->name, "Nordlicht");
	assert_string_equal(t->house->who.country, "DE");
	assert_string_equal(t->house->currency, "EUR");
	assert_true(zone_to_local(t->house->zone, 0) == 3600000);
	assert_int_equal(t->house->n_agents, 2);
	assert_string_equal(t->house->agent->name, "Ben Roth");
	assert_string_equal(t->house->agent->role, "supervisor");
	assert_string_equal(t->house->agents[0]->role, "agent");
	assert_string_equal(t->house->agents[0]->login, "ana");
	assert_true(who_parse(arena, STR("NL-88"), &t->house->who, &who, &err));
	assert_int_equal(who.items[0].id.type, ID_TYPE_LOYALTY);
	assert_true(str_is(who.items[0].id.value, "88"));

	assert_int_equal(t->house->n_backends, 2);
	shop = house_find_backend(t->house, "shop");
	assert_null(house_find_backend(t->house, "nowhere"));
	assert_int_equal(shop->line, 8);
	assert_int_equal(shop->err.code, ERR_NONE);
	assert_non_null(shop->plan);
	assert_int_equal(shop->peer.deadline_ms, 2000);
	assert_int_equal(shop->peer.connect_ms, 500);
	assert_true(shop->peer.rate == 0.5);
	assert_int_equal(shop->peer.burst, 7);
	assert_int_equal(shop->peer.concurrency, 3);
	assert_int_equal(shop->peer.retries, -1);
	assert_int_equal(shop->max_pages, 5);
	assert_int_equal(shop->peer.body_max, 1 << 20);
	assert_int_equal(shop->peer.header_max, 8192);
	assert_string_equal(shop->country, "PT");
	assert_null(shop->zone);
	assert_true(house_find_backend(t->house, "quiet")->off);
	assert_ptr_equal(house_find_backend(t->house, "quiet")->plan, shop->plan);
	assert_true(house_find_backend(t->house, "quiet")->peer.rate == -1);
	assert_int_equal(house_find_backend(t->house, "quiet")->peer.retries, 2);
	arena_free(arena);
}

static void every_value_says_where_it_came_from(void **state)
{
	struct house_test *t = *state;
	const struct house_origin *found;

	place_write(&t->place, "etc/dossier.yaml", 0600, whole);
	load(t);
	found = origin(t->house, "house.country");
	assert_string_equal(found->value, "DE");
	assert_int_equal(found->line, 1);
	assert_false(found->secret);
	found = origin(t->house, "backends.shop.settings.token");
	assert_true(found->secret);
	assert_int_equal(found->line, 10);
	assert_false(origin(t->house, "backends.shop.settings.url")->secret);
	found = origin(t->house, "backends.shop.settings.size");
	assert_string_equal(found->value, "50");
	assert_non_null(strstr(found->file, "stub.yaml"));
	found = origin(t->house, "backends.quiet.deadline");
	assert_string_equal(found->value, "10s");
	assert_null(found->file);
	assert_string_equal(origin(t->house, "backends.quiet.concurrency")->value, "4");
	for (size_t i = 0; i < t->house->n_origins; i++) {
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(t->house->origins[i].name, t->house->origins[k].name);
	}
}

/* Left for later the backends come out the same, and their mistakes are told then. */
static void backends_can_be_read_later(void **state)
{
	struct house_test *t = *state;

	t->options.later = true;
	place_write(&t->place, "etc/dossier.yaml", 0600, whole);
	assert_string_equal(load(t), "");
	assert_int_equal(t->house->n_agents, 2);
	assert_int_equal(t->house->n_backends, 0);
	assert_non_null(t->house->rest);
	house_read_rest(t->house, &t->diags);
	assert_null(t->house->rest);
	assert_int_equal(t->house->n_backends, 2);
	assert_non_null(house_find_backend(t->house, "shop")->plan);
	assert_int_equal(house_find_backend(t->house, "shop")->line, 8);
	house_read_rest(t->house, &t->diags);
	assert_int_equal(t->house->n_backends, 2);

	place_write(&t->place, "etc/dossier.yaml", 0600, "backends:\n  shop: {connector: nosuch}\n");
	assert_string_equal(load(t), "");
	house_read_rest(t->house, &t->diags);
	assert_int_equal(t->diags.errors, 1);
	assert_int_equal(t->diags.items[0].line, 2);

	place_write(&t->place, "etc/dossier.yaml", 0600,
		    "backends:\n  shop: {connector: stub, settings: {url: 'https://s.example.com', token: {command: [cat]}}}\n");
	load(t);
	assert_null(t->house->rest);
	assert_int_equal(t->house->n_backends, 1);
	t->options.later = false;
}

static void secrets_are_hidden_even_where_the_connector_is_broken(void **state)
{
	struct house_test *t = *state;

	place_write(&t->place, "etc/dossier.yaml", 0600,
		    "backends:\n  shop: {connector: nosuch, settings: {url: 'https://s.example.com', token: 'abc123'}, key_password: 'pw'}\n");
	load(t);
	assert_true(origin(t->house, "backends.shop.settings.token")->secret);
	assert_false(origin(t->house, "backends.shop.settings.url")->secret);
	assert_true(origin(t->house, "backends.shop.key_password")->secret);
}

/* The golden list: one line of the file a mistake. */
static const char wrong[] =
	"house: {name: N, country: Germany, currency: EURO, zone: Europe/Berlln, colour: red}\n"
	"agents:\n"
	"  ana: {name: Ana, rolle: agent}\n"
	"  ben: {name: Ben, login: ana, role: supervsor, phone: rear desk}\n"
	"  c/d: {name: Cy, aliases: [x]}\n"
	"  eve: {name: Eve, aliases: x}\n"
	"  fay: hello\n"
	"identities:\n"
	"  - {type: loyaltie, pattern: 'A'}\n"
	"  - {type: loyalty, pattern: '('}\n"
	"  - {type: rec, pattern: 'A'}\n"
	"  - {type: order}\n"
	"  - word\n"
	"backend: {}\n"
	"backends:\n"
	"  none: {settings: {url: 'https://a.example.com'}}\n"
	"  gone: {connector: nosuch}\n"
	"  path: {connector: ../x}\n"
	"  lost: {connector: /nowhere/x.yaml}\n"
	"  9th: {connector: stub, settings: {url: 'https://a.example.com', token: 'secret'}}\n"
	"  bare: {connector: stub}\n"
	"  keys: {connector: stub, settings: {url: 'https://a.example.com', tokn: 'secret', token: 'secret'}}\n"
	"  bits: {connector: stub, settings: {url: [a], token: 1234}}\n"
	"  from: {connector: stub, settings: {url: 'https://a.example.com', token: {fil: x}}}\n"
	"  both: {connector: stub, settings: {url: 'https://a.example.com', token: {file: x, env: Y}}}\n"
	"  line: {connector: stub, settings: {url: 'https://a.example.com', token: {command: 'pass show x'}}}\n"
	"  open: {connector: stub, settings: {url: 'http://a.example.com', token: 'secret'}}\n"
	"  addr: {connector: stub, settings: {url: 'shop.example.com', token: 'secret'}}\n"
	"  late: {connector: stub, settings: {url: 'https://a.example.com', token: 'secret'}, deadline: soon, retries: 99, rate: fast}\n"
	"  tls: {connector: stub, settings: {url: 'https://a.example.com', token: 'secret'}, ca_file: nothere.pem, key_password: 5}\n"
	"  flat: {connector: stub, settings: text}\n"
	"  word: text\n"
	"  good: {connector: stub, settings: {url: 'http://127.0.0.1:9', token: 'secret'}}\n";

static void every_mistake_is_reported_at_its_line(void **state)
{
	struct house_test *t = *state;
	char *path = mem_printf("%s/tests/desk/house_mistakes.txt", getenv("DOSSIER_SRC"));
	char *wanted = mem_zalloc(65536);
	FILE *file = fopen(path, "r");

	assert_non_null(file);
	assert_true(fread(wanted, 1, 65535, file) > 0);
	fclose(file);
	place_write(&t->place, "etc/dossier.yaml", 0600, wrong);
	assert_string_equal(load(t), wanted);
	assert_null(t->house->country);
	assert_null(t->house->currency);
	assert_string_equal(t->house->zone_name, "UTC");
	for (size_t i = 0; i < t->house->n_backends; i++) {
		const struct house_backend *backend = t->house->backends[i];

		assert_int_equal(backend->err.code, strcmp(backend->id, "good") ? ERR_CONFIG : ERR_NONE);
		if (backend->err.code)
			assert_non_null(strstr(backend->err.text, "dossier.yaml:"));
	}
	free(wanted);
	free(path);
}

static void sections_of_the_wrong_type_are_reported(void **state)
{
	struct house_test *t = *state;

	place_write(&t->place, "etc/dossier.yaml", 0600, "house: 1\nagents: []\nidentities: {}\nbackends: text\nlooks: 5\n");
	assert_string_equal(load(t),
		"etc/dossier.yaml:1: house must be a map such as {name: Nordlicht, country: DE}\n"
		"etc/dossier.yaml:2: agents must be a map from a short name to what is known of the agent\n"
		"etc/dossier.yaml:3: identities must be a list of {type: .., pattern: .., value: ..}\n"
		"etc/dossier.yaml:4: backends must be a map from a name to the settings of a backend\n"
		"etc/dossier.yaml:5: looks must be a map of keys and values\n");
	assert_non_null(t->house->zone);
	place_write(&t->place, "etc/dossier.yaml", 0600, "- a\n- b\n");
	assert_string_equal(load(t), "etc/dossier.yaml:1: the file must be a map of keys and values\n");
	place_write(&t->place, "etc/dossier.yaml", 0600, "");
	load(t);
	assert_int_equal(t->diags.errors, 1);
}

static void the_house_wins_over_a_personal_file(void **state)
{
	struct house_test *t = *state;

	assert_string_equal(load(t), "");
	assert_null(t->house->file);
	assert_non_null(t->house->zone);

	place_write(&t->place, "home/dossier.yaml", 0600, "house: {name: Mine}\nlooks: {theme: dark}\nkeys: {}\npreferences: {}\n");
	assert_string_equal(load(t), "");
	assert_string_equal(t->house->name, "Mine");

	place_write(&t->place, "etc/dossier.yaml", 0600, "house: {name: Ours}\n");
	assert_string_equal(load(t),
		"home/dossier.yaml:1: house is a setting of the house: because etc/dossier.yaml exists, this file may hold only looks, keys and preferences\n");
	assert_string_equal(t->house->name, "Ours");

	place_write(&t->place, "home/dossier.yaml", 0600, "lokos: {}\nxyzzy: 1\nlooks: 3\n");
	assert_string_equal(load(t),
		"home/dossier.yaml:1: unknown key lokos: did you mean looks?\n"
		"home/dossier.yaml:2: unknown key xyzzy: a personal file holds looks, keys and preferences\n"
		"home/dossier.yaml:3: looks must be a map of keys and values\n");

	place_write(&t->place, "other.yaml", 0600, "house: {name: Other}\n");
	t->options.file = place_path(&t->place, "other.yaml");
	assert_string_equal(load(t), "");
	assert_string_equal(t->house->name, "Other");
	free((char *)(uintptr_t)t->options.file);
}

/* What is there and cannot be read must not give way to a file that the agent may write. */
static void an_unreadable_house_is_not_replaced(void **state)
{
	struct house_test *t = *state;

	place_write(&t->place, "etc/dossier.yaml/x", 0600, "");
	place_write(&t->place, "home/dossier.yaml", 0600, "house: {name: Mine}\n");
	load(t);
	assert_null(t->house->name);
	assert_true(t->diags.errors >= 1);
	assert_non_null(strstr(t->house->file, "etc/dossier.yaml"));
}

static void the_environment_names_the_folders(void **state)
{
	struct house_test *t = *state;
	struct house_options plain = { 0 };

	place_write(&t->place, "etc/dossier.yaml", 0600, "backends:\n  a: {connector: stub, settings: {url: 'https://a.example.com', token: 'abcd'}}\n");
	setenv("DOSSIER_SYSCONFDIR", t->etc, 1);
	setenv("DOSSIER_DATADIR", t->data, 1);
	setenv("XDG_CONFIG_HOME", t->place.dir, 1);
	place_write(&t->place, "dossier/dossier.yaml", 0600, "house: {}\n");
	t->options = plain;
	assert_string_equal(load(t),
		"dossier/dossier.yaml:1: house is a setting of the house: because etc/dossier.yaml exists, this file may hold only looks, keys and preferences\n");
	assert_non_null(t->house->backends[0]->plan);
	unsetenv("DOSSIER_SYSCONFDIR");
	unsetenv("DOSSIER_DATADIR");
	unsetenv("XDG_CONFIG_HOME");
}

static void the_houses_connector_wins(void **state)
{
	struct house_test *t = *state;
	static const char one[] = "backends:\n  a: {connector: stub, settings: {url: 'https://a.example.com', token: 'abcd'}}\n";

	place_write(&t->place, "etc/dossier.yaml", 0600, one);
	place_write(&t->place, "home/connectors/stub.yaml", 0600, "connector: mine\n");
	assert_string_equal(load(t), "");
	assert_non_null(strstr(t->house->backends[0]->connector_file, "/data/connectors/stub.yaml"));
	place_write(&t->place, "etc/connectors/stub.yaml", 0666, stub);
	assert_string_equal(load(t),
		"etc/dossier.yaml:2: warning: backend a: everybody on this host may write etc/connectors/stub.yaml, which holds the power of its secrets: chmod o-w\n");
	assert_non_null(strstr(t->house->backends[0]->connector_file, "/etc/connectors/stub.yaml"));
}

static void a_broken_connector_costs_its_backends_only(void **state)
{
	struct house_test *t = *state;

	place_write(&t->place, "etc/connectors/bad.yaml", 0644, "connector: bad\nfindd: []\n");
	place_write(&t->place, "etc/dossier.yaml", 0600,
		    "backends:\n"
		    "  a: {connector: bad, settings: {url: 'https://a.example.com'}}\n"
		    "  b: {connector: bad, settings: {url: 'https://b.example.com'}}\n"
		    "  c: {connector: stub, settings: {url: 'https://c.example.com', token: 'abcd'}}\n");
	load(t);
	assert_true(t->diags.errors >= 2);
	assert_non_null(strstr(t->said.data, "etc/connectors/bad.yaml:2: "));
	assert_null(t->house->backends[0]->plan);
	assert_non_null(strstr(t->house->backends[0]->err.text, "bad.yaml:"));
	assert_non_null(strstr(t->house->backends[1]->err.text, "dossier.yaml:3: backend b: connector bad is broken"));
	assert_int_equal(t->house->backends[2]->err.code, ERR_NONE);
}

static void open_files_are_warned_of(void **state)
{
	struct house_test *t = *state;

	place_write(&t->place, "etc/token", 0644, "abcd\n");
	place_write(&t->place, "etc/group", 0640, "abcd\n");
	place_write(&t->place, "etc/dossier.yaml", 0646,
		    "backends:\n"
		    "  a: {connector: stub, settings: {url: 'https://a.example.com', token: 'abcd'}}\n"
		    "  b: {connector: stub, settings: {url: 'https://b.example.com', token: {file: token}}}\n"
		    "  c: {connector: stub, settings: {url: 'https://c.example.com', token: {file: group}}}\n");
	assert_string_equal(load(t),
		"etc/dossier.yaml:0: warning: everybody on this host may write this file: chmod o-w etc/dossier.yaml\n"
		"etc/dossier.yaml:2: warning: backend a: secret token stands in a file that others may read: chmod 600 it, or give {file: ..}, {env: ..} or {command: [..]}\n"
		"etc/dossier.yaml:3: warning: backend b: etc/token, which holds the secret token, is open to others (mode 0644): chmod 600, or 640 for a group of agents\n");
	assert_int_equal(t->diags.errors, 0);
}

/* Any byte changed, left out or doubled: some mistake or none, never a crash, and always a house. */
static void a_mangled_house_is_only_reported(void **state)
{
	struct house_test *t = *state;
	struct clock_fake clock;
	char text[sizeof(wrong) + sizeof(whole)];

	clock_fake_init(&clock, 0, 7);
	for (int i = 0; i < 400; i++) {
		const char *from = i % 2 ? wrong : whole;
		size_t n = strlen(from), len;

		memcpy(text, from, n + 1);
		for (int k = 0; k < 3; k++) {
			static const char bytes[] = "{}[]:,-#&*!|>'\"%@\\ \n\t\x01\xff" "0a";
			uint64_t chance = clock_random(&clock.clock);
			size_t at = (size_t)(chance % n);

			len = (size_t)(chance >> 32) % 20;
			if (len > n - at)
				len = n - at;
			if (chance & 1ULL << 60)
				memset(text + at, bytes[(chance >> 40) % (sizeof(bytes) - 1)], 1);
			else if (chance & 1ULL << 61)
				memset(text + at, ' ', len);
			else
				memmove(text + at, text + (size_t)(chance >> 20) % (n - len), len);
		}
		place_write(&t->place, "etc/dossier.yaml", 0600, text);
		load(t);
		assert_non_null(t->house->zone);
		assert_non_null(t->house->zone_name);
		for (size_t k = 0; k < t->house->n_backends; k++) {
			const struct house_backend *backend = t->house->backends[k];

			assert_true(backend->err.code || backend->plan);
		}
	}
}

int main(void)
{
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_whole_house_is_read),
		TEST(every_value_says_where_it_came_from),
		TEST(backends_can_be_read_later),
		TEST(secrets_are_hidden_even_where_the_connector_is_broken),
		TEST(every_mistake_is_reported_at_its_line),
		TEST(sections_of_the_wrong_type_are_reported),
		TEST(the_house_wins_over_a_personal_file),
		TEST(an_unreadable_house_is_not_replaced),
		TEST(the_environment_names_the_folders),
		TEST(the_houses_connector_wins),
		TEST(a_broken_connector_costs_its_backends_only),
		TEST(open_files_are_warned_of),
		TEST(a_mangled_house_is_only_reported),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
