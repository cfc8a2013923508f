/*
 * The output's own view of itself, for the file of each format.
 */
#ifndef CLI_OUT_INNER_H
#define CLI_OUT_INNER_H

#include "out.h"

#define OUT_DEPTH 16
#define OUT_COLUMNS OUT_COLUMNS_MOST
#define OUT_CHUNK (64 * 1024)

struct level {
	char end;               /* '}' or ']' */
	bool first;
	size_t path;            /* length of the path before this level */
};

struct out {
	int fd;
	enum out_format format;
	bool broken, color;
	int error;              /* why broken */
	size_t columns, width;
	struct buf text;
	struct fields fields;
	struct level levels[OUT_DEPTH];
	size_t depth;
	/* tables */
	const char *const *names;
	size_t n_names;
	const char *const *lead;        /* columns before them, filled by place */
	size_t n_lead;
	struct buf cells[OUT_COLUMNS];
	struct buf path;
};

extern const struct fields out_json_fields;     /* arg NULL */

/* A map or list begins, which that character ends. */
void out_push(struct out *out, char end);
/* Writes what was gathered, when it is much. */
void out_room(struct out *out);

#endif
