#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "scope.h"

static int setup(void **state)
{
	struct world *world = mem_zalloc(sizeof(*world));

	world_init(world);
	*state = world;
	return 0;
}

static int teardown(void **state)
{
	world_release(*state);
	free(*state);
	return 0;
}

static const char order_row[] =
	"    row:\n"
	"      id: /id\n      kind: order\n      step: placed\n      channel: {from: /chan, map: {pos: counter}}\n"
	"      direction: in\n      reader: customer\n      at: /created\n      until: /ended\n      title: \"Order </no>\"\n"
	"      body: {text: /note, html: true}\n      agent: /agent\n      place: {id: /shop/id, name: /shop/name}\n      status: /state\n"
	"      done: refund\n      outcome: solved\n      amount: {money: /total, currency: /cur}\n      ref: /no\n"
	"      refs: {tracking: /track, receipt: /receipt}\n      number: /tel\n      web: \"<settings.url>/o/</id|url>\"\n"
	"      part_of: /parent\n      minutes: /mins\n"
	"      lines: {each: /items, title: /t, sku: /s, quantity: /q, amount: {money: /a}, unit: {money: /u}}\n"
	"      attachments: {each: /files, name: /n, type: /ct, size: /len, web: /href}\n";

static const char order[] = "{\"id\":7,\"chan\":\"pos\",\"created\":\"2026-11-01T09:00:00Z\",\"ended\":\"2026-11-01T09:05:00Z\",\"no\":\"#10\","
	"\"note\":\"<b>gift</b>\",\"agent\":\"Kim\",\"shop\":{\"id\":3,\"name\":\"Leeds\"},\"state\":\"done\",\"total\":\"20.00\",\"cur\":\"gbp\","
	"\"track\":\"T1\",\"receipt\":\"R9\",\"tel\":\"020 7946\",\"parent\":\"6\",\"mins\":\"1.5\","
	"\"items\":[{\"t\":\"Coat\",\"s\":\"C-1\",\"q\":2,\"a\":20},{\"t\":\"Hat\",\"q\":3,\"u\":1.5},{\"q\":9}],"
	"\"files\":[{\"n\":\"a.pdf\",\"ct\":\"application/pdf\",\"len\":12,\"href\":\"https://x.example/a\"},{}]}";

static struct interaction *map_one(struct world *world, const char *lines, struct batch *batch)
{
	struct plan *plan = plan_of(lines);
	struct map_notes notes = world_notes(world);
	const struct plan_elements *elements = plan->pulls.items[0]->fetch->elements;
	struct interaction *it = map_interaction(elements->rows.items[0], elements->name, &world->scope, batch, &notes);

	plan_free(plan);
	return it;
}

static void is(struct str got, const char *wanted)
{
	if (!str_is(got, wanted))
		fail_msg("\"%.*s\" is not \"%s\"", STR_ARG(got), wanted);
}

static void every_field(void **state)
{
	struct world *world = *state;
	struct batch *batch = batch_new();

	world_element(world, order);
	struct interaction *it = map_one(world, order_row, batch);
	assert_non_null(it);
	is(it->id, "7");
	is(it->backend, "shop");
	is(it->row, "things");
	assert_int_equal(it->kind, KIND_ORDER);
	assert_int_equal(it->step, STEP_PLACED);
	assert_int_equal(it->channel, CHANNEL_COUNTER);
	assert_int_equal(it->direction, DIRECTION_IN);
	assert_int_equal(it->reader, READER_CUSTOMER);
	assert_int_equal(it->until - it->at, 5 * 60000);
	is(it->title, "Order #10");
	is(str_trim(it->text), "gift");
	is(it->agent, "Kim");
	is(it->place_id, "3");
	is(it->place_name, "Leeds");
	is(it->status, "done");
	is(it->done, "refund");
	is(it->outcome, "solved");
	assert_int_equal(it->amount.minor, 2000);
	assert_string_equal(it->amount.currency, "GBP");
	is(it->refs->order, "#10");
	is(it->refs->tracking, "T1");
	is(it->refs->receipt, "R9");
	is(it->number, "020 7946");
	is(it->web, "https://shop.example.com/o/7");
	is(it->part_of, "6");
	assert_int_equal(it->minutes, 90000);
	assert_int_equal(it->n_lines, 2);
	assert_int_equal(it->lines[0].amount.minor, 2000);
	assert_int_equal(it->lines[1].amount.minor, 450);
	is(it->lines[1].title, "Hat");
	assert_int_equal(it->n_attachments, 1);
	assert_int_equal(it->attachments[0].size, 12);
	is(it->attachments[0].type, "application/pdf");
	assert_string_equal(world->notes, "");
	batch_free(batch);
}

static void wrong_types(void **state)
{
	struct world *world = *state;
	struct batch *batch = batch_new();

	/* everything is another type than was meant: the row stays, the fields go, each with a note */
	world_element(world, "{\"id\":\"x\",\"chan\":{},\"created\":[1,2],\"ended\":\"soon\",\"no\":[],\"note\":{\"a\":1},\"total\":\"lots\",\"cur\":\"???\","
			     "\"items\":\"none\",\"files\":{\"n\":\"one.txt\",\"len\":\"12x\"},\"mins\":\"long\",\"shop\":\"s\"}");
	struct interaction *it = map_one(world, order_row, batch);
	assert_non_null(it);
	assert_int_equal(it->at, WHEN_NONE);
	assert_int_equal(it->until, WHEN_NONE);
	assert_int_equal(it->amount.minor, 0);
	assert_string_equal(it->amount.currency, "");
	assert_int_equal(it->n_lines, 0);
	/* an object where a list was meant is a list of one */
	assert_int_equal(it->n_attachments, 1);
	assert_int_equal(it->attachments[0].size, -1);
	assert_int_equal(it->minutes, 0);
	assert_non_null(strstr(world->notes, "a list stands where a text is meant"));
	assert_non_null(strstr(world->notes, "an object stands where a text is meant"));
	assert_non_null(strstr(world->notes, "soon"));
	assert_non_null(strstr(world->notes, "long"));
	/* without an id there is no row, and neither where when: does not hold, which is no mistake */
	world_element(world, "{\"created\":1}");
	assert_null(map_one(world, order_row, batch));
	assert_non_null(strstr(world->notes, "without an id"));
	assert_null(map_one(world, "    row: {id: /created, kind: note, at: /created, when: {/x: 1}}\n", batch));
	assert_string_equal(world->notes, "");
	/* the element may be no object at all */
	world_element(world, "[[[]]]");
	assert_null(map_one(world, order_row, batch));
	world_element(world, "null");
	assert_null(map_one(world, order_row, batch));
	/* a kind that nobody knows */
	world_element(world, "{\"id\":1,\"k\":\"carrier pigeon\"}");
	it = map_one(world, "    row: {id: /id, kind: /k, at: /at}\n", batch);
	assert_int_equal(it->kind, KIND_OTHER);
	assert_non_null(strstr(world->notes, "carrier pigeon"));
	/* NUL inside a text is data */
	world_element(world, "{\"id\":\"a\\u0000b\"}");
	it = map_one(world, "    row: {id: /id, kind: note, at: /at}\n", batch);
	assert_int_equal(it->id.n, 3);
	batch_free(batch);
}

static void calls(void **state)
{
	struct world *world = *state;
	struct batch *batch = batch_new();

	world_element(world, "{\"id\":\"c1\",\"at\":1769853600,\"len\":95}");
	struct interaction *it = map_one(world, "    row: {id: /id, kind: call, at: /at, seconds: /len, ref: /id, place: Leeds}\n", batch);
	assert_int_equal(it->minutes, 95000);
	assert_int_equal(it->until - it->at, 95000);
	assert_int_equal(it->channel, CHANNEL_PHONE);
	is(it->refs->call, "c1");
	is(it->place_name, "Leeds");
	batch_free(batch);
}

static void *row_of(struct world *world, const char *block, const char *element)
{
	char *text = mem_printf("connector: t\ntitle: T\nsettings: {url: {required: true}}\ncurrency: EUR\n%s", block);
	struct diags diags = { 0 };
	struct plan *plan = plan_parse(str_of(text), "t", &diags);
	struct map_notes notes = world_notes(world);

	assert_non_null(plan);
	world_element(world, element);
	void *row = map_row(plan->asks.items[0]->fetch->elements->rows.items[0], &world->scope, world->arena, &notes);
	plan_free(plan);
	diags_release(&diags);
	free(text);
	return row;
}

static void other_rows(void **state)
{
	struct world *world = *state;
	const char *stock = "stock: {by: [item], get: \"/s/<value>\", each: /v, row: {item: /i, title: /t, sku: /sku, ean: /e, site: {id: /l, name: /ln}, "
			    "quantity: /q, condition: display, price: {money: /p}, web: /w}}\n";
	struct stock_row *s = row_of(world, stock, "{\"i\":\"I1\",\"t\":\"Coat\",\"sku\":\"C\",\"e\":\"40\",\"l\":1,\"ln\":\"Leeds\",\"q\":0,\"p\":\"9.90\",\"w\":\"x\"}");
	is(s->item, "I1");
	is(s->quantity, "0");
	is(s->site_name, "Leeds");
	assert_int_equal(s->condition, CONDITION_DISPLAY);
	assert_int_equal(s->price.minor, 990);
	assert_null(row_of(world, stock, "{\"q\":1}"));
	struct product_row *p = row_of(world, "products: {by: item, get: /p, each: \"\", row: {id: /id, title: /t, sku: /s, ean: /e, body: /b, price: /p, web: /w}}\n",
				       "{\"id\":1,\"t\":\"Coat\",\"b\":\"warm\",\"p\":5}");
	is(p->text, "warm");
	assert_int_equal(p->price.minor, 500);
	struct article_row *a = row_of(world, "knowledge: {by: name, get: /k, query: {q: <value>}, each: /r, row: {id: /id, title: /t, body: /b|text, at: /at, web: /w}}\n",
				       "{\"id\":1,\"t\":\"How\",\"b\":\"<i>so</i>\",\"at\":\"2026-01-01\"}");
	is(str_trim(a->text), "so");
	struct day_row *d = row_of(world, "day: {get: \"/d/<value>\", each: /r, row: {id: /id, kind: pickup, site: /s, title: /t, name: /n, status: /st, ref: /ref, at: /at, until: /u, record: /c}}\n",
				   "{\"id\":1,\"s\":\"Leeds\",\"n\":\"Jane\",\"ref\":\"10\",\"c\":\"cus\",\"at\":\"2026-01-01\"}");
	assert_int_equal(d->kind, KIND_PICKUP);
	is(d->site_name, "Leeds");
	is(d->reference, "10");
	is(d->record, "cus");
	assert_null(row_of(world, "day: {get: /d, each: /r, row: {id: /id, kind: pickup}}\n", "{}"));
}

static const char record_plan[] =
	"connector: t\ntitle: T\nsettings: {url: {required: true}}\ncountry: GB\n"
	"record:\n  id: /id\n  name: [\"</first> </last>\", /former]\n  email: /email\n  tel: [/mobile, /phones]\n  loyalty: /card\n  account: /acc\n"
	"  x: /x\n  mastodon: /masto\n  handle: /h\n  postcode: /zip\n  card4: /c4\n  guest: {/has_account: false}\n  reference_only: {/order: {has: true}}\n"
	"  since: /created\n  tier: /tier\n  channel: /pref\n  consent: /ok\n  do_not_contact: /dnc\n  language: /lang\n  note: /note\n  web: \"<settings.url>/c/</id>\"\n"
	"  lifetime: {money: /spent, currency: GBP}\n"
	"  address: [{label: billing, line1: /street, line2: /s2, line3: /s3, city: /city, region: /r, postcode: /zip, country: /cc}, {each: /more, label: /l, city: /c}]\n"
	"  keep: {login: /login}\n"
	"find: {by: email, get: /c, query: {q: <value>}, each: /c, match: [/email, \"</first>@</domain>\", /phones]}\n";

static struct plan *record_of(void)
{
	struct diags diags = { 0 };
	struct plan *plan = plan_parse(str_of(record_plan), "t", &diags);

	for (size_t i = 0; i < diags.n; i++)
		print_error("%d: %s\n", diags.items[i].line, diags.items[i].text);
	assert_non_null(plan);
	diags_release(&diags);
	return plan;
}

static bool has_id(const struct record *record, enum id_type type, const char *value, const char *where)
{
	for (size_t i = 0; i < record->n_ids; i++)
		if (record->ids[i].id.type == type && str_is(record->ids[i].id.value, value) && str_is(record->ids[i].field, where))
			return true;
	return false;
}

static void records(void **state)
{
	struct world *world = *state;
	struct plan *plan = record_of();
	struct map_notes notes = world_notes(world);

	world_element(world, "{\"id\":9,\"first\":\"Jane\",\"last\":null,\"former\":\"Jane Doe\",\"email\":\"JANE@Example.COM\",\"mobile\":\"07700 900123\","
		"\"phones\":[\"020 7946 0018\",\"\",7,[\"deep\"]],\"card\":\"88-1\",\"acc\":\"a1\",\"x\":\"jane\",\"h\":\"@j\",\"zip\":\"LS1 4AP\",\"has_account\":false,"
		"\"created\":\"2020-02-03\",\"tier\":\"gold\",\"dnc\":\"yes\",\"lang\":\"en\",\"spent\":\"120.5\",\"street\":\"1 High St\",\"city\":\"Leeds\","
		"\"more\":[{\"l\":\"work\",\"c\":\"York\"},{\"l\":\"empty\"}],\"login\":\"jm\",\"domain\":\"example.com\"}");
	struct record *record = map_record(plan->record, &world->scope, world->arena, &notes);
	assert_non_null(record);
	is(record->id, "9");
	is(record->backend, "shop");
	assert_int_equal(record->n_names, 2);
	is(record->names[0], "Jane");
	assert_true(has_id(record, ID_TYPE_EMAIL, "jane@example.com", "/email"));
	assert_true(has_id(record, ID_TYPE_TEL, "+447700900123", "/mobile"));
	assert_true(has_id(record, ID_TYPE_TEL, "+442079460018", "/phones"));
	assert_true(has_id(record, ID_TYPE_LOYALTY, "88-1", "/card"));
	assert_true(record->guest);
	assert_false(record->reference_only);
	assert_true(record->do_not_contact);
	is(record->tier, "gold");
	is(record->language, "en");
	is(record->web, "https://shop.example.com/c/9");
	assert_int_equal(record->lifetime.minor, 12050);
	assert_int_equal(record->n_addresses, 2);
	is(record->addresses[0].label, "billing");
	is(record->addresses[1].city, "York");
	is(record_extra(record, "login"), "jm");
	assert_int_not_equal(record->since, WHEN_NONE);
	/* the one that is no telephone costs itself and says so */
	assert_non_null(strstr(world->notes, "/phones"));
	world_element(world, "{\"email\":\"x@example.com\"}");
	assert_null(map_record(plan->record, &world->scope, world->arena, &notes));
	world_element(world, "\"text\"");
	assert_null(map_record(plan->record, &world->scope, world->arena, &notes));
	plan_free(plan);
}

static void matches(void **state)
{
	struct world *world = *state;
	struct plan *plan = record_of();
	const struct plan_find *find = plan->finds.items[0];
	struct identity mail, tel;

	assert_true(identity_make(world->arena, ID_TYPE_EMAIL, STR(""), STR("jane@example.com"), "GB", &mail, NULL));
	assert_true(identity_make(world->arena, ID_TYPE_TEL, STR(""), STR("+442079460018"), "GB", &tel, NULL));
	world_element(world, "{\"email\":\"Jane@EXAMPLE.com\",\"first\":\"jane\",\"domain\":\"example.com\",\"phones\":[\"x\",\"(020) 7946-0018\"]}");
	struct record *record = record_new(world->arena, STR("shop"), STR("1"));
	assert_true(map_match(find->match.items, find->match.n, &mail, &world->scope, world->arena, record));
	assert_int_equal(record->n_matches, 2);
	is(record->matches[0].field, "/email");
	is(record->matches[0].stored, "Jane@EXAMPLE.com");
	assert_true(map_match(find->match.items, find->match.n, &tel, &world->scope, world->arena, NULL));
	/* a server that answers with everybody */
	world_element(world, "{\"email\":\"other@example.com\",\"phones\":[\"1\",null,{}]}");
	assert_false(map_match(find->match.items, find->match.n, &mail, &world->scope, world->arena, NULL));
	assert_false(map_match(find->match.items, find->match.n, &tel, &world->scope, world->arena, NULL));
	plan_free(plan);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(every_field, setup, teardown),
		cmocka_unit_test_setup_teardown(wrong_types, setup, teardown),
		cmocka_unit_test_setup_teardown(calls, setup, teardown),
		cmocka_unit_test_setup_teardown(other_rows, setup, teardown),
		cmocka_unit_test_setup_teardown(records, setup, teardown),
		cmocka_unit_test_setup_teardown(matches, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
