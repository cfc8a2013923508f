#include "decimal.h"

#include <string.h>

#define EXPONENT_MAX 9999       /* larger ones overflow or vanish whatever the digits */

struct decimal {
	struct str digits;      /* with at most one point inside */
	long point;             /* digits before the point, exponent included */
	bool negative;
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool read_exponent(struct str text, uint32_t i, long *exponent)
{
	bool negative = false;
	long value = 0;

	if (i < text.n && (text.p[i] == '-' || text.p[i] == '+'))
		negative = text.p[i++] == '-';
	if (i >= text.n)
		return false;
	for (; i < text.n; i++) {
		if (!is_digit(text.p[i]))
			return false;
		if (value <= EXPONENT_MAX)
			value = value * 10 + (text.p[i] - '0');
	}
	*exponent = negative ? -value : value;
	return true;
}

static bool read_decimal(struct str text, struct decimal *out)
{
	bool point = false, any = false;
	uint32_t i = 0, from;
	long exponent = 0;

	memset(out, 0, sizeof(*out));
	if (text.n && (text.p[0] == '-' || text.p[0] == '+'))
		out->negative = text.p[i++] == '-';
	for (from = i; i < text.n; i++) {
		if (is_digit(text.p[i])) {
			any = true;
			out->point += !point;
		} else if (text.p[i] == '.' && !point) {
			point = true;
		} else {
			break;
		}
	}
	out->digits = str_make(text.p + from, i - from);
	if (!any)
		return false;
	if (i < text.n && (text.p[i] == 'e' || text.p[i] == 'E')) {
		if (!read_exponent(text, i + 1, &exponent))
			return false;
	} else if (i < text.n) {
		return false;
	}
	out->point += exponent;
	return true;
}

enum decimal_result decimal_scaled(struct str text, int places, bool floor, int64_t *out)
{
	struct decimal decimal;
	long left;
	uint64_t value = 0;
	bool half = false, rest = false, first = true, zero;
	uint32_t i;

	if (!read_decimal(text, &decimal))
		return DECIMAL_SYNTAX;
	left = decimal.point + places;
	for (i = 0; i < decimal.digits.n; i++) {
		char c = decimal.digits.p[i];

		if (c == '.')
			continue;
		if (left-- > 0) {
			if (value > (uint64_t)INT64_MAX / 10)
				return DECIMAL_RANGE;
			value = value * 10 + (uint64_t)(c - '0');
		} else {
			/* Only the very next digit decides on half. */
			if (left == -1 && first)
				half = c >= '5';
			first = false;
			rest = rest || c != '0';
		}
	}
	for (zero = value == 0; left > 0 && !zero; left--) {
		if (value > (uint64_t)INT64_MAX / 10)
			return DECIMAL_RANGE;
		value *= 10;
	}
	value += floor ? decimal.negative && rest : half;
	if (value > (uint64_t)INT64_MAX)
		return DECIMAL_RANGE;
	*out = decimal.negative ? -(int64_t)value : (int64_t)value;
	return DECIMAL_OK;
}
