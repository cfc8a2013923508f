/*
 * The screen: rows and columns of cells over a terminal. Text goes in only
 * here, made safe and fitted to the columns it was given, so that no hostile,
 * wide or right-to-left text ever breaks a column. What a terminal or locale
 * cannot show is replaced by something of a known width.
 */
#ifndef DOSSIER_UI_SCREEN_H
#define DOSSIER_UI_SCREEN_H

#include <dossier/ui/term.h>
#include <dossier/ui/theme.h>

struct screen;
struct screen *screen_new(struct term *term, const struct theme *theme);        /* both borrowed */
void screen_free(struct screen *screen);
void screen_theme(struct screen *screen, const struct theme *theme);
int screen_rows(const struct screen *screen);
int screen_cols(const struct screen *screen);
bool screen_unicode(const struct screen *screen);

/* Exactly width columns: cut with an ellipsis, or filled up with spaces. Any text from anywhere. */
void screen_cell(struct screen *screen, int row, int col, int width, int element, struct str text);
/* At most width columns, nothing after it; returns how many it took. */
int screen_put(struct screen *screen, int row, int col, int width, int element, struct str text);
/* Ends in column col + width, as far left as it needs; returns its first column. */
int screen_right(struct screen *screen, int row, int col, int width, int element, struct str text);
void screen_printf(struct screen *screen, int row, int col, int width, int element, const char *fmt, ...)
	__attribute__((format(printf, 6, 7)));
void screen_fill(struct screen *screen, int row, int col, int width, int element);
void screen_rule(struct screen *screen, int row, int col, int width, int element);
void screen_wall(struct screen *screen, int row, int col, int rows, int element);
/* Columns that a text takes here. */
size_t screen_width(struct screen *screen, struct str text);
/*
 * Lays text out in lines of at most width columns, broken at spaces and line
 * ends. Calls line for each from first on until most were made; returns how
 * many there are in all, counting no further than "count".
 */
typedef void screen_line_fn(void *arg, size_t n, struct str safe);
size_t screen_wrap(struct screen *screen, struct str text, int width, size_t count, screen_line_fn *line, void *arg);

void screen_cursor(struct screen *screen, int row, int col);    /* shown there until hidden */
void screen_hide_cursor(struct screen *screen);
void screen_flush(struct screen *screen);       /* writes what changed */
void screen_redraw(struct screen *screen);      /* the next flush writes all */

/* What stands on the terminal, as curses believes it: rows of text without trailing spaces, or a picture. */
void screen_text(struct screen *screen, struct buf *out);
void screen_svg(struct screen *screen, struct buf *out);

#endif
