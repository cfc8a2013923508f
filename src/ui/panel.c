/*
 * What a prompt of one line asks, over the message line: nothing of the
 * question or of its choices is cut where there is a row for it, and what is
 * typed has the message line for itself.
 */
#include <stdlib.h>

#include <libintl.h>

#include <dossier/base/mem.h>

#include "line.h"
#include "ui_inner.h"

#define BODY_BESIDE 8           /* rows of the body that stay: the brief, and the row that is meant */

struct lines { struct screen *screen; int row, rows, n; };

static void put_line(void *arg, size_t n, struct str safe)
{
	struct lines *lines = arg;

	if (lines->screen && (int)n < lines->rows) {
		screen_fill(lines->screen, lines->row + (int)n, 0, screen_cols(lines->screen), EL_TEXT);
		screen_cell(lines->screen, lines->row + (int)n, 1, screen_cols(lines->screen) - 1, EL_PROMPT, safe);
	}
	lines->n = (int)n + 1;
}

/* As it is asked; screen NULL: only how many rows. */
static int put_question(struct ui *ui, struct screen *screen, int row, int rows)
{
	struct lines lines = { screen, row, rows, 0 };

	screen_wrap(ui->screen, str_of(ui->ask.label), screen_cols(ui->screen) - 2, 100, put_line, &lines);
	return lines.n;
}

/* Of several by commas, what is being typed of the last. */
static struct str typed_start(const struct ui *ui)
{
	size_t cursor;
	struct str text = line_text(&cursor);

	for (size_t i = cursor; ui->ask.ask.several && i-- > 0;)
		if (text.p[i] == ',')
			return str_trim(str_make(text.p + i + 1, cursor - i - 1));
	return str_make(text.p, cursor);
}

/* Those that may still be meant; a digit takes one while nothing is typed. */
static int put_choices(struct ui *ui, struct screen *screen, int row, int rows)
{
	int cols = screen_cols(ui->screen), at = 1, used = 0;
	size_t cursor;
	bool digits = line_text(&cursor).n == 0;
	struct str start = typed_start(ui);

	for (int i = 0; screen && i < rows; i++)
		screen_fill(screen, row + i, 0, cols, EL_TEXT);
	for (size_t i = 0; i < ui->ask.n_choices; i++) {
		const char *choice = ui->ask.choices[i];
		char digit[32] = "";
		int width = (int)screen_width(ui->screen, str_of(choice));
		bool marked = ui->ask.marked && ui->ask.marked[i];

		if (!digits && !marked && strncmp(choice, start.p, start.n) != 0)
			continue;
		if (digits && i < ASK_CHOICES)
			snprintf(digit, sizeof(digit), "%zu ", i + 1);
		if (ui->ask.marked)
			snprintf(digit + strlen(digit), sizeof(digit) - strlen(digit), marked ? "[x] " : "[ ] ");
		width += (int)strlen(digit);
		if (at > 1 && at + width > cols - 1) {
			used++;
			at = 1;
		}
		if (screen && used < rows) {
			int end = screen_put(screen, row + used, at, cols - at - 1, EL_KEY, str_of(digit));

			screen_put(screen, row + used, at + end, cols - at - end - 1, EL_TEXT, str_of(choice));
		}
		at += width + 2;
	}
	return ui->ask.n_choices ? used + 1 : 0;
}

static int rows_most(const struct ui *ui)
{
	return screen_rows(ui->screen) - BODY_BESIDE - 3;
}

/* The rule and the question stand over them, and under them, where there are more, how many. */
size_t panel_page(struct ui *ui)
{
	int room = rows_most(ui) - 1 - put_question(ui, NULL, 0, 0);

	if (ui->ask.n_choices <= ASK_CHOICES && (int)ui->ask.n_choices <= room)
		return ui->ask.n_choices;
	return room <= 2 ? 1 : room - 1 < ASK_CHOICES ? (size_t)(room - 1) : ASK_CHOICES;
}

static int label_rows(struct ui *ui)
{
	size_t page = panel_page(ui);

	return (int)page + (page < ui->ask.n_choices);
}

static void put_labels(struct ui *ui, int row, int rows)
{
	size_t page = panel_page(ui), ticked = 0;
	int cols = screen_cols(ui->screen);
	char text[100];

	for (int i = 0; i < rows; i++)
		screen_fill(ui->screen, row + i, 0, cols, EL_TEXT);
	for (size_t i = 0; i < page && ui->ask.top + i < ui->ask.n_choices && (int)i < rows; i++) {
		size_t at = ui->ask.top + i;
		int end;

		snprintf(text, sizeof(text), "%zu [%c] ", i + 1, ui->ask.marked[at] ? 'x' : ' ');
		end = screen_put(ui->screen, row + (int)i, 1, cols - 2, EL_KEY, str_of(text));
		screen_put(ui->screen, row + (int)i, 1 + end, cols - 2 - end, EL_TEXT, str_of(ui->ask.labels[at]));
	}
	if (page == ui->ask.n_choices || (int)page >= rows)
		return;
	for (size_t i = 0; i < ui->ask.n_choices; i++)
		ticked += ui->ask.marked[i];
	snprintf(text, sizeof(text), gettext("%zu of %zu ticked; PgDn shows others"), ticked, ui->ask.n_choices);
	screen_put(ui->screen, row + (int)page, 1, cols - 2, EL_PROMPT, str_of(text));
}

int panel_rows(struct ui *ui)
{
	int most = rows_most(ui), rows;

	if (!ui->ask.title)
		return 0;
	rows = 1 + put_question(ui, NULL, 0, 0) + (ui->ask.labels ? label_rows(ui) : ui->ask.choice_rows);
	return rows < most ? rows : most > 0 ? most : 0;
}

/* As many rows as all choices take: what is typed leaves fewer, and nothing moves. */
void panel_measure(struct ui *ui)
{
	ui->ask.choice_rows = put_choices(ui, NULL, 0, 0);
}

void panel_paint(struct ui *ui, int row, int rows)
{
	int question;

	screen_rule(ui->screen, row, 0, screen_cols(ui->screen), EL_RULE);
	if (*ui->ask.title)
		screen_put(ui->screen, row, 2, screen_cols(ui->screen) - 4, ui->ask.ask.heading_element, str_of(ui->ask.title));
	question = put_question(ui, ui->screen, row + 1, rows - 1);
	if (question < rows - 1 && ui->ask.labels)
		put_labels(ui, row + 1 + question, rows - 1 - question);
	else if (question < rows - 1)
		put_choices(ui, ui->screen, row + 1 + question, rows - 1 - question);
}
