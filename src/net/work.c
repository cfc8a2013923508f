/* The helper thread: a queue there, a queue back, and a byte in a pipe that says the latter has something. */
#include <dossier/net/work.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <dossier/base/mem.h>

struct task {
	struct task *next;
	work_fn *run, *done;
	void *job;
};
struct queue { struct task *first, **last; };

struct work {
	struct loop *loop;
	struct watch *watch;
	int bell[2];
	size_t waiting;                 /* the loop's thread only, and so are these: */
	enum { NOT_YET, AT_WORK, WITHOUT } helped;
	pthread_t thread;
	pthread_mutex_t lock;           /* of what follows */
	pthread_cond_t wake;
	struct queue to, back;
	bool ending;
};

static void queue_init(struct queue *queue)
{
	queue->first = NULL;
	queue->last = &queue->first;
}

static void queue_put(struct queue *queue, struct task *task)
{
	task->next = NULL;
	*queue->last = task;
	queue->last = &task->next;
}

static struct task *queue_take(struct queue *queue)
{
	struct task *task = queue->first;

	if (!task)
		return NULL;
	queue->first = task->next;
	if (!queue->first)
		queue->last = &queue->first;
	return task;
}

/* A full pipe already says that something is there. */
static void ring(struct work *work)
{
	while (write(work->bell[1], "", 1) < 0 && errno == EINTR)
		continue;
}

static void *helper(void *arg)
{
	struct work *work = arg;
	struct task *task;

	pthread_mutex_lock(&work->lock);
	for (;;) {
		task = queue_take(&work->to);
		if (!task && work->ending)
			break;
		if (!task) {
			pthread_cond_wait(&work->wake, &work->lock);
			continue;
		}
		pthread_mutex_unlock(&work->lock);
		task->run(task->job);
		pthread_mutex_lock(&work->lock);
		queue_put(&work->back, task);
		ring(work);
	}
	pthread_mutex_unlock(&work->lock);
	return NULL;
}

/* One by one: a done function may hand over more, and may end the program's interest in the rest. */
static void take_back(struct work *work)
{
	struct task *task;

	for (;;) {
		pthread_mutex_lock(&work->lock);
		task = queue_take(&work->back);
		pthread_mutex_unlock(&work->lock);
		if (!task)
			return;
		work->waiting--;
		task->done(task->job);
		free(task);
	}
}

static void rung(void *arg, int fd, unsigned events)
{
	char bytes[64];

	(void)events;
	while (read(fd, bytes, sizeof(bytes)) > 0)
		continue;
	take_back(arg);
}

/* Where no thread can be had, what waits is done here: late, but done. */
static void run_here(struct work *work)
{
	struct task *task;

	while ((task = queue_take(&work->to)) != NULL) {
		task->run(task->job);
		queue_put(&work->back, task);
	}
	ring(work);
}

/* Signals are the loop's: the helper takes none. */
static void start_thread(void *arg)
{
	struct work *work = arg;
	sigset_t all, before;
	int error;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	error = pthread_create(&work->thread, NULL, helper, work);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	work->helped = error ? WITHOUT : AT_WORK;
	if (error)
		run_here(work);
}

struct work *work_new(struct loop *loop, struct err *err)
{
	struct work *work = mem_zalloc(sizeof(*work));

	work->loop = loop;
	queue_init(&work->to);
	queue_init(&work->back);
	if (pipe2(work->bell, O_CLOEXEC | O_NONBLOCK) < 0) {
		err_set(err, ERR_IO, "the helper thread has no pipe: %s", strerror(errno));
		free(work);
		return NULL;
	}
	work->watch = loop_watch(loop, work->bell[0], LOOP_READ, rung, work);
	pthread_mutex_init(&work->lock, NULL);
	pthread_cond_init(&work->wake, NULL);
	return work;
}

void work_do(struct work *work, work_fn *run, work_fn *done, void *job)
{
	struct task *task = mem_zalloc(sizeof(*task));

	task->run = run;
	task->done = done;
	task->job = job;
	if (work->helped == NOT_YET && work->waiting == 0)
		loop_defer(work->loop, start_thread, work);
	work->waiting++;
	pthread_mutex_lock(&work->lock);
	queue_put(&work->to, task);
	pthread_cond_signal(&work->wake);
	pthread_mutex_unlock(&work->lock);
	if (work->helped == WITHOUT)
		run_here(work);
}

size_t work_waiting(const struct work *work)
{
	return work->waiting;
}

/* What the last done functions hand over still runs: the thread ends only when nothing is left. */
void work_free(struct work *work)
{
	if (!work)
		return;
	loop_defer_cancel(work->loop, start_thread, work);
	if (work->helped == NOT_YET && work->waiting > 0)
		start_thread(work);
	while (work->waiting > 0) {
		struct task *task;

		pthread_mutex_lock(&work->lock);
		task = work->back.first;
		pthread_mutex_unlock(&work->lock);
		if (task) {
			take_back(work);
		} else {
			char byte;

			fcntl(work->bell[0], F_SETFL, 0);
			while (read(work->bell[0], &byte, 1) < 0 && errno == EINTR)
				continue;
		}
	}
	pthread_mutex_lock(&work->lock);
	work->ending = true;
	pthread_cond_signal(&work->wake);
	pthread_mutex_unlock(&work->lock);
	if (work->helped == AT_WORK)
		pthread_join(work->thread, NULL);
	loop_watch_end(work->loop, work->watch);
	close(work->bell[0]);
	close(work->bell[1]);
	pthread_cond_destroy(&work->wake);
	pthread_mutex_destroy(&work->lock);
	free(work);
}
