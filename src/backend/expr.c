#include <ctype.h>
#include <stdarg.h>
#include <string.h>

#include <dossier/backend/map.h>
#include <dossier/backend/tables.h>
#include <dossier/base/text.h>

#include "map_inner.h"
#include "value.h"

enum { TEXT_MOST = 16 << 20, NUMBER_MOST = 64 };

void map_note(const struct map_notes *notes, int line, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	if (!notes || !notes->note)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	notes->note(notes->arg, line, text);
}

static struct json_object *text_new(struct str text)
{
	return text.p ? json_object_new_string_len(text.p, (int)text.n) : NULL;
}

/* Gives a new reference back, or drops it when it counts as missing. */
static struct json_object *keep(const struct expr *expr, struct json_object *value)
{
	if (!value || expr->empty_is_value || !value_is_missing(value))
		return value;
	json_object_put(value);
	return NULL;
}

static struct json_object *value_of(const struct expr *expr, const struct scope *scope, const struct map_notes *notes)
{
	return expr ? expr_value(expr, scope, notes) : NULL;
}

static struct json_object *pointer_value(const struct expr *expr, const struct scope *scope)
{
	struct place place = { expr->up, expr->pointer };

	return json_object_get(place_get(&place, scope));
}

static struct json_object *template_result(const struct template *template, int line, const struct scope *scope, const struct map_notes *notes)
{
	struct err err = { 0 };
	struct json_object *value = template_value(template, scope, &err);

	if (!err.code)
		return value;
	map_note(notes, line, "%s", err.text);
	json_object_put(value);
	return NULL;
}

static struct json_object *otherwise(const struct expr *expr, struct json_object *value, const struct scope *scope, const struct map_notes *notes)
{
	return value ? value : value_of(expr->otherwise, scope, notes);
}

enum json_found expr_found(const struct expr *expr, const struct scope *scope, struct str *text)
{
	return expr->kind == EXPR_POINTER ? scope_text(scope, expr->up, expr->pointer, text) : JSON_FOUND_OTHER;
}

enum { KEY_MOST = 63 };

/* Borrowed. json-c ends its keys with a NUL, so a text with one inside is no key of a map. */
static struct json_object *map_get(const struct expr *expr, struct str text)
{
	struct json_object *mapped = NULL;
	char key[KEY_MOST + 1];

	memcpy(key, text.p, text.n);
	key[text.n] = '\0';
	return strlen(key) == text.n && json_object_object_get_ex(expr->map, key, &mapped) ? mapped : NULL;
}

static struct json_object *from_value(const struct expr *expr, const struct scope *scope, const struct map_notes *notes)
{
	struct json_object *value, *mapped = NULL;
	struct buf tmp;
	struct str text = { 0 };
	enum json_found found = expr->map ? expr_found(expr->args.items[0], scope, &text) : JSON_FOUND_OTHER;

	if (found == JSON_FOUND_NOTHING)
		return otherwise(expr, NULL, scope, notes);
	if (found != JSON_FOUND_OTHER && text.n <= KEY_MOST)
		return otherwise(expr, json_object_get(map_get(expr, text)), scope, notes);
	value = expr_raw(expr->args.items[0], scope, notes);
	if (!expr->map)
		return otherwise(expr, keep(expr, value), scope, notes);
	buf_init(&tmp, 4096);
	/* json-c and buffers end their texts with a NUL; a shorter one inside is no key of a map */
	if (json_text(value, &tmp, &text) && strlen(text.p) == text.n && json_object_object_get_ex(expr->map, text.p, &mapped))
		json_object_get(mapped);
	buf_release(&tmp);
	json_object_put(value);
	return otherwise(expr, mapped, scope, notes);
}

static struct json_object *first_value(const struct expr *expr, const struct scope *scope, const struct map_notes *notes)
{
	for (size_t i = 0; i < expr->args.n; i++) {
		struct json_object *value = expr_value(expr->args.items[i], scope, notes);

		if (value)
			return value;
	}
	return NULL;
}

static void add_flat(struct json_object *list, struct json_object *value)
{
	if (!json_object_is_type(value, json_type_array)) {
		json_object_array_add(list, json_object_get(value));
		return;
	}
	for (size_t i = 0; i < json_object_array_length(value); i++) {
		struct json_object *item = json_object_array_get_idx(value, i);

		if (!value_is_missing(item))
			json_object_array_add(list, json_object_get(item));
	}
}

static struct json_object *all_values(const struct expr *expr, const struct scope *scope, const struct map_notes *notes)
{
	struct json_object *list = json_object_new_array();

	for (size_t i = 0; i < expr->args.n; i++) {
		struct json_object *value = expr_value(expr->args.items[i], scope, notes);

		if (value)
			add_flat(list, value);
		json_object_put(value);
	}
	return list;
}

static struct json_object *html_value(const struct expr *expr, const struct scope *scope, const struct map_notes *notes)
{
	struct json_object *value = expr_value(expr->args.items[0], scope, notes);
	struct buf tmp, out;
	struct str text;

	if (!value || !cond_holds(expr->cond, scope))
		return value;
	buf_init(&tmp, 4096);
	buf_init(&out, TEXT_MOST);
	if (json_text(value, &tmp, &text)) {
		text_from_html(&out, text);
		json_object_put(value);
		value = text_new(buf_str(&out));
	}
	buf_release(&tmp);
	buf_release(&out);
	return value;
}

static struct json_object *time_value(const struct expr *expr, const struct scope *scope, const struct map_notes *notes)
{
	int64_t at;
	char text[32];

	if (!expr_time(expr, scope, &at, notes))
		return NULL;
	when_iso(at, text);
	return json_object_new_string(text);
}

static struct json_object *money_value(const struct expr *expr, const struct scope *scope, const struct map_notes *notes)
{
	struct money money;
	char text[40];

	if (!expr_money(expr, scope, &money, notes))
		return NULL;
	money_decimal(money, text);
	return json_object_new_string(text);
}

static struct json_object *join_value(const struct expr *expr, const struct scope *scope, const struct map_notes *notes)
{
	struct json_object *key = expr_raw(expr->args.items[0], scope, notes), *found = NULL;
	struct buf tmp;
	struct str text;

	buf_init(&tmp, 4096);
	if (scope->tables && json_text(key, &tmp, &text) && tables_get(scope->tables, expr->table, text, &found))
		json_object_get(found);
	buf_release(&tmp);
	json_object_put(key);
	return otherwise(expr, found, scope, notes);
}

static struct json_object *filter_result(const struct expr *expr, const struct scope *scope, const struct map_notes *notes)
{
	struct json_object *value = expr_raw(expr->args.items[0], scope, notes);
	struct scope inner = *scope;

	inner.element = value;
	inner.lazy = NULL;
	struct json_object *out = template_result(expr->template, expr->line, &inner, notes);
	json_object_put(value);
	return out;
}

size_t list_most(const struct scope *scope)
{
	return scope->share && scope->share < LIST_MOST ? scope->share : LIST_MOST;
}

uint32_t list_share(const struct scope *scope, size_t n)
{
	size_t share = (scope->share ? scope->share : LISTS_MOST) / (n ? n : 1);

	return share ? (uint32_t)share : 1;
}

/* One value for each member; the member is the element, the list's element stands above it. */
static struct json_object *list_values(const struct expr *expr, const struct scope *scope, const struct map_notes *notes)
{
	struct json_object *list = expr_value(expr->args.items[0], scope, notes);
	struct json_object *out = json_object_new_array();
	size_t n = json_object_is_type(list, json_type_array) ? json_object_array_length(list) : list ? 1 : 0;

	if (n > list_most(scope)) {
		map_note(notes, expr->line, "a list of %zu: the first %zu are looked at", n, list_most(scope));
		n = list_most(scope);
	}
	for (size_t i = 0; i < n; i++) {
		struct scope inner = *scope;

		inner.parent = scope;
		inner.lazy = NULL;
		inner.share = list_share(scope, n);
		inner.element = json_object_is_type(list, json_type_array) ? json_object_array_get_idx(list, i) : list;
		if (!cond_holds(expr->cond, &inner))
			continue;
		struct json_object *value = expr->args.n > 1 ? expr_value(expr->args.items[1], &inner, notes)
							     : json_object_get(inner.element);
		if (value)
			add_flat(out, value);
		json_object_put(value);
	}
	json_object_put(list);
	return out;
}

static struct json_object *joined(const struct expr *expr, struct json_object *list)
{
	struct buf out, tmp;
	struct str text;

	if (!expr->separator)
		return list;
	buf_init(&out, TEXT_MOST);
	buf_init(&tmp, 4096);
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		if (!json_text(json_object_array_get_idx(list, i), &tmp, &text))
			continue;
		if (out.len)
			buf_adds(&out, expr->separator);
		buf_addstr(&out, text);
	}
	json_object_put(list);
	list = text_new(buf_str(&out));
	buf_release(&out);
	buf_release(&tmp);
	return list;
}

struct json_object *expr_raw(const struct expr *expr, const struct scope *scope, const struct map_notes *notes)
{
	switch (expr->kind) {
	case EXPR_POINTER:
		return pointer_value(expr, scope);
	case EXPR_TEMPLATE:
		return template_result(expr->template, expr->line, scope, notes);
	case EXPR_CONST:
		return json_object_get(expr->constant);
	case EXPR_FROM:
		return from_value(expr, scope, notes);
	case EXPR_FIRST:
		return otherwise(expr, first_value(expr, scope, notes), scope, notes);
	case EXPR_ALL:
		return all_values(expr, scope, notes);
	case EXPR_TEXT:
		return otherwise(expr, html_value(expr, scope, notes), scope, notes);
	case EXPR_TIME:
		return time_value(expr, scope, notes);
	case EXPR_MONEY:
		return money_value(expr, scope, notes);
	case EXPR_JOIN:
		return join_value(expr, scope, notes);
	case EXPR_IF:
		return cond_holds(expr->cond, scope) ? value_of(expr->args.items[0], scope, notes) : value_of(expr->otherwise, scope, notes);
	case EXPR_LIST:
		return joined(expr, list_values(expr, scope, notes));
	case EXPR_FILTER:
		return otherwise(expr, filter_result(expr, scope, notes), scope, notes);
	case EXPR_COND:
		return cond_holds(expr->cond, scope) ? json_object_new_boolean(true) : NULL;
	}
	return NULL;
}

struct json_object *expr_value(const struct expr *expr, const struct scope *scope, const struct map_notes *notes)
{
	return keep(expr, expr_raw(expr, scope, notes));
}

/* A text that a person wrote between the quotation marks of a note, short. */
static int short_n(struct str text)
{
	return text.n > 60 ? 60 : (int)text.n;
}

static bool text_of(const struct expr *expr, struct json_object *value, struct buf *tmp, struct str *text, const struct map_notes *notes)
{
	if (json_text(value, tmp, text))
		return true;
	map_note(notes, expr->line, "%s stands where a text is meant", value_type_name(value));
	return false;
}

static const struct plan_word *word_of(const struct expr *expr, struct str key)
{
	for (size_t i = 0; i < expr->words.n; i++)
		if (str_eq(expr->words.items[i].key, key))
			return &expr->words.items[i];
	return NULL;
}

/* A word of the element in the connector's own words, borrowed from its map; false says nothing. */
static bool mapped_text(const struct expr *expr, const struct scope *scope, struct str *text)
{
	const struct plan_word *word = NULL;
	struct json_object *other;
	enum json_found found;

	if (!expr->words.n)
		return false;
	found = expr_found(expr->args.items[0], scope, text);
	if (found == JSON_FOUND_OTHER)
		return false;
	if (found != JSON_FOUND_NOTHING)
		word = word_of(expr, *text);
	if (word) {
		*text = word->text;
		return text->n > 0;
	}
	other = expr->otherwise && expr->otherwise->kind == EXPR_CONST ? expr->otherwise->constant : NULL;
	if (!json_object_is_type(other, json_type_string))
		return false;
	*text = str_make(json_object_get_string(other), (size_t)json_object_get_string_len(other));
	return text->n > 0;
}

bool expr_view(struct expr_view *view, const struct expr *expr, const struct scope *scope, const struct map_notes *notes)
{
	struct json_object *one;
	enum json_found found = expr_found(expr, scope, &view->text);

	view->tmp.data = NULL;
	view->value = NULL;
	if (found == JSON_FOUND_OTHER && mapped_text(expr, scope, &view->text))
		return true;
	if (found != JSON_FOUND_OTHER)
		return found != JSON_FOUND_NOTHING && (expr->empty_is_value || (found == JSON_FOUND_TEXT && view->text.n));
	buf_init(&view->tmp, 4096);
	/* most fields are a pointer to a text: it is not even referenced */
	if (expr->kind == EXPR_POINTER) {
		struct place place = { expr->up, expr->pointer };

		one = place_get(&place, scope);
		if (!one || (!expr->empty_is_value && value_is_missing(one)))
			return false;
	} else if (!(one = view->value = expr_value(expr, scope, notes))) {
		return false;
	}
	/* a list of one is what some servers make of a value */
	if (json_object_is_type(one, json_type_array) && json_object_array_length(one) == 1)
		one = json_object_array_get_idx(one, 0);
	if (text_of(expr, one, &view->tmp, &view->text, notes))
		return true;
	expr_view_release(view);
	return false;
}

void expr_view_release(struct expr_view *view)
{
	if (view->tmp.data)
		buf_release(&view->tmp);
	if (view->value)
		json_object_put(view->value);
}

struct str expr_text(const struct expr *expr, const struct scope *scope, struct arena *arena, const struct map_notes *notes)
{
	struct expr_view view;
	struct str text;

	if (expr && expr_found(expr, scope, &text) == JSON_FOUND_TEXT && text.n)
		return arena_str(arena, text);
	if (!expr || !expr_view(&view, expr, scope, notes))
		return (struct str){ NULL, 0 };
	text = arena_str(arena, view.text);
	expr_view_release(&view);
	return text;
}

static bool is_unset(const struct expr *expr, struct str text)
{
	for (size_t i = 0; i < expr->unset.n; i++)
		if (str_is(text, expr->unset.items[i]))
			return true;
	return false;
}

bool expr_time(const struct expr *expr, const struct scope *scope, int64_t *at, const struct map_notes *notes)
{
	const struct expr *from = expr && expr->kind == EXPR_TIME ? expr->args.items[0] : expr;
	struct json_object *value = NULL;
	struct err err;
	struct buf tmp;
	struct str text;
	enum json_found found = from ? expr_found(from, scope, &text) : JSON_FOUND_NOTHING;
	bool ok = false;

	if (found == JSON_FOUND_NOTHING)
		return false;
	if (found != JSON_FOUND_TEXT || !text.n) {
		value = expr_value(from, scope, notes);
		if (!value)
			return false;
	}
	err_clear(&err);
	buf_init(&tmp, 4096);
	const struct zone *zone = expr->zone ? expr->zone : scope->house ? scope->house->zone : NULL;
	if ((!value || text_of(expr, value, &tmp, &text, notes)) && !is_unset(expr, text)) {
		ok = when_parse(text, expr->when_format, zone, at, &err);
		if (!ok)
			map_note(notes, expr->line, "%s", err.text);
	}
	buf_release(&tmp);
	json_object_put(value);
	/* a time that reads as "none" is none, however it was written */
	return ok && *at != WHEN_NONE;
}

/* The three letters in capitals, from the expression or the backend's own; absent when there are none. */
static struct str currency_of(const struct expr *expr, const struct scope *scope, char out[4])
{
	struct json_object *value = expr->kind == EXPR_MONEY ? value_of(expr->currency, scope, NULL) : NULL;
	struct str text = scope->house ? str_of(scope->house->currency) : STR("");
	struct buf tmp;

	buf_init(&tmp, 64);
	if (value && !json_text(value, &tmp, &text))
		text = STR("");
	text = str_trim(text);
	memset(out, 0, 4);
	bool ok = text.n == 3;
	for (uint32_t i = 0; ok && i < 3; i++)
		out[i] = text.p[i] >= 'a' && text.p[i] <= 'z' ? (char)(text.p[i] - 32) : text.p[i];
	buf_release(&tmp);
	json_object_put(value);
	return str_make(out, ok ? 3 : 0);
}

/* An amount keeps its own currency through a choice; false when expr is none. */
static bool money_choice(const struct expr *expr, const struct scope *scope, struct money *out, const struct map_notes *notes, bool *found)
{
	const struct expr *chosen;

	*found = false;
	if (expr->kind == EXPR_IF) {
		chosen = cond_holds(expr->cond, scope) ? expr->args.items[0] : expr->otherwise;
		*found = chosen && expr_money(chosen, scope, out, notes);
		return true;
	}
	if (expr->kind != EXPR_FIRST)
		return false;
	for (size_t i = 0; i < expr->args.n && !*found; i++)
		*found = expr_money(expr->args.items[i], scope, out, notes);
	if (!*found && expr->otherwise)
		*found = expr_money(expr->otherwise, scope, out, notes);
	return true;
}

/* "1.234,50" and "1 234,50" as "1234.50": between digits, what is not the decimal mark only groups them. Other text stays. */
static struct str plain_number(struct str text, char decimal, char out[NUMBER_MOST])
{
	size_t n = 0;

	for (uint32_t i = 0; i < text.n && n < NUMBER_MOST; i++) {
		bool between = i > 0 && i + 1 < text.n && isdigit((unsigned char)text.p[i - 1]);

		if (text.p[i] == decimal)
			out[n++] = '.';
		else if (between && text.p[i] && strchr(".,' ", text.p[i]) && isdigit((unsigned char)text.p[i + 1]))
			;
		else if (between && i + 2 < text.n && text.p[i] == '\xc2' && text.p[i + 1] == '\xa0')
			i++;
		else
			out[n++] = text.p[i];
	}
	return n < NUMBER_MOST ? str_make(out, n) : text;
}

bool expr_money(const struct expr *expr, const struct scope *scope, struct money *out, const struct map_notes *notes)
{
	bool found;

	if (expr && money_choice(expr, scope, out, notes, &found))
		return found;
	const struct expr *from = expr && expr->kind == EXPR_MONEY ? expr->args.items[0] : expr;
	struct json_object *value = value_of(from, scope, notes);
	struct err err = { 0 };
	struct buf tmp;
	struct str text;
	char code[4], plain[NUMBER_MOST];
	bool ok = false;

	if (!value)
		return false;
	struct str currency = currency_of(expr, scope, code);
	buf_init(&tmp, 4096);
	if (!currency.n) {
		map_note(notes, expr->line, "an amount has no currency: give currency: with the amount, or for the whole backend");
	} else if (text_of(expr, value, &tmp, &text, notes)) {
		text = str_trim(text);
		if (expr->kind == EXPR_MONEY && expr->decimal)
			text = plain_number(text, expr->decimal, plain);
		ok = expr->kind == EXPR_MONEY && expr->minor ? money_parse_minor(text, currency, out, &err)
							    : money_parse_major(text, currency, out, &err);
		if (!ok)
			map_note(notes, expr->line, "\"%.*s\" is no amount of %s: %s", short_n(text), text.p, code, err.text);
	}
	buf_release(&tmp);
	json_object_put(value);
	return ok;
}
