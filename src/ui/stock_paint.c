#include <libintl.h>

#include <dossier/base/mem.h>
#include <dossier/base/text.h>

#include "badges.h"
#include "stock_view.h"
#include "words.h"

#define SAYS 9                  /* columns of a quantity, and of "SHOP SAYS" */
#define SAYS_LEAST 6
#define SITE_LEAST 12
#define SITE_FAIR 34
#define COLS_FAIR 70            /* below that the heads leave room for a filter */
#define DIFFER 6
#define GAP 3                   /* between columns where there is room */

/* The house's own name before it tells no two sites apart. */
static struct str site_of(const struct stock_view *sv, const struct stock_row *row)
{
	struct str name = row->site_name.n ? row->site_name : row->site_id, house = str_of(ui_desk(sv->view.ui)->house->name);

	if (house.n && name.n > house.n + 1 && memcmp(name.p, house.p, house.n) == 0 && name.p[house.n] == ' ')
		return str_make(name.p + house.n + 1, name.n - house.n - 1);
	return name;
}

static void add_fold(struct buf *out, struct str text)
{
	text_fold(out, text);
	buf_addc(out, ' ');
}

static void words(void *arg, size_t at, struct buf *out)
{
	struct stock_view *sv = arg;
	const struct stock_row *row = at < sv->lines.n ? stock_line_row(&sv->lines.items[at]) : NULL;
	const struct product_row *also = row ? NULL : sv->also[at - sv->lines.n];

	if (!row) {
		add_fold(out, also->title);
		add_fold(out, also->sku);
		add_fold(out, also->ean);
		return;
	}
	add_fold(out, row->site_name);
	add_fold(out, row->site_id);
	add_fold(out, str_of(condition_word(row->condition)));
	add_fold(out, row->title);
	add_fold(out, row->sku);
	buf_adds(out, sv->lines.items[at].differ ? "differ" : "");
}

static void key(void *arg, size_t at, struct buf *out)
{
	struct stock_view *sv = arg;
	const struct stock_row *row = at < sv->lines.n ? stock_line_row(&sv->lines.items[at]) : NULL;
	const struct product_row *also = row ? NULL : sv->also[at - sv->lines.n];

	if (row)
		buf_printf(out, "%.*s/%.*s/%d/%.*s", STR_ARG(row->site_id), STR_ARG(row->site_name), (int)row->condition, STR_ARG(row->item));
	else
		buf_printf(out, "also/%.*s/%.*s", STR_ARG(also->backend), STR_ARG(also->id));
}

static bool is_filtered(const struct stock_view *sv)
{
	return sv->rows.filter && *sv->rows.filter;
}

static int longer(struct screen *screen, struct str text, int than)
{
	int width = (int)screen_width(screen, text);

	return width > than ? width : than;
}

/* What the lines need: measured before each painting, laid out by columns_of. */
static void measure(struct stock_view *sv, struct screen *screen)
{
	struct stock_needs *needs = &sv->needs;

	*needs = (struct stock_needs){ .condition = (int)strlen(gettext("condition")) };
	for (size_t i = 0; i < sv->lines.n; i++) {
		const struct stock_row *row = stock_line_row(&sv->lines.items[i]);

		needs->site = longer(screen, site_of(sv, row), needs->site);
		needs->condition = longer(screen, str_of(condition_word(row->condition)), needs->condition);
		needs->differ |= sv->lines.items[i].differ;
	}
}

/* Columns of a row so wide: the site's name is whole as long as it can be, so the numbers give way first. */
struct columns { int site, web, shop, says, condition, differ; bool brief; };

static struct columns columns_of(const struct stock_view *sv, int cols)
{
	const struct stock_needs *needs = &sv->needs;
	int differ = needs->differ ? DIFFER + 1 : 0, fixed = 1 + 1 + needs->condition + differ;
	struct columns c = { .site = needs->site > SITE_LEAST ? needs->site : SITE_LEAST, .says = SAYS };
	/* one name out of all proportion takes no words from the heads */
	int room = cols - fixed - (c.site < SITE_FAIR ? c.site : SITE_FAIR), gap = room > 3 * (SAYS + GAP) ? GAP : 1, left;

	c.brief = room < 2 * (SAYS + 1) + 1 || (is_filtered(sv) && screen_cols(ui_screen(sv->view.ui)) < COLS_FAIR);
	if (c.brief)
		c.says = SAYS_LEAST;
	if (c.site > cols - fixed - 2 * (c.says + gap) - gap)
		c.site = cols - fixed - 2 * (c.says + gap) - gap;
	c.web = 1 + c.site + gap;
	c.shop = c.web + c.says + gap;
	left = cols - fixed - c.site - 2 * (c.says + gap) - gap;
	c.condition = c.shop + c.says + gap + (left > 0 && gap < GAP ? 1 : 0);
	c.differ = c.condition + needs->condition + 1;
	return c;
}

/* All of a row, and no more: the rest is the page's. */
static int wants(void *arg)
{
	const struct stock_view *sv = arg;

	return 1 + sv->needs.site + 2 * (SAYS + 1) + 2 + sv->needs.condition + 1 + (sv->needs.differ ? DIFFER + 1 : 0);
}

static void paint_says(struct screen *screen, int row, int col, int width, int element, const struct stock_row *says)
{
	if (says && says->quantity.n && (int)screen_width(screen, says->quantity) <= width)
		screen_right(screen, row, col, width, element, says->quantity);
	else if (says && says->quantity.n)
		screen_cell(screen, row, col, width, element, says->quantity);
	else
		screen_right(screen, row, col, width, element, says ? STR("?") : STR("—"));
}

static void paint_line(struct stock_view *sv, struct screen *screen, int row, int cols, const struct stock_line *line, int on)
{
	const struct stock_row *one = stock_line_row(line);
	struct columns c = columns_of(sv, cols);
	int element = line->differ ? EL_LATE : EL_STRONG;

	screen_cell(screen, row, 1, c.site, (line->own ? EL_STRONG : EL_TITLE) | on, site_of(sv, one));
	paint_says(screen, row, c.web, c.says, element | on, line->says[STOCK_WEB]);
	paint_says(screen, row, c.shop, c.says, element | on, line->says[STOCK_SHOP]);
	screen_cell(screen, row, c.condition, sv->needs.condition, EL_TEXT | on, str_of(condition_word(one->condition)));
	if (line->differ)
		screen_cell(screen, row, c.differ, DIFFER, EL_LATE | on, str_of(gettext("differ")));
}

static void paint_also(struct screen *screen, int row, int cols, const struct product_row *product, int on)
{
	int price = cols - 12;
	struct buf text;

	buf_init(&text, 200);
	if (product->price.currency[0])
		words_money(product->price, &text);
	screen_cell(screen, row, 1, 4, EL_LABEL | on, str_of(gettext("also")));
	screen_cell(screen, row, 6, 16, EL_SOURCE | on, product->sku.n ? product->sku : product->id);
	screen_cell(screen, row, 23, price - 24, EL_TITLE | on, product->title);
	screen_right(screen, row, price, 11, EL_TEXT | on, buf_str(&text));
	buf_release(&text);
}

static void paint_row(void *arg, struct screen *screen, int row, int cols, size_t at, int on)
{
	struct stock_view *sv = arg;

	if (at < sv->lines.n)
		paint_line(sv, screen, row, cols, &sv->lines.items[at], on);
	else
		paint_also(screen, row, cols, sv->also[at - sv->lines.n], on);
}

static void clock_of(struct stock_view *sv, const char *backend, struct buf *out)
{
	size_t n;
	const struct source *sources = shelf_sources(sv->stock, &n);

	for (size_t i = 0; i < n; i++)
		if (strcmp(sources[i].backend, backend) == 0 && sources[i].since != WHEN_NONE) {
			buf_adds(out, ", ");
			when_strftime(sources[i].since, ui_zone(sv->view.ui), STR("%H:%M"), out);
		}
}

static void page_said(struct stock_view *sv, struct page *page, const char *label, const struct stock_row *row)
{
	struct buf text;
	char *backend;

	if (!row)
		return;
	backend = str_dup(row->backend);
	buf_init(&text, 4096);
	buf_addstr(&text, row->quantity.n ? row->quantity : str_of(gettext("no number")));
	buf_printf(&text, " (%s", backend ? backend : "");
	clock_of(sv, backend ? backend : "", &text);
	buf_adds(&text, ")");
	page_fact(page, label, buf_str(&text));
	page_fact(page, "", row->web);
	buf_release(&text);
	free(backend);
}

static void page_line(struct stock_view *sv, struct page *page, const struct stock_line *line)
{
	const struct stock_row *row = stock_line_row(line);

	page_text(page, 0, EL_STRONG, "", row->site_name.n ? row->site_name : row->site_id);
	page_fact(page, gettext("code"), row->site_id);
	page_fact(page, gettext("what"), str_of(condition_word(row->condition)));
	page_said(sv, page, gettext("WEB"), line->says[STOCK_WEB]);
	page_said(sv, page, gettext("SHOP"), line->says[STOCK_SHOP]);
	page_blank(page);
	page_text(page, 0, EL_TEXT, "", row->title);
	page_fact(page, "SKU", row->sku.n ? row->sku : row->item);
	page_fact(page, "EAN", row->ean);
	page_money(page, gettext("price"), row->price);
	if (line->differ) {
		page_blank(page);
		page_text(page, 0, EL_LATE, "", str_of(gettext("Web and shop do not say the same: d reports it.")));
	}
}

static void page(void *arg, struct page *page, size_t at)
{
	struct stock_view *sv = arg;
	const struct product_row *also;

	if (at < sv->lines.n) {
		page_line(sv, page, &sv->lines.items[at]);
		return;
	}
	also = sv->also[at - sv->lines.n];
	page_text(page, 0, EL_STRONG, "", also->title);
	page_fact(page, "SKU", also->sku.n ? also->sku : also->id);
	page_fact(page, "EAN", also->ean);
	page_money(page, gettext("price"), also->price);
	page_fact(page, gettext("web"), also->web);
	page_blank(page);
	page_text(page, 0, EL_TEXT, "", also->text);
	page_blank(page);
	page_text(page, 0, EL_DIM, "", str_of(gettext("Enter asks how many of it there are.")));
}

static void none(void *arg, struct buf *out)
{
	struct stock_view *sv = arg;
	size_t n;
	const struct source *sources = shelf_sources(sv->stock, &n);

	if (badges_waiting(sources, n))
		buf_adds(out, gettext("asking …"));
	else if (!badges_asked(sources, n))
		buf_adds(out, gettext("no backend counts stock here; :backends shows which there are"));
	else
		buf_printf(out, gettext("nobody knows how many of \"%s\" there are; s asks for another: its number, bar code or name"), sv->item);
}

const struct rows_ops stock_rows_ops = { .words = words, .key = key, .row = paint_row, .page = page, .none = none, .wants = wants };

static const struct product_row *own_product(struct stock_view *sv)
{
	const struct stock_row *item = stock_item(sv);
	size_t n;
	const void *const *rows = shelf_rows(sv->products, &n);

	for (size_t i = 0; i < n; i++) {
		const struct product_row *product = rows[i];

		if (str_is(product->sku, sv->item) || (item && product->sku.n && (str_eq(product->sku, item->sku) || str_eq(product->sku, item->item))))
			return product;
	}
	return NULL;
}

/* "CHINO-3230  Fenside Chino 32/30  £49.00", and on the right who said so when. */
static void paint_head(struct stock_view *sv, struct screen *screen, struct area area)
{
	const struct stock_row *item = stock_item(sv);
	const struct product_row *product = own_product(sv);
	struct money price = product && product->price.currency[0] ? product->price : item ? item->price : (struct money){ 0 };
	size_t n;
	const struct source *sources = shelf_sources(sv->stock, &n);
	struct buf text;
	int end;

	buf_init(&text, 8192);
	screen_fill(screen, area.row, 0, area.cols, EL_TEXT);
	end = badges_paint(sv->view.ui, screen, area, sources, n) - 2;
	buf_adds(&text, sv->item);
	if (item ? item->title.n : product != NULL)
		buf_printf(&text, "  %.*s", STR_ARG(item ? item->title : product->title));
	if (price.currency[0]) {
		buf_adds(&text, "  ");
		words_money(price, &text);
	}
	screen_cell(screen, area.row, 1, end - 1, EL_CUSTOMER, buf_str(&text));
	buf_release(&text);
}

/* Over its column, on the side on which that is aligned. */
static void put_column(struct screen *screen, int row, int col, int width, bool right, const char *name)
{
	int need = (int)screen_width(screen, str_of(name)), at = right ? col + width - need - 1 : col - 1;

	screen_printf(screen, row, at > 0 ? at : 1, need + 1 + (at > 0), EL_LABEL, at > 0 ? " %s " : "%s ", name);
}

static void paint_columns(struct stock_view *sv, struct screen *screen, struct area area, int cols)
{
	struct columns c = columns_of(sv, cols);
	int end;

	screen_rule(screen, area.row, 0, area.cols, EL_RULE);
	if (!sv->lines.n) {
		rows_filter_paint(&sv->rows, screen, area.row, 1);
		return;
	}
	put_column(screen, area.row, 1, c.site, false, gettext("site"));
	put_column(screen, area.row, c.web, c.says, true, c.brief ? gettext("WEB") : gettext("WEB SAYS"));
	put_column(screen, area.row, c.shop, c.says, true, c.brief ? gettext("SHOP") : gettext("SHOP SAYS"));
	put_column(screen, area.row, c.condition, sv->needs.condition, false, gettext("condition"));
	if (cols < area.cols)
		screen_put(screen, area.row, cols, 1, EL_RULE, STR("┬"));
	end = c.condition + sv->needs.condition + 1;
	if (is_filtered(sv) && area.cols - end < area.cols / 4) {
		/* why rows are missing goes before what "sellable" is called */
		end = c.condition - 1;
		screen_rule(screen, area.row, end, area.cols - end, EL_RULE);
	}
	rows_filter_paint(&sv->rows, screen, area.row, end);
}

void stock_paint(struct view *view, struct screen *screen, struct area area, bool all)
{
	struct stock_view *sv = (struct stock_view *)view;
	size_t n;
	const struct source *sources = shelf_sources(sv->stock, &n);
	int missing;

	paint_head(sv, screen, area);
	missing = badges_missing(screen, (struct area){ area.row + 1, 0, area.rows - 2, area.cols }, sources, n);
	area.row += 2 + missing;
	area.rows -= 2 + missing;
	measure(sv, screen);
	rows_paint(&sv->rows, view, screen, area, all);
	paint_columns(sv, screen, (struct area){ area.row - 1, 0, 1, area.cols }, sv->rows.cols ? sv->rows.cols : area.cols);
}
