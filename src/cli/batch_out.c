#include "batch.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>

#include <dossier/base/mem.h>

#define GATHER_MS 20            /* with a mark, pieces are gathered for so long: each costs a file */
#define GATHER_SIZE (64 * 1024)
#define KEPT_MOST (8 * GATHER_SIZE)     /* room that is kept for the next pieces */
#define WRITES_A_TURN 16

struct batch_out {
	struct loop *loop;
	struct batch_out_options options;
	int fd;
	int to;                         /* the same, where a write never waits; -1: there is no such way */
	bool file, resumed, gone, hurried;
	struct err err;
	struct buf queue;               /* added, no part of chunk yet */
	struct batch_mark mark;         /* when queue is written */
	struct buf chunk;               /* being written, from "at" on */
	size_t at;
	struct watch *watch;
	struct timer *timer;
	bool deferred;
};

static void begin_chunk(void *arg);

static void set_mark(struct batch_mark *to, const struct batch_mark *from)
{
	uint64_t *beyond = mem_array(from->n_beyond + 1, sizeof(*beyond));

	if (from->n_beyond)
		memcpy(beyond, from->beyond, from->n_beyond * sizeof(*beyond));
	free(to->beyond);
	*to = *from;
	to->beyond = beyond;
}

static int64_t length_now(const struct batch_out *out)
{
	struct stat st;

	return out->file && fstat(out->fd, &st) == 0 ? st.st_size : -1;
}

static void stop_watching(struct batch_out *out)
{
	loop_watch_end(out->loop, out->watch);
	out->watch = NULL;
}

static void fail(struct batch_out *out, int error)
{
	out->gone = error == EPIPE;
	err_set(&out->err, ERR_IO, "%s: %s", out->options.file ? out->options.file : "standard output", strerror(error));
	stop_watching(out);
	out->options.drained(out->options.arg);
}

static void written(struct batch_out *out)
{
	stop_watching(out);
	if (out->chunk.cap > KEPT_MOST)
		buf_release(&out->chunk);
	buf_reset(&out->chunk);
	out->at = 0;
	if (out->queue.len > 0)
		begin_chunk(out);
	else
		out->options.drained(out->options.arg);
}

/* Without a way of its own nothing but a file may take more than PIPE_BUF without making us wait. */
static void write_some(void *arg, int fd, unsigned events)
{
	struct batch_out *out = arg;

	(void)events;
	for (int turn = 0; out->at < out->chunk.len && turn < WRITES_A_TURN; turn++) {
		size_t n = out->chunk.len - out->at;
		bool whole = out->file || out->to >= 0 || n < PIPE_BUF;
		ssize_t did = write(out->to >= 0 ? out->to : fd, out->chunk.data + out->at, whole ? n : PIPE_BUF);

		if (did < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
			return;
		if (did < 0) {
			fail(out, errno);
			return;
		}
		out->at += (size_t)did;
		if (!out->file)
			break;
	}
	if (out->at >= out->chunk.len)
		written(out);
}

static void begin_chunk(void *arg)
{
	struct batch_out *out = arg;
	struct buf empty = out->chunk;

	out->timer = NULL;
	if (out->chunk.len > 0 || out->queue.len == 0 || out->err.code != ERR_NONE)
		return;
	out->chunk = out->queue;
	out->queue = empty;
	out->mark.length = length_now(out);
	if (out->options.resume && !batch_mark_save(out->options.resume, out->options.about, &out->mark, buf_str(&out->chunk), &out->err)) {
		out->options.drained(out->options.arg);
		return;
	}
	out->watch = loop_watch(out->loop, out->fd, LOOP_WRITE, write_some, out);
}

void batch_out_text(struct batch_out *out, struct str text)
{
	if (out->err.code == ERR_NONE)
		buf_addstr(&out->queue, text);
}

void batch_out_add(struct batch_out *out, struct str text, const struct batch_mark *mark)
{
	int64_t wait = out->options.resume && !out->hurried && out->queue.len < GATHER_SIZE ? GATHER_MS : 0;

	if (out->err.code != ERR_NONE)
		return;
	buf_addstr(&out->queue, text);
	set_mark(&out->mark, mark);
	if (out->chunk.len > 0)
		return;
	if (out->timer && (wait > 0 || out->queue.len < GATHER_SIZE))
		return;
	loop_timer_cancel(out->loop, out->timer);
	out->timer = loop_timer(out->loop, wait, begin_chunk, out);
}

size_t batch_out_waiting(const struct batch_out *out)
{
	return out->err.code != ERR_NONE ? 0 : out->queue.len + out->chunk.len - out->at;
}

void batch_out_hurry(struct batch_out *out)
{
	out->hurried = true;
	if (out->chunk.len > 0 || out->queue.len == 0)
		return;
	loop_timer_cancel(out->loop, out->timer);
	out->timer = loop_timer(out->loop, 0, begin_chunk, out);
}

void batch_out_end(struct batch_out *out)
{
	struct err err = { 0 };

	if (!out->options.resume || out->err.code != ERR_NONE || batch_out_waiting(out) > 0)
		return;
	out->mark.length = length_now(out);
	if (!batch_mark_save(out->options.resume, out->options.about, &out->mark, (struct str){ 0 }, &err))
		out->err = err;
}

bool batch_out_failed(const struct batch_out *out, const struct err **err, bool *quiet)
{
	*err = &out->err;
	*quiet = out->gone;
	return out->err.code != ERR_NONE;
}

bool batch_out_resumed(const struct batch_out *out)
{
	return out->resumed;
}

/* What stands in the output behind the mark's length must be the start of its piece; *had says how much. */
static bool compare(struct batch_out *out, const struct buf *chunk, size_t *had)
{
	const char *name = out->options.file ? out->options.file : "standard output";
	int64_t more = length_now(out) - out->mark.length;
	char *path, *there;
	int fd;
	ssize_t n;

	*had = 0;
	if (more < 0)
		return err_set(&out->err, ERR_USAGE, "%s is shorter than when the run was interrupted: append to the same output (>>), or remove %s to begin again",
			       name, out->options.resume);
	if (more == 0)
		return true;
	path = mem_printf("/proc/self/fd/%d", out->fd);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	free(path);
	if (fd < 0)
		return err_set(&out->err, ERR_IO, "%s cannot be read to see where the run was interrupted: %s", name, strerror(errno));
	there = mem_alloc(chunk->len + 1);
	n = pread(fd, there, chunk->len + 1, out->mark.length);
	if (n == more && (size_t)n <= chunk->len && memcmp(there, chunk->data, (size_t)n) == 0)
		*had = (size_t)n;
	free(there);
	close(fd);
	return *had > 0 || err_set(&out->err, ERR_USAGE, "%s was changed by something else since the run was interrupted; nothing was written", name);
}

/* Goes on where an earlier run stopped. */
static bool take_up(struct batch_out *out)
{
	struct buf chunk;
	size_t had = 0;
	bool fine;

	buf_init(&chunk, SIZE_MAX / 4);
	out->resumed = batch_mark_load(out->options.resume, out->options.about, &out->mark, &chunk, &out->err);
	fine = out->err.code == ERR_NONE;
	if (out->resumed && (out->mark.length >= 0) != out->file)
		fine = err_set(&out->err, ERR_USAGE, "the interrupted run wrote to %s, this one would not", out->file ? "a pipe" : "a file");
	if (fine && out->resumed && out->file)
		fine = compare(out, &chunk, &had);
	if (fine && out->file && lseek(out->fd, 0, SEEK_END) < 0)
		fine = err_set(&out->err, ERR_IO, "the end of the output: %s", strerror(errno));
	if (fine && chunk.len > had) {
		out->chunk = chunk;
		out->at = had;
		buf_init(&chunk, 0);
		out->watch = loop_watch(out->loop, out->fd, LOOP_WRITE, write_some, out);
	}
	buf_release(&chunk);
	return fine;
}

/*
 * Others may have the same pipe as their standard output and not know what to
 * do when it is full, so it is not ours to change: it is opened once more. A
 * terminal stays as it is, for which people wait anyway.
 */
static int open_unwaiting(int fd, const struct stat *st)
{
	char *path;
	int to;

	if (!S_ISFIFO(st->st_mode) && (!S_ISCHR(st->st_mode) || isatty(fd)))
		return -1;
	path = mem_printf("/proc/self/fd/%d", fd);
	to = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	free(path);
	return to;
}

static bool open_file(struct batch_out *out)
{
	const char *file = out->options.file;
	bool fresh = !out->options.resume || access(out->options.resume, F_OK) != 0;
	struct stat st;

	out->fd = STDOUT_FILENO;
	if (file) {
		out->fd = open(file, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | (fresh ? O_TRUNC : 0), 0600);
		if (out->fd < 0)
			return err_set(&out->err, ERR_IO, "%s: %s", file, strerror(errno));
	} else if ((fcntl(out->fd, F_GETFL) & O_ACCMODE) == O_RDONLY) {
		/* one that was closed; opened once more it would take what is lost */
		return err_set(&out->err, ERR_IO, "standard output: %s", strerror(EBADF));
	}
	if (fstat(out->fd, &st) < 0)
		return true;
	out->file = S_ISREG(st.st_mode);
	out->to = open_unwaiting(out->fd, &st);
	return true;
}

void batch_out_viewed(struct batch_out *out, uint64_t viewed)
{
	out->mark.viewed = viewed;
}

struct batch_out *batch_out_new(struct loop *loop, const struct batch_out_options *options, struct batch_mark *mark, struct err *err)
{
	struct batch_out *out = mem_zalloc(sizeof(*out));

	out->loop = loop;
	out->to = -1;
	out->options = *options;
	buf_init(&out->queue, SIZE_MAX / 4);
	buf_init(&out->chunk, SIZE_MAX / 4);
	*mark = (struct batch_mark){ 0 };
	if (open_file(out) && (!options->resume || take_up(out))) {
		set_mark(mark, &out->mark);
		return out;
	}
	*err = out->err;
	batch_out_free(out);
	return NULL;
}

void batch_out_free(struct batch_out *out)
{
	if (!out)
		return;
	stop_watching(out);
	loop_timer_cancel(out->loop, out->timer);
	if (out->to >= 0)
		close(out->to);
	if (out->options.file && out->fd >= 0)
		close(out->fd);
	batch_mark_release(&out->mark);
	buf_release(&out->queue);
	buf_release(&out->chunk);
	free(out);
}
