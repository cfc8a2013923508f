#include "load.h"
#include "map_inner.h"

/* The language as the loader's tables have it, gathered for the manual's test. */

static const struct { const char *block; const struct word *words; } tables[] = {
	{ "connector", plan_words },
	{ "settings", setting_words },
	{ "limits", limit_words },
	{ "reset", reset_words },
	{ "auth", auth_words },
	{ "basic", basic_words },
	{ "token", token_words },
	{ "login", login_words },
	{ "as", header_words },
	{ "error", error_words },
	{ "ping", ping_words },
	{ "request", request_words },
	{ "page", page_words },
	{ "fetch", fetch_words },
	{ "elements", elements_words },
	{ "for_each", for_each_words },
	{ "for_all", for_all_words },
	{ "tables", table_words },
	{ "record", record_words },
	{ "address", address_words },
	{ "find", find_words },
	{ "pull", pull_words },
	{ "lines", line_words },
	{ "attachments", attachment_words },
	{ "stock, products, knowledge, day", ask_words },
	{ "feed", feed_words },
	{ "actions", action_words },
	{ "ask", field_words },
	{ "ok", ok_words },
	{ "read_back", read_back_words },
};

static const struct { const char *block; enum row_type type; } row_tables[] = {
	{ "row", ROW_INTERACTION },
	{ "row of stock", ROW_STOCK },
	{ "row of products", ROW_PRODUCT },
	{ "row of knowledge", ROW_ARTICLE },
	{ "row of day", ROW_DAY },
};

/* read with the block itself, because it names what is inside */
static const char *const inner_names[] = { "name", NULL };

static const struct { const char *block; const char *const *words; } plain_tables[] = {
	{ "for_each", inner_names },
	{ "for_all", inner_names },
	{ "also", inner_names },
	{ "place, site", place_words },
	{ "refs", ref_words },
	{ "value", expr_words },
	{ "condition", cond_words },
};

enum {
	N_TABLES = sizeof(tables) / sizeof(*tables), N_ROWS = sizeof(row_tables) / sizeof(*row_tables),
	N_PLAIN = sizeof(plain_tables) / sizeof(*plain_tables),
};

static void add_block(const struct plan_language_sink *sink, const char *block, const char *const *names)
{
	for (size_t i = 0; names[i]; i++)
		sink->word(sink->arg, block, names[i]);
}

void plan_language(const struct plan_language_sink *sink)
{
	for (size_t i = 0; i < N_TABLES; i++)
		for (const struct word *word = tables[i].words; word->name; word++)
			sink->word(sink->arg, tables[i].block, word->name);
	for (size_t i = 0; i < N_ROWS; i++) {
		for (const struct row_word *word = row_words; word->name; word++)
			if (word->type == row_tables[i].type && !strchr(word->name, '.'))
				sink->word(sink->arg, row_tables[i].block, word->name);
		sink->word(sink->arg, row_tables[i].block, "when");
	}
	for (size_t i = 0; i < N_PLAIN; i++)
		add_block(sink, plain_tables[i].block, plain_tables[i].words);
	add_block(sink, "quote", filter_quotes());
	for (const struct filter_word *word = filter_words(); word->name; word++)
		sink->word(sink->arg, "filters", word->name);
}
