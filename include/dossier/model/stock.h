/*
 * Rows that are not interactions: stock, products, knowledge articles and the
 * day's list of a site. Each lives in the arena it was made in.
 */
#ifndef DOSSIER_MODEL_STOCK_H
#define DOSSIER_MODEL_STOCK_H

#include <stdint.h>

#include <dossier/base/money.h>
#include <dossier/base/str.h>
#include <dossier/base/when.h>
#include <dossier/model/interaction.h>

#define CONDITIONS(X) \
	X(SELLABLE, "sellable") X(DISPLAY, "display") X(PRESCRIPTION, "prescription") \
	X(RESERVED, "reserved") X(TRANSIT, "transit")
enum condition {
#define X(name, word) CONDITION_##name,
	CONDITIONS(X)
#undef X
	CONDITION_COUNT
};
const char *condition_word(enum condition condition);
bool condition_parse(struct str word, enum condition *condition);

struct stock_row {
	struct str backend, item, title, sku, ean;
	struct str site_id, site_name;
	struct str quantity;            /* decimal text; "0" and absent differ */
	enum condition condition;
	struct money price;
	struct str web;
};

struct product_row { struct str backend, id, title, sku, ean, text, web; struct money price; };
struct article_row { struct str backend, id, title, text, web; int64_t at; };
/* Something due at a site today. */
struct day_row {
	struct str backend, id, site_id, site_name, title, name, status, reference;
	enum kind kind;                 /* pickup, order (reservation), appointment */
	int64_t at, until;
	struct str record;              /* of the customer, when known */
};

enum row_type { ROW_INTERACTION, ROW_STOCK, ROW_PRODUCT, ROW_ARTICLE, ROW_DAY, ROW_TYPE_COUNT };
const char *row_type_word(enum row_type type);      /* interaction stock product article day */
bool row_type_parse(struct str word, enum row_type *type);

#endif
