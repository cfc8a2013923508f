/*
 * Orders of a timeline: what was bought, with the payments, deliveries and
 * returns that belong to it, and how far it is. Pure.
 */
#ifndef DOSSIER_MODEL_ORDERS_H
#define DOSSIER_MODEL_ORDERS_H

#include <dossier/model/timeline.h>

/* In the order in which they go before one another where several hold. */
#define ORDER_STATES(X) \
	X(NONE, "") X(PLACED, "placed") X(PAID, "paid") X(PACKED, "packed") X(SHIPPED, "shipped") X(DELIVERED, "delivered") \
	X(REFUNDED, "refunded") X(RETURNING, "returning") X(EXCHANGED, "exchanged") X(RETURNED, "returned") X(CANCELLED, "cancelled")
enum order_state {
#define X(name, word) ORDER_##name,
	ORDER_STATES(X)
#undef X
	ORDER_STATE_COUNT
};
const char *order_state_word(enum order_state state);

/* What belongs to no order that is known, such as an appointment, is one by itself: NONE when its step says nothing here. */
struct order {
	size_t head;                    /* rows of the timeline, by number */
	const size_t *parts;            /* newest first */
	size_t n_parts;
	enum order_state state;
	bool in_part;                   /* fewer pieces are so far than were ordered, or less money went back than was paid */
};
struct orders { struct order *items; size_t n; size_t *rows; uint64_t folded; };    /* newest first */

#define ORDER_KINDS (1u << KIND_ORDER | 1u << KIND_RETURN | 1u << KIND_DELIVERY | 1u << KIND_PICKUP | 1u << KIND_PAYMENT | 1u << KIND_APPOINTMENT)

/* Good until the timeline changes. */
void orders_init(struct orders *orders, struct timeline *timeline);
/* Are they still of this timeline's rows? Those that were never made are not. */
bool orders_current(const struct orders *orders, struct timeline *timeline);
/* What was paid less what went back; false where that cannot be told: an amount is missing, or in another currency. */
bool order_left(struct timeline *timeline, const struct order *order, struct money *left);
void orders_release(struct orders *orders);

#endif
