/*
 * The shop, in the shape of Medusa 2's admin interface.
 */
#ifndef SANDBOX_SHOP_H
#define SANDBOX_SHOP_H

#include "ident.h"
#include "request.h"
#include "world.h"

#define SHOP_CURRENCY "gbp"

/* One order with whose it is and what writes have made of it. */
struct shop_order {
	struct person person;
	struct order order;
	uint32_t number;
	struct ident_text id, payment;
	int64_t total, refunded, cancelled;     /* refunded: all sums; cancelled: WHEN_NONE, or when */
};

bool shop_order_get(struct box *box, uint32_t who, unsigned k, struct shop_order *out);
/* By its id, or replies 404. */
bool shop_order_of(struct request *request, const char *id, struct shop_order *out);
struct json_object *shop_order_json(struct box *box, const struct shop_order *order);
struct json_object *shop_payment_json(struct box *box, const struct shop_order *order);
struct json_object *shop_item_json(const struct shop_order *order, size_t line);     /* line LINES_MOST: what an exchange brought */
struct json_object *shop_address_json(struct ident_text id, const struct person *person);

/* The returns of an order: what the seed has and what was written. */
struct json_object *shop_returns_json(struct box *box, const struct shop_order *order);
bool shop_return_of(struct request *request, const char *id, struct json_object **data, struct shop_order *order);
struct json_object *shop_return_json(struct box *box, const struct shop_order *order, struct json_object *data);
struct json_object *shop_reason_json(size_t reason);

/* Replies with one page of a list whose rows were made already; owns rows. */
void shop_reply_list(struct request *request, const char *name, struct json_object *rows, int64_t count,
		     int64_t offset, int64_t limit);
/* False after a reply of 400. */
bool shop_page(struct request *request, int64_t fallback, int64_t *offset, int64_t *limit);
void shop_missing(struct request *request, const char *fmt, const char *id);
void shop_invalid(struct request *request, const char *message);

void shop_customers(struct request *request);
void shop_customer(struct request *request);
void shop_orders(struct request *request);
void shop_order(struct request *request);
void shop_returns(struct request *request);
void shop_exchanges(struct request *request);
void shop_claims(struct request *request);
void shop_locations(struct request *request);
void shop_products(struct request *request);
void shop_variants(struct request *request);
void shop_inventory(struct request *request);
void shop_return_reasons(struct request *request);
void shop_refund_reasons(struct request *request);
void shop_options(struct request *request);
void shop_users(struct request *request);
void shop_user_me(struct request *request);
void shop_refund(struct request *request);
void shop_cancel(struct request *request);
void shop_note(struct request *request);
void shop_return_begin(struct request *request);
void shop_return_items(struct request *request);
void shop_return_shipping(struct request *request);
void shop_return_request(struct request *request);

#endif
