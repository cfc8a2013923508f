/* The file itself, before SQLite has it: never opened by us once it is there, for closing it would drop SQLite's locks. */
#ifndef DOSSIER_STORE_SQLITE_FILE_H
#define DOSSIER_STORE_SQLITE_FILE_H

#include <dossier/base/err.h>

/* False with the reason when the path stands on a network file system, where locks cannot be trusted. */
bool sqlite_file_local(const char *path, const char *name, struct err *err);
/*
 * Makes the folders of a path that lies in the user's own, where they are
 * missing, for the user alone: a default path needs no set-up. Elsewhere a
 * missing folder may be a disk that is not there, and is left missing.
 */
void sqlite_file_home(const char *path);
/* Makes an empty file of that mode where there is none, whole at its first sight. */
bool sqlite_file_make(const char *path, const char *name, unsigned mode, struct err *err);

#endif
