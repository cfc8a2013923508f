#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "../../src/backend/value.h"
#include "scope.h"

static const char element[] = "{\"id\":42,\"name\":\"Jane\",\"empty\":\"\",\"none\":null,\"no\":false,\"yes\":true,\"zero\":0,"
	"\"list\":[\"a\",\"\",\"b\"],\"html\":\"<p>Hi</p>\",\"type\":\"text/html\",\"at\":\"2026-01-31T10:00:00Z\",\"secs\":1769853600,"
	"\"unset\":\"1970-01-01T00:00:00Z\",\"local\":\"2026-07-01 12:00:00\",\"total\":12.5,\"cents\":1250,\"cur\":\"gbp\","
	"\"items\":[{\"n\":\"x\",\"q\":1},{\"n\":\"y\",\"q\":2},{\"q\":3}],\"obj\":{\"a\":1},"
	"\"fields\":[{\"id\":41,\"v\":\"no\"},{\"id\":42,\"v\":\"picked\"}],\"one\":[\"only\"]}";

static int setup(void **state)
{
	struct world *world = mem_zalloc(sizeof(*world));

	world_init(world);
	world_element(world, element);
	world_outer(world, "{\"id\":\"outer\",\"name\":\"Jane\"}");
	world_root(world, "{\"total\":3}");
	*state = world;
	return 0;
}

static int teardown(void **state)
{
	world_release(*state);
	free(*state);
	return 0;
}

static const struct expr *field(const struct plan *plan, const char *name)
{
	const struct plan_row *row = plan->pulls.items[0]->fetch->elements->rows.items[0];

	for (size_t i = 0; i < row->fields.n; i++)
		if (!strcmp(row->fields.items[i].word->name, name))
			return row->fields.items[i].value;
	fail_msg("no field %s", name);
	return NULL;
}

static struct plan *plan_with(const char *word, const char *expr)
{
	char *lines = mem_printf("    row: {kind: note, id: /id, at: /at, %s: %s}\n", word, expr);
	struct plan *plan = plan_of(lines);

	free(lines);
	return plan;
}

static void gives(struct world *world, const char *expr, const char *wanted)
{
	struct plan *plan = plan_with("title", expr);
	struct map_notes notes = world_notes(world);
	struct json_object *value = expr_value(field(plan, "title"), &world->scope, &notes);
	struct buf text;

	buf_init(&text, 1 << 20);
	if (value)
		json_write(&text, value);
	if (strcmp(text.data ? text.data : "missing", wanted))
		fail_msg("%s gives %s, not %s (%s)", expr, text.data ? text.data : "missing", wanted, world->notes);
	buf_release(&text);
	json_object_put(value);
	plan_free(plan);
}

static void values(void **state)
{
	static const struct { const char *expr, *wanted; } good[] = {
		{ "/name", "\"Jane\"" }, { "/id", "42" }, { "/empty", "missing" }, { "/none", "missing" }, { "/no", "missing" }, { "/zero", "0" },
		{ "/absent", "missing" }, { "../id", "\"outer\"" }, { "^/total", "3" }, { "\"/fields[id=42]/v\"", "\"picked\"" }, { "/obj", "{\"a\":1}" },
		{ "plain text", "\"plain text\"" }, { "\"</name>!\"", "\"Jane!\"" }, { "\"\"", "missing" }, { "5", "5" }, { "false", "false" },
		{ "{const: /name}", "\"/name\"" }, { "{const: false}", "false" }, { "/name|upper", "\"JANE\"" }, { "/list|upper", "[\"A\",\"\",\"B\"]" },
		{ "{from: /name}", "\"Jane\"" }, { "{from: /absent, else: x}", "\"x\"" }, { "{from: /name, map: {Jane: J, Kim: K}}", "\"J\"" },
		{ "{from: /name, map: {Kim: K}, else: /id}", "42" }, { "{from: /name, map: {Kim: K}}", "missing" },
		{ "{from: /yes, map: {true: y, false: n}}", "\"y\"" }, { "{from: /no, map: {\"true\": y, \"false\": n}}", "\"n\"" },
		{ "{from: /zero, map: {0: none, 1: one}}", "\"none\"" }, { "{from: /name, map: {Jane: 7}}", "7" },
		{ "{first: [/empty, /none, /no, /name]}", "\"Jane\"" }, { "{first: [/empty], else: z}", "\"z\"" }, { "{first: /empty}", "missing" },
		{ "{all: [/name, /empty, /list]}", "[\"Jane\",\"a\",\"b\"]" }, { "[/name, /id]", "[\"Jane\",42]" }, { "{all: [/empty]}", "missing" },
		{ "{text: /html, html: {/type: text/html}}", "\"Hi\"" }, { "{text: /html, html: {/type: text/plain}}", "\"<p>Hi</p>\"" },
		{ "{text: /html, html: true}", "\"Hi\"" }, { "{text: /html, html: false}", "\"<p>Hi</p>\"" }, { "{text: /absent, else: none}", "\"none\"" },
		{ "{time: /at}", "\"2026-01-31T10:00:00.000Z\"" }, { "{time: /secs, format: epoch}", "\"2026-01-31T10:00:00.000Z\"" },
		{ "{time: /local, zone: Europe/Berlin}", "\"2026-07-01T10:00:00.000Z\"" },
		{ "{time: /unset, unset: [\"1970-01-01T00:00:00Z\"]}", "missing" },
		{ "{money: /total, currency: GBP}", "\"12.50\"" }, { "{money: /cents, currency: /cur, minor: true}", "\"12.50\"" }, { "{money: /total}", "\"12.50\"" },
		{ "{if: {/yes: true}, then: A, else: B}", "\"A\"" }, { "{if: {/yes: false}, then: A, else: B}", "\"B\"" }, { "{if: {/yes: false}, then: A}", "missing" },
		{ "{list: /items, value: /n}", "[\"x\",\"y\"]" }, { "{list: /items, value: /n, join: \" + \"}", "\"x + y\"" },
		{ "{list: /items, when: {/q: {gt: 1}}, value: /q, join: \",\"}", "\"2,3\"" }, { "{list: /items, value: \"</q>:<../name>\", join: \" \"}", "\"1:Jane 2:Jane 3:Jane\"" },
		{ "{list: /list}", "[\"a\",\"\",\"b\"]" }, { "{list: /obj, value: /a}", "[1]" }, { "{list: /absent, value: /x}", "missing" },
		{ "{of: /name, filters: \"lower|last:2\"}", "\"ne\"" }, { "{of: {first: [/empty, /name]}, filters: upper}", "\"JANE\"" },
		{ "{/yes: true}", "true" }, { "{/yes: false}", "missing" }, { "{from: /empty, keep_empty: true}", "\"\"" }, { "{from: /no, keep_empty: true}", "false" },
	};

	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++)
		gives(*state, good[i].expr, good[i].wanted);
}

/* A text is the same, whether its element was parsed or is only looked into. */
static void texts_of_what_is_not_parsed(void **state)
{
	static const struct { const char *expr, *wanted; } cases[] = {
		{ "/name", "Jane" }, { "/id", "42" }, { "/no", NULL }, { "/empty", NULL }, { "{from: /name, map: {Jane: J, Kim: K}}", "J" },
		{ "{from: /name, map: {Kim: K}}", NULL }, { "{from: /name, map: {Kim: K}, else: other}", "other" }, { "{from: /name, map: {Kim: K}, else: /id}", "42" },
		{ "{from: /name, map: {Jane: \"\"}, else: other}", NULL }, { "{from: /name, map: {Jane: 7}, else: other}", "7" },
		{ "{from: /yes, map: {\"true\": in, \"false\": out}}", "in" }, { "{from: /no, map: {\"true\": in, \"false\": out}}", "out" },
		{ "{from: /none, map: {Kim: K}, else: other}", "other" }, { "{from: /absent, map: {Kim: K}, else: 5}", "5" },
		{ "{from: /absent, map: {Kim: K}}", NULL }, { "{from: /id, map: {\"42\": found}}", "found" }, { "{from: /empty, map: {Kim: K}, else: other}", "other" },
		{ "{from: /one, map: {only: alone}, else: other}", "other" },
		{ "{from: /name, map: {a1: a, a2: a, a3: a, a4: a, a5: a, a6: a, a7: a, a8: a, a9: a, b1: a, b2: a, b3: a, b4: a, b5: a, b6: a, b7: a, b8: a,"
		  " b9: a, c1: a, c2: a, c3: a, c4: a, c5: a, c6: a, c7: a, c8: a, c9: a, d1: a, d2: a, d3: a, d4: a, d5: a, d6: a, Jane: late}}", "late" },
	};
	struct world *world = *state;
	struct json_parser *parser = json_parser_new();

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct plan *plan = plan_with("title", cases[i].expr);
		struct json_spans spans;
		struct lazy lazy = { .parser = parser, .spans = &spans, .text = str_of(element) };
		struct scope scope = world->scope;
		struct str parsed, looked;

		assert_true(json_spans_init(&spans, lazy.text));
		parsed = expr_text(field(plan, "title"), &scope, world->arena, NULL);
		scope.lazy = &lazy;
		looked = expr_text(field(plan, "title"), &scope, world->arena, NULL);
		if (!str_eq(parsed, looked) || !str_eq(looked, str_of(cases[i].wanted)))
			fail_msg("%s gives \"%.*s\" parsed and \"%.*s\" unparsed", cases[i].expr, STR_ARG(parsed), STR_ARG(looked));
		json_object_put(lazy.value);
		plan_free(plan);
	}
	json_parser_free(parser);
}

static void conditions(void **state)
{
	static const struct { const char *cond; bool holds; } conds[] = {
		{ "{/name: Jane}", true }, { "{/name: [Kim, Jane]}", true }, { "{/name: Kim}", false }, { "{/id: 42}", true }, { "{/id: \"42\"}", true },
		{ "{/yes: true, /name: Jane}", true }, { "{/yes: true, /name: Kim}", false }, { "{/no: false}", true }, { "{/list: b}", true },
		{ "{/list: c}", false }, { "{/absent: x}", false }, { "{/none: \"\"}", false }, { "{/name: {not: Kim}}", true }, { "{/name: {not: [Kim, Jane]}}", false },
		{ "{/absent: {not: x}}", true }, { "{/id: {gt: 41, lt: 43}}", true }, { "{/id: {gt: 42}}", false }, { "{/name: {gt: 1}}", false },
		{ "{/name: {has: true}}", true }, { "{/empty: {has: true}}", false }, { "{/empty: {has: false}}", true }, { "{/no: {has: true}}", false },
		{ "{/name: {same: ../name}}", true }, { "{/id: {same: ../id}}", false },
		{ "{/name: {same: {all: [/type, ../name]}}}", true }, { "{/name: {same: {all: [/type, /list]}}}", false },
		{ "{/list: {same: {all: [/name, /list]}}}", true }, { "{/list: {same: /name}}", false }, { "{/absent: {same: /absent}}", false },
		{ "{/name: {same: {list: /items, value: ../name}}}", true }, { "{/id: {not: {same: {list: /items, value: /q}}}}", true }, { "{/type: {starts: text/}}", true }, { "{/type: {starts: [a, image/]}}", false },
		{ "{/type: {contains: ht}}", true }, { "{/type: {contains: zz}}", false }, { "{any: [{/name: Kim}, {/id: 42}]}", true },
		{ "{any: [{/name: Kim}]}", false }, { "{any: []}", false }, { "{not: {/name: Kim}}", true }, { "{\"<settings.url>\": \"https://shop.example.com\"}", true },
		{ "{}", true }, { "true", true }, { "false", false }, { "{/list: {contains: a}}", true },
		{ "{/id: {not: {gt: 50}}}", true },
	};
	struct world *world = *state;

	for (size_t i = 0; i < sizeof(conds) / sizeof(*conds); i++) {
		char *lines = mem_printf("    row: {kind: note, id: /id, at: /at, when: %s}\n", conds[i].cond);
		struct plan *plan = plan_of(lines);

		if (cond_holds(plan->pulls.items[0]->fetch->elements->rows.items[0]->when, &world->scope) != conds[i].holds)
			fail_msg("%s should%s hold", conds[i].cond, conds[i].holds ? "" : " not");
		plan_free(plan);
		free(lines);
	}
}

/* A list inside a list would take the square of what a hostile backend sends. */
static void lists_have_an_end(void **state)
{
	struct world *world = *state;
	struct plan *plan = plan_with("title", "{list: /items, value: /n, join: \"\"}");
	struct map_notes notes = world_notes(world);
	struct buf json;

	buf_init(&json, 65536);
	buf_adds(&json, "{\"items\":[");
	for (int i = 0; i < 1500; i++)
		buf_printf(&json, "%s{\"n\":\"%c\"}", i ? "," : "", i < 1000 ? 'x' : 'y');
	buf_adds(&json, "]}");
	world_element(world, json.data);
	struct json_object *value = expr_value(field(plan, "title"), &world->scope, &notes);
	assert_int_equal(json_object_get_string_len(value), 1000);
	assert_int_equal(json_object_get_string(value)[999], 'x');
	assert_non_null(strstr(world->notes, "a list of 1500: the first 1000 are looked at"));
	json_object_put(value);
	plan_free(plan);
	buf_release(&json);
}

/* 1000 members of the outer one leave 100 to each inner one. */
static void lists_inside_lists_share(void **state)
{
	struct world *world = *state;
	struct plan *plan = plan_with("title", "{list: /items, value: {list: ../others, value: /n, join: \"\"}, join: \" \"}");
	struct buf json;

	buf_init(&json, 65536);
	buf_adds(&json, "{\"items\":[0");
	for (int i = 1; i < 1000; i++)
		buf_printf(&json, ",%d", i);
	buf_adds(&json, "],\"others\":[{\"n\":\"x\"}");
	for (int i = 1; i < 1000; i++)
		buf_adds(&json, ",{\"n\":\"x\"}");
	buf_adds(&json, "]}");
	world_element(world, json.data);
	struct json_object *value = expr_value(field(plan, "title"), &world->scope, NULL);
	assert_int_equal(json_object_get_string_len(value), 1000 * 100 + 999);
	json_object_put(value);
	plan_free(plan);
	buf_release(&json);
}

static void texts_times_amounts(void **state)
{
	struct world *world = *state;
	struct map_notes notes = world_notes(world);
	struct plan *plan = plan_of("    row: {kind: note, id: /one, at: /secs, until: /name, amount: /total, title: /obj, status: {money: /name}, body: {time: /unset, unset: \"1970-01-01T00:00:00Z\"}}\n");
	int64_t at;
	struct money money;

	assert_true(str_is(expr_text(field(plan, "id"), &world->scope, world->arena, &notes), "only"));
	assert_true(expr_time(field(plan, "at"), &world->scope, &at, &notes));
	assert_int_equal(at, 1769853600000);
	assert_true(expr_money(field(plan, "amount"), &world->scope, &money, &notes));
	assert_int_equal(money.minor, 1250);
	assert_string_equal(money.currency, "EUR");
	assert_string_equal(world->notes, "");
	assert_false(expr_time(field(plan, "body"), &world->scope, &at, &notes));
	assert_string_equal(world->notes, "");
	/* each wrong type costs its field and says where it was asked for */
	assert_false(expr_time(field(plan, "until"), &world->scope, &at, &notes));
	assert_non_null(strstr(world->notes, "12: "));
	assert_non_null(strstr(world->notes, "Jane"));
	assert_false(expr_money(field(plan, "status"), &world->scope, &money, &notes));
	assert_non_null(strstr(world->notes, "no amount of EUR"));
	assert_null(expr_text(field(plan, "title"), &world->scope, world->arena, &notes).p);
	assert_non_null(strstr(world->notes, "an object stands where a text is meant"));
	struct plan *choice = plan_of("    row: {kind: note, id: /id, at: /at, amount: {if: {/yes: true}, then: {money: /cents, currency: /cur, minor: true}}}\n");
	assert_true(expr_money(field(choice, "amount"), &world->scope, &money, &notes));
	assert_int_equal(money.minor, 1250);
	assert_string_equal(money.currency, "GBP");
	plan_free(choice);
	choice = plan_of("    row: {kind: note, id: /id, at: /at, amount: {first: [/absent, {money: /total, currency: USD}]}}\n");
	assert_true(expr_money(field(choice, "amount"), &world->scope, &money, &notes));
	assert_string_equal(money.currency, "USD");
	plan_free(choice);
	world->house.currency = NULL;
	assert_false(expr_money(field(plan, "amount"), &world->scope, &money, &notes));
	assert_non_null(strstr(world->notes, "no currency"));
	plan_free(plan);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(values, setup, teardown),
		cmocka_unit_test_setup_teardown(texts_of_what_is_not_parsed, setup, teardown),
		cmocka_unit_test_setup_teardown(conditions, setup, teardown),
		cmocka_unit_test_setup_teardown(lists_have_an_end, setup, teardown),
		cmocka_unit_test_setup_teardown(lists_inside_lists_share, setup, teardown),
		cmocka_unit_test_setup_teardown(texts_times_amounts, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
