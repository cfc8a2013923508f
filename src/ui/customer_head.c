#include <libintl.h>
#include <stdlib.h>

#include <dossier/base/mem.h>
#include <dossier/desk/tell.h>

#include "customer_view.h"
#include "filtered.h"
#include "words.h"

#define WORDS_LEAST 8           /* columns of a filter that say which it is */

struct tell customer_telling(struct customer_view *cv, int cols)
{
	return (struct tell){
		.now = ui_now(cv->view.ui), .zone = ui_zone(cv->view.ui), .mask = customer_view_present(cv)->mask, .desk = ui_desk(cv->view.ui),
		.ascii = !screen_unicode(ui_screen(cv->view.ui)), .wide = cols >= 100,
	};
}

static void add_fact(struct buf *out, struct str text)
{
	if (!text.n)
		return;
	buf_adds(out, out->len ? " · " : "");
	buf_addstr(out, text);
}

/* "LS1 · gold · since 2017 · £4,210" */
static void facts_of(struct customer_view *cv, const struct profile *p, const struct group *group, bool wide, struct buf *out)
{
	struct buf one;

	buf_init(&one, 256);
	for (size_t i = 0; i < group->n_records && !one.len; i++)
		for (size_t k = 0; k < group->records[i]->n_addresses && !one.len; k++)
			buf_addstr(&one, group->records[i]->addresses[k].postcode);
	add_fact(out, buf_str(&one));
	if (p->tiers.n)
		add_fact(out, p->tiers.items[0].text);
	if (p->since != WHEN_NONE) {
		buf_reset(&one);
		when_strftime(p->since, ui_zone(cv->view.ui), STR("%Y"), &one);
		buf_adds(out, out->len ? gettext(" · since ") : gettext("since "));
		buf_addstr(out, buf_str(&one));
	}
	for (size_t i = 0; i < p->n_lifetime; i++) {
		buf_reset(&one);
		words_money(p->lifetime[i], &one);
		buf_adds(&one, wide ? gettext(" lifetime") : "");
		add_fact(out, buf_str(&one));
	}
	if (p->do_not_contact)
		add_fact(out, str_of(gettext("do not contact")));
	buf_release(&one);
}

/* On the right, how sure it is who this is. */
static int paint_sureness(struct customer_view *cv, struct screen *screen, struct area area, const struct group *group)
{
	int room = area.cols / 2, element = EL_UNVERIFIED;
	struct verified verified = { 0 }, last;
	bool carries;
	struct buf text;
	struct tell tell = customer_telling(cv, area.cols);
	int from;

	buf_init(&text, 1024);
	customer_verified(cv->customer, &verified);
	if (group->shared_only && !verified.level && (group->n_records ? !customer_settled(cv) : !cv->compared)) {
		buf_adds(&text, group->n_records ? gettext("WHO IS IT? others may share this")
						 : gettext("UNKNOWN HERE"));
	} else {
		element = verified.level ? EL_VERIFIED : EL_UNVERIFIED;
		tell_verified(&tell, &verified, &text);
		if (!verified.level && customer_verified_before(cv->customer, &last, &carries)) {
			buf_adds(&text, "  ");
			tell_verified_before(&tell, &last, carries, &text);
		}
	}
	from = screen_right(screen, area.row, area.cols - 1 - room, room, element, buf_str(&text));
	buf_release(&text);
	return from;
}

static void paint_who(struct customer_view *cv, struct screen *screen, struct area area)
{
	struct arena *arena = arena_new();
	const struct present *present = customer_view_present(cv);
	const struct group *group = present_seen_group(present, customer_group(cv->customer), arena);
	const struct profile *p = present_seen_profile(present, customer_profile(cv->customer), arena);
	struct buf text;
	int at = 1, end;

	buf_init(&text, 4096);
	screen_fill(screen, area.row, 0, area.cols, EL_FACTS);
	end = paint_sureness(cv, screen, area, group) - 2;
	if (p->name.n)
		buf_addstr(&text, p->name);
	else if (group->n_typed)
		identity_print(&group->typed[0], &text);
	else
		buf_adds(&text, gettext("(no name)"));
	at += screen_put(screen, area.row, at, end - at, EL_CUSTOMER, buf_str(&text)) + 2;
	buf_reset(&text);
	facts_of(cv, p, group, area.cols >= 100, &text);
	if (end > at)
		screen_put(screen, area.row, at, end - at, EL_FACTS, buf_str(&text));
	buf_release(&text);
	arena_free(arena);
}

/* Of facts between dots, as many from the first as have room. */
static struct str whole_parts(struct screen *screen, struct str facts, int room)
{
	struct str dot = screen_unicode(screen) ? STR(" · ") : STR(" - ");

	while (facts.n && (int)screen_width(screen, facts) > room) {
		size_t at = facts.n;

		while (at > 0 && (facts.n - at < dot.n || memcmp(facts.p + at, dot.p, dot.n) != 0))
			at--;
		facts.n = at;
	}
	return facts;
}

/* Of pairs of a number and its word, as many from the first as have room. */
static struct str whole_pairs(struct screen *screen, struct str pairs, int room)
{
	while (pairs.n && (int)screen_width(screen, pairs) > room)
		for (int spaces = 0; pairs.n && spaces < 2;)
			spaces += pairs.p[--pairs.n] == ' ';
	return pairs;
}

/* What has room beside what is to be read, in whole parts; so many columns in any case. */
static struct str beside(struct screen *screen, int cols, struct str right, struct str text, int least)
{
	int room = cols - 14 - (int)screen_width(screen, text);

	return whole_parts(screen, right, room > least ? room : least);
}

/* A label, what is said, and on the right what belongs to it; the right one gives way. */
static void paint_line(struct screen *screen, int row, int cols, const char *label, int element, struct str text, struct str right)
{
	int at = 11, from = cols - 1, want = (int)screen_width(screen, right), need = (int)screen_width(screen, text);
	int least = need < cols / 3 ? need : cols / 3;

	screen_fill(screen, row, 0, cols, EL_TEXT);
	screen_put(screen, row, 1, 9, EL_LABEL, str_of(label));
	if (want > cols / 2 && want > cols - at - 3 - need)
		want = cols - at - 3 - need > cols / 2 ? cols - at - 3 - need : cols / 2;
	if (want && cols - 1 - want - 2 - at >= least)
		from = screen_right(screen, row, cols - 1 - want, want, EL_DIM, right) - 2;
	screen_put(screen, row, at, from - at, element, text);
}

static bool is_late(const struct brief *brief, int64_t now)
{
	return brief->promised && brief->promised->due != WHEN_NONE && brief->promised->due < now;
}

/* Another case that is not solved: what was tried for it is not to look lost because a new one was opened. */
static const struct case_state *other_case(const struct cases *cases, const struct brief *brief)
{
	const struct case_state *other = NULL;

	for (size_t i = 0; cases && brief->of && i < cases->n_cases; i++)
		if (&cases->cases[i] != brief->of && cases->cases[i].status != CASE_SOLVED)
			other = &cases->cases[i];
	return other;
}

static void put_tried(const struct tell *tell, const struct brief *brief, const struct cases *cases, struct buf *out)
{
	const struct case_state *other = brief->n_tried ? NULL : other_case(cases, brief);

	if (!other)
		tell_tried(tell, brief, out);
	else if (str_empty(other->title) || mask_hides(tell->mask, "case.title") || mask_hides(tell->mask, "brief.wants"))
		buf_adds(out, gettext("nothing for this; [ leads to the other open case"));
	else
		buf_printf(out, gettext("nothing for this; [ leads to: %.*s"), STR_ARG(other->title));
}

static void paint_brief(struct customer_view *cv, struct screen *screen, struct area area)
{
	const struct brief *brief = customer_brief(cv->customer);
	const struct cases *cases = customer_cases(cv->customer);
	struct tell tell = customer_telling(cv, area.cols);
	struct buf text, right;

	buf_init(&text, 8192);
	buf_init(&right, 8192);
	tell_wants(&tell, brief, &text);
	if (cases)
		tell_of(&tell, brief, cases, &right);
	paint_line(screen, area.row + 1, area.cols, gettext("WANTS"), brief->wants == WANTS_NOT_STATED ? EL_ABSENT : EL_WANTS,
		   buf_str(&text), beside(screen, area.cols, buf_str(&right), buf_str(&text), area.cols / 4));
	buf_reset(&text);
	buf_reset(&right);
	put_tried(&tell, brief, cases, &text);
	tell_cost(&tell, brief, &right);
	/* What was tried is to be read; what it cost has the room that is left. */
	paint_line(screen, area.row + 2, area.cols, gettext("TRIED"), brief->n_tried ? EL_TRIED : EL_ABSENT, buf_str(&text),
		   beside(screen, area.cols, buf_str(&right), buf_str(&text), 0));
	buf_reset(&text);
	buf_reset(&right);
	tell_promised(&tell, brief, &text);
	tell_effort(&tell, brief, &right);
	paint_line(screen, area.row + 3, area.cols, gettext("PROMISED"),
		   !brief->promised ? EL_ABSENT : is_late(brief, tell.now) ? EL_LATE : EL_PROMISED, buf_str(&text),
		   tell.wide ? beside(screen, area.cols, buf_str(&right), buf_str(&text), 0)
			     : whole_pairs(screen, buf_str(&right), area.cols - 14 - (int)screen_width(screen, buf_str(&text))));
	buf_reset(&text);
	buf_reset(&right);
	tell_next(&tell, brief, &text);
	tell_next_by(&tell, brief, &right);
	paint_line(screen, area.row + 4, area.cols, gettext("NEXT"), brief->next ? EL_NEXT : EL_ABSENT, buf_str(&text), buf_str(&right));
	buf_release(&text);
	buf_release(&right);
}

void customer_head_paint(struct customer_view *cv, struct screen *screen, struct area area)
{
	paint_who(cv, screen, area);
	paint_brief(cv, screen, area);
}

static const char *tab_name(enum customer_tab tab)
{
	static const char *const names[] = { "timeline", "cases", "orders", "notes", "profile" };

	return gettext(names[tab]);
}

/* "3 new since 09:15"; how many where there is no room for more. */
static void put_new(struct customer_view *cv, struct screen *screen, int room, struct buf *out)
{
	struct tell tell = customer_telling(cv, screen_cols(screen));

	buf_printf(out, gettext(" %zu new since "), cv->n_new);
	tell_time(&tell, cv->since, out);
	buf_addc(out, ' ');
	if ((int)screen_width(screen, buf_str(out)) <= room)
		return;
	buf_reset(out);
	buf_printf(out, gettext(" %zu new "), cv->n_new);
}

static void put_tab(struct customer_view *cv, enum customer_tab tab, char out[64])
{
	const char *before = tab == cv->tab ? "[" : " ", *behind = tab == cv->tab ? "]" : " ";

	if (tab != TAB_PROFILE)
		snprintf(out, 64, "%s%.40s %zu%s", before, tab_name(tab), cv->counts[tab], behind);
	else
		snprintf(out, 64, "%s%.40s%s", before, tab_name(tab), behind);
}

/* Of the tab that is open; without words where it is not filtered. */
static struct filtered filtered_of(const struct customer_view *cv)
{
	struct filtered filtered = { .words = str_of(cv->filter_text), .n = cv->index.n, .of = cv->index.of, .more = cv->index.building };

	if (cv->tab == TAB_ORDERS)
		filtered = (struct filtered){ .words = filtered.words, .n = cv->orders.n_kept, .of = cv->orders.all.n };
	if (cv->tab == TAB_CASES || cv->tab == TAB_PROFILE)
		filtered.words = (struct str){ 0 };
	return filtered;
}

/* How many tabs are named: a filter, which says why rows are missing, has a quarter of the line before the last of them. */
static int tabs_shown(struct customer_view *cv, struct screen *screen, const struct filtered *filtered)
{
	int cols = screen_cols(screen), want = filtered_width(screen, filtered), n = TAB_COUNT, used = 1;
	int words = (int)screen_width(screen, filtered->words), least;
	char text[64];

	least = want - (words > WORDS_LEAST ? words - WORDS_LEAST : 0);
	want = want < cols / 4 ? want : least > cols / 4 ? least : cols / 4;
	for (int tab = 0; tab < TAB_COUNT; tab++) {
		put_tab(cv, (enum customer_tab)tab, text);
		used += (int)screen_width(screen, str_of(text)) + 1;
	}
	while (want && n - 1 > (int)cv->tab && cols - 1 - used < want) {
		put_tab(cv, (enum customer_tab)--n, text);
		used -= (int)screen_width(screen, str_of(text)) + 1;
	}
	return n;
}

/* "─[timeline 214]─ cases 2 ─ orders 3 ─ ...", and on the right what concerns the list. */
void customer_tabs_paint(struct customer_view *cv, struct screen *screen, int row, int split)
{
	const struct filtered filtered = filtered_of(cv);
	int cols = screen_cols(screen), at = 1, n = tabs_shown(cv, screen, &filtered);
	char text[64];
	struct buf right;

	screen_rule(screen, row, 0, cols, EL_RULE);
	for (int tab = 0; tab < n; tab++) {
		put_tab(cv, (enum customer_tab)tab, text);
		at += screen_put(screen, row, at, cols - at, tab == (int)cv->tab ? EL_TAB_CHOSEN : EL_TAB, str_of(text)) + 1;
	}
	if (split >= at)
		screen_put(screen, row, split, 1, EL_RULE, STR("┬"));
	buf_init(&right, 256);
	if (filtered.words.n)
		filtered_paint(screen, row, at, cols - 1, &filtered);
	else if (cv->list.top > 0)
		buf_printf(&right, gettext(" %zu newer above "), cv->list.top);
	else if (cv->n_new)
		put_new(cv, screen, cols - 1 - at, &right);
	if (right.len)
		screen_right(screen, row, at, cols - 1 - at, EL_NEW, buf_str(&right));
	buf_release(&right);
}
