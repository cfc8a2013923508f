/*
 * A set of entries: what arrived in any order and any number of times becomes
 * one list, the same for everybody.
 */
#include <dossier/model/entry.h>

#include <dossier/model/intern.h>

struct entries {
	struct intern ids;              /* its numbers are places in items */
	const struct entry **items;
	size_t n, cap;
	const struct entry **sorted;
	bool fresh;
	struct str *clashes;
	size_t n_clashes, cap_clashes;
};

struct entries *entries_new(void)
{
	struct entries *entries = mem_zalloc(sizeof(*entries));

	intern_init(&entries->ids, (uintptr_t)entries * 0x9e3779b97f4a7c15u);
	return entries;
}

void entries_free(struct entries *entries)
{
	if (!entries)
		return;
	intern_release(&entries->ids);
	free(entries->items);
	free(entries->sorted);
	free(entries->clashes);
	free(entries);
}

/* All but data as its author wrote it. */
static bool same_envelope(const struct entry *a, const struct entry *b)
{
	struct entry other = *b;

	other.data = a->data;
	return entry_same(a, &other);
}

/* What the authors wrote: what the store gave must not decide here, or three copies could beat each other in a ring. */
static int compare_bytes(const struct entry *a, const struct entry *b)
{
	struct entry one = *a, other = *b;
	struct buf x, y;
	int by;

	one.ord = other.ord = 0;
	one.epoch = other.epoch = 0;
	one.got = other.got = WHEN_NONE;
	buf_init(&x, 4 * ENTRY_DATA_MOST);
	buf_init(&y, 4 * ENTRY_DATA_MOST);
	entry_write(&one, &x);
	entry_write(&other, &y);
	by = str_cmp(buf_str(&x), buf_str(&y));
	buf_release(&x);
	buf_release(&y);
	return by;
}

/* Of two copies of one entry, which says more: what the store gave wins, then the later. */
static int compare_given(const struct entry *a, const struct entry *b)
{
	if ((a->got == WHEN_NONE) != (b->got == WHEN_NONE))
		return a->got == WHEN_NONE ? -1 : 1;
	if (a->got != b->got)
		return a->got < b->got ? -1 : 1;
	return entry_compare_epoch(a, b);
}

static void clash_note(struct entries *entries, struct str id)
{
	for (size_t i = 0; i < entries->n_clashes; i++) {
		if (str_eq(entries->clashes[i], id))
			return;
	}
	MEM_ROOM(entries->clashes, entries->n_clashes, entries->cap_clashes);
	entries->clashes[entries->n_clashes++] = id;
}

/*
 * By content first (words taken away win, else the lesser bytes), then by what
 * the store gave: one total order, so the order of arrival cannot matter.
 */
static bool replaces(const struct entry *held, const struct entry *entry, bool *clash)
{
	bool same = entry_same(held, entry);

	*clash = !same && !((entry_stripped(held) || entry_stripped(entry)) && same_envelope(held, entry));
	if (same)
		return compare_given(held, entry) < 0;
	if (entry_stripped(held) != entry_stripped(entry))
		return entry_stripped(entry);
	return compare_bytes(entry, held) < 0;
}

enum entries_add entries_add(struct entries *entries, const struct entry *entry)
{
	bool made, clash;
	uint32_t at = intern_id(&entries->ids, entry->id, &made);

	if (made) {
		MEM_ROOM(entries->items, entries->n, entries->cap);
		entries->items[entries->n++] = entry;
		entries->fresh = false;
		return ENTRIES_NEW;
	}
	if (!replaces(entries->items[at], entry, &clash)) {
		if (clash)
			clash_note(entries, entries->ids.texts[at]);
		return clash ? ENTRIES_CLASH : ENTRIES_KNOWN;
	}
	if (clash)
		clash_note(entries, entries->ids.texts[at]);
	entries->items[at] = entry;
	entries->fresh = false;
	return clash ? ENTRIES_CLASH : ENTRIES_CHANGED;
}

bool entries_drop(struct entries *entries, bool (*drop)(const struct entry *entry, void *arg), void *arg)
{
	struct entries *left = entries_new();
	struct entries before = *entries;
	bool any;

	for (size_t i = 0; i < before.n; i++) {
		if (!drop(before.items[i], arg))
			entries_add(left, before.items[i]);
	}
	any = left->n < before.n;
	if (any) {
		*entries = *left;
		*left = before;
	}
	entries_free(left);
	return any;
}

size_t entries_count(const struct entries *entries)
{
	return entries->n;
}

static int sort_compare(const void *a, const void *b)
{
	return entry_compare(*(const struct entry *const *)a, *(const struct entry *const *)b);
}

const struct entry *const *entries_sorted(struct entries *entries, size_t *n)
{
	*n = entries->n;
	if (!entries->fresh) {
		free(entries->sorted);
		entries->sorted = mem_array(entries->n + 1, sizeof(*entries->sorted));
		if (entries->n) {
			memcpy(entries->sorted, entries->items, entries->n * sizeof(*entries->sorted));
			qsort(entries->sorted, entries->n, sizeof(*entries->sorted), sort_compare);
		}
		entries->fresh = true;
	}
	return entries->sorted;
}

const struct entry *entries_find(const struct entries *entries, struct str id)
{
	uint32_t at = str_empty(id) ? UINT32_MAX : intern_find(&entries->ids, id);

	return at == UINT32_MAX ? NULL : entries->items[at];
}

const struct str *entries_clashes(const struct entries *entries, size_t *n)
{
	*n = entries->n_clashes;
	return entries->clashes;
}
