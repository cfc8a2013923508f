#include "stock_view.h"

#include <libintl.h>
#include <stdlib.h>
#include <string.h>

#include <dossier/base/mem.h>
#include <dossier/base/text.h>

#include "browse.h"

void stock_view_ask(struct view *view, struct str item)
{
	struct stock_view *sv = (struct stock_view *)view;

	rows_forget(&sv->rows);
	stock_begin(sv, item);
}

static const struct stock_line *chosen_line(const struct stock_view *sv)
{
	size_t at;

	return rows_chosen(&sv->rows, &at) && at < sv->lines.n ? &sv->lines.items[at] : NULL;
}

static const struct product_row *chosen_product(const struct stock_view *sv)
{
	size_t at;

	return rows_chosen(&sv->rows, &at) && at >= sv->lines.n ? sv->also[at - sv->lines.n] : NULL;
}

/* Another article is asked for; a line shows all that is told of it. */
static bool open_chosen(struct stock_view *sv)
{
	const struct product_row *product = chosen_product(sv);
	struct str item = !product ? (struct str){ 0 } : product->sku.n ? product->sku : product->ean.n ? product->ean : product->id;
	char *text;

	if (!item.n)
		return rows_operate(&sv->rows, &sv->view, UI_OPEN);
	text = str_dup(item);
	stock_view_ask(&sv->view, str_of(text));
	free(text);
	return true;
}

static struct str web_of(const struct stock_view *sv)
{
	const struct stock_line *line = chosen_line(sv);
	const struct product_row *product = chosen_product(sv);

	return line ? stock_line_row(line)->web : product ? product->web : (struct str){ 0 };
}

static void copy_code(struct stock_view *sv)
{
	const struct stock_line *line = chosen_line(sv);
	const struct product_row *product = chosen_product(sv);
	const struct stock_row *row = line ? stock_line_row(line) : NULL;

	if (row)
		ui_copy(sv->view.ui, row->sku.n ? row->sku : row->item);
	else if (product)
		ui_copy(sv->view.ui, product->sku.n ? product->sku : product->id);
	else
		ui_say(sv->view.ui, EL_MESSAGE, "%s", gettext("there is no row to copy from"));
}

/* " larkfield bristol broadmead ": to be found in by whole words */
static void put_words(struct buf *out, struct str text)
{
	buf_addc(out, ' ');
	text_fold_plain(out, text);
	buf_addc(out, ' ');
}

/* The house's only site whose name stands in what a backend calls one; NULL: none, or several. The caller's. */
static char *site_within(struct stock_view *sv, struct str called)
{
	const struct op_field *field = operation_field(operation_find(STR("discrepancy")), STR("site"));
	size_t n, found = SIZE_MAX, times = 0;
	struct str *sites = op_choices(ui_desk(sv->view.ui), field, &n);
	struct buf in, word;
	char *out = NULL;

	buf_init(&in, 4096);
	buf_init(&word, 4096);
	put_words(&in, called);
	for (size_t i = 0; i < n; i++) {
		buf_reset(&word);
		put_words(&word, sites[i]);
		if (word.len > 2 && memmem(in.data, in.len, word.data, word.len)) {
			found = i;
			times++;
		}
	}
	if (times == 1)
		out = str_dup(sites[found]);
	buf_release(&in);
	buf_release(&word);
	free(sites);
	return out;
}

/* As the house names its sites; NULL: it knows none by what the backends call this one. The caller's. */
static char *house_site(struct stock_view *sv, const struct stock_line *line)
{
	const struct operation *op = operation_find(STR("discrepancy"));
	const struct stock_row *row = stock_line_row(line);
	const struct str names[] = { line->own ? ui_desk(sv->view.ui)->site : (struct str){ 0 }, row->site_id, row->site_name };
	struct op_values *values = op_values_new(op, ui_desk(sv->view.ui));
	struct err err = { 0 };
	char *found = NULL;

	for (size_t i = 0; i < 3 && !found; i++)
		if (names[i].n && op_values_set(values, STR("site"), names[i], &err))
			found = str_dup(names[i]);
	op_values_free(values);
	return found ? found : site_within(sv, row->site_name);
}

/* "Leeds: web 3, shop 1" */
static char *says_of(const struct stock_line *line)
{
	const struct stock_row *row = stock_line_row(line), *web = line->says[STOCK_WEB], *shop = line->says[STOCK_SHOP];
	struct buf text;

	buf_init(&text, 400);
	buf_printf(&text, "%.*s: ", STR_ARG(row->site_name.n ? row->site_name : row->site_id));
	if (web)
		buf_printf(&text, gettext("web %.*s"), STR_ARG(web->quantity));
	if (shop)
		buf_printf(&text, web ? gettext(", shop %.*s") : gettext("shop %.*s"), STR_ARG(shop->quantity));
	buf_printf(&text, ", %s", condition_word(row->condition));
	return buf_take(&text);
}

static void report(struct stock_view *sv)
{
	const struct stock_line *line = chosen_line(sv);
	const struct product_row *product = chosen_product(sv);
	const struct stock_row *row = line ? stock_line_row(line) : NULL;
	char *item = row ? str_dup(row->sku.n ? row->sku : row->item) : product ? str_dup(product->sku.n ? product->sku : product->id) : mem_strdup(sv->item);
	char *site = line ? house_site(sv, line) : NULL, *says = line ? says_of(line) : NULL;
	const char *preset[7] = { "item", item };
	size_t n = 2;

	if (says) {
		preset[n++] = "says";
		preset[n++] = says;
	}
	if (site) {
		preset[n++] = "site";
		preset[n++] = site;
	}
	if (row)
		sv->about = mem_printf("%s, %.*s", item, STR_ARG(row->site_name.n ? row->site_name : row->site_id));
	else
		sv->about = mem_strdup(item);
	flow_start(&sv->flows, "discrepancy", (struct str){ 0 }, preset);
	free(sv->about);
	sv->about = NULL;
	free(item);
	free(site);
	free(says);
}

static bool operate(struct view *view, enum ui_op op, struct str arg)
{
	struct stock_view *sv = (struct stock_view *)view;
	char *item;

	(void)arg;
	if (op == UI_OPEN)
		return open_chosen(sv);
	if (op == UI_BROWSER)
		browse_open(view->ui, web_of(sv));
	else if (op == UI_COPY)
		copy_code(sv);
	else if (op == UI_DISCREPANCY)
		report(sv);
	else if (op == UI_REFRESH) {
		item = mem_strdup(sv->item);
		stock_begin(sv, str_of(item));
		free(item);
	} else {
		return rows_operate(&sv->rows, view, op);
	}
	return true;
}

static bool filter(struct view *view, struct str text)
{
	rows_filter(&((struct stock_view *)view)->rows, view, text);
	return true;
}

static bool busy(const struct view *view)
{
	const struct stock_view *sv = (const struct stock_view *)view;

	return stock_busy(sv);
}

static bool empty(const struct view *view)
{
	const struct stock_view *sv = (const struct stock_view *)view;

	return !sv->rows.of && busy(view);
}

static void shown(struct view *view)
{
	stock_tell_sources((struct stock_view *)view);
}

static void hint(struct view *view, enum ui_op op, struct buf *out)
{
	const struct stock_view *sv = (const struct stock_view *)view;

	if (op == UI_STOCK)
		buf_adds(out, sv->item);
}

static void on_flow(void *arg, struct flow_on *on)
{
	*on = (struct flow_on){ .label = ((const struct stock_view *)arg)->about };
}

static bool start(struct view *view, const struct operation *operation, bool begin_it)
{
	if (operation->on != OP_ON_NOBODY)
		return false;
	if (begin_it)
		flow_start(&((struct stock_view *)view)->flows, operation->id, (struct str){ 0 }, NULL);
	return true;
}

static void release(struct view *view)
{
	struct stock_view *sv = (struct stock_view *)view;

	flows_release(&sv->flows);
	stock_stop(sv);
	rows_release(&sv->rows);
	stock_lines_release(&sv->lines);
	arena_free(sv->arena);
	free(sv->also);
	free(sv->sides);
	free(sv->item);
	free(sv);
}

static const enum ui_op *reading(const struct view *view)
{
	return ((const struct stock_view *)view)->rows.open ? rows_reading : NULL;
}

static bool takes(enum ui_op op)
{
	return rows_takes(op) || op == UI_DISCREPANCY || op == UI_COPY || op == UI_BROWSER || op == UI_REFRESH;
}

static const enum ui_op keyline[] = { UI_OPEN, UI_STOCK, UI_DISCREPANCY, UI_FILTER, UI_COPY, UI_REFRESH, UI_BACK, UI_NONE };
const struct view_ops stock_view_ops = {
	.id = VIEW_STOCK, .keyline = keyline, .paint = stock_paint, .takes = takes, .reading = reading, .operate = operate, .start = start, .filter = filter,
	.busy = busy, .empty = empty, .shown = shown, .hint = hint, .free = release,
};

struct view *stock_view_new(struct ui *ui, struct str item)
{
	struct stock_view *sv = mem_zalloc(sizeof(*sv));

	sv->view = (struct view){ .ops = &stock_view_ops, .ui = ui };
	sv->flows = (struct flows){ .ui = ui, .on = on_flow, .arg = sv };
	sv->sides = mem_array(ui_desk(ui)->n_backends + 1, sizeof(*sv->sides));
	shelf_sides(ui_desk(ui), sv->sides);
	rows_init(&sv->rows, &stock_rows_ops, sv);
	stock_begin(sv, item);
	return &sv->view;
}
