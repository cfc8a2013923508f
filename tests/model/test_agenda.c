/*
 * What waits for whom, and what is next.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dossier/model/agenda.h>

#include "entry_facts.h"

struct desk_of {
	struct facts facts;
	struct entries *entries;
	const struct cases *cases;
	struct agenda_in in;
	struct agenda agenda;
};

static const struct agenda_agent house[] = {
	{ { "ana", 3 }, { "support", 7 }, true }, { { "mia", 3 }, { "support", 7 }, false }, { { "raj", 3 }, { "billing", 7 }, true },
};

static void begin(struct desk_of *desk)
{
	*desk = (struct desk_of){ .entries = entries_new() };
	facts_init(&desk->facts);
	desk->in = (struct agenda_in){ .agents = house, .n_agents = 3, .handoff = 4 * HOUR, .question = 10 * MINUTE };
}

static void end(struct desk_of *desk)
{
	agenda_release(&desk->agenda);
	cases_free(desk->cases);
	entries_free(desk->entries);
	facts_release(&desk->facts);
}

static void tell(struct desk_of *desk, const char *author, const char *id, enum entry_type type, const char *case_, const char *json)
{
	desk->facts.author = str_of(author);
	entries_add(desk->entries, fact_entry(&desk->facts, id, type, "p", case_, json));
}

/* "late:p1 accept:h1": kinds and entries, in order. */
static void shows(struct desk_of *desk, const char *agent, const char *team, unsigned roles, const char *want)
{
	const struct cases_in in = { .entries = desk->entries };
	static const char *const names[] = { "p1", "p2", "p3", "p4", "h1", "h2", "q1", "q2", "c1", "c2", "k1", "n1", "d1" };
	struct buf text;

	agenda_release(&desk->agenda);
	cases_free(desk->cases);
	desk->cases = cases_fold(&in);
	desk->in.cases = desk->cases;
	desk->in.agent = str_of(agent);
	desk->in.team = str_of(team);
	desk->in.site = STR("leeds");
	desk->in.roles = roles;
	desk->in.now = desk->facts.at;
	agenda_init(&desk->agenda, &desk->in);
	buf_init(&text, 2000);
	for (size_t i = 0; i < desk->agenda.n; i++) {
		const struct agenda_item *item = &desk->agenda.items[i];

		buf_printf(&text, "%s%s", i ? " " : "", agenda_kind_word(item->kind));
		for (size_t k = 0; k < sizeof(names) / sizeof(*names); k++) {
			if (str_eq(item->entry->id, uuid(&desk->facts, names[k])))
				buf_printf(&text, ":%s", names[k]);
		}
	}
	if (strcmp(text.data ? text.data : "", want) != 0)
		fail_msg("%s sees \"%s\", not \"%s\"", agent, text.data ? text.data : "", want);
	buf_release(&text);
}

/* Of the first one, in words. */
static void reads(struct desk_of *desk, void (*put)(const struct agenda_item *, int64_t, struct buf *), const char *want)
{
	struct buf text;

	buf_init(&text, 500);
	put(&desk->agenda.items[0], desk->in.now, &text);
	assert_string_equal(text.data, want);
	buf_release(&text);
}

static char due_text[400];

static const char *due_in(struct desk_of *desk, const char *rest, int64_t ms)
{
	snprintf(due_text, sizeof(due_text), "{%s, 'due': %lld}", rest, (long long)(desk->facts.at + ms));
	return due_text;
}

static void test_promises(void **state)
{
	(void)state;
	struct desk_of desk;

	begin(&desk);
	tell(&desk, "ana", "p1", ENTRY_PROMISE_MAKE, NULL, due_in(&desk, "'text': 'call', 'owner': 'ana'", HOUR));
	tell(&desk, "ana", "p2", ENTRY_PROMISE_MAKE, NULL, due_in(&desk, "'text': 'send', 'owner': 'mia'", HOUR));
	tell(&desk, "self", "p3", ENTRY_PROMISE_MAKE, NULL, due_in(&desk, "'text': 'call back', 'to_team': 'support'", 2 * HOUR));
	shows(&desk, "ana", "support", ROLE_BIT(AGENT), "free:p3 promise:p1");
	shows(&desk, "raj", "billing", ROLE_BIT(AGENT), "");
	desk.facts.at += 50 * MINUTE;
	/* mia is not signed on: what she promised is the team's */
	shows(&desk, "ana", "support", ROLE_BIT(AGENT), "due:p1 free:p2 free:p3");
	shows(&desk, "mia", "support", ROLE_BIT(AGENT), "due:p2 free:p3");
	desk.facts.at += HOUR;
	shows(&desk, "ana", "support", ROLE_BIT(AGENT), "late:p1 free:p2 free:p3");
	assert_int_equal(desk.agenda.late, 2);
	assert_int_equal(desk.agenda.count[AGENDA_FREE], 2);
	/* a lead of another team sees what is late */
	shows(&desk, "sue", "office", ROLE_BIT(SUPERVISOR), "free:p1 free:p2");
	tell(&desk, "mia", "p4", ENTRY_PROMISE_TAKE, NULL, "{'slot': '<p3>', 'promise': '<p3>'}");
	tell(&desk, "ana", "k1", ENTRY_PROMISE_KEEP, NULL, "{'promise': '<p1>'}");
	shows(&desk, "ana", "support", ROLE_BIT(AGENT), "free:p2 free:p3");
	shows(&desk, "mia", "support", ROLE_BIT(AGENT), "late:p2 due:p3");
	end(&desk);
}

static void test_handoffs(void **state)
{
	(void)state;
	struct desk_of desk;

	begin(&desk);
	tell(&desk, "ana", "k1", ENTRY_CASE_OPEN, "k", "{'title': 'direct billing'}");
	tell(&desk, "ana", "h1", ENTRY_HANDOFF_OFFER, "k", "{'to_team': 'billing', 'reason': 'x', 'wants': 'direct billing', 'next': 'add card'}");
	shows(&desk, "ana", "support", ROLE_BIT(AGENT), "case:k1");
	shows(&desk, "raj", "billing", ROLE_BIT(AGENT), "accept:h1");
	assert_int_equal(desk.agenda.count[AGENDA_ACCEPT], 1);
	assert_true(str_is(desk.agenda.items[0].text, "direct billing"));
	assert_true(str_is(desk.agenda.items[0].who, "ana"));
	/* a decline hides it for that one only */
	tell(&desk, "raj", "h2", ENTRY_HANDOFF_DECLINE, "k", "{'offer': '<h1>', 'reason': 'lunch'}");
	shows(&desk, "raj", "billing", ROLE_BIT(AGENT), "");
	shows(&desk, "bea", "billing", ROLE_BIT(AGENT), "accept:h1");
	desk.facts.at += 5 * HOUR;
	shows(&desk, "sue", "office", ROLE_BIT(SUPERVISOR), "overdue:h1");
	shows(&desk, "ana", "support", ROLE_BIT(AGENT), "overdue:h1 case:k1");
	tell(&desk, "bea", "p1", ENTRY_HANDOFF_ACCEPT, "k", "{'offer': '<h1>'}");
	shows(&desk, "sue", "office", ROLE_BIT(SUPERVISOR), "");
	shows(&desk, "bea", "billing", ROLE_BIT(AGENT), "case:k1");
	assert_true(str_is(desk.agenda.items[0].who, "ana"));
	reads(&desk, agenda_brief, "with me, idle 0 min");
	reads(&desk, agenda_reason, "with you for its owner, untouched for 0 min");
	/* the owner still answers to the customer */
	shows(&desk, "ana", "support", ROLE_BIT(AGENT), "case:k1");
	reads(&desk, agenda_brief, "handed on, 0 min");
	reads(&desk, agenda_reason, "your case, handed on, untouched for 0 min");
	assert_true(str_is(desk.agenda.items[0].who, "bea"));
	end(&desk);
}

/* Ended by rule, it is still everybody's concern who can help, until somebody does. */
static void test_expired(void **state)
{
	(void)state;
	struct desk_of desk;

	begin(&desk);
	tell(&desk, "ana", "k1", ENTRY_CASE_OPEN, "k", "{'title': 'direct billing'}");
	tell(&desk, "ana", "h1", ENTRY_HANDOFF_OFFER, "k", "{'to_team': 'billing', 'reason': 'x', 'wants': 'direct billing', 'next': 'add card'}");
	desk.facts.at += 5 * HOUR;
	tell(&desk, "raj", "x1", ENTRY_EXPIRE, "k", "{'offer': '<h1>', 'cause': 'overdue'}");
	shows(&desk, "sue", "office", ROLE_BIT(SUPERVISOR), "overdue:h1");
	shows(&desk, "ana", "support", ROLE_BIT(AGENT), "overdue:h1 case:k1");
	shows(&desk, "raj", "billing", ROLE_BIT(AGENT), "");
	assert_int_equal(desk.agenda.count[AGENDA_ACCEPT], 0);
	tell(&desk, "ana", "h2", ENTRY_HANDOFF_OFFER, "k", "{'to_team': 'billing', 'reason': 'x', 'wants': 'direct billing', 'next': 'add card'}");
	shows(&desk, "sue", "office", ROLE_BIT(SUPERVISOR), "");
	shows(&desk, "raj", "billing", ROLE_BIT(AGENT), "accept:h2");
	desk.facts.at += 5 * HOUR;
	tell(&desk, "raj", "x2", ENTRY_EXPIRE, "k", "{'offer': '<h2>', 'cause': 'overdue'}");
	shows(&desk, "sue", "office", ROLE_BIT(SUPERVISOR), "overdue:h2");
	tell(&desk, "ana", "s1", ENTRY_CASE_SET, "k", "{'field': 'status', 'value': 'solved', 'was': '<k1>'}");
	shows(&desk, "sue", "office", ROLE_BIT(SUPERVISOR), "");
	end(&desk);
}

static void test_questions_come_first(void **state)
{
	(void)state;
	struct desk_of desk;
	struct str skip[2];
	struct buf reason;

	begin(&desk);
	desk.facts.channel = STR("phone");
	tell(&desk, "sue", "p1", ENTRY_PROMISE_MAKE, NULL, due_in(&desk, "'text': 'call', 'owner': 'sue'", -HOUR));
	tell(&desk, "ana", "q1", ENTRY_ASK, NULL, "{'to_role': 'supervisor', 'text': 'refund 20?'}");
	tell(&desk, "sue", "c1", ENTRY_CONTACT_START, NULL, "{'number': '+447700900123'}");
	tell(&desk, "sue", "c2", ENTRY_CONTACT_END, NULL, "{'contact': '<c1>', 'how': 'hangup'}");
	shows(&desk, "sue", "office", ROLE_BIT(SUPERVISOR), "question:q1 late:p1 unwrapped:c1");
	shows(&desk, "ana", "support", ROLE_BIT(AGENT), "");
	shows(&desk, "sue", "office", ROLE_BIT(SUPERVISOR), "question:q1 late:p1 unwrapped:c1");
	assert_true(str_eq(agenda_next(&desk.agenda, NULL, 0)->entry->id, uuid(&desk.facts, "q1")));
	skip[0] = uuid(&desk.facts, "q1");
	skip[1] = uuid(&desk.facts, "c1");
	assert_true(str_eq(agenda_next(&desk.agenda, skip, 2)->entry->id, uuid(&desk.facts, "p1")));
	buf_init(&reason, 200);
	agenda_reason(agenda_next(&desk.agenda, skip, 1), desk.in.now, &reason);
	assert_string_equal(reason.data, "promise late by 60 min");
	buf_reset(&reason);
	agenda_brief(agenda_next(&desk.agenda, skip, 1), desk.in.now, &reason);
	assert_string_equal(reason.data, "promise late 60 min");
	buf_release(&reason);
	tell(&desk, "sue", "q2", ENTRY_ANSWER, NULL, "{'ask': '<q1>', 'yes': true}");
	shows(&desk, "sue", "office", ROLE_BIT(SUPERVISOR), "late:p1 unwrapped:c1");
	shows(&desk, "ana", "support", ROLE_BIT(AGENT), "answer:q1");
	tell(&desk, "ana", "h1", ENTRY_ACTION, NULL, "{'backend': 'shop', 'action': 'refund', 'outcome': 'begun', 'answer': '<q2>'}");
	shows(&desk, "ana", "support", ROLE_BIT(AGENT), "");
	/* one that nobody answers is the supervisors' */
	tell(&desk, "ana", "q1b", ENTRY_ASK, NULL, "{'to_agent': 'raj', 'text': 'card form?'}");
	shows(&desk, "sue", "office", ROLE_BIT(SUPERVISOR), "late:p1 unwrapped:c1");
	desk.facts.at += 11 * MINUTE;
	shows(&desk, "sue", "office", ROLE_BIT(SUPERVISOR), "late:p1 overdue unwrapped:c1");
	shows(&desk, "raj", "billing", ROLE_BIT(PARTNER), "question");
	assert_true(desk.agenda.items[0].late);
	end(&desk);
}

static void test_transfers_and_house(void **state)
{
	(void)state;
	struct desk_of desk;

	begin(&desk);
	tell(&desk, "raj", "k1", ENTRY_CASE_OPEN, "k", "{'title': 'direct billing'}");
	tell(&desk, "raj", "h1", ENTRY_HANDOFF_OFFER, "k",
	     "{'to_team': 'support', 'reason': 'x', 'wants': 'w', 'next': 'n', 'contact': '<c1>'}");
	tell(&desk, "ana", "p1", ENTRY_PROMISE_MAKE, NULL, due_in(&desk, "'text': 'call', 'owner': 'ana'", -HOUR));
	tell(&desk, "tom", "n1", ENTRY_NOTICE, NULL, "{'site': 'leeds', 'text': 'lift is out', 'until': 1999999999999}");
	tell(&desk, "tom", "n1b", ENTRY_NOTICE, NULL, "{'site': 'york', 'text': 'lift is out', 'until': 1999999999999}");
	tell(&desk, "tom", "n1c", ENTRY_NOTICE, NULL, "{'site': 'leeds', 'text': 'over', 'until': 1}");
	tell(&desk, "tom", "d1", ENTRY_DISCREPANCY, NULL, "{'about': 'stock', 'item': 'A1', 'site': 'leeds'}");
	shows(&desk, "ana", "support", ROLE_BIT(AGENT), "transfer:h1 late:p1 discrepancy:d1 notice:n1");
	tell(&desk, "ana", "c2", ENTRY_DISCREPANCY_CLOSE, NULL, "{'discrepancy': '<d1>', 'outcome': 'counted again'}");
	shows(&desk, "ana", "support", ROLE_BIT(AGENT), "transfer:h1 late:p1 notice:n1");
	shows(&desk, "tom", "shop", ROLE_BIT(COUNTER), "discrepancy:d1 notice:n1");
	assert_true(str_is(desk.agenda.items[0].text, "counted again"));
	assert_null(agenda_next(&desk.agenda, NULL, 0));
	desk.facts.at += 2 * DAY;
	shows(&desk, "tom", "shop", ROLE_BIT(COUNTER), "notice:n1");
	end(&desk);
}

/* Whatever is said fits the column that it was made for: of every kind, at any age. */
static void test_brief_fits(void **state)
{
	(void)state;
	static const int64_t ages[] = { 0, 1, 119, 120, 47 * 60, 48 * 60, 99 * 24 * 60 };
	struct buf text;

	const struct question answers[] = { { .decided = true, .yes = true }, { .decided = true }, { .decided = false } };

	buf_init(&text, 200);
	for (size_t i = 0; i < 3; i++) {
		static const char *const wanted[] = { "answered yes 1440 h ago", "answered no 1440 h ago", "answered 1440 h ago" };
		struct agenda_item item = { .kind = AGENDA_ANSWER, .at = 1000 * DAY, .question = &answers[i] };

		buf_reset(&text);
		agenda_brief(&item, 1060 * DAY, &text);
		assert_true(text.len <= AGENDA_BRIEF);
		assert_int_equal(strncmp(text.data, wanted[i], strcspn(wanted[i], "1")), 0);
	}
	for (int kind = 0; kind < AGENDA_KIND_COUNT; kind++)
		for (size_t i = 0; i < 2 * sizeof(ages) / sizeof(*ages); i++) {
			int64_t age = ages[i / 2] * MINUTE, at = 1000 * DAY;
			struct agenda_item item = { .kind = (enum agenda_kind)kind, .at = i % 2 ? at + age : at - age };

			buf_reset(&text);
			agenda_brief(&item, at, &text);
			assert_true(text.len > 3 && text.len <= AGENDA_BRIEF);
			assert_null(strchr(text.data, '%'));
		}
	buf_release(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_promises),
		cmocka_unit_test(test_handoffs), cmocka_unit_test(test_expired),
		cmocka_unit_test(test_brief_fits), cmocka_unit_test(test_questions_come_first),
		cmocka_unit_test(test_transfers_and_house),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
