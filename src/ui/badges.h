/*
 * How the backends did that a view has asked: on its first line, and a line
 * for each that failed.
 */
#ifndef UI_BADGES_H
#define UI_BADGES_H

#include "ui_private.h"

/* "shop 12:00 · till ✕" at the right of its first row; returns its first column. */
int badges_paint(struct ui *ui, struct screen *screen, struct area area, const struct source *sources, size_t n);
/* What is missing, and why, in at most a third of the rows; returns how many it took. */
int badges_missing(struct screen *screen, struct area area, const struct source *sources, size_t n);
bool badges_waiting(const struct source *sources, size_t n);
bool badges_asked(const struct source *sources, size_t n);

#endif
