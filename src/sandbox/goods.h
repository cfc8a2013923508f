/*
 * What the practice house sells, where, and who works there.
 */
#ifndef SANDBOX_GOODS_H
#define SANDBOX_GOODS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct product {
	const char *title, *handle, *code, *about;
	int64_t price;                  /* pence */
	const char *variants;           /* "S M L": one word each, _ for a blank */
};

struct site {
	const char *code, *name, *street, *city, *postcode, *telephone;
	bool shop;                      /* customers come here */
};

struct colleague { const char *first, *last, *email; };

/* One thing to be bought: a product and which of its variants. */
struct good { uint8_t product, variant; };

extern const struct product products[];
extern const size_t products_n;
extern const struct site sites[];       /* the first is the warehouse */
extern const size_t sites_n;
extern const struct colleague colleagues[];
extern const size_t colleagues_n;
extern const char *const return_reasons[][2];   /* value, label */
extern const size_t return_reasons_n;
extern const char *const refund_reasons[][2];   /* code, label */
extern const size_t refund_reasons_n;

size_t good_variants(size_t product);
void good_variant(struct good good, char out[32]);      /* "32/30" */
void good_sku(struct good good, char out[32]);          /* "CHINO-3230" */
void good_ean(struct good good, char out[16]);          /* of the range for shops' own use */
bool good_by_sku(const char *sku, struct good *out);
/* What is there, and how much of it is promised to somebody. False where a site never has it. */
bool good_stock(uint64_t seed, struct good good, size_t site, int *stocked, int *reserved);

/* What a count at the site finds: now and then fewer than the books say. */
int good_counted(uint64_t seed, struct good good, size_t site, int booked);

/* Named by the stories. */
enum { PRODUCT_CHINO, PRODUCT_JACKET, PRODUCT_MONITOR, PRODUCT_PLAN };

#endif
