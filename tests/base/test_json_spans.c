#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dossier/base/json.h>
#include <dossier/base/mem.h>

/* What a pointer finds in the text must be what it finds in the parsed value. */

static const char *const pointers[] = {
	"/a", "/b", "/c", "/d", "/a/b", "/a/c", "/b/a", "/b/0", "/c/a/b", "/c/1", "/b[a=x]", "/b[a=x]/c", "/a/b/c/d", "/0", "/~0/~1", "/none", "",
};

static uint64_t next_random(uint64_t *seed)
{
	*seed += 0x9e3779b97f4a7c15u;
	uint64_t z = (*seed ^ *seed >> 30) * 0xbf58476d1ce4e5b9u;
	return z ^ z >> 31;
}

static void put_space(struct buf *out, uint64_t *seed)
{
	static const char spaces[] = " \n\t\r";

	while (next_random(seed) % 4 == 0)
		buf_addc(out, spaces[next_random(seed) % 4]);
}

static void put_value(struct buf *out, uint64_t *seed, unsigned depth);

static void put_object(struct buf *out, uint64_t *seed, unsigned depth)
{
	static const char *const keys[] = { "a", "b", "c", "d", "0", "~", "/", "", "\xC3\xA9" };
	size_t n = next_random(seed) % 7;

	buf_addc(out, '{');
	for (size_t i = 0; i < n; i++) {
		put_space(out, seed);
		if (i)
			buf_addc(out, ',');
		put_space(out, seed);
		buf_printf(out, "\"%s\"", next_random(seed) % 60 == 0 ? "\\u0061" : keys[next_random(seed) % 9]);
		put_space(out, seed);
		buf_addc(out, ':');
		put_space(out, seed);
		put_value(out, seed, depth + 1);
	}
	put_space(out, seed);
	buf_addc(out, '}');
}

static void put_list(struct buf *out, uint64_t *seed, unsigned depth)
{
	size_t n = next_random(seed) % 4;

	buf_addc(out, '[');
	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_addc(out, ',');
		put_space(out, seed);
		put_value(out, seed, depth + 1);
	}
	buf_addc(out, ']');
}

static void put_value(struct buf *out, uint64_t *seed, unsigned depth)
{
	static const char *const scalars[] = {
		"null", "true", "false", "0", "-0", "-0.0", "12", "-7", "12.50", "1e5", "1E+2", "1e999", "123456789012345678901234567890",
		"\"\"", "\"x\"", "\"a text with \xE2\x82\xAC and more than sixteen bytes\"", "\"{[}],:\"", "\"\\\"\"", "\"\\\\\"",
		"\"\\ud800\"", "\"\\u0000\"", "\"tab\\t\"", "[]", "{}",
	};
	unsigned kind = (unsigned)(next_random(seed) % 8);

	if (kind < 2 && depth < 5)
		put_object(out, seed, depth);
	else if (kind == 2 && depth < 5)
		put_list(out, seed, depth);
	else
		buf_adds(out, scalars[next_random(seed) % (sizeof(scalars) / sizeof(*scalars))]);
}

static void check_found(struct json_spans *spans, const struct pointer *pointer, struct json_object *root, struct str all)
{
	const char *at = pointer_text(pointer);
	struct json_object *value = NULL;
	struct str text = { 0 }, wanted;
	enum json_found found = json_spans_text(spans, pointer, &text);
	bool there = pointer_get(pointer, root, &value) && value;
	struct buf tmp;

	buf_init(&tmp, 4096);
	if (found == JSON_FOUND_NOTHING && there)
		fail_msg("%s of %.*s is there", at, STR_ARG(all));
	if (found == JSON_FOUND_FALSE)
		assert_true(json_object_is_type(value, json_type_boolean) && !json_object_get_boolean(value));
	if (found == JSON_FOUND_TEXT || found == JSON_FOUND_FALSE) {
		if (!there || !json_text(value, &tmp, &wanted) || !str_eq(text, wanted))
			fail_msg("%s of %.*s is \"%.*s\"", at, STR_ARG(all), STR_ARG(text));
		if (found == JSON_FOUND_TEXT)
			assert_true(!json_object_is_type(value, json_type_boolean) || json_object_get_boolean(value));
	}
	buf_release(&tmp);
}

static void check_pointer(struct json_spans *spans, const char *text, struct json_object *root, struct str all)
{
	struct pointer *pointer = pointer_new(str_of(text), NULL);

	check_found(spans, pointer, root, all);
	pointer_free(pointer);
}

static void finds_what_the_parsed_value_has(void **state)
{
	struct json_parser *parser = json_parser_new();
	size_t read = 0;

	(void)state;
	for (uint64_t run = 0; run < 20000; run++) {
		uint64_t seed = run * 31 + 7;
		struct json_object *root;
		struct json_spans spans;
		struct err err = { 0 };
		struct buf text;

		buf_init(&text, 1 << 20);
		put_space(&text, &seed);
		put_object(&text, &seed, 0);
		root = json_parse(parser, buf_str(&text), &err);
		assert_int_equal(err.code, ERR_NONE);
		if (json_spans_init(&spans, buf_str(&text))) {
			read++;
			for (size_t i = 0; i < sizeof(pointers) / sizeof(*pointers); i++)
				check_pointer(&spans, pointers[i], root, buf_str(&text));
		}
		json_object_put(root);
		buf_release(&text);
	}
	assert_in_range(read, 15000, 20000);
	json_parser_free(parser);
}

enum { POINTERS = sizeof(pointers) / sizeof(*pointers) };

struct given { struct json_scan *scan; struct json_parser *parser; struct pointer *pointers[POINTERS]; size_t read, spanned; };

static bool check_given(void *arg, struct str text, bool single, struct err *err)
{
	struct given *given = arg;
	struct json_spans *spans = json_scan_spans(given->scan), again;
	struct json_object *root = json_parse(given->parser, text, err);

	assert_false(single);
	given->read++;
	given->spanned += spans != NULL;
	if (spans) {
		assert_true(json_spans_init(&again, text));
		assert_int_equal(spans->n, again.n);
	}
	for (size_t i = 0; spans && i < POINTERS; i++)
		check_found(spans, given->pointers[i], root, text);
	json_object_put(root);
	return true;
}

/* The same keys again and again, then others, cut into pieces anywhere. */
static void put_elements(struct buf *out, uint64_t *seed)
{
	uint64_t keys = *seed, now;

	buf_addc(out, '[');
	for (size_t i = 0, n = next_random(seed) % 12; i < n; i++) {
		if (i)
			buf_addc(out, ',');
		put_space(out, seed);
		if (next_random(seed) % 3 == 0)
			keys = next_random(seed);
		now = keys;
		put_object(out, next_random(seed) % 4 ? &now : seed, 0);
		put_space(out, seed);
	}
	buf_addc(out, ']');
}

static void finds_the_same_in_what_the_scan_gives(void **state)
{
	struct pointer *list = pointer_new(STR(""), NULL);
	struct given given = { .parser = json_parser_new() };
	const struct json_scan_sink sink = { check_given, &given };

	(void)state;
	for (size_t i = 0; i < POINTERS; i++)
		given.pointers[i] = pointer_new(str_of(pointers[i]), NULL);
	for (uint64_t run = 0; run < 4000; run++) {
		uint64_t seed = run * 17 + 3;
		struct err err = { 0 };
		struct buf text;

		buf_init(&text, 1 << 20);
		put_elements(&text, &seed);
		given.scan = json_scan_new(list, NULL, &sink, &err);
		for (size_t at = 0, n; at < text.len; at += n) {
			char *piece;

			n = run % 2 ? text.len : 1 + next_random(&seed) % 200;
			n = n < text.len - at ? n : text.len - at;
			/* whoever looks at an earlier piece looks at nothing that is there */
			piece = mem_strndup(text.data + at, n);
			assert_true(json_scan_feed(given.scan, piece, n, &err));
			memset(piece, '#', n);
			free(piece);
		}
		assert_true(json_scan_end(given.scan, &err));
		json_scan_free(given.scan);
		buf_release(&text);
	}
	assert_in_range(given.read, 15000, 40000);
	assert_in_range(given.spanned, given.read / 2, given.read - 500);
	for (size_t i = 0; i < POINTERS; i++)
		pointer_free(given.pointers[i]);
	json_parser_free(given.parser);
	pointer_free(list);
}

static bool note_given(void *arg, struct str text, bool single, struct err *err)
{
	(void)single;
	(void)err;
	buf_addstr(arg, text);
	buf_addc(arg, '\n');
	return true;
}

static bool scan_in_pieces(const struct pointer *list, struct str text, size_t piece, struct buf *given)
{
	const struct json_scan_sink sink = { note_given, given };
	struct err err = { 0 };
	struct json_scan *scan = json_scan_new(list, NULL, &sink, &err);
	bool fine = true;

	for (size_t at = 0; fine && at < text.n; at += piece)
		fine = json_scan_feed(scan, text.p + at, text.n - at < piece ? text.n - at : piece, &err);
	fine = fine && json_scan_end(scan, &err);
	json_scan_free(scan);
	return fine;
}

/* Lists with a byte or two that do not belong there: how they were cut makes them neither right nor other. */
static void judges_the_broken_however_it_is_cut(void **state)
{
	static const char odd[] = "\"{}[],:\\X\x01 a0-t";
	struct pointer *list = pointer_new(STR(""), NULL);
	size_t refused = 0;

	(void)state;
	for (uint64_t run = 0; run < 20000; run++) {
		uint64_t seed = run * 31 + 7;
		struct buf text, whole, cut;
		bool fine;

		buf_init(&text, 1 << 20);
		buf_init(&whole, 1 << 20);
		buf_init(&cut, 1 << 20);
		put_elements(&text, &seed);
		for (size_t i = next_random(&seed) % 3; i-- > 0;)
			text.data[next_random(&seed) % text.len] = odd[next_random(&seed) % (sizeof(odd) - 1)];
		fine = scan_in_pieces(list, buf_str(&text), text.len, &whole);
		assert_int_equal(scan_in_pieces(list, buf_str(&text), 1, &cut), fine);
		assert_int_equal(whole.len, cut.len);
		assert_true(!whole.len || memcmp(whole.data, cut.data, whole.len) == 0);
		refused += !fine;
		buf_release(&text);
		buf_release(&whole);
		buf_release(&cut);
	}
	assert_in_range(refused, 5000, 15000);
	pointer_free(list);
}

static struct str get(const char *json, const char *at, enum json_found *found)
{
	struct err err = { 0 };
	struct pointer *pointer = pointer_new(str_of(at), &err);
	static struct json_spans spans;
	struct str text = { 0 };

	assert_true(json_spans_init(&spans, str_of(json)));
	*found = json_spans_text(&spans, pointer, &text);
	pointer_free(pointer);
	return text;
}

static void tells_what_it_can(void **state)
{
	static const struct { const char *json, *at; enum json_found found; const char *text; } cases[] = {
		{ "{\"a\":\"x\"}", "/a", JSON_FOUND_TEXT, "x" },
		{ "{\"a\":1,\"a\":\"x\"}", "/a", JSON_FOUND_TEXT, "x" },
		{ " { \"a\" : { \"b\" : 12.50 } } ", "/a/b", JSON_FOUND_TEXT, "12.50" },
		{ "{\"a\":null}", "/a", JSON_FOUND_NOTHING, "" },
		{ "{\"a\":1}", "/b", JSON_FOUND_NOTHING, "" },
		{ "{\"a\":1}", "/a/b", JSON_FOUND_NOTHING, "" },
		{ "{\"a\":false}", "/a", JSON_FOUND_FALSE, "false" },
		{ "{\"a\":\"\"}", "/a", JSON_FOUND_TEXT, "" },
		{ "{\"a\":\"\\n\"}", "/a", JSON_FOUND_OTHER, "" },
		{ "{\"a\":[1]}", "/a/0", JSON_FOUND_OTHER, "" },
		{ "{\"a\":-0}", "/a", JSON_FOUND_OTHER, "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		enum json_found found;
		struct str text = get(cases[i].json, cases[i].at, &found);

		assert_int_equal(found, cases[i].found);
		assert_true(text.n == strlen(cases[i].text) && memcmp(text.p ? text.p : "", cases[i].text, text.n) == 0);
	}
}

/* What was not checked is never read outside of: every cut of a text, in memory of just that size. */
static void stays_inside(void **state)
{
	static const char whole[] = " {\"a\" : {\"b\":[\"x\\\"y\",{\"c\":1}],\"c\":\"text\"}, \"b\":-12.5e3,\"c\":\"\\u00e9\",\"d\":tru";
	struct err err = { 0 };
	struct pointer *pointer = pointer_new(STR("/a/c"), &err);

	(void)state;
	for (size_t n = 0; n < sizeof(whole); n++) {
		char *copy = mem_alloc(n);
		struct json_spans spans;
		struct str text;

		memcpy(copy, whole, n);
		if (json_spans_init(&spans, str_make(copy, n)))
			json_spans_text(&spans, pointer, &text);
		free(copy);
	}
	pointer_free(pointer);
}

static void leaves_the_odd_to_the_parser(void **state)
{
	struct json_spans spans;
	struct buf text;

	(void)state;
	assert_false(json_spans_init(&spans, STR("[1]")));
	assert_false(json_spans_init(&spans, STR("\"a\"")));
	assert_false(json_spans_init(&spans, STR("{\"\\u0061\":1}")));
	assert_true(json_spans_init(&spans, STR("{}")));
	buf_init(&text, 1 << 16);
	buf_adds(&text, "{\"x\":0");
	for (int i = 0; i < JSON_SPANS; i++)
		buf_printf(&text, ",\"k%d\":%d", i, i);
	buf_addc(&text, '}');
	assert_false(json_spans_init(&spans, buf_str(&text)));
	buf_release(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_what_the_parsed_value_has),
		cmocka_unit_test(finds_the_same_in_what_the_scan_gives),
		cmocka_unit_test(judges_the_broken_however_it_is_cut),
		cmocka_unit_test(tells_what_it_can),
		cmocka_unit_test(stays_inside),
		cmocka_unit_test(leaves_the_odd_to_the_parser),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
