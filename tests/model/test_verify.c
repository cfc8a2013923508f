/*
 * Verification by contact, and what it opens.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dossier/model/verify.h>

#include "entry_facts.h"

struct story {
	struct facts facts;
	struct entries *entries;
	const struct cases *cases;
};

static void story_begin(struct story *story)
{
	facts_init(&story->facts);
	story->facts.channel = STR("phone");
	story->entries = entries_new();
	story->cases = NULL;
}

static void story_end(struct story *story)
{
	cases_free(story->cases);
	entries_free(story->entries);
	facts_release(&story->facts);
}

static struct entry *tell(struct story *story, const char *id, enum entry_type type, const char *json)
{
	struct entry *entry = fact_entry(&story->facts, id, type, "p", NULL, json);

	entries_add(story->entries, entry);
	return entry;
}

static struct verified of(struct story *story, const char *contact)
{
	const struct cases_in in = { .entries = story->entries };
	struct verified out;

	cases_free(story->cases);
	story->cases = cases_fold(&in);
	verify_contact(story->cases, &verify_defaults, uuid(&story->facts, contact), story->facts.at, &out);
	return out;
}

static void it_belongs_to_its_contact(void **state)
{
	(void)state;
	struct story story;
	struct verified is;

	story_begin(&story);
	tell(&story, "c1", ENTRY_CONTACT_START, "{'call': 'CA1', 'number': '+447700900123'}");
	assert_int_equal(of(&story, "c1").level, 0);
	tell(&story, "v1", ENTRY_VERIFY, "{'contact': '<c1>', 'way': 'code', 'ok': true}");
	is = of(&story, "c1");
	assert_int_equal(is.level, 3);
	assert_int_equal(is.way, VERIFY_CODE);
	assert_false(is.travelled);
	tell(&story, "c2", ENTRY_CONTACT_START, "{'call': 'CA2', 'number': '+447700900123'}");
	assert_int_equal(of(&story, "c2").level, 0);
	assert_int_equal(of(&story, "no such contact").level, 0);
	assert_true(verify_last(story.cases, &verify_defaults, uuid(&story.facts, "c2"), story.facts.at, &is));
	assert_int_equal(is.way, VERIFY_CODE);
	story_end(&story);
}

static void it_travels_with_a_transfer(void **state)
{
	(void)state;
	struct story story;
	struct verified is;

	story_begin(&story);
	tell(&story, "c1", ENTRY_CONTACT_START, "{'call': 'CA1'}");
	tell(&story, "v1", ENTRY_VERIFY, "{'contact': '<c1>', 'way': 'compare', 'ok': true, 'field': 'postcode'}");
	tell(&story, "x1", ENTRY_VERIFY, "{'contact': '<c1>', 'way': 'compare', 'ok': false, 'field': 'birthday'}");
	story.facts.author = STR("raj");
	tell(&story, "c2", ENTRY_CONTACT_START, "{'call': 'CA1'}");
	story.facts.channel = STR("chat");
	tell(&story, "c3", ENTRY_CONTACT_START, "{'from': '<c2>'}");
	is = of(&story, "c3");
	assert_int_equal(is.level, 2);
	assert_true(is.travelled);
	assert_int_equal(is.misses, 1);
	/* but never back in time */
	tell(&story, "v3", ENTRY_VERIFY, "{'contact': '<c3>', 'way': 'seen', 'ok': true}");
	assert_int_equal(of(&story, "c3").level, 3);
	assert_int_equal(of(&story, "c1").level, 2);
	story_end(&story);
}

static void it_ends(void **state)
{
	(void)state;
	struct story story;
	struct entry *ahead;

	story_begin(&story);
	tell(&story, "c1", ENTRY_CONTACT_START, "{'call': 'CA1'}");
	tell(&story, "v1", ENTRY_VERIFY, "{'contact': '<c1>', 'way': 'code', 'ok': true, 'until': 1999999999999, 'level': 9}");
	assert_int_equal(of(&story, "c1").level, 3);
	story.facts.at += 12 * HOUR;
	assert_int_equal(of(&story, "c1").level, 0);
	/* a clock an hour fast gains nothing: it counts from when the store got it */
	ahead = tell(&story, "v2", ENTRY_VERIFY, "{'contact': '<c1>', 'way': 'stated', 'ok': true}");
	ahead->at += HOUR;
	assert_int_equal(of(&story, "c1").until, ahead->got + 12 * HOUR);
	story_end(&story);
}

static void it_is_carried_on_by_policy(void **state)
{
	(void)state;
	struct story story;
	struct verified is;
	struct verify_policy never = verify_defaults;

	never.carries = 0;
	story_begin(&story);
	tell(&story, "c1", ENTRY_CONTACT_START, "{'call': 'CA1', 'number': '+447700900123'}");
	tell(&story, "v1", ENTRY_VERIFY, "{'contact': '<c1>', 'way': 'code', 'ok': true}");
	story.facts.at += HOUR;
	tell(&story, "c2", ENTRY_CONTACT_START, "{'call': 'CA2', 'number': '+447700900123'}");
	tell(&story, "c3", ENTRY_CONTACT_START, "{'call': 'CA3', 'number': '+447700900999'}");
	of(&story, "c2");
	assert_true(verify_carries(story.cases, &verify_defaults, uuid(&story.facts, "c2"), story.facts.at, &is));
	assert_int_equal(is.level, 2);
	assert_false(verify_carries(story.cases, &never, uuid(&story.facts, "c2"), story.facts.at, &is));
	assert_false(verify_carries(story.cases, &verify_defaults, uuid(&story.facts, "c3"), story.facts.at, &is));
	tell(&story, "v2", ENTRY_VERIFY, "{'contact': '<c2>', 'way': 'carried', 'ok': true, 'from': '<v1>'}");
	assert_int_equal(of(&story, "c2").level, 2);
	/* what was carried is not carried again, and nothing is carried from nowhere */
	tell(&story, "v3", ENTRY_VERIFY, "{'contact': '<c3>', 'way': 'carried', 'ok': true, 'from': '<v2>'}");
	assert_int_equal(of(&story, "c3").level, 0);
	tell(&story, "v4", ENTRY_VERIFY, "{'contact': '<c3>', 'way': 'carried', 'ok': true}");
	assert_int_equal(of(&story, "c3").level, 0);
	story_end(&story);
}

/* Saying one's name later takes nothing from the code that was read out before. */
static void the_strongest_is_told_and_carried(void **state)
{
	(void)state;
	struct story story;
	struct verified is;

	story_begin(&story);
	tell(&story, "c1", ENTRY_CONTACT_START, "{'call': 'CA1', 'number': '+447700900123'}");
	tell(&story, "v1", ENTRY_VERIFY, "{'contact': '<c1>', 'way': 'code', 'ok': true}");
	tell(&story, "v2", ENTRY_VERIFY, "{'contact': '<c1>', 'way': 'stated', 'ok': true}");
	assert_int_equal(of(&story, "c1").way, VERIFY_CODE);
	story.facts.at += HOUR;
	tell(&story, "c2", ENTRY_CONTACT_START, "{'call': 'CA2', 'number': '+447700900123'}");
	tell(&story, "v3", ENTRY_VERIFY, "{'contact': '<c2>', 'way': 'stated', 'ok': true}");
	story.facts.at += HOUR;
	tell(&story, "c3", ENTRY_CONTACT_START, "{'call': 'CA3', 'number': '+447700900123'}");
	of(&story, "c3");
	assert_true(verify_last(story.cases, &verify_defaults, uuid(&story.facts, "c3"), story.facts.at, &is));
	assert_int_equal(is.way, VERIFY_CODE);
	assert_true(verify_carries(story.cases, &verify_defaults, uuid(&story.facts, "c3"), story.facts.at, &is));
	assert_int_equal(is.way, VERIFY_CODE);
	assert_int_equal(is.level, 2);
	/* when neither holds any more it is the last that is told */
	story.facts.at += 30 * HOUR;
	assert_true(verify_last(story.cases, &verify_defaults, uuid(&story.facts, "c3"), story.facts.at, &is));
	assert_int_equal(is.way, VERIFY_STATED);
	story_end(&story);
}

static void tries_are_limited(void **state)
{
	(void)state;
	struct story story;
	struct err err;

	story_begin(&story);
	for (int c = 0; c < 3; c++) {
		char id[32], json[120];

		snprintf(id, sizeof(id), "c%d", c);
		tell(&story, id, ENTRY_CONTACT_START, "{}");
		of(&story, id);
		assert_int_equal(verify_may_try(story.cases, &verify_defaults, uuid(&story.facts, id), story.facts.at, &err), c < 2);
		for (int i = 0; i < 3; i++) {
			char try[32];

			snprintf(try, sizeof(try), "x%d%d", c, i);
			snprintf(json, sizeof(json), "{'contact': '<c%d>', 'way': 'compare', 'ok': false}", c);
			tell(&story, try, ENTRY_VERIFY, json);
		}
		of(&story, id);
		assert_false(verify_may_try(story.cases, &verify_defaults, uuid(&story.facts, id), story.facts.at, &err));
		assert_int_equal(err.code, ERR_REFUSED);
	}
	story.facts.at += 25 * HOUR;
	tell(&story, "c9", ENTRY_CONTACT_START, "{}");
	of(&story, "c9");
	assert_true(verify_may_try(story.cases, &verify_defaults, uuid(&story.facts, "c9"), story.facts.at, &err));
	story_end(&story);
}

static void fields_open_by_level(void **state)
{
	(void)state;
	struct mask *mask = mask_new();

	mask_close(mask, "profile.notes");
	mask_until(mask, "profile.addresses", 2);
	mask_until(mask, "profile.addresses.postcode", 3);
	assert_true(mask_hides(mask, "profile.addresses.city"));
	assert_false(mask_hides(mask, "profile.addressesX"));
	assert_int_equal(mask_needs(mask, "profile.addresses.postcode"), 3);
	mask_verified(mask, 2);
	assert_false(mask_hides(mask, "profile.addresses.city"));
	assert_true(mask_hides(mask, "profile.addresses.postcode"));
	mask_verified(mask, INT64_MAX);
	assert_true(mask_hides(mask, "profile.notes"));
	mask_reveal(mask, "profile.notes");
	assert_false(mask_hides(mask, "profile.notes.text"));
	mask_verified(mask, 0);
	assert_true(mask_hides(mask, "profile.notes.text"));
	assert_true(mask_hides(mask, "profile.addresses"));
	assert_false(mask_hides(NULL, "profile.notes"));
	mask_free(mask);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_belongs_to_its_contact),
		cmocka_unit_test(it_travels_with_a_transfer),
		cmocka_unit_test(it_ends),
		cmocka_unit_test(it_is_carried_on_by_policy),
		cmocka_unit_test(the_strongest_is_told_and_carried), cmocka_unit_test(tries_are_limited),
		cmocka_unit_test(fields_open_by_level),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
