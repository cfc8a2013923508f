#include <dossier/desk/shelf.h>

#include <dossier/base/mem.h>

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

struct field { const char *name; size_t offset; };

static void blank(const struct mask *mask, const struct field *fields, void *in)
{
	for (; fields->name; fields++)
		if (mask_hides(mask, fields->name))
			*(struct str *)(void *)((char *)in + fields->offset) = (struct str){ 0 };
}

static void *copy_of(struct arena *arena, const void *whole, size_t size)
{
	void *copy = arena_alloc(arena, size);

	memcpy(copy, whole, size);
	return copy;
}

const struct article_row *present_seen_article(const struct present *present, const struct article_row *whole, struct arena *arena)
{
	static const struct field fields[] = {
		{ "article.id", offsetof(struct article_row, id) }, { "article.backend", offsetof(struct article_row, backend) },
		{ "article.title", offsetof(struct article_row, title) }, { "article.text", offsetof(struct article_row, text) },
		{ "article.web", offsetof(struct article_row, web) }, { 0 },
	};
	struct article_row *row;

	if (!present->mask)
		return whole;
	row = copy_of(arena, whole, sizeof(*row));
	blank(present->mask, fields, row);
	if (mask_hides(present->mask, "article.at"))
		row->at = WHEN_NONE;
	return row;
}

const struct stock_row *present_seen_stock(const struct present *present, const struct stock_row *whole, struct arena *arena)
{
	static const struct field fields[] = {
		{ "stock.backend", offsetof(struct stock_row, backend) }, { "stock.item", offsetof(struct stock_row, item) },
		{ "stock.title", offsetof(struct stock_row, title) }, { "stock.sku", offsetof(struct stock_row, sku) },
		{ "stock.ean", offsetof(struct stock_row, ean) }, { "stock.site.id", offsetof(struct stock_row, site_id) },
		{ "stock.site.name", offsetof(struct stock_row, site_name) }, { "stock.quantity", offsetof(struct stock_row, quantity) },
		{ "stock.web", offsetof(struct stock_row, web) }, { 0 },
	};
	struct stock_row *row;

	if (!present->mask)
		return whole;
	row = copy_of(arena, whole, sizeof(*row));
	blank(present->mask, fields, row);
	if (mask_hides(present->mask, "stock.site"))
		row->site_id = row->site_name = (struct str){ 0 };
	if (mask_hides(present->mask, "stock.price"))
		row->price = (struct money){ 0 };
	return row;
}
