#include <dossier/ui/theme.h>

#include <dirent.h>
#include <stdlib.h>

#include <dossier/base/home.h>
#include <dossier/base/mem.h>
#include <dossier/base/option.h>
#include <dossier/base/yaml.h>

#include "theme_dark.h"

#define THEMES_MOST 200

static const struct { const char *word; unsigned attrs; } elements[] = {
#define X(name, word, attrs) { word, attrs },
	ELEMENTS(X)
#undef X
};

const char *element_word(enum element element)
{
	return elements[element].word;
}

static struct theme *theme_new(void)
{
	struct theme *theme = mem_zalloc(sizeof(*theme));

	for (int i = 0; i < EL_COUNT; i++)
		theme->styles[i].attrs = elements[i].attrs;
	return theme;
}

struct theme *theme_mono(void)
{
	struct theme *theme = theme_new();

	theme->name = mem_strdup("plain");
	return theme;
}

void theme_free(struct theme *theme)
{
	if (!theme)
		return;
	free(theme->name);
	free(theme->about);
	free(theme);
}

static const char *const palette[] = {
	"black", "red", "green", "yellow", "blue", "magenta", "cyan", "white",
	"bright-black", "bright-red", "bright-green", "bright-yellow", "bright-blue", "bright-magenta", "bright-cyan", "bright-white", NULL
};

static bool read_color(const char *text, struct style_color *out)
{
	size_t n = strlen(text);
	char *end;
	long value;

	if (strcmp(text, "default") == 0) {
		out->is = COLOR_NONE;
		return true;
	}
	for (int i = 0; palette[i]; i++)
		if (strcmp(text, palette[i]) == 0) {
			*out = (struct style_color){ COLOR_PALETTE, i };
			return true;
		}
	value = strtol(text + (text[0] == '#'), &end, text[0] == '#' ? 16 : 10);
	if (*end || n == 0 || value < 0)
		return false;
	if (text[0] == '#') {
		*out = (struct style_color){ COLOR_RGB, (int)value };
		return n == 7;
	}
	*out = (struct style_color){ COLOR_PALETTE, (int)value };
	return value < 256;
}

static void read_colors(const struct option_texts *texts, struct style_color *out, struct yaml_mark mark, const char *which, struct diags *diags)
{
	if (texts->n > STYLE_COLORS)
		diags_add(diags, DIAG_ERROR, mark.file, mark.line, "%s has %zu colours; %d at most, the best first", which, texts->n, STYLE_COLORS);
	for (size_t i = 0; i < texts->n && i < STYLE_COLORS; i++)
		if (!read_color(texts->items[i], &out[i]))
			diags_add(diags, DIAG_ERROR, mark.file, mark.line,
				  "%s \"%s\" is no colour: a name such as bright-red, a number up to 255, \"#rrggbb\", or default", which,
				  texts->items[i]);
}

struct look { struct option_texts fg, bg; bool bold, dim, underline, reverse, italic; };
static const struct option look_keys[] = {
	{ "fg", OPTION_TEXTS, offsetof(struct look, fg) },
	{ "bg", OPTION_TEXTS, offsetof(struct look, bg) },
	{ "bold", OPTION_BOOL, offsetof(struct look, bold) },
	{ "dim", OPTION_BOOL, offsetof(struct look, dim) },
	{ "underline", OPTION_BOOL, offsetof(struct look, underline) },
	{ "reverse", OPTION_BOOL, offsetof(struct look, reverse) },
	{ "italic", OPTION_BOOL, offsetof(struct look, italic) },
	{ 0 },
};

static void read_style(struct json_object *map, struct yaml_mark mark, const char *name, struct style *style, struct diags *diags)
{
	struct look look = { 0 };

	if (!json_object_is_type(map, json_type_object)) {
		diags_add(diags, DIAG_ERROR, mark.file, mark.line, "%s wants a map, such as {fg: red, bold: true}", name);
		return;
	}
	option_read(map, look_keys, &look, name, diags);
	*style = (struct style){ 0 };
	read_colors(&look.fg, style->fg, mark, "fg", diags);
	read_colors(&look.bg, style->bg, mark, "bg", diags);
	style->attrs = (look.bold ? STYLE_BOLD : 0) | (look.dim ? STYLE_DIM : 0) | (look.underline ? STYLE_UNDERLINE : 0) |
		       (look.reverse ? STYLE_REVERSE : 0) | (look.italic ? STYLE_ITALIC : 0);
	option_texts_release(&look.fg);
	option_texts_release(&look.bg);
}

static int find_element(const char *name)
{
	for (int i = 0; i < EL_COUNT; i++)
		if (strcmp(elements[i].word, name) == 0)
			return i;
	return -1;
}

static void read_elements(struct theme *theme, struct json_object *map, struct diags *diags)
{
	const char *words[EL_COUNT + 1] = { NULL };

	for (int i = 0; i < EL_COUNT; i++)
		words[i] = elements[i].word;
	json_object_object_foreach(map, name, value) {
		struct yaml_mark mark = yaml_mark_key(map, name);
		int element = find_element(name);
		const char *near = element < 0 ? option_nearest(name, words) : NULL;

		if (element >= 0)
			read_style(value, mark, name, &theme->styles[element], diags);
		else
			diags_add(diags, DIAG_ERROR, mark.file, mark.line, "no element of the screen is called \"%s\"%s%s", name,
				  near ? "; did you mean " : "", near ? near : "");
	}
}

struct head { char *name, *about; struct json_object *elements; };
static const struct option head_keys[] = {
	{ "name", OPTION_TEXT, offsetof(struct head, name), .required = true },
	{ "about", OPTION_TEXT, offsetof(struct head, about) },
	{ "elements", OPTION_ANY, offsetof(struct head, elements) },
	{ 0 },
};

static struct theme *read_theme(struct json_object *root, struct diags *diags)
{
	struct head head = { 0 };
	struct theme *theme;

	if (!root)
		return NULL;
	theme = theme_new();
	if (json_object_is_type(root, json_type_object))
		option_read(root, head_keys, &head, "the theme", diags);
	theme->name = head.name ? head.name : mem_strdup("");
	theme->about = head.about;
	if (json_object_is_type(head.elements, json_type_object))
		read_elements(theme, head.elements, diags);
	json_object_put(root);
	return theme;
}

struct theme *theme_load(const char *path, struct diags *diags)
{
	struct theme *theme;

	if (!theme_dark_is(path))
		return read_theme(yaml_load(path, diags), diags);
	theme = theme_new();
	theme->name = mem_strdup(THEME_DARK_NAME);
	theme->about = mem_strdup(THEME_DARK_ABOUT);
	theme_dark_put(theme->styles);
	return theme;
}

struct theme *theme_parse(struct str text, const char *name, struct diags *diags)
{
	return read_theme(yaml_parse(text, name, diags), diags);
}

static int near_step(int part)
{
	return part < 48 ? 0 : part < 115 ? 1 : (part - 35) / 40;
}

/* The palette's colour cube or grey nearest to a true colour; with 16 and 8 only the brightness of each part is left. */
static int reduce_rgb(int rgb, int colors)
{
	int r = rgb >> 16, g = rgb >> 8 & 255, b = rgb & 255, most = r > g ? r : g;

	if (colors >= 256)
		return 16 + 36 * near_step(r) + 6 * near_step(g) + near_step(b);
	most = b > most ? b : most;
	return (r > most / 2 && r > 64 ? 1 : 0) | (g > most / 2 && g > 64 ? 2 : 0) | (b > most / 2 && b > 64 ? 4 : 0) |
	       (colors >= 16 && most > 200 ? 8 : 0);
}

static const int cube[] = { 0, 95, 135, 175, 215, 255 };

static int palette_rgb(int value)
{
	int grey = 8 + 10 * (value - 232);

	if (value >= 232)
		return grey << 16 | grey << 8 | grey;
	value -= 16;
	return cube[value / 36] << 16 | cube[value / 6 % 6] << 8 | cube[value % 6];
}

static int pick(const struct style_color *choices, int colors)
{
	for (int i = 0; i < STYLE_COLORS; i++)
		if ((choices[i].is == COLOR_RGB && colors == 1 << 24) || (choices[i].is == COLOR_PALETTE && choices[i].value < colors &&
		     (colors < 1 << 24 || choices[i].value < 8)))
			return choices[i].value;
	for (int i = STYLE_COLORS - 1; i >= 0; i--) {
		int value = choices[i].value;

		if (choices[i].is == COLOR_NONE)
			continue;
		if (choices[i].is == COLOR_RGB)
			return reduce_rgb(value, colors);
		if (value < 16)
			return value & 7;
		return colors == 1 << 24 ? palette_rgb(value) : reduce_rgb(palette_rgb(value), colors);
	}
	return -1;
}

void theme_look(const struct theme *theme, int element, int colors, int *fg, int *bg, unsigned *attrs)
{
	const struct style *style = &theme->styles[element & ~EL_ON_SELECTED], *chosen = &theme->styles[EL_SELECTED];
	const struct style *base = &theme->styles[EL_TEXT];

	*attrs = style->attrs;
	*fg = *bg = -1;
	if (colors) {
		*fg = pick(style->fg, colors);
		*bg = pick(style->bg, colors);
		if (*fg < 0)
			*fg = pick(base->fg, colors);
		if (*bg < 0)
			*bg = pick(base->bg, colors);
	}
	if (!(element & EL_ON_SELECTED))
		return;
	*attrs |= chosen->attrs;
	if (chosen->attrs & STYLE_REVERSE)
		*attrs &= ~(unsigned)STYLE_DIM;
	if (colors && pick(chosen->bg, colors) >= 0)
		*bg = pick(chosen->bg, colors);
	if (colors && pick(chosen->fg, colors) >= 0)
		*fg = pick(chosen->fg, colors);
}

char *theme_folder(void)
{
	char *data = home_data(), *folder = mem_printf("%s/themes", data);

	free(data);
	return folder;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

char **theme_names(const char *folder)
{
	char **names = mem_array(THEMES_MOST + 1, sizeof(*names));
	DIR *dir = opendir(folder);
	struct dirent *entry;
	size_t n = 0;

	while (dir && n < THEMES_MOST && (entry = readdir(dir))) {
		size_t len = strlen(entry->d_name);

		if (len > 5 && strcmp(entry->d_name + len - 5, ".yaml") == 0 && entry->d_name[0] != '.')
			names[n++] = mem_strndup(entry->d_name, len - 5);
	}
	if (dir)
		closedir(dir);
	qsort(names, n, sizeof(*names), compare_names);
	return names;
}
