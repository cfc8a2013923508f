#include "batch_pool.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <dossier/base/mem.h>

#define WORKERS_MOST 8
#define RESERVE 2               /* helpers that take the place of those that died */
#define SHORT_LIST 2048         /* bytes: a list that is done before a helper has opened its desk */
#define CONCURRENCY 4           /* of a backend that names none */
#define LEAVE_MS 2000           /* for a helper to close what it holds */

/* A record that a helper has, or that waits for another one. */
struct given {
	const struct batch_record *record;
	void *caller;
	uint64_t id;
	int deaths;                     /* of processes that had it */
};

struct givens { struct given *items; size_t n, cap; };

struct helper {
	struct batch_pool *pool;
	pid_t pid;                      /* 0: it is gone */
	struct batch_wire wire;
	bool opened, ready;             /* it was told to begin; it has begun */
	bool alone;                     /* what it has may be what another died of */
	struct givens has;
};

struct batch_pool {
	struct helper *helpers;
	size_t n_helpers;
	int processes;
	size_t room;                    /* records that a helper has at a time, half of them waiting */
	const struct desk *desk;
	struct batch_pool_sink sink;
	struct givens again;            /* of helpers that died */
	char *cause;                    /* of the last death */
	bool by_itself;                 /* ... which nobody outside brought about */
	struct buf names;
	size_t column;
	uint64_t next_id;
};

void batch_job_options(const struct batch_job *job, int parts, int part, struct many_options *many)
{
	*many = (struct many_options){
		.jobs = job->jobs / parts + (part < job->jobs % parts), .parts = parts, .customers = job->what != BATCH_FIND,
		.since = job->filter->rows.since, .all = job->all,
	};
}

/* What several processes cannot do together: share a file of captured replies, a log, a case store. */
static bool must_be_alone(const struct batch_job *job)
{
	const struct cli *cli = job->cli;

	for (size_t i = 0; i < cli->house->n_backends; i++)
		if (!cli->house->backends[i]->off && cli->house->backends[i]->plan && cli->house->backends[i]->plan->feed)
			return true;
	return cli->trace || cli->globals.log_file || cli->globals.replay || cli->capture_dir || job->what == BATCH_BRIEF;
}

/* Each has one connection to every backend at least. */
static int most(const struct batch_job *job)
{
	const struct house *house = job->cli->house;
	int n = job->jobs;

	for (size_t i = 0; i < house->n_backends; i++) {
		int one = house->backends[i]->peer.concurrency > 0 ? house->backends[i]->peer.concurrency : CONCURRENCY;

		if (!house->backends[i]->off && one < n)
			n = one;
	}
	return n;
}

static bool is_short(int fd)
{
	struct stat st;

	return isatty(fd) || (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size < SHORT_LIST);
}

int batch_workers(const struct batch_job *job, const char *words)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);
	char *end;

	if (words) {
		n = strtol(words, &end, 10);
		if (!*words || *end || n < 1 || n > WORKERS_MOST) {
			cli_say("--workers %s is no number from 1 to %d", words, WORKERS_MOST);
			return 0;
		}
	} else if (is_short(job->fd)) {
		n = 1;
	}
	if (n > WORKERS_MOST)
		n = WORKERS_MOST;
	if (n > most(job))
		n = most(job);
	return n < 1 || must_be_alone(job) ? 1 : (int)n;
}

/* The other ends of all before it would keep those from ever seeing their end. */
static void be_helper(const struct batch_pool *pool, const struct batch_job *job, int fd)
{
	for (size_t i = 0; i < pool->n_helpers; i++)
		close(pool->helpers[i].wire.fd);
	batch_worker(job, fd, pool->processes, (int)pool->n_helpers % (pool->processes - 1) + 1);
}

static bool fork_helper(struct batch_pool *pool, const struct batch_job *job)
{
	struct helper *helper = &pool->helpers[pool->n_helpers];
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
		return false;
	helper->pid = fork();
	if (helper->pid == 0) {
		close(ends[0]);
		be_helper(pool, job, ends[1]);
	}
	close(ends[1]);
	if (helper->pid < 0) {
		close(ends[0]);
		return false;
	}
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	helper->pool = pool;
	batch_wire_init(&helper->wire, ends[0]);
	pool->n_helpers++;
	return true;
}

struct batch_pool *batch_pool_new(const struct batch_job *job)
{
	struct batch_pool *pool = mem_zalloc(sizeof(*pool));
	size_t want = (size_t)job->workers - 1 + RESERVE;

	pool->processes = job->workers;
	pool->room = 2 * ((size_t)job->jobs / (size_t)job->workers + 1);
	pool->helpers = mem_array(want, sizeof(*pool->helpers));
	buf_init(&pool->names, SIZE_MAX / 4);
	fflush(NULL);
	/* Where there is no room for another process, fewer do it. */
	while (pool->n_helpers < want && fork_helper(pool, job))
		;
	return pool;
}

void batch_pool_begin(struct batch_pool *pool, const struct desk *desk, const struct batch_pool_sink *sink)
{
	pool->desk = desk;
	pool->sink = *sink;
}

void batch_pool_names(struct batch_pool *pool, size_t column, const char *const *names, size_t n)
{
	pool->column = column;
	for (size_t i = 0; i < n; i++)
		buf_add(&pool->names, names[i], strlen(names[i]) + 1);
}

static void add(struct givens *list, struct given given)
{
	MEM_ROOM(list->items, list->n, list->cap);
	list->items[list->n++] = given;
}

static struct given take(struct givens *list, size_t i)
{
	struct given given = list->items[i];

	memmove(&list->items[i], &list->items[i + 1], (--list->n - i) * sizeof(*list->items));
	return given;
}

static void note_cause(struct batch_pool *pool, int status)
{
	free(pool->cause);
	pool->by_itself = true;
	if (WIFSIGNALED(status)) {
		pool->by_itself = WTERMSIG(status) != SIGKILL;
		pool->cause = mem_printf("ended by signal %d (%s)", WTERMSIG(status), strsignal(WTERMSIG(status)));
	} else {
		pool->cause = mem_printf("ended with status %d", WEXITSTATUS(status));
	}
}

static size_t alive(const struct batch_pool *pool)
{
	size_t n = 0;

	for (size_t i = 0; i < pool->n_helpers; i++)
		n += pool->helpers[i].pid > 0;
	return n;
}

static void report_lost(struct batch_pool *pool, const struct given *given)
{
	char *why = mem_printf("%s that looked it up %s", given->deaths > 1 ? "two processes" : "the process", pool->cause);

	pool->sink.lost(pool->sink.arg, given->caller, why);
	free(why);
}

/*
 * Its records are done again, each where it can do no harm to others; what
 * killed two is not tried on a third. Of a helper that never got to work
 * they are not even suspects.
 */
static void bury(struct helper *helper)
{
	struct batch_pool *pool = helper->pool;
	struct givens had = helper->has;
	int status = 0;

	kill(helper->pid, SIGKILL);
	while (waitpid(helper->pid, &status, 0) < 0 && errno == EINTR)
		;
	helper->pid = 0;
	helper->has = (struct givens){ 0 };
	batch_wire_release(&helper->wire);
	note_cause(pool, status);
	for (size_t i = 0; i < had.n; i++) {
		had.items[i].deaths += helper->ready;
		if (had.items[i].deaths > 1)
			report_lost(pool, &had.items[i]);
		else
			add(&pool->again, had.items[i]);
	}
	free(had.items);
	if (alive(pool) == 0 && pool->by_itself)
		for (size_t i = pool->again.n; i-- > 0; )
			if (pool->again.items[i].deaths > 0) {
				struct given given = take(&pool->again, i);

				report_lost(pool, &given);
			}
	pool->sink.room(pool->sink.arg);
}

/* False: nobody gave it that. */
static bool take_result(struct helper *helper, const struct batch_frame *frame, struct str text)
{
	struct batch_pool *pool = helper->pool;

	for (size_t i = 0; i < helper->has.n; i++) {
		struct given given;

		if (helper->has.items[i].id != frame->id)
			continue;
		given = take(&helper->has, i);
		if (helper->has.n == 0)
			helper->alone = false;
		pool->sink.result(pool->sink.arg, given.caller, (int)frame->status, text);
		return true;
	}
	return false;
}

static void send_again(struct batch_pool *pool);

static void on_frames(void *arg, int fd, unsigned events)
{
	struct helper *helper = arg;
	struct batch_pool *pool = helper->pool;
	bool well = batch_wire_read(&helper->wire), any = false;
	struct batch_frame frame;
	struct str body;

	(void)fd;
	(void)events;
	while (batch_wire_next(&helper->wire, &frame, &body)) {
		if (frame.kind == FRAME_READY)
			helper->ready = true;
		else if (frame.kind == FRAME_RESULT && frame.status >= 0 && frame.status < BATCH_STATUSES)
			well &= take_result(helper, &frame, body);
		else
			well = false;
		any = true;
	}
	if (!well || helper->wire.ended)
		bury(helper);
	send_again(pool);
	if (any)
		pool->sink.room(pool->sink.arg);
}

static void open_helper(struct helper *helper)
{
	struct batch_pool *pool = helper->pool;
	struct batch_frame house = { .kind = FRAME_HOUSE }, names = { .kind = FRAME_NAMES, .id = pool->column };
	struct buf told;

	helper->opened = true;
	buf_init(&told, SIZE_MAX / 4);
	house_tell_secrets(pool->desk->house, &told);
	batch_wire_watch(&helper->wire, pool->desk->loop, on_frames, helper);
	batch_wire_send(&helper->wire, &house, buf_str(&told));
	mem_wipe(told.data, told.len);
	buf_release(&told);
	batch_wire_send(&helper->wire, &names, buf_str(&pool->names));
}

/* The one to give a record to, opened if it is new; alone: it must have nothing else. */
static struct helper *free_helper(const struct batch_pool *pool, bool alone)
{
	struct helper *fresh = NULL;
	int working = 0;

	for (size_t i = 0; i < pool->n_helpers; i++) {
		struct helper *helper = &pool->helpers[i];

		if (helper->pid <= 0)
			continue;
		if (!helper->opened) {
			fresh = fresh ? fresh : helper;
			continue;
		}
		working++;
		if (!helper->alone && helper->has.n < (alone ? 1 : pool->room))
			return helper;
	}
	return working < pool->processes - 1 ? fresh : NULL;
}

static void hand_over(struct helper *helper, struct given given)
{
	struct batch_frame frame = { .kind = FRAME_RECORD, .id = given.id };
	struct buf text;

	if (!helper->opened)
		open_helper(helper);
	helper->alone = given.deaths > 0;
	add(&helper->has, given);
	buf_init(&text, SIZE_MAX / 4);
	batch_record_write(&text, given.record);
	batch_wire_send(&helper->wire, &frame, buf_str(&text));
	buf_release(&text);
}

/* Each of them by itself: then the next death names the one that brings it. */
static void send_again(struct batch_pool *pool)
{
	struct helper *helper;

	while (pool->again.n > 0 && (helper = free_helper(pool, pool->again.items[0].deaths > 0)) != NULL)
		hand_over(helper, take(&pool->again, 0));
}

bool batch_pool_room(const struct batch_pool *pool)
{
	return pool->again.n == 0 && free_helper(pool, false) != NULL;
}

void batch_pool_give(struct batch_pool *pool, const struct batch_record *record, void *given)
{
	hand_over(free_helper(pool, false), (struct given){ .record = record, .caller = given, .id = pool->next_id++ });
}

void *batch_pool_back(struct batch_pool *pool)
{
	return pool->again.n > 0 && alive(pool) == 0 ? take(&pool->again, 0).caller : NULL;
}

size_t batch_pool_waiting(const struct batch_pool *pool)
{
	size_t n = pool->again.n;

	for (size_t i = 0; i < pool->n_helpers; i++)
		n += pool->helpers[i].has.n;
	return n;
}

static void wait_for_end(const struct helper *helper)
{
	struct pollfd end = { .fd = helper->wire.fd, .events = POLLIN };

	/* It closes the socket last of all. */
	if (poll(&end, 1, LEAVE_MS) <= 0 || !(end.revents & POLLHUP))
		kill(helper->pid, SIGKILL);
}

void batch_pool_free(struct batch_pool *pool, bool quick)
{
	if (!pool)
		return;
	for (size_t i = 0; i < pool->n_helpers; i++) {
		if (pool->helpers[i].pid > 0 && quick)
			kill(pool->helpers[i].pid, SIGKILL);
		else if (pool->helpers[i].pid > 0)
			shutdown(pool->helpers[i].wire.fd, SHUT_WR);
	}
	for (size_t i = 0; i < pool->n_helpers; i++) {
		if (pool->helpers[i].pid > 0) {
			if (!quick)
				wait_for_end(&pool->helpers[i]);
			while (waitpid(pool->helpers[i].pid, NULL, 0) < 0 && errno == EINTR)
				;
		}
		batch_wire_release(&pool->helpers[i].wire);
		free(pool->helpers[i].has.items);
	}
	free(pool->helpers);
	free(pool->again.items);
	free(pool->cause);
	buf_release(&pool->names);
	free(pool);
}
