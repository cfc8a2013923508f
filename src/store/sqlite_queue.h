/*
 * A lock file as a queue before the write lock of SQLite, whose own waiting is
 * a lottery. It guards nothing: whoever does not come in in time goes on
 * without it, so a stopped program in the queue stops nobody.
 */
#ifndef DOSSIER_STORE_SQLITE_QUEUE_H
#define DOSSIER_STORE_SQLITE_QUEUE_H

#include <stdbool.h>

#define QUEUE_PATIENCE 250      /* ms */

/* One thread enters and leaves. */
struct queue;
/* The file PATH.lock beside a store, made where it is missing. Never fails: without the file there is no queue. */
struct queue *queue_new(const char *path, unsigned mode);
/* The same, where the file is there already. */
struct queue *queue_find(const char *path);
/* The file is there. */
bool queue_works(const struct queue *queue);
void queue_free(struct queue *queue);
/* False after patience ms outside; leave is right in either case. */
bool queue_enter(struct queue *queue, int patience);
void queue_leave(struct queue *queue);

#endif
