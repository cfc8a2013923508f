#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <dossier/base/text.h>
#include <dossier/ui/operations.h>

#include "../../src/ui/ui_private.h"

/* Every operation has words, a name of its own, and a key or a place in the palette. */
static void test_operations_agree(void **state)
{
	struct keymap *map = keymap_new();
	uint32_t key;

	(void)state;
	for (int i = UI_NONE + 1; i < UI_COUNT; i++) {
		const struct ui_op_row *row = ui_op_row((enum ui_op)i);

		assert_true(*row->id && *row->label && *row->help);
		assert_int_equal(ui_op_find(str_of(row->id)), i);
		if (row->flags & UI_HIDDEN)
			assert_true(keymap_key(map, VIEW_CUSTOMER, (enum ui_op)i, &key));
	}
	keymap_free(map);
}

/* The key help is not cut at 80 columns: eighteen for keys, three before and between. */
static void test_help_fits(void **state)
{
	(void)state;
	for (int op = UI_NONE + 1; op < UI_COUNT; op++)
		for (int view = VIEW_NONE; view < VIEW_COUNT; view++) {
			const char *help = ui_op_help((enum view_id)view, (enum ui_op)op);

			if (text_width(str_of(help)) > 80 - 21 - 1)
				fail_msg("too long for a row of keys: %s", help);
		}
}

static const struct view_ops *view_of(enum view_id id)
{
	for (const struct view_ops *const *view = ui_views; *view; view++)
		if ((*view)->id == id)
			return *view;
	return NULL;
}

/* The manual names the view, the key and the words, in that order. */
static void stands_in_manual(const char *manual, const struct ui_words *own, const char *key)
{
	char line[512];

	snprintf(line, sizeof(line), "\n.It %s Ta Ic %s Ta %s\n", view_id_word(own->view), key, own->help);
	if (!strstr(manual, line))
		fail_msg("dossier(1) has no line%s", line);
}

static char *read_manual(void)
{
	const char *src = getenv("DOSSIER_SRC");
	char path[512], *text = calloc(1, 1 << 20);
	FILE *file;

	snprintf(path, sizeof(path), "%s/man/dossier.1", src ? src : ".");
	file = fopen(path, "r");
	assert_non_null(file);
	assert_non_null(text);
	assert_true(fread(text, 1, (1 << 20) - 1, file) > 0);
	fclose(file);
	return text;
}

/*
 * What means something else in a view is run there, says so in words of its own, and stands in the manual as it stands
 * in the help; and what asks for something elsewhere than with a customer has such words.
 */
static void test_own_words(void **state)
{
	struct keymap *map = keymap_new();
	char *manual = read_manual();
	struct buf name;
	uint32_t key;

	(void)state;
	buf_init(&name, 64);
	for (const struct ui_words *own = ui_words; own->op != UI_NONE; own++) {
		const struct view_ops *view = view_of(own->view);

		assert_non_null(view);
		if (!view->takes(own->op) || !keymap_key(map, own->view, own->op, &key))
			fail_msg("%s has words for %s, which it does not run", view_id_word(own->view), ui_op_row(own->op)->id);
		assert_string_not_equal(own->help, ui_op_row(own->op)->help);
		assert_string_equal(ui_op_help(own->view, own->op), own->help);
		assert_string_equal(ui_op_label(own->view, own->op), own->label);
		for (const struct ui_words *other = own + 1; other->op != UI_NONE; other++)
			assert_false(other->view == own->view && other->op == own->op);
		buf_reset(&name);
		key_print(key, &name);
		stands_in_manual(manual, own, name.data);
	}
	for (const struct view_ops *const *view = ui_views; *view; view++)
		for (int op = UI_NONE + 1; op < UI_COUNT; op++)
			if (*view != &customer_view_ops && (ui_op_row((enum ui_op)op)->flags & UI_ASKS) && (*view)->takes((enum ui_op)op) &&
			    ui_op_help((*view)->id, (enum ui_op)op) == ui_op_row((enum ui_op)op)->help)
				fail_msg("%s says of %s what it means with a customer", view_id_word((*view)->id), ui_op_row((enum ui_op)op)->id);
	assert_ptr_equal(ui_op_help(VIEW_CUSTOMER, UI_PROMISE), ui_op_row(UI_PROMISE)->help);
	buf_release(&name);
	free(manual);
	keymap_free(map);
}

/* No two rows say different things of one key, every name is a key, and none takes what find needs. */
static void test_keys_agree(void **state)
{
	struct keymap *map = keymap_new();
	uint32_t a, b;

	(void)state;
	for (const struct key_row *row = key_rows; row->key; row++) {
		assert_true(key_parse(str_of(row->key), &a));
		assert_false((a >= '0' && a <= '9') || a == '+');
		assert_int_equal(keymap_op(map, row->view, a), row->op);
		for (const struct key_row *other = row + 1; other->key; other++)
			assert_false(key_parse(str_of(other->key), &b) && a == b && row->view == other->view);
		/* h and l never move */
		assert_false((a == 'h' || a == 'l') && (row->op == UI_UP || row->op == UI_DOWN));
	}
	keymap_free(map);
}

/* What a key line names runs there, and every operation somewhere. */
static void test_named_is_runnable(void **state)
{
	struct keymap *map = keymap_new();
	bool runs[UI_COUNT] = { false };
	uint32_t key;

	(void)state;
	for (const struct view_ops *const *view = ui_views; *view; view++) {
		for (const enum ui_op *op = (*view)->keyline; *op != UI_NONE; op++) {
			assert_true(*ui_op_label((*view)->id, *op));
			if (!ui_takes(*view, *op) || !keymap_key(map, (*view)->id, *op, &key))
				fail_msg("%s names %s", view_id_word((*view)->id), ui_op_row(*op)->id);
		}
		for (int op = UI_NONE + 1; op < UI_COUNT; op++)
			runs[op] |= ui_takes(*view, (enum ui_op)op);
	}
	for (int op = UI_NONE + 1; op < UI_COUNT; op++)
		if (!runs[op])
			fail_msg("nothing runs %s", ui_op_row((enum ui_op)op)->id);
	keymap_free(map);
}

static void pictured(const char *size, const char *name, const char *end)
{
	const char *src = getenv("DOSSIER_SRC");
	char path[512];

	snprintf(path, sizeof(path), "%s/tests/ui/expected/every-%s-%s.%s", src ? src : ".", size, name, end);
	if (access(path, R_OK) != 0)
		fail_msg("there is no %s: tests/ui/every.sh is to show it", path);
}

/* Every view, and what opens over one, is kept as text and as looks, with colour and without, at each size. */
static void test_every_view_is_pictured(void **state)
{
	static const char *const sizes[] = { "80x24", "100x30", "200x50" };
	static const char *const more[] = {
		"detail", "cases", "case", "orders", "order", "notes", "profile", "note", "case-form", "handoff", "outward", "outward-again",
		"filter", "item", "article", "notice", "lock"
	};
	char mono[32];

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		snprintf(mono, sizeof(mono), "mono-%s", sizes[i]);
		for (const struct view_ops *const *view = ui_views; *view; view++) {
			pictured(sizes[i], view_id_word((*view)->id), "txt");
			pictured(sizes[i], view_id_word((*view)->id), "looks");
			pictured(mono, view_id_word((*view)->id), "looks");
		}
		for (size_t k = 0; k < sizeof(more) / sizeof(*more); k++) {
			pictured(sizes[i], more[k], "txt");
			pictured(sizes[i], more[k], "looks");
			pictured(mono, more[k], "looks");
		}
	}
}

static void test_find_by_start(void **state)
{
	(void)state;
	assert_int_equal(ui_op_find(STR("them")), UI_THEME);
	assert_int_equal(ui_op_find(STR("find")), UI_FIND);
	assert_int_equal(ui_op_find(STR("page")), UI_NONE);
	assert_int_equal(ui_op_find(STR("")), UI_NONE);
	assert_int_equal(ui_op_find(STR("zzz")), UI_NONE);
}

static void test_bind(void **state)
{
	struct keymap *map = keymap_new();
	struct diags diags = { 0 };
	uint32_t key;

	(void)state;
	assert_true(keymap_bind(map, STR("F7"), STR("filter"), "me.yaml", 3, &diags));
	assert_int_equal(keymap_op(map, VIEW_CUSTOMER, K_F7), UI_FILTER);
	assert_true(keymap_bind(map, STR("customer.j"), STR("next-tab"), "me.yaml", 4, &diags));
	assert_int_equal(keymap_op(map, VIEW_CUSTOMER, 'j'), UI_NEXT_TAB);
	assert_int_equal(keymap_op(map, VIEW_FIND, 'j'), UI_DOWN);
	/* what is shown is what was bound by hand */
	assert_true(keymap_key(map, VIEW_CUSTOMER, UI_FILTER, &key));
	assert_int_equal(key, K_F7);
	assert_true(keymap_key(map, VIEW_CUSTOMER, UI_DOWN, &key));
	assert_int_equal(key, K_DOWN);
	assert_int_equal(diags.n, 0);
	keymap_free(map);
}

static void refuses(const char *key, const char *id, const char *because)
{
	struct keymap *map = keymap_new();
	struct diags diags = { 0 };

	assert_false(keymap_bind(map, str_of(key), str_of(id), "me.yaml", 7, &diags));
	assert_int_equal(diags.n, 1);
	assert_int_equal(diags.items[0].line, 7);
	assert_non_null(strstr(diags.items[0].text, because));
	diags_release(&diags);
	keymap_free(map);
}

static void test_bind_refuses(void **state)
{
	(void)state;
	refuses("5", "filter", "open find");
	refuses("Esc", "filter", "Esc goes back");
	refuses("F99", "filter", "is no key");
	refuses("nowhere.x", "filter", "is no key");
	refuses("x", "filtre", "did you mean filter");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_operations_agree), cmocka_unit_test(test_keys_agree), cmocka_unit_test(test_own_words), cmocka_unit_test(test_help_fits), cmocka_unit_test(test_named_is_runnable), cmocka_unit_test(test_every_view_is_pictured), cmocka_unit_test(test_find_by_start),
		cmocka_unit_test(test_bind), cmocka_unit_test(test_bind_refuses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
