#include "request.h"

#include <dossier/base/mem.h>

#define URL_MAX (64 * 1024)
#define BODY_MAX (16 * 1024 * 1024)
#define VALUE_MAX (1024 * 1024)
#define MASKED "***"

void pairs_add(struct wire_pairs *pairs, const char *name, const char *value, size_t n)
{
	MEM_ROOM(pairs->items, pairs->n, pairs->cap);
	pairs->items[pairs->n++] = (struct wire_pair){ mem_strdup(name), mem_strndup(value, n), n };
}

void pairs_set(struct wire_pairs *pairs, const char *name, const char *value, size_t n)
{
	for (size_t i = 0; i < pairs->n; i++)
		if (!strcasecmp(pairs->items[i].name, name)) {
			free(pairs->items[i].value);
			pairs->items[i].value = mem_strndup(value, n);
			pairs->items[i].n = n;
			return;
		}
	pairs_add(pairs, name, value, n);
}

const char *pairs_get(const struct wire_pairs *pairs, const char *name)
{
	for (size_t i = 0; i < pairs->n; i++)
		if (!strcasecmp(pairs->items[i].name, name))
			return pairs->items[i].value;
	return NULL;
}

void pairs_release(struct wire_pairs *pairs)
{
	for (size_t i = 0; i < pairs->n; i++) {
		free(pairs->items[i].name);
		mem_wipe(pairs->items[i].value, pairs->items[i].n);
		free(pairs->items[i].value);
	}
	free(pairs->items);
	*pairs = (struct wire_pairs){ 0 };
}

void wire_release(struct wire *wire)
{
	free(wire->url);
	free(wire->target);
	free(wire->replay_key);
	pairs_release(&wire->headers);
	buf_release(&wire->body);
	*wire = (struct wire){ 0 };
}

void url_escape(struct buf *out, const char *text, size_t n)
{
	static const char hex[] = "0123456789ABCDEF";

	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)text[i];

		if (isalnum(c) || c == '-' || c == '.' || c == '_' || c == '~') {
			buf_addc(out, (char)c);
		} else {
			buf_addc(out, '%');
			buf_addc(out, hex[c >> 4]);
			buf_addc(out, hex[c & 15]);
		}
	}
}

/* What one making of a request sees; a masked one leaves secrets, now and uuid out. */
struct maker {
	struct backend *backend;
	const struct plan_request *plan;
	const struct wire_page *page;
	struct scope scope;
	bool missing;
	struct err *err;
};

static struct json_object *value_of(struct maker *m, const struct expr *expr, bool *ok)
{
	struct json_object *value;
	struct err err = { 0 };

	if (expr->kind != EXPR_TEMPLATE)
		return expr_value(expr, &m->scope, NULL);
	value = template_value(expr->template, &m->scope, &err);
	if (err.code != ERR_NONE) {
		*m->err = err;
		*ok = false;
	}
	return value;
}

static bool is_empty(struct json_object *value)
{
	switch (json_object_get_type(value)) {
	case json_type_null:
		return true;
	case json_type_string:
		return json_object_get_string_len(value) == 0;
	case json_type_array:
		return json_object_array_length(value) == 0;
	case json_type_object:
		return json_object_object_length(value) == 0;
	default:
		return false;
	}
}

static bool text_of(struct json_object *value, struct buf *out)
{
	struct buf tmp;
	struct str text;
	bool ok;

	buf_init(&tmp, 4096);
	ok = json_text(value, &tmp, &text);
	if (ok)
		buf_addstr(out, text);
	else if (value)
		json_write(out, value);
	buf_release(&tmp);
	return ok;
}

/* A list repeats the name. */
static void param_value(struct wire_pairs *pairs, const char *name, struct json_object *value)
{
	bool list = json_object_is_type(value, json_type_array);
	size_t n = list ? json_object_array_length(value) : 1;
	struct buf text;

	buf_init(&text, VALUE_MAX);
	for (size_t i = 0; i < n; i++) {
		buf_reset(&text);
		text_of(list ? json_object_array_get_idx(value, i) : value, &text);
		pairs_add(pairs, name, text.len ? text.data : "", text.len);
	}
	buf_release(&text);
}

static bool params_make(struct maker *m, const struct plan_param *params, size_t n, struct wire_pairs *pairs)
{
	bool ok = true;

	for (size_t i = 0; i < n && ok; i++) {
		struct json_object *value = value_of(m, params[i].value, &ok);
		struct buf name;
		bool missing = false;

		buf_init(&name, 4096);
		ok = ok && template_eval(params[i].name, &m->scope, &name, &missing, m->err);
		if (ok && name.len && (params[i].keep_empty || !is_empty(value)))
			param_value(pairs, name.data, value);
		buf_release(&name);
		json_object_put(value);
	}
	return ok;
}

static void pairs_query(struct buf *out, const struct wire_pairs *pairs)
{
	for (size_t i = 0; i < pairs->n; i++) {
		if (i)
			buf_addc(out, '&');
		url_escape(out, pairs->items[i].name, strlen(pairs->items[i].name));
		buf_addc(out, '=');
		url_escape(out, pairs->items[i].value, pairs->items[i].n);
	}
}

/* A path that is one placeholder may hold a whole address out of a reply. */
static bool path_make(struct maker *m, struct buf *path)
{
	const char *written = template_text(m->plan->path);
	bool missing = false;

	if (written[0] == '<' && written[1] != '<') {
		struct json_object *value = template_value(m->plan->path, &m->scope, m->err);
		struct buf text;
		bool whole;

		err_clear(m->err);
		buf_init(&text, URL_MAX);
		whole = value && text_of(value, &text) && text.len &&
			(text.data[0] == '/' || str_starts(buf_str(&text), "http://") ||
			 str_starts(buf_str(&text), "https://"));
		if (whole)
			buf_addstr(path, buf_str(&text));
		buf_release(&text);
		json_object_put(value);
		if (whole)
			return true;
	}
	if (!template_eval(m->plan->path, &m->scope, path, &missing, m->err))
		return false;
	m->missing = m->missing || missing;
	return true;
}

static struct json_object *node_value(struct maker *m, const struct plan_body_node *node, bool *ok)
{
	struct json_object *out;

	if (node->kind == BODY_VALUE)
		return value_of(m, node->value, ok);
	out = node->kind == BODY_MAP ? json_object_new_object() : json_object_new_array();
	for (size_t i = 0; i < node->members.n && *ok; i++) {
		const struct plan_body_member *member = &node->members.items[i];
		struct json_object *value = node_value(m, member->node, ok);
		bool drop = is_empty(value) && !member->keep_empty;

		if (drop && value && member->node->kind != BODY_VALUE && member->node->members.n == 0)
			drop = false;   /* written empty on purpose */
		if (drop) {
			json_object_put(value);
		} else if (node->kind == BODY_MAP) {
			json_object_object_add(out, member->name, value);
		} else {
			json_object_array_add(out, value);
		}
	}
	return out;
}

/* Sets the member at a pointer of plain names, making the objects on the way. */
static void body_set(struct json_object *root, const char *pointer, struct json_object *value)
{
	struct json_object *at = root;

	while (at && json_object_is_type(at, json_type_object) && *pointer == '/') {
		size_t n = strcspn(++pointer, "/");
		char *name = mem_strndup(pointer, n);
		struct json_object *next = NULL;

		pointer += n;
		if (*pointer != '/') {
			json_object_object_add(at, name, json_object_get(value));
		} else if (!json_object_object_get_ex(at, name, &next) || !next) {
			next = json_object_new_object();
			json_object_object_add(at, name, next);
		}
		free(name);
		at = next;
	}
}

static bool json_body(struct maker *m, struct wire *wire)
{
	bool ok = true;
	struct json_object *root = node_value(m, m->plan->json, &ok);

	for (size_t i = 0; ok && m->page && i < m->page->n; i++)
		if (m->page->members[i].name[0] == '/')
			body_set(root, m->page->members[i].name, m->page->members[i].value);
	if (ok)
		json_write(&wire->body, root);
	json_object_put(root);
	wire->has_body = true;
	if (!pairs_get(&wire->headers, "Content-Type"))
		pairs_add(&wire->headers, "Content-Type", "application/json", 16);
	return ok;
}

static bool body_make(struct maker *m, struct wire *wire)
{
	const struct plan_request *plan = m->plan;
	struct wire_pairs form = { 0 };
	bool ok = true, missing = false;

	if (plan->json)
		return json_body(m, wire);
	if (plan->raw) {
		wire->has_body = true;
		return template_eval(plan->raw, &m->scope, &wire->body, &missing, m->err);
	}
	if (!plan->form.n)
		return true;
	ok = params_make(m, plan->form.items, plan->form.n, &form);
	pairs_query(&wire->body, &form);
	pairs_release(&form);
	wire->has_body = true;
	if (!pairs_get(&wire->headers, "Content-Type"))
		pairs_add(&wire->headers, "Content-Type", "application/x-www-form-urlencoded", 33);
	return ok;
}

static bool query_make(struct maker *m, struct buf *out)
{
	struct wire_pairs query = { 0 };
	bool ok = params_make(m, m->plan->query.items, m->plan->query.n, &query);

	for (size_t i = 0; ok && m->page && i < m->page->n; i++) {
		const struct wire_member *member = &m->page->members[i];
		struct buf text;

		if (member->name[0] == '/')
			continue;
		buf_init(&text, VALUE_MAX);
		text_of(member->value, &text);
		pairs_set(&query, member->name, text.len ? text.data : "", text.len);
		buf_release(&text);
	}
	if (ok && query.n) {
		buf_addc(out, out->data && strchr(out->data, '?') ? '&' : '?');
		pairs_query(out, &query);
	}
	pairs_release(&query);
	return ok;
}

/* Path and query into an address of this backend; one of another place is brought home or refused. */
static bool address_make(struct maker *m, struct buf *path, bool foreign_ok, struct wire *wire)
{
	const char *base = m->backend->base;
	struct str made = buf_str(path);
	bool whole = str_starts(made, "http://") || str_starts(made, "https://");

	if (whole && (foreign_ok || m->scope.masked)) {
		wire->foreign = !http_same_origin(base, path->data);
		wire->url = mem_strdup(path->data);
		return true;
	}
	if (whole)
		return http_rebase(base, base, made, &wire->url, m->err);
	if (!made.n || made.p[0] != '/')
		return err_set(m->err, ERR_CONFIG, "%s:%d: the path \"%s\" must start with / or be a whole address",
			       m->backend->plan->file ? m->backend->plan->file : "connector", m->plan->line,
			       template_text(m->plan->path));
	wire->url = mem_concat(base, path->data, NULL);
	return true;
}

static bool make_once(struct maker *m, bool foreign_ok, struct wire *wire)
{
	struct backend *backend = m->backend;
	struct buf path;
	bool ok = true;

	buf_init(&path, URL_MAX);
	buf_init(&wire->body, BODY_MAX);
	wire->method = m->plan->method ? m->plan->method : "GET";
	if (m->page && m->page->url) {
		wire->url = mem_strdup(m->page->url);
	} else {
		ok = path_make(m, &path) && query_make(m, &path);
		if (ok && !m->missing)
			ok = address_make(m, &path, foreign_ok, wire);
	}
	ok = ok && params_make(m, m->plan->headers.items, m->plan->headers.n, &wire->headers);
	ok = ok && body_make(m, wire);
	if (ok && !m->plan->plain)
		for (size_t i = 0; ok && i < backend->plan->headers.n; i++) {
			struct wire_pairs one = { 0 };

			ok = params_make(m, &backend->plan->headers.items[i], 1, &one);
			if (one.n && !pairs_get(&wire->headers, one.items[0].name))
				pairs_add(&wire->headers, one.items[0].name, one.items[0].value, one.items[0].n);
			pairs_release(&one);
		}
	for (size_t i = 0; ok && i < wire->headers.n; i++)
		if (memchr(wire->headers.items[i].value, '\0', wire->headers.items[i].n))
			ok = err_set(m->err, ERR_USAGE, "the header %s would hold a NUL", wire->headers.items[i].name);
	if (ok && !pairs_get(&wire->headers, "Accept"))
		pairs_add(&wire->headers, "Accept", "application/json", 16);
	if (ok && (path.full || wire->body.full))
		ok = err_set(m->err, ERR_LIMIT, "the request to %s would be larger than allowed", template_text(m->plan->path));
	buf_release(&path);
	return ok;
}

static const char *after_host(const char *base, const char *url)
{
	const char *host = strstr(url, "://"), *slash;

	if (!strncmp(url, base, strlen(base)))
		return url + strlen(base);
	slash = host ? strchr(host + 3, '/') : NULL;
	return slash ? slash : url;
}

static int pair_cmp(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* METHOD path?sorted query, then the body: the same for every day and every token. */
static char *replay_key(const char *method, const char *target, struct str body)
{
	char *copy = mem_strdup(target), *query = strchr(copy, '?'), **parts = NULL, *key;
	size_t n = 0, cap = 0;
	struct buf out;

	buf_init(&out, URL_MAX + BODY_MAX);
	if (query)
		*query++ = '\0';
	buf_printf(&out, "%s %s", method, copy);
	while (query) {
		char *end = strchr(query, '&');

		if (end)
			*end++ = '\0';
		MEM_ROOM(parts, n, cap);
		parts[n++] = query;
		query = end;
	}
	if (n)
		qsort(parts, n, sizeof(*parts), pair_cmp);
	for (size_t i = 0; i < n; i++)
		buf_printf(&out, "%c%s", i ? '&' : '?', parts[i]);
	if (body.n) {
		buf_addc(&out, '\n');
		buf_addstr(&out, body);
	}
	key = buf_take(&out);
	free(parts);
	free(copy);
	return key;
}

enum wire_made wire_make(struct backend *backend, const struct plan_request *plan, const struct scope *scope,
			 const struct wire_page *page, bool foreign_ok, struct wire *wire, struct err *err)
{
	bool volatile_used = false;
	struct maker m = { .backend = backend, .plan = plan, .page = page, .scope = *scope, .err = err };
	struct wire shown = { 0 };

	*wire = (struct wire){ 0 };
	m.scope.volatile_used = &volatile_used;
	if (!make_once(&m, foreign_ok, wire))
		return WIRE_FAILED;
	if (m.missing)
		return WIRE_MISSING;
	m.scope.masked = true;
	m.scope.volatile_used = NULL;
	if (volatile_used && make_once(&m, foreign_ok, &shown) && shown.url) {
		wire->target = mem_strdup(after_host(backend->base, shown.url));
		wire->replay_key = replay_key(wire->method, wire->target, buf_str(&shown.body));
	} else {
		wire->target = mem_strdup(volatile_used ? MASKED : after_host(backend->base, wire->url));
	}
	wire_release(&shown);
	return WIRE_MADE;
}

bool error_text(struct json_object *root, struct pointer *const *pointers, size_t n, struct buf *out)
{
	for (size_t i = 0; i < n; i++) {
		struct json_object *value = NULL;

		if (!pointer_get(pointers[i], root, &value) || is_empty(value) ||
		    (json_object_is_type(value, json_type_boolean) && !json_object_get_boolean(value)))
			continue;
		text_of(value, out);
		return true;
	}
	return false;
}
