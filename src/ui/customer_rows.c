#include <libintl.h>
#include <stdlib.h>

#include <dossier/base/mem.h>
#include <dossier/base/text.h>
#include <dossier/model/cases.h>

#include "customer_view.h"
#include "words.h"

#define SLICE_MS 5
#define SLICE_ROWS 256          /* between two looks at the clock */

const struct timeline_row *customer_rows_at(struct customer_view *cv, size_t at)
{
	if (cv->tab == TAB_ORDERS)
		return customer_orders_chosen(cv);
	if (at >= cv->index.n)
		return NULL;
	return timeline_row(customer_timeline(cv->customer), cv->index.chosen ? cv->index.rows[at] : at);
}

static void held_release(struct customer_view *cv)
{
	free(cv->held.backend);
	free(cv->held.row);
	free(cv->held.id);
	cv->held = (struct held){ 0 };
}

void customer_rows_hold(struct customer_view *cv)
{
	const struct timeline_row *row;

	if (cv->tab == TAB_ORDERS)      /* the timeline keeps its own choice */
		return;
	row = customer_rows_at(cv, cv->list.chosen);
	held_release(cv);
	if (!row)
		return;
	cv->held.backend = str_dup(row->head->backend);
	cv->held.row = str_dup(row->head->row);
	cv->held.id = str_dup(row->head->id);
}

static bool is_held(const struct customer_view *cv, const struct timeline_row *row)
{
	for (size_t i = 0; i < row->n_sources && cv->held.id; i++)
		if (str_is(row->sources[i]->id, cv->held.id) && str_is(row->sources[i]->row, cv->held.row) &&
		    str_is(row->sources[i]->backend, cv->held.backend))
			return true;
	return false;
}

/* The choice stays where it stands on the screen, as long as it can. */
static void choose_held(struct customer_view *cv, size_t at)
{
	struct list *list = &cv->list;
	size_t offset = list->chosen >= list->top ? list->chosen - list->top : 0;

	list->chosen = at;
	list->top = at > offset ? at - offset : 0;
}

static void count_tabs(struct customer_view *cv, size_t n)
{
	struct timeline *timeline = customer_timeline(cv->customer);
	const struct cases *cases = customer_cases(cv->customer);

	if (cv->counted.folded != timeline_folded(timeline)) {
		cv->counted = (struct counted){ .folded = timeline_folded(timeline) };
		for (size_t i = 0; i < n; i++) {
			const struct interaction *it = timeline_row(timeline, i)->head;
			unsigned bit = 1u << it->kind;

			cv->counted.orders += (bit & ORDER_KINDS) != 0 && !it->part_of.n;
			cv->counted.notes += (bit & customer_tab_kinds(TAB_NOTES)) != 0;
		}
	}
	memset(cv->counts, 0, sizeof(cv->counts));
	cv->counts[TAB_TIMELINE] = n;
	cv->counts[TAB_CASES] = cases ? cases->n_cases : 0;
	cv->counts[TAB_ORDERS] = cv->counted.orders;
	cv->counts[TAB_NOTES] = cv->counted.notes;
}

bool customer_rows_is_new(struct customer_view *cv, const struct timeline_row *row)
{
	struct str me = ui_desk(cv->view.ui)->agent;

	if (cv->since == WHEN_NONE || row->head->at == WHEN_NONE || row->head->at <= cv->since)
		return false;
	for (size_t i = 0; i < row->n_sources; i++)
		if (str_is(row->sources[i]->backend, CASES_BACKEND) && str_eq(row->sources[i]->agent, me))
			return false;
	return true;
}

static void count_new(struct customer_view *cv, size_t n)
{
	struct timeline *timeline = customer_timeline(cv->customer);
	const struct contact *live = customer_contact(cv->customer);

	cv->since = customer_dealt_before(cv->customer, live && live->from < cv->opened ? live->from : cv->opened);
	cv->n_new = 0;
	for (size_t i = 0; i < n && cv->since != WHEN_NONE; i++) {
		const struct timeline_row *row = timeline_row(timeline, i);

		if (row->head->at != WHEN_NONE && row->head->at <= cv->since)
			break;
		cv->n_new += customer_rows_is_new(cv, row);
	}
}

static void rows_room(struct row_index *index, size_t n)
{
	while (index->cap - index->n < n)
		MEM_ROOM(index->rows, index->cap, index->cap);
}

static void build_slice(void *arg)
{
	struct customer_view *cv = arg;
	struct row_index *index = &cv->index;
	struct timeline *timeline = customer_timeline(cv->customer);
	const struct clock *clock = ui_desk(cv->view.ui)->clock;
	int64_t stop = clock_steady(clock) + SLICE_MS;
	size_t of = timeline_count(timeline);

	of = of < index->of ? of : index->of;
	while (index->next < of) {
		size_t end = of - index->next > SLICE_ROWS ? index->next + SLICE_ROWS : of, n;

		rows_room(index, end - index->next);
		n = customer_filter_take(cv, index->next, end, index->rows + index->n);
		for (size_t i = 0; i < n && cv->list.touched && cv->held.id; i++)
			if (is_held(cv, timeline_row(timeline, index->rows[index->n + i])))
				choose_held(cv, index->n + i);
		index->n += n;
		index->next = end;
		if (clock_steady(clock) >= stop)
			break;
	}
	index->building = index->next < of;
	cv->stale_tabs = true;
	list_count(&cv->list, index->n);
	if (index->building)
		loop_defer(ui_desk(cv->view.ui)->loop, build_slice, cv);
	ui_stale(cv->view.ui, &cv->view);
}

static void build(struct customer_view *cv)
{
	struct row_index *index = &cv->index;

	loop_defer_cancel(ui_desk(cv->view.ui)->loop, build_slice, cv);
	index->of = cv->counts[TAB_TIMELINE];
	index->n = index->next = 0;
	index->chosen = true;
	build_slice(cv);
}

static bool is_asked(const struct who *who, const struct interaction *it)
{
	for (size_t i = 0; it->refs && i < who->n; i++) {
		const struct identity *id = &who->items[i].id;
		struct str ref = id->type == ID_TYPE_ORDER ? it->refs->order : id->type == ID_TYPE_RECEIPT ? it->refs->receipt :
				 id->type == ID_TYPE_TICKET ? it->refs->ticket : id->type == ID_TYPE_TRACKING ? it->refs->tracking : (struct str){ 0 };

		if (ref.n && str_eq(ref, id->value))
			return true;
	}
	return false;
}

/* Who was looked up by an order, receipt or ticket is there because of it: its row is chosen, the order before what became of it. */
static void choose_asked(struct customer_view *cv, size_t n)
{
	const struct who *who = lookup_who(cv->opening.lookup);
	struct timeline *timeline = customer_timeline(cv->customer);
	size_t found = SIZE_MAX;

	for (size_t i = 0; who->n && identity_class(who->items[0].id.type) == ID_REFERENCE && i < n; i++) {
		const struct interaction *it = timeline_row(timeline, i)->head;

		if (!is_asked(who, it) || (found != SIZE_MAX && it->kind != KIND_ORDER))
			continue;
		found = i;
		if (it->kind == KIND_ORDER)
			break;
	}
	if (found != SIZE_MAX)
		list_choose(&cv->list, found);
}

/* All rows are listed: only the held one must be found. */
static void list_all(struct customer_view *cv, size_t n)
{
	struct timeline *timeline = customer_timeline(cv->customer);

	loop_defer_cancel(ui_desk(cv->view.ui)->loop, build_slice, cv);
	free(cv->index.rows);
	cv->index = (struct row_index){ .n = n, .of = n };
	for (size_t i = 0; i < n && cv->held.id && cv->list.touched; i++)
		if (is_held(cv, timeline_row(timeline, i))) {
			choose_held(cv, i);
			break;
		}
	list_count(&cv->list, n);
	if (!cv->list.touched)
		choose_asked(cv, n);
}

void customer_rows_sync(struct customer_view *cv)
{
	size_t n = timeline_count(customer_timeline(cv->customer));
	const struct clock *clock = ui_desk(cv->view.ui)->clock;

	if (cv->stale_rows) {
		count_tabs(cv, n);
		count_new(cv, n);
		customer_filter_forget(cv);
	}
	if (!cv->list.touched)
		cv->list.chosen = cv->list.top = 0;
	if (cv->tab == TAB_ORDERS) {
		list_all(cv, n);
		customer_orders_sync(cv);
		cv->index.n = cv->orders.n_kept;
		cv->index.of = cv->orders.all.n;
	} else if (cv->filter.n || customer_tab_kinds(cv->tab)) {
		build(cv);
	} else {
		list_all(cv, n);
	}
	cv->stale_rows = cv->stale_filter = false;
	cv->synced = clock_steady(clock);
}

void customer_rows_release(struct customer_view *cv)
{
	loop_defer_cancel(ui_desk(cv->view.ui)->loop, build_slice, cv);
	free(cv->index.rows);
	held_release(cv);
}

/* Columns of a row in so many: what happened gets what the others leave. */
struct columns { int way, title, agent, agent_n, source, source_n, end; };

static struct columns columns_in(int cols)
{
	struct columns c = { .way = 21, .end = cols };
	bool narrow = cols < 70;

	c.agent_n = narrow ? 4 : cols < 100 ? 6 : cols < 140 ? 10 : 16;
	c.source_n = cols < 100 ? 5 : cols < 140 ? 9 : 12;
	c.title = narrow ? 25 : 26;
	c.source = cols - c.source_n;
	c.agent = c.source - c.agent_n;
	return c;
}

struct row_paint { struct customer_view *cv; struct columns c; };

/* Returns the column behind it. */
static int put_agent(struct screen *screen, int row, const struct columns *c, int on, struct str agent)
{
	const char *space = agent.n ? memchr(agent.p, ' ', agent.n) : NULL;

	if (!agent.n)
		agent = STR("—");
	/* a given name whole says more than half of both */
	else if (space && (int)agent.n >= c->agent_n)
		agent = str_make(agent.p, (size_t)(space - agent.p));
	if ((int)screen_width(screen, agent) < c->agent_n)
		return c->agent + screen_put(screen, row, c->agent, c->agent_n - 1, EL_AGENT | on, agent);
	screen_cell(screen, row, c->agent, c->agent_n - 1, EL_AGENT | on, agent);
	return c->source - 1;
}

/* In its column, and to the left of it as far as the agent left room; how many systems tell of it is not cut. */
static void put_source(struct screen *screen, int row, int from, const struct columns *c, int on, const struct timeline_row *whole, struct str backend)
{
	char more[24] = "";
	struct buf text;
	int room, width, at;

	buf_init(&text, 8192);
	words_source(backend, &text);
	if (whole->n_sources > 1)
		snprintf(more, sizeof(more), "+%zu", whole->n_sources - 1);
	room = c->end - from - (int)strlen(more);
	width = (int)screen_width(screen, buf_str(&text));
	at = c->end - (width + (int)strlen(more) > c->source_n ? width + (int)strlen(more) : c->source_n);
	at = at > from ? at : from;
	width = screen_put(screen, row, at, width < room ? width : room, EL_SOURCE | on, buf_str(&text));
	screen_put(screen, row, at + width, c->end - at - width, EL_SOURCE | on, str_of(more));
	buf_release(&text);
}

static void paint_row(void *arg, struct screen *screen, int row, size_t at, bool chosen)
{
	struct row_paint *paint = arg;
	struct customer_view *cv = paint->cv;
	const struct columns *c = &paint->c;
	const struct timeline_row *whole = customer_rows_at(cv, at);
	struct arena *arena = arena_new();
	const struct interaction *it = present_seen_row(customer_view_present(cv), whole->head, arena);
	bool new = customer_rows_is_new(cv, whole);
	int on = chosen ? EL_ON_SELECTED : 0;
	struct buf text;

	buf_init(&text, 8192);
	words_when(cv->view.ui, it->at, &text);
	screen_fill(screen, row, 0, c->end, EL_TEXT | on);
	screen_put(screen, row, 0, 1, EL_TEXT | on, chosen ? STR("▸") : STR(" "));
	screen_cell(screen, row, 1, 12, (new ? EL_NEW : EL_TIME) | on, buf_str(&text));
	screen_put(screen, row, 13, 1, EL_NEW | on, new ? STR("•") : STR(" "));
	screen_cell(screen, row, 14, 6, words_kind_element(it->kind) | on, str_of(words_kind(it->kind)));
	screen_cell(screen, row, c->way, 3, EL_TIME | on, str_of(direction_word(it->direction)));
	buf_reset(&text);
	words_title(it, &text);
	screen_cell(screen, row, c->title, c->agent - c->title - 1, EL_TITLE | on, buf_str(&text));
	put_source(screen, row, put_agent(screen, row, c, on, it->agent) + 1, c, on, whole, it->backend);
	buf_release(&text);
	arena_free(arena);
}

/* What a backend that failed knows is not known to be nothing. */
static bool is_whole(struct customer_view *cv)
{
	size_t n;
	const struct source *sources = customer_sources(cv->customer, &n);

	for (size_t i = 0; i < n; i++)
		if (sources[i].state == SOURCE_FAILED || sources[i].state == SOURCE_PARTIAL)
			return false;
	return true;
}

void customer_rows_paint(struct customer_view *cv, struct screen *screen, struct area area, bool all)
{
	struct row_paint paint = { cv, columns_in(area.cols) };

	list_paint(&cv->list, screen, area, all, paint_row, &paint);
	if (cv->list.n == 0 && area.rows > 1)
		screen_cell(screen, area.row, 2, area.cols - 2, EL_ABSENT,
			    cv->filter.n ? STR("nothing here fits the filter; Esc in the filter takes it back") :
			    !customer_done(cv->customer) ? STR("asking …") :
			    str_of(is_whole(cv) ? cv->tab == TAB_NOTES ? gettext("no note yet; n writes one") : gettext("nothing is known to have happened")
						: gettext("nothing is known; not every backend has answered, :backends says which")));
}

bool customer_rows_next_match(struct customer_view *cv, struct str words)
{
	struct row_filter filter = { 0 };
	bool found = false;

	if (!row_filter_set(&filter, cv->view.ui, words)) {
		row_filter_release(&filter);
		return false;
	}
	for (size_t i = 1; i <= cv->index.n && !found; i++) {
		size_t at = (cv->list.chosen + i) % cv->index.n;
		const struct timeline_row *row = customer_rows_at(cv, at);

		found = true;
		for (size_t k = 0; k < filter.n; k++)
			found = found && present_keeps(&cv->present, row, &filter.part[k]);
		if (found) {
			cv->list.touched = true;
			list_choose(&cv->list, at);
		}
	}
	row_filter_release(&filter);
	return found;
}
