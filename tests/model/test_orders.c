#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include <dossier/base/buf.h>
#include <dossier/model/orders.h>

struct told { enum kind kind; enum step step; const char *id, *part_of, *number, *quantity; int64_t at; struct money amount; };

static struct interaction *put(struct batch *batch, const char *backend, const struct told *told)
{
	struct interaction *it = batch_add(batch);

	it->backend = str_of(backend);
	it->row = STR("orders");
	it->id = str_of(told->id);
	it->kind = told->kind;
	it->step = told->step;
	it->at = told->at;
	it->until = WHEN_NONE;
	it->amount = told->amount;
	it->part_of = str_of(told->part_of);
	if (told->number)
		interaction_refs(batch->arena, it)->order = str_of(told->number);
	if (told->quantity) {
		it->lines = arena_alloc(batch->arena, sizeof(*it->lines));
		memset(it->lines, 0, sizeof(*it->lines));
		it->lines[0].quantity = str_of(told->quantity);
		it->n_lines = 1;
	}
	return it;
}

static struct timeline *timeline_of(const char *backend, const struct told *told, size_t n)
{
	struct timeline *timeline = timeline_new(NULL, NULL);
	struct batch *batch = batch_new();

	for (size_t i = 0; i < n; i++)
		put(batch, backend, &told[i]);
	timeline_take(timeline, batch);
	return timeline;
}

/* "o1 shipped, in part: f1 p1" a line. */
static void fold_is(struct timeline *timeline, const char *wanted)
{
	struct orders orders;
	struct buf out;

	buf_init(&out, 8192);
	orders_init(&orders, timeline);
	for (size_t i = 0; i < orders.n; i++) {
		const struct order *o = &orders.items[i];

		buf_printf(&out, "%.*s %s%s:", STR_ARG(timeline_row(timeline, o->head)->head->id), order_state_word(o->state), o->in_part ? ", in part" : "");
		for (size_t k = 0; k < o->n_parts; k++)
			buf_printf(&out, " %.*s", STR_ARG(timeline_row(timeline, o->parts[k])->head->id));
		buf_adds(&out, "\n");
	}
	assert_string_equal(out.data ? out.data : "", wanted);
	orders_release(&orders);
	buf_release(&out);
	timeline_free(timeline);
}
#define FOLD(wanted, ...) do { \
	static const struct told told[] = { __VA_ARGS__ }; \
	fold_is(timeline_of("shop", told, sizeof(told) / sizeof(*told)), wanted); \
} while (0)

#define HOUR(n) ((n) * INT64_C(3600000))
#define PLACED(id, n) { KIND_ORDER, STEP_PLACED, id, NULL, n, "2", HOUR(1) }

static void test_states(void **state)
{
	(void)state;
	FOLD("");
	FOLD("o1 placed:\n", PLACED("o1", "7"));
	FOLD("o1 paid: p1\n", PLACED("o1", "7"), { KIND_PAYMENT, STEP_PAID, "p1", "o1", "7", NULL, HOUR(2) });
	FOLD("o1 shipped, in part: f1 p1\n", PLACED("o1", "7"), { KIND_PAYMENT, STEP_PAID, "p1", "o1", NULL, NULL, HOUR(2) },
	     { KIND_DELIVERY, STEP_SHIPPED, "f1", "o1", NULL, "1", HOUR(3) });
	FOLD("o1 shipped: f2 f1\n", PLACED("o1", "7"), { KIND_DELIVERY, STEP_SHIPPED, "f1", "o1", NULL, "1", HOUR(3) },
	     { KIND_DELIVERY, STEP_SHIPPED, "f2", "o1", NULL, "1.0", HOUR(4) });
	/* pieces that nobody counted are all of them */
	FOLD("o1 delivered: f1\n", PLACED("o1", "7"), { KIND_DELIVERY, STEP_DELIVERED, "f1", "o1", NULL, NULL, HOUR(3) });
	FOLD("o1 delivered: f1\n", PLACED("o1", "7"), { KIND_PICKUP, STEP_RECEIVED, "f1", "o1", NULL, NULL, HOUR(3) });
	FOLD("o1 cancelled: c r\n", PLACED("o1", "7"), { KIND_PAYMENT, STEP_REFUNDED, "r", "o1", NULL, NULL, HOUR(2) },
	     { KIND_ORDER, STEP_CANCELLED, "c", "o1", NULL, NULL, HOUR(3) });
	/* goodwill after the delivery: the goods are where they were */
	FOLD("o1 delivered: r f1\n", PLACED("o1", "7"), { KIND_DELIVERY, STEP_DELIVERED, "f1", "o1", NULL, NULL, HOUR(3) },
	     { KIND_PAYMENT, STEP_REFUNDED, "r", "o1", NULL, NULL, HOUR(4) });
}

/* They go by the rows' numbers, which change with the rows. */
static void test_current(void **state)
{
	(void)state;
	static const struct told told[] = { PLACED("o1", "7") }, later[] = { PLACED("o2", "8") };
	struct timeline *timeline = timeline_of("shop", told, 1), *none = timeline_new(NULL, NULL);
	struct orders orders = { 0 };
	struct batch *batch = batch_new();

	assert_false(orders_current(&orders, timeline));
	assert_false(orders_current(&orders, none));
	orders_init(&orders, timeline);
	assert_true(orders_current(&orders, timeline));
	timeline_row(timeline, 0);
	assert_true(orders_current(&orders, timeline));
	put(batch, "shop", &later[0]);
	timeline_take(timeline, batch);
	assert_false(orders_current(&orders, timeline));
	orders_release(&orders);
	orders_init(&orders, timeline);
	assert_int_equal(orders.n, 2);
	timeline_drop(timeline, STR("shop"));
	assert_false(orders_current(&orders, timeline));
	orders_release(&orders);
	timeline_free(timeline);
	timeline_free(none);
}

static void test_returns(void **state)
{
	(void)state;
	FOLD("o1 returning, in part: q f1\n", PLACED("o1", "7"), { KIND_DELIVERY, STEP_DELIVERED, "f1", "o1", NULL, "2", HOUR(3) },
	     { KIND_RETURN, STEP_REQUESTED, "q", "o1", NULL, "1", HOUR(4) });
	FOLD("o1 returned, in part: g q f1\n", PLACED("o1", "7"), { KIND_DELIVERY, STEP_DELIVERED, "f1", "o1", NULL, "2", HOUR(3) },
	     { KIND_RETURN, STEP_REQUESTED, "q", "o1", NULL, "1", HOUR(4) }, { KIND_RETURN, STEP_RECEIVED, "g", "o1", NULL, "1", HOUR(5) });
	FOLD("o1 returned: g\n", PLACED("o1", "7"), { KIND_RETURN, STEP_RECEIVED, "g", "o1", NULL, "2", HOUR(5) });
	FOLD("o1 delivered: c q f1\n", PLACED("o1", "7"), { KIND_DELIVERY, STEP_DELIVERED, "f1", "o1", NULL, "2", HOUR(3) },
	     { KIND_RETURN, STEP_REQUESTED, "q", "o1", NULL, "1", HOUR(4) }, { KIND_RETURN, STEP_CANCELLED, "c", "o1", NULL, NULL, HOUR(5) });
	FOLD("o1 exchanged, in part: x\n", PLACED("o1", "7"), { KIND_RETURN, STEP_EXCHANGED, "x", "o1", NULL, "1", HOUR(5) });
}

#define BOUGHT(minor, currency) { KIND_ORDER, STEP_PAID, "o1", NULL, "7", NULL, HOUR(1), { minor, currency } }
#define BACK(id, at, minor, currency) { KIND_PAYMENT, STEP_REFUNDED, id, "o1", NULL, NULL, HOUR(at), { minor, currency } }

/* Part of the money went back: only where both sides are known, in one currency. */
static void test_refunds(void **state)
{
	(void)state;
	FOLD("o1 refunded, in part: r\n", BOUGHT(1749, "GBP"), BACK("r", 2, 100, "GBP"));
	FOLD("o1 refunded, in part: r\n", BOUGHT(1749, "GBP"), BACK("r", 2, -100, "GBP"));
	FOLD("o1 refunded: r\n", BOUGHT(1749, "GBP"), BACK("r", 2, 1749, "GBP"));
	FOLD("o1 refunded, in part: s r\n", BOUGHT(1749, "GBP"), BACK("r", 2, 1000, "GBP"), BACK("s", 3, 748, "GBP"));
	FOLD("o1 refunded: s r\n", BOUGHT(1749, "GBP"), BACK("r", 2, 1000, "GBP"), BACK("s", 3, 749, "GBP"));
	FOLD("o1 refunded: s r\n", BOUGHT(1749, "GBP"), BACK("r", 2, 100, "GBP"), BACK("s", 3, 100, "EUR"));
	FOLD("o1 refunded: s r\n", BOUGHT(1749, "GBP"), BACK("r", 2, 100, "GBP"), BACK("s", 3, 0, ""));
	FOLD("o1 refunded: r\n", BOUGHT(0, ""), BACK("r", 2, 100, "GBP"));
	FOLD("o1 refunded: r\n", BOUGHT(1749, "GBP"), BACK("r", 2, INT64_MIN, "GBP"));
	/* the order itself says that it was refunded */
	FOLD("o1 refunded: r\n", { KIND_ORDER, STEP_REFUNDED, "o1", NULL, "7", NULL, HOUR(1), { 1749, "GBP" } }, BACK("r", 2, 100, "GBP"));
	/* goods that are on their way are what matters */
	FOLD("o1 shipped: r f1\n", BOUGHT(1749, "GBP"), { KIND_DELIVERY, STEP_SHIPPED, "f1", "o1", NULL, NULL, HOUR(2), { 0, "" } }, BACK("r", 3, 100, "GBP"));
}

static void test_belonging(void **state)
{
	(void)state;
	/* by its number where it does not say whose it is */
	FOLD("o2 placed:\no1 paid: p\n", PLACED("o1", "7"), { KIND_ORDER, STEP_PLACED, "o2", NULL, "8", NULL, HOUR(9) },
	     { KIND_PAYMENT, STEP_PAID, "p", NULL, "7", NULL, HOUR(2) });
	/* nobody's: each is one by itself */
	FOLD("a :\nf shipped:\nr returned:\n", { KIND_RETURN, STEP_RECEIVED, "r", NULL, "r", "1", HOUR(2) },
	     { KIND_DELIVERY, STEP_SHIPPED, "f", "gone", "99", NULL, HOUR(3) }, { KIND_APPOINTMENT, STEP_BOOKED, "a", NULL, NULL, NULL, HOUR(4) });
	/* a part of a part, and one of itself */
	FOLD("y paid:\nx shipped:\no1 paid: p\n", PLACED("o1", "7"), { KIND_PAYMENT, STEP_PAID, "p", "o1", NULL, NULL, HOUR(2) },
	     { KIND_DELIVERY, STEP_SHIPPED, "x", "p", NULL, NULL, HOUR(3) }, { KIND_PAYMENT, STEP_PAID, "y", "y", NULL, NULL, HOUR(4) });
	/* words and numbers that are none, and other kinds of rows */
	FOLD("o1 shipped: f1\n", { KIND_ORDER, STEP_PLACED, "o1", NULL, "7", "many", HOUR(1) }, { KIND_DELIVERY, STEP_SHIPPED, "f1", "o1", NULL, "99999999999999999999", HOUR(2) },
	     { KIND_CALL, STEP_NONE, "c", "o1", "7", NULL, HOUR(3) });
}

/* Two backends number alike. */
static void test_backends(void **state)
{
	static const struct told order = PLACED("1", "1"), paid = { KIND_PAYMENT, STEP_PAID, "p", "1", "1", NULL, HOUR(2) };
	struct timeline *timeline = timeline_of("shop", &order, 1);
	struct batch *batch = batch_new();

	(void)state;
	put(batch, "till", &paid);
	timeline_take(timeline, batch);
	fold_is(timeline, "p paid:\n1 placed:\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_states), cmocka_unit_test(test_current), cmocka_unit_test(test_returns), cmocka_unit_test(test_refunds), cmocka_unit_test(test_belonging), cmocka_unit_test(test_backends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
