/*
 * Which rows count, and what stands on top.
 */
#include <dossier/base/text.h>

#include "brief_inner.h"

#define BIT(kind) (1u << KIND_##kind)
#define CONTACT_KINDS (BIT(CALL) | BIT(VISIT) | BIT(CHAT) | BIT(EMAIL) | BIT(MESSAGE) | BIT(SOCIAL) | BIT(CONTACT))
/* Where what comes in are the customer's own words, not what an agent wrote about them. */
#define WORDS_KINDS (BIT(CHAT) | BIT(EMAIL) | BIT(MESSAGE) | BIT(SOCIAL) | BIT(WEB) | BIT(SELFSERVICE) | BIT(TICKET) | BIT(SURVEY))

static bool is_ours(const struct interaction *it)
{
	return str_is(it->backend, CASES_BACKEND);
}

const struct contact *row_contact(const struct cases *cases, const struct timeline_row *row)
{
	for (size_t i = 0; i < row->n_sources; i++) {
		const struct contact *contact = is_ours(row->sources[i]) && str_is(row->sources[i]->row, "contact") ?
			cases_contact(cases, row->sources[i]->id) : NULL;

		if (contact)
			return contact;
	}
	return NULL;
}

bool row_is_contact(const struct timeline_row *row)
{
	bool out = false, in = false, contact = false;

	for (size_t i = 0; i < row->n_sources; i++) {
		const struct interaction *it = row->sources[i];

		if (is_ours(it) && str_is(it->row, "contact"))
			return true;
		contact |= CONTACT_KINDS >> it->kind & 1;
		out |= it->direction == DIRECTION_OUT;
		in |= it->direction == DIRECTION_IN;
	}
	/* what only went out was no effort of the customer */
	return contact && (in || !out);
}

static bool row_inbound(const struct timeline_row *row)
{
	for (size_t i = 0; i < row->n_sources; i++) {
		if (row->sources[i]->direction == DIRECTION_OUT)
			return false;
	}
	return true;
}

bool brief_inbound(const struct timeline_row *row)
{
	return row_dated(row) && row_is_contact(row) && row_inbound(row);
}

static int64_t row_until(const struct timeline_row *row)
{
	int64_t end = row->head->at;

	for (size_t i = 0; i < row->n_sources; i++) {
		int64_t until = row->sources[i]->until;

		if (row_dated(row) && until > end && until < INT64_C(1) << 53 && until - row->head->at <= 24 * 60 * 60 * INT64_C(1000))
			end = until;
	}
	return end;
}

/* What was said about the row by hand, of all its sources. */
static bool row_chosen(const struct brief_in *in, const struct timeline_row *row, struct str *case_)
{
	for (size_t i = 0; i < row->n_sources; i++) {
		const struct interaction *it = row->sources[i];
		const struct row_key key = { it->backend, it->row, it->id };
		const struct contact *contact = is_ours(it) ? cases_contact(in->cases, it->id) : NULL;
		bool off;

		*case_ = contact ? contact->case_ : cases_row_case(in->cases, &key, &off);
		if (contact)
			off = contact->loose;
		else if (is_ours(it) && !case_->p && it->refs)
			*case_ = it->refs->case_;
		if (off || (case_->p && cases_find(in->cases, *case_)))
			return true;
	}
	return false;
}

/* Open at its start or at its end: a call in which a case is opened, or solved, is about it. */
struct str row_case(const struct brief_in *in, const struct timeline_row *row)
{
	struct str case_ = { 0 };
	size_t open = 0;

	if (row_chosen(in, row, &case_))
		return case_;
	case_ = (struct str){ 0 };
	for (size_t i = 0; i < in->cases->n_cases; i++) {
		const struct case_state *state = &in->cases->cases[i];

		if (!case_open_at(state, row->head->at) && !case_open_at(state, row_until(row)))
			continue;
		case_ = state->id;
		open++;
	}
	return open == 1 ? case_ : (struct str){ 0 };
}

static bool row_says_done(const struct timeline_row *row)
{
	for (size_t i = 0; i < row->n_sources; i++) {
		if (!str_empty(row->sources[i]->done))
			return true;
	}
	return false;
}

/* While it goes on, what came before is what its agent needs: however long ago that was. */
static bool is_live(const struct brief_in *in, const struct timeline_row *row)
{
	const struct contact *contact = row_contact(in->cases, row);

	/* nobody has dealt with anybody for a day: that one was never ended */
	return contact && contact->until == WHEN_NONE && in->now - row->head->at < 24 * 60 * 60 * INT64_C(1000);
}

static bool row_counts(const struct brief_in *in, const struct timeline_row *row, int64_t *newer)
{
	struct str case_ = row_case(in, row);

	if (in->case_.p)
		return case_.p && str_eq(case_, in->case_);
	if (case_.p)
		return false;
	if (*newer != WHEN_NONE && *newer - row->head->at > in->loose)
		return false;
	if (row_is_contact(row) && !is_live(in, row))
		*newer = row->head->at;
	return true;
}

static void handling_of(struct touch *touch)
{
	touch->handled = touch->contact != NULL;
	for (size_t i = 0; i < touch->row->n_sources; i++) {
		const struct interaction *it = touch->row->sources[i];

		touch->visit |= it->kind == KIND_VISIT;
		touch->handled |= it->kind == KIND_CALL || !str_empty(it->agent);
	}
}

struct touches brief_touches(const struct brief_in *in)
{
	struct touches touches = { 0 };
	int64_t newer = WHEN_NONE, inbound = WHEN_NONE;
	size_t n = timeline_count(in->timeline);

	for (size_t i = 0; i < n; i++) {
		const struct timeline_row *row = timeline_row(in->timeline, i);
		struct touch touch = { .row = row, .at = row->head->at, .contact_row = row_is_contact(row), .said = row_says_done(row) };

		if (is_refund(row->head)) {
			MEM_ROOM(touches.refunds, touches.n_refunds, touches.cap_refunds);
			touches.refunds[touches.n_refunds++] = row;
		}
		if (!row_dated(row) || (!touch.contact_row && !touch.said) || !row_counts(in, row, &newer))
			continue;
		touch.end = row_until(row);
		touch.contact = row_contact(in->cases, row);
		/* a backend that says when it was over knows before its agent does */
		touch.live = is_live(in, row) && (touch.end == touch.at || touch.end > in->now);
		touch.inbound = touch.contact_row && row_inbound(row);
		touch.back = inbound != WHEN_NONE && inbound - touch.at <= in->window;
		if (touch.inbound)
			inbound = touch.at;
		handling_of(&touch);
		if (touch.contact_row)
			effort_of(in, &touch);
		MEM_ROOM(touches.items, touches.n, touches.cap);
		touches.items[touches.n++] = touch;
	}
	/* from here on oldest first */
	for (size_t i = 0; i < touches.n / 2; i++) {
		struct touch swap = touches.items[i];

		touches.items[i] = touches.items[touches.n - 1 - i];
		touches.items[touches.n - 1 - i] = swap;
	}
	return touches;
}

static struct str words_of(const struct timeline_row *row, const struct interaction **from)
{
	for (size_t i = 0; i < row->n_sources; i++) {
		const struct interaction *it = row->sources[i];
		struct str words = str_trim(it->text);

		if (is_ours(it) || it->direction != DIRECTION_IN || !(WORDS_KINDS >> it->kind & 1))
			continue;
		if (str_empty(words))
			words = str_trim(it->title);
		if (str_empty(words))
			continue;
		*from = it;
		return words;
	}
	return (struct str){ 0 };
}

static const struct case_state *solved_by(const struct brief_in *in, const struct timeline_row *row)
{
	struct str case_ = row_case(in, row);
	const struct case_state *of = case_.p ? cases_find(in->cases, case_) : NULL;

	return of && of->status == CASE_SOLVED ? of : NULL;
}

/* Words of a solved case are wanted no more, nor are those that were too old to be offered when it was opened. */
static void brief_wanted(struct brief *brief, const struct brief_in *in)
{
	size_t n = timeline_count(in->timeline);
	int64_t oldest = INT64_MIN;

	if (brief->of && !str_empty(brief->of->title)) {
		brief->wants = WANTS_CASE;
		brief->wants_text = brief->of->title;
		return;
	}
	for (size_t i = 0; i < n; i++) {
		const struct timeline_row *row = timeline_row(in->timeline, i);
		const struct interaction *from;
		const struct case_state *of;
		struct str words = words_of(row, &from);
		int64_t since;

		if (!words.p)
			continue;
		of = solved_by(in, row);
		if (of) {
			if (!__builtin_sub_overflow(entry_time(of->opened), in->loose, &since) && since > oldest)
				oldest = since;
			continue;
		}
		if (row->head->at < oldest)
			return;
		brief->wants = WANTS_WORDS;
		brief->wants_text = words;
		brief->wants_row = from;
		return;
	}
}

static void brief_promised(struct brief *brief, const struct cases *cases)
{
	size_t open = 0;

	while (open < cases->n_promises && cases->promises[open].state == PROMISE_OPEN)
		open++;
	brief->promised = open ? &cases->promises[0] : NULL;
	brief->more_promised = open ? open - 1 : 0;
}

static bool sets_solved(struct json_parser *parser, const struct entry *entry)
{
	struct json_object *data;
	bool solved;

	if (entry->type != ENTRY_CASE_SET)
		return false;
	data = entry_data(parser, entry);
	solved = str_is(entry_text(data, "field"), "status") && str_is(entry_text(data, "value"), case_status_word(CASE_SOLVED));
	json_object_put(data);
	return solved;
}

/* Whoever took the hand-off solved the case: what it asked for was done, whatever reopened it since. */
static bool was_done(const struct case_state *of, struct json_parser *parser, const struct entry *offer)
{
	const struct entry *taken = NULL;

	for (size_t i = 0; i < of->n_handoffs; i++)
		if (of->handoffs[i]->offer == offer && of->handoffs[i]->state == HANDOFF_ACCEPTED)
			taken = of->handoffs[i]->closed;
	for (size_t i = of->n_entries; taken && i-- > 0 && entry_compare(of->entries[i], taken) > 0;)
		if (sets_solved(parser, of->entries[i]))
			return true;
	return false;
}

static void brief_next(struct brief *brief, const struct cases *cases)
{
	const struct entry *next = brief->of ? brief->of->next : cases->loose_next;
	struct json_parser *parser;
	struct json_object *data;
	struct str text;

	if (!next)
		return;
	parser = json_parser_new();
	if (brief->of && next->type == ENTRY_HANDOFF_OFFER && was_done(brief->of, parser, next)) {
		json_parser_free(parser);
		return;
	}
	data = entry_data(parser, next);
	text = entry_text(data, next->type == ENTRY_HANDOFF_OFFER ? "next" : "text");
	brief->next = next;
	brief->next_text = text.p ? arena_str(brief->arena, text) : text;
	json_object_put(data);
	json_parser_free(parser);
}

void brief_init(struct brief *brief, const struct brief_in *in)
{
	struct brief_in whole = *in;
	struct touches touches;
	const struct timeline_row **rows;

	if (!whole.window)
		whole.window = BRIEF_WINDOW;
	if (!whole.loose)
		whole.loose = BRIEF_LOOSE;
	*brief = (struct brief){ .arena = arena_new(), .of = cases_find(in->cases, in->case_) };
	if (!brief->of)
		whole.case_ = (struct str){ 0 };
	touches = brief_touches(&whole);
	rows = arena_alloc(brief->arena, (touches.n + 1) * sizeof(*rows));
	for (size_t i = touches.n; i-- > 0; ) {
		if (touches.items[i].contact_row)
			rows[brief->n_rows++] = touches.items[i].row;
	}
	brief->rows = rows;
	brief_wanted(brief, &whole);
	brief_tried(brief, &touches, &whole);
	brief_promised(brief, in->cases);
	brief_next(brief, in->cases);
	brief_effort(brief, &touches, &whole);
	free(touches.items);
	free(touches.refunds);
}

void brief_release(struct brief *brief)
{
	arena_free(brief->arena);
	*brief = (struct brief){ 0 };
}

struct str brief_choose(const struct cases *cases)
{
	const struct entry *newest = NULL;
	struct str best = { 0 };

	for (size_t i = 0; i < cases->n_cases; i++) {
		const struct case_state *state = &cases->cases[i];
		const struct entry *last = state->n_entries ? state->entries[state->n_entries - 1] : state->opened;

		if (state->status == CASE_SOLVED || (newest && entry_compare(last, newest) < 0))
			continue;
		newest = last;
		best = state->id;
	}
	return best;
}

const struct timeline_row **brief_loose(const struct brief_in *in, int64_t at, size_t *n)
{
	const struct timeline_row **found = NULL;
	int64_t loose = in->loose ? in->loose : BRIEF_LOOSE;
	size_t cap = 0, all = timeline_count(in->timeline);

	*n = 0;
	for (size_t i = 0; i < all; i++) {
		const struct timeline_row *row = timeline_row(in->timeline, i);

		if (!row_dated(row) || row->head->at > at || at - row->head->at > loose || !row_is_contact(row) ||
		    row_case(in, row).p)
			continue;
		MEM_ROOM(found, *n, cap);
		found[(*n)++] = row;
	}
	return found;
}
