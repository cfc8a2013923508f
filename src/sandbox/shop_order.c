/*
 * How one order reads: what the seed says, with what was written laid over it.
 */
#include "shop.h"

#include <dossier/base/when.h>

#include "fields.h"
#include "make.h"
#include "state.h"

bool shop_order_get(struct box *box, uint32_t who, unsigned k, struct shop_order *out)
{
	struct order orders[ORDERS_MOST];
	const struct fact *fact;
	size_t n;

	if (who >= box->world->people)
		return false;
	world_person(box->world, who, &out->person);
	n = world_orders(box->world, &out->person, orders);
	if (k >= n)
		return false;
	out->order = orders[k];
	out->number = world_order_number(box->world, &out->person, &out->order);
	out->id = ident_make(IDENT_SHOP_ORDER, who, k, 0);
	out->payment = ident_make(IDENT_SHOP_PAYMENT, who, k, 0);
	out->total = order_total(&out->order);
	out->refunded = out->order.refunded == WHEN_NONE ? 0 : out->order.refund;
	out->cancelled = out->order.cancelled;
	fact = state_next(box->state, out->id.s, "cancel", NULL);
	if (fact)
		out->cancelled = fact->at;
	for (fact = NULL; (fact = state_next(box->state, out->payment.s, "refund", fact));)
		out->refunded += json_object_get_int64(member(fact->data, "hundredths"));
	return true;
}

bool shop_order_of(struct request *request, const char *id, struct shop_order *out)
{
	struct ident_at at;

	if (ident_read(IDENT_SHOP_ORDER, id, &at) && shop_order_get(request->box, at.who, at.what, out))
		return true;
	shop_missing(request, "Order id not found: %s", id);
	return false;
}

static struct json_object *raw(int64_t hundredths)
{
	return make("{'value':%M,'precision':20}", hundredths);
}

static struct json_object *refund_json(const char *payment, struct ident_text id, int64_t amount, int64_t at,
				       const char *note, int reason)
{
	struct json_object *why = NULL;

	if (reason >= 0 && (size_t)reason < refund_reasons_n)
		why = make("{'id':%s,'label':%s,'code':%s,'description':null}",
			   ident_make(IDENT_SHOP_REFUND_REASON, (uint32_t)reason, 0, 0).s, refund_reasons[reason][1], refund_reasons[reason][0]);
	return make("{'id':%s,'amount':%m,'raw_amount':%o,'note':%s,'payment_id':%s,'refund_reason_id':%s,'refund_reason':%o,"
		    "'metadata':null,'created_by':%s,'created_at':%t,'updated_at':%t,'deleted_at':null}", id.s, amount, raw(amount), note,
		    payment, why ? member_text(why, "id") : NULL, why, ident_make(IDENT_SHOP_USER, 0, 0, 0).s, at, at);
}

static struct json_object *refunds(struct box *box, const struct shop_order *order)
{
	struct json_object *list = json_object_new_array();

	if (order->order.refunded != WHEN_NONE)
		make_append(list, refund_json(order->payment.s, ident_make(IDENT_SHOP_REFUND, order->person.index, order->order.k, 0),
					      order->order.refund, order->order.refunded, order->order.refund_note,
					      order->order.refund_note ? 2 : -1));
	for (const struct fact *fact = NULL; (fact = state_next(box->state, order->payment.s, "refund", fact));)
		make_append(list, refund_json(order->payment.s, ident_make(IDENT_SHOP_REFUND, IDENT_WRITTEN + fact->number, 0, 0),
					      json_object_get_int64(member(fact->data, "hundredths")), fact->at,
					      member_text(fact->data, "note"), json_object_get_int(member(fact->data, "reason"))));
	return list;
}

struct json_object *shop_payment_json(struct box *box, const struct shop_order *order)
{
	uint32_t who = order->person.index;
	uint8_t k = order->order.k;
	int64_t paid = order->order.at + MINUTE;

	return make("{'id':%s,'currency_code':'" SHOP_CURRENCY "','provider_id':'pp_system_default','captured_at':%t,'canceled_at':null,"
		    "'payment_collection_id':%s,'raw_amount':%o,'created_at':%t,'updated_at':%t,'refunds':%o,'captures':[{'id':%s,"
		    "'payment_id':%s,'metadata':null,'created_by':null,'raw_amount':%o,'created_at':%t,'updated_at':%t,'amount':%m}],"
		    "'amount':%m}", order->payment.s, paid, ident_make(IDENT_SHOP_COLLECTION, who, k, 0).s, raw(order->total), paid, paid,
		    refunds(box, order), ident_make(IDENT_SHOP_CAPTURE, who, k, 0).s, order->payment.s, raw(order->total), paid, paid,
		    order->total, order->total);
}

struct json_object *shop_item_json(const struct shop_order *order, size_t i)
{
	bool swapped = i == LINES_MOST;
	struct good good = swapped ? order->order.instead : order->order.lines[i].good;
	int64_t price = swapped ? products[good.product].price : order->order.lines[i].price;
	int quantity = swapped ? 1 : (int)order->order.lines[i].quantity;
	int64_t at = swapped ? order->order.asked_back : order->order.at;
	const struct product *product = &products[good.product];
	char variant[32], sku[32], ean[16];

	good_variant(good, variant);
	good_sku(good, sku);
	good_ean(good, ean);
	return make("{'id':%s,'title':%s,'subtitle':%s,'thumbnail':null,'product_title':%s,'product_description':%s,"
		    "'variant_title':%s,'variant_sku':%s,'variant_barcode':%s,'product_id':%s,'variant_id':%s,'quantity':%i,"
		    "'unit_price':%m,'raw_unit_price':%o,'total':%m,'metadata':{},'created_at':%t,'updated_at':%t,"
		    "'detail':{'quantity':%i,'fulfilled_quantity':%i,'shipped_quantity':%i,'delivered_quantity':%i,"
		    "'return_requested_quantity':%i,'return_received_quantity':%i}}",
		    ident_make(IDENT_SHOP_LINE, order->person.index, order->order.k, (unsigned)i).s, product->title, variant, product->title,
		    product->about, variant, sku, ean, ident_make(IDENT_SHOP_PRODUCT, good.product, 0, 0).s,
		    ident_make(IDENT_SHOP_VARIANT, good.product, good.variant, 0).s, quantity, price, raw(price), price * quantity, at, at,
		    quantity, order->order.packed != WHEN_NONE ? quantity : 0, order->order.shipped != WHEN_NONE ? quantity : 0,
		    order->order.delivered != WHEN_NONE ? quantity : 0, i == 0 && order->order.asked_back != WHEN_NONE ? 1 : 0,
		    i == 0 && order->order.received_back != WHEN_NONE ? 1 : 0);
}

static struct json_object *items(const struct shop_order *order)
{
	struct json_object *list = json_object_new_array();

	for (size_t i = 0; i < order->order.n; i++)
		make_append(list, shop_item_json(order, i));
	if (order->order.fate == FATE_EXCHANGED || order->order.fate == FATE_CLAIMED)
		make_append(list, shop_item_json(order, LINES_MOST));
	return list;
}

static struct json_object *packed_items(const struct shop_order *order, const char *fulfilment)
{
	struct json_object *list = json_object_new_array();

	for (size_t i = 0; i < order->order.n; i++) {
		char variant[32], sku[32];

		good_variant(order->order.lines[i].good, variant);
		good_sku(order->order.lines[i].good, sku);
		make_append(list, make("{'title':%s,'sku':%s,'quantity':%i,'line_item_id':%s,'fulfillment_id':%s}", variant, sku,
				       (int)order->order.lines[i].quantity,
				       ident_make(IDENT_SHOP_LINE, order->person.index, order->order.k, (unsigned)i).s, fulfilment));
	}
	return list;
}

static struct json_object *labels(const struct shop_order *order)
{
	struct json_object *list = json_object_new_array();
	char number[32], url[96];

	if (order->order.shipped == WHEN_NONE)
		return list;
	snprintf(number, sizeof(number), "LF%09uGB", order->number * 37 % 1000000000);
	snprintf(url, sizeof(url), "https://tracking.example.org/%s", number);
	make_append(list, make("{'id':%s,'tracking_number':%s,'tracking_url':%s,'label_url':''}",
			       ident_make(IDENT_SHOP_LABEL, order->person.index, order->order.k, 0).s, number, url));
	return list;
}

static struct json_object *fulfilments(const struct shop_order *order)
{
	const struct order *o = &order->order;
	struct json_object *list = json_object_new_array();
	struct ident_text id = ident_make(IDENT_SHOP_FULFILMENT, order->person.index, o->k, 0);
	struct ident_text user = ident_make(IDENT_SHOP_USER, o->k + 1u, 0, 0);

	if (o->packed == WHEN_NONE)
		return list;
	make_append(list, make("{'id':%s,'location_id':%s,'packed_at':%t,'shipped_at':%t,'marked_shipped_by':%s,'created_by':%s,"
			       "'delivered_at':%t,'canceled_at':%t,'data':{},'requires_shipping':%b,'provider_id':'manual_manual',"
			       "'metadata':null,'created_at':%t,'updated_at':%t,'deleted_at':null,'items':%o,'labels':%o}", id.s,
			       ident_make(IDENT_SHOP_LOCATION, o->site, 0, 0).s, o->packed, o->shipped,
			       o->shipped == WHEN_NONE ? NULL : user.s, user.s, o->delivered, order->cancelled, (int)!o->store,
			       o->packed, o->packed, packed_items(order, id.s), labels(order)));
	return list;
}

static const char *payment_status(const struct shop_order *order)
{
	return order->refunded == 0 ? "captured" : order->refunded < order->total ? "partially_refunded" : "refunded";
}

static const char *fulfilment_status(const struct shop_order *order)
{
	const struct order *o = &order->order;

	return order->cancelled != WHEN_NONE ? "canceled" : o->delivered != WHEN_NONE ? "delivered"
	       : o->shipped != WHEN_NONE ? "shipped" : o->packed != WHEN_NONE ? "fulfilled" : "not_fulfilled";
}

static struct json_object *metadata(struct box *box, const struct shop_order *order)
{
	struct json_object *out = NULL;
	char receipt[40];

	if (order->order.store) {
		snprintf(receipt, sizeof(receipt), "%s-%04u", sites[order->order.site].code, order->number % 10000);
		out = make("{'receipt_no':%s}", receipt);
	}
	for (const struct fact *fact = NULL; (fact = state_next(box->state, order->id.s, "metadata", fact));) {
		if (!out)
			out = json_object_new_object();
		json_object_object_foreach(fact->data, key, value)
			json_object_object_add(out, key, json_object_get(value));
	}
	return out;
}

struct json_object *shop_order_json(struct box *box, const struct shop_order *order)
{
	const struct order *o = &order->order;
	uint32_t who = order->person.index;
	struct ident_text channel = ident_make(IDENT_SHOP_CHANNEL, o->store, 0, 0);

	return make("{'id':%s,'display_id':%l,'status':%s,'payment_status':%s,'fulfillment_status':%s,'version':1,"
		    "'currency_code':'" SHOP_CURRENCY "','email':%s,'customer_id':%s,'sales_channel_id':%s,"
		    "'sales_channel':{'id':%s,'name':%s},'metadata':%o,'created_at':%t,'updated_at':%t,'canceled_at':%t,'total':%m,"
		    "'summary':{'paid_total':%m,'refunded_total':%m,'current_order_total':%m,'original_order_total':%m},"
		    "'items':%o,'shipping_address':%o,'shipping_methods':[{'id':%s,'name':%s,'amount':%m}],'fulfillments':%o,"
		    "'payment_collections':[{'id':%s,'currency_code':'" SHOP_CURRENCY "','status':'completed','completed_at':%t,"
		    "'raw_amount':%o,'created_at':%t,'payments':[%o],'amount':%m,'captured_amount':%m,'refunded_amount':%m}],'returns':%o}",
		    order->id.s, (int64_t)order->number, order->cancelled == WHEN_NONE ? "pending" : "canceled", payment_status(order),
		    fulfilment_status(order), order->person.email, ident_make(IDENT_SHOP_CUSTOMER, who, o->row, 0).s, channel.s, channel.s,
		    o->store ? "store" : "web", metadata(box, order), o->at, o->at, order->cancelled, order->total - order->refunded,
		    order->total, order->refunded, order->total - order->refunded, order->total, items(order),
		    shop_address_json(ident_make(IDENT_SHOP_ORDER_ADDRESS, who, o->k, 0), &order->person),
		    ident_make(IDENT_SHOP_METHOD, who, o->k, 0).s, o->store ? "Collect in the shop" : "Parcel", (int64_t)(o->store ? 0 : SHIPPING),
		    fulfilments(order), ident_make(IDENT_SHOP_COLLECTION, who, o->k, 0).s, o->at + MINUTE, raw(order->total), o->at,
		    shop_payment_json(box, order), order->total, order->total, order->refunded, shop_returns_json(box, order));
}

void shop_order(struct request *request)
{
	struct json_object *json;
	struct shop_order order;

	if (!shop_order_of(request, request->segment[0], &order))
		return;
	json = shop_order_json(request->box, &order);
	fields_apply(json, request_arg(request, "fields"));
	reply_json(request, 200, make("{'order':%o}", json));
}
