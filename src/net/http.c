#include <stdlib.h>
#include <string.h>

#include <dossier/base/mem.h>
#include <dossier/base/when.h>

#include "http_private.h"
#include "replay.h"

#define HTTP_AGENT "dossier"

struct http *http_new(struct loop *loop, const struct http_options *options, struct err *err)
{
	struct http *http = mem_zalloc(sizeof(*http));
	struct err why = { 0 };

	http->loop = loop;
	http->clock = loop_clock(loop);
	http->log = options->log;
	http->user_agent = mem_strdup(options->user_agent != NULL ? options->user_agent : HTTP_AGENT);
	http->capture_dir = mem_strdup(options->capture_dir);
	http->replay_dir = mem_strdup(options->replay_dir);
	http->parts = options->parts > 0 ? options->parts : 1;
	http->part = options->part;
	(void)err;
	if (http->replay_dir != NULL)
		return http;
	http->runtime_dir = pace_folder(options->runtime_dir, &why);
	if (http->runtime_dir == NULL && log_on(http->log)) {
		log_line(http->log, "net", "%s; budgets are this process's own", why.text);
		http->pace_told = true;
	}
	return http;
}

void http_free(struct http *http)
{
	if (http == NULL)
		return;
	while (http->peers != NULL)
		http_peer_free(http->peers);
	while (http->graves != NULL) {
		struct http_call *call = http->graves;

		http->graves = call->next;
		http_call_bury(call);
	}
	http_hosts_free(http);
	if (http->share != NULL)
		curl_share_cleanup(http->share);
	free(http->runtime_dir);
	free(http->user_agent);
	free(http->capture_dir);
	free(http->replay_dir);
	free(http);
}

bool http_ready(struct http *http)
{
	if (http->share != NULL)
		return true;
	if (loop_curl_open(http->loop))
		http->share = curl_share_init();
	if (http->share != NULL)
		curl_share_setopt(http->share, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
	return http->share != NULL;
}

bool http_replaying(const struct http *http)
{
	return http->replay_dir != NULL;
}

struct loop *http_loop(const struct http *http)
{
	return http->loop;
}

static int64_t or_default(int64_t value, int64_t fallback)
{
	return value > 0 ? value : fallback;
}

static void own_options(struct http_peer_options *to, const struct http_peer_options *from)
{
	*to = *from;
	to->id = mem_strdup(from->id);
	to->origin = mem_strdup(from->origin);
	to->connect_ms = or_default(from->connect_ms, 3000);
	to->deadline_ms = or_default(from->deadline_ms, 10000);
	to->body_max = or_default(from->body_max, 32 << 20);
	to->header_max = or_default(from->header_max, 64 << 10);
	to->concurrency = (int)or_default(from->concurrency, 4);
	to->rate = from->rate == 0 ? 10 : from->rate;
	to->burst = (int)or_default(from->burst, to->rate > 4 ? (int64_t)to->rate : 4);
	to->retries = from->retries == 0 ? 2 : from->retries < 0 ? 0 : from->retries;
	to->ca_file = mem_strdup(from->ca_file);
	to->cert_file = mem_strdup(from->cert_file);
	to->key_file = mem_strdup(from->key_file);
	to->key_password = mem_strdup(from->key_password);
	to->reset.remaining = mem_strdup(from->reset.remaining);
	to->reset.reset = mem_strdup(from->reset.reset);
}

/* The texts of a peer are its own copies, whatever their type says. */
static void free_text(const char *text)
{
	free((void *)(uintptr_t)text);
}

static void release_options(struct http_peer_options *options)
{
	if (options->key_password != NULL)
		mem_wipe((void *)(uintptr_t)options->key_password, strlen(options->key_password));
	free_text(options->id);
	free_text(options->origin);
	free_text(options->ca_file);
	free_text(options->cert_file);
	free_text(options->key_file);
	free_text(options->key_password);
	free_text(options->reset.remaining);
	free_text(options->reset.reset);
}

/* Rounded so that all parts together come to the whole, as long as each has one at least. */
static int share_of(const struct http *http, int whole)
{
	int share = whole / http->parts + (http->part < whole % http->parts);

	return share > 0 ? share : 1;
}

static bool origin_ok(const struct http_peer_options *options, struct err *err)
{
	struct url_parts parts;
	bool ok;

	if (options->origin == NULL || !url_parts_get(options->origin, &parts))
		return err_set(err, ERR_CONFIG, "%s: the address \"%s\" is not one of http or https, such as https://desk.example.com",
			       options->id, options->origin != NULL ? options->origin : "");
	ok = parts.query == NULL;
	url_parts_release(&parts);
	if (!ok)
		return err_set(err, ERR_CONFIG, "%s: the address must end before a \"?\"", options->id);
	return true;
}

struct http_peer *http_peer_new(struct http *http, const struct http_peer_options *options, struct err *err)
{
	struct http_peer *peer;
	struct replay *replay = NULL;

	if (options->id == NULL || options->id[0] == '\0') {
		err_set(err, ERR_USAGE, "a peer needs an id");
		return NULL;
	}
	if (!origin_ok(options, err))
		return NULL;
	if (http->replay_dir != NULL && (replay = replay_open(http->replay_dir, options->id, err)) == NULL)
		return NULL;
	peer = mem_zalloc(sizeof(*peer));
	peer->http = http;
	own_options(&peer->options, options);
	peer->options.concurrency = share_of(http, peer->options.concurrency);
	peer->replay = replay;
	url_home_init(&peer->home, peer->options.origin);
	peer->hold_until = INT64_MIN;
	peer->paid_at = -1;
	pace_init(&peer->pace, http->clock, http->runtime_dir, peer->options.id,
		  replay != NULL ? -1 : peer->options.rate, peer->options.burst, http->parts);
	peer->next = http->peers;
	http->peers = peer;
	return peer;
}

static void drop_calls(struct call_list *list)
{
	while (list->first != NULL)
		http_cancel(list->first);
}

void http_peer_free(struct http_peer *peer)
{
	struct http_peer **link;

	if (peer == NULL)
		return;
	drop_calls(&peer->waiting[HTTP_PERSON]);
	drop_calls(&peer->waiting[HTTP_BATCH]);
	drop_calls(&peer->running);
	drop_calls(&peer->resting);
	http_peer_quiet(peer);
	for (link = &peer->http->peers; *link != peer; link = &(*link)->next)
		;
	*link = peer->next;
	http_peer_handles_free(peer);
	url_home_release(&peer->home);
	pace_release(&peer->pace);
	replay_free(peer->replay);
	release_options(&peer->options);
	free(peer);
}

const char *http_peer_origin(const struct http_peer *peer)
{
	return peer->options.origin;
}

enum http_health http_peer_health(const struct http_peer *peer, int64_t *until)
{
	int64_t now = clock_steady(peer->http->clock);

	if (until != NULL)
		*until = WHEN_NONE;
	if (!peer->breaker.open)
		return HTTP_WELL;
	if (peer->breaker.probing || now >= peer->breaker.until)
		return HTTP_PROBING;
	if (until != NULL)
		*until = clock_wall(peer->http->clock) + peer->breaker.until - now;
	return HTTP_BROKEN;
}

void call_list_add(struct call_list *list, struct http_call *call)
{
	call->list = list;
	call->next = NULL;
	call->prev = list->last;
	if (list->last != NULL)
		list->last->next = call;
	else
		list->first = call;
	list->last = call;
}

void call_list_add_first(struct call_list *list, struct http_call *call)
{
	call->list = list;
	call->prev = NULL;
	call->next = list->first;
	if (list->first != NULL)
		list->first->prev = call;
	else
		list->last = call;
	list->first = call;
}

void call_list_remove(struct http_call *call)
{
	struct call_list *list = call->list;

	if (list == NULL)
		return;
	*(call->prev != NULL ? &call->prev->next : &list->first) = call->next;
	*(call->next != NULL ? &call->next->prev : &list->last) = call->prev;
	call->list = NULL;
	call->prev = call->next = NULL;
}

/* What is wrong with a request before anything is sent. */
static bool request_ok(struct http_call *call, const struct http_request *request, struct err *err)
{
	const char *id = call->peer->options.id;
	struct url_parts parts;
	struct err why = { 0 };

	if (!http_method_ok(call->method))
		return err_set(err, ERR_USAGE, "%s: the method of a request must be a word such as GET", id);
	call->at_home = !call->foreign && url_at_home(&call->peer->home, call->peer->options.origin, call->url);
	if (!call->at_home && !url_parts_get(call->url, &parts))
		return err_set(err, ERR_USAGE, "%s: the address of the request is not one of http or https", id);
	if (!call->at_home)
		url_parts_release(&parts);
	if (!call->at_home && !call->foreign && !http_same_origin(call->peer->options.origin, call->url))
		return err_set(err, ERR_REFUSED, "%s: the address of the request is not under %s; nothing was sent", id,
			       call->peer->options.origin);
	if (call->foreign && http_is_cleartext(call->url))
		return err_set(err, ERR_REFUSED, "%s: secrets must not travel over http://; use https://", id);
	if (!http_headers_make(call, request, &why))
		return err_set(err, why.code, "%s: %s", id, why.text);
	return true;
}

static void report_refusal(void *arg)
{
	http_call_finish(arg, false);
}

struct http_call *http_send(struct http_peer *peer, const struct http_request *request, const struct http_sink *sink)
{
	struct http_call *call = mem_zalloc(sizeof(*call));

	call->http = peer->http;
	call->peer = peer;
	call->number = ++peer->http->calls;
	call->sink = *sink;
	call->method = mem_strdup(request->method != NULL ? request->method : "GET");
	call->url = mem_strdup(request->url != NULL ? request->url : "");
	call->read = request->read;
	call->foreign = request->foreign;
	call->rank = request->rank == HTTP_BATCH ? HTTP_BATCH : HTTP_PERSON;
	call->sent = clock_steady(peer->http->clock);
	call->deadline = request->deadline != 0 ? request->deadline : call->sent + peer->options.deadline_ms;
	call->retry_at = WHEN_NONE;
	buf_init(&call->head, (size_t)peer->options.header_max + 4096);
	buf_init(&call->capture, (size_t)peer->options.body_max);
	if (request->body != NULL) {
		call->body = mem_alloc(request->body_n + 1);
		memcpy(call->body, request->body, request->body_n);
		call->body[request->body_n] = '\0';
		call->body_n = request->body_n;
	}
	if (!request_ok(call, request, &call->err)) {
		http_say_missing(call->peer->options.id, &call->err);
		call->state = CALL_NEW;
		call_list_add(&peer->resting, call);    /* so that it ends with its peer */
		loop_defer(peer->http->loop, report_refusal, call);
		return call;
	}
	if (peer->replay != NULL || peer->http->capture_dir != NULL)
		call->key = replay_key(peer, request);
	http_queue_add(call);
	return call;
}

unsigned http_call_number(const struct http_call *call)
{
	return call->number;
}

static void free_call(struct http_call *call)
{
	curl_slist_free_all(call->headers);
	buf_release(&call->head);
	buf_release(&call->capture);
	if (call->body != NULL)
		mem_wipe(call->body, call->body_n);
	free(call->method);
	free(call->url);
	free(call->body);
	free(call->key);
	free(call->location);
	free(call);
}

void http_call_bury(struct http_call *call)
{
	http_transfer_stop(call);
	free_call(call);
}

static void bury_all(void *arg)
{
	struct http *http = arg;

	while (http->graves != NULL) {
		struct http_call *call = http->graves;

		http->graves = call->next;
		http_call_bury(call);
	}
}

void http_cancel(struct http_call *call)
{
	struct http *http = call->http;

	if (call->peer == NULL || call->state == CALL_ENDED)
		return;
	if (call->state == CALL_NEW)
		loop_defer_cancel(http->loop, report_refusal, call);
	http_queue_leave(call);
	call->peer = NULL;
	/* Inside a callback of curl its handles cannot be touched: the call lies there, dead, until the turn's end. */
	if (http->in_curl == 0) {
		http_call_bury(call);
		return;
	}
	if (http->graves == NULL)
		loop_defer(http->loop, bury_all, http);
	call->next = http->graves;
	http->graves = call;
}

void http_call_finish(struct http_call *call, bool ok)
{
	struct http_peer *peer = call->peer;
	struct http *http = call->http;
	struct http_result result = {
		.ok = ok, .status = call->status, .err = call->err, .attempts = call->tries, .bytes = call->bytes,
		.ms = clock_steady(http->clock) - call->sent, .retry_at = call->retry_at,
	};
	struct capture *capture;

	if (log_on(http->log))
		log_line(http->log, peer->options.id, "#%u %d, %zu bytes, %lld ms, try %d%s%s", call->number, call->status,
			 call->bytes, (long long)result.ms, call->tries, call->err.code != ERR_NONE ? ": " : "", call->err.code != ERR_NONE ? call->err.text : "");
	capture = ok ? capture_take(call) : NULL;
	http_queue_leave(call);
	http_transfer_stop(call);
	call->state = CALL_ENDED;
	call->sink.done(call->sink.arg, &result);
	/* Neither the peer nor the engine need be there any more. */
	capture_write(capture);
	free_call(call);
}

void http_call_fail(struct http_call *call, const struct err *err)
{
	call->err = *err;
	http_call_finish(call, false);
}
