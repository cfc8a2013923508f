#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dossier/desk/lookup.h>

#include "fake.h"

#define BIT(type) (1U << ID_TYPE_##type)
#define USUAL (BIT(REC) | BIT(EMAIL) | BIT(TEL))

struct lookup_test {
	struct fake_desk fake;
	struct lookup *lookup;
	unsigned changed, done;
	bool free_in_done;
};

static void on_changed(void *arg)
{
	((struct lookup_test *)arg)->changed++;
}

static void on_done(void *arg)
{
	struct lookup_test *t = arg;

	t->done++;
	if (t->free_in_done) {
		lookup_free(t->lookup);
		t->lookup = NULL;
	}
}

static void start(struct lookup_test *t, const char *who)
{
	struct lookup_sink sink = { .changed = on_changed, .done = on_done, .arg = t };
	struct err err = { 0 };

	t->lookup = lookup_start(&t->fake.desk, str_of(who), &sink, &err);
	assert_non_null(t->lookup);
	assert_int_equal(t->done, 0);
}

static struct lookup_test *make(size_t n, unsigned types)
{
	struct lookup_test *t = mem_zalloc(sizeof(*t));

	fake_desk_make(&t->fake, n, types);
	return t;
}

static void drop(struct lookup_test *t)
{
	lookup_free(t->lookup);
	fake_desk_drop(&t->fake);
	free(t);
}

static const struct source *source(struct lookup_test *t, size_t at)
{
	size_t n;
	const struct source *sources = lookup_sources(t->lookup, &n);

	assert_true(at < n);
	return &sources[at];
}

static void one_customer_of_two_backends_is_found_by_mail(void **state)
{
	struct lookup_test *t = make(2, USUAL);

	(void)state;
	start(t, "jane@example.com");
	assert_string_equal(fake_waiting(), "a find email:jane@example.com, b find email:jane@example.com");
	fake_record("a", fake_person(&t->fake, "a", "1", "Jane Moss", "email:jane@example.com", NULL));
	fake_ok("a");
	fake_turn(&t->fake);
	assert_int_equal(t->changed, 1);
	assert_int_equal(lookup_result(t->lookup)->n, 1);
	assert_int_equal(source(t, 0)->state, SOURCE_FRESH);
	assert_int_equal(source(t, 1)->state, SOURCE_WAITING);
	fake_record("b", fake_person(&t->fake, "b", "9", "Jane Moss", "email:jane@example.com", NULL));
	fake_ok("b");
	assert_true(lookup_done(t->lookup));
	assert_int_equal(t->done, 0);
	fake_turn(&t->fake);
	assert_int_equal(t->done, 1);
	fake_turn(&t->fake);
	assert_int_equal(t->done, 1);
	assert_int_equal(lookup_result(t->lookup)->n, 1);
	assert_int_equal(lookup_result(t->lookup)->groups[0].n_records, 2);
	assert_true(lookup_result(t->lookup)->groups[0].n_reasons >= 1);
	drop(t);
}

static void two_who_share_a_telephone_are_two(void **state)
{
	struct lookup_test *t = make(2, USUAL);

	(void)state;
	start(t, "07700 900123");
	assert_string_equal(fake_waiting(), "a find tel:+447700900123, b find tel:+447700900123");
	fake_record("a", fake_person(&t->fake, "a", "1", "Jane Moss", "tel:+447700900123", "email:jane@example.com", NULL));
	fake_record("b", fake_person(&t->fake, "b", "2", "John Moss", "tel:+447700900123", "email:john@example.com", NULL));
	fake_ok("a");
	fake_ok("b");
	/* each one's e-mail is asked of both */
	while (*fake_waiting())
		fake_ok(fake_waiting()[0] == 'a' ? "a" : "b");
	fake_turn(&t->fake);
	assert_int_equal(t->done, 1);
	assert_int_equal(lookup_result(t->lookup)->n, 2);
	assert_true(lookup_result(t->lookup)->groups[0].shared_only);
	drop(t);
}

static void a_record_found_later_leads_to_the_other_backend(void **state)
{
	struct lookup_test *t = make(2, USUAL);

	(void)state;
	start(t, "07700 900123");
	fake_record("a", fake_person(&t->fake, "a", "1", "Jane Moss", "tel:+447700900123", "email:jane@example.com", NULL));
	fake_ok("a");
	fake_ok("b");
	assert_non_null(strstr(fake_waiting(), "b find email:jane@example.com"));
	while (strstr(fake_waiting(), "a find"))
		fake_ok("a");
	fake_record("b", fake_person(&t->fake, "b", "7", "Jane Moss", "email:jane@example.com", NULL));
	while (*fake_waiting())
		fake_ok("b");
	fake_turn(&t->fake);
	assert_int_equal(t->done, 1);
	assert_int_equal(lookup_result(t->lookup)->n, 1);
	assert_int_equal(lookup_result(t->lookup)->groups[0].n_records, 2);
	drop(t);
}

static void a_backend_that_failed_is_not_asked_again(void **state)
{
	struct lookup_test *t = make(2, USUAL);

	(void)state;
	start(t, "07700 900123");
	fake_fail("b", ERR_AUTH, "401");
	fake_record("a", fake_person(&t->fake, "a", "1", "Jane Moss", "tel:+447700900123", "email:jane@example.com", NULL));
	fake_ok("a");
	assert_null(strstr(fake_waiting(), "b find"));
	while (*fake_waiting())
		fake_ok("a");
	fake_turn(&t->fake);
	assert_int_equal(t->done, 1);
	assert_int_equal(lookup_result(t->lookup)->n, 1);
	assert_int_equal(source(t, 0)->state, SOURCE_FRESH);
	assert_int_equal(source(t, 1)->state, SOURCE_FAILED);
	assert_int_equal(source(t, 1)->err.code, ERR_AUTH);
	assert_int_equal(source(t, 1)->requests, 1);
	drop(t);
}

static void a_broken_backend_counts_as_failed(void **state)
{
	struct lookup_test *t = make(2, USUAL);

	(void)state;
	fake_break(&t->fake, 1, "no connector");
	start(t, "jane@example.com");
	assert_string_equal(fake_waiting(), "a find email:jane@example.com");
	fake_ok("a");
	fake_turn(&t->fake);
	assert_int_equal(t->done, 1);
	assert_int_equal(lookup_result(t->lookup)->n, 0);
	assert_int_equal(source(t, 1)->state, SOURCE_FAILED);
	assert_string_equal(source(t, 1)->err.text, "no connector");
	drop(t);
}

static void what_nobody_can_find_by_ends_at_once(void **state)
{
	struct lookup_test *t = make(2, BIT(TEL));
	struct err err = { 0 };

	(void)state;
	start(t, "jane@example.com");
	assert_true(lookup_done(t->lookup));
	assert_int_equal(t->done, 0);
	fake_turn(&t->fake);
	assert_int_equal(t->done, 1);
	assert_int_equal(source(t, 0)->state, SOURCE_UNASKED);
	assert_null(lookup_start(&t->fake.desk, STR("  "), &(struct lookup_sink){ .changed = on_changed, .done = on_done, .arg = t }, &err));
	assert_int_equal(err.code, ERR_USAGE);
	drop(t);
}

/* b's clock stands still while only a is asked: waiting for a slow system must not cost the quick one. */
static void a_dead_line_runs_only_while_asked(void **state)
{
	struct lookup_test *t = make(2, USUAL);

	(void)state;
	start(t, "07700 900123");
	assert_int_equal(fake_deadline(&t->fake, "a"), 1000);
	t->fake.clock.steady_ms += 100;
	fake_ok("b");
	assert_int_equal(lookup_left(t->lookup, &t->fake.slots[1]), 900);
	t->fake.clock.steady_ms += 600;
	assert_int_equal(lookup_left(t->lookup, &t->fake.slots[0]), 300);
	assert_int_equal(lookup_left(t->lookup, &t->fake.slots[1]), 900);
	fake_record("a", fake_person(&t->fake, "a", "1", "Jane Moss", "tel:+447700900123", "email:jane@example.com", NULL));
	fake_ok("a");
	assert_int_equal(fake_deadline(&t->fake, "b"), 900);
	assert_int_equal(source(t, 1)->ms, 100);
	t->fake.clock.steady_ms += 2000;
	assert_int_equal(lookup_left(t->lookup, &t->fake.slots[1]), 0);
	while (*fake_waiting())
		fake_fail(fake_waiting()[0] == 'a' ? "a" : "b", ERR_TIMEOUT, "late");
	drop(t);
}

static void a_used_up_dead_line_fails_without_asking(void **state)
{
	struct lookup_test *t = make(2, USUAL);

	(void)state;
	start(t, "07700 900123");
	fake_record("a", fake_person(&t->fake, "a", "1", "Jane Moss", "tel:+447700900123", "email:jane@example.com", NULL));
	t->fake.clock.steady_ms += 1000;
	fake_ok("b");
	fake_ok("a");
	assert_string_equal(fake_waiting(), "");
	assert_int_equal(source(t, 1)->state, SOURCE_FAILED);
	assert_int_equal(source(t, 1)->err.code, ERR_TIMEOUT);
	assert_non_null(strstr(source(t, 1)->err.text, "backend b"));
	assert_int_equal(lookup_result(t->lookup)->n, 1);
	drop(t);
}

static void a_partial_answer_counts_and_says_so(void **state)
{
	struct lookup_test *t = make(1, USUAL);
	struct backend_end end = { .partial = true, .requests = 2, .rows = 1, .dropped = 3, .retry_at = WHEN_NONE };

	(void)state;
	err_set(&end.err, ERR_NET, "cut off");
	start(t, "jane@example.com");
	fake_record("a", fake_person(&t->fake, "a", "1", "Jane Moss", "email:jane@example.com", NULL));
	fake_end("a", &end);
	while (*fake_waiting())
		fake_ok("a");
	assert_int_equal(lookup_result(t->lookup)->n, 1);
	assert_int_equal(source(t, 0)->state, SOURCE_PARTIAL);
	assert_int_equal(source(t, 0)->dropped, 3);
	drop(t);
}

static void rows_of_a_find_are_kept_once(void **state)
{
	struct lookup_test *t = make(2, BIT(ORDER) | BIT(REC));

	(void)state;
	start(t, "order:4");
	assert_string_equal(fake_waiting(), "a find order:4, b find order:4");
	fake_row("a", "orders", "o4", 5);
	fake_row("a", "orders", "o4", 5);
	fake_row("b", "orders", "o4", 5);
	fake_row("b", "orders", "o5", 5);
	fake_ok("a");
	fake_ok("b");
	assert_int_equal(lookup_rows(t->lookup)->n, 3);
	assert_true(str_is(lookup_rows(t->lookup)->items[2]->id, "o5"));
	drop(t);
}

static void an_order_leads_to_its_customer(void **state)
{
	struct lookup_test *t = make(1, BIT(ORDER) | BIT(REC));

	(void)state;
	start(t, "order:4");
	fake_record("a", fake_person(&t->fake, "a", "cus1", "Clara", "order:4", NULL));
	fake_row("a", "orders", "o4", 5);
	fake_ok("a");
	while (*fake_waiting())
		fake_ok("a");
	assert_int_equal(lookup_result(t->lookup)->n, 1);
	assert_true(str_is(lookup_result(t->lookup)->groups[0].records[0]->id, "cus1"));
	drop(t);
}

static void freeing_cancels_what_runs(void **state)
{
	struct lookup_test *t = make(2, USUAL);

	(void)state;
	start(t, "jane@example.com");
	fake_ok("a");
	lookup_free(t->lookup);
	t->lookup = NULL;
	assert_string_equal(fake_waiting(), "");
	fake_turn(&t->fake);
	assert_int_equal(t->changed + t->done, 0);
	t->free_in_done = true;
	start(t, "jane@example.com");
	fake_ok("a");
	fake_ok("b");
	fake_turn(&t->fake);
	assert_int_equal(t->done, 1);
	assert_null(t->lookup);
	drop(t);
}

/* A backend that answers each name with two more must not be asked for ever. */
static void a_flood_of_names_ends(void **state)
{
	struct lookup_test *t = make(1, USUAL);
	unsigned asked = 0;

	(void)state;
	start(t, "jane@example.com");
	while (*fake_waiting() && asked < 5000) {
		char id[24], one[40], two[40];

		snprintf(id, sizeof(id), "%u", asked);
		snprintf(one, sizeof(one), "email:x%u@example.com", asked);
		snprintf(two, sizeof(two), "email:y%u@example.com", asked);
		fake_record("a", fake_person(&t->fake, "a", id, "Jane Moss", "email:jane@example.com", one, two, NULL));
		fake_ok("a");
		asked++;
	}
	assert_true(asked < 5000);
	fake_turn(&t->fake);
	assert_int_equal(t->done, 1);
	drop(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_customer_of_two_backends_is_found_by_mail),
		cmocka_unit_test(two_who_share_a_telephone_are_two),
		cmocka_unit_test(a_record_found_later_leads_to_the_other_backend),
		cmocka_unit_test(a_backend_that_failed_is_not_asked_again),
		cmocka_unit_test(a_broken_backend_counts_as_failed),
		cmocka_unit_test(what_nobody_can_find_by_ends_at_once),
		cmocka_unit_test(a_dead_line_runs_only_while_asked),
		cmocka_unit_test(a_used_up_dead_line_fails_without_asking),
		cmocka_unit_test(a_partial_answer_counts_and_says_so),
		cmocka_unit_test(rows_of_a_find_are_kept_once),
		cmocka_unit_test(an_order_leads_to_its_customer),
		cmocka_unit_test(freeing_cancels_what_runs),
		cmocka_unit_test(a_flood_of_names_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
