#include "cli.h"

#include <dossier/base/mem.h>

static bool add(const struct cli_option *option, struct cli_list *list, const char *value)
{
	if (list->n == CLI_LIST_MOST) {
		cli_say("--%s stands more than %d times", option->name, CLI_LIST_MOST);
		return false;
	}
	list->items[list->n++] = value;
	return true;
}

static bool store(const struct cli_option *option, void *to, const char *value)
{
	char *at = (char *)to + option->offset;

	switch (option->type) {
	case CLI_FLAG:
		*(bool *)(void *)at = true;
		return true;
	case CLI_TEXT:
		*(const char **)(void *)at = value;
		return true;
	case CLI_LIST:
		return add(option, (void *)at, value);
	}
	return false;
}

/* A row by "--name", "--name=value" or "-l". */
static const struct cli_option *find(const struct cli_option *table, const char *word, const char **value)
{
	size_t n;

	*value = NULL;
	for (; table && table->name; table++) {
		if (word[1] != '-') {
			if (table->letter && word[1] == table->letter && word[2] == '\0')
				return table;
			continue;
		}
		n = strlen(table->name);
		if (strncmp(word + 2, table->name, n) != 0 || (word[2 + n] && word[2 + n] != '='))
			continue;
		if (word[2 + n] == '=')
			*value = word + 3 + n;
		return table;
	}
	return NULL;
}

/* "-" alone, "-7d" and "-5" are values; a word that starts with - and a letter is an option. */
static bool is_option(const char *word)
{
	return word[0] == '-' && (word[1] == '-' || isalpha((unsigned char)word[1]));
}

bool cli_parse(const struct cli_option *globals, void *globals_to, const struct cli_option *options, void *to,
	       int *argc, char **argv)
{
	int kept = 0;
	bool open = true;

	for (int i = 0; i < *argc; i++) {
		const struct cli_option *option;
		const char *value;
		void *into = to;

		if (!open || !is_option(argv[i])) {
			argv[kept++] = argv[i];
			continue;
		}
		if (strcmp(argv[i], "--") == 0) {
			open = false;
			continue;
		}
		option = find(options, argv[i], &value);
		if (!option) {
			option = find(globals, argv[i], &value);
			into = globals_to;
		}
		if (!option) {
			cli_say("unknown option %s; \"dossier --help\" lists those of every command, \"dossier COMMAND --help\" its own", argv[i]);
			return false;
		}
		if (option->type == CLI_FLAG && value) {
			cli_say("--%s takes no value", option->name);
			return false;
		}
		if (option->type != CLI_FLAG && !value) {
			if (i + 1 >= *argc) {
				cli_say("--%s wants %s after it", option->name, option->arg);
				return false;
			}
			value = argv[++i];
		}
		if (!store(option, into, value))
			return false;
	}
	*argc = kept;
	return true;
}

char *cli_join(int argc, char **argv)
{
	struct buf joined;

	buf_init(&joined, SIZE_MAX / 4);
	for (int i = 0; i < argc; i++) {
		if (i)
			buf_addc(&joined, ' ');
		buf_adds(&joined, argv[i]);
	}
	return buf_take(&joined);
}
