#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dossier/base/option.h>
#include <dossier/base/yaml.h>

enum { LOUD, QUIET };
static const char *const noises[] = { "loud", "quiet", "true", NULL };

struct thing {
	char *title;
	int64_t count, wait, size;
	bool open;
	int noise;
	struct option_texts tags;
	struct json_object *rest;
};

static const struct option table[] = {
	{ .name = "title", .type = OPTION_TEXT, .offset = offsetof(struct thing, title), .fallback = "none" },
	{ .name = "count", .type = OPTION_INT, .offset = offsetof(struct thing, count), .min = 1, .max = 9, .fallback = "3" },
	{ .name = "wait", .type = OPTION_DURATION, .offset = offsetof(struct thing, wait), .fallback = "10s",
	  .min = 100, .max = 60000 },
	{ .name = "max_size", .type = OPTION_SIZE, .offset = offsetof(struct thing, size), .fallback = "32M" },
	{ .name = "open", .type = OPTION_BOOL, .offset = offsetof(struct thing, open), .fallback = "true" },
	{ .name = "noise", .type = OPTION_WORD, .offset = offsetof(struct thing, noise), .words = noises, .fallback = "quiet" },
	{ .name = "tags", .type = OPTION_TEXTS, .offset = offsetof(struct thing, tags), .fallback = "one" },
	{ .name = "rest", .type = OPTION_ANY, .offset = offsetof(struct thing, rest) },
	{ .name = NULL },
};

static struct json_object *map;
static struct diags diags;
static struct thing thing;

static int clear(void **state)
{
	(void)state;
	json_object_put(map);
	map = NULL;
	diags_release(&diags);
	free(thing.title);
	option_texts_release(&thing.tags);
	memset(&thing, 0, sizeof(thing));
	return 0;
}

static bool read_thing(const char *text)
{
	clear(NULL);
	/* what was there before must not shine through */
	memset(&thing, 0x5A, sizeof(thing));
	map = yaml_parse(str_of(text), "t.yaml", &diags);
	assert_int_equal(diags.n, 0);
	return option_read(map, table, &thing, "the thing", &diags);
}

static void assert_fallbacks(void)
{
	assert_string_equal(thing.title, "none");
	assert_int_equal(thing.count, 3);
	assert_int_equal(thing.wait, 10000);
	assert_int_equal(thing.size, 32 << 20);
	assert_true(thing.open);
	assert_int_equal(thing.noise, QUIET);
	assert_int_equal(thing.tags.n, 1);
	assert_string_equal(thing.tags.items[0], "one");
	assert_null(thing.rest);
}

static void values_are_taken(void **state)
{
	(void)state;
	assert_true(read_thing("title: T\ncount: 9\nwait: 500ms\nmax_size: 64k\nopen: false\nnoise: loud\n"
			       "tags: [a, 7, 1.50]\nrest: {x: 1}\n"));
	assert_string_equal(thing.title, "T");
	assert_int_equal(thing.count, 9);
	assert_int_equal(thing.wait, 500);
	assert_int_equal(thing.size, 65536);
	assert_false(thing.open);
	assert_int_equal(thing.noise, LOUD);
	assert_int_equal(thing.tags.n, 3);
	assert_string_equal(thing.tags.items[1], "7");
	assert_string_equal(thing.tags.items[2], "1.50");
	assert_int_equal(json_object_object_length(thing.rest), 1);
	assert_true(read_thing("title: 12\nwait: 5\nmax_size: 100\ntags: x\nnoise: true\n"));
	assert_string_equal(thing.title, "12");
	assert_int_equal(thing.wait, 5000);
	assert_int_equal(thing.size, 100);
	assert_string_equal(thing.tags.items[0], "x");
	assert_int_equal(thing.noise, 2);
}

static void fallbacks_stand_for_missing_and_empty(void **state)
{
	(void)state;
	assert_true(read_thing("{}"));
	assert_fallbacks();
	assert_true(read_thing("title:\ncount: ~\nwait:\nmax_size:\nopen:\nnoise:\ntags:\nrest:\n"));
	assert_fallbacks();
	clear(NULL);
	assert_true(option_read(NULL, table, &thing, "the thing", &diags));
	assert_fallbacks();
}

static void assert_refused(const char *text, int line, const char *words)
{
	assert_false(read_thing(text));
	assert_int_equal(diags.n, 1);
	assert_int_equal(diags.errors, 1);
	assert_string_equal(diags.items[0].file, "t.yaml");
	if (diags.items[0].line != line || !strstr(diags.items[0].text, words))
		fail_msg("%s: line %d: %s", text, diags.items[0].line, diags.items[0].text);
	assert_fallbacks();
}

static void wrong_values_are_named_and_replaced(void **state)
{
	(void)state;
	assert_refused("\ntitle: [a]", 2, "\"title\" in the thing must be a text");
	assert_refused("title: {record}", 1, "a text that starts with { must be quoted");
	assert_refused("title: true", 1, "put true or false in quotes");
	assert_refused("count: x", 1, "a whole number");
	assert_refused("count: 1.5", 1, "a whole number");
	assert_refused("count: 10", 1, "between 1 and 9, not 10");
	assert_refused("count: 0", 1, "between 1 and 9, not 0");
	assert_refused("wait: 2h", 1, "between 100ms and 1m, not 2h");
	assert_refused("wait: 1.5s", 1, "a duration such as");
	assert_refused("wait: -5", 1, "a duration such as");
	assert_refused("wait: [1s]", 1, "a duration such as");
	assert_refused("max_size: 5q", 1, "a size such as");
	assert_refused("open: yes", 1, "true or false");
	assert_refused("noise: quite", 1, "one of loud, quiet, true; did you mean quiet?");
	assert_refused("noise: {}", 1, "one of loud");
	assert_refused("tags: [a, [b]]", 1, "a text or a list of texts");
	assert_refused("tags: [a, ~]", 1, "a text or a list of texts");
}

static void unknown_keys_are_named(void **state)
{
	(void)state;
	assert_refused("\n\ntitel: x", 3, "unknown key \"titel\" in the thing; did you mean \"title\"?");
	assert_refused("max-size: 1", 1, "did you mean \"max_size\"?");
	assert_refused("Open: true", 1, "did you mean \"open\"?");
	assert_refused("zebra: 1", 1, "known are title, count, wait, max_size, open, noise, tags, rest");
}

static void all_mistakes_at_once(void **state)
{
	(void)state;
	assert_false(read_thing("colour: 1\ncount: x\nwait: y\nopen: z\n"));
	assert_int_equal(diags.n, 4);
	assert_fallbacks();
	assert_false(read_thing("- a list\n"));
	assert_int_equal(diags.n, 1);
	assert_non_null(strstr(diags.items[0].text, "must be a map"));
	assert_fallbacks();
}

static void required_keys_are_missed(void **state)
{
	static const struct option needs[] = {
		{ .name = "url", .type = OPTION_TEXT, .offset = 0, .required = true, .help = "the base address" },
		{ .name = NULL },
	};
	char *url = NULL;

	(void)state;
	map = yaml_parse(STR("\nurl:\n"), "t.yaml", &diags);
	assert_false(option_read(map, needs, &url, "shop", &diags));
	assert_int_equal(diags.n, 1);
	assert_string_equal(diags.items[0].text, "\"url\" is missing in shop: the base address");
	assert_int_equal(diags.items[0].line, 2);
	assert_null(url);
}

static void units_are_exact(void **state)
{
	int64_t n = -1;

	(void)state;
	assert_true(option_duration("7d", &n) && n == 604800000);
	assert_true(option_duration("0", &n) && n == 0);
	assert_true(option_size("2G", &n) && n == 2147483648);
	assert_true(option_size("8m", &n) && n == 8 << 20);
	n = 77;
	assert_false(option_duration("", &n));
	assert_false(option_duration("s", &n));
	assert_false(option_duration("5 s", &n));
	assert_false(option_duration("5sx", &n));
	assert_false(option_duration("9223372036854775807d", &n));
	assert_false(option_duration("99999999999999999999", &n));
	assert_false(option_size("-1", &n));
}

static void nearness_has_its_bounds(void **state)
{
	static const char *const words[] = { "header", "headers", "query", "id", NULL };

	(void)state;
	assert_string_equal(option_nearest("hedaer", words), "header");
	assert_string_equal(option_nearest("headrs", words), "headers");
	assert_string_equal(option_nearest("qurey", words), "query");
	assert_string_equal(option_nearest("ID", words), "id");
	assert_null(option_nearest("ix", words));
	assert_null(option_nearest("", words));
	assert_null(option_nearest("body", words));
	assert_null(option_nearest("headerheaderheaderheaderheaderheaderheaderheader", words));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(values_are_taken, clear),
		cmocka_unit_test_teardown(fallbacks_stand_for_missing_and_empty, clear),
		cmocka_unit_test_teardown(wrong_values_are_named_and_replaced, clear),
		cmocka_unit_test_teardown(unknown_keys_are_named, clear),
		cmocka_unit_test_teardown(all_mistakes_at_once, clear),
		cmocka_unit_test_teardown(required_keys_are_missed, clear),
		cmocka_unit_test(units_are_exact),
		cmocka_unit_test(nearness_has_its_bounds),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
