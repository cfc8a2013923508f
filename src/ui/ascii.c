#include "ascii.h"

#include <dossier/base/text.h>

/* Sorted by code point. */
static const struct { uint32_t from; const char *to; } likenesses[] = {
	{ 0xA0, " " }, { 0xA1, "!" }, { 0xA2, "c" }, { 0xA3, "GBP " }, { 0xA5, "JPY " }, { 0xA9, "(c)" }, { 0xAB, "\"" },
	{ 0xAE, "(r)" }, { 0xB0, "o" }, { 0xB7, "-" }, { 0xBB, "\"" }, { 0xBF, "?" }, { 0xD7, "x" }, { 0xDF, "ss" },
	{ 0xE6, "ae" }, { 0xF8, "o" }, { 0xD8, "O" }, { 0xC6, "AE" }, { 0x141, "L" }, { 0x142, "l" }, { 0x152, "OE" }, { 0x153, "oe" },
	{ 0x2013, "-" }, { 0x2014, "-" }, { 0x2018, "'" }, { 0x2019, "'" }, { 0x201C, "\"" }, { 0x201D, "\"" }, { 0x201E, "\"" },
	{ 0x2022, "*" }, { 0x2026, "." }, { 0x20AC, "EUR " }, { 0x2190, "<" }, { 0x2191, "^" }, { 0x2192, ">" }, { 0x2193, "v" },
	{ 0x2500, "-" }, { 0x2502, "|" }, { 0x252C, "+" }, { 0x2534, "+" }, { 0x253C, "+" }, { 0x25B8, ">" }, { 0x25CF, "*" },
	{ 0x25D0, "~" }, { 0x2713, "v" }, { 0x2715, "x" },
};

static const char *likeness(uint32_t code)
{
	for (size_t i = 0; i < sizeof(likenesses) / sizeof(*likenesses); i++)
		if (likenesses[i].from == code)
			return likenesses[i].to;
	return NULL;
}

/* Letters of Latin-1 and Latin Extended-A without what stands above or below them; '-' where there is none. */
static char plain_letter(uint32_t code)
{
	static const char latin1[] = "AAAAAA-CEEEEIIIIDNOOOOO--UUUUY--aaaaaa-ceeeeiiiidnooooo--uuuuy-y";
	static const char extended[] =
		"AaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIi--JjKkkLlLlLlLlLl"
		"NnNnNnnNnOoOoOo--RrRrRrSsSsSsSsTtTtTtUuUuUuUuUuUuWwYyYZzZzZzs";

	if (code >= 0xC0 && code <= 0xFF)
		return latin1[code - 0xC0];
	if (code >= 0x100 && code - 0x100 < sizeof(extended) - 1)
		return extended[code - 0x100];
	return '-';
}

static void fold_one(struct buf *out, struct str one, uint32_t code)
{
	const char *to = likeness(code);
	size_t width;

	if (to) {
		buf_adds(out, to);
	} else if (plain_letter(code) != '-') {
		buf_addc(out, plain_letter(code));
	} else {
		for (width = text_width(one); width > 0; width--)
			buf_addc(out, '?');
	}
}

void ascii_fold(struct buf *text)
{
	struct buf out;
	size_t len, at;
	bool ok;

	for (at = 0; at < text->len && (unsigned char)text->data[at] < 0x80; at++)
		;
	if (at == text->len)
		return;
	buf_init(&out, text->max);
	for (at = 0; at < text->len; at += len) {
		uint32_t code = text_next(buf_str(text), at, &len, &ok);

		if (code < 0x80)
			buf_addc(&out, (char)code);
		else
			fold_one(&out, str_make(text->data + at, len), code);
	}
	buf_reset(text);
	buf_addstr(text, buf_str(&out));
	buf_release(&out);
}
