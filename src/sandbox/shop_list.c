/*
 * Lists of orders: all of them, a customer's, or what a search finds. As with
 * the real one, filters that it does not know are ignored.
 */
#include "shop.h"

#include <dossier/base/mem.h>
#include <dossier/base/when.h>

#include "make.h"

/* Orders by their places in world->orders, which are in the order of time. */
struct places { uint32_t *items; size_t n, cap; };

static void put(struct places *places, uint32_t place)
{
	MEM_ROOM(places->items, places->n, places->cap);
	places->items[places->n++] = place;
}

static int place_cmp(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static void sort_unique(struct places *places)
{
	size_t n = 0;

	if (places->n == 0)
		return;
	qsort(places->items, places->n, sizeof(*places->items), place_cmp);
	for (size_t i = 0; i < places->n; i++)
		if (n == 0 || places->items[n - 1] != places->items[i])
			places->items[n++] = places->items[i];
	places->n = n;
}

static void put_orders_of(const struct world *world, const struct person *person, int row, struct places *out)
{
	struct order orders[ORDERS_MOST];
	size_t n = world_orders(world, person, orders);

	for (size_t i = 0; i < n; i++)
		if (row < 0 || orders[i].row == row)
			put(out, world_order_number(world, person, &orders[i]) - FIRST_ORDER);
}

/* customer_id, given once or often; false where it was not given. */
static bool of_customers(struct request *request, struct places *out)
{
	const struct world *world = request->box->world;
	bool asked = false;

	for (size_t i = 0; i < request->nargs; i++) {
		const char *name = request->args[i].name;
		struct person person;
		struct ident_at at;

		if (strcmp(name, "customer_id") != 0 && strcmp(name, "customer_id[]") != 0)
			continue;
		asked = true;
		if (!ident_read(IDENT_SHOP_CUSTOMER, request->args[i].value, &at) || at.who >= world->people)
			continue;
		world_person(world, at.who, &person);
		put_orders_of(world, &person, at.what, out);
	}
	return asked;
}

static bool number_has(uint32_t number, const char *digits)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", number);
	return strstr(text, digits) != NULL;
}

/* A word stands in the e-mail or in the address that the parcel went to. */
static bool person_has(const struct person *person, const char *word)
{
	struct json_object *address;
	bool has;

	if (strcasestr(person->email, word) || strcasestr(person->first, word) || strcasestr(person->last, word) ||
	    strcasestr(person->city, word) || strcasestr(person->postcode, word))
		return true;
	if (!isdigit((unsigned char)word[0]) && word[0] != '+' && word[0] != '(')
		return false;
	address = shop_address_json(ident_make(IDENT_SHOP_ORDER_ADDRESS, 0, 0, 0), person);
	has = strstr(member_text(address, "phone"), word) != NULL;
	json_object_put(address);
	return has;
}

static void search_word(const struct world *world, const char *word, struct places *out)
{
	const char *digits = word + strspn(word, "+0");
	struct person person;
	size_t at = 0;
	uint32_t who;

	if (strspn(word, "0123456789") == strlen(word))
		for (size_t i = 0; i < world->norders; i++)
			if (number_has(FIRST_ORDER + (uint32_t)i, word))
				put(out, (uint32_t)i);
	if (strlen(digits) >= 4 && strspn(digits, "0123456789") == strlen(digits)) {
		while (world_by_digits(world, digits, &at, &who)) {
			world_person(world, who, &person);
			if (person_has(&person, word))
				put_orders_of(world, &person, -1, out);
		}
		return;
	}
	for (who = 0; who < world->people; who++) {
		if (!(world_flags(world, who) & IN_SHOP))
			continue;
		world_person(world, who, &person);
		if (person_has(&person, word))
			put_orders_of(world, &person, -1, out);
	}
}

/* Every word has to be found, each anywhere. */
static void search(const struct world *world, const char *q, struct places *out)
{
	bool first = true;

	for (const char *at = q; *at;) {
		size_t n = strcspn(at, " "), kept = 0;
		struct places found = { 0 };
		char word[128];

		snprintf(word, sizeof(word), "%.*s", (int)(n < 127 ? n : 127), at);
		at += n + (at[n] == ' ');
		if (!*word)
			continue;
		search_word(world, word, &found);
		sort_unique(&found);
		if (first) {
			*out = found;
			first = false;
			continue;
		}
		for (size_t i = 0; i < out->n; i++)
			if (found.n && bsearch(&out->items[i], found.items, found.n, sizeof(uint32_t), place_cmp))
				out->items[kept++] = out->items[i];
		out->n = kept;
		free(found.items);
	}
}

/* Leaves those made within the bounds that were asked for; false after a reply of 400. */
static bool within(struct request *request, struct places *places)
{
	static const struct { const char *name; int sign; } bounds[] = {
		{ "created_at[$gte]", 1 }, { "created_at[$gt]", 1 }, { "created_at[$lte]", -1 }, { "created_at[$lt]", -1 },
	};
	const struct world *world = request->box->world;

	for (size_t b = 0; b < 4; b++) {
		const char *value = request_arg(request, bounds[b].name);
		size_t kept = 0;
		int64_t bound;

		if (!value)
			continue;
		if (!when_parse(str_of(value), WHEN_ISO, NULL, &bound, NULL)) {
			shop_invalid(request, "Invalid request: created_at is not a date");
			return false;
		}
		for (size_t i = 0; i < places->n; i++) {
			int64_t at = world->orders[places->items[i]].minute * MINUTE;

			if (bounds[b].sign > 0 ? at >= bound : at <= bound)
				places->items[kept++] = places->items[i];
		}
		places->n = kept;
	}
	return true;
}

static bool descending(const char *order)
{
	return order && *order == '-';
}

static bool known_order(const char *order)
{
	if (!order)
		return true;
	order += *order == '-' || *order == '+';
	return strcmp(order, "created_at") == 0 || strcmp(order, "display_id") == 0 || strcmp(order, "id") == 0 ||
	       strcmp(order, "updated_at") == 0;
}

static void reply(struct request *request, const struct places *places, int64_t offset, int64_t limit)
{
	struct json_object *rows = json_object_new_array();
	bool down = descending(request_arg(request, "order"));

	for (int64_t i = offset; i < (int64_t)places->n && i < offset + limit; i++) {
		uint32_t place = places->items[down ? places->n - 1 - (size_t)i : (size_t)i];
		const struct moment *moment = &request->box->world->orders[place];
		struct shop_order order;

		if (shop_order_get(request->box, moment->person, moment->k, &order))
			make_append(rows, shop_order_json(request->box, &order));
	}
	shop_reply_list(request, "orders", rows, (int64_t)places->n, offset, limit);
}

void shop_orders(struct request *request)
{
	const struct world *world = request->box->world;
	const char *q = request_arg(request, "q");
	struct places places = { 0 };
	int64_t offset, limit;

	if (!shop_page(request, 15, &offset, &limit))
		return;
	if (!known_order(request_arg(request, "order"))) {
		reply_json(request, 500, make("{'code':'unknown_error','type':'unknown_error','message':'An unknown error occurred.'}"));
		return;
	}
	if (!of_customers(request, &places)) {
		if (q)
			search(world, q, &places);
		else
			for (size_t i = 0; i < world->norders; i++)
				put(&places, (uint32_t)i);
	}
	sort_unique(&places);
	if (within(request, &places))
		reply(request, &places, offset, limit);
	free(places.items);
}
