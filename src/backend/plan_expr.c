#include <dossier/base/yaml.h>

#include "load.h"
#include "value.h"

const char *const expr_words[] = {
	"all", "const", "currency", "decimal", "else", "filters", "first", "format", "from", "html", "if", "join", "keep_empty", "key",
	"list", "map", "minor", "money", "of", "table", "text", "then", "time", "unset", "value", "when", "zone", NULL
};

/* The word that says which form a map has, and what else that form may have. */
static const struct form {
	const char *name;
	enum expr_kind kind;
	const char *also[8];
} forms[] = {
	{ "from", EXPR_FROM, { "map", "else" } },
	{ "first", EXPR_FIRST, { "else" } },
	{ "all", EXPR_ALL, { NULL } },
	{ "text", EXPR_TEXT, { "html", "else" } },
	{ "time", EXPR_TIME, { "format", "zone", "unset" } },
	{ "money", EXPR_MONEY, { "currency", "minor", "decimal" } },
	{ "table", EXPR_JOIN, { "key", "else" } },
	{ "if", EXPR_IF, { "then", "else" } },
	{ "list", EXPR_LIST, { "when", "value", "join" } },
	{ "of", EXPR_FILTER, { "filters", "else" } },
	{ "const", EXPR_CONST, { NULL } },
};

static struct expr *expr_new(enum expr_kind kind, int line)
{
	struct expr *expr = mem_zalloc(sizeof(*expr));

	expr->kind = kind;
	expr->line = line;
	return expr;
}

/* The reply's root and what is side-loaded in it are only there after the last byte. */
static void note_uses(struct load *l, unsigned uses)
{
	if (!(uses & TEMPLATE_USES_ROOT))
		return;
	if (l->fetch)
		l->fetch->fetch->whole = true;
}

static bool good_utf8_text(struct load *l, struct node node, struct str *out)
{
	if (!node_expect(l, node, json_type_string, "a text"))
		return false;
	*out = str_make(json_object_get_string(node.value), (size_t)json_object_get_string_len(node.value));
	return true;
}

struct template *template_read(struct load *l, struct node node, enum template_place place)
{
	struct err err = { 0 };
	struct str text;

	/* true, 5 and the like are texts where only a text can stand */
	if (!node_is(node, json_type_object) && !node_is(node, json_type_array) && node.value)
		text = str_of(json_object_get_string(node.value));
	else if (!good_utf8_text(l, node, &text))
		return NULL;
	struct template *t = template_new(text, place, &err);
	if (!t) {
		load_error(l, node.line, "%s", err.text);
		return NULL;
	}
	names_check(l, t, node.line);
	note_uses(l, template_uses(t));
	return t;
}

static struct expr *expr_template(struct load *l, struct node node, struct str text)
{
	struct err err = { 0 };
	struct template *t = template_new(text, TEMPLATE_PLAIN, &err);
	struct str literal;

	if (!t) {
		load_error(l, node.line, "%s", err.text);
		return NULL;
	}
	names_check(l, t, node.line);
	note_uses(l, template_uses(t));
	struct expr *expr = expr_new(EXPR_TEMPLATE, node.line);
	expr->template = t;
	if (!template_literal(t, &literal))
		return expr;
	expr->kind = EXPR_CONST;
	expr->constant = json_object_new_string_len(literal.p, (int)literal.n);
	return expr;
}

static struct expr *expr_place(struct load *l, struct node node, struct str text)
{
	struct err err = { 0 };
	struct place place;

	if (memchr(text.p, '<', text.n)) {
		load_error(l, node.line, "\"%s\" starts as a pointer and holds a placeholder: write \"<%s\" for a text, such as \"</a>/<b>\"", text.p, text.p);
		return NULL;
	}
	if (memchr(text.p, '|', text.n)) {
		char *inside = mem_printf("<%.*s>", STR_ARG(text));
		struct expr *filtered = expr_template(l, node, str_of(inside));

		free(inside);
		return filtered;
	}
	if (!place_init(&place, text, &err)) {
		load_error(l, node.line, "%s", err.text);
		return NULL;
	}
	note_uses(l, place_uses(&place));
	struct expr *expr = expr_new(EXPR_POINTER, node.line);
	expr->up = place.up;
	expr->pointer = place.pointer;
	return expr;
}

static struct expr *expr_text_read(struct load *l, struct node node)
{
	struct str text = str_make(json_object_get_string(node.value), (size_t)json_object_get_string_len(node.value));
	const char *bar = text.n ? memchr(text.p, '|', text.n) : NULL;

	return place_looks(str_make(text.p, bar ? (size_t)(bar - text.p) : text.n)) ? expr_place(l, node, text) : expr_template(l, node, text);
}

static void add_arg(struct load *l, struct expr *expr, struct node node)
{
	struct expr *arg = expr_read(l, node);

	if (arg)
		PLAN_ADD(expr->args, arg);
}

static void read_const(struct load *l, struct expr *expr, struct node node)
{
	if (node_is(node, json_type_object) || node_is(node, json_type_array)) {
		load_error(l, node.line, "const: one value is meant: a text, a number, true or false");
		return;
	}
	expr->constant = json_object_get(node.value);
	expr->empty_is_value = true;
}

static struct plan_table *table_find(struct load *l, const char *name)
{
	for (struct load_fetch *at = l->fetch; at; at = at->outer)
		for (size_t i = 0; i < at->fetch->tables.n; i++)
			if (!strcmp(at->fetch->tables.items[i]->name, name))
				return at->fetch->tables.items[i];
	for (size_t i = 0; i < l->plan->tables.n; i++)
		if (!strcmp(l->plan->tables.items[i]->name, name))
			return l->plan->tables.items[i];
	return NULL;
}

static void read_join(struct load *l, struct expr *expr, struct node node, struct node block)
{
	const char *name = node_text(node);
	struct plan_table *table = name ? table_find(l, name) : NULL;

	if (!name) {
		node_expect(l, node, json_type_string, "table: the name of a table");
		return;
	}
	expr->table = mem_strdup(name);
	if (!table)
		load_error(l, node.line, "no table is called \"%s\": tables: of the connector or of this request would have it", name);
	if (!node_has(block, "key"))
		load_error(l, node.line, "table: key: is missing, which says what to look for in \"%s\"", name);
	add_arg(l, expr, node_member(block, "key"));
	if (!table || !l->fetch)
		return;
	struct plan_fetch *fetch = l->fetch->fetch;
	if (!table->fetch)
		fetch->whole = true;
	for (size_t i = 0; i < fetch->joins.n; i++)
		if (fetch->joins.items[i] == table)
			return;
	PLAN_ADD(fetch->joins, table);
}

static void read_filters(struct load *l, struct expr *expr, struct node node)
{
	const char *text = node_text(node);
	struct err err = { 0 };

	if (!text) {
		load_error(l, node.line, "of: filters: is missing, such as filters: \"trim|lower\"");
		return;
	}
	char *inside = mem_printf("<.|%s>", text);
	expr->template = template_new(str_of(inside), TEMPLATE_PLAIN, &err);
	if (!expr->template)
		load_error(l, node.line, "%s", err.text);
	free(inside);
}

static void read_time_words(struct load *l, struct expr *expr, struct node block)
{
	struct node format = node_member(block, "format"), zone = node_member(block, "zone"), unset = node_member(block, "unset");
	struct err err = { 0 };

	if (format.value && !when_format_parse(str_of(json_object_get_string(format.value)), &expr->when_format))
		load_error(l, format.line, "no format of times is called \"%s\": auto, iso, epoch, epoch_ms, rfc2822, dmy or mdy", json_object_get_string(format.value));
	if (zone.value && !(expr->zone = zone_new(json_object_get_string(zone.value), &err)))
		load_error(l, zone.line, "zone: %s", err.text);
	read_texts(l, unset, &expr->unset);
}

#define WORDS_MOST 32          /* that are found sooner one after the other than by a hash */

static void take_words(struct expr *expr)
{
	json_object_object_foreach(expr->map, key, value) {
		struct plan_word word = { .key = str_of(key), .text = STR("") };

		if (json_object_is_type(value, json_type_string))
			word.text = str_make(json_object_get_string(value), (size_t)json_object_get_string_len(value));
		PLAN_ADD(expr->words, word);
	}
}

static void read_map_word(struct load *l, struct expr *expr, struct node node)
{
	if (!node.value || !node_expect(l, node, json_type_object, "map"))
		return;
	json_object_object_foreach(node.value, key, value)
		if (json_object_is_type(value, json_type_object) || json_object_is_type(value, json_type_array))
			load_error(l, yaml_mark_value(node.value, key).line, "map: \"%s\" must stand for one value, a text or a number", key);
	expr->map = json_object_get(node.value);
	if (json_object_object_length(expr->map) <= WORDS_MOST)
		take_words(expr);
}

/* Which mark stands before the smallest units. */
static void read_decimal(struct load *l, struct expr *expr, struct node node)
{
	const char *text = node.value ? node_text(node) : NULL;

	if (!node.value)
		return;
	if (text && (!strcmp(text, ",") || !strcmp(text, ".")))
		expr->decimal = text[0];
	else
		load_error(l, node.line, "decimal: \",\" or \".\": the mark before the smallest units");
}

static void expr_zero(struct load *l, struct expr *expr)
{
	/* a mistake inside was reported; what is left must still be whole */
	if (expr->args.n)
		return;
	struct expr *none = expr_new(EXPR_CONST, expr->line);

	(void)l;
	PLAN_ADD(expr->args, none);
}

static void read_words(struct load *l, struct expr *expr, struct node block)
{
	struct node join = node_member(block, "join"), empty = node_member(block, "keep_empty"), minor = node_member(block, "minor");

	if (node_has(block, "else"))
		expr->otherwise = expr_read(l, node_member(block, "else"));
	if (node_has(block, "currency"))
		expr->currency = expr_read(l, node_member(block, "currency"));
	if (join.value)
		read_text(l, join, &expr->separator);
	if (empty.value)
		read_bool(l, empty, &expr->empty_is_value);
	if (minor.value)
		read_bool(l, minor, &expr->minor);
	read_decimal(l, expr, node_member(block, "decimal"));
	read_map_word(l, expr, node_member(block, "map"));
}

static void read_form(struct load *l, struct expr *expr, struct node main, struct node block)
{
	switch (expr->kind) {
	case EXPR_FIRST:
	case EXPR_ALL:
		for (size_t i = 0; i < node_count(main); i++)
			add_arg(l, expr, node_at(main, i));
		return;
	case EXPR_CONST:
		read_const(l, expr, main);
		return;
	case EXPR_JOIN:
		read_join(l, expr, main, block);
		break;
	case EXPR_IF:
		expr->cond = cond_read(l, main);
		if (!node_has(block, "then"))
			load_error(l, main.line, "if: then: is missing");
		add_arg(l, expr, node_member(block, "then"));
		break;
	case EXPR_TEXT:
		add_arg(l, expr, main);
		expr->cond = node_has(block, "html") ? cond_read(l, node_member(block, "html")) : NULL;
		break;
	case EXPR_TIME:
		add_arg(l, expr, main);
		read_time_words(l, expr, block);
		break;
	case EXPR_FILTER:
		add_arg(l, expr, main);
		read_filters(l, expr, node_member(block, "filters"));
		break;
	case EXPR_LIST:
		add_arg(l, expr, main);
		if (node_has(block, "when"))
			expr->cond = cond_read(l, node_member(block, "when"));
		if (node_has(block, "value") && expr->args.n)
			add_arg(l, expr, node_member(block, "value"));
		break;
	case EXPR_FROM:
	case EXPR_MONEY:
	case EXPR_POINTER:
	case EXPR_TEMPLATE:
	case EXPR_COND:
		add_arg(l, expr, main);
		break;
	}
	expr_zero(l, expr);
}

static bool form_allows(const struct form *form, const char *key)
{
	if (!strcmp(key, form->name) || !strcmp(key, "keep_empty"))
		return true;
	for (size_t i = 0; form->also[i]; i++)
		if (!strcmp(form->also[i], key))
			return true;
	return false;
}

static void form_check(struct load *l, const struct form *form, struct node block)
{
	const char *words[12];
	size_t n = 0;

	words[n++] = form->name;
	for (size_t i = 0; form->also[i]; i++)
		words[n++] = form->also[i];
	words[n++] = "keep_empty";
	words[n] = NULL;
	json_object_object_foreach(block.value, key, value) {
		(void)value;
		if (!form_allows(form, key))
			unknown_word(l, yaml_mark_key(block.value, key).line, key, words, form->name);
	}
}

/* "text" stands in "else: {text: ...}" and beside "from": the form is the first word of the table that is there. */
static const struct form *form_of(struct node block)
{
	json_object_object_foreach(block.value, key, value) {
		(void)value;
		for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++)
			if (!strcmp(forms[i].name, key))
				return &forms[i];
	}
	return NULL;
}

static bool is_condition(struct node block)
{
	json_object_object_foreach(block.value, key, value) {
		(void)value;
		if (place_looks(str_of(key)) || strchr(key, '<') || !strcmp(key, "any") || !strcmp(key, "not"))
			return true;
	}
	return false;
}

static struct expr *expr_map_read(struct load *l, struct node node)
{
	const struct form *form = form_of(node);

	if (!form && is_condition(node)) {
		struct expr *expr = expr_new(EXPR_COND, node.line);

		expr->cond = cond_read(l, node);
		return expr;
	}
	if (!form) {
		const char *only = NULL;

		json_object_object_foreach(node.value, key, value) {
			only = key;
			if (json_object_object_length(node.value) == 1 && !value) {
				node_expect(l, node, json_type_string, "a value");
				return NULL;
			}
		}
		unknown_word(l, node.line, only ? only : "", expr_words, "a value");
		return NULL;
	}
	form_check(l, form, node);
	struct expr *expr = expr_new(form->kind, node.line);
	read_form(l, expr, node_member(node, form->name), node);
	read_words(l, expr, node);
	return expr;
}

struct expr *expr_read(struct load *l, struct node node)
{
	struct expr *expr = NULL;

	if (!node.value) {
		load_error(l, node.line, "a value is missing: a pointer, a text, or a map such as {const: x}");
		return NULL;
	}
	if (!load_enter(l, node.line))
		return NULL;
	if (node_is(node, json_type_string)) {
		expr = expr_text_read(l, node);
	} else if (node_is(node, json_type_object)) {
		expr = expr_map_read(l, node);
	} else if (node_is(node, json_type_array)) {
		expr = expr_new(EXPR_ALL, node.line);
		for (size_t i = 0; i < node_count(node); i++)
			add_arg(l, expr, node_item(node, i));
	} else {
		expr = expr_new(EXPR_CONST, node.line);
		expr->constant = json_object_get(node.value);
		expr->empty_is_value = true;
	}
	load_leave(l);
	return expr;
}

void read_expr(struct load *l, struct node node, void *to)
{
	*(struct expr **)to = expr_read(l, node);
}

void read_plain(struct load *l, struct node node, void *to)
{
	*(struct template **)to = template_read(l, node, TEMPLATE_PLAIN);
}

void read_header(struct load *l, struct node node, void *to)
{
	*(struct template **)to = template_read(l, node, TEMPLATE_HEADER);
}

void read_path(struct load *l, struct node node, void *to)
{
	*(struct template **)to = template_read(l, node, TEMPLATE_PATH);
}

static void constant_text(struct json_object *value, int line, void (*fn)(void *arg, int line, struct str text), void *arg)
{
	struct buf tmp;
	struct str text;

	buf_init(&tmp, 4096);
	if (json_text(value, &tmp, &text))
		fn(arg, line, text);
	buf_release(&tmp);
}

void expr_constants(const struct expr *expr, int line, void (*fn)(void *arg, int line, struct str text), void *arg)
{
	if (!expr)
		return;
	if (expr->kind == EXPR_CONST)
		constant_text(expr->constant, expr->line, fn, arg);
	if (expr->map) {
		json_object_object_foreach(expr->map, key, value) {
			(void)key;
			constant_text(value, yaml_mark_value(expr->map, key).line, fn, arg);
		}
	}
	expr_constants(expr->otherwise, line, fn, arg);
	bool through = expr->kind == EXPR_FIRST || expr->kind == EXPR_ALL || expr->kind == EXPR_IF || expr->kind == EXPR_TEXT ||
		       (expr->kind == EXPR_FROM && !expr->map);
	for (size_t i = 0; through && i < expr->args.n; i++)
		expr_constants(expr->args.items[i], line, fn, arg);
}

/* "customer.email" was meant as /customer/email. */
static void say_literal(struct load *l, const struct expr *expr, const char *what, const char *whose, enum diag_level level)
{
	char *meant = mem_strdup(json_object_get_string(expr->constant));
	void (*say)(struct load *l, int line, const char *fmt, ...) = level == DIAG_ERROR ? load_error : load_warning;

	if (*meant && strspn(meant, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./") == strlen(meant)) {
		for (char *dot = meant; (dot = strchr(dot, '.')); )
			*dot = '/';
		say(l, expr->line, "%s: \"%s\" is the same text for every %s; /%s was meant?", what,
		    json_object_get_string(expr->constant), whose, meant);
	} else {
		say(l, expr->line, "%s: \"%s\" is the same text for every %s; a pointer such as /%s was meant?", what, meant, whose,
		    strcmp(what, "match") ? what : "email");
	}
	free(meant);
}

void expr_wants_pointer(struct load *l, const struct expr *expr, const char *what, const char *whose, enum diag_level level)
{
	if (!expr)
		return;
	/* {const: x} is said on purpose, and so is what first: comes to at last */
	if (expr->kind == EXPR_CONST && !expr->empty_is_value && json_object_is_type(expr->constant, json_type_string))
		say_literal(l, expr, what, whose, level);
	for (size_t i = 0; expr->kind == EXPR_ALL && i < expr->args.n; i++)
		expr_wants_pointer(l, expr->args.items[i], what, whose, level);
	for (size_t i = 0; expr->kind == EXPR_FIRST && i + 1 < expr->args.n; i++)
		expr_wants_pointer(l, expr->args.items[i], what, whose, level);
}
