#include <dossier/desk/shelf.h>

#include "view.h"

void present_article(const struct present *present, const struct article_row *row, const struct fields *out)
{
	struct view view = view_of(present, "article", out);

	view_text(&view, "id", row->id);
	view_text(&view, "backend", row->backend);
	view_text(&view, "title", row->title);
	view_text(&view, "text", row->text);
	view_time(&view, "at", row->at);
	view_text(&view, "web", row->web);
	view_end(&view);
}

void present_stock(const struct present *present, const struct stock_row *row, const struct fields *out)
{
	struct view view = view_of(present, "stock", out);

	view_text(&view, "backend", row->backend);
	view_text(&view, "item", row->item);
	view_text(&view, "title", row->title);
	view_text(&view, "sku", row->sku);
	view_text(&view, "ean", row->ean);
	if (!view_hides(&view, "site")) {
		out->begin_map(out->arg, "site");
		view_text(&view, "site.id", row->site_id);
		view_text(&view, "site.name", row->site_name);
		out->end_map(out->arg);
	}
	view_text(&view, "quantity", row->quantity);
	view_word(&view, "condition", condition_word(row->condition));
	view_money(&view, "price", row->price);
	view_text(&view, "web", row->web);
	view_end(&view);
}
