#include <dossier/base/mem.h>

#include "customer_view.h"

#define WORDS_MOST 60           /* of a customer's own words: more finds less */

/* What the chosen row sold, as the agent may see it: its number, else what it is called. */
static void item_of(struct customer_view *cv, struct buf *out)
{
	const struct timeline_row *row = customer_rows_at(cv, cv->list.chosen);
	struct arena *arena = arena_new();
	const struct interaction *it = row ? present_seen_row(customer_view_present(cv), row->head, arena) : NULL;

	for (uint32_t i = 0; it && i < it->n_lines && !out->len; i++)
		buf_addstr(out, it->lines[i].sku.n ? it->lines[i].sku : it->lines[i].title);
	arena_free(arena);
}

/* Up to the end of a sentence, or of a word. */
static struct str beginning(struct str text)
{
	uint32_t n = 0, word = 0;

	while (n < text.n && n < WORDS_MOST && !strchr(".?!\n", text.p[n])) {
		n++;
		word = n == text.n || text.p[n] == ' ' ? n : word;
	}
	return str_trim(str_make(text.p, n < WORDS_MOST || !word ? n : word));
}

static void wants_of(struct customer_view *cv, struct buf *out)
{
	const struct brief *brief = customer_brief(cv->customer);

	if (brief->wants == WANTS_NOT_STATED || mask_hides(customer_view_present(cv)->mask, "brief.wants"))
		return;
	buf_addstr(out, brief->wants == WANTS_CASE ? brief->wants_text : beginning(brief->wants_text));
}

void customer_hint(struct view *view, enum ui_op op, struct buf *out)
{
	struct customer_view *cv = (struct customer_view *)view;

	if (op == UI_STOCK)
		item_of(cv, out);
	else if (op == UI_KNOWLEDGE)
		wants_of(cv, out);
}
