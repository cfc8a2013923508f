/*
 * What a bar code leads to: an item, a person or something of theirs, or
 * either. Pure.
 */
#ifndef DOSSIER_MODEL_SCAN_H
#define DOSSIER_MODEL_SCAN_H

#include <dossier/model/who.h>

enum scan_how {
	SCAN_MARKED,            /* between what the house's scanners send before and after a code */
	SCAN_FAST,              /* as keys and Enter, faster than anybody types */
	SCAN_TYPED,             /* as keys and Enter */
};
/* The likelier first; item and who are absent where nothing of the kind is read. */
struct scan {
	struct str item;        /* its number */
	struct str who;         /* as it is looked up */
	bool who_first;         /* the house's own pattern says so */
};
/*
 * Order of reading: the house's patterns, an item's code with a right check
 * digit, a telephone; where two hold, both are told. What nobody marked and
 * somebody may have typed is an item's only where its digits cannot be
 * anything shorter than a code of 13.
 */
void scan_read(struct arena *arena, struct str text, const struct who_rules *rules, enum scan_how how, struct scan *out);

#endif
