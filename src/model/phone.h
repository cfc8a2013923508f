/*
 * How the countries of the world number and dial.
 */
#ifndef DOSSIER_MODEL_PHONE_COUNTRIES_H
#define DOSSIER_MODEL_PHONE_COUNTRIES_H

#include <stddef.h>

struct phone_country {
	char iso[3];            /* empty: not a country (satellite, free-phone) */
	const char *code;       /* calling code */
	const char *trunk;      /* put before a national number at home; "" where there is none */
	const char *abroad;     /* put before a calling code */
	unsigned char min, max; /* digits of a national number */
	unsigned char whole;    /* from so many digits on, a number without its trunk prefix is a whole one; 0: never sure */
};

/* Where countries share a code, the one it belongs to by default comes first. */
extern const struct phone_country phone_countries[];
extern const size_t phone_countries_n;

#endif
