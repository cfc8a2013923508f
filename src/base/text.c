#include <dossier/base/text.h>

#include <uniwidth.h>
#include <wchar.h>

#define REPLACEMENT 0xFFFD
#define JOINER 0x200D
#define MARKS_MAX 3

uint32_t text_next(struct str text, size_t at, size_t *len, bool *ok)
{
	const unsigned char *p = (const unsigned char *)text.p + at;
	size_t left = text.n - at, need, i;
	unsigned char low = 0x80, high = 0xBF;
	uint32_t code;

	*len = 1;
	*ok = false;
	if (p[0] < 0x80) {
		*ok = true;
		return p[0];
	}
	if (p[0] < 0xC2 || p[0] > 0xF4)
		return REPLACEMENT;
	need = p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : 4;
	code = p[0] & (0xFFu >> (need + 1));
	/* The second byte's range shuts out overlong forms, surrogates and what is past U+10FFFF. */
	if (p[0] == 0xE0)
		low = 0xA0;
	else if (p[0] == 0xED)
		high = 0x9F;
	else if (p[0] == 0xF0)
		low = 0x90;
	else if (p[0] == 0xF4)
		high = 0x8F;
	for (i = 1; i < need; i++) {
		if (i >= left || p[i] < low || p[i] > high) {
			*len = i;
			return REPLACEMENT;
		}
		code = code << 6 | (p[i] & 0x3F);
		low = 0x80;
		high = 0xBF;
	}
	*len = need;
	*ok = true;
	return code;
}

void text_put(struct buf *out, uint32_t c)
{
	char bytes[4];

	if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
		c = REPLACEMENT;
	if (c < 0x80) {
		buf_addc(out, (char)c);
	} else if (c < 0x800) {
		bytes[0] = (char)(0xC0 | c >> 6);
		bytes[1] = (char)(0x80 | (c & 0x3F));
		buf_add(out, bytes, 2);
	} else if (c < 0x10000) {
		bytes[0] = (char)(0xE0 | c >> 12);
		bytes[1] = (char)(0x80 | (c >> 6 & 0x3F));
		bytes[2] = (char)(0x80 | (c & 0x3F));
		buf_add(out, bytes, 3);
	} else {
		bytes[0] = (char)(0xF0 | c >> 18);
		bytes[1] = (char)(0x80 | (c >> 12 & 0x3F));
		bytes[2] = (char)(0x80 | (c >> 6 & 0x3F));
		bytes[3] = (char)(0x80 | (c & 0x3F));
		buf_add(out, bytes, 4);
	}
}

bool text_is_utf8(struct str text)
{
	size_t at, len;
	bool ok;

	for (at = 0; at < text.n; at += len) {
		text_next(text, at, &len, &ok);
		if (!ok)
			return false;
	}
	return true;
}

void text_from_windows(struct str text, struct buf *out)
{
	/* 0x80 to 0x9F; the rest is as in Latin-1, and so in Unicode */
	static const uint16_t high[32] = {
		0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D, 0x017D, 0x8F,
		0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D, 0x017E, 0x0178,
	};

	for (uint32_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];

		text_put(out, c >= 0x80 && c < 0xA0 ? high[c - 0x80] : c);
	}
}

struct range { uint32_t first, last; };

static bool in_ranges(uint32_t c, const struct range *ranges, size_t n)
{
	size_t i;

	for (i = 0; i < n && c >= ranges[i].first; i++)
		if (c <= ranges[i].last)
			return true;
	return false;
}

/* Invisible, or shown in ways that terminals disagree on. */
static bool is_dropped(uint32_t c)
{
	static const struct range dropped[] = {
		{ 0x034F, 0x034F },     /* grapheme joiner */
		{ 0x061C, 0x061C },     /* Arabic letter mark */
		{ 0x180B, 0x180F },     /* Mongolian selectors and separator */
		{ 0x200B, 0x200F },     /* zero width, joiners, direction marks */
		{ 0x202A, 0x202E },     /* direction overrides */
		{ 0x2060, 0x206F },     /* word joiner, isolates, deprecated format */
		{ 0x20E3, 0x20E3 },     /* keycap */
		{ 0xFE00, 0xFE0F },     /* variation selectors */
		{ 0xFEFF, 0xFEFF },     /* byte order mark */
		{ 0xFFF9, 0xFFFB },     /* annotation anchors */
		{ 0x1BCA0, 0x1BCA3 },   /* shorthand format */
		{ 0x1D173, 0x1D17A },   /* musical format */
		{ 0x1F3FB, 0x1F3FF },   /* skin tones */
		{ 0xE0000, 0xE0FFF },   /* tags, more variation selectors */
	};

	return c >= 0x034F && in_ranges(c, dropped, sizeof(dropped) / sizeof(dropped[0]));
}

static bool is_pictograph(uint32_t c)
{
	static const struct range pictographs[] = {
		{ 0x203C, 0x203C }, { 0x2049, 0x2049 }, { 0x2122, 0x2122 }, { 0x2139, 0x2139 },
		{ 0x2190, 0x2BFF }, { 0x3030, 0x303D }, { 0x3297, 0x3299 }, { 0x1F000, 0x1FAFF },
	};

	return in_ranges(c, pictographs, sizeof(pictographs) / sizeof(pictographs[0]));
}

/* -1: cannot be shown. The library's table stands in where the locale knows no more than ASCII. */
static int char_width(uint32_t c)
{
	int width;

	if (c >= 0x20 && c < 0x7F)
		return 1;
	if (c < 0xA0)
		return -1;
	width = wcwidth((wchar_t)c);
	if (width < 0 && wcwidth(REPLACEMENT) < 0)
		width = uc_width(c, "UTF-8");
	return width;
}

struct safe {
	struct buf *out;
	bool joined;            /* the last character was a zero-width joiner */
	unsigned marks;         /* on the current base */
	bool base;              /* there is one for a mark to stand on */
};

static void safe_base(struct safe *safe, uint32_t c)
{
	text_put(safe->out, c);
	safe->base = true;
	safe->marks = 0;
}

static void safe_char(struct safe *safe, uint32_t c)
{
	bool joined = safe->joined;
	int width;

	if (is_dropped(c)) {
		safe->joined = c == JOINER || (joined && c >= 0xFE00 && c <= 0xFE0F);
		return;
	}
	safe->joined = false;
	if (joined && is_pictograph(c))
		return;
	width = char_width(c);
	if (width < 0 || (width == 0 && !safe->base)) {
		safe_base(safe, REPLACEMENT);
	} else if (width == 0) {
		if (safe->marks++ < MARKS_MAX)
			text_put(safe->out, c);
	} else {
		safe_base(safe, c);
	}
}

static void safe_line_end(struct safe *safe, unsigned flags)
{
	buf_addc(safe->out, flags & TEXT_LINES ? '\n' : ' ');
	safe->joined = false;
	safe->base = false;
}

void text_safe(struct buf *out, struct str text, unsigned flags)
{
	struct safe safe = { .out = out };
	size_t at, len;
	uint32_t c;
	bool ok;

	for (at = 0; at < text.n && !out->full; at += len) {
		c = text_next(text, at, &len, &ok);
		if (c == '\r' && at + 1 < text.n && text.p[at + 1] == '\n')
			continue;
		if (c == '\n' || c == '\r' || c == 0x2028 || c == 0x2029)
			safe_line_end(&safe, flags);
		else
			safe_char(&safe, c == '\t' ? ' ' : c);
	}
}

static size_t shown_width(uint32_t c)
{
	int width = c == '\n' ? 0 : char_width(c);

	return width < 0 ? 1 : (size_t)width;
}

size_t text_width(struct str safe)
{
	size_t at, len, width = 0;
	bool ok;

	for (at = 0; at < safe.n; at += len)
		width += shown_width(text_next(safe, at, &len, &ok));
	return width;
}

size_t text_fit(struct str safe, size_t columns, size_t *width)
{
	size_t at, len, w, taken = 0;
	bool ok;

	for (at = 0; at < safe.n; at += len) {
		w = shown_width(text_next(safe, at, &len, &ok));
		if (taken + w > columns)
			break;
		taken += w;
	}
	*width = taken;
	return at;
}

void text_cell(struct buf *out, struct str safe, size_t columns, bool pad)
{
	size_t n, width;

	n = text_fit(safe, columns, &width);
	if (n < safe.n && columns > 0) {
		n = text_fit(safe, columns - 1, &width);
		buf_add(out, safe.p, n);
		text_put(out, 0x2026);
		width++;
	} else {
		buf_add(out, safe.p, n);
	}
	while (pad && width++ < columns)
		buf_addc(out, ' ');
}
