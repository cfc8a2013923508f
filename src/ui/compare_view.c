/*
 * Two who may be one, side by side: what agrees stands on one row and is
 * marked, Enter says that they are one person.
 */
#include <libintl.h>
#include <stdlib.h>

#include <dossier/base/mem.h>
#include <dossier/base/text.h>

#include "customer_view.h"

#define SIDE_MOST 100
#define LABEL 10

struct side { struct str items[SIDE_MOST]; size_t n; };
struct compare_view {
	struct view view;
	struct customer_view *of;       /* the view below */
	char *key;                      /* of whom it is compared with, for groups come and go */
	size_t top, lines;
};
/* Rows of the whole, of which those in sight are painted. */
struct sheet { struct screen *screen; struct area area; size_t top, n; };

typedef void side_fn(const struct record *record, struct arena *arena, struct side *side);

static void add(struct side *side, struct str text)
{
	for (size_t i = 0; i < side->n; i++)
		if (str_eq(side->items[i], text))
			return;
	if (text.n && side->n < SIDE_MOST)
		side->items[side->n++] = text;
}

static void add_names(const struct record *record, struct arena *arena, struct side *side)
{
	(void)arena;
	for (size_t i = 0; i < record->n_names; i++)
		add(side, record->names[i]);
}

static void add_identities(const struct record *record, struct arena *arena, struct side *side)
{
	struct buf text;

	buf_init(&text, 4096);
	for (size_t i = 0; i < record->n_ids; i++) {
		buf_reset(&text);
		identity_print(&record->ids[i].id, &text);
		add(side, arena_str(arena, buf_str(&text)));
	}
	buf_release(&text);
}

static void add_part(struct buf *out, struct str part)
{
	if (!part.n)
		return;
	buf_adds(out, out->len ? ", " : "");
	buf_addstr(out, part);
}

static void add_addresses(const struct record *record, struct arena *arena, struct side *side)
{
	struct buf text;

	buf_init(&text, 4096);
	for (size_t i = 0; i < record->n_addresses; i++) {
		const struct address *a = &record->addresses[i];

		buf_reset(&text);
		add_part(&text, a->postcode);
		add_part(&text, a->city);
		add_part(&text, a->lines[0]);
		add_part(&text, a->lines[1]);
		add(side, arena_str(arena, buf_str(&text)));
	}
	buf_release(&text);
}

static void add_tier(const struct record *record, struct arena *arena, struct side *side)
{
	(void)arena;
	add(side, record->tier);
}

static void add_backend(const struct record *record, struct arena *arena, struct side *side)
{
	struct buf text;

	buf_init(&text, 4096);
	buf_addstr(&text, record->backend);
	buf_adds(&text, record->guest ? gettext(" (no account)") : "");
	add(side, arena_str(arena, buf_str(&text)));
	buf_release(&text);
}

static int compare_texts(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

/* Sorted: which question was answered first says nothing, nor does a record that was asked for by its own id. */
static void add_matches(const struct record *record, struct arena *arena, struct side *side)
{
	size_t first = side->n;
	struct buf text;

	buf_init(&text, 4096);
	for (size_t i = 0; i < record->n_matches; i++) {
		const struct record_match *m = &record->matches[i];

		if (identity_class(m->asked.type) == ID_RECORD)
			continue;
		buf_reset(&text);
		buf_printf(&text, gettext("%s in "), identity_type_word(m->asked.type));
		record_field_words(m->field, &text);
		buf_printf(&text, ": %.*s", STR_ARG(m->stored));
		add(side, arena_str(arena, buf_str(&text)));
	}
	qsort(side->items + first, side->n - first, sizeof(*side->items), compare_texts);
	buf_release(&text);
}

static const struct { const char *label; side_fn *add; bool agrees; } sections[] = {
	{ "name", add_names, true }, { "identity", add_identities, true }, { "address", add_addresses, true }, { "tier", add_tier, true },
	{ "known in", add_backend, false }, { "matched", add_matches, false },
};

static bool agree(struct str a, struct str b)
{
	struct buf left, right;
	bool same;

	buf_init(&left, UINT32_MAX);
	buf_init(&right, UINT32_MAX);
	text_fold_plain(&left, a);
	text_fold_plain(&right, b);
	same = str_eq(buf_str(&left), buf_str(&right));
	buf_release(&left);
	buf_release(&right);
	return same;
}

static void put_row(struct sheet *sheet, const char *label, struct str left, const char *mark, struct str right)
{
	size_t at = sheet->n++;
	int row = sheet->area.row + (int)(at - sheet->top), half = (sheet->area.cols - LABEL - 5) / 2;
	int element = *mark ? EL_STRONG : EL_TEXT;

	if (at < sheet->top || at - sheet->top >= (size_t)sheet->area.rows)
		return;
	screen_fill(sheet->screen, row, 0, sheet->area.cols, EL_TEXT);
	screen_cell(sheet->screen, row, 1, LABEL, EL_LABEL, str_of(label));
	screen_cell(sheet->screen, row, 1 + LABEL, half, element, left);
	screen_put(sheet->screen, row, 2 + LABEL + half, 1, EL_STRONG, str_of(mark));
	screen_cell(sheet->screen, row, 4 + LABEL + half, half, element, right);
}

/* What both have first, each beside its like, then what only one has. */
static void put_section(struct sheet *sheet, const char *label, bool agrees, struct side *left, struct side *right)
{
	bool paired[SIDE_MOST] = { false };
	size_t l = 0, r = 0, first = sheet->n;

	for (size_t i = 0; i < left->n && agrees; i++)
		for (size_t k = 0; k < right->n; k++) {
			if (paired[k] || !agree(left->items[i], right->items[k]))
				continue;
			put_row(sheet, sheet->n == first ? label : "", left->items[i], "=", right->items[k]);
			left->items[i] = (struct str){ 0 };
			paired[k] = true;
			break;
		}
	for (;;) {
		while (l < left->n && !left->items[l].p)
			l++;
		while (r < right->n && paired[r])
			r++;
		if (l >= left->n && r >= right->n)
			break;
		put_row(sheet, sheet->n == first ? label : "", l < left->n ? left->items[l] : STR(""), "", r < right->n ? right->items[r] : STR(""));
		l++;
		r++;
	}
	if (sheet->n == first)
		put_row(sheet, label, STR(""), "", STR(""));
}

static void put_groups(struct sheet *sheet, const struct group *mine, const struct group *other, struct arena *arena)
{
	for (size_t i = 0; i < sizeof(sections) / sizeof(*sections); i++) {
		struct side left = { .n = 0 }, right = { .n = 0 };

		for (size_t k = 0; k < mine->n_records; k++)
			sections[i].add(mine->records[k], arena, &left);
		for (size_t k = 0; k < other->n_records; k++)
			sections[i].add(other->records[k], arena, &right);
		put_section(sheet, gettext(sections[i].label), sections[i].agrees, &left, &right);
	}
}

static void paint(struct view *view, struct screen *screen, struct area area, bool all)
{
	struct compare_view *compare = (struct compare_view *)view;
	const struct group *other = customer_other(compare->of, compare->key);
	struct sheet sheet = { screen, { area.row + 2, 0, area.rows - 4, area.cols }, compare->top, 0 };
	struct arena *arena = arena_new();
	size_t at, n = customer_others(compare->of, compare->key, &at);

	(void)all;
	for (int i = 0; i < area.rows; i++)
		screen_fill(screen, area.row + i, 0, area.cols, EL_TEXT);
	screen_printf(screen, area.row, 1, area.cols - 2, EL_STRONG, compare->of->identifying ?
		      gettext("one person or two? the open customer, and %zu of %zu who have this") :
		      compare->of->opening.aside ? gettext("one person or two? whom you chose, and %zu of %zu who may be the same") :
		      gettext("one person or two? the open customer, and %zu of %zu who may be the same"), at + 1, n);
	screen_rule(screen, area.row + 1, 0, area.cols, EL_RULE);
	if (other) {
		const struct present *present = customer_view_present(compare->of);
		const struct group *mine = present_seen_group(present, customer_group(compare->of->customer), arena);

		/* a contact opens what is closed of its own customer, not of who may be another */
		put_groups(&sheet, mine, present_seen_group(ui_present(view->ui), other, arena), arena);
	}
	compare->lines = sheet.n;
	screen_rule(screen, area.row + area.rows - 2, 0, area.cols, EL_RULE);
	if (sheet.n > sheet.top + (size_t)(sheet.area.rows > 0 ? sheet.area.rows : 0))
		screen_printf(screen, area.row + area.rows - 2, area.cols - 14, 12, EL_STRONG, gettext(" %zu more: j "),
			      sheet.n - sheet.top - (size_t)sheet.area.rows);
	screen_put(screen, area.row + area.rows - 1, 1, area.cols - 2, EL_KEYLINE,
		   str_of(compare->of->identifying ? gettext("Enter: they are one (u takes it back)   Tab: the next   i: link this alone   Esc: back") :
			  compare->of->opening.aside ? gettext("Enter: they are one (u takes it back)   Tab: the next   Esc: back to all") :
				gettext("Enter: they are one (u takes it back)   Tab: the next   =: all   Esc: back")));
	arena_free(arena);
}

static void hold(struct compare_view *compare, size_t at)
{
	char *key = customer_other_key(compare->of, at);

	free(compare->key);
	compare->key = key;
	compare->top = 0;
}

/* The flow is the customer's: this view is left before it begins. */
static void link_both(struct compare_view *compare)
{
	struct customer_view *of = compare->of;
	struct ui *ui = compare->view.ui;
	char *key = mem_strdup(compare->key);

	if (of->opening.aside && customer_other(of, key)) {
		find_view_chosen(of->view.below);
		of->opening.aside = false;
		customer_begin_init(of);
	}
	ui_pop(ui);
	customer_begin(of);
	customer_link(of, key);
	free(key);
}

/* The candidates are below the customer, who was only looked at. */
static bool back_to_all(struct compare_view *compare)
{
	struct ui *ui = compare->view.ui;

	ui_pop(ui);
	ui_pop(ui);
	return true;
}

static bool operate(struct view *view, enum ui_op op, struct str arg)
{
	struct compare_view *compare = (struct compare_view *)view;
	struct customer_view *of = compare->of;
	size_t at, n = customer_others(of, compare->key, &at);

	(void)arg;
	if (op == UI_OPEN) {
		link_both(compare);
		return true;
	}
	if (of->opening.aside && (op == UI_BACK || op == UI_COMPARE))
		return back_to_all(compare);
	if (op == UI_BACK)
		return false;
	if (op == UI_IDENTITIES || (op == UI_COMPARE && of->identifying)) {
		ui_pop(view->ui);
		if (op == UI_IDENTITIES)
			customer_link_identity(of);
		return true;
	}
	if (op == UI_COMPARE) {
		ui_pop(view->ui);
		customer_candidates(of);
		return true;
	}
	if (op == UI_NEXT_TAB || op == UI_PREVIOUS_TAB)
		hold(compare, n ? (at + (op == UI_NEXT_TAB ? 1 : n - 1)) % n : 0);
	else if (op == UI_DOWN)
		compare->top += compare->top + 1 < compare->lines;
	else
		compare->top -= compare->top > 0;
	ui_stale(view->ui, view);
	return true;
}

static void release(struct view *view)
{
	struct compare_view *compare = (struct compare_view *)view;

	free(compare->key);
	free(compare);
}

static bool takes(enum ui_op op)
{
	return op == UI_OPEN || op == UI_BACK || op == UI_COMPARE || op == UI_IDENTITIES || op == UI_NEXT_TAB || op == UI_PREVIOUS_TAB || op == UI_DOWN || op == UI_UP;
}

static const enum ui_op keyline[] = { UI_OPEN, UI_NEXT_TAB, UI_COMPARE, UI_DOWN, UI_UP, UI_BACK, UI_NONE };
const struct view_ops compare_view_ops = {
	.id = VIEW_COMPARE, .keyline = keyline, .paint = paint, .takes = takes, .operate = operate, .free = release,
};

struct view *compare_view_new(struct customer_view *of)
{
	struct compare_view *compare = mem_zalloc(sizeof(*compare));

	compare->view = (struct view){ .ops = &compare_view_ops, .ui = of->view.ui };
	compare->of = of;
	hold(compare, 0);
	return &compare->view;
}
