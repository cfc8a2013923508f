#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <json-c/json.h>

#include <dossier/base/clock.h>
#include <dossier/base/mem.h>
#include <dossier/base/text.h>

#define LIT(s) ((struct str){ "" s, sizeof(s) - 1 })

static void check(void (*write)(struct buf *, struct str), struct str text, const char *expected)
{
	struct buf out;

	buf_init(&out, 1000);
	write(&out, text);
	assert_string_equal(out.data ? out.data : "", expected);
	buf_release(&out);
}

static void test_json(void **state)
{
	(void)state;
	check(text_json, LIT(""), "\"\"");
	check(text_json, (struct str){ NULL, 0 }, "\"\"");
	check(text_json, LIT("a\"b\\c/d"), "\"a\\\"b\\\\c/d\"");
	check(text_json, LIT("a\nb\x1B\0c\x7F"), "\"a\\u000ab\\u001b\\u0000c\\u007f\"");
	check(text_json, LIT("\xC2\x9B\xE2\x80\xAE\xE2\x81\xA6\xE2\x80\xA8"), "\"\\u009b\\u202e\\u2066\\u2028\"");
	check(text_json, LIT("\xE2\x80\x8E\xE2\x80\x8F\xD8\x9C"), "\"\\u200e\\u200f\\u061c\"");
	check(text_json, LIT("\xF0\x9F\x91\x8D\xC3\xA9"), "\"\xF0\x9F\x91\x8D\xC3\xA9\"");
	check(text_json, LIT("a\xFFz"), "\"a\xEF\xBF\xBDz\"");
}

/* Every length, and every odd byte at every place: what is looked at eight or sixteen at a time has many ends. */
static void test_json_plain(void **state)
{
	static const char odd[] = "\"\\\x1f\n\x7f\x80\xc3\xff";
	char text[70];

	(void)state;
	assert_int_equal(text_json_plain(NULL, 0), 0);
	for (size_t n = 1; n <= sizeof(text); n++) {
		char *exact = memset(mem_alloc(n), 'a', n);

		assert_int_equal(text_json_plain(exact, n), n);
		for (size_t at = 0; at < n; at++) {
			for (size_t k = 0; k < sizeof(odd); k++) {
				exact[at] = odd[k];
				assert_int_equal(text_json_plain(exact, n), at);
			}
			exact[at] = (char)(' ' + at % 2 * ('~' - ' '));
		}
		free(exact);
	}
}

static void test_json_reversible(void **state)
{
	struct clock_fake fake;
	struct buf in, out;
	struct json_object *parsed;
	int round, i;

	(void)state;
	clock_fake_init(&fake, 0, 17);
	buf_init(&in, 1000);
	buf_init(&out, 10000);
	for (round = 0; round < 2000; round++) {
		buf_reset(&in);
		buf_reset(&out);
		for (i = 0; i < 30; i++) {
			uint64_t r = clock_random(&fake.clock);

			text_put(&in, (uint32_t)(r >> 8) % (r % 3 == 0 ? 0x110000 : r % 3 == 1 ? 0x100 : 0x3000));
		}
		text_json(&out, buf_str(&in));
		parsed = json_tokener_parse(out.data);
		assert_non_null(parsed);
		assert_int_equal(json_object_get_string_len(parsed), in.len);
		assert_memory_equal(json_object_get_string(parsed), in.data, in.len);
		json_object_put(parsed);
	}
	buf_release(&in);
	buf_release(&out);
}

static void test_cells(void **state)
{
	(void)state;
	check(text_csv, LIT("plain text"), "plain text");
	check(text_csv, LIT(""), "");
	check(text_csv, LIT("a,b"), "\"a,b\"");
	check(text_csv, LIT("say \"hi\""), "\"say \"\"hi\"\"\"");
	check(text_csv, LIT("two\nlines"), "\"two\nlines\"");
	check(text_csv, LIT("=1+1"), "\"'=1+1\"");
	check(text_csv, LIT("+351"), "\"'+351\"");
	check(text_csv, LIT("-1"), "\"'-1\"");
	check(text_csv, LIT("@SUM(\"a\")"), "\"'@SUM(\"\"a\"\")\"");
	check(text_csv, LIT("\t=1"), "\"'\t=1\"");
	check(text_csv, LIT("\r=1"), "\"'\r=1\"");
	check(text_csv, LIT("a=1"), "a=1");
	check(text_tsv, LIT("a\tb\nc"), "a b c");
	check(text_tsv, LIT("=1"), "'=1");
	check(text_tsv, LIT("a \"b\""), "a \"b\"");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_json_plain),
		cmocka_unit_test(test_json_reversible),
		cmocka_unit_test(test_cells),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
