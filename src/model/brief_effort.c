/*
 * EFFORT: what it took the customer, and what it cost.
 */
#include "brief_inner.h"

#define DAY_MS (24 * 60 * 60 * INT64_C(1000))
#define HOUR_MS (60 * 60 * INT64_C(1000))

static void cost_add(struct brief *brief, int64_t minor, const char *currency)
{
	size_t i = 0;

	if (!*currency || !minor)
		return;
	while (i < brief->n_cost && strcmp(brief->cost[i].currency, currency) != 0)
		i++;
	if (i == BRIEF_CURRENCIES)
		return;
	if (i == brief->n_cost) {
		brief->cost[i] = (struct money){ 0, "" };
		memcpy(brief->cost[i].currency, currency, sizeof(brief->cost[i].currency));
		brief->n_cost++;
	}
	if (__builtin_add_overflow(brief->cost[i].minor, minor, &brief->cost[i].minor))
		brief->cost[i].minor = INT64_MAX;
}

static int64_t absolute(int64_t minor)
{
	return minor == INT64_MIN ? INT64_MAX : minor < 0 ? -minor : minor;
}

/* The longest that any system says of one event: they tell of the same minutes. */
static int64_t row_handling(const struct timeline_row *row)
{
	int64_t most = 0;

	for (size_t i = 0; i < row->n_sources; i++) {
		if (row->sources[i]->minutes > most)
			most = row->sources[i]->minutes;
	}
	return most > DAY_MS ? DAY_MS : most;
}

static unsigned channel_bit(const struct interaction *it)
{
	enum channel channel = it->channel ? it->channel : channel_of_kind(it->kind);

	return channel ? 1u << channel : it->kind == KIND_MESSAGE ? 1u << CHANNEL_COUNT : 0;
}

/* A call that went from one agent to another is one row with several contacts. */
static unsigned row_transfers(const struct brief_in *in, const struct timeline_row *row)
{
	const struct contact *first = NULL;
	unsigned transfers = 0;

	for (size_t i = 0; i < row->n_sources; i++) {
		const struct contact *contact = str_is(row->sources[i]->backend, CASES_BACKEND) ?
			cases_contact(in->cases, row->sources[i]->id) : NULL;
		bool known = !contact || (first && str_eq(first->start->author, contact->start->author));

		for (size_t k = 0; k < i && !known; k++) {
			const struct contact *other = str_is(row->sources[k]->backend, CASES_BACKEND) ?
				cases_contact(in->cases, row->sources[k]->id) : NULL;

			known = other && other != first && str_eq(other->start->author, contact->start->author);
		}
		if (known)
			continue;
		if (first)
			transfers++;
		else
			first = contact;
	}
	return transfers;
}

void effort_of(const struct brief_in *in, struct touch *touch)
{
	touch->handling = row_handling(touch->row);
	touch->transfers = row_transfers(in, touch->row);
	for (size_t i = 0; i < touch->row->n_sources; i++)
		touch->channels |= channel_bit(touch->row->sources[i]);
}

/* Accepted during that row: a live transfer, which the row's contacts tell of already. */
static bool told_by_a_row(const struct touches *touches, const struct handoff *handoff)
{
	int64_t at = entry_time(handoff->closed);
	const int64_t slack = 10 * 60 * 1000;

	for (size_t i = 0; i < touches->n; i++) {
		const struct touch *touch = &touches->items[i];

		if (touch->contact_row && touch->at - slack <= at && at <= touch->end + slack && touch->transfers)
			return true;
	}
	return false;
}

static void count_transfers(struct brief *brief, const struct touches *touches)
{
	for (size_t i = 0; i < touches->n; i++)
		brief->transfers += touches->items[i].transfers;
	for (size_t i = 0; brief->of && i < brief->of->n_handoffs; i++) {
		const struct handoff *handoff = brief->of->handoffs[i];

		brief->transfers += handoff->state == HANDOFF_ACCEPTED && !told_by_a_row(touches, handoff);
	}
}

bool is_refund(const struct interaction *it)
{
	return (it->kind == KIND_PAYMENT || it->kind == KIND_RETURN) && it->step == STEP_REFUNDED && *it->amount.currency;
}

/* One refund that the shop tells as payment and as return is one. */
static bool refund_told(const struct touches *touches, size_t upto, const struct interaction *it)
{
	for (size_t i = 0; i < upto; i++) {
		const struct interaction *other = touches->refunds[i]->head;

		if (other->kind != it->kind && other->amount.minor == it->amount.minor && it->refs && other->refs &&
		    it->refs->order.p && str_eq(it->refs->order, other->refs->order))
			return true;
	}
	return false;
}

static bool in_span(const struct brief *brief, const struct brief_in *in, const struct timeline_row *row, int64_t first)
{
	struct str case_ = row_case(in, row);

	if (!row_dated(row))
		return false;
	return brief->of ? case_.p && str_eq(case_, brief->of->id) : !case_.p && first != WHEN_NONE && row->head->at >= first;
}

static bool refund_seen(const struct brief_in *in, const struct touches *touches, struct str backend, struct money amount, int64_t at)
{
	for (size_t i = 0; i < touches->n_refunds; i++) {
		const struct timeline_row *row = touches->refunds[i];
		const struct interaction *it = row->head;

		if (row_dated(row) && str_eq(it->backend, backend) && absolute(it->amount.minor) == amount.minor &&
		    !strcmp(it->amount.currency, amount.currency) && it->at >= at - HOUR_MS && it->at - at <= in->window)
			return true;
	}
	return false;
}

static void cost_of_action(struct brief *brief, const struct brief_in *in, const struct touches *touches, struct json_object *data, const struct entry *entry)
{
	struct money cost = entry_money(data, "cost");

	cost.minor = absolute(cost.minor);
	if (!*cost.currency || !str_is(entry_text(data, "outcome"), "done"))
		return;
	/* A refund shows in the backend's rows too; what it does not show counts from here. */
	if (str_is(entry_text(data, "cost_for"), "refund") && refund_seen(in, touches, entry_text(data, "backend"), cost, entry_time(entry)))
		return;
	cost_add(brief, cost.minor, cost.currency);
}

static void count_cost(struct brief *brief, const struct brief_in *in, const struct touches *touches, int64_t first)
{
	struct json_parser *parser = json_parser_new();
	const struct entry *const *entries = brief->of ? brief->of->entries : in->cases->loose;
	size_t n_entries = brief->of ? brief->of->n_entries : in->cases->n_loose;

	if (*in->hour.currency)
		cost_add(brief, (int64_t)((__int128)in->hour.minor * brief->handling / HOUR_MS), in->hour.currency);
	for (size_t i = 0; i < touches->n_refunds; i++) {
		const struct timeline_row *row = touches->refunds[i];

		if (in_span(brief, in, row, first) && !refund_told(touches, i, row->head))
			cost_add(brief, absolute(row->head->amount.minor), row->head->amount.currency);
	}
	for (size_t i = 0; i < n_entries; i++) {
		struct json_object *data;

		if (entries[i]->type != ENTRY_ACTION || (!brief->of && (first == WHEN_NONE || entry_time(entries[i]) < first)))
			continue;
		data = entry_data(parser, entries[i]);
		cost_of_action(brief, in, touches, data, entries[i]);
		json_object_put(data);
	}
	json_parser_free(parser);
}

void brief_effort(struct brief *brief, const struct touches *touches, const struct brief_in *in)
{
	int64_t first = WHEN_NONE, before = WHEN_NONE, end = brief->of && brief->of->solved_at != WHEN_NONE ? brief->of->solved_at : in->now;
	unsigned channels = 0;

	for (size_t i = 0; i < touches->n; i++) {
		const struct touch *touch = &touches->items[i];

		if (!touch->contact_row)
			continue;
		if (first == WHEN_NONE)
			first = touch->at;
		brief->contacts++;
		brief->repeats += touch->inbound && before != WHEN_NONE && touch->at - before <= in->window;
		brief->handling += touch->handling;
		before = touch->at;
		channels |= touch->channels;
	}
	if (brief->of && (first == WHEN_NONE || entry_time(brief->of->opened) < first))
		first = entry_time(brief->of->opened);
	brief->channels = (size_t)__builtin_popcount(channels);
	if (first != WHEN_NONE && end > first)
		brief->days = (end - first) / DAY_MS;
	count_transfers(brief, touches);
	count_cost(brief, in, touches, first);
	brief->lifetime = in->lifetime;
	brief->n_lifetime = in->n_lifetime;
}
