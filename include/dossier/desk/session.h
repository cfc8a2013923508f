/*
 * What holds for one terminal session: the channel that is signed on to, and
 * the agent who writes. Commands of one session share a small file in the
 * runtime folder, named by the session and when it began, so that another
 * session never takes it over; a workstation has its own from then on.
 */
#ifndef DOSSIER_DESK_SESSION_H
#define DOSSIER_DESK_SESSION_H

#include <dossier/base/err.h>

struct session { char *agent, *channel; };      /* heap; NULL: none */
/* folder: NULL: the runtime folder. Without a file, or with one that is not this user's, there is nothing in it. */
void session_read(const char *folder, struct session *session);
/* Both NULL: the file goes. Files of sessions that are over go with it. */
bool session_write(const char *folder, const struct session *session, struct err *err);
void session_release(struct session *session);

#endif
