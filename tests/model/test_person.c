/*
 * Persons: who is one, who must not be, and whose a note is.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dossier/model/person.h>

#include "entry_facts.h"
#include "resolve_facts.h"

struct story {
	struct facts facts;
	struct entries *entries;
	struct persons *persons;
};

static void story_begin(struct story *story)
{
	facts_init(&story->facts);
	story->entries = entries_new();
	story->persons = NULL;
}

static void story_end(struct story *story)
{
	persons_free(story->persons);
	entries_free(story->entries);
	facts_release(&story->facts);
}

static const struct entry *tell(struct story *story, const char *id, enum entry_type type, const char *person, const char *json)
{
	const struct entry *entry = fact_entry(&story->facts, id, type, person, NULL, json);

	entries_add(story->entries, entry);
	return entry;
}

static void fold(struct story *story)
{
	persons_free(story->persons);
	story->persons = persons_fold(story->entries);
}

/* The groups that a look-up shows, persons by the names they have in the story: "jane tom | ann". */
static void expect_groups(struct story *story, const char *typed, const char *const *names, size_t n, const char *expected)
{
	struct who who = fact_who(story->facts.arena, typed);
	struct resolve *resolve = resolve_new(&who, "GB");
	const struct resolve_result *result;
	struct buf text;

	fold(story);
	persons_tell(story->persons, resolve);
	result = resolve_result(resolve);
	buf_init(&text, 10000);
	for (size_t i = 0; i < result->n; i++) {
		bool first = true;

		for (size_t k = 0; k < n; k++) {
			for (size_t p = 0; p < result->groups[i].n_persons; p++) {
				if (!str_eq(result->groups[i].persons[p], uuid(&story->facts, names[k])))
					continue;
				buf_printf(&text, "%s%s", !first ? " " : i ? " | " : "", names[k]);
				first = false;
			}
		}
	}
	assert_string_equal(text.data ? text.data : "", expected);
	buf_release(&text);
	resolve_free(resolve);
}

static const char *const both[] = { "jane", "tom" };

static bool shows(struct story *story, const struct entry *entry, const char *person)
{
	struct str group = uuid(&story->facts, person);

	return persons_shows(story->persons, entry, &group, 1);
}

static void a_note_stays_with_one_of_two_who_share_a_telephone(void **state)
{
	(void)state;
	struct story story;
	const struct entry *note;

	story_begin(&story);
	tell(&story, "1", ENTRY_LINK, "jane", "{'identity': 'tel:+447700900123'}");
	tell(&story, "2", ENTRY_LINK, "tom", "{'identity': 'tel:+447700900123'}");
	note = tell(&story, "3", ENTRY_NOTE, "jane", "{'text': 'a surprise for Tom'}");
	expect_groups(&story, "tel:+447700900123", both, 2, "tom | jane");
	assert_true(shows(&story, note, "jane"));
	assert_false(shows(&story, note, "tom"));
	story_end(&story);
}

static void a_couple_with_one_email_can_be_parted(void **state)
{
	(void)state;
	struct story story;

	story_begin(&story);
	tell(&story, "1", ENTRY_LINK, "jane", "{'identity': 'email:moss@example.com'}");
	tell(&story, "2", ENTRY_LINK, "tom", "{'identity': 'email:moss@example.com'}");
	expect_groups(&story, "email:moss@example.com", both, 2, "jane tom");
	tell(&story, "3", ENTRY_UNLINK, "jane", "{'other': '<tom>', 'shared': ['email:moss@example.com']}");
	expect_groups(&story, "email:moss@example.com", both, 2, "tom | jane");
	story_end(&story);
}

static void a_link_must_have_seen_every_unlink(void **state)
{
	(void)state;
	struct story story;
	const struct person_pair *pair;

	story_begin(&story);
	tell(&story, "l1", ENTRY_LINK, "jane", "{'other': '<tom>'}");
	tell(&story, "t", ENTRY_LINK, "jane", "{'identity': 'email:jane@example.com'}");
	expect_groups(&story, "email:jane@example.com", both, 2, "jane tom");
	tell(&story, "u1", ENTRY_UNLINK, "tom", "{'other': '<jane>'}");
	expect_groups(&story, "email:jane@example.com", both, 2, "jane");
	/* at the same time, and with a clock an hour fast: did not see it */
	story.facts.at += HOUR;
	tell(&story, "l2", ENTRY_LINK, "jane", "{'other': '<tom>'}");
	expect_groups(&story, "email:jane@example.com", both, 2, "jane");
	tell(&story, "l3", ENTRY_LINK, "jane", "{'other': '<tom>', 'sees': ['<u1>']}");
	expect_groups(&story, "email:jane@example.com", both, 2, "jane tom");
	/* another unlink, by a clock a day slow */
	story.facts.at -= DAY;
	tell(&story, "u2", ENTRY_UNLINK, "jane", "{'other': '<tom>'}");
	expect_groups(&story, "email:jane@example.com", both, 2, "jane");
	pair = persons_pair(story.persons, uuid(&story.facts, "tom"), uuid(&story.facts, "jane"));
	assert_int_equal(pair->n_unlinks, 2);
	tell(&story, "l4", ENTRY_LINK, "tom", "{'other': '<jane>', 'sees': ['<u2>', '<u1>']}");
	expect_groups(&story, "email:jane@example.com", both, 2, "jane tom");
	story_end(&story);
}

static void what_changed_is_kept_and_a_mistake_is_not(void **state)
{
	(void)state;
	struct story story;
	const struct person_hold *holds;
	size_t n;

	story_begin(&story);
	tell(&story, "1", ENTRY_LINK, "jane", "{'identity': 'email:old@example.com', 'since': 1790000000000, 'evidence': 'the shop'}");
	tell(&story, "2", ENTRY_LINK, "jane", "{'identity': 'rec:shop/7'}");
	tell(&story, "3", ENTRY_UNLINK, "jane", "{'identity': 'email:old@example.com', 'why': 'changed', 'until': 1794000000000}");
	tell(&story, "4", ENTRY_UNLINK, "jane", "{'identity': 'rec:shop/7', 'why': 'mistake'}");
	tell(&story, "5", ENTRY_UNLINK, "jane", "{'identity': 'rec:desk/1', 'why': 'mistake'}");
	fold(&story);
	holds = persons_holds(story.persons, &n);
	assert_int_equal(n, 1);
	assert_false(holds[0].now);
	assert_int_equal(holds[0].since, INT64_C(1790000000000));
	assert_int_equal(holds[0].until, INT64_C(1794000000000));
	assert_true(str_is(holds[0].evidence, "the shop"));
	tell(&story, "6", ENTRY_LINK, "jane", "{'identity': 'email:old@example.com'}");
	fold(&story);
	holds = persons_holds(story.persons, &n);
	assert_int_equal(n, 2);
	assert_true(holds[1].now);
	story_end(&story);
}

static void a_record_used_again_belongs_to_the_new_one(void **state)
{
	(void)state;
	struct story story;
	const struct entry *note;

	story_begin(&story);
	tell(&story, "1", ENTRY_LINK, "jane", "{'identity': 'rec:shop/7'}");
	note = tell(&story, "2", ENTRY_NOTE, "jane", "{'text': 'private'}");
	tell(&story, "3", ENTRY_UNLINK, "jane", "{'identity': 'rec:shop/7', 'why': 'changed'}");
	tell(&story, "4", ENTRY_LINK, "tom", "{'identity': 'rec:shop/7'}");
	expect_groups(&story, "rec:shop/7", both, 2, "tom");
	assert_false(shows(&story, note, "tom"));
	story_end(&story);
}

static void a_wrong_link_is_undone_and_its_notes_assigned(void **state)
{
	(void)state;
	struct story story;
	const struct entry *before, *during, *promise, *keep, **joint;
	size_t n;

	story_begin(&story);
	before = tell(&story, "n1", ENTRY_NOTE, "tom", "{'text': 'before'}");
	tell(&story, "l1", ENTRY_LINK, "jane", "{'other': '<tom>'}");
	during = tell(&story, "n2", ENTRY_NOTE, "jane", "{'text': 'during'}");
	promise = tell(&story, "pr", ENTRY_PROMISE_MAKE, "jane", "{'text': 'call back', 'due': 1795100000000}");
	keep = tell(&story, "k", ENTRY_PROMISE_KEEP, "tom", "{'promise': '<pr>'}");
	tell(&story, "u1", ENTRY_UNLINK, "jane", "{'other': '<tom>'}");
	tell(&story, "n3", ENTRY_NOTE, "jane", "{'text': 'after'}");
	fold(&story);
	assert_false(shows(&story, during, "tom"));
	assert_true(shows(&story, keep, "jane"));
	assert_false(shows(&story, keep, "tom"));
	joint = persons_joint_entries(story.persons, uuid(&story.facts, "tom"), uuid(&story.facts, "jane"), &n);
	assert_int_equal(n, 2);
	assert_ptr_equal(joint[0], promise);
	assert_ptr_equal(joint[1], during);
	free(joint);
	tell(&story, "a1", ENTRY_ASSIGN, "tom", "{'entry': '<n2>', 'from': '<jane>'}");
	tell(&story, "a2", ENTRY_ASSIGN, "tom", "{'entry': '<pr>', 'from': '<jane>'}");
	fold(&story);
	assert_true(shows(&story, during, "tom") && !shows(&story, during, "jane"));
	assert_true(shows(&story, keep, "tom") && !shows(&story, keep, "jane"));
	assert_true(shows(&story, before, "tom"));
	tell(&story, "a3", ENTRY_ASSIGN, "jane", "{'entry': '<n2>', 'from': '<tom>'}");
	fold(&story);
	assert_true(!shows(&story, during, "tom") && shows(&story, during, "jane"));
	story_end(&story);
}

static void two_who_met_by_an_email_have_joint_notes_too(void **state)
{
	(void)state;
	struct story story;
	const struct entry **joint;
	size_t n;

	story_begin(&story);
	tell(&story, "n0", ENTRY_NOTE, "jane", "{'text': 'long before'}");
	tell(&story, "1", ENTRY_LINK, "jane", "{'identity': 'email:moss@example.com'}");
	tell(&story, "2", ENTRY_LINK, "tom", "{'identity': 'email:moss@example.com'}");
	tell(&story, "n1", ENTRY_NOTE, "tom", "{'text': 'who of both?'}");
	tell(&story, "u1", ENTRY_UNLINK, "jane", "{'other': '<tom>'}");
	fold(&story);
	joint = persons_joint_entries(story.persons, uuid(&story.facts, "jane"), uuid(&story.facts, "tom"), &n);
	assert_int_equal(n, 1);
	assert_true(str_eq(joint[0]->id, uuid(&story.facts, "n1")));
	free(joint);
	story_end(&story);
}

static void nothing_is_left_of_who_was_erased(void **state)
{
	(void)state;
	struct story story;
	const struct entry *note;
	size_t n;

	story_begin(&story);
	tell(&story, "1", ENTRY_LINK, "jane", "{'identity': 'email:jane@example.com'}");
	tell(&story, "2", ENTRY_LINK, "jane", "{'other': '<tom>'}");
	note = tell(&story, "3", ENTRY_NOTE, "jane", "{'text': 'x'}");
	tell(&story, "4", ENTRY_ERASE, NULL, "{'persons': ['<jane>'], 'entries': 3}");
	/* what comes in late */
	tell(&story, "5", ENTRY_LINK, "jane", "{'identity': 'email:late@example.com'}");
	tell(&story, "6", ENTRY_ASSIGN, "tom", "{'entry': '<3>'}");
	fold(&story);
	persons_holds(story.persons, &n);
	assert_int_equal(n, 0);
	persons_pairs(story.persons, &n);
	assert_int_equal(n, 0);
	assert_null(persons_home(story.persons, note).p);
	assert_false(shows(&story, note, "tom"));
	assert_true(persons_erased(story.persons, uuid(&story.facts, "jane")));
	story_end(&story);
}

static void facts_for_a_stores_tables(void **state)
{
	(void)state;
	struct story story;
	struct person_fact fact;

	story_begin(&story);
	assert_true(person_fact(story.facts.arena, tell(&story, "1", ENTRY_LINK, "jane", "{'identity': 'rec:shop/7'}"), &fact));
	assert_true(fact.link && fact.identity.type == ID_TYPE_REC && !fact.other.p);
	assert_true(person_fact(story.facts.arena, tell(&story, "2", ENTRY_UNLINK, "jane", "{'other': '<tom>'}"), &fact));
	assert_true(!fact.link && !fact.identity.value.p && str_eq(fact.other, uuid(&story.facts, "tom")));
	assert_true(person_fact(story.facts.arena, tell(&story, "3", ENTRY_ASSIGN, "tom", "{'entry': '<n>', 'from': '<jane>'}"), &fact));
	assert_true(fact.assign && str_eq(fact.other, uuid(&story.facts, "jane")));
	assert_false(person_fact(story.facts.arena, tell(&story, "4", ENTRY_LINK, "jane", "{'other': '<jane>'}"), &fact));
	assert_false(person_fact(story.facts.arena, tell(&story, "5", ENTRY_NOTE, "jane", "{'text': 'a'}"), &fact));
	story_end(&story);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_note_stays_with_one_of_two_who_share_a_telephone),
		cmocka_unit_test(a_couple_with_one_email_can_be_parted),
		cmocka_unit_test(a_link_must_have_seen_every_unlink),
		cmocka_unit_test(what_changed_is_kept_and_a_mistake_is_not),
		cmocka_unit_test(a_record_used_again_belongs_to_the_new_one),
		cmocka_unit_test(a_wrong_link_is_undone_and_its_notes_assigned),
		cmocka_unit_test(two_who_met_by_an_email_have_joint_notes_too),
		cmocka_unit_test(nothing_is_left_of_who_was_erased),
		cmocka_unit_test(facts_for_a_stores_tables),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
