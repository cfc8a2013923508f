/*
 * themes/dark.yaml as it is shipped, read already: it is the theme of nearly
 * every start, and reading YAML would take a fifth of all until the first
 * frame. A file that anybody changed is read; a test says when this is behind.
 */
#include "theme_dark.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define BYTES 2496
#define SUM UINT64_C(0x152b3333e99123f0)

#define COLORS(rgb, many, few) { { COLOR_RGB, rgb }, { COLOR_PALETTE, many }, { COLOR_PALETTE, few } }
#define FG(rgb, many, few) .style.fg = COLORS(rgb, many, few)
#define BG(rgb, many, few) .style.bg = COLORS(rgb, many, few)

static const struct { enum element element; struct style style; } rows[] = {
	{ EL_DIM, FG(0x808a94, 245, 8) },
	{ EL_STRONG, .style.attrs = STYLE_BOLD },
	{ EL_WARN, FG(0xffaf5f, 215, 3), .style.attrs = STYLE_BOLD },
	{ EL_ERROR, FG(0xffffff, 231, 15), BG(0xaf0000, 124, 1), .style.attrs = STYLE_BOLD },
	{ EL_STATUS, FG(0xd0d7de, 252, 7), BG(0x24303c, 236, 4) },
	{ EL_STATUS_CALL, FG(0xffffff, 231, 15), BG(0x24303c, 236, 4), .style.attrs = STYLE_BOLD },
	{ EL_STATUS_WARN, FG(0xffaf5f, 215, 3), BG(0x24303c, 236, 4), .style.attrs = STYLE_BOLD },
	{ EL_STATUS_CLOCK, FG(0xd0d7de, 252, 7), BG(0x24303c, 236, 4) },
	{ EL_CUSTOMER, FG(0xffffff, 231, 15), .style.attrs = STYLE_BOLD },
	{ EL_FACTS, FG(0xc6ccd2, 251, 7) },
	{ EL_VERIFIED, FG(0x87d787, 114, 2), .style.attrs = STYLE_BOLD },
	{ EL_UNVERIFIED, FG(0xffaf5f, 215, 3), .style.attrs = STYLE_BOLD },
	{ EL_LABEL, FG(0x87afd7, 110, 6) },
	{ EL_WANTS, FG(0xffffff, 231, 15), .style.attrs = STYLE_BOLD },
	{ EL_LATE, FG(0xff5f5f, 203, 9), .style.attrs = STYLE_BOLD },
	{ EL_ABSENT, FG(0x808a94, 245, 8) },
	{ EL_RULE, FG(0x5f6a75, 241, 8) },
	{ EL_TAB, FG(0x9aa4ae, 248, 7) },
	{ EL_TAB_CHOSEN, FG(0xffffff, 231, 15), .style.attrs = STYLE_BOLD | STYLE_UNDERLINE },
	{ EL_TIME, FG(0x9aa4ae, 248, 7) },
	{ EL_AGENT, FG(0x9aa4ae, 248, 7) },
	{ EL_SOURCE, FG(0x808a94, 245, 8) },
	{ EL_NEW, FG(0xffd75f, 221, 3), .style.attrs = STYLE_BOLD },
	{ EL_SELECTED, BG(0x2f4a66, 24, 4), .style.attrs = STYLE_BOLD },
	{ EL_MATCH, FG(0xffd75f, 221, 3), .style.attrs = STYLE_UNDERLINE },
	{ EL_PROMPT, FG(0x87d7ff, 117, 6), .style.attrs = STYLE_BOLD },
	{ EL_KEYLINE, FG(0x9aa4ae, 248, 7) },
	{ EL_KEY, FG(0x87d7ff, 117, 6), .style.attrs = STYLE_BOLD },
	{ EL_INTERNAL, FG(0x87d787, 114, 2), .style.attrs = STYLE_BOLD },
	{ EL_OUTWARD, FG(0xffffff, 231, 15), BG(0x875f00, 94, 5), .style.attrs = STYLE_BOLD },
	{ EL_KIND_CALL, FG(0x87afff, 111, 4) },
	{ EL_KIND_VISIT, FG(0xd7afff, 183, 5) },
	{ EL_KIND_SOCIAL, FG(0x5fd7ff, 81, 6) },
	{ EL_KIND_CHAT, FG(0x5fd7af, 79, 2) },
	{ EL_KIND_EMAIL, FG(0xd7d787, 186, 3) },
	{ EL_KIND_MESSAGE, FG(0x87d7d7, 116, 6) },
	{ EL_KIND_ORDER, FG(0x87d787, 114, 2) },
	{ EL_KIND_RETURN, FG(0xffaf87, 216, 1) },
	{ EL_KIND_DELIVERY, FG(0xafd7af, 151, 2) },
	{ EL_KIND_PICKUP, FG(0xafd7af, 151, 2) },
	{ EL_KIND_PAYMENT, FG(0xafd787, 150, 2) },
	{ EL_KIND_APPOINTMENT, FG(0xd7afaf, 181, 5) },
	{ EL_KIND_TICKET, FG(0xd7af87, 180, 3) },
	{ EL_KIND_NOTE, FG(0xffd787, 222, 3) },
	{ EL_KIND_CONTACT, FG(0xffd787, 222, 3) },
};

/* FNV-1a: it tells a file that was changed, not one that was forged. */
static uint64_t sum(const unsigned char *bytes, size_t n)
{
	uint64_t value = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < n; i++)
		value = (value ^ bytes[i]) * UINT64_C(0x100000001b3);
	return value;
}

bool theme_dark_is(const char *path)
{
	unsigned char bytes[BYTES];
	struct stat st;
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	bool is;

	if (fd < 0)
		return false;
	is = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size == BYTES && read(fd, bytes, BYTES) == BYTES && sum(bytes, BYTES) == SUM;
	close(fd);
	return is;
}

void theme_dark_put(struct style *styles)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		styles[rows[i].element] = rows[i].style;
}
