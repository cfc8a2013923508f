/*
 * The short name of a case, for people to say and type: eight letters of
 * Crockford's base 32, made of the last five bytes of its UUID. It is shown by
 * its first four; whatever is typed longer narrows it down.
 */
#ifndef DOSSIER_MODEL_CASE_CODE_H
#define DOSSIER_MODEL_CASE_CODE_H

#include <stdbool.h>

#include <dossier/base/str.h>

#define CASE_CODE_LETTERS 8
#define CASE_CODE_SHOWN 4

/* Capitals and a NUL. False, and "" in out, when id is no UUID. */
bool case_code(struct str id, char out[CASE_CODE_LETTERS + 1]);
/*
 * A code as somebody typed it, whole or its beginning, in the form of
 * case_code: small letters, a hyphen, and I, L or O for 1 and 0 are understood.
 * False when it can be none.
 */
bool case_code_read(struct str typed, char out[CASE_CODE_LETTERS + 1]);

#endif
