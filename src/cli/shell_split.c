#include "shell.h"

#include <dossier/base/mem.h>

static const char BLANKS[] = " \t\n\r";

/* Where the word that begins here ends; one that begins with a quote goes on to the same quote before a blank. */
static const char *word_end(const char *at)
{
	const char *end;

	if (*at == '"' || *at == '\'')
		for (end = strchr(at + 1, *at); end; end = strchr(end + 1, *at))
			if (!end[1] || strchr(BLANKS, end[1]))
				return end + 1;
	return at + strcspn(at, BLANKS);
}

/* --name="two words" too. */
static const char *option_end(const char *at)
{
	const char *equals = at + strcspn(at, "= \t\n\r");

	return *equals == '=' ? word_end(equals + 1) : word_end(at);
}

static char *word_of(struct arena *arena, const char *at, const char *end)
{
	size_t n = (size_t)(end - at);

	if (n > 1 && (*at == '"' || *at == '\'') && end[-1] == *at)
		return arena_strndup(arena, at + 1, n - 2);
	return arena_strndup(arena, at, n);
}

/* The value of --name="two words" without its quotes. */
static char *option_of(struct arena *arena, const char *at, const char *end)
{
	const char *equals = memchr(at, '=', (size_t)(end - at));
	const char *value;
	char *name;
	size_t n;

	if (!equals)
		return word_of(arena, at, end);
	value = word_of(arena, equals + 1, end);
	n = (size_t)(equals + 1 - at) + strlen(value);
	name = arena_alloc(arena, n + 1);
	snprintf(name, n + 1, "%.*s%s", (int)(equals + 1 - at), at, value);
	return name;
}

struct words { struct arena *arena; char **items; size_t n, cap; };

static void add(struct words *w, char *word)
{
	if (w->n + 1 >= w->cap) {
		char **more;

		w->cap = w->cap ? w->cap * 2 : 16;
		more = arena_alloc(w->arena, w->cap * sizeof(*more));
		memcpy(more, w->items ? w->items : more, w->n * sizeof(*more));
		w->items = more;
	}
	w->items[w->n++] = word;
	w->items[w->n] = NULL;
}

char **shell_split(struct arena *arena, const char *text, size_t *n)
{
	struct words words = { .arena = arena };

	words.items = arena_alloc(arena, sizeof(*words.items));
	for (const char *at = text + strspn(text, BLANKS); *at; at += strspn(at, BLANKS)) {
		const char *end = *at == '-' ? option_end(at) : word_end(at);

		add(&words, *at == '-' ? option_of(arena, at, end) : word_of(arena, at, end));
		at = end;
	}
	*n = words.n;
	return words.items;
}

static const struct cli_option *option_at(const struct cli_option *table, const char *at, size_t n)
{
	for (; table && table->name; table++) {
		size_t own = strlen(table->name);

		if (n > 2 && at[1] == '-' && strncmp(at + 2, table->name, own) == 0 && (n == own + 2 || at[own + 2] == '='))
			return table;
		if (n == 2 && table->letter && at[1] == table->letter)
			return table;
	}
	return NULL;
}

static const struct cli_option *known_option(const struct command *c, const char *at)
{
	size_t n = strcspn(at, BLANKS);
	const struct cli_option *option = *at == '-' ? option_at(c->options, at, n) : NULL;

	return option || *at != '-' ? option : option_at(cli_global_options, at, n);
}

static void add_text(struct buf *text, const char *from, const char *to)
{
	struct str piece = str_trim(str_make(from, (size_t)(to - from)));

	if (piece.n && text->len)
		buf_addc(text, ' ');
	buf_addstr(text, piece);
}

/* "all of it in quotes" is what stands in them. */
static struct str unquoted(struct str text)
{
	if (text.n > 1 && (text.p[0] == '"' || text.p[0] == '\'') && memchr(text.p + 1, text.p[0], text.n - 1) == text.p + text.n - 1)
		return str_make(text.p + 1, text.n - 2);
	return text;
}

char **shell_split_text(struct arena *arena, const struct command *c, const char *text, size_t *n)
{
	struct words words = { .arena = arena };
	const char *start = text, *at = text + strspn(text, BLANKS);
	struct buf rest;
	struct str whole;

	buf_init(&rest, 1024 * 1024);
	words.items = arena_alloc(arena, sizeof(*words.items));
	while (*at) {
		const struct cli_option *option = known_option(c, at);
		const char *end;

		if (!option) {
			at = *at == '"' || *at == '\'' ? word_end(at) : at + strcspn(at, BLANKS);
			at += strspn(at, BLANKS);
			continue;
		}
		add_text(&rest, start, at);
		end = option_end(at);
		add(&words, option_of(arena, at, end));
		if (option->type != CLI_FLAG && !memchr(at, '=', (size_t)(end - at))) {
			at = end + strspn(end, BLANKS);
			end = word_end(at);
			if (end > at)
				add(&words, word_of(arena, at, end));
		}
		start = at = end + strspn(end, BLANKS);
	}
	add_text(&rest, start, at);
	whole = unquoted(buf_str(&rest));
	if (whole.n) {
		add(&words, arena_strndup(arena, "--", 2));
		add(&words, arena_strndup(arena, whole.p, whole.n));
	}
	buf_release(&rest);
	*n = words.n;
	return words.items;
}
