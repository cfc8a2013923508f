#include <inttypes.h>

#include "option_in.h"

struct unit { const char *name; int64_t factor; };

/* The largest first, which is the order of printing; the bare number's unit has the empty name. */
static const struct unit durations[] = {
	{ "d", 86400000 }, { "h", 3600000 }, { "m", 60000 }, { "s", 1000 }, { "ms", 1 }, { "", 1000 }, { NULL, 0 },
};
static const struct unit sizes[] = {
	{ "G", 1 << 30 }, { "M", 1 << 20 }, { "k", 1 << 10 }, { "", 1 }, { "g", 1 << 30 }, { "m", 1 << 20 },
	{ "K", 1 << 10 }, { NULL, 0 },
};

static bool measure(const char *text, const struct unit *units, int64_t *out)
{
	int64_t value = 0;
	const char *p = text;

	for (; *p >= '0' && *p <= '9'; p++)
		if (__builtin_mul_overflow(value, 10, &value) || __builtin_add_overflow(value, *p - '0', &value))
			return false;
	if (p == text)
		return false;
	for (; units->name; units++)
		if (strcmp(units->name, p) == 0)
			return !__builtin_mul_overflow(value, units->factor, out);
	return false;
}

bool option_duration(const char *text, int64_t *ms)
{
	return measure(text, durations, ms);
}

bool option_size(const char *text, int64_t *bytes)
{
	return measure(text, sizes, bytes);
}

void option_print(struct buf *out, enum option_type type, int64_t value)
{
	const struct unit *unit = type == OPTION_DURATION ? durations : sizes;

	if (type != OPTION_DURATION && type != OPTION_SIZE) {
		buf_printf(out, "%" PRId64, value);
		return;
	}
	while (unit->factor > 1 && (value == 0 || value % unit->factor != 0))
		unit++;
	buf_printf(out, "%" PRId64 "%s", value / unit->factor, unit->name);
}
