/*
 * The customer's orders: each in one row with how far it is, and one whole,
 * with its lines, payments, deliveries and returns.
 */
#include <libintl.h>
#include <stdlib.h>

#include <dossier/base/mem.h>
#include <dossier/base/text.h>

#include "customer_view.h"
#include "words.h"

#define NUMBER 12               /* columns of what an order is called, and of how far it is */
#define STATE 17

static const struct timeline_row *row_of(struct customer_view *cv, size_t row)
{
	return timeline_row(customer_timeline(cv->customer), row);
}

static const struct order *order_at(struct customer_view *cv, size_t at)
{
	return at < cv->orders.n_kept ? &cv->orders.all.items[cv->orders.kept[at]] : NULL;
}

/* The row that stands for an order; NULL when it went meanwhile. */
static const struct timeline_row *head_at(struct customer_view *cv, size_t at)
{
	const struct order *order = order_at(cv, at);

	return order ? row_of(cv, order->head) : NULL;
}

static void words(void *arg, size_t at, struct buf *out)
{
	(void)arg;
	(void)at;
	(void)out;
}

static void key(void *arg, size_t at, struct buf *out)
{
	const struct timeline_row *row = head_at(arg, at);

	if (row)
		buf_printf(out, "%.*s/%.*s/%.*s", STR_ARG(row->head->backend), STR_ARG(row->head->row), STR_ARG(row->head->id));
}

static void put_state(struct customer_view *cv, const struct order *order, const struct interaction *it, struct buf *out)
{
	const struct mask *mask = customer_view_present(cv)->mask;

	if (mask_hides(mask, "row.step") || mask_hides(mask, "row.status"))
		return;
	if (order->state == ORDER_NONE)
		buf_adds(out, step_word(it->step));
	else if (order->state == ORDER_REFUNDED && order->in_part)
		buf_adds(out, gettext("partly refunded"));
	else
		buf_adds(out, gettext(order_state_word(order->state)));
	if (order->in_part && order->state != ORDER_REFUNDED)
		buf_adds(out, gettext(", in part"));
	if (!out->len)
		buf_addstr(out, it->status);
}

static int state_element(const struct order *order)
{
	return order->state == ORDER_RETURNING ? EL_LATE : order->state == ORDER_CANCELLED ? EL_DIM : EL_STRONG;
}

/* "EDI01-530321" of "Order EDI01-530321": what stands on the paper, where the backend's own id is too long for anybody. */
static struct str called(const struct interaction *it)
{
	const char *end = it->title.n ? memchr(it->title.p, ':', it->title.n) : NULL;
	uint32_t to = end ? (uint32_t)(end - it->title.p) : it->title.n, from = to;
	bool digit = false;

	while (from > 0 && it->title.p[from - 1] != ' ')
		digit |= it->title.p[--from] >= '0' && it->title.p[from] <= '9';
	return digit ? str_make(it->title.p + from, to - from) : (struct str){ 0 };
}

static void put_number(const struct interaction *it, struct buf *out)
{
	struct str name = called(it);

	if (it->kind != KIND_ORDER)
		buf_printf(out, "(%s)", words_kind(it->kind));
	else if (name.n && name.n <= NUMBER && it->refs && it->refs->order.n > NUMBER)
		buf_addstr(out, name);
	else if (it->refs && it->refs->order.n)
		buf_addstr(out, it->refs->order);
	else
		buf_addstr(out, it->refs && it->refs->receipt.n ? it->refs->receipt : it->id);
}

static void put_goods(const struct interaction *it, struct buf *out)
{
	if (it->n_lines && it->lines[0].title.n)
		buf_addstr(out, it->lines[0].title);
	else
		buf_addstr(out, it->title.n ? it->title : it->text);
	if (it->n_lines > 1)
		buf_printf(out, gettext(" and %u more"), it->n_lines - 1);
}

static void paint_row(void *arg, struct screen *screen, int row, int cols, size_t at, int on)
{
	struct customer_view *cv = arg;
	const struct order *order = order_at(cv, at);
	const struct timeline_row *head = order ? row_of(cv, order->head) : NULL;
	int source = cols - 6, total = source - 12, goods = 15 + NUMBER + 1 + STATE + 1;
	struct arena *arena;
	const struct interaction *it;
	struct buf text;

	if (!head)
		return;
	arena = arena_new();
	it = present_seen_row(customer_view_present(cv), head->head, arena);
	buf_init(&text, 8192);
	words_when(cv->view.ui, it->at, &text);
	screen_cell(screen, row, 1, 12, EL_TIME | on, buf_str(&text));
	buf_reset(&text);
	put_number(it, &text);
	screen_cell(screen, row, 14, NUMBER, words_kind_element(it->kind) | on, buf_str(&text));
	buf_reset(&text);
	put_state(cv, order, it, &text);
	screen_cell(screen, row, 15 + NUMBER, STATE, state_element(order) | on, buf_str(&text));
	buf_reset(&text);
	put_goods(it, &text);
	if (total - goods > 4)
		screen_cell(screen, row, goods - 1, total - goods, EL_TITLE | on, buf_str(&text));
	buf_reset(&text);
	if (it->amount.currency[0])
		words_money(it->amount, &text);
	screen_right(screen, row, total, 11, EL_STRONG | on, buf_str(&text));
	screen_cell(screen, row, source, 5, EL_SOURCE | on, it->backend);
	buf_release(&text);
	arena_free(arena);
}

/* "2 × Skog Hiking Boot (SK-43)  €199.80" */
static void page_lines(struct page *page, const struct interaction *it, const char *label)
{
	struct buf text;

	buf_init(&text, 8192);
	for (uint32_t i = 0; i < it->n_lines; i++) {
		buf_reset(&text);
		words_line(&it->lines[i], &text);
		page_text(page, PAGE_LABEL, EL_TEXT, i ? "" : label, buf_str(&text));
	}
	buf_release(&text);
}

static void page_part(struct customer_view *cv, struct page *page, const struct interaction *it)
{
	struct buf when, text;

	buf_init(&when, 256);
	buf_init(&text, 8192);
	words_when(cv->view.ui, it->at, &when);
	buf_addstr(&text, it->title.n ? it->title : str_of(kind_word(it->kind)));
	if (it->amount.currency[0]) {
		buf_adds(&text, "  ");
		words_money(it->amount, &text);
	}
	/* most titles say it themselves */
	if (it->step != STEP_NONE && !text_contains_fold(it->title, str_of(step_word(it->step))))
		buf_printf(&text, ", %s", step_word(it->step));
	if (it->agent.n)
		buf_printf(&text, ", %.*s", STR_ARG(it->agent));
	page_text(page, 13, words_kind_element(it->kind), when.data ? when.data : "", buf_str(&text));
	if (it->place_name.n)
		page_text(page, 13, EL_TEXT, "", it->place_name);
	for (uint32_t i = 0; i < it->n_lines; i++) {
		buf_reset(&text);
		words_line(&it->lines[i], &text);
		page_text(page, 15, EL_TEXT, "", buf_str(&text));
	}
	if (it->outcome.n)
		page_text(page, 13, EL_TEXT, "", it->outcome);
	if (it->text.n && !str_eq(it->text, it->title))
		page_text(page, 13, EL_TEXT, "", it->text);
	if (it->refs && it->refs->tracking.n)
		page_text(page, 13, EL_TEXT, "", it->refs->tracking);
	if (it->web.n)
		page_text(page, 13, EL_DIM, "", it->web);
	buf_release(&when);
	buf_release(&text);
}

static void page_head(struct customer_view *cv, struct page *page, const struct order *order, const struct interaction *it)
{
	struct buf text;

	buf_init(&text, 8192);
	page_text(page, 0, EL_STRONG, "", it->title);
	put_state(cv, order, it, &text);
	page_fact(page, gettext("state"), buf_str(&text));
	page_fact(page, it->backend.n ? gettext("it says") : "", it->status);
	buf_reset(&text);
	when_strftime(it->at, ui_zone(cv->view.ui), STR("%Y-%m-%d %H:%M"), &text);
	page_fact(page, gettext("at"), it->at == WHEN_NONE ? str_of(gettext("no time")) : buf_str(&text));
	buf_reset(&text);
	buf_addstr(&text, it->backend);
	if (it->channel != CHANNEL_NONE)
		buf_printf(&text, ", %s", channel_word(it->channel));
	if (it->place_name.n)
		buf_printf(&text, ", %.*s", STR_ARG(it->place_name));
	page_fact(page, gettext("where"), buf_str(&text));
	page_lines(page, it, gettext("lines"));
	page_money(page, gettext("total"), it->amount);
	page_fact(page, gettext("order"), it->refs ? it->refs->order : (struct str){ 0 });
	page_fact(page, gettext("receipt"), it->refs ? it->refs->receipt : (struct str){ 0 });
	page_fact(page, gettext("web"), it->web);
	buf_release(&text);
}

/* What became of it stands in the order in which it happened. */
static void page(void *arg, struct page *page, size_t at)
{
	struct customer_view *cv = arg;
	const struct order *order = order_at(cv, at);
	const struct timeline_row *head = order ? row_of(cv, order->head) : NULL;
	struct arena *arena;

	if (!head)
		return;
	arena = arena_new();
	page_head(cv, page, order, present_seen_row(customer_view_present(cv), head->head, arena));
	if (order->n_parts)
		page_blank(page);
	for (size_t i = order->n_parts; i-- > 0;) {
		const struct timeline_row *row = row_of(cv, order->parts[i]);

		if (row)
			page_part(cv, page, present_seen_row(customer_view_present(cv), row->head, arena));
	}
	arena_free(arena);
}

static void none(void *arg, struct buf *out)
{
	struct customer_view *cv = arg;

	if (cv->filter.n)
		buf_adds(out, gettext("no order fits the filter; Esc in the filter takes it back"));
	else
		buf_adds(out, customer_done(cv->customer) ? gettext("nothing is known to have been bought; Tab shows the rest") : gettext("asking …"));
}

static const struct rows_ops orders_ops = { .words = words, .key = key, .row = paint_row, .page = page, .none = none };

void customer_orders_init(struct customer_view *cv)
{
	rows_init(&cv->orders.rows, &orders_ops, cv);
}

void customer_orders_release(struct customer_view *cv)
{
	rows_release(&cv->orders.rows);
	orders_release(&cv->orders.all);
	free(cv->orders.kept);
}

static bool keeps_row(struct customer_view *cv, size_t at)
{
	const struct timeline_row *row = row_of(cv, at);

	for (size_t i = 0; i < cv->filter.n; i++)
		if (!present_keeps(customer_view_present(cv), row, &cv->filter.part[i]))
			return false;
	return true;
}

/* An order is kept by any of its rows. */
static bool keeps(struct customer_view *cv, const struct order *order)
{
	bool kept = !cv->filter.n || keeps_row(cv, order->head);

	for (size_t i = 0; i < order->n_parts && !kept; i++)
		kept = keeps_row(cv, order->parts[i]);
	return kept;
}

void customer_orders_sync(struct customer_view *cv)
{
	struct customer_orders *orders = &cv->orders;

	if (!orders_current(&orders->all, customer_timeline(cv->customer))) {
		orders_release(&orders->all);
		orders_init(&orders->all, customer_timeline(cv->customer));
	}
	free(orders->kept);
	orders->kept = mem_array(orders->all.n + 1, sizeof(*orders->kept));
	orders->n_kept = 0;
	for (size_t i = 0; i < orders->all.n; i++)
		if (keeps(cv, &orders->all.items[i]))
			orders->kept[orders->n_kept++] = i;
	rows_set(&orders->rows, orders->n_kept);
	cv->counts[TAB_ORDERS] = orders->all.n;
}

const struct orders *customer_orders_all(struct customer_view *cv)
{
	if (!orders_current(&cv->orders.all, customer_timeline(cv->customer)))
		customer_orders_sync(cv);
	return &cv->orders.all;
}

const struct timeline_row *customer_orders_chosen(struct customer_view *cv)
{
	size_t at;

	return rows_chosen(&cv->orders.rows, &at) ? head_at(cv, at) : NULL;
}
