/*
 * What stands on the screen, read back from curses cell by cell, so that a
 * test sees what a terminal would show and not what we meant.
 */
#include <stdlib.h>
#include <wchar.h>

#include <curses.h>

#include <dossier/base/mem.h>
#include <dossier/base/text.h>
#include <dossier/ui/screen.h>

#define CELL_W 8
#define CELL_H 17

struct glyph { wchar_t text[CCHARW_MAX + 1]; attr_t attrs; int pair, width; };

static void read_glyph(int row, int col, struct glyph *glyph)
{
	cchar_t cell;
	short small;

	*glyph = (struct glyph){ .text = L" ", .width = 1 };
	if (mvwin_wch(curscr, row, col, &cell) == ERR)
		return;
	getcchar(&cell, glyph->text, &glyph->attrs, &small, &glyph->pair);
	if (!glyph->text[0])
		glyph->text[0] = L' ';
	glyph->width = wcwidth(glyph->text[0]) == 2 ? 2 : 1;
}

static void put_glyph(struct buf *out, const struct glyph *glyph)
{
	for (const wchar_t *c = glyph->text; *c; c++)
		text_put(out, (uint32_t)*c);
}

void screen_text(struct screen *screen, struct buf *out)
{
	int rows = screen_rows(screen), cols = screen_cols(screen);
	struct glyph glyph;

	for (int row = 0; row < rows; row++) {
		size_t end = out->len;

		for (int col = 0; col < cols; col += glyph.width) {
			read_glyph(row, col, &glyph);
			put_glyph(out, &glyph);
			if (glyph.text[0] != L' ')
				end = out->len;
		}
		if (out->data) {
			out->len = end;
			out->data[end] = '\0';
		}
		buf_addc(out, '\n');
	}
}

static int rgb_of(int color, int fallback)
{
	static const int low[] = { 0x000000, 0xcd3131, 0x0dbc79, 0xe5e510, 0x2472c8, 0xbc3fbc, 0x11a8cd, 0xcccccc,
				   0x767676, 0xf14c4c, 0x23d18b, 0xf5f543, 0x3b8eea, 0xd670d6, 0x29b8db, 0xffffff };
	static const int cube[] = { 0, 95, 135, 175, 215, 255 };
	int grey;

	if (color < 0)
		return fallback;
	if (color < 16)
		return low[color];
	if (color > 255)
		return color;
	if (color >= 232) {
		grey = 8 + 10 * (color - 232);
		return grey << 16 | grey << 8 | grey;
	}
	color -= 16;
	return cube[color / 36] << 16 | cube[color / 6 % 6] << 8 | cube[color % 6];
}

static void colors_of(const struct glyph *glyph, int *fg, int *bg)
{
	int f = -1, b = -1, swap;

	if (glyph->pair > 0)
		extended_pair_content(glyph->pair, &f, &b);
	*fg = rgb_of(f, 0xd0d7de);
	*bg = rgb_of(b, 0x11161c);
	if (glyph->attrs & WA_REVERSE) {
		swap = *fg;
		*fg = *bg;
		*bg = swap;
	}
	if (glyph->attrs & WA_DIM)
		*fg = (*fg >> 1 & 0x7F7F7F) + (*bg >> 1 & 0x7F7F7F);
}

static void put_escaped(struct buf *out, const struct glyph *glyph)
{
	struct buf text;

	buf_init(&text, 256);
	put_glyph(&text, glyph);
	for (size_t i = 0; i < text.len; i++)
		buf_adds(out, text.data[i] == '<' ? "&lt;" : text.data[i] == '&' ? "&amp;" : (char[]){ text.data[i], '\0' });
	buf_release(&text);
}

/* Cells that look alike are one piece; each piece says its width, so that columns hold in any font. */
static void put_row(struct buf *out, int row, int cols)
{
	struct glyph first, next;

	for (int col = 0; col < cols;) {
		int fg, bg, width;
		struct buf text;

		read_glyph(row, col, &first);
		colors_of(&first, &fg, &bg);
		width = first.width;
		if (bg != 0x11161c)
			buf_printf(out, "<rect x=\"%d\" y=\"%d\" width=\"", col * CELL_W, row * CELL_H);
		buf_init(&text, 64 * 1024);
		put_escaped(&text, &first);
		while (col + width < cols) {
			read_glyph(row, col + width, &next);
			if (next.attrs != first.attrs || next.pair != first.pair)
				break;
			put_escaped(&text, &next);
			width += next.width;
		}
		if (bg != 0x11161c)
			buf_printf(out, "%d\" height=\"%d\" fill=\"#%06x\"/>\n", width * CELL_W, CELL_H, (unsigned)bg);
		if (strspn(text.data, " ") < text.len || (first.attrs & WA_UNDERLINE))
			buf_printf(out, "<text x=\"%d\" y=\"%d\" textLength=\"%d\" fill=\"#%06x\"%s%s>%s</text>\n", col * CELL_W,
				   row * CELL_H + 13, width * CELL_W, (unsigned)fg, first.attrs & WA_BOLD ? " font-weight=\"bold\"" : "",
				   first.attrs & WA_UNDERLINE ? " text-decoration=\"underline\"" : "", text.data);
		buf_release(&text);
		col += width;
	}
}

void screen_svg(struct screen *screen, struct buf *out)
{
	int rows = screen_rows(screen), cols = screen_cols(screen);

	buf_printf(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"DejaVu Sans Mono, Menlo, Consolas, monospace\" "
		   "font-size=\"13.3\" xml:space=\"preserve\">\n<rect width=\"%d\" height=\"%d\" fill=\"#11161c\"/>\n",
		   cols * CELL_W, rows * CELL_H, cols * CELL_W, rows * CELL_H);
	for (int row = 0; row < rows; row++)
		put_row(out, row, cols);
	buf_adds(out, "</svg>\n");
}
