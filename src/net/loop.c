#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <dossier/base/mem.h>
#include <dossier/net/loop.h>

#include "transfers.h"

#define LOOP_SIGNALS 65

struct timer {
	int64_t at;
	uint64_t seq;       /* same time: in the order they were asked for */
	size_t index;       /* in the heap */
	loop_fn *fn;
	void *arg;
};

struct watch {
	struct watch *next;
	int fd;
	unsigned events, ready;
	bool dead;
	loop_fd_fn *fn;
	void *arg;
};

struct deferred {
	loop_fn *fn;        /* NULL: cancelled */
	void *arg;
};

struct deferred_list {
	struct deferred *items;
	size_t n, cap;
};

struct loop_signal_slot {
	loop_signal_fn *fn;
	void *arg;
	bool held;
	struct sigaction before;
};

struct loop {
	const struct clock *clock;
	struct transfers transfers;
	struct timer **heap;
	size_t n_timers, cap_timers;
	uint64_t seq;
	struct watch *watches;
	size_t n_watches;
	bool dispatching, buried;           /* buried: a dead watch is to be swept */
	struct pollfd *polls;               /* of the watches, then of the transfers' sockets */
	size_t n_polled, cap_polls;         /* n_polled: sockets in the last wait */
	struct deferred_list deferred, running;
	int pipe[2];                        /* -1: no signal was asked for */
	struct watch *pipe_watch;
	struct loop_signal_slot *signals;   /* LOOP_SIGNALS of them, or NULL */
	bool stopped;
};

/* The one mutable global: a signal handler has no other way to know the pipe. */
static volatile sig_atomic_t signal_pipe = -1;

static bool timer_before(const struct timer *a, const struct timer *b)
{
	return a->at != b->at ? a->at < b->at : a->seq < b->seq;
}

static void heap_put(struct loop *loop, size_t i, struct timer *timer)
{
	loop->heap[i] = timer;
	timer->index = i;
}

static void heap_up(struct loop *loop, size_t i)
{
	struct timer *timer = loop->heap[i];

	while (i > 0 && timer_before(timer, loop->heap[(i - 1) / 2])) {
		heap_put(loop, i, loop->heap[(i - 1) / 2]);
		i = (i - 1) / 2;
	}
	heap_put(loop, i, timer);
}

static void heap_down(struct loop *loop, size_t i)
{
	struct timer *timer = loop->heap[i];

	for (;;) {
		size_t child = 2 * i + 1;

		if (child >= loop->n_timers)
			break;
		if (child + 1 < loop->n_timers && timer_before(loop->heap[child + 1], loop->heap[child]))
			child++;
		if (!timer_before(loop->heap[child], timer))
			break;
		heap_put(loop, i, loop->heap[child]);
		i = child;
	}
	heap_put(loop, i, timer);
}

struct timer *loop_timer(struct loop *loop, int64_t delay_ms, loop_fn *fn, void *arg)
{
	struct timer *timer = mem_zalloc(sizeof(*timer));
	int64_t now = clock_steady(loop->clock);

	if (delay_ms < 0)
		delay_ms = 0;
	timer->at = delay_ms > INT64_MAX - now ? INT64_MAX : now + delay_ms;
	timer->seq = loop->seq++;
	timer->fn = fn;
	timer->arg = arg;
	MEM_ROOM(loop->heap, loop->n_timers, loop->cap_timers);
	heap_put(loop, loop->n_timers++, timer);
	heap_up(loop, timer->index);
	return timer;
}

static void heap_remove(struct loop *loop, struct timer *timer)
{
	size_t i = timer->index;
	struct timer *last = loop->heap[--loop->n_timers];

	if (last == timer)
		return;
	heap_put(loop, i, last);
	heap_up(loop, i);
	heap_down(loop, last->index);
}

void loop_timer_cancel(struct loop *loop, struct timer *timer)
{
	if (timer == NULL)
		return;
	heap_remove(loop, timer);
	free(timer);
}

static void run_timers(struct loop *loop)
{
	uint64_t newest = loop->seq;        /* timers asked for from here on wait for the next turn */
	int64_t now = clock_steady(loop->clock);

	while (loop->n_timers > 0) {
		struct timer *timer = loop->heap[0];
		loop_fn *fn = timer->fn;
		void *arg = timer->arg;

		if (timer->at > now || timer->seq >= newest)
			break;
		loop_timer_cancel(loop, timer);
		fn(arg);
	}
}

void loop_defer(struct loop *loop, loop_fn *fn, void *arg)
{
	struct deferred_list *list = &loop->deferred;

	MEM_ROOM(list->items, list->n, list->cap);
	list->items[list->n++] = (struct deferred){ .fn = fn, .arg = arg };
}

static void deferred_forget(struct deferred_list *list, loop_fn *fn, void *arg)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->items[i].fn == fn && list->items[i].arg == arg)
			list->items[i].fn = NULL;
}

void loop_defer_cancel(struct loop *loop, loop_fn *fn, void *arg)
{
	deferred_forget(&loop->deferred, fn, arg);
	deferred_forget(&loop->running, fn, arg);
}

bool loop_has_deferred(const struct loop *loop)
{
	for (size_t i = 0; i < loop->deferred.n; i++)
		if (loop->deferred.items[i].fn != NULL)
			return true;
	return false;
}

static void run_deferred(struct loop *loop)
{
	struct deferred_list spare = loop->running;

	loop->running = loop->deferred;
	loop->deferred = spare;
	loop->deferred.n = 0;
	for (size_t i = 0; i < loop->running.n; i++) {
		struct deferred job = loop->running.items[i];

		if (job.fn != NULL)
			job.fn(job.arg);
	}
	loop->running.n = 0;
}

struct watch *loop_watch(struct loop *loop, int fd, unsigned events, loop_fd_fn *fn, void *arg)
{
	struct watch *watch = mem_zalloc(sizeof(*watch));

	watch->fd = fd;
	watch->events = events;
	watch->fn = fn;
	watch->arg = arg;
	watch->next = loop->watches;
	loop->watches = watch;
	loop->n_watches++;
	return watch;
}

void loop_watch_events(struct watch *watch, unsigned events)
{
	watch->events = events;
}

static void sweep_watches(struct loop *loop)
{
	struct watch **link = &loop->watches;

	while (*link != NULL) {
		struct watch *watch = *link;

		if (!watch->dead) {
			link = &watch->next;
			continue;
		}
		*link = watch->next;
		free(watch);
	}
	loop->buried = false;
}

void loop_watch_end(struct loop *loop, struct watch *watch)
{
	if (watch == NULL)
		return;
	watch->dead = true;
	loop->n_watches--;
	loop->buried = true;
	if (!loop->dispatching)
		sweep_watches(loop);
}

static short poll_events(unsigned events)
{
	return (short)((events & LOOP_READ ? POLLIN : 0) | (events & LOOP_WRITE ? POLLOUT : 0));
}

static void take_ready(struct loop *loop)
{
	size_t n = 0;

	for (struct watch *watch = loop->watches; watch != NULL; watch = watch->next) {
		short got = loop->polls[n++].revents;

		watch->ready = (got & POLLIN ? LOOP_READ : 0) | (got & (POLLOUT | POLLERR) ? LOOP_WRITE : 0) |
			       (got & (POLLHUP | POLLERR | POLLNVAL) ? LOOP_HANGUP : 0);
		watch->ready &= watch->events | LOOP_HANGUP;
	}
}

static void run_watches(struct loop *loop)
{
	loop->dispatching = true;
	for (struct watch *watch = loop->watches; watch != NULL; watch = watch->next) {
		unsigned ready = watch->ready;

		watch->ready = 0;
		if (ready != 0 && !watch->dead)
			watch->fn(watch->arg, watch->fd, ready);
	}
	loop->dispatching = false;
	if (loop->buried)
		sweep_watches(loop);
}

static void on_signal(int signo)
{
	int saved = errno;
	unsigned char byte = (unsigned char)signo;

	/* A full pipe already holds news of signals: losing one more of them is harmless. */
	if (signal_pipe >= 0 && write(signal_pipe, &byte, 1) < 0)
		errno = 0;
	errno = saved;
}

static void read_signals(void *arg, int fd, unsigned events)
{
	struct loop *loop = arg;
	unsigned char bytes[64];
	bool seen[LOOP_SIGNALS] = { false };
	ssize_t n;

	(void)events;
	while ((n = read(fd, bytes, sizeof(bytes))) > 0)
		for (ssize_t i = 0; i < n; i++)
			if (bytes[i] < LOOP_SIGNALS)
				seen[bytes[i]] = true;
	for (int signo = 1; signo < LOOP_SIGNALS; signo++)
		if (seen[signo] && loop->signals[signo].fn != NULL)
			loop->signals[signo].fn(loop->signals[signo].arg, signo);
}

static bool signals_open(struct loop *loop, struct err *err)
{
	if (loop->signals != NULL)
		return true;
	if (signal_pipe >= 0)
		return err_set(err, ERR_USAGE, "another loop of this process owns its signals");
	if (pipe2(loop->pipe, O_CLOEXEC | O_NONBLOCK) < 0) {
		loop->pipe[0] = loop->pipe[1] = -1;
		return err_set(err, ERR_IO, "cannot make a pipe for signals: %s", strerror(errno));
	}
	loop->signals = mem_array(LOOP_SIGNALS, sizeof(*loop->signals));
	loop->pipe_watch = loop_watch(loop, loop->pipe[0], LOOP_READ, read_signals, loop);
	signal_pipe = loop->pipe[1];
	return true;
}

bool loop_signal(struct loop *loop, int signo, loop_signal_fn *fn, void *arg, struct err *err)
{
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESTART };
	struct loop_signal_slot *slot;

	if (signo <= 0 || signo >= LOOP_SIGNALS)
		return err_set(err, ERR_USAGE, "there is no signal %d", signo);
	if (!signals_open(loop, err))
		return false;
	slot = &loop->signals[signo];
	sigemptyset(&action.sa_mask);
	if (!slot->held && sigaction(signo, &action, &slot->before) < 0)
		return err_set(err, ERR_IO, "cannot handle signal %d: %s", signo, strerror(errno));
	slot->held = true;
	slot->fn = fn;
	slot->arg = arg;
	return true;
}

static void signals_close(struct loop *loop)
{
	if (loop->signals == NULL)
		return;
	for (int signo = 1; signo < LOOP_SIGNALS; signo++)
		if (loop->signals[signo].held)
			sigaction(signo, &loop->signals[signo].before, NULL);
	signal_pipe = -1;
	close(loop->pipe[0]);
	close(loop->pipe[1]);
	free(loop->signals);
}

bool loop_curl_open(struct loop *loop)
{
	return transfers_begin(&loop->transfers);
}

bool loop_transfer_add(struct loop *loop, struct transfer *transfer, CURL *easy, transfer_fn *fn, void *arg)
{
	return transfers_add(&loop->transfers, transfer, easy, fn, arg);
}

void loop_transfer_remove(struct loop *loop, struct transfer *transfer)
{
	transfers_remove(&loop->transfers, transfer);
}

struct loop *loop_new(const struct clock *clock, struct err *err)
{
	struct loop *loop = mem_zalloc(sizeof(*loop));

	(void)err;
	loop->clock = clock;
	transfers_init(&loop->transfers);
	loop->pipe[0] = loop->pipe[1] = -1;
	return loop;
}

void loop_free(struct loop *loop)
{
	if (loop == NULL)
		return;
	signals_close(loop);
	while (loop->n_timers > 0)
		free(loop->heap[--loop->n_timers]);
	while (loop->watches != NULL) {
		struct watch *next = loop->watches->next;

		free(loop->watches);
		loop->watches = next;
	}
	transfers_release(&loop->transfers);
	free(loop->heap);
	free(loop->polls);
	free(loop->deferred.items);
	free(loop->running.items);
	free(loop);
}

const struct clock *loop_clock(const struct loop *loop)
{
	return loop->clock;
}

static int wait_ms(const struct loop *loop, int max_wait_ms)
{
	int64_t left;

	if (loop->deferred.n > 0)
		return 0;
	if (loop->n_timers == 0)
		return max_wait_ms;
	left = loop->heap[0]->at - clock_steady(loop->clock);
	if (left < 0)
		left = 0;
	if (max_wait_ms >= 0 && left > max_wait_ms)
		left = max_wait_ms;
	return left > INT_MAX ? INT_MAX : (int)left;
}

/* One call of poll, for watches and transfers alike. */
static void wait_for_anything(struct loop *loop, int max_wait_ms)
{
	const struct transfers *transfers = &loop->transfers;
	size_t n = loop->n_watches + transfers->n_sockets, i = 0;
	int timeout = transfers_wait_ms(transfers, wait_ms(loop, max_wait_ms));

	if (n > loop->cap_polls) {
		loop->cap_polls = n + 8;
		loop->polls = mem_realloc(loop->polls, loop->cap_polls, sizeof(*loop->polls));
	}
	for (struct watch *watch = loop->watches; watch != NULL; watch = watch->next)
		loop->polls[i++] = (struct pollfd){ .fd = watch->fd, .events = poll_events(watch->events) };
	loop->n_polled = transfers->n_sockets;
	if (loop->n_polled > 0)
		memcpy(loop->polls + i, transfers->sockets, loop->n_polled * sizeof(*loop->polls));
	/* A signal ends the wait with nothing ready: its byte is in the pipe by the next turn. */
	if (poll(loop->polls, (nfds_t)n, timeout) > 0)
		take_ready(loop);
	else
		loop->n_polled = 0;
}

void loop_turn(struct loop *loop, int max_wait_ms)
{
	size_t first;

	wait_for_anything(loop, max_wait_ms);
	first = loop->n_watches;
	if (loop->pipe_watch != NULL && loop->pipe_watch->ready != 0) {
		loop->pipe_watch->ready = 0;
		read_signals(loop, loop->pipe[0], LOOP_READ);
	}
	transfers_run(&loop->transfers, loop->polls + first, loop->n_polled);
	run_watches(loop);
	run_timers(loop);
	run_deferred(loop);
	/* What was begun in this turn is sent before the next one waits. */
	if (transfers_due(&loop->transfers))
		transfers_run(&loop->transfers, NULL, 0);
}

bool loop_until(struct loop *loop, const bool *done)
{
	while (!*done && !loop->stopped)
		loop_turn(loop, -1);
	return *done;
}

void loop_stop(struct loop *loop)
{
	loop->stopped = true;
}

bool loop_stopped(const struct loop *loop)
{
	return loop->stopped;
}
