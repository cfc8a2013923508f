#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "http_private.h"

#define HTTP_BUFFER (128L << 10)
#define HTTP_DRAIN_MAX (64 << 10)       /* of a reply that nobody wants, to keep its connection */

static curl_socket_t open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *address)
{
	(void)arg;
	(void)purpose;
	return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

void http_transfer_options(CURL *easy, bool loopback)
{
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);     /* a resolver that hangs is left behind, not waited for */
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	if (loopback) {
		curl_easy_setopt(easy, CURLOPT_PROXY, "");
		curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
	}
}

static size_t on_header(char *line, size_t size, size_t n, void *arg)
{
	struct http_call *call = arg;

	n *= size;
	if (call->peer == NULL)
		return 0;
	call->connected = true;
	if (!http_head_line(call, line, n, call->peer->options.header_max, &call->err)) {
		call->refused = true;
		return 0;
	}
	if (call->head_done && call->status >= 200 && call->fate == FATE_UNKNOWN)
		http_queue_decide(call);
	return call->fate == FATE_REFUSE ? 0 : n;
}

bool http_call_data(struct http_call *call, const char *data, size_t n)
{
	const struct http_peer_options *options = &call->peer->options;
	struct err err = { 0 };
	char text[32];
	bool ok;

	if (call->bytes + n > (size_t)options->body_max) {
		call->refused = true;
		return err_set(&call->err, ERR_LIMIT, "%s: the reply is larger than %s bytes", options->id,
			       http_say_count((uint64_t)options->body_max, text));
	}
	if (!call->begun && !http_call_begin(call))
		return false;
	call->bytes += n;
	if (call->http->capture_dir != NULL)
		buf_add(&call->capture, data, n);
	call->http->in_curl++;
	ok = call->sink.data == NULL || call->sink.data(call->sink.arg, data, n, &err);
	call->http->in_curl--;
	if (call->peer == NULL)
		return false;
	if (!ok) {
		call->refused = true;
		call->err = err;
		if (err.code == ERR_NONE)
			err_set(&call->err, ERR_CANCELLED, "%s: the reply was not taken", options->id);
	}
	return ok;
}

static size_t on_data(char *data, size_t size, size_t n, void *arg)
{
	struct http_call *call = arg;

	n *= size;
	if (call->peer == NULL)
		return 0;
	if (call->fate == FATE_RETRY || call->fate == FATE_REDIRECT) {
		call->drained += n;
		return call->drained > HTTP_DRAIN_MAX ? 0 : n;
	}
	return http_call_data(call, data, n) ? n : 0;
}

static int on_connected(void *arg, char *to, char *from, int to_port, int from_port)
{
	struct http_call *call = arg;

	(void)to;
	(void)from;
	(void)to_port;
	(void)from_port;
	call->connected = true;
	return CURL_PREREQFUNC_OK;
}

static int on_resolve(void *state, void *reserved, void *arg)
{
	struct http_call *call = arg;

	(void)state;
	(void)reserved;
	if (call->peer == NULL)
		return 1;
	if (http_host_fresh(call->host))
		return 0;
	call->needs_name = true;
	return 1;
}

static void set_method(CURL *easy, const struct http_call *call)
{
	if (strcmp(call->method, "HEAD") == 0) {
		curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
		return;
	}
	if (call->body != NULL || strcmp(call->method, "POST") == 0 || strcmp(call->method, "PUT") == 0 ||
	    strcmp(call->method, "PATCH") == 0) {
		curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)call->body_n);
		curl_easy_setopt(easy, CURLOPT_POSTFIELDS, call->body != NULL ? call->body : "");
	}
	curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, call->method);
}

static void set_tls(CURL *easy, struct http_call *call)
{
	struct http *http = call->http;

	curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
	curl_easy_setopt(easy, CURLOPT_PIPEWAIT, 1L);
	if (!http->trust_known)
		http->trust_folder = tls_trust_folder();
	http->trust_known = true;
	tls_options(easy, &call->peer->options, http->trust_folder);
}

static bool is_https(const struct http_call *call)
{
	return call->at_home ? call->peer->home.https : strncasecmp(call->url, "https:", 6) == 0;
}

/* What all transfers of a peer have in common. */
static CURL *handle_new(struct http_call *call)
{
	bool loopback = call->at_home ? call->peer->home.loopback : url_is_loopback(call->url);
	CURL *easy = http_ready(call->http) ? curl_easy_init() : NULL;

	if (easy == NULL)
		return NULL;
	http_transfer_options(easy, loopback);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_data);
	curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, on_connected);
	curl_easy_setopt(easy, CURLOPT_RESOLVER_START_FUNCTION, on_resolve);
	curl_easy_setopt(easy, CURLOPT_USERAGENT, call->http->user_agent);
	curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "");
	/* With http:// even the wish for HTTP/2 would make the second call wait for the first one's reply. */
	curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, HTTP_BUFFER);
	curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
	curl_easy_setopt(easy, CURLOPT_SHARE, call->http->share);
	if (is_https(call))
		set_tls(easy, call);
	return easy;
}

/*
 * A plain read of the peer's own origin uses a handle again, and only what
 * differs from read to read is said; on loopback even the origin is read
 * already. Elsewhere a proxy may want the whole address.
 */
static CURL *handle_for(struct http_call *call)
{
	struct http_peer *peer = call->peer;
	CURL *easy;

	call->pooled = call->at_home && call->body == NULL && strcmp(call->method, "GET") == 0;
	if (call->pooled && peer->n_idle > 0)
		return peer->idle[--peer->n_idle];
	easy = handle_new(call);
	if (easy != NULL && call->pooled && peer->home.loopback)
		curl_easy_setopt(easy, CURLOPT_CURLU, url_home_handle(&peer->home, peer->options.origin));
	return easy;
}

void http_peer_handles_free(struct http_peer *peer)
{
	while (peer->n_idle > 0)
		curl_easy_cleanup(peer->idle[--peer->n_idle]);
}

static void set_call(CURL *easy, struct http_call *call)
{
	const struct http_peer_options *options = &call->peer->options;
	int64_t left = call->deadline - clock_steady(call->http->clock);

	if (call->pooled && call->peer->home.loopback)
		curl_easy_setopt(easy, CURLOPT_REQUEST_TARGET, call->url + call->peer->home.n - call->peer->home.prefix);
	else
		curl_easy_setopt(easy, CURLOPT_URL, call->url);
	if (!call->pooled)
		set_method(easy, call);
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, call->curl_text);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, call);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, call);
	curl_easy_setopt(easy, CURLOPT_PREREQDATA, call);
	curl_easy_setopt(easy, CURLOPT_RESOLVER_START_DATA, call);
	curl_easy_setopt(easy, CURLOPT_HTTPHEADER, call->headers);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)(left < options->connect_ms ? (left > 1 ? left : 1) : options->connect_ms));
	/* On a connection that was kept, curl by itself repeats what got no answer: a write must not be. */
	curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, call->read ? 0L : 1L);
}

static void on_ended(void *arg, CURLcode code)
{
	struct http_call *call = arg;

	call->ended_well = code == CURLE_OK;
	http_queue_ended(call, code);
}

static void forget_last_try(struct http_call *call)
{
	http_head_clear(call);
	buf_reset(&call->capture);
	call->curl_text[0] = '\0';
	call->fate = FATE_UNKNOWN;
	call->begun = call->ended_well = call->connected = call->needs_name = call->refused = false;
	call->bytes = call->drained = 0;
	call->retry_at = INT64_MIN;
	err_clear(&call->err);
}

bool http_transfer_start(struct http_call *call, struct err *err)
{
	const char *id = call->peer->options.id;

	forget_last_try(call);
	if (!http_ready(call->http)) {
		err_set(err, ERR_NET, "%s: libcurl cannot be made ready", id);
		return http_say_missing(id, err);
	}
	call->easy = handle_for(call);
	if (call->easy == NULL)
		return err_set(err, ERR_NET, "%s: libcurl has no handle left", id);
	set_call(call->easy, call);
	call->transfer.thorough = is_https(call);
	if (loop_transfer_add(call->http->loop, &call->transfer, call->easy, on_ended, call))
		return true;
	call->pooled = false;
	http_transfer_stop(call);
	return err_set(err, ERR_NET, "%s: libcurl refused the transfer", id);
}

/* A handle that anything went wrong with is not used again. */
static void handle_done(struct http_call *call)
{
	struct http_peer *peer = call->peer;

	if (peer == NULL || !call->pooled || !call->ended_well || peer->n_idle == HTTP_IDLE) {
		curl_easy_cleanup(call->easy);
		return;
	}
	/* Nothing of the call may be left in it. */
	curl_easy_setopt(call->easy, CURLOPT_HTTPHEADER, NULL);
	curl_easy_setopt(call->easy, CURLOPT_ERRORBUFFER, NULL);
	curl_easy_setopt(call->easy, CURLOPT_REQUEST_TARGET, NULL);
	peer->idle[peer->n_idle++] = call->easy;
}

void http_transfer_stop(struct http_call *call)
{
	loop_transfer_remove(call->http->loop, &call->transfer);
	if (call->easy != NULL)
		handle_done(call);
	call->easy = NULL;
}
