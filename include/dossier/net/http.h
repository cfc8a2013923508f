/*
 * The one HTTP engine. A peer is one backend's way through it: limits,
 * budget, breaker, TLS, and the connections kept warm. A call is one request
 * with its retries, answered through a sink from the loop.
 */
#ifndef DOSSIER_NET_HTTP_H
#define DOSSIER_NET_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <dossier/base/err.h>
#include <dossier/base/log.h>
#include <dossier/base/str.h>
#include <dossier/net/loop.h>

struct http;
struct http_peer;
struct http_call;

struct http_options {
	const char *runtime_dir;        /* for budgets shared by all processes of the host; NULL: $XDG_RUNTIME_DIR/dossier, else /run/user/UID or /tmp/dossier-UID, 0700 */
	const char *user_agent;
	struct log *log;                /* may be NULL */
	const char *capture_dir;        /* write every exchange there, secrets masked; NULL: no. Format: src/net/replay.h */
	const char *replay_dir;         /* answer from there, opening no socket; NULL: no */
	/*
	 * This is process number part (from 0) of so many that do one job: each
	 * has its share of a peer's concurrency, at least 1, and of a rate that
	 * cannot be shared through runtime_dir. parts 0: alone.
	 */
	int parts, part;
};
struct http *http_new(struct loop *loop, const struct http_options *options, struct err *err);
/* libcurl is loaded, if it was not: the first request, which needs it, will not wait for that. False: it cannot be. */
bool http_ready(struct http *http);
/* Cancels what runs without reporting it. Not from inside begin or data; a sink's done may. */
void http_free(struct http *http);
bool http_replaying(const struct http *http);
struct loop *http_loop(const struct http *http);

/* Zero in a number means the default in brackets. */
struct http_peer_options {
	const char *id;                 /* the backend's configured id: names budgets, logs and captures */
	const char *origin;             /* "https://desk.example.com" or with a path prefix; the only host credentials go to */
	int64_t connect_ms;             /* [3,000] */
	int64_t deadline_ms;            /* of a call that brings none of its own [10,000] */
	int64_t body_max, header_max;   /* [32 MiB], [64 KiB] decoded bytes */
	int concurrency;                /* [4] */
	double rate;                    /* requests a second [10]; negative: unlimited */
	int burst;                      /* [rate, at least 4] */
	int retries;                    /* of reads, after the first try [2]; -1: none */
	const char *ca_file, *cert_file, *key_file, *key_password;     /* NULL: the system's trust, no client certificate */
	/* reset headers beside Retry-After: name and unit, as the connector says */
	struct http_reset { const char *remaining, *reset; enum { HTTP_RESET_SECONDS, HTTP_RESET_EPOCH, HTTP_RESET_EPOCH_MS, HTTP_RESET_ISO } unit; } reset;
};
struct http_peer *http_peer_new(struct http *http, const struct http_peer_options *options, struct err *err);
void http_peer_free(struct http_peer *peer);    /* cancels its calls; at any time, also from a sink */
const char *http_peer_origin(const struct http_peer *peer);

enum http_rank { HTTP_PERSON, HTTP_BATCH };     /* batch waits while people hold tokens */

struct http_header { const char *name, *value; };

struct http_reply {                     /* valid during the sink's calls */
	int status;
	const char *type;               /* content type without parameters, lower case; "" when absent */
	int attempt;                    /* from 1 */
};

struct http_result {
	bool ok;                        /* a whole reply came, whatever its status */
	int status;                     /* 0 when none came */
	struct err err;                 /* why not ok; with ok and status >= 400 it names the status */
	int attempts;
	size_t bytes;                   /* decoded body */
	int64_t ms;                     /* from send to end, waiting included */
	int64_t retry_at;               /* wall clock ms a Retry-After named, or WHEN_NONE */
};

/*
 * begin is called once a try whose reply will be handed out; a later begin
 * means that the earlier body is void (it was cut and is being tried again).
 * Replies that will be retried are not handed out. data returning false ends
 * the call with *err. done is called exactly once, unless the call was
 * cancelled; afterwards the call is gone.
 */
struct http_sink {
	void (*begin)(void *arg, const struct http_reply *reply);
	bool (*data)(void *arg, const char *data, size_t n, struct err *err);
	void (*done)(void *arg, const struct http_result *result);
	void *arg;
};

struct http_request {
	const char *method;             /* "GET" */
	const char *url;                /* absolute, of the peer's origin; anything else is refused unless "foreign" */
	const struct http_header *headers;
	size_t n_headers;
	const char *body;               /* copied; NULL: none */
	size_t body_n;
	bool read;                      /* may be repeated, whatever its method */
	bool foreign;                   /* another host is meant (a token endpoint of the settings): https or loopback only */
	enum http_rank rank;
	int64_t deadline;               /* steady ms, absolute; 0: now + the peer's */
	const char *replay_key;         /* the request with its volatile parts masked; NULL: made from method, path, sorted query, body */
};
/* Always gives a call; what is wrong with it is reported through done. */
struct http_call *http_send(struct http_peer *peer, const struct http_request *request, const struct http_sink *sink);
void http_cancel(struct http_call *call);
unsigned http_call_number(const struct http_call *call);        /* of the engine, from 1: tells its lines in the log apart */
/* A header of the reply (first of that name), during and after begin until done returns; NULL when absent. */
const char *http_header(const struct http_call *call, const char *name);

/* True when url has the origin's scheme, host and port and its path starts with the origin's path prefix. */
bool http_same_origin(const char *origin, const char *url);
/*
 * An address out of a reply: its path and query on the configured origin.
 * Relative ones are resolved against base. False (with a sentence) when it
 * cannot be an http address. *out is the caller's.
 */
bool http_rebase(const char *origin, const char *base, struct str address, char **out, struct err *err);
/* http:// to anything but loopback: secrets must not travel there. */
bool http_is_cleartext(const char *url);
/* Waits for a call to be allowed, for "doctor" and tests. */
enum http_health { HTTP_WELL, HTTP_PROBING, HTTP_BROKEN };
enum http_health http_peer_health(const struct http_peer *peer, int64_t *until);

#endif
