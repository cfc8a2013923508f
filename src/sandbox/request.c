#include "request.h"

#include <stdarg.h>

#include <dossier/base/json.h>
#include <dossier/base/mem.h>

#include "hostile.h"
#include "make.h"
#include "state.h"
#include "world.h"

const struct backend *const backends[BOX_BACKENDS] = {
	&backend_shop, &backend_till, &backend_phone, &backend_chat, &backend_social,
};

int backend_index(const char *name)
{
	for (int i = 0; i < BOX_BACKENDS; i++)
		if (strcmp(backends[i]->name, name) == 0)
			return i;
	return -1;
}

int64_t box_now(const struct box *box)
{
	return box->world->now + clock_steady(box->clock) - box->started;
}

uint64_t box_seed(const struct box *box)
{
	return box->world->seed;
}

void box_reset(struct box *box)
{
	state_clear(box->state);
	memcpy(box->faults, box->first_faults, sizeof(box->faults));
	box->log_ins = 0;
}

void request_init(struct request *request, struct box *box, const struct backend *backend)
{
	*request = (struct request){ .box = box, .backend = backend, .status = 500, .type = "text/plain" };
	buf_init(&request->body, REQUEST_BODY);
	buf_init(&request->out, 64 << 20);
}

void request_release(struct request *request)
{
	buf_release(&request->body);
	buf_release(&request->out);
	json_object_put(request->doc);
}

/* Takes a path apart by a pattern whose * is one whole segment. */
static bool matches(const char *pattern, const char *path, struct request *request)
{
	size_t n = 0;

	while (*pattern) {
		size_t len;

		if (*pattern != '*') {
			if (*pattern++ != *path++)
				return false;
			continue;
		}
		len = strcspn(path, "/");
		if (len == 0 || len >= sizeof(request->segment[0]) || n == REQUEST_SEGMENTS)
			return false;
		memcpy(request->segment[n], path, len);
		request->segment[n++][len] = '\0';
		path += len;
		pattern++;
		/* "*.json": what follows the star belongs to the same segment */
		if (*pattern && *pattern != '/') {
			size_t tail = strcspn(pattern, "/");
			char *seg = request->segment[n - 1];

			if (len <= tail || strncmp(seg + len - tail, pattern, tail) != 0)
				return false;
			seg[len - tail] = '\0';
			pattern += tail;
		}
	}
	return *path == '\0';
}

static const struct route *route_of(struct request *request)
{
	for (const struct route *route = request->backend->routes; route->method; route++)
		if (strcmp(route->method, request->method) == 0 && matches(route->pattern, request->path, request))
			return route;
	return NULL;
}

void request_answer(struct request *request)
{
	const struct route *route = route_of(request);

	if (request->body.len > 0) {
		struct str text = buf_str(&request->body);

		request->doc = json_parse_whole(text, NULL, NULL);
		request->broken = !request->doc;
	}
	if (!route && !request->backend->unknown)
		reply_text(request, 404, "text/plain", "not found\n");
	else if (route && route->open)
		route->answer(request);
	else if (!request->backend->admits || request->backend->admits(request))
		(route ? route->answer : request->backend->unknown)(request);
}

const char *request_arg(const struct request *request, const char *name)
{
	for (size_t i = 0; i < request->nargs; i++)
		if (strcmp(request->args[i].name, name) == 0)
			return request->args[i].value;
	return NULL;
}

bool request_flag(const struct request *request, const char *name)
{
	const char *value = request_arg(request, name);

	return value && (strcmp(value, "true") == 0 || strcmp(value, "1") == 0);
}

const char *request_host(const struct request *request)
{
	return request->host ? request->host : "127.0.0.1";
}

int64_t request_number(const struct request *request, const char *name, int64_t fallback, int64_t most)
{
	const char *value = request_arg(request, name);
	char *end;
	long long n;

	if (!value)
		return fallback;
	n = strtoll(value, &end, 10);
	if (end == value || *end || n < 0)
		return -1;
	return n > most ? most : n;
}

struct json_object *member(struct json_object *object, const char *name)
{
	struct json_object *value = NULL;

	if (json_object_is_type(object, json_type_object))
		json_object_object_get_ex(object, name, &value);
	return value;
}

const char *member_text(struct json_object *object, const char *name)
{
	struct json_object *value = member(object, name);

	return json_object_is_type(value, json_type_string) ? json_object_get_string(value) : NULL;
}

void reply_json(struct request *request, int status, struct json_object *value)
{
	int index = backend_index(request->backend->name);

	if (index >= 0 && request->box->faults[index].hostile)
		hostile_spoil(value, request->box->world->seed + request->box->faults[index].count);
	request->status = status;
	request->type = "application/json; charset=utf-8";
	buf_reset(&request->out);
	json_write(&request->out, value);
	json_object_put(value);
}

void reply_text(struct request *request, int status, const char *type, const char *text)
{
	request->status = status;
	request->type = type;
	buf_reset(&request->out);
	buf_adds(&request->out, text);
}

void reply_header(struct request *request, const char *name, const char *fmt, ...)
{
	va_list args;

	if (request->nheaders == REQUEST_HEADERS)
		return;
	request->headers[request->nheaders].name = name;
	va_start(args, fmt);
	vsnprintf(request->headers[request->nheaders].value, sizeof(request->headers[0].value), fmt, args);
	va_end(args);
	request->nheaders++;
}

bool request_bearer(const struct request *request, const char *token)
{
	return request->authorization && strncasecmp(request->authorization, "Bearer ", 7) == 0 &&
	       strcmp(request->authorization + 7, token) == 0;
}

static void base64(const char *text, char *out, size_t size)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t n = strlen(text), at = 0;

	for (size_t i = 0; i < n && at + 5 < size; i += 3) {
		unsigned word = (unsigned char)text[i] << 16;

		if (i + 1 < n)
			word |= (unsigned char)text[i + 1] << 8;
		if (i + 2 < n)
			word |= (unsigned char)text[i + 2];
		out[at++] = digits[word >> 18 & 63];
		out[at++] = digits[word >> 12 & 63];
		out[at++] = i + 1 < n ? digits[word >> 6 & 63] : '=';
		out[at++] = i + 2 < n ? digits[word & 63] : '=';
	}
	out[at] = '\0';
}

bool request_basic(const struct request *request, const char *user, const char *password)
{
	char plain[256], coded[400];

	if (!request->authorization || strncasecmp(request->authorization, "Basic ", 6) != 0)
		return false;
	snprintf(plain, sizeof(plain), "%s:%s", user, password);
	base64(plain, coded, sizeof(coded));
	return strcmp(request->authorization + 6, coded) == 0;
}
