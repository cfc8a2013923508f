#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <sys/stat.h>

#include <dossier/base/buf.h>
#include <dossier/base/json.h>
#include <dossier/base/mem.h>
#include <dossier/base/yaml.h>

static struct diags diags;
static struct json_object *root;

static void read_text(struct str text)
{
	json_object_put(root);
	diags_release(&diags);
	root = yaml_parse(text, "t.yaml", &diags);
}

static int clear(void **state)
{
	(void)state;
	json_object_put(root);
	root = NULL;
	diags_release(&diags);
	return 0;
}

static void assert_clean(void)
{
	if (diags.n > 0)
		fail_msg("line %d: %s", diags.items[0].line, diags.items[0].text);
}

static void assert_root(const char *want)
{
	struct buf out;

	buf_init(&out, 1 << 22);
	json_write(&out, root);
	assert_string_equal(buf_str(&out).p, want);
	buf_release(&out);
}

static void assert_reads(struct str text, const char *want)
{
	read_text(text);
	assert_clean();
	assert_root(want);
}

/* The first complaint stands at that line and says that; what could be read is want. */
static void assert_complains(struct str text, int line, const char *words, const char *want)
{
	read_text(text);
	assert_true(diags.n >= 1 && diags.errors >= 1);
	assert_string_equal(diags.items[0].file, "t.yaml");
	if (diags.items[0].line != line || !strstr(diags.items[0].text, words))
		fail_msg("%.60s: line %d: %s", text.p, diags.items[0].line, diags.items[0].text);
	if (want)
		assert_root(want);
	else
		assert_null(root);
}

static void scalars_follow_the_core_schema(void **state)
{
	static const struct { const char *yaml, *json; } cases[] = {
		{ "1", "1" }, { "-1", "-1" }, { "+1", "1" }, { "010", "10" }, { "0o10", "8" }, { "0xfF", "255" },
		{ "9223372036854775807", "9223372036854775807" }, { "-9223372036854775808", "-9223372036854775808" },
		{ "1.50", "1.50" }, { "1e3", "1e3" }, { ".5", "0.5" }, { "-0.25", "-0.25" },
		{ "true", "true" }, { "True", "true" }, { "TRUE", "true" }, { "false", "false" },
		{ "null", "null" }, { "Null", "null" }, { "~", "null" }, { "", "null" },
		{ "yes", "\"yes\"" }, { "no", "\"no\"" }, { "on", "\"on\"" }, { "off", "\"off\"" }, { "y", "\"y\"" },
		{ "12:30", "\"12:30\"" }, { "1_000", "\"1_000\"" }, { "0x", "\"0x\"" }, { "0o8", "\"0o8\"" }, { "1e", "\"1e\"" },
		{ "+", "\"+\"" }, { ".", "\".\"" }, { "-0o7", "\"-0o7\"" }, { "tRUE", "\"tRUE\"" }, { "2026-05-04", "\"2026-05-04\"" },
		{ "'1'", "\"1\"" }, { "\"true\"", "\"true\"" }, { "'null'", "\"null\"" }, { "''", "\"\"" },
		{ "|\n  a\n  b\n", "\"a\\u000ab\\u000a\"" }, { ">-\n  a\n  b\n", "\"a b\"" },
	};
	char text[200], want[200];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		snprintf(text, sizeof(text), "k: %s\n", cases[i].yaml);
		snprintf(want, sizeof(want), "{\"k\":%s}", cases[i].json);
		assert_reads(str_of(text), want);
	}
}

static void numbers_out_of_range_are_refused(void **state)
{
	(void)state;
	assert_complains(STR("a: 1\nb: 9223372036854775808"), 2, "too large", "{\"a\":1,\"b\":\"9223372036854775808\"}");
	assert_complains(STR("b: 0x8000000000000000"), 1, "too large", "{\"b\":\"0x8000000000000000\"}");
	assert_complains(STR("b: 1e999"), 1, "too large", "{\"b\":\"1e999\"}");
	assert_complains(STR("b: .inf"), 1, "infinity", "{\"b\":\".inf\"}");
	assert_complains(STR("b: -.INF"), 1, "infinity", "{\"b\":\"-.INF\"}");
	assert_complains(STR("b: .nan"), 1, "not-a-number", "{\"b\":\".nan\"}");
}

static void structure_is_kept(void **state)
{
	(void)state;
	assert_reads(STR("# c\n--- \nz:\n  - 1\n  - {a: b, c: [2, 3]}\na: {}\n404: x\nnull: n\n"),
		     "{\"z\":[1,{\"a\":\"b\",\"c\":[2,3]}],\"a\":{},\"404\":\"x\",\"null\":\"n\"}");
	assert_reads(STR("\xEF\xBB\xBF" "a: \303\251\r\nb: 2\r\n"), "{\"a\":\"\303\251\",\"b\":2}");
	assert_reads(STR("- a\n- b"), "[\"a\",\"b\"]");
	assert_reads(STR("word"), "\"word\"");
	assert_reads(STR("a: {record}"), "{\"a\":{\"record\":null}}");
}

static void marks_remember_lines(void **state)
{
	struct json_object *inner, *list;

	(void)state;
	read_text(STR("# c\nfirst: 1\nsecond:\n  none: ~\n  list: [5,\n    6]\n  'q': \"x\"\n"));
	assert_clean();
	assert_string_equal(yaml_mark(root).file, "t.yaml");
	assert_int_equal(yaml_mark(root).line, 2);
	assert_int_equal(yaml_mark(root).column, 1);
	assert_int_equal(yaml_mark_key(root, "second").line, 3);
	assert_int_equal(yaml_mark_value(root, "second").line, 4);
	assert_int_equal(yaml_mark_value(root, "second").column, 3);
	assert_int_equal(yaml_mark_key(root, "nothing").line, 2);
	assert_true(json_object_object_get_ex(root, "second", &inner));
	assert_int_equal(yaml_mark_value(inner, "none").line, 4);
	assert_int_equal(yaml_mark_value(inner, "none").column, 9);
	assert_true(json_object_object_get_ex(inner, "list", &list));
	assert_int_equal(yaml_mark_item(list, 0).line, 5);
	assert_int_equal(yaml_mark_item(list, 1).line, 6);
	assert_int_equal(yaml_mark_item(list, 1).column, 5);
	assert_int_equal(yaml_mark_item(list, 2).line, 5);
	assert_true(yaml_was_plain(root, "first"));
	assert_false(yaml_was_plain(inner, "q"));
	assert_false(yaml_was_plain(inner, "list"));

	/* what did not come from YAML has no place */
	struct json_object *other = json_object_new_object();
	assert_null(yaml_mark(other).file);
	assert_null(yaml_mark(NULL).file);
	json_object_put(other);
	other = json_object_new_double_s(1.5, "1.50");
	assert_null(yaml_mark(other).file);
	json_object_put(other);

	/* a part that is kept keeps its file's name */
	inner = json_object_get(inner);
	json_object_put(root);
	root = NULL;
	assert_string_equal(yaml_mark(inner).file, "t.yaml");
	json_object_put(inner);
}

static void anchors_stand_for_their_value(void **state)
{
	(void)state;
	assert_reads(STR("a: &x {k: [1]}\nb: *x\nc: &n ~\nd: [*n, *x]\ne: &t text\nf: *t\n"),
		     "{\"a\":{\"k\":[1]},\"b\":{\"k\":[1]},\"c\":null,\"d\":[null,{\"k\":[1]}],\"e\":\"text\",\"f\":\"text\"}");
	assert_reads(STR("a: &x 1\nb: &x 2\nc: *x\n"), "{\"a\":1,\"b\":2,\"c\":2}");
	assert_complains(STR("a: 1\nb: *nope\nc: 2"), 2, "*nope", "{\"a\":1,\"b\":null,\"c\":2}");
	assert_complains(STR("a: &x\n  b: *x\n  c: 1\n"), 2, "inside what it names", "{\"a\":{\"b\":null,\"c\":1}}");
	assert_complains(STR("a: &x [1, [*x]]\n"), 1, "inside what it names", "{\"a\":[1,[null]]}");
	assert_complains(STR("&k a: 1\nb: 2\n"), 1, "anchor", "{\"a\":1,\"b\":2}");
}

static void doubling_anchors_are_stopped(void **state)
{
	struct buf text;

	(void)state;
	buf_init(&text, 10000);
	buf_adds(&text, "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
	for (int i = 1; i < 10; i++) {
		buf_printf(&text, "a%d: &a%d [", i, i);
		for (int k = 0; k < 10; k++)
			buf_printf(&text, "%s*a%d", k ? ", " : "", i - 1);
		buf_adds(&text, "]\n");
	}
	read_text(buf_str(&text));
	assert_int_equal(diags.n, 1);
	assert_non_null(strstr(diags.items[0].text, "more than 100000 values"));
	assert_int_equal(diags.items[0].line, 5);
	buf_release(&text);
}

static void what_is_not_supported_is_named(void **state)
{
	(void)state;
	assert_complains(STR("a: !!str 5\nb: 1\n"), 1, "tag (tag:yaml.org,2002:str)", "{\"a\":5,\"b\":1}");
	assert_complains(STR("a: !x {c: 1}\n"), 1, "tag", "{\"a\":{\"c\":1}}");
	assert_complains(STR("d: &d {x: 1}\nm:\n  <<: *d\n  y: 2\n"), 3, "merge", "{\"d\":{\"x\":1},\"m\":{\"y\":2}}");
	assert_complains(STR("d: &d {x: 1}\n<<: {a: *d}\ny: 2\n"), 2, "merge", "{\"d\":{\"x\":1},\"y\":2}");
	assert_reads(STR("'<<': 1\n"), "{\"<<\":1}");
	assert_complains(STR("a: 1\n? [b, {c: d}]\n: {e: [f]}\ng: 2\n"), 2, "key must be a text", "{\"a\":1,\"g\":2}");
	assert_complains(STR("? {a: b}\n: 1\nc: &x 2\n*x : 3\nd: 4\n"), 1, "key must be a text", "{\"c\":2,\"d\":4}");
	assert_int_equal(diags.n, 2);
	assert_int_equal(diags.items[1].line, 4);
	assert_complains(STR("a: 1\n---\nb: 2\n"), 2, "second document", "{\"a\":1}");
	assert_complains(STR("a: 1\nb: 2\na: {c: 3}\nd: 4\n"), 3, "second time (first in line 1)",
			 "{\"a\":1,\"b\":2,\"d\":4}");
}

static void every_mistake_is_reported(void **state)
{
	(void)state;
	read_text(STR("a: .nan\nb: !t x\nb: 2\n<<: 1\nc: *q\n"));
	assert_int_equal(diags.n, 5);
	for (int i = 0; i < 5; i++)
		assert_int_equal(diags.items[i].line, i + 1);
	assert_root("{\"a\":\".nan\",\"b\":\"x\",\"c\":null}");
}

static void broken_text_keeps_what_came_before(void **state)
{
	(void)state;
	assert_complains(STR("a: 1\nb: [2, 3\n"), 3, "", "{\"a\":1,\"b\":[2,3]}");
	assert_complains(STR("a: 1\nb: x: y\n"), 2, "put a text that holds", "{\"a\":1,\"b\":\"x\"}");
	assert_complains(STR("a: 1\nb: @x\n"), 2, "in quotes", "{\"a\":1}");
	assert_complains(STR("a: 1\n\tb: 2\n"), 2, "not by tabs", "{}");
	assert_complains(STR("a: \"x\n"), 2, "never closed", "{}");
	assert_complains(STR("a:\n  - b\n c\n"), 3, "indentation", "{\"a\":[\"b\"]}");
	assert_complains(STR("a: 1\nb: \377\n"), 2, "cannot be read", NULL);
	assert_complains(STR("a: 1\n\nb: \"\001\"\n"), 3, "control character", NULL);
	assert_complains(STR("a: 1\nb: 2\0\nc: 3"), 2, "NUL byte", "{\"a\":1,\"b\":2}");
	assert_complains(STR("a: 1\nb: \"x\\0y\"\n"), 2, "NUL", "{\"a\":1,\"b\":\"x\"}");
	assert_complains(STR("\"x\\0y\": 1\nb: 2\n"), 1, "NUL", "{\"b\":2}");
}

static void nothing_is_said_to_be_nothing(void **state)
{
	(void)state;
	assert_complains(STR(""), 1, "nothing stands", NULL);
	assert_complains(STR("# only a remark\n"), 1, "nothing stands", NULL);
	assert_complains(STR("---\n~\n"), 1, "nothing stands", NULL);
}

static void sizes_are_bounded(void **state)
{
	char deep[200];
	char *long_text = mem_alloc((1 << 20) + 1);

	(void)state;
	memset(deep, '[', sizeof(deep));
	assert_complains(str_make(deep, sizeof(deep)), 1, "deeper than 64",
			 "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]");
	memset(long_text, 'a', (1 << 20) + 1);
	assert_complains(str_make(long_text, (1 << 20) + 1), 0, "larger than 1024 KiB", NULL);
	free(long_text);
}

/* cut anywhere, it ends, leaks nothing and returns what the diagnostics do not contradict */
static void cut_anywhere_is_survived(void **state)
{
	const struct str text = STR("a: &x [1, 'two', \"th\\u00e9\"]\nb:\n  ? [k]\n  : {v: *x}\n  c: |\n    text\n  <<: *x\nd: !!int 3\n");

	(void)state;
	for (uint32_t n = 0; n <= text.n; n++) {
		char *exact = mem_alloc(n);
		memcpy(exact, text.p, n);
		read_text((struct str){ exact, n });
		assert_true(root || diags.errors > 0);
		free(exact);
	}
}

static void files_are_read(void **state)
{
	char path[] = "/tmp/dossier-yaml-XXXXXX";
	int fd = mkostemp(path, 0);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "a: 1\n", 5), 5);
	close(fd);
	root = yaml_load(path, &diags);
	assert_root("{\"a\":1}");
	assert_string_equal(yaml_mark(root).file, path);
	assert_clean();
	unlink(path);
	assert_null(yaml_load(path, &diags));
	assert_non_null(strstr(diags.items[0].text, "No such file"));
	assert_null(yaml_load("/tmp", &diags));
	assert_non_null(strstr(diags.items[1].text, "directory"));
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_null(yaml_load(path, &diags));
	assert_int_equal(diags.n, 3);
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(scalars_follow_the_core_schema, clear),
		cmocka_unit_test_teardown(numbers_out_of_range_are_refused, clear),
		cmocka_unit_test_teardown(structure_is_kept, clear),
		cmocka_unit_test_teardown(marks_remember_lines, clear),
		cmocka_unit_test_teardown(anchors_stand_for_their_value, clear),
		cmocka_unit_test_teardown(doubling_anchors_are_stopped, clear),
		cmocka_unit_test_teardown(what_is_not_supported_is_named, clear),
		cmocka_unit_test_teardown(every_mistake_is_reported, clear),
		cmocka_unit_test_teardown(broken_text_keeps_what_came_before, clear),
		cmocka_unit_test_teardown(nothing_is_said_to_be_nothing, clear),
		cmocka_unit_test_teardown(sizes_are_bounded, clear),
		cmocka_unit_test_teardown(cut_anywhere_is_survived, clear),
		cmocka_unit_test_teardown(files_are_read, clear),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
