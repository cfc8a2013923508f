/*
 * Which fields of a customer are closed to whom. desk/present asks here for
 * every field before it leaves. A field is closed for good, or until the
 * contact is verified to a level; one can be revealed by name, which the caller
 * leaves a view entry for. Names are those of the data contract, and closing
 * or opening one does so to all below it: "profile.addresses" is
 * "profile.addresses.city" too.
 */
#ifndef DOSSIER_MODEL_MASK_H
#define DOSSIER_MODEL_MASK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <dossier/base/str.h>

struct mask;                    /* NULL: nothing is masked */
struct mask *mask_new(void);
void mask_free(struct mask *mask);
/* Closed whatever was verified. */
void mask_close(struct mask *mask, const char *field);
/* Closed until level; of several rules that meet a field all must be met. */
void mask_until(struct mask *mask, const char *field, int64_t level);
/* The level of the contact in hand (struct verified); 0 at first and when it ends, which also ends what was revealed. */
void mask_verified(struct mask *mask, int64_t level);
/* Opens a field and what is below it for this contact. */
void mask_reveal(struct mask *mask, const char *field);
bool mask_hides(const struct mask *mask, const char *field);
/* What level would open it: 0 when it is open, INT64_MAX when none does. */
int64_t mask_needs(const struct mask *mask, const char *field);

#endif
