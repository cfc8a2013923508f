/* Random documents of a fixed seed: our reading against json-c's, and what survives a changed byte. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dossier/base/clock.h>
#include <dossier/base/json.h>
#include <dossier/base/mem.h>

struct maker {
	struct clock_fake chance;
	struct buf out;
};

static unsigned pick(struct maker *maker, unsigned n)
{
	return (unsigned)(clock_random(&maker->chance.clock) % n);
}

static void make_space(struct maker *maker)
{
	static const char *const spaces[] = { "", "", "", " ", "\n", "\t ", "\r\n" };

	buf_adds(&maker->out, spaces[pick(maker, 7)]);
}

static void make_string(struct maker *maker)
{
	static const char *const parts[] = {
		"a", "name", "0123456789abcdefghij", " ", "\303\251", "\342\202\254", "\360\237\230\200", "\\n", "\\\"",
		"\\\\", "\\/", "\\u00e9", "\\u20AC", "\\ud83d\\ude00", "{", "]", ",", "'", "\\t\\b\\f\\r",
	};

	buf_addc(&maker->out, '"');
	for (unsigned n = pick(maker, 6); n > 0; n--)
		buf_adds(&maker->out, parts[pick(maker, sizeof(parts) / sizeof(parts[0]))]);
	buf_addc(&maker->out, '"');
}

static void make_number(struct maker *maker)
{
	static const char *const tails[] = { "", "", "", ".5", ".00", "e3", "E-2", "1.25e+10" };

	if (pick(maker, 3) == 0)
		buf_addc(&maker->out, '-');
	buf_printf(&maker->out, "%u%s", pick(maker, 100000) + 1, tails[pick(maker, 7)]);
}

static void make_value(struct maker *maker, unsigned depth)
{
	static const char *const words[] = { "true", "false", "null", "0" };
	unsigned kind = pick(maker, depth < 6 ? 7 : 4);

	make_space(maker);
	if (kind < 2) {
		make_string(maker);
	} else if (kind == 2) {
		make_number(maker);
	} else if (kind == 3) {
		buf_adds(&maker->out, words[pick(maker, 4)]);
	} else {
		bool object = kind == 4;
		buf_addc(&maker->out, object ? '{' : '[');
		for (unsigned n = pick(maker, 5); n > 0; n--) {
			if (object) {
				make_space(maker);
				make_string(maker);
				buf_addc(&maker->out, ':');
			}
			make_value(maker, depth + 1);
			if (n > 1)
				buf_addc(&maker->out, ',');
		}
		make_space(maker);
		buf_addc(&maker->out, object ? '}' : ']');
	}
	make_space(maker);
}

static bool peer_parse(const char *text, size_t n, struct json_object **out)
{
	struct json_tokener *peer = json_tokener_new_ex(JSON_DEPTH + 1);

	json_tokener_set_flags(peer, JSON_TOKENER_STRICT);
	*out = json_tokener_parse_ex(peer, text, (int)n);
	if (json_tokener_get_error(peer) == json_tokener_continue)
		*out = json_tokener_parse_ex(peer, "", 1);
	bool ok = json_tokener_get_error(peer) == json_tokener_success;
	json_tokener_free(peer);
	return ok;
}

static void assert_same(struct json_object *ours, struct json_object *peers)
{
	assert_string_equal(json_object_to_json_string_ext(ours, JSON_C_TO_STRING_PLAIN),
			    json_object_to_json_string_ext(peers, JSON_C_TO_STRING_PLAIN));
	assert_true(json_object_equal(ours, peers));
}

static void values_are_those_of_json_c(void **state)
{
	struct maker maker;

	(void)state;
	clock_fake_init(&maker.chance, 0, 20261121);
	buf_init(&maker.out, 1 << 20);
	for (int round = 0; round < 4000; round++) {
		struct json_object *peers, *again;
		struct err err = { 0 };
		buf_reset(&maker.out);
		make_value(&maker, 0);
		struct json_object *ours = json_parse_whole(buf_str(&maker.out), NULL, &err);
		if (err.code != ERR_NONE)
			fail_msg("%s: %s", err.text, maker.out.data);
		assert_true(peer_parse(maker.out.data, maker.out.len, &peers));
		assert_same(ours, peers);

		buf_reset(&maker.out);
		json_write(&maker.out, ours);
		again = json_parse_whole(buf_str(&maker.out), NULL, &err);
		assert_same(again, peers);
		json_object_put(again);
		json_object_put(ours);
		json_object_put(peers);
	}
	buf_release(&maker.out);
}

struct gather {
	struct json_parser *parser;
	struct json_object *list;
};

static bool gather(void *arg, struct str text, bool single, struct err *err)
{
	struct gather *all = arg;
	struct json_object *value = json_parse(all->parser, text, err);

	assert_false(single);
	assert_true(value || err->code == ERR_NONE);
	json_object_array_add(all->list, value);
	return true;
}

/* elements and the rest together are the document, however it is cut */
static void slices_make_up_the_whole(void **state)
{
	struct maker maker;
	struct pointer *where = pointer_new(STR("/data/1"), NULL);
	struct json_object *document, *list, *rest;

	(void)state;
	clock_fake_init(&maker.chance, 0, 4711);
	buf_init(&maker.out, 1 << 20);
	for (int round = 0; round < 1500; round++) {
		struct gather all = { json_parser_new(), json_object_new_array() };
		const struct json_scan_sink sink = { gather, &all };
		struct json_scan *scan = json_scan_new(where, NULL, &sink, NULL);
		struct err err = { 0 };

		buf_reset(&maker.out);
		buf_adds(&maker.out, "{\"before\":");
		make_value(&maker, 2);
		buf_adds(&maker.out, ",\"data\" : [0, [");
		for (unsigned n = pick(&maker, 8); n > 0; n--) {
			make_value(&maker, 2);
			if (n > 1)
				buf_addc(&maker.out, ',');
		}
		buf_adds(&maker.out, "]],\"after\":");
		make_value(&maker, 2);
		buf_addc(&maker.out, '}');
		for (size_t at = 0; at < maker.out.len;) {
			size_t n = 1 + pick(&maker, 40);
			if (n > maker.out.len - at)
				n = maker.out.len - at;
			if (!json_scan_feed(scan, maker.out.data + at, n, &err))
				fail_msg("%s: %s", err.text, maker.out.data);
			at += n;
		}
		assert_true(json_scan_end(scan, &err));
		assert_true(peer_parse(maker.out.data, maker.out.len, &document));
		assert_true(json_pointer_get(document, "/data/1", &list) == 0);
		assert_same(all.list, list);
		json_object_array_del_idx(list, 0, json_object_array_length(list));
		rest = json_parse_whole(json_scan_rest(scan), NULL, &err);
		assert_same(rest, document);
		json_object_put(rest);
		json_object_put(document);
		json_object_put(all.list);
		json_parser_free(all.parser);
		json_scan_free(scan);
	}
	buf_release(&maker.out);
	pointer_free(where);
}

/* what we accept after a change json-c accepts as well, and both read the same */
static void changed_bytes_never_pass_as_something_else(void **state)
{
	/* no digit and no e: a number out of range is text to us */
	static const char bytes[] = "\"\\{}[],:.-+ tfnu/\n\001\177\200\303\355\377";
	struct maker maker;
	unsigned passed = 0, refused = 0;

	(void)state;
	clock_fake_init(&maker.chance, 0, 99);
	buf_init(&maker.out, 1 << 20);
	for (int round = 0; round < 6000; round++) {
		struct json_object *peers = NULL;
		struct err err = { 0 };
		buf_reset(&maker.out);
		do
			make_value(&maker, 3);
		while (maker.out.len == 0);
		for (unsigned n = 1 + pick(&maker, 2); n > 0; n--)
			maker.out.data[pick(&maker, (unsigned)maker.out.len)] = bytes[pick(&maker, sizeof(bytes) - 1)];
		struct json_object *ours = json_parse_whole(buf_str(&maker.out), NULL, &err);
		if (err.code != ERR_NONE) {
			refused++;
			continue;
		}
		passed++;
		if (!peer_parse(maker.out.data, maker.out.len, &peers))
			fail_msg("json-c refuses: %s", maker.out.data);
		assert_same(ours, peers);
		json_object_put(ours);
		json_object_put(peers);
	}
	/* the seed must give both kinds, or nothing was tested */
	assert_true(passed > 500 && refused > 500);
	buf_release(&maker.out);
}

static bool note(void *arg, struct str text, bool single, struct err *err)
{
	(void)err;
	buf_printf(arg, "%d:%.*s|", single, STR_ARG(text));
	return true;
}

/* Elements, rest and error of a text in pieces of up to "most" bytes. */
static void outcome(struct maker *maker, const struct pointer *list, struct str text, uint32_t most, struct buf *out)
{
	const struct json_scan_sink sink = { note, out };
	struct json_scan *scan = json_scan_new(list, NULL, &sink, NULL);
	struct err err = { 0 };
	bool ok = true;

	buf_reset(out);
	for (uint32_t at = 0, n; ok && at < text.n; at += n) {
		n = most == text.n ? most : 1 + pick(maker, most);
		if (n > text.n - at)
			n = text.n - at;
		ok = json_scan_feed(scan, text.p + at, n, &err);
	}
	json_scan_end(scan, &err);
	buf_printf(out, " %d %s", json_scan_found(scan), err.text);
	buf_addstr(out, json_scan_rest(scan));
	json_scan_free(scan);
}

static void pieces_change_nothing_in_broken_text_either(void **state)
{
	static const char bytes[] = "\"\\{}[],:0e.- tu\n\200\303";
	static const char *const lists[] = { "", "/a", "/0", "/name", "/1/0" };
	struct maker maker;
	struct buf whole, pieces;

	(void)state;
	clock_fake_init(&maker.chance, 0, 31337);
	buf_init(&maker.out, 1 << 20);
	buf_init(&whole, 1 << 20);
	buf_init(&pieces, 1 << 20);
	for (int round = 0; round < 6000; round++) {
		struct pointer *list = pointer_new(str_of(lists[pick(&maker, 5)]), NULL);
		buf_reset(&maker.out);
		make_value(&maker, pick(&maker, 2));
		if (maker.out.len > 0 && pick(&maker, 3) > 0)
			maker.out.data[pick(&maker, (unsigned)maker.out.len)] = bytes[pick(&maker, sizeof(bytes) - 1)];
		struct str text = buf_str(&maker.out);
		outcome(&maker, list, text, text.n, &whole);
		outcome(&maker, list, text, 9, &pieces);
		assert_string_equal(buf_str(&whole).p, buf_str(&pieces).p);
		pointer_free(list);
	}
	buf_release(&maker.out);
	buf_release(&whole);
	buf_release(&pieces);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_those_of_json_c),
		cmocka_unit_test(slices_make_up_the_whole),
		cmocka_unit_test(pieces_change_nothing_in_broken_text_either),
		cmocka_unit_test(changed_bytes_never_pass_as_something_else),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
