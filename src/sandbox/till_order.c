/*
 * Sales at the till, and money given back there.
 */
#include "till.h"

#include <dossier/base/when.h>

#include "make.h"
#include "state.h"

struct sale {
	struct person person;
	struct visit visit;
	struct ident_text id, payment;
	int64_t total, refunded;
};

static bool sale_get(struct box *box, uint32_t who, unsigned k, struct sale *out)
{
	struct visit visits[VISITS_MOST];

	if (who >= box->world->people)
		return false;
	world_person(box->world, who, &out->person);
	if (k >= world_visits(box->world, &out->person, visits))
		return false;
	out->visit = visits[k];
	out->id = ident_make(IDENT_TILL_ORDER, who, k, 0);
	out->payment = ident_make(IDENT_TILL_PAYMENT, who, k, 0);
	out->total = 0;
	for (size_t i = 0; i < out->visit.n; i++)
		out->total += out->visit.lines[i].price * out->visit.lines[i].quantity;
	out->refunded = out->visit.refunded == WHEN_NONE ? 0 : out->visit.refund;
	for (const struct fact *fact = NULL; (fact = state_next(box->state, out->payment.s, "refund", fact));)
		out->refunded += json_object_get_int64(member(fact->data, "amount"));
	return true;
}

static bool sale_of(struct box *box, enum ident kind, const char *id, struct sale *out)
{
	struct ident_at at;

	return id && ident_read(kind, id, &at) && sale_get(box, at.who, at.what, out);
}

static struct json_object *money(int64_t minor)
{
	return make("{'amount':%l,'currency':'" TILL_CURRENCY "'}", minor);
}

static struct json_object *place(const struct sale *sale)
{
	return json_object_new_string(ident_make(IDENT_TILL_LOCATION, sale->visit.site, 0, 0).s);
}

static struct json_object *refund_json(const struct sale *sale, const char *id, int64_t amount, int64_t at, const char *reason)
{
	return make("{'id':%s,'status':'COMPLETED','location_id':%o,'amount_money':%o,'payment_id':%s,'order_id':%s,'reason':%s,"
		    "'team_member_id':%s,'created_at':%t,'updated_at':%t}", id, place(sale), money(amount), sale->payment.s, sale->id.s,
		    reason, ident_make(IDENT_TILL_MEMBER, sale->visit.member, 0, 0).s, at, at);
}

/* An order tells refunds with other names than the refunds themselves have. */
static struct json_object *order_refund(const struct sale *sale, const char *id, int64_t amount, int64_t at, const char *reason)
{
	return make("{'id':%s,'location_id':%o,'transaction_id':%s,'tender_id':%s,'created_at':%t,'reason':%s,'amount_money':%o,"
		    "'status':'APPROVED'}", id, place(sale), sale->id.s, sale->payment.s, at, reason, money(amount));
}

/* Calls "make_one" for each refund of a sale, the written ones last. */
static void each_refund(struct box *box, const struct sale *sale, struct json_object *out,
			struct json_object *(*make_one)(const struct sale *, const char *, int64_t, int64_t, const char *))
{
	if (sale->visit.refunded != WHEN_NONE)
		make_append(out, make_one(sale, ident_make(IDENT_TILL_REFUND, sale->person.index, sale->visit.k, 0).s, sale->visit.refund,
					  sale->visit.refunded, sale->visit.reason));
	for (const struct fact *fact = NULL; (fact = state_next(box->state, sale->payment.s, "refund", fact));)
		make_append(out, make_one(sale, member_text(fact->data, "id"), json_object_get_int64(member(fact->data, "amount")),
					  fact->at, member_text(fact->data, "reason")));
}

static struct json_object *line_json(const struct sale *sale, size_t i)
{
	const struct line *line = &sale->visit.lines[i];
	char quantity[16], variant[32], sku[32];

	snprintf(quantity, sizeof(quantity), "%u", line->quantity);
	good_variant(line->good, variant);
	good_sku(line->good, sku);
	return make("{'uid':%s,'name':%s,'variation_name':%s,'catalog_object_id':%s,'quantity':%s,'item_type':'ITEM',"
		    "'base_price_money':%o,'gross_sales_money':%o,'total_money':%o}",
		    ident_make(IDENT_TILL_LINE, sale->person.index, sale->visit.k, (unsigned)i).s, products[line->good.product].title, variant,
		    sku, quantity, money(line->price), money(line->price * line->quantity), money(line->price * line->quantity));
}

static struct json_object *tender(const struct sale *sale)
{
	char last4[8];

	snprintf(last4, sizeof(last4), "%04u", (unsigned)(chance_of(sale->person.index, sale->visit.k, 4) % 10000));
	return make("{'id':%s,'payment_id':%s,'location_id':%o,'transaction_id':%s,'created_at':%t,'amount_money':%o,'type':%s,"
		    "'note':%s,'card_details':%o}", sale->payment.s, sale->payment.s, place(sale), sale->id.s, sale->visit.at,
		    money(sale->total), sale->visit.card ? "CARD" : "CASH", sale->visit.note,
		    sale->visit.card ? make("{'status':'CAPTURED','card':{'card_brand':'VISA','last_4':%s}}", last4) : NULL);
}

static struct json_object *order_json(struct box *box, const struct sale *sale)
{
	struct json_object *lines = json_object_new_array(), *refunds = json_object_new_array();
	char receipt[32];

	for (size_t i = 0; i < sale->visit.n; i++)
		make_append(lines, line_json(sale, i));
	each_refund(box, sale, refunds, order_refund);
	snprintf(receipt, sizeof(receipt), "%s-%06u", sites[sale->visit.site].code,
		 (unsigned)(chance_of(sale->person.index, sale->visit.k, 6) % 1000000));
	return make("{'id':%s,'location_id':%o,'reference_id':%s,'customer_id':%s,'source':{'name':'Point of Sale'},'state':'COMPLETED',"
		    "'version':%i,'created_at':%t,'updated_at':%t,'closed_at':%t,'line_items':%o,'tenders':[%o],'refunds':%o,"
		    "'total_money':%o,'total_tax_money':%o,'total_discount_money':%o,'net_amounts':{'total_money':%o},"
		    "'metadata':{'team_member_id':%s}}", sale->id.s, place(sale), receipt,
		    ident_make(IDENT_TILL_CUSTOMER, sale->person.index, 0, 0).s, 1 + (int)json_object_array_length(refunds), sale->visit.at,
		    sale->visit.at, sale->visit.at, lines, tender(sale), refunds, money(sale->total), money(sale->total / 6), money(0),
		    money(sale->total - sale->refunded), ident_make(IDENT_TILL_MEMBER, sale->visit.member, 0, 0).s);
}

static bool at_location(struct json_object *ids, const struct sale *sale)
{
	struct ident_text id = ident_make(IDENT_TILL_LOCATION, sale->visit.site, 0, 0);

	for (size_t i = 0; i < json_object_array_length(ids); i++) {
		const char *asked = json_object_get_string(json_object_array_get_idx(ids, i));

		if (asked && strcmp(asked, id.s) == 0)
			return true;
	}
	return false;
}

struct asked {
	struct json_object *locations;
	int64_t from, to;
	bool descending, entries;
	size_t limit, skip, seen;
};

static void offer(struct request *request, struct asked *asked, const struct sale *sale, struct json_object *rows)
{
	if (!at_location(asked->locations, sale) || (asked->from != WHEN_NONE && sale->visit.at < asked->from) ||
	    (asked->to != WHEN_NONE && sale->visit.at > asked->to))
		return;
	if (asked->seen++ < asked->skip || json_object_array_length(rows) >= asked->limit)
		return;
	if (asked->entries)
		make_append(rows, make("{'order_id':%s,'version':1,'location_id':%o}", sale->id.s, place(sale)));
	else
		make_append(rows, order_json(request->box, sale));
}

static void offer_person(struct request *request, struct asked *asked, uint32_t who, struct json_object *rows)
{
	struct visit visits[VISITS_MOST];
	struct person person;
	struct sale sale;
	size_t n;

	if (who >= request->box->world->people)
		return;
	world_person(request->box->world, who, &person);
	n = world_visits(request->box->world, &person, visits);
	for (size_t i = 0; i < n; i++)
		if (sale_get(request->box, who, (unsigned)(asked->descending ? n - 1 - i : i), &sale))
			offer(request, asked, &sale, rows);
}

static int64_t bound(struct json_object *filter, const char *name)
{
	const char *text = member_text(member(member(filter, "date_time_filter"), "created_at"), name);
	int64_t at;

	return text && when_parse(str_of(text), WHEN_ISO, NULL, &at, NULL) ? at : WHEN_NONE;
}

static void search_all(struct request *request, struct asked *asked, struct json_object *customers, struct json_object *rows)
{
	if (json_object_is_type(customers, json_type_array)) {
		for (size_t i = 0; i < json_object_array_length(customers); i++) {
			const char *id = json_object_get_string(json_object_array_get_idx(customers, i));
			struct ident_at at;

			if (id && ident_read(IDENT_TILL_CUSTOMER, id, &at))
				offer_person(request, asked, at.who, rows);
		}
		return;
	}
	for (uint32_t who = 0; who < request->box->world->people && json_object_array_length(rows) < asked->limit; who++)
		offer_person(request, asked, who, rows);
}

void till_order_search(struct request *request)
{
	struct json_object *query = member(request->doc, "query"), *filter = member(query, "filter"), *rows, *reply;
	const char *order = member_text(member(query, "sort"), "sort_order"), *cursor = member_text(request->doc, "cursor");
	int64_t limit = json_object_get_int64(member(request->doc, "limit"));
	struct asked asked = { .locations = member(request->doc, "location_ids") };
	char next[24];

	if (!json_object_is_type(asked.locations, json_type_array) || json_object_array_length(asked.locations) == 0) {
		till_error(request, 400, "INVALID_REQUEST_ERROR", "MISSING_REQUIRED_PARAMETER", "At least one location_id is required.", "location_ids");
		return;
	}
	asked.from = bound(filter, "start_at");
	asked.to = bound(filter, "end_at");
	asked.descending = !order || strcmp(order, "ASC") != 0;
	asked.entries = json_object_get_boolean(member(request->doc, "return_entries"));
	asked.limit = limit > 0 && limit <= 1000 ? (size_t)limit : 500;
	asked.skip = cursor ? strtoul(cursor, NULL, 10) : 0;
	rows = json_object_new_array();
	search_all(request, &asked, member(member(filter, "customer_filter"), "customer_ids"), rows);
	reply = json_object_new_object();
	json_object_object_add(reply, asked.entries ? "order_entries" : "orders", rows);
	if (asked.seen > asked.skip + json_object_array_length(rows)) {
		snprintf(next, sizeof(next), "%zu", asked.skip + json_object_array_length(rows));
		json_object_object_add(reply, "cursor", json_object_new_string(next));
	}
	reply_json(request, 200, reply);
}

void till_order_batch(struct request *request)
{
	struct json_object *ids = member(request->doc, "order_ids"), *rows;
	struct sale sale;

	if (!json_object_is_type(ids, json_type_array) || json_object_array_length(ids) == 0 || json_object_array_length(ids) > 100) {
		till_error(request, 400, "INVALID_REQUEST_ERROR", "ARRAY_EMPTY", "One to a hundred order_ids are required.", "order_ids");
		return;
	}
	rows = json_object_new_array();
	for (size_t i = 0; i < json_object_array_length(ids); i++)
		if (sale_of(request->box, IDENT_TILL_ORDER, json_object_get_string(json_object_array_get_idx(ids, i)), &sale))
			make_append(rows, order_json(request->box, &sale));
	reply_json(request, 200, make("{'orders':%o}", rows));
}

static void not_found(struct request *request, const char *what)
{
	till_error(request, 404, "NOT_FOUND" , "NOT_FOUND", what, NULL);
}

void till_order(struct request *request)
{
	struct sale sale;

	if (sale_of(request->box, IDENT_TILL_ORDER, request->segment[0], &sale))
		reply_json(request, 200, make("{'order':%o}", order_json(request->box, &sale)));
	else
		not_found(request, "Order not found.");
}

void till_payment(struct request *request)
{
	struct sale sale;

	if (!sale_of(request->box, IDENT_TILL_PAYMENT, request->segment[0], &sale)) {
		not_found(request, "Could not find payment.");
		return;
	}
	reply_json(request, 200, make("{'payment':{'id':%s,'created_at':%t,'updated_at':%t,'amount_money':%o,'total_money':%o,"
				      "'refunded_money':%o,'status':'COMPLETED','source_type':%s,'location_id':%o,'order_id':%s,'customer_id':%s,"
				      "'team_member_id':%s}}", sale.payment.s, sale.visit.at, sale.visit.at, money(sale.total), money(sale.total),
				      money(sale.refunded), sale.visit.card ? "CARD" : "CASH", place(&sale), sale.id.s,
				      ident_make(IDENT_TILL_CUSTOMER, sale.person.index, 0, 0).s,
				      ident_make(IDENT_TILL_MEMBER, sale.visit.member, 0, 0).s));
}

/* All that were written, and those of the seed as far as a page reaches. */
void till_refunds(struct request *request)
{
	int64_t limit = request_number(request, "limit", 100, 100);
	uint32_t from = (uint32_t)request_number(request, "cursor", 0, UINT32_MAX), who;
	struct json_object *rows = json_object_new_array(), *reply = json_object_new_object();
	char next[16];

	for (who = from; who < request->box->world->people && (int64_t)json_object_array_length(rows) < limit; who++) {
		struct sale sale;

		for (unsigned k = 0; k < VISITS_MOST && sale_get(request->box, who, k, &sale); k++)
			each_refund(request->box, &sale, rows, refund_json);
	}
	json_object_object_add(reply, "refunds", rows);
	if (who < request->box->world->people) {
		snprintf(next, sizeof(next), "%u", who);
		json_object_object_add(reply, "cursor", json_object_new_string(next));
	}
	reply_json(request, 200, reply);
}

void till_refund_one(struct request *request)
{
	struct fact *fact = state_next(request->box->state, request->segment[0], "refund_id", NULL);
	struct ident_at at;
	struct sale sale;

	if (fact && sale_of(request->box, IDENT_TILL_PAYMENT, member_text(fact->data, "payment"), &sale))
		reply_json(request, 200, make("{'refund':%o}", refund_json(&sale, request->segment[0],
					      json_object_get_int64(member(fact->data, "amount")), fact->at, member_text(fact->data, "reason"))));
	else if (ident_read(IDENT_TILL_REFUND, request->segment[0], &at) && sale_get(request->box, at.who, at.what, &sale) &&
		 sale.visit.refunded != WHEN_NONE)
		reply_json(request, 200, make("{'refund':%o}", refund_json(&sale, request->segment[0], sale.visit.refund,
					      sale.visit.refunded, sale.visit.reason)));
	else
		not_found(request, "Could not find payment refund.");
}

static void reply_refund(struct request *request, const struct sale *sale, const struct fact *fact)
{
	struct json_object *refund = refund_json(sale, member_text(fact->data, "id"), json_object_get_int64(member(fact->data, "amount")),
						 fact->at, member_text(fact->data, "reason"));

	json_object_object_add(refund, "status", json_object_new_string("PENDING"));
	reply_json(request, 200, make("{'refund':%o}", refund));
}

/* A repeat with the same key gives the reply of the first time and does nothing. */
void till_refund(struct request *request)
{
	const char *key = member_text(request->doc, "idempotency_key"), *payment = member_text(request->doc, "payment_id");
	struct json_object *asked = member(request->doc, "amount_money"), *data;
	int64_t amount = json_object_get_int64(member(asked, "amount"));
	const char *currency = member_text(asked, "currency");
	struct state *state = request->box->state;
	struct fact *fact;
	struct sale sale;
	char about[128];

	if (!key || !*key || strlen(key) > 45) {
		till_error(request, 400, "INVALID_REQUEST_ERROR", "MISSING_REQUIRED_PARAMETER", "Field must be set", "idempotency_key");
		return;
	}
	if (!sale_of(request->box, IDENT_TILL_PAYMENT, payment, &sale)) {
		not_found(request, "Could not find payment.");
		return;
	}
	snprintf(about, sizeof(about), "till:%s", key);
	fact = state_next(state, about, "key", NULL);
	if (fact && (json_object_get_int64(member(fact->data, "amount")) != amount || strcmp(member_text(fact->data, "payment"), payment) != 0)) {
		till_error(request, 400, "INVALID_REQUEST_ERROR", "IDEMPOTENCY_KEY_REUSED", "The key was used for another refund.", "idempotency_key");
		return;
	}
	if (fact) {
		reply_refund(request, &sale, fact);
		return;
	}
	if (!currency || strcmp(currency, TILL_CURRENCY) != 0 || amount <= 0) {
		till_error(request, 400, "INVALID_REQUEST_ERROR", "INVALID_VALUE", "The amount has to be more than 0 GBP.", "amount_money");
		return;
	}
	if (amount > sale.total - sale.refunded) {
		till_error(request, 400, "REFUND_ERROR", "REFUND_AMOUNT_INVALID", "The requested refund amount exceeds the amount available to refund.", "amount_money.amount");
		return;
	}
	data = make("{'id':%s,'payment':%s,'amount':%l,'reason':%s}",
		    ident_make(IDENT_TILL_REFUND, IDENT_WRITTEN + (uint32_t)state_count(state), 0, 0).s, payment, amount, member_text(request->doc, "reason"));
	state_add(state, sale.payment.s, "refund", box_now(request->box), data);
	state_add(state, member_text(data, "id"), "refund_id", box_now(request->box), json_object_get(data));
	fact = state_add(state, about, "key", box_now(request->box), json_object_get(data));
	reply_refund(request, &sale, fact);
}
