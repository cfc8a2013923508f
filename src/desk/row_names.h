/*
 * What connectors call their rows: names of pulls, as those that are shipped
 * with dossier have them, where rows are told to a person.
 */
#ifndef DESK_ROW_NAMES_H
#define DESK_ROW_NAMES_H

#include <dossier/base/buf.h>

/* "4 phone calls", "1 shop order"; what is called otherwise is named as it is: "2 rows of shop baskets". */
void row_name_count(size_t n, const char *backend, const char *row, struct buf *out);

#endif
