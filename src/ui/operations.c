#include <dossier/ui/operations.h>

#include <stdlib.h>

#include <dossier/base/mem.h>
#include <dossier/base/option.h>

static const char *const view_words[] = {
#define X(name, word) word,
	VIEWS(X)
#undef X
};

const char *view_id_word(enum view_id view)
{
	return view_words[view];
}

static const struct ui_op_row rows[] = {
	[UI_NONE] = { "", "", "", 0, VIEW_NONE },
#define X(name, id, label, help, flags, leads) { id, label, help, flags, VIEW_##leads },
	OPERATIONS(X)
#undef X
};

const struct ui_op_row *ui_op_row(enum ui_op op)
{
	return &rows[op];
}

const struct ui_words ui_words[] = {
#define X(view, name, label, help) { VIEW_##view, UI_##name, label, help },
	VIEW_WORDS(X)
#undef X
	{ VIEW_NONE, UI_NONE, NULL, NULL },
};

static const struct ui_words *own_words(enum view_id view, enum ui_op op)
{
	for (const struct ui_words *own = ui_words; own->op != UI_NONE; own++)
		if (own->view == view && own->op == op)
			return own;
	return NULL;
}

const char *ui_op_label(enum view_id view, enum ui_op op)
{
	const struct ui_words *own = own_words(view, op);

	return own ? own->label : rows[op].label;
}

const char *ui_op_help(enum view_id view, enum ui_op op)
{
	const struct ui_words *own = own_words(view, op);

	return own ? own->help : rows[op].help;
}

enum ui_op ui_op_find(struct str id)
{
	enum ui_op found = UI_NONE;

	for (int i = UI_NONE + 1; i < UI_COUNT; i++) {
		if (str_is(id, rows[i].id))
			return (enum ui_op)i;
		if (id.n == 0 || strncmp(rows[i].id, id.p, id.n) != 0)
			continue;
		if (found != UI_NONE)
			found = UI_COUNT;
		else
			found = (enum ui_op)i;
	}
	return found == UI_COUNT ? UI_NONE : found;
}

const struct key_row key_rows[] = {
	{ "n", VIEW_NONE, UI_NOTE },
	{ "w", VIEW_NONE, UI_WRAPUP },
	{ "c", VIEW_NONE, UI_CASE },
	{ "h", VIEW_NONE, UI_HANDOFF },
	{ "A", VIEW_NONE, UI_ACCEPT },
	{ "p", VIEW_NONE, UI_PROMISE },
	{ "v", VIEW_NONE, UI_VERIFY },
	{ "Q", VIEW_NONE, UI_ASK },
	{ "e", VIEW_NONE, UI_NEXT },
	{ "i", VIEW_NONE, UI_IDENTITIES },
	{ "m", VIEW_NONE, UI_ATTACH },
	{ "a", VIEW_NONE, UI_ACT },
	{ "s", VIEW_NONE, UI_STOCK },
	{ "b", VIEW_NONE, UI_KNOWLEDGE },
	{ "d", VIEW_NONE, UI_DISCREPANCY },
	{ "R", VIEW_NONE, UI_REVEAL },
	{ "/", VIEW_NONE, UI_FIND },
	{ "f", VIEW_NONE, UI_FILTER },
	{ ";", VIEW_NONE, UI_NEXT_MATCH },
	{ "!", VIEW_NONE, UI_ANNOUNCED },
	{ "D", VIEW_NONE, UI_DESK },
	{ "x", VIEW_NONE, UI_URGENT },
	{ "z", VIEW_NONE, UI_PARK },
	{ "x", VIEW_DRAFTS, UI_DISCARD },
	{ "x", VIEW_PARKED, UI_DISCARD },
	{ "Z", VIEW_NONE, UI_PARKED },
	{ "r", VIEW_NONE, UI_REFRESH },
	{ "[", VIEW_NONE, UI_PREVIOUS_CASE },
	{ "]", VIEW_NONE, UI_NEXT_CASE },
	{ "=", VIEW_NONE, UI_COMPARE },
	{ "Tab", VIEW_NONE, UI_NEXT_TAB },
	{ "S-Tab", VIEW_NONE, UI_PREVIOUS_TAB },
	{ "Enter", VIEW_NONE, UI_OPEN },
	{ "Esc", VIEW_NONE, UI_BACK },
	{ "q", VIEW_NONE, UI_BACK },
	{ "j", VIEW_NONE, UI_DOWN },
	{ "k", VIEW_NONE, UI_UP },
	{ "g", VIEW_NONE, UI_TOP },
	{ "G", VIEW_NONE, UI_BOTTOM },
	{ ":", VIEW_NONE, UI_COMMAND },
	{ "?", VIEW_NONE, UI_HELP },
	{ "y", VIEW_NONE, UI_COPY },
	{ "o", VIEW_NONE, UI_BROWSER },
	{ "u", VIEW_NONE, UI_UNDO },
	{ "Down", VIEW_NONE, UI_DOWN },
	{ "Up", VIEW_NONE, UI_UP },
	{ "PgDn", VIEW_NONE, UI_PAGE_DOWN },
	{ "Space", VIEW_NONE, UI_PAGE_DOWN },
	{ "C-f", VIEW_NONE, UI_PAGE_DOWN },
	{ "PgUp", VIEW_NONE, UI_PAGE_UP },
	{ "C-b", VIEW_NONE, UI_PAGE_UP },
	{ "Home", VIEW_NONE, UI_TOP },
	{ "End", VIEW_NONE, UI_BOTTOM },
	{ "F1", VIEW_NONE, UI_HELP },
	{ "F3", VIEW_NONE, UI_DESK },
	{ "F5", VIEW_NONE, UI_REFRESH },
	{ "F6", VIEW_NONE, UI_NOTE },
	{ "F9", VIEW_NONE, UI_FIND_AGAIN },
	{ "F12", VIEW_NONE, UI_BACK },
	{ "C-a", VIEW_NONE, UI_SWITCH },
	{ "L", VIEW_NONE, UI_LOCK },
	{ "C-l", VIEW_NONE, UI_REDRAW },
	{ "C-z", VIEW_NONE, UI_SUSPEND },
	{ 0 },
};

struct binding { uint32_t key; enum view_id view; enum ui_op op; };
struct keymap { struct binding *items; size_t n, cap; size_t own; };

static void add(struct keymap *map, uint32_t key, enum view_id view, enum ui_op op)
{
	MEM_ROOM(map->items, map->n, map->cap);
	map->items[map->n++] = (struct binding){ key, view, op };
}

struct keymap *keymap_new(void)
{
	struct keymap *map = mem_zalloc(sizeof(*map));
	uint32_t key;

	for (const struct key_row *row = key_rows; row->key; row++)
		if (key_parse(str_of(row->key), &key))
			add(map, key, row->view, row->op);
	map->own = map->n;
	return map;
}

void keymap_free(struct keymap *map)
{
	if (!map)
		return;
	free(map->items);
	free(map);
}

/* A view's own binding goes before everybody's, what was bound later before what the table says. */
enum ui_op keymap_op(const struct keymap *map, enum view_id view, uint32_t key)
{
	enum ui_op op = UI_NONE;

	for (size_t i = map->n; i-- > 0;) {
		const struct binding *b = &map->items[i];

		if (b->key != key)
			continue;
		if (b->view == view)
			return b->op;
		if (b->view == VIEW_NONE && op == UI_NONE)
			op = b->op;
	}
	return op;
}

bool keymap_key(const struct keymap *map, enum view_id view, enum ui_op op, uint32_t *key)
{
	for (size_t pass = 0; pass < 2; pass++)
		for (size_t i = pass ? 0 : map->own; i < (pass ? map->own : map->n); i++) {
			const struct binding *b = &map->items[i];

			if (b->op != op || (b->view != VIEW_NONE && b->view != view) || keymap_op(map, view, b->key) != op)
				continue;
			*key = b->key;
			return true;
		}
	return false;
}

static enum view_id parse_view(struct str word)
{
	for (int i = 1; i < VIEW_COUNT; i++)
		if (str_is(word, view_words[i]))
			return (enum view_id)i;
	return VIEW_NONE;
}

static enum ui_op parse_operation(struct str id, const char *file, int line, struct diags *diags)
{
	const char *words[UI_COUNT] = { NULL }, *near;
	char *typed;

	for (int i = 1; i < UI_COUNT; i++) {
		words[i - 1] = rows[i].id;
		if (str_is(id, rows[i].id))
			return (enum ui_op)i;
	}
	typed = str_dup(id);
	near = option_nearest(typed, words);
	diags_add(diags, DIAG_ERROR, file, line, "no operation is called \"%s\"%s%s", typed, near ? "; did you mean " : "", near ? near : "");
	free(typed);
	return UI_NONE;
}

bool keymap_bind(struct keymap *map, struct str name, struct str id, const char *file, int line, struct diags *diags)
{
	const char *dot = name.n > 2 ? memchr(name.p, '.', name.n - 1) : NULL;
	struct str key_name = name;
	enum view_id view = VIEW_NONE;
	uint32_t key;
	enum ui_op op;

	if (dot) {
		view = parse_view(str_make(name.p, (size_t)(dot - name.p)));
		key_name = str_make(dot + 1, name.n - (size_t)(dot + 1 - name.p));
	}
	if ((dot && view == VIEW_NONE) || !key_parse(key_name, &key)) {
		diags_add(diags, DIAG_ERROR, file, line, "\"%.*s\" is no key: a character, F1 to F12, Enter, Tab, PgUp, C-x, M-x, or one of a view such as customer.x", STR_ARG(name));
		return false;
	}
	if ((key >= '0' && key <= '9') || key == '+' || key == K_ESC || key == K_ENTER) {
		diags_add(diags, DIAG_ERROR, file, line, "%.*s cannot be bound: digits and + open find, Enter opens, Esc goes back", STR_ARG(key_name));
		return false;
	}
	op = parse_operation(id, file, line, diags);
	if (op != UI_NONE)
		add(map, key, view, op);
	return op != UI_NONE;
}
