#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <locale.h>
#include <wchar.h>

#include <dossier/base/clock.h>
#include <dossier/base/text.h>

#define LIT(s) ((struct str){ "" s, sizeof(s) - 1 })
#define FFFD "\xEF\xBF\xBD"

static void safe(struct str text, unsigned flags, const char *expected)
{
	struct buf out;

	buf_init(&out, 1 << 20);
	text_safe(&out, text, flags);
	assert_string_equal(out.data ? out.data : "", expected);
	buf_release(&out);
}

static void test_controls(void **state)
{
	(void)state;
	safe(LIT("plain"), 0, "plain");
	safe(LIT(""), 0, "");
	safe((struct str){ NULL, 0 }, 0, "");
	safe(LIT("\x1B[31mred\x1B[0m"), 0, FFFD "[31mred" FFFD "[0m");
	safe(LIT("\x1B]0;title\x07"), 0, FFFD "]0;title" FFFD);
	safe(LIT("\x9B" "31m"), 0, FFFD "31m");
	safe(LIT("\xC2\x9B" "31m"), 0, FFFD "31m");
	safe(LIT("a\0b"), 0, "a" FFFD "b");
	safe(LIT("a\x7F"), 0, "a" FFFD);
	safe(LIT("a\tb"), 0, "a b");
	safe(LIT("a\nb\r\nc\rd"), 0, "a b c d");
	safe(LIT("a\nb\r\nc\rd"), TEXT_LINES, "a\nb\nc\nd");
	safe(LIT("a\xE2\x80\xA8" "b\xE2\x80\xA9" "c"), TEXT_LINES, "a\nb\nc");
	safe(LIT("a\xE2\x80\xAE" "b\xE2\x80\xAC" "c\xE2\x81\xA6" "d\xE2\x81\xA9\xE2\x80\x8F"), 0, "abcd");
	safe(LIT("a\xE2\x80\x8B" "b\xEF\xBB\xBF"), 0, "ab");
}

static void test_broken(void **state)
{
	(void)state;
	safe(LIT("\xC0\xAF"), 0, FFFD FFFD);
	safe(LIT("\xE0\x80\xAF"), 0, FFFD FFFD FFFD);
	safe(LIT("\xED\xA0\x80"), 0, FFFD FFFD FFFD);
	safe(LIT("\xF4\x90\x80\x80"), 0, FFFD FFFD FFFD FFFD);
	safe(LIT("\x80\xBF"), 0, FFFD FFFD);
	safe(LIT("\xE2\x82"), 0, FFFD);
	safe(LIT("\xE2\x82z"), 0, FFFD "z");
	safe(LIT("\xF0\x9F\x98"), 0, FFFD);
	safe(LIT("\xFF\xFE"), 0, FFFD FFFD);
	safe(LIT("\xEF\xBF\xBF"), 0, FFFD);
}

static void test_emoji(void **state)
{
	(void)state;
	/* a family, joined: only the first is left */
	safe(LIT("\xF0\x9F\x91\xA8\xE2\x80\x8D\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7!"), 0, "\xF0\x9F\x91\xA8!");
	/* a skin tone, a joined heart with its selector */
	safe(LIT("\xF0\x9F\x91\x8D\xF0\x9F\x8F\xBD"), 0, "\xF0\x9F\x91\x8D");
	safe(LIT("\xF0\x9F\x91\xA9\xF0\x9F\x8F\xBD\xE2\x80\x8D\xE2\x9D\xA4\xEF\xB8\x8F\xE2\x80\x8D\xF0\x9F\x91\xA8x"), 0,
	     "\xF0\x9F\x91\xA9x");
	/* keycap 1; flag of Scotland by tags; flag by two letters */
	safe(LIT("1\xEF\xB8\x8F\xE2\x83\xA3"), 0, "1");
	safe(LIT("\xF0\x9F\x8F\xB4\xF3\xA0\x81\xA7\xF3\xA0\x81\xA2\xF3\xA0\x81\xBF"), 0, "\xF0\x9F\x8F\xB4");
	safe(LIT("\xF0\x9F\x87\xB5\xF0\x9F\x87\xB9"), 0, "\xF0\x9F\x87\xB5\xF0\x9F\x87\xB9");
	/* a joiner between letters drops no letter */
	safe(LIT("\xE0\xA4\x95\xE0\xA5\x8D\xE2\x80\x8D\xE0\xA4\xB7"), 0, "\xE0\xA4\x95\xE0\xA5\x8D\xE0\xA4\xB7");
}

static void test_marks(void **state)
{
	struct buf in, out;
	int i;

	(void)state;
	buf_init(&in, 1000);
	buf_init(&out, 1000);
	buf_adds(&in, "a");
	for (i = 0; i < 50; i++)
		buf_adds(&in, "\xCC\x81");
	buf_adds(&in, "b\xCC\x81");
	text_safe(&out, buf_str(&in), 0);
	assert_string_equal(out.data, "a\xCC\x81\xCC\x81\xCC\x81" "b\xCC\x81");
	/* a mark must not stand on what another cell ends with */
	safe(LIT("\xCC\x81" "a"), 0, FFFD "a");
	safe(LIT("x\n\xCC\x81"), TEXT_LINES, "x\n" FFFD);
	buf_release(&in);
	buf_release(&out);
}

static void assert_harmless(struct str text, bool lines)
{
	size_t at, len;
	uint32_t c;
	bool ok;

	for (at = 0; at < text.n; at += len) {
		c = text_next(text, at, &len, &ok);
		assert_true(ok);
		if (lines && c == '\n')
			continue;
		assert_true(c >= 0x20 && !(c >= 0x7F && c < 0xA0));
		assert_true(wcwidth((wchar_t)c) >= 0);
		assert_false((c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069));
	}
}

static void add_random(struct buf *in, const struct clock *clock)
{
	static const uint32_t traps[] = {
		0x1B, 0x9B, 0x200D, 0x1F468, 0x1F3FB, 0xFE0F, 0x20E3, 0x301, 0x202E, 0x1F1E6, 0, '\r', '\n', 0x2028, 0xE0061, 0x4E00,
	};
	uint64_t r = clock_random(clock);

	switch (r % 4) {
	case 0:
		buf_addc(in, (char)(r >> 8));
		break;
	case 1:
		text_put(in, (uint32_t)(r >> 8) % 0x110000);
		break;
	case 2:
		text_put(in, (uint32_t)(r >> 8) % 0x3000);
		break;
	default:
		text_put(in, traps[(r >> 8) % (sizeof(traps) / sizeof(traps[0]))]);
	}
}

static void test_random(void **state)
{
	struct clock_fake fake;
	struct buf in, out, again, cell;
	int round, i;
	size_t columns, width;

	(void)state;
	clock_fake_init(&fake, 0, 4711);
	buf_init(&in, 10000);
	buf_init(&out, 100000);
	buf_init(&again, 100000);
	buf_init(&cell, 100000);
	for (round = 0; round < 3000; round++) {
		buf_reset(&in);
		buf_reset(&out);
		buf_reset(&again);
		buf_reset(&cell);
		for (i = 0; i < 60; i++)
			add_random(&in, &fake.clock);
		text_safe(&out, buf_str(&in), round % 2 ? TEXT_LINES : 0);
		assert_harmless(buf_str(&out), round % 2);
		text_safe(&again, buf_str(&out), TEXT_LINES);
		assert_true(str_eq(buf_str(&out), buf_str(&again)));
		if (round % 2)
			continue;
		columns = clock_random(&fake.clock) % 70;
		text_cell(&cell, buf_str(&out), columns, true);
		assert_int_equal(text_width(buf_str(&cell)), columns);
		assert_true(text_is_utf8(buf_str(&cell)));
		text_fit(buf_str(&out), columns, &width);
		assert_true(width <= columns);
	}
	buf_release(&in);
	buf_release(&out);
	buf_release(&again);
	buf_release(&cell);
}

static void check_cell(const char *text, size_t columns, bool pad, const char *expected)
{
	struct buf out;

	buf_init(&out, 1000);
	text_cell(&out, str_of(text), columns, pad);
	assert_string_equal(out.data ? out.data : "", expected);
	buf_release(&out);
}

static void test_cells(void **state)
{
	size_t width;

	(void)state;
	assert_int_equal(text_width(STR("abc")), 3);
	assert_int_equal(text_width(STR("\xE5\xB1\xB1\xE7\x94\xB0")), 4);
	assert_int_equal(text_width(STR("e\xCC\x81")), 1);
	assert_int_equal(text_fit(STR("\xE5\xB1\xB1\xE7\x94\xB0"), 3, &width), 3);
	assert_int_equal(width, 2);
	assert_int_equal(text_fit(STR("e\xCC\x81" "e"), 1, &width), 3);
	check_cell("abc", 5, true, "abc  ");
	check_cell("abc", 5, false, "abc");
	check_cell("abc", 3, true, "abc");
	check_cell("abcd", 3, true, "ab\xE2\x80\xA6");
	check_cell("\xE5\xB1\xB1\xE7\x94\xB0", 3, true, "\xE5\xB1\xB1\xE2\x80\xA6");
	check_cell("\xE5\xB1\xB1\xE7\x94\xB0", 2, true, "\xE2\x80\xA6 ");
	check_cell("abc", 0, true, "");
	check_cell("", 2, true, "  ");
}

/* A job without a locale still writes names. */
static void test_no_locale(void **state)
{
	(void)state;
	assert_non_null(setlocale(LC_ALL, "C"));
	safe(LIT("Jos\xC3\xA9 \xE5\xB1\xB1\xC2\x9B"), 0, "Jos\xC3\xA9 \xE5\xB1\xB1" FFFD);
	assert_int_equal(text_width(STR("\xE5\xB1\xB1")), 2);
	assert_non_null(setlocale(LC_ALL, "C.UTF-8"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_controls),
		cmocka_unit_test(test_broken),
		cmocka_unit_test(test_emoji),
		cmocka_unit_test(test_marks),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_cells),
		cmocka_unit_test(test_no_locale),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
