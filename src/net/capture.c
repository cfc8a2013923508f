#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <dossier/base/base64.h>
#include <dossier/base/mem.h>
#include <dossier/base/text.h>

#include "replay.h"

#define REPLAY_LINE 76

#define CAPTURE_BODY_SHOWN 1000
#define CAPTURE_KEY_MAX (32 << 10)

/* Headers that a connector may read; everything else says more about the server than about the exchange. */
static const char *const kept_headers[] = {
	"content-type", "link", "location", "retry-after", "etag", "last-modified", "content-range",
	"x-total-count", "x-total", "x-total-pages", "x-next-page", "x-page", "x-per-page",
};

struct capture {
	struct log *log;
	char *dir, *id, *origin, *name, *key;
	int status;
	struct buf headers, body;
};

static int compare_texts(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void put_sorted_query(struct buf *out, const char *query)
{
	char *copy = mem_strdup(query), *rest = copy, *part, **parts = NULL;
	size_t n = 0, cap = 0;

	while ((part = strsep(&rest, "&")) != NULL) {
		MEM_ROOM(parts, n, cap);
		parts[n++] = part;
	}
	qsort(parts, n, sizeof(*parts), compare_texts);
	for (size_t i = 0; i < n; i++)
		buf_printf(out, "%c%s", i == 0 ? '?' : '&', parts[i]);
	free(parts);
	free(copy);
}

static void put_one_line(struct buf *out, struct str text)
{
	for (uint32_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];

		if (c < 0x20 || c == 0x7f || c == '\\')
			buf_printf(out, "\\x%02x", (unsigned)c);
		else
			buf_addc(out, (char)c);
	}
}

/* FNV-1a: tells bodies apart, keeps nobody out. */
static uint64_t hash(const char *data, size_t n)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < n; i++)
		h = (h ^ (unsigned char)data[i]) * UINT64_C(0x100000001b3);
	return h;
}

static void put_request(const struct http_peer *peer, const struct http_request *request, struct buf *out)
{
	struct url_parts url, own;
	const char *path;

	if (!url_parts_get(request->url, &url))
		return;
	path = url.path;
	if (!request->foreign && url_parts_get(peer->options.origin, &own)) {
		size_t n = strlen(own.path);

		while (n > 0 && own.path[n - 1] == '/')
			n--;
		if (strncmp(path, own.path, n) == 0)
			path += n;
		url_parts_release(&own);
	}
	buf_printf(out, "%s %s%s", request->method != NULL ? request->method : "GET", request->foreign ? "elsewhere" : "",
		   *path != '\0' ? path : "/");
	if (url.query != NULL)
		put_sorted_query(out, url.query);
	if (request->body != NULL && request->body_n <= CAPTURE_BODY_SHOWN) {
		buf_addc(out, ' ');
		buf_add(out, request->body, request->body_n);
	} else if (request->body != NULL) {
		buf_printf(out, " #%016llx", (unsigned long long)hash(request->body, request->body_n));
	}
	url_parts_release(&url);
}

static void clean(struct log *log, struct str text, struct buf *out)
{
	if (log != NULL)
		log_clean(log, text, out);
	else
		buf_addstr(out, text);
}

char *replay_key(const struct http_peer *peer, const struct http_request *request)
{
	struct buf raw, masked, line;

	buf_init(&raw, CAPTURE_KEY_MAX);
	buf_init(&masked, CAPTURE_KEY_MAX);
	buf_init(&line, 4 * CAPTURE_KEY_MAX);
	if (request->replay_key != NULL)
		buf_adds(&raw, request->replay_key);
	else
		put_request(peer, request, &raw);
	clean(peer->http->log, buf_str(&raw), &masked);
	put_one_line(&line, str_trim(buf_str(&masked)));
	buf_release(&raw);
	buf_release(&masked);
	return buf_take(&line);
}

static void replace(struct str text, const char *from, const char *to, struct buf *out)
{
	size_t n = strlen(from), at = 0;
	const char *hit;

	while (n > 0 && (hit = memmem(text.p + at, text.n - at, from, n)) != NULL) {
		buf_add(out, text.p + at, (size_t)(hit - text.p) - at);
		buf_adds(out, to);
		at = (size_t)(hit - text.p) + n;
	}
	buf_add(out, text.p + at, text.n - at);
}

/* Slashes as some JSON writers have them: \/ */
static char *escaped(const char *origin)
{
	struct buf out;

	buf_init(&out, 4096);
	replace(str_of(origin), "/", "\\/", &out);
	return buf_take(&out);
}

static char *without_slash(const char *origin)
{
	size_t n = strlen(origin);

	while (n > 0 && origin[n - 1] == '/')
		n--;
	return mem_strndup(origin, n);
}

static void swap_origin(const char *origin, struct str text, bool hide, struct buf *out)
{
	char *plain = without_slash(origin), *slashed = escaped(plain);
	struct buf half;

	buf_init(&half, out->max);
	if (text.n > 0)
		replace(text, hide ? plain : "<origin>", hide ? "<origin>" : plain, &half);
	if (half.len > 0)
		replace(buf_str(&half), hide ? slashed : "<origin\\/>", hide ? "<origin\\/>" : slashed, out);
	buf_release(&half);
	free(plain);
	free(slashed);
}

void replay_hide_origin(const char *origin, struct str text, struct buf *out)
{
	swap_origin(origin, text, true, out);
}

void replay_show_origin(const char *origin, struct str text, struct buf *out)
{
	swap_origin(origin, text, false, out);
}

static void keep_header(struct capture *capture, const struct http_call *call, const char *name)
{
	const char *value = name != NULL ? http_header(call, name) : NULL;

	if (value != NULL)
		buf_printf(&capture->headers, "%s: %s\n", name, value);
}

static void keep_headers(struct capture *capture, const struct http_call *call)
{
	const char *cookie = http_header(call, "set-cookie");

	for (size_t i = 0; i < sizeof(kept_headers) / sizeof(kept_headers[0]); i++)
		keep_header(capture, call, kept_headers[i]);
	keep_header(capture, call, call->peer->options.reset.remaining);
	keep_header(capture, call, call->peer->options.reset.reset);
	if (cookie != NULL)
		buf_printf(&capture->headers, "set-cookie: %.*s=masked\n", (int)strcspn(cookie, "=;"), cookie);
}

/* Capturing once more into a folder goes on behind what is there. */
static unsigned last_number(const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	unsigned long most = 0;

	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		unsigned long n = strtoul(entry->d_name, NULL, 10);

		if (n > most && n < 1000000)
			most = n;
	}
	if (dir != NULL)
		closedir(dir);
	return (unsigned)most;
}

/* "0003-get-rest-2-0-tickets.txt" */
static char *name_of(unsigned number, const char *key)
{
	struct buf out;
	bool gap = true;

	buf_init(&out, 128);
	buf_printf(&out, "%04u-", number);
	for (const char *p = key; *p != '\0' && *p != '?' && out.len < 70; p++) {
		bool word = isalnum((unsigned char)*p) != 0;

		if (word || !gap)
			buf_addc(&out, word ? (char)tolower((unsigned char)*p) : '-');
		gap = !word;
	}
	buf_adds(&out, ".txt");
	return buf_take(&out);
}

struct capture *capture_take(struct http_call *call)
{
	struct http_peer *peer = call->peer;
	struct capture *capture;
	struct buf dir;

	if (call->http->capture_dir == NULL || call->key == NULL || peer->replay != NULL)
		return NULL;
	capture = mem_zalloc(sizeof(*capture));
	buf_init(&dir, 4096);
	buf_printf(&dir, "%s/", call->http->capture_dir);
	pace_put_id(&dir, peer->options.id);
	capture->dir = buf_take(&dir);
	if (peer->captured == 0)
		peer->captured = last_number(capture->dir);
	capture->log = call->http->log;
	capture->id = mem_strdup(peer->options.id);
	capture->origin = mem_strdup(peer->options.origin);
	capture->name = name_of(++peer->captured, call->key);
	capture->key = mem_strdup(call->key);
	capture->status = call->status;
	buf_init(&capture->headers, 64 << 10);
	keep_headers(capture, call);
	capture->body = call->capture;
	buf_init(&call->capture, 0);
	return capture;
}

static void put_masked(const struct capture *capture, struct str text, struct buf *out)
{
	struct buf masked;

	buf_init(&masked, out->max);
	clean(capture->log, text, &masked);
	if (masked.len > 0)
		replay_hide_origin(capture->origin, buf_str(&masked), out);
	buf_release(&masked);
}

static void put_exchange(const struct capture *capture, struct buf *out)
{
	struct str body = buf_str(&capture->body);
	bool text = body.n == 0 || (text_is_utf8(body) && memchr(body.p, '\0', body.n) == NULL);

	buf_printf(out, "request: %s\nstatus: %d\n", capture->key, capture->status);
	put_masked(capture, buf_str(&capture->headers), out);
	buf_adds(out, text ? "\n" : "body: base64\n\n");
	if (text)
		put_masked(capture, body, out);
	else
		base64_put(out, body, REPLAY_LINE);
}

static bool write_file(int fd, const struct buf *text)
{
	size_t at = 0;

	while (at < text->len) {
		ssize_t n = write(fd, text->data + at, text->len - at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		at += (size_t)n;
	}
	return true;
}

static bool write_exchange(const struct capture *capture)
{
	char *path = mem_printf("%s/%s", capture->dir, capture->name), *slash = strrchr(capture->dir, '/');
	struct buf text;
	bool ok;
	int fd;

	*slash = '\0';
	mkdir(capture->dir, 0700);
	*slash = '/';
	mkdir(capture->dir, 0700);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	free(path);
	if (fd < 0)
		return false;
	buf_init(&text, 128 << 20);
	put_exchange(capture, &text);
	ok = write_file(fd, &text);
	buf_release(&text);
	return close(fd) == 0 && ok;
}

void capture_write(struct capture *capture)
{
	if (capture == NULL)
		return;
	if (!write_exchange(capture) && log_on(capture->log))
		log_line(capture->log, capture->id, "cannot write %s/%s: %s", capture->dir, capture->name, strerror(errno));
	free(capture->dir);
	free(capture->id);
	free(capture->origin);
	free(capture->name);
	free(capture->key);
	buf_release(&capture->headers);
	buf_release(&capture->body);
	free(capture);
}
