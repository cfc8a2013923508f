/*
 * Writes of the shop: refunds, cancelling, notes, and the four steps of a return.
 */
#include "shop.h"

#include <dossier/base/when.h>

#include "make.h"
#include "state.h"

static void refuse(struct request *request, const char *type, const char *message)
{
	reply_json(request, 400, make("{'type':%s,'message':%s}", type, message));
}

/* An amount is a JSON number, never a text. */
static bool hundredths(struct json_object *value, int64_t *out)
{
	double d;

	if (!json_object_is_type(value, json_type_double) && !json_object_is_type(value, json_type_int))
		return false;
	d = json_object_get_double(value) * 100;
	if (!(d > 0 && d < 1e12))
		return false;
	*out = (int64_t)(d + 0.5);
	return true;
}

static void note_refund(struct request *request, const struct shop_order *order, int64_t amount, const char *note, const char *reason)
{
	struct ident_at why = { 0 };
	bool reasoned = reason && ident_read(IDENT_SHOP_REFUND_REASON, reason, &why);

	state_add(request->box->state, order->payment.s, "refund", box_now(request->box),
		  make("{'hundredths':%l,'note':%s,'reason':%i}", amount, note, reasoned ? (int)why.who : -1));
}

void shop_refund(struct request *request)
{
	struct json_object *asked = member(request->doc, "amount");
	struct shop_order order;
	struct ident_at at;
	int64_t amount;

	if (!ident_read(IDENT_SHOP_PAYMENT, request->segment[0], &at) || !shop_order_get(request->box, at.who, at.what, &order)) {
		shop_missing(request, "Payment with id: %s was not found", request->segment[0]);
		return;
	}
	amount = order.total - order.refunded;
	if (asked && !hundredths(asked, &amount)) {
		refuse(request, "invalid_data", "Invalid request: Expected type: 'number' for field 'amount'");
		return;
	}
	if (amount <= 0 || amount > order.total - order.refunded) {
		refuse(request, "invalid_data", "You are not allowed to refund more than the captured amount");
		return;
	}
	note_refund(request, &order, amount, member_text(request->doc, "note"), member_text(request->doc, "refund_reason_id"));
	reply_json(request, 200, make("{'payment':%o}", shop_payment_json(request->box, &order)));
}

static void reply_order(struct request *request, const char *id)
{
	struct shop_order order;

	if (shop_order_of(request, id, &order))
		reply_json(request, 200, make("{'order':%o}", shop_order_json(request->box, &order)));
}

void shop_cancel(struct request *request)
{
	struct shop_order order;
	char text[200];

	if (!shop_order_of(request, request->segment[0], &order))
		return;
	if (order.cancelled != WHEN_NONE) {
		snprintf(text, sizeof(text), "Order with id %s has been canceled.", order.id.s);
		refuse(request, "invalid_data", text);
		return;
	}
	if (order.order.packed != WHEN_NONE) {
		refuse(request, "not_allowed", "All fulfillments must be canceled before canceling an order");
		return;
	}
	state_add(request->box->state, order.id.s, "cancel", box_now(request->box), NULL);
	if (order.refunded < order.total)
		note_refund(request, &order, order.total - order.refunded, NULL, NULL);
	reply_order(request, order.id.s);
}

void shop_note(struct request *request)
{
	struct json_object *metadata = member(request->doc, "metadata");
	struct shop_order order;

	if (!shop_order_of(request, request->segment[0], &order))
		return;
	if (!json_object_is_type(metadata, json_type_object)) {
		refuse(request, "invalid_data", "Invalid request: Expected type: 'object' for field 'metadata'");
		return;
	}
	state_add(request->box->state, order.id.s, "metadata", box_now(request->box), json_object_get(metadata));
	reply_order(request, order.id.s);
}

void shop_return_begin(struct request *request)
{
	const char *order_id = member_text(request->doc, "order_id");
	struct json_object *data;
	struct shop_order order;
	struct ident_text id;

	if (!shop_order_of(request, order_id ? order_id : "", &order))
		return;
	if (order.cancelled != WHEN_NONE) {
		refuse(request, "invalid_data", "Order is canceled");
		return;
	}
	id = ident_make(IDENT_SHOP_RETURN, IDENT_WRITTEN + (uint32_t)state_count(request->box->state), 0, 0);
	data = make("{'id':%s,'order_id':%s,'status':'open','created_at':%t,'requested_at':null,'location_id':%s,'items':[]}", id.s,
		    order.id.s, box_now(request->box), member_text(request->doc, "location_id"));
	state_add(request->box->state, order.id.s, "return", box_now(request->box), data);
	state_add(request->box->state, id.s, "alias", box_now(request->box), json_object_get(data));
	reply_json(request, 200, make("{'order':%o,'return':%o}", shop_order_json(request->box, &order),
				      shop_return_json(request->box, &order, data)));
}

bool shop_return_of(struct request *request, const char *id, struct json_object **data, struct shop_order *order)
{
	struct fact *fact = state_next(request->box->state, id, "alias", NULL);

	if (!fact) {
		shop_missing(request, "Return id not found: %s", id);
		return false;
	}
	*data = fact->data;
	return shop_order_of(request, member_text(fact->data, "order_id"), order);
}

static void reply_return(struct request *request, const struct shop_order *order, struct json_object *data)
{
	reply_json(request, 200, make("{'order_preview':{'id':%s},'return':%o}", order->id.s,
				      shop_return_json(request->box, order, data)));
}

static bool open_return(struct request *request, struct json_object **data, struct shop_order *order)
{
	const char *status;

	if (!shop_return_of(request, request->segment[0], data, order))
		return false;
	status = member_text(*data, "status");
	if (strcmp(status, "open") == 0)
		return true;
	refuse(request, "not_allowed", "The return was requested already");
	return false;
}

void shop_return_items(struct request *request)
{
	struct json_object *items = member(request->doc, "items"), *data, *kept;
	struct shop_order order;

	if (!open_return(request, &data, &order))
		return;
	if (!json_object_is_type(items, json_type_array)) {
		refuse(request, "invalid_data", "Invalid request: Field 'items' is required");
		return;
	}
	for (size_t i = 0; i < json_object_array_length(items); i++) {
		struct json_object *item = json_object_array_get_idx(items, i);
		const char *line = member_text(item, "id");
		struct ident_at at;

		if (!line || !ident_read(IDENT_SHOP_LINE, line, &at) || at.who != order.person.index || at.what != order.order.k ||
		    at.part >= order.order.n) {
			refuse(request, "invalid_data", "Items do not exist in order");
			return;
		}
		if (json_object_get_int64(member(item, "quantity")) < 1 ||
		    json_object_get_int64(member(item, "quantity")) > order.order.lines[at.part].quantity) {
			refuse(request, "invalid_data", "Cannot request to return more items than what was fulfilled.");
			return;
		}
	}
	kept = member(data, "items");
	for (size_t i = 0; i < json_object_array_length(items); i++)
		make_append(kept, json_object_get(json_object_array_get_idx(items, i)));
	reply_return(request, &order, data);
}

void shop_return_shipping(struct request *request)
{
	struct json_object *data;
	struct shop_order order;
	struct ident_at at;
	const char *option = member_text(request->doc, "shipping_option_id");

	if (!open_return(request, &data, &order))
		return;
	if (!option || !ident_read(IDENT_SHOP_OPTION, option, &at))
		refuse(request, "invalid_data", "Shipping option not found");
	else
		reply_return(request, &order, data);
}

void shop_return_request(struct request *request)
{
	struct json_object *data;
	struct shop_order order;
	char at[32];

	if (!open_return(request, &data, &order))
		return;
	if (json_object_array_length(member(data, "items")) == 0) {
		refuse(request, "invalid_data", "No items to return");
		return;
	}
	when_iso(box_now(request->box), at);
	json_object_object_add(data, "status", json_object_new_string("requested"));
	json_object_object_add(data, "requested_at", json_object_new_string(at));
	reply_return(request, &order, data);
}
