#include <dossier/base/buf.h>
#include <dossier/base/mem.h>

void buf_init(struct buf *buf, size_t max)
{
	memset(buf, 0, sizeof(*buf));
	buf->max = max < SIZE_MAX ? max : SIZE_MAX - 1;
}

void buf_release(struct buf *buf)
{
	free(buf->data);
	buf_init(buf, buf->max);
}

void buf_reset(struct buf *buf)
{
	buf->len = 0;
	buf->full = false;
	if (buf->data)
		buf->data[0] = '\0';
}

static bool buf_enlarge(struct buf *buf, size_t n)
{
	if (n > buf->max - buf->len) {
		buf->full = true;
		return false;
	}
	size_t need = buf->len + n + 1, cap = buf->cap < 64 ? 64 : buf->cap;
	while (cap < need)
		cap = cap > SIZE_MAX / 2 ? need : cap * 2;
	if (cap > buf->max + 1)
		cap = buf->max + 1;
	buf->data = mem_realloc(buf->data, cap, 1);
	buf->cap = cap;
	return true;
}

/* Room for n more and a NUL. cap is never more than max + 1. */
static inline bool buf_room(struct buf *buf, size_t n)
{
	return n < buf->cap - buf->len || buf_enlarge(buf, n);
}

char *buf_space(struct buf *buf, size_t n)
{
	return buf_room(buf, n) ? buf->data + buf->len : NULL;
}

bool buf_add(struct buf *buf, const void *data, size_t n)
{
	if (!buf_room(buf, n))
		return false;
	if (n)
		memcpy(buf->data + buf->len, data, n);
	buf->len += n;
	buf->data[buf->len] = '\0';
	return true;
}

bool buf_adds(struct buf *buf, const char *s)
{
	return buf_add(buf, s, strlen(s));
}

bool buf_addstr(struct buf *buf, struct str s)
{
	return buf_add(buf, s.p, s.p ? s.n : 0);
}

bool buf_printf(struct buf *buf, const char *fmt, ...)
{
	va_list ap;

	size_t left = buf->cap - buf->len;
	va_start(ap, fmt);
	int n = vsnprintf(left ? buf->data + buf->len : NULL, left, fmt, ap);
	va_end(ap);
	if (n >= 0 && (size_t)n < left && (size_t)n <= buf->max - buf->len) {
		buf->len += (size_t)n;
		return true;
	}
	if (left)
		buf->data[buf->len] = '\0';
	if (n < 0 || !buf_room(buf, (size_t)n)) {
		buf->full = true;
		return false;
	}
	va_start(ap, fmt);
	vsnprintf(buf->data + buf->len, (size_t)n + 1, fmt, ap);
	va_end(ap);
	buf->len += (size_t)n;
	return true;
}

struct str buf_str(const struct buf *buf)
{
	return str_make(buf->data ? buf->data : "", buf->len);
}

char *buf_take(struct buf *buf)
{
	char *data = buf->data ? buf->data : mem_strndup("", 0);

	buf_init(buf, buf->max);
	return data;
}

void buf_drop(struct buf *buf, size_t n)
{
	if (n >= buf->len) {
		buf->len = 0;
	} else {
		memmove(buf->data, buf->data + n, buf->len - n);
		buf->len -= n;
	}
	if (buf->data)
		buf->data[buf->len] = '\0';
}
