#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <dossier/base/buf.h>
#include <dossier/base/mem.h>

#include "server.h"

#define MAX_CONNS 128
#define MAX_NAMES 64
#define OUT_MAX (16 << 20)

struct shared {
	volatile int connections, requests, writes, at_once, most;
	char last[8192];
};

struct server {
	pid_t pid;
	int port;
	char origin[64];
	struct shared *shared;
};

struct conn {
	int fd;                 /* -1: free */
	struct buf in, out;
	int served;
	bool close_after, endless, busy;
	int64_t at;             /* the answer's time; 0: none waits; INT64_MAX: never */
	char later[256];        /* the path answered then */
};

struct side {               /* the child's whole state */
	const struct server_reply *replies;
	size_t n_replies;
	struct shared *shared;
	struct conn conns[MAX_CONNS];
	struct { char name[32]; int n; } names[MAX_NAMES];
};

static const unsigned char gzipped[] = {        /* 5,000 times "a" */
	0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xed, 0xc1, 0x31, 0x01, 0x00, 0x00, 0x00, 0xc2, 0xa0, 0xac, 0xeb,
	0x5f, 0xc2, 0x14, 0x7e, 0x40, 0x01, 0x00, 0x00, 0x00, 0x00, 0x6f, 0x03, 0x76, 0x59, 0xf4, 0x4c, 0x88, 0x13, 0x00, 0x00,
};

static int64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void head(struct conn *conn, int status, const char *headers, long long length)
{
	buf_printf(&conn->out, "HTTP/1.1 %d Status\r\n%s", status, headers);
	if (length >= 0)
		buf_printf(&conn->out, "Content-Length: %lld\r\n", length);
	buf_adds(&conn->out, "\r\n");
}

static void plain(struct conn *conn, int status, const char *headers, const char *body)
{
	head(conn, status, headers, (long long)strlen(body));
	buf_adds(&conn->out, body);
}

#define JSON_TYPE "Content-Type: application/json; charset=utf-8\r\n"

/* "name=value&name=value" as header lines, percent-decoded. */
static void decode(struct buf *out, const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char hex[3] = { 0 };

		if (text[i] == '%' && i + 2 < n) {
			memcpy(hex, text + i + 1, 2);
			buf_addc(out, (char)strtol(hex, NULL, 16));
			i += 2;
		} else {
			buf_addc(out, text[i]);
		}
	}
}

static char *query_headers(const char *query)
{
	struct buf out;

	buf_init(&out, 65536);
	while (*query != '\0') {
		size_t n = strcspn(query, "&"), name = strcspn(query, "=");

		decode(&out, query, name);
		buf_adds(&out, ": ");
		decode(&out, query + name + 1, n - name - 1);
		buf_adds(&out, "\r\n");
		query += n + (query[n] == '&');
	}
	return buf_take(&out);
}

static void play_ok(struct side *side, struct conn *conn, const char *rest, const char *query)
{
	long n = strtol(rest, NULL, 10);

	(void)side;
	(void)query;
	if (n <= 0) {
		plain(conn, 200, JSON_TYPE, "{\"ok\":true}");
		return;
	}
	head(conn, 200, JSON_TYPE, n);
	while (n-- > 0)
		buf_addc(&conn->out, 'x');
}

static void play_echo(struct side *side, struct conn *conn, const char *rest, const char *query)
{
	(void)rest;
	(void)query;
	plain(conn, 200, "Content-Type: text/plain\r\n", side->shared->last);
}

static void play_delay(struct side *side, struct conn *conn, const char *rest, const char *query)
{
	(void)side;
	(void)query;
	conn->at = now_ms() + strtol(rest, NULL, 10);
	snprintf(conn->later, sizeof(conn->later), "/ok");
}

static void play_hang(struct side *side, struct conn *conn, const char *rest, const char *query)
{
	(void)side;
	(void)rest;
	(void)query;
	conn->at = INT64_MAX;
}

static void play_stall(struct side *side, struct conn *conn, const char *rest, const char *query)
{
	head(conn, 200, JSON_TYPE, 100);
	buf_adds(&conn->out, "0123456789");
	play_hang(side, conn, rest, query);
}

static void play_cut(struct side *side, struct conn *conn, const char *rest, const char *query)
{
	(void)side;
	(void)query;
	head(conn, 200, JSON_TYPE, 100000);
	for (long n = strtol(rest, NULL, 10); n > 0; n--)
		buf_addc(&conn->out, 'x');
	conn->close_after = true;
}

static void play_cutchunk(struct side *side, struct conn *conn, const char *rest, const char *query)
{
	(void)side;
	(void)rest;
	(void)query;
	head(conn, 200, "Transfer-Encoding: chunked\r\n", -1);
	buf_adds(&conn->out, "5\r\nhello\r\n");
	conn->close_after = true;
}

static void play_drop(struct side *side, struct conn *conn, const char *rest, const char *query)
{
	(void)side;
	(void)rest;
	(void)query;
	conn->close_after = true;
}

static void play_dropsecond(struct side *side, struct conn *conn, const char *rest, const char *query)
{
	if (conn->served > 1)
		play_drop(side, conn, rest, query);
	else
		play_ok(side, conn, "", query);
}

static void play_chunked(struct side *side, struct conn *conn, const char *rest, const char *query)
{
	(void)side;
	(void)rest;
	(void)query;
	head(conn, 200, "Content-Type: text/plain\r\nTransfer-Encoding: chunked\r\n", -1);
	buf_adds(&conn->out, "4\r\none \r\n4\r\ntwo \r\n5\r\nthree\r\n0\r\nX-Trailer: late\r\n\r\n");
}

static void play_gzip(struct side *side, struct conn *conn, const char *rest, const char *query)
{
	(void)side;
	(void)rest;
	(void)query;
	head(conn, 200, JSON_TYPE "Content-Encoding: gzip\r\n", sizeof(gzipped));
	buf_add(&conn->out, gzipped, sizeof(gzipped));
}

static void play_badgzip(struct side *side, struct conn *conn, const char *rest, const char *query)
{
	(void)side;
	(void)rest;
	(void)query;
	plain(conn, 200, JSON_TYPE "Content-Encoding: gzip\r\n", "this is not compressed at all");
}

static void play_endless(struct side *side, struct conn *conn, const char *rest, const char *query)
{
	(void)side;
	(void)rest;
	(void)query;
	head(conn, 200, JSON_TYPE "Transfer-Encoding: chunked\r\n", -1);
	conn->endless = true;
}

static void play_headers(struct side *side, struct conn *conn, const char *rest, const char *query)
{
	long n = strtol(rest, NULL, 10);

	(void)side;
	(void)query;
	buf_adds(&conn->out, "HTTP/1.1 200 OK\r\n");
	for (long i = 0; i < n; i += 100)
		buf_printf(&conn->out, "X-Fill-%06ld: %080d\r\n", i, 0);
	buf_adds(&conn->out, "Content-Length: 2\r\n\r\nok");
}

static void play_garbage(struct side *side, struct conn *conn, const char *rest, const char *query)
{
	(void)side;
	(void)rest;
	(void)query;
	buf_adds(&conn->out, "SSH-2.0-OpenSSH_9.2p1 and then some more that is not HTTP\r\n");
	conn->close_after = true;
}

static void play_status(struct side *side, struct conn *conn, const char *rest, const char *query)
{
	char *headers = query_headers(query);

	(void)side;
	plain(conn, (int)strtol(rest, NULL, 10), headers, "{\"error\":\"as asked\"}");
	free(headers);
}

static int count_name(struct side *side, const char *name, size_t n)
{
	for (size_t i = 0; i < MAX_NAMES; i++) {
		if (side->names[i].name[0] == '\0')
			snprintf(side->names[i].name, sizeof(side->names[i].name), "%.*s", (int)n, name);
		if (strlen(side->names[i].name) == n && strncmp(side->names[i].name, name, n) == 0)
			return side->names[i].n++;
	}
	return 0;
}

static void play_seq(struct side *side, struct conn *conn, const char *rest, const char *query)
{
	size_t n = strcspn(rest, "/");
	int nth = count_name(side, rest, n);
	const char *codes = rest + n + 1;
	int status;

	while (nth-- > 0 && strchr(codes, ',') != NULL)
		codes = strchr(codes, ',') + 1;
	status = (int)strtol(codes, NULL, 10);
	if (status == 200)
		play_ok(side, conn, "", "");
	else if (status == 0)
		play_drop(side, conn, "", "");
	else if (status == 1)
		play_cut(side, conn, "500", "");
	else
		play_status(side, conn, codes, query);
}

static void play_redirect(struct side *side, struct conn *conn, const char *rest, const char *query)
{
	struct buf headers;

	(void)side;
	buf_init(&headers, 65536);
	buf_adds(&headers, "Location: ");
	if (strncmp(query, "to=", 3) == 0)
		decode(&headers, query + 3, strlen(query + 3));
	buf_adds(&headers, "\r\n");
	plain(conn, (int)strtol(rest, NULL, 10), headers.data, "moved");
	buf_release(&headers);
}

static const struct {
	const char *path;
	void (*play)(struct side *side, struct conn *conn, const char *rest, const char *query);
} plays[] = {
	{ "/ok", play_ok }, { "/echo", play_echo }, { "/delay", play_delay }, { "/hang", play_hang }, { "/stall", play_stall },
	{ "/cut", play_cut }, { "/cutchunk", play_cutchunk }, { "/drop", play_drop }, { "/dropsecond", play_dropsecond },
	{ "/chunked", play_chunked }, { "/gzip", play_gzip }, { "/badgzip", play_badgzip }, { "/endless", play_endless },
	{ "/headers", play_headers }, { "/garbage", play_garbage }, { "/status", play_status }, { "/seq", play_seq },
	{ "/redirect", play_redirect },
};

static bool canned(struct side *side, struct conn *conn, const char *method, const char *target)
{
	char full[4096], bare[4096];

	snprintf(full, sizeof(full), "%s %s", method, target);
	snprintf(bare, sizeof(bare), "%s %.*s", method, (int)strcspn(target, "?"), target);
	for (size_t i = 0; i < side->n_replies; i++) {
		const struct server_reply *reply = &side->replies[i];

		if (strcmp(reply->request, full) != 0 && strcmp(reply->request, bare) != 0)
			continue;
		plain(conn, reply->status ? reply->status : 200, reply->headers ? reply->headers : JSON_TYPE, reply->body);
		return true;
	}
	return false;
}

static void answer(struct side *side, struct conn *conn, const char *method, const char *target)
{
	size_t n = strcspn(target, "?");
	const char *query = target[n] == '?' ? target + n + 1 : "";

	if (canned(side, conn, method, target))
		return;
	for (size_t i = 0; i < sizeof(plays) / sizeof(plays[0]); i++) {
		size_t len = strlen(plays[i].path);

		if (strncmp(target, plays[i].path, len) == 0 && (len == n || target[len] == '/')) {
			char rest[1024];

			snprintf(rest, sizeof(rest), "%.*s", (int)(n > len ? n - len - 1 : 0), target + len + (n > len));
			plays[i].play(side, conn, rest, query);
			return;
		}
	}
	plain(conn, 404, JSON_TYPE, "{\"error\":\"no such path\"}");
}

static void busy(struct side *side, struct conn *conn, bool is)
{
	if (conn->busy == is)
		return;
	conn->busy = is;
	side->shared->at_once += is ? 1 : -1;
	if (side->shared->at_once > side->shared->most)
		side->shared->most = side->shared->at_once;
}

static void drop_conn(struct side *side, struct conn *conn)
{
	busy(side, conn, false);
	close(conn->fd);
	buf_release(&conn->in);
	buf_release(&conn->out);
	*conn = (struct conn){ .fd = -1 };
}

/* Takes one whole request off the input; false when there is none yet. */
static bool take_request(struct side *side, struct conn *conn)
{
	char method[32] = "", target[4096] = "", *end, *length;
	size_t body = 0, whole;

	/* a TLS handshake: servers without it say so, in plain */
	if (conn->in.len > 0 && conn->in.data[0] == 0x16 && !conn->close_after) {
		plain(conn, 400, "", "speak plainly");
		conn->close_after = true;
		return true;
	}
	if (conn->in.len == 0 || conn->busy || (end = strstr(conn->in.data, "\r\n\r\n")) == NULL)
		return false;
	length = strcasestr(conn->in.data, "\r\ncontent-length:");
	if (length != NULL && length < end)
		body = (size_t)strtol(length + 17, NULL, 10);
	whole = (size_t)(end - conn->in.data) + 4 + body;
	if (conn->in.len < whole)
		return false;
	if (sscanf(conn->in.data, "%31s %4095s", method, target) != 2) {
		drop_conn(side, conn);
		return false;
	}
	snprintf(side->shared->last, sizeof(side->shared->last), "%.*s", (int)whole, conn->in.data);
	buf_drop(&conn->in, whole);
	side->shared->requests++;
	if (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0)
		side->shared->writes++;
	conn->served++;
	busy(side, conn, true);
	answer(side, conn, method, target);
	if (strcmp(method, "HEAD") == 0 && conn->out.len > 0 && (end = strstr(conn->out.data, "\r\n\r\n")) != NULL)
		conn->out.len = (size_t)(end - conn->out.data) + 4;
	return true;
}

static void read_conn(struct side *side, struct conn *conn)
{
	char bytes[16384];
	ssize_t n = recv(conn->fd, bytes, sizeof(bytes), MSG_DONTWAIT);

	if (n > 0)
		buf_add(&conn->in, bytes, (size_t)n);
	else if (n == 0 || (errno != EAGAIN && errno != EINTR))
		drop_conn(side, conn);
}

static void write_conn(struct side *side, struct conn *conn)
{
	ssize_t n;

	if (conn->endless && conn->out.len == 0) {
		buf_printf(&conn->out, "%x\r\n", 4096);
		for (int i = 0; i < 4096; i++)
			buf_addc(&conn->out, '[');
		buf_adds(&conn->out, "\r\n");
	}
	if (conn->out.len > 0) {
		n = send(conn->fd, conn->out.data, conn->out.len, MSG_DONTWAIT | MSG_NOSIGNAL);
		if (n > 0)
			buf_drop(&conn->out, (size_t)n);
		else if (errno != EAGAIN && errno != EINTR) {
			drop_conn(side, conn);
			return;
		}
	}
	if (conn->out.len > 0 || conn->endless || conn->at != 0)
		return;
	busy(side, conn, false);
	if (conn->close_after)
		drop_conn(side, conn);
}

static void accept_conn(struct side *side, int listener)
{
	int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC), one = 1;

	for (size_t i = 0; fd >= 0 && i < MAX_CONNS; i++) {
		struct conn *conn = &side->conns[i];

		if (conn->fd >= 0)
			continue;
		*conn = (struct conn){ .fd = fd };
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
		buf_init(&conn->in, OUT_MAX);
		buf_init(&conn->out, OUT_MAX);
		side->shared->connections++;
		return;
	}
	if (fd >= 0)
		close(fd);
}

static void turn(struct side *side, int listener)
{
	struct pollfd polls[MAX_CONNS + 1] = { { .fd = listener, .events = POLLIN } };
	int64_t now = now_ms(), first = now + 60000;

	for (size_t i = 0; i < MAX_CONNS; i++) {
		struct conn *conn = &side->conns[i];
		bool writing = conn->fd >= 0 && (conn->out.len > 0 || conn->endless || (conn->close_after && conn->at == 0));

		polls[i + 1] = (struct pollfd){ .fd = conn->fd, .events = (short)(POLLIN | (writing ? POLLOUT : 0)) };
		if (conn->fd >= 0 && conn->at != 0 && conn->at < first)
			first = conn->at;
	}
	poll(polls, MAX_CONNS + 1, (int)(first > now ? first - now : 0));
	now = now_ms();
	if (polls[0].revents & POLLIN)
		accept_conn(side, listener);
	for (size_t i = 0; i < MAX_CONNS; i++) {
		struct conn *conn = &side->conns[i];

		if (conn->fd < 0 || conn->fd != polls[i + 1].fd)
			continue;
		if (polls[i + 1].revents & (POLLIN | POLLHUP | POLLERR))
			read_conn(side, conn);
		if (conn->fd >= 0 && conn->at != 0 && conn->at <= now) {
			conn->at = 0;
			answer(side, conn, "GET", conn->later);
		}
		do {
			if (conn->fd >= 0)
				write_conn(side, conn);
		} while (conn->fd >= 0 && !conn->close_after && take_request(side, conn));
	}
}

static void serve(struct server *server, int listener, const struct server_reply *replies, size_t n)
{
	struct side *side = mem_zalloc(sizeof(*side));

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	side->replies = replies;
	side->n_replies = n;
	side->shared = server->shared;
	for (size_t i = 0; i < MAX_CONNS; i++)
		side->conns[i].fd = -1;
	for (;;)
		turn(side, listener);
}

struct server *server_start(const struct server_reply *replies, size_t n)
{
	struct server *server = mem_zalloc(sizeof(*server));
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(address);
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (listener < 0 || bind(listener, (struct sockaddr *)&address, sizeof(address)) < 0 || listen(listener, 64) < 0 ||
	    getsockname(listener, (struct sockaddr *)&address, &len) < 0) {
		perror("tests: cannot listen on 127.0.0.1");
		abort();
	}
	server->port = ntohs(address.sin_port);
	snprintf(server->origin, sizeof(server->origin), "http://127.0.0.1:%d", server->port);
	server->shared = mmap(NULL, sizeof(*server->shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (server->shared == MAP_FAILED)
		abort();
	server->pid = fork();
	if (server->pid == 0)
		serve(server, listener, replies, n);
	close(listener);
	return server;
}

void server_stop(struct server *server)
{
	if (server == NULL)
		return;
	kill(server->pid, SIGKILL);
	waitpid(server->pid, NULL, 0);
	munmap(server->shared, sizeof(*server->shared));
	free(server);
}

const char *server_origin(const struct server *server)
{
	return server->origin;
}

int server_port(const struct server *server)
{
	return server->port;
}

int server_connections(const struct server *server)
{
	return server->shared->connections;
}

int server_requests(const struct server *server)
{
	return server->shared->requests;
}

int server_writes(const struct server *server)
{
	return server->shared->writes;
}

int server_most_at_once(const struct server *server)
{
	return server->shared->most;
}

const char *server_last(const struct server *server)
{
	return server->shared->last;
}
