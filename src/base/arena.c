#include <dossier/base/mem.h>

/* Most arenas stay small and live shortly: such a one is a single piece, of a size that the allocator keeps at hand. */
enum { CHUNK_OWN = 960, CHUNK_FIRST = 4096, CHUNK_MOST = 256 * 1024 };

/* One that became large grows by whole huge pages: 500 page faults less for each, and what is read all over is found sooner. */
enum { LARGE = 4 * 1024 * 1024, HUGE_PAGE = 2 * 1024 * 1024 };

struct chunk {
	struct chunk *next;
	size_t used, size;
	max_align_t data[];
};

/* Its own chunk stands behind it, in the same piece of memory. */
struct arena {
	_Alignas(max_align_t) struct chunk *head;       /* the one that still has room; bigger pieces stand behind it */
	size_t size;            /* sum over all chunks */
	size_t next_size;
};

static struct chunk *own_chunk(struct arena *arena)
{
	return (struct chunk *)(arena + 1);
}

struct arena *arena_new(void)
{
	struct arena *arena = mem_alloc(sizeof(*arena) + sizeof(struct chunk) + CHUNK_OWN);

	arena->head = own_chunk(arena);
	arena->size = CHUNK_OWN;
	arena->next_size = CHUNK_FIRST;
	*arena->head = (struct chunk){ .size = CHUNK_OWN };
	return arena;
}

void arena_free(struct arena *arena)
{
	struct chunk *chunk, *next;

	if (!arena)
		return;
	for (chunk = arena->head; chunk; chunk = next) {
		next = chunk->next;
		if (chunk != own_chunk(arena))
			free(chunk);
	}
	free(arena);
}

static struct chunk *chunk_new(struct arena *arena, size_t size)
{
	size_t total;

	/* an impossible size ends in the allocator's message */
	if (__builtin_add_overflow(size, sizeof(struct chunk), &total))
		total = SIZE_MAX;
	struct chunk *chunk = total == HUGE_PAGE ? mem_huge(total) : mem_alloc(total);
	chunk->next = NULL;
	chunk->used = 0;
	chunk->size = size;
	arena->size += size;
	return chunk;
}

static struct chunk *chunk_with_room(struct arena *arena, size_t size)
{
	struct chunk *head = arena->head, *chunk;

	if (head->size - head->used >= size)
		return head;
	if (size > arena->next_size / 4) {
		chunk = chunk_new(arena, size);
		chunk->next = head->next;
		head->next = chunk;
		return chunk;
	}
	chunk = chunk_new(arena, arena->next_size);
	if (arena->next_size < CHUNK_MOST)
		arena->next_size *= 2;
	else if (arena->size >= LARGE)
		arena->next_size = HUGE_PAGE - sizeof(struct chunk);
	chunk->next = head;
	arena->head = chunk;
	return chunk;
}

static void *arena_raw(struct arena *arena, size_t size)
{
	const size_t step = _Alignof(max_align_t);
	size_t rounded;

	if (__builtin_add_overflow(size ? size : 1, step - 1, &rounded))
		rounded = SIZE_MAX;
	struct chunk *chunk = chunk_with_room(arena, rounded);
	/* text before it may have ended anywhere */
	size_t at = (chunk->used + step - 1) / step * step;
	chunk->used = at + (size ? size : 1);
	return (char *)chunk->data + at;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	return memset(arena_raw(arena, size), 0, size);
}

char *arena_strndup(struct arena *arena, const char *s, size_t n)
{
	size_t size = n == SIZE_MAX ? n : n + 1;
	struct chunk *chunk = chunk_with_room(arena, size);
	char *copy = (char *)chunk->data + chunk->used;

	chunk->used += size;
	if (n)
		memcpy(copy, s, n);
	copy[n] = '\0';
	return copy;
}

size_t arena_size(const struct arena *arena)
{
	return arena->size;
}
