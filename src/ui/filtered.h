/* What a list is filtered by, at the right end of the rule above it: "chat: 8 of 25". */
#ifndef UI_FILTERED_H
#define UI_FILTERED_H

#include <dossier/ui/screen.h>

struct filtered { struct str words; size_t n, of; bool more; };        /* more: it is still being counted */
/* Columns that it takes whole. */
int filtered_width(struct screen *screen, const struct filtered *filtered);
/* Between these columns; where there is too little room the words give way, then all of it. Nothing without words. */
void filtered_paint(struct screen *screen, int row, int from, int end, const struct filtered *filtered);

#endif
