/*
 * Rows of one event become one row. Two passes over the sorted rows: by the
 * same call id, then by agent or number, kind and overlapping times. Groups
 * are rings through next[], so that joining two is one swap.
 */
#include <dossier/base/text.h>
#include <dossier/model/identity.h>

#include <dossier/model/intern.h>
#include "timeline_inner.h"

#define CLOCK_SLACK (90 * 1000)                 /* clocks of two systems may differ by this */
#define DEFAULT_LENGTH (2 * 60 * 1000)          /* of an event without an end */
#define LONGEST (24 * 60 * 60 * 1000)           /* an end further away is not believed */
#define OPEN_MOST 64                            /* events of a kind going on at one time that are compared */
#define CALL_MOST 32                            /* rows of one call id that are compared */
#define SOURCES_MOST 16

#define BIT(kind) (1u << KIND_##kind)
#define KINDS_BY_TIME (BIT(CALL) | BIT(CHAT) | BIT(EMAIL) | BIT(MESSAGE) | BIT(VISIT) | BIT(SOCIAL))
/* A ticket or a survey may name a call, but is not the call. */
#define KINDS_BY_CALL (KINDS_BY_TIME | BIT(CONTACT) | BIT(SELFSERVICE) | BIT(OTHER))
#define NOBODY UINT32_MAX

struct fold {
	const struct fold_in *in;
	uint32_t *group;                /* union-find parent */
	uint32_t *next;                 /* ring of the group's members */
	uint32_t *agent, *number;       /* interned, NOBODY when absent */
	struct intern raw_agents, agents, raw_numbers, numbers, calls;
	uint32_t *agent_of, *number_of; /* by raw id */
	size_t n_agent_of, cap_agent_of, n_number_of, cap_number_of;
	struct phone *phones;           /* by number id; without digits for a handle */
	size_t n_phones, cap_phones;
	bool loose_phones;              /* some numbers have no country, so equality of text is not all */
};

static uint32_t group_of(struct fold *fold, uint32_t i)
{
	while (fold->group[i] != i)
		i = fold->group[i] = fold->group[fold->group[i]];
	return i;
}

static bool backend_same(const struct interaction *a, const struct interaction *b)
{
	return a->backend.p == b->backend.p ? a->backend.n == b->backend.n : str_eq(a->backend, b->backend);
}

/* Could these two rows be records that two systems made of one event? */
static bool pair_may_fold(const struct interaction *a, const struct interaction *b, bool by_time)
{
	if (backend_same(a, b) && (by_time || str_eq(a->row, b->row)))
		return false;
	return !by_time || !a->direction || !b->direction || a->direction == b->direction;
}

static bool groups_join(struct fold *fold, uint32_t a, uint32_t b, bool by_time)
{
	const struct interaction **rows = fold->in->sorted;
	uint32_t i = a, j, swap, size = 0;

	do {
		j = b;
		do {
			if (!pair_may_fold(rows[i], rows[j], by_time))
				return false;
			size += i == a;
			j = fold->next[j];
		} while (j != b);
		size++;
		i = fold->next[i];
	} while (i != a);
	if (size > SOURCES_MOST)
		return false;
	swap = fold->next[a];
	fold->next[a] = fold->next[b];
	fold->next[b] = swap;
	fold->group[group_of(fold, b)] = group_of(fold, a);
	return true;
}

static uint32_t agent_id(struct fold *fold, struct str name, struct buf *key)
{
	bool made;
	uint32_t raw;

	if (str_empty(name))
		return NOBODY;
	raw = intern_id(&fold->raw_agents, name, &made);
	if (made) {
		MEM_ROOM(fold->agent_of, fold->n_agent_of, fold->cap_agent_of);
		timeline_agent_key(fold->in->agents, name, key);
		fold->agent_of[fold->n_agent_of++] = key->len ? intern_id(&fold->agents, buf_str(key), &made) : NOBODY;
	}
	return fold->agent_of[raw];
}

static uint32_t number_key(struct fold *fold, struct str text, struct buf *key)
{
	struct phone phone = { .digits = "" };
	bool made;
	uint32_t id;

	buf_reset(key);
	if (phone_parse(text, fold->in->country, &phone)) {
		buf_adds(key, *phone.e164 ? phone.e164 : phone.digits);
		fold->loose_phones |= !*phone.e164;
	} else {
		phone = (struct phone){ .digits = "" };
		text_fold(key, str_trim(text));
	}
	if (!key->len)
		return NOBODY;
	id = intern_id(&fold->numbers, buf_str(key), &made);
	if (made) {
		MEM_ROOM(fold->phones, fold->n_phones, fold->cap_phones);
		fold->phones[fold->n_phones++] = phone;
	}
	return id;
}

static uint32_t number_id(struct fold *fold, struct str text, struct buf *key)
{
	bool made;
	uint32_t raw;

	if (str_empty(text))
		return NOBODY;
	raw = intern_id(&fold->raw_numbers, text, &made);
	if (made) {
		uint32_t id = number_key(fold, text, key);

		MEM_ROOM(fold->number_of, fold->n_number_of, fold->cap_number_of);
		fold->number_of[fold->n_number_of++] = id;
	}
	return fold->number_of[raw];
}

static bool number_same(const struct fold *fold, uint32_t a, uint32_t b)
{
	if (a == NOBODY || b == NOBODY)
		return false;
	if (a == b)
		return true;
	return fold->loose_phones && *fold->phones[a].digits && *fold->phones[b].digits &&
	       phone_same(&fold->phones[a], &fold->phones[b]);
}

static bool row_folds(const struct fold *fold, size_t i, unsigned kinds)
{
	return (kinds >> fold->in->sorted[i]->kind & 1) && !(fold->in->alone && fold->in->alone[i]);
}

/* Apart by no more than a day: short call ids come back. */
static bool call_near(const struct interaction *a, const struct interaction *b)
{
	if (a->at == WHEN_NONE || b->at == WHEN_NONE)
		return true;
	return a->at > b->at ? (uint64_t)a->at - (uint64_t)b->at <= LONGEST : (uint64_t)b->at - (uint64_t)a->at <= LONGEST;
}

static void fold_by_call(struct fold *fold)
{
	uint32_t *newest = NULL, *before = mem_array(fold->in->n, sizeof(*before));
	size_t n = 0, cap = 0;

	for (size_t i = 0; i < fold->in->n; i++) {
		const struct interaction *it = fold->in->sorted[i];
		unsigned steps = 0;
		uint32_t call;
		bool made;

		if (i + TIMELINE_AHEAD < fold->in->n)
			__builtin_prefetch(&fold->in->sorted[i + TIMELINE_AHEAD]->refs);
		if (!it->refs || str_empty(it->refs->call) || !row_folds(fold, i, KINDS_BY_CALL))
			continue;
		call = intern_id(&fold->calls, it->refs->call, &made);
		if (made) {
			MEM_ROOM(newest, n, cap);
			newest[n++] = NOBODY;
		}
		for (uint32_t j = newest[call]; j != NOBODY && steps < CALL_MOST; j = before[j], steps++) {
			if (group_of(fold, j) != group_of(fold, (uint32_t)i) &&
			    call_near(it, fold->in->sorted[j]) && groups_join(fold, j, (uint32_t)i, false))
				break;
		}
		before[i] = newest[call];
		newest[call] = (uint32_t)i;
	}
	free(before);
	free(newest);
}

static int64_t row_end(const struct interaction *it)
{
	int64_t end = it->at > INT64_MAX - DEFAULT_LENGTH ? INT64_MAX : it->at + DEFAULT_LENGTH;

	if (it->until != WHEN_NONE && it->until >= it->at && (uint64_t)it->until - (uint64_t)it->at <= LONGEST)
		end = it->until;
	return end > INT64_MAX - CLOCK_SLACK ? INT64_MAX : end + CLOCK_SLACK;
}

struct open_rows { uint32_t rows[OPEN_MOST]; size_t n; };

/* The row going on now that began nearest to this one, by the same agent or number. */
static void fold_row_by_time(struct fold *fold, struct open_rows *open, uint32_t i)
{
	const struct interaction *it = fold->in->sorted[i];
	uint32_t fits[OPEN_MOST];
	size_t n = 0, n_fits = 0;

	for (size_t k = 0; k < open->n; k++) {
		uint32_t j = open->rows[k];

		if (row_end(fold->in->sorted[j]) < it->at)
			continue;
		open->rows[n++] = j;
		if (pair_may_fold(it, fold->in->sorted[j], true) && group_of(fold, i) != group_of(fold, j) &&
		    ((fold->agent[i] != NOBODY && fold->agent[i] == fold->agent[j]) ||
		     number_same(fold, fold->number[i], fold->number[j])))
			fits[n_fits++] = j;
	}
	open->n = n;
	/* Rows come oldest first, so the last that fits is the nearest. */
	while (n_fits > 0 && !groups_join(fold, fits[n_fits - 1], i, true))
		n_fits--;
	if (open->n == OPEN_MOST) {
		memmove(open->rows, open->rows + 1, (OPEN_MOST - 1) * sizeof(*open->rows));
		open->n--;
	}
	open->rows[open->n++] = i;
}

static bool one_backend(const struct fold_in *in)
{
	for (size_t i = 1; i < in->n; i++) {
		if (!backend_same(in->sorted[i], in->sorted[0]))
			return false;
	}
	return true;
}

static void fold_by_time(struct fold *fold)
{
	struct open_rows *open;
	struct buf key;

	if (one_backend(fold->in))
		return;
	open = mem_array(KIND_COUNT, sizeof(*open));
	buf_init(&key, 4096);
	for (size_t i = fold->in->n; i-- > 0; ) {
		const struct interaction *it = fold->in->sorted[i];

		if (i >= TIMELINE_AHEAD) {
			const struct interaction *ahead = fold->in->sorted[i - TIMELINE_AHEAD];

			__builtin_prefetch(ahead);
			__builtin_prefetch(&ahead->at);
			__builtin_prefetch(&ahead->agent);
			__builtin_prefetch(&ahead->number);
		}
		if (it->at == WHEN_NONE || !row_folds(fold, i, KINDS_BY_TIME))
			continue;
		fold->agent[i] = agent_id(fold, it->agent, &key);
		fold->number[i] = number_id(fold, it->number, &key);
		if (fold->agent[i] != NOBODY || fold->number[i] != NOBODY)
			fold_row_by_time(fold, &open[it->kind], (uint32_t)i);
	}
	buf_release(&key);
	free(open);
}

/* How much a row tells; what a reader looks for first weighs most. */
static unsigned richness(const struct interaction *it)
{
	return 4 * !str_empty(it->text) + 3 * !str_empty(it->title) + 2 * (it->until != WHEN_NONE) +
	       2 * !str_empty(it->agent) + 2 * !str_empty(it->outcome) + 2 * !str_empty(it->done) +
	       2 * (it->kind != KIND_CONTACT && it->kind != KIND_OTHER) +
	       !!it->direction + !str_empty(it->status) + !str_empty(it->number) + !str_empty(it->web) +
	       !str_empty(it->place_id) + !str_empty(it->place_name) + !!*it->amount.currency +
	       !!it->refs + !!it->n_lines + !!it->n_attachments;
}

static uint32_t richest(const struct fold *fold, uint32_t i)
{
	uint32_t best = i;

	for (uint32_t j = fold->next[i]; j != i; j = fold->next[j]) {
		unsigned a = richness(fold->in->sorted[j]), b = richness(fold->in->sorted[best]);

		if (a > b || (a == b && j < best))
			best = j;
	}
	return best;
}

static int index_compare(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static void row_fill(const struct fold *fold, struct arena *arena, uint32_t head, struct timeline_row *row)
{
	uint32_t others[SOURCES_MOST];
	const struct interaction **sources;
	size_t n = 0;

	for (uint32_t j = fold->next[head]; j != head && n < SOURCES_MOST; j = fold->next[j])
		others[n++] = j;
	qsort(others, n, sizeof(*others), index_compare);
	sources = arena_alloc(arena, (n + 1) * sizeof(*sources));
	sources[0] = fold->in->sorted[head];
	for (size_t k = 0; k < n; k++)
		sources[k + 1] = fold->in->sorted[others[k]];
	*row = (struct timeline_row){ sources[0], sources, n + 1 };
}

size_t timeline_fold(const struct fold_in *in, struct arena *arena, struct timeline_row *rows)
{
	struct fold fold = { .in = in };
	size_t n = 0;

	fold.group = mem_alloc(in->n * 4 * sizeof(uint32_t));
	fold.next = fold.group + in->n;
	fold.agent = fold.next + in->n;
	fold.number = fold.agent + in->n;
	for (uint32_t i = 0; i < in->n; i++)
		fold.group[i] = fold.next[i] = i;
	intern_init(&fold.raw_agents, in->seed);
	intern_init(&fold.agents, in->seed);
	intern_init(&fold.raw_numbers, in->seed);
	intern_init(&fold.numbers, in->seed);
	intern_init(&fold.calls, in->seed);
	fold_by_call(&fold);
	fold_by_time(&fold);
	for (uint32_t i = 0; i < in->n; i++) {
		if (fold.next[i] == i)
			rows[n++] = (struct timeline_row){ in->sorted[i], &in->sorted[i], 1 };
		else if (richest(&fold, i) == i)
			row_fill(&fold, arena, i, &rows[n++]);
	}
	intern_release(&fold.raw_agents);
	intern_release(&fold.agents);
	intern_release(&fold.raw_numbers);
	intern_release(&fold.numbers);
	intern_release(&fold.calls);
	free(fold.agent_of);
	free(fold.number_of);
	free(fold.phones);
	free(fold.group);
	return n;
}
