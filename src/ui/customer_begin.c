/*
 * The contact that a customer is opened with: of a pop, or of the channel
 * that the agent is signed on to. And the hand-off that is accepted by it.
 */
#include <libintl.h>
#include <stdlib.h>

#include <dossier/base/mem.h>

#include "customer_view.h"

void customer_begin_init(struct customer_view *cv)
{
	/* the pop's is for whoever is chosen */
	cv->begin = ui_desk(cv->view.ui)->store && !cv->opening.aside ? ui_begin(cv->view.ui) : NULL;
	cv->opened_at = ui_now(cv->view.ui);
}

bool customer_view_aside(const struct view *view)
{
	return ((const struct customer_view *)view)->opening.aside;
}

void customer_begin_release(struct customer_view *cv)
{
	begin_free(cv->begin);
	free(cv->taken);
}

char *customer_caller(struct customer_view *cv, bool *settled)
{
	struct casework work;
	char *contact;

	*settled = true;
	if (!customer_group(cv->customer)->shared_only || customer_contact(cv->customer) || !ui_is_live(cv->view.ui))
		return NULL;
	casework_init(&work, ui_desk(cv->view.ui), cv->customer);
	contact = work.contact.p ? str_dup(work.contact) : NULL;
	*settled = work.settled || cv->compared;
	casework_release(&work);
	return contact;
}

/* Signed on, and already dealing with this customer there, or with a caller who may be them: that goes on. */
static bool goes_on(struct customer_view *cv)
{
	const struct contact *live = customer_contact(cv->customer);
	const struct entry *start;
	char *caller;
	bool same, settled;

	if (live)
		return str_is(live->start->channel, cv->begin->channel) && (!cv->begin->call || str_is(live->call, cv->begin->call));
	if (cv->begin->call)
		return false;
	caller = customer_caller(cv, &settled);
	start = caller ? entries_find(customer_entries(cv->customer), str_of(caller)) : NULL;
	same = start && str_is(start->channel, cv->begin->channel);
	free(caller);
	return same;
}

static void begin(struct customer_view *cv)
{
	const struct store_watch *watch = customer_watch(cv->customer);
	const struct begin *b = cv->begin;
	const char *preset[9], **at = preset;

	/* what the store knows decides whom the contact is with */
	if (!watch || !store_watch_settled(watch))
		return;
	if (!goes_on(cv)) {
		const char *const all[][2] = { { "channel", b->channel }, { "call", b->call }, { "number", b->number }, { "via", b->via } };

		for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
			if (all[i][1]) {
				*at++ = all[i][0];
				*at++ = all[i][1];
			}
		*at = NULL;
		flow_start_unasked(&cv->flows, "contact.start", preset);
	}
	begin_free(cv->begin);
	cv->begin = NULL;
}

/*
 * The contact of a caller whom only a number named, once it is settled whose
 * number it was: from then on it is this customer's.
 */
static void adopt(struct customer_view *cv)
{
	bool settled;
	char *contact = cv->adopted ? NULL : customer_caller(cv, &settled);

	if (contact && settled) {
		cv->adopted = true;
		flow_start_unasked(&cv->flows, "assign", (const char *[]){ "entry", contact, NULL });
	}
	free(contact);
}

/* Accepting happens by itself, and is told once. */
static void tell_taken(struct customer_view *cv)
{
	const struct cases *cases = customer_cases(cv->customer);

	for (size_t i = cases->n_handoffs; i-- > 0 && !cv->taken;) {
		const struct handoff *handoff = &cases->handoffs[i];

		if (handoff->state != HANDOFF_ACCEPTED || !handoff->contact.p || !handoff->closed || handoff->closed->at < cv->opened_at ||
		    !str_eq(handoff->closed->author, ui_desk(cv->view.ui)->agent))
			continue;
		cv->taken = str_dup(handoff->offer->id);
		ui_say(cv->view.ui, EL_MESSAGE, gettext("accepted by this contact, handed over by %.*s: the case is yours"), STR_ARG(handoff->offer->author));
	}
}

void customer_begin(struct customer_view *cv)
{
	if (cv->opening.aside)
		return;
	if (cv->begin)
		begin(cv);
	adopt(cv);
	if (customer_contact(cv->customer))
		tell_taken(cv);
}
