/*
 * A text of several lines being written, in a box above the message line, so
 * that the brief and the row that is answered stay in sight.
 */
#include <stdlib.h>

#include <dossier/base/mem.h>
#include <dossier/base/text.h>

#include "line.h"
#include "ui_inner.h"

#define LINES_MOST 2000

struct span { size_t from, to; };       /* bytes of one line as it stands on the screen */
struct layout { struct span *lines; size_t n, cap, cursor; };

static void add_line(struct layout *layout, size_t from, size_t to)
{
	MEM_ROOM(layout->lines, layout->n, layout->cap);
	layout->lines[layout->n++] = (struct span){ from, to };
}

/* Broken at new lines, and softly behind the last space that fits. */
static struct layout lay_out(struct str text, int width, size_t cursor)
{
	struct layout layout = { 0 };
	size_t from = 0;

	do {
		const char *stop = from < text.n ? memchr(text.p + from, '\n', text.n - from) : NULL;
		size_t hard = stop ? (size_t)(stop - text.p) : text.n, used, end;

		end = from + text_fit(str_make(text.p + from, hard - from), (size_t)width, &used);
		if (end < hard) {
			size_t space = end;

			while (space > from && text.p[space - 1] != ' ')
				space--;
			end = space > from ? space : end > from ? end : hard;
			add_line(&layout, from, end);
			from = end;
		} else {
			add_line(&layout, from, hard);
			from = hard + 1;
		}
	} while (from <= text.n && layout.n < LINES_MOST);
	while (layout.cursor + 1 < layout.n && layout.lines[layout.cursor + 1].from <= cursor)
		layout.cursor++;
	return layout;
}

static int box_width(const struct ui *ui)
{
	return screen_cols(ui->screen) - 4;
}

void box_paint(struct ui *ui, int row, int rows)
{
	struct screen *screen = ui->screen;
	int cols = screen_cols(screen), at;
	size_t cursor, top = 0;
	struct str text = line_text(&cursor);
	struct layout layout = lay_out(text, box_width(ui), cursor);

	screen_rule(screen, row, 0, cols, EL_RULE);
	at = 2 + screen_put(screen, row, 2, cols - 4, ui->ask.ask.heading_element, str_of(ui->ask.heading));
	screen_put(screen, row, at, 1, EL_RULE, STR(" "));
	rows--;
	row++;
	if (layout.cursor >= (size_t)rows)
		top = layout.cursor - (size_t)rows + 1;
	for (int i = 0; i < rows; i++) {
		const struct span *line = top + (size_t)i < layout.n ? &layout.lines[top + (size_t)i] : NULL;

		screen_fill(screen, row + i, 0, cols, EL_FIELD);
		if (line)
			screen_put(screen, row + i, 2, cols - 3, EL_FIELD, str_make(text.p + line->from, line->to - line->from));
	}
	if (layout.n) {
		const struct span *line = &layout.lines[layout.cursor];

		screen_cursor(screen, row + (int)(layout.cursor - top), 2 + (int)screen_width(screen, str_make(text.p + line->from, cursor - line->from)));
	}
	free(layout.lines);
}

void box_move(struct ui *ui, int by)
{
	size_t cursor, column, used;
	struct str text = line_text(&cursor);
	struct layout layout = lay_out(text, box_width(ui), cursor);
	size_t at = layout.cursor;

	if (layout.n && (by > 0 || at > 0) && (by < 0 || at + 1 < layout.n)) {
		const struct span *from = &layout.lines[at], *to = &layout.lines[by > 0 ? at + 1 : at - 1];
		bool broken = to->to < text.n && text.p[to->to] != '\n';
		struct str line = str_make(text.p + to->from, to->to - to->from - (broken && to->to > to->from));

		column = text_width(str_make(text.p + from->from, cursor - from->from));
		line_point(to->from + text_fit(line, column, &used));
	}
	free(layout.lines);
}
