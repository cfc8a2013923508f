/*
 * What happened to the ordinary customers.
 */
#include "crowd.h"

#include <dossier/base/when.h>

enum { TAG_ORDER = 20, TAG_VISIT, TAG_CALL, TAG_CHAT, TAG_POST, TAG_COUNT };

/* How many of something somebody has: most have few. */
static size_t how_many(const struct world *world, const struct person *person, uint32_t tag, size_t most)
{
	struct chance chance = chance_start(world->seed, person->index, TAG_COUNT + tag * 16);
	size_t a = chance_below(&chance, (unsigned)most + 1), b = chance_below(&chance, (unsigned)most + 1);

	return a < b ? a : b;
}

static struct chance of_thing(const struct world *world, const struct person *person, uint32_t tag, size_t k)
{
	return chance_start(world->seed, (uint64_t)person->index << 8 | k, tag);
}

/* A moment in the last year, oldest first by k; who gave up did so long ago. */
static int64_t moment_of(const struct world *world, const struct person *person, struct chance *chance, size_t k, size_t n)
{
	int64_t span = 360 * DAY / (int64_t)n;
	int64_t ago = span * (int64_t)(n - 1 - k) + (int64_t)(chance_next(chance) % (uint64_t)(span - 2 * HOUR)) + HOUR;
	int64_t at = world->now - ago - (person->flags & GAVE_UP ? 500 * DAY : 0);

	/* nobody shops in the small hours */
	if (at % DAY < 7 * HOUR && at + 9 * HOUR < world->now)
		at += 9 * HOUR;
	return at / 1000 * 1000 + (int64_t)chance_below(chance, 1000);
}

static size_t lines(struct chance *chance, struct line out[LINES_MOST])
{
	size_t n = 1 + chance_below(chance, 3) * chance_below(chance, 2);

	for (size_t i = 0; i < n; i++) {
		unsigned product = chance_below(chance, (unsigned)products_n);

		if (product == PRODUCT_PLAN)
			product = PRODUCT_CHINO;
		out[i].good = (struct good){ (uint8_t)product, (uint8_t)chance_below(chance, (unsigned)good_variants(product)) };
		out[i].quantity = chance_percent(chance, 85) ? 1 : 2 + chance_below(chance, 3);
		out[i].price = products[product].price;
	}
	return n;
}

int64_t order_total(const struct order *order)
{
	bool carried = !order->store && order->lines[0].good.product != PRODUCT_PLAN;
	int64_t total = carried ? SHIPPING : 0;

	for (size_t i = 0; i < order->n; i++)
		total += order->lines[i].price * order->lines[i].quantity;
	return total;
}

/* Each fate as far as the time since the order allows. */
static void fate(struct order *order, struct chance *chance, int64_t now)
{
	static const uint8_t chances[] = {
		FATE_DELIVERED, FATE_DELIVERED, FATE_DELIVERED, FATE_DELIVERED, FATE_DELIVERED, FATE_DELIVERED, FATE_SHIPPED,
		FATE_CANCELLED, FATE_RETURNING, FATE_RETURNED, FATE_RETURNED, FATE_EXCHANGED, FATE_CLAIMED, FATE_GOODWILL,
	};
	static const char *const words[] = { NULL, "Label came off", "Too long in the leg", "Does not match the picture", "ordered two by accident" };
	int64_t age = now - order->at;

	order->packed = order->shipped = order->delivered = order->cancelled = WHEN_NONE;
	order->asked_back = order->received_back = order->refunded = WHEN_NONE;
	order->reason = -1;
	order->fate = age < DAY ? FATE_PLACED : age < 2 * DAY ? FATE_PACKED : age < 5 * DAY ? FATE_SHIPPED
		      : (enum fate)chances[chance_below(chance, sizeof(chances))];
	if (age < 25 * DAY && order->fate > FATE_CANCELLED)
		order->fate = FATE_DELIVERED;
	if (order->fate == FATE_CANCELLED) {
		order->cancelled = order->refunded = order->at + 3 * HOUR;
		order->refund = order_total(order);
		return;
	}
	if (order->fate >= FATE_PACKED)
		order->packed = order->at + 20 * HOUR;
	if (order->fate >= FATE_SHIPPED && !order->store)
		order->shipped = order->at + 26 * HOUR;
	if (order->fate >= FATE_DELIVERED)
		order->delivered = order->at + 2 * DAY + (int64_t)chance_below(chance, 48) * HOUR;
	if (order->fate >= FATE_RETURNING && order->fate <= FATE_CLAIMED) {
		order->reason = order->fate == FATE_CLAIMED ? 2 : (int)chance_below(chance, (unsigned)return_reasons_n);
		order->asked_back = order->delivered + 2 * DAY;
		order->words = words[chance_below(chance, 5)];
		order->instead = order->lines[0].good;
	}
	if (order->fate == FATE_RETURNED) {
		order->received_back = order->asked_back + 5 * DAY;
		order->refunded = order->received_back + 2 * HOUR;
		order->refund = order->lines[0].price * order->lines[0].quantity;
	}
	if (order->fate == FATE_EXCHANGED) {
		order->instead.variant = (uint8_t)((order->instead.variant + 1) % good_variants(order->instead.product));
		order->received_back = order->asked_back + 6 * DAY;
	}
	if (order->fate == FATE_GOODWILL) {
		order->refunded = order->delivered + DAY;
		order->refund = 500;
		order->refund_note = "Late, and nobody had told the customer";
	}
}

size_t crowd_orders(const struct world *world, const struct person *person, struct order out[ORDERS_MOST])
{
	size_t n = how_many(world, person, TAG_ORDER, 5);

	if (!(person->flags & IN_SHOP))
		return 0;
	if (n == 0 && person->flags & (GUEST | GAVE_UP | TWICE))
		n = 2;
	for (size_t k = 0; k < n; k++) {
		struct chance chance = of_thing(world, person, TAG_ORDER, k);
		struct order *order = &out[k];

		*order = (struct order){ .k = (uint8_t)k, .row = person->flags & TWICE ? k & 1 : 0 };
		order->at = moment_of(world, person, &chance, k, n);
		order->n = lines(&chance, order->lines);
		order->store = chance_percent(&chance, 15);
		order->site = order->store ? 1 + chance_below(&chance, (unsigned)sites_n - 1) : 0;
		fate(order, &chance, world->now);
	}
	return n;
}

size_t crowd_visits(const struct world *world, const struct person *person, struct visit out[VISITS_MOST])
{
	static const char *const reasons[] = { "Too large", "Too small", "Faulty", "Changed mind" };
	size_t n = how_many(world, person, TAG_VISIT, 5);

	if (!(person->flags & IN_TILL))
		return 0;
	if (n == 0)
		n = 1;
	for (size_t k = 0; k < n; k++) {
		struct chance chance = of_thing(world, person, TAG_VISIT, k);
		struct visit *visit = &out[k];

		*visit = (struct visit){ .k = (uint8_t)k, .refunded = WHEN_NONE };
		visit->at = moment_of(world, person, &chance, k, n);
		visit->n = lines(&chance, visit->lines);
		visit->site = 1 + chance_below(&chance, (unsigned)sites_n - 1);
		visit->member = chance_below(&chance, (unsigned)colleagues_n);
		visit->card = chance_percent(&chance, 80);
		visit->note = visit_notes[chance_below(&chance, (unsigned)visit_notes_n)];
		if (chance_percent(&chance, 15) && visit->at + 9 * DAY < world->now) {
			visit->refunded = visit->at + 8 * DAY;
			visit->refund = visit->lines[0].price;
			visit->reason = reasons[chance_below(&chance, 4)];
		}
	}
	return n;
}

size_t crowd_calls(const struct world *world, const struct person *person, struct call out[CALLS_MOST])
{
	static const char *const statuses[] = { "completed", "completed", "completed", "completed", "completed", "no-answer", "busy" };
	size_t n = how_many(world, person, TAG_CALL, 8);

	if (!(person->flags & CALLS))
		return 0;
	if (n == 0)
		n = 1;
	for (size_t k = 0; k < n; k++) {
		struct chance chance = of_thing(world, person, TAG_CALL, k);
		struct call *call = &out[k];

		*call = (struct call){ .k = (uint8_t)k };
		call->at = moment_of(world, person, &chance, k, n) / 1000 * 1000;
		call->out = chance_percent(&chance, 25);
		call->landline = person->landline.code && chance_percent(&chance, person->flags & (HOUSEHOLD | SHARES) ? 70 : 40);
		call->status = statuses[chance_below(&chance, 7)];
		call->seconds = call->status[0] == 'c' ? 20 + (int)chance_below(&chance, 900) : 0;
	}
	return n;
}

size_t crowd_chats(const struct world *world, const struct person *person, struct chat out[CHATS_MOST])
{
	size_t n = how_many(world, person, TAG_CHAT, 3);

	if (!(person->flags & IN_CHAT))
		return 0;
	if (n == 0)
		n = 1;
	for (size_t k = 0; k < n; k++) {
		struct chance chance = of_thing(world, person, TAG_CHAT, k);
		const struct script *script = &scripts[chance_below(&chance, (unsigned)scripts_n)];
		struct chat *chat = &out[k];
		int64_t at;

		*chat = (struct chat){ .k = (uint8_t)k, .title = script->title };
		at = chat->at = moment_of(world, person, &chance, k, n) / 1000 * 1000;
		chat->admin = chance_below(&chance, (unsigned)colleagues_n);
		chat->open = true;
		for (size_t i = 0; i < SAYS_MOST && script->lines[i].who; i++) {
			chat->says[chat->n++] = (struct say){ at, script->lines[i].who, script->lines[i].html };
			at += (20 + (int64_t)chance_below(&chance, 280)) * 1000;
			chat->open = script->lines[i].who != 'x' && world->now - chat->at < 20 * DAY;
		}
		if (!chat->open && chance_percent(&chance, 40))
			chat->rating = 1 + (int)chance_below(&chance, 5);
	}
	return n;
}

size_t crowd_posts(const struct world *world, const struct person *person, struct post out[POSTS_MOST])
{
	size_t n = how_many(world, person, TAG_POST, 6);

	if (!(person->flags & IN_SOCIAL))
		return 0;
	for (size_t k = 0; k < n; k++) {
		struct chance chance = of_thing(world, person, TAG_POST, k);

		out[k] = (struct post){ .k = (uint8_t)k, .at = moment_of(world, person, &chance, k, n) };
		out[k].html = posts[chance_below(&chance, (unsigned)posts_n)];
		out[k].reply = chance_percent(&chance, 25);
	}
	return n;
}
