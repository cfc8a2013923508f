/*
 * Pops: somebody is there for an agent, said by an exchange, a chat or a
 * script, and not yet opened. What waits follows from what the case store
 * holds open; what came by a socket never was in it. Pure.
 */
#ifndef DOSSIER_MODEL_POP_H
#define DOSSIER_MODEL_POP_H

#include <dossier/model/entry.h>

struct pop {
	struct str id;                  /* of its entry, or of the message */
	struct str who;                 /* whatever a look-up reads */
	struct str call, number;        /* the exchange's id, the number or handle; may be absent */
	struct str channel;
	struct str agent;               /* for whom; absent: for whoever is there */
	struct str offer;               /* the hand-off that it is about; may be absent */
	int64_t at;
};

/*
 * Those that wait for the agent, oldest first, no more than "most": neither
 * opened (a contact says so by its via or by the same call), nor taken back,
 * nor older than window (ms; 0: as long as the store holds them open). What
 * they point into is the entries' or the arena's.
 */
size_t pops_waiting(struct arena *arena, struct entries *entries, struct str agent, int64_t now, int64_t window, struct pop *out, size_t most);

/* What a contact that a pop began says of it, its via: "pop:" and the id. */
#define POP_VIA "pop:"

#endif
