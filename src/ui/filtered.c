#include "filtered.h"

#include <libintl.h>

#include <dossier/base/buf.h>

#define WORDS_LEAST 4           /* columns: fewer say nothing */

static void put_counts(const struct filtered *filtered, struct buf *out)
{
	buf_printf(out, gettext("%zu of %zu%s "), filtered->n, filtered->of, filtered->more ? "…" : "");
}

int filtered_width(struct screen *screen, const struct filtered *filtered)
{
	struct buf counts;
	int width;

	if (!filtered->words.n)
		return 0;
	buf_init(&counts, 200);
	put_counts(filtered, &counts);
	width = 3 + (int)(screen_width(screen, filtered->words) + screen_width(screen, buf_str(&counts)));
	buf_release(&counts);
	return width;
}

void filtered_paint(struct screen *screen, int row, int from, int end, const struct filtered *filtered)
{
	struct buf counts;
	int words, width, at;

	if (!filtered->words.n)
		return;
	buf_init(&counts, 200);
	put_counts(filtered, &counts);
	width = (int)screen_width(screen, buf_str(&counts));
	words = (int)screen_width(screen, filtered->words);
	if (words > end - from - width - 3)
		words = end - from - width - 3;
	at = end - width;
	if (words >= WORDS_LEAST || words == (int)screen_width(screen, filtered->words)) {
		at -= words + 3;
		screen_fill(screen, row, at, words + 3, EL_NEW);
		screen_put(screen, row, at + 1, words, EL_NEW, filtered->words);
		screen_put(screen, row, at + 1 + words, 2, EL_NEW, STR(": "));
	} else if (at > from) {
		screen_put(screen, row, --at, 1, EL_NEW, STR(" "));
	}
	if (at >= from)
		screen_put(screen, row, end - width, width, EL_NEW, buf_str(&counts));
	buf_release(&counts);
}
