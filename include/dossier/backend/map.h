/*
 * Mapping: an element of a reply becomes a record or rows, by a plan. Pure;
 * a wrong type costs the field or the row, says so, and goes on.
 */
#ifndef DOSSIER_BACKEND_MAP_H
#define DOSSIER_BACKEND_MAP_H

#include <dossier/backend/plan.h>

/* Told what was dropped and why; every text is valid only during the call. */
struct map_notes {
	void (*note)(void *arg, int line, const char *text);
	void *arg;
};

/* A new reference, or NULL for missing (null, absent and, unless keep_empty, "", false, [] and {}). */
struct json_object *expr_value(const struct expr *expr, const struct scope *scope, const struct map_notes *notes);
/* As text in arena; absent when missing. Lists and objects are no text: a note, and absent. */
struct str expr_text(const struct expr *expr, const struct scope *scope, struct arena *arena, const struct map_notes *notes);
bool expr_time(const struct expr *expr, const struct scope *scope, int64_t *at, const struct map_notes *notes);
bool expr_money(const struct expr *expr, const struct scope *scope, struct money *out, const struct map_notes *notes);
bool cond_holds(const struct cond *cond, const struct scope *scope);        /* NULL holds */

/*
 * NULL (with a note when it should have been one) when the row has no id or
 * its when: does not hold; else it is in the batch. row_name is that of the
 * elements the row belongs to.
 */
struct interaction *map_interaction(const struct plan_row *row, const char *row_name, const struct scope *scope,
				    struct batch *batch, const struct map_notes *notes);
/* A stock, product, article or day row in arena; NULL when it gives none. The type is row->type. */
void *map_row(const struct plan_row *row, const struct scope *scope, struct arena *arena, const struct map_notes *notes);
/* A record in arena; NULL (with a note) without an id. */
struct record *map_record(const struct plan_record *plan, const struct scope *scope, struct arena *arena, const struct map_notes *notes);
/*
 * Whether asked really stands in the element, at one of the places (find's or
 * pull's match); record (may be NULL) gets a match for each place.
 */
bool map_match(struct expr *const *places, size_t n, const struct identity *asked, const struct scope *scope,
	       struct arena *arena, struct record *record);

#endif
