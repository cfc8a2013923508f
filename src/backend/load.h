/*
 * The loader's inside: YAML values with their lines, tables of words, and the
 * readers that the files plan_*.c share. Readers put what they made into the
 * plan at once, so that plan_free frees it whatever happens, and report
 * mistakes instead of stopping.
 */
#ifndef DOSSIER_BACKEND_LOAD_H
#define DOSSIER_BACKEND_LOAD_H

#include <stddef.h>

#include <dossier/backend/plan.h>
#include <dossier/base/mem.h>

/* A value of the file and the line it stands on. */
struct node {
	struct json_object *value;
	int line;
};

/* What a fetch's mapping may see: its own tables, then those around it. */
struct load_fetch {
	struct plan_fetch *fetch;
	struct load_fetch *outer;
};

struct load {
	const char *file;
	struct diags *diags;
	struct plan *plan;
	const char **names;             /* known as <name> here; borrowed */
	size_t n_names, cap_names;
	bool record;                    /* <record> is known here */
	bool login;                     /* auth: is being read */
	struct load_fetch *fetch;       /* whose elements are being read; NULL: none */
	struct plan_fetch record_reads; /* joins and whole of the connector's record: */
	bool *used_settings;
	enum row_type row_type;         /* of the rows being read */
	const char *row_name;           /* of the elements being read */
	unsigned depth;
};

void load_error(struct load *l, int line, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
void load_warning(struct load *l, int line, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* Levels of nesting are limited; false with an error when there are too many. Pair with load_leave. */
bool load_enter(struct load *l, int line);
void load_leave(struct load *l);

struct node node_member(struct node map, const char *key);      /* value NULL when absent or null */
bool node_has(struct node map, const char *key);
struct node node_item(struct node list, size_t i);
/* Members of a list; a value that is none counts as a list of one; absent is empty. */
size_t node_count(struct node node);
struct node node_at(struct node node, size_t i);
bool node_is(struct node node, enum json_type type);
const char *node_text(struct node node);                        /* NULL when it is no text */
bool node_expect(struct load *l, struct node node, enum json_type type, const char *what);

/* A table of words: one row a word; "read" gets the place in the struct that the table fills. */
struct word {
	const char *name;
	void (*read)(struct load *l, struct node node, void *to);
	size_t offset;
	const char *help;
};
/* Some words of one block, and what they fill; asked is the fetch whose elements they read. */
struct part {
	const struct word *words;
	void *to;
	struct load_fetch *fetch;
};
/* Reads a map by tables, in the order of the tables. "also" (may be NULL): words that were read already. */
void block_read(struct load *l, struct node node, const struct part *parts, size_t n, const char *const *also, const char *what);
void unknown_word(struct load *l, int line, const char *key, const char *const *words, const char *what);

/* Readers for single values. */
void read_text(struct load *l, struct node node, void *to);         /* char * */
void read_bool(struct load *l, struct node node, void *to);         /* bool */
void read_count(struct load *l, struct node node, void *to);        /* int64_t from 1 */
void read_whole(struct load *l, struct node node, void *to);        /* int64_t from 0 */
void read_span(struct load *l, struct node node, void *to);         /* int64_t ms */
void read_pointer(struct load *l, struct node node, void *to);      /* struct pointer * */
void read_plain(struct load *l, struct node node, void *to);        /* struct template *, TEMPLATE_PLAIN */
void read_header(struct load *l, struct node node, void *to);       /* struct template *, TEMPLATE_HEADER */
void read_path(struct load *l, struct node node, void *to);         /* struct template *, TEMPLATE_PATH */
void read_expr(struct load *l, struct node node, void *to);         /* struct expr * */
void read_cond(struct load *l, struct node node, void *to);         /* struct cond * */
void read_request(struct load *l, struct node node, void *to);      /* struct plan_request * */
void read_record(struct load *l, struct node node, void *to);       /* struct plan_record * */
void read_nothing(struct load *l, struct node node, void *to);
/* Lists of these, whose PLAN_LIST starts at "to". */
void read_texts(struct load *l, struct node node, void *to);
void read_pointers(struct load *l, struct node node, void *to);
void read_exprs(struct load *l, struct node node, void *to);
void read_statuses(struct load *l, struct node node, void *to);
void read_params(struct load *l, struct node node, void *to);
void read_headers(struct load *l, struct node node, void *to);      /* the same, and names that HTTP allows */
void read_header_word(struct load *l, struct node node, void *to);  /* char *, a header's name */
bool header_name_check(struct load *l, int line, const char *name);
void read_saves(struct load *l, struct node node, void *to);
void read_tables(struct load *l, struct node node, void *to);
void read_errors(struct load *l, struct node node, void *to);

struct expr *expr_read(struct load *l, struct node node);
struct cond *cond_read(struct load *l, struct node node);
struct template *template_read(struct load *l, struct node node, enum template_place place);
/* Each constant text that the expression can give: for checking it against known words. */
void expr_constants(const struct expr *expr, int line, void (*fn)(void *arg, int line, struct str text), void *arg);

/* Complains of plain texts where each element has its own: "match: email" for "match: /email"; whose: "customer" or "row". */
void expr_wants_pointer(struct load *l, const struct expr *expr, const char *what, const char *whose, enum diag_level level);

struct plan_row *row_read(struct load *l, struct node node, enum row_type type);
/* Reads a fetch; name is that of its rows; extra: further words of the same block. */
struct plan_fetch *fetch_read(struct load *l, struct node node, const char *name, enum row_type type,
			      const struct part *extra, size_t n_extra, const char *what);
void request_check(struct load *l, struct plan_request *request, int line);
/* Something must be asked somewhere: a request, or requests. */

void read_settings(struct load *l, struct node node, void *to);
void read_auth(struct load *l, struct node node, void *to);
void read_as(struct load *l, struct node node, void *to);
void read_feed(struct load *l, struct node node, void *to);        /* struct plan_feed * */
void read_ping(struct load *l, struct node node, void *to);
void read_find(struct load *l, struct node node, void *to);
void read_pull(struct load *l, struct node node, void *to);
void read_stock(struct load *l, struct node node, void *to);
void read_products(struct load *l, struct node node, void *to);
void read_knowledge(struct load *l, struct node node, void *to);
void read_day(struct load *l, struct node node, void *to);
void read_actions(struct load *l, struct node node, void *to);
void read_limits(struct load *l, struct node node, void *to);

/* Names known as <name>: what is added after a mark is forgotten by going back to it. */
void name_add(struct load *l, const char *name);
void names_check(struct load *l, const struct template *t, int line);
bool name_is_good(const char *name);

/* PLAN_ADD(plan->finds, find): one more in a list of the plan. */
#define PLAN_ADD(list, value) \
	do { \
		(list).items = mem_realloc((list).items, (list).n + 1, sizeof(*(list).items)); \
		(list).items[(list).n++] = (value); \
	} while (0)

void list_add(void *list, const void *value, size_t size);   /* the same where only the place is known */

/* Tables of words by block, for the manual's test. */
extern const struct word feed_words[], request_words[], page_words[], elements_words[], fetch_words[], for_each_words[], for_all_words[], find_words[], record_words[],
	address_words[], line_words[], attachment_words[], pull_words[], ask_words[], action_words[], field_words[], ok_words[],
	read_back_words[], auth_words[], token_words[], login_words[], table_words[], setting_words[], limit_words[], reset_words[],
	plan_words[], error_words[], header_words[], basic_words[], ping_words[];
extern const char *const expr_words[], *const cond_words[], *const place_words[], *const ref_words[];

void expr_free(struct expr *expr);
void cond_free(struct cond *cond);
void fetch_free(struct plan_fetch *fetch);
void request_free(struct plan_request *request);

#endif
