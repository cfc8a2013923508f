#include <dossier/model/entry.h>

#define AHEAD_MOST (24 * 60 * 60 * INT64_C(1000))       /* a clock further ahead than this is broken */
#define ORD_MOST ((uint64_t)INT64_MAX)

static uint64_t ord_of(int64_t ms)
{
	if (ms < 0)
		return 0;
	return ms > INT64_MAX >> 16 ? ORD_MOST : (uint64_t)ms << 16;
}

uint64_t ord_next(struct ord_clock *clock, int64_t wall)
{
	int64_t now;
	uint64_t ord;

	if (__builtin_add_overflow(wall, clock->offset, &now))
		now = wall;
	ord = ord_of(now);
	if (ord <= clock->last)
		ord = clock->last < ORD_MOST ? clock->last + 1 : ORD_MOST;
	return clock->last = ord;
}

void ord_seen(struct ord_clock *clock, uint64_t ord, int64_t got, int64_t wall)
{
	int64_t now;
	uint64_t most;

	if (__builtin_add_overflow(wall, clock->offset, &now))
		now = wall;
	most = got != WHEN_NONE ? ord_of(got) | 0xFFFF : ord_of(now > INT64_MAX - AHEAD_MOST ? now : now + AHEAD_MOST);
	if (ord > most)
		ord = most;
	if (ord > clock->last)
		clock->last = ord;
}

uint64_t ord_clamp(uint64_t ord, int64_t got, uint64_t above)
{
	if (ord_ms(ord) > got || ord > ORD_MOST)
		ord = ord_of(got);
	return ord > above || above >= ORD_MOST ? ord : above + 1;
}
