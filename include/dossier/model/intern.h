/*
 * Numbers for texts: the same text gets the same small number, from 0 up.
 */
#ifndef DOSSIER_MODEL_INTERN_H
#define DOSSIER_MODEL_INTERN_H

#include <dossier/base/mem.h>
#include <dossier/base/str.h>

/* A hash over bytes. Nothing that is seen depends on it, so the seed may be anything. */
uint64_t intern_hash(uint64_t seed, struct str text);

struct intern {
	struct arena *arena;    /* copies of the texts */
	struct str *texts;      /* by number */
	size_t n, cap;
	uint32_t *slots;        /* number + 1, open addressing; 0 is free */
	size_t n_slots;
	uint64_t seed;
};

void intern_init(struct intern *intern, uint64_t seed);
void intern_release(struct intern *intern);
/* The number of text; *made when it is a new one. */
uint32_t intern_id(struct intern *intern, struct str text, bool *made);
/* The same without making one: UINT32_MAX when it is not there. */
uint32_t intern_find(const struct intern *intern, struct str text);

#endif
