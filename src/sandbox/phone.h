/*
 * What the files of the telephone exchange share.
 */
#ifndef SANDBOX_PHONE_H
#define SANDBOX_PHONE_H

#include "ident.h"
#include "request.h"

#define PHONE_ACCOUNT "AC00000000000000000000000000000001"
#define PHONE_OUR_NUMBER "+441632960000"

void phone_rfc2822(int64_t at, char out[40]);
/* A NULL asked fits every number. */
bool phone_number_is(const char *asked, const char *number);

/* One field of a form body, decoded; cut at a NUL. False where it is not there. */
bool phone_form_field(struct str body, const char *name, char *out, size_t size);

/* One leg of a call, of the seed or made here. */
struct phone_leg {
	char sid[IDENT_MAX], parent[IDENT_MAX], from[64], to[64];
	const char *direction, *status;
	int64_t at;
	int seconds;                    /* -1: it is still under way */
};
#define PHONE_LEGS_MOST 256
struct phone_legs { struct phone_leg items[PHONE_LEGS_MOST]; size_t n; };
/* NULL and WHEN_NONE ask nothing. */
struct phone_asked { const char *from, *to, *status; int64_t after, before; };
/* Adds it where it is asked for and there is room. */
void phone_offer(struct phone_legs *legs, const struct phone_leg *leg, const struct phone_asked *asked);
/* Calls that were made here. */
void phone_made(const struct request *request, const struct phone_asked *asked, struct phone_legs *out);
struct json_object *phone_leg_json(const struct phone_leg *leg);
void phone_call(struct request *request);

void phone_messages(struct request *request);
void phone_message_send(struct request *request);

#endif
