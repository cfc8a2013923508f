/*
 * What follows from rows and entries for whoever looks: the brief, the live
 * contact, how far it is verified, and what is closed until then.
 */
#include <dossier/base/mem.h>

#include "customer_parts.h"
#include "desk_mask.h"

#define BRIEF_AGES 30000        /* ms after which its days are counted anew */

void customer_choose(struct customer *customer, struct str case_)
{
	customer->known.chosen = case_.p ? arena_str(customer->arena, case_) : (struct str){ 0 };
	known_rows_changed(customer);
}

struct str customer_chosen(struct customer *customer)
{
	const struct cases *cases = customer_cases(customer);
	const struct case_state *chosen = cases_find(cases, customer->known.chosen);

	return chosen ? chosen->id : brief_choose(cases);
}

const struct brief *customer_brief(struct customer *customer)
{
	struct known *known = &customer->known;
	const struct house *house = customer->desk->house;
	int64_t now = known_now(customer);

	known_fold(customer);
	if (known->brief.arena && now >= known->brief_at && now - known->brief_at < BRIEF_AGES)
		return &known->brief;
	known_rows_changed(customer);
	known->brief_at = now;
	brief_init(&known->brief, &(struct brief_in){
		.cases = known->cases, .timeline = customer->timeline, .case_ = customer_chosen(customer), .now = now,
		.window = house->windows.comes_back, .loose = house->windows.loose, .hour = house->hour,
		.lifetime = customer->profile.lifetime, .n_lifetime = customer->profile.n_lifetime,
	});
	return &known->brief;
}

void customer_misfits(struct customer *customer, struct misfits *out)
{
	misfits_init(out, &(struct misfit_in){
		.cases = customer_cases(customer), .timeline = customer->timeline, .now = known_now(customer), .pick = customer->desk->house->windows.pick,
	});
}

const struct contact *customer_contact(struct customer *customer)
{
	const struct cases *cases = customer_cases(customer);

	for (size_t i = cases->n_contacts; i-- > 0; ) {
		const struct contact *contact = &cases->contacts[i];

		if (contact->until == WHEN_NONE && str_eq(contact->start->author, customer->desk->agent))
			return contact;
	}
	return NULL;
}

void customer_verified(struct customer *customer, struct verified *out)
{
	const struct contact *contact = customer_contact(customer);

	*out = (struct verified){ 0 };
	if (contact)
		verify_contact(customer->known.cases, &customer->desk->house->verify, contact->start->id, known_now(customer), out);
}

bool customer_verified_before(struct customer *customer, struct verified *out, bool *carries)
{
	const struct cases *cases = customer_cases(customer);
	const struct contact *contact = customer_contact(customer);
	struct str id = contact ? contact->start->id : (struct str){ 0 };
	struct verified carried;

	*carries = contact && verify_carries(cases, &customer->desk->house->verify, id, known_now(customer), &carried);
	/* what a key would carry on is what is told */
	if (*carries)
		*out = carried;
	return *carries || verify_last(cases, &customer->desk->house->verify, id, known_now(customer), out);
}

int64_t customer_dealt_before(struct customer *customer, int64_t before)
{
	return cases_last_dealt(customer_cases(customer), customer->desk->agent, before);
}

static bool is_contact(const struct customer *customer, const struct contact *contact)
{
	if (!contact || !customer->mask_contact)
		return !contact && !customer->mask_contact;
	return str_is(contact->start->id, customer->mask_contact);
}

/* Whatever was opened belongs to the contact: with another one, or none, all begins again. */
static void mask_begin(struct customer *customer, const struct contact *contact)
{
	if (customer->mask_made && is_contact(customer, contact))
		return;
	mask_free(customer->mask);
	free(customer->mask_contact);
	customer->mask = desk_mask_new(customer->desk, contact != NULL);
	customer->mask_contact = contact ? str_dup(contact->start->id) : NULL;
	customer->mask_made = true;
	customer->mask_level = 0;
}

struct mask *customer_mask(struct customer *customer)
{
	struct verified verified;

	mask_begin(customer, customer_contact(customer));
	customer_verified(customer, &verified);
	/* mask_verified also takes back what was revealed: only when there is something to tell */
	if (customer->mask && verified.level != customer->mask_level)
		mask_verified(customer->mask, verified.level);
	customer->mask_level = verified.level;
	return customer->mask;
}

void shown_release(struct customer *customer)
{
	mask_free(customer->mask);
	free(customer->mask_contact);
}
