#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dossier/base/mem.h>
#include <dossier/desk/desk.h>
#include <dossier/desk/house.h>

#include "place.h"

#define HOURS(n) ((n) * 60 * 60 * INT64_C(1000))
#define DAYS(n) HOURS((n) * 24)

struct work_test {
	struct place place;
	struct house *house;
	struct diags diags;
	struct buf said;
};

static struct work_test *make(const char *text)
{
	struct work_test *t = mem_zalloc(sizeof(*t));
	struct house_options options = { 0 };
	char *etc;

	place_make(&t->place);
	etc = place_path(&t->place, "etc");
	if (text)
		place_write(&t->place, "etc/dossier.yaml", 0644, text);
	options.sysconf = options.home_config = options.data = etc;
	t->house = house_load(&options, &t->diags);
	buf_init(&t->said, 65536);
	for (size_t i = 0; i < t->diags.n; i++)
		buf_printf(&t->said, "%d: %s\n", t->diags.items[i].line, t->diags.items[i].text);
	buf_addc(&t->said, '\0');
	free(etc);
	return t;
}

static void drop(struct work_test *t)
{
	house_free(t->house);
	diags_release(&t->diags);
	buf_release(&t->said);
	place_remove(&t->place);
	free(t);
}

static void nothing_configured_leaves_everything_free(void **state)
{
	static const char *const houses[] = { NULL, "house: {name: Nordlicht}\n", "house: [\n" };

	(void)state;
	for (size_t i = 0; i < sizeof(houses) / sizeof(*houses); i++) {
		struct work_test *t = make(houses[i]);
		const struct house *house = t->house;

		assert_int_equal(house->n_masks, i == 2 ? 12 : 0);         /* the last is torn */
		assert_int_equal(house->n_outcomes, 0);
		assert_int_equal(house->n_retention, 0);
		assert_false(house->hold_all);
		assert_null(house->store.path);
		assert_true(house_allows(&house->done, STR("anything at all")));
		assert_int_equal(house->hour.currency[0], '\0');
		assert_memory_equal(&house->verify, &verify_defaults, sizeof(verify_defaults));
		assert_int_equal(house->windows.comes_back, DAYS(7));
		assert_int_equal(house->windows.loose, DAYS(14));
		assert_int_equal(house->windows.reopen, DAYS(7));
		assert_int_equal(house->windows.promise, HOURS(1) / 4);
		assert_int_equal(house->windows.handoff, HOURS(4));
		assert_int_equal(house->windows.question, HOURS(1) / 6);
		assert_int_equal(house->windows.refresh, 30000);
		drop(t);
	}
}

static void all_of_it_is_read(void **state)
{
	struct work_test *t = make(
		"house: {name: Nordlicht, currency: EUR}\n"
		"store: {path: store/cases.db, local: /var/tmp/dossier, keep: 2d}\n"
		"contacts:\n"
		"  channels: [phone, counter]\n"
		"  done: [refund, password-reset]\n"
		"  outcomes:\n"
		"    solved: {status: solved}\n"
		"    waiting: {status: waiting, next: 'Call when it is in', reasons: [part, supplier]}\n"
		"    voicemail:\n"
		"handoffs: {reasons: [billing]}\n"
		"verification: {stated: 0, code: 4, tries: 1, carries: 0, fields: [profile.addresses]}\n"
		"masks:\n"
		"  - {field: profile.addresses, level: 2}\n"
		"  - {field: identity.tel, level: never, roles: [agent, partner]}\n"
		"  - {field: row.amount, roles: partner}\n"
		"windows: {reopen: 0, handoff: 2h}\n"
		"costs: {hour: 45}\n"
		"retention: {view: 400d, contact.start: 3650d}\n"
		"legal_hold: 01926b6c-7c2a-7d1e-8f00-0123456789ab\n");
	const struct house *house = t->house;
	const struct house_outcome *outcome;

	(void)state;
	assert_string_equal(t->said.data, "");
	assert_true(str_starts(str_of(house->store.path), t->place.dir));
	assert_non_null(strstr(house->store.path, "etc/store/cases.db"));
	assert_string_equal(house->store.local, "/var/tmp/dossier");
	assert_int_equal(house->store.keep, DAYS(2));
	assert_true(house_allows(&house->channels, STR("counter")));
	assert_false(house_allows(&house->channels, STR("chat")));
	assert_false(house_allows(&house->done, STR("exchange")));
	outcome = house_find_outcome(house, STR("waiting"));
	assert_string_equal(outcome->status, "waiting");
	assert_string_equal(outcome->next, "Call when it is in");
	assert_int_equal(outcome->reasons.n, 2);
	assert_null(house_find_outcome(house, STR("voicemail"))->status);
	assert_null(house_find_outcome(house, STR("lost")));
	assert_true(house_allows(&house->reasons, STR("billing")));
	assert_int_equal(house->verify.level[VERIFY_STATED], 0);
	assert_int_equal(house->verify.level[VERIFY_CODE], 4);
	assert_int_equal(house->verify.level[VERIFY_COMPARE], 2);
	assert_int_equal(house->verify.tries, 1);
	assert_int_equal(house->verify.carries, 0);
	assert_string_equal(house->compare.items[0], "profile.addresses");
	assert_int_equal(house->n_masks, 3);
	assert_int_equal(house->masks[0].level, 2);
	assert_int_equal(house->masks[0].roles, 0);
	assert_true(house->masks[1].level == INT64_MAX);
	assert_int_equal(house->masks[1].roles, ROLE_BIT(AGENT) | ROLE_BIT(PARTNER));
	assert_int_equal(house->masks[2].roles, ROLE_BIT(PARTNER));
	assert_int_equal(house->windows.reopen, 0);
	assert_int_equal(house->windows.handoff, HOURS(2));
	assert_int_equal(house->windows.loose, DAYS(14));
	assert_int_equal(house->hour.minor, 4500);
	assert_string_equal(house->hour.currency, "EUR");
	assert_int_equal(house->n_retention, 2);
	assert_int_equal(house->retention[1].type, ENTRY_CONTACT_START);
	assert_true(house->retention[1].ms == DAYS(INT64_C(3650)));
	assert_int_equal(house->legal_hold.n, 1);
	drop(t);
	t = make("legal_hold: all\n");
	assert_true(t->house->hold_all);
	drop(t);
	t = make("legal_hold: [17]\n");
	assert_true(t->house->hold_all);
	drop(t);
	t = make("legal_hold: [nobody]\n");
	assert_true(t->house->hold_all);
	drop(t);
}

static void every_mistake_is_named(void **state)
{
	struct work_test *t = make(
		"store: {paht: x}\n"
		"contacts:\n"
		"  channels: [phon]\n"
		"  done: [refund, refund, 'a, b']\n"
		"  outcomes:\n"
		"    again: {status: reopened}\n"
		"    flat: solved\n"
		"handoffs: {reasons: {}}\n"
		"verification: {compare: 10, fields: [profile.adresses]}\n"
		"masks:\n"
		"  - {field: profile.adresses}\n"
		"  - {field: row.text, level: 0}\n"
		"  - {field: row.title, roles: [boss]}\n"
		"  - {level: 2}\n"
		"  - row.text\n"
		"windows: {handoff: soon}\n"
		"costs: {hour: 45}\n"
		"retention: {view: 1h, noet: 400d, link: 400d}\n"
		"legal_hold: [jane]\n");

	(void)state;
	assert_string_equal(t->said.data,
		"1: unknown key \"paht\" in store; did you mean \"path\"?\n"
		"3: contacts: unknown channel phon: did you mean phone?\n"
		"4: contacts: refund stands twice in done\n"
		"4: contacts: \"a, b\" of done is no code: a word or two without commas\n"
		"6: outcome again: a case becomes open, waiting or solved by it, not reopened\n"
		"7: outcome flat must be a map of keys and values\n"
		"8: \"reasons\" in handoffs must be a text or a list of texts\n"
		"16: \"handoff\" in windows must be a duration such as 500ms, 10s, 5m, 2h or 7d\n"
		"17: costs: hour is an amount such as 45.00 EUR; the house names no currency\n"
		"18: retention: view is kept for a duration of a day or more, such as 400d\n"
		"18: retention: unknown type of entry noet: did you mean note?\n"
		"18: retention: link is kept for good, because other entries mean something else without it\n"
		"19: legal_hold: jane is no person: the id that show prints as a person's is meant, or all\n"
		"9: \"compare\" in verification must be between 0 and 9, not 10\n"
		"9: verification: there is no field profile.adresses: did you mean profile.addresses?\n"
		"11: masks: there is no field profile.adresses: did you mean profile.addresses?\n"
		"12: masks: level is 1 to 9, as verification gives them, or never\n"
		"13: masks: unknown role boss: agent, counter, partner, supervisor, service and admin are known\n"
		"14: \"field\" is missing in masks: a name of the data contract\n"
		"15: an item of masks must be a map of keys and values\n");
	/* what was meant to be closed is not open because of a mistake, and nobody knows what the last line meant */
	assert_int_equal(t->house->n_masks, 3 + 12);
	assert_string_equal(t->house->masks[1].field, "row.text");
	assert_true(t->house->masks[1].level == INT64_MAX);
	assert_int_equal(t->house->masks[2].roles, 0);
	drop(t);
}

/* Where nobody can tell what was meant to be closed, all is. */
static void test_masks_that_cannot_be_read(void **state)
{
	static const char *const torn[] = {
		"masks:\n  - {field: row.text}\n---\nhouse: {name: x}\n", "house: {name: x}\n}\nmasks: [{field: row.text}]\n",
		"house: {name: x}\n\tmasks: [{field: row.text}]\n",
	};
	struct work_test *t;

	(void)state;
	for (size_t i = 0; i < sizeof(torn) / sizeof(*torn); i++) {
		struct desk_options options = { .clock = clock_system() };
		struct err err = { 0 };

		t = make(torn[i]);
		assert_int_equal(t->house->torn.code, ERR_CONFIG);
		assert_true(t->house->n_masks >= 12);
		assert_null(desk_new(t->house, &options, &err));
		assert_int_equal(err.code, ERR_CONFIG);
		t->house = NULL;
		drop(t);
	}
	t = make("mask: [{field: row.text}]\n");
	assert_int_equal(t->house->torn.code, ERR_NONE);
	assert_int_equal(t->house->n_masks, 12);
	drop(t);
	t = make("masks: [{field: profile.adresses}]\n");
	assert_int_equal(t->house->n_masks, 1 + 12);
	drop(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_configured_leaves_everything_free),
		cmocka_unit_test(all_of_it_is_read),
		cmocka_unit_test(every_mistake_is_named),
		cmocka_unit_test(test_masks_that_cannot_be_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
