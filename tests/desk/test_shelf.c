#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dossier/desk/shelf.h>

#include "fake.h"
#include "lines.h"

struct shelf_test {
	struct fake_desk fake;
	struct shelf *shelf;
	unsigned changed, done;
	bool free_in_done;
};

static void on_changed(void *arg)
{
	((struct shelf_test *)arg)->changed++;
}

static void on_done(void *arg)
{
	struct shelf_test *t = arg;

	t->done++;
	if (t->free_in_done) {
		shelf_free(t->shelf);
		t->shelf = NULL;
	}
}

static struct shelf_test *make(size_t n)
{
	struct shelf_test *t = mem_zalloc(sizeof(*t));

	fake_desk_make(&t->fake, n, 0);
	return t;
}

static void ask(struct shelf_test *t, enum row_type type, const char *value)
{
	struct shelf_sink sink = { .changed = on_changed, .done = on_done, .arg = t };

	t->shelf = shelf_start(&t->fake.desk, type, str_of(value), &sink);
	assert_non_null(t->shelf);
	assert_int_equal(t->done, 0);
}

static void drop(struct shelf_test *t)
{
	shelf_free(t->shelf);
	fake_desk_drop(&t->fake);
	free(t);
}

/* The text is gone when the backend has told it. */
static void article(const char *backend, const char *id)
{
	char *copy = mem_strdup(id), *from = mem_strdup(backend);
	struct article_row row = { .backend = str_of(from), .id = str_of(copy), .title = str_of(copy), .at = WHEN_NONE };

	fake_shelf_row(backend, ROW_ARTICLE, &row);
	memset(copy, '#', strlen(copy));
	free(copy);
	free(from);
}

static void assert_articles(struct shelf_test *t, const char *wanted)
{
	struct buf out;
	size_t n;
	const void *const *rows = shelf_rows(t->shelf, &n);

	buf_init(&out, 4096);
	buf_adds(&out, "");
	for (size_t i = 0; i < n; i++) {
		const struct article_row *row = rows[i];

		buf_printf(&out, "%s%.*s/%.*s", i ? " " : "", STR_ARG(row->backend), STR_ARG(row->id));
	}
	assert_string_equal(out.data ? out.data : "", wanted);
	buf_release(&out);
}

static enum source_state state_of(struct shelf_test *t, size_t at)
{
	size_t n;
	const struct source *sources = shelf_sources(t->shelf, &n);

	assert_true(at < n);
	return sources[at].state;
}

static void asks_only_who_has_some(void **state)
{
	struct shelf_test *t = make(3);

	(void)state;
	fake_holds(&t->fake, 0, ROW_ARTICLE);
	fake_holds(&t->fake, 1, ROW_STOCK);
	ask(t, ROW_ARTICLE, "tea");
	assert_string_equal(fake_waiting(), "a ask article tea");
	assert_int_equal(state_of(t, 0), SOURCE_WAITING);
	assert_int_equal(state_of(t, 1), SOURCE_UNASKED);
	fake_ok("a");
	fake_turn(&t->fake);
	assert_int_equal(t->done, 1);
	assert_int_equal(state_of(t, 0), SOURCE_FRESH);
	assert_int_equal(state_of(t, 2), SOURCE_UNASKED);
	drop(t);
}

static void the_best_of_each_comes_first(void **state)
{
	struct shelf_test *t = make(2);

	(void)state;
	fake_holds(&t->fake, 0, ROW_ARTICLE);
	fake_holds(&t->fake, 1, ROW_ARTICLE);
	ask(t, ROW_ARTICLE, "tea");
	article("b", "b1");
	article("b", "b2");
	fake_turn(&t->fake);
	assert_int_equal(t->changed, 1);
	assert_articles(t, "b/b1 b/b2");
	fake_ok("b");
	article("a", "a1");
	fake_ok("a");
	fake_turn(&t->fake);
	assert_int_equal(t->done, 1);
	assert_articles(t, "a/a1 b/b1 b/b2");
	drop(t);
}

static void one_that_fails_costs_itself_alone(void **state)
{
	struct shelf_test *t = make(3);
	size_t n;

	(void)state;
	fake_holds(&t->fake, 0, ROW_ARTICLE);
	fake_holds(&t->fake, 1, ROW_ARTICLE);
	fake_break(&t->fake, 2, "c: its token is missing");
	ask(t, ROW_ARTICLE, "tea");
	assert_int_equal(state_of(t, 2), SOURCE_FAILED);
	article("a", "a1");
	fake_ok("a");
	fake_fail("b", ERR_TIMEOUT, "b: too late");
	fake_turn(&t->fake);
	assert_int_equal(t->done, 1);
	assert_articles(t, "a/a1");
	assert_int_equal(state_of(t, 1), SOURCE_FAILED);
	assert_string_equal(shelf_sources(t->shelf, &n)[1].err.text, "b: too late");
	drop(t);
}

static void nobody_to_ask_ends_too(void **state)
{
	struct shelf_test *t = make(1);

	(void)state;
	ask(t, ROW_ARTICLE, "tea");
	fake_turn(&t->fake);
	assert_int_equal(t->done, 1);
	fake_turn(&t->fake);
	assert_int_equal(t->done, 1);
	drop(t);
}

static void freed_while_asked_and_in_done(void **state)
{
	struct shelf_test *t = make(2);

	(void)state;
	fake_holds(&t->fake, 0, ROW_ARTICLE);
	fake_holds(&t->fake, 1, ROW_ARTICLE);
	ask(t, ROW_ARTICLE, "tea");
	article("a", "a1");
	fake_ok("a");
	shelf_free(t->shelf);
	t->shelf = NULL;
	fake_turn(&t->fake);
	assert_int_equal(t->done, 0);
	assert_string_equal(fake_waiting(), "");
	t->free_in_done = true;
	ask(t, ROW_ARTICLE, "tea");
	fake_ok("a");
	fake_ok("b");
	fake_turn(&t->fake);
	assert_int_equal(t->done, 1);
	assert_null(t->shelf);
	drop(t);
}

static void rows_of_another_type_are_left_out(void **state)
{
	struct shelf_test *t = make(1);
	struct stock_row stock = { .backend = STR("a"), .item = STR("x") };

	(void)state;
	fake_holds(&t->fake, 0, ROW_ARTICLE);
	ask(t, ROW_ARTICLE, "tea");
	fake_shelf_row("a", ROW_STOCK, &stock);
	fake_ok("a");
	fake_turn(&t->fake);
	assert_articles(t, "");
	drop(t);
}

static void members(void **state)
{
	static const struct present all;
	struct article_row row = { .backend = STR("wiki"), .id = STR("7"), .title = STR("Tea"), .at = 0 };
	struct stock_row stock = { .backend = STR("till"), .sku = STR("T-1"), .site_name = STR("York"), .quantity = STR("0"),
				   .condition = CONDITION_DISPLAY, .price = { 250, "GBP" } };
	struct buf out;
	struct fields fields = lines_into(&out);

	(void)state;
	buf_init(&out, 4096);
	present_article(&all, &row, &fields);
	assert_non_null(strstr(out.data, "id=\"7\""));
	assert_non_null(strstr(out.data, "text=null"));
	assert_non_null(strstr(out.data, "masked=[]"));
	buf_reset(&out);
	present_stock(&all, &stock, &fields);
	assert_non_null(strstr(out.data, "quantity=\"0\""));
	assert_non_null(strstr(out.data, "condition=\"display\""));
	assert_non_null(strstr(out.data, "site={id=null name=\"York\"}"));
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(asks_only_who_has_some),
		cmocka_unit_test(the_best_of_each_comes_first),
		cmocka_unit_test(one_that_fails_costs_itself_alone),
		cmocka_unit_test(nobody_to_ask_ends_too),
		cmocka_unit_test(freed_while_asked_and_in_done),
		cmocka_unit_test(rows_of_another_type_are_left_out),
		cmocka_unit_test(members),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
