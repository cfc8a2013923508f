/*
 * Fields as one line of text for comparing: {a="x" b=null c=[...]}.
 */
#ifndef TESTS_DESK_LINES_H
#define TESTS_DESK_LINES_H

#include <dossier/base/buf.h>
#include <dossier/desk/present.h>

struct fields lines_into(struct buf *out);

#endif
