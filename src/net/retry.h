/*
 * When to try again: jittered exponential back-off, and what a reply itself
 * says. Pure: the time and the random number are given.
 */
#ifndef NET_RETRY_H
#define NET_RETRY_H

#include <dossier/net/http.h>

/* Which replies to a read are worth another try; 500 only once. */
bool retry_status(int status, int tries);
/* Milliseconds before try number "tries" + 1: 200, 400, 800 ... at most 5,000, the half of it by chance. */
int64_t retry_wait(int tries, uint64_t random);

/* Retry-After in both forms, as wall clock ms; false when it is neither. At most a day from now. */
bool retry_after(struct str value, int64_t now, int64_t *at);
/* A named reset header, when the one that counts what is left says that nothing is. */
bool retry_reset(const struct http_reset *names, struct str remaining, struct str reset, int64_t now, int64_t *at);

#endif
