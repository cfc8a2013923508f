#include "load.h"

static void read_by(struct load *l, struct node node, void *to)
{
	const char *text = node_text(node);

	if (!text) {
		node_expect(l, node, json_type_string, "by: a kind of identity, such as email");
		return;
	}
	if (identity_type_parse(str_of(text), to))
		return;
	const char *names[ID_TYPE_COUNT + 1];
	for (int i = 0; i < ID_TYPE_COUNT; i++)
		names[i] = identity_type_word((enum id_type)i);
	names[ID_TYPE_COUNT] = NULL;
	unknown_word(l, node.line, text, names, "by");
}

/* "to" is a PLAN_LIST(char *) */
static void read_forms(struct load *l, struct node node, void *to)
{
	for (size_t i = 0; i < node_count(node); i++) {
		struct node item = node_at(node, i);
		const char *text = node_text(item);
		char *end = NULL;
		bool good = text && (!strcmp(text, "e164") || !strcmp(text, "national") || !strcmp(text, "digits"));

		if (text && !strncmp(text, "last:", 5))
			good = strtol(text + 5, &end, 10) > 0 && !*end;
		if (text && !strncmp(text, "spread:", 7))
			good = text[7] != '\0';
		if (good) {
			char *copy = mem_strdup(text);

			list_add(to, &copy, sizeof(copy));
		} else {
			load_error(l, item.line, "a form is one of e164, national, digits, last:N and spread:TEXT");
		}
	}
}

static void read_then(struct load *l, struct node node, void *to);

const struct word find_words[] = {
	{ "by", read_by, offsetof(struct plan_find, by), "the kind of identity it finds by" },
	{ "forms", read_forms, offsetof(struct plan_find, forms), "how a telephone is written: asked once for each" },
	{ "match", read_exprs, offsetof(struct plan_find, match), "where the identity must really stand" },
	{ "record", read_record, offsetof(struct plan_find, record), "how the found element reads, where the connector's record does not suit" },
	{ "then", read_then, 0, "a request for the whole record" },
	{ NULL }
};

static const struct word then_words[] = {
	{ "record", read_record, 0, "" },
	{ NULL }
};

/* The connector's own record reads elements of this fetch. */
static void reads_as_record(struct load *l, struct plan_fetch *fetch)
{
	fetch->whole |= l->record_reads.whole;
	for (size_t i = 0; i < l->record_reads.joins.n; i++)
		PLAN_ADD(fetch->joins, l->record_reads.joins.items[i]);
	for (size_t i = 0; i < l->record_reads.joins.n; i++)
		fetch->whole |= !l->record_reads.joins.items[i]->fetch;
}

static void read_then(struct load *l, struct node node, void *to)
{
	struct plan_find *find = to;
	struct part extra = { then_words, &find->then_record, NULL };
	bool record = l->record;

	l->record = true;
	find->then = fetch_read(l, node, "find", ROW_INTERACTION, &extra, 1, "then");
	l->record = record;
	if (!find->then_record)
		reads_as_record(l, find->then);
}

void read_find(struct load *l, struct node node, void *to)
{
	struct plan *plan = to;

	for (size_t i = 0; i < node_count(node); i++) {
		struct node item = node_at(node, i);
		struct plan_find *find = mem_zalloc(sizeof(*find));
		struct part extra = { find_words, find, NULL };
		size_t mark = l->n_names;

		find->line = item.line;
		PLAN_ADD(plan->finds, find);
		name_add(l, "value");
		name_add(l, "identity");
		find->fetch = fetch_read(l, item, "find", ROW_INTERACTION, &extra, 1, "find");
		l->n_names = mark;
		for (size_t k = 0; k < find->match.n; k++)
			expr_wants_pointer(l, find->match.items[k], "match", "customer", DIAG_ERROR);
		if (!node_has(item, "by"))
			load_error(l, item.line, "find: by: is missing: the kind of identity, such as email");
		if (!find->match.n)
			load_error(l, item.line, "find: match: is missing: where the identity must stand in each element, such as match: [/email]. "
				   "Some servers ignore what they cannot search and answer with everybody");
		if (!find->record && !plan->record)
			load_error(l, item.line, "find: nothing says how an element reads: record: of the connector or here");
		if (find->forms.n && find->by != ID_TYPE_TEL)
			load_error(l, item.line, "find: forms: is for by: tel");
		if (!find->record)
			reads_as_record(l, find->fetch);
	}
}

static void read_per(struct load *l, struct node node, void *to)
{
	struct plan_pull *pull = to;
	bool alone = false;

	for (size_t i = 0; i < node_count(node); i++) {
		struct node item = node_at(node, i);
		const char *text = node_text(item);
		enum id_type type = ID_TYPE_REC;

		if (text && !strcmp(text, "record")) {
			pull->per = PER_RECORD;
			alone = true;
		} else if (text && !strcmp(text, "once")) {
			pull->per = PER_ONCE;
			alone = true;
		} else if (text && identity_type_parse(str_of(text), &type)) {
			pull->per = PER_IDENTITY;
			pull->per_types |= 1u << type;
		} else {
			load_error(l, item.line, "per: record, once, or kinds of identity such as tel");
		}
	}
	if (alone && node_count(node) > 1)
		load_error(l, node.line, "per: record and once stand alone");
}

const struct word pull_words[] = {
	/* read before all else: it decides which names the request may use */
	{ "per", read_nothing, 0, "how often it is asked: for each record, for each identity of a kind, or once" },
	{ "forms", read_forms, offsetof(struct plan_pull, forms), "how a telephone is written: asked once for each" },
	{ "shared", read_bool, offsetof(struct plan_pull, shared), "whether its rows are only known to be of this number" },
	{ "match", read_exprs, offsetof(struct plan_pull, match), "where the identity must really stand" },
	{ NULL }
};

static void pull_read(struct load *l, struct node node, const char *name, struct plan_pull *pull)
{
	struct part extra = { pull_words, pull, NULL };
	size_t mark = l->n_names;
	struct node per = node_member(node, "per");

	if (per.value)
		read_per(l, per, pull);
	else
		load_error(l, node.line, "pull \"%s\": per: is missing: record, once, or a kind of identity such as tel", name);
	name_add(l, "since");
	if (pull->per == PER_IDENTITY) {
		name_add(l, "value");
		name_add(l, "identity");
		pull->shared = true;
		for (int type = 0; type < ID_TYPE_COUNT; type++)
			if (pull->per_types >> type & 1 && identity_class((enum id_type)type) != ID_SHARED)
				pull->shared = false;
	}
	l->record = pull->per == PER_RECORD;
	pull->fetch = fetch_read(l, node, name, ROW_INTERACTION, &extra, 1, "a pull");
	l->record = false;
	l->n_names = mark;
	for (size_t i = 0; i < pull->match.n; i++)
		expr_wants_pointer(l, pull->match.items[i], "match", "customer", DIAG_ERROR);
	struct plan_elements *elements = pull->fetch->elements;
	if (!elements->rows.n && !elements->nested.n && !elements->for_each.n && !elements->for_all.n)
		load_error(l, node.line, "pull \"%s\" gives nothing: row:, also: or for_each: is missing", name);
	if (pull->per == PER_IDENTITY && !pull->match.n)
		load_error(l, node.line, "pull \"%s\" goes by an identity: match: is missing, where that must stand in each element", name);
}

void read_pull(struct load *l, struct node node, void *to)
{
	struct plan *plan = to;

	if (!node_expect(l, node, json_type_object, "pull"))
		return;
	json_object_object_foreach(node.value, key, value) {
		struct plan_pull *pull = mem_zalloc(sizeof(*pull));
		struct node item = node_member(node, key);

		(void)value;
		pull->line = item.line;
		pull->name = mem_strdup(key);
		PLAN_ADD(plan->pulls, pull);
		if (!name_is_good(key))
			load_error(l, item.line, "pull \"%s\": letters, digits, - and _ are meant, starting with a letter", key);
		pull_read(l, item, pull->name, pull);
	}
}

/* "to" is a PLAN_LIST(enum id_type) */
static void read_by_list(struct load *l, struct node node, void *to)
{
	for (size_t i = 0; i < node_count(node); i++) {
		enum id_type type = ID_TYPE_COUNT;

		read_by(l, node_at(node, i), &type);
		if (type != ID_TYPE_COUNT)
			list_add(to, &type, sizeof(type));
	}
}

const struct word ask_words[] = {
	{ "by", read_by_list, offsetof(struct plan_ask, by), "what it can be asked by: item, name" },
	{ NULL }
};

static void asks_read(struct load *l, struct node node, struct plan *plan, enum row_type type, const char *name)
{
	for (size_t i = 0; i < node_count(node); i++) {
		struct node item = node_at(node, i);
		struct plan_ask *ask = mem_zalloc(sizeof(*ask));
		struct part extra = { ask_words, ask, NULL };
		size_t mark = l->n_names;

		ask->line = item.line;
		ask->type = type;
		PLAN_ADD(plan->asks, ask);
		name_add(l, "value");
		name_add(l, "identity");
		ask->fetch = fetch_read(l, item, name, type, &extra, 1, name);
		l->n_names = mark;
		if (!ask->fetch->elements->rows.n && !ask->fetch->elements->nested.n)
			load_error(l, item.line, "%s gives nothing: row: is missing", name);
	}
}

void read_stock(struct load *l, struct node node, void *to)
{
	asks_read(l, node, to, ROW_STOCK, "stock");
}

void read_products(struct load *l, struct node node, void *to)
{
	asks_read(l, node, to, ROW_PRODUCT, "products");
}

void read_knowledge(struct load *l, struct node node, void *to)
{
	asks_read(l, node, to, ROW_ARTICLE, "knowledge");
}

void read_day(struct load *l, struct node node, void *to)
{
	asks_read(l, node, to, ROW_DAY, "day");
}
