/*
 * The one wait point: curl's transfers, descriptors, signals and timers.
 * One thread owns everything. Each turn: signals, transfers, descriptors,
 * timers, then what was deferred. Nothing here blocks but loop_turn itself.
 */
#ifndef DOSSIER_NET_LOOP_H
#define DOSSIER_NET_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include <dossier/base/clock.h>
#include <dossier/base/err.h>

struct loop;
struct timer;
struct watch;

typedef void loop_fn(void *arg);
typedef void loop_fd_fn(void *arg, int fd, unsigned events);
typedef void loop_signal_fn(void *arg, int signo);

struct loop *loop_new(const struct clock *clock, struct err *err);     /* clock is borrowed */
void loop_free(struct loop *loop);      /* transfers must be gone; timers and watches are dropped */
const struct clock *loop_clock(const struct loop *loop);

/* Once, after delay_ms (0: the next turn). The handle is dead after the call or the cancel. */
struct timer *loop_timer(struct loop *loop, int64_t delay_ms, loop_fn *fn, void *arg);
void loop_timer_cancel(struct loop *loop, struct timer *timer);        /* NULL is fine */

/* Runs fn in the next turn: results are always reported from the loop, never from inside the call that asked. */
void loop_defer(struct loop *loop, loop_fn *fn, void *arg);
void loop_defer_cancel(struct loop *loop, loop_fn *fn, void *arg);     /* every deferred call with this fn and arg */
bool loop_has_deferred(const struct loop *loop);        /* something that has happened is not told yet */

enum { LOOP_READ = 1, LOOP_WRITE = 2, LOOP_HANGUP = 4 };
struct watch *loop_watch(struct loop *loop, int fd, unsigned events, loop_fd_fn *fn, void *arg);
void loop_watch_events(struct watch *watch, unsigned events);
void loop_watch_end(struct loop *loop, struct watch *watch);

/* One loop at a time may own signals; they arrive through a pipe, in a turn. */
bool loop_signal(struct loop *loop, int signo, loop_signal_fn *fn, void *arg, struct err *err);

/* One turn: waits for at most max_wait_ms (-1: until something happens), then runs what is due. */
void loop_turn(struct loop *loop, int max_wait_ms);
/* Turns until *done is true or loop_stop; false when stopped. */
bool loop_until(struct loop *loop, const bool *done);
void loop_stop(struct loop *loop);
bool loop_stopped(const struct loop *loop);

#endif
