#include <libintl.h>

#include <dossier/model/agenda.h>

#include "words.h"

#define LEADS BY_LEADS

WORDS_DEFINE(agenda_kind, agenda_kind, AGENDA_KIND_COUNT, AGENDA_KINDS(WORDS_ITEM))

struct making { const struct agenda_in *in; struct agenda *out; size_t cap; };

static bool is_me(const struct making *making, struct str agent)
{
	return agent.p && str_eq(agent, making->in->agent);
}

static bool is_my_team(const struct making *making, struct str team)
{
	return team.p && str_eq(team, making->in->team);
}

static bool leads(const struct making *making)
{
	return (making->in->roles & LEADS) != 0;
}

static struct agenda_item *add(struct making *making, enum agenda_kind kind, const struct entry *entry, struct str text, int64_t at)
{
	struct agenda *out = making->out;

	MEM_ROOM(out->items, out->n, making->cap);
	out->items[out->n] = (struct agenda_item){
		.kind = kind, .entry = entry, .person = entry->person, .case_ = entry->case_, .text = text, .at = at,
	};
	return &out->items[out->n++];
}

/* When something counts as overdue that may have said so itself. */
static int64_t due_of(int64_t due, const struct entry *entry, int64_t window)
{
	int64_t at;

	if (due != WHEN_NONE || !window || __builtin_add_overflow(entry_time(entry), window, &at))
		return due;
	return at;
}

static bool has_declined(const struct making *making, const struct handoff *handoff)
{
	for (size_t i = 0; i < handoff->n_declines; i++) {
		if (is_me(making, handoff->declines[i]->author))
			return true;
	}
	return false;
}

/* It expired, and nobody has done anything about it since. */
static bool is_stranded(const struct making *making, const struct handoff *handoff)
{
	const struct case_state *state = cases_find(making->in->cases, handoff->offer->case_);
	const struct case_register *holder = state ? case_register(state, "holder") : NULL;

	if (handoff->state != HANDOFF_EXPIRED || !state || state->status == CASE_SOLVED || !state->n_handoffs)
		return false;
	return state->handoffs[state->n_handoffs - 1] == handoff && !(holder && holder->by && entry_compare(holder->by, handoff->closed) > 0);
}

static void add_handoff(struct making *making, const struct handoff *handoff)
{
	int64_t due = due_of(handoff->due, handoff->offer, making->in->handoff);
	bool late = due != WHEN_NONE && due <= making->in->now;
	bool mine = is_me(making, handoff->to_agent) || (!handoff->to_agent.p && is_my_team(making, handoff->to_team));
	struct agenda_item *item = NULL;

	if (handoff->state != HANDOFF_OFFERED && !is_stranded(making, handoff))
		return;
	if (handoff->state == HANDOFF_EXPIRED) {
		late = true;
		due = due != WHEN_NONE ? due : entry_time(handoff->offer);
		mine = false;
	}
	if (mine && !has_declined(making, handoff) && !is_me(making, handoff->offer->author))
		item = add(making, handoff->contact.p && !late ? AGENDA_TRANSFER : AGENDA_ACCEPT, handoff->offer, handoff->wants,
			   due != WHEN_NONE ? due : entry_time(handoff->offer));
	else if (late && (leads(making) || is_me(making, handoff->offer->author)))
		item = add(making, AGENDA_OVERDUE, handoff->offer, handoff->wants, due);
	if (!item)
		return;
	item->handoff = handoff;
	item->who = handoff->offer->author;
	item->late = late;
}

static const struct agenda_agent *agent_of(const struct making *making, struct str id)
{
	for (size_t i = 0; i < making->in->n_agents; i++) {
		if (str_eq(making->in->agents[i].id, id))
			return &making->in->agents[i];
	}
	return NULL;
}

/* Nobody's, or of somebody of my team who is away when it is due soon. */
static bool is_free(const struct making *making, const struct promise *promise, bool soon)
{
	const struct agenda_agent *owner;

	if (!promise->owner.p)
		return is_my_team(making, promise->team) || (!promise->team.p && (!promise->made->team.p || is_my_team(making, promise->made->team)));
	owner = agent_of(making, promise->owner);
	return soon && owner && !owner->on && (is_my_team(making, owner->team) || is_my_team(making, promise->team));
}

static void add_promise(struct making *making, const struct promise *promise)
{
	const struct agenda_in *in = making->in;
	int64_t soon_at;
	bool late = promise->due <= in->now;
	bool soon = late || __builtin_add_overflow(in->now, in->soon ? in->soon : AGENDA_SOON, &soon_at) || promise->due <= soon_at;
	struct agenda_item *item = NULL;

	if (promise->state != PROMISE_OPEN)
		return;
	if (is_me(making, promise->owner))
		item = add(making, late ? AGENDA_LATE : soon ? AGENDA_DUE : AGENDA_PROMISE, promise->made, promise->text, promise->due);
	else if (is_free(making, promise, soon) || (late && leads(making)))
		item = add(making, AGENDA_FREE, promise->made, promise->text, promise->due);
	if (!item)
		return;
	item->promise = promise;
	item->who = promise->owner;
	item->late = late;
}

static bool is_asked(const struct making *making, const struct question *question)
{
	enum role role;

	if (is_me(making, question->to_agent) || is_my_team(making, question->to_team))
		return true;
	return question->to_role.p && role_parse(question->to_role, &role) && making->in->roles >> role & 1;
}

static void add_question(struct making *making, const struct question *question)
{
	const struct agenda_in *in = making->in;
	int64_t due = due_of(question->due, question->ask, in->question), since;
	bool late = !question->answer && due != WHEN_NONE && due <= in->now, own = is_me(making, question->ask->author);
	struct agenda_item *item = NULL;

	if (question->answer && own && !question->used && !__builtin_sub_overflow(in->now, entry_time(question->answer), &since) &&
	    since < AGENDA_ANSWERS) {
		item = add(making, AGENDA_ANSWER, question->ask, question->answer_text.p ? question->answer_text : question->text,
			   entry_time(question->answer));
		item->who = question->answer->author;
	} else if (!question->answer && !own && is_asked(making, question)) {
		item = add(making, AGENDA_QUESTION, question->ask, question->text, due != WHEN_NONE ? due : entry_time(question->ask));
	} else if (late && leads(making)) {
		item = add(making, AGENDA_OVERDUE, question->ask, question->text, due);
	}
	if (!item)
		return;
	item->question = question;
	item->late = late;
	if (!item->who.p)
		item->who = question->ask->author;
}

static void add_contact(struct making *making, const struct contact *contact)
{
	struct agenda_item *item;

	if (contact->wrapped || contact->until == WHEN_NONE || !is_me(making, contact->start->author))
		return;
	item = add(making, AGENDA_UNWRAPPED, contact->start, contact->number, contact->until);
	item->contact = contact;
}

static void add_case(struct making *making, const struct case_state *state)
{
	struct agenda_item *item;

	if (state->status == CASE_SOLVED || (!is_me(making, state->holder) && !is_me(making, state->owner)))
		return;
	item = add(making, AGENDA_CASE, state->opened, state->title, entry_time(state->n_entries ? state->entries[state->n_entries - 1] : state->opened));
	item->state = state;
	item->case_ = state->id;
	item->who = is_me(making, state->holder) ? state->owner : state->holder;
}

static void add_notice(struct making *making, const struct notice *notice)
{
	struct agenda_item *item;

	if (notice->until <= making->in->now || !notice->text.p)
		return;
	if (!is_my_team(making, notice->team) && !(notice->site.p && str_eq(notice->site, making->in->site)))
		return;
	item = add(making, AGENDA_NOTICE, notice->entry, notice->text, notice->until);
	item->notice = notice;
	item->who = notice->entry->author;
}

/* Open: for the site's people; closed: its reporter hears how it ended. */
static void add_discrepancy(struct making *making, const struct discrepancy *known)
{
	bool mine = is_me(making, known->entry->author), here = !known->site.p || (making->in->site.p && str_eq(known->site, making->in->site));
	struct agenda_item *item;
	int64_t since;

	if (known->closed && (!mine || __builtin_sub_overflow(making->in->now, entry_time(known->closed), &since) || since >= AGENDA_ANSWERS))
		return;
	if (!known->closed && !mine && !here)
		return;
	item = add(making, AGENDA_DISCREPANCY, known->entry, known->closed ? known->outcome : known->line,
		   entry_time(known->closed ? known->closed : known->entry));
	item->discrepancy = known;
	item->who = known->closed ? known->closed->author : known->entry->author;
}

/*
 * A customer who waits now comes first, then what is late, then the kinds in
 * their order; among equals the earliest due. A late question of ours to
 * answer stays a question.
 */
static int urgency(const struct agenda_item *item)
{
	if (item->kind <= AGENDA_TRANSFER)
		return item->kind;
	if (item->late && item->kind < AGENDA_PROMISE)
		return AGENDA_LATE;
	return item->kind;
}

static int item_compare(const void *a, const void *b)
{
	const struct agenda_item *x = a, *y = b;
	int by = urgency(x) - urgency(y);

	if (!by && x->at != y->at) {
		/* of cases the one longest untouched, like all the rest */
		by = x->at < y->at ? -1 : 1;
	}
	return by ? by : entry_compare(x->entry, y->entry);
}

void agenda_init(struct agenda *agenda, const struct agenda_in *in)
{
	struct making making = { .in = in, .out = agenda };
	const struct cases *cases = in->cases;

	*agenda = (struct agenda){ .items = NULL };
	for (size_t i = 0; i < cases->n_handoffs; i++)
		add_handoff(&making, &cases->handoffs[i]);
	for (size_t i = 0; i < cases->n_promises; i++)
		add_promise(&making, &cases->promises[i]);
	for (size_t i = 0; i < cases->n_questions; i++)
		add_question(&making, &cases->questions[i]);
	for (size_t i = 0; i < cases->n_contacts; i++)
		add_contact(&making, &cases->contacts[i]);
	for (size_t i = 0; i < cases->n_cases; i++)
		add_case(&making, &cases->cases[i]);
	for (size_t i = 0; i < cases->n_notices; i++)
		add_notice(&making, &cases->notices[i]);
	for (size_t i = 0; i < cases->n_discrepancies; i++)
		add_discrepancy(&making, &cases->discrepancies[i]);
	if (agenda->n)
		qsort(agenda->items, agenda->n, sizeof(*agenda->items), item_compare);
	for (size_t i = 0; i < agenda->n; i++) {
		agenda->count[agenda->items[i].kind]++;
		agenda->late += agenda->items[i].late;
	}
}

void agenda_release(struct agenda *agenda)
{
	free(agenda->items);
	*agenda = (struct agenda){ .items = NULL };
}

const struct agenda_item *agenda_next(const struct agenda *agenda, const struct str *skip, size_t n_skip)
{
	for (size_t i = 0; i < agenda->n; i++) {
		const struct agenda_item *item = &agenda->items[i];
		bool passed = item->kind >= AGENDA_DISCREPANCY;

		for (size_t k = 0; k < n_skip && !passed; k++)
			passed = str_eq(skip[k], item->entry->id);
		if (!passed)
			return item;
	}
	return NULL;
}

/* "12 min", "3 h", "2 d" */
static void span(int64_t ms, char out[40])
{
	int64_t minutes = ms / 60000;

	if (minutes < 120)
		snprintf(out, 40, gettext("%lld min"), (long long)minutes);
	else if (minutes < 48 * 60)
		snprintf(out, 40, gettext("%lld h"), (long long)(minutes / 60));
	else
		snprintf(out, 40, gettext("%lld d"), (long long)(minutes / (24 * 60)));
}

/* How long ago, or how long until. */
struct reasons { const char *past, *ahead; };

/*
 * Behind those of the kinds: a case that this agent works on for its owner, one
 * that somebody else works on, and a question that was answered yes or no.
 */
enum { REASON_HOLD = AGENDA_KIND_COUNT, REASON_HANDED, REASON_YES, REASON_NO, REASON_COUNT };

static size_t reason_of(const struct agenda_item *item)
{
	const struct case_state *state = item->state;

	if (item->kind == AGENDA_ANSWER && item->question && item->question->decided)
		return item->question->yes ? REASON_YES : REASON_NO;
	if (!state || !state->owner.n || !state->holder.n || str_eq(state->owner, state->holder))
		return item->kind;
	return str_eq(item->who, state->owner) ? REASON_HOLD : REASON_HANDED;
}

static void put_reason(const struct reasons *reasons, const struct agenda_item *item, int64_t now, struct buf *out)
{
	bool ahead = item->at > now;
	const struct reasons *reason = &reasons[reason_of(item)];
	const char *said = gettext(ahead ? reason->ahead : reason->past), *hole = strstr(said, "%s");
	int64_t ms;
	char length[40];

	if (__builtin_sub_overflow(ahead ? item->at : now, ahead ? now : item->at, &ms))
		ms = 0;
	span(ms, length);
	buf_add(out, said, hole ? (size_t)(hole - said) : strlen(said));
	if (hole)
		buf_printf(out, "%s%s", length, hole + 2);
}

void agenda_reason(const struct agenda_item *item, int64_t now, struct buf *out)
{
	static const struct reasons reasons[REASON_COUNT] = {
		[AGENDA_QUESTION] = { "a customer waits for this answer, since %s", "a customer waits for this answer, due in %s" },
		[AGENDA_ANSWER] = { "your question was answered %s ago", "your question was answered" },
		[AGENDA_TRANSFER] = { "a customer is on the line for you, since %s", "a customer is on the line for you" },
		[AGENDA_LATE] = { "promise late by %s", "promise due in %s" },
		[AGENDA_DUE] = { "promise late by %s", "promise due in %s" },
		[AGENDA_FREE] = { "promise late by %s, and nobody is on it", "promise due in %s, and nobody is on it" },
		[AGENDA_ACCEPT] = { "offered to you, waits %s", "offered to you, due in %s" },
		[AGENDA_OVERDUE] = { "nobody took it: overdue by %s", "nobody took it, due in %s" },
		[AGENDA_PROMISE] = { "promise late by %s", "promise due in %s" },
		[AGENDA_UNWRAPPED] = { "not wrapped up, ended %s ago", "not wrapped up" },
		[AGENDA_CASE] = { "your case, untouched for %s", "your case" },
		[AGENDA_DISCREPANCY] = { "reported %s ago", "reported" },
		[AGENDA_NOTICE] = { "shown no more", "shown for %s" },
		[REASON_HOLD] = { "with you for its owner, untouched for %s", "with you for its owner" },
		[REASON_HANDED] = { "your case, handed on, untouched for %s", "your case, handed on" },
		[REASON_YES] = { "your question was answered yes %s ago", "your question was answered yes" },
		[REASON_NO] = { "your question was answered no %s ago", "your question was answered no" },
	};

	put_reason(reasons, item, now, out);
}

void agenda_brief(const struct agenda_item *item, int64_t now, struct buf *out)
{
	static const struct reasons reasons[REASON_COUNT] = {
		[AGENDA_QUESTION] = { "question since %s", "question, in %s" },
		[AGENDA_ANSWER] = { "answered %s ago", "answered" },
		[AGENDA_TRANSFER] = { "on the line %s", "on the line" },
		[AGENDA_LATE] = { "promise late %s", "promise in %s" },
		[AGENDA_DUE] = { "promise late %s", "promise in %s" },
		[AGENDA_FREE] = { "nobody's, late %s", "nobody's, in %s" },
		[AGENDA_ACCEPT] = { "hand-off since %s", "hand-off, in %s" },
		[AGENDA_OVERDUE] = { "not taken, %s", "not taken, in %s" },
		[AGENDA_PROMISE] = { "promise late %s", "promise in %s" },
		[AGENDA_UNWRAPPED] = { "no wrap-up, %s", "no wrap-up" },
		[AGENDA_CASE] = { "my case, idle %s", "my case" },
		[AGENDA_DISCREPANCY] = { "reported %s ago", "reported" },
		[AGENDA_NOTICE] = { "notice, over", "notice for %s" },
		[REASON_HOLD] = { "with me, idle %s", "with me" },
		[REASON_HANDED] = { "handed on, %s", "handed on" },
		[REASON_YES] = { "answered yes %s ago", "answered yes" },
		[REASON_NO] = { "answered no %s ago", "answered no" },
	};

	put_reason(reasons, item, now, out);
}
