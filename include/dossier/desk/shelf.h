/*
 * Shelf: what the backends hold that is nobody's in particular: articles of
 * the knowledge base, stock of an item. All that can answer are asked at
 * once; each has its own dead-line, and a slow one delays no other.
 */
#ifndef DOSSIER_DESK_SHELF_H
#define DOSSIER_DESK_SHELF_H

#include <dossier/desk/desk.h>
#include <dossier/desk/present.h>
#include <dossier/model/stock_lines.h>

struct shelf;
/* Called from the loop; either may free the shelf. */
struct shelf_sink {
	void (*changed)(void *arg);     /* more rows, or a source ended; any number of times */
	void (*done)(void *arg);        /* once, last */
	void *arg;
};
/* ROW_ARTICLE, ROW_PRODUCT, ROW_STOCK or ROW_DAY; never NULL. Done comes from the loop also when nobody can be asked. */
struct shelf *shelf_start(struct desk *desk, enum row_type type, struct str value, const struct shelf_sink *sink);
void shelf_free(struct shelf *shelf);           /* cancels what still runs */
/*
 * The rows, of the type that was asked for: the best of every backend first,
 * then their second best, backends in the desk's order. Valid until the next
 * change.
 */
const void *const *shelf_rows(struct shelf *shelf, size_t *n);
/* One a backend that is on, in the desk's order; SOURCE_UNASKED: it has none of these. */
const struct source *shelf_sources(const struct shelf *shelf, size_t *n);
/* Everybody has answered, and the sink was told so. */
bool shelf_done(const struct shelf *shelf);

/* A backend that is on can answer for such rows. */
bool shelf_can(const struct desk *desk, enum row_type type);

/*
 * Who a backend speaks for, one a backend of the desk: one with a catalogue
 * (products) for the web shop, one that counts without any for the sites
 * themselves. Where that does not tell two apart, the first that counts is
 * the web.
 */
void shelf_sides(const struct desk *desk, enum stock_side *sides);

/* Members of one map, as those of desk/present. */
void present_article(const struct present *present, const struct article_row *row, const struct fields *out);
void present_stock(const struct present *present, const struct stock_row *row, const struct fields *out);

/* For a face that lays out by itself, as desk/present's: what was given, or a copy without what is closed. */
const struct article_row *present_seen_article(const struct present *present, const struct article_row *whole, struct arena *arena);
const struct stock_row *present_seen_stock(const struct present *present, const struct stock_row *whole, struct arena *arena);

#endif
