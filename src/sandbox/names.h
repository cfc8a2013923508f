/*
 * Names from many countries, each in its own script and in ASCII, as an e-mail
 * address needs it.
 */
#ifndef SANDBOX_NAMES_H
#define SANDBOX_NAMES_H

#include <stddef.h>

struct name_pair { const char *own, *plain; };

struct naming {
	const char *what;
	unsigned weight;                /* parts of all customers */
	struct name_pair first[12], last[12];
};

extern const struct naming namings[];
extern const size_t namings_n;

#endif
