/*
 * What the desk lists: what is open in the store, and the cases of this agent,
 * which no open item stands for, folded to an agenda that is right for now.
 * What the house's rules make of it (a hand-off that nobody took in time) is
 * written by it, once.
 */
#ifndef UI_DESK_ITEMS_H
#define UI_DESK_ITEMS_H

#include <dossier/model/agenda.h>

#include "ui_private.h"

struct desk_items;
/* changed: agenda and folds are others from now on; called from the loop. Without a store nothing is ever there. */
struct desk_items *desk_items_new(struct ui *ui, void (*changed)(void *arg), void *arg);
void desk_items_free(struct desk_items *items);
/* Valid until changed is called, or the next desk_items_now. */
const struct agenda *desk_items_agenda(const struct desk_items *items);
const struct persons *desk_items_persons(const struct desk_items *items);
const struct cases *desk_items_cases(const struct desk_items *items);
struct entries *desk_items_entries(const struct desk_items *items);
/* The store has not said yet what there is. */
bool desk_items_waiting(const struct desk_items *items);
/* Anew for the time that it is, and with what others said of cases meanwhile. */
void desk_items_now(struct desk_items *items);

#endif
