/*
 * The engine's own view of itself: one struct http holds peers, a peer holds
 * its waiting and running calls, a call holds one easy handle at most.
 *
 * A call's way: http_send puts it in its peer's queue; the queue lets it out
 * when a slot, the breaker, a hold and the budget allow; the name of its host
 * is looked up once for all; the transfer runs; then it is finished, or goes
 * back to the queue to be tried again. Everything happens in turns of the
 * loop: http_send and http_cancel never call a sink.
 */
#ifndef NET_HTTP_PRIVATE_H
#define NET_HTTP_PRIVATE_H

#include <curl/curl.h>

#include <dossier/base/buf.h>
#include <dossier/net/http.h>

#include "breaker.h"
#include "loop_curl.h"
#include "pace.h"

struct host;
struct replay;

struct http {
	struct loop *loop;
	const struct clock *clock;
	struct log *log;
	char *runtime_dir, *user_agent, *capture_dir, *replay_dir;
	int parts, part;                    /* of a job of several processes; parts at least 1 */
	CURLSH *share;                      /* TLS sessions, so that a host's next connection is cheap */
	struct http_peer *peers;
	unsigned calls;                     /* made so far */
	struct host *hosts;
	struct http_call *graves;           /* cancelled from inside a callback of curl */
	int in_curl;                        /* how many callbacks of curl are on the stack */
	const char *trust_folder;           /* looked for with the first https */
	bool trust_known;
	bool pace_told;                     /* the log has said that budgets are not shared */
};

struct call_list {
	struct http_call *first, *last;
};

/* An origin, read once: what follows it in an address decides the rest. */
struct url_home {
	CURLU *url;         /* NULL: not needed yet */
	size_t n;           /* bytes of the origin without a slash at its end */
	size_t prefix;      /* of them, the path's */
	bool loopback, https;
};

#define HTTP_IDLE 8

struct http_peer {
	struct http *http;
	struct http_peer *next;
	struct http_peer_options options;   /* texts owned */
	struct url_home home;               /* what its origin says, read once */
	struct host *host;                  /* of the origin; NULL: not needed yet */
	CURL *idle[HTTP_IDLE];              /* handles with their options set, for the next plain reads */
	int n_idle;
	struct call_list waiting[2];        /* by rank */
	struct call_list running;           /* hold a slot */
	struct call_list resting;           /* wait for their next try, or were refused */
	int n_running;
	struct pace pace;
	struct breaker breaker;
	struct http_call *probe;            /* the call that may close the breaker again */
	int64_t hold_until;                 /* steady: nothing is sent before */
	int64_t hold_wall;                  /* the same, as the backend named it */
	int hold_status;
	int64_t paid_at;                    /* steady: the token taken for the next person is good from then; -1: none */
	struct timer *wake;
	bool deferred;
	struct replay *replay;
	unsigned captured;
};

enum call_state {
	CALL_NEW,           /* refused at once; done follows */
	CALL_WAITING,       /* in the peer's queue */
	CALL_BACKOFF,       /* waits for its next try, holding no slot */
	CALL_NAMING,        /* has a slot; the host's name is being resolved */
	CALL_RUNNING,
	CALL_REPLAYING,
	CALL_ENDED,         /* done is running, or was */
};

enum try_fate {             /* decided when a reply's headers are whole */
	FATE_UNKNOWN,
	FATE_HAND_OUT,
	FATE_RETRY,
	FATE_REDIRECT,
	FATE_REFUSE,        /* err says why */
};

struct http_call {
	struct http_call *prev, *next;      /* in the list of its state */
	struct call_list *list;
	struct http *http;
	struct http_peer *peer;             /* NULL: cancelled, or its peer is gone */
	enum call_state state;
	unsigned number;
	struct http_sink sink;

	char *method, *url, *body, *key;
	size_t body_n;
	struct curl_slist *headers;
	bool read, foreign;
	bool at_home;                       /* the address is the peer's origin and a plain path */
	enum http_rank rank;
	int64_t sent, deadline;             /* steady */
	struct timer *alarm, *again;

	struct transfer transfer;
	CURL *easy;
	bool pooled;                        /* easy goes back to the peer's idle ones ... */
	bool ended_well;                    /* ... when nothing went wrong with it */
	struct host *host;
	struct http_call *next_named;       /* among those that wait for the host's name */
	char curl_text[CURL_ERROR_SIZE];
	int tries;                          /* transfers that were started */
	int redirects;
	bool needs_name;                    /* curl was about to resolve by itself */
	bool connected;                     /* this try got a connection */
	bool refused;                       /* the sink, or a cap, ended it: err says why */
	int64_t wait_ms;                    /* with FATE_RETRY */
	char *location;                     /* with FATE_REDIRECT */

	struct buf head;                    /* this reply's header lines, each with its NUL */
	size_t head_bytes;
	bool head_done;
	int status;
	char type[96];
	enum try_fate fate;
	bool begun;
	size_t bytes, drained;
	struct buf capture;
	int64_t retry_at;                   /* wall */
	struct err err, last_err;           /* of this try; of the one before */
};

/* http.c */
void http_call_finish(struct http_call *call, bool ok);     /* tells the sink; the call is gone afterwards */
void http_call_fail(struct http_call *call, const struct err *err);
void http_call_bury(struct http_call *call);                /* freed now, or when curl lets go of it */
void call_list_add(struct call_list *list, struct http_call *call);
void call_list_add_first(struct call_list *list, struct http_call *call);
void call_list_remove(struct http_call *call);

/* http_queue.c */
void http_queue_add(struct http_call *call);
void http_queue_soon(struct http_peer *peer);               /* look at the queue in this turn's deferred part */
void http_queue_leave(struct http_call *call);              /* out of every list, timer and slot */
void http_queue_ended(struct http_call *call, CURLcode code);   /* a transfer has ended: finish or try again */
void http_queue_decide(struct http_call *call);             /* the reply's headers are whole: sets fate */
void http_peer_quiet(struct http_peer *peer);               /* no more turns of its queue */
bool http_call_begin(struct http_call *call);               /* tells the sink; false when that cancelled the call */
void http_queue_replayed(struct http_call *call);           /* a captured reply was handed out */
void http_peer_hold(struct http_peer *peer, int64_t until_wall, int status);

/* http_curl.c */
bool http_transfer_start(struct http_call *call, struct err *err);
void http_transfer_stop(struct http_call *call);
/* A piece of the body for the sink. False: the call was cancelled, or is refused and err says why. */
bool http_call_data(struct http_call *call, const char *data, size_t n);
void http_transfer_options(CURL *easy, bool loopback);      /* what every handle of ours has */
void http_peer_handles_free(struct http_peer *peer);

/* http_host.c */
enum host_state { HOST_UNKNOWN, HOST_RESOLVING, HOST_KNOWN };
struct host *http_host_get(struct http *http, const char *url);
enum host_state http_host_state(const struct host *host);
bool http_host_fresh(const struct host *host);              /* resolved this very second */
void http_host_wait(struct host *host, struct http_call *call);     /* http_host_named follows */
void http_host_leave(struct http_call *call);
void http_hosts_free(struct http *http);
const char *http_host_name(const struct host *host);
const char *http_host_place(const struct host *host);       /* with its port, for what happened below HTTP */
/* http_queue.c: the name is resolved, or is not. */
void http_call_named(struct http_call *call, bool known);

/* http_header.c */
bool http_headers_make(struct http_call *call, const struct http_request *request, struct err *err);
bool http_method_ok(const char *method);
/* One line as curl gives it. False (err says why) when the reply's headers exceed max. */
bool http_head_line(struct http_call *call, const char *line, size_t n, int64_t max, struct err *err);
void http_head_clear(struct http_call *call);

/* http_say.c */
void http_say_curl(const struct http_call *call, CURLcode code, struct err *err);
void http_say_status(const char *id, int status, struct err *err);
/* Puts that libcurl is missing in the place of what failed for it; nothing where it is there. Returns false. */
bool http_say_missing(const char *id, struct err *err);
void http_say_late(const struct http_call *call, struct err *err);
void http_say_hold(const struct http_peer *peer, struct err *err);
const char *http_say_count(uint64_t n, char out[32]);       /* 1234 as "1,234" */
const char *http_say_ms(int64_t ms, char out[32]);          /* "10 s", "1.5 s", "250 ms" */

/* http_url.c */
struct url_parts { char *scheme, *host, *port, *path, *query; };    /* all set; path begins with / and query may be NULL */
bool url_parts_get(const char *url, struct url_parts *parts);
void url_parts_release(struct url_parts *parts);
bool url_is_loopback(const char *url);
/* False: no origin of http or https. */
bool url_home_init(struct url_home *home, const char *origin);
void url_home_release(struct url_home *home);
CURLU *url_home_handle(struct url_home *home, const char *origin);
/*
 * True when the address is the origin's own text and then a path and query
 * that read the same to everybody. False says nothing: http_same_origin knows.
 */
bool url_at_home(const struct url_home *home, const char *origin, const char *url);
/* The address that a Location names, as long as it is the origin's; *out is the caller's. */
bool url_redirect(const char *origin, const char *from, const char *location, char **out, char other[128]);

/* tls.c */
const char *tls_trust_folder(void);     /* NULL: there is only a bundle */
void tls_options(CURL *easy, const struct http_peer_options *options, const char *trust_folder);

#endif
