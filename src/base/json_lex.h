/*
 * The tokens of JSON, read from pieces: each function takes up where the last
 * piece ended, moves *p as far as it can and says whether the token is over.
 */
#ifndef SRC_BASE_JSON_LEX_H
#define SRC_BASE_JSON_LEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum lex { LEX_MORE, LEX_OVER, LEX_BAD };

struct lex_string {
	unsigned char hex;          /* digits of \uXXXX still to come */
	unsigned char utf;          /* continuation bytes still to come */
	unsigned char low, high;    /* what the next of them may be */
	bool escape;                /* the last byte was a backslash */
	const char *why;            /* after LEX_BAD */
};

enum lex_number { NUMBER_MINUS, NUMBER_ZERO, NUMBER_WHOLE, NUMBER_POINT, NUMBER_FRACTION, NUMBER_E, NUMBER_SIGN, NUMBER_POWER };

static inline bool lex_digit(char c)
{
	return (unsigned char)(c - '0') < 10;
}

static inline const char *lex_space(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\n' || *p == '\r' || *p == '\t'))
		p++;
	return p;
}

/* The first byte that is not plain ASCII of a string: a quote, a backslash, a control, a byte above 127. */
static inline const char *lex_plain(const char *p, const char *end)
{
#ifdef __SSE2__
	const __m128i quote = _mm_set1_epi8('"'), slash = _mm_set1_epi8('\\'), space = _mm_set1_epi8(' ');

	while (end - p >= 16) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
		/* signed: bytes above 127 are below the space too */
		__m128i hit = _mm_or_si128(_mm_cmplt_epi8(v, space),
					   _mm_or_si128(_mm_cmpeq_epi8(v, quote), _mm_cmpeq_epi8(v, slash)));
		int mask = _mm_movemask_epi8(hit);
		if (mask)
			return p + __builtin_ctz((unsigned)mask);
		p += 16;
	}
#else
	const uint64_t ones = 0x0101010101010101U, tops = ones << 7;

	while (end - p >= 8) {
		uint64_t v;
		memcpy(&v, p, 8);
		uint64_t quote = v ^ (ones * '"'), slash = v ^ (ones * '\\');
		/* may report a byte too many after a real hit, never one too few */
		if ((v | (v - ones * ' ') | (quote - ones) | (slash - ones)) & tops)
			break;
		p += 8;
	}
#endif
	while (p < end && (signed char)*p >= ' ' && *p != '"' && *p != '\\')
		p++;
	return p;
}

/* Well-formed UTF-8 only: no overlong forms, no surrogates, nothing above U+10FFFF. */
static inline bool lex_utf_lead(struct lex_string *s, unsigned char c)
{
	s->low = 0x80;
	s->high = 0xBF;
	if (c < 0xC2 || c > 0xF4)
		return false;
	if (c < 0xE0) {
		s->utf = 1;
	} else if (c < 0xF0) {
		s->utf = 2;
		if (c == 0xE0)
			s->low = 0xA0;
		else if (c == 0xED)
			s->high = 0x9F;
	} else {
		s->utf = 3;
		if (c == 0xF0)
			s->low = 0x90;
		else if (c == 0xF4)
			s->high = 0x8F;
	}
	return true;
}

static inline enum lex lex_bad(struct lex_string *s, const char *why)
{
	s->why = why;
	return LEX_BAD;
}

static inline enum lex lex_utf(struct lex_string *s, const char **p, const char *end)
{
	while (s->utf && *p < end) {
		unsigned char c = (unsigned char)**p;
		if (c < s->low || c > s->high)
			return lex_bad(s, "text is not UTF-8");
		s->low = 0x80;
		s->high = 0xBF;
		s->utf--;
		++*p;
	}
	return LEX_MORE;
}

static inline bool lex_hex(char c)
{
	return lex_digit(c) || (unsigned char)((c | 0x20) - 'a') < 6;
}

static inline bool lex_escape_name(char c)
{
	switch (c) {
	case '"': case '\\': case '/': case 'b': case 'f': case 'n': case 'r': case 't':
		return true;
	default:
		return false;
	}
}

static inline enum lex lex_escape(struct lex_string *s, const char **p, const char *end)
{
	if (s->escape && *p < end) {
		s->escape = false;
		if (**p == 'u')
			s->hex = 4;
		else if (!lex_escape_name(**p))
			return lex_bad(s, "after a backslash one of \"\\/bfnrtu is expected");
		++*p;
	}
	while (s->hex && *p < end) {
		if (!lex_hex(**p))
			return lex_bad(s, "after \\u four hexadecimal digits are expected");
		s->hex--;
		++*p;
	}
	return LEX_MORE;
}

/* From after the opening quote to after the closing one; *s is all zero at the start. */
static inline enum lex lex_string(struct lex_string *s, const char **at, const char *end)
{
	const char *p = *at;

	while (p < end) {
		if (__builtin_expect(s->escape || s->hex, 0)) {
			enum lex lex = lex_escape(s, &p, end);
			*at = p;
			if (lex == LEX_BAD)
				return lex;
			continue;
		}
		if (__builtin_expect(s->utf, 0)) {
			enum lex lex = lex_utf(s, &p, end);
			*at = p;
			if (lex == LEX_BAD)
				return lex;
			continue;
		}
		p = lex_plain(p, end);
		*at = p;
		if (p == end)
			break;
		if (*p == '"') {
			*at = p + 1;
			return LEX_OVER;
		}
		if (*p == '\\') {
			if (end - p > 1 && lex_escape_name(p[1]))
				p++;
			else
				s->escape = true;
		} else if ((unsigned char)*p < ' ')
			return lex_bad(s, "a control character in a text must be written as \\uXXXX");
		else if (!lex_utf_lead(s, (unsigned char)*p))
			return lex_bad(s, "text is not UTF-8");
		p++;
	}
	*at = end;
	return LEX_MORE;
}

/* What a number is in after one more byte, or -1 when that byte does not belong to it. */
static inline int lex_number_step(enum lex_number in, char c)
{
	bool digit = lex_digit(c), e = c == 'e' || c == 'E';

	switch (in) {
	case NUMBER_MINUS:
		return c == '0' ? NUMBER_ZERO : digit ? NUMBER_WHOLE : -1;
	case NUMBER_WHOLE:
		if (digit)
			return NUMBER_WHOLE;
		__attribute__((fallthrough));
	case NUMBER_ZERO:
		return c == '.' ? NUMBER_POINT : e ? NUMBER_E : -1;
	case NUMBER_POINT:
		return digit ? NUMBER_FRACTION : -1;
	case NUMBER_FRACTION:
		return digit ? NUMBER_FRACTION : e ? NUMBER_E : -1;
	case NUMBER_E:
		return c == '+' || c == '-' ? NUMBER_SIGN : digit ? NUMBER_POWER : -1;
	case NUMBER_SIGN:
	case NUMBER_POWER:
		return digit ? NUMBER_POWER : -1;
	}
	return -1;
}

static inline bool lex_number_whole(enum lex_number in)
{
	return in == NUMBER_ZERO || in == NUMBER_WHOLE || in == NUMBER_FRACTION || in == NUMBER_POWER;
}

/* Starts in NUMBER_MINUS, after the minus if there is one; over at the first byte that cannot belong to it. */
static inline enum lex lex_number(enum lex_number *in, const char **p, const char *end)
{
	for (; *p < end; ++*p) {
		if (lex_digit(**p) && (*in == NUMBER_WHOLE || *in == NUMBER_FRACTION))
			continue;
		int next = lex_number_step(*in, **p);
		if (next < 0)
			return lex_number_whole(*in) ? LEX_OVER : LEX_BAD;
		*in = (enum lex_number)next;
	}
	return LEX_MORE;
}

#endif
