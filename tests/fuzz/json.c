/*
 * Arbitrary JSON in arbitrary pieces. The first line is a pointer to a list;
 * two bytes of it more say how the rest is cut. What is found must not depend
 * on the cuts, and json-c must agree with what was accepted.
 */
#include <dossier/base/json.h>
#include <dossier/base/text.h>

#include "fuzz.h"

struct seen {
	struct buf elements;
	size_t n;
	bool single;
};

static bool take_element(void *arg, struct str text, bool single, struct err *err)
{
	struct seen *seen = arg;
	struct json_object *value = json_parse_whole(text, NULL, err);

	FUZZ_CHECK(err->code == ERR_NONE);
	json_object_put(value);
	buf_addstr(&seen->elements, text);
	buf_addc(&seen->elements, '\n');
	seen->n++;
	seen->single |= single;
	return true;
}

struct outcome {
	struct seen seen;
	struct buf rest;
	struct err err;
	bool ok, found;
};

static void scan(struct str text, const struct pointer *list, size_t piece, struct outcome *out)
{
	const struct json_scan_sink sink = { take_element, &out->seen };
	const struct json_scan_limits limits = { .bytes = 1 << 16, .element = 1 << 12, .rest = 1 << 14, .count = 50, .depth = 40, .memory = 4000 };
	struct json_scan *reader;

	*out = (struct outcome){ .ok = true };
	buf_init(&out->seen.elements, 1 << 20);
	buf_init(&out->rest, 1 << 20);
	reader = json_scan_new(list, &limits, &sink, &out->err);
	FUZZ_CHECK(reader);
	for (size_t at = 0; at < text.n && out->ok; at += piece) {
		size_t n = text.n - at < piece ? text.n - at : piece;
		struct str part = fuzz_copy((const uint8_t *)text.p + at, n);

		out->ok = json_scan_feed(reader, part.p, part.n, &out->err);
		fuzz_drop(part);
	}
	out->ok = out->ok && json_scan_end(reader, &out->err);
	out->found = json_scan_found(reader);
	if (out->ok)
		buf_addstr(&out->rest, json_scan_rest(reader));
	json_scan_free(reader);
}

static void outcome_release(struct outcome *out)
{
	buf_release(&out->seen.elements);
	buf_release(&out->rest);
}

static void compare_cuts(struct str text, const struct pointer *list, size_t piece)
{
	struct outcome whole, cut;

	scan(text, list, text.n + 1, &whole);
	scan(text, list, piece, &cut);
	FUZZ_CHECK(whole.ok == cut.ok);
	FUZZ_CHECK(!strcmp(whole.err.text, cut.err.text));
	if (whole.ok) {
		FUZZ_CHECK(whole.found == cut.found && whole.seen.single == cut.seen.single);
		FUZZ_CHECK(str_eq(buf_str(&whole.rest), buf_str(&cut.rest)));
		FUZZ_CHECK(str_eq(buf_str(&whole.seen.elements), buf_str(&cut.seen.elements)));
	}
	outcome_release(&whole);
	outcome_release(&cut);
}

/* Where we and json-c differ on purpose: escapes of surrogates and NUL, numbers beyond their types. */
static bool is_ordinary(struct str text)
{
	size_t digits = 0;

	for (uint32_t i = 0; i < text.n; i++) {
		digits = text.p[i] >= '0' && text.p[i] <= '9' ? digits + 1 : 0;
		if (digits > 15 || (text.p[i] == '\\' && i + 1 < text.n && text.p[i + 1] == 'u'))
			return false;
		if ((text.p[i] == 'e' || text.p[i] == 'E') && i && i + 2 < text.n && text.p[i + 1] != 'l')
			return false;
	}
	return true;
}

/* A parser that lends its keys to the values reads the same. */
static void compare_lent(struct str text, struct json_object *value)
{
	static struct json_parser *parser;
	struct err err = { 0 };
	struct json_object *again;

	if (!parser)
		parser = json_parser_new();
	json_parser_lend_keys(parser);
	again = json_parse(parser, text, &err);
	FUZZ_CHECK(err.code == ERR_NONE && json_object_equal(value, again));
	json_object_put(again);
}

static void compare_values(struct str text)
{
	struct err err = { 0 };
	struct json_object *ours = json_parse_whole(text, NULL, &err), *peers, *again;
	struct json_tokener *peer;
	struct buf out;

	if (err.code != ERR_NONE)
		return;
	buf_init(&out, 8 << 20);
	json_write(&out, ours);
	FUZZ_CHECK(!out.full && text_is_utf8(buf_str(&out)));
	again = json_parse_whole(buf_str(&out), NULL, &err);
	FUZZ_CHECK(err.code == ERR_NONE && json_object_equal(ours, again));
	compare_lent(buf_str(&out), again);
	if (is_ordinary(text)) {
		bool marked = text.n >= 3 && !memcmp(text.p, "\xef\xbb\xbf", 3);

		peer = json_tokener_new_ex(JSON_DEPTH + 1);
		peers = json_tokener_parse_ex(peer, text.p + (marked ? 3 : 0), (int)text.n - (marked ? 3 : 0));
		if (json_tokener_get_error(peer) == json_tokener_continue)
			peers = json_tokener_parse_ex(peer, "", 1);
		FUZZ_CHECK(json_tokener_get_error(peer) == json_tokener_success);
		FUZZ_CHECK(json_object_equal(ours, peers));
		json_object_put(peers);
		json_tokener_free(peer);
	}
	json_object_put(ours);
	json_object_put(again);
	buf_release(&out);
}

static void follow(const struct pointer *pointer, struct str text)
{
	struct err err = { 0 };
	struct json_object *root = json_parse_whole(text, NULL, &err), *value = NULL;
	struct buf tmp;
	struct str scalar;

	buf_init(&tmp, 4096);
	if (err.code == ERR_NONE && pointer_get(pointer, root, &value))
		json_text(value, &tmp, &scalar);
	buf_release(&tmp);
	json_object_put(root);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str copy = fuzz_copy(data, n), in = copy, path = fuzz_until(&in, '\n');
	size_t piece = fuzz_byte(&path) % 17u + 1;
	struct err err = { 0 };
	struct pointer *pointer = pointer_new(path, &err);

	if (pointer && !memchr(path.p ? path.p : "", '[', path.n))
		compare_cuts(in, pointer, piece);
	if (pointer)
		follow(pointer, in);
	compare_cuts(in, NULL, piece);
	compare_values(in);
	pointer_free(pointer);
	fuzz_drop(copy);
	return 0;
}
