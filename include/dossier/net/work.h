/*
 * The helper thread: it gets a value and returns a value. One thread owns all
 * state; what would make it wait (a commit, a query) is a job that goes over
 * and comes back.
 */
#ifndef DOSSIER_NET_WORK_H
#define DOSSIER_NET_WORK_H

#include <dossier/net/loop.h>

/*
 * The thread itself is made in the loop's first turn after the first job was
 * handed over: what is done before that turn (the first frame, the first
 * request of a command) shares the processor with nobody.
 */
struct work;
struct work *work_new(struct loop *loop, struct err *err);
/*
 * Lets every job that was handed over run to its end, calls those done
 * functions that are left from here, and ends the thread.
 */
void work_free(struct work *work);
/*
 * run is called in the helper thread, jobs in the order they were handed over;
 * then done, from the loop. Between the two the job belongs to the helper
 * thread: neither loop nor desk may be touched by run, nor job by others.
 */
typedef void work_fn(void *job);
void work_do(struct work *work, work_fn *run, work_fn *done, void *job);
/* Jobs handed over whose done was not called yet. */
size_t work_waiting(const struct work *work);

#endif
