/*
 * From edges to groups: edges that would make one customer of too many, of
 * people with different names, or of two whom the case store keeps apart, are
 * dropped, each time for a whole group, so that no order decides who stays.
 */
#include "resolve_inner.h"

#define KIND(name) (1u << EDGE_##name)
#define ALL_KINDS (KIND(LINK) | KIND(HELD) | KIND(SAME))

static uint32_t root_of(uint32_t *group, uint32_t i)
{
	while (group[i] != i)
		i = group[i] = group[group[i]];
	return i;
}

void settled_groups(const struct settled *settled, unsigned kinds, uint32_t *group)
{
	for (uint32_t i = 0; i < settled->n; i++)
		group[i] = i;
	for (size_t i = 0; i < settled->n_edges; i++) {
		const struct edge *edge = &settled->edges[i];
		uint32_t a, b;

		if (edge->dropped || !(kinds >> edge->kind & 1))
			continue;
		a = root_of(group, edge->a);
		b = root_of(group, edge->b);
		/* The first place is the root, so the group's name needs no second walk. */
		if (a < b)
			group[b] = a;
		else
			group[a] = b;
	}
	for (uint32_t i = 0; i < settled->n; i++)
		group[i] = root_of(group, i);
}

static void apart_large(struct settled *settled, uint32_t *size)
{
	settled_groups(settled, ALL_KINDS, settled->group);
	memset(size, 0, settled->n * sizeof(*size));
	for (size_t i = 0; i < settled->n; i++)
		size[settled->group[i]]++;
	for (size_t i = 0; i < settled->n_edges; i++) {
		struct edge *edge = &settled->edges[i];

		if (size[settled->group[edge->a]] > RESOLVE_GROUP)
			edge->dropped = true;
	}
	for (size_t i = 0; i < settled->n; i++) {
		const struct node *node = settled->nodes[i];

		if (size[i] > RESOLVE_GROUP)
			settled_note(settled, "%u records belong together with %.*s%s%.*s by what they share, which is more than %d: they were not joined",
				     size[i], STR_ARG(node->backend), node->record ? "/" : "person ", STR_ARG(node->id), RESOLVE_GROUP);
	}
}

/* Those of one group whom links do not make one already, and who cannot be one with whom (a bit each). */
struct crowd {
	uint32_t strong[RESOLVE_GROUP];
	uint64_t against[RESOLVE_GROUP];
	size_t n;
};

static size_t crowd_at(const struct crowd *crowd, uint32_t strong)
{
	size_t i = 0;

	while (i < crowd->n && crowd->strong[i] != strong)
		i++;
	return i;
}

/* Somebody known by a name of each: a former or a second name on record. */
static bool both_known(const struct settled *settled, uint32_t by, uint32_t a, uint32_t b)
{
	const struct str *names = settled->names[by];
	bool only_a = false, only_b = false;

	for (size_t i = 0; settled->n_names[by] > 1 && i < settled->n_names[by]; i++) {
		bool is_a = names_may_be_one(&names[i], 1, settled->names[a], settled->n_names[a]);
		bool is_b = names_may_be_one(&names[i], 1, settled->names[b], settled->n_names[b]);

		only_a |= is_a && !is_b;
		only_b |= is_b && !is_a;
	}
	return only_a && only_b;
}

static void crowd_compare(const struct settled *settled, struct crowd *crowd)
{
	for (size_t i = 0; i < crowd->n; i++) {
		for (size_t k = i + 1; k < crowd->n; k++) {
			bool one = settled_may_be_one(settled, crowd->strong[i], crowd->strong[k]);

			for (size_t m = 0; !one && m < crowd->n; m++)
				one = m != i && m != k &&
				      both_known(settled, crowd->strong[m], crowd->strong[i], crowd->strong[k]);
			if (one)
				continue;
			crowd->against[i] |= (uint64_t)1 << k;
			crowd->against[k] |= (uint64_t)1 << i;
		}
	}
}

/*
 * A record without a name, or with an initial, may agree with two people who
 * cannot be one. Only those stay joined who cannot be one with the very same
 * others; so no group ends up with two such people, and whoever fits both
 * sides stands alone.
 */
static void crowd_part(struct settled *settled, const struct crowd *crowd, uint32_t group)
{
	for (size_t i = 0; i < settled->n_edges; i++) {
		struct edge *edge = &settled->edges[i];
		size_t a, b;

		if (edge->dropped || edge->kind != EDGE_SAME || settled->group[edge->a] != group)
			continue;
		a = crowd_at(crowd, settled->strong[edge->a]);
		b = crowd_at(crowd, settled->strong[edge->b]);
		if (crowd->against[a] == crowd->against[b])
			continue;
		edge->dropped = true;
		settled_note(settled, "%s:%.*s is held by people of different names, so not all of its records were joined",
			     identity_type_word(settled->held[edge->held].id.type),
			     STR_ARG(settled->held[edge->held].id.value));
	}
}

static void apart_names(struct settled *settled, uint32_t *size)
{
	settled_groups(settled, ALL_KINDS, settled->group);
	memset(size, 0, settled->n * sizeof(*size));
	for (size_t i = 0; i < settled->n; i++)
		size[settled->group[i]]++;
	for (uint32_t first = 0; first < settled->n; first++) {
		struct crowd crowd = { .n = 0 };
		uint64_t any = 0;

		if (size[first] < 3)
			continue;
		for (uint32_t i = first; i < settled->n; i++) {
			if (settled->group[i] == first && crowd_at(&crowd, settled->strong[i]) == crowd.n)
				crowd.strong[crowd.n++] = settled->strong[i];
		}
		crowd_compare(settled, &crowd);
		for (size_t i = 0; i < crowd.n; i++)
			any |= crowd.against[i];
		if (any)
			crowd_part(settled, &crowd, first);
	}
}

/* Marks the groups that hold two persons who must never be one. */
static bool groups_forbidden(const struct settled *settled, bool *bad)
{
	const struct resolve *resolve = settled->resolve;
	bool any = false;

	memset(bad, 0, settled->n * sizeof(*bad));
	for (size_t i = 0; i < resolve->n_forbidden; i++) {
		const struct pair *pair = &resolve->forbidden[i];
		const struct node *a = resolve_node_find(resolve, (struct str){ 0 }, pair->a);
		const struct node *b = resolve_node_find(resolve, (struct str){ 0 }, pair->b);

		if (a != b && settled->group[a->place] == settled->group[b->place])
			any = bad[settled->group[a->place]] = true;
	}
	return any;
}

/* A record that several persons hold. */
static bool edge_contested(const struct settled *settled, const struct edge *edge)
{
	size_t persons = 0;

	for (size_t i = 0; i < settled->held[edge->held].n; i++)
		persons += !settled->nodes[settled->held[edge->held].nodes[i]]->record;
	return persons > 1;
}

/*
 * First the e-mail joins go, then the links of persons, at last records that
 * several of the persons hold: after that each person stands with records of
 * its own, and no pair can be left.
 */
static void apart_forbidden(struct settled *settled, bool *bad)
{
	static const enum edge_kind steps[] = { EDGE_SAME, EDGE_LINK, EDGE_HELD };

	settled_groups(settled, ALL_KINDS, settled->group);
	for (size_t step = 0; groups_forbidden(settled, bad) && step < 3; step++) {
		for (size_t i = 0; i < settled->n_edges; i++) {
			struct edge *edge = &settled->edges[i];

			if (bad[settled->group[edge->a]] && edge->kind == steps[step] &&
			    (edge->kind != EDGE_HELD || edge_contested(settled, edge)))
				edge->dropped = true;
		}
		settled_groups(settled, ALL_KINDS, settled->group);
	}
}

void settled_apart(struct settled *settled)
{
	uint32_t *size = mem_array(settled->n + 1, sizeof(*size));
	bool *bad = mem_array(settled->n + 1, sizeof(*bad));

	settled->group = arena_alloc(settled->arena, (settled->n + 1) * sizeof(*settled->group));
	apart_large(settled, size);
	apart_names(settled, size);
	apart_forbidden(settled, bad);
	free(size);
	free(bad);
}
