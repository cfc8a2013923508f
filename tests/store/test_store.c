#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <unistd.h>

#include "rig.h"

static struct entry *note(struct rig *rig, const char *id, const char *person)
{
	return fact_entry(&rig->facts, id, ENTRY_NOTE, person, NULL, "{'text':'hold the line'}");
}

static struct entry *link_to(struct rig *rig, const char *id, const char *person, const char *json)
{
	return fact_entry(&rig->facts, id, ENTRY_LINK, person, NULL, json);
}

static void test_append_is_durable_then_shared(void **state)
{
	struct rig *rig = *state;
	struct entry *entry = note(rig, "n1", "anna");
	struct said said;
	struct seen own, other;

	rig_start(rig, 0);
	rig_start(rig, 1);
	rig_watch(rig, 0, uuid(&rig->facts, "anna").p, &own);
	rig_watch(rig, 1, uuid(&rig->facts, "anna").p, &other);
	RIG_UNTIL(rig, own.settled && other.settled);
	rig_append(rig, 0, entry, &said);
	RIG_UNTIL(rig, said.finals);
	assert_int_equal(said.durable, 1);
	assert_int_equal(said.shared, 1);
	assert_int_equal(said.finals, 1);
	assert_true(seen_has(&own, entry->id));
	assert_true(seen_entry(&own, entry->id)->got != WHEN_NONE);
	RIG_UNTIL(rig, seen_has(&other, entry->id));
	RIG_UNTIL(rig, store_state(rig->stores[0])->waiting == 0);
	assert_int_equal(store_state(rig->stores[0])->health, STORE_WELL);
	assert_true(own.changed >= 1);
	store_watch_free(own.watch);
	store_watch_free(other.watch);
}

static void test_known_customer_asks_for_what_is_new(void **state)
{
	struct rig *rig = *state;
	struct entry *first, *second;
	struct said said;
	struct seen seen;

	rig_start(rig, 0);
	rig_start(rig, 1);
	rig_append(rig, 0, link_to(rig, "l1", "anna", "{'identity':'email:anna@example.com'}"), &said);
	RIG_UNTIL(rig, said.finals);
	first = note(rig, "n1", "anna");
	rig_append(rig, 0, first, &said);
	RIG_UNTIL(rig, said.finals);
	rig_watch(rig, 1, "email:anna@example.com", &seen);
	RIG_UNTIL(rig, seen.settled);
	assert_true(seen_has(&seen, first->id));
	store_watch_free(seen.watch);
	rig_stop(rig, 1);
	second = note(rig, "n2", "anna");
	rig_append(rig, 0, second, &said);
	RIG_UNTIL(rig, said.finals);
	rig->fake.loads = rig->fake.loads_since = 0;
	rig_start(rig, 1);
	rig_watch(rig, 1, "email:anna@example.com", &seen);
	RIG_UNTIL(rig, seen.settled);
	assert_true(seen_has(&seen, first->id));
	assert_true(seen_has(&seen, second->id));
	if (!rig->real) {
		assert_int_equal(rig->fake.loads, 1);
		assert_int_equal(rig->fake.loads_since, 1);
	}
	store_watch_free(seen.watch);
}

/* Two persons who were nothing to each other, with pasts of their own; then one link. */
static void test_link_brings_in_the_past(void **state)
{
	struct rig *rig = *state;
	struct entry *old = note(rig, "n-old", "ben");
	struct said said;
	struct seen seen;

	rig_start(rig, 0);
	rig_start(rig, 1);
	rig_append(rig, 0, link_to(rig, "l1", "anna", "{'identity':'email:anna@example.com'}"), &said);
	RIG_UNTIL(rig, said.finals);
	rig_append(rig, 0, old, &said);
	RIG_UNTIL(rig, said.finals);
	rig_watch(rig, 1, "email:anna@example.com", &seen);
	RIG_UNTIL(rig, seen.settled);
	assert_false(seen_has(&seen, old->id));
	rig_append(rig, 0, link_to(rig, "l2", "anna", "{'other':'<ben>'}"), &said);
	RIG_UNTIL(rig, seen_has(&seen, old->id));
	store_watch_free(seen.watch);
	/* known up to before the link: the next opening must fetch the newly linked whole */
	rig_stop(rig, 1);
	rig_append(rig, 0, note(rig, "n-carl", "carl"), &said);
	RIG_UNTIL(rig, said.finals);
	rig_append(rig, 0, link_to(rig, "l3", "ben", "{'other':'<carl>'}"), &said);
	RIG_UNTIL(rig, said.finals);
	rig_start(rig, 1);
	rig_watch(rig, 1, "email:anna@example.com", &seen);
	RIG_UNTIL(rig, seen.settled && store_watch_settled(seen.watch));
	assert_true(seen_has(&seen, uuid(&rig->facts, "n-carl")));
	assert_true(seen_has(&seen, old->id));
	store_watch_free(seen.watch);
}

static void test_new_link_of_a_watched_identity(void **state)
{
	struct rig *rig = *state;
	struct said said;
	struct seen seen;

	rig_start(rig, 0);
	rig_start(rig, 1);
	rig_append(rig, 0, note(rig, "n1", "anna"), &said);
	RIG_UNTIL(rig, said.finals);
	rig_watch(rig, 1, "tel:+491609876543", &seen);
	RIG_UNTIL(rig, seen.settled);
	assert_false(seen_has(&seen, uuid(&rig->facts, "n1")));
	rig_append(rig, 0, link_to(rig, "l1", "anna", "{'identity':'tel:+491609876543'}"), &said);
	RIG_UNTIL(rig, seen_has(&seen, uuid(&rig->facts, "n1")));
	store_watch_free(seen.watch);
}

/* Written under nobody's or another's name, and still about what is watched. */
static void test_entries_about_what_is_watched(void **state)
{
	struct rig *rig = *state;
	struct said said;
	struct seen seen;

	rig_start(rig, 0);
	rig_start(rig, 1);
	rig_append(rig, 0, fact_entry(&rig->facts, "c1", ENTRY_CONTACT_START, "anna", NULL, "{'call':'7'}"), &said);
	RIG_UNTIL(rig, said.finals);
	rig_watch(rig, 1, uuid(&rig->facts, "anna").p, &seen);
	RIG_UNTIL(rig, seen.settled);
	rig_append(rig, 0, fact_entry(&rig->facts, "e1", ENTRY_CONTACT_END, NULL, NULL, "{'contact':'<c1>','how':'wrapup'}"), &said);
	RIG_UNTIL(rig, seen_has(&seen, uuid(&rig->facts, "e1")));
	/* of somebody else, until it is assigned here */
	rig_append(rig, 0, note(rig, "n-ben", "ben"), &said);
	RIG_UNTIL(rig, said.finals);
	rig_append(rig, 0, fact_entry(&rig->facts, "a1", ENTRY_ASSIGN, "anna", NULL, "{'entry':'<n-ben>','from':'<ben>'}"), &said);
	RIG_UNTIL(rig, seen_has(&seen, uuid(&rig->facts, "a1")) && seen_has(&seen, uuid(&rig->facts, "n-ben")));
	store_watch_free(seen.watch);
	rig_watch(rig, 1, uuid(&rig->facts, "anna").p, &seen);
	RIG_UNTIL(rig, seen.settled);
	assert_true(seen_has(&seen, uuid(&rig->facts, "n-ben")));
	assert_true(seen_has(&seen, uuid(&rig->facts, "e1")));
	store_watch_free(seen.watch);
}

static void test_open_items(void **state)
{
	struct rig *rig = *state;
	struct said said;
	struct seen seen;

	rig_start(rig, 0);
	rig_start(rig, 1);
	rig_append(rig, 0, fact_entry(&rig->facts, "p1", ENTRY_PROMISE_MAKE, "anna", NULL, "{'text':'call back','due':1795000900000}"), &said);
	RIG_UNTIL(rig, said.finals);
	rig_watch(rig, 1, "open", &seen);
	RIG_UNTIL(rig, seen.settled);
	assert_true(seen_has(&seen, uuid(&rig->facts, "p1")));
	rig_append(rig, 0, fact_entry(&rig->facts, "k1", ENTRY_PROMISE_KEEP, "anna", NULL, "{'promise':'<p1>'}"), &said);
	RIG_UNTIL(rig, seen_has(&seen, uuid(&rig->facts, "k1")));
	rig_append(rig, 0, note(rig, "n1", "anna"), &said);
	RIG_UNTIL(rig, said.finals);
	rig_append(rig, 0, fact_entry(&rig->facts, "o1", ENTRY_NOTICE, NULL, NULL, "{'site':'berlin','text':'till 3 is down','until':1795000900000}"), &said);
	RIG_UNTIL(rig, seen_has(&seen, uuid(&rig->facts, "o1")));
	assert_false(seen_has(&seen, uuid(&rig->facts, "n1")));
	store_watch_free(seen.watch);
}

static void test_away_and_back(void **state)
{
	struct rig *rig = *state;
	struct entry *waits, *accept;
	struct said said, lost;
	struct seen seen, stranger;

	rig_start(rig, 0);
	rig_append(rig, 0, note(rig, "n1", "anna"), &said);
	RIG_UNTIL(rig, said.finals);
	rig_watch(rig, 0, uuid(&rig->facts, "anna").p, &seen);
	RIG_UNTIL(rig, seen.settled);
	assert_int_equal(store_watch_age(seen.watch), WHEN_NONE);
	store_watch_free(seen.watch);
	rig->fake.away = true;
	rig_watch(rig, 0, uuid(&rig->facts, "anna").p, &seen);
	rig_watch(rig, 0, uuid(&rig->facts, "carl").p, &stranger);
	RIG_UNTIL(rig, seen.settled && stranger.settled);
	assert_true(seen_has(&seen, uuid(&rig->facts, "n1")));
	assert_int_equal(store_state(rig->stores[0])->health, STORE_AWAY);
	assert_string_equal(store_state(rig->stores[0])->err.text, "the store is away");
	assert_in_range(store_watch_age(seen.watch), 0, 20000);
	assert_true(store_watch_age(stranger.watch) == INT64_MAX);
	waits = note(rig, "n2", "anna");
	rig_append(rig, 0, waits, &said);
	RIG_UNTIL(rig, said.finals);
	assert_int_equal(said.durable, 1);
	assert_int_equal(said.shared, 0);
	assert_true(seen_has(&seen, waits->id));
	accept = fact_entry(&rig->facts, "a1", ENTRY_HANDOFF_ACCEPT, "anna", "case", "{'offer':'<o1>'}");
	rig_append(rig, 0, accept, &lost);
	RIG_UNTIL(rig, lost.finals);
	assert_int_equal(lost.refused, 1);
	assert_int_equal(lost.durable, 0);
	assert_int_equal(store_state(rig->stores[0])->waiting, 1);
	/* meanwhile somebody else wrote */
	fake_add(&rig->fake, note(rig, "n3", "anna"));
	fake_add(&rig->fake, note(rig, "n4", "carl"));
	assert_null(fake_find(&rig->fake, waits->id));
	rig->fake.away = false;
	RIG_UNTIL(rig, fake_find(&rig->fake, waits->id) && seen_has(&seen, uuid(&rig->facts, "n3")) && seen_has(&stranger, uuid(&rig->facts, "n4")));
	assert_null(fake_find(&rig->fake, accept->id));
	RIG_UNTIL(rig, store_state(rig->stores[0])->health == STORE_WELL && store_state(rig->stores[0])->waiting == 0);
	RIG_UNTIL(rig, seen_entry(&seen, waits->id)->got != WHEN_NONE);
	store_watch_free(seen.watch);
	store_watch_free(stranger.watch);
}

/* Told that the entry waits, also where the store went away after DURABLE was said. */
static void test_goes_away_under_an_append(void **state)
{
	struct rig *rig = *state;
	struct said said;

	rig_start(rig, 0);
	RIG_UNTIL(rig, store_state(rig->stores[0])->health == STORE_WELL);
	rig->fake.mute = true;
	rig_append(rig, 0, note(rig, "n1", "anna"), &said);
	RIG_UNTIL(rig, said.finals);
	assert_int_equal(said.durable, 2);
	assert_int_equal(said.shared, 0);
	rig->fake.mute = false;
	RIG_UNTIL(rig, store_state(rig->stores[0])->waiting == 0);
	assert_int_equal(rig->fake.n, 1);
	assert_true(rig->fake.appends >= 2);
}

static void test_what_waits_is_sent_by_the_next_run_in_order(void **state)
{
	struct rig *rig = *state;
	struct said said[5];
	char id[24];

	rig->fake.away = true;
	rig_start(rig, 0);
	for (int i = 0; i < 5; i++) {
		snprintf(id, sizeof(id), "n%d", i);
		rig_append(rig, 0, note(rig, id, "anna"), &said[i]);
	}
	RIG_UNTIL(rig, said[4].finals);
	rig_stop(rig, 0);
	rig->fake.away = false;
	/* of another log-in: theirs stay where they are */
	rig->logins[0] = "berta";
	rig_start(rig, 0);
	RIG_UNTIL(rig, store_state(rig->stores[0])->health == STORE_WELL);
	assert_int_equal(store_state(rig->stores[0])->waiting, 0);
	rig_stop(rig, 0);
	assert_int_equal(rig->fake.n, 0);
	rig->logins[0] = "ana";
	rig_start(rig, 0);
	RIG_UNTIL(rig, rig->fake.n == 5);
	for (int i = 0; i < 5; i++) {
		snprintf(id, sizeof(id), "n%d", i);
		assert_true(str_eq(rig->fake.entries[i]->id, uuid(&rig->facts, id)));
	}
	RIG_UNTIL(rig, store_state(rig->stores[0])->waiting == 0);
}

struct listed { bool done; size_t n; struct str states[8]; char why[100], id[40]; };

static void list_done(void *arg, struct store_rows *rows, const struct str *states, const struct str *whys, const struct err *err)
{
	struct listed *listed = arg;

	assert_int_equal(err->code, ERR_NONE);
	listed->done = true;
	listed->n = rows->n;
	for (size_t i = 0; i < rows->n && i < 8; i++)
		listed->states[i] = str_is(states[i], "refused") ? STR("refused") : STR("waiting");
	if (rows->n) {
		snprintf(listed->why, sizeof(listed->why), "%.*s", STR_ARG(whys[0]));
		snprintf(listed->id, sizeof(listed->id), "%.*s", STR_ARG(rows->entries[0].id));
	}
	store_rows_free(rows);
}

struct dropped { int done; enum err_code code; };

static void drop_done(void *arg, const struct str *values, size_t n, const struct err *err)
{
	struct dropped *dropped = arg;

	(void)values;
	(void)n;
	dropped->done++;
	dropped->code = err->code;
}

static void test_refused_words_stay_visible(void **state)
{
	struct rig *rig = *state;
	struct entry *entry = note(rig, "n1", "anna");
	struct listed listed = { 0 };
	struct dropped dropped = { 0 };
	struct said said;
	struct seen seen;

	rig->fake.refuse = "hold the line";
	rig_start(rig, 0);
	rig_watch(rig, 0, uuid(&rig->facts, "anna").p, &seen);
	rig_append(rig, 0, entry, &said);
	RIG_UNTIL(rig, said.finals);
	assert_int_equal(said.refused, 1);
	assert_string_equal(said.err.text, "words that are refused");
	RIG_UNTIL(rig, store_state(rig->stores[0])->refused == 1 && store_state(rig->stores[0])->waiting == 0);
	assert_false(seen_has(&seen, entry->id));
	store_watch_free(seen.watch);
	rig_stop(rig, 0);
	rig->fake.refuse = NULL;
	/* a decision is a person's: it is not sent again by itself */
	rig_start(rig, 0);
	store_outbox(rig->stores[0], list_done, &listed);
	RIG_UNTIL(rig, listed.done);
	assert_int_equal(listed.n, 1);
	assert_true(str_is(listed.states[0], "refused"));
	assert_string_equal(listed.why, "words that are refused");
	assert_true(str_is(entry->id, listed.id));
	assert_int_equal(rig->fake.n, 0);
	store_outbox_drop(rig->stores[0], STR("nobody"), drop_done, &dropped);
	RIG_UNTIL(rig, dropped.done == 1);
	assert_int_equal(dropped.code, ERR_NOTFOUND);
	store_outbox_drop(rig->stores[0], entry->id, drop_done, &dropped);
	RIG_UNTIL(rig, dropped.done == 2);
	assert_int_equal(dropped.code, ERR_NONE);
	assert_int_equal(store_state(rig->stores[0])->refused, 0);
	assert_true(store_state(rig->stores[0])->health != STORE_BROKEN);
}

static void test_claims(void **state)
{
	struct rig *rig = *state;
	struct said said[2];

	rig_start(rig, 0);
	rig_start(rig, 1);
	rig_append(rig, 0, fact_entry(&rig->facts, "o1", ENTRY_HANDOFF_OFFER, "anna", "case",
		"{'to_team':'desk','reason':'skill','wants':'money back','next':'look at the order'}"), &said[0]);
	RIG_UNTIL(rig, said[0].finals);
	rig_append(rig, 0, fact_entry(&rig->facts, "a1", ENTRY_HANDOFF_ACCEPT, "anna", "case", "{'offer':'<o1>'}"), &said[0]);
	rig_append(rig, 1, fact_entry(&rig->facts, "a2", ENTRY_HANDOFF_ACCEPT, "anna", "case", "{'offer':'<o1>'}"), &said[1]);
	RIG_UNTIL(rig, said[0].finals && said[1].finals);
	assert_int_equal(said[0].shared + said[1].shared, 1);
	assert_int_equal(said[0].lost + said[1].lost, 1);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(said[i].durable, 0);
		if (said[i].lost)
			assert_true(str_is(uuid(&rig->facts, i ? "a1" : "a2"), said[i].winner_id));
	}
	for (int i = 0; i < 2; i++)
		RIG_UNTIL(rig, store_state(rig->stores[i])->waiting == 0 && store_state(rig->stores[i])->refused == 0);
}

static void test_clock_goes_on_above_what_was_seen(void **state)
{
	struct rig *rig = *state;
	struct said said;
	struct seen seen;
	struct entry *entry;
	uint64_t before, stored;

	rig->skews[1] = -HOUR;
	rig_start(rig, 0);
	rig_start(rig, 1);
	entry = note(rig, "n1", "anna");
	entry->ord = store_ord(rig->stores[0]);
	rig_append(rig, 0, entry, &said);
	RIG_UNTIL(rig, said.finals);
	before = store_ord(rig->stores[0]);
	assert_true(before > entry->ord);
	rig_watch(rig, 1, uuid(&rig->facts, "anna").p, &seen);
	RIG_UNTIL(rig, seen.settled);
	stored = seen_entry(&seen, entry->id)->ord;
	assert_true(store_ord(rig->stores[1]) > stored);
	store_watch_free(seen.watch);
	rig_stop(rig, 1);
	/* also after a new start, from the private copy */
	rig_start(rig, 1);
	RIG_UNTIL(rig, store_state(rig->stores[1])->health == STORE_WELL);
	assert_true(store_ord(rig->stores[1]) > stored);
}

struct found { bool done; size_t n; struct err err; };

static void search_done(void *arg, struct store_rows *rows, const struct err *err)
{
	struct found *found = arg;

	found->done = true;
	found->n = rows ? rows->n : 0;
	found->err = err ? *err : (struct err){ 0 };
	store_rows_free(rows);
}

static void test_search_falls_back_on_what_is_here(void **state)
{
	struct rig *rig = *state;
	struct found found = { 0 };
	struct said said;

	rig_start(rig, 0);
	rig_append(rig, 0, note(rig, "n1", "anna"), &said);
	RIG_UNTIL(rig, said.shared);
	rig->fake.away = true;
	rig_append(rig, 0, fact_entry(&rig->facts, "n2", ENTRY_NOTE, "ben", NULL, "{'text':'Die LINE ist tot'}"), &said);
	RIG_UNTIL(rig, said.finals);
	store_search(rig->stores[0], STR("line"), 10, search_done, &found);
	RIG_UNTIL(rig, found.done);
	assert_int_equal(found.n, 2);
	assert_int_equal(found.err.code, ERR_NET);
	found.done = false;
	store_search(rig->stores[0], STR("line tot"), 10, search_done, &found);
	RIG_UNTIL(rig, found.done);
	assert_int_equal(found.n, 1);
}

static void test_free_with_work_under_way(void **state)
{
	struct rig *rig = *state;
	struct said said;
	struct seen seen;

	rig_start(rig, 0);
	rig_watch(rig, 0, uuid(&rig->facts, "anna").p, &seen);
	rig_append(rig, 0, note(rig, "n1", "anna"), &said);
	store_watch_free(seen.watch);
	rig_stop(rig, 0);
	assert_int_equal(said.finals, 0);
	/* it was handed over, so it is kept, and the next run sends it */
	rig_start(rig, 0);
	rig_watch(rig, 0, uuid(&rig->facts, "anna").p, &seen);
	RIG_UNTIL(rig, seen.settled && seen_has(&seen, uuid(&rig->facts, "n1")));
	RIG_UNTIL(rig, seen_entry(&seen, uuid(&rig->facts, "n1"))->got != WHEN_NONE);
	store_watch_free(seen.watch);
}

/* Brought back empty, or made anew: what was copied from the former is nobody's truth. */
static void test_another_store_in_its_place(void **state)
{
	struct rig *rig = *state;
	static const char *const parts[] = { "shared.db", "shared.db-wal", "shared.db-shm" };
	struct said said;
	struct seen seen;

	rig_start(rig, 0);
	rig_append(rig, 0, note(rig, "n1", "anna"), &said);
	RIG_UNTIL(rig, said.finals);
	rig_watch(rig, 0, uuid(&rig->facts, "anna").p, &seen);
	RIG_UNTIL(rig, seen.settled && seen_has(&seen, uuid(&rig->facts, "n1")));
	store_watch_free(seen.watch);
	rig_stop(rig, 0);
	for (size_t i = 0; i < 3; i++) {
		char path[100];

		snprintf(path, sizeof(path), "%s/%s", rig->dir, parts[i]);
		unlink(path);
	}
	rig_start(rig, 0);
	rig_watch(rig, 0, uuid(&rig->facts, "anna").p, &seen);
	RIG_UNTIL(rig, seen.settled && !seen_has(&seen, uuid(&rig->facts, "n1")));
	rig_append(rig, 0, note(rig, "n2", "anna"), &said);
	RIG_UNTIL(rig, said.shared && seen_has(&seen, uuid(&rig->facts, "n2")));
	store_watch_free(seen.watch);
	rig_stop(rig, 0);
	rig_start(rig, 0);
	rig_watch(rig, 0, uuid(&rig->facts, "anna").p, &seen);
	RIG_UNTIL(rig, seen.settled);
	assert_true(seen_has(&seen, uuid(&rig->facts, "n2")));
	assert_false(seen_has(&seen, uuid(&rig->facts, "n1")));
	store_watch_free(seen.watch);
}

#define FAKE(test) cmocka_unit_test_setup_teardown(test, rig_setup, rig_teardown)
#define BOTH(test) FAKE(test), { #test ", real", test, rig_setup_real, rig_teardown, NULL }

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(test_append_is_durable_then_shared), BOTH(test_known_customer_asks_for_what_is_new),
		BOTH(test_link_brings_in_the_past), BOTH(test_new_link_of_a_watched_identity),
		BOTH(test_entries_about_what_is_watched), BOTH(test_open_items),
		FAKE(test_away_and_back), FAKE(test_goes_away_under_an_append),
		FAKE(test_what_waits_is_sent_by_the_next_run_in_order), FAKE(test_refused_words_stay_visible),
		BOTH(test_claims), BOTH(test_clock_goes_on_above_what_was_seen),
		FAKE(test_search_falls_back_on_what_is_here), BOTH(test_free_with_work_under_way),
		{ "test_another_store_in_its_place, real", test_another_store_in_its_place, rig_setup_real, rig_teardown, NULL },
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
