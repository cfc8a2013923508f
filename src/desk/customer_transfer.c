/*
 * A live transfer: who has the customer on the line that a colleague hands
 * over accepts by it, whomever the exchange picked.
 */
#include "customer_parts.h"

#define CLOCKS_DIFFER (90 * 1000)

static bool is_for_me(const struct desk *desk, const struct handoff *handoff)
{
	if (handoff->to_agent.p)
		return str_eq(handoff->to_agent, desk->agent);
	return handoff->to_team.p && str_eq(handoff->to_team, desk->team);
}

/*
 * An old contact that nobody ended is not what the customer came through by;
 * and a claim is refused while what it is about is on its way to the store.
 */
const struct handoff *customer_transfer(struct customer *customer)
{
	const struct contact *contact = customer_contact(customer);
	const struct cases *cases = customer_cases(customer);
	const struct desk *desk = customer->desk;

	for (size_t i = cases->n_handoffs; contact && contact->start->got != WHEN_NONE && i-- > 0; ) {
		const struct handoff *handoff = &cases->handoffs[i];

		if (handoff->state == HANDOFF_OFFERED && handoff->contact.p && is_for_me(desk, handoff) &&
		    !str_eq(handoff->offer->author, desk->agent) && contact->from + CLOCKS_DIFFER >= entry_time(handoff->offer))
			return handoff;
	}
	return NULL;
}
