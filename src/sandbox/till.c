/*
 * The till's customers, locations and people.
 */
#include "till.h"

#include <dossier/model/identity.h>

#include "make.h"

#define TOKEN "practice-till-token"

void till_error(struct request *request, int status, const char *category, const char *code, const char *detail, const char *field)
{
	struct json_object *error = make("{'category':%s,'code':%s,'detail':%s}", category, code, detail);

	if (field)
		json_object_object_add(error, "field", json_object_new_string(field));
	reply_json(request, status, make("{'errors':[%o]}", error));
}

static bool admits(struct request *request)
{
	if (!request_bearer(request, TOKEN)) {
		till_error(request, 401, "AUTHENTICATION_ERROR", "UNAUTHORIZED", "This request could not be authorized.", NULL);
		return false;
	}
	if (request->broken) {
		till_error(request, 400, "INVALID_REQUEST_ERROR", "EXPECTED_JSON_BODY", "Invalid JSON in the body.", NULL);
		return false;
	}
	return true;
}

static void unknown(struct request *request)
{
	till_error(request, 404, "INVALID_REQUEST_ERROR", "NOT_FOUND", "Resource not found.", NULL);
}

static struct json_object *settings(const char *origin)
{
	return make("{'url':%s,'token':'" TOKEN "'}", origin);
}

/* As a cashier heard it. */
static void heard_email(const struct person *person, char out[100])
{
	const char *at = strchr(person->email, '@');
	size_t n = at ? (size_t)(at - person->email) : 0;

	snprintf(out, 100, "%s", person->email);
	if (!(person->flags & TYPO) || n < 4)
		return;
	/* two letters changed places */
	out[1] = person->email[2];
	out[2] = person->email[1];
}

static struct json_object *customer_json(const struct person *person)
{
	char telephone[40], email[100];

	if (person->flags & HOUSEHOLD && person->landline.code)
		telephone_typed(&person->landline, person->index, telephone);
	else
		telephone_typed(&person->mobile, person->index % 3 ? 0 : person->index / 3, telephone);
	heard_email(person, email);
	return make("{'id':%s,'created_at':%t,'updated_at':%t,'given_name':%s,'family_name':%s,'email_address':%s,'phone_number':%s,"
		    "'address':{'address_line_1':%s,'locality':%s,'postal_code':%s,'country':%s},'reference_id':%s,"
		    "'preferences':{'email_unsubscribed':%b},'creation_source':'DIRECTORY','version':1}",
		    ident_make(IDENT_TILL_CUSTOMER, person->index, 0, 0).s, person->since, person->since, person->first, person->last,
		    person->index % 7 == 3 ? NULL : email, telephone, person->street, person->city, person->postcode,
		    strcmp(person->country, "gb") == 0 ? "GB" : strcmp(person->country, "us") == 0 ? "US" : "IE",
		    person->loyalty[0] ? person->loyalty : NULL, person->index % 5 == 0);
}

struct asked { const char *email, *fuzzy_email, *telephone, *fuzzy_telephone, *reference; };

/* A filter's text under one of its two ways of comparing. */
static const char *filter(struct request *request, const char *field, const char *how)
{
	return member_text(member(member(member(request->doc, "query"), "filter"), field), how);
}

static bool same_telephone(const char *stored, const char *asked)
{
	struct phone a, b;

	return phone_parse(str_of(stored), "GB", &a) && phone_parse(str_of(asked), "GB", &b) && phone_same(&a, &b);
}

static bool fits(struct json_object *row, const struct asked *asked)
{
	const char *email = member_text(row, "email_address"), *telephone = member_text(row, "phone_number");
	const char *reference = member_text(row, "reference_id");

	if (asked->email && (!email || strcmp(email, asked->email) != 0))
		return false;
	if (asked->fuzzy_email && (!email || !strcasestr(email, asked->fuzzy_email)))
		return false;
	if (asked->telephone && !same_telephone(telephone, asked->telephone))
		return false;
	if (asked->fuzzy_telephone && !strstr(telephone, asked->fuzzy_telephone))
		return false;
	return !asked->reference || (reference && strcmp(reference, asked->reference) == 0);
}

static void offer(struct request *request, uint32_t who, const struct asked *asked, struct json_object *rows)
{
	struct json_object *row;
	struct person person;

	if (!(world_flags(request->box->world, who) & IN_TILL))
		return;
	world_person(request->box->world, who, &person);
	row = customer_json(&person);
	if (fits(row, asked))
		make_append(rows, row);
	else
		json_object_put(row);
}

/* Goes through all who can fit, from a place on, until a page is full; the place to go on from, 0 at the end. */
static uint32_t search(struct request *request, const struct asked *asked, uint32_t from, size_t limit, struct json_object *rows)
{
	const struct world *world = request->box->world;
	struct phone phone;
	size_t at = 0;
	uint32_t who;

	if (asked->telephone && phone_parse(str_of(asked->telephone), "GB", &phone) && phone.e164[0]) {
		while (world_by_number(world, phone.e164 + 1, &at, &who))
			offer(request, who, asked, rows);
		return 0;
	}
	for (who = from; who < world->people; who++) {
		if (json_object_array_length(rows) == limit)
			return who;
		offer(request, who, asked, rows);
	}
	return 0;
}

/* By e-mail the index gives whoever has it; the typing mistakes of the till are next to nobody's, and have to be looked for. */
static bool by_email(struct request *request, const struct asked *asked, struct json_object *rows)
{
	const char *whole = asked->email;
	size_t at = 0;
	uint32_t who;

	if (!whole && asked->fuzzy_email && strchr(asked->fuzzy_email, '@') && strchr(strchr(asked->fuzzy_email, '@'), '.'))
		whole = asked->fuzzy_email;
	if (!whole)
		return false;
	while (world_by_email(request->box->world, whole, &at, &who))
		offer(request, who, asked, rows);
	return true;
}

static void customers_search(struct request *request)
{
	struct asked asked = {
		filter(request, "email_address", "exact"), filter(request, "email_address", "fuzzy"),
		filter(request, "phone_number", "exact"), filter(request, "phone_number", "fuzzy"), filter(request, "reference_id", "exact"),
	};
	int64_t limit = json_object_get_int64(member(request->doc, "limit"));
	const char *cursor = member_text(request->doc, "cursor");
	struct json_object *rows = json_object_new_array(), *reply = json_object_new_object();
	uint32_t from = cursor ? (uint32_t)strtoul(cursor, NULL, 10) : 0, next = 0;
	char text[16];

	if (limit <= 0 || limit > 100)
		limit = 100;
	if (!by_email(request, &asked, rows))
		next = search(request, &asked, from, (size_t)limit, rows);
	/* as the real one: no member at all where nobody was found */
	if (json_object_array_length(rows) > 0)
		json_object_object_add(reply, "customers", rows);
	else
		json_object_put(rows);
	if (next > 0) {
		snprintf(text, sizeof(text), "%u", next);
		json_object_object_add(reply, "cursor", json_object_new_string(text));
	}
	reply_json(request, 200, reply);
}

static void customer(struct request *request)
{
	struct person person;
	struct ident_at at;

	if (!ident_read(IDENT_TILL_CUSTOMER, request->segment[0], &at) || at.who >= request->box->world->people ||
	    !(world_flags(request->box->world, at.who) & IN_TILL)) {
		till_error(request, 404, "INVALID_REQUEST_ERROR", "NOT_FOUND", "Customer with that ID not found.", "customer_id");
		return;
	}
	world_person(request->box->world, at.who, &person);
	reply_json(request, 200, make("{'customer':%o}", customer_json(&person)));
}

static void locations(struct request *request)
{
	struct json_object *rows = json_object_new_array();

	for (size_t i = 0; i < sites_n; i++)
		if (sites[i].shop)
			make_append(rows, make("{'id':%s,'name':%s,'address':{'address_line_1':%s,'locality':%s,'postal_code':%s,'country':'GB'},"
					       "'timezone':'Europe/London','status':'ACTIVE','country':'GB','currency':'" TILL_CURRENCY "',"
					       "'phone_number':%s,'business_name':'Larkfield','type':'PHYSICAL','merchant_id':'MLARKFIELD'}",
					       ident_make(IDENT_TILL_LOCATION, (uint32_t)i, 0, 0).s, sites[i].name, sites[i].street, sites[i].city,
					       sites[i].postcode, sites[i].telephone));
	reply_json(request, 200, make("{'locations':%o}", rows));
}

static struct json_object *member_json(size_t i)
{
	return make("{'id':%s,'reference_id':null,'is_owner':%b,'status':'ACTIVE','given_name':%s,'family_name':%s,'email_address':%s}",
		    ident_make(IDENT_TILL_MEMBER, (uint32_t)i, 0, 0).s, i == 0, colleagues[i].first, colleagues[i].last, colleagues[i].email);
}

static void members(struct request *request)
{
	struct json_object *rows = json_object_new_array();

	for (size_t i = 0; i < colleagues_n; i++)
		make_append(rows, member_json(i));
	reply_json(request, 200, make("{'team_members':%o}", rows));
}

static void one_member(struct request *request)
{
	struct ident_at at;

	if (ident_read(IDENT_TILL_MEMBER, request->segment[0], &at) && at.who < colleagues_n)
		reply_json(request, 200, make("{'team_member':%o}", member_json(at.who)));
	else
		till_error(request, 404, "INVALID_REQUEST_ERROR", "NOT_FOUND", "Team member not found.", NULL);
}

static void no_bookings(struct request *request)
{
	reply_json(request, 200, make("{'bookings':[],'errors':[]}"));
}

/* What a shop has of an article. */
static void inventory(struct request *request)
{
	struct json_object *counts = json_object_new_array();
	struct good good;
	int stocked, reserved;
	char text[16];

	if (!good_by_sku(request->segment[0], &good)) {
		json_object_put(counts);
		unknown(request);
		return;
	}
	for (size_t i = 1; i < sites_n; i++) {
		if (!good_stock(request->box->world->seed, good, i, &stocked, &reserved))
			continue;
		snprintf(text, sizeof(text), "%d", good_counted(request->box->world->seed, good, i, stocked - reserved));
		make_append(counts, make("{'catalog_object_id':%s,'catalog_object_type':'ITEM_VARIATION','state':'IN_STOCK','location_id':%s,"
					 "'quantity':%s,'calculated_at':%t}", request->segment[0], ident_make(IDENT_TILL_LOCATION, (uint32_t)i, 0, 0).s,
					 text, box_now(request->box)));
	}
	reply_json(request, 200, make("{'counts':%o}", counts));
}

static const struct route routes[] = {
	{ "POST", "/v2/customers/search", customers_search },
	{ "GET", "/v2/customers/*", customer },
	{ "GET", "/v2/locations", locations },
	{ "POST", "/v2/team-members/search", members },
	{ "GET", "/v2/team-members/*", one_member },
	{ "POST", "/v2/orders/search", till_order_search },
	{ "POST", "/v2/orders/batch-retrieve", till_order_batch },
	{ "GET", "/v2/orders/*", till_order },
	{ "GET", "/v2/payments/*", till_payment },
	{ "GET", "/v2/refunds", till_refunds },
	{ "POST", "/v2/refunds", till_refund },
	{ "GET", "/v2/refunds/*", till_refund_one },
	{ "GET", "/v2/bookings", no_bookings },
	{ "GET", "/v2/inventory/*", inventory },
	{ NULL },
};

const struct backend backend_till = { "till", "square", routes, admits, unknown, settings };
