#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <sys/stat.h>

#include <dossier/base/mem.h>
#include <dossier/desk/customer.h>

#include "place.h"
#include "../net/server.h"

/* The whole way: files, connectors, the engine, a server on loopback for each of two backends. */
struct desk_test {
	struct place place;
	char *etc;
	struct server *shop, *help;
	struct house_options options;
	struct diags diags;
	struct desk *desk;
	struct lookup *lookup;
	struct customer *customer;
	bool done;
};

static const char shop_connector[] =
	"connector: shop\n"
	"title: A shop\n"
	"settings:\n"
	"  url: {required: true}\n"
	"  token: {required: true, secret: true}\n"
	"headers: {Authorization: \"Bearer <settings.token>\"}\n"
	"find:\n"
	"  - {by: email, get: /by-email, query: {q: <value>}, each: \"\", match: [/email]}\n"
	"  - {by: tel, get: /by-tel, query: {q: <value>}, each: \"\", match: [/phone]}\n"
	"  - by: order\n"
	"    get: /orders\n"
	"    query: {number: <value>}\n"
	"    each: \"\"\n"
	"    match: [/number]\n"
	"    record: {id: /customer/id, name: /customer/name, email: /customer/email}\n"
	"    row: {kind: order, id: /id, at: /at, title: \"Order </number>\"}\n"
	"record: {id: /id, name: /name, email: /email, tel: /phone}\n"
	"pull:\n"
	"  orders:\n"
	"    per: record\n"
	"    get: /customer-orders\n"
	"    query: {customer: <record>}\n"
	"    each: \"\"\n"
	"    row: {kind: order, step: placed, id: /id, at: /at, title: \"Order </number>\", amount: {money: /total, currency: /currency}}\n";

static const char help_connector[] =
	"connector: help\n"
	"title: A help desk\n"
	"settings:\n"
	"  url: {required: true}\n"
	"find:\n"
	"  - {by: email, get: /users, query: {q: <value>}, each: \"\", match: [/email]}\n"
	"  - {by: tel, get: /phones, query: {q: <value>}, each: \"\", match: [/phone]}\n"
	"record: {id: /id, name: /name, email: /email, tel: /phone}\n"
	"pull:\n"
	"  tickets:\n"
	"    per: record\n"
	"    get: /tickets\n"
	"    query: {customer: <record>}\n"
	"    each: \"\"\n"
	"    row: {kind: call, id: /id, at: /at, title: /title, agent: /agent}\n";

/* The servers do not filter: what does not match is dropped here. */
#define JANE_SHOP "{\"id\":\"c1\",\"name\":\"Jane Moss\",\"email\":\"jane@example.com\",\"phone\":\"07700 900123\"}"
#define JANE_HELP "{\"id\":\"u7\",\"name\":\"Jane Moss\",\"email\":\"Jane@Example.com\",\"phone\":\"\"}"
#define JOHN_HELP "{\"id\":\"u8\",\"name\":\"John Hill\",\"email\":\"john@example.org\",\"phone\":\"+44 7700 900123\"}"

static const struct server_reply shop_replies[] = {
	{ "GET /by-email", 200, NULL, "[" JANE_SHOP "]" },
	{ "GET /by-tel", 200, NULL, "[" JANE_SHOP "]" },
	{ "GET /orders", 200, NULL,
	  "[{\"id\":\"o14\",\"number\":14,\"at\":\"2026-11-01T10:00:00Z\",\"customer\":{\"id\":\"c9\",\"name\":\"Someone Else\"}},"
	  "{\"id\":\"o4\",\"number\":4,\"at\":\"2026-11-02T10:00:00Z\",\"customer\":{\"id\":\"c1\",\"name\":\"Jane Moss\",\"email\":\"jane@example.com\"}}]" },
	{ "GET /customer-orders", 200, NULL,
	  "[{\"id\":\"o4\",\"number\":4,\"at\":\"2026-11-02T10:00:00Z\",\"total\":\"42.10\",\"currency\":\"gbp\"}]" },
};
static const struct server_reply help_replies[] = {
	{ "GET /users", 200, NULL, "[" JANE_HELP "," JOHN_HELP "]" },
	{ "GET /phones", 200, NULL, "[" JANE_HELP "," JOHN_HELP "]" },
	{ "GET /tickets", 200, NULL, "[{\"id\":1,\"at\":\"2026-11-03T09:30:00Z\",\"title\":\"Where is it?\",\"agent\":\"ana\"}]" },
};

static int setup(void **state)
{
	struct desk_test *t = mem_zalloc(sizeof(*t));

	place_make(&t->place);
	t->etc = place_path(&t->place, "etc");
	t->options = (struct house_options){ .sysconf = t->etc, .home_config = t->etc };
	place_write(&t->place, "etc/connectors/shop.yaml", 0644, shop_connector);
	place_write(&t->place, "etc/connectors/help.yaml", 0644, help_connector);
	t->shop = server_start(shop_replies, sizeof(shop_replies) / sizeof(*shop_replies));
	t->help = server_start(help_replies, sizeof(help_replies) / sizeof(*help_replies));
	*state = t;
	return 0;
}

static void close_desk(struct desk_test *t)
{
	customer_free(t->customer);
	lookup_free(t->lookup);
	desk_free(t->desk);
	t->customer = NULL;
	t->lookup = NULL;
	t->desk = NULL;
	diags_release(&t->diags);
	t->diags = (struct diags){ 0 };
}

static int teardown(void **state)
{
	struct desk_test *t = *state;

	close_desk(t);
	server_stop(t->shop);
	server_stop(t->help);
	place_remove(&t->place);
	free(t->etc);
	free(t);
	return 0;
}

/* A house of both; extra stands in the help desk's part, path goes behind its address. */
static void write_house(struct desk_test *t, const char *path, const char *extra)
{
	char *text = mem_printf("house: {country: GB, currency: EUR}\n"
				"agents: {ana: {name: Ana Lopes}}\n"
				"backends:\n"
				"  shop: {connector: shop, settings: {url: '%s', token: 'shop-token'}, rate: unlimited}\n"
				"  help: {connector: help, settings: {url: '%s%s'}, rate: unlimited, retries: 0%s}\n",
				server_origin(t->shop), server_origin(t->help), path, extra);

	place_write(&t->place, "etc/dossier.yaml", 0600, text);
	free(text);
}

static struct desk *try_desk(struct desk_test *t, const struct desk_options *more, struct err *err)
{
	struct desk_options options = *more;

	options.runtime_dir = t->place.dir;
	return desk_new(house_load(&t->options, &t->diags), &options, err);
}

static void open_desk(struct desk_test *t, const struct desk_options *more)
{
	struct err err = { 0 };

	t->desk = try_desk(t, more, &err);
	for (size_t i = 0; i < t->diags.n; i++)
		fprintf(stderr, "%s:%d: %s\n", t->diags.items[i].file, t->diags.items[i].line, t->diags.items[i].text);
	if (!t->desk)
		fail_msg("%s", err.text);
}

static void on_changed(void *arg) { (void)arg; }
static void on_done(void *arg) { ((struct desk_test *)arg)->done = true; }

static const struct resolve_result *find(struct desk_test *t, const char *who)
{
	struct lookup_sink sink = { .changed = on_changed, .done = on_done, .arg = t };
	struct err err = { 0 };

	t->done = false;
	t->lookup = lookup_start(t->desk, str_of(who), &sink, &err);
	if (!t->lookup)
		fail_msg("%s", err.text);
	assert_true(loop_until(t->desk->loop, &t->done));
	return lookup_result(t->lookup);
}

static struct timeline *open_customer(struct desk_test *t, const struct group *group)
{
	struct customer_sink sink = { .changed = on_changed, .done = on_done, .arg = t };
	struct customer_options options = { .since = WHEN_NONE, .lookup = t->lookup };

	t->done = false;
	t->customer = customer_open(t->desk, group, &options, &sink);
	assert_true(loop_until(t->desk->loop, &t->done));
	return customer_timeline(t->customer);
}

static const struct source *source(struct desk_test *t, size_t at)
{
	size_t n;
	const struct source *sources = t->customer ? customer_sources(t->customer, &n) : lookup_sources(t->lookup, &n);

	assert_true(at < n);
	return &sources[at];
}

static void check_janes_timeline(struct desk_test *t, const struct resolve_result *result)
{
	struct timeline *timeline;
	const struct interaction *order, *call;

	assert_int_equal(result->n, 1);
	assert_int_equal(result->groups[0].n_records, 2);
	assert_false(result->groups[0].shared_only);
	timeline = open_customer(t, &result->groups[0]);
	assert_int_equal(timeline_count(timeline), 2);
	call = timeline_row(timeline, 0)->head;
	order = timeline_row(timeline, 1)->head;
	assert_true(str_is(call->backend, "help"));
	assert_int_equal(call->kind, KIND_CALL);
	assert_true(str_is(order->title, "Order 4"));
	assert_int_equal(order->amount.minor, 4210);
	assert_string_equal(order->amount.currency, "GBP");
	assert_int_equal(source(t, 0)->state, SOURCE_FRESH);
	assert_int_equal(source(t, 1)->state, SOURCE_FRESH);
	assert_true(str_is(customer_profile(t->customer)->name, "Jane Moss"));
}

static void one_customer_in_both_has_one_timeline(void **state)
{
	struct desk_test *t = *state;

	write_house(t, "", "");
	open_desk(t, &(struct desk_options){ 0 });
	check_janes_timeline(t, find(t, "Jane@example.com"));
	assert_non_null(strstr(server_last(t->shop), "Authorization: Bearer shop-token"));
}

static void a_shared_telephone_gives_two_candidates(void **state)
{
	struct desk_test *t = *state;
	const struct resolve_result *result;

	write_house(t, "", "");
	open_desk(t, &(struct desk_options){ 0 });
	result = find(t, "07700 900-123");
	assert_int_equal(result->n, 2);
	for (size_t i = 0; i < 2; i++) {
		const struct group *group = &result->groups[i];

		for (size_t k = 0; k < group->n_records; k++)
			assert_true(str_is(group->records[k]->id, "u8") == (group->n_records == 1));
	}
}

static void an_order_finds_its_customer_and_no_other(void **state)
{
	struct desk_test *t = *state;
	const struct resolve_result *result;

	write_house(t, "", "");
	open_desk(t, &(struct desk_options){ 0 });
	result = find(t, "order:4");
	assert_int_equal(lookup_rows(t->lookup)->n, 1);
	assert_true(str_is(lookup_rows(t->lookup)->items[0]->id, "o4"));
	check_janes_timeline(t, result);
}

/* Each fault of the help desk leaves the shop's part, in time. */
static void check_fault(struct desk_test *t, const char *path, enum err_code code)
{
	const struct resolve_result *result;
	int64_t start;

	write_house(t, path, ", deadline: 400ms, connect: 400ms");
	open_desk(t, &(struct desk_options){ 0 });
	start = clock_steady(t->desk->clock);
	result = find(t, "jane@example.com");
	assert_int_equal(result->n, 1);
	assert_int_equal(timeline_count(open_customer(t, &result->groups[0])), 1);
	assert_in_range(clock_steady(t->desk->clock) - start, 0, 400 + 2000);
	assert_int_equal(source(t, 0)->state, SOURCE_FRESH);
	assert_int_equal(source(t, 1)->state, SOURCE_FAILED);
	if (source(t, 1)->err.code != code)
		fail_msg("%s: %s: %s", path, err_code_name(source(t, 1)->err.code), source(t, 1)->err.text);
	assert_non_null(strstr(source(t, 1)->err.text, "help"));
	close_desk(t);
}

static void a_failing_backend_costs_its_part_only(void **state)
{
	struct desk_test *t = *state;

	check_fault(t, "/hang", ERR_TIMEOUT);
	check_fault(t, "/drop", ERR_NET);
	check_fault(t, "/status/401", ERR_AUTH);
	check_fault(t, "/status/500", ERR_HTTP);
	check_fault(t, "/echo", ERR_SHAPE);
	check_fault(t, "/status/429", ERR_RATE);
}

static void what_cannot_be_used_counts_as_failed(void **state)
{
	struct desk_test *t = *state;
	char *text = mem_printf("house: {country: GB}\n"
				"backends:\n"
				"  shop: {connector: shop, settings: {url: '%s', token: {env: DOSSIER_TEST_UNSET}}}\n"
				"  help: {connector: help, settings: {url: '%s'}}\n"
				"  gone: {connector: nosuch}\n"
				"  quiet: {connector: help, settings: {url: '%s'}, off: true}\n",
				server_origin(t->shop), server_origin(t->help), server_origin(t->help));
	const struct resolve_result *result;
	struct err err = { 0 };

	place_write(&t->place, "etc/dossier.yaml", 0600, text);
	open_desk(t, &(struct desk_options){ 0 });
	assert_int_equal(t->desk->n_backends, 3);
	assert_null(desk_backend(t->desk, "quiet"));
	assert_null(desk_backend(t->desk, "shop")->backend);
	assert_non_null(strstr(desk_backend(t->desk, "shop")->err.text, "DOSSIER_TEST_UNSET"));
	assert_non_null(strstr(desk_backend(t->desk, "gone")->err.text, "nosuch"));
	result = find(t, "jane@example.com");
	assert_int_equal(result->n, 1);
	assert_int_equal(source(t, 0)->state, SOURCE_FAILED);
	assert_int_equal(source(t, 1)->state, SOURCE_FRESH);
	assert_int_equal(source(t, 2)->state, SOURCE_FAILED);
	close_desk(t);

	open_desk(t, &(struct desk_options){ .only = "help" });
	assert_int_equal(t->desk->n_backends, 1);
	close_desk(t);
	assert_null(try_desk(t, &(struct desk_options){ .only = "hlep" }, &err));
	assert_int_equal(err.code, ERR_USAGE);
	assert_string_equal(err.text, "there is no backend hlep: did you mean help?");
	assert_null(try_desk(t, &(struct desk_options){ .only = "quiet" }, &err));
	assert_non_null(strstr(err.text, "switched off"));
	free(text);
}

/* What was captured is answered again without servers and without secrets. */
static void a_capture_is_replayed_without_secrets(void **state)
{
	struct desk_test *t = *state;
	char *dir = place_path(&t->place, "captured"), *text;
	int requests;

	write_house(t, "", "");
	open_desk(t, &(struct desk_options){ .capture_dir = dir });
	check_janes_timeline(t, find(t, "jane@example.com"));
	close_desk(t);
	requests = server_requests(t->shop) + server_requests(t->help);
	text = mem_printf("house: {country: GB, currency: EUR}\n"
			  "backends:\n"
			  "  shop: {connector: shop, settings: {url: 'https://shop.example.com', token: {file: nothere}}}\n"
			  "  help: {connector: help, settings: {url: 'https://help.example.com'}}\n");
	place_write(&t->place, "etc/dossier.yaml", 0600, text);
	open_desk(t, &(struct desk_options){ .replay_dir = dir });
	check_janes_timeline(t, find(t, "jane@example.com"));
	assert_int_equal(server_requests(t->shop) + server_requests(t->help), requests);
	free(text);
	free(dir);
}

int main(void)
{
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(one_customer_in_both_has_one_timeline),
		TEST(a_shared_telephone_gives_two_candidates),
		TEST(an_order_finds_its_customer_and_no_other),
		TEST(a_failing_backend_costs_its_part_only),
		TEST(what_cannot_be_used_counts_as_failed),
		TEST(a_capture_is_replayed_without_secrets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
