#include "serve.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <dossier/base/mem.h>

#include "control.h"
#include "make.h"
#include "state.h"

#define PORTS (BOX_BACKENDS + 1)

struct port {
	struct serve *serve;
	const struct backend *backend;
	int index;
	struct MHD_Daemon *daemon;
	uint16_t number;
	int fd;                         /* becomes readable when there is work */
};

/* One request between its first byte and its reply. */
struct exchange {
	struct request request;
	struct port *port;
	struct MHD_Connection *connection;
	struct fault_plan plan;
	bool too_large, planned, waiting;
	int64_t due;                    /* steady ms at which a late reply goes out */
	struct exchange *next;          /* of those that wait */
};

struct serve {
	struct box *box;
	struct port ports[PORTS];
	struct exchange *late;
};

static enum MHD_Result keep_arg(void *arg, enum MHD_ValueKind kind, const char *name, const char *value)
{
	struct request *request = arg;

	(void)kind;
	if (request->nargs < REQUEST_ARGS)
		request->args[request->nargs++] = (struct pair){ name, value ? value : "" };
	return MHD_YES;
}

static struct exchange *exchange_new(struct port *port, struct MHD_Connection *connection,
				     const char *method, const char *url)
{
	struct exchange *exchange = mem_zalloc(sizeof(*exchange));
	struct request *request = &exchange->request;

	request_init(request, port->serve->box, port->backend);
	request->method = method;
	request->path = url;
	request->authorization = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Authorization");
	request->host = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Host");
	request->idempotency = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Idempotency-Key");
	MHD_get_connection_values(connection, MHD_GET_ARGUMENT_KIND, keep_arg, request);
	exchange->port = port;
	exchange->connection = connection;
	return exchange;
}

static void forget_late(struct serve *serve, struct exchange *gone)
{
	for (struct exchange **at = &serve->late; *at; at = &(*at)->next)
		if (*at == gone) {
			*at = gone->next;
			return;
		}
}

static void completed(void *arg, struct MHD_Connection *connection, void **cls, enum MHD_RequestTerminationCode code)
{
	struct port *port = arg;
	struct exchange *exchange = *cls;

	(void)connection;
	(void)code;
	if (!exchange)
		return;
	if (exchange->waiting)
		forget_late(port->serve, exchange);
	request_release(&exchange->request);
	free(exchange);
	*cls = NULL;
}

/* A body that ends, and with it the connection, before the length that was announced. */
struct cut { size_t n; char data[]; };

static ssize_t cut_read(void *cls, uint64_t pos, char *out, size_t max)
{
	struct cut *cut = cls;
	size_t n;

	if (pos >= cut->n)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	n = cut->n - (size_t)pos;
	if (n > max)
		n = max;
	memcpy(out, cut->data + pos, n);
	return (ssize_t)n;
}

static struct MHD_Response *cut_response(struct buf *out, uint64_t pick)
{
	size_t whole = out->len + 1, sent = (size_t)(pick % whole);
	struct cut *cut = mem_alloc(sizeof(*cut) + sent);

	cut->n = sent;
	if (sent)
		memcpy(cut->data, out->data, sent);
	return MHD_create_response_from_callback(whole, 4096, cut_read, cut, free);
}

/* Sets the reply of a request that a fault keeps from its backend. */
static bool refused(struct exchange *exchange)
{
	struct request *request = &exchange->request;

	if (exchange->too_large) {
		reply_text(request, 413, "text/plain", "the body is too large\n");
	} else if (exchange->plan.kind == FAULT_LIMIT) {
		reply_header(request, "Retry-After", "1");
		reply_json(request, 429, make("{'message':'Too many requests'}"));
	} else if (exchange->plan.kind == FAULT_FAIL) {
		reply_text(request, exchange->plan.status, "text/html", exchange->plan.status == 503
			   ? "<html><body>Service Unavailable</body></html>\n" : "<html><body>Internal Server Error</body></html>\n");
	} else {
		return false;
	}
	return true;
}

static enum MHD_Result respond(struct exchange *exchange)
{
	struct request *request = &exchange->request;
	struct MHD_Response *response;
	enum MHD_Result result;
	size_t written = state_count(request->box->state);

	if (!refused(exchange))
		request_answer(request);
	if (exchange->plan.lose && state_count(request->box->state) != written)
		exchange->plan.kind = FAULT_CUT;
	if (exchange->plan.kind == FAULT_GARBAGE)
		fault_garbage(exchange->plan.pick, &request->out);
	if (exchange->plan.kind == FAULT_CUT) {
		response = cut_response(&request->out, exchange->plan.pick);
	} else {
		size_t n = request->out.len;

		response = MHD_create_response_from_buffer(n, buf_take(&request->out), MHD_RESPMEM_MUST_FREE);
	}
	if (!response)
		return MHD_NO;
	MHD_add_response_header(response, "Content-Type", request->type);
	for (size_t i = 0; i < request->nheaders; i++)
		MHD_add_response_header(response, request->headers[i].name, request->headers[i].value);
	result = MHD_queue_response(exchange->connection, (unsigned)request->status, response);
	MHD_destroy_response(response);
	return result;
}

static void postpone(struct exchange *exchange, int64_t ms)
{
	struct serve *serve = exchange->port->serve;

	exchange->due = clock_steady(serve->box->clock) + ms;
	exchange->waiting = true;
	exchange->next = serve->late;
	serve->late = exchange;
	MHD_suspend_connection(exchange->connection);
}

static enum MHD_Result handle(void *arg, struct MHD_Connection *connection, const char *url, const char *method,
			      const char *version, const char *data, size_t *n, void **cls)
{
	struct port *port = arg;
	struct exchange *exchange = *cls;
	struct box *box = port->serve->box;

	(void)version;
	if (!exchange) {
		*cls = exchange_new(port, connection, method, url);
		return MHD_YES;
	}
	if (*n > 0) {
		if (!buf_add(&exchange->request.body, data, *n))
			exchange->too_large = true;
		*n = 0;
		return MHD_YES;
	}
	if (!exchange->planned) {
		exchange->planned = true;
		if (port->index < BOX_BACKENDS)
			exchange->plan = fault_next(&box->faults[port->index], box_seed(box), (unsigned)port->index,
						    clock_steady(box->clock));
		if (exchange->plan.latency > 0) {
			postpone(exchange, exchange->plan.latency);
			return MHD_YES;
		}
	}
	return respond(exchange);
}

static bool port_open(struct port *port, uint16_t number, struct err *err)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(number) };
	const union MHD_DaemonInfo *info;

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	port->daemon = MHD_start_daemon(MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, number, NULL, NULL, handle, port,
					MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&address,
					MHD_OPTION_NOTIFY_COMPLETED, completed, port,
					MHD_OPTION_CONNECTION_TIMEOUT, 120U, MHD_OPTION_END);
	if (!port->daemon)
		return err_set(err, ERR_IO, "cannot listen on 127.0.0.1 port %u: %s", (unsigned)number, strerror(errno));
	info = MHD_get_daemon_info(port->daemon, MHD_DAEMON_INFO_BIND_PORT);
	port->number = info ? info->port : number;
	info = MHD_get_daemon_info(port->daemon, MHD_DAEMON_INFO_EPOLL_FD);
	port->fd = info ? info->epoll_fd : -1;
	return true;
}

struct serve *serve_new(struct box *box, uint16_t first, struct err *err)
{
	struct serve *serve = mem_zalloc(sizeof(*serve));

	serve->box = box;
	for (int i = 0; i < PORTS; i++) {
		struct port *port = &serve->ports[i];

		port->serve = serve;
		port->index = i;
		port->backend = i < BOX_BACKENDS ? backends[i] : &backend_control;
		if (!port_open(port, first ? (uint16_t)(first + i) : 0, err)) {
			serve_free(serve);
			return NULL;
		}
	}
	return serve;
}

/* Late replies whose time has come go on; with all, every one of them. */
static void resume(struct serve *serve, int64_t now, bool all)
{
	struct exchange **at = &serve->late;

	while (*at) {
		struct exchange *exchange = *at;

		if (!all && exchange->due > now) {
			at = &exchange->next;
			continue;
		}
		*at = exchange->next;
		exchange->waiting = false;
		MHD_resume_connection(exchange->connection);
	}
}

void serve_free(struct serve *serve)
{
	if (!serve)
		return;
	resume(serve, 0, true);
	for (int i = 0; i < PORTS; i++)
		if (serve->ports[i].daemon) {
			MHD_run(serve->ports[i].daemon);
			MHD_stop_daemon(serve->ports[i].daemon);
		}
	free(serve);
}

uint16_t serve_port(const struct serve *serve, int index)
{
	return serve->ports[index].number;
}

/* Milliseconds until something has to be done without any byte coming; -1: nothing. */
static int64_t patience(const struct serve *serve, int64_t now)
{
	int64_t least = -1;

	for (const struct exchange *exchange = serve->late; exchange; exchange = exchange->next) {
		int64_t left = exchange->due > now ? exchange->due - now : 0;

		if (least < 0 || left < least)
			least = left;
	}
	for (int i = 0; i < PORTS; i++) {
		MHD_UNSIGNED_LONG_LONG ms;

		if (MHD_get_timeout(serve->ports[i].daemon, &ms) == MHD_YES && (least < 0 || (int64_t)ms < least))
			least = (int64_t)ms;
	}
	return least;
}

bool serve_turn(struct serve *serve, const sigset_t *mask)
{
	int64_t now = clock_steady(serve->box->clock), wait = patience(serve, now);
	struct timespec until = { .tv_sec = wait / 1000, .tv_nsec = wait % 1000 * 1000000 };
	struct pollfd fds[PORTS];

	for (int i = 0; i < PORTS; i++)
		fds[i] = (struct pollfd){ .fd = serve->ports[i].fd, .events = POLLIN };
	ppoll(fds, PORTS, wait < 0 ? NULL : &until, mask);
	resume(serve, clock_steady(serve->box->clock), false);
	for (int i = 0; i < PORTS; i++)
		MHD_run(serve->ports[i].daemon);
	return !state_next(serve->box->state, CONTROL_STOP, NULL, NULL);
}
