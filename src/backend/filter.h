/*
 * Filters of templates: text in, text out. Which ones there are stands in
 * one table, which the loader, the manual's test and the templates share.
 */
#ifndef DOSSIER_BACKEND_FILTER_H
#define DOSSIER_BACKEND_FILTER_H

#include <dossier/backend/template.h>

struct filter;          /* one use of a filter: which, and its argument */

/* "lower", "last:7". NULL with a sentence that names the nearest one. */
struct filter *filter_new(struct str text, struct err *err);
void filter_free(struct filter *filter);
/* default:X gives a missing value a text. */
bool filter_is_default(const struct filter *filter);
bool filter_is_raw(const struct filter *filter);        /* no escaping by place */
bool filter_is_number(const struct filter *filter);     /* what it gives becomes a JSON number */
bool filter_is_join(const struct filter *filter);       /* takes a list */
struct str filter_argument(const struct filter *filter);
struct str filter_names(const struct filter *filter);   /* the value that its argument names; empty: none */
/* False with a sentence when the value cannot go through. */
bool filter_apply(const struct filter *filter, struct str in, const struct scope *scope, struct buf *out, struct err *err);

/* One language's literal, with its own quotation marks where it has them. */
bool quote_apply(const char *language, struct str in, struct buf *out, struct err *err);

/* The largest text a value may become. */
#define FILTER_MOST (16u << 20)

#endif
