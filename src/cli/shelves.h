/*
 * Asking the shelves, until done: what kb and stock share.
 */
#ifndef CLI_SHELVES_H
#define CLI_SHELVES_H

#include <dossier/desk/shelf.h>

#include "cli.h"

struct shelves {
	struct cli *cli;
	struct desk *desk;
	struct shelf *shelf;
	struct present present;
	bool done;
};

/* What words ask for, in every backend that has rows of this type; CLI_DONE, else the exit status after a message. */
int shelves_ask(struct shelves *shelves, struct cli *cli, enum row_type type, const char *words);
void shelves_release(struct shelves *shelves);

/*
 * Machine formats: one document with the rows in a list of this name, or a
 * row a line. put writes the members of one row; rows are those to show.
 */
struct shelves_rows {
	const char *asked, *list;       /* {"<asked>": words, "<list>": [...]} */
	const char *words;
	const char *const *columns;     /* of CSV and TSV */
	const void *const *items;
	size_t n;
	void (*put)(const struct present *present, const void *row, const struct fields *out);
};
void shelves_put(const struct shelves *shelves, struct out *out, const struct shelves_rows *rows);
/* The exit status, after naming who failed on standard error. */
int shelves_end(const struct shelves *shelves, size_t found);

#endif
