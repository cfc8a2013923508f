#include <dossier/base/yaml.h>

#include "load.h"
#include "map_inner.h"

const char *const place_words[] = { "id", "name", NULL };
const char *const ref_words[] = { "case", "call", "order", "receipt", "ticket", "tracking", NULL };

const struct word line_words[] = {
	{ "each", read_expr, offsetof(struct plan_line, each), "where the list of lines stands" },
	{ "title", read_expr, offsetof(struct plan_line, title), "what it is" },
	{ "sku", read_expr, offsetof(struct plan_line, sku), "article number" },
	{ "quantity", read_expr, offsetof(struct plan_line, quantity), "how many" },
	{ "amount", read_expr, offsetof(struct plan_line, amount), "money of the whole line" },
	{ "unit", read_expr, offsetof(struct plan_line, unit), "money of one, where the line's is not said" },
	{ NULL }
};

const struct word attachment_words[] = {
	{ "each", read_expr, offsetof(struct plan_attachment, each), "where the list of files stands" },
	{ "name", read_expr, offsetof(struct plan_attachment, name), "the file's name" },
	{ "type", read_expr, offsetof(struct plan_attachment, type), "its content type" },
	{ "size", read_expr, offsetof(struct plan_attachment, size), "its size in bytes" },
	{ "web", read_expr, offsetof(struct plan_attachment, web), "its address for the browser" },
	{ NULL }
};

/* The words a field's constants must be among. */
struct vocabulary {
	struct load *l;
	const char *what;
	const char *const *all;
};

#define X(name, word) word,
static const char *const kind_names[] = { KINDS(X) NULL };
static const char *const step_names[] = { STEPS(X) NULL };
static const char *const channel_names[] = { CHANNELS(X) NULL };
static const char *const condition_names[] = { CONDITIONS(X) NULL };
#undef X
static const char *const direction_names[] = { "in", "out", NULL };
static const char *const reader_names[] = { "staff", "customer", NULL };

static const struct { enum row_slot slot; const char *what; const char *const *all; } vocabularies[] = {
	{ ROW_KIND, "kind", kind_names }, { ROW_STEP, "step", step_names }, { ROW_CHANNEL, "channel", channel_names },
	{ ROW_DIRECTION, "direction", direction_names }, { ROW_READER, "reader", reader_names }, { ROW_CONDITION, "condition", condition_names },
};

static void check_word(void *arg, int line, struct str text)
{
	const struct vocabulary *vocabulary = arg;

	for (size_t i = 0; vocabulary->all[i]; i++)
		if (str_is(text, vocabulary->all[i]))
			return;
	if (!text.n)
		return;
	char *copy = str_dup(text);
	const char *near = option_nearest(copy, vocabulary->all);
	if (near) {
		load_error(vocabulary->l, line, "\"%s\" is no %s, did you mean \"%s\"?", copy, vocabulary->what, near);
	} else {
		struct buf all;

		buf_init(&all, 300);
		for (size_t i = 0; vocabulary->all[i]; i++)
			if (*vocabulary->all[i])
				buf_printf(&all, "%s%s", all.len ? ", " : "", vocabulary->all[i]);
		load_error(vocabulary->l, line, "\"%s\" is no %s; there are: %s", copy, vocabulary->what, all.data);
		buf_release(&all);
	}
	free(copy);
}

static void check_field(struct load *l, const struct plan_field *field)
{
	for (size_t i = 0; i < sizeof(vocabularies) / sizeof(*vocabularies); i++) {
		struct vocabulary vocabulary = { l, vocabularies[i].what, vocabularies[i].all };

		if (field->word->slot == (int)vocabularies[i].slot)
			expr_constants(field->value, field->value->line, check_word, &vocabulary);
	}
}

static const struct row_word *word_find(enum row_type type, const char *name)
{
	for (const struct row_word *word = row_words; word->name; word++)
		if (word->type == type && !strcmp(word->name, name))
			return word;
	return NULL;
}

static void add_field(struct load *l, struct plan_row *row, const struct row_word *word, struct node node)
{
	struct plan_field field = { word, expr_read(l, node) };

	if (!field.value)
		return;
	PLAN_ADD(row->fields, field);
	if (word->slot >= 0 && !row->of[word->slot])
		row->of[word->slot] = field.value;
	check_field(l, &field);
	if (word->slot == ROW_ID || word->slot == ROW_AT)
		expr_wants_pointer(l, field.value, word->name, "row", DIAG_WARNING);
}

/* place: {id: ..., name: ...} and refs: {order: ...} are fields of their own */
static void add_members(struct load *l, struct plan_row *row, const char *name, struct node node, const char *const *words)
{
	char full[64];

	if (!node_expect(l, node, json_type_object, name))
		return;
	json_object_object_foreach(node.value, key, value) {
		const struct row_word *word;

		(void)value;
		snprintf(full, sizeof(full), "%s.%s", name, key);
		word = word_find(row->type, full);
		if (word)
			add_field(l, row, word, node_member(node, key));
		else
			unknown_word(l, yaml_mark_key(node.value, key).line, key, words, name);
	}
}

static bool is_pair(struct node node)
{
	return node_has(node, "id") || node_has(node, "name");
}

static void read_lines(struct load *l, struct plan_row *row, struct node node)
{
	for (size_t i = 0; i < node_count(node); i++) {
		struct plan_line line = { 0 };
		struct part part = { line_words, &line, l->fetch };

		block_read(l, node_at(node, i), &part, 1, NULL, "lines");
		PLAN_ADD(row->lines, line);
		if (!line.title && !line.sku)
			load_error(l, node_at(node, i).line, "lines: title: or sku: is missing");
	}
}

static void read_attachments(struct load *l, struct plan_row *row, struct node node)
{
	for (size_t i = 0; i < node_count(node); i++) {
		struct plan_attachment file = { 0 };
		struct part part = { attachment_words, &file, l->fetch };

		block_read(l, node_at(node, i), &part, 1, NULL, "attachments");
		PLAN_ADD(row->attachments, file);
		if (!file.name && !file.web)
			load_error(l, node_at(node, i).line, "attachments: name: or web: is missing");
	}
}

static void read_field(struct load *l, struct plan_row *row, const struct row_word *word, struct node node)
{
	if (word->slot == ROW_LINES)
		read_lines(l, row, node);
	else if (word->slot == ROW_ATTACHMENTS)
		read_attachments(l, row, node);
	else if (!strcmp(word->name, "refs"))
		add_members(l, row, "refs", node, ref_words);
	else if ((!strcmp(word->name, "place") || !strcmp(word->name, "site")) && is_pair(node))
		add_members(l, row, word->name, node, place_words);
	else
		add_field(l, row, word, node);
}

static void row_check(struct load *l, const struct plan_row *row)
{
	if (row->type == ROW_STOCK) {
		if (!row->of[ROW_ITEM] && !row->of[ROW_SKU])
			load_error(l, row->line, "a row of stock needs item: or sku:");
		if (!row->of[ROW_QUANTITY])
			load_error(l, row->line, "a row of stock needs quantity:");
		return;
	}
	if (!row->of[ROW_ID])
		load_error(l, row->line, "a row needs id:, unique among the rows of its name, such as id: /id");
	if (row->type == ROW_INTERACTION && !row->of[ROW_KIND])
		load_error(l, row->line, "a row needs kind:, such as kind: order");
	if (row->type == ROW_INTERACTION && !row->of[ROW_AT])
		load_warning(l, row->line, "a row without at: stands last on every timeline");
}

struct plan_row *row_read(struct load *l, struct node node, enum row_type type)
{
	struct plan_row *row = mem_zalloc(sizeof(*row));
	const char *names[64];
	size_t n = 0;

	row->line = node.line;
	row->type = type;
	row->of = mem_array(ROW_SLOTS, sizeof(*row->of));
	for (const struct row_word *word = row_words; word->name; word++)
		if (word->type == type && !strchr(word->name, '.'))
			names[n++] = word->name;
	names[n++] = "when";
	names[n] = NULL;
	if (!node_expect(l, node, json_type_object, "a row") || !load_enter(l, node.line))
		return row;
	json_object_object_foreach(node.value, key, value) {
		const struct row_word *word = strchr(key, '.') ? NULL : word_find(type, key);
		struct node member = node_member(node, key);

		if (!word && strcmp(key, "when"))
			unknown_word(l, yaml_mark_key(node.value, key).line, key, names, "a row");
		else if (!value)
			load_error(l, member.line, "%s: has no value", key);
		else if (!word)
			row->when = cond_read(l, member);
		else
			read_field(l, row, word, member);
	}
	row_check(l, row);
	load_leave(l);
	return row;
}
