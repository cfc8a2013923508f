#include "shop.h"

#include <dossier/base/when.h>

#include "fields.h"
#include "make.h"

#define EMAIL "admin@shop.example.com"
#define PASSWORD "practice-password"

static void token(const struct box *box, char out[160])
{
	snprintf(out, 160, "eyJhbGciOiJIUzI1NiJ9.practice-%llu-%u.%016llx", (unsigned long long)box->world->seed, box->log_ins,
		 (unsigned long long)chance_of(box->world->seed, box->log_ins, 0x70ce2));
}

static void log_in(struct request *request)
{
	const char *email = member_text(request->doc, "email"), *password = member_text(request->doc, "password");
	char text[160];

	token(request->box, text);
	if (email && password && strcmp(email, EMAIL) == 0 && strcmp(password, PASSWORD) == 0)
		reply_json(request, 200, make("{'token':%s}", text));
	else
		reply_json(request, 401, make("{'type':'unauthorized','message':'Invalid email or password'}"));
}

static bool admits(struct request *request)
{
	char text[160];

	token(request->box, text);
	if (!request_bearer(request, text)) {
		reply_json(request, 401, make("{'message':'Unauthorized'}"));
		return false;
	}
	if (request->broken) {
		reply_json(request, 400, make("{'message':'Unexpected end of JSON input','type':'invalid_data'}"));
		return false;
	}
	return true;
}

static void unknown(struct request *request)
{
	reply_text(request, 404, "text/html; charset=utf-8", "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		   "<title>Error</title>\n</head>\n<body>\n<pre>No such route</pre>\n</body>\n</html>\n");
}

static void health(struct request *request)
{
	reply_text(request, 200, "text/html; charset=utf-8", "OK");
}

static struct json_object *settings(const char *origin)
{
	return make("{'url':%s,'email':'" EMAIL "','password':'" PASSWORD "'}", origin);
}

void shop_reply_list(struct request *request, const char *name, struct json_object *rows, int64_t count,
		     int64_t offset, int64_t limit)
{
	struct json_object *reply = json_object_new_object();

	fields_apply(rows, request_arg(request, "fields"));
	json_object_object_add(reply, name, rows);
	json_object_object_add(reply, "count", json_object_new_int64(count));
	json_object_object_add(reply, "offset", json_object_new_int64(offset));
	json_object_object_add(reply, "limit", json_object_new_int64(limit));
	reply_json(request, 200, reply);
}

bool shop_page(struct request *request, int64_t fallback, int64_t *offset, int64_t *limit)
{
	*offset = request_number(request, "offset", 0, INT32_MAX);
	*limit = request_number(request, "limit", fallback, 1000);
	if (*offset >= 0 && *limit >= 0)
		return true;
	shop_invalid(request, *limit < 0 ? "Invalid request: Expected type: 'number' for field 'limit'"
					 : "Invalid request: Expected type: 'number' for field 'offset'");
	return false;
}

void shop_missing(struct request *request, const char *fmt, const char *id)
{
	const char *hole = strstr(fmt, "%s");
	char text[400];

	snprintf(text, sizeof(text), "%.*s%.200s%s", (int)(hole - fmt), fmt, id, hole + 2);
	reply_json(request, 404, make("{'type':'not_found','message':%s}", text));
}

void shop_invalid(struct request *request, const char *message)
{
	reply_json(request, 400, make("{'type':'invalid_data','message':%s}", message));
}

static const struct route routes[] = {
	{ "GET", "/health", health, true },
	{ "POST", "/auth/user/emailpass", log_in, true },
	{ "GET", "/admin/users/me", shop_user_me },
	{ "GET", "/admin/users", shop_users },
	{ "GET", "/admin/customers", shop_customers },
	{ "GET", "/admin/customers/*", shop_customer },
	{ "GET", "/admin/orders", shop_orders },
	{ "GET", "/admin/orders/*", shop_order },
	{ "POST", "/admin/orders/*", shop_note },
	{ "POST", "/admin/orders/*/cancel", shop_cancel },
	{ "POST", "/admin/payments/*/refund", shop_refund },
	{ "GET", "/admin/returns", shop_returns },
	{ "POST", "/admin/returns", shop_return_begin },
	{ "POST", "/admin/returns/*/request-items", shop_return_items },
	{ "POST", "/admin/returns/*/shipping-method", shop_return_shipping },
	{ "POST", "/admin/returns/*/request", shop_return_request },
	{ "GET", "/admin/exchanges", shop_exchanges },
	{ "GET", "/admin/claims", shop_claims },
	{ "GET", "/admin/stock-locations", shop_locations },
	{ "GET", "/admin/products", shop_products },
	{ "GET", "/admin/product-variants", shop_variants },
	{ "GET", "/admin/inventory-items", shop_inventory },
	{ "GET", "/admin/return-reasons", shop_return_reasons },
	{ "GET", "/admin/refund-reasons", shop_refund_reasons },
	{ "GET", "/admin/shipping-options", shop_options },
	{ NULL },
};

const struct backend backend_shop = { "shop", "medusa", routes, admits, unknown, settings };
