/* The theme that most starts have, without a file being parsed. */
#ifndef DOSSIER_UI_THEME_DARK_H
#define DOSSIER_UI_THEME_DARK_H

#include <dossier/ui/theme.h>

#define THEME_DARK_NAME "dark"
#define THEME_DARK_ABOUT "quiet colours on a dark background"

/* Whether the file is, by its length and a sum of its bytes, the one that theme_dark_put knows. */
bool theme_dark_is(const char *path);
/* What it says, over what holds where a theme is silent. */
void theme_dark_put(struct style *styles);

#endif
