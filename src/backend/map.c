#include "map_inner.h"
#include "value.h"

/* The words a row may have, by the type of row. */
const struct row_word row_words[] = {
	{ "id", ROW_INTERACTION, "unique among the rows of its name; without one there is no row", ROW_ID },
	{ "kind", ROW_INTERACTION, "what it is: call, email, order ...", ROW_KIND },
	{ "step", ROW_INTERACTION, "for orders and their kin: placed, paid, shipped ...", ROW_STEP },
	{ "channel", ROW_INTERACTION, "how it came: phone, chat, counter, mail, social, web", ROW_CHANNEL },
	{ "direction", ROW_INTERACTION, "in or out", ROW_DIRECTION },
	{ "reader", ROW_INTERACTION, "who may read it: staff or customer", ROW_READER },
	{ "at", ROW_INTERACTION, "when", ROW_AT },
	{ "until", ROW_INTERACTION, "when it ended", ROW_UNTIL },
	{ "title", ROW_INTERACTION, "one line", ROW_TITLE },
	{ "body", ROW_INTERACTION, "the whole text", ROW_BODY },
	{ "agent", ROW_INTERACTION, "who of the staff", ROW_AGENT },
	{ "place", ROW_INTERACTION, "where: a name, or {id, name}", ROW_PLACE_NAME },
	{ "place.id", ROW_INTERACTION, "", ROW_PLACE_ID },
	{ "place.name", ROW_INTERACTION, "", ROW_PLACE_NAME },
	{ "status", ROW_INTERACTION, "as the backend says it", ROW_STATUS },
	{ "done", ROW_INTERACTION, "a code of what was tried", ROW_DONE },
	{ "outcome", ROW_INTERACTION, "a code of how it ended", ROW_OUTCOME },
	{ "amount", ROW_INTERACTION, "money", ROW_AMOUNT },
	{ "ref", ROW_INTERACTION, "its number, in the reference that suits its kind", ROW_REF },
	{ "refs", ROW_INTERACTION, "numbers: {order, receipt, ticket, tracking, call, case}", -1 },
	{ "refs.order", ROW_INTERACTION, "", ROW_REF_ORDER },
	{ "refs.receipt", ROW_INTERACTION, "", ROW_REF_RECEIPT },
	{ "refs.ticket", ROW_INTERACTION, "", ROW_REF_TICKET },
	{ "refs.tracking", ROW_INTERACTION, "", ROW_REF_TRACKING },
	{ "refs.call", ROW_INTERACTION, "", ROW_REF_CALL },
	{ "refs.case", ROW_INTERACTION, "", ROW_REF_CASE },
	{ "number", ROW_INTERACTION, "telephone or handle of the other side", ROW_NUMBER },
	{ "web", ROW_INTERACTION, "an address for the browser", ROW_WEB },
	{ "part_of", ROW_INTERACTION, "id of the row it belongs to", ROW_PART_OF },
	{ "minutes", ROW_INTERACTION, "handling time in minutes", ROW_MINUTES },
	{ "seconds", ROW_INTERACTION, "handling time in seconds", ROW_SECONDS },
	{ "lines", ROW_INTERACTION, "lines of an order", ROW_LINES },
	{ "attachments", ROW_INTERACTION, "files", ROW_ATTACHMENTS },
	{ "item", ROW_STOCK, "the item's id or number", ROW_ITEM },
	{ "title", ROW_STOCK, "the item's name", ROW_TITLE },
	{ "sku", ROW_STOCK, "article number", ROW_SKU },
	{ "ean", ROW_STOCK, "bar code", ROW_EAN },
	{ "site", ROW_STOCK, "where it lies: a name, or {id, name}", ROW_PLACE_NAME },
	{ "site.id", ROW_STOCK, "", ROW_PLACE_ID },
	{ "site.name", ROW_STOCK, "", ROW_PLACE_NAME },
	{ "quantity", ROW_STOCK, "how many", ROW_QUANTITY },
	{ "condition", ROW_STOCK, "sellable, display, prescription, reserved or transit", ROW_CONDITION },
	{ "price", ROW_STOCK, "money", ROW_PRICE },
	{ "web", ROW_STOCK, "an address for the browser", ROW_WEB },
	{ "id", ROW_PRODUCT, "unique in the backend", ROW_ID },
	{ "title", ROW_PRODUCT, "its name", ROW_TITLE },
	{ "sku", ROW_PRODUCT, "article number", ROW_SKU },
	{ "ean", ROW_PRODUCT, "bar code", ROW_EAN },
	{ "body", ROW_PRODUCT, "description", ROW_BODY },
	{ "price", ROW_PRODUCT, "money", ROW_PRICE },
	{ "web", ROW_PRODUCT, "an address for the browser", ROW_WEB },
	{ "id", ROW_ARTICLE, "unique in the backend", ROW_ID },
	{ "title", ROW_ARTICLE, "its heading", ROW_TITLE },
	{ "body", ROW_ARTICLE, "its text, or the part that matched", ROW_BODY },
	{ "at", ROW_ARTICLE, "when it was last changed", ROW_AT },
	{ "web", ROW_ARTICLE, "an address for the browser", ROW_WEB },
	{ "id", ROW_DAY, "unique in the backend", ROW_ID },
	{ "kind", ROW_DAY, "pickup, order or appointment", ROW_KIND },
	{ "site", ROW_DAY, "where: a name, or {id, name}", ROW_PLACE_NAME },
	{ "site.id", ROW_DAY, "", ROW_PLACE_ID },
	{ "site.name", ROW_DAY, "", ROW_PLACE_NAME },
	{ "title", ROW_DAY, "what is due", ROW_TITLE },
	{ "name", ROW_DAY, "for whom", ROW_NAME },
	{ "status", ROW_DAY, "as the backend says it", ROW_STATUS },
	{ "ref", ROW_DAY, "its number", ROW_REF },
	{ "at", ROW_DAY, "when it is due", ROW_AT },
	{ "until", ROW_DAY, "when it ends", ROW_UNTIL },
	{ "record", ROW_DAY, "id of the customer's record", ROW_RECORD },
	{ NULL }
};

void map_each(const struct expr *each, const struct scope *scope, const struct map_notes *notes, each_fn fn, void *arg)
{
	if (!each) {
		fn(arg, scope);
		return;
	}
	struct json_object *list = expr_value(each, scope, notes);
	bool many = json_object_is_type(list, json_type_array);
	size_t n = many ? json_object_array_length(list) : list ? 1 : 0;
	for (size_t i = 0; i < n; i++) {
		struct scope inner = *scope;

		inner.parent = scope;
		inner.lazy = NULL;
		inner.share = list_share(scope, n);
		inner.element = many ? json_object_array_get_idx(list, i) : list;
		if (inner.element)
			fn(arg, &inner);
	}
	json_object_put(list);
}

/* What the filling of one row needs. */
struct fill {
	const struct plan_row *row;
	const struct scope *scope;
	const struct map_notes *notes;
	struct arena *arena;
	const struct expr *const *of;           /* by slot */
};

static struct str fill_text(const struct fill *fill, enum row_slot slot)
{
	const struct expr *expr = fill->of[slot];

	return expr ? expr_text(expr, fill->scope, fill->arena, fill->notes) : (struct str){ NULL, 0 };
}

static int64_t fill_time(const struct fill *fill, enum row_slot slot)
{
	const struct expr *expr = fill->of[slot];
	int64_t at;

	return expr && expr_time(expr, fill->scope, &at, fill->notes) ? at : WHEN_NONE;
}

static struct money fill_money(const struct fill *fill, enum row_slot slot)
{
	const struct expr *expr = fill->of[slot];
	struct money money = { 0 };

	return expr && expr_money(expr, fill->scope, &money, fill->notes) ? money : (struct money){ 0 };
}

static bool parse_kind(struct str word, int *out)
{
	enum kind value;
	return kind_parse(word, &value) && (*out = (int)value, true);
}

static bool parse_step(struct str word, int *out)
{
	enum step value;
	return step_parse(word, &value) && (*out = (int)value, true);
}

static bool parse_channel(struct str word, int *out)
{
	enum channel value;
	return channel_parse(word, &value) && (*out = (int)value, true);
}

static bool parse_direction(struct str word, int *out)
{
	enum direction value;
	return direction_parse(word, &value) && (*out = (int)value, true);
}

static bool parse_reader(struct str word, int *out)
{
	enum reader value;
	return reader_parse(word, &value) && (*out = (int)value, true);
}

static bool parse_condition(struct str word, int *out)
{
	enum condition value;
	return condition_parse(word, &value) && (*out = (int)value, true);
}

/* A word that the domain knows; 0 with a note for another. */
static int fill_word(const struct fill *fill, enum row_slot slot, bool (*parse)(struct str word, int *out), const char *what)
{
	struct expr_view view;
	struct str word;
	int value = 0;

	if (!fill->of[slot] || !expr_view(&view, fill->of[slot], fill->scope, fill->notes))
		return 0;
	word = view.text;
	if (word.n && !parse(word, &value))
		map_note(fill->notes, fill->row->line, "\"%.*s\" is no %s", word.n > 60 ? 60 : (int)word.n, word.p, what);
	expr_view_release(&view);
	return value;
}

/* 1.5 units of "unit_ms" as milliseconds; 0 with a note for what is no number. */
static int64_t fill_span(const struct fill *fill, enum row_slot slot, int64_t unit_ms)
{
	struct str text = str_trim(fill_text(fill, slot));
	int64_t whole = 0, part = 0, scale = 1;
	uint32_t i = 0;

	for (; i < text.n && i < 9 && text.p[i] >= '0' && text.p[i] <= '9'; i++)
		whole = whole * 10 + (text.p[i] - '0');
	if (i < text.n && i && text.p[i] == '.')
		for (i++; i < text.n && text.p[i] >= '0' && text.p[i] <= '9'; i++)
			if (scale < 1000) {
				part = part * 10 + (text.p[i] - '0');
				scale *= 10;
			}
	if (i < text.n) {
		map_note(fill->notes, fill->row->line, "\"%.*s\" is no length of time", text.n > 60 ? 60 : (int)text.n, text.p);
		return 0;
	}
	return whole * unit_ms + part * unit_ms / scale;
}

static void fill_refs(const struct fill *fill, struct interaction *it)
{
	static const enum row_slot slots[] = { ROW_REF_ORDER, ROW_REF_RECEIPT, ROW_REF_TICKET, ROW_REF_TRACKING, ROW_REF_CALL, ROW_REF_CASE };
	/* which of them a bare ref: means */
	static const unsigned char of_kind[KIND_COUNT] = {
		[KIND_ORDER] = 0, [KIND_RETURN] = 0, [KIND_PICKUP] = 0, [KIND_PAYMENT] = 1, [KIND_VISIT] = 1,
		[KIND_DELIVERY] = 3, [KIND_CALL] = 4, [KIND_CONTACT] = 5, [KIND_APPOINTMENT] = 5, [KIND_TICKET] = 2,
		[KIND_OTHER] = 2, [KIND_SOCIAL] = 2, [KIND_CHAT] = 2, [KIND_EMAIL] = 2, [KIND_MESSAGE] = 2,
		[KIND_WEB] = 2, [KIND_SELFSERVICE] = 2, [KIND_SURVEY] = 2, [KIND_NOTE] = 2,
	};
	struct str texts[6], bare = fill_text(fill, ROW_REF);

	for (size_t i = 0; i < 6; i++)
		texts[i] = fill_text(fill, slots[i]);
	if (bare.n && !texts[of_kind[it->kind]].n)
		texts[of_kind[it->kind]] = bare;
	for (size_t i = 0; i < 6; i++) {
		if (!texts[i].n)
			continue;
		struct refs *refs = interaction_refs(fill->arena, it);
		struct str *places[] = { &refs->order, &refs->receipt, &refs->ticket, &refs->tracking, &refs->call, &refs->case_ };
		*places[i] = texts[i];
	}
}

/* The most lines or files of one row that are kept. */
enum { PARTS_MOST = 1000 };

struct parts {
	const struct fill *fill;
	const struct plan_line *line;
	const struct plan_attachment *file;
	struct interaction *it;
	uint32_t cap;
};

static void *parts_room(struct parts *parts, void *items, uint32_t n, size_t size)
{
	if (n < parts->cap)
		return items;
	parts->cap = parts->cap ? parts->cap * 2 : 4;
	void *more = arena_alloc(parts->fill->arena, parts->cap * size);
	if (n)
		memcpy(more, items, n * size);
	return more;
}

static struct str part_text(const struct parts *parts, const struct expr *expr, const struct scope *scope)
{
	return expr ? expr_text(expr, scope, parts->fill->arena, parts->fill->notes) : (struct str){ NULL, 0 };
}

/* quantity x unit, where the line's own amount is not said and the quantity is whole */
static void line_amount(const struct parts *parts, const struct scope *scope, struct line *line)
{
	struct money unit = { 0 };
	int64_t n = 0;

	if (parts->line->amount && expr_money(parts->line->amount, scope, &line->amount, parts->fill->notes))
		return;
	line->amount = (struct money){ 0 };
	if (!parts->line->unit || !expr_money(parts->line->unit, scope, &unit, parts->fill->notes))
		return;
	for (uint32_t i = 0; i < line->quantity.n; i++) {
		if (line->quantity.p[i] < '0' || line->quantity.p[i] > '9' || i > 8)
			return;
		n = n * 10 + (line->quantity.p[i] - '0');
	}
	if (!line->quantity.n)
		n = 1;
	if (!__builtin_mul_overflow(unit.minor, n, &unit.minor))
		line->amount = unit;
}

static void add_line(void *arg, const struct scope *scope)
{
	struct parts *parts = arg;
	struct interaction *it = parts->it;
	struct line line = {
		.title = part_text(parts, parts->line->title, scope),
		.sku = part_text(parts, parts->line->sku, scope),
		.quantity = part_text(parts, parts->line->quantity, scope),
	};

	if (it->n_lines >= PARTS_MOST || (!line.title.n && !line.sku.n))
		return;
	line_amount(parts, scope, &line);
	it->lines = parts_room(parts, it->lines, it->n_lines, sizeof(*it->lines));
	it->lines[it->n_lines++] = line;
}

static void add_file(void *arg, const struct scope *scope)
{
	struct parts *parts = arg;
	struct interaction *it = parts->it;
	struct attachment file = {
		.name = part_text(parts, parts->file->name, scope),
		.type = part_text(parts, parts->file->type, scope),
		.web = part_text(parts, parts->file->web, scope),
		.size = -1,
	};
	struct str size = part_text(parts, parts->file->size, scope);

	if (it->n_attachments >= PARTS_MOST || (!file.name.n && !file.web.n))
		return;
	if (size.n && size.n < 18) {
		int64_t bytes = 0;
		uint32_t i = 0;

		for (; i < size.n && size.p[i] >= '0' && size.p[i] <= '9'; i++)
			bytes = bytes * 10 + (size.p[i] - '0');
		file.size = i == size.n ? bytes : -1;
	}
	it->attachments = parts_room(parts, it->attachments, it->n_attachments, sizeof(*it->attachments));
	it->attachments[it->n_attachments++] = file;
}

static void fill_parts(const struct fill *fill, struct interaction *it)
{
	struct parts parts = { .fill = fill, .it = it };

	for (size_t i = 0; i < fill->row->lines.n; i++) {
		parts.line = &fill->row->lines.items[i];
		map_each(parts.line->each, fill->scope, fill->notes, add_line, &parts);
	}
	parts.cap = 0;
	for (size_t i = 0; i < fill->row->attachments.n; i++) {
		parts.file = &fill->row->attachments.items[i];
		map_each(parts.file->each, fill->scope, fill->notes, add_file, &parts);
	}
}

static struct str fill_id(const struct fill *fill, const char *what)
{
	struct str id = fill_text(fill, ROW_ID);

	if (!id.n)
		map_note(fill->notes, fill->row->line, "%s without an id is dropped", what);
	return id;
}

static struct str backend_of(const struct fill *fill)
{
	return arena_str(fill->arena, str_of(fill->scope->house ? fill->scope->house->backend : NULL));
}

struct interaction *map_interaction(const struct plan_row *row, const char *row_name, const struct scope *scope,
				    struct batch *batch, const struct map_notes *notes)
{
	const struct interaction *before = batch->n ? batch->items[batch->n - 1] : NULL;
	struct fill fill = { row, scope, notes, batch->arena, row->of };

	if (!cond_holds(row->when, scope))
		return NULL;
	struct str id = fill_id(&fill, "a row");
	if (!id.n)
		return NULL;
	struct interaction *it = batch_add(batch);
	it->id = id;
	/* rows of a batch are much the same: one copy serves them all */
	it->backend = before && str_is(before->backend, scope->house ? scope->house->backend : NULL) ? before->backend : backend_of(&fill);
	it->row = before && str_is(before->row, row_name) ? before->row : arena_str(batch->arena, str_of(row_name));
	it->kind = (enum kind)fill_word(&fill, ROW_KIND, parse_kind, "kind");
	it->step = (enum step)fill_word(&fill, ROW_STEP, parse_step, "step");
	it->channel = (enum channel)fill_word(&fill, ROW_CHANNEL, parse_channel, "channel");
	if (it->channel == CHANNEL_NONE)
		it->channel = channel_of_kind(it->kind);
	it->direction = (enum direction)fill_word(&fill, ROW_DIRECTION, parse_direction, "direction");
	it->reader = (enum reader)fill_word(&fill, ROW_READER, parse_reader, "reader");
	it->at = fill_time(&fill, ROW_AT);
	it->until = fill_time(&fill, ROW_UNTIL);
	it->title = fill_text(&fill, ROW_TITLE);
	it->text = fill_text(&fill, ROW_BODY);
	it->agent = fill_text(&fill, ROW_AGENT);
	it->place_id = fill_text(&fill, ROW_PLACE_ID);
	it->place_name = fill_text(&fill, ROW_PLACE_NAME);
	it->status = fill_text(&fill, ROW_STATUS);
	it->done = fill_text(&fill, ROW_DONE);
	it->outcome = fill_text(&fill, ROW_OUTCOME);
	it->number = fill_text(&fill, ROW_NUMBER);
	it->web = fill_text(&fill, ROW_WEB);
	it->part_of = fill_text(&fill, ROW_PART_OF);
	it->amount = fill_money(&fill, ROW_AMOUNT);
	it->minutes = fill_span(&fill, ROW_MINUTES, 60000) + fill_span(&fill, ROW_SECONDS, 1000);
	/* how long a call took is when it ended */
	if (it->until == WHEN_NONE && it->at != WHEN_NONE && it->kind == KIND_CALL && it->minutes)
		it->until = it->at + it->minutes;
	fill_refs(&fill, it);
	fill_parts(&fill, it);
	return it;
}

static void *map_stock(const struct fill *fill)
{
	struct stock_row *out = arena_alloc(fill->arena, sizeof(*out));

	out->backend = backend_of(fill);
	out->item = fill_text(fill, ROW_ITEM);
	out->title = fill_text(fill, ROW_TITLE);
	out->sku = fill_text(fill, ROW_SKU);
	out->ean = fill_text(fill, ROW_EAN);
	out->site_id = fill_text(fill, ROW_PLACE_ID);
	out->site_name = fill_text(fill, ROW_PLACE_NAME);
	out->quantity = fill_text(fill, ROW_QUANTITY);
	out->condition = (enum condition)fill_word(fill, ROW_CONDITION, parse_condition, "condition");
	out->price = fill_money(fill, ROW_PRICE);
	out->web = fill_text(fill, ROW_WEB);
	if (out->item.n || out->sku.n)
		return out;
	map_note(fill->notes, fill->row->line, "stock without an item is dropped");
	return NULL;
}

static void *map_product(const struct fill *fill)
{
	struct product_row *out = arena_alloc(fill->arena, sizeof(*out));

	out->backend = backend_of(fill);
	out->id = fill_id(fill, "a product");
	out->title = fill_text(fill, ROW_TITLE);
	out->sku = fill_text(fill, ROW_SKU);
	out->ean = fill_text(fill, ROW_EAN);
	out->text = fill_text(fill, ROW_BODY);
	out->price = fill_money(fill, ROW_PRICE);
	out->web = fill_text(fill, ROW_WEB);
	return out->id.n ? out : NULL;
}

static void *map_article(const struct fill *fill)
{
	struct article_row *out = arena_alloc(fill->arena, sizeof(*out));

	out->backend = backend_of(fill);
	out->id = fill_id(fill, "an article");
	out->title = fill_text(fill, ROW_TITLE);
	out->text = fill_text(fill, ROW_BODY);
	out->at = fill_time(fill, ROW_AT);
	out->web = fill_text(fill, ROW_WEB);
	return out->id.n ? out : NULL;
}

static void *map_day(const struct fill *fill)
{
	struct day_row *out = arena_alloc(fill->arena, sizeof(*out));

	out->backend = backend_of(fill);
	out->id = fill_id(fill, "a row of the day");
	out->kind = (enum kind)fill_word(fill, ROW_KIND, parse_kind, "kind");
	out->site_id = fill_text(fill, ROW_PLACE_ID);
	out->site_name = fill_text(fill, ROW_PLACE_NAME);
	out->title = fill_text(fill, ROW_TITLE);
	out->name = fill_text(fill, ROW_NAME);
	out->status = fill_text(fill, ROW_STATUS);
	out->reference = fill_text(fill, ROW_REF);
	out->at = fill_time(fill, ROW_AT);
	out->until = fill_time(fill, ROW_UNTIL);
	out->record = fill_text(fill, ROW_RECORD);
	return out->id.n ? out : NULL;
}

void *map_row(const struct plan_row *row, const struct scope *scope, struct arena *arena, const struct map_notes *notes)
{
	static void *(*const maps[ROW_TYPE_COUNT])(const struct fill *fill) = {
		[ROW_STOCK] = map_stock, [ROW_PRODUCT] = map_product, [ROW_ARTICLE] = map_article, [ROW_DAY] = map_day,
	};
	struct fill fill = { row, scope, notes, arena, row->of };

	if (!maps[row->type] || !cond_holds(row->when, scope))
		return NULL;
	return maps[row->type](&fill);
}
