/*
 * Operations by agents, and what everybody sees after.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dossier/base/mem.h>

#include "world.h"

#define MINUTE (60 * INT64_C(1000))
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

/* Jane, known in two systems by one e-mail; Tom shares her telephone. */
static void jane_and_tom(struct world *world)
{
	struct record *jane;

	world_begin(world);
	jane = world_record(world, "shop", "1", "Jane Moss", "email:jane@example.com tel:+447700900123");
	record_add_address(world->arena, jane, &(struct address){ .lines = { STR("17 Harbour Row") }, .city = STR("Leeds"), .postcode = STR("LS1 5QA") });
	world_record(world, "desk", "7", "Jane Moss", "email:jane@example.com");
	world_record(world, "till", "3", "Tom Moss", "tel:+447700900123 loyalty:LF-3");
}

/* Of those found the one with this record. */
static void look_for(struct session *session, const char *who, const char *id)
{
	for (size_t at = 0; at < 8; at++) {
		session_look(session, who, at);
		for (size_t i = 0; i < session->group->n_records; i++) {
			if (str_is(session->group->records[i]->id, id))
				return;
		}
	}
	fail_msg("%s was not found", id);
}

static size_t shown(const struct session *session, enum entry_type type)
{
	size_t n = 0;

	for (size_t i = 0; i < session->cases->n_entries; i++)
		n += session->cases->entries[i]->type == type;
	return n;
}

static void a_note_mints_a_person(void **state)
{
	(void)state;
	struct world world;
	struct session ana, mia;
	const struct entry *note, *again;

	jane_and_tom(&world);
	session_open(&ana, &world, "ana", "email:jane@example.com", 0);
	assert_int_equal(ana.group->n_records, 2);
	assert_true(session_build(&ana, "note", "text=wants direct billing"));
	/* two records, one e-mail, one name, the note: in one batch */
	assert_int_equal(ana.work.n_out, 5);
	assert_int_equal(ana.work.main, 4);
	assert_true(session_build(&ana, "note", "text=and a card form"));
	assert_int_equal(ana.work.n_out, 6);
	assert_true(str_eq(ana.work.out[5].person, ana.work.out[0].person));
	assert_true(ana.work.out[5].ord > ana.work.out[4].ord);
	assert_int_equal(session_send(&ana, "note"), STORE_SHARED);
	assert_string_equal(ana.said, "note saved");
	/* whoever finds any of them sees both, and mints nobody */
	session_open(&mia, &world, "mia", "rec:desk/7", 0);
	assert_int_equal(shown(&mia, ENTRY_NOTE), 2);
	note = session_do(&mia, "note", "text=third");
	again = entries_find(world.entries, note->id);
	assert_true(str_is(again->author, "mia") && str_is(again->team, "support"));
	assert_true(str_eq(again->person, ana.work.out[0].person));
	session_close(&mia);
	/* the shop is dead: only the help desk answers, and the notes are there */
	world.records[0]->backend = STR("gone");
	session_open(&mia, &world, "mia", "rec:desk/7", 0);
	assert_int_equal(shown(&mia, ENTRY_NOTE), 3);
	session_close(&mia);
	session_close(&ana);
	world_end(&world);
}

static void nothing_is_written_to_a_maybe(void **state)
{
	(void)state;
	struct world world;
	struct session ana;
	const struct entry *contact, *verify;
	struct json_object *data;

	jane_and_tom(&world);
	session_open(&ana, &world, "ana", "tel:+447700900123", 0);
	assert_int_equal(ana.n_groups, 2);
	assert_true(ana.group->shared_only);
	session_refused(&ana, "note", "text=hello", "compare (=) or verify first");
	session_refused(&ana, "promise.make", "text=call|due=14:00", "compare (=) or verify first");
	session_refused(&ana, "verify", "how=stated", "belongs to a contact");
	/* the contact is an unknown caller's until somebody knows */
	contact = session_do(&ana, "contact.start", "channel=phone|number=+447700900123|call=CA1");
	look_for(&ana, "tel:+447700900123", "1");
	assert_int_equal(shown(&ana, ENTRY_CONTACT_START), 0);
	/* who that was is no third candidate: the next call would have to ask */
	assert_int_equal(ana.n_groups, 2);
	assert_true(str_eq(ana.work.contact, contact->id));
	session_refused(&ana, "note", "text=hello", "compare (=) or verify first");
	session_refused(&ana, "verify", "how=compare|answer=17", "say the field");
	session_refused(&ana, "verify", "how=compare|field=profile.adresses|answer=17", "did you mean profile.addresses?");
	session_refused(&ana, "verify", "how=seen", "counter only");
	session_refused(&ana, "verify", "how=code|answer=1234", "--match");
	session_refused(&ana, "verify", "how=carried", "no verification that could be carried on");
	/* what was typed is nowhere, right or wrong */
	verify = session_do(&ana, "verify", "how=compare|field=profile.addresses|answer=18 Harbour Row");
	assert_string_equal(ana.said, "no match: not verified");
	assert_null(memmem(verify->data.p, verify->data.n, "Harbour", 7));
	look_for(&ana, "tel:+447700900123", "1");
	session_refused(&ana, "note", "text=hello", "compare (=) or verify first");
	verify = session_do(&ana, "verify", "how=compare|field=profile.addresses|answer=17 harbour row");
	assert_string_equal(ana.said, "match: verified");
	data = session_data(&ana, verify);
	assert_true(entry_flag(data, "ok"));
	assert_true(str_is(entry_text(data, "field"), "profile.addresses"));
	json_object_put(data);
	session_look(&ana, "rec:shop/1", 0);
	/* the caller and Jane are one by a link; what was tried is seen */
	assert_int_equal(ana.group->n_persons, 2);
	assert_int_equal(shown(&ana, ENTRY_VERIFY), 2);
	assert_int_equal(shown(&ana, ENTRY_CONTACT_START), 1);
	session_do(&ana, "note", "text=hello");
	session_look(&ana, "rec:till/3", 0);
	assert_int_equal(ana.cases->n_entries, 0);
	session_close(&ana);
	world_end(&world);
}

static void wrong_answers_end(void **state)
{
	(void)state;
	struct world world;
	struct session ana;
	const struct entry *contact;

	jane_and_tom(&world);
	session_open(&ana, &world, "ana", "tel:+447700900123", 0);
	contact = session_do(&ana, "contact.start", "channel=phone|number=+447700900123");
	ana.work.contact = arena_str(ana.arena, contact->id);
	for (int i = 0; i < 3; i++) {
		look_for(&ana, "tel:+447700900123", "1");
		/* also what could match anything */
		session_do(&ana, "verify", i == 0 ? "how=compare|field=profile.addresses|answer=Leeds" :
			   i == 1 ? "how=compare|field=profile.addresses|answer=now" : "how=compare|field=profile.addresses|answer=-");
		assert_string_equal(ana.said, "no match: not verified");
	}
	look_for(&ana, "tel:+447700900123", "1");
	session_refused(&ana, "verify", "how=compare|field=profile.addresses|answer=17 harbour row", "3 wrong answers in this contact");
	session_close(&ana);
	world_end(&world);
}

static void compare_reads_as_people_say(void **state)
{
	(void)state;
	static const struct { const char *answer; bool match; } answers[] = {
		{ "ls15qa", true }, { "LS1 5QA", true }, { "17 Harbour Row", true }, { "17, harbour row", true }, { "Leeds", false },
		{ "Harbour Row", false }, { "17", false }, { "LS1 5Q", false }, { "S1 5QA", false }, { "7 Harbour Row", false },
		{ "Harbour Row, LS1 5QA", true }, { "today", false }, { "0d", false },
	};
	struct world world;
	struct session ana;
	const struct entry *contact;

	jane_and_tom(&world);
	world.little.house->verify.tries = world.little.house->verify.tries_person = 100;
	session_open(&ana, &world, "ana", "rec:shop/1", 0);
	contact = session_do(&ana, "contact.start", "channel=phone");
	ana.work.contact = arena_str(ana.arena, contact->id);
	for (size_t i = 0; i < sizeof(answers) / sizeof(*answers); i++) {
		char fields[200];

		session_look(&ana, "rec:shop/1", 0);
		snprintf(fields, sizeof(fields), "how=compare|field=profile.addresses|answer=%s", answers[i].answer);
		session_do(&ana, "verify", fields);
		if (strcmp(ana.said, answers[i].match ? "match: verified" : "no match: not verified") != 0)
			fail_msg("\"%s\": %s", answers[i].answer, ana.said);
	}
	session_look(&ana, "rec:shop/1", 0);
	session_do(&ana, "verify", "how=compare|field=profile.identities|answer=07700 900123");
	assert_string_equal(ana.said, "match: verified");
	session_do(&ana, "verify", "how=compare|field=profile.identities|answer=Jane@Example.com");
	assert_string_equal(ana.said, "match: verified");
	session_do(&ana, "verify", "how=compare|field=profile.identities|answer=shop");
	assert_string_equal(ana.said, "no match: not verified");
	session_close(&ana);
	world_end(&world);
}

/* Two people behind one telephone: each has notes of their own. */
static void a_landline_is_shared(void **state)
{
	(void)state;
	struct world world;
	struct session jane, tom;

	jane_and_tom(&world);
	session_open(&jane, &world, "ana", "rec:shop/1", 0);
	session_open(&tom, &world, "mia", "rec:till/3", 0);
	session_do(&jane, "note", "text=about Jane");
	session_do(&tom, "note", "text=about Tom");
	session_do(&jane, "link", "identity=07700 900123|evidence=she said so");
	session_look(&jane, "rec:desk/7", 0);
	session_look(&tom, "loyalty:LF-3", 0);
	assert_int_equal(shown(&jane, ENTRY_NOTE), 1);
	assert_int_equal(shown(&tom, ENTRY_NOTE), 1);
	assert_int_equal(jane.group->n_persons, 1);
	session_look(&jane, "tel:+447700900123", 0);
	assert_int_equal(jane.n_groups, 2);
	session_close(&jane);
	session_close(&tom);
	world_end(&world);
}

/* One e-mail of a couple made two records one customer; a key parts them, another undoes that. */
static void an_email_is_shared(void **state)
{
	(void)state;
	struct world world;
	struct session ana;
	const struct operation *op;
	struct op_values *values;
	const struct entry *unlink = NULL;
	struct json_object *data, *list = NULL;

	world_begin(&world);
	world_record(&world, "shop", "1", "Jane Moss", "email:moss@example.com");
	world_record(&world, "desk", "7", "J. Moss", "email:moss@example.com");
	session_open(&ana, &world, "ana", "rec:shop/1", 0);
	assert_int_equal(ana.group->n_records, 2);
	session_do(&ana, "note", "text=about Jane");
	session_look(&ana, "rec:shop/1", 0);
	unlink = session_do(&ana, "unlink", "identity=rec:desk/7");
	assert_non_null(unlink);
	session_look(&ana, "rec:shop/1", 0);
	assert_int_equal(ana.group->n_records, 1);
	assert_int_equal(shown(&ana, ENTRY_NOTE), 1);
	session_look(&ana, "rec:desk/7", 0);
	assert_int_equal(ana.group->n_records, 1);
	assert_int_equal(shown(&ana, ENTRY_NOTE), 0);
	session_do(&ana, "note", "text=about John");
	session_look(&ana, "rec:shop/1", 0);
	assert_int_equal(shown(&ana, ENTRY_NOTE), 1);
	/* it names what both have, so that it joins them no more */
	for (size_t i = 0, n; i < 1; i++) {
		const struct person_pair *pairs = persons_pairs(ana.persons, &n);

		assert_int_equal(n, 1);
		assert_false(pairs[0].linked);
		assert_int_equal(pairs[0].n_shared, 1);
		unlink = pairs[0].unlinks[0];
	}
	data = session_data(&ana, unlink);
	assert_true(json_object_object_get_ex(data, "shared", &list));
	json_object_put(data);
	session_refused(&ana, "link", "identity=rec:desk/7", "parted from this customer");
	if (!casework_undo(&ana.work, unlink, &op, &values, &ana.err))
		fail_msg("%s", ana.err.text);
	assert_string_equal(op->id, "link.other");
	if (!casework_build(&ana.work, op, values, &ana.err))
		fail_msg("%s", ana.err.text);
	op_values_free(values);
	assert_int_equal(session_send(&ana, op->id), STORE_SHARED);
	session_look(&ana, "rec:shop/1", 0);
	assert_int_equal(ana.group->n_persons, 2);
	assert_int_equal(shown(&ana, ENTRY_NOTE), 2);
	session_close(&ana);
	world_end(&world);
}

/* A link made wrongly, written to, undone; what was written meanwhile goes where it belongs. */
static void a_wrong_link(void **state)
{
	(void)state;
	struct world world;
	struct session ana, tom;
	const struct operation *op;
	struct op_values *values;
	const struct entry *link, **joint;
	char fields[100];
	size_t n;

	jane_and_tom(&world);
	session_open(&tom, &world, "tom", "rec:till/3", 0);
	session_do(&tom, "note", "text=Tom likes tea");
	session_open(&ana, &world, "ana", "rec:shop/1", 0);
	session_refused(&ana, "link.other", "", "choose one of the candidates");
	ana.work.other = tom.group;
	link = session_do(&ana, "link.other", "evidence=same number");
	assert_string_equal(ana.said, "the two are one customer now");
	session_look(&ana, "rec:shop/1", 0);
	assert_int_equal(shown(&ana, ENTRY_NOTE), 1);
	assert_int_equal(ana.group->n_records, 3);
	session_do(&ana, "note", "text=wants direct billing");
	session_look(&ana, "rec:shop/1", 0);
	if (!casework_undo(&ana.work, entries_find(ana.entries, link->id), &op, &values, &ana.err))
		fail_msg("%s", ana.err.text);
	assert_string_equal(op->id, "unlink.other");
	assert_true(casework_build(&ana.work, op, values, &ana.err));
	op_values_free(values);
	assert_int_equal(session_send(&ana, op->id), STORE_SHARED);
	world_pass(&world, 1000);
	session_look(&ana, "rec:shop/1", 0);
	session_look(&tom, "rec:till/3", 0);
	assert_int_equal(ana.group->n_records, 2);
	/* it went to one of both, never to both; here to the one that holds more */
	assert_int_equal(shown(&ana, ENTRY_NOTE) + shown(&tom, ENTRY_NOTE), 2);
	joint = persons_joint_entries(ana.persons, ana.group->persons[0], tom.group->persons[0], &n);
	assert_int_equal(n, 1);
	snprintf(fields, sizeof(fields), "entry=%s", session_code(&ana, joint[0]));
	session_refused(&ana, "assign", fields, "is this customer's already");
	session_do(&tom, "assign", fields);
	free(joint);
	session_look(&ana, "rec:shop/1", 0);
	session_look(&tom, "rec:till/3", 0);
	assert_int_equal(shown(&ana, ENTRY_NOTE), 0);
	assert_int_equal(shown(&tom, ENTRY_NOTE), 2);
	session_close(&ana);
	session_close(&tom);
	world_end(&world);
}

/* One links while the other parts: parting wins everywhere, until somebody who saw it links again. */
static void linking_and_parting_at_once(void **state)
{
	(void)state;
	struct world world;
	struct session ana, mia, tom;
	char fields[100];

	jane_and_tom(&world);
	session_open(&tom, &world, "tom", "rec:till/3", 0);
	session_do(&tom, "note", "text=Tom likes tea");
	session_open(&ana, &world, "ana", "rec:shop/1", 0);
	session_do(&ana, "note", "text=Jane likes coffee");
	session_look(&ana, "rec:shop/1", 0);
	ana.work.other = tom.group;
	session_do(&ana, "link.other", "");
	session_open(&mia, &world, "mia", "rec:shop/1", 0);
	session_look(&ana, "rec:shop/1", 0);
	assert_int_equal(mia.group->n_persons, 2);
	snprintf(fields, sizeof(fields), "person=%.36s", mia.group->persons[1].p);
	assert_true(session_build(&mia, "unlink.other", fields));
	session_look(&tom, "rec:till/3", 0);
	world_pass(&world, HOUR);
	/* ana's clock is an hour on, and her link was made without having seen the parting */
	ana.work.other = tom.group;
	session_refused(&ana, "link.other", "", "one customer already");
	assert_int_equal(session_send(&mia, "unlink.other"), STORE_SHARED);
	session_look(&ana, "rec:shop/1", 0);
	assert_int_equal(ana.group->n_records, 2);
	session_close(&tom);
	session_open(&tom, &world, "tom", "rec:till/3", 0);
	ana.work.other = tom.group;
	session_do(&ana, "link.other", "");
	session_look(&ana, "rec:shop/1", 0);
	assert_int_equal(ana.group->n_records, 3);
	session_close(&mia);
	session_close(&ana);
	session_close(&tom);
	world_end(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_note_mints_a_person),
		cmocka_unit_test(nothing_is_written_to_a_maybe),
		cmocka_unit_test(wrong_answers_end),
		cmocka_unit_test(compare_reads_as_people_say),
		cmocka_unit_test(a_landline_is_shared),
		cmocka_unit_test(an_email_is_shared),
		cmocka_unit_test(a_wrong_link),
		cmocka_unit_test(linking_and_parting_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
