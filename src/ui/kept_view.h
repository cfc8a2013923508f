/*
 * The list of parked customers, for park.c, which asks the store for them.
 */
#ifndef UI_KEPT_VIEW_H
#define UI_KEPT_VIEW_H

#include <dossier/store/kept.h>

#include "ui_private.h"

struct view *parked_view_new(struct ui *ui, const struct kept *kept, size_t n);

#endif
