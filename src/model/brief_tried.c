/*
 * TRIED: codes and visits are counted, and what nobody stated is said to be so.
 */
#include <dossier/base/text.h>

#include "brief_inner.h"

struct tried { struct brief_item *items; size_t n, cap; };

static bool code_same(struct str a, struct str b)
{
	struct buf x, y;
	bool same;

	if (str_eq(a, b))
		return true;
	buf_init(&x, 4096);
	buf_init(&y, 4096);
	text_fold_plain(&x, a);
	text_fold_plain(&y, b);
	same = x.len && str_eq(buf_str(&x), buf_str(&y));
	buf_release(&x);
	buf_release(&y);
	return same;
}

static void tried_count(struct tried *tried, enum brief_tried kind, struct str code, const struct touch *touch)
{
	struct brief_item *item;
	size_t i = 0;

	while (i < tried->n && !(tried->items[i].kind == kind &&
				 (kind == TRIED_VISIT || kind == TRIED_NOT_STATED || code_same(tried->items[i].code, code))))
		i++;
	if (i == tried->n) {
		struct brief_item made = { .kind = kind, .code = code, .first = touch->at };

		MEM_ROOM(tried->items, tried->n, tried->cap);
		tried->items[tried->n++] = made;
	}
	item = &tried->items[i];
	item->n++;
	item->back += touch->back;
	item->last = touch->at;
	if (kind == TRIED_VISIT && code.p)
		item->code = code;
}

static bool touch_has(const struct touch *touch, struct str code)
{
	for (size_t i = 0; touch->contact && i < touch->contact->n_done; i++) {
		if (code_same(touch->contact->done[i], code))
			return true;
	}
	for (size_t i = 0; i < touch->row->n_sources; i++) {
		if (!str_empty(touch->row->sources[i]->done) && code_same(touch->row->sources[i]->done, code))
			return true;
	}
	return false;
}

/* An action during a contact of the same agent who also named it at wrap-up was done once. */
static bool said_at_wrapup(const struct touches *touches, const struct touch *action, struct str code)
{
	const int64_t slack = 120 * 1000;

	for (size_t i = 0; i < touches->n; i++) {
		const struct touch *touch = &touches->items[i];

		if (touch->contact && touch->at - slack <= action->at && action->at <= touch->end + slack &&
		    str_eq(touch->contact->start->author, action->row->head->agent) && touch_has(touch, code))
			return true;
	}
	return false;
}

/* What the backends say was done, each code once. */
static size_t row_codes(struct tried *tried, const struct touches *touches, const struct touch *touch)
{
	size_t counted = 0;

	for (size_t i = 0; i < touch->row->n_sources; i++) {
		struct str code = str_trim(touch->row->sources[i]->done);
		bool again = str_empty(code);

		for (size_t k = 0; k < i && !again; k++)
			again = code_same(code, str_trim(touch->row->sources[k]->done));
		if (again || (!touch->contact_row && said_at_wrapup(touches, touch, code)))
			continue;
		tried_count(tried, TRIED_CODE, code, touch);
		counted++;
	}
	return counted;
}

static struct str row_place(const struct timeline_row *row)
{
	for (size_t i = 0; i < row->n_sources; i++) {
		if (!str_empty(row->sources[i]->place_name))
			return row->sources[i]->place_name;
	}
	return row->head->place_id;
}

static void touch_count(struct tried *tried, const struct touches *touches, const struct touch *touch)
{
	const struct contact *contact = touch->contact;
	bool visit = touch->contact_row && !touch->live && touch->visit;

	if (visit)
		tried_count(tried, TRIED_VISIT, row_place(touch->row), touch);
	if (contact && contact->n_done) {
		for (size_t i = 0; i < contact->n_done; i++)
			tried_count(tried, TRIED_CODE, contact->done[i], touch);
		return;
	}
	if ((touch->said && row_codes(tried, touches, touch)) || !touch->contact_row || touch->live)
		return;
	if (contact && contact->outcome.p)
		tried_count(tried, TRIED_OUTCOME, contact->outcome, touch);
	else if (!visit && touch->handled)
		tried_count(tried, TRIED_NOT_STATED, (struct str){ 0 }, touch);
}

static int item_compare(const void *a, const void *b)
{
	const struct brief_item *x = a, *y = b;
	int group_x = x->kind == TRIED_OUTCOME ? TRIED_CODE : (int)x->kind, group_y = y->kind == TRIED_OUTCOME ? TRIED_CODE : (int)y->kind;

	if (group_x != group_y)
		return group_x < group_y ? -1 : 1;
	if (x->n != y->n)
		return x->n > y->n ? -1 : 1;
	if (x->last != y->last)
		return x->last > y->last ? -1 : 1;
	return x->kind != y->kind ? (x->kind < y->kind ? -1 : 1) : str_cmp(x->code, y->code);
}

static enum brief_verdict verdict_of(const struct brief_item *item, int64_t helped)
{
	if (item->kind == TRIED_NOT_STATED || item->kind == TRIED_VISIT)
		return item->back == item->n ? VERDICT_BACK_EACH : item->back ? VERDICT_BACK : VERDICT_NONE;
	if (item->last == helped)
		return VERDICT_HELPED;
	return item->back == item->n ? VERDICT_BACK_EACH : item->back ? VERDICT_BACK : VERDICT_NONE;
}

/* When what was done last before a solution that has held; WHEN_NONE: nothing can be said to have helped. */
static int64_t helped_at(const struct tried *tried, const struct touches *touches, const struct brief *brief, const struct brief_in *in)
{
	int64_t last = WHEN_NONE, solved = brief->of ? brief->of->solved_at : WHEN_NONE, held;

	if (solved == WHEN_NONE || __builtin_sub_overflow(in->now, solved, &held) || held < in->window)
		return WHEN_NONE;
	for (size_t i = 0; i < touches->n; i++) {
		if (touches->items[i].inbound && touches->items[i].at > solved && touches->items[i].at - solved <= in->window)
			return WHEN_NONE;
	}
	for (size_t i = 0; i < tried->n; i++) {
		if (tried->items[i].kind <= TRIED_OUTCOME && tried->items[i].last <= solved && tried->items[i].last > last)
			last = tried->items[i].last;
	}
	return last;
}

void brief_tried(struct brief *brief, const struct touches *touches, const struct brief_in *in)
{
	struct tried tried = { 0 };
	struct brief_item *kept;
	int64_t helped;

	for (size_t i = 0; i < touches->n; i++)
		touch_count(&tried, touches, &touches->items[i]);
	helped = helped_at(&tried, touches, brief, in);
	kept = arena_alloc(brief->arena, (tried.n + 1) * sizeof(*kept));
	for (size_t i = 0; i < tried.n; i++) {
		kept[i] = tried.items[i];
		kept[i].verdict = verdict_of(&kept[i], helped == WHEN_NONE ? INT64_MAX : helped);
	}
	qsort(kept, tried.n, sizeof(*kept), item_compare);
	brief->tried = kept;
	brief->n_tried = tried.n;
	free(tried.items);
}
