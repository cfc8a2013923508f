#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "scope.h"

static const char element[] = "{\"id\":42,\"name\":\"Jane\",\"empty\":\"\",\"none\":null,\"no\":false,\"price\":12.50,"
	"\"tags\":[\"a\",\"b\"],\"tel\":\"020 7946 0018\",\"html\":\"<p>Hello <b>you</b></p><p>Second</p>\","
	"\"at\":\"2026-01-31T10:00:00Z\",\"nested\":{\"x\":\"deep\"},\"handle\":\" @jane \",\"markup\":\"a <b> &amp; \\\"c\\\"\\nd\",\"text\":\"\\n\\n first \\nsecond\\n\"}";

static int setup(void **state)
{
	struct world *world = mem_zalloc(sizeof(*world));

	world_init(world);
	world_element(world, element);
	world_outer(world, "{\"id\":\"outer\"}");
	world_root(world, "{\"total\":3}");
	vars_set_text(&world->vars, "value", STR("O'Neil \"x\" \\ <y>&z"));
	*state = world;
	return 0;
}

static int teardown(void **state)
{
	world_release(*state);
	free(*state);
	return 0;
}

/* The text a template gives, or "!" and the error. */
static char *eval(struct world *world, const char *text, enum template_place place)
{
	struct err err = { 0 };
	struct template *t = template_new(str_of(text), place, &err);
	struct buf out;

	if (!t)
		return mem_printf("!%s", err.text);
	buf_init(&out, 1 << 20);
	bool ok = template_eval(t, &world->scope, &out, NULL, &err);
	template_free(t);
	char *result = ok ? buf_take(&out) : mem_printf("!%s", err.text);
	buf_release(&out);
	return result;
}

static void gives(struct world *world, enum template_place place, const char *text, const char *wanted)
{
	char *got = eval(world, text, place);

	if (strcmp(got, wanted))
		fail_msg("\"%s\" gives \"%s\", not \"%s\"", text, got, wanted);
	free(got);
}

static void fails(struct world *world, enum template_place place, const char *text, const char *says)
{
	char *got = eval(world, text, place);

	if (got[0] != '!' || !strstr(got, says))
		fail_msg("\"%s\" gives \"%s\", which does not say \"%s\"", text, got, says);
	free(got);
}

static void names(void **state)
{
	struct world *world = *state;

	gives(world, TEMPLATE_PLAIN, "plain", "plain");
	gives(world, TEMPLATE_PLAIN, "", "");
	gives(world, TEMPLATE_PLAIN, "</name> is </id>", "Jane is 42");
	gives(world, TEMPLATE_PLAIN, "a << b > c", "a < b > c");
	gives(world, TEMPLATE_PLAIN, "</nested/x>,<../id>,<^/total>", "deep,outer,3");
	gives(world, TEMPLATE_PLAIN, "<settings.url>/<agent.email>", "https://shop.example.com/kim@example.org");
	gives(world, TEMPLATE_PLAIN, "<record>/<record.login>/<record.name>/<record.id>", "cus 1/jmoss/Jane Moss/cus 1");
	gives(world, TEMPLATE_PLAIN, "<now>", "2026-11-20T12:38:00.123Z");
	gives(world, TEMPLATE_PLAIN, "[<unknown>]", "[]");
	gives(world, TEMPLATE_PLAIN, "</price>", "12.50");
	gives(world, TEMPLATE_PLAIN, "</no>", "false");
	char *uuid = eval(world, "<uuid>", TEMPLATE_PLAIN);
	assert_int_equal(strlen(uuid), 36);
	free(uuid);
}

static void bad_templates(void **state)
{
	static const struct { const char *text, *says; } bad[] = {
		{ "a < b", "no > after it" }, { "<>", "no placeholder" }, { "<a b>", "no placeholder" }, { "<1x>", "no placeholder" },
		{ "<value|>", "filter is missing" }, { "<value|lower|>", "filter is missing" }, { "<value|lowr>", "did you mean \"lower\"" },
		{ "<value|last>", "number from 1" }, { "<value|last:0>", "number from 1" }, { "<value|last:x>", "number from 1" },
		{ "<value|lower:x>", "takes nothing" }, { "<value|default>", "needs something" }, { "<value|add:7d>", "its sign" },
		{ "<value|add:+7y>", "its sign" }, { "<value|quote:sqk>", "did you mean \"sql\"" }, { "<value|date>", "date:%Y-%m-%d" },
		{ "<settings.>", "no placeholder" }, { "<value|minor:>", "knows no currency \"\"" }, { "<value|minor:XQX>", "knows no currency" },
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		fails(*state, TEMPLATE_PLAIN, bad[i].text, bad[i].says);
}

static void filters(void **state)
{
	static const struct { const char *text, *wanted; } good[] = {
		{ "</name|lower>", "jane" }, { "</name|upper>", "JANE" }, { "</handle|trim>", "@jane" }, { "</handle|nohandle>", "jane" },
		{ "</tel|digits>", "02079460018" }, { "</tel|e164>", "+442079460018" }, { "</tel|national|digits>", "02079460018" },
		{ "</tel|digits|last:4>", "0018" }, { "</name|last:99>", "Jane" }, { "</tel|last:4|spread:%>", "0%0%1%8" },
		{ "</text|line:1>", "first" }, { "</text|line:2>", "second" }, { "</text|line:3>", "" },
		{ "</html|text|line:1>", "Hello you" }, { "</at|date:%d.%m.%Y>", "31.01.2026" }, { "</at|add:+1d|date:iso>", "2026-02-01T10:00:00.000Z" },
		{ "</at|add:-2h|date:epoch>", "1769846400" }, { "</at|date:epoch_ms>", "1769853600000" }, { "</at|local:%H>", "10" },
		{ "<now|add:-30d|date:%Y-%m-%d>", "2026-10-21" }, { "</name|base64>", "SmFuZQ==" }, { "</empty|default:x>", "x" },
		{ "</none|default:x>", "x" }, { "</name|default:x>", "Jane" }, { "</tags|join:, >", "a, b" }, { "</tags|upper|join:+>", "A+B" },
		{ "</name|before:*|after:%>", "*Jane%" }, { "[</empty|before:*>]", "[]" }, { "</name|url>", "Jane" }, { "</tel|path>", "020%207946%200018" },
		{ "</name|raw>", "Jane" }, { "</at|date:http>", "Sat, 31 Jan 2026 10:00:00 GMT" }, { "</id|number>", "42" },
		{ "</markup|html>", "a &lt;b&gt; &amp;amp; &quot;c&quot;<br>d" }, { "</name|html>", "Jane" },
	};

	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++)
		gives(*state, TEMPLATE_PLAIN, good[i].text, good[i].wanted);
	fails(*state, TEMPLATE_PLAIN, "</name|date:iso>", "Jane");
	fails(*state, TEMPLATE_PLAIN, "</name|number>", "is no number");
	fails(*state, TEMPLATE_PLAIN, "x</tags>", "a list stands where a text is meant");
	fails(*state, TEMPLATE_PLAIN, "x</nested>", "an object stands where a text is meant");
	fails(*state, TEMPLATE_PLAIN, "</nested|lower>", "an object stands where a text is meant");
}

/* What agents type, in the smallest unit; which currency that is in stands there, in a value, or in the connector. */
static void minor_units(void **state)
{
	struct world *world = *state;
	static const struct { const char *typed, *text, *wanted; } good[] = {
		{ "12.5", "<v|minor:GBP>", "1250" }, { "12", "<v|minor:GBP>", "1200" }, { "0.07", "<v|minor>", "7" }, { "-3.10", "<v|minor>", "-310" },
		{ "12.50", "<v|minor:cur>", "12500" }, { "1250", "<v|minor:JPY>", "1250" }, { "7.000", "<v|minor:JPY>", "7" },
		{ "90071992547409.93", "<v|minor:EUR>", "9007199254740993" }, { " 1.10 ", "<v|trim|minor:EUR>", "110" },
	};
	static const struct { const char *typed, *text, *says; } bad[] = {
		{ "12.505", "<v|minor:GBP>", "more digits" }, { "0.5", "<v|minor:JPY>", "more digits" }, { "abc", "<v|minor:GBP>", "not an amount" },
		{ "", "<v|minor:GBP>", "not an amount" }, { "1", "<v|minor:none>", "has no currency" }, { "1", "<v|minor:odd>", "not a currency" },
		{ "99999999999999999999", "<v|minor:GBP>", "too large" }, { "1,50", "<v|minor:GBP>", "not an amount" },
	};

	vars_set_text(&world->vars, "cur", STR("KWD"));
	vars_set_text(&world->vars, "odd", STR("XQX"));
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		vars_set_text(&world->vars, "v", str_of(good[i].typed));
		gives(world, TEMPLATE_PLAIN, good[i].text, good[i].wanted);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		vars_set_text(&world->vars, "v", str_of(bad[i].typed));
		fails(world, TEMPLATE_PLAIN, bad[i].text, bad[i].says);
	}
	world->house.currency = NULL;
	fails(world, TEMPLATE_PLAIN, "<v|minor>", "has no currency");
}

static void quoting(void **state)
{
	struct world *world = *state;
	static const struct { const char *language, *in, *wanted; } quotes[] = {
		{ "lucene", "a\"b\\c* OR x:y", "\"a\\\"b\\\\c* OR x:y\"" }, { "jql", "a\"b", "\"a\\\"b\"" },
		{ "lucene_term", "a b:(c)*", "a\\ b\\:\\(c\\)\\*" }, { "lucene_term", "OR", "\\OR" }, { "lucene_term", "a<b", "a\\ b" },
		{ "lucene_term", "a\343\200\200OR\343\200\200b", "a\\\343\200\200OR\\\343\200\200b" },
		{ "odata", "O'Neil", "'O''Neil'" }, { "soql", "O'N\\", "'O\\'N\\\\'" }, { "sql", "' OR 1=1 --", "''' OR 1=1 --'" },
		{ "rtquery", "' OR id > 0 OR '", "'\\' OR id > 0 OR \\''" }, { "rtquery", "\\' OR", "'\\\\\\' OR'" },
		{ "servicenow", "a^ORb", "a^^ORb" }, { "json", "a\"b\\\n", "\"a\\\"b\\\\\\u000a\"" }, { "graphql", "a\"){x}", "\"a\\\"){x}\"" },
		{ "odata", "a\nb", "'a b'" },
	};

	for (size_t i = 0; i < sizeof(quotes) / sizeof(*quotes); i++) {
		char *text = mem_printf("<v|quote:%s>", quotes[i].language);

		vars_set_text(&world->vars, "v", str_of(quotes[i].in));
		gives(world, TEMPLATE_PLAIN, text, quotes[i].wanted);
		free(text);
	}
	vars_set_text(&world->vars, "v", STR("a\\' OR 1=1"));
	fails(world, TEMPLATE_PLAIN, "<v|quote:sql>", "backslash");
	vars_set_text(&world->vars, "v", STR(" JavaScript:gs.x()"));
	fails(world, TEMPLATE_PLAIN, "<v|quote:servicenow>", "javascript");
	vars_set_text(&world->vars, "v", STR("\001javascript:gs.x()"));
	fails(world, TEMPLATE_PLAIN, "<v|quote:servicenow>", "javascript");
	vars_set_text(&world->vars, "v", STR("a\345"));
	fails(world, TEMPLATE_PLAIN, "<v|quote:rtquery>", "UTF-8");
	/* every language has a row above, and so is tried here */
	for (const char *const *name = filter_quotes(); *name; name++) {
		size_t i = 0;

		while (i < sizeof(quotes) / sizeof(*quotes) && strcmp(quotes[i].language, *name))
			i++;
		assert_true(i < sizeof(quotes) / sizeof(*quotes));
	}
}

static void places(void **state)
{
	struct world *world = *state;

	gives(world, TEMPLATE_PATH, "/a/<value>", "/a/O%27Neil%20%22x%22%20%5C%20%3Cy%3E%26z");
	gives(world, TEMPLATE_QUERY, "[{\"v\":\"<value|json>\"}]", "[{\"v\":\"O%27Neil%20%5C%22x%5C%22%20%5C%5C%20%3Cy%3E%26z\"}]");
	gives(world, TEMPLATE_JSON, "{\"v\":\"<value>\"}", "{\"v\":\"O'Neil \\\"x\\\" \\\\ <y>&z\"}");
	gives(world, TEMPLATE_PATH, "/a/<value|raw>", "/a/O'Neil \"x\" \\ <y>&z");
	vars_set_text(&world->vars, "value", STR("a\r\nX-Evil: 1"));
	fails(world, TEMPLATE_HEADER, "Bearer <value>", "control character");
	vars_set_text(&world->vars, "value", STR("../../admin"));
	gives(world, TEMPLATE_PATH, "/a/<value>/b", "/a/..%2F..%2Fadmin/b");
	vars_set_text(&world->vars, "value", STR(".."));
	fails(world, TEMPLATE_PATH, "/a/<value>/b", "climb");
	fails(world, TEMPLATE_PATH, "/a/<value>", "climb");
	fails(world, TEMPLATE_PATH, "/a/<unknown>", "missing");
	fails(world, TEMPLATE_PATH, "/a/</empty>/b", "missing");
	/* an address out of a reply, which is rebased afterwards */
	vars_set_text(&world->vars, "next", STR("https://other.example/x?a=b"));
	gives(world, TEMPLATE_PATH, "<next>", "https://other.example/x?a=b");
	/* NUL is kept as data and cannot end anything */
	vars_set_text(&world->vars, "value", STR("a\0b"));
	gives(world, TEMPLATE_PATH, "/<value>", "/a%00b");
}

static struct json_object *value_of(struct world *world, const char *text)
{
	struct err err = { 0 };
	struct template *t = template_new(str_of(text), TEMPLATE_PLAIN, &err);

	assert_non_null(t);
	struct json_object *value = template_value(t, &world->scope, &err);
	template_free(t);
	assert_int_equal(err.code, 0);
	return value;
}

static void types(void **state)
{
	struct world *world = *state;
	static const struct { const char *text; enum json_type type; } kept[] = {
		{ "</id>", json_type_int }, { "</no>", json_type_boolean }, { "</tags>", json_type_array }, { "</nested>", json_type_object },
		{ "x</id>", json_type_string }, { "</price|minor:GBP>", json_type_int }, { "</tags|upper>", json_type_array }, { "</tel|digits|number>", json_type_null },
		{ "</price>", json_type_double }, { "</none>", json_type_null }, { "</empty></none>", json_type_null }, { "</id|number>", json_type_int },
	};

	for (size_t i = 0; i < sizeof(kept) / sizeof(*kept); i++) {
		struct err err = { 0 };
		struct template *t = template_new(str_of(kept[i].text), TEMPLATE_PLAIN, &err);
		struct json_object *value = template_value(t, &world->scope, &err);

		template_free(t);
		assert_int_equal(json_object_get_type(value), kept[i].type);
		json_object_put(value);
	}
	/* a name with one half missing has no space left over */
	struct json_object *name = value_of(world, "</name> </none>");
	assert_string_equal(json_object_get_string(name), "Jane");
	json_object_put(name);
}

static void secrets(void **state)
{
	struct world *world = *state;

	gives(world, TEMPLATE_HEADER, "<settings.url>", "https://shop.example.com");
	assert_false(world->used);
	gives(world, TEMPLATE_HEADER, "token <settings.token>", "token s3cret");
	assert_true(world->used);
	world->scope.masked = true;
	gives(world, TEMPLATE_HEADER, "token <settings.token|base64>", "token •••");
	gives(world, TEMPLATE_PATH, "/x/<settings.token>/<uuid>/<now>", "/x/•••/•••/•••");
	gives(world, TEMPLATE_HEADER, "<settings.url>", "https://shop.example.com");
	vars_set_text(&world->vars, "token", STR("abc"));
	world->vars.items[world->vars.n - 1].is_secret = true;
	gives(world, TEMPLATE_HEADER, "<token>", "•••");
	world->house.secrets = (json_object_put(world->house.secrets), NULL);
	gives(world, TEMPLATE_HEADER, "<settings.url>", "•••");
}

static void count_name(void *arg, enum template_source source, struct str name)
{
	unsigned *seen = arg;

	(void)name;
	*seen |= 1u << source;
}

static void what_it_reads(void **state)
{
	unsigned seen = 0;
	struct template *t = template_new(STR("<a><settings.b><agent.name><record><record.x><^/r><../p></e>"), TEMPLATE_PLAIN, NULL);

	(void)state;
	template_names(t, count_name, &seen);
	assert_int_equal(seen, 0x1f);
	assert_int_equal(template_uses(t), TEMPLATE_USES_ROOT | TEMPLATE_USES_PARENT | TEMPLATE_USES_ELEMENT);
	template_free(t);
}

static void named_values(void **state)
{
	struct vars a = { 0 }, b = { 0 };
	struct json_object *out = NULL;

	(void)state;
	vars_set_text(&a, "x", STR("1"));
	vars_set_text(&a, "x", STR("2"));
	a.items[0].is_secret = true;
	vars_set(&b, "y", json_object_new_int(3));
	vars_copy(&b, &a);
	assert_int_equal(b.n, 2);
	assert_true(vars_get(&b, STR("x"), &out));
	assert_string_equal(json_object_get_string(out), "2");
	assert_true(b.items[1].is_secret);
	assert_false(vars_get(&b, STR("z"), &out));
	vars_release(&a);
	vars_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(names, setup, teardown),
		cmocka_unit_test_setup_teardown(bad_templates, setup, teardown),
		cmocka_unit_test_setup_teardown(filters, setup, teardown),
		cmocka_unit_test_setup_teardown(minor_units, setup, teardown),
		cmocka_unit_test_setup_teardown(quoting, setup, teardown),
		cmocka_unit_test_setup_teardown(places, setup, teardown),
		cmocka_unit_test_setup_teardown(types, setup, teardown),
		cmocka_unit_test_setup_teardown(secrets, setup, teardown),
		cmocka_unit_test(what_it_reads),
		cmocka_unit_test(named_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
