#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include <dossier/base/mem.h>
#include <dossier/ui/theme.h>

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
		cmocka_unit_test(test_shipped), cmocka_unit_test(test_mistakes), cmocka_unit_test(test_fewer_colors), cmocka_unit_test(test_mono),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
