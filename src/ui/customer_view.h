/*
 * One customer on the screen: two lines of who and how sure, the brief, tabs,
 * and the timeline with its detail. customer_view.c holds it together;
 * customer_head.c paints the top, customer_rows.c the list, customer_filter.c which
 * rows are in it, customer_detail.c one row whole.
 */
#ifndef UI_CUSTOMER_VIEW_H
#define UI_CUSTOMER_VIEW_H

#include <dossier/model/orders.h>
#include <dossier/model/sift.h>

#include "flow.h"
#include "list.h"
#include "page.h"
#include "rows.h"
#include "ui_private.h"

struct customer_opening {
	struct lookup *lookup;          /* borrowed; may still run */
	const struct group *group;      /* of its result */
	struct str who;                 /* what was typed */
	bool chosen;                    /* by the agent, among the candidates: that settles who it is */
	bool aside;                     /* only compared with the others yet: no contact begins, Esc leads back to all */
	void (*closed)(void *arg);      /* the view is gone */
	void *arg;
};
struct view *customer_view_new(struct ui *ui, const struct customer_opening *opening);
/* All who were found are looked at, the view of this one ends: going back from them leads to it again. */
void find_view_left(struct view *view, const struct group *group);
/* The one who was only compared is who it is. */
void find_view_chosen(struct view *view);
/* Only compared with the others yet. */
bool customer_view_aside(const struct view *view);
/* The look-up knows more. */
void customer_view_looked(struct view *view);

#define CUSTOMER_HEAD 6         /* rows above the list: who, four of the brief, tabs */

enum customer_tab { TAB_TIMELINE, TAB_CASES, TAB_ORDERS, TAB_NOTES, TAB_PROFILE, TAB_COUNT };

#define FILTER_WORDS 8
struct row_filter {
	struct timeline_filter part[FILTER_WORDS];      /* all must keep the row */
	size_t n;
	struct arena *arena;            /* their strings */
};

/* Which rows of the timeline are listed. Built in slices when there is a filter. */
struct row_index {
	size_t *rows;
	size_t n, cap;
	bool chosen;                    /* rows says which; else all of them are */
	size_t next, of;                /* how far the building is */
	bool building;
};

/* Those that the filter leaves. */
struct customer_orders {
	struct orders all;
	size_t *kept, n_kept;
	struct rows rows;
};

struct customer_view {
	struct view view;
	struct customer_opening opening;
	char *who;
	struct customer *customer;
	struct list list, cases_list;
	struct row_index index;
	struct customer_orders orders;
	struct row_filter filter;
	struct sift *sift;              /* words of the rows as they are; NULL: not laid out */
	char *filter_text;
	enum customer_tab tab;
	size_t counts[TAB_COUNT];
	struct counted { uint64_t folded; size_t orders, notes; } counted;      /* of the rows as they were folded then */
	struct held { char *backend, *row, *id; } held;         /* the chosen row, to find it again */
	bool detail;                    /* open over the list, or being scrolled beside it */
	struct page_scroll scroll;      /* of the detail */
	bool stale_head, stale_rows;    /* what came changes them */
	bool stale_filter;              /* the same rows, another filter or tab */
	bool stale_tabs;                /* how many fit is told there */
	struct timer *soon;             /* changes that come fast are painted together */
	char *misfit;                   /* what was told of the rows that are listed; NULL: nothing */
	int64_t synced, sync_ms;        /* when the rows were last looked at, steady, and what that and its painting took */
	int64_t opened, since;          /* since: what is later is new to this agent; WHEN_NONE: nothing is */
	size_t n_new;
	struct present present;
	struct flows flows;
	char *name;                     /* for headings */
	char *asked_case;               /* which one is being changed */
	bool compared;
	char *linking, *joined;         /* keys of whom it is being made one with, and is */
	struct identify *identify;      /* whom an identity led to; NULL: none was looked up */
	bool identifying;               /* those are compared, not the candidates */
	struct begin *begin;            /* the contact that it is opened with, until it is begun */
	bool adopted;                   /* the caller's contact was moved here */
	int64_t opened_at;
	char *taken;                    /* the hand-off that was accepted by it, when told */
};

const struct present *customer_view_present(struct customer_view *cv);

/* customer_head.c */
void customer_head_paint(struct customer_view *cv, struct screen *screen, struct area area);
void customer_tabs_paint(struct customer_view *cv, struct screen *screen, int row, int split);

/* customer_filter.c */
bool row_filter_set(struct row_filter *filter, struct ui *ui, struct str text);
void row_filter_release(struct row_filter *filter);
/* 0: all of them. */
unsigned customer_tab_kinds(enum customer_tab tab);
/* A filter is about to be typed: words are laid out for it. */
void customer_filter_begin(struct customer_view *cv);
/* Kept for whoever comes back; what was kept, NULL unless this is the way back. */
void customer_filter_leave(struct customer_view *cv);
const char *customer_filter_left(struct customer_view *cv, int *tab);
/* The rows, or what may be seen of them, are no longer the same. */
void customer_filter_forget(struct customer_view *cv);
/* Those of these rows that tab and filter keep, in order: how many; there is room for to - from of them. */
size_t customer_filter_take(struct customer_view *cv, size_t from, size_t to, size_t *rows);

/* customer_rows.c */
/* Rows came, went, or the filter is another: the list anew, the choice held to its row. */
void customer_rows_sync(struct customer_view *cv);
void customer_rows_release(struct customer_view *cv);
/* The chosen row is what will be held. */
void customer_rows_hold(struct customer_view *cv);
/* On the tab of orders: that of the chosen order, whatever at. */
const struct timeline_row *customer_rows_at(struct customer_view *cv, size_t at);
void customer_rows_paint(struct customer_view *cv, struct screen *screen, struct area area, bool all);
/* It happened since this agent, else anybody, was last done with the customer, and not by this agent. */
bool customer_rows_is_new(struct customer_view *cv, const struct timeline_row *row);
/* The next row that holds the words of the last filter. */
bool customer_rows_next_match(struct customer_view *cv, struct str words);

/* customer_cases.c */
void customer_cases_paint(struct customer_view *cv, struct screen *screen, struct area area, bool all);
void customer_history_paint(struct customer_view *cv, struct screen *screen, struct area area);
/* How many there are: also before they are painted, for keys typed ahead. */
void customer_cases_sync(struct customer_view *cv);
/* Absent: there is none. */
struct str customer_cases_chosen(struct customer_view *cv);
/* The chosen one is what the brief is of. */
void customer_cases_open(struct customer_view *cv);

/* customer_orders.c */
void customer_orders_init(struct customer_view *cv);
void customer_orders_release(struct customer_view *cv);
void customer_orders_sync(struct customer_view *cv);
/* As they are now; folded once for all who ask. */
const struct orders *customer_orders_all(struct customer_view *cv);
/* The row that stands for the chosen order. */
const struct timeline_row *customer_orders_chosen(struct customer_view *cv);

/* customer_work.c: what is written about the customer; false: not such an operation */
/* Whose key starts it; UI_NONE: none does. */
enum ui_op customer_key_of(const struct operation *operation);
/* It has no key, and needs no more than this customer. */
bool customer_offers(const struct operation *operation);
bool customer_works(enum ui_op op);
bool customer_work(struct customer_view *cv, enum ui_op op, struct str arg);
void customer_work_init(struct customer_view *cv);
/* Who it is is known by more than what others may share: compared, verified, or a contact of mine that is theirs. */
bool customer_settled(struct customer_view *cv);
/* What a verification settled stays so in this view when the contact that it belongs to has ended. */
void customer_keep_settled(struct customer_view *cv);
/* Into name, as the screen may say it. */
void customer_name(struct customer_view *cv);
/*
 * The newest contact of this agent that was not wrapped up, live or ended: with
 * this customer, else with a caller who may be them. Its id, the caller's; NULL: none.
 */
char *customer_to_wrap_up(struct customer_view *cv);

/* customer_hint.c: what is asked elsewhere begins with what is chosen here */
void customer_hint(struct view *view, enum ui_op op, struct buf *out);

/* customer_others.c: who else was found. A key names one of them however many come. */
/* How many; at: where key stands among them. */
size_t customer_others(struct customer_view *cv, const char *key, size_t *at);
const struct group *customer_other(struct customer_view *cv, const char *key);
char *customer_other_key(struct customer_view *cv, size_t at);
/* How things are told on a screen so wide. */
struct tell customer_telling(struct customer_view *cv, int cols);
void customer_tell_others(struct customer_view *cv);
void customer_compare(struct customer_view *cv);
void customer_candidates(struct customer_view *cv);
/* Says that the two are one person. */
void customer_link(struct customer_view *cv, const char *key);
/* The store may have said by now that they are one. */
void customer_linked(struct customer_view *cv);
/* The group is another, whom it was joined with in it. */
void customer_joined(struct customer_view *cv, const struct group *group);

/* customer_identify.c: one more identity of this customer; who has it already is compared first */
void customer_identify(struct customer_view *cv, struct str identity);
/* What it led to; NULL: none was looked up. */
const struct resolve_result *customer_identified(struct customer_view *cv);
/* The identity alone, whoever else has it. */
void customer_link_identity(struct customer_view *cv);
void customer_identify_release(struct customer_view *cv);

/* customer_begin.c: once what the store knows is there, and whenever that changed */
void customer_begin_init(struct customer_view *cv);
void customer_begin_release(struct customer_view *cv);
void customer_begin(struct customer_view *cv);
/* My live contact with a caller who may be this customer; settled: and is. The caller's, NULL for none. */
char *customer_caller(struct customer_view *cv, bool *settled);

/* raw_view.c: NULL, no row is chosen */
struct view *raw_view_new(struct customer_view *of);

/* compare_view.c */
struct view *compare_view_new(struct customer_view *of);

/* customer_detail.c */
void customer_detail_paint(struct customer_view *cv, struct screen *screen, struct area area);
void customer_profile_paint(struct customer_view *cv, struct screen *screen, struct area area);

#endif
