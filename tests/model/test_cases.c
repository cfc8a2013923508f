/*
 * Cases: registers, claims, promises, contacts, reopening, redaction.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dossier/model/cases.h>

#include "entry_facts.h"

struct story {
	struct facts facts;
	struct entries *entries;
	const struct cases *cases;
};

static void story_begin(struct story *story)
{
	facts_init(&story->facts);
	story->entries = entries_new();
	story->cases = NULL;
}

static void story_end(struct story *story)
{
	cases_free(story->cases);
	entries_free(story->entries);
	facts_release(&story->facts);
}

/* Everything is about one person and one case, "k", unless it has none. */
static struct entry *tell(struct story *story, const char *author, const char *id, enum entry_type type, const char *json)
{
	struct entry *entry;

	story->facts.author = str_of(author);
	entry = fact_entry(&story->facts, id, type, "p", "k", json);
	entries_add(story->entries, entry);
	return entry;
}

static const struct case_state *fold(struct story *story)
{
	const struct cases_in in = { .entries = story->entries };

	cases_free(story->cases);
	story->cases = cases_fold(&in);
	return cases_find(story->cases, uuid(&story->facts, "k"));
}

static void check_value(const struct case_state *state, const char *name, const char *value, size_t n_also)
{
	const struct case_register *reg = case_register(state, name);

	assert_non_null(reg);
	if (!str_is(reg->value, value))
		fail_msg("%s is %.*s, not %s", name, STR_ARG(reg->value), value);
	assert_int_equal(reg->n_also, n_also);
}

static void concurrent_sets_show_until_one_is_named(void **state)
{
	(void)state;
	struct story story;
	const struct case_state *k;

	story_begin(&story);
	tell(&story, "ana", "o", ENTRY_CASE_OPEN, "{'title': 'direct billing', 'tags': ['vip']}");
	k = fold(&story);
	assert_int_equal(k->status, CASE_OPEN);
	check_value(k, "owner", "ana", 0);
	check_value(k, "tag:vip", "on", 0);
	tell(&story, "raj", "s1", ENTRY_CASE_SET, "{'field': 'title', 'value': 'billing', 'was': '<o>'}");
	tell(&story, "mia", "s2", ENTRY_CASE_SET, "{'field': 'title', 'value': 'company card', 'was': '<o>'}");
	k = fold(&story);
	check_value(k, "title", "company card", 1);
	assert_true(str_is(case_register(k, "title")->also[0].value, "billing"));
	/* whoever goes on from the loser has not settled it */
	tell(&story, "raj", "s3", ENTRY_CASE_SET, "{'field': 'title', 'value': 'billing by card', 'was': '<s1>'}");
	k = fold(&story);
	check_value(k, "title", "billing by card", 1);
	assert_true(str_is(case_register(k, "title")->also[0].value, "company card"));
	tell(&story, "ana", "s4", ENTRY_CASE_SET, "{'field': 'title', 'value': 'direct billing', 'was': '<s2>'}");
	check_value(fold(&story), "title", "direct billing", 0);
	tell(&story, "ana", "s5", ENTRY_CASE_SET, "{'field': 'tag:vip', 'value': null, 'was': '<o>'}");
	assert_null(case_register(fold(&story), "tag:vip")->value.p);
	story_end(&story);
}

static void an_accepted_handoff_beats_a_set_that_had_not_seen_it(void **state)
{
	(void)state;
	struct story story;
	const struct case_state *k;

	story_begin(&story);
	tell(&story, "ana", "o", ENTRY_CASE_OPEN, "{'title': 't'}");
	tell(&story, "ana", "h", ENTRY_HANDOFF_OFFER, "{'to_team': 'billing', 'reason': 'skill', 'wants': 'card', 'next': 'add it'}");
	k = fold(&story);
	assert_int_equal(k->handoffs[0]->state, HANDOFF_OFFERED);
	assert_true(str_eq(k->next->id, uuid(&story.facts, "h")));
	story.facts.epoch = 1;
	tell(&story, "raj", "a", ENTRY_HANDOFF_ACCEPT, "{'offer': '<h>'}");
	/* a clock an hour fast, and the author has not seen the claim */
	story.facts.epoch = 0;
	story.facts.at += HOUR;
	tell(&story, "zoe", "s", ENTRY_CASE_SET, "{'field': 'holder', 'value': 'zoe'}");
	k = fold(&story);
	check_value(k, "holder", "raj", 0);
	check_value(k, "team", "billing", 0);
	check_value(k, "owner", "ana", 0);
	assert_int_equal(k->handoffs[0]->state, HANDOFF_ACCEPTED);
	assert_int_equal(k->epoch, 1);
	story.facts.epoch = 1;
	tell(&story, "raj", "s2", ENTRY_CASE_SET, "{'field': 'holder', 'value': 'mia'}");
	check_value(fold(&story), "holder", "mia", 0);
	story_end(&story);
}

static void one_claim_wins_a_slot(void **state)
{
	(void)state;
	struct story story;
	struct entry *offline;
	const struct case_state *k;

	story_begin(&story);
	tell(&story, "ana", "o", ENTRY_CASE_OPEN, "{'title': 't'}");
	tell(&story, "ana", "h", ENTRY_HANDOFF_OFFER, "{'to_team': 'billing', 'reason': 'skill', 'wants': 'card', 'next': 'add it'}");
	tell(&story, "mia", "d", ENTRY_HANDOFF_DECLINE, "{'offer': '<h>', 'reason': 'not mine'}");
	offline = tell(&story, "tom", "a0", ENTRY_HANDOFF_ACCEPT, "{'offer': '<h>'}");
	offline->got = WHEN_NONE;
	k = fold(&story);
	assert_int_equal(k->handoffs[0]->state, HANDOFF_OFFERED);
	assert_int_equal(k->handoffs[0]->n_declines, 1);
	story.facts.epoch = 1;
	tell(&story, "ana", "w", ENTRY_HANDOFF_WITHDRAW, "{'offer': '<h>'}");
	story.facts.epoch = 2;
	story.facts.at -= HOUR;
	tell(&story, "raj", "a1", ENTRY_HANDOFF_ACCEPT, "{'offer': '<h>'}");
	k = fold(&story);
	assert_int_equal(k->handoffs[0]->state, HANDOFF_WITHDRAWN);
	check_value(k, "holder", "ana", 0);
	story_end(&story);
}

static void promises(void **state)
{
	(void)state;
	struct story story;
	const struct promise *promise;

	story_begin(&story);
	tell(&story, "ana", "o", ENTRY_CASE_OPEN, "{'title': 't'}");
	tell(&story, "ana", "m2", ENTRY_PROMISE_MAKE, "{'text': 'send form', 'due': 1795900000000, 'owner': 'ana'}");
	tell(&story, "kiosk", "m1", ENTRY_PROMISE_MAKE, "{'text': 'call back', 'due': 1795100000000}");
	fold(&story);
	promise = &story.cases->promises[0];
	assert_true(str_is(promise->text, "call back"));
	assert_true(str_eq(promise->free_slot, uuid(&story.facts, "m1")));
	story.facts.epoch = 1;
	tell(&story, "raj", "t1", ENTRY_PROMISE_TAKE, "{'slot': '<m1>', 'promise': '<m1>'}");
	story.facts.epoch = 2;
	tell(&story, "mia", "t2", ENTRY_PROMISE_TAKE, "{'slot': '<m1>', 'promise': '<m1>'}");
	fold(&story);
	promise = &story.cases->promises[0];
	assert_true(str_is(promise->owner, "raj"));
	assert_null(promise->free_slot.p);
	tell(&story, "raj", "r", ENTRY_PROMISE_RELEASE, "{'promise': '<m1>'}");
	fold(&story);
	promise = &story.cases->promises[0];
	assert_true(str_eq(promise->free_slot, uuid(&story.facts, "r")));
	/* kept by one while another cancels it */
	tell(&story, "raj", "k1", ENTRY_PROMISE_KEEP, "{'promise': '<m1>'}");
	tell(&story, "ana", "c1", ENTRY_PROMISE_CANCEL, "{'promise': '<m1>', 'reason': 'not needed'}");
	tell(&story, "ana", "c2", ENTRY_PROMISE_CANCEL, "{'promise': '<m2>', 'reason': 'not needed'}");
	fold(&story);
	for (size_t i = 0; i < 2; i++) {
		promise = &story.cases->promises[i];
		assert_int_equal(promise->state, str_is(promise->text, "call back") ? PROMISE_KEPT : PROMISE_CANCELLED);
	}
	story_end(&story);
}

static void a_yes_is_used_once(void **state)
{
	(void)state;
	struct story story;

	story_begin(&story);
	tell(&story, "ana", "q", ENTRY_ASK, "{'to_role': 'supervisor', 'text': 'refund 40?', 'amount': {'minor': 4000, 'currency': 'GBP'}}");
	tell(&story, "lea", "y", ENTRY_ANSWER, "{'ask': '<q>', 'yes': true}");
	fold(&story);
	assert_true(story.cases->questions[0].yes);
	assert_null(story.cases->questions[0].used);
	story.facts.epoch = 1;
	tell(&story, "ana", "u1", ENTRY_ACTION, "{'backend': 'shop', 'action': 'refund', 'outcome': 'begun', 'answer': '<y>'}");
	story.facts.epoch = 2;
	tell(&story, "tom", "u2", ENTRY_ACTION, "{'backend': 'shop', 'action': 'refund', 'outcome': 'begun', 'answer': '<y>'}");
	fold(&story);
	assert_true(str_is(story.cases->questions[0].used->author, "ana"));
	assert_int_equal(story.cases->questions[0].amount.minor, 4000);
	story_end(&story);
}

static void a_missing_case_leaves_a_loose_note(void **state)
{
	(void)state;
	struct story story;
	struct entry *late;

	story_begin(&story);
	tell(&story, "ana", "n", ENTRY_NOTE, "{'text': 'early'}");
	tell(&story, "ana", "s", ENTRY_CASE_SET, "{'field': 'status', 'value': 'solved'}");
	assert_null(fold(&story));
	assert_int_equal(story.cases->n_loose, 1);
	story.facts.at = T0 - HOUR;
	late = tell(&story, "ana", "o", ENTRY_CASE_OPEN, "{'title': 't'}");
	assert_non_null(late);
	assert_int_equal(fold(&story)->status, CASE_SOLVED);
	assert_int_equal(story.cases->n_loose, 0);
	story_end(&story);
}

static void contacts_end_by_what_comes_first(void **state)
{
	(void)state;
	struct story story;
	const struct contact *contact;

	story_begin(&story);
	story.facts.channel = STR("phone");
	tell(&story, "ana", "c1", ENTRY_CONTACT_START, "{'call': 'CA1', 'number': '+447700900123'}");
	story.facts.at += 10 * MINUTE;
	tell(&story, "exchange", "p2", ENTRY_POP, "{'who': 'tel:+447700900999', 'call': 'CA2', 'agent': 'ana'}");
	tell(&story, "ana", "c2", ENTRY_CONTACT_START, "{'call': 'CA2'}");
	tell(&story, "ana", "w1", ENTRY_CONTACT_END, "{'contact': '<c1>', 'how': 'wrapup', 'done': ['pw'], 'outcome': 'waiting'}");
	story.facts.channel = STR("chat");
	tell(&story, "ana", "c3", ENTRY_CONTACT_START, "{}");
	tell(&story, "ana", "c4", ENTRY_CONTACT_START, "{}");
	fold(&story);
	contact = cases_contact(story.cases, uuid(&story.facts, "c1"));
	assert_int_equal(contact->until - contact->from, 10 * MINUTE + SECOND);
	assert_int_equal(contact->ended, CONTACT_END_POP);
	assert_true(contact->wrapped);
	assert_true(str_is(contact->done[0], "pw"));
	assert_true(str_eq(contact->case_, uuid(&story.facts, "k")));
	assert_int_equal(cases_contact(story.cases, uuid(&story.facts, "c2"))->until, WHEN_NONE);
	/* chats go on side by side */
	assert_int_equal(cases_contact(story.cases, uuid(&story.facts, "c3"))->until, WHEN_NONE);
	story_end(&story);
}

static void a_case_opens_again_by_itself(void **state)
{
	(void)state;
	struct story story;
	struct entry_draft draft;
	struct str cause;
	struct entry entry;
	struct err err;
	struct inbound inbound = { .id = STR("phone/calls/7") };

	story_begin(&story);
	tell(&story, "ana", "o", ENTRY_CASE_OPEN, "{'title': 't'}");
	tell(&story, "ana", "s", ENTRY_CASE_SET, "{'field': 'status', 'value': 'solved', 'was': '<o>'}");
	assert_int_equal(fold(&story)->status, CASE_SOLVED);
	inbound.at = story.facts.at + 8 * DAY;
	assert_false(cases_reopen(story.cases, &inbound, 7 * DAY, &draft, &cause));
	inbound.at = T0 - MINUTE;
	assert_false(cases_reopen(story.cases, &inbound, 7 * DAY, &draft, &cause));
	inbound.at = story.facts.at + 3 * DAY;
	assert_true(cases_reopen(story.cases, &inbound, 7 * DAY, &draft, &cause));
	draft.ord = (uint64_t)inbound.at << 16;
	assert_true(entry_make_by_rule(story.facts.arena, &draft, cause, &entry, &err));
	json_object_put(draft.data);
	entries_add(story.entries, &entry);
	assert_int_equal(fold(&story)->status, CASE_REOPENED);
	assert_false(cases_reopen(story.cases, &inbound, 7 * DAY, &draft, &cause));
	story_end(&story);
}

static void redacted_words_are_gone_and_their_effects_are_not(void **state)
{
	(void)state;
	struct story story;
	const struct case_state *k;

	story_begin(&story);
	tell(&story, "ana", "o", ENTRY_CASE_OPEN, "{'title': 'her password is hunter2'}");
	tell(&story, "ana", "n", ENTRY_NOTE, "{'text': 'hunter2'}");
	tell(&story, "ana", "m", ENTRY_PROMISE_MAKE, "{'text': 'hunter2', 'due': 1795900000000, 'owner': 'ana'}");
	tell(&story, "lea", "r1", ENTRY_REDACT, "{'entry': '<o>', 'reason': 'secret'}");
	tell(&story, "lea", "r2", ENTRY_REDACT, "{'entry': '<n>', 'reason': 'secret'}");
	tell(&story, "lea", "r3", ENTRY_REDACT, "{'entry': '<m>', 'reason': 'secret'}");
	k = fold(&story);
	assert_non_null(k);
	assert_null(k->title.p);
	assert_null(story.cases->promises[0].text.p);
	assert_int_equal(story.cases->promises[0].due, INT64_C(1795900000000));
	for (size_t i = 0; i < story.cases->n_entries; i++)
		assert_null(memmem(story.cases->entries[i]->data.p, story.cases->entries[i]->data.n, "hunter2", 7));
	story_end(&story);
}

static void rows_put_and_unfolded(void **state)
{
	(void)state;
	struct story story;
	const struct row_key key = { STR("phone"), STR("calls"), STR("7") }, other = { STR("phone"), STR("calls"), STR("8") };
	bool off;

	story_begin(&story);
	tell(&story, "ana", "a", ENTRY_ATTACH, "{'rows': [{'backend': 'phone', 'row': 'calls', 'id': '7'}]}");
	tell(&story, "ana", "u", ENTRY_UNFOLD, "{'rows': [{'backend': 'phone', 'row': 'calls', 'id': '7'}, {'backend': 'desk', 'row': 't', 'id': '1'}]}");
	tell(&story, "ana", "f", ENTRY_FOLD, "{'rows': [{'backend': 'desk', 'row': 't', 'id': '1'}]}");
	fold(&story);
	assert_true(str_eq(cases_row_case(story.cases, &key, &off), uuid(&story.facts, "k")) && !off);
	assert_null(cases_row_case(story.cases, &other, &off).p);
	assert_int_equal(story.cases->n_alone, 1);
	assert_true(str_is(story.cases->alone[0].id, "7"));
	tell(&story, "ana", "a2", ENTRY_ATTACH, "{'rows': [{'backend': 'phone', 'row': 'calls', 'id': '7'}], 'off': true}");
	fold(&story);
	assert_null(cases_row_case(story.cases, &key, &off).p);
	assert_true(off);
	story_end(&story);
}

static void notices_and_discrepancies(void **state)
{
	(void)state;
	struct story story;

	story_begin(&story);
	tell(&story, "ana", "n1", ENTRY_NOTICE, "{'site': 'leeds', 'text': 'bay 3 full', 'until': 1795900000000}");
	tell(&story, "ana", "n2", ENTRY_NOTICE, "{'site': 'leeds', 'text': 'bay 3 free', 'until': 1795900000000, 'replaces': '<n1>'}");
	tell(&story, "ana", "d1", ENTRY_DISCREPANCY, "{'about': 'stock', 'item': '400638', 'site': 'leeds', 'text': 'the shelf is empty', 'says': 'web 3, shop 1'}");
	tell(&story, "ana", "d3", ENTRY_DISCREPANCY, "{'about': 'stock', 'item': '400638'}");
	tell(&story, "web", "d2", ENTRY_DISCREPANCY_CLOSE, "{'discrepancy': '<d1>', 'outcome': 'counted again'}");
	fold(&story);
	assert_int_equal(story.cases->n_notices, 1);
	assert_true(str_is(story.cases->notices[0].text, "bay 3 free"));
	assert_true(str_is(story.cases->discrepancies[0].outcome, "counted again"));
	assert_true(str_is(story.cases->discrepancies[0].line, "400638: the shelf is empty (web 3, shop 1)"));
	assert_true(str_is(story.cases->discrepancies[0].says, "web 3, shop 1"));
	assert_true(str_is(story.cases->discrepancies[1].line, "400638"));
	story_end(&story);
}

static void a_code_names_a_case(void **state)
{
	(void)state;
	char code[CASE_CODE + 1], other[CASE_CODE + 1], digits[CASE_CODE_DIGITS + 1];

	case_code(STR("0190c0de-0000-7000-8000-00ffffffffff"), code);
	assert_string_equal(code, "ZZZZZZZZ");
	case_code(STR("0190c0de-0000-7000-8000-aa0000000001"), code);
	assert_string_equal(code, "00000001");
	case_code(STR("0190c0de-0000-7000-8000-0098fe2abcde"), code);
	assert_true(case_code_read(STR("k7f2"), other));
	assert_string_equal(other, "K7F2");
	assert_true(case_code_read(STR("oil"), other));
	assert_string_equal(other, "011");
	assert_int_equal(strlen(code), CASE_CODE);
	assert_true(case_code_read(str_of(code), other));
	assert_string_equal(other, code);
	case_code(STR("k7f2"), code);
	assert_string_equal(code, "");
	assert_true(case_code_digits(STR("zzzzzzz1"), digits));
	assert_string_equal(digits, "ffffffffe1");
	assert_true(case_code_digits(STR("0000000g"), digits));
	assert_string_equal(digits, "0000000010");
	assert_false(case_code_digits(STR("0000000"), digits));
	assert_false(case_code_digits(STR("0000-000"), digits));
	assert_false(case_code_read(STR("k7"), other));
	assert_false(case_code_read(STR("k7f2k7f2k"), other));
	assert_false(case_code_read(STR("k7-2"), other));
	assert_false(case_code_read(STR("uuuu"), other));
}

/* Of this agent contacts and whatever was written count, of others contacts, and only where the agent never was. */
static void who_was_last_done_with_the_customer(void **state)
{
	(void)state;
	struct story story;
	struct entry *entry;
	int64_t hung_up, noted;

	story_begin(&story);
	story.facts.channel = STR("phone");
	fold(&story);
	assert_true(cases_last_dealt(story.cases, STR("ana"), INT64_MAX) == WHEN_NONE);
	tell(&story, "raj", "n1", ENTRY_NOTE, "{'text': 'a note is no contact'}");
	fold(&story);
	assert_true(cases_last_dealt(story.cases, STR("ana"), INT64_MAX) == WHEN_NONE);
	tell(&story, "raj", "c1", ENTRY_CONTACT_START, "{}");
	entry = tell(&story, "raj", "e1", ENTRY_CONTACT_END, "{'contact': '<c1>', 'how': 'hangup'}");
	hung_up = entry_time(entry);
	fold(&story);
	assert_int_equal(cases_last_dealt(story.cases, STR("ana"), INT64_MAX), hung_up);
	entry = tell(&story, "ana", "n2", ENTRY_NOTE, "{'text': 'read it'}");
	noted = entry_time(entry);
	tell(&story, "raj", "c2", ENTRY_CONTACT_START, "{}");
	tell(&story, "raj", "e2", ENTRY_CONTACT_END, "{'contact': '<c2>', 'how': 'hangup'}");
	/* what begins is not over, nor is what comes after the time asked for */
	entry = tell(&story, "ana", "c3", ENTRY_CONTACT_START, "{}");
	fold(&story);
	assert_int_equal(cases_last_dealt(story.cases, STR("ana"), entry_time(entry)), noted);
	assert_int_equal(cases_last_dealt(story.cases, STR("ana"), noted), hung_up);
	story_end(&story);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_code_names_a_case),
		cmocka_unit_test(concurrent_sets_show_until_one_is_named),
		cmocka_unit_test(an_accepted_handoff_beats_a_set_that_had_not_seen_it),
		cmocka_unit_test(one_claim_wins_a_slot),
		cmocka_unit_test(promises),
		cmocka_unit_test(a_yes_is_used_once),
		cmocka_unit_test(a_missing_case_leaves_a_loose_note),
		cmocka_unit_test(contacts_end_by_what_comes_first),
		cmocka_unit_test(a_case_opens_again_by_itself),
		cmocka_unit_test(redacted_words_are_gone_and_their_effects_are_not),
		cmocka_unit_test(rows_put_and_unfolded),
		cmocka_unit_test(notices_and_discrepancies),
		cmocka_unit_test(who_was_last_done_with_the_customer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
