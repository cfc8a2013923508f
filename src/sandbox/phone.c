/*
 * The telephone exchange, in the shape of Twilio: calls by number, without any
 * notion of a customer.
 */
#include <dossier/base/when.h>
#include <dossier/model/identity.h>

#include "ident.h"
#include "make.h"
#include "phone.h"
#include "request.h"
#include "world.h"

#define ACCOUNT PHONE_ACCOUNT
#define OUR_NUMBER PHONE_OUR_NUMBER
#define TOKEN "practice-phone-token"
#define ROOT "/2010-04-01/Accounts/"

static bool admits(struct request *request)
{
	if (request_basic(request, ACCOUNT, TOKEN))
		return true;
	reply_header(request, "WWW-Authenticate", "Basic realm=\"Twilio API\"");
	reply_json(request, 401, make("{'code':20003,'message':'Authenticate','more_info':'https://www.twilio.com/docs/errors/20003','status':401}"));
	return false;
}

static void not_found(struct request *request)
{
	char text[300];

	snprintf(text, sizeof(text), "The requested resource %.200s was not found", request->path);
	reply_json(request, 404, make("{'code':20404,'message':%s,'more_info':'https://www.twilio.com/docs/errors/20404','status':404}", text));
}

static struct json_object *settings(const char *origin)
{
	return make("{'url':%s,'account':'" ACCOUNT "','key':'" ACCOUNT "','secret':'" TOKEN "','number':'" OUR_NUMBER "'}", origin);
}

void phone_rfc2822(int64_t at, char out[40])
{
	struct buf buf;

	when_http_date(at, out);
	/* the same date with an offset in the place of GMT */
	buf_init(&buf, 64);
	buf_adds(&buf, out);
	if (buf.len > 3)
		snprintf(out, 40, "%.*s+0000", (int)buf.len - 3, buf.data);
	buf_release(&buf);
}

struct json_object *phone_leg_json(const struct phone_leg *leg)
{
	char start[40], end[40] = "", duration[16] = "", uri[160];
	bool over = leg->seconds >= 0;

	snprintf(uri, sizeof(uri), ROOT ACCOUNT "/Calls/%s.json", leg->sid);
	phone_rfc2822(leg->at, start);
	if (over) {
		snprintf(duration, sizeof(duration), "%d", leg->seconds);
		phone_rfc2822(leg->at + (int64_t)leg->seconds * 1000, end);
	}
	return make("{'sid':%s,'account_sid':'" ACCOUNT "','api_version':'2010-04-01','from':%s,'from_formatted':%s,'to':%s,'to_formatted':%s,"
		    "'direction':%s,'status':%s,'start_time':%s,'end_time':%s,'date_created':%s,'date_updated':%s,'duration':%s,"
		    "'price':%s,'price_unit':'GBP','answered_by':null,'caller_name':null,'forwarded_from':null,'group_sid':null,"
		    "'parent_call_sid':%s,'phone_number_sid':%s,'queue_time':'0','trunk_sid':null,'uri':%s,'subresource_uris':{}}",
		    leg->sid, leg->from, leg->from, leg->to, leg->to, leg->direction, leg->status, start, over ? end : NULL, start,
		    over ? end : start, over ? duration : NULL, leg->seconds > 0 ? "-0.0100" : NULL, *leg->parent ? leg->parent : NULL,
		    ident_make(IDENT_PHONE_NUMBER, 0, 0, 0).s, uri);
}

static void leg_of(const struct person *person, const struct call *call, struct phone_leg *out)
{
	const struct telephone *telephone = call->landline ? &person->landline : &person->mobile;
	char digits[24];

	telephone_digits(telephone, digits);
	*out = (struct phone_leg){
		.direction = call->out ? "outbound-api" : "inbound", .status = call->status, .at = call->at, .seconds = call->seconds,
	};
	snprintf(out->sid, sizeof(out->sid), "%s", ident_make(IDENT_PHONE_CALL, person->index, call->k, 0).s);
	snprintf(out->from, sizeof(out->from), "%s%s", call->out ? OUR_NUMBER : "+", call->out ? "" : digits);
	snprintf(out->to, sizeof(out->to), "%s%s", call->out ? "+" : OUR_NUMBER, call->out ? digits : "");
}

/* NULL asks nothing; else the number has to be this one. */
bool phone_number_is(const char *asked, const char *number)
{
	struct phone a, b;

	if (!asked)
		return true;
	return phone_parse(str_of(asked), "GB", &a) && phone_parse(str_of(number), "GB", &b) && phone_same(&a, &b);
}

void phone_offer(struct phone_legs *legs, const struct phone_leg *leg, const struct phone_asked *asked)
{
	if (legs->n == PHONE_LEGS_MOST || !phone_number_is(asked->from, leg->from) || !phone_number_is(asked->to, leg->to) ||
	    (asked->status && strcmp(asked->status, leg->status) != 0) ||
	    (asked->after != WHEN_NONE && leg->at < asked->after) || (asked->before != WHEN_NONE && leg->at > asked->before))
		return;
	legs->items[legs->n++] = *leg;
}

static void offer(const struct world *world, uint32_t who, const struct phone_asked *asked, struct phone_legs *out)
{
	struct call calls[CALLS_MOST];
	struct person person;
	size_t n;

	if (!(world_flags(world, who) & CALLS))
		return;
	world_person(world, who, &person);
	n = world_calls(world, &person, calls);
	for (size_t i = 0; i < n; i++) {
		struct phone_leg leg;

		leg_of(&person, &calls[i], &leg);
		phone_offer(out, &leg, asked);
	}
}

static int newest_first(const void *a, const void *b)
{
	const struct phone_leg *x = a, *y = b;

	return x->at > y->at ? -1 : x->at < y->at;
}

/* Whose calls can have this number at either end; all, where our own number was asked for or none. */
static void gather(const struct request *request, const struct phone_asked *asked, struct phone_legs *out)
{
	const struct world *world = request->box->world;
	const char *given = asked->from && !phone_number_is(asked->from, OUR_NUMBER) ? asked->from : asked->to;
	struct phone phone;
	size_t at = 0;
	uint32_t who;

	phone_made(request, asked, out);
	if (given && !phone_number_is(given, OUR_NUMBER)) {
		if (phone_parse(str_of(given), "GB", &phone) && phone.e164[0])
			while (world_by_number(world, phone.e164 + 1, &at, &who))
				offer(world, who, asked, out);
	} else {
		for (who = 0; who < world->people && out->n < PHONE_LEGS_MOST; who++)
			offer(world, who, asked, out);
	}
	qsort(out->items, out->n, sizeof(out->items[0]), newest_first);
}

static int64_t date_arg(const struct request *request, const char *name)
{
	const char *text = request_arg(request, name);
	int64_t at;

	return text && when_parse(str_of(text), WHEN_ISO, NULL, &at, NULL) ? at : WHEN_NONE;
}

static void encode(const char *text, struct buf *out)
{
	for (; *text; text++)
		if (isalnum((unsigned char)*text))
			buf_addc(out, *text);
		else
			buf_printf(out, "%%%02X", (unsigned char)*text);
}

/* The address of another page: as the real one gives it, without scheme and host. */
static struct json_object *page_uri(const struct request *request, const char *what, int64_t page, int64_t size)
{
	struct json_object *out;
	struct buf uri;

	buf_init(&uri, 16384);
	buf_printf(&uri, ROOT ACCOUNT "/%s.json?", what);
	for (size_t i = 0; i < request->nargs; i++)
		if (strcmp(request->args[i].name, "Page") != 0 && strcmp(request->args[i].name, "PageSize") != 0 &&
		    strcmp(request->args[i].name, "PageToken") != 0) {
			encode(request->args[i].name, &uri);
			buf_addc(&uri, '=');
			encode(request->args[i].value, &uri);
			buf_addc(&uri, '&');
		}
	buf_printf(&uri, "PageSize=%lld&Page=%lld&PageToken=PA%lld", (long long)size, (long long)page, (long long)page);
	out = json_object_new_string_len(uri.data, (int)uri.len);
	buf_release(&uri);
	return out;
}

static void calls(struct request *request)
{
	struct phone_asked asked = {
		request_arg(request, "From"), request_arg(request, "To"), request_arg(request, "Status"),
		date_arg(request, "StartTime>"), date_arg(request, "StartTime<"),
	};
	int64_t size = request_number(request, "PageSize", 50, 1000), page = request_number(request, "Page", 0, 1000000), end;
	struct json_object *rows;
	struct phone_legs *list;

	if (strcmp(request->segment[0], ACCOUNT) != 0) {
		not_found(request);
		return;
	}
	if (size < 1 || page < 0) {
		reply_json(request, 400, make("{'code':20001,'message':'Invalid page','more_info':'https://www.twilio.com/docs/errors/20001','status':400}"));
		return;
	}
	list = calloc(1, sizeof(*list));
	if (!list)
		abort();
	gather(request, &asked, list);
	rows = json_object_new_array();
	end = (page + 1) * size < (int64_t)list->n ? (page + 1) * size : (int64_t)list->n;
	for (int64_t i = page * size; i < end; i++)
		make_append(rows, phone_leg_json(&list->items[i]));
	reply_json(request, 200, make("{'calls':%o,'page':%l,'page_size':%l,'start':%l,'end':%l,'uri':%o,'first_page_uri':%o,"
				      "'previous_page_uri':%o,'next_page_uri':%o}", rows, page, size, page * size, end ? end - 1 : 0,
				      page_uri(request, "Calls", page, size), page_uri(request, "Calls", 0, size),
				      page ? page_uri(request, "Calls", page - 1, size) : NULL,
				      end < (int64_t)list->n ? page_uri(request, "Calls", page + 1, size) : NULL));
	free(list);
}

static void one_call(struct request *request)
{
	const struct phone_asked all = { .after = WHEN_NONE, .before = WHEN_NONE };
	struct phone_legs *made = calloc(1, sizeof(*made));
	struct call list[CALLS_MOST];
	struct phone_leg leg;
	struct person person;
	struct ident_at at;
	bool found = false;

	if (!made)
		abort();
	phone_made(request, &all, made);
	for (size_t i = 0; i < made->n && !found; i++)
		if (strcmp(request->segment[0], ACCOUNT) == 0 && strcmp(request->segment[1], made->items[i].sid) == 0) {
			reply_json(request, 200, phone_leg_json(&made->items[i]));
			found = true;
		}
	free(made);
	if (found)
		return;
	if (strcmp(request->segment[0], ACCOUNT) == 0 && ident_read(IDENT_PHONE_CALL, request->segment[1], &at) &&
	    at.who < request->box->world->people) {
		world_person(request->box->world, at.who, &person);
		if (at.what < world_calls(request->box->world, &person, list)) {
			leg_of(&person, &list[at.what], &leg);
			reply_json(request, 200, phone_leg_json(&leg));
			return;
		}
	}
	not_found(request);
}

static void account(struct request *request)
{
	if (strcmp(request->segment[0], ACCOUNT) == 0)
		reply_json(request, 200, make("{'sid':'" ACCOUNT "','friendly_name':'Larkfield customer line','status':'active','type':'Full'}"));
	else
		not_found(request);
}

static const struct route routes[] = {
	{ "GET", ROOT "*.json", account },
	{ "GET", ROOT "*/Calls.json", calls },
	{ "POST", ROOT "*/Calls.json", phone_call },
	{ "GET", ROOT "*/Calls/*.json", one_call },
	{ "GET", ROOT "*/Messages.json", phone_messages },
	{ "POST", ROOT "*/Messages.json", phone_message_send },
	{ NULL },
};

const struct backend backend_phone = { "phone", "twilio", routes, admits, not_found, settings };
