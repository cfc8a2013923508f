/*
 * A small HTTP/1.1 server for tests, in a child process on 127.0.0.1 with a
 * port of the system's choice. It answers what the test put in its table and,
 * for any other path, plays a fault that the path names:
 *
 *	/ok[/N]           200, application/json, {"ok":true} or N bytes of x
 *	/echo             200, text/plain, the request as it came
 *	/delay/MS         /ok after MS milliseconds;  /hang never answers
 *	/stall            a head, ten bytes of body, then nothing
 *	/cut/N            promises 100,000 bytes, sends N, closes
 *	/cutchunk         one chunk, then closes
 *	/drop             closes without an answer
 *	/dropsecond       /ok for a connection's first request, then /drop
 *	/chunked          "one two three" in chunks with a trailer
 *	/gzip             5,000 times a, compressed;  /badgzip damaged
 *	/endless          chunks without an end
 *	/headers/N        a reply with about N bytes of headers
 *	/garbage          something that is not HTTP
 *	/status/N[?name=value&...]     status N with these headers
 *	/seq/NAME/N,N,N[?name=value]   one status after the other, the last repeats; the headers while it is not 200
 *	/redirect/N?to=ADDRESS         status N with that Location
 */
#ifndef TESTS_NET_SERVER_H
#define TESTS_NET_SERVER_H

#include <stddef.h>

struct server_reply {
	const char *request;    /* "GET /path" or "GET /path?query"; without "?" any query matches */
	int status;             /* 0: 200 */
	const char *headers;    /* lines ended by \r\n; NULL: Content-Type: application/json */
	const char *body;
};

struct server;
struct server *server_start(const struct server_reply *replies, size_t n);
void server_stop(struct server *server);
const char *server_origin(const struct server *server);    /* http://127.0.0.1:PORT */
int server_port(const struct server *server);

/* What it has seen so far. */
int server_connections(const struct server *server);
int server_requests(const struct server *server);
int server_writes(const struct server *server);            /* requests other than GET and HEAD */
int server_most_at_once(const struct server *server);      /* requests being answered at the same time */
const char *server_last(const struct server *server);      /* the newest request, head and body */

#endif
