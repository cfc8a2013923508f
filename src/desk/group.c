#include <dossier/base/mem.h>

#include "group.h"

const struct group *group_copy(struct arena *arena, const struct group *group)
{
	struct group *copy = arena_alloc(arena, sizeof(*copy));
	const struct record **records = arena_alloc(arena, (group->n_records + 1) * sizeof(*records));
	struct str *persons = arena_alloc(arena, (group->n_persons + 1) * sizeof(*persons));
	struct resolve_reason *reasons = arena_alloc(arena, (group->n_reasons + 1) * sizeof(*reasons));
	struct identity *typed = arena_alloc(arena, (group->n_typed + 1) * sizeof(*typed));

	*copy = *group;
	if (group->name.p)
		copy->name = arena_str(arena, group->name);
	for (size_t i = 0; i < group->n_records; i++)
		records[i] = record_copy(arena, group->records[i]);
	for (size_t i = 0; i < group->n_persons; i++)
		persons[i] = arena_str(arena, group->persons[i]);
	for (size_t i = 0; i < group->n_reasons; i++) {
		reasons[i].text = arena_str(arena, group->reasons[i].text);
		reasons[i].by = identity_copy(arena, &group->reasons[i].by);
	}
	for (size_t i = 0; i < group->n_typed; i++)
		typed[i] = identity_copy(arena, &group->typed[i]);
	copy->typed = typed;
	copy->records = records;
	copy->persons = persons;
	copy->reasons = reasons;
	return copy;
}

bool group_same(const struct group *a, const struct group *b)
{
	if (a->n_records != b->n_records || a->n_persons != b->n_persons || a->n_reasons != b->n_reasons)
		return false;
	for (size_t i = 0; i < a->n_records; i++) {
		if (!str_eq(a->records[i]->id, b->records[i]->id) || !str_eq(a->records[i]->backend, b->records[i]->backend))
			return false;
	}
	for (size_t i = 0; i < a->n_persons; i++) {
		if (!str_eq(a->persons[i], b->persons[i]))
			return false;
	}
	for (size_t i = 0; i < a->n_reasons; i++) {
		if (!str_eq(a->reasons[i].text, b->reasons[i].text))
			return false;
	}
	return true;
}

static void add_identity(struct arena *arena, struct subject *subject, size_t *cap, const struct identity *id, unsigned types)
{
	struct identity *grown;

	if (!(types & 1U << id->type) || identity_class(id->type) == ID_REFERENCE)
		return;
	for (size_t i = 0; i < subject->n_ids; i++) {
		if (identity_same(&subject->ids[i], id))
			return;
	}
	if (subject->n_ids == *cap) {
		*cap = *cap ? *cap * 2 : 8;
		grown = arena_alloc(arena, *cap * sizeof(*grown));
		if (subject->n_ids)
			memcpy(grown, subject->ids, subject->n_ids * sizeof(*grown));
		subject->ids = grown;
	}
	subject->ids[subject->n_ids++] = *id;
}

/* By the identities of the whole customer, whichever backend knows them; and by what was typed. */
static void collect_identities(struct arena *arena, const struct group *group, unsigned types, struct subject *subject)
{
	size_t cap = 0;

	for (size_t i = 0; types && i < group->n_typed; i++)
		add_identity(arena, subject, &cap, &group->typed[i], types);
	for (size_t i = 0; types && i < group->n_records; i++) {
		const struct record *record = group->records[i];

		for (size_t k = 0; k < record->n_matches; k++)
			add_identity(arena, subject, &cap, &record->matches[k].asked, types);
		for (size_t k = 0; k < record->n_ids; k++)
			add_identity(arena, subject, &cap, &record->ids[k].id, types);
	}
}

static bool applies(const struct plan *plan, const struct subject *subject)
{
	for (size_t i = 0; i < plan->pulls.n; i++) {
		switch (plan->pulls.items[i]->per) {
		case PER_RECORD:
			if (subject->n_records)
				return true;
			break;
		case PER_IDENTITY:
			for (size_t k = 0; k < subject->n_ids; k++) {
				if (plan->pulls.items[i]->per_types & 1U << subject->ids[k].type)
					return true;
			}
			break;
		case PER_ONCE:
			if (subject->n_records || subject->n_ids)
				return true;
			break;
		}
	}
	/* what a feed kept of a record is found by the record */
	return plan->feed && subject->n_records;
}

bool subject_of(struct arena *arena, const struct group *group, const char *backend, const struct plan *plan, struct subject *out)
{
	unsigned types = 0;

	*out = (struct subject){ .records = arena_alloc(arena, (group->n_records + 1) * sizeof(*out->records)) };
	for (size_t i = 0; i < plan->pulls.n; i++) {
		if (plan->pulls.items[i]->per == PER_IDENTITY)
			types |= plan->pulls.items[i]->per_types;
	}
	for (size_t i = 0; i < group->n_records; i++) {
		if (str_is(group->records[i]->backend, backend))
			out->records[out->n_records++] = group->records[i];
	}
	collect_identities(arena, group, types, out);
	return applies(plan, out);
}

bool subject_same(const struct subject *a, const struct subject *b)
{
	if (a->n_records != b->n_records || a->n_ids != b->n_ids)
		return false;
	for (size_t i = 0; i < a->n_records; i++) {
		size_t k = 0;

		while (k < b->n_records && !str_eq(a->records[i]->id, b->records[k]->id))
			k++;
		if (k == b->n_records)
			return false;
	}
	for (size_t i = 0; i < a->n_ids; i++) {
		size_t k = 0;

		while (k < b->n_ids && !identity_same(&a->ids[i], &b->ids[k]))
			k++;
		if (k == b->n_ids)
			return false;
	}
	return true;
}
