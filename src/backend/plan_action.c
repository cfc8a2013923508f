#include "load.h"

static void field_type(struct plan_ask_field *field, enum ask_type type)
{
	field->type = type;
}

static void read_pick(struct load *l, struct node node, void *to)
{
	struct plan_ask_field *field = to;
	const char *text = node_text(node);
	bool known = false;

	for (size_t i = 0; text && i < l->plan->pulls.n; i++)
		known |= !strcmp(l->plan->pulls.items[i]->name, text);
	if (!known)
		load_error(l, node.line, "pick: names a pull of this connector, whose rows offer the values");
	read_text(l, node, &field->pick);
	field_type(field, ASK_PICK);
}

static void read_long(struct load *l, struct node node, void *to)
{
	bool is_long = false;

	read_bool(l, node, &is_long);
	if (is_long)
		field_type(to, ASK_LONG);
}

static void read_choices(struct load *l, struct node node, void *to)
{
	struct plan_ask_field *field = to;

	read_texts(l, node, &field->choices);
	field_type(field, ASK_CHOICE);
}

static void read_type(struct load *l, struct node node, void *to)
{
	static const struct { const char *name; enum ask_type type; } types[] = {
		{ "text", ASK_TEXT }, { "number", ASK_NUMBER }, { "money", ASK_MONEY }, { "tel", ASK_TEL },
		{ "time", ASK_TIME }, { "yes_no", ASK_BOOL },
	};
	const char *text = node_text(node);

	for (size_t i = 0; text && i < sizeof(types) / sizeof(*types); i++) {
		if (strcmp(types[i].name, text))
			continue;
		field_type(to, types[i].type);
		return;
	}
	load_error(l, node.line, "type: text, number, money, tel, time or yes_no");
}

static void read_most(struct load *l, struct node node, void *to)
{
	struct plan_ask_field *field = to;
	const char *text = node_text(node);

	if (!text || strcmp(text, "left") != 0)
		load_error(l, node.line, "most: left, which is what is left of the row that is picked");
	field->of_left = true;
}

const struct word field_words[] = {
	{ "type", read_type, 0, "text, number, money, tel, time or yes_no" },
	{ "most", read_most, 0, "how much at most: left" },
	{ "long", read_long, 0, "whether the text has several lines" },
	{ "choices", read_choices, 0, "the values there are" },
	{ "pick", read_pick, 0, "the pull whose rows offer the values" },
	{ "optional", read_bool, offsetof(struct plan_ask_field, optional), "whether it may stay empty" },
	{ "default", read_text, offsetof(struct plan_ask_field, fallback), "what stands there at first" },
	{ "help", read_text, offsetof(struct plan_ask_field, help), "a line for the person asked" },
	{ NULL }
};

static void read_ask(struct load *l, struct node node, void *to)
{
	struct plan_action *action = to;

	if (!node_expect(l, node, json_type_object, "ask"))
		return;
	json_object_object_foreach(node.value, key, value) {
		struct plan_ask_field field = { .name = mem_strdup(key) };
		struct part part = { field_words, &field, NULL };

		if (value)
			block_read(l, node_member(node, key), &part, 1, NULL, "a field to ask for");
		if (!name_is_good(key))
			load_error(l, node.line, "\"%s\" is no name: letters, digits, - and _, starting with a letter", key);
		if (field.of_left && field.type != ASK_MONEY)
			load_error(l, node.line, "most: left goes with type: money");
		PLAN_ADD(action->ask, field);
		name_add(l, field.name);
	}
}

static void read_reader(struct load *l, struct node node, void *to)
{
	const char *text = node_text(node);

	if (!text || !reader_parse(str_of(text), to) || *(enum reader *)to == READER_NONE)
		load_error(l, node.line, "reader: staff or customer: who will read it");
}

static void read_roles(struct load *l, struct node node, void *to)
{
	static const char *const roles[] = { "agent", "counter", "partner", "supervisor", "service", "admin", NULL };

	for (size_t i = 0; i < node_count(node); i++) {
		const char *text = node_text(node_at(node, i));
		size_t j = 0;

		while (text && roles[j] && strcmp(roles[j], text))
			j++;
		if (!text || !roles[j])
			unknown_word(l, node_at(node, i).line, text ? text : "", roles, "roles");
	}
	read_texts(l, node, to);
}

static void read_needs(struct load *l, struct node node, void *to)
{
	struct plan_action *action = to;

	for (size_t i = 0; i < node_count(node); i++) {
		struct template *t = template_read(l, node_at(node, i), TEMPLATE_PLAIN);
		struct str literal;

		if (t && template_literal(t, &literal))
			load_error(l, node_at(node, i).line, "needs: placeholders, such as <agent.phone> or <settings.number>");
		if (t)
			PLAN_ADD(action->needs, t);
	}
}

const struct word ok_words[] = {
	{ "status", read_nothing, 0, "statuses that are good" },
	{ "has", read_pointer, offsetof(struct plan_action, ok_has), "what must stand in the reply" },
	{ "when", read_cond, offsetof(struct plan_action, ok_when), "what must hold of the reply" },
	{ NULL }
};

/* ok: 201, or {status: 201, has: /id, when: ...} */
static void read_ok(struct load *l, struct node node, void *to)
{
	struct plan_action *action = to;
	struct part part = { ok_words, action, NULL };

	if (!node_is(node, json_type_object)) {
		read_statuses(l, node, &action->request->ok);
		return;
	}
	block_read(l, node, &part, 1, NULL, "ok");
	if (node_has(node, "status"))
		read_statuses(l, node_member(node, "status"), &action->request->ok);
}

static void read_before(struct load *l, struct node node, void *to)
{
	struct plan_action *action = to;

	for (size_t i = 0; i < node_count(node); i++) {
		struct plan_fetch *fetch = fetch_read(l, node_at(node, i), "before", ROW_INTERACTION, NULL, 0, "before");

		PLAN_ADD(action->before, fetch);
		if (!fetch->save.n)
			load_error(l, node_at(node, i).line, "before: reads something to save: for the write, and this saves nothing");
		for (size_t j = 0; j < fetch->save.n; j++)
			name_add(l, fetch->save.items[j].name);
	}
}

const struct word read_back_words[] = {
	{ "done", read_cond, offsetof(struct plan_action, read_back_when), "what then holds if the write was done" },
	{ NULL }
};

static void read_read_back(struct load *l, struct node node, void *to)
{
	struct plan_action *action = to;
	struct part extra = { read_back_words, action, NULL };
	struct plan_fetch *fetch = fetch_read(l, node, "read_back", ROW_INTERACTION, &extra, 1, "read_back");

	PLAN_ADD(action->read_back, fetch);
	if (!action->read_back_when)
		load_error(l, node.line, "read_back: done: is missing: what holds over an element if the write was done");
}

static bool param_has_id(const struct plan_param *param)
{
	return param->value && param->value->kind == EXPR_TEMPLATE && (template_uses(param->value->template) & TEMPLATE_USES_UUID);
}

static bool node_has_id(const struct plan_body_node *node)
{
	if (!node)
		return false;
	if (node->kind == BODY_VALUE)
		return node->value && node->value->kind == EXPR_TEMPLATE && (template_uses(node->value->template) & TEMPLATE_USES_UUID);
	for (size_t i = 0; i < node->members.n; i++)
		if (node_has_id(node->members.items[i].node))
			return true;
	return false;
}

static bool body_has_id(const struct plan_request *request)
{
	for (size_t i = 0; i < request->form.n; i++)
		if (param_has_id(&request->form.items[i]))
			return true;
	return node_has_id(request->json) || (request->raw && (template_uses(request->raw) & TEMPLATE_USES_UUID));
}

/* idempotency: body, or a header. */
static void read_idempotency(struct load *l, struct node node, void *to)
{
	struct plan_action *action = to;
	const char *text = node_text(node);

	action->repeatable = true;
	if (!text)
		read_as(l, node, &action->idempotency);
	else if (strcmp(text, "body") != 0)
		load_error(l, node.line, "idempotency: body, or {header: NAME, value: <uuid>}");
}

#define FIELD(name) offsetof(struct plan_action, name)
const struct word action_words[] = {
	{ "title", read_text, FIELD(title), "what it does, for the person who chooses it" },
	{ "reader", read_reader, FIELD(reader), "who reads what is written: staff or customer" },
	{ "confirm", read_text, FIELD(confirm), "a question to answer first" },
	{ "roles", read_roles, FIELD(roles), "who may do it" },
	{ "needs", read_needs, 0, "values without which nothing is sent" },
	{ "ask", read_ask, 0, "what to ask for" },
	{ "before", read_before, 0, "what to read first" },
	{ "ok", read_ok, 0, "how success reads" },
	{ "refused", read_expr, FIELD(refused), "where the reason of a refusal stands" },
	{ "idempotency", read_idempotency, 0, "what makes a repeat harmless: a header, or body" },
	{ "read_back", read_read_back, 0, "how to find out whether it was done" },
	{ NULL }
};
#undef FIELD

static const struct word *write_words(struct word out[24])
{
	size_t n = 0;

	/* ok and page mean something else here, or nothing */
	for (const struct word *word = request_words; word->name; word++)
		if (strcmp(word->name, "ok") && strcmp(word->name, "page") && strcmp(word->name, "none"))
			out[n++] = *word;
	out[n] = (struct word){ 0 };
	return out;
}

static void action_read(struct load *l, struct node node, struct plan_action *action)
{
	struct word words[24];
	struct plan_request *request = action->request = mem_zalloc(sizeof(*request));
	struct part parts[] = { { action_words, action, NULL }, { write_words(words), request, NULL } };
	size_t mark = l->n_names;

	l->record = true;
	block_read(l, node, parts, 2, NULL, "an action");
	l->record = false;
	l->n_names = mark;
	request_check(l, request, node.line);
	if (!request->method)
		load_error(l, node.line, "action \"%s\": says nothing to write: post: /path, put:, patch: or delete:", action->name);
	else if (!strcmp(request->method, "GET"))
		load_error(l, node.line, "action \"%s\": a get writes nothing", action->name);
	if (action->repeatable && !action->idempotency && !body_has_id(request))
		load_error(l, node.line, "action \"%s\": idempotency: body, and no value of the body is <uuid>", action->name);
	if (!action->title)
		load_error(l, node.line, "action \"%s\": title: is missing", action->name);
	if (!action->reader && !node_has(node, "reader"))
		load_error(l, node.line, "action \"%s\": reader: is missing: staff or customer, who will read what it writes", action->name);
}

void read_actions(struct load *l, struct node node, void *to)
{
	struct plan *plan = to;

	if (!node_expect(l, node, json_type_object, "actions"))
		return;
	json_object_object_foreach(node.value, key, value) {
		struct plan_action *action = mem_zalloc(sizeof(*action));
		struct node item = node_member(node, key);

		(void)value;
		action->line = item.line;
		action->name = mem_strdup(key);
		PLAN_ADD(plan->actions, action);
		action_read(l, item, action);
	}
}
