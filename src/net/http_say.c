#include <errno.h>
#include <libintl.h>
#include <string.h>

#include "curl_late.h"
#include "http_private.h"

const char *http_say_count(uint64_t n, char out[32])
{
	char digits[24];
	int len = snprintf(digits, sizeof(digits), "%llu", (unsigned long long)n);
	char *p = out;

	for (int i = 0; i < len; i++) {
		if (i > 0 && (len - i) % 3 == 0)
			*p++ = ',';
		*p++ = digits[i];
	}
	*p = '\0';
	return out;
}

const char *http_say_ms(int64_t ms, char out[32])
{
	if (ms < 1000)
		snprintf(out, 32, "%lld ms", (long long)ms);
	else if (ms % 1000 == 0 || ms >= 60000)
		snprintf(out, 32, "%lld s", (long long)(ms / 1000));
	else
		snprintf(out, 32, "%lld.%lld s", (long long)(ms / 1000), (long long)(ms % 1000 / 100));
	return out;
}

static const struct {
	int status;
	enum err_code code;
	const char *hint;
} statuses[] = {
	{ 400, ERR_HTTP, "it did not understand the request" },
	{ 401, ERR_AUTH, "not let in: check the token" },
	{ 402, ERR_HTTP, "payment required" },
	{ 403, ERR_AUTH, "not permitted: check the token's rights" },
	{ 404, ERR_NOTFOUND, "nothing there" },
	{ 405, ERR_HTTP, "method not allowed there" },
	{ 407, ERR_AUTH, "the proxy did not let it through" },
	{ 409, ERR_HTTP, "it conflicts with what is there" },
	{ 410, ERR_NOTFOUND, "gone" },
	{ 422, ERR_HTTP, "it refused what was sent" },
	{ 429, ERR_RATE, "too many requests" },
	{ 500, ERR_HTTP, "it failed inside" },
	{ 502, ERR_HTTP, "a bad gateway" },
	{ 503, ERR_HTTP, "not available now" },
	{ 504, ERR_HTTP, "its gateway got no answer" },
};

void http_say_status(const char *id, int status, struct err *err)
{
	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++) {
		if (statuses[i].status == status) {
			err_set(err, statuses[i].code, "%s: HTTP %d (%s)", id, status, statuses[i].hint);
			return;
		}
	}
	err_set(err, ERR_HTTP, "%s: HTTP %d", id, status);
}

/* curl's own words for a failure, without what it puts in front of them. */
static const char *detail(const struct http_call *call, CURLcode code)
{
	static const char *const fronts[] = { "SSL certificate problem: ", "SSL: ", "OpenSSL " };
	const char *text = call->curl_text[0] != '\0' ? call->curl_text : curl_easy_strerror(code);

	for (size_t i = 0; i < sizeof(fronts) / sizeof(fronts[0]); i++)
		if (strncmp(text, fronts[i], strlen(fronts[i])) == 0)
			return text + strlen(fronts[i]);
	return text;
}

static bool is_tls(CURLcode code)
{
	switch (code) {
	case CURLE_SSL_CONNECT_ERROR: case CURLE_SSL_CERTPROBLEM: case CURLE_SSL_CIPHER:
	case CURLE_PEER_FAILED_VERIFICATION: case CURLE_SSL_CACERT_BADFILE: case CURLE_SSL_ISSUER_ERROR:
	case CURLE_SSL_CRL_BADFILE: case CURLE_SSL_INVALIDCERTSTATUS: case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
	case CURLE_SSL_CLIENTCERT: case CURLE_SSL_ENGINE_NOTFOUND: case CURLE_SSL_ENGINE_INITFAILED:
	case CURLE_USE_SSL_FAILED:
		return true;
	default:
		return false;
	}
}

static void say_tls(const struct http_call *call, CURLcode code, struct err *err)
{
	const struct http_peer_options *options = &call->peer->options;
	const char *host = http_host_name(call->host), *why = detail(call, code), *next = "";

	if (code == CURLE_SSL_CACERT_BADFILE)
		next = "; check the file of the CA";
	else if (strstr(why, "wrong version number") != NULL)
		next = "; it may only speak http:// there";
	else if (code == CURLE_SSL_CERTPROBLEM)
		next = "; check the client certificate and its key";
	else if (code == CURLE_PEER_FAILED_VERIFICATION && strstr(why, "target host") == NULL && strstr(why, "expired") == NULL)
		next = options->ca_file != NULL ? "; the configured CA did not sign it" :
			"; if the house signs its own certificates, name its CA file";
	err_set(err, ERR_TLS, "%s: TLS with %s failed: %.200s%s", options->id, host, why, next);
}

static void say_connect(const struct http_call *call, CURLcode code, struct err *err)
{
	const char *id = call->peer->options.id, *host = http_host_place(call->host);
	long error = 0;
	char ms[32];

	if (call->easy != NULL)
		curl_easy_getinfo(call->easy, CURLINFO_OS_ERRNO, &error);
	if (code == CURLE_OPERATION_TIMEDOUT)
		err_set(err, ERR_NET, "%s: no connection to %s within %s", id, host,
			http_say_ms(call->peer->options.connect_ms, ms));
	else if (error == ECONNREFUSED)
		err_set(err, ERR_NET, "%s: %s refused the connection: is it running?", id, host);
	else
		err_set(err, ERR_NET, "%s: no connection to %s: %.200s", id, host,
			error != 0 ? strerror((int)error) : detail(call, code));
}

void http_say_curl(const struct http_call *call, CURLcode code, struct err *err)
{
	const char *id = call->peer->options.id;
	char bytes[32];

	if (is_tls(code)) {
		say_tls(call, code, err);
		return;
	}
	switch (code) {
	case CURLE_COULDNT_RESOLVE_HOST:
		err_set(err, ERR_NET, "%s: the name %s is not known: check the address and the network", id,
			http_host_name(call->host));
		return;
	case CURLE_COULDNT_RESOLVE_PROXY:
		err_set(err, ERR_NET, "%s: the name of the proxy is not known: check https_proxy and no_proxy", id);
		return;
	case CURLE_COULDNT_CONNECT:
		say_connect(call, code, err);
		return;
	case CURLE_OPERATION_TIMEDOUT:
		if (!call->connected) {
			say_connect(call, code, err);
			return;
		}
		http_say_late(call, err);
		return;
	case CURLE_UNSUPPORTED_PROTOCOL: case CURLE_WEIRD_SERVER_REPLY:
		err_set(err, ERR_NET, "%s: what %s answers is not HTTP: check the address and its port", id,
			http_host_name(call->host));
		return;
	case CURLE_BAD_CONTENT_ENCODING:
		err_set(err, ERR_NET, "%s: the reply's compression is damaged", id);
		return;
	case CURLE_GOT_NOTHING: case CURLE_PARTIAL_FILE: case CURLE_RECV_ERROR: case CURLE_SEND_ERROR:
	case CURLE_HTTP2: case CURLE_HTTP2_STREAM:
		if (call->status == 0)
			err_set(err, ERR_NET, "%s: the connection was cut before an answer came", id);
		else
			err_set(err, ERR_NET, "%s: the reply was cut off after %s bytes", id, http_say_count(call->bytes, bytes));
		return;
	default:
		err_set(err, ERR_NET, "%s: %.200s", id, detail(call, code));
	}
}

void http_say_hold(const struct http_peer *peer, struct err *err)
{
	const struct http *http = peer->http;
	int64_t left = peer->hold_until - clock_steady(http->clock);
	char ms[32];

	http_say_ms((left + 999) / 1000 * 1000, ms);
	if (peer->hold_status >= 400)
		err_set(err, ERR_RATE, "%s: HTTP %d: it asks not to be called for another %s", peer->options.id,
			peer->hold_status, ms);
	else
		err_set(err, ERR_RATE, "%s: its allowance is used up for another %s", peer->options.id, ms);
}

static void say_not_sent(const struct http_call *call, const char *within, struct err *err)
{
	const struct http_peer *peer = call->peer;

	if (call->last_err.code != ERR_NONE)
		*err = call->last_err;
	else if (peer->hold_until > clock_steady(peer->http->clock))
		http_say_hold(peer, err);
	else if (peer->n_running >= peer->options.concurrency)
		err_set(err, ERR_TIMEOUT, ngettext("%s: not sent within %s: %d request was still running",
						   "%s: not sent within %s: %d requests were still running", (unsigned long)peer->n_running),
			peer->options.id, within, peer->n_running);
	else
		err_set(err, ERR_RATE, "%s: not sent within %s: the budget of %g requests a second was used up",
			peer->options.id, within, peer->options.rate);
}

void http_say_late(const struct http_call *call, struct err *err)
{
	const char *id = call->peer->options.id;
	char within[32], bytes[32];

	http_say_ms(call->deadline - call->sent, within);
	if (call->state == CALL_WAITING || call->state == CALL_BACKOFF)
		say_not_sent(call, within, err);
	else if (call->state == CALL_NAMING)
		err_set(err, ERR_TIMEOUT, "%s: the name %s was not resolved within %s", id, http_host_name(call->host), within);
	else if (!call->connected)
		err_set(err, ERR_TIMEOUT, "%s: no connection to %s within %s", id, http_host_place(call->host), within);
	else if (call->status == 0)
		err_set(err, ERR_TIMEOUT, "%s: no answer within %s", id, within);
	else
		err_set(err, ERR_TIMEOUT, "%s: the reply was not whole within %s: %s bytes came", id, within,
			http_say_count(call->bytes, bytes));
}

bool http_say_missing(const char *id, struct err *err)
{
	const char *why = curl_late_missing();

	if (why)
		err_set(err, ERR_NET, "%s: nothing can be asked without the library libcurl, which cannot be loaded (%s); install it (libcurl4, or libcurl), then start dossier again", id, why);
	return false;
}
