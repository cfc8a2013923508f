/*
 * Telephones as people write them.
 */
#include "world.h"

void telephone_digits(const struct telephone *telephone, char out[24])
{
	snprintf(out, 24, "%s%s%s", telephone->code, telephone->area, telephone->rest);
}

static void american(const struct telephone *t, unsigned way, char out[40])
{
	const char *a = t->area, *r = t->rest;

	switch (way % 6) {
	case 0: snprintf(out, 40, "+1%s%s", a, r); break;
	case 1: snprintf(out, 40, "(%s) %.3s-%s", a, r, r + 3); break;
	case 2: snprintf(out, 40, "%s-%.3s-%s", a, r, r + 3); break;
	case 3: snprintf(out, 40, "+1 %s.%.3s.%s", a, r, r + 3); break;
	case 4: snprintf(out, 40, "1 %s %.3s %s", a, r, r + 3); break;
	default: snprintf(out, 40, "001-%s-%.3s-%s", a, r, r + 3);
	}
}

void telephone_typed(const struct telephone *t, unsigned way, char out[40])
{
	const char *a = t->area, *r = t->rest;
	int half = (int)strlen(r) / 2;

	if (!*t->trunk) {
		american(t, way, out);
		return;
	}
	switch (way % 12) {
	case 0: case 1: snprintf(out, 40, "+%s%s%s", t->code, a, r); break;
	case 2: snprintf(out, 40, "%s%s%s", t->trunk, a, r); break;
	case 3: snprintf(out, 40, "%s%s %s", t->trunk, a, r); break;
	case 4: snprintf(out, 40, "+%s %s %s", t->code, a, r); break;
	case 5: snprintf(out, 40, "+%s (%s)%s %s", t->code, t->trunk, a, r); break;
	case 6: snprintf(out, 40, "00%s %s %s", t->code, a, r); break;
	case 7: snprintf(out, 40, "(%s%s) %.*s %s", t->trunk, a, half, r, r + half); break;
	case 8: snprintf(out, 40, "%s%s-%s", t->trunk, a, r); break;
	case 9: snprintf(out, 40, "+%s.%s.%s", t->code, a, r); break;
	case 10: snprintf(out, 40, "%s%s/%.*s-%s", t->trunk, a, half, r, r + half); break;
	default: snprintf(out, 40, "  %s%s %.*s %s ", t->trunk, a, half, r, r + half);
	}
}
