/*
 * What may name a customer, made unreadable for the log: values of a query,
 * segments of a path that had to be escaped, e-mail addresses, telephone
 * numbers. A name among other words cannot be told from them.
 */
#include <arpa/inet.h>

#include <dossier/base/log.h>
#include <dossier/base/text.h>

#define DIGITS_LEAST 9          /* fewer are a count, a date or a port */
#define DATE 10                 /* 2026-11-20 */

static const char dots[] = "\342\200\242\342\200\242\342\200\242";

static bool is_in(char c, const char *set)
{
	return c != '\0' && strchr(set, c) != NULL;
}

static bool ends_word(char c)
{
	return (unsigned char)c <= ' ' || is_in(c, "\"'<>(),;=&?/:[]{}");
}

static uint32_t word_end(struct str text, uint32_t at)
{
	while (at < text.n && !ends_word(text.p[at]))
		at++;
	return at;
}

static bool is_escaped(struct str word)
{
	return memchr(word.p, '%', word.n) != NULL;
}

/* Where the "@" of an address stands, and how long it is written; NULL: it is none. */
static const char *find_at(struct str word, size_t *n)
{
	const char *at = memchr(word.p, '@', word.n);

	*n = 1;
	if (!at) {
		*n = 3;
		at = memmem(word.p, word.n, "%40", 3);
	}
	return at;
}

static void put_start(struct buf *out, struct str text)
{
	size_t n;
	bool ok;

	if (text.n == 0)
		return;
	text_next(text, 0, &n, &ok);
	if (ok && !is_in(*text.p, "@%"))
		buf_add(out, text.p, n);
}

/* "maria@example.com" as "m...@e...". */
static void put_address(struct buf *out, struct str word, const char *at, size_t n)
{
	put_start(out, str_make(word.p, (size_t)(at - word.p)));
	buf_adds(out, dots);
	buf_addc(out, '@');
	put_start(out, str_make(at + n, word.n - (size_t)(at + n - word.p)));
	buf_adds(out, dots);
}

static void put_word(struct buf *out, struct str word)
{
	size_t n;
	const char *at = find_at(word, &n);

	if (at)
		put_address(out, word, at, n);
	else
		buf_addstr(out, word);
}

static bool is_ip(struct str run)
{
	char text[16];
	struct in_addr ip;

	if (run.n >= sizeof(text))
		return false;
	memcpy(text, run.p, run.n);
	text[run.n] = '\0';
	return inet_pton(AF_INET, text, &ip) == 1;
}

static bool is_date(struct str run)
{
	static const char form[] = "dddd-dd-dd";

	for (uint32_t i = 0; i < DATE; i++)
		if (i >= run.n || (form[i] == 'd' ? !isdigit((unsigned char)run.p[i]) : run.p[i] != form[i]))
			return false;
	return true;
}

/* The telephone number that starts here, from its first to its last digit; empty when none does. */
static struct str number_at(struct str text, uint32_t at)
{
	uint32_t digits = 0, end = at, i = at;

	if (at > 0 && isalnum((unsigned char)text.p[at - 1]))
		return str_make(text.p, 0);
	for (; i < text.n && (isdigit((unsigned char)text.p[i]) || is_in(text.p[i], "+ -/().")); i++)
		if (isdigit((unsigned char)text.p[i])) {
			digits++;
			end = i + 1;
		}
	if (digits < DIGITS_LEAST || (end < text.n && isalpha((unsigned char)text.p[end])))
		return str_make(text.p, 0);
	return str_make(text.p + at, end - at);
}

/* Takes "name=value&name=value" behind a "?"; returns where it ends. */
static uint32_t hide_query(struct str text, uint32_t at, struct buf *out)
{
	while (at < text.n && (unsigned char)text.p[at] > ' ' && text.p[at] != '"') {
		uint32_t end = at;

		while (end < text.n && (unsigned char)text.p[end] > ' ' && !is_in(text.p[end], "\"&="))
			end++;
		put_word(out, str_make(text.p + at, end - at));
		if (end < text.n && text.p[end] == '=') {
			buf_addc(out, '=');
			buf_adds(out, dots);
			while (end < text.n && (unsigned char)text.p[end] > ' ' && !is_in(text.p[end], "\"&"))
				end++;
		}
		if (end < text.n && text.p[end] == '&')
			buf_addc(out, text.p[end++]);
		at = end;
	}
	return at;
}

static uint32_t hide_word(struct str text, uint32_t at, struct buf *out)
{
	struct str word = str_make(text.p + at, word_end(text, at) - at);
	size_t n;

	if (at > 0 && text.p[at - 1] == '/' && is_escaped(word) && !find_at(word, &n))
		buf_adds(out, dots);
	else
		put_word(out, word);
	return at + word.n;
}

void log_hide(struct str text, struct buf *out)
{
	uint32_t at = 0;

	while (at < text.n) {
		struct str number = { 0 };

		if (text.p[at] == '+' || text.p[at] == '(' || isdigit((unsigned char)text.p[at]))
			number = number_at(text, at);
		if (number.n && is_date(number)) {
			buf_add(out, number.p, DATE);
			at += DATE;
		} else if (number.n && !is_ip(number)) {
			buf_add(out, number.p, 3);
			buf_adds(out, dots);
			buf_add(out, number.p + number.n - 3, 3);
			at += number.n;
		} else if (text.p[at] == '?') {
			buf_addc(out, '?');
			at = hide_query(text, at + 1, out);
		} else if (ends_word(text.p[at])) {
			buf_addc(out, text.p[at++]);
		} else {
			at = hide_word(text, at, out);
		}
	}
}
