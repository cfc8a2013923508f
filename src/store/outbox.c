/*
 * The path of every entry: into the private file, out of its outbox to the
 * shared store, from there into the working copy. One batch is on its way at
 * a time, so that they arrive in the order they were made.
 */
#include "store_inner.h"

#include <stdlib.h>

static void say(struct send *send, enum store_said said, bool final, const struct store_rows *rows, const struct err *err)
{
	struct store_append_sink sink = send->sink;

	if (final)
		send->sink = (struct store_append_sink){ 0 };
	if (sink.said && !send->store->closing)
		sink.said(sink.arg, said, final, rows ? rows->entries : NULL, rows ? rows->n : 0, err);
}

static void send_free(struct send *send)
{
	held_unref(send->held);
	free(send);
}

static void queue_put(struct store *store, struct send *send)
{
	send->next = NULL;
	*store->queue_last = send;
	store->queue_last = &send->next;
}

static struct send *queue_take(struct store *store)
{
	struct send *send = store->queue;

	if (!send)
		return NULL;
	store->queue = send->next;
	if (!store->queue)
		store->queue_last = &store->queue;
	return send;
}

/* What became of a batch, on its way into the private file. */
struct settling { struct task task; struct held *held; size_t n; bool refused; char *why; };

static void settle_run(struct task *task, struct local *local)
{
	struct settling *settling = (struct settling *)task;
	const struct store_rows *rows = settling->held->rows;

	if (settling->refused)
		local_refused(local, rows->entries, settling->n, task->at, settling->why, &task->err);
	else
		local_sent(local, rows->entries, settling->n, &task->err);
}

/* A failure costs nothing but time: the outbox still has it, and to send again what is there is harmless. */
static void settle_done(struct task *task)
{
	struct settling *settling = (struct settling *)task;
	struct store *store = task->store;

	held_unref(settling->held);
	free(settling->why);
	free(settling);
	store->unsettled--;
	if (!store->closing)
		sync_look(store);
}

static void settle(struct store *store, struct held *held, bool refused, const char *why)
{
	struct settling *settling = mem_zalloc(sizeof(*settling));

	settling->task = (struct task){ .run = settle_run, .done = settle_done, .writes = true };
	settling->held = held_ref(held);
	settling->n = held->rows->n;
	settling->refused = refused;
	settling->why = mem_strdup(why);
	store->unsettled++;
	store_task(store, &settling->task);
}

static bool is_claim(const struct entry *entry)
{
	struct arena *arena = arena_new();
	bool claim = entry_slot(arena, entry).p;

	arena_free(arena);
	return claim;
}

/* What was typed stays: of a batch whose claim failed, the words are kept as refused. */
static void keep_words(struct store *store, const struct send *send, const char *why)
{
	struct store_rows *words = store_rows_new();
	const struct store_rows *rows = send->held->rows;
	struct held *held;
	size_t cap = 0;

	for (size_t i = 0; i < rows->n; i++) {
		const struct entry *entry = &rows->entries[i];

		if (entry->type == ENTRY_UNKNOWN || !(entry_type_info(entry->type)->needs & HAS_WORDS) || is_claim(entry))
			continue;
		MEM_ROOM(words->entries, words->n, cap);
		words->entries[words->n++] = reach_entry_copy(words->arena, entry);
	}
	held = held_new(words);
	if (words->n)
		settle(store, held, true, why);
	held_unref(held);
}

/* Out of the watches too: what the shared store will never have is no part of anybody's state. */
static void forget(struct store *store, const struct send *send)
{
	const struct store_rows *rows = send->held->rows;
	struct str *ids = mem_array(rows->n + 1, sizeof(*ids));

	for (size_t i = 0; i < rows->n; i++)
		ids[i] = rows->entries[i].id;
	watches_forget(store, ids, rows->n);
	free(ids);
}

static void give_up(struct store *store, struct send *send, const struct err *err)
{
	store->refused_total++;
	if (send->claim) {
		keep_words(store, send, err->text);
	} else {
		settle(store, send->held, true, err->text);
		forget(store, send);
	}
	say(send, STORE_REFUSED, true, NULL, err);
	send_free(send);
}

/* The shared store went away: claims do not wait, the rest does, and whoever asked hears that it waits. */
static void put_off(struct store *store, const struct err *err)
{
	struct send *all = store->queue, *next;

	store->queue = NULL;
	store->queue_last = &store->queue;
	for (; all; all = next) {
		next = all->next;
		if (all->claim) {
			give_up(store, all, err);
			continue;
		}
		say(all, STORE_DURABLE, true, all->held->rows, err);
		queue_put(store, all);
	}
}

static void stored(struct store *store, struct send *send, struct shared_append_reply *reply)
{
	struct store_rows *rows = store_rows_new();
	struct held *held;
	size_t cap = 0;

	for (size_t i = 0; i < reply->rows.n; i++) {
		MEM_ROOM(rows->entries, rows->n, cap);
		rows->entries[rows->n++] = reach_entry_copy(rows->arena, &reply->rows.entries[i]);
	}
	store_see(store, rows);
	held = held_new(rows);
	store->sent_total += rows->n;
	settle(store, held, false, NULL);
	watches_offer(store, held, false);
	say(send, STORE_SHARED, true, rows, NULL);
	held_unref(held);
	send_free(send);
}

static void lost(struct store *store, struct send *send, struct shared_append_reply *reply)
{
	store->refused_total++;
	keep_words(store, send, "another had taken it before");
	say(send, STORE_LOST, true, &reply->rows, &reply->err);
	send_free(send);
}

static void replied(void *arg, struct shared_append_reply *reply)
{
	struct send *send = arg;
	struct store *store = send->store;

	store->sending = NULL;
	if (store->closing) {
		send_free(send);
		return;
	}
	if (reply->result == SHARED_FAILED) {
		/* first again, so that the order is kept */
		send->next = store->queue;
		store->queue = send;
		if (!send->next)
			store->queue_last = &send->next;
		put_off(store, &reply->err);
		store_heard(store, &reply->err);
		sync_look(store);
		return;
	}
	if (reply->result == SHARED_STORED)
		stored(store, send, reply);
	else if (reply->result == SHARED_LOST)
		lost(store, send, reply);
	else
		give_up(store, send, &reply->err);
	store_heard(store, NULL);
	outbox_flush(store);
	sync_look(store);
}

void outbox_flush(struct store *store)
{
	struct send *send;

	if (store->sending || store->away || store->closing)
		return;
	send = queue_take(store);
	if (!send)
		return;
	store->sending = send;
	store->shared->ops->append(store->shared, send->held->rows->entries, send->held->rows->n, replied, send);
}

static struct send *send_new(struct store *store, struct store_rows *rows, const struct store_append_sink *sink)
{
	struct send *send = mem_zalloc(sizeof(*send));

	send->store = store;
	send->held = held_new(rows);
	if (sink)
		send->sink = *sink;
	for (size_t i = 0; i < rows->n; i++)
		send->claim = send->claim || is_claim(&rows->entries[i]);
	return send;
}

struct saving { struct task task; struct send *send; int64_t no; bool erased; };

/* A claim is nobody's before the shared store has said so: it only waits here for those before it. */
static void save_run(struct task *task, struct local *local)
{
	struct saving *saving = (struct saving *)task;
	const struct store_rows *rows = saving->send->held->rows;

	if (!saving->send->claim)
		local_append(local, rows->entries, rows->n, task->at, &saving->no, &saving->erased, &task->err);
}

static void enqueue(struct store *store, struct send *send)
{
	if (store->closing) {
		send_free(send);
	} else if (send->claim && store->away) {
		give_up(store, send, &store->away_err);
	} else {
		queue_put(store, send);
		outbox_flush(store);
		poll_wake(store);
	}
}

static void save_done(struct task *task)
{
	struct saving *saving = (struct saving *)task;
	struct store *store = task->store;
	struct send *send = saving->send;
	struct err err = task->err;
	bool erased = saving->erased;

	free(saving);
	if (send->claim) {
		enqueue(store, send);
		return;
	}
	if (erased)
		err_set(&err, ERR_REFUSED, "what was known of this person was erased, and nothing more may be kept");
	if (err.code != ERR_NONE) {
		say(send, erased ? STORE_REFUSED : STORE_NOT_SAVED, true, NULL, &err);
		send_free(send);
		return;
	}
	watches_offer(store, send->held, false);
	say(send, STORE_DURABLE, store->away, send->held->rows, store->away ? &store->away_err : NULL);
	enqueue(store, send);
}

void store_append(struct store *store, const struct entry *entries, size_t n, const struct store_append_sink *sink)
{
	struct store_rows *rows = store_rows_new();
	struct saving *saving = mem_zalloc(sizeof(*saving));
	size_t cap = 0;

	for (size_t i = 0; i < n; i++) {
		MEM_ROOM(rows->entries, rows->n, cap);
		rows->entries[rows->n++] = reach_entry_copy(rows->arena, &entries[i]);
	}
	store_see(store, rows);
	saving->send = send_new(store, rows, sink);
	saving->task = (struct task){ .run = save_run, .done = save_done, .writes = !saving->send->claim };
	store_task(store, &saving->task);
}

static bool holds(const struct send *send, struct str id)
{
	for (size_t i = 0; send && i < send->held->rows->n; i++) {
		if (str_eq(send->held->rows->entries[i].id, id))
			return true;
	}
	return false;
}

static bool is_queued(const struct store *store, struct str id)
{
	if (holds(store->sending, id))
		return true;
	for (const struct send *send = store->queue; send; send = send->next) {
		if (holds(send, id))
			return true;
	}
	return false;
}

void outbox_opened(struct store *store, struct local_batch *batches)
{
	for (struct local_batch *batch = batches; batch; batch = batch->next) {
		if (is_queued(store, batch->rows->entries[0].id))
			continue;
		store_see(store, batch->rows);
		queue_put(store, send_new(store, batch->rows, NULL));
		batch->rows = NULL;
	}
	local_batches_free(batches);
	outbox_flush(store);
}

struct reloading { struct task task; struct local_batch *batches; };

static void reload_run(struct task *task, struct local *local)
{
	struct reloading *reloading = (struct reloading *)task;

	if (local_outbox_count(local, &task->err) && local->waiting)
		local_waiting(local, &reloading->batches, &task->err);
}

static void reload_done(struct task *task)
{
	struct reloading *reloading = (struct reloading *)task;
	struct store *store = task->store;

	if (!store->closing) {
		outbox_opened(store, reloading->batches);
		for (struct syncing *sync = store->syncs; sync; sync = sync->next)
			sync->flushed = true;
		sync_look(store);
	} else {
		local_batches_free(reloading->batches);
	}
	free(reloading);
}

void outbox_reload(struct store *store)
{
	struct reloading *reloading = mem_zalloc(sizeof(*reloading));

	reloading->task = (struct task){ .run = reload_run, .done = reload_done };
	store_task(store, &reloading->task);
}

void outbox_release(struct store *store)
{
	struct send *send;

	while ((send = queue_take(store)) != NULL)
		send_free(send);
}
