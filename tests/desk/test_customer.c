#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dossier/desk/customer.h>

#include "fake.h"

#define BIT(type) (1U << ID_TYPE_##type)
#define USUAL (BIT(REC) | BIT(EMAIL) | BIT(TEL))

struct customer_test {
	struct fake_desk fake;
	struct lookup *lookup;
	struct customer *customer;
	unsigned changed, done, found;
};

static void on_changed(void *arg)
{
	((struct customer_test *)arg)->changed++;
}

static void on_done(void *arg)
{
	((struct customer_test *)arg)->done++;
}

static void on_found(void *arg)
{
	((struct customer_test *)arg)->found++;
}

static struct customer_test *make(size_t n)
{
	struct customer_test *t = mem_zalloc(sizeof(*t));

	fake_desk_make(&t->fake, n, USUAL);
	return t;
}

static void drop(struct customer_test *t)
{
	customer_free(t->customer);
	lookup_free(t->lookup);
	fake_desk_drop(&t->fake);
	free(t);
}

static void find(struct customer_test *t, const char *who)
{
	t->lookup = lookup_start(&t->fake.desk, str_of(who),
				 &(struct lookup_sink){ .changed = on_found, .done = on_found, .arg = t }, NULL);
	assert_non_null(t->lookup);
}

static void open_with(struct customer_test *t, const struct group *group)
{
	struct customer_options options = { .since = WHEN_NONE, .lookup = t->lookup };

	t->customer = customer_open(&t->fake.desk, group, &options,
				    &(struct customer_sink){ .changed = on_changed, .done = on_done, .arg = t });
}

static void open_found(struct customer_test *t)
{
	const struct resolve_result *result = lookup_result(t->lookup);

	assert_int_equal(result->n, 1);
	open_with(t, &result->groups[0]);
}

static const struct source *source(struct customer_test *t, size_t at)
{
	size_t n;
	const struct source *sources = customer_sources(t->customer, &n);

	assert_true(at < n);
	return &sources[at];
}

static const struct record *jane(struct customer_test *t, const char *backend, const char *id)
{
	return fake_person(&t->fake, backend, id, "Jane Moss", "email:jane@example.com", NULL);
}

static void rows_of_all_backends_stand_on_one_timeline(void **state)
{
	struct customer_test *t = make(2);

	(void)state;
	find(t, "jane@example.com");
	fake_record("a", jane(t, "a", "1"));
	fake_record("b", jane(t, "b", "9"));
	fake_ok("a");
	fake_ok("b");
	open_found(t);
	assert_string_equal(fake_waiting(), "a pull 1, b pull 9");
	assert_true(str_is(customer_profile(t->customer)->name, "Jane Moss"));
	fake_row("a", "orders", "o1", 100);
	fake_turn(&t->fake);
	assert_int_equal(t->changed, 1);
	assert_int_equal(timeline_count(customer_timeline(t->customer)), 1);
	assert_int_equal(source(t, 0)->state, SOURCE_WAITING);
	fake_row("b", "tickets", "t1", 200000000);
	fake_end("a", &(struct backend_end){ .ok = true, .requests = 2, .rows = 1, .retry_at = WHEN_NONE });
	assert_int_equal(source(t, 0)->state, SOURCE_FRESH);
	assert_int_equal(source(t, 0)->requests, 3);
	assert_int_equal(source(t, 0)->rows, 1);
	fake_fail("b", ERR_NET, "cut off");
	fake_turn(&t->fake);
	assert_int_equal(t->done, 1);
	assert_true(customer_done(t->customer));
	assert_int_equal(timeline_count(customer_timeline(t->customer)), 2);
	assert_true(str_is(timeline_row(customer_timeline(t->customer), 0)->head->id, "t1"));
	assert_int_equal(source(t, 1)->state, SOURCE_FAILED);
	assert_string_equal(source(t, 1)->err.text, "cut off");
	drop(t);
}

static void who_failed_in_the_look_up_is_not_pulled(void **state)
{
	struct customer_test *t = make(3);

	(void)state;
	fake_break(&t->fake, 2, "no connector");
	find(t, "jane@example.com");
	fake_record("a", jane(t, "a", "1"));
	fake_record("b", jane(t, "b", "9"));
	fake_ok("a");
	fake_fail("b", ERR_TIMEOUT, "late");
	open_found(t);
	assert_string_equal(fake_waiting(), "a pull 1");
	assert_int_equal(source(t, 1)->state, SOURCE_FAILED);
	assert_int_equal(source(t, 2)->state, SOURCE_FAILED);
	assert_string_equal(source(t, 2)->err.text, "no connector");
	fake_ok("a");
	fake_turn(&t->fake);
	assert_int_equal(t->done, 1);
	drop(t);
}

static void the_dead_line_of_the_look_up_runs_on(void **state)
{
	struct customer_test *t = make(2);

	(void)state;
	find(t, "jane@example.com");
	fake_record("a", jane(t, "a", "1"));
	t->fake.clock.steady_ms += 300;
	fake_ok("a");
	t->fake.clock.steady_ms += 600;
	fake_ok("b");
	open_found(t);
	assert_int_equal(fake_deadline(&t->fake, "a"), 700);
	assert_int_equal(source(t, 1)->state, SOURCE_FRESH);
	fake_ok("a");
	drop(t);
}

static void without_a_look_up_the_dead_line_is_whole(void **state)
{
	struct customer_test *t = make(2);
	const struct record *records[] = { jane(t, "a", "1") };
	struct group group = { .records = records, .n_records = 1 };

	(void)state;
	open_with(t, &group);
	assert_string_equal(fake_waiting(), "a pull 1");
	assert_int_equal(fake_deadline(&t->fake, "a"), 1000);
	assert_int_equal(source(t, 1)->state, SOURCE_UNASKED);
	fake_ok("a");
	fake_turn(&t->fake);
	assert_int_equal(t->done, 1);
	drop(t);
}

/* A telephone exchange knows no customers: it is asked by the numbers that the shop holds. */
static void an_exchange_is_asked_by_the_customers_numbers(void **state)
{
	struct customer_test *t = make(2);
	const struct record *records[] = {
		fake_person(&t->fake, "a", "1", "Jane Moss", "email:jane@example.com", "tel:+447700900123", "postcode:LS1 1AA", NULL),
		fake_person(&t->fake, "a", "2", "Jane Moss", "tel:+447700900123", "tel:+447700900999", NULL),
	};
	struct group group = { .records = records, .n_records = 2 };
	const struct timeline_row *row;

	(void)state;
	fake_pull_by(&t->fake, 1, BIT(TEL), true);
	open_with(t, &group);
	assert_string_equal(fake_waiting(), "a pull 1 2, b pull tel:+447700900123 tel:+447700900999");
	fake_row("b", "things.legs", "c1", 100);
	fake_ok("b");
	fake_row("a", "things", "o1", 900000000);
	fake_ok("a");
	assert_int_equal(timeline_count(customer_timeline(t->customer)), 2);
	row = timeline_row(customer_timeline(t->customer), 1);
	assert_true(str_is(row->head->id, "c1"));
	assert_true(row->head->shared_only);
	assert_false(timeline_row(customer_timeline(t->customer), 0)->head->shared_only);
	drop(t);
}

static void a_customer_follows_a_running_look_up(void **state)
{
	struct customer_test *t = make(3);

	(void)state;
	find(t, "jane@example.com");
	fake_record("a", jane(t, "a", "1"));
	fake_ok("a");
	open_found(t);
	/* a is pulled while b and c are still being asked */
	assert_non_null(strstr(fake_waiting(), "a pull 1"));
	assert_null(strstr(fake_waiting(), "b pull"));
	fake_row("a", "orders", "o1", 100);
	fake_ok("a");
	fake_turn(&t->fake);
	assert_int_equal(t->done, 0);
	assert_false(customer_done(t->customer));

	fake_record("b", jane(t, "b", "9"));
	fake_ok("b");
	customer_update(t->customer, &lookup_result(t->lookup)->groups[0]);
	assert_string_equal(fake_waiting(), "c find email:jane@example.com, b pull 9");
	assert_int_equal(timeline_count(customer_timeline(t->customer)), 1);
	fake_ok("b");
	fake_fail("c", ERR_TIMEOUT, "late");
	assert_true(lookup_done(t->lookup));
	customer_update(t->customer, &lookup_result(t->lookup)->groups[0]);
	assert_string_equal(fake_waiting(), "");
	fake_turn(&t->fake);
	assert_int_equal(t->done, 1);
	assert_int_equal(source(t, 2)->state, SOURCE_FAILED);
	assert_int_equal(customer_group(t->customer)->n_records, 2);
	drop(t);
}

/* Another record of a backend that was pulled already: its rows are fetched anew, never doubled. */
static void a_grown_group_is_pulled_anew(void **state)
{
	struct customer_test *t = make(2);
	const struct record *records[] = { jane(t, "a", "1"), jane(t, "a", "2") };
	struct group one = { .records = records, .n_records = 1 }, two = { .records = records, .n_records = 2 };

	(void)state;
	open_with(t, &one);
	fake_row("a", "orders", "o1", 100);
	fake_ok("a");
	customer_update(t->customer, &one);
	assert_string_equal(fake_waiting(), "");
	customer_update(t->customer, &two);
	assert_string_equal(fake_waiting(), "a pull 1 2");
	assert_int_equal(timeline_count(customer_timeline(t->customer)), 0);
	customer_update(t->customer, &one);
	assert_string_equal(fake_waiting(), "a pull 1");
	fake_row("a", "orders", "o1", 100);
	fake_ok("a");
	fake_turn(&t->fake);
	assert_int_equal(t->done, 1);
	assert_int_equal(timeline_count(customer_timeline(t->customer)), 1);
	drop(t);
}

static void the_group_outlives_what_it_was_made_from(void **state)
{
	struct customer_test *t = make(1);

	(void)state;
	find(t, "jane@example.com");
	fake_record("a", jane(t, "a", "1"));
	fake_ok("a");
	while (*fake_waiting())
		fake_ok("a");
	t->customer = customer_open(&t->fake.desk, &lookup_result(t->lookup)->groups[0], NULL,
				    &(struct customer_sink){ .changed = on_changed, .done = on_done, .arg = t });
	lookup_free(t->lookup);
	t->lookup = NULL;
	assert_true(str_is(customer_group(t->customer)->records[0]->id, "1"));
	assert_string_equal(fake_waiting(), "a pull 1");
	customer_free(t->customer);
	t->customer = NULL;
	assert_string_equal(fake_waiting(), "");
	fake_turn(&t->fake);
	assert_int_equal(t->changed + t->done, 0);
	drop(t);
}

static void somebody_unknown_who_called_has_rows(void **state)
{
	struct customer_test *t = make(2);

	(void)state;
	fake_pull_by(&t->fake, 1, BIT(TEL), true);
	find(t, "07700 900123");
	while (*fake_waiting())
		fake_ok(fake_waiting()[0] == 'a' ? "a" : "b");
	fake_turn(&t->fake);
	assert_int_equal(lookup_result(t->lookup)->n, 0);
	open_with(t, lookup_stranger(t->lookup));
	assert_string_equal(fake_waiting(), "b pull tel:+447700900123");
	fake_row("b", "things", "c1", 1000);
	fake_ok("b");
	fake_turn(&t->fake);
	assert_int_equal(t->done, 1);
	assert_int_equal(timeline_count(customer_timeline(t->customer)), 1);
	assert_true(timeline_row(customer_timeline(t->customer), 0)->head->shared_only);
	assert_int_equal(customer_group(t->customer)->n_records, 0);
	drop(t);
}

static void nobody_is_opened_by_what_no_pull_takes(void **state)
{
	struct customer_test *t = make(2);

	(void)state;
	fake_pull_by(&t->fake, 1, BIT(TEL), true);
	find(t, "jane@example.com");
	while (*fake_waiting())
		fake_ok(fake_waiting()[0] == 'a' ? "a" : "b");
	fake_turn(&t->fake);
	assert_null(lookup_stranger(t->lookup));
	drop(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_of_all_backends_stand_on_one_timeline),
		cmocka_unit_test(who_failed_in_the_look_up_is_not_pulled),
		cmocka_unit_test(the_dead_line_of_the_look_up_runs_on),
		cmocka_unit_test(without_a_look_up_the_dead_line_is_whole),
		cmocka_unit_test(an_exchange_is_asked_by_the_customers_numbers),
		cmocka_unit_test(a_customer_follows_a_running_look_up),
		cmocka_unit_test(a_grown_group_is_pulled_anew),
		cmocka_unit_test(the_group_outlives_what_it_was_made_from),
		cmocka_unit_test(somebody_unknown_who_called_has_rows),
		cmocka_unit_test(nobody_is_opened_by_what_no_pull_takes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
