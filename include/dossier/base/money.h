/*
 * Money: whole minor units and an ISO 4217 code. No binary floating point.
 */
#ifndef DOSSIER_BASE_MONEY_H
#define DOSSIER_BASE_MONEY_H

#include <stdbool.h>
#include <stdint.h>

#include <dossier/base/buf.h>
#include <dossier/base/err.h>
#include <dossier/base/str.h>

struct money {
	int64_t minor;
	char currency[4];       /* upper case; empty: there is no amount */
};

/* Digits after the point by ISO 4217 (list one): 2 for most, 0 for JPY, 3 for KWD. -1: not a known code. */
int money_exponent(struct str currency);

/*
 * "-1234.5" (also 1.2345e3 as JSON writes numbers) in major units. Digits
 * beyond the exponent are rounded half away from zero. Overflow, other text
 * and unknown currencies are errors.
 */
bool money_parse_major(struct str text, struct str currency, struct money *out, struct err *err);
bool money_parse_minor(struct str text, struct str currency, struct money *out, struct err *err);

/* "£4,210.00" style is for faces; this writes "4210.00 GBP". */
void money_print(struct money money, char out[40]);
/* "329.00" with the exponent's digits, no currency. */
void money_decimal(struct money money, char out[32]);

#endif
