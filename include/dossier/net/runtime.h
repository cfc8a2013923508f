/*
 * The runtime folder: what processes of one user on one host share while they
 * run. 0700, of this user, gone with the last log-in.
 */
#ifndef DOSSIER_NET_RUNTIME_H
#define DOSSIER_NET_RUNTIME_H

#include <dossier/base/err.h>

/* given, else $XDG_RUNTIME_DIR/dossier, /run/user/UID/dossier, /tmp/dossier-UID, made where missing. The caller's; NULL when none can be used. */
char *runtime_folder(const char *given, struct err *err);

#endif
