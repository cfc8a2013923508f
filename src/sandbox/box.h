/*
 * The whole sandbox: the people, what writes have changed, and the faults.
 */
#ifndef SANDBOX_BOX_H
#define SANDBOX_BOX_H

#include <stdint.h>

#include <dossier/base/clock.h>

#include "fault.h"

#define BOX_BACKENDS 5

struct world;
struct state;

struct box {
	const struct clock *clock;
	int64_t started;                /* steady ms */
	struct world *world;
	struct state *state;
	struct fault faults[BOX_BACKENDS], first_faults[BOX_BACKENDS];
	unsigned log_ins;               /* raised to make the shop's tokens worthless */
};

/* The moment it is in the sandbox: its base moment and the time since the start. */
uint64_t box_seed(const struct box *box);
int64_t box_now(const struct box *box);
/* Undoes all writes and goes back to the faults of the start. */
void box_reset(struct box *box);

#endif
