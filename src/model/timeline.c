#include <dossier/model/timeline.h>

#include <dossier/model/intern.h>
#include "timeline_inner.h"

struct entry {
	const struct interaction *it;
	uint32_t hash, batch;
};

struct held {
	struct batch *batch;
	size_t live;            /* rows of it that are still in use */
};

struct key { char *backend, *row, *id; uint32_t n[3]; };

struct timeline {
	const struct timeline_agents *agents;
	const char *country;
	uint64_t seed;
	struct held *held;
	size_t n_held, cap_held;
	struct entry *entries;
	size_t n, cap;
	uint32_t *slots;        /* index + 1 into entries, by hash; 0 is free */
	size_t n_slots;         /* a power of two */
	struct key *alone;
	size_t n_alone, cap_alone;

	uint64_t folded;        /* so often */
	bool fresh;             /* what follows is as of now */
	const struct interaction **sorted;
	struct timeline_row *rows;
	size_t n_rows;
	struct arena *arena;    /* sources of folded rows */
};

static uint32_t key_hash(const struct timeline *timeline, const struct interaction *it)
{
	uint64_t h = intern_hash(timeline->seed, it->backend);

	h = intern_hash(h, it->row);
	h = intern_hash(h, it->id);
	return (uint32_t)(h ^ (h >> 32));
}

static bool text_same(struct str a, struct str b)
{
	return a.n == b.n && (a.p == b.p || a.n == 0 || !memcmp(a.p, b.p, a.n));
}

static bool key_same(const struct interaction *a, const struct interaction *b)
{
	return text_same(a->id, b->id) && text_same(a->row, b->row) && text_same(a->backend, b->backend);
}

struct timeline *timeline_new(const struct timeline_agents *agents, const char *country)
{
	struct timeline *timeline = mem_zalloc(sizeof(*timeline));

	timeline->agents = agents;
	timeline->country = country;
	/* An address differs from run to run, so nobody outside can prepare ids that all collide. */
	timeline->seed = (uint64_t)(uintptr_t)timeline * 0x9e3779b97f4a7c15u;
	return timeline;
}

static void timeline_stale(struct timeline *timeline)
{
	timeline->fresh = false;
	timeline->n_rows = 0;
	free(timeline->sorted);
	free(timeline->rows);
	arena_free(timeline->arena);
	timeline->sorted = NULL;
	timeline->rows = NULL;
	timeline->arena = NULL;
}

void timeline_fold_again(struct timeline *timeline)
{
	if (timeline->n_alone)
		timeline_stale(timeline);
	for (size_t i = 0; i < timeline->n_alone; i++) {
		free(timeline->alone[i].backend);
		free(timeline->alone[i].row);
		free(timeline->alone[i].id);
	}
	timeline->n_alone = 0;
}

void timeline_free(struct timeline *timeline)
{
	if (!timeline)
		return;
	timeline_stale(timeline);
	for (size_t i = 0; i < timeline->n_held; i++)
		batch_free(timeline->held[i].batch);
	timeline_fold_again(timeline);
	free(timeline->held);
	free(timeline->alone);
	free(timeline->entries);
	free(timeline->slots);
	free(timeline);
}

/* The slot that holds this key, or the free one where it belongs. */
static uint32_t *slot_find(struct timeline *timeline, const struct interaction *it, uint32_t hash)
{
	size_t mask = timeline->n_slots - 1, i = hash & mask;

	while (timeline->slots[i]) {
		const struct entry *entry = &timeline->entries[timeline->slots[i] - 1];

		if (entry->hash == hash && key_same(entry->it, it))
			break;
		i = (i + 1) & mask;
	}
	return &timeline->slots[i];
}

static void slots_rebuild(struct timeline *timeline, size_t room)
{
	size_t n = 64;

	while (n < room * 2)
		n *= 2;
	free(timeline->slots);
	timeline->slots = mem_array(n, sizeof(*timeline->slots));
	timeline->n_slots = n;
	for (size_t i = 0; i < timeline->n; i++) {
		size_t at = timeline->entries[i].hash & (n - 1);

		while (timeline->slots[at])
			at = (at + 1) & (n - 1);
		timeline->slots[at] = (uint32_t)(i + 1);
	}
}

/* A batch of which no row is left is freed; its place is used by a later one. */
static void held_unuse(struct timeline *timeline, uint32_t at)
{
	struct held *held = &timeline->held[at];

	if (--held->live == 0) {
		batch_free(held->batch);
		held->batch = NULL;
	}
}

static uint32_t held_place(struct timeline *timeline)
{
	for (size_t i = 0; i < timeline->n_held; i++) {
		if (!timeline->held[i].batch)
			return (uint32_t)i;
	}
	MEM_ROOM(timeline->held, timeline->n_held, timeline->cap_held);
	return (uint32_t)timeline->n_held++;
}

void timeline_take(struct timeline *timeline, struct batch *batch)
{
	uint32_t at;

	if (!batch)
		return;
	if (!batch->n) {
		batch_free(batch);
		return;
	}
	timeline_stale(timeline);
	if ((timeline->n + batch->n) * 3 / 2 >= timeline->n_slots)
		slots_rebuild(timeline, (timeline->n + batch->n) * 3 / 2);
	at = held_place(timeline);
	/* One use of its own, so that a batch in which rows replace each other lives to its end. */
	timeline->held[at] = (struct held){ batch, 1 };
	for (size_t i = 0; i < batch->n; i++) {
		const struct interaction *it = batch->items[i];
		uint32_t hash, *slot;

		if (i + TIMELINE_AHEAD < batch->n) {
			__builtin_prefetch(batch->items[i + TIMELINE_AHEAD]);
			__builtin_prefetch(batch->items[i + TIMELINE_AHEAD / 2]->id.p);
		}
		hash = key_hash(timeline, it);
		slot = slot_find(timeline, it, hash);
		timeline->held[at].live++;
		if (*slot) {
			struct entry *entry = &timeline->entries[*slot - 1];
			uint32_t old = entry->batch;

			*entry = (struct entry){ it, hash, at };
			held_unuse(timeline, old);
			continue;
		}
		MEM_ROOM(timeline->entries, timeline->n, timeline->cap);
		timeline->entries[timeline->n++] = (struct entry){ it, hash, at };
		*slot = (uint32_t)timeline->n;
	}
	held_unuse(timeline, at);
}

void timeline_drop(struct timeline *timeline, struct str backend)
{
	size_t n = 0;

	timeline_stale(timeline);
	for (size_t i = 0; i < timeline->n; i++) {
		struct entry entry = timeline->entries[i];

		/* Read before the batch may go: the name can live in it. */
		if (text_same(entry.it->backend, backend))
			timeline->entries[i].it = NULL;
	}
	for (size_t i = 0; i < timeline->n; i++) {
		if (timeline->entries[i].it)
			timeline->entries[n++] = timeline->entries[i];
		else
			held_unuse(timeline, timeline->entries[i].batch);
	}
	timeline->n = n;
	slots_rebuild(timeline, n);
}

struct sort_item { uint64_t key; const struct interaction *it; };

/* Newest first as an unsigned key that grows. WHEN_NONE becomes the largest. */
static uint64_t sort_key(const struct interaction *it)
{
	return ~((uint64_t)it->at ^ ((uint64_t)1 << 63));
}

static bool is_number(struct str text)
{
	for (uint32_t i = 0; i < text.n; i++)
		if (text.p[i] < '0' || text.p[i] > '9')
			return false;
	return text.n > 0;
}

/* Numbers by size, before all other text: a backend counts its ids up. */
static int counted_compare(struct str a, struct str b)
{
	bool counts = is_number(a);

	if (counts != is_number(b))
		return counts ? -1 : 1;
	return counts && a.n != b.n ? (a.n < b.n ? -1 : 1) : str_cmp(a, b);
}

/*
 * Backends that tell whole seconds say nothing of the order within one, but
 * their ids do, and what hangs on a row ("tickets.steps") came after it.
 */
static int sort_compare(const void *a, const void *b)
{
	const struct sort_item *x = a, *y = b;
	int by;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	by = str_cmp(x->it->backend, y->it->backend);
	if (!by)
		by = str_cmp(y->it->row, x->it->row);
	return by ? by : counted_compare(y->it->id, x->it->id);
}

#define RADIX_BITS 11
#define RADIX_SIZE (1u << RADIX_BITS)

/* By key, stable. The result is where the function says: items or spare. */
static struct sort_item *sort_radix(struct sort_item *items, struct sort_item *spare, size_t n)
{
	size_t count[RADIX_SIZE];

	for (unsigned shift = 0; shift < 64; shift += RADIX_BITS) {
		struct sort_item *swap;
		size_t sum = 0;

		memset(count, 0, sizeof(count));
		for (size_t i = 0; i < n; i++)
			count[(items[i].key >> shift) & (RADIX_SIZE - 1)]++;
		if (count[(items[0].key >> shift) & (RADIX_SIZE - 1)] == n)
			continue;
		for (size_t i = 0; i < RADIX_SIZE; i++) {
			size_t here = count[i];

			count[i] = sum;
			sum += here;
		}
		for (size_t i = 0; i < n; i++)
			spare[count[(items[i].key >> shift) & (RADIX_SIZE - 1)]++] = items[i];
		swap = items;
		items = spare;
		spare = swap;
	}
	return items;
}

#define MERGE_MOST 512         /* fewer are sorted before the radix has cleared its counts */

/* The same for few. */
static struct sort_item *sort_merge(struct sort_item *items, struct sort_item *spare, size_t n)
{
	for (size_t width = 1; width < n; width *= 2) {
		struct sort_item *swap = items, *to = spare;

		for (size_t from = 0; from < n; from += 2 * width) {
			size_t a = from, b = from + width < n ? from + width : n, end_a = b, end_b = b + width < n ? b + width : n;

			while (a < end_a || b < end_b)
				*to++ = b >= end_b || (a < end_a && items[a].key <= items[b].key) ? items[a++] : items[b++];
		}
		items = spare;
		spare = swap;
	}
	return items;
}

static void timeline_sort(struct timeline *timeline)
{
	size_t n = timeline->n;
	struct sort_item *room = mem_array(n * 2, sizeof(*room)), *items = room;

	for (size_t i = 0; i < n; i++) {
		if (i + TIMELINE_AHEAD < n)
			__builtin_prefetch(&timeline->entries[i + TIMELINE_AHEAD].it->at);
		items[i] = (struct sort_item){ sort_key(timeline->entries[i].it), timeline->entries[i].it };
	}
	items = n <= MERGE_MOST ? sort_merge(room, room + n, n) : sort_radix(room, room + n, n);
	for (size_t i = 0, end; i < n; i = end) {
		for (end = i + 1; end < n && items[end].key == items[i].key; end++)
			;
		if (end - i > 1)
			qsort(items + i, end - i, sizeof(*items), sort_compare);
	}
	timeline->sorted = mem_array(n, sizeof(*timeline->sorted));
	for (size_t i = 0; i < n; i++)
		timeline->sorted[i] = items[i].it;
	free(room);
}

static bool key_is(const struct key *key, const struct interaction *it)
{
	return text_same(str_make(key->id, key->n[2]), it->id) &&
	       text_same(str_make(key->row, key->n[1]), it->row) &&
	       text_same(str_make(key->backend, key->n[0]), it->backend);
}

static bool *timeline_alone(const struct timeline *timeline)
{
	bool *alone;

	if (!timeline->n_alone)
		return NULL;
	alone = mem_array(timeline->n, sizeof(*alone));
	for (size_t i = 0; i < timeline->n; i++) {
		for (size_t k = 0; k < timeline->n_alone && !alone[i]; k++)
			alone[i] = key_is(&timeline->alone[k], timeline->sorted[i]);
	}
	return alone;
}

static void timeline_refresh(struct timeline *timeline)
{
	bool *alone;

	if (timeline->fresh)
		return;
	timeline_stale(timeline);
	timeline->fresh = true;
	timeline->folded++;
	if (!timeline->n)
		return;
	timeline_sort(timeline);
	timeline->arena = arena_new();
	timeline->rows = mem_alloc(timeline->n * sizeof(*timeline->rows));
	alone = timeline_alone(timeline);
	timeline->n_rows = timeline_fold(&(struct fold_in){
		.sorted = timeline->sorted, .n = timeline->n, .alone = alone,
		.agents = timeline->agents, .country = timeline->country, .seed = timeline->seed,
	}, timeline->arena, timeline->rows);
	free(alone);
}

size_t timeline_taken(const struct timeline *timeline)
{
	return timeline->n;
}

bool timeline_settled(const struct timeline *timeline)
{
	return timeline->fresh;
}

size_t timeline_count(struct timeline *timeline)
{
	timeline_refresh(timeline);
	return timeline->n_rows;
}

const struct timeline_row *timeline_row(struct timeline *timeline, size_t i)
{
	timeline_refresh(timeline);
	return i < timeline->n_rows ? &timeline->rows[i] : NULL;
}

uint64_t timeline_folded(struct timeline *timeline)
{
	timeline_refresh(timeline);
	return timeline->folded;
}

void timeline_unfold(struct timeline *timeline, const struct interaction *source)
{
	struct key *key;

	for (size_t i = 0; i < timeline->n_alone; i++) {
		if (key_is(&timeline->alone[i], source))
			return;
	}
	MEM_ROOM(timeline->alone, timeline->n_alone, timeline->cap_alone);
	key = &timeline->alone[timeline->n_alone++];
	key->backend = str_dup(source->backend);
	key->row = str_dup(source->row);
	key->id = str_dup(source->id);
	key->n[0] = source->backend.n;
	key->n[1] = source->row.n;
	key->n[2] = source->id.n;
	timeline_stale(timeline);
}
