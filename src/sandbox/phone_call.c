/*
 * Calls that were made here: our number rings whoever is to speak first, and
 * where what is to be done then dials somebody, that is a leg of its own.
 */
#include "phone.h"

#include <dossier/base/when.h>

#include "make.h"
#include "state.h"

#define MADE "phone:calls"
#define RINGS 2000              /* ms until each of them lifts */
#define SPEAKS 60               /* seconds, then both have hung up */

static void copy(char *to, size_t size, const char *from)
{
	snprintf(to, size, "%s", from ? from : "");
}

static void offer(const struct request *request, const struct fact *fact, bool dialled, const struct phone_asked *asked, struct phone_legs *out)
{
	struct phone_leg leg = { .direction = dialled ? "outbound-dial" : "outbound-api", .at = fact->at + (dialled ? RINGS : 0), .seconds = -1 };
	int64_t now = box_now(request->box);

	copy(leg.sid, sizeof(leg.sid), member_text(fact->data, dialled ? "dialled_sid" : "sid"));
	copy(leg.parent, sizeof(leg.parent), dialled ? member_text(fact->data, "sid") : NULL);
	copy(leg.from, sizeof(leg.from), member_text(fact->data, "from"));
	copy(leg.to, sizeof(leg.to), member_text(fact->data, dialled ? "dialled" : "to"));
	leg.status = now < leg.at + RINGS ? "ringing" : "in-progress";
	if (now >= leg.at + RINGS + SPEAKS * 1000) {
		leg.status = "completed";
		leg.seconds = SPEAKS;
	}
	phone_offer(out, &leg, asked);
}

void phone_made(const struct request *request, const struct phone_asked *asked, struct phone_legs *out)
{
	for (const struct fact *fact = NULL; (fact = state_next(request->box->state, MADE, NULL, fact));) {
		const char *dialled = member_text(fact->data, "dialled");

		offer(request, fact, false, asked, out);
		if (dialled && *dialled)
			offer(request, fact, true, asked, out);
	}
}

/* Whom the first <Number> names; false where it names none. */
static bool dialled_by(const char *twiml, char *out, size_t size)
{
	const char *from = strstr(twiml, "<Number>"), *to = from ? strstr(from, "</Number>") : NULL;

	if (!to || (size_t)(to - from) - 8 >= size)
		return false;
	snprintf(out, size, "%.*s", (int)(to - from - 8), from + 8);
	return true;
}

static void refuse(struct request *request, int code, const char *why)
{
	reply_json(request, 400, make("{'code':%l,'message':%s,'more_info':'https://www.twilio.com/docs/errors','status':400}", (int64_t)code, why));
}

void phone_call(struct request *request)
{
	struct state *state = request->box->state;
	uint32_t number = IDENT_WRITTEN + (uint32_t)state_count(state);
	const struct phone_asked all = { .after = WHEN_NONE, .before = WHEN_NONE };
	struct ident_text sid = ident_make(IDENT_PHONE_CALL, number, 0, 0), dialled_sid = ident_make(IDENT_PHONE_CALL, number, 1, 0);
	char from[64] = "", to[64] = "", twiml[4001] = "", dialled[64] = "";
	struct phone_legs *legs;
	const struct fact *fact;

	phone_form_field(buf_str(&request->body), "From", from, sizeof(from));
	phone_form_field(buf_str(&request->body), "To", to, sizeof(to));
	phone_form_field(buf_str(&request->body), "Twiml", twiml, sizeof(twiml));
	if (to[0] != '+' && strncmp(to, "sip:", 4) != 0) {
		refuse(request, 21211, "Invalid 'To' Phone Number");
	} else if (!*from || !phone_number_is(from, PHONE_OUR_NUMBER)) {
		refuse(request, 21210, "The source phone number provided is not yet verified for your account");
	} else if (strncmp(twiml, "<Response>", 10) != 0) {
		refuse(request, 21205, "Url parameter is required");
	} else if (dialled_by(twiml, dialled, sizeof(dialled)) && dialled[0] != '+') {
		refuse(request, 13223, "Dial: Invalid phone number format");
	} else {
		fact = state_add(state, MADE, "call", box_now(request->box),
				 make("{'sid':%s,'dialled_sid':%s,'from':%s,'to':%s,'dialled':%s}", sid.s, dialled_sid.s, from, to, dialled));
		legs = calloc(1, sizeof(*legs));
		if (!legs)
			abort();
		offer(request, fact, false, &all, legs);
		reply_json(request, 201, phone_leg_json(&legs->items[0]));
		free(legs);
	}
}
