/*
 * Character references of HTML.
 */
#ifndef DOSSIER_BASE_ENTITY_H
#define DOSSIER_BASE_ENTITY_H

#include <stddef.h>
#include <stdint.h>

#include <dossier/base/str.h>

/* The character that text's "&...;" at "at" stands for and how many bytes it takes; 0 when it is none. */
uint32_t entity_read(struct str text, size_t at, size_t *len);

#endif
