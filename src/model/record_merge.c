/*
 * One record came in several answers: for two questions, or from two calls of
 * its backend. Versions are put in an order of their own first, so that the
 * result does not depend on which answer was faster.
 */
#include "resolve_inner.h"

#define STRINGS(X) X(tier) X(channel) X(consent) X(language) X(note) X(web)

static int number_compare(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int identity_compare(const struct identity *a, const struct identity *b)
{
	int by = number_compare(a->type, b->type);

	if (!by)
		by = str_cmp(a->backend, b->backend);
	return by ? by : str_cmp(a->value, b->value);
}

static int match_compare(const void *a, const void *b)
{
	const struct record_match *x = a, *y = b;
	int by = identity_compare(&x->asked, &y->asked);

	if (!by)
		by = str_cmp(x->field, y->field);
	return by ? by : str_cmp(x->stored, y->stored);
}

static int address_compare(const struct address *a, const struct address *b)
{
	int by = 0;

#define X(field) if (!by) by = str_cmp(a->field, b->field);
	X(label) X(lines[0]) X(lines[1]) X(lines[2]) X(city) X(region) X(postcode) X(country)
#undef X
	return by;
}

/* Lists, the fuller version first. */
static int lists_compare(const struct record *a, const struct record *b)
{
	int by = number_compare((int64_t)(b->n_names + b->n_ids + b->n_addresses),
				(int64_t)(a->n_names + a->n_ids + a->n_addresses));

	if (!by)
		by = number_compare((int64_t)b->n_names, (int64_t)a->n_names);
	if (!by)
		by = number_compare((int64_t)b->n_ids, (int64_t)a->n_ids);
	for (size_t i = 0; !by && i < a->n_names; i++)
		by = str_cmp(a->names[i], b->names[i]);
	for (size_t i = 0; !by && i < a->n_ids; i++) {
		by = identity_compare(&a->ids[i].id, &b->ids[i].id);
		if (!by)
			by = str_cmp(a->ids[i].field, b->ids[i].field);
		if (!by)
			by = str_cmp(a->ids[i].stored, b->ids[i].stored);
	}
	for (size_t i = 0; !by && i < a->n_addresses; i++)
		by = address_compare(&a->addresses[i], &b->addresses[i]);
	return by;
}

static int version_compare(const void *x, const void *y)
{
	const struct record *a = *(const struct record *const *)x, *b = *(const struct record *const *)y;
	int by = number_compare(a->reference_only, b->reference_only);

	if (!by)
		by = lists_compare(a, b);
#define X(field) if (!by) by = str_cmp(a->field, b->field);
	STRINGS(X)
#undef X
	if (!by)
		by = number_compare(a->lifetime.minor, b->lifetime.minor);
	if (!by)
		by = strcmp(a->lifetime.currency, b->lifetime.currency);
	if (!by)
		by = number_compare((int64_t)b->n_extras, (int64_t)a->n_extras);
	for (size_t i = 0; !by && i < a->n_extras; i++) {
		by = str_cmp(a->extras[i].name, b->extras[i].name);
		if (!by)
			by = str_cmp(a->extras[i].value, b->extras[i].value);
	}
	return by;
}

static void record_take_in(struct arena *arena, struct record *to, const struct record *from)
{
	for (size_t i = 0; i < from->n_names; i++)
		record_add_name(arena, to, from->names[i]);
	for (size_t i = 0; i < from->n_ids; i++)
		record_add_id(arena, to, &from->ids[i].id, from->ids[i].field, from->ids[i].stored);
	for (size_t i = 0; i < from->n_matches; i++)
		record_add_match(arena, to, &from->matches[i].asked, from->matches[i].field, from->matches[i].stored);
	for (size_t i = 0; i < from->n_addresses; i++)
		record_add_address(arena, to, &from->addresses[i]);
	for (size_t i = 0; i < from->n_extras; i++)
		record_add_extra(arena, to, from->extras[i].name, from->extras[i].value);
#define X(field) if (str_empty(to->field)) to->field = arena_str(arena, from->field);
	STRINGS(X)
#undef X
	to->guest |= from->guest;
	to->reference_only &= from->reference_only;
	to->do_not_contact |= from->do_not_contact;
	if (from->since != WHEN_NONE && (to->since == WHEN_NONE || from->since < to->since))
		to->since = from->since;
	if (!*to->lifetime.currency)
		to->lifetime = from->lifetime;
}

const struct record *record_merge(struct arena *arena, const struct record **versions, size_t n)
{
	struct record *merged;

	if (n == 1)
		return versions[0];
	qsort(versions, n, sizeof(*versions), version_compare);
	merged = record_copy(arena, versions[0]);
	for (size_t i = 1; i < n; i++)
		record_take_in(arena, merged, versions[i]);
	if (merged->n_matches)
		qsort(merged->matches, merged->n_matches, sizeof(*merged->matches), match_compare);
	return merged;
}
