/*
 * What became of a write, in every format.
 */
#ifndef CLI_WRITE_OUT_H
#define CLI_WRITE_OUT_H

#include "writing.h"

/* On standard output, what is wrong on standard error; the exit status. */
int write_out(struct cli *cli, struct writing *writing);
/* Its members in an open map of a machine format: status, id, said, entries. */
void write_put(const struct present *present, const struct writing *writing, const struct fields *f);

/* After two were parted: what was written while they were one, for whoever parted them to assign. Else nothing. */
void text_joint(struct out *out, const struct writing *w);

#endif
