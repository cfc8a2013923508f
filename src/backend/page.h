/*
 * Paging: one request asked again and again until its list is at an end, its
 * cap is reached, a page comes twice, or what comes is older than wanted.
 */
#ifndef DOSSIER_SRC_BACKEND_PAGE_H
#define DOSSIER_SRC_BACKEND_PAGE_H

#include "fetch.h"

struct pager {
	struct run *run;
	const struct plan_request *plan;
	struct exchange *ex;
	/* where it stands */
	size_t pages;                   /* read and kept */
	int64_t position;               /* number of the page, or offset */
	int64_t fetched;                /* elements of all pages */
	struct json_object *cursor;     /* of the next page; also an id of the last element */
	char *url;                      /* of the next page */
	char *asked;                    /* address of this one */
	char *target;                   /* the same for people */
	char *link;                     /* this reply's Link header */
	struct seen addresses;          /* cursors and addresses that were used */
	uint64_t first, last;           /* of the page before */
	struct json_object *last_id;    /* PAGE_LAST: of this page's last element */
	/* the reply under way */
	struct page page;
	enum read_mode { READ_STREAM, READ_WHOLE, READ_TREE } mode;
	struct json_scan *scan;
	struct buf texts;               /* READ_WHOLE: elements, each after its length */
	size_t text_at;
	struct json_object *list;       /* READ_TREE: borrowed from the root */
	size_t list_at;
	struct err stopped;             /* why reading stopped */
	bool slicing, waits_tables, ended;
};

/* What the next request carries besides the plan's own; valid until the pager changes. */
void page_wire(struct pager *pager, struct wire_page *wire, struct json_object *owned[2]);
enum page_step { PAGE_ENDS, PAGE_GOES_ON, PAGE_TWICE, PAGE_FAILS };
/* After a page was read: what comes next. */
enum page_step page_next(struct pager *pager, struct err *err);
/* The page just read is the one before: its parameters are ignored, or the end is repeated. */
bool page_repeats(const struct pager *pager);
/* rel="next" of a Link header (RFC 8288). */
bool link_find(const char *header, const char *relation, struct str *out);

#endif
