#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dossier/base/json.h>
#include <dossier/base/mem.h>

/* What a scan told: "[el][el](single) rest=... found" or "... !code". */
struct told {
	struct buf text;
	const char *piece_from, *piece_to;
	size_t borrowed;        /* elements that were not copied */
	size_t stop_after, elements;
	struct err err;
};

static bool hear(void *arg, struct str text, bool single, struct err *err)
{
	struct told *told = arg;

	buf_addc(&told->text, single ? '(' : '[');
	buf_addstr(&told->text, text);
	buf_addc(&told->text, single ? ')' : ']');
	if (text.p >= told->piece_from && text.p + text.n <= told->piece_to)
		told->borrowed++;
	if (++told->elements == told->stop_after)
		return err_set(err, ERR_CANCELLED, "enough");
	return true;
}

static bool tell(struct told *told, const char *list, const struct json_scan_limits *limits,
		 struct str text, size_t step)
{
	const struct json_scan_sink sink = { hear, told };
	struct pointer *pointer = list ? pointer_new(str_of(list), NULL) : NULL;
	struct json_scan *scan = json_scan_new(pointer, limits, &sink, &told->err);
	bool ok = true;

	assert_non_null(scan);
	buf_init(&told->text, 64u << 20);
	for (size_t at = 0; ok && at < text.n; at += step) {
		size_t n = text.n - at < step ? text.n - at : step;
		/* exactly as long as the piece, so that a look past it is seen by the sanitizer */
		char *piece = mem_strndup(text.p + at, n);
		piece = mem_realloc(piece, n, 1);
		told->piece_from = piece;
		told->piece_to = piece + n;
		ok = json_scan_feed(scan, piece, n, &told->err);
		free(piece);
	}
	told->piece_from = told->piece_to = NULL;
	ok = json_scan_end(scan, &told->err) && ok;
	struct str rest = json_scan_rest(scan);
	assert_true(ok || !rest.p);
	buf_addstr(&told->text, STR(" "));
	buf_addstr(&told->text, rest.p ? rest : STR("-"));
	if (json_scan_found(scan))
		buf_adds(&told->text, " found");
	if (!ok)
		buf_printf(&told->text, " !%s", err_code_name(told->err.code));
	json_scan_free(scan);
	pointer_free(pointer);
	return ok;
}

static const struct { const char *list; struct str text; const char *told; } corpus[] = {
	{ NULL, STR(" {\"a\": [1, 2]} "), "  {\"a\": [1, 2]} " },
	{ NULL, STR("42"), " 42" },
	{ NULL, STR("\"\""), " \"\"" },
	{ "", STR("[]"), " [] found" },
	{ "", STR(" [ 1 , -0.5e+3 ,\"x\",null,[2],{}, true ] "), "[1][-0.5e+3][\"x\"][null][[2]][{}][true]  []  found" },
	{ "", STR("{\"id\": 7}"), "({\"id\": 7}) null found" },
	{ "", STR(" -12 "), "(-12)  null  found" },
	{ "", STR("12"), "(12) null found" },
	{ "", STR("0"), "(0) null found" },
	{ "", STR("false"), "(false) null found" },
	{ "", STR("\"token\""), "(\"token\") null found" },
	{ "", STR("null"), " null found" },
	{ "/items", STR("{\"next\":\"p2\",\"items\":[{\"id\":1},{\"items\":[9]}],\"total\":2}"),
	  "[{\"id\":1}][{\"items\":[9]}] {\"next\":\"p2\",\"items\":[],\"total\":2} found" },
	{ "/items", STR("{\"items\":null,\"n\":0}"), " {\"items\":null,\"n\":0} found" },
	{ "/items", STR("{\"items\": {\"id\":1} ,\"n\":0}"), "({\"id\":1}) {\"items\": null ,\"n\":0} found" },
	{ "/items", STR("{\"items\":17}"), "(17) {\"items\":null} found" },
	{ "/items", STR("{\"other\":{\"items\":[1]}}"), " {\"other\":{\"items\":[1]}}" },
	{ "/items", STR("[{\"items\":[1]}]"), " [{\"items\":[1]}]" },
	{ "/items", STR("\"items\""), " \"items\"" },
	{ "/a/b", STR("{\"b\":[1],\"a\":{\"a\":[2],\"b\":[3,4]},\"c\":{\"b\":[5]}}"),
	  "[3][4] {\"b\":[1],\"a\":{\"a\":[2],\"b\":[]},\"c\":{\"b\":[5]}} found" },
	{ "/a/b", STR("{\"a\":{\"x\":1},\"a\":{\"b\":[3]}}"), "[3] {\"a\":{\"x\":1},\"a\":{\"b\":[]}} found" },
	{ "/a/b", STR("{\"a\":[{\"b\":[1]}]}"), " {\"a\":[{\"b\":[1]}]}" },
	{ "/a/b", STR("{\"a\":5}"), " {\"a\":5}" },
	{ "/1", STR("[[1],[2,3],[4]]"), "[2][3] [[1],[],[4]] found" },
	{ "/1", STR("{\"1\":[5],\"01\":[6]}"), "[5] {\"1\":[],\"01\":[6]} found" },
	{ "/0/data/items", STR("[{\"data\":{\"items\":[1]}},{\"data\":{\"items\":[2]}}]"),
	  "[1] [{\"data\":{\"items\":[]}},{\"data\":{\"items\":[2]}}] found" },
	/* the inner index must not be taken for the outer one afterwards */
	{ "/2/0", STR("[[8],[8],[[1]],[[7]],[[7]],[[7]]]"), "[1] [[8],[8],[[]],[[7]],[[7]],[[7]]] found" },
	{ "/5/0", STR("[0,1,2,3,4,[[1],9],[[7]],[[7]],[[7]]]"), "[1] [0,1,2,3,4,[[],9],[[7]],[[7]],[[7]]] found" },
	{ "/\303\251 \"x", STR("{\"\\u00e9 \\\"x\":[1]}"), "[1] {\"\\u00e9 \\\"x\":[]} found" },
	{ "/\360\237\230\200", STR("{\"\\ud83d\\ude00\":[1]}"), "[1] {\"\\ud83d\\ude00\":[]} found" },
	{ "/a~1b", STR("{\"a\\/b\":[1]}"), "[1] {\"a\\/b\":[]} found" },
	{ "/a", STR("{\"a\\u0000\":[1]}"), " {\"a\\u0000\":[1]}" },
	{ "/", STR("{\"\":[1]}"), "[1] {\"\":[]} found" },
	{ "", STR("\xEF\xBB\xBF[1]"), "[1] [] found" },
	{ NULL, STR("\xEF\xBB\xBF {}"), "  {}" },
	{ "", STR("[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\uD83D\\uDE00 \\ud83d \\u0000\"]"),
	  "[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\uD83D\\uDE00 \\ud83d \\u0000\"] [] found" },
	{ "", STR("[\"0123456789abcdef0123456789abcde\303\251 \342\202\254 \360\237\230\200 \355\237\277 \356\200\200 \364\217\277\277\"]"),
	  "[\"0123456789abcdef0123456789abcde\303\251 \342\202\254 \360\237\230\200 \355\237\277 \356\200\200 \364\217\277\277\"] [] found" },

	/* broken ones: what was whole before the break has been told */
	{ "/items", STR("{\"items\":[1],\"items\":[2]}"), "[1] - found !shape" },
	{ "", STR(""), " - !syntax" },
	{ "", STR("  "), " - !syntax" },
	{ "", STR("\xEF\xBB"), " - !syntax" },
	{ "", STR("\xEF\xBB\x20[1]"), " - !syntax" },
	{ "", STR("[1] \xEF\xBB\xBF"), "[1] - found !syntax" },
	{ "", STR("[1]x"), "[1] - found !syntax" },
	{ "", STR("[1][2]"), "[1] - found !syntax" },
	{ "", STR("[1,]"), "[1] - found !syntax" },
	{ NULL, STR("[,1]"), " - !syntax" },
	{ NULL, STR("[1 2]"), " - !syntax" },
	{ NULL, STR("[1}"), " - !syntax" },
	{ NULL, STR("{]"), " - !syntax" },
	{ NULL, STR("{\"a\":1,}"), " - !syntax" },
	{ NULL, STR("{\"a\"}"), " - !syntax" },
	{ NULL, STR("{\"a\":}"), " - !syntax" },
	{ NULL, STR("{\"a\":]"), " - !syntax" },
	{ NULL, STR("{\"a\" 1}"), " - !syntax" },
	{ NULL, STR("{a:1}"), " - !syntax" },
	{ NULL, STR("{'a':1}"), " - !syntax" },
	{ NULL, STR("{1:1}"), " - !syntax" },
	{ NULL, STR("]"), " - !syntax" },
	{ NULL, STR("}"), " - !syntax" },
	{ "", STR("nul"), " - found !syntax" },
	{ NULL, STR("nulL"), " - !syntax" },
	{ NULL, STR("truex"), " - !syntax" },
	{ NULL, STR("NaN"), " - !syntax" },
	{ NULL, STR("Infinity"), " - !syntax" },
	{ NULL, STR("-Infinity"), " - !syntax" },
	{ NULL, STR("01"), " - !syntax" },
	{ NULL, STR("-"), " - !syntax" },
	{ NULL, STR("+1"), " - !syntax" },
	{ NULL, STR("1."), " - !syntax" },
	{ NULL, STR("[1.]"), " - !syntax" },
	{ NULL, STR(".5"), " - !syntax" },
	{ NULL, STR("1.e5"), " - !syntax" },
	{ NULL, STR("1e"), " - !syntax" },
	{ NULL, STR("1e+"), " - !syntax" },
	{ NULL, STR("1e5.5"), " - !syntax" },
	{ NULL, STR("0x10"), " - !syntax" },
	{ NULL, STR("1_000"), " - !syntax" },
	{ NULL, STR("\"a\nb\""), " - !syntax" },
	{ NULL, STR("\"a\tb\""), " - !syntax" },
	{ NULL, STR("\"a\0b\""), " - !syntax" },
	{ NULL, STR("[1]\0"), " - !syntax" },
	{ NULL, STR("\"\\x41\""), " - !syntax" },
	{ NULL, STR("\"\\u00g0\""), " - !syntax" },
	{ NULL, STR("\"\\u00\""), " - !syntax" },
	{ NULL, STR("\"\\"), " - !syntax" },
	{ NULL, STR("\"\300\257\""), " - !syntax" },           /* overlong slash */
	{ NULL, STR("\"\340\200\257\""), " - !syntax" },
	{ NULL, STR("\"\360\200\200\257\""), " - !syntax" },
	{ NULL, STR("\"\355\240\200\""), " - !syntax" },       /* a surrogate */
	{ NULL, STR("\"\364\220\200\200\""), " - !syntax" },   /* above U+10FFFF */
	{ NULL, STR("\"\365\200\200\200\""), " - !syntax" },
	{ NULL, STR("\"\200\""), " - !syntax" },
	{ NULL, STR("\"\303\""), " - !syntax" },
	{ NULL, STR("\"\303x\""), " - !syntax" },
	{ NULL, STR("{\"\377\":1}"), " - !syntax" },
	{ NULL, STR("/* c */ 1"), " - !syntax" },
};

static void the_corpus_in_every_piece_size(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(corpus) / sizeof(corpus[0]); i++) {
		for (size_t step = 1; step <= corpus[i].text.n + 1; step++) {
			struct told told = { .stop_after = 0 };
			tell(&told, corpus[i].list, NULL, corpus[i].text, step);
			assert_string_equal(told.text.data, corpus[i].told);
			buf_release(&told.text);
		}
	}
}

static void cut_at_every_byte_is_noticed(void **state)
{
	const struct str text = STR("{\"n\":null,\"items\":[{\"id\":\"\\u00e9\303\251\"},-1.5e+7,true,[[]]],\"x\":{}}");

	(void)state;
	for (uint32_t n = 0; n < text.n; n++) {
		struct told told = { .stop_after = 0 };
		assert_false(tell(&told, "/items", NULL, (struct str){ text.p, n }, 7));
		assert_int_equal(told.err.code, ERR_SYNTAX);
		assert_non_null(strstr(told.err.text, n ? "cut off" : "empty"));
		buf_release(&told.text);
	}
}

static void errors_name_the_place(void **state)
{
	struct told told = { .stop_after = 0 };

	(void)state;
	for (size_t step = 1; step < 9; step++) {
		tell(&told, NULL, NULL, STR("[1, 2; 3]"), step);
		assert_string_equal(told.err.text,
				    "not usable JSON at byte 5: a comma or the end of the list or object is expected, but ; stands there");
		buf_release(&told.text);
		tell(&told, NULL, NULL, STR("[\"a\001\"]"), step);
		assert_non_null(strstr(told.err.text, "at byte 3: a control character"));
		buf_release(&told.text);
		memset(&told.err, 0, sizeof(told.err));
	}
}

static void elements_inside_a_piece_are_not_copied(void **state)
{
	struct told told = { .stop_after = 0 };

	(void)state;
	tell(&told, "/items", NULL, STR("{\"items\":[\"aa\",{\"b\":1},3]}"), 100);
	assert_int_equal(told.borrowed, 3);
	buf_release(&told.text);
}

static void the_sink_can_stop(void **state)
{
	struct told told = { .stop_after = 2 };

	(void)state;
	assert_false(tell(&told, "", NULL, STR("[1,2,3,4]"), 2));
	assert_string_equal(told.text.data, "[1][2] - found !cancelled");
	assert_string_equal(told.err.text, "enough");
	buf_release(&told.text);
}

static void limits_hold_in_every_piece_size(void **state)
{
	static const struct { struct json_scan_limits limits; const char *list, *text, *told; } cases[] = {
		{ { 9, 99, 99, 99, 9 }, "", "[1,22,33]", "[1][22][33] [] found" },
		{ { 8, 99, 99, 99, 9 }, "", "[1,22,33]", "[1][22] - found !limit" },
		{ { 99, 4, 99, 99, 9 }, "", "[1,4444]", "[1][4444] [] found" },
		{ { 99, 4, 99, 99, 9 }, "", "[1,55555]", "[1] - found !limit" },
		{ { 99, 4, 99, 99, 9 }, "", "[1,[\"abc\"],3]", "[1] - found !limit" },
		{ { 99, 99, 99, 3, 9 }, "", "[1,2,3]", "[1][2][3] [] found" },
		{ { 99, 99, 99, 2, 9 }, "", "[1,2,3]", "[1][2] - found !limit" },
		{ { 99, 99, 8, 99, 9 }, "/a", "{\"a\":[1]}", "[1] {\"a\":[]} found" },
		{ { 99, 99, 7, 99, 9 }, "/a", "{\"a\":[1]}", "[1] - found" },
		{ { 99, 99, 0, 99, 9 }, "/a", "{\"a\":[1]}", "[1] - found" },
		{ { 99, 99, 99, 99, 2 }, NULL, "[[1]]", " [[1]]" },
		{ { 99, 99, 99, 99, 2 }, NULL, "[[[]]]", " - !limit" },
		{ { 99, 99, 99, 99, 9, 128 }, "", "[[],[],1,\"\"]", " - found !limit" },
		{ { 99, 99, 99, 99, 9, 150 }, "", "[[],[],1,\"\"]", "[[]][[]][1][\"\"] [] found" },
		{ { 99, 99, 99, 99, 9, 900 }, "", "[{},{},{}]", "[{}][{}][{}] [] found" },
		{ { 99, 99, 99, 99, 9, 900 }, "", "[{},{\"a\":1},{}]", "[{}] - found !limit" },
		{ { 99, 99, 99, 99, 9, 950 }, NULL, "[{}]", " [{}]" },
		{ { 99, 99, 99, 99, 9, 950 }, NULL, "[{},1]", " - !limit" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (size_t step = 1; step < 16; step++) {
			struct told told = { .stop_after = 0 };
			tell(&told, cases[i].list, &cases[i].limits, str_of(cases[i].text), step);
			assert_string_equal(told.text.data, cases[i].told);
			buf_release(&told.text);
		}
	}
}

static void depth_is_bounded(void **state)
{
	static char deep[100000];
	struct told told = { .stop_after = 0 };

	(void)state;
	memset(deep, '[', sizeof(deep));
	assert_false(tell(&told, "", NULL, str_make(deep, sizeof(deep)), 4096));
	assert_int_equal(told.err.code, ERR_LIMIT);
	buf_release(&told.text);
	for (size_t i = 0; i + 6 <= sizeof(deep); i += 5)
		memcpy(deep + i, "{\"a\":", 5);
	assert_false(tell(&told, NULL, NULL, str_make(deep, sizeof(deep) - 1), 4096));
	assert_int_equal(told.err.code, ERR_LIMIT);
	buf_release(&told.text);
	told.err.code = ERR_NONE;
	memset(deep, '[', 128);
	memset(deep + 128, ']', 128);
	assert_true(tell(&told, NULL, NULL, str_make(deep, 256), 10));
	buf_release(&told.text);
}

static bool count_only(void *arg, struct str text, bool single, struct err *err)
{
	(void)text, (void)single, (void)err;
	++*(size_t *)arg;
	return true;
}

/* a server that never stops sending costs what the limits allow, no more */
static void endless_list_ends(void **state)
{
	struct pointer *root = pointer_new(STR(""), NULL);
	size_t count = 0, fed = 0;
	const struct json_scan_sink sink = { count_only, &count };
	struct json_scan *scan = json_scan_new(root, NULL, &sink, NULL);
	struct err err = { 0 };
	static char block[8 * 4096];

	(void)state;
	for (size_t i = 0; i < sizeof(block); i += 8)
		memcpy(block + i, "\"abcde\",", 8);
	assert_true(json_scan_feed(scan, "[", 1, &err));
	while (fed < 100u << 20 && json_scan_feed(scan, block, sizeof(block), &err))
		fed += sizeof(block);
	assert_int_equal(err.code, ERR_LIMIT);
	assert_int_equal(count, json_scan_defaults.count);
	assert_false(json_scan_feed(scan, "]", 1, &err));
	assert_false(json_scan_end(scan, &err));
	assert_int_equal(err.code, ERR_LIMIT);
	json_scan_free(scan);

	memset(block, 'x', sizeof(block));
	scan = json_scan_new(root, NULL, &sink, NULL);
	assert_true(json_scan_feed(scan, "[\"", 2, &err));
	for (fed = 0; fed < 100u << 20 && json_scan_feed(scan, block, sizeof(block), &err);)
		fed += sizeof(block);
	assert_int_equal(err.code, ERR_LIMIT);
	assert_true(fed <= json_scan_defaults.element);
	json_scan_free(scan);
	pointer_free(root);
}

/* three bytes that become eight hundred: 32 MiB of them would be eight gigabytes */
static void small_text_of_many_objects_ends(void **state)
{
	struct json_scan *scan = json_scan_new(NULL, NULL, NULL, NULL);
	struct err err = { 0 };
	static char block[3 * 4096];
	size_t fed = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(block); i += 3)
		memcpy(block + i, "{},", 3);
	assert_true(json_scan_feed(scan, "[", 1, &err));
	while (fed < 32u << 20 && json_scan_feed(scan, block, sizeof(block), &err))
		fed += sizeof(block);
	assert_int_equal(err.code, ERR_LIMIT);
	assert_non_null(strstr(err.text, "memory"));
	assert_true(fed < 2u << 20);
	json_scan_free(scan);
}

static void picks_cannot_name_the_list(void **state)
{
	struct pointer *pointer = pointer_new(STR("/a[b=c]/d"), NULL);
	struct err err;

	(void)state;
	assert_non_null(pointer);
	assert_null(json_scan_new(pointer, NULL, NULL, &err));
	assert_int_equal(err.code, ERR_CONFIG);
	pointer_free(pointer);
	json_scan_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_corpus_in_every_piece_size),
		cmocka_unit_test(cut_at_every_byte_is_noticed),
		cmocka_unit_test(errors_name_the_place),
		cmocka_unit_test(elements_inside_a_piece_are_not_copied),
		cmocka_unit_test(the_sink_can_stop),
		cmocka_unit_test(limits_hold_in_every_piece_size),
		cmocka_unit_test(depth_is_bounded),
		cmocka_unit_test(endless_list_ends),
		cmocka_unit_test(small_text_of_many_objects_ends),
		cmocka_unit_test(picks_cannot_name_the_list),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
