/* Which money an action is about: that of the row it was picked for. */
#include <ctype.h>
#include <strings.h>

#include <dossier/model/orders.h>

#include "act.h"
#include "words.h"

static bool is_row(const struct timeline_row *row, const char *backend, struct str id)
{
	for (size_t i = 0; i < row->n_sources; i++)
		if (str_is(row->sources[i]->backend, backend) && str_eq(row->sources[i]->id, id))
			return true;
	return false;
}

/* What is left of the order that the row is the head of. */
static bool left_of(struct customer_view *cv, size_t head, struct money *left)
{
	const struct orders *orders = customer_orders_all(cv);

	for (size_t i = 0; i < orders->n; i++)
		if (orders->items[i].head == head)
			return order_left(customer_timeline(cv->customer), &orders->items[i], left);
	return false;
}

bool act_money(struct customer_view *cv, const char *backend, struct str id, struct money *left)
{
	struct timeline *timeline = customer_timeline(cv->customer);
	size_t n = timeline_count(timeline), at = 0;
	const struct interaction *it;

	while (at < n && id.n && !is_row(timeline_row(timeline, at), backend, id))
		at++;
	it = id.n && at < n ? timeline_row(timeline, at)->head : NULL;
	if (!it || !it->amount.currency[0] || mask_hides(customer_view_present(cv)->mask, "row.amount"))
		return false;
	if (!left_of(cv, at, left)) {
		*left = it->amount;
		left->minor = -1;
	}
	return true;
}

bool act_money_ends(const struct plan_ask_field *field, struct money left)
{
	return left.minor > 0 && field->of_left;
}

static bool cut(struct str *text, struct str word)
{
	if (!word.n || text->n <= word.n)
		return false;
	if (strncasecmp(text->p, word.p, word.n) == 0)
		*text = str_make(text->p + word.n, text->n - word.n);
	else if (strncasecmp(text->p + text->n - word.n, word.p, word.n) == 0)
		text->n -= word.n;
	else
		return false;
	*text = str_trim(*text);
	return true;
}

struct str act_money_bare(struct str text, struct money left)
{
	text = str_trim(text);
	if (!cut(&text, str_of(left.currency)))
		cut(&text, str_of(words_sign(left.currency)));
	return text;
}

/* "12.50 EUR" of an order in pounds: the currency is the order's, whatever is typed. */
bool act_money_alone(const struct plan_ask_field *field, struct str text, struct money left, struct err *err)
{
	for (uint32_t i = 0; i < text.n; i++)
		if (isalpha((unsigned char)text.p[i]) || (unsigned char)text.p[i] >= 0x80 || text.p[i] == '$')
			return err_set(err, ERR_USAGE, "%s: \"%.*s\" is not right: it is in %.3s, such as 12.50", field->name, STR_ARG(text), left.currency);
	return true;
}

bool act_money_fits(const struct plan_ask_field *field, struct str text, struct money left, struct err *err)
{
	struct money wanted;
	char most[40];

	if (!act_money_ends(field, left))
		return true;
	if (!money_parse_major(text, str_of(left.currency), &wanted, err))
		return false;
	if (wanted.minor <= left.minor)
		return true;
	money_print(left, most);
	return err_set(err, ERR_USAGE, "%s: %.*s is more than is left to give back, which is at most %s", field->name, STR_ARG(text), most);
}
