/*
 * Copies of what backends answered, in the agent's private file: when one
 * fails, its copy stands in, with its age.
 */
#include <dossier/base/mem.h>
#include <dossier/model/row_json.h>
#include <dossier/store/kept.h>

#include "customer_parts.h"

#define ROWS_MOST 300           /* of one backend's answer: the newest */
#define BYTES_MOST ((size_t)1 << 20)
#define KEYS_MOST 8             /* under which a copy is looked for */
#define WHO_MOST 40

struct copying {
	struct customer *customer;      /* NULL: it is gone */
	struct copying *next;           /* of the customer */
	struct copying *all, **link;    /* of the desk, whose store may go without an answer */
	size_t at;
	bool by_record;                 /* what it is kept under is the customer's alone */
};

void kept_begin(struct keeping *keeping)
{
	kept_end(keeping);
	buf_init(&keeping->rows, BYTES_MOST);
}

void kept_end(struct keeping *keeping)
{
	if (keeping->rows.max)
		buf_release(&keeping->rows);
	*keeping = (struct keeping){ .shown_at = keeping->shown_at, .asked = keeping->asked };
}

void kept_add(struct keeping *keeping, const struct batch *batch)
{
	for (size_t i = 0; keeping->rows.max && i < batch->n && keeping->n < ROWS_MOST; i++, keeping->n++) {
		if (keeping->n)
			buf_addc(&keeping->rows, ',');
		row_json_interaction(batch->items[i], &keeping->rows);
	}
}

static void key_of(struct buf *key, const char *backend, const struct identity *id)
{
	buf_reset(key);
	buf_printf(key, "%s ", backend);
	identity_print(id, key);
}

static void nothing(void *arg, const struct err *err)
{
	(void)arg;
	(void)err;
}

/* Whom the copy is about, so that an erasure finds it. */
static size_t name_who(struct arena *arena, const struct subject *subject, struct str *who)
{
	struct buf text;
	size_t n = 0;

	buf_init(&text, 4096);
	for (size_t i = 0; i < subject->n_records; i++) {
		struct identity self;

		record_identity(subject->records[i], &self);
		for (size_t k = 0; k <= subject->records[i]->n_ids && n < WHO_MOST; k++) {
			buf_reset(&text);
			identity_print(k ? &subject->records[i]->ids[k - 1].id : &self, &text);
			who[n++] = arena_str(arena, buf_str(&text));
		}
	}
	for (size_t i = 0; i < subject->n_ids && n < WHO_MOST; i++) {
		buf_reset(&text);
		identity_print(&subject->ids[i], &text);
		who[n++] = arena_str(arena, buf_str(&text));
	}
	buf_release(&text);
	return n;
}

/* A household may share the others. */
static const struct identity *most_personal(const struct subject *subject)
{
	for (size_t i = 0; i < subject->n_ids; i++) {
		if (identity_class(subject->ids[i].type) <= ID_PERSONAL)
			return &subject->ids[i];
	}
	return &subject->ids[0];
}

void kept_keep(struct customer *customer, const char *backend, const struct subject *subject, struct keeping *keeping)
{
	struct arena *arena;
	struct buf key, data;
	struct identity id = { 0 };
	struct str who[WHO_MOST];
	struct kept kept = { .kind = KEPT_PULL, .who = who };

	if (!customer->wrote.how || !customer->desk->store || keeping->rows.full || (!subject->n_records && !subject->n_ids))
		return;
	arena = arena_new();
	if (subject->n_records)
		record_identity(subject->records[0], &id);
	else
		id = *most_personal(subject);
	buf_init(&key, 4096);
	buf_init(&data, 2 * BYTES_MOST);
	key_of(&key, backend, &id);
	buf_adds(&data, "{\"rows\":[");
	buf_addstr(&data, buf_str(&keeping->rows));
	buf_adds(&data, "],\"records\":[");
	for (size_t i = 0; i < subject->n_records; i++) {
		if (i)
			buf_addc(&data, ',');
		row_json_record(subject->records[i], &data);
	}
	buf_adds(&data, "]}");
	kept.key = buf_str(&key);
	kept.data = buf_str(&data);
	kept.n_who = name_who(arena, subject, who);
	if (customer->group->n_persons)
		kept.person = customer->group->persons[0];
	if (!data.full && !key.full)
		kept_put(customer->desk->store, &kept, nothing, NULL);
	buf_release(&key);
	buf_release(&data);
	arena_free(arena);
}

static bool holds(const struct group *group, const struct identity *id)
{
	for (size_t i = 0; i < group->n_typed; i++) {
		if (identity_same(&group->typed[i], id))
			return true;
	}
	for (size_t i = 0; i < group->n_records; i++) {
		for (size_t k = 0; k < group->records[i]->n_ids; k++) {
			if (identity_same(&group->records[i]->ids[k].id, id))
				return true;
		}
	}
	return false;
}

/* One who only shares a telephone with this customer had a copy made by more: what is personal in it must be the customer's. */
static bool is_theirs(const struct customer *customer, const struct kept *kept)
{
	struct arena *arena = arena_new();
	bool personal = false, shared = true, theirs = true;

	for (size_t i = 0; i < kept->n_who; i++) {
		struct identity id = { 0 };
		bool read = identity_parse(arena, kept->who[i], customer->desk->house->country, &id, NULL);
		bool known = read && holds(customer->whole, &id), own = !read || identity_class(id.type) <= ID_PERSONAL;

		personal |= known && own;
		theirs &= known || !own;
		shared &= known;
	}
	arena_free(arena);
	return theirs && (personal || shared);
}

static void forget(struct copying *copying)
{
	*copying->link = copying->all;
	if (copying->all)
		copying->all->link = copying->link;
	free(copying);
}

void desk_forget_copying(struct desk *desk)
{
	while (desk->copying)
		forget(desk->copying);
}

static void came(void *arg, const struct kept *kept, size_t n, const struct err *err)
{
	struct copying *copying = arg, **at;
	struct customer *customer = copying->customer;
	struct record **records = NULL;
	struct batch *batch;
	size_t n_records = 0;

	(void)err;
	if (customer) {
		for (at = &customer->copying; *at != copying; at = &(*at)->next)
			;
		*at = copying->next;
	}
	if (customer && n && (copying->by_record || is_theirs(customer, &kept[0]))) {
		batch = batch_new();
		if (row_json_read(kept[0].data, batch, &records, &n_records, NULL) && batch->n)
			customer_stand_in(customer, copying->at, batch, kept[0].at);
		else
			batch_free(batch);
		free(records);
	}
	if (customer)
		customer_check(customer);
	forget(copying);
}

static void look(struct customer *customer, size_t at, const struct identity *id, bool by_record)
{
	struct copying *copying = mem_zalloc(sizeof(*copying));
	struct str none = { 0 };
	struct buf key;

	*copying = (struct copying){
		.customer = customer, .next = customer->copying, .at = at, .by_record = by_record,
		.all = customer->desk->copying, .link = &customer->desk->copying,
	};
	if (copying->all)
		copying->all->link = &copying->all;
	customer->copying = customer->desk->copying = copying;
	buf_init(&key, 4096);
	key_of(&key, customer->desk->backends[at].id, id);
	kept_list(customer->desk->store, KEPT_PULL, buf_str(&key), none, none, came, copying);
	buf_release(&key);
}

void kept_look(struct customer *customer, size_t at)
{
	const char *backend = customer->desk->backends[at].id;
	const struct group *whole = customer->whole;
	size_t keys = 0, n;
	const struct person_hold *holds = persons_holds(customer_persons(customer), &n);

	for (size_t i = 0; i < n && keys < KEYS_MOST; i++) {
		if (!holds[i].now || holds[i].id.type != ID_TYPE_REC || !str_is(holds[i].id.backend, backend))
			continue;
		for (size_t p = 0; p < whole->n_persons; p++) {
			if (str_eq(whole->persons[p], holds[i].person)) {
				look(customer, at, &holds[i].id, true);
				keys++;
			}
		}
	}
	for (size_t i = 0; i < whole->n_records && keys < KEYS_MOST; i++) {
		const struct record *record = whole->records[i];
		struct identity self;

		record_identity(record, &self);
		if (str_is(record->backend, backend)) {
			look(customer, at, &self, true);
			keys++;
		}
		for (size_t k = 0; k < record->n_ids && keys < KEYS_MOST; k++, keys++)
			look(customer, at, &record->ids[k].id, false);
	}
}

void kept_release(struct customer *customer)
{
	for (struct copying *copying = customer->copying; copying; copying = copying->next)
		copying->customer = NULL;
	customer->copying = NULL;
}
