/* The brief in words, as SCREENS shows it. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dossier/desk/tell.h>

#include "../model/entry_facts.h"

struct told {
	struct facts facts;
	struct entries *entries;
	struct timeline *timeline;
	const struct cases *cases;
	struct brief brief;
	struct tell tell;
	struct buf text;
	struct mask *mask;
};

static int setup(void **state)
{
	struct told *t = mem_zalloc(sizeof(*t));

	facts_init(&t->facts);
	t->facts.channel = STR("phone");
	t->entries = entries_new();
	t->timeline = timeline_new(NULL, "GB");
	t->mask = mask_new();
	buf_init(&t->text, 8192);
	*state = t;
	return 0;
}

static int teardown(void **state)
{
	struct told *t = *state;

	if (t->brief.arena)
		brief_release(&t->brief);
	cases_free(t->cases);
	timeline_free(t->timeline);
	entries_free(t->entries);
	facts_release(&t->facts);
	mask_free(t->mask);
	buf_release(&t->text);
	free(t);
	return 0;
}

static void tell(struct told *t, const char *author, const char *id, enum entry_type type, const char *case_, const char *json)
{
	t->facts.author = str_of(author);
	entries_add(t->entries, fact_entry(&t->facts, id, type, "p", case_, json));
}

static void compute(struct told *t, const char *case_)
{
	const struct cases_in in = { .entries = t->entries };
	struct brief_in brief = { .timeline = t->timeline };

	t->cases = cases_fold(&in);
	timeline_take(t->timeline, cases_rows(t->cases));
	brief.cases = t->cases;
	brief.case_ = case_ ? uuid(&t->facts, case_) : (struct str){ 0 };
	brief.now = t->tell.now = t->facts.at;
	brief_init(&t->brief, &brief);
}

typedef void tell_fn(const struct tell *tell, const struct brief *brief, struct buf *out);

static void expect(struct told *t, tell_fn *fn, const char *want)
{
	buf_reset(&t->text);
	fn(&t->tell, &t->brief, &t->text);
	assert_string_equal(buf_str(&t->text).p ? buf_str(&t->text).p : "", want);
}

static void expect_of(struct told *t, const char *rest)
{
	char code[CASE_CODE + 1], whole[120];

	case_code(t->brief.of->id, code);
	snprintf(whole, sizeof(whole), "case 1/1 \u00b7 %.4s \u00b7 %s", code, rest);
	buf_reset(&t->text);
	tell_of(&t->tell, &t->brief, t->cases, &t->text);
	assert_string_equal(t->text.data, whole);
}

/* Two calls in which the same was done, each ended by a wrap-up; then a hand-off and a promise. */
static void story(struct told *t)
{
	tell(t, "ana", "k", ENTRY_CASE_OPEN, "k", "{'title': 'direct billing to the company card', 'owner': 'ana'}");
	for (int i = 0; i < 2; i++) {
		char id[16], wrap[16], json[200];

		snprintf(id, sizeof(id), "c%d", i);
		snprintf(wrap, sizeof(wrap), "w%d", i);
		tell(t, "mia", id, ENTRY_CONTACT_START, "k", "{'number': '+447700900123'}");
		t->facts.at += 6 * MINUTE;
		snprintf(json, sizeof(json), "{'contact': '<%s>', 'how': 'wrapup', 'done': ['password reset']}", id);
		tell(t, "mia", wrap, ENTRY_CONTACT_END, "k", json);
		t->facts.at += DAY;
	}
	tell(t, "raj", "h", ENTRY_HANDOFF_OFFER, "k", "{'to_team': 'billing', 'reason': 'rights', 'wants': 'direct billing', 'next': 'billing adds the card; form B7 is with Raj'}");
}

static void nothing_known_reads_so(void **state)
{
	struct told *t = *state;

	compute(t, NULL);
	expect(t, tell_wants, "not stated");
	expect(t, tell_tried, "nothing");
	expect(t, tell_promised, "nothing");
	expect(t, tell_next, "not stated");
	expect(t, tell_next_by, "");
	expect(t, tell_effort, "0 contacts 0 channels 0 transfers");
	expect(t, tell_cost, "");
}

static void the_brief_of_a_case(void **state)
{
	struct told *t = *state;
	char json[200];

	story(t);
	snprintf(json, sizeof(json), "{'text': 'call back', 'due': %lld, 'owner': 'ana'}", (long long)(t->facts.at + 79 * MINUTE));
	tell(t, "ana", "p1", ENTRY_PROMISE_MAKE, "k", json);
	snprintf(json, sizeof(json), "{'text': 'send the form', 'due': %lld}", (long long)(t->facts.at + 3 * DAY));
	tell(t, "ana", "p2", ENTRY_PROMISE_MAKE, "k", json);
	compute(t, "k");
	expect(t, tell_wants, "direct billing to the company card");
	expect_of(t, "ana \u00b7 2 d");
	expect(t, tell_tried, "password reset \u00d72, came back after 1 of them");
	expect(t, tell_next, "billing adds the card; form B7 is with Raj");
	expect(t, tell_next_by, "hand-off, raj 11:18");
	expect(t, tell_promised, "call back today 12:37, ana, +1 more");
	expect(t, tell_effort, "2 contacts 1 channel 0 transfers");
	t->tell.wide = true;
	expect_of(t, "open \u00b7 ana \u00b7 2 days");
	expect(t, tell_promised, "call back today 12:37, ana, in 1 h 18 min, +1 more");
	expect(t, tell_effort, "2 contacts \u00b7 1 channel \u00b7 0 transfers");
	expect(t, tell_cost, "2 days \u00b7 1 repeat");
	t->tell.ascii = true;
	expect(t, tell_tried, "password reset x2, came back after 1 of them");
	t->tell.now += 2 * HOUR;
	expect(t, tell_promised, "call back today 12:37, ana, 41 min late, +1 more");
}

/* Who works on it now comes first; whose it is stands last, where it is the first to give way. */
static void a_case_that_somebody_else_took(void **state)
{
	struct told *t = *state;

	story(t);
	tell(t, "raj", "a", ENTRY_HANDOFF_ACCEPT, "k", "{'offer': '<h>'}");
	compute(t, "k");
	expect_of(t, "raj \u00b7 2 d \u00b7 owner ana");
	t->tell.wide = true;
	expect_of(t, "open \u00b7 raj \u00b7 2 days \u00b7 owner ana");
}

static void times_are_told_by_their_day(void **state)
{
	static const struct { int64_t off; const char *want; } cases[] = {
		{ 0, "10:00" }, { 13 * HOUR, "23:00" }, { 14 * HOUR, "tomorrow 00:00" }, { -11 * HOUR, "yesterday 23:00" },
		{ -3 * DAY, "15 Nov 10:00" }, { 400 * DAY, "23 Dec 2027 10:00" },
	};
	struct told *t = *state;

	assert_true(when_parse(STR("2026-11-18T10:00:00Z"), WHEN_ISO, NULL, &t->tell.now, NULL));
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		buf_reset(&t->text);
		tell_time(&t->tell, t->tell.now + cases[i].off, &t->text);
		assert_string_equal(t->text.data, cases[i].want);
	}
}

static void what_is_closed_is_not_told(void **state)
{
	struct told *t = *state;

	story(t);
	compute(t, "k");
	mask_close(t->mask, "row.text");
	t->tell.mask = t->mask;
	expect(t, tell_wants, "closed until verified");
	expect(t, tell_next, "closed until verified");
	mask_close(t->mask, "brief.tried");
	expect(t, tell_tried, "closed until verified");
}

static void their_words_are_quoted(void **state)
{
	struct told *t = *state;
	struct batch *batch = batch_new();
	struct interaction *it = batch_add(batch);

	it->backend = STR("social");
	it->row = STR("posts");
	it->id = STR("1");
	it->kind = KIND_SOCIAL;
	it->at = t->facts.at;
	it->direction = DIRECTION_IN;
	it->text = STR("ten calls and still no direct billing");
	timeline_take(t->timeline, batch);
	compute(t, NULL);
	expect(t, tell_wants, "\u201cten calls and still no direct billing\u201d (their words)");
	expect(t, tell_tried, "nothing");
}

static void says(struct told *t, enum entry_type type, const char *json, const char *kind, const char *words)
{
	struct entry *entry = fact_entry(&t->facts, "e", type, "p", "k", json);
	struct json_parser *parser = json_parser_new();

	buf_reset(&t->text);
	tell_entry_kind(entry, &t->text);
	assert_string_equal(buf_str(&t->text).p, kind);
	assert_true(t->text.len <= 15);
	buf_reset(&t->text);
	tell_entry_words(&t->tell, entry, parser, &t->text);
	assert_string_equal(buf_str(&t->text).p ? buf_str(&t->text).p : "", words);
	json_parser_free(parser);
}

static void an_entry_is_told_without_ids(void **state)
{
	struct told *t = *state;

	t->tell.now = t->facts.at;
	says(t, ENTRY_NOTE, "{\"text\":\"a broken zip\"}", "note", "a broken zip");
	says(t, ENTRY_CASE_SET, "{\"field\":\"status\",\"value\":\"waiting\"}", "case is now", "status waiting");
	says(t, ENTRY_HANDOFF_OFFER, "{\"to_team\":\"billing\",\"reason\":\"rights\",\"wants\":\"money\",\"next\":\"pay it\"}",
	     "handed off", "to billing, pay it, for rights");
	says(t, ENTRY_ATTACH,
	     "{\"rows\":[{\"backend\":\"phone\",\"row\":\"calls\",\"id\":\"1\"},{\"backend\":\"shop\",\"row\":\"orders\",\"id\":\"1\"},"
	     "{\"backend\":\"phone\",\"row\":\"calls\",\"id\":\"2\"}]}", "put into it", "2 phone calls, 1 shop order");
	says(t, ENTRY_ATTACH, "{\"rows\":[{\"backend\":\"phone\",\"row\":\"calls\",\"id\":\"1\"}],\"off\":true}",
	     "put into it", "taken out again: 1 phone call");
	says(t, ENTRY_ATTACH, "{\"rows\":[{\"backend\":\"desk\",\"row\":\"tickets.articles\",\"id\":\"1\"},{\"backend\":\"chat\",\"row\":\"conversations\",\"id\":\"1\"}]}",
	     "put into it", "1 row of desk tickets.articles, 1 chat conversation");
	says(t, ENTRY_CONTACT_START, "{\"direction\":\"in\"}", "contact began", "phone, in");
	says(t, ENTRY_CONTACT_END, "{\"contact\":\"01926b6c-7c2a-7d1e-8f00-0123456789ab\",\"how\":\"wrapup\",\"done\":[\"callback\"],\"outcome\":\"solved\"}",
	     "contact ended", "done callback, solved");
	says(t, ENTRY_ANSWER, "{\"ask\":\"01926b6c-7c2a-7d1e-8f00-0123456789ab\",\"yes\":true,\"text\":\"do it\"}", "answered", "yes, do it");
	t->tell.mask = t->mask;
	mask_close(t->mask, "contact.number");
	says(t, ENTRY_CONTACT_START, "{\"direction\":\"in\",\"number\":\"+447700900862\"}", "contact began", "phone, in, closed until verified");
	says(t, ENTRY_POP, "{\"who\":\"tel:+447700900862\",\"number\":\"+447700900862\"}", "announced", "closed until verified");
	mask_close(t->mask, "identity.email");
	says(t, ENTRY_LINK, "{\"identity\":\"email:anna@example.com\"}", "linked", "closed until verified");
	says(t, ENTRY_LINK, "{\"identity\":\"tel:+447700900862\"}", "linked", "tel:+447700900862");
	mask_close(t->mask, "identity.tel");
	says(t, ENTRY_LINK, "{\"identity\":\"tel:+447700900862\"}", "linked", "closed until verified");
	mask_close(t->mask, "case.title");
	says(t, ENTRY_CASE_OPEN, "{\"title\":\"a broken zip\",\"priority\":\"high\"}", "case opened", "closed until verified, priority high");
	mask_close(t->mask, "promise.text");
	says(t, ENTRY_PROMISE_MAKE, "{\"text\":\"a new zip\",\"due\":0,\"to_team\":\"shops\"}", "promised",
	     "closed until verified, by 1 Jan 1970 00:00, team shops");
	mask_close(t->mask, "row.text");
	says(t, ENTRY_NOTE, "{\"text\":\"a broken zip\"}", "note", "closed until verified");
}

/* Each type that there is has its words. */
static void every_type_has_words(void **state)
{
	struct told *t = *state;

	for (int type = 0; type < ENTRY_TYPE_COUNT; type++) {
		struct entry entry = { .type = (enum entry_type)type, .word = str_of(entry_type_word((enum entry_type)type)) };

		buf_reset(&t->text);
		tell_entry_kind(&entry, &t->text);
		assert_true(t->text.len > 0 && t->text.len <= 15);
		assert_true(!memchr(t->text.data, '.', t->text.len));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(nothing_known_reads_so, setup, teardown),
		cmocka_unit_test_setup_teardown(the_brief_of_a_case, setup, teardown),
		cmocka_unit_test_setup_teardown(a_case_that_somebody_else_took, setup, teardown),
		cmocka_unit_test_setup_teardown(times_are_told_by_their_day, setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_closed_is_not_told, setup, teardown),
		cmocka_unit_test_setup_teardown(their_words_are_quoted, setup, teardown),
		cmocka_unit_test_setup_teardown(an_entry_is_told_without_ids, setup, teardown),
		cmocka_unit_test_setup_teardown(every_type_has_words, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
