#include "state.h"

#include <dossier/base/mem.h>

#define BUCKETS 1024

struct state {
	struct fact *first[BUCKETS], *last[BUCKETS];
	size_t n;
};

static unsigned bucket(const char *about)
{
	uint32_t hash = 2166136261u;

	for (; *about; about++)
		hash = (hash ^ (unsigned char)*about) * 16777619u;
	return hash % BUCKETS;
}

struct state *state_new(void)
{
	return mem_zalloc(sizeof(struct state));
}

void state_clear(struct state *state)
{
	for (size_t i = 0; i < BUCKETS; i++) {
		struct fact *next;

		for (struct fact *fact = state->first[i]; fact; fact = next) {
			next = fact->next;
			json_object_put(fact->data);
			free(fact->about);
			free(fact);
		}
		state->first[i] = state->last[i] = NULL;
	}
	state->n = 0;
}

void state_free(struct state *state)
{
	if (!state)
		return;
	state_clear(state);
	free(state);
}

struct fact *state_add(struct state *state, const char *about, const char *kind, int64_t at, struct json_object *data)
{
	struct fact *fact = mem_zalloc(sizeof(*fact));
	unsigned b = bucket(about);

	fact->about = mem_strdup(about);
	fact->kind = kind;
	fact->at = at;
	fact->number = (uint32_t)state->n++;
	fact->data = data;
	if (state->last[b])
		state->last[b]->next = fact;
	else
		state->first[b] = fact;
	state->last[b] = fact;
	return fact;
}

struct fact *state_next(const struct state *state, const char *about, const char *kind, const struct fact *after)
{
	struct fact *fact = after ? after->next : state->first[bucket(about)];

	for (; fact; fact = fact->next)
		if (strcmp(fact->about, about) == 0 && (!kind || strcmp(fact->kind, kind) == 0))
			return fact;
	return NULL;
}

size_t state_count(const struct state *state)
{
	return state->n;
}
