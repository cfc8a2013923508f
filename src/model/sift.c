#include <dossier/model/sift.h>

#include <stdlib.h>

#include <dossier/base/text.h>

#include "timeline_inner.h"

#define AHEAD 12                /* rows whose words are fetched before they are looked at */
#define APART '\xff'            /* stands in no text, so that no word reaches from one field into the next */

struct sift {
	struct buf words;
	uint32_t *ends;         /* one a row */
	size_t n, cap;
	char *word;             /* the last one looked for */
	size_t n_word;
	uint32_t *from;         /* of the first rows: where it stands at the earliest, their end if nowhere */
	size_t n_from, cap_from;
};

struct sift *sift_new(void)
{
	struct sift *sift = mem_zalloc(sizeof(*sift));

	buf_init(&sift->words, SIFT_MOST);
	return sift;
}

void sift_free(struct sift *sift)
{
	if (!sift)
		return;
	buf_release(&sift->words);
	free(sift->ends);
	free(sift->word);
	free(sift->from);
	free(sift);
}

static void add_text(void *arg, struct str text)
{
	struct sift *sift = arg;

	if (!text.n)
		return;
	text_fold(&sift->words, text);
	buf_addc(&sift->words, APART);
}

bool sift_add(struct sift *sift, const struct timeline_row *row)
{
	size_t before = sift->words.len;

	if (sift->words.full)
		return false;
	for (size_t i = 0; i < row->n_sources; i++)
		timeline_words(row->sources[i], add_text, sift);
	if (sift->words.full) {
		sift->words.len = before;
		return false;
	}
	MEM_ROOM(sift->ends, sift->n, sift->cap);
	sift->ends[sift->n++] = (uint32_t)sift->words.len;
	return true;
}

size_t sift_count(const struct sift *sift)
{
	return sift->n;
}

/* Sixteen bytes at once; the compiler knows how on every processor. */
typedef unsigned char block __attribute__((vector_size(16)));
#define BLOCK sizeof(block)

static inline block block_load(const char *p)
{
	block b;

	memcpy(&b, p, sizeof(b));
	return b;
}

static inline block block_of(char c)
{
	unsigned char u = (unsigned char)c;

	return (block){ u, u, u, u, u, u, u, u, u, u, u, u, u, u, u, u };
}

static inline bool block_any(block b)
{
	uint64_t half[2];

	memcpy(half, &b, sizeof(half));
	return (half[0] | half[1]) != 0;
}

static const char *find_plainly(const char *at, const char *stop, struct str word)
{
	for (; at < stop; at++)
		if (*at == word.p[0] && memcmp(at, word.p, word.n) == 0)
			return at;
	return NULL;
}

/* Where the word stands first; looked at closely only where its first and its last byte are as far apart as in the word. */
static const char *find(const char *at, const char *end, struct str word)
{
	block first = block_of(word.p[0]), last = block_of(word.p[word.n - 1]);
	const char *stop, *found;

	if ((size_t)(end - at) < word.n)
		return NULL;
	stop = end - word.n + 1;
	if (memcmp(at, word.p, word.n) == 0)
		return at;
	for (; at + BLOCK <= stop; at += BLOCK) {
		block hits = (block)(block_load(at) == first) & (block)(block_load(at + word.n - 1) == last);

		found = block_any(hits) ? find_plainly(at, at + BLOCK, word) : NULL;
		if (found)
			return found;
	}
	return find_plainly(at, stop, word);
}

static uint32_t begin_of(const struct sift *sift, size_t row)
{
	return row ? sift->ends[row - 1] : 0;
}

bool sift_has(const struct sift *sift, size_t row, struct str word)
{
	const char *words = sift->words.data;

	return row < sift->n && words && find(words + begin_of(sift, row), words + sift->ends[row], word);
}

/* Where a word that has grown can stand is known from before. */
static void remember(struct sift *sift, struct str word)
{
	bool grown = sift->word && word.n >= sift->n_word && memcmp(word.p, sift->word, sift->n_word) == 0;

	if (!grown)
		sift->n_from = 0;
	if (grown && word.n == sift->n_word)
		return;
	free(sift->word);
	sift->word = str_dup(word);
	sift->n_word = word.n;
}

/* Among rows of which something is known. */
static size_t next_known(struct sift *sift, size_t row, size_t last, struct str word)
{
	const char *words = sift->words.data, *found;

	for (; row < last; row++) {
		if (sift->from[row] == sift->ends[row])
			continue;
		if (row + AHEAD < sift->n_from)
			__builtin_prefetch(words + sift->from[row + AHEAD]);
		found = find(words + sift->from[row], words + sift->ends[row], word);
		sift->from[row] = found ? (uint32_t)(found - words) : sift->ends[row];
		if (found)
			break;
	}
	return row;
}

/* A word's first bytes, to be compared at once. */
struct head { uint64_t bytes, mask; };

static struct head head_of(struct str word)
{
	struct head head = { 0 };
	size_t n = word.n < sizeof(head.bytes) ? word.n : sizeof(head.bytes);

	memcpy(&head.bytes, word.p, n);
	memset(&head.mask, 0xff, n);
	return head;
}

/* At this very place, where it mostly stands when a letter was added to it. "all" is where the words of all rows end. */
static inline bool stands(const char *at, const char *end, const char *all, struct str word, struct head head)
{
	uint64_t there;

	if ((size_t)(end - at) < word.n)
		return false;
	if ((size_t)(all - at) < sizeof(there))
		return memcmp(at, word.p, word.n) == 0;
	memcpy(&there, at, sizeof(there));
	if ((there ^ head.bytes) & head.mask)
		return false;
	return word.n <= sizeof(there) || memcmp(at + sizeof(there), word.p + sizeof(there), word.n - sizeof(there)) == 0;
}

/* All rows of which something is known. */
static size_t take_known(struct sift *sift, size_t row, size_t last, struct str word, size_t *rows)
{
	const char *words = sift->words.data, *all = words + sift->words.len;
	const uint32_t *ends = sift->ends;
	uint32_t *from = sift->from;
	struct head head = head_of(word);
	size_t n = 0;

	for (; row < last; row++) {
		if (row + AHEAD < last)
			__builtin_prefetch(words + from[row + AHEAD]);
		if (from[row] == ends[row])
			continue;
		if (!stands(words + from[row], words + ends[row], all, word, head)) {
			const char *found = find(words + from[row], words + ends[row], word);

			from[row] = found ? (uint32_t)(found - words) : ends[row];
			if (!found)
				continue;
		}
		rows[n++] = row;
	}
	return n;
}

/* Among all rows at once. */
static size_t next_of_all(struct sift *sift, size_t from, size_t last, struct str word)
{
	const char *words = sift->words.data, *found = find(words + begin_of(sift, from), words + sift->ends[last - 1], word);
	size_t row = from;

	while (row < last && (!found || (size_t)(found - words) >= sift->ends[row]))
		row++;
	for (size_t i = from; from == sift->n_from && i < last && i <= row; i++) {
		MEM_ROOM(sift->from, sift->n_from, sift->cap_from);
		sift->from[sift->n_from++] = i < row ? sift->ends[i] : (uint32_t)(found - words);
		from++;
	}
	return row;
}

size_t sift_next(struct sift *sift, size_t from, size_t to, struct str word)
{
	size_t last = to < sift->n ? to : sift->n, known, row = from;

	if (from >= last || !sift->words.len)
		return to;
	remember(sift, word);
	known = last < sift->n_from ? last : sift->n_from;
	if (row < known)
		row = next_known(sift, row, known, word);
	if (row >= known && row < last)
		row = next_of_all(sift, row, last, word);
	return row < last ? row : to;
}

size_t sift_take(struct sift *sift, size_t from, size_t to, struct str word, size_t *rows)
{
	size_t last = to < sift->n ? to : sift->n, n = 0, known;

	if (from >= last || !sift->words.len)
		return 0;
	remember(sift, word);
	known = last < sift->n_from ? last : sift->n_from;
	if (from < known) {
		n = take_known(sift, from, known, word, rows);
		from = known;
	}
	for (; (from = sift_next(sift, from, last, word)) < last; from++)
		rows[n++] = from;
	return n;
}
