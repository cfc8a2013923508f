/*
 * What the shop sells and where it stands: locations, products, stock, and the
 * short lists that other requests name.
 */
#include "shop.h"

#include "make.h"

static struct json_object *location(size_t i)
{
	const struct site *site = &sites[i];

	return make("{'id':%s,'name':%s,'metadata':{'store_code':%s},'address':{'address_1':%s,'address_2':null,'company':null,"
		    "'city':%s,'country_code':'gb','phone':%s,'province':null,'postal_code':%s}}",
		    ident_make(IDENT_SHOP_LOCATION, (uint32_t)i, 0, 0).s, site->name, site->code, site->street, site->city,
		    site->telephone, site->postcode);
}

static struct json_object *user(size_t i)
{
	const struct colleague *colleague = i ? &colleagues[(i - 1) % colleagues_n] : NULL;

	return make("{'id':%s,'first_name':%s,'last_name':%s,'email':%s,'avatar_url':null,'metadata':null}",
		    ident_make(IDENT_SHOP_USER, (uint32_t)i, 0, 0).s, colleague ? colleague->first : NULL, colleague ? colleague->last : NULL,
		    colleague ? colleague->email : "admin@shop.example.com");
}

static struct json_object *price(struct good good)
{
	return make("{'id':%s,'amount':%m,'currency_code':'" SHOP_CURRENCY "','min_quantity':null,'max_quantity':null,'rules':{}}",
		    ident_make(IDENT_SHOP_PRICE, good.product, good.variant, 0).s, products[good.product].price);
}

static struct json_object *variant(struct good good, bool with_product)
{
	struct ident_text product = ident_make(IDENT_SHOP_PRODUCT, good.product, 0, 0);
	char title[32], sku[32], ean[16];
	struct json_object *out;

	good_variant(good, title);
	good_sku(good, sku);
	good_ean(good, ean);
	out = make("{'id':%s,'title':%s,'sku':%s,'ean':%s,'barcode':%s,'product_id':%s,'prices':[%o]}",
		   ident_make(IDENT_SHOP_VARIANT, good.product, good.variant, 0).s, title, sku, ean, ean, product.s, price(good));
	if (with_product)
		json_object_object_add(out, "product", make("{'id':%s,'title':%s,'description':%s,'handle':%s}", product.s,
				       products[good.product].title, products[good.product].about, products[good.product].handle));
	return out;
}

static struct json_object *product(size_t i)
{
	struct json_object *variants = json_object_new_array();

	for (size_t v = 0; v < good_variants(i); v++)
		make_append(variants, variant((struct good){ (uint8_t)i, (uint8_t)v }, false));
	return make("{'id':%s,'title':%s,'handle':%s,'status':'published','description':%s,'variants':%o}",
		    ident_make(IDENT_SHOP_PRODUCT, (uint32_t)i, 0, 0).s, products[i].title, products[i].handle, products[i].about, variants);
}

/* Replies with a page out of a whole short list; owns all. */
static void reply_page(struct request *request, const char *name, struct json_object *all, int64_t fallback)
{
	struct json_object *rows;
	int64_t offset, limit, count = (int64_t)json_object_array_length(all);

	if (!shop_page(request, fallback, &offset, &limit)) {
		json_object_put(all);
		return;
	}
	rows = json_object_new_array();
	for (int64_t i = offset; i < count && i < offset + limit; i++)
		make_append(rows, json_object_get(json_object_array_get_idx(all, (size_t)i)));
	json_object_put(all);
	shop_reply_list(request, name, rows, count, offset, limit);
}

void shop_locations(struct request *request)
{
	struct json_object *all = json_object_new_array();

	for (size_t i = 0; i < sites_n; i++)
		make_append(all, location(i));
	reply_page(request, "stock_locations", all, 20);
}

void shop_users(struct request *request)
{
	struct json_object *all = json_object_new_array();

	for (size_t i = 0; i <= colleagues_n; i++)
		make_append(all, user(i));
	reply_page(request, "users", all, 20);
}

void shop_user_me(struct request *request)
{
	reply_json(request, 200, make("{'user':%o}", user(0)));
}

void shop_products(struct request *request)
{
	struct json_object *all = json_object_new_array();
	const char *q = request_arg(request, "q");

	for (size_t i = 0; i < products_n; i++)
		if (!q || strcasestr(products[i].title, q) || strcasestr(products[i].about, q))
			make_append(all, product(i));
	reply_page(request, "products", all, 50);
}

/* True when a filter was not given, or one of its values is this text. */
static bool given(const struct request *request, const char *name, const char *listed, const char *text)
{
	bool asked = false;

	for (size_t i = 0; i < request->nargs; i++) {
		if (strcmp(request->args[i].name, name) != 0 && strcmp(request->args[i].name, listed) != 0)
			continue;
		if (strcasecmp(request->args[i].value, text) == 0)
			return true;
		asked = true;
	}
	return !asked;
}

static bool fits(const struct request *request, struct good good)
{
	const char *q = request_arg(request, "q");
	char title[32], sku[32], ean[16];

	good_variant(good, title);
	good_sku(good, sku);
	good_ean(good, ean);
	if (q && !strcasestr(products[good.product].title, q) && !strcasestr(sku, q) && !strcasestr(title, q) && strcmp(ean, q) != 0)
		return false;
	return given(request, "sku", "sku[]", sku) && given(request, "ean", "ean[]", ean) && given(request, "barcode", "barcode[]", ean);
}

static struct json_object *level(struct request *request, struct good good, size_t site)
{
	int stocked, reserved;

	if (!good_stock(request->box->world->seed, good, site, &stocked, &reserved))
		return NULL;
	return make("{'id':%s,'location_id':%s,'metadata':null,'inventory_item_id':%s,'available_quantity':%i,'stocked_quantity':%i,"
		    "'reserved_quantity':%i,'incoming_quantity':0,'stock_locations':[%o]}",
		    ident_make(IDENT_SHOP_LEVEL, good.product, good.variant, (unsigned)site).s, ident_make(IDENT_SHOP_LOCATION, (uint32_t)site, 0, 0).s,
		    ident_make(IDENT_SHOP_STOCK, good.product, good.variant, 0).s, stocked - reserved, stocked, reserved, location(site));
}

static struct json_object *stock(struct request *request, struct good good)
{
	struct json_object *levels = json_object_new_array();
	char title[32], sku[32];

	for (size_t site = 0; site < sites_n; site++) {
		struct json_object *one = level(request, good, site);

		if (one)
			make_append(levels, one);
	}
	good_variant(good, title);
	good_sku(good, sku);
	return make("{'id':%s,'sku':%s,'title':%s,'location_levels':%o}",
		    ident_make(IDENT_SHOP_STOCK, good.product, good.variant, 0).s, sku, title, levels);
}

static void each_good(struct request *request, struct json_object *out, bool stocks)
{
	for (size_t p = 0; p < products_n; p++)
		for (size_t v = 0; v < good_variants(p); v++) {
			struct good good = { (uint8_t)p, (uint8_t)v };

			if (fits(request, good))
				make_append(out, stocks ? stock(request, good) : variant(good, true));
		}
}

void shop_variants(struct request *request)
{
	struct json_object *all = json_object_new_array();

	each_good(request, all, false);
	reply_page(request, "variants", all, 50);
}

void shop_inventory(struct request *request)
{
	struct json_object *all = json_object_new_array();

	each_good(request, all, true);
	reply_page(request, "inventory_items", all, 20);
}

void shop_return_reasons(struct request *request)
{
	struct json_object *all = json_object_new_array();

	for (size_t i = 0; i < return_reasons_n; i++)
		make_append(all, shop_reason_json(i));
	reply_page(request, "return_reasons", all, 20);
}

void shop_refund_reasons(struct request *request)
{
	struct json_object *all = json_object_new_array();

	for (size_t i = 0; i < refund_reasons_n; i++)
		make_append(all, make("{'id':%s,'label':%s,'code':%s,'description':null}",
				      ident_make(IDENT_SHOP_REFUND_REASON, (uint32_t)i, 0, 0).s, refund_reasons[i][1], refund_reasons[i][0]));
	reply_page(request, "refund_reasons", all, 15);
}

void shop_options(struct request *request)
{
	static const char *const names[] = { "Parcel", "Return parcel", "Collect in the shop" };
	struct json_object *all = json_object_new_array();

	for (uint32_t i = 0; i < 3; i++)
		make_append(all, make("{'id':%s,'name':%s,'rules':[{'attribute':'is_return','value':%s}]}",
				      ident_make(IDENT_SHOP_OPTION, i, 0, 0).s, names[i], i == 1 ? "true" : "false"));
	reply_page(request, "shipping_options", all, 20);
}
