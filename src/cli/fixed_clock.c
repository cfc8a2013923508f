#include "fixed_clock.h"

#include <dossier/base/when.h>

static int64_t fixed_wall(void *arg)
{
	struct fixed_clock *fixed = arg;

	return fixed->now + fixed->passed;
}

static int64_t real_steady(void *arg)
{
	struct fixed_clock *fixed = arg;

	return clock_steady(clock_system()) + fixed->passed;
}

static void real_random(void *arg, void *out, size_t n)
{
	(void)arg;
	clock_system()->random(clock_system()->arg, out, n);
}

bool fixed_clock_init(struct fixed_clock *fixed, const char *text, struct err *err)
{
	fixed->clock = (struct clock){ fixed_wall, real_steady, real_random, fixed };
	fixed->passed = 0;
	return when_parse(str_of(text), WHEN_ISO, NULL, &fixed->now, err);
}

void fixed_clock_pass(void *fixed, int64_t ms)
{
	((struct fixed_clock *)fixed)->passed += ms;
}
