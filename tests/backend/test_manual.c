#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dossier/base/yaml.h>

#include "scope.h"

/* The manual's source: what it documents, and the connectors it shows. */
struct manual {
	char *text;
	struct json_object *words;      /* "block/word" -> true, from the manual */
	struct json_object *told;       /* the same from the loader */
};

static int setup(void **state)
{
	struct manual *manual = mem_zalloc(sizeof(*manual));
	char *path = mem_printf("%s/man/dossier-connector.5", getenv("DOSSIER_SRC") ? getenv("DOSSIER_SRC") : ".");
	FILE *file = fopen(path, "r");
	struct buf text;
	char part[4096];
	size_t n;

	assert_non_null(file);
	buf_init(&text, 1 << 20);
	while ((n = fread(part, 1, sizeof(part), file)))
		buf_add(&text, part, n);
	fclose(file);
	free(path);
	manual->text = buf_take(&text);
	manual->words = json_object_new_object();
	manual->told = json_object_new_object();
	*state = manual;
	return 0;
}

static int teardown(void **state)
{
	struct manual *manual = *state;

	free(manual->text);
	json_object_put(manual->words);
	json_object_put(manual->told);
	free(manual);
	return 0;
}

/* Each line without its end; NULL after the last. */
static char *next_line(const char **at)
{
	const char *end = strchr(*at, '\n');

	if (!**at)
		return NULL;
	char *line = mem_strndup(*at, end ? (size_t)(end - *at) : strlen(*at));
	*at = end ? end + 1 : *at + strlen(*at);
	return line;
}

static void read_words(struct manual *manual)
{
	static const char open[] = ".\\\" block: ", item[] = ".It Ic ";
	char *block = NULL, *line;

	for (const char *at = manual->text; (line = next_line(&at)); free(line)) {
		if (!strncmp(line, open, sizeof(open) - 1)) {
			free(block);
			block = mem_strdup(line + sizeof(open) - 1);
		} else if (!strcmp(line, ".\\\" end")) {
			free(block);
			block = NULL;
		} else if (block && !strncmp(line, item, sizeof(item) - 1)) {
			char *word = line + sizeof(item) - 1;
			char *key = mem_printf("%s/%.*s", block, (int)strcspn(word, " "), word);

			json_object_object_add(manual->words, key, json_object_new_boolean(true));
			free(key);
		}
	}
	free(block);
}

static void told(void *arg, const char *block, const char *word)
{
	struct manual *manual = arg;
	char *key = mem_printf("%s/%s", block, word);

	json_object_object_add(manual->told, key, json_object_new_boolean(true));
	free(key);
}

static unsigned lacking(struct json_object *all, struct json_object *in, const char *where)
{
	unsigned n = 0;

	json_object_object_foreach(all, key, value) {
		(void)value;
		if (json_object_object_get_ex(in, key, NULL))
			continue;
		print_error("%s is not in the %s\n", key, where);
		n++;
	}
	return n;
}

static void every_word(void **state)
{
	struct manual *manual = *state;
	const struct plan_language_sink sink = { told, manual };

	read_words(manual);
	plan_language(&sink);
	assert_true(json_object_object_length(manual->told) > 250);
	assert_int_equal(lacking(manual->told, manual->words, "manual") + lacking(manual->words, manual->told, "loader"), 0);
}

/* What stands between .Bd and .Ed, as it was before it was escaped. */
static void display_line(struct buf *out, const char *line)
{
	if (!strncmp(line, "\\&", 2))
		line += 2;
	for (; *line; line++) {
		buf_addc(out, *line);
		if (line[0] == '\\' && line[1] == 'e')
			line++;
	}
	buf_addc(out, '\n');
}

/* Calls fn with each display; whole says that it is marked as a connector. */
static void displays(const char *at, void (*fn)(bool whole, struct str text, unsigned *seen), unsigned *seen)
{
	bool inside = false, whole = false;
	struct buf text;
	char *line;

	buf_init(&text, 1 << 16);
	for (; (line = next_line(&at)); free(line)) {
		if (!strcmp(line, ".\\\" connector") || !strcmp(line, ".\\\" end connector")) {
			whole = strcmp(line, ".\\\" connector") == 0;
		} else if (!strncmp(line, ".Bd ", 4)) {
			inside = true;
			buf_reset(&text);
		} else if (!strcmp(line, ".Ed")) {
			inside = false;
			fn(whole, buf_str(&text), seen);
		} else if (inside) {
			display_line(&text, line);
		}
	}
	buf_release(&text);
}

static void print_diags(const struct diags *diags, struct str text)
{
	for (size_t i = 0; i < diags->n; i++)
		print_error("%d: %s\n%.*s\n", diags->items[i].line, diags->items[i].text, STR_ARG(text));
}

static void load_display(bool whole, struct str text, unsigned *seen)
{
	struct diags diags = { 0 };

	if (!whole)
		return;
	struct plan *plan = plan_parse(text, "manual", &diags);
	print_diags(&diags, text);
	assert_non_null(plan);
	assert_int_equal(diags.n, 0);
	/* one finds customers, one goes by numbers alone */
	*seen |= plan->finds.n ? 1 : 2;
	plan_free(plan);
	diags_release(&diags);
}

static void worked_connectors(void **state)
{
	struct manual *manual = *state;
	unsigned seen = 0;

	displays(manual->text, load_display, &seen);
	assert_int_equal(seen, 3);
}

static void parse_display(bool whole, struct str text, unsigned *seen)
{
	struct diags diags = { 0 };

	(void)whole;
	json_object_put(yaml_parse(text, "manual", &diags));
	print_diags(&diags, text);
	assert_int_equal(diags.n, 0);
	++*seen;
	diags_release(&diags);
}

static void every_example_is_yaml(void **state)
{
	struct manual *manual = *state;
	unsigned seen = 0;

	displays(manual->text, parse_display, &seen);
	assert_true(seen > 250);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(every_word, setup, teardown),
		cmocka_unit_test_setup_teardown(worked_connectors, setup, teardown),
		cmocka_unit_test_setup_teardown(every_example_is_yaml, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
