#include <stdlib.h>
#include <string.h>

#include <dossier/base/mem.h>

#include "http_private.h"

/* Headers that frame a request belong to the engine: a second one would smuggle. */
static const char *const own_headers[] = {
	"content-length", "transfer-encoding", "connection", "host", "expect", "te", "trailer", "upgrade", "keep-alive",
};

static bool is_token_char(unsigned char c)
{
	return isalnum(c) || (c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

static bool is_token(const char *text)
{
	if (text == NULL || *text == '\0')
		return false;
	for (; *text != '\0'; text++)
		if (!is_token_char((unsigned char)*text))
			return false;
	return true;
}

bool http_method_ok(const char *method)
{
	return is_token(method) && strlen(method) <= 20;
}

static bool header_ok(const struct http_header *header, struct err *err)
{
	if (!is_token(header->name))
		return err_set(err, ERR_USAGE, "a header's name must be a word such as Accept");
	for (size_t i = 0; i < sizeof(own_headers) / sizeof(own_headers[0]); i++)
		if (strcasecmp(header->name, own_headers[i]) == 0)
			return err_set(err, ERR_USAGE, "the header %s cannot be set: it belongs to the transport", header->name);
	for (const char *p = header->value != NULL ? header->value : ""; *p != '\0'; p++)
		if (((unsigned char)*p < 0x20 && *p != '\t') || *p == 0x7f)
			return err_set(err, ERR_USAGE, "the value of the header %s holds a line break or a control character",
				       header->name);
	return true;
}

static bool add_line(struct http_call *call, const char *line)
{
	struct curl_slist *list = curl_slist_append(call->headers, line);

	if (list == NULL)
		return false;
	call->headers = list;
	return true;
}

static bool has_header(const struct http_request *request, const char *name)
{
	for (size_t i = 0; i < request->n_headers; i++)
		if (request->headers[i].name != NULL && strcasecmp(request->headers[i].name, name) == 0)
			return true;
	return false;
}

bool http_headers_make(struct http_call *call, const struct http_request *request, struct err *err)
{
	bool added = true;

	for (size_t i = 0; i < request->n_headers; i++) {
		const struct http_header *header = &request->headers[i];
		char *line;

		if (!header_ok(header, err))
			return false;
		/* curl's way to write a header without a value is a semicolon */
		line = header->value == NULL || header->value[strspn(header->value, " \t")] == '\0' ?
			mem_concat(header->name, ";", NULL) : mem_concat(header->name, ": ", header->value, NULL);
		added = add_line(call, line) && added;
		mem_wipe(line, strlen(line));
		free(line);
	}
	if (request->body == NULL && strcmp(call->method, "GET") == 0)
		return added || err_set(err, ERR_LIMIT, "no memory for the headers");
	/* Without these curl would wait a second before a large body, and call every body a form. */
	added = add_line(call, "Expect:") && added;
	if (!has_header(request, "Content-Type"))
		added = add_line(call, "Content-Type:") && added;
	return added || err_set(err, ERR_LIMIT, "no memory for the headers");
}

void http_head_clear(struct http_call *call)
{
	buf_reset(&call->head);
	call->head_bytes = 0;
	call->head_done = false;
	call->status = 0;
	call->type[0] = '\0';
}

/* "HTTP/1.1 200 OK" and "HTTP/2 200" */
static int status_of(const char *line, size_t n)
{
	const char *p = memchr(line, ' ', n);
	int status = 0;

	for (p = p != NULL ? p + 1 : line + n; p < line + n && *p >= '0' && *p <= '9' && status < 1000; p++)
		status = status * 10 + (*p - '0');
	return status;
}

static void keep_type(struct http_call *call)
{
	const char *value = http_header(call, "content-type");
	size_t n = value != NULL ? strcspn(value, "; \t") : 0;

	if (n >= sizeof(call->type))
		n = sizeof(call->type) - 1;
	for (size_t i = 0; i < n; i++)
		call->type[i] = (char)tolower((unsigned char)value[i]);
	call->type[n] = '\0';
}

bool http_head_line(struct http_call *call, const char *line, size_t n, int64_t max, struct err *err)
{
	char text[32];

	if (call->head_done && call->status >= 200)
		return true;    /* a trailer says nothing that we use */
	if (n >= 5 && memcmp(line, "HTTP/", 5) == 0) {
		size_t before = call->head_bytes;

		http_head_clear(call);
		call->head_bytes = before;
		call->status = status_of(line, n);
	}
	call->head_bytes += n;
	if (call->head_bytes > (size_t)max)
		return err_set(err, ERR_LIMIT, "%s: the reply's headers are larger than %s bytes", call->peer->options.id,
			       http_say_count((uint64_t)max, text));
	while (n > 0 && strchr("\r\n \t", line[n - 1]) != NULL && line[n - 1] != '\0')
		n--;
	if (n == 0) {
		call->head_done = true;
		keep_type(call);
		return true;
	}
	if (memchr(line, '\0', n) == NULL && memchr(line, ':', n) != NULL) {
		buf_add(&call->head, line, n);
		buf_addc(&call->head, '\0');
	}
	return true;
}

const char *http_header(const struct http_call *call, const char *name)
{
	size_t want = strlen(name);
	const char *p = call->head.data, *end = p != NULL ? p + call->head.len : NULL;

	for (; p != NULL && p < end; p += strlen(p) + 1) {
		if (strncasecmp(p, name, want) == 0 && p[want] == ':') {
			p += want + 1;
			return p + strspn(p, " \t");
		}
	}
	return NULL;
}
