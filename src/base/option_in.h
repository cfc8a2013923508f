/* What the files of options share among themselves. */
#ifndef SRC_BASE_OPTION_IN_H
#define SRC_BASE_OPTION_IN_H

#include <dossier/base/buf.h>
#include <dossier/base/option.h>

/* A number as it would be written for that type: 5m, 64k, 12. */
void option_print(struct buf *out, enum option_type type, int64_t value);

#endif
