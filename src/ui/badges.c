#include "badges.h"

#include <libintl.h>

int badges_paint(struct ui *ui, struct screen *screen, struct area area, const struct source *sources, size_t n)
{
	struct buf text;
	int from;

	buf_init(&text, 4096);
	for (size_t i = 0; i < n; i++) {
		if (sources[i].state == SOURCE_UNASKED)
			continue;
		buf_printf(&text, "%s%s", text.len ? " · " : "", sources[i].backend);
		if (sources[i].state == SOURCE_WAITING)
			buf_adds(&text, " …");
		else if (sources[i].state == SOURCE_FAILED)
			buf_adds(&text, "✕");
		else if (sources[i].since != WHEN_NONE)
			when_strftime(sources[i].since, ui_zone(ui), STR(" %H:%M"), &text);
	}
	from = screen_right(screen, area.row, area.cols / 2, area.cols / 2 - 1, EL_DIM, buf_str(&text));
	buf_release(&text);
	return from;
}

int badges_missing(struct screen *screen, struct area area, const struct source *sources, size_t n)
{
	int lines = 0;

	for (size_t i = 0; i < n && lines < area.rows / 3; i++) {
		if (sources[i].state != SOURCE_FAILED && sources[i].state != SOURCE_PARTIAL)
			continue;
		screen_fill(screen, area.row + lines, 0, area.cols, EL_TEXT);
		screen_printf(screen, area.row + lines++, 1, area.cols - 2, EL_LATE, gettext("%s is missing here: %s"), sources[i].backend, sources[i].err.text);
	}
	return lines;
}

bool badges_waiting(const struct source *sources, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (sources[i].state == SOURCE_WAITING)
			return true;
	return false;
}

bool badges_asked(const struct source *sources, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (sources[i].state != SOURCE_UNASKED)
			return true;
	return false;
}
