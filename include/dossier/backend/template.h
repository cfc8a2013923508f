/*
 * Templates: text with placeholders, compiled once. "</pointer>" reads the
 * current element, "<../x>" the element it hangs on, "<^/x>" the reply's root
 * ("<.>", "<..>" and "<^>" are these themselves), "<settings.x>", "<agent.x>",
 * "<record>" the record's own id and "<record.x>" an extra of it, "<now>",
 * "<uuid>", "<x>" a value of the step or an asked field, "<<" a literal <.
 * "|filter:argument" follows inside. A template that is one placeholder alone
 * keeps the value's type.
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
	struct json_object *element;        /* current element; NULL is JSON null or none; read it by scope_element */
	struct lazy *lazy;                  /* the current element while it need not be parsed; element is NULL then */
	const struct scope *parent;
	struct json_object *root;           /* the reply with its list emptied; NULL where none */
	const struct scope_house {          /* the same for all scopes of one call */
		struct json_object *settings;   /* name -> text; secrets too */
		struct json_object *secrets;    /* names of those that are secret, as keys; NULL: all are */
		struct json_object *agent;      /* name, email, phone, id of the agent; may be NULL */
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
	const char *uuid;                   /* an action's own id: what <uuid> gives wherever it stands; NULL: a new one each time */
	bool *volatile_used;                /* set when now, uuid or a secret was used: replay keys mask them; may be NULL */
	bool masked;                        /* secrets, now and uuid read as "•••" */
	uint32_t share;                     /* members that lists in here may look at in all; 0: none has begun */
};

/*
 * Where a placeholder's text will stand: decides the escaping that comes last
 * by itself (the filter "raw" leaves it out). PATH refuses what would be
 * missing, "." or "..", HEADER refuses control characters.
 */
enum template_place { TEMPLATE_PLAIN, TEMPLATE_PATH, TEMPLATE_QUERY, TEMPLATE_FORM, TEMPLATE_HEADER, TEMPLATE_JSON };
bool template_escape(enum template_place place, struct str text, struct buf *out, struct err *err);

struct template;
struct template *template_new(struct str text, enum template_place place, struct err *err);
void template_free(struct template *t);
const char *template_text(const struct template *t);        /* as written */
/* Text without any placeholder: *out is it, unescaped. */
bool template_literal(const struct template *t, struct str *out);
/* Whether it reads the reply's root, the element it hangs on, a table, or the action's own id. */
enum { TEMPLATE_USES_ROOT = 1, TEMPLATE_USES_PARENT = 2, TEMPLATE_USES_TABLE = 4, TEMPLATE_USES_ELEMENT = 8, TEMPLATE_USES_UUID = 16 };
unsigned template_uses(const struct template *t);
/* Names that it reads, for checking: called for each. The bare <record> is TEMPLATE_RECORD. */
enum template_source { TEMPLATE_VAR, TEMPLATE_SETTING, TEMPLATE_AGENT, TEMPLATE_RECORD, TEMPLATE_EXTRA };
void template_names(const struct template *t, void (*fn)(void *arg, enum template_source source, struct str name), void *arg);

/*
 * Text with escaping for its place. *missing (may be NULL) is set when a
 * template of one placeholder found nothing, or one of several found nothing
 * at all; single missing values inside other text are empty. False with a
 * sentence when a filter refuses a value or a path lacks one.
 */
bool template_eval(const struct template *t, const struct scope *scope, struct buf *out, bool *missing, struct err *err);
/* A new reference: the value with its type when the template is one placeholder, else a string; NULL for missing, or refused with *err. */
struct json_object *template_value(const struct template *t, const struct scope *scope, struct err *err);

/* The filters there are, for the loader and the manual's test; ended by a NULL name. */
struct filter_word { const char *name, *help; bool argument; };
const struct filter_word *filter_words(void);
/* The query languages that quote: knows; ended by a NULL. */
const char *const *filter_quotes(void);

#endif
