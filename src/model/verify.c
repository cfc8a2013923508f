#include "cases_inner.h"
#include "words.h"

#include <dossier/model/verify.h>

#define HOURS(n) ((n) * 60 * 60 * INT64_C(1000))
#define CHAIN_MOST 32   /* contacts that one goes on from */

WORDS_DEFINE(verify_way, verify_way, VERIFY_WAY_COUNT, VERIFY_WAYS(WORDS_ITEM))

const struct verify_policy verify_defaults = {
	.level = { [VERIFY_STATED] = 1, [VERIFY_COMPARE] = 2, [VERIFY_CODE] = 3, [VERIFY_SEEN] = 3, [VERIFY_CARRIED] = 2 },
	.lasts = HOURS(12), .carries = HOURS(24), .tries = 3, .tries_person = 6, .tries_time = HOURS(24),
};

/* One verify entry, read. */
struct attempt {
	const struct entry *entry;
	struct str contact, from;
	enum verify_way way;
	bool ok;
	int64_t level, at, until;
};

static bool attempt_read(const struct cases *cases, const struct verify_policy *policy, const struct entry *entry, struct attempt *out)
{
	struct cases_fold *fold = (struct cases_fold *)(uintptr_t)cases;
	struct json_object *data;
	int64_t until, level;
	bool good;

	if (entry->type != ENTRY_VERIFY)
		return false;
	data = entry_data(fold->parser, entry);
	*out = (struct attempt){
		.entry = entry, .contact = fold_text(fold, data, "contact"), .from = fold_text(fold, data, "from"),
		.ok = entry_flag(data, "ok"), .at = entry_time(entry),
	};
	good = verify_way_parse(entry_text(data, "way"), &out->way);
	until = entry_when(data, "until");
	level = entry_count(data, "level");
	json_object_put(data);
	if (!good)
		return false;
	/* What an entry says of itself can only make it worth less. */
	out->level = policy->level[out->way];
	if (level && level < out->level)
		out->level = level;
	if (__builtin_add_overflow(out->at, policy->lasts, &out->until))
		out->until = INT64_MAX;
	if (until != WHEN_NONE && until < out->until)
		out->until = until;
	return true;
}

struct chain { const struct contact *items[CHAIN_MOST]; size_t n; };

static bool chain_has(const struct chain *chain, const struct contact *contact)
{
	for (size_t i = 0; i < chain->n; i++) {
		if (chain->items[i] == contact)
			return true;
	}
	return false;
}

static bool goes_on_from(const struct contact *later, const struct contact *earlier)
{
	if (entry_compare(earlier->start, later->start) >= 0)
		return false;
	if (later->from_contact.p && str_eq(later->from_contact, earlier->start->id))
		return true;
	return !str_empty(later->call) && str_eq(later->call, earlier->call) && later->channel == earlier->channel &&
	       later->from - earlier->from <= HOURS(24);
}

/* The contact and all that it goes on from; only contacts of this customer are in cases at all. */
static void chain_make(const struct cases *cases, struct str id, struct chain *chain)
{
	const struct contact *contact = cases_contact(cases, id);

	chain->n = 0;
	if (!contact)
		return;
	chain->items[chain->n++] = contact;
	for (size_t at = 0; at < chain->n; at++) {
		for (size_t i = cases->n_contacts; i-- > 0 && chain->n < CHAIN_MOST; ) {
			if (goes_on_from(chain->items[at], &cases->contacts[i]) && !chain_has(chain, &cases->contacts[i]))
				chain->items[chain->n++] = &cases->contacts[i];
		}
	}
}

static bool counts(const struct attempt *attempt, int64_t now)
{
	return attempt->ok && attempt->level > 0 && attempt->at <= now && now < attempt->until;
}

static bool is_weaker(const struct attempt *attempt, const struct attempt *other)
{
	return attempt->level < other->level || (attempt->level == other->level && attempt->at < other->at);
}

/* The higher level, then the later. */
static void take_better(const struct attempt *attempt, bool travelled, struct verified *out)
{
	if (out->by && (attempt->level < out->level || (attempt->level == out->level && attempt->at < out->at)))
		return;
	out->level = attempt->level;
	out->way = attempt->way;
	out->at = attempt->at;
	out->until = attempt->until;
	out->by = attempt->entry;
	out->travelled = travelled;
}

/* What was carried on is worth no more, and no longer, than what it came from, and that must be a thing of its own. */
static bool carried_bound(const struct cases *cases, const struct verify_policy *policy, struct attempt *attempt)
{
	struct attempt from;

	if (attempt->way != VERIFY_CARRIED)
		return true;
	for (size_t i = 0; i < cases->n_entries; i++) {
		int64_t until;

		if (!str_eq(cases->entries[i]->id, attempt->from) || !attempt_read(cases, policy, cases->entries[i], &from))
			continue;
		if (!from.ok || from.way == VERIFY_CARRIED || __builtin_add_overflow(from.at, policy->carries, &until) || until <= attempt->at)
			return false;
		if (from.level < attempt->level)
			attempt->level = from.level;
		return true;
	}
	return false;
}

void verify_contact(const struct cases *cases, const struct verify_policy *policy, struct str contact, int64_t now, struct verified *out)
{
	struct chain chain;

	*out = (struct verified){ .at = WHEN_NONE, .until = WHEN_NONE };
	chain_make(cases, contact, &chain);
	for (size_t i = 0; i < cases->n_entries && chain.n; i++) {
		struct attempt attempt;
		const struct contact *in;

		if (!attempt_read(cases, policy, cases->entries[i], &attempt))
			continue;
		in = cases_contact(cases, attempt.contact);
		if (!in || !chain_has(&chain, in))
			continue;
		if (!attempt.ok)
			out->misses++;
		else if (counts(&attempt, now) && carried_bound(cases, policy, &attempt))
			take_better(&attempt, in != chain.items[0], out);
	}
}

static bool is_staler(const struct attempt *attempt, const struct attempt *other, int64_t now)
{
	bool holds = now < attempt->until, other_holds = now < other->until;

	if (holds && other_holds)
		return is_weaker(attempt, other);
	return holds != other_holds ? other_holds : attempt->at < other->at;
}

/* Whether what was verified in another contact may be carried on to this one: of the same number or handle, and recent. */
static bool may_carry(const struct cases *cases, const struct verify_policy *policy, const struct contact *to, const struct attempt *attempt, int64_t now)
{
	const struct contact *from = cases_contact(cases, attempt->contact);
	int64_t age;

	return to && from && !str_empty(to->number) && from->channel == to->channel && str_eq(from->number, to->number) &&
	       !__builtin_sub_overflow(now, attempt->at, &age) && age < policy->carries;
}

/*
 * A success outside of the contact's own chain, which was no carrying itself:
 * of those that may be carried on to "to" the strongest; with NULL the strongest
 * of those that still hold, else the last. The later of two that are as strong.
 */
static bool last_elsewhere(const struct cases *cases, const struct verify_policy *policy, struct str contact, const struct contact *to, int64_t now,
			   struct attempt *out)
{
	struct chain chain;
	bool found = false;

	chain_make(cases, contact, &chain);
	for (size_t i = 0; i < cases->n_entries; i++) {
		struct attempt attempt;
		const struct contact *in;

		if (!attempt_read(cases, policy, cases->entries[i], &attempt) || !attempt.ok || attempt.way == VERIFY_CARRIED || attempt.at > now)
			continue;
		in = cases_contact(cases, attempt.contact);
		if ((in && chain_has(&chain, in)) || (to && !may_carry(cases, policy, to, &attempt, now)))
			continue;
		if (found && (to ? is_weaker(&attempt, out) : is_staler(&attempt, out, now)))
			continue;
		*out = attempt;
		found = true;
	}
	return found;
}

static void verified_from(const struct attempt *attempt, struct verified *out)
{
	*out = (struct verified){
		.level = attempt->level, .way = attempt->way, .at = attempt->at, .until = attempt->until, .by = attempt->entry, .travelled = true,
	};
}

bool verify_last(const struct cases *cases, const struct verify_policy *policy, struct str contact, int64_t now, struct verified *out)
{
	struct attempt attempt;

	if (!last_elsewhere(cases, policy, contact, NULL, now, &attempt))
		return false;
	verified_from(&attempt, out);
	return true;
}

bool verify_carries(const struct cases *cases, const struct verify_policy *policy, struct str contact, int64_t now, struct verified *out)
{
	const struct contact *to = cases_contact(cases, contact);
	struct attempt attempt;

	if (!to || !last_elsewhere(cases, policy, contact, to, now, &attempt))
		return false;
	verified_from(&attempt, out);
	if (out->level > policy->level[VERIFY_CARRIED])
		out->level = policy->level[VERIFY_CARRIED];
	return out->level > 0;
}

bool verify_may_try(const struct cases *cases, const struct verify_policy *policy, struct str contact, int64_t now, struct err *err)
{
	struct verified state;
	size_t misses = 0;

	verify_contact(cases, policy, contact, now, &state);
	if (state.misses >= policy->tries)
		return err_set(err, ERR_REFUSED, "%zu wrong answers in this contact: verify in another way, or by a supervisor", state.misses);
	for (size_t i = 0; i < cases->n_entries; i++) {
		struct attempt attempt;
		int64_t age;

		misses += attempt_read(cases, policy, cases->entries[i], &attempt) && !attempt.ok &&
			  !__builtin_sub_overflow(now, attempt.at, &age) && age < policy->tries_time;
	}
	if (misses >= policy->tries_person)
		return err_set(err, ERR_REFUSED, "%zu wrong answers about this customer lately: verify in another way, or by a supervisor", misses);
	return true;
}
