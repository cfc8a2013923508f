#include <dossier/model/interaction.h>

#include "words.h"

WORDS_DEFINE(kind, kind, KIND_COUNT, KINDS(WORDS_ITEM))
WORDS_DEFINE(step, step, STEP_COUNT, STEPS(WORDS_ITEM))
WORDS_DEFINE(channel, channel, CHANNEL_COUNT, CHANNELS(WORDS_ITEM))
WORDS_DEFINE(direction, direction, DIRECTION_OUT + 1, "", "in", "out")
WORDS_DEFINE(reader, reader, READER_CUSTOMER + 1, "", "staff", "customer")

enum channel channel_of_kind(enum kind kind)
{
	static const unsigned char channels[KIND_COUNT] = {
		[KIND_CALL] = CHANNEL_PHONE,
		[KIND_VISIT] = CHANNEL_COUNTER,
		[KIND_PICKUP] = CHANNEL_COUNTER,
		[KIND_CHAT] = CHANNEL_CHAT,
		[KIND_EMAIL] = CHANNEL_MAIL,
		[KIND_SOCIAL] = CHANNEL_SOCIAL,
		[KIND_WEB] = CHANNEL_WEB,
	};

	return (unsigned)kind < KIND_COUNT ? (enum channel)channels[kind] : CHANNEL_NONE;
}

struct batch *batch_new(void)
{
	struct batch *batch = mem_zalloc(sizeof(*batch));

	batch->arena = arena_new();
	return batch;
}

void batch_free(struct batch *batch)
{
	if (!batch)
		return;
	arena_free(batch->arena);
	free(batch->items);
	free(batch);
}

struct interaction *batch_add(struct batch *batch)
{
	struct interaction *it = arena_alloc(batch->arena, sizeof(*it));

	it->at = WHEN_NONE;
	it->until = WHEN_NONE;
	MEM_ROOM(batch->items, batch->n, batch->cap);
	batch->items[batch->n++] = it;
	return it;
}

struct refs *interaction_refs(struct arena *arena, struct interaction *it)
{
	if (!it->refs)
		it->refs = arena_alloc(arena, sizeof(*it->refs));
	return it->refs;
}
