#include "batch.h"

#include <dossier/base/mem.h>

#define HELD_MOST (32 * 1024 * 1024)

static struct batch_slot *slot_of(const struct batch_ring *ring, uint64_t record)
{
	return &ring->slots[record % ring->n];
}

void batch_ring_init(struct batch_ring *ring, size_t n, struct batch_out *out)
{
	ring->slots = mem_array(n, sizeof(*ring->slots));
	ring->n = n;
	ring->out = out;
	ring->mark = ring->before;
	ring->mark.beyond = NULL;
	ring->mark.n_beyond = 0;
}

void batch_ring_release(struct batch_ring *ring)
{
	for (size_t i = 0; i < ring->n; i++) {
		batch_record_free(ring->slots[i].record);
		free(ring->slots[i].text);
	}
	free(ring->slots);
	batch_mark_release(&ring->mark);
	batch_mark_release(&ring->before);
}

bool batch_ring_room(const struct batch_ring *ring)
{
	return ring->held < HELD_MOST && (ring->next < ring->before.records || ring->next - ring->mark.records < ring->n);
}

static bool was_written(const struct batch_ring *ring, uint64_t record)
{
	for (size_t i = 0; i < ring->before.n_beyond; i++)
		if (ring->before.beyond[i] == record)
			return true;
	return record < ring->before.records;
}

struct batch_slot *batch_ring_add(struct batch_ring *ring, struct batch_record *record, struct err *err)
{
	uint64_t at = ring->next++;
	bool done = was_written(ring, at);

	if (at + 1 == ring->before.records && record->hash != ring->before.hash)
		err_set(err, ERR_USAGE, "the list was changed since the run was interrupted: its first %llu entries are not those that were done",
			(unsigned long long)ring->before.records);
	if (at >= ring->before.records)
		*slot_of(ring, at) = (struct batch_slot){ .place = done ? SLOT_WRITTEN : SLOT_ASKED, .hash = record->hash, .record = done ? NULL : record };
	if (done)
		batch_record_free(record);
	return done ? NULL : slot_of(ring, at);
}

/* Moves the mark over what is written, and notes what is written behind it. */
static void move_mark(struct batch_ring *ring)
{
	struct batch_mark *mark = &ring->mark;
	size_t cap = 0;

	while (mark->records < ring->next && slot_of(ring, mark->records)->place == SLOT_WRITTEN) {
		struct batch_slot *slot = slot_of(ring, mark->records++);

		mark->hash = slot->hash;
		slot->place = SLOT_FREE;
	}
	free(mark->beyond);
	mark->beyond = NULL;
	mark->n_beyond = 0;
	for (uint64_t i = mark->records; ring->unordered && ring->resumable && i < ring->next; i++) {
		if (slot_of(ring, i)->place != SLOT_WRITTEN)
			continue;
		MEM_ROOM(mark->beyond, mark->n_beyond, cap);
		mark->beyond[mark->n_beyond++] = i;
	}
}

static void write_slot(struct batch_ring *ring, struct batch_slot *slot, struct str text)
{
	if (ring->document)
		batch_out_text(ring->out, ring->begun ? STR(",\n") : STR("\n"));
	/* In a document the line's end comes with what follows. */
	batch_out_text(ring->out, str_make(text.p, text.n - (ring->document ? 1 : 0)));
	ring->begun = ring->moved = true;
	ring->mark.counts[slot->status]++;
	slot->place = SLOT_WRITTEN;
}

static void write_held(struct batch_ring *ring, struct batch_slot *slot)
{
	write_slot(ring, slot, str_make(slot->text, slot->n));
	ring->held -= slot->n;
	free(slot->text);
	slot->text = NULL;
}

/* Hands over what may go out now: from the front, or everything known. */
static void emit(struct batch_ring *ring)
{
	for (uint64_t i = ring->mark.records; i < ring->next; i++) {
		struct batch_slot *slot = slot_of(ring, i);

		if (slot->place == SLOT_KNOWN) {
			write_held(ring, slot);
		} else if (slot->place == SLOT_ASKED && !ring->unordered) {
			break;
		}
	}
	if (ring->moved) {
		ring->moved = false;
		move_mark(ring);
		batch_out_add(ring->out, STR(""), &ring->mark);
	}
}

/* Most results come when it is their turn: those are not even held. */
void batch_ring_take(struct batch_ring *ring, struct batch_slot *slot, int status, struct str text)
{
	slot->status = status;
	batch_record_free(slot->record);
	slot->record = NULL;
	if (ring->unordered || slot == slot_of(ring, ring->mark.records)) {
		write_slot(ring, slot, text);
	} else {
		slot->text = mem_strndup(text.p, text.n);
		slot->n = text.n;
		slot->place = SLOT_KNOWN;
		ring->held += text.n;
	}
	emit(ring);
}
