/*
 * Reading what an agent typed or scanned: one parser for screen and shell.
 */
#ifndef DOSSIER_MODEL_WHO_H
#define DOSSIER_MODEL_WHO_H

#include <dossier/model/identity.h>

/* A house's pattern, tried first and in order: POSIX extended regular expression over the whole text. */
struct who_pattern;
struct who_rules {
	const char *country;                /* house's default, may be NULL */
	struct who_pattern **patterns;
	size_t n_patterns;
};
/* value: NULL for the whole text, else with \1..\9 for groups. */
struct who_pattern *who_pattern_new(enum id_type type, const char *regex, const char *value, struct err *err);
void who_pattern_free(struct who_pattern *pattern);

/* One reading: who it names, and what else must hold ("smith ls1" is a name narrowed by a postcode). */
struct who_reading {
	struct identity id;
	struct identity narrow[4];
	size_t n_narrow;
	bool house;                         /* by a pattern of the house */
};

#define WHO_READINGS 6
struct who {
	struct who_reading items[WHO_READINGS];     /* the likeliest first; all that hold are searched */
	size_t n;
};

/* Order: typed form; the house's patterns; item bar codes (GTIN with a right check digit); e-mail; handles; telephone;
   order and receipt as they are printed ("LDS01-954727"); name. */
bool who_parse(struct arena *arena, struct str text, const struct who_rules *rules, struct who *out, struct err *err);

#endif
