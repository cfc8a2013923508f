#include "entity.h"

#include <string.h>

#define NAME_MAX_BYTES 8

/* U+00A0 to U+00FF, in order. */
static const char latin[96][NAME_MAX_BYTES] = {
	"nbsp", "iexcl", "cent", "pound", "curren", "yen", "brvbar", "sect", "uml", "copy", "ordf", "laquo", "not", "shy",
	"reg", "macr", "deg", "plusmn", "sup2", "sup3", "acute", "micro", "para", "middot", "cedil", "sup1", "ordm",
	"raquo", "frac14", "frac12", "frac34", "iquest", "Agrave", "Aacute", "Acirc", "Atilde", "Auml", "Aring", "AElig",
	"Ccedil", "Egrave", "Eacute", "Ecirc", "Euml", "Igrave", "Iacute", "Icirc", "Iuml", "ETH", "Ntilde", "Ograve",
	"Oacute", "Ocirc", "Otilde", "Ouml", "times", "Oslash", "Ugrave", "Uacute", "Ucirc", "Uuml", "Yacute", "THORN",
	"szlig", "agrave", "aacute", "acirc", "atilde", "auml", "aring", "aelig", "ccedil", "egrave", "eacute", "ecirc",
	"euml", "igrave", "iacute", "icirc", "iuml", "eth", "ntilde", "ograve", "oacute", "ocirc", "otilde", "ouml",
	"divide", "oslash", "ugrave", "uacute", "ucirc", "uuml", "yacute", "thorn", "yuml",
};

static const struct { char name[NAME_MAX_BYTES]; uint32_t code; } others[] = {
	{ "amp", '&' }, { "lt", '<' }, { "gt", '>' }, { "quot", '"' }, { "apos", '\'' }, { "euro", 0x20AC },
	{ "hellip", 0x2026 }, { "mdash", 0x2014 }, { "ndash", 0x2013 }, { "lsquo", 0x2018 }, { "rsquo", 0x2019 },
	{ "sbquo", 0x201A }, { "ldquo", 0x201C }, { "rdquo", 0x201D }, { "bdquo", 0x201E }, { "lsaquo", 0x2039 },
	{ "rsaquo", 0x203A }, { "bull", 0x2022 }, { "trade", 0x2122 }, { "ensp", 0x2002 }, { "emsp", 0x2003 },
	{ "thinsp", 0x2009 }, { "zwnj", 0x200C }, { "zwj", 0x200D }, { "OElig", 0x152 }, { "oelig", 0x153 },
	{ "Scaron", 0x160 }, { "scaron", 0x161 }, { "Yuml", 0x178 }, { "rarr", 0x2192 }, { "larr", 0x2190 },
	{ "minus", 0x2212 }, { "Tab", '\t' }, { "NewLine", '\n' }, { "commat", '@' }, { "colon", ':' }, { "excl", '!' },
	{ "num", '#' }, { "percnt", '%' }, { "lpar", '(' }, { "rpar", ')' }, { "plus", '+' }, { "sol", '/' },
};

/* Numbers 128 to 159 mean what Windows had there. */
static uint32_t checked(uint32_t code)
{
	static const uint16_t windows[32] = {
		0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0xFFFD,
		0x017D, 0xFFFD, 0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A,
		0x0153, 0xFFFD, 0x017E, 0x0178,
	};

	if (code >= 128 && code < 160)
		return windows[code - 128];
	if (code == 0 || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF))
		return 0xFFFD;
	return code;
}

static int digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : 99;
}

static uint32_t read_number(struct str text, size_t at, size_t *len)
{
	size_t i = at + 2, from;
	uint32_t code = 0;
	int base = 10;

	if (i < text.n && (text.p[i] == 'x' || text.p[i] == 'X')) {
		base = 16;
		i++;
	}
	for (from = i; i < text.n && digit_value(text.p[i]) < base; i++)
		if (code <= 0x10FFFF)
			code = code * (uint32_t)base + (uint32_t)digit_value(text.p[i]);
	if (i == from)
		return 0;
	*len = i - at + (i < text.n && text.p[i] == ';');
	return checked(code);
}

uint32_t entity_read(struct str text, size_t at, size_t *len)
{
	struct str name;
	size_t i, end;

	if (at + 1 < text.n && text.p[at + 1] == '#')
		return read_number(text, at, len);
	for (end = at + 1; end < text.n && isalnum((unsigned char)text.p[end]) && end - at < NAME_MAX_BYTES; end++)
		;
	if (end >= text.n || text.p[end] != ';')
		return 0;
	name = str_make(text.p + at + 1, end - at - 1);
	*len = end - at + 1;
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (str_is(name, others[i].name))
			return others[i].code;
	for (i = 0; i < 96; i++)
		if (str_is(name, latin[i]))
			return 0xA0 + (uint32_t)i;
	return 0;
}
