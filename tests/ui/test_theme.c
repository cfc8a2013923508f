#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <dossier/base/mem.h>

#include "../../src/ui/theme_dark.h"

/* Every theme that is shipped is read without a word. */
static void test_shipped(void **state)
{
	char *folder = mem_printf("%s/themes", getenv("DOSSIER_SRC")), **names = theme_names(folder);
	size_t n = 0;

	(void)state;
	for (; names[n]; n++) {
		struct diags diags = { 0 };
		char *path = mem_printf("%s/%s.yaml", folder, names[n]);
		struct theme *theme = theme_load(path, &diags);

		if (diags.n)
			fail_msg("%s:%d: %s", path, diags.items[0].line, diags.items[0].text);
		assert_non_null(theme);
		assert_string_equal(theme->name, names[n]);
		theme_free(theme);
		diags_release(&diags);
		free(path);
		free(names[n]);
	}
	assert_true(n >= 5);
	free(names);
	free(folder);
}

static char *read_whole(const char *path, size_t *n)
{
	char *bytes = mem_alloc(16384);
	FILE *file = fopen(path, "r");

	assert_non_null(file);
	*n = fread(bytes, 1, 16384, file);
	fclose(file);
	return bytes;
}

static void assert_same_theme(const struct theme *a, const struct theme *b)
{
	assert_string_equal(a->name, b->name);
	assert_string_equal(a->about, b->about);
	for (int i = 0; i < EL_COUNT; i++)
		if (memcmp(&a->styles[i], &b->styles[i], sizeof(a->styles[i])) != 0)
			fail_msg("%s: src/ui/theme_dark.c says something else", element_word((enum element)i));
}

/* The one that is known without being parsed looks as its file says, and a file that was changed is read. */
static void test_known(void **state)
{
	char *path = mem_printf("%s/themes/dark.yaml", getenv("DOSSIER_SRC")), *changed = mem_strdup("/tmp/dossier-theme-XXXXXX"), *bytes;
	struct diags diags = { 0 };
	struct theme *known, *parsed;
	size_t n;
	FILE *file;
	char *bold;

	(void)state;
	if (!theme_dark_is(path))
		fail_msg("themes/dark.yaml was changed: src/ui/theme_dark.c should be, too, with its BYTES and SUM");
	bytes = read_whole(path, &n);
	known = theme_load(path, &diags);
	parsed = theme_parse(str_make(bytes, n), path, &diags);
	assert_same_theme(known, parsed);
	theme_free(parsed);

	bold = memmem(bytes, n, "strong: {bold: true}", 20);
	assert_non_null(bold);
	memcpy(bold + 9, "dim", 3);
	memcpy(bold + 12, ":  true}", 8);
	close(mkstemp(changed));
	file = fopen(changed, "w");
	assert_int_equal(fwrite(bytes, 1, n, file), n);
	fclose(file);
	assert_false(theme_dark_is(changed));
	parsed = theme_load(changed, &diags);
	assert_int_equal(diags.n, 0);
	assert_int_equal(parsed->styles[EL_STRONG].attrs, STYLE_DIM);
	assert_int_equal(known->styles[EL_STRONG].attrs, STYLE_BOLD);
	theme_free(parsed);
	theme_free(known);
	assert_false(theme_dark_is("/nonexistent/dark.yaml"));
	unlink(changed);
	free(changed);
	free(bytes);
	free(path);
	diags_release(&diags);
}

static void says(const char *yaml, int line, const char *because)
{
	struct diags diags = { 0 };
	struct theme *theme = theme_parse(str_of(yaml), "t.yaml", &diags);

	assert_true(diags.n >= 1);
	assert_int_equal(diags.items[0].line, line);
	if (!strstr(diags.items[0].text, because))
		fail_msg("\"%s\" does not say \"%s\"", diags.items[0].text, because);
	theme_free(theme);
	diags_release(&diags);
}

static void test_mistakes(void **state)
{
	(void)state;
	says("name: x\nelements:\n  wannts: {bold: true}\n", 3, "did you mean wants");
	says("name: x\nelements:\n  wants: {fg: pinkish}\n", 3, "is no colour");
	says("name: x\nelements:\n  wants: {fg: 256}\n", 3, "is no colour");
	says("name: x\nelements:\n  wants: bold\n", 3, "wants a map");
	says("elements: {}\n", 1, "name");
}

static void looks(const struct theme *theme, int element, int colors, int want_fg, int want_bg)
{
	int fg, bg;
	unsigned attrs;

	theme_look(theme, element, colors, &fg, &bg, &attrs);
	assert_int_equal(fg, want_fg);
	assert_int_equal(bg, want_bg);
}

/* The first colour that can be shown; one that none can show gets the nearest. */
static void test_fewer_colors(void **state)
{
	struct diags diags = { 0 };
	struct theme *theme = theme_parse(STR("name: t\nelements:\n"
		"  wants: {fg: [\"#ff8700\", 208, yellow]}\n"
		"  next: {fg: \"#ff0000\"}\n"
		"  tried: {fg: 208}\n"
		"  selected: {bg: blue}\n"), "t.yaml", &diags);

	(void)state;
	assert_int_equal(diags.n, 0);
	looks(theme, EL_WANTS, 1 << 24, 0xff8700, -1);
	looks(theme, EL_WANTS, 256, 208, -1);
	looks(theme, EL_WANTS, 16, 3, -1);
	looks(theme, EL_WANTS, 8, 3, -1);
	looks(theme, EL_WANTS, 0, -1, -1);
	looks(theme, EL_NEXT, 256, 196, -1);
	looks(theme, EL_NEXT, 8, 1, -1);
	looks(theme, EL_TRIED, 8, 3, -1);
	looks(theme, EL_WANTS | EL_ON_SELECTED, 256, 208, 4);
	theme_free(theme);
}

/* Nothing is told by colour alone: without one the warning elements still differ from text. */
static void test_mono(void **state)
{
	static const enum element warn[] = { EL_WARN, EL_ERROR, EL_LATE, EL_UNVERIFIED, EL_NEW, EL_WANTS, EL_SELECTED, EL_OUTWARD };
	struct theme *theme = theme_mono();
	unsigned attrs;
	int fg, bg;

	(void)state;
	for (size_t i = 0; i < sizeof(warn) / sizeof(*warn); i++) {
		theme_look(theme, (int)warn[i], 0, &fg, &bg, &attrs);
		assert_true(attrs != 0);
	}
	theme_free(theme);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shipped), cmocka_unit_test(test_known), cmocka_unit_test(test_mistakes), cmocka_unit_test(test_fewer_colors), cmocka_unit_test(test_mono),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
