/*
 * The yardstick of painting: 100,000 rows (or argv[1]) of seven columns in bare ncurses,
 * j and k paint two rows anew, and nothing else is known or done. Rows are
 * given as text of its own, made before the first key.
 */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <curses.h>

enum { ROWS = 100000 };

struct row { char when[16], kind[8], way[4], title[64], agent[12], source[12]; };

static struct row *make_rows(int n)
{
	struct row *rows = calloc((size_t)n, sizeof(*rows));

	for (int i = 0; rows && i < n; i++) {
		struct row *row = &rows[i];

		snprintf(row->when, sizeof(row->when), "%02d Nov %02d:%02d", i % 28 + 1, i % 24, i % 60);
		snprintf(row->kind, sizeof(row->kind), "%s", i % 2 ? "call" : "email");
		snprintf(row->way, sizeof(row->way), "%s", i % 2 ? "in" : "out");
		snprintf(row->title, sizeof(row->title), "About order %d", i);
		snprintf(row->agent, sizeof(row->agent), "Agent %d", i % 40);
		snprintf(row->source, sizeof(row->source), "b%d", i % 6);
	}
	return rows;
}

static void paint_row(const struct row *row, int line, int chosen)
{
	attr_t on = chosen ? A_REVERSE : 0;

	attr_set(on, 1, NULL);
	mvprintw(line, 0, "%s%-12s ", chosen ? "▸" : " ", row->when);
	attr_set(on, 2, NULL);
	printw("%-6s ", row->kind);
	attr_set(on, 1, NULL);
	printw("%-4s ", row->way);
	attr_set(on, 0, NULL);
	printw("%-20s ", row->title);
	attr_set(on, 3, NULL);
	printw("%-6s", row->agent);
	attr_set(on, 4, NULL);
	printw("%-6s", row->source);
}

static void open_screen(void)
{
	setlocale(LC_ALL, "");
	initscr();
	raw();
	noecho();
	curs_set(0);
	start_color();
	use_default_colors();
	for (short i = 1; i <= 4; i++)
		init_pair(i, i, -1);
}

int main(int argc, char **argv)
{
	int n_rows = argc > 1 ? (int)strtol(argv[1], NULL, 10) : ROWS;
	struct row *rows = n_rows > 200 ? make_rows(n_rows) : NULL;
	int chosen = 0, top = 0, height;
	char keys[4096];
	ssize_t n;

	if (!rows)
		return 1;
	open_screen();
	height = LINES - 3;
	for (int i = 0; i < height; i++)
		paint_row(&rows[i], i + 1, i == 0);
	mvaddstr(LINES - 1, 0, "j k ? keys");
	refresh();
	while ((n = read(STDIN_FILENO, keys, sizeof(keys))) > 0 && keys[0] != 'q') {
		int before = chosen, old_top = top;

		for (ssize_t i = 0; i < n; i++)
			chosen += keys[i] == 'j' && chosen < n_rows - 1 ? 1 : keys[i] == 'k' && chosen > 0 ? -1 : 0;
		if (chosen < top)
			top = chosen;
		if (chosen >= top + height)
			top = chosen - height + 1;
		for (int i = 0; i < height; i++)
			if (top != old_top || top + i == before || top + i == chosen)
				paint_row(&rows[top + i], i + 1, top + i == chosen);
		refresh();
	}
	endwin();
	free(rows);
	return 0;
}
