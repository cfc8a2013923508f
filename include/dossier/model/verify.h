/*
 * Verification by contact: what the customer of this contact has shown to be,
 * how far, and what may still be tried. Folded from verify entries and the
 * contacts of model/cases; pure. The house says how much each way is worth.
 */
#ifndef DOSSIER_MODEL_VERIFY_H
#define DOSSIER_MODEL_VERIFY_H

#include <dossier/model/cases.h>
#include <dossier/model/mask.h>

/* X(NAME, word): how. carried: an earlier verification of the same number or handle, by the house's policy. */
#define VERIFY_WAYS(X) \
	X(STATED, "stated") X(COMPARE, "compare") X(CODE, "code") X(SEEN, "seen") X(CARRIED, "carried")
enum verify_way {
#define X(name, word) VERIFY_##name,
	VERIFY_WAYS(X)
#undef X
	VERIFY_WAY_COUNT
};
const char *verify_way_word(enum verify_way way);
bool verify_way_parse(struct str word, enum verify_way *way);

struct verify_policy {
	int64_t level[VERIFY_WAY_COUNT];        /* what each way gives; of carried: the most that it carries on */
	int64_t lasts;                  /* ms: longest that one counts, whatever it says of itself */
	int64_t carries;                /* ms: how old one may be to be carried on; 0: never */
	size_t tries;                   /* wrong answers in one contact */
	size_t tries_person;            /* wrong answers about one person, over all contacts, within tries_time */
	int64_t tries_time;             /* ms */
};
extern const struct verify_policy verify_defaults;      /* stated 1, compare 2, code 3, seen 3, carried 2; 12 h; 24 h; 3; 6 in 24 h */

struct verified {
	int64_t level;                  /* 0: not verified */
	enum verify_way way;
	int64_t at, until;              /* counts from at on, up to but not at until */
	const struct entry *by;         /* NULL when not verified */
	bool travelled;                 /* done in a contact that this one goes on from */
	size_t misses;                  /* wrong answers in this contact and those it goes on from */
};
/*
 * Of a contact, as of now. It has what was done in it, and in the contacts of
 * the same customer that it goes on from: the same call or thread, or the one
 * it names (a live transfer). *out is never left unset.
 */
void verify_contact(const struct cases *cases, const struct verify_policy *policy, struct str contact, int64_t now, struct verified *out);
/*
 * Of all other contacts of this customer the strongest that still holds, else the newest, for "code 12:09 here"; false
 * when there is none.
 */
bool verify_last(const struct cases *cases, const struct verify_policy *policy, struct str contact, int64_t now, struct verified *out);
/*
 * May one be carried on into this contact (v v), and which: the strongest. Only when both
 * contacts have the same number or handle on the same channel, by the policy.
 * *out is what it would give.
 */
bool verify_carries(const struct cases *cases, const struct verify_policy *policy, struct str contact, int64_t now, struct verified *out);
/* May another answer be tried? False with a sentence when too many were wrong. */
bool verify_may_try(const struct cases *cases, const struct verify_policy *policy, struct str contact, int64_t now, struct err *err);

#endif
