#include "load.h"

const struct word basic_words[] = {
	{ "user", read_plain, offsetof(struct plan_auth, user), "the user's name" },
	{ "password", read_plain, offsetof(struct plan_auth, password), "the password; none is an empty one" },
	{ NULL }
};

const struct word token_words[] = {
	{ "token", read_pointer, offsetof(struct plan_auth, token), "where the token stands; \"\": the reply is the token" },
	{ "expires", read_pointer, offsetof(struct plan_auth, expires), "where its life stands, in seconds or as a time" },
	{ "keep", read_span, offsetof(struct plan_auth, keep_ms), "how long it is good when the reply does not say" },
	{ NULL }
};

const struct word login_words[] = {
	{ "cookie", read_text, offsetof(struct plan_auth, cookie), "the cookie that is the token" },
	{ "header", read_header_word, offsetof(struct plan_auth, header), "the header that carries the token: Authorization" },
	{ "value", read_header, offsetof(struct plan_auth, value), "its value: \"Bearer <token>\"" },
	{ NULL }
};

static bool kind_set(struct load *l, struct node node, struct plan_auth *auth, enum auth_kind kind)
{
	if (auth->kind != AUTH_NONE) {
		load_error(l, node.line, "auth: one of bearer, basic, header, oauth2 and login, and this is the second");
		return false;
	}
	auth->kind = kind;
	return true;
}

static void read_bearer(struct load *l, struct node node, void *to)
{
	struct plan_auth *auth = to;

	if (kind_set(l, node, auth, AUTH_BEARER))
		auth->value = template_read(l, node, TEMPLATE_HEADER);
}

static void read_basic(struct load *l, struct node node, void *to)
{
	struct part part = { basic_words, to, NULL };

	if (!kind_set(l, node, to, AUTH_BASIC))
		return;
	block_read(l, node, &part, 1, NULL, "basic");
	if (!((struct plan_auth *)to)->user)
		load_error(l, node.line, "basic: user: is missing");
}

static void read_header_name(struct load *l, struct node node, void *to)
{
	struct plan_auth *auth = to;

	if (kind_set(l, node, auth, AUTH_HEADER))
		read_header_word(l, node, &auth->header);
}

static void read_header_value(struct load *l, struct node node, void *to)
{
	struct plan_auth *auth = to;

	if (auth->kind == AUTH_HEADER)
		auth->value = template_read(l, node, TEMPLATE_HEADER);
	else
		load_error(l, node.line, "auth: value: goes with header:, and there is none");
}

/* A request for a token, and what becomes of it. */
static void read_token_request(struct load *l, struct node node, struct plan_auth *auth, const char *what)
{
	struct plan_request *request = auth->request = mem_zalloc(sizeof(*request));
	struct part parts[] = { { request_words, request, NULL }, { token_words, auth, NULL }, { login_words, auth, NULL } };
	size_t mark = l->n_names;

	name_add(l, "token");
	block_read(l, node, parts, 3, NULL, what);
	l->n_names = mark;
	request->plain = true;
	request_check(l, request, node.line);
	if (!request->method)
		load_error(l, node.line, "%s: the request for the token is missing, such as post: /token", what);
}

static struct pointer *pointer_default(const char *text)
{
	return pointer_new(str_of(text), NULL);
}

static void read_oauth2(struct load *l, struct node node, void *to)
{
	struct plan_auth *auth = to;

	if (!kind_set(l, node, auth, AUTH_OAUTH2))
		return;
	read_token_request(l, node, auth, "oauth2");
	if (!auth->token)
		auth->token = pointer_default("/access_token");
	if (!auth->expires)
		auth->expires = pointer_default("/expires_in");
}

static void read_login(struct load *l, struct node node, void *to)
{
	struct plan_auth *auth = to;

	if (!kind_set(l, node, auth, AUTH_LOGIN))
		return;
	read_token_request(l, node, auth, "login");
	if (!auth->token && !auth->cookie)
		load_error(l, node.line, "login: where is the token? token: /pointer, token: \"\" for a bare one, or cookie: NAME");
}

const struct word auth_words[] = {
	{ "bearer", read_bearer, 0, "a token in the Authorization header" },
	{ "basic", read_basic, 0, "user and password" },
	{ "header", read_header_name, 0, "a header of the backend's own; value: is what it holds" },
	{ "value", read_header_value, 0, "what the header holds" },
	{ "oauth2", read_oauth2, 0, "a token by client credentials" },
	{ "login", read_login, 0, "a token by a request of the backend's own" },
	{ NULL }
};

static void auth_defaults(struct plan_auth *auth)
{
	if (!auth->header && auth->kind != AUTH_NONE)
		auth->header = mem_strdup("Authorization");
	if (!auth->value && (auth->kind == AUTH_OAUTH2 || (auth->kind == AUTH_LOGIN && !auth->cookie)))
		auth->value = template_new(STR("Bearer <token>"), TEMPLATE_HEADER, NULL);
}

void read_auth(struct load *l, struct node node, void *to)
{
	struct plan_auth *auth = to;
	struct part part = { auth_words, auth, NULL };

	l->login = true;
	block_read(l, node, &part, 1, NULL, "auth");
	l->login = false;
	if (auth->kind == AUTH_HEADER && !auth->value)
		load_error(l, node.line, "auth: value: is missing, what the header holds");
	auth_defaults(auth);
}

static void read_as_name(struct load *l, struct node node, void *to)
{
	read_header(l, node, to);
	header_name_check(l, node.line, node_text(node));
}

const struct word header_words[] = {
	{ "header", read_as_name, offsetof(struct plan_param, name), "the header's name" },
	{ "value", read_expr, offsetof(struct plan_param, value), "what it holds" },
	{ NULL }
};

void read_as(struct load *l, struct node node, void *to)
{
	struct plan_param *param = mem_zalloc(sizeof(*param));
	struct part part = { header_words, param, NULL };

	*(struct plan_param **)to = param;
	block_read(l, node, &part, 1, NULL, "a header");
	if (!param->name || !param->value)
		load_error(l, node.line, "header: and value: both are needed, such as {header: From, value: \"<agent.email>\"}");
}

const struct word ping_words[] = {
	{ "who", read_expr, offsetof(struct plan, ping_who), "as whom, in its reply" },
	{ NULL }
};

void read_ping(struct load *l, struct node node, void *to)
{
	struct plan *plan = to;
	struct plan_request *request = plan->ping = mem_zalloc(sizeof(*request));
	struct part parts[] = { { request_words, request, NULL }, { ping_words, plan, NULL } };

	block_read(l, node, parts, 2, NULL, "ping");
	request_check(l, request, node.line);
	if (!request->method)
		load_error(l, node.line, "ping: says what it asks: get: /path");
}
