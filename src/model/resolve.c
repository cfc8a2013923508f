#include <dossier/base/text.h>
#include <dossier/model/resolve.h>

#include "resolve_inner.h"

#define KEY_MAX ((size_t)1 << 24)

/* As identity_same compares, but for telephones, which have no key: there it is the digits. */
void identity_key(struct buf *key, const struct identity *id)
{
	buf_addc(key, (char)('A' + id->type));
	buf_addstr(key, id->backend);
	buf_addc(key, '\0');
	if (id->type == ID_TYPE_NAME)
		text_fold_plain(key, id->value);
	else if (id->type == ID_TYPE_REC || id->type == ID_TYPE_ACCOUNT)
		buf_addstr(key, id->value);
	else
		text_fold(key, id->value);
}

bool identity_exact(const struct identity *a, const struct identity *b)
{
	return a->type == b->type && str_eq(a->value, b->value) &&
	       (str_empty(a->backend) ? str_empty(b->backend) : str_eq(a->backend, b->backend));
}

struct resolve *resolve_new(const struct who *who, const char *country)
{
	struct resolve *resolve = mem_zalloc(sizeof(*resolve));

	resolve->facts = arena_new();
	resolve->country = mem_strdup(country);
	resolve->who.n = who->n;
	for (size_t i = 0; i < who->n; i++) {
		struct who_reading *to = &resolve->who.items[i];

		*to = who->items[i];
		to->id = identity_copy(resolve->facts, &to->id);
		for (size_t k = 0; k < to->n_narrow; k++)
			to->narrow[k] = identity_copy(resolve->facts, &to->narrow[k]);
	}
	intern_init(&resolve->node_keys, (uintptr_t)resolve);
	intern_init(&resolve->question_keys, (uintptr_t)resolve);
	return resolve;
}

/* Facts changed: what was worked out from them goes. */
static void resolve_stale(struct resolve *resolve)
{
	struct settled *settled = resolve->settled;

	resolve->settled = NULL;
	if (!settled)
		return;
	for (size_t i = 0; i < settled->n_held; i++)
		free(settled->held[i].nodes);
	free(settled->held);
	free(settled->edges);
	free(settled->notes);
	intern_release(&settled->held_keys);
	arena_free(settled->arena);
	free(settled);
}

void resolve_free(struct resolve *resolve)
{
	if (!resolve)
		return;
	resolve_stale(resolve);
	for (size_t i = 0; i < resolve->n_nodes; i++) {
		free(resolve->nodes[i]->versions);
		free(resolve->nodes[i]->holds);
	}
	free(resolve->nodes);
	free(resolve->backends);
	free(resolve->links);
	free(resolve->forbidden);
	free(resolve->questions);
	free(resolve->country);
	intern_release(&resolve->node_keys);
	intern_release(&resolve->question_keys);
	arena_free(resolve->facts);
	free(resolve);
}

void resolve_backend(struct resolve *resolve, struct str backend, unsigned types)
{
	MEM_ROOM(resolve->backends, resolve->n_backends, resolve->cap_backends);
	resolve->backends[resolve->n_backends++] = (struct asked_backend){ arena_str(resolve->facts, backend), types, 0 };
}

static void node_key(struct buf *key, struct str backend, struct str id)
{
	buf_init(key, KEY_MAX);
	buf_addc(key, backend.p ? 'r' : 'p');
	buf_addstr(key, backend);
	buf_addc(key, '\0');
	buf_addstr(key, id);
}

struct node *resolve_node_find(const struct resolve *resolve, struct str backend, struct str id)
{
	struct buf key;
	uint32_t at;

	node_key(&key, backend, id);
	at = intern_find(&resolve->node_keys, buf_str(&key));
	buf_release(&key);
	return at == NOBODY ? NULL : resolve->nodes[at];
}

static struct node *resolve_node(struct resolve *resolve, struct str backend, struct str id)
{
	struct buf key;
	uint32_t at;
	bool made;

	resolve_stale(resolve);
	node_key(&key, backend, id);
	at = intern_id(&resolve->node_keys, buf_str(&key), &made);
	buf_release(&key);
	if (made) {
		struct node *node = arena_alloc(resolve->facts, sizeof(*node));

		node->backend = arena_str(resolve->facts, backend);
		node->id = arena_str(resolve->facts, id);
		MEM_ROOM(resolve->nodes, resolve->n_nodes, resolve->cap_nodes);
		resolve->nodes[resolve->n_nodes++] = node;
	}
	return resolve->nodes[at];
}

/* The identity and then the backend, so that one key serves all backends. */
static void question_key(struct buf *key, const struct identity *id)
{
	buf_init(key, KEY_MAX);
	identity_key(key, id);
	buf_addc(key, '\0');
}

static struct question *question_of(const struct resolve *resolve, struct buf *key, struct str backend)
{
	size_t n = key->len;
	uint32_t at;

	buf_addstr(key, backend);
	at = intern_find(&resolve->question_keys, buf_str(key));
	key->len = n;
	return at == NOBODY ? NULL : &resolve->questions[at];
}

static struct question *question_at(const struct resolve *resolve, struct str backend, const struct identity *id)
{
	struct question *question;
	struct buf key;

	question_key(&key, id);
	question = question_of(resolve, &key, backend);
	buf_release(&key);
	return question;
}

/* An id that only one backend gives out means nothing elsewhere. */
static bool may_ask(const struct asked_backend *backend, const struct identity *id)
{
	bool one = id->type == ID_TYPE_REC || id->type == ID_TYPE_ACCOUNT;

	return (backend->types >> id->type & 1) && (!one || str_eq(backend->name, id->backend));
}

/*
 * Whether following it, from whatever group, would ask something or ask it
 * earlier. While no identity of all facts is open, facts can change groups
 * but not questions.
 */
static bool identity_open(const struct resolve *resolve, const struct identity *id)
{
	enum id_class class = identity_class(id->type);
	bool open = false;
	struct buf key;

	if ((class != ID_PERSONAL && class != ID_RECORD) || str_empty(id->value))
		return false;
	if (class == ID_RECORD && resolve_node_find(resolve, id->backend, id->value))
		return false;
	question_key(&key, id);
	for (size_t i = 0; !open && i < resolve->n_backends; i++) {
		const struct question *question;

		if (!may_ask(&resolve->backends[i], id))
			continue;
		question = question_of(resolve, &key, resolve->backends[i].name);
		open = !question || question->round > 1;
	}
	buf_release(&key);
	return open;
}

static bool any_open(const struct resolve *resolve)
{
	for (size_t i = 0; i < resolve->n_nodes; i++) {
		const struct node *node = resolve->nodes[i];

		for (size_t k = 0; k < node->n_holds; k++)
			if (identity_open(resolve, &node->holds[k]))
				return true;
		for (size_t v = 0; v < node->n_versions; v++)
			for (size_t k = 0; k < node->versions[v]->n_ids; k++)
				if (identity_open(resolve, &node->versions[v]->ids[k].id))
					return true;
	}
	return false;
}

void resolve_record(struct resolve *resolve, const struct record *record)
{
	struct node *node;

	if (str_empty(record->backend) || str_empty(record->id))
		return;
	node = resolve_node(resolve, record->backend, record->id);
	MEM_ROOM(node->versions, node->n_versions, node->cap_versions);
	node->versions[node->n_versions++] = record_copy(resolve->facts, record);
	for (size_t i = 0; !resolve->open && i < record->n_ids; i++)
		resolve->open = identity_open(resolve, &record->ids[i].id);
}

void resolve_person(struct resolve *resolve, struct str person, const struct identity *holds)
{
	struct node *node = resolve_node(resolve, (struct str){ 0 }, person);

	for (size_t i = 0; i < node->n_holds; i++) {
		if (identity_exact(&node->holds[i], holds))
			return;
	}
	MEM_ROOM(node->holds, node->n_holds, node->cap_holds);
	node->holds[node->n_holds++] = identity_copy(resolve->facts, holds);
	resolve->open = resolve->open || identity_open(resolve, holds);
}

void resolve_linked(struct resolve *resolve, struct str person_a, struct str person_b)
{
	const struct node *a = resolve_node(resolve, (struct str){ 0 }, person_a);
	const struct node *b = resolve_node(resolve, (struct str){ 0 }, person_b);

	MEM_ROOM(resolve->links, resolve->n_links, resolve->cap_links);
	resolve->links[resolve->n_links++] = (struct pair){ a->id, b->id, NULL, 0 };
}

void resolve_forbidden(struct resolve *resolve, struct str person_a, struct str person_b,
		       const struct identity *shared, size_t n_shared)
{
	const struct node *a = resolve_node(resolve, (struct str){ 0 }, person_a);
	const struct node *b = resolve_node(resolve, (struct str){ 0 }, person_b);
	struct pair pair = { a->id, b->id, NULL, n_shared };

	pair.shared = arena_alloc(resolve->facts, (n_shared + 1) * sizeof(*pair.shared));
	for (size_t i = 0; i < n_shared; i++)
		pair.shared[i] = identity_copy(resolve->facts, &shared[i]);
	MEM_ROOM(resolve->forbidden, resolve->n_forbidden, resolve->cap_forbidden);
	resolve->forbidden[resolve->n_forbidden++] = pair;
}

void resolve_forget_persons(struct resolve *resolve)
{
	resolve_stale(resolve);
	for (size_t i = 0; i < resolve->n_nodes; i++)
		resolve->nodes[i]->n_holds = 0;
	resolve->n_links = 0;
	resolve->n_forbidden = 0;
}

const struct question *resolve_question_find(const struct resolve *resolve, struct str backend, const struct identity *id)
{
	return question_at(resolve, backend, id);
}

void resolve_answered(struct resolve *resolve, struct str backend, const struct identity *asked, enum resolve_answer answer)
{
	struct question *question = question_at(resolve, backend, asked);

	if (!question || question->answered)
		return;
	question->answered = true;
	question->failed = answer == RESOLVE_FAILED;
	/* That a linked record is gone is known from an answer without one. */
	if (identity_class(question->id.type) == ID_RECORD)
		resolve_stale(resolve);
}

/* Asks it of this backend, or lowers the round of the question that asks it already. */
static void question_want(struct resolve *resolve, struct asked_backend *backend, struct buf *key, const struct identity *id,
			  unsigned round)
{
	struct question *question = question_of(resolve, key, backend->name);
	size_t n = key->len;
	bool made;

	if (question) {
		if (round < question->round)
			question->round = round;
		return;
	}
	if (round > 0 && backend->more >= RESOLVE_MORE)
		return;
	backend->more += round > 0;
	buf_addstr(key, backend->name);
	intern_id(&resolve->question_keys, buf_str(key), &made);
	key->len = n;
	MEM_ROOM(resolve->questions, resolve->n_questions, resolve->cap_questions);
	resolve->questions[resolve->n_questions++] = (struct question){
		.backend = backend->name, .id = identity_copy(resolve->facts, id), .round = round,
	};
}

static void questions_want(struct resolve *resolve, const struct identity *id, unsigned round)
{
	struct buf key;

	if (str_empty(id->value))
		return;
	question_key(&key, id);
	for (size_t i = 0; i < resolve->n_backends; i++) {
		struct asked_backend *backend = &resolve->backends[i];

		if (may_ask(backend, id))
			question_want(resolve, backend, &key, id, round);
	}
	buf_release(&key);
}

static void resolve_start(struct resolve *resolve)
{
	resolve->started = true;
	for (size_t i = 0; i < resolve->who.n; i++) {
		bool again = false;

		for (size_t k = 0; k < i; k++)
			again |= identity_same(&resolve->who.items[i].id, &resolve->who.items[k].id);
		if (!again)
			questions_want(resolve, &resolve->who.items[i].id, 0);
	}
}

/* The round in which a record was found: that of the earliest question that it answers. */
static unsigned record_round(const struct resolve *resolve, const struct record *record)
{
	unsigned round = RESOLVE_ROUNDS + 1;

	for (size_t i = 0; i < record->n_matches; i++) {
		const struct question *question = resolve_question_find(resolve, record->backend, &record->matches[i].asked);

		if (!question)
			return 0;
		if (question->round < round)
			round = question->round;
	}
	return record->n_matches ? round : 0;
}

static void identity_follow(struct resolve *resolve, const struct identity *id, unsigned round)
{
	enum id_class class = settled_class(resolve->settled, id);

	if (class == ID_PERSONAL || (class == ID_RECORD && !resolve_node_find(resolve, id->backend, id->value)))
		questions_want(resolve, id, round);
}

static void group_follow(struct resolve *resolve, const struct group *group, unsigned round)
{
	for (size_t i = 0; i < group->n_records; i++) {
		if (record_round(resolve, group->records[i]) != round)
			continue;
		for (size_t k = 0; k < group->records[i]->n_ids; k++)
			identity_follow(resolve, &group->records[i]->ids[k].id, round + 1);
	}
	for (size_t i = 0; round == 0 && i < group->n_persons; i++) {
		const struct node *person = resolve_node_find(resolve, (struct str){ 0 }, group->persons[i]);

		for (size_t k = 0; k < person->n_holds; k++)
			identity_follow(resolve, &person->holds[k], 1);
	}
}

static struct settled *resolve_settle(struct resolve *resolve)
{
	struct settled *settled = resolve->settled;

	if (settled)
		return settled;
	if (!resolve->started)
		resolve_start(resolve);
	settled = mem_zalloc(sizeof(*settled));
	settled->arena = arena_new();
	settled->resolve = resolve;
	resolve->settled = settled;
	settled_join(settled);
	settled_apart(settled);
	settled_show(settled);
	for (unsigned round = 0; round < RESOLVE_ROUNDS; round++) {
		for (size_t i = 0; i < settled->result.n; i++)
			group_follow(resolve, &settled->groups[i], round);
	}
	return settled;
}

bool resolve_next(struct resolve *resolve, struct resolve_question *out)
{
	struct question *next = NULL;

	if (!resolve->started)
		resolve_start(resolve);
	if (resolve->open && !resolve->settled) {
		resolve_settle(resolve);
		resolve->open = any_open(resolve);
	}
	for (size_t i = 0; i < resolve->n_questions; i++) {
		struct question *question = &resolve->questions[i];

		if (!question->handed && (!next || question->round < next->round))
			next = question;
	}
	if (!next)
		return false;
	next->handed = true;
	*out = (struct resolve_question){ next->backend, next->id, next->round };
	return true;
}

bool resolve_waiting(const struct resolve *resolve)
{
	for (size_t i = 0; i < resolve->n_questions; i++) {
		if (resolve->questions[i].handed && !resolve->questions[i].answered)
			return true;
	}
	return false;
}

const struct resolve_result *resolve_result(struct resolve *resolve)
{
	return &resolve_settle(resolve)->result;
}
