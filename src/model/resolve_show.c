/*
 * What a face is told: which groups really hold what was typed, why several
 * are one, and in which order.
 */
#include <dossier/base/text.h>

#include "resolve_inner.h"

/* Best first. */
enum rank { RANK_RECORD, RANK_PERSONAL, RANK_REFERENCE, RANK_SHARED, RANK_NONE };

struct shown {
	struct group group;
	enum rank rank;
	size_t matches;
	struct str name;
	uint32_t first;
	bool caller;
};

/* A name of punctuation alone agrees with everybody, but is nobody's. */
static bool name_holds(struct str asked, struct str name)
{
	struct buf plain;
	bool empty;

	buf_init(&plain, (size_t)1 << 16);
	text_fold_plain(&plain, name);
	empty = !plain.len;
	buf_release(&plain);
	return !empty && name_agrees(asked, name);
}

static bool match_holds(const struct record_match *match, const struct identity *asked, const char *country)
{
	if (!identity_same(&match->asked, asked))
		return false;
	/* An order's number leads to its customer through the backend, who does not hold it. */
	if (identity_class(asked->type) == ID_REFERENCE || identity_class(asked->type) == ID_RECORD)
		return true;
	return !match->stored.p || identity_matches(asked, match->stored, country);
}

static bool record_holds(const struct record *record, const struct identity *asked, const char *country)
{
	struct identity own;

	record_identity(record, &own);
	if (identity_same(&own, asked))
		return true;
	for (size_t i = 0; i < record->n_matches; i++) {
		if (match_holds(&record->matches[i], asked, country))
			return true;
	}
	for (size_t i = 0; i < record->n_ids; i++) {
		if (identity_same(&record->ids[i].id, asked))
			return true;
	}
	for (size_t i = 0; asked->type == ID_TYPE_NAME && i < record->n_names; i++) {
		if (name_holds(asked->value, record->names[i]))
			return true;
	}
	for (size_t i = 0; asked->type == ID_TYPE_POSTCODE && i < record->n_addresses; i++) {
		if (identity_matches(asked, record->addresses[i].postcode, country))
			return true;
	}
	return false;
}

static bool node_holds(const struct node *node, const struct identity *asked, const char *country)
{
	if (node->record)
		return record_holds(node->record, asked, country);
	for (size_t i = 0; i < node->n_holds; i++) {
		if (identity_same(&node->holds[i], asked))
			return true;
		if (asked->type == ID_TYPE_NAME && node->holds[i].type == ID_TYPE_NAME &&
		    name_holds(asked->value, node->holds[i].value))
			return true;
	}
	return false;
}

static size_t members_holding(const struct settled *settled, const uint32_t *members, size_t n, const struct identity *asked)
{
	size_t holding = 0;

	for (size_t i = 0; i < n; i++)
		holding += node_holds(settled->nodes[members[i]], asked, settled->resolve->country);
	return holding;
}

static enum rank rank_of(const struct settled *settled, const struct identity *id)
{
	static const enum rank ranks[] = {
		[ID_RECORD] = RANK_RECORD, [ID_PERSONAL] = RANK_PERSONAL,
		[ID_REFERENCE] = RANK_REFERENCE, [ID_SHARED] = RANK_SHARED,
	};

	return ranks[settled_class(settled, id)];
}

static void group_match(const struct settled *settled, const uint32_t *members, size_t n, struct shown *shown)
{
	const struct who *who = &settled->resolve->who;

	shown->rank = RANK_NONE;
	for (size_t i = 0; i < who->n; i++) {
		const struct who_reading *reading = &who->items[i];
		size_t holding = members_holding(settled, members, n, &reading->id);
		enum rank rank = rank_of(settled, &reading->id);

		for (size_t k = 0; holding && k < reading->n_narrow; k++) {
			if (!members_holding(settled, members, n, &reading->narrow[k]))
				holding = 0;
		}
		shown->matches += holding;
		if (holding && rank < shown->rank)
			shown->rank = rank;
	}
	shown->group.asked = shown->rank != RANK_NONE;
	shown->group.shared_only = shown->rank == RANK_SHARED;
}

static const char *identity_for_people(const struct identity *id)
{
	switch (id->type) {
	case ID_TYPE_EMAIL: return "e-mail";
	case ID_TYPE_LOYALTY: return "loyalty number";
	case ID_TYPE_REC: return "record id";
	default: return identity_type_word(id->type);
	}
}

/* Who is joined by one identity within one group. */
struct joined {
	const struct node *nodes[RESOLVE_GROUP * 2];
	size_t n;
};

static void joined_add(struct joined *joined, const struct node *node)
{
	size_t i = 0;

	while (i < joined->n && joined->nodes[i] != node)
		i++;
	if (i == joined->n && joined->n < RESOLVE_GROUP * 2)
		joined->nodes[joined->n++] = node;
}

static int joined_compare(const void *a, const void *b)
{
	const struct node *x = *(const struct node *const *)a, *y = *(const struct node *const *)b;

	return (x->place > y->place) - (x->place < y->place);
}

static void joined_fill(const struct settled *settled, uint32_t group, uint32_t held, struct joined *joined)
{
	joined->n = 0;
	for (size_t i = 0; i < settled->n_edges; i++) {
		const struct edge *edge = &settled->edges[i];

		if (edge->dropped || edge->kind != EDGE_SAME || edge->held != held || settled->group[edge->a] != group)
			continue;
		joined_add(joined, settled->nodes[edge->a]);
		joined_add(joined, settled->nodes[edge->b]);
	}
	qsort(joined->nodes, joined->n, sizeof(*joined->nodes), joined_compare);
}

/* "guest and account of shop with one e-mail" */
static void say_within(struct buf *out, const struct joined *joined, size_t from, size_t to, const struct identity *id)
{
	size_t guests = 0, n = to - from;

	for (size_t i = from; i < to; i++)
		guests += joined->nodes[i]->record->guest;
	if (n == 2 && guests == 1)
		buf_adds(out, "guest and account");
	else if (guests == 0 || guests == n)
		buf_printf(out, "%zu %s", n, guests ? "guest records" : "records");
	else
		buf_printf(out, "%zu records (%zu guest)", n, guests);
	buf_printf(out, " of %.*s with one %s%s", STR_ARG(joined->nodes[from]->backend), identity_for_people(id),
		   guests ? "" : " and agreeing names");
}

/* "same e-mail jane@example.com in desk, shop and the case store" */
static bool say_across(struct buf *out, const struct joined *joined, const struct identity *id)
{
	struct str places[RESOLVE_GROUP * 2];
	size_t n = 0;

	for (size_t i = 0; i < joined->n; i++) {
		struct str place = joined->nodes[i]->record ? joined->nodes[i]->backend : STR("the case store");

		if (!n || !str_eq(places[n - 1], place))
			places[n++] = place;
	}
	if (n < 2)
		return false;
	buf_printf(out, "same %s %.*s in ", identity_for_people(id), STR_ARG(id->value));
	for (size_t i = 0; i < n; i++)
		buf_printf(out, "%s%.*s", i == 0 ? "" : i + 1 == n ? " and " : ", ", STR_ARG(places[i]));
	return true;
}

struct reasons {
	struct settled *settled;
	struct resolve_reason *items;
	size_t n, cap;
};

static void reason_add(struct reasons *reasons, struct buf *text, const struct identity *by)
{
	for (size_t i = 0; i < reasons->n; i++) {
		if (str_eq(reasons->items[i].text, buf_str(text)))
			return;
	}
	MEM_ROOM(reasons->items, reasons->n, reasons->cap);
	reasons->items[reasons->n++] = (struct resolve_reason){
		arena_str(reasons->settled->arena, buf_str(text)), by ? *by : (struct identity){ 0 },
	};
}

static void reasons_of_identity(struct reasons *reasons, uint32_t group, uint32_t held, struct buf *text)
{
	const struct identity *id = &reasons->settled->held[held].id;
	struct joined joined;

	joined_fill(reasons->settled, group, held, &joined);
	buf_reset(text);
	if (say_across(text, &joined, id))
		reason_add(reasons, text, id);
	for (size_t i = 0, end; i < joined.n; i = end) {
		for (end = i + 1; end < joined.n && str_eq(joined.nodes[end]->backend, joined.nodes[i]->backend); end++)
			;
		if (end - i < 2)
			continue;
		buf_reset(text);
		if (joined.nodes[i]->record)
			say_within(text, &joined, i, end, id);
		else
			buf_printf(text, "%zu persons of the case store with one %s", end - i, identity_for_people(id));
		reason_add(reasons, text, id);
	}
}

static void group_reasons(struct settled *settled, uint32_t first, struct group *group)
{
	struct reasons reasons = { .settled = settled };
	uint32_t last = NOBODY;
	struct buf text;

	buf_init(&text, 4096);
	for (size_t i = 0; i < settled->n_edges; i++) {
		const struct edge *edge = &settled->edges[i];

		if (edge->dropped || settled->group[edge->a] != first)
			continue;
		buf_reset(&text);
		if (edge->kind == EDGE_LINK) {
			buf_adds(&text, "two persons linked in the case store");
			reason_add(&reasons, &text, NULL);
		} else if (edge->kind == EDGE_HELD) {
			const struct identity *id = &settled->held[edge->held].id;

			buf_printf(&text, "%.*s/%.*s is linked in the case store", STR_ARG(id->backend), STR_ARG(id->value));
			reason_add(&reasons, &text, id);
		} else if (edge->held != last) {
			/* Edges of one identity follow each other. */
			last = edge->held;
			reasons_of_identity(&reasons, first, edge->held, &text);
		}
	}
	buf_release(&text);
	group->n_reasons = reasons.n;
	if (reasons.n) {
		struct resolve_reason *kept = arena_alloc(settled->arena, reasons.n * sizeof(*kept));

		memcpy(kept, reasons.items, reasons.n * sizeof(*kept));
		group->reasons = kept;
	}
	free(reasons.items);
}

/* Accounts before guests before what an order alone tells: the first is the one whose name is shown. */
static int record_compare(const void *a, const void *b)
{
	const struct record *x = *(const struct record *const *)a, *y = *(const struct record *const *)b;
	int by = x->reference_only - y->reference_only;

	if (!by)
		by = x->guest - y->guest;
	if (!by)
		by = str_cmp(x->backend, y->backend);
	return by ? by : str_cmp(x->id, y->id);
}

static void group_fill(struct settled *settled, const uint32_t *members, size_t n, struct shown *shown)
{
	struct group *group = &shown->group;
	struct str *persons = arena_alloc(settled->arena, (n + 1) * sizeof(*persons));

	group->records = arena_alloc(settled->arena, (n + 1) * sizeof(*group->records));
	for (size_t i = 0; i < n; i++) {
		const struct node *node = settled->nodes[members[i]];

		if (node->record)
			group->records[group->n_records++] = node->record;
		else
			persons[group->n_persons++] = node->id;
	}
	group->persons = persons;
	qsort(group->records, group->n_records, sizeof(*group->records), record_compare);
	for (size_t i = 0; !shown->name.p && i < group->n_records; i++) {
		if (group->records[i]->n_names)
			shown->name = group->records[i]->names[0];
	}
	for (size_t i = 0; !shown->name.p && i < n; i++) {
		if (settled->nodes[members[i]]->n_names)
			shown->name = settled->nodes[members[i]]->names[0];
	}
	group->name = shown->name;
	if (n > 1)
		group_reasons(settled, shown->first, group);
}

/* Somebody of whom nothing is known but what others may share, too: an unknown caller. */
static bool is_caller(const struct settled *settled, const uint32_t *members, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct node *node = settled->nodes[members[i]];

		if (node->record)
			return false;
		for (size_t k = 0; k < node->n_holds; k++) {
			if (settled_class(settled, &node->holds[k]) != ID_SHARED)
				return false;
		}
	}
	return true;
}

/* Calls that nobody could place are no candidates beside a customer: each would make the next call ask who it is. */
static size_t callers_drop(struct shown *shown, size_t n)
{
	size_t kept = 0;
	bool known = false;

	for (size_t i = 0; i < n; i++)
		known |= !shown[i].caller;
	for (size_t i = 0; i < n; i++) {
		if (!known || !shown[i].caller)
			shown[kept++] = shown[i];
	}
	return kept;
}

static int shown_compare(const void *a, const void *b)
{
	const struct shown *x = a, *y = b;
	int by = (x->rank > y->rank) - (x->rank < y->rank);

	if (!by)
		by = (x->matches < y->matches) - (x->matches > y->matches);
	if (!by)    /* without a name last */
		by = !x->name.p - !y->name.p;
	if (!by)
		by = str_cmp(x->name, y->name);
	return by ? by : (x->first > y->first) - (x->first < y->first);
}

/* Fills members of the group that begins at first, walking the chain of places. */
static size_t group_members(const uint32_t *next, uint32_t first, uint32_t *members)
{
	size_t n = 0;

	for (uint32_t i = first; i != NOBODY; i = next[i])
		members[n++] = i;
	return n;
}

static int note_compare(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static void settled_result(struct settled *settled, struct shown *shown, size_t n)
{
	qsort(shown, n, sizeof(*shown), shown_compare);
	settled->groups = arena_alloc(settled->arena, (n + 1) * sizeof(*settled->groups));
	for (size_t i = 0; i < n; i++)
		settled->groups[i] = shown[i].group;
	if (settled->n_notes)
		qsort(settled->notes, settled->n_notes, sizeof(*settled->notes), note_compare);
	settled->result = (struct resolve_result){ settled->groups, n, settled->notes, settled->n_notes };
}

void settled_show(struct settled *settled)
{
	uint32_t *next = mem_array(settled->n + 1, 2 * sizeof(*next)), *members = next + settled->n + 1;
	struct shown *shown = mem_array(settled->n + 1, sizeof(*shown));
	size_t n = 0;

	for (uint32_t i = (uint32_t)settled->n; i-- > 0; )
		next[i] = NOBODY;
	/* members is the last of each group while the chains are made */
	for (uint32_t i = 0; i < settled->n; i++) {
		if (settled->group[i] != i)
			next[members[settled->group[i]]] = i;
		members[settled->group[i]] = i;
	}
	for (uint32_t i = 0; i < settled->n; i++) {
		size_t n_members;

		if (settled->group[i] != i)
			continue;
		n_members = group_members(next, i, members);
		shown[n] = (struct shown){ .first = i };
		group_match(settled, members, n_members, &shown[n]);
		if (!shown[n].group.asked)
			continue;
		group_fill(settled, members, n_members, &shown[n]);
		shown[n].caller = shown[n].group.shared_only && is_caller(settled, members, n_members);
		n++;
	}
	settled_result(settled, shown, callers_drop(shown, n));
	free(shown);
	free(next);
}

bool group_meets(const struct group *a, const struct group *b)
{
	for (size_t i = 0; i < a->n_records; i++)
		for (size_t k = 0; k < b->n_records; k++)
			if (str_eq(a->records[i]->backend, b->records[k]->backend) && str_eq(a->records[i]->id, b->records[k]->id))
				return true;
	for (size_t i = 0; i < a->n_persons; i++)
		for (size_t k = 0; k < b->n_persons; k++)
			if (str_eq(a->persons[i], b->persons[k]))
				return true;
	return false;
}
