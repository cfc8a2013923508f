/*
 * Hears that somebody wrote to a database on this host (inotify on its log),
 * so that nobody has to look who has nothing else to do. A hint, no promise:
 * whoever listens looks now and then all the same.
 */
#ifndef DOSSIER_STORE_BELL_H
#define DOSSIER_STORE_BELL_H

#include <dossier/net/loop.h>

struct bell;
/* NULL where the file is not there, or the system has no more of them. rung is called from the loop. */
struct bell *bell_new(struct loop *loop, const char *path, loop_fn *rung, void *arg);
/* What was heard so far is forgotten, before a look; nothing rings until the next listening. */
void bell_clear(struct bell *bell);
/* Rings once, at once for what came since it was cleared. False: it hears nothing any more. */
bool bell_listen(struct bell *bell);
void bell_free(struct bell *bell);

#endif
