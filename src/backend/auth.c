#include "exchange.h"

#include <dossier/base/base64.h>
#include <dossier/base/mem.h>

#define TOKEN_MAX (64 * 1024)
#define KEEP_MS (10 * 60 * 1000)        /* a token whose life nobody told */
#define MASKED "\xe2\x80\xa2\xe2\x80\xa2\xe2\x80\xa2"
#define SECRET_LEAST 12                 /* "token_type": "Bearer" is none */
#define SECRET_DEPTH 4
#define EARLY_MS 5000                   /* renewed this long before its end */

static bool part_make(const struct template *t, const struct scope *scope, struct buf *out, struct err *err)
{
	return !t || template_eval(t, scope, out, NULL, err);
}

static enum auth_made add_header(struct wire_pairs *headers, const char *name, struct buf *value, struct err *err)
{
	if (value->full || memchr(value->data ? value->data : "", '\0', value->len) ||
	    (value->data && strpbrk(value->data, "\r\n"))) {
		err_set(err, ERR_CONFIG, "the secret for the header %s holds a line break or is too long: write it as one line", name);
		return AUTH_FAILED;
	}
	pairs_add(headers, name, value->data ? value->data : "", value->len);
	return AUTH_MADE;
}

static enum auth_made fixed_apply(struct exchange *ex, struct wire_pairs *headers, struct err *err)
{
	const struct plan_auth *auth = &ex->backend->plan->auth;
	const struct scope scope = { .house = &ex->backend->house };
	struct buf text, value;
	enum auth_made made = AUTH_FAILED;
	bool ok;

	buf_init(&text, TOKEN_MAX);
	buf_init(&value, 2 * TOKEN_MAX);
	if (auth->kind == AUTH_BASIC) {
		ok = part_make(auth->user, &scope, &text, err) && buf_addc(&text, ':') && part_make(auth->password, &scope, &text, err);
		buf_adds(&value, "Basic ");
		base64_put(&value, buf_str(&text), 0);
	} else {
		ok = part_make(auth->value, &scope, &text, err);
		if (auth->kind == AUTH_BEARER)
			buf_adds(&value, "Bearer ");
		buf_addstr(&value, buf_str(&text));
	}
	if (ok)
		made = add_header(headers, auth->header ? auth->header : "Authorization", &value, err);
	if (text.data)
		mem_wipe(text.data, text.len);
	if (value.data)
		mem_wipe(value.data, value.len);
	buf_release(&text);
	buf_release(&value);
	return made;
}

/* <token> stands in the header's value; without one it is a bearer, or the cookie itself. */
static enum auth_made token_apply(struct exchange *ex, struct wire_pairs *headers, struct err *err)
{
	struct backend *backend = ex->backend;
	const struct plan_auth *auth = &backend->plan->auth;
	struct vars vars = { 0 };
	const struct scope scope = { .house = &backend->house, .vars = &vars };
	const char *name = auth->header ? auth->header : "Authorization";
	enum auth_made made = AUTH_FAILED;
	struct buf value;
	bool ok = true;

	buf_init(&value, 2 * TOKEN_MAX);
	vars_set_text(&vars, "token", str_of(backend->auth.token));
	if (auth->value) {
		ok = part_make(auth->value, &scope, &value, err);
	} else if (auth->cookie) {
		name = "Cookie";
		buf_printf(&value, "%s=%s", auth->cookie, backend->auth.token);
	} else {
		buf_printf(&value, "Bearer %s", backend->auth.token);
	}
	if (ok)
		made = add_header(headers, name, &value, err);
	ex->generation = backend->auth.generation;
	ex->fresh = false;
	vars_release(&vars);
	buf_release(&value);
	return made;
}

static void drop_token(struct backend *backend)
{
	if (backend->auth.token)
		mem_wipe(backend->auth.token, strlen(backend->auth.token));
	free(backend->auth.token);
	backend->auth.token = NULL;
}

bool auth_has_token(const struct backend *backend)
{
	return backend->plan->auth.kind == AUTH_OAUTH2 || backend->plan->auth.kind == AUTH_LOGIN;
}

void auth_drop(struct backend *backend, unsigned generation)
{
	if (generation == backend->auth.generation)
		drop_token(backend);
}

void auth_leave(struct exchange *ex)
{
	struct exchange **at = &ex->backend->auth.waiters;

	for (; ex->waiting && *at; at = &(*at)->wait_next)
		if (*at == ex) {
			*at = ex->wait_next;
			ex->waiting = false;
			return;
		}
}

/* Everybody who waits goes on, or learns why not. */
static void wake(struct backend *backend, const struct err *err)
{
	struct exchange *ex;

	while ((ex = backend->auth.waiters)) {
		backend->auth.waiters = ex->wait_next;
		ex->waiting = false;
		ex->fresh = true;
		if (err)
			exchange_refuse(ex, err);
		else
			exchange_go(ex);
	}
}

static void login_begin(void *arg)
{
	struct backend *backend = arg;

	buf_reset(&backend->auth.reply);
}

static bool login_data(void *arg, const char *data, size_t n, struct err *err)
{
	struct backend *backend = arg;

	return buf_add(&backend->auth.reply, data, n) || err_set(err, ERR_LIMIT, "the log-in reply is larger than %d bytes", TOKEN_MAX);
}

/* NAME=VALUE; Path=/ ...: http_header knows the first Set-Cookie only. */
static char *cookie_value(const char *header, const char *name)
{
	size_t n = strlen(name);

	while (header && *header) {
		header += strspn(header, " \t,;");
		if (!strncmp(header, name, n) && header[n] == '=')
			return mem_strndup(header + n + 1, strcspn(header + n + 1, ";, "));
		header += strcspn(header, ";,");
	}
	return NULL;
}

static int64_t token_life(struct backend *backend, struct json_object *root)
{
	const struct plan_auth *auth = &backend->plan->auth;
	struct json_object *value = NULL;
	int64_t at, now = clock_wall(backend->house.clock);
	struct buf tmp;
	struct str text;
	int64_t life = auth->keep_ms > 0 ? auth->keep_ms : KEEP_MS;

	if (!auth->expires || !root || !pointer_get(auth->expires, root, &value) || !value)
		return life;
	buf_init(&tmp, 64);
	if (json_text(value, &tmp, &text)) {
		char digits[24], *end;
		double seconds;

		snprintf(digits, sizeof(digits), "%.*s", STR_ARG(text));
		seconds = strtod(digits, &end);
		if (!*end && end != digits && seconds >= 0 && seconds < 1e8)
			life = (int64_t)(seconds * 1000);
		else if (when_parse(text, WHEN_AUTO, NULL, &at, NULL) && at > now)
			life = at - now;
	}
	buf_release(&tmp);
	return life;
}

static char *token_of(struct backend *backend, struct json_object *root)
{
	const struct plan_auth *auth = &backend->plan->auth;
	struct json_object *value = NULL;
	char *token = NULL;
	struct buf tmp;
	struct str text;

	if (auth->cookie)
		return cookie_value(exchange_header(backend->auth.asking, "Set-Cookie"), auth->cookie);
	if (!auth->token || !pointer_get(auth->token, root, &value))
		return NULL;
	buf_init(&tmp, 256);
	if (json_text(value, &tmp, &text) && text.n)
		token = str_dup(text);
	buf_release(&tmp);
	return token;
}

/* A token to renew with, an identity token: they stand in what is captured, and are nobody's business. */
static void secrets_note(struct log *log, const char *name, struct json_object *value, unsigned depth)
{
	static const char *const words[] = { "token", "secret", "password", "session" };

	if (json_object_is_type(value, json_type_object) && depth < SECRET_DEPTH) {
		json_object_object_foreach(value, key, member)
			secrets_note(log, key, member, depth + 1);
	} else if (json_object_is_type(value, json_type_string) && json_object_get_string_len(value) >= SECRET_LEAST) {
		for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
			if (strcasestr(name, words[i])) {
				log_secret(log, str_make(json_object_get_string(value), (size_t)json_object_get_string_len(value)));
				return;
			}
	}
}

static void login_done(void *arg, const struct exchange_end *end)
{
	struct backend *backend = arg;
	struct err err = { 0 };
	struct json_object *root;

	if (end->how != EXCHANGE_OK) {
		backend->auth.asking = NULL;
		err = end->err;
		if (end->how == EXCHANGE_NONE)
			err_set(&err, ERR_AUTH, "%s: the log-in gave no token (%d)", backend->id, end->status);
		else if (end->status >= 400 && end->status < 500)
			err.code = ERR_AUTH;
		wake(backend, &err);
		return;
	}
	root = backend->auth.reply.len ? json_parse_whole(buf_str(&backend->auth.reply), NULL, NULL) : NULL;
	drop_token(backend);
	secrets_note(backend->log, "", root, 0);
	backend->auth.token = token_of(backend, root);
	backend->auth.asking = NULL;
	backend->auth.generation++;
	backend->auth.good_until = clock_steady(backend->house.clock) + token_life(backend, root) - EARLY_MS;
	json_object_put(root);
	if (backend->auth.reply.data)
		mem_wipe(backend->auth.reply.data, backend->auth.reply.len);
	buf_reset(&backend->auth.reply);
	if (!backend->auth.token) {
		struct buf advice;

		buf_init(&advice, 300);
		auth_advice(backend, &advice);
		err_set(&err, ERR_AUTH, "%s: the log-in reply holds no token where the connector looks for it: %.*s", backend->id,
			STR_ARG(buf_str(&advice)));
		buf_release(&advice);
		wake(backend, &err);
		return;
	}
	if (strcmp(backend->auth.token, MASKED))        /* a replayed reply has no secret left in it */
		log_secret(backend->log, str_of(backend->auth.token));
	wake(backend, NULL);
}

static bool login_start(struct backend *backend, struct err *err)
{
	const struct scope scope = { .house = &backend->house };
	const struct exchange_sink sink = { login_begin, login_data, login_done, backend };
	struct wire wire;

	if (!backend->plan->auth.request)
		return err_set(err, ERR_CONFIG, "%s: the connector does not say how to log in", backend->id);
	buf_release(&backend->auth.reply);
	buf_init(&backend->auth.reply, TOKEN_MAX);
	if (wire_make(backend, backend->plan->auth.request, &scope, NULL, true, &wire, err) != WIRE_MADE) {
		wire_release(&wire);
		if (err->code == ERR_NONE)
			err_set(err, ERR_CONFIG, "%s: a value for the log-in is missing", backend->id);
		return false;
	}
	backend->auth.asking = exchange_start(backend, NULL, backend->plan->auth.request, &wire, "log in",
					      backend->plan->auth.cookie != NULL, &sink);
	return true;
}

enum auth_made auth_apply(struct exchange *ex, struct wire_pairs *headers, struct err *err)
{
	struct backend *backend = ex->backend;

	if (backend->plan->auth.kind == AUTH_NONE || ex == backend->auth.asking)
		return AUTH_MADE;
	if (!auth_has_token(backend))
		return fixed_apply(ex, headers, err);
	if (backend->auth.token && (clock_steady(backend->house.clock) < backend->auth.good_until || ex->fresh))
		return token_apply(ex, headers, err);
	if (!backend->auth.asking && !login_start(backend, err))
		return AUTH_FAILED;
	ex->wait_next = backend->auth.waiters;
	backend->auth.waiters = ex;
	ex->waiting = true;
	return AUTH_WAITS;
}

void auth_release(struct backend *backend)
{
	if (backend->auth.asking)
		exchange_cancel(backend->auth.asking);
	backend->auth.asking = NULL;
	drop_token(backend);
	buf_release(&backend->auth.reply);
}

static bool is_of_login(const struct plan_setting *setting)
{
	return setting->secret || setting->login;
}

void auth_advice(const struct backend *backend, struct buf *out)
{
	size_t left = 0, told = 0;

	for (size_t i = 0; i < backend->plan->settings.n; i++)
		left += is_of_login(&backend->plan->settings.items[i]);
	buf_adds(out, "check ");
	for (size_t i = 0; i < backend->plan->settings.n; i++) {
		const struct plan_setting *setting = &backend->plan->settings.items[i];

		if (!is_of_login(setting))
			continue;
		buf_printf(out, "%ssettings.%s", !told ? "" : left > 1 ? ", " : " and ", setting->name);
		told++;
		left--;
	}
	if (!told)
		buf_adds(out, "the settings");
	buf_printf(out, " of the backend %s", backend->id);
	if (backend->plan->rights && *backend->plan->rights)
		buf_printf(out, " (it needs: %s)", backend->plan->rights);
}
