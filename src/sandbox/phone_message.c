/*
 * Text messages: none but those that were sent here.
 */
#include "phone.h"

#include "ident.h"
#include "make.h"
#include "state.h"

#define SENT "phone:messages"

static int hexadecimal(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool phone_form_field(struct str body, const char *name, char *out, size_t size)
{
	size_t len = strlen(name), n = 0;

	for (size_t at = 0; at < body.n;) {
		const char *and = memchr(body.p + at, '&', body.n - at);
		size_t end = and ? (size_t)(and - body.p) : body.n;

		if (end - at > len && memcmp(body.p + at, name, len) == 0 && body.p[at + len] == '=') {
			for (at += len + 1; at < end && n + 1 < size; at++) {
				int high = end - at >= 3 ? hexadecimal(body.p[at + 1]) : -1;
				int low = end - at >= 3 ? hexadecimal(body.p[at + 2]) : -1;

				if (body.p[at] == '%' && high >= 0 && low >= 0) {
					out[n++] = (char)(high << 4 | low);
					at += 2;
				} else {
					out[n++] = body.p[at] == '+' ? ' ' : body.p[at];
				}
			}
			out[n] = '\0';
			return true;
		}
		at = end + 1;
	}
	return false;
}

static struct json_object *message_json(const struct fact *fact)
{
	char at[40];

	phone_rfc2822(fact->at, at);
	return make("{'sid':%s,'account_sid':'" PHONE_ACCOUNT "','from':%s,'to':%s,'body':%s,'direction':'outbound-api','status':'sent',"
		    "'date_created':%s,'date_sent':%s,'date_updated':%s,'error_code':null,'error_message':null,'num_segments':'1','price':null}",
		    member_text(fact->data, "sid"), member_text(fact->data, "from"), member_text(fact->data, "to"),
		    member_text(fact->data, "body"), at, at, at);
}

void phone_messages(struct request *request)
{
	const char *from = request_arg(request, "From"), *to = request_arg(request, "To");
	struct json_object *rows = json_object_new_array();

	for (const struct fact *fact = NULL; (fact = state_next(request->box->state, SENT, NULL, fact));)
		if (phone_number_is(from, member_text(fact->data, "from")) && phone_number_is(to, member_text(fact->data, "to")))
			make_append(rows, message_json(fact));
	reply_json(request, 200, make("{'messages':%o,'page':0,'page_size':1000,'next_page_uri':null,'previous_page_uri':null}", rows));
}

void phone_message_send(struct request *request)
{
	struct state *state = request->box->state;
	char from[64], to[64], body[1700];
	const struct fact *fact;

	if (!phone_form_field(buf_str(&request->body), "From", from, sizeof(from)) || !phone_form_field(buf_str(&request->body), "To", to, sizeof(to)) ||
	    !phone_form_field(buf_str(&request->body), "Body", body, sizeof(body)) || to[0] != '+') {
		reply_json(request, 400, make("{'code':21211,'message':'Invalid To, From or Body','status':400}"));
		return;
	}
	fact = state_add(state, SENT, "sms", box_now(request->box),
			 make("{'sid':%s,'from':%s,'to':%s,'body':%s}",
			      ident_make(IDENT_PHONE_MESSAGE, IDENT_WRITTEN + (uint32_t)state_count(state), 0, 0).s, from, to, body));
	reply_json(request, 201, message_json(fact));
}
