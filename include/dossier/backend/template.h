/*
 * Templates: text with placeholders, compiled once. "</pointer>" reads the
 * current element, "<../x>" the element it hangs on, "<^/x>" the reply's root,
 * "<settings.x>", "<agent.x>", "<record.x>" an extra of the record, "<x>" a
 * value of the step or an asked field, "<<" a literal <. "|filter:arg" follows
 * inside. A template that is one placeholder alone keeps the value's type.
 */
#ifndef DOSSIER_BACKEND_TEMPLATE_H
#define DOSSIER_BACKEND_TEMPLATE_H

#include <stdbool.h>
#include <stdint.h>

#include <json-c/json.h>

#include <dossier/base/buf.h>
#include <dossier/base/err.h>
#include <dossier/base/json.h>
#include <dossier/base/when.h>
#include <dossier/model/record.h>

/* Values named in a step: small, looked up by name. */
struct vars {
	struct var { char *name; struct json_object *value; bool is_secret; } *items;
	size_t n, cap;
};
void vars_set(struct vars *vars, const char *name, struct json_object *value);     /* takes value */
void vars_set_text(struct vars *vars, const char *name, struct str text);
bool vars_get(const struct vars *vars, struct str name, struct json_object **out);
void vars_copy(struct vars *to, const struct vars *from);
void vars_release(struct vars *vars);

/*
 * What a template or a mapping sees. Scopes nest: parent is the scope of the
 * element this one hangs on ("../"). Everything is borrowed.
 */
struct scope {
	struct json_object *element;        /* current element; NULL is JSON null or none */
	const struct scope *parent;
	struct json_object *root;           /* the reply with its list emptied; NULL where none */
	const struct scope_house {          /* the same for all scopes of one call */
		struct json_object *settings;   /* name -> text; secrets too */
		struct json_object *agent;      /* name, email, id of the agent; may be NULL */
		const char *country;            /* for e164 and national */
		const char *currency;           /* the backend's default, may be NULL */
		const struct zone *zone;        /* of naive times */
		const struct zone *local;       /* the house's zone */
		const struct clock *clock;
		const char *origin;             /* for rebased addresses */
		const char *backend;            /* its configured id */
	} *house;
	const struct vars *vars;            /* may be NULL */
	const struct record *record;        /* whose interactions are pulled, may be NULL */
	const struct tables *tables;        /* joined tables, may be NULL */
	bool *volatile_used;                /* set when now, uuid or a secret was used: replay keys mask them */
};

/* Where a placeholder's text will stand: decides the escaping that is there by default. */
enum template_place { TEMPLATE_PLAIN, TEMPLATE_PATH, TEMPLATE_QUERY, TEMPLATE_FORM, TEMPLATE_HEADER, TEMPLATE_JSON };

struct template;
struct template *template_new(struct str text, enum template_place place, struct err *err);
void template_free(struct template *t);
const char *template_text(const struct template *t);        /* as written */
/* Whether it reads the reply's root, a table, or the parents (so the engine knows what to keep). */
enum { TEMPLATE_USES_ROOT = 1, TEMPLATE_USES_PARENT = 2, TEMPLATE_USES_TABLE = 4, TEMPLATE_USES_SECRET = 8 };
unsigned template_uses(const struct template *t);
/* Names that it reads as <x>, for checking: called for each. */
enum template_source { TEMPLATE_VAR, TEMPLATE_SETTING, TEMPLATE_AGENT, TEMPLATE_EXTRA };
void template_names(const struct template *t, void (*fn)(void *arg, enum template_source source, struct str name), void *arg);

/*
 * Text with escaping for its place. *missing is set when a placeholder that
 * is the whole template found nothing (null and absent); inside other text a
 * missing value is empty. With masked, secrets, now and uuid become "•••".
 */
bool template_eval(const struct template *t, const struct scope *scope, bool masked, struct buf *out, bool *missing, struct err *err);
/* A new reference: the value with its type when the template is one placeholder, else a string; NULL for missing. */
struct json_object *template_value(const struct template *t, const struct scope *scope, bool masked, struct err *err);

#endif
