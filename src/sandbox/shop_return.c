/*
 * Returns, exchanges and claims: those of the seed, and the returns that were
 * written. Every exchange and claim has a return of its own.
 */
#include "shop.h"

#include <dossier/base/when.h>

#include "make.h"
#include "state.h"

static bool has_return(const struct order *order)
{
	return order->asked_back != WHEN_NONE;
}

struct json_object *shop_reason_json(size_t reason)
{
	return make("{'id':%s,'value':%s,'label':%s,'description':null,'parent_return_reason_id':null}",
		    ident_make(IDENT_SHOP_REASON, (uint32_t)reason, 0, 0).s, return_reasons[reason][0], return_reasons[reason][1]);
}

static struct json_object *short_order(const struct shop_order *order)
{
	return make("{'id':%s,'display_id':%l,'customer_id':%s,'currency_code':'" SHOP_CURRENCY "','email':%s}", order->id.s,
		    (int64_t)order->number, ident_make(IDENT_SHOP_CUSTOMER, order->person.index, order->order.row, 0).s, order->person.email);
}

/* The return that the seed tells of. */
static struct json_object *seeded(const struct shop_order *order)
{
	const struct order *o = &order->order;
	uint32_t who = order->person.index;
	struct ident_text id = ident_make(IDENT_SHOP_RETURN, who, o->k, 0), reason = { "" };
	bool received = o->received_back != WHEN_NONE;
	struct json_object *out;

	if (o->reason >= 0)
		reason = ident_make(IDENT_SHOP_REASON, (uint32_t)o->reason, 0, 0);
	out = make("{'id':%s,'order_id':%s,'display_id':%l,'status':%s,'created_at':%t,'requested_at':%t,'received_at':%t,"
		   "'canceled_at':null,'refund_amount':null,'location_id':%s,'order':%o,'items':[{'id':%s,'note':%s,'metadata':{},"
		   "'reason_id':%s,'reason':%o,'return_id':%s,'item_id':%s,'item':%o,'quantity':%i,'received_quantity':%i,"
		   "'damaged_quantity':0}]}", id.s, order->id.s, (int64_t)order->number, received ? "received" : "requested",
		   o->asked_back, o->asked_back, o->received_back, ident_make(IDENT_SHOP_LOCATION, 0, 0, 0).s, short_order(order),
		   ident_make(IDENT_SHOP_RETURN_ITEM, who, o->k, 0).s, o->words, *reason.s ? reason.s : NULL,
		   o->reason >= 0 ? shop_reason_json((size_t)o->reason) : NULL, id.s, ident_make(IDENT_SHOP_LINE, who, o->k, 0).s,
		   shop_item_json(order, 0), (int)o->lines[0].quantity, received ? (int)o->lines[0].quantity : 0);
	if (o->fate == FATE_EXCHANGED)
		json_object_object_add(out, "exchange_id", json_object_new_string(ident_make(IDENT_SHOP_EXCHANGE, who, o->k, 0).s));
	if (o->fate == FATE_CLAIMED)
		json_object_object_add(out, "claim_id", json_object_new_string(ident_make(IDENT_SHOP_CLAIM, who, o->k, 0).s));
	return out;
}

static struct json_object *written_item(const struct shop_order *order, struct json_object *item, const char *id, unsigned i)
{
	struct ident_at at = { 0 }, why = { 0 };
	const char *line = member_text(item, "id"), *reason = member_text(item, "reason_id");
	bool known = line && ident_read(IDENT_SHOP_LINE, line, &at) && at.part < order->order.n;
	bool reasoned = reason && ident_read(IDENT_SHOP_REASON, reason, &why) && why.who < return_reasons_n;

	return make("{'id':%s,'note':%s,'metadata':{},'reason_id':%s,'reason':%o,'return_id':%s,'item_id':%s,'item':%o,'quantity':%l,"
		    "'received_quantity':0,'damaged_quantity':0}", ident_make(IDENT_SHOP_RETURN_ITEM, IDENT_WRITTEN + order->number, order->order.k, i).s,
		    member_text(item, "note"), reason, reasoned ? shop_reason_json(why.who) : NULL, id, line,
		    known ? shop_item_json(order, at.part) : NULL, json_object_get_int64(member(item, "quantity")));
}

struct json_object *shop_return_json(struct box *box, const struct shop_order *order, struct json_object *data)
{
	const char *id = member_text(data, "id"), *status = member_text(data, "status"), *requested = member_text(data, "requested_at");
	struct json_object *items = json_object_new_array(), *asked = member(data, "items");

	(void)box;
	if (requested)
		for (size_t i = 0; asked && i < json_object_array_length(asked); i++)
			make_append(items, written_item(order, json_object_array_get_idx(asked, i), id, (unsigned)i));
	return make("{'id':%s,'order_id':%s,'display_id':%l,'status':%s,'created_at':%s,'requested_at':%s,'received_at':null,"
		    "'canceled_at':null,'refund_amount':null,'location_id':%s,'order':%o,'items':%o}", id, order->id.s, (int64_t)order->number,
		    status, member_text(data, "created_at"), requested, member_text(data, "location_id"), short_order(order), items);
}

struct json_object *shop_returns_json(struct box *box, const struct shop_order *order)
{
	struct json_object *list = json_object_new_array();

	if (has_return(&order->order))
		make_append(list, seeded(order));
	for (const struct fact *fact = NULL; (fact = state_next(box->state, order->id.s, "return", fact));)
		make_append(list, shop_return_json(box, order, fact->data));
	return list;
}

static struct json_object *exchange(const struct shop_order *order)
{
	uint32_t who = order->person.index;
	uint8_t k = order->order.k;

	return make("{'id':%s,'created_at':%t,'canceled_at':null,'display_id':%l,'difference_due':null,'return_id':%s,'order_id':%s,"
		    "'order':%o,'additional_items':[{'id':%s,'note':null,'item_id':%s,'item':%o,'quantity':1}],'return':%o}",
		    ident_make(IDENT_SHOP_EXCHANGE, who, k, 0).s, order->order.asked_back, (int64_t)order->number,
		    ident_make(IDENT_SHOP_RETURN, who, k, 0).s, order->id.s, short_order(order),
		    ident_make(IDENT_SHOP_EXCHANGE_ITEM, who, k, 0).s, ident_make(IDENT_SHOP_LINE, who, k, LINES_MOST).s,
		    shop_item_json(order, LINES_MOST), seeded(order));
}

static struct json_object *claim(const struct shop_order *order)
{
	uint32_t who = order->person.index;
	uint8_t k = order->order.k;

	return make("{'id':%s,'type':'replace','created_at':%t,'canceled_at':null,'refund_amount':null,'return_id':%s,'order_id':%s,"
		    "'order':%o,'claim_items':[{'id':%s,'reason':'production_failure','is_additional_item':false,'note':%s,'item_id':%s,"
		    "'item':%o,'quantity':1}],'additional_items':[{'id':%s,'reason':null,'is_additional_item':true,'note':null,"
		    "'item_id':%s,'item':%o,'quantity':1}],'return':%o}", ident_make(IDENT_SHOP_CLAIM, who, k, 0).s, order->order.asked_back,
		    ident_make(IDENT_SHOP_RETURN, who, k, 0).s, order->id.s, short_order(order), ident_make(IDENT_SHOP_CLAIM_ITEM, who, k, 0).s,
		    order->order.words, ident_make(IDENT_SHOP_LINE, who, k, 0).s, shop_item_json(order, 0),
		    ident_make(IDENT_SHOP_CLAIM_ITEM, who, k, 1).s, ident_make(IDENT_SHOP_LINE, who, k, LINES_MOST).s,
		    shop_item_json(order, LINES_MOST), seeded(order));
}

static void put_exchanges(struct box *box, const struct shop_order *order, struct json_object *out)
{
	(void)box;
	if (order->order.fate == FATE_EXCHANGED)
		make_append(out, exchange(order));
}

static void put_claims(struct box *box, const struct shop_order *order, struct json_object *out)
{
	(void)box;
	if (order->order.fate == FATE_CLAIMED)
		make_append(out, claim(order));
}

static void put_returns(struct box *box, const struct shop_order *order, struct json_object *out)
{
	struct json_object *list = shop_returns_json(box, order);

	for (size_t i = 0; i < json_object_array_length(list); i++)
		make_append(out, json_object_get(json_object_array_get_idx(list, i)));
	json_object_put(list);
}

/* Of the orders that were named, or of all where none was; only the page that was asked for is kept. */
static void list(struct request *request, const char *name,
		 void (*fill)(struct box *box, const struct shop_order *order, struct json_object *out))
{
	struct json_object *all = json_object_new_array(), *rows = json_object_new_array();
	const struct world *world = request->box->world;
	int64_t offset, limit, count;
	struct shop_order order;
	bool named = false;

	if (!shop_page(request, 15, &offset, &limit)) {
		json_object_put(all);
		json_object_put(rows);
		return;
	}
	for (size_t i = 0; i < request->nargs; i++) {
		struct ident_at at;

		if (strcmp(request->args[i].name, "order_id") != 0 && strcmp(request->args[i].name, "order_id[]") != 0)
			continue;
		named = true;
		if (ident_read(IDENT_SHOP_ORDER, request->args[i].value, &at) && shop_order_get(request->box, at.who, at.what, &order))
			fill(request->box, &order, all);
	}
	for (size_t i = 0; !named && i < world->norders && (int64_t)json_object_array_length(all) < offset + limit; i++)
		if (shop_order_get(request->box, world->orders[i].person, world->orders[i].k, &order))
			fill(request->box, &order, all);
	count = (int64_t)json_object_array_length(all);
	for (int64_t i = offset; i < count && i < offset + limit; i++)
		make_append(rows, json_object_get(json_object_array_get_idx(all, (size_t)i)));
	json_object_put(all);
	shop_reply_list(request, name, rows, count, offset, limit);
}

void shop_returns(struct request *request) { list(request, "returns", put_returns); }
void shop_exchanges(struct request *request) { list(request, "exchanges", put_exchanges); }
void shop_claims(struct request *request) { list(request, "claims", put_claims); }
