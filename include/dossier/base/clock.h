/*
 * Time and chance, injected, so that every test can repeat a run.
 */
#ifndef DOSSIER_BASE_CLOCK_H
#define DOSSIER_BASE_CLOCK_H

#include <stddef.h>
#include <stdint.h>

struct clock {
	int64_t (*wall)(void *arg);        /* UTC, milliseconds since 1970 */
	int64_t (*steady)(void *arg);      /* milliseconds, never goes back, any origin */
	void (*random)(void *arg, void *out, size_t n);
	void *arg;
};

const struct clock *clock_system(void);

/* A clock of the tests: both times are set by hand, randomness from the seed. */
struct clock_fake { struct clock clock; int64_t wall_ms, steady_ms; uint64_t seed; };
void clock_fake_init(struct clock_fake *fake, int64_t wall_ms, uint64_t seed);

int64_t clock_wall(const struct clock *clock);
int64_t clock_steady(const struct clock *clock);
uint64_t clock_random(const struct clock *clock);

/* RFC 9562 version 4 and version 7 as 36 characters and a NUL. */
void clock_uuid4(const struct clock *clock, char out[37]);
void clock_uuid7(const struct clock *clock, char out[37]);

#endif
