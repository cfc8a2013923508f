/*
 * Ids in each vendor's style that say, to us alone, whose and which thing is
 * meant: no table of ids has to be kept, whatever the number of customers.
 */
#ifndef SANDBOX_IDENT_H
#define SANDBOX_IDENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define IDENT_MAX 48

/* X(NAME, prefix, style, base): style u is 26 letters and digits, h hexadecimal, d decimal counted from base */
#define IDENTS(X) \
	X(SHOP_CUSTOMER, "cus_", 'u', 0) \
	X(SHOP_ADDRESS, "cuaddr_", 'u', 0) \
	X(SHOP_ORDER, "order_", 'u', 0) \
	X(SHOP_ORDER_ADDRESS, "ordaddr_", 'u', 0) \
	X(SHOP_LINE, "ordli_", 'u', 0) \
	X(SHOP_METHOD, "ordsm_", 'u', 0) \
	X(SHOP_COLLECTION, "pay_col_", 'u', 0) \
	X(SHOP_PAYMENT, "pay_", 'u', 0) \
	X(SHOP_CAPTURE, "capt_", 'u', 0) \
	X(SHOP_REFUND, "ref_", 'u', 0) \
	X(SHOP_FULFILMENT, "ful_", 'u', 0) \
	X(SHOP_LABEL, "fulla_", 'u', 0) \
	X(SHOP_RETURN, "return_", 'u', 0) \
	X(SHOP_RETURN_ITEM, "retitem_", 'u', 0) \
	X(SHOP_EXCHANGE, "oexc_", 'u', 0) \
	X(SHOP_EXCHANGE_ITEM, "oexcitem_", 'u', 0) \
	X(SHOP_CLAIM, "claim_", 'u', 0) \
	X(SHOP_CLAIM_ITEM, "claitem_", 'u', 0) \
	X(SHOP_LOCATION, "sloc_", 'u', 0) \
	X(SHOP_LEVEL, "ilev_", 'u', 0) \
	X(SHOP_PRODUCT, "prod_", 'u', 0) \
	X(SHOP_VARIANT, "variant_", 'u', 0) \
	X(SHOP_STOCK, "iitem_", 'u', 0) \
	X(SHOP_PRICE, "price_", 'u', 0) \
	X(SHOP_CHANNEL, "sc_", 'u', 0) \
	X(SHOP_USER, "user_", 'u', 0) \
	X(SHOP_REASON, "rr_", 'u', 0) \
	X(SHOP_REFUND_REASON, "refr_", 'u', 0) \
	X(SHOP_OPTION, "so_", 'u', 0) \
	X(TILL_CUSTOMER, "", 'u', 0) \
	X(TILL_ORDER, "CAIS", 'u', 0) \
	X(TILL_LINE, "", 'h', 0) \
	X(TILL_PAYMENT, "", 'u', 0) \
	X(TILL_REFUND, "R", 'u', 0) \
	X(TILL_LOCATION, "L", 'd', 8891000000) \
	X(TILL_MEMBER, "TM", 'u', 0) \
	X(PHONE_CALL, "CA", 'h', 0) \
	X(PHONE_MESSAGE, "SM", 'h', 0) \
	X(PHONE_NUMBER, "PN", 'h', 0) \
	X(CHAT_CONTACT, "", 'h', 0) \
	X(CHAT_CONVERSATION, "", 'd', 215000000) \
	X(CHAT_MESSAGE, "", 'd', 403918000) \
	X(CHAT_PART, "", 'd', 1500000000) \
	X(CHAT_ADMIN, "", 'd', 991267000) \
	X(SOCIAL_ACCOUNT, "", 'd', 109302436954000000)

enum ident {
#define X(name, prefix, style, base) IDENT_##name,
	IDENTS(X)
#undef X
	IDENT_COUNT
};

struct ident_at {
	uint32_t who;       /* the person, or any other counted thing */
	uint8_t what;       /* which of theirs */
	uint8_t part;       /* which part of it */
};

/* What a write makes has no person: it counts from here. */
#define IDENT_WRITTEN UINT32_C(0x40000000)

struct ident_text { char s[IDENT_MAX]; };

struct ident_text ident_make(enum ident kind, uint32_t who, unsigned what, unsigned part);
/* False for any text that ident_make does not make of this kind. */
bool ident_read(enum ident kind, const char *text, struct ident_at *out);

#endif
