#include <dossier/base/mem.h>

#include "customer_view.h"

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

void customer_hint(struct view *view, enum ui_op op, struct buf *out)
{
	struct customer_view *cv = (struct customer_view *)view;

	if (op == UI_STOCK)
		item_of(cv, out);
}
