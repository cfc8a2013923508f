#include <dossier/model/stock_lines.h>

#include <stdlib.h>

#include <dossier/base/mem.h>
#include <dossier/base/text.h>

#define KEY_MOST 4096

struct keyed {
	struct stock_told told;
	struct str site;                /* as it compares */
	bool own, placed;
};

static struct str plain(struct arena *arena, struct str text)
{
	struct buf out;
	struct str kept;

	buf_init(&out, KEY_MOST);
	text_fold_plain(&out, text);
	kept = arena_str(arena, str_trim(buf_str(&out)));
	buf_release(&out);
	return kept;
}

static bool is_word_of(struct str text, struct str word)
{
	if (!word.n)
		return false;
	for (size_t i = 0; i + word.n <= text.n; i++)
		if (memcmp(text.p + i, word.p, word.n) == 0 && (i == 0 || text.p[i - 1] == ' ') &&
		    (i + word.n == text.n || text.p[i + word.n] == ' '))
			return true;
	return false;
}

/* "3" and "3.0" are one quantity. */
static struct str significant(struct str text)
{
	text = str_trim(text);
	while (text.n > 1 && text.p[0] == '0' && text.p[1] != '.')
		text = str_make(text.p + 1, text.n - 1);
	if (!text.n || !memchr(text.p, '.', text.n))
		return text;
	while (text.n > 1 && text.p[text.n - 1] == '0')
		text.n--;
	text.n -= text.n > 1 && text.p[text.n - 1] == '.';
	return text;
}

static int compare_rows(const struct stock_row *a, const struct stock_row *b)
{
	int order = a->condition < b->condition ? -1 : a->condition > b->condition;

	if (!order)
		order = str_cmp(a->sku.n ? a->sku : a->item, b->sku.n ? b->sku : b->item);
	if (!order)
		order = str_cmp(a->backend, b->backend);
	return order ? order : str_cmp(a->quantity, b->quantity);
}

static int compare(const void *pa, const void *pb)
{
	const struct keyed *a = pa, *b = pb;
	int order = (int)b->own - (int)a->own;

	if (!order)
		order = str_cmp(a->site, b->site);
	if (!order)
		order = a->told.row->condition < b->told.row->condition ? -1 : a->told.row->condition > b->told.row->condition;
	if (!order)
		order = (int)a->told.side - (int)b->told.side;
	return order ? order : compare_rows(a->told.row, b->told.row);
}

static bool same_item(const struct stock_row *a, const struct stock_row *b)
{
	return (a->sku.n && (str_eq(a->sku, b->sku) || str_eq(a->sku, b->item))) || (a->item.n && (str_eq(a->item, b->item) || str_eq(a->item, b->sku))) ||
	       (a->ean.n && (str_eq(a->ean, b->ean) || str_eq(a->ean, b->item)));
}

static void add_line(struct stock_lines *lines, const struct keyed *keyed)
{
	struct stock_line *line = &lines->items[lines->n++];

	*line = (struct stock_line){ .own = keyed->own };
	line->says[keyed->told.side] = keyed->told.row;
}

static void put_beside(struct stock_line *line, const struct stock_row *row)
{
	struct str web = significant(line->says[STOCK_WEB]->quantity), shop = significant(row->quantity);

	line->says[STOCK_SHOP] = row;
	line->differ = web.n && shop.n && !str_eq(web, shop);
}

/* Rows of one site and condition, the web's before the shop's. */
static void add_group(struct stock_lines *lines, struct keyed *group, size_t n)
{
	size_t first = lines->n, webs = 0;

	while (webs < n && group[webs].told.side == STOCK_WEB)
		add_line(lines, &group[webs++]);
	for (size_t i = webs; i < n; i++)
		for (size_t k = first; k < first + webs && !group[i].placed; k++)
			if (!lines->items[k].says[STOCK_SHOP] && same_item(lines->items[k].says[STOCK_WEB], group[i].told.row)) {
				put_beside(&lines->items[k], group[i].told.row);
				group[i].placed = true;
			}
	for (size_t i = webs; i < n; i++) {
		/* systems may number one item differently: where each tells of one only, it is that */
		if (!group[i].placed && webs == 1 && n == 2)
			put_beside(&lines->items[first], group[i].told.row);
		else if (!group[i].placed)
			add_line(lines, &group[i]);
	}
}

void stock_lines_init(struct stock_lines *lines, const struct stock_told *told, size_t n, struct str own)
{
	struct keyed *all = mem_array(n + 1, sizeof(*all));
	struct arena *arena = arena_new();
	struct str mine = plain(arena, own);

	for (size_t i = 0; i < n; i++) {
		const struct stock_row *row = told[i].row;

		all[i] = (struct keyed){ .told = told[i], .site = plain(arena, row->site_name.n ? row->site_name : row->site_id) };
		all[i].own = mine.n && (str_eq(plain(arena, row->site_id), mine) || is_word_of(all[i].site, mine));
	}
	qsort(all, n, sizeof(*all), compare);
	*lines = (struct stock_lines){ .items = mem_array(n + 1, sizeof(*lines->items)) };
	for (size_t from = 0, to; from < n; from = to) {
		for (to = from + 1; to < n && str_eq(all[to].site, all[from].site) && all[to].told.row->condition == all[from].told.row->condition &&
				    all[to].own == all[from].own; to++)
			;
		add_group(lines, &all[from], to - from);
	}
	arena_free(arena);
	free(all);
}

void stock_lines_release(struct stock_lines *lines)
{
	free(lines->items);
	*lines = (struct stock_lines){ 0 };
}

const struct stock_row *stock_line_row(const struct stock_line *line)
{
	return line->says[STOCK_WEB] ? line->says[STOCK_WEB] : line->says[STOCK_SHOP];
}
