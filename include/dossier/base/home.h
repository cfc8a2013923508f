/*
 * Where a user's own files lie.
 */
#ifndef DOSSIER_BASE_HOME_H
#define DOSSIER_BASE_HOME_H

#include <stdbool.h>

/*
 * "rest" below the folder that the variable names (XDG_STATE_HOME), else below
 * its usual place in HOME (.local/state). Relative ones count as unset. The
 * caller's; NULL: nowhere.
 */
char *home_file(const char *variable, const char *usual, const char *rest);
/* Makes the folders above the file that are missing, for the user alone; path is changed only meanwhile. errno tells why not. */
bool home_folders(char *path);

#endif
