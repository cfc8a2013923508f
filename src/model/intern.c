#include <dossier/model/intern.h>

uint64_t intern_hash(uint64_t seed, struct str text)
{
	uint64_t h = seed ^ (text.n * 0x9e3779b97f4a7c15u), word;
	uint32_t i = 0;

	for (; i + 8 <= text.n; i += 8) {
		memcpy(&word, text.p + i, 8);
		h = (h ^ word) * 0xff51afd7ed558ccdu;
		h ^= h >> 32;
	}
	word = 0;
	if (i < text.n)
		memcpy(&word, text.p + i, text.n - i);
	h = (h ^ word) * 0xc4ceb9fe1a85ec53u;
	return h ^ (h >> 29);
}

void intern_init(struct intern *intern, uint64_t seed)
{
	*intern = (struct intern){ .seed = seed };
}

void intern_release(struct intern *intern)
{
	arena_free(intern->arena);
	free(intern->texts);
	free(intern->slots);
	*intern = (struct intern){ 0 };
}

static size_t intern_slot(const struct intern *intern, struct str text)
{
	size_t mask = intern->n_slots - 1, i = intern_hash(intern->seed, text) & mask;

	while (intern->slots[i] && !str_eq(intern->texts[intern->slots[i] - 1], text))
		i = (i + 1) & mask;
	return i;
}

static void intern_grow(struct intern *intern)
{
	size_t n = intern->n_slots ? intern->n_slots * 2 : 64;

	free(intern->slots);
	intern->slots = mem_array(n, sizeof(*intern->slots));
	intern->n_slots = n;
	for (size_t i = 0; i < intern->n; i++)
		intern->slots[intern_slot(intern, intern->texts[i])] = (uint32_t)i + 1;
}

uint32_t intern_find(const struct intern *intern, struct str text)
{
	return intern->n_slots ? intern->slots[intern_slot(intern, text)] - 1 : UINT32_MAX;
}

uint32_t intern_id(struct intern *intern, struct str text, bool *made)
{
	size_t slot;

	if ((intern->n + 1) * 2 > intern->n_slots)
		intern_grow(intern);
	slot = intern_slot(intern, text);
	*made = !intern->slots[slot];
	if (*made) {
		if (!intern->arena)
			intern->arena = arena_new();
		MEM_ROOM(intern->texts, intern->n, intern->cap);
		intern->texts[intern->n++] = arena_str(intern->arena, text);
		intern->slots[slot] = (uint32_t)intern->n;
	}
	return intern->slots[slot] - 1;
}
