/*
 * A scope that lives as long as somebody needs it: the element of a reply
 * with its parents, for the requests that are made for it later.
 */
#ifndef DOSSIER_SRC_BACKEND_KEEP_H
#define DOSSIER_SRC_BACKEND_KEEP_H

#include <dossier/backend/template.h>
#include <dossier/backend/tables.h>

#include "value.h"

struct keep {
	unsigned refs;
	struct scope scope;             /* what templates see */
	struct keep *parent;
	struct json_object *element, *root;
	struct lazy lazy;               /* the element, where it may not be parsed */
	struct tables *tables;
	struct vars vars;               /* its own; scope.vars may point to an ancestor's */
};

/* The scope of a call's outermost request; vars are copied. */
struct keep *keep_top(const struct scope_house *house, const struct record *record, const struct vars *vars);
/* The same element with variables of its own. */
struct keep *keep_vars(struct keep *of);
/* An element that hangs on parent; element, root and tables are references taken here. */
struct keep *keep_element(struct keep *parent, struct json_object *element, struct json_object *root,
			  struct tables *tables);
/* The same of an element's text with its members; both must stay until keep_settle, which parses when somebody still needs it. */
struct keep *keep_text(struct keep *parent, struct json_parser *parser, struct str text, struct json_spans *spans,
		       struct json_object *root, struct tables *tables);
void keep_settle(struct keep *keep);
void keep_set(struct keep *keep, const char *name, struct json_object *value);  /* takes value */
struct tables *keep_tables(const struct keep *keep);    /* those it sees, or NULL */
struct keep *keep_ref(struct keep *keep);
void keep_unref(struct keep *keep);             /* NULL is fine */

/* Tables a reply sees: its own, else those of what it hangs on. */
struct tables *tables_new(struct tables *parent);
struct tables *tables_ref(struct tables *tables);
void tables_unref(struct tables *tables);
void tables_put(struct tables *tables, const char *name, struct json_object *map);      /* a reference is taken */

#endif
