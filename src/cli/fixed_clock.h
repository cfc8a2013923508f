/* The time that --now sets: for scripts of keys, rehearsals and tests. */
#ifndef CLI_FIXED_CLOCK_H
#define CLI_FIXED_CLOCK_H

#include <stdbool.h>

#include <dossier/base/clock.h>
#include <dossier/base/err.h>

struct fixed_clock {
	struct clock clock;
	int64_t now;                    /* UTC ms */
	_Atomic int64_t passed;         /* the store's thread looks at it too */
};
/* It stands at that time (ISO 8601) and goes on only by fixed_clock_pass. False: err says why. */
bool fixed_clock_init(struct fixed_clock *fixed, const char *text, struct err *err);
void fixed_clock_pass(void *fixed, int64_t ms);

#endif
