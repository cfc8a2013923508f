/*
 * A breaker: after some failures in a row nothing is sent for a while; then
 * one probe may find out whether the backend is back. Pure: times are given.
 */
#ifndef NET_BREAKER_H
#define NET_BREAKER_H

#include <stdbool.h>
#include <stdint.h>

#include <dossier/base/err.h>

struct breaker {
	int failures;           /* in a row */
	int opened;             /* times in a row it was opened */
	int64_t until;          /* steady: shut out until then, when open */
	bool open, probing;
	struct err last;        /* the failure that opened it */
};

enum breaker_answer { BREAKER_GO, BREAKER_PROBE, BREAKER_WAIT, BREAKER_REFUSE };

/* PROBE: the caller's call is the probe and must report. WAIT: a probe is out. REFUSE: until says how long. */
enum breaker_answer breaker_ask(struct breaker *breaker, int64_t now);
void breaker_worked(struct breaker *breaker);
void breaker_failed(struct breaker *breaker, int64_t now, uint64_t random, const struct err *why);
/* The probe was cancelled and says nothing: the next call may probe. */
void breaker_forget_probe(struct breaker *breaker);

#endif
