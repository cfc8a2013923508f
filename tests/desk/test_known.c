#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "known.h"

static void shop_knows_jane(struct agent *agent)
{
	fake_record("a", fake_person(&agent->fake, "a", "1", "Jane Moss", "email:jane@example.com", NULL));
	fake_ok("a");
	fake_fail("b", ERR_NET, "down");
}

static void desk_knows_jane(struct agent *agent)
{
	fake_fail("a", ERR_NET, "down");
	fake_record("b", fake_person(&agent->fake, "b", "7", "Jane Moss", "email:jane@example.com", NULL));
	fake_ok("b");
}

static bool is_found(struct agent *agent, size_t groups)
{
	agent_nothing(agent);
	return agent_found(agent) && lookup_result(agent->lookup)->n == groups;
}

static void a_note_outlives_the_system_it_was_written_with(void **state)
{
	struct shop shop;
	struct agent ana, mia, raj;

	(void)state;
	shop_open(&shop);
	agent_begin(&ana, &shop, "ana", 0);
	agent_show(&ana, "jane@example.com", shop_knows_jane);
	assert_int_equal(customer_cases(ana.customer)->n_entries, 0);
	assert_int_equal(agent_does(&ana, "note", "text=wants direct billing"), STORE_SHARED);
	assert_string_equal(agent_titles(&ana), "wants direct billing");
	assert_int_equal(customer_group(ana.customer)->n_persons, 1);
	agent_end(&ana);

	/* the shop is dead, only the help desk answers */
	agent_begin(&mia, &shop, "mia", 0);
	agent_show(&mia, "jane@example.com", desk_knows_jane);
	assert_string_equal(agent_titles(&mia), "wants direct billing");
	assert_int_equal(customer_group(mia.customer)->n_records, 1);
	assert_int_equal(agent_does(&mia, "note", "text=called again"), STORE_SHARED);
	assert_string_equal(agent_titles(&mia), "called again, wants direct billing");
	agent_end(&mia);

	/* nobody answers: the store alone knows who that is */
	agent_begin(&raj, &shop, "raj", 0);
	agent_show(&raj, "jane@example.com", agent_dead);
	assert_int_equal(customer_group(raj.customer)->n_records, 0);
	assert_true(str_is(customer_profile(raj.customer)->name, "Jane Moss"));
	assert_true(str_is(customer_profile(raj.customer)->identities.items[0].text, "email:jane@example.com"));
	assert_string_equal(agent_titles(&raj), "called again, wants direct billing");
	/* and what it knows was asked of the backends, but for what had failed */
	agent_find(&raj, "rec:a/1");
	fake_fail("a", ERR_NET, "down");
	AGENT_UNTIL(&raj, strstr(fake_waiting(), "b find"));
	assert_string_equal(fake_waiting(), "b find email:jane@example.com");
	fake_record("b", fake_person(&raj.fake, "b", "7", "Jane Moss", "email:jane@example.com", NULL));
	fake_ok("b");
	AGENT_UNTIL(&raj, is_found(&raj, 1));
	assert_int_equal(lookup_result(raj.lookup)->groups[0].n_records, 1);
	agent_end(&raj);
	shop_close(&shop);
}

static void guest_and_account(struct agent *agent, const char *asked)
{
	struct record *guest = (struct record *)(uintptr_t)fake_person(&agent->fake, "a", "g4", "Jane Moss", asked, "email:jane@example.com", NULL);

	guest->guest = true;
	fake_record("a", guest);
	fake_record("a", fake_person(&agent->fake, "a", "1", "Jane A Moss", asked, "email:jane@example.com", "tel:+441132960000", NULL));
	fake_ok("a");
}

static void shop_has_two(struct agent *agent)
{
	guest_and_account(agent, "email:jane@example.com");
	fake_fail("b", ERR_NET, "down");
}

static void all_three(struct agent *agent)
{
	guest_and_account(agent, "email:jane@example.com");
	fake_record("b", fake_person(&agent->fake, "b", "7", "J. Moss", "email:jane@example.com", NULL));
	fake_ok("b");
}

static void desk_has_her_by_record(struct agent *agent)
{
	fake_record("b", fake_person(&agent->fake, "b", "7", "J. Moss", "rec:b/7", "email:jane@example.com", NULL));
	fake_ok("b");
}

static void guest_by_record(struct agent *agent)
{
	struct record *guest = (struct record *)(uintptr_t)fake_person(&agent->fake, "a", "g4", "Jane Moss", "rec:a/g4", NULL);

	guest->guest = true;
	fake_record("a", guest);
	fake_ok("a");
}

/* Guest and account of the shop, and the help desk's: whichever answers, alone or none, all notes are hers. */
static void one_customer_under_three_records(void **state)
{
	static const struct { const char *who; agent_answer_fn *answer; size_t records; } ways[] = {
		{ "jane@example.com", shop_has_two, 2 },
		{ "jane@example.com", desk_knows_jane, 1 },
		{ "jane@example.com", all_three, 3 },
		{ "jane@example.com", agent_dead, 0 },
	};
	struct shop shop;
	struct agent ana, mia, raj;

	(void)state;
	shop_open(&shop);
	/* the shop alone: a guest's record and an account's, one customer */
	agent_begin(&ana, &shop, "ana", 0);
	agent_show(&ana, "jane@example.com", shop_has_two);
	assert_int_equal(customer_group(ana.customer)->n_records, 2);
	assert_int_equal(agent_does(&ana, "note", "text=from the shop"), STORE_SHARED);
	assert_int_equal(customer_group(ana.customer)->n_persons, 1);
	agent_end(&ana);
	/* the help desk alone, which has yet another record */
	agent_begin(&mia, &shop, "mia", 0);
	agent_show(&mia, "jane@example.com", desk_knows_jane);
	assert_int_equal(customer_group(mia.customer)->n_records, 1);
	assert_string_equal(agent_titles(&mia), "from the shop");
	assert_int_equal(agent_does(&mia, "note", "text=from the desk"), STORE_SHARED);
	agent_end(&mia);
	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++) {
		agent_begin(&raj, &shop, "raj", 0);
		agent_show(&raj, ways[i].who, ways[i].answer);
		assert_int_equal(lookup_result(raj.lookup)->n, 1);
		assert_int_equal(customer_group(raj.customer)->n_records, ways[i].records);
		assert_string_equal(agent_titles(&raj), "from the desk, from the shop");
		agent_end(&raj);
	}
	/* by one record alone: the guest's by its link, though it says no e-mail any more; the desk's by its e-mail */
	agent_begin(&raj, &shop, "raj", 0);
	agent_show(&raj, "rec:a/g4", guest_by_record);
	assert_string_equal(agent_titles(&raj), "from the desk, from the shop");
	agent_show(&raj, "rec:b/7", desk_has_her_by_record);
	assert_string_equal(agent_titles(&raj), "from the desk, from the shop");
	/* one person holds all of it: nothing was minted twice */
	assert_int_equal(customer_group(raj.customer)->n_persons, 1);
	agent_end(&raj);
	shop_close(&shop);
}

static void two_of_one_landline(struct agent *agent)
{
	fake_record("a", fake_person(&agent->fake, "a", "1", "Jane Moss", "tel:+441132960000", NULL));
	fake_record("a", fake_person(&agent->fake, "a", "2", "Tom Reed", "tel:+441132960000", NULL));
	fake_ok("a");
	fake_ok("b");
}

static void tom_of_the_landline(struct agent *agent)
{
	fake_record("a", fake_person(&agent->fake, "a", "2", "Tom Reed", "rec:a/2", "tel:+441132960000", NULL));
	fake_ok("a");
}

static void a_note_about_one_of_two_who_share_a_telephone_never_shows_on_the_other(void **state)
{
	struct shop shop;
	struct agent ana;

	(void)state;
	shop_open(&shop);
	shop_wrote(&shop, "l1", ENTRY_LINK, "jane", NULL, "{'identity':'rec:a/1'}");
	shop_wrote(&shop, "l2", ENTRY_LINK, "jane", NULL, "{'identity':'tel:+441132960000'}");
	shop_wrote(&shop, "n1", ENTRY_NOTE, "jane", NULL, "{'text':'is moving out'}");
	agent_begin(&ana, &shop, "ana", 0);
	agent_find(&ana, "0113 296 0000");
	two_of_one_landline(&ana);
	AGENT_UNTIL(&ana, is_found(&ana, 2));
	for (size_t i = 0; i < 2; i++) {
		const struct group *group = &lookup_result(ana.lookup)->groups[i];
		bool jane = str_is(group->name, "Jane Moss");

		assert_true(group->shared_only);
		agent_open(&ana, group);
		AGENT_UNTIL(&ana, (agent_nothing(&ana), customer_done(ana.customer)));
		assert_string_equal(agent_titles(&ana), jane ? "is moving out" : "");
		customer_free(ana.customer);
		ana.customer = NULL;
	}
	agent_show(&ana, "rec:a/2", tom_of_the_landline);
	assert_string_equal(agent_titles(&ana), "");
	agent_end(&ana);
	shop_close(&shop);
}

static void couple(struct agent *agent)
{
	fake_record("a", fake_person(&agent->fake, "a", "1", "Jane Moss", "email:moss@example.com", NULL));
	fake_record("b", fake_person(&agent->fake, "b", "7", "Jane Moss", "email:moss@example.com", NULL));
	fake_ok("a");
	fake_ok("b");
}

/* Same name, same e-mail: one customer, until somebody says that they are mother and daughter. */
static void an_unlink_parts_who_is_open(void **state)
{
	struct shop shop;
	struct agent ana;

	(void)state;
	shop_open(&shop);
	shop_wrote(&shop, "l1", ENTRY_LINK, "mother", NULL, "{'identity':'rec:a/1'}");
	shop_wrote(&shop, "l2", ENTRY_LINK, "daughter", NULL, "{'identity':'rec:b/7'}");
	shop_wrote(&shop, "n1", ENTRY_NOTE, "mother", NULL, "{'text':'of the mother'}");
	shop_wrote(&shop, "n2", ENTRY_NOTE, "daughter", NULL, "{'text':'of the daughter'}");
	agent_begin(&ana, &shop, "ana", 0);
	agent_show(&ana, "moss@example.com", couple);
	assert_int_equal(customer_group(ana.customer)->n_records, 2);
	assert_string_equal(agent_titles(&ana), "of the daughter, of the mother");
	/* somebody else parts them while she looks */
	shop_wrote(&shop, "u1", ENTRY_UNLINK, "mother", NULL, "{'other':'<daughter>','shared':['email:moss@example.com']}");
	AGENT_UNTIL(&ana, (agent_nothing(&ana), customer_group(ana.customer)->n_records == 1 && customer_done(ana.customer)));
	assert_true(str_is(customer_group(ana.customer)->records[0]->id, "1"));
	assert_string_equal(agent_titles(&ana), "of the mother");
	agent_find(&ana, "moss@example.com");
	couple(&ana);
	AGENT_UNTIL(&ana, is_found(&ana, 2));
	agent_end(&ana);
	shop_close(&shop);
}

static void jane_and_john(struct agent *agent)
{
	fake_record("a", fake_person(&agent->fake, "a", "1", "Jane Moss", "rec:a/1", NULL));
	fake_ok("a");
}

static void john_alone(struct agent *agent)
{
	fake_record("b", fake_person(&agent->fake, "b", "9", "John Hill", "rec:b/9", NULL));
	fake_ok("b");
}

/* Joined by mistake, written to, undone: each keeps what was written to them, and nothing stands on both. */
static void a_wrong_link_written_to_and_undone(void **state)
{
	struct shop shop;
	struct agent ana, mia;
	size_t joint;

	(void)state;
	shop_open(&shop);
	shop_wrote(&shop, "l1", ENTRY_LINK, "jane", NULL, "{'identity':'rec:a/1'}");
	shop_wrote(&shop, "l2", ENTRY_LINK, "john", NULL, "{'identity':'rec:b/9'}");
	shop_wrote(&shop, "n0", ENTRY_NOTE, "john", NULL, "{'text':'john before'}");
	agent_begin(&ana, &shop, "ana", 0);
	agent_show(&ana, "rec:a/1", jane_and_john);
	assert_string_equal(agent_titles(&ana), "");
	shop_wrote(&shop, "l3", ENTRY_LINK, "jane", NULL, "{'other':'<john>'}");
	AGENT_UNTIL(&ana, (agent_nothing(&ana), customer_group(ana.customer)->n_persons == 2));
	AGENT_UNTIL(&ana, (agent_nothing(&ana), customer_done(ana.customer)));
	assert_string_equal(agent_titles(&ana), "john before");
	assert_int_equal(agent_does(&ana, "note", "text=while joined"), STORE_SHARED);
	shop_wrote(&shop, "u1", ENTRY_UNLINK, "jane", NULL, "{'other':'<john>'}");
	AGENT_UNTIL(&ana, (agent_nothing(&ana), customer_group(ana.customer)->n_persons == 1));
	agent_begin(&mia, &shop, "mia", 0);
	agent_show(&mia, "rec:b/9", john_alone);
	joint = !strcmp(agent_titles(&ana), "while joined") + !strcmp(agent_titles(&mia), "while joined, john before");
	assert_int_equal(joint, 1);
	agent_end(&mia);
	agent_end(&ana);
	shop_close(&shop);
}

static void record_two(struct agent *agent)
{
	fake_record("a", fake_person(&agent->fake, "a", "2", "Jane Moss", "email:jane@example.com", NULL));
	fake_ok("a");
	fake_ok("b");
}

/* The e-mail went to somebody of the same name: the shop's record 1, which is known, still stands. */
static void a_recycled_email_is_a_candidate_only(void **state)
{
	struct shop shop;
	struct agent ana;

	(void)state;
	shop_open(&shop);
	shop_wrote(&shop, "l1", ENTRY_LINK, "jane", NULL, "{'identity':'rec:a/1'}");
	shop_wrote(&shop, "l2", ENTRY_LINK, "jane", NULL, "{'identity':'email:jane@example.com'}");
	shop_wrote(&shop, "n1", ENTRY_NOTE, "jane", NULL, "{'text':'of the first'}");
	agent_begin(&ana, &shop, "ana", 0);
	agent_find(&ana, "jane@example.com");
	record_two(&ana);
	AGENT_UNTIL(&ana, strstr(fake_waiting(), "a find rec:a/1"));
	fake_record("a", fake_person(&ana.fake, "a", "1", "Jane Moss", "rec:a/1", NULL));
	fake_ok("a");
	AGENT_UNTIL(&ana, is_found(&ana, 2));
	agent_end(&ana);
	/* where the first is gone and the name agrees, it is the same customer under another record */
	agent_begin(&ana, &shop, "ana", 0);
	agent_find(&ana, "jane@example.com");
	record_two(&ana);
	AGENT_UNTIL(&ana, strstr(fake_waiting(), "a find rec:a/1"));
	AGENT_UNTIL(&ana, is_found(&ana, 1));
	agent_open(&ana, &lookup_result(ana.lookup)->groups[0]);
	AGENT_UNTIL(&ana, (agent_nothing(&ana), customer_done(ana.customer)));
	assert_string_equal(agent_titles(&ana), "of the first");
	agent_end(&ana);
	shop_close(&shop);
}

static const struct handoff *handoff_of(struct agent *agent, const struct entry *offer)
{
	const struct cases *cases = customer_cases(agent->customer);

	for (size_t i = 0; i < cases->n_handoffs; i++)
		if (str_eq(cases->handoffs[i].offer->id, offer->id))
			return &cases->handoffs[i];
	fail_msg("the offer is not known");
	return NULL;
}

/* The exchange picks who of the team gets the call: who has the customer on the line accepts; nobody else's offer, and none without a call. */
static void a_live_transfer_is_accepted_by_the_contact(void **state)
{
	struct shop shop;
	struct agent ana;
	const struct entry *live, *others, *quiet;

	(void)state;
	shop_open(&shop);
	shop.facts.author = STR("mia");
	shop_wrote(&shop, "l1", ENTRY_LINK, "jane", NULL, "{'identity':'rec:a/1'}");
	shop_wrote(&shop, "c1", ENTRY_CONTACT_START, "jane", NULL, "{'number':'+441132960000'}");
	shop_wrote(&shop, "o1", ENTRY_CASE_OPEN, "jane", "k", "{'title':'direct billing'}");
	live = shop_wrote(&shop, "h1", ENTRY_HANDOFF_OFFER, "jane", "k", "{'to_team':'support','reason':'r','wants':'w','next':'n','contact':'<c1>'}");
	others = shop_wrote(&shop, "h2", ENTRY_HANDOFF_OFFER, "jane", "k", "{'to_team':'billing','reason':'r','wants':'w','next':'n','contact':'<c1>'}");
	quiet = shop_wrote(&shop, "h3", ENTRY_HANDOFF_OFFER, "jane", "k", "{'to_team':'support','reason':'r','wants':'w','next':'n'}");
	agent_begin(&ana, &shop, "ana", 0);
	ana.how = "workstation";
	agent_show(&ana, "rec:a/1", jane_and_john);
	/* looking is not taking */
	assert_int_equal(handoff_of(&ana, live)->state, HANDOFF_OFFERED);
	assert_null(customer_transfer(ana.customer));
	assert_int_equal(agent_does(&ana, "contact.start", "channel=phone"), STORE_SHARED);
	AGENT_UNTIL(&ana, (agent_nothing(&ana), handoff_of(&ana, live)->state != HANDOFF_OFFERED));
	assert_int_equal(handoff_of(&ana, live)->state, HANDOFF_ACCEPTED);
	assert_true(str_is(handoff_of(&ana, live)->closed->author, "ana"));
	assert_true(str_is(cases_find(customer_cases(ana.customer), live->case_)->holder, "ana"));
	assert_int_equal(handoff_of(&ana, others)->state, HANDOFF_OFFERED);
	assert_int_equal(handoff_of(&ana, quiet)->state, HANDOFF_OFFERED);
	assert_null(customer_transfer(ana.customer));
	agent_end(&ana);
	shop_close(&shop);
}

static void an_unknown_caller_is_known_the_next_time(void **state)
{
	struct shop shop;
	struct agent ana;

	(void)state;
	shop_open(&shop);
	agent_begin(&ana, &shop, "ana", 0);
	agent_show(&ana, "+441132967777", NULL);
	assert_int_equal(agent_does(&ana, "note", "text=asked about kettles"), STORE_SHARED);
	assert_string_equal(agent_titles(&ana), "asked about kettles");
	agent_show(&ana, "0113 296 7777", NULL);
	assert_int_equal(lookup_result(ana.lookup)->n, 1);
	assert_true(customer_group(ana.customer)->shared_only);
	assert_string_equal(agent_titles(&ana), "asked about kettles");
	agent_end(&ana);
	shop_close(&shop);
}

static void cases_contacts_and_persons_lead_to_whom_they_belong(void **state)
{
	struct shop shop;
	struct agent ana;
	char who[80], code[CASE_CODE + 1];
	const struct entry *opened, *started;

	(void)state;
	shop_open(&shop);
	shop_wrote(&shop, "l1", ENTRY_LINK, "jane", NULL, "{'identity':'rec:a/1'}");
	shop_wrote(&shop, "l2", ENTRY_LINK, "jane", NULL, "{'identity':'name:Jane Moss'}");
	opened = shop_wrote(&shop, "o1", ENTRY_CASE_OPEN, "jane", "k", "{'title':'direct billing'}");
	started = shop_wrote(&shop, "c1", ENTRY_CONTACT_START, "jane", NULL, "{'number':'+441132960000'}");
	shop_wrote(&shop, "c2", ENTRY_CONTACT_START, NULL, NULL, "{'call':'77'}");
	case_code(opened->case_, code);
	agent_begin(&ana, &shop, "ana", 0);
	const char *const forms[] = { "case:", "", "contact:", "person:", "" };
	const struct str ids[] = { str_of(code), str_of(code), started->id, opened->person, opened->person };

	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
		snprintf(who, sizeof(who), "%s%.*s", forms[i], STR_ARG(ids[i]));
		agent_show(&ana, who, NULL);
		assert_int_equal(lookup_result(ana.lookup)->n, 1);
		assert_true(str_is(lookup_result(ana.lookup)->groups[0].name, "Jane Moss"));
		assert_false(customer_group(ana.customer)->shared_only);
		assert_true(str_is(customer_brief(ana.customer)->wants_text, "direct billing"));
		assert_true(str_eq(customer_chosen(ana.customer), opened->case_));
	}
	/* a contact that is nobody's yet can be written to */
	snprintf(who, sizeof(who), "contact:%.*s", STR_ARG(uuid(&shop.facts, "c2")));
	agent_show(&ana, who, NULL);
	assert_int_equal(lookup_result(ana.lookup)->n, 0);
	assert_int_equal(customer_group(ana.customer)->typed[0].type, ID_TYPE_CONTACT);
	agent_end(&ana);
	shop_close(&shop);
}

/* What minted a person was not saved: the next that is written leads to the customer none the less. */
static void a_person_that_was_not_saved_is_linked_again(void **state)
{
	struct shop shop;
	struct agent ana, mia;

	(void)state;
	shop_open(&shop);
	agent_begin(&ana, &shop, "ana", 0);
	agent_show(&ana, "jane@example.com", shop_knows_jane);
	customer_minted(ana.customer, STR("0192f0a0-0000-7000-8000-000000000001"));
	AGENT_UNTIL(&ana, (agent_nothing(&ana), customer_group(ana.customer)->n_persons == 1));
	assert_int_equal(agent_does(&ana, "note", "text=wants direct billing"), STORE_SHARED);
	assert_string_equal(agent_titles(&ana), "wants direct billing");
	agent_begin(&mia, &shop, "mia", 0);
	agent_show(&mia, "jane@example.com", shop_knows_jane);
	assert_string_equal(agent_titles(&mia), "wants direct billing");
	agent_end(&mia);
	agent_end(&ana);
	shop_close(&shop);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_note_outlives_the_system_it_was_written_with),
		cmocka_unit_test(one_customer_under_three_records),
		cmocka_unit_test(a_note_about_one_of_two_who_share_a_telephone_never_shows_on_the_other),
		cmocka_unit_test(an_unlink_parts_who_is_open),
		cmocka_unit_test(a_person_that_was_not_saved_is_linked_again),
		cmocka_unit_test(a_wrong_link_written_to_and_undone),
		cmocka_unit_test(a_recycled_email_is_a_candidate_only),
		cmocka_unit_test(a_live_transfer_is_accepted_by_the_contact),
		cmocka_unit_test(an_unknown_caller_is_known_the_next_time),
		cmocka_unit_test(cases_contacts_and_persons_lead_to_whom_they_belong),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
