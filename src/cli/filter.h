/*
 * Which rows of a timeline are wanted: the options that timeline, show and
 * batch share.
 */
#ifndef CLI_FILTER_H
#define CLI_FILTER_H

#include "people.h"

struct filter {
	struct timeline_filter rows;
	size_t newest;                  /* rows at most; 0: all */
	struct buf grep;
};
/* Wants the house loaded, for its zone. False after a message; to be released in any case. */
bool filter_read(const struct cli *cli, const struct timeline_options *options, struct filter *filter);
void filter_release(struct filter *filter);

#endif
