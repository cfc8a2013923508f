#include "fake.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "../../src/store/reach.h"

#include <dossier/base/text.h>

struct pending {
	struct pending *next;
	struct fake_client *client;
	void (*answer)(struct pending *pending);
	struct arena *arena;
	struct entry *entries;
	size_t n;
	struct store_ask *ask;
	struct str cursor, words;
	uint64_t types;
	size_t limit;
	union { shared_append_fn *append; shared_rows_fn *rows; shared_status_fn *status; shared_text_fn *text; } fn;
	void *arg;
};
struct fake_client { struct shared shared; struct fake *fake; struct loop *loop; struct pending *first, **last; };

void fake_init(struct fake *fake)
{
	*fake = (struct fake){ .arena = arena_new(), .now = INT64_C(1795000000000) };
}

void fake_release(struct fake *fake)
{
	arena_free(fake->arena);
	free(fake->entries);
	free(fake->slots);
	free(fake->winners);
	free(fake->erased);
}

const struct entry *fake_find(const struct fake *fake, struct str id)
{
	for (size_t i = 0; i < fake->n; i++) {
		if (fake->entries[i] && str_eq(fake->entries[i]->id, id))
			return fake->entries[i];
	}
	return NULL;
}

static void strip(struct fake *fake, struct str id)
{
	for (size_t i = 0; i < fake->n; i++) {
		struct entry stripped;

		if (fake->entries[i] && str_eq(fake->entries[i]->id, id) && entry_strip(fake->arena, fake->entries[i], &stripped))
			*fake->entries[i] = stripped;
	}
}

static void erase(struct fake *fake, struct str person)
{
	MEM_ROOM(fake->erased, fake->n_erased, fake->cap_erased);
	fake->erased[fake->n_erased++] = arena_str(fake->arena, person);
	for (size_t i = 0; i < fake->n; i++) {
		if (fake->entries[i] && fake->entries[i]->person.p && str_eq(fake->entries[i]->person, person))
			fake->entries[i] = NULL;
	}
}

static void apply(struct fake *fake, const struct entry *entry)
{
	struct json_parser *parser = json_parser_new();
	struct json_object *data = entry_data(parser, entry), *persons = NULL;

	if (entry->type == ENTRY_REDACT)
		strip(fake, entry_text(data, "entry"));
	if (entry->type == ENTRY_ERASE && json_object_object_get_ex(data, "persons", &persons)) {
		for (size_t i = 0; i < json_object_array_length(persons); i++)
			erase(fake, str_of(json_object_get_string(json_object_array_get_idx(persons, i))));
	}
	json_object_put(data);
	json_parser_free(parser);
}

void fake_add(struct fake *fake, const struct entry *entry)
{
	struct entry *copy = arena_alloc(fake->arena, sizeof(*copy));

	*copy = reach_entry_copy(fake->arena, entry);
	copy->got = fake->now++;
	copy->ord = ord_clamp(copy->ord, copy->got, 0);
	apply(fake, copy);
	MEM_ROOM(fake->entries, fake->n, fake->cap);
	fake->entries[fake->n++] = copy;
}

static void answer(void *arg)
{
	struct fake_client *client = arg;
	struct pending *pending = client->first;

	client->first = pending->next;
	if (!client->first)
		client->last = &client->first;
	pending->answer(pending);
	arena_free(pending->arena);
	free(pending);
}

static struct pending *ask(struct shared *shared, void (*how)(struct pending *pending), void *arg)
{
	struct fake_client *client = (struct fake_client *)shared;
	struct pending *pending = mem_zalloc(sizeof(*pending));

	pending->client = client;
	pending->answer = how;
	pending->arena = arena_new();
	pending->arg = arg;
	*client->last = pending;
	client->last = &pending->next;
	loop_defer(client->loop, answer, client);
	return pending;
}

static bool away(const struct pending *pending, struct err *err)
{
	*err = (struct err){ ERR_NONE, "" };
	return pending->client->fake->away && !err_set(err, ERR_NET, "the store is away");
}

static void status_answer(struct pending *pending)
{
	struct shared_status status = { .offset = pending->client->fake->offset };

	if (away(pending, &status.err))
		status.health = SHARED_AWAY;
	pending->fn.status(pending->arg, &status);
}

static void status(struct shared *shared, shared_status_fn *fn, void *arg)
{
	ask(shared, status_answer, arg)->fn.status = fn;
}

static bool refused(struct fake *fake, const struct entry *entry, struct err *err)
{
	const struct entry *held = fake_find(fake, entry->id);

	if (held && !entry_same(held, entry) && !entry_stripped(held))
		return !err_set(err, ERR_REFUSED, "the same id with other bytes");
	for (size_t i = 0; i < fake->n_erased; i++) {
		if (entry->person.p && str_eq(fake->erased[i], entry->person))
			return !err_set(err, ERR_REFUSED, "the person was erased");
	}
	return fake->refuse && memmem(entry->data.p, entry->data.n, fake->refuse, strlen(fake->refuse)) &&
	       !err_set(err, ERR_REFUSED, "words that are refused");
}

static const struct entry *winner(const struct fake *fake, struct str slot, struct str id)
{
	for (size_t i = 0; slot.p && i < fake->n_slots; i++) {
		if (str_eq(fake->slots[i], slot))
			return str_eq(fake->winners[i], id) ? NULL : fake_find(fake, fake->winners[i]);
	}
	return NULL;
}

static void reply_row(struct shared_append_reply *reply, size_t *cap, const struct entry *entry)
{
	MEM_ROOM(reply->rows.entries, reply->rows.n, *cap);
	reply->rows.entries[reply->rows.n++] = reach_entry_copy(reply->rows.arena, entry);
}

static void store_all(struct pending *pending, struct shared_append_reply *reply)
{
	struct fake *fake = pending->client->fake;
	size_t cap = 0;

	for (size_t i = 0; i < pending->n; i++) {
		const struct entry *entry = &pending->entries[i];
		struct str slot = entry_slot(fake->arena, entry);

		if (!fake_find(fake, entry->id)) {
			fake_add(fake, entry);
			if (slot.p) {
				MEM_ROOM(fake->slots, fake->n_slots, fake->cap_slots);
				MEM_ROOM(fake->winners, fake->n_slots, fake->cap_winners);
				fake->winners[fake->n_slots] = arena_str(fake->arena, entry->id);
				fake->slots[fake->n_slots++] = slot;
			}
		}
		reply_row(reply, &cap, fake_find(fake, entry->id));
	}
}

static void append_answer(struct pending *pending)
{
	struct fake *fake = pending->client->fake;
	struct shared_append_reply reply = { .rows = { .arena = arena_new() } };
	size_t cap = 0;

	fake->appends++;
	if (away(pending, &reply.err))
		reply.result = SHARED_FAILED;
	for (size_t i = 0; i < pending->n && reply.result == SHARED_STORED; i++) {
		const struct entry *won = winner(fake, entry_slot(pending->arena, &pending->entries[i]), pending->entries[i].id);

		if (refused(fake, &pending->entries[i], &reply.err))
			reply.result = SHARED_REFUSED;
		else if (won)
			reply.result = SHARED_LOST;
		if (won)
			reply_row(&reply, &cap, won);
	}
	if (reply.result == SHARED_STORED)
		store_all(pending, &reply);
	if (fake->mute) {
		reply.result = SHARED_FAILED;
		err_set(&reply.err, ERR_NET, "the reply was lost");
	}
	pending->fn.append(pending->arg, &reply);
	store_rows_free(&reply.rows);
}

static void append(struct shared *shared, const struct entry *entries, size_t n, shared_append_fn *fn, void *arg)
{
	struct pending *pending = ask(shared, append_answer, arg);

	pending->fn.append = fn;
	pending->entries = arena_alloc(pending->arena, n * sizeof(*entries) + 1);
	pending->n = n;
	for (size_t i = 0; i < n; i++)
		pending->entries[i] = reach_entry_copy(pending->arena, &entries[i]);
}

struct looking { struct fake *fake; struct reach_keys keys; };

static bool by_key(void *arg, struct str key, struct reach *reach, struct err *err)
{
	struct looking *looking = arg;
	struct arena *arena = arena_new();

	(void)err;
	for (size_t i = 0; i < looking->fake->n; i++) {
		if (!looking->fake->entries[i])
			continue;
		reach_keys(&looking->keys, arena, looking->fake->entries[i]);
		for (size_t k = 0; k < looking->keys.n; k++) {
			if (str_eq(looking->keys.keys[k], key)) {
				reach_found(reach, looking->fake->entries[i]);
				break;
			}
		}
	}
	arena_free(arena);
	return true;
}

static bool by_id(void *arg, struct str id, struct reach *reach, struct err *err)
{
	struct looking *looking = arg;
	const struct entry *entry = fake_find(looking->fake, id);

	(void)err;
	if (entry)
		reach_found(reach, entry);
	return true;
}

static bool by_types(void *arg, uint64_t types, struct reach *reach, struct err *err)
{
	struct looking *looking = arg;

	(void)err;
	for (size_t i = 0; i < looking->fake->n; i++) {
		const struct entry *entry = looking->fake->entries[i];

		if (entry && (unsigned)entry->type < ENTRY_TYPE_COUNT && types >> entry->type & 1)
			reach_found(reach, entry);
	}
	return true;
}

static size_t place(struct str cursor)
{
	char text[32];

	snprintf(text, sizeof(text), "%.*s", STR_ARG(cursor));
	return cursor.p ? (size_t)strtoul(text, NULL, 10) : 0;
}

static struct str cursor_of(struct arena *arena, size_t at)
{
	char text[32];

	snprintf(text, sizeof(text), "%zu", at);
	return arena_str(arena, str_of(text));
}

static size_t arrived(const struct fake *fake, struct str id)
{
	for (size_t i = 0; i < fake->n; i++) {
		if (fake->entries[i] && str_eq(fake->entries[i]->id, id))
			return i;
	}
	return fake->n;
}

static void load_answer(struct pending *pending)
{
	struct fake *fake = pending->client->fake;
	struct looking looking = { .fake = fake };
	const struct reach_source source = { by_key, by_id, by_types, NULL, &looking };
	struct store_rows all, *rows;
	struct intern persons;
	struct err err;
	size_t n = 0;

	fake->loads++;
	fake->loads_since += pending->cursor.p != NULL;
	if (away(pending, &err)) {
		pending->fn.rows(pending->arg, NULL, &err);
		return;
	}
	reach_all(&source, pending->ask, &all, &persons, &err);
	for (size_t i = 0; i < all.n; i++) {
		if (!pending->cursor.p || arrived(fake, all.entries[i].id) >= place(pending->cursor))
			all.entries[n++] = all.entries[i];
	}
	all.n = n;
	rows = arena_alloc(all.arena, sizeof(*rows));
	*rows = all;
	rows->cursor = cursor_of(rows->arena, fake->n);
	intern_release(&persons);
	reach_keys_release(&looking.keys);
	pending->fn.rows(pending->arg, rows, &err);
}

static void load(struct shared *shared, const struct store_ask *what, struct str since, shared_rows_fn *fn, void *arg)
{
	struct pending *pending = ask(shared, load_answer, arg);

	pending->fn.rows = fn;
	pending->ask = reach_ask_copy(pending->arena, what);
	pending->cursor = arena_str(pending->arena, since);
}

static void poll_answer(struct pending *pending)
{
	struct fake *fake = pending->client->fake;
	struct store_rows *rows;
	struct err err;
	size_t at, cap = 0;

	fake->polls++;
	if (away(pending, &err)) {
		pending->fn.rows(pending->arg, NULL, &err);
		return;
	}
	rows = store_rows_new();
	at = pending->cursor.p ? place(pending->cursor) : fake->n;
	for (; at < fake->n && rows->n < pending->limit; at++) {
		const struct entry *entry = fake->entries[at];

		if (!entry || (pending->types && !(pending->types >> entry->type & 1)))
			continue;
		MEM_ROOM(rows->entries, rows->n, cap);
		rows->entries[rows->n++] = reach_entry_copy(rows->arena, entry);
	}
	rows->more = at < fake->n;
	if (!pending->cursor.p || at > place(pending->cursor))
		rows->cursor = cursor_of(rows->arena, at);
	pending->fn.rows(pending->arg, rows, &err);
}

static void poll(struct shared *shared, struct str cursor, uint64_t types, size_t limit, shared_rows_fn *fn, void *arg)
{
	struct pending *pending = ask(shared, poll_answer, arg);

	pending->fn.rows = fn;
	pending->cursor = arena_str(pending->arena, cursor);
	pending->types = types;
	pending->limit = limit;
}

static void search_answer(struct pending *pending)
{
	struct fake *fake = pending->client->fake;
	struct store_rows *rows;
	struct err err;
	size_t cap = 0;

	if (away(pending, &err)) {
		pending->fn.rows(pending->arg, NULL, &err);
		return;
	}
	rows = store_rows_new();
	for (size_t i = fake->n; i > 0 && rows->n < pending->limit; i--) {
		if (!fake->entries[i - 1] || !text_contains_fold(fake->entries[i - 1]->data, pending->words))
			continue;
		MEM_ROOM(rows->entries, rows->n, cap);
		rows->entries[rows->n++] = reach_entry_copy(rows->arena, fake->entries[i - 1]);
	}
	pending->fn.rows(pending->arg, rows, &err);
}

static void search(struct shared *shared, struct str words, size_t limit, shared_rows_fn *fn, void *arg)
{
	struct pending *pending = ask(shared, search_answer, arg);

	pending->fn.rows = fn;
	pending->words = arena_str(pending->arena, words);
	pending->limit = limit;
}

static void tend(struct shared *shared)
{
	((struct fake_client *)shared)->fake->tends++;
}

/* What was asked is answered first. */
static void client_free(struct shared *shared)
{
	struct fake_client *client = (struct fake_client *)shared;

	loop_defer_cancel(client->loop, answer, client);
	while (client->first)
		answer(client);
	free(client);
}

static const struct shared_ops ops = {
	.status = status, .append = append, .load = load, .poll = poll, .search = search, .tend = tend, .free = client_free,
};

struct shared *fake_shared(struct fake *fake, struct loop *loop)
{
	struct fake_client *client = mem_zalloc(sizeof(*client));

	client->shared.ops = &ops;
	client->fake = fake;
	client->loop = loop;
	client->last = &client->first;
	return &client->shared;
}
