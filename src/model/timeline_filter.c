#include <dossier/base/text.h>
#include <dossier/model/timeline.h>

#include "timeline_inner.h"

static bool text_is_ascii(struct str text)
{
	uint64_t word, high = 0;
	uint32_t i = 0;

	for (; i + 8 <= text.n; i += 8) {
		memcpy(&word, text.p + i, 8);
		high |= word;
	}
	for (; i < text.n; i++)
		high |= (unsigned char)text.p[i];
	return !(high & 0x8080808080808080u);
}

static inline char ascii_lower(char c)
{
	return (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
}

enum found { FOUND_NOT, FOUND, FOUND_PERHAPS };

/* ASCII folds to lower case, so no copy is made. A hit before another script may be half a composed letter: perhaps. */
static enum found ascii_find(struct str text, struct str needle)
{
	const char *at = text.p, *end = text.p + text.n - needle.n + 1;
	char first = needle.p[0], upper = (char)(first >= 'a' && first <= 'z' ? first - 32 : first);
	enum found found = FOUND_NOT;

	if (needle.n > text.n)
		return FOUND_NOT;
	for (; at < end; at++) {
		uint32_t k = 1;

		if (*at != first && *at != upper)
			continue;
		while (k < needle.n && ascii_lower(at[k]) == needle.p[k])
			k++;
		if (k < needle.n)
			continue;
		if (at + k == text.p + text.n || !((unsigned char)at[k] & 0x80))
			return FOUND;
		found = FOUND_PERHAPS;
	}
	return found;
}

/*
 * Characters that fold or compose to something with an ASCII letter in it:
 * sharp s, long s, dotted capital i, Kelvin sign, ligatures and a few more.
 * By lead bytes, so it may say yes too often, never too seldom.
 */
static bool folds_to_ascii(struct str text, bool has_s)
{
	const unsigned char *p = (const unsigned char *)text.p;

	for (uint32_t i = 0; i < text.n; i++) {
		unsigned char next = i + 1 < text.n ? p[i + 1] : 0;

		if (p[i] < 0xc3)
			continue;
		switch (p[i]) {
		case 0xc3: if (next == 0x9f && has_s) return true; break;
		case 0xc4: if (next == 0xb0) return true; break;
		case 0xc5: if (next == 0x89 || next == 0xbf) return true; break;
		case 0xc7: if (next == 0xb0) return true; break;
		case 0xcd: if (next == 0xbe) return true; break;
		case 0xe1: if (next == 0xba || next == 0xbf) return true; break;
		case 0xe2: if (next == 0x84) return true; break;
		case 0xef: if (next == 0xac) return true; break;
		default: break;
		}
	}
	return false;
}

static bool text_has(struct str text, struct str needle)
{
	enum found found;

	if (text.n == 0)
		return false;
	if (!text_is_ascii(needle))
		return !text_is_ascii(text) && text_contains_fold(text, needle);
	found = ascii_find(text, needle);
	if (found == FOUND)
		return true;
	if (text_is_ascii(text))
		return false;
	if (found == FOUND_NOT && !folds_to_ascii(text, memchr(needle.p, 's', needle.n) != NULL))
		return false;
	return text_contains_fold(text, needle);
}

void timeline_words(const struct interaction *it, void (*word)(void *arg, struct str text), void *arg)
{
	word(arg, it->title);
	word(arg, it->text);
	word(arg, it->agent);
	word(arg, it->status);
	word(arg, it->place_name);
	word(arg, it->place_id);
	if (it->refs) {
		word(arg, it->refs->order);
		word(arg, it->refs->receipt);
		word(arg, it->refs->ticket);
		word(arg, it->refs->tracking);
		word(arg, it->refs->call);
		word(arg, it->refs->case_);
	}
	for (uint32_t i = 0; i < it->n_lines; i++)
		word(arg, it->lines[i].title);
}

struct looking { struct str needle; bool found; };

static void look(void *arg, struct str text)
{
	struct looking *looking = arg;

	looking->found = looking->found || text_has(text, looking->needle);
}

static bool source_has(const struct interaction *it, struct str needle)
{
	struct looking looking = { needle, false };

	timeline_words(it, look, &looking);
	return looking.found;
}

static bool source_kept(const struct interaction *it, const struct timeline_filter *filter)
{
	if (filter->kinds && !(filter->kinds >> it->kind & 1))
		return false;
	if (!str_empty(filter->backend) && !str_eq(it->backend, filter->backend))
		return false;
	if (filter->direction && it->direction != filter->direction)
		return false;
	if (filter->since != WHEN_NONE && (it->at == WHEN_NONE || it->at < filter->since))
		return false;
	if (filter->until != WHEN_NONE && (it->at == WHEN_NONE || it->at >= filter->until))
		return false;
	if (!str_empty(filter->agent) && !text_has(it->agent, filter->agent))
		return false;
	return str_empty(filter->grep) || source_has(it, filter->grep);
}

bool timeline_keeps(const struct timeline_row *row, const struct timeline_filter *filter)
{
	for (size_t i = 0; i < row->n_sources; i++) {
		if (source_kept(row->sources[i], filter))
			return true;
	}
	return false;
}
