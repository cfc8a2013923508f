#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <locale.h>

#include <dossier/base/json.h>
#include <dossier/base/mem.h>

static struct json_object *parse(struct str text)
{
	struct err err = { 0 };
	struct json_parser *parser = json_parser_new();
	struct json_object *value = json_parse(parser, text, &err);

	if (err.code != ERR_NONE)
		fail_msg("%.*s: %s", STR_ARG(text), err.text);
	json_parser_free(parser);
	return value;
}

static void assert_written(struct json_object *value, const char *want)
{
	struct buf out;

	buf_init(&out, 1 << 20);
	json_write(&out, value);
	assert_string_equal(buf_str(&out).p, want);
	buf_release(&out);
}

static void assert_text(struct json_object *value, struct str want)
{
	struct buf tmp;
	struct str text;

	buf_init(&tmp, 4096);
	assert_true(json_text(value, &tmp, &text));
	assert_int_equal(text.n, want.n);
	assert_memory_equal(text.p, want.p, want.n);
	buf_release(&tmp);
}

/* Reads a scalar; checks its type and its text. */
static void assert_scalar(struct str json, enum json_type type, struct str want)
{
	struct json_object *value = parse(json);

	assert_int_equal(json_object_get_type(value), type);
	assert_text(value, want);
	json_object_put(value);
}

static void numbers_lose_nothing(void **state)
{
	(void)state;
	assert_scalar(STR("0"), json_type_int, STR("0"));
	assert_scalar(STR("-7"), json_type_int, STR("-7"));
	assert_scalar(STR("9223372036854775807"), json_type_int, STR("9223372036854775807"));
	assert_scalar(STR("-9223372036854775808"), json_type_int, STR("-9223372036854775808"));
	assert_scalar(STR("9223372036854775808"), json_type_string, STR("9223372036854775808"));
	assert_scalar(STR("-9223372036854775809"), json_type_string, STR("-9223372036854775809"));
	assert_scalar(STR("100000000000000000000000000001"), json_type_string, STR("100000000000000000000000000001"));
	assert_scalar(STR("4210.00"), json_type_double, STR("4210.00"));
	assert_scalar(STR("0.10"), json_type_double, STR("0.10"));
	assert_scalar(STR("1e2"), json_type_double, STR("1e2"));
	assert_scalar(STR("-1E-400"), json_type_double, STR("-1E-400"));
	assert_scalar(STR("1e999"), json_type_string, STR("1e999"));
	assert_scalar(STR("-1e999"), json_type_string, STR("-1e999"));
	assert_scalar(STR("true"), json_type_boolean, STR("true"));
	assert_scalar(STR("false"), json_type_boolean, STR("false"));
}

static void decimal_point_does_not_follow_the_locale(void **state)
{
	(void)state;
	if (!setlocale(LC_NUMERIC, "de_DE.UTF-8"))
		skip();
	struct json_object *value = parse(STR("1.5"));
	assert_true(json_object_get_double(value) > 1.4);
	json_object_put(value);
	value = json_object_new_double(2.25);
	assert_written(value, "2.25");
	json_object_put(value);
	setlocale(LC_NUMERIC, "C");
}

static void strings_are_decoded(void **state)
{
	(void)state;
	assert_scalar(STR("\"\""), json_type_string, STR(""));
	assert_scalar(STR("\"a\\\"\\\\\\/\\b\\f\\n\\r\\tz\""), json_type_string, STR("a\"\\/\b\f\n\r\tz"));
	assert_scalar(STR("\"\\u00e9\\u20AC\\ud83d\\uDE00\""), json_type_string, STR("\303\251\342\202\254\360\237\230\200"));
	assert_scalar(STR("\"a\\u0000b\""), json_type_string, STR("a\0b"));
	assert_scalar(STR("\"\303\251 \\u0041\""), json_type_string, STR("\303\251 A"));
}

static void lone_surrogates_are_replaced(void **state)
{
	(void)state;
	assert_scalar(STR("\"\\ud83d\""), json_type_string, STR("\357\277\275"));
	assert_scalar(STR("\"\\ud83dx\""), json_type_string, STR("\357\277\275x"));
	assert_scalar(STR("\"\\ude00\\ud83d\""), json_type_string, STR("\357\277\275\357\277\275"));
	assert_scalar(STR("\"\\ud83d\\ud83d\\ude00\""), json_type_string, STR("\357\277\275\360\237\230\200"));
	assert_scalar(STR("\"\\ud83d\\u0041\""), json_type_string, STR("\357\277\275A"));
	assert_scalar(STR("\"\\ud83d\\n\""), json_type_string, STR("\357\277\275\n"));
}

/* json-c would end such a key at the NUL, and "id" would be replaced from outside */
static void nul_in_a_key_cannot_shorten_it(void **state)
{
	struct json_object *value = parse(STR("{\"id\":1,\"id\\u0000x\":2}")), *id;

	(void)state;
	assert_int_equal(json_object_object_length(value), 2);
	assert_true(json_object_object_get_ex(value, "id", &id));
	assert_int_equal(json_object_get_int64(id), 1);
	assert_true(json_object_object_get_ex(value, "id\357\277\275x", NULL));
	json_object_put(value);
}

static void last_of_equal_keys_wins(void **state)
{
	struct json_object *value = parse(STR("{\"a\":{\"b\":1},\"c\":2,\"\\u0061\":3}"));

	(void)state;
	assert_written(value, "{\"a\":3,\"c\":2}");
	json_object_put(value);
}

static void null_is_no_error(void **state)
{
	struct json_parser *parser = json_parser_new();
	struct err err = { .code = ERR_IO };

	(void)state;
	assert_null(json_parse(parser, STR(" null "), &err));
	assert_int_equal(err.code, ERR_NONE);
	assert_null(json_parse(parser, STR("nul"), &err));
	assert_int_equal(err.code, ERR_SYNTAX);
	assert_null(json_parse(parser, (struct str){ NULL, 0 }, &err));
	assert_int_equal(err.code, ERR_SYNTAX);
	json_parser_free(parser);
	json_parser_free(NULL);
}

/* json_parse may be given what nobody checked: it must stay inside, and say so */
static void unchecked_text_is_survived(void **state)
{
	static const char *const texts[] = {
		"", "{", "[", "\"", "\"\\", "\"\\u12", "\"\\u12\"", "\"\\ud800\\u\"", "\"\\q\"", "{\"a", "{\"a\"",
		"{\"a\":", "{\"a\":1", "{\"a\":1,", "{\"\\q\":1}", "[1", "[1,", "[1,]", "{,}", "-", "1.", "1e", "t",
		"tru", "fals", "x", "1 2", "[1}", "{]", ":", "{\"a\" 1}", "{1:2}",
	};
	struct json_parser *parser = json_parser_new();

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		size_t n = strlen(texts[i]);
		char *exact = mem_alloc(n);
		struct err err = { 0 };
		memcpy(exact, texts[i], n);
		assert_null(json_parse(parser, str_make(exact, n), &err));
		assert_int_equal(err.code, ERR_SYNTAX);
		free(exact);
	}
	char *deep = mem_alloc(100000);
	struct err err = { 0 };
	memset(deep, '[', 100000);
	assert_null(json_parse(parser, str_make(deep, 100000), &err));
	assert_int_equal(err.code, ERR_LIMIT);
	free(deep);
	json_parser_free(parser);
}

static void whole_documents_are_checked(void **state)
{
	const struct json_scan_limits small = { .bytes = 10, .depth = 2, .element = 1, .count = 1 };
	struct err err = { 0 };

	(void)state;
	struct json_object *value = json_parse_whole(STR("\xEF\xBB\xBF {\"token\": \"x\"}\n"), NULL, &err);
	assert_written(value, "{\"token\":\"x\"}");
	json_object_put(value);
	value = json_parse_whole(STR("[[1,2,3]]"), &small, &err);
	assert_written(value, "[[1,2,3]]");
	json_object_put(value);
	assert_null(json_parse_whole(STR("[[[1]]]"), &small, &err));
	assert_int_equal(err.code, ERR_LIMIT);
	assert_null(json_parse_whole(STR("[1,2,3,4,5]"), &small, &err));
	assert_int_equal(err.code, ERR_LIMIT);
	assert_null(json_parse_whole(STR("\"\xED\xA0\x80\""), NULL, &err));
	assert_int_equal(err.code, ERR_SYNTAX);
	assert_null(json_parse_whole(STR(""), NULL, &err));
	assert_int_equal(err.code, ERR_SYNTAX);
	assert_null(json_parse_whole(STR("[1"), NULL, NULL));
}

static void writing_keeps_order_and_text(void **state)
{
	struct json_object *value = parse(STR(" { \"z\" : [ 1 , 2.50 , null , true , \"a\\\"b\\u0000\" ] , \"a\" : { } } "));

	(void)state;
	json_object_object_add(value, "nan", json_object_new_double(0.0 / 0.0));
	json_object_object_add(value, "big", json_object_new_uint64(UINT64_MAX));
	assert_written(value, "{\"z\":[1,2.50,null,true,\"a\\\"b\\u0000\"],\"a\":{},\"nan\":null,\"big\":18446744073709551615}");
	json_object_put(value);
	assert_written(NULL, "null");
}

static void writing_stops_at_its_depth(void **state)
{
	struct json_object *value = json_object_new_array();
	struct buf out;

	(void)state;
	for (int i = 1; i < 1000; i++) {
		struct json_object *outer = json_object_new_array();
		json_object_array_add(outer, value);
		value = outer;
	}
	buf_init(&out, 1 << 20);
	json_write(&out, value);
	assert_int_equal(out.len, 256 * 2 + 4);
	buf_release(&out);
	json_object_put(value);
}

static void only_scalars_have_text(void **state)
{
	struct json_object *list = parse(STR("[null,[],{}]")), *nan = json_object_new_double(0.0 / 0.0);
	struct buf tmp;
	struct str text;

	(void)state;
	buf_init(&tmp, 100);
	for (size_t i = 0; i < 3; i++)
		assert_false(json_text(json_object_array_get_idx(list, i), &tmp, &text));
	assert_false(json_text(nan, &tmp, &text));
	json_object_put(list);
	json_object_put(nan);
	buf_release(&tmp);
}

static const char sample[] =
	"{\"\":0,\"a/b\":1,\"m~n\":2,\"list\":[10,{\"x\":null},[7]],\"k[x]\":3,"
	" \"f\":[{\"id\":41},5,{\"id\":\"42\",\"v\":\"t\"},{\"id\":42,\"v\":\"n\"},{\"id\":\"a/b\",\"v\":\"s\"},{\"id\":true,\"v\":[8]}]}";

/* want: the JSON of what stands there, or NULL for nothing */
static void assert_points(const char *path, const char *want)
{
	struct json_object *root = parse(str_of(sample)), *at = NULL;
	struct err err = { 0 };
	struct pointer *pointer = pointer_new(str_of(path), &err);

	if (!pointer)
		fail_msg("%s", err.text);
	assert_string_equal(pointer_text(pointer), path);
	assert_int_equal(pointer_get(pointer, root, &at), want != NULL);
	if (want)
		assert_written(at, want);
	pointer_free(pointer);
	json_object_put(root);
}

static void pointers_find(void **state)
{
	(void)state;
	assert_points("/", "0");
	assert_points("/a~1b", "1");
	assert_points("/m~0n", "2");
	assert_points("/k[x]", "3");
	assert_points("/list/0", "10");
	assert_points("/list/1/x", "null");
	assert_points("/list/2/0", "7");
	assert_points("/list/3", NULL);
	assert_points("/list/00", NULL);
	assert_points("/list/-", NULL);
	assert_points("/list/-1", NULL);
	assert_points("/list/x", NULL);
	assert_points("/list/0/x", NULL);
	assert_points("/list/1/x/y", NULL);
	assert_points("/list/99999999999999999999", NULL);
	assert_points("/none", NULL);
	assert_points("/f[id=42]/v", "\"t\"");
	assert_points("/f/[id=42]/v", "\"t\"");
	assert_points("/f[id=41]", "{\"id\":41}");
	assert_points("/f[id=a/b]/v", "\"s\"");
	assert_points("/f[id=true]/v/0", "8");
	assert_points("/f[v=n]/id", "42");
	assert_points("/f[id=]", NULL);
	assert_points("/f[id=43]", NULL);
	assert_points("/list[x=1]", NULL);
	assert_points("/a~1b[x=1]", NULL);
}

static void pointer_to_the_whole(void **state)
{
	struct pointer *pointer = pointer_new(STR(""), NULL);
	struct json_object *root = parse(STR("[{\"k\":\"v\",\"n\":1}]")), *at = NULL;

	(void)state;
	assert_true(pointer_get(pointer, root, &at));
	assert_ptr_equal(at, root);
	assert_true(pointer_get(pointer, NULL, &at));
	assert_null(at);
	pointer_free(pointer);
	pointer = pointer_new(STR("[k=v]/n"), NULL);
	assert_true(pointer_get(pointer, root, &at));
	assert_text(at, STR("1"));
	pointer_free(pointer);
	json_object_put(root);
}

static void bad_pointers_are_named(void **state)
{
	static const char *const texts[] = { "items", "/a~", "/a~2", " /a", "[k]", "[=v]" };
	struct err err;
	char many[200];

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		assert_null(pointer_new(str_of(texts[i]), &err));
		assert_int_equal(err.code, ERR_SYNTAX);
		assert_non_null(strstr(err.text, texts[i]));
	}
	assert_null(pointer_new(STR("/a\0b"), &err));
	memset(many, '/', sizeof(many));
	assert_null(pointer_new(str_make(many, sizeof(many)), &err));
	assert_int_equal(err.code, ERR_LIMIT);
	pointer_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_lose_nothing),
		cmocka_unit_test(decimal_point_does_not_follow_the_locale),
		cmocka_unit_test(strings_are_decoded),
		cmocka_unit_test(lone_surrogates_are_replaced),
		cmocka_unit_test(nul_in_a_key_cannot_shorten_it),
		cmocka_unit_test(last_of_equal_keys_wins),
		cmocka_unit_test(null_is_no_error),
		cmocka_unit_test(unchecked_text_is_survived),
		cmocka_unit_test(whole_documents_are_checked),
		cmocka_unit_test(writing_keeps_order_and_text),
		cmocka_unit_test(writing_stops_at_its_depth),
		cmocka_unit_test(only_scalars_have_text),
		cmocka_unit_test(pointers_find),
		cmocka_unit_test(pointer_to_the_whole),
		cmocka_unit_test(bad_pointers_are_named),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
