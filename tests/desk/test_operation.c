/*
 * The table of operations, and what may be typed into their fields.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dossier/base/mem.h>
#include <dossier/desk/operation.h>
#include <dossier/model/verify.h>

#include "little_house.h"

static struct op_values *values_of(struct little *little, const char *id)
{
	const struct operation *op = operation_find(str_of(id));

	assert_non_null(op);
	return op_values_new(op, &little->desk);
}

static void sets(struct op_values *values, const char *name, const char *text, const char *kept)
{
	struct err err = { 0 };

	if (!op_values_set(values, str_of(name), str_of(text), &err))
		fail_msg("%s = \"%s\": %s", name, text, err.text);
	if (kept && !str_is(op_text(values, name), kept))
		fail_msg("%s = \"%s\" is kept as \"%.*s\", not \"%s\"", name, text, STR_ARG(op_text(values, name)), kept);
}

static void refuses(struct op_values *values, const char *name, const char *text, const char *why)
{
	struct err err = { 0 };

	if (op_values_set(values, str_of(name), str_of(text), &err))
		fail_msg("%s = \"%s\" was taken", name, text);
	if (!strstr(err.text, why))
		fail_msg("%s = \"%s\": \"%s\" does not say \"%s\"", name, text, err.text, why);
}

static void test_table(void **state)
{
	(void)state;
	for (const struct operation *op = operations; op->id; op++) {
		size_t words = 0;
		bool ones = false;

		assert_ptr_equal(operation_find(str_of(op->id)), op);
		assert_non_null(op->build);
		assert_true(strlen(op->help) < 80 && strlen(op->help) > 10 && op->help[strlen(op->help) - 1] != '.');
		if (!(op->roles & entry_type_info(op->writes)->roles))
			fail_msg("%s: nobody may", op->id);
		if (op->roles & ~entry_type_info(op->writes)->roles)
			fail_msg("%s: more may than may write a %s", op->id, entry_type_word(op->writes));
		for (const struct operation *other = operations; other < op; other++) {
			if (op->command && other->command && !strcmp(op->command, other->command))
				fail_msg("%s is a command twice", op->command);
		}
		for (const struct op_field *field = op->fields; field->name; field++) {
			words += field->words;
			ones |= field->need == OP_ONE;
			assert_ptr_equal(operation_field(op, str_of(field->name)), field);
			assert_true(field->kind == OP_WORD || (field->kind == OP_CHOICE) == (field->choices != NULL));
			assert_true(strlen(field->help) > 2 && strlen(op_kind_help(field->kind)) > 2);
		}
		if (words > 1)
			fail_msg("%s: two fields want what stands after WHO", op->id);
		(void)ones;
	}
	assert_null(operation_find(STR("notes")));
}

/* Every type of entry that people write is written by some operation. */
static void test_every_type_is_written(void **state)
{
	(void)state;
	for (int type = 0; type < ENTRY_TYPE_COUNT; type++) {
		bool written = entry_type_info((enum entry_type)type)->needs & NEED_RULE;

		for (const struct operation *op = operations; op->id && !written; op++)
			written = op->writes == (enum entry_type)type;
		if (!written)
			fail_msg("no operation writes a %s", entry_type_word((enum entry_type)type));
	}
}

static void test_roles(void **state)
{
	(void)state;
	struct little little;
	struct err err = { 0 };
	size_t n_agents;

	little_begin(&little);
	little_agent(&little, "ana");
	assert_true(operation_allowed(operation_find(STR("note")), &little.desk, &err));
	assert_false(operation_allowed(operation_find(STR("redact")), &little.desk, &err));
	assert_int_equal(err.code, ERR_REFUSED);
	assert_non_null(strstr(err.text, "supervisor"));
	assert_non_null(strstr(err.text, "admin"));
	assert_false(operation_allowed(operation_find(STR("erase")), &little.desk, &err));
	assert_null(strstr(err.text, "supervisor, admin"));
	little_agent(&little, "sue");
	assert_true(operation_allowed(operation_find(STR("redact")), &little.desk, &err));
	/* a house without agents asks nobody for a role */
	n_agents = little.house->n_agents;
	little.house->n_agents = 0;
	little.desk.roles = 0;
	assert_true(operation_allowed(operation_find(STR("erase")), &little.desk, &err));
	little.house->n_agents = n_agents;
	little_end(&little);
}

static void test_texts(void **state)
{
	(void)state;
	struct little little;
	struct op_values *values;
	char *text = mem_alloc(ENTRY_TEXT_MOST + 2);

	little_begin(&little);
	memset(text, 'a', ENTRY_TEXT_MOST + 1);
	text[ENTRY_TEXT_MOST + 1] = '\0';
	values = values_of(&little, "note");
	sets(values, "text", "  two\nlines ", "two\nlines");
	refuses(values, "text", text, "at most 16000 bytes");
	assert_true(str_is(op_text(values, "text"), "two\nlines"));
	refuses(values, "text", "\xff", "UTF-8");
	assert_false(op_values_set(values, STR("text"), str_make("a\0b", 3), NULL));
	sets(values, "text", "", NULL);
	assert_false(op_has(values, "text"));
	refuses(values, "words", "x", "note has no field words");
	op_values_free(values);
	values = values_of(&little, "next");
	refuses(values, "text", "two\nlines", "one line");
	op_values_free(values);
	free(text);
	little_end(&little);
}

static void test_house_lists(void **state)
{
	(void)state;
	struct little little;
	struct op_values *values;

	little_begin(&little);
	values = values_of(&little, "contact.end");
	sets(values, "done", "Password Reset, CARD form ,", "password reset,card form");
	assert_true(str_is(op_item(values, "done", 1), "card form"));
	assert_false(op_item(values, "done", 2).p != NULL);
	refuses(values, "done", "password reset, card from", "did you mean card form?");
	assert_true(str_is(op_item(values, "done", 0), "password reset"));
	refuses(values, "outcome", "sovled", "did you mean solved?");
	refuses(values, "outcome", "zebra", "there are solved, waiting");
	sets(values, "satisfaction", "5", NULL);
	assert_int_equal(op_count(values, "satisfaction"), 5);
	refuses(values, "satisfaction", "-1", "whole number");
	refuses(values, "satisfaction", "12345678901234567890", "whole number");
	sets(values, "handling", "15m", NULL);
	assert_int_equal(op_count(values, "handling"), 15 * 60 * 1000);
	refuses(values, "handling", "long", "15m, 2h or 3d");
	op_values_free(values);
	values = values_of(&little, "handoff.offer");
	refuses(values, "team", "biling", "did you mean billing?");
	sets(values, "team", "Billing", "billing");
	refuses(values, "agent", "rah", "did you mean raj?");
	refuses(values, "reason", "none", "there are needs billing, language");
	op_values_free(values);
	values = values_of(&little, "case.set");
	sets(values, "status", "Solved", "solved");
	refuses(values, "status", "reopened", "there are open, waiting, solved");
	op_values_free(values);
	/* an empty list takes anything */
	option_texts_release(&little.house->done);
	values = values_of(&little, "contact.end");
	sets(values, "done", "anything,else", "anything,else");
	op_values_free(values);
	little_end(&little);
}

static void test_times_and_money(void **state)
{
	(void)state;
	struct little little;
	struct op_values *values;

	little_begin(&little);
	values = values_of(&little, "promise.make");
	sets(values, "due", "14:00", "14:00");
	assert_int_equal(op_when(values, "due"), little.clock.wall_ms + 79 * 60000);
	refuses(values, "due", "soon", "due: \"soon\" is not a time to come");
	op_values_free(values);
	values = values_of(&little, "ask");
	sets(values, "amount", "42.1", NULL);
	assert_int_equal(op_money(values, "amount").minor, 4210);
	assert_string_equal(op_money(values, "amount").currency, "GBP");
	sets(values, "amount", "7 eur", NULL);
	assert_string_equal(op_money(values, "amount").currency, "EUR");
	refuses(values, "amount", "7 euros", "amount");
	refuses(values, "amount", "much", "amount");
	sets(values, "role", "supervisor", NULL);
	refuses(values, "role", "superviser", "did you mean supervisor?");
	assert_int_equal(op_when(values, "due"), WHEN_NONE);
	assert_int_equal(op_count(values, "nothing"), -1);
	op_values_free(values);
	values = values_of(&little, "answer");
	sets(values, "yes", "N", "no");
	assert_true(op_has(values, "yes"));
	assert_false(op_yes(values, "yes"));
	refuses(values, "yes", "perhaps", "yes or no");
	op_values_free(values);
	little_end(&little);
}

static void test_identities_and_rows(void **state)
{
	(void)state;
	struct little little;
	struct op_values *values;

	little_begin(&little);
	values = values_of(&little, "link");
	sets(values, "identity", "Jane@EXAMPLE.com", "email:jane@example.com");
	sets(values, "identity", "07700 900123", "tel:+447700900123");
	sets(values, "identity", "rec:shop/12", "rec:shop/12");
	refuses(values, "identity", "order:12", "can be linked");
	refuses(values, "identity", "Jane Moss", "can be linked");
	op_values_free(values);
	values = values_of(&little, "fold");
	sets(values, "rows", "phone/calls/CA1, chat/conversations.parts/9/x", "phone/calls/CA1,chat/conversations.parts/9/x");
	assert_true(str_is(op_item(values, "rows", 1), "chat/conversations.parts/9/x"));
	refuses(values, "rows", "CA1", "BACKEND/ROW/ID");
	refuses(values, "rows", "phone//CA1", "BACKEND/ROW/ID");
	refuses(values, "rows", "phone/calls/", "BACKEND/ROW/ID");
	refuses(values, "rows", " , ,", "rows");
	op_values_free(values);
	values = values_of(&little, "note");
	sets(values, "case", "K7F2", "k7f2");
	refuses(values, "case", "K7F2; rm", "an id or a code");
	op_values_free(values);
	little_end(&little);
}

static void test_whole(void **state)
{
	(void)state;
	struct little little;
	struct op_values *values;
	struct err err = { 0 };

	little_begin(&little);
	values = values_of(&little, "handoff.offer");
	assert_false(op_values_whole(values, &err));
	assert_non_null(strstr(err.text, "reason is missing"));
	sets(values, "reason", "needs billing", NULL);
	sets(values, "wants", "direct billing", NULL);
	sets(values, "next", "add the card", NULL);
	assert_false(op_values_whole(values, &err));
	assert_non_null(strstr(err.text, "one of these is missing: team, agent"));
	sets(values, "agent", "raj", NULL);
	assert_true(op_values_whole(values, &err));
	op_values_free(values);
	little_end(&little);
}

static bool offers(struct little *little, const char *op, const char *name, const char *text)
{
	size_t n;
	struct str *choices = op_choices(&little->desk, operation_field(operation_find(str_of(op)), str_of(name)), &n);
	bool there = false;

	for (size_t i = 0; i < n; i++)
		there |= str_is(choices[i], text);
	free(choices);
	return there;
}

static void test_choices(void **state)
{
	(void)state;
	struct little little;
	size_t n;
	struct str *none;

	little_begin(&little);
	assert_true(offers(&little, "handoff.offer", "team", "billing"));
	assert_true(offers(&little, "handoff.offer", "agent", "tom"));
	assert_true(offers(&little, "contact.end", "outcome", "waiting"));
	assert_true(offers(&little, "contact.end", "done", "card form"));
	assert_true(offers(&little, "verify", "how", "seen"));
	assert_true(offers(&little, "verify", "field", "profile.addresses"));
	assert_true(offers(&little, "contact.start", "channel", "counter"));
	assert_true(offers(&little, "contact.start", "direction", "out"));
	assert_true(offers(&little, "discrepancy", "about", "display"));
	assert_true(str_is(op_choice_words(operation_field(operation_find(STR("verify")), STR("field")), STR("profile.addresses")), "address"));
	assert_true(offers(&little, "notice", "site", "leeds"));
	assert_true(offers(&little, "ask", "role", "supervisor"));
	assert_true(offers(&little, "unlink", "why", "mistake"));
	none = op_choices(&little.desk, operation_field(operation_find(STR("note")), STR("text")), &n);
	assert_int_equal(n, 0);
	free(none);
	little_end(&little);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_every_type_is_written),
		cmocka_unit_test(test_roles),
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_house_lists),
		cmocka_unit_test(test_times_and_money),
		cmocka_unit_test(test_identities_and_rows),
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_choices),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
