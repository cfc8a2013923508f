/*
 * An entry in one line of words, whatever its type; for histories, searches
 * and what waits.
 */
#ifndef CLI_ENTRY_TELL_H
#define CLI_ENTRY_TELL_H

#include <dossier/desk/tell.h>

#include "out.h"

/* "promise.make  call back, due 14:00, owner ana"; not safe yet. */
void entry_tell(const struct tell *tell, const struct entry *entry, struct buf *out);
/* A whole line: when, by whom, and that; wrapped on a terminal. */
void text_entry(struct out *out, const struct tell *tell, const struct entry *entry);

#endif
