/*
 * A run: one plan_fetch carried out for one scope, with its steps, pages,
 * elements and the further requests they need. Runs belong to their call and
 * are freed with it.
 */
#ifndef DOSSIER_SRC_BACKEND_FETCH_H
#define DOSSIER_SRC_BACKEND_FETCH_H

#include "engine.h"
#include "exchange.h"
#include "keep.h"

struct pager;
struct run;

/* Who takes what a run reads. hold is one page's worth, kept or thrown away as a whole. */
struct run_ops {
	void *(*open)(struct run *run);
	/* *key: a hash that tells the element from others, 0 for none. False: it is not wanted, nor what hangs on it. */
	bool (*element)(struct run *run, void *hold, const struct plan_elements *elements, struct keep *keep, uint64_t *key);
	void (*close)(struct run *run, void *hold, bool keep);
	void (*root)(struct run *run, struct json_object *root);       /* each whole reply; may be NULL */
	void (*done)(struct run *run);                  /* of the outermost run; may be NULL */
};

/* Requests for the elements of one run, by one plan. */
struct expand {
	const struct plan_fetch *fetch;
	struct expand_item { struct keep *keep; int64_t at; } *items;
	size_t n, cap, next;
	size_t taken;                   /* of "newest" */
	unsigned active;
	bool all;                       /* for_all: ids in chunks */
	struct seen ids;
	struct json_object *list;       /* for_all: ids not asked for yet */
};

struct run {
	struct backend_call *call;
	const struct plan_fetch *fetch;
	struct keep *base;              /* the scope its requests are made in */
	const struct run_ops *ops;
	void *arg;
	const char *why;
	struct run *parent;
	struct expand *of;              /* of the parent, when it is one of its elements' */
	bool step;                      /* its save goes to the parent */
	const struct plan_table *table; /* it fills this one of the parent's */
	struct json_object *map;
	size_t n_steps;                 /* of its own that were started */
	unsigned pending;               /* pagers, tables, children under way */
	unsigned tables_pending;
	bool started, paged, done, failed, none;
	struct pager *pagers;
	size_t n_pagers;
	struct tables *tables;          /* fetched ones */
	struct expand **expands;
	size_t n_expands, cap_expands;
	bool shown;                     /* its first element was traced */
	struct run *next;
};

/* Takes no reference of its own on base beyond what it needs; never reports from inside. */
struct run *run_start(struct backend_call *call, const struct plan_fetch *fetch, struct keep *base,
		      const struct run_ops *ops, void *arg, const char *why);
/* A step (of is NULL) or a request for an element of parent. */
struct run *run_child(struct run *parent, const struct plan_fetch *fetch, struct keep *base, struct expand *of);
struct run *run_table(struct run *parent, const struct plan_table *table, const struct run_ops *ops);
void run_fail(struct run *run, const struct err *err, int status, int64_t retry_at);
void run_check(struct run *run);        /* something under way has ended */
void run_save(struct run *run, struct json_object *root);   /* its save: over the reply */
void run_tables_ready(struct run *run);
void runs_stop(struct backend_call *call);
void runs_free(struct backend_call *call);

/* elements.c */
struct page;
void elements_take(struct run *run, struct page *page, const struct plan_elements *elements, struct keep *keep);
void elements_inside(struct run *run, struct page *page, const struct plan_elements *elements, struct keep *keep,
		     struct json_object *list);
void expands_commit(struct run *run, struct page *page);
void expands_discard(struct page *page);
void expands_finish(struct run *run);           /* after the last page */
void expand_next(struct run *run, struct expand *expand);
void expands_free(struct run *run);

/* read.c */
bool pagers_start(struct run *run);
void pagers_stop(struct run *run);
void pagers_free(struct run *run);
void pagers_tables_ready(struct run *run);

/* One reply while it is read. */
struct page {
	void *hold;
	struct json_object *root;
	struct tables *tables;
	struct page_pend { const struct plan_elements *elements; struct keep *keep; uint64_t key; } *pends;
	size_t n_pends, cap_pends;
	size_t count;
	uint64_t first, last;           /* hashes of the elements' bytes */
	int64_t oldest;
};

/* The first element of each run, told with what it became; either may be NULL. */
void run_show(struct run *run, const struct plan_elements *elements, struct keep *keep, const struct record *record,
	      const struct interaction *it);

/* tables.c */
void tables_ensure(struct run *run);            /* starts what is missing; run->tables_pending */
void tables_side(struct run *run, struct page *page, struct keep *base);
void tables_forget(struct run *run);
void tables_forget_trace(struct backend *backend, const struct trace *trace);
void tables_stop(struct backend *backend);      /* nothing is loaded any more */
void tables_release(struct backend *backend);

#endif
