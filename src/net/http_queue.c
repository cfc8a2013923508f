#include <stdlib.h>
#include <string.h>

#include <dossier/base/mem.h>
#include <dossier/base/when.h>

#include "http_private.h"
#include "replay.h"
#include "retry.h"

#define HTTP_REDIRECTS 5

static void run_queue(void *arg);
static void let_out(struct http_call *call);

void http_queue_soon(struct http_peer *peer)
{
	if (peer->deferred)
		return;
	peer->deferred = true;
	loop_defer(peer->http->loop, run_queue, peer);
}

static void wake(void *arg)
{
	struct http_peer *peer = arg;

	peer->wake = NULL;
	http_queue_soon(peer);
}

static void wake_in(struct http_peer *peer, int64_t ms)
{
	loop_timer_cancel(peer->http->loop, peer->wake);
	peer->wake = loop_timer(peer->http->loop, ms, wake, peer);
}

void http_peer_quiet(struct http_peer *peer)
{
	loop_timer_cancel(peer->http->loop, peer->wake);
	peer->wake = NULL;
	loop_defer_cancel(peer->http->loop, run_queue, peer);
	peer->deferred = false;
}

static void clear_timer(struct http_call *call, struct timer **timer)
{
	loop_timer_cancel(call->http->loop, *timer);
	*timer = NULL;
}

static void leave_slot(struct http_call *call)
{
	if (call->list == &call->peer->running)
		call->peer->n_running--;
	call_list_remove(call);
}

void http_queue_leave(struct http_call *call)
{
	clear_timer(call, &call->alarm);
	clear_timer(call, &call->again);
	http_host_leave(call);
	if (call->state == CALL_REPLAYING)
		replay_stop(call);
	if (call->peer->probe == call) {
		call->peer->probe = NULL;
		breaker_forget_probe(&call->peer->breaker);
	}
	leave_slot(call);
	http_queue_soon(call->peer);
}

static void worked(struct http_call *call)
{
	if (call->peer->probe == call)
		call->peer->probe = NULL;
	breaker_worked(&call->peer->breaker);
}

static void failed(struct http_call *call, const struct err *why)
{
	const struct clock *clock = call->http->clock;

	breaker_failed(&call->peer->breaker, clock_steady(clock), clock_random(clock), why);
	if (call->peer->probe == call)
		call->peer->probe = NULL;
}

static void too_late(void *arg)
{
	struct http_call *call = arg;
	struct err err = { 0 };

	call->alarm = NULL;
	http_say_late(call, &err);
	if (call->state == CALL_NAMING || call->state == CALL_RUNNING)
		failed(call, &err);
	else if (call->peer->hold_until > clock_steady(call->http->clock))
		call->retry_at = call->peer->hold_wall;
	http_call_fail(call, &err);
}

void http_queue_add(struct http_call *call)
{
	struct http *http = call->http;

	call->state = CALL_WAITING;
	call->alarm = loop_timer(http->loop, call->deadline - clock_steady(http->clock), too_late, call);
	call_list_add(&call->peer->waiting[call->rank], call);
	http_queue_soon(call->peer);
}

void http_peer_hold(struct http_peer *peer, int64_t until_wall, int status)
{
	const struct clock *clock = peer->http->clock;
	int64_t until = clock_steady(clock) + until_wall - clock_wall(clock);

	if (until <= peer->hold_until)
		return;
	peer->hold_until = until;
	peer->hold_wall = until_wall;
	peer->hold_status = status;
	http_queue_soon(peer);
}

/* The first that waits and cannot live until then. */
static struct http_call *doomed(struct http_peer *peer, int64_t until)
{
	for (int rank = HTTP_PERSON; rank <= HTTP_BATCH; rank++)
		for (struct http_call *call = peer->waiting[rank].first; call != NULL; call = call->next)
			if (call->deadline < until)
				return call;
	return NULL;
}

static void refuse_broken(struct http_call *call, int64_t now)
{
	const struct breaker *breaker = &call->peer->breaker;
	const char *id = call->peer->options.id, *why = breaker->last.text;
	size_t n = strlen(id);
	struct err err = { 0 };
	char ms[32];

	/* The last failure names the backend itself. */
	if (strncmp(why, id, n) == 0 && strncmp(why + n, ": ", 2) == 0)
		why += n + 2;
	err_set(&err, breaker->last.code, "%s: not asked for another %s after %d failures in a row, the last: %s", id,
		http_say_ms((breaker->until - now + 999) / 1000 * 1000, ms), breaker->failures, why);
	http_call_fail(call, &err);
}

/* True when a token is there. False: a wake-up is set, or the call was ended. */
static bool pay(struct http_call *call, int64_t now)
{
	struct http_peer *peer = call->peer;
	int64_t left = call->deadline - now, ms;
	enum pace_answer answer;
	struct err err = { 0 };
	char text[32];

	if (peer->paid_at >= 0) {
		if (peer->paid_at <= now) {
			peer->paid_at = -1;
			return true;
		}
		wake_in(peer, peer->paid_at - now);
		return false;
	}
	answer = pace_take(&peer->pace, call->rank, left, &ms);
	if (peer->pace.alone && !peer->http->pace_told) {
		peer->http->pace_told = true;
		if (log_on(peer->http->log))
			log_line(peer->http->log, "net", "budgets are not shared with other processes: %s", peer->pace.why);
	}
	if (answer == PACE_GO && ms == 0)
		return true;
	if (answer == PACE_GO)
		peer->paid_at = now + ms;
	if (answer == PACE_LATER && ms > left) {
		call->retry_at = clock_wall(peer->http->clock) + ms;
		err_set(&err, ERR_RATE, "%s: the budget of %g requests a second is used up for another %s", peer->options.id,
			peer->options.rate, http_say_ms(ms, text));
		http_call_fail(call, &err);
		return false;
	}
	wake_in(peer, ms);
	return false;
}

/* Lets out the first call that waits. False when nothing more can be done in this turn. */
static bool run_first(struct http_peer *peer, struct http_call *call)
{
	int64_t now = clock_steady(peer->http->clock);
	struct http_call *late;
	struct err err = { 0 };

	if (peer->replay != NULL) {
		let_out(call);
		return true;
	}
	if (peer->hold_until > now) {
		late = doomed(peer, peer->hold_until);
		wake_in(peer, peer->hold_until - now);
		if (late != NULL) {
			late->retry_at = peer->hold_wall;
			http_say_hold(peer, &err);
			http_call_fail(late, &err);
		}
		return false;
	}
	switch (breaker_ask(&peer->breaker, now)) {
	case BREAKER_REFUSE:
		refuse_broken(call, now);
		return false;
	case BREAKER_WAIT:
		return false;
	case BREAKER_PROBE:
		peer->probe = call;
		break;
	case BREAKER_GO:
		break;
	}
	if (pay(call, now)) {
		let_out(call);
		return true;
	}
	return false;
}

static void run_queue(void *arg)
{
	struct http_peer *peer = arg;

	peer->deferred = false;
	while (peer->n_running < peer->options.concurrency) {
		struct http_call *call = peer->waiting[HTTP_PERSON].first;

		if (call == NULL)
			call = peer->waiting[HTTP_BATCH].first;
		/* After a call was ended its sink may have freed the peer: the next turn goes on. */
		if (call == NULL || !run_first(peer, call))
			return;
	}
}

static void start(struct http_call *call)
{
	struct err err = { 0 };

	call->state = CALL_RUNNING;
	call->tries++;
	if (!http_transfer_start(call, &err))
		http_call_fail(call, &err);
}

static void name_too_late(void *arg)
{
	struct http_call *call = arg;
	struct err err = { 0 };
	char ms[32];

	call->again = NULL;
	err_set(&err, ERR_TIMEOUT, "%s: the name %s was not resolved within %s", call->peer->options.id,
		http_host_name(call->host), http_say_ms(call->peer->options.connect_ms, ms));
	failed(call, &err);
	http_call_fail(call, &err);
}

static void wait_for_name(struct http_call *call)
{
	call->state = CALL_NAMING;
	call->again = loop_timer(call->http->loop, call->peer->options.connect_ms, name_too_late, call);
	http_host_wait(call->host, call);
}

void http_call_named(struct http_call *call, bool known)
{
	struct err err = { 0 };

	clear_timer(call, &call->again);
	if (known) {
		start(call);
		return;
	}
	http_say_curl(call, CURLE_COULDNT_RESOLVE_HOST, &err);
	failed(call, &err);
	http_call_fail(call, &err);
}

static void let_out(struct http_call *call)
{
	struct http_peer *peer = call->peer;

	call_list_remove(call);
	call_list_add(&peer->running, call);
	peer->n_running++;
	if (peer->replay != NULL) {
		call->state = CALL_REPLAYING;
		call->tries++;
		replay_start(call);
		return;
	}
	if (!call->at_home)
		call->host = http_host_get(call->http, call->url);
	else if (peer->host == NULL)
		peer->host = http_host_get(call->http, call->url);
	if (call->at_home)
		call->host = peer->host;
	if (http_host_state(call->host) == HOST_KNOWN)
		start(call);
	else
		wait_for_name(call);
}

static void back_again(void *arg)
{
	struct http_call *call = arg;

	call->again = NULL;
	call->state = CALL_WAITING;
	call_list_remove(call);
	call_list_add_first(&call->peer->waiting[call->rank], call);
	http_queue_soon(call->peer);
}

static void rest(struct http_call *call, int64_t ms, const struct err *why)
{
	if (log_on(call->http->log))
		log_line(call->http->log, call->peer->options.id, "#%u try %d: %s; again in %lld ms", call->number,
			 call->tries, why->text, (long long)ms);
	http_transfer_stop(call);
	leave_slot(call);
	call->last_err = *why;
	call->state = CALL_BACKOFF;
	call_list_add(&call->peer->resting, call);
	call->again = loop_timer(call->http->loop, ms, back_again, call);
	http_queue_soon(call->peer);
}

static bool tries_left(const struct http_call *call)
{
	return call->read && call->tries <= call->peer->options.retries;
}

static bool worth_another_try(const struct http_call *call, CURLcode code)
{
	switch (code) {
	case CURLE_COULDNT_CONNECT: case CURLE_GOT_NOTHING: case CURLE_PARTIAL_FILE: case CURLE_RECV_ERROR:
	case CURLE_SEND_ERROR: case CURLE_HTTP2: case CURLE_HTTP2_STREAM:
		return true;
	case CURLE_OPERATION_TIMEDOUT:
		return !call->connected;
	default:
		return false;
	}
}

static struct str header_str(const struct http_call *call, const char *name)
{
	return name != NULL ? str_of(http_header(call, name)) : (struct str){ 0 };
}

/* What the reply says of when to come back; true when it says anything. */
static bool asks_to_wait(struct http_call *call)
{
	const struct http_peer_options *options = &call->peer->options;
	int64_t now = clock_wall(call->http->clock), at;
	struct str after = header_str(call, "retry-after");
	bool busy = call->status == 429 || call->status == 503;

	if (busy && after.p != NULL && retry_after(after, now, &at)) {
		call->retry_at = at;
	} else if (options->reset.reset != NULL && retry_reset(&options->reset, header_str(call, options->reset.remaining),
							       header_str(call, options->reset.reset), now, &at)) {
		if (busy)
			call->retry_at = at;
	} else {
		return false;
	}
	http_peer_hold(call->peer, at, call->status);
	return busy;
}

static void decide_retry(struct http_call *call, bool told)
{
	const struct clock *clock = call->http->clock;
	int64_t left = call->deadline - clock_steady(clock);
	int64_t jitter = retry_wait(call->tries, clock_random(clock));

	call->wait_ms = jitter;
	if (told) {
		call->wait_ms = call->retry_at - clock_wall(clock);
		if (call->wait_ms >= left) {
			call->fate = FATE_REFUSE;
			http_say_hold(call->peer, &call->err);
			return;
		}
		/* Everybody was told the same moment. */
		call->wait_ms += jitter < left - call->wait_ms ? jitter : 0;
	}
	if (tries_left(call) && call->wait_ms < left)
		call->fate = FATE_RETRY;
}

static void decide_redirect(struct http_call *call)
{
	const char *to = http_header(call, "location"), *id = call->peer->options.id;
	char other[128];

	if (to == NULL || !call->read || (strcmp(call->method, "GET") != 0 && strcmp(call->method, "HEAD") != 0))
		return;
	free(call->location);
	call->fate = FATE_REDIRECT;
	if (!url_redirect(call->foreign ? call->url : call->peer->options.origin, call->url, to, &call->location, other)) {
		call->fate = FATE_REFUSE;
		err_set(&call->err, ERR_REFUSED, "%s: it redirects to %s, which is not the configured address; nothing was sent there",
			id, other);
	} else if (call->redirects >= HTTP_REDIRECTS) {
		call->fate = FATE_REFUSE;
		err_set(&call->err, ERR_NET, "%s: it redirected more than %d times", id, HTTP_REDIRECTS);
	}
}

void http_queue_decide(struct http_call *call)
{
	bool told = asks_to_wait(call);
	int status = call->status;

	call->fate = FATE_HAND_OUT;
	if (call->read && retry_status(status, call->tries))
		decide_retry(call, told);
	else if (status == 301 || status == 302 || status == 303 || status == 307 || status == 308)
		decide_redirect(call);
}

bool http_call_begin(struct http_call *call)
{
	struct http_reply reply = { .status = call->status, .type = call->type, .attempt = call->tries };

	call->begun = true;
	if (call->sink.begin == NULL)
		return true;
	call->http->in_curl++;      /* so that a cancel only marks the call */
	call->sink.begin(call->sink.arg, &reply);
	call->http->in_curl--;
	return call->peer != NULL;
}

/* Whether the status says that the backend is in trouble, not the request. */
static bool is_trouble(int status)
{
	return status == 502 || status == 503 || status == 504;
}

static void note_status(struct http_call *call, struct err *err)
{
	if (call->status >= 400)
		http_say_status(call->peer->options.id, call->status, err);
	if (is_trouble(call->status))
		failed(call, err);
	else
		worked(call);
}

static void end_whole(struct http_call *call)
{
	if (!call->begun && !http_call_begin(call))
		return;
	note_status(call, &call->err);
	http_call_finish(call, true);
}

void http_queue_replayed(struct http_call *call)
{
	struct err err;

	if (call->peer == NULL)
		return;
	if (call->refused) {
		err = call->err;
		http_call_fail(call, &err);
		return;
	}
	end_whole(call);
}

static void end_broken(struct http_call *call, CURLcode code)
{
	const struct clock *clock = call->http->clock;
	int64_t left = call->deadline - clock_steady(clock), ms = retry_wait(call->tries, clock_random(clock));
	struct err err = { 0 };

	http_say_curl(call, code, &err);
	failed(call, &err);
	if (tries_left(call) && worth_another_try(call, code) && ms < left) {
		rest(call, ms, &err);
		return;
	}
	http_call_fail(call, &err);
}

static void follow(struct http_call *call)
{
	worked(call);
	http_transfer_stop(call);
	free(call->url);
	call->url = call->location;
	call->location = NULL;
	call->at_home = false;
	call->redirects++;
	call->tries--;
	start(call);
}

void http_queue_ended(struct http_call *call, CURLcode code)
{
	struct err err = { 0 };

	if (call->peer == NULL)
		return;     /* cancelled inside a callback; it is buried in this turn */
	if (call->needs_name) {
		http_transfer_stop(call);
		call->tries--;
		wait_for_name(call);
	} else if (call->refused || call->fate == FATE_REFUSE) {
		err = call->err;
		if (is_trouble(call->status))
			failed(call, &err);
		else
			worked(call);
		http_call_fail(call, &err);
	} else if (call->fate == FATE_RETRY) {
		note_status(call, &err);
		rest(call, call->wait_ms, &err);
	} else if (call->fate == FATE_REDIRECT) {
		follow(call);
	} else if (code != CURLE_OK) {
		end_broken(call, code);
	} else {
		end_whole(call);
	}
}
