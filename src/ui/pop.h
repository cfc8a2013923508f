/*
 * Pops on the screen: who waits stands on the first line until a key opens
 * it; nothing takes the focus.
 */
#ifndef UI_POP_H
#define UI_POP_H

#include <dossier/desk/pop_list.h>

#include "ui_private.h"

struct pops;
/* Listens where it can; without a runtime folder pops come by the case store alone. */
struct pops *pops_new(struct ui *ui);
void pops_free(struct pops *pops);
/* The oldest, on the first line: "Jane Moss calls: ! opens"; plain: without whom. False when nobody waits; so before there are any (NULL). */
bool pops_text(const struct pops *pops, bool plain, struct buf *out);
/* Opens the oldest; false when nobody waits. */
bool pops_open(struct pops *pops);
/* The agent has turned to somebody else: the one that was opened, and not found yet, begins no contact any more. */
void pops_left(struct pops *pops);
/* The next customer is opened from what is kept (a row of the desk, a parked one), not because they are there. */
void pops_look(struct pops *pops, bool look);
/* My newest live contact, whoever with, for the first line where no customer that is on top says it. */
bool pops_live(const struct ui *ui, enum channel *channel, int64_t *from, const char **number);
/* Another agent sits here: what waits for the one before is put back to the case store, or forgotten where it came by socket. */
void pops_agent(struct pops *pops);

#endif
