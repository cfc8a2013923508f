#include "listed.h"

#include <libintl.h>

#include <dossier/base/mem.h>
#include <dossier/base/text.h>
#include <dossier/desk/present_case.h>

#include "text.h"

#define OF(type, list, name) \
	static size_t name##_count(const struct cases *cases) { return cases->n_##list; } \
	static void name##_put(const struct held *held, size_t i, const struct fields *f) \
	{ \
		present_##type(&held->present, &held->cases->list[i], f); \
	}
OF(case, cases, case)
OF(handoff, handoffs, handoff)
OF(promise, promises, promise)
OF(question, questions, question)
OF(contact, contacts, contact)
OF(notice, notices, notice)
OF(discrepancy, discrepancies, discrepancy)

static void add_words(const struct held *held, struct str text, struct buf *out)
{
	if (held->tell.mask && mask_hides(held->tell.mask, "row.text"))
		buf_adds(out, gettext("closed until verified"));
	else
		buf_addstr(out, text);
}

static bool case_open(const struct held *held, size_t i)
{
	return held->cases->cases[i].status != CASE_SOLVED;
}

static bool case_mine(const struct held *held, size_t i)
{
	const struct case_state *state = &held->cases->cases[i];

	return held_is_me(held, state->owner) || held_is_ours(held, state->holder, state->team);
}

static const struct entry *case_entry(const struct cases *cases, size_t i)
{
	return cases->cases[i].opened ? cases->cases[i].opened : cases->cases[i].entries[0];
}

static void case_tell(const struct held *held, size_t i, struct buf *out)
{
	const struct case_state *state = &held->cases->cases[i];

	buf_printf(out, "%-8s  ", case_status_word(state->status));
	add_words(held, state->title, out);
	if (state->owner.n)
		buf_printf(out, gettext(", owner %.*s"), STR_ARG(state->owner));
	if (state->holder.n && !str_eq(state->holder, state->owner))
		buf_printf(out, gettext(", held by %.*s"), STR_ARG(state->holder));
	if (state->team.n)
		buf_printf(out, gettext(", team %.*s"), STR_ARG(state->team));
}

static bool handoff_open(const struct held *held, size_t i)
{
	return held->cases->handoffs[i].state == HANDOFF_OFFERED;
}

static bool handoff_mine(const struct held *held, size_t i)
{
	const struct handoff *h = &held->cases->handoffs[i];

	for (size_t d = 0; d < h->n_declines; d++)
		if (held_is_me(held, h->declines[d]->author))
			return false;
	return held_is_ours(held, h->to_agent, h->to_team);
}

static const struct entry *handoff_entry(const struct cases *cases, size_t i)
{
	return cases->handoffs[i].offer;
}

static void handoff_tell(const struct held *held, size_t i, struct buf *out)
{
	static const char *const states[] = { "", "accepted", "withdrawn", "expired" };
	const struct handoff *h = &held->cases->handoffs[i];
	const char *state = h->state == HANDOFF_OFFERED && h->due != WHEN_NONE && h->due < held->tell.now ? "overdue" : states[h->state];

	buf_printf(out, gettext("to %.*s from %.*s: "), STR_ARG(h->to_agent.n ? h->to_agent : h->to_team), STR_ARG(h->offer->author));
	add_words(held, h->wants, out);
	buf_adds(out, gettext("; next: "));
	add_words(held, h->next, out);
	if (*state)
		buf_printf(out, ", %s", state);
	if (h->closed && h->state == HANDOFF_ACCEPTED)
		buf_printf(out, gettext(" by %.*s"), STR_ARG(h->closed->author));
}

static bool promise_open(const struct held *held, size_t i)
{
	return held->cases->promises[i].state == PROMISE_OPEN;
}

static bool promise_mine(const struct held *held, size_t i)
{
	return held_is_ours(held, held->cases->promises[i].owner, held->cases->promises[i].team);
}

static const struct entry *promise_entry(const struct cases *cases, size_t i)
{
	return cases->promises[i].made;
}

static void promise_tell(const struct held *held, size_t i, struct buf *out)
{
	const struct promise *p = &held->cases->promises[i];

	tell_promise(&held->tell, p, out);
	if (p->state != PROMISE_OPEN)
		buf_adds(out, p->state == PROMISE_KEPT ? gettext(", kept") : gettext(", cancelled"));
}

static bool question_open(const struct held *held, size_t i)
{
	return !held->cases->questions[i].answer;
}

static bool question_mine(const struct held *held, size_t i)
{
	const struct question *q = &held->cases->questions[i];
	enum role role;

	if (q->to_role.n && role_parse(q->to_role, &role) && held->desk->roles & 1u << role)
		return true;
	return held_is_ours(held, q->to_agent, q->to_team);
}

static const struct entry *question_entry(const struct cases *cases, size_t i)
{
	return cases->questions[i].ask;
}

static void question_tell(const struct held *held, size_t i, struct buf *out)
{
	const struct question *q = &held->cases->questions[i];
	struct str to = q->to_agent.n ? q->to_agent : q->to_team.n ? q->to_team : q->to_role;
	char money[40];

	buf_printf(out, gettext("%.*s asks %.*s: "), STR_ARG(q->ask->author), STR_ARG(to));
	add_words(held, q->text, out);
	if (q->amount.currency[0]) {
		money_print(q->amount, money);
		buf_printf(out, " (%s)", money);
	}
	if (!q->answer && q->due != WHEN_NONE) {
		buf_adds(out, gettext(", by "));
		tell_due(&held->tell, q->due, out);
	}
	if (!q->answer)
		return;
	buf_printf(out, "; %.*s: %s", STR_ARG(q->answer->author), !q->decided ? "" : q->yes ? gettext("yes") : gettext("no"));
	if (q->answer_text.n) {
		buf_adds(out, q->decided ? ", " : "");
		add_words(held, q->answer_text, out);
	}
}

static bool contact_open(const struct held *held, size_t i)
{
	return !held->cases->contacts[i].wrapped;
}

static bool contact_mine(const struct held *held, size_t i)
{
	return held_is_me(held, held->cases->contacts[i].start->author);
}

static const struct entry *contact_entry(const struct cases *cases, size_t i)
{
	return cases->contacts[i].start;
}

static void contact_tell(const struct held *held, size_t i, struct buf *out)
{
	const struct contact *c = &held->cases->contacts[i];

	buf_printf(out, "%-7s  %.*s", channel_word(c->channel), STR_ARG(c->start->author));
	if (c->until == WHEN_NONE) {
		buf_adds(out, gettext(", live for "));
		tell_span(&held->tell, held->tell.now - c->from, out);
	} else {
		buf_adds(out, ", ");
		tell_span(&held->tell, c->until - c->from, out);
	}
	if (!c->wrapped && c->until != WHEN_NONE)
		buf_adds(out, gettext(", not wrapped up"));
	for (size_t k = 0; k < c->n_done; k++)
		buf_printf(out, "%s%.*s", k ? ", " : ": ", STR_ARG(c->done[k]));
	if (c->outcome.n)
		buf_printf(out, ", %.*s", STR_ARG(c->outcome));
	if (c->line.n) {
		buf_adds(out, "; ");
		add_words(held, c->line, out);
	}
}

static bool notice_open(const struct held *held, size_t i)
{
	return held->cases->notices[i].until > held->tell.now;
}

static bool notice_mine(const struct held *held, size_t i)
{
	const struct notice *n = &held->cases->notices[i];

	return (n->site.n && str_eq(n->site, held->desk->site)) || (n->team.n && str_eq(n->team, held->desk->team));
}

static const struct entry *notice_entry(const struct cases *cases, size_t i)
{
	return cases->notices[i].entry;
}

static void notice_tell(const struct held *held, size_t i, struct buf *out)
{
	const struct notice *n = &held->cases->notices[i];

	buf_printf(out, "%.*s: ", STR_ARG(n->site.n ? n->site : n->team));
	add_words(held, n->text, out);
	buf_printf(out, gettext(" (%.*s, until "), STR_ARG(n->entry->author));
	tell_due(&held->tell, n->until, out);
	buf_addc(out, ')');
}

static bool discrepancy_open(const struct held *held, size_t i)
{
	return !held->cases->discrepancies[i].closed;
}

static bool discrepancy_mine(const struct held *held, size_t i)
{
	const struct discrepancy *d = &held->cases->discrepancies[i];

	return held_is_me(held, d->entry->author) || (d->site.n && str_eq(d->site, held->desk->site));
}

static const struct entry *discrepancy_entry(const struct cases *cases, size_t i)
{
	return cases->discrepancies[i].entry;
}

static void discrepancy_tell(const struct held *held, size_t i, struct buf *out)
{
	const struct discrepancy *d = &held->cases->discrepancies[i];

	buf_addstr(out, d->about);
	if (d->item.n)
		buf_printf(out, " %.*s", STR_ARG(d->item));
	if (d->site.n)
		buf_printf(out, gettext(" at %.*s"), STR_ARG(d->site));
	if (d->text.n) {
		buf_adds(out, ": ");
		add_words(held, d->text, out);
	}
	if (d->says.n) {
		buf_adds(out, "; ");
		add_words(held, d->says, out);
	}
	buf_printf(out, " (%.*s)", STR_ARG(d->entry->author));
	if (d->closed) {
		buf_printf(out, gettext(", closed by %.*s: "), STR_ARG(d->closed->author));
		add_words(held, d->outcome, out);
	}
}

static const char *const case_columns[] = { "id", "code", "person", "status", "title", "owner", "holder", "team", "opened", "solved", NULL };
static const char *const handoff_columns[] = {
	"id", "code", "case", "person", "state", "by", "at", "due", "to_team", "to_agent", "reason", "wants", "next", "note", "closed_by", NULL,
};
static const char *const promise_columns[] = { "id", "person", "case", "state", "text", "due", "owner", "team", "by", "at", "ended_by", NULL };
static const char *const question_columns[] = {
	"id", "person", "case", "text", "by", "at", "due", "to_team", "to_role", "to_agent", "amount", "amount.currency", "answered",
	"answered_by", "yes", "answer", NULL,
};
static const char *const contact_columns[] = {
	"id", "person", "case", "agent", "channel", "direction", "number", "site", "from", "until", "ended", "wrapped", "done", "outcome",
	"reason", "line", "satisfaction", "handling", NULL,
};
static const char *const notice_columns[] = { "id", "site", "team", "text", "until", "by", "at", NULL };
static const char *const discrepancy_columns[] = { "id", "about", "item", "site", "text", "says", "is", "by", "at", "closed", "closed_by", "outcome", NULL };

#define LISTED(kind, name) { #kind, name, kind##_count, kind##_open, kind##_mine, kind##_entry, kind##_put, kind##_tell, kind##_columns }
static const struct listed kinds[] = {
	LISTED(case, "cases"), LISTED(handoff, "handoffs"), LISTED(promise, "promises"), LISTED(question, "questions"),
	LISTED(contact, "contacts"), LISTED(notice, "notices"), LISTED(discrepancy, "discrepancies"),
};

const struct listed *listed_find(struct str word)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (str_is(word, kinds[i].word))
			return &kinds[i];
	return NULL;
}

void listed_line(const struct held *held, const struct listed *what, size_t i, bool with_who, struct out *out)
{
	const struct entry *entry = what->entry(held->cases, i);
	struct buf text, safe;
	char code[CASE_CODE + 1];

	buf_init(&text, SIZE_MAX / 4);
	buf_init(&safe, SIZE_MAX / 4);
	case_code(entry->id, code);
	out_style(out, OUT_BOLD);
	out_printf(out, "%-8s", code);
	out_style(out, OUT_DIM);
	tell_time(&held->tell, entry_time(entry), &text);
	out_printf(out, "  %-17s", buf_str(&text).p);
	out_style(out, OUT_PLAIN);
	out_text(out, " ");
	buf_reset(&text);
	if (with_who && entry->person.n) {
		held_who(held, entry->person, &text);
		buf_adds(&text, "  ");
	}
	what->tell(held, i, &text);
	text_safe(&safe, buf_str(&text), 0);
	text_wrap(out, buf_str(&safe), 27, 27);
	buf_release(&text);
	buf_release(&safe);
}
