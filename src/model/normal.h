/*
 * The one spelling of each type of identity.
 */
#ifndef DOSSIER_MODEL_NORMAL_H
#define DOSSIER_MODEL_NORMAL_H

#include <dossier/model/identity.h>

#define NORMAL_MAX 1024         /* bytes of a normalised value */

bool normal_value(enum id_type type, struct str value, const char *country, struct buf *out, struct err *err);

/* The longest run in text that can be a telephone; empty when there is none. */
struct str normal_number_in(struct str text);

/* True when the first part of a stored postcode ("LS1" of "LS1 4DY") is the one asked for (normalised). */
bool normal_postcode_begins(struct str stored, struct str asked);

#endif
