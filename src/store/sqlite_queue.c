#include "sqlite_queue.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include <dossier/base/err.h>
#include <dossier/base/mem.h>

#include "sqlite_file.h"

#define AGAIN_NS 20000000       /* a signal that came just before the wait is followed by another */

struct queue {
	int fd;
	bool inside, timed;
	timer_t timer;
};

/* flock has no time-out: a signal to this one thread ends the wait. It does nothing else. */
#define QUEUE_SIGNAL SIGRTMAX
static void nothing(int signo)
{
	(void)signo;
}

static struct queue *open_lock(char *lock)
{
	struct queue *queue = mem_zalloc(sizeof(*queue));
	struct sigevent event = { .sigev_notify = SIGEV_THREAD_ID, .sigev_signo = QUEUE_SIGNAL };
	struct sigaction action = { .sa_handler = nothing };

	queue->fd = open(lock, O_RDWR | O_CLOEXEC);
	event._sigev_un._tid = gettid();
	queue->timed = queue->fd >= 0 && sigaction(QUEUE_SIGNAL, &action, NULL) == 0 &&
		       timer_create(CLOCK_MONOTONIC, &event, &queue->timer) == 0;
	free(lock);
	return queue;
}

struct queue *queue_find(const char *path)
{
	return open_lock(mem_printf("%s.lock", path));
}

struct queue *queue_new(const char *path, unsigned mode)
{
	char *lock = mem_printf("%s.lock", path);
	struct err err;

	/* what cannot be made cannot be opened */
	sqlite_file_make(lock, "", mode, &err);
	return open_lock(lock);
}

bool queue_works(const struct queue *queue)
{
	return queue->fd >= 0;
}

void queue_free(struct queue *queue)
{
	if (!queue)
		return;
	if (queue->timed)
		timer_delete(queue->timer);
	if (queue->fd >= 0)
		close(queue->fd);
	free(queue);
}

static bool over(const struct timespec *end)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec > end->tv_sec || (now.tv_sec == end->tv_sec && now.tv_nsec >= end->tv_nsec);
}

static bool wait_for(struct queue *queue, int patience)
{
	struct itimerspec timer = { { 0, AGAIN_NS }, { patience / 1000, patience % 1000 * 1000000L } }, never = { { 0, 0 }, { 0, 0 } };
	struct timespec end;
	sigset_t one, before;
	bool got;

	clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_sec += (end.tv_nsec + timer.it_value.tv_nsec) / 1000000000L + timer.it_value.tv_sec;
	end.tv_nsec = (end.tv_nsec + timer.it_value.tv_nsec) % 1000000000L;
	sigemptyset(&one);
	sigaddset(&one, QUEUE_SIGNAL);
	pthread_sigmask(SIG_UNBLOCK, &one, &before);
	timer_settime(queue->timer, 0, &timer, NULL);
	do
		got = flock(queue->fd, LOCK_EX) == 0;
	while (!got && errno == EINTR && !over(&end));
	timer_settime(queue->timer, 0, &never, NULL);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return got;
}

bool queue_enter(struct queue *queue, int patience)
{
	if (queue->fd < 0)
		return false;
	queue->inside = flock(queue->fd, LOCK_EX | LOCK_NB) == 0 || (queue->timed && patience > 0 && wait_for(queue, patience));
	return queue->inside;
}

void queue_leave(struct queue *queue)
{
	if (!queue->inside)
		return;
	flock(queue->fd, LOCK_UN);
	queue->inside = false;
	/* who was woken has its turn before we come again */
	sched_yield();
}
