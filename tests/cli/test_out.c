/* The machine formats: shape, escapes, columns, and what happens when the reader goes away. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <dossier/base/json.h>

#include "../../src/cli/out.h"

struct sheet {
	int fd;
	struct out *out;
	char text[8192];
};

static void sheet_open(struct sheet *sheet, enum out_format format)
{
	sheet->fd = memfd_create("out", MFD_CLOEXEC);
	assert_true(sheet->fd >= 0);
	sheet->out = out_new(sheet->fd, format, "auto");
}

static const char *sheet_close(struct sheet *sheet)
{
	ssize_t n;

	assert_true(out_flush(sheet->out));
	n = pread(sheet->fd, sheet->text, sizeof(sheet->text) - 1, 0);
	assert_true(n >= 0);
	sheet->text[n] = '\0';
	out_free(sheet->out);
	close(sheet->fd);
	return sheet->text;
}

static void put_row(struct out *out)
{
	const struct fields *f = out_fields(out);

	out_open(out);
	f->text(f->arg, "id", STR("a\"b"));
	f->text(f->arg, "none", (struct str){ 0 });
	f->integer(f->arg, "n", -7);
	f->boolean(f->arg, "yes", true);
	f->time(f->arg, "at", 0);
	f->time(f->arg, "until", WHEN_NONE);
	f->money(f->arg, "amount", (struct money){ 4210, "GBP" });
	f->money(f->arg, "free", (struct money){ 0 });
	f->begin_map(f->arg, "place");
	f->text(f->arg, "name", STR("Berlin"));
	f->end_map(f->arg);
	f->begin_list(f->arg, "tags");
	f->text(f->arg, NULL, STR("x"));
	f->text(f->arg, NULL, STR("=y"));
	f->text(f->arg, NULL, STR("x"));
	f->end_list(f->arg);
	out_close(out);
}

static void test_json_shape(void **state)
{
	struct sheet sheet;

	(void)state;
	sheet_open(&sheet, OUT_JSON);
	put_row(sheet.out);
	assert_string_equal(sheet_close(&sheet),
		"{\"v\":1,\"id\":\"a\\\"b\",\"none\":null,\"n\":-7,\"yes\":true,\"at\":\"1970-01-01T00:00:00.000Z\","
		"\"until\":null,\"amount\":{\"minor\":4210,\"currency\":\"GBP\"},\"free\":null,"
		"\"place\":{\"name\":\"Berlin\"},\"tags\":[\"x\",\"=y\",\"x\"]}\n");
}

static void put_interaction(struct sheet *sheet, const struct interaction *it, size_t n_sources, bool by_the_run)
{
	const struct interaction *sources[] = { it, it };
	const struct timeline_row row = { it, sources, n_sources };
	struct fields f;

	sheet_open(sheet, OUT_NDJSON);
	f = *out_fields(sheet->out);
	assert_non_null(f.members);
	if (!by_the_run)
		f.members = NULL;
	out_open(sheet->out);
	present_row(&(struct present){ 0 }, &row, &f);
	out_close(sheet->out);
	sheet_close(sheet);
}

/* Whatever a row says or not: what is written by the run is what its members would be one by one. */
static void test_rows_by_the_run_and_by_the_member(void **state)
{
	static struct line line;
	static struct attachment file;
	struct refs refs = { 0 }, none = { 0 };
	struct sheet by_run, by_member;

	(void)state;
	for (int i = 0; i < 18; i++) {
		struct interaction it = { .id = STR("1"), .at = 0, .until = WHEN_NONE };
		struct str *texts[] = { &it.done, &it.outcome, &it.web, &it.part_of, &it.number,
					&refs.order, &refs.receipt, &refs.ticket, &refs.tracking, &refs.call, &refs.case_ };

		refs = none;
		it.refs = i % 2 ? &refs : NULL;
		if (i < 11)
			*texts[i] = STR("x");
		if (i >= 5 && i < 11)
			it.refs = &refs;
		it.amount = i == 11 ? (struct money){ 1, "GBP" } : (struct money){ 0 };
		it.lines = i == 12 ? &line : NULL;
		it.n_lines = i == 12;
		it.attachments = i == 13 ? &file : NULL;
		it.n_attachments = i == 13;
		it.shared_only = i == 14;
		it.closed = i == 15;
		put_interaction(&by_run, &it, i == 16 ? 2 : 1, true);
		put_interaction(&by_member, &it, i == 16 ? 2 : 1, false);
		assert_string_equal(by_run.text, by_member.text);
		assert_non_null(strstr(by_run.text, "\"masked\":["));
	}
}

static void test_ndjson_is_a_line_each(void **state)
{
	struct sheet sheet;
	const char *text, *second;

	(void)state;
	sheet_open(&sheet, OUT_NDJSON);
	put_row(sheet.out);
	put_row(sheet.out);
	text = sheet_close(&sheet);
	second = strchr(text, '\n');
	assert_non_null(second);
	assert_memory_equal(second + 1, "{\"v\":1,", 7);
	assert_string_equal(strchr(second + 1, '\n'), "\n");
}

static void test_json_hides_controls_and_keeps_the_value(void **state)
{
	static const char hostile[] = "a\033[31m\xc2\x9b\xe2\x80\xae z\x7f";
	struct sheet sheet;
	struct json_object *root, *value;
	const struct fields *f;
	struct err err = { 0 };
	const char *text;

	(void)state;
	sheet_open(&sheet, OUT_JSON);
	f = out_fields(sheet.out);
	out_open(sheet.out);
	f->text(f->arg, "t", str_make(hostile, sizeof(hostile) - 1));
	out_close(sheet.out);
	text = sheet_close(&sheet);
	for (const char *c = text; *c && *c != '\n'; c++)
		assert_in_range(*c, 0x20, 0x7e);
	root = json_parse_whole(str_of(text), NULL, &err);
	assert_non_null(root);
	assert_true(json_object_object_get_ex(root, "t", &value));
	assert_int_equal(json_object_get_string_len(value), sizeof(hostile) - 1);
	assert_memory_equal(json_object_get_string(value), hostile, sizeof(hostile) - 1);
	json_object_put(root);
}

static void test_csv_columns_by_path(void **state)
{
	static const char *const columns[] = { "place.name", "amount", "amount.currency", "tags", "none", "missing", NULL };
	struct sheet sheet;

	(void)state;
	sheet_open(&sheet, OUT_CSV);
	out_table(sheet.out, columns);
	put_row(sheet.out);
	put_row(sheet.out);
	assert_string_equal(sheet_close(&sheet),
		"place.name,amount,amount.currency,tags,none,missing\r\n"
		"Berlin,42.10,GBP,\"x; =y\",,\r\n"
		"Berlin,42.10,GBP,\"x; =y\",,\r\n");
}

static void test_no_spreadsheet_runs_a_cell(void **state)
{
	static const char *const columns[] = { "t", NULL };
	static const char *const cells[] = { "=1+1", "+1", "-1+1", "@x", "\t=1", "\r=1" };

	(void)state;
	for (size_t i = 0; i < sizeof(cells) / sizeof(cells[0]); i++) {
		struct sheet sheet;
		const struct fields *f;
		const char *row;

		sheet_open(&sheet, OUT_CSV);
		f = out_fields(sheet.out);
		out_table(sheet.out, columns);
		out_open(sheet.out);
		f->text(f->arg, "t", str_of(cells[i]));
		out_close(sheet.out);
		row = strchr(sheet_close(&sheet), '\n') + 1;
		if (*row == '"')
			row++;
		assert_null(memchr("=+-@\t\r", *row, 6));
	}
}

static void test_numbers_stay_numbers(void **state)
{
	static const char *const columns[] = { "a", "b", "c", NULL };
	struct sheet sheet;
	const struct fields *f;

	(void)state;
	sheet_open(&sheet, OUT_CSV);
	f = out_fields(sheet.out);
	out_table(sheet.out, columns);
	out_open(sheet.out);
	f->money(f->arg, "a", (struct money){ -1050, "EUR" });
	f->text(f->arg, "b", STR("-1-2"));
	f->text(f->arg, "c", STR("-"));
	out_close(sheet.out);
	assert_string_equal(sheet_close(&sheet), "a,b,c\r\n-10.50,\"'-1-2\",\"'-\"\r\n");
}

static void test_tsv_stays_one_line_a_row(void **state)
{
	static const char *const columns[] = { "a", "b", NULL };
	struct sheet sheet;
	const struct fields *f;

	(void)state;
	sheet_open(&sheet, OUT_TSV);
	f = out_fields(sheet.out);
	out_table(sheet.out, columns);
	out_open(sheet.out);
	f->text(f->arg, "a", STR("one\ntwo\tthree"));
	f->text(f->arg, "b", STR("x"));
	out_close(sheet.out);
	assert_string_equal(sheet_close(&sheet), "a\tb\none two three\tx\n");
}

static void test_a_reader_that_went_away(void **state)
{
	int ends[2];
	struct out *out;

	(void)state;
	signal(SIGPIPE, SIG_IGN);
	assert_int_equal(pipe(ends), 0);
	close(ends[0]);
	out = out_new(ends[1], OUT_NDJSON, NULL);
	put_row(out);
	assert_false(out_flush(out));
	put_row(out);
	assert_false(out_flush(out));
	assert_int_equal(out_error(out), 0);
	out_free(out);
	close(ends[1]);
}

static void test_a_full_disk_is_told(void **state)
{
	int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
	struct out *out = out_new(fd, OUT_JSON, "auto");

	(void)state;
	if (fd < 0) {
		out_free(out);
		skip();
	}
	assert_int_equal(out_error(out), 0);
	put_row(out);
	assert_false(out_flush(out));
	assert_int_equal(out_error(out), ENOSPC);
	out_free(out);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_json_shape),
		cmocka_unit_test(test_rows_by_the_run_and_by_the_member),
		cmocka_unit_test(test_ndjson_is_a_line_each),
		cmocka_unit_test(test_json_hides_controls_and_keeps_the_value),
		cmocka_unit_test(test_csv_columns_by_path),
		cmocka_unit_test(test_no_spreadsheet_runs_a_cell),
		cmocka_unit_test(test_numbers_stay_numbers),
		cmocka_unit_test(test_tsv_stays_one_line_a_row),
		cmocka_unit_test(test_a_reader_that_went_away),
		cmocka_unit_test(test_a_full_disk_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
