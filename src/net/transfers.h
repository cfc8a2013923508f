/*
 * curl's transfers as the loop sees them: sockets to wait for, a moment to
 * wake at, and the news of those that ended. curl is told which sockets are
 * ready, so that a turn costs what happened in it and not how many transfers
 * are under way.
 */
#ifndef NET_TRANSFERS_H
#define NET_TRANSFERS_H

#include <poll.h>

#include "loop_curl.h"

struct transfers {
	CURLM *multi;                   /* NULL: nothing was transferred yet */
	bool begun;
	size_t n;
	size_t n_thorough;              /* of them, those that every turn with news looks at */
	struct pollfd *sockets;
	size_t n_sockets, cap_sockets;
	size_t *places;                 /* by descriptor: one more than its place in sockets; 0: not there */
	size_t n_places;
	int64_t due;                    /* when curl wants to be called whatever happens; INT64_MAX: never */
};

void transfers_init(struct transfers *all);
void transfers_release(struct transfers *all);
/* libcurl is loaded and begun, the first time; false: it cannot be. */
bool transfers_begin(struct transfers *all);
bool transfers_add(struct transfers *all, struct transfer *transfer, CURL *easy, transfer_fn *fn, void *arg);
void transfers_remove(struct transfers *all, struct transfer *transfer);
/* How long to wait at most; negative: for ever. */
int transfers_wait_ms(const struct transfers *all, int most);
bool transfers_due(const struct transfers *all);
/* What poll said of a copy of the sockets; then what is due, and the ends are told. */
void transfers_run(struct transfers *all, const struct pollfd *polled, size_t n);

#endif
