/* Names of the data contract for what the store knows, and that closed words do not leave. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dossier/desk/present_case.h>

#include "../model/entry_facts.h"
#include "lines.h"

struct shown {
	struct facts facts;
	struct entries *entries;
	const struct cases *cases;
	struct buf buf;
	struct fields out;
	struct mask *mask;
	struct present present;
};

static int setup(void **state)
{
	struct shown *s = mem_zalloc(sizeof(*s));

	facts_init(&s->facts);
	s->entries = entries_new();
	s->mask = mask_new();
	buf_init(&s->buf, 65536);
	s->out = lines_into(&s->buf);
	*state = s;
	return 0;
}

static int teardown(void **state)
{
	struct shown *s = *state;

	cases_free(s->cases);
	entries_free(s->entries);
	facts_release(&s->facts);
	mask_free(s->mask);
	buf_release(&s->buf);
	free(s);
	return 0;
}

static const struct entry *tell(struct shown *s, const char *id, enum entry_type type, const char *case_, const char *json)
{
	const struct entry *entry = fact_entry(&s->facts, id, type, "p", case_, json);

	entries_add(s->entries, entry);
	return entry;
}

static void fold(struct shown *s)
{
	s->cases = cases_fold(&(struct cases_in){ .entries = s->entries });
}

static bool says(const struct shown *s, const char *part)
{
	return strstr(s->buf.data, part) != NULL;
}

static void an_entry_has_its_data_by_name(void **state)
{
	struct shown *s = *state;
	const struct entry *entry = tell(s, "q", ENTRY_ASK, "k",
		"{'to_team': 'leads', 'text': 'may we?', 'amount': {'minor': 500, 'currency': 'GBP'}, 'due': 1795000000000}");

	present_entry(&s->present, entry, &s->out);
	assert_true(says(s, "type=\"ask\""));
	assert_true(says(s, "at=2026-11-18T11:06:40.000Z"));
	assert_true(says(s, "author=\"ana\""));
	assert_true(says(s, "data={to_team=\"leads\" text=\"may we?\" amount={minor=500 currency=\"GBP\"} due=2026-11-18T11:06:40.000Z}"));
	assert_true(says(s, "masked=[]"));
}

static void closed_words_leave_nowhere(void **state)
{
	struct shown *s = *state;
	struct brief brief = { .wants = WANTS_CASE, .wants_text = STR("secret wish"), .next_text = STR("secret step") };

	s->present.mask = s->mask;
	mask_close(s->mask, "row.text");
	present_entry(&s->present, tell(s, "n", ENTRY_NOTE, NULL, "{'text': 'secret note'}"), &s->out);
	tell(s, "k", ENTRY_CASE_OPEN, "k", "{'title': 'secret wish'}");
	tell(s, "h", ENTRY_HANDOFF_OFFER, "k", "{'to_team': 'billing', 'reason': 'rights', 'wants': 'secret', 'next': 'secret'}");
	tell(s, "m", ENTRY_PROMISE_MAKE, "k", "{'text': 'secret', 'due': 1795000000000}");
	tell(s, "c", ENTRY_CONTACT_START, "k", "{'number': '+447700900123'}");
	tell(s, "w", ENTRY_CONTACT_END, "k", "{'contact': '<c>', 'how': 'wrapup', 'line': 'secret'}");
	fold(s);
	present_case(&s->present, &s->cases->cases[0], &s->out);
	present_handoff(&s->present, &s->cases->handoffs[0], &s->out);
	present_promise(&s->present, &s->cases->promises[0], &s->out);
	present_contact(&s->present, &s->cases->contacts[0], &s->out);
	brief.next = s->cases->entries[0];
	present_brief(&s->present, &brief, &s->out);
	assert_false(says(s, "secret"));
	assert_true(says(s, "masked=[\"data\"]"));
	assert_true(says(s, "number=\"+447700900123\""));
}

static void a_case_and_what_belongs_to_it(void **state)
{
	struct shown *s = *state;

	tell(s, "k", ENTRY_CASE_OPEN, "k", "{'title': 'direct billing', 'owner': 'ana'}");
	tell(s, "h", ENTRY_HANDOFF_OFFER, "k", "{'to_team': 'billing', 'reason': 'rights', 'wants': 'w', 'next': 'n'}");
	fold(s);
	present_case(&s->present, &s->cases->cases[0], &s->out);
	assert_true(says(s, "status=\"open\" title=\"direct billing\" owner=\"ana\""));
	assert_true(says(s, "{name=\"title\" value=\"direct billing\" also=[]}"));
	buf_reset(&s->buf);
	present_handoff(&s->present, &s->cases->handoffs[0], &s->out);
	assert_true(says(s, "state=\"offered\" by=\"ana\""));
	assert_true(says(s, "due=null to_team=\"billing\" to_agent=null reason=\"rights\" wants=\"w\""));
}

static void a_brief_of_nothing(void **state)
{
	struct shown *s = *state;
	struct brief brief = { 0 };

	present_brief(&s->present, &brief, &s->out);
	assert_string_equal(s->buf.data,
		"case=null code=null wants=null wants_from=\"not stated\" wants_at=null tried=[] promised=null more_promised=0 next=null "
		"effort={contacts=0 channels=0 transfers=0 days=0 repeats=0 handling=0 cost=[] lifetime=[]} masked=[]");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(an_entry_has_its_data_by_name, setup, teardown),
		cmocka_unit_test_setup_teardown(closed_words_leave_nowhere, setup, teardown),
		cmocka_unit_test_setup_teardown(a_case_and_what_belongs_to_it, setup, teardown),
		cmocka_unit_test_setup_teardown(a_brief_of_nothing, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
