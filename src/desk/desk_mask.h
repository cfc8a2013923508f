/*
 * Masks made of the house's rules for one agent.
 */
#ifndef DOSSIER_SRC_DESK_DESK_MASK_H
#define DOSSIER_SRC_DESK_DESK_MASK_H

#include <dossier/desk/desk.h>

/* NULL when nothing is closed. dealing: the agent has a live contact with the customer. */
struct mask *desk_mask_new(const struct desk *desk, bool dealing);

#endif
