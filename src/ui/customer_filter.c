/*
 * Which rows the agent wants to see: the tab's kinds, and what was typed into
 * the filter. Words are looked for in a copy of all rows' words, which is made
 * in slices while the filter's prompt stands open.
 */
#include <stdlib.h>

#include <dossier/base/mem.h>
#include <dossier/base/text.h>
#include <dossier/model/cases.h>

#include "customer_view.h"
#include "form.h"

#define SLICE_MS 5
#define SLICE_ROWS 256          /* between two looks at the clock */

#define BIT(kind) (1u << KIND_##kind)
#define NOTE_KINDS (BIT(NOTE) | BIT(CONTACT))

unsigned customer_tab_kinds(enum customer_tab tab)
{
	return tab == TAB_NOTES ? NOTE_KINDS : 0;
}

void row_filter_release(struct row_filter *filter)
{
	arena_free(filter->arena);
	*filter = (struct row_filter){ 0 };
}

static struct str folded(struct arena *arena, struct str text)
{
	struct buf out;
	struct str kept;

	buf_init(&out, 4096);
	text_fold(&out, text);
	kept = arena_str(arena, buf_str(&out));
	buf_release(&out);
	return kept;
}

/* "kind:call", "from:shop", "in", "out", "by:mia", "since:-7d"; else words to be found. False: such a word is not finished yet. */
static bool read_word(struct row_filter *filter, struct ui *ui, struct str word, struct timeline_filter *part)
{
	const char *colon = memchr(word.p, ':', word.n);
	struct str name = colon ? str_make(word.p, (size_t)(colon - word.p)) : (struct str){ 0 };
	struct str value = colon ? str_make(colon + 1, word.n - name.n - 1) : (struct str){ 0 };
	enum kind kind;

	*part = (struct timeline_filter){ .since = WHEN_NONE, .until = WHEN_NONE };
	if (str_is(name, "kind") || str_is(name, "k")) {
		for (int i = 0; i < KIND_COUNT && value.n; i++)
			if (strncmp(kind_word((enum kind)i), value.p, value.n) == 0)
				part->kinds |= 1u << i;
		return part->kinds != 0;
	}
	if (str_is(name, "from"))
		part->backend = arena_str(filter->arena, str_is(value, "notes") ? STR(CASES_BACKEND) : value);
	else if (str_is(name, "by"))
		part->agent = folded(filter->arena, value);
	else if (str_is(name, "since"))
		return when_parse_human(value, ui_now(ui), ui_zone(ui), &part->since, NULL);
	else if (str_is(name, "until"))
		return when_parse_human(value, ui_now(ui), ui_zone(ui), &part->until, NULL);
	else if (str_is(name, "dir"))
		return direction_parse(value, &part->direction);
	else if (kind_parse(word, &kind))
		part->kinds = 1u << kind;
	else
		part->grep = folded(filter->arena, word);
	return !name.n || value.n;
}

bool row_filter_set(struct row_filter *filter, struct ui *ui, struct str text)
{
	row_filter_release(filter);
	filter->arena = arena_new();
	for (size_t at = 0; at < text.n && filter->n < FILTER_WORDS;) {
		const char *stop = memchr(text.p + at, ' ', text.n - at);
		size_t n = stop ? (size_t)(stop - text.p) - at : text.n - at;

		if (n && read_word(filter, ui, str_make(text.p + at, n), &filter->part[filter->n]))
			filter->n++;
		at += n + 1;
	}
	return filter->n > 0;
}

/* The words of the first rows, up to this many; false where there are too many words to lay them out. */
static bool lay_out(struct customer_view *cv, size_t upto)
{
	struct timeline *timeline = customer_timeline(cv->customer);
	const struct present *present;

	if (cv->sift && sift_count(cv->sift) >= upto)
		return true;
	if (!cv->sift)
		cv->sift = sift_new();
	present = customer_view_present(cv);
	while (sift_count(cv->sift) < upto)
		if (!present_sift(present, timeline_row(timeline, sift_count(cv->sift)), cv->sift))
			return false;
	return true;
}

static void lay_out_slice(void *arg)
{
	struct customer_view *cv = arg;
	const struct clock *clock = ui_desk(cv->view.ui)->clock;
	int64_t stop = clock_steady(clock) + SLICE_MS;
	size_t n = timeline_count(customer_timeline(cv->customer)), at = cv->sift ? sift_count(cv->sift) : 0;

	for (; at < n && clock_steady(clock) < stop; at += SLICE_ROWS)
		if (!lay_out(cv, n - at > SLICE_ROWS ? at + SLICE_ROWS : n))
			return;
	if (at < n)
		loop_defer(ui_desk(cv->view.ui)->loop, lay_out_slice, cv);
}

void customer_filter_begin(struct customer_view *cv)
{
	loop_defer_cancel(ui_desk(cv->view.ui)->loop, lay_out_slice, cv);
	loop_defer(ui_desk(cv->view.ui)->loop, lay_out_slice, cv);
}

static void put_who(struct customer_view *cv, struct buf *out)
{
	struct arena *arena = arena_new();
	struct draft_of about = { .n_who = 0 };

	form_about_customer(arena, cv->customer, &about);
	if (about.person.n)
		buf_printf(out, "%.*s\n", STR_ARG(about.person));
	for (size_t i = 0; i < about.n_who; i++)
		buf_printf(out, "%.*s\n", STR_ARG(about.who[i]));
	arena_free(arena);
}

void customer_filter_leave(struct customer_view *cv)
{
	struct buf who;

	buf_init(&who, 64 * 1024);
	put_who(cv, &who);
	ui_leave_filter(cv->view.ui, buf_str(&who), str_of(cv->filter_text), (int)cv->tab);
	buf_release(&who);
}

const char *customer_filter_left(struct customer_view *cv, int *tab)
{
	const char *text;
	struct buf who;

	if (cv->opening.aside)
		return NULL;
	buf_init(&who, 64 * 1024);
	put_who(cv, &who);
	text = ui_left_filter(cv->view.ui, buf_str(&who), tab);
	buf_release(&who);
	return text;
}

void customer_filter_forget(struct customer_view *cv)
{
	loop_defer_cancel(ui_desk(cv->view.ui)->loop, lay_out_slice, cv);
	sift_free(cv->sift);
	cv->sift = NULL;
}

static const struct timeline_filter *first_word(const struct row_filter *filter)
{
	for (size_t i = 0; i < filter->n; i++)
		if (filter->part[i].grep.n)
			return &filter->part[i];
	return NULL;
}

/* All but the part that was looked for already. */
static bool keeps(struct customer_view *cv, size_t at, const struct timeline_filter *done)
{
	unsigned kinds = customer_tab_kinds(cv->tab);
	const struct timeline_row *row = timeline_row(customer_timeline(cv->customer), at);

	if (kinds && !(kinds >> row->head->kind & 1))
		return false;
	for (size_t i = 0; i < cv->filter.n; i++) {
		const struct timeline_filter *part = &cv->filter.part[i];

		if (part == done)
			continue;
		if (done && part->grep.n ? !sift_has(cv->sift, at, part->grep) : !present_keeps(&cv->present, row, part))
			return false;
	}
	return true;
}

size_t customer_filter_take(struct customer_view *cv, size_t from, size_t to, size_t *rows)
{
	const struct timeline_filter *word = first_word(&cv->filter);
	bool plain = cv->filter.n == 1 && !customer_tab_kinds(cv->tab);
	size_t n = 0, kept = 0;

	if (word && !lay_out(cv, to))
		word = NULL;
	if (word)
		n = sift_take(cv->sift, from, to, word->grep, rows);
	else
		while (from < to)
			rows[n++] = from++;
	if (word && plain)
		return n;
	for (size_t i = 0; i < n; i++)
		if (keeps(cv, rows[i], word))
			rows[kept++] = rows[i];
	return kept;
}
