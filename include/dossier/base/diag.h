/*
 * A list of findings, each with the file and line it is about, so that every
 * mistake of a configuration is reported at once.
 */
#ifndef DOSSIER_BASE_DIAG_H
#define DOSSIER_BASE_DIAG_H

#include <stdbool.h>
#include <stddef.h>

enum diag_level { DIAG_NOTE, DIAG_WARNING, DIAG_ERROR };

struct diag {
	enum diag_level level;
	char *file;         /* may be NULL */
	int line;           /* from 1; 0 is unknown */
	char *text;         /* what is wrong, what would be right */
};

/* All zero is a valid empty list. Holds at most 1,000; then one line says that more were left out. */
struct diags {
	struct diag *items;
	size_t n, cap;
	size_t errors;      /* how many are DIAG_ERROR */
};

void diags_add(struct diags *diags, enum diag_level level, const char *file, int line,
	       const char *fmt, ...) __attribute__((format(printf, 5, 6)));
void diags_release(struct diags *diags);

#endif
