/*
 * What is offered, promised and asked, and who took it.
 */
#include "cases_inner.h"

static int claim_compare(const struct entry *a, const struct entry *b)
{
	if (a->epoch != b->epoch)
		return a->epoch < b->epoch ? -1 : 1;
	if (a->got != b->got)
		return a->got < b->got ? -1 : 1;
	return entry_compare(a, b);
}

const struct entry *claim_winner(const struct entry *const *claims, size_t n)
{
	const struct entry *winner = NULL;

	for (size_t i = 0; i < n; i++) {
		if (claims[i]->got != WHEN_NONE && (!winner || claim_compare(claims[i], winner) < 0))
			winner = claims[i];
	}
	return winner;
}

void fold_handoff_offer(struct cases_fold *fold, const struct entry *entry, struct json_object *data)
{
	struct held_handoff held = { .handoff = {
		.offer = entry, .to_team = fold_text(fold, data, "to_team"), .to_agent = fold_text(fold, data, "to_agent"),
		.reason = fold_text(fold, data, "reason"), .wants = fold_text(fold, data, "wants"),
		.tried = fold_text(fold, data, "tried"), .promised = fold_text(fold, data, "promised"),
		.next = fold_text(fold, data, "next"), .note = fold_text(fold, data, "note"), .due = entry_when(data, "due"),
		.contact = fold_text(fold, data, "contact"),
	} };

	fold_object(fold, entry->id, OBJECT_HANDOFF, fold->handoffs.n);
	LIST_ADD(fold->handoffs, held);
}

/* Accept, withdraw and expire race for one slot, which is the offer. */
void fold_handoff_claim(struct cases_fold *fold, const struct entry *entry, struct json_object *data)
{
	static const unsigned char states[ENTRY_TYPE_COUNT] = {
		[ENTRY_HANDOFF_ACCEPT] = HANDOFF_ACCEPTED, [ENTRY_HANDOFF_WITHDRAW] = HANDOFF_WITHDRAWN, [ENTRY_EXPIRE] = HANDOFF_EXPIRED,
	};
	struct handoff *handoff;
	size_t at;

	if (!fold_find(fold, data, "offer", OBJECT_HANDOFF, &at) || entry->got == WHEN_NONE)
		return;
	handoff = &fold->handoffs.items[at].handoff;
	if (handoff->closed && claim_compare(handoff->closed, entry) <= 0)
		return;
	handoff->closed = entry;
	handoff->state = (enum handoff_state)states[entry->type];
}

void fold_handoff_decline(struct cases_fold *fold, const struct entry *entry, struct json_object *data)
{
	size_t at;

	if (fold_find(fold, data, "offer", OBJECT_HANDOFF, &at))
		LIST_ADD(fold->handoffs.items[at].declines, entry);
}

void handoffs_settle(struct cases_fold *fold)
{
	fold->handoffs_out = mem_array(fold->handoffs.n + 1, sizeof(*fold->handoffs_out));
	for (size_t i = 0; i < fold->handoffs.n; i++) {
		struct held_handoff *held = &fold->handoffs.items[i];
		struct held_case *of = fold_case(fold, held->handoff.offer->case_);

		held->handoff.declines = held->declines.items;
		held->handoff.n_declines = held->declines.n;
		fold->handoffs_out[i] = held->handoff;
		if (!of)
			continue;
		LIST_ADD(of->handoffs, &fold->handoffs_out[i]);
		if (held->handoff.state != HANDOFF_ACCEPTED)
			continue;
		register_set(fold, of, STR("holder"), held->handoff.closed->author, (struct str){ 0 }, held->handoff.closed);
		if (held->handoff.to_team.p || held->handoff.closed->team.p)
			register_set(fold, of, STR("team"), held->handoff.to_team.p ? held->handoff.to_team : held->handoff.closed->team,
				     (struct str){ 0 }, held->handoff.closed);
	}
	fold->out.handoffs = fold->handoffs_out;
	fold->out.n_handoffs = fold->handoffs.n;
}

static void promise_own(struct held_promise *held, struct str owner, struct str team, const struct entry *by)
{
	if (held->owned_by && entry_compare_epoch(held->owned_by, by) >= 0)
		return;
	held->owned_by = by;
	held->promise.owner = owner;
	held->promise.team = team;
}

void fold_promise_make(struct cases_fold *fold, const struct entry *entry, struct json_object *data)
{
	struct held_promise held = { .promise = {
		.made = entry, .text = fold_text(fold, data, "text"), .due = entry_when(data, "due"),
	} };

	promise_own(&held, fold_text(fold, data, "owner"), fold_text(fold, data, "to_team"), entry);
	fold_object(fold, entry->id, OBJECT_PROMISE, fold->promises.n);
	LIST_ADD(fold->promises, held);
}

void fold_promise_keep(struct cases_fold *fold, const struct entry *entry, struct json_object *data)
{
	size_t at;

	if (fold_find(fold, data, "promise", OBJECT_PROMISE, &at) && !fold->promises.items[at].kept)
		fold->promises.items[at].kept = entry;
}

void fold_promise_cancel(struct cases_fold *fold, const struct entry *entry, struct json_object *data)
{
	size_t at;

	if (fold_find(fold, data, "promise", OBJECT_PROMISE, &at) && !fold->promises.items[at].cancelled)
		fold->promises.items[at].cancelled = entry;
}

/* Assigned, or released: then it is nobody's, but stays with its team. */
void fold_promise_owner(struct cases_fold *fold, const struct entry *entry, struct json_object *data)
{
	size_t at;

	if (!fold_find(fold, data, "promise", OBJECT_PROMISE, &at))
		return;
	if (entry->type == ENTRY_PROMISE_RELEASE)
		promise_own(&fold->promises.items[at], (struct str){ 0 }, entry->team, entry);
	else
		promise_own(&fold->promises.items[at], fold_text(fold, data, "to_agent"), fold_text(fold, data, "to_team"), entry);
}

void fold_promise_take(struct cases_fold *fold, const struct entry *entry, struct json_object *data)
{
	size_t at;

	if (fold_find(fold, data, "promise", OBJECT_PROMISE, &at))
		LIST_ADD(fold->promises.items[at].takes, entry);
}

/* Several takes of one slot: only the store's winner owns it. */
static bool take_won(struct cases_fold *fold, const struct held_promise *held, const struct entry *take)
{
	struct str slot = entry_slot(fold->arena, take);

	if (take->got == WHEN_NONE)
		return false;
	for (size_t i = 0; i < held->takes.n; i++) {
		const struct entry *other = held->takes.items[i];

		if (other != take && other->got != WHEN_NONE && claim_compare(other, take) < 0 &&
		    str_eq(entry_slot(fold->arena, other), slot))
			return false;
	}
	return true;
}

static int promise_compare(const void *a, const void *b)
{
	const struct promise *x = a, *y = b;
	int by = (x->state != PROMISE_OPEN) - (y->state != PROMISE_OPEN);

	if (!by)
		by = (x->due > y->due) - (x->due < y->due);
	return by ? by : entry_compare(x->made, y->made);
}

void promises_settle(struct cases_fold *fold)
{
	fold->promises_out = mem_array(fold->promises.n + 1, sizeof(*fold->promises_out));
	for (size_t i = 0; i < fold->promises.n; i++) {
		struct held_promise *held = &fold->promises.items[i];

		for (size_t k = 0; k < held->takes.n; k++) {
			if (take_won(fold, held, held->takes.items[k]))
				promise_own(held, held->takes.items[k]->author, held->takes.items[k]->team, held->takes.items[k]);
		}
		/* whoever cancels a promise that somebody keeps had not seen it kept */
		held->promise.ended = held->kept ? held->kept : held->cancelled;
		held->promise.state = held->kept ? PROMISE_KEPT : held->cancelled ? PROMISE_CANCELLED : PROMISE_OPEN;
		if (held->promise.state == PROMISE_OPEN && !held->promise.owner.p)
			held->promise.free_slot = held->owned_by->id;
		fold->promises_out[i] = held->promise;
	}
	qsort(fold->promises_out, fold->promises.n, sizeof(*fold->promises_out), promise_compare);
	fold->out.promises = fold->promises_out;
	fold->out.n_promises = fold->promises.n;
}

void fold_ask(struct cases_fold *fold, const struct entry *entry, struct json_object *data)
{
	struct held_question held = { .question = {
		.ask = entry, .text = fold_text(fold, data, "text"), .to_team = fold_text(fold, data, "to_team"),
		.to_role = fold_text(fold, data, "to_role"), .to_agent = fold_text(fold, data, "to_agent"),
		.amount = entry_money(data, "amount"), .due = entry_when(data, "due"),
	} };

	fold_object(fold, entry->id, OBJECT_QUESTION, fold->questions.n);
	LIST_ADD(fold->questions, held);
}

/* Entries come in their order, so the last answer stands. */
void fold_answer(struct cases_fold *fold, const struct entry *entry, struct json_object *data)
{
	struct question *question;
	size_t at;

	if (!fold_find(fold, data, "ask", OBJECT_QUESTION, &at))
		return;
	question = &fold->questions.items[at].question;
	question->answer = entry;
	question->decided = json_object_object_get_ex(data, "yes", NULL);
	question->yes = entry_flag(data, "yes");
	question->answer_text = fold_text(fold, data, "text");
	fold_object(fold, entry->id, OBJECT_QUESTION, at);
}

void fold_action(struct cases_fold *fold, const struct entry *entry, struct json_object *data)
{
	size_t at;

	if (fold_find(fold, data, "answer", OBJECT_QUESTION, &at))
		LIST_ADD(fold->questions.items[at].uses, entry);
}

void questions_settle(struct cases_fold *fold)
{
	fold->questions_out = mem_array(fold->questions.n + 1, sizeof(*fold->questions_out));
	for (size_t i = 0; i < fold->questions.n; i++) {
		struct held_question *held = &fold->questions.items[i];

		held->question.used = claim_winner(held->uses.items, held->uses.n);
		fold->questions_out[i] = held->question;
	}
	fold->out.questions = fold->questions_out;
	fold->out.n_questions = fold->questions.n;
}
