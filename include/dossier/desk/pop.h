/*
 * Screen pops by socket. Each workstation listens on a socket of its own in
 * the runtime folder (0600, peers of the same user only); whoever announces
 * tells them all. One packet there and one back, both JSON and at most
 * POP_MOST bytes; what is longer, or no such message, is dropped.
 */
#ifndef DOSSIER_DESK_POP_H
#define DOSSIER_DESK_POP_H

#include <dossier/desk/desk.h>
#include <dossier/model/pop.h>
#include <dossier/net/loop.h>

#define POP_MOST 8192
#define POP_WHO_MOST 1000       /* bytes of what is to be looked up */
#define POP_WORD_MOST 200       /* bytes of every other text */

/* Strings are borrowed, and valid during the call. Called from the loop. */
struct pop_sink {
	/* Who works here now; absent: nobody takes pops. */
	struct str (*agent)(void *arg);
	/* May be NULL: always. False: nobody here could see it, and whoever announces it is told so; came is not called. */
	bool (*room)(void *arg, const struct pop *pop);
	void (*came)(void *arg, const struct pop *pop);
	/* Opened elsewhere, where says; or, with where absent, the caller is gone: by id, else by call. True when it waited here. */
	bool (*gone)(void *arg, struct str id, struct str call, struct str where);
	void *arg;
};
struct pop_line;
/* folder: NULL: the runtime folder. NULL with *err when nothing can be listened on. */
struct pop_line *pop_listen(struct loop *loop, const char *folder, const struct pop_sink *sink, struct err *err);
/* The socket goes with it. */
void pop_line_free(struct pop_line *line);

/* How many workstations took it; full: how many had no room; others: how many are there with another agent, one of whom is named. */
struct pop_reach { size_t took, full, others; char other[64]; };
/*
 * Tells every workstation of this user on this host, and waits for their
 * answers, at most POP_WAIT_MS for all together: for commands, not for
 * whoever runs a loop. Sockets that nobody listens on any more are removed.
 */
#define POP_WAIT_MS 1500
bool pop_announce(const char *folder, const struct pop *pop, struct pop_reach *reach, struct err *err);
bool pop_hang_up(const char *folder, struct str id, struct str call, struct pop_reach *reach, struct err *err);
/* To the others, by one that opened it; no answer is waited for. line: the teller's own. */
void pop_opened(struct pop_line *line, struct str id, struct str call, struct str where);

/* Of the case store: its entry is answered by another, so that it waits nowhere any more. sink NULL: nobody listens. */
bool pop_take_back(struct desk *desk, const struct pop *pop, const struct store_append_sink *sink, struct err *err);

#endif
