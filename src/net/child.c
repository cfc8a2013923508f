#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <dossier/base/buf.h>
#include <dossier/base/mem.h>
#include <dossier/net/child.h>

#define CHILD_COMPLAINT_MAX 1024    /* of its standard error, whose first line a failure quotes */
#define CHILD_REAP_MS 20

extern char **environ;

struct stream {
	int fd;                     /* -1: closed */
	struct watch *watch;
	struct buf text;
};

struct child {
	struct loop *loop;
	char *name;
	bool launched;              /* for itself: it is never killed */
	pid_t pid;                  /* 0: never started, or reaped */
	int pidfd;
	struct watch *ended;
	struct timer *alarm;
	int64_t deadline_ms;
	struct stream out, complaint;
	child_fn *done;
	void *arg;
	struct err err;
};

static void stream_close(struct child *child, struct stream *stream)
{
	loop_watch_end(child->loop, stream->watch);
	stream->watch = NULL;
	if (stream->fd >= 0)
		close(stream->fd);
	stream->fd = -1;
}

static void nap(void)
{
	struct timespec ms = { .tv_nsec = 1000000 };

	nanosleep(&ms, NULL);
}

/* A killed process is gone at once, but for one that hangs in the kernel: that is left to init. */
static void kill_child(struct child *child)
{
	if (child->pid <= 0 || child->launched)
		return;
	kill(child->pid, SIGKILL);
	for (int i = 0; i < CHILD_REAP_MS && waitpid(child->pid, NULL, WNOHANG) == 0; i++)
		nap();
	child->pid = 0;
}

static void free_child(struct child *child)
{
	loop_timer_cancel(child->loop, child->alarm);
	loop_watch_end(child->loop, child->ended);
	stream_close(child, &child->out);
	stream_close(child, &child->complaint);
	kill_child(child);
	if (child->pidfd >= 0)
		close(child->pidfd);
	if (child->out.text.data != NULL)
		mem_wipe(child->out.text.data, child->out.text.len);
	buf_release(&child->out.text);
	buf_release(&child->complaint.text);
	free(child->name);
	free(child);
}

static void finish(struct child *child)
{
	child_fn *done = child->done;
	void *arg = child->arg;
	struct str output = buf_str(&child->out.text);

	loop_timer_cancel(child->loop, child->alarm);
	child->alarm = NULL;
	loop_watch_end(child->loop, child->ended);
	child->ended = NULL;
	stream_close(child, &child->out);
	stream_close(child, &child->complaint);
	kill_child(child);
	child->done = NULL;         /* a cancel from inside does nothing */
	done(arg, output, &child->err);
	free_child(child);
}

/* False when the pipe has nothing more now. */
static bool drain(struct child *child, struct stream *stream)
{
	char bytes[4096];
	ssize_t n;

	if (stream->fd < 0)
		return false;
	n = read(stream->fd, bytes, sizeof(bytes));
	if (n > 0) {
		size_t room = stream->text.max - stream->text.len;

		if ((size_t)n > room)
			stream->text.full = true;
		buf_add(&stream->text, bytes, (size_t)n > room ? room : (size_t)n);
		mem_wipe(bytes, (size_t)n);
		return true;
	}
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return false;
	stream_close(child, stream);
	return false;
}

static void on_output(void *arg, int fd, unsigned events)
{
	struct child *child = arg;

	(void)fd;
	(void)events;
	drain(child, &child->out);
	if (child->out.text.full) {
		err_set(&child->err, ERR_LIMIT, "%s: its output is longer than %zu bytes", child->name, child->out.text.max);
		finish(child);
	}
}

static void on_complaint(void *arg, int fd, unsigned events)
{
	struct child *child = arg;

	(void)fd;
	(void)events;
	drain(child, &child->complaint);
}

static void say_how(struct child *child, int status)
{
	const char *said = child->complaint.text.data != NULL ? child->complaint.text.data : "";
	int n = (int)strcspn(said, "\r\n");

	if (WIFSIGNALED(status))
		err_set(&child->err, ERR_IO, "%s: ended by signal %d (%s)", child->name, WTERMSIG(status),
			strsignal(WTERMSIG(status)));
	else if (WEXITSTATUS(status) == 127 && n == 0)
		err_set(&child->err, ERR_IO, "%s: could not be run", child->name);
	else
		err_set(&child->err, ERR_IO, "%s: ended with status %d%s%.*s", child->name, WEXITSTATUS(status), n > 0 ? ": " : "",
			n > 200 ? 200 : n, said);
}

static void on_ended(void *arg, int fd, unsigned events)
{
	struct child *child = arg;
	int status = 0;

	(void)fd;
	(void)events;
	if (waitpid(child->pid, &status, WNOHANG) != child->pid)
		return;
	child->pid = 0;
	/* What it wrote is in the pipe; a grandchild that keeps the pipe open is not waited for. */
	while (!child->out.text.full && drain(child, &child->out))
		;
	while (!child->complaint.text.full && drain(child, &child->complaint))
		;
	if (child->out.text.full)
		err_set(&child->err, ERR_LIMIT, "%s: its output is longer than %zu bytes", child->name, child->out.text.max);
	else if (status != 0)
		say_how(child, status);
	finish(child);
}

static void too_late(void *arg)
{
	struct child *child = arg;

	child->alarm = NULL;
	err_set(&child->err, ERR_TIMEOUT, "%s: did not end within %lld ms", child->name, (long long)child->deadline_ms);
	finish(child);
}

static void never_started(void *arg)
{
	struct child *child = arg;

	child->alarm = NULL;
	finish(child);
}

/* The reading end is ours, without blocking; the other is handed to the child. */
static bool open_pipe(struct stream *stream, int *theirs)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return false;
	stream->fd = ends[0];
	*theirs = ends[1];
	return fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0;
}

/* Sockets of ours are nothing for a program that outlives us. */
static void close_others(posix_spawn_file_actions_t *actions)
{
#if defined(__GLIBC_PREREQ)
#if __GLIBC_PREREQ(2, 34)
	posix_spawn_file_actions_addclosefrom_np(actions, 3);
#endif
#endif
	(void)actions;
}

/* out, complaint: -1, nowhere and in a session of its own. */
static int spawn(pid_t *pid, char *const argv[], int out, int complaint)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none, all;
	short flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
	int error;

	sigemptyset(&none);
	sigfillset(&all);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	if (out < 0) {
		posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
		posix_spawn_file_actions_adddup2(&actions, 1, 2);
		close_others(&actions);
		flags |= POSIX_SPAWN_SETSID;
	} else {
		posix_spawn_file_actions_adddup2(&actions, out, 1);
		posix_spawn_file_actions_adddup2(&actions, complaint, 2);
	}
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &all);
	posix_spawnattr_setflags(&attributes, flags);
	error = posix_spawnp(pid, argv[0], &actions, &attributes, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
	return error;
}

static bool start(struct child *child, char *const argv[])
{
	int out = -1, complaint = -1, error = 0;

	if (!child->launched && (!open_pipe(&child->out, &out) || !open_pipe(&child->complaint, &complaint)))
		error = errno;
	if (error == 0)
		error = spawn(&child->pid, argv, out, complaint);
	if (error != 0)
		child->pid = 0;
	if (out >= 0)
		close(out);
	if (complaint >= 0)
		close(complaint);
	if (error == 0) {
		child->pidfd = (int)syscall(SYS_pidfd_open, child->pid, 0);
		if (child->pidfd < 0)
			error = errno;
		else
			fcntl(child->pidfd, F_SETFD, FD_CLOEXEC);
	}
	return error == 0 || err_set(&child->err, ERR_IO, "%s: could not be run: %s", child->name, strerror(error));
}

static struct child *new_child(struct loop *loop, char *const argv[], size_t max_output, child_fn *done, void *arg)
{
	struct child *child = mem_zalloc(sizeof(*child));

	child->loop = loop;
	child->name = mem_strdup(argv[0]);
	child->done = done;
	child->arg = arg;
	child->pidfd = child->out.fd = child->complaint.fd = -1;
	buf_init(&child->out.text, max_output);
	buf_init(&child->complaint.text, CHILD_COMPLAINT_MAX);
	return child;
}

struct child *child_start(struct loop *loop, char *const argv[], int64_t deadline_ms, size_t max_output,
			  child_fn *done, void *arg)
{
	struct child *child = new_child(loop, argv, max_output, done, arg);

	child->deadline_ms = deadline_ms;
	if (!start(child, argv)) {
		child->alarm = loop_timer(loop, 0, never_started, child);
		return child;
	}
	child->alarm = loop_timer(loop, deadline_ms, too_late, child);
	child->ended = loop_watch(loop, child->pidfd, LOOP_READ, on_ended, child);
	child->out.watch = loop_watch(loop, child->out.fd, LOOP_READ, on_output, child);
	child->complaint.watch = loop_watch(loop, child->complaint.fd, LOOP_READ, on_complaint, child);
	return child;
}

void child_cancel(struct child *child)
{
	if (child != NULL && child->done != NULL)
		free_child(child);
}

struct child *child_launch(struct loop *loop, char *const argv[], child_fn *done, void *arg)
{
	struct child *child = new_child(loop, argv, 1, done, arg);

	child->launched = true;
	if (start(child, argv))
		child->ended = loop_watch(loop, child->pidfd, LOOP_READ, on_ended, child);
	else
		child->alarm = loop_timer(loop, 0, never_started, child);
	return child;
}

void child_let_go(struct child *child)
{
	child_cancel(child);
}
