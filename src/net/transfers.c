/* The one call that looks at every transfer is called old, though nothing replaces it. */
#define CURL_DISABLE_DEPRECATION

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <dossier/base/mem.h>

#include "transfers.h"

/* Warm connections kept; curl's own limit would follow the number of running transfers. */
#define CONNECTIONS 64L
#define NEVER INT64_MAX

/* curl counts by this clock, whatever the loop's is. */
static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void transfers_init(struct transfers *all)
{
	*all = (struct transfers){ .due = NEVER };
}

void transfers_release(struct transfers *all)
{
	if (all->multi != NULL)
		curl_multi_cleanup(all->multi);
	if (all->begun)
		curl_global_cleanup();
	free(all->sockets);
	free(all->places);
	transfers_init(all);
}

static void forget_socket(struct transfers *all, size_t fd)
{
	size_t place = fd < all->n_places ? all->places[fd] : 0;
	struct pollfd *last;

	if (place == 0)
		return;
	last = &all->sockets[--all->n_sockets];
	all->sockets[place - 1] = *last;
	all->places[last->fd] = place;
	all->places[fd] = 0;
}

static void room_for(struct transfers *all, size_t fd)
{
	size_t n = fd + 64;

	if (fd < all->n_places)
		return;
	all->places = mem_realloc(all->places, n, sizeof(*all->places));
	memset(all->places + all->n_places, 0, (n - all->n_places) * sizeof(*all->places));
	all->n_places = n;
}

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *unused)
{
	struct transfers *all = arg;
	struct pollfd socket = { .fd = fd, .events = (short)((what & CURL_POLL_IN ? POLLIN : 0) | (what & CURL_POLL_OUT ? POLLOUT : 0)) };

	(void)easy;
	(void)unused;
	if (fd < 0)
		return 0;
	if (what == CURL_POLL_REMOVE) {
		forget_socket(all, (size_t)fd);
		return 0;
	}
	room_for(all, (size_t)fd);
	if (all->places[fd] == 0) {
		MEM_ROOM(all->sockets, all->n_sockets, all->cap_sockets);
		all->places[fd] = ++all->n_sockets;
	}
	all->sockets[all->places[fd] - 1] = socket;
	return 0;
}

static int on_timer(CURLM *multi, long ms, void *arg)
{
	struct transfers *all = arg;

	(void)multi;
	all->due = ms < 0 ? NEVER : now_ms() + ms;
	return 0;
}

bool transfers_begin(struct transfers *all)
{
	all->begun = all->begun || curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
	return all->begun;
}

/* Made for the first transfer: without any, libcurl is not even loaded. */
static bool open_multi(struct transfers *all)
{
	if (all->multi != NULL)
		return true;
	if (!transfers_begin(all))
		return false;
	all->multi = curl_multi_init();
	if (all->multi == NULL)
		return false;
	curl_multi_setopt(all->multi, CURLMOPT_MAXCONNECTS, CONNECTIONS);
	curl_multi_setopt(all->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
	curl_multi_setopt(all->multi, CURLMOPT_SOCKETDATA, all);
	curl_multi_setopt(all->multi, CURLMOPT_TIMERFUNCTION, on_timer);
	curl_multi_setopt(all->multi, CURLMOPT_TIMERDATA, all);
	return true;
}

bool transfers_add(struct transfers *all, struct transfer *transfer, CURL *easy, transfer_fn *fn, void *arg)
{
	if (!open_multi(all))
		return false;
	curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer);
	if (curl_multi_add_handle(all->multi, easy) != CURLM_OK)
		return false;
	transfer->easy = easy;
	transfer->fn = fn;
	transfer->arg = arg;
	all->n++;
	all->n_thorough += transfer->thorough;
	return true;
}

void transfers_remove(struct transfers *all, struct transfer *transfer)
{
	if (transfer->easy == NULL)
		return;
	curl_multi_remove_handle(all->multi, transfer->easy);
	transfer->easy = NULL;
	all->n--;
	all->n_thorough -= transfer->thorough;
}

int transfers_wait_ms(const struct transfers *all, int most)
{
	int64_t left;

	if (all->due == NEVER)
		return most;
	left = all->due - now_ms();
	if (left < 0)
		left = 0;
	if (most >= 0 && left > most)
		left = most;
	return left > INT_MAX ? INT_MAX : (int)left;
}

bool transfers_due(const struct transfers *all)
{
	return all->due != NEVER && all->due <= now_ms();
}

/* As curl itself understands what poll says. */
static int curl_ready(const struct pollfd *polled)
{
	int ready = 0;

	if (polled->events & POLLIN && polled->revents & (POLLIN | POLLERR | POLLHUP))
		ready |= CURL_CSELECT_IN;
	if (polled->events & POLLOUT && polled->revents & POLLOUT)
		ready |= CURL_CSELECT_OUT;
	if (polled->revents & POLLNVAL || (polled->events & POLLOUT && polled->revents & (POLLERR | POLLHUP)))
		ready |= CURL_CSELECT_ERR;
	return ready;
}

static void tell_curl(struct transfers *all, const struct pollfd *polled, size_t n)
{
	bool any = false;
	int left;

	for (size_t i = 0; i < n; i++) {
		if (polled[i].revents == 0)
			continue;
		any = true;
		if (all->n_thorough == 0)
			curl_multi_socket_action(all->multi, polled[i].fd, curl_ready(&polled[i]), &left);
	}
	if (any && all->n_thorough > 0)
		curl_multi_socket_all(all->multi, &left);
	if (transfers_due(all)) {
		all->due = NEVER;
		curl_multi_socket_action(all->multi, CURL_SOCKET_TIMEOUT, 0, &left);
	}
}

void transfers_run(struct transfers *all, const struct pollfd *polled, size_t n)
{
	CURLMsg *msg;
	int left;

	/* connections that are closing go on without a transfer */
	if (all->multi == NULL)
		return;
	tell_curl(all, polled, n);
	/* One at a time: what is told may remove others, and curl forgets their messages then. */
	while ((msg = curl_multi_info_read(all->multi, &left)) != NULL) {
		CURLcode code = msg->data.result;
		struct transfer *transfer = NULL;

		curl_easy_getinfo(msg->easy_handle, CURLINFO_PRIVATE, (char **)&transfer);
		transfers_remove(all, transfer);
		transfer->fn(transfer->arg, code);
	}
}
