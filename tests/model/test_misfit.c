/*
 * What does not fit is found, and what fits is not told of.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dossier/model/misfit.h>

#include "entry_facts.h"

struct shop {
	struct facts facts;
	struct entries *entries;
	struct timeline *timeline;
	const struct cases *cases;
	struct misfits misfits;
	int n;
};

static void shop_begin(struct shop *shop)
{
	*shop = (struct shop){ .entries = entries_new(), .timeline = timeline_new(NULL, "GB") };
	facts_init(&shop->facts);
}

static void shop_end(struct shop *shop)
{
	misfits_release(&shop->misfits);
	timeline_free(shop->timeline);
	cases_free(shop->cases);
	entries_free(shop->entries);
	facts_release(&shop->facts);
}

static struct interaction *row(struct shop *shop, enum kind kind, enum step step, const char *order, int64_t at)
{
	struct batch *batch = batch_new();
	struct interaction *it = batch_add(batch);
	char id[16];

	snprintf(id, sizeof(id), "r%d", shop->n++);
	it->backend = STR("shop");
	it->row = STR("rows");
	it->id = arena_str(batch->arena, str_of(id));
	it->kind = kind;
	it->step = step;
	it->at = at;
	if (order)
		interaction_refs(batch->arena, it)->order = arena_str(batch->arena, str_of(order));
	timeline_take(shop->timeline, batch);
	return it;
}

static const struct misfits *look(struct shop *shop, int64_t pick)
{
	const struct cases_in in = { .entries = shop->entries };

	cases_free(shop->cases);
	shop->cases = cases_fold(&in);
	misfits_release(&shop->misfits);
	misfits_init(&shop->misfits, &(struct misfit_in){ shop->cases, shop->timeline, T0, pick });
	return &shop->misfits;
}

static void an_appointment_whose_order_was_taken_back(void **state)
{
	struct shop shop;
	const struct misfits *found;

	(void)state;
	shop_begin(&shop);
	row(&shop, KIND_ORDER, STEP_PLACED, "1409", T0 - 5 * DAY);
	row(&shop, KIND_APPOINTMENT, STEP_BOOKED, "1409", T0 + DAY);
	row(&shop, KIND_ORDER, STEP_CANCELLED, "1410", T0 - DAY);
	assert_int_equal(look(&shop, 0)->n, 0);
	row(&shop, KIND_ORDER, STEP_CANCELLED, "1409", T0 - HOUR);
	found = look(&shop, 0);
	assert_int_equal(found->n, 1);
	assert_int_equal(found->items[0].kind, MISFIT_CHANGED);
	assert_int_equal(found->items[0].row->kind, KIND_APPOINTMENT);
	assert_int_equal(found->items[0].since->at, T0 - HOUR);
	shop_end(&shop);
}

/* What has been, what was itself cancelled, and what names no order. */
static void appointments_that_fit(void **state)
{
	struct shop shop;

	(void)state;
	shop_begin(&shop);
	row(&shop, KIND_ORDER, STEP_CANCELLED, "1409", T0 - 3 * DAY);
	row(&shop, KIND_APPOINTMENT, STEP_BOOKED, "1409", T0 - DAY);
	row(&shop, KIND_APPOINTMENT, STEP_CANCELLED, "1409", T0 + DAY);
	row(&shop, KIND_PICKUP, STEP_NONE, NULL, T0 + DAY);
	row(&shop, KIND_ORDER, STEP_CANCELLED, NULL, T0 - DAY);
	assert_int_equal(look(&shop, 0)->n, 0);
	shop_end(&shop);
}

static void paid_and_in_nobodys_hand(void **state)
{
	struct shop shop;
	const struct misfits *found;

	(void)state;
	shop_begin(&shop);
	row(&shop, KIND_PAYMENT, STEP_PAID, "1", T0 - 2 * DAY);
	row(&shop, KIND_ORDER, STEP_PAID, "1", T0 - 2 * DAY);
	row(&shop, KIND_PAYMENT, STEP_PAID, "2", T0 - HOUR);             /* not long enough */
	row(&shop, KIND_PAYMENT, STEP_PAID, "3", T0 - 40 * DAY);         /* nobody's any more */
	row(&shop, KIND_PAYMENT, STEP_PAID, "4", T0 - 2 * DAY);
	row(&shop, KIND_DELIVERY, STEP_FULFILLED, "4", T0 - DAY);        /* packed */
	row(&shop, KIND_PAYMENT, STEP_PAID, "5", T0 - 2 * DAY)->channel = CHANNEL_COUNTER;
	assert_int_equal(look(&shop, 0)->n, 0);
	found = look(&shop, DAY);
	assert_int_equal(found->n, 1);
	assert_int_equal(found->items[0].kind, MISFIT_UNPICKED);
	assert_true(str_is(found->items[0].row->refs->order, "1"));
	shop_end(&shop);
}

/* Orders that were not looked into are not said to lie about. */
static void more_orders_than_are_looked_into(void **state)
{
	struct shop shop;
	char order[16];

	(void)state;
	shop_begin(&shop);
	for (int i = 0; i < 150; i++) {
		snprintf(order, sizeof(order), "%d", i);
		row(&shop, KIND_PAYMENT, STEP_PAID, order, T0 - 2 * DAY);
		row(&shop, KIND_DELIVERY, STEP_SHIPPED, order, T0 - DAY);
	}
	assert_int_equal(look(&shop, DAY)->n, 0);
	shop_end(&shop);
}

static void bought_after_a_promise(void **state)
{
	struct shop shop;
	const struct misfits *found;

	(void)state;
	shop_begin(&shop);
	shop.facts.at = T0 - 2 * DAY;
	entries_add(shop.entries, fact_entry(&shop.facts, "m", ENTRY_PROMISE_MAKE, "p", NULL, "{'text': 'call when the 12 is in', 'due': 1795086400000, 'owner': 'ana'}"));
	row(&shop, KIND_ORDER, STEP_PLACED, "1", T0 - 3 * DAY);
	assert_int_equal(look(&shop, 0)->n, 0);
	row(&shop, KIND_ORDER, STEP_PLACED, "2", T0 - DAY);
	row(&shop, KIND_ORDER, STEP_PLACED, "3", T0 - HOUR);
	found = look(&shop, 0);
	assert_int_equal(found->n, 1);          /* the newest purchase says it for the promise */
	assert_int_equal(found->items[0].kind, MISFIT_BOUGHT);
	assert_true(str_is(found->items[0].row->refs->order, "3"));
	assert_ptr_equal(found->items[0].promise, &shop.cases->promises[0]);
	shop.facts.at = T0 - MINUTE;
	entries_add(shop.entries, fact_entry(&shop.facts, "k", ENTRY_PROMISE_KEEP, "p", NULL, "{'promise': '<m>'}"));
	assert_int_equal(look(&shop, 0)->n, 0);
	shop_end(&shop);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_appointment_whose_order_was_taken_back),
		cmocka_unit_test(appointments_that_fit),
		cmocka_unit_test(paid_and_in_nobodys_hand),
		cmocka_unit_test(more_orders_than_are_looked_into),
		cmocka_unit_test(bought_after_a_promise),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
