/*
 * What a backend or the store really said about one row of a customer: not
 * kept, but asked for again when somebody wants to see it.
 */
#ifndef DOSSIER_DESK_RAW_H
#define DOSSIER_DESK_RAW_H

#include <dossier/desk/present.h>

struct raw;
/* json: pretty, secrets and closed fields masked, valid during the call; of when: wall clock. err: NONE, or why there is none. Once, from the loop. */
typedef void raw_fn(void *arg, struct str json, int64_t at, const struct err *err);
/*
 * Of a backend's row: its backend is pulled once more, until the row's element
 * came. Of the store's: the entry, for those who may read it. While a mask
 * closes anything, only values that the row itself shows stay readable.
 */
struct raw *raw_fetch(struct customer *customer, const struct present *present, const struct interaction *row, raw_fn *done, void *arg);
void raw_cancel(struct raw *raw);       /* before done; NULL is fine */

#endif
