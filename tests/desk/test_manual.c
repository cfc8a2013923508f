#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dossier/base/mem.h>
#include <dossier/desk/house.h>

#include "place.h"

/* dossier-config(5) as it stands in the source. */
static char *manual(void)
{
	char *path = mem_printf("%s/man/dossier-config.5", getenv("DOSSIER_SRC")), *text = mem_zalloc(65536);
	FILE *file = fopen(path, "r");

	assert_non_null(file);
	assert_in_range(fread(text, 1, 65535, file), 1, 65534);
	fclose(file);
	free(path);
	return text;
}

/* True when word stands in an ".It Ic" line: ".It Ic country , currency , zone". */
static bool is_item(const char *text, const char *word)
{
	size_t n = strlen(word);

	for (const char *line = strstr(text, "\n.It Ic "); line; line = strstr(line + 1, "\n.It Ic ")) {
		const char *at = line + 8;

		while (*at && *at != '\n') {
			size_t len = strcspn(at, " ,\n");

			if (len == n && !strncmp(at, word, n))
				return true;
			at += len + strspn(at + len, " ,");
		}
	}
	return false;
}

static void every_key_is_in_the_manual(void **state)
{
	char *text = manual();
	size_t keys = 0;

	(void)state;
	for (const struct house_section *section = house_sections; section->name; section++) {
		for (const struct option *key = section->keys; key->name; key++, keys++) {
			if (!is_item(text, key->name))
				fail_msg("dossier-config(5) does not name %s of %s", key->name, section->name);
			assert_non_null(key->help);
		}
	}
	assert_true(keys > 30);
	assert_false(is_item(text, "nosuchkey"));
	free(text);
}

static bool is_key(const char *word, size_t n)
{
	for (const struct house_section *section = house_sections; section->name; section++) {
		for (const struct option *key = section->keys; key->name; key++) {
			if (strlen(key->name) == n && !strncmp(key->name, word, n))
				return true;
		}
	}
	return false;
}

static void the_manual_names_no_other_key(void **state)
{
	char *text = manual();

	(void)state;
	for (const char *line = strstr(text, "\n.It Ic "); line; line = strstr(line + 1, "\n.It Ic ")) {
		const char *at = line + 8;

		while (*at && *at != '\n') {
			size_t len = strcspn(at, " ,\n");

			if (!is_key(at, len))
				fail_msg("dossier-config(5) names %.*s, which is no key", (int)len, at);
			at += len + strspn(at + len, " ,");
		}
	}
	free(text);
}

/* The first display of the examples, as the page shows it. */
static char *whole_file(char *text)
{
	char *start = strstr(text, ".Sh EXAMPLES"), *end, *to;

	assert_non_null(start);
	start = strstr(start, ".Bd -literal\n");
	assert_non_null(start);
	start += strlen(".Bd -literal\n");
	end = strstr(start, ".Ed\n");
	assert_non_null(end);
	*end = '\0';
	to = start;
	for (const char *from = start; *from; from++) {
		bool escaped = from[0] == '\\' && from[1] == 'e';

		*to++ = *from;
		from += escaped;
	}
	*to = '\0';
	return start;
}

static void the_manuals_house_loads(void **state)
{
	char *text = manual(), *etc;
	struct house_options options = { .data = getenv("DOSSIER_SRC") };
	struct diags diags = { 0 };
	struct place place;
	struct house *house;

	(void)state;
	place_make(&place);
	etc = place_path(&place, "etc");
	options.sysconf = options.home_config = etc;
	place_write(&place, "etc/dossier.yaml", 0644, whole_file(text));
	house = house_load(&options, &diags);
	for (size_t i = 0; i < diags.n; i++)
		fprintf(stderr, "%s:%d: %s\n", diags.items[i].file, diags.items[i].line, diags.items[i].text);
	assert_int_equal(diags.n, 0);
	assert_int_equal(house->n_backends, 2);
	assert_int_equal(house->n_agents, 2);
	assert_int_equal(house->who.n_patterns, 2);
	assert_string_equal(house->store.path, "/var/lib/dossier/store.db");
	assert_int_equal(house->done.n, 4);
	assert_int_equal(house->n_outcomes, 3);
	assert_int_equal(house->n_masks, 3);
	assert_int_equal(house->n_retention, 2);
	assert_int_equal(house->legal_hold.n, 1);
	assert_int_equal(house->hour.minor, 4500);
	assert_non_null(house->backends[0]->plan);
	assert_non_null(house->backends[1]->plan);
	house_free(house);
	diags_release(&diags);
	place_remove(&place);
	free(etc);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_key_is_in_the_manual),
		cmocka_unit_test(the_manual_names_no_other_key),
		cmocka_unit_test(the_manuals_house_loads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
