#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <dossier/base/base64.h>
#include <dossier/base/mem.h>

#include "replay.h"

#define REPLAY_FILE_MAX (128 << 20)
#define REPLAY_FILES_MAX 10000
#define REPLAY_PIECE (32 << 10)     /* what a reader of streams gets at once */

struct exchange {
	char *request;
	int status;
	char *headers;      /* "name: value" lines, each ended by \n */
	struct buf body;
	bool used;
};

struct replay {
	char *dir;
	struct exchange *items;
	size_t n, cap;
};

static void exchange_release(struct exchange *exchange)
{
	free(exchange->request);
	free(exchange->headers);
	buf_release(&exchange->body);
}

void replay_free(struct replay *replay)
{
	if (replay == NULL)
		return;
	for (size_t i = 0; i < replay->n; i++)
		exchange_release(&replay->items[i]);
	free(replay->items);
	free(replay->dir);
	free(replay);
}

static bool read_file(const char *path, struct buf *out, struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;
	char bytes[16384];
	ssize_t n = -1;

	if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		while ((n = read(fd, bytes, sizeof(bytes))) > 0)
			if (!buf_add(out, bytes, (size_t)n))
				break;
	if (fd >= 0)
		close(fd);
	if (out->full)
		return err_set(err, ERR_LIMIT, "%s: larger than %d bytes", path, REPLAY_FILE_MAX);
	return n == 0 || err_set(err, ERR_IO, "%s: cannot be read: %s", path, errno ? strerror(errno) : "not a file");
}

/* One "name: value" line of a file's head. */
static bool take_line(struct exchange *exchange, struct str line, struct buf *headers, bool *base64)
{
	const char *colon = memchr(line.p, ':', line.n);
	struct str name, value;

	if (colon == NULL)
		return false;
	name = str_make(line.p, (size_t)(colon - line.p));
	value = str_trim(str_make(colon + 1, line.n - name.n - 1));
	if (str_is(name, "request")) {
		free(exchange->request);
		exchange->request = str_dup(value);
	} else if (str_is(name, "status")) {
		char *text = str_dup(value);

		exchange->status = (int)strtol(text, NULL, 10);
		free(text);
	} else if (str_is(name, "body")) {
		*base64 = str_is(value, "base64");
		return *base64;
	} else {
		buf_addstr(headers, name);
		buf_adds(headers, ": ");
		buf_addstr(headers, value);
		buf_addc(headers, '\n');
	}
	return true;
}

static bool parse(const char *path, struct str text, struct exchange *exchange, struct err *err)
{
	struct buf headers;
	bool base64 = false, ok = true;
	int line_no = 0;

	buf_init(&headers, 1 << 20);
	while (text.n > 0) {
		const char *end = memchr(text.p, '\n', text.n);
		size_t n = end != NULL ? (size_t)(end - text.p) : text.n;
		struct str line = str_trim(str_make(text.p, n));

		text = str_make(text.p + n + (end != NULL), text.n - n - (end != NULL));
		line_no++;
		if (line.n == 0)
			break;
		ok = take_line(exchange, line, &headers, &base64);
		if (!ok) {
			err_set(err, ERR_SYNTAX, "%s:%d: should read \"name: value\"", path, line_no);
			break;
		}
	}
	exchange->headers = buf_take(&headers);
	if (ok && base64)
		ok = base64_get(text, &exchange->body) || err_set(err, ERR_SYNTAX, "%s: the body is not base64", path);
	else if (ok)
		buf_addstr(&exchange->body, text);
	if (ok && (exchange->request == NULL || exchange->status < 100 || exchange->status > 999))
		ok = err_set(err, ERR_SYNTAX, "%s: the lines \"request: GET /path\" and \"status: 200\" are missing", path);
	return ok;
}

static bool load_file(struct replay *replay, const char *name, struct err *err)
{
	char *path = mem_printf("%s/%s", replay->dir, name);
	struct exchange exchange = { 0 };
	struct buf text;
	bool ok;

	buf_init(&text, REPLAY_FILE_MAX);
	buf_init(&exchange.body, REPLAY_FILE_MAX);
	ok = read_file(path, &text, err) && parse(path, buf_str(&text), &exchange, err);
	if (ok) {
		MEM_ROOM(replay->items, replay->n, replay->cap);
		replay->items[replay->n++] = exchange;
	} else {
		exchange_release(&exchange);
	}
	buf_release(&text);
	free(path);
	return ok;
}

static int wanted(const struct dirent *entry)
{
	return entry->d_name[0] != '.' && entry->d_name[strlen(entry->d_name) - 1] != '~';
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

struct replay *replay_open(const char *dir, const char *id, struct err *err)
{
	struct replay *replay = mem_zalloc(sizeof(*replay));
	struct dirent **entries = NULL;
	struct buf path;
	bool ok = true;
	int n;

	buf_init(&path, 4096);
	buf_printf(&path, "%s/", dir);
	pace_put_id(&path, id);
	replay->dir = buf_take(&path);
	/* A backend that was never captured has no folder: its calls will say so. */
	n = scandir(replay->dir, &entries, wanted, by_bytes);
	if (n > REPLAY_FILES_MAX)
		ok = err_set(err, ERR_LIMIT, "%s: more than %d captured exchanges", replay->dir, REPLAY_FILES_MAX);
	for (int i = 0; i < n; i++) {
		ok = ok && load_file(replay, entries[i]->d_name, err);
		free(entries[i]);
	}
	free(entries);
	if (ok)
		return replay;
	replay_free(replay);
	return NULL;
}

static struct exchange *find(struct replay *replay, const char *key)
{
	struct exchange *last = NULL;

	for (size_t i = 0; i < replay->n; i++) {
		if (strcmp(replay->items[i].request, key) != 0)
			continue;
		last = &replay->items[i];
		if (!last->used)
			break;
	}
	if (last != NULL)
		last->used = true;
	return last;
}

static bool give_head(struct http_call *call, const struct exchange *exchange, struct err *err)
{
	int64_t max = call->peer->options.header_max;
	struct buf lines;
	bool ok = true;

	http_head_clear(call);
	buf_init(&lines, 1 << 20);
	if (exchange->headers[0] != '\0')
		replay_show_origin(call->peer->options.origin, str_of(exchange->headers), &lines);
	for (const char *p = lines.data; ok && p != NULL && *p != '\0';) {
		size_t n = strcspn(p, "\n");

		ok = http_head_line(call, p, n, max, err);
		p += n + (p[n] == '\n');
	}
	buf_release(&lines);
	ok = ok && http_head_line(call, "\r\n", 2, max, err);
	call->status = exchange->status;
	return ok;
}

static void answer(void *arg)
{
	struct http_call *call = arg;
	struct replay *replay = call->peer->replay;
	struct exchange *exchange = find(replay, call->key);
	struct err err = { 0 };
	struct buf body;
	bool alive = true;

	if (exchange == NULL) {
		err_set(&err, ERR_NOTFOUND, "%s: no captured reply in %s to %.250s", call->peer->options.id, replay->dir, call->key);
		http_call_fail(call, &err);
		return;
	}
	if (!give_head(call, exchange, &err)) {
		http_call_fail(call, &err);
		return;
	}
	/* The sink may free the peer and its captures: what is handed out is a copy. */
	buf_init(&body, REPLAY_FILE_MAX + (1 << 20));
	if (exchange->body.len > 0)
		replay_show_origin(call->peer->options.origin, buf_str(&exchange->body), &body);
	for (size_t at = 0; alive && at < body.len; at += REPLAY_PIECE)
		alive = http_call_data(call, body.data + at, body.len - at < REPLAY_PIECE ? body.len - at : REPLAY_PIECE);
	buf_release(&body);
	http_queue_replayed(call);
}

void replay_start(struct http_call *call)
{
	loop_defer(call->http->loop, answer, call);
}

void replay_stop(struct http_call *call)
{
	loop_defer_cancel(call->http->loop, answer, call);
}
