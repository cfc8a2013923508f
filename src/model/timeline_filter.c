#include <dossier/base/text.h>
#include <dossier/model/timeline.h>

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

/* Nearly all text is ASCII, where folding is lower case: no copy is made. */
static bool ascii_contains(struct str text, struct str needle)
{
	char first = needle.p[0], upper = (char)(first >= 'a' && first <= 'z' ? first - 32 : first);

	if (needle.n > text.n)
		return false;
	for (uint32_t i = 0; i <= text.n - needle.n; i++) {
		uint32_t k = 1;

		if (text.p[i] != first && text.p[i] != upper)
			continue;
		while (k < needle.n && ascii_lower(text.p[i + k]) == needle.p[k])
			k++;
		if (k == needle.n)
			return true;
	}
	return false;
}

static bool text_has(struct str text, struct str needle)
{
	if (str_empty(text))
		return false;
	if (text_is_ascii(text))
		return ascii_contains(text, needle);
	return text_contains_fold(text, needle);
}

static bool source_has(const struct interaction *it, struct str needle)
{
	if (text_has(it->title, needle) || text_has(it->text, needle) || text_has(it->agent, needle) ||
	    text_has(it->status, needle) || text_has(it->place_name, needle) || text_has(it->place_id, needle))
		return true;
	if (it->refs && (text_has(it->refs->order, needle) || text_has(it->refs->receipt, needle) ||
			 text_has(it->refs->ticket, needle) || text_has(it->refs->tracking, needle) ||
			 text_has(it->refs->call, needle) || text_has(it->refs->case_, needle)))
		return true;
	for (uint32_t i = 0; i < it->n_lines; i++) {
		if (text_has(it->lines[i].title, needle))
			return true;
	}
	return false;
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
