/*
 * Values that several may set, and what concurrent sets leave to be settled.
 */
#include "cases_inner.h"

#define CHAIN_MOST 64   /* predecessors that are looked at */

static bool by_epoch(struct str name)
{
	return str_is(name, "owner") || str_is(name, "holder") || str_is(name, "team");
}

void register_set(struct cases_fold *fold, struct held_case *held, struct str name, struct str value, struct str was, const struct entry *by)
{
	size_t i = 0;

	while (i < held->registers.n && !str_eq(held->registers.items[i].name, name))
		i++;
	if (i == held->registers.n) {
		struct held_register made = { .name = arena_str(fold->arena, name) };

		LIST_ADD(held->registers, made);
	}
	LIST_ADD(held->registers.items[i].sets, (struct case_set){ value, by, was });
}

static int set_compare(const struct held_register *held, const struct case_set *a, const struct case_set *b)
{
	return by_epoch(held->name) ? entry_compare_epoch(a->by, b->by) : entry_compare(a->by, b->by);
}

static const struct case_set *set_find(const struct held_register *held, struct str id)
{
	for (size_t i = 0; id.p && i < held->sets.n; i++) {
		if (str_eq(held->sets.items[i].by->id, id))
			return &held->sets.items[i];
	}
	return NULL;
}

/* The greatest set that names this one as its predecessor. */
static const struct case_set *set_follower(const struct held_register *held, struct str id)
{
	const struct case_set *best = NULL;

	for (size_t i = 0; i < held->sets.n; i++) {
		const struct case_set *set = &held->sets.items[i];

		if (str_eq(set->was, id) && (!best || set_compare(held, set, best) > 0))
			best = set;
	}
	return best;
}

static void also_add(struct case_register *out, struct case_set *also, const struct held_register *held, const struct case_set *set)
{
	const struct case_set *later;

	for (int steps = 0; steps < CHAIN_MOST && (later = set_follower(held, set->by->id)); steps++)
		set = later;
	for (size_t i = 0; i < out->n_also; i++) {
		if (also[i].by == set->by || (also[i].value.p ? str_eq(also[i].value, set->value) : !set->value.p))
			return;
	}
	if (set->value.p ? !str_eq(set->value, out->value) : out->value.p != NULL)
		also[out->n_also++] = *set;
}

/* Those who replaced the same value as this one did, when nobody has named the winner among them since. */
static void also_of_fork(struct case_register *out, struct case_set *also, const struct held_register *held, const struct case_set *set)
{
	const struct case_set *best = set;

	if (!set->was.p)
		return;
	for (size_t i = 0; i < held->sets.n; i++) {
		const struct case_set *other = &held->sets.items[i];

		if (str_eq(other->was, set->was) && set_compare(held, other, best) > 0)
			best = other;
	}
	if (set_follower(held, best->by->id))
		return;
	for (size_t i = 0; i < held->sets.n; i++) {
		const struct case_set *other = &held->sets.items[i];

		if (other != set && str_eq(other->was, set->was))
			also_add(out, also, held, other);
	}
}

static struct case_register register_settle(struct cases_fold *fold, const struct held_register *held)
{
	struct case_register out = { .name = held->name };
	const struct case_set *best = &held->sets.items[0], *set;
	struct case_set *also;

	for (size_t i = 1; i < held->sets.n; i++) {
		if (set_compare(held, &held->sets.items[i], best) > 0)
			best = &held->sets.items[i];
	}
	out.value = best->value;
	out.by = best->by;
	also = arena_alloc(fold->arena, held->sets.n * sizeof(*also));
	set = best;
	for (int steps = 0; set && steps < CHAIN_MOST; steps++) {
		const struct case_set *before = set_find(held, set->was);

		also_of_fork(&out, also, held, set);
		set = before && set_compare(held, before, set) < 0 ? before : NULL;
	}
	out.also = also;
	return out;
}

static int register_compare(const void *a, const void *b)
{
	return str_cmp(((const struct case_register *)a)->name, ((const struct case_register *)b)->name);
}

const struct case_register *case_register(const struct case_state *state, const char *name)
{
	for (size_t i = 0; i < state->n_registers; i++) {
		if (str_is(state->registers[i].name, name))
			return &state->registers[i];
	}
	return NULL;
}

static struct str register_value(const struct case_state *state, const char *name)
{
	const struct case_register *held = case_register(state, name);

	return held ? held->value : (struct str){ 0 };
}

void registers_settle(struct cases_fold *fold, struct held_case *held)
{
	struct case_state *state = &held->state;

	for (size_t i = 0; i < held->registers.n; i++)
		LIST_ADD(held->settled, register_settle(fold, &held->registers.items[i]));
	if (held->settled.n)
		qsort(held->settled.items, held->settled.n, sizeof(*held->settled.items), register_compare);
	state->registers = held->settled.items;
	state->n_registers = held->settled.n;
	state->title = register_value(state, "title");
	state->owner = register_value(state, "owner");
	state->holder = register_value(state, "holder");
	state->team = register_value(state, "team");
	if (!case_status_parse(register_value(state, "status"), &state->status))
		state->status = CASE_OPEN;
	state->solved_at = state->status == CASE_SOLVED ? entry_time(case_register(state, "status")->by) : WHEN_NONE;
}
