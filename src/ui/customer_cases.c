/*
 * The customer's cases, and the history of the one that is opened.
 */
#include <libintl.h>
#include <stdlib.h>

#include <dossier/base/json.h>
#include <dossier/base/mem.h>
#include <dossier/desk/tell.h>

#include "customer_view.h"
#include "words.h"

struct case_paint { struct customer_view *cv; const struct cases *cases; struct str chosen; };

/* The newest stands first. */
static const struct case_state *case_at(const struct cases *cases, size_t at)
{
	return &cases->cases[cases->n_cases - 1 - at];
}

static void paint_case(void *arg, struct screen *screen, int row, size_t at, bool chosen)
{
	struct case_paint *paint = arg;
	const struct case_state *state = case_at(paint->cases, at);
	const struct mask *mask = customer_view_present(paint->cv)->mask;
	int cols = screen_cols(screen), on = chosen ? EL_ON_SELECTED : 0;
	char code[CASE_CODE + 1];
	struct buf text;

	buf_init(&text, 512);
	case_code(state->id, code);
	code[CASE_CODE_SHOWN] = '\0';
	words_when(paint->cv->view.ui, state->opened ? entry_time(state->opened) : WHEN_NONE, &text);
	screen_fill(screen, row, 0, cols, EL_TEXT | on);
	screen_put(screen, row, 0, 1, EL_TEXT | on, chosen ? STR("▸") : STR(" "));
	screen_cell(screen, row, 1, 12, EL_TIME | on, buf_str(&text));
	screen_cell(screen, row, 14, 5, EL_STRONG | on, str_of(code));
	screen_cell(screen, row, 20, 8, (state->status == CASE_SOLVED ? EL_DIM : EL_LABEL) | on, str_of(case_status_word(state->status)));
	screen_cell(screen, row, 29, cols - 29 - 18, (str_eq(state->id, paint->chosen) ? EL_WANTS : EL_TITLE) | on,
		    mask_hides(mask, "row.text") || mask_hides(mask, "case.title") ? str_of(gettext("closed until verified")) : state->title);
	screen_cell(screen, row, cols - 17, 8, EL_AGENT | on, state->owner);
	screen_cell(screen, row, cols - 8, 7, EL_AGENT | on, str_eq(state->owner, state->holder) ? STR("") : state->holder);
	buf_release(&text);
}

void customer_cases_sync(struct customer_view *cv)
{
	const struct cases *cases = customer_cases(cv->customer);
	size_t n = cases ? cases->n_cases : 0;

	if (cv->cases_list.n != n)
		list_count(&cv->cases_list, n);
}

void customer_cases_paint(struct customer_view *cv, struct screen *screen, struct area area, bool all)
{
	struct case_paint paint = { cv, customer_cases(cv->customer), customer_chosen(cv->customer) };

	if (cv->detail) {
		customer_history_paint(cv, screen, area);
		return;
	}
	customer_cases_sync(cv);
	list_paint(&cv->cases_list, screen, area, all, paint_case, &paint);
	if (!paint.cases->n_cases && area.rows > 0)
		screen_cell(screen, area.row, 2, area.cols - 2, EL_ABSENT, str_of(gettext("no case yet; c opens one")));
}

static void paint_entry(struct customer_view *cv, struct screen *screen, int row, const struct entry *entry, struct json_parser *parser)
{
	int cols = screen_cols(screen);
	const struct tell tell = customer_telling(cv, cols);
	struct buf text;

	buf_init(&text, ENTRY_DATA_MOST);
	words_when(cv->view.ui, entry_time(entry), &text);
	screen_fill(screen, row, 0, cols, EL_TEXT);
	screen_cell(screen, row, 1, 12, EL_TIME, buf_str(&text));
	buf_reset(&text);
	tell_entry_kind(entry, &text);
	screen_cell(screen, row, 14, 15, EL_LABEL, buf_str(&text));
	buf_reset(&text);
	tell_entry_words(&tell, entry, parser, &text);
	screen_cell(screen, row, 30, cols - 30 - 9, EL_TITLE, buf_str(&text));
	screen_cell(screen, row, cols - 8, 7, EL_AGENT, entry->author);
	buf_release(&text);
}

/* Of the case that the brief is of: the newest entry first. */
void customer_history_paint(struct customer_view *cv, struct screen *screen, struct area area)
{
	const struct case_state *state = cases_find(customer_cases(cv->customer), customer_chosen(cv->customer));
	struct json_parser *parser = json_parser_new();
	size_t n = state ? state->n_entries : 0, most = n > (size_t)area.rows ? n - (size_t)area.rows : 0;

	cv->scroll.lines = n;
	cv->scroll.rows = area.rows > 0 ? (size_t)area.rows : 0;
	if (cv->scroll.top > most)
		cv->scroll.top = most;
	for (int i = 0; i < area.rows; i++) {
		size_t at = cv->scroll.top + (size_t)i;

		if (at < n)
			paint_entry(cv, screen, area.row + i, state->entries[n - 1 - at], parser);
		else
			screen_fill(screen, area.row + i, 0, area.cols, EL_TEXT);
	}
	json_parser_free(parser);
}

struct str customer_cases_chosen(struct customer_view *cv)
{
	const struct cases *cases = customer_cases(cv->customer);

	return cv->cases_list.chosen < cases->n_cases ? case_at(cases, cv->cases_list.chosen)->id : (struct str){ 0 };
}

void customer_cases_open(struct customer_view *cv)
{
	const struct cases *cases = customer_cases(cv->customer);
	char *id;

	if (cv->cases_list.chosen >= cases->n_cases)
		return;
	id = str_dup(case_at(cases, cv->cases_list.chosen)->id);
	customer_choose(cv->customer, str_of(id));
	free(id);
}
