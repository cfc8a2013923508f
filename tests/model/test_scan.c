#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include <dossier/base/buf.h>
#include <dossier/base/mem.h>
#include <dossier/model/scan.h>

/* "item 5901234123457", "who 07700900123", both with the likelier first. */
static void read_as(enum scan_how how, const char *text, size_t n, const char *wanted)
{
	struct err err = { 0 };
	struct who_pattern *patterns[] = {
		who_pattern_new(ID_TYPE_LOYALTY, "29[0-9]{11}", NULL, &err), who_pattern_new(ID_TYPE_RECEIPT, "https://till\\.example\\.com/r/([0-9]+)", "\\1", &err),
	};
	struct who_rules rules = { .country = "GB", .patterns = patterns, .n_patterns = 2 };
	struct arena *arena = arena_new();
	struct scan scan;
	struct buf out;

	buf_init(&out, 4096);
	scan_read(arena, str_make(text, n), &rules, how, &scan);
	if (scan.who.p && scan.who_first)
		buf_printf(&out, "who %.*s ", STR_ARG(scan.who));
	if (scan.item.p)
		buf_printf(&out, "item %.*s ", STR_ARG(scan.item));
	if (scan.who.p && !scan.who_first)
		buf_printf(&out, "who %.*s ", STR_ARG(scan.who));
	assert_string_equal(out.len ? out.data : "", wanted);
	buf_release(&out);
	arena_free(arena);
	who_pattern_free(patterns[0]);
	who_pattern_free(patterns[1]);
}
#define READ(how, text, wanted) read_as(SCAN_##how, text, sizeof(text) - 1, wanted)

static void test_marked(void **state)
{
	(void)state;
	READ(MARKED, "5901234123457", "item 5901234123457 ");
	READ(MARKED, "5901234123457\r\n", "item 5901234123457 ");
	READ(MARKED, "96385074", "item 96385074 ");
	/* a wrong check digit is no item's */
	READ(MARKED, "5901234123458", "who 5901234123458 ");
	READ(MARKED, "07700900123", "who 07700900123 ");
	READ(MARKED, "CHINO-3230", "who CHINO-3230 ");
	/* two readings: the house's pattern goes first, a telephone last */
	READ(MARKED, "2912345678901", "who 2912345678901 ");
	READ(MARKED, "2912345678906", "who 2912345678906 item 2912345678906 ");
	READ(MARKED, "012345678905", "item 012345678905 who 012345678905 ");
	READ(MARKED, "https://till.example.com/r/4711", "who https://till.example.com/r/4711 ");
}

static void test_gs1(void **state)
{
	(void)state;
	READ(MARKED, "]C1010590123412345717261231\x1D" "10ABC", "item 05901234123457 ");
	READ(MARKED, "]E05901234123457", "item 5901234123457 ");
	READ(MARKED, "0105901234123457", "who 0105901234123457 ");
	READ(MARKED, "\x1D\x00\x7F", "");
	READ(MARKED, "", "");
	READ(MARKED, " \t", "");
	READ(MARKED, "59012\x00" "34123457", "item 5901234123457 ");
}

static void test_unmarked(void **state)
{
	(void)state;
	READ(FAST, "5901234123457", "item 5901234123457 ");
	READ(FAST, "07700900123", "who 07700900123 ");
	READ(FAST, "1034", "who 1034 ");
	/* an order's number may have a right check digit */
	READ(FAST, "96385074", "item 96385074 who 96385074 ");
	READ(TYPED, "96385074", "who 96385074 ");
	READ(TYPED, "5901234123457", "item 5901234123457 who 5901234123457 ");
	READ(TYPED, "smith ls1", "who smith ls1 ");
	READ(TYPED, "07700900123", "who 07700900123 ");
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_marked), cmocka_unit_test(test_gs1), cmocka_unit_test(test_unmarked) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
