/*
 * Inside the engine: a backend, its calls, and how they count what happened.
 *
 * Life: everything a call started hangs on the call. Whoever enters a call
 * from the loop holds it (call_enter, call_leave), so a sink may cancel the
 * call it is told about; memory goes when the last holder leaves.
 */
#ifndef DOSSIER_SRC_BACKEND_ENGINE_H
#define DOSSIER_SRC_BACKEND_ENGINE_H

#include <dossier/backend/backend.h>
#include <dossier/backend/map.h>
#include <dossier/backend/tables.h>
#include <dossier/base/json.h>
#include <dossier/net/loop.h>

struct exchange;
struct run;
struct table_entry;

/* The most elements of one page, and the rows of a call after which no further page is asked for. */
enum { ROWS_MOST = 200000 };

/* The one token of a backend that logs in. */
struct auth_state {
	char *token;
	int64_t good_until;             /* steady ms */
	unsigned generation;            /* so that a 401 for an old token drops no new one */
	struct exchange *asking;
	struct buf reply;
	struct exchange *waiters;       /* linked by wait_next */
};

struct backend {
	char *id, *base;                /* base: the address all paths hang on, no / at the end */
	const struct plan *plan;
	struct http_peer *peer;
	struct json_spans spans;        /* of the one element that is being mapped */
	struct loop *loop;
	struct log *log;
	struct json_object *settings, *agent;
	char *country, *currency;
	struct zone *zone, *local;
	struct scope_house house;
	struct json_parser *parser;
	struct json_scan_limits limits;
	int64_t max_pages, deadline_ms;
	double rate;                    /* requests a second */
	unsigned parallel;
	struct auth_state auth;
	struct table_entry *tables;
	struct feed_source feed;
	struct backend_call *calls;
	bool freed;                     /* from within a sink: buried when the last call has left */
};
void backend_left(struct backend *backend);     /* a call of it is gone */

/* Hashes that were seen: 64 bits each, open addressing. */
struct seen { uint64_t *slots; size_t n, cap; };
void seen_room(struct seen *seen, size_t more);       /* that many more will come */
bool seen_add(struct seen *seen, uint64_t hash);        /* false: it was there */
void seen_release(struct seen *seen);
uint64_t hash_bytes(uint64_t hash, const void *data, size_t n);
#define HASH_START UINT64_C(0xcbf29ce484222325)

struct backend_call {
	struct backend *backend;
	struct backend_options options;
	struct backend_sink sink;
	int64_t started, deadline;      /* steady ms */
	struct timer *timer;
	struct backend_end end;
	bool failed;
	unsigned answered;              /* whole pages of what was asked for */
	unsigned pending;               /* top runs and exchanges that are under way */
	unsigned busy;
	bool dead, finished;
	struct exchange *exchanges;
	struct run *runs;
	struct arena *arena;            /* what the call was asked, copied */
	struct seen rows, expanded;
	void (*start)(struct backend_call *call);       /* first turn */
	void (*idle)(struct backend_call *call);        /* nothing is pending: the next stage, or call_finish */
	void (*late)(struct backend_call *call);        /* the dead-line has passed; may be NULL */
	void (*release)(struct backend_call *call);     /* frees state; may be NULL */
	void *state;
	struct backend_call *next, **link;
};

struct backend_call *call_new(struct backend *backend, const struct backend_options *options,
			      const struct backend_sink *sink, void (*start)(struct backend_call *));
void call_enter(struct backend_call *call);
void call_leave(struct backend_call *call);     /* runs idle when nothing is pending, frees a dead call */
void call_fail(struct backend_call *call, const struct err *err, int status, int64_t retry_at);
void call_finish(struct backend_call *call);    /* reports the end; the call is dead then */
void call_dropped(struct backend_call *call, const char *where, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
struct map_notes call_notes(struct backend_call *call);
void call_note(struct backend_call *call, int line, const char *text);  /* as call_notes, not counted as a row */
bool call_alive(const struct backend_call *call);

#endif
