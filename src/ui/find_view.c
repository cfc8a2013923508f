/*
 * A look-up, and its candidates. It opens the customer by itself when there is
 * one; when there are several, or none, it is the view that stays.
 */
#include <libintl.h>
#include <stdlib.h>

#include <dossier/base/mem.h>

#include "customer_view.h"
#include "list.h"

/*
 * One found by what a household may share waits this long for another before
 * it opens, several this long for joining into one; nobody notices either.
 */
#define GRACE_ONE_MS 120
#define GRACE_MANY_MS 400

struct find_view {
	struct view view;
	struct lookup *lookup;
	char *who;
	struct list list;
	struct timer *grace;
	int64_t asked;          /* how long the grace is */
	bool decided;           /* opened, or shown as candidates */
	struct view *opened;
	struct left {           /* by the agent, who looks at all candidates: going back leads there again */
		bool on, passing;
		char *backend, *id;     /* NULL: somebody unknown */
	} left;
};

static void tell_sources(struct find_view *find)
{
	size_t n;
	const struct source *sources = lookup_sources(find->lookup, &n);

	if (!find->opened)
		ui_sources(find->view.ui, &find->view, sources, n);
}

static void on_closed(void *arg)
{
	((struct find_view *)arg)->opened = NULL;
}

static void forget_left(struct find_view *find)
{
	free(find->left.backend);
	free(find->left.id);
	find->left = (struct left){ 0 };
	ui_standing(find->view.ui, &find->view, NULL);
}

/* The only one there is; one that the agent chose; or one that is only compared with the others. */
enum opening { ALONE, CHOSEN, COMPARED };

static void open_group(struct find_view *find, const struct group *group, enum opening how)
{
	struct customer_opening opening = { .lookup = find->lookup, .group = group, .who = str_of(find->who), .chosen = how == CHOSEN,
					    .aside = how == COMPARED, .closed = on_closed, .arg = find };
	struct view *view = customer_view_new(find->view.ui, &opening);

	if (how != COMPARED)
		forget_left(find);
	find->decided = true;
	find->view.passing = how == ALONE;
	find->opened = view;
	loop_timer_cancel(ui_desk(find->view.ui)->loop, find->grace);
	find->grace = NULL;
	ui_push(find->view.ui, view);
	if (how != COMPARED)
		ui_arrived(find->view.ui, VIEW_CUSTOMER);
}

void find_view_chosen(struct view *view)
{
	forget_left((struct find_view *)view);
}

void find_view_left(struct view *view, const struct group *group)
{
	struct find_view *find = (struct find_view *)view;

	forget_left(find);
	find->left.on = true;
	find->left.passing = view->passing;
	if (group->n_records) {
		find->left.backend = str_dup(group->records[0]->backend);
		find->left.id = str_dup(group->records[0]->id);
	}
	view->passing = false;
}

static bool holds_left(const struct find_view *find, const struct group *group)
{
	for (size_t i = 0; i < group->n_records; i++)
		if (str_is(group->records[i]->backend, find->left.backend) && str_is(group->records[i]->id, find->left.id))
			return true;
	return false;
}

/* False: nobody was left, or is not among those found any more. */
static bool open_left(struct find_view *find)
{
	const struct resolve_result *result = lookup_result(find->lookup);
	const struct group *group = find->left.on && !find->left.backend ? lookup_stranger(find->lookup) : NULL;

	for (size_t i = 0; find->left.backend && i < result->n && !group; i++)
		if (holds_left(find, &result->groups[i]))
			group = &result->groups[i];
	if (group) {
		ui_coming_back(find->view.ui);
		open_group(find, group, find->left.passing ? ALONE : CHOSEN);
	}
	return group != NULL;
}

static void show(struct find_view *find)
{
	find->decided = true;
	ui_arrived(find->view.ui, VIEW_FIND);
	ui_stale(find->view.ui, &find->view);
}

static void decide(struct find_view *find, bool late);

static void on_grace(void *arg)
{
	struct find_view *find = arg;

	find->grace = NULL;
	decide(find, true);
}

static void wait_a_moment(struct find_view *find, int64_t ms)
{
	if (find->grace && find->asked >= ms)
		return;
	loop_timer_cancel(ui_desk(find->view.ui)->loop, find->grace);
	find->asked = ms;
	find->grace = loop_timer(ui_desk(find->view.ui)->loop, ms, on_grace, find);
}

static void decide(struct find_view *find, bool late)
{
	const struct resolve_result *result = lookup_result(find->lookup);
	const struct group *stranger;
	bool done = lookup_done(find->lookup);

	if (find->decided || (!done && ui_patient(find->view.ui)))
		return;
	if (result->n == 1 && (done || late || !result->groups[0].shared_only)) {
		open_group(find, &result->groups[0], ALONE);
	} else if (result->n == 1) {
		wait_a_moment(find, GRACE_ONE_MS);
	} else if (result->n > 1 && (done || late)) {
		show(find);
	} else if (result->n > 1) {
		wait_a_moment(find, GRACE_MANY_MS);
	} else if (done) {
		stranger = lookup_stranger(find->lookup);
		if (stranger)
			open_group(find, stranger, ALONE);
		else
			show(find);
	}
}

static void on_changed(void *arg)
{
	struct find_view *find = arg;

	tell_sources(find);
	if (find->opened)
		customer_view_looked(find->opened);
	find->list.painted = false;
	ui_stale(find->view.ui, &find->view);
	decide(find, false);
}

static struct str group_name(const struct group *group)
{
	for (size_t i = 0; i < group->n_records; i++)
		if (group->records[i]->n_names)
			return group->records[i]->names[0];
	return STR("(no name)");
}

static void put_records(const struct group *group, struct buf *out)
{
	for (size_t i = 0; i < group->n_records; i++) {
		buf_adds(out, i ? ", " : "");
		buf_addstr(out, group->records[i]->backend);
		if (group->records[i]->guest)
			buf_adds(out, gettext(" (no account)"));
	}
}

static void put_place(const struct group *group, struct buf *out)
{
	for (size_t i = 0; i < group->n_records; i++)
		for (size_t k = 0; k < group->records[i]->n_addresses; k++) {
			const struct address *a = &group->records[i]->addresses[k];

			if (!a->postcode.n && !a->city.n)
				continue;
			buf_addstr(out, a->city);
			buf_adds(out, a->city.n && a->postcode.n ? " " : "");
			buf_addstr(out, a->postcode);
			return;
		}
}

static bool was_typed(const struct who *who, const struct identity *id)
{
	for (size_t i = 0; i < who->n; i++)
		if (identity_same(&who->items[i].id, id))
			return true;
	return false;
}

static size_t put_matches_of(const struct find_view *find, const struct group *group, bool typed, struct buf *out)
{
	const struct who *who = lookup_who(find->lookup);
	size_t n = 0;

	for (size_t r = 0; r < group->n_records; r++)
		for (size_t i = 0; i < group->records[r]->n_matches; i++) {
			const struct record_match *m = &group->records[r]->matches[i];

			if (was_typed(who, &m->asked) != typed)
				continue;
			buf_adds(out, n++ ? "; " : "");
			buf_printf(out, gettext("%s in "), identity_type_word(m->asked.type));
			record_field_words(m->field, out);
			buf_printf(out, gettext(" of %.*s: "), STR_ARG(group->records[r]->backend));
			buf_addstr(out, m->stored);
		}
	return n;
}

/* What was typed and where it stood: "tel in phone of shop: 07700 900123"; else what led here. */
static void put_matches(const struct find_view *find, const struct group *group, struct buf *out)
{
	if (!put_matches_of(find, group, true, out))
		put_matches_of(find, group, false, out);
}

static void paint_row(void *arg, struct screen *screen, int row, size_t at, bool chosen)
{
	struct find_view *find = arg;
	const struct resolve_result *result = lookup_result(find->lookup);
	struct arena *arena = arena_new();
	const struct group *group = present_seen_group(ui_present(find->view.ui), &result->groups[at], arena);
	int cols = screen_cols(screen), on = chosen ? EL_ON_SELECTED : 0, half = cols / 2;
	struct buf text;

	buf_init(&text, 4096);
	screen_fill(screen, row, 0, cols, EL_TEXT | on);
	screen_put(screen, row, 0, 1, EL_TEXT | on, chosen ? STR("▸") : STR(" "));
	screen_cell(screen, row, 1, half - 1, EL_CUSTOMER | on, group_name(group));
	put_place(group, &text);
	screen_cell(screen, row, half, cols / 4, EL_FACTS | on, buf_str(&text));
	buf_reset(&text);
	put_records(group, &text);
	screen_cell(screen, row, half + cols / 4 + 1, cols - half - cols / 4 - 1, EL_SOURCE | on, buf_str(&text));
	buf_reset(&text);
	put_matches(find, group, &text);
	screen_cell(screen, row + 1, 0, cols, EL_DIM, STR(""));
	screen_cell(screen, row + 1, 4, cols - 5, EL_DIM, buf_str(&text));
	buf_release(&text);
	arena_free(arena);
}

static void put_waiting(const struct find_view *find, struct buf *out)
{
	size_t n, waiting = 0;
	const struct source *sources = lookup_sources(find->lookup, &n);

	for (size_t i = 0; i < n; i++)
		if (sources[i].state == SOURCE_WAITING)
			buf_printf(out, waiting++ ? ", %s" : gettext(" · still asking %s"), sources[i].backend);
}

static void put_failed(const struct find_view *find, struct buf *out)
{
	size_t n;
	const struct source *sources = lookup_sources(find->lookup, &n);

	for (size_t i = 0; i < n; i++)
		if (sources[i].state == SOURCE_FAILED || sources[i].state == SOURCE_PARTIAL)
			buf_printf(out, "%s\n", sources[i].err.text);
}

struct lines { struct screen *screen; int row, col, rows; };

static void put_line(void *arg, size_t n, struct str safe)
{
	struct lines *lines = arg;

	screen_cell(lines->screen, lines->row + (int)n, lines->col, screen_cols(lines->screen) - lines->col, EL_DIM, safe);
	lines->rows = (int)n + 1;
}

static bool nobody_asked(const struct find_view *find)
{
	size_t n;
	const struct source *sources = lookup_sources(find->lookup, &n);

	for (size_t i = 0; i < n; i++)
		if (sources[i].state != SOURCE_OFF && sources[i].state != SOURCE_UNASKED)
			return false;
	return true;
}

/* Which of its readings nobody could be asked for: "no backend finds by receipt". */
static void put_unfound(const struct find_view *find, struct buf *out)
{
	const struct who *who = lookup_who(find->lookup);
	unsigned told = 0;

	for (size_t i = 0; i < who->n; i++) {
		const struct identity *id = &who->items[i].id;

		if (lookup_finds(find->lookup, id) || (told & 1U << id->type))
			continue;
		if (id->backend.n) {
			buf_printf(out, gettext("no backend called %.*s finds by %s\n"), STR_ARG(id->backend), identity_type_word(id->type));
			continue;
		}
		buf_printf(out, told ? ", %s" : gettext("no backend finds by %s"), identity_type_word(id->type));
		told |= 1U << id->type;
	}
	buf_adds(out, told ? "\n" : "");
}

/* Nobody: what the search was read as, who could not be asked, and what to try. */
static void paint_nobody(struct find_view *find, struct screen *screen, struct area area)
{
	struct lines lines = { screen, area.row, 2, 0 };
	const struct who *who = lookup_who(find->lookup);
	struct buf text;

	for (int i = 0; i < area.rows; i++)
		screen_fill(screen, area.row + i, 0, area.cols, EL_TEXT);
	if (!lookup_done(find->lookup))
		return;
	buf_init(&text, 64 * 1024);
	buf_adds(&text, gettext("It was read as: "));
	for (size_t i = 0; i < who->n; i++) {
		buf_adds(&text, i ? ", " : "");
		identity_print(&who->items[i].id, &text);
	}
	buf_adds(&text, "\n\n");
	put_unfound(find, &text);
	put_failed(find, &text);
	buf_adds(&text, gettext("\n/ searches again: a telephone number, e-mail, name with postcode, order, receipt or ticket number; "
				"email:, tel:, name: and their like before it say what it is.\n"));
	screen_wrap(screen, buf_str(&text), area.cols - 4, (size_t)(area.rows > 0 ? area.rows : 0), put_line, &lines);
	buf_release(&text);
}

static void paint(struct view *view, struct screen *screen, struct area area, bool all)
{
	struct find_view *find = (struct find_view *)view;
	const struct resolve_result *result = lookup_result(find->lookup);
	/* until it is decided what is shown, nothing stands there to be chosen: keys are for what comes */
	size_t n = find->decided ? result->n : 0;
	struct buf head;

	buf_init(&head, 4096);
	if (n)
		buf_printf(&head, ngettext("%zu person matches \"%s\"", "%zu people match \"%s\"", result->n), result->n, find->who);
	else if (lookup_done(find->lookup) && nobody_asked(find))
		buf_printf(&head, gettext("nobody was asked for \"%s\""), find->who);
	else if (lookup_done(find->lookup))
		buf_printf(&head, gettext("nobody found for \"%s\""), find->who);
	else
		buf_printf(&head, gettext("looking for \"%s\""), find->who);
	put_waiting(find, &head);
	screen_fill(screen, area.row, 0, area.cols, EL_STRONG);
	screen_cell(screen, area.row, 1, area.cols - 1, EL_STRONG, buf_str(&head));
	screen_rule(screen, area.row + 1, 0, area.cols, EL_RULE);
	area.row += 2;
	area.rows -= 2;
	buf_release(&head);
	if (find->list.n != n)
		list_count(&find->list, n);
	find->list.height = 2;
	if (n)
		list_paint(&find->list, screen, area, all, paint_row, find);
	else
		paint_nobody(find, screen, area);
}

static void compare(struct find_view *find, const struct resolve_result *result)
{
	if (result->n < 2) {
		ui_say(find->view.ui, EL_MESSAGE, "%s", gettext("nobody else was found to compare with"));
		return;
	}
	open_group(find, &result->groups[find->list.chosen], COMPARED);
	customer_compare((struct customer_view *)find->opened);
}

static bool operate(struct view *view, enum ui_op op, struct str arg)
{
	struct find_view *find = (struct find_view *)view;
	const struct resolve_result *result = lookup_result(find->lookup);

	(void)arg;
	if (list_operate(&find->list, op)) {
		ui_stale(view->ui, view);
		return true;
	}
	if (op == UI_OPEN && find->list.chosen < result->n) {
		open_group(find, &result->groups[find->list.chosen], CHOSEN);
		return true;
	}
	if (op == UI_COMPARE && find->list.chosen < result->n) {
		compare(find, result);
		return true;
	}
	if (op == UI_BACK)
		return open_left(find);
	if (op == UI_REFRESH) {
		char *who = mem_strdup(find->who);

		ui_find(view->ui, str_of(who));
		free(who);
		return true;
	}
	return op == UI_OPEN || op == UI_COMPARE;
}

static bool busy(const struct view *view)
{
	return !lookup_done(((const struct find_view *)view)->lookup);
}

static void shown(struct view *view)
{
	struct find_view *find = (struct find_view *)view;

	tell_sources(find);
	if (find->left.on)
		ui_standing(view->ui, view, gettext("Enter opens, which settles who it is; Esc leads back to the customer"));
}

static void release(struct view *view)
{
	struct find_view *find = (struct find_view *)view;

	if (!find->decided)
		ui_arrived(view->ui, VIEW_NONE);
	loop_timer_cancel(ui_desk(view->ui)->loop, find->grace);
	forget_left(find);
	lookup_free(find->lookup);
	free(find->who);
	free(find);
}

static bool takes(enum ui_op op)
{
	return list_takes(op) || op == UI_OPEN || op == UI_COMPARE || op == UI_REFRESH || op == UI_BACK;
}

static const enum ui_op keyline[] = { UI_OPEN, UI_COMPARE, UI_DOWN, UI_UP, UI_FIND_AGAIN, UI_BACK, UI_NONE };
static const enum ui_op keyline_few[] = { UI_OPEN, UI_DOWN, UI_UP, UI_FIND_AGAIN, UI_BACK, UI_NONE };

static const enum ui_op *keys_now(struct view *view)
{
	return lookup_result(((struct find_view *)view)->lookup)->n > 1 ? keyline : keyline_few;
}

const struct view_ops find_view_ops = {
	.id = VIEW_FIND, .keyline = keyline, .keys_now = keys_now, .paint = paint, .takes = takes, .operate = operate, .busy = busy, .shown = shown, .free = release,
};

struct view *find_view_new(struct ui *ui, struct str who, struct err *err)
{
	struct find_view *find = mem_zalloc(sizeof(*find));
	struct lookup_sink sink = { .changed = on_changed, .done = on_changed, .arg = find };

	find->view = (struct view){ .ops = &find_view_ops, .ui = ui };
	find->who = str_dup(who);
	find->lookup = lookup_start(ui_desk(ui), who, &sink, err);
	if (!find->lookup) {
		free(find->who);
		free(find);
		return NULL;
	}
	return &find->view;
}
