/*
 * Customers of the shop: accounts, and the rows that guest orders leave.
 */
#include "shop.h"

#include <dossier/base/mem.h>
#include <dossier/base/when.h>

#include "fields.h"
#include "make.h"

enum { TAG_WAY = 0x3a7 };

static unsigned way(const struct person *person, unsigned which)
{
	return (unsigned)(chance_of(person->index, which, TAG_WAY) >> 8);
}

/* What the shop's form was given: a household gives the telephone that it shares. */
static void own_telephone(const struct person *person, char out[40])
{
	bool shared = person->flags & (HOUSEHOLD | SHARES);

	if (person->index < STORY_PEOPLE)
		telephone_typed(shared ? &person->landline : &person->mobile, 3, out);
	else
		telephone_typed(shared && person->landline.code ? &person->landline : &person->mobile, way(person, 0), out);
}

static bool guest_row(const struct person *person, unsigned row)
{
	return row > 0 || person->flags & GUEST;
}

struct json_object *shop_address_json(struct ident_text id, const struct person *person)
{
	char telephone[40];

	if (person->flags & GUEST)
		telephone_typed(&person->mobile, way(person, 1), telephone);
	else
		own_telephone(person, telephone);
	return make("{'id':%s,'customer_id':null,'company':null,'first_name':%s,'last_name':%s,'address_1':%s,'address_2':null,"
		    "'city':%s,'country_code':%s,'province':null,'postal_code':%s,'phone':%s,'metadata':null,"
		    "'created_at':%t,'updated_at':%t,'deleted_at':null}", id.s, person->first, person->last, person->street,
		    person->city, person->country, person->postcode, telephone, person->since, person->since);
}

static struct json_object *customer_json(const struct person *person, unsigned row)
{
	bool guest = guest_row(person, row);
	struct json_object *addresses = json_object_new_array(), *address;
	struct ident_text id = ident_make(IDENT_SHOP_CUSTOMER, person->index, row, 0);
	char telephone[40];

	own_telephone(person, telephone);
	if (!guest) {
		address = shop_address_json(ident_make(IDENT_SHOP_ADDRESS, person->index, row, 0), person);
		json_object_object_add(address, "customer_id", json_object_new_string(id.s));
		json_object_object_add(address, "is_default_shipping", json_object_new_boolean(1));
		json_object_object_add(address, "is_default_billing", json_object_new_boolean(0));
		make_append(addresses, address);
	}
	return make("{'id':%s,'email':%s,'first_name':%s,'last_name':%s,'company_name':null,'phone':%s,'has_account':%b,"
		    "'metadata':%o,'created_at':%t,'updated_at':%t,'addresses':%o,'groups':[]}", id.s, person->email,
		    guest ? NULL : person->first, guest ? NULL : person->last, guest ? NULL : telephone, (int)!guest,
		    person->loyalty[0] && !guest ? make("{'loyalty_no':%s}", person->loyalty) : NULL,
		    person->since + row * DAY, person->since + row * DAY, addresses);
}

/* Each word of a search has to stand in one of the row's own texts. */
static bool row_has(const struct person *person, unsigned row, const char *q)
{
	char telephone[40] = "", word[128];
	bool guest = guest_row(person, row);

	if (!guest)
		own_telephone(person, telephone);
	for (const char *at = q; *at;) {
		size_t n = strcspn(at, " ");

		if (n > 0 && n < sizeof(word)) {
			snprintf(word, sizeof(word), "%.*s", (int)n, at);
			if (!strcasestr(person->email, word) && (guest || (!strcasestr(person->first, word) &&
			    !strcasestr(person->last, word) && !strcasestr(telephone, word))))
				return false;
		}
		at += n + (at[n] == ' ');
	}
	return true;
}

struct asked { const char *email, *q; };

static bool row_fits(const struct person *person, unsigned row, const struct asked *asked)
{
	return (!asked->email || strcmp(asked->email, person->email) == 0) && (!asked->q || row_has(person, row, asked->q));
}

struct page { int64_t offset, limit, count; struct json_object *rows; };

static void offer(struct page *page, const struct person *person, const struct asked *asked)
{
	for (unsigned row = 0; row < shop_rows(person->flags); row++) {
		if (!row_fits(person, row, asked))
			continue;
		if (page->count >= page->offset && page->count < page->offset + page->limit)
			make_append(page->rows, customer_json(person, row));
		page->count++;
	}
}

/* The part of a search that the index of digits can take; NULL where all have to be read. */
static const char *digits_of(const char *q)
{
	q += strspn(q, "+0");
	return strspn(q, "0123456789") == strlen(q) && strlen(q) >= 4 ? q : NULL;
}

static void search(struct request *request, const struct asked *asked, struct page *page)
{
	const struct world *world = request->box->world;
	const char *digits = asked->q ? digits_of(asked->q) : NULL, *email = asked->email;
	struct person person;
	size_t at = 0;
	uint32_t who;

	if (!email && asked->q && strchr(asked->q, '@') && strchr(strchr(asked->q, '@'), '.'))
		email = asked->q;
	if (email || digits) {
		while (email ? world_by_email(world, email, &at, &who) : world_by_digits(world, digits, &at, &who)) {
			world_person(world, who, &person);
			offer(page, &person, asked);
		}
		return;
	}
	for (who = 0; who < world->people; who++) {
		unsigned rows = shop_rows(world_flags(world, who));

		/* a page of all: those before and after it are only counted */
		if (!asked->q && (page->count + rows <= page->offset || page->count >= page->offset + page->limit)) {
			page->count += rows;
			continue;
		}
		if (rows == 0)
			continue;
		world_person(world, who, &person);
		offer(page, &person, asked);
	}
}

static bool customer_by_id(const struct world *world, const char *id, struct person *person, unsigned *row)
{
	struct ident_at at;

	if (!ident_read(IDENT_SHOP_CUSTOMER, id, &at) || at.who >= world->people)
		return false;
	world_person(world, at.who, person);
	*row = at.what;
	return at.what < shop_rows(person->flags);
}

static bool known_filter(const char *name)
{
	static const char *const known[] = { "email", "q", "fields", "limit", "offset", "order", "id[]", "id", "has_account" };

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (strcmp(known[i], name) == 0)
			return true;
	return false;
}

void shop_customers(struct request *request)
{
	struct asked asked = { request_arg(request, "email"), request_arg(request, "q") };
	struct page page = { 0 };
	struct person person;
	bool ids = false;
	unsigned row;

	if (!shop_page(request, 50, &page.offset, &page.limit))
		return;
	for (size_t i = 0; i < request->nargs; i++)
		if (!known_filter(request->args[i].name)) {
			char text[200];

			snprintf(text, sizeof(text), "Invalid request: Unrecognized fields: '%.80s'", request->args[i].name);
			shop_invalid(request, text);
			return;
		}
	page.rows = json_object_new_array();
	for (size_t i = 0; i < request->nargs; i++)
		if (strcmp(request->args[i].name, "id[]") == 0 || strcmp(request->args[i].name, "id") == 0) {
			ids = true;
			if (customer_by_id(request->box->world, request->args[i].value, &person, &row)) {
				make_append(page.rows, customer_json(&person, row));
				page.count++;
			}
		}
	if (!ids)
		search(request, &asked, &page);
	shop_reply_list(request, "customers", page.rows, page.count, page.offset, page.limit);
}

void shop_customer(struct request *request)
{
	struct json_object *customer;
	struct person person;
	unsigned row;

	if (!customer_by_id(request->box->world, request->segment[0], &person, &row)) {
		shop_missing(request, "Customer with id: %s not found", request->segment[0]);
		return;
	}
	customer = customer_json(&person, row);
	fields_apply(customer, request_arg(request, "fields"));
	reply_json(request, 200, make("{'customer':%o}", customer));
}
