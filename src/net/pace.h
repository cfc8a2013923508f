/*
 * A backend's budget of requests a second, shared by all processes of the
 * host: a token bucket in one small file under a lock. People may run into
 * debt and then wait their turn; batch only takes what leaves a reserve, so
 * it stands behind every person of the host.
 */
#ifndef NET_PACE_H
#define NET_PACE_H

#include <stdbool.h>
#include <stdint.h>

#include <dossier/base/clock.h>
#include <dossier/net/http.h>

struct pace {
	const struct clock *clock;
	double rate, burst;         /* rate <= 0: no limit */
	char *path;                 /* NULL: this process alone */
	int parts;                  /* processes of one job, between which a rate that is not in the file is divided */
	int fd;
	double tokens;              /* own share, when the file cannot be used */
	int64_t stamp;
	int64_t locked_since;       /* steady: somebody else has held the lock since; -1: no */
	bool alone;                 /* the file could not be used */
	char why[160];
};

/* dir NULL: this process alone, at the full rate divided by parts. */
void pace_init(struct pace *pace, const struct clock *clock, const char *dir, const char *id, double rate, double burst, int parts);
void pace_release(struct pace *pace);

/*
 * Takes one token. PACE_GO: send when *wait_ms have passed (0: now); the
 * token is spent. PACE_LATER: none was taken, ask again after *wait_ms. A
 * person's token that would be good only after max_wait_ms is not taken.
 */
enum pace_answer { PACE_GO, PACE_LATER };
enum pace_answer pace_take(struct pace *pace, enum http_rank rank, int64_t max_wait_ms, int64_t *wait_ms);

/* An id as part of a file's name: anything but letters, digits, - and _ as its hexadecimal value. */
struct buf;
void pace_put_id(struct buf *out, const char *id);

/* The folder for budgets: given, or $XDG_RUNTIME_DIR/dossier, /run/user/UID/dossier, /tmp/dossier-UID. NULL when none can be used. */
char *pace_folder(const char *given, struct err *err);

#endif
