/* dossier kb WORDS: articles of every knowledge base, the best of each first. */
#include <dossier/base/text.h>

#include "shelves.h"
#include "text.h"

static void put_article(const struct present *present, const void *row, const struct fields *out)
{
	present_article(present, row, out);
}

static void put_safe(struct out *out, struct str text)
{
	struct buf safe;

	buf_init(&safe, SIZE_MAX / 4);
	text_safe(&safe, text, 0);
	out_str(out, buf_str(&safe));
	buf_release(&safe);
}

static void text_article(struct out *out, const struct article_row *row, const struct zone *zone)
{
	struct buf day;

	buf_init(&day, 64);
	out_style(out, OUT_BOLD);
	put_safe(out, row->title.n ? row->title : row->id);
	out_style(out, OUT_PLAIN);
	out_style(out, OUT_DIM);
	out_text(out, "  ");
	put_safe(out, row->backend);
	if (row->at != WHEN_NONE && when_strftime(row->at, zone, STR("%Y-%m-%d"), &day)) {
		out_text(out, ", changed ");
		out_str(out, buf_str(&day));
	}
	out_style(out, OUT_PLAIN);
	out_text(out, "\n");
	if (row->text.n)
		text_paragraphs(out, row->text, 2);
	if (row->web.n) {
		out_text(out, "  ");
		put_safe(out, row->web);
		out_text(out, "\n");
	}
	buf_release(&day);
}

int cmd_kb(struct cli *cli, const void *options, int argc, char **argv)
{
	static const char *const columns[] = { "backend", "id", "title", "text", "at", "web", NULL };
	struct shelves shelves = { 0 };
	char *words = cli_join(argc, argv);
	int status = shelves_ask(&shelves, cli, ROW_ARTICLE, words);

	(void)options;
	if (status == CLI_DONE) {
		struct shelves_rows rows = { .asked = "words", .list = "articles", .words = words, .columns = columns, .put = put_article };

		rows.items = shelf_rows(shelves.shelf, &rows.n);
		if (cli->format != OUT_TEXT)
			shelves_put(&shelves, cli->out, &rows);
		for (size_t i = 0; cli->format == OUT_TEXT && i < rows.n; i++) {
			if (i)
				out_text(cli->out, "\n");
			text_article(cli->out, rows.items[i], shelves.desk->house->zone);
		}
		out_flush(cli->out);
		status = shelves_end(&shelves, rows.n);
		if (status == CLI_NONE)
			cli_say("no article found for \"%s\"", words);
	}
	shelves_release(&shelves);
	free(words);
	return status;
}
