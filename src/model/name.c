/*
 * Whether two names can be one person's.
 */
#include <dossier/model/identity.h>

#include <dossier/base/text.h>

#define WORDS_MAX 16

struct name {
	struct buf text;                /* folded plain; the words point into it */
	struct str words[WORDS_MAX];    /* the family name last */
	size_t n;
	struct str generation;          /* "jr", or absent */
};

static bool is_one_of(struct str word, const char *const *list)
{
	for (; *list; list++)
		if (str_is(word, *list))
			return true;
	return false;
}

static bool is_title(struct str word)
{
	static const char *const titles[] = {
		"dr", "doctor", "mr", "mrs", "ms", "miss", "mister", "mx", "prof", "professor", "sir", "dame", "rev",
		"herr", "frau", "hr", "dipl", "ing", "mag", "mme", "mlle", "monsieur", "madame", "mademoiselle",
		"sr", "sra", "srta", "senor", "senora", "senhor", "senhora", "dona", "dott", "sig", "signor", "signora",
		"dhr", "mevr", "fru", NULL,
	};

	return is_one_of(word, titles);
}

static bool is_generation(struct str word)
{
	static const char *const generations[] = { "jr", "sr", "ii", "iii", "iv", NULL };

	return is_one_of(word, generations);
}

static bool is_degree(struct str word)
{
	static const char *const degrees[] = { "phd", "md", "msc", "bsc", "mba", "esq", NULL };

	return is_one_of(word, degrees);
}

/* Adds the words of one part, without the titles before and what follows a name. */
static void take_words(struct name *name, struct str part)
{
	size_t at = 0, end, first = name->n;
	struct str word;

	while (at < part.n && name->n < WORDS_MAX) {
		for (end = at; end < part.n && part.p[end] != ' '; end++)
			;
		word = str_make(part.p + at, end - at);
		if (word.n && !(name->n == first && is_title(word)))
			name->words[name->n++] = word;
		at = end + 1;
	}
	while (name->n > first + 1 && is_degree(name->words[name->n - 1]))
		name->n--;
	if (name->n > first + 1 && is_generation(name->words[name->n - 1]))
		name->generation = name->words[--name->n];
}

/* O'Brien is one word, whichever apostrophe was typed. */
static void fold_part(struct buf *out, struct str part)
{
	struct buf bare;
	size_t at, len;
	uint32_t c;
	bool ok;

	buf_init(&bare, UINT32_MAX);
	for (at = 0; at < part.n; at += len) {
		c = text_next(part, at, &len, &ok);
		if (c != '\'' && c != '`' && c != 0xB4 && c != 0x2018 && c != 0x2019 && c != 0x02BC)
			text_put(&bare, c);
	}
	text_fold_plain(out, buf_str(&bare));
	buf_release(&bare);
}

/* "Krueger, Anna" is turned; a comma before what only follows a name ("Smith, Jr") is not. */
static void name_init(struct name *name, struct str typed)
{
	const char *comma = typed.n ? memchr(typed.p, ',', typed.n) : NULL;
	struct buf after;
	size_t split = 0;
	struct str rest;

	memset(name, 0, sizeof(*name));
	buf_init(&name->text, UINT32_MAX);
	if (comma) {
		buf_init(&after, UINT32_MAX);
		fold_part(&after, str_make(comma + 1, (size_t)(typed.p + typed.n - comma - 1)));
		rest = buf_str(&after);
		if (rest.n && !is_generation(rest) && !is_degree(rest)) {
			buf_addstr(&name->text, rest);
			buf_addc(&name->text, ' ');
			split = name->text.len;
			typed = str_make(typed.p, (size_t)(comma - typed.p));
		}
		buf_release(&after);
	}
	fold_part(&name->text, typed);
	if (!name->text.len)
		return;
	take_words(name, str_make(name->text.data, split));
	take_words(name, str_make(name->text.data + split, name->text.len - split));
}

static void name_release(struct name *name)
{
	buf_release(&name->text);
}

static size_t first_char(struct str word)
{
	size_t len;
	bool ok;

	text_next(word, 0, &len, &ok);
	return len;
}

/* Equal, or one is the other's initial. */
static bool words_fit(struct str a, struct str b)
{
	size_t n = first_char(a);

	if (str_eq(a, b))
		return true;
	return (a.n == n || b.n == first_char(b)) && b.n >= n && memcmp(a.p, b.p, n) == 0;
}

/*
 * Finds each word of the shorter name a partner of its own in the longer,
 * moving earlier partners on where that helps, so that the order of words
 * does not decide. Depth is bounded by WORDS_MAX.
 */
static bool find_partner(const struct name *a, const struct name *b, size_t word, unsigned *tried, int *taken_by)
{
	size_t i;

	for (i = 0; i < b->n; i++) {
		if ((*tried & 1u << i) || !words_fit(a->words[word], b->words[i]))
			continue;
		*tried |= 1u << i;
		if (taken_by[i] < 0 || find_partner(a, b, (size_t)taken_by[i], tried, taken_by)) {
			taken_by[i] = (int)word;
			return true;
		}
	}
	return false;
}

static bool joined_equal(const struct name *a, const struct name *b)
{
	struct buf ja, jb;
	bool equal;
	size_t i;

	buf_init(&ja, UINT32_MAX);
	buf_init(&jb, UINT32_MAX);
	for (i = 0; i < a->n; i++)
		buf_addstr(&ja, a->words[i]);
	for (i = 0; i < b->n; i++)
		buf_addstr(&jb, b->words[i]);
	equal = str_eq(buf_str(&ja), buf_str(&jb));
	buf_release(&ja);
	buf_release(&jb);
	return equal;
}

static bool agree(const struct name *a, const struct name *b)
{
	int taken_by[WORDS_MAX];
	unsigned tried;
	size_t i;

	if (a->n == 0 || b->n == 0)
		return true;
	if (a->generation.n && b->generation.n && !str_eq(a->generation, b->generation))
		return false;
	if (joined_equal(a, b))
		return true;
	if (!str_eq(a->words[a->n - 1], b->words[b->n - 1]))
		return false;
	if (a->n > b->n) {
		const struct name *longer = a;

		a = b;
		b = longer;
	}
	for (i = 0; i < WORDS_MAX; i++)
		taken_by[i] = -1;
	/* The family names are each other's. */
	taken_by[b->n - 1] = (int)(a->n - 1);
	for (i = 0; i + 1 < a->n; i++) {
		tried = 1u << (b->n - 1);
		if (!find_partner(a, b, i, &tried, taken_by))
			return false;
	}
	return true;
}

bool name_agrees(struct str a, struct str b)
{
	struct name na, nb;
	bool result;

	name_init(&na, a);
	name_init(&nb, b);
	result = agree(&na, &nb);
	name_release(&na);
	name_release(&nb);
	return result;
}

bool name_is_empty(struct str text)
{
	struct name name;
	bool empty;

	name_init(&name, text);
	empty = name.n == 0;
	name_release(&name);
	return empty;
}

bool names_conflict(const struct str *a, size_t na, const struct str *b, size_t nb)
{
	size_t i, j;

	if (na == 0 || nb == 0)
		return false;
	for (i = 0; i < na; i++)
		for (j = 0; j < nb; j++)
			if (name_agrees(a[i], b[j]))
				return false;
	return true;
}
