/*
 * From facts to edges: who holds which identity, and which two nodes it makes
 * one. Nodes are walked in their own order, so every list comes out the same
 * whatever the order of the facts.
 */
#include "resolve_inner.h"

void settled_note(struct settled *settled, const char *fmt, ...)
{
	char text[512];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (n < 0)
		return;
	for (size_t i = 0; i < settled->n_notes; i++) {
		if (str_is(settled->notes[i], text))
			return;
	}
	MEM_ROOM(settled->notes, settled->n_notes, settled->cap_notes);
	settled->notes[settled->n_notes++] = arena_str(settled->arena, str_of(text));
}

static int node_compare(const void *a, const void *b)
{
	const struct node *x = *(struct node *const *)a, *y = *(struct node *const *)b;
	int by = (x->record == NULL) - (y->record == NULL);

	if (!by)
		by = str_cmp(x->backend, y->backend);
	return by ? by : str_cmp(x->id, y->id);
}

static void person_names(struct settled *settled, struct node *node)
{
	struct str *names = arena_alloc(settled->arena, (node->n_holds + 1) * sizeof(*names));

	node->names = names;
	node->n_names = 0;
	for (size_t i = 0; i < node->n_holds; i++) {
		if (node->holds[i].type == ID_TYPE_NAME)
			names[node->n_names++] = node->holds[i].value;
	}
}

static void settled_nodes(struct settled *settled)
{
	struct resolve *resolve = settled->resolve;

	settled->n = resolve->n_nodes;
	settled->nodes = arena_alloc(settled->arena, (settled->n + 1) * sizeof(*settled->nodes));
	for (size_t i = 0; i < settled->n; i++) {
		struct node *node = resolve->nodes[i];

		settled->nodes[i] = node;
		if (node->n_versions) {
			node->record = record_merge(settled->arena, node->versions, node->n_versions);
			node->names = node->record->names;
			node->n_names = node->record->n_names;
		} else {
			person_names(settled, node);
		}
	}
	qsort(settled->nodes, settled->n, sizeof(*settled->nodes), node_compare);
	for (size_t i = 0; i < settled->n; i++)
		settled->nodes[i]->place = (uint32_t)i;
	while (settled->n_records < settled->n && settled->nodes[settled->n_records]->record)
		settled->n_records++;
}

static struct held *held_of(struct settled *settled, const struct identity *id)
{
	struct held *held;
	struct buf key;
	uint32_t at;
	bool made;

	buf_init(&key, (size_t)1 << 24);
	identity_key(&key, id);
	at = intern_id(&settled->held_keys, buf_str(&key), &made);
	buf_release(&key);
	if (made) {
		MEM_ROOM(settled->held, settled->n_held, settled->cap_held);
		settled->held[settled->n_held++] = (struct held){ .id = *id };
	}
	held = &settled->held[at];
	return held;
}

static void held_add(struct settled *settled, const struct identity *id, uint32_t node)
{
	enum id_class class = identity_class(id->type);
	struct held *held;

	if ((class != ID_PERSONAL && class != ID_RECORD) || str_empty(id->value))
		return;
	held = held_of(settled, id);
	if (held->n && held->nodes[held->n - 1] == node)
		return;
	MEM_ROOM(held->nodes, held->n, held->cap);
	held->nodes[held->n++] = node;
}

static void settled_holdings(struct settled *settled)
{
	intern_init(&settled->held_keys, (uintptr_t)settled);
	for (uint32_t i = 0; i < settled->n; i++) {
		const struct node *node = settled->nodes[i];
		struct identity own;

		if (node->record) {
			record_identity(node->record, &own);
			held_add(settled, &own, i);
			for (size_t k = 0; k < node->record->n_ids; k++)
				held_add(settled, &node->record->ids[k].id, i);
		}
		for (size_t k = 0; k < node->n_holds; k++)
			held_add(settled, &node->holds[k], i);
	}
}

static bool held_has(const struct held *held, uint32_t node)
{
	for (size_t i = 0; i < held->n; i++) {
		if (held->nodes[i] == node)
			return true;
	}
	return false;
}

static const struct node *person_of(const struct settled *settled, struct str person)
{
	return resolve_node_find(settled->resolve, (struct str){ 0 }, person);
}

/* A person holds an identity also when a record linked to that person does. */
static bool person_holds(const struct settled *settled, const struct node *person, const struct held *held)
{
	if (held_has(held, person->place))
		return true;
	for (size_t i = 0; i < person->n_holds; i++) {
		const struct node *node;

		if (person->holds[i].type != ID_TYPE_REC)
			continue;
		node = resolve_node_find(settled->resolve, person->holds[i].backend, person->holds[i].value);
		if (node && held_has(held, node->place))
			return true;
	}
	return false;
}

/* What two persons who are not one both hold says nothing about who it is. */
static void settled_shared(struct settled *settled)
{
	const struct resolve *resolve = settled->resolve;

	for (size_t i = 0; i < resolve->n_forbidden; i++) {
		const struct pair *pair = &resolve->forbidden[i];
		const struct node *a = person_of(settled, pair->a), *b = person_of(settled, pair->b);

		for (size_t k = 0; k < pair->n_shared; k++) {
			if (identity_class(pair->shared[k].type) == ID_PERSONAL)
				held_of(settled, &pair->shared[k])->shared = true;
		}
		for (size_t k = 0; k < settled->n_held; k++) {
			struct held *held = &settled->held[k];

			if (!held->shared && identity_class(held->id.type) == ID_PERSONAL &&
			    person_holds(settled, a, held) && person_holds(settled, b, held))
				held->shared = true;
		}
	}
}

enum id_class settled_class(const struct settled *settled, const struct identity *id)
{
	enum id_class class = identity_class(id->type);
	struct buf key;
	uint32_t at;

	if (class != ID_PERSONAL)
		return class;
	buf_init(&key, (size_t)1 << 24);
	identity_key(&key, id);
	at = intern_find(&settled->held_keys, buf_str(&key));
	buf_release(&key);
	return at != NOBODY && settled->held[at].shared ? ID_SHARED : class;
}

static void edge_add(struct settled *settled, uint32_t a, uint32_t b, enum edge_kind kind, uint32_t held)
{
	MEM_ROOM(settled->edges, settled->n_edges, settled->cap_edges);
	settled->edges[settled->n_edges++] = (struct edge){ a, b, kind, held, false };
}

static bool pair_forbidden(const struct resolve *resolve, struct str a, struct str b)
{
	for (size_t i = 0; i < resolve->n_forbidden; i++) {
		const struct pair *pair = &resolve->forbidden[i];

		if ((str_eq(pair->a, a) && str_eq(pair->b, b)) || (str_eq(pair->a, b) && str_eq(pair->b, a)))
			return true;
	}
	return false;
}

static void edges_of_links(struct settled *settled)
{
	const struct resolve *resolve = settled->resolve;

	for (size_t i = 0; i < resolve->n_links; i++) {
		const struct pair *pair = &resolve->links[i];

		if (!str_eq(pair->a, pair->b) && !pair_forbidden(resolve, pair->a, pair->b))
			edge_add(settled, person_of(settled, pair->a)->place, person_of(settled, pair->b)->place,
				 EDGE_LINK, NOBODY);
	}
}

/* Persons and the record that they hold: all to the record, or to the first of them while it is not known. */
static void edges_of_record(struct settled *settled, uint32_t at)
{
	const struct held *held = &settled->held[at];
	const struct node *record = resolve_node_find(settled->resolve, held->id.backend, held->id.value);
	uint32_t hub = record ? record->place : NOBODY;

	for (size_t i = 0; i < held->n; i++) {
		if (settled->nodes[held->nodes[i]]->record)
			continue;
		if (hub == NOBODY)
			hub = held->nodes[i];
		else
			edge_add(settled, hub, held->nodes[i], EDGE_HELD, at);
	}
}

static bool names_agree_any(const struct str *a, size_t na, const struct str *b, size_t nb)
{
	for (size_t i = 0; i < na; i++) {
		for (size_t k = 0; k < nb; k++) {
			if (str_eq(a[i], b[k]))
				return true;
		}
	}
	return !names_conflict(a, na, b, nb);
}

bool names_may_be_one(const struct str *a, size_t na, const struct str *b, size_t nb)
{
	return !na || !nb || names_agree_any(a, na, b, nb);
}

static void settled_names(struct settled *settled)
{
	settled->strong = arena_alloc(settled->arena, (settled->n + 1) * sizeof(*settled->strong));
	settled->names = arena_alloc(settled->arena, (settled->n + 1) * sizeof(*settled->names));
	settled->n_names = arena_alloc(settled->arena, (settled->n + 1) * sizeof(*settled->n_names));
	settled_groups(settled, 1u << EDGE_LINK | 1u << EDGE_HELD, settled->strong);
	for (size_t i = 0; i < settled->n; i++)
		settled->n_names[settled->strong[i]] += settled->nodes[i]->n_names;
	for (size_t i = 0; i < settled->n; i++) {
		const struct node *node = settled->nodes[i];
		uint32_t first = settled->strong[i];

		if (first == i) {
			settled->names[i] = arena_alloc(settled->arena, (settled->n_names[i] + 1) * sizeof(struct str));
			settled->n_names[i] = 0;
		}
		for (size_t k = 0; k < node->n_names; k++)
			settled->names[first][settled->n_names[first]++] = node->names[k];
	}
}

bool settled_may_be_one(const struct settled *settled, uint32_t a, uint32_t b)
{
	return names_may_be_one(settled->names[a], settled->n_names[a], settled->names[b], settled->n_names[b]);
}

/* The record was asked for, its backend answered, and it was not there. */
static bool record_gone(const struct settled *settled, const struct identity *id)
{
	const struct question *question = resolve_question_find(settled->resolve, id->backend, id);

	return question && question->answered && !question->failed &&
	       !resolve_node_find(settled->resolve, id->backend, id->value);
}

/*
 * Somebody whom the case store links to one record of a backend is not joined
 * by an e-mail to another record of it, unless the linked one is gone:
 * e-mails, handles and numbers are given to others.
 */
static bool record_changed(struct settled *settled, uint32_t from, const struct node *to, const struct identity *by)
{
	bool other = false;

	if (!to->record || str_eq(settled->nodes[from]->backend, to->backend))
		return false;
	for (size_t i = settled->n_records; i < settled->n; i++) {
		const struct node *person = settled->nodes[i];

		if (settled->strong[i] != settled->strong[from])
			continue;
		for (size_t k = 0; k < person->n_holds; k++) {
			const struct identity *id = &person->holds[k];

			if (id->type != ID_TYPE_REC || !str_eq(id->backend, to->backend))
				continue;
			if (str_eq(id->value, to->id))
				return false;
			other |= !record_gone(settled, id);
		}
	}
	if (other)
		settled_note(settled, "%.*s now also answers with %.*s/%.*s, which is not the record linked in the case store",
			     STR_ARG(by->value), STR_ARG(to->backend), STR_ARG(to->id));
	return other;
}

static bool pair_joins(struct settled *settled, uint32_t a, uint32_t b, const struct identity *by)
{
	const struct node *x = settled->nodes[a], *y = settled->nodes[b];
	uint32_t i = settled->strong[a], k = settled->strong[b];

	if (i == k)
		return true;
	if (!settled_may_be_one(settled, i, k))
		return false;
	if (x->record && y->record && str_eq(x->backend, y->backend) && !x->record->guest && !y->record->guest &&
	    !names_may_be_one(x->names, x->n_names, y->names, y->n_names))
		return false;
	return !record_changed(settled, a, y, by) && !record_changed(settled, b, x, by);
}

static void edges_of_identity(struct settled *settled, uint32_t at)
{
	struct held *held = &settled->held[at];
	bool personal = identity_class(held->id.type) == ID_PERSONAL;

	if (held->shared || held->n < 2)
		return;
	if (held->n > RESOLVE_GROUP) {
		settled_note(settled, "%zu records share %s:%.*s and were not joined by it", held->n,
			     identity_type_word(held->id.type), STR_ARG(held->id.value));
		held->shared = true;
		return;
	}
	for (size_t i = 0; i < held->n; i++) {
		for (size_t k = i + 1; k < held->n; k++) {
			uint32_t a = held->nodes[i], b = held->nodes[k];

			/* A person who holds a record is joined to it already. */
			if (!personal && (!settled->nodes[a]->record || !settled->nodes[b]->record))
				continue;
			if (pair_joins(settled, a, b, &held->id))
				edge_add(settled, a, b, EDGE_SAME, at);
		}
	}
}

void settled_join(struct settled *settled)
{
	settled_nodes(settled);
	settled_holdings(settled);
	settled_shared(settled);
	edges_of_links(settled);
	for (uint32_t i = 0; i < settled->n_held; i++) {
		if (settled->held[i].id.type == ID_TYPE_REC)
			edges_of_record(settled, i);
	}
	settled_names(settled);
	for (uint32_t i = 0; i < settled->n_held; i++)
		edges_of_identity(settled, i);
}
