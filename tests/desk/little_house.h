/*
 * A house of six agents without backends, and a session of one of them, for
 * tests of what is written.
 */
#ifndef DOSSIER_TESTS_DESK_LITTLE_HOUSE_H
#define DOSSIER_TESTS_DESK_LITTLE_HOUSE_H

#include <dossier/base/clock.h>
#include <dossier/desk/desk.h>

#include "place.h"

struct little {
	struct place place;
	struct clock_fake clock;
	struct house *house;
	struct desk desk;
};

/* Friday, 20 November 2026, 12:41 UTC; ana is at the desk. */
#define LITTLE_NOW INT64_C(1795178460000)

void little_begin(struct little *little);
void little_end(struct little *little);
/* Somebody else sits down. */
void little_agent(struct little *little, const char *id);

#endif
