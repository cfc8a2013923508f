/*
 * A plan: a connector compiled once, so that mapping an element is cheap.
 * dossier-connector(5) describes the words; here is what they become. All of
 * it is owned by struct plan and read-only after plan_load.
 */
#ifndef DOSSIER_BACKEND_PLAN_H
#define DOSSIER_BACKEND_PLAN_H

#include <dossier/backend/template.h>
#include <dossier/base/diag.h>
#include <dossier/base/option.h>
#include <dossier/model/interaction.h>
#include <dossier/model/identity.h>
#include <dossier/model/stock.h>

/* A list of this type: items and n, as everywhere below. */
#define PLAN_LIST(...) struct { __VA_ARGS__ *items; size_t n; }

/*
 * A value expression: one of the ways a field gets its value.
 * Text alone is a pointer when it starts with / ^/ or ../, else a template.
 */
struct expr {
	enum expr_kind {
		EXPR_POINTER,       /* /a/b, ../a, ^/a */
		EXPR_TEMPLATE,
		EXPR_CONST,         /* {const: x}, numbers and booleans */
		EXPR_FROM,          /* {from: E, map: {...}, else: E}: value map; keys compare as text */
		EXPR_FIRST,         /* {first: [E, ...]}: the first not empty */
		EXPR_ALL,           /* {all: [E, ...]}: every one not empty; lists are flattened */
		EXPR_TEXT,          /* {text: E, html: COND}: HTML to text when COND holds; html: true always */
		EXPR_TIME,          /* {time: E, format: F, zone: Z, unset: [...]} */
		EXPR_MONEY,         /* {money: E, currency: E, minor: bool} */
		EXPR_JOIN,          /* {table: NAME, key: E, else: E} */
		EXPR_IF,            /* {if: COND, then: E, else: E} */
		EXPR_LIST,          /* {list: E, when: COND, value: E, join: ", "}: value of each member; joined text, or a list without join */
		EXPR_FILTER,        /* {of: E, filters: "lower|trim"} */
		EXPR_COND,          /* {/p: ...}: true when the condition holds, else missing */
	} kind;
	int line;
	int up;                         /* pointer: how many ../ ; -1 is ^/ (root) */
	struct pointer *pointer;        /* NULL is the whole: ".", "..", "^" */
	struct template *template;      /* EXPR_FILTER: "<.|filters>", evaluated with the value as element */
	struct json_object *constant;
	struct json_object *map;        /* EXPR_FROM: text -> value (a text starting with / is not read as a pointer) */
	PLAN_LIST(struct plan_word { struct str key, text; }) words;    /* of a small map, borrowed from it; a text is empty where the value is none */
	PLAN_LIST(struct expr *) args;  /* from, first, all, text, time, money, join key, then, of; list: the list, then value */
	struct expr *otherwise;         /* else: NULL is missing */
	struct expr *currency;
	struct cond *cond;
	char *table;
	enum when_format when_format;
	struct zone *zone;              /* NULL: the backend's */
	struct option_texts unset;      /* values that mean "no time" */
	bool minor;
	char decimal;                   /* the mark before the smallest units, others only group; 0: as in JSON */
	bool empty_is_value;            /* {keep_empty: true}: "", false and [] count as values; else they are missing */
	char *separator;
};

/*
 * A condition over an element: all members must hold.
 * {/p: value | [values] | {not: ..} | {gt: n} | {lt: n} | {has: true} | {same: E} | {starts: t} | {contains: t}}, {any: [COND..]}, {not: COND}
 */
struct cond {
	enum cond_op { COND_ALL, COND_ANY, COND_NOT, COND_IN, COND_GT, COND_LT, COND_HAS, COND_SAME, COND_STARTS, COND_CONTAINS, COND_ALWAYS, COND_NEVER } op;
	struct expr *left, *right;
	PLAN_LIST(char *) values;       /* COND_IN, STARTS, CONTAINS: compared as text */
	PLAN_LIST(struct cond *) subs;
	double number;
	bool has;
};

/* One request, before any value is known. */
/*
 * Values come out plain: whoever builds the request escapes the finished text
 * (template_escape). A missing value leaves the parameter out, a list repeats
 * it; an empty text is sent only with keep_empty.
 */
struct plan_param { struct template *name; struct expr *value; bool keep_empty; };
struct plan_body_node {             /* a JSON body keeps types and drops empty members */
	enum { BODY_VALUE, BODY_MAP, BODY_LIST } kind;
	struct expr *value;
	PLAN_LIST(struct plan_body_member { char *name; struct plan_body_node *node; bool keep_empty; }) members;    /* of a list: name is NULL */
};
struct plan_page {
	enum page_kind {
		PAGE_NONE,
		PAGE_NUMBER,        /* {number: NAME, size: NAME, start: 1, of: N} until a short page, 204, or total */
		PAGE_OFFSET,        /* {offset: NAME, limit: NAME, of: N, total: POINTER} */
		PAGE_NEXT,          /* {next: POINTER}: address in the body, absolute or relative */
		PAGE_CURSOR,        /* {cursor: POINTER, to: NAME or /pointer into the body, more: POINTER} */
		PAGE_LINK,          /* {link: next}: Link header, RFC 8288 */
		PAGE_LAST,          /* {last: POINTER of the element's id, to: NAME, more: POINTER} */
	} kind;
	char *param, *size_param;       /* query names; a name that starts with / stands in the JSON body instead */
	int64_t start, size;            /* size 0: not known, a page is the last when it is empty */
	bool send_size;                 /* of: was given, so size goes out as size_param; else the request has it already */
	struct pointer *total, *pages, *next, *more;    /* next: also of cursor and last */
	char *link;                     /* relation in the Link header: "next" */
	int64_t max_pages;              /* 0: the backend's cap */
	struct expr *stop_before;       /* an element's time older than what was asked for ends paging */
};
struct plan_request {
	int line;
	char *method;                   /* "GET" */
	struct template *path;          /* TEMPLATE_PATH; absolute path below the base address, or <..> of a whole address that is rebased */
	PLAN_LIST(struct plan_param) query, headers, form;
	struct plan_body_node *json;
	struct template *raw;           /* body: text (TEMPLATE_JSON), with its content type in headers */
	PLAN_LIST(int) none;            /* statuses that mean "none here" besides an empty list */
	PLAN_LIST(int) ok;              /* empty: 200 to 299 */
	PLAN_LIST(struct pointer *) errors;   /* an error inside a reply of any status, when something not empty stands there */
	struct plan_page page;
	bool plain;                     /* without the connector's authentication and headers (log-in steps) */
};

/* The words a row may have, by type; for the loader, the mapping and the manual's test. Ended by a NULL name. */
struct row_word { const char *name; enum row_type type; const char *help; int slot; };
extern const struct row_word row_words[];

struct plan_row {
	int line;
	enum row_type type;
	struct cond *when;
	PLAN_LIST(struct plan_field { const struct row_word *word; struct expr *value; }) fields;
	const struct expr **of;         /* the fields' values by the slots of their words; NULL: the row does not say it */
	PLAN_LIST(struct plan_line { struct expr *each, *title, *sku, *quantity, *amount, *unit; }) lines;
	PLAN_LIST(struct plan_attachment { struct expr *each, *name, *type, *size, *web; }) attachments;
};

/* One reply's elements and what each gives. */
struct plan_elements {
	int line;
	char *name;                     /* of its rows: "tickets", "tickets.articles"; unique in the plan */
	struct pointer *each;           /* NULL: the element (or reply) itself; an object where a list was meant counts as a list of one */
	bool each_is_map;               /* members: the values of an object; <key> is the member's name */
	struct cond *when;
	PLAN_LIST(struct plan_row *) rows;                  /* one element may give several */
	PLAN_LIST(struct plan_elements *) nested;           /* also: [{each: /refunds, row: ...}] inside the element */
	PLAN_LIST(struct plan_fetch *) for_each;            /* a further request for each element */
	PLAN_LIST(struct plan_fetch *) for_all;             /* one request for many elements, in chunks */
};

/*
 * Names that the engine gives besides saved ones: <value> what is asked in the
 * form of this request, <identity> it normalised, <record> the record's id,
 * <ids> of for_all, <key> of an element out of a map, <token> in auth. A
 * save: reads the reply's root as its element.
 */
struct plan_save { char *name; struct expr *value; };
struct plan_table {                 /* a join: id -> value, from its own request (cached) or side-loaded in the reply */
	char *name;
	struct plan_fetch *fetch;       /* NULL: in the same reply */
	struct pointer *each;
	bool each_is_map;
	struct cond *when;
	struct expr *key, *value;
	bool many;                      /* a key may come more than once: what it gives is the list of its values; else the first counts */
	int64_t keep_ms;                /* how long a fetched table of the plan stays good; those of a fetch live as long as it */
	int line;
};

struct plan_fetch {
	int line;
	char *name;                     /* "tickets", "tickets.articles": that of its elements */
	PLAN_LIST(struct plan_fetch *) steps;               /* earlier requests; their save: feeds this one */
	PLAN_LIST(struct plan_save) save;                   /* from this reply, for later steps */
	PLAN_LIST(struct plan_request *) requests;          /* usually one; several are merged and de-duplicated */
	PLAN_LIST(struct plan_table *) tables;
	PLAN_LIST(struct plan_table *) joins;               /* every table its mapping reads, its own and the connector's: borrowed */
	struct cond *when;              /* if: only asked when this holds, over the element or record it hangs on */
	struct plan_elements *elements;
	bool whole;                     /* root, tables or parents of the reply are read: elements wait for the last byte */
	/* for_each, for_all */
	int64_t newest;                 /* only the first N elements; the rest on demand; 0: all */
	struct expr *order;             /* newest by this time; NULL: as they come */
	int64_t chunk;                  /* for_all: how many ids in one request (50) */
	struct expr *id;                /* for_all: what each element gives to <ids> */
	char *join;                     /* for_all: separator of <ids> as text; NULL: a list, which repeats a query name */
};

struct plan_find {
	int line;
	enum id_type by;
	PLAN_LIST(char *) forms;        /* e164, national, digits, last:7, spread:% : asked once each */
	struct plan_fetch *fetch;       /* its elements give records through "record"; rows in them are what the element itself is */
	PLAN_LIST(struct expr *) match; /* where the identity must stand in the element; each may give a list */
	struct plan_record *record;     /* NULL: the connector's */
	struct plan_fetch *then;        /* a request for the whole record; <record> is its id, the found element is what it hangs on */
	struct plan_record *then_record;    /* how its reply reads; NULL: the connector's */
};

struct plan_record {
	int line;
	struct expr *id, *guest, *reference_only, *since, *tier, *channel, *consent, *language, *note, *web, *do_not_contact, *lifetime;
	PLAN_LIST(struct expr *) names;
	PLAN_LIST(struct plan_record_id { enum id_type type; struct expr *value; }) ids;
	PLAN_LIST(struct plan_address { struct expr *each, *label, *line1, *line2, *line3, *city, *region, *postcode, *country; }) addresses;
	PLAN_LIST(struct plan_save) keep;   /* extras for pulls: <record.x> */
};

/* A backend without an interface, read from files: CSV by its heading, or a JSON object a line. */
enum feed_format { FEED_CSV, FEED_NDJSON };
struct plan_feed {
	int line;
	enum feed_format format;
	bool windows;                   /* its files are in Windows-1252, not in UTF-8 */
	struct expr *id;                /* of a row: a repeat with the same is the same row */
	struct plan_elements *elements; /* when: and rows, called "feed"; who it is about is the plan's record */
};

enum per { PER_RECORD, PER_IDENTITY, PER_ONCE };
struct plan_pull {
	int line;
	char *name;
	enum per per;
	unsigned per_types;             /* PER_IDENTITY: a bit for each enum id_type */
	PLAN_LIST(char *) forms;
	struct plan_fetch *fetch;
	bool shared;                    /* by a shared identity: rows read "this number" */
	PLAN_LIST(struct expr *) match; /* re-check of rows by identity, as in find */
};

/* Rows that are not about one customer: stock, products, knowledge, day. "<value>" is what was asked (day: the site). */
struct plan_ask { int line; enum row_type type; PLAN_LIST(enum id_type) by; struct plan_fetch *fetch; };

struct plan_action {
	int line;
	char *name, *title, *confirm;
	enum reader reader;
	PLAN_LIST(char *) roles;
	PLAN_LIST(struct template *) needs;     /* without a value of each it is refused before anything is sent */
	PLAN_LIST(struct plan_ask_field {
		char *name, *help, *pick;   /* pick: the pull whose rows offer the values */
		enum ask_type { ASK_TEXT, ASK_LONG, ASK_NUMBER, ASK_MONEY, ASK_TEL, ASK_TIME, ASK_BOOL, ASK_CHOICE, ASK_PICK } type;
		PLAN_LIST(char *) choices;
		bool optional;
		bool of_left;               /* money: no more than is left of the row that was picked */
		char *fallback;
	}) ask;
	PLAN_LIST(struct plan_fetch *) before;  /* reads first: a version, a payment id (save:) */
	struct plan_request *request;
	struct pointer *ok_has;         /* something not empty must stand there in the reply */
	struct cond *ok_when;           /* over the reply's root, besides the statuses */
	struct expr *refused;           /* how a refusal inside a reply reads */
	struct plan_param *idempotency; /* the header that makes a repeat harmless; NULL: none */
	bool repeatable;                /* that header, or a body that holds <uuid>, makes it so; else it is never repeated by itself */
	PLAN_LIST(struct plan_fetch *) read_back;   /* finds out what happened when the reply was lost */
	struct cond *read_back_when;    /* holds over the read-back reply: it was done */
};

struct plan_auth {
	enum auth_kind { AUTH_NONE, AUTH_BEARER, AUTH_BASIC, AUTH_HEADER, AUTH_OAUTH2, AUTH_LOGIN } kind;
	struct template *user, *password;       /* basic */
	struct template *value;                 /* bearer: the token; header, oauth2 and login: the header's whole value, <token> inside */
	char *header;                           /* the header's name; bearer, basic, oauth2: Authorization */
	struct plan_request *request;           /* oauth2 and login: how to get the token */
	struct pointer *token, *expires;        /* token "": the reply is a bare JSON string; expires: seconds from now, or a time */
	char *cookie;                           /* the token is this cookie */
	int64_t keep_ms;                        /* without expires */
};

struct plan_setting { char *name, *help, *fallback; bool required, secret, login; };   /* login: auth: names it */

struct plan {
	unsigned shares;                /* owners beyond the first */
	char *file;                     /* for messages */
	char *name, *title, *rights;
	struct json_object *verified;
	PLAN_LIST(struct plan_setting) settings;
	struct template *base;          /* of every address, TEMPLATE_PATH; NULL: <settings.url> */
	PLAN_LIST(struct plan_param) headers;
	struct plan_auth auth;
	struct plan_param *as;          /* header naming the agent on writes */
	PLAN_LIST(struct pointer *) errors;
	bool errors_always;             /* an error may stand in a reply with a good status too */
	struct plan_request *ping;
	struct expr *ping_who;          /* "as whom" in its reply */
	PLAN_LIST(struct plan_table *) tables;
	PLAN_LIST(struct plan_find *) finds;
	struct plan_record *record;
	PLAN_LIST(struct plan_pull *) pulls;
	PLAN_LIST(struct plan_ask *) asks;
	PLAN_LIST(struct plan_action *) actions;
	struct plan_feed *feed;         /* NULL: it has an interface */
	/* defaults that the house may change */
	double rate; int64_t concurrency, max_pages;
	char *reset_remaining, *reset_at;
	int reset_unit;                 /* 0 seconds, 1 epoch, 2 epoch_ms, 3 iso: in the order of net/http's units */
	char *zone, *country, *currency;
};

/* All mistakes go to diags; NULL when any is an error. */
struct plan *plan_load(const char *path, struct diags *diags);
struct plan *plan_parse(struct str yaml, const char *name, struct diags *diags);
/* One more owner: each calls plan_free. */
struct plan *plan_share(struct plan *plan);
void plan_free(struct plan *plan);
unsigned plan_find_types(const struct plan *plan);          /* a bit for each enum id_type */

/* Every word of the language, block by block, as the loader's own tables have it: for the manual and its test. */
struct plan_language_sink {
	void (*word)(void *arg, const char *block, const char *word);
	void *arg;
};
void plan_language(const struct plan_language_sink *sink);

#endif
