#include <dossier/base/json.h>
#include <dossier/base/mem.h>
#include <dossier/base/yaml.h>

#include "option_in.h"

enum { NEAR_MOST = 40 };

/* Where a table is being read into, and what complaints say about it. */
struct reading {
	struct json_object *map;
	const char *what;
	struct diags *diags;
	char *out;
};

void option_texts_release(struct option_texts *texts)
{
	for (size_t i = 0; i < texts->n; i++)
		free(texts->items[i]);
	free(texts->items);
	*texts = (struct option_texts){ NULL, 0 };
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c == '-' ? '_' : c;
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* How many letters to add, drop, change or swap with their neighbour. */
static size_t distance(const char *a, const char *b)
{
	size_t rows[3][NEAR_MOST + 1], *before = rows[0], *last = rows[1], *now = rows[2];
	size_t na = strlen(a), nb = strlen(b);

	if (na > NEAR_MOST || nb > NEAR_MOST)
		return SIZE_MAX;
	for (size_t k = 0; k <= nb; k++) {
		before[k] = 0;
		last[k] = k;
	}
	for (size_t i = 1; i <= na; i++) {
		now[0] = i;
		for (size_t k = 1; k <= nb; k++) {
			size_t change = last[k - 1] + (lower(a[i - 1]) != lower(b[k - 1]));
			now[k] = least(change, least(last[k], now[k - 1]) + 1);
			if (i > 1 && k > 1 && lower(a[i - 1]) == lower(b[k - 2]) && lower(a[i - 2]) == lower(b[k - 1]))
				now[k] = least(now[k], before[k - 2] + 1);
		}
		size_t *spare = before;
		before = last;
		last = now;
		now = spare;
	}
	return last[nb];
}

/* A third of the letters may be off, one at least; a word of one or two letters is near only in another case. */
static bool is_nearer(const char *text, const char *word, size_t *best)
{
	size_t n = strlen(text), far = distance(text, word), most = n < 3 ? 0 : n < 6 ? 1 : n / 3;

	if (far > most || far >= *best)
		return false;
	*best = far;
	return true;
}

const char *option_nearest(const char *text, const char *const *words)
{
	const char *nearest = NULL;
	size_t best = SIZE_MAX;

	for (; *words; words++)
		if (is_nearer(text, *words, &best))
			nearest = *words;
	return nearest;
}

static void __attribute__((format(printf, 3, 4)))
complain(const struct reading *reading, struct yaml_mark mark, const char *fmt, ...)
{
	char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	int n = vasprintf(&text, fmt, ap);
	va_end(ap);
	diags_add(reading->diags, DIAG_ERROR, mark.file, mark.line, "%s", n < 0 ? fmt : text);
	if (n >= 0)
		free(text);
}

static bool wrong(const struct reading *reading, const struct option *option, const char *wanted)
{
	complain(reading, yaml_mark_value(reading->map, option->name), "\"%s\" in %s must be %s", option->name,
		 reading->what, wanted);
	return false;
}

static bool is_broken_template(struct json_object *value)
{
	if (!json_object_is_type(value, json_type_object) || json_object_object_length(value) != 1)
		return false;
	struct json_object_iterator at = json_object_iter_begin(value);
	return json_object_iter_peek_value(&at) == NULL;
}

/* The text of a value that may stand where text is wanted, on the heap; NULL for another. */
static char *text_of(struct json_object *value)
{
	struct buf tmp;
	struct str text;
	char *copy = NULL;

	buf_init(&tmp, 4096);
	if (!json_object_is_type(value, json_type_boolean) && json_text(value, &tmp, &text) &&
	    !memchr(text.p, '\0', text.n))
		copy = str_dup(text);
	buf_release(&tmp);
	return copy;
}

static bool text_wrong(const struct reading *reading, const struct option *option, struct json_object *value,
		       const char *wanted)
{
	if (is_broken_template(value))
		return wrong(reading, option, "a text, and a text that starts with { must be quoted");
	if (json_object_is_type(value, json_type_boolean))
		return wrong(reading, option, "a text; put true or false in quotes when it is one");
	return wrong(reading, option, wanted);
}

static bool store_text(const struct reading *reading, const struct option *option, struct json_object *value)
{
	char *text = text_of(value);

	if (!text)
		return text_wrong(reading, option, value, "a text");
	*(char **)(void *)(reading->out + option->offset) = text;
	return true;
}

static bool store_texts(const struct reading *reading, const struct option *option, struct json_object *value)
{
	struct option_texts *texts = (void *)(reading->out + option->offset);
	bool list = json_object_is_type(value, json_type_array);
	size_t n = list ? json_object_array_length(value) : 1;

	texts->items = mem_array(n, sizeof(*texts->items));
	for (; texts->n < n; texts->n++) {
		struct json_object *item = list ? json_object_array_get_idx(value, texts->n) : value;
		texts->items[texts->n] = text_of(item);
		if (!texts->items[texts->n]) {
			option_texts_release(texts);
			return text_wrong(reading, option, item, "a text or a list of texts");
		}
	}
	return true;
}

static bool in_range(const struct reading *reading, const struct option *option, int64_t number)
{
	struct buf wanted;

	if ((option->min == 0 && option->max == 0) || (number >= option->min && number <= option->max))
		return true;
	buf_init(&wanted, 200);
	buf_adds(&wanted, "between ");
	option_print(&wanted, option->type, option->min);
	buf_adds(&wanted, " and ");
	option_print(&wanted, option->type, option->max);
	buf_adds(&wanted, ", not ");
	option_print(&wanted, option->type, number);
	wrong(reading, option, wanted.data);
	buf_release(&wanted);
	return false;
}

static bool store_number(const struct reading *reading, const struct option *option, struct json_object *value)
{
	int64_t number = 0;
	char *text = text_of(value);
	bool ok = text != NULL;

	if (option->type == OPTION_DURATION)
		ok = (ok && option_duration(text, &number)) ||
		     wrong(reading, option, "a duration such as 500ms, 10s, 5m, 2h or 7d");
	else if (option->type == OPTION_SIZE)
		ok = (ok && option_size(text, &number)) || wrong(reading, option, "a size such as 64k or 32M");
	else if (json_object_is_type(value, json_type_int))
		number = json_object_get_int64(value);
	else
		ok = wrong(reading, option, "a whole number");
	free(text);
	if (!ok || !in_range(reading, option, number))
		return false;
	*(int64_t *)(void *)(reading->out + option->offset) = number;
	return true;
}

static bool store_bool(const struct reading *reading, const struct option *option, struct json_object *value)
{
	if (!json_object_is_type(value, json_type_boolean))
		return wrong(reading, option, "true or false");
	*(bool *)(void *)(reading->out + option->offset) = json_object_get_boolean(value);
	return true;
}

static bool store_word(const struct reading *reading, const struct option *option, struct json_object *value)
{
	/* true and false may be words too */
	char *text = json_object_is_type(value, json_type_boolean)
			     ? mem_strdup(json_object_get_boolean(value) ? "true" : "false") : text_of(value);
	struct buf wanted;
	int i = 0;

	while (text && option->words[i] && strcmp(option->words[i], text) != 0)
		i++;
	bool ok = text && option->words[i];
	if (ok) {
		*(int *)(void *)(reading->out + option->offset) = i;
	} else {
		const char *nearest = text ? option_nearest(text, option->words) : NULL;
		buf_init(&wanted, 1000);
		for (i = 0; option->words[i]; i++)
			buf_printf(&wanted, "%s%s", i == 0 ? "one of " : ", ", option->words[i]);
		if (nearest)
			buf_printf(&wanted, "; did you mean %s?", nearest);
		wrong(reading, option, buf_str(&wanted).p);
		buf_release(&wanted);
	}
	free(text);
	return ok;
}

static bool store_any(const struct reading *reading, const struct option *option, struct json_object *value)
{
	*(struct json_object **)(void *)(reading->out + option->offset) = value;
	return true;
}

static const struct {
	size_t size;
	bool (*store)(const struct reading *, const struct option *, struct json_object *);
} types[] = {
	[OPTION_TEXT] = { sizeof(char *), store_text },
	[OPTION_INT] = { sizeof(int64_t), store_number },
	[OPTION_BOOL] = { sizeof(bool), store_bool },
	[OPTION_DURATION] = { sizeof(int64_t), store_number },
	[OPTION_SIZE] = { sizeof(int64_t), store_number },
	[OPTION_WORD] = { sizeof(int), store_word },
	[OPTION_TEXTS] = { sizeof(struct option_texts), store_texts },
	[OPTION_ANY] = { sizeof(struct json_object *), store_any },
};

/* A fallback is read as a value of a file would be, so that both mean the same. */
static void store_fallback(const struct reading *reading, const struct option *option)
{
	struct json_object *value;

	if (!option->fallback || option->type == OPTION_ANY)
		return;
	if (option->type == OPTION_BOOL)
		value = json_object_new_boolean(strcmp(option->fallback, "true") == 0);
	else if (option->type == OPTION_INT)
		value = json_object_new_int64(strtoll(option->fallback, NULL, 10));
	else
		value = json_object_new_string(option->fallback);
	types[option->type].store(reading, option, value);
	json_object_put(value);
}

static bool is_known(const struct option *table, const char *key)
{
	for (; table->name; table++)
		if (strcmp(table->name, key) == 0)
			return true;
	return false;
}

static void report_unknown(const struct reading *reading, const struct option *table, const char *key)
{
	const char *nearest = NULL;
	size_t best = SIZE_MAX;
	struct buf help;

	buf_init(&help, 1000);
	for (const struct option *option = table; option->name; option++) {
		if (is_nearer(key, option->name, &best))
			nearest = option->name;
		buf_printf(&help, "%s%s", option == table ? "known are " : ", ", option->name);
	}
	if (nearest) {
		buf_reset(&help);
		buf_printf(&help, "did you mean \"%s\"?", nearest);
	}
	complain(reading, yaml_mark_key(reading->map, key), "unknown key \"%.100s\" in %s; %s", key, reading->what,
		 buf_str(&help).p);
	buf_release(&help);
}

static void report_unknown_keys(const struct reading *reading, const struct option *table)
{
	struct json_object_iterator at = json_object_iter_begin(reading->map), end = json_object_iter_end(reading->map);

	for (; !json_object_iter_equal(&at, &end); json_object_iter_next(&at))
		if (!is_known(table, json_object_iter_peek_name(&at)))
			report_unknown(reading, table, json_object_iter_peek_name(&at));
}

bool option_read(struct json_object *map, const struct option *table, void *out, const char *what, struct diags *diags)
{
	struct reading reading = { map, what, diags, out };
	size_t errors = diags->errors;

	if (map && !json_object_is_type(map, json_type_object)) {
		complain(&reading, yaml_mark(map), "%s must be a map of keys and values", what);
		reading.map = NULL;
	}
	bool readable = diags->errors == errors;
	if (reading.map)
		report_unknown_keys(&reading, table);
	for (const struct option *option = table; option->name; option++) {
		struct json_object *value = NULL;
		memset(reading.out + option->offset, 0, types[option->type].size);
		if (reading.map)
			json_object_object_get_ex(reading.map, option->name, &value);
		if (!value || !types[option->type].store(&reading, option, value))
			store_fallback(&reading, option);
		if (!value && option->required && readable)
			complain(&reading, yaml_mark(reading.map), "\"%s\" is missing in %s%s%s", option->name, what,
				 option->help ? ": " : "", option->help ? option->help : "");
	}
	return diags->errors == errors;
}
