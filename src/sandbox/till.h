/*
 * The till, in the shape of Square.
 */
#ifndef SANDBOX_TILL_H
#define SANDBOX_TILL_H

#include "ident.h"
#include "request.h"
#include "world.h"

#define TILL_CURRENCY "GBP"

void till_order_search(struct request *request);
void till_order_batch(struct request *request);
void till_order(struct request *request);
void till_refund(struct request *request);
void till_refunds(struct request *request);
void till_refund_one(struct request *request);
void till_payment(struct request *request);

/* Square's list of errors. */
void till_error(struct request *request, int status, const char *category, const char *code, const char *detail, const char *field);

#endif
