/*
 * What the files of the mapping share.
 */
#ifndef DOSSIER_BACKEND_MAP_INNER_H
#define DOSSIER_BACKEND_MAP_INNER_H

#include <dossier/backend/map.h>

/*
 * Members of a list that are looked at, and of lists inside lists in all: one
 * inside the other, a reply of some 100 KB would take minutes.
 */
enum { LIST_MOST = 1000, LISTS_MOST = 100000 };
size_t list_most(const struct scope *scope);
/* What is left to the lists inside one of which n members are looked at. */
uint32_t list_share(const struct scope *scope, size_t n);

void map_note(const struct map_notes *notes, int line, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* As expr_value, but "", false, [] and {} are values: what conditions and value maps compare. */
struct json_object *expr_raw(const struct expr *expr, const struct scope *scope, const struct map_notes *notes);

/* The text at a pointer into an element that is not parsed; OTHER for everything else. */
enum json_found expr_found(const struct expr *expr, const struct scope *scope, struct str *text);

/* A value as text, which lives until the view is released. False, and nothing to release, when it is missing or no text. */
struct expr_view {
	struct str text;
	struct json_object *value;
	struct buf tmp;
};
bool expr_view(struct expr_view *view, const struct expr *expr, const struct scope *scope, const struct map_notes *notes);
void expr_view_release(struct expr_view *view);

/* Slots of row_words: where a value goes. The order is the table's. */
enum row_slot {
	ROW_ID, ROW_KIND, ROW_STEP, ROW_CHANNEL, ROW_DIRECTION, ROW_READER, ROW_AT, ROW_UNTIL, ROW_TITLE, ROW_BODY,
	ROW_AGENT, ROW_PLACE_ID, ROW_PLACE_NAME, ROW_STATUS, ROW_DONE, ROW_OUTCOME, ROW_AMOUNT, ROW_REF,
	ROW_REF_ORDER, ROW_REF_RECEIPT, ROW_REF_TICKET, ROW_REF_TRACKING, ROW_REF_CALL, ROW_REF_CASE,
	ROW_NUMBER, ROW_WEB, ROW_PART_OF, ROW_MINUTES, ROW_SECONDS, ROW_LINES, ROW_ATTACHMENTS,
	ROW_ITEM, ROW_SKU, ROW_EAN, ROW_QUANTITY, ROW_CONDITION, ROW_PRICE, ROW_NAME, ROW_RECORD, ROW_SLOTS,
};

/* Each member of an each: list (or the element itself without one), as a scope below this one. */
typedef void (*each_fn)(void *arg, const struct scope *scope);
void map_each(const struct expr *each, const struct scope *scope, const struct map_notes *notes, each_fn fn, void *arg);

#endif
