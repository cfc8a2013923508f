#include "desk_items.h"

#include <stdlib.h>

#include <dossier/base/mem.h>
#include <dossier/desk/rules.h>

#define MINUTE INT64_C(60000)
#define CASES_BACK (60 * 24 * 60 * MINUTE)      /* a case untouched for longer is found by its customer */
#define CASES_MOST 50000
#define STEP 2000
#define AGAIN_BACK (15 * MINUTE)                /* clocks differ, and what was written in the meantime comes late */

#define BIT(name) (UINT64_C(1) << ENTRY_##name)
#define CASE_TYPES (BIT(CASE_OPEN) | BIT(CASE_SET) | BIT(HANDOFF_OFFER) | BIT(HANDOFF_ACCEPT) | BIT(HANDOFF_WITHDRAW) | BIT(EXPIRE) | \
		    BIT(REOPEN) | BIT(REDACT) | BIT(LINK) | BIT(UNLINK))

struct row_set { struct store_rows **items; size_t n, cap, entries; };

struct desk_items {
	struct ui *ui;
	void (*changed)(void *arg);
	void *arg;
	struct store_watch *watch;
	struct row_set walked;
	bool walking, again, walked_once, gone;
	int64_t walk_from;              /* since when, of the walk that is under way or comes next */
	struct entries *entries;
	struct persons *persons;
	const struct cases *cases;
	struct agenda agenda;
	struct timer *minute;
	size_t ruled;                   /* entries when the rules were last looked at, and one */
};

static void drop_rows(struct row_set *set)
{
	for (size_t i = 0; i < set->n; i++)
		store_rows_free(set->items[i]);
	free(set->items);
	*set = (struct row_set){ 0 };
}

static void drop_folds(struct desk_items *items)
{
	agenda_release(&items->agenda);
	cases_free(items->cases);
	persons_free(items->persons);
	entries_free(items->entries);
	items->cases = NULL;
	items->persons = NULL;
	items->entries = NULL;
}

static void agenda_make(struct desk_items *items)
{
	struct desk *desk = ui_desk(items->ui);
	const struct house_windows *windows = &desk->house->windows;
	struct agenda_in mine = {
		.cases = items->cases, .agent = desk->agent, .team = desk->team, .site = desk->site, .roles = desk->roles,
		.now = ui_now(items->ui), .soon = windows->promise, .handoff = windows->handoff, .question = windows->question,
	};

	agenda_release(&items->agenda);
	agenda_init(&items->agenda, &mine);
}

static void fold(struct desk_items *items)
{
	struct cases_in in;
	const struct entry *const *own;
	size_t n;

	drop_folds(items);
	items->entries = entries_new();
	own = entries_sorted(store_watch_entries(items->watch), &n);
	for (size_t i = 0; i < n; i++)
		entries_add(items->entries, own[i]);
	for (size_t i = 0; i < items->walked.n; i++)
		for (size_t k = 0; k < items->walked.items[i]->n; k++)
			entries_add(items->entries, &items->walked.items[i]->entries[k]);
	in = (struct cases_in){ .entries = items->entries };
	items->persons = persons_fold(items->entries);
	items->cases = cases_fold(&in);
	agenda_make(items);
}

static void nobody(void *arg, enum store_said said, bool final, const struct entry *rows, size_t n, const struct err *err)
{
	(void)said;
	(void)rows;
	(void)n;
	(void)err;
	if (final)
		ui_sending(arg, -1);
}

/* Whoever sees it writes it: the same entry, whoever that is. Looked at once for the same entries, for it may be refused. */
static void rules(struct desk_items *items)
{
	struct desk *desk = ui_desk(items->ui);
	struct rules_in in = {
		.desk = desk, .entries = items->entries, .cases = items->cases, .now = ui_now(items->ui) + store_state(desk->store)->offset,
	};
	struct store_append_sink sink = { nobody, items->ui };
	size_t entries = entries_count(items->entries) + 1, n;
	struct arena *arena;
	struct entry *due;

	if (desk_items_waiting(items) || items->ruled == entries)
		return;
	items->ruled = entries;
	arena = arena_new();
	n = rules_due(&in, arena, &due);
	for (size_t i = 0; i < n; i++) {
		ui_sending(items->ui, 1);
		store_append(desk->store, &due[i], 1, &sink);
	}
	arena_free(arena);
}

static void tell(struct desk_items *items)
{
	fold(items);
	items->changed(items->arg);
	rules(items);
}

static void on_walked(void *arg, struct store_rows *rows, const struct err *err);

static void walk(struct desk_items *items, struct str cursor)
{
	items->walking = true;
	ui_sending(items->ui, 1);       /* the answer comes before the program ends */
	store_walk(ui_desk(items->ui)->store, CASE_TYPES, items->walk_from, INT64_MAX, cursor, STEP, on_walked, items);
}

/* What was said of cases since the last time. */
static void walk_on(struct desk_items *items)
{
	items->again = items->walking;
	if (!items->walking)
		walk(items, (struct str){ 0 });
}

static void end_walk(struct desk_items *items, bool good)
{
	items->walking = false;
	if (good && (items->walked_once || items->walked.entries < CASES_MOST))
		items->walk_from = ui_now(items->ui) - AGAIN_BACK;
	items->walked_once = true;
	tell(items);
	if (items->again)
		walk_on(items);
}

/* Rows that say nothing new are not kept. */
static void keep(struct desk_items *items, struct store_rows *rows)
{
	struct row_set *set = &items->walked;
	bool new = false;

	for (size_t i = 0; i < rows->n && !new; i++)
		new = !items->entries || !entries_find(items->entries, rows->entries[i].id);
	if (!new) {
		store_rows_free(rows);
		return;
	}
	MEM_ROOM(set->items, set->n, set->cap);
	set->items[set->n++] = rows;
	set->entries += rows->n;
}

static void on_walked(void *arg, struct store_rows *rows, const struct err *err)
{
	struct desk_items *items = arg;
	bool good = rows && !(err && err->code), more = good && rows->more && rows->cursor.n;
	char *cursor = more ? str_dup(rows->cursor) : NULL;

	ui_sending(items->ui, -1);
	if (items->gone) {
		store_rows_free(rows);
		free(items);
	} else {
		if (rows)
			keep(items, rows);
		if (more && items->walked.entries < CASES_MOST)
			walk(items, str_of(cursor));
		else
			end_walk(items, good);
	}
	free(cursor);
}

static void on_changed(void *arg)
{
	struct desk_items *items = arg;

	/* a case may have become mine */
	if (items->walked_once)
		walk_on(items);
	tell(items);
}

static void on_settled(void *arg)
{
	struct desk_items *items = arg;

	walk_on(items);
	tell(items);
}

static void on_minute(void *arg);

static void schedule(struct desk_items *items)
{
	struct loop *loop = ui_desk(items->ui)->loop;

	loop_timer_cancel(loop, items->minute);
	items->minute = loop_timer(loop, MINUTE - ui_now(items->ui) % MINUTE, on_minute, items);
}

static void on_minute(void *arg)
{
	struct desk_items *items = arg;

	items->minute = NULL;
	schedule(items);
	items->ruled = 0;
	desk_items_now(items);
}

void desk_items_now(struct desk_items *items)
{
	if (!items->watch)
		return;
	if (items->walked_once)
		walk_on(items);
	tell(items);
}

struct desk_items *desk_items_new(struct ui *ui, void (*changed)(void *arg), void *arg)
{
	struct desk_items *items = mem_zalloc(sizeof(*items));
	struct store_ask ask = { .open_items = true };
	struct store_watch_sink sink = { .changed = on_changed, .settled = on_settled, .arg = items };

	*items = (struct desk_items){ .ui = ui, .changed = changed, .arg = arg, .walk_from = ui_now(ui) - CASES_BACK };
	if (!ui_desk(ui)->store)
		return items;
	items->watch = store_watch(ui_desk(ui)->store, &ask, &sink);
	schedule(items);
	return items;
}

void desk_items_free(struct desk_items *items)
{
	if (!items)
		return;
	loop_timer_cancel(ui_desk(items->ui)->loop, items->minute);
	drop_folds(items);
	drop_rows(&items->walked);
	if (items->watch)
		store_watch_free(items->watch);
	items->watch = NULL;
	items->gone = true;
	if (!items->walking)
		free(items);
}

const struct agenda *desk_items_agenda(const struct desk_items *items)
{
	return &items->agenda;
}

const struct persons *desk_items_persons(const struct desk_items *items)
{
	return items->persons;
}

const struct cases *desk_items_cases(const struct desk_items *items)
{
	return items->cases;
}

struct entries *desk_items_entries(const struct desk_items *items)
{
	return items->entries;
}

bool desk_items_waiting(const struct desk_items *items)
{
	return items->watch && (!store_watch_settled(items->watch) || !items->walked_once);
}
