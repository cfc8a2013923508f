#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

#include <curses.h>

#include <dossier/base/mem.h>
#include <dossier/base/text.h>
#include <dossier/ui/screen.h>

#include "ascii.h"

#define CELL_MOST (16 * 1024)   /* bytes of one text that can matter to a row of TERM_COLS_MOST */
#define WRAP_MOST (1024 * 1024)

struct screen {
	struct term *term;
	const struct theme *theme;
	struct buf safe, cell;
	int cursor_row, cursor_col;
	bool cursor;
	struct look { bool known; attr_t attrs; int pair; } looks[EL_COUNT][2];
};

struct screen *screen_new(struct term *term, const struct theme *theme)
{
	struct screen *screen = mem_zalloc(sizeof(*screen));

	screen->term = term;
	buf_init(&screen->safe, WRAP_MOST);
	buf_init(&screen->cell, CELL_MOST);
	screen_theme(screen, theme);
	return screen;
}

void screen_free(struct screen *screen)
{
	if (!screen)
		return;
	buf_release(&screen->safe);
	buf_release(&screen->cell);
	free(screen);
}

static const struct look *look_of(struct screen *screen, int element)
{
	int colors = term_colors(screen->term), fg, bg;
	struct look *look = &screen->looks[element & ~EL_ON_SELECTED][element & EL_ON_SELECTED ? 1 : 0];
	unsigned attrs;

	if (look->known)
		return look;
	theme_look(screen->theme, element, colors, &fg, &bg, &attrs);
	look->attrs = (attrs & STYLE_BOLD ? WA_BOLD : 0) | (attrs & STYLE_DIM ? WA_DIM : 0) |
		      (attrs & STYLE_UNDERLINE ? WA_UNDERLINE : 0) | (attrs & STYLE_REVERSE ? WA_REVERSE : 0) |
		      (attrs & STYLE_ITALIC ? WA_ITALIC : 0);
	/* alloc_pair fails hard where there is no colour */
	look->pair = colors && (fg >= 0 || bg >= 0) ? alloc_pair(fg, bg) : 0;
	if (look->pair < 0)
		look->pair = 0;
	look->known = true;
	return look;
}

static void set_look(struct screen *screen, int element)
{
	const struct look *look = look_of(screen, element);
	int pair = look->pair;

	attr_set(look->attrs, (short)(pair < 32768 ? pair : 0), &pair);
}

void screen_theme(struct screen *screen, const struct theme *theme)
{
	screen->theme = theme;
	memset(screen->looks, 0, sizeof(screen->looks));
	set_look(screen, EL_TEXT);
	{
		const struct look *look = look_of(screen, EL_TEXT);
		cchar_t blank;
		int pair = look->pair;

		setcchar(&blank, L" ", look->attrs, (short)pair, &pair);
		bkgrndset(&blank);
	}
}

int screen_rows(const struct screen *screen)
{
	return term_rows(screen->term);
}

int screen_cols(const struct screen *screen)
{
	return term_cols(screen->term);
}

bool screen_unicode(const struct screen *screen)
{
	return term_unicode(screen->term);
}

/* Text of any origin, harmless and in what this locale can write. */
static struct str make_safe(struct screen *screen, struct str text, unsigned flags, size_t most)
{
	struct buf *safe = &screen->safe;

	if (text.n > most)
		text.n = (uint32_t)most;
	buf_reset(safe);
	text_safe(safe, text, flags);
	if (!term_unicode(screen->term))
		ascii_fold(safe);
	return buf_str(safe);
}

static bool inside(const struct screen *screen, int row, int *col, int *width)
{
	int cols = screen_cols(screen);

	if (row < 0 || row >= screen_rows(screen) || *col >= cols || *width <= 0)
		return false;
	if (*col < 0) {
		*width += *col;
		*col = 0;
	}
	if (*width > cols - *col)
		*width = cols - *col;
	return *width > 0;
}

static int put(struct screen *screen, int row, int col, int width, int element, struct str text, bool pad)
{
	struct str safe;
	int used = width;

	if (!inside(screen, row, &col, &width))
		return 0;
	safe = make_safe(screen, text, 0, CELL_MOST / 4);
	buf_reset(&screen->cell);
	text_cell(&screen->cell, safe, (size_t)width, pad);
	if (!term_unicode(screen->term))
		ascii_fold(&screen->cell);      /* the ellipsis */
	if (!pad)
		used = (int)text_width(buf_str(&screen->cell));
	if (screen->cell.len == 0)
		return 0;
	set_look(screen, element);
	mvaddnstr(row, col, screen->cell.data, (int)screen->cell.len);
	return used;
}

void screen_cell(struct screen *screen, int row, int col, int width, int element, struct str text)
{
	put(screen, row, col, width, element, text, true);
}

int screen_put(struct screen *screen, int row, int col, int width, int element, struct str text)
{
	return put(screen, row, col, width, element, text, false);
}

size_t screen_width(struct screen *screen, struct str text)
{
	return text_width(make_safe(screen, text, 0, CELL_MOST / 4));
}

int screen_right(struct screen *screen, int row, int col, int width, int element, struct str text)
{
	int n = (int)screen_width(screen, text);

	if (n > width)
		n = width;
	put(screen, row, col + width - n, n, element, text, false);
	return col + width - n;
}

void screen_printf(struct screen *screen, int row, int col, int width, int element, const char *fmt, ...)
{
	struct buf text;
	char line[2048];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	buf_init(&text, sizeof(line));
	buf_adds(&text, line);
	screen_cell(screen, row, col, width, element, buf_str(&text));
	buf_release(&text);
}

void screen_fill(struct screen *screen, int row, int col, int width, int element)
{
	if (!inside(screen, row, &col, &width))
		return;
	set_look(screen, element);
	mvhline(row, col, ' ', width);
}

/* Box characters are written as such: the terminal's alternate set is not always there. */
static void repeat(struct screen *screen, int row, int col, int n, int element, bool down)
{
	const char *mark = down ? "│" : "─";

	if (!term_unicode(screen->term))
		mark = down ? "|" : "-";
	set_look(screen, element);
	for (int i = 0; i < n; i++)
		mvaddstr(row + (down ? i : 0), col + (down ? 0 : i), mark);
}

void screen_rule(struct screen *screen, int row, int col, int width, int element)
{
	if (inside(screen, row, &col, &width))
		repeat(screen, row, col, width, element, false);
}

void screen_wall(struct screen *screen, int row, int col, int rows, int element)
{
	if (col >= 0 && col < screen_cols(screen))
		repeat(screen, row, col, rows, element, true);
}

/* Where a line of at most width columns ends: at its last space, or inside a word that is too long. *next: where the following begins. */
static size_t line_end(struct str rest, size_t width, size_t *next)
{
	size_t used, fit = text_fit(rest, width, &used), end;

	if (fit == 0 && rest.n)
		fit = 1;
	if (fit >= rest.n) {
		*next = rest.n;
		return rest.n;
	}
	for (end = fit; end > 0 && rest.p[end] != ' '; end--)
		;
	if (end == 0) {
		*next = fit;
		return fit;
	}
	*next = end + 1;
	while (end > 0 && rest.p[end - 1] == ' ')
		end--;
	return end;
}

size_t screen_wrap(struct screen *screen, struct str text, int width, size_t count, screen_line_fn *line, void *arg)
{
	struct buf copy;
	struct str safe = make_safe(screen, text, TEXT_LINES, WRAP_MOST / 4);
	size_t n = 0;

	buf_init(&copy, WRAP_MOST);
	buf_addstr(&copy, safe);
	safe = buf_str(&copy);
	for (size_t at = 0; at < safe.n && n < count && width > 0;) {
		const char *stop = memchr(safe.p + at, '\n', safe.n - at);
		size_t whole = stop ? (size_t)(stop - safe.p) - at : safe.n - at, done = 0;

		do {
			struct str rest = str_make(safe.p + at + done, whole - done);
			size_t next, end = line_end(rest, (size_t)width, &next);

			line(arg, n++, str_make(rest.p, end));
			done += next;
		} while (done < whole && n < count);
		at += whole + 1;
	}
	buf_release(&copy);
	return n;
}

void screen_cursor(struct screen *screen, int row, int col)
{
	screen->cursor = true;
	screen->cursor_row = row;
	screen->cursor_col = col;
}

void screen_hide_cursor(struct screen *screen)
{
	screen->cursor = false;
}

void screen_flush(struct screen *screen)
{
	curs_set(screen->cursor ? 1 : 0);
	if (screen->cursor)
		move(screen->cursor_row, screen->cursor_col);
	refresh();
	term_send(screen->term);
}

void screen_redraw(struct screen *screen)
{
	(void)screen;
	erase();
	clearok(curscr, TRUE);
}
