/*
 * The command line of dossier-sandbox.
 */
#ifndef SANDBOX_SETTINGS_H
#define SANDBOX_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "box.h"

struct settings {
	uint32_t customers;
	uint64_t seed;
	int64_t now;                    /* WHEN_NONE: the start, to the minute */
	uint16_t port;
	const char *state;
	bool background, quiet, help, version;
	struct fault faults[BOX_BACKENDS];
};

/* False with a sentence where the line is off. */
bool settings_read(int argc, char **argv, struct settings *out, struct err *err);
void settings_help(void);

#endif
