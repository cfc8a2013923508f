#include <dossier/base/yaml.h>

#include "load.h"

static void method_read(struct load *l, struct node node, struct plan_request *request, const char *method)
{
	struct template *path = template_read(l, node, TEMPLATE_PATH);
	const char *text = path ? template_text(path) : NULL;

	if (request->method) {
		load_error(l, node.line, "a request has one of get, post, put, patch and delete, and this is its second");
		template_free(path);
		return;
	}
	request->method = mem_strdup(method);
	request->path = path;
	if (text && *text != '/' && *text != '<')
		load_error(l, node.line, "\"%s\" must start with /: it follows the base address of the settings", text);
}

static void read_get(struct load *l, struct node node, void *to)
{
	method_read(l, node, to, "GET");
}

static void read_post(struct load *l, struct node node, void *to)
{
	method_read(l, node, to, "POST");
}

static void read_put(struct load *l, struct node node, void *to)
{
	method_read(l, node, to, "PUT");
}

static void read_patch(struct load *l, struct node node, void *to)
{
	method_read(l, node, to, "PATCH");
}

static void read_delete(struct load *l, struct node node, void *to)
{
	method_read(l, node, to, "DELETE");
}

static void param_free(struct plan_param *param)
{
	template_free(param->name);
	expr_free(param->value);
}

void read_params(struct load *l, struct node node, void *to)
{
	if (!node_expect(l, node, json_type_object, "names and their values"))
		return;
	json_object_object_foreach(node.value, key, value) {
		struct node name = { json_object_new_string(key), yaml_mark_key(node.value, key).line };
		struct plan_param param = { 0 };

		(void)value;
		param.name = template_read(l, name, TEMPLATE_PLAIN);
		param.value = expr_read(l, node_member(node, key));
		json_object_put(name.value);
		if (param.name && param.value) {
			param.keep_empty = param.value->empty_is_value;
			list_add(to, &param, sizeof(param));
		} else {
			param_free(&param);
		}
	}
}

/* What a placeholder brings is looked at when it is there. */
bool header_name_check(struct load *l, int line, const char *name)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-.^_`|~";

	if (!name || strchr(name, '<') || (*name && !name[strspn(name, letters)]))
		return true;
	load_error(l, line, "\"%s\" is no name of a header: letters, digits and - are, such as X-Api-Key", name);
	return false;
}

void read_headers(struct load *l, struct node node, void *to)
{
	read_params(l, node, to);
	if (!node_is(node, json_type_object))
		return;
	json_object_object_foreach(node.value, key, value) {
		(void)value;
		header_name_check(l, yaml_mark_key(node.value, key).line, key);
	}
}

void read_header_word(struct load *l, struct node node, void *to)
{
	read_text(l, node, to);
	header_name_check(l, node.line, node_text(node));
}

static struct plan_body_node *body_read(struct load *l, struct node node);

static void body_member(struct load *l, struct plan_body_node *body, const char *name, struct node node)
{
	struct plan_body_member member = { name ? mem_strdup(name) : NULL, body_read(l, node), false };

	member.keep_empty = member.node->kind == BODY_VALUE && member.node->value && member.node->value->empty_is_value;
	PLAN_ADD(body->members, member);
}

/* Maps are JSON objects here; {"=": {...}} is the way to a map that is a value. */
static struct plan_body_node *body_read(struct load *l, struct node node)
{
	struct plan_body_node *body = mem_zalloc(sizeof(*body));

	if (!node.value) {
		body->value = mem_zalloc(sizeof(*body->value));
		body->value->kind = EXPR_CONST;
		body->value->line = node.line;
		return body;
	}
	if (!load_enter(l, node.line))
		return body;
	if (node_is(node, json_type_object) && json_object_object_length(node.value) == 1 && node_has(node, "=")) {
		body->value = expr_read(l, node_member(node, "="));
	} else if (node_is(node, json_type_object)) {
		body->kind = BODY_MAP;
		json_object_object_foreach(node.value, key, value) {
			(void)value;
			body_member(l, body, key, node_member(node, key));
		}
	} else if (node_is(node, json_type_array)) {
		body->kind = BODY_LIST;
		for (size_t i = 0; i < node_count(node); i++)
			body_member(l, body, NULL, node_item(node, i));
	} else {
		body->value = expr_read(l, node);
	}
	load_leave(l);
	return body;
}

static void read_json(struct load *l, struct node node, void *to)
{
	*(struct plan_body_node **)to = body_read(l, node);
}

static void read_raw(struct load *l, struct node node, void *to)
{
	*(struct template **)to = template_read(l, node, TEMPLATE_JSON);
}

static void page_kind(struct load *l, struct node node, struct plan_page *page, enum page_kind kind)
{
	if (page->kind != PAGE_NONE)
		load_error(l, node.line, "pages go by one of number, offset, next, cursor, link and last, and this is the second");
	page->kind = kind;
}

static void read_page_number(struct load *l, struct node node, void *to)
{
	page_kind(l, node, to, PAGE_NUMBER);
	read_text(l, node, &((struct plan_page *)to)->param);
}

static void read_page_offset(struct load *l, struct node node, void *to)
{
	page_kind(l, node, to, PAGE_OFFSET);
	read_text(l, node, &((struct plan_page *)to)->param);
}

static void read_page_next(struct load *l, struct node node, void *to)
{
	page_kind(l, node, to, PAGE_NEXT);
	read_pointer(l, node, &((struct plan_page *)to)->next);
}

static void read_page_cursor(struct load *l, struct node node, void *to)
{
	page_kind(l, node, to, PAGE_CURSOR);
	read_pointer(l, node, &((struct plan_page *)to)->next);
}

static void read_page_last(struct load *l, struct node node, void *to)
{
	page_kind(l, node, to, PAGE_LAST);
	read_pointer(l, node, &((struct plan_page *)to)->next);
}

static void read_page_link(struct load *l, struct node node, void *to)
{
	page_kind(l, node, to, PAGE_LINK);
	read_text(l, node, &((struct plan_page *)to)->link);
}

static void read_page_of(struct load *l, struct node node, void *to)
{
	struct plan_page *page = to;

	read_count(l, node, &page->size);
	page->send_size = page->size > 0;
}

const struct word page_words[] = {
	{ "number", read_page_number, 0, "the name that takes the page's number" },
	{ "offset", read_page_offset, 0, "the name that takes how many to skip" },
	{ "next", read_page_next, 0, "where the next page's address stands" },
	{ "cursor", read_page_cursor, 0, "where the next page's token stands" },
	{ "last", read_page_last, 0, "where an element's id stands, which the next page follows" },
	{ "link", read_page_link, 0, "the relation in the Link header: next" },
	{ "to", read_text, offsetof(struct plan_page, param), "the name that takes the cursor or the id" },
	{ "size", read_text, offsetof(struct plan_page, size_param), "the name that takes the size of a page" },
	{ "limit", read_text, offsetof(struct plan_page, size_param), "the same beside offset" },
	{ "of", read_page_of, 0, "how many elements a page has" },
	{ "start", read_whole, offsetof(struct plan_page, start), "the first page's number" },
	{ "total", read_pointer, offsetof(struct plan_page, total), "where the number of all elements stands" },
	{ "pages", read_pointer, offsetof(struct plan_page, pages), "where the number of all pages stands" },
	{ "more", read_pointer, offsetof(struct plan_page, more), "what must be true for a further page" },
	{ "most", read_count, offsetof(struct plan_page, max_pages), "how many pages at most" },
	{ "stop", read_expr, offsetof(struct plan_page, stop_before), "an element's time: older ones than asked for end it" },
	{ NULL }
};

static void read_page(struct load *l, struct node node, void *to)
{
	struct plan_page *page = to;
	struct part part = { page_words, page, l->fetch };

	page->start = -1;
	block_read(l, node, &part, 1, NULL, "page");
	if (page->start < 0)
		page->start = page->kind == PAGE_NUMBER;
	if (page->kind == PAGE_NONE)
		load_error(l, node.line, "page: one of number, offset, next, cursor, link and last is missing");
	if ((page->kind == PAGE_CURSOR || page->kind == PAGE_LAST) && !page->param)
		load_error(l, node.line, "page: to: is missing, the name that takes it (or a pointer into the JSON body)");
	if (page->send_size && !page->size_param)
		load_error(l, node.line, "page: of: needs size: or limit:, the name that takes it");
}

static void read_errors_here(struct load *l, struct node node, void *to);

const struct word request_words[] = {
	{ "get", read_get, 0, "a path that is read" },
	{ "post", read_post, 0, "a path that is posted to" },
	{ "put", read_put, 0, "a path that is put to" },
	{ "patch", read_patch, 0, "a path that is patched" },
	{ "delete", read_delete, 0, "a path that is deleted" },
	{ "query", read_params, offsetof(struct plan_request, query), "names and values behind the ?" },
	{ "headers", read_headers, offsetof(struct plan_request, headers), "headers of this request" },
	{ "form", read_params, offsetof(struct plan_request, form), "a body of names and values" },
	{ "json", read_json, offsetof(struct plan_request, json), "a body in JSON" },
	{ "body", read_raw, offsetof(struct plan_request, raw), "a body as text" },
	{ "none", read_statuses, offsetof(struct plan_request, none), "statuses that mean: nobody here" },
	{ "ok", read_statuses, offsetof(struct plan_request, ok), "statuses that are good" },
	{ "error", read_errors_here, 0, "where an error stands in a reply of any status" },
	{ "page", read_page, offsetof(struct plan_request, page), "how the further pages are asked for" },
	{ "plain", read_bool, offsetof(struct plan_request, plain), "without the connector's headers and credentials" },
	{ NULL }
};

const struct word error_words[] = {
	{ "message", read_pointers, 0, "where the text of an error stands" },
	{ "always", read_bool, 0, "whether it may stand in a good reply too" },
	{ NULL }
};

static const char *const error_keys[] = { "message", "always", NULL };

/* error: /message, a list of them, or {message: ...} */
static void errors_read(struct load *l, struct node node, void *pointers, bool *always)
{
	if (!node_is(node, json_type_object)) {
		read_pointers(l, node, pointers);
		return;
	}
	json_object_object_foreach(node.value, key, value) {
		(void)value;
		if (!strcmp(key, "message"))
			read_pointers(l, node_member(node, key), pointers);
		else if (!strcmp(key, "always") && always)
			read_bool(l, node_member(node, key), always);
		else
			unknown_word(l, yaml_mark_key(node.value, key).line, key, error_keys, "error");
	}
}

static void read_errors_here(struct load *l, struct node node, void *to)
{
	struct plan_request *request = to;

	errors_read(l, node, &request->errors, NULL);
}

void read_errors(struct load *l, struct node node, void *to)
{
	struct plan *plan = to;

	errors_read(l, node, &plan->errors, &plan->errors_always);
}

/* The size of a page is what the request says it is. */
static void page_size(struct plan_request *request)
{
	struct plan_page *page = &request->page;
	struct str name;

	for (size_t i = 0; page->size_param && !page->size && i < request->query.n; i++) {
		const struct plan_param *param = &request->query.items[i];

		if (template_literal(param->name, &name) && str_is(name, page->size_param) && param->value->kind == EXPR_CONST)
			page->size = json_object_get_int64(param->value->constant);
	}
	if (page->size < 0)
		page->size = 0;
}

void request_check(struct load *l, struct plan_request *request, int line)
{
	int bodies = (request->json != NULL) + (request->raw != NULL) + (request->form.n > 0);

	request->line = line;
	page_size(request);
	if (bodies > 1)
		load_error(l, line, "a request has one of json, form and body");
	if (bodies && request->method && !strcmp(request->method, "GET"))
		load_error(l, line, "a get carries no body: put the values into query:, or use post:");
}

void read_request(struct load *l, struct node node, void *to)
{
	struct plan_request *request = mem_zalloc(sizeof(*request));
	struct part part = { request_words, request, l->fetch };

	*(struct plan_request **)to = request;
	block_read(l, node, &part, 1, NULL, "a request");
	request_check(l, request, node.line);
	if (!request->method)
		load_error(l, node.line, "a request says what it asks: get: /path, or post, put, patch or delete");
}
