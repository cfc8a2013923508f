/*
 * A growing buffer that must say how large it may become. Past its cap it
 * keeps what fits, sets "full" and takes no more: nothing ever writes outside.
 */
#ifndef DOSSIER_BASE_BUF_H
#define DOSSIER_BASE_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <dossier/base/str.h>

struct buf {
	char *data;         /* always NUL-terminated once anything was added; NULL before */
	size_t len, cap;
	size_t max;         /* most bytes of content */
	bool full;          /* something was left out */
};

void buf_init(struct buf *buf, size_t max);
void buf_release(struct buf *buf);
void buf_reset(struct buf *buf);                    /* empty again, memory kept, full cleared */
bool buf_add(struct buf *buf, const void *data, size_t n);   /* all or nothing: false and full when it does not fit */
/* Room for n bytes more, to be written there and counted into len by the caller, who ends them with a NUL; NULL and full when they do not fit. */
char *buf_space(struct buf *buf, size_t n);
bool buf_adds(struct buf *buf, const char *s);
bool buf_addstr(struct buf *buf, struct str s);
bool buf_printf(struct buf *buf, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
struct str buf_str(const struct buf *buf);          /* what is there; valid until the next change */
char *buf_take(struct buf *buf);                    /* the content, now the caller's (never NULL); buf is empty */
void buf_drop(struct buf *buf, size_t n);           /* removes n bytes from the front */

static inline bool buf_addc(struct buf *buf, char c)
{
	if (buf->cap - buf->len < 2)
		return buf_add(buf, &c, 1);
	buf->data[buf->len++] = c;
	buf->data[buf->len] = '\0';
	return true;
}

#endif
