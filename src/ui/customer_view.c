#include "customer_view.h"

#include <libintl.h>
#include <stdlib.h>

#include <dossier/base/mem.h>
#include <dossier/base/text.h>

#include "act.h"
#include "browse.h"
#include "words.h"

#define SPLIT_COLS 100          /* from there on the detail stands beside the list */
#define TOGETHER_MS 80          /* rows that come fast are listed so often */
#define SYNC_SHARE 10           /* and at most this part of the time goes into listing them */
#define SYNC_ROWS 2000          /* listed in a ms, about: what so many more will take is known before they are */
#define TOGETHER_MOST_MS 1500

static bool is_split(const struct customer_view *cv)
{
	return screen_cols(ui_screen(cv->view.ui)) >= SPLIT_COLS;
}

const struct present *customer_view_present(struct customer_view *cv)
{
	cv->present = *ui_present(cv->view.ui);
	cv->present.mask = customer_mask(cv->customer);
	return &cv->present;
}

/* How long after the rows were listed they are listed again, at the soonest. */
static int64_t together_ms(struct customer_view *cv)
{
	int64_t cost = (int64_t)timeline_taken(customer_timeline(cv->customer)) / SYNC_ROWS, together;

	together = (cost > cv->sync_ms ? cost : cv->sync_ms) * SYNC_SHARE;
	if (together < TOGETHER_MS || customer_done(cv->customer))
		return TOGETHER_MS;
	return together < TOGETHER_MOST_MS ? together : TOGETHER_MOST_MS;
}

static void list_soon(void *arg);

/* A first change is shown at once, those right behind it together. */
static void list_in_time(struct customer_view *cv)
{
	struct desk *desk = ui_desk(cv->view.ui);
	int64_t since = clock_steady(desk->clock) - cv->synced, together = together_ms(cv);

	if (since >= together)
		ui_stale(cv->view.ui, &cv->view);
	else
		cv->soon = loop_timer(desk->loop, together - since, list_soon, cv);
}

/* Many more may have come meanwhile. */
static void list_soon(void *arg)
{
	struct customer_view *cv = arg;

	cv->soon = NULL;
	if (cv->stale_rows)
		list_in_time(cv);
}

static void changed_rows(struct customer_view *cv)
{
	cv->stale_head = cv->stale_rows = true;
	ui_trim(cv->view.ui);
	if (cv->soon && !customer_done(cv->customer))
		return;
	loop_timer_cancel(ui_desk(cv->view.ui)->loop, cv->soon);
	cv->soon = NULL;
	list_in_time(cv);
}

/* A caller whom only a number names may be this customer. */
static bool is_elsewhere(struct customer_view *cv)
{
	bool settled;
	char *caller = customer_caller(cv, &settled);
	bool elsewhere = !caller && !cv->begin && !customer_contact(cv->customer);

	free(caller);
	return elsewhere;
}

static void tell_sources(struct customer_view *cv)
{
	size_t n;
	const struct source *sources = customer_sources(cv->customer, &n);

	ui_elsewhere(cv->view.ui, &cv->view, is_elsewhere(cv));

	ui_sources(cv->view.ui, &cv->view, sources, n);
	ui_live(cv->view.ui, &cv->view, customer_contact(cv->customer),
		!mask_hides(customer_mask(cv->customer), "contact.number"));
}

static void on_changed(void *arg)
{
	struct customer_view *cv = arg;

	customer_linked(cv);
	customer_keep_settled(cv);
	customer_begin(cv);
	tell_sources(cv);
	changed_rows(cv);
}

void customer_view_looked(struct view *view)
{
	struct customer_view *cv = (struct customer_view *)view;
	const struct resolve_result *result = lookup_result(cv->opening.lookup);
	const struct group *mine = customer_group(cv->customer), *found = NULL;

	for (size_t i = 0; i < result->n && !found; i++)
		if (group_meets(&result->groups[i], mine))
			found = &result->groups[i];
	/* Also where nothing is new: the backends that were looking up are to be pulled now. */
	if (found || lookup_done(cv->opening.lookup))
		customer_joined(cv, found ? found : mine);
	customer_tell_others(cv);
	tell_sources(cv);
	changed_rows(cv);
}

static void paint_list(struct customer_view *cv, struct screen *screen, struct area area, bool all)
{
	bool split = is_split(cv);
	struct area list = area, detail = area;
	int width = split ? area.cols * 29 / 50 : 0;

	if (cv->tab == TAB_PROFILE) {
		customer_profile_paint(cv, screen, (struct area){ area.row, area.col + 1, area.rows, area.cols - 1 });
		screen_wall(screen, area.row, 0, 0, EL_RULE);
		for (int i = 0; i < area.rows; i++)
			screen_fill(screen, area.row + i, 0, 1, EL_TEXT);
		return;
	}
	if (cv->tab == TAB_ORDERS) {
		rows_paint(&cv->orders.rows, &cv->view, screen, area, all);
		return;
	}
	if (cv->tab == TAB_CASES) {
		customer_cases_paint(cv, screen, area, all);
		return;
	}
	if (split) {
		list.cols = width;
		detail.col = width + 2;
		detail.cols = area.cols - width - 3;
		list.rows--;
		detail.rows -= 2;
	}
	if (split || !cv->detail)
		customer_rows_paint(cv, screen, list, all);
	if (!split && !cv->detail)
		return;
	for (int i = 0; i < detail.rows && !split; i++)
		screen_fill(screen, detail.row + i, 0, 1, EL_TEXT);
	if (!split) {
		detail.col++;
		detail.cols--;
	}
	customer_detail_paint(cv, screen, detail);
	if (!split)
		return;
	screen_wall(screen, area.row, width, list.rows, EL_RULE);
	for (int i = 0; i < list.rows; i++) {
		screen_fill(screen, area.row + i, width + 1, 1, EL_TEXT);
		screen_fill(screen, area.row + i, area.cols - 1, 1, EL_TEXT);
	}
	screen_cell(screen, area.row + list.rows - 1, detail.col, detail.cols, EL_KEYLINE,
		    cv->detail ? STR("j k scroll   Esc back to the list") : STR("Enter scrolls   y copies"));
	screen_rule(screen, area.row + list.rows, 0, area.cols, EL_RULE);
	screen_put(screen, area.row + list.rows, width, 1, EL_RULE, STR("┴"));
}

/* Where the detail begins beside the list; 0: it does not. */
static int tab_split(struct customer_view *cv, int cols)
{
	if (!is_split(cv) || cv->tab == TAB_PROFILE || cv->tab == TAB_CASES)
		return 0;
	if (cv->tab == TAB_ORDERS)
		return cv->orders.rows.cols < cols ? cv->orders.rows.cols : 0;
	return cols * 29 / 50;
}

static void paint(struct view *view, struct screen *screen, struct area area, bool all)
{
	struct customer_view *cv = (struct customer_view *)view;
	struct area head = area;
	size_t top = cv->list.painted_top;
	bool changed = cv->stale_rows;
	const struct clock *clock = ui_desk(view->ui)->clock;
	int64_t from = clock_steady(clock);

	if (cv->stale_rows || cv->stale_filter) {
		customer_rows_sync(cv);
		customer_tell_others(cv);
		all = true;
	}
	area.row += CUSTOMER_HEAD;
	area.rows -= CUSTOMER_HEAD;
	paint_list(cv, screen, area, all);
	if (all || cv->stale_head)
		customer_head_paint(cv, screen, head);
	if (all || cv->stale_head || top != cv->list.painted_top || cv->stale_tabs)
		customer_tabs_paint(cv, screen, head.row + CUSTOMER_HEAD - 1, tab_split(cv, area.cols));
	cv->stale_head = cv->stale_tabs = false;
	customer_rows_hold(cv);
	if (changed)
		cv->sync_ms = clock_steady(clock) - from;
}

static void set_detail(struct customer_view *cv, bool open)
{
	cv->detail = open;
	cv->scroll = (struct page_scroll){ 0 };
	ui_stale_all(cv->view.ui);
}

static void set_tab(struct customer_view *cv, int tab)
{
	cv->tab = (enum customer_tab)((tab + TAB_COUNT) % TAB_COUNT);
	cv->detail = cv->orders.rows.open = false;
	cv->scroll = (struct page_scroll){ 0 };
	customer_rows_sync(cv);
	customer_cases_sync(cv);
	ui_stale_all(cv->view.ui);
}

static bool refresh(struct customer_view *cv)
{
	customer_refresh(cv->customer);
	tell_sources(cv);
	return true;
}

/* What somebody else would ask for: the number on the paper, before addresses and ids of systems. */
static struct str reference_of(const struct interaction *it)
{
	static const struct refs none;
	const struct refs *refs = it->refs ? it->refs : &none;
	const struct str all[] = { refs->order, refs->receipt, refs->ticket, refs->tracking, refs->call, it->web, it->id };
	size_t i = 0;

	while (i + 1 < sizeof(all) / sizeof(*all) && !all[i].n)
		i++;
	return all[i];
}

/* What everybody calls the chosen case. */
static bool copy_case(struct customer_view *cv)
{
	struct str id = customer_cases_chosen(cv);
	char code[CASE_CODE + 1] = "";

	if (id.n)
		case_code(id, code);
	ui_copy(cv->view.ui, *code ? str_make(code, CASE_CODE_SHOWN) : id);
	return true;
}

static bool copy_reference(struct customer_view *cv)
{
	const struct timeline_row *row = cv->tab == TAB_PROFILE ? NULL : customer_rows_at(cv, cv->list.chosen);
	struct arena *arena;
	const struct interaction *it;

	if (cv->tab == TAB_CASES)
		return copy_case(cv);
	arena = arena_new();
	it = row ? present_seen_row(customer_view_present(cv), row->head, arena) : NULL;
	if (it)
		ui_copy(cv->view.ui, reference_of(it));
	else
		ui_say(cv->view.ui, EL_MESSAGE, "%s", gettext("there is no row to copy from"));
	arena_free(arena);
	return true;
}

/* The row's own, else of the first thing attached to it; on the profile, the first that a record has. */
static bool open_address(struct customer_view *cv)
{
	const struct timeline_row *row = cv->tab == TAB_PROFILE || cv->tab == TAB_CASES ? NULL : customer_rows_at(cv, cv->list.chosen);
	struct arena *arena = arena_new();
	const struct interaction *it = row ? present_seen_row(customer_view_present(cv), row->head, arena) : NULL;
	const struct profile *profile = present_seen_profile(customer_view_present(cv), customer_profile(cv->customer), arena);
	struct str url = it ? it->web : cv->tab == TAB_PROFILE && profile->webs.n ? profile->webs.items[0].text : STR("");

	for (size_t i = 0; it && !url.n && i < it->n_attachments; i++)
		url = it->attachments[i].web;
	browse_open(cv->view.ui, url);
	arena_free(arena);
	return true;
}

static bool next_match(struct customer_view *cv)
{
	/* what was filtered last, also when all rows are in sight again */
	const char *words = cv->filter_text && *cv->filter_text ? cv->filter_text : ui_last_filter(cv->view.ui);

	if (!words)
		ui_say(cv->view.ui, EL_MESSAGE, "%s", gettext("f filters first; then ; goes from match to match"));
	else if (!customer_rows_next_match(cv, str_of(words)))
		ui_say(cv->view.ui, EL_MESSAGE, gettext("no row holds \"%s\""), words);
	ui_stale(cv->view.ui, &cv->view);
	return true;
}

static bool open_chosen(struct customer_view *cv)
{
	if (cv->tab == TAB_ORDERS)
		return rows_operate(&cv->orders.rows, &cv->view, UI_OPEN);
	if (cv->tab == TAB_CASES)
		customer_cases_open(cv);
	if (cv->tab == TAB_CASES ? cv->cases_list.n > 0 : cv->list.n && cv->tab != TAB_PROFILE)
		set_detail(cv, !cv->detail);
	return true;
}

static bool close_detail(struct customer_view *cv)
{
	bool open = cv->detail;

	if (cv->tab == TAB_ORDERS)
		return rows_operate(&cv->orders.rows, &cv->view, UI_BACK);
	if (open)
		set_detail(cv, false);
	return open;
}

static bool next_tab(struct customer_view *cv)
{
	set_tab(cv, (int)cv->tab + 1);
	return true;
}

static bool previous_tab(struct customer_view *cv)
{
	set_tab(cv, (int)cv->tab - 1);
	return true;
}

static bool show_orders(struct customer_view *cv)
{
	set_tab(cv, TAB_ORDERS);
	return true;
}

typedef bool more_fn(struct customer_view *cv);
static const struct { enum ui_op op; more_fn *run; } more[] = {
	{ UI_OPEN, open_chosen }, { UI_BACK, close_detail }, { UI_NEXT_TAB, next_tab }, { UI_PREVIOUS_TAB, previous_tab },
	{ UI_REFRESH, refresh }, { UI_COPY, copy_reference }, { UI_BROWSER, open_address }, { UI_NEXT_MATCH, next_match },
	{ UI_ORDERS, show_orders },
};

static more_fn *find_more(enum ui_op op)
{
	for (size_t i = 0; i < sizeof(more) / sizeof(*more); i++)
		if (more[i].op == op)
			return more[i].run;
	return NULL;
}

static bool operate(struct view *view, enum ui_op op, struct str arg)
{
	struct customer_view *cv = (struct customer_view *)view;

	if (cv->stale_rows || cv->stale_filter) {
		/* What the agent sees is what is meant, whatever came meanwhile. */
		cv->list.touched = true;
		customer_rows_sync(cv);
		ui_stale_all(view->ui);
	}
	if (cv->tab == TAB_ORDERS) {
		/* what is filtered shows matches only */
		if (rows_operate(&cv->orders.rows, view, op == UI_NEXT_MATCH ? UI_DOWN : op))
			return true;
	} else if (cv->detail || cv->tab == TAB_PROFILE) {
		if (page_operate(&cv->scroll, op)) {
			ui_stale(view->ui, view);
			return true;
		}
	} else if (list_operate(cv->tab == TAB_CASES ? &cv->cases_list : &cv->list, op)) {
		cv->scroll = (struct page_scroll){ 0 };
		ui_stale(view->ui, view);
		return true;
	}
	return find_more(op) ? find_more(op)(cv) : customer_work(cv, op, arg);
}

static bool filter(struct view *view, struct str text)
{
	struct customer_view *cv = (struct customer_view *)view;

	/* rows are what is filtered */
	if (cv->tab == TAB_PROFILE || cv->tab == TAB_CASES)
		set_tab(cv, TAB_TIMELINE);
	row_filter_set(&cv->filter, view->ui, text);
	free(cv->filter_text);
	cv->filter_text = str_dup(text);
	cv->stale_head = cv->stale_filter = true;
	ui_stale(view->ui, view);
	return true;
}

static void filtering(struct view *view)
{
	customer_filter_begin((struct customer_view *)view);
}

static bool busy(const struct view *view)
{
	const struct customer_view *cv = (const struct customer_view *)view;

	return !customer_done(cv->customer) || cv->index.building || cv->soon;
}

static bool empty(const struct view *view)
{
	const struct customer_view *cv = (const struct customer_view *)view;

	/* A tab or filter with nothing in it is as it should be. */
	return cv->tab == TAB_TIMELINE && !cv->filter.n && !customer_done(cv->customer) && timeline_taken(customer_timeline(cv->customer)) == 0;
}

static void shown(struct view *view)
{
	struct customer_view *cv = (struct customer_view *)view;
	int tab;
	const char *text = customer_filter_left(cv, &tab);

	if (text) {
		filter(view, str_of(text));
		set_tab(cv, tab);
	}
	tell_sources(cv);
	customer_tell_others(cv);
}

static void release(struct view *view)
{
	struct customer_view *cv = (struct customer_view *)view;

	customer_filter_leave(cv);
	flows_release(&cv->flows);
	acts_forget(cv);
	if (cv->opening.closed)
		cv->opening.closed(cv->opening.arg);
	loop_timer_cancel(ui_desk(view->ui)->loop, cv->soon);
	customer_rows_release(cv);
	customer_begin_release(cv);
	customer_orders_release(cv);
	row_filter_release(&cv->filter);
	customer_filter_forget(cv);
	customer_free(cv->customer);
	ui_trim(view->ui);
	free(cv->filter_text);
	free(cv->misfit);
	free(cv->asked_case);
	free(cv->name);
	free(cv->who);
	ui_ask_end(cv->view.ui, cv);
	customer_identify_release(cv);
	free(cv->linking);
	free(cv->joined);
	free(cv);
}

static bool start(struct view *view, const struct operation *operation, bool begin)
{
	struct customer_view *cv = (struct customer_view *)view;

	if (!customer_offers(operation))
		return false;
	if (begin)
		flow_start(&cv->flows, operation->id, (struct str){ 0 }, NULL);
	return true;
}

static bool resume(struct view *view, const struct draft_kept *kept)
{
	struct customer_view *cv = (struct customer_view *)view;

	return act_resume(cv, kept) || flow_resume(&cv->flows, kept);
}

static bool ready(const struct view *view)
{
	const struct store_watch *watch = customer_watch(((const struct customer_view *)view)->customer);

	return !watch || store_watch_settled(watch);
}

/* Whoever was parked with records is not found again by a stranger's number alone. */
static bool recall(struct view *view, struct json_object *state)
{
	struct customer_view *cv = (struct customer_view *)view;
	struct json_object *tab = NULL, *records = NULL;
	struct str text = state ? entry_text(state, "filter") : (struct str){ 0 };

	json_object_object_get_ex(state, "records", &records);
	json_object_object_get_ex(state, "tab", &tab);
	if (json_object_get_boolean(records) && !customer_group(cv->customer)->n_records && !customer_group(cv->customer)->n_persons)
		return false;
	if (text.n)
		filter(view, text);
	if (tab && json_object_get_int(tab) >= 0 && json_object_get_int(tab) < TAB_COUNT)
		set_tab(cv, json_object_get_int(tab));
	return true;
}

/* What is read is scrolled and left; what belongs to it comes behind. */
static const enum ui_op *reading(const struct view *view)
{
	static const enum ui_op row[] = { UI_BACK, UI_DOWN, UI_UP, UI_COPY, UI_BROWSER, UI_NOTE, UI_ACT, UI_ATTACH, UI_WRAPUP, UI_REVEAL, UI_DISCREPANCY, UI_NONE };
	static const enum ui_op history[] = { UI_BACK, UI_DOWN, UI_UP, UI_COPY, UI_NOTE, UI_CASE, UI_NEXT, UI_HANDOFF, UI_WRAPUP, UI_NONE };
	const struct customer_view *cv = (const struct customer_view *)view;

	if (cv->tab == TAB_ORDERS ? !cv->orders.rows.open : !cv->detail)
		return NULL;
	return cv->tab == TAB_CASES ? history : row;
}

static bool takes(enum ui_op op)
{
	return list_takes(op) || find_more(op) || customer_works(op);
}

/* While a contact is to be wrapped up, and while there is none. */
static const enum ui_op keyline[] = {
	UI_NOTE, UI_WRAPUP, UI_HANDOFF, UI_PROMISE, UI_VERIFY, UI_ACT, UI_CASE, UI_NEXT, UI_FILTER, UI_ASK, UI_ACCEPT, UI_UNDO, UI_OPEN, UI_NEXT_TAB, UI_REFRESH, UI_BACK, UI_NONE
};
static const enum ui_op keyline_idle[] = {
	UI_NOTE, UI_CASE, UI_HANDOFF, UI_PROMISE, UI_VERIFY, UI_ACT, UI_NEXT, UI_FILTER, UI_ASK, UI_ACCEPT, UI_UNDO, UI_OPEN, UI_NEXT_TAB, UI_REFRESH, UI_BACK, UI_NONE
};

/* Before it is settled who it is, nothing else is written than the wrap-up of a caller's contact. */
static const enum ui_op keyline_unsettled[] = {
	UI_COMPARE, UI_VERIFY, UI_WRAPUP, UI_NOTE, UI_FILTER, UI_OPEN, UI_NEXT_TAB, UI_STOCK, UI_KNOWLEDGE, UI_REFRESH, UI_BACK, UI_NONE
};
static const enum ui_op keyline_unsettled_idle[] = {
	UI_COMPARE, UI_VERIFY, UI_NOTE, UI_FILTER, UI_OPEN, UI_NEXT_TAB, UI_STOCK, UI_KNOWLEDGE, UI_REFRESH, UI_BACK, UI_NONE
};

static const enum ui_op *keys_now(struct view *view)
{
	struct customer_view *cv = (struct customer_view *)view;
	const enum ui_op *keys;
	char *id = customer_to_wrap_up(cv);

	if (customer_group(cv->customer)->shared_only && !customer_settled(cv))
		keys = id ? keyline_unsettled : keyline_unsettled_idle;
	else
		keys = id ? keyline : keyline_idle;
	free(id);
	return keys;
}

const struct view_ops customer_view_ops = {
	.id = VIEW_CUSTOMER, .keyline = keyline, .keys_now = keys_now, .reading = reading,
	.paint = paint, .takes = takes, .operate = operate, .start = start, .resume = resume, .ready = ready, .recall = recall, .filter = filter, .filter_takes = "words kind: from: by: dir: since: until:", .filtering = filtering, .busy = busy, .empty = empty, .shown = shown,
	.hint = customer_hint, .free = release,
};

struct view *customer_view_new(struct ui *ui, const struct customer_opening *opening)
{
	struct customer_view *cv = mem_zalloc(sizeof(*cv));
	struct customer_options options = { .since = WHEN_NONE, .lookup = opening->lookup, .how = "workstation" };
	struct customer_sink sink = { .changed = on_changed, .done = on_changed, .arg = cv };

	cv->view = (struct view){ .ops = &customer_view_ops, .ui = ui };
	cv->opening = *opening;
	cv->who = str_dup(opening->who);
	cv->compared = opening->chosen;
	cv->opened = ui_now(ui);
	cv->since = WHEN_NONE;
	cv->stale_head = cv->stale_rows = true;
	customer_work_init(cv);
	customer_begin_init(cv);
	customer_orders_init(cv);
	cv->customer = customer_open(ui_desk(ui), opening->group, &options, &sink);
	return &cv->view;
}
