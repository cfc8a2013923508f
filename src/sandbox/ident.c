#include "ident.h"

#include "chance.h"

struct kind {
	const char *prefix;
	char style;
	uint64_t base;
};

static const struct kind kinds[] = {
#define X(name, prefix, style, base) { prefix, style, UINT64_C(base) },
	IDENTS(X)
#undef X
};

static const char crockford[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
#define ODD UINT64_C(0xd6e8feb86659fd93)

/* One to one, and undone by unscramble: an odd factor has an inverse modulo 2^64. */
static uint64_t scramble(uint64_t x, unsigned salt)
{
	x = (x ^ (uint64_t)salt << 50) * ODD;
	x ^= x >> 32;
	return x * ODD;
}

static uint64_t inverse(uint64_t odd)
{
	uint64_t x = odd;

	for (int i = 0; i < 6; i++)
		x *= 2 - odd * x;
	return x;
}

static uint64_t unscramble(uint64_t x, unsigned salt)
{
	x *= inverse(ODD);
	x ^= x >> 32;
	x *= inverse(ODD);
	return x ^ (uint64_t)salt << 50;
}

static void letters(uint64_t value, unsigned n, char *out)
{
	for (unsigned i = n; i-- > 0; value >>= 5)
		out[i] = crockford[value & 31];
	out[n] = '\0';
}

struct ident_text ident_make(enum ident kind, uint32_t who, unsigned what, unsigned part)
{
	const struct kind *k = &kinds[kind];
	uint64_t packed = (uint64_t)who << 16 | (what & 255) << 8 | (part & 255);
	uint64_t value = scramble(packed, kind + 1);
	uint64_t filling = chance_of(packed, kind, 0x1d);
	struct ident_text out;
	char tail[32], head[32];

	switch (k->style) {
	case 'u':
		letters(value, 13, tail);
		letters(filling, 11, head);
		snprintf(out.s, sizeof(out.s), "%.12s01%.11s%.13s", k->prefix, head, tail);
		break;
	case 'h':
		snprintf(out.s, sizeof(out.s), "%s%016llx%016llx", k->prefix,
			 (unsigned long long)filling, (unsigned long long)value);
		break;
	default:
		snprintf(out.s, sizeof(out.s), "%s%llu", k->prefix, (unsigned long long)(k->base + packed));
	}
	return out;
}

static bool tail_letters(const char *text, uint64_t *value)
{
	*value = 0;
	for (int i = 0; i < 13; i++) {
		const char *at = text[i] ? strchr(crockford, text[i]) : NULL;

		if (!at)
			return false;
		*value = *value << 5 | (uint64_t)(at - crockford);
	}
	return true;
}

bool ident_read(enum ident kind, const char *text, struct ident_at *out)
{
	const struct kind *k = &kinds[kind];
	size_t prefix = strlen(k->prefix), n = strlen(text);
	uint64_t value;
	char *end;

	if (n >= IDENT_MAX || n <= prefix || strncmp(text, k->prefix, prefix) != 0)
		return false;
	if (k->style == 'u') {
		if (n != prefix + 26 || !tail_letters(text + n - 13, &value))
			return false;
		value = unscramble(value, kind + 1);
	} else if (k->style == 'h') {
		if (n != prefix + 32)
			return false;
		value = unscramble(strtoull(text + n - 16, &end, 16), kind + 1);
	} else {
		value = strtoull(text + prefix, &end, 10) - k->base;
	}
	if (value >> 48)
		return false;
	out->who = (uint32_t)(value >> 16);
	out->what = value >> 8 & 255;
	out->part = value & 255;
	return strcmp(ident_make(kind, out->who, out->what, out->part).s, text) == 0;
}
