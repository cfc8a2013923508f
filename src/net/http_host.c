#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <dossier/base/mem.h>

#include "http_private.h"

/*
 * One resolution a host at a time. curl resolves in a thread for each handle;
 * with a resolver that hangs they would pile up. So a host's name is resolved
 * once, by a handle of its own that opens no socket and outlives the calls
 * that wait for it; it leaves the addresses in curl's cache, where the calls'
 * transfers find them. A transfer that is about to resolve by itself, because
 * the cache has forgotten, stops and waits here.
 */
struct host {
	struct host *next;
	struct http *http;
	char *key;          /* scheme://host:port/ */
	char *name, *place; /* place: name:port */
	enum host_state state;
	CURL *easy;
	struct transfer transfer;
	int64_t known_at;   /* steady */
	struct http_call *waiting;
};

#define HOST_FRESH_MS 1000

static char *key_of(const char *url, char **name, char **place)
{
	struct url_parts parts;
	char *key;

	*name = *place = NULL;
	if (!url_parts_get(url, &parts))
		return NULL;
	key = mem_printf("%s://%s:%s/", parts.scheme, parts.host, parts.port);
	*name = mem_strdup(parts.host);
	*place = mem_printf("%s:%s", parts.host, parts.port);
	url_parts_release(&parts);
	return key;
}

struct host *http_host_get(struct http *http, const char *url)
{
	char *name, *place, *key = key_of(url, &name, &place);
	struct host *host;

	if (key == NULL)
		return NULL;
	for (host = http->hosts; host != NULL; host = host->next) {
		if (strcasecmp(host->key, key) == 0) {
			free(key);
			free(name);
			free(place);
			return host;
		}
	}
	host = mem_zalloc(sizeof(*host));
	host->http = http;
	host->key = key;
	host->name = name;
	host->place = place;
	/* Loopback needs no resolver and no proxy. */
	host->state = url_is_loopback(key) ? HOST_KNOWN : HOST_UNKNOWN;
	host->known_at = host->state == HOST_KNOWN ? INT64_MAX : 0;
	host->next = http->hosts;
	http->hosts = host;
	return host;
}

enum host_state http_host_state(const struct host *host)
{
	return host->state;
}

const char *http_host_name(const struct host *host)
{
	return host != NULL ? host->name : "the host";
}

const char *http_host_place(const struct host *host)
{
	return host != NULL ? host->place : "the host";
}

bool http_host_fresh(const struct host *host)
{
	return host->known_at == INT64_MAX || clock_steady(host->http->clock) - host->known_at < HOST_FRESH_MS;
}

static curl_socket_t open_no_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *address)
{
	(void)arg;
	(void)purpose;
	(void)address;
	return CURL_SOCKET_BAD;
}

/* One a turn: what is told may end calls, peers and the engine itself. */
static void tell_next(void *arg)
{
	struct host *host = arg;
	struct http_call *call = host->waiting;

	if (call == NULL || host->state == HOST_RESOLVING)
		return;
	host->waiting = call->next_named;
	call->next_named = NULL;
	if (host->waiting != NULL)
		loop_defer(host->http->loop, tell_next, host);
	http_call_named(call, host->state == HOST_KNOWN);
}

static void resolved(void *arg, CURLcode code)
{
	struct host *host = arg;
	bool known = code != CURLE_COULDNT_RESOLVE_HOST && code != CURLE_COULDNT_RESOLVE_PROXY &&
		     code != CURLE_OPERATION_TIMEDOUT;

	curl_easy_cleanup(host->easy);
	host->easy = NULL;
	host->state = known ? HOST_KNOWN : HOST_UNKNOWN;
	host->known_at = clock_steady(host->http->clock);
	tell_next(host);
}

static bool resolve(struct host *host)
{
	host->easy = http_ready(host->http) ? curl_easy_init() : NULL;
	if (host->easy == NULL)
		return false;
	http_transfer_options(host->easy, url_is_loopback(host->key));
	curl_easy_setopt(host->easy, CURLOPT_URL, host->key);
	curl_easy_setopt(host->easy, CURLOPT_CONNECT_ONLY, 1L);
	curl_easy_setopt(host->easy, CURLOPT_OPENSOCKETFUNCTION, open_no_socket);
	host->transfer.thorough = true;         /* a resolver's thread has no socket */
	if (!loop_transfer_add(host->http->loop, &host->transfer, host->easy, resolved, host)) {
		curl_easy_cleanup(host->easy);
		host->easy = NULL;
		return false;
	}
	host->state = HOST_RESOLVING;
	return true;
}

void http_host_wait(struct host *host, struct http_call *call)
{
	struct http_call **link = &host->waiting;

	while (*link != NULL)
		link = &(*link)->next_named;
	call->next_named = NULL;
	*link = call;
	if (host->state == HOST_RESOLVING)
		return;
	if (!resolve(host))
		host->state = HOST_UNKNOWN;     /* when even that fails, the calls' dead-lines say so */
}

void http_host_leave(struct http_call *call)
{
	if (call->host == NULL)
		return;
	for (struct http_call **link = &call->host->waiting; *link != NULL; link = &(*link)->next_named) {
		if (*link == call) {
			*link = call->next_named;
			break;
		}
	}
	call->next_named = NULL;
}

void http_hosts_free(struct http *http)
{
	while (http->hosts != NULL) {
		struct host *host = http->hosts;

		http->hosts = host->next;
		loop_defer_cancel(http->loop, tell_next, host);
		loop_transfer_remove(http->loop, &host->transfer);
		if (host->easy != NULL)
			curl_easy_cleanup(host->easy);
		free(host->key);
		free(host->name);
		free(host->place);
		free(host);
	}
}
