/*
 * Text for locales that cannot write UTF-8: marks of ours and of writers get
 * an ASCII likeness, letters lose their accents, the rest becomes "?" in as
 * many columns.
 */
#ifndef UI_ASCII_H
#define UI_ASCII_H

#include <dossier/base/buf.h>

void ascii_fold(struct buf *text);      /* safe text, in place */

#endif
