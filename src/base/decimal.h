/*
 * Decimal text as a scaled whole number, without a binary float on the way.
 */
#ifndef DOSSIER_BASE_DECIMAL_H
#define DOSSIER_BASE_DECIMAL_H

#include <stdbool.h>
#include <stdint.h>

#include <dossier/base/str.h>

enum decimal_result { DECIMAL_OK, DECIMAL_SYNTAX, DECIMAL_RANGE };

/*
 * "-12.345", ".5", "1.2e3" times ten to the power of places. What is finer is
 * rounded half away from zero, or cut towards minus infinity when floor.
 */
enum decimal_result decimal_scaled(struct str text, int places, bool floor, int64_t *out);

#endif
