#include <locale.h>
#include <math.h>

#include "json_lex.h"
#include "yaml_in.h"

#include <dossier/base/mem.h>

static const struct { const char *text; json_type type; bool value; } words[] = {
	{ "", json_type_null, false }, { "~", json_type_null, false },
	{ "null", json_type_null, false }, { "Null", json_type_null, false }, { "NULL", json_type_null, false },
	{ "true", json_type_boolean, true }, { "True", json_type_boolean, true }, { "TRUE", json_type_boolean, true },
	{ "false", json_type_boolean, false }, { "False", json_type_boolean, false }, { "FALSE", json_type_boolean, false },
};

static bool word(struct str text, struct json_object **out)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (!str_is(text, words[i].text))
			continue;
		*out = words[i].type == json_type_null ? NULL : json_object_new_boolean(words[i].value);
		return true;
	}
	return false;
}

/* -1: not a digit of that base */
static int digit_of(char c, int base)
{
	int digit = lex_digit(c) ? c - '0' : lex_hex(c) ? (c | 0x20) - 'a' + 10 : -1;

	return digit < base ? digit : -1;
}

enum found { FOUND_NOT, FOUND_IT, FOUND_TOO_LARGE };

static enum found integer(struct str text, int64_t *out)
{
	bool minus = str_starts(text, "-"), fits = true;
	int base = str_starts(text, "0o") ? 8 : str_starts(text, "0x") ? 16 : 10;
	uint32_t i = base != 10 ? 2 : minus || str_starts(text, "+");

	if (i == text.n)
		return FOUND_NOT;
	for (*out = 0; i < text.n; i++) {
		int digit = digit_of(text.p[i], base);
		if (digit < 0)
			return FOUND_NOT;
		fits = fits && !__builtin_mul_overflow(*out, base, out) &&
		       !__builtin_add_overflow(*out, minus ? -digit : digit, out);
	}
	return fits ? FOUND_IT : FOUND_TOO_LARGE;
}

static uint32_t digits(struct str text, uint32_t *at)
{
	uint32_t from = *at;

	while (*at < text.n && lex_digit(text.p[*at]))
		++*at;
	return *at - from;
}

/* [-+]? ( . digits | digits ( . digits? )? ) ( e [-+]? digits )? */
static bool is_decimal(struct str text)
{
	uint32_t at = text.n && (text.p[0] == '-' || text.p[0] == '+'), whole, part = 0;

	whole = digits(text, &at);
	if (at < text.n && text.p[at] == '.') {
		at++;
		part = digits(text, &at);
	}
	if (whole + part == 0)
		return false;
	if (at < text.n && (text.p[at] == 'e' || text.p[at] == 'E')) {
		at++;
		if (at < text.n && (text.p[at] == '-' || text.p[at] == '+'))
			at++;
		if (digits(text, &at) == 0)
			return false;
	}
	return at == text.n;
}

static bool is_json_number(struct str text)
{
	enum lex_number number = NUMBER_MINUS;
	const char *p = text.p, *end = text.p + text.n;

	if (p < end && *p == '-')
		p++;
	return lex_number(&number, &p, end) == LEX_MORE && lex_number_whole(number);
}

static double decimal(const char *text)
{
	locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	double value = c ? strtod_l(text, NULL, c) : strtod(text, NULL);

	if (c)
		freelocale(c);
	return value;
}

static bool is_not_finite(struct str text)
{
	static const char *const names[] = { ".inf", ".Inf", ".INF", ".nan", ".NaN", ".NAN" };

	if (str_starts(text, "+") || str_starts(text, "-"))
		text = str_make(text.p + 1, text.n - 1);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_is(text, names[i]))
			return true;
	return false;
}

bool yaml_scalar(struct str text, struct json_object **out, const char **why)
{
	int64_t number;

	*why = NULL;
	if (word(text, out))
		return true;
	enum found found = integer(text, &number);
	if (found == FOUND_IT) {
		*out = json_object_new_int64(number);
		return true;
	}
	if (found == FOUND_TOO_LARGE) {
		*why = "the number is too large; put it in quotes when it is a text";
	} else if (is_decimal(text)) {
		char *copy = str_dup(text);
		double value = decimal(copy);
		if (isinf(value))
			*why = "the number is too large; put it in quotes when it is a text";
		else
			/* 1.10 stays 1.10 where it is read as a text */
			*out = is_json_number(text) ? json_object_new_double_s(value, copy) : json_object_new_double(value);
		free(copy);
	} else if (is_not_finite(text)) {
		*why = "infinity and not-a-number are no values here";
	} else {
		*out = json_object_new_string_len(text.p, (int)text.n);
	}
	if (*why)
		*out = json_object_new_string_len(text.p, (int)text.n);
	return !*why;
}
