#include "exchange.h"

#include <dossier/base/mem.h>

#define REFUSED_MAX (64 * 1024)

static void exchange_free(struct exchange *ex)
{
	if (ex->link) {
		*ex->link = ex->next;
		if (ex->next)
			ex->next->link = ex->link;
	}
	wire_release(&ex->wire);
	buf_release(&ex->refused);
	free(ex->why);
	free(ex);
}

static const struct trace *trace_of(const struct exchange *ex)
{
	const struct exchange *first = ex->backend->auth.waiters;

	if (ex->call)
		return ex->call->options.trace;
	return first && first->call ? first->call->options.trace : NULL;       /* a log-in: of who waits for it */
}

static bool listed(const struct exchange *ex, const int *items, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (items[i] == ex->status)
			return true;
	return false;
}

static bool status_ok(const struct exchange *ex)
{
	if (ex->plan->ok.n)
		return listed(ex, ex->plan->ok.items, ex->plan->ok.n);
	return ex->status >= 200 && ex->status < 300;
}

static bool status_none(const struct exchange *ex)
{
	return ex->status == 204 || listed(ex, ex->plan->none.items, ex->plan->none.n);
}

static bool type_may_be_json(const char *type)
{
	return !*type || strstr(type, "json") || !strcmp(type, "text/plain") || !strcmp(type, "text/javascript") ||
	       !strcmp(type, "application/javascript") || !strcmp(type, "application/octet-stream");
}

static void ex_begin(void *arg, const struct http_reply *reply)
{
	struct exchange *ex = arg;

	ex->status = reply->status;
	ex->accepted = status_ok(ex) && !status_none(ex);
	ex->checked = ex->loose || type_may_be_json(reply->type);
	buf_reset(&ex->refused);
	if (!ex->checked)
		buf_adds(&ex->refused, reply->type);
	if (ex->accepted && ex->sink.begin)
		ex->sink.begin(ex->sink.arg);
}

/* Where nothing that we know stands, the address is more likely wrong than the backend. */
static const char *url_advice(const struct exchange *ex)
{
	const struct plan *plan = ex->backend->plan;

	for (size_t i = 0; i < plan->settings.n; i++)
		if (!strcmp(plan->settings.items[i].name, "url"))
			return ": is settings.url right?";
	return "";
}

static bool ex_data(void *arg, const char *data, size_t n, struct err *err)
{
	struct exchange *ex = arg;

	if (!ex->accepted) {
		if (ex->checked && ex->refused.len < REFUSED_MAX)
			buf_add(&ex->refused, data, n < REFUSED_MAX - ex->refused.len ? n : REFUSED_MAX - ex->refused.len);
		return true;
	}
	if (!ex->checked)
		return err_set(err, ERR_SHAPE, "sent %.60s where JSON was expected%s", ex->refused.len ? ex->refused.data : "?", url_advice(ex));
	return !ex->sink.data || ex->sink.data(ex->sink.arg, data, n, err);
}

/* The backend's own words for a refusal, where it has any. */
static void own_words(const struct exchange *ex, struct buf *out)
{
	const struct plan *plan = ex->backend->plan;
	struct json_object *root;

	if (!ex->checked || !ex->refused.len)
		return;
	root = json_parse_whole(buf_str(&ex->refused), NULL, NULL);
	if (!root)
		return;
	if (!error_text(root, ex->plan->errors.items, ex->plan->errors.n, out))
		error_text(root, plan->errors.items, plan->errors.n, out);
	json_object_put(root);
}

static void judge_status(struct exchange *ex, const struct http_result *result, struct exchange_end *end)
{
	struct buf words, advice;
	/* what was asked for may be of the customer, and --verbose tells it */
	struct str asked = str_make(ex->wire.target, strcspn(ex->wire.target, "?"));
	const char *id = ex->backend->id, *said = result->err.text, *phrase = ex->status == 401 ? "Unauthorized" : "Forbidden";

	if (!strncmp(said, id, strlen(id)) && !strncmp(said + strlen(id), ": ", 2))
		said += strlen(id) + 2;
	buf_init(&words, 300);
	buf_init(&advice, 300);
	own_words(ex, &words);
	end->how = EXCHANGE_FAILED;
	if (ex->status == 401 || ex->status == 403) {
		auth_advice(ex->backend, &advice);
		if (str_is(buf_str(&words), phrase))
			buf_reset(&words);
		err_set(&end->err, ERR_AUTH, "not let in (%d %s)%s%.*s: %.*s", ex->status, phrase, words.len ? ", " : "",
			STR_ARG(buf_str(&words)), STR_ARG(buf_str(&advice)));
	} else if (words.len) {
		err_set(&end->err, result->err.code ? result->err.code : ERR_HTTP, "%s %.*s was refused (%d): %.*s",
			ex->wire.method, STR_ARG(asked), ex->status, STR_ARG(buf_str(&words)));
	} else {
		err_set(&end->err, result->err.code ? result->err.code : ERR_HTTP, "%s %.*s was answered with %.120s%s",
			ex->wire.method, STR_ARG(asked), *said ? said : "an error", ex->status == 404 ? url_advice(ex) : "");
	}
	end->maybe_done = ex->status >= 500 || ex->status == 408;
	buf_release(&words);
	buf_release(&advice);
}

/* Errors before a single byte could leave: whatever it was, it did not happen. */
static bool surely_not_sent(enum err_code code)
{
	return code == ERR_RATE || code == ERR_TLS || code == ERR_CONFIG || code == ERR_REFUSED || code == ERR_USAGE ||
	       code == ERR_AUTH;
}

/* A backend may say back what it was sent: "invalid key abc". */
void err_clean(const struct log *log, struct err *err)
{
	struct buf clean;

	buf_init(&clean, 4 * sizeof(err->text));
	log_clean(log, str_of(err->text), &clean);
	snprintf(err->text, sizeof(err->text), "%s", clean.data ? clean.data : "");
	buf_release(&clean);
}

static void report(struct exchange *ex, struct exchange_end *end)
{
	struct backend_call *call = ex->call;
	const struct trace *trace = trace_of(ex);

	ex->in_done = true;
	if (end->how == EXCHANGE_FAILED) {
		struct str text = str_of(end->err.text);
		size_t n = strlen(ex->backend->id);

		if (!(text.n > n && !memcmp(text.p, ex->backend->id, n) && text.p[n] == ':'))
			err_prefix(&end->err, "%s", ex->backend->id);
		err_clean(ex->backend->log, &end->err);
	}
	if (trace && trace->repeated && end->tries > 1)
		trace->repeated(trace->arg, ex->backend->id, end->tries);
	if (trace && trace->reply && ex->http)
		trace->reply(trace->arg, ex->backend->id, end->status, end->ms, end->bytes, end->how == EXCHANGE_FAILED ? end->err.text : NULL);
	if (call) {
		call->end.bytes += end->bytes;
		call_enter(call);
	}
	if (!call || call_alive(call))
		ex->sink.done(ex->sink.arg, end);
	exchange_free(ex);
	if (call)
		call_leave(call);
}

static void ex_done(void *arg, const struct http_result *result)
{
	struct exchange *ex = arg;
	struct exchange_end end = { .how = EXCHANGE_OK, .status = result->status, .retry_at = result->retry_at,
				    .bytes = result->bytes, .ms = result->ms, .tries = result->attempts };

	ex->in_done = true;
	if (result->ok && ex->status == 401 && auth_has_token(ex->backend) && !ex->again && !ex->plan->plain && ex->call) {
		ex->again = true;
		ex->in_done = false;
		ex->http = NULL;
		auth_drop(ex->backend, ex->generation);
		exchange_go(ex);
		return;
	}
	if (!result->ok) {
		end.how = EXCHANGE_FAILED;
		end.err = result->err;
		end.maybe_done = !surely_not_sent(result->err.code);
	} else if (status_none(ex)) {
		end.how = EXCHANGE_NONE;
	} else if (!status_ok(ex)) {
		judge_status(ex, result, &end);
	}
	report(ex, &end);
}

static void trace_request(const struct exchange *ex)
{
	const struct trace *trace = trace_of(ex);
	struct buf clean;

	if (!(trace && trace->request) && !log_on(ex->backend->log))
		return;
	buf_init(&clean, 16 * 1024);
	log_clean(ex->backend->log, str_of(ex->wire.target), &clean);
	if (trace && trace->request)
		trace->request(trace->arg, ex->backend->id, ex->wire.method, clean.len ? clean.data : "", ex->why);
	if (log_on(ex->backend->log))
		log_line(ex->backend->log, ex->backend->id, "#%u %s %.*s (%s)", http_call_number(ex->http), ex->wire.method,
			 STR_ARG(buf_str(&clean)), ex->why);
	buf_release(&clean);
}

void exchange_go(struct exchange *ex)
{
	struct backend *backend = ex->backend;
	struct wire_pairs auth = { 0 };
	struct http_header *headers;
	struct err err = { 0 };
	enum auth_made made = ex->plan->plain ? AUTH_MADE : auth_apply(ex, &auth, &err);
	const struct http_sink sink = { ex_begin, ex_data, ex_done, ex };
	struct http_request request = {
		.method = ex->wire.method, .url = ex->wire.url, .body = ex->wire.has_body ? (ex->wire.body.data ? ex->wire.body.data : "") : NULL,
		.body_n = ex->wire.body.len, .read = !ex->wire.write, .foreign = ex->wire.foreign,
		.rank = ex->call ? ex->call->options.rank : HTTP_PERSON,
		.deadline = ex->call ? ex->call->deadline : clock_steady(backend->house.clock) + backend->deadline_ms,
		.replay_key = ex->wire.replay_key,
	};
	size_t n = 0;

	if (made == AUTH_WAITS)
		return;
	if (made == AUTH_FAILED) {
		pairs_release(&auth);
		exchange_refuse(ex, &err);
		return;
	}
	headers = mem_array(ex->wire.headers.n + auth.n + 1, sizeof(*headers));
	for (size_t i = 0; i < ex->wire.headers.n; i++)
		headers[n++] = (struct http_header){ ex->wire.headers.items[i].name, ex->wire.headers.items[i].value };
	for (size_t i = 0; i < auth.n; i++)
		headers[n++] = (struct http_header){ auth.items[i].name, auth.items[i].value };
	request.headers = headers;
	request.n_headers = n;
	if (ex->call)
		ex->call->end.requests++;
	ex->http = http_send(backend->peer, &request, &sink);
	trace_request(ex);
	free(headers);
	pairs_release(&auth);
}

static void deferred_go(void *arg)
{
	exchange_go(arg);
}


void exchange_refuse(struct exchange *ex, const struct err *err)
{
	struct exchange_end end = { .how = EXCHANGE_FAILED, .err = *err, .retry_at = WHEN_NONE };

	report(ex, &end);
}

struct exchange *exchange_start(struct backend *backend, struct backend_call *call, const struct plan_request *plan,
				struct wire *wire, const char *why, bool loose, const struct exchange_sink *sink)
{
	struct exchange *ex = mem_zalloc(sizeof(*ex));

	ex->backend = backend;
	ex->call = call;
	ex->plan = plan;
	ex->wire = *wire;
	ex->why = mem_strdup(why);
	ex->loose = loose;
	ex->sink = *sink;
	buf_init(&ex->refused, REFUSED_MAX);
	*wire = (struct wire){ 0 };
	if (call) {
		ex->next = call->exchanges;
		ex->link = &call->exchanges;
		if (ex->next)
			ex->next->link = &ex->next;
		call->exchanges = ex;
	}
	loop_defer(backend->loop, deferred_go, ex);
	return ex;
}

void exchange_cancel(struct exchange *ex)
{
	loop_defer_cancel(ex->backend->loop, deferred_go, ex);
	auth_leave(ex);
	if (ex->http && !ex->in_done)
		http_cancel(ex->http);
	exchange_free(ex);
}

const char *exchange_header(const struct exchange *ex, const char *name)
{
	return ex->http && ex->in_done ? http_header(ex->http, name) : NULL;
}
