#include "batch_wire.h"

#include <errno.h>
#include <sys/socket.h>

#include <dossier/base/mem.h>

#define READ_SIZE (64 * 1024)
#define KEPT_SIZE (4 * READ_SIZE)
#define BODY_MOST (1024U * 1024 * 1024)

void batch_wire_init(struct batch_wire *wire, int fd)
{
	*wire = (struct batch_wire){ .fd = fd };
	buf_init(&wire->in, SIZE_MAX / 4);
	buf_init(&wire->out, SIZE_MAX / 4);
}

void batch_wire_release(struct batch_wire *wire)
{
	if (wire->loop)
		loop_watch_end(wire->loop, wire->watch);
	if (wire->fd >= 0)
		close(wire->fd);
	buf_release(&wire->in);
	buf_release(&wire->out);
	*wire = (struct batch_wire){ .fd = -1 };
}

static void write_some(struct batch_wire *wire)
{
	while (wire->sent < wire->out.len && !wire->ended) {
		ssize_t n = send(wire->fd, wire->out.data + wire->sent, wire->out.len - wire->sent, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			break;
		wire->ended = n < 0;
		wire->sent += n > 0 ? (size_t)n : 0;
	}
	if (wire->sent == wire->out.len) {
		wire->sent = 0;
		if (wire->out.cap > KEPT_SIZE)
			buf_release(&wire->out);
		buf_reset(&wire->out);
	}
}

static unsigned wanted(const struct batch_wire *wire)
{
	return LOOP_READ | (wire->sent < wire->out.len ? LOOP_WRITE : 0);
}

static void ready(void *arg, int fd, unsigned events)
{
	struct batch_wire *wire = arg;

	if (events & LOOP_WRITE) {
		write_some(wire);
		loop_watch_events(wire->watch, wanted(wire));
	}
	if (events & (LOOP_READ | LOOP_HANGUP) || wire->ended)
		wire->fn(wire->arg, fd, events);
}

void batch_wire_watch(struct batch_wire *wire, struct loop *loop, loop_fd_fn *fn, void *arg)
{
	wire->loop = loop;
	wire->fn = fn;
	wire->arg = arg;
	wire->watch = loop_watch(loop, wire->fd, wanted(wire), ready, wire);
}

void batch_wire_send(struct batch_wire *wire, const struct batch_frame *frame, struct str body)
{
	struct batch_frame head = *frame;

	head.n = body.n;
	buf_add(&wire->out, &head, sizeof(head));
	buf_addstr(&wire->out, body);
	write_some(wire);
	if (wire->watch)
		loop_watch_events(wire->watch, wanted(wire));
}

bool batch_wire_read(struct batch_wire *wire)
{
	ssize_t n;
	char *room;

	if (wire->ended)
		return false;
	if (wire->taken == wire->in.len && wire->in.cap > KEPT_SIZE)
		buf_release(&wire->in);
	buf_drop(&wire->in, wire->taken);
	wire->taken = 0;
	room = buf_space(&wire->in, READ_SIZE);
	do
		n = read(wire->fd, room, READ_SIZE);
	while (n < 0 && errno == EINTR);
	room[n > 0 ? n : 0] = '\0';
	wire->in.len += n > 0 ? (size_t)n : 0;
	wire->ended = n == 0 || (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK);
	return !wire->ended;
}

bool batch_wire_next(struct batch_wire *wire, struct batch_frame *frame, struct str *body)
{
	size_t there = wire->in.len - wire->taken;

	if (there < sizeof(*frame))
		return false;
	memcpy(frame, wire->in.data + wire->taken, sizeof(*frame));
	if (frame->n > BODY_MOST) {
		wire->ended = true;
		return false;
	}
	if (there - sizeof(*frame) < frame->n)
		return false;
	*body = str_make(wire->in.data + wire->taken + sizeof(*frame), frame->n);
	wire->taken += sizeof(*frame) + frame->n;
	return true;
}

void batch_record_write(struct buf *out, const struct batch_record *record)
{
	const uint64_t numbers[] = { record->line, record->n };

	buf_add(out, numbers, sizeof(numbers));
	buf_add(out, record->ends, record->n * sizeof(*record->ends));
	buf_addstr(out, buf_str(&record->text));
}

struct batch_record *batch_record_read(struct str body)
{
	uint64_t numbers[2];
	struct batch_record *record;
	size_t most = 0, i = 0;

	if (body.n < sizeof(numbers))
		return NULL;
	memcpy(numbers, body.p, sizeof(numbers));
	body = str_make(body.p + sizeof(numbers), body.n - sizeof(numbers));
	if (numbers[1] > body.n / sizeof(*record->ends))
		return NULL;
	record = mem_zalloc(sizeof(*record));
	record->line = numbers[0];
	record->n = numbers[1];
	record->ends = mem_array(record->n + 1, sizeof(*record->ends));
	memcpy(record->ends, body.p, record->n * sizeof(*record->ends));
	buf_init(&record->text, SIZE_MAX / 4);
	buf_add(&record->text, body.p + record->n * sizeof(*record->ends), body.n - record->n * sizeof(*record->ends));
	for (; i < record->n && record->ends[i] >= most && record->ends[i] <= record->text.len; i++)
		most = record->ends[i];
	if (i < record->n) {
		batch_record_free(record);
		return NULL;
	}
	return record;
}
