#include <dossier/model/identity.h>

#include <unictype.h>

#include <dossier/base/text.h>

#include "phone.h"

#define E164_MAX 15
#define TYPED_MAX 64            /* bytes; nobody types a longer number */

static const struct phone_country *country_find(const char *iso)
{
	size_t i;

	if (!iso || !iso[0])
		return NULL;
	for (i = 0; i < phone_countries_n; i++)
		if (strcasecmp(phone_countries[i].iso, iso) == 0)
			return &phone_countries[i];
	return NULL;
}

bool phone_country_known(const char *country)
{
	return country_find(country) != NULL;
}

/* The country that digits with a calling code lead to; "home" where it shares that code. */
static const struct phone_country *country_of(const char *digits, const struct phone_country *home)
{
	size_t i, n;

	if (home && strncmp(digits, home->code, strlen(home->code)) == 0)
		return home;
	for (i = 0; i < phone_countries_n; i++) {
		n = strlen(phone_countries[i].code);
		if (strncmp(digits, phone_countries[i].code, n) == 0)
			return &phone_countries[i];
	}
	return NULL;
}

struct typed {
	char digits[24];
	size_t n;
	bool plus;
	bool zero;              /* "(0)" stood at zero_at: a trunk prefix for those at home */
	size_t zero_at;
};

/* 2026-11-20, 20.11.2026, 11/20/2026: three groups, the first or last a year. */
static bool is_date(struct str s)
{
	size_t len[3] = { 0 }, group = 0;
	const char *year;
	char mark = 0;
	uint32_t i;

	for (i = 0; i < s.n; i++) {
		if (isdigit((unsigned char)s.p[i])) {
			len[group]++;
		} else if (memchr("-./", s.p[i], 3) && (!mark || mark == s.p[i]) && group < 2 && len[group]) {
			mark = s.p[i];
			group++;
		} else {
			return false;
		}
	}
	if (group != 2 || len[1] < 1 || len[1] > 2)
		return false;
	if (len[0] == 4 && len[2] >= 1 && len[2] <= 2)
		year = s.p;
	else if (len[2] == 4 && len[0] >= 1 && len[0] <= 2)
		year = s.p + s.n - 4;
	else
		return false;
	return memcmp(year, "19", 2) == 0 || memcmp(year, "20", 2) == 0;
}

/* Bytes before an extension: "ext 12", "x12", "#12", ";ext=12". */
static size_t extension_at(struct str s)
{
	uint32_t i;

	for (i = 0; i < s.n; i++)
		if (memchr("#;xX", s.p[i], 4) ||
		    (s.n - i >= 3 && strncasecmp(s.p + i, "ext", 3) == 0))
			return i;
	return s.n;
}

static bool is_extension(struct str s)
{
	uint32_t i, digits = 0;

	for (i = 0; i < s.n; i++) {
		if (isdigit((unsigned char)s.p[i]))
			digits++;
		else if (!memchr("#;xXeEtTnNsSiIoO.:= ", s.p[i], 20) || digits)
			return false;
	}
	return digits > 0;
}

static bool is_punctuation(uint32_t c)
{
	return c == ' ' || c == '-' || c == '.' || c == '/' || c == '(' || c == ')' || c == 0xA0 ||
	       (c >= 0x2000 && c <= 0x200B) || (c >= 0x2010 && c <= 0x2015) || c == 0x202F || c == 0x2212 ||
	       c == 0x202A || c == 0x202C || c == 0x200E;
}

static bool read_digits(struct str s, struct typed *out)
{
	size_t at, len;
	uint32_t c;
	bool ok;
	int value;

	for (at = 0; at < s.n; at += len) {
		c = text_next(s, at, &len, &ok);
		value = ok ? uc_decimal_value(c) : -1;
		if (value >= 0) {
			if (out->n + 1 >= sizeof(out->digits))
				return false;
			if (value == 0 && at > 0 && s.p[at - 1] == '(' && at + 1 < s.n && s.p[at + 1] == ')') {
				out->zero = true;
				out->zero_at = out->n;
			}
			out->digits[out->n++] = (char)('0' + value);
		} else if (c == '+' || c == 0xFF0B) {
			if (out->plus || out->n)
				return false;
			out->plus = true;
		} else if (!is_punctuation(c)) {
			return false;
		}
	}
	out->digits[out->n] = '\0';
	return out->n >= 3;
}

/* Digits that begin with a calling code become E.164; false when the code is nobody's. */
static bool set_international(struct phone *out, struct typed *typed, size_t skip, const struct phone_country *home)
{
	const struct phone_country *country;
	char digits[24];
	size_t n = typed->n - skip, code, trunk;

	memcpy(digits, typed->digits + skip, n + 1);
	country = country_of(digits, home);
	if (!country)
		return false;
	code = strlen(country->code);
	/* Italy and San Marino keep the zero. */
	if (typed->zero && typed->zero_at == skip + code && strcmp(country->code, "39") != 0 &&
	    strcmp(country->code, "378") != 0) {
		memmove(digits + code, digits + code + 1, n - code);
		n--;
	}
	trunk = strlen(country->trunk);
	/* Elsewhere no national number begins with the trunk's zero, so it was left in by mistake, also twice. */
	while (trunk && country->trunk[0] == '0' && strncmp(digits + code, country->trunk, trunk) == 0) {
		memmove(digits + code, digits + code + trunk, n - code - trunk + 1);
		n -= trunk;
	}
	if (n > E164_MAX || n < code + 4)
		return false;
	if (strcmp(country->code, "1") == 0 && (n != 11 || digits[1] < '2'))
		return false;
	snprintf(out->e164, sizeof(out->e164), "+%.*s", E164_MAX, digits);
	snprintf(out->country, sizeof(out->country), "%s", country->iso);
	return true;
}

static bool in_length(const struct phone_country *c, size_t n)
{
	return n >= c->min && n <= c->max;
}

static void set_national(struct phone *out, const struct typed *typed, const struct phone_country *home)
{
	size_t trunk = strlen(home->trunk);
	const char *national = typed->digits;
	size_t n = typed->n;

	if (trunk && n > trunk && strncmp(national, home->trunk, trunk) == 0 && in_length(home, n - trunk) &&
	    !(home->trunk[0] != '0' && in_length(home, n))) {
		national += trunk;
		n -= trunk;
	} else if (!home->whole || n < home->whole || !in_length(home, n)) {
		return;
	} else if (trunk && home->trunk[0] == '0' && national[0] == '0') {
		return;
	}
	if (strcmp(home->code, "1") == 0 && national[0] < '2')
		return;
	snprintf(out->e164, sizeof(out->e164), "+%s%.*s", home->code, (int)n, national);
	snprintf(out->country, sizeof(out->country), "%s", home->iso);
}

/* Digits of a prefix that says "abroad", or 0. Where no country is known, the one that ITU recommends. */
static size_t abroad_prefix(const struct typed *typed, const struct phone_country *home)
{
	const char *prefix = home && home->abroad[0] ? home->abroad : "00";
	size_t n = strlen(prefix);

	return n >= 2 && typed->n > n && strncmp(typed->digits, prefix, n) == 0 ? n : 0;
}

bool phone_parse(struct str text, const char *country, struct phone *out)
{
	const struct phone_country *home = country_find(country);
	struct typed typed = { .n = 0 };
	size_t skip, cut;

	memset(out, 0, sizeof(*out));
	text = str_trim(text);
	if (text.n > 4 && strncasecmp(text.p, "tel:", 4) == 0)
		text = str_trim(str_make(text.p + 4, text.n - 4));
	if (text.n == 0 || text.n > TYPED_MAX || is_date(text))
		return false;
	cut = extension_at(text);
	if (cut < text.n && !is_extension(str_make(text.p + cut, text.n - cut)))
		return false;
	if (!read_digits(str_make(text.p, cut), &typed))
		return false;
	skip = typed.plus ? 0 : abroad_prefix(&typed, home);
	if (typed.n - skip > E164_MAX + 1u)
		return false;
	snprintf(out->digits, sizeof(out->digits), "%s", typed.digits);
	if (typed.plus || skip) {
		if (set_international(out, &typed, skip, home) || typed.plus)
			return typed.n - skip <= E164_MAX || out->e164[0];
	}
	if (home)
		set_national(out, &typed, home);
	return typed.n - skip <= E164_MAX || out->e164[0];
}

/* b's digits end with a's, so whatever stands before in the shorter agrees too. */
static bool is_tail(const char *a, size_t na, const char *b, size_t nb)
{
	return na >= 7 && na <= nb && memcmp(a, b + nb - na, na) == 0;
}

static bool tails_agree(const char *a, const char *b)
{
	size_t na = strlen(a), nb = strlen(b);

	return is_tail(a, na, b, nb) || is_tail(b, nb, a, na);
}

/* Digits without the trunk prefix of that country; unknown countries have most people's zero. */
static const char *without_trunk(const char *digits, const char *iso)
{
	const struct phone_country *country = country_find(iso);
	const char *trunk = country ? country->trunk : "0";
	size_t n = strlen(trunk);

	if (strncmp(digits, "00", 2) == 0)
		return digits + 2;
	return n && strncmp(digits, trunk, n) == 0 ? digits + n : digits;
}

bool phone_same(const struct phone *a, const struct phone *b)
{
	const char *da = a->e164[0] ? a->e164 + 1 : a->digits;
	const char *db = b->e164[0] ? b->e164 + 1 : b->digits;
	const char *ta, *tb;

	if (strcmp(da, db) == 0)
		return da[0] != '\0';
	if (a->e164[0] && b->e164[0])
		return false;
	ta = a->e164[0] ? da : without_trunk(da, b->country);
	tb = b->e164[0] ? db : without_trunk(db, a->country);
	return tails_agree(da, db) || tails_agree(ta, tb) || tails_agree(ta, db) || tails_agree(da, tb);
}

static void spread(const char *digits, struct str mark, struct buf *out)
{
	size_t i;

	for (i = 0; digits[i]; i++) {
		if (i)
			buf_addstr(out, mark);
		buf_addc(out, digits[i]);
	}
}

bool phone_form(const struct phone *phone, struct str form, struct buf *out)
{
	const struct phone_country *country = country_find(phone->country);
	const char *digits = phone->e164[0] ? phone->e164 + 1 : phone->digits;
	const char *national = country ? digits + strlen(country->code) : digits;
	size_t n = strlen(digits), last = 0;
	uint32_t i;

	if (str_is(form, "e164")) {
		buf_adds(out, phone->e164);
	} else if (str_is(form, "national")) {
		buf_adds(out, country ? country->trunk : "");
		buf_adds(out, national);
	} else if (str_is(form, "digits")) {
		buf_adds(out, digits);
	} else if (str_starts(form, "last:") && form.n > 5 && form.n <= 7) {
		for (i = 5; i < form.n; i++) {
			if (!isdigit((unsigned char)form.p[i]))
				return false;
			last = last * 10 + (size_t)(form.p[i] - '0');
		}
		if (last == 0)
			return false;
		buf_adds(out, n > last ? digits + n - last : digits);
	} else if (str_starts(form, "spread:") && form.n > 7) {
		spread(national, str_make(form.p + 7, form.n - 7), out);
	} else {
		return false;
	}
	return true;
}
