/*
 * Base 64 of RFC 4648, with padding.
 */
#ifndef DOSSIER_BASE_BASE64_H
#define DOSSIER_BASE_BASE64_H

#include <dossier/base/buf.h>

/* Appends; a new line ends each full line of that many characters (a multiple of 4; 0: none). */
void base64_put(struct buf *out, struct str bytes, uint32_t line);
/* Appends what text stands for; white space and padding are passed over. False at any other character. */
bool base64_get(struct str text, struct buf *out);

#endif
