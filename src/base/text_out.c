/*
 * Text on its way into other formats.
 */
#include <dossier/base/text.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* Controls, line separators and direction overrides: harmless to a parser, not to a terminal that shows the file. */
static bool json_escapes(uint32_t c)
{
	return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x061C || c == 0x200E || c == 0x200F ||
	       c == 0x2028 || c == 0x2029 || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

#define EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

/* Not zero when one of eight bytes is zero; those above the first that is may be wrong. */
static uint64_t zero_bytes(uint64_t eight)
{
	return (eight - EACH(1)) & ~eight & EACH(0x80);
}

static inline __attribute__((always_inline)) bool eight_plain(uint64_t eight)
{
	return !((((eight - EACH(' ')) | eight) & EACH(0x80)) | zero_bytes(eight ^ EACH(0x7F)) |
		 zero_bytes(eight ^ EACH('"')) | zero_bytes(eight ^ EACH('\\')));
}

#ifdef __SSE2__
/* Signed: bytes above 127 are below the space too. */
static bool sixteen_plain(const char *p)
{
	__m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
	__m128i odd = _mm_or_si128(_mm_cmplt_epi8(v, _mm_set1_epi8(' ')), _mm_cmpeq_epi8(v, _mm_set1_epi8(0x7F)));

	odd = _mm_or_si128(odd, _mm_or_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8('"')), _mm_cmpeq_epi8(v, _mm_set1_epi8('\\'))));
	return _mm_movemask_epi8(odd) == 0;
}
#endif

/* Fewer than eight bytes, or the end of more: what stands before it may be looked at again. */
static bool end_plain(const char *p, size_t n, size_t rest)
{
	uint64_t eight;
	uint32_t first, last;

	if (n >= sizeof(eight)) {
		memcpy(&eight, p + n - sizeof(eight), sizeof(eight));
		return eight_plain(eight);
	}
	if (rest < sizeof(first))
		return false;
	memcpy(&first, p, sizeof(first));
	memcpy(&last, p + n - sizeof(last), sizeof(last));
	return eight_plain((uint64_t)first << 32 | last);
}

size_t text_json_plain(const char *p, size_t n)
{
	size_t to = 0;
	uint64_t eight;

#ifdef __SSE2__
	while (n - to >= 16 && sixteen_plain(p + to))
		to += 16;
	if (n >= 16 && n - to < 16 && sixteen_plain(p + n - 16))
		return n;
#endif
	for (; n - to >= sizeof(eight); to += sizeof(eight)) {
		memcpy(&eight, p + to, sizeof(eight));
		if (!eight_plain(eight))
			break;
	}
	if (to < n && n - to < sizeof(eight) && end_plain(p, n, n - to))
		return n;
	while (to < n && p[to] >= ' ' && p[to] < 0x7F && p[to] != '"' && p[to] != '\\')
		to++;
	return to;
}

static void json_special(struct buf *out, struct str text, size_t at, size_t *len)
{
	bool ok;
	uint32_t c = text_next(text, at, len, &ok);

	if (c == '"' || c == '\\')
		buf_printf(out, "\\%c", (char)c);
	else if (json_escapes(c))
		buf_printf(out, "\\u%04x", (unsigned)c);
	else if (ok)
		buf_add(out, text.p + at, *len);
	else
		text_put(out, c);
}

void text_json(struct buf *out, struct str text)
{
	size_t len = text.n ? text_json_plain(text.p, text.n) : 0;
	char *space;

	/* Nearly every text is plain from end to end. */
	if (len == text.n && (space = buf_space(out, len + 2)) != NULL) {
		*space++ = '"';
		if (len)
			memcpy(space, text.p, len);
		space[len] = '"';
		space[len + 1] = '\0';
		out->len += len + 2;
		return;
	}
	buf_addc(out, '"');
	for (size_t at = 0; at < text.n && !out->full; at += len) {
		len = text_json_plain(text.p + at, text.n - at);
		if (len)
			buf_add(out, text.p + at, len);
		else
			json_special(out, text, at, &len);
	}
	buf_addc(out, '"');
}

/* A spreadsheet would run such a cell. */
static bool is_formula(struct str text)
{
	return text.n && memchr("=+-@\t\r", text.p[0], 6);
}

void text_csv(struct buf *out, struct str text)
{
	bool formula = is_formula(text), quote = formula;
	uint32_t i;

	for (i = 0; i < text.n && !quote; i++)
		quote = memchr(",\"\r\n;\t", text.p[i], 6) != NULL;
	if (text.n && (text.p[0] == ' ' || text.p[text.n - 1] == ' '))
		quote = true;
	if (!quote) {
		buf_addstr(out, text);
		return;
	}
	buf_adds(out, formula ? "\"'" : "\"");
	for (i = 0; i < text.n; i++) {
		if (text.p[i] == '"')
			buf_addc(out, '"');
		buf_addc(out, text.p[i]);
	}
	buf_addc(out, '"');
}

void text_tsv(struct buf *out, struct str text)
{
	uint32_t i;

	if (is_formula(text))
		buf_addc(out, '\'');
	for (i = 0; i < text.n; i++)
		buf_addc(out, memchr("\t\r\n", text.p[i], 3) ? ' ' : text.p[i]);
}
