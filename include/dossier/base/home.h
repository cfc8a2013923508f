/*
 * Where a user's own files lie, and those that came with the program.
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
/*
 * The folder of connectors/ and themes/: $DOSSIER_DATADIR, else the source from
 * which this program was built where it still lies in its build folder, else the
 * installed one. The caller's.
 */
char *home_data(void);

#endif
