#include "normal.h"

#include <idn2.h>

#include <dossier/base/text.h>

#define QUOTED(s) (int)((s).n < 80 ? (s).n : 80), (s).p ? (s).p : ""

static bool refuse(struct err *err, struct str value, const char *what)
{
	return err_set(err, ERR_SYNTAX, "\"%.*s\" is not %s", QUOTED(value), what);
}

static bool is_space(uint32_t c)
{
	return c <= ' ' || c == 0x7F || c == 0xA0 || (c >= 0x2000 && c <= 0x200B) || c == 0x202F || c == 0x3000;
}

/* NFC with white space made single (or taken out) and off both ends. */
static void respaced(struct buf *out, struct str value, bool keep_spaces)
{
	bool gap = false, any = false, ok;
	struct buf nfc;
	size_t at, len;
	struct str s;
	uint32_t c;

	buf_init(&nfc, NORMAL_MAX);
	text_nfc(&nfc, value);
	s = buf_str(&nfc);
	for (at = 0; at < s.n; at += len) {
		c = text_next(s, at, &len, &ok);
		if (is_space(c)) {
			gap = any && keep_spaces;
			continue;
		}
		if (gap)
			buf_addc(out, ' ');
		text_put(out, c);
		gap = false;
		any = true;
	}
	if (nfc.full)
		out->full = true;
	buf_release(&nfc);
}

static bool is_host(struct str host)
{
	uint32_t i;

	if (host.n == 0 || host.n > 253 || host.p[0] == '.' || host.p[0] == '-')
		return false;
	for (i = 0; i < host.n; i++) {
		if (!isalnum((unsigned char)host.p[i]) && !memchr("-._", host.p[i], 3))
			return false;
		if (host.p[i] == '.' && (i + 1 == host.n || host.p[i + 1] == '.'))
			return false;
	}
	return true;
}

/* Nothing to be translated: what stands there is what the standard would give, but for its case. */
static bool is_plain_domain(struct str domain)
{
	for (uint32_t i = 0; i < domain.n; i++)
		if ((unsigned char)domain.p[i] >= 0x80)
			return false;
	return !memmem(domain.p, domain.n, "--", 2);
}

/* A domain in its ASCII form, lower case. */
static bool put_domain(struct buf *out, struct str domain)
{
	char *ascii = NULL, *text;
	struct str host;
	uint32_t i;
	bool ok;

	while (domain.n && domain.p[domain.n - 1] == '.')
		domain.n--;
	if (domain.n == 0 || memchr(domain.p, '\0', domain.n))
		return false;
	text = str_dup(domain);
	if (!is_plain_domain(domain) && idn2_to_ascii_8z(text, &ascii, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) != IDN2_OK)
		ascii = NULL;
	/* Names that the standard would not register today, such as a--b.example, still receive mail. */
	host = ascii ? str_of(ascii) : domain;
	ok = is_host(host);
	for (i = 0; ok && i < host.n; i++)
		buf_addc(out, (char)tolower((unsigned char)host.p[i]));
	idn2_free(ascii);
	free(text);
	return ok;
}

static bool put_email(struct str value, struct buf *out, struct err *err)
{
	const char *open = value.n ? memrchr(value.p, '<', value.n) : NULL, *at;
	struct str local, whole = value;
	uint32_t i;

	if (open && value.p[value.n - 1] == '>')
		value = str_make(open + 1, (size_t)(value.p + value.n - open - 2));
	if (value.n > 7 && strncasecmp(value.p, "mailto:", 7) == 0)
		value = str_make(value.p + 7, value.n - 7);
	at = value.n ? memrchr(value.p, '@', value.n) : NULL;
	if (!at || at == value.p || value.n > 320)
		return refuse(err, whole, "an e-mail address");
	local = str_make(value.p, (size_t)(at - value.p));
	for (i = 0; i < local.n; i++)
		if ((unsigned char)local.p[i] <= ' ' || local.p[i] == 0x7F || memchr("@,;<>", local.p[i], 5))
			return refuse(err, whole, "an e-mail address");
	text_fold(out, local);
	buf_addc(out, '@');
	if (!put_domain(out, str_make(at + 1, value.n - local.n - 1)))
		return refuse(err, whole, "an e-mail address: its domain cannot be read");
	return true;
}

/* "@jane", "jane" or the address of a profile page. */
static bool put_handle(struct str value, struct buf *out, struct err *err)
{
	struct str whole = value;
	const char *slash;
	uint32_t i;

	if (str_starts(value, "https://") || str_starts(value, "http://")) {
		while (value.n && value.p[value.n - 1] == '/')
			value.n--;
		slash = memrchr(value.p, '/', value.n);
		if (!slash)
			return refuse(err, whole, "a handle, such as @jane");
		value = str_make(slash + 1, (size_t)(value.p + value.n - slash - 1));
	}
	while (value.n && value.p[0] == '@')
		value = str_make(value.p + 1, value.n - 1);
	for (i = 0; i < value.n; i++)
		if ((unsigned char)value.p[i] <= ' ' || memchr("@/<>\"", value.p[i], 5))
			return refuse(err, whole, "a handle, such as @jane");
	if (value.n == 0)
		return refuse(err, whole, "a handle, such as @jane");
	buf_addc(out, '@');
	text_fold(out, value);
	return true;
}

static bool put_mastodon(struct str value, struct buf *out, struct err *err)
{
	struct str whole = value;
	const char *at;

	while (value.n && value.p[0] == '@')
		value = str_make(value.p + 1, value.n - 1);
	at = value.n ? memchr(value.p, '@', value.n) : NULL;
	if (!at)
		return refuse(err, whole, "a Mastodon handle, such as @jane@example.social");
	if (!put_handle(str_make(value.p, (size_t)(at - value.p)), out, err))
		return false;
	buf_addc(out, '@');
	if (!put_domain(out, str_make(at + 1, (size_t)(value.p + value.n - at - 1))))
		return refuse(err, whole, "a Mastodon handle, such as @jane@example.social");
	return true;
}

static bool put_tel(struct str value, const char *country, struct buf *out, struct err *err)
{
	struct phone phone;

	if (!phone_parse(value, country, &phone))
		return refuse(err, value, "a telephone number");
	buf_adds(out, phone.e164[0] ? phone.e164 : phone.digits);
	return true;
}

static void put_postcode(struct str value, struct buf *out)
{
	struct buf tight;
	size_t i;

	buf_init(&tight, NORMAL_MAX);
	respaced(&tight, value, false);
	for (i = 0; i < tight.len; i++)
		if (tight.data[i] != '-')
			buf_addc(out, (char)toupper((unsigned char)tight.data[i]));
	buf_release(&tight);
}

static bool all_digits(struct str s)
{
	uint32_t i;

	for (i = 0; i < s.n; i++)
		if (!isdigit((unsigned char)s.p[i]))
			return false;
	return s.n > 0;
}

/* Digits in groups are one number; other text keeps its spaces. */
static void put_item(struct str value, struct buf *out)
{
	struct buf tight;

	buf_init(&tight, NORMAL_MAX);
	respaced(&tight, value, false);
	if (all_digits(buf_str(&tight)))
		buf_addstr(out, buf_str(&tight));
	else
		respaced(out, value, true);
	buf_release(&tight);
}

static bool put_reference(struct str value, struct buf *out)
{
	struct buf spaced;
	struct str bare;

	buf_init(&spaced, NORMAL_MAX);
	respaced(&spaced, value, true);
	bare = buf_str(&spaced);
	while (bare.n > 1 && bare.p[0] == '#')
		bare = str_trim(str_make(bare.p + 1, bare.n - 1));
	buf_addstr(out, bare);
	out->full = out->full || spaced.full;
	buf_release(&spaced);
	return true;
}

static bool put_card4(struct str value, struct buf *out, struct err *err)
{
	if (value.n != 4 || !all_digits(value))
		return refuse(err, value, "the last four digits of a card");
	buf_addstr(out, value);
	return true;
}

static bool put_value(enum id_type type, struct str value, const char *country, struct buf *out, struct err *err)
{
	switch (type) {
	case ID_TYPE_EMAIL:
		return put_email(value, out, err);
	case ID_TYPE_TEL:
		return put_tel(value, country, out, err);
	case ID_TYPE_X:
	case ID_TYPE_HANDLE:
		return put_handle(value, out, err);
	case ID_TYPE_MASTODON:
		return put_mastodon(value, out, err);
	case ID_TYPE_CARD4:
		return put_card4(value, out, err);
	case ID_TYPE_POSTCODE:
		put_postcode(value, out);
		return true;
	case ID_TYPE_ITEM:
		put_item(value, out);
		return true;
	case ID_TYPE_LOYALTY:
		respaced(out, value, false);
		return true;
	case ID_TYPE_REC:
	case ID_TYPE_ACCOUNT:
		return buf_addstr(out, value);
	case ID_TYPE_NAME:
	case ID_TYPE_CONTACT:
	case ID_TYPE_CASE:
	case ID_TYPE_PERSON:
		respaced(out, value, true);
		return true;
	default:
		return put_reference(value, out);
	}
}

bool normal_value(enum id_type type, struct str value, const char *country, struct buf *out, struct err *err)
{
	const char *word = identity_type_word(type);

	value = str_trim(value);
	if (str_empty(value))
		return err_set(err, ERR_SYNTAX, "%s: stands without a value", word);
	if (!put_value(type, value, country, out, err))
		return false;
	if (out->full)
		return err_set(err, ERR_LIMIT, "%s: has a value of more than %d bytes", word, NORMAL_MAX);
	if (out->len == 0)
		return err_set(err, ERR_SYNTAX, "%s: stands without a value", word);
	return true;
}

struct str normal_number_in(struct str text)
{
	struct str best = { "", 0 };
	uint32_t i = 0, from;

	while (i < text.n) {
		for (from = i; i < text.n && (isdigit((unsigned char)text.p[i]) || memchr("+-./() ", text.p[i], 7)); i++)
			;
		if (i - from > best.n)
			best = str_make(text.p + from, i - from);
		i += i == from;
	}
	/* A bracket that opens the next words is none of the number's. */
	while (best.n && !isdigit((unsigned char)best.p[best.n - 1]))
		best.n--;
	return best;
}

bool normal_postcode_begins(struct str stored, struct str asked)
{
	struct buf whole;
	struct str tight;
	uint32_t first;
	bool begins;

	for (first = 0; first < stored.n && stored.p[first] != ' ' && stored.p[first] != '-'; first++)
		;
	buf_init(&whole, NORMAL_MAX);
	put_postcode(stored, &whole);
	tight = buf_str(&whole);
	/* British codes end with a digit and two letters, whether a space is before them or not. */
	if (first == stored.n && tight.n > 4 && isdigit((unsigned char)tight.p[tight.n - 3]) &&
	    isalpha((unsigned char)tight.p[tight.n - 2]) && isalpha((unsigned char)tight.p[tight.n - 1]))
		first = tight.n - 3;
	begins = first == asked.n && tight.n >= first && memcmp(tight.p, asked.p, first) == 0;
	buf_release(&whole);
	return begins;
}
