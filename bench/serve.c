#include "serve.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <dossier/base/buf.h>
#include <dossier/base/mem.h>

#include "measure.h"

enum { CONNECTIONS = 64, EVENTS = 64, REQUEST_MAX = 8192, REPLY_MAX = 256 << 20 };

struct connection {
	int fd;                 /* -1: free */
	int backend;
	char request[REQUEST_MAX];
	size_t got;
	struct str reply;       /* what is left of it */
	double due;             /* ms; when it may be sent; 0: at once */
	bool full;              /* waits until the socket takes more */
};

struct site {
	struct serve_backend is;
	int listener;
	struct buf find, list;
};

static void put_head(struct buf *out, size_t body)
{
	buf_printf(out, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n", body);
}

static void put_item(struct buf *out, int backend, int i, int size)
{
	static const char *const types[] = { "phone", "email", "chat", "order", "ticket", "tweet" };
	static const char words[] = "The customer asked where the parcel was; the tracking page says delivered since "
				    "Monday, and nothing is there. Promised to call back on Thursday after four. "
				    "Told the depot, which looks into it and answers by tomorrow noon at the latest. ";
	size_t from = out->len;
	/* Backends are minutes apart, so that nothing folds and rows of all of them alternate. */
	int64_t at = INT64_C(1700000000) + (int64_t)i * 3600 + backend * 600;
	time_t seconds = (time_t)at;
	char when[32];
	struct tm tm;

	gmtime_r(&seconds, &tm);
	strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%SZ", &tm);
	buf_printf(out, "{\"id\":%d,\"type\":\"%s\",\"inbound\":%s,\"created_at\":\"%s\",\"agent\":\"Agent %d\",\"status\":\"closed\","
		   "\"subject\":\"About order %d\",\"text\":\"", i, types[backend % 6], i % 2 ? "true" : "false", when, i % 40, i);
	for (size_t left; out->len - from + 2 < (size_t)size; ) {
		left = (size_t)size - 2 - (out->len - from);
		buf_add(out, words, left < sizeof(words) - 1 ? left : sizeof(words) - 1);
	}
	buf_adds(out, "\"}");
}

static void site_make(struct site *site, int backend)
{
	struct buf body;

	buf_init(&body, REPLY_MAX);
	buf_init(&site->find, REPLY_MAX);
	buf_init(&site->list, REPLY_MAX);
	buf_printf(&body, "{\"items\":[{\"id\":\"c%d\",\"email\":\"" SERVE_EMAIL "\",\"name\":\"Jane Moss\"}]}", backend);
	put_head(&site->find, body.len);
	buf_add(&site->find, body.data, body.len);
	buf_reset(&body);
	buf_adds(&body, "{\"items\":[");
	/* newest first, as most backends answer */
	for (int i = site->is.items; i-- > 0; ) {
		put_item(&body, backend, i, site->is.item_size);
		buf_adds(&body, i ? "," : "]}");
	}
	put_head(&site->list, body.len);
	buf_add(&site->list, body.data, body.len);
	buf_release(&body);
}

static int listen_somewhere(int *port)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&address, size) < 0 || listen(fd, 64) < 0 ||
	    getsockname(fd, (struct sockaddr *)&address, &size) < 0)
		bench_die("the bench's server cannot listen");
	*port = ntohs(address.sin_port);
	return fd;
}

/* What the one loop knows. Events carry a listener's number, or SERVE_MAX and a connection's. */
struct server {
	struct site *sites;
	int n, epoll, late;     /* late: replies that wait for their moment */
	struct connection all[CONNECTIONS];
};

static void watch(struct server *server, int how, int fd, uint32_t events, size_t number)
{
	struct epoll_event event = { .events = events, .data.u64 = number };

	if (epoll_ctl(server->epoll, how, fd, &event) < 0)
		bench_die("the bench's server cannot wait");
}

static size_t number_of(const struct server *server, const struct connection *c)
{
	return SERVE_MAX + (size_t)(c - server->all);
}

static void accept_one(struct server *server, int backend)
{
	int fd = accept4(server->sites[backend].listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK), on = 1;

	for (int i = 0; fd >= 0 && i < CONNECTIONS; i++) {
		struct connection *c = &server->all[i];

		if (c->fd >= 0)
			continue;
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
		c->fd = fd;
		c->backend = backend;
		c->got = 0;
		c->due = 0;
		c->full = false;
		c->reply = (struct str){ 0 };
		watch(server, EPOLL_CTL_ADD, fd, EPOLLIN, number_of(server, c));
		return;
	}
	if (fd >= 0)
		close(fd);
}

static void hang_up(struct server *server, struct connection *c)
{
	server->late -= c->due > 0;
	close(c->fd);
	c->fd = -1;
}

static void write_reply(struct server *server, struct connection *c)
{
	ssize_t n = send(c->fd, c->reply.p, c->reply.n, MSG_NOSIGNAL);
	bool full;

	server->late -= c->due > 0;
	c->due = 0;
	if (n < 0 && errno != EAGAIN) {
		hang_up(server, c);
		return;
	}
	if (n > 0) {
		c->reply.p += n;
		c->reply.n -= (size_t)n;
	}
	full = c->reply.n > 0;
	if (full != c->full)
		watch(server, EPOLL_CTL_MOD, c->fd, full ? EPOLLOUT : EPOLLIN, number_of(server, c));
	c->full = full;
}

static void read_request(struct server *server, struct connection *c)
{
	struct site *site = &server->sites[c->backend];
	ssize_t n = read(c->fd, c->request + c->got, REQUEST_MAX - 1 - c->got);
	bool list;

	if (n <= 0) {
		if (n == 0 || errno != EAGAIN)
			hang_up(server, c);
		return;
	}
	c->got += (size_t)n;
	c->request[c->got] = '\0';
	if (!strstr(c->request, "\r\n\r\n"))
		return;
	c->got = 0;
	list = strncmp(c->request, "GET /list", 9) == 0;
	c->reply = buf_str(list ? &site->list : &site->find);
	if (site->is.delay_ms == 0 || !(list || site->is.all_late)) {
		write_reply(server, c);
		return;
	}
	c->due = wall_ms() + site->is.delay_ms;
	server->late++;
}

/* Sends what is due; how many ms until the next is. */
static double send_due(struct server *server)
{
	double now = wall_ms(), wait = 1000;

	for (int i = 0; server->late > 0 && i < CONNECTIONS; i++) {
		struct connection *c = &server->all[i];

		if (c->fd >= 0 && c->due > 0 && c->due <= now)
			write_reply(server, c);
		else if (c->fd >= 0 && c->due > 0 && c->due - now < wait)
			wait = c->due - now;
	}
	return wait;
}

static void serve_loop(struct server *server)
{
	struct epoll_event events[EVENTS];

	server->epoll = epoll_create1(EPOLL_CLOEXEC);
	for (int i = 0; i < CONNECTIONS; i++)
		server->all[i].fd = -1;
	for (int i = 0; i < server->n; i++)
		watch(server, EPOLL_CTL_ADD, server->sites[i].listener, EPOLLIN, (size_t)i);
	for (;;) {
		double wait = server->late ? send_due(server) : 1000;
		struct timespec timeout = { .tv_sec = (time_t)(wait / 1e3), .tv_nsec = (long)((wait - (double)(time_t)(wait / 1e3) * 1e3) * 1e6) };
		int n = epoll_pwait2(server->epoll, events, EVENTS, &timeout, NULL);

		for (int i = 0; i < n; i++) {
			struct connection *c = events[i].data.u64 < SERVE_MAX ? NULL : &server->all[events[i].data.u64 - SERVE_MAX];

			if (!c)
				accept_one(server, (int)events[i].data.u64);
			else if (c->fd >= 0 && events[i].events & EPOLLIN)
				read_request(server, c);
			else if (c->fd >= 0 && events[i].events & EPOLLOUT)
				write_reply(server, c);
			else if (c->fd >= 0)
				hang_up(server, c);
		}
	}
}

void serve_start(struct serve *serve, const struct serve_backend *backends, int n)
{
	struct site sites[SERVE_MAX] = { 0 };
	static struct server server;
	int ready[2];
	char one;

	serve->n = n;
	for (int i = 0; i < n; i++) {
		serve->backends[i] = sites[i].is = backends[i];
		sites[i].listener = listen_somewhere(&serve->ports[i]);
	}
	if (pipe2(ready, O_CLOEXEC) < 0 || (serve->pid = fork()) < 0)
		bench_die("the bench's server cannot start");
	if (serve->pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (int i = 0; i < n; i++)
			site_make(&sites[i], i);
		server.sites = sites;
		server.n = n;
		if (write(ready[1], "", 1) != 1)
			_exit(1);
		serve_loop(&server);
	}
	close(ready[1]);
	if (read(ready[0], &one, 1) != 1)
		bench_die("the bench's server cannot start");
	close(ready[0]);
	for (int i = 0; i < n; i++)
		close(sites[i].listener);
}

void serve_stop(struct serve *serve)
{
	kill(serve->pid, SIGKILL);
	waitpid(serve->pid, NULL, 0);
}
