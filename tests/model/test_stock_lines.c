#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include <dossier/base/buf.h>
#include <dossier/model/stock_lines.h>

#define ROWS 12
struct shelf { struct stock_row rows[ROWS]; struct stock_told told[ROWS]; size_t n; };

static void put(struct shelf *s, enum stock_side side, const char *item, const char *site_id, const char *site, const char *quantity, enum condition condition)
{
	struct stock_row *row = &s->rows[s->n];

	*row = (struct stock_row){
		.backend = str_of(side == STOCK_WEB ? "shop" : "till"), .item = str_of(item), .sku = str_of(side == STOCK_WEB ? item : NULL),
		.site_id = str_of(site_id), .site_name = str_of(site), .quantity = str_of(quantity), .condition = condition,
	};
	s->told[s->n++] = (struct stock_told){ row, side };
}

/* "Leeds sellable 3|1!" a line; own ones begin with *. */
static void told_as(const struct shelf *s, const char *own, const char *wanted)
{
	struct stock_lines lines;
	struct buf out;

	buf_init(&out, 4096);
	stock_lines_init(&lines, s->told, s->n, str_of(own));
	for (size_t i = 0; i < lines.n; i++) {
		const struct stock_line *l = &lines.items[i];
		const struct stock_row *row = stock_line_row(l), *web = l->says[STOCK_WEB], *shop = l->says[STOCK_SHOP];

		buf_printf(&out, "%s%.*s %s ", l->own ? "*" : "", STR_ARG(row->site_name.n ? row->site_name : row->site_id), condition_word(row->condition));
		buf_printf(&out, "%.*s|%.*s%s\n", STR_ARG(web ? web->quantity : STR("-")), STR_ARG(shop ? shop->quantity : STR("-")), l->differ ? "!" : "");
	}
	assert_string_equal(out.data ? out.data : "", wanted);
	stock_lines_release(&lines);
	buf_release(&out);
}

static void test_sides_meet(void **state)
{
	struct shelf s = { .n = 0 };

	(void)state;
	put(&s, STOCK_SHOP, "A", "L9", "Leeds", "1", CONDITION_SELLABLE);
	put(&s, STOCK_WEB, "A", "W", "Warehouse", "120", CONDITION_SELLABLE);
	put(&s, STOCK_WEB, "A", "LDS", "LEEDS", "2", CONDITION_RESERVED);
	put(&s, STOCK_WEB, "A", "LDS", "LEEDS", "3", CONDITION_SELLABLE);
	put(&s, STOCK_WEB, "A", "BRS", "Bristol Broadmead", "3", CONDITION_SELLABLE);
	put(&s, STOCK_SHOP, "A", "L2", "Bristol, Broadmead", "3.0", CONDITION_SELLABLE);
	told_as(&s, NULL, "Bristol Broadmead sellable 3|3.0\nLEEDS sellable 3|1!\nLEEDS reserved 2|-\nWarehouse sellable 120|-\n");
	told_as(&s, "warehouse", "*Warehouse sellable 120|-\nBristol Broadmead sellable 3|3.0\nLEEDS sellable 3|1!\nLEEDS reserved 2|-\n");
	told_as(&s, "broadmead", "*Bristol Broadmead sellable 3|3.0\nLEEDS sellable 3|1!\nLEEDS reserved 2|-\nWarehouse sellable 120|-\n");
	/* part of a word is another word */
	told_as(&s, "broad", "Bristol Broadmead sellable 3|3.0\nLEEDS sellable 3|1!\nLEEDS reserved 2|-\nWarehouse sellable 120|-\n");
}

/* One backend numbers the item in its own way. */
static void test_other_numbers(void **state)
{
	struct shelf s = { .n = 0 };

	(void)state;
	put(&s, STOCK_WEB, "A", "L", "Leeds", "3", CONDITION_SELLABLE);
	put(&s, STOCK_SHOP, "9001", "L", "Leeds", "4", CONDITION_SELLABLE);
	told_as(&s, "L", "*Leeds sellable 3|4!\n");
	/* two of them: which is which is not guessed */
	put(&s, STOCK_WEB, "B", "L", "Leeds", "7", CONDITION_SELLABLE);
	told_as(&s, "L", "*Leeds sellable 3|-\n*Leeds sellable 7|-\n*Leeds sellable -|4\n");
	put(&s, STOCK_SHOP, "B", "L", "Leeds", "7", CONDITION_SELLABLE);
	told_as(&s, "L", "*Leeds sellable 3|-\n*Leeds sellable 7|7\n*Leeds sellable -|4\n");
}

static void test_odd(void **state)
{
	struct shelf s = { .n = 0 };

	(void)state;
	told_as(&s, NULL, "");
	told_as(&s, "", "");
	put(&s, STOCK_SHOP, "A", "L", NULL, NULL, CONDITION_DISPLAY);
	put(&s, STOCK_WEB, "A", "L", "", "0", CONDITION_DISPLAY);
	/* nothing said is not another quantity */
	told_as(&s, "", "L display 0|\n");
	put(&s, STOCK_WEB, "A", NULL, NULL, "1", CONDITION_SELLABLE);
	told_as(&s, "", " sellable 1|-\nL display 0|\n");
	s.n = 0;
	for (int i = 0; i < 3; i++)     /* one row told three times */
		put(&s, STOCK_SHOP, "A", "L", "Leeds", "1", CONDITION_SELLABLE);
	told_as(&s, "", "Leeds sellable -|1\nLeeds sellable -|1\nLeeds sellable -|1\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_sides_meet), cmocka_unit_test(test_other_numbers), cmocka_unit_test(test_odd) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
