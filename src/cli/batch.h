/*
 * The parts of "dossier batch": the list that comes in, the output that goes
 * out with the mark of how far it got, and how one result is written.
 */
#ifndef CLI_BATCH_H
#define CLI_BATCH_H

#include <dossier/desk/many.h>

#include "filter.h"

enum batch_what { BATCH_FIND, BATCH_SHOW, BATCH_TIMELINE, BATCH_BRIEF };
const char *batch_what_word(enum batch_what what);

/* In: one WHO a line, or one column of a table with a heading. */

struct batch_record {
	size_t line;                    /* where it begins, from 1 */
	uint64_t hash;                  /* of the list up to its end */
	struct buf text;                /* its cells, decoded, one after the other; a line is one cell */
	size_t *ends;                   /* of each cell in text */
	size_t n;
	bool ragged;                    /* more cells than the heading has */
};
struct str batch_record_cell(const struct batch_record *record, size_t i);      /* absent past the end */
void batch_record_free(struct batch_record *record);

struct batch_in;
/* fd is borrowed. column: NULL for one WHO a line. */
struct batch_in *batch_in_new(int fd, const char *column);
void batch_in_free(struct batch_in *in);
enum batch_in_state { IN_RECORD, IN_WAITS, IN_ENDED, IN_BROKEN };
/* The next record, the caller's. IN_WAITS: more must be read first; IN_BROKEN: *err says what is wrong at which line. */
enum batch_in_state batch_in_next(struct batch_in *in, struct batch_record **record, struct err *err);
/* Reads once: blocks unless the descriptor is ready. */
void batch_in_read(struct batch_in *in);
/* After the first record or the end: the column's place, and the names of all. */
size_t batch_in_column(const struct batch_in *in);
const char *const *batch_in_names(const struct batch_in *in, size_t *n);
/* How much of the list was read, from 0 to 1; negative when nobody knows how long it is. */
double batch_in_share(const struct batch_in *in);

/* How far a run got. */

enum { BATCH_FOUND, BATCH_NONE, BATCH_SEVERAL, BATCH_PARTIAL, BATCH_FAILED, BATCH_STATUSES };
const char *batch_status_word(int status);

#define BATCH_VIEWED_PART UINT64_MAX    /* of a list that had not come to its end */
struct batch_mark {
	uint64_t records;               /* so many from the start of the list are in the output */
	uint64_t hash;                  /* of the list up to there */
	uint64_t *beyond;               /* --unordered: records further on that are, too; ascending */
	size_t n_beyond;
	uint64_t counts[BATCH_STATUSES];
	uint64_t viewed;                /* hash of the list whose view entry is written; BATCH_VIEWED_PART; 0: none is */
	int64_t length;                 /* of the output before chunk; -1: it is no file */
};
void batch_mark_release(struct batch_mark *mark);
/*
 * The file of --resume. It is replaced whole before each piece of output is
 * written, and holds that piece, so that whatever instant the run dies in, the
 * next one knows which part of the piece stands in the output and writes the
 * rest.
 */
bool batch_mark_save(const char *path, const char *about, const struct batch_mark *mark, struct str chunk, struct err *err);
/* False with a code: it cannot be used. False without: there is none yet. The chunk is the caller's to release. */
bool batch_mark_load(const char *path, const char *about, struct batch_mark *mark, struct buf *chunk, struct err *err);

uint64_t batch_mark_total(const struct batch_mark *mark);

/* What is said of a run. */

struct batch_progress {
	const struct batch_mark *mark, *before; /* before: of an earlier run */
	uint64_t read;                  /* records of the list */
	double share;                   /* batch_in_share */
	int64_t ms;
	bool interrupted, resumed;
};
/* Over and over on one line of a terminal; the last words. */
void batch_say_progress(const struct batch_progress *progress);
void batch_say_counts(const struct batch_progress *progress);
/* The words of the command that decide what its output looks like, for the mark; the caller's. */
char *batch_about(enum batch_what what, enum out_format format, const struct batch_options *options);

/* The view entry of a run. */

/* Writes it, and waits until it is safe; false after saying why there is none. */
bool batch_view(struct desk *desk, enum batch_what what, uint64_t list, uint64_t n);

/* Out. */

struct batch_out;
struct batch_out_options {
	const char *file;               /* NULL: standard output */
	const char *resume, *about;     /* resume NULL: no mark is kept */
	void (*drained)(void *arg);     /* from the loop, when all that was added is written, or writing has failed */
	void *arg;
};
/* mark is filled with what an earlier run did. NULL with *err. */
struct batch_out *batch_out_new(struct loop *loop, const struct batch_out_options *options, struct batch_mark *mark, struct err *err);
void batch_out_free(struct batch_out *out);
bool batch_out_resumed(const struct batch_out *out);
/* Text that more follows, with no mark between. */
void batch_out_text(struct batch_out *out, struct str text);
/* Text, and how far the run is when all has been written (length is filled in here). */
void batch_out_add(struct batch_out *out, struct str text, const struct batch_mark *mark);
/* Which list's view entry is written: into the mark of the end. */
void batch_out_viewed(struct batch_out *out, uint64_t viewed);
/* Bytes not yet written. */
size_t batch_out_waiting(const struct batch_out *out);
/* Writes what waits without delay; and at the end keeps the mark without a piece. */
void batch_out_hurry(struct batch_out *out);
void batch_out_end(struct batch_out *out);
/* Writing failed: the reader is gone (quiet) or *err says why. */
bool batch_out_failed(const struct batch_out *out, const struct err **err, bool *quiet);

/* Results on their way to the output: a ring of records from the first that is not in it yet. */

struct batch_slot {
	enum { SLOT_FREE, SLOT_ASKED, SLOT_KNOWN, SLOT_WRITTEN } place;
	struct batch_record *record;    /* until its result is known */
	uint64_t hash;
	char *text;
	size_t n;
	int status;
};
struct batch_ring {
	struct batch_slot *slots;
	size_t n;
	uint64_t next;                  /* the record to be read next; slots hold those from mark.records on */
	struct batch_mark mark, before; /* before: what an earlier run did; given before the ring is made */
	struct batch_out *out;
	size_t held;                    /* bytes of results */
	bool unordered, resumable;
	bool document, begun;           /* all results are one document of JSON; it holds one already */
	bool moved;                     /* something was written that the mark does not know yet */
};
void batch_ring_init(struct batch_ring *ring, size_t n, struct batch_out *out);
void batch_ring_release(struct batch_ring *ring);
bool batch_ring_room(const struct batch_ring *ring);
/* Takes the record. NULL: an earlier run did it; with *err when the list is not the one it did. */
struct batch_slot *batch_ring_add(struct batch_ring *ring, struct batch_record *record, struct err *err);
/* A result; hands over what may go out now: from the front, or everything known. */
void batch_ring_take(struct batch_ring *ring, struct batch_slot *slot, int status, struct str text);

/* One result. */

struct batch_put {
	struct out *out;                /* keeps what is written */
	enum batch_what what;
	struct present present;
	const struct filter *filter;
	const char *const *names;       /* of the list's columns; n 0 when it has none */
	size_t n_names;
};
/* The heading of a table; nothing in NDJSON and text. */
void batch_put_heading(struct batch_put *put);
/* item NULL: nothing was asked, why says so (NULL: there was nobody to ask for). Returns its status. */
int batch_put(struct batch_put *put, const struct batch_record *record, struct str who, const struct many_item *item, const char *why);

#endif
