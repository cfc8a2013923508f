/*
 * Chance that can be repeated: a value from the seed, a number and a tag, and
 * a run of values that starts there. The same question has the same answer in
 * every run, whatever was asked before.
 */
#ifndef SANDBOX_CHANCE_H
#define SANDBOX_CHANCE_H

#include <stdbool.h>
#include <stdint.h>

struct chance { uint64_t state; };

static inline uint64_t chance_mix(uint64_t x)
{
	x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
	return x ^ (x >> 31);
}

static inline uint64_t chance_of(uint64_t seed, uint64_t number, uint32_t tag)
{
	return chance_mix(chance_mix(seed + UINT64_C(0x9e3779b97f4a7c15) * (number + 1)) ^ (uint64_t)tag << 17);
}

static inline struct chance chance_start(uint64_t seed, uint64_t number, uint32_t tag)
{
	return (struct chance){ chance_of(seed, number, tag) };
}

static inline uint64_t chance_next(struct chance *chance)
{
	chance->state += UINT64_C(0x9e3779b97f4a7c15);
	return chance_mix(chance->state);
}

/* 0 to n - 1 */
static inline unsigned chance_below(struct chance *chance, unsigned n)
{
	return (unsigned)(chance_next(chance) % n);
}

static inline bool chance_percent(struct chance *chance, unsigned percent)
{
	return chance_below(chance, 100) < percent;
}

#endif
