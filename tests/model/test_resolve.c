#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "resolve_facts.h"

/* One look-up, with the arena that its facts are made in. */
struct look { struct arena *arena; struct resolve *resolve; };

static struct look look_for(const char *typed)
{
	struct look look = { .arena = arena_new() };
	struct who who = fact_who(look.arena, typed);

	look.resolve = resolve_new(&who, "GB");
	return look;
}

static void look_end(struct look *look)
{
	resolve_free(look->resolve);
	arena_free(look->arena);
}

static struct record *has(struct look *look, const char *backend, const char *id, const char *name, const char *ids)
{
	struct record *record = fact_record(look->arena, backend, id, name, ids);

	resolve_record(look->resolve, record);
	return record;
}

static void holds(struct look *look, const char *person, const char *typed)
{
	struct identity id = fact_id(look->arena, typed);

	resolve_person(look->resolve, str_of(person), &id);
}

static void check_shown(struct look *look, const char *expected)
{
	char *text = shown_text(look->resolve);

	assert_string_equal(text, expected);
	free(text);
}

static bool reason_said(struct look *look, size_t group, const char *text)
{
	const struct group *shown = &resolve_result(look->resolve)->groups[group];

	for (size_t i = 0; i < shown->n_reasons; i++) {
		if (str_is(shown->reasons[i].text, text))
			return true;
	}
	return false;
}

static bool note_said(struct look *look, const char *part)
{
	const struct resolve_result *result = resolve_result(look->resolve);

	for (size_t i = 0; i < result->n_notes; i++) {
		if (memmem(result->notes[i].p, result->notes[i].n, part, strlen(part)))
			return true;
	}
	return false;
}

static void same_email_joins_two_backends(void **state)
{
	(void)state;
	struct look look = look_for("email:maria@example.com");

	has(&look, "shop", "cus_1", "Maria Santos", "email:maria@example.com tel:+351912345678");
	has(&look, "desk", "7", "M. Santos", "email:Maria@EXAMPLE.com");
	check_shown(&look, "desk/7 shop/cus_1");
	assert_true(reason_said(&look, 0, "same e-mail maria@example.com in desk and shop"));
	assert_false(resolve_result(look.resolve)->groups[0].shared_only);
	look_end(&look);
}

static void shared_identities_never_join(void **state)
{
	(void)state;
	struct look look = look_for("tel:+447700900123");

	has(&look, "shop", "1", "Jane Moss", "tel:+447700900123 email:jane@example.com");
	has(&look, "desk", "2", "Jane Moss", "tel:07700900123 postcode:LS1_4AB x:@jane");
	has(&look, "desk", "3", "Jane Moss", "tel:07700900123 postcode:LS1_4AB x:@jane");
	const struct resolve_result *result = resolve_result(look.resolve);
	assert_int_equal(result->n, 3);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(result->groups[i].n_records, 1);
		assert_true(result->groups[i].shared_only);
	}
	look_end(&look);
}

static void names_in_conflict_do_not_join(void **state)
{
	(void)state;
	struct look look = look_for("email:moss@example.com");

	has(&look, "shop", "1", "Jane Moss", "email:moss@example.com");
	has(&look, "desk", "2", "Peter Moss", "email:moss@example.com");
	check_shown(&look, "shop/1 | desk/2");
	look_end(&look);
}

static void a_nameless_record_does_not_bridge(void **state)
{
	(void)state;
	struct look look = look_for("email:moss@example.com");

	has(&look, "shop", "1", "Jane Moss", "email:moss@example.com");
	has(&look, "till", "4", "Jane A Moss", "email:moss@example.com");
	has(&look, "chat", "3", "", "email:moss@example.com");
	check_shown(&look, "chat/3 shop/1 till/4");
	has(&look, "desk", "2", "Peter Moss", "email:moss@example.com");
	check_shown(&look, "shop/1 till/4 | desk/2 | chat/3");
	assert_true(note_said(&look, "people of different names"));
	look_end(&look);
}

static void nor_does_one_through_another_email(void **state)
{
	(void)state;
	struct look look = look_for("email:a@example.com");

	has(&look, "shop", "1", "Jane Moss", "email:a@example.com");
	has(&look, "chat", "3", "", "email:a@example.com email:b@example.com");
	has(&look, "till", "5", "", "email:b@example.com email:c@example.com");
	check_shown(&look, "chat/3 shop/1 till/5");
	has(&look, "desk", "2", "Peter Moss", "email:c@example.com");
	check_shown(&look, "shop/1 | chat/3 till/5");
	look_end(&look);
}

static void a_former_name_on_record_joins(void **state)
{
	(void)state;
	struct look look = look_for("email:jane@example.com");
	struct record *both;

	has(&look, "shop", "1", "Jane Moss", "email:jane@example.com");
	has(&look, "desk", "2", "Jane Smith", "email:jane@example.com");
	check_shown(&look, "shop/1 | desk/2");
	both = fact_record(look.arena, "till", "3", "Jane Smith", "email:jane@example.com");
	record_add_name(look.arena, both, STR("Jane Moss"));
	resolve_record(look.resolve, both);
	check_shown(&look, "desk/2 shop/1 till/3");
	look_end(&look);
}

static void within_one_backend(void **state)
{
	(void)state;
	struct look look = look_for("email:anna@example.org");
	struct record *guest = fact_record(look.arena, "shop", "g", "Anna Krueger", "email:anna@example.org");

	guest->guest = true;
	resolve_record(look.resolve, guest);
	has(&look, "shop", "a", "Anna Krueger", "email:anna@example.org");
	check_shown(&look, "shop/a shop/g");
	assert_true(reason_said(&look, 0, "guest and account of shop with one e-mail"));
	has(&look, "shop", "b", "A. Krueger", "email:anna@example.org");
	check_shown(&look, "shop/a shop/b shop/g");
	has(&look, "shop", "c", "Alfred Krueger", "email:anna@example.org");
	check_shown(&look, "shop/a shop/g | shop/b | shop/c");
	look_end(&look);
}

static void one_record_of_two_questions_is_one(void **state)
{
	(void)state;
	struct look look = look_for("tel:+447700900123");
	struct identity tel = fact_id(look.arena, "tel:+447700900123"), mail = fact_id(look.arena, "email:j@example.com");
	struct record *a = fact_record(look.arena, "shop", "1", "Jane Moss", "email:j@example.com");
	struct record *b = fact_record(look.arena, "shop", "1", "Jane Moss", "tel:+447700900123");

	record_add_match(look.arena, a, &mail, STR("/email"), STR("J@example.com"));
	record_add_match(look.arena, b, &tel, STR("/phone"), STR("07700 900123"));
	b->guest = true;
	b->since = 5;
	resolve_record(look.resolve, a);
	resolve_record(look.resolve, b);
	check_shown(&look, "shop/1");
	const struct record *merged = resolve_result(look.resolve)->groups[0].records[0];
	assert_int_equal(merged->n_names, 1);
	assert_int_equal(merged->n_ids, 2);
	assert_int_equal(merged->n_matches, 2);
	assert_int_equal(merged->since, 5);
	look_end(&look);
}

static void references_lead_to_their_record(void **state)
{
	(void)state;
	struct look look = look_for("order:4");
	struct identity order = fact_id(look.arena, "order:4");
	struct record *record = fact_record(look.arena, "shop", "cus_9", "Jane Moss", "email:j@example.com");

	record_add_match(look.arena, record, &order, STR("/display_id"), STR("4"));
	resolve_record(look.resolve, record);
	has(&look, "shop", "cus_4", "Four Moss", "tel:+447700900444");
	has(&look, "desk", "1", "Jane Moss", "email:j@example.com");
	check_shown(&look, "desk/1 shop/cus_9");
	assert_false(resolve_result(look.resolve)->groups[0].shared_only);
	look_end(&look);
}

static void a_match_that_does_not_hold_is_not_shown(void **state)
{
	(void)state;
	struct look look = look_for("tel:+447700900123");
	struct identity tel = fact_id(look.arena, "tel:+447700900123");
	struct record *record = fact_record(look.arena, "shop", "1", "Jane Moss", "");

	record_add_match(look.arena, record, &tel, STR("/phone"), STR("+44 7700 900124"));
	resolve_record(look.resolve, record);
	check_shown(&look, "");
	look_end(&look);
}

static void narrowed_by_a_postcode(void **state)
{
	(void)state;
	struct look look = { .arena = arena_new() };
	struct who who = { .n = 1 };
	static const char *const postcodes[] = { "LS1 4AB", "M1 1AA", NULL };

	who.items[0].id = fact_id(look.arena, "name:smith");
	who.items[0].narrow[0] = fact_id(look.arena, "postcode:LS1");
	who.items[0].n_narrow = 1;
	look.resolve = resolve_new(&who, "GB");
	for (int i = 0; i < 3; i++) {
		char id[2] = { (char)('1' + i), 0 };
		struct record *record = fact_record(look.arena, "shop", id, "Jo Smith", i == 2 ? "email:jo@example.com" : "");

		if (postcodes[i])
			record_add_address(look.arena, record, &(struct address){ .postcode = str_of(postcodes[i]) });
		resolve_record(look.resolve, record);
	}
	check_shown(&look, "shop/1");
	/* the postcode may stand in another record of the same customer */
	struct record *desk = fact_record(look.arena, "desk", "9", "Jo Smith", "email:jo@example.com");
	record_add_address(look.arena, desk, &(struct address){ .postcode = STR("ls1 9zz") });
	resolve_record(look.resolve, desk);
	check_shown(&look, "desk/9 shop/3 | shop/1");
	look_end(&look);
}

static void the_best_match_comes_first(void **state)
{
	(void)state;
	struct look look = { .arena = arena_new() };
	struct who who = { .n = 4 };
	struct identity order;

	who.items[0].id = fact_id(look.arena, "tel:+447700900123");
	who.items[1].id = fact_id(look.arena, "order:10442");
	who.items[2].id = fact_id(look.arena, "loyalty:10442");
	who.items[3].id = fact_id(look.arena, "rec:shop/10442");
	order = who.items[1].id;
	look.resolve = resolve_new(&who, "GB");
	has(&look, "a", "1", "Bea", "tel:+447700900123");
	has(&look, "a", "2", "Abe", "tel:+447700900123");
	has(&look, "a", "0", "", "tel:+447700900123");
	struct record *record = fact_record(look.arena, "b", "1", "Order Er", "");
	record_add_match(look.arena, record, &order, STR("/n"), STR("#10442"));
	resolve_record(look.resolve, record);
	has(&look, "c", "1", "Loyal Er", "loyalty:10442");
	has(&look, "shop", "10442", "Rec Er", "");
	check_shown(&look, "shop/10442 | c/1 | b/1 | a/2 | a/1 | a/0");
	look_end(&look);
}

static void too_many_join_nothing(void **state)
{
	(void)state;
	struct look look = look_for("email:info@example.com");

	for (int i = 0; i < 51; i++) {
		char id[16];

		snprintf(id, sizeof(id), "%d", i);
		has(&look, "shop", id, "", "email:info@example.com");
	}
	assert_int_equal(resolve_result(look.resolve)->n, 51);
	assert_true(note_said(&look, "51 records share email:info@example.com"));
	look_end(&look);

	/* also when they hang together by a chain of e-mails */
	look = look_for("email:m0@example.com");
	for (int i = 0; i < 51; i++) {
		char id[16], ids[80];

		snprintf(id, sizeof(id), "%d", i);
		snprintf(ids, sizeof(ids), "email:m%d@example.com email:m%d@example.com", i, i + 1);
		has(&look, i % 2 ? "shop" : "desk", id, "", ids);
	}
	check_shown(&look, "desk/0");
	assert_true(note_said(&look, "51 records belong together"));
	look_end(&look);
}

static void the_case_store_joins_and_keeps_apart(void **state)
{
	(void)state;
	struct look look = look_for("email:jane@example.com");

	has(&look, "shop", "1", "Jane Moss", "email:jane@example.com");
	has(&look, "desk", "2", "Jane Smith", "tel:+447700900123");
	holds(&look, "p1", "rec:shop/1");
	holds(&look, "p2", "rec:desk/2");
	check_shown(&look, "shop/1 p:p1");
	resolve_linked(look.resolve, STR("p1"), STR("p2"));
	check_shown(&look, "desk/2 shop/1 p:p1 p:p2");
	assert_true(reason_said(&look, 0, "two persons linked in the case store"));
	assert_true(reason_said(&look, 0, "shop/1 is linked in the case store"));
	resolve_forbidden(look.resolve, STR("p2"), STR("p1"), NULL, 0);
	check_shown(&look, "shop/1 p:p1");
	look_end(&look);
}

static void a_forbidden_pair_is_never_joined_by_detours(void **state)
{
	(void)state;
	struct look look = look_for("email:both@example.com");
	struct identity both = fact_id(look.arena, "email:both@example.com");

	/* The couple's e-mail counts as shared; a third person links them, and one record is held by both. */
	has(&look, "shop", "1", "J Moss", "email:both@example.com");
	has(&look, "desk", "2", "J Moss", "email:both@example.com");
	holds(&look, "p1", "rec:shop/1");
	holds(&look, "p2", "rec:desk/2");
	check_shown(&look, "desk/2 shop/1 p:p1 p:p2");
	resolve_forbidden(look.resolve, STR("p1"), STR("p2"), &both, 1);
	check_shown(&look, "desk/2 p:p2 | shop/1 p:p1");
	assert_true(resolve_result(look.resolve)->groups[0].shared_only);
	resolve_linked(look.resolve, STR("p1"), STR("p3"));
	resolve_linked(look.resolve, STR("p3"), STR("p2"));
	check_shown(&look, "desk/2 p:p2 | shop/1 p:p1");
	holds(&look, "p2", "rec:shop/1");
	check_shown(&look, "desk/2 p:p2 | shop/1");
	look_end(&look);
}

static void a_changed_record_is_a_candidate(void **state)
{
	(void)state;
	struct look look = look_for("email:jane@example.com");
	struct identity old = fact_id(look.arena, "rec:shop/1");
	struct resolve_question question;
	bool asked_old = false;

	resolve_backend(look.resolve, STR("shop"), TYPE_BIT(EMAIL) | TYPE_BIT(REC));
	holds(&look, "p1", "rec:shop/1");
	holds(&look, "p1", "email:jane@example.com");
	has(&look, "shop", "2", "Jane Moss", "email:jane@example.com");
	check_shown(&look, "shop/2 | p:p1");
	assert_true(note_said(&look, "shop/2, which is not the record linked"));
	while (resolve_next(look.resolve, &question))
		asked_old |= identity_same(&question.id, &old);
	assert_true(asked_old);
	resolve_answered(look.resolve, STR("shop"), &old, RESOLVE_FAILED);
	check_shown(&look, "shop/2 | p:p1");
	look_end(&look);

	/* The old record answered "gone": joined, as the names agree. */
	look = look_for("email:jane@example.com");
	old = fact_id(look.arena, "rec:shop/1");
	resolve_backend(look.resolve, STR("shop"), TYPE_BIT(EMAIL) | TYPE_BIT(REC));
	holds(&look, "p1", "rec:shop/1");
	holds(&look, "p1", "email:jane@example.com");
	has(&look, "shop", "2", "Jane Moss", "email:jane@example.com");
	while (resolve_next(look.resolve, &question))
		resolve_answered(look.resolve, question.backend, &question.id, RESOLVE_ANSWERED);
	check_shown(&look, "shop/2 p:p1");
	look_end(&look);
}

static bool next_is(struct look *look, const char *backend, const char *typed, unsigned round)
{
	struct resolve_question question;
	struct identity id = fact_id(look->arena, typed);

	return resolve_next(look->resolve, &question) && str_is(question.backend, backend) &&
	       identity_same(&question.id, &id) && question.round == round;
}

static void questions_in_rounds(void **state)
{
	(void)state;
	struct look look = look_for("tel:+447700900123");
	struct identity tel = fact_id(look.arena, "tel:+447700900123"), mail;
	struct resolve_question question;
	struct record *record;

	resolve_backend(look.resolve, STR("shop"), TYPE_BIT(TEL) | TYPE_BIT(EMAIL));
	resolve_backend(look.resolve, STR("desk"), TYPE_BIT(EMAIL));
	resolve_backend(look.resolve, STR("phone"), TYPE_BIT(TEL));
	assert_true(next_is(&look, "shop", "tel:+447700900123", 0));
	assert_true(next_is(&look, "phone", "tel:+447700900123", 0));
	assert_false(resolve_next(look.resolve, &question));
	assert_true(resolve_waiting(look.resolve));

	record = fact_record(look.arena, "shop", "1", "Jane Moss", "tel:+447700900123 email:a@example.com");
	record_add_match(look.arena, record, &tel, STR("/phone"), STR("07700900123"));
	resolve_record(look.resolve, record);
	resolve_answered(look.resolve, STR("shop"), &tel, RESOLVE_ANSWERED);
	assert_true(next_is(&look, "shop", "email:a@example.com", 1));
	assert_true(next_is(&look, "desk", "email:a@example.com", 1));
	assert_false(resolve_next(look.resolve, &question));

	/* round 1 finds another e-mail, round 2 a third, which is one too many */
	mail = fact_id(look.arena, "email:a@example.com");
	record = fact_record(look.arena, "desk", "2", "Jane Moss", "email:a@example.com email:b@example.com");
	record_add_match(look.arena, record, &mail, STR("/mail"), STR("a@example.com"));
	resolve_record(look.resolve, record);
	assert_true(next_is(&look, "shop", "email:b@example.com", 2));
	assert_true(next_is(&look, "desk", "email:b@example.com", 2));
	mail = fact_id(look.arena, "email:b@example.com");
	record = fact_record(look.arena, "shop", "3", "Jane Moss", "email:b@example.com email:c@example.com");
	record_add_match(look.arena, record, &mail, STR("/mail"), STR("b@example.com"));
	resolve_record(look.resolve, record);
	assert_false(resolve_next(look.resolve, &question));
	check_shown(&look, "desk/2 shop/1 shop/3");

	/* somebody else behind the e-mail of round 1 joins nothing, is not shown, and is not asked about */
	mail = fact_id(look.arena, "email:a@example.com");
	record = fact_record(look.arena, "desk", "4", "Peter Pan", "email:a@example.com email:pan@example.com");
	record_add_match(look.arena, record, &mail, STR("/mail"), STR("a@example.com"));
	resolve_record(look.resolve, record);
	assert_false(resolve_next(look.resolve, &question));
	check_shown(&look, "desk/2 shop/1 shop/3");

	resolve_answered(look.resolve, STR("phone"), &tel, RESOLVE_FAILED);
	assert_true(resolve_waiting(look.resolve));
	mail = fact_id(look.arena, "email:a@example.com");
	resolve_answered(look.resolve, STR("shop"), &mail, RESOLVE_ANSWERED);
	resolve_answered(look.resolve, STR("desk"), &mail, RESOLVE_ANSWERED);
	mail = fact_id(look.arena, "email:b@example.com");
	resolve_answered(look.resolve, STR("shop"), &mail, RESOLVE_ANSWERED);
	resolve_answered(look.resolve, STR("desk"), &mail, RESOLVE_ANSWERED);
	assert_false(resolve_waiting(look.resolve));
	look_end(&look);
}

static void records_are_asked_at_home_only(void **state)
{
	(void)state;
	struct look look = look_for("rec:shop/cus_1");
	struct resolve_question question;

	resolve_backend(look.resolve, STR("shop"), TYPE_BIT(REC) | TYPE_BIT(EMAIL));
	resolve_backend(look.resolve, STR("desk"), TYPE_BIT(REC) | TYPE_BIT(EMAIL));
	assert_true(next_is(&look, "shop", "rec:shop/cus_1", 0));
	assert_false(resolve_next(look.resolve, &question));
	has(&look, "shop", "cus_1", "", "email:a@example.com");
	assert_true(next_is(&look, "shop", "email:a@example.com", 1));
	assert_true(next_is(&look, "desk", "email:a@example.com", 1));
	assert_false(resolve_next(look.resolve, &question));
	look_end(&look);
}

static void a_flood_of_emails_is_cut(void **state)
{
	(void)state;
	struct look look = look_for("rec:shop/1");
	struct record *record = fact_record(look.arena, "shop", "1", "", "");
	struct resolve_question question;
	size_t n = 0;

	resolve_backend(look.resolve, STR("shop"), TYPE_BIT(REC) | TYPE_BIT(EMAIL));
	for (int i = 0; i < 500; i++) {
		char typed[64];
		struct identity id;

		snprintf(typed, sizeof(typed), "email:flood%d@example.com", i);
		id = fact_id(look.arena, typed);
		record_add_id(look.arena, record, &id, STR("/e"), id.value);
	}
	assert_int_equal(record->n_ids, RECORD_MOST);
	resolve_record(look.resolve, record);
	while (resolve_next(look.resolve, &question))
		n++;
	assert_int_equal(n, 1 + RESOLVE_MORE);
	look_end(&look);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(same_email_joins_two_backends),
		cmocka_unit_test(shared_identities_never_join),
		cmocka_unit_test(names_in_conflict_do_not_join),
		cmocka_unit_test(a_nameless_record_does_not_bridge),
		cmocka_unit_test(nor_does_one_through_another_email),
		cmocka_unit_test(a_former_name_on_record_joins),
		cmocka_unit_test(within_one_backend),
		cmocka_unit_test(one_record_of_two_questions_is_one),
		cmocka_unit_test(references_lead_to_their_record),
		cmocka_unit_test(a_match_that_does_not_hold_is_not_shown),
		cmocka_unit_test(narrowed_by_a_postcode),
		cmocka_unit_test(the_best_match_comes_first),
		cmocka_unit_test(too_many_join_nothing),
		cmocka_unit_test(the_case_store_joins_and_keeps_apart),
		cmocka_unit_test(a_forbidden_pair_is_never_joined_by_detours),
		cmocka_unit_test(a_changed_record_is_a_candidate),
		cmocka_unit_test(questions_in_rounds),
		cmocka_unit_test(records_are_asked_at_home_only),
		cmocka_unit_test(a_flood_of_emails_is_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
