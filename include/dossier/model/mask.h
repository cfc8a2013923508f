/*
 * Which fields of a customer are closed to whom. desk/present asks here for
 * every field before it leaves; without verification rules nothing is masked.
 */
#ifndef DOSSIER_MODEL_MASK_H
#define DOSSIER_MODEL_MASK_H

#include <stdbool.h>
#include <stddef.h>

#include <dossier/base/str.h>

struct mask;                    /* NULL: nothing is masked */
struct mask *mask_new(void);
void mask_free(struct mask *mask);
/* Closes a field and all below it: "profile.addresses" closes "profile.addresses.city" too. */
void mask_close(struct mask *mask, const char *field);
bool mask_hides(const struct mask *mask, const char *field);

#endif
