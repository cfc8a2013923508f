/* Arbitrary bytes on their way to people: what comes out is harmless for a terminal, a JSON reader, a spreadsheet. */
#include <locale.h>
#include <wchar.h>

#include <dossier/base/json.h>
#include <dossier/base/text.h>

#include "fuzz.h"

static void check_safe(struct str text, unsigned flags)
{
	struct buf out, cell, again;
	size_t len, width;
	uint32_t c;
	bool ok;

	buf_init(&out, 4 << 20);
	buf_init(&again, 4 << 20);
	text_safe(&out, text, flags);
	for (size_t at = 0; at < out.len; at += len) {
		c = text_next(buf_str(&out), at, &len, &ok);
		FUZZ_CHECK(ok);
		FUZZ_CHECK(c >= 0x20 || (c == '\n' && flags & TEXT_LINES));
		FUZZ_CHECK(c < 0x7f || c >= 0xa0);
		FUZZ_CHECK(!(c >= 0x200b && c <= 0x200f) && !(c >= 0x2028 && c <= 0x202e) && !(c >= 0x2060 && c <= 0x206f));
		FUZZ_CHECK(c != 0xfeff && c != 0x61c && !(c >= 0xe0000 && c <= 0xe0fff));
		FUZZ_CHECK(c == '\n' || wcwidth((wchar_t)c) >= 0);
	}
	/* what is safe stays as it is */
	text_safe(&again, buf_str(&out), flags);
	FUZZ_CHECK(str_eq(buf_str(&out), buf_str(&again)));
	for (size_t columns = 0; columns < 12; columns++) {
		buf_init(&cell, 1 << 16);
		FUZZ_CHECK(text_fit(buf_str(&out), columns, &width) <= out.len && width <= columns);
		text_cell(&cell, buf_str(&out), columns, true);
		if (!(flags & TEXT_LINES))
			FUZZ_CHECK(text_width(buf_str(&cell)) == columns && text_is_utf8(buf_str(&cell)));
		buf_release(&cell);
	}
	buf_release(&out);
	buf_release(&again);
}

static void check_json(struct str text)
{
	struct err err = { 0 };
	struct json_object *back;
	struct buf out;

	buf_init(&out, 8 << 20);
	text_json(&out, text);
	for (size_t i = 0; i < out.len; i++)
		FUZZ_CHECK((unsigned char)out.data[i] >= 0x20 && out.data[i] != 0x7f);
	back = json_parse_whole(buf_str(&out), NULL, &err);
	FUZZ_CHECK(err.code == ERR_NONE && json_object_is_type(back, json_type_string));
	if (text_is_utf8(text))
		FUZZ_CHECK((uint32_t)json_object_get_string_len(back) == text.n &&
			   !memcmp(json_object_get_string(back), text.p, text.n));
	json_object_put(back);
	buf_release(&out);
}

/* One cell by RFC 4180, and none that a spreadsheet would run. */
static void check_csv(struct str text)
{
	struct buf safe, out;
	bool quoted;

	buf_init(&safe, 4 << 20);
	buf_init(&out, 8 << 20);
	text_safe(&safe, text, TEXT_LINES);
	text_csv(&out, buf_str(&safe));
	quoted = out.len && out.data[0] == '"';
	if (quoted) {
		FUZZ_CHECK(out.len >= 2 && out.data[out.len - 1] == '"');
		for (size_t i = 1; i < out.len - 1; i++)
			if (out.data[i] == '"')
				FUZZ_CHECK(++i < out.len - 1 && out.data[i] == '"');
		FUZZ_CHECK(out.len == 2 || !memchr("=+-@", out.data[1], 4));
	} else {
		FUZZ_CHECK(!out.len || (!strpbrk(out.data, ",\"\r\n") && !memchr("=+-@", out.data[0], 4)));
	}
	buf_reset(&out);
	text_tsv(&out, buf_str(&safe));
	FUZZ_CHECK(!out.len || (!strpbrk(out.data, "\t\r\n") && !memchr("=+-@", out.data[0], 4)));
	buf_release(&safe);
	buf_release(&out);
}

static void check_fold(struct str text)
{
	struct buf nfc, fold, plain, again;

	buf_init(&nfc, 4 << 20);
	buf_init(&fold, 4 << 20);
	buf_init(&plain, 4 << 20);
	buf_init(&again, 4 << 20);
	text_nfc(&nfc, text);
	text_fold(&fold, text);
	text_fold_plain(&plain, text);
	FUZZ_CHECK(text_is_utf8(buf_str(&nfc)) && text_is_utf8(buf_str(&fold)) && text_is_utf8(buf_str(&plain)));
	FUZZ_CHECK(text_contains_fold(text, buf_str(&fold)));
	text_nfc(&again, buf_str(&nfc));
	FUZZ_CHECK(str_eq(buf_str(&nfc), buf_str(&again)));
	buf_release(&nfc);
	buf_release(&fold);
	buf_release(&plain);
	buf_release(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static bool ready;
	struct str text = fuzz_copy(data, n);

	if (!ready)
		FUZZ_CHECK(setlocale(LC_ALL, "C.UTF-8"));
	ready = true;
	check_safe(text, 0);
	check_safe(text, TEXT_LINES);
	check_json(text);
	check_csv(text);
	check_fold(text);
	fuzz_drop(text);
	return 0;
}
