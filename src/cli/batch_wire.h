/*
 * Between the processes of one batch: frames over a pair of sockets, written
 * and read from the loop. Both ends are the same program and were one process
 * once, so numbers travel as they lie in memory.
 */
#ifndef CLI_BATCH_WIRE_H
#define CLI_BATCH_WIRE_H

#include "batch.h"

enum batch_frame_kind {
	FRAME_HOUSE,            /* to a worker, the first: what the house's secrets are */
	FRAME_NAMES,            /* to a worker, before the first record: the names of the list's columns, each with its NUL; id: which is looked up */
	FRAME_RECORD,           /* to a worker: one of the list */
	FRAME_READY,            /* from a worker: it has a desk */
	FRAME_RESULT,           /* from a worker: what one record came to, as it goes into the output */
};

struct batch_frame {
	uint32_t kind, n;       /* n: bytes that follow */
	int64_t status;         /* of a result */
	uint64_t id;            /* of a record and its result */
};

struct batch_wire {
	int fd;
	struct loop *loop;      /* NULL: nothing waits */
	struct watch *watch;
	struct buf in, out;
	size_t taken, sent;     /* of in; of out */
	bool ended;             /* the other end is gone */
	loop_fd_fn *fn;
	void *arg;
};

void batch_wire_init(struct batch_wire *wire, int fd);
void batch_wire_release(struct batch_wire *wire);       /* closes it */
/* From now on fn is called from the loop when there may be something to read, or the other end is gone. */
void batch_wire_watch(struct batch_wire *wire, struct loop *loop, loop_fd_fn *fn, void *arg);
void batch_wire_send(struct batch_wire *wire, const struct batch_frame *frame, struct str body);
/* Reads what is there, or waits for something when the descriptor blocks. False when nothing more will come. */
bool batch_wire_read(struct batch_wire *wire);
/* The next whole frame; its body is valid until the next call that reads. */
bool batch_wire_next(struct batch_wire *wire, struct batch_frame *frame, struct str *body);

void batch_record_write(struct buf *out, const struct batch_record *record);
/* NULL: these bytes are no record. */
struct batch_record *batch_record_read(struct str body);

#endif
