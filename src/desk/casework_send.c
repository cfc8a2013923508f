/*
 * Where casework meets an open customer and the store.
 */
#include <dossier/base/mem.h>
#include <dossier/net/loop.h>

#include "operation_build.h"

/* Is one of the group's persons this contact's own? Then the agent has said who is there. */
static bool contact_settles(const struct casework *work)
{
	const struct contact *contact = work->cases ? cases_contact(work->cases, work->contact) : NULL;
	struct str home = contact ? casework_home(work, contact->start) : (struct str){ 0 };

	for (size_t i = 0; home.p && i < work->group->n_persons; i++) {
		if (str_eq(work->group->persons[i], home))
			return true;
	}
	return false;
}

void casework_settle(struct casework *work)
{
	struct verified verified = { .level = 0 };

	work->settled = !work->group || !work->group->shared_only || (!work->group->n_records && !work->group->n_persons) || contact_settles(work);
	if (work->settled)
		return;
	if (work->cases && work->contact.p)
		verify_contact(work->cases, &work->desk->house->verify, work->contact, casework_now(work), &verified);
	work->settled = verified.level > 0;
}

void casework_init(struct casework *work, struct desk *desk, struct customer *customer)
{
	*work = (struct casework){ .desk = desk, .customer = customer, .settled = true, .arena = arena_new(), .parser = json_parser_new() };
	work->channel = str_of(desk->signed_on);
	if (!customer)
		return;
	work->group = customer_group(customer);
	work->profile = customer_profile(customer);
	work->timeline = customer_timeline(customer);
	casework_use(work, customer_entries(customer), customer_persons(customer), customer_cases(customer));
	work->case_ = customer_chosen(customer);
	if (customer_contact(customer)) {
		const struct contact *contact = customer_contact(customer);

		work->contact = contact->start->id;
		work->channel = contact->start->channel;
	}
	casework_settle(work);
	/* found by a number only: what is verified is verified in the caller's contact */
	if (!work->settled && !work->contact.p) {
		work->contact = casework_caller_contact(work);
		casework_settle(work);
	}
}

uint64_t casework_ord(struct casework *work)
{
	return work->desk->store ? store_ord(work->desk->store) : ord_next(&work->ord, casework_now(work));
}

/* What is told without the store, from the loop as all is. */
struct late { struct store_append_sink sink; enum store_said said; struct err err; };

static void tell_late(void *arg)
{
	struct late *late = arg;

	late->sink.said(late->sink.arg, late->said, true, NULL, 0, &late->err);
	free(late);
}

void casework_send(struct casework *work, const struct store_append_sink *sink)
{
	struct late *late;

	if (work->n_out && work->desk->store) {
		if (work->customer && work->person.p)
			customer_minted(work->customer, work->person);
		store_append(work->desk->store, work->out, work->n_out, sink);
		return;
	}
	late = mem_zalloc(sizeof(*late));
	late->sink = *sink;
	late->said = STORE_SHARED;
	if (work->n_out) {
		late->said = STORE_NOT_SAVED;
		err_set(&late->err, ERR_CONFIG, "this session has no case store: nothing was written");
	}
	loop_defer(work->desk->loop, tell_late, late);
}
