/*
 * A profile: what all records of a customer say, side by side, each value
 * with the records it came from. Pure.
 */
#ifndef DOSSIER_MODEL_PROFILE_H
#define DOSSIER_MODEL_PROFILE_H

#include <dossier/model/record.h>
#include <dossier/model/resolve.h>

struct profile_value {
	struct str text;                /* for people; identities in typed form */
	struct str *sources;            /* backends, "shop", each once */
	size_t n_sources;
};
struct profile_list { struct profile_value *items; size_t n; };

struct profile {
	struct arena *arena;
	struct str name;                /* the one to show: of the group's first record that has one; absent when none has */
	struct profile_list names, identities, addresses, tiers, channels, consents, languages, notes, webs;
	int64_t since;                  /* the earliest */
	struct money *lifetime;         /* one a currency, summed over records */
	size_t n_lifetime;
	bool do_not_contact;            /* any says so */
	struct profile_list do_not_contact_sources;
};
/* All is copied: the group may go. */
void profile_init(struct profile *profile, const struct group *group);
void profile_release(struct profile *profile);

#endif
