/*
 * Card numbers that people type or that systems put into texts. What is looked
 * for is what cards look like, so that order numbers, telephones and bar codes
 * stay readable.
 */
#include <dossier/model/entry.h>

#define CARD_LEAST 13
#define CARD_MOST 19
#define RUN_MOST 64     /* digits of one run that are looked at together */

struct run {
	char digits[RUN_MOST];
	uint32_t at[RUN_MOST];          /* where each stands in the text */
	bool first[RUN_MOST], last[RUN_MOST];   /* of its group */
	unsigned n;
	bool plus;
};

/* First digits and lengths that are given out (ISO/IEC 7812, the schemes' own pages). */
static const struct { unsigned low, high, digits; unsigned char lengths[4]; } schemes[] = {
	{ 4, 4, 1, { 13, 16, 18, 19 } },                /* Visa */
	{ 51, 55, 2, { 16 } },                          /* Mastercard */
	{ 2221, 2720, 4, { 16 } },
	{ 34, 34, 2, { 15 } }, { 37, 37, 2, { 15 } },   /* American Express */
	{ 36, 36, 2, { 14, 16, 19 } },                  /* Diners */
	{ 300, 305, 3, { 14, 16, 19 } }, { 38, 39, 2, { 14, 16, 19 } },
	{ 6011, 6011, 4, { 16, 19 } }, { 644, 659, 3, { 16, 19 } },     /* Discover */
	{ 62, 62, 2, { 16, 17, 18, 19 } },              /* UnionPay */
	{ 81, 81, 2, { 16, 17, 18, 19 } },
	{ 3528, 3589, 4, { 16, 17, 18, 19 } },          /* JCB */
	{ 50, 50, 2, { 13, 15, 16, 19 } }, { 56, 59, 2, { 13, 15, 16, 19 } },   /* Maestro */
	{ 60, 61, 2, { 16, 18, 19 } }, { 63, 69, 2, { 16, 18, 19 } },
	{ 2200, 2204, 4, { 16, 17, 18, 19 } },          /* Mir */
	{ 9792, 9792, 4, { 16 } },                      /* Troy */
};

static bool scheme_has(const char *digits, unsigned n)
{
	for (size_t i = 0; i < sizeof(schemes) / sizeof(*schemes); i++) {
		unsigned prefix = 0;

		for (unsigned k = 0; k < schemes[i].digits; k++)
			prefix = prefix * 10 + (unsigned)(digits[k] - '0');
		if (prefix < schemes[i].low || prefix > schemes[i].high)
			continue;
		for (int k = 0; k < 4; k++) {
			if (schemes[i].lengths[k] == n)
				return true;
		}
	}
	return false;
}

static bool luhn(const char *digits, unsigned n)
{
	unsigned sum = 0;

	for (unsigned i = 0; i < n; i++) {
		unsigned digit = (unsigned)(digits[n - 1 - i] - '0');

		if (i & 1)
			digit = digit > 4 ? digit * 2 - 9 : digit * 2;
		sum += digit;
	}
	return sum % 10 == 0;
}

/* A bar code of thirteen digits has a check digit of its own. */
static bool gtin13(const char *digits)
{
	unsigned sum = 0;

	for (unsigned i = 0; i < 13; i++)
		sum += (unsigned)(digits[i] - '0') * (i & 1 ? 3 : 1);
	return sum % 10 == 0;
}

static bool card_at(const struct run *run, unsigned from, unsigned n)
{
	if (run->plus && from == 0 && n <= 15)
		return false;
	return scheme_has(run->digits + from, n) && luhn(run->digits + from, n) &&
	       !(n == 13 && gtin13(run->digits + from));
}

/* Length of the card that begins here: whole groups first, for those are how people write one. 0: none. */
static unsigned card_length(const struct run *run, unsigned from)
{
	for (int whole = 1; whole >= 0; whole--) {
		if (whole && !run->first[from])
			continue;
		for (unsigned n = CARD_MOST; n >= CARD_LEAST; n--) {
			/* A number inside a longer one is only believed in the common length. */
			if (from + n > run->n || (whole ? !run->last[from + n - 1] : n != 16))
				continue;
			if (card_at(run, from, n))
				return n;
		}
	}
	return 0;
}

static void run_mask(const struct run *run, char *text)
{
	for (unsigned from = 0; from + CARD_LEAST <= run->n; ) {
		unsigned n = card_length(run, from);

		for (unsigned i = 0; n && i < n - 4; i++)
			text[run->at[from + i]] = '*';
		from += n ? n : 1;
	}
}

/* Bytes of what may stand between two groups of one number; 0: nothing of that kind. */
static uint32_t gap_length(struct str text, uint32_t at)
{
	static const char *const gaps[] = { " ", "-", ".", "/", "\xC2\xA0", "\xE2\x80\x93", "\xE2\x80\x89", "\xE2\x80\xAF", "\xE2\x80\x91" };

	for (size_t i = 0; i < sizeof(gaps) / sizeof(*gaps); i++) {
		uint32_t n = (uint32_t)strlen(gaps[i]);

		if (text.n - at >= n && !memcmp(text.p + at, gaps[i], n))
			return n;
	}
	return 0;
}

static bool digit_at(struct str text, uint32_t at)
{
	return at < text.n && text.p[at] >= '0' && text.p[at] <= '9';
}

static uint32_t gaps_length(struct str text, uint32_t at)
{
	uint32_t n = gap_length(text, at), more = n ? gap_length(text, at + n) : 0;

	/* "4111 - 1111" */
	more += more ? gap_length(text, at + n + more) : 0;
	return n + more;
}

/* Collects digits from at on; returns where to go on. */
static uint32_t run_read(struct str text, uint32_t at, struct run *run)
{
	*run = (struct run){ .plus = at > 0 && text.p[at - 1] == '+' };
	while (digit_at(text, at) && run->n < RUN_MOST) {
		uint32_t gap;

		run->digits[run->n] = text.p[at];
		run->at[run->n] = at;
		run->first[run->n] = run->n == 0 || run->last[run->n - 1];
		at++;
		run->last[run->n] = !digit_at(text, at);
		gap = run->last[run->n] && at < text.n ? gaps_length(text, at) : 0;
		run->n++;
		if (gap && digit_at(text, at + gap))
			at += gap;
	}
	return at;
}

void entry_mask_cards(struct buf *out, struct str text)
{
	char *copy = str_dup(text);

	for (uint32_t at = 0; at < text.n; ) {
		struct run run;

		if (!digit_at(text, at)) {
			at++;
			continue;
		}
		uint32_t end = run_read(text, at, &run);

		run_mask(&run, copy);
		/* A run cut at its most is looked at again from its last cards' length on. */
		at = run.n == RUN_MOST && digit_at(text, end) ? run.at[RUN_MOST - CARD_MOST] : end;
	}
	buf_add(out, copy ? copy : "", text.n);
	free(copy);
}
