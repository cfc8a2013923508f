/*
 * One text that was typed into a field of an operation: read by the field's
 * kind, compared with the house's lists, and spelled as the house does.
 */
#ifndef DESK_OPERATION_READ_H
#define DESK_OPERATION_READ_H

#include <dossier/base/buf.h>
#include <dossier/desk/operation.h>

struct op_reading {
	const struct desk *desk;
	const struct op_field *field;
	struct str text;                /* trimmed, not empty */
	/* what comes of it */
	struct buf normal;              /* the caller's to make and release; empty: the text as it is */
	int64_t number;                 /* times, counts, spans, yes */
	struct money money;
};
/* False with a sentence. */
bool op_read(struct op_reading *reading, struct err *err);
/* Of a normal text of several: the next, which is taken off. */
struct str op_next_piece(struct str *rest);

#endif
