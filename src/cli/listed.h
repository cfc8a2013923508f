/*
 * The kinds of things that lists and the agenda show: what of the folds it is,
 * when it is open, whom it concerns, and how it reads in one line.
 */
#ifndef CLI_LISTED_H
#define CLI_LISTED_H

#include "held.h"

/* Each function gets the i-th of its kind. */
struct listed {
	const char *word;               /* "handoff" */
	const char *name;               /* of the list in JSON: "handoffs" */
	size_t (*count)(const struct cases *cases);
	bool (*open)(const struct held *held, size_t i);
	bool (*mine)(const struct held *held, size_t i);        /* concerns this agent or the team */
	const struct entry *(*entry)(const struct cases *cases, size_t i);
	void (*put)(const struct held *held, size_t i, const struct fields *f);
	void (*tell)(const struct held *held, size_t i, struct buf *out);       /* not safe yet */
	const char *const *columns;     /* of tables, ended by NULL */
};
const struct listed *listed_find(struct str word);
/* One line: code, when, whose customer (with_who), and what it says. */
void listed_line(const struct held *held, const struct listed *what, size_t i, bool with_who, struct out *out);

#endif
