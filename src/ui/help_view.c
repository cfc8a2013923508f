/*
 * The keys of a view, and the palette: every operation by any of its words,
 * each with its key.
 */
#include <libintl.h>
#include <stdlib.h>

#include <dossier/base/mem.h>
#include <dossier/base/text.h>

#include "list.h"

#define TYPED_MOST 80
#define ID_COLS 16
#define ROWS_MOST (UI_COUNT + 200)

/* One of the workstation's, or of desk/operation's. */
struct op_row { enum ui_op op; const struct operation *operation; };

struct op_view {
	struct view view;
	struct view *of;                /* whose keys: the view below */
	bool palette;
	struct list list;
	struct op_row rows[ROWS_MOST];
	char typed[TYPED_MOST + 1];
};

/* All keys that run it there, the shown one first. */
static void put_keys(struct op_view *ov, enum ui_op op, const struct operation *operation, bool named, struct buf *out)
{
	const struct keymap *map = ui_keymap(ov->view.ui);
	uint32_t first = 0, key;

	if (op == UI_NONE) {
		if (!ov->palette)
			buf_printf(out, ":%s", named ? "" : operation->id);
		return;
	}

	if (keymap_key(map, ov->of->ops->id, op, &first))
		key_print(first, out);
	for (const struct key_row *row = key_rows; row->key && !ov->palette; row++) {
		if (!key_parse(str_of(row->key), &key) || key == first || keymap_op(map, ov->of->ops->id, key) != op)
			continue;
		buf_adds(out, " ");
		key_print(key, out);
	}
}

static bool holds_all(const char *typed, const char *id, const char *help)
{
	char all[256];
	struct buf word;
	bool holds = true;

	snprintf(all, sizeof(all), "%s %s", id, help);
	buf_init(&word, 8 * TYPED_MOST);
	for (size_t at = 0; typed[at] && holds;) {
		size_t n = strcspn(typed + at, " ");

		buf_reset(&word);
		text_fold(&word, str_make(typed + at, n));
		holds = text_contains_fold(str_of(all), buf_str(&word));
		at += n + (typed[at + n] == ' ');
	}
	buf_release(&word);
	return holds;
}

/* As the view below calls it. */
static const char *help_of(const struct op_view *ov, const struct op_row *row)
{
	return row->operation ? row->operation->help : ui_op_help(ov->of->ops->id, row->op);
}

static bool is_listed(struct op_view *ov, enum ui_op op)
{
	const struct ui_op_row *row = ui_op_row(op);
	uint32_t key;

	if (ov->palette)
		return !(row->flags & UI_HIDDEN) && holds_all(ov->typed, row->id, ui_op_help(ov->of->ops->id, op));
	return ui_takes(ov->of->ops, op) && keymap_key(ui_keymap(ov->view.ui), ov->of->ops->id, op, &key);
}

static void add_op(struct op_view *ov, size_t *n, enum ui_op op)
{
	for (size_t i = 0; i < *n; i++)
		if (ov->rows[i].op == op)
			return;
	if (is_listed(ov, op))
		ov->rows[(*n)++] = (struct op_row){ op, NULL };
}

/* Those of the key line first, as there the most used first; what moves, which everybody tries, last. */
static void choose_ops(struct op_view *ov)
{
	size_t n = 0;

	for (const enum ui_op *op = ov->of->ops->keyline; !ov->palette && *op != UI_NONE; op++)
		if (!(ui_op_row(*op)->flags & UI_HIDDEN) || *op == UI_OPEN)
			add_op(ov, &n, *op);
	for (int hidden = 0; hidden < 2; hidden++)
		for (int i = UI_NONE + 1; i < UI_COUNT; i++)
			if (!hidden == !(ui_op_row((enum ui_op)i)->flags & UI_HIDDEN))
				add_op(ov, &n, (enum ui_op)i);
	for (const struct operation *op = operations; op->id && n < ROWS_MOST; op++)
		if (ui_offers(ov->of, op) && (!ov->palette || holds_all(ov->typed, op->id, op->help)))
			ov->rows[n++] = (struct op_row){ UI_NONE, op };
	list_count(&ov->list, n);
}

static int keys_cols(const struct op_view *ov)
{
	return ov->palette ? 6 : 18;
}

/* Who looks keys up does not look for names of commands: where there is no room for both, what the key does goes before. */
static bool has_names(const struct op_view *ov, int cols)
{
	return ov->palette || cols >= 100;
}

static int help_at(const struct op_view *ov, int cols)
{
	return 3 + keys_cols(ov) + (has_names(ov, cols) ? ID_COLS + 1 : 0);
}

/* What is cut of the chosen row is said whole. */
static void tell_chosen(struct op_view *ov)
{
	int cols = screen_cols(ui_screen(ov->view.ui));
	const char *help = ov->list.chosen < ov->list.n ? gettext(help_of(ov, &ov->rows[ov->list.chosen])) : "";
	bool cut = (int)screen_width(ui_screen(ov->view.ui), str_of(help)) > cols - help_at(ov, cols) - 1;

	ui_standing(ov->view.ui, &ov->view, cut ? help : NULL);
}

static void paint_row(void *arg, struct screen *screen, int row, size_t at, bool chosen)
{
	struct op_view *ov = arg;
	const struct op_row *one = &ov->rows[at];
	int on = chosen ? EL_ON_SELECTED : 0, cols = screen_cols(screen), wide = keys_cols(ov), id_cols = has_names(ov, cols) ? ID_COLS : 0;
	const char *id = one->operation ? one->operation->id : ui_op_row(one->op)->id;
	const char *help = help_of(ov, one);
	struct buf keys;

	buf_init(&keys, 256);
	put_keys(ov, one->op, one->operation, id_cols > 0, &keys);
	screen_fill(screen, row, 0, cols, EL_TEXT | on);
	screen_put(screen, row, 0, 1, EL_TEXT | on, chosen ? STR("▸") : STR(" "));
	screen_cell(screen, row, 2, wide, EL_KEY | on, buf_str(&keys));
	if (id_cols)
		screen_cell(screen, row, 3 + wide, id_cols, EL_STRONG | on, str_of(id));
	screen_cell(screen, row, help_at(ov, cols), cols - help_at(ov, cols) - 1, EL_TEXT | on, str_of(gettext(help)));
	buf_release(&keys);
}

static void paint(struct view *view, struct screen *screen, struct area area, bool all)
{
	struct op_view *ov = (struct op_view *)view;

	screen_fill(screen, area.row, 0, area.cols, EL_STRONG);
	if (ov->palette)
		screen_printf(screen, area.row, 1, area.cols - 1, EL_PROMPT, "all commands: %s▸", ov->typed);
	else
		screen_printf(screen, area.row, 1, area.cols - 1, EL_STRONG, gettext("keys of the %s view; :: finds every command"), view_id_word(ov->of->ops->id));
	screen_rule(screen, area.row + 1, 0, area.cols, EL_RULE);
	area.row += 2;
	area.rows -= 2;
	list_paint(&ov->list, screen, area, all, paint_row, ov);
	if (!ov->list.n && ov->palette)
		screen_put(screen, area.row, 2, area.cols - 3, EL_ABSENT, str_of(gettext("no command here has these words: Backspace takes one back, Esc closes")));
}

/* Leaves first: what is run belongs to the view below. */
static void run_chosen(struct op_view *ov)
{
	struct ui *ui = ov->view.ui;
	struct op_row one = ov->list.chosen < ov->list.n ? ov->rows[ov->list.chosen] : (struct op_row){ UI_NONE, NULL };
	struct view *of = ov->of;

	if (one.op == UI_NONE && !one.operation)
		return;
	ui_pop(ui);
	if (one.operation)
		of->ops->start(of, one.operation, true);
	else
		ui_operate(ui, one.op, (struct str){ 0 });
}

static bool operate(struct view *view, enum ui_op op, struct str arg)
{
	struct op_view *ov = (struct op_view *)view;

	(void)arg;
	if (list_operate(&ov->list, op)) {
		tell_chosen(ov);
		ui_stale(view->ui, view);
		return true;
	}
	if (op == UI_OPEN)
		run_chosen(ov);
	return op == UI_OPEN;
}

static void typed(struct view *view, struct str text)
{
	struct op_view *ov = (struct op_view *)view;
	size_t n = strlen(ov->typed);

	if (text.n == 1 && (text.p[0] == K_BACKSPACE || text.p[0] == 8)) {
		while (n > 0 && ((unsigned char)ov->typed[--n] & 0xC0) == 0x80)
			;
		ov->typed[n] = '\0';
	} else if (n + text.n < TYPED_MOST) {
		memcpy(ov->typed + n, text.p, text.n);
		ov->typed[n + text.n] = '\0';
	}
	ov->list.chosen = 0;
	choose_ops(ov);
	tell_chosen(ov);
	ui_stale(view->ui, view);
}

static void release(struct view *view)
{
	free(view);
}

static bool takes(enum ui_op op)
{
	return list_takes(op) || op == UI_OPEN;
}

static const enum ui_op keyline[] = { UI_OPEN, UI_DOWN, UI_UP, UI_BACK, UI_NONE };
const struct view_ops help_view_ops = { .id = VIEW_HELP, .keyline = keyline, .paint = paint, .takes = takes, .operate = operate, .free = release };
const struct view_ops palette_view_ops = {
	.id = VIEW_PALETTE, .keyline = keyline, .paint = paint, .takes = takes, .operate = operate, .typed = typed, .free = release
};

static struct view *make(struct ui *ui, struct view *of, bool palette)
{
	struct op_view *ov = mem_zalloc(sizeof(*ov));

	ov->view = (struct view){ .ops = palette ? &palette_view_ops : &help_view_ops, .ui = ui };
	ov->of = of;
	ov->palette = palette;
	choose_ops(ov);
	return &ov->view;
}

struct view *help_view_new(struct ui *ui, struct view *of)
{
	return make(ui, of, false);
}

struct view *palette_view_new(struct ui *ui, struct view *of)
{
	return make(ui, of, true);
}
