/*
 * The brief, above all with lazy input.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dossier/model/brief.h>

#include "entry_facts.h"

struct story {
	struct facts facts;
	struct entries *entries;
	struct timeline *timeline;
	const struct cases *cases;
	struct brief brief;
	struct brief_in in;
};

static void story_begin(struct story *story)
{
	*story = (struct story){ .entries = entries_new(), .timeline = timeline_new(NULL, "GB") };
	facts_init(&story->facts);
	story->in.hour = (struct money){ 3000, "GBP" };
}

static void story_end(struct story *story)
{
	brief_release(&story->brief);
	timeline_free(story->timeline);
	cases_free(story->cases);
	entries_free(story->entries);
	facts_release(&story->facts);
}

static const struct entry *tell(struct story *story, const char *author, const char *id, enum entry_type type, const char *case_, const char *json)
{
	const struct entry *entry;

	story->facts.author = str_of(author);
	entry = fact_entry(&story->facts, id, type, "p", case_, json);
	entries_add(story->entries, entry);
	return entry;
}

/* A row of a backend, now. */
static struct interaction *row(struct story *story, const char *backend, const char *id, enum kind kind)
{
	struct batch *batch = batch_new();
	struct interaction *it = batch_add(batch);

	it->backend = arena_str(batch->arena, str_of(backend));
	it->row = STR("rows");
	it->id = arena_str(batch->arena, str_of(id));
	it->kind = kind;
	it->at = story->facts.at;
	it->direction = DIRECTION_IN;
	timeline_take(story->timeline, batch);
	return it;
}

static const struct brief *compute(struct story *story, const char *case_)
{
	const struct cases_in in = { .entries = story->entries };

	if (story->brief.arena)
		brief_release(&story->brief);
	cases_free(story->cases);
	story->cases = cases_fold(&in);
	timeline_drop(story->timeline, STR(CASES_BACKEND));
	timeline_take(story->timeline, cases_rows(story->cases));
	story->in.cases = story->cases;
	story->in.timeline = story->timeline;
	story->in.case_ = case_ ? uuid(&story->facts, case_) : (struct str){ 0 };
	story->in.now = story->facts.at;
	brief_init(&story->brief, &story->in);
	return &story->brief;
}

static const struct brief_item *item(const struct brief *brief, enum brief_tried kind, const char *code)
{
	for (size_t i = 0; i < brief->n_tried; i++) {
		if (brief->tried[i].kind == kind && (!code || str_is(brief->tried[i].code, code)))
			return &brief->tried[i];
	}
	return NULL;
}

/* One call by one agent: a contact, and the exchange's row of the same call. */
static void call_begin(struct story *story, const char *agent, int i)
{
	char json[200], id[32], call[32];
	struct interaction *it;

	snprintf(id, sizeof(id), "c%d", i);
	snprintf(json, sizeof(json), "{'call': 'CA%d', 'number': '+447700900123'}", i);
	it = row(story, "phone", id, KIND_CALL);
	it->until = it->at + 6 * MINUTE;
	it->minutes = 6 * MINUTE;
	it->title = STR("call from 07700 900123");
	snprintf(call, sizeof(call), "CA%d", i);
	interaction_refs(story->facts.arena, it)->call = arena_str(story->facts.arena, str_of(call));
	story->facts.channel = STR("phone");
	tell(story, agent, id, ENTRY_CONTACT_START, NULL, json);
}

static void call_end(struct story *story, const char *agent, int i, const char *rest)
{
	char json[300], id[32];

	snprintf(id, sizeof(id), "w%d", i);
	snprintf(json, sizeof(json), "{'contact': '<c%d>', 'how': 'wrapup'%s}", i, rest);
	story->facts.at += 5 * MINUTE;
	tell(story, agent, id, ENTRY_CONTACT_END, NULL, json);
}

/* Ten agents: four never wrap up, three choose "resolved", two type "pw reset", one says what was done; nobody opens a case. */
static void the_deciding_test(void **state)
{
	(void)state;
	struct story story;
	const struct brief *brief;
	struct interaction *words;

	story_begin(&story);
	for (int i = 0; i < 10; i++) {
		char agent[32];

		snprintf(agent, sizeof(agent), "agent%d", i);
		call_begin(&story, agent, i);
		if (i >= 4 && i < 7)
			call_end(&story, agent, i, ", 'outcome': 'resolved'");
		else if (i >= 7 && i < 9)
			call_end(&story, agent, i, ", 'line': 'pw reset'");
		else if (i == 9)
			call_end(&story, agent, i, ", 'done': ['password reset']");
		story.facts.at += 20 * HOUR;
		if (i == 6) {
			words = row(&story, "social", "t1", KIND_SOCIAL);
			words->text = STR("ten calls and still no direct billing");
		}
	}
	brief = compute(&story, NULL);
	assert_int_equal(brief->contacts, 11);          /* ten calls, one post */
	assert_int_equal(brief->repeats, 10);
	assert_int_equal(brief->channels, 2);
	assert_int_equal(brief->wants, WANTS_WORDS);
	assert_true(str_is(brief->wants_text, "ten calls and still no direct billing"));
	assert_int_equal(item(brief, TRIED_OUTCOME, "resolved")->n, 3);
	assert_int_equal(item(brief, TRIED_OUTCOME, "resolved")->back, 3);
	assert_int_equal(item(brief, TRIED_OUTCOME, "resolved")->verdict, VERDICT_BACK_EACH);
	assert_int_equal(item(brief, TRIED_CODE, "password reset")->n, 1);
	assert_int_equal(item(brief, TRIED_CODE, "password reset")->verdict, VERDICT_NONE);
	assert_int_equal(item(brief, TRIED_NOT_STATED, NULL)->n, 6);
	assert_null(item(brief, TRIED_CODE, "pw reset"));
	assert_null(brief->promised);
	assert_null(brief->next);
	assert_int_equal(brief->handling, 10 * 6 * MINUTE);
	assert_int_equal(brief->n_cost, 1);
	assert_int_equal(brief->cost[0].minor, 3000);
	assert_int_equal(brief->days, (story.in.now - T0) / DAY);
	assert_int_equal(brief->n_rows, 11);
	/* The eleventh agent opens a case: all of it is offered. */
	size_t n;
	const struct timeline_row **loose = brief_loose(&story.in, story.facts.at, &n);
	assert_int_equal(n, 11);
	free(loose);
	story_end(&story);
}

/* The brief of the screens' mock: direct billing, five agents, four channels. */
static void direct_billing(void **state)
{
	(void)state;
	struct story story;
	const struct brief *brief;
	struct interaction *it;
	const struct money lifetime = { 421000, "GBP" };

	story_begin(&story);
	story.in.lifetime = &lifetime;
	story.in.n_lifetime = 1;
	story.facts.channel = STR("phone");
	tell(&story, "ana", "k", ENTRY_CASE_OPEN, "k", "{'title': 'direct billing to the company card'}");
	for (int i = 0; i < 10; i++) {
		static const char *const agents[] = { "mia", "raj", "ana" };

		call_begin(&story, agents[i % 3], i);
		call_end(&story, agents[i % 3], i, ", 'done': ['password reset'], 'outcome': 'waiting'");
		story.facts.at += 20 * HOUR;
	}
	it = row(&story, "till", "v1", KIND_VISIT);
	it->place_name = STR("Leeds");
	it->agent = STR("Tom");
	it->title = STR("no record of her");
	story.facts.at += HOUR;
	it = row(&story, "social", "t1", KIND_SOCIAL);
	it->text = STR("ten calls and still no direct billing");
	story.facts.at += HOUR;
	it = row(&story, "chat", "h1", KIND_CHAT);
	it->title = STR("how do I add a card?");
	it->agent = STR("bot");
	it = row(&story, "desk", "m1", KIND_EMAIL);
	it->direction = DIRECTION_OUT;
	it->agent = STR("ana");
	tell(&story, "ana", "pr", ENTRY_PROMISE_MAKE, "k", "{'text': 'call back', 'due': 1795100000000, 'owner': 'ana'}");
	tell(&story, "ana", "pr2", ENTRY_PROMISE_MAKE, "k", "{'text': 'send B7', 'due': 1795000000000, 'owner': 'ana'}");
	tell(&story, "ana", "e", ENTRY_NEXT, "k", "{'text': 'ask billing'}");
	for (int i = 0; i < 3; i++) {
		char id[32], json[200];

		snprintf(id, sizeof(id), "h%d", i);
		tell(&story, "ana", id, ENTRY_HANDOFF_OFFER, "k", "{'to_team': 'billing', 'reason': 'skill', 'wants': 'w', 'next': 'billing adds the card; form B7 is with Raj'}");
		snprintf(id, sizeof(id), "a%d", i);
		snprintf(json, sizeof(json), "{'offer': '<h%d>'}", i);
		story.facts.epoch = (uint32_t)i + 1;
		tell(&story, "raj", id, ENTRY_HANDOFF_ACCEPT, "k", json);
	}
	brief = compute(&story, "k");
	assert_true(str_eq(brief_choose(story.cases), uuid(&story.facts, "k")));
	assert_int_equal(brief->wants, WANTS_CASE);
	assert_true(str_is(brief->wants_text, "direct billing to the company card"));
	assert_int_equal(brief->tried[0].n, 10);
	assert_int_equal(brief->tried[0].verdict, VERDICT_BACK_EACH);
	assert_true(str_is(item(brief, TRIED_VISIT, NULL)->code, "Leeds"));
	assert_true(str_is(brief->promised->text, "send B7"));
	assert_int_equal(brief->more_promised, 1);
	assert_true(str_is(brief->next_text, "billing adds the card; form B7 is with Raj"));
	assert_int_equal(brief->next->type, ENTRY_HANDOFF_OFFER);
	assert_int_equal(brief->contacts, 13);
	assert_int_equal(brief->channels, 4);
	assert_int_equal(brief->transfers, 3);
	assert_int_equal(brief->lifetime[0].minor, 421000);
	story_end(&story);
}

static void helped_only_when_it_stayed_solved(void **state)
{
	(void)state;
	struct story story;
	const struct brief *brief;

	story_begin(&story);
	tell(&story, "ana", "k", ENTRY_CASE_OPEN, "k", "{'title': 't'}");
	call_begin(&story, "ana", 1);
	call_end(&story, "ana", 1, ", 'done': ['reset']");
	story.facts.at += DAY;
	call_begin(&story, "ana", 2);
	call_end(&story, "ana", 2, ", 'done': ['card added']");
	tell(&story, "ana", "s", ENTRY_CASE_SET, "k", "{'field': 'status', 'value': 'solved', 'was': '<k>'}");
	brief = compute(&story, "k");
	assert_int_equal(item(brief, TRIED_CODE, "reset")->verdict, VERDICT_BACK_EACH);
	assert_int_equal(item(brief, TRIED_CODE, "card added")->verdict, VERDICT_NONE);
	story.facts.at += 8 * DAY;
	brief = compute(&story, "k");
	assert_int_equal(item(brief, TRIED_CODE, "card added")->verdict, VERDICT_HELPED);
	assert_int_equal(item(brief, TRIED_CODE, "reset")->verdict, VERDICT_BACK_EACH);
	story_end(&story);
}

static void contacts_belong_where_they_were_put(void **state)
{
	(void)state;
	struct story story;

	story_begin(&story);
	tell(&story, "ana", "k1", ENTRY_CASE_OPEN, "k1", "{'title': 'one'}");
	call_begin(&story, "ana", 1);
	story.facts.at += HOUR;
	tell(&story, "ana", "k2", ENTRY_CASE_OPEN, "k2", "{'title': 'two'}");
	call_begin(&story, "ana", 2);           /* two are open: loose */
	story.facts.at += HOUR;
	call_begin(&story, "ana", 3);
	tell(&story, "ana", "w3", ENTRY_CONTACT_END, "k2", "{'contact': '<c3>', 'how': 'wrapup'}");
	/* the first ended when the next began, while one case was open... until the second opened */
	assert_int_equal(compute(&story, "k2")->contacts, 1);
	assert_int_equal(compute(&story, "k1")->contacts, 0);
	assert_int_equal(compute(&story, NULL)->contacts, 2);
	tell(&story, "ana", "a1", ENTRY_ATTACH, "k1", "{'entry': '<c1>'}");
	tell(&story, "ana", "a2", ENTRY_ATTACH, "k1", "{'rows': [{'backend': 'phone', 'row': 'rows', 'id': 'c2'}]}");
	tell(&story, "ana", "a3", ENTRY_ATTACH, NULL, "{'entry': '<c3>', 'off': true}");
	assert_int_equal(compute(&story, "k1")->contacts, 2);
	assert_int_equal(compute(&story, "k2")->contacts, 0);
	assert_int_equal(compute(&story, NULL)->contacts, 1);
	story_end(&story);
}

static void money_is_counted_once(void **state)
{
	(void)state;
	struct story story;
	const struct brief *brief;
	struct interaction *it;

	story_begin(&story);
	tell(&story, "ana", "k", ENTRY_CASE_OPEN, "k", "{'title': 't'}");
	tell(&story, "ana", "x1", ENTRY_ACTION, "k", "{'backend': 'shop', 'action': 'refund', 'outcome': 'done', 'cost': {'minor': 4000, 'currency': 'GBP'}, 'cost_for': 'refund'}");
	it = row(&story, "shop", "r1", KIND_PAYMENT);
	it->step = STEP_REFUNDED;
	it->amount = (struct money){ -4000, "GBP" };
	tell(&story, "ana", "x2", ENTRY_ACTION, "k", "{'backend': 'shop', 'action': 'voucher', 'outcome': 'done', 'cost': {'minor': 500, 'currency': 'GBP'}, 'cost_for': 'goodwill'}");
	tell(&story, "ana", "x3", ENTRY_ACTION, "k", "{'backend': 'shop', 'action': 'voucher', 'outcome': 'failed', 'cost': {'minor': 900, 'currency': 'GBP'}, 'cost_for': 'goodwill'}");
	brief = compute(&story, "k");
	assert_int_equal(brief->n_cost, 1);
	assert_int_equal(brief->cost[0].minor, 4500);
	assert_int_equal(item(brief, TRIED_CODE, "voucher")->n, 1);
	/* a refund that is told as a return too is one; another of another order is not, nor is what was never refunded */
	for (int i = 0; i < 3; i++) {
		static const char *const ids[] = { "r2", "r3", "r4" };
		static const char *const orders[] = { "o2", "o2", "o4" };
		struct batch *batch = batch_new();

		it = batch_add(batch);
		*it = (struct interaction){ .backend = STR("shop"), .row = STR("rows"), .id = arena_str(batch->arena, str_of(ids[i])),
			.kind = i == 1 ? KIND_RETURN : KIND_PAYMENT, .step = STEP_REFUNDED, .at = story.facts.at + i, .until = WHEN_NONE, .amount = { 1000, "GBP" } };
		interaction_refs(batch->arena, it)->order = arena_str(batch->arena, str_of(orders[i]));
		timeline_take(story.timeline, batch);
	}
	it = row(&story, "shop", "r5", KIND_PAYMENT);
	it->amount = (struct money){ 7000, "GBP" };
	brief = compute(&story, "k");
	assert_int_equal(brief->n_cost, 1);
	assert_int_equal(brief->cost[0].minor, 6500);
	story_end(&story);
}

static void times_that_no_calendar_has_are_not_reckoned_with(void **state)
{
	(void)state;
	static const int64_t times[] = { INT64_MAX, INT64_MIN + 1, WHEN_NONE, INT64_MAX - 5 };
	struct story story;

	story_begin(&story);
	for (size_t i = 0; i < 4; i++) {
		static const char *const ids[] = { "a", "b", "c", "d" };
		struct interaction *it = row(&story, "phone", ids[i], KIND_CALL);

		it->at = times[i];
		it->until = times[3 - i];
		it->done = STR("reset");
		it->step = STEP_REFUNDED;
		it->amount = (struct money){ INT64_MIN, "GBP" };
		it->minutes = INT64_MAX;
	}
	row(&story, "desk", "e", KIND_EMAIL)->until = INT64_MAX;
	assert_int_equal(compute(&story, NULL)->contacts, 1);
	story_end(&story);
}

static void nothing_known_is_said(void **state)
{
	(void)state;
	struct story story;
	const struct brief *brief;

	story_begin(&story);
	brief = compute(&story, "no such case");
	assert_int_equal(brief->wants, WANTS_NOT_STATED);
	assert_int_equal(brief->n_tried + brief->contacts + brief->more_promised + brief->n_cost, 0);
	assert_null(brief->promised);
	assert_null(brief->of);
	assert_null(brief_choose(story.cases).p);
	story_end(&story);
}

/* Beginning a contact takes away nothing that was there before, however long ago that was. */
static void a_live_contact_begins_no_gap(void **state)
{
	(void)state;
	struct story story;

	story_begin(&story);
	call_begin(&story, "mia", 1);
	call_end(&story, "mia", 1, ", 'done': ['password reset']");
	story.facts.at += 30 * 24 * HOUR;
	assert_non_null(item(compute(&story, NULL), TRIED_CODE, "password reset"));
	call_begin(&story, "ana", 2);
	assert_non_null(item(compute(&story, NULL), TRIED_CODE, "password reset"));
	assert_int_equal(story.brief.contacts, 2);
	/* once it is over, or was forgotten, what is long ago is another story */
	story.facts.at += 25 * HOUR;
	assert_null(item(compute(&story, NULL), TRIED_CODE, "password reset"));
	story_end(&story);
}

/* The call under way is a coming back, and nothing that was tried; a phone that says it is over knows better. */
static void what_goes_on_was_not_tried_yet(void **state)
{
	(void)state;
	struct story story;
	const struct brief *brief;

	story_begin(&story);
	story.facts.channel = STR("phone");
	for (int i = 0; i < 3; i++) {
		char id[32], json[100];

		snprintf(id, sizeof(id), "c%d", i);
		tell(&story, "mia", id, ENTRY_CONTACT_START, NULL, "{'number': '+447700900123'}");
		snprintf(json, sizeof(json), "{'contact': '<c%d>', 'how': 'hangup'}", i);
		story.facts.at += 5 * MINUTE;
		snprintf(id, sizeof(id), "e%d", i);
		tell(&story, "mia", id, ENTRY_CONTACT_END, NULL, json);
		story.facts.at += 20 * HOUR;
	}
	tell(&story, "ana", "c3", ENTRY_CONTACT_START, NULL, "{'number': '+447700900123'}");
	story.facts.at += MINUTE;
	brief = compute(&story, NULL);
	assert_int_equal(brief->contacts, 4);
	assert_int_equal(brief->repeats, 3);
	assert_int_equal(item(brief, TRIED_NOT_STATED, NULL)->n, 3);
	assert_int_equal(item(brief, TRIED_NOT_STATED, NULL)->verdict, VERDICT_BACK_EACH);
	tell(&story, "ana", "e3", ENTRY_CONTACT_END, NULL, "{'contact': '<c3>', 'how': 'hangup'}");
	brief = compute(&story, NULL);
	assert_int_equal(item(brief, TRIED_NOT_STATED, NULL)->n, 4);
	assert_int_equal(item(brief, TRIED_NOT_STATED, NULL)->back, 3);
	/* at the counter likewise */
	story.facts.at += HOUR;
	story.facts.channel = STR("counter");
	tell(&story, "tom", "c4", ENTRY_CONTACT_START, NULL, "{}");
	assert_null(item(compute(&story, NULL), TRIED_VISIT, NULL));
	/* forgotten, and nobody is there any more */
	story.facts.at += 25 * HOUR;
	assert_int_equal(item(compute(&story, NULL), TRIED_VISIT, NULL)->n, 1);
	/* ended for the exchange, not for its agent */
	call_begin(&story, "raj", 5);
	assert_int_equal(item(compute(&story, NULL), TRIED_NOT_STATED, NULL)->n, 4);
	story.facts.at += 10 * MINUTE;
	assert_int_equal(item(compute(&story, NULL), TRIED_NOT_STATED, NULL)->n, 5);
	story_end(&story);
}

static void chat(struct story *story, const char *id, const char *words)
{
	row(story, "chat", id, KIND_CHAT)->text = str_of(words);
	story->facts.at += HOUR;
}

/* What a solved case was about is wanted no more; what was said of something else still is. */
static void words_of_a_solved_case_are_not_wanted(void **state)
{
	(void)state;
	struct story story;
	const struct brief *brief;

	story_begin(&story);
	chat(&story, "h0", "long ago");
	story.facts.at += 10 * DAY;
	chat(&story, "h1", "where is my parcel?");
	story.facts.at += 8 * DAY;
	chat(&story, "h2", "and add the card");
	story.facts.at += HOUR;
	tell(&story, "ana", "k", ENTRY_CASE_OPEN, "k", "{'title': 'the card'}");
	tell(&story, "ana", "a", ENTRY_ATTACH, "k", "{'rows': [{'backend': 'chat', 'row': 'rows', 'id': 'h2'}]}");
	assert_true(str_is(compute(&story, NULL)->wants_text, "and add the card"));
	story.facts.at += HOUR;
	tell(&story, "raj", "s", ENTRY_CASE_SET, "k", "{'field': 'status', 'value': 'solved', 'was': '<k>'}");
	brief = compute(&story, NULL);
	assert_int_equal(brief->wants, WANTS_WORDS);
	assert_true(str_is(brief->wants_text, "where is my parcel?"));
	assert_true(str_is(brief->wants_row->id, "h1"));
	/* put into it later too: what is left was not even offered for it */
	tell(&story, "raj", "a2", ENTRY_ATTACH, "k", "{'rows': [{'backend': 'chat', 'row': 'rows', 'id': 'h1'}]}");
	brief = compute(&story, NULL);
	assert_int_equal(brief->wants, WANTS_NOT_STATED);
	assert_null(brief->wants_row);
	assert_int_equal(compute(&story, "k")->wants, WANTS_CASE);
	story.facts.at += HOUR;
	chat(&story, "h3", "it was charged twice");
	assert_true(str_is(compute(&story, NULL)->wants_text, "it was charged twice"));
	story_end(&story);
}

/* Taken and solved: done. Only taken, or solved by another before anybody took it: still what is next. */
static void what_a_solved_hand_off_asked_for_is_not_next(void **state)
{
	(void)state;
	struct story story;
	const struct brief *brief;

	story_begin(&story);
	tell(&story, "ana", "k", ENTRY_CASE_OPEN, "k", "{'title': 'the card'}");
	story.facts.at += HOUR;
	tell(&story, "ana", "h", ENTRY_HANDOFF_OFFER, "k", "{'to_team': 'billing', 'reason': 'skill', 'wants': 'w', 'next': 'add the card'}");
	story.facts.at += HOUR;
	tell(&story, "ana", "s0", ENTRY_CASE_SET, "k", "{'field': 'status', 'value': 'solved', 'was': '<k>'}");
	assert_true(str_is(compute(&story, "k")->next_text, "add the card"));
	story.facts.at += HOUR;
	tell(&story, "ana", "o0", ENTRY_CASE_SET, "k", "{'field': 'status', 'value': 'open', 'was': '<s0>'}");
	story.facts.at += HOUR;
	story.facts.epoch = 1;
	tell(&story, "raj", "t", ENTRY_HANDOFF_ACCEPT, "k", "{'offer': '<h>'}");
	assert_true(str_is(compute(&story, "k")->next_text, "add the card"));
	story.facts.at += HOUR;
	tell(&story, "raj", "s", ENTRY_CASE_SET, "k", "{'field': 'status', 'value': 'solved', 'was': '<o0>'}");
	story.facts.at += HOUR;
	tell(&story, "ana", "o", ENTRY_REOPEN, "k", "{'solved': '<s>', 'cause': '<s>'}");
	brief = compute(&story, "k");
	assert_int_equal(brief->of->status, CASE_REOPENED);
	assert_null(brief->next);
	assert_int_equal(brief->next_text.n, 0);
	story.facts.at += HOUR;
	tell(&story, "ana", "e", ENTRY_NEXT, "k", "{'text': 'ask her again'}");
	assert_true(str_is(compute(&story, "k")->next_text, "ask her again"));
	story_end(&story);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_live_contact_begins_no_gap),
		cmocka_unit_test(what_goes_on_was_not_tried_yet),
		cmocka_unit_test(the_deciding_test),
		cmocka_unit_test(direct_billing),
		cmocka_unit_test(helped_only_when_it_stayed_solved),
		cmocka_unit_test(contacts_belong_where_they_were_put),
		cmocka_unit_test(money_is_counted_once),
		cmocka_unit_test(times_that_no_calendar_has_are_not_reckoned_with),
		cmocka_unit_test(nothing_known_is_said),
		cmocka_unit_test(words_of_a_solved_case_are_not_wanted),
		cmocka_unit_test(what_a_solved_hand_off_asked_for_is_not_next),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
