#include "load.h"

static struct plan_elements *elements_new(int line, const char *name);

static void read_row(struct load *l, struct node node, void *to)
{
	struct plan_elements *elements = to;

	for (size_t i = 0; i < node_count(node); i++) {
		struct plan_row *row = row_read(l, node_at(node, i), l->row_type);

		PLAN_ADD(elements->rows, row);
	}
}

static void read_members(struct load *l, struct node node, void *to)
{
	struct plan_elements *elements = to;

	if (elements->each)
		load_error(l, node.line, "each: goes through a list and members: through an object: one of them is meant");
	elements->each_is_map = true;
	read_pointer(l, node, &elements->each);
	name_add(l, "key");
}

/* The name of inner rows: their own, or the outer one's with what they are. */
static char *inner_name(struct load *l, struct node node, const char *what, size_t i)
{
	struct node own = node_member(node, "name");
	const char *text = node_text(own);

	if (own.value && (!text || !name_is_good(text)))
		load_error(l, own.line, "name: letters, digits, - and _ are meant, starting with a letter");
	if (text)
		return mem_printf("%s.%s", l->row_name, text);
	return i ? mem_printf("%s.%s%zu", l->row_name, what, i + 1) : mem_printf("%s.%s", l->row_name, what);
}

static void elements_read(struct load *l, struct node node, struct plan_elements *elements)
{
	const char *name = l->row_name;
	size_t mark = l->n_names;
	static const char *const also[] = { "name", NULL };
	struct part part = { elements_words, elements, l->fetch };

	l->row_name = elements->name;
	block_read(l, node, &part, 1, also, "also");
	l->row_name = name;
	l->n_names = mark;
}

static void read_also(struct load *l, struct node node, void *to)
{
	struct plan_elements *elements = to;

	for (size_t i = 0; i < node_count(node); i++) {
		struct node item = node_at(node, i);
		char *name = inner_name(l, item, "also", i);
		struct plan_elements *inner = elements_new(item.line, name);

		free(name);
		PLAN_ADD(elements->nested, inner);
		elements_read(l, item, inner);
		if (!inner->rows.n && !inner->nested.n && !inner->for_each.n && !inner->for_all.n)
			load_error(l, item.line, "also: gives nothing: row:, also:, for_each: or for_all: is missing");
	}
}

static void read_format(struct load *l, struct node node, void *to)
{
	struct plan_feed *feed = to;
	const char *text = node_text(node);

	feed->format = text && !strcmp(text, "ndjson") ? FEED_NDJSON : FEED_CSV;
	if (!text || (strcmp(text, "csv") && strcmp(text, "ndjson")))
		load_error(l, node.line, "format: csv or ndjson");
}

static void read_encoding(struct load *l, struct node node, void *to)
{
	struct plan_feed *feed = to;
	const char *text = node_text(node);

	feed->windows = text && !strcmp(text, "windows-1252");
	if (!text || (!feed->windows && strcmp(text, "utf-8")))
		load_error(l, node.line, "encoding: utf-8 or windows-1252 (which has all of Latin-1)");
}

static void read_feed_when(struct load *l, struct node node, void *to)
{
	read_cond(l, node, &((struct plan_feed *)to)->elements->when);
}

static void read_feed_row(struct load *l, struct node node, void *to)
{
	read_row(l, node, ((struct plan_feed *)to)->elements);
}

const struct word feed_words[] = {
	{ "format", read_format, 0, "csv or ndjson" },
	{ "encoding", read_encoding, 0, "utf-8 or windows-1252" },
	{ "id", read_expr, offsetof(struct plan_feed, id), "a row's own id, by which a repeat is known" },
	{ "when", read_feed_when, 0, "only rows for which this holds" },
	{ "row", read_feed_row, 0, "what a row of the file becomes" },
	{ "rows", read_feed_row, 0, "the several things a row of the file becomes" },
	{ NULL }
};

void read_feed(struct load *l, struct node node, void *to)
{
	struct plan_feed *feed = mem_zalloc(sizeof(*feed));
	struct part part = { feed_words, feed, NULL };

	*(struct plan_feed **)to = feed;
	feed->line = node.line;
	feed->elements = elements_new(node.line, "feed");
	l->row_type = ROW_INTERACTION;
	l->row_name = "feed";
	block_read(l, node, &part, 1, NULL, "feed");
	if (feed->windows && feed->format == FEED_NDJSON)
		load_error(l, node.line, "feed: encoding: JSON is UTF-8; windows-1252 is for csv");
	if (!feed->id)
		load_error(l, node.line, "feed: id: is missing: what makes a row of the file the same one when it comes again");
	if (!feed->elements->rows.n)
		load_error(l, node.line, "feed: row: is missing: what a row of the file becomes");
}

const struct word for_each_words[] = {
	{ "newest", read_count, offsetof(struct plan_fetch, newest), "only for so many elements" },
	{ "order", read_expr, offsetof(struct plan_fetch, order), "the time by which the newest are chosen" },
	{ NULL }
};

const struct word for_all_words[] = {
	{ "id", read_expr, offsetof(struct plan_fetch, id), "what each element gives to <ids>" },
	{ "chunk", read_count, offsetof(struct plan_fetch, chunk), "how many in one request" },
	{ "join", read_text, offsetof(struct plan_fetch, join), "makes <ids> one text" },
	{ NULL }
};

static void read_for_each(struct load *l, struct node node, void *to)
{
	struct plan_elements *elements = to;

	for (size_t i = 0; i < node_count(node); i++) {
		struct node item = node_at(node, i);
		char *name = inner_name(l, item, "each", i);
		struct part extra = { for_each_words, NULL, l->fetch };
		struct plan_fetch *fetch = fetch_read(l, item, name, l->row_type, &extra, 1, "for_each");

		free(name);
		PLAN_ADD(elements->for_each, fetch);
	}
}

static void read_for_all(struct load *l, struct node node, void *to)
{
	struct plan_elements *elements = to;

	for (size_t i = 0; i < node_count(node); i++) {
		struct node item = node_at(node, i);
		char *name = inner_name(l, item, "all", i);
		struct part extra = { for_all_words, NULL, l->fetch };
		size_t mark = l->n_names;

		name_add(l, "ids");
		struct plan_fetch *fetch = fetch_read(l, item, name, l->row_type, &extra, 1, "for_all");
		l->n_names = mark;
		free(name);
		if (!fetch->chunk)
			fetch->chunk = 50;
		if (!fetch->id)
			load_error(l, item.line, "for_all: id: is missing, what each element gives to <ids>");
		PLAN_ADD(elements->for_all, fetch);
	}
}

const struct word elements_words[] = {
	{ "each", read_pointer, offsetof(struct plan_elements, each), "where the list stands; \"\" is the whole reply" },
	{ "members", read_members, 0, "an object whose members are the elements; <key> is a member's name" },
	{ "when", read_cond, offsetof(struct plan_elements, when), "only elements for which this holds" },
	{ "row", read_row, 0, "what an element becomes" },
	{ "rows", read_row, 0, "the several things an element becomes" },
	{ "also", read_also, 0, "lists inside the element" },
	{ "for_each", read_for_each, 0, "a further request for each element" },
	{ "for_all", read_for_all, 0, "a further request for many elements at once" },
	{ NULL }
};

static struct plan_elements *elements_new(int line, const char *name)
{
	struct plan_elements *elements = mem_zalloc(sizeof(*elements));

	elements->line = line;
	elements->name = mem_strdup(name);
	return elements;
}

static void read_requests(struct load *l, struct node node, void *to)
{
	struct plan_fetch *fetch = to;

	for (size_t i = 0; i < node_count(node); i++) {
		struct plan_request *request = NULL;

		read_request(l, node_at(node, i), &request);
		PLAN_ADD(fetch->requests, request);
	}
}

static void read_table_members(struct load *l, struct node node, void *to)
{
	struct plan_table *table = to;

	if (table->each)
		load_error(l, node.line, "each: goes through a list and members: through an object: one of them is meant");
	table->each_is_map = true;
	read_pointer(l, node, &table->each);
	name_add(l, "key");
}

/* The connector's own tables and those of a fetch. */
const struct word table_words[] = {
	{ "each", read_pointer, offsetof(struct plan_table, each), "where the list stands" },
	{ "members", read_table_members, 0, "an object whose members are the elements; <key> is a member's name" },
	{ "when", read_cond, offsetof(struct plan_table, when), "only elements for which this holds" },
	{ "key", read_expr, offsetof(struct plan_table, key), "what is looked up" },
	{ "value", read_expr, offsetof(struct plan_table, value), "what is found" },
	{ "many", read_bool, offsetof(struct plan_table, many), "whether a key may have several values; else its first counts" },
	{ "keep", read_span, offsetof(struct plan_table, keep_ms), "how long a fetched table of the connector is good: 10m" },
	{ NULL }
};

static void read_table(struct load *l, struct node node, struct plan_table *table)
{
	struct plan_request *request = mem_zalloc(sizeof(*request));
	struct part parts[] = { { request_words, request, l->fetch }, { table_words, table, l->fetch } };

	size_t mark = l->n_names;

	table->line = node.line;
	table->keep_ms = 10 * 60 * 1000;
	block_read(l, node, parts, 2, NULL, "a table");
	l->n_names = mark;
	request_check(l, request, node.line);
	if (!table->key || !table->value)
		load_error(l, node.line, "table \"%s\": key: and value: are both needed", table->name);
	if (!request->method) {
		request_free(request);
		if (!table->each)
			load_error(l, node.line, "table \"%s\": each: is missing, where the list stands", table->name);
		return;
	}
	table->fetch = mem_zalloc(sizeof(*table->fetch));
	table->fetch->line = node.line;
	table->fetch->name = mem_strdup(table->name);
	PLAN_ADD(table->fetch->requests, request);
}

/* "to" is a PLAN_LIST(struct plan_table *) */
void read_tables(struct load *l, struct node node, void *to)
{
	if (!node_expect(l, node, json_type_object, "tables"))
		return;
	json_object_object_foreach(node.value, key, value) {
		struct plan_table *table = mem_zalloc(sizeof(*table));

		(void)value;
		table->name = mem_strdup(key);
		list_add(to, &table, sizeof(table));
		read_table(l, node_member(node, key), table);
	}
}

/* "to" is a PLAN_LIST(struct plan_save); what is saved is known as <name> from here on */
void read_saves(struct load *l, struct node node, void *to)
{
	if (!node_expect(l, node, json_type_object, "names and what is saved under them"))
		return;
	json_object_object_foreach(node.value, key, value) {
		struct plan_save save = { mem_strdup(key), expr_read(l, node_member(node, key)) };

		(void)value;
		if (!name_is_good(key))
			load_error(l, node.line, "\"%s\" is no name: letters, digits, - and _, starting with a letter", key);
		if (!save.value) {
			free(save.name);
			continue;
		}
		list_add(to, &save, sizeof(save));
		name_add(l, save.name);
	}
}

static void read_steps(struct load *l, struct node node, void *to)
{
	struct plan_fetch *fetch = to;

	for (size_t i = 0; i < node_count(node); i++) {
		struct node item = node_at(node, i);
		struct plan_fetch *step = fetch_read(l, item, l->row_name, l->row_type, NULL, 0, "steps");

		PLAN_ADD(fetch->steps, step);
		if (!step->save.n)
			load_error(l, item.line, "a step without save: gives nothing to what follows");
		for (size_t j = 0; j < step->save.n; j++)
			name_add(l, step->save.items[j].name);
	}
}

const struct word fetch_words[] = {
	{ "steps", read_steps, 0, "requests before this one, which save: values for it" },
	{ "tables", read_tables, offsetof(struct plan_fetch, tables), "lists to look names up in" },
	{ "requests", read_requests, 0, "several requests whose elements are merged" },
	{ "if", read_cond, offsetof(struct plan_fetch, when), "only asked when this holds" },
	{ "save", read_saves, offsetof(struct plan_fetch, save), "values out of the reply, known as <name> afterwards" },
	{ NULL }
};

/* Two rows of one list with the same id: one would hide the other. */
static void ids_check(struct load *l, const struct plan_elements *elements)
{
	for (size_t i = 0; i < elements->rows.n; i++) {
		for (size_t j = 0; j < i; j++) {
			const struct plan_row *a = elements->rows.items[i], *b = elements->rows.items[j];
			const struct expr *x = NULL, *y = NULL;

			for (size_t k = 0; k < a->fields.n; k++)
				if (!strcmp(a->fields.items[k].word->name, "id"))
					x = a->fields.items[k].value;
			for (size_t k = 0; k < b->fields.n; k++)
				if (!strcmp(b->fields.items[k].word->name, "id"))
					y = b->fields.items[k].value;
			if (x && y && x->kind == EXPR_POINTER && y->kind == EXPR_POINTER && x->up == y->up && x->pointer && y->pointer &&
			    !strcmp(pointer_text(x->pointer), pointer_text(y->pointer)) && !a->when && !b->when)
				load_error(l, a->line, "two rows of one element have the same id, so one would hide the other: write \"<%s>/2\" or the like",
					   pointer_text(x->pointer));
		}
	}
}

static void fetch_finish(struct load *l, struct plan_fetch *fetch, struct plan_request *request, struct node node, const char *what)
{
	request_check(l, request, node.line);
	if (!request->method) {
		if (!fetch->requests.n)
			load_error(l, node.line, "%s: says nothing to ask: get: /path, post: or requests:", what);
		request_free(request);
	} else if (fetch->requests.n) {
		load_error(l, node.line, "%s: has a request and requests: as well: put it among them", what);
		request_free(request);
	} else {
		PLAN_ADD(fetch->requests, request);
	}
	ids_check(l, fetch->elements);
}

struct plan_fetch *fetch_read(struct load *l, struct node node, const char *name, enum row_type type,
			      const struct part *extra, size_t n_extra, const char *what)
{
	static const char *const also[] = { "name", NULL };
	struct plan_fetch *fetch = mem_zalloc(sizeof(*fetch));
	struct plan_request *request = mem_zalloc(sizeof(*request));
	struct load_fetch inner = { fetch, l->fetch };
	struct part parts[8] = {
		{ fetch_words, fetch, &inner }, { request_words, request, l->fetch }, { elements_words, NULL, &inner },
	};
	size_t n = 3, mark = l->n_names;
	const char *outer_name = l->row_name;
	enum row_type outer_type = l->row_type;

	fetch->line = node.line;
	fetch->name = mem_strdup(name);
	fetch->elements = elements_new(node.line, name);
	parts[2].to = fetch->elements;
	for (size_t i = 0; i < n_extra; i++) {
		parts[n] = extra[i];
		if (!parts[n].to)
			parts[n].to = fetch;
		/* words about this fetch's own elements, unless they say otherwise */
		if (!parts[n].fetch)
			parts[n].fetch = &inner;
		n++;
	}
	l->row_name = fetch->name;
	l->row_type = type;
	block_read(l, node, parts, n, also, what);
	l->row_name = outer_name;
	l->row_type = outer_type;
	l->n_names = mark;
	fetch_finish(l, fetch, request, node, what);
	return fetch;
}
