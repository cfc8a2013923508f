/* Stock of an item, and of others called like it: what is asked, and what has come so far. */
#include <stdlib.h>

#include <dossier/base/mem.h>

#include "stock_view.h"

static bool running(const struct shelf *shelf)
{
	return shelf && !shelf_done(shelf);
}

void stock_tell_sources(struct stock_view *sv)
{
	size_t n;
	const struct source *sources = shelf_sources(sv->stock, &n);

	ui_sources(sv->view.ui, &sv->view, sources, n);
}

static enum stock_side side_of(const struct stock_view *sv, struct str backend)
{
	const struct desk *desk = ui_desk(sv->view.ui);

	for (size_t i = 0; i < desk->n_backends; i++)
		if (str_is(backend, desk->backends[i].id))
			return sv->sides[i];
	return STOCK_SHOP;
}

const struct stock_row *stock_item(const struct stock_view *sv)
{
	return sv->lines.n ? stock_line_row(&sv->lines.items[0]) : NULL;
}

static struct stock_told told_by(struct stock_view *sv, const struct stock_row *row)
{
	return (struct stock_told){ present_seen_stock(ui_present(sv->view.ui), row, sv->arena), side_of(sv, row->backend) };
}

static bool has_told(const void *const *rows, size_t n, struct str backend)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(((const struct stock_row *)rows[i])->backend, backend))
			return true;
	return false;
}

static void list_lines(struct stock_view *sv)
{
	const struct desk *desk = ui_desk(sv->view.ui);
	size_t n, more = 0, all;
	const void *const *rows = shelf_rows(sv->stock, &n), *const *others = sv->again ? shelf_rows(sv->again, &more) : NULL;
	struct stock_told *told = mem_array(n + more + 1, sizeof(*told));

	for (all = 0; all < n; all++)
		told[all] = told_by(sv, rows[all]);
	for (size_t i = 0; i < more; i++) {
		const struct stock_row *row = others[i];

		if (!has_told(rows, n, row->backend))
			told[all++] = told_by(sv, row);
	}
	stock_lines_release(&sv->lines);
	stock_lines_init(&sv->lines, told, all, desk->site);
	free(told);
}

/* Not the item itself, which has its lines. */
static bool is_other(const struct stock_view *sv, const struct product_row *product)
{
	for (size_t i = 0; i < sv->lines.n; i++) {
		const struct stock_row *row = stock_line_row(&sv->lines.items[i]);

		if ((product->sku.n && (str_eq(product->sku, row->sku) || str_eq(product->sku, row->item))) || (product->ean.n && str_eq(product->ean, row->ean)))
			return false;
	}
	return !str_is(product->sku, sv->item) && !str_is(product->ean, sv->item);
}

static size_t count_others(const struct stock_view *sv, struct shelf *shelf)
{
	size_t n = 0, count = 0;
	const void *const *rows = shelf ? shelf_rows(shelf, &n) : NULL;

	for (size_t i = 0; i < n; i++)
		count += is_other(sv, rows[i]);
	return count;
}

static void list_also(struct stock_view *sv)
{
	struct shelf *from = count_others(sv, sv->like) ? sv->like : sv->products;
	size_t n;
	const void *const *rows = shelf_rows(from, &n);

	free(sv->also);
	sv->also = mem_array(n + 1, sizeof(*sv->also));
	sv->n_also = 0;
	for (size_t i = 0; i < n; i++)
		if (is_other(sv, rows[i]))
			sv->also[sv->n_also++] = rows[i];
}

static void list_all(struct stock_view *sv)
{
	arena_free(sv->arena);
	sv->arena = arena_new();
	list_lines(sv);
	list_also(sv);
	rows_set(&sv->rows, sv->lines.n + sv->n_also);
	stock_tell_sources(sv);
	ui_stale_all(sv->view.ui);
}

static void on_changed(void *arg);

/* The name without its last word: what an article of another size or colour is called, too. */
static struct str shorter(struct str name)
{
	size_t n = name.n;

	while (n > 0 && name.p[n - 1] != ' ')
		n--;
	return str_trim(str_make(name.p, n));
}

static void ask_like(struct stock_view *sv)
{
	const struct stock_row *item = stock_item(sv);
	struct shelf_sink sink = { on_changed, on_changed, sv };
	struct str words = sv->like_words ? str_of(sv->like_words) : item ? item->title : (struct str){ 0 };
	char *next;

	words = shorter(words);
	if (running(sv->products) || running(sv->like) || sv->likes >= STOCK_LIKES || !words.n || count_others(sv, sv->like) || count_others(sv, sv->products))
		return;
	next = str_dup(words);
	sv->likes++;
	shelf_free(sv->like);
	free(sv->like_words);
	sv->like_words = next;
	sv->like = shelf_start(ui_desk(sv->view.ui), ROW_PRODUCT, str_of(next), &sink);
}

static void ask_again(struct stock_view *sv)
{
	const struct stock_row *item = stock_item(sv);
	struct shelf_sink sink = { on_changed, on_changed, sv };

	if (!sv->again && !running(sv->stock) && item && item->sku.n && !str_is(item->sku, sv->item))
		sv->again = shelf_start(ui_desk(sv->view.ui), ROW_STOCK, item->sku, &sink);
}

static void on_changed(void *arg)
{
	struct stock_view *sv = arg;

	list_all(sv);
	ask_again(sv);
	ask_like(sv);
}

void stock_stop(struct stock_view *sv)
{
	shelf_free(sv->stock);
	shelf_free(sv->products);
	shelf_free(sv->again);
	shelf_free(sv->like);
	free(sv->like_words);
	sv->stock = sv->products = sv->like = sv->again = NULL;
	sv->like_words = NULL;
	sv->likes = 0;
}

void stock_begin(struct stock_view *sv, struct str item)
{
	struct shelf_sink sink = { on_changed, on_changed, sv };
	char *text = str_dup(item);

	stock_stop(sv);
	free(sv->item);
	sv->item = text;
	sv->stock = shelf_start(ui_desk(sv->view.ui), ROW_STOCK, str_of(text), &sink);
	sv->products = shelf_start(ui_desk(sv->view.ui), ROW_PRODUCT, str_of(text), &sink);
	list_all(sv);
}

bool stock_busy(const struct stock_view *sv)
{
	return running(sv->stock) || running(sv->products) || running(sv->like) || running(sv->again);
}
