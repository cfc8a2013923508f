/* dossier stock ITEM [--at SITE]: how many lie where, in every backend that counts them. */
#include <dossier/base/mem.h>
#include <dossier/base/text.h>

#include "shelves.h"
#include "text.h"

#define PLACE_WIDTH 20
#define COUNT_WIDTH 8

const struct cli_option stock_options[] = {
	{ "at", 0, "SITE", "only this site, by its name or its code", CLI_TEXT, offsetof(struct stock_options, at) },
	{ 0 },
};

static void put_stock(const struct present *present, const void *row, const struct fields *out)
{
	present_stock(present, row, out);
}

static bool same_text(struct str a, const char *b)
{
	struct buf x, y;
	bool same;

	buf_init(&x, 4096);
	buf_init(&y, 4096);
	text_fold(&x, a);
	text_fold(&y, str_of(b));
	same = a.n && str_eq(buf_str(&x), buf_str(&y));
	buf_release(&x);
	buf_release(&y);
	return same;
}

static bool is_at(const struct stock_row *row, const char *site)
{
	return !site || same_text(row->site_id, site) || same_text(row->site_name, site);
}

static void put_cell(struct out *out, struct str text, size_t width)
{
	struct buf safe, cell;

	buf_init(&safe, SIZE_MAX / 4);
	buf_init(&cell, 4096);
	text_safe(&safe, text, 0);
	text_cell(&cell, buf_str(&safe), width, true);
	buf_addc(&cell, ' ');
	out_str(out, buf_str(&cell));
	buf_release(&safe);
	buf_release(&cell);
}

static void text_stock(struct out *out, const struct stock_row *row)
{
	struct buf title;
	char money[40];

	put_cell(out, row->site_name.n ? row->site_name : row->site_id, PLACE_WIDTH);
	out_style(out, OUT_BOLD);
	put_cell(out, row->quantity.n ? row->quantity : STR("?"), COUNT_WIDTH);
	out_style(out, OUT_PLAIN);
	put_cell(out, str_of(condition_word(row->condition)), 12);
	put_cell(out, row->backend, 10);
	if (row->price.currency[0]) {
		money_print(row->price, money);
		out_text(out, money);
		out_text(out, "  ");
	}
	buf_init(&title, SIZE_MAX / 4);
	text_safe(&title, row->sku.n ? row->sku : row->item, 0);
	buf_addc(&title, ' ');
	text_safe(&title, row->title, 0);
	out_str(out, str_trim(buf_str(&title)));
	out_text(out, "\n");
	buf_release(&title);
}

int cmd_stock(struct cli *cli, const void *options, int argc, char **argv)
{
	static const char *const columns[] = {
		"site.name", "site.id", "quantity", "condition", "backend", "item", "sku", "ean", "title", "price.minor", "price.currency", "web", NULL,
	};
	const struct stock_options *wanted = options;
	struct shelves shelves = { 0 };
	char *words = cli_join(argc, argv);
	int status = shelves_ask(&shelves, cli, ROW_STOCK, words);

	if (status == CLI_DONE) {
		struct shelves_rows rows = { .asked = "item", .list = "stock", .words = words, .columns = columns, .put = put_stock };
		size_t n;
		const void *const *all = shelf_rows(shelves.shelf, &n);
		const void **kept = mem_array(n + 1, sizeof(*kept));

		for (size_t i = 0; i < n; i++)
			if (is_at(all[i], wanted->at))
				kept[rows.n++] = all[i];
		rows.items = kept;
		if (cli->format != OUT_TEXT)
			shelves_put(&shelves, cli->out, &rows);
		for (size_t i = 0; cli->format == OUT_TEXT && i < rows.n; i++)
			text_stock(cli->out, rows.items[i]);
		out_flush(cli->out);
		status = shelves_end(&shelves, rows.n);
		if (status == CLI_NONE)
			cli_say("nobody knows how many of \"%s\" there are", words);
		free(kept);
	}
	shelves_release(&shelves);
	free(words);
	return status;
}
