/*
 * What the files of the telephone exchange share.
 */
#ifndef SANDBOX_PHONE_H
#define SANDBOX_PHONE_H

#include "request.h"

#define PHONE_ACCOUNT "AC00000000000000000000000000000001"
#define PHONE_OUR_NUMBER "+441632960000"

void phone_rfc2822(int64_t at, char out[40]);
/* A NULL asked fits every number. */
bool phone_number_is(const char *asked, const char *number);

void phone_messages(struct request *request);
void phone_message_send(struct request *request);

#endif
